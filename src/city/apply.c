/* city/apply.c: the steps of apply_steps.c taken, in one closure, and what the database is at now.
 *
 * The steps are planned again inside the closure, in the transaction that takes them. The declaration is kept
 * as it was read, under its hash; nothing is written when the database is at that hash already. Indexes: the
 * code of every table (unique); what a record is about, with its receipt number; the state; each reference.
 * They follow from what is declared, also when an older table is declared otherwise now.
 */
#include "city/apply_internal.h"
#include "city/declaration.h"
#include "city/lineage.h"
#include "db/table.h"

#include "base/decimal.h"

enum { APPLY_ARENA_MAX = 64 << 20 };

typedef struct Applying {
    const City *city;
    const CityApply *how;
    Arena *arena; /* emptied when the closure runs again */
    CitySteps steps;
    int64_t declaration; /* id of the new one */
} Applying;

bool city_applied_hash(DbConn *conn, Arena *arena, Str *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = STR_EMPTY;
    if (!db_query(conn, &stmt, error, "select hash from declaration order by id desc limit 1"))
        return false;
    if (db_next(stmt, error))
        *out = db_text_copy(stmt, 0, arena);
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- tables -----------------------------------------------------------------------------------------------
 */

static bool declare_column(Applying *applying, DbConn *conn, Str table, const CityField *field, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into declared_column (table_name, name, kind, since) values (?1, ?2, ?3, ?4)",
        value_text(table), value_text(field->name), value_text(city_column_kind(field)),
        value_integer(applying->declaration));
}

/* Makes the index unless it was made before. */
static bool add_index(Applying *applying, DbConn *conn, const CityRecordType *type, const size_t *columns,
    size_t count, bool unique, Error *error)
{
    int64_t is_there = 0;
    Str names[2], words = STR_EMPTY;
    assert(count <= COUNT_OF(names) && "an index has one column or two");
    for (size_t i = 0; i < count; i++) {
        names[i] = type->shape.columns[columns[i]].name;
        words = i == 0 ? names[i]
                       : arena_printf(applying->arena, "%.*s,%.*s", STR_ARGS(words), STR_ARGS(names[i]));
    }
    if (!db_one_integer(conn, &is_there, error,
            "select count(*) from declared_index where table_name = ?1 and columns = ?2",
            value_text(type->table), value_text(words)))
        return false;
    return is_there > 0 ||
           (db_table_add_index(conn, type->table, names, count, unique, error) &&
               db_run(conn, NULL, error,
                   "insert into declared_index (table_name, columns, since) values (?1, ?2, ?3)",
                   value_text(type->table), value_text(words), value_integer(applying->declaration)));
}

/* Rows of registers are found by the numbers that other systems gave them. */
static bool is_number(const CityRecordType *type, const CityField *field)
{
    bool is_called = str_equal(field->name, S("number")) || str_equal(field->name, S("code"));
    return type->is_register && is_called && field->formula.kind == FORMULA_TEXT;
}

/* What goes with a table that is there: indexes, what its records are about, whether it has places. */
static bool settle_table(Applying *applying, DbConn *conn, const CityRecordType *type, Error *error)
{
    static const size_t code[] = {CITY_COLUMN_CODE}, about[] = {CITY_COLUMN_ABOUT, CITY_COLUMN_RECEIPT},
                        state[] = {CITY_COLUMN_STATE};
    if (!add_index(applying, conn, type, code, COUNT_OF(code), true, error) ||
        (type->about && !add_index(applying, conn, type, about, COUNT_OF(about), false, error)) ||
        (type->starts.len > 0 && !add_index(applying, conn, type, state, COUNT_OF(state), false, error)) ||
        !db_run(conn, NULL, error, "update declared_table set seats = ?2 where name = ?1 and seats <> ?2",
            value_text(type->table), value_integer(type->has_seats)))
        return false;
    for (size_t i = 0; i < type->fields.len; i++)
        if ((type->fields.at[i].type == CITY_FIELD_REFERENCE || is_number(type, &type->fields.at[i])) &&
            !add_index(applying, conn, type, &type->fields.at[i].column, 1, false, error))
            return false;
    return !type->about ||
           db_run(conn, NULL, error,
               "insert into declared_column (table_name, name, kind, since) values (?1, ?2, ?3, ?4) "
               "on conflict (table_name, name) do nothing",
               value_text(type->table), value_text(DECLARED_ABOUT), value_text(type->about->table),
               value_integer(applying->declaration));
}

static bool settle_tables(Applying *applying, DbConn *conn, Error *error)
{
    const City *city = applying->city;
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0; k < city->services.at[i]->record_types.len; k++)
            if (!settle_table(applying, conn, city->services.at[i]->record_types.at[k], error))
                return false;
    return true;
}

static bool add_table(Applying *applying, DbConn *conn, const CityRecordType *type, Error *error)
{
    Str history;
    if (!db_table_create(conn, type->table, &type->shape, error) ||
        !city_new_history_table(conn, applying->arena, type->table, applying->declaration, &history, error) ||
        !db_run(conn, NULL, error,
            "insert into declared_table (name, file, seats, since, history_name) values (?1, ?2, ?3, ?4, ?5)",
            value_text(type->table), value_text(type->service->file), value_integer(type->has_seats),
            value_integer(applying->declaration), value_text(history)))
        return false;
    for (size_t i = 0; i < type->fields.len; i++)
        if (!declare_column(applying, conn, type->table, &type->fields.at[i], error))
            return false;
    return true;
}

static bool add_column(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    const CityField *field = step->field;
    return db_table_add_column(conn, step->table, &step->type->shape.columns[field->column], error) &&
           declare_column(applying, conn, step->table, field, error);
}

/* --- what was done, for those who read history -------------------------------------------------------------
 */

static bool note_change(
    Applying *applying, DbConn *conn, CityChangeKind kind, Str column, const CityStep *step, Error *error)
{
    Str table;
    return city_history_table(conn, applying->arena, step->table, &table, error) &&
           city_lineage_add(
               conn, applying->declaration, kind, table, column, step->before, step->after, error);
}

/* --- renamed, widened, dropped
 * ------------------------------------------------------------------------------
 */

typedef VEC_OF(Str) IndexColumns;

static bool read_indexes(Applying *applying, DbConn *conn, Str table, IndexColumns *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select columns from declared_index where table_name = ?1",
            value_text(table)))
        return false;
    while (db_next(stmt, error)) {
        Str *slot = VEC_PUSH(applying->arena, out);
        if (!slot)
            return error_memory(error);
        *slot = db_text_copy(stmt, 0, applying->arena);
    }
    return !db_broken(stmt);
}

/* Those that a column is part of, or all (empty): an index is called after its table and columns, and is made
 * anew at the end (settle_table). */
static bool drop_indexes(Applying *applying, DbConn *conn, Str table, Str column, Error *error)
{
    IndexColumns indexes = {0};
    if (!read_indexes(applying, conn, table, &indexes, error))
        return false;
    for (size_t i = 0; i < indexes.len; i++) {
        Str names[2], rest = indexes.at[i];
        bool has_rest = str_cut(rest, S(","), &names[0], &names[1]);
        if (!has_rest)
            names[0] = rest;
        if (column.len > 0 && !str_equal(names[0], column) && !(has_rest && str_equal(names[1], column)))
            continue;
        if (!db_table_drop_index(conn, table, names, has_rest ? 2 : 1, error) ||
            !db_run(conn, NULL, error, "delete from declared_index where table_name = ?1 and columns = ?2",
                value_text(table), value_text(indexes.at[i])))
            return false;
    }
    return true;
}

static bool rename_table(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    Value before = value_text(step->before), after = value_text(step->after);
    return drop_indexes(applying, conn, step->before, STR_EMPTY, error) &&
           db_table_rename(conn, step->before, step->after, error) &&
           db_run(conn, NULL, error,
               "insert into declared_table (name, file, seats, since, history_name) "
               "select ?2, file, seats, since, coalesce(history_name, name) from declared_table where name = "
               "?1",
               before, after) &&
           db_run(conn, NULL, error, "update declared_column set table_name = ?2 where table_name = ?1",
               before, after) &&
           db_run(conn, NULL, error, "update declared_column set kind = ?2 where kind = ?1", before, after) &&
           db_run(conn, NULL, error, "delete from declared_table where name = ?1", before) &&
           db_run(conn, NULL, error, "update record_code set table_name = ?2 where table_name = ?1", before,
               after) &&
           db_run(conn, NULL, error, "update seat_counter set type_table = ?2 where type_table = ?1", before,
               after);
}

static bool rename_column(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    return drop_indexes(applying, conn, step->table, step->before, error) &&
           db_table_rename_column(conn, step->table, step->before, step->after, error) &&
           db_run(conn, NULL, error,
               "update declared_column set name = ?3 where table_name = ?1 and name = ?2",
               value_text(step->table), value_text(step->before), value_text(step->after)) &&
           note_change(applying, conn, CITY_CHANGE_COLUMN, step->after, step, error);
}

static bool set_kind(DbConn *conn, const CityStep *step, Error *error)
{
    return db_run(conn, NULL, error,
        "update declared_column set kind = ?3 where table_name = ?1 and name = ?2", value_text(step->table),
        value_text(step->column), value_text(step->after));
}

static bool widen_column(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    bool is_scaled =
        city_kind_value(step->after) == VALUE_DECIMAL && city_kind_value(step->before) != VALUE_DECIMAL;
    return (!is_scaled || (db_table_multiply(conn, step->table, step->column, DECIMAL_ONE, error) &&
                              note_change(applying, conn, CITY_CHANGE_SCALE, step->column, step, error))) &&
           set_kind(conn, step, error);
}

/* The values that were there once stand in history, and are not those of the new column. */
static bool retype_column(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    bool is_text = city_kind_value(step->before) == VALUE_TEXT;
    bool stays = is_text == (city_kind_value(step->after) == VALUE_TEXT);
    return (stays || (drop_indexes(applying, conn, step->table, step->column, error) &&
                         db_table_drop_column(conn, step->table, step->column, error) &&
                         db_table_add_column(
                             conn, step->table, &step->type->shape.columns[step->field->column], error))) &&
           set_kind(conn, step, error) &&
           note_change(applying, conn, CITY_CHANGE_RESET, step->column, step, error);
}

/* Every row that has the value, in a column that holds one of them. */
static bool set_value(
    Applying *applying, DbConn *conn, Str table, Str column, const CityStep *step, Error *error)
{
    const RowColumn at = {column, VALUE_TEXT};
    const Value values[] = {value_text(step->after), value_text(step->before)};
    const DbPrinted *printed = NULL;
    return db_print_update(db_of(conn), applying->arena, table, &at, 1, &at, 1, &printed, error) &&
           db_run_printed(conn, NULL, error, printed, values, COUNT_OF(values));
}

static bool rename_value(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    bool is_state = step->kind == CITY_STEP_RENAMED_STATE;
    bool is_several = !is_state && step->field->type == CITY_FIELD_CHOICES;
    Str column = is_state ? S(CITY_STATE_COLUMN) : step->column;
    if (is_several) {
        Str before = arena_printf(applying->arena, ",%.*s,", STR_ARGS(step->before));
        Str after = arena_printf(applying->arena, ",%.*s,", STR_ARGS(step->after));
        if (!db_table_replace_text(conn, step->table, column, before, after, NULL, error))
            return false;
    } else if (!set_value(applying, conn, step->table, column, step, error)) {
        return false;
    }
    return note_change(
        applying, conn, is_state ? CITY_CHANGE_STATE : CITY_CHANGE_CHOICE, column, step, error);
}

static bool drop_column(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    return drop_indexes(applying, conn, step->table, step->column, error) &&
           db_table_drop_column(conn, step->table, step->column, error) &&
           db_run(conn, NULL, error, "delete from declared_column where table_name = ?1 and name = ?2",
               value_text(step->table), value_text(step->column)) &&
           note_change(applying, conn, CITY_CHANGE_DROPPED, step->column, step, error);
}

static bool drop_table(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    Value table = value_text(step->table);
    return note_change(applying, conn, CITY_CHANGE_DROPPED, STR_EMPTY, step, error) &&
           drop_indexes(applying, conn, step->table, STR_EMPTY, error) &&
           db_table_drop(conn, step->table, error) &&
           db_run(conn, NULL, error, "delete from declared_column where table_name = ?1", table) &&
           db_run(conn, NULL, error, "delete from declared_table where name = ?1", table) &&
           db_run(conn, NULL, error, "delete from record_code where table_name = ?1", table) &&
           db_run(conn, NULL, error, "delete from seat_counter where type_table = ?1", table);
}

/* --- indicators -------------------------------------------------------------------------------------------
 */

static bool remove_figures(DbConn *conn, Str indicator, Error *error)
{
    Value name = value_text(indicator);
    return db_run(conn, NULL, error,
               "delete from indicator_member where indicator in (select id from declared_indicator where "
               "name = ?1)",
               name) &&
           db_run(conn, NULL, error,
               "delete from indicator_cell where indicator in (select id from declared_indicator where name "
               "= ?1)",
               name) &&
           db_run(conn, NULL, error, "delete from declared_indicator where name = ?1", name);
}

static bool set_indicator(const Applying *applying, DbConn *conn, Str id, bool is_new, Error *error)
{
    Value hash = value_text(city_indicator(applying->city, id)->hash);
    if (is_new)
        return db_run(conn, NULL, error,
            "insert into declared_indicator (name, hash, counted) values (?1, ?2, 0)", value_text(id), hash);
    return db_run(conn, NULL, error, "update declared_indicator set hash = ?2, counted = 0 where name = ?1",
        value_text(id), hash);
}

static bool rename_indicator(DbConn *conn, const CityStep *step, Error *error)
{
    return db_run(conn, NULL, error, "update declared_indicator set name = ?2 where name = ?1",
        value_text(step->before), value_text(step->after));
}

static bool take_step(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    switch (step->kind) {
    case CITY_STEP_NEW_TABLE:
        return add_table(applying, conn, step->type, error);
    case CITY_STEP_RENAMED_TABLE:
        return rename_table(applying, conn, step, error);
    case CITY_STEP_NEW_COLUMN:
        return add_column(applying, conn, step, error);
    case CITY_STEP_RENAMED_COLUMN:
        return rename_column(applying, conn, step, error);
    case CITY_STEP_WIDENED_COLUMN:
        return widen_column(applying, conn, step, error);
    case CITY_STEP_EMPTY_COLUMN:
        return retype_column(applying, conn, step, error);
    case CITY_STEP_RENAMED_STATE:
    case CITY_STEP_RENAMED_CHOICE:
        return rename_value(applying, conn, step, error);
    case CITY_STEP_KEPT_TABLE:
    case CITY_STEP_KEPT_COLUMN:
        return true;
    case CITY_STEP_DROPPED_TABLE:
        return drop_table(applying, conn, step, error);
    case CITY_STEP_DROPPED_COLUMN:
        return drop_column(applying, conn, step, error);
    case CITY_STEP_NEW_INDICATOR:
    case CITY_STEP_CHANGED_INDICATOR:
        return set_indicator(applying, conn, step->indicator, step->kind == CITY_STEP_NEW_INDICATOR, error);
    case CITY_STEP_RENAMED_INDICATOR:
        return rename_indicator(conn, step, error);
    case CITY_STEP_GONE_INDICATOR:
        return remove_figures(conn, step->indicator, error);
    case CITY_STEP_REFUSED:
    case CITY_STEP_KIND_COUNT:
        break;
    }
    return error_set(error, ERROR_CONFLICT, "%.*s", STR_ARGS(step->words));
}

static bool take_steps(Applying *applying, DbConn *conn, Error *error)
{
    const CitySteps *steps = &applying->steps;
    const CityApply *how = applying->how;
    if (!declaration_keep(
            conn, applying->city, how->clock->instant, how->actor, &applying->declaration, error) ||
        (how->drop && !apply_export(conn, steps, applying->declaration, how->export, error)))
        return false;
    for (size_t i = 0; i < steps->at.len; i++)
        if ((how->may_go_on && !how->may_go_on(how->to, &steps->at.at[i], error)) ||
            !take_step(applying, conn, &steps->at.at[i], error))
            return false;
    return settle_tables(applying, conn, error) &&
           declaration_keep_words(conn, applying->arena, applying->city, applying->declaration, error) &&
           (!how->follow || how->follow(conn, steps, error));
}

static bool apply_steps(DbConn *conn, void *argument, Error *error)
{
    Applying *applying = argument;
    Str hash;
    int64_t files = 0;
    arena_clear(applying->arena);
    if (!city_applied_hash(conn, applying->arena, &hash, error) ||
        !city_plan_steps(
            conn, applying->arena, applying->city, applying->how->drop, &applying->steps, error) ||
        !db_one_integer(conn, &files, error,
            "select count(*) from declaration_file where declaration_id = (select max(id) from declaration)"))
        return false;
    if (str_equal(hash, applying->city->hash) && files > 0 && applying->steps.at.len == applying->steps.kept)
        return true;
    for (size_t i = 0; i < applying->steps.at.len; i++)
        if (applying->steps.at.at[i].kind == CITY_STEP_REFUSED)
            return take_step(applying, conn, &applying->steps.at.at[i], error);
    return take_steps(applying, conn, error);
}

/* The steps, out of the closure's arena. */
static bool keep_steps(const CitySteps *steps, Arena *arena, CitySteps *out, Error *error)
{
    *out = (CitySteps){.refused = steps->refused, .kept = steps->kept};
    for (size_t i = 0; i < steps->at.len; i++) {
        CityStep *at = VEC_PUSH(arena, &out->at);
        if (!at)
            return error_memory(error);
        *at = steps->at.at[i];
        at->table = arena_str(arena, at->table);
        at->column = arena_str(arena, at->column);
        at->indicator = arena_str(arena, at->indicator);
        at->before = arena_str(arena, at->before);
        at->after = arena_str(arena, at->after);
        at->words = arena_str(arena, at->words);
    }
    return !arena_failed(arena) || error_memory(error);
}

bool city_apply_so(
    Db *db, Arena *arena, const City *city, const CityApply *how, CitySteps *done, Error *error)
{
    AUTO_ARENA own = arena_new(APPLY_ARENA_MAX);
    Applying applying = {.city = city, .how = how, .arena = own};
    assert((!how->drop || how->export.len > 0) && "what is dropped is written to a folder before");
    return own ? db_change(db, apply_steps, &applying, error) &&
                     keep_steps(&applying.steps, arena, done, error)
               : error_memory(error);
}

bool city_apply(
    Db *db, Arena *arena, const City *city, const Clock *clock, Str actor, CitySteps *done, Error *error)
{
    return city_apply_so(db, arena, city, &(CityApply){.clock = clock, .actor = actor}, done, error);
}

/* --- figures ----------------------------------------------------------------------------------------------
 */

bool city_figure_keys(DbConn *conn, Arena *arena, const City *city, CityFigureKeys *out, Error *error)
{
    *out = (CityFigureKeys){0};
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        for (size_t n = 0; n < service->indicators.len; n++) {
            CLEANUP(db_done) DbStmt *stmt = NULL;
            CityFigureKey *key = VEC_PUSH(arena, out);
            if (!key)
                return error_memory(error);
            *key = (CityFigureKey){.indicator = service->indicators.at[n]};
            if (!db_query(conn, &stmt, error, "select id, counted from declared_indicator where name = ?1",
                    value_text(key->indicator->id)))
                return false;
            if (db_next(stmt, error)) {
                key->id = db_integer(stmt, 0);
                key->is_stale = db_integer(stmt, 1) == 0;
            }
            if (db_broken(stmt))
                return false;
        }
    }
    return true;
}

bool city_figure_is_counted(DbConn *conn, const CityFigureKey *key, bool *out, Error *error)
{
    int64_t counted = 1;
    if (key->is_stale && !db_one_integer(conn, &counted, error,
                             "select counted from declared_indicator where id = ?1", value_integer(key->id)))
        return false;
    *out = counted != 0;
    return true;
}

bool city_figure_counted(DbConn *conn, int64_t id, Error *error)
{
    return db_run(
        conn, NULL, error, "update declared_indicator set counted = 1 where id = ?1", value_integer(id));
}
