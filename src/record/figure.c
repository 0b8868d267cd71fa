/* record/figure.c: reading figures from their cells.
 *
 * A figure reads one cell for each term of its indicator, by key, and for min and max the first and the last
 * member: as many statements as the declaration has terms, however many records there are.
 */
#include "record/figure.h"

#include "record/count_internal.h"
#include "record/record_internal.h"

static bool check_reader(const Asking *asking, Error *error)
{
    if (asking->actor.is_job || actor_is_staff(&asking->actor))
        return true;
    return error_set(error, ERROR_DENIED, "figures as they stand now are for staff");
}

static const CityFigureKey *applied_key(const Door *door, const CityIndicator *indicator, Error *error)
{
    const CityFigureKey *key = figure_key(&door->figure_keys, indicator);
    if (key == NULL)
        error_set(error, ERROR_CONFLICT, "the indicator '%.*s' is not in the database: run hitomachi apply",
            STR_ARGS(indicator->id));
    return key;
}

/* --- one figure ----------------------------------------------------------------------------------------- */

/* The cells of one indicator in one period. */
typedef struct Reading {
    DbConn *conn;
    int64_t indicator, period;
    IndicatorCell *cells; /* one for each term */
    int64_t as_of;
} Reading;

static bool read_extreme(Reading *reading, const CityTerm *term, bool is_least, Value *out, Error *error)
{
    Value indicator = value_integer(reading->indicator), place = value_integer((int64_t)term->place),
          period = value_integer(reading->period);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    bool ok = is_least ? db_query(reading->conn, &stmt, error,
                             "select member from indicator_member where indicator = ?1 and term = ?2 and "
                             "period = ?3 and part = '' order by member limit 1",
                             indicator, place, period)
                       : db_query(reading->conn, &stmt, error,
                             "select member from indicator_member where indicator = ?1 and term = ?2 and "
                             "period = ?3 and part = '' order by member desc limit 1",
                             indicator, place, period);
    if (!ok || !db_next(stmt, error))
        return ok && !db_broken(stmt);
    return indicator_read_member(term, db_text(stmt, 0), out) ||
           error_set(error, ERROR_DATABASE, "a member of the indicator '%.*s' cannot be read",
               STR_ARGS(term->indicator->id));
}

static bool read_cell(Reading *reading, const CityTerm *term, Error *error)
{
    IndicatorCell *cell = &reading->cells[term->place];
    {
        CLEANUP(db_done) DbStmt *stmt = NULL;
        if (!db_query(reading->conn, &stmt, error,
                "select rows, total, changed_at from indicator_cell where indicator = ?1 and term = ?2 and "
                "period = ?3 and part = ''",
                value_integer(reading->indicator), value_integer((int64_t)term->place),
                value_integer(reading->period)))
            return false;
        if (!db_next(stmt, error))
            return !db_broken(stmt);
        cell->rows = db_integer(stmt, 0);
        cell->sum = db_integer(stmt, 1);
        int64_t changed_at = db_integer(stmt, 2);
        reading->as_of = changed_at > reading->as_of ? changed_at : reading->as_of;
    }
    switch (term->aggregate->kind) {
    case FORMULA_MIN:
        return read_extreme(reading, term, true, &cell->least, error);
    case FORMULA_MAX:
        return read_extreme(reading, term, false, &cell->greatest, error);
    default:
        return true;
    }
}

static IndicatorCell cell_of_term(void *owner, const CityTerm *term)
{
    const Reading *reading = owner;
    return reading->cells[term->place];
}

bool figure_get(Door *door, DbConn *conn, const Asking *asking, const CityIndicator *indicator,
    int64_t period, Figure *out, Error *error)
{
    *out = (Figure){.indicator = indicator, .period = period, .value = value_missing()};
    const CityFigureKey *key = check_reader(asking, error) && door_shows(door, conn, error)
                                   ? applied_key(door, indicator, error)
                                   : NULL;
    bool is_counted = true;
    if (key == NULL || !city_figure_is_counted(conn, key, &is_counted, error))
        return false;
    if (!is_counted)
        return true; /* it is being counted: there is no figure yet, and a part of one would be wrong */
    Reading reading = {.conn = conn,
        .indicator = key->id,
        .period = period,
        .cells = arena_array(asking->arena, indicator->terms.len, sizeof(IndicatorCell))};
    if (reading.cells == NULL)
        return error_memory(error);
    for (size_t i = 0; i < indicator->terms.len; i++)
        if (!read_cell(&reading, &indicator->terms.at[i], error))
            return false;
    out->value = indicator_value(indicator, asking->arena, &reading, cell_of_term);
    out->smallest_count = indicator_smallest_count(indicator, &reading, cell_of_term);
    out->as_of = reading.as_of;
    return !arena_failed(asking->arena) || error_memory(error);
}

/* --- figures of a plan ---------------------------------------------------------------------------------- */

static bool measures(const CityIndicator *indicator, Str plan, Str key, bool below)
{
    for (size_t i = 0; i < indicator->of.len; i++) {
        const CityPlanKey *of = &indicator->of.at[i];
        if (!str_equal(of->plan, plan))
            continue;
        bool is_below =
            below && str_starts(of->key, key) && of->key.len > key.len && of->key.at[key.len] == '-';
        if (is_below || str_equal(of->key, key))
            return true;
    }
    return false;
}

bool figures_of_node(Door *door, DbConn *conn, const Asking *asking, Str plan, Str key, bool below,
    int64_t period, Figures *out, Error *error)
{
    *out = (Figures){0};
    if (!check_reader(asking, error))
        return false;
    for (size_t i = 0; i < door->city->services.len; i++) {
        const CityService *service = door->city->services.at[i];
        for (size_t k = 0; k < service->indicators.len; k++) {
            const CityIndicator *indicator = service->indicators.at[k];
            if (!measures(indicator, plan, key, below))
                continue;
            Figure *figure = VEC_PUSH(asking->arena, out);
            if (figure == NULL)
                return error_memory(error);
            if (!figure_get(door, conn, asking, indicator, period, figure, error))
                return false;
        }
    }
    return true;
}

/* --- periods -------------------------------------------------------------------------------------------- */

/* The newest period before `before` in which the term has a total. */
static bool read_period_before(
    DbConn *conn, int64_t indicator, const CityTerm *term, int64_t before, int64_t *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select period from indicator_cell where indicator = ?1 and term = ?2 and period < ?3 "
            "order by period desc limit 1",
            value_integer(indicator), value_integer((int64_t)term->place), value_integer(before)))
        return false;
    *out = db_next(stmt, error) ? db_integer(stmt, 0) : INT64_MIN;
    return !db_broken(stmt);
}

/* The index is asked from period to period: what lies between, the groups, is not read. */
bool figure_periods(
    DbConn *conn, Arena *arena, Door *door, const CityIndicator *indicator, FigurePeriods *out, Error *error)
{
    *out = (FigurePeriods){0};
    const CityFigureKey *key = applied_key(door, indicator, error);
    if (key == NULL)
        return false;
    for (int64_t newest = INT64_MAX;;) {
        int64_t next = INT64_MIN;
        for (size_t i = 0; i < indicator->terms.len; i++) {
            int64_t of_term;
            if (!read_period_before(conn, key->id, &indicator->terms.at[i], newest, &of_term, error))
                return false;
            next = of_term > next ? of_term : next;
        }
        if (next == INT64_MIN)
            return true;
        int64_t *slot = VEC_PUSH(arena, out);
        if (slot == NULL)
            return error_memory(error);
        *slot = newest = next;
    }
}

/* --- breakdowns ----------------------------------------------------------------------------------------- */

/* What a group's value reads to people who may read the record it leads to. */
static Str part_label(Sight *sight, const CityIndicator *indicator, const FormulaType *type, Value group)
{
    if (type->kind != FORMULA_REFERENCE || value_is_missing(group))
        return STR_EMPTY;
    const CityRecordType *leads_to = city_record_type(sight->door->city, indicator->service, type->record);
    const Row *row = leads_to == NULL ? NULL : sight_row(sight, leads_to, group.integer);
    bool may_read =
        row != NULL && (sight->asking->actor.is_job || access_allows(sight, leads_to, row, ACCESS_READ));
    return may_read ? sight_label(sight, leads_to, row) : STR_EMPTY;
}

/* Missing comes last. */
static int compare_parts(const void *left, const void *right)
{
    const FigurePart *a = left, *b = right;
    if (value_is_missing(a->group) || value_is_missing(b->group))
        return value_is_missing(a->group) - value_is_missing(b->group);
    if (!value_type_is_integer(a->group.type))
        return str_compare(a->group.text, b->group.text);
    return (a->group.integer > b->group.integer) - (a->group.integer < b->group.integer);
}

/* The term whose groups are shown: the first that has any. */
static const CityTerm *grouped_term(const CityIndicator *indicator)
{
    for (size_t i = 0; i < indicator->terms.len; i++)
        if (indicator->terms.at[i].by.len > 0)
            return &indicator->terms.at[i];
    return NULL;
}

static bool read_parts(DbConn *conn, Arena *arena, int64_t indicator, const CityTerm *term, size_t which,
    int64_t period, FigureParts *out, Error *error)
{
    const CityIndicator *declared = term->indicator;
    /* "0=" and all that begins with it. */
    Str from = arena_printf(arena, "%zu=", which), to = arena_printf(arena, "%zu>", which);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select part, rows, total from indicator_cell where indicator = ?1 and term = ?2 and period = ?3 "
            "and part >= ?4 and part < ?5 order by part",
            value_integer(indicator), value_integer((int64_t)term->place), value_integer(period),
            value_text(from), value_text(to)))
        return false;
    while (db_next(stmt, error)) {
        FigurePart *part = VEC_PUSH(arena, out);
        if (part == NULL)
            return error_memory(error);
        Str written = db_text_copy(stmt, 0, arena);
        *part = (FigurePart){.rows = db_integer(stmt, 1), .sum = db_integer(stmt, 2)};
        if (!indicator_read_value(
                str_slice(written, from.len, written.len), declared->by_types.at[which], arena, &part->group))
            return error_set(error, ERROR_DATABASE, "a group of the indicator '%.*s' cannot be read",
                STR_ARGS(declared->id));
    }
    return !db_broken(stmt);
}

bool figure_parts(Door *door, DbConn *conn, const Asking *asking, const CityIndicator *indicator,
    size_t which, int64_t period, FigureParts *out, Error *error)
{
    *out = (FigureParts){0};
    assert(which < indicator->by_types.len && "a breakdown is one of those declared");
    const CityFigureKey *key = check_reader(asking, error) ? applied_key(door, indicator, error) : NULL;
    if (key == NULL)
        return false;
    const CityTerm *term = grouped_term(indicator);
    if (term == NULL)
        return true;
    if (!read_parts(conn, asking->arena, key->id, term, which, period, out, error))
        return false;
    Sight sight;
    sight_init(&sight, door, conn, asking->arena, asking);
    for (size_t i = 0; i < out->len; i++)
        out->at[i].label = part_label(&sight, indicator, indicator->by_types.at[which], out->at[i].group);
    if (out->len > 1)
        qsort(out->at, out->len, sizeof(*out->at), compare_parts);
    return sight_ok(&sight, error) && (!arena_failed(asking->arena) || error_memory(error));
}
