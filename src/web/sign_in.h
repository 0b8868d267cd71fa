/* web/sign_in.h: signing in and out, for the pages that show the form. */
#ifndef WEB_SIGN_IN_H
#define WEB_SIGN_IN_H

#include "web/request.h"
#include "web/response.h"

typedef enum SignInOutcome {
    SIGN_IN_DONE,  /* a new session's cookie is in the response; any old session has ended */
    SIGN_IN_WRONG, /* name or password wrong, or the account disabled: one answer for all */
    SIGN_IN_WAIT,  /* too many failures: *wait seconds first; Retry-After is in the response */
} SignInOutcome;

/* Checks limits, name and password. false only when something broke or is overloaded (ERROR_BUSY). */
MUST_USE bool sign_in(Request *request, Response *response, Str login, Str password, SignInOutcome *outcome,
    int64_t *wait, Error *error);
/* Ends the session of the request, here and in the database. Nobody signed in: nothing happens. */
MUST_USE bool sign_out(Request *request, Response *response, Error *error);
/* Where to go after signing in: the form's or query's `next` when it is a path of this site, else "/". */
Str sign_in_next(const Request *request);

#endif
