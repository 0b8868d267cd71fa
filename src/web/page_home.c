/* GET /: a plan at a glance: its chapters, their policies as cards with the measures in them, and figures;
 * other editions and plans; files to download. Two SELECTs: the editions, and the tree without its notes. */
#include "web/page_plan.h"

#include "city/city.h"
#include "web/edition_choice.h"
#include "web/page.h"
#include "web/page_compare.h"
#include "web/page_redline.h"
#include "web/site.h"
#include "web/templates.h"

#define OUTLINE_DEPTH PLAN_KIND_COUNT /* everything: the figures count initiatives */

typedef struct Download {
    const char *path;
    MessageId name, says;
} Download;

static const Download DOWNLOADS[] = {
    {"/export/plan.html", MESSAGE_download_html, MESSAGE_download_html_says},
    {"/export/plan.csv", MESSAGE_download_csv, MESSAGE_download_csv_says},
    {"/export/sjis", MESSAGE_download_csv_cp932, MESSAGE_download_csv_cp932_says},
    {"/export/plan.md", MESSAGE_download_markdown, MESSAGE_download_markdown_says},
    {"/export/plan.json", MESSAGE_download_json, MESSAGE_download_json_says},
};

static void add_measures(Arena *arena, CardView *card, const NodeView *view, const PlanPlace *place)
{
    for (size_t i = 0; i < view->children.len; i++) {
        const NodeView *child = &view->children.at[i];
        if (child->node->kind == PLAN_MEASURES)
            add_measures(arena, card, child, place);
        if (child->node->kind != PLAN_MEASURE)
            continue;
        PlanLink *link = VEC_PUSH(arena, &card->measures);
        if (link)
            *link = (PlanLink){
                .number = child->node->number,
                .title = child->node->text,
                .url = node_anchor_url(arena, card->node->key, child->node->key, place),
            };
    }
}

static void add_card(Arena *arena, ChapterView *chapter, const NodeView *policy, const PlanPlace *place)
{
    CardView *card = VEC_PUSH(arena, &chapter->cards);
    if (!card)
        return;
    *card = (CardView){
        .node = policy->node,
        .url = policy->url,
        .facts = view_count(policy, PLAN_FACT),
        .initiatives = view_count(policy, PLAN_INITIATIVE),
    };
    add_measures(arena, card, policy, place);
}

/* A policy that stands in no chapter gets one without a heading. */
static void add_chapters(Arena *arena, HomePage *page, const NodeViews *tops)
{
    for (size_t i = 0; i < tops->len; i++) {
        const NodeView *top = &tops->at[i];
        ChapterView *chapter = VEC_PUSH(arena, &page->chapters);
        if (!chapter)
            return;
        if (top->node->kind == PLAN_POLICY) {
            add_card(arena, chapter, top, &page->frame.place);
            continue;
        }
        *chapter = (ChapterView){.node = top->node, .url = top->url};
        for (size_t n = 0; n < top->children.len; n++)
            if (top->children.at[n].node->kind == PLAN_POLICY)
                add_card(arena, chapter, &top->children.at[n], &page->frame.place);
    }
}

static void add_figures(HomePage *page, const Plan *plan)
{
    page->policies = plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT);
    page->measures = plan_count(plan, PLAN_MEASURE, PLAN_KIND_COUNT);
    page->groups = plan_count(plan, PLAN_GROUP, PLAN_MEASURES);
    page->initiatives = plan_count(plan, PLAN_INITIATIVE, PLAN_KIND_COUNT);
}

static void add_editions(const Request *request, const EditionChoice *choice, HomePage *page)
{
    for (size_t i = choice->editions.len; i-- > 0;) {
        const PlanEdition *edition = &choice->editions.at[i];
        ChoiceView *view = VEC_PUSH(request->arena, &page->editions);
        if (!view)
            return;
        PlanPlace place = edition_place(request, choice, edition);
        *view = (ChoiceView){
            .name = edition->name,
            .date = day_print(request->arena, request->language, edition->created_at),
            .url = arena_join(request->arena, S("/"), place.query),
            .here = edition == choice->edition,
            .under_review = edition->state == PLAN_EDITION_REVIEW,
        };
        const PlanEdition *before = edition_before(choice, edition);
        if (before)
            view->redline_url = compare_url(request->arena, choice, before->name, edition->name, false);
    }
}

static Str editions_url(Arena *arena, const EditionChoice *choice)
{
    if (choice->default_plan)
        return S("/editions");
    return arena_printf(arena, "/editions?plan=%.*s", STR_ARGS(url_encoded(arena, choice->plan)));
}

static void add_plans(const Request *request, const EditionChoice *choice, HomePage *page)
{
    const City *city = request->site->city;
    for (size_t i = 0; city && i < city->plans.len; i++) {
        const CityPlan *plan = &city->plans.at[i];
        ChoiceView *view = VEC_PUSH(request->arena, &page->plans);
        if (!view)
            return;
        Str id = url_encoded(request->arena, plan->id);
        *view = (ChoiceView){
            .name = plan->title.in[request->language],
            .url = i == 0 ? S("/") : arena_printf(request->arena, "/?plan=%.*s", STR_ARGS(id)),
            .here = str_equal(plan->id, choice->plan),
        };
    }
}

static void add_downloads(Arena *arena, HomePage *page)
{
    for (size_t i = 0; i < COUNT_OF(DOWNLOADS); i++) {
        DownloadView *view = VEC_PUSH(arena, &page->downloads);
        if (!view)
            return;
        view->url = arena_join(arena, str_of(DOWNLOADS[i].path), page->frame.place.query);
        view->name = message_text(page->language, DOWNLOADS[i].name);
        view->says = message_text(page->language, DOWNLOADS[i].says);
    }
}

static bool add_tree(
    const Request *request, DbConn *conn, const EditionChoice *choice, HomePage *page, Error *error)
{
    if (!choice->edition)
        return true;
    PlanView view;
    const Plan *plan = plan_load_outline(conn, request->arena, choice->edition, OUTLINE_DEPTH, error);
    if (!plan || !plan_view(request->arena, plan, &page->frame.place, &view, error))
        return false;
    add_figures(page, plan);
    add_chapters(request->arena, page, &view.tops);
    add_downloads(request->arena, page);
    return true;
}

bool page_home(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")),
            request_query(request, S("edition")), &choice, error))
        return false;
    HomePage page = {
        .frame = edition_frame(request, &choice),
        .language = request->language,
        .foreign = request->language != LANGUAGE_JA,
    };
    if (!add_tree(request, conn, &choice, &page, error) ||
        !opinion_invite(request, conn, choice.edition, STR_EMPTY, &page.invite, error))
        return false;
    add_editions(request, &choice, &page);
    page.editions_url = editions_url(request->arena, &choice);
    add_plans(request, &choice, &page);
    if (arena_failed(request->arena))
        return error_memory(error);
    page.layout = layout_of(request, page.frame.plan_title, MENU_PLAN);
    Html html = page_begin(request, response);
    home_page(&html, &page);
    return page_end(&html, error);
}
