/* plan/redline_rows.c: two matched trees as rows, and the check that the rows give both trees back.
 *
 * A node that is in its place stands below parents that are in theirs, in an order that both trees share. So
 * one walk through both trees in document order meets these nodes together; between two of them come first
 * the old lines that are struck, then the new ones that are inserted. A node that moved is struck where it
 * was and inserted where it is, with everything below it.
 */
#include "plan/redline_tree_internal.h"

#define WORK_FIXED ((size_t)64 << 20)
#define WORK_FOR_NODE 1024
#define WORK_FOR_BYTE 64
#define NODES_MAX ((size_t)1 << 28)

typedef struct Builder {
    Arena *arena, *work, *text_work;
    Redline *redline;
    RedlineView view;
    bool *moved, *in_place, *carried; /* by old node; in_place: matched, and one row for both */
    Error *error;
} Builder;

/* --- the text of a row --- */

/* A part that is kept as it is, in the place for one piece. */
static RedlinePieces keep_part(Str part, RedlinePiece *place)
{
    *place = (RedlinePiece){REDLINE_KEPT, part};
    return (RedlinePieces){place, part.len > 0, part.len > 0};
}

static bool compare_part(
    Builder *builder, Str old_part, Str new_part, RedlinePiece *place, RedlinePieces *out)
{
    if (str_equal(old_part, new_part)) {
        *out = keep_part(old_part, place);
        return true;
    }
    arena_clear(builder->text_work);
    return redline_text_with(
        builder->text_work, builder->arena, old_part, new_part, builder->view, out, builder->error);
}

static bool compare_nodes(
    Builder *builder, const RedlineNode *old_node, const RedlineNode *new_node, RedlineRow *row)
{
    RedlinePiece *places = arena_array(builder->arena, 3, sizeof *places);
    if (places == NULL) {
        return error_memory(builder->error);
    }
    return compare_part(builder, old_node->head, new_node->head, &places[0], &row->head) &&
           compare_part(builder, old_node->text, new_node->text, &places[1], &row->text) &&
           compare_part(builder, old_node->tail, new_node->tail, &places[2], &row->tail);
}

static bool add_row(Builder *builder, char op, int32_t old_node, int32_t new_node)
{
    static const RedlineNode none = {.head = {"", 0}, .text = {"", 0}, .tail = {"", 0}};
    Redline *redline = builder->redline;
    RedlineRow *row = VEC_PUSH(builder->arena, &redline->rows);
    if (row == NULL) {
        return error_memory(builder->error);
    }
    *row = (RedlineRow){.op = op, .old_node = old_node, .new_node = new_node, .other = -1};
    row->moved = old_node >= 0 && new_node >= 0 && builder->moved[old_node];
    row->carried = old_node >= 0 && new_node >= 0 && builder->carried[old_node];
    return compare_nodes(builder, old_node >= 0 ? &redline->old_tree->nodes.at[old_node] : &none,
        new_node >= 0 ? &redline->new_tree->nodes.at[new_node] : &none, row);
}

/* --- the walk --- */

static void place_nodes(Builder *builder)
{
    const RedlineTree *old_tree = builder->redline->old_tree;
    builder->in_place[0] = true;
    for (size_t i = 1; i < old_tree->nodes.len; i++) {
        const int32_t parent = old_tree->nodes.at[i].parent;
        const bool matched = builder->redline->to_new[i] >= 0;
        builder->in_place[i] = matched && !builder->moved[i] && builder->in_place[parent];
        builder->carried[i] = matched && !builder->in_place[i] && !builder->moved[i];
    }
}

static bool walk_trees(Builder *builder)
{
    const Redline *redline = builder->redline;
    const size_t old_count = redline->old_tree->nodes.len, new_count = redline->new_tree->nodes.len;
    size_t rows = old_count + new_count;
    for (size_t i = 0; i < old_count; i++) {
        rows -= builder->in_place[i];
    }
    builder->redline->rows.at = arena_array(builder->arena, rows, sizeof(RedlineRow));
    builder->redline->rows.room = rows;
    if (builder->redline->rows.at == NULL) {
        return error_memory(builder->error);
    }
    for (size_t i = 1, j = 1; i < old_count || j < new_count;) {
        bool done = true;
        if (i < old_count && !builder->in_place[i]) {
            done = add_row(builder, REDLINE_STRUCK, (int32_t)i, redline->to_new[i]);
            i++;
        } else if (j < new_count && (redline->to_old[j] < 0 || !builder->in_place[redline->to_old[j]])) {
            done = add_row(builder, REDLINE_INSERTED, redline->to_old[j], (int32_t)j);
            j++;
        } else {
            assert(i < old_count && j < new_count && redline->to_new[i] == (int32_t)j &&
                   "nodes in their place come in the same order in both trees");
            done = add_row(builder, REDLINE_KEPT, (int32_t)i, (int32_t)j);
            i++;
            j++;
        }
        if (!done) {
            return false;
        }
    }
    return true;
}

/* --- the check --- */

bool redline_pieces_walk(const RedlinePieces *pieces, char side, Str text)
{
    size_t at = 0;
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece piece = pieces->at[i];
        if (piece.op != REDLINE_KEPT && piece.op != side) {
            continue;
        }
        if (!str_equal(str_slice(text, at, at + piece.text.len), piece.text)) {
            return false;
        }
        at += piece.text.len;
    }
    return at == text.len;
}

/* The rows of one side are the tree's nodes in document order; the parents of each are the tree's by its
 * depth, as in any walk in that order. */
static bool rows_give(const Redline *redline, const RedlineTree *tree, char side)
{
    size_t at = 1;
    for (size_t i = 0; i < redline->rows.len; i++) {
        const RedlineRow *row = &redline->rows.at[i];
        if (row->op != REDLINE_KEPT && row->op != side) {
            continue;
        }
        const int32_t node = side == REDLINE_STRUCK ? row->old_node : row->new_node;
        if (at >= tree->nodes.len || node != (int32_t)at) {
            return false;
        }
        const RedlineNode *expected = &tree->nodes.at[at++];
        if (!redline_pieces_walk(&row->head, side, expected->head) ||
            !redline_pieces_walk(&row->text, side, expected->text) ||
            !redline_pieces_walk(&row->tail, side, expected->tail)) {
            return false;
        }
    }
    return at == tree->nodes.len;
}

/* A row of both trees stands at one place: its parents are a row of both trees, and of one kind. */
static bool kept_rows_hold(const Redline *redline)
{
    for (size_t i = 0; i < redline->rows.len; i++) {
        const RedlineRow *row = &redline->rows.at[i];
        if (row->op != REDLINE_KEPT) {
            continue;
        }
        const RedlineNode *old_node = &redline->old_tree->nodes.at[row->old_node];
        const RedlineNode *new_node = &redline->new_tree->nodes.at[row->new_node];
        if (redline->to_new[old_node->parent] != new_node->parent || old_node->depth != new_node->depth) {
            return false;
        }
    }
    return true;
}

bool redline_rows_hold(const Redline *redline)
{
    return rows_give(redline, redline->old_tree, REDLINE_STRUCK) &&
           rows_give(redline, redline->new_tree, REDLINE_INSERTED) && kept_rows_hold(redline);
}

/* --- counting --- */

static bool is_changed(const RedlinePieces *pieces)
{
    return pieces->len > 1 || (pieces->len == 1 && pieces->at[0].op != REDLINE_KEPT);
}

bool redline_row_edited(const RedlineRow *row)
{
    return row->old_node >= 0 && row->new_node >= 0 && is_changed(&row->text);
}

bool redline_row_renumbered(const RedlineRow *row)
{
    return row->old_node >= 0 && row->new_node >= 0 && is_changed(&row->head);
}

static void count_rows(Redline *redline)
{
    RedlineCounts *counts = &redline->counts;
    for (size_t i = 0; i < redline->rows.len; i++) {
        const RedlineRow *row = &redline->rows.at[i];
        if (row->other >= 0 && (row->old_node < 0 || row->new_node < 0)) {
            counts->split += row->old_node < 0;
            counts->merged += row->new_node < 0;
            continue;
        }
        counts->inserted += row->old_node < 0;
        counts->deleted += row->new_node < 0;
        if (row->op == REDLINE_STRUCK) {
            continue; /* a node that moved is counted where it is now */
        }
        counts->moved += row->moved;
        counts->edited += redline_row_edited(row);
        counts->renumbered += redline_row_renumbered(row);
    }
}

/* --- all together --- */

RedlineMatching redline_matching_for(const RedlineTree *old_tree, const RedlineTree *new_tree)
{
    const bool one_history = old_tree->history.len > 0 && str_equal(old_tree->history, new_tree->history);
    return one_history ? REDLINE_BY_NAME : REDLINE_BLIND;
}

static size_t work_room(const RedlineTree *old_tree, const RedlineTree *new_tree)
{
    size_t room = WORK_FIXED + WORK_FOR_NODE * (old_tree->nodes.len + new_tree->nodes.len);
    const RedlineTree *const both[] = {old_tree, new_tree};
    for (size_t side = 0; side < COUNT_OF(both); side++) {
        for (size_t i = 0; i < both[side]->nodes.len; i++) {
            room += WORK_FOR_BYTE * both[side]->nodes.at[i].text.len;
        }
    }
    return room;
}

static bool match_trees(Builder *builder, RedlineMatching matching)
{
    Redline *redline = builder->redline;
    const size_t old_count = redline->old_tree->nodes.len, new_count = redline->new_tree->nodes.len;
    redline->to_new = arena_array(builder->arena, old_count, sizeof(int32_t));
    redline->to_old = arena_array(builder->arena, new_count, sizeof(int32_t));
    builder->moved = arena_array(builder->arena, old_count, sizeof(bool));
    builder->in_place = arena_array(builder->arena, old_count, sizeof(bool));
    builder->carried = arena_array(builder->arena, old_count, sizeof(bool));
    return !arena_failed(builder->arena) &&
           redline_match(builder->work, redline->old_tree, redline->new_tree, matching, redline->to_new,
               redline->to_old) &&
           redline_find_moves(builder->work, redline->old_tree, redline->new_tree, redline->to_new,
               redline->to_old, builder->moved);
}

bool redline_trees(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    RedlineMatching matching, RedlineView view, Redline *out, Error *error)
{
    if (old_tree->nodes.len > NODES_MAX || new_tree->nodes.len > NODES_MAX) {
        return error_set(
            error, ERROR_LIMIT, "a document of more than %zu lines cannot be compared", NODES_MAX);
    }
    *out = (Redline){.old_tree = old_tree, .new_tree = new_tree};
    const size_t room = work_room(old_tree, new_tree);
    AUTO_ARENA work = arena_new(room);
    AUTO_ARENA text_work = arena_new(WORK_FIXED + 8 * room);
    Builder builder = {
        .arena = arena, .work = work, .text_work = text_work, .redline = out, .view = view, .error = error};
    if (work == NULL || text_work == NULL || !match_trees(&builder, matching)) {
        return error_memory(error);
    }
    place_nodes(&builder);
    arena_clear(work);
    if (!walk_trees(&builder)) {
        return false;
    }
    assert(redline_rows_hold(out) && "accepting a redline gives the new tree, rejecting it the old one");
    redline_find_splits(out);
    count_rows(out);
    return true;
}
