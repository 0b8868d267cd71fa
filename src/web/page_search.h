/* web/page_search.h: GET /search?q=, with ?plan= and ?edition= as on every page of a plan, and ?page= from 1.
 */
#ifndef WEB_PAGE_SEARCH_H
#define WEB_PAGE_SEARCH_H

#include "plan/store.h"
#include "web/page_layout.h"
#include "web/plan_frame.h"
#include "web/response.h"

#define SEARCH_PAGE_SIZE 20
#define SEARCH_QUERY_MAX 200 /* code points */

typedef struct HitView {
    const PlanHit *hit;
    Str path; /* the titles between the policy and the node */
    Str url;
} HitView;

/* The hits of one policy (or of the chapters above the policies). */
typedef struct HitGroup {
    Str title, url;
    VEC_OF(HitView) hits;
} HitGroup;

typedef struct SearchPage {
    Layout layout;
    PlanFrame frame;
    Str query;
    size_t total, first, last; /* hits, from 1 */
    size_t page_number, page_count;
    Str previous_url, next_url;
    VEC_OF(HitGroup) groups;
} SearchPage;

bool page_search(Request *request, Response *response, Error *error);

#endif
