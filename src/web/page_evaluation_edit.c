/* What people write in an evaluation. The version that the writer saw travels with the form: when somebody
 * else kept another one meanwhile, the form comes back with what was typed and shows the other beside it. */
#include "web/page_evaluation.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

static void add_choices(const Request *request, const EvaluationText *text, EvaluationEditPage *page)
{
    for (int i = EVALUATION_UNJUDGED + 1; i < EVALUATION_JUDGEMENT_COUNT; i++) {
        EvaluationJudgement judgement = (EvaluationJudgement)i;
        ChoiceOption *option = VEC_PUSH(request->arena, &page->judgements);
        if (option)
            *option = (ChoiceOption){str_of(evaluation_judgement_name(judgement)),
                evaluation_judgement_title(judgement, request->language), judgement == text->judgement};
    }
    for (int i = EVALUATION_UNDIRECTED + 1; i < EVALUATION_DIRECTION_COUNT; i++) {
        EvaluationDirection direction = (EvaluationDirection)i;
        ChoiceOption *option = VEC_PUSH(request->arena, &page->directions);
        if (option)
            *option = (ChoiceOption){str_of(evaluation_direction_name(direction)),
                evaluation_direction_title(direction, request->language), direction == text->direction};
    }
}

/* The form with these texts in it. */
static bool show(const Request *request, Response *response, const EvaluationText *text,
    EvaluationEditPage *page, Error *error)
{
    Evaluation evaluation;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_evaluation(request, conn, &evaluation, error) ||
        !evaluation_view(request, conn, &evaluation, &page->view, error))
        return false;
    if (!text)
        text = &evaluation.text;
    page->achieved = text->achieved;
    page->left = text->left;
    page->second = text->second;
    page->version = evaluation.version;
    add_choices(request, text, page);
    evaluation_view_texts(request->language, &evaluation.text, page->other);
    page->back_url = evaluation_url(request->arena, evaluation.id);
    page->url = arena_join(request->arena, page->back_url, S("/edit"));
    if (arena_failed(request->arena))
        return error_memory(error);
    MessageId title =
        page->wrong.len > 0 ? MESSAGE_evaluation_edit_title_wrong : MESSAGE_evaluation_edit_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_EVALUATIONS);
    Html html = page_begin(request, response);
    evaluation_edit_page(&html, page);
    return page_end(&html, error);
}

bool page_evaluation_edit(Request *request, Response *response, Error *error)
{
    EvaluationEditPage *page = ARENA_NEW(request->arena, EvaluationEditPage);
    if (!page)
        return error_memory(error);
    if (!request_may_evaluate(request, error))
        return site_lead_to_sign_in(request, response);
    return show(request, response, NULL, page, error);
}

static bool read_form(const Request *request, EvaluationEdit *edit, Error *error)
{
    EvaluationText *text = &edit->text;
    *edit = (EvaluationEdit){.right = request_evaluation_right(request),
        .actor = request->session->account.login,
        .instant = request->clock.instant,
        .text = {.achieved = request_form(request, S("achieved")),
            .left = request_form(request, S("left")),
            .second = request_form(request, S("second"))}};
    if (!str_to_int(request_parameter(request, S("id")), &edit->id))
        return error_set(error, ERROR_NOT_FOUND, "there is no such evaluation");
    if (!str_to_int(request_form(request, S("version")), &edit->version) ||
        !evaluation_judgement_from_name(request_form(request, S("judgement")), &text->judgement) ||
        !evaluation_direction_from_name(request_form(request, S("direction")), &text->direction))
        return error_set(error, ERROR_INPUT, "the form says a judgement, a direction and a version");
    return true;
}

/* Whether the evaluation is frozen, so that an edit is a correction. */
static bool is_frozen(const Request *request, bool *frozen, Error *error)
{
    Evaluation evaluation;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_evaluation(request, conn, &evaluation, error))
        return false;
    *frozen = evaluation.is_frozen;
    return true;
}

bool page_evaluation_edit_post(Request *request, Response *response, Error *error)
{
    EvaluationEdit edit;
    bool frozen;
    EvaluationEditPage *page = ARENA_NEW(request->arena, EvaluationEditPage);
    if (!page)
        return error_memory(error);
    if (!request_may_evaluate(request, error) || !read_form(request, &edit, error) ||
        !is_frozen(request, &frozen, error))
        return false;
    if (evaluation_edit(request->site->db, &edit, error)) {
        response_redirect(response, 303,
            arena_printf(request->arena, "/evaluations/%lld?said=%s", (long long)edit.id,
                frozen ? "corrected" : "kept"));
        return true;
    }
    if (error->code != ERROR_CONFLICT && error->code != ERROR_LIMIT)
        return false;
    page->conflict = error->code == ERROR_CONFLICT;
    page->wrong = message_text(request->language,
        page->conflict ? MESSAGE_evaluation_wrong_conflict : MESSAGE_evaluation_wrong_long);
    response->status = page->conflict ? 409 : 422;
    return show(request, response, &edit.text, page, error);
}
