/* tests/unit/plan/import_fixture.h: a database, documents and what is asked of them, for the tests of
 * importing. */
#ifndef TEST_IMPORT_FIXTURE_H
#define TEST_IMPORT_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "plan/import.h"
#include "testdb.h"

#define MANY ((size_t)1 << 30)
#define INSTANT 1526000000000000

static const PlanActor planner = {STR_LITERAL("planner"), INSTANT + 5};

static inline Db *new_db(void)
{
    Db *db = NULL;
    Error error = {0};
    if (!db_open(&db, test_db_url(), &(DbOptions){.readers = 4}, &error) ||
        !plan_store_migrate(db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    return db;
}

static inline PlanImport request_for(const PlanFile *files, size_t count)
{
    return (PlanImport){.files = files,
        .file_count = count,
        .profile_name = S("profile.yaml"),
        .plan = S("basic-2019"),
        .title = S("基本計画"),
        .edition = S("素案"),
        .notice = S("見本"),
        .actor = S("importer"),
        .instant = INSTANT};
}

static inline PlanImportResult import(Db *db, const PlanImport *request)
{
    PlanImportResult result;
    Error error = {0};
    if (!plan_import(db, request, &result, &error)) {
        fail_msg("%s:%ld:%ld: %s", error.file, error.line, error.column, error.message);
    }
    return result;
}

/* --- what is in the database --- */

static const char *const tables[] = {"select count(*) from plan", "select count(*) from edition",
    "select count(*) from plan_key", "select count(*) from node", "select count(*) from mark",
    "select count(*) from annotation", "select count(*) from import", "select count(*) from import_file",
    "select count(*) from import_warning", "select count(*) from import_repair"};

typedef struct Counts {
    int64_t rows[COUNT_OF(tables)];
} Counts;

static inline Counts count_rows(Db *db)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    Counts counts;
    assert_true(db_read_begin(db, &conn, &error));
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        assert_true(db_one_integer(conn, &counts.rows[i], &error, tables[i]));
    }
    return counts;
}

static inline void assert_same_counts(Counts a, Counts b)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        if (a.rows[i] != b.rows[i]) {
            fail_msg("%s: %lld, then %lld", tables[i], (long long)a.rows[i], (long long)b.rows[i]);
        }
    }
}

static inline Plan *load(Db *db, Arena *arena, int64_t edition_id, PlanEdition *edition)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    assert_true(db_read_begin(db, &conn, &error));
    assert_true(plan_edition_get(conn, arena, edition_id, edition, &error));
    Plan *plan = plan_load(conn, arena, edition, &error);
    if (plan == NULL || !plan_validate(plan, &error)) {
        fail_msg("%s", error.message);
    }
    char hash[PLAN_HASH_LENGTH + 1];
    assert_true(plan_content_hash(plan, hash, &error));
    assert_true(str_equal(edition->content_hash, str_of(hash)));
    return plan;
}

static inline Str hash_of(Db *db, Arena *arena, int64_t edition_id)
{
    PlanEdition edition;
    (void)load(db, arena, edition_id, &edition);
    return edition.content_hash;
}

static inline PlanReview *review_of(Db *db, Arena *arena, int64_t edition_id)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanReview *review = NULL;
    Error error = {0};
    assert_true(db_read_begin(db, &conn, &error));
    assert_true(plan_review_load(conn, arena, edition_id, &review, &error));
    return review;
}

static inline void decide_warning(Db *db, int64_t edition, uint32_t number, PlanDecision decision)
{
    Error error = {0};
    if (!plan_decide_warning(db, edition, number, decision, &planner, &error)) {
        fail_msg("warning %u: %s", (unsigned)number, error.message);
    }
}

static inline void decide_repair(Db *db, int64_t edition, int64_t id, PlanDecision decision)
{
    Error error = {0};
    if (!plan_decide_repair(db, edition, id, decision, &planner, &error)) {
        fail_msg("repair %lld: %s", (long long)id, error.message);
    }
}

static inline size_t repair_notes(const Plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->annotations.len; i++) {
        count += plan->annotations.at[i].kind == PLAN_REPAIR;
    }
    return count;
}

/* --- documents --- */

static inline PlanFile read_example(Arena *arena)
{
    Error error = {0};
    PlanFile file = {.name = S("table.txt")};
    assert_true(file_read(arena, S("examples/mizube/table.txt"), MANY, &file.text, &error));
    return file;
}

/* The city's real draft, where it is at hand. */
static inline bool read_seed(Arena *arena, PlanFile *file)
{
    Error error = {0};
    FileNames names = {0};
    const char *shared = getenv("HITOMACHI_SHARED");
    const Str folder = arena_printf(arena, "%s/seed", shared != NULL ? shared : "../shared");
    if (!directory_list(arena, folder, S(".txt"), &names, &error) || names.len == 0) {
        print_message("# %.*s is not at hand: not imported\n", STR_ARGS(folder));
        return false;
    }
    file->name = S("draft.txt");
    return file_read(arena, names.at[0], MANY, &file->text, &error);
}

/* The tests, or, for the command line that importing starts, the child that reads. */
#define RUN_OR_READ(tests, argc, argv)                         \
    ((argc) > 1 && strcmp((argv)[1], PLAN_READER_COMMAND) == 0 \
            ? plan_reader_main((argc)-1, (argv) + 1)           \
            : cmocka_run_group_tests((tests), NULL, NULL))

#endif
