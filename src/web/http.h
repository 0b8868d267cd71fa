/* web/http.h: HTTP/1.1 over libmicrohttpd; what the rest of web/ knows of it. Only http_mhd.c includes its
 * header.
 *
 * Two epoll threads read and write. When a request is whole it waits in a bounded queue for one of the
 * blocking workers (web/workers.h), its connection suspended meanwhile; the worker makes the answer and
 * resumes the connection, and an epoll thread sends. A full queue answers 503 with Retry-After at once.
 *
 * Before anything else the head passes the guard (web/guard.h), and every connection stands under the
 * reaper's deadlines (web/reaper.h).
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "base/error.h"
#include "web/request.h"
#include "web/response.h"

/* What the server asks of the site. All pointers are called with `context`. */
typedef struct HttpHandlers {
    void *context;
    /* On an epoll thread, the head just read: may not block. Sets request->route and answers how many bytes
     * its body may have; a status other than 0 in *refuse sends that instead and reads no body. */
    size_t (*admit)(void *context, Request *request, int *refuse);
    /* On a worker: fills the response entirely. */
    void (*handle)(void *context, Request *request, Response *response);
    /* On an epoll thread: the answer to what never reaches a worker (400, 413, 414, 431, 503). May not block.
     */
    void (*refuse)(void *context, Request *request, int status, Response *response);
    /* The name a request has in the log. */
    const char *(*name)(void *context, const Request *request);
} HttpHandlers;

typedef struct HttpOptions {
    Str address;
    uint16_t port;
    Str certificate, key; /* PEM texts; empty: plain */
    unsigned io_threads, workers, queue, connections, per_address;
    int64_t head_ms, body_ms, send_ms, idle_ms, tick_ms; /* deadlines; tick_ms: how often the reaper looks */
    int64_t bytes_per_second;    /* the least rate of bodies and answers, behind their grace time */
    size_t target_max, head_max; /* bytes; above: 414, 431 */
    size_t bodies_max;           /* bytes of all bodies being held at once; above: 503 */
    size_t arena_max;            /* bytes of one request's arena */
    bool trust_proxy, https;
    Date today; /* given: the civil date */
    HttpHandlers handlers;
} HttpOptions;

/* The values of STACK.md and DESIGN.md; address and port empty, no handlers. */
HttpOptions http_options_default(void);

typedef struct HttpServer HttpServer;

/* Listens and serves from its own threads. The options are copied; handlers' context must outlive the server.
 */
HttpServer *http_server_start(const HttpOptions *options, Error *error) MUST_USE;
uint16_t http_server_port(const HttpServer *server);
/* Stops accepting, lets what runs finish for at most `patience_ms`, then ends and frees everything. Answers
 * how many requests had to be cut. NULL is allowed. */
size_t http_server_stop(HttpServer *server, int64_t patience_ms);

#endif
