/* The thread that does what is due. What goes wrong is logged and tried again a minute later: nothing is
 * lost, as what is due stays due. */
#include "web/jobs.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/log.h"
#include "record/figure.h"

#define LOOK_SECONDS 1
#define DUE_SECONDS 60

struct Jobs {
    Epochs *epochs;
    Db *db;
    Date today;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopping;
    bool must_stop; /* under the lock */
};

static void note_failure(const Error *error)
{
    if (error->code != ERROR_STALE) /* the next look finds the new city */
        log_line(LOG_FAULT, "jobs_failed", LOG_TEXT("code", str_of(error_name(error->code))),
            LOG_TEXT("message", str_of(error->message)));
}

static void do_what_is_due(const Jobs *jobs, Door *door)
{
    Error error = {0};
    size_t done = 0;
    Clock clock = clock_now();
    if (date_is_given(jobs->today))
        clock.today = jobs->today;
    if (!door_do_what_is_due(door, &clock, &done, &error))
        note_failure(&error);
    else if (done > 0)
        log_line(LOG_INFO, "jobs_done", LOG_INT("records", (int64_t)done));
}

/* Of indicators that are new or count otherwise: also when the apply that declared them was broken off. */
static void count_figures(const Jobs *jobs, const City *city)
{
    Error error = {0};
    size_t counted = 0;
    if (!figures_recount_stale(jobs->db, city, &counted, &error))
        note_failure(&error);
    else if (counted > 0)
        log_line(LOG_INFO, "figures_counted", LOG_INT("indicators", (int64_t)counted));
}

/* Whether there is another city than when the last round was made, whoever noticed it first. */
static bool look(const Jobs *jobs, int64_t last)
{
    Error error = {0};
    const Epoch *epoch = epochs_hold(jobs->epochs);
    bool is_newer = epochs_renew(jobs->epochs, epoch, &error) || epoch->number != last;
    epochs_let_go(jobs->epochs, epoch);
    return is_newer;
}

/* Answers the epoch it was made in. */
static int64_t do_round(const Jobs *jobs)
{
    const Epoch *epoch = epochs_hold(jobs->epochs);
    int64_t number = epoch->number;
    if (epoch->door) {
        count_figures(jobs, epoch->city);
        do_what_is_due(jobs, epoch->door);
    }
    epochs_let_go(jobs->epochs, epoch);
    return number;
}

/* false when it is time to end. */
static bool wait_for_next(Jobs *jobs)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_SECONDS;
    pthread_mutex_lock(&jobs->lock);
    int waited = 0;
    while (!jobs->must_stop && waited != ETIMEDOUT)
        waited = pthread_cond_timedwait(&jobs->stopping, &jobs->lock, &until);
    bool goes_on = !jobs->must_stop;
    pthread_mutex_unlock(&jobs->lock);
    return goes_on;
}

static void *run(void *argument)
{
    Jobs *jobs = argument;
    int64_t last = 0;
    int seconds = 0;
    do {
        if (seconds % DUE_SECONDS == 0 || look(jobs, last))
            last = do_round(jobs);
        seconds += LOOK_SECONDS;
    } while (wait_for_next(jobs));
    return NULL;
}

static void release(Jobs *jobs)
{
    pthread_cond_destroy(&jobs->stopping);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

bool jobs_start(Jobs **out, Epochs *epochs, Db *db, Date today, Error *error)
{
    Jobs *jobs = calloc(1, sizeof *jobs);
    pthread_condattr_t attributes;
    *out = NULL;
    if (!jobs)
        return error_memory(error);
    *jobs = (Jobs){.epochs = epochs, .db = db, .today = today};
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->stopping, &attributes);
    pthread_condattr_destroy(&attributes);
    int failed = pthread_create(&jobs->thread, NULL, run, jobs);
    if (failed != 0) {
        release(jobs);
        return error_set(error, ERROR_SYSTEM, "no thread for what is due: %s", strerror(failed));
    }
    *out = jobs;
    return true;
}

void jobs_stop(Jobs *jobs)
{
    if (!jobs)
        return;
    pthread_mutex_lock(&jobs->lock);
    jobs->must_stop = true;
    pthread_cond_signal(&jobs->stopping);
    pthread_mutex_unlock(&jobs->lock);
    pthread_join(jobs->thread, NULL);
    release(jobs);
}

void jobs_cleanup(Jobs **jobs)
{
    jobs_stop(*jobs);
    *jobs = NULL;
}
