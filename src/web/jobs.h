/* web/jobs.h: what the server does by itself: once a minute, what is due in the records (record/door.h).
 *
 * One thread; it has no part in any request. */
#ifndef WEB_JOBS_H
#define WEB_JOBS_H

#include "record/door.h"

typedef struct Jobs Jobs;

/* Begins at once, then every minute. `today`: given, the civil date (--today). The door must outlive it. */
MUST_USE bool jobs_start(Jobs **out, Door *door, Date today, Error *error);
/* Waits for what is being done, then ends the thread. NULL is allowed. */
void jobs_stop(Jobs *jobs);
void jobs_cleanup(Jobs **jobs);

#endif
