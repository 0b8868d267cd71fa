/* web/page_inquiry.h: internal inquiries (庁内照会): the planner asks units about parts of the draft.
 *
 *     GET  /inquiries                             open and closed ones               page_inquiry_list.c
 *     GET  /inquiries/new                         title, day, nodes and their units  page_inquiry_new.c
 *     POST /inquiries
 *     GET  /inquiries/{id}                        who answered what, who has not     page_inquiry.c
 *     POST /inquiries/{id}/close
 *     POST /inquiries/{id}/parts/{part}/resend    unit: what was handed back goes to another one
 *     GET  /inquiries/{id}/parts/{part}           the wordings, and the answer       page_inquiry_part.c
 *     POST /inquiries/{id}/parts/{part}           answer, words
 *
 * Staff read all of them; planner and planning_manager send, send on and close; whoever belongs to a part's
 * unit answers. What a unit wants changed it changes in the drafting room (/draft/{key}?inquiry=PART).
 */
#ifndef WEB_PAGE_INQUIRY_H
#define WEB_PAGE_INQUIRY_H

#include "plan/redline.h"
#include "web/page_draft_place.h"
#include "web/page_inquiry_view.h"
#include "web/page_layout.h"
#include "web/response.h"

/* --- the list --- */

typedef struct InquiryListPage {
    Layout layout;
    bool may_send;
    InquiryLines open, closed;
} InquiryListPage;

/* --- a new one --- */

typedef struct InquiryUnit {
    Str id, title;
} InquiryUnit;
typedef VEC_OF(InquiryUnit) InquiryUnits;

/* Where a proposed unit comes from. */
typedef enum InquiryHint { INQUIRY_HINT_NONE, INQUIRY_HINT_LAST, INQUIRY_HINT_SERVICE } InquiryHint;

/* A policy or a measure that can be ticked. */
typedef struct InquiryChoice {
    Str key, number, title;
    bool is_policy, ticked, wrong; /* wrong: ticked without a unit */
    Str unit;                      /* chosen or proposed; empty: none */
    InquiryHint hint;
} InquiryChoice;

/* A policy with its measures. */
typedef struct InquiryPolicy {
    Str name; /* of the policy, or of what stands above the measures */
    VEC_OF(InquiryChoice) choices;
} InquiryPolicy;

typedef struct InquiryNewPage {
    Layout layout;
    Str plan_field, plan_title, edition; /* edition: the base of the draft */
    Str title, asks, answer_by;          /* as typed */
    VEC_OF(Str) wrong;                   /* what is wrong, in words */
    bool wrong_title, wrong_day, wrong_parts;
    InquiryUnits units;
    VEC_OF(InquiryPolicy) policies;
} InquiryNewPage;

/* --- one inquiry --- */

typedef struct InquiryPartView {
    int64_t id;
    Str name, url, unit, unit_id;
    InquiryAnswer answer;
    Str words, who, when;
    size_t changes;
    Str resend_url; /* for whoever may send it on; else empty */
} InquiryPartView;
typedef VEC_OF(InquiryPartView) InquiryPartViews;

/* A unit that has not answered, and what waits for it. */
typedef struct InquiryLate {
    Str unit;
    InquiryPartViews parts;
} InquiryLate;

/* A change that came in with a part. */
typedef struct InquiryChangeView {
    Str node, url, author, unit, reason;
    MessageId state;
    bool is_pending;
    RedlinePieces pieces;
} InquiryChangeView;
typedef VEC_OF(InquiryChangeView) InquiryChangeViews;

typedef struct InquiryPage {
    Layout layout;
    Inquiry inquiry;
    InquiryDue due;
    Str edition, sent_on, sent_by, closed_on, closed_by;
    MessageId said; /* MESSAGE_COUNT: nothing */
    Str wrong;      /* why something was not done; empty: nothing is wrong */
    bool may_manage;
    size_t waiting;
    VEC_OF(InquiryLate) late;
    InquiryPartViews returned, answered;
    InquiryChangeViews changes;
    InquiryUnits units;
    Str remind, close_url;
} InquiryPage;

/* --- a unit's part --- */

typedef struct InquiryNodeView {
    MessageId kind;
    Str number, url;
    int depth; /* 0: the node of the part */
    bool is_title;
    RedlinePieces pieces; /* present wording with what is proposed struck and put in */
    size_t pending;       /* changes of it that wait to be decided */
} InquiryNodeView;

typedef struct InquiryStepView {
    Str unit, who, when, words;
    InquiryAnswer answer;
} InquiryStepView;

typedef struct InquiryPartPage {
    Layout layout;
    Inquiry inquiry;
    InquiryPart part;
    InquiryDue due;
    Str name, unit, url, inquiry_url;
    bool may_answer, is_closed;
    MessageId said;
    Str wrong;            /* why the answer was not kept; empty: nothing is wrong */
    bool asks;            /* answer and changes do not fit: it can be sent all the same */
    bool is_gone;         /* the draft has the node no more */
    InquiryAnswer answer; /* as chosen */
    Str words;            /* as typed */
    VEC_OF(InquiryNodeView) nodes;
    VEC_OF(InquiryStepView) steps;
} InquiryPartPage;

/* What was done, in ?said=. */
typedef enum InquirySaid {
    INQUIRY_SAID_SENT,
    INQUIRY_SAID_RESENT,
    INQUIRY_SAID_CLOSED,
    INQUIRY_SAID_ANSWERED
} InquirySaid;
MessageId inquiry_said(const Request *request);
void inquiry_return(const Request *request, Response *response, Str url, InquirySaid said);
/* ERROR_DENIED unless the visitor is of the staff, or sends inquiries. */
MUST_USE bool inquiry_may_read(const Request *request, Error *error);
MUST_USE bool inquiry_may_manage(const Request *request, Error *error);
/* The number that the route's {name} is; ERROR_NOT_FOUND. */
MUST_USE bool inquiry_parameter(const Request *request, Str name, int64_t *out, Error *error);
/* Units of the city, in its order. */
MUST_USE bool inquiry_units(const Request *request, InquiryUnits *out, Error *error);

bool page_inquiries(Request *request, Response *response, Error *error);
bool page_inquiry_new(Request *request, Response *response, Error *error);
bool page_inquiry_new_post(Request *request, Response *response, Error *error);
bool page_inquiry(Request *request, Response *response, Error *error);
bool page_inquiry_close(Request *request, Response *response, Error *error);
bool page_inquiry_resend(Request *request, Response *response, Error *error);
bool page_inquiry_part(Request *request, Response *response, Error *error);
bool page_inquiry_part_post(Request *request, Response *response, Error *error);

#endif
