/* web/review_place.h: addresses within the review of an import, and what a decision says when it leads back
 * there. */
#ifndef WEB_REVIEW_PLACE_H
#define WEB_REVIEW_PLACE_H

#include "web/page_review.h"

/* "/imports/7" */
Str review_url(Arena *arena, int64_t edition_id);
/* The edition that the route's {edition} names. */
MUST_USE bool review_edition(const Request *request, DbConn *conn, PlanEdition *out, Error *error);

const char *review_show_name(ReviewShow show);
/* REVIEW_OPEN for anything unknown. */
ReviewShow review_show_of(Str name);

/* What was just done, as ?said= and ?about= carry it; *said is MESSAGE_COUNT when nothing was. Answers
 * whether it went wrong. */
bool review_said(const Request *request, MessageId *said, Str *about);
/* Leads back to the review: to the list the form came from, at `id` (may be empty), saying `said` about
 * `about`. */
void review_return(
    const Request *request, Response *response, int64_t edition_id, Str id, MessageId said, Str about);

#endif
