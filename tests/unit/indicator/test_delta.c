/* What records add to cells and members, and that before and after cancel. Expectations are counted by hand.
 */
#include "fixture.h"

#define MIB ((size_t)1 << 20)
#define NONE INT64_MIN

static void add(IndicatorDelta *delta, const CityIndicator *indicator, const Visit *visit, int sign)
{
    FormulaContext context = visit_context(delta->arena, visit);
    for (size_t i = 0; i < indicator->terms.len; i++) {
        Error error = {0};
        if (!indicator_add(delta, &indicator->terms.at[i], &context, sign, &error))
            fail_msg("%s", error.message);
    }
}

/* What three visits leave of an indicator. */
static void assert_visits(
    const char *value, const char *by_first, const char *by_second, const char *expected)
{
    static const Visit visits[] = {
        {"2018-06-01", "river", 300, 2500000, 1},
        {"2019-03-31", "wood", 100, NONE, 0},
        {"2018-04-01", "river", NONE, 1250000, 1},
        {"2019-04-01", "wood", 100, 500000, 1},
        {NULL, "river", 100, 500000, 1},
    };
    AUTO_ARENA arena = arena_new(4 * MIB);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityIndicator *indicator = indicator_of(arena, value, by_first, by_second);
    for (size_t i = 0; i < COUNT_OF(visits); i++)
        add(&delta, indicator, &visits[i], 1);
    assert_string_equal(changes_of(&delta), expected);
    for (size_t i = 0; i < COUNT_OF(visits); i++)
        add(&delta, indicator, &visits[COUNT_OF(visits) - 1 - i], -1);
    assert_string_equal(changes_of(&delta), "");
}

static void fiscal_years(void **state)
{
    (void)state;
    assert_visits("count(visit)", NULL, NULL, "0 2018  +3 +0\n0 2019  +1 +0\n");
    assert_visits("count(visit where attended)", NULL, NULL, "0 2018  +2 +0\n0 2019  +1 +0\n");
    assert_visits("count(visit where amount > 100)", NULL, NULL, "0 2018  +1 +0\n");
}

static void sums(void **state)
{
    (void)state;
    assert_visits("sum(visit.amount)", NULL, NULL, "0 2018  +2 +400\n0 2019  +1 +100\n");
    assert_visits("average(visit.fee)", NULL, NULL, "0 2018  +2 +3750000\n0 2019  +1 +500000\n");
    assert_visits("share(visit where attended)", NULL, NULL, "0 2018  +2 +3\n0 2019  +1 +1\n");
    assert_visits("share(visit where fee > 9)", NULL, NULL, "0 2018  +0 +3\n0 2019  +0 +1\n");
}

static void members(void **state)
{
    (void)state;
    assert_visits(
        "distinct(visit.kind)", NULL, NULL, "0 2018  <river> +2\n0 2018  <wood> +1\n0 2019  <wood> +1\n");
    assert_visits("max(visit.amount)", NULL, NULL,
        "0 2018  +2 +0\n0 2018  <8000000000000064> +1\n0 2018  <800000000000012c> +1\n"
        "0 2019  +1 +0\n0 2019  <8000000000000064> +1\n");
}

static void groups(void **state)
{
    (void)state;
    assert_visits("count(visit)", "kind", NULL,
        "0 2018  +3 +0\n0 2018 0=river +2 +0\n0 2018 0=wood +1 +0\n0 2019  +1 +0\n0 2019 0=wood +1 +0\n");
    assert_visits("sum(visit.amount)", "kind", "attended",
        "0 2018  +2 +400\n0 2018 *=river|1 +1 +300\n0 2018 *=wood|0 +1 +100\n"
        "0 2018 0=river +1 +300\n0 2018 0=wood +1 +100\n0 2018 1=0 +1 +100\n0 2018 1=1 +1 +300\n"
        "0 2019  +1 +100\n0 2019 *=wood|1 +1 +100\n0 2019 0=wood +1 +100\n0 2019 1=1 +1 +100\n");
    assert_visits("distinct(visit.kind)", "amount", NULL,
        "0 2018  <river> +2\n0 2018  <wood> +1\n0 2018 0= <river> +1\n0 2018 0=100 <wood> +1\n"
        "0 2018 0=300 <river> +1\n0 2019  <wood> +1\n0 2019 0=100 <wood> +1\n");
}

static void several_terms(void **state)
{
    (void)state;
    assert_visits("count(visit where attended) + sum(visit.amount)", NULL, NULL,
        "0 2018  +2 +0\n0 2019  +1 +0\n1 2018  +2 +400\n1 2019  +1 +100\n");
}

static void moved(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(4 * MIB);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityIndicator *indicator = indicator_of(arena, "sum(visit.amount)", "kind", NULL);
    Visit before = {"2018-06-01", "river", 300, NONE, 1}, after = before;
    after.amount = 310;
    add(&delta, indicator, &before, -1);
    add(&delta, indicator, &after, 1);
    assert_string_equal(changes_of(&delta), "0 2018  +0 +10\n0 2018 0=river +0 +10\n");
    before = after;
    after.kind = "wood";
    add(&delta, indicator, &before, -1);
    add(&delta, indicator, &after, 1);
    assert_string_equal(
        changes_of(&delta), "0 2018  +0 +10\n0 2018 0=river -1 -300\n0 2018 0=wood +1 +310\n");
}

static void too_large(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(4 * MIB);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityIndicator *indicator = indicator_of(arena, "sum(visit.amount)", NULL, NULL);
    Visit visit = {"2018-06-01", "river", INT64_MAX, NONE, 1};
    FormulaContext context = visit_context(arena, &visit);
    Error error = {0};
    assert_true(indicator_add(&delta, &indicator->terms.at[0], &context, 1, &error));
    assert_false(indicator_add(&delta, &indicator->terms.at[0], &context, 1, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

static void no_memory(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(4 * MIB);
    const CityIndicator *indicator = indicator_of(arena, "distinct(visit.kind)", "kind", "amount");
    Visit visit = {"2018-06-01", "river", 1, NONE, 1};
    FormulaContext context = visit_context(arena, &visit);
    size_t failures = 0;
    for (size_t n = 1; n < 40; n++) {
        AUTO_ARENA own = arena_new(MIB);
        IndicatorDelta delta;
        indicator_delta_init(&delta, own);
        Error error = {0};
        const IndicatorChange *changes;
        size_t count;
        arena_fail_after(n);
        bool ok = indicator_add(&delta, &indicator->terms.at[0], &context, 1, &error) &&
                  indicator_changes(&delta, &changes, &count, &error);
        arena_fail_after(0);
        assert_true(ok || error.code == ERROR_MEMORY);
        failures += !ok;
    }
    assert_in_range(failures, 10, 38);
}

/* --- people --------------------------------------------------------------------------------------------- */

static int64_t people(const char *value, const char *born, const char *from, const char *until)
{
    AUTO_ARENA arena = arena_new(4 * MIB);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityTerm *term = &indicator_of(arena, value, NULL, NULL)->terms.at[0];
    FormulaContext context = person_context(arena, born, from, until);
    Error error = {0};
    assert_true(indicator_add_person(&delta, &club_registers, term, &context, 2018, 1, &error));
    return cell_of(&delta, term, 2018, "").rows;
}

static void residents(void **state)
{
    (void)state;
    assert_int_equal(people("population()", NULL, NULL, NULL), 1);
    assert_int_equal(people("population()", NULL, "2018-04-01", NULL), 1);
    assert_int_equal(people("population()", NULL, "2018-04-02", NULL), 0);
    assert_int_equal(people("population()", NULL, NULL, "2018-04-01"), 1);
    assert_int_equal(people("population()", NULL, NULL, "2018-03-31"), 0);
    assert_int_equal(people("population()", NULL, "2010-01-01", "2030-01-01"), 1);
}

static void ages_on_the_first_day(void **state)
{
    (void)state;
    /* Who is born on 2 April is a year behind who is born on 1 April. */
    assert_int_equal(people("population(school_grade = 1)", "2012-04-01", NULL, NULL), 1);
    assert_int_equal(people("population(school_grade = 1)", "2012-04-02", NULL, NULL), 0);
    assert_int_equal(people("population(school_grade = 0)", "2012-04-02", NULL, NULL), 1);
    /* An age is reached on the eve of the birthday. */
    assert_int_equal(people("population(age >= 6)", "2012-04-02", NULL, NULL), 1);
    assert_int_equal(people("population(age >= 6)", "2012-04-03", NULL, NULL), 0);
    assert_int_equal(people("population(age_months = 1)", "2018-03-02", NULL, NULL), 1);
    /* Unknown is no. */
    assert_int_equal(people("population(age >= 0)", NULL, NULL, NULL), 0);
    assert_int_equal(people("population(age >= 0)", "2018-04-02", NULL, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fiscal_years),
        cmocka_unit_test(sums),
        cmocka_unit_test(members),
        cmocka_unit_test(groups),
        cmocka_unit_test(several_terms),
        cmocka_unit_test(moved),
        cmocka_unit_test(too_large),
        cmocka_unit_test(no_memory),
        cmocka_unit_test(residents),
        cmocka_unit_test(ages_on_the_first_day),
    };
    return cmocka_run_group_tests_name("delta", tests, NULL, NULL);
}
