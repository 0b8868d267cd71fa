/* web/page_opinion_view.h: public comment in words, as its pages share it: periods, places of the plan,
 * opinions, topics with what they changed; and how a request comes to them.
 *
 * No view has a name, an address or a contact but OpinionView, and that only for whoever manages periods and
 * when one opinion was read alone.
 */
#ifndef WEB_PAGE_OPINION_VIEW_H
#define WEB_PAGE_OPINION_VIEW_H

#include "plan/redline.h"
#include "review/opinion.h"
#include "web/edition_choice.h"
#include "web/request.h"

typedef struct OpinionPeriodView {
    Str title, asks, ways, from, to, edition, edition_url, url;
    bool is_before, is_open, is_over, is_published;
    int64_t days_left; /* the last day is 0 */
    Str published_on;
    size_t opinions, people, unanswered;
} OpinionPeriodView;

/* What a page of a period works on. */
typedef struct OpinionPlace {
    OpinionPeriod period;
    OpinionRight right;
    OpinionPeriodView view;
    EditionChoice choice; /* edition: that of the period */
    const Plan *plan;     /* that edition, whole */
    PlanPlace plan_place;
} OpinionPlace;

/* A hunk of text or a step of structure that a topic caused. */
typedef struct OpinionChangeView {
    Str node, node_url;
    RedlinePieces pieces; /* empty: `says` */
    Str says;             /* of a change of structure */
    Str edition;          /* that it is part of; empty: none yet */
    PlanChangeState state;
    bool is_made;
} OpinionChangeView;
typedef VEC_OF(OpinionChangeView) OpinionChangeViews;

typedef struct OpinionTopicView {
    const OpinionTopic *topic;
    Str place, place_url, url; /* of the plan: "(1) 子ども… ＞ ① …"; the whole: in words, without url */
    Str kind;                  /* in words */
    size_t count;
    int32_t index; /* of its node in the edition; -1: the whole */
    OpinionChangeViews changes;
    bool is_made; /* one of them is part of an edition */
} OpinionTopicView;
typedef VEC_OF(OpinionTopicView) OpinionTopicViews;

typedef struct OpinionView {
    const Opinion *opinion;
    Str place, place_url, quote, way, standing, received, url;
    int similarity; /* with the one that is shown, thousandths */
    Str topic;      /* its summary, or its number */
    Str topic_url;
    OpinionAnswerKind kind;
} OpinionView;
typedef VEC_OF(OpinionView) OpinionViews;

/* --- from a request --- */

OpinionRight request_opinion_right(const Request *request);
OpinionBy request_opinion_by(const Request *request);
/* ERROR_DENIED unless the visitor is staff, or manages. */
MUST_USE bool request_opinion_staff(const Request *request, Error *error);
MUST_USE bool request_opinion_manager(const Request *request, Error *error);
/* The period that the route's {period} names, with its edition. */
MUST_USE bool request_opinion_place(const Request *request, DbConn *conn, OpinionPlace *out, Error *error);
MUST_USE bool opinion_place_of(
    const Request *request, DbConn *conn, int64_t period, OpinionPlace *out, Error *error);
/* A number of the route or the form; false with ERROR_NOT_FOUND. */
MUST_USE bool opinion_number(Str text, int64_t *out, Error *error);

/* --- in words --- */

Str opinion_period_url(Arena *arena, int64_t period, const char *rest);
Str opinion_day(const Request *request, Date day);
void opinion_period_view(const Request *request, const OpinionPeriod *period, OpinionPeriodView *out);
/* Where a node stands: titles from its policy down to it. key empty: the whole plan. */
Str opinion_place_words(const Request *request, const Plan *plan, Str key);
Str opinion_place_url(const Request *request, const OpinionPlace *place, Str key);
void opinion_view(
    const Request *request, const OpinionPlace *place, const Opinion *opinion, OpinionView *out);
/* In document order, the whole first. With `made`, only changes that are part of an edition. */
MUST_USE bool opinion_topic_views(const Request *request, DbConn *conn, const OpinionPlace *place,
    const OpinionTopics *topics, bool made, OpinionTopicViews *out, Error *error);
/* What changes do, hunks of one wording together. With `made`, only those that are part of an edition. */
MUST_USE bool opinion_change_views(const Request *request, DbConn *conn, const OpinionPlace *place,
    const int64_t *changes, size_t count, bool made, OpinionChangeViews *out, Error *error);

/* A link or a box while opinions are taken, of a node in the edition that is shown (key), or of any edition
 * of its plan (key empty); url empty: none are. */
typedef struct OpinionInvite {
    Str title, url, until, new_url;
    bool has_periods; /* there are or were some */
} OpinionInvite;
MUST_USE bool opinion_invite(const Request *request, DbConn *conn, const PlanEdition *edition, Str key,
    OpinionInvite *out, Error *error);

#endif
