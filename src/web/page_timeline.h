/* web/page_timeline.h: GET /plan/{key}/timeline: every wording that a node ever had, edition by edition, with
 * the redline to the one before and why it changed (web/change_why.h says who sees which reasons).
 */
#ifndef WEB_PAGE_TIMELINE_H
#define WEB_PAGE_TIMELINE_H

#include "plan/redline.h"
#include "web/change_why.h"
#include "web/edition_choice.h"
#include "web/page_layout.h"
#include "web/response.h"

/* A node in one edition. */
typedef struct TimelineMoment {
    Str edition, url, date;
    Str compare_url;      /* the whole editions, against the one before; empty: the first */
    RedlinePieces pieces; /* number and text, against those before */
    bool first, same, moved, draft;
    ChangeWhys whys;
} TimelineMoment;

typedef struct TimelinePage {
    Layout layout;
    PlanFrame frame;
    Str key, title, node_url, draft_url; /* draft_url: for staff, where the next wording is drafted */
    VEC_OF(TimelineMoment) moments;      /* newest first */
} TimelinePage;

/* "/plan/2-1-1/timeline?plan=..." */
Str timeline_url(Arena *arena, const EditionChoice *choice, Str key);

bool page_timeline(Request *request, Response *response, Error *error);

#endif
