/* Opening: what is a database and what is not; lending of readers and their snapshots; closing. */
#include "fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_not_opened(const char *url, ErrorCode code, const char *words)
{
    Db *db = NULL;
    Error error = {0};
    assert_false(db_open(&db, str_of(url), NULL, &error));
    assert_null(db);
    if (error.code != code || strstr(error.message, words) == NULL)
        print_error("%s: %s: %s\n", url, error_name(error.code), error.message);
    assert_int_equal(error.code, code);
    assert_non_null(strstr(error.message, words));
}

static void what_is_no_database_is_refused(void **state)
{
    (void)state;
    assert_not_opened("", ERROR_INPUT, "file name");
    assert_not_opened("file:", ERROR_INPUT, "file");
    assert_not_opened(":memory:", ERROR_INPUT, "file");
    assert_not_opened(".", ERROR_SYSTEM, "cannot be opened");
    assert_not_opened("no/such/folder/city.db", ERROR_SYSTEM, "cannot be opened");
    assert_not_opened("meson.build", ERROR_DATABASE, "not a database");
    assert_not_opened("postgresql:///x?schema=Town", ERROR_INPUT, "schema=");
    assert_not_opened("postgresql:///x?schema=", ERROR_INPUT, "schema=");
    assert_not_opened("postgresql:///x?schema=a;drop", ERROR_INPUT, "schema=");
    assert_not_opened("postgresql:///x?schema=1a", ERROR_INPUT, "schema=");
    assert_not_opened("postgresql:///x?schema=a&schema=b\"c", ERROR_INPUT, "schema=");
    assert_not_opened("postgresql:///x?host=/no/such/folder", ERROR_DATABASE, "cannot be reached");
    assert_not_opened("postgresql:///x?nonsense=1", ERROR_DATABASE, "cannot be reached");
    Db *db = NULL;
    Error error = {0};
    assert_false(db_open(&db, (Str){"a\0b", 3}, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    db_close(NULL);
}

static void a_foreign_file_is_left_alone(void **state)
{
    (void)state;
    char name[] = "/tmp/hitomachi-test-XXXXXX", read_back[64] = {0};
    int file = mkstemp(name);
    assert_true(file >= 0);
    static const char text[] = "this is somebody's letter, no database at all; keep it as it is";
    assert_int_equal(write(file, text, sizeof(text) - 1), sizeof(text) - 1);
    assert_not_opened(name, ERROR_DATABASE, "not a database");
    assert_int_equal(pread(file, read_back, sizeof(read_back), 0), sizeof(text) - 1);
    assert_memory_equal(read_back, text, sizeof(text) - 1);
    close(file);
    unlink(name);
}

static void a_new_file_is_its_owners_alone(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "-wal", "-shm"};
    Str url = test_db_url();
    mode_t before = umask(0);
    CLEANUP(db_cleanup) Db *db = fixture_open_at(url, NULL);
    fixture_tables(db, "create table sample (n {int}){end};\n");
    umask(before);
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char path[512];
        struct stat about;
        snprintf(path, sizeof(path), "%s%s", url.at, ends[i]);
        assert_int_equal(stat(path, &about), 0);
        assert_int_equal(about.st_mode & 0777, 0600);
    }
}

static void a_database_is_kept(void **state)
{
    (void)state;
    Str url = test_db_url();
    Db *db = fixture_open_at(url, NULL);
    assert_string_equal(db_engine(db), test_db_is_postgres() ? "postgresql" : "sqlite");
    fixture_tables(db, "create table kept (n {int}){end};\ninsert into kept values (42);\n");
    db_cleanup(&db);
    assert_null(db);
    db = fixture_open_at(url, NULL);
    assert_int_equal(fixture_integer(db, "select n from kept"), 42);
    db_close(db);
}

typedef struct Setting {
    const char *sql;
    int64_t expected;
} Setting;

static bool check_writer_settings(DbConn *conn, void *argument, Error *error)
{
    const Setting *setting = argument;
    int64_t value = -1;
    if (!db_one_integer(conn, &value, error, setting->sql))
        return false;
    return value == setting->expected ||
           error_set(error, ERROR_DATABASE, "%s: %lld", setting->sql, (long long)value);
}

/* What durability and safety rest on, asked of the connections themselves. */
static void connections_are_set_up(void **state)
{
    (void)state;
    static const Setting sqlite[] = {
        {"pragma synchronous", 2},
        {"pragma foreign_keys", 1},
        {"pragma trusted_schema", 0},
        {"pragma mmap_size", 0},
        {"select count(*) from pragma_journal_mode where journal_mode = 'wal'", 1},
    };
    static const Setting postgres[] = {
        {"select current_setting('synchronous_commit') = 'on'", 1},
        {"select current_setting('search_path') = current_schema()", 1},
        {"select current_schema() like 'test_%'", 1},
        {"select current_setting('client_encoding') = 'UTF8'", 1},
    };
    const Setting *settings = test_db_is_postgres() ? postgres : sqlite;
    size_t count = test_db_is_postgres() ? COUNT_OF(postgres) : COUNT_OF(sqlite);
    char url[1024];
    /* A server whose default would lose what was answered. */
    snprintf(url, sizeof(url), "%s%s", test_db_url().at,
        test_db_is_postgres() ? "&options=-csynchronous_commit%3Doff" : "");
    CLEANUP(db_cleanup) Db *db = fixture_open_at(str_of(url), NULL);
    for (size_t i = 0; i < count; i++) {
        Setting setting = settings[i];
        Error error = {0};
        ASSERT_OK(db_write(db, check_writer_settings, &setting, &error), &error);
        assert_int_equal(fixture_integer(db, setting.sql), setting.expected);
    }
    Setting reader = {test_db_is_postgres() ? "select current_setting('transaction_read_only') = 'on'"
                                            : "pragma query_only",
        1};
    assert_int_equal(fixture_integer(db, reader.sql), 1);
    Setting writer = {test_db_is_postgres()
                          ? "select current_setting('transaction_isolation') = 'serializable'"
                          : "select 1 - query_only from pragma_query_only",
        1};
    Error error = {0};
    ASSERT_OK(db_write(db, check_writer_settings, &writer, &error), &error);
}

static bool add_number(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error, "insert into number (n) values (1)");
}

static int64_t count_numbers(DbConn *conn)
{
    Error error = {0};
    int64_t count = -1;
    ASSERT_OK(db_one_integer(conn, &count, &error, "select count(*) from number"), &error);
    return count;
}

/* The snapshot is of the moment of lending, not of the first read. */
static void snapshots_stay_as_they_were(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, "create table number (n {int}){end};\n");
    Error error = {0};
    CLEANUP(db_read_end) DbConn *before = NULL;
    CLEANUP(db_read_end) DbConn *between = NULL;
    CLEANUP(db_read_end) DbConn *after = NULL;
    ASSERT_OK(db_read_begin(db, &before, &error), &error);
    ASSERT_OK(db_write(db, add_number, NULL, &error), &error);
    ASSERT_OK(db_read_begin(db, &between, &error), &error);
    ASSERT_OK(db_write(db, add_number, NULL, &error), &error);
    ASSERT_OK(db_read_begin(db, &after, &error), &error);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(count_numbers(before), 0);
        assert_int_equal(count_numbers(between), 1);
        assert_int_equal(count_numbers(after), 2);
    }
    db_read_end(&before);
    assert_null(before);
    ASSERT_OK(db_read_begin(db, &before, &error), &error);
    assert_int_equal(count_numbers(before), 2);
}

/* After a failed statement a reader answers nothing more, and is whole again when lent anew. */
static void a_reader_recovers_from_a_failed_statement(void **state)
{
    (void)state;
    const DbOptions one = {.readers = 1};
    CLEANUP(db_cleanup) Db *db = fixture_open(&one);
    fixture_tables(db, "create table number (n {int}){end};\n");
    for (int round = 0; round < 3; round++) {
        CLEANUP(db_read_end) DbConn *conn = NULL;
        Error error = {0};
        int64_t n;
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        assert_false(db_one_integer(conn, &n, &error, "select n from nowhere"));
        assert_int_equal(error.code, ERROR_DATABASE);
        assert_false(db_one_integer(conn, &n, &error, "select count(*) from number"));
        db_read_end(&conn);
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        assert_int_equal(count_numbers(conn), 0);
    }
}

typedef struct Reading {
    Db *db;
    atomic_int inside, most;
} Reading;

static void *read_many_times(void *argument)
{
    Reading *reading = argument;
    for (int i = 0; i < 40; i++) {
        CLEANUP(db_read_end) DbConn *conn = NULL;
        Error error = {0};
        if (!db_read_begin(reading->db, &conn, &error))
            abort();
        int now = atomic_fetch_add(&reading->inside, 1) + 1, most = atomic_load(&reading->most);
        while (now > most && !atomic_compare_exchange_weak(&reading->most, &most, now))
            continue;
        int64_t one;
        if (!db_one_integer(conn, &one, &error, "select 1") || one != 1)
            abort();
        atomic_fetch_sub(&reading->inside, 1);
    }
    return NULL;
}

static void readers_are_lent_up_to_the_maximum(void **state)
{
    (void)state;
    const DbOptions options = {.readers = 3};
    Reading reading = {.db = fixture_open(&options)};
    pthread_t threads[12];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_many_times, &reading), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&reading.most) <= 3);
    assert_true(reading.db->readers_open <= 3);
    assert_int_equal(reading.db->readers_lent, 0);
    db_close(reading.db);
}

static void *give_back_later(void *argument)
{
    Reading *reading = argument;
    DbConn *conn = NULL;
    Error error = {0};
    if (!db_read_begin(reading->db, &conn, &error))
        abort();
    atomic_store(&reading->inside, 1);
    const struct timespec pause = {.tv_nsec = 30000000};
    nanosleep(&pause, NULL);
    atomic_store(&reading->inside, 0);
    db_read_end(&conn);
    return NULL;
}

static void closing_waits_for_readers(void **state)
{
    (void)state;
    Reading reading = {.db = fixture_open(NULL)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, give_back_later, &reading), 0);
    while (atomic_load(&reading.inside) == 0)
        sched_yield();
    db_close(reading.db);
    assert_int_equal(atomic_load(&reading.inside), 0);
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test(what_is_no_database_is_refused),
        cmocka_unit_test(a_foreign_file_is_left_alone),
        cmocka_unit_test(a_new_file_is_its_owners_alone),
        cmocka_unit_test(a_database_is_kept),
        cmocka_unit_test(connections_are_set_up),
        cmocka_unit_test(snapshots_stay_as_they_were),
        cmocka_unit_test(a_reader_recovers_from_a_failed_statement),
        cmocka_unit_test(readers_are_lent_up_to_the_maximum),
        cmocka_unit_test(closing_waits_for_readers),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test(what_is_no_database_is_refused),
        cmocka_unit_test(a_foreign_file_is_left_alone),
        cmocka_unit_test(a_database_is_kept),
        cmocka_unit_test(connections_are_set_up),
        cmocka_unit_test(snapshots_stay_as_they_were),
        cmocka_unit_test(a_reader_recovers_from_a_failed_statement),
        cmocka_unit_test(readers_are_lent_up_to_the_maximum),
        cmocka_unit_test(closing_waits_for_readers),
    };
    return test_db_is_postgres() ? cmocka_run_group_tests(on_postgres, NULL, NULL)
                                 : cmocka_run_group_tests(on_sqlite, NULL, NULL);
}
