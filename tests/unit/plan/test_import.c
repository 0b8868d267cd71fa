/* Documents imported: as tables, as plan text, as JSON, again, and as further editions; whatever fails leaves
 * the database as it was. This program is also its own child: "read-plan".
 */
#include "import_fixture.h"

#include <pthread.h>

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
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_markdown_editions),
        cmocka_unit_test(test_table_editions),
        cmocka_unit_test(test_sample_city),
        cmocka_unit_test(test_json_of_a_review),
        cmocka_unit_test(test_bad_documents),
        cmocka_unit_test(test_bad_requests),
        cmocka_unit_test(test_encoding),
        cmocka_unit_test(test_race),
    };
    return RUN_OR_READ(tests, argc, argv);
}
