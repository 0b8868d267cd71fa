/* plan/draft.h: the draft of a plan's next edition, and how it becomes one.
 *
 *     base edition + accepted changes  =  draft          (plan_draft)
 *     draft, frozen under a name       =  next edition   (plan_draft_freeze)
 *
 * Freezing gives new nodes their keys for life, notes which changes made the edition, and carries every
 * anchor, with the pending changes, comments and opinions that hold it, from the base to the new edition. One
 * closure.
 */
#ifndef PLAN_DRAFT_H
#define PLAN_DRAFT_H

#include "plan/change.h"

/* The base with its accepted changes, whole. Nodes that are new have the key "+ID". */
Plan *plan_draft(DbConn *conn, Arena *arena, const PlanEdition *base, Error *error) MUST_USE;

typedef struct PlanFreeze {
    int64_t base; /* the newest edition of its plan, not under review; else ERROR_CONFLICT */
    Str name;     /* of the new edition: 案; ERROR_CONFLICT when the plan has one of that name */
    Str step;     /* which declared step it is; may equal the name */
    Str actor;
    int64_t instant;
} PlanFreeze;

/* A base that is still a draft is frozen first, as it is. */
MUST_USE bool plan_draft_freeze(Db *db, const PlanFreeze *freeze, int64_t *edition_id, Error *error);

/* --- why a node reads as it does --- */

/* A wording of a node in one edition, and the changes that brought it. */
typedef struct PlanMoment {
    PlanVersion version; /* plan/store.h */
    bool same;           /* wording, number and place as in the edition before */
    PlanChanges changes; /* that became part of this edition and concern the node */
} PlanMoment;
typedef VEC_OF(PlanMoment) PlanTimeline;

/* Oldest first. */
MUST_USE bool plan_timeline(
    DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanTimeline *out, Error *error);

/* --- proof --- */

typedef struct PlanVerifyReport {
    size_t editions, replayed; /* frozen ones looked at; those among them that changes have made */
    VEC_OF(Str) problems;      /* "edition 案 of basic-2019: ..." */
} PlanVerifyReport;

/* That every frozen edition is what its hash says, and that each one made by changes is its base with these
 * changes carried out anew. false: could not be carried out; problems are no error. */
MUST_USE bool plan_verify(DbConn *conn, Arena *arena, PlanVerifyReport *out, Error *error);

#endif
