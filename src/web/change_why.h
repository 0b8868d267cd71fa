/* web/change_why.h: why an edition reads as it does: the changes that made it, in words.
 *
 * Staff see reason, author and cause. The public sees causes that are published (a frozen evaluation, the
 * answer to an opinion), never reasons or names of staff.
 */
#ifndef WEB_CHANGE_WHY_H
#define WEB_CHANGE_WHY_H

#include "plan/change.h"
#include "web/request.h"

typedef struct ChangeWhy {
    Str reason, author, when; /* empty for the public */
    Str cause, cause_url;     /* empty: none that the visitor may see */
} ChangeWhy;
typedef VEC_OF(ChangeWhy) ChangeWhys;

/* Hunks of one group say the same once. What says nothing to the visitor is left out. */
MUST_USE bool change_whys(
    const Request *request, DbConn *conn, const PlanChanges *changes, ChangeWhys *out, Error *error);

#endif
