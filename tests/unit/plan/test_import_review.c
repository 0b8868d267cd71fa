/* Imports reviewed: an edition is a function of bytes and decisions, in whatever order these were made; a
 * review ends. This program is also its own child: "read-plan".
 */
#include "import_fixture.h"

#include "base/utf8.h"
#include "plan/repair.h"

/* --- decisions --- */

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
        const Str words =
            i % 3 == 0 ? plan_repair_after(arena, &row->repair) : plan_repair_literal(arena, &row->repair);
        assert_true(str_equal(utf8_slice(text, row->repair.from, row->repair.to), words));
    }
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways_to_the_same_edition),
        cmocka_unit_test(test_decisions_stay),
        cmocka_unit_test(test_wrong_decisions),
        cmocka_unit_test(test_repairs),
        cmocka_unit_test(test_repairs_and_fixes),
        cmocka_unit_test(test_seed_repairs),
        cmocka_unit_test(test_another_profile),
        cmocka_unit_test(test_confirming),
        cmocka_unit_test(test_abandoning),
    };
    return RUN_OR_READ(tests, argc, argv);
}
