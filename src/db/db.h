/* db/db.h: one interface over SQLite and PostgreSQL. The only folder that knows either.
 *
 * A database is a file ("city.db", "file:city.db") or a PostgreSQL URL ("postgresql://...", with
 * ?schema=NAME: one city, one schema). It has read connections, lent to whoever asks, and one writer thread.
 *
 *     CLEANUP(db_read_end) DbConn *conn = NULL;                       // a snapshot: all reads until the end
 * agree if (!db_read_begin(db, &conn, error)) return false; CLEANUP(db_done) DbStmt *stmt = NULL; if
 * (!db_query(conn, &stmt, error, "select key, text from node where edition_id = ?1", value_integer(7)))
 *         return false;
 *     while (db_next(stmt, error)) use(db_text(stmt, 0));
 *     if (db_broken(stmt)) return false;
 *
 * SQL is a string literal, in the common part of both dialects, with parameters ?1, ?2 ...; it is prepared
 * once a connection and kept. Values never become part of SQL.
 *
 * Writes are closures, run by the one writer: it takes all that wait (at most 64) into one transaction, each
 * in its own savepoint, commits once, durably, and only then lets db_write answer. A closure that answers
 * false is rolled back alone. Closures touch only the database and their argument, are short, and may be run
 * again (PostgreSQL: serialization failure), so they begin by setting what they answer.
 *
 * Both databases are held to one behaviour:
 *   - after a statement has failed, nothing more is run until the snapshot or the closure ends, and a closure
 *     that answers true all the same has failed with that error; not to find a row is no failure;
 *   - a column is read as what it is: db_integer for whole numbers and truth values, db_text, db_bytes. Write
 *     cast(sum(n) as bigint): PostgreSQL's sum is of another type, which is refused;
 *   - text is compared and ordered by code point; text with a NUL character is ERROR_INPUT;
 *   - what is not unique, or refers to nothing, is ERROR_CONFLICT; "a" in double quotes is a name;
 *   - ids that {id} gives out are not given out again and cannot be chosen.
 *
 * ERROR_BUSY means that nothing was kept and that the same may be tried again. Only when the connection dies
 * while a commit runs is ERROR_DATABASE answered with the words that it is not known whether the change was
 * kept.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/error.h"
#include "base/value.h"

typedef struct Db Db;
typedef struct DbConn DbConn;
typedef struct DbStmt DbStmt;

typedef struct DbOptions {
    unsigned readers; /* read connections at most; 0 = 16 */
} DbOptions;

/* Opens or creates, starts the writer. The Db may be used by any thread. */
MUST_USE bool db_open(Db **out, Str url, const DbOptions *options, Error *error);
/* Waits for running reads and writes, then closes. NULL is allowed. */
void db_close(Db *db);
void db_cleanup(Db **db);
/* "sqlite" or "postgresql", for status pages and logs; behaviour never depends on it outside db/. */
const char *db_engine(const Db *db);

/* --- reading ---------------------------------------------------------------------------------- */

/* Lends a read connection with a snapshot begun; waits while all are lent. The conn is for the calling
 * thread. */
MUST_USE bool db_read_begin(Db *db, DbConn **out, Error *error);
void db_read_end(DbConn **conn);

/* Runs a statement that answers rows. *out must be NULL or finished; db_done (by CLEANUP) finishes it. */
#define db_query(conn, out, error, sql, ...) \
    db_query_values((conn), (out), (error), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))
/* Runs a statement that answers none. *changed (may be NULL) becomes the number of rows it touched. */
#define db_run(conn, changed, error, sql, ...) \
    db_run_values((conn), (changed), (error), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))

MUST_USE bool db_query_values(
    DbConn *conn, DbStmt **out, Error *error, const char *sql, size_t count, const Value *values);
MUST_USE bool db_run_values(
    DbConn *conn, int64_t *changed, Error *error, const char *sql, size_t count, const Value *values);

#define DB_ARRAY(...) ((const Value[]){{0}, ##__VA_ARGS__} + 1)
#define DB_COUNT(...) (sizeof((const Value[]){{0}, ##__VA_ARGS__}) / sizeof(Value) - 1)

/* The next row: false at the end and on failure (then *error is set and db_broken says so). */
bool db_next(DbStmt *stmt, Error *error);
bool db_broken(const DbStmt *stmt);
void db_done(DbStmt **stmt);

/* Columns of the present row, from 0. Slices live until the next db_next or db_done. */
bool db_is_missing(DbStmt *stmt, int column);
int64_t db_integer(DbStmt *stmt, int column); /* missing = 0 */
Str db_text(DbStmt *stmt, int column);        /* missing = empty */
Str db_bytes(DbStmt *stmt, int column);
/* A copy in the arena. */
Str db_text_copy(DbStmt *stmt, int column, Arena *arena);

/* One integer or text from one row; ERROR_NOT_FOUND without a row. */
#define db_one_integer(conn, out, error, sql, ...) \
    db_one_integer_values((conn), (out), (error), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))
MUST_USE bool db_one_integer_values(
    DbConn *conn, int64_t *out, Error *error, const char *sql, size_t count, const Value *values);

/* How many statements the calling thread has started so far, on any connection: for logs and measurements. */
uint64_t db_statement_count(void);

/* --- writing ---------------------------------------------------------------------------------- */

typedef bool DbWrite(DbConn *conn, void *argument, Error *error);

/* Runs the closure in the writer and answers when its effect is durable. Any thread, but not from inside a
 * closure. */
MUST_USE bool db_write(Db *db, DbWrite *write, void *argument, Error *error);

/* The same for a closure that changes tables others look at: in a transaction of its own, and only while
 * nobody, in whatever process, holds a snapshot that shows the tables as they were and could be asked again.
 * On SQLite snapshots keep their tables, so nobody waits; on PostgreSQL it waits for those who read and lets
 * new ones begin afterwards; ERROR_BUSY when they take too long. */
MUST_USE bool db_change(Db *db, DbWrite *change, void *argument, Error *error);

/* How many changes of tables this process has committed: whoever keeps what follows from them looks again. */
uint64_t db_changes(const Db *db);

/* A number that whoever uses the connection may keep with its snapshot, or its closure: 0 when it begins. */
int64_t *db_note(DbConn *conn);

/* Inserts and answers the new row's id; for tables whose key is {id}. Give the statement without "returning".
 */
#define db_insert(conn, id, error, sql, ...) \
    db_insert_values((conn), (id), (error), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))
MUST_USE bool db_insert_values(
    DbConn *conn, int64_t *id, Error *error, const char *sql, size_t count, const Value *values);

/* --- schema ----------------------------------------------------------------------------------- */

/* One step of a module's schema: statements divided by ';' at the end of a line, in the common dialect with
 * these words printed for each database: {id}      integer primary key that the database gives out {int}
 * 64-bit integer {text}    text                                                   {bytes} bytes {end}     the
 * table's ending (STRICT in SQLite) {search NAME}   creates a search index (below) */
typedef struct DbMigration {
    int version;      /* 1, 2, 3 ... */
    const char *name; /* what it does, for the version table */
    const char *script;
} DbMigration;

/* Brings a module's tables to its newest version in one transaction and notes each step in
 * schema_version(module, version, name, applied_at). A database that is newer than the program is an error.
 * *applied (may be NULL): how many steps ran. */
MUST_USE bool db_migrate(
    Db *db, const char *module, size_t count, const DbMigration *steps, int *applied, Error *error);

/* --- search ----------------------------------------------------------------------------------- */

/* A search index finds texts that hold every word of a query, words being divided by white space and compared
 * after text_fold (base/fold.h); bigrams inside, so words of one or two characters are found as well. Texts
 * live in scopes (an edition, a record type); a search looks in one scope. Index names are literals of the
 * program: [a-z_]+. */
MUST_USE bool db_search_put(
    DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error); /* replaces */
MUST_USE bool db_search_remove(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error);
MUST_USE bool db_search_clear(DbConn *conn, const char *index, int64_t scope, Error *error);
/* Ids in ascending order, `limit` from the `offset`-th on, in the arena; *total = how many there are in all.
 */
MUST_USE bool db_search(DbConn *conn, const char *index, int64_t scope, Str query, size_t offset,
    size_t limit, Arena *arena, int64_t **ids, size_t *count, size_t *total, Error *error);

#endif
