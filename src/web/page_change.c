/* Proposing a change of a wording: form, redline of what was typed, and the way back to the node.
 *
 * The wording that the author saw travels with the form, so that a change made meanwhile is found out when it
 * is kept. What was typed is never lost: whatever is wrong, the form comes back with it. */
#include "web/page_change.h"

#include "web/edition_choice.h"
#include "web/node_changes.h"
#include "web/page.h"
#include "web/page_evaluation_view.h"
#include "web/page_plan_internal.h"
#include "web/record_words.h"
#include "web/site.h"
#include "web/templates.h"

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[] = {
    {"proposed", MESSAGE_change_said_proposed},
    {"withdrawn", MESSAGE_change_said_withdrawn},
};

MessageId change_said(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(request_query(request, S("said")), str_of(SAID[i].name)))
            return SAID[i].message;
    return MESSAGE_COUNT;
}

static bool may_propose(const Request *request, Error *error)
{
    return may_propose_changes(request) ||
           error_set(error, ERROR_DENIED, "only planning proposes changes of the plan");
}

/* A field of the form, or of the address when the form is opened. */
static Str field(const Request *request, Str name)
{
    return request->method == HTTP_POST ? request_form(request, name) : request_query(request, name);
}

/* "B おおむね順調": what is left, and where it should go, as a reason. */
static Str reason_from(const Request *request, const Evaluation *evaluation)
{
    const Str arguments[] = {
        fiscal_year_words(request->arena, request->language, evaluation->fiscal_year),
        evaluation_judgement_title(evaluation->text.judgement, request->language),
        evaluation->text.left,
        evaluation_direction_title(evaluation->text.direction, request->language),
    };
    return message_print(
        request->arena, request->language, MESSAGE_change_reason_from, COUNT_OF(arguments), arguments);
}

/* The evaluation that the change comes out of, when there is one. */
static bool add_evaluation(const Request *request, DbConn *conn, ChangePage *page, Error *error)
{
    Evaluation evaluation;
    Str text = field(request, S("evaluation"));
    if (text.len == 0)
        return true;
    if (!str_to_int(text, &page->evaluation) || page->evaluation < 1)
        return error_set(error, ERROR_NOT_FOUND, "there is no such evaluation");
    if (!evaluation_get(
            conn, request->arena, page->evaluation, request_evaluation_right(request), &evaluation, error))
        return false;
    Str year = fiscal_year_words(request->arena, request->language, evaluation.fiscal_year);
    page->cause = message_print(request->arena, request->language, MESSAGE_change_cause, 1, &year);
    page->cause_url = evaluation_url(request->arena, evaluation.id);
    if (request->method != HTTP_POST && evaluation.text.left.len > 0)
        page->reason = reason_from(request, &evaluation);
    return true;
}

/* The node in the edition in force, and what the page says of it. */
static bool load(const Request *request, DbConn *conn, EditionChoice *choice, ChangePage *page, Error *error)
{
    Arena *arena = request->arena;
    Str key = request_parameter(request, S("key"));
    if (!edition_choose(request, conn, field(request, S("plan")), STR_EMPTY, choice, error))
        return false;
    if (!choice->edition)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    const PlanPart *part = plan_load_part(conn, arena, choice->edition, key, error);
    if (!part)
        return false;
    const PlanNode *node = &part->plan->nodes.at[0];
    page->frame = edition_frame(request, choice);
    add_crumbs(arena, part, &page->frame);
    page->kind = kind_message(node->kind);
    page->number = node->number;
    page->before = node->text;
    page->node_url = node_url(arena, node->key, &page->frame.place);
    page->url = arena_printf(arena, "/plan/%.*s/change", STR_ARGS(url_encoded(arena, key)));
    return add_evaluation(request, conn, page, error);
}

static bool show(const Request *request, Response *response, ChangePage *page, Error *error)
{
    MessageId title = page->wrong.len > 0 ? MESSAGE_change_title_wrong : MESSAGE_change_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_PLAN);
    Html html = page_begin(request, response);
    change_page(&html, page);
    return page_end(&html, error);
}

bool page_change_new(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    ChangePage page = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!may_propose(request, error))
        return site_lead_to_sign_in(request, response);
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &choice, &page, error))
        return false;
    page.after = page.before;
    return show(request, response, &page, error);
}

/* --- sending --- */

/* Why the change cannot be kept as it was typed; 0 length when nothing is wrong. */
static void check(const Request *request, ChangePage *page)
{
    MessageId why = MESSAGE_COUNT;
    bool same = str_equal(str_trim(page->after), str_trim(page->before));
    if (!str_equal(request_form(request, S("before")), page->before)) {
        why = MESSAGE_change_wrong_before;
        page->wrong_after = true;
    } else if (str_trim(page->after).len == 0 || same) {
        why = same ? MESSAGE_change_wrong_same : MESSAGE_change_wrong_empty;
        page->wrong_after = true;
    } else if (str_trim(page->reason).len == 0) {
        why = MESSAGE_change_wrong_reason;
        page->wrong_reason = true;
    }
    if (why != MESSAGE_COUNT)
        page->wrong = message_text(request->language, why);
}

static bool show_again(const Request *request, Response *response, ChangePage *page, Error *error)
{
    response->status = page->wrong.len > 0 ? 422 : 200;
    page->has_preview = str_trim(page->after).len > 0;
    return redline_text(request->arena, page->before, str_trim(page->after), REDLINE_CHARACTERS,
               &page->preview, error) &&
           show(request, response, page, error);
}

static void lead_back(const Request *request, Response *response, Str key, Str plan, const char *said)
{
    Arena *arena = request->arena;
    Str query =
        plan.len > 0 ? arena_printf(arena, "&plan=%.*s", STR_ARGS(url_encoded(arena, plan))) : STR_EMPTY;
    response_redirect(response, 303,
        arena_printf(arena, "/plan/%.*s?said=%s%.*s#changes", STR_ARGS(url_encoded(arena, key)), said,
            STR_ARGS(query)));
}

static bool propose(
    const Request *request, Response *response, const EditionChoice *choice, ChangePage *page, Error *error)
{
    Str key = request_parameter(request, S("key"));
    const PlanChangeBy by = {.edition = choice->edition,
        .seen = -1,
        .author = request->session->account.login,
        .reason = page->reason,
        .cause = page->evaluation > 0 ? evaluation_cause(request->arena, page->evaluation) : STR_EMPTY,
        .instant = request->clock.instant};
    if (plan_change_reword(request->site->db, &by, key, page->after, 0, NULL, error)) {
        lead_back(request, response, key, choice->default_plan ? STR_EMPTY : choice->plan, SAID[0].name);
        return true;
    }
    if (error->code != ERROR_CONFLICT && error->code != ERROR_INPUT)
        return false;
    page->wrong = message_text(request->language,
        error->code == ERROR_INPUT ? MESSAGE_change_wrong_long : MESSAGE_change_wrong_before);
    page->wrong_after = true;
    return show_again(request, response, page, error);
}

bool page_change_post(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    ChangePage page = {
        .after = request_form(request, S("after")), .reason = request_form(request, S("reason"))};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!may_propose(request, error) || !db_read_begin(request->site->db, &conn, error) ||
        !load(request, conn, &choice, &page, error))
        return false;
    db_read_end(&conn); /* before the write: one connection at a time */
    check(request, &page);
    if (page.wrong.len > 0 || request_form(request, S("preview")).len > 0)
        return show_again(request, response, &page, error);
    return propose(request, response, &choice, &page, error);
}

bool page_change_withdraw(Request *request, Response *response, Error *error)
{
    int64_t id;
    if (!may_propose(request, error))
        return false;
    if (!str_to_int(request_parameter(request, S("id")), &id))
        return error_set(error, ERROR_NOT_FOUND, "there is no such change");
    if (!plan_change_withdraw(
            request->site->db, id, request->session->account.login, request->clock.instant, error))
        return false;
    lead_back(request, response, request_parameter(request, S("key")), request_form(request, S("plan")),
        SAID[1].name);
    return true;
}
