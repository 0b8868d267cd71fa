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

static PlanChangeNew change_of(const Fixture *f)
{
    return (PlanChangeNew){.edition = &f->edition,
        .key = S("2-1-1-1"),
        .before = S(WORDING),
        .after = S("子どもの体験の場を、年齢に応じて設けます。"),
        .author = S("kikaku"),
        .reason = S("低学年の参加が少ないため。"),
        .cause = S("evaluation:12"),
        .instant = INSTANT + 5};
}

static int64_t propose(const Fixture *f, const PlanChangeNew *change)
{
    int64_t id = 0;
    Error error = {0};
    if (!plan_change_propose(f->db, change, &id, &error)) {
        fail_msg("%s", error.message);
    }
    return id;
}

static PlanChanges list(const Fixture *f, const char *key)
{
    PlanChanges changes;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_change_list(conn, f->arena, f->edition.plan_id, str_of(key), &changes, &error)) {
        fail_msg("%s", error.message);
    }
    return changes;
}

static void assert_text(Str text, const char *expected)
{
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.at, expected, text.len);
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

static void assert_refused(const Fixture *f, const PlanChangeNew *change, ErrorCode code)
{
    Error error = {0};
    int64_t id = 0;
    assert_false(plan_change_propose(f->db, change, &id, &error));
    assert_int_equal(error.code, code);
    assert_int_equal(list(f, "").len, 0);
}

static void test_proposed_change_is_kept_whole(void **state)
{
    const Fixture *f = *state;
    const PlanChangeNew change = change_of(f);
    const int64_t id = propose(f, &change);
    const PlanChanges changes = list(f, "2-1-1-1");
    assert_int_equal(changes.len, 1);
    const PlanChange *kept = &changes.at[0];
    assert_int_equal(kept->id, id);
    assert_int_equal(kept->edition_id, f->edition.id);
    assert_int_equal(kept->plan_id, f->edition.plan_id);
    assert_text(kept->key, "2-1-1-1");
    assert_text(kept->before, WORDING);
    assert_text(kept->after, "子どもの体験の場を、年齢に応じて設けます。");
    assert_text(kept->author, "kikaku");
    assert_text(kept->reason, "低学年の参加が少ないため。");
    assert_text(kept->cause, "evaluation:12");
    assert_int_equal(kept->created_at, INSTANT + 5);
    assert_int_equal(kept->state, PLAN_CHANGE_PENDING);
}

static void test_edition_is_not_touched(void **state)
{
    const Fixture *f = *state;
    const PlanChangeNew change = change_of(f);
    propose(f, &change);
    assert_text(text_of(f, "2-1-1-1"), WORDING);
    assert_text(text_of(f, "2-1-1-2"), "居場所を確保します。");
}

static void test_changes_stand_beside_each_other(void **state)
{
    const Fixture *f = *state;
    PlanChangeNew change = change_of(f);
    const int64_t first = propose(f, &change);
    change.after = S("子どもの体験の場を増やします。");
    change.author = S("jidou");
    const int64_t second = propose(f, &change);
    change.key = S("2-1-1-2");
    change.before = S("居場所を確保します。");
    change.cause = STR_EMPTY;
    const int64_t elsewhere = propose(f, &change);
    const PlanChanges here = list(f, "2-1-1-1"), all = list(f, "");
    assert_int_equal(here.len, 2);
    assert_int_equal(here.at[0].id, first);
    assert_int_equal(here.at[1].id, second);
    assert_text(here.at[0].after, "子どもの体験の場を、年齢に応じて設けます。");
    assert_int_equal(all.len, 3);
    assert_int_equal(all.at[2].id, elsewhere);
    assert_text(all.at[2].cause, "");
}

static void test_senseless_changes_are_refused(void **state)
{
    const Fixture *f = *state;
    PlanChangeNew change = change_of(f);
    change.after = change.before;
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.after = S("　" WORDING " \n");
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.after = S(" ");
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.reason = S("　 ");
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.author = STR_EMPTY;
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.after = S("\xff");
    assert_refused(f, &change, ERROR_INPUT);
    change = change_of(f);
    change.key = S("2-1-1-9");
    assert_refused(f, &change, ERROR_NOT_FOUND);
    change = change_of(f);
    change.before = S("子どもの体験の場を設けました。");
    assert_refused(f, &change, ERROR_CONFLICT);
}

static void test_only_the_author_withdraws_and_only_once(void **state)
{
    const Fixture *f = *state;
    const PlanChangeNew change = change_of(f);
    const int64_t id = propose(f, &change);
    Error error = {0};
    assert_false(plan_change_withdraw(f->db, id, S("jidou"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(list(f, "2-1-1-1").at[0].state, PLAN_CHANGE_PENDING);
    assert_true(plan_change_withdraw(f->db, id, S("kikaku"), INSTANT + 9, &error));
    const PlanChanges after = list(f, "2-1-1-1");
    assert_int_equal(after.len, 1);
    assert_int_equal(after.at[0].state, PLAN_CHANGE_WITHDRAWN);
    assert_text(after.at[0].after, "子どもの体験の場を、年齢に応じて設けます。");
    assert_false(plan_change_withdraw(f->db, id, S("kikaku"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_false(plan_change_withdraw(f->db, id + 100, S("kikaku"), INSTANT + 9, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void test_one_change_is_found_by_its_id(void **state)
{
    const Fixture *f = *state;
    const PlanChangeNew change = change_of(f);
    const int64_t id = propose(f, &change);
    PlanChange found;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    assert_true(plan_change_get(conn, f->arena, id, &found, &error));
    assert_text(found.key, "2-1-1-1");
    assert_false(plan_change_get(conn, f->arena, id + 1, &found, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_proposed_change_is_kept_whole),
        TEST(test_edition_is_not_touched),
        TEST(test_changes_stand_beside_each_other),
        TEST(test_senseless_changes_are_refused),
        TEST(test_only_the_author_withdraws_and_only_once),
        TEST(test_one_change_is_found_by_its_id),
    };
    return cmocka_run_group_tests_name("plan change", tests, NULL, NULL);
}
