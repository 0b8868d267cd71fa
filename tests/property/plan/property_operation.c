/* Random operations of several authors on random plans, decided in random order, against a second model.
 *
 * The oracle (operation_model.h) carries out each accepted operation by itself. After every decision both
 * have to agree whether it can take effect, and in the end on every node, text, mark, annotation and passage,
 * code point by code point. Every failure names its seed.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "operation_case.h"

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

/* --- all together --- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decisions_equal_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
