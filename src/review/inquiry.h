/* review/inquiry.h: internal inquiry (庁内照会): the planner sends nodes of a draft to the units in charge,
 * each edits or confirms its own by a day, and who has not answered is seen.
 *
 *     inquiry   on the base edition of a draft (plan/draft.h): title, what is asked, answer by
 *     part      one node (with everything below it) and the unit in charge of it
 *     step      what happened to a part: it was sent to a unit, or the unit answered: confirmed as it is
 *               (異議なし), edited (修正あり: its changes have the cause "inquiry:PART"), or handed back
 *               (所管外) with a word for the planner, who sends it to another unit
 *
 * Answers come in as tracked changes (plan/change.h). A part can be answered again until the inquiry is
 * closed; every step is kept. Whoever belongs to a unit (account_set_units) answers for it; who may send,
 * send on and close is asked by the caller.
 *
 *     inquiry.c        tables and writing
 *     inquiry_read.c   reading
 *     inquiry_word.c   the words of answers; causes
 *
 * Module "inquiry". Readers answer in the arena; writers are one closure each. Any thread.
 */
#ifndef REVIEW_INQUIRY_H
#define REVIEW_INQUIRY_H

#include "base/language.h"
#include "plan/store.h"

/* After plan_store_migrate and record_migrate. applied may be NULL. */
MUST_USE bool inquiry_migrate(Db *db, int *applied, Error *error);

#define INQUIRY_TITLE_MAX 200 /* code points */
#define INQUIRY_TEXT_MAX 4000 /* of what is asked, and of the words of an answer */

typedef enum InquiryAnswer {
    INQUIRY_OPEN,
    INQUIRY_CONFIRMED, /* 異議なし */
    INQUIRY_EDITED,    /* 修正あり */
    INQUIRY_RETURNED,  /* 所管外 */
    INQUIRY_ANSWER_COUNT,
} InquiryAnswer;
/* As kept and sent by forms: "confirmed"; empty: not answered. */
const char *inquiry_answer_name(InquiryAnswer answer);
MUST_USE bool inquiry_answer_from_name(Str name, InquiryAnswer *out);
/* As people read it: 異議なし, 未回答. */
Str inquiry_answer_title(InquiryAnswer answer, Language language);

typedef struct InquiryPart {
    int64_t id, inquiry_id;
    Str key, unit;    /* unit: id in city.yaml */
    Str number, text; /* of the node in the inquiry's edition */
    InquiryAnswer answer;
    Str words;       /* with the answer; may be empty unless handed back */
    Str answered_by; /* empty, and answered_at 0, while it waits */
    int64_t answered_at;
    size_t changes; /* groups of changes, pending or decided ones, that came in with it */
} InquiryPart;
typedef VEC_OF(InquiryPart) InquiryParts;

typedef struct Inquiry {
    int64_t id, plan_id, edition_id;
    Str title, asks;
    Date answer_by;
    Str created_by;
    int64_t created_at, closed_at; /* closed_at 0: open */
    Str closed_by;
    size_t parts, answered, returned; /* answered: confirmed or edited; returned: handed back, not sent on */
} Inquiry;
typedef VEC_OF(Inquiry) Inquiries;

/* --- writing --- */

typedef struct InquiryNew {
    const PlanEdition *edition;
    Str title, asks;
    Date answer_by;
    const InquiryPart *parts; /* key and unit are read */
    size_t part_count;
    Str actor;
    Clock clock;
} InquiryNew;

/* ERROR_INPUT: no parts, a node twice for one unit, no title, a day that is over, a text that is too long;
 * ERROR_NOT_FOUND: the edition has no such node. */
MUST_USE bool inquiry_send(Db *db, const InquiryNew *inquiry, int64_t *id, Error *error);

/* units: those the actor belongs to; ERROR_DENIED when the part is with none of them, ERROR_CONFLICT when the
 * inquiry is closed, ERROR_INPUT when it is handed back without a word. */
typedef struct InquiryReply {
    int64_t part;
    InquiryAnswer answer;
    Str words, actor;
    const Str *units;
    size_t unit_count;
    int64_t instant;
} InquiryReply;
MUST_USE bool inquiry_answer(Db *db, const InquiryReply *reply, Error *error);

/* Sends a part that was handed back to another unit. ERROR_CONFLICT when it is not handed back, when the unit
 * has the node already, or when the inquiry is closed; ERROR_INPUT for the unit that handed it back. */
MUST_USE bool inquiry_resend(Db *db, int64_t part, Str unit, Str actor, int64_t instant, Error *error);
/* ERROR_CONFLICT when it is closed already. */
MUST_USE bool inquiry_close(Db *db, int64_t id, Str actor, int64_t instant, Error *error);

/* --- reading --- */

/* Newest first. plan_id 0: of every plan. */
MUST_USE bool inquiry_list(DbConn *conn, Arena *arena, int64_t plan_id, Inquiries *out, Error *error);
/* ERROR_NOT_FOUND. */
MUST_USE bool inquiry_get(DbConn *conn, Arena *arena, int64_t id, Inquiry *out, Error *error);
/* By inquiry, in document order of the nodes. inquiry 0: of every open inquiry; units: only theirs (count 0:
 * of all). */
MUST_USE bool inquiry_part_list(DbConn *conn, Arena *arena, int64_t inquiry, const Str *units,
    size_t unit_count, InquiryParts *out, Error *error);
/* A part and its inquiry. ERROR_NOT_FOUND. */
MUST_USE bool inquiry_part_get(
    DbConn *conn, Arena *arena, int64_t part, Inquiry *inquiry, InquiryPart *out, Error *error);
/* Which unit took each node of the plan when it was asked about last: key and unit, newest first; a key may
 * stand there again behind. Units that handed a node back are left out. */
MUST_USE bool inquiry_unit_list(DbConn *conn, Arena *arena, int64_t plan_id, InquiryParts *out, Error *error);

typedef struct InquiryStep {
    Str unit;             /* it went to, or that answered */
    InquiryAnswer answer; /* INQUIRY_OPEN: it was sent */
    Str words, actor;
    int64_t instant;
} InquiryStep;
typedef VEC_OF(InquiryStep) InquirySteps;
/* Oldest first. */
MUST_USE bool inquiry_step_list(DbConn *conn, Arena *arena, int64_t part, InquirySteps *out, Error *error);

/* "inquiry:5": how a change of the plan names the part it came in with; and back, 0 when it is another
 * cause. */
Str inquiry_cause(Arena *arena, int64_t part);
int64_t inquiry_of_cause(Str cause);

#endif
