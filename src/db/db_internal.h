/* db/db_internal.h: what the files of db/ share.
 *
 * db.c            opening, closing, lending of read connections
 * statement.c     statements: the cache of a connection, parameters, rows, columns
 * writer.c        the one writer: queue, group commit, savepoints, retry
 * migrate.c       versions of a module's schema
 * sql_text.c      neutral SQL -> SQL of one database
 * search.c        words, grams and the public face of searching
 * tree.c          neutral expression trees; print.c: trees and queries -> SQL; tree_*.c: one database's texts
 * for it table.c         tables made from declarations, and the statements that write their rows engine_*.c
 * what one database does differently, as a table of functions
 *
 * A connection is used by one thread at a time: a reader's by whoever holds it, the writer's by the writer
 * thread.
 */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "db/db.h"

/* The largest text or run of bytes that goes in as one value. */
#define DB_VALUE_MAX ((size_t)256 << 20)
/* Parameters of one statement at most. */
#define DB_PARAMETERS_MAX 256
/* Writes taken into one transaction at most. */
#define DB_BATCH_MAX 64
/* Bytes of one SQL statement or script after printing. */
#define DB_SQL_MAX ((size_t)1 << 20)

/* Neutral words of a migration, each printed as the engine's `words` say. */
typedef enum DbWord {
    DB_WORD_ID,
    DB_WORD_INT,
    DB_WORD_TEXT,
    DB_WORD_BYTES,
    DB_WORD_END,
    DB_WORD_COUNT
} DbWord;

/* The few commands that steer a transaction. */
typedef enum DbControl {
    DB_BEGIN_READ, /* and fixes the snapshot */
    DB_BEGIN_WRITE,
    DB_COMMIT,
    DB_ROLLBACK,
    DB_SAVEPOINT,
    DB_NEXT_SAVEPOINT, /* keeps what was done since the last one and sets it again */
    DB_ROLLBACK_TO,    /* undoes what was done since the last one, which stays */
    DB_KEEP_OUT, /* first in a transaction: waits for those who see the tables as they are, and keeps out
                    others */
    DB_CONTROL_COUNT,
} DbControl;

typedef enum DbStep { DB_STEP_ROW, DB_STEP_END, DB_STEP_FAILED } DbStep;

/* How the present column may be read. */
typedef enum DbColumn {
    DB_COLUMN_MISSING,
    DB_COLUMN_INTEGER,
    DB_COLUMN_TEXT,
    DB_COLUMN_BYTES,
    DB_COLUMN_OTHER
} DbColumn;

/* Grams of one search go through the index; the rest of a very long query is compared with the texts found.
 */
#define SEARCH_WORDS_MAX 16
#define SEARCH_WORD_CHARACTERS_MAX 48

typedef struct SearchWords {
    Str *at; /* distinct, in order of first occurrence */
    size_t len;
    bool exact; /* all of them go through the index whole */
} SearchWords;

struct DbDialect;

typedef struct DbEngine {
    const char *name;
    const struct DbDialect *dialect; /* how operations of trees are written (tree_internal.h) */
    const char *words[DB_WORD_COUNT];
    const char *version_table; /* makes schema_version when it is not there */
    const char *table_count;   /* how many tables are called ?1 */
    const char *search_table;  /* script for {search NAME}, with {index} for the name */

    /* Reads the URL and makes ready what all connections share. */
    bool (*open)(Db *db, Str url, Error *error);
    void (*close)(Db *db);
    bool (*connect)(DbConn *conn, Error *error);
    void (*disconnect)(DbConn *conn);

    bool (*control)(DbConn *conn, DbControl control, Error *error);
    /* Runs SQL that has no parameters and answers nothing, uncached: the statements of a migration. */
    bool (*execute)(DbConn *conn, const char *sql, Error *error);
    /* Whether the transaction begun by control is still open. */
    bool (*in_transaction)(DbConn *conn);
    /* Keeps out other processes while a module is migrated; taken and given back outside transactions. */
    bool (*lock_schema)(DbConn *conn, Error *error);
    void (*unlock_schema)(DbConn *conn);

    /* Fills stmt->native from stmt->text; values may decide the types of parameters. */
    bool (*prepare)(DbStmt *stmt, const Value *values, size_t count, Error *error);
    void (*finalize)(DbStmt *stmt);
    /* After all statements of a connection were finalized, outside transactions. */
    void (*forget_statements)(DbConn *conn);
    /* Whether the prepared statement takes values of these types. */
    bool (*accepts)(const DbStmt *stmt, const Value *values, size_t count);
    /* Gives the values and goes to the first row. */
    DbStep (*start)(DbStmt *stmt, const Value *values, size_t count, Error *error);
    DbStep (*step)(DbStmt *stmt, Error *error);
    void (*reset)(DbStmt *stmt);
    int (*column_count)(const DbStmt *stmt);
    int64_t (*changes)(const DbStmt *stmt);
    DbColumn (*column)(const DbStmt *stmt, int column);
    int64_t (*column_integer)(const DbStmt *stmt, int column);
    Str (*column_text)(const DbStmt *stmt, int column);

    /* Search (search.c). The text put is folded and not empty. */
    bool (*search_put)(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error);
    bool (*search_remove)(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error);
    bool (*search_clear)(DbConn *conn, const char *index, int64_t scope, Error *error);
    /* Prints what search_find takes as ?1. */
    void (*search_match)(Buf *out, int64_t scope, const SearchWords *words);
    /* ?1 match, ?2 the words divided by spaces, ?3 whether all of them are in ?1 whole, ?4 limit, ?5 offset;
     * answers a row (0, how many there are) and then rows (1, id) in ascending order. */
    const char *search_find;
} DbEngine;

extern const DbEngine db_engine_sqlite;
extern const DbEngine db_engine_postgres;

typedef enum DbStmtState {
    DB_STMT_IDLE,
    DB_STMT_FIRST,
    DB_STMT_ROW,
    DB_STMT_ENDED,
    DB_STMT_BROKEN
} DbStmtState;

struct DbStmt {
    DbConn *conn;
    DbStmt *next;      /* in its slot of the cache */
    const char *given; /* the literal's address: where the cache looks first */
    char *sql;         /* a copy of the literal: what the cache compares */
    const char *index; /* for {index}, a literal of the program; NULL without */
    bool returns_id;   /* " returning id" is added */
    char *text;        /* as the database reads it */
    size_t parameters;
    void *native;
    DbStmtState state;
};

#define DB_CACHE_SLOTS 128

struct DbConn {
    Db *db;
    const DbEngine *engine;
    void *native;
    bool is_writer;
    pthread_t user; /* the thread that may use it now */
    DbStmt *cache[DB_CACHE_SLOTS];
    size_t cached;
    size_t running;      /* statements begun and not done */
    uint64_t schema;     /* db->schema when the cached statements were prepared */
    uint64_t statements; /* prepared so far; names them on PostgreSQL */

    /* Since the transaction or the savepoint began. After a failed statement nothing more may be done there:
     * PostgreSQL demands it, and SQLite is held to the same rule so that code written on one runs on the
     * other. */
    bool failed;
    Error failure;
    bool schema_changed; /* in this transaction */
    int64_t note;        /* db_note */
    bool retry;          /* the failure goes away when the transaction is run again */
    bool lost;           /* the connection is dead */
    DbConn *next;
};

typedef struct DbWriteRequest {
    DbWrite *write;
    void *argument;
    Error *error;
    bool alone;     /* in a transaction of its own, under the schema lock */
    bool keeps_out; /* alone, and nobody holds a snapshot of the tables as they were */
    bool ok, done;
    pthread_cond_t answered;
    struct DbWriteRequest *next;
} DbWriteRequest;

struct Db {
    const DbEngine *engine;
    char *place;                 /* SQLite: the file; PostgreSQL: the connection string */
    char *schema_name;           /* PostgreSQL */
    atomic_uint_fast64_t schema; /* goes up when tables change, so that prepared statements are made anew */

    pthread_mutex_t lock;
    pthread_cond_t left; /* a reader was given back, or the last db_write has answered */
    DbConn *idle;        /* readers that nobody holds */
    unsigned readers_max, readers_open, readers_lent;

    DbConn *writer;
    pthread_t writer_thread;
    bool writer_started, stopping;
    pthread_cond_t write_waits;
    DbWriteRequest *queue_head, *queue_tail;
    size_t writes; /* calls of db_write that have not answered */
    atomic_uint_fast64_t commits, retries, changes;
};

/* --- db.c --- */
DbConn *conn_new(Db *db, bool is_writer, Error *error);
void conn_free(DbConn *conn);
/* Connects again after the connection was lost; prepared statements are forgotten. */
bool conn_reconnect(DbConn *conn, Error *error);
/* Begins a transaction's or a savepoint's life: forgets an earlier failure. */
void conn_clear_failure(DbConn *conn);
/* Remembers the first failure; answers false. */
bool conn_fail(DbConn *conn, const Error *error);

/* --- statement.c --- */
void statements_flush(DbConn *conn);
/* Between transactions: forgets statements that are stale or too many. */
void statements_refresh(DbConn *conn);
/* db_query_values and db_run_values with a search index's name for {index} in the literal. */
bool statement_query(DbConn *conn, DbStmt **out, Error *error, const char *sql, const char *index,
    size_t count, const Value *values) MUST_USE;
bool statement_run(DbConn *conn, int64_t *changed, Error *error, const char *sql, const char *index,
    size_t count, const Value *values) MUST_USE;

/* --- writer.c --- */
bool writer_start(Db *db, Error *error) MUST_USE;
void writer_stop(Db *db);
typedef enum WriterWay { WRITER_SHARED, WRITER_ALONE, WRITER_KEEPS_OUT } WriterWay;
bool writer_run(Db *db, DbWrite *write, void *argument, WriterWay way, Error *error) MUST_USE;
/* How many transactions were committed, and how many were run again, since the Db was opened: for tests and
 * status. */
uint64_t db_commits(const Db *db);
uint64_t db_retries(const Db *db);

/* --- sql_text.c --- */
/* Prints neutral SQL for one database: {words}, {index} and {search NAME}. */
bool sql_print(Buf *out, const DbEngine *engine, const char *sql, const char *index, Error *error) MUST_USE;
/* Finds the parameters ?1, ?2 ... outside of quotes and comments; answers the highest number in *count. With
 * out: copies the SQL with $1, $2 ... in their place. */
bool sql_parameters(Str sql, Buf *out, size_t *count, Error *error) MUST_USE;
/* The next statement of a script, its end being ';' at the end of a line; false when nothing is left. */
bool sql_statement(Str *script, Str *statement);
/* Name of a search index: [a-z_]+, at most 40 letters. */
bool sql_is_index_name(Str name);

#endif
