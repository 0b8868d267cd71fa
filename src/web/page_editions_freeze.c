/* Freezing the draft as the next edition: what it is made of and what is left pending is said first, on a
 * page that asks to confirm. The form carries which changes were shown, so that nothing is frozen that nobody
 * saw. */
#include "web/page_editions_internal.h"

#include "city/city.h"
#include "plan/draft.h"
#include "web/page.h"
#include "web/page_evaluation_view.h"
#include "web/site.h"
#include "web/templates.h"

#define NAME_GRAPHEMES_MAX 100

bool editions_may_freeze(const Request *request)
{
    return request_evaluation_right(request) == EVALUATION_WRITE;
}

/* --- the draft --- */

/* The newest edition; NULL while it is under review, or there is none. */
static const PlanEdition *find_base(const EditionChoice *choice)
{
    const PlanEdition *newest =
        choice->editions.len > 0 ? &choice->editions.at[choice->editions.len - 1] : NULL;
    return newest && newest->state != PLAN_EDITION_REVIEW ? newest : NULL;
}

/* The first declared step behind those that editions stand at. */
static Str next_step(const Request *request, const EditionChoice *choice, const CityPlan *plan)
{
    size_t next = 0;
    for (size_t i = 0; plan && i < plan->steps.len; i++)
        for (size_t j = 0; j < choice->editions.len; j++)
            if (str_equal(edition_step(request, choice, &choice->editions.at[j]), plan->steps.at[i]))
                next = i + 1;
    return plan && next < plan->steps.len ? plan->steps.at[next] : STR_EMPTY;
}

static void add_steps(const Request *request, const CityPlan *plan, FreezeForm *out)
{
    for (size_t i = 0; plan && i < plan->steps.len; i++) {
        CompareOption *option = VEC_PUSH(request->arena, &out->steps);
        if (!option)
            return;
        Str step = plan->steps.at[i];
        *option = (CompareOption){step, step, str_equal(step, out->step)};
    }
}

static bool count_changes(
    const Request *request, DbConn *conn, const PlanEdition *base, FreezeForm *out, Error *error)
{
    PlanChanges changes;
    const PlanChangeQuery query = {.plan_id = base->plan_id, .edition_id = base->id, .open = true};
    if (!plan_change_list(conn, request->arena, &query, &changes, error))
        return false;
    int64_t newest = 0;
    for (size_t i = 0; i < changes.len; i++) {
        const PlanChange *change = &changes.at[i];
        bool accepted = change->state == PLAN_CHANGE_ACCEPTED;
        out->accepted += accepted;
        out->pending += !accepted;
        out->lost += !accepted && change->lost;
        if (accepted && change->decided_at > newest)
            newest = change->decided_at;
    }
    out->seen =
        arena_printf(request->arena, "%lld-%zu-%lld", (long long)base->id, out->accepted, (long long)newest);
    return true;
}

bool editions_read_draft(const Request *request, DbConn *conn, const EditionChoice *choice, Str step,
    Str name, FreezeForm *out, Error *error)
{
    Arena *arena = request->arena;
    const PlanEdition *base = find_base(choice);
    if (!base)
        return true;
    const CityPlan *plan = request->site->city ? city_plan(request->site->city, choice->plan) : NULL;
    out->shown = true;
    out->base = base->id;
    out->base_name = base->name;
    out->base_is_draft = base->state == PLAN_EDITION_DRAFT;
    out->step = step.len > 0 ? step : next_step(request, choice, plan);
    out->name = name.len > 0 ? name : out->step;
    out->draft_url = arena_join(arena, S("/draft"),
        choice->default_plan ? STR_EMPTY
                             : arena_printf(arena, "?plan=%.*s", STR_ARGS(url_encoded(arena, choice->plan))));
    add_steps(request, plan, out);
    return count_changes(request, conn, base, out, error);
}

/* --- what was typed --- */

static bool is_declared(const FreezeForm *form)
{
    bool found = form->steps.len == 0; /* a city that declares none freezes under a name alone */
    for (size_t i = 0; i < form->steps.len; i++)
        found |= str_equal(form->steps.at[i].value, form->step);
    return found;
}

static MessageId check_form(const EditionChoice *choice, const FreezeForm *form)
{
    if (str_trim(form->name).len == 0)
        return MESSAGE_editions_wrong_no_name;
    if (form->name.len > 4 * NAME_GRAPHEMES_MAX)
        return MESSAGE_editions_wrong_long_name;
    for (size_t i = 0; i < choice->editions.len; i++)
        if (str_equal(choice->editions.at[i].name, form->name))
            return MESSAGE_editions_wrong_name;
    return is_declared(form) ? MESSAGE_COUNT : MESSAGE_editions_wrong_step;
}

/* --- the pages --- */

static bool load(
    const Request *request, DbConn *conn, EditionChoice *choice, EditionsPage *page, Error *error)
{
    bool is_post = request->method == HTTP_POST;
    Str plan = is_post ? request_form(request, S("plan")) : request_query(request, S("plan"));
    Str step = is_post ? request_form(request, S("step")) : request_query(request, S("step"));
    Str name = str_trim(is_post ? request_form(request, S("name")) : request_query(request, S("name")));
    if (!editions_begin(request, conn, plan, choice, page, error) ||
        !editions_read_draft(request, conn, choice, step, name, &page->freeze, error))
        return false;
    if (!page->freeze.shown)
        return error_set(error, ERROR_CONFLICT, "there is no edition to freeze a draft of");
    page->freeze.wrong = check_form(choice, &page->freeze);
    return !arena_failed(request->arena) || error_memory(error);
}

static bool show(const Request *request, Response *response, EditionsPage *page, Error *error)
{
    page->layout =
        layout_of(request, message_text(request->language, MESSAGE_editions_freeze_title), MENU_PLAN);
    Html html = page_begin(request, response);
    editions_freeze_page(&html, page);
    return page_end(&html, error);
}

bool page_editions_freeze(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    EditionsPage *page = ARENA_NEW(request->arena, EditionsPage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!page)
        return error_memory(error);
    if (!request->session)
        return site_lead_to_sign_in(request, response);
    if (!editions_may_freeze(request))
        return error_set(error, ERROR_DENIED, "planning freezes editions");
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &choice, page, error))
        return false;
    if (page->freeze.wrong != MESSAGE_COUNT)
        response->status = 422;
    return show(request, response, page, error);
}

/* Reads what the draft is now; false when the form is not to be carried out, the page saying why. */
static bool read_again(Request *request, EditionsPage *page, Error *error)
{
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &choice, page, error))
        return false;
    if (page->freeze.wrong == MESSAGE_COUNT &&
        !str_equal(request_form(request, S("seen")), page->freeze.seen))
        page->freeze.wrong = MESSAGE_editions_wrong_moved;
    return true;
}

bool page_editions_freeze_post(Request *request, Response *response, Error *error)
{
    EditionsPage *page = ARENA_NEW(request->arena, EditionsPage);
    if (!page)
        return error_memory(error);
    if (!editions_may_freeze(request))
        return error_set(error, ERROR_DENIED, "planning freezes editions");
    if (!read_again(request, page, error))
        return false;
    if (page->freeze.wrong != MESSAGE_COUNT) {
        response->status = page->freeze.wrong == MESSAGE_editions_wrong_moved ? 409 : 422;
        return show(request, response, page, error);
    }
    int64_t edition = 0;
    const PlanFreeze freeze = {
        .base = page->freeze.base,
        .name = page->freeze.name,
        .step = page->freeze.step,
        .actor = request->session->account.login,
        .instant = request->clock.instant,
    };
    if (!plan_draft_freeze(request->site->db, &freeze, &edition, error))
        return false;
    Str said = page->plan_field.len > 0 ? S("&said=frozen") : S("?said=frozen");
    response_redirect(response, 303, arena_join(request->arena, page->editions_url, said));
    return true;
}
