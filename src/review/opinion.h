/* review/opinion.h: public comment (パブリックコメント): a period in which anybody may say something about an
 * edition, what was said, what the city thinks of it, and which words of the plan it changed.
 *
 *     period    on a frozen edition, from a day to a day; a title, what is asked, how else to send
 *     opinion   on a passage (plan/anchor.h) or the whole; by page, or by paper, fax, mail, at the counter
 *               (entered by staff). Name and address are asked as the field does and are never published
 *     topic     similar opinions that are answered together (意見の趣旨 / 市の考え方): summary, kind of
 *               answer, answer, and the changes it caused. An opinion that stands alone is a topic of one
 *     results   published: number of people and opinions, topics by place in the plan, counts by kind
 *
 * Whoever gave an opinion gets a code; with it (or signed in) the opinion, its answer and the sentence that
 * it changed are found. Numbers are given in order of receipt within a period. Nothing is overwritten or
 * deleted; an answer that is worded anew keeps what it said before.
 *
 *     opinion_word.c      the words, who may, codes and causes; tables of module "opinion"
 *     opinion_period.c    opening, extending, publishing, listing
 *     opinion.c           giving and reading opinions
 *     opinion_topic.c     grouping, answering, what changed
 *     opinion_similar.c   which opinions are alike; words that were typed, found in a text
 *
 * Readers answer in the arena; writers are one closure each. Each asks for the right of whoever acts.
 */
#ifndef REVIEW_OPINION_H
#define REVIEW_OPINION_H

#include "base/language.h"
#include "plan/anchor.h"
#include "plan/change.h"
#include "record/account.h"

/* After plan_store_migrate. applied may be NULL. */
MUST_USE bool opinion_migrate(Db *db, int *applied, Error *error);

/* --- words -------------------------------------------------------------------------------------- */

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
/* What the kind means, in a sentence. */
Str opinion_answer_says(OpinionAnswerKind kind, Language language);

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

/* How whoever gave an opinion belongs to the city. */
typedef enum OpinionStanding {
    OPINION_STANDING_UNSAID,
    OPINION_RESIDENT, /* 市内在住 */
    OPINION_WORKER,   /* 市内在勤 */
    OPINION_STUDENT,  /* 市内在学 */
    OPINION_OTHER,    /* その他 */
    OPINION_STANDING_COUNT,
} OpinionStanding;
const char *opinion_standing_name(OpinionStanding standing);
MUST_USE bool opinion_standing_from_name(Str name, OpinionStanding *out);
Str opinion_standing_title(OpinionStanding standing, Language language);

/* --- who may ------------------------------------------------------------------------------------ */

typedef enum OpinionRight {
    OPINION_PUBLIC, /* gives opinions while a period is open; reads periods and published results */
    OPINION_STAFF,  /* reads all but names and addresses */
    OPINION_MANAGE, /* planner, planning_manager: opens, enters, groups, answers, publishes; sees names */
} OpinionRight;
/* NULL: nobody is signed in. */
OpinionRight opinion_right_of(const Account *account);

typedef struct OpinionBy {
    OpinionRight right;
    Str actor; /* login; empty: nobody is signed in */
    Clock clock;
} OpinionBy;

/* --- periods ------------------------------------------------------------------------------------ */

#define OPINION_TITLE_MAX 100 /* code points, as the others */
#define OPINION_TEXT_MAX 4000
#define OPINION_LINE_MAX 200

typedef struct OpinionPeriod {
    int64_t id, plan_id, edition_id;
    Str title, asks;      /* what it is called, what the city would like to hear */
    Str ways;             /* how to send by post, fax, mail or at the counter: addresses, numbers */
    Date from, to;        /* both days included; civil dates */
    int64_t published_at; /* of the results; 0: not yet */
    size_t opinions, people, unanswered;
} OpinionPeriod;
typedef VEC_OF(OpinionPeriod) OpinionPeriods;

/* Whether opinions are taken on that day. */
bool opinion_is_open(const OpinionPeriod *period, Date today);

/* ERROR_INPUT when the days are the wrong way round, a text is missing or the edition is not frozen;
 * ERROR_LIMIT when a text is too long. */
MUST_USE bool opinion_open(
    Db *db, const OpinionBy *by, const OpinionPeriod *period, int64_t *id, Error *error);
/* A later last day only (ERROR_INPUT); ERROR_CONFLICT once results are published. */
MUST_USE bool opinion_extend(Db *db, const OpinionBy *by, int64_t period, Date to, Error *error);

/* What still stands between a period and its results. */
typedef struct OpinionObstacles {
    bool is_open;      /* opinions may still come */
    size_t unanswered; /* opinions */
    size_t unchanged;  /* topics answered 反映 without an accepted change */
} OpinionObstacles;
MUST_USE bool opinion_obstacles(
    DbConn *conn, Arena *arena, const OpinionPeriod *period, Date today, OpinionObstacles *out, Error *error);
/* ERROR_CONFLICT while there is any of them, or when results are published already. */
MUST_USE bool opinion_publish(Db *db, const OpinionBy *by, int64_t period, Error *error);

/* Newest first. */
MUST_USE bool opinion_period_list(
    DbConn *conn, Arena *arena, int64_t plan_id, OpinionPeriods *out, Error *error);
MUST_USE bool opinion_period_get(DbConn *conn, Arena *arena, int64_t id, OpinionPeriod *out, Error *error);

/* --- opinions ----------------------------------------------------------------------------------- */

typedef struct Opinion {
    int64_t id, period_id, number; /* number: order of receipt within the period, from 1 */
    Str code;                      /* for whoever gave it: random, unguessable; "k3fm-9x2p-0a7d-t5qe" */
    OpinionWay way;
    Date received_on;
    bool late;         /* it came after the last day */
    PlanAnchor anchor; /* id 0: of the whole; else in the edition of the period */
    Str text;
    Str name, address, contact; /* opinion_get alone, and empty to those who may not see them */
    OpinionStanding standing;
    int64_t topic_id; /* 0: not looked at yet */
    int64_t created_at;
    Str entered_by; /* of staff, when it came on paper */
} Opinion;
typedef VEC_OF(Opinion) Opinions;

/* By page: today must lie in the period (ERROR_CONFLICT). Entered by staff: received_on must, and not be
 * later than today; one that came after the last day is taken when the caller has said `late`, and is kept
 * with that mark. ERROR_INPUT, ERROR_LIMIT for texts; ERROR_CONFLICT once results are published. */
typedef struct OpinionNew {
    int64_t period_id;
    const PlanPassage *passage; /* NULL: the whole */
    OpinionWay way;
    Date received_on; /* by page: today, whatever this says */
    bool late;
    Str text, name, address, contact;
    OpinionStanding standing;
    Str with; /* code of an earlier opinion of the same person in the period, who is then the same; empty: a
                 person as named here */
    Str once; /* a word of the form: the same one twice is the same opinion, which is answered again */
} OpinionNew;
/* Answers number and code. */
MUST_USE bool opinion_give(
    Db *db, Arena *arena, const OpinionBy *by, const OpinionNew *opinion, Opinion *out, Error *error);

/* In order of numbers, without names. ERROR_DENIED for the public. */
MUST_USE bool opinion_list(
    DbConn *conn, Arena *arena, int64_t period, OpinionRight right, Opinions *out, Error *error);
/* One, by its number, with name and address for OPINION_MANAGE. ERROR_NOT_FOUND, also for the public. */
MUST_USE bool opinion_get(DbConn *conn, Arena *arena, int64_t period, int64_t number, OpinionRight right,
    Opinion *out, Error *error);
/* By its code as it was typed (case, width, hyphens do not matter), without names; for whoever has it.
 * ERROR_NOT_FOUND. */
MUST_USE bool opinion_find(DbConn *conn, Arena *arena, Str code, Opinion *out, Error *error);
/* Those given by page while this login was signed in, newest first. */
MUST_USE bool opinion_list_of_login(DbConn *conn, Arena *arena, Str login, Opinions *out, Error *error);

/* --- topics ------------------------------------------------------------------------------------- */

typedef struct OpinionTopic {
    int64_t id, period_id, version;
    Str key;     /* of the node it is about; empty: the whole */
    Str summary; /* 意見の趣旨 */
    OpinionAnswerKind kind;
    Str answer; /* 市の考え方 */
    Str edited_by;
    int64_t edited_at;
    VEC_OF(int64_t) opinions; /* ids, in order of their numbers */
    /* ids of the changes of the plan it caused, ascending: those tied to it, those that name it as their
     * cause, and those that word one of these anew */
    VEC_OF(int64_t) changes;
} OpinionTopic;
typedef VEC_OF(OpinionTopic) OpinionTopics;

/* Puts opinions into a topic (0: a new one, on the node of the first); out of the one they were in. A topic
 * that nothing is left in is not listed any more. ERROR_CONFLICT once results are published. */
MUST_USE bool opinion_group(
    Db *db, const OpinionBy *by, const int64_t *opinions, size_t count, int64_t *topic, Error *error);
/* Summary, kind, answer and changes. version: what its author saw; another one now is ERROR_CONFLICT. After
 * publishing this is a correction: the topic stays answered. */
MUST_USE bool opinion_answer(Db *db, const OpinionBy *by, const OpinionTopic *topic, Error *error);

/* Those that hold opinions, by id. For the public: ERROR_NOT_FOUND until results are published. */
MUST_USE bool opinion_topic_list(
    DbConn *conn, Arena *arena, int64_t period, OpinionRight right, OpinionTopics *out, Error *error);
MUST_USE bool opinion_topic_get(
    DbConn *conn, Arena *arena, int64_t topic, OpinionRight right, OpinionTopic *out, Error *error);
/* What a topic said before, newest first, the present wording too; lists of opinions and changes are empty.
 */
MUST_USE bool opinion_topic_history(
    DbConn *conn, Arena *arena, int64_t topic, OpinionTopics *out, Error *error);
/* "opinion:3": how a change names the topic it came out of; and back, 0 when it is another cause. */
Str opinion_cause(Arena *arena, int64_t topic);
int64_t opinion_of_cause(Str cause);
/* The topic that a change came out of; id 0: none, or not for this right. For "why does it read so?" */
MUST_USE bool opinion_topic_of_cause(
    DbConn *conn, Arena *arena, Str cause, OpinionRight right, OpinionTopic *out, Error *error);

/* --- texts -------------------------------------------------------------------------------------- */

/* Whether a text is UTF-8 without control characters other than tabs and line ends. */
bool opinion_is_plain(Str text);
/* How alike two opinions are, thousandths: plan/match.h's similarity of their folded texts. */
int opinion_similarity(Arena *arena, Str a, Str b);

/* Where words that somebody typed or marked stand in a node's text: as they are, else by their folded forms.
 * *found: at how many places; the passage is the `wanted`-th of them (from 1; 0: only when there is just
 * one). The whole text is the node as a whole. false when there is no such place. Pure. */
bool opinion_find_words(
    Arena *arena, Str key, Str text, Str words, size_t wanted, PlanPassage *out, size_t *found);

#endif
