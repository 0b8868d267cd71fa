/* city/lineage.c: follows names and values of an earlier epoch through what was changed since. */
#include "city/lineage.h"

#include "base/buf.h"
#include "city/declaration.h"

#define MILLIONTHS INT64_C(1000000)
#define CHOICES_BYTES_MAX ((size_t)1 << 20)

static const char *const kind_names[CITY_CHANGE_KIND_COUNT] = {
    [CITY_CHANGE_COLUMN] = "column",
    [CITY_CHANGE_STATE] = "state",
    [CITY_CHANGE_CHOICE] = "choice",
    [CITY_CHANGE_SCALE] = "scale",
    [CITY_CHANGE_RESET] = "reset",
    [CITY_CHANGE_DROPPED] = "dropped",
};

static CityChangeKind kind_of(Str name)
{
    for (size_t i = 0; i < CITY_CHANGE_KIND_COUNT; i++)
        if (str_equal(name, str_of(kind_names[i])))
            return (CityChangeKind)i;
    return CITY_CHANGE_KIND_COUNT;
}

bool city_lineage_read(DbConn *conn, Arena *arena, CityLineage *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (CityLineage){0};
    if (!db_query(conn, &stmt, error,
            "select kind, declaration_id, table_name, column_name, before, after from declared_change order "
            "by id"))
        return false;
    while (db_next(stmt, error)) {
        CityChange *change = VEC_PUSH(arena, &out->at);
        if (!change)
            return error_memory(error);
        *change = (CityChange){.kind = kind_of(db_text(stmt, 0)),
            .epoch = db_integer(stmt, 1),
            .table = db_text_copy(stmt, 2, arena),
            .column = db_text_copy(stmt, 3, arena),
            .before = db_text_copy(stmt, 4, arena),
            .after = db_text_copy(stmt, 5, arena)};
        if (change->kind == CITY_CHANGE_KIND_COUNT)
            return error_set(
                error, ERROR_DATABASE, "a change of a declaration is of a kind this program does not know");
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool city_lineage_add(DbConn *conn, int64_t epoch, CityChangeKind kind, Str table, Str column, Str before,
    Str after, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into declared_change (declaration_id, kind, table_name, column_name, before, after) "
        "values (?1, ?2, ?3, ?4, ?5, ?6)",
        value_integer(epoch), value_text(str_of(kind_names[kind])), value_text(table), value_text(column),
        value_text(before), value_text(after));
}

bool city_history_table(DbConn *conn, Arena *arena, Str table, Str *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = table;
    if (!db_query(conn, &stmt, error,
            "select coalesce(history_name, name) from declared_table where name = ?1", value_text(table)))
        return false;
    if (db_next(stmt, error))
        *out = db_text_copy(stmt, 0, arena);
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool city_new_history_table(DbConn *conn, Arena *arena, Str table, int64_t epoch, Str *out, Error *error)
{
    int64_t others = 0, dropped = 0;
    *out = table;
    if (!db_one_integer(conn, &others, error,
            "select count(*) from declared_table where coalesce(history_name, name) = ?1",
            value_text(table)) ||
        !db_one_integer(conn, &dropped, error,
            "select count(*) from declared_change where kind = 'dropped' and table_name = ?1 and column_name "
            "= ''",
            value_text(table)))
        return false;
    if (others + dropped > 0)
        *out = arena_printf(arena, "%.*s@%lld", STR_ARGS(table), (long long)epoch);
    return !arena_failed(arena) || error_memory(error);
}

/* One change's effect on a column; false: it is gone. */
static bool follow(const CityChange *change, Str table, Str *column)
{
    if (!str_equal(change->table, table))
        return true;
    switch (change->kind) {
    case CITY_CHANGE_COLUMN:
        if (str_equal(change->before, *column))
            *column = change->after;
        return true;
    case CITY_CHANGE_RESET:
    case CITY_CHANGE_DROPPED:
        return change->column.len > 0 && !str_equal(change->column, *column);
    case CITY_CHANGE_STATE:
    case CITY_CHANGE_CHOICE:
    case CITY_CHANGE_SCALE:
    case CITY_CHANGE_KIND_COUNT:
        break;
    }
    return true;
}

Str city_lineage_column(const CityLineage *lineage, int64_t epoch, Str table, Str column)
{
    for (size_t i = 0; i < lineage->at.len; i++)
        if (lineage->at.at[i].epoch > epoch && !follow(&lineage->at.at[i], table, &column))
            return STR_EMPTY;
    return column;
}

/* A choice, or one of several: ",mon,wed,". */
static Value rename_choice(Arena *arena, const CityChange *change, Value value)
{
    if (str_equal(value.text, change->before))
        return value_text(change->after);
    Str piece = arena_printf(arena, ",%.*s,", STR_ARGS(change->before));
    ptrdiff_t at = str_find(value.text, piece, 0);
    if (at < 0)
        return value;
    return value_text(arena_printf(arena, "%.*s,%.*s,%.*s", (int)at, value.text.at, STR_ARGS(change->after),
        STR_ARGS(str_slice(value.text, (size_t)at + piece.len, value.text.len))));
}

Value city_lineage_value(
    const CityLineage *lineage, Arena *arena, int64_t epoch, Str table, Str column, Value value)
{
    for (size_t i = 0; i < lineage->at.len; i++) {
        const CityChange *change = &lineage->at.at[i];
        if (change->epoch <= epoch)
            continue;
        if (!follow(change, table, &column))
            return value_missing();
        bool is_text = value.type == VALUE_TEXT, is_here = str_equal(change->table, table);
        int64_t scaled;
        if (is_here && is_text && change->kind == CITY_CHANGE_STATE &&
            str_equal(column, S(CITY_STATE_COLUMN)))
            value = str_equal(value.text, change->before) ? value_text(change->after) : value;
        else if (is_here && is_text && change->kind == CITY_CHANGE_CHOICE &&
                 str_equal(change->column, column))
            value = rename_choice(arena, change, value);
        else if (is_here && value.type == VALUE_INTEGER && change->kind == CITY_CHANGE_SCALE &&
                 str_equal(change->column, column) &&
                 !__builtin_mul_overflow(value.integer, MILLIONTHS, &scaled))
            value = value_integer(scaled);
    }
    return value;
}
