/* db/engine_postgres.c: PostgreSQL behind the engine's table (libpq).
 *
 * One city is one schema; every connection's search_path is that schema alone. Readers are REPEATABLE READ,
 * READ ONLY: one snapshot a lending. The writer is SERIALIZABLE: closures of several servers come out as if
 * they had run one after the other, and where they cannot, the batch is run again (writer.c).
 *
 * A snapshot does not keep its tables: a column that another server has renamed since is gone from it at
 * once. So whoever begins locks schema_version for sharing, before the snapshot is taken, and whoever renames
 * and drops locks it alone (DB_KEEP_OUT): the lock stands for the shape of all tables.
 *
 * Values travel in binary form. A parameter's type is that of the Value given (bigint, text, bytea), never
 * guessed from the SQL, so that the same statement behaves the same for small and for large numbers; only a
 * missing value's type is left to the server. A statement prepared for other types is not used but prepared
 * again. Columns may be of whole numbers, booleans, text or bytes; anything else (numeric from sum(), double
 * precision) is refused when the statement is prepared, with the cast that is needed.
 */
#include "db/engine_postgres.h"

#include "db/tree_internal.h"

#include <endian.h>
#include <libpq-fe.h>

/* Numbers of built-in types: they are part of the wire protocol and never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25
};
enum { OID_VARCHAR = 1043 };

/* It stands for the shape of all tables, too: control_sql. */
#define VERSION_TABLE                                                                            \
    "create table if not exists schema_version (module text not null, version bigint not null, " \
    "name text not null, applied_at bigint not null default extract(epoch from now())::bigint, " \
    "primary key (module, version))"

typedef struct PostgresStatement {
    char name[32];
    Oid types[DB_PARAMETERS_MAX];
    PGresult *result; /* all rows; NULL between runs */
    int row;
} PostgresStatement;

static const char *const control_sql[DB_CONTROL_COUNT] = {
    [DB_BEGIN_READ] = "begin isolation level repeatable read read only; lock table schema_version in access "
                      "share mode; select 1",
    [DB_BEGIN_WRITE] = "begin isolation level serializable; lock table schema_version in access share mode",
    [DB_COMMIT] = "commit",
    [DB_ROLLBACK] = "rollback",
    [DB_SAVEPOINT] = "savepoint closure",
    [DB_NEXT_SAVEPOINT] = "release savepoint closure; savepoint closure",
    [DB_ROLLBACK_TO] = "rollback to savepoint closure",
    [DB_KEEP_OUT] = "set local lock_timeout = '20s'; lock table schema_version in access exclusive mode; "
                    "set local lock_timeout = 0",
};

static PGconn *handle_of(const DbConn *conn)
{
    return conn->native;
}

/* --- errors ----------------------------------------------------------------------------------- */

typedef struct Failure {
    const char *state; /* SQLSTATE or its beginning */
    ErrorCode code;
    bool retry, lost, stale;
} Failure;

static const Failure failures[] = {
    {.state = "23505", .code = ERROR_CONFLICT},
    {.state = "23503", .code = ERROR_CONFLICT},
    {.state = "40001", .code = ERROR_BUSY, .retry = true},
    {.state = "40P01", .code = ERROR_BUSY, .retry = true},
    {.state = "0A000", .code = ERROR_DATABASE, .stale = true},
    {.state = "55P03", .code = ERROR_BUSY},
    {.state = "57014", .code = ERROR_BUSY},
    {.state = "57P", .code = ERROR_BUSY, .lost = true},
    {.state = "08", .code = ERROR_BUSY, .lost = true},
    {.state = "22021", .code = ERROR_INPUT},
    {.state = "53100", .code = ERROR_SYSTEM},
    {.state = "53200", .code = ERROR_MEMORY},
    {.state = "53300", .code = ERROR_BUSY},
    {.state = "54", .code = ERROR_LIMIT},
    {.state = "58", .code = ERROR_SYSTEM},
};

static bool fail(DbConn *conn, const PGresult *result, Error *error)
{
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    Failure failure = {.code = ERROR_DATABASE};
    for (size_t i = 0; state != NULL && i < COUNT_OF(failures); i++)
        if (str_starts(str_of(state), str_of(failures[i].state)))
            failure = failures[i];
    if (failure.lost || PQstatus(handle_of(conn)) != CONNECTION_OK) {
        conn->lost = true;
        return error_set(error, ERROR_BUSY, "the connection to the database was lost; try again");
    }
    conn->retry = failure.retry;
    if (failure.stale && message != NULL && strstr(message, "cached plan") != NULL) {
        conn->retry = true;
        conn->schema = UINT64_MAX; /* no such version: statements are prepared again */
        failure.code = ERROR_BUSY;
    }
    return error_set(error, failure.code, "the database refused: %s",
        message != NULL ? message : "no memory, or no answer from the server");
}

static bool is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Looks at a result that is not kept. */
static bool take_result(DbConn *conn, PGresult *result, Error *error)
{
    bool ok = is_good(result) || fail(conn, result, error);
    PQclear(result);
    return ok;
}

/* --- connections ------------------------------------------------------------------------------ */

static bool is_schema_name(Str name)
{
    if (name.len == 0 || name.len > 63 || name.at[0] < 'a' || name.at[0] > 'z')
        return false;
    for (size_t i = 1; i < name.len; i++) {
        char c = name.at[i];
        if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

/* Takes schema=NAME out of the URL, which libpq does not know. */
static bool open_url(Db *db, Str url, Error *error)
{
    AUTO_BUF place;
    buf_init(&place, url.len + 1);
    Str before, query, schema = S("public");
    str_cut(url, S("?"), &before, &query);
    buf_add(&place, before);
    char mark = '?';
    while (query.len > 0) {
        Str part;
        str_cut(query, S("&"), &part, &query);
        if (str_starts(part, S("schema="))) {
            schema = str_slice(part, sizeof("schema=") - 1, part.len);
            continue;
        }
        buf_add_byte(&place, mark);
        buf_add(&place, part);
        mark = '&';
    }
    if (!is_schema_name(schema))
        return error_set(error, ERROR_INPUT,
            "schema= in the database's URL is a lower-case letter, then letters, digits and _ (at most 63): "
            "%.*s",
            STR_ARGS(schema));
    db->place = place.failed ? NULL : strndup(place.at, place.len);
    db->schema_name = strndup(schema.at, schema.len);
    return (db->place != NULL && db->schema_name != NULL) || error_memory(error);
}

static void close_url(Db *db)
{
    free(db->place);
    free(db->schema_name);
}

static void ignore_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static bool execute(DbConn *conn, const char *sql, Error *error)
{
    return take_result(conn, PQexec(handle_of(conn), sql), error);
}

/* The schema's name travels as a value only; the server quotes it. */
static bool choose_schema(DbConn *conn, Error *error)
{
    static const char make_schema[] =
        "do $$ begin if not exists (select from pg_catalog.pg_namespace where nspname = "
        "current_setting('search_path')) "
        "then execute format('create schema %I', current_setting('search_path')); end if; "
        "exception when unique_violation or duplicate_schema then null; end $$; "
        "do $$ begin " VERSION_TABLE "; exception when unique_violation or duplicate_table then null; end $$";
    const char *name = conn->db->schema_name;
    PGresult *result = PQexecParams(
        handle_of(conn), "select set_config('search_path', $1, false)", 1, NULL, &name, NULL, NULL, 0);
    return take_result(conn, result, error) && (!conn->is_writer || execute(conn, make_schema, error));
}

static bool configure(DbConn *conn, Error *error)
{
    const char *encoding = PQparameterStatus(handle_of(conn), "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return error_set(
            error, ERROR_INPUT, "the PostgreSQL database must have been created with encoding UTF8");
    /* Compiling a query takes longer than any of ours runs. */
    static const char settings[] =
        "set client_min_messages to warning; set standard_conforming_strings to on; set jit to off; "
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = "
        "'off'";
    return execute(conn, settings, error) && choose_schema(conn, error);
}

static bool connect_server(DbConn *conn, Error *error)
{
    /* What comes after "dbname" overrides the URL, what comes before it is a default. */
    const char *const keywords[] = {"connect_timeout", "application_name", "dbname", "client_encoding", NULL};
    const char *const values[] = {"10", "hitomachi", conn->db->place, "UTF8", NULL};
    conn->native = PQconnectdbParams(keywords, values, 1);
    if (conn->native == NULL)
        return error_memory(error);
    if (PQstatus(handle_of(conn)) != CONNECTION_OK) {
        Str reason, rest;
        str_cut(str_of(PQerrorMessage(handle_of(conn))), S("\n"), &reason, &rest);
        return error_set(error, ERROR_DATABASE, "the database cannot be reached: %.*s", STR_ARGS(reason));
    }
    PQsetNoticeReceiver(handle_of(conn), ignore_notice, NULL);
    return configure(conn, error);
}

static void disconnect(DbConn *conn)
{
    PQfinish(handle_of(conn));
    conn->native = NULL;
}

/* --- transactions ----------------------------------------------------------------------------- */

static bool control(DbConn *conn, DbControl which, Error *error)
{
    PGresult *result = PQexec(handle_of(conn), control_sql[which]);
    /* The server answers a commit of a broken transaction with success, and the word ROLLBACK. */
    bool is_kept = which != DB_COMMIT || !is_good(result) || strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!take_result(conn, result, error)) {
        if (which == DB_BEGIN_READ || which == DB_BEGIN_WRITE)
            PQclear(PQexec(handle_of(conn), "rollback"));
        return false;
    }
    return is_kept || error_set(error, ERROR_DATABASE,
                          "the database rolled a transaction back instead of committing it");
}

static bool in_transaction(DbConn *conn)
{
    PGTransactionStatusType status = PQtransactionStatus(handle_of(conn));
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

static bool lock_schema(DbConn *conn, Error *error)
{
    return execute(conn, "select pg_advisory_lock(hashtext('hitomachi'), hashtext(current_schema()))", error);
}

static void unlock_schema(DbConn *conn)
{
    Error ignored;
    if (!execute(
            conn, "select pg_advisory_unlock(hashtext('hitomachi'), hashtext(current_schema()))", &ignored))
        conn->lost = true; /* connecting again gives the lock back */
}

/* --- statements ------------------------------------------------------------------------------- */

static PostgresStatement *native(const DbStmt *stmt)
{
    return stmt->native;
}

/* All types but text and bytes are 64-bit integers. */
static Oid type_of(const Value *value)
{
    switch (value->type) {
    case VALUE_MISSING:
        return 0;
    case VALUE_TEXT:
        return OID_TEXT;
    case VALUE_BYTES:
        return OID_BYTEA;
    default:
        return OID_INT8;
    }
}

static DbColumn kind_of(Oid type)
{
    switch (type) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        return DB_COLUMN_INTEGER;
    case OID_NAME:
    case OID_TEXT:
    case OID_VARCHAR:
        return DB_COLUMN_TEXT;
    case OID_BYTEA:
        return DB_COLUMN_BYTES;
    default:
        return DB_COLUMN_OTHER;
    }
}

/* Asks the server which types the parameters and columns have. */
static bool describe(DbStmt *stmt, Error *error)
{
    PGresult *result = PQdescribePrepared(handle_of(stmt->conn), native(stmt)->name);
    if (!is_good(result))
        return take_result(stmt->conn, result, error);
    for (size_t i = 0; i < stmt->parameters; i++)
        native(stmt)->types[i] = PQparamtype(result, (int)i);
    bool ok = true;
    for (int i = 0; ok && i < PQnfields(result); i++)
        if (kind_of(PQftype(result, i)) == DB_COLUMN_OTHER)
            ok = error_set(error, ERROR_DATABASE,
                "column %d (%s) of a statement is no bigint, text or bytes: cast it", i + 1,
                PQfname(result, i));
    PQclear(result);
    return ok;
}

static bool prepare(DbStmt *stmt, const Value *values, size_t count, Error *error)
{
    AUTO_BUF sql;
    buf_init(&sql, DB_SQL_MAX);
    size_t highest;
    if (!sql_parameters(str_of(stmt->text), &sql, &highest, error))
        return false;
    buf_add_byte(&sql, '\0');
    PostgresStatement *statement = stmt->native = calloc(1, sizeof(*statement));
    if (statement == NULL || sql.failed)
        return error_memory(error);
    Oid types[DB_PARAMETERS_MAX] = {0};
    for (size_t i = 0; i < count; i++)
        types[i] = type_of(&values[i]);
    snprintf(statement->name, sizeof(statement->name), "s%llu", (unsigned long long)++stmt->conn->statements);
    PGresult *result = PQprepare(handle_of(stmt->conn), statement->name, sql.at, (int)count, types);
    return take_result(stmt->conn, result, error) && describe(stmt, error);
}

/* The server's half is forgotten by forget_statements. */
static void finalize(DbStmt *stmt)
{
    PQclear(native(stmt)->result);
    free(native(stmt));
}

static void forget_statements(DbConn *conn)
{
    Error ignored;
    if (!conn->lost && !execute(conn, "deallocate all", &ignored))
        conn->lost = true;
}

static bool accepts(const DbStmt *stmt, const Value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Oid wanted = type_of(&values[i]), type = native(stmt)->types[i];
        if (wanted != 0 && wanted != type && !(wanted == OID_TEXT && type == OID_VARCHAR))
            return false;
    }
    return true;
}

static DbStep take_rows(DbStmt *stmt, PGresult *result, Error *error)
{
    native(stmt)->result = result;
    native(stmt)->row = 0;
    if (is_good(result))
        return PQntuples(result) > 0 ? DB_STEP_ROW : DB_STEP_END;
    fail(stmt->conn, result, error);
    return DB_STEP_FAILED;
}

static DbStep start(DbStmt *stmt, const Value *values, size_t count, Error *error)
{
    const char *at[DB_PARAMETERS_MAX];
    int lengths[DB_PARAMETERS_MAX], formats[DB_PARAMETERS_MAX];
    uint64_t integers[DB_PARAMETERS_MAX];
    for (size_t i = 0; i < count; i++) {
        formats[i] = 1;
        if (values[i].type == VALUE_MISSING) {
            at[i] = NULL;
            lengths[i] = 0;
        } else if (values[i].type == VALUE_TEXT || values[i].type == VALUE_BYTES) {
            at[i] = values[i].text.len > 0 ? values[i].text.at : "";
            lengths[i] = (int)values[i].text.len;
        } else {
            bool is_boolean = values[i].type == VALUE_BOOLEAN;
            integers[i] = htobe64((uint64_t)(is_boolean ? values[i].integer != 0 : values[i].integer));
            at[i] = (const char *)&integers[i];
            lengths[i] = sizeof(integers[i]);
        }
    }
    PGresult *result =
        PQexecPrepared(handle_of(stmt->conn), native(stmt)->name, (int)count, at, lengths, formats, 1);
    return take_rows(stmt, result, error);
}

static DbStep step(DbStmt *stmt, Error *error)
{
    (void)error;
    PostgresStatement *statement = native(stmt);
    return ++statement->row < PQntuples(statement->result) ? DB_STEP_ROW : DB_STEP_END;
}

static void reset(DbStmt *stmt)
{
    PQclear(native(stmt)->result);
    native(stmt)->result = NULL;
}

static int column_count(const DbStmt *stmt)
{
    return PQnfields(native(stmt)->result);
}

static int64_t changes(const DbStmt *stmt)
{
    int64_t count = 0;
    return str_to_int(str_of(PQcmdTuples(native(stmt)->result)), &count) ? count : 0;
}

static DbColumn column(const DbStmt *stmt, int number)
{
    PostgresStatement *statement = native(stmt);
    if (PQgetisnull(statement->result, statement->row, number))
        return DB_COLUMN_MISSING;
    return kind_of(PQftype(statement->result, number));
}

static Str column_text(const DbStmt *stmt, int number)
{
    PostgresStatement *statement = native(stmt);
    return (Str){PQgetvalue(statement->result, statement->row, number),
        (size_t)PQgetlength(statement->result, statement->row, number)};
}

/* Whole numbers of 1 (boolean), 2, 4 or 8 bytes, the highest first, two's complement. */
static int64_t column_integer(const DbStmt *stmt, int number)
{
    Str bytes = column_text(stmt, number);
    bool is_boolean = PQftype(native(stmt)->result, number) == OID_BOOL;
    uint64_t value =
        !is_boolean && bytes.len > 0 && ((unsigned char)bytes.at[0] & 0x80) != 0 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes.len; i++)
        value = value << 8 | (unsigned char)bytes.at[i];
    return (int64_t)value;
}

const DbEngine db_engine_postgres = {
    .name = "postgresql",
    .dialect = &db_dialect_postgres,
    .words =
        {
            [DB_WORD_ID] = "bigint primary key generated always as identity",
            [DB_WORD_INT] = "bigint",
            [DB_WORD_TEXT] = "text collate \"C\"",
            [DB_WORD_BYTES] = "bytea",
            [DB_WORD_END] = "",
        },
    .version_table = VERSION_TABLE,
    .table_count =
        "select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = current_schema() and c.relkind = 'r' and c.relname = ?1",
    .search_table = search_table_postgres,
    .open = open_url,
    .close = close_url,
    .connect = connect_server,
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
    .search_put = search_put_postgres,
    .search_remove = search_remove_postgres,
    .search_clear = search_clear_postgres,
    .search_match = search_match_postgres,
    .search_find = search_find_postgres,
};
