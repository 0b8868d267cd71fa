/* web/page_redline.h: GET /export/redline.html: what changed from one edition of a plan to another, as a page
 * of its own for reading, paper and mail (見え消し).
 *
 * ?plan= and ?edition= as on every page of a plan; ?from= names the older edition, without it the one before.
 */
#ifndef WEB_PAGE_REDLINE_H
#define WEB_PAGE_REDLINE_H

#include "web/edition_choice.h"
#include "web/response.h"

/* The edition before it among those the visitor may see: the one it was made from, else the one listed before
 * it; NULL for the first. */
const PlanEdition *edition_before(const EditionChoice *choice, const PlanEdition *edition);

bool page_redline(Request *request, Response *response, Error *error);

#endif
