/* web/reaper.h: ends connections that take too long.
 *
 * The HTTP library only cuts connections that are silent; three hundred clients that send a byte every four
 * seconds would hold a server for ever. Here every connection has a deadline for what it is doing: sending
 * its head, sending its body (grace time plus a least rate), taking its answer (likewise), being idle. Once a
 * tick the reaper's own thread shuts down the sockets of those that are late; the library then sees the end
 * and closes them. When nearly as many connections are open as there may be, idle ones go after a second.
 */
#ifndef WEB_REAPER_H
#define WEB_REAPER_H

#include "base/error.h"

typedef struct ReaperOptions {
    int64_t head_ms, body_ms, send_ms, idle_ms, tick_ms;
    int64_t bytes_per_second;
    unsigned crowd; /* more connections than this: idle ones go early; 0: never */
} ReaperOptions;

typedef struct Reaper Reaper;
typedef struct ReaperEntry ReaperEntry;

/* Starts the thread. */
Reaper *reaper_start(const ReaperOptions *options, Error *error) MUST_USE;
/* Ends the thread; all entries must have been removed. NULL is allowed. */
void reaper_stop(Reaper *reaper);

/* A new connection, which must now send a head. NULL without memory. The socket must stay open until
 * reaper_remove. */
ReaperEntry *reaper_add(Reaper *reaper, int socket);
void reaper_remove(Reaper *reaper, ReaperEntry *entry);

/* What the connection does from now on. Any thread; no lock. */
void reaper_expect_head(Reaper *reaper, ReaperEntry *entry); /* the first bytes of a request were seen */
void reaper_expect_body(Reaper *reaper, ReaperEntry *entry); /* begins */
void reaper_body_arrived(Reaper *reaper, ReaperEntry *entry, size_t bytes); /* so many more bytes */
void reaper_expect_nothing(ReaperEntry *entry);                             /* a worker has it */
void reaper_expect_taken(
    Reaper *reaper, ReaperEntry *entry, size_t bytes);       /* an answer of that size is being sent */
void reaper_expect_next(Reaper *reaper, ReaperEntry *entry); /* idle */

/* Makes idle connections go at the next tick and from now on: for stopping. */
void reaper_end_idle(Reaper *reaper);
size_t reaper_count(Reaper *reaper);

#endif
