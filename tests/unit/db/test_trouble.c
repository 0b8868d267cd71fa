/* Trouble from outside: connections that die, another program that holds the database or changes its tables.
 */
#include "fixture.h"

#include <libpq-fe.h>
#include <sqlite3.h>

static const char script[] = "create table entry (n {int} not null){end};\n";

#define COUNT_ENTRIES "select count(*) from entry"

static Db *open_with_table(const DbOptions *options)
{
    Db *db = fixture_open(options);
    fixture_tables(db, script);
    return db;
}

static bool add_entry(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error, "insert into entry (n) values (?1)", value_integer(*(int *)argument));
}

static void assert_writes(Db *db, int n)
{
    Error error = {0};
    ASSERT_OK(db_write(db, add_entry, &n, &error), &error);
}

/* --- PostgreSQL: the server ends a connection ------------------------------------------------- */

static void server_execute(const char *sql)
{
    PGconn *server = PQconnectdb(test_db_server());
    PGresult *result = PQexec(server, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
        print_error("%s\n", PQerrorMessage(server));
    assert_true(PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(server);
}

static int64_t backend_of(DbConn *conn)
{
    Error error = {0};
    int64_t backend = 0;
    ASSERT_OK(db_one_integer(conn, &backend, &error, "select pg_backend_pid()"), &error);
    return backend;
}

static void end_backend(int64_t backend)
{
    char sql[128];
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%lld, 10000)", (long long)backend);
    server_execute(sql);
}

static bool remember_backend(DbConn *conn, void *argument, Error *error)
{
    return db_one_integer(conn, argument, error, "select pg_backend_pid()");
}

static bool write_then_lose_connection(DbConn *conn, void *argument, Error *error)
{
    if (!add_entry(conn, argument, error))
        return false;
    end_backend(backend_of(conn));
    return db_run(conn, NULL, error, "insert into entry (n) values (2)");
}

static void a_dead_reader_is_replaced(void **state)
{
    (void)state;
    const DbOptions one = {.readers = 1};
    CLEANUP(db_cleanup) Db *db = open_with_table(&one);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t n;
    /* while it is lent */
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    end_backend(backend_of(conn));
    assert_false(db_one_integer(conn, &n, &error, COUNT_ENTRIES));
    assert_int_equal(error.code, ERROR_BUSY);
    db_read_end(&conn);
    /* and while nobody has it */
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_one_integer(conn, &n, &error, COUNT_ENTRIES), &error);
    int64_t backend = backend_of(conn);
    db_read_end(&conn);
    end_backend(backend);
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_one_integer(conn, &n, &error, COUNT_ENTRIES), &error);
    assert_true(backend_of(conn) != backend);
    assert_int_equal(db->readers_open, 1);
}

static void a_dead_writer_is_replaced(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_table(NULL);
    Error error = {0};
    /* while it is idle: nobody notices */
    int64_t backend = 0;
    ASSERT_OK(db_write(db, remember_backend, &backend, &error), &error);
    end_backend(backend);
    assert_writes(db, 1);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 1);
    /* while it writes: it is told, and nothing is kept */
    int n = 7;
    assert_false(db_write(db, write_then_lose_connection, &n, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 1);
    assert_writes(db, 3);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 2);
}

/* The connection dies while the commit runs: neither yes nor no may be answered. */
static void an_unknown_commit_is_told(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_table(NULL);
    Error error = {0};
    static const char deadly[] =
        "create function die() returns trigger language plpgsql as "
        "'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';\n"
        "create constraint trigger die after insert on entry deferrable initially deferred "
        "for each row when (new.n = 13) execute function die();\n";
    const DbMigration step = {.version = 1, .name = "deadly", .script = deadly};
    ASSERT_OK(db_migrate(db, "deadly", 1, &step, NULL, &error), &error);
    int n = 13;
    assert_false(db_write(db, add_entry, &n, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_non_null(strstr(error.message, "not known whether"));
    assert_writes(db, 1);
}

static void the_server_may_be_away_for_a_while(void **state)
{
    (void)state;
    const DbOptions one = {.readers = 1};
    CLEANUP(db_cleanup) Db *db = open_with_table(&one);
    Error error = {0};
    int64_t backend = 0;
    int n = 1;
    assert_writes(db, n);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 1);
    ASSERT_OK(db_write(db, remember_backend, &backend, &error), &error);
    /* As if the server were down: its address leads nowhere for a moment. */
    char *place = db->place, nowhere[] = "postgresql:///x?host=/no/such/folder";
    db->place = nowhere;
    end_backend(backend);
    assert_false(db_write(db, add_entry, &n, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    assert_false(db_write(db, add_entry, &n, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    const DbMigration step = {.version = 1, .name = "none", .script = "select 1;\n"};
    assert_false(db_migrate(db, "away", 1, &step, NULL, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    db->place = place;
    assert_writes(db, n);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 2);
}

/* --- a conflict that does not end ------------------------------------------------------------- */

static bool conflict_always(DbConn *conn, void *argument, Error *error)
{
    ++*(int *)argument;
    return db_run(
        conn, NULL, error, "do $$ begin raise exception using errcode = '40001', message = 'again'; end $$");
}

static void an_endless_conflict_ends_as_busy(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_table(NULL);
    Error error = {0};
    int runs = 0;
    assert_false(db_write(db, conflict_always, &runs, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    assert_true(runs > 3 && runs < 100);
    assert_int_equal(db_retries(db), runs - 1);
    assert_writes(db, 1);
}

static bool conflict_twice(DbConn *conn, void *argument, Error *error)
{
    int n = 5;
    return add_entry(conn, &n, error) && (*(int *)argument >= 2 || conflict_always(conn, argument, error));
}

static void a_closure_runs_again_from_the_start(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_table(NULL);
    Error error = {0};
    int runs = 0;
    ASSERT_OK(db_write(db, conflict_twice, &runs, &error), &error);
    assert_int_equal(runs, 2);
    assert_int_equal(db_retries(db), 2);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 1);
}

/* Another program's transaction on the same SQLite file, for longer than the writer has patience. */
static void a_held_file_ends_as_busy(void **state)
{
    (void)state;
    Str url = test_db_url();
    CLEANUP(db_cleanup) Db *db = fixture_open_at(url, NULL);
    fixture_tables(db, script);
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(url.at, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
    Error error = {0};
    int n = 1;
    assert_false(db_write(db, add_entry, &n, &error));
    assert_int_equal(error.code, ERROR_BUSY);
    assert_true(db_retries(db) > 3);
    assert_int_equal(fixture_integer(db, COUNT_ENTRIES), 0); /* readers are not held up */
    assert_int_equal(sqlite3_exec(other, "rollback", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    assert_writes(db, 1);
}

/* --- another program changes tables ----------------------------------------------------------- */

static void tables_changed_by_another_program(void **state)
{
    (void)state;
    Str url = test_db_url();
    const DbOptions one = {.readers = 1};
    CLEANUP(db_cleanup) Db *db = fixture_open_at(url, &one);
    CLEANUP(db_cleanup) Db *other = fixture_open_at(url, NULL);
    fixture_tables(db, script);
    assert_writes(db, 1);
    Error error = {0};
    const char sql[] = "select * from entry";
    int columns = 0;
    for (int round = 0; round < 3; round++) {
        CLEANUP(db_read_end) DbConn *conn = NULL;
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        CLEANUP(db_done) DbStmt *stmt = NULL;
        bool ok = db_query(conn, &stmt, &error, sql) && db_next(stmt, &error);
        if (!ok)
            assert_int_equal(error.code, ERROR_BUSY); /* once, on PostgreSQL */
        else
            columns = db->engine->column_count(stmt);
        const DbMigration step = {
            .version = 1, .name = "more", .script = "alter table entry add column more {int};\n"};
        db_done(&stmt);
        db_read_end(&conn);
        ASSERT_OK(db_migrate(other, "more", 1, &step, NULL, &error), &error);
    }
    assert_int_equal(columns, 2);
}

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test(a_held_file_ends_as_busy),
        cmocka_unit_test(tables_changed_by_another_program),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test(a_dead_reader_is_replaced),
        cmocka_unit_test(a_dead_writer_is_replaced),
        cmocka_unit_test(an_unknown_commit_is_told),
        cmocka_unit_test(the_server_may_be_away_for_a_while),
        cmocka_unit_test(an_endless_conflict_ends_as_busy),
        cmocka_unit_test(a_closure_runs_again_from_the_start),
        cmocka_unit_test(tables_changed_by_another_program),
    };
    return test_db_is_postgres() ? cmocka_run_group_tests(on_postgres, NULL, NULL)
                                 : cmocka_run_group_tests(on_sqlite, NULL, NULL);
}
