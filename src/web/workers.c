/* A ring of jobs under one lock; threads sleep on one condition. */
#include "web/workers.h"

#include <pthread.h>

typedef struct Worker {
    Workers *workers;
    Arena *arena;
    pthread_t thread;
} Worker;

struct Workers {
    WorkersOptions options;
    pthread_mutex_t lock;
    pthread_cond_t work;
    void **ring; /* options.queue places */
    size_t first, waiting;
    bool stopping;
    size_t started;
    Worker each[];
};

static void *take(Workers *workers)
{
    void *job = NULL;
    pthread_mutex_lock(&workers->lock);
    while (workers->waiting == 0 && !workers->stopping)
        pthread_cond_wait(&workers->work, &workers->lock);
    if (workers->waiting > 0) {
        job = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->options.queue;
        workers->waiting--;
    }
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static void *run(void *argument)
{
    Worker *worker = argument;
    const WorkersOptions *options = &worker->workers->options;
    for (void *job; (job = take(worker->workers));) {
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
    if (pthread_create(&worker->thread, NULL, run, worker) != 0) {
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
    pthread_cond_init(&workers->work, NULL);
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
    pthread_mutex_lock(&workers->lock);
    bool room = !workers->stopping && workers->waiting < workers->options.queue;
    if (room) {
        workers->ring[(workers->first + workers->waiting) % workers->options.queue] = job;
        workers->waiting++;
        pthread_cond_signal(&workers->work);
    }
    pthread_mutex_unlock(&workers->lock);
    return room;
}

void workers_stop(Workers *workers)
{
    if (!workers)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->stopping = true;
    pthread_cond_broadcast(&workers->work);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->started; i++) {
        pthread_join(workers->each[i].thread, NULL);
        arena_free(workers->each[i].arena);
    }
    pthread_cond_destroy(&workers->work);
    pthread_mutex_destroy(&workers->lock);
    free(workers->ring);
    free(workers);
}
