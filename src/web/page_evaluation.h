/* web/page_evaluation.h: the yearly evaluations of measures.
 *
 *     GET  /evaluations?year=2026       which measures have one, and what it says    page_evaluation_list.c
 *     POST /evaluations                 begins one: key, year
 *     GET  /evaluations/{id}            the sheet                                    page_evaluation.c
 *     GET  /evaluations/{id}/edit       what people write                            page_evaluation_edit.c
 *     POST /evaluations/{id}/edit
 *     GET  /evaluations/{id}/freeze     the whole sheet once more, then the button   page_evaluation_freeze.c
 *     POST /evaluations/{id}/freeze
 *
 * Everybody reads frozen ones; drafts are for staff; planner and planning_manager write (review/).
 */
#ifndef WEB_PAGE_EVALUATION_H
#define WEB_PAGE_EVALUATION_H

#include "web/node_changes.h"
#include "web/page_evaluation_view.h"
#include "web/page_layout.h"
#include "web/response.h"

/* --- the list --- */

typedef struct EvaluationRow {
    Str key, number, title, node_url;
    Str url; /* of the evaluation; empty: none that the visitor may see */
    bool is_frozen;
    Str judgement, direction; /* in words; empty: not said yet */
} EvaluationRow;

typedef struct EvaluationPolicy {
    Str chapter; /* the basic policy above it: "2 ひと創り"; empty: none */
    Str number, title;
    VEC_OF(EvaluationRow) rows;
} EvaluationPolicy;

typedef struct YearView {
    Str label, url;
    bool here;
} YearView;

typedef struct EvaluationListPage {
    Layout layout;
    Str year, plan_title, edition;
    int64_t fiscal_year;
    VEC_OF(YearView) years;
    VEC_OF(EvaluationPolicy) policies;
    size_t measures, begun, frozen;
    bool may_write, is_staff;
    Str plan_id;
} EvaluationListPage;

/* --- one evaluation --- */

/* A wording below the measure whose change can be proposed. */
typedef struct RevisionView {
    Str text, node_url, propose_url;
} RevisionView;

typedef struct EvaluationPage {
    Layout layout;
    EvaluationView view;
    MessageId said; /* what was just done; MESSAGE_COUNT: nothing */
    bool may_write, is_staff;
    Str list_url, edit_url, freeze_url;
    VEC_OF(RevisionView) revisions; /* for whoever may propose changes */
    NodeChanges changes;            /* that came out of this evaluation */
    VEC_OF(EvaluationVersionView) versions;
} EvaluationPage;

typedef struct ChoiceOption {
    Str name, title;
    bool chosen;
} ChoiceOption;

typedef struct EvaluationEditPage {
    Layout layout;
    EvaluationView view; /* what is known, to write by */
    Str wrong;           /* why it was not kept; empty: nothing is wrong */
    bool conflict;       /* somebody else kept a version meanwhile: `other` */
    EvaluationTextView other[EVALUATION_TEXTS];
    Str achieved, left, second; /* as typed, or as kept */
    VEC_OF(ChoiceOption) judgements, directions;
    int64_t version;
    Str url, back_url;
} EvaluationEditPage;

typedef struct EvaluationFreezePage {
    Layout layout;
    EvaluationView view;
    EvaluationMissing missing;
    bool is_missing;
    bool moved; /* the figures or texts are not those that were shown before */
    Str hash;   /* of what is shown */
    Str url, edit_url, back_url;
} EvaluationFreezePage;

bool page_evaluations(Request *request, Response *response, Error *error);
bool page_evaluations_post(Request *request, Response *response, Error *error);
bool page_evaluation(Request *request, Response *response, Error *error);
bool page_evaluation_edit(Request *request, Response *response, Error *error);
bool page_evaluation_edit_post(Request *request, Response *response, Error *error);
bool page_evaluation_freeze(Request *request, Response *response, Error *error);
bool page_evaluation_freeze_post(Request *request, Response *response, Error *error);

#endif
