/* GET and POST /opinions/begin: a period is opened on a frozen edition. What was typed stays when something
 * is wrong. */
#include "web/page_opinion.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

/* A month, as most cities ask. */
#define PERIOD_DAYS 30

static Str field(const Request *request, Str name)
{
    return request->method == HTTP_POST ? request_form(request, name) : STR_EMPTY;
}

static bool add_editions(
    const Request *request, DbConn *conn, EditionChoice *choice, OpinionBeginPage *page, Error *error)
{
    const Str chosen = field(request, S("edition"));
    if (!edition_choose(request, conn, request_query(request, S("plan")), STR_EMPTY, choice, error))
        return false;
    for (size_t i = choice->editions.len; i-- > 0;) {
        const PlanEdition *edition = &choice->editions.at[i];
        OpinionOption *option =
            edition->state == PLAN_EDITION_FROZEN ? VEC_PUSH(request->arena, &page->editions) : NULL;
        if (option)
            *option = (OpinionOption){.name = edition->name,
                .title = edition->name,
                .chosen = chosen.len > 0 ? str_equal(chosen, edition->name) : edition == choice->current};
    }
    return !arena_failed(request->arena) || error_memory(error);
}

static bool load(const Request *request, EditionChoice *choice, OpinionBeginPage *page, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(request->site->db, &conn, error) && add_editions(request, conn, choice, page, error);
}

static bool show(const Request *request, Response *response, OpinionBeginPage *page, Error *error)
{
    const MessageId title =
        page->wrong.len > 0 ? MESSAGE_opinion_begin_title_wrong : MESSAGE_opinion_begin_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_begin_page(&html, page);
    return page_end(&html, error);
}

bool page_opinion_begin(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    OpinionBeginPage page = {0};
    if (!request_opinion_manager(request, error))
        return site_lead_to_sign_in(request, response);
    if (!load(request, &choice, &page, error))
        return false;
    page.from = date_print_iso(request->arena, request->clock.today);
    page.to = date_print_iso(request->arena, date_add_days(request->clock.today, PERIOD_DAYS));
    return show(request, response, &page, error);
}

static int64_t chosen_edition(const EditionChoice *choice, const OpinionBeginPage *page)
{
    for (size_t i = 0; i < page->editions.len; i++)
        for (size_t k = 0; page->editions.at[i].chosen && k < choice->editions.len; k++)
            if (str_equal(choice->editions.at[k].name, page->editions.at[i].name))
                return choice->editions.at[k].id;
    return 0;
}

/* Why it cannot be opened as it was typed; MESSAGE_COUNT: nothing is wrong. */
static MessageId check(const OpinionBeginPage *page, OpinionPeriod *period)
{
    Error why = {0};
    if (period->edition_id == 0)
        return MESSAGE_opinion_begin_wrong_edition;
    if (str_trim(page->title).len == 0)
        return MESSAGE_opinion_begin_wrong_title;
    if (str_trim(page->asks).len == 0)
        return MESSAGE_opinion_begin_wrong_asks;
    if (!date_parse(str_trim(page->from), &period->from, &why) ||
        !date_parse(str_trim(page->to), &period->to, &why))
        return MESSAGE_opinion_wrong_date;
    if (date_compare(period->from, period->to) > 0)
        return MESSAGE_opinion_begin_wrong_days;
    return MESSAGE_COUNT;
}

bool page_opinion_begin_post(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    int64_t id = 0;
    const OpinionBy by = request_opinion_by(request);
    OpinionBeginPage page = {.title = field(request, S("title")),
        .asks = field(request, S("asks")),
        .ways = field(request, S("ways")),
        .from = field(request, S("from")),
        .to = field(request, S("to"))};
    if (!request_opinion_manager(request, error) || !load(request, &choice, &page, error))
        return false;
    OpinionPeriod period = {.edition_id = chosen_edition(&choice, &page),
        .plan_id = choice.edition ? choice.edition->plan_id : 0,
        .title = page.title,
        .asks = page.asks,
        .ways = page.ways};
    MessageId wrong = check(&page, &period);
    if (wrong == MESSAGE_COUNT) {
        if (opinion_open(request->site->db, &by, &period, &id, error)) {
            response_redirect(response, 303, opinion_period_url(request->arena, id, "/work?said=opened"));
            return true;
        }
        if (error->code != ERROR_INPUT && error->code != ERROR_LIMIT)
            return false;
        wrong = MESSAGE_opinion_wrong_long;
    }
    page.wrong = message_text(request->language, wrong);
    response->status = 422;
    return show(request, response, &page, error);
}
