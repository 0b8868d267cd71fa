/* web/site.h: what every handler may use, and the walk of a request through the door.
 *
 * For each request: language, session, who may, form token and origin, then the route's handler, then error
 * pages, security headers, cache headers, ETag, gzip. A Site lives as long as the server; its members are for
 * any thread.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "db/db.h"
#include "record/account.h"
#include "record/door.h"
#include "record/session.h"
#include "web/epoch.h"
#include "web/http.h"
#include "web/limit.h"
#include "web/router.h"
#include "web/web.h"

/* What a handler finds in its request: `city` and `door` are of the epoch the request holds. */
typedef struct Site {
    Db *db;                  /* NULL only in tests of the machinery */
    const struct City *city; /* NULL only in such tests */
    const WebOptions *options;
    Router *router;
    SignInLimit *limit;
    SignInLimit *opinions; /* slows down whoever sends opinions one after the other */
    PasswordGate *gate;
    Door *door; /* to the records of the city's services; NULL: it has none */
    Epochs *epochs;
} Site;

/* The pieces above, made and checked. A database that was not applied with what the city declares is
 * ERROR_CONFLICT. The server calls site_admit, site_handle and site_refuse
 * (web/http.h). */
MUST_USE bool site_init(Site *site, const WebOptions *options, Error *error);
void site_release(Site *site);
HttpHandlers site_handlers(Site *site);

/* Leads somebody who is not signed in, and reads a page, to the sign-in page and from there back: true. */
bool site_lead_to_sign_in(const Request *request, Response *response);

/* Turns an Error into the response: a page, or problem+json for an API route or whoever asks for JSON. Any
 * thread. */
void site_answer_error(const Request *request, Response *response, const Error *error);
/* The same for a bare status (404, 405, 413, 414, 429, 431, 503). */
void site_answer_status(const Request *request, Response *response, int status);

#endif
