/* plan/redline_write_text.c: what changed, for a terminal: a line each, below the titles it stands under.
 *
 *     政策 (1) ... / 主な取組 / ① ... / 《...》
 *       ~ ●...を[-実施-]{+支援+}します。
 *       - ●...
 *       + ●...
 *       > ●...        (it moved here; where it was stands "<")
 */
#include "plan/redline_tree_internal.h"

#define DEPTH_SHOWN 32

typedef struct TextWriter {
    const Redline *redline;
    Buf *out;
    const RedlineTree *above_tree; /* what the last line stood below */
    int32_t above;
} TextWriter;

static void add_text_pieces(Buf *out, const RedlinePieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece piece = pieces->at[i];
        const char *open = piece.op == REDLINE_STRUCK ? "[-" : piece.op == REDLINE_INSERTED ? "{+" : "";
        const char *close = piece.op == REDLINE_STRUCK ? "-]" : piece.op == REDLINE_INSERTED ? "+}" : "";
        buf_add(out, str_of(open));
        buf_add(out, piece.text);
        buf_add(out, str_of(close));
    }
}

static void add_line(Buf *out, const RedlineNode *node)
{
    buf_add(out, node->head);
    buf_add(out, node->text);
    buf_add(out, redline_line_close(node));
}

/* The titles above a node, when they are not those of the line before. */
static void add_above(TextWriter *writer, const RedlineTree *tree, int32_t parent)
{
    if (writer->above_tree == tree && writer->above == parent) {
        return;
    }
    writer->above_tree = tree;
    writer->above = parent;
    int32_t path[DEPTH_SHOWN];
    size_t count = 0;
    for (int32_t at = parent; at > 0 && count < DEPTH_SHOWN; at = tree->nodes.at[at].parent) {
        path[count++] = at;
    }
    buf_add(writer->out, S("\n"));
    for (size_t i = count; i > 0; i--) {
        add_line(writer->out, &tree->nodes.at[path[i - 1]]);
        buf_add(writer->out, i > 1 ? S(" / ") : S("\n"));
    }
}

static char sign_of(const RedlineRow *row)
{
    if (row->op == REDLINE_KEPT) {
        return '~';
    }
    if (row->moved) {
        return row->op == REDLINE_STRUCK ? '<' : '>';
    }
    return row->op;
}

/* Below a node that moved, only what was edited is said, where it stands now. */
static bool is_shown(const RedlineRow *row)
{
    const bool edited = redline_row_edited(row) || redline_row_renumbered(row);
    return row->op == REDLINE_KEPT ? edited : !row->carried || (row->op == REDLINE_INSERTED && edited);
}

static void write_row(TextWriter *writer, const RedlineRow *row)
{
    const bool is_old = row->op == REDLINE_STRUCK;
    const RedlineTree *tree = is_old ? writer->redline->old_tree : writer->redline->new_tree;
    const RedlineNode *node = &tree->nodes.at[is_old ? row->old_node : row->new_node];
    /* What is struck stands below titles that the new text may have too: those are named. */
    const int32_t new_parent = is_old ? writer->redline->to_new[node->parent] : node->parent;
    if (new_parent >= 0) {
        add_above(writer, writer->redline->new_tree, new_parent);
    } else {
        add_above(writer, tree, node->parent);
    }
    buf_printf(writer->out, "  %c ", sign_of(row));
    if (row->old_node >= 0 && row->new_node >= 0 && !is_old) {
        add_text_pieces(writer->out, &row->head);
        add_text_pieces(writer->out, &row->text);
        buf_add(writer->out, redline_line_close(node));
    } else {
        add_line(writer->out, node);
    }
    buf_add_byte(writer->out, '\n');
}

Str redline_line_close(const RedlineNode *node)
{
    Str tail = node->tail;
    while (tail.len > 0 && (tail.at[tail.len - 1] == '\n' || tail.at[tail.len - 1] == '\r')) {
        tail.len--;
    }
    return tail;
}

void redline_add_counts(const Redline *redline, Language language, Buf *out)
{
    const RedlineCounts *n = &redline->counts;
    buf_printf(out,
        language == LANGUAGE_JA
            ? "修正 %zu件、追加 %zu件、削除 %zu件、移動 %zu件、番号の変更 %zu件、分割 %zu件、統合 %zu件"
            : "%zu edited, %zu inserted, %zu deleted, %zu moved, %zu renumbered, %zu split, %zu merged",
        n->edited, n->inserted, n->deleted, n->moved, n->renumbered, n->split, n->merged);
}

bool redline_write_text(const Redline *redline, Language language, Buf *out, Error *error)
{
    redline_add_counts(redline, language, out);
    buf_add_byte(out, '\n');
    TextWriter writer = {.redline = redline, .out = out, .above = -1};
    for (size_t i = 0; i < redline->rows.len; i++) {
        if (is_shown(&redline->rows.at[i])) {
            write_row(&writer, &redline->rows.at[i]);
        }
    }
    return !out->failed || error_set(error, ERROR_LIMIT, "the redline is larger than %zu bytes", out->max);
}
