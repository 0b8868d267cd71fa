/* Editions in the database: what is saved is what is loaded, whole and in parts; keys live on; a refused
 * edition leaves nothing behind.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/format.h"
#include "plan/store.h"
#include "random_plan.h"
#include "testdb.h"

#define MANY ((size_t)256 << 20)
#define INSTANT 1526000000000000

static Db *new_db(void)
{
    Db *db = NULL;
    Error error = {0};
    if (!db_open(&db, test_db_url(), &(DbOptions){.readers = 2}, &error) ||
        !plan_store_migrate(db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    return db;
}

static int64_t save(Db *db, const Plan *plan, PlanEditionState state)
{
    int64_t id = 0;
    Error error = {0};
    const PlanSave request = {.plan = plan, .actor = S("planner"), .instant = INSTANT, .state = state};
    if (!plan_store_save(db, &request, &id, &error)) {
        fail_msg("%s", error.message);
    }
    return id;
}

static Plan *read_text(Arena *arena, const char *edition, const char *body)
{
    PlanErrors errors = {0};
    const PlanFile file = {
        S("plan.md"), arena_printf(arena, "---\nplan: basic-2019\nedition: %s\n---\n%s", edition, body)};
    Plan *plan = plan_read_markdown(arena, 1, &file, &errors);
    if (plan == NULL) {
        fail_msg("line %ld: %s", errors.at[0].line, errors.at[0].message);
    }
    return plan;
}

static const char body[] = "# 2 ひと創り / (1) 子ども {#2-1}\n"
                           "## 現状と課題 {#2-1-s}\n"
                           "### 出生数 {#2-1-s-1}\n"
                           "- 出生数が<ins>減って</ins>います。 {#2-1-s-1-1}\n"
                           "## 主な取組 {#2-1-m}\n"
                           "### ① 子育て支援 {#2-1-1}\n"
                           "#### 相談 {#2-1-1-1}\n"
                           "- 児童虐待の相談に応じます。 {#2-1-1-1-1}\n"
                           "- ﾏｲﾅﾝﾊﾞｰは使いません。 {#2-1-1-1-2}\n"
                           "## 注記\n"
                           "- [理由] 2-1: 全体の理由\n"
                           "- [注] 2-1-1-1-1 「児童虐待」: 要保護児童対策地域協議会のことを含む\n"
                           "# 3 まち創り / (1) 連携 {#3-1}\n"
                           "## 主な取組 {#3-1-m}\n"
                           "### ① 交流 {#3-1-1}\n"
                           "- 児童も交流します。 {#3-1-1-1}\n";

static PlanEdition find(DbConn *conn, Arena *arena, const char *plan, const char *name)
{
    PlanEdition edition;
    Error error = {0};
    if (!plan_edition_find(conn, arena, str_of(plan), str_of(name), &edition, &error)) {
        fail_msg("%s", error.message);
    }
    return edition;
}

static DbConn *reading(Db *db)
{
    DbConn *conn = NULL;
    Error error = {0};
    assert_true(db_read_begin(db, &conn, &error));
    return conn;
}

static int64_t count_rows(Db *db)
{
    static const char *const counts[] = {"select count(*) from plan", "select count(*) from edition",
        "select count(*) from plan_key", "select count(*) from node", "select count(*) from mark",
        "select count(*) from annotation"};
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    int64_t all = 0;
    Error error = {0};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        int64_t count = 0;
        assert_true(db_one_integer(conn, &count, &error, counts[i]));
        all = all * 1000 + count;
    }
    return all;
}

/* --- whole editions --- */

static void test_save_and_load(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    Plan *plan = read_text(arena, "素案", body);
    plan->title = S("基本計画");
    plan->notice = S("見本");
    save(db, plan, PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "");
    assert_true(str_equal(edition.plan, S("basic-2019")) && str_equal(edition.name, S("素案")));
    assert_true(str_equal(edition.title, S("基本計画")) && str_equal(edition.notice, S("見本")));
    assert_true(str_equal(edition.created_by, S("planner")));
    assert_int_equal(edition.created_at, INSTANT);
    assert_int_equal(edition.node_count, plan->nodes.len);
    assert_int_equal(edition.policy_count, 2);
    assert_int_equal(edition.annotation_count, 2);
    assert_int_equal(edition.state, PLAN_EDITION_DRAFT);
    assert_int_equal(edition.parent_id, 0);
    char hash[PLAN_HASH_LENGTH + 1];
    assert_true(plan_content_hash(plan, hash, &error));
    assert_true(str_equal(edition.content_hash, str_of(hash)));
    const Plan *loaded = plan_load(conn, arena, &edition, &error);
    assert_non_null(loaded);
    assert_true(plan_same(plan, loaded, &error));
    assert_true(plan_validate(loaded, &error));
    for (size_t i = 0; i < plan->nodes.len; i++) {
        assert_int_equal(plan->nodes.at[i].source.line, loaded->nodes.at[i].source.line);
        assert_true(str_equal(plan->nodes.at[i].source.file, loaded->nodes.at[i].source.file));
    }
}

static void test_random_plans(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    size_t saved = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Error error = {0};
        Plan *plan = random_plan(seed, arena, 40);
        if (!plan_give_keys(plan, &error)) {
            continue;
        }
        plan->id = arena_printf(arena, "plan-%d", (int)seed);
        plan->edition = S("案");
        save(db, plan, PLAN_EDITION_DRAFT);
        CLEANUP(db_read_end) DbConn *conn = reading(db);
        const PlanEdition edition = find(conn, arena, plan->id.at, "案");
        const Plan *loaded = plan_load(conn, arena, &edition, &error);
        if (loaded == NULL || !plan_same(plan, loaded, &error)) {
            fail_msg("seed %d: %s", (int)seed, error.message);
        }
        saved++;
    }
    assert_in_range(saved, 15, 40);
}

/* --- parts --- */

/* A part is the same stretch of the whole plan, for every node of it. */
static void test_parts(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    const Plan *plan = read_text(arena, "素案", body);
    save(db, plan, PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "");
    for (int32_t i = 0; (size_t)i < plan->nodes.len; i++) {
        const PlanPart *part = plan_load_part(conn, arena, &edition, plan->nodes.at[i].key, &error);
        assert_non_null(part);
        assert_int_equal(part->first, i);
        assert_int_equal(part->plan->nodes.len, plan_subtree_end(plan, i) - i);
        assert_int_equal(part->plan->nodes.at[0].parent, PLAN_NO_PARENT);
        for (size_t j = 0; j < part->plan->nodes.len; j++) {
            const PlanNode *a = &plan->nodes.at[(size_t)i + j], *b = &part->plan->nodes.at[j];
            assert_true(str_equal(a->key, b->key) && str_equal(a->text, b->text));
            assert_int_equal(a->marks.len, b->marks.len);
            assert_true(j == 0 || a->parent - i == b->parent);
        }
        int32_t above = plan->nodes.at[i].parent;
        for (size_t j = part->above_count; j > 0; j--) {
            assert_true(str_equal(part->above[j - 1].key, plan->nodes.at[above].key));
            assert_int_equal(part->above[j - 1].parent, (int32_t)j - 2);
            above = plan->nodes.at[above].parent;
        }
        assert_int_equal(above, PLAN_NO_PARENT);
    }
    const PlanPart *policy = plan_load_part(conn, arena, &edition, S("2-1"), &error);
    assert_int_equal(policy->plan->annotations.len, 2);
    assert_true(plan_validate(policy->plan, &error));
    assert_null(plan_load_part(conn, arena, &edition, S("9-9"), &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_string_equal(error.message, "edition \"素案\" has no node 9-9");
}

static void test_outline(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "");
    const Plan *outline = plan_load_outline(conn, arena, &edition, 1, &error);
    assert_non_null(outline);
    static const char *const keys[] = {"2", "2-1", "3", "3-1"};
    static const int32_t parents[] = {-1, 0, -1, 2};
    assert_int_equal(outline->nodes.len, COUNT_OF(keys));
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_true(str_equal(outline->nodes.at[i].key, str_of(keys[i])));
        assert_int_equal(outline->nodes.at[i].parent, parents[i]);
    }
}

static void test_neighbours(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "");
    PlanNeighbours near;
    const PlanPart *first = plan_load_part(conn, arena, &edition, S("2-1"), &error);
    assert_true(plan_load_neighbours(conn, arena, &edition, first, &near, &error));
    assert_true(near.before.key.len == 0);
    assert_true(str_equal(near.after.key, S("3-1"))); /* in another chapter */
    const PlanPart *second = plan_load_part(conn, arena, &edition, S("3-1"), &error);
    assert_true(plan_load_neighbours(conn, arena, &edition, second, &near, &error));
    assert_true(str_equal(near.before.key, S("2-1")));
    assert_true(near.after.key.len == 0);
}

/* --- search --- */

static void test_search(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    save(db, read_text(arena, "案", "# 2 ひと創り / (1) 子ども {#2-1}\n"), PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "素案");
    PlanHits hits;
    size_t total = 0;
    assert_true(plan_search(conn, arena, &edition, S("児童"), 0, 10, &hits, &total, &error));
    assert_int_equal(total, 2);
    assert_int_equal(hits.len, 2);
    assert_true(str_equal(hits.at[0].node.key, S("2-1-1-1-1")));
    assert_true(str_equal(hits.at[0].note, S("要保護児童対策地域協議会のことを含む")));
    static const char *const path[] = {"2", "2-1", "2-1-m", "2-1-1", "2-1-1-1"};
    assert_int_equal(hits.at[0].above_count, COUNT_OF(path));
    for (size_t i = 0; i < COUNT_OF(path); i++) {
        assert_true(str_equal(hits.at[0].above[i].key, str_of(path[i])));
    }
    assert_true(str_equal(hits.at[0].above[1].text, S("子ども")));
    assert_true(str_equal(hits.at[1].node.key, S("3-1-1-1")));
    assert_int_equal(hits.at[1].above_count, 4);
    assert_int_equal(hits.at[1].note.len, 0);
    assert_true(plan_search(conn, arena, &edition, S("マイナンバー"), 0, 10, &hits, &total, &error));
    assert_int_equal(total, 1);
    assert_true(plan_search(conn, arena, &edition, S("要保護　相談"), 0, 10, &hits, &total, &error));
    assert_int_equal(total, 1);
    assert_true(plan_search(conn, arena, &edition, S("児童"), 1, 1, &hits, &total, &error));
    assert_int_equal(total, 2);
    assert_int_equal(hits.len, 1);
    assert_true(str_equal(hits.at[0].node.key, S("3-1-1-1")));
    const PlanEdition other = find(conn, arena, "", "案");
    assert_true(plan_search(conn, arena, &other, S("児童"), 0, 10, &hits, &total, &error));
    assert_int_equal(total, 0);
}

/* More hits than one statement takes. */
static void test_many_hits(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    Plan *plan = plan_new(arena);
    plan->id = S("many");
    plan->edition = S("案");
    plan_add(plan, PLAN_NO_PARENT, PLAN_POLICY, S("(1)"), S("政策"), (PlanSource){.file = STR_EMPTY})->key =
        S("1");
    for (size_t i = 0; i < 70; i++) {
        plan_add(plan, 0, PLAN_FACT, STR_EMPTY, arena_printf(arena, "市民 %zu", i),
            (PlanSource){.file = STR_EMPTY})
            ->key = arena_printf(arena, "1-%zu", i);
    }
    save(db, plan, PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    const PlanEdition edition = find(conn, arena, "", "");
    PlanHits hits;
    size_t total = 0;
    assert_true(plan_search(conn, arena, &edition, S("市民"), 5, 50, &hits, &total, &error));
    assert_int_equal(total, 70);
    assert_int_equal(hits.len, 50);
    for (size_t i = 0; i < hits.len; i++) {
        assert_true(str_equal(hits.at[i].node.key, arena_printf(arena, "1-%zu", i + 5)));
        assert_int_equal(hits.at[i].above_count, 1);
    }
}

/* --- many editions --- */

static void test_history_of_fifty_editions(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    for (int i = 1; i <= 50; i++) {
        const Str name = arena_printf(arena, "第%d版", i);
        const Str text = arena_printf(arena,
            "# 2 ひと創り / (1) 子ども {#2-1}\n## 基本方向 {#2-1-d}\n方向の%d {#2-1-d-1}\n\n%s", i,
            i % 2 ? "" : "偶数 {#2-1-d-2}\n");
        save(db, read_text(arena, name.at, text.at), PLAN_EDITION_DRAFT);
    }
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    PlanEditions editions;
    assert_true(plan_edition_list(conn, arena, S("basic-2019"), &editions, &error));
    assert_int_equal(editions.len, 50);
    for (size_t i = 0; i < editions.len; i++) {
        assert_true(str_equal(editions.at[i].name, arena_printf(arena, "第%zu版", i + 1)));
        assert_int_equal(editions.at[i].parent_id, i == 0 ? 0 : editions.at[i - 1].id);
        assert_int_equal(editions.at[i].node_count, i % 2 ? 5 : 4);
    }
    assert_true(str_equal(find(conn, arena, "basic-2019", "").name, S("第50版")));
    PlanVersions versions;
    assert_true(plan_node_history(conn, arena, editions.at[0].plan_id, S("2-1-d-1"), &versions, &error));
    assert_int_equal(versions.len, 50);
    assert_true(str_equal(versions.at[6].text, S("方向の7")));
    assert_true(str_equal(versions.at[6].edition, S("第7版")));
    assert_true(str_equal(versions.at[6].parent_key, S("2-1-d")));
    assert_true(plan_node_history(conn, arena, editions.at[0].plan_id, S("2-1-d-2"), &versions, &error));
    assert_int_equal(versions.len, 25);
}

/* --- keys and conflicts --- */

static void assert_refused(Db *db, const Plan *plan, ErrorCode code, const char *message)
{
    int64_t id = 0;
    Error error = {0};
    const int64_t before = count_rows(db);
    const PlanSave request = {
        .plan = plan, .actor = S("planner"), .instant = INSTANT, .state = PLAN_EDITION_DRAFT};
    assert_false(plan_store_save(db, &request, &id, &error));
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    assert_int_equal(count_rows(db), before);
}

static void test_conflicts_leave_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    assert_refused(db, read_text(arena, "素案", body), ERROR_CONFLICT,
        "the plan has an edition \"素案\" already, made from something else; give this one another name");
    /* 2-1-1-1 was a group; the whole edition had been written when that is found */
    assert_refused(db,
        read_text(
            arena, "案", "# 2 ひと創り / (1) 子ども {#2-1}\n## 主な取組 {#2-1-m}\n### ① 一 {#2-1-1-1}\n"),
        ERROR_CONFLICT,
        "the key 2-1-1-1 was given to a group in edition \"素案\" and is never used again; this measure "
        "needs a key of its own");
    Plan *unnamed = read_text(arena, "案", body);
    unnamed->id = STR_EMPTY;
    assert_refused(db, unnamed, ERROR_INPUT, "the plan's id (plan: basic-2019) is missing");
    Plan *invalid = read_text(arena, "案", body);
    invalid->nodes.at[3].parent = 9;
    assert_refused(
        db, invalid, ERROR_INPUT, "node 2-1-s-1: it does not stand behind its parent in document order");
}

static int64_t retired_count(Db *db)
{
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    int64_t count = 0;
    Error error = {0};
    assert_true(
        db_one_integer(conn, &count, &error, "select count(*) from plan_key where retired_id is not null"));
    return count;
}

/* A key that an edition drops is retired, and may come back only for the same kind of node. */
static void test_retired_keys(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    save(db,
        read_text(
            arena, "一", "# 2 人 / (1) 子 {#2-1}\n## 基本方向 {#2-1-d}\nあ {#2-1-d-1}\n\nい {#2-1-d-2}\n"),
        PLAN_EDITION_DRAFT);
    assert_int_equal(retired_count(db), 0);
    save(db, read_text(arena, "二", "# 2 人 / (1) 子 {#2-1}\n## 基本方向 {#2-1-d}\nあ {#2-1-d-1}\n"),
        PLAN_EDITION_DRAFT);
    assert_int_equal(retired_count(db), 1);
    assert_refused(db,
        read_text(arena, "三", "# 2 人 / (1) 子 {#2-1}\n## 基本方向 {#2-1-d}\n### い {#2-1-d-2}\n"),
        ERROR_CONFLICT,
        "the key 2-1-d-2 was given to a direction in edition \"一\" and is never used again; this group "
        "needs a key of its own");
    save(db, read_text(arena, "三", "# 2 人 / (1) 子 {#2-1}\n## 基本方向 {#2-1-d}\nい {#2-1-d-2}\n"),
        PLAN_EDITION_DRAFT);
    assert_int_equal(retired_count(db), 1);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Error error = {0};
    assert_true(db_query(
        conn, &stmt, &error, "select k.key, e.name from plan_key k join edition e on e.id = k.retired_id"));
    assert_true(db_next(stmt, &error));
    assert_true(str_equal(db_text(stmt, 0), S("2-1-d-1")));
    assert_true(str_equal(db_text(stmt, 1), S("三")));
    assert_false(db_next(stmt, &error));
}

static void test_finding(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    PlanEdition edition;
    {
        CLEANUP(db_read_end) DbConn *conn = reading(db);
        assert_false(plan_edition_find(conn, arena, STR_EMPTY, STR_EMPTY, &edition, &error));
        assert_int_equal(error.code, ERROR_NOT_FOUND);
    }
    const int64_t id = save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    Plan *second = read_text(arena, "案", body);
    save(db, second, PLAN_EDITION_DRAFT);
    {
        CLEANUP(db_read_end) DbConn *conn = reading(db);
        assert_false(plan_edition_find(conn, arena, STR_EMPTY, S("決定"), &edition, &error));
        assert_string_equal(error.message, "plan basic-2019 has no edition \"決定\"; it has 素案, 案");
        assert_true(plan_edition_get(conn, arena, id, &edition, &error));
        assert_true(str_equal(edition.name, S("素案")));
        assert_false(plan_edition_get(conn, arena, 99, &edition, &error));
    }
    second->id = S("other");
    save(db, second, PLAN_EDITION_DRAFT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    assert_false(plan_edition_find(conn, arena, STR_EMPTY, S("案"), &edition, &error));
    assert_string_equal(error.message, "there are several plans, say which: basic-2019, other");
    assert_true(plan_edition_find(conn, arena, S("other"), S("案"), &edition, &error));
    assert_true(str_equal(edition.plan, S("other")));
}

static void test_freezing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    const int64_t draft = save(db, read_text(arena, "素案", body), PLAN_EDITION_DRAFT);
    assert_true(plan_edition_freeze(db, draft, &error));
    assert_false(plan_edition_freeze(db, draft, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    CLEANUP(db_read_end) DbConn *conn = reading(db);
    assert_int_equal(find(conn, arena, "", "").state, PLAN_EDITION_FROZEN);
}

/* Nothing is built on an edition that is still under review. */
static void test_review_comes_first(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    save(db, read_text(arena, "素案", body), PLAN_EDITION_REVIEW);
    assert_refused(db, read_text(arena, "案", body), ERROR_CONFLICT,
        "edition \"素案\" of this plan is still under review; decide its warnings and confirm it first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_save_and_load),
        cmocka_unit_test(test_random_plans),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_outline),
        cmocka_unit_test(test_neighbours),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_many_hits),
        cmocka_unit_test(test_history_of_fifty_editions),
        cmocka_unit_test(test_conflicts_leave_nothing),
        cmocka_unit_test(test_retired_keys),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_freezing),
        cmocka_unit_test(test_review_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
