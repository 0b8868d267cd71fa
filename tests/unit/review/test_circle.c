/* The circle once round on the sample city: children take part, the figure of their programme stands on the
 * evaluation of its measure, is frozen, and a correction of a record stands beside it. Figures are counted by
 * hand: nine of ten pupils came, then all ten.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "circle.h"
#include "review/evaluation.h"
#include "testdb.h"

enum { CHILDREN = 10 };

typedef struct Story {
    Circle circle;
    Str entries[CHILDREN];
    PlanEdition edition;
    int64_t evaluation;
} Story;

static void fail_with(const Error *error)
{
    fail_msg("%s", error->message);
}

static DbConn *reading(const Story *story)
{
    DbConn *conn = NULL;
    Error error = {0};
    if (!db_read_begin(story->circle.db, &conn, &error))
        fail_with(&error);
    return conn;
}

static void find_plan(Story *story)
{
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = reading(story);
    if (!plan_edition_find(conn, story->circle.arena, S("basic-2019"), STR_EMPTY, &story->edition, &error))
        fail_with(&error);
}

static void attend(Story *story, size_t first, size_t end, const char *attended)
{
    Error error = {0};
    for (size_t i = first; i < end; i++) {
        RecordFaults faults = {0};
        const Record *entry = circle_get(&story->circle, story->entries[i]);
        const RecordInput input = {S("attended"), str_of(attended)};
        const RecordEdit edit = {
            .code = story->entries[i], .version = record_version(entry), .inputs = &input, .input_count = 1};
        if (!record_change(story->circle.door, &story->circle.asking, &edit, 1, &faults, &error))
            fail_with(&error);
    }
}

static int story_begins(void **state)
{
    Story *story = calloc(1, sizeof *story);
    Circle *circle = &story->circle;
    Error error = {0};
    circle_open(circle, test_db_url());
    if (!evaluation_migrate(circle->db, NULL, &error))
        fail_with(&error);
    find_plan(story);
    const Str session = circle_session(circle, "川の生きもの", 0).code;
    for (size_t i = 0; i < CHILDREN; i++) {
        const Str child = circle_child(circle, "みずべ").code;
        story->entries[i] = CIRCLE_MAKE(circle, circle->entry, session, S("child"), child).code;
    }
    circle_transition(circle, session, "close");
    circle_transition(circle, session, "hold");
    attend(story, 0, 9, "yes");
    attend(story, 9, 10, "no");
    const EvaluationNew begun = {.edition = &story->edition,
        .key = S("2-1-2"),
        .fiscal_year = 2018,
        .right = EVALUATION_WRITE,
        .actor = S("kikaku"),
        .instant = 2};
    if (!evaluation_begin(circle->db, &begun, &story->evaluation, &error))
        fail_with(&error);
    *state = story;
    return 0;
}

static int story_ends(void **state)
{
    Story *story = *state;
    circle_close(&story->circle);
    free(story);
    return 0;
}

static Evaluation get(const Story *story)
{
    Evaluation evaluation;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = reading(story);
    if (!evaluation_get(conn, story->circle.arena, story->evaluation, EVALUATION_READ, &evaluation, &error))
        fail_with(&error);
    return evaluation;
}

static bool read_sheet(const Story *story, const Asking *asking, EvaluationSheet *out, Error *error)
{
    EvaluationDoor from = {.door = story->circle.door, .asking = asking};
    const EvaluationSource source = {
        .city = story->circle.city, .read = evaluation_door_figure, .owner = &from};
    const Evaluation evaluation = get(story);
    CLEANUP(db_read_end) DbConn *conn = reading(story);
    return evaluation_sheet(conn, story->circle.arena, &source, &evaluation, out, error);
}

static EvaluationSheet sheet_of(const Story *story)
{
    EvaluationSheet sheet;
    Error error = {0};
    if (!read_sheet(story, &story->circle.asking, &sheet, &error))
        fail_with(&error);
    return sheet;
}

static const EvaluationIndicator *indicator(const EvaluationSheet *sheet, const char *id)
{
    for (size_t i = 0; i < sheet->indicators.len; i++)
        if (str_equal(sheet->indicators.at[i].id, str_of(id)))
            return &sheet->indicators.at[i];
    fail_msg("no indicator %s", id);
    return NULL;
}

#define PARTICIPANTS "experience-programme/participants"
#define REACHED "experience-programme/children_reached"

static void test_figures_of_the_records_stand_on_the_sheet(void **state)
{
    const Story *story = *state;
    const EvaluationSheet sheet = sheet_of(story);
    assert_int_equal(sheet.services.len, 1);
    assert_true(str_equal(sheet.services.at[0].id, S("experience-programme")));
    assert_true(str_equal(sheet.services.at[0].unit.in[LANGUAGE_JA], S("青少年課")));
    const EvaluationIndicator *participants = indicator(&sheet, PARTICIPANTS);
    const EvaluationIndicator *reached = indicator(&sheet, REACHED);
    assert_int_equal(participants->years[2].gap, EVALUATION_GAP_NONE);
    assert_int_equal(participants->years[2].value.integer, 9);
    assert_int_equal(reached->years[2].value.type, VALUE_DECIMAL);
    assert_int_equal(reached->years[2].value.integer, 90 * INT64_C(1000000));
    assert_int_equal(reached->years[2].smallest_count, 9);
    for (size_t n = 0; n < 2; n++)
        assert_int_equal(participants->years[n].gap, EVALUATION_GAP_NO_RECORDS);
}

static void test_nine_are_too_few_for_the_public(void **state)
{
    EvaluationSheet sheet = sheet_of(*state);
    evaluation_for_public(&sheet);
    assert_int_equal(sheet.indicators.len, 1);
    assert_int_equal(indicator(&sheet, REACHED)->years[2].gap, EVALUATION_GAP_WITHHELD);
}

static void test_ten_are_enough_for_the_public(void **state)
{
    Story *story = *state;
    attend(story, 9, 10, "yes");
    EvaluationSheet sheet = sheet_of(story);
    evaluation_for_public(&sheet);
    assert_int_equal(indicator(&sheet, REACHED)->years[2].gap, EVALUATION_GAP_NONE);
    assert_int_equal(indicator(&sheet, REACHED)->years[2].value.integer, 100 * INT64_C(1000000));
}

static void test_live_figures_are_for_staff(void **state)
{
    const Story *story = *state;
    Asking asking = story->circle.asking;
    EvaluationSheet sheet;
    Error error = {0};
    actor_of_account(&asking.actor, asking.arena, NULL);
    assert_false(read_sheet(story, &asking, &sheet, &error));
    assert_int_equal(error.code, ERROR_DENIED);
}

static void freeze(const Story *story)
{
    Error error = {0};
    const EvaluationEdit edit = {.id = story->evaluation,
        .version = 1,
        .text = {.achieved = S("九人"),
            .left = S("一人来ない"),
            .judgement = EVALUATION_B,
            .direction = EVALUATION_KEEP},
        .right = EVALUATION_WRITE,
        .actor = S("kikaku"),
        .instant = 3};
    if (!evaluation_edit(story->circle.db, &edit, &error))
        fail_with(&error);
    const Evaluation evaluation = get(story);
    const EvaluationSheet sheet = sheet_of(story);
    EvaluationFreeze asked = {
        .evaluation = &evaluation, .right = EVALUATION_WRITE, .actor = S("kikaku"), .instant = 4};
    if (!evaluation_content(story->circle.arena, &evaluation, &sheet, &asked.content, &asked.hash, &error) ||
        !evaluation_freeze(story->circle.db, &asked, &error))
        fail_with(&error);
}

static void test_a_corrected_record_stands_beside_the_frozen_figure(void **state)
{
    Story *story = *state;
    EvaluationSheet frozen;
    EvaluationText text;
    EvaluationDifferences differences;
    Error error = {0};
    freeze(story);
    attend(story, 9, 10, "yes");
    const Evaluation evaluation = get(story);
    if (!evaluation_read_content(story->circle.arena, &evaluation, &frozen, &text, &error))
        fail_with(&error);
    assert_int_equal(indicator(&frozen, PARTICIPANTS)->years[2].value.integer, 9);
    const EvaluationSheet now = sheet_of(story);
    assert_true(evaluation_differences(story->circle.arena, &frozen, &now, &differences, &error));
    assert_int_equal(differences.len, 2);
    for (size_t i = 0; i < differences.len; i++) {
        const EvaluationDifference *difference = &differences.at[i];
        const bool counts = str_equal(difference->frozen->id, S(PARTICIPANTS));
        assert_int_equal(difference->year, 2);
        assert_int_equal(difference->now.value.integer, counts ? 10 : 100 * INT64_C(1000000));
    }
    evaluation_for_public(&frozen);
    assert_int_equal(indicator(&frozen, REACHED)->years[2].gap, EVALUATION_GAP_WITHHELD);
}

#define TOLD(name) cmocka_unit_test_setup_teardown(name, story_begins, story_ends)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOLD(test_figures_of_the_records_stand_on_the_sheet),
        TOLD(test_nine_are_too_few_for_the_public),
        TOLD(test_ten_are_enough_for_the_public),
        TOLD(test_live_figures_are_for_staff),
        TOLD(test_a_corrected_record_stands_beside_the_frozen_figure),
    };
    return cmocka_run_group_tests_name("review circle", tests, NULL, NULL);
}
