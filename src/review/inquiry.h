/* review/inquiry.h: internal inquiry (庁内照会): the planner sends nodes of a draft to the units in charge,
 * each edits or confirms its own by a day, and who has not answered is seen.
 *
 *     inquiry   on the base edition of a draft (plan/draft.h): title, what is asked, answer by
 *     part      one node (with everything below it) and the unit in charge of it
 *     answer    of a part: confirmed as it is (異議なし), edited (修正あり: its changes have the cause
 * "inquiry:PART"), or handed back (所管外) with a word for the planner, who sends it to another unit
 *
 * Answers come in as tracked changes (plan/change.h). A part can be answered again until the inquiry is
 * closed; every answer is kept. Whoever belongs to a unit (account_set_units) answers for it.
 *
 * Module "inquiry". Readers answer in the arena; writers are one closure each.
 */
#ifndef REVIEW_INQUIRY_H
#define REVIEW_INQUIRY_H

#include "base/language.h"
#include "plan/change.h"
#include "record/account.h"

/* After plan_store_migrate and record_migrate. */
MUST_USE bool inquiry_migrate(Db *db, int *applied, Error *error);

typedef enum InquiryAnswer {
    INQUIRY_OPEN,
    INQUIRY_CONFIRMED, /* 異議なし */
    INQUIRY_EDITED,    /* 修正あり */
    INQUIRY_RETURNED,  /* 所管外 */
    INQUIRY_ANSWER_COUNT,
} InquiryAnswer;
const char *inquiry_answer_name(InquiryAnswer answer);
MUST_USE bool inquiry_answer_from_name(Str name, InquiryAnswer *out);
Str inquiry_answer_title(InquiryAnswer answer, Language language);

typedef struct InquiryPart {
    int64_t id, inquiry_id;
    Str key, unit; /* unit: id in city.yaml */
    InquiryAnswer answer;
    Str words; /* with the answer; may be empty unless handed back */
    Str answered_by;
    int64_t answered_at;
    size_t changes; /* pending or decided ones that came in with it */
} InquiryPart;
typedef VEC_OF(InquiryPart) InquiryParts;

typedef struct Inquiry {
    int64_t id, plan_id, edition_id;
    Str title, asks;
    Date answer_by;
    Str created_by;
    int64_t created_at, closed_at; /* closed_at 0: open */
    size_t parts, answered;
} Inquiry;
typedef VEC_OF(Inquiry) Inquiries;

typedef struct InquiryNew {
    const PlanEdition *edition;
    Str title, asks;
    Date answer_by;
    const InquiryPart *parts; /* key and unit are read */
    size_t part_count;
    Str actor;
    int64_t instant;
} InquiryNew;

/* ERROR_INPUT: no parts, a node twice for one unit, no title, a day that is over. */
MUST_USE bool inquiry_send(Db *db, const InquiryNew *inquiry, int64_t *id, Error *error);
/* units: those the actor belongs to; ERROR_DENIED when the part is of none of them; ERROR_CONFLICT when it is
 * closed. */
typedef struct InquiryReply {
    int64_t part;
    InquiryAnswer answer;
    Str words, actor;
    const Str *units;
    size_t unit_count;
    int64_t instant;
} InquiryReply;
MUST_USE bool inquiry_answer(Db *db, const InquiryReply *reply, Error *error);
/* Sends a part that was handed back to another unit. */
MUST_USE bool inquiry_resend(Db *db, int64_t part, Str unit, Str actor, int64_t instant, Error *error);
MUST_USE bool inquiry_close(Db *db, int64_t id, Str actor, int64_t instant, Error *error);

MUST_USE bool inquiry_list(DbConn *conn, Arena *arena, int64_t plan_id, Inquiries *out, Error *error);
MUST_USE bool inquiry_get(DbConn *conn, Arena *arena, int64_t id, Inquiry *out, Error *error);
/* In document order of the nodes. inquiry 0: of every open inquiry; units: only theirs (count 0: of all). */
MUST_USE bool inquiry_part_list(DbConn *conn, Arena *arena, int64_t inquiry, const Str *units,
    size_t unit_count, InquiryParts *out, Error *error);

#endif
