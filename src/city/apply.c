/* city/apply.c: the steps of apply_steps.c taken, in one closure, and what the database is at now.
 *
 * The steps are planned again inside the closure, in the transaction that takes them. The declaration is kept
 * as it was read, under its hash; nothing is written when the database is at that hash already. Indexes: the
 * code of every table (unique); what a record is about, with its receipt number; the state; each reference.
 * They follow from what is declared, also when an older table is declared otherwise now.
 */
#include "city/apply_internal.h"
#include "db/table.h"

#include "base/buf.h"

enum { CONTENT_MAX = 64 << 20, APPLY_ARENA_MAX = 64 << 20 };

typedef struct Applying {
    const City *city;
    const Clock *clock;
    Str actor;
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

/* All files as they were read, each behind a line with its name. */
static bool add_declaration(Applying *applying, DbConn *conn, Error *error)
{
    AUTO_BUF content;
    buf_init(&content, CONTENT_MAX);
    for (size_t i = 0; i < applying->city->files.len; i++) {
        const CityFile *file = &applying->city->files.at[i];
        buf_printf(&content, "--- %.*s\n%.*s\n", STR_ARGS(file->name), STR_ARGS(file->text));
    }
    if (content.failed)
        return error_memory(error);
    return db_insert(conn, &applying->declaration, error,
        "insert into declaration (hash, applied_at, actor, content) values (?1, ?2, ?3, ?4)",
        value_text(applying->city->hash), value_integer(applying->clock->instant),
        value_text(applying->actor), value_text(buf_str(&content)));
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
    if (!db_table_create(conn, type->table, &type->shape, error) ||
        !db_run(conn, NULL, error,
            "insert into declared_table (name, file, seats, since) values (?1, ?2, ?3, ?4)",
            value_text(type->table), value_text(type->service->file), value_integer(type->has_seats),
            value_integer(applying->declaration)))
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

static bool take_step(Applying *applying, DbConn *conn, const CityStep *step, Error *error)
{
    switch (step->kind) {
    case CITY_STEP_NEW_TABLE:
        return add_table(applying, conn, step->type, error);
    case CITY_STEP_NEW_COLUMN:
        return add_column(applying, conn, step, error);
    case CITY_STEP_NEW_INDICATOR:
    case CITY_STEP_CHANGED_INDICATOR:
        return set_indicator(applying, conn, step->indicator, step->kind == CITY_STEP_NEW_INDICATOR, error);
    case CITY_STEP_GONE_INDICATOR:
        return remove_figures(conn, step->indicator, error);
    case CITY_STEP_REFUSED:
    case CITY_STEP_KIND_COUNT:
        break;
    }
    return error_set(error, ERROR_CONFLICT, "%.*s", STR_ARGS(step->words));
}

static bool apply_steps(DbConn *conn, void *argument, Error *error)
{
    Applying *applying = argument;
    Str hash;
    arena_clear(applying->arena);
    if (!city_applied_hash(conn, applying->arena, &hash, error) ||
        !city_plan_steps(conn, applying->arena, applying->city, &applying->steps, error))
        return false;
    if (str_equal(hash, applying->city->hash) && applying->steps.at.len == 0)
        return true;
    for (size_t i = 0; i < applying->steps.at.len; i++)
        if (applying->steps.at.at[i].kind == CITY_STEP_REFUSED)
            return take_step(applying, conn, &applying->steps.at.at[i], error);
    if (!add_declaration(applying, conn, error))
        return false;
    for (size_t i = 0; i < applying->steps.at.len; i++)
        if (!take_step(applying, conn, &applying->steps.at.at[i], error))
            return false;
    return settle_tables(applying, conn, error);
}

/* The steps, out of the closure's arena. */
static bool keep_steps(const CitySteps *steps, Arena *arena, CitySteps *out, Error *error)
{
    *out = (CitySteps){.refused = steps->refused};
    for (size_t i = 0; i < steps->at.len; i++) {
        CityStep *at = VEC_PUSH(arena, &out->at);
        if (!at)
            return error_memory(error);
        *at = steps->at.at[i];
        at->indicator = arena_str(arena, at->indicator);
        at->words = arena_str(arena, at->words);
    }
    return !arena_failed(arena) || error_memory(error);
}

bool city_apply(
    Db *db, Arena *arena, const City *city, const Clock *clock, Str actor, CitySteps *done, Error *error)
{
    AUTO_ARENA own = arena_new(APPLY_ARENA_MAX);
    Applying applying = {.city = city, .clock = clock, .actor = actor, .arena = own};
    return own ? db_write(db, apply_steps, &applying, error) &&
                     keep_steps(&applying.steps, arena, done, error)
               : error_memory(error);
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

bool city_figure_counted(DbConn *conn, int64_t id, Error *error)
{
    return db_run(
        conn, NULL, error, "update declared_indicator set counted = 1 where id = ?1", value_integer(id));
}
