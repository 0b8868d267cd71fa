/* Nodes matched to an older edition: what was edited, moved or renumbered keeps its key; what is new gets one
 * that was never used.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/format.h"
#include "plan/match.h"
#include "random_plan.h"

#define MANY ((size_t)64 << 20)

static Plan *read_text(Arena *arena, const char *text)
{
    PlanErrors errors = {0};
    const PlanFile file = {S("plan.md"), str_of(text)};
    Plan *plan = plan_read_markdown(arena, 1, &file, &errors);
    if (plan == NULL) {
        fail_msg("line %ld: %s", errors.at[0].line, errors.at[0].message);
    }
    return plan;
}

/* A reading that names no keys. */
static Plan *read_unkeyed(Arena *arena, const char *text)
{
    Plan *plan = read_text(arena, text);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        plan->nodes.at[i].key = STR_EMPTY;
    }
    return plan;
}

static Map keys_of(Arena *arena, const Plan *plan)
{
    Map keys;
    map_init(&keys, arena);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        assert_true(map_put(&keys, plan->nodes.at[i].key, &plan->nodes.at[i]));
    }
    return keys;
}

static void assert_keys(const Plan *plan, size_t count, const char *const *keys)
{
    assert_int_equal(plan->nodes.len, count);
    for (size_t i = 0; i < count; i++) {
        if (!str_equal(plan->nodes.at[i].key, str_of(keys[i]))) {
            fail_msg("node %zu (%.*s) has the key %.*s, not %s", i, STR_ARGS(plan->nodes.at[i].text),
                STR_ARGS(plan->nodes.at[i].key), keys[i]);
        }
    }
}

static void match(Arena *arena, Plan *plan, const Plan *base, size_t expected)
{
    Error error = {0};
    size_t matched = 0;
    const Map used = keys_of(arena, base);
    if (!plan_match_keys(plan, base, &used, &matched, &error)) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(matched, expected);
    assert_true(plan_validate(plan, &error));
}

static void test_similarity(void **state)
{
    (void)state;
    assert_int_equal(text_similarity(S("子育て支援"), S("子育て支援")), 1000);
    assert_int_equal(text_similarity(S("子育て支援"), S("下水道")), 0);
    /* 4 and 6 bigrams, 4 in common */
    assert_int_equal(text_similarity(S("子育て支援"), S("子育て支援事業")), 800);
    /* each bigram counts as often as it stands: あああ has two, ああ one */
    assert_int_equal(text_similarity(S("あああ"), S("ああ")), 666);
    assert_int_equal(text_similarity(S(""), S("")), 1000);
    assert_int_equal(text_similarity(S("子"), S("子ども")), 0);
}

/* The same tree without keys is matched to itself, node by node. */
static void test_identity(void **state)
{
    (void)state;
    size_t tried = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Error error = {0};
        size_t matched = 0;
        Plan *base = random_plan(seed, arena, 60), *plan = random_plan(seed, arena, 60);
        if (!plan_give_keys(base, &error)) {
            continue;
        }
        tried++;
        for (size_t i = 0; i < plan->nodes.len; i++) {
            plan->nodes.at[i].key = STR_EMPTY;
        }
        const Map used = keys_of(arena, base);
        assert_true(plan_match_keys(plan, base, &used, &matched, &error));
        assert_int_equal(matched, base->nodes.len);
        if (!plan_same(base, plan, &error)) {
            fail_msg("seed %llu: %s", (unsigned long long)seed, error.message);
        }
    }
    assert_in_range(tried, 120, 300);
}

static const char base_text[] = "# 2 ひと創り / (1) 子ども・子育て支援 {#2-1}\n"
                                "## 現状と課題 {#2-1-s}\n"
                                "### 出生数の状況 {#2-1-s-1}\n"
                                "- 出生数は年々減っています。 {#2-1-s-1-1}\n"
                                "## 基本方向 {#2-1-d}\n"
                                "\n"
                                "安心して子どもを育てられるまちを目指します。 {#2-1-d-1}\n"
                                "\n"
                                "## 主な取組 {#2-1-m}\n"
                                "### ① 切れ目のない支援 {#2-1-1}\n"
                                "#### 相談の充実 {#2-1-1-1}\n"
                                "- 保健師が相談に応じます。 {#2-1-1-1-1}\n"
                                "- 医療費を助成します。 {#2-1-1-1-2}\n"
                                "### ② 居場所づくり {#2-1-2}\n"
                                "- 児童館を運営します。 {#2-1-2-1}\n";

/* Renumbered measures, an item moved to another measure, edited words, an item dropped, new ones added. */
static void test_next_edition(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    const Plan *base = read_text(arena, base_text);
    Plan *plan = read_unkeyed(arena, "# 2 ひと創り / (1) 子ども・若者・子育て支援\n"
                                     "## 現状と課題\n"
                                     "### 出生数と婚姻数の状況\n"
                                     "- 出生数は年々減り続けています。\n"
                                     "- 婚姻数も同じです。\n"
                                     "## 基本方向\n"
                                     "\n"
                                     "安心して子どもを生み育てられるまちを目指します。\n"
                                     "\n"
                                     "## 主な取組\n"
                                     "### ① 居場所づくり\n"
                                     "- 児童館を運営します。\n"
                                     "- 医療費を助成します。\n"
                                     "### ② 切れ目のない支援の充実\n"
                                     "#### 相談の充実\n"
                                     "- 保健師や助産師が相談に応じます。\n"
                                     "### ③ 若者の自立\n"
                                     "- 就労を支えます。\n");
    match(arena, plan, base, 14);
    static const char *const keys[] = {"2", "2-1", "2-1-s", "2-1-s-1", "2-1-s-1-1", "2-1-s-1-2", "2-1-d",
        "2-1-d-1", "2-1-m", "2-1-2", "2-1-2-1", "2-1-1-1-2", "2-1-1", "2-1-1-1", "2-1-1-1-1", "2-1-3",
        "2-1-3-1"};
    assert_keys(plan, COUNT_OF(keys), keys);
}

/* A group with another title is the old one when its items are. */
static void test_votes(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    const Plan *base = read_text(arena, base_text);
    Plan *plan = read_unkeyed(arena, "# 2 ひと創り / (1) 子ども・子育て支援\n"
                                     "## 主な取組\n"
                                     "### ① まったく別の題\n"
                                     "#### 違う見出し\n"
                                     "- 医療費を助成します。\n"
                                     "- 保健師が相談に応じます。\n");
    match(arena, plan, base, 7);
    static const char *const keys[] = {"2", "2-1", "2-1-m", "2-1-1", "2-1-1-1", "2-1-1-1-2", "2-1-1-1-1"};
    assert_keys(plan, COUNT_OF(keys), keys);
}

/* Keys that the plan once used are not given to new nodes, nor those of older nodes that now have other
 * numbers. */
static void test_used_keys(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    size_t matched = 0;
    const Plan *base = read_text(arena, base_text);
    Plan *plan = read_unkeyed(arena, "# 2 ひと創り / (1) 子ども・子育て支援\n"
                                     "## 主な取組\n"
                                     "### ① 若者の自立\n"
                                     "- 就労を支えます。\n"
                                     "### ② 切れ目のない支援\n"
                                     "### ③ 居場所づくり\n"
                                     "- 児童館を運営します。\n"
                                     "- 公園を整備します。\n");
    Map used = keys_of(arena, base);
    assert_true(map_put(&used, S("2-1-3"), &used));   /* retired long ago */
    assert_true(map_put(&used, S("2-1-2-2"), &used)); /* likewise */
    assert_true(plan_match_keys(plan, base, &used, &matched, &error));
    assert_int_equal(matched, 6);
    static const char *const keys[] = {
        "2", "2-1", "2-1-m", "2-1-4", "2-1-4-1", "2-1-1", "2-1-2", "2-1-2-1", "2-1-2-3"};
    assert_keys(plan, COUNT_OF(keys), keys);
}

/* A node that names its key is that node, whatever its words; a key of its own keeps it apart. */
static void test_named_keys(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    size_t matched = 0;
    const Plan *base = read_text(arena, base_text);
    Plan *plan = read_text(arena, "# 2 ひと創り / (1) 子ども・子育て支援 {#2-1}\n"
                                  "## 主な取組 {#2-1-m}\n"
                                  "### ① 居場所づくり {#2-1-9}\n"
                                  "- 何もかも違う言葉 {#2-1-2-1 .moved}\n"
                                  "- 医療費を助成します。\n");
    plan->nodes.at[5].key = STR_EMPTY;
    const Map used = keys_of(arena, base);
    assert_true(plan_match_keys(plan, base, &used, &matched, &error));
    static const char *const keys[] = {"2", "2-1", "2-1-m", "2-1-9", "2-1-2-1", "2-1-1-1-2"};
    assert_keys(plan, COUNT_OF(keys), keys);
    assert_int_equal(matched, 5);
}

/* Without an older edition keys are places. */
static void test_first_edition(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    size_t matched = 9;
    Plan *plan = read_unkeyed(arena, base_text);
    Map none;
    map_init(&none, arena);
    assert_true(plan_match_keys(plan, NULL, &none, &matched, &error));
    assert_int_equal(matched, 0);
    assert_true(plan_same(plan, read_text(arena, base_text), &error));
}

/* A hundred thousand neighbours: half of them as before, half new, all under one heading. */
static void test_many_neighbours(void **state)
{
    (void)state;
    const size_t count = 50000;
    AUTO_ARENA arena = arena_new(MANY * 4);
    Error error = {0};
    size_t matched = 0;
    Plan *base = plan_new(arena), *plan = plan_new(arena);
    const PlanSource none = {.file = STR_EMPTY};
    plan_add(base, PLAN_NO_PARENT, PLAN_GROUP, STR_EMPTY, S("見出し"), none)->key = S("1");
    (void)plan_add(plan, PLAN_NO_PARENT, PLAN_GROUP, STR_EMPTY, S("見出し"), none);
    for (size_t i = 0; i < count; i++) {
        plan_add(base, 0, PLAN_FACT, STR_EMPTY, arena_printf(arena, "これまでの%zu", i), none)->key =
            arena_printf(arena, "1-%zu", i);
        (void)plan_add(plan, 0, PLAN_FACT, STR_EMPTY, arena_printf(arena, "%zuabc", i), none);
        (void)plan_add(
            plan, 0, PLAN_FACT, STR_EMPTY, arena_printf(arena, "これまでの%zu", count - 1 - i), none);
    }
    const Map used = keys_of(arena, base);
    assert_true(plan_match_keys(plan, base, &used, &matched, &error));
    assert_int_equal(matched, count + 1);
    for (size_t i = 0; i < count; i += 999) {
        assert_true(str_equal(plan->nodes.at[2 * i + 2].key, arena_printf(arena, "1-%zu", count - 1 - i)));
        assert_null(map_get(&used, plan->nodes.at[2 * i + 1].key));
    }
}

/* Without memory there is an error. */
static void test_memory(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    const Plan *base = read_text(arena, base_text);
    const Map used = keys_of(arena, base);
    bool done = false;
    size_t n = 0;
    while (!done && ++n < 500) {
        Error error = {0};
        size_t matched = 0;
        Plan *plan = read_unkeyed(arena, base_text);
        arena_fail_after(n);
        done = plan_match_keys(plan, base, &used, &matched, &error);
        arena_fail_after(0);
        assert_true(done || error.code == ERROR_MEMORY);
        if (arena_failed(arena)) {
            break;
        }
    }
    assert_in_range(n, 2, 499);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_similarity),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_next_edition),
        cmocka_unit_test(test_votes),
        cmocka_unit_test(test_used_keys),
        cmocka_unit_test(test_named_keys),
        cmocka_unit_test(test_first_edition),
        cmocka_unit_test(test_many_neighbours),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
