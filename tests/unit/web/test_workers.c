/* Workers run what they took, refuse what does not fit, and the reaper cuts whom it should. */
#include "web/workers.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "web/reaper.h"

typedef struct Gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;
    atomic_int running, done;
    size_t arena_used;
} Gate;

static void run_gated(void *context, void *job, Arena *arena)
{
    Gate *gate = context;
    (void)job;
    gate->running++;
    pthread_mutex_lock(&gate->lock);
    gate->arena_used += arena_used(arena);
    while (!gate->open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
    arena_alloc(arena, 1000);
    gate->done++;
}

static void open_gate(Gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->open = true;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->lock);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    Error error;
    Gate gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    const WorkersOptions options = {
        .threads = 2, .queue = 3, .arena_max = 1 << 16, .run = run_gated, .context = &gate};
    Workers *workers = workers_start(&options, &error);
    assert_non_null(workers);
    int job = 0, taken = 0;
    for (int i = 0; i < 2; i++)
        taken += workers_push(workers, &job);
    while (gate.running < 2)
        usleep(1000);
    for (int i = 0; i < 5; i++)
        taken += workers_push(workers, &job);
    assert_int_equal(taken, 5); /* two run, three wait, two were refused */
    open_gate(&gate);
    workers_stop(workers);
    assert_int_equal(gate.done, 5); /* what was taken is run even while stopping */
    assert_int_equal(gate.arena_used, 0);
}

/* --- the reaper -------------------------------------------------------------------------------------- */

typedef struct Pair {
    int ours, theirs;
    ReaperEntry *entry;
} Pair;

static Pair add_pair(Reaper *reaper)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    return (Pair){ends[0], ends[1], reaper_add(reaper, ends[0])};
}

static bool is_cut(Pair pair, int within_ms)
{
    struct pollfd poll_of = {.fd = pair.theirs, .events = POLLIN};
    return poll(&poll_of, 1, within_ms) == 1;
}

static void remove_pair(Reaper *reaper, Pair pair)
{
    reaper_remove(reaper, pair.entry);
    close(pair.ours);
    close(pair.theirs);
}

#define LONG_MS 600000
#define PATIENCE_MS 20000

static Reaper *start_reaper(ReaperOptions options)
{
    Error error;
    options.tick_ms = 20;
    if (options.bytes_per_second == 0)
        options.bytes_per_second = 1000;
    Reaper *reaper = reaper_start(&options, &error);
    assert_non_null(reaper);
    return reaper;
}

static void each_phase_has_its_deadline(void **state)
{
    (void)state;
    Reaper *reaper = start_reaper(
        (ReaperOptions){.head_ms = 50, .body_ms = LONG_MS, .send_ms = LONG_MS, .idle_ms = LONG_MS});
    Pair late = add_pair(reaper), body = add_pair(reaper), working = add_pair(reaper),
         taking = add_pair(reaper), idle = add_pair(reaper);
    reaper_expect_body(reaper, body.entry);
    reaper_expect_nothing(working.entry);
    reaper_expect_taken(reaper, taking.entry, 10);
    reaper_expect_next(reaper, idle.entry);
    assert_int_equal(reaper_count(reaper), 5);
    assert_true(is_cut(late, PATIENCE_MS));
    assert_false(is_cut(body, 0) || is_cut(working, 0) || is_cut(taking, 0) || is_cut(idle, 0));
    reaper_expect_head(reaper, idle.entry); /* the next request begins and stays unfinished */
    assert_true(is_cut(idle, PATIENCE_MS));
    assert_false(is_cut(working, 0));
    const Pair all[] = {late, body, working, taking, idle};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        remove_pair(reaper, all[i]);
    assert_int_equal(reaper_count(reaper), 0);
    reaper_stop(reaper);
}

static void bodies_earn_time(void **state)
{
    (void)state;
    Reaper *reaper =
        start_reaper((ReaperOptions){.head_ms = LONG_MS, .body_ms = 50, .send_ms = 50, .idle_ms = LONG_MS});
    Pair quick = add_pair(reaper), slow = add_pair(reaper), large = add_pair(reaper),
         small = add_pair(reaper);
    reaper_expect_body(reaper, quick.entry);
    reaper_body_arrived(reaper, quick.entry, 600 * 1000); /* ten minutes at the least rate */
    reaper_expect_body(reaper, slow.entry);
    reaper_body_arrived(reaper, slow.entry, 1);
    reaper_expect_taken(reaper, large.entry, 600 * 1000);
    reaper_expect_taken(reaper, small.entry, 1);
    assert_true(is_cut(slow, PATIENCE_MS) && is_cut(small, PATIENCE_MS));
    assert_false(is_cut(quick, 0) || is_cut(large, 0));
    const Pair all[] = {quick, slow, large, small};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        remove_pair(reaper, all[i]);
    reaper_stop(reaper);
}

static void a_crowd_sends_the_idle_away(void **state)
{
    (void)state;
    Reaper *reaper = start_reaper((ReaperOptions){
        .head_ms = LONG_MS, .body_ms = LONG_MS, .send_ms = LONG_MS, .idle_ms = LONG_MS, .crowd = 2});
    Pair idle = add_pair(reaper), busy = add_pair(reaper), newcomer = add_pair(reaper);
    reaper_expect_next(reaper, idle.entry);
    reaper_expect_nothing(busy.entry);
    assert_true(is_cut(idle, PATIENCE_MS));
    assert_false(is_cut(busy, 0) || is_cut(newcomer, 0));
    const Pair all[] = {idle, busy, newcomer};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        remove_pair(reaper, all[i]);
    reaper_stop(reaper);
}

static void stopping_sends_the_idle_away(void **state)
{
    (void)state;
    Reaper *reaper = start_reaper(
        (ReaperOptions){.head_ms = LONG_MS, .body_ms = LONG_MS, .send_ms = LONG_MS, .idle_ms = LONG_MS});
    Pair idle = add_pair(reaper), busy = add_pair(reaper);
    reaper_expect_next(reaper, idle.entry);
    reaper_expect_nothing(busy.entry);
    reaper_end_idle(reaper);
    assert_true(is_cut(idle, PATIENCE_MS));
    assert_false(is_cut(busy, 0));
    remove_pair(reaper, idle);
    remove_pair(reaper, busy);
    reaper_stop(reaper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(each_phase_has_its_deadline),
        cmocka_unit_test(bodies_earn_time),
        cmocka_unit_test(a_crowd_sends_the_idle_away),
        cmocka_unit_test(stopping_sends_the_idle_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
