/* db/engine_sqlite.c: SQLite behind the engine's table.
 *
 * One file in WAL mode, synchronous=FULL, so that a commit is on disk when it returns. One connection writes;
 * the others are query_only and see the snapshot of their first read. Nothing in the file is trusted:
 * trusted_schema=OFF, defensive mode, no memory map, no double-quoted strings (PostgreSQL reads those as
 * names).
 *
 * The commands that steer transactions are prepared once a connection: they run around every read and every
 * write.
 */
#include "db/engine_sqlite.h"

#include <fcntl.h>
#include <unistd.h>

#include "db/tree_internal.h"

/* Another process may hold the file for so long before the writer rolls back and tries again. */
#define BUSY_MILLISECONDS 250

/* Statements that one control takes at most. */
#define CONTROL_STEPS 2

typedef struct Sqlite {
    sqlite3 *handle;
    sqlite3_stmt *controls[DB_CONTROL_COUNT][CONTROL_STEPS];
    int64_t changes;
} Sqlite;

/* Any read fixes the snapshot. */
static const char *const control_sql[DB_CONTROL_COUNT][CONTROL_STEPS] = {
    [DB_BEGIN_READ] = {"begin", "select 1 from sqlite_schema limit 1"},
    [DB_BEGIN_WRITE] = {"begin immediate"},
    [DB_COMMIT] = {"commit"},
    [DB_ROLLBACK] = {"rollback"},
    [DB_SAVEPOINT] = {"savepoint closure"},
    [DB_NEXT_SAVEPOINT] = {"release savepoint closure", "savepoint closure"},
    [DB_ROLLBACK_TO] = {"rollback to savepoint closure"},
    [DB_KEEP_OUT] = {NULL}, /* each snapshot keeps its tables */
};

static Sqlite *native(const DbConn *conn)
{
    return conn->native;
}

/* --- errors ----------------------------------------------------------------------------------- */

static ErrorCode error_code(int result)
{
    static const struct {
        int result;
        ErrorCode code;
    } codes[] = {
        {SQLITE_CONSTRAINT_UNIQUE, ERROR_CONFLICT},
        {SQLITE_CONSTRAINT_PRIMARYKEY, ERROR_CONFLICT},
        {SQLITE_CONSTRAINT_ROWID, ERROR_CONFLICT},
        {SQLITE_CONSTRAINT_FOREIGNKEY, ERROR_CONFLICT},
        {SQLITE_BUSY, ERROR_BUSY},
        {SQLITE_LOCKED, ERROR_BUSY},
        {SQLITE_NOMEM, ERROR_MEMORY},
        {SQLITE_TOOBIG, ERROR_LIMIT},
        {SQLITE_FULL, ERROR_SYSTEM},
        {SQLITE_IOERR, ERROR_SYSTEM},
        {SQLITE_CANTOPEN, ERROR_SYSTEM},
        {SQLITE_PERM, ERROR_SYSTEM},
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (codes[i].result == result || codes[i].result == (result & 0xff))
            return codes[i].code;
    return ERROR_DATABASE;
}

static bool fail(DbConn *conn, int result, Error *error)
{
    sqlite3 *handle = native(conn)->handle;
    ErrorCode code = error_code(result);
    conn->retry = code == ERROR_BUSY;
    if (code == ERROR_BUSY)
        return error_set(error, code, "another program is using the database; try again");
    return error_set(error, code, "the database refused: %s", sqlite3_errmsg(handle));
}

/* --- connections ------------------------------------------------------------------------------ */

static bool open_file(Db *db, Str url, Error *error)
{
    Str path = str_starts(url, S("file:")) ? str_slice(url, 5, url.len) : url;
    if (path.len == 0 || str_equal(path, S(":memory:")))
        return error_set(error, ERROR_INPUT, "the database is a file: give its name");
    db->place = strndup(path.at, path.len);
    return db->place != NULL || error_memory(error);
}

static void close_file(Db *db)
{
    free(db->place);
}

static bool execute(DbConn *conn, const char *sql, Error *error)
{
    int result = sqlite3_exec(native(conn)->handle, sql, NULL, NULL, NULL);
    return result == SQLITE_OK || fail(conn, result, error);
}

static bool configure(DbConn *conn, Error *error)
{
    static const struct {
        int option, value;
    } options[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
    };
    sqlite3 *handle = native(conn)->handle;
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (sqlite3_db_config(handle, options[i].option, options[i].value, NULL) != SQLITE_OK)
            return error_set(
                error, ERROR_DATABASE, "this SQLite lacks an option that is needed (%d)", options[i].option);
    sqlite3_busy_timeout(handle, BUSY_MILLISECONDS);
    return execute(conn, "pragma synchronous = full; pragma mmap_size = 0", error);
}

/* The writer turns the file into a WAL database; readers only look. */
static bool choose_role(DbConn *conn, Error *error)
{
    if (!conn->is_writer)
        return execute(conn, "pragma query_only = on", error);
    sqlite3_stmt *stmt = NULL;
    int result = sqlite3_prepare_v2(native(conn)->handle, "pragma journal_mode = wal", -1, &stmt, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_step(stmt);
    bool is_wal =
        result == SQLITE_ROW && sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
    if (result == SQLITE_ROW)
        result = SQLITE_OK;
    sqlite3_finalize(stmt);
    if (result != SQLITE_OK)
        return fail(conn, result, error);
    if (!is_wal)
        return error_set(error, ERROR_SYSTEM,
            "%s cannot hold a database: its file system has no shared memory for files", conn->db->place);
    return execute(conn, "pragma journal_size_limit = 67108864", error);
}

static bool prepare_controls(DbConn *conn, Error *error)
{
    Sqlite *sqlite = native(conn);
    int result = SQLITE_OK;
    for (size_t i = 0; i < DB_CONTROL_COUNT; i++)
        for (size_t k = 0; k < CONTROL_STEPS && control_sql[i][k] != NULL && result == SQLITE_OK; k++)
            result = sqlite3_prepare_v3(sqlite->handle, control_sql[i][k], -1, SQLITE_PREPARE_PERSISTENT,
                &sqlite->controls[i][k], NULL);
    return result == SQLITE_OK || fail(conn, result, error);
}

/* A new database is its owner's alone; SQLite gives the files beside it the same rights. A file that is there
 * is not touched: to close it here would give up the locks that this process has on it. */
static void make_private(const char *path)
{
    int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
}

static bool connect_file(DbConn *conn, Error *error)
{
    conn->native = calloc(1, sizeof(Sqlite));
    if (conn->native == NULL)
        return error_memory(error);
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    if (conn->is_writer) {
        flags |= SQLITE_OPEN_CREATE;
        make_private(conn->db->place);
    }
    int result = sqlite3_open_v2(conn->db->place, &native(conn)->handle, flags, NULL);
    if (result != SQLITE_OK)
        return error_set(error, error_code(result), "%s cannot be opened as a database: %s", conn->db->place,
            sqlite3_errstr(result));
    return configure(conn, error) && choose_role(conn, error) &&
           fts_bigram_register(native(conn)->handle, error) &&
           tree_functions_register(native(conn)->handle, error) && prepare_controls(conn, error);
}

static void disconnect(DbConn *conn)
{
    Sqlite *sqlite = native(conn);
    if (sqlite == NULL)
        return;
    for (size_t i = 0; i < DB_CONTROL_COUNT; i++)
        for (size_t k = 0; k < CONTROL_STEPS; k++)
            sqlite3_finalize(sqlite->controls[i][k]);
    int result = sqlite3_close(sqlite->handle);
    assert(result == SQLITE_OK && "every statement is finalized before its connection closes");
    (void)result;
    free(sqlite);
    conn->native = NULL;
}

/* --- transactions ----------------------------------------------------------------------------- */

static bool control(DbConn *conn, DbControl which, Error *error)
{
    for (size_t k = 0; k < CONTROL_STEPS && control_sql[which][k] != NULL; k++) {
        sqlite3_stmt *stmt = native(conn)->controls[which][k];
        int result = sqlite3_step(stmt);
        sqlite3_reset(stmt);
        if (result == SQLITE_DONE || result == SQLITE_ROW)
            continue;
        fail(conn, result, error);
        if (which == DB_BEGIN_READ && k > 0)
            sqlite3_exec(native(conn)->handle, "rollback", NULL, NULL, NULL);
        return false;
    }
    return true;
}

static bool in_transaction(DbConn *conn)
{
    return sqlite3_get_autocommit(native(conn)->handle) == 0;
}

/* The writer's transaction locks the file already. */
static bool lock_schema(DbConn *conn, Error *error)
{
    (void)conn;
    (void)error;
    return true;
}

static void unlock_schema(DbConn *conn)
{
    (void)conn;
}

/* --- statements ------------------------------------------------------------------------------- */

static sqlite3_stmt *native_stmt(const DbStmt *stmt)
{
    return stmt->native;
}

static bool prepare(DbStmt *stmt, const Value *values, size_t count, Error *error)
{
    (void)values;
    (void)count;
    sqlite3_stmt *prepared = NULL;
    const char *tail = NULL;
    int result = sqlite3_prepare_v3(
        native(stmt->conn)->handle, stmt->text, -1, SQLITE_PREPARE_PERSISTENT, &prepared, &tail);
    stmt->native = prepared;
    if (result != SQLITE_OK)
        return fail(stmt->conn, result, error);
    if (prepared == NULL || str_trim(str_of(tail)).len > 0)
        return error_set(error, ERROR_DATABASE, "one statement is run at a time");
    return true;
}

static void finalize(DbStmt *stmt)
{
    sqlite3_finalize(native_stmt(stmt));
}

/* finalize has done it all. */
static void forget_statements(DbConn *conn)
{
    (void)conn;
}

static bool accepts(const DbStmt *stmt, const Value *values, size_t count)
{
    (void)stmt;
    (void)values;
    (void)count;
    return true;
}

/* Text and bytes are copied: the statement may outlive what the caller gave. All other types are 64-bit
 * integers. */
static int bind(sqlite3_stmt *prepared, int number, const Value *value)
{
    bool is_slice = value->type == VALUE_TEXT || value->type == VALUE_BYTES;
    const char *at = is_slice && value->text.len > 0 ? value->text.at : "";
    switch (value->type) {
    case VALUE_MISSING:
        return sqlite3_bind_null(prepared, number);
    case VALUE_TEXT:
        return sqlite3_bind_text64(prepared, number, at, value->text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    case VALUE_BYTES:
        return sqlite3_bind_blob64(prepared, number, at, value->text.len, SQLITE_TRANSIENT);
    case VALUE_BOOLEAN:
        return sqlite3_bind_int64(prepared, number, value->integer != 0);
    default:
        return sqlite3_bind_int64(prepared, number, value->integer);
    }
}

static DbStep step(DbStmt *stmt, Error *error)
{
    int result = sqlite3_step(native_stmt(stmt));
    if (result == SQLITE_ROW)
        return DB_STEP_ROW;
    if (result == SQLITE_DONE)
        return DB_STEP_END;
    fail(stmt->conn, result, error);
    return DB_STEP_FAILED;
}

static DbStep start(DbStmt *stmt, const Value *values, size_t count, Error *error)
{
    Sqlite *sqlite = native(stmt->conn);
    for (size_t i = 0; i < count; i++) {
        int result = bind(native_stmt(stmt), (int)i + 1, &values[i]);
        if (result != SQLITE_OK) {
            fail(stmt->conn, result, error);
            return DB_STEP_FAILED;
        }
    }
    sqlite3_int64 before = sqlite3_total_changes64(sqlite->handle);
    DbStep first = step(stmt, error);
    bool has_changed = sqlite3_total_changes64(sqlite->handle) != before;
    sqlite->changes = has_changed ? sqlite3_changes64(sqlite->handle) : 0;
    return first;
}

static void reset(DbStmt *stmt)
{
    sqlite3_reset(native_stmt(stmt));
    sqlite3_clear_bindings(native_stmt(stmt));
}

static int column_count(const DbStmt *stmt)
{
    return sqlite3_column_count(native_stmt(stmt));
}

static int64_t changes(const DbStmt *stmt)
{
    return native(stmt->conn)->changes;
}

static DbColumn column(const DbStmt *stmt, int number)
{
    switch (sqlite3_column_type(native_stmt(stmt), number)) {
    case SQLITE_NULL:
        return DB_COLUMN_MISSING;
    case SQLITE_INTEGER:
        return DB_COLUMN_INTEGER;
    case SQLITE_TEXT:
        return DB_COLUMN_TEXT;
    case SQLITE_BLOB:
        return DB_COLUMN_BYTES;
    default:
        return DB_COLUMN_OTHER;
    }
}

static int64_t column_integer(const DbStmt *stmt, int number)
{
    return sqlite3_column_int64(native_stmt(stmt), number);
}

static Str column_text(const DbStmt *stmt, int number)
{
    const void *at = sqlite3_column_blob(native_stmt(stmt), number);
    int len = sqlite3_column_bytes(native_stmt(stmt), number);
    return at == NULL ? STR_EMPTY : (Str){at, (size_t)len};
}

const DbEngine db_engine_sqlite = {
    .name = "sqlite",
    .dialect = &db_dialect_sqlite,
    .words =
        {
            [DB_WORD_ID] = "integer primary key autoincrement",
            [DB_WORD_INT] = "integer",
            [DB_WORD_TEXT] = "text",
            [DB_WORD_BYTES] = "blob",
            [DB_WORD_END] = " strict",
        },
    .version_table =
        "create table if not exists schema_version (module text not null, version integer not null, "
        "name text not null, applied_at integer not null default (unixepoch()), "
        "primary key (module, version)) strict",
    .table_count = "select count(*) from sqlite_schema where type = 'table' and name = ?1",
    .search_table = search_table_sqlite,
    .open = open_file,
    .close = close_file,
    .connect = connect_file,
    .disconnect = disconnect,
    .control = control,
    .execute = execute,
    .in_transaction = in_transaction,
    .lock_schema = lock_schema,
    .unlock_schema = unlock_schema,
    .prepare = prepare,
    .finalize = finalize,
    .forget_statements = forget_statements,
    .accepts = accepts,
    .start = start,
    .step = step,
    .reset = reset,
    .column_count = column_count,
    .changes = changes,
    .column = column,
    .column_integer = column_integer,
    .column_text = column_text,
    .search_put = search_put_sqlite,
    .search_remove = search_remove_sqlite,
    .search_clear = search_clear_sqlite,
    .search_match = search_match_sqlite,
    .search_find = search_find_sqlite,
};
