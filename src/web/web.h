/* web/web.h: the door for browsers and programs: `hitomachi serve`.
 *
 * The command opens the database and the city, fills WebOptions and calls web_serve, which runs until SIGTERM
 * or SIGINT.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/error.h"
#include "db/db.h"

struct City;
struct Route;

typedef struct WebOptions {
    Db *db;                  /* migrated; the caller closes it afterwards */
    const struct City *city; /* may be NULL */
    Str address;             /* to listen on; empty: 127.0.0.1. "::" listens on everything */
    uint16_t port;           /* 0: one that is free (see on_ready) */
    bool https;              /* a proxy in front speaks TLS: Secure cookies, HSTS */
    bool trust_proxy; /* believe the last entry of X-Forwarded-For; only when nobody can go round the proxy */
    Str certificate_file, key_file; /* PEM; both given: TLS here */
    Str today;                      /* YYYY-MM-DD: shifts the civil date; empty: the real one */
    unsigned workers;               /* 0: 16 */
    unsigned queue;                 /* requests waiting for a worker; 0: 256 */
    unsigned connections;           /* at once; 0: 1000 */
    unsigned per_address;           /* connections of one address; 0: 100; more behind a proxy */
    unsigned head_seconds, body_seconds, idle_seconds; /* 0: 10, 30, 60 */
    unsigned stop_seconds;      /* how long running requests may take to end after a signal; 0: 10 */
    const struct Route *routes; /* NULL: the site's own (web/routes.h); tests give theirs */
    size_t route_count;
    /* Called once the server listens, with the real port. May be NULL. */
    void (*on_ready)(void *argument, uint16_t port);
    void *on_ready_argument;
} WebOptions;

/* Serves until a signal, then ends gracefully. Call it on the main thread, before other threads that should
 * not take the signals are started (the database's writer blocks them). */
MUST_USE bool web_serve(const WebOptions *options, Error *error);

#endif
