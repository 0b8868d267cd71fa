/* record/count_recount.c: figures counted by the database itself, for a declaration that is new or changed.
 *
 * Each term is counted a period at a time, each in a closure of its own, so that other writers get in
 * between. A closure first removes what is kept of its period, so its count stands whatever was written
 * before; the indicator is called counted when all is done, and a count that was broken off begins again.
 */
#include "record/count_internal.h"
#include "record/figure.h"

/* --- counting ------------------------------------------------------------------------------------------- */

static Value take_value(DbStmt *stmt, int column, ValueType type)
{
    if (db_is_missing(stmt, column))
        return value_missing();
    if (value_type_is_integer(type))
        return value_number(type, db_integer(stmt, column));
    return value_text(db_text(stmt, column));
}

bool recount_term(DbConn *conn, const Db *db, const City *city, const CityTerm *term, int64_t period,
    IndicatorDelta *delta, Error *error)
{
    DbSelect select;
    const DbPrinted *printed;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Value given = value_integer(period), values[INDICATOR_BY_MAX + 1];
    if (!indicator_recount_select(delta->arena, city, term, &select, error) ||
        !db_print_select(db, delta->arena, &select, &printed, error) ||
        !db_query_printed(conn, &stmt, error, printed, &given, 1))
        return false;
    assert(select.column_count <= COUNT_OF(values) && "groups and a value");
    int rows_at = (int)select.column_count;
    while (db_next(stmt, error)) {
        for (size_t i = 0; i < select.column_count; i++)
            values[i] = take_value(stmt, (int)i, db_tree_type(select.columns[i]));
        Value sum = select.sum == NULL ? value_missing() : take_value(stmt, rows_at + 1, VALUE_INTEGER);
        if (!indicator_add_counted(delta, term, period, values, db_integer(stmt, rows_at), sum, error))
            return false;
    }
    return !db_broken(stmt);
}

bool recount_population(DbConn *conn, const Db *db, const City *city, Arena *arena, const CityTerm *term,
    int64_t period, int64_t *people, Error *error)
{
    DbSelect select;
    const DbPrinted *printed;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!indicator_population_select(arena, city, term, period, &select, error) ||
        !db_print_select(db, arena, &select, &printed, error) ||
        !db_query_printed(conn, &stmt, error, printed, NULL, 0))
        return false;
    *people = db_next(stmt, error) ? db_integer(stmt, 0) : 0;
    return !db_broken(stmt);
}

bool recount_periods(DbConn *conn, const Db *db, const City *city, Arena *arena, const CityTerm *term,
    CountPeriods *out, Error *error)
{
    DbSelect select;
    const DbPrinted *printed;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!indicator_periods_select(arena, city, term, &select, error) ||
        !db_print_select(db, arena, &select, &printed, error) ||
        !db_query_printed(conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        int64_t *period = VEC_PUSH(arena, out);
        if (period == NULL)
            return error_memory(error);
        *period = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

/* --- counting anew -------------------------------------------------------------------------------------- */

/* One step of counting an indicator, as a closure. */
typedef struct Recount {
    Db *db;
    const City *city;
    const CityFigureKeys *keys;
    const CityFigureKey *key;
    const CityTerm *term;
    int64_t period;
    Arena *arena;
} Recount;

static bool clear_figures(DbConn *conn, void *argument, Error *error)
{
    const Recount *recount = argument;
    Value id = value_integer(recount->key->id);
    return db_run(conn, NULL, error, "delete from indicator_member where indicator = ?1", id) &&
           db_run(conn, NULL, error, "delete from indicator_cell where indicator = ?1", id);
}

static bool count_period(DbConn *conn, void *argument, Error *error)
{
    const Recount *recount = argument;
    Value id = value_integer(recount->key->id), term = value_integer((int64_t)recount->term->place),
          period = value_integer(recount->period);
    arena_clear(recount->arena);
    IndicatorDelta delta;
    indicator_delta_init(&delta, recount->arena);
    const IndicatorChange *changes;
    size_t count;
    CellWriter writer = {.conn = conn,
        .db = recount->db,
        .city = recount->city,
        .keys = recount->keys,
        .arena = recount->arena};
    return db_run(conn, NULL, error,
               "delete from indicator_member where indicator = ?1 and term = ?2 and period = ?3", id, term,
               period) &&
           db_run(conn, NULL, error,
               "delete from indicator_cell where indicator = ?1 and term = ?2 and period = ?3", id, term,
               period) &&
           recount_term(conn, recount->db, recount->city, recount->term, recount->period, &delta, error) &&
           indicator_changes(&delta, &changes, &count, error) && cells_write(&writer, changes, count, error);
}

static bool call_counted(DbConn *conn, void *argument, Error *error)
{
    const Recount *recount = argument;
    return city_figure_counted(conn, recount->key->id, error);
}

static bool read_periods(Recount *recount, Arena *arena, CountPeriods *out, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(recount->db, &conn, error) &&
           recount_periods(conn, recount->db, recount->city, arena, recount->term, out, error);
}

static bool recount_indicator(Recount *recount, Error *error)
{
    const CityIndicator *indicator = recount->key->indicator;
    AUTO_ARENA periods_arena = arena_new(COUNT_TERM_BYTES);
    if (periods_arena == NULL)
        return error_memory(error);
    if (!db_write(recount->db, clear_figures, recount, error))
        return false;
    for (size_t i = 0; i < indicator->terms.len; i++) {
        CountPeriods periods = {0};
        recount->term = &indicator->terms.at[i];
        if (indicator_is_population(recount->term))
            continue;
        if (!read_periods(recount, periods_arena, &periods, error))
            return false;
        for (size_t k = 0; k < periods.len; k++) {
            recount->period = periods.at[k];
            if (!db_write(recount->db, count_period, recount, error))
                return false;
        }
    }
    return db_write(recount->db, call_counted, recount, error);
}

bool figures_recount_stale(Db *db, const City *city, size_t *counted, Error *error)
{
    *counted = 0;
    AUTO_ARENA keys_arena = arena_new((size_t)16 << 20);
    AUTO_ARENA arena = arena_new(COUNT_TERM_BYTES);
    if (keys_arena == NULL || arena == NULL)
        return error_memory(error);
    CityFigureKeys keys = {0};
    {
        CLEANUP(db_read_end) DbConn *conn = NULL;
        if (!db_read_begin(db, &conn, error) || !city_figure_keys(conn, keys_arena, city, &keys, error))
            return false;
    }
    for (size_t i = 0; i < keys.len; i++) {
        if (keys.at[i].id == 0 || !keys.at[i].is_stale)
            continue;
        Recount recount = {.db = db, .city = city, .keys = &keys, .key = &keys.at[i], .arena = arena};
        if (!recount_indicator(&recount, error))
            return false;
        ++*counted;
    }
    return true;
}
