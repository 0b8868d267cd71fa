/* web/page_review.h: the review of an import, for planners: GET /imports/{edition}, and the decisions that
 * are posted to /imports/{edition}/warnings/{number}, .../repairs/{number}, .../many and .../confirm.
 *
 * ?show= open (default), decided or all. After a decision the browser is led back to the same list, at the
 * proposal that was decided: ?last= names it, so that it stays in sight with what was done and a way back,
 * whatever the list shows.
 */
#ifndef WEB_PAGE_REVIEW_H
#define WEB_PAGE_REVIEW_H

#include "plan/import.h"
#include "web/page_layout.h"
#include "web/response.h"

typedef enum ReviewShow { REVIEW_OPEN, REVIEW_DECIDED, REVIEW_ALL, REVIEW_SHOW_COUNT } ReviewShow;

/* PlanDecision, and what needs none. */
typedef enum ReviewState {
    REVIEW_STATE_OPEN,
    REVIEW_STATE_ACCEPTED,
    REVIEW_STATE_REFUSED,
    REVIEW_STATE_CHECK, /* a warning without a fix that somebody should look at */
    REVIEW_STATE_LOSS,  /* words that are not in the plan */
    REVIEW_STATE_NOTE,  /* how something was read; nothing to do */
    REVIEW_STATE_COUNT
} ReviewState;

typedef struct ReviewWarning {
    uint32_t number;
    Str id, label; /* "w3"; "警告 3" */
    ReviewState state;
    Str state_name;
    bool last; /* just decided */
    bool has_fix;
    Str message, place, fix;
    Str subject; /* whole, when the message had to shorten it */
    Str url, node_url;
} ReviewWarning;

typedef struct ReviewRepair {
    int64_t number;
    Str id, label; /* "r12"; "校正 12" */
    ReviewState state;
    Str state_name;
    bool last;
    const PlanRepair *repair;
    Str context_before, context_after; /* words around the span */
    Str literal, after;
    int percent;
    MessageId confidence;
    Str place; /* the key of the item */
    Str url, node_url;
} ReviewRepair;

/* A choice of "accept all repairs of at least so much confidence". */
typedef struct ReviewStep {
    int percent;
    size_t count;
    bool chosen;
} ReviewStep;

typedef struct ReviewPage {
    Layout layout;
    Str edition, plan_title, source, when, plan_url;
    bool confirmed;
    MessageId said; /* what was just done; MESSAGE_COUNT: nothing */
    Str said_about;
    bool went_wrong;
    ReviewShow show;
    Str show_name, url_open, url_decided, url_all;
    size_t open, accepted, refused, decided, total;
    size_t open_fixes, open_repairs;
    Str url_many, url_confirm;
    VEC_OF(ReviewStep) steps;
    size_t checks;                  /* warnings without a fix that somebody should look at */
    VEC_OF(ReviewWarning) warnings; /* those that are shown */
    VEC_OF(ReviewRepair) repairs;
} ReviewPage;

bool page_review(Request *request, Response *response, Error *error);
bool page_review_warning(Request *request, Response *response, Error *error);
bool page_review_repair(Request *request, Response *response, Error *error);
bool page_review_many(Request *request, Response *response, Error *error);
bool page_review_confirm(Request *request, Response *response, Error *error);

#endif
