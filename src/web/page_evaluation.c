/* GET /evaluations/{id}: the sheet as it is printed, what came out of it, and for staff who wrote what. */
#include "web/page_evaluation.h"

#include "web/edition_choice.h"
#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[] = {
    {"kept", MESSAGE_evaluation_said_kept},
    {"corrected", MESSAGE_evaluation_said_corrected},
    {"frozen", MESSAGE_evaluation_said_frozen},
};

static MessageId said(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(request_query(request, S("said")), str_of(SAID[i].name)))
            return SAID[i].message;
    return MESSAGE_COUNT;
}

/* The initiatives below the measure as the plan has them now, each with the way to propose another wording.
 */
static bool add_revisions(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationPage *page, Error *error)
{
    EditionChoice choice;
    Error missing = {0};
    const PlanPlace place = plan_place(request, evaluation->plan);
    if (!edition_choose(request, conn, evaluation->plan, STR_EMPTY, &choice, error))
        return false;
    const PlanPart *part =
        choice.edition ? plan_load_part(conn, request->arena, choice.edition, evaluation->key, &missing)
                       : NULL;
    if (!part && missing.code != ERROR_NONE && missing.code != ERROR_NOT_FOUND) {
        *error = missing;
        return false;
    }
    for (size_t i = 0; part && i < part->plan->nodes.len; i++) {
        const PlanNode *node = &part->plan->nodes.at[i];
        RevisionView *view =
            node->kind == PLAN_INITIATIVE ? VEC_PUSH(request->arena, &page->revisions) : NULL;
        if (view)
            *view = (RevisionView){.text = node->text,
                .node_url = node_url(request->arena, node->key, &place),
                .propose_url = change_new_url(request->arena, node->key, evaluation->id, &place)};
    }
    return true;
}

static bool add_versions(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationPage *page, Error *error)
{
    EvaluationVersions versions;
    if (!evaluation_history(conn, request->arena, evaluation->id, &versions, error))
        return false;
    for (size_t i = 0; i < versions.len; i++) {
        const EvaluationVersion *version = &versions.at[i];
        EvaluationVersionView *view = VEC_PUSH(request->arena, &page->versions);
        if (!view)
            return error_memory(error);
        view->version = version->version;
        view->when = day_print(request->arena, request->language, version->edited_at);
        evaluation_view_texts(request->language, &version->text, view->texts);
        if (!person_print(conn, request->arena, version->edited_by, &view->who, error))
            return false;
    }
    return true;
}

static Str title_of(const Request *request, const EvaluationView *view)
{
    const Str arguments[] = {view->year, arena_printf(request->arena, "%.*s%s%.*s", STR_ARGS(view->number),
                                             view->number.len > 0 ? " " : "", STR_ARGS(view->title))};
    return message_print(
        request->arena, request->language, MESSAGE_evaluation_title_of, COUNT_OF(arguments), arguments);
}

bool page_evaluation(Request *request, Response *response, Error *error)
{
    Evaluation evaluation;
    EvaluationRight right = request_evaluation_right(request);
    EvaluationPage *page = ARENA_NEW(request->arena, EvaluationPage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!page)
        return error_memory(error);
    page->said = said(request);
    page->may_write = right == EVALUATION_WRITE;
    page->is_staff = right != EVALUATION_PUBLIC;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_evaluation(request, conn, &evaluation, error) ||
        !evaluation_view(request, conn, &evaluation, &page->view, error))
        return false;
    if (page->may_write && !add_revisions(request, conn, &evaluation, page, error))
        return false;
    const PlanPlace place = plan_place(request, evaluation.plan);
    if (page->is_staff && (!node_changes_of_evaluation(request, conn, evaluation.plan_id, evaluation.id,
                               &place, &page->changes, error) ||
                              !add_versions(request, conn, &evaluation, page, error)))
        return false;
    Str url = evaluation_url(request->arena, evaluation.id);
    page->list_url =
        arena_printf(request->arena, "/evaluations?year=%lld", (long long)evaluation.fiscal_year);
    page->edit_url = arena_join(request->arena, url, S("/edit"));
    page->freeze_url = arena_join(request->arena, url, S("/freeze"));
    if (arena_failed(request->arena))
        return error_memory(error);
    page->layout = layout_of(request, title_of(request, &page->view), MENU_EVALUATIONS);
    Html html = page_begin(request, response);
    evaluation_page(&html, page);
    return page_end(&html, error);
}
