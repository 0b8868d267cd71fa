/* web/csrf.h: proof that a form was sent from a page of this site.
 *
 * Every visitor who is shown a form has a cookie with 32 random bytes: the session's, or before signing in a
 * visit's. The form token is derived from it and masked anew in every page, so that compression tells nothing
 * about it. A request that changes something must carry the token, and its Origin or Sec-Fetch-Site, when
 * sent, must be this site.
 */
#ifndef WEB_CSRF_H
#define WEB_CSRF_H

#include "web/request.h"
#include "web/response.h"

#define CSRF_FIELD "csrf"
#define CSRF_HEADER "X-CSRF-Token" /* for requests without a form */
#define CSRF_SECRET_BYTES 32

typedef struct CsrfState {
    Str cookie;    /* what the visitor sent, the session's or a visit's; empty: neither */
    Str new_visit; /* a visit's token that a page asked for and the visitor does not have yet */
    bool asked;    /* a page holds a token: it is for this visitor alone and may not be kept */
} CsrfState;

/* For the server: takes the session's or the visit's cookie into `state` and hangs it on the request, for
 * which it must live as long. */
void csrf_begin(Request *request, CsrfState *state);
/* For the server: gives a visitor without any cookie a visit cookie, when a page asked for a token. */
void csrf_finish(const Request *request, Response *response);
/* A fresh masked token for a form of this visitor, in the request's arena; url-safe. Empty, and so of no use,
 * in the answer to what never came as far as csrf_begin. */
Str csrf_token(const Request *request);
/* false with ERROR_DENIED unless origin and token are right. */
MUST_USE bool csrf_check(const Request *request, Error *error);

#endif
