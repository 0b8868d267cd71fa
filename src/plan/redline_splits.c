/* plan/redline_splits.c: nodes that were split in two or merged into one.
 *
 * When a node lost a part and a new sibling beside it says nearly that part, the node was split; when it
 * gained a part that a deleted sibling beside it said, the two were merged. The rows stay as they are; they
 * only name each other.
 */
#include "plan/redline_tree_internal.h"

#include "plan/match.h"

#define ALIKE 700     /* thousandths */
#define PART_LEAST 24 /* bytes */

/* The longest struck (inserted) piece of a row. */
static Str longest_piece(const RedlineRow *row, char op)
{
    Str longest = STR_EMPTY;
    for (size_t i = 0; i < row->text.len; i++) {
        const RedlinePiece piece = row->text.at[i];
        if (piece.op == op && piece.text.len > longest.len) {
            longest = piece.text;
        }
    }
    return longest;
}

/* Whether `row`, of a node that only one tree has, says what `edited` lost (op '-') or gained (op '+'). */
static bool says_part(const Redline *redline, const RedlineRow *row, const RedlineRow *edited, char op)
{
    if (!redline_row_edited(edited) || edited->other >= 0) {
        return false;
    }
    const bool is_new = row->old_node < 0;
    const RedlineTree *tree = is_new ? redline->new_tree : redline->old_tree;
    const RedlineNode *node = &tree->nodes.at[is_new ? row->new_node : row->old_node];
    const RedlineNode *beside = &tree->nodes.at[is_new ? edited->new_node : edited->old_node];
    const Str part = longest_piece(edited, op);
    return node->kind == beside->kind && node->parent == beside->parent && part.len >= PART_LEAST &&
           text_similarity(part, node->text) >= ALIKE;
}

void redline_find_splits(Redline *redline)
{
    const size_t count = redline->rows.len;
    for (size_t i = 0; i < count; i++) {
        RedlineRow *row = &redline->rows.at[i];
        const bool is_new = row->old_node < 0;
        if (!is_new && row->new_node >= 0) {
            continue;
        }
        const size_t beside[] = {i - 1, i + 1};
        for (size_t side = 0; side < COUNT_OF(beside) && row->other < 0; side++) {
            if (beside[side] < count && says_part(redline, row, &redline->rows.at[beside[side]],
                                            is_new ? REDLINE_STRUCK : REDLINE_INSERTED)) {
                row->other = (int32_t)beside[side];
                redline->rows.at[beside[side]].other = (int32_t)i;
            }
        }
    }
}
