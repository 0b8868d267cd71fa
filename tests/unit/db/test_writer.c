/* The one writer: writes that wait are committed together, a failing one is undone alone, what a commit
 * refuses is told to all, conflicts are run again, and nothing answered is lost. */
#include "fixture.h"

#include <unistd.h>

static const char script[] = "create table entry (\n"
                             "  id {id},\n"
                             "  thread {int} not null,\n"
                             "  number {int} not null,\n"
                             "  unique (thread, number)\n"
                             "){end};\n"
                             "create table account (id {int} primary key, balance {int} not null){end};\n"
                             "insert into account values (1, 100);\n"
                             "insert into account values (2, 100);\n";

#define INSERT_ENTRY "insert into entry (thread, number) values (?1, ?2)"

static void pause_shortly(void)
{
    const struct timespec pause = {.tv_nsec = 200000};
    nanosleep(&pause, NULL);
}

/* --- threads that write ----------------------------------------------------------------------- */

typedef struct Entry {
    Db *db;
    int64_t thread, number;
    bool fails;  /* by its own answer */
    bool breaks; /* by a statement that the database refuses */
    bool ok;
    int runs;
    Error error;
} Entry;

static bool write_entry(DbConn *conn, void *argument, Error *error)
{
    Entry *entry = argument;
    entry->runs++;
    if (!db_run(conn, NULL, error, INSERT_ENTRY, value_integer(entry->thread), value_integer(entry->number)))
        return false;
    if (entry->breaks)
        return db_run(conn, NULL, error, "insert into entry (thread, number) values (1, null)");
    if (entry->fails)
        return error_set(error, ERROR_DENIED, "entry %lld may not", (long long)entry->number);
    return true;
}

static void *write_one(void *argument)
{
    Entry *entry = argument;
    entry->ok = db_write(entry->db, write_entry, entry, &entry->error);
    return NULL;
}

/* Keeps the writer busy until it is let go. */
typedef struct Gate {
    Db *db;
    atomic_bool entered, open;
    bool ok;
    Error error;
} Gate;

static bool wait_in_gate(DbConn *conn, void *argument, Error *error)
{
    (void)conn;
    (void)error;
    Gate *gate = argument;
    atomic_store(&gate->entered, true);
    while (!atomic_load(&gate->open))
        pause_shortly();
    return true;
}

static void *write_gate(void *argument)
{
    Gate *gate = argument;
    gate->ok = db_write(gate->db, wait_in_gate, gate, &gate->error);
    return NULL;
}

/* Queues all entries while the writer is held, lets it go and waits for the answers. */
static void write_together(Db *db, Entry *entries, size_t count)
{
    Gate gate = {.db = db};
    pthread_t gate_thread, threads[256];
    assert_true(count <= COUNT_OF(threads));
    assert_int_equal(pthread_create(&gate_thread, NULL, write_gate, &gate), 0);
    while (!atomic_load(&gate.entered))
        pause_shortly();
    for (size_t i = 0; i < count; i++) {
        entries[i].db = db;
        assert_int_equal(pthread_create(&threads[i], NULL, write_one, &entries[i]), 0);
        fixture_await_queue(db, i + 1); /* so that they stand in order */
    }
    atomic_store(&gate.open, true);
    pthread_join(gate_thread, NULL);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    assert_true(gate.ok);
}

static Db *open_with_tables(void)
{
    Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    return db;
}

static void waiting_writes_share_a_commit(void **state)
{
    (void)state;
    static const struct {
        size_t writes;
        uint64_t commits;
    } cases[] = {{1, 1}, {2, 1}, {DB_BATCH_MAX, 1}, {DB_BATCH_MAX + 1, 2}, {3 * DB_BATCH_MAX, 3}};
    CLEANUP(db_cleanup) Db *db = open_with_tables();
    int64_t total = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Entry entries[3 * DB_BATCH_MAX] = {0};
        for (size_t k = 0; k < cases[i].writes; k++)
            entries[k] = (Entry){.thread = (int64_t)i, .number = (int64_t)k};
        uint64_t before = db_commits(db);
        write_together(db, entries, cases[i].writes);
        assert_int_equal(db_commits(db) - before, cases[i].commits + 1); /* and the gate's own */
        for (size_t k = 0; k < cases[i].writes; k++) {
            assert_true(entries[k].ok);
            assert_int_equal(entries[k].runs, 1);
        }
        total += (int64_t)cases[i].writes;
    }
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), total);
}

/* Good ones between bad ones, in one transaction: each bad one is told its own reason. */
static void a_failing_write_is_undone_alone(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_tables();
    Entry entries[40] = {0};
    for (size_t i = 0; i < COUNT_OF(entries); i++)
        entries[i] = (Entry){.number = (int64_t)i, .fails = i % 4 == 1, .breaks = i % 4 == 3};
    entries[20].number = 0; /* like the first one's */
    uint64_t before = db_commits(db);
    write_together(db, entries, COUNT_OF(entries));
    assert_int_equal(db_commits(db) - before, 2);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_int_equal(entries[i].ok, i % 2 == 0 && i != 20);
        if (entries[i].fails) {
            assert_int_equal(entries[i].error.code, ERROR_DENIED);
            char words[64];
            snprintf(words, sizeof(words), "entry %zu may not", i);
            assert_string_equal(entries[i].error.message, words);
        }
        if (entries[i].breaks)
            assert_int_equal(entries[i].error.code, ERROR_DATABASE);
    }
    assert_int_equal(entries[20].error.code, ERROR_CONFLICT);
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), 19);
    assert_int_equal(fixture_integer(db, "select count(*) from entry where number % 2 = 1"), 0);
}

static void a_write_alone_is_undone(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_tables();
    uint64_t before = db_commits(db);
    Entry bad[] = {{.fails = true}, {.breaks = true}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(db_write(db, write_entry, &bad[i], &bad[i].error));
        assert_int_equal(bad[i].error.code, bad[i].fails ? ERROR_DENIED : ERROR_DATABASE);
    }
    assert_int_equal(db_commits(db) - before, 0);
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), 0);
}

typedef struct Many {
    Db *db;
    int64_t thread;
    int wrong;
} Many;

static void *write_many(void *argument)
{
    Many *many = argument;
    for (int64_t i = 0; i < 200; i++) {
        Entry entry = {.thread = many->thread, .number = i, .fails = i % 10 == 9};
        bool ok = db_write(many->db, write_entry, &entry, &entry.error);
        if (ok == entry.fails || (!ok && entry.error.code != ERROR_DENIED))
            many->wrong++;
    }
    return NULL;
}

static void many_threads_write_at_once(void **state)
{
    (void)state;
    Str url = test_db_url();
    Db *db = fixture_open_at(url, NULL);
    fixture_tables(db, script);
    Many many[32];
    pthread_t threads[COUNT_OF(many)];
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        many[i] = (Many){.db = db, .thread = (int64_t)i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &many[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(many[i].wrong, 0);
    }
    assert_true(db_commits(db) < 32 * 180); /* some were committed together */
    db_close(db);
    db = fixture_open_at(url, NULL);
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), 32 * 180);
    assert_int_equal(
        fixture_integer(db, "select count(distinct thread * 1000 + number) from entry"), 32 * 180);
    assert_int_equal(fixture_integer(db, "select count(*) from entry where number % 10 = 9"), 0);
    db_close(db);
}

/* --- transactions that the database ends ------------------------------------------------------ */

static bool end_the_transaction(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error, "rollback");
}

typedef struct Culprit {
    Db *db;
    bool ok;
    Error error;
} Culprit;

static void *write_culprit(void *argument)
{
    Culprit *culprit = argument;
    culprit->ok = db_write(culprit->db, end_the_transaction, NULL, &culprit->error);
    return NULL;
}

/* As SQLite does by itself on some errors: then no one in the batch may believe to have written. */
static void a_lost_transaction_fails_its_batch(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_tables();
    Gate gate = {.db = db};
    Culprit culprit = {.db = db};
    Entry entries[] = {
        {.db = db, .number = 1}, {.db = db, .number = 2, .fails = true}, {.db = db, .number = 3}};
    pthread_t threads[5];
    assert_int_equal(pthread_create(&threads[0], NULL, write_gate, &gate), 0);
    while (!atomic_load(&gate.entered))
        pause_shortly();
    size_t queued = 0;
    for (size_t i = 0; i < 4; i++) {
        bool is_culprit = i == 2;
        void *what = is_culprit ? (void *)&culprit : (void *)&entries[queued - (i > 2)];
        assert_int_equal(
            pthread_create(&threads[i + 1], NULL, is_culprit ? write_culprit : write_one, what), 0);
        fixture_await_queue(db, ++queued);
    }
    atomic_store(&gate.open, true);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_false(culprit.ok);
    assert_int_equal(culprit.error.code, ERROR_BUSY);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_false(entries[i].ok);
        assert_int_equal(entries[i].error.code, i == 1 ? ERROR_DENIED : ERROR_BUSY);
    }
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), 0);
    ASSERT_OK(db_write(db, write_entry, &entries[0], &entries[0].error), &entries[0].error);
    assert_int_equal(fixture_integer(db, "select count(*) from entry"), 1);
}

static bool owe_a_town(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error, "insert into debt values (7)");
}

/* A rule that is checked at the commit: the closure answered true, and must learn of it. */
static void a_failed_commit_is_told(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_tables();
    fixture_tables(db, script);
    Error error = {0};
    const DbMigration debt = {.version = 1,
        .name = "debt",
        .script = "create table debt (account_id {int} references account (id) deferrable initially "
                  "deferred){end};\n"};
    ASSERT_OK(db_migrate(db, "debt", 1, &debt, NULL, &error), &error);
    assert_false(db_write(db, owe_a_town, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(fixture_integer(db, "select count(*) from debt"), 0);
    Entry after = {.number = 5};
    ASSERT_OK(db_write(db, write_entry, &after, &error), &error);
}

/* --- two programs on one database ------------------------------------------------------------- */

typedef struct Transfer {
    Db *db;
    int64_t from;
    atomic_int *reads; /* of both, so that each can wait for the other's */
    bool ok;
    atomic_int runs;
    Error error;
} Transfer;

/* Takes 150 when both accounts together hold enough: true for one of two such writes, never for both. */
static bool take_150(DbConn *conn, void *argument, Error *error)
{
    Transfer *transfer = argument;
    atomic_fetch_add(&transfer->runs, 1);
    int64_t sum = 0;
    if (!db_one_integer(conn, &sum, error, "select cast(sum(balance) as bigint) from account"))
        return false;
    atomic_fetch_add(transfer->reads, 1);
    /* Where both may be inside at once, both read before either writes. */
    for (int i = 0; test_db_is_postgres() && i < 10000 && atomic_load(transfer->reads) < 2; i++)
        pause_shortly();
    if (sum < 150)
        return error_set(error, ERROR_DENIED, "not enough");
    return db_run(conn, NULL, error, "update account set balance = balance - 150 where id = ?1",
        value_integer(transfer->from));
}

static void *run_transfer(void *argument)
{
    Transfer *transfer = argument;
    transfer->ok = db_write(transfer->db, take_150, transfer, &transfer->error);
    return NULL;
}

static void writes_of_two_programs_come_out_in_a_row(void **state)
{
    (void)state;
    Str url = test_db_url();
    CLEANUP(db_cleanup) Db *first = fixture_open_at(url, NULL);
    CLEANUP(db_cleanup) Db *second = fixture_open_at(url, NULL);
    fixture_tables(first, script);
    atomic_int reads = 0;
    Transfer transfers[] = {
        {.db = first, .from = 1, .reads = &reads}, {.db = second, .from = 2, .reads = &reads}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_transfer, &transfers[i]), 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(transfers[0].ok + transfers[1].ok, 1);
    const Transfer *refused = &transfers[transfers[0].ok ? 1 : 0];
    assert_int_equal(refused->error.code, ERROR_DENIED);
    assert_int_equal(fixture_integer(first, "select cast(sum(balance) as bigint) from account"), 50);
    if (test_db_is_postgres()) {
        assert_true(db_retries(first) + db_retries(second) >= 1);
        assert_int_equal(refused->runs, 2);
    }
}

typedef struct Count {
    Db *db;
    atomic_int *inside;
    int wrong;
} Count;

static bool add_one(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    int64_t balance = 0;
    return db_one_integer(conn, &balance, error, "select balance from account where id = 1") &&
           db_run(
               conn, NULL, error, "update account set balance = ?1 where id = 1", value_integer(balance + 1));
}

static void *add_many(void *argument)
{
    Count *count = argument;
    for (int i = 0; i < 50; i++) {
        Error error = {0};
        while (!db_write(count->db, add_one, NULL, &error))
            if (error.code != ERROR_BUSY) {
                count->wrong++;
                break;
            }
    }
    return NULL;
}

static void no_update_of_two_programs_is_lost(void **state)
{
    (void)state;
    Str url = test_db_url();
    Db *dbs[] = {fixture_open_at(url, NULL), fixture_open_at(url, NULL)};
    fixture_tables(dbs[0], script);
    Count counts[4];
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++) {
        counts[i] = (Count){.db = dbs[i % 2]};
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, &counts[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(counts[i].wrong, 0);
    }
    assert_int_equal(fixture_integer(dbs[1], "select balance from account where id = 1"), 300);
    db_close(dbs[0]);
    db_close(dbs[1]);
}

/* --- closing ---------------------------------------------------------------------------------- */

static void *close_db(void *argument)
{
    db_close(argument);
    return NULL;
}

static void closing_answers_what_waits(void **state)
{
    (void)state;
    Str url = test_db_url();
    Db *db = fixture_open_at(url, NULL);
    fixture_tables(db, script);
    Gate gate = {.db = db};
    Entry entry = {.db = db, .number = 9};
    pthread_t threads[3];
    assert_int_equal(pthread_create(&threads[0], NULL, write_gate, &gate), 0);
    while (!atomic_load(&gate.entered))
        pause_shortly();
    assert_int_equal(pthread_create(&threads[1], NULL, write_one, &entry), 0);
    fixture_await_queue(db, 1);
    assert_int_equal(pthread_create(&threads[2], NULL, close_db, db), 0);
    atomic_store(&gate.open, true);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_true(gate.ok && entry.ok);
    db = fixture_open_at(url, NULL);
    assert_int_equal(fixture_integer(db, "select count(*) from entry where number = 9"), 1);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting_writes_share_a_commit),
        cmocka_unit_test(a_failing_write_is_undone_alone),
        cmocka_unit_test(a_write_alone_is_undone),
        cmocka_unit_test(many_threads_write_at_once),
        cmocka_unit_test(a_lost_transaction_fails_its_batch),
        cmocka_unit_test(a_failed_commit_is_told),
        cmocka_unit_test(writes_of_two_programs_come_out_in_a_row),
        cmocka_unit_test(no_update_of_two_programs_is_lost),
        cmocka_unit_test(closing_answers_what_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
