/* What is known without typing, what of it the public sees, and what has moved since a freeze. */
#include "fixture.h"

#include <setjmp.h>
#include <cmocka.h>

static void set_figure(Fixture *f, const char *indicator, int64_t year, Value value, int64_t smallest)
{
    f->figures[f->figure_count++] = (FakeFigure){indicator, year, value, smallest, INSTANT};
}

static EvaluationSheet known(Fixture *f)
{
    const Evaluation evaluation = fixture_get(f, fixture_begin(f));
    return fixture_sheet(f, &evaluation);
}

static void test_the_measure_and_what_is_below_it(void **state)
{
    Fixture *f = *state;
    const EvaluationSheet sheet = known(f);
    static const struct {
        const char *key, *text;
        PlanKind kind;
        int depth;
    } expected[] = {{"2-1-2", "子ども支援", PLAN_MEASURE, 0}, {"2-1-2-1", "活動できる環境", PLAN_GROUP, 1},
        {"2-1-2-1-1", "体験の場を設けます。", PLAN_INITIATIVE, 2},
        {"2-1-2-1-2", "居場所を確保します。", PLAN_INITIATIVE, 2}};
    assert_int_equal(sheet.nodes.len, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_text(sheet.nodes.at[i].key, expected[i].key);
        assert_text(sheet.nodes.at[i].text, expected[i].text);
        assert_int_equal(sheet.nodes.at[i].kind, expected[i].kind);
        assert_int_equal(sheet.nodes.at[i].depth, expected[i].depth);
    }
    assert_text(sheet.nodes.at[0].number, "②");
}

static void test_services_of_this_measure_alone(void **state)
{
    const EvaluationSheet sheet = known(*state);
    assert_int_equal(sheet.services.len, 1);
    const EvaluationService *service = &sheet.services.at[0];
    assert_text(service->id, "classes");
    assert_text(service->unit.in[LANGUAGE_JA], "青少年課");
    assert_text(service->legal_basis.in[LANGUAGE_JA], "実施要綱（見本）");
    assert_int_equal(service->keys.len, 1);
    assert_text(service->keys.at[0], "2-1-2-1-1");
}

static void test_figures_of_three_years_or_why_not(void **state)
{
    Fixture *f = *state;
    set_figure(f, "classes/participants", YEAR, value_integer(123), 41);
    set_figure(f, "classes/participants", YEAR - 1, value_missing(), 0);
    f->figures[f->figure_count++] = (FakeFigure){"classes/participants", YEAR - 2, value_integer(0), 0, 0};
    set_figure(f, "classes/participants", YEAR + 1, value_integer(999), 999);
    const EvaluationSheet sheet = known(f);
    assert_int_equal(sheet.indicators.len, 2);
    const EvaluationIndicator *indicator = &sheet.indicators.at[0];
    assert_text(indicator->id, "classes/participants");
    assert_text(indicator->key, "2-1-2-1");
    assert_int_equal(indicator->years[0].fiscal_year, YEAR - 2);
    assert_int_equal(indicator->years[0].gap, EVALUATION_GAP_NO_RECORDS);
    assert_true(value_is_missing(indicator->years[0].value));
    assert_int_equal(indicator->years[1].gap, EVALUATION_GAP_UNDEFINED);
    assert_int_equal(indicator->years[2].fiscal_year, YEAR);
    assert_int_equal(indicator->years[2].gap, EVALUATION_GAP_NONE);
    assert_int_equal(indicator->years[2].value.integer, 123);
    assert_int_equal(sheet.indicators.at[1].years[2].gap, EVALUATION_GAP_UNCOUNTED);
}

static void test_without_a_source_there_is_the_list(void **state)
{
    Fixture *f = *state;
    f->source.read = NULL;
    const EvaluationSheet sheet = known(f);
    assert_int_equal(sheet.indicators.len, 2);
    assert_int_equal(sheet.indicators.at[0].years[2].gap, EVALUATION_GAP_UNCOUNTED);
}

static void test_without_a_city_there_is_the_plan(void **state)
{
    Fixture *f = *state;
    f->source = (EvaluationSource){0};
    const EvaluationSheet sheet = known(f);
    assert_int_equal(sheet.nodes.len, 4);
    assert_int_equal(sheet.services.len, 0);
    assert_int_equal(sheet.indicators.len, 0);
}

/* The oracle is the rule itself: below the threshold nothing but that it is withheld. */
static void test_the_public_sees_what_is_published(void **state)
{
    Fixture *f = *state;
    set_figure(f, "classes/participants", YEAR - 2, value_integer(9), 9);
    set_figure(f, "classes/participants", YEAR - 1, value_integer(10), 10);
    set_figure(f, "classes/participants", YEAR, value_integer(500), 3);
    set_figure(f, "classes/inside", YEAR, value_integer(77), 77);
    EvaluationSheet sheet = known(f);
    evaluation_for_public(&sheet);
    assert_int_equal(sheet.indicators.len, 1);
    const EvaluationIndicator *indicator = &sheet.indicators.at[0];
    assert_text(indicator->id, "classes/participants");
    assert_int_equal(indicator->years[0].gap, EVALUATION_GAP_WITHHELD);
    assert_true(value_is_missing(indicator->years[0].value));
    assert_int_equal(indicator->years[1].gap, EVALUATION_GAP_NONE);
    assert_int_equal(indicator->years[1].value.integer, 10);
    assert_int_equal(indicator->years[2].gap, EVALUATION_GAP_WITHHELD);
    for (size_t n = 0; n < EVALUATION_YEARS; n++)
        assert_int_equal(indicator->years[n].smallest_count, 0);
}

static void test_what_moved_since(void **state)
{
    Fixture *f = *state;
    set_figure(f, "classes/participants", YEAR - 1, value_integer(40), 40);
    set_figure(f, "classes/participants", YEAR, value_integer(123), 41);
    const Evaluation evaluation = fixture_get(f, fixture_begin(f));
    const EvaluationSheet before = fixture_sheet(f, &evaluation);
    EvaluationDifferences differences;
    Error error = {0};
    assert_true(evaluation_differences(f->arena, &before, &before, &differences, &error));
    assert_int_equal(differences.len, 0);
    f->figures[1].value = value_integer(125);
    set_figure(f, "classes/inside", YEAR, value_integer(1), 1);
    const EvaluationSheet after = fixture_sheet(f, &evaluation);
    assert_true(evaluation_differences(f->arena, &before, &after, &differences, &error));
    assert_int_equal(differences.len, 2);
    assert_text(differences.at[0].frozen->id, "classes/participants");
    assert_int_equal(differences.at[0].year, 2);
    assert_int_equal(differences.at[0].frozen->years[2].value.integer, 123);
    assert_int_equal(differences.at[0].now.value.integer, 125);
    assert_text(differences.at[1].frozen->id, "classes/inside");
    assert_int_equal(differences.at[1].frozen->years[2].gap, EVALUATION_GAP_UNCOUNTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_measure_and_what_is_below_it),
        TEST(test_services_of_this_measure_alone),
        TEST(test_figures_of_three_years_or_why_not),
        TEST(test_without_a_source_there_is_the_list),
        TEST(test_without_a_city_there_is_the_plan),
        TEST(test_the_public_sees_what_is_published),
        TEST(test_what_moved_since),
    };
    return cmocka_run_group_tests_name("review sheet", tests, NULL, NULL);
}
