/* Draft changes as they are shown on a node and on the evaluation they came out of. The redline is made anew
 * each time from the two wordings that a change keeps. */
#include "web/node_changes.h"

#include "web/page_change.h"
#include "web/page_evaluation_view.h"
#include "web/record_words.h"
#include "web/site.h"

bool may_see_changes(const Request *request)
{
    return request_evaluation_right(request) != EVALUATION_PUBLIC;
}

bool may_propose_changes(const Request *request)
{
    return request_evaluation_right(request) == EVALUATION_WRITE;
}

Str change_new_url(Arena *arena, Str key, int64_t evaluation, const PlanPlace *place)
{
    Str base = arena_printf(arena, "/plan/%.*s/change/new", STR_ARGS(url_encoded(arena, key)));
    if (evaluation == 0)
        return arena_join(arena, base, place->query);
    return arena_printf(arena, "%.*s%.*s%cevaluation=%lld", STR_ARGS(base), STR_ARGS(place->query),
        place->query.len > 0 ? '&' : '?', (long long)evaluation);
}

void redline_pieces(Html *html, const RedlinePieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece *piece = &pieces->at[i];
        if (piece->op == REDLINE_STRUCK)
            html_element(html, "del", piece->text);
        else if (piece->op == REDLINE_INSERTED)
            html_element(html, "ins", piece->text);
        else
            html_text(html, piece->text);
    }
}

/* What an evaluation is called as a cause; nothing when there is none. */
static bool add_cause(
    const Request *request, DbConn *conn, const PlanChange *change, NodeChange *view, Error *error)
{
    Evaluation evaluation;
    Error missing = {0};
    int64_t id = evaluation_of_cause(change->cause);
    if (id == 0)
        return true;
    if (!evaluation_get(conn, request->arena, id, request_evaluation_right(request), &evaluation, &missing)) {
        if (missing.code == ERROR_NOT_FOUND)
            return true;
        *error = missing;
        return false;
    }
    Str year = fiscal_year_words(request->arena, request->language, evaluation.fiscal_year);
    view->cause = message_print(request->arena, request->language, MESSAGE_change_cause, 1, &year);
    view->cause_url = evaluation_url(request->arena, id);
    return true;
}

static bool add_change(
    const Request *request, DbConn *conn, const PlanChange *change, NodeChanges *out, Error *error)
{
    Arena *arena = request->arena;
    const PlanPlace place = {STR_EMPTY};
    NodeChange *view = VEC_PUSH(arena, &out->at);
    if (!view)
        return error_memory(error);
    *view = (NodeChange){.id = change->id,
        .node = change->operation.key,
        .node_url = node_url(arena, change->operation.key, &place),
        .reason = change->reason,
        .when = day_print(arena, request->language, change->created_at),
        .is_pending = change->state == PLAN_CHANGE_PENDING};
    bool own = request->session && str_equal(change->author, request->session->account.login);
    if (own && view->is_pending)
        view->withdraw_url = arena_printf(arena, "/plan/%.*s/change/%lld/withdraw",
            STR_ARGS(url_encoded(arena, change->operation.key)), (long long)change->group);
    return redline_text(
               arena, change->before, change->operation.text, REDLINE_CHARACTERS, &view->pieces, error) &&
           person_print(conn, arena, change->author, &view->author, error) &&
           add_cause(request, conn, change, view, error);
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

bool node_changes_read(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanNode *node, NodeChanges *out, Error *error)
{
    PlanChanges changes;
    *out = (NodeChanges){.said = change_said(request)};
    if (!choice->edition)
        return true;
    if (node->kind == PLAN_MEASURE && !add_evaluations(request, conn, choice->edition, node->key, out, error))
        return false;
    if (!may_see_changes(request))
        return true;
    out->shown = true;
    if (may_propose_changes(request) && choice->edition == choice->current) {
        const PlanPlace place = edition_place(request, choice, choice->edition);
        out->propose_url = change_new_url(request->arena, node->key, 0, &place);
    }
    const PlanChangeQuery query = {.plan_id = choice->edition->plan_id, .key = node->key};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++) {
        const PlanChange *change = &changes.at[i];
        if (change->state != PLAN_CHANGE_PENDING)
            continue;
        if (!add_change(request, conn, change, out, error))
            return false;
        out->at.at[out->at.len - 1].is_stale = change->lost || change->edition_id != choice->edition->id;
    }
    return !arena_failed(request->arena) || error_memory(error);
}

bool node_changes_of_evaluation(const Request *request, DbConn *conn, int64_t plan_id, int64_t evaluation_id,
    NodeChanges *out, Error *error)
{
    PlanChanges changes;
    *out = (NodeChanges){.said = MESSAGE_COUNT};
    if (!may_see_changes(request))
        return true;
    out->shown = true;
    const PlanChangeQuery query = {.plan_id = plan_id};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    for (size_t i = 0; i < changes.len; i++)
        if (evaluation_of_cause(changes.at[i].cause) == evaluation_id &&
            !add_change(request, conn, &changes.at[i], out, error))
            return false;
    return !arena_failed(request->arena) || error_memory(error);
}
