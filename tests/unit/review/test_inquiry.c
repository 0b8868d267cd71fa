/* Internal inquiries: what may be sent, who answers, what is handed back and sent on, what is kept. */
#include "review/inquiry.h"

#include "check.h"
#include "fixture.h"
#include "plan/change.h"

#define MEASURE "2-1-1"
#define OTHER "2-1-2"
#define ANSWER_BY ((Date){2018, 5, 31})

static const Clock NOW = {.today = {2018, 5, 11}, .instant = INSTANT};
static const Str CHILD = STR_LITERAL("child"), YOUTH = STR_LITERAL("youth"), SCHOOL = STR_LITERAL("school");

static int setup(void **state)
{
    Error error = {0};
    if (fixture_setup(state) != 0)
        return -1;
    const Fixture *f = *state;
    return inquiry_migrate(f->db, NULL, &error) ? 0 : -1;
}

/* The second part stands before the first in the plan's order of nodes when it is sent last. */
static InquiryNew two_parts(const Fixture *f)
{
    static const InquiryPart parts[] = {
        {.key = STR_LITERAL(OTHER), .unit = STR_LITERAL("youth")},
        {.key = STR_LITERAL(MEASURE), .unit = STR_LITERAL("child")},
    };
    return (InquiryNew){.edition = &f->edition,
        .title = S(" 素案について "),
        .asks = S("文言を確かめてください。"),
        .answer_by = ANSWER_BY,
        .parts = parts,
        .part_count = COUNT_OF(parts),
        .actor = S("kikaku"),
        .clock = NOW};
}

static int64_t send(const Fixture *f)
{
    Error error = {0};
    int64_t id = 0;
    const InquiryNew inquiry = two_parts(f);
    if (!inquiry_send(f->db, &inquiry, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static Inquiry get(const Fixture *f, int64_t id)
{
    Error error = {0};
    Inquiry inquiry;
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!inquiry_get(conn, f->arena, id, &inquiry, &error))
        fail_msg("%s", error.message);
    return inquiry;
}

/* of: NULL for the parts of all units */
static InquiryParts parts_of(const Fixture *f, int64_t inquiry, const Str *of)
{
    Error error = {0};
    InquiryParts parts;
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    if (!inquiry_part_list(conn, f->arena, inquiry, of, of ? 1 : 0, &parts, &error))
        fail_msg("%s", error.message);
    return parts;
}

static bool reply(
    const Fixture *f, int64_t part, InquiryAnswer answer, const char *words, Str unit, Error *error)
{
    const InquiryReply given = {.part = part,
        .answer = answer,
        .words = str_of(words),
        .actor = S("kakari"),
        .units = &unit,
        .unit_count = 1,
        .instant = INSTANT + 1};
    *error = (Error){0};
    return inquiry_answer(f->db, &given, error);
}

static void an_inquiry_goes_to_its_units(void **state)
{
    const Fixture *f = *state;
    int64_t id = send(f);
    const Inquiry inquiry = get(f, id);
    assert_text(inquiry.title, "素案について");
    assert_text(inquiry.asks, "文言を確かめてください。");
    assert_int_equal(date_compare(inquiry.answer_by, ANSWER_BY), 0);
    assert_int_equal(inquiry.edition_id, f->edition.id);
    assert_int_equal(inquiry.parts, 2);
    assert_int_equal(inquiry.answered, 0);
    assert_int_equal(inquiry.closed_at, 0);
    const InquiryParts all = parts_of(f, id, NULL), youth = parts_of(f, id, &YOUTH);
    assert_int_equal(all.len, 2);
    assert_text(all.at[0].key, MEASURE); /* as the plan has them, not as they were sent */
    assert_text(all.at[1].key, OTHER);
    assert_text(all.at[1].number, "②");
    assert_text(all.at[1].text, "子ども支援");
    assert_int_equal(youth.len, 1);
    assert_text(youth.at[0].key, OTHER);
    assert_int_equal(youth.at[0].answer, INQUIRY_OPEN);
    assert_int_equal(youth.at[0].answered_at, 0);
    assert_text(youth.at[0].answered_by, "");
    assert_int_equal(parts_of(f, id, &SCHOOL).len, 0);
}

static void assert_refused(const Fixture *f, InquiryNew inquiry, ErrorCode code, const char *words)
{
    Error error = {0};
    Inquiries all;
    int64_t id = -1;
    assert_false(inquiry_send(f->db, &inquiry, &id, &error));
    assert_error(&error, code, words);
    assert_int_equal(id, 0);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(inquiry_list(conn, f->arena, 0, &all, &error));
    assert_int_equal(all.len, 0);
}

static void what_cannot_be_sent_is_refused_and_leaves_nothing(void **state)
{
    const Fixture *f = *state;
    const InquiryNew good = two_parts(f);
    const InquiryPart twice[] = {good.parts[0], good.parts[0]};
    const InquiryPart unknown[] = {good.parts[0], {.key = S("9-9"), .unit = CHILD}};
    const InquiryPart nobody[] = {{.key = S(MEASURE)}};
    char *long_title = arena_alloc(f->arena, INQUIRY_TITLE_MAX + 2);
    memset(long_title, 'a', INQUIRY_TITLE_MAX + 1);
    InquiryNew wrong = good;
    wrong.part_count = 0;
    assert_refused(f, wrong, ERROR_INPUT, "which parts");
    wrong = good;
    wrong.title = S(" \n");
    assert_refused(f, wrong, ERROR_INPUT, "title");
    wrong.title = str_of(long_title);
    assert_refused(f, wrong, ERROR_INPUT, "at most 200");
    wrong = good;
    wrong.answer_by = date_add_days(NOW.today, -1);
    assert_refused(f, wrong, ERROR_INPUT, "is over");
    wrong.answer_by = (Date){0};
    assert_refused(f, wrong, ERROR_INPUT, "day");
    wrong = good;
    wrong.parts = twice;
    assert_refused(f, wrong, ERROR_INPUT, "twice");
    wrong.parts = unknown;
    assert_refused(f, wrong, ERROR_NOT_FOUND, "9-9");
    wrong.parts = nobody;
    wrong.part_count = 1;
    assert_refused(f, wrong, ERROR_INPUT, "which unit");
}

static void today_is_a_day_to_answer_by_and_two_units_may_have_one_node(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t id = 0;
    InquiryNew inquiry = two_parts(f);
    const InquiryPart both[] = {{.key = S(MEASURE), .unit = CHILD}, {.key = S(MEASURE), .unit = YOUTH}};
    inquiry.parts = both;
    inquiry.answer_by = NOW.today;
    assert_true(inquiry_send(f->db, &inquiry, &id, &error));
    assert_int_equal(parts_of(f, id, NULL).len, 2);
}

static void only_the_unit_answers_and_may_answer_again(void **state)
{
    const Fixture *f = *state;
    Error error;
    InquirySteps steps;
    int64_t id = send(f);
    const InquiryPart part = parts_of(f, id, &CHILD).at[0];
    assert_false(reply(f, part.id, INQUIRY_CONFIRMED, "", YOUTH, &error));
    assert_error(&error, ERROR_DENIED, "unit");
    assert_false(reply(f, part.id, INQUIRY_OPEN, "", CHILD, &error));
    assert_error(&error, ERROR_INPUT, "answer");
    assert_false(reply(f, 999, INQUIRY_CONFIRMED, "", CHILD, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_int_equal(get(f, id).answered, 0);

    assert_true(reply(f, part.id, INQUIRY_CONFIRMED, "", CHILD, &error));
    assert_true(reply(f, part.id, INQUIRY_EDITED, " 語句を直しました。 ", CHILD, &error));
    const InquiryPart now = parts_of(f, id, &CHILD).at[0];
    assert_int_equal(now.answer, INQUIRY_EDITED);
    assert_text(now.words, "語句を直しました。");
    assert_text(now.answered_by, "kakari");
    assert_int_equal(now.answered_at, INSTANT + 1);
    assert_int_equal(get(f, id).answered, 1); /* one part, answered twice */
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(inquiry_step_list(conn, f->arena, part.id, &steps, &error));
    assert_int_equal(steps.len, 3);
    assert_int_equal(steps.at[0].answer, INQUIRY_OPEN);
    assert_text(steps.at[0].actor, "kikaku");
    assert_int_equal(steps.at[1].answer, INQUIRY_CONFIRMED);
    assert_int_equal(steps.at[2].answer, INQUIRY_EDITED);
}

static void what_is_handed_back_goes_to_another_unit(void **state)
{
    const Fixture *f = *state;
    Error error;
    InquirySteps steps;
    int64_t id = send(f);
    const InquiryPart part = parts_of(f, id, &CHILD).at[0];
    assert_false(inquiry_resend(f->db, part.id, SCHOOL, S("kikaku"), INSTANT + 2, &error));
    assert_error(&error, ERROR_CONFLICT, "handed back");
    assert_false(reply(f, part.id, INQUIRY_RETURNED, " ", CHILD, &error));
    assert_error(&error, ERROR_INPUT, "why");
    assert_true(reply(f, part.id, INQUIRY_RETURNED, "学校の担当です。", CHILD, &error));
    assert_int_equal(get(f, id).returned, 1);
    assert_int_equal(get(f, id).answered, 0);
    error = (Error){0};
    assert_false(inquiry_resend(f->db, part.id, CHILD, S("kikaku"), INSTANT + 2, &error));
    assert_error(&error, ERROR_INPUT, "another");
    assert_true(inquiry_resend(f->db, part.id, SCHOOL, S("kikaku"), INSTANT + 2, &error));
    assert_int_equal(get(f, id).returned, 0);
    assert_int_equal(parts_of(f, id, &CHILD).len, 0);
    const InquiryPart now = parts_of(f, id, &SCHOOL).at[0];
    assert_int_equal(now.id, part.id);
    assert_int_equal(now.answer, INQUIRY_OPEN);
    assert_text(now.words, "");
    assert_false(reply(f, part.id, INQUIRY_CONFIRMED, "", CHILD, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_true(reply(f, part.id, INQUIRY_CONFIRMED, "", SCHOOL, &error));
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(inquiry_step_list(conn, f->arena, part.id, &steps, &error));
    assert_int_equal(steps.len, 4);
    assert_text(steps.at[1].words, "学校の担当です。");
    assert_text(steps.at[2].unit, "school");
}

static void a_node_comes_to_a_unit_once(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t id = 0;
    InquiryNew inquiry = two_parts(f);
    const InquiryPart both[] = {{.key = S(MEASURE), .unit = CHILD}, {.key = S(MEASURE), .unit = YOUTH}};
    inquiry.parts = both;
    assert_true(inquiry_send(f->db, &inquiry, &id, &error));
    const InquiryPart part = parts_of(f, id, &CHILD).at[0];
    assert_true(reply(f, part.id, INQUIRY_RETURNED, "所管外", CHILD, &error));
    assert_false(inquiry_resend(f->db, part.id, YOUTH, S("kikaku"), INSTANT, &error));
    assert_error(&error, ERROR_CONFLICT, "already");
}

static void a_closed_inquiry_is_settled(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t id = send(f), open = send(f);
    const InquiryPart part = parts_of(f, id, &CHILD).at[0];
    assert_true(reply(f, part.id, INQUIRY_RETURNED, "所管外", CHILD, &error));
    assert_int_equal(parts_of(f, 0, &CHILD).len, 2); /* of both that are open */
    assert_true(inquiry_close(f->db, id, S("kikaku"), INSTANT + 5, &error));
    assert_int_equal(get(f, id).closed_at, INSTANT + 5);
    assert_text(get(f, id).closed_by, "kikaku");
    assert_false(reply(f, part.id, INQUIRY_CONFIRMED, "", CHILD, &error));
    assert_error(&error, ERROR_CONFLICT, "closed");
    assert_false(inquiry_resend(f->db, part.id, SCHOOL, S("kikaku"), INSTANT, &error));
    assert_error(&error, ERROR_CONFLICT, "closed");
    assert_false(inquiry_close(f->db, id, S("kikaku"), INSTANT + 6, &error));
    assert_error(&error, ERROR_CONFLICT, "closed");
    assert_false(inquiry_close(f->db, 999, S("kikaku"), INSTANT, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    const InquiryParts waiting = parts_of(f, 0, &CHILD);
    assert_int_equal(waiting.len, 1);
    assert_int_equal(waiting.at[0].inquiry_id, open);
}

static void reword(const Fixture *f, const char *key, const char *after, Str cause)
{
    Error error = {0};
    int64_t group;
    const PlanChangeBy by = {.edition = &f->edition,
        .author = S("kakari"),
        .reason = S("照会による"),
        .cause = cause,
        .instant = INSTANT,
        .seen = -1};
    if (!plan_change_reword(f->db, &by, str_of(key), str_of(after), 0, &group, &error))
        fail_msg("%s", error.message);
}

static void a_part_counts_the_changes_that_came_in_with_it(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    PlanChanges changes;
    int64_t id = send(f);
    const InquiryPart part = parts_of(f, id, &YOUTH).at[0];
    Str cause = inquiry_cause(f->arena, part.id);
    assert_int_equal(inquiry_of_cause(cause), part.id);
    assert_int_equal(inquiry_of_cause(S("evaluation:3")), 0);
    assert_int_equal(inquiry_of_cause(S("inquiry:0")), 0);
    /* two hunks of one rewording are one change to people */
    reword(f, "2-1-2-1-1", "さまざまな体験の場を用意します。", cause);
    reword(f, "2-1-2-1-2", "放課後の居場所を確保します。", cause);
    reword(f, "2-1-1-1", "いつでも相談に応じます。", STR_EMPTY);
    assert_int_equal(parts_of(f, id, &YOUTH).at[0].changes, 2);
    assert_int_equal(parts_of(f, id, &CHILD).at[0].changes, 0);
    {
        CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
        const PlanChangeQuery query = {.plan_id = f->edition.plan_id, .key = S("2-1-2-1-2"), .cause = cause};
        assert_true(plan_change_list(conn, f->arena, &query, &changes, &error));
    }
    assert_true(plan_change_withdraw(f->db, changes.at[0].group, S("kakari"), INSTANT + 1, &error));
    assert_int_equal(parts_of(f, id, &YOUTH).at[0].changes, 1);
}

static void the_last_inquiry_says_who_has_a_node(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    InquiryParts units;
    int64_t first = send(f), second = send(f);
    assert_true(first < second);
    const InquiryPart part = parts_of(f, second, &CHILD).at[0];
    assert_true(reply(f, part.id, INQUIRY_RETURNED, "所管外", CHILD, &error));
    assert_true(inquiry_resend(f->db, part.id, SCHOOL, S("kikaku"), INSTANT, &error));
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(inquiry_unit_list(conn, f->arena, f->edition.plan_id, &units, &error));
    assert_int_equal(units.len, 4);
    assert_text(units.at[0].key, MEASURE);
    assert_text(units.at[0].unit, "school"); /* where it was sent to in the end */
    assert_text(units.at[3].key, OTHER);
    assert_text(units.at[3].unit, "youth");
}

static void answers_have_names_and_titles(void **state)
{
    (void)state;
    for (int i = 0; i < INQUIRY_ANSWER_COUNT; i++) {
        InquiryAnswer back;
        assert_true(inquiry_answer_from_name(str_of(inquiry_answer_name((InquiryAnswer)i)), &back));
        assert_int_equal(back, i);
        for (int language = 0; language < LANGUAGE_COUNT; language++)
            assert_true(inquiry_answer_title((InquiryAnswer)i, (Language)language).len > 0);
    }
    InquiryAnswer none = INQUIRY_EDITED;
    assert_false(inquiry_answer_from_name(S("perhaps"), &none));
    assert_int_equal(none, INQUIRY_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_inquiry_goes_to_its_units, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(
            what_cannot_be_sent_is_refused_and_leaves_nothing, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(
            today_is_a_day_to_answer_by_and_two_units_may_have_one_node, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_the_unit_answers_and_may_answer_again, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_handed_back_goes_to_another_unit, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_node_comes_to_a_unit_once, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_closed_inquiry_is_settled, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(
            a_part_counts_the_changes_that_came_in_with_it, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_last_inquiry_says_who_has_a_node, setup, fixture_teardown),
        cmocka_unit_test(answers_have_names_and_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
