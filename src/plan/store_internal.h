/* plan/store_internal.h: steps of writing an edition that saving and importing share. All run inside a
 * closure. */
#ifndef PLAN_STORE_INTERNAL_H
#define PLAN_STORE_INTERNAL_H

#include "base/map.h"
#include "plan/format.h"
#include "plan/store.h"

#define STORE_INDEX "plan_search"

/* The tables as they were at that version, for tests of what comes after. */
MUST_USE bool store_migrate_to(Db *db, size_t version, int *applied, Error *error);

PlanEditionState store_read_state(Str name);

/* Adds the warnings of the edition's import and the repairs that nobody has decided to a plan loaded whole.
 */
MUST_USE bool store_load_review(DbConn *conn, int64_t edition_id, Plan *plan, Error *error);

/* The plan's row, made when there is none; *revision (may be NULL) is what store_touch counts. */
MUST_USE bool store_take_plan(
    DbConn *conn, Str code, int64_t instant, int64_t *plan_id, int64_t *revision, Error *error);
/* Notes that the plan's editions or keys have changed. */
MUST_USE bool store_touch(DbConn *conn, int64_t plan_id, Error *error);

/* The newest edition of the plan that is not under review, 0 for none. Fails with ERROR_CONFLICT when there
 * are editions, but all of them are under review. */
MUST_USE bool store_find_base(DbConn *conn, int64_t plan_id, int64_t *base_id, Error *error);

typedef struct StoreEdition {
    const Plan *plan;
    const char *hash; /* of its content */
    int64_t plan_id, base_id;
    PlanEditionState state;
    Str actor;
    int64_t instant;
    bool drafted; /* made by plan_draft_freeze, which carries what stands on the base itself */
} StoreEdition;

/* A new edition with its nodes and keys. */
MUST_USE bool store_add_edition(DbConn *conn, const StoreEdition *edition, int64_t *edition_id, Error *error);
/* Replaces the nodes of an edition under review; keys that it had brought are free again. */
MUST_USE bool store_replace_edition(
    DbConn *conn, const StoreEdition *edition, int64_t edition_id, Error *error);

/* What becomes final when an edition is no longer under review: keys that its base had and it has not are
 * retired. */
MUST_USE bool store_settle_keys(
    DbConn *conn, int64_t plan_id, int64_t base_id, int64_t edition_id, Error *error);

/* Removes everything that hangs on an edition under review, and the edition. */
MUST_USE bool store_remove_edition(DbConn *conn, int64_t plan_id, int64_t edition_id, Error *error);

#define STORE_NAME_MAX 200 /* bytes of a plan's id, an edition's name, a key: what an index can hold */

/* Whether the plan can be stored: its id and edition are named, no name is too long. */
MUST_USE bool store_check_names(const Plan *plan, Error *error);

#endif
