/* db/statement.c: statements of a connection: kept prepared, given values, read row by row.
 *
 * A statement is found by the address of its literal and proven by its text; one that is in use (a loop
 * inside a loop) is left alone and a second is prepared beside it. The cache is emptied between transactions
 * when tables have changed or too many have gathered, so nothing is ever thrown away under a reader.
 *
 * What must hold: the conn is used by the thread it was lent to; after one failed statement no other is run
 * until the transaction (or the closure's savepoint) ends; a column is read as what it is. These are
 * asserted.
 */
#include "db/db_internal.h"

#define CACHED_MAX 400

static size_t cache_slot(const char *given)
{
    return ((uintptr_t)given >> 3) % DB_CACHE_SLOTS;
}

static void stmt_free(DbStmt *stmt)
{
    if (stmt->native != NULL)
        stmt->conn->engine->finalize(stmt);
    free(stmt->sql);
    free(stmt->text);
    free(stmt);
}

void statements_flush(DbConn *conn)
{
    assert(conn->running == 0 && "statements are finished before they are forgotten");
    for (size_t i = 0; i < DB_CACHE_SLOTS; i++) {
        while (conn->cache[i] != NULL) {
            DbStmt *stmt = conn->cache[i];
            conn->cache[i] = stmt->next;
            stmt_free(stmt);
        }
    }
    if (conn->cached > 0)
        conn->engine->forget_statements(conn);
    conn->cached = 0;
}

void statements_refresh(DbConn *conn)
{
    uint64_t schema = atomic_load(&conn->db->schema);
    if (conn->cached <= CACHED_MAX && conn->schema == schema)
        return;
    statements_flush(conn);
    conn->schema = schema;
}

static bool same_index(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && str_equal(str_of(a), str_of(b)));
}

/* The statement's text for the database; NULL without memory or when it cannot be printed. */
static char *print_text(
    const DbEngine *engine, const char *sql, const char *index, bool returns_id, Error *error)
{
    AUTO_BUF text;
    buf_init(&text, DB_SQL_MAX);
    if (index == NULL)
        buf_add(&text, str_of(sql));
    else if (!sql_print(&text, engine, sql, index, error))
        return NULL;
    if (returns_id)
        buf_add(&text, S(" returning id"));
    buf_add_byte(&text, '\0');
    char *copy = text.failed ? NULL : strdup(text.at);
    if (copy == NULL)
        error_memory(error);
    return copy;
}

static DbStmt *stmt_new(DbConn *conn, const char *sql, const char *index, bool returns_id,
    const Value *values, size_t count, Error *error)
{
    DbStmt *stmt = calloc(1, sizeof(*stmt));
    if (stmt == NULL) {
        error_memory(error);
        return NULL;
    }
    *stmt = (DbStmt){.conn = conn, .given = sql, .index = index, .returns_id = returns_id};
    stmt->sql = strdup(sql);
    stmt->text = print_text(conn->engine, sql, index, returns_id, error);
    if (stmt->sql == NULL)
        error_memory(error);
    bool ok = stmt->sql != NULL && stmt->text != NULL &&
              sql_parameters(str_of(stmt->text), NULL, &stmt->parameters, error);
    assert((!ok || stmt->parameters == count) && "as many values as parameters");
    if (!ok || !conn->engine->prepare(stmt, values, count, error)) {
        stmt_free(stmt);
        return NULL;
    }
    DbStmt **slot = &conn->cache[cache_slot(sql)];
    stmt->next = *slot;
    *slot = stmt;
    conn->cached++;
    return stmt;
}

static DbStmt *stmt_find(DbConn *conn, const char *sql, const char *index, bool returns_id,
    const Value *values, size_t count, Error *error)
{
    for (DbStmt *stmt = conn->cache[cache_slot(sql)]; stmt != NULL; stmt = stmt->next) {
        if (stmt->given != sql || stmt->state != DB_STMT_IDLE || stmt->returns_id != returns_id ||
            !same_index(stmt->index, index) || strcmp(stmt->sql, sql) != 0)
            continue;
        assert(stmt->parameters == count && "as many values as parameters");
        if (conn->engine->accepts(stmt, values, count))
            return stmt;
    }
    return stmt_new(conn, sql, index, returns_id, values, count, error);
}

static bool check_values(const Value *values, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++) {
        const Value *value = &values[i];
        if (value->type != VALUE_TEXT && value->type != VALUE_BYTES)
            continue;
        if (value->text.len > DB_VALUE_MAX)
            return error_set(error, ERROR_LIMIT, "a value is larger than %zu bytes", DB_VALUE_MAX);
        if (value->type == VALUE_TEXT && value->text.len > 0 &&
            memchr(value->text.at, '\0', value->text.len) != NULL)
            return error_set(error, ERROR_INPUT, "text holds a NUL character, which cannot be stored");
    }
    return true;
}

/* For logs and measurements alone: nothing is decided by it. */
static _Thread_local uint64_t statements_of_thread;

uint64_t db_statement_count(void)
{
    return statements_of_thread;
}

/* Begins a statement and goes to its first row. NULL on failure, which the conn remembers. */
static DbStmt *stmt_start(DbConn *conn, const char *sql, const char *index, bool returns_id,
    const Value *values, size_t count, Error *error)
{
    assert(pthread_equal(conn->user, pthread_self()) && "a conn is used by the thread it was lent to");
    if (conn->failed) {
        *error = conn->failure;
        return NULL;
    }
    DbStmt *stmt = NULL;
    if (check_values(values, count, error))
        stmt = stmt_find(conn, sql, index, returns_id, values, count, error);
    if (stmt == NULL) {
        conn_fail(conn, error);
        return NULL;
    }
    conn->running++;
    statements_of_thread++;
    DbStep step = conn->engine->start(stmt, values, count, error);
    stmt->state = step == DB_STEP_ROW ? DB_STMT_FIRST : step == DB_STEP_END ? DB_STMT_ENDED : DB_STMT_BROKEN;
    if (step == DB_STEP_FAILED) {
        conn_fail(conn, error);
        db_done(&stmt);
    }
    return stmt;
}

bool statement_query(DbConn *conn, DbStmt **out, Error *error, const char *sql, const char *index,
    size_t count, const Value *values)
{
    if (*out != NULL) {
        assert((*out)->state >= DB_STMT_ENDED && "*out is NULL or finished");
        db_done(out);
    }
    *out = stmt_start(conn, sql, index, false, values, count, error);
    return *out != NULL;
}

bool statement_run(DbConn *conn, int64_t *changed, Error *error, const char *sql, const char *index,
    size_t count, const Value *values)
{
    assert(conn->is_writer && "writes happen in closures given to db_write");
    CLEANUP(db_done) DbStmt *stmt = stmt_start(conn, sql, index, false, values, count, error);
    if (stmt == NULL)
        return false;
    assert(stmt->state == DB_STMT_ENDED && "db_run is for statements that answer no rows");
    if (changed != NULL)
        *changed = conn->engine->changes(stmt);
    return true;
}

bool db_query_values(
    DbConn *conn, DbStmt **out, Error *error, const char *sql, size_t count, const Value *values)
{
    return statement_query(conn, out, error, sql, NULL, count, values);
}

bool db_run_values(
    DbConn *conn, int64_t *changed, Error *error, const char *sql, size_t count, const Value *values)
{
    return statement_run(conn, changed, error, sql, NULL, count, values);
}

bool db_insert_values(
    DbConn *conn, int64_t *id, Error *error, const char *sql, size_t count, const Value *values)
{
    assert(conn->is_writer && "writes happen in closures given to db_write");
    CLEANUP(db_done) DbStmt *stmt = stmt_start(conn, sql, NULL, true, values, count, error);
    if (stmt == NULL)
        return false;
    if (!db_next(stmt, error))
        return db_broken(stmt) ? false : error_set(error, ERROR_CONFLICT, "the row was there already");
    *id = db_integer(stmt, 0);
    return true;
}

bool db_one_integer_values(
    DbConn *conn, int64_t *out, Error *error, const char *sql, size_t count, const Value *values)
{
    CLEANUP(db_done) DbStmt *stmt = stmt_start(conn, sql, NULL, false, values, count, error);
    if (stmt == NULL)
        return false;
    if (!db_next(stmt, error))
        return db_broken(stmt) ? false : error_set(error, ERROR_NOT_FOUND, "there is no such row");
    *out = db_integer(stmt, 0);
    return true;
}

bool db_next(DbStmt *stmt, Error *error)
{
    DbConn *conn = stmt->conn;
    assert(pthread_equal(conn->user, pthread_self()) && "a conn is used by the thread it was lent to");
    assert(stmt->state != DB_STMT_IDLE && "the statement was begun and not finished");
    if (stmt->state >= DB_STMT_ENDED)
        return false;
    if (stmt->state == DB_STMT_FIRST) {
        stmt->state = DB_STMT_ROW;
        return true;
    }
    DbStep step = conn->engine->step(stmt, error);
    if (step == DB_STEP_ROW)
        return true;
    stmt->state = step == DB_STEP_END ? DB_STMT_ENDED : DB_STMT_BROKEN;
    return step == DB_STEP_END ? false : conn_fail(conn, error);
}

bool db_broken(const DbStmt *stmt)
{
    return stmt->state == DB_STMT_BROKEN;
}

void db_done(DbStmt **stmt)
{
    if (*stmt == NULL)
        return;
    DbConn *conn = (*stmt)->conn;
    assert((*stmt)->state != DB_STMT_IDLE && conn->running > 0 && "a statement is finished once");
    conn->engine->reset(*stmt);
    (*stmt)->state = DB_STMT_IDLE;
    conn->running--;
    *stmt = NULL;
}

static DbColumn column_kind(const DbStmt *stmt, int column)
{
    assert(stmt->state == DB_STMT_ROW && "columns are read after db_next answered true");
    assert(column >= 0 && column < stmt->conn->engine->column_count(stmt) && "the column exists");
    return stmt->conn->engine->column(stmt, column);
}

bool db_is_missing(DbStmt *stmt, int column)
{
    return column_kind(stmt, column) == DB_COLUMN_MISSING;
}

int64_t db_integer(DbStmt *stmt, int column)
{
    DbColumn kind = column_kind(stmt, column);
    assert((kind == DB_COLUMN_INTEGER || kind == DB_COLUMN_MISSING) && "the column is an integer");
    return kind == DB_COLUMN_MISSING ? 0 : stmt->conn->engine->column_integer(stmt, column);
}

Str db_text(DbStmt *stmt, int column)
{
    DbColumn kind = column_kind(stmt, column);
    assert((kind == DB_COLUMN_TEXT || kind == DB_COLUMN_MISSING) && "the column is text");
    return kind == DB_COLUMN_MISSING ? STR_EMPTY : stmt->conn->engine->column_text(stmt, column);
}

Str db_bytes(DbStmt *stmt, int column)
{
    DbColumn kind = column_kind(stmt, column);
    assert((kind == DB_COLUMN_BYTES || kind == DB_COLUMN_MISSING) && "the column is bytes");
    return kind == DB_COLUMN_MISSING ? STR_EMPTY : stmt->conn->engine->column_text(stmt, column);
}

Str db_text_copy(DbStmt *stmt, int column, Arena *arena)
{
    return arena_str(arena, db_text(stmt, column));
}
