/* indicator/recount.c: what to ask a database so that it counts a term by itself, and what its answer says.
 *
 * The formulas are printed as trees (city/set.h), so that where, dates, groups and values are computed by the
 * database. It groups by them; what is left to C is to sum its few rows into cells. One period at a time, so
 * that an answer stays small.
 */
#include "indicator/indicator_internal.h"

#include "city/set.h"

/* A query being made. */
typedef struct Counting {
    Arena *arena;
    CitySet *set;
    const DbTree **columns;
    size_t column_count;
    const DbTree *conditions[5];
    size_t condition_count;
} Counting;

static bool counting_begin(
    Counting *counting, Arena *arena, const City *city, const CityRecordType *type, Error *error)
{
    *counting = (Counting){.arena = arena,
        .set = ARENA_NEW(arena, CitySet),
        .columns = arena_array(arena, INDICATOR_BY_MAX + 1, sizeof(const DbTree *))};
    if (counting->set == NULL || counting->columns == NULL)
        return error_memory(error);
    city_set_init(counting->set, arena, city, type);
    return true;
}

static void add_condition(Counting *counting, const DbTree *tree)
{
    assert(counting->condition_count < COUNT_OF(counting->conditions) && "conditions of a recount are few");
    counting->conditions[counting->condition_count++] = tree;
}

static void add_column(Counting *counting, const DbTree *tree)
{
    counting->columns[counting->column_count++] = tree;
}

static bool counting_end(Counting *counting, const DbTree *sum, DbSelect *out, Error *error)
{
    *out = (DbSelect){.columns = counting->columns,
        .column_count = counting->column_count,
        .grouped = true,
        .sum = sum,
        .where = db_tree_operation(counting->arena, DB_AND, counting->condition_count, counting->conditions)};
    city_set_select(counting->set, out);
    return !arena_failed(counting->arena) || error_memory(error);
}

static bool add_where(Counting *counting, const Formula *where, Error *error)
{
    const DbTree *tree = NULL;
    if (where == NULL)
        return true;
    if (!city_set_tree(counting->set, where, &tree, error))
        return false;
    add_condition(counting, tree);
    return true;
}

static const DbTree *number(Arena *arena, int64_t n)
{
    return db_tree_value(arena, value_integer(n), VALUE_INTEGER);
}

/* --- records -------------------------------------------------------------------------------------------- */

static bool fiscal_year_of_record(Counting *counting, const CityTerm *term, const DbTree **out, Error *error)
{
    const DbTree *date = NULL;
    if (!city_set_tree(counting->set, term->date, &date, error))
        return false;
    *out = db_tree_call(counting->arena, DB_FISCAL_YEAR, date);
    return true;
}

bool indicator_periods_select(
    Arena *arena, const City *city, const CityTerm *term, DbSelect *out, Error *error)
{
    Counting counting;
    const DbTree *year = NULL;
    if (!counting_begin(&counting, arena, city, term->record, error) ||
        !fiscal_year_of_record(&counting, term, &year, error))
        return false;
    add_column(&counting, year);
    add_condition(&counting, db_tree_call(arena, DB_IS_GIVEN, year));
    return counting_end(&counting, NULL, out, error);
}

/* share keeps records that do not meet the condition as well. */
static bool add_share(Counting *counting, const Formula *where, Error *error)
{
    Arena *arena = counting->arena;
    const DbTree *is_met = NULL;
    if (where == NULL) {
        add_column(counting, number(arena, 1));
        return true;
    }
    if (!city_set_tree(counting->set, where, &is_met, error))
        return false;
    add_column(counting, db_tree_call(arena, DB_CASE, is_met, number(arena, 1), number(arena, 0)));
    return true;
}

/* The aggregate's condition and value, as conditions, a column or a sum. */
static bool add_aggregate(
    Counting *counting, const FormulaAggregate *aggregate, const DbTree **sum, Error *error)
{
    if (aggregate->kind == FORMULA_SHARE)
        return add_share(counting, aggregate->where, error);
    if (!add_where(counting, aggregate->where, error))
        return false;
    if (aggregate->value == NULL)
        return true;
    const DbTree *value = NULL;
    if (!city_set_tree(counting->set, aggregate->value, &value, error))
        return false;
    add_condition(counting, db_tree_call(counting->arena, DB_IS_GIVEN, value));
    if (aggregate->kind == FORMULA_SUM || aggregate->kind == FORMULA_AVERAGE)
        *sum = value;
    else
        add_column(counting, value);
    return true;
}

bool indicator_recount_select(
    Arena *arena, const City *city, const CityTerm *term, DbSelect *out, Error *error)
{
    assert(!indicator_is_population(term) && "people are counted by indicator_population_select");
    Counting counting;
    const DbTree *year = NULL, *sum = NULL;
    if (!counting_begin(&counting, arena, city, term->record, error) ||
        !fiscal_year_of_record(&counting, term, &year, error))
        return false;
    add_condition(
        &counting, db_tree_call(arena, DB_EQUAL, year, db_tree_given(arena, 0, db_tree_type(year))));
    for (size_t i = 0; i < term->by.len; i++) {
        const DbTree *by = NULL;
        if (!city_set_tree(counting.set, term->by.at[i], &by, error))
            return false;
        add_column(&counting, by);
    }
    return add_aggregate(&counting, term->aggregate, &sum, error) && counting_end(&counting, sum, out, error);
}

bool indicator_add_counted(IndicatorDelta *delta, const CityTerm *term, int64_t period, const Value *values,
    int64_t rows, Value sum, Error *error)
{
    FormulaAggregateKind kind = term->aggregate->kind;
    Contribution counted = {.term = term, .period = period, .rows = rows, .by = values};
    if (rows == 0) /* without groups there is one row even of nothing */
        return true;
    if (kind == FORMULA_SHARE) {
        counted.sum = rows;
        counted.rows = values[term->by.len].integer != 0 ? rows : 0;
    } else if (kind == FORMULA_SUM || kind == FORMULA_AVERAGE) {
        if (value_is_missing(sum))
            return error_set(error, ERROR_LIMIT, "the sums of the indicator '%.*s' are too large to be kept",
                STR_ARGS(term->indicator->id));
        counted.sum = sum.integer;
    } else if (indicator_keeps_members(term)) {
        counted.member = values[term->by.len];
    }
    return delta_contribute(delta, &counted, error);
}

/* --- people --------------------------------------------------------------------------------------------- */

/* Came by then, or since always; leaves then or later, or never. */
static const DbTree *within(Counting *counting, size_t column, DbOperation operation, Value day)
{
    Arena *arena = counting->arena;
    const DbTree *date = city_set_column(counting->set, column);
    return db_tree_call(arena, DB_OR, db_tree_call(arena, DB_IS_MISSING, date),
        db_tree_call(arena, operation, date, db_tree_value(arena, day, VALUE_DATE)));
}

bool indicator_population_select(
    Arena *arena, const City *city, const CityTerm *term, int64_t period, DbSelect *out, Error *error)
{
    assert(indicator_is_population(term) && "records are counted by indicator_recount_select");
    const CityRegisters *registers = &city->registers;
    Value day = indicator_period_begins(period);
    Counting counting;
    if (!counting_begin(&counting, arena, city, registers->person, error))
        return false;
    counting.set->as_of = day;
    add_condition(&counting, within(&counting, registers->person_from, DB_LESS_EQUAL, day));
    add_condition(&counting, within(&counting, registers->person_until, DB_GREATER_EQUAL, day));
    return add_where(&counting, term->aggregate->where, error) && counting_end(&counting, NULL, out, error);
}
