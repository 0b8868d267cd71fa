/* Evaluations as rows: one a measure and year, edits that find out about each other, texts that are never
 * lost, freezing once, and who may do what.
 */
#include "fixture.h"

#include <setjmp.h>
#include <cmocka.h>

static bool begin(Fixture *f, const char *key, int64_t year, EvaluationRight right, int64_t *id, Error *error)
{
    const EvaluationNew begun = {.edition = &f->edition,
        .key = str_of(key),
        .fiscal_year = year,
        .right = right,
        .actor = S("kikaku"),
        .instant = INSTANT};
    return evaluation_begin(f->db, &begun, id, error);
}

static bool edit(const Fixture *f, int64_t id, int64_t version, const char *achieved, Error *error)
{
    EvaluationEdit edit = {.id = id,
        .version = version,
        .text = fixture_text(),
        .right = EVALUATION_WRITE,
        .actor = S("kikaku"),
        .instant = INSTANT};
    edit.text.achieved = str_of(achieved);
    return evaluation_edit(f->db, &edit, error);
}

static void test_begun_evaluation_is_an_empty_draft(void **state)
{
    Fixture *f = *state;
    const Evaluation evaluation = fixture_get(f, fixture_begin(f));
    assert_text(evaluation.key, "2-1-2");
    assert_text(evaluation.plan, "basic-2019");
    assert_text(evaluation.edition, "素案");
    assert_int_equal(evaluation.fiscal_year, YEAR);
    assert_int_equal(evaluation.version, 1);
    assert_false(evaluation.is_frozen);
    assert_text(evaluation.text.achieved, "");
    assert_int_equal(evaluation.text.judgement, EVALUATION_UNJUDGED);
    assert_text(evaluation.edited_by, "kikaku");
    assert_int_equal(evaluation.edited_at, INSTANT);
}

static void test_a_measure_has_one_a_year(void **state)
{
    Fixture *f = *state;
    const int64_t first = fixture_begin(f);
    int64_t id = 0;
    Error error = {0};
    assert_false(begin(f, "2-1-2", YEAR, EVALUATION_WRITE, &id, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(id, first);
    assert_true(begin(f, "2-1-2", YEAR + 1, EVALUATION_WRITE, &id, &error));
    assert_true(begin(f, "2-1-1", YEAR, EVALUATION_WRITE, &id, &error));
}

static void test_only_a_measure_is_evaluated(void **state)
{
    Fixture *f = *state;
    int64_t id = 0;
    Error error = {0};
    assert_false(begin(f, "2-1-2-1", YEAR, EVALUATION_WRITE, &id, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_false(begin(f, "9-9-9", YEAR, EVALUATION_WRITE, &id, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_false(begin(f, "2-1-2", 26, EVALUATION_WRITE, &id, &error));
    assert_int_equal(error.code, ERROR_INPUT);
}

static void test_texts_are_kept_with_every_version(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    EvaluationText text = fixture_text();
    fixture_edit(f, id, 1, text);
    text.achieved = S("教室を13回開いた。");
    text.judgement = EVALUATION_A;
    fixture_edit(f, id, 2, text);
    const Evaluation now = fixture_get(f, id);
    assert_int_equal(now.version, 3);
    assert_text(now.text.achieved, "教室を13回開いた。");
    assert_text(now.text.left, "低学年の参加が少ない。");
    assert_text(now.text.second, "妥当である。");
    assert_int_equal(now.text.judgement, EVALUATION_A);
    assert_int_equal(now.text.direction, EVALUATION_IMPROVE);
    EvaluationVersions versions;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(evaluation_history(conn, f->arena, id, &versions, &error));
    assert_int_equal(versions.len, 3);
    assert_int_equal(versions.at[0].version, 3);
    assert_text(versions.at[1].text.achieved, "教室を12回開いた。");
    assert_int_equal(versions.at[1].text.judgement, EVALUATION_B);
    assert_text(versions.at[2].text.achieved, "");
    assert_int_equal(versions.at[1].edited_at, INSTANT + 1);
}

static void test_two_editors_find_out_about_each_other(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    Error error = {0};
    assert_true(edit(f, id, 1, "一人目", &error));
    assert_false(edit(f, id, 1, "二人目", &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_text(fixture_get(f, id).text.achieved, "一人目");
    assert_false(edit(f, id + 50, 1, "だれか", &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void test_the_same_texts_make_no_version(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    Error error = {0};
    assert_true(edit(f, id, 1, "同じ", &error));
    assert_true(edit(f, id, 2, " 同じ\n", &error));
    assert_int_equal(fixture_get(f, id).version, 2);
}

static void test_texts_that_cannot_be_kept_are_refused(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    Error error = {0};
    char *text = calloc(EVALUATION_TEXT_MAX * 3 + 4, 1);
    for (size_t i = 0; i < EVALUATION_TEXT_MAX; i++)
        memcpy(text + i * 3, "字", 3);
    assert_true(edit(f, id, 1, text, &error));
    memcpy(text + EVALUATION_TEXT_MAX * 3, "字", 3);
    assert_false(edit(f, id, 2, text, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_false(edit(f, id, 2, "\xe3\x81", &error));
    assert_int_equal(error.code, ERROR_INPUT);
    free(text);
}

static void test_freezing_keeps_document_and_who(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    fixture_edit(f, id, 1, fixture_text());
    fixture_freeze(f, id);
    const Evaluation frozen = fixture_get(f, id);
    assert_true(frozen.is_frozen);
    assert_text(frozen.frozen_by, "kacho");
    assert_int_equal(frozen.frozen_at, INSTANT + 100);
    assert_int_equal(frozen.hash.len, EVALUATION_HASH_LENGTH);
    assert_true(str_contains(frozen.content, S("教室を12回開いた。")));
}

static void test_freezing_is_refused(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    Error error = {0};
    Evaluation evaluation = fixture_get(f, id);
    EvaluationFreeze freeze = {.evaluation = &evaluation,
        .content = S("{}"),
        .hash = S("0"),
        .right = EVALUATION_WRITE,
        .actor = S("kacho"),
        .instant = INSTANT};
    assert_false(evaluation_freeze(f->db, &freeze, &error)); /* nothing is written yet */
    assert_int_equal(error.code, ERROR_INPUT);
    fixture_edit(f, id, 1, fixture_text());
    evaluation = fixture_get(f, id);
    fixture_edit(f, id, 2, (EvaluationText){.achieved = S("後から")});
    assert_false(evaluation_freeze(f->db, &freeze, &error)); /* not what was shown */
    assert_int_equal(error.code, ERROR_CONFLICT);
    fixture_edit(f, id, 3, fixture_text());
    fixture_freeze(f, id);
    evaluation = fixture_get(f, id);
    assert_false(evaluation_freeze(f->db, &freeze, &error)); /* twice */
    assert_int_equal(error.code, ERROR_CONFLICT);
}

static void test_a_correction_leaves_the_document(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    fixture_edit(f, id, 1, fixture_text());
    fixture_freeze(f, id);
    EvaluationText corrected = fixture_text(), frozen_text;
    corrected.achieved = S("教室を11回開いた。");
    fixture_edit(f, id, 2, corrected);
    const Evaluation now = fixture_get(f, id);
    EvaluationSheet sheet;
    Error error = {0};
    assert_true(evaluation_read_content(f->arena, &now, &sheet, &frozen_text, &error));
    assert_text(frozen_text.achieved, "教室を12回開いた。");
    assert_text(now.text.achieved, "教室を11回開いた。");
}

static void test_drafts_are_not_public(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    Evaluation evaluation;
    Evaluations seen;
    Error error = {0};
    fixture_edit(f, id, 1, fixture_text());
    {
        CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
        assert_false(evaluation_get(conn, f->arena, id, EVALUATION_PUBLIC, &evaluation, &error));
        assert_int_equal(error.code, ERROR_NOT_FOUND);
        assert_true(
            evaluation_list(conn, f->arena, f->edition.plan_id, YEAR, EVALUATION_PUBLIC, &seen, &error));
        assert_int_equal(seen.len, 0);
        assert_true(
            evaluation_list(conn, f->arena, f->edition.plan_id, YEAR, EVALUATION_READ, &seen, &error));
        assert_int_equal(seen.len, 1);
    }
    fixture_freeze(f, id);
    CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
    assert_true(evaluation_get(conn, f->arena, id, EVALUATION_PUBLIC, &evaluation, &error));
    assert_true(evaluation_list(conn, f->arena, f->edition.plan_id, YEAR, EVALUATION_PUBLIC, &seen, &error));
    assert_int_equal(seen.len, 1);
    assert_int_equal(seen.at[0].id, id);
    assert_true(
        evaluation_list(conn, f->arena, f->edition.plan_id, YEAR + 1, EVALUATION_READ, &seen, &error));
    assert_int_equal(seen.len, 0);
}

static void test_only_planning_writes(void **state)
{
    Fixture *f = *state;
    const int64_t id = fixture_begin(f);
    int64_t other = 0;
    Error error = {0};
    const EvaluationEdit edit = {.id = id,
        .version = 1,
        .text = fixture_text(),
        .right = EVALUATION_READ,
        .actor = S("seishonen"),
        .instant = INSTANT};
    assert_false(begin(f, "2-1-1", YEAR, EVALUATION_READ, &other, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_false(evaluation_edit(f->db, &edit, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(fixture_get(f, id).version, 1);
}

static Account account_of(Arena *arena, const char *role)
{
    Account account = {.id = 1, .login = S("x")};
    *VEC_PUSH(arena, &account.roles) = str_of(role);
    return account;
}

static void test_rights_follow_roles(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *role;
        EvaluationRight right;
    } cases[] = {{"planner", EVALUATION_WRITE}, {"planning_manager", EVALUATION_WRITE},
        {"youth_officer", EVALUATION_READ}, {"resident", EVALUATION_PUBLIC}, {"anyone", EVALUATION_PUBLIC}};
    assert_int_equal(evaluation_right_of(NULL), EVALUATION_PUBLIC);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Account account = account_of(f->arena, cases[i].role);
        assert_int_equal(evaluation_right_of(&account), cases[i].right);
        account.disabled = true;
        assert_int_equal(evaluation_right_of(&account), EVALUATION_PUBLIC);
    }
    const Account nobody = {.id = 2};
    assert_int_equal(evaluation_right_of(&nobody), EVALUATION_PUBLIC);
}

static void test_words_and_causes(void **state)
{
    Fixture *f = *state;
    for (int i = 0; i < EVALUATION_JUDGEMENT_COUNT; i++) {
        EvaluationJudgement back;
        assert_true(evaluation_judgement_from_name(str_of(evaluation_judgement_name(i)), &back));
        assert_int_equal(back, i);
    }
    EvaluationDirection direction;
    assert_true(evaluation_direction_from_name(S("reduce"), &direction));
    assert_text(evaluation_direction_title(direction, LANGUAGE_JA), "縮小");
    assert_false(evaluation_direction_from_name(S("縮小"), &direction));
    assert_text(evaluation_cause(f->arena, 12), "evaluation:12");
    assert_int_equal(evaluation_of_cause(S("evaluation:12")), 12);
    assert_int_equal(evaluation_of_cause(S("question:12")), 0);
    assert_int_equal(evaluation_of_cause(S("evaluation:-1")), 0);
    assert_int_equal(evaluation_of_cause(S("evaluation:")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_begun_evaluation_is_an_empty_draft),
        TEST(test_a_measure_has_one_a_year),
        TEST(test_only_a_measure_is_evaluated),
        TEST(test_texts_are_kept_with_every_version),
        TEST(test_two_editors_find_out_about_each_other),
        TEST(test_the_same_texts_make_no_version),
        TEST(test_texts_that_cannot_be_kept_are_refused),
        TEST(test_freezing_keeps_document_and_who),
        TEST(test_freezing_is_refused),
        TEST(test_a_correction_leaves_the_document),
        TEST(test_drafts_are_not_public),
        TEST(test_only_planning_writes),
        TEST(test_rights_follow_roles),
        TEST(test_words_and_causes),
    };
    return cmocka_run_group_tests_name("review evaluation", tests, NULL, NULL);
}
