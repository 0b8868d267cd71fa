/* plan/draft_internal.h: the step from a base to the edition that is made of it, while it is taken. Inside a
 * closure.
 */
#ifndef PLAN_DRAFT_INTERNAL_H
#define PLAN_DRAFT_INTERNAL_H

#include "base/map.h"
#include "plan/change_internal.h"
#include "plan/draft.h"

typedef struct DraftStep {
    DbConn *conn;
    Arena *arena;
    PlanEdition base;
    const Plan *old; /* the base */
    Plan *next;      /* with keys for life */
    PlanOperations told;
    Map names;          /* "+ID" that an accepted operation brought -> the PlanNode in next */
    Map keys;           /* of next -> the PlanNode */
    int64_t edition_id; /* of next */
    bool foreign;       /* next came from outside, not from the operations: none of them counts as accepted */
} DraftStep;

/* Carries every anchor that stands in the base, and every change that still waits, into the new edition. */
MUST_USE bool draft_carry(DraftStep *step, Error *error);

/* The same for an edition that was saved or imported behind the base: words are looked for where they were.
 */
MUST_USE bool draft_carry_foreign(DbConn *conn, int64_t base_id, int64_t edition_id, Error *error);

/* What became of the node the base's operations call by this name: its key in next, NULL when it is not
 * there. */
const Str *draft_name(const DraftStep *step, Str name);
/* The operation "+ID"; NULL. */
const PlanOperation *draft_operation(const DraftStep *step, Str name);

#endif
