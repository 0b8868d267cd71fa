/* plan/store.h: editions of plans in the database (module "plan").
 *
 * A plan has editions; an edition is a whole tree with its marks and annotations, written once, in one
 * transaction, with a hash of its content. Nothing is ever deleted from an edition that is confirmed. Keys
 * belong to the plan: each is noted with the edition it first appeared in and, when an edition drops it, with
 * the edition it was retired in; it is never given to another node again.
 *
 * Functions that take a DbConn read in the snapshot of that conn; what they answer is in the arena given.
 * Functions that take a Db write, each in one closure, and may be called from any thread, but not from inside
 * a closure or while the caller holds a read connection.
 */
#ifndef PLAN_STORE_H
#define PLAN_STORE_H

#include "base/date.h"
#include "db/db.h"
#include "plan/plan.h"

/* The tables of this floor. applied may be NULL. */
MUST_USE bool plan_store_migrate(Db *db, int *applied, Error *error);

typedef enum PlanEditionState {
    PLAN_EDITION_REVIEW, /* an import whose warnings and repairs are being decided; its keys are not yet
                            permanent */
    PLAN_EDITION_DRAFT,
    PLAN_EDITION_FROZEN,
    PLAN_EDITION_STATE_COUNT
} PlanEditionState;
/* "review", "draft", "frozen". */
const char *plan_edition_state_name(PlanEditionState state);

typedef struct PlanEdition {
    int64_t id, plan_id;
    int64_t parent_id; /* the edition it was made from, 0 for none */
    Str plan;          /* the plan's id: "basic-2019" */
    Str title;         /* of the plan, as this edition has it */
    Str name;          /* 素案 ... */
    Str step;          /* the declared step it was frozen as (plan/draft.h); empty: none */
    Str notice;        /* 見本 ..., empty for none */
    PlanEditionState state;
    Str content_hash; /* plan_content_hash */
    size_t node_count, policy_count, annotation_count;
    size_t open_count; /* warnings with a fix and repairs that nobody has decided */
    int64_t created_at;
    Str created_by;
} PlanEdition;

typedef VEC_OF(PlanEdition) PlanEditions;

/* --- writing --- */

typedef struct PlanSave {
    const Plan *plan; /* with keys; its id, title, edition and notice name the edition */
    Str actor;
    int64_t instant;
    PlanEditionState state;
} PlanSave;

/* Adds an edition behind the plan's newest one. ERROR_CONFLICT when the plan has an edition of that name,
 * when a node has a key that was another node's (another kind of node), or when the newest edition is under
 * review. */
MUST_USE bool plan_store_save(Db *db, const PlanSave *save, int64_t *edition_id, Error *error);

/* A frozen edition is changed by nothing any more. ERROR_CONFLICT for one that is under review or frozen
 * already. */
MUST_USE bool plan_edition_freeze(Db *db, int64_t edition_id, Error *error);

/* --- editions --- */

/* The edition of that name, or the newest for an empty name, of the plan with that id; an empty id is right
 * while there is only one plan. ERROR_NOT_FOUND names what there is. */
MUST_USE bool plan_edition_find(
    DbConn *conn, Arena *arena, Str plan, Str edition, PlanEdition *out, Error *error);
MUST_USE bool plan_edition_get(DbConn *conn, Arena *arena, int64_t id, PlanEdition *out, Error *error);
/* Every edition of the plan (an empty id: of every plan), oldest first. */
MUST_USE bool plan_edition_list(DbConn *conn, Arena *arena, Str plan, PlanEditions *out, Error *error);

/* --- trees --- */

/* The whole edition, with the warnings of its import (taken: the fix was accepted) and the repairs nobody has
 * decided. */
Plan *plan_load(DbConn *conn, Arena *arena, const PlanEdition *edition, Error *error) MUST_USE;
/* Only nodes at most `depth` levels below the top (0: the top), without annotations: the contents of a plan.
 */
Plan *plan_load_outline(
    DbConn *conn, Arena *arena, const PlanEdition *edition, int depth, Error *error) MUST_USE;

/* One node with everything below it. */
typedef struct PlanPart {
    Plan *plan;      /* nodes[0] is the node asked for and has no parent here; annotations of these nodes */
    size_t first;    /* place of nodes[0] in the whole edition; the others follow it there as here */
    PlanNode *above; /* its ancestors, from the top; parent: index into this array */
    size_t above_count;
} PlanPart;

/* Three statements, however large the part. ERROR_NOT_FOUND when the edition has no such key. */
PlanPart *plan_load_part(
    DbConn *conn, Arena *arena, const PlanEdition *edition, Str key, Error *error) MUST_USE;

/* The nodes of the part's own kind before and after it in document order, wherever they hang; key empty:
 * none. One statement that reads what lies between, not the edition. */
typedef struct PlanNeighbours {
    PlanNode before, after;
} PlanNeighbours;
MUST_USE bool plan_load_neighbours(DbConn *conn, Arena *arena, const PlanEdition *edition,
    const PlanPart *part, PlanNeighbours *out, Error *error);

/* A node as one edition has it. */
typedef struct PlanVersion {
    int64_t edition_id;
    Str edition;
    PlanEditionState state;
    int64_t created_at;
    PlanKind kind;
    Str number, text;
    Str parent_key; /* empty at the top */
} PlanVersion;

typedef VEC_OF(PlanVersion) PlanVersions;

/* The node in every edition that has it, oldest first; empty when none has. */
MUST_USE bool plan_node_history(
    DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanVersions *out, Error *error);

/* --- search --- */

typedef struct PlanHit {
    PlanNode node;   /* parent: PLAN_NO_PARENT */
    Str note;        /* texts of its annotations, one a line; they are searched with it */
    PlanNode *above; /* ancestors, from the top */
    size_t above_count;
} PlanHit;

typedef VEC_OF(PlanHit) PlanHits;

/* Nodes whose number, text and annotations hold every word of the query, in document order: `limit` from the
 * `offset`-th on. *total: how many there are. */
MUST_USE bool plan_search(DbConn *conn, Arena *arena, const PlanEdition *edition, Str query, size_t offset,
    size_t limit, PlanHits *out, size_t *total, Error *error);

#endif
