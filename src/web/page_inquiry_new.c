/* A new inquiry: policies and measures of the draft's base, each to be ticked with a unit.
 *
 * A unit is proposed for each: the one that took it when it was asked about last, else the one whose services
 * carry out most of what stands below it. Whatever is wrong, the form comes back with what was typed.
 */
#include "web/page_inquiry.h"

#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

#define OUTLINE_DEPTH 64
#define ANSWER_DAYS 14 /* proposed */

/* --- who is in charge --- */

/* How many services of each unit carry out something at or below a node. */
typedef struct Votes {
    size_t *at; /* node * unit_count + unit */
    size_t unit_count;
} Votes;

static size_t unit_place(const InquiryUnits *units, Str id)
{
    size_t i = 0;
    while (i < units->len && !str_equal(units->at[i].id, id))
        i++;
    return i;
}

static int32_t node_place(const Plan *plan, Str key)
{
    for (size_t i = 0; i < plan->nodes.len; i++)
        if (str_equal(plan->nodes.at[i].key, key))
            return (int32_t)i;
    return PLAN_NO_PARENT;
}

static void count_service(
    const Plan *plan, Str plan_id, const CityService *service, size_t unit, Votes *votes)
{
    for (size_t k = 0; k < service->carries_out.len; k++) {
        const CityPlanKey *key = &service->carries_out.at[k];
        if (!str_equal(key->plan, plan_id))
            continue;
        for (int32_t n = node_place(plan, key->key); n >= 0; n = plan->nodes.at[n].parent)
            votes->at[(size_t)n * votes->unit_count + unit]++;
    }
}

static bool count_services(const Request *request, const Plan *plan, Str plan_id, const InquiryUnits *units,
    Votes *votes, Error *error)
{
    const City *city = request->site->city;
    votes->unit_count = units->len;
    votes->at = arena_array(request->arena, plan->nodes.len * (units->len + 1), sizeof *votes->at);
    if (!votes->at)
        return error_memory(error);
    for (size_t i = 0; city && i < city->services.len; i++) {
        size_t unit = unit_place(units, city->services.at[i]->unit);
        if (unit < units->len)
            count_service(plan, plan_id, city->services.at[i], unit, votes);
    }
    return true;
}

static void propose_unit(const InquiryParts *last, const InquiryUnits *units, const Votes *votes, size_t node,
    InquiryChoice *choice)
{
    size_t most = 0;
    for (size_t i = 0; i < last->len; i++)
        if (str_equal(last->at[i].key, choice->key) && unit_place(units, last->at[i].unit) < units->len) {
            choice->unit = last->at[i].unit;
            choice->hint = INQUIRY_HINT_LAST;
            return;
        }
    for (size_t u = 0; u < units->len; u++)
        if (votes->at[node * votes->unit_count + u] > most) {
            most = votes->at[node * votes->unit_count + u];
            choice->unit = units->at[u].id;
            choice->hint = INQUIRY_HINT_SERVICE;
        }
}

/* --- the outline --- */

static bool is_ticked(const Request *request, Str key)
{
    Str value;
    if (request->method == HTTP_POST) {
        for (size_t at = 0; request_form_next(request, S("key"), &at, &value);)
            if (str_equal(value, key))
                return true;
        return false;
    }
    for (size_t at = 0; request_query_next(request, S("key"), &at, &value);)
        if (str_equal(value, key))
            return true;
    return false;
}

static Str unit_field(Arena *arena, Str key)
{
    return arena_printf(arena, "unit.%.*s", STR_ARGS(key));
}

/* As the form had it; a unit that the city does not have is none. */
static void read_choice(const Request *request, const InquiryUnits *units, InquiryChoice *choice)
{
    choice->ticked = is_ticked(request, choice->key);
    if (request->method != HTTP_POST)
        return;
    Str unit = request_form(request, unit_field(request->arena, choice->key));
    size_t place = unit_place(units, unit);
    if (!str_equal(unit, choice->unit))
        choice->hint = INQUIRY_HINT_NONE;
    choice->unit = place < units->len ? units->at[place].id : STR_EMPTY;
    choice->wrong = choice->ticked && choice->unit.len == 0;
}

static Str policy_name(Arena *arena, const Plan *plan, const PlanNode *node)
{
    Str name = node_title(arena, node);
    if (node->parent < 0)
        return name;
    return arena_printf(
        arena, "%.*s　%.*s", STR_ARGS(node_title(arena, &plan->nodes.at[node->parent])), STR_ARGS(name));
}

/* Policies and measures in document order; a measure above the first policy has a group of its own. */
static bool add_choices(const Request *request, const Plan *plan, const InquiryParts *last,
    const Votes *votes, InquiryNewPage *page, Error *error)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        if (node->kind != PLAN_POLICY && node->kind != PLAN_MEASURE)
            continue;
        if (node->kind == PLAN_POLICY || page->policies.len == 0) {
            InquiryPolicy *policy = VEC_PUSH(request->arena, &page->policies);
            if (!policy)
                return error_memory(error);
            *policy = (InquiryPolicy){.name = policy_name(request->arena, plan, node)};
        }
        InquiryChoice *choice = VEC_PUSH(request->arena, &page->policies.at[page->policies.len - 1].choices);
        if (!choice)
            return error_memory(error);
        *choice = (InquiryChoice){.key = node->key,
            .number = node->number,
            .title = node->text,
            .is_policy = node->kind == PLAN_POLICY};
        propose_unit(last, &page->units, votes, i, choice);
        read_choice(request, &page->units, choice);
    }
    return true;
}

static bool load(const Request *request, DbConn *conn, DraftPlace *place, InquiryNewPage *page, Error *error)
{
    InquiryParts last;
    Votes votes;
    if (!inquiry_may_manage(request, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    const Plan *plan = plan_load_outline(conn, request->arena, place->base, OUTLINE_DEPTH, error);
    if (!plan || !inquiry_units(request, &page->units, error) ||
        !inquiry_unit_list(conn, request->arena, place->base->plan_id, &last, error) ||
        !count_services(request, plan, place->choice.plan, &page->units, &votes, error) ||
        !add_choices(request, plan, &last, &votes, page, error))
        return false;
    page->plan_field = place->plan_field;
    page->plan_title = place->choice.title;
    page->edition = place->base->name;
    return !arena_failed(request->arena) || error_memory(error);
}

static bool show(const Request *request, Response *response, InquiryNewPage *page, Error *error)
{
    MessageId title = page->wrong.len > 0 ? MESSAGE_inquiry_new_title_wrong : MESSAGE_inquiry_new_title;
    if (page->wrong.len > 0)
        response->status = 422;
    page->layout = layout_of(request, message_text(request->language, title), MENU_WORK);
    Html html = page_begin(request, response);
    inquiry_new_page(&html, page);
    return page_end(&html, error);
}

bool page_inquiry_new(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    InquiryNewPage page = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &place, &page, error))
        return false;
    page.asks = message_text(request->language, MESSAGE_inquiry_asks_usual);
    page.answer_by = date_print_iso(request->arena, date_add_days(request->clock.today, ANSWER_DAYS));
    return show(request, response, &page, error);
}

/* --- sending --- */

static bool complain(const Request *request, InquiryNewPage *page, MessageId why, bool *flag, Error *error)
{
    Str *wrong = VEC_PUSH(request->arena, &page->wrong);
    if (!wrong)
        return error_memory(error);
    *wrong = message_text(request->language, why);
    *flag = true;
    return true;
}

static bool gather(
    const Request *request, const InquiryNewPage *page, InquiryParts *out, bool *all, Error *error)
{
    *out = (InquiryParts){0};
    *all = true;
    for (size_t p = 0; p < page->policies.len; p++)
        for (size_t c = 0; c < page->policies.at[p].choices.len; c++) {
            const InquiryChoice *choice = &page->policies.at[p].choices.at[c];
            if (!choice->ticked)
                continue;
            *all = *all && !choice->wrong;
            InquiryPart *part = VEC_PUSH(request->arena, out);
            if (!part)
                return error_memory(error);
            *part = (InquiryPart){.key = choice->key, .unit = choice->unit};
        }
    return true;
}

/* What is wrong with what was typed, each in its words. */
static bool check(const Request *request, InquiryNewPage *page, Date *day, InquiryParts *parts, Error *error)
{
    Error ignored = {0};
    bool all;
    if (!gather(request, page, parts, &all, error))
        return false;
    if (str_trim(page->title).len == 0 &&
        !complain(request, page, MESSAGE_inquiry_wrong_title, &page->wrong_title, error))
        return false;
    bool is_day = date_parse(str_trim(page->answer_by), day, &ignored);
    if ((!is_day || date_compare(*day, request->clock.today) < 0) &&
        !complain(request, page, is_day ? MESSAGE_inquiry_wrong_past : MESSAGE_inquiry_wrong_day,
            &page->wrong_day, error))
        return false;
    if (parts->len == 0 || !all)
        return complain(request, page, all ? MESSAGE_inquiry_wrong_no_part : MESSAGE_inquiry_wrong_unit,
            &page->wrong_parts, error);
    return true;
}

bool page_inquiry_new_post(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    InquiryParts parts;
    Date day = {0};
    int64_t id;
    InquiryNewPage page = {.title = request_form(request, S("title")),
        .asks = request_form(request, S("asks")),
        .answer_by = request_form(request, S("answer_by"))};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &place, &page, error) ||
        !check(request, &page, &day, &parts, error))
        return false;
    db_read_end(&conn); /* before the write: one connection at a time */
    if (page.wrong.len > 0)
        return show(request, response, &page, error);
    const InquiryNew inquiry = {.edition = place.base,
        .title = page.title,
        .asks = page.asks,
        .answer_by = day,
        .parts = parts.at,
        .part_count = parts.len,
        .actor = place.user,
        .clock = request->clock};
    if (inquiry_send(request->site->db, &inquiry, &id, error)) {
        inquiry_return(request, response, inquiry_url(request->arena, id), INQUIRY_SAID_SENT);
        return true;
    }
    if (error->code != ERROR_INPUT)
        return false;
    /* what is left is a text that is too long */
    return complain(request, &page, MESSAGE_inquiry_wrong_long, &page.wrong_title, error) &&
           show(request, response, &page, error);
}
