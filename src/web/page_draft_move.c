/* GET /draft/{key}/move?to=KEY: the choice of a new place, level by level: what is below `to`, the places
 * among it where the node may stand, and the ways deeper. Complete without a script. */
#include "web/page_draft_internal.h"

#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

static Str move_url(const DraftMovePage *page, Arena *arena, Str to)
{
    Str url = arena_printf(
        arena, "/draft/%.*s/move%.*s", STR_ARGS(page->key_path), STR_ARGS(page->place->draft.query));
    return to.len > 0 ? url_with(arena, url, "to", to) : url;
}

static void add_crumb(Arena *arena, DraftMovePage *page, const PlanLink *link)
{
    PlanLink *slot = VEC_PUSH(arena, &page->crumbs);
    if (slot)
        *slot = *link;
}

/* From the top down to `to`. */
static void add_steps(const DraftReader *reader, int32_t to, DraftMovePage *page)
{
    Arena *arena = reader->request->arena;
    if (to < 0) {
        add_crumb(arena, page,
            &(PlanLink){.title = message_text(reader->request->language, MESSAGE_draft_move_top),
                .url = move_url(page, arena, STR_EMPTY)});
        return;
    }
    const PlanNode *node = &reader->base->nodes.at[to];
    add_steps(reader, node->parent, page);
    add_crumb(arena, page,
        &(PlanLink){
            .title = node_title(arena, node), .url = move_url(page, arena, node->key), .japanese = true});
}

static void add_place(const DraftReader *reader, DraftMovePage *page, Str value, Str name)
{
    DraftOption *option = VEC_PUSH(reader->request->arena, &page->places);
    if (option)
        *option = (DraftOption){.value = value, .name = name, .chosen = page->places.len == 1};
}

static void add_below(const DraftReader *reader, int32_t to, Str key, DraftMovePage *page)
{
    Arena *arena = reader->request->arena;
    const Plan *base = reader->base;
    size_t end = to < 0 ? base->nodes.len : (size_t)plan_subtree_end(base, to);
    add_place(reader, page, STR_EMPTY, message_text(reader->request->language, MESSAGE_draft_move_first));
    for (size_t i = to < 0 ? 0 : (size_t)to + 1; i < end; i++) {
        const PlanNode *node = &base->nodes.at[i];
        if (node->parent != to || str_equal(node->key, key))
            continue;
        Str name = draft_reader_name(reader, node->key);
        add_place(reader, page, node->key,
            message_print(arena, reader->request->language, MESSAGE_draft_move_behind, 1, &name));
        bool has_below = i + 1 < base->nodes.len && base->nodes.at[i + 1].parent == (int32_t)i;
        PlanLink *link = has_below || node->kind == PLAN_GROUP ? VEC_PUSH(arena, &page->deeper) : NULL;
        if (link)
            *link = (PlanLink){.title = name, .url = move_url(page, arena, node->key), .japanese = true};
    }
}

static bool fill(const DraftReader *reader, Str key, DraftMovePage *page, Error *error)
{
    const Request *request = reader->request;
    const PlanNode *node = draft_reader_node(reader, key);
    Str to = request_query(request, S("to"));
    const PlanNode *above = draft_reader_node(reader, to);
    Error impossible = {0};
    if (!node || (to.len > 0 && !above))
        return error_set(error, ERROR_NOT_FOUND, "the draft has no such node");
    int32_t index = above ? (int32_t)(above - reader->base->nodes.at) : -1;
    page->to = index < 0 ? STR_EMPTY : reader->base->nodes.at[index].key;
    page->to_name = index < 0 ? STR_EMPTY : draft_reader_name(reader, page->to);
    page->name = draft_reader_name(reader, key);
    page->node_url = drafting_url(request->arena, key, &reader->place->draft);
    const PlanOperation move = {.id = INT64_MAX, .kind = PLAN_MOVE, .key = key, .parent = page->to};
    page->may_stand = plan_operation_check(reader->base, &reader->operations, &move, &impossible);
    add_steps(reader, index, page);
    add_below(reader, index, key, page);
    return !arena_failed(request->arena) || error_memory(error);
}

static bool read(const Request *request, DraftPlace *place, DraftMovePage *page, Error *error)
{
    DraftReader reader;
    Str key = request_parameter(request, S("key"));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    page->key_path = url_encoded(request->arena, key);
    return draft_reader_begin(&reader, request, conn, place, error) && fill(&reader, key, page, error);
}

bool page_draft_move(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    DraftMovePage *page = ARENA_NEW(request->arena, DraftMovePage);
    if (!page)
        return error_memory(error);
    *page = (DraftMovePage){.place = &place};
    if (!read(request, &place, page, error))
        return false;
    Str title = message_print(request->arena, request->language, MESSAGE_draft_move_title, 1, &page->name);
    page->layout = layout_of(request, title, MENU_DRAFT);
    Html html = page_begin(request, response);
    draft_move_page(&html, page);
    return page_end(&html, error);
}
