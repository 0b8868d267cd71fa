/* Documents imported and reviewed: every edition is a function of bytes and decisions, however it was arrived
 * at; whatever fails leaves the database as it was. This program is also its own child: "read-plan".
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/file.h"
#include "base/utf8.h"
#include "plan/import.h"
#include "plan/repair.h"
#include "testdb.h"

#define MANY ((size_t)1 << 30)
#define INSTANT 1526000000000000

static const PlanActor planner = {STR_LITERAL("planner"), INSTANT + 5};

static Db *new_db(void)
{
    Db *db = NULL;
    Error error = {0};
    if (!db_open(&db, test_db_url(), &(DbOptions){.readers = 4}, &error) ||
        !plan_store_migrate(db, NULL, &error)) {
        fail_msg("%s", error.message);
    }
    return db;
}

static PlanImport request_for(const PlanFile *files, size_t count)
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

static PlanImportResult import(Db *db, const PlanImport *request)
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

static Counts count_rows(Db *db)
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

static void assert_same_counts(Counts a, Counts b)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        if (a.rows[i] != b.rows[i]) {
            fail_msg("%s: %lld, then %lld", tables[i], (long long)a.rows[i], (long long)b.rows[i]);
        }
    }
}

static Plan *load(Db *db, Arena *arena, int64_t edition_id, PlanEdition *edition)
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

static Str hash_of(Db *db, Arena *arena, int64_t edition_id)
{
    PlanEdition edition;
    (void)load(db, arena, edition_id, &edition);
    return edition.content_hash;
}

static PlanReview *review_of(Db *db, Arena *arena, int64_t edition_id)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanReview *review = NULL;
    Error error = {0};
    assert_true(db_read_begin(db, &conn, &error));
    assert_true(plan_review_load(conn, arena, edition_id, &review, &error));
    return review;
}

static void decide_warning(Db *db, int64_t edition, uint32_t number, PlanDecision decision)
{
    Error error = {0};
    if (!plan_decide_warning(db, edition, number, decision, &planner, &error)) {
        fail_msg("warning %u: %s", (unsigned)number, error.message);
    }
}

static void decide_repair(Db *db, int64_t edition, int64_t id, PlanDecision decision)
{
    Error error = {0};
    if (!plan_decide_repair(db, edition, id, decision, &planner, &error)) {
        fail_msg("repair %lld: %s", (long long)id, error.message);
    }
}

/* --- documents --- */

static PlanFile read_example(Arena *arena)
{
    Error error = {0};
    PlanFile file = {.name = S("table.txt")};
    assert_true(file_read(arena, S("examples/mizube/table.txt"), MANY, &file.text, &error));
    return file;
}

/* The city's real draft, where it is at hand. */
static bool read_seed(Arena *arena, PlanFile *file)
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

/* --- importing --- */

static void test_a_table(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    const PlanImport request = request_for(&file, 1);
    const PlanImportResult result = import(db, &request);
    assert_int_equal(result.change, PLAN_IMPORT_NEW);
    assert_string_equal(result.edition, "素案");
    assert_true(result.under_review);
    assert_true(result.fix_count > 0);
    PlanEdition edition;
    const Plan *plan = load(db, arena, result.edition_id, &edition);
    assert_int_equal(edition.state, PLAN_EDITION_REVIEW);
    assert_int_equal(edition.open_count, result.fix_count + result.repair_count);
    assert_int_equal(plan->nodes.len, result.node_count);
    assert_int_equal(plan->warnings.len, result.warning_count);
    assert_true(str_equal(edition.notice, S("見本")) && str_equal(edition.title, S("基本計画")));
    /* read in the child as it is read here */
    Error error = {0};
    Plan *direct = plan_read_table(arena, file.text, file.name, plan_profile_default(), NULL, &error);
    assert_non_null(direct);
    if (!plan_same(direct, plan, &error)) {
        fail_msg("%s", error.message);
    }
    const PlanReview *review = review_of(db, arena, result.edition_id);
    assert_true(str_equal(review->source_name, S("table.txt")) && str_equal(review->format, S("table")));
    assert_true(str_equal(review->created_by, S("importer")));
    assert_int_equal(review->warnings.len, direct->warnings.len);
}

static void test_same_bytes_change_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const PlanImportResult first = import(db, &request);
    const Counts before = count_rows(db);
    const Str hash = hash_of(db, arena, first.edition_id);
    request.edition = S("別の名");
    request.instant++;
    const PlanImportResult second = import(db, &request);
    assert_int_equal(second.change, PLAN_IMPORT_UNCHANGED);
    assert_int_equal(second.edition_id, first.edition_id);
    assert_string_equal(second.edition, "素案");
    assert_int_equal(second.fix_count, first.fix_count);
    assert_same_counts(before, count_rows(db));
    assert_true(str_equal(hash, hash_of(db, arena, first.edition_id)));
}

/* Fixes taken at once, one by one, backwards, or by importing again: the same edition. */
static void test_ways_to_the_same_edition(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    Str hashes[4];
    for (size_t way = 0; way < COUNT_OF(hashes); way++) {
        CLEANUP(db_cleanup) Db *db = new_db();
        PlanImport request = request_for(&file, 1);
        request.fixes.all = way == 0;
        const PlanImportResult result = import(db, &request);
        const PlanReview *review = review_of(db, arena, result.edition_id);
        for (size_t i = 0; i < review->warnings.len; i++) {
            const size_t at = way == 2 ? review->warnings.len - 1 - i : i;
            const PlanReviewWarning *row = &review->warnings.at[at];
            if ((way == 1 || way == 2) && row->warning.has_fix) {
                decide_warning(db, result.edition_id, row->warning.number, PLAN_ACCEPTED);
            }
        }
        if (way == 3) {
            request.fixes.all = true;
            const PlanImportResult again = import(db, &request);
            assert_int_equal(again.change, PLAN_IMPORT_FIXED);
            assert_int_equal(again.fix_count, 0);
            assert_int_equal(import(db, &request).change, PLAN_IMPORT_UNCHANGED);
        }
        hashes[way] = hash_of(db, arena, result.edition_id);
        assert_true(str_equal(hashes[way], hashes[0]));
        review = review_of(db, arena, result.edition_id);
        for (size_t i = 0; i < review->warnings.len; i++) {
            const PlanReviewWarning *row = &review->warnings.at[i];
            assert_int_equal(row->decision, row->warning.has_fix ? PLAN_ACCEPTED : PLAN_OPEN);
            assert_true(!row->warning.has_fix || row->decided_by.len > 0);
        }
    }
}

/* A decision taken back is as if it had never been; a refused fix stays refused through other decisions. */
static void test_decisions_stay(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const int64_t edition = import(db, &request).edition_id;
    const Str original = hash_of(db, arena, edition);
    uint32_t numbers[2];
    size_t found = 0;
    const PlanReview *review = review_of(db, arena, edition);
    for (size_t i = 0; i < review->warnings.len && found < 2; i++) {
        if (review->warnings.at[i].warning.has_fix) {
            numbers[found++] = review->warnings.at[i].warning.number;
        }
    }
    assert_int_equal(found, 2);
    decide_warning(db, edition, numbers[0], PLAN_REFUSED);
    assert_true(str_equal(original, hash_of(db, arena, edition)));
    decide_warning(db, edition, numbers[1], PLAN_ACCEPTED);
    assert_false(str_equal(original, hash_of(db, arena, edition)));
    decide_warning(db, edition, numbers[1], PLAN_ACCEPTED);
    decide_warning(db, edition, numbers[1], PLAN_OPEN);
    assert_true(str_equal(original, hash_of(db, arena, edition)));
    request.fixes.all = true; /* all that nobody has refused */
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_FIXED);
    review = review_of(db, arena, edition);
    for (size_t i = 0; i < review->warnings.len; i++) {
        const PlanReviewWarning *row = &review->warnings.at[i];
        if (row->warning.number == numbers[0]) {
            assert_int_equal(row->decision, PLAN_REFUSED);
            assert_true(str_equal(row->decided_by, planner.name));
            assert_int_equal(row->decided_at, planner.instant);
            assert_false(row->warning.taken);
        }
    }
}

static void test_wrong_decisions(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const int64_t edition = import(db, &request).edition_id;
    Error error = {0};
    assert_false(plan_decide_warning(db, edition, 9999, PLAN_ACCEPTED, &planner, &error));
    assert_string_equal(error.message, "there is no warning 9999");
    assert_false(plan_decide_repair(db, edition, 9999, PLAN_ACCEPTED, &planner, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_false(plan_decide_warning(db, edition + 7, 1, PLAN_ACCEPTED, &planner, &error));
    assert_string_equal(error.message, "this edition was not imported");
    const uint32_t wrong[] = {9999};
    request.fixes = (FixChoice){.numbers = wrong, .count = 1};
    PlanImportResult result;
    assert_false(plan_import(db, &request, &result, &error));
    assert_string_equal(error.message, "there is no warning 9999");
}

/* --- repairs --- */

static size_t repair_notes(const Plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->annotations.len; i++) {
        count += plan->annotations.at[i].kind == PLAN_REPAIR;
    }
    return count;
}

/* The first `count` repairs accepted, from the last to the first, give what taking them from the reading
 * gives; taken back, the literal text is there again.
 */
static void check_repairs(Db *db, Arena *arena, const PlanFile *file, size_t count)
{
    PlanImport request = request_for(file, 1);
    const PlanImportResult result = import(db, &request);
    const int64_t edition_id = result.edition_id;
    const Str original = hash_of(db, arena, edition_id);
    Error error = {0};
    Plan *direct = plan_read_table(arena, file->text, file->name, plan_profile_default(), NULL, &error);
    assert_true(direct != NULL && plan_find_repairs(direct, &error));
    assert_int_equal(result.repair_count, direct->repairs.len);
    assert_true(result.repair_count > count && count > 1);
    const PlanReview *review = review_of(db, arena, edition_id);
    for (size_t i = count; i > 0; i--) {
        assert_true(plan_apply_repair(direct, i - 1, &error));
        decide_repair(db, edition_id, review->repairs.at[i - 1].id, PLAN_ACCEPTED);
    }
    PlanEdition edition;
    const Plan *plan = load(db, arena, edition_id, &edition);
    assert_int_equal(plan->nodes.len, direct->nodes.len);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        assert_true(str_equal(plan->nodes.at[i].text, direct->nodes.at[i].text));
    }
    assert_int_equal(repair_notes(plan), count);
    assert_int_equal(plan->repairs.len, direct->repairs.len);
    const PlanReview *after = review_of(db, arena, edition_id);
    assert_int_equal(after->repairs.len, review->repairs.len);
    for (size_t i = 0; i < after->repairs.len; i++) {
        const PlanReviewRepair *row = &after->repairs.at[i];
        const Str text = plan->nodes.at[row->repair.node].text;
        assert_int_equal(row->id, review->repairs.at[i].id);
        assert_int_equal(row->decision, i < count ? PLAN_ACCEPTED : PLAN_OPEN);
        assert_true(str_equal(utf8_slice(text, row->repair.from, row->repair.to),
            i < count ? plan_repair_after(arena, &row->repair) : plan_repair_literal(arena, &row->repair)));
    }
    for (size_t i = 0; i < count; i++) {
        decide_repair(db, edition_id, review->repairs.at[i].id, i % 2 ? PLAN_REFUSED : PLAN_OPEN);
    }
    assert_true(str_equal(original, hash_of(db, arena, edition_id)));
    review = review_of(db, arena, edition_id);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(review->repairs.at[i].decision, i % 2 ? PLAN_REFUSED : PLAN_OPEN);
    }
}

static void test_repairs(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    check_repairs(db, arena, &file, 12);
}

/* A repair stays taken when a fix moves its node elsewhere. */
static void test_repairs_and_fixes(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const int64_t edition_id = import(db, &request).edition_id;
    const PlanReview *review = review_of(db, arena, edition_id);
    const size_t count = review->repairs.len;
    for (size_t i = 0; i < count; i += 3) {
        decide_repair(db, edition_id, review->repairs.at[i].id, PLAN_ACCEPTED);
    }
    request.fixes.all = true;
    (void)import(db, &request);
    PlanEdition edition;
    const Plan *plan = load(db, arena, edition_id, &edition);
    review = review_of(db, arena, edition_id);
    assert_int_equal(review->repairs.len, count);
    for (size_t i = 0; i < count; i++) {
        const PlanReviewRepair *row = &review->repairs.at[i];
        assert_int_equal(row->decision, i % 3 == 0 ? PLAN_ACCEPTED : PLAN_OPEN);
        assert_true(row->repair.node >= 0);
        const Str text = plan->nodes.at[row->repair.node].text;
        assert_true(str_equal(
            utf8_slice(text, row->repair.from, row->repair.to), plan_repair_after(arena, &row->repair)));
    }
}

/* --- the city's real draft --- */

static void test_seed(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    PlanFile file;
    if (!read_seed(arena, &file)) {
        return;
    }
    PlanImport request = request_for(&file, 1);
    request.fixes.all = true;
    const PlanImportResult result = import(db, &request);
    PlanEdition edition;
    const Plan *plan = load(db, arena, result.edition_id, &edition);
    assert_int_equal(plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT), 5);
    assert_int_equal(plan_count(plan, PLAN_GROUP, PLAN_SITUATION), 18);
    assert_int_equal(plan_count(plan, PLAN_FACT, PLAN_KIND_COUNT), 31);
    assert_int_equal(plan_count(plan, PLAN_MEASURE, PLAN_KIND_COUNT), 15);
    assert_int_equal(plan_count(plan, PLAN_GROUP, PLAN_MEASURES), 31);
    assert_int_equal(plan_count(plan, PLAN_INITIATIVE, PLAN_KIND_COUNT), 63);
    assert_int_equal(plan->annotations.len, 2);
    const Counts before = count_rows(db);
    request.fixes.all = false;
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_UNCHANGED);
    assert_same_counts(before, count_rows(db));
    PlanHits hits;
    size_t total = 0;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(db, &conn, &error));
    assert_true(plan_search(conn, arena, &edition, S("児童虐待"), 0, 10, &hits, &total, &error));
    assert_int_equal(total, 1);
}

static void test_seed_repairs(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    PlanFile file;
    if (read_seed(arena, &file)) {
        check_repairs(db, arena, &file, 5);
    }
}

/* --- the end of a review --- */

static void test_confirming(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const int64_t id = import(db, &request).edition_id;
    const PlanReview *review = review_of(db, arena, id);
    Error error = {0};
    assert_true(plan_confirm_import(db, id, &planner, &error));
    PlanEdition edition;
    (void)load(db, arena, id, &edition);
    assert_int_equal(edition.state, PLAN_EDITION_DRAFT);
    assert_int_equal(edition.open_count, 0);
    const PlanReview *after = review_of(db, arena, id);
    assert_false(after->under_review);
    assert_true(str_equal(after->confirmed_by, planner.name));
    assert_int_equal(after->confirmed_at, planner.instant);
    assert_false(plan_confirm_import(db, id, &planner, &error));
    assert_string_equal(error.message,
        "the import of edition \"素案\" is confirmed; its fixes and repairs cannot be changed any more");
    for (size_t i = 0; i < review->warnings.len; i++) {
        if (review->warnings.at[i].warning.has_fix) {
            assert_false(plan_decide_warning(
                db, id, review->warnings.at[i].warning.number, PLAN_ACCEPTED, &planner, &error));
            assert_int_equal(error.code, ERROR_CONFLICT);
        }
    }
    assert_false(plan_decide_repair(db, id, review->repairs.at[0].id, PLAN_REFUSED, &planner, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_false(plan_abandon_import(db, id, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    PlanImportResult result;
    request.fixes.all = true;
    assert_false(plan_import(db, &request, &result, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    request.fixes.all = false;
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_UNCHANGED);
}

static void test_abandoning(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    const PlanImport request = request_for(&file, 1);
    const PlanImportResult first = import(db, &request);
    const Str hash = hash_of(db, arena, first.edition_id);
    Error error = {0};
    assert_true(plan_abandon_import(db, first.edition_id, &error));
    const Counts left = count_rows(db);
    assert_int_equal(left.rows[0], 1); /* the plan's own row */
    for (size_t i = 1; i < COUNT_OF(tables); i++) {
        assert_int_equal(left.rows[i], 0);
    }
    const PlanImportResult again = import(db, &request);
    assert_int_equal(again.change, PLAN_IMPORT_NEW);
    assert_true(str_equal(hash, hash_of(db, arena, again.edition_id)));
}

/* --- further editions --- */

/* Replaces the first occurrence. */
static Str replaced(Arena *arena, Str text, const char *old, const char *new)
{
    Str before = STR_EMPTY, after = STR_EMPTY;
    if (!str_cut(text, str_of(old), &before, &after)) {
        fail_msg("the example does not hold %s", old);
    }
    return arena_printf(arena, "%.*s%s%.*s", STR_ARGS(before), new, STR_ARGS(after));
}

static const char first_text[] = "---\nplan: basic-2019\nedition: 一\n---\n"
                                 "# 2 ひと / (1) 子ども {#2-1}\n"
                                 "## 主な取組 {#2-1-m}\n"
                                 "### ① 支援 {#2-1-1}\n"
                                 "- 相談に応じます。 {#2-1-1-1}\n"
                                 "- 医療費を助成します。 {#2-1-1-2}\n";

static PlanImportResult import_markdown(Db *db, Str text)
{
    const PlanFile file = {S("plan.md"), text};
    const PlanImport request = {.files = &file, .file_count = 1, .actor = S("importer"), .instant = INSTANT};
    return import(db, &request);
}

/* Plan text has nothing to decide: it is confirmed at once, and its keys are the plan's. */
static void test_markdown_editions(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanImportResult first = import_markdown(db, str_of(first_text));
    assert_false(first.under_review);
    assert_int_equal(first.matched_count, 0);
    assert_int_equal(import_markdown(db, str_of(first_text)).change, PLAN_IMPORT_UNCHANGED);
    /* renumbered, an item gone, one added without a key, one added in front of the old one */
    Str text = replaced(arena, str_of(first_text), "edition: 一", "edition: 二");
    text = replaced(arena, text, "- 相談に応じます。 {#2-1-1-1}\n", "- 新しい項目です。\n");
    text = replaced(arena, text, "医療費を", "医療費の一部を");
    const PlanImportResult second = import_markdown(db, text);
    assert_int_equal(second.matched_count, 5);
    PlanEdition edition;
    const Plan *plan = load(db, arena, second.edition_id, &edition);
    assert_int_equal(edition.parent_id, first.edition_id);
    assert_true(str_equal(plan->nodes.at[4].key, S("2-1-1-3")));
    assert_true(str_equal(plan->nodes.at[5].key, S("2-1-1-2")));
    assert_true(str_equal(plan->nodes.at[5].text, S("医療費の一部を助成します。")));
    /* the retired key is not given again either */
    text = replaced(arena, str_of(first_text), "edition: 一", "edition: 三");
    text = replaced(arena, text, "- 相談に応じます。 {#2-1-1-1}\n", "- まったく別の項目\n- 次の項目\n");
    const PlanImportResult third = import_markdown(db, text);
    plan = load(db, arena, third.edition_id, &edition);
    assert_true(str_equal(plan->nodes.at[4].key, S("2-1-1-4")));
    assert_true(str_equal(plan->nodes.at[5].key, S("2-1-1-5")));
}

/* The next draft as a table: edited words keep their keys, new items get new ones. */
static void test_table_editions(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    request.fixes.all = true;
    const PlanImportResult first = import(db, &request);
    PlanImportResult result;
    Error error = {0};
    const Counts before = count_rows(db);
    file.text = arena_join(arena, file.text, S("\n"));
    request.edition = S("案");
    assert_false(plan_import(db, &request, &result, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_string_equal(error.message,
        "edition \"素案\" of this plan is still under review; decide its warnings and confirm it first");
    assert_same_counts(before, count_rows(db));
    assert_true(plan_confirm_import(db, first.edition_id, &planner, &error));
    PlanEdition edition;
    const Plan *old = load(db, arena, first.edition_id, &edition);
    const PlanImportResult second = import(db, &request);
    assert_int_equal(second.matched_count, old->nodes.len);
    const Plan *new = load(db, arena, second.edition_id, &edition);
    if (!plan_same(old, new, &error)) {
        fail_msg("%s", error.message);
    }
    /* the name of an edition belongs to its bytes */
    file.text = arena_join(arena, file.text, S("\n"));
    assert_true(plan_confirm_import(db, second.edition_id, &planner, &error));
    assert_false(plan_import(db, &request, &result, &error));
    assert_string_equal(error.message,
        "the plan has an edition \"案\" already, made from something else; give this one another name");
}

/* The sample city, from its folder; exported as JSON, it is the same plan again. */
static void test_sample_city(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    FileNames names = {0};
    PlanFiles files = {0};
    assert_true(directory_list(arena, S("cities/aomori/plan"), S(".md"), &names, &error));
    for (size_t i = 0; i < names.len; i++) {
        PlanFile *file = VEC_PUSH(arena, &files);
        file->name = names.at[i];
        assert_true(file_read(arena, names.at[i], MANY, &file->text, &error));
    }
    const PlanImport request = {
        .files = files.at, .file_count = files.len, .actor = S("importer"), .instant = INSTANT};
    const PlanImportResult result = import(db, &request);
    assert_false(result.under_review);
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_UNCHANGED);
    PlanEdition edition;
    const Plan *plan = load(db, arena, result.edition_id, &edition);
    assert_int_equal(edition.policy_count, 5);
    assert_true(plan->nodes.at[0].source.line > 0);
    AUTO_BUF json;
    buf_init(&json, MANY);
    assert_true(plan_write_json(plan, true, &json, &error));
    const PlanFile exported = {S("plan.json"), buf_str(&json)};
    PlanImport second = request_for(&exported, 1);
    second.edition = S("JSON");
    const PlanImportResult copied = import(db, &second);
    assert_int_equal(copied.matched_count, plan->nodes.len);
    const Plan *copy = load(db, arena, copied.edition_id, &edition);
    assert_true(plan_same(plan, copy, &error));
    assert_true(str_equal(copy->nodes.at[5].source.file, plan->nodes.at[5].source.file));
}

/* An edition under review, exported with its warnings and repairs: those are decided where it was read. */
static void test_json_of_a_review(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    CLEANUP(db_cleanup) Db *other = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    request.fixes.all = true;
    const PlanImportResult result = import(db, &request);
    PlanEdition edition;
    const Plan *plan = load(db, arena, result.edition_id, &edition);
    AUTO_BUF json;
    Error error = {0};
    buf_init(&json, MANY);
    assert_true(plan_write_json(plan, true, &json, &error));
    const PlanFile exported = {S("plan.json"), buf_str(&json)};
    PlanImport again = request_for(&exported, 1);
    const PlanImportResult copied = import(other, &again);
    assert_int_equal(copied.fix_count, 0);
    assert_int_equal(copied.repair_count, result.repair_count);
    const PlanReview *review = review_of(other, arena, copied.edition_id);
    assert_int_equal(review->warnings.len, result.warning_count);
    for (size_t i = 0; i < review->warnings.len; i++) {
        if (review->warnings.at[i].warning.has_fix) {
            assert_false(plan_decide_warning(other, copied.edition_id, review->warnings.at[i].warning.number,
                PLAN_REFUSED, &planner, &error));
            assert_int_equal(error.code, ERROR_CONFLICT);
        }
    }
    decide_repair(other, copied.edition_id, review->repairs.at[0].id, PLAN_ACCEPTED);
    assert_int_equal(repair_notes(load(other, arena, copied.edition_id, &edition)), 1);
}

/* --- what is refused --- */

static void assert_refused(
    Db *db, const PlanImport *request, ErrorCode code, const char *file, long line, const char *message)
{
    PlanImportResult result;
    Error error = {0};
    const Counts before = count_rows(db);
    assert_false(plan_import(db, request, &result, &error));
    if (error.code != code || strstr(error.message, message) == NULL || strcmp(error.file, file) != 0 ||
        error.line != line) {
        fail_msg("%s %s:%ld: %s", error_name(error.code), error.file, error.line, error.message);
    }
    assert_same_counts(before, count_rows(db));
}

static void test_bad_documents(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    static const struct {
        Str text;
        ErrorCode code;
        const char *file;
        long line;
        const char *message;
    } bad[] = {
        {STR_LITERAL(""), ERROR_INPUT, "plan.txt", 1, "empty"},
        {STR_LITERAL("\x8e\x73\x82\xcc\x8c\x76\x89\xe6\n"), ERROR_INPUT, "plan.txt", 1, "Shift_JIS"},
        {STR_LITERAL("a\0b"), ERROR_INPUT, "plan.txt", 1, ""},
        {STR_LITERAL("こんにちは\n"), ERROR_INPUT, "plan.txt", 1, "no such table"},
        {STR_LITERAL("# 2 ひと / (1) 子ども\n\n## 予算\n\n*強調*\n"), ERROR_INPUT, "plan.txt", 3,
            "(and 1 more)"},
        {STR_LITERAL("{\"format\":\"hitomachi-plan/2\"}"), ERROR_INPUT, "plan.txt", 0, "hitomachi-plan/1"},
        {STR_LITERAL("{\"format\":"), ERROR_INPUT, "plan.txt", 1, ""},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const PlanFile file = {S("plan.txt"), bad[i].text};
        const PlanImport request = request_for(&file, 1);
        assert_refused(db, &request, bad[i].code, bad[i].file, bad[i].line, bad[i].message);
    }
}

static void test_bad_requests(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile markdown = {S("plan.md"), str_of(first_text)};
    PlanImport request = request_for(&markdown, 1);
    request.plan = S("other");
    assert_refused(db, &request, ERROR_INPUT, "", 0, "the document says plan \"basic-2019\", not \"other\"");
    request = request_for(&markdown, 1);
    const uint32_t three[] = {3};
    request.fixes = (FixChoice){.numbers = three, .count = 1};
    assert_refused(db, &request, ERROR_INPUT, "", 0, "nothing to fix");
    request = request_for(&markdown, 0);
    assert_refused(db, &request, ERROR_INPUT, "", 0, "1 to 10000 files");
    const PlanFile table = read_example(arena);
    request = request_for(&table, 1);
    request.edition = STR_EMPTY;
    assert_refused(db, &request, ERROR_INPUT, "", 0, "the edition's name (edition: 素案) is missing");
    request = request_for(&table, 1);
    request.encoding = S("klingon");
    assert_refused(db, &request, ERROR_INPUT, "", 0, "klingon");
    request = request_for(&table, 1);
    request.profile = S("pagetitle: x\n");
    assert_refused(db, &request, ERROR_INPUT, "profile.yaml", 1, "pagetitle");
    request = request_for(&table, 1);
    const uint32_t wrong[] = {9999};
    request.fixes = (FixChoice){.numbers = wrong, .count = 1};
    assert_refused(db, &request, ERROR_INPUT, "", 0, "9999");
    char *huge = malloc(PLAN_IMPORT_MAX + 1);
    assert_non_null(huge);
    memset(huge, 'a', PLAN_IMPORT_MAX + 1);
    const PlanFile large = {S("large.txt"), {huge, PLAN_IMPORT_MAX + 1}};
    request = request_for(&large, 1);
    assert_refused(db, &request, ERROR_LIMIT, "large.txt", 0, "the document is larger than 64 MB");
    free(huge);
}

/* The same table in Shift_JIS, its encoding named. */
static void test_encoding(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = {S("plan.md"), S("# 2 \x82\xd0\x82\xc6 / (1) \x8e\x71\x82\xc7\x82\xe0\n")};
    PlanImport request = request_for(&file, 1);
    request.encoding = S("shift_jis");
    const PlanImportResult result = import(db, &request);
    PlanEdition edition;
    const Plan *plan = load(db, arena, result.edition_id, &edition);
    assert_true(str_equal(plan->nodes.at[0].text, S("ひと")));
    assert_true(str_equal(plan->nodes.at[1].text, S("子ども")));
}

/* The same bytes with another profile: the review begins anew. */
static void test_another_profile(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    AUTO_ARENA arena = arena_new(MANY);
    const PlanFile file = read_example(arena);
    PlanImport request = request_for(&file, 1);
    const PlanImportResult first = import(db, &request);
    const Str literal = hash_of(db, arena, first.edition_id);
    request.profile = S("marks: {item: ■}\n");
    const PlanImportResult second = import(db, &request);
    assert_int_equal(second.change, PLAN_IMPORT_REREAD);
    assert_int_equal(second.edition_id, first.edition_id);
    assert_false(str_equal(literal, hash_of(db, arena, first.edition_id)));
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_UNCHANGED);
    request.profile = S("marks: {item: ●}\n");
    assert_int_equal(import(db, &request).change, PLAN_IMPORT_REREAD);
    assert_true(str_equal(literal, hash_of(db, arena, first.edition_id)));
}

/* --- several at once --- */

typedef struct Racer {
    Db *db;
    const PlanImport *request;
    PlanImportResult result;
    bool done;
    Error error;
} Racer;

static void *race(void *argument)
{
    Racer *racer = argument;
    racer->done = plan_import(racer->db, racer->request, &racer->result, &racer->error);
    return NULL;
}

/* The same bytes from four sides: one edition, and everybody is told its name. */
static void test_race(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = new_db();
    const PlanFile file = {S("plan.md"), str_of(first_text)};
    const PlanImport request = {.files = &file, .file_count = 1, .actor = S("importer"), .instant = INSTANT};
    Racer racers[4];
    pthread_t threads[COUNT_OF(racers)];
    size_t new = 0;
    for (size_t i = 0; i < COUNT_OF(racers); i++) {
        racers[i] = (Racer){.db = db, .request = &request};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(racers); i++) {
        (void)pthread_join(threads[i], NULL);
        if (!racers[i].done) {
            fail_msg("%s", racers[i].error.message);
        }
        assert_string_equal(racers[i].result.edition, "一");
        new += racers[i].result.change == PLAN_IMPORT_NEW;
    }
    assert_int_equal(new, 1);
    assert_int_equal(count_rows(db).rows[1], 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table),
        cmocka_unit_test(test_same_bytes_change_nothing),
        cmocka_unit_test(test_ways_to_the_same_edition),
        cmocka_unit_test(test_decisions_stay),
        cmocka_unit_test(test_wrong_decisions),
        cmocka_unit_test(test_repairs),
        cmocka_unit_test(test_repairs_and_fixes),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_seed_repairs),
        cmocka_unit_test(test_confirming),
        cmocka_unit_test(test_abandoning),
        cmocka_unit_test(test_markdown_editions),
        cmocka_unit_test(test_table_editions),
        cmocka_unit_test(test_sample_city),
        cmocka_unit_test(test_json_of_a_review),
        cmocka_unit_test(test_bad_documents),
        cmocka_unit_test(test_bad_requests),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_another_profile),
        cmocka_unit_test(test_race),
    };
    if (argc > 1 && strcmp(argv[1], PLAN_READER_COMMAND) == 0) {
        return plan_reader_main(argc - 1, argv + 1);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
