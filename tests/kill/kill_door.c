/* tests/kill/kill_door.c: nothing that was answered is lost, and verify is clean: after kill -9 under load,
 * and after a loss of power that keeps any part of what was not synced.
 *
 *     kill_door            a few times, for every day
 *     kill_door --full     fifty times
 *
 * Several threads apply for places, withdraw, and make new sessions; whatever is answered is told on a pipe,
 * whole or not at all. A parent kills the process at a moment of its choice, opens the database again, looks
 * for everything that was told, and runs verify.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

#include "../property/random.h"
#include "check.h"
#include "circle.h"
#include "lossy_vfs.h"
#include "testdb.h"

enum { WRITERS = 6, SESSIONS = 4, TOLD_MAX = 200000, CODE_MAX = 20 };

/* How often; set by main before anything runs. */
static struct {
    int kills, crashes;
} scale = {10, 10};

/* "M" made, or "W" withdrawn, and the code. Smaller than what a pipe takes at once. */
typedef struct Told {
    char what;
    char code[CODE_MAX];
} Told;

typedef struct Load {
    Circle *circle;
    Str sessions[SESSIONS];
    Str children[SESSIONS];
    atomic_ullong seed;
    atomic_bool stops;
    bool (*tell)(struct Load *load, const Told *told);
    int pipe;
    pthread_mutex_t lock; /* of what follows */
    Told *told;
    size_t count;
} Load;

/* --- the load ------------------------------------------------------------------------------------ */

static Str code_of(const Told *told)
{
    return (Str){told->code, sizeof(told->code)};
}

static void tell(Load *load, char what, Str code)
{
    Told told = {.what = what};
    assert(code.len == sizeof(told.code) && "codes have one length");
    memcpy(told.code, code.at, code.len);
    if (!load->tell(load, &told))
        _exit(4);
}

static void need(bool good, const Error *error)
{
    if (good)
        return;
    error_print(stderr, error);
    _exit(3);
}

/* An entry, alone or of one of a few groups; a group that has no place left for it is an answer too. */
static void make_entry(Load *load, Random *random, Asking *asking)
{
    static const char *const groups[] = {"", "", "", "甲", "乙", "丙"};
    RecordMade made;
    RecordFaults faults = {0};
    Error error = {0};
    const RecordDraft draft = circle_entry(load->circle, asking->arena,
        load->sessions[random_below(random, SESSIONS)], load->children[random_below(random, SESSIONS)],
        str_of(groups[random_below(random, COUNT_OF(groups))]));
    bool done = record_create(load->circle->door, asking, &draft, 1, &made, &faults, &error);
    need(done || (error.code == ERROR_INPUT && faults.len == 1), &error);
    if (!done)
        return;
    tell(load, 'M', made.code);
    if (random_below(random, 3) > 0)
        return;
    need(record_transition(load->circle->door, asking, made.code, 0, S("withdraw"), S("都合により"), &error),
        &error);
    tell(load, 'W', made.code);
}

static void make_session(Load *load, Asking *asking)
{
    RecordMade made;
    RecordFaults faults = {0};
    Error error = {0};
    const RecordInput inputs[] = {{S("name"), S("夏の教室")}, {S("held_on"), S("2018-08-20")}};
    const RecordDraft draft = {load->circle->session, STR_EMPTY, inputs, COUNT_OF(inputs)};
    need(record_create(load->circle->door, asking, &draft, 1, &made, &faults, &error), &error);
    tell(load, 'M', made.code);
}

static void *write_under_load(void *argument)
{
    Load *load = argument;
    Random random = {atomic_fetch_add(&load->seed, 1)};
    AUTO_ARENA arena = arena_new(16 << 20);
    Asking asking = load->circle->asking;
    asking.arena = arena;
    while (!atomic_load(&load->stops)) {
        arena_clear(arena);
        asking.clock.instant += 1000;
        if (random_below(&random, 10) == 0)
            make_session(load, &asking);
        else
            make_entry(load, &random, &asking);
    }
    return NULL;
}

static void begin_load(Load *load, Circle *circle, uint64_t seed)
{
    *load = (Load){.circle = circle};
    atomic_init(&load->seed, seed * 1000);
    pthread_mutex_init(&load->lock, NULL);
    for (size_t i = 0; i < SESSIONS; i++) {
        load->sessions[i] = circle_session(circle, "自然教室", 5 + 3 * (int)i).code;
        load->children[i] = circle_child(circle, "児童").code;
    }
}

static void run_load(Load *load, pthread_t threads[WRITERS])
{
    for (size_t i = 0; i < WRITERS; i++)
        if (pthread_create(&threads[i], NULL, write_under_load, load) != 0)
            _exit(5);
}

/* Everything told is there. */
static void expect_told(Circle *circle, const Told *told, size_t count)
{
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    AUTO_ARENA arena = arena_new(64 << 20);
    Asking asking = circle->asking;
    asking.arena = arena;
    assert_true(db_read_begin(circle->db, &conn, &error));
    for (size_t i = 0; i < count; i++) {
        Record *record = NULL;
        arena_clear(arena);
        if (!record_get(circle->door, conn, &asking, code_of(&told[i]), &record, &error))
            fail_msg("lost %c %.*s: %s", told[i].what, STR_ARGS(code_of(&told[i])), error.message);
        if (told[i].what == 'W')
            assert_str(record_state(record), "withdrawn");
    }
}

/* --- the process is killed ----------------------------------------------------------------------- */

static bool tell_parent(Load *load, const Told *told)
{
    return write(load->pipe, told, sizeof(*told)) == sizeof(*told);
}

static void run_until_killed(Str url, int to, uint64_t seed)
{
    Circle circle;
    Load load;
    pthread_t threads[WRITERS];
    circle_open(&circle, url);
    begin_load(&load, &circle, seed);
    load.tell = tell_parent;
    load.pipe = to;
    run_load(&load, threads);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    _exit(6);
}

static size_t read_told(int from, Told *told, size_t count, size_t limit)
{
    while (count < limit && read(from, &told[count], sizeof(told[count])) == sizeof(told[count]))
        count++;
    return count;
}

/* Kills after so many answers and a moment more; answers how many were told. */
static size_t kill_under_load(Str url, uint64_t round, Told *told)
{
    Random random = {round};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        run_until_killed(url, ends[1], round);
    }
    close(ends[1]);
    size_t count = read_told(ends[0], told, 0, 10 + random_below(&random, 120));
    const struct timespec moment = {.tv_nsec = (long)random_below(&random, 20000000)};
    nanosleep(&moment, NULL);
    kill(child, SIGKILL);
    count = read_told(ends[0], told, count, TOLD_MAX);
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return count;
}

static void what_was_answered_survives_kills(void **state)
{
    (void)state;
    Str url = test_db_url();
    Told *told = calloc(TOLD_MAX, sizeof(*told));
    size_t total = 0;
    Circle circle;
    assert_non_null(told);
    circle_open(&circle, url); /* the tables are made before anything is killed */
    circle_close(&circle);
    for (int round = 1; round <= scale.kills; round++) {
        size_t count = kill_under_load(url, (uint64_t)round, told);
        assert_true(count >= 10);
        circle_open(&circle, url);
        expect_told(&circle, told, count);
        assert_int_equal(circle_problems(&circle), 0);
        circle_close(&circle);
        total += count;
    }
    print_message("# %d kills, %zu answers, none lost, verify clean after each\n", scale.kills, total);
    free(told);
}

/* --- power is lost ------------------------------------------------------------------------------- */

static bool remember(Load *load, const Told *told)
{
    pthread_mutex_lock(&load->lock);
    if (load->count < TOLD_MAX)
        load->told[load->count++] = *told;
    pthread_mutex_unlock(&load->lock);
    return true;
}

typedef struct Crash {
    Str url;
    size_t answered;
} Crash;

/* The log is carried into the database every few commits, so that crashes fall into that as well. */
static bool use_small_log(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    int64_t pages = 0;
    return db_one_integer(conn, &pages, error, "pragma wal_autocheckpoint = 60");
}

static size_t count_answers(Load *load)
{
    pthread_mutex_lock(&load->lock);
    size_t count = load->count;
    pthread_mutex_unlock(&load->lock);
    return count;
}

/* Until so many answers more were given, and a moment. */
static void await_answers(Load *load, Random *random)
{
    size_t wanted = count_answers(load) + 1 + random_below(random, 30);
    while (count_answers(load) < wanted) {
        const struct timespec moment = {.tv_nsec = 200000 + (long)random_below(random, 2000000)};
        nanosleep(&moment, NULL);
    }
}

/* Copies what a loss of power would leave, at moments of the load. */
static void crash_under_load(Load *load, Crash *crashes)
{
    pthread_t threads[WRITERS];
    Random random = {7};
    Error error = {0};
    need(db_write(load->circle->db, use_small_log, NULL, &error), &error);
    run_load(load, threads);
    for (int i = 0; i < scale.crashes; i++) {
        await_answers(load, &random);
        crashes[i].url = test_db_url();
        crashes[i].answered = count_answers(load);
        lossy_vfs_crash(crashes[i].url.at, (uint64_t)i);
    }
    atomic_store(&load->stops, true);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
}

static void what_was_answered_survives_a_loss_of_power(void **state)
{
    (void)state;
    static Crash crashes[64];
    Circle circle;
    Load load;
    if (test_db_is_postgres()) {
        skip();
        return;
    }
    Str url = test_db_url();
    lossy_vfs_watch(url.at);
    circle_open(&circle, url);
    begin_load(&load, &circle, 1);
    load.tell = remember;
    load.told = calloc(TOLD_MAX, sizeof(*load.told));
    assert_non_null(load.told);
    crash_under_load(&load, crashes);
    circle_close(&circle);
    lossy_vfs_end();
    for (int i = 0; i < scale.crashes; i++) {
        circle_open(&circle, crashes[i].url);
        expect_told(&circle, load.told, crashes[i].answered);
        assert_int_equal(circle_problems(&circle), 0);
        circle_close(&circle);
    }
    print_message("# %d losses of power, %zu answers in all, none lost, verify clean after each\n",
        scale.crashes, load.count);
    free(load.told);
    pthread_mutex_destroy(&load.lock);
}

int main(int count, char **words)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_survives_kills),
        cmocka_unit_test(what_was_answered_survives_a_loss_of_power),
    };
    if (count > 1 && strcmp(words[1], "--full") == 0)
        scale.kills = scale.crashes = 50;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
