/* db/writer.c: the one writer: all waiting closures in one transaction, each in its own savepoint, one
 * durable commit.
 *
 * db_write puts a request that lives on its caller's stack into a queue and sleeps. The writer takes up to
 * DB_BATCH_MAX of them, runs them in order, commits, and only then answers. While it waits for the disk the
 * next batch gathers by itself: that is the whole secret of group commit.
 *
 * A batch ends in one of three ways. COMMITTED: every closure is answered with what it said. RETRY: the
 * database asks for the transaction to be run again (PostgreSQL: another server's write came between; SQLite:
 * another process holds the file), so everything is rolled back and every closure runs again, after a short
 * random pause, a bounded number of times. FAILED: nothing was kept and every closure is told so; or, when
 * the connection died while committing, that it is not known.
 *
 * What must hold: when db_write answers true, the effect is on disk; when a closure answers false, nothing of
 * it is; a transaction that the database ended by itself (SQLite does, on some errors) is never committed as
 * if it were whole.
 */
#include "db/db_internal.h"

#include <sys/random.h>

/* Tries of one batch, and the pause between them: 1 ms at first, doubled up to 128 ms, half of it by chance.
 */
#define TRIES_MAX 12
#define PAUSE_DOUBLINGS_MAX 7

typedef enum BatchEnd { BATCH_COMMITTED, BATCH_RETRY, BATCH_FAILED } BatchEnd;

typedef struct Batch {
    DbWriteRequest *at[DB_BATCH_MAX];
    size_t len;
} Batch;

uint64_t db_commits(const Db *db)
{
    return atomic_load(&db->commits);
}

uint64_t db_retries(const Db *db)
{
    return atomic_load(&db->retries);
}

/* --- one batch -------------------------------------------------------------------------------- */

static void fail_one(DbWriteRequest *request, const Error *error)
{
    request->ok = false;
    *request->error = *error;
}

/* Tells all who thought they had succeeded. */
static void fail_successful(Batch *batch, const Error *error)
{
    for (size_t i = 0; i < batch->len; i++)
        if (batch->at[i]->ok)
            fail_one(batch->at[i], error);
}

static BatchEnd roll_back(DbConn *conn, BatchEnd end)
{
    Error ignored;
    if (!conn->lost && conn->engine->in_transaction(conn) &&
        !conn->engine->control(conn, DB_ROLLBACK, &ignored))
        conn->lost = true;
    return end;
}

static bool begin(DbConn *conn, Error *error)
{
    conn_clear_failure(conn);
    conn->schema_changed = false;
    if (!conn->lost) {
        statements_refresh(conn);
        if (conn->engine->control(conn, DB_BEGIN_WRITE, error))
            return true;
        if (!conn->lost)
            return false;
    }
    return conn_reconnect(conn, error) && conn->engine->control(conn, DB_BEGIN_WRITE, error);
}

/* Runs the closure. What it answers counts only when none of its statements failed. */
static void run_closure(DbConn *conn, DbWriteRequest *request)
{
    *request->error = (Error){0};
    conn->note = 0;
    request->ok = request->write(conn, request->argument, request->error);
    assert(conn->running == 0 && "a closure finishes its statements");
    if (request->ok && conn->failed)
        fail_one(request, &conn->failure);
}

/* Before the i-th closure: after one that was undone the savepoint is still there. A lone closure needs none.
 */
static bool set_savepoint(DbConn *conn, const Batch *batch, size_t i, Error *error)
{
    if (batch->len == 1 || (i > 0 && !batch->at[i - 1]->ok))
        return true;
    return conn->engine->control(conn, i == 0 ? DB_SAVEPOINT : DB_NEXT_SAVEPOINT, error);
}

/* false: the batch cannot go on. */
static bool run_one(DbConn *conn, const Batch *batch, size_t i, Error *error)
{
    conn_clear_failure(conn);
    if (!set_savepoint(conn, batch, i, error))
        return false;
    run_closure(conn, batch->at[i]);
    if (conn->retry)
        return false;
    if (conn->lost)
        return error_set(
            error, ERROR_BUSY, "the connection to the database was lost; nothing was kept, try again");
    if (!conn->engine->in_transaction(conn))
        return error_set(error, ERROR_BUSY, "the database gave up a whole group of writes; try again");
    return batch->len == 1 || batch->at[i]->ok || conn->engine->control(conn, DB_ROLLBACK_TO, error);
}

static BatchEnd commit(DbConn *conn, Batch *batch)
{
    Error error;
    conn_clear_failure(conn);
    if (conn->engine->control(conn, DB_COMMIT, &error)) {
        atomic_fetch_add(&conn->db->commits, 1);
        if (conn->schema_changed)
            atomic_fetch_add(&conn->db->schema, 1);
        return BATCH_COMMITTED;
    }
    if (conn->retry && !conn->lost)
        return roll_back(conn, BATCH_RETRY);
    if (conn->lost)
        error_set(&error, ERROR_DATABASE,
            "the connection to the database was lost while committing: it is not known whether the change "
            "was kept");
    fail_successful(batch, &error);
    return roll_back(conn, BATCH_FAILED);
}

static BatchEnd run_batch(DbConn *conn, Batch *batch, Error *error)
{
    for (size_t i = 0; i < batch->len; i++)
        batch->at[i]->ok = true;
    *error = (Error){0};
    if (!begin(conn, error) ||
        (batch->at[0]->keeps_out && !conn->engine->control(conn, DB_KEEP_OUT, error))) {
        bool retry = conn->retry;
        fail_successful(batch, error);
        return roll_back(conn, retry ? BATCH_RETRY : BATCH_FAILED);
    }
    bool any = false;
    for (size_t i = 0; i < batch->len; i++) {
        if (!run_one(conn, batch, i, error)) {
            if (conn->retry && !conn->lost)
                return roll_back(conn, BATCH_RETRY);
            fail_successful(batch, error);
            return roll_back(conn, BATCH_FAILED);
        }
        any = any || batch->at[i]->ok;
    }
    return any ? commit(conn, batch) : roll_back(conn, BATCH_COMMITTED);
}

static void pause_before(unsigned try)
{
    uint64_t chance = 0;
    (void)!getrandom(&chance, sizeof(chance), 0);
    unsigned doublings = try < PAUSE_DOUBLINGS_MAX ?
    try : PAUSE_DOUBLINGS_MAX
        ;
    uint64_t half = (UINT64_C(500000) << doublings);
    struct timespec pause = {.tv_nsec = (long)(half + chance % half)};
    nanosleep(&pause, NULL);
}

static void run_until_done(DbConn *conn, Batch *batch)
{
    Error error = {0};
    for (unsigned try = 0; try < TRIES_MAX; try++) {
        if (try > 0) {
            atomic_fetch_add(&conn->db->retries, 1);
            pause_before(try);
        }
        if (run_batch(conn, batch, &error) != BATCH_RETRY)
            return;
    }
    error_set(&error, ERROR_BUSY, "others kept writing the same rows of the database; try again");
    for (size_t i = 0; i < batch->len; i++)
        fail_one(batch->at[i], &error);
}

/* A migration: a transaction of its own, with other processes kept out from before it begins until after it
 * ends. */
static void run_alone(DbConn *conn, Batch *batch)
{
    Error error;
    if ((conn->lost && !conn_reconnect(conn, &error)) || !conn->engine->lock_schema(conn, &error)) {
        fail_one(batch->at[0], &error);
        return;
    }
    run_until_done(conn, batch);
    if (!conn->lost)
        conn->engine->unlock_schema(conn);
}

/* --- the thread ------------------------------------------------------------------------------- */

/* Under the lock. A request that must be alone ends a batch before it, and is one. */
static void take_batch(Db *db, Batch *batch)
{
    batch->len = 0;
    while (db->queue_head != NULL && batch->len < DB_BATCH_MAX) {
        DbWriteRequest *request = db->queue_head;
        if (request->alone && batch->len > 0)
            break;
        db->queue_head = request->next;
        batch->at[batch->len++] = request;
        if (request->alone)
            break;
    }
    if (db->queue_head == NULL)
        db->queue_tail = NULL;
}

static void *writer_main(void *argument)
{
    Db *db = argument;
    Batch batch;
    pthread_mutex_lock(&db->lock);
    db->writer->user = pthread_self();
    for (;;) {
        while (db->queue_head == NULL && !db->stopping)
            pthread_cond_wait(&db->write_waits, &db->lock);
        if (db->queue_head == NULL)
            break;
        take_batch(db, &batch);
        pthread_mutex_unlock(&db->lock);
        if (batch.at[0]->alone)
            run_alone(db->writer, &batch);
        else
            run_until_done(db->writer, &batch);
        pthread_mutex_lock(&db->lock);
        for (size_t i = 0; i < batch.len; i++) {
            batch.at[i]->done = true;
            pthread_cond_signal(&batch.at[i]->answered);
        }
    }
    pthread_mutex_unlock(&db->lock);
    return NULL;
}

bool writer_start(Db *db, Error *error)
{
    int failure = pthread_create(&db->writer_thread, NULL, writer_main, db);
    if (failure != 0)
        return error_set(error, ERROR_SYSTEM, "the writer's thread could not be started (%d)", failure);
    db->writer_started = true;
    return true;
}

void writer_stop(Db *db)
{
    if (!db->writer_started)
        return;
    pthread_mutex_lock(&db->lock);
    db->stopping = true;
    pthread_cond_signal(&db->write_waits);
    pthread_mutex_unlock(&db->lock);
    pthread_join(db->writer_thread, NULL);
    db->writer_started = false;
}

bool writer_run(Db *db, DbWrite *write, void *argument, WriterWay way, Error *error)
{
    assert(
        !pthread_equal(db->writer_thread, pthread_self()) && "db_write is not called from inside a closure");
    DbWriteRequest request = {.write = write,
        .argument = argument,
        .error = error,
        .alone = way != WRITER_SHARED,
        .keeps_out = way == WRITER_KEEPS_OUT};
    pthread_cond_init(&request.answered, NULL);
    pthread_mutex_lock(&db->lock);
    assert(!db->stopping && "nothing is written to a database that is being closed");
    if (db->queue_tail != NULL)
        db->queue_tail->next = &request;
    else
        db->queue_head = &request;
    db->queue_tail = &request;
    db->writes++;
    pthread_cond_signal(&db->write_waits);
    while (!request.done)
        pthread_cond_wait(&request.answered, &db->lock);
    if (--db->writes == 0)
        pthread_cond_broadcast(&db->left);
    pthread_mutex_unlock(&db->lock);
    pthread_cond_destroy(&request.answered);
    return request.ok;
}

bool db_write(Db *db, DbWrite *write, void *argument, Error *error)
{
    return writer_run(db, write, argument, WRITER_SHARED, error);
}

bool db_change(Db *db, DbWrite *change, void *argument, Error *error)
{
    bool ok = writer_run(db, change, argument, WRITER_KEEPS_OUT, error);
    if (ok)
        atomic_fetch_add(&db->changes, 1);
    return ok;
}

uint64_t db_changes(const Db *db)
{
    return atomic_load(&db->changes);
}
