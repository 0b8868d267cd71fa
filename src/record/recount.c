/* record/recount.c: every figure that is kept, held against a count by the database.
 *
 * A period of a term at a time: the database's count and the rows of the tables meet under the same keys, and
 * each pair that does not agree is told in words. A population is expected in the periods in which a record
 * counts for its indicator, and in no others.
 */
#include "record/recount.h"

#include <inttypes.h>

#include "record/count_internal.h"

typedef struct Compare {
    DbConn *conn;
    const Db *db;
    const City *city;
    Arena *arena; /* of the report */
    RecountReport *out;
    const CityFigureKey *key;
    const CityTerm *term;
    Arena *of_term; /* of one period of one term */
} Compare;

static bool note(Compare *compare, Str words, Error *error)
{
    compare->out->difference_count++;
    if (compare->out->differences.len == RECOUNT_DIFFERENCES_MAX)
        return true;
    Str *slot = VEC_PUSH(compare->arena, &compare->out->differences);
    if (slot == NULL || words.at == NULL)
        return error_memory(error);
    *slot = arena_str(compare->arena, words);
    return !arena_failed(compare->arena) || error_memory(error);
}

/* What is kept and what was counted, under one key. */
typedef struct Pair {
    Str group, member;
    bool is_member;
    int64_t kept_rows, kept_sum, rows, sum;
} Pair;

static Pair *pair_of(Map *pairs, Str group, bool is_member, Str member)
{
    Arena *arena = pairs->arena;
    Str key = arena_printf(arena, "%zu %d%.*s%.*s", group.len, is_member, STR_ARGS(group), STR_ARGS(member));
    Pair *pair = arena_failed(arena) ? NULL : map_get(pairs, key);
    if (pair != NULL || arena_failed(arena))
        return pair;
    pair = ARENA_NEW(arena, Pair);
    if (pair == NULL)
        return NULL;
    *pair =
        (Pair){.group = arena_str(arena, group), .member = arena_str(arena, member), .is_member = is_member};
    return map_put(pairs, key, pair) ? pair : NULL;
}

static bool take_kept_cells(Compare *compare, int64_t period, Map *pairs, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(compare->conn, &stmt, error,
            "select part, rows, total from indicator_cell where indicator = ?1 and term = ?2 and period = ?3 "
            "order by part",
            value_integer(compare->key->id), value_integer((int64_t)compare->term->place),
            value_integer(period)))
        return false;
    while (db_next(stmt, error)) {
        Pair *pair = pair_of(pairs, db_text(stmt, 0), false, STR_EMPTY);
        if (pair == NULL)
            return error_memory(error);
        pair->kept_rows = db_integer(stmt, 1);
        pair->kept_sum = db_integer(stmt, 2);
    }
    return !db_broken(stmt);
}

static bool take_kept_members(Compare *compare, int64_t period, Map *pairs, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(compare->conn, &stmt, error,
            "select part, member, rows from indicator_member where indicator = ?1 and term = ?2 and "
            "period = ?3 order by part, member",
            value_integer(compare->key->id), value_integer((int64_t)compare->term->place),
            value_integer(period)))
        return false;
    while (db_next(stmt, error)) {
        Pair *pair = pair_of(pairs, db_text(stmt, 0), true, db_text(stmt, 1));
        if (pair == NULL)
            return error_memory(error);
        pair->kept_rows = db_integer(stmt, 2);
    }
    return !db_broken(stmt);
}

/* The changes from nothing are what there should be; the rows of distinct's cells are its members. */
static bool take_counted(Compare *compare, const IndicatorDelta *delta, Map *pairs, Error *error)
{
    const IndicatorChange *changes;
    size_t count;
    if (!indicator_changes(delta, &changes, &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        Pair *pair = pair_of(pairs, changes[i].group, changes[i].is_member, changes[i].member);
        if (pair == NULL)
            return error_memory(error);
        pair->rows += changes[i].rows;
        pair->sum += changes[i].sum;
        if (compare->term->aggregate->kind != FORMULA_DISTINCT)
            continue;
        Pair *cell = pair_of(pairs, changes[i].group, false, STR_EMPTY);
        if (cell == NULL)
            return error_memory(error);
        cell->rows++;
    }
    return true;
}

static bool compare_pair(Compare *compare, int64_t period, const Pair *pair, Error *error)
{
    compare->out->cells++;
    if (pair->kept_rows == pair->rows && pair->kept_sum == pair->sum)
        return true;
    Str id = compare->key->indicator->id, text = compare->term->aggregate->text;
    Str where = pair->group.len == 0
                    ? S("in all")
                    : arena_printf(compare->arena, "in the group '%.*s'", STR_ARGS(pair->group));
    if (pair->is_member)
        where = arena_printf(
            compare->arena, "%.*s, of the value '%.*s'", STR_ARGS(where), STR_ARGS(pair->member));
    return note(compare,
        arena_printf(compare->arena,
            "the indicator '%.*s', %.*s, fiscal year %" PRId64 ", %.*s: kept are %" PRId64 " (sum %" PRId64
            "), a recount finds %" PRId64 " (sum %" PRId64 ")",
            STR_ARGS(id), STR_ARGS(text), period, STR_ARGS(where), pair->kept_rows, pair->kept_sum,
            pair->rows, pair->sum),
        error);
}

/* *has_records: some record counts for the term in the period. */
static bool compare_period(Compare *compare, int64_t period, bool *has_records, Error *error)
{
    arena_clear(compare->of_term);
    Map pairs;
    IndicatorDelta delta;
    map_init(&pairs, compare->of_term);
    indicator_delta_init(&delta, compare->of_term);
    if (!recount_term(compare->conn, compare->db, compare->city, compare->term, period, &delta, error) ||
        !take_counted(compare, &delta, &pairs, error))
        return false;
    *has_records = pairs.len > 0;
    if (!take_kept_cells(compare, period, &pairs, error) ||
        !take_kept_members(compare, period, &pairs, error))
        return false;
    for (size_t i = 0; i < pairs.len; i++)
        if (!compare_pair(compare, period, pairs.entries[i].value, error))
            return false;
    return true;
}

static bool has_period(const CountPeriods *periods, int64_t period)
{
    for (size_t i = 0; i < periods->len; i++)
        if (periods->at[i] == period)
            return true;
    return false;
}

static bool push_period(Arena *arena, CountPeriods *periods, int64_t period, Error *error)
{
    if (has_period(periods, period))
        return true;
    int64_t *slot = VEC_PUSH(arena, periods);
    if (slot == NULL)
        return error_memory(error);
    *slot = period;
    return true;
}

/* Periods of which the term keeps something. */
static bool kept_periods(Compare *compare, CountPeriods *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(compare->conn, &stmt, error,
            "select period from indicator_cell where indicator = ?1 and term = ?2 union "
            "select period from indicator_member where indicator = ?1 and term = ?2 order by period",
            value_integer(compare->key->id), value_integer((int64_t)compare->term->place)))
        return false;
    while (db_next(stmt, error))
        if (!push_period(compare->arena, out, db_integer(stmt, 0), error))
            return false;
    return !db_broken(stmt);
}

/* A cell that is not there is of fewer than no people. */
static bool compare_people(Compare *compare, int64_t period, bool is_open, Error *error)
{
    arena_clear(compare->of_term);
    Map pairs;
    map_init(&pairs, compare->of_term);
    Pair *people = pair_of(&pairs, STR_EMPTY, false, STR_EMPTY);
    if (people == NULL)
        return error_memory(error);
    people->kept_rows = people->rows = -1;
    if (!take_kept_cells(compare, period, &pairs, error))
        return false;
    if (is_open && !recount_population(compare->conn, compare->db, compare->city, compare->of_term,
                       compare->term, period, &people->rows, error))
        return false;
    for (size_t i = 0; i < pairs.len; i++)
        if (!compare_pair(compare, period, pairs.entries[i].value, error))
            return false;
    return true;
}

/* The people of each period that is open, and no others. */
static bool compare_population(Compare *compare, const CountPeriods *open, Error *error)
{
    CountPeriods periods = {0};
    if (!kept_periods(compare, &periods, error))
        return false;
    for (size_t i = 0; i < open->len; i++)
        if (!push_period(compare->arena, &periods, open->at[i], error))
            return false;
    for (size_t i = 0; i < periods.len; i++)
        if (!compare_people(compare, periods.at[i], has_period(open, periods.at[i]), error))
            return false;
    return true;
}

/* Opens the periods in which some record counts for the term. */
static bool compare_term(Compare *compare, CountPeriods *open, Error *error)
{
    CountPeriods kept = {0}, counted = {0};
    if (!kept_periods(compare, &kept, error) || !recount_periods(compare->conn, compare->db, compare->city,
                                                    compare->arena, compare->term, &counted, error))
        return false;
    for (size_t i = 0; i < counted.len; i++)
        if (!push_period(compare->arena, &kept, counted.at[i], error))
            return false;
    for (size_t i = 0; i < kept.len; i++) {
        bool has_records;
        if (!compare_period(compare, kept.at[i], &has_records, error) ||
            (has_records && !push_period(compare->arena, open, kept.at[i], error)))
            return false;
    }
    return true;
}

static bool compare_indicator(Compare *compare, Error *error)
{
    const CityIndicator *indicator = compare->key->indicator;
    Str id = indicator->id;
    if (compare->key->id == 0 || compare->key->is_stale)
        return note(compare,
            arena_printf(compare->arena, "the indicator '%.*s' has not been counted as it is declared now",
                STR_ARGS(id)),
            error);
    CountPeriods open = {0};
    for (size_t i = 0; i < indicator->terms.len; i++) {
        compare->term = &indicator->terms.at[i];
        if (!indicator_is_population(compare->term) && !compare_term(compare, &open, error))
            return false;
    }
    for (size_t i = 0; i < indicator->terms.len; i++) {
        compare->term = &indicator->terms.at[i];
        if (indicator_is_population(compare->term) && !compare_population(compare, &open, error))
            return false;
    }
    return true;
}

bool recount_compare(
    DbConn *conn, const Db *db, const City *city, Arena *arena, RecountReport *out, Error *error)
{
    *out = (RecountReport){0};
    AUTO_ARENA of_term = arena_new(COUNT_TERM_BYTES);
    if (of_term == NULL)
        return error_memory(error);
    CityFigureKeys keys = {0};
    if (!city_figure_keys(conn, arena, city, &keys, error))
        return false;
    Compare compare = {.conn = conn, .db = db, .city = city, .arena = arena, .out = out, .of_term = of_term};
    for (size_t i = 0; i < keys.len; i++) {
        compare.key = &keys.at[i];
        if (!compare_indicator(&compare, error))
            return false;
    }
    return true;
}
