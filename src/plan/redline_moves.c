/* plan/redline_moves.c: which matched nodes left their place.
 *
 * A node whose parent is not its old parent's partner has moved. Among the children that stayed with their
 * parent, the heaviest row (by length of everything below) that is in order in both trees stays; what it
 * leaves out has moved. So of two parts that were swapped the shorter one is shown as moved.
 */
#include "plan/redline_match_internal.h"

/* A child that stayed with its parent. */
typedef struct Child {
    int32_t old_node;
    uint64_t weight; /* bytes of its subtree, at least 1 */
} Child;

typedef VEC_OF(Child) Children;

/* The heaviest row that ends at or before a rank: a tree of prefixes (Fenwick). */
typedef struct Row {
    uint64_t weight;
    int32_t last; /* index of the child it ends with, -1 */
} Row;

static Row heaviest_before(const Row *prefixes, size_t rank)
{
    Row best = {0, -1};
    for (; rank > 0; rank -= rank & (~rank + 1)) {
        if (prefixes[rank].weight > best.weight) {
            best = prefixes[rank];
        }
    }
    return best;
}

static void note_row(Row *prefixes, size_t count, size_t rank, Row row)
{
    for (; rank <= count; rank += rank & (~rank + 1)) {
        if (row.weight > prefixes[rank].weight) {
            prefixes[rank] = row;
        }
    }
}

static int compare_old_nodes(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

static size_t rank_of(const int32_t *sorted, size_t count, int32_t old_node)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (sorted[middle] < old_node) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low + 1;
}

static bool is_in_order(const Children *children)
{
    for (size_t i = 1; i < children->len; i++) {
        if (children->at[i].old_node < children->at[i - 1].old_node) {
            return false;
        }
    }
    return true;
}

/* Children in the order of the new tree; those outside the heaviest row are noted as moved. */
static bool keep_heaviest(Arena *work, const Children *children, bool *moved)
{
    const size_t count = children->len;
    if (is_in_order(children)) {
        return true;
    }
    int32_t *sorted = arena_array(work, count, sizeof *sorted),
            *before = arena_array(work, count, sizeof *before);
    Row *prefixes = arena_array(work, count + 1, sizeof *prefixes);
    if (sorted == NULL || before == NULL || prefixes == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = children->at[i].old_node;
        moved[children->at[i].old_node] = true;
    }
    qsort(sorted, count, sizeof *sorted, compare_old_nodes);
    for (size_t i = 0; i < count; i++) {
        const size_t rank = rank_of(sorted, count, children->at[i].old_node);
        const Row best = heaviest_before(prefixes, rank - 1);
        before[i] = best.last;
        note_row(prefixes, count, rank, (Row){best.weight + children->at[i].weight, (int32_t)i});
    }
    for (int32_t i = heaviest_before(prefixes, count).last; i >= 0; i = before[i]) {
        moved[children->at[i].old_node] = false;
    }
    return true;
}

bool redline_find_moves(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    const int32_t *to_new, const int32_t *to_old, bool *moved)
{
    const size_t old_count = old_tree->nodes.len, new_count = new_tree->nodes.len;
    uint64_t *weights = arena_array(arena, old_count, sizeof *weights);
    RedlineIndex index = {0};
    if (weights == NULL || !redline_link(arena, new_tree, &index)) {
        return false;
    }
    for (size_t i = old_count; i-- > 1;) {
        weights[i] += old_tree->nodes.at[i].text.len + 1;
        weights[old_tree->nodes.at[i].parent] += weights[i];
        const int32_t new_node = to_new[i];
        moved[i] =
            new_node >= 0 && to_new[old_tree->nodes.at[i].parent] != new_tree->nodes.at[new_node].parent;
    }
    Children children = {0};
    for (size_t parent = 0; parent < new_count; parent++) {
        children.len = 0;
        for (int32_t node = index.first_child[parent]; node >= 0; node = index.next[node]) {
            const int32_t old_node = to_old[node];
            if (old_node < 0 || moved[old_node]) {
                continue;
            }
            Child *child = VEC_PUSH(arena, &children);
            if (child == NULL) {
                return false;
            }
            *child = (Child){old_node, weights[old_node]};
        }
        if (!keep_heaviest(arena, &children, moved)) {
            return false;
        }
    }
    return true;
}
