/* Values of groups and members as texts: nothing is confused, nothing is too long for a key, and what was
 * written is read again. Written through cells, as whoever keeps them sees them. */
#include "fixture.h"

#define MIB ((size_t)1 << 20)
#define NONE INT64_MIN

/* The group in which a visit of that kind is counted, by kind. */
static Str group_of(Arena *arena, const char *kind)
{
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityTerm *term = &indicator_of(arena, "count(visit)", "kind", NULL)->terms.at[0];
    Visit visit = {"2018-06-01", kind, 1, NONE, 1};
    FormulaContext context = visit_context(arena, &visit);
    Error error = {0};
    assert_true(indicator_add(&delta, term, &context, 1, &error));
    const IndicatorChange *changes;
    size_t count;
    assert_true(indicator_changes(&delta, &changes, &count, &error));
    assert_int_equal(count, 2);
    assert_true(str_starts(changes[1].group, S("0=")));
    return str_slice(changes[1].group, 2, changes[1].group.len);
}

static void assert_written(const char *kind, const char *written)
{
    AUTO_ARENA arena = arena_new(4 * MIB);
    Str group = group_of(arena, kind);
    if (!str_equal(group, str_of(written)))
        fail_msg("'%s' is written '%.*s'", kind == NULL ? "" : kind, STR_ARGS(group));
    FormulaType text = {.kind = FORMULA_TEXT};
    Value read;
    assert_true(indicator_read_value(group, &text, arena, &read));
    bool is_nothing = kind == NULL || *kind == '\0';
    assert_true(is_nothing ? value_is_missing(read) : value_same(read, value_text(str_of(kind))));
}

static void texts(void **state)
{
    (void)state;
    assert_written("river", "river");
    assert_written("川|森", "川\\|森");
    assert_written("a=b\\c", "a\\=b\\\\c");
    assert_written("#", "#");
    assert_written("\\#", "\\\\#");
    assert_written("", "");
    assert_written(NULL, "");
}

static void long_texts(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(4 * MIB);
    char text[600] = {0};
    for (size_t i = 0; i < 100; i++)
        memcpy(text + 3 * i, "川", 3);
    Str one = group_of(arena, text);
    text[297] = '!'; /* another one, far behind */
    text[298] = '\0';
    Str other = group_of(arena, text);
    assert_false(str_equal(one, other));
    assert_in_range(one.len, INDICATOR_TEXT_MAX, INDICATOR_TEXT_MAX + 40);
    FormulaType type = {.kind = FORMULA_TEXT};
    Value read;
    assert_true(indicator_read_value(one, &type, arena, &read));
    assert_true(str_ends(read.text, S("川…")));
    assert_int_equal(read.text.len % 3, 0);
    assert_true(str_starts(str_of(text), str_slice(read.text, 0, read.text.len - 3)));
}

static void numbers(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MIB);
    static const struct {
        const char *written;
        FormulaKind kind;
        bool is_good;
        Value value;
    } cases[] = {
        {"-12", FORMULA_INTEGER, true, {VALUE_INTEGER, {.integer = -12}}},
        {"1", FORMULA_BOOLEAN, true, {VALUE_BOOLEAN, {.integer = 1}}},
        {"17", FORMULA_REFERENCE, true, {VALUE_REFERENCE, {.integer = 17}}},
        {"17683", FORMULA_DATE, true, {VALUE_DATE, {.integer = 17683}}},
        {"", FORMULA_DATE, true, {VALUE_MISSING, {.integer = 0}}},
        {"one", FORMULA_INTEGER, false, {VALUE_MISSING, {.integer = 0}}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        FormulaType type = {.kind = cases[i].kind};
        Value read;
        assert_int_equal(
            indicator_read_value(str_of(cases[i].written), &type, arena, &read), cases[i].is_good);
        assert_true(value_same(read, cases[i].value));
    }
}

/* Texts are put in order by the database: their order is that of the numbers. */
static void ordered_members(void **state)
{
    (void)state;
    static const int64_t amounts[] = {NONE + 1, -1000000, -10, -9, -1, 0, 1, 9, 10, 255, 256, INT64_MAX};
    AUTO_ARENA arena = arena_new(4 * MIB);
    IndicatorDelta delta;
    indicator_delta_init(&delta, arena);
    const CityTerm *term = &indicator_of(arena, "min(visit.amount)", NULL, NULL)->terms.at[0];
    Error error = {0};
    for (size_t i = COUNT_OF(amounts); i-- > 0;) {
        Visit visit = {"2018-06-01", "river", amounts[i], NONE, 1};
        FormulaContext context = visit_context(arena, &visit);
        assert_true(indicator_add(&delta, term, &context, 1, &error));
    }
    const IndicatorChange *changes;
    size_t count;
    assert_true(indicator_changes(&delta, &changes, &count, &error));
    assert_int_equal(count, COUNT_OF(amounts) + 1);
    for (size_t i = 0; i < COUNT_OF(amounts); i++) {
        Value read;
        assert_true(indicator_read_member(term, changes[i + 1].member, &read));
        assert_true(value_same(read, value_integer(amounts[i])));
    }
    Value read;
    assert_false(indicator_read_member(term, S("800000000000000g"), &read));
    assert_false(indicator_read_member(term, S("8"), &read));
}

static void first_days(void **state)
{
    (void)state;
    assert_true(value_same(indicator_period_begins(1970), value_date(90)));
    assert_true(value_same(indicator_period_begins(2018), value_date(17622)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(numbers),
        cmocka_unit_test(ordered_members),
        cmocka_unit_test(first_days),
    };
    return cmocka_run_group_tests_name("written", tests, NULL, NULL);
}
