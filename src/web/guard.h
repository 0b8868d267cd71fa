/* web/guard.h: what a request's head must be before anybody looks at it.
 *
 * A server and the proxy in front of it must read the same bytes the same way, or a request can be smuggled
 * past the proxy. So whatever could be read in two ways is refused with 400 and the connection closed: two
 * Content-Length, a Content-Length that is not digits, Transfer-Encoding other than exactly "chunked", both
 * at once, no Host or two, names that are not tokens, white space before a colon, folded lines, bare line
 * feeds, NUL and other control bytes.
 *
 * Pure functions; any thread.
 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include "web/request.h"

typedef struct GuardHead {
    HttpField headers[REQUEST_HEADERS_MAX]; /* slices of what was given */
    size_t count;
    Str host;
    bool has_length, is_chunked;
    uint64_t length; /* with has_length */
} GuardHead;

/* `lines`: the header lines as libmicrohttpd 0.9.75 leaves them in its buffer: "name NUL value NUL NUL" for
 * each line that ended in CRLF, and "NUL NUL" for the empty line at the end. Anything that was not exactly
 * such a line in what the client sent looks otherwise. Answers 0, or the status to refuse with: 400 or 431.
 */
int guard_read_headers(Str lines, bool old_http, GuardHead *head);

/* The target as sent: printable ASCII without spaces. */
bool guard_target_is_plain(Str target);
bool guard_is_token(Str s);

#endif
