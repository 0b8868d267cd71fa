/* The frozen document: the same bytes each time, everything comes back, and what was tampered with is found.
 */
#include "fixture.h"

#include <setjmp.h>
#include <cmocka.h>

typedef struct Document {
    Evaluation evaluation;
    EvaluationSheet sheet;
} Document;

static Document make(Fixture *f)
{
    Document made;
    Error error = {0};
    const int64_t id = fixture_begin(f);
    f->figures[f->figure_count++] =
        (FakeFigure){"classes/participants", YEAR, value_decimal(12500000), 41, INSTANT};
    f->figures[f->figure_count++] =
        (FakeFigure){"classes/participants", YEAR - 1, value_integer(INT64_MIN), 7, INSTANT};
    fixture_edit(f, id, 1, fixture_text());
    made.evaluation = fixture_get(f, id);
    made.sheet = fixture_sheet(f, &made.evaluation);
    if (!evaluation_content(
            f->arena, &made.evaluation, &made.sheet, &made.evaluation.content, &made.evaluation.hash, &error))
        fail_msg("%s", error.message);
    return made;
}

static void test_the_same_bytes_each_time(void **state)
{
    Fixture *f = *state;
    const Document made = make(f);
    const EvaluationSheet again = fixture_sheet(f, &made.evaluation);
    Str content, hash;
    Error error = {0};
    assert_true(evaluation_content(f->arena, &made.evaluation, &again, &content, &hash, &error));
    assert_true(str_equal(content, made.evaluation.content));
    assert_true(str_equal(hash, made.evaluation.hash));
    Evaluation other = made.evaluation;
    other.text.second = S("");
    assert_true(evaluation_content(f->arena, &other, &again, &content, &hash, &error));
    assert_false(str_equal(hash, made.evaluation.hash));
}

static void test_everything_comes_back(void **state)
{
    Fixture *f = *state;
    const Document made = make(f);
    EvaluationSheet sheet;
    EvaluationText text;
    EvaluationDifferences differences;
    Error error = {0};
    if (!evaluation_read_content(f->arena, &made.evaluation, &sheet, &text, &error))
        fail_msg("%s", error.message);
    assert_text(text.achieved, "教室を12回開いた。");
    assert_text(text.left, "低学年の参加が少ない。");
    assert_int_equal(text.judgement, EVALUATION_B);
    assert_int_equal(text.direction, EVALUATION_IMPROVE);
    assert_text(text.second, "妥当である。");
    assert_int_equal(sheet.nodes.len, 4);
    assert_text(sheet.nodes.at[3].text, "居場所を確保します。");
    assert_int_equal(sheet.nodes.at[3].kind, PLAN_INITIATIVE);
    assert_int_equal(sheet.services.len, 1);
    assert_text(sheet.services.at[0].legal_basis.in[LANGUAGE_EN], "Rules (sample)");
    assert_text(sheet.services.at[0].keys.at[0], "2-1-2-1-1");
    assert_int_equal(sheet.indicators.len, 2);
    assert_true(sheet.indicators.at[0].is_public);
    assert_int_equal(sheet.indicators.at[0].threshold, 10);
    assert_int_equal(sheet.indicators.at[0].better, CITY_BETTER_UP);
    assert_int_equal(sheet.indicators.at[0].years[2].value.type, VALUE_DECIMAL);
    assert_int_equal(sheet.indicators.at[0].years[2].value.integer, 12500000);
    assert_true(sheet.indicators.at[0].years[1].value.integer == INT64_MIN);
    assert_int_equal(sheet.indicators.at[0].years[2].smallest_count, 41);
    assert_true(evaluation_differences(f->arena, &made.sheet, &sheet, &differences, &error));
    assert_int_equal(differences.len, 0);
}

static void test_a_changed_document_is_found(void **state)
{
    Fixture *f = *state;
    const Document made = make(f);
    EvaluationSheet sheet;
    EvaluationText text;
    Error error = {0};
    Evaluation changed = made.evaluation;
    char *bytes = arena_alloc(f->arena, changed.content.len);
    memcpy(bytes, changed.content.at, changed.content.len);
    bytes[changed.content.len / 2] ^= 1;
    changed.content.at = bytes;
    assert_false(evaluation_read_content(f->arena, &changed, &sheet, &text, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    changed = made.evaluation;
    changed.content = str_slice(changed.content, 0, changed.content.len - 1);
    assert_false(evaluation_read_content(f->arena, &changed, &sheet, &text, &error));
}

/* Each allocation fails in turn; what is answered is that memory lacked, until it does not. */
static void test_without_memory(void **state)
{
    Fixture *f = *state;
    const Document made = make(f);
    bool done = false;
    size_t n = 0;
    while (!done && n < 2000) {
        AUTO_ARENA arena = arena_new((size_t)8 << 20);
        EvaluationSheet sheet;
        EvaluationText text;
        EvaluationDifferences differences;
        Str content, hash;
        Error error = {0};
        CLEANUP(db_read_end) DbConn *conn = fixture_reading(f);
        arena_fail_after(++n);
        done = evaluation_sheet(conn, arena, &f->source, &made.evaluation, &sheet, &error) &&
               evaluation_content(arena, &made.evaluation, &sheet, &content, &hash, &error) &&
               evaluation_read_content(arena, &made.evaluation, &sheet, &text, &error) &&
               evaluation_differences(arena, &sheet, &sheet, &differences, &error);
        arena_fail_after(0);
        if (!done)
            assert_int_equal(error.code, ERROR_MEMORY);
        else
            assert_true(str_equal(content, made.evaluation.content));
    }
    assert_true(done);
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_bytes_each_time),
        TEST(test_everything_comes_back),
        TEST(test_a_changed_document_is_found),
        TEST(test_without_memory),
    };
    return cmocka_run_group_tests_name("review content", tests, NULL, NULL);
}
