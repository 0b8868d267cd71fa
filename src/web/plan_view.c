/* A plan as the templates walk it, and how a wording becomes HTML.
 *
 * Children are found in one pass, as a node's parent always stands before it. A wording is cut where a mark
 * begins or ends and where a note refers to it; the cuts are taken in order, so that its length alone decides
 * the time. */
#include "web/plan_view.h"

#include "base/fold.h"
#include "base/utf8.h"

static const MessageId KIND_MESSAGES[PLAN_KIND_COUNT] = {
    [PLAN_BASIC_POLICY] = MESSAGE_kind_basic_policy,
    [PLAN_POLICY] = MESSAGE_kind_policy,
    [PLAN_SITUATION] = MESSAGE_kind_situation,
    [PLAN_DIRECTION] = MESSAGE_kind_direction,
    [PLAN_MEASURES] = MESSAGE_kind_measures,
    [PLAN_MEASURE] = MESSAGE_kind_measure,
    [PLAN_GROUP] = MESSAGE_kind_group,
    [PLAN_INITIATIVE] = MESSAGE_kind_initiative,
    [PLAN_FACT] = MESSAGE_kind_fact,
};

static const MessageId NOTE_LABELS[PLAN_ANNOTATION_COUNT] = {
    [PLAN_RATIONALE] = MESSAGE_note_rationale,
    [PLAN_FOOTNOTE] = MESSAGE_note_footnote,
    [PLAN_QUESTION] = MESSAGE_note_question,
    [PLAN_REPAIR] = MESSAGE_note_repair,
};

MessageId kind_message(PlanKind kind)
{
    return KIND_MESSAGES[kind];
}

Str node_url(Arena *arena, Str key, const PlanPlace *place)
{
    return arena_printf(arena, "/plan/%.*s%.*s", STR_ARGS(url_encoded(arena, key)), STR_ARGS(place->query));
}

Str node_anchor_url(Arena *arena, Str policy_key, Str key, const PlanPlace *place)
{
    if (policy_key.len == 0 || str_equal(policy_key, key))
        return node_url(arena, key, place);
    Str page = node_url(arena, policy_key, place);
    return arena_printf(arena, "%.*s#n-%.*s", STR_ARGS(page), STR_ARGS(url_encoded(arena, key)));
}

Str text_head(Arena *arena, Str text, size_t graphemes)
{
    Str head = grapheme_head(text, graphemes);
    return head.len == text.len ? text : arena_join(arena, head, S("…"));
}

/* --- the tree
 * ------------------------------------------------------------------------------------------------------- */

static bool add_children(Arena *arena, const Plan *plan, int32_t *at, const PlanPlace *place, NodeViews *out)
{
    int32_t parent = plan->nodes.at[*at].parent;
    while (*at < (int32_t)plan->nodes.len && plan->nodes.at[*at].parent == parent) {
        NodeView *view = VEC_PUSH(arena, out);
        if (!view)
            return false;
        const PlanNode *node = &plan->nodes.at[*at];
        NodeView made = {.node = node, .index = *at, .url = node_url(arena, node->key, place)};
        *at += 1;
        bool has_child = *at < (int32_t)plan->nodes.len && plan->nodes.at[*at].parent == made.index;
        if (has_child && !add_children(arena, plan, at, place, &made.children))
            return false;
        out->at[out->len - 1] = made;
    }
    return true;
}

static NodeView *find_view(NodeViews *views, int32_t index)
{
    for (size_t i = views->len; i-- > 0;) {
        NodeView *view = &views->at[i];
        if (view->index == index)
            return view;
        if (view->index < index)
            return find_view(&view->children, index);
    }
    return NULL;
}

static bool add_reference(Arena *arena, NodeView *view, NoteReference reference)
{
    if (!VEC_PUSH(arena, &view->references))
        return false;
    size_t i = view->references.len - 1;
    for (; i > 0 && view->references.at[i - 1].at > reference.at; i--)
        view->references.at[i] = view->references.at[i - 1];
    view->references.at[i] = reference;
    return true;
}

static bool add_note(Arena *arena, PlanView *out, const PlanAnnotation *note, const PlanPlace *place)
{
    const PlanNode *node = &out->plan->nodes.at[note->node];
    NodeView *view = find_view(&out->tops, note->node);
    NoteView *made = VEC_PUSH(arena, &out->notes);
    if (!made || !view)
        return false;
    *made = (NoteView){
        .note = note,
        .number = out->notes.len,
        .passage = utf8_slice(node->text, note->from, note->to),
        .node_url = node_url(arena, node->key, place),
        .here = true,
        .label = NOTE_LABELS[note->kind],
    };
    size_t at = note->from == note->to ? utf8_count(node->text) : note->to;
    return add_reference(arena, view, (NoteReference){at, made->number, made->label});
}

bool plan_view(Arena *arena, const Plan *plan, const PlanPlace *place, PlanView *out, Error *error)
{
    int32_t at = 0;
    *out = (PlanView){.plan = plan};
    while (at < (int32_t)plan->nodes.len)
        if (!add_children(arena, plan, &at, place, &out->tops))
            return error_memory(error);
    for (size_t i = 0; i < plan->annotations.len; i++)
        if (!add_note(arena, out, &plan->annotations.at[i], place))
            return error_memory(error);
    for (size_t i = 0; i < plan->nodes.len && !out->has_marks; i++)
        out->has_marks = plan->nodes.at[i].marks.len > 0;
    return !arena_failed(arena) || error_memory(error);
}

const NodeView *view_child(const NodeView *parent, PlanKind kind)
{
    for (size_t i = 0; i < parent->children.len; i++)
        if (parent->children.at[i].node->kind == kind)
            return &parent->children.at[i];
    return NULL;
}

size_t view_count(const NodeView *view, PlanKind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < view->children.len; i++)
        count += (view->children.at[i].node->kind == kind) + view_count(&view->children.at[i], kind);
    return count;
}

/* --- a wording
 * -------------------------------------------------------------------------------------------------------- */

/* What is left of a text, and how many code points came before it. */
typedef struct Cursor {
    Str rest;
    size_t at;
} Cursor;

static Str take_until(Cursor *cursor, size_t to)
{
    size_t bytes = utf8_offset(cursor->rest, to - cursor->at);
    Str piece = str_slice(cursor->rest, 0, bytes);
    cursor->rest = str_slice(cursor->rest, bytes, cursor->rest.len);
    cursor->at = to;
    return piece;
}

static void write_piece(Html *html, Str piece, const PlanMark *mark)
{
    if (piece.len == 0)
        return;
    if (!mark)
        html_text(html, piece);
    else if (mark->kind == PLAN_MARK_INSERTION)
        html_element(html, "ins", piece);
    else
        html_element(html, "del", piece);
}

static void write_reference(Html *html, const NoteReference *reference)
{
    HtmlArgument number = {.is_int = true, .integer = (int64_t)reference->number};
    html_literal(html, "<sup class=\"note-mark\"><a href=\"#note-");
    html_int_(html, number.integer);
    html_literal(html, "\" id=\"note-mark-");
    html_int_(html, number.integer);
    html_literal(html, "\">");
    html_message(html, reference->label, 1, &number);
    html_literal(html, "</a></sup>");
}

/* Writes the text up to code point `to`, marks included. */
static void write_marked(Html *html, const PlanNode *node, Cursor *cursor, size_t *mark, size_t to)
{
    while (cursor->at < to) {
        while (*mark < node->marks.len && node->marks.at[*mark].to <= cursor->at)
            *mark += 1;
        const PlanMark *next = *mark < node->marks.len ? &node->marks.at[*mark] : NULL;
        bool inside = next && next->from <= cursor->at;
        size_t end = to;
        if (next && (inside ? next->to : next->from) < to)
            end = inside ? next->to : next->from;
        write_piece(html, take_until(cursor, end), inside ? next : NULL);
    }
}

void wording(Html *html, const NodeView *view)
{
    Cursor cursor = {view->node->text, 0};
    size_t mark = 0;
    for (size_t i = 0; i < view->references.len; i++) {
        write_marked(html, view->node, &cursor, &mark, view->references.at[i].at);
        write_reference(html, &view->references.at[i]);
    }
    write_marked(html, view->node, &cursor, &mark, cursor.at + utf8_count(cursor.rest));
}

void marked_text(Html *html, const PlanNode *node)
{
    NodeView view = {.node = node};
    wording(html, &view);
}

void redline(Html *html, const PlanRepair *repair)
{
    for (size_t i = 0; i < repair->segments.len; i++) {
        const PlanSegment *segment = &repair->segments.at[i];
        if (segment->op == '-')
            html_element(html, "del", segment->text);
        else if (segment->op == '+')
            html_element(html, "ins", segment->text);
        else
            html_text(html, segment->text);
    }
}

void found_text(Html *html, Str text, Str query)
{
    FoldMatch *matches = NULL;
    size_t at = 0, count = text_find_folded(html->request->arena, text, query, &matches);
    for (size_t i = 0; i < count; i++) {
        html_text(html, str_slice(text, at, matches[i].from));
        html_element(html, "mark", str_slice(text, matches[i].from, matches[i].to));
        at = matches[i].to;
    }
    html_text(html, str_slice(text, at, text.len));
}
