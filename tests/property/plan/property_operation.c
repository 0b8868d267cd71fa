/* Random operations of several authors on random plans, decided in random order, against a second model.
 *
 * The oracle (operation_model.h) carries out each accepted operation by itself. After every decision both
 * have to agree whether it can take effect, and in the end on every node, text, mark, annotation and passage,
 * code point by code point. Wordings and edits are held against what accepting them does. Every failure names
 * its seed. HITOMACHI_ROUNDS=n runs n times as many seeds.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "operation_model.h"
#include "random_plan.h"

#define MANY ((size_t)256 << 20)
#define OPERATIONS_MAX 40
#define SEEDS 600

static uint64_t seeds(void)
{
    const char *rounds = getenv("HITOMACHI_ROUNDS");
    int64_t times = 1;
    if (rounds == NULL || !str_to_int(str_of(rounds), &times) || times < 1) {
        times = 1;
    }
    return SEEDS * (uint64_t)times;
}

/* --- random operations --- */

static Str random_words(Random *random, Arena *arena, size_t most)
{
    static const char *const words[] = {"港", "海", "を", "に", "守る。", "直す", "、", "2030", "1,845", "３",
        "サポート", "ICT", "か\u3099", "葛\U000E0100", "𠮷", "👨‍👩‍👧", "🇯🇵", "🇯", "「", "①",
        "\u0301", "\u3099", " ", "ｻﾞ", "a"};
    Str text = STR_EMPTY;
    for (size_t n = random_below(random, most + 1); n > 0; n--) {
        text = arena_join(arena, text, str_of(words[random_below(random, COUNT_OF(words))]));
    }
    return text;
}

static size_t count_graphemes(Str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at = grapheme_end(text, at)) {
        count++;
    }
    return count;
}

typedef struct Case {
    uint64_t seed;
    Random random;
    Arena *arena;
    Plan *base;
    PlanOperations operations;
    size_t order[OPERATIONS_MAX]; /* accepted, as they were decided */
    size_t accepted;
} Case;

static Plan *make_base(Case *one)
{
    Plan *plan = random_plan(one->seed, one->arena, 9);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        plan->nodes.at[i].key = arena_printf(one->arena, "n%zu", i);
        if (random_below(&one->random, 2) == 0) {
            PlanNode *node = &plan->nodes.at[i];
            node->text = random_words(&one->random, one->arena, 8);
            node->marks.len = 0;
            random_marks(&one->random, one->arena, node);
        }
    }
    plan->annotations.len = 0;
    random_annotations(&one->random, plan);
    return plan;
}

/* A node of the base or one that an operation brings; sometimes a move's place, sometimes nothing. */
static Str random_name(Case *one, bool place)
{
    const size_t count = one->base->nodes.len + one->operations.len;
    const size_t pick = random_below(&one->random, count);
    if (place && random_below(&one->random, 6) == 0) {
        return STR_EMPTY;
    }
    if (pick < one->base->nodes.len) {
        return one->base->nodes.at[pick].key;
    }
    const PlanOperation *operation = &one->operations.at[pick - one->base->nodes.len];
    const bool brings = operation->kind == PLAN_INSERT || operation->kind == PLAN_SPLIT ||
                        (place && operation->kind == PLAN_MOVE);
    return brings ? arena_printf(one->arena, "+%" PRId64, operation->id)
                  : one->base->nodes.at[random_below(&one->random, one->base->nodes.len)].key;
}

static PlanOperation random_operation(Case *one, int64_t id)
{
    static const PlanOperationKind kinds[] = {PLAN_EDIT, PLAN_EDIT, PLAN_EDIT, PLAN_RENAME, PLAN_RENUMBER,
        PLAN_INSERT, PLAN_INSERT, PLAN_DELETE, PLAN_MOVE, PLAN_MOVE, PLAN_SPLIT, PLAN_SPLIT, PLAN_MERGE};
    Random *random = &one->random;
    PlanOperation operation = {.id = id, .kind = kinds[random_below(random, COUNT_OF(kinds))]};
    operation.key = operation.kind == PLAN_INSERT ? STR_EMPTY : random_name(one, false);
    operation.from = random_below(random, 6);
    operation.to = operation.kind == PLAN_SPLIT ? operation.from : operation.from + random_below(random, 3);
    operation.text = random_words(random, one->arena, 2);
    operation.number = random_number(random);
    operation.node_kind = (PlanKind)random_below(random, PLAN_KIND_COUNT);
    operation.parent = random_below(random, 3) == 0 ? STR_EMPTY : random_name(one, false);
    operation.after = random_name(one, operation.kind != PLAN_MERGE);
    if (operation.kind == PLAN_RENUMBER) {
        operation.text = random_number(random);
    }
    return operation;
}

/* What an earlier operation said of its place or words is often said again. */
static void resemble(Case *one, PlanOperation *operation)
{
    if (one->operations.len == 0 || random_below(&one->random, 3) > 0) {
        return;
    }
    const PlanOperation *other = &one->operations.at[random_below(&one->random, one->operations.len)];
    if (operation->kind != PLAN_INSERT && other->kind != PLAN_INSERT) {
        operation->key = other->key;
        operation->from = other->from;
        operation->to = operation->kind == PLAN_SPLIT ? other->from : other->to;
    }
    if (other->kind == PLAN_INSERT || other->kind == PLAN_MOVE) {
        operation->parent = other->parent;
        operation->after = other->after;
    }
}

/* Parts are split again, moved and edited. */
static void stand_on_part(Case *one, PlanOperation *operation)
{
    const size_t first = one->operations.len == 0 ? 0 : random_below(&one->random, one->operations.len);
    for (size_t i = first; i < one->operations.len; i++) {
        const PlanOperation *other = &one->operations.at[i];
        if (operation->kind != PLAN_INSERT && other->kind == PLAN_SPLIT) {
            operation->key = arena_printf(one->arena, "+%" PRId64, other->id);
            operation->from = random_below(&one->random, 3);
            operation->to = operation->kind == PLAN_SPLIT ? operation->from
                                                          : operation->from + random_below(&one->random, 2);
            return;
        }
    }
}

static void make_operations(Case *one)
{
    const size_t wanted = 4 + random_below(&one->random, 20);
    int64_t id = 0;
    for (size_t tries = 0; tries < 400 && one->operations.len < wanted; tries++) {
        PlanOperation operation = random_operation(one, id + 1 + (int64_t)random_below(&one->random, 3));
        Error error = {0};
        resemble(one, &operation);
        if (random_below(&one->random, 4) == 0) {
            stand_on_part(one, &operation);
        }
        if (plan_operation_check(one->base, &one->operations, &operation, &error)) {
            if (operation.kind == PLAN_EDIT && one->operations.len > 0 &&
                random_below(&one->random, 6) == 0) {
                *VEC_PUSH(one->arena, &operation.over) =
                    one->operations.at[random_below(&one->random, one->operations.len)].id;
            }
            *VEC_PUSH(one->arena, &one->operations) = operation;
            id = operation.id;
        }
    }
}

/* --- decisions --- */

/* Accepts in random order what both can carry out; they must agree on every one. */
static void decide(Case *one)
{
    size_t order[OPERATIONS_MAX];
    const size_t count = one->operations.len;
    for (size_t i = 0; i < count; i++) {
        const size_t k = random_below(&one->random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    AUTO_ARENA arena = arena_new(MANY);
    Model *model = ARENA_NEW(one->arena, Model);
    const size_t share = 1 + random_below(&one->random, 5);
    for (size_t i = 0; i < count; i++) {
        if (random_below(&one->random, 5) >= share) {
            continue;
        }
        Error error = {0};
        PlanConflict conflict = {0};
        PlanOperation *operation = &one->operations.at[order[i]];
        arena_clear(arena);
        one->order[one->accepted] = order[i];
        operation->accepted = true;
        const bool can =
            model_replay(model, arena, one->base, &one->operations, one->order, one->accepted + 1);
        const Plan *plan = plan_operations_apply(arena, one->base, &one->operations, &conflict, &error);
        if (can != (plan != NULL)) {
            fail_msg("seed %d: %s %d is %s by the model: %s", (int)one->seed,
                plan_operation_name(operation->kind), (int)operation->id, can ? "possible" : "impossible",
                error.message);
        }
        if (plan == NULL && error.code == ERROR_CONFLICT) {
            assert_true(conflict.a < conflict.b);
            assert_true(conflict.a == operation->id || conflict.b == operation->id ||
                        operation->kind == PLAN_MOVE || operation->kind == PLAN_MERGE ||
                        operation->kind == PLAN_DELETE || operation->kind == PLAN_SPLIT);
        } else if (plan == NULL) {
            assert_true(
                error.code == ERROR_INPUT && (operation->kind == PLAN_MOVE || operation->kind == PLAN_MERGE));
        }
        operation->accepted = plan != NULL;
        one->accepted += plan != NULL;
    }
}

/* --- comparison --- */

static void drop_notes(Plan *plan)
{
    plan->annotations.len = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        plan->nodes.at[i].marks.len = 0;
    }
}

/* What the code points [from, to) of a root's text, in one part, are in the draft. */
typedef struct Left {
    int32_t node; /* -1: nothing is left */
    size_t from, to;
} Left;

static Left what_is_left(Case *one, Model *model, const Plan *plan, const ModelNode *root,
    const ModelNode *part, size_t from, size_t to)
{
    Left left = {.node = -1};
    for (size_t i = 0; i < plan->nodes.len; i++) {
        ModelItems items = {0};
        size_t at = 0;
        model_words(model, model_find(model, plan->nodes.at[i].key), &items);
        for (size_t k = 0; k < items.len; k++) {
            const ModelItem *item = &items.at[k];
            if (item->root == root && item->part == part && !item->dead && item->code_point >= from &&
                item->code_point < to) {
                left.from = left.node < 0 ? at : left.from;
                left.to = at + 1;
                left.node = (int32_t)i;
            }
            at += !item->dead;
        }
    }
    (void)one;
    return left;
}

static void check_marks(Case *one, Model *model, const Plan *plan)
{
    size_t expected = 0, found = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        found += plan->nodes.at[i].marks.len;
    }
    for (size_t i = 0; i < one->base->nodes.len; i++) {
        const PlanNode *node = &one->base->nodes.at[i];
        for (size_t m = 0; m < node->marks.len * model->count; m++) {
            const PlanMark *mark = &node->marks.at[m / model->count];
            const ModelNode *part = &model->nodes[m % model->count];
            const Left left = what_is_left(one, model, plan, &model->nodes[i], part, mark->from, mark->to);
            bool there = left.node < 0;
            expected += left.node >= 0;
            for (size_t k = 0; !there && k < plan->nodes.at[left.node].marks.len; k++) {
                const PlanMark *other = &plan->nodes.at[left.node].marks.at[k];
                there = other->kind == mark->kind && other->from == left.from && other->to == left.to;
            }
            if (!there) {
                fail_msg("seed %d: a mark of %.*s is lost", (int)one->seed, STR_ARGS(node->key));
            }
        }
    }
    if (expected != found) {
        fail_msg("seed %d: %zu marks, not %zu", (int)one->seed, found, expected);
    }
}

/* The first part, in the order of the text, that has some of it. */
static Left first_left(Case *one, Model *model, const Plan *plan, ModelNode *root, size_t from, size_t to)
{
    Left best = {.node = -1};
    size_t cut = SIZE_MAX;
    for (size_t i = 0; i < model->count; i++) {
        const ModelNode *part = &model->nodes[i];
        const bool earlier = part->root == root && (part == root ? 0 : part->cut) < cut;
        const Left left = earlier ? what_is_left(one, model, plan, root, part, from, to) : (Left){.node = -1};
        if (left.node >= 0) {
            best = left;
            cut = part == root ? 0 : part->cut;
        }
    }
    return best;
}

static void check_annotations(Case *one, Model *model, const Plan *plan)
{
    size_t found = 0;
    for (size_t i = 0; i < one->base->annotations.len; i++) {
        const PlanAnnotation *note = &one->base->annotations.at[i];
        ModelNode *node = &model->nodes[note->node];
        bool endless = false;
        const ModelNode *holder = model_holder(node, &endless);
        Left left = first_left(one, model, plan, node, note->from, note->to);
        if (left.node < 0) {
            left = (Left){plan_find(plan, holder->key), note->from, note->to};
        }
        if (left.node < 0) {
            continue;
        }
        assert_true(found < plan->annotations.len);
        const PlanAnnotation *other = &plan->annotations.at[found++];
        const bool lost = other->from == 0 && other->to == 0; /* on the node as a whole */
        const bool whole = first_left(one, model, plan, node, note->from, note->to).node < 0;
        if (other->node != left.node || other->kind != note->kind ||
            (whole ? other->from != other->to : other->from != left.from || other->to != left.to)) {
            fail_msg("seed %d: annotation %zu: %d %zu-%zu%s", (int)one->seed, i, other->node, other->from,
                other->to, lost ? " as a whole" : "");
        }
    }
    assert_int_equal(found, plan->annotations.len);
}

/* --- passages --- */

/* Code points of a text that its first graphemes have. */
static size_t code_points_of(Str text, size_t graphemes)
{
    return utf8_count(grapheme_head(text, graphemes));
}

static size_t graphemes_before(Str text, size_t code_points, bool up)
{
    size_t count = 0, at = 0;
    while (at < text.len && utf8_count(str_slice(text, 0, at)) < code_points) {
        at = grapheme_end(text, at);
        count++;
    }
    return count - (!up && utf8_count(str_slice(text, 0, at)) > code_points);
}

static void check_passage(Case *one, Model *model, const Plan *plan, PlanPassage passage)
{
    PlanPassage carried;
    Error error = {0};
    ModelNode *node = model_find(model, passage.key);
    bool endless = false;
    if (!plan_passage_carry(one->arena, one->base, &one->operations, &passage, &carried, &error)) {
        fail_msg("seed %d: %s", (int)one->seed, error.message);
    }
    const size_t from = code_points_of(node->text, passage.from), to = code_points_of(node->text, passage.to);
    const Left left = first_left(one, model, plan, node, from, to);
    const int32_t index = plan_find(plan, carried.key);
    if (passage.whole) {
        const bool stands = model_stands(model, node, &endless);
        assert_int_equal(carried.lost, !stands);
        assert_true(!stands || str_equal(carried.key, model_holder(node, &endless)->key));
        return;
    }
    if (from == to) {
        return;
    }
    if (carried.lost != (left.node < 0)) {
        fail_msg("seed %d: %.*s %zu-%zu %s lost", (int)one->seed, STR_ARGS(passage.key), passage.from,
            passage.to, carried.lost ? "is said to be" : "is not said to be");
    }
    if (left.node < 0) {
        assert_true(index >= 0 || carried.key.len == 0);
        assert_true(carried.from == carried.to);
        return;
    }
    const Str text = plan->nodes.at[left.node].text;
    if (index != left.node || carried.from != graphemes_before(text, left.from, false) ||
        carried.to != graphemes_before(text, left.to, true)) {
        fail_msg("seed %d: %.*s %zu-%zu is carried to %.*s %zu-%zu", (int)one->seed, STR_ARGS(passage.key),
            passage.from, passage.to, STR_ARGS(carried.key), carried.from, carried.to);
    }
}

/* The code points that stand before a grapheme of the base, which may be struck. */
static bool find_place(
    Model *model, const Plan *plan, const ModelNode *root, size_t code_point, Left *out, bool *dead)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        ModelItems items = {0};
        size_t at = 0;
        model_words(model, model_find(model, plan->nodes.at[i].key), &items);
        for (size_t k = 0; k < items.len; k++) {
            if (items.at[k].root == root && items.at[k].code_point == code_point) {
                *out = (Left){(int32_t)i, at, at + !items.at[k].dead};
                *dead = items.at[k].dead;
                return true;
            }
            at += !items.at[k].dead;
        }
    }
    return false;
}

static void check_point(Case *one, Model *model, const Plan *plan, Str key, size_t place)
{
    const PlanPassage point = {.key = key, .from = place, .to = place};
    const ModelNode *node = model_find(model, key);
    PlanPassage carried;
    Error error = {0};
    Left next = {.node = -1}, before = {.node = -1};
    bool next_dead = true, before_dead = true;
    assert_true(plan_passage_carry(one->arena, one->base, &one->operations, &point, &carried, &error));
    const size_t at = code_points_of(node->text, place);
    const bool has_next = find_place(model, plan, node, at, &next, &next_dead);
    const bool has_before = at > 0 && find_place(model, plan, node, at - 1, &before, &before_dead);
    Left expected = has_next ? next : before;
    size_t code_point = expected.from;
    if (has_next && next_dead && has_before && !before_dead) {
        expected = before;
        code_point = before.to;
    } else if (place == node->length && has_before) {
        code_point = before_dead ? before.from : before.to;
    }
    if (node->length == 0 || (!has_next && place < node->length) || expected.node < 0) {
        return; /* nothing to stand by */
    }
    const Str text = plan->nodes.at[expected.node].text;
    const bool lost = !((has_next && !next_dead) || (has_before && !before_dead));
    if (plan_find(plan, carried.key) != expected.node || carried.lost != lost ||
        carried.from != graphemes_before(text, code_point, false) || carried.to != carried.from) {
        fail_msg("seed %d: point %zu of %.*s is carried to %.*s %zu-%zu%s", (int)one->seed, place,
            STR_ARGS(key), STR_ARGS(carried.key), carried.from, carried.to, carried.lost ? " lost" : "");
    }
}

static void check_passages(Case *one, Model *model, const Plan *plan)
{
    for (size_t n = 0; n < 8; n++) {
        const PlanNode *node = &one->base->nodes.at[random_below(&one->random, one->base->nodes.len)];
        const size_t length = count_graphemes(node->text), from = random_below(&one->random, length + 1);
        const size_t to = from + random_below(&one->random, length - from + 1);
        check_passage(one, model, plan, (PlanPassage){.key = node->key, .from = from, .to = to});
        check_passage(one, model, plan, (PlanPassage){.key = node->key, .whole = true});
        check_point(one, model, plan, node->key, from);
    }
}

/* --- wordings --- */

static bool operation_is_in(const PlanChangeIds *ids, int64_t id)
{
    bool found = false;
    for (size_t i = 0; i < ids->len; i++) {
        found = found || ids->at[i] == id;
    }
    return found;
}

static Plan *apply(Case *one, const PlanOperations *operations)
{
    Error error = {0};
    Plan *plan = plan_operations_apply(one->arena, one->base, operations, NULL, &error);
    if (plan != NULL && !plan_validate(plan, &error)) {
        fail_msg("seed %d: %s", (int)one->seed, error.message);
    }
    return plan;
}

/* The operations with some more, or fewer, accepted. */
static PlanOperations decided(Case *one, const PlanChangeIds *ids, bool accepted)
{
    PlanOperations copy = {0};
    for (size_t i = 0; i < one->operations.len; i++) {
        PlanOperation *operation = VEC_PUSH(one->arena, &copy);
        *operation = one->operations.at[i];
        for (size_t k = 0; k < ids->len; k++) {
            operation->accepted = ids->at[k] == operation->id ? accepted : operation->accepted;
        }
    }
    return copy;
}

/* The base's words of a node's own part and of those it took in. */
static Str base_words(Case *one, Model *model, Str key)
{
    ModelItems items = {0};
    Str text = STR_EMPTY;
    model_words(model, model_find(model, key), &items);
    for (size_t i = 0; i < items.len; i++) {
        text = items.at[i].root == NULL ? text : arena_join(one->arena, text, items.at[i].text);
    }
    return text;
}

static void check_apart(Case *one, const PlanChangeIds *shown, int64_t id)
{
    PlanChangeIds with = {0};
    for (size_t i = 0; i < shown->len; i++) {
        *VEC_PUSH(one->arena, &with) = shown->at[i];
    }
    *VEC_PUSH(one->arena, &with) = id;
    const PlanOperations operations = decided(one, &with, true);
    Model *model = ARENA_NEW(one->arena, Model);
    size_t order[2 * OPERATIONS_MAX], count = 0;
    for (size_t i = 0; i < operations.len; i++) {
        if (operations.at[i].accepted) {
            order[count++] = i;
        }
    }
    if (apply(one, &operations) != NULL) {
        /* only one that restores the base's words is apart although it could be accepted */
        assert_true(model_replay(model, one->arena, one->base, &operations, order, count));
        for (size_t i = 0; i < operations.len; i++) {
            if (operations.at[i].id == id) {
                const ModelNode *node = model_find(model, operations.at[i].key), *root = node->root;
                const size_t from = root->bytes[node->cut + operations.at[i].from];
                const size_t to = root->bytes[node->cut + operations.at[i].to];
                if (!str_equal(str_slice(root->text, from, to), operations.at[i].text)) {
                    fail_msg("seed %d: %d need not stand apart", (int)one->seed, (int)id);
                }
            }
        }
    }
}

static void check_wording(Case *one, Model *model, const Plan *plan, const PlanNode *node)
{
    PlanStretches stretches;
    PlanChangeIds apart, shown = {0};
    Error error = {0};
    Str base = STR_EMPTY, now = STR_EMPTY, then = STR_EMPTY, told;
    if (!plan_wording(one->arena, one->base, &one->operations, node->key, &stretches, &apart, &error)) {
        fail_msg("seed %d: %s", (int)one->seed, error.message);
    }
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        const bool kept = stretch->op == '=', struck = stretch->op == '-', taken = stretch->accepted;
        base = kept || struck ? arena_join(one->arena, base, stretch->text) : base;
        now = kept || struck != taken ? arena_join(one->arena, now, stretch->text) : now;
        then = struck ? then : arena_join(one->arena, then, stretch->text);
        if (!kept && !taken && !operation_is_in(&shown, stretch->change)) {
            *VEC_PUSH(one->arena, &shown) = stretch->change;
        }
    }
    assert_true(plan_wording_now(one->arena, one->base, &one->operations, node->key, &told, &error));
    if (!str_equal(now, node->text) || !str_equal(told, now)) {
        fail_msg("seed %d: %.*s reads \"%.*s\", not \"%.*s\"", (int)one->seed, STR_ARGS(node->key),
            STR_ARGS(now), STR_ARGS(node->text));
    }
    if (!str_equal(base, base_words(one, model, node->key))) {
        fail_msg("seed %d: %.*s read \"%.*s\"", (int)one->seed, STR_ARGS(node->key), STR_ARGS(base));
    }
    const PlanOperations all = decided(one, &shown, true);
    const Plan *after = apply(one, &all);
    if (after == NULL || !str_equal(after->nodes.at[plan_find(after, node->key)].text, then)) {
        fail_msg("seed %d: what %.*s shows cannot be accepted together", (int)one->seed, STR_ARGS(node->key));
    }
    for (size_t i = 0; i < apart.len; i++) {
        check_apart(one, &shown, apart.at[i]);
    }
    (void)plan;
}

/* A wanted wording near the present one. */
static Str edit_text(Case *one, Str text)
{
    Random *random = &one->random;
    for (size_t n = 1 + random_below(random, 4); n > 0; n--) {
        const size_t length = utf8_count(text), from = random_below(random, length + 1);
        const size_t most = length - from < 6 ? length - from : 6;
        const size_t to = from + random_below(random, most + 1);
        const Str head = utf8_slice(text, 0, from), tail = utf8_slice(text, to, length);
        const Str middle = random_words(random, one->arena, 2);
        text = arena_join(one->arena, arena_join(one->arena, head, middle), tail);
    }
    return text;
}

static void check_edits(Case *one, const Plan *plan, int32_t index, Str wanted)
{
    const PlanNode *node = &plan->nodes.at[index];
    PlanOperations edits;
    PlanOvers over;
    PlanChangeIds all = {0};
    Error error = {0};
    if (!plan_wording_edits(
            one->arena, one->base, &one->operations, node->key, wanted, &edits, &over, &error)) {
        fail_msg("seed %d: %s", (int)one->seed, error.message);
    }
    assert_int_equal(edits.len, over.len);
    assert_int_equal(edits.len == 0, str_equal(wanted, node->text));
    for (size_t i = 0; i < over.len; i++) {
        assert_int_equal(over.at[i].len, edits.at[i].over.len);
        for (size_t k = 0; k < over.at[i].len; k++) {
            assert_false(operation_is_in(&all, over.at[i].at[k]));
            *VEC_PUSH(one->arena, &all) = over.at[i].at[k];
        }
    }
    PlanOperations kept = decided(one, &(PlanChangeIds){0}, true), taken = decided(one, &all, false);
    for (size_t i = 0; i < edits.len; i++) {
        PlanOperation *operation = &edits.at[i];
        operation->id = one->operations.at[one->operations.len - 1].id + 1 + (int64_t)i;
        operation->accepted = true;
        if (!plan_operation_check(one->base, &taken, operation, &error)) {
            fail_msg("seed %d: %s", (int)one->seed, error.message);
        }
        *VEC_PUSH(one->arena, &kept) = *operation;
        *VEC_PUSH(one->arena, &taken) = *operation;
    }
    assert_true(all.len == 0 || apply(one, &kept) == NULL);
    const Plan *after = apply(one, &taken);
    if (after == NULL) {
        fail_msg("seed %d: edits of %.*s conflict", (int)one->seed, STR_ARGS(node->key));
        return;
    }
    assert_int_equal(after->nodes.len, plan->nodes.len);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const Str expected = (int32_t)i == index ? wanted : plan->nodes.at[i].text;
        if (!str_equal(after->nodes.at[i].text, expected)) {
            fail_msg("seed %d: %.*s should read \"%.*s\", reads \"%.*s\"", (int)one->seed,
                STR_ARGS(plan->nodes.at[i].key), STR_ARGS(expected), STR_ARGS(after->nodes.at[i].text));
        }
    }
}

/* --- all together --- */

static void begin(Case *one, uint64_t seed)
{
    *one = (Case){.seed = seed, .random = {seed * 7 + 1}, .arena = arena_new(MANY)};
    one->base = make_base(one);
    make_operations(one);
}

static void decisions_equal_a_replay(void **state)
{
    (void)state;
    size_t accepted = 0, refused = 0;
    for (uint64_t seed = 0; seed < seeds(); seed++) {
        Case one;
        Error error = {0};
        begin(&one, seed);
        Plan *plan = apply(&one, &one.operations);
        assert_non_null(plan);
        if (!plan_same(one.base, plan, &error)) {
            fail_msg("seed %d: nothing accepted: %s", (int)seed, error.message);
        }
        decide(&one);
        accepted += one.accepted;
        refused += one.operations.len - one.accepted;
        Model *model = ARENA_NEW(one.arena, Model);
        assert_true(model_replay(model, one.arena, one.base, &one.operations, one.order, one.accepted));
        plan = apply(&one, &one.operations);
        check_marks(&one, model, plan);
        check_annotations(&one, model, plan);
        check_passages(&one, model, plan);
        drop_notes(plan);
        if (!plan_same(model_write(model), plan, &error)) {
            fail_msg("seed %d: %s", (int)seed, error.message);
        }
        arena_free(one.arena);
    }
    assert_true(accepted > seeds() && refused > seeds());
}

static void wordings_are_what_acceptance_gives(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < seeds() / 3; seed++) {
        Case one;
        begin(&one, seed + 100000);
        decide(&one);
        Model *model = ARENA_NEW(one.arena, Model);
        assert_true(model_replay(model, one.arena, one.base, &one.operations, one.order, one.accepted));
        const Plan *plan = apply(&one, &one.operations);
        for (size_t i = 0; i < plan->nodes.len; i++) {
            check_wording(&one, model, plan, &plan->nodes.at[i]);
        }
        for (size_t n = 0; n < 6 && plan->nodes.len > 0; n++) {
            const size_t index = random_below(&one.random, plan->nodes.len);
            const Str wanted = n == 0 ? base_words(&one, model, plan->nodes.at[index].key)
                                      : edit_text(&one, plan->nodes.at[index].text);
            check_edits(&one, plan, (int32_t)index, wanted);
        }
        arena_free(one.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_equal_a_replay),
        cmocka_unit_test(wordings_are_what_acceptance_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
