/* plan/change.h: the changes of a plan's draft (変更): what somebody wants, why, and what was decided.
 *
 * A change is one operation (plan/operation.h) on an edition, with author, time and reason. Changes that were
 * made in one go are a group and are decided together unless somebody decides them apart. Nothing is ever
 * overwritten:
 *
 *     pending     waits for the owner
 *     accepted    part of the present draft; of the next edition when that is frozen
 *     rejected    with who and why
 *     withdrawn   by its author
 *     revised     another change took its place: a pending one that somebody worded anew, or an accepted one
 * whose words were changed again. When the later change is rejected or withdrawn it is what it was
 *
 * What is in force is never touched: the draft is the base edition with the accepted changes, computed when
 * asked for (plan/draft.h). Decisions can be taken back until the next edition is frozen; what made an
 * edition is settled.
 *
 * Module "plan". Readers answer in the arena, in the snapshot of the conn; writers are one closure each. Who
 * may is asked by the caller, but authors are compared here.
 */
#ifndef PLAN_CHANGE_H
#define PLAN_CHANGE_H

#include "base/date.h"
#include "plan/operation.h"
#include "plan/store.h"

typedef enum PlanChangeState {
    PLAN_CHANGE_PENDING,
    PLAN_CHANGE_ACCEPTED,
    PLAN_CHANGE_REJECTED,
    PLAN_CHANGE_WITHDRAWN,
    PLAN_CHANGE_REVISED,
    PLAN_CHANGE_STATE_COUNT
} PlanChangeState;
const char *plan_change_state_name(PlanChangeState state);

typedef struct PlanChange {
    int64_t id, plan_id, group; /* group: id of its first change */
    int64_t
        edition_id; /* the edition that the operation's places are told in: where it was carried to last */
    PlanOperation operation; /* accepted: state is accepted */
    Str before; /* what stood in [from, to) where it was made; of structure: the node's wording */
    Str author, reason;
    Str cause; /* what it came out of: "evaluation:12", "opinion:3", "inquiry:5"; empty: nothing */
    int64_t created_at;
    int64_t revises; /* the pending change that it words anew; 0: none */
    PlanChangeState state;
    Str decided_by, decision; /* by whom, and why in words (may be empty) */
    int64_t decided_at;       /* 0: not yet */
    int64_t made;             /* the edition it became part of; 0: none yet */
    bool lost;                /* its words are gone since an edition was frozen: it has to be worded anew */
} PlanChange;
typedef VEC_OF(PlanChange) PlanChanges;

/* --- making --- */

typedef struct PlanChangeBy {
    const PlanEdition *edition; /* the base: the newest edition of its plan; else ERROR_CONFLICT */
    Str author, reason, cause;
    int64_t instant;
    int64_t seen; /* plan_change_newest of the node when its author looked; newer ones are ERROR_CONFLICT; -1:
                     do not ask */
} PlanChangeBy;

/* The node should read `after`: as many edits as there are hunks, one group. Its present wording (base with
 * accepted changes) is what is compared; `revises` (0: none) is a pending change or any of its group that
 * this words anew: the whole group on this node becomes revised. ERROR_INPUT when nothing changes, without a
 * reason, or when it is too long; ERROR_NOT_FOUND without the node; ERROR_CONFLICT. *group: of the new
 * changes. */
MUST_USE bool plan_change_reword(
    Db *db, const PlanChangeBy *by, Str key, Str after, int64_t revises, int64_t *group, Error *error);
/* Operations as they are, one group; ids are given here; "+1", "+2" ... in `key`, `parent`, `after` mean the
 * first, second ... of these operations. */
MUST_USE bool plan_change_operate(
    Db *db, const PlanChangeBy *by, const PlanOperations *operations, int64_t *group, Error *error);
/* The whole group. Only its author may; ERROR_DENIED. ERROR_CONFLICT unless pending. */
MUST_USE bool plan_change_withdraw(Db *db, int64_t group, Str author, int64_t instant, Error *error);

/* --- deciding --- */

typedef struct PlanChangeDecision { /* import.h has a PlanDecision */
    const int64_t *ids;             /* changes of one plan */
    size_t count;
    PlanChangeState to; /* accepted, rejected, or pending again */
    Str by, words;
    int64_t instant;
} PlanChangeDecision;

/* All or none. ERROR_CONFLICT when one is no longer what it was (withdrawn, revised, part of a frozen
 * edition, lost), or when accepted changes would not all take effect; *conflict (may be NULL) then names the
 * two. */
MUST_USE bool plan_change_decide(
    Db *db, const PlanChangeDecision *decision, PlanConflict *conflict, Error *error);

/* --- reading --- */

typedef struct PlanChangeQuery {
    int64_t plan_id;
    Str key;            /* of a node, empty: all */
    int64_t edition_id; /* whose places are told in this edition (base); 0: any */
    int64_t group;      /* 0: any */
    int64_t made;       /* that became part of this edition; 0: any */
    Str cause;          /* empty: any */
    bool open;          /* only pending and accepted ones that no edition has yet */
} PlanChangeQuery;

/* Oldest first. */
MUST_USE bool plan_change_list(
    DbConn *conn, Arena *arena, const PlanChangeQuery *query, PlanChanges *out, Error *error);
MUST_USE bool plan_change_get(DbConn *conn, Arena *arena, int64_t id, PlanChange *out, Error *error);
/* Id of the last change, or decision, that concerns the node: what PlanChangeBy.seen compares. */
MUST_USE bool plan_change_newest(DbConn *conn, int64_t edition_id, Str key, int64_t *out, Error *error);
/* The operations of changes, in order of ids. */
MUST_USE bool plan_change_operations(
    Arena *arena, const PlanChanges *changes, PlanOperations *out, Error *error);

#endif
