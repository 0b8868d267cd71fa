/* The invented club: record types and formulas made by hand, without declarations, so that terms are tested
 * without what compiles them. */
#include "fixture.h"

#include <inttypes.h>

#include "base/date.h"

enum { VISIT_ON, VISIT_KIND, VISIT_AMOUNT, VISIT_FEE, VISIT_ATTENDED, VISIT_COUNT };
static const RowColumn visit_columns[VISIT_COUNT] = {
    [VISIT_ON] = {STR_LITERAL("held_on"), VALUE_DATE},
    [VISIT_KIND] = {STR_LITERAL("kind"), VALUE_TEXT},
    [VISIT_AMOUNT] = {STR_LITERAL("amount"), VALUE_INTEGER},
    [VISIT_FEE] = {STR_LITERAL("fee"), VALUE_DECIMAL},
    [VISIT_ATTENDED] = {STR_LITERAL("attended"), VALUE_BOOLEAN},
};
static const RowShape visit_shape = {visit_columns, VISIT_COUNT};
static const FormulaField visit_fields[] = {
    {STR_LITERAL("held_on"), {.kind = FORMULA_DATE}, VISIT_ON},
    {STR_LITERAL("kind"), {.kind = FORMULA_TEXT}, VISIT_KIND},
    {STR_LITERAL("amount"), {.kind = FORMULA_INTEGER}, VISIT_AMOUNT},
    {STR_LITERAL("fee"), {.kind = FORMULA_DECIMAL, .digits = 2}, VISIT_FEE},
    {STR_LITERAL("attended"), {.kind = FORMULA_BOOLEAN}, VISIT_ATTENDED},
};

enum { PERSON_BIRTH, PERSON_FROM, PERSON_UNTIL, PERSON_COUNT };
static const RowColumn person_columns[PERSON_COUNT + CITY_AS_OF_COUNT] = {
    [PERSON_BIRTH] = {STR_LITERAL("birth_date"), VALUE_DATE},
    [PERSON_FROM] = {STR_LITERAL("resident_from"), VALUE_DATE},
    [PERSON_UNTIL] = {STR_LITERAL("resident_until"), VALUE_DATE},
    [PERSON_COUNT + CITY_AS_OF_AGE] = {STR_LITERAL("age"), VALUE_INTEGER},
    [PERSON_COUNT + CITY_AS_OF_AGE_MONTHS] = {STR_LITERAL("age_months"), VALUE_INTEGER},
    [PERSON_COUNT + CITY_AS_OF_SCHOOL_GRADE] = {STR_LITERAL("school_grade"), VALUE_INTEGER},
};
static const RowShape person_shape = {person_columns, PERSON_COUNT};
static const FormulaField person_fields[] = {
    {STR_LITERAL("birth_date"), {.kind = FORMULA_DATE}, PERSON_BIRTH},
    {STR_LITERAL("age"), {.kind = FORMULA_INTEGER}, PERSON_COUNT + CITY_AS_OF_AGE},
    {STR_LITERAL("age_months"), {.kind = FORMULA_INTEGER}, PERSON_COUNT + CITY_AS_OF_AGE_MONTHS},
    {STR_LITERAL("school_grade"), {.kind = FORMULA_INTEGER}, PERSON_COUNT + CITY_AS_OF_SCHOOL_GRADE},
};

const CityRegisters club_registers = {
    .person_birth = PERSON_BIRTH,
    .person_from = PERSON_FROM,
    .person_until = PERSON_UNTIL,
    .person_as_of = {person_columns, PERSON_COUNT + CITY_AS_OF_COUNT},
};

static const FormulaRecord records[] = {
    {STR_LITERAL("visit"), visit_fields, COUNT_OF(visit_fields), {"", 0}},
    {STR_LITERAL("person"), person_fields, COUNT_OF(person_fields), {"", 0}},
};
static const FormulaModel model = {
    .records = records, .record_count = COUNT_OF(records), .population = STR_LITERAL("person")};

static const Formula *compile(Arena *arena, const char *record, const char *text)
{
    FormulaScope scope = {.model = &model, .record = str_of(record), .allows_aggregates = *record == '\0'};
    FormulaOrigin origin = {.file = S("club.yaml"), .line = 1, .column = 1};
    Formula *formula = NULL;
    Error error = {0};
    if (!formula_compile(&formula, arena, &scope, &origin, str_of(text), NULL, &error))
        fail_msg("%s: %s", text, error.message);
    return formula;
}

CityIndicator *indicator_of(Arena *arena, const char *value, const char *by_first, const char *by_second)
{
    CityIndicator *indicator = ARENA_NEW(arena, CityIndicator);
    assert_non_null(indicator);
    indicator->id = S("club/test");
    indicator->value = compile(arena, "", value);
    const FormulaAggregate *const *aggregates;
    size_t count = formula_aggregates(indicator->value, &aggregates);
    for (size_t i = 0; i < count; i++) {
        CityTerm *term = VEC_PUSH(arena, &indicator->terms);
        assert_non_null(term);
        *term = (CityTerm){.indicator = indicator, .place = i, .aggregate = aggregates[i]};
        if (aggregates[i]->kind == FORMULA_POPULATION)
            continue;
        term->date = compile(arena, "visit", "held_on");
        const char *by[] = {by_first, by_second};
        for (size_t k = 0; k < COUNT_OF(by) && by[k] != NULL; k++) {
            const Formula **slot = VEC_PUSH(arena, &term->by);
            assert_non_null(slot);
            *slot = compile(arena, "visit", by[k]);
        }
    }
    return indicator;
}

static Value date_of(const char *iso)
{
    Date date;
    if (iso == NULL)
        return value_missing();
    assert_true(date_parse_iso(str_of(iso), &date));
    return value_date(date_to_days(date));
}

static FormulaContext context_of(Arena *arena, const RowShape *shape, const Value *values)
{
    Row *row = ARENA_NEW(arena, Row);
    assert_non_null(row);
    *row = (Row){shape, arena_array(arena, shape->count, sizeof(Value))};
    assert_non_null(row->values);
    memcpy(row->values, values, shape->count * sizeof(Value));
    return (FormulaContext){.arena = arena, .row = row};
}

FormulaContext visit_context(Arena *arena, const Visit *visit)
{
    Value values[VISIT_COUNT] = {
        [VISIT_ON] = date_of(visit->on),
        [VISIT_KIND] = visit->kind == NULL ? value_missing() : value_text(str_of(visit->kind)),
        [VISIT_AMOUNT] = visit->amount == INT64_MIN ? value_missing() : value_integer(visit->amount),
        [VISIT_FEE] = visit->fee == INT64_MIN ? value_missing() : value_decimal(visit->fee),
        [VISIT_ATTENDED] = visit->attended < 0 ? value_missing() : value_boolean(visit->attended != 0),
    };
    return context_of(arena, &visit_shape, values);
}

FormulaContext person_context(Arena *arena, const char *born, const char *from, const char *until)
{
    Value values[PERSON_COUNT] = {
        [PERSON_BIRTH] = date_of(born), [PERSON_FROM] = date_of(from), [PERSON_UNTIL] = date_of(until)};
    return context_of(arena, &person_shape, values);
}

static void all_changes(const IndicatorDelta *delta, const IndicatorChange **changes, size_t *count)
{
    Error error = {0};
    if (!indicator_changes(delta, changes, count, &error))
        fail_msg("%s", error.message);
}

const char *changes_of(const IndicatorDelta *delta)
{
    const IndicatorChange *changes;
    size_t count;
    all_changes(delta, &changes, &count);
    Str text = STR_EMPTY;
    for (size_t i = 0; i < count; i++) {
        const IndicatorChange *at = &changes[i];
        text = arena_printf(delta->arena, "%.*s%zu %" PRId64 " %.*s", STR_ARGS(text), at->term->place,
            at->period, STR_ARGS(at->group));
        text = at->is_member ? arena_printf(delta->arena, "%.*s <%.*s> %+" PRId64 "\n", STR_ARGS(text),
                                   STR_ARGS(at->member), at->rows)
                             : arena_printf(delta->arena, "%.*s %+" PRId64 " %+" PRId64 "\n", STR_ARGS(text),
                                   at->rows, at->sum);
    }
    assert_false(arena_failed(delta->arena));
    return text.at;
}

IndicatorCell cell_of(const IndicatorDelta *delta, const CityTerm *term, int64_t period, const char *group)
{
    const IndicatorChange *changes;
    size_t count;
    all_changes(delta, &changes, &count);
    IndicatorCell cell = {0};
    bool is_distinct = term->aggregate->kind == FORMULA_DISTINCT;
    for (size_t i = 0; i < count; i++) {
        const IndicatorChange *at = &changes[i];
        if (at->term != term || at->period != period || !str_equal(at->group, str_of(group)))
            continue;
        if (!at->is_member) {
            cell.rows = at->rows;
            cell.sum = at->sum;
        } else if (is_distinct) {
            cell.rows++;
        } else {
            Value value;
            assert_true(indicator_read_member(term, at->member, &value));
            cell.least = value_is_missing(cell.least) ? value : cell.least;
            cell.greatest = value;
        }
    }
    return cell;
}
