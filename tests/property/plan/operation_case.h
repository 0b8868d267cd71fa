/* A random plan, random operations of several authors on it, and random decisions on these that the model and
 * the house agree on. The same seed gives the same case. HITOMACHI_ROUNDS=n runs n times as many seeds.
 */
#ifndef TEST_OPERATION_CASE_H
#define TEST_OPERATION_CASE_H

#include "operation_model.h"
#include "random_plan.h"

#define MANY ((size_t)256 << 20)
#define OPERATIONS_MAX 40
#define SEEDS 600

static inline uint64_t seeds(void)
{
    const char *rounds = getenv("HITOMACHI_ROUNDS");
    int64_t times = 1;
    if (rounds == NULL || !str_to_int(str_of(rounds), &times) || times < 1) {
        times = 1;
    }
    return SEEDS * (uint64_t)times;
}

/* --- random operations --- */

static inline Str random_words(Random *random, Arena *arena, size_t most)
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

static inline size_t count_graphemes(Str text)
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

static inline Plan *make_base(Case *one)
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
static inline Str random_name(Case *one, bool place)
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

static inline PlanOperation random_operation(Case *one, int64_t id)
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
static inline void resemble(Case *one, PlanOperation *operation)
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
static inline void stand_on_part(Case *one, PlanOperation *operation)
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

static inline void make_operations(Case *one)
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
static inline void decide(Case *one)
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

/* --- what comes of it --- */

static inline void model_write_list(Model *model, ModelNode *list, int32_t parent, Plan *plan)
{
    for (ModelPlace *place = list->head.next; place != NULL; place = place->next) {
        ModelNode *node = place->node;
        if (!node->exists || node->deleted || node->merged != NULL ||
            model_live_place(model, node) != place) {
            continue;
        }
        ModelItems items = {0};
        model_words(model, node, &items);
        plan_add(plan, parent, node->kind, node->renumber ? node->renumber->text : node->number,
            model_text(model, &items), (PlanSource){0})
            ->key = node->key;
        model_write_list(model, node, (int32_t)plan->nodes.len - 1, plan);
    }
    for (size_t i = 0; i < model->operations->len; i++) {
        const PlanOperation *merge = &model->operations->at[i];
        ModelNode *taken = merge->kind == PLAN_MERGE && str_equal(merge->key, list->key)
                               ? model_find(model, merge->after)
                               : NULL;
        for (size_t k = 0; taken != NULL && k < model->done_count; k++) {
            if (model->done[k] == merge) {
                model_write_list(model, taken, parent, plan);
            }
        }
    }
}

static inline Plan *model_write(Model *model)
{
    Plan *plan = plan_new(model->arena);
    model_write_list(model, &model->top, PLAN_NO_PARENT, plan);
    return plan;
}

static inline Plan *apply(Case *one, const PlanOperations *operations)
{
    Error error = {0};
    Plan *plan = plan_operations_apply(one->arena, one->base, operations, NULL, &error);
    if (plan != NULL && !plan_validate(plan, &error)) {
        fail_msg("seed %d: %s", (int)one->seed, error.message);
    }
    return plan;
}

static inline void begin(Case *one, uint64_t seed)
{
    *one = (Case){.seed = seed, .random = {seed * 7 + 1}, .arena = arena_new(MANY)};
    one->base = make_base(one);
    make_operations(one);
}

#endif
