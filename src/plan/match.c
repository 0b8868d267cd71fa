/* plan/match.c: nodes of a reading matched to nodes of an older edition in three passes over both trees.
 *
 * A match is kept in both directions (to_base, to_plan), so every node is matched at most once; a pass only
 * touches nodes that are free on both sides. The passes go from what is certain to what is likely: keys,
 * unique texts, votes of children from below, similarity from above.
 */
#include "plan/match.h"

#include "base/utf8.h"

#define NONE (-1)
#define SIMILAR 500             /* thousandths, for a node among others */
#define SIMILAR_PAIR 300        /* for the only two that are left */
#define NEIGHBOURS 200          /* free nodes of the older edition that one node is compared with */
#define COMPARISONS_MAX 2000000 /* of texts in one matching; behind that only equal texts are alike */
#define BIGRAMS_MAX 4096

typedef struct Matcher {
    Arena *arena;
    const Plan *plan, *base;
    int32_t *to_base, *to_plan;
    int32_t *first_child;    /* of the base, by list_of: a child that was free when last looked at, NONE */
    int32_t *next_child;     /* of the base: the next child of the same parent and kind, NONE */
    uint32_t *free_children; /* of the plan, by list_of: how many are free */
    size_t comparisons;
    int32_t *votes_for,
        *votes; /* for each node of the plan: the candidate and how many votes it leads with */
    size_t matched;
} Matcher;

/* --- similarity --- */

/* How often each bigram stands in a text: a table that is at most half full. */
typedef struct BigramCounts {
    uint64_t bigrams[2 * BIGRAMS_MAX]; /* 0: a free slot */
    int16_t counts[2 * BIGRAMS_MAX];
    size_t mask;
} BigramCounts;

/* The next bigram of a text, never 0; false at its end. */
static bool next_bigram(Str s, size_t *at, uint32_t *before, uint64_t *out)
{
    if (*at == 0 && s.len > 0) {
        *before = utf8_next(s, at);
    }
    if (*at >= s.len) {
        return false;
    }
    const uint32_t code_point = utf8_next(s, at);
    *out = ((uint64_t)*before << 32 | code_point) + 1;
    *before = code_point;
    return true;
}

/* The slot of the bigram, or the free one where it belongs. */
static size_t find_bigram(const BigramCounts *table, uint64_t bigram)
{
    size_t slot = (size_t)((bigram * UINT64_C(0x9E3779B97F4A7C15)) >> 40) & table->mask;
    while (table->bigrams[slot] != 0 && table->bigrams[slot] != bigram) {
        slot = (slot + 1) & table->mask;
    }
    return slot;
}

int text_similarity(Str a, Str b)
{
    if (str_equal(a, b)) {
        return 1000;
    }
    BigramCounts table;
    table.mask = 63;
    while (table.mask + 1 < 2 * a.len && table.mask + 1 < 2 * BIGRAMS_MAX) {
        table.mask = 2 * table.mask + 1;
    }
    memset(table.bigrams, 0, (table.mask + 1) * sizeof table.bigrams[0]);
    memset(table.counts, 0, (table.mask + 1) * sizeof table.counts[0]);
    size_t a_count = 0, b_count = 0, common = 0;
    uint32_t before = 0;
    uint64_t bigram = 0;
    for (size_t at = 0; a_count < BIGRAMS_MAX && next_bigram(a, &at, &before, &bigram); a_count++) {
        const size_t slot = find_bigram(&table, bigram);
        table.bigrams[slot] = bigram;
        table.counts[slot]++;
    }
    for (size_t at = 0; b_count < BIGRAMS_MAX && next_bigram(b, &at, &before, &bigram); b_count++) {
        int16_t *count = &table.counts[find_bigram(&table, bigram)]; /* a free slot counts 0 */
        common += *count > 0;
        *count = (int16_t)(*count - (*count > 0));
    }
    return a_count + b_count == 0 || common == 0 ? 0 : (int)(2000 * common / (a_count + b_count));
}

/* --- matches --- */

/* The children of one kind of one parent (PLAN_NO_PARENT too) have one place in the lists. */
static size_t list_of(const PlanNode *node)
{
    return (size_t)(node->parent + 1) * PLAN_KIND_COUNT + (size_t)node->kind;
}

static void match(Matcher *matcher, int32_t node, int32_t base)
{
    matcher->to_base[node] = base;
    matcher->to_plan[base] = node;
    matcher->free_children[list_of(&matcher->plan->nodes.at[node])]--;
    matcher->matched++;
}

/* Whether the two may still be matched; a node with a key of its own is matched by that alone. */
static bool is_free(const Matcher *matcher, int32_t node, int32_t base)
{
    return base != NONE && matcher->plan->nodes.at[node].key.len == 0 && matcher->to_base[node] == NONE &&
           matcher->to_plan[base] == NONE &&
           matcher->plan->nodes.at[node].kind == matcher->base->nodes.at[base].kind;
}

/* Keys that the reading itself names. */
static bool match_keys(Matcher *matcher)
{
    Map keys;
    map_init(&keys, matcher->arena);
    for (size_t i = 0; i < matcher->base->nodes.len; i++) {
        if (!map_put(&keys, matcher->base->nodes.at[i].key, (void *)(uintptr_t)(i + 1))) {
            return false;
        }
    }
    for (size_t i = 0; i < matcher->plan->nodes.len; i++) {
        const Str key = matcher->plan->nodes.at[i].key;
        const uintptr_t found = key.len > 0 ? (uintptr_t)map_get(&keys, key) : 0;
        if (found != 0) {
            match(matcher, (int32_t)i, (int32_t)(found - 1));
        }
    }
    return true;
}

/* --- unique texts --- */

typedef struct TextUse {
    int32_t in_plan, in_base; /* the node that has it */
    uint32_t plan_count, base_count;
} TextUse;

static bool count_texts(Matcher *matcher, Map *texts, const Plan *plan, bool is_base)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        const Str name = arena_printf(matcher->arena, "%d %.*s", (int)node->kind, STR_ARGS(node->text));
        TextUse *use = map_get(texts, name);
        if (use == NULL) {
            use = ARENA_NEW(matcher->arena, TextUse);
            if (use == NULL || !map_put(texts, name, use)) {
                return false;
            }
        }
        if (is_base) {
            use->in_base = (int32_t)i;
            use->base_count++;
        } else {
            use->in_plan = (int32_t)i;
            use->plan_count++;
        }
    }
    return true;
}

static bool match_unique_texts(Matcher *matcher)
{
    Map texts;
    map_init(&texts, matcher->arena);
    if (!count_texts(matcher, &texts, matcher->base, true) ||
        !count_texts(matcher, &texts, matcher->plan, false)) {
        return false;
    }
    for (size_t i = 0; i < texts.len; i++) {
        const TextUse *use = texts.entries[i].value;
        const bool unique = use->plan_count == 1 && use->base_count == 1;
        if (unique && matcher->plan->nodes.at[use->in_plan].text.len > 0 &&
            is_free(matcher, use->in_plan, use->in_base)) {
            match(matcher, use->in_plan, use->in_base);
        }
    }
    return true;
}

/* --- votes of children, from below --- */

/* One vote for the parent of a child's match; the candidate with a majority of the votes stays (Boyer and
 * Moore). */
static void vote(Matcher *matcher, int32_t node, int32_t candidate)
{
    if (matcher->votes[node] == 0) {
        matcher->votes_for[node] = candidate;
    }
    matcher->votes[node] += matcher->votes_for[node] == candidate ? 1 : -1;
}

static void match_by_children(Matcher *matcher)
{
    for (int32_t i = (int32_t)matcher->plan->nodes.len - 1; i >= 0; i--) {
        const int32_t candidate = matcher->votes[i] > 0 ? matcher->votes_for[i] : NONE;
        if (is_free(matcher, i, candidate)) {
            match(matcher, i, candidate);
        }
        const int32_t parent = matcher->plan->nodes.at[i].parent, base = matcher->to_base[i];
        if (parent != PLAN_NO_PARENT && base != NONE &&
            matcher->base->nodes.at[base].parent != PLAN_NO_PARENT) {
            vote(matcher, parent, matcher->base->nodes.at[base].parent);
        }
    }
}

/* --- similarity, from above --- */

static bool is_section(const Plan *plan, const PlanNode *node)
{
    return node->parent != PLAN_NO_PARENT && plan->nodes.at[node->parent].kind == PLAN_POLICY &&
           (node->kind == PLAN_SITUATION || node->kind == PLAN_DIRECTION || node->kind == PLAN_MEASURES);
}

static int compare_texts(Matcher *matcher, Str a, Str b)
{
    if (matcher->comparisons >= COMPARISONS_MAX) {
        return str_equal(a, b) ? 1000 : 0;
    }
    matcher->comparisons++;
    return text_similarity(a, b);
}

/* The most similar free child of that kind below the matched parent, the first of equals; *count: how many
 * there are, as far as they were looked at. Children that were matched meanwhile leave the list here, so no
 * list is walked twice in vain. */
static int32_t most_similar(Matcher *matcher, int32_t node, int32_t base_parent, int *similarity, int *count)
{
    const PlanNode *wanted = &matcher->plan->nodes.at[node];
    const PlanNode place = {.parent = base_parent, .kind = wanted->kind};
    int32_t best = NONE, *link = &matcher->first_child[list_of(&place)];
    *similarity = -1;
    *count = 0;
    while (*link != NONE && *count < NEIGHBOURS && *similarity < 1000) {
        const int32_t child = *link;
        if (matcher->to_plan[child] != NONE) {
            *link = matcher->next_child[child];
            continue;
        }
        (*count)++;
        const int found = compare_texts(matcher, wanted->text, matcher->base->nodes.at[child].text);
        if (found > *similarity) {
            *similarity = found;
            best = child;
        }
        link = &matcher->next_child[child];
    }
    return best;
}

static void match_similar(Matcher *matcher)
{
    const Plan *plan = matcher->plan;
    for (int32_t i = 0; (size_t)i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        const int32_t base_parent = node->parent == PLAN_NO_PARENT ? NONE : matcher->to_base[node->parent];
        const bool placed = node->parent == PLAN_NO_PARENT || base_parent != NONE;
        if (matcher->to_base[i] != NONE || node->key.len > 0 || !placed) {
            continue;
        }
        int similarity = 0, count = 0;
        const int32_t best = most_similar(matcher, i, base_parent, &similarity, &count);
        const bool pair = count == 1 && matcher->free_children[list_of(node)] == 1;
        const int needed = is_section(plan, node) ? 0 : pair ? SIMILAR_PAIR : SIMILAR;
        if (best != NONE && similarity >= needed) {
            match(matcher, i, best);
        }
    }
}

/* --- all together --- */

static bool prepare(Matcher *matcher)
{
    const size_t count = matcher->plan->nodes.len, base_count = matcher->base->nodes.len;
    matcher->to_base = arena_array(matcher->arena, count + 1, sizeof(int32_t));
    matcher->to_plan = arena_array(matcher->arena, base_count + 1, sizeof(int32_t));
    matcher->votes = arena_array(matcher->arena, count + 1, sizeof(int32_t));
    matcher->votes_for = arena_array(matcher->arena, count + 1, sizeof(int32_t));
    matcher->next_child = arena_array(matcher->arena, base_count + 1, sizeof(int32_t));
    matcher->first_child = arena_array(matcher->arena, (base_count + 1) * PLAN_KIND_COUNT, sizeof(int32_t));
    matcher->free_children = arena_array(matcher->arena, (count + 1) * PLAN_KIND_COUNT, sizeof(uint32_t));
    if (arena_failed(matcher->arena)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        matcher->to_base[i] = NONE;
        matcher->free_children[list_of(&matcher->plan->nodes.at[i])]++;
    }
    for (size_t i = 0; i < (base_count + 1) * PLAN_KIND_COUNT; i++) {
        matcher->first_child[i] = NONE;
    }
    for (size_t i = base_count; i > 0; i--) {
        int32_t *first = &matcher->first_child[list_of(&matcher->base->nodes.at[i - 1])];
        matcher->to_plan[i - 1] = NONE;
        matcher->next_child[i - 1] = *first;
        *first = (int32_t)i - 1;
    }
    return true;
}

/* Texts are copied once on each side, with what maps need. */
static Arena *new_work_arena(const Plan *plan, const Plan *base)
{
    size_t room = (size_t)1 << 20;
    const Plan *const both[] = {plan, base};
    for (size_t side = 0; side < COUNT_OF(both); side++) {
        for (size_t i = 0; i < both[side]->nodes.len; i++) {
            room += 512 + both[side]->nodes.at[i].text.len;
        }
    }
    return arena_new(room);
}

static bool match_plans(Plan *plan, const Plan *base, size_t *matched, Error *error)
{
    AUTO_ARENA arena = new_work_arena(plan, base);
    Matcher matcher = {.arena = arena, .plan = plan, .base = base};
    if (arena == NULL || !prepare(&matcher) || !match_keys(&matcher) || !match_unique_texts(&matcher)) {
        return error_memory(error);
    }
    match_by_children(&matcher);
    match_similar(&matcher);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        PlanNode *node = &plan->nodes.at[i];
        if (node->key.len == 0 && matcher.to_base[i] != NONE) {
            node->key = arena_str(plan->arena, base->nodes.at[matcher.to_base[i]].key);
        }
    }
    *matched = matcher.matched;
    return !arena_failed(plan->arena) || error_memory(error);
}

bool plan_match_keys(Plan *plan, const Plan *base, const Map *used, size_t *matched, Error *error)
{
    *matched = 0;
    if (base != NULL && !match_plans(plan, base, matched, error)) {
        return false;
    }
    return plan_give_new_keys(plan, base == NULL ? NULL : used, error);
}
