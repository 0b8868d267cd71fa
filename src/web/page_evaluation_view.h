/* web/page_evaluation_view.h: an evaluation's sheet in words, as its pages and its form show it, and how a
 * request comes to it. */
#ifndef WEB_PAGE_EVALUATION_VIEW_H
#define WEB_PAGE_EVALUATION_VIEW_H

#include "review/evaluation.h"
#include "web/plan_view.h"
#include "web/request.h"

typedef struct EvaluationItemView {
    Str number, text, url;
    PlanKind kind;
    VEC_OF(Str) services; /* that carry it out: "子ども体験活動（青少年課）" */
} EvaluationItemView;

typedef struct EvaluationServiceView {
    Str title, unit, legal_basis; /* empty: not said */
} EvaluationServiceView;

/* A figure, or why there is none. */
typedef struct EvaluationFigureView {
    Str text; /* "1,845"; a sentence for a gap */
    bool is_gap;
    Str now; /* what it is at present, when that differs from the frozen one; else empty */
} EvaluationFigureView;

typedef struct EvaluationIndicatorView {
    Str title, unit;
    MessageId kind;
    EvaluationFigureView years[EVALUATION_YEARS];
} EvaluationIndicatorView;

/* What people wrote, in the order of the sheet. */
typedef enum EvaluationTextPlace {
    EVALUATION_TEXT_ACHIEVED,
    EVALUATION_TEXT_LEFT,
    EVALUATION_TEXT_JUDGEMENT,
    EVALUATION_TEXT_DIRECTION,
    EVALUATION_TEXT_SECOND,
    EVALUATION_TEXTS,
} EvaluationTextPlace;

typedef struct EvaluationTextView {
    MessageId label;
    Str text; /* empty: not written yet */
    bool is_corrected;
    Str now; /* after a correction; meaningful with is_corrected */
} EvaluationTextView;

typedef struct EvaluationVersionView {
    int64_t version;
    Str when, who;
    EvaluationTextView texts[EVALUATION_TEXTS];
} EvaluationVersionView;

typedef struct EvaluationView {
    Str number, title, node_url; /* of the measure */
    Str year;                    /* 令和8年度 */
    bool year_is_running;        /* it is not over yet */
    Str plan_title, edition;
    bool is_frozen;
    Str frozen_on, frozen_by, edited_on, edited_by, hash; /* names and hash: for staff, else empty */
    Str year_labels[EVALUATION_YEARS];
    VEC_OF(EvaluationItemView) items; /* below the measure, in document order */
    VEC_OF(EvaluationServiceView) services;
    VEC_OF(EvaluationIndicatorView) indicators;
    EvaluationTextView texts[EVALUATION_TEXTS];
    bool has_difference; /* a figure or a text is another than in the frozen document */
} EvaluationView;

/* --- from a request --- */

EvaluationRight request_evaluation_right(const Request *request);
/* ERROR_DENIED unless the visitor writes evaluations. */
MUST_USE bool request_may_evaluate(const Request *request, Error *error);
/* The evaluation that the route's {id} names, when the visitor may see it. */
MUST_USE bool request_evaluation(const Request *request, DbConn *conn, Evaluation *out, Error *error);
/* For addresses of the plan in its current edition: nothing for the city's first plan. */
PlanPlace plan_place(const Request *request, Str plan);
/* "/evaluations/12" */
Str evaluation_url(Arena *arena, int64_t id);

/* --- sheets --- */

/* What is known at present, with figures as the door has them. */
MUST_USE bool evaluation_known(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationSheet *out, Error *error);
/* Everything in words, as the visitor may see it: of a draft what is known at present; of a frozen one its
 * document, with what has moved since for staff. */
MUST_USE bool evaluation_view(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationView *out, Error *error);
/* The five texts in words. */
void evaluation_view_texts(Language language, const EvaluationText *text, EvaluationTextView *out);
/* The display name of a login; the login itself when the account is gone. */
MUST_USE bool person_print(DbConn *conn, Arena *arena, Str login, Str *out, Error *error);

#endif
