/* Draft changes: kept as they were made, refused where they make no sense, withdrawn by their author alone;
 * the edition they stand on is never touched.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/change.h"
#include "plan/format.h"
#include "testdb.h"

#define INSTANT 1526000000000000
#define WORDING "子どもの体験の場を設けます。"

static const char body[] = "---\nplan: basic-2019\nedition: 素案\n---\n"
                           "# 2 ひと創り / (1) 子ども {#2-1}\n"
                           "## 主な取組 {#2-1-m}\n"
                           "### ① 子ども支援 {#2-1-1}\n"
                           "- 子どもの体験の場を設けます。 {#2-1-1-1}\n"
                           "- 居場所を確保します。 {#2-1-1-2}\n";

typedef struct Fixture {
    Db *db;
    Arena *arena;
    PlanEdition edition;
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    Error error = {0};
    PlanErrors errors = {0};
    *state = f;
    f->arena = arena_new((size_t)64 << 20);
    if (!db_open(&f->db, test_db_url(), &(DbOptions){.readers = 2}, &error) ||
        !plan_store_migrate(f->db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    const PlanFile file = {S("plan.md"), str_of(body)};
    const Plan *plan = plan_read_markdown(f->arena, 1, &file, &errors);
    assert_non_null(plan);
    int64_t id = 0;
    const PlanSave save = {
        .plan = plan, .actor = S("kikaku"), .instant = INSTANT, .state = PLAN_EDITION_DRAFT};
    if (!plan_store_save(f->db, &save, &id, &error)) {
        fail_msg("%s", error.message);
    }
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_edition_get(conn, f->arena, id, &f->edition, &error));
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    db_close(f->db);
    arena_free(f->arena);
    free(f);
    return 0;
}

static PlanChangeBy by_of(const Fixture *f)
{
    return (PlanChangeBy){.edition = &f->edition,
        .author = S("kikaku"),
        .reason = S("低学年の参加が少ないため。"),
        .cause = S("evaluation:12"),
        .instant = INSTANT + 5,
        .seen = -1};
}

static int64_t reword_as(
    const Fixture *f, const PlanChangeBy *by, const char *key, const char *after, int64_t revises)
{
    int64_t group = 0;
    Error error = {0};
    if (!plan_change_reword(f->db, by, str_of(key), str_of(after), revises, &group, &error)) {
        fail_msg("%s", error.message);
    }
    return group;
}

static int64_t reword(const Fixture *f, const char *key, const char *after)
{
    const PlanChangeBy by = by_of(f);
    return reword_as(f, &by, key, after, 0);
}

static PlanChanges list(const Fixture *f, const char *key)
{
    PlanChanges changes;
    Error error = {0};
    const PlanChangeQuery query = {.plan_id = f->edition.plan_id, .key = str_of(key)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_change_list(conn, f->arena, &query, &changes, &error)) {
        fail_msg("%s", error.message);
    }
    return changes;
}

static PlanChange get(const Fixture *f, int64_t id)
{
    PlanChange change;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_change_get(conn, f->arena, id, &change, &error)) {
        fail_msg("%s", error.message);
    }
    return change;
}

static void assert_text(Str text, const char *expected)
{
    if (!str_equal(text, str_of(expected))) {
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARGS(text), expected);
    }
}

static Str text_of(const Fixture *f, const char *key)
{
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    const PlanPart *part = plan_load_part(conn, f->arena, &f->edition, str_of(key), &error);
    assert_non_null(part);
    return part->plan->nodes.at[0].text;
}

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
    assert_text(text_of(f, "2-1-1-1"), WORDING);
    assert_text(text_of(f, "2-1-1-2"), "居場所を確保します。");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_change_is_kept_as_its_author_made_it),
        TEST(test_edition_is_not_touched),
        TEST(test_senseless_changes_are_refused),
        TEST(test_only_the_author_withdraws_and_only_once),
        TEST(test_revision_takes_the_place_and_gives_it_back),
        TEST(test_second_author_is_told),
    };
    return cmocka_run_group_tests_name("plan change", tests, NULL, NULL);
}
