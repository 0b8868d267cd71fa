/* Draft changes: kept as they were made, refused where they make no sense, withdrawn by their author alone;
 * the edition they stand on is never touched.
 */
#include "draft_fixture.h"
#include "plan/store_internal.h"

#define WORDING "子どもの体験の場を設けます。"

static void assert_refused(
    const Fixture *f, const PlanChangeBy *by, const char *key, const char *after, ErrorCode code)
{
    Error error = {0};
    int64_t group = 0;
    assert_false(plan_change_reword(f->db, by, str_of(key), str_of(after), 0, &group, &error));
    assert_int_equal(error.code, code);
    assert_int_equal(list(f, "").len, 0);
}

static void test_change_is_kept_as_its_author_made_it(void **state)
{
    const Fixture *f = *state;
    const int64_t group = reword(f, "2-1-1-1", "子どもの体験の場を、年齢に応じて設けます。");
    const PlanChanges changes = list(f, "2-1-1-1");
    assert_true(changes.len >= 1);
    const PlanChange *kept = &changes.at[0];
    assert_int_equal(kept->id, group);
    assert_int_equal(kept->group, group);
    assert_int_equal(kept->edition_id, f->edition.id);
    assert_int_equal(kept->plan_id, f->edition.plan_id);
    assert_text(kept->operation.key, "2-1-1-1");
    assert_int_equal(kept->operation.kind, PLAN_EDIT);
    assert_text(kept->author, "kikaku");
    assert_text(kept->reason, "低学年の参加が少ないため。");
    assert_text(kept->cause, "evaluation:12");
    assert_int_equal(kept->created_at, INSTANT + 5);
    assert_int_equal(kept->state, PLAN_CHANGE_PENDING);
    assert_int_equal(kept->decided_at, 0);
    assert_int_equal(kept->made, 0);
}

static void test_edition_is_not_touched(void **state)
{
    const Fixture *f = *state;
    reword(f, "2-1-1-1", "子どもの体験の場を、年齢に応じて設けます。");
    assert_text(wording(f, f->edition.id, "2-1-1-1"), WORDING);
    assert_text(wording(f, f->edition.id, "2-1-1-2"), "居場所を確保します。");
}

static void test_senseless_changes_are_refused(void **state)
{
    const Fixture *f = *state;
    const char *after = "子どもの体験の場を増やします。";
    PlanChangeBy by = by_of(f);
    assert_refused(f, &by, "2-1-1-1", WORDING, ERROR_INPUT);
    assert_refused(f, &by, "2-1-1-1", "　" WORDING " \n", ERROR_INPUT);
    assert_refused(f, &by, "2-1-1-1", " ", ERROR_INPUT);
    assert_refused(f, &by, "2-1-1-1", "\xff", ERROR_INPUT);
    assert_refused(f, &by, "2-1-1-1", "二つの\n行", ERROR_INPUT);
    assert_refused(f, &by, "2-1-1-9", after, ERROR_NOT_FOUND);
    by.reason = S("　 ");
    assert_refused(f, &by, "2-1-1-1", after, ERROR_INPUT);
    by = by_of(f);
    by.author = STR_EMPTY;
    assert_refused(f, &by, "2-1-1-1", after, ERROR_INPUT);
}

static void test_only_the_author_withdraws_and_only_once(void **state)
{
    const Fixture *f = *state;
    const int64_t group = reword(f, "2-1-1-1", "子どもの体験の場を増やします。");
    Error error = {0};
    assert_false(plan_change_withdraw(f->db, group, S("jidou"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(get(f, group).state, PLAN_CHANGE_PENDING);
    assert_true(plan_change_withdraw(f->db, group, S("kikaku"), INSTANT + 9, &error));
    const PlanChange after = get(f, group);
    assert_int_equal(after.state, PLAN_CHANGE_WITHDRAWN);
    assert_text(after.decided_by, "kikaku");
    assert_int_equal(after.decided_at, INSTANT + 9);
    assert_false(plan_change_withdraw(f->db, group, S("kikaku"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_false(plan_change_withdraw(f->db, group + 100, S("kikaku"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

/* jidou words kikaku's pending change anew, and takes that back. */
static void test_revision_takes_the_place_and_gives_it_back(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    PlanChangeBy by = by_of(f);
    const int64_t first = reword(f, "2-1-1-1", "子どもの体験の場を増やします。");
    by.author = S("jidou");
    const int64_t second = reword_as(f, &by, "2-1-1-1", "子どもの体験の場を毎年増やします。", first);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_REVISED);
    assert_int_equal(get(f, second).revises, first);
    assert_false(plan_change_reword(f->db, &by, S("2-1-1-1"), S("別の文。"), first, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_true(plan_change_withdraw(f->db, second, S("jidou"), INSTANT + 9, &error));
    assert_int_equal(get(f, first).state, PLAN_CHANGE_PENDING);
}

/* Both opened the node at the same time. */
static void test_second_author_is_told(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    PlanChangeBy by = by_of(f);
    by.seen = 0;
    const int64_t first = reword_as(f, &by, "2-1-1-1", "子どもの体験の場を増やします。", 0);
    assert_false(plan_change_reword(f->db, &by, S("2-1-1-1"), S("別の文。"), 0, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    reword_as(f, &by, "2-1-1-2", "居場所を増やします。", 0);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_change_newest(conn, f->edition.id, S("2-1-1-1"), &by.seen, &error));
    assert_true(by.seen > 0);
    db_read_end(&conn);
    reword_as(f, &by, "2-1-1-1", "別の文。", first);
}

/* What is accepted is the draft; what is taken back is not; every decision is kept. */
static void test_decisions_make_the_draft_and_can_be_taken_back(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    int64_t events = 0;
    const int64_t group = reword(f, "2-1-1-1", "子どもの体験の場を増やします。");
    accept(f, group);
    PlanChange change = get(f, group);
    assert_int_equal(change.state, PLAN_CHANGE_ACCEPTED);
    assert_true(change.operation.accepted);
    assert_text(change.decided_by, "kacho");
    assert_text(change.decision, "会議で決めた。");
    assert_int_equal(change.decided_at, INSTANT + 20);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の場を増やします。\n")));
    decide(f, group, PLAN_CHANGE_PENDING);
    change = get(f, group);
    assert_int_equal(change.state, PLAN_CHANGE_PENDING);
    assert_int_equal(change.decided_at, 0);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 " WORDING "\n")));
    decide(f, group, PLAN_CHANGE_REJECTED);
    assert_int_equal(get(f, group).state, PLAN_CHANGE_REJECTED);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(db_one_integer(conn, &events, &error,
        "select count(*) from plan_change_event where change_id = ?1", value_integer(group)));
    assert_int_equal(events, 4);
}

static void test_overlapping_changes_are_not_both_accepted(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    PlanConflict conflict;
    const int64_t first = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const int64_t second = reword(f, "2-1-1-1", "子どもの体験の日を設けます。");
    const int64_t apart = reword(f, "2-1-1-1", "児童の体験の場を設けます。");
    accept(f, first);
    accept(f, apart);
    assert_false(decide_group(f, second, PLAN_CHANGE_ACCEPTED, &conflict, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(conflict.a, first);
    assert_int_equal(conflict.b, second);
    assert_int_equal(get(f, second).state, PLAN_CHANGE_PENDING);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 児童の体験の機会を設けます。\n")));
    decide(f, first, PLAN_CHANGE_REJECTED);
    accept(f, second);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 児童の体験の日を設けます。\n")));
}

/* Accepted words are changed again: the later change takes the place when it is accepted, not before. */
static void test_accepted_words_changed_again(void **state)
{
    const Fixture *f = *state;
    const int64_t first = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    accept(f, first);
    const int64_t second = reword(f, "2-1-1-1", "子どもの体験の日を設けます。");
    assert_int_equal(get(f, second).operation.over.len, 1);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_ACCEPTED);
    accept(f, second);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_REVISED);
    assert_text(get(f, first).decided_by, "kacho");
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の日を設けます。\n")));
    Error error = {0};
    assert_false(decide_group(f, first, PLAN_CHANGE_REJECTED, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    decide(f, second, PLAN_CHANGE_REJECTED);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_ACCEPTED);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の機会を設けます。\n")));
}

/* The rejected rewording cannot come back once the first wording was decided. */
static void test_revision_taken_back_too_late(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    const int64_t first = reword(f, "2-1-1-1", "子どもの体験の機会を設けます。");
    const PlanChangeBy by = by_of(f);
    const int64_t second = reword_as(f, &by, "2-1-1-1", "子どもの体験の日を設けます。", first);
    decide(f, second, PLAN_CHANGE_REJECTED);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_PENDING);
    decide(f, second, PLAN_CHANGE_PENDING);
    assert_int_equal(get(f, first).state, PLAN_CHANGE_REVISED);
    decide(f, second, PLAN_CHANGE_REJECTED);
    accept(f, first);
    assert_false(decide_group(f, second, PLAN_CHANGE_PENDING, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(get(f, second).state, PLAN_CHANGE_REJECTED);
}

static void test_operations_name_each_other(void **state)
{
    const Fixture *f = *state;
    PlanOperation operations[] = {
        {.kind = PLAN_INSERT,
            .node_kind = PLAN_MEASURE,
            .number = S("③"),
            .text = S("地域の支援"),
            .parent = S("2-1-m"),
            .after = S("2-1-2")},
        {.kind = PLAN_INSERT, .node_kind = PLAN_INITIATIVE, .text = S("地域と結びます。"), .parent = S("+1")},
        {.kind = PLAN_MOVE, .key = S("2-1-1-3"), .parent = S("+1"), .after = S("+2")},
    };
    const int64_t group = operate(f, operations, COUNT_OF(operations));
    accept(f, group);
    const Str expected = arena_printf(f->arena,
        "### ignored\n+%lld 地域の支援\n+%lld 地域と結びます。\n2-1-1-3 相談を受けます。\n", (long long)group,
        (long long)group + 1);
    assert_true(str_ends(draft_text(f), str_slice(expected, strlen("### ignored\n"), expected.len)));
    assert_int_equal(list(f, "2-1-1-3").len, 1);
    assert_int_equal(list(f, "2-1-m").len, 1);
}

static void test_what_needs_another_waits_for_it(void **state)
{
    const Fixture *f = *state;
    Error error = {0};
    PlanConflict conflict;
    const int64_t insert = operate_one(f, (PlanOperation){.kind = PLAN_INSERT,
                                              .node_kind = PLAN_INITIATIVE,
                                              .text = S("遊び場を設けます。"),
                                              .parent = S("2-1-1"),
                                              .after = S("2-1-1-1")});
    const Str name = arena_printf(f->arena, "+%lld", (long long)insert);
    const PlanChangeBy by = by_of(f);
    int64_t edit = 0;
    assert_true(plan_change_reword(f->db, &by, name, S("遊び場を増やします。"), 0, &edit, &error));
    assert_false(decide_group(f, edit, PLAN_CHANGE_ACCEPTED, &conflict, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(conflict.a, insert);
    assert_int_equal(conflict.b, edit);
    accept(f, insert);
    accept(f, edit);
    assert_true(str_contains(draft_text(f), S("設けます。\n+")));
    assert_true(str_contains(draft_text(f), S(" 遊び場を増やします。\n2-1-1-2 ")));
}

static void test_senseless_operations_are_refused_whole(void **state)
{
    const Fixture *f = *state;
    const PlanChangeBy by = by_of(f);
    PlanOperation wrong[] = {
        {.kind = PLAN_DELETE, .key = S("2-1-1-1")},
        {.kind = PLAN_MOVE, .key = S("2-1-1"), .parent = S("2-1-1-1")},
    };
    const PlanOperations operations = {wrong, COUNT_OF(wrong), COUNT_OF(wrong)}, none = {0};
    Error error = {0};
    assert_false(plan_change_operate(f->db, &by, &operations, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_false(plan_change_operate(f->db, &by, &none, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_int_equal(list(f, "").len, 0);
}

/* --- a database of the former kind: whole wordings side by side --- */

static bool write_former(DbConn *conn, void *argument, Error *error)
{
    const int64_t *edition = argument;
    int64_t id = 0;
    return db_insert(conn, &id, error,
               "insert into plan_change (plan_id, edition_id, key, before_text, after_text, author, reason, "
               "cause, "
               "state, created_at, withdrawn_at) values (1, ?1, '2-1-1-1', '子どもの体験の場を設けます。', "
               "'子どもの体験の場を増やします。', 'kikaku', '少ないため。', 'evaluation:3', 'pending', 77, "
               "null)",
               value_integer(*edition)) &&
           db_insert(conn, &id, error,
               "insert into plan_change (plan_id, edition_id, key, before_text, after_text, author, reason, "
               "cause, "
               "state, created_at, withdrawn_at) values (1, ?1, '2-1-1', '子ども支援', '子どもへの支援', "
               "'jidou', '言葉。', '', 'withdrawn', 78, 79)",
               value_integer(*edition));
}

static int setup_former(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    Error error = {0};
    *state = f;
    f->arena = arena_new((size_t)256 << 20);
    if (!db_open(&f->db, test_db_url(), &(DbOptions){.readers = 2}, &error) ||
        !store_migrate_to(f->db, 2, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    int64_t id = save_first(f);
    if (!db_write(f->db, write_former, &id, &error) || !plan_store_migrate(f->db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    f->edition = edition_of(f, id);
    return 0;
}

static void test_former_changes_are_brought_over(void **state)
{
    const Fixture *f = *state;
    const PlanChanges changes = list(f, "");
    assert_int_equal(changes.len, 2);
    const PlanChange *pending = &changes.at[0], *withdrawn = &changes.at[1];
    assert_int_equal(pending->state, PLAN_CHANGE_PENDING);
    assert_int_equal(pending->operation.kind, PLAN_EDIT);
    assert_int_equal(pending->operation.from, 0);
    assert_int_equal(pending->operation.to, 14);
    assert_int_equal(pending->group, pending->id);
    assert_int_equal(pending->created_at, 77);
    assert_text(pending->before, WORDING);
    assert_text(pending->cause, "evaluation:3");
    assert_int_equal(withdrawn->state, PLAN_CHANGE_WITHDRAWN);
    assert_int_equal(withdrawn->operation.kind, PLAN_RENAME);
    assert_text(withdrawn->operation.key, "2-1-1");
    assert_text(withdrawn->operation.text, "子どもへの支援");
    assert_text(withdrawn->decided_by, "jidou");
    assert_int_equal(withdrawn->decided_at, 79);
    const int64_t id = pending->id;
    accept(f, id);
    assert_true(str_contains(draft_text(f), S("2-1-1-1 子どもの体験の場を増やします。\n")));
    assert_true(reword(f, "2-1-1-2", "居場所を増やします。") > withdrawn->id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_change_is_kept_as_its_author_made_it),
        TEST(test_edition_is_not_touched),
        TEST(test_senseless_changes_are_refused),
        TEST(test_only_the_author_withdraws_and_only_once),
        TEST(test_revision_takes_the_place_and_gives_it_back),
        TEST(test_second_author_is_told),
        TEST(test_decisions_make_the_draft_and_can_be_taken_back),
        TEST(test_overlapping_changes_are_not_both_accepted),
        TEST(test_accepted_words_changed_again),
        TEST(test_revision_taken_back_too_late),
        TEST(test_operations_name_each_other),
        TEST(test_what_needs_another_waits_for_it),
        TEST(test_senseless_operations_are_refused_whole),
        cmocka_unit_test_setup_teardown(test_former_changes_are_brought_over, setup_former, teardown),
    };
    return cmocka_run_group_tests_name("plan change", tests, NULL, NULL);
}
