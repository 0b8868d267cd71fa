/* plan/draft.c: the draft of the next edition, and how a node came to read as it does. */
#include "plan/draft.h"

#include "plan/change_internal.h"

Plan *plan_draft(DbConn *conn, Arena *arena, const PlanEdition *base, Error *error)
{
    PlanOperations told;
    const Plan *plan = plan_load(conn, arena, base, error);
    if (plan == NULL || !change_told(conn, arena, base->id, 0, &told, error)) {
        return NULL;
    }
    return plan_operations_apply(arena, plan, &told, NULL, error);
}

/* --- why a node reads as it does --- */

static bool reads_as(const PlanVersion *a, const PlanVersion *b)
{
    return str_equal(a->text, b->text) && str_equal(a->number, b->number) &&
           str_equal(a->parent_key, b->parent_key);
}

bool plan_timeline(DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanTimeline *out, Error *error)
{
    PlanVersions versions;
    *out = (PlanTimeline){0};
    if (!plan_node_history(conn, arena, plan_id, key, &versions, error)) {
        return false;
    }
    for (size_t i = 0; i < versions.len; i++) {
        const PlanChangeQuery query = {.plan_id = plan_id, .key = key, .made = versions.at[i].edition_id};
        PlanMoment *moment = VEC_PUSH(arena, out);
        if (moment == NULL) {
            return error_memory(error);
        }
        moment->version = versions.at[i];
        if (!plan_change_list(conn, arena, &query, &moment->changes, error)) {
            return false;
        }
        moment->same = i > 0 && reads_as(&versions.at[i], &versions.at[i - 1]);
    }
    return true;
}
