/* web/page_editions.h: the editions of a plan (版) and the steps they stand at (素案 → 案 → 諮問 → 答申 →
 * 議決 → 決定), and freezing the draft as the next one.
 *
 *     GET  /editions           every edition; any two to compare; for planning the form to freeze the draft
 *     GET  /editions/freeze    what the next edition is made of, to be confirmed (?step=, ?name=)
 *     POST /editions/freeze    freezes it, unless the draft has changed since it was shown
 */
#ifndef WEB_PAGE_EDITIONS_H
#define WEB_PAGE_EDITIONS_H

#include "web/page_compare.h"

/* An edition in a list. */
typedef struct EditionRow {
    Str name, url, step, date, hash;
    Str author; /* empty for the public */
    Str before; /* the edition it is compared with; empty: it is the first */
    Str redline_url, table_url;
    Str review_url; /* of an import under review */
    size_t changes; /* how many made it */
    bool frozen, under_review, current;
} EditionRow;
typedef VEC_OF(EditionRow) EditionRows;

/* A declared step, and which editions stand at it. */
typedef struct StepView {
    Str name;
    bool reached, current;
    VEC_OF(PlanLink) editions;
} StepView;

/* What the next edition would be. */
typedef struct FreezeForm {
    bool shown; /* the visitor freezes, and there is something to freeze */
    Str step, name;
    CompareOptions steps;
    size_t accepted, pending, lost;
    Str draft_url;
    int64_t base;
    Str base_name;
    bool base_is_draft;
    Str seen;        /* which accepted changes were shown: the confirming form carries it */
    MessageId wrong; /* MESSAGE_COUNT: nothing */
} FreezeForm;

typedef struct EditionsPage {
    Layout layout;
    PlanFrame frame;
    Str plan_field, home_url, freeze_url, editions_url;
    VEC_OF(StepView) steps;
    EditionRows rows; /* newest first */
    CompareOptions from_options, to_options;
    bool is_staff;
    MessageId said; /* what was just done; MESSAGE_COUNT: nothing */
    FreezeForm freeze;
} EditionsPage;

bool page_editions(Request *request, Response *response, Error *error);
bool page_editions_freeze(Request *request, Response *response, Error *error);
bool page_editions_freeze_post(Request *request, Response *response, Error *error);

#endif
