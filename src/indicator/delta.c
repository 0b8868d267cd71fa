/* indicator/delta.c: what records contribute to terms, gathered until before and after have cancelled.
 *
 * A change is found by the text of its key: term, period, group, member. Adding is commutative, so the order
 * of records does not matter; what is left is sorted once, in an order that is the same everywhere, so that
 * servers that write the same counters at the same time wait for each other instead of standing in each
 * other's way.
 */
#include "indicator/indicator_internal.h"

#include "base/date.h"
#include "formula/function.h"

void indicator_delta_init(IndicatorDelta *delta, Arena *arena)
{
    *delta = (IndicatorDelta){.arena = arena};
    map_init(&delta->at, arena);
}

bool indicator_keeps_members(const CityTerm *term)
{
    FormulaAggregateKind kind = term->aggregate->kind;
    return kind == FORMULA_DISTINCT || kind == FORMULA_MIN || kind == FORMULA_MAX;
}

bool indicator_is_population(const CityTerm *term)
{
    return term->aggregate->kind == FORMULA_POPULATION;
}

/* --- changes -------------------------------------------------------------------------------------------- */

typedef struct KeyHead {
    const CityTerm *term;
    int64_t period;
    size_t group_len;
    uint64_t is_member;
} KeyHead;

/* The change with that key; a new one of nothing when there was none. Its texts are the key's: those it was
 * asked with may be of a row that is gone tomorrow. NULL: no memory. */
static IndicatorChange *delta_change(IndicatorDelta *delta, const IndicatorChange *like)
{
    KeyHead head = {like->term, like->period, like->group.len, like->is_member};
    size_t len = sizeof(head) + like->group.len + like->member.len;
    char *key = arena_alloc(delta->arena, len);
    if (key == NULL)
        return NULL;
    memcpy(key, &head, sizeof(head));
    if (like->group.len > 0)
        memcpy(key + sizeof(head), like->group.at, like->group.len);
    if (like->member.len > 0)
        memcpy(key + sizeof(head) + like->group.len, like->member.at, like->member.len);
    IndicatorChange *change = map_get(&delta->at, (Str){key, len});
    if (change != NULL)
        return change;
    change = ARENA_NEW(delta->arena, IndicatorChange);
    if (change == NULL)
        return NULL;
    *change = *like;
    change->group = (Str){key + sizeof(head), like->group.len};
    change->member = (Str){key + sizeof(head) + like->group.len, like->member.len};
    change->rows = change->sum = 0;
    return map_put(&delta->at, (Str){key, len}, change) ? change : NULL;
}

static bool delta_add(IndicatorDelta *delta, const IndicatorChange *added, Error *error)
{
    IndicatorChange *change = arena_failed(delta->arena) ? NULL : delta_change(delta, added);
    if (change == NULL)
        return error_memory(error);
    bool overflows = __builtin_add_overflow(change->rows, added->rows, &change->rows) ||
                     __builtin_add_overflow(change->sum, added->sum, &change->sum);
    return !overflows ||
           error_set(error, ERROR_LIMIT, "the sums of the indicator '%.*s' are too large to be kept",
               STR_ARGS(added->term->indicator->id));
}

/* --- groups --------------------------------------------------------------------------------------------- */

/* One cell, and its member. */
static bool contribute_to_group(
    IndicatorDelta *delta, const Contribution *contribution, Str group, Str member, Error *error)
{
    const CityTerm *term = contribution->term;
    IndicatorChange cell = {.term = term,
        .period = contribution->period,
        .group = group,
        .rows = contribution->rows,
        .sum = contribution->sum};
    if (term->aggregate->kind != FORMULA_DISTINCT && !delta_add(delta, &cell, error))
        return false;
    if (!indicator_keeps_members(term))
        return true;
    cell.member = member;
    cell.is_member = true;
    cell.sum = 0;
    return delta_add(delta, &cell, error);
}

bool delta_contribute(IndicatorDelta *delta, const Contribution *contribution, Error *error)
{
    Arena *arena = delta->arena;
    const CityTerm *term = contribution->term;
    Str member = STR_EMPTY, together = S("*=");
    if (indicator_keeps_members(term))
        member = write_member(arena, term, contribution->member);
    if (!contribute_to_group(delta, contribution, STR_EMPTY, member, error))
        return false;
    for (size_t i = 0; i < term->by.len; i++) {
        Str value = write_group_value(arena, contribution->by[i]);
        Str group = arena_printf(arena, "%zu=%.*s", i, STR_ARGS(value));
        together = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(together), i > 0 ? "|" : "", STR_ARGS(value));
        if (!contribute_to_group(delta, contribution, group, member, error))
            return false;
    }
    return term->by.len < 2 || contribute_to_group(delta, contribution, together, member, error);
}

/* --- records -------------------------------------------------------------------------------------------- */

static Value evaluate_or(const Formula *formula, const FormulaContext *context, Value otherwise)
{
    return formula != NULL ? formula_evaluate(formula, context) : otherwise;
}

bool indicator_period(const CityTerm *term, const FormulaContext *context, int64_t *period)
{
    Value date = evaluate_or(term->date, context, value_missing());
    if (date.type != VALUE_DATE)
        return false;
    *period = fiscal_year(date_from_days((int32_t)date.integer));
    return true;
}

Value indicator_period_begins(int64_t period)
{
    /* fiscal_year answers 0 for the first three months of the year 1, which has no day before. */
    if (period < 1 || period > 9999)
        return period < 1 ? value_date(VALUE_DATE_MIN) : value_date(VALUE_DATE_MAX);
    return value_date(date_to_days((Date){.year = (int16_t)period, .month = 4, .day = 1}));
}

/* What a record counts for before its sign: false when it counts for nothing. */
static bool weigh(const CityTerm *term, const FormulaContext *context, Contribution *out)
{
    const FormulaAggregate *aggregate = term->aggregate;
    bool is_met = formula_holds(evaluate_or(aggregate->where, context, value_boolean(true)));
    *out = (Contribution){.term = term, .rows = is_met};
    assert(aggregate->kind != FORMULA_EXPECTED && "the compiler refuses expected until it is kept");
    if (aggregate->kind == FORMULA_SHARE) {
        out->sum = 1;
        return true;
    }
    if (!is_met || aggregate->value == NULL)
        return is_met;
    Value value = formula_evaluate(aggregate->value, context);
    if (aggregate->kind == FORMULA_SUM || aggregate->kind == FORMULA_AVERAGE)
        out->sum = value_is_missing(value) ? 0 : value.integer;
    else
        out->member = value;
    return !value_is_missing(value);
}

bool indicator_add(
    IndicatorDelta *delta, const CityTerm *term, const FormulaContext *context, int sign, Error *error)
{
    assert((sign == 1 || sign == -1) && "a record is added or taken away");
    assert(!indicator_is_population(term) && "people are added by indicator_add_person");
    assert(term->by.len <= INDICATOR_BY_MAX && "the compiler holds the limit of groups");
    Contribution contribution;
    int64_t period;
    if (!indicator_period(term, context, &period) || !weigh(term, context, &contribution))
        return true;
    Value by[INDICATOR_BY_MAX];
    for (size_t i = 0; i < term->by.len; i++)
        by[i] = formula_evaluate(term->by.at[i], context);
    contribution.period = period;
    contribution.by = by;
    contribution.rows *= sign;
    if (__builtin_mul_overflow(contribution.sum, sign, &contribution.sum))
        return error_set(error, ERROR_LIMIT, "a value of the indicator '%.*s' is too large to be kept",
            STR_ARGS(term->indicator->id));
    return delta_contribute(delta, &contribution, error);
}

/* --- people --------------------------------------------------------------------------------------------- */

static bool is_resident(const CityRegisters *registers, const Row *person, int64_t day)
{
    Value from = row_value(person, registers->person_from);
    Value until = row_value(person, registers->person_until);
    return (value_is_missing(from) || from.integer <= day) &&
           (value_is_missing(until) || until.integer >= day);
}

/* What the language's own function of that name says of a birth and a day. */
static Value age_function(Arena *arena, const char *name, Value birth, int64_t day)
{
    Value arguments[] = {birth, value_date(day)};
    FormulaCall call = {.arena = arena, .arguments = arguments, .count = COUNT_OF(arguments)};
    for (size_t i = 0; i < formula_function_count; i++)
        if (strcmp(formula_functions[i].name, name) == 0)
            /* cppcheck-suppress returnDanglingLifetime ; a function answers an argument or what lies in the
             * arena */
            return formula_functions[i].evaluate(&call);
    assert(!"the columns of a person as of a day are functions of the language");
    return value_missing();
}

/* The person's row with the columns of CityAsOf behind it. */
static bool as_of(const CityRegisters *registers, const Row *person, int64_t on, Arena *arena, Row *out)
{
    size_t own = person->shape->count;
    assert(registers->person_as_of.count == own + CITY_AS_OF_COUNT && "people as of a day are people");
    *out = (Row){&registers->person_as_of, arena_array(arena, own + CITY_AS_OF_COUNT, sizeof(Value))};
    if (out->values == NULL)
        return false;
    memcpy(out->values, person->values, own * sizeof(Value));
    Value born = row_value(person, registers->person_birth);
    if (value_is_missing(born))
        return true;
    static const char *const functions[CITY_AS_OF_COUNT] = {[CITY_AS_OF_AGE] = "age",
        [CITY_AS_OF_AGE_MONTHS] = "age_months",
        [CITY_AS_OF_SCHOOL_GRADE] = "school_grade"};
    for (size_t i = 0; i < CITY_AS_OF_COUNT; i++)
        out->values[own + i] = age_function(arena, functions[i], born, on);
    return true;
}

bool indicator_add_person(IndicatorDelta *delta, const CityRegisters *registers, const CityTerm *term,
    const FormulaContext *context, int64_t period, int sign, Error *error)
{
    int64_t day = indicator_period_begins(period).integer;
    if (!is_resident(registers, context->row, day))
        return true;
    Row row;
    if (!as_of(registers, context->row, day, delta->arena, &row))
        return error_memory(error);
    FormulaContext on_day = *context;
    on_day.row = &row;
    if (!formula_holds(evaluate_or(term->aggregate->where, &on_day, value_boolean(true))))
        return true;
    return indicator_add_population(delta, term, period, 1, sign, error);
}

bool indicator_add_population(
    IndicatorDelta *delta, const CityTerm *term, int64_t period, int64_t people, int sign, Error *error)
{
    const Value none[INDICATOR_BY_MAX] = {0}; /* a population has no groups */
    Contribution all = {.term = term, .period = period, .rows = people * sign, .by = none};
    return delta_contribute(delta, &all, error);
}

/* --- what is left --------------------------------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_changes(const void *left, const void *right)
{
    const IndicatorChange *a = left, *b = right;
    int order = str_compare(a->term->indicator->id, b->term->indicator->id);
    if (order == 0)
        order = compare_numbers((int64_t)a->term->place, (int64_t)b->term->place);
    if (order == 0)
        order = compare_numbers(a->period, b->period);
    if (order == 0)
        order = str_compare(a->group, b->group);
    if (order == 0)
        order = a->is_member - b->is_member;
    return order != 0 ? order : str_compare(a->member, b->member);
}

bool indicator_changes(const IndicatorDelta *delta, const IndicatorChange **out, size_t *count, Error *error)
{
    IndicatorChange *changes = arena_array(delta->arena, delta->at.len, sizeof(*changes));
    if (changes == NULL || arena_failed(delta->arena))
        return error_memory(error);
    size_t len = 0;
    for (size_t i = 0; i < delta->at.len; i++) {
        const IndicatorChange *change = delta->at.entries[i].value;
        if (change->rows != 0 || change->sum != 0)
            changes[len++] = *change;
    }
    if (len > 1)
        qsort(changes, len, sizeof(*changes), compare_changes);
    *out = changes;
    *count = len;
    return true;
}
