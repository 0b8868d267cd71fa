/* record/count.c: what a write changes in the figures.
 *
 * Around every write of a row, what contributes is taken away as it was and added as it is: the row itself,
 * and the records that reach it along references and read one of the columns that change (city_dependents).
 * Those are found by their ids, step by step back along the reference columns, and read in slices, so that a
 * change that moves a hundred thousand records needs little memory. Whatever stays the same cancels in the
 * delta; what is left is written once, at the closure's end.
 *
 * What must hold: nothing but the row is written between count_before and count_after, so that both find the
 * same records; and each record counts once for a term, however many ways lead from it to the row.
 */
#include "record/count_internal.h"
#include "record/record_internal.h"

#define SLICE_RECORDS 256
#define SLICE_BYTES ((size_t)32 << 20)

/* One look at everything that hangs on a row. */
typedef struct Count {
    Work *work;
    const CityRecordType *type;
    const Row *before, *after; /* which columns change; before NULL: a new row */
    const Row *row;            /* as it counts now: one of them */
    int sign;
    const CityDependent *dependents;
    size_t dependent_count;
    Map seen; /* term and id of records that were reached */
} Count;

/* --- contributions -------------------------------------------------------------------------------------- */

/* A person, in every period that is kept: the population's own cells say which. */
static bool contribute_person(Count *count, const CityTerm *term, const FormulaContext *context, Error *error)
{
    const Door *door = count->work->door;
    const CityFigureKey *key = figure_key(&door->figure_keys, term->indicator);
    if (key == NULL)
        return true;
    VEC_OF(int64_t) periods = {0};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(count->work->conn, &stmt, error,
            "select period from indicator_cell where indicator = ?1 and term = ?2 order by period",
            value_integer(key->id), value_integer((int64_t)term->place)))
        return false;
    while (db_next(stmt, error)) {
        int64_t *period = VEC_PUSH(count->work->arena, &periods);
        if (period == NULL)
            return error_memory(error);
        *period = db_integer(stmt, 0);
    }
    if (db_broken(stmt))
        return false;
    for (size_t i = 0; i < periods.len; i++)
        if (!indicator_add_person(&count->work->delta, &door->city->registers, term, context, periods.at[i],
                count->sign, error))
            return false;
    return true;
}

static bool contribute(
    Count *count, const CityTerm *term, const Sight *sight, const FormulaContext *context, Error *error)
{
    bool ok = indicator_is_population(term)
                  ? contribute_person(count, term, context, error)
                  : indicator_add(&count->work->delta, term, context, count->sign, error);
    return ok && sight_ok(sight, error);
}

/* --- which records -------------------------------------------------------------------------------------- */

static bool is_touched(const Count *count, const CityDependent *dependent)
{
    if (count->before == NULL)
        return dependent->step_count == 0;
    /* Key and code stay, and are not in `after` before it is written. */
    for (size_t i = CITY_COLUMN_CODE + 1; i < count->type->shape.count; i++)
        if (dependent->columns[i] && !value_same(count->before->values[i], count->after->values[i]))
            return true;
    return false;
}

static bool counts_directly(const Count *count, const CityTerm *term)
{
    for (size_t i = 0; i < count->dependent_count; i++) {
        const CityDependent *dependent = &count->dependents[i];
        if (dependent->step_count == 0 && dependent->term == term && is_touched(count, dependent))
            return true;
    }
    return false;
}

/* Notes that the record is counted for the term; *is_new says that it was not yet. */
static bool see(Count *count, const CityTerm *term, int64_t id, bool *is_new, Error *error)
{
    struct {
        const CityTerm *term;
        int64_t id;
    } key = {term, id};
    Str found = {(const char *)&key, sizeof(key)};
    bool is_itself = term->record == count->type && id == count->row->values[CITY_COLUMN_ID].integer;
    *is_new = map_get(&count->seen, found) == NULL && !(is_itself && counts_directly(count, term));
    if (!*is_new)
        return true;
    Str kept = arena_str(count->work->arena, found);
    return (!arena_failed(count->work->arena) && map_put(&count->seen, kept, count)) || error_memory(error);
}

typedef VEC_OF(int64_t) Ids;

static const DbPrinted *reach_of(const Door *door, const CityRecordType *type, size_t column)
{
    for (size_t i = 0; i < door->reaches.len; i++)
        if (door->reaches.at[i].type == type && door->reaches.at[i].column == column)
            return door->reaches.at[i].ids;
    assert(!"count_open has printed a statement for each step");
    return NULL;
}

static bool add_ids_leading_to(Count *count, const DbPrinted *printed, int64_t id, Ids *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Value given = value_reference(id);
    if (!db_query_printed(count->work->conn, &stmt, error, printed, &given, 1))
        return false;
    while (db_next(stmt, error)) {
        int64_t *found = VEC_PUSH(count->work->arena, out);
        if (found == NULL)
            return error_memory(error);
        *found = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

/* The record type that holds the column of each step, from the term's record on. */
static bool types_of_steps(const CityDependent *dependent, const CityRecordType *types[FORMULA_PATH_MAX])
{
    const CityRecordType *type = dependent->term->record;
    for (size_t i = 0; i < dependent->step_count; i++) {
        types[i] = type;
        type = column_leads_to(type, dependent->steps[i]);
        if (type == NULL)
            return false;
    }
    return true;
}

/* Ids of the records of the term that reach the row. */
static bool find_ids(Count *count, const CityDependent *dependent, Ids *out, Error *error)
{
    const CityRecordType *types[FORMULA_PATH_MAX];
    bool are_references = types_of_steps(dependent, types);
    assert(are_references && "steps of a dependent are reference columns");
    (void)are_references;
    int64_t *first = VEC_PUSH(count->work->arena, out);
    if (first == NULL)
        return error_memory(error);
    *first = count->row->values[CITY_COLUMN_ID].integer;
    for (size_t step = dependent->step_count; step-- > 0;) {
        const DbPrinted *printed = reach_of(count->work->door, types[step], dependent->steps[step]);
        Ids reached = {0};
        for (size_t i = 0; i < out->len; i++)
            if (!add_ids_leading_to(count, printed, out->at[i], &reached, error))
                return false;
        *out = reached;
    }
    return true;
}

/* A slice of them, with its own memory. */
static bool contribute_slice(
    Count *count, const CityTerm *term, const int64_t *ids, size_t id_count, Error *error)
{
    AUTO_ARENA arena = arena_new(SLICE_BYTES);
    if (arena == NULL)
        return error_memory(error);
    Sight sight;
    sight_init(&sight, count->work->door, count->work->conn, arena, NULL);
    for (size_t i = 0; i < id_count; i++) {
        bool is_new;
        if (!see(count, term, ids[i], &is_new, error))
            return false;
        if (!is_new)
            continue;
        const Row *row = sight_row(&sight, term->record, ids[i]);
        if (row == NULL)
            return !sight_ok(&sight, error) ? false
                                            : error_set(error, ERROR_DATABASE, "a record is not there");
        FormulaContext context = sight_context(&sight, term->record, row);
        if (!contribute(count, term, &sight, &context, error))
            return false;
    }
    return true;
}

static bool contribute_reaching(Count *count, const CityDependent *dependent, Error *error)
{
    Ids ids = {0};
    if (!find_ids(count, dependent, &ids, error))
        return false;
    for (size_t from = 0; from < ids.len; from += SLICE_RECORDS) {
        size_t left = ids.len - from;
        if (!contribute_slice(
                count, dependent->term, ids.at + from, left < SLICE_RECORDS ? left : SLICE_RECORDS, error))
            return false;
    }
    return true;
}

/* --- the face ------------------------------------------------------------------------------------------- */

static bool count_all(Work *work, const CityRecordType *type, const Row *before, const Row *after,
    const Row *row, int sign, Error *error)
{
    Count count = {.work = work, .type = type, .before = before, .after = after, .row = row, .sign = sign};
    count.dependent_count = city_dependents(work->door->city, type, &count.dependents);
    map_init(&count.seen, work->arena);
    if (count.dependent_count == 0)
        return true;
    FormulaContext context = sight_context(&work->sight, type, row);
    for (size_t i = 0; i < count.dependent_count; i++) {
        const CityDependent *dependent = &count.dependents[i];
        if (!is_touched(&count, dependent))
            continue;
        bool ok = dependent->step_count == 0
                      ? contribute(&count, dependent->term, &work->sight, &context, error)
                      : contribute_reaching(&count, dependent, error);
        if (!ok)
            return false;
    }
    return true;
}

bool count_before(Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error)
{
    return before == NULL || count_all(work, type, before, after, before, -1, error);
}

bool count_after(Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error)
{
    return count_all(work, type, before, after, after, 1, error);
}

bool count_write(Work *work, Error *error)
{
    const IndicatorChange *changes;
    size_t count;
    CellWriter writer = {.conn = work->conn,
        .db = work->door->db,
        .city = work->door->city,
        .keys = &work->door->figure_keys,
        .arena = work->arena,
        .instant = work->asking->clock.instant};
    return indicator_changes(&work->delta, &changes, &count, error) &&
           cells_write(&writer, changes, count, error);
}

/* --- opening -------------------------------------------------------------------------------------------- */

static bool print_reach(Door *door, const CityRecordType *type, size_t column, Error *error)
{
    for (size_t i = 0; i < door->reaches.len; i++)
        if (door->reaches.at[i].type == type && door->reaches.at[i].column == column)
            return true;
    Arena *arena = door->arena;
    DoorReach *reach = VEC_PUSH(arena, &door->reaches);
    if (reach == NULL)
        return error_memory(error);
    *reach = (DoorReach){.type = type, .column = column};
    const RowColumn *columns = type->shape.columns;
    const DbTree *id = db_tree_column(arena, type->table, columns[CITY_COLUMN_ID].name, VALUE_REFERENCE);
    const DbTree *reference = db_tree_column(arena, type->table, columns[column].name, VALUE_REFERENCE);
    DbSelect select = {.table = type->table,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(arena, DB_EQUAL, reference, db_tree_given(arena, 0, VALUE_REFERENCE)),
        .order = &id,
        .order_count = 1};
    return db_print_select(door->db, arena, &select, &reach->ids, error);
}

static bool open_type(Door *door, const CityRecordType *type, Error *error)
{
    const CityDependent *dependents;
    size_t count = city_dependents(door->city, type, &dependents);
    for (size_t i = 0; i < count; i++) {
        const CityRecordType *types[FORMULA_PATH_MAX];
        if (!types_of_steps(&dependents[i], types))
            return error_set(error, ERROR_INPUT, "the indicator '%.*s' follows what is no reference",
                STR_ARGS(dependents[i].term->indicator->id));
        for (size_t step = 0; step < dependents[i].step_count; step++)
            if (!print_reach(door, types[step], dependents[i].steps[step], error))
                return false;
    }
    return true;
}

bool count_open(Door *door, Error *error)
{
    for (size_t i = 0; i < door->city->services.len; i++) {
        const CityService *service = door->city->services.at[i];
        for (size_t k = 0; k < service->record_types.len; k++)
            if (!open_type(door, service->record_types.at[k], error))
                return false;
    }
    return true;
}
