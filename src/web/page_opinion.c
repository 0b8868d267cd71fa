/* GET /opinions, /opinions/{period}: what is asked, until when, and the text that it is asked of. */
#include "web/page_opinion.h"

#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

/* --- all periods --- */

bool page_opinions(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    OpinionPeriods periods = {0};
    OpinionListPage page = {.may_manage = request_opinion_right(request) == OPINION_MANAGE,
        .is_staff = request_opinion_right(request) != OPINION_PUBLIC};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")), STR_EMPTY, &choice, error))
        return false;
    page.plan_title = choice.title;
    if (choice.edition &&
        !opinion_period_list(conn, request->arena, choice.edition->plan_id, &periods, error))
        return false;
    for (size_t i = 0; i < periods.len; i++) {
        const bool is_past = date_compare(periods.at[i].to, request->clock.today) < 0;
        OpinionPeriodView *view =
            is_past ? VEC_PUSH(request->arena, &page.past) : VEC_PUSH(request->arena, &page.open);
        if (!view)
            return error_memory(error);
        opinion_period_view(request, &periods.at[i], view);
    }
    page.layout = layout_of(request, message_text(request->language, MESSAGE_opinions_title), MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_list_page(&html, &page);
    return page_end(&html, error);
}

/* --- one period --- */

static Str new_url(const Request *request, const OpinionPlace *place, Str key)
{
    return arena_printf(request->arena, "/opinions/%lld/new?key=%.*s", (long long)place->period.id,
        STR_ARGS(url_encoded(request->arena, key)));
}

static void add_policies(const Request *request, const OpinionPlace *place, Str at, OpinionPeriodPage *page)
{
    const Plan *plan = place->plan;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        OpinionPolicyLink *link =
            node->kind == PLAN_POLICY ? VEC_PUSH(request->arena, &page->policies) : NULL;
        if (link)
            *link = (OpinionPolicyLink){.title = node_title(request->arena, node),
                .url = arena_printf(request->arena, "/opinions/%lld?at=%.*s#text",
                    (long long)place->period.id, STR_ARGS(url_encoded(request->arena, node->key))),
                .here = str_equal(node->key, at)};
    }
}

static bool is_title(PlanKind kind)
{
    return kind == PLAN_SITUATION || kind == PLAN_MEASURES || kind == PLAN_MEASURE || kind == PLAN_GROUP;
}

/* The policy's text, line by line, each with the way to say something about it. */
static void add_lines(const Request *request, const OpinionPlace *place, Str at, OpinionPeriodPage *page)
{
    const Plan *plan = place->plan;
    const int32_t first = at.len > 0 ? plan_find(plan, at) : -1;
    if (first < 0 || plan->nodes.at[first].kind != PLAN_POLICY)
        return;
    page->policy = node_title(request->arena, &plan->nodes.at[first]);
    int *depths = arena_array(request->arena, plan->nodes.len, sizeof *depths);
    for (int32_t i = first + 1; depths && i < plan_subtree_end(plan, first); i++) {
        const PlanNode *node = &plan->nodes.at[i];
        OpinionLine *line = VEC_PUSH(request->arena, &page->lines);
        if (!line)
            return;
        depths[i] = node->parent == first ? 0 : depths[node->parent] + 1;
        *line = (OpinionLine){.number = node->number,
            .text = node->text,
            .new_url = new_url(request, place, node->key),
            .kind = node->kind,
            .depth = depths[i],
            .is_title = is_title(node->kind) || (node->kind == PLAN_DIRECTION && depths[i] == 0)};
        line->is_wording = !line->is_title;
    }
}

bool page_opinion_period(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    OpinionPeriodPage page = {.place = &place, .view = &place.view};
    const Str at = request_query(request, S("at"));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !request_opinion_place(request, conn, &place, error))
        return false;
    page.is_staff = place.right != OPINION_PUBLIC;
    page.new_url = opinion_period_url(request->arena, place.period.id, "/new");
    page.work_url = opinion_period_url(request->arena, place.period.id, "/work");
    page.results_url = opinion_period_url(request->arena, place.period.id, "/results");
    add_policies(request, &place, at, &page);
    add_lines(request, &place, at, &page);
    if (arena_failed(request->arena))
        return error_memory(error);
    page.layout = layout_of(request, place.view.title, MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_period_page(&html, &page);
    return page_end(&html, error);
}
