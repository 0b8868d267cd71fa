/* plan/change.h: draft changes of a plan's nodes (変更): what somebody wants a node to say, and why.
 *
 * A change stands on a node of an edition by the node's key and does not touch the edition: it is shown on
 * the node struck and underlined (plan/redline.h) until somebody decides. What caused it is kept: an
 * evaluation, a question. Nothing is ever overwritten: a second change of the same node stands beside the
 * first. Module "plan". Readers answer in the arena; writers are one closure each.
 */
#ifndef PLAN_CHANGE_H
#define PLAN_CHANGE_H

#include "base/date.h"
#include "plan/store.h"

typedef enum PlanChangeState {
    PLAN_CHANGE_PENDING,
    PLAN_CHANGE_WITHDRAWN,
    PLAN_CHANGE_STATE_COUNT
} PlanChangeState;
const char *plan_change_state_name(PlanChangeState state);

typedef struct PlanChange {
    int64_t id, plan_id, edition_id; /* the edition it was made against */
    Str key;
    Str before, after; /* wording of the node in that edition; wanted wording */
    Str author, reason;
    int64_t created_at;
    PlanChangeState state;
    Str cause; /* what it came out of: "evaluation:12"; empty: nothing */
} PlanChange;
typedef VEC_OF(PlanChange) PlanChanges;

typedef struct PlanChangeNew {
    const PlanEdition *edition;
    Str key, before, after; /* before: the wording the author saw; another one now is ERROR_CONFLICT */
    Str author, reason, cause;
    int64_t instant;
} PlanChangeNew;

/* ERROR_INPUT when nothing changes or there is no reason, ERROR_NOT_FOUND without the node. */
MUST_USE bool plan_change_propose(Db *db, const PlanChangeNew *change, int64_t *id, Error *error);
/* Only its author may; ERROR_DENIED. */
MUST_USE bool plan_change_withdraw(Db *db, int64_t id, Str author, int64_t instant, Error *error);
/* Of a node (an empty key: of the whole plan), oldest first. */
MUST_USE bool plan_change_list(
    DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanChanges *out, Error *error);
MUST_USE bool plan_change_get(DbConn *conn, Arena *arena, int64_t id, PlanChange *out, Error *error);

#endif
