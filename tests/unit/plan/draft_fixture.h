/* tests/unit/plan/draft_fixture.h: a plan of a few nodes in a fresh database, and short ways to change it. */
#ifndef TESTS_DRAFT_FIXTURE_H
#define TESTS_DRAFT_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/comment.h"
#include "plan/draft.h"
#include "plan/format.h"
#include "testdb.h"

#define INSTANT 1526000000000000

static const char draft_body[] = "---\nplan: basic-2019\nedition: 素案\n---\n"
                                 "# 2 ひと創り / (1) 子ども {#2-1}\n"
                                 "## 主な取組 {#2-1-m}\n"
                                 "### ① 子ども支援 {#2-1-1}\n"
                                 "- 子どもの体験の場を設けます。 {#2-1-1-1}\n"
                                 "- 居場所を確保します。 {#2-1-1-2}\n"
                                 "- 相談を受けます。 {#2-1-1-3}\n"
                                 "### ② 家庭への支援 {#2-1-2}\n"
                                 "- 家庭を訪問します。 {#2-1-2-1}\n";

typedef struct Fixture {
    Db *db;
    Arena *arena;
    PlanEdition edition; /* the base */
} Fixture;

static inline PlanEdition edition_of(const Fixture *f, int64_t id)
{
    PlanEdition edition;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_edition_get(conn, f->arena, id, &edition, &error)) {
        fail_msg("%s", error.message);
    }
    return edition;
}

/* The plan's first edition, a draft. */
static inline int64_t save_first(const Fixture *f)
{
    Error error = {0};
    PlanErrors errors = {0};
    const PlanFile file = {S("plan.md"), str_of(draft_body)};
    const Plan *plan = plan_read_markdown(f->arena, 1, &file, &errors);
    assert_non_null(plan);
    int64_t id = 0;
    const PlanSave save = {
        .plan = plan, .actor = S("kikaku"), .instant = INSTANT, .state = PLAN_EDITION_DRAFT};
    if (!plan_store_save(f->db, &save, &id, &error)) {
        fail_msg("%s", error.message);
    }
    return id;
}

static inline int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    Error error = {0};
    *state = f;
    f->arena = arena_new((size_t)256 << 20);
    if (!db_open(&f->db, test_db_url(), &(DbOptions){.readers = 2}, &error) ||
        !plan_store_migrate(f->db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    f->edition = edition_of(f, save_first(f));
    return 0;
}

static inline int teardown(void **state)
{
    Fixture *f = *state;
    db_close(f->db);
    arena_free(f->arena);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static inline void assert_text(Str text, const char *expected)
{
    if (!str_equal(text, str_of(expected))) {
        fail_msg("\"%.*s\" is not \"%s\"", STR_ARGS(text), expected);
    }
}

static inline PlanChangeBy by_of(const Fixture *f)
{
    return (PlanChangeBy){.edition = &f->edition,
        .author = S("kikaku"),
        .reason = S("低学年の参加が少ないため。"),
        .cause = S("evaluation:12"),
        .instant = INSTANT + 5,
        .seen = -1};
}

static inline int64_t reword_as(
    const Fixture *f, const PlanChangeBy *by, const char *key, const char *after, int64_t revises)
{
    int64_t group = 0;
    Error error = {0};
    if (!plan_change_reword(f->db, by, str_of(key), str_of(after), revises, &group, &error)) {
        fail_msg("%s", error.message);
    }
    return group;
}

static inline int64_t reword(const Fixture *f, const char *key, const char *after)
{
    const PlanChangeBy by = by_of(f);
    return reword_as(f, &by, key, after, 0);
}

static inline int64_t operate(const Fixture *f, PlanOperation *at, size_t count)
{
    const PlanChangeBy by = by_of(f);
    const PlanOperations operations = {at, count, count};
    int64_t group = 0;
    Error error = {0};
    if (!plan_change_operate(f->db, &by, &operations, &group, &error)) {
        fail_msg("%s", error.message);
    }
    return group;
}

static inline int64_t operate_one(const Fixture *f, PlanOperation operation)
{
    return operate(f, &operation, 1);
}

static inline PlanChanges list_of(const Fixture *f, PlanChangeQuery query)
{
    PlanChanges changes;
    Error error = {0};
    query.plan_id = f->edition.plan_id;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_change_list(conn, f->arena, &query, &changes, &error)) {
        fail_msg("%s", error.message);
    }
    return changes;
}

static inline PlanChanges list(const Fixture *f, const char *key)
{
    return list_of(f, (PlanChangeQuery){.key = str_of(key)});
}

static inline PlanChange get(const Fixture *f, int64_t id)
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

/* The whole group, by the owner. */
static inline bool decide_group(
    const Fixture *f, int64_t group, PlanChangeState to, PlanConflict *conflict, Error *error)
{
    const PlanChanges changes = list_of(f, (PlanChangeQuery){.group = group});
    int64_t ids[32];
    assert_in_range(changes.len, 1, 32);
    for (size_t i = 0; i < changes.len; i++) {
        ids[i] = changes.at[i].id;
    }
    const PlanChangeDecision decision = {.ids = ids,
        .count = changes.len,
        .to = to,
        .by = S("kacho"),
        .words = S("会議で決めた。"),
        .instant = INSTANT + 20};
    return plan_change_decide(f->db, &decision, conflict, error);
}

static inline void decide(const Fixture *f, int64_t group, PlanChangeState to)
{
    Error error = {0};
    if (!decide_group(f, group, to, NULL, &error)) {
        fail_msg("%s", error.message);
    }
}

static inline void accept(const Fixture *f, int64_t group)
{
    decide(f, group, PLAN_CHANGE_ACCEPTED);
}

/* Freezes the draft; the new edition is the base from now on. */
static inline int64_t freeze_as(Fixture *f, const char *name)
{
    const PlanFreeze freeze = {.base = f->edition.id,
        .name = str_of(name),
        .step = str_of(name),
        .actor = S("kacho"),
        .instant = INSTANT + 30};
    int64_t id = 0;
    Error error = {0};
    if (!plan_draft_freeze(f->db, &freeze, &id, &error)) {
        fail_msg("%s", error.message);
    }
    f->edition = edition_of(f, id);
    return id;
}

/* The node's wording in an edition; "(none)" without it. */
static inline Str wording(const Fixture *f, int64_t edition_id, const char *key)
{
    Error error = {0};
    const PlanEdition edition = edition_of(f, edition_id);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    const PlanPart *part = plan_load_part(conn, f->arena, &edition, str_of(key), &error);
    return part == NULL ? S("(none)") : part->plan->nodes.at[0].text;
}

/* The draft's nodes, one a line: "2-1-1-1 子どもの…". */
static inline Str draft_text(const Fixture *f)
{
    Error error = {0};
    Str text = STR_EMPTY;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    const Plan *plan = plan_draft(conn, f->arena, &f->edition, &error);
    if (plan == NULL) {
        fail_msg("%s", error.message);
    }
    for (size_t i = 0; plan != NULL && i < plan->nodes.len; i++) {
        text = arena_printf(f->arena, "%.*s%.*s %.*s\n", STR_ARGS(text), STR_ARGS(plan->nodes.at[i].key),
            STR_ARGS(plan->nodes.at[i].text));
    }
    return text;
}

/* Every frozen edition is what it was made of. */
static inline void verify(const Fixture *f, size_t editions, size_t replayed)
{
    PlanVerifyReport report;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(f->db, &conn, &error));
    if (!plan_verify(conn, f->arena, &report, &error)) {
        fail_msg("%s", error.message);
    }
    for (size_t i = 0; i < report.problems.len; i++) {
        print_message("%.*s\n", STR_ARGS(report.problems.at[i]));
    }
    assert_int_equal(report.problems.len, 0);
    assert_int_equal(report.editions, editions);
    assert_int_equal(report.replayed, replayed);
}

#endif
