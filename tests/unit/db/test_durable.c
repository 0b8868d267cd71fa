/* What was answered is on the disk: after the process is killed, and (SQLite) after power is lost. */
#include "fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lossy_vfs.h"

static const char script[] = "create table entry (number {int} primary key, body {text} not null){end};\n"
                             "{search entry_search};\n";

#define WRITERS 6
#define ROUNDS 6

typedef struct Entry {
    int64_t number;
    bool fails;
} Entry;

static bool write_entry(DbConn *conn, void *argument, Error *error)
{
    const Entry *entry = argument;
    char body[64];
    snprintf(body, sizeof(body), "記録 %lld", (long long)entry->number);
    if (!db_run(conn, NULL, error, "insert into entry (number, body) values (?1, ?2)",
            value_integer(entry->number), value_text(str_of(body))) ||
        !db_search_put(conn, "entry_search", entry->number % 3, entry->number, str_of(body), error))
        return false;
    return !entry->fails || error_set(error, ERROR_DENIED, "meant to fail");
}

static bool is_there(Db *db, int64_t number)
{
    return fixture_integer(db, "select count(*) from entry where number = ?1", value_integer(number)) == 1;
}

/* --- the process is killed -------------------------------------------------------------------- */

typedef struct Teller {
    Db *db;
    int to;
    atomic_llong *next;
} Teller;

static void *write_and_tell(void *argument)
{
    Teller *teller = argument;
    for (;;) {
        Entry entry = {.number = atomic_fetch_add(teller->next, 1)};
        Error error = {0};
        if (!db_write(teller->db, write_entry, &entry, &error))
            _exit(3);
        if (write(teller->to, &entry.number, sizeof(entry.number)) != sizeof(entry.number))
            _exit(4);
    }
    return NULL;
}

static void run_until_killed(Str url, int to, int64_t first)
{
    Error error = {0};
    Db *db = NULL;
    if (!db_open(&db, url, NULL, &error))
        _exit(2);
    atomic_llong next = first;
    Teller teller = {.db = db, .to = to, .next = &next};
    pthread_t threads[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        if (pthread_create(&threads[i], NULL, write_and_tell, &teller) != 0)
            _exit(5);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    _exit(6);
}

/* Numbers are written whole: the pipe takes 8 bytes at once or none. */
static size_t read_told(int from, int64_t *told, size_t count, size_t limit)
{
    while (count < limit && read(from, &told[count], sizeof(told[count])) == sizeof(told[count]))
        count++;
    return count;
}

static size_t kill_while_writing(Str url, int round, int64_t *told, size_t told_max)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        run_until_killed(url, ends[1], (int64_t)round * 1000000);
    }
    close(ends[1]);
    size_t count = read_told(ends[0], told, 0, (size_t)(40 + round * 61));
    kill(child, SIGKILL);
    count = read_told(ends[0], told, count, told_max);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return count;
}

static void what_was_answered_survives_a_kill(void **state)
{
    (void)state;
    Str url = test_db_url();
    Db *db = fixture_open_at(url, NULL);
    fixture_tables(db, script);
    db_close(db);
    static int64_t told[20000];
    size_t total = 0;
    for (int round = 1; round <= ROUNDS; round++) {
        size_t count = kill_while_writing(url, round, told, COUNT_OF(told));
        assert_true(count >= 40);
        db = fixture_open_at(url, NULL);
        for (size_t i = 0; i < count; i++)
            assert_true(is_there(db, told[i]));
        total += count;
        assert_true(fixture_integer(db, "select count(*) from entry") >= (int64_t)total);
        db_close(db);
    }
}

/* --- power is lost ---------------------------------------------------------------------------- */

#define NUMBERS_MAX 20000
#define CRASHES 12

typedef struct Powered {
    Db *db;
    atomic_bool stops;
    atomic_llong next;
    pthread_mutex_t lock;
    int64_t answered[NUMBERS_MAX];
    size_t count;
} Powered;

typedef struct Crash {
    Str url;
    size_t answered; /* so many of Powered.answered came before it */
} Crash;

/* The log is carried into the database every few commits, so that crashes fall into that as well. */
static bool use_small_log(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    int64_t pages = 0;
    return db_one_integer(conn, &pages, error, "pragma wal_autocheckpoint = 30");
}

static bool is_meant_to_fail(int64_t number)
{
    return number % 7 == 3;
}

static void *write_while_powered(void *argument)
{
    Powered *powered = argument;
    while (!atomic_load(&powered->stops)) {
        Entry entry = {.number = atomic_fetch_add(&powered->next, 1)};
        entry.fails = is_meant_to_fail(entry.number);
        Error error = {0};
        if (db_write(powered->db, write_entry, &entry, &error) == entry.fails)
            abort();
        pthread_mutex_lock(&powered->lock);
        if (!entry.fails && powered->count < NUMBERS_MAX)
            powered->answered[powered->count++] = entry.number;
        pthread_mutex_unlock(&powered->lock);
    }
    return NULL;
}

/* Writes from several threads, and copies what a loss of power would leave at some moments. */
static void crash_while_writing(Powered *powered, Crash crashes[CRASHES])
{
    Str url = test_db_url();
    lossy_vfs_watch(url.at);
    *powered = (Powered){.db = fixture_open_at(url, NULL)};
    pthread_mutex_init(&powered->lock, NULL);
    fixture_tables(powered->db, script);
    Error error = {0};
    ASSERT_OK(db_write(powered->db, use_small_log, NULL, &error), &error);
    pthread_t threads[WRITERS];
    for (size_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_while_powered, powered), 0);
    for (size_t i = 0; i < CRASHES; i++) {
        const struct timespec pause = {.tv_nsec = 20000000};
        nanosleep(&pause, NULL);
        crashes[i].url = test_db_url();
        pthread_mutex_lock(&powered->lock);
        crashes[i].answered = powered->count;
        pthread_mutex_unlock(&powered->lock);
        lossy_vfs_crash(crashes[i].url.at, i);
    }
    atomic_store(&powered->stops, true);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    db_close(powered->db);
    pthread_mutex_destroy(&powered->lock);
    lossy_vfs_end();
}

static void assert_whole(Db *db)
{
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "pragma integrity_check"), &error);
    assert_true(db_next(stmt, &error));
    ASSERT_STR(db_text(stmt, 0), S("ok"));
    AUTO_ARENA arena = arena_new(1 << 20);
    size_t found = 0;
    for (int64_t scope = 0; scope < 3; scope++) {
        int64_t *ids;
        size_t count, total;
        ASSERT_OK(
            db_search(conn, "entry_search", scope, S("記録"), 0, 1, arena, &ids, &count, &total, &error),
            &error);
        found += total;
    }
    int64_t entries = 0;
    ASSERT_OK(db_one_integer(conn, &entries, &error, "select count(*) from entry"), &error);
    assert_int_equal(found, entries);
}

/* How many of the answered entries are not there; an entry that must not be there fails the test. */
static size_t count_lost(Db *db, const Powered *powered, size_t answered)
{
    static bool present[NUMBERS_MAX * 2];
    memset(present, 0, sizeof(present));
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "select number from entry"), &error);
    while (db_next(stmt, &error)) {
        int64_t number = db_integer(stmt, 0);
        assert_true(number >= 0 && number < NUMBERS_MAX * 2 && !is_meant_to_fail(number));
        present[number] = true;
    }
    size_t lost = 0;
    for (size_t i = 0; i < answered; i++)
        lost += !present[powered->answered[i]];
    return lost;
}

static void what_was_answered_survives_a_loss_of_power(void **state)
{
    (void)state;
    static Powered powered;
    Crash crashes[CRASHES];
    crash_while_writing(&powered, crashes);
    for (size_t i = 0; i < CRASHES; i++) {
        CLEANUP(db_cleanup) Db *db = fixture_open_at(crashes[i].url, NULL);
        assert_int_equal(count_lost(db, &powered, crashes[i].answered), 0);
        assert_whole(db);
    }
    assert_true(crashes[CRASHES - 1].answered > CRASHES);
}

/* Whether a crashed database cannot be read, or does not hold as many entries as were answered. */
static bool has_lost(const Crash *crash)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    int64_t count = 0;
    bool is_read = db_open(&db, crash->url, NULL, &error) && db_read_begin(db, &conn, &error) &&
                   db_one_integer(conn, &count, &error, "select count(*) from entry");
    return !is_read || (size_t)count < crash->answered;
}

/* The test can fail: a disk that only says that it has synced loses what was answered. */
static void a_lying_disk_loses(void **state)
{
    (void)state;
    static Powered powered;
    Crash crashes[CRASHES];
    lossy_vfs_lie(true);
    crash_while_writing(&powered, crashes);
    lossy_vfs_lie(false);
    size_t lost = 0;
    for (size_t i = 0; i < CRASHES; i++)
        lost += has_lost(&crashes[i]);
    assert_true(lost > CRASHES / 2);
}

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        cmocka_unit_test(what_was_answered_survives_a_kill),
        cmocka_unit_test(what_was_answered_survives_a_loss_of_power),
        cmocka_unit_test(a_lying_disk_loses),
    };
    const struct CMUnitTest on_postgres[] = {
        cmocka_unit_test(what_was_answered_survives_a_kill),
    };
    return test_db_is_postgres() ? cmocka_run_group_tests(on_postgres, NULL, NULL)
                                 : cmocka_run_group_tests(on_sqlite, NULL, NULL);
}
