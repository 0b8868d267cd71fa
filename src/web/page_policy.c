/* A policy as the city's table has it: 現状と課題 beside 基本方向, below them the measures as columns.
 *
 * What stands elsewhere in the tree (an initiative outside every measure, a group right under the policy) is
 * shown as well, behind its section. Five SELECTs: the editions, the part with its marks and notes, and the
 * policies, for the neighbours. */
#include "web/page_plan_internal.h"

#include "web/page.h"
#include "web/templates.h"

#define COLUMNS_MAX 6

/* The children of `from` that are not of kind `but`, as a list of their own. */
static void keep_others(Arena *arena, const NodeView *from, PlanKind but, NodeView *out)
{
    *out = (NodeView){.node = from->node, .url = from->url};
    for (size_t i = 0; i < from->children.len; i++) {
        if (from->children.at[i].node->kind == but)
            continue;
        NodeView *view = VEC_PUSH(arena, &out->children);
        if (view)
            *view = from->children.at[i];
    }
}

static bool is_section(PlanKind kind)
{
    return kind == PLAN_SITUATION || kind == PLAN_DIRECTION || kind == PLAN_MEASURES;
}

static void add_sections(Arena *arena, PolicyPage *page)
{
    const NodeView *policy = page->policy;
    page->situation = view_child(policy, PLAN_SITUATION);
    page->direction = view_child(policy, PLAN_DIRECTION);
    page->measures = view_child(policy, PLAN_MEASURES);
    page->others = (NodeView){.node = policy->node, .url = policy->url};
    for (size_t i = 0; i < policy->children.len; i++) {
        NodeView *other =
            is_section(policy->children.at[i].node->kind) ? NULL : VEC_PUSH(arena, &page->others.children);
        if (other)
            *other = policy->children.at[i];
    }
    if (!page->measures)
        return;
    keep_others(arena, page->measures, PLAN_MEASURE, &page->loose_measures);
    page->column_count = page->measures->children.len - page->loose_measures.children.len;
    if (page->column_count > COLUMNS_MAX)
        page->column_count = COLUMNS_MAX;
}

/* The policies before and after, in document order. */
static bool add_neighbours(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanPart *part, PolicyPage *page, Error *error)
{
    PlanNeighbours near;
    if (!plan_load_neighbours(conn, request->arena, choice->edition, part, &near, error))
        return false;
    if (near.before.key.len > 0)
        page->frame.previous = node_link(request->arena, &near.before, &page->frame.place);
    if (near.after.key.len > 0)
        page->frame.next = node_link(request->arena, &near.after, &page->frame.place);
    return true;
}

bool page_policy(const Request *request, Response *response, DbConn *conn, const EditionChoice *choice,
    const PlanPart *part, Error *error)
{
    PolicyPage page = {.frame = edition_frame(request, choice)};
    Arena *arena = request->arena;
    if (!plan_view(arena, part->plan, &page.frame.place, &page.view, error))
        return false;
    assert(page.view.tops.at && "a part holds the node it was asked for");
    page.policy = &page.view.tops.at[0];
    if (!add_neighbours(request, conn, choice, part, &page, error) ||
        !node_services_read(request, conn, choice->plan, part->plan, &page.carried, error) ||
        !opinion_invite(request, conn, choice->edition, part->plan->nodes.at[0].key, &page.invite, error))
        return false;
    add_crumbs(arena, part, &page.frame);
    add_sections(arena, &page);
    page.facts = view_count(page.policy, PLAN_FACT);
    page.initiatives = view_count(page.policy, PLAN_INITIATIVE);
    page.item_url = layout_url_with(request, S("view"), S("item"));
    if (arena_failed(arena))
        return error_memory(error);
    page.layout = layout_of(request, node_title(arena, page.policy->node), MENU_PLAN);
    Html html = page_begin(request, response);
    policy_page(&html, &page);
    return page_end(&html, error);
}
