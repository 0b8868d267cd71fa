/* A node's place in the tree, as it is drafted: what stands and will stand directly below it, and what its
 * forms for the structure offer. What may stand where is asked of plan_operation_check, so that no rule is
 * told twice. */
#include "web/page_draft_internal.h"

#include "base/utf8.h"

#define SENTENCE_GRAPHEMES 20
#define CUTS_MAX 30

/* --- below --- */

static const PlanNode *node_at(const DraftSpot *spot, int32_t index)
{
    return &spot->reader->base->nodes.at[index];
}

static DraftChild *add_child(const DraftSpot *spot, Str key, PlanKind kind, DraftNodePage *page)
{
    Arena *arena = spot->reader->request->arena;
    DraftChild *child = VEC_PUSH(arena, &page->children);
    if (child)
        *child = (DraftChild){.key = key,
            .name = draft_reader_name(spot->reader, key),
            .url = drafting_url(arena, key, &spot->reader->place->draft),
            .kind = kind_message(kind),
            .becomes = MESSAGE_COUNT};
    return child;
}

/* What changes bring or move to behind `after`, in the order of their ids, with what stands behind those. */
static void add_brought(const DraftSpot *spot, Str after, DraftNodePage *page)
{
    const DraftReader *reader = spot->reader;
    Arena *arena = reader->request->arena;
    for (size_t i = 0; i < reader->operations.len; i++) {
        const PlanOperation *operation = &reader->operations.at[i];
        bool inserts = operation->kind == PLAN_INSERT, moves = operation->kind == PLAN_MOVE;
        if (!(inserts || moves) || !str_equal(operation->parent, page->key) ||
            !str_equal(operation->after, after))
            continue;
        Str place = arena_printf(arena, "+%lld", (long long)operation->id);
        const PlanNode *moved = moves ? draft_reader_node(reader, operation->key) : NULL;
        DraftChild *child = add_child(
            spot, inserts ? place : operation->key, moved ? moved->kind : operation->node_kind, page);
        if (!child)
            return;
        child->becomes = inserts ? MESSAGE_draft_child_new : MESSAGE_draft_child_comes;
        child->decided = operation->accepted;
        add_brought(spot, place, page);
    }
}

static void mark_child(DraftChild *child, const PlanOperation *operation)
{
    if (operation->kind == PLAN_DELETE)
        child->becomes = MESSAGE_draft_child_deleted;
    else if (operation->kind == PLAN_MOVE)
        child->becomes = MESSAGE_draft_child_goes;
    else
        return;
    child->decided = operation->accepted;
}

static DraftChild *child_of(DraftNodePage *page, Str key)
{
    for (size_t i = 0; i < page->children.len; i++)
        if (str_equal(page->children.at[i].key, key))
            return &page->children.at[i];
    return NULL;
}

/* The child of the node that the key stands below, or is. */
static DraftChild *child_above(const DraftSpot *spot, DraftNodePage *page, Str key)
{
    const PlanNode *node = draft_reader_node(spot->reader, key);
    if (!node || spot->index < 0)
        return child_of(page, key);
    int32_t at = (int32_t)(node - spot->reader->base->nodes.at);
    while (at >= 0 && node_at(spot, at)->parent != spot->index)
        at = node_at(spot, at)->parent;
    return at < 0 ? NULL : child_of(page, node_at(spot, at)->key);
}

void draft_children(const DraftSpot *spot, DraftNodePage *page)
{
    const DraftReader *reader = spot->reader;
    size_t end = spot->index < 0 ? 0 : (size_t)plan_subtree_end(reader->base, spot->index);
    add_brought(spot, STR_EMPTY, page);
    for (size_t i = (size_t)spot->index + 1; i < end; i++)
        if (reader->base->nodes.at[i].parent == spot->index) {
            add_child(spot, reader->base->nodes.at[i].key, reader->base->nodes.at[i].kind, page);
            add_brought(spot, reader->base->nodes.at[i].key, page);
        }
    for (size_t i = 0; i < reader->operations.len; i++) {
        const PlanOperation *operation = &reader->operations.at[i];
        DraftChild *child = child_above(spot, page, draft_change_key(operation));
        if (!child)
            continue;
        child->pending += !operation->accepted;
        if (str_equal(child->key, operation->key) && child->becomes == MESSAGE_COUNT)
            mark_child(child, operation);
    }
}

/* --- what may be done to it --- */

int32_t draft_last_below(const Plan *base, int32_t parent)
{
    int32_t last = -1;
    size_t end = parent < 0 ? base->nodes.len : (size_t)plan_subtree_end(base, parent);
    for (size_t i = parent < 0 ? 0 : (size_t)parent + 1; i < end; i++)
        if (base->nodes.at[i].parent == parent)
            last = (int32_t)i;
    return last;
}

static bool is_possible(const DraftSpot *spot, const PlanOperation *operation)
{
    Error error = {0};
    return plan_operation_check(spot->reader->base, &spot->reader->operations, operation, &error);
}

/* The kinds of nodes that may stand below `parent`. */
static void add_kinds(const DraftSpot *spot, Str parent, Str after, Str chosen, DraftOptions *out)
{
    const Request *request = spot->reader->request;
    for (int kind = 0; kind < PLAN_KIND_COUNT; kind++) {
        const PlanOperation operation = {.id = INT64_MAX,
            .kind = PLAN_INSERT,
            .node_kind = (PlanKind)kind,
            .text = S("x"),
            .parent = parent,
            .after = after};
        DraftOption *option = is_possible(spot, &operation) ? VEC_PUSH(request->arena, out) : NULL;
        if (option)
            *option = (DraftOption){.value = str_of(plan_kind_name((PlanKind)kind)),
                .name = message_text(request->language, kind_message((PlanKind)kind))};
        if (option)
            option->chosen = str_equal(option->value, chosen);
    }
}

static bool ends_sentence(Str text, size_t at, size_t end)
{
    Str cluster = str_slice(text, at, end);
    return str_equal(cluster, S("。")) || str_equal(cluster, S("．")) || str_equal(cluster, S("；"));
}

/* The beginnings of sentences behind the first, as graphemes of the wording. */
static void add_cuts(const DraftSpot *spot, Str text, Str chosen, DraftOptions *out)
{
    Arena *arena = spot->reader->request->arena;
    size_t place = 0;
    for (size_t at = 0; at < text.len && out->len < CUTS_MAX; place++) {
        size_t end = grapheme_end(text, at);
        bool cut = ends_sentence(text, at, end) && end < text.len;
        DraftOption *option = cut ? VEC_PUSH(arena, out) : NULL;
        if (option) {
            option->value = arena_printf(arena, "%zu", place + 1);
            option->name = text_head(arena, str_slice(text, end, text.len), SENTENCE_GRAPHEMES);
            option->chosen = str_equal(option->value, chosen);
        }
        at = end;
    }
}

static int32_t next_sibling(const DraftSpot *spot)
{
    const Plan *base = spot->reader->base;
    size_t next = spot->index < 0 ? base->nodes.len : (size_t)plan_subtree_end(base, spot->index);
    bool is_there = next < base->nodes.len && base->nodes.at[next].parent == spot->parent;
    return is_there ? (int32_t)next : -1;
}

bool draft_structure(const DraftSpot *spot, DraftNodePage *page, Error *error)
{
    const DraftReader *reader = spot->reader;
    Arena *arena = reader->request->arena;
    Str parent = spot->parent < 0 ? STR_EMPTY : node_at(spot, spot->parent)->key;
    int32_t last = spot->index < 0 ? -1 : draft_last_below(reader->base, spot->index);
    int32_t next = next_sibling(spot);
    add_kinds(
        spot, page->key, last < 0 ? STR_EMPTY : node_at(spot, last)->key, page->form.kind, &page->below);
    add_kinds(spot, parent, page->key, page->form.kind, &page->behind);
    page->may_delete =
        is_possible(spot, &(PlanOperation){.id = INT64_MAX, .kind = PLAN_DELETE, .key = page->key});
    const PlanOperation cut = {.id = INT64_MAX, .kind = PLAN_SPLIT, .key = page->key, .from = 1, .to = 1};
    page->may_split = grapheme_count(page->text) > 1 && is_possible(spot, &cut);
    if (page->may_split)
        add_cuts(spot, page->text, page->form.place, &page->cuts);
    if (next >= 0 &&
        is_possible(spot,
            &(PlanOperation){
                .id = INT64_MAX, .kind = PLAN_MERGE, .key = page->key, .after = node_at(spot, next)->key}))
        page->next_name = draft_reader_name(reader, node_at(spot, next)->key);
    Str move = arena_printf(arena, "/draft/%.*s/move%.*s", STR_ARGS(url_encoded(arena, page->key)),
        STR_ARGS(reader->place->draft.query));
    if (spot->index >= 0)
        page->move_url = parent.len > 0 ? url_with(arena, move, "to", parent) : move;
    return !arena_failed(arena) || error_memory(error);
}
