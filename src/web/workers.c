/* A ring of jobs and a stack of idle workers under one lock.
 *
 * A job goes to the worker that became idle last, whose arena and stack are still in the processor's cache;
 * only when none is idle does it wait in the ring. Each worker sleeps on a condition of its own, so that
 * exactly one is woken, and a busy one takes the next job without sleeping. Invariant: jobs wait in the ring
 * only while no worker is idle.
 */
#include "web/workers.h"

#include <pthread.h>

typedef struct Worker {
    Workers *workers;
    Arena *arena;
    pthread_t thread;
    pthread_cond_t given; /* a job, or the end */
    void *job;
    struct Worker *next_idle;
} Worker;

struct Workers {
    WorkersOptions options;
    pthread_mutex_t lock;
    void **ring; /* options.queue places */
    size_t first, waiting;
    Worker *idle;
    bool stopping;
    size_t started;
    Worker each[];
};

/* The next job; NULL at the end. */
static void *take(Worker *worker)
{
    Workers *workers = worker->workers;
    void *job = NULL;
    pthread_mutex_lock(&workers->lock);
    if (workers->waiting > 0) {
        job = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->options.queue;
        workers->waiting--;
    } else if (!workers->stopping) {
        worker->job = NULL;
        worker->next_idle = workers->idle;
        workers->idle = worker;
        while (!worker->job && !workers->stopping)
            pthread_cond_wait(&worker->given, &workers->lock);
        job = worker->job;
    }
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static void *run(void *argument)
{
    Worker *worker = argument;
    const WorkersOptions *options = &worker->workers->options;
    for (void *job; (job = take(worker));) {
        options->run(options->context, job, worker->arena);
        arena_clear(worker->arena);
    }
    return NULL;
}

static bool start_worker(Workers *workers)
{
    Worker *worker = &workers->each[workers->started];
    worker->workers = workers;
    worker->arena = arena_new(workers->options.arena_max);
    if (!worker->arena)
        return false;
    pthread_cond_init(&worker->given, NULL);
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) {
        pthread_cond_destroy(&worker->given);
        arena_free(worker->arena);
        return false;
    }
    workers->started++;
    return true;
}

Workers *workers_start(const WorkersOptions *options, Error *error)
{
    assert(options->threads > 0 && options->queue > 0 && "workers have threads and a queue");
    Workers *workers = calloc(1, sizeof *workers + options->threads * sizeof(Worker));
    void **ring = calloc(options->queue, sizeof *ring);
    if (!workers || !ring) {
        free(workers);
        free(ring);
        error_memory(error);
        return NULL;
    }
    workers->options = *options;
    workers->ring = ring;
    pthread_mutex_init(&workers->lock, NULL);
    while (workers->started < options->threads)
        if (!start_worker(workers)) {
            workers_stop(workers);
            error_set(error, ERROR_SYSTEM, "no thread for a worker");
            return NULL;
        }
    return workers;
}

bool workers_push(Workers *workers, void *job)
{
    bool taken = true;
    pthread_mutex_lock(&workers->lock);
    Worker *worker = workers->stopping ? NULL : workers->idle;
    if (worker) {
        workers->idle = worker->next_idle;
        worker->job = job;
    } else if (!workers->stopping && workers->waiting < workers->options.queue) {
        workers->ring[(workers->first + workers->waiting) % workers->options.queue] = job;
        workers->waiting++;
    } else {
        taken = false;
    }
    pthread_mutex_unlock(&workers->lock);
    if (worker)
        pthread_cond_signal(&worker->given); /* outside the lock, which it would only wait for */
    return taken;
}

void workers_stop(Workers *workers)
{
    if (!workers)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    for (size_t i = 0; i < workers->started; i++)
        pthread_cond_signal(&workers->each[i].given);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->started; i++)
        pthread_join(workers->each[i].thread, NULL);
    for (size_t i = 0; i < workers->started; i++) {
        pthread_cond_destroy(&workers->each[i].given);
        arena_free(workers->each[i].arena);
    }
    pthread_mutex_destroy(&workers->lock);
    free(workers->ring);
    free(workers);
}
