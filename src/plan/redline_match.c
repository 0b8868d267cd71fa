/* plan/redline_match.c: which node of one tree is which node of the other.
 *
 * Within one history names decide. Foreign texts are matched blind, from what is certain to what is likely:
 *
 *     1. subtrees that are the same and stand once in each tree
 *     2. from below: the node that most children's matches lie under, where at least two agree
 *     3. texts that stand once in each tree, among nodes of a kind, where nothing speaks against it
 *     4. from above, below a matched parent: equal neighbours of matched siblings, equal subtrees and texts
 *        in order
 *     5. from below, also where a single child says so; then all texts that stand once
 *     6. from above: 4, then the most similar texts (at least 0.5, or 0.3 when only one of the kind is left
 *        on both sides)
 *     7. elsewhere: similar texts (at least 0.65), and 5 and 6 once more around them
 *
 * A match stands in both directions, so that a node has one partner at most, always of its kind. Sections
 * (現状と課題 ...) have the same words everywhere and are matched below a matched parent only. Near linear:
 * equal texts are found by hashes, similar ones by the runs of characters they share (redline_similar.c).
 */
#include "plan/redline_match_internal.h"

#include "plan/match.h"

#define CERTAIN_VOTES 2 /* of children, before the texts of their parents are looked at */

typedef struct Matcher {
    Arena *work;
    const RedlineTree *old_tree, *new_tree;
    int32_t *to_new, *to_old;
    RedlineIndex old_index, new_index;
    bool by_name;
} Matcher;

static bool is_free(const Matcher *matcher, int32_t old_node, int32_t new_node)
{
    return matcher->to_new[old_node] < 0 && matcher->to_old[new_node] < 0 &&
           matcher->old_tree->nodes.at[old_node].kind == matcher->new_tree->nodes.at[new_node].kind &&
           !(matcher->by_name && matcher->old_tree->nodes.at[old_node].name.len > 0 &&
               matcher->new_tree->nodes.at[new_node].name.len > 0);
}

static void match(Matcher *matcher, int32_t old_node, int32_t new_node)
{
    matcher->to_new[old_node] = new_node;
    matcher->to_old[new_node] = old_node;
}

/* --- index: hashes, sizes, lists of children --- */

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0xBF58476D1CE4E5B9);
    return hash ^ (hash >> 27);
}

static uint64_t hash_text(Str s)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ s.len;
    size_t at = 0;
    for (uint64_t eight; at + sizeof eight <= s.len; at += sizeof eight) {
        memcpy(&eight, s.at + at, sizeof eight);
        hash = mix(hash, eight);
    }
    uint64_t rest = 0;
    for (; at < s.len; at++) {
        rest = rest << 8 | (unsigned char)s.at[at];
    }
    return mix(hash, rest);
}

bool redline_link(Arena *work, const RedlineTree *tree, RedlineIndex *index)
{
    const size_t count = tree->nodes.len;
    index->size = arena_array(work, count, sizeof *index->size);
    index->first_child = arena_array(work, count, sizeof *index->first_child);
    index->next = arena_array(work, count, sizeof *index->next);
    index->before = arena_array(work, count, sizeof *index->before);
    if (arena_failed(work)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        index->size[i] = 1;
        index->first_child[i] = index->next[i] = index->before[i] = -1;
    }
    for (size_t i = count; i-- > 1;) {
        const int32_t parent = tree->nodes.at[i].parent, after = index->first_child[parent];
        index->next[i] = after;
        index->first_child[parent] = (int32_t)i;
        if (after >= 0) {
            index->before[after] = (int32_t)i;
        }
        index->size[parent] += index->size[i];
    }
    return true;
}

static bool hash_tree(Arena *work, const RedlineTree *tree, RedlineIndex *index)
{
    const size_t count = tree->nodes.len;
    index->text = arena_array(work, count, sizeof *index->text);
    index->subtree = arena_array(work, count, sizeof *index->subtree);
    if (arena_failed(work)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        index->text[i] = mix(hash_text(tree->nodes.at[i].text), (uint64_t)tree->nodes.at[i].kind);
        index->subtree[i] = index->text[i];
    }
    for (size_t i = count; i-- > 1;) {
        uint64_t *above = &index->subtree[tree->nodes.at[i].parent];
        *above = mix(*above, index->subtree[i]);
    }
    return true;
}

/* --- names --- */

static bool match_names(Matcher *matcher)
{
    Map names;
    map_init(&names, matcher->work);
    for (size_t i = 1; i < matcher->old_tree->nodes.len; i++) {
        const Str name = matcher->old_tree->nodes.at[i].name;
        if (name.len > 0 && !map_put(&names, name, (void *)(uintptr_t)i)) {
            return false;
        }
    }
    for (size_t i = 1; i < matcher->new_tree->nodes.len; i++) {
        const Str name = matcher->new_tree->nodes.at[i].name;
        const uintptr_t found = name.len > 0 ? (uintptr_t)map_get(&names, name) : 0;
        if (found != 0 && matcher->to_new[found] < 0) {
            match(matcher, (int32_t)found, (int32_t)i);
        }
    }
    return true;
}

/* --- what stands once in each tree --- */

typedef struct Use {
    uint64_t hash;
    int32_t old_node, new_node;
    uint8_t old_count, new_count; /* 0, 1, 2: more than once */
} Use;

typedef struct UseTable {
    Use *at;
    size_t mask;
} UseTable;

static Use *find_use(const UseTable *table, uint64_t hash)
{
    hash += hash == 0;
    size_t slot = (size_t)(hash ^ (hash >> 32)) & table->mask;
    while (table->at[slot].hash != 0 && table->at[slot].hash != hash) {
        slot = (slot + 1) & table->mask;
    }
    table->at[slot].hash = hash;
    return &table->at[slot];
}

/* Whether a node may be matched far from its parent. */
static bool is_telling(const RedlineNode *node)
{
    return node->kind != REDLINE_ROOT && node->kind != REDLINE_SECTION && node->text.len > 0;
}

/* How many nodes with a text of their own are free. */
static size_t count_free(const RedlineTree *tree, const int32_t *partners)
{
    size_t count = 0;
    for (size_t i = 1; i < tree->nodes.len; i++) {
        count += partners[i] < 0 && is_telling(&tree->nodes.at[i]);
    }
    return count;
}

static bool count_uses(
    Matcher *matcher, const uint64_t *old_hashes, const uint64_t *new_hashes, UseTable *table)
{
    const RedlineTree *old_tree = matcher->old_tree, *new_tree = matcher->new_tree;
    const size_t uses = count_free(old_tree, matcher->to_new) + count_free(new_tree, matcher->to_old);
    size_t slots = 16;
    while (slots < uses + uses / 2) {
        slots *= 2;
    }
    table->at = arena_array(matcher->work, slots, sizeof *table->at);
    table->mask = slots - 1;
    if (table->at == NULL) {
        return false;
    }
    for (size_t i = 1; i < old_tree->nodes.len; i++) {
        if (matcher->to_new[i] < 0 && is_telling(&old_tree->nodes.at[i])) {
            Use *use = find_use(table, old_hashes[i]);
            use->old_node = (int32_t)i;
            use->old_count += use->old_count < 2;
        }
    }
    for (size_t i = 1; i < new_tree->nodes.len; i++) {
        if (matcher->to_old[i] < 0 && is_telling(&new_tree->nodes.at[i])) {
            Use *use = find_use(table, new_hashes[i]);
            use->new_node = (int32_t)i;
            use->new_count += use->new_count < 2;
        }
    }
    return true;
}

/* Both subtrees node by node; they have the same hash, and where they are not the same after all, their kinds
 * may differ and nothing is matched there. */
static void match_subtrees(Matcher *matcher, int32_t old_node, int32_t new_node)
{
    const int32_t size = matcher->old_index.size[old_node];
    for (int32_t i = 0; i < size && i < matcher->new_index.size[new_node]; i++) {
        if (is_free(matcher, old_node + i, new_node + i)) {
            match(matcher, old_node + i, new_node + i);
        }
    }
}

/* Whether the text alone says enough: it has nothing below that could say something else, or stays under its
 * parent. */
static bool is_certain_by_text(const Matcher *matcher, int32_t old_node, int32_t new_node)
{
    const int32_t old_parent = matcher->old_tree->nodes.at[old_node].parent;
    return matcher->new_index.first_child[new_node] < 0 ||
           matcher->to_new[old_parent] == matcher->new_tree->nodes.at[new_node].parent;
}

typedef enum UniqueWhat { UNIQUE_SUBTREES, UNIQUE_CERTAIN_TEXTS, UNIQUE_TEXTS } UniqueWhat;

static bool match_unique(Matcher *matcher, UniqueWhat what)
{
    const bool whole_subtrees = what == UNIQUE_SUBTREES;
    UseTable table = {0};
    const uint64_t *old_hashes = whole_subtrees ? matcher->old_index.subtree : matcher->old_index.text;
    const uint64_t *new_hashes = whole_subtrees ? matcher->new_index.subtree : matcher->new_index.text;
    if (!count_uses(matcher, old_hashes, new_hashes, &table)) {
        return false;
    }
    for (size_t i = 1; i < matcher->new_tree->nodes.len; i++) {
        if (matcher->to_old[i] >= 0 || !is_telling(&matcher->new_tree->nodes.at[i])) {
            continue;
        }
        const Use *use = find_use(&table, new_hashes[i]);
        if (use->old_count != 1 || use->new_count != 1 || !is_free(matcher, use->old_node, (int32_t)i)) {
            continue;
        }
        if (whole_subtrees) {
            match_subtrees(matcher, use->old_node, (int32_t)i);
        } else if (what == UNIQUE_TEXTS || is_certain_by_text(matcher, use->old_node, (int32_t)i)) {
            match(matcher, use->old_node, (int32_t)i);
        }
    }
    return true;
}

/* --- from below --- */

/* The candidate with a majority of the votes stays (Boyer and Moore). It needs a lead of `least` votes, as a
 * single child may have moved there. */
static bool match_by_children(Matcher *matcher, int64_t least)
{
    const size_t count = matcher->new_tree->nodes.len;
    int32_t *candidates = arena_array(matcher->work, count, sizeof *candidates);
    int64_t *votes = arena_array(matcher->work, count, sizeof *votes);
    if (candidates == NULL || votes == NULL) {
        return false;
    }
    for (size_t i = count; i-- > 1;) {
        if (votes[i] >= least && is_free(matcher, candidates[i], (int32_t)i)) {
            match(matcher, candidates[i], (int32_t)i);
        }
        if (matcher->to_old[i] < 0) {
            continue;
        }
        const int32_t parent = matcher->new_tree->nodes.at[i].parent;
        const int32_t candidate = matcher->old_tree->nodes.at[matcher->to_old[i]].parent;
        if (candidate <= 0 || parent <= 0) {
            continue;
        }
        if (votes[parent] == 0) {
            candidates[parent] = candidate;
        }
        votes[parent] += candidates[parent] == candidate ? 1 : -1;
    }
    return true;
}

/* --- from above --- */

/* Siblings next to matched siblings, in one direction, as long as their texts are equal. */
static void match_neighbours(
    Matcher *matcher, int32_t old_first, const int32_t *old_next, const int32_t *new_next)
{
    for (int32_t old_node = old_first; old_node >= 0; old_node = old_next[old_node]) {
        const int32_t new_node = matcher->to_new[old_node];
        const int32_t old_after = old_next[old_node], new_after = new_node < 0 ? -1 : new_next[new_node];
        if (old_after >= 0 && new_after >= 0 && is_free(matcher, old_after, new_after) &&
            matcher->old_index.text[old_after] == matcher->new_index.text[new_after]) {
            match(matcher, old_after, new_after);
        }
    }
}

static int32_t last_sibling(const int32_t *next, int32_t node)
{
    while (node >= 0 && next[node] >= 0) {
        node = next[node];
    }
    return node;
}

static bool list_free(const Matcher *matcher, int32_t first, bool is_old, RedlineList *out)
{
    const RedlineIndex *shape = is_old ? &matcher->old_index : &matcher->new_index;
    const int32_t *partners = is_old ? matcher->to_new : matcher->to_old;
    out->len = 0;
    for (int32_t node = first; node >= 0; node = shape->next[node]) {
        if (partners[node] < 0) {
            int32_t *item = VEC_PUSH(matcher->work, out);
            if (item == NULL) {
                return false;
            }
            *item = node;
        }
    }
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const RedlineKey *a = left, *b = right;
    const int by_hash = (a->hash > b->hash) - (a->hash < b->hash);
    return by_hash != 0 ? by_hash : (a->node > b->node) - (a->node < b->node);
}

static RedlineKey *sort_by_hash(Arena *work, const RedlineList *list, const uint64_t *hashes)
{
    RedlineKey *keys = arena_array(work, list->len + 1, sizeof *keys);
    for (size_t i = 0; keys != NULL && i < list->len; i++) {
        keys[i] = (RedlineKey){hashes[list->at[i]], list->at[i]};
    }
    if (keys != NULL) {
        qsort(keys, list->len, sizeof *keys, compare_keys);
    }
    return keys;
}

/* Nodes of both lists with equal hashes, the first with the first. */
static bool match_equal(
    Matcher *matcher, const RedlineList *old_list, const RedlineList *new_list, bool subtrees)
{
    const RedlineKey *a = sort_by_hash(
        matcher->work, old_list, subtrees ? matcher->old_index.subtree : matcher->old_index.text);
    const RedlineKey *b = sort_by_hash(
        matcher->work, new_list, subtrees ? matcher->new_index.subtree : matcher->new_index.text);
    if (a == NULL || b == NULL) {
        return false;
    }
    for (size_t i = 0, j = 0; i < old_list->len && j < new_list->len;) {
        if (a[i].hash != b[j].hash) {
            const bool old_is_less = a[i].hash < b[j].hash;
            i += old_is_less;
            j += !old_is_less;
            continue;
        }
        if (is_free(matcher, a[i].node, b[j].node)) {
            if (subtrees) {
                match_subtrees(matcher, a[i].node, b[j].node);
            } else {
                match(matcher, a[i].node, b[j].node);
            }
        }
        i++;
        j++;
    }
    return true;
}

static bool match_alike(Matcher *matcher, RedlineList *old_list, RedlineList *new_list, int least)
{
    RedlinePairs pairs = {0};
    const RedlineSimilar similar = {matcher->work, matcher->old_tree, matcher->new_tree, least};
    if (!redline_similar(&similar, old_list, new_list, &pairs)) {
        return false;
    }
    for (size_t i = 0; i < pairs.len; i++) {
        if (is_free(matcher, pairs.at[i].old_node, pairs.at[i].new_node)) {
            match(matcher, pairs.at[i].old_node, pairs.at[i].new_node);
        }
    }
    return true;
}

/* The only node of each kind that is left on both sides. */
static void match_lone_pairs(Matcher *matcher, const RedlineList *old_list, const RedlineList *new_list)
{
    for (RedlineKind kind = 1; kind < REDLINE_KIND_COUNT; kind++) {
        int32_t old_node = -1, new_node = -1;
        size_t old_count = 0, new_count = 0;
        for (size_t i = 0; i < old_list->len; i++) {
            if (matcher->to_new[old_list->at[i]] < 0 &&
                matcher->old_tree->nodes.at[old_list->at[i]].kind == kind) {
                old_node = old_list->at[i];
                old_count++;
            }
        }
        for (size_t i = 0; i < new_list->len; i++) {
            if (matcher->to_old[new_list->at[i]] < 0 &&
                matcher->new_tree->nodes.at[new_list->at[i]].kind == kind) {
                new_node = new_list->at[i];
                new_count++;
            }
        }
        if (old_count == 1 && new_count == 1 && is_free(matcher, old_node, new_node) &&
            (kind == REDLINE_SECTION ||
                text_similarity(matcher->old_tree->nodes.at[old_node].text,
                    matcher->new_tree->nodes.at[new_node].text) >= REDLINE_SIMILAR_PAIR)) {
            match(matcher, old_node, new_node);
        }
    }
}

static bool match_children(
    Matcher *matcher, int32_t new_parent, bool similar_too, RedlineList *old_list, RedlineList *new_list)
{
    const RedlineIndex *old_index = &matcher->old_index, *new_index = &matcher->new_index;
    const int32_t old_first = old_index->first_child[matcher->to_old[new_parent]];
    const int32_t new_first = new_index->first_child[new_parent];
    match_neighbours(matcher, old_first, old_index->next, new_index->next);
    match_neighbours(matcher, last_sibling(old_index->next, old_first), old_index->before, new_index->before);
    if (!list_free(matcher, old_first, true, old_list) || !list_free(matcher, new_first, false, new_list)) {
        return false;
    }
    if (old_list->len == 0 || new_list->len == 0) {
        return true;
    }
    if (!match_equal(matcher, old_list, new_list, true) || !match_equal(matcher, old_list, new_list, false)) {
        return false;
    }
    if (!similar_too) {
        return true;
    }
    if (!match_alike(matcher, old_list, new_list, REDLINE_SIMILAR)) {
        return false;
    }
    match_lone_pairs(matcher, old_list, new_list);
    return true;
}

static bool match_from_above(Matcher *matcher, bool similar_too)
{
    RedlineList old_list = {0}, new_list = {0};
    for (size_t i = 0; i < matcher->new_tree->nodes.len; i++) {
        if (matcher->to_old[i] >= 0 && matcher->new_index.first_child[i] >= 0 &&
            !match_children(matcher, (int32_t)i, similar_too, &old_list, &new_list)) {
            return false;
        }
    }
    return true;
}

/* --- elsewhere --- */

static bool list_all_free(
    Matcher *matcher, const RedlineTree *tree, const int32_t *partners, RedlineList *out)
{
    for (size_t i = 1; i < tree->nodes.len; i++) {
        if (partners[i] < 0 && is_telling(&tree->nodes.at[i])) {
            int32_t *item = VEC_PUSH(matcher->work, out);
            if (item == NULL) {
                return false;
            }
            *item = (int32_t)i;
        }
    }
    return true;
}

static bool match_elsewhere(Matcher *matcher)
{
    RedlineList old_list = {0}, new_list = {0};
    return list_all_free(matcher, matcher->old_tree, matcher->to_new, &old_list) &&
           list_all_free(matcher, matcher->new_tree, matcher->to_old, &new_list) &&
           match_equal(matcher, &old_list, &new_list, false) &&
           match_alike(matcher, &old_list, &new_list, REDLINE_SIMILAR_ELSEWHERE);
}

/* --- all together --- */

static bool match_blind(Matcher *matcher)
{
    return match_unique(matcher, UNIQUE_SUBTREES) && match_by_children(matcher, CERTAIN_VOTES) &&
           match_unique(matcher, UNIQUE_CERTAIN_TEXTS) && match_from_above(matcher, false) &&
           match_by_children(matcher, 1) && match_unique(matcher, UNIQUE_TEXTS) &&
           match_from_above(matcher, true) && match_elsewhere(matcher) && match_by_children(matcher, 1) &&
           match_from_above(matcher, true);
}

bool redline_match(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    RedlineMatching matching, int32_t *to_new, int32_t *to_old)
{
    Matcher matcher = {.work = arena,
        .old_tree = old_tree,
        .new_tree = new_tree,
        .to_new = to_new,
        .to_old = to_old,
        .by_name = matching == REDLINE_BY_NAME};
    if (!redline_link(arena, old_tree, &matcher.old_index) ||
        !redline_link(arena, new_tree, &matcher.new_index) ||
        !hash_tree(arena, old_tree, &matcher.old_index) || !hash_tree(arena, new_tree, &matcher.new_index)) {
        return false;
    }
    for (size_t i = 0; i < old_tree->nodes.len; i++) {
        to_new[i] = REDLINE_NO_NODE;
    }
    for (size_t i = 0; i < new_tree->nodes.len; i++) {
        to_old[i] = REDLINE_NO_NODE;
    }
    match(&matcher, 0, 0);
    return (!matcher.by_name || match_names(&matcher)) && match_blind(&matcher);
}
