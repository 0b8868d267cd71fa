/* Tables made from declarations: what is made, written and refused, and that nothing is left of what failed.
 */
#include "fixture.h"

#include <pthread.h>
#include <time.h>

#include "db/table.h"

#define ARENA_MAX ((size_t)16 << 20)

static const RowColumn sample_columns[] = {{STR_LITERAL("id"), VALUE_REFERENCE},
    {STR_LITERAL("row_version"), VALUE_INTEGER}, {STR_LITERAL("na\"me?1"), VALUE_TEXT},
    {STR_LITERAL("scan"), VALUE_BYTES}, {STR_LITERAL("born_on"), VALUE_DATE}};
static const RowShape sample_shape = {sample_columns, COUNT_OF(sample_columns)};
#define SAMPLE S("city__sample; --")

static bool make_sample(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_table_create(conn, SAMPLE, &sample_shape, error);
}

static Db *open_sample(void)
{
    Db *db = fixture_open(NULL);
    Error error = {0};
    ASSERT_OK(db_write(db, make_sample, NULL, &error), &error);
    return db;
}

static bool table_exists(Db *db, Str table)
{
    bool exists = false;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_table_exists(conn, table, &exists, &error), &error);
    return exists;
}

/* One statement for rows, run in a closure of its own. */
typedef struct Run {
    const DbPrinted *printed;
    const Value *values;
    size_t count;
    bool is_insert;
    int64_t answer; /* id or number of rows */
} Run;

static bool run_in_closure(DbConn *conn, void *argument, Error *error)
{
    Run *run = argument;
    return run->is_insert
               ? db_insert_printed(conn, &run->answer, error, run->printed, run->values, run->count)
               : db_run_printed(conn, &run->answer, error, run->printed, run->values, run->count);
}

static int64_t run(Db *db, bool is_insert, const DbPrinted *printed, const Value *values, size_t count)
{
    Run one = {.printed = printed, .values = values, .count = count, .is_insert = is_insert};
    Error error = {0};
    ASSERT_OK(db_write(db, run_in_closure, &one, &error), &error);
    return one.answer;
}

static const DbPrinted *print_insert(Db *db, Arena *arena, const RowColumn *columns, size_t count)
{
    const DbPrinted *printed = NULL;
    Error error = {0};
    ASSERT_OK(db_print_insert(db, arena, SAMPLE, columns, count, &printed, &error), &error);
    return printed;
}

static void rows_are_written_and_read_again(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = open_sample();
    Error error = {0};
    const DbPrinted *insert = print_insert(db, arena, sample_columns + 1, 4), *update = NULL, *delete = NULL;
    ASSERT_OK(db_print_update(db, arena, SAMPLE, sample_columns + 1, 3, sample_columns, 2, &update, &error),
        &error);
    ASSERT_OK(db_print_delete(db, arena, SAMPLE, sample_columns, 1, &delete, &error), &error);
    ASSERT_STR(db_printed_text(update),
        S("update \"city__sample; --\" set \"row_version\" = ?1, \"na\"\"me?1\" = ?2, \"scan\" = ?3 where "
          "\"id\" = ?4 and \"row_version\" = ?5"));

    Value values[] = {
        value_integer(1), value_text(S("花子'; drop")), value_bytes((Str){"\0\xff", 2}), value_date(-5)};
    int64_t first = run(db, true, insert, values, 4);
    values[1] = values[2] = values[3] = value_missing();
    int64_t second = run(db, true, insert, values, 4);
    assert_true(second > first && first > 0);

    /* a version that is not there any more is no row, and nothing is written */
    Value change[] = {
        value_integer(2), value_text(S("")), value_missing(), value_reference(first), value_integer(1)};
    assert_int_equal(run(db, false, update, change, 5), 1);
    assert_int_equal(run(db, false, update, change, 5), 0);
    change[4] = value_missing();
    assert_int_equal(run(db, false, update, change, 5), 0);

    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_query(conn, &stmt, &error,
                  "select row_version, \"na\"\"me?1\", scan, born_on from \"city__sample; --\" order by id"),
        &error);
    assert_true(db_next(stmt, &error));
    assert_int_equal(db_integer(stmt, 0), 2);
    assert_false(db_is_missing(stmt, 1));
    ASSERT_STR(db_text(stmt, 1), S(""));
    assert_true(db_is_missing(stmt, 2));
    assert_int_equal(db_integer(stmt, 3), -5);
    assert_true(db_next(stmt, &error));
    assert_true(db_is_missing(stmt, 1));
    assert_false(db_next(stmt, &error));
    db_done(&stmt);
    db_read_end(&conn);
    conn = NULL;
    assert_int_equal(run(db, false, delete, (Value[]){value_reference(first)}, 1), 1);
    assert_int_equal(run(db, false, delete, (Value[]){value_reference(first)}, 1), 0);
    assert_int_equal(fixture_integer(db, "select count(*) from \"city__sample; --\""), 1);
}

/* --- changes ---------------------------------------------------------------------------------- */

static bool add_colour(DbConn *conn, void *argument, Error *error)
{
    const bool *is_kept = argument;
    static const RowColumn colour = {STR_LITERAL("colour"), VALUE_TEXT};
    bool ok = db_table_add_column(conn, SAMPLE, &colour, error) &&
              db_run(conn, NULL, error, "update \"city__sample; --\" set colour = ?1", value_text(S("blue")));
    return ok && (*is_kept || error_set(error, ERROR_DENIED, "thought better of it"));
}

static int64_t count_rows(Db *db)
{
    return fixture_integer(
        db, "select count(*) from \"city__sample; --\" where row_version = ?1", value_integer(7));
}

/* Statements that were prepared before go on; the new column is there for all at once. */
static void a_column_is_added_under_running_statements(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = open_sample();
    Error error = {0};
    const DbPrinted *insert = print_insert(db, arena, sample_columns + 1, 1);
    run(db, true, insert, (Value[]){value_integer(7)}, 1);
    assert_int_equal(count_rows(db), 1);
    bool is_kept = false;
    assert_false(db_write(db, add_colour, &is_kept, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(count_rows(db), 1);
    uint64_t before = atomic_load(&db->schema);
    is_kept = true;
    /* the column is not there: what failed left nothing of it */
    ASSERT_OK(db_write(db, add_colour, &is_kept, &error), &error);
    assert_true(atomic_load(&db->schema) > before);
    run(db, true, insert, (Value[]){value_integer(7)}, 1);
    assert_int_equal(count_rows(db), 2);
    assert_int_equal(
        fixture_integer(db, "select count(*) from \"city__sample; --\" where colour = 'blue'"), 1);
    assert_int_equal(
        fixture_integer(db, "select count(*) from \"city__sample; --\" where colour is null"), 1);
    /* twice is an error, and the closure is over with it */
    assert_false(db_write(db, add_colour, &is_kept, &error));
    assert_int_equal(error.code, ERROR_DATABASE);
}

static bool make_other_and_fail(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_table_create(conn, S("other"), &sample_shape, error) &&
           db_table_add_index(conn, S("other"), (Str[]){S("row_version")}, 1, true, error) &&
           db_run(conn, NULL, error, "insert into other (row_version) values (1)") &&
           db_table_create(conn, SAMPLE, &sample_shape, error);
}

static void what_failed_leaves_nothing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_sample();
    Error error = {0};
    for (int i = 0; i < 2; i++) {
        assert_false(db_write(db, make_other_and_fail, NULL, &error));
        assert_int_equal(error.code, ERROR_CONFLICT);
        assert_string_equal(error.message, "there is a table 'city__sample; --' already");
        assert_false(table_exists(db, S("other")));
    }
    assert_true(table_exists(db, SAMPLE));
    /* a part of a name, or a name of the database's own, is no table of ours */
    assert_false(table_exists(db, S("city__sample")));
    assert_false(table_exists(db, S("")));
}

static bool add_indexes(DbConn *conn, void *argument, Error *error)
{
    const char *const *long_table = argument;
    return db_table_add_index(conn, SAMPLE, (Str[]){S("row_version"), S("na\"me?1")}, 2, true, error) &&
           db_table_add_index(conn, SAMPLE, (Str[]){S("na\"me?1")}, 1, false, error) &&
           db_table_create(conn, str_of(*long_table), &sample_shape, error) &&
           db_table_add_index(conn, str_of(*long_table), (Str[]){S("born_on")}, 1, false, error) &&
           db_table_add_index(conn, str_of(*long_table), (Str[]){S("scan")}, 1, false, error);
}

static bool insert_pair(DbConn *conn, void *argument, Error *error)
{
    const Value *values = argument;
    int64_t id;
    return db_insert(conn, &id, error,
        "insert into \"city__sample; --\" (row_version, \"na\"\"me?1\") values (?1, ?2)", values[0],
        values[1]);
}

static void unique_is_kept_apart_from_missing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_sample();
    Error error = {0};
    const char *long_table = "a_table_whose_name_is_as_long_as_a_name_may_be_in_all_databases";
    assert_int_equal(strlen(long_table), 63);
    ASSERT_OK(db_write(db, add_indexes, &long_table, &error), &error);
    Value pair[] = {value_integer(1), value_text(S("x"))};
    ASSERT_OK(db_write(db, insert_pair, pair, &error), &error);
    assert_false(db_write(db, insert_pair, pair, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    pair[1] = value_missing();
    ASSERT_OK(db_write(db, insert_pair, pair, &error), &error);
    ASSERT_OK(db_write(db, insert_pair, pair, &error), &error);
    assert_int_equal(fixture_integer(db, "select count(*) from \"city__sample; --\""), 3);
}

/* --- names ------------------------------------------------------------------------------------ */

typedef struct Wanted {
    const char *table, *column, *second, *message; /* message NULL: it is taken */
} Wanted;

static bool make_wanted(DbConn *conn, void *argument, Error *error)
{
    const Wanted *wanted = argument;
    const RowColumn columns[] = {{S("id"), VALUE_REFERENCE}, {str_of(wanted->column), VALUE_TEXT},
        {str_of(wanted->second), VALUE_TEXT}};
    return db_table_create(conn, str_of(wanted->table), &(RowShape){columns, 3}, error);
}

static void names_are_taken_or_refused_alike(void **state)
{
    (void)state;
    static const char too_long[] = "a_table_whose_name_is_longer_than_a_name_may_be_in_all_databases";
    static const Wanted all[] = {
        {"select", "from", "\"", NULL},
        {"予約", "開催日", "order", NULL},
        {"rowids", "rowid", "oid", NULL},
        {"t", "Name", "name", "two columns of one table are called 'name'"},
        {"t", "ID", "x", "two columns of one table are called 'ID'"},
        {"t", "x", "xmin", "a column cannot be called 'xmin'"},
        {"t", "CTID", "x", "a column cannot be called 'CTID'"},
        {"sqlite_x", "x", "y", "a table's name does not begin with sqlite_"},
        {"", "x", "y", "the name of a table or a column has 1 to 63 bytes"},
        {"t", "", "y", "the name of a table or a column has 1 to 63 bytes"},
        {too_long, "x", "y", "the name of a table or a column has 1 to 63 bytes"},
    };
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        Error error = {0};
        Wanted wanted = all[i];
        bool ok = db_write(db, make_wanted, &wanted, &error);
        assert_int_equal(ok, all[i].message == NULL);
        assert_int_equal(table_exists(db, str_of(all[i].table)), ok);
        if (!ok) {
            assert_int_equal(error.code, ERROR_INPUT);
            assert_string_equal(error.message, all[i].message);
        }
    }
}

/* --- renamed, changed whole, dropped --- */

#define NAME S("na\"me?1")
#define OTHER S("other; --")

static bool fill_and_index(DbConn *conn, void *argument, Error *error)
{
    const Str indexed[] = {NAME};
    (void)argument;
    return db_run(conn, NULL, error,
               "insert into \"city__sample; --\" (row_version, \"na\"\"me?1\") values (7, ',a,ab,'), (-2, "
               "',ab,'), "
               "(null, null)") &&
           db_table_add_index(conn, SAMPLE, indexed, 1, false, error);
}

static bool change_all(DbConn *conn, void *argument, Error *error)
{
    const Str indexed[] = {NAME};
    return db_table_multiply(conn, SAMPLE, S("row_version"), 1000000, error) &&
           db_table_replace_text(conn, SAMPLE, NAME, S(",a,"), S(",b,"), argument, error) &&
           db_table_drop_index(conn, SAMPLE, indexed, 1, error) &&
           db_table_drop_column(conn, SAMPLE, S("scan"), error) &&
           db_table_rename_column(conn, SAMPLE, NAME, S("name"), error) &&
           db_table_rename(conn, SAMPLE, OTHER, error);
}

static bool drop_other(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_table_drop(conn, OTHER, error);
}

static int64_t one(Db *db, const char *sql)
{
    int64_t n = -1;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_one_integer(conn, &n, &error, sql), &error);
    return n;
}

static void what_is_renamed_keeps_its_rows(void **state)
{
    (void)state;
    Db *db = open_sample();
    Error error = {0};
    int64_t replaced = 0;
    uint64_t changes = db_changes(db);
    ASSERT_OK(db_write(db, fill_and_index, NULL, &error), &error);
    ASSERT_OK(db_change(db, change_all, &replaced, &error), &error);
    assert_int_equal(replaced, 1);
    assert_int_equal(db_changes(db), changes + 1);
    assert_false(table_exists(db, SAMPLE));
    assert_int_equal(one(db, "select row_version from \"other; --\" where name = ',b,ab,'"), 7000000);
    assert_int_equal(one(db, "select row_version from \"other; --\" where name = ',ab,'"), -2000000);
    assert_int_equal(
        one(db, "select count(*) from \"other; --\" where row_version is null and name is null"), 1);
    ASSERT_OK(db_change(db, drop_other, NULL, &error), &error);
    assert_false(table_exists(db, OTHER));
    db_close(db);
}

/* A snapshot that shows the old table can be asked until it ends, whatever a change does meanwhile. */
static void *change_meanwhile(void *argument)
{
    Db *db = argument;
    Error error = {0};
    int64_t replaced = 0;
    ASSERT_OK(db_change(db, change_all, &replaced, &error), &error);
    return NULL;
}

static void a_snapshot_keeps_its_tables(void **state)
{
    (void)state;
    Db *db = open_sample();
    Error error = {0};
    int64_t n = 0;
    pthread_t thread;
    DbConn *conn = NULL;
    ASSERT_OK(db_write(db, fill_and_index, NULL, &error), &error);
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    assert_int_equal(*db_note(conn), 0);
    *db_note(conn) = 5;
    assert_int_equal(pthread_create(&thread, NULL, change_meanwhile, db), 0);
    for (int i = 0; i < 50; i++) {
        const struct timespec pause = {.tv_nsec = 2000000};
        ASSERT_OK(db_one_integer(conn, &n, &error, "select count(*) from \"city__sample; --\""), &error);
        assert_int_equal(n, 3);
        nanosleep(&pause, NULL);
    }
    db_read_end(&conn);
    pthread_join(thread, NULL);
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    assert_int_equal(*db_note(conn), 0);
    db_read_end(&conn);
    assert_false(table_exists(db, SAMPLE));
    db_close(db);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    bool is_printed = false;
    for (size_t n = 1; !is_printed; n++) {
        AUTO_ARENA arena = arena_new(ARENA_MAX);
        Error error = {0};
        const DbPrinted *printed = NULL;
        arena_fail_after(n);
        is_printed =
            db_print_update(db, arena, SAMPLE, sample_columns + 1, 2, sample_columns, 1, &printed, &error);
        arena_fail_after(0);
        assert_int_equal(is_printed, printed != NULL);
        assert_true(is_printed || error.code == ERROR_MEMORY || error.code == ERROR_LIMIT);
        assert_true(n < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_written_and_read_again),
        cmocka_unit_test(a_column_is_added_under_running_statements),
        cmocka_unit_test(what_failed_leaves_nothing),
        cmocka_unit_test(unique_is_kept_apart_from_missing),
        cmocka_unit_test(names_are_taken_or_refused_alike),
        cmocka_unit_test(what_is_renamed_keeps_its_rows),
        cmocka_unit_test(a_snapshot_keeps_its_tables),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
