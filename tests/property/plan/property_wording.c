/* Wordings and edits of random plans with random decisions, held against what accepting them gives.
 *
 * What is shown together can be accepted together and then reads as shown; what stands apart cannot. The
 * edits of a wanted wording, accepted in place of those they go over, give it exactly and change nothing
 * else. Every failure names its seed.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "operation_case.h"

/* --- wordings --- */

static bool operation_is_in(const PlanChangeIds *ids, int64_t id)
{
    bool found = false;
    for (size_t i = 0; i < ids->len; i++) {
        found = found || ids->at[i] == id;
    }
    return found;
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
        cmocka_unit_test(wordings_are_what_acceptance_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
