/* db/db.c: opening and closing, connections, and the lending of read connections.
 *
 * Readers are opened when first needed, up to the maximum, and lent last-in first-out so that few of them
 * stay warm. Lending begins a transaction whose snapshot is fixed at once; giving back ends it. A connection
 * that died meanwhile is made anew at the next lending, where nothing is lost by it.
 *
 * db->lock guards the lists and counts of Db; a connection belongs to whoever took it off the list.
 */
#include "db/db_internal.h"

#define READERS_DEFAULT 16

/* --- connections ------------------------------------------------------------------------------ */

DbConn *conn_new(Db *db, bool is_writer, Error *error)
{
    DbConn *conn = calloc(1, sizeof(*conn));
    if (conn == NULL) {
        error_memory(error);
        return NULL;
    }
    *conn = (DbConn){.db = db, .engine = db->engine, .is_writer = is_writer, .user = pthread_self()};
    conn->schema = atomic_load(&db->schema);
    if (!db->engine->connect(conn, error)) {
        db->engine->disconnect(conn);
        free(conn);
        return NULL;
    }
    return conn;
}

void conn_free(DbConn *conn)
{
    if (conn == NULL)
        return;
    statements_flush(conn);
    conn->engine->disconnect(conn);
    free(conn);
}

bool conn_reconnect(DbConn *conn, Error *error)
{
    statements_flush(conn);
    conn->engine->disconnect(conn);
    conn_clear_failure(conn);
    conn->lost = false;
    if (conn->engine->connect(conn, error))
        return true;
    conn->lost = true;
    error->code = ERROR_BUSY;
    return false;
}

void conn_clear_failure(DbConn *conn)
{
    conn->failed = false;
    conn->retry = false;
}

bool conn_fail(DbConn *conn, const Error *error)
{
    if (!conn->failed) {
        conn->failed = true;
        conn->failure = *error;
    }
    return false;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static const DbEngine *engine_of(Str url)
{
    bool is_postgres = str_starts(url, S("postgresql://")) || str_starts(url, S("postgres://"));
    return is_postgres ? &db_engine_postgres : &db_engine_sqlite;
}

bool db_open(Db **out, Str url, const DbOptions *options, Error *error)
{
    *out = NULL;
    if (url.len == 0 || memchr(url.at, '\0', url.len) != NULL)
        return error_set(error, ERROR_INPUT, "the database is a file name or a postgresql:// URL");
    Db *db = calloc(1, sizeof(*db));
    if (db == NULL)
        return error_memory(error);
    db->engine = engine_of(url);
    db->readers_max = options != NULL && options->readers > 0 ? options->readers : READERS_DEFAULT;
    pthread_mutex_init(&db->lock, NULL);
    pthread_cond_init(&db->left, NULL);
    pthread_cond_init(&db->write_waits, NULL);
    bool ok = db->engine->open(db, url, error);
    if (ok)
        db->writer = conn_new(db, true, error);
    if (!ok || db->writer == NULL || !writer_start(db, error)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

void db_close(Db *db)
{
    if (db == NULL)
        return;
    pthread_mutex_lock(&db->lock);
    while (db->readers_lent > 0 || db->writes > 0)
        pthread_cond_wait(&db->left, &db->lock);
    pthread_mutex_unlock(&db->lock);
    writer_stop(db);
    while (db->idle != NULL) {
        DbConn *conn = db->idle;
        db->idle = conn->next;
        conn_free(conn);
    }
    conn_free(db->writer);
    db->engine->close(db);
    pthread_cond_destroy(&db->write_waits);
    pthread_cond_destroy(&db->left);
    pthread_mutex_destroy(&db->lock);
    free(db);
}

void db_cleanup(Db **db)
{
    db_close(*db);
    *db = NULL;
}

const char *db_engine(const Db *db)
{
    return db->engine->name;
}

/* --- lending ---------------------------------------------------------------------------------- */

/* An idle reader, or NULL when the caller may open one more; either way it counts as lent from now on. */
static DbConn *reader_take(Db *db)
{
    pthread_mutex_lock(&db->lock);
    while (db->idle == NULL && db->readers_open == db->readers_max)
        pthread_cond_wait(&db->left, &db->lock);
    DbConn *conn = db->idle;
    if (conn != NULL)
        db->idle = conn->next;
    else
        db->readers_open++;
    db->readers_lent++;
    pthread_mutex_unlock(&db->lock);
    return conn;
}

/* conn NULL: the one that was to be opened could not be. */
static void reader_give_back(Db *db, DbConn *conn)
{
    pthread_mutex_lock(&db->lock);
    if (conn != NULL) {
        conn->next = db->idle;
        db->idle = conn;
    } else {
        db->readers_open--;
    }
    db->readers_lent--;
    pthread_cond_broadcast(&db->left);
    pthread_mutex_unlock(&db->lock);
}

static bool begin_snapshot(DbConn *conn, Error *error)
{
    if (!conn->lost) {
        statements_refresh(conn);
        if (conn->engine->control(conn, DB_BEGIN_READ, error))
            return true;
        if (!conn->lost)
            return false;
    }
    return conn_reconnect(conn, error) && conn->engine->control(conn, DB_BEGIN_READ, error);
}

bool db_read_begin(Db *db, DbConn **out, Error *error)
{
    assert(*out == NULL && "a conn is given back before another is taken in its place");
    assert(!(db->writer_started && pthread_equal(db->writer_thread, pthread_self())) &&
           "a closure reads through the conn it was given");
    DbConn *conn = reader_take(db);
    if (conn == NULL)
        conn = conn_new(db, false, error);
    if (conn == NULL) {
        reader_give_back(db, NULL);
        return false;
    }
    conn->user = pthread_self();
    conn->note = 0;
    conn_clear_failure(conn);
    if (!begin_snapshot(conn, error)) {
        reader_give_back(db, conn);
        return false;
    }
    *out = conn;
    return true;
}

void db_read_end(DbConn **conn)
{
    DbConn *reader = *conn;
    if (reader == NULL)
        return;
    assert(!reader->is_writer && pthread_equal(reader->user, pthread_self()) && "a conn ends where it began");
    assert(reader->running == 0 && "statements are finished before their conn ends");
    Error ignored;
    if (!reader->lost && !reader->engine->control(reader, DB_ROLLBACK, &ignored))
        reader->lost = true;
    reader_give_back(reader->db, reader);
    *conn = NULL;
}

int64_t *db_note(DbConn *conn)
{
    return &conn->note;
}
