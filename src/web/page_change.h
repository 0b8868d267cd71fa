/* web/page_change.h: a draft change of one wording of the plan.
 *
 *     GET  /plan/{key}/change/new?evaluation=ID    the form; a reason is prefilled from the evaluation
 *     POST /plan/{key}/change                      proposes it, or with `preview` shows its redline first
 *     POST /plan/{key}/change/{id}/withdraw        by its author
 *
 * For whoever writes evaluations. It is shown on the node's page (web/node_changes.h).
 */
#ifndef WEB_PAGE_CHANGE_H
#define WEB_PAGE_CHANGE_H

#include "plan/redline.h"
#include "web/page_layout.h"
#include "web/plan_frame.h"
#include "web/response.h"

typedef struct ChangePage {
    Layout layout;
    PlanFrame frame;
    MessageId kind; /* of the node */
    Str number, before, node_url;
    Str after, reason;              /* as typed, or prefilled */
    Str cause, cause_url;           /* the evaluation; empty: none */
    int64_t evaluation;             /* its id; 0: none */
    Str wrong;                      /* why it was not kept; empty: nothing is wrong */
    bool wrong_after, wrong_reason; /* which field is meant */
    bool has_preview;
    RedlinePieces preview;
    Str url; /* where the form goes */
} ChangePage;

bool page_change_new(Request *request, Response *response, Error *error);
bool page_change_post(Request *request, Response *response, Error *error);
bool page_change_withdraw(Request *request, Response *response, Error *error);

/* What a change of this node just said, as ?said= carries it; MESSAGE_COUNT: nothing. */
MessageId change_said(const Request *request);

#endif
