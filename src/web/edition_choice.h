/* web/edition_choice.h: which plan and edition a request is about, and which ones its visitor may see.
 *
 * ?plan= and ?edition= choose; without them it is the city's first plan and its current edition: the newest
 * frozen one, or the newest draft while none is frozen. An edition under review is there for planners only.
 */
#ifndef WEB_EDITION_CHOICE_H
#define WEB_EDITION_CHOICE_H

#include "plan/store.h"
#include "web/plan_frame.h"
#include "web/request.h"

typedef struct EditionChoice {
    Str plan, title;            /* the plan's id, and its name in the request's language */
    bool default_plan;          /* the plan that is meant when none is named */
    PlanEditions editions;      /* all that the visitor may see, oldest first */
    const PlanEdition *edition; /* the one chosen; NULL when the plan has none */
    const PlanEdition *current; /* the one that is meant when none is named */
} EditionChoice;

/* One SELECT. Empty names mean the defaults. false with ERROR_NOT_FOUND for a plan that the city does not
 * have or an edition that the visitor cannot see; a plan of the city without any edition is no error. */
MUST_USE bool edition_choose(
    const Request *request, DbConn *conn, Str plan, Str edition, EditionChoice *out, Error *error);
/* Whether the visitor may see editions under review. */
bool may_see_reviews(const Request *request);
/* The query that keeps the choice: "?edition=...", empty for the defaults. */
PlanPlace edition_place(const Request *request, const EditionChoice *choice, const PlanEdition *edition);
/* What the frame of a page says of the choice. `path`: of this page, for its address in the current edition.
 */
PlanFrame edition_frame(const Request *request, const EditionChoice *choice);

#endif
