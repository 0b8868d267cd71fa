/* Two editions beside each other. Both are read whole in one snapshot and matched by their keys; the table is
 * checked by rebuilding the new text before it is shown (plan/comparison.h). */
#include "web/page_compare.h"

#include "city/city.h"
#include "web/change_why.h"
#include "web/page.h"
#include "web/page_redline.h"
#include "web/site.h"
#include "web/templates.h"

/* --- addresses --- */

Str compare_url(Arena *arena, const EditionChoice *choice, Str from, Str to, bool as_table)
{
    Str plan = choice->default_plan
                   ? STR_EMPTY
                   : arena_printf(arena, "plan=%.*s&", STR_ARGS(url_encoded(arena, choice->plan)));
    return arena_printf(arena, "/editions/compare?%.*sfrom=%.*s&to=%.*s&as=%s", STR_ARGS(plan),
        STR_ARGS(url_encoded(arena, from)), STR_ARGS(url_encoded(arena, to)), as_table ? "table" : "redline");
}

static Str with(Arena *arena, Str url, const char *name, Str value)
{
    return arena_printf(arena, "%.*s&%s=%.*s", STR_ARGS(url), name, STR_ARGS(url_encoded(arena, value)));
}

static Str redline_file_url(Arena *arena, const EditionChoice *choice, Str from, Str to)
{
    Str plan = choice->default_plan
                   ? STR_EMPTY
                   : arena_printf(arena, "plan=%.*s&", STR_ARGS(url_encoded(arena, choice->plan)));
    return arena_printf(arena, "/export/redline.html?%.*sedition=%.*s&from=%.*s", STR_ARGS(plan),
        STR_ARGS(url_encoded(arena, to)), STR_ARGS(url_encoded(arena, from)));
}

void compare_add_editions(Arena *arena, const EditionChoice *choice, Str chosen, CompareOptions *out)
{
    for (size_t i = choice->editions.len; i-- > 0;) {
        CompareOption *option = VEC_PUSH(arena, out);
        if (!option)
            return;
        Str name = choice->editions.at[i].name;
        *option = (CompareOption){name, name, str_equal(name, chosen)};
    }
}

/* --- what is compared --- */

typedef struct Compared {
    EditionChoice choice;
    const PlanEdition *from, *to;
    RedlineTree trees[2];
    Redline redline;
    Comparison table;
    const ComparisonProfile *profile;
} Compared;

static const PlanEdition *find_edition(const EditionChoice *choice, Str name)
{
    for (size_t i = 0; i < choice->editions.len; i++)
        if (str_equal(choice->editions.at[i].name, name))
            return &choice->editions.at[i];
    return NULL;
}

static bool choose(const Request *request, DbConn *conn, Compared *out, Error *error)
{
    Str from = request_query(request, S("from"));
    if (!edition_choose(request, conn, request_query(request, S("plan")), request_query(request, S("to")),
            &out->choice, error))
        return false;
    out->to = out->choice.edition;
    if (!out->to)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no edition yet");
    out->from = from.len > 0 ? find_edition(&out->choice, from) : edition_before(&out->choice, out->to);
    if (from.len > 0 && !out->from)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no edition of this name");
    if (!out->from) /* the only one there is */
        out->from = out->to;
    out->profile = city_find_comparison_table(request->site->city, request_query(request, S("profile")));
    return out->profile || error_set(error, ERROR_NOT_FOUND, "there is no form of this name for the table");
}

static bool load_tree(
    const Request *request, DbConn *conn, const PlanEdition *edition, RedlineTree *out, Error *error)
{
    const Plan *plan = plan_load(conn, request->arena, edition, error);
    if (!plan || !redline_tree_of_plan(request->arena, plan, out, error))
        return false;
    out->title = edition->name;
    return true;
}

/* --- remarks --- */

/* Editions behind the older one up to the newer one that changes have made. */
typedef struct Remarks {
    const Request *request;
    DbConn *conn;
    int64_t plan_id;
    VEC_OF(int64_t) made;
    bool failed;
    Error *error;
} Remarks;

static void add_why(Arena *arena, const ChangeWhys *whys, Str *text)
{
    for (size_t i = 0; i < whys->len; i++) {
        const ChangeWhy *why = &whys->at[i];
        const char *both = why->reason.len > 0 && why->cause.len > 0 ? "\n" : "";
        *text = arena_printf(arena, "%.*s%s%.*s%s%.*s", STR_ARGS(*text), text->len > 0 ? "\n" : "",
            STR_ARGS(why->reason), both, STR_ARGS(why->cause));
    }
}

/* Of every edition behind `from` up to `to`. */
static bool find_made(const Compared *compared, Remarks *out)
{
    for (size_t i = 0; i < compared->choice.editions.len; i++) {
        const PlanEdition *edition = &compared->choice.editions.at[i];
        PlanChanges changes;
        const PlanChangeQuery query = {.plan_id = edition->plan_id, .made = edition->id};
        if (edition->id <= compared->from->id || edition->id > compared->to->id)
            continue;
        if (!plan_change_list(out->conn, out->request->arena, &query, &changes, out->error))
            return false;
        int64_t *slot = changes.len > 0 ? VEC_PUSH(out->request->arena, &out->made) : NULL;
        if (slot)
            *slot = edition->id;
    }
    return true;
}

/* The reasons of the changes that made the node read so. */
static Str remark_of(void *context, Str old_name, Str new_name)
{
    Remarks *remarks = context;
    Str key = new_name.len > 0 ? new_name : old_name, text = STR_EMPTY;
    for (size_t i = 0; key.len > 0 && i < remarks->made.len && !remarks->failed; i++) {
        PlanChanges changes;
        ChangeWhys whys;
        const PlanChangeQuery query = {.plan_id = remarks->plan_id, .key = key, .made = remarks->made.at[i]};
        remarks->failed =
            !plan_change_list(remarks->conn, remarks->request->arena, &query, &changes, remarks->error) ||
            !change_whys(remarks->request, remarks->conn, &changes, &whys, remarks->error);
        if (!remarks->failed)
            add_why(remarks->request->arena, &whys, &text);
    }
    return text;
}

/* --- the page --- */

static bool make_table(const Request *request, DbConn *conn, Compared *out, Error *error)
{
    Remarks remarks = {.request = request, .conn = conn, .plan_id = out->to->plan_id, .error = error};
    return (!out->profile->remarks || find_made(out, &remarks)) &&
           comparison_make(
               request->arena, &out->redline, out->profile, remark_of, &remarks, &out->table, error) &&
           !remarks.failed;
}

static bool compare(const Request *request, DbConn *conn, bool as_table, Compared *out, Error *error)
{
    RedlineView view = as_table ? out->profile->view : REDLINE_CHARACTERS;
    return load_tree(request, conn, out->from, &out->trees[0], error) &&
           load_tree(request, conn, out->to, &out->trees[1], error) &&
           redline_trees(
               request->arena, &out->trees[0], &out->trees[1], REDLINE_BY_NAME, view, &out->redline, error) &&
           (!as_table || make_table(request, conn, out, error));
}

static void add_profiles(const Request *request, const Compared *compared, ComparePage *page)
{
    const ComparisonProfile *profile = NULL;
    for (size_t n = 0; (profile = city_comparison_table(request->site->city, n)) != NULL; n++) {
        CompareOption *option = VEC_PUSH(request->arena, &page->profiles);
        if (!option)
            return;
        *option = (CompareOption){profile->id, profile->name, profile == compared->profile};
    }
}

static Str counts_of(const Request *request, const Redline *redline)
{
    AUTO_BUF words;
    buf_init(&words, 4096);
    redline_add_counts(redline, request->language, &words);
    return arena_str(request->arena, buf_str(&words));
}

static void fill_page(const Request *request, const Compared *compared, ComparePage *page)
{
    Arena *arena = request->arena;
    const EditionChoice *choice = &compared->choice;
    Str from = compared->from->name, to = compared->to->name;
    page->frame = edition_frame(request, choice);
    page->plan_field = choice->default_plan ? STR_EMPTY : choice->plan;
    page->from = from;
    page->to = to;
    compare_add_editions(arena, choice, from, &page->from_options);
    compare_add_editions(arena, choice, to, &page->to_options);
    add_profiles(request, compared, page);
    page->redline = &compared->redline;
    page->table = &compared->table;
    page->counts = counts_of(request, &compared->redline);
    page->other_url = compare_url(arena, choice, from, to, !page->as_table);
    page->home_url = arena_join(arena, S("/"), page->frame.place.query);
    page->editions_url = arena_join(arena, S("/editions"),
        choice->default_plan ? STR_EMPTY
                             : arena_printf(arena, "?plan=%.*s", STR_ARGS(url_encoded(arena, choice->plan))));
    page->html_url = redline_file_url(arena, choice, from, to);
    if (page->as_table) {
        Str url = with(arena, compare_url(arena, choice, from, to, true), "profile", compared->profile->id);
        page->html_url = with(arena, url, "format", S("html"));
        page->json_url = with(arena, url, "format", S("json"));
    }
}

static bool send_file(
    const Request *request, Response *response, const Compared *compared, Str format, Error *error)
{
    bool is_json = str_equal(format, S("json"));
    if (!is_json && !str_equal(format, S("html")))
        return error_set(error, ERROR_NOT_FOUND, "a comparison table is html or json");
    if (!(is_json ? comparison_write_json(&compared->table, &response->body, error)
                  : comparison_write_html(&compared->table, &response->body, error)))
        return false;
    response->vary_on_visitor = true;
    response->content_type = is_json ? S("application/json") : S("text/html; charset=utf-8");
    response_download(
        response, arena_printf(request->arena, "%.*s-%.*s-%.*s-table.%.*s", STR_ARGS(compared->choice.plan),
                      STR_ARGS(compared->from->name), STR_ARGS(compared->to->name), STR_ARGS(format)));
    return !arena_failed(request->arena) || error_memory(error);
}

void compare_redline(Html *html, const Redline *redline)
{
    redline_write_rows(redline, html->language, html->out);
}

void compare_table(Html *html, const Comparison *table)
{
    comparison_write_table(table, html->out);
}

bool page_compare(Request *request, Response *response, Error *error)
{
    Compared *compared = ARENA_NEW(request->arena, Compared);
    ComparePage *page = ARENA_NEW(request->arena, ComparePage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!compared || !page)
        return error_memory(error);
    Str format = request_query(request, S("format"));
    page->as_table = format.len > 0 || str_equal(request_query(request, S("as")), S("table"));
    if (!db_read_begin(request->site->db, &conn, error) || !choose(request, conn, compared, error) ||
        !compare(request, conn, page->as_table, compared, error))
        return false;
    if (format.len > 0)
        return send_file(request, response, compared, format, error);
    fill_page(request, compared, page);
    if (arena_failed(request->arena))
        return error_memory(error);
    Str title = message_print(
        request->arena, request->language, MESSAGE_compare_title_of, 2, (const Str[]){page->from, page->to});
    page->layout = layout_of(request, title, MENU_PLAN);
    Html html = page_begin(request, response);
    compare_page(&html, page);
    return page_end(&html, error);
}
