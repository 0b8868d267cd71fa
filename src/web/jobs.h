/* web/jobs.h: what the server does by itself: once a second, whether the database has another declaration
 * (web/epoch.h); once a minute, what is due in the records (record/door.h), and figures that a declaration
 * has made new.
 *
 * One thread; it has no part in any request. */
#ifndef WEB_JOBS_H
#define WEB_JOBS_H

#include "web/epoch.h"

typedef struct Jobs Jobs;

/* Begins at once. `today`: given, the civil date (--today). The epochs and the database must outlive it. */
MUST_USE bool jobs_start(Jobs **out, Epochs *epochs, Db *db, Date today, Error *error);
/* Waits for what is being done, then ends the thread. NULL is allowed. */
void jobs_stop(Jobs *jobs);
void jobs_cleanup(Jobs **jobs);

#endif
