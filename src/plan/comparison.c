/* plan/comparison.c: the rows of a comparison table, from a redline.
 *
 * Each row of the redline whose line is not the same in both trees at the same place becomes a row of the
 * table. What moved has two: where it stood and where it stands; what stands below it goes along and has a
 * row only where it was changed. Places are told as a reader finds them: headings by what they say, lines by
 * which line it is there. At the end the table is held against the old text (comparison_rebuild.c).
 */
#include "plan/comparison_internal.h"

#include "plan/redline_match_internal.h"

const ComparisonProfile comparison_profiles[] = {
    {
        .id = STR_LITERAL("plan"),
        .name = STR_LITERAL("計画の形（現行・改正案）"),
        .old_title = STR_LITERAL("現行"),
        .new_title = STR_LITERAL("改正案"),
        .mark = COMPARISON_STRIKE_UNDERLINE,
        .inserted = STR_LITERAL("（新設）"),
        .deleted = STR_LITERAL("（削除）"),
        .moved = STR_LITERAL("（移動）"),
        .remarks = true,
        .view = REDLINE_WORDS,
    },
    {
        .id = STR_LITERAL("ordinance"),
        .name = STR_LITERAL("条例の形（改正後・改正前）"),
        .new_first = true,
        .old_title = STR_LITERAL("改正前"),
        .new_title = STR_LITERAL("改正後"),
        .mark = COMPARISON_UNDERLINE,
        .inserted = STR_LITERAL("（新設）"),
        .deleted = STR_LITERAL("（削る）"),
        .moved = STR_LITERAL("（移動）"),
        .remarks = false,
        .view = REDLINE_WORDS,
    },
};
const size_t comparison_profile_count = COUNT_OF(comparison_profiles);

const ComparisonProfile *comparison_profile(Str id)
{
    for (size_t i = 0; i < comparison_profile_count; i++) {
        if (str_equal(comparison_profiles[i].id, id)) {
            return &comparison_profiles[i];
        }
    }
    return NULL;
}

const char *comparison_sort_name(ComparisonSort sort)
{
    static const char *const names[COMPARISON_SORT_COUNT] = {
        [COMPARISON_EDITED] = "edited",
        [COMPARISON_INSERTED] = "inserted",
        [COMPARISON_DELETED] = "deleted",
        [COMPARISON_MOVED_AWAY] = "moved_away",
        [COMPARISON_MOVED_HERE] = "moved_here",
    };
    assert(sort < COMPARISON_SORT_COUNT);
    return names[sort];
}

/* --- lines and places --- */

Str comparison_line(Arena *arena, const RedlineNode *node)
{
    const Str close = redline_line_close(node);
    if (node->head.len == 0 && close.len == 0) {
        return node->text;
    }
    return arena_join(arena, arena_join(arena, node->head, node->text), close);
}

void comparison_print_lines(const RedlineTree *tree, Buf *out)
{
    for (size_t i = 1; i < tree->nodes.len; i++) {
        const RedlineNode *node = &tree->nodes.at[i];
        buf_add(out, node->head);
        buf_add(out, node->text);
        buf_add(out, redline_line_close(node));
        buf_add_byte(out, '\n');
    }
}

bool comparison_path_equal(const ComparisonPath *a, const ComparisonPath *b)
{
    if (a->len != b->len) {
        return false;
    }
    for (size_t i = 0; i < a->len; i++) {
        if (a->at[i].nth != b->at[i].nth || !str_equal(a->at[i].line, b->at[i].line)) {
            return false;
        }
    }
    return true;
}

/* A tree as it is printed, with the paths that were asked for. */
typedef struct Printed {
    const RedlineTree *tree;
    RedlineIndex index; /* lists of children */
    Str *lines;
    int32_t *place; /* which line below its parent; from 1 */
    ComparisonPath **paths;
} Printed;

static bool print_tree(Arena *arena, const RedlineTree *tree, Printed *out)
{
    const size_t count = tree->nodes.len;
    *out = (Printed){
        .tree = tree,
        .lines = arena_array(arena, count, sizeof *out->lines),
        .place = arena_array(arena, count, sizeof *out->place),
        .paths = arena_array(arena, count, sizeof(ComparisonPath *)),
    };
    if (arena_failed(arena) || !redline_link(arena, tree, &out->index)) {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        const int32_t before = out->index.before[i];
        out->lines[i] = comparison_line(arena, &tree->nodes.at[i]);
        out->place[i] = before < 0 ? 1 : out->place[before] + 1;
    }
    return !arena_failed(arena);
}

/* Which of the lines there that read the same it is, from 1. */
static int32_t place_among_same(const Printed *printed, int32_t node)
{
    int32_t nth = 1;
    for (int32_t at = printed->index.before[node]; at >= 0; at = printed->index.before[at]) {
        nth += str_equal(printed->lines[at], printed->lines[node]);
    }
    return nth;
}

/* The same; 0 when no other reads the same. */
static int32_t place_told(const Printed *printed, int32_t node)
{
    const int32_t nth = place_among_same(printed, node);
    for (int32_t at = printed->index.next[node]; nth == 1; at = printed->index.next[at]) {
        if (at < 0) {
            return 0;
        }
        if (str_equal(printed->lines[at], printed->lines[node])) {
            break;
        }
    }
    return nth;
}

static bool is_heading(const Printed *printed, int32_t node)
{
    return printed->tree->nodes.at[node].kind <= REDLINE_HEADING && printed->lines[node].len > 0;
}

/* The lines from the top down to `node`, itself included. */
static ComparisonPath path_to(Arena *arena, Printed *printed, int32_t node)
{
    static const ComparisonPath top = {0};
    if (node <= 0 || arena_failed(arena)) {
        return top;
    }
    if (printed->paths[node] != NULL) {
        return *printed->paths[node];
    }
    const size_t depth = (size_t)printed->tree->nodes.at[node].depth;
    ComparisonPath *path = arena_alloc(arena, sizeof *path);
    ComparisonStep *steps = arena_array(arena, depth, sizeof *steps);
    if (path == NULL || steps == NULL) {
        return top;
    }
    *path = (ComparisonPath){steps, depth, depth};
    size_t left = depth;
    for (int32_t at = node; at > 0; at = printed->tree->nodes.at[at].parent) {
        const bool heading = is_heading(printed, at);
        steps[--left] = (ComparisonStep){
            .line = heading ? printed->lines[at] : STR_EMPTY,
            .nth = heading ? place_among_same(printed, at) : printed->place[at],
        };
    }
    printed->paths[node] = path;
    return *path;
}

/* --- cells --- */

static void add_piece(Arena *arena, RedlinePieces *cell, char op, Str text)
{
    RedlinePiece *last = cell->len > 0 ? &cell->at[cell->len - 1] : NULL;
    if (text.len == 0) {
        return;
    }
    if (last != NULL && last->op == op) {
        last->text = arena_join(arena, last->text, text);
        return;
    }
    RedlinePiece *piece = VEC_PUSH(arena, cell);
    if (piece != NULL) {
        *piece = (RedlinePiece){op, text};
    }
}

static void add_pieces(Arena *arena, RedlinePieces *cell, const RedlinePieces *pieces, char side)
{
    for (size_t i = 0; i < pieces->len; i++) {
        if (pieces->at[i].op == REDLINE_KEPT || pieces->at[i].op == side) {
            add_piece(arena, cell, pieces->at[i].op, pieces->at[i].text);
        }
    }
}

/* One side of a row as the whole line that is printed. What only that side has is marked as a whole. */
static RedlinePieces cell_of(Arena *arena, const RedlineRow *row, const RedlineNode *node, char side)
{
    const bool alone = row->old_node < 0 || row->new_node < 0;
    RedlinePieces cell = {0};
    add_pieces(arena, &cell, &row->head, side);
    add_pieces(arena, &cell, &row->text, side);
    add_piece(arena, &cell, alone ? side : REDLINE_KEPT, redline_line_close(node));
    return cell;
}

Str comparison_cell_text(Arena *arena, const RedlinePieces *cell)
{
    if (cell->len == 1) {
        return cell->at[0].text;
    }
    size_t length = 0;
    for (size_t i = 0; i < cell->len; i++) {
        length += cell->at[i].text.len;
    }
    char *text = length > 0 ? arena_array(arena, length, 1) : NULL;
    if (text == NULL) {
        return STR_EMPTY;
    }
    length = 0;
    for (size_t i = 0; i < cell->len; i++) {
        memcpy(text + length, cell->at[i].text.at, cell->at[i].text.len);
        length += cell->at[i].text.len;
    }
    return (Str){text, length};
}

/* --- rows --- */

typedef struct Maker {
    Arena *arena;
    const Redline *redline;
    Printed old_side, new_side;
    Comparison *out;
} Maker;

static bool sort_of(const Maker *maker, const RedlineRow *row, ComparisonSort *sort)
{
    const bool is_old = row->op == REDLINE_STRUCK;
    if (row->old_node < 0 || row->new_node < 0) {
        *sort = is_old ? COMPARISON_DELETED : COMPARISON_INSERTED;
        return true;
    }
    if (row->moved) {
        *sort = is_old ? COMPARISON_MOVED_AWAY : COMPARISON_MOVED_HERE;
        return true;
    }
    *sort = COMPARISON_EDITED;
    return !is_old && !str_equal(maker->old_side.lines[row->old_node], maker->new_side.lines[row->new_node]);
}

/* The headings of both columns: those the line stands below on its own side, and on the other what became of
 * them, when they are there. */
static void put_headings(Maker *maker, const RedlineRow *from, ComparisonRow *row)
{
    const Redline *redline = maker->redline;
    int32_t old_parent = REDLINE_NO_NODE, new_parent = REDLINE_NO_NODE;
    if (row->sort == COMPARISON_DELETED || row->sort == COMPARISON_MOVED_AWAY) {
        old_parent = redline->old_tree->nodes.at[from->old_node].parent;
        new_parent = redline->to_new[old_parent];
    } else {
        new_parent = redline->new_tree->nodes.at[from->new_node].parent;
        old_parent = redline->to_old[new_parent];
    }
    row->old_headed = old_parent >= 0;
    row->new_headed = new_parent >= 0;
    row->old_above = path_to(maker->arena, &maker->old_side, old_parent);
    row->new_above = path_to(maker->arena, &maker->new_side, new_parent);
}

static void put_places(Maker *maker, const RedlineRow *from, ComparisonRow *row)
{
    const Redline *redline = maker->redline;
    Printed *old_side = &maker->old_side, *new_side = &maker->new_side;
    put_headings(maker, from, row);
    switch (row->sort) {
    case COMPARISON_EDITED:
    case COMPARISON_DELETED:
        row->old_nth = place_told(old_side, from->old_node);
        break;
    case COMPARISON_INSERTED:
        row->new_nth = new_side->place[from->new_node];
        break;
    case COMPARISON_MOVED_AWAY:
        row->old_nth = place_told(old_side, from->old_node);
        row->other_above =
            path_to(maker->arena, new_side, redline->new_tree->nodes.at[from->new_node].parent);
        row->other_nth = new_side->place[from->new_node];
        break;
    default:
        row->new_nth = new_side->place[from->new_node];
        row->other_above =
            path_to(maker->arena, old_side, redline->old_tree->nodes.at[from->old_node].parent);
        row->other_nth = place_told(old_side, from->old_node);
        break;
    }
}

static void put_cells(Maker *maker, const RedlineRow *from, ComparisonRow *row)
{
    const Redline *redline = maker->redline;
    if (row->sort != COMPARISON_INSERTED) {
        row->old_cell =
            cell_of(maker->arena, from, &redline->old_tree->nodes.at[from->old_node], REDLINE_STRUCK);
    }
    if (row->sort != COMPARISON_DELETED && row->sort != COMPARISON_MOVED_AWAY) {
        row->new_cell =
            cell_of(maker->arena, from, &redline->new_tree->nodes.at[from->new_node], REDLINE_INSERTED);
    }
    if (row->sort == COMPARISON_MOVED_AWAY) {
        /* The words that changed are told where it stands now. */
        const Str line = maker->old_side.lines[from->old_node];
        row->old_cell = (RedlinePieces){0};
        add_piece(maker->arena, &row->old_cell, REDLINE_KEPT, line);
    }
}

static void put_signs(const Maker *maker, const RedlineRow *from, ComparisonRow *row)
{
    row->renumbered = redline_row_renumbered(from);
    if (from->other >= 0) {
        const RedlineRow *other = &maker->redline->rows.at[from->other];
        const bool brought = from->old_node < 0 || other->old_node < 0;
        row->split = brought;
        row->merged = !brought;
    }
}

static bool add_row(Maker *maker, const RedlineRow *from)
{
    ComparisonSort sort;
    if (!sort_of(maker, from, &sort)) {
        return true;
    }
    ComparisonRow *row = VEC_PUSH(maker->arena, &maker->out->rows);
    if (row == NULL) {
        return false;
    }
    *row = (ComparisonRow){
        .sort = sort, .old_node = from->old_node, .new_node = from->new_node, .remark = STR_EMPTY};
    put_cells(maker, from, row);
    put_places(maker, from, row);
    put_signs(maker, from, row);
    return !arena_failed(maker->arena);
}

static void add_remarks(Maker *maker, ComparisonRemark *remark, void *context)
{
    const Redline *redline = maker->redline;
    for (size_t i = 0; i < maker->out->rows.len && maker->out->profile.remarks; i++) {
        ComparisonRow *row = &maker->out->rows.at[i];
        const Str old_name = row->old_node < 0 ? STR_EMPTY : redline->old_tree->nodes.at[row->old_node].name;
        const Str new_name = row->new_node < 0 ? STR_EMPTY : redline->new_tree->nodes.at[row->new_node].name;
        if (row->sort != COMPARISON_MOVED_AWAY) {
            row->remark = remark(context, old_name, new_name);
        }
    }
}

/* Whether the table and the old text alone give the new text. */
static bool table_holds(const Redline *redline, const Comparison *table, Error *error)
{
    AUTO_BUF found, expected;
    buf_init(&found, (size_t)1 << 30);
    buf_init(&expected, (size_t)1 << 30);
    comparison_print_lines(redline->new_tree, &expected);
    if (!comparison_rebuild(redline->old_tree, table, &found, error)) {
        return false;
    }
    if (found.failed || expected.failed) {
        return error_memory(error);
    }
    assert(str_equal(buf_str(&found), buf_str(&expected)) &&
           "the old text and the comparison table give the new text");
    return true;
}

bool comparison_make(Arena *arena, const Redline *redline, const ComparisonProfile *profile,
    ComparisonRemark *remark, void *context, Comparison *out, Error *error)
{
    *out = (Comparison){
        .profile = *profile,
        .old_title = redline->old_tree->title,
        .new_title = redline->new_tree->title,
    };
    Maker maker = {.arena = arena, .redline = redline, .out = out};
    if (!print_tree(arena, redline->old_tree, &maker.old_side) ||
        !print_tree(arena, redline->new_tree, &maker.new_side)) {
        return error_memory(error);
    }
    for (size_t i = 0; i < redline->rows.len; i++) {
        if (!add_row(&maker, &redline->rows.at[i])) {
            return error_memory(error);
        }
    }
    if (remark != NULL) {
        add_remarks(&maker, remark, context);
    }
    if (arena_failed(arena)) {
        return error_memory(error);
    }
    return table_holds(redline, out, error);
}
