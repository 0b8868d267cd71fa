/* A list of connections under one lock, and in each an atomic deadline that is set without it.
 *
 * Invariant: an entry is in the list exactly as long as its socket is open, because the library tells us
 * before it closes one and reaper_remove waits for the lock; so the reaper never shuts down a number that
 * means another file already.
 */
#include "web/reaper.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "base/log.h"

#define NEVER INT64_MAX
#define CROWDED_IDLE_MS 1000

struct ReaperEntry {
    ReaperEntry *next, *previous;
    int socket;
    _Atomic int64_t deadline;   /* ms of the monotonic clock; NEVER while a worker has it */
    _Atomic int64_t idle_since; /* NEVER unless idle */
};

struct Reaper {
    ReaperOptions options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    ReaperEntry *first;
    size_t count;
    bool stopping;
    atomic_bool end_idle;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_late(const Reaper *reaper, const ReaperEntry *entry, int64_t now)
{
    if (now >= entry->deadline)
        return true;
    int64_t idle_since = entry->idle_since;
    if (idle_since == NEVER)
        return false;
    if (reaper->end_idle)
        return true;
    return reaper->options.crowd > 0 && reaper->count > reaper->options.crowd &&
           now - idle_since >= CROWDED_IDLE_MS;
}

static size_t cut_late(Reaper *reaper, int64_t now)
{
    size_t cut = 0;
    for (ReaperEntry *entry = reaper->first; entry; entry = entry->next)
        if (is_late(reaper, entry, now)) {
            shutdown(entry->socket, SHUT_RDWR);
            entry->deadline = entry->idle_since = NEVER;
            cut++;
        }
    return cut;
}

static void wait_for_tick(Reaper *reaper)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t at = (int64_t)until.tv_nsec + reaper->options.tick_ms * 1000000;
    until.tv_sec += at / 1000000000;
    until.tv_nsec = at % 1000000000;
    pthread_cond_timedwait(&reaper->wake, &reaper->lock, &until);
}

static void *run(void *argument)
{
    Reaper *reaper = argument;
    pthread_mutex_lock(&reaper->lock);
    while (!reaper->stopping) {
        size_t cut = cut_late(reaper, now_ms());
        if (cut > 0)
            log_line(LOG_INFO, "connections_cut", LOG_INT("count", (int64_t)cut),
                LOG_INT("open", (int64_t)reaper->count));
        wait_for_tick(reaper);
    }
    pthread_mutex_unlock(&reaper->lock);
    return NULL;
}

Reaper *reaper_start(const ReaperOptions *options, Error *error)
{
    Reaper *reaper = calloc(1, sizeof *reaper);
    pthread_condattr_t monotonic;
    if (!reaper) {
        error_memory(error);
        return NULL;
    }
    reaper->options = *options;
    pthread_mutex_init(&reaper->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&reaper->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&reaper->thread, NULL, run, reaper) == 0)
        return reaper;
    error_set(error, ERROR_SYSTEM, "no thread for the connections' deadlines");
    pthread_cond_destroy(&reaper->wake);
    pthread_mutex_destroy(&reaper->lock);
    free(reaper);
    return NULL;
}

void reaper_stop(Reaper *reaper)
{
    if (!reaper)
        return;
    pthread_mutex_lock(&reaper->lock);
    reaper->stopping = true;
    pthread_cond_signal(&reaper->wake);
    pthread_mutex_unlock(&reaper->lock);
    pthread_join(reaper->thread, NULL);
    assert(reaper->count == 0 && "connections are closed before their reaper goes");
    pthread_cond_destroy(&reaper->wake);
    pthread_mutex_destroy(&reaper->lock);
    free(reaper);
}

ReaperEntry *reaper_add(Reaper *reaper, int socket)
{
    ReaperEntry *entry = calloc(1, sizeof *entry);
    if (!entry)
        return NULL;
    entry->socket = socket;
    reaper_expect_head(reaper, entry);
    pthread_mutex_lock(&reaper->lock);
    entry->next = reaper->first;
    if (entry->next)
        entry->next->previous = entry;
    reaper->first = entry;
    reaper->count++;
    pthread_mutex_unlock(&reaper->lock);
    return entry;
}

void reaper_remove(Reaper *reaper, ReaperEntry *entry)
{
    if (!entry)
        return;
    pthread_mutex_lock(&reaper->lock);
    if (entry->previous)
        entry->previous->next = entry->next;
    else
        reaper->first = entry->next;
    if (entry->next)
        entry->next->previous = entry->previous;
    reaper->count--;
    pthread_mutex_unlock(&reaper->lock);
    free(entry);
}

static void set_deadline(ReaperEntry *entry, int64_t deadline)
{
    if (!entry)
        return;
    entry->idle_since = NEVER;
    entry->deadline = deadline;
}

/* How long so many bytes may take at the least rate. */
static int64_t transfer_ms(const Reaper *reaper, size_t bytes)
{
    return (int64_t)(bytes / (size_t)reaper->options.bytes_per_second) * 1000;
}

void reaper_expect_head(Reaper *reaper, ReaperEntry *entry)
{
    set_deadline(entry, now_ms() + reaper->options.head_ms);
}

void reaper_expect_body(Reaper *reaper, ReaperEntry *entry)
{
    set_deadline(entry, now_ms() + reaper->options.body_ms);
}

void reaper_body_arrived(Reaper *reaper, ReaperEntry *entry, size_t bytes)
{
    if (entry)
        entry->deadline += (int64_t)bytes * 1000 / reaper->options.bytes_per_second;
}

void reaper_expect_nothing(ReaperEntry *entry)
{
    set_deadline(entry, NEVER);
}

void reaper_expect_taken(Reaper *reaper, ReaperEntry *entry, size_t bytes)
{
    set_deadline(entry, now_ms() + reaper->options.send_ms + transfer_ms(reaper, bytes));
}

void reaper_expect_next(Reaper *reaper, ReaperEntry *entry)
{
    if (!entry)
        return;
    int64_t now = now_ms();
    set_deadline(entry, now + reaper->options.idle_ms);
    entry->idle_since = now;
}

void reaper_end_idle(Reaper *reaper)
{
    pthread_mutex_lock(&reaper->lock);
    reaper->end_idle = true;
    pthread_cond_signal(&reaper->wake);
    pthread_mutex_unlock(&reaper->lock);
}

size_t reaper_count(Reaper *reaper)
{
    pthread_mutex_lock(&reaper->lock);
    size_t count = reaper->count;
    pthread_mutex_unlock(&reaper->lock);
    return count;
}
