/* The value of an indicator from its cells, and the smallest count it rests on. */
#include "fixture.h"

#define MIB ((size_t)1 << 20)
#define NONE INT64_MIN

typedef struct Cells {
    const IndicatorDelta *delta;
    int64_t people;
} Cells;

static IndicatorCell cell_in_2018(void *owner, const CityTerm *term)
{
    const Cells *cells = owner;
    if (indicator_is_population(term))
        return (IndicatorCell){.rows = cells->people};
    return cell_of(cells->delta, term, 2018, "");
}

static const Visit visits[] = {
    {"2018-06-01", "river", 300, 2500000, 1},
    {"2018-07-01", "wood", 100, NONE, 0},
    {"2018-08-01", "river", -7, 1250000, 1},
};

static Value value_of(Arena *arena, const char *text, size_t count, int64_t *smallest)
{
    const CityIndicator *indicator = indicator_of(arena, text, NULL, NULL);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    for (size_t i = 0; i < count; i++) {
        FormulaContext context = visit_context(arena, &visits[i]);
        for (size_t k = 0; k < indicator->terms.len; k++) {
            Error error = {0};
            if (!indicator_is_population(&indicator->terms.at[k]))
                assert_true(indicator_add(&delta, &indicator->terms.at[k], &context, 1, &error));
        }
    }
    Cells cells = {&delta, 8};
    *smallest = indicator_smallest_count(indicator, &cells, cell_in_2018);
    return indicator_value(indicator, arena, &cells, cell_in_2018);
}

static void assert_indicator(const char *text, Value of_three, int64_t smallest_of_three, Value of_none)
{
    AUTO_ARENA arena = arena_new(4 * MIB);
    int64_t smallest;
    if (!value_same(value_of(arena, text, COUNT_OF(visits), &smallest), of_three))
        fail_msg("%s of three visits", text);
    assert_int_equal(smallest, smallest_of_three);
    if (!value_same(value_of(arena, text, 0, &smallest), of_none))
        fail_msg("%s of no visits", text);
    assert_int_equal(smallest, 0);
}

static void values(void **state)
{
    (void)state;
    Value none = value_missing();
    assert_indicator("count(visit)", value_integer(3), 3, value_integer(0));
    assert_indicator("sum(visit.amount)", value_integer(393), 3, value_integer(0));
    assert_indicator("sum(visit.fee)", value_decimal(3750000), 2, value_decimal(0));
    assert_indicator("average(visit.amount)", value_decimal(131000000), 3, none);
    assert_indicator("average(visit.fee)", value_decimal(1875000), 2, none);
    assert_indicator("share(visit where attended)", value_decimal(666667), 2, none);
    assert_indicator("distinct(visit.kind)", value_integer(2), 2, value_integer(0));
    assert_indicator("min(visit.amount)", value_integer(-7), 3, none);
    assert_indicator("max(visit.amount)", value_integer(300), 3, none);
    assert_indicator("min(visit.held_on)", value_date(17683), 3, none);
}

static void formulas(void **state)
{
    (void)state;
    assert_indicator("round(100 * distinct(visit.kind where attended) / population(age < 9), 1)",
        value_decimal(12500000), 1, value_decimal(0));
    assert_indicator(
        "sum(visit.amount) / count(visit where attended)", value_decimal(196500000), 2, value_missing());
    assert_indicator(
        "if count(visit) > 2 then sum(visit.amount) else 0", value_integer(393), 3, value_integer(0));
}

static void only_people(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(4 * MIB);
    int64_t smallest;
    Value value = value_of(arena, "population(age < 9) * 2", 0, &smallest);
    assert_true(value_same(value, value_integer(16)));
    assert_int_equal(smallest, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(formulas),
        cmocka_unit_test(only_people),
    };
    return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
