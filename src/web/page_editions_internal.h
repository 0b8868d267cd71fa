/* web/page_editions_internal.h: what the page of editions and the confirming page of freezing share. */
#ifndef WEB_PAGE_EDITIONS_INTERNAL_H
#define WEB_PAGE_EDITIONS_INTERNAL_H

#include "web/page_editions.h"

/* Whether the visitor freezes: planning does. */
bool editions_may_freeze(const Request *request);
/* What stands on both pages. `plan`: of the query or the form. */
MUST_USE bool editions_begin(
    const Request *request, DbConn *conn, Str plan, EditionChoice *choice, EditionsPage *page, Error *error);
/* The declared step an edition stands at: the one it was frozen as, else the one of its name; empty: none. */
Str edition_step(const Request *request, const EditionChoice *choice, const PlanEdition *edition);
/* What the draft would become: fills page->freeze. `step` and `name` as asked for; empty: the next step. */
MUST_USE bool editions_read_draft(const Request *request, DbConn *conn, const EditionChoice *choice, Str step,
    Str name, FreezeForm *out, Error *error);

#endif
