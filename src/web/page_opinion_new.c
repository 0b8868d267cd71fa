/* GET and POST /opinions/{period}/new: the form, what was typed shown once more, and sending.
 * GET and POST /opinions/{period}/enter: the same for staff, for what came on paper, without the check.
 *
 * Nothing is kept until it is sent; until then what was typed travels with the form. Whoever sends one after
 * the other from one address waits longer each time. */
#include "web/page_opinion_form.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

static void add_choices(const Request *request, OpinionNewPage *page)
{
    const OpinionForm *form = &page->form;
    for (int i = OPINION_STANDING_UNSAID + (form->is_entry ? 0 : 1); i < OPINION_STANDING_COUNT; i++) {
        OpinionOption *option = VEC_PUSH(request->arena, &page->standings);
        if (option)
            *option = (OpinionOption){.name = str_of(opinion_standing_name((OpinionStanding)i)),
                .title = opinion_standing_title((OpinionStanding)i, request->language),
                .chosen =
                    form->has_standing ? form->standing == (OpinionStanding)i : form->is_entry && i == 0};
    }
    for (int i = OPINION_BY_PAGE + 1; form->is_entry && i < OPINION_WAY_COUNT; i++) {
        OpinionOption *option = VEC_PUSH(request->arena, &page->ways);
        if (option)
            *option = (OpinionOption){.name = str_of(opinion_way_name((OpinionWay)i)),
                .title = opinion_way_title((OpinionWay)i, request->language),
                .chosen = form->has_way && form->way == (OpinionWay)i};
    }
}

/* The period, and the node that the form is about. */
static bool load(const Request *request, OpinionPlace *place, OpinionNewPage *page, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_opinion_place(request, conn, place, error))
        return false;
    page->place = place;
    page->view = &place->view;
    page->back_url =
        page->form.is_entry ? opinion_period_url(request->arena, place->period.id, "/work") : place->view.url;
    page->action =
        opinion_period_url(request->arena, place->period.id, page->form.is_entry ? "/enter" : "/new");
    return true;
}

static void add_node(const Request *request, OpinionNewPage *page)
{
    const Plan *plan = page->place->plan;
    const int32_t index = page->form.key.len > 0 ? plan_find(plan, page->form.key) : -1;
    if (index < 0) {
        page->form.key = STR_EMPTY;
        return;
    }
    page->node_words = opinion_place_words(request, plan, page->form.key);
    page->node_text = plan->nodes.at[index].text;
}

static bool show(const Request *request, Response *response, OpinionNewPage *page, bool check, Error *error)
{
    MessageId title = page->form.is_entry ? MESSAGE_opinion_enter_title : MESSAGE_opinion_new_title;
    add_node(request, page);
    add_choices(request, page);
    if (check)
        title = MESSAGE_opinion_check_title;
    else if (page->form.is_wrong || page->wrong.len > 0)
        title = page->form.is_entry ? MESSAGE_opinion_enter_title_wrong : MESSAGE_opinion_new_title_wrong;
    if (arena_failed(request->arena))
        return error_memory(error);
    page->layout = layout_of(
        request, message_text(request->language, title), page->form.is_entry ? MENU_WORK : MENU_PLAN);
    Html html = page_begin(request, response);
    if (check)
        opinion_check_page(&html, page);
    else
        opinion_new_page(&html, page);
    return page_end(&html, error);
}

/* The page that says why nothing can be sent now. */
static bool show_closed(const Request *request, Response *response, OpinionNewPage *page, Error *error)
{
    response->status = request->method == HTTP_POST ? 409 : 200;
    page->wrong = message_text(request->language,
        page->view->is_before ? MESSAGE_opinion_closed_before : MESSAGE_opinion_closed_after);
    page->layout = layout_of(request, page->view->title, MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_closed_page(&html, page);
    return page_end(&html, error);
}

bool page_opinion_new(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    OpinionNewPage page = {0};
    opinion_form_read(request, false, &page.form);
    if (!load(request, &place, &page, error))
        return false;
    return page.view->is_open ? show(request, response, &page, false, error)
                              : show_closed(request, response, &page, error);
}

/* --- sending --- */

static bool show_wrong(
    const Request *request, Response *response, OpinionNewPage *page, int status, Error *error)
{
    response->status = status;
    return show(request, response, page, false, error);
}

/* What is about to be sent, in words. */
static bool show_check(const Request *request, Response *response, OpinionNewPage *page,
    const PlanPassage *passage, bool whole, Error *error)
{
    const OpinionForm *form = &page->form;
    if (whole)
        page->form.key = STR_EMPTY;
    page->about_words = opinion_place_words(request, page->place->plan, page->form.key);
    const int32_t index = whole ? -1 : plan_find(page->place->plan, passage->key);
    if (index >= 0) {
        const Str text = page->place->plan->nodes.at[index].text;
        const size_t from = grapheme_head(text, passage->from).len;
        page->quote = passage->whole ? text : str_slice(text, from, grapheme_head(text, passage->to).len);
    }
    page->standing_words = opinion_standing_title(form->standing, request->language);
    return show(request, response, page, true, error);
}

/* Seconds until this address may send another one. */
static int64_t must_wait(const Request *request)
{
    return limit_wait(request->site->opinions, request->peer, request->peer, request->clock.instant);
}

static bool show_wait(
    const Request *request, Response *response, OpinionNewPage *page, int64_t seconds, Error *error)
{
    const Str number = arena_printf(request->arena, "%lld", (long long)seconds);
    response_header(response, S("Retry-After"), number);
    page->wrong = message_print(request->arena, request->language, MESSAGE_opinion_wrong_soon, 1, &number);
    return show_wrong(request, response, page, 429, error);
}

static bool send_opinion(const Request *request, Response *response, OpinionNewPage *page,
    const PlanPassage *passage, bool whole, Error *error)
{
    Opinion given;
    const OpinionBy by = request_opinion_by(request);
    const OpinionNew opinion = opinion_form_new(page->place, &page->form, passage, whole);
    const int64_t seconds = must_wait(request);
    if (seconds > 0)
        return show_wait(request, response, page, seconds, error);
    if (!opinion_give(request->site->db, request->arena, &by, &opinion, &given, error)) {
        if (error->code != ERROR_NOT_FOUND || page->form.with.len == 0)
            return false;
        page->form.with = STR_EMPTY; /* no such earlier opinion: who it is has to be said */
        page->wrong = message_text(request->language, MESSAGE_opinion_wrong_with);
        return show_wrong(request, response, page, 422, error);
    }
    limit_failed(request->site->opinions, request->peer, request->peer, request->clock.instant);
    response_redirect(response, 303,
        arena_printf(request->arena, "/opinions/mine?code=%.*s&said=received", STR_ARGS(given.code)));
    return true;
}

bool page_opinion_new_post(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    PlanPassage passage;
    bool whole;
    OpinionNewPage page = {0};
    opinion_form_read(request, false, &page.form);
    if (!load(request, &place, &page, error))
        return false;
    if (!page.view->is_open)
        return show_closed(request, response, &page, error);
    if (request_form(request, S("back")).len > 0)
        return show(request, response, &page, false, error);
    if (!opinion_form_check(request, &place, &page.form, &passage, &whole))
        return show_wrong(request, response, &page, 422, error);
    return request_form(request, S("send")).len > 0
               ? send_opinion(request, response, &page, &passage, whole, error)
               : show_check(request, response, &page, &passage, whole, error);
}

/* --- by staff --- */

bool page_opinion_enter(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    OpinionNewPage page = {0};
    if (!request_opinion_manager(request, error))
        return site_lead_to_sign_in(request, response);
    opinion_form_read(request, true, &page.form);
    if (!load(request, &place, &page, error))
        return false;
    page.entered_number = request_query(request, S("number"));
    return show(request, response, &page, false, error);
}

bool page_opinion_enter_post(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    PlanPassage passage;
    Opinion given;
    bool whole;
    const OpinionBy by = request_opinion_by(request);
    OpinionNewPage page = {0};
    opinion_form_read(request, true, &page.form);
    if (!request_opinion_manager(request, error) || !load(request, &place, &page, error))
        return false;
    if (!opinion_form_check(request, &place, &page.form, &passage, &whole))
        return show_wrong(request, response, &page, 422, error);
    const OpinionNew opinion = opinion_form_new(&place, &page.form, &passage, whole);
    if (!opinion_give(request->site->db, request->arena, &by, &opinion, &given, error)) {
        if (error->code != ERROR_CONFLICT)
            return false;
        page.wrong = message_text(request->language, MESSAGE_opinion_wrong_published);
        return show_wrong(request, response, &page, 409, error);
    }
    response_redirect(response, 303,
        arena_printf(request->arena, "/opinions/%lld/enter?number=%lld", (long long)place.period.id,
            (long long)given.number));
    return true;
}
