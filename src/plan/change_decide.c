/* plan/change_decide.c: the owner's decisions: accepted, rejected, pending again.
 *
 * One closure: the changes are looked at, set, and what they revise follows; then all that is accepted is
 * carried out in memory, and when two cannot both take effect nothing was decided. While only wordings are
 * accepted, the nodes decided upon are enough for that; the whole edition is loaded when the tree changes.
 * Every decision stays as a row of its own, taken back or not.
 */
#include "plan/change_internal.h"

#include "plan/store_internal.h"

typedef struct Deciding {
    const PlanChangeDecision *decision;
    PlanConflict conflict;
} Deciding;

static bool refuse(Error *error, const PlanChange *change, const char *why)
{
    return error_set(error, ERROR_CONFLICT, "change %lld %s", (long long)change->id, why);
}

static bool check_change(const PlanChange *change, int64_t base, PlanChangeState to, Error *error)
{
    if (change->state == PLAN_CHANGE_WITHDRAWN) {
        return refuse(error, change, "was withdrawn by its author");
    }
    if (change->state == PLAN_CHANGE_REVISED) {
        return refuse(error, change, "was worded anew by another change");
    }
    if (change->made != 0) {
        return refuse(error, change, "is part of an edition already");
    }
    if (change->edition_id != base) {
        return refuse(error, change, "was made for an earlier edition");
    }
    return !change->lost || to != PLAN_CHANGE_ACCEPTED ||
           refuse(error, change, "stands on words that are gone; it has to be worded anew");
}

/* Another change took the place of one that this one took the place of, while this one was rejected. */
static bool check_only_heir(DbConn *conn, const PlanChange *change, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select o.over_id from plan_change_over o join plan_change_over v on v.over_id = o.over_id "
            "join plan_change n on n.id = v.change_id where o.change_id = ?1 and v.change_id <> ?1 "
            "and n.group_id <> ?2 and o.was = 'pending' and n.state in ('pending', 'accepted') limit 1",
            value_integer(change->id), value_integer(change->group))) {
        return false;
    }
    return db_next(stmt, error) ? refuse(error, change, "was followed by another one on the same words")
                                : !db_broken(stmt);
}

static bool decide_one(
    DbConn *conn, Arena *arena, const PlanChangeDecision *decision, int64_t id, Error *error)
{
    PlanChange change;
    int64_t base = 0;
    if (!plan_change_get(conn, arena, id, &change, error) ||
        !store_find_base(conn, change.plan_id, &base, error) ||
        !check_change(&change, base, decision->to, error)) {
        return false;
    }
    if (change.state == decision->to) {
        return true;
    }
    if (change.state == PLAN_CHANGE_REJECTED && !check_only_heir(conn, &change, error)) {
        return false;
    }
    const ChangeEvent event = {id, decision->to, decision->by, str_trim(decision->words), decision->instant};
    return change_set(conn, &event, true, error);
}

/* --- whether all that is accepted takes effect --- */

/* Whether an operation can be judged by the wording of its node alone. */
static bool is_wording(const PlanOperation *operation)
{
    const bool wording =
        operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME || operation->kind == PLAN_RENUMBER;
    return wording && !str_starts(operation->key, S("+"));
}

/* The nodes that accepted operations stand on, side by side: enough of a plan for wordings. */
static Plan *load_nodes(
    DbConn *conn, Arena *arena, const PlanEdition *edition, const PlanOperations *operations, Error *error)
{
    Map seen;
    Plan *plan = plan_new(arena);
    map_init(&seen, arena);
    for (size_t i = 0; plan != NULL && i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        ChangeNode found;
        if (map_get(&seen, operation->key) != NULL) {
            continue;
        }
        if (!change_find_node(conn, arena, edition->id, operation->key, &found, error)) {
            return NULL;
        }
        const PlanSource none = {.file = STR_EMPTY};
        PlanNode *node = plan_add(plan, PLAN_NO_PARENT, found.kind, STR_EMPTY, found.text, none);
        if (node == NULL || !map_put(&seen, operation->key, arena)) {
            break;
        }
        node->key = operation->key;
    }
    if (plan == NULL || arena_failed(arena)) {
        error_memory(error);
        return NULL;
    }
    return plan;
}

static bool keep_accepted(Arena *arena, const PlanOperations *all, PlanOperations *out, Error *error)
{
    *out = (PlanOperations){0};
    for (size_t i = 0; i < all->len; i++) {
        PlanOperation *kept = all->at[i].accepted ? VEC_PUSH(arena, out) : NULL;
        if (kept != NULL) {
            *kept = all->at[i];
        }
    }
    return !arena_failed(arena) || error_memory(error);
}

static bool check_together(DbConn *conn, Arena *arena, Deciding *deciding, Error *error)
{
    PlanChange first;
    PlanEdition edition;
    PlanOperations told, accepted;
    if (!plan_change_get(conn, arena, deciding->decision->ids[0], &first, error) ||
        !plan_edition_get(conn, arena, first.edition_id, &edition, error) ||
        !change_told(conn, arena, edition.id, 0, &told, error) ||
        !keep_accepted(arena, &told, &accepted, error)) {
        return false;
    }
    bool wording = true;
    for (size_t i = 0; i < accepted.len; i++) {
        wording = wording && is_wording(&accepted.at[i]);
    }
    const Plan *base = wording ? load_nodes(conn, arena, &edition, &accepted, error)
                               : plan_load(conn, arena, &edition, error);
    return base != NULL && plan_operations_apply(
                               arena, base, wording ? &accepted : &told, &deciding->conflict, error) != NULL;
}

static bool decide(DbConn *conn, void *argument, Error *error)
{
    Deciding *deciding = argument;
    const PlanChangeDecision *decision = deciding->decision;
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    deciding->conflict = (PlanConflict){0, 0};
    if (arena == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < decision->count; i++) {
        if (!decide_one(conn, arena, decision, decision->ids[i], error)) {
            return false;
        }
    }
    const ChangeEvent because = {.actor = decision->by, .instant = decision->instant};
    for (size_t i = 0; i < decision->count; i++) {
        if (!change_settle_revised(conn, decision->ids[i], &because, error)) {
            return false;
        }
    }
    return check_together(conn, arena, deciding, error);
}

bool plan_change_decide(Db *db, const PlanChangeDecision *decision, PlanConflict *conflict, Error *error)
{
    Deciding deciding = {.decision = decision};
    if (conflict != NULL) {
        *conflict = (PlanConflict){0, 0};
    }
    if (decision->count == 0 || decision->by.len == 0) {
        return error_set(error, ERROR_INPUT, "a decision is about changes and has somebody who decides");
    }
    if (decision->to != PLAN_CHANGE_PENDING && decision->to != PLAN_CHANGE_ACCEPTED &&
        decision->to != PLAN_CHANGE_REJECTED) {
        return error_set(error, ERROR_INPUT, "a change is accepted, rejected, or pending again");
    }
    if (db_write(db, decide, &deciding, error)) {
        return true;
    }
    if (conflict != NULL) {
        *conflict = deciding.conflict;
    }
    return false;
}
