/* GET /plan/{key}: finds the node and gives a policy to page_policy.c; shows any other with its way up, its
 * notes, what is below it, its record and its neighbours; and says what would be right when there is no such
 * node. */
#include "web/page_plan_internal.h"

#include "web/node_record.h"
#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

#define TITLE_GRAPHEMES 40
#define LINK_GRAPHEMES 24

Str node_title(Arena *arena, const PlanNode *node)
{
    Str text = node->text.len > 0 ? node->text : str_of(plan_kind_title(node->kind));
    return node->number.len > 0 ? arena_printf(arena, "%.*s %.*s", STR_ARGS(node->number), STR_ARGS(text))
                                : text;
}

PlanLink node_link(Arena *arena, const PlanNode *node, const PlanPlace *place)
{
    if (!node)
        return (PlanLink){0};
    return (PlanLink){
        .title = text_head(arena, node_title(arena, node), LINK_GRAPHEMES),
        .url = node_url(arena, node->key, place),
        .japanese = true,
    };
}

void add_crumbs(Arena *arena, const PlanPart *part, PlanFrame *frame)
{
    PlanLink *home = VEC_PUSH(arena, &frame->crumbs);
    if (home)
        *home = (PlanLink){.title = frame->plan_title, .url = arena_join(arena, S("/"), frame->place.query)};
    for (size_t i = 0; i < part->above_count; i++) {
        PlanLink *crumb = VEC_PUSH(arena, &frame->crumbs);
        if (!crumb)
            return;
        *crumb = node_link(arena, &part->above[i], &frame->place);
        crumb->title = node_title(arena, &part->above[i]);
    }
}

/* Whether a node's text is a wording, to be read, rather than a title. */
static bool is_wording(const PlanNode *node, const PlanPart *part)
{
    bool below_direction = part->above_count > 0 && part->above[part->above_count - 1].kind == PLAN_DIRECTION;
    return node->kind == PLAN_FACT || node->kind == PLAN_INITIATIVE ||
           (node->kind == PLAN_DIRECTION && below_direction);
}

static void add_policy_place(Arena *arena, const PlanPart *part, NodePage *page)
{
    if (page->node->node->kind == PLAN_POLICY)
        page->in_policy_url = page->node->url;
    for (size_t i = 0; i < part->above_count; i++)
        if (part->above[i].kind == PLAN_POLICY)
            page->in_policy_url =
                node_anchor_url(arena, part->above[i].key, page->node->node->key, &page->frame.place);
}

/* Which one of its kind it is below its parent, and the ones before and after it there. */
static bool add_siblings(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanPart *part, NodePage *page, Error *error)
{
    page->place_number = 1;
    if (part->above_count == 0)
        return true;
    Arena *arena = request->arena;
    const PlanNode *node = page->node->node;
    const PlanPart *family =
        plan_load_part(conn, arena, choice->edition, part->above[part->above_count - 1].key, error);
    if (!family)
        return false;
    const PlanNode *before = NULL;
    bool passed = false;
    size_t number = 0;
    for (size_t i = 1; i < family->plan->nodes.len; i++) {
        const PlanNode *sibling = &family->plan->nodes.at[i];
        if (sibling->parent != 0 || sibling->kind != node->kind)
            continue;
        number++;
        if (str_equal(sibling->key, node->key)) {
            passed = true;
            page->place_number = number;
            page->frame.previous = node_link(arena, before, &page->frame.place);
        } else if (passed) {
            page->frame.next = node_link(arena, sibling, &page->frame.place);
            break;
        }
        before = sibling;
    }
    return true;
}

/* Titles of pages differ even where two items say the same: the key is part of them. */
static Str page_title(const Request *request, const NodePage *page)
{
    const PlanNode *node = page->node->node;
    Arena *arena = request->arena;
    Str kind = message_text(request->language, kind_message(node->kind));
    Str text = text_head(arena, node_title(arena, node), TITLE_GRAPHEMES);
    return arena_printf(arena, "%.*s %.*s: %.*s", STR_ARGS(kind), STR_ARGS(node->key), STR_ARGS(text));
}

static bool show_node(const Request *request, Response *response, DbConn *conn, const EditionChoice *choice,
    const PlanPart *part, Error *error)
{
    NodePage page = {.frame = edition_frame(request, choice)};
    Arena *arena = request->arena;
    if (!plan_view(arena, part->plan, &page.frame.place, &page.view, error))
        return false;
    assert(page.view.tops.at && "a part holds the node it was asked for");
    page.node = &page.view.tops.at[0];
    for (size_t i = 0; i < page.view.notes.len; i++)
        page.view.notes.at[i].here = page.view.notes.at[i].note->node == 0;
    page.is_wording = is_wording(page.node->node, part);
    if (!add_siblings(request, conn, choice, part, &page, error) ||
        !node_services_read(request, conn, choice->plan, part->plan, &page.carried, error) ||
        !node_changes_read(request, conn, choice, page.node->node, &page.changes, error) ||
        !opinion_invite(request, conn, choice->edition, page.node->node->key, &page.invite, error) ||
        !node_record_read(request, choice, page.node->node, &page.record, error))
        return false;
    add_crumbs(arena, part, &page.frame);
    add_policy_place(arena, part, &page);
    if (arena_failed(arena))
        return error_memory(error);
    page.layout = layout_of(request, page_title(request, &page), MENU_PLAN);
    Html html = page_begin(request, response);
    node_page(&html, &page);
    return page_end(&html, error);
}

/* No such node in this edition: the editions that do have it, and ways on. */
static bool show_missing(const Request *request, Response *response, DbConn *conn,
    const EditionChoice *choice, Str key, Error *error)
{
    MissingPage page = {.frame = edition_frame(request, choice), .key = key};
    if (!node_history(request, conn, choice, key, &page.elsewhere, error))
        return false;
    response->status = 404;
    page.layout = layout_of(request, message_text(request->language, MESSAGE_missing_title), MENU_PLAN);
    page.home_url = arena_join(request->arena, S("/"), page.frame.place.query);
    Html html = page_begin(request, response);
    missing_page(&html, &page);
    return page_end(&html, error);
}

bool page_node(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    Str key = request_parameter(request, S("key"));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")),
            request_query(request, S("edition")), &choice, error))
        return false;
    if (!choice.edition)
        return show_missing(request, response, conn, &choice, key, error);
    const PlanPart *part = plan_load_part(conn, request->arena, choice.edition, key, error);
    if (!part && error->code == ERROR_NOT_FOUND)
        return show_missing(request, response, conn, &choice, key, error);
    if (!part)
        return false;
    bool as_table = part->plan->nodes.at[0].kind == PLAN_POLICY &&
                    !str_equal(request_query(request, S("view")), S("item"));
    return as_table ? page_policy(request, response, conn, &choice, part, error)
                    : show_node(request, response, conn, &choice, part, error);
}
