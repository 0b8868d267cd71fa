/* web/page_draft_place.h: where drafting happens: which plan, on which edition, who may, and the way back. */
#ifndef WEB_PAGE_DRAFT_PLACE_H
#define WEB_PAGE_DRAFT_PLACE_H

#include "web/edition_choice.h"
#include "web/response.h"

typedef struct DraftPlace {
    EditionChoice choice;
    const PlanEdition *base; /* the newest edition that is not under review; NULL: the plan has none */
    Str review_url;          /* of a newer edition under review, where the visitor may see it; else empty */
    bool is_owner;           /* decides */
    Str user;                /* login */
    PlanPlace draft;         /* for addresses of the draft: "?plan=...", nothing for the city's first plan */
    PlanPlace plan;          /* for addresses of the plan's pages in the base edition */
    Str plan_field;          /* value of the forms' field `plan`; empty for the city's first plan */
} DraftPlace;

/* Staff read the draft and propose; planning decides. */
bool draft_may_read(const Request *request);
bool draft_is_owner(const Request *request);

/* From ?plan= or the form's field. ERROR_DENIED unless the visitor is of the staff. */
MUST_USE bool draft_place_read(const Request *request, DbConn *conn, DraftPlace *out, Error *error);

/* "/draft/2-1-1?plan=..."; an empty key: "/draft". */
Str drafting_url(Arena *arena, Str key, const PlanPlace *place);
/* url with name=value behind ? or &; the value is encoded. */
Str url_with(Arena *arena, Str url, const char *name, Str value);

/* What was just done. */
typedef enum DraftSaid {
    DRAFT_SAID_PROPOSED,
    DRAFT_SAID_REVISED,
    DRAFT_SAID_ACCEPTED,
    DRAFT_SAID_REJECTED,
    DRAFT_SAID_PENDING,
    DRAFT_SAID_WITHDRAWN,
    DRAFT_SAID_COMMENTED,
    DRAFT_SAID_SETTLED,
    DRAFT_SAID_OPENED,
    DRAFT_SAID_COUNT,
} DraftSaid;
/* As ?said= carries it; MESSAGE_COUNT: nothing. */
MessageId draft_said(const Request *request);
/* Whether a comment was. */
bool draft_said_of_comments(MessageId said);
/* Back to a node's page of drafting, at `anchor`, saying `said`. */
void draft_return(const Request *request, Response *response, Str key, DraftSaid said, const char *anchor);

#endif
