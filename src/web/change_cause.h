/* web/change_cause.h: what a change of the plan came out of, in words and with the way there.
 *
 * A change keeps its cause as a word: "evaluation:12". Each kind of cause is one line of the table in
 * change_cause.c. Addresses name a cause as ?evaluation=12, and a form is then filled in with its reason.
 */
#ifndef WEB_CHANGE_CAUSE_H
#define WEB_CHANGE_CAUSE_H

#include "db/db.h"
#include "web/request.h"

typedef struct ChangeCause {
    Str words; /* "令和8年度 施策評価"; empty: no cause, or none that the visitor may see */
    Str url;
    Str reason; /* what a reason may begin with; may be empty */
} ChangeCause;

/* In words. A cause that is gone, or that the visitor may not see, is an empty answer and no error. */
MUST_USE bool change_cause_read(
    const Request *request, DbConn *conn, Str cause, ChangeCause *out, Error *error);
/* "evaluation:12" of ?evaluation=12, whichever kind the query names first in the table; empty: none. */
Str change_cause_of_query(const Request *request);
/* Whether it is a word that the table knows, for what comes from a form. */
bool change_cause_is_known(Str cause);

#endif
