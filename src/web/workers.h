/* web/workers.h: threads that run blocking jobs from a bounded queue, each with its own arena. */
#ifndef WEB_WORKERS_H
#define WEB_WORKERS_H

#include "base/arena.h"
#include "base/error.h"

typedef struct Workers Workers;

/* Runs one job on a worker. The arena is empty at the start and cleared afterwards. */
typedef void WorkerRun(void *context, void *job, Arena *arena);

typedef struct WorkersOptions {
    unsigned threads, queue; /* how many run; how many may wait */
    size_t arena_max;
    WorkerRun *run;
    void *context;
} WorkersOptions;

Workers *workers_start(const WorkersOptions *options, Error *error) MUST_USE;
/* Any thread; never blocks. false when the queue is full or the workers are stopping. */
MUST_USE bool workers_push(Workers *workers, void *job);
/* Takes nothing new, runs what waits, ends the threads. NULL is allowed. */
void workers_stop(Workers *workers);

#endif
