/* Freezing, with the whole sheet shown once more. The hash of what was shown travels with the form: when a
 * figure has moved meanwhile, nothing is frozen and the page shows the sheet as it is now. */
#include "web/page_evaluation.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

typedef struct Shown {
    Evaluation evaluation;
    Str content, hash;
} Shown;

static bool load(const Request *request, EvaluationFreezePage *page, Shown *shown, Error *error)
{
    EvaluationSheet sheet;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_evaluation(request, conn, &shown->evaluation, error))
        return false;
    if (shown->evaluation.is_frozen)
        return error_set(error, ERROR_CONFLICT, "the evaluation is frozen already");
    if (!evaluation_known(request, conn, &shown->evaluation, &sheet, error) ||
        !evaluation_content(
            request->arena, &shown->evaluation, &sheet, &shown->content, &shown->hash, error) ||
        !evaluation_view(request, conn, &shown->evaluation, &page->view, error))
        return false;
    page->hash = shown->hash;
    page->is_missing = evaluation_missing(&shown->evaluation.text, &page->missing);
    page->back_url = evaluation_url(request->arena, shown->evaluation.id);
    page->url = arena_join(request->arena, page->back_url, S("/freeze"));
    page->edit_url = arena_join(request->arena, page->back_url, S("/edit"));
    return !arena_failed(request->arena) || error_memory(error);
}

static bool show(const Request *request, Response *response, EvaluationFreezePage *page, Error *error)
{
    Str title = message_text(request->language, MESSAGE_evaluation_freeze_title);
    page->layout = layout_of(request, title, MENU_EVALUATIONS);
    Html html = page_begin(request, response);
    evaluation_freeze_page(&html, page);
    return page_end(&html, error);
}

bool page_evaluation_freeze(Request *request, Response *response, Error *error)
{
    Shown shown;
    EvaluationFreezePage *page = ARENA_NEW(request->arena, EvaluationFreezePage);
    if (!page)
        return error_memory(error);
    if (!request_may_evaluate(request, error))
        return site_lead_to_sign_in(request, response);
    return load(request, page, &shown, error) && show(request, response, page, error);
}

bool page_evaluation_freeze_post(Request *request, Response *response, Error *error)
{
    Shown shown;
    EvaluationFreezePage *page = ARENA_NEW(request->arena, EvaluationFreezePage);
    if (!page)
        return error_memory(error);
    if (!request_may_evaluate(request, error) || !load(request, page, &shown, error))
        return false;
    page->moved = !str_equal(request_form(request, S("hash")), shown.hash);
    if (page->moved || page->is_missing) {
        response->status = page->moved ? 409 : 422;
        return show(request, response, page, error);
    }
    const EvaluationFreeze freeze = {.evaluation = &shown.evaluation,
        .content = shown.content,
        .hash = shown.hash,
        .right = request_evaluation_right(request),
        .actor = request->session->account.login,
        .instant = request->clock.instant};
    if (!evaluation_freeze(request->site->db, &freeze, error))
        return false;
    response_redirect(response, 303, arena_join(request->arena, page->back_url, S("?said=frozen")));
    return true;
}
