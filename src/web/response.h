/* web/response.h: what a handler answers.
 *
 * The handler writes the body into `body` (or names bytes that live as long as the program, as assets do) and
 * sets what differs from the defaults: 200, text/html in UTF-8, the route's Cache-Control. Everything else
 * (security headers, ETag, 304, gzip, Vary, HEAD) is done by the server afterwards. A Response belongs to the
 * worker that runs the handler.
 */
#ifndef WEB_RESPONSE_H
#define WEB_RESPONSE_H

#include "base/arena.h"
#include "base/buf.h"
#include "web/url.h"

#define RESPONSE_HEADERS_MAX 32
#define RESPONSE_BODY_MAX ((size_t)256 << 20)

typedef struct Response {
    int status;
    Str content_type;
    Buf body;
    Str fixed, fixed_gzip; /* instead of body: bytes that outlive the server; fixed_gzip may be empty */
    Str etag;              /* entity tag without quotes; empty: the server takes a hash of the body */
    Str cache;             /* Cache-Control */
    bool vary_on_visitor;  /* differs by language or cookie: adds Vary: Accept-Language, Cookie */
    HttpField headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    Arena *arena;
} Response;

void response_init(Response *response, Arena *arena);
void response_release(Response *response);
/* Forgets body and headers, as when an error page takes the place of a half-made one. Cookies stay. */
void response_reset(Response *response);

/* Adds a header; `value` must live as long as the arena. A value with control bytes is a broken invariant and
 * asserts; so are more than RESPONSE_HEADERS_MAX headers. */
void response_header(Response *response, Str name, Str value);
/* Status and Location with an empty body; `path` must be url_is_local (asserts). 303 after a form. */
void response_redirect(Response *response, int status, Str path);
/* Content-Disposition: attachment with the name in ASCII and in UTF-8 (RFC 6266, RFC 8187). */
void response_download(Response *response, Str file_name);
/* A cookie for path /, HttpOnly, SameSite=Lax; `secure` adds Secure. seconds < 0: until the browser closes;
 * 0: forget. */
void response_cookie(Response *response, Str name, Str value, bool secure, int64_t seconds);
/* "404 Not Found" without its number; "Unknown" for a status this server does not use. */
const char *http_status_name(int status);

#endif
