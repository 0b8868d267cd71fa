/* record/context.c: what formulas see of the records: rows, references, who acts, guardianship.
 *
 * A Sight looks through one connection on behalf of one asking and keeps the rows it has read, so that a
 * formula that goes the same way twice asks the database once. What fails on the way is kept in the Sight:
 * formulas go on with missing values, and whoever evaluates asks sight_ok at the end.
 *
 * What must hold: after a row was written, sight_forget is called before anything is evaluated again.
 */
#include "record/protect.h"

/* --- rows ---------------------------------------------------------------------------------------- */

typedef struct SightRow {
    Row *row; /* NULL: there is none */
    bool is_kept;
} SightRow;

#define KEY_MAX 96

void sight_init(Sight *sight, const Door *door, DbConn *conn, Arena *arena, const Asking *asking)
{
    *sight = (Sight){.door = door, .conn = conn, .arena = arena, .asking = asking};
    map_init(&sight->rows, arena);
    sight->failed = conn && !door_shows(door, conn, &sight->error); /* without one it reads no record */
}

bool sight_ok(const Sight *sight, Error *error)
{
    if (sight->failed) {
        *error = sight->error;
        return false;
    }
    return !arena_failed(sight->arena) || error_memory(error);
}

static Value take_value(DbStmt *stmt, int column, ValueType type, Arena *arena)
{
    if (db_is_missing(stmt, column))
        return value_missing();
    if (value_type_is_integer(type))
        return value_number(type, db_integer(stmt, column));
    return (Value){.type = type, .text = db_text_copy(stmt, column, arena)};
}

Row *row_take(DbStmt *stmt, const RowShape *shape, Arena *arena)
{
    Row *row = ARENA_NEW(arena, Row);
    Value *values = arena_array(arena, shape->count, sizeof(Value));
    if (!row || !values)
        return NULL;
    for (size_t i = 0; i < shape->count; i++)
        values[i] = take_value(stmt, (int)i, shape->columns[i].type, arena);
    *row = (Row){.shape = shape, .values = values};
    return arena_failed(arena) ? NULL : row;
}

Row *row_copy(const Row *row, Arena *arena)
{
    Row *copy = ARENA_NEW(arena, Row);
    Value *values = arena_array(arena, row->shape->count, sizeof(Value));
    if (!copy || !values)
        return NULL;
    memcpy(values, row->values, row->shape->count * sizeof(Value));
    *copy = (Row){.shape = row->shape, .values = values};
    return copy;
}

static Str row_key(char room[KEY_MAX], const CityRecordType *type, int64_t id)
{
    int length = snprintf(room, KEY_MAX, "%lld:%.*s", (long long)id, STR_ARGS(type->table));
    assert(length > 0 && length < KEY_MAX && "names of tables have at most 63 bytes");
    return (Str){room, (size_t)length};
}

static const Row *sight_fail(Sight *sight)
{
    if (!sight->failed && sight->error.code == ERROR_NONE)
        error_memory(&sight->error);
    sight->failed = true;
    return NULL;
}

static const Row *sight_read(Sight *sight, const CityRecordType *type, int64_t id, SightRow *kept)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value given = value_reference(id);
    if (!db_query_printed(sight->conn, &stmt, &sight->error, door_type(sight->door, type)->by_id, &given, 1))
        return sight_fail(sight);
    kept->row = NULL;
    if (db_next(stmt, &sight->error))
        kept->row = row_take(stmt, &type->shape, sight->arena);
    else if (!db_broken(stmt))
        return kept->is_kept = true, NULL;
    kept->is_kept = kept->row != NULL;
    return kept->row ? kept->row : sight_fail(sight);
}

const Row *sight_row(Sight *sight, const CityRecordType *type, int64_t id)
{
    char room[KEY_MAX];
    if (sight->failed || id <= 0)
        return NULL;
    Str key = row_key(room, type, id);
    SightRow *kept = map_get(&sight->rows, key);
    if (kept && kept->is_kept)
        return kept->row;
    if (!kept) {
        kept = ARENA_NEW(sight->arena, SightRow);
        if (!kept || !map_put(&sight->rows, arena_str(sight->arena, key), kept))
            return sight_fail(sight);
    }
    return sight_read(sight, type, id, kept);
}

void sight_forget(Sight *sight, const CityRecordType *type, int64_t id)
{
    char room[KEY_MAX];
    SightRow *kept = map_get(&sight->rows, row_key(room, type, id));
    if (kept)
        kept->is_kept = false;
    if (type == sight->door->city->registers.guardianship)
        sight->mine = (FormulaIds){0};
    protection_forget(sight, type);
}

const Row *sight_find(Sight *sight, Str code, const CityRecordType **type, Error *error)
{
    Str table;
    int64_t id = 0;
    if (!code_find(sight->conn, sight->arena, code, &table, &id, error))
        return NULL;
    *type = id > 0 ? city_record_type_of_table(sight->door->city, table) : NULL;
    const Row *row = *type ? sight_row(sight, *type, id) : NULL;
    bool may_read = row && access_allows(sight, *type, row, ACCESS_READ);
    if (!sight_ok(sight, error))
        return NULL;
    if (may_read)
        return row;
    error_set(error, ERROR_NOT_FOUND, "there is no such record");
    return NULL;
}

const CityRecordType *column_leads_to(const CityRecordType *type, size_t column)
{
    if (column == CITY_COLUMN_ID)
        return type;
    if (column == CITY_COLUMN_ABOUT)
        return type->about;
    const CityField *field = city_field_of_column(type, column);
    return field ? field->record : NULL;
}

Str sight_label(Sight *sight, const CityRecordType *type, const Row *row)
{
    const CityField *field = type->label >= 0 ? &type->fields.at[type->label] : NULL;
    bool is_told = field && !field->sensitive && !(field->locates && protection_hides(sight, type, row));
    Value value = is_told ? row_value(row, field->column) : value_missing();
    if (value.type == VALUE_TEXT && field->formula.kind == FORMULA_TEXT)
        return value.text;
    if (value.type != VALUE_MISSING)
        return formula_value_print(sight->arena, value, &field->formula, NULL, LANGUAGE_JA);
    Value number = row_value(row, CITY_COLUMN_RECEIPT);
    if (number.type == VALUE_MISSING)
        number = row_value(row, CITY_COLUMN_ID);
    return arena_printf(sight->arena, "%lld", (long long)number.integer);
}

/* --- who acts ------------------------------------------------------------------------------------ */

static int64_t acting_person(const Sight *sight)
{
    return sight->asking ? sight->asking->actor.person : 0;
}

/* Whom a person is guardian of today. */
static FormulaIds read_wards(Sight *sight, int64_t guardian)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    VEC_OF(int64_t) ids = {0};
    const Value given[] = {value_reference(guardian), value_date(date_to_days(sight->asking->clock.today))};
    if (sight->failed || !sight->door->wards)
        return (FormulaIds){0};
    if (!db_query_printed(sight->conn, &stmt, &sight->error, sight->door->wards, given, COUNT_OF(given)))
        return sight_fail(sight), (FormulaIds){0};
    while (db_next(stmt, &sight->error)) {
        int64_t id = db_integer(stmt, 0);
        if (ids.len > 0 && ids.at[ids.len - 1] == id)
            continue;
        int64_t *at = VEC_PUSH(sight->arena, &ids);
        if (!at)
            return sight_fail(sight), (FormulaIds){0};
        *at = id;
    }
    if (db_broken(stmt))
        return sight_fail(sight), (FormulaIds){0};
    return (FormulaIds){.ids = ids.at, .count = ids.len, .is_known = true};
}

/* Nobody acts for those who are protected from her. */
static FormulaIds without_barred(Sight *sight, FormulaIds wards)
{
    int64_t *kept = arena_array(sight->arena, wards.count + 1, sizeof(*kept));
    FormulaIds out = {.ids = kept, .is_known = wards.is_known && kept};
    for (size_t i = 0; kept && i < wards.count; i++)
        if (!protection_bars_person(sight, wards.ids[i]))
            kept[out.count++] = wards.ids[i];
    return out;
}

FormulaIds sight_mine(Sight *sight)
{
    int64_t me = acting_person(sight);
    if (me > 0 && !sight->mine.is_known)
        sight->mine = without_barred(sight, read_wards(sight, me));
    return sight->mine;
}

static Value guardian_of(Sight *sight, Value guardian, Value ward)
{
    if (!sight->asking)
        return value_missing();
    FormulaIds wards =
        guardian.integer == acting_person(sight) ? sight_mine(sight) : read_wards(sight, guardian.integer);
    if (!wards.is_known)
        return value_missing();
    for (size_t i = 0; i < wards.count; i++)
        if (wards.ids[i] == ward.integer)
            return value_boolean(true);
    return value_boolean(false);
}

/* --- formulas ------------------------------------------------------------------------------------ */

/* The record at hand. */
typedef struct View {
    Sight *sight;
    const CityRecordType *type;
    const Row *row;
} View;

/* The value at the end of a path, from the `at`-th field on. */
static Value follow_from(Sight *sight, const CityRecordType *type, const Row *row, const FormulaPath *path)
{
    Value value = value_missing();
    for (size_t i = 0; i < path->count; i++) {
        if (i > 0) {
            size_t column = path->fields[i - 1]->column;
            type = column_leads_to(type, column);
            row = value.type == VALUE_REFERENCE && type ? sight_row(sight, type, value.integer) : NULL;
        }
        if (!row)
            return value_missing();
        value = row_value(row, path->fields[i]->column);
    }
    return value;
}

static Value follow(void *owner, const FormulaPath *path)
{
    const View *view = owner;
    Sight *sight = view->sight;
    if (!path->is_mine)
        return follow_from(sight, view->type, view->row, path);
    int64_t me = acting_person(sight);
    if (me == 0 || str_starts(path->text, S("my.")))
        return value_missing(); /* what accounts have beside their person is nothing yet */
    if (path->count == 0)
        return value_reference(me);
    const CityRecordType *person = sight->door->city->registers.person;
    return follow_from(sight, person, sight_row(sight, person, me), path);
}

static FormulaIds follow_all(void *owner, const FormulaPath *path)
{
    const View *view = owner;
    bool is_children = path->is_mine && path->count == 1 && str_equal(path->text, S("my.children"));
    return is_children ? sight_mine(view->sight) : (FormulaIds){0};
}

static Value call_function(void *owner, const FormulaFunction *function, const Value *arguments, size_t count)
{
    const View *view = owner;
    bool is_guardian_of = str_equal(str_of(function->name), S(CITY_FUNCTION_GUARDIAN_OF)) && count == 2;
    return is_guardian_of ? guardian_of(view->sight, arguments[0], arguments[1]) : value_missing();
}

static FormulaLookup look_up(
    void *owner, const FormulaParameter *parameter, const Value *arguments, Value date)
{
    const View *view = owner;
    return city_look_up(view->sight->door->city, parameter, arguments, date);
}

FormulaContext sight_context(Sight *sight, const CityRecordType *type, const Row *row)
{
    FormulaContext context = {.arena = sight->arena, .row = row};
    View *view = ARENA_NEW(sight->arena, View);
    if (!view) {
        sight_fail(sight);
        return context;
    }
    *view = (View){.sight = sight, .type = type, .row = row};
    context.owner = view;
    context.follow = follow;
    context.follow_all = follow_all;
    context.call = call_function;
    context.parameter = look_up;
    if (sight->asking)
        context.today = value_date(date_to_days(sight->asking->clock.today));
    if (type->dated_by && sight->door->city->parameters.len > 0)
        context.fact_date = formula_evaluate(type->dated_by, &context);
    return context;
}

Value sight_evaluate(Sight *sight, const CityRecordType *type, const Row *row, const Formula *formula)
{
    if (!formula || sight->failed)
        return value_missing();
    FormulaContext context = sight_context(sight, type, row);
    return context.owner ? formula_evaluate(formula, &context) : value_missing();
}
