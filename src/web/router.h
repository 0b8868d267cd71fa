/* web/router.h: from method and path to the one handler that answers, and who may ask it.
 *
 * The routes are one table (web/routes.c). A route that does not say who may is refused when the server
 * starts: default deny. GET routes answer HEAD as well; a path that exists with other methods gives 405 with
 * Allow; OPTIONS gives 204.
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "base/error.h"
#include "web/request.h"
#include "web/response.h"

/* Fills the response, or answers false with an Error that becomes the page (or problem+json) of its kind:
 * INPUT 400, NOT_FOUND 404, CONFLICT 409, DENIED 403, LIMIT 413, BUSY 503; the rest 500 with a reference
 * number that is in the log, the message only there. Runs on a worker thread; may block on the database; not
 * on the network. */
typedef bool RouteHandler(Request *request, Response *response, Error *error);

typedef enum RouteWho { WHO_UNSAID, WHO_ANYONE, WHO_SIGNED_IN, WHO_ROLE } RouteWho;
typedef enum RouteBody {
    BODY_NONE,   /* no body is read: more than 0 bytes is 413 */
    BODY_FORM,   /* urlencoded or small multipart, 1 MiB */
    BODY_JSON,   /* application/json, 1 MiB, in request->body */
    BODY_UPLOAD, /* multipart/form-data, 64 MiB */
} RouteBody;
typedef enum RouteCache {
    CACHE_CHECK,   /* private, no-cache: kept, asked again each time (ETag) */
    CACHE_NEVER,   /* no-store: whatever is only for one person */
    CACHE_FOREVER, /* public, immutable: the name changes with the content */
} RouteCache;

typedef struct Route {
    const char *name; /* "plan.node": in the log and in tests */
    HttpMethod method;
    const char *pattern; /* "/plan/{key}": {..} matches one segment; a last {..*} matches the rest, slashes
                            included */
    RouteHandler *handle;
    RouteWho who;
    const char *role; /* with WHO_ROLE */
    RouteBody body;
    RouteCache cache;
    bool api;  /* errors as problem+json; no cookies set */
    bool open; /* a POST without form token is allowed: only for what changes nothing of the visitor's (none
                  yet) */
} Route;

typedef struct Router Router;

/* Checks and compiles a table, which must live as long as the router. *error names the route that is wrong.
 */
Router *router_new(const Route *routes, size_t count, Error *error) MUST_USE;
void router_free(Router *router);

typedef enum RouteMatch { ROUTE_FOUND, ROUTE_UNKNOWN, ROUTE_OTHER_METHOD } RouteMatch;

/* Any thread. FOUND sets request->route and ->parameters. */
RouteMatch router_match(const Router *router, Request *request);
/* "GET, HEAD, POST" for a path; empty when nothing answers there. */
Str router_allow(const Router *router, Str path, Arena *arena);
/* All routes, for tests that each is covered. */
const Route *router_routes(const Router *router, size_t *count);

#endif
