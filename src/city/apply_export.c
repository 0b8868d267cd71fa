/* city/apply_export.c: what an apply drops, written to files first.
 *
 * One CSV file for a table (`desk__ticket.csv`) and one for a column (`desk__ticket.colour.csv`), in a folder
 * for the declaration that dropped them; each row with the record's id and code, values as people write them.
 * A file is written under another name, synced, and then takes its own, so that a file that is there is
 * whole, and is for the eyes of its owner alone. The records' history stays in the database, whole.
 */
#include "city/apply_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/file.h"
#include "db/table.h"

enum { EXPORT_ARENA_MAX = 64 << 20, EXPORT_LINE_MAX = 64 << 20 };

typedef struct ExportColumn {
    Str name;
    ValueType type;
} ExportColumn;

typedef struct Export {
    DbConn *conn;
    Arena *arena;
    Str table, path;
    VEC_OF(ExportColumn) columns;
    Error *error;
} Export;

static bool add_column(Export *export, Str name, ValueType type)
{
    ExportColumn *slot = VEC_PUSH(export->arena, &export->columns);
    if (!slot)
        return error_memory(export->error);
    *slot = (ExportColumn){name, type};
    return true;
}

/* The columns every record has, in the order of CityColumn. */
static bool add_common(Export *export)
{
    return add_column(export, S("id"), VALUE_REFERENCE) && add_column(export, S("row_code"), VALUE_TEXT) &&
           add_column(export, S("row_version"), VALUE_INTEGER) &&
           add_column(export, S("row_receipt"), VALUE_INTEGER) &&
           add_column(export, S("row_created_at"), VALUE_INSTANT) &&
           add_column(export, S("row_changed_at"), VALUE_INSTANT) &&
           add_column(export, S("row_state"), VALUE_TEXT) &&
           add_column(export, S("row_about"), VALUE_REFERENCE) &&
           add_column(export, S("row_answer_by"), VALUE_DATE);
}

static bool add_declared(Export *export)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(export->conn, &stmt, export->error,
            "select name, kind from declared_column where table_name = ?1 and name <> 'row_about' order by "
            "name",
            value_text(export->table)))
        return false;
    while (db_next(stmt, export->error))
        if (!add_column(export, db_text_copy(stmt, 0, export->arena), city_kind_value(db_text(stmt, 1))))
            return false;
    return !db_broken(stmt);
}

/* --- values ------------------------------------------------------------------------------------- */

static Str written(Arena *arena, DbStmt *stmt, int column, ValueType type)
{
    if (db_is_missing(stmt, column))
        return STR_EMPTY;
    if (type == VALUE_TEXT)
        return db_text(stmt, column);
    int64_t n = db_integer(stmt, column);
    switch (type) {
    case VALUE_DATE:
        return date_print_iso(arena, date_from_days((int32_t)n));
    case VALUE_INSTANT:
        return instant_print(arena, n);
    case VALUE_DECIMAL:
        return decimal_print(arena, n);
    case VALUE_BOOLEAN:
        return n ? S("yes") : S("no");
    case VALUE_TIME:
        return arena_printf(arena, "%02d:%02d", (int)(n / 3600), (int)(n / 60 % 60));
    default:
        return arena_printf(arena, "%lld", (long long)n);
    }
}

static void add_cell(Buf *line, size_t i, Str text)
{
    if (i > 0)
        buf_add_byte(line, ',');
    buf_add_byte(line, '"');
    for (size_t k = 0; k < text.len; k++) {
        if (text.at[k] == '"')
            buf_add_byte(line, '"');
        buf_add_byte(line, text.at[k]);
    }
    buf_add_byte(line, '"');
}

static bool put_line(const Export *export, FILE *file, Buf *line)
{
    buf_add(line, S("\r\n"));
    if (line->failed)
        return error_memory(export->error);
    if (fwrite(line->at, 1, line->len, file) != line->len)
        return error_set(export->error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(export->path),
            strerror(errno));
    return true;
}

static bool put_rows(const Export *export, FILE *file, DbStmt *stmt)
{
    AUTO_ARENA arena = arena_new(EXPORT_ARENA_MAX);
    if (!arena)
        return error_memory(export->error);
    while (db_next(stmt, export->error)) {
        AUTO_BUF line;
        arena_clear(arena);
        buf_init(&line, EXPORT_LINE_MAX);
        for (size_t i = 0; i < export->columns.len; i++)
            add_cell(&line, i, written(arena, stmt, (int)i, export->columns.at[i].type));
        if (arena_failed(arena) || !put_line(export, file, &line))
            return arena_failed(arena) ? error_memory(export->error) : false;
    }
    return !db_broken(stmt);
}

/* --- files -------------------------------------------------------------------------------------- */

static bool put_table(const Export *export, FILE *file)
{
    Arena *arena = export->arena;
    const DbTree **trees = arena_array(arena, export->columns.len, sizeof(*trees));
    const DbPrinted *printed = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    AUTO_BUF head;
    buf_init(&head, EXPORT_LINE_MAX);
    for (size_t i = 0; trees && i < export->columns.len; i++) {
        trees[i] =
            db_tree_column(arena, export->table, export->columns.at[i].name, export->columns.at[i].type);
        add_cell(&head, i, export->columns.at[i].name);
    }
    if (!trees)
        return error_memory(export->error);
    const DbSelect select = {.table = export->table,
        .columns = trees,
        .column_count = export->columns.len,
        .order = trees,
        .order_count = 1};
    return db_print_select(db_of(export->conn), arena, &select, &printed, export->error) &&
           db_query_printed(export->conn, &stmt, export->error, printed, NULL, 0) &&
           put_line(export, file, &head) && put_rows(export, file, stmt);
}

static bool put_file(Export *export)
{
    Str beside = arena_printf(export->arena, "%.*s.part", STR_ARGS(export->path));
    if (arena_failed(export->arena))
        return error_memory(export->error);
    int fd = open(beside.at, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!file && fd >= 0)
        close(fd);
    if (!file)
        return error_set(
            export->error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(beside), strerror(errno));
    bool ok = put_table(export, file);
    if (ok && (fflush(file) != 0 || fsync(fileno(file)) != 0))
        ok = error_set(
            export->error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(beside), strerror(errno));
    if (fclose(file) != 0 && ok)
        ok = error_set(
            export->error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(beside), strerror(errno));
    if (ok && rename(beside.at, export->path.at) != 0)
        ok = error_set(export->error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(export->path),
            strerror(errno));
    if (!ok)
        unlink(beside.at);
    return ok;
}

static bool sync_folder(Str folder, Error *error)
{
    int fd = open(folder.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        error_set(error, ERROR_SYSTEM, "%.*s cannot be written: %s", STR_ARGS(folder), strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool export_step(Export *export, const CityStep *step, Str folder)
{
    export->table = step->table;
    export->columns.len = 0;
    if (step->kind == CITY_STEP_DROPPED_TABLE) {
        export->path = arena_printf(export->arena, "%.*s/%.*s.csv", STR_ARGS(folder), STR_ARGS(step->table));
        return add_common(export) && add_declared(export) && put_file(export);
    }
    export->path = arena_printf(
        export->arena, "%.*s/%.*s.%.*s.csv", STR_ARGS(folder), STR_ARGS(step->table), STR_ARGS(step->column));
    return add_column(export, S("id"), VALUE_REFERENCE) && add_column(export, S("row_code"), VALUE_TEXT) &&
           add_column(export, step->column, city_kind_value(step->before)) && put_file(export);
}

bool apply_export(DbConn *conn, const CitySteps *steps, int64_t epoch, Str folder, Error *error)
{
    AUTO_ARENA arena = arena_new(EXPORT_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    Export export = {.conn = conn, .arena = arena, .error = error};
    Str below = arena_printf(arena, "%.*s/declaration-%lld", STR_ARGS(folder), (long long)epoch);
    Str above = arena_str(arena, folder);
    bool is_made = false;
    for (size_t i = 0; i < steps->at.len; i++) {
        const CityStep *step = &steps->at.at[i];
        if (step->kind != CITY_STEP_DROPPED_TABLE && step->kind != CITY_STEP_DROPPED_COLUMN)
            continue;
        if (!is_made && (!directory_make(above, error) || !directory_make(below, error)))
            return false;
        is_made = true;
        if (!export_step(&export, step, below))
            return false;
    }
    return !is_made || (sync_folder(below, error) && sync_folder(above, error));
}
