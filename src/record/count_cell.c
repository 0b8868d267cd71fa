/* record/count_cell.c: changes of cells and members, written.
 *
 * One statement for each change: an update by key, which nearly always finds its row; an insert where it does
 * not. (Measured in SQLite: an upsert takes half as long again, one that returns the row three times as
 * long.) Only what became smaller can have come to nothing, and is then deleted. Members tell the cells of
 * distinct what to add: a member that is new is one more, one that is gone is one less.
 *
 * A cell of the total that has just come, or gone, may be the first or last of its indicator in a period:
 * then the populations of the indicator are opened (counted by the database, once) or closed.
 *
 * What must hold: changes come in the order of indicator_changes, so that every writer takes rows in the same
 * order.
 */
#include "record/count_internal.h"

const CityFigureKey *figure_key(const CityFigureKeys *keys, const CityIndicator *indicator)
{
    for (size_t i = 0; i < keys->len; i++)
        if (keys->at[i].indicator == indicator && keys->at[i].id != 0)
            return &keys->at[i];
    return NULL;
}

/* --- cells ---------------------------------------------------------------------------------------------- */

/* *is_new: the cell was not there. */
static bool add_to_cell(
    CellWriter *writer, int64_t indicator, const IndicatorChange *change, bool *is_new, Error *error)
{
    Value key = value_integer(indicator), term = value_integer((int64_t)change->term->place),
          period = value_integer(change->period), part = value_text(change->group),
          rows = value_integer(change->rows), sum = value_integer(change->sum),
          instant = value_integer(writer->instant);
    int64_t changed = 0;
    if (!db_run(writer->conn, &changed, error,
            "update indicator_cell set rows = rows + ?5, total = total + ?6, changed_at = ?7 "
            "where indicator = ?1 and term = ?2 and period = ?3 and part = ?4",
            key, term, period, part, rows, sum, instant))
        return false;
    *is_new = changed == 0;
    return !*is_new ||
           db_run(writer->conn, NULL, error,
               "insert into indicator_cell (indicator, term, period, part, rows, total, changed_at) "
               "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               key, term, period, part, rows, sum, instant);
}

/* Of a change that made it smaller: *is_gone when nothing is left. */
static bool delete_empty_cell(
    CellWriter *writer, int64_t indicator, const IndicatorChange *change, bool *is_gone, Error *error)
{
    int64_t deleted = 0;
    if (!db_run(writer->conn, &deleted, error,
            "delete from indicator_cell where indicator = ?1 and term = ?2 and period = ?3 and part = ?4 "
            "and rows = 0 and total = 0",
            value_integer(indicator), value_integer((int64_t)change->term->place),
            value_integer(change->period), value_text(change->group)))
        return false;
    *is_gone = deleted > 0;
    return true;
}

static bool delete_cell(CellWriter *writer, int64_t indicator, const IndicatorChange *change, Error *error)
{
    return db_run(writer->conn, NULL, error,
        "delete from indicator_cell where indicator = ?1 and term = ?2 and period = ?3 and part = ?4",
        value_integer(indicator), value_integer((int64_t)change->term->place), value_integer(change->period),
        value_text(change->group));
}

/* --- populations ---------------------------------------------------------------------------------------- */

static const CityTerm *population_of(const CityIndicator *indicator)
{
    for (size_t i = 0; i < indicator->terms.len; i++)
        if (indicator_is_population(&indicator->terms.at[i]))
            return &indicator->terms.at[i];
    return NULL;
}

static bool has_total(
    CellWriter *writer, int64_t indicator, const CityTerm *term, int64_t period, bool *has, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(writer->conn, &stmt, error,
            "select 1 from indicator_cell where indicator = ?1 and term = ?2 and period = ?3 and part = ''",
            value_integer(indicator), value_integer((int64_t)term->place), value_integer(period)))
        return false;
    *has = db_next(stmt, error);
    return !db_broken(stmt);
}

static bool open_population(
    CellWriter *writer, int64_t indicator, const CityTerm *term, int64_t period, Error *error)
{
    IndicatorChange people = {.term = term, .period = period, .group = STR_EMPTY};
    bool is_new = false;
    return recount_population(
               writer->conn, writer->db, writer->city, writer->arena, term, period, &people.rows, error) &&
           add_to_cell(writer, indicator, &people, &is_new, error);
}

/* After the records of a period came or went: its populations are there while records are. */
static bool settle_populations(
    CellWriter *writer, const CityIndicator *indicator, int64_t key, int64_t period, Error *error)
{
    bool has_records = false;
    for (size_t i = 0; i < indicator->terms.len && !has_records; i++)
        if (!indicator_is_population(&indicator->terms.at[i]) &&
            !has_total(writer, key, &indicator->terms.at[i], period, &has_records, error))
            return false;
    for (size_t i = 0; i < indicator->terms.len; i++) {
        const CityTerm *term = &indicator->terms.at[i];
        bool is_open = false;
        if (!indicator_is_population(term))
            continue;
        if (!has_total(writer, key, term, period, &is_open, error))
            return false;
        IndicatorChange total = {.term = term, .period = period, .group = STR_EMPTY};
        if (has_records && !is_open && !open_population(writer, key, term, period, error))
            return false;
        if (!has_records && is_open && !delete_cell(writer, key, &total, error))
            return false;
    }
    return true;
}

/* --- writing -------------------------------------------------------------------------------------------- */

/* A period of an indicator whose populations are to be looked after. */
typedef struct Turned {
    const CityIndicator *indicator;
    int64_t key, period;
} Turned;

typedef struct Writing {
    CellWriter *writer;
    VEC_OF(Turned) turned;
} Writing;

static bool note_turned(Writing *writing, const IndicatorChange *change, int64_t key, Error *error)
{
    const CityIndicator *indicator = change->term->indicator;
    size_t len = writing->turned.len;
    const Turned *last = len > 0 ? &writing->turned.at[len - 1] : NULL;
    if (last != NULL && last->indicator == indicator && last->period == change->period)
        return true;
    Turned *turned = VEC_PUSH(writing->writer->arena, &writing->turned);
    if (turned == NULL)
        return error_memory(error);
    *turned = (Turned){indicator, key, change->period};
    return true;
}

static bool write_cell(Writing *writing, const IndicatorChange *change, int64_t key, Error *error)
{
    bool is_new = false, is_gone = false, is_smaller = change->rows < 0 || change->sum < 0;
    if (!add_to_cell(writing->writer, key, change, &is_new, error))
        return false;
    if (indicator_is_population(change->term))
        return true;
    if (is_smaller && !delete_empty_cell(writing->writer, key, change, &is_gone, error))
        return false;
    bool turns = (is_new || is_gone) && change->group.len == 0;
    return !turns || population_of(change->term->indicator) == NULL ||
           note_turned(writing, change, key, error);
}

/* *appeared: 1 when the member is new, -1 when it is gone. */
static bool write_member(
    CellWriter *writer, const IndicatorChange *change, int64_t key, int *appeared, Error *error)
{
    Value indicator = value_integer(key), term = value_integer((int64_t)change->term->place),
          period = value_integer(change->period), part = value_text(change->group),
          member = value_text(change->member), rows = value_integer(change->rows);
    int64_t changed = 0, deleted = 0;
    if (!db_run(writer->conn, &changed, error,
            "update indicator_member set rows = rows + ?6 where indicator = ?1 and term = ?2 and period = ?3 "
            "and part = ?4 and member = ?5",
            indicator, term, period, part, member, rows))
        return false;
    *appeared = changed == 0;
    if (changed == 0)
        return db_run(writer->conn, NULL, error,
            "insert into indicator_member (indicator, term, period, part, member, rows) "
            "values (?1, ?2, ?3, ?4, ?5, ?6)",
            indicator, term, period, part, member, rows);
    if (change->rows > 0)
        return true;
    if (!db_run(writer->conn, &deleted, error,
            "delete from indicator_member where indicator = ?1 and term = ?2 and period = ?3 and part = ?4 "
            "and member = ?5 and rows = 0",
            indicator, term, period, part, member))
        return false;
    *appeared = -(int)deleted;
    return true;
}

/* Members of one cell: changes[0 .. count). */
static bool write_members(
    Writing *writing, const IndicatorChange *changes, size_t count, int64_t key, Error *error)
{
    IndicatorChange cell = changes[0];
    cell.is_member = false;
    cell.member = STR_EMPTY;
    cell.rows = cell.sum = 0;
    for (size_t i = 0; i < count; i++) {
        int appeared = 0;
        if (!write_member(writing->writer, &changes[i], key, &appeared, error))
            return false;
        cell.rows += appeared;
    }
    bool is_distinct = changes[0].term->aggregate->kind == FORMULA_DISTINCT;
    return !is_distinct || cell.rows == 0 || write_cell(writing, &cell, key, error);
}

static size_t members_of_one_cell(const IndicatorChange *changes, size_t count)
{
    size_t n = 0;
    while (n < count && changes[n].is_member && changes[n].term == changes[0].term &&
           changes[n].period == changes[0].period && str_equal(changes[n].group, changes[0].group))
        n++;
    return n;
}

bool cells_write(CellWriter *writer, const IndicatorChange *changes, size_t count, Error *error)
{
    Writing writing = {.writer = writer};
    const CityFigureKey *key = NULL;
    for (size_t i = 0; i < count;) {
        const CityIndicator *indicator = changes[i].term->indicator;
        if (key == NULL || key->indicator != indicator)
            key = figure_key(writer->keys, indicator);
        if (key == NULL)
            return error_set(error, ERROR_CONFLICT,
                "the indicator '%.*s' is not in the database: run hitomachi apply", STR_ARGS(indicator->id));
        size_t members = members_of_one_cell(changes + i, count - i);
        bool ok = members > 0 ? write_members(&writing, changes + i, members, key->id, error)
                              : write_cell(&writing, &changes[i], key->id, error);
        if (!ok)
            return false;
        i += members > 0 ? members : 1;
    }
    for (size_t i = 0; i < writing.turned.len; i++) {
        const Turned *turned = &writing.turned.at[i];
        if (!settle_populations(writer, turned->indicator, turned->key, turned->period, error))
            return false;
    }
    return true;
}
