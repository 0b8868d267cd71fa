/* review/opinion.h: public comment (パブリックコメント): a period in which anybody may say something about an
 * edition, what was said, what the city thinks of it, and which words of the plan it changed.
 *
 *     period    on a frozen edition, from a day to a day; a title and what is asked
 *     opinion   on a passage (plan/anchor.h) or the whole; by page, or by paper, fax, mail, at the counter
 * (entered by staff). Name and address are asked as the field does and never published topic     similar
 * opinions that are answered together (意見の趣旨 / 市の考え方): summary, kind of answer, answer, and the
 * changes it caused. An opinion that stands alone is a topic of one results   published: number of people and
 * opinions, topics by place in the plan, counts by kind
 *
 * Whoever gave an opinion gets a code; with it (or signed in) the opinion, its answer and the sentence that
 * it changed are found. Numbers are given in order of receipt within a period. Nothing is overwritten or
 * deleted; an answer that is worded anew keeps what it said before.
 *
 * Module "opinion". Readers answer in the arena; writers are one closure each. Each asks for the right of
 * whoever acts.
 */
#ifndef REVIEW_OPINION_H
#define REVIEW_OPINION_H

#include "base/language.h"
#include "plan/change.h"
#include "plan/anchor.h"
#include "record/account.h"

/* After plan_store_migrate. */
MUST_USE bool opinion_migrate(Db *db, int *applied, Error *error);

typedef enum OpinionAnswerKind {
    OPINION_UNANSWERED,
    OPINION_REFLECTED, /* 反映 */
    OPINION_SAME,      /* 趣旨同じ: the plan says so already */
    OPINION_REFERENCE, /* 参考: as a reference for carrying it out */
    OPINION_DIFFICULT, /* 反映困難 */
    OPINION_OUTSIDE,   /* 対象外 */
    OPINION_ANSWER_KIND_COUNT,
} OpinionAnswerKind;
const char *opinion_answer_name(OpinionAnswerKind kind);
MUST_USE bool opinion_answer_from_name(Str name, OpinionAnswerKind *out);
Str opinion_answer_title(OpinionAnswerKind kind, Language language);

typedef enum OpinionWay {
    OPINION_BY_PAGE,
    OPINION_BY_POST,
    OPINION_BY_FAX,
    OPINION_BY_MAIL,    /* electronic mail */
    OPINION_AT_COUNTER, /* 窓口 */
    OPINION_WAY_COUNT,
} OpinionWay;
const char *opinion_way_name(OpinionWay way);
MUST_USE bool opinion_way_from_name(Str name, OpinionWay *out);
Str opinion_way_title(OpinionWay way, Language language);

typedef struct OpinionPeriod {
    int64_t id, plan_id, edition_id;
    Str title, asks;      /* what it is called, what the city would like to hear */
    Date from, to;        /* both days included; civil dates */
    int64_t published_at; /* of the results; 0: not yet */
    size_t opinions, people, unanswered;
} OpinionPeriod;
typedef VEC_OF(OpinionPeriod) OpinionPeriods;

typedef struct Opinion {
    int64_t id, period_id, number; /* number: order of receipt within the period, from 1 */
    Str code;                      /* for whoever gave it: random, unguessable */
    OpinionWay way;
    Date received_on;
    PlanAnchor anchor; /* id 0: of the whole; else in the edition of the period */
    Str text;
    Str name, address, contact; /* as given; empty to those who may not see them */
    Str standing;               /* 市内在住 ...: as chosen; may be empty */
    int64_t topic_id;           /* 0: not looked at yet */
    int64_t created_at;
    Str entered_by; /* of staff, when it came on paper */
} Opinion;
typedef VEC_OF(Opinion) Opinions;

typedef struct OpinionTopic {
    int64_t id, period_id, version;
    Str key;     /* of the node it is about; empty: the whole */
    Str summary; /* 意見の趣旨 */
    OpinionAnswerKind kind;
    Str answer; /* 市の考え方 */
    Str edited_by;
    int64_t edited_at;
    VEC_OF(int64_t) opinions; /* ids, in order of their numbers */
    VEC_OF(int64_t) changes;  /* ids of the changes of the plan it caused */
} OpinionTopic;
typedef VEC_OF(OpinionTopic) OpinionTopics;

typedef enum OpinionRight {
    OPINION_PUBLIC, /* gives opinions while a period is open; reads periods and published results */
    OPINION_STAFF,  /* reads all but names and addresses */
    OPINION_MANAGE, /* planner, planning_manager: opens, enters, groups, answers, publishes; sees names */
} OpinionRight;
OpinionRight opinion_right_of(const Account *account);

typedef struct OpinionBy {
    OpinionRight right;
    Str actor; /* login; empty: nobody is signed in */
    Clock clock;
} OpinionBy;

/* ERROR_INPUT when the days are the wrong way round or the edition is not frozen. */
MUST_USE bool opinion_open(
    Db *db, const OpinionBy *by, const OpinionPeriod *period, int64_t *id, Error *error);
/* A later last day only. */
MUST_USE bool opinion_extend(Db *db, const OpinionBy *by, int64_t period, Date to, Error *error);
/* passage NULL: the whole. By page: today must lie in the period (ERROR_CONFLICT); entered by staff:
 * received_on must, or the caller has confirmed that it came late (late: it is kept and marked). Answers
 * number and code. */
typedef struct OpinionNew {
    int64_t period_id;
    const PlanPassage *passage;
    OpinionWay way;
    Date received_on;
    bool late;
    Str text, name, address, contact, standing;
} OpinionNew;
MUST_USE bool opinion_give(
    Db *db, Arena *arena, const OpinionBy *by, const OpinionNew *opinion, Opinion *out, Error *error);
/* Puts opinions into a topic (0: a new one, on the node of the first); out of the one they were in. */
MUST_USE bool opinion_group(
    Db *db, const OpinionBy *by, const int64_t *opinions, size_t count, int64_t *topic, Error *error);
/* version: what its author saw; another one now is ERROR_CONFLICT. */
MUST_USE bool opinion_answer(Db *db, const OpinionBy *by, const OpinionTopic *topic, Error *error);
/* ERROR_CONFLICT while something is unanswered, while the period is open, or while 反映 names no change. */
MUST_USE bool opinion_publish(Db *db, const OpinionBy *by, int64_t period, Error *error);

MUST_USE bool opinion_period_list(
    DbConn *conn, Arena *arena, int64_t plan_id, OpinionPeriods *out, Error *error);
MUST_USE bool opinion_period_get(DbConn *conn, Arena *arena, int64_t id, OpinionPeriod *out, Error *error);
MUST_USE bool opinion_list(
    DbConn *conn, Arena *arena, int64_t period, OpinionRight right, Opinions *out, Error *error);
/* By its code; for whoever has it. ERROR_NOT_FOUND. */
MUST_USE bool opinion_find(DbConn *conn, Arena *arena, Str code, Opinion *out, Error *error);
MUST_USE bool opinion_topic_list(
    DbConn *conn, Arena *arena, int64_t period, OpinionRight right, OpinionTopics *out, Error *error);
/* The topic that a change came out of; id 0: none. For "why does it read so?" */
MUST_USE bool opinion_topic_of_cause(
    DbConn *conn, Arena *arena, Str cause, OpinionRight right, OpinionTopic *out, Error *error);

#endif
