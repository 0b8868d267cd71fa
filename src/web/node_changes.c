/* What is to become of a node, outside the drafting room: a count with the way there, and for an evaluation
 * the changes it caused. */
#include "web/node_changes.h"

#include "web/page_draft_view.h"
#include "web/page_evaluation_view.h"
#include "web/record_words.h"

Str change_new_url(Arena *arena, Str key, int64_t evaluation, const PlanPlace *place)
{
    return url_with(arena, drafting_url(arena, key, place), "evaluation",
        arena_printf(arena, "%lld", (long long)evaluation));
}

static bool add_change(const Request *request, DbConn *conn, const PlanChange *change, const PlanPlace *place,
    NodeChanges *out, Error *error)
{
    Arena *arena = request->arena;
    Str key = draft_change_key(&change->operation);
    NodeChange *view = VEC_PUSH(arena, &out->at);
    if (!view)
        return error_memory(error);
    *view = (NodeChange){.id = change->id,
        .node = key,
        .node_url = drafting_url(arena, key, place),
        .pieces = draft_change_pieces(arena, change),
        .reason = change->reason,
        .when = day_print(arena, request->language, change->created_at),
        .state = change->state};
    return person_print(conn, arena, change->author, &view->author, error);
}

static bool add_evaluations(
    const Request *request, DbConn *conn, const PlanEdition *edition, Str key, NodeChanges *out, Error *error)
{
    Evaluations evaluations;
    if (!evaluation_list(conn, request->arena, edition->plan_id, 0, request_evaluation_right(request),
            &evaluations, error))
        return false;
    for (size_t i = evaluations.len; i-- > 0;) {
        const Evaluation *evaluation = &evaluations.at[i];
        NodeEvaluation *view =
            str_equal(evaluation->key, key) ? VEC_PUSH(request->arena, &out->evaluations) : NULL;
        if (view)
            *view = (NodeEvaluation){
                .year = fiscal_year_words(request->arena, request->language, evaluation->fiscal_year),
                .url = evaluation_url(request->arena, evaluation->id),
                .judgement = evaluation_judgement_title(evaluation->text.judgement, request->language),
                .is_frozen = evaluation->is_frozen};
    }
    return true;
}

/* Drafting stands on the newest edition; whatever edition is shown, its node is the one that is drafted. */
static bool add_counts(const Request *request, DbConn *conn, const EditionChoice *choice, Str key,
    NodeChanges *out, Error *error)
{
    PlanChanges changes;
    const PlanPlace place = plan_place(request, choice->plan);
    const PlanChangeQuery query = {.plan_id = choice->edition->plan_id, .key = key, .open = true};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    out->draft_url = drafting_url(request->arena, key, &place);
    for (size_t i = 0; i < changes.len; i++) {
        out->pending += changes.at[i].state == PLAN_CHANGE_PENDING;
        out->accepted += changes.at[i].state == PLAN_CHANGE_ACCEPTED;
    }
    return true;
}

bool node_changes_read(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanNode *node, NodeChanges *out, Error *error)
{
    *out = (NodeChanges){0};
    if (!choice->edition)
        return true;
    if (node->kind == PLAN_MEASURE && !add_evaluations(request, conn, choice->edition, node->key, out, error))
        return false;
    out->shown = draft_may_read(request);
    if (out->shown && !add_counts(request, conn, choice, node->key, out, error))
        return false;
    return !arena_failed(request->arena) || error_memory(error);
}

bool node_changes_of_evaluation(const Request *request, DbConn *conn, int64_t plan_id, int64_t evaluation_id,
    const PlanPlace *place, NodeChanges *out, Error *error)
{
    PlanChanges changes;
    *out = (NodeChanges){.shown = draft_may_read(request)};
    if (!out->shown)
        return true;
    const PlanChangeQuery query = {
        .plan_id = plan_id, .cause = evaluation_cause(request->arena, evaluation_id)};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++)
        if (!add_change(request, conn, &changes.at[i], place, out, error))
            return false;
    return !arena_failed(request->arena) || error_memory(error);
}
