/* Plans as JSON: the exact bytes of a small plan, lossless round trips, and what is refused with which words.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/format.h"
#include "random_plan.h"

#define MANY ((size_t)64 << 20)

static Plan *small_plan(Arena *arena)
{
    Plan *plan = plan_new(arena);
    plan->id = S("basic");
    plan->title = S("基本計画");
    plan->edition = S("案");
    plan->notice = S("見本");
    plan_add(plan, PLAN_NO_PARENT, PLAN_BASIC_POLICY, S("2"), S("ひと"), (PlanSource){S("a.txt"), 3, 0, 0, 0})
        ->key = S("2");
    PlanNode *policy =
        plan_add(plan, 0, PLAN_POLICY, S("(1)"), S("子ども<\"&"), (PlanSource){S("a.txt"), 4, 1, 2, 3});
    policy->key = S("2-1");
    *VEC_PUSH(arena, &policy->marks) = (PlanMark){PLAN_MARK_INSERTION, 0, 2};
    *VEC_PUSH(arena, &plan->annotations) = (PlanAnnotation){
        .kind = PLAN_FOOTNOTE, .node = 1, .from = 0, .to = 3, .text = S("十八歳まで\n以下同じ")};
    PlanRepair *repair = VEC_PUSH(arena, &plan->repairs);
    *repair = (PlanRepair){.node = 1, .from = 0, .to = 3, .confidence = 950, .rule = "doubled"};
    *VEC_PUSH(arena, &repair->segments) = (PlanSegment){'=', S("子")};
    *VEC_PUSH(arena, &repair->segments) = (PlanSegment){'-', S("ども")};
    return plan;
}

static void test_exact_bytes(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    assert_true(plan_write_json(small_plan(arena), false, &out, &error));
    const char *expected =
        "{\"format\":\"hitomachi-plan/"
        "1\",\"plan\":{\"id\":\"basic\",\"title\":\"基本計画\"},\"edition\":\"案\","
        "\"notice\":\"見本\",\"nodes\":[{\"key\":\"2\",\"parent\":null,\"kind\":\"basic_policy\",\"number\":"
        "\"2\","
        "\"text\":\"ひと\",\"marks\":[],\"source\":{\"file\":\"a.txt\",\"line\":3}},{\"key\":\"2-1\","
        "\"parent\":\"2\","
        "\"kind\":\"policy\",\"number\":\"(1)\",\"text\":\"子ども<\\\"&\",\"marks\":[{\"kind\":\"insertion\","
        "\"from\":"
        "0,\"to\":2}],\"source\":{\"file\":\"a.txt\",\"line\":4,\"table\":1,\"row\":2,\"cell\":3}}],"
        "\"annotations\":"
        "[{\"kind\":\"footnote\",\"node\":\"2-1\",\"from\":0,\"to\":3,\"text\":\"十八歳まで\\n以下同じ\"}],"
        "\"warnings\":[],\"repairs\":[{\"node\":\"2-1\",\"from\":0,\"to\":3,\"segments\":[[\"=\",\"子\"],[\"-"
        "\","
        "\"ども\"]],\"confidence\":0.95,\"rule\":\"doubled\"}]}";
    buf_add_byte(&out, '\0');
    assert_string_equal(out.at, expected);
}

static void assert_same_source(const PlanSource *a, const PlanSource *b)
{
    assert_true(str_equal(a->file, b->file));
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->table, b->table);
    assert_int_equal(a->row, b->row);
    assert_int_equal(a->cell, b->cell);
}

static void assert_round_trip(Arena *arena, const Plan *plan)
{
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    assert_true(plan_write_json(plan, true, &out, &error));
    const Plan *read = plan_read_json(arena, buf_str(&out), S("plan.json"), &error);
    if (read == NULL || !plan_same(plan, read, &error)) {
        fail_msg("%s", error.message);
    }
    assert_true(str_equal(plan->id, read->id) && str_equal(plan->title, read->title));
    assert_true(str_equal(plan->edition, read->edition) && str_equal(plan->notice, read->notice));
    for (size_t i = 0; i < plan->nodes.len; i++) {
        assert_same_source(&plan->nodes.at[i].source, &read->nodes.at[i].source);
    }
    assert_int_equal(plan->repairs.len, read->repairs.len);
    for (size_t i = 0; i < plan->repairs.len; i++) {
        const PlanRepair *a = &plan->repairs.at[i], *b = &read->repairs.at[i];
        assert_int_equal(a->confidence, b->confidence);
        assert_string_equal(a->rule, b->rule);
        assert_int_equal(a->segments.len, b->segments.len);
    }
}

static void test_small_round_trip(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    assert_round_trip(arena, small_plan(arena));
}

static void test_random_round_trip(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Plan *plan = random_plan(seed, arena, 40);
        Error error = {0};
        if (plan_give_keys(plan, &error)) {
            assert_true(plan_validate(plan, &error));
            assert_round_trip(arena, plan);
        }
    }
}

/* The hash of nodes and annotations alone: blind to sources and order of annotations, not to a mark or a key.
 */
static void test_content_hash(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    char first[PLAN_HASH_LENGTH + 1], second[PLAN_HASH_LENGTH + 1];
    Plan *plan = small_plan(arena);
    assert_true(plan_content_hash(plan, first, &error));
    assert_int_equal(strlen(first), PLAN_HASH_LENGTH);
    plan->nodes.at[0].source.line = 77;
    plan->edition = S("別の版");
    *VEC_PUSH(arena, &plan->annotations) = plan->annotations.at[0];
    plan->annotations.at[1].node = 0;
    plan->annotations.at[1].to = 1;
    assert_true(plan_content_hash(plan, second, &error));
    assert_string_not_equal(first, second);
    const PlanAnnotation swapped = plan->annotations.at[0];
    plan->annotations.at[0] = plan->annotations.at[1];
    plan->annotations.at[1] = swapped;
    char third[PLAN_HASH_LENGTH + 1];
    assert_true(plan_content_hash(plan, third, &error));
    assert_string_equal(second, third);
    plan->annotations.len = 1;
    plan->annotations.at[0] = swapped;
    assert_true(plan_content_hash(plan, second, &error));
    assert_string_equal(first, second);
    plan->nodes.at[1].marks.at[0].to = 1;
    assert_true(plan_content_hash(plan, second, &error));
    assert_string_not_equal(first, second);
}

static const struct {
    const char *text, *message;
} refused[] = {
    {"{}", "format must be \"hitomachi-plan/1\""},
    {"[]", "format must be \"hitomachi-plan/1\""},
    {"{\"format\":\"hitomachi-plan/1\"}", "nodes must be a list"},
    {"{\"format\":\"hitomachi-plan/1\",\"nodes\":[],\"nods\":[]}",
        "nods is no member of this format; did you mean \"nodes\"?"},
    {"{\"format\":\"hitomachi-plan/1\",\"nodes\":[3]}", "nodes[0] must be an object"},
    {"{\"format\":\"hitomachi-plan/1\",\"plan\":{\"id\":7},\"nodes\":[]}", "plan.id must be a text"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[{\"key\":\"1\",\"parent\":null,\"kind\":\"polcy\",\"number\":\"\","
     "\"text\":\"\",\"marks\":[]}]}",
        "nodes[0].kind is \"polcy\", which is no kind of node; did you mean \"policy\"?"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[{\"key\":\"1\",\"parent\":\"2\",\"kind\":\"policy\",\"number\":\"\","
     "\"text\":\"\",\"marks\":[]}]}",
        "nodes[0].parent names the key \"2\", which no node before it has"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[{\"key\":\"1\",\"parent\":null,\"kind\":\"policy\",\"number\":\"\","
     "\"text\":\"a\",\"marks\":[{\"kind\":\"insertion\",\"from\":-1,\"to\":1}]}]}",
        "nodes[0].marks[0].from must be a whole number, 0 or more"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[{\"key\":\"1\",\"parent\":null,\"kind\":\"policy\",\"number\":\"\","
     "\"text\":\"a\",\"marks\":[{\"kind\":\"insertion\",\"from\":0,\"to\":2}]}]}",
        "node 1: a mark does not lie within the text"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[],\"annotations\":[{\"kind\":\"footnote\",\"node\":\"9\",\"from\":0,"
     "\"to\":0,\"text\":\"\"}]}",
        "annotations[0].node names the key \"9\", which no node before it has"},
    {"{\"format\":\"hitomachi-plan/"
     "1\",\"nodes\":[],\"warnings\":[{\"number\":1,\"code\":\"no-such-code\",\"node\":null,"
     "\"subject\":\"\",\"fix\":\"\",\"has_fix\":false,\"taken\":false}]}",
        "warnings[0].code is no code of a warning"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        AUTO_ARENA arena = arena_new(MANY);
        Error error = {0};
        assert_null(plan_read_json(arena, str_of(refused[i].text), S("plan.json"), &error));
        assert_string_equal(error.message, refused[i].message);
        assert_int_equal(error.code, ERROR_INPUT);
    }
}

/* Every failing allocation is an error, never a plan that lacks something. */
static void test_memory(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    assert_true(plan_write_json(small_plan(arena), false, &out, &error));
    bool read = false;
    size_t n = 0;
    while (!read && ++n < 500) {
        AUTO_ARENA small = arena_new(MANY);
        arena_fail_after(n);
        read = plan_read_json(small, buf_str(&out), S("plan.json"), &error) != NULL;
        arena_fail_after(0);
        assert_true(read || error.code == ERROR_MEMORY);
    }
    assert_in_range(n, 10, 499);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_bytes),
        cmocka_unit_test(test_small_round_trip),
        cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_content_hash),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
