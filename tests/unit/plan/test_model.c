/* The plan as a tree: keys, places, counts, checks, comparison; and the numbers before titles. */
#include "plan/plan.h"

#include <setjmp.h>

#include <cmocka.h>

#include "plan/number.h"

#define ROOM ((size_t)8 << 20)
static const PlanSource nowhere = {.file = {"", 0}};

static int32_t add(Plan *plan, int32_t parent, PlanKind kind, const char *number, const char *text)
{
    PlanSource source = nowhere;
    source.line = (uint32_t)plan->nodes.len + 1;
    assert_non_null(plan_add(plan, parent, kind, str_of(number), str_of(text), source));
    return (int32_t)plan->nodes.len - 1;
}

static void assert_key(const Plan *plan, int32_t index, const char *key)
{
    const Str found = plan->nodes.at[index].key;
    if (!str_equal(found, str_of(key))) {
        fail_msg("node %d has the key %.*s, not %s", index, STR_ARGS(found), key);
    }
}

static void give_keys(Plan *plan)
{
    Error error = {0};
    if (!plan_give_keys(plan, &error) || !plan_validate(plan, &error)) {
        fail_msg("%s", error.message);
    }
}

/* Indices of a small plan in document order. */
enum {
    BASIC,
    POLICY,
    SITUATION,
    SITUATION_GROUP,
    FACT,
    DIRECTION,
    WORDING_1,
    WORDING_2,
    MEASURES,
    MEASURE_2,
    GROUP,
    INITIATIVE_1,
    INITIATIVE_2,
    MEASURE_1,
    NODES
};

static Plan *small_plan(Arena *arena)
{
    Plan *plan = plan_new(arena);
    assert_non_null(plan);
    add(plan, PLAN_NO_PARENT, PLAN_BASIC_POLICY, "2", "水と緑");
    add(plan, BASIC, PLAN_POLICY, "(3)", "川の再生");
    add(plan, POLICY, PLAN_SITUATION, "", "現状と課題");
    add(plan, SITUATION, PLAN_GROUP, "", "水質の状況");
    add(plan, SITUATION_GROUP, PLAN_FACT, "", "水は澄んでいます。");
    add(plan, POLICY, PLAN_DIRECTION, "", "基本方向");
    add(plan, DIRECTION, PLAN_DIRECTION, "", "川を守ります。");
    add(plan, DIRECTION, PLAN_DIRECTION, "", "魚を増やします。");
    add(plan, POLICY, PLAN_MEASURES, "", "主な取組");
    add(plan, MEASURES, PLAN_MEASURE, "②", "魚");
    add(plan, MEASURE_2, PLAN_GROUP, "", "放流");
    add(plan, GROUP, PLAN_INITIATIVE, "", "稚魚を放します。");
    add(plan, GROUP, PLAN_INITIATIVE, "", "産卵床を作ります。");
    add(plan, MEASURES, PLAN_MEASURE, "①", "水");
    return plan;
}

static void keys_come_from_numbers_and_places(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    give_keys(plan);
    static const char *const keys[NODES] = {"2", "2-3", "2-3-s", "2-3-s-1", "2-3-s-1-1", "2-3-d", "2-3-d-1",
        "2-3-d-2", "2-3-m", "2-3-2", "2-3-2-1", "2-3-2-1-1", "2-3-2-1-2", "2-3-1"};
    for (int32_t i = 0; i < NODES; i++) {
        assert_key(plan, i, keys[i]);
        assert_int_equal(plan_find(plan, str_of(keys[i])), i);
    }
    assert_int_equal(plan_find(plan, S("2-3-9")), -1);
}

static void equal_numbers_are_refused_with_both_places(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    plan->nodes.at[MEASURE_1].number = S("（２）");
    Error error = {0};
    assert_false(plan_give_keys(plan, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_non_null(strstr(error.message, "2-3-2"));
    assert_non_null(strstr(error.message, "line 10"));
    assert_non_null(strstr(error.message, "line 14"));
}

static void a_key_that_was_given_stays_and_is_not_given_again(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    plan->nodes.at[INITIATIVE_2].key = S("2-3-2-1-1");
    give_keys(plan);
    assert_key(plan, INITIATIVE_2, "2-3-2-1-1");
    assert_key(plan, INITIATIVE_1, "2-3-2-1-3"); /* its place is taken: behind the last */
}

static void a_missing_number_never_takes_a_siblings(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = plan_new(arena);
    const int32_t policy = add(plan, PLAN_NO_PARENT, PLAN_POLICY, "", "川の再生");
    const int32_t measures = add(plan, policy, PLAN_MEASURES, "", "主な取組");
    const int32_t plain = add(plan, measures, PLAN_MEASURE, "", "その他");
    const int32_t first = add(plan, measures, PLAN_MEASURE, "①", "水");
    const int32_t fifth = add(plan, measures, PLAN_MEASURE, "⑤", "魚");
    give_keys(plan);
    assert_key(plan, policy, "1");
    assert_key(plan, first, "1-1");
    assert_key(plan, fifth, "1-5");
    assert_key(plan, plain, "1-6");
}

static void subtrees_and_counts(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    assert_int_equal(plan_subtree_end(plan, BASIC), NODES);
    assert_int_equal(plan_subtree_end(plan, SITUATION), DIRECTION);
    assert_int_equal(plan_subtree_end(plan, MEASURE_2), MEASURE_1);
    assert_int_equal(plan_subtree_end(plan, MEASURE_1), NODES);
    assert_int_equal(plan_ancestor(plan, INITIATIVE_1, PLAN_POLICY), POLICY);
    assert_int_equal(plan_ancestor(plan, POLICY, PLAN_POLICY), POLICY);
    assert_int_equal(plan_ancestor(plan, FACT, PLAN_MEASURES), -1);
    assert_int_equal(plan_count(plan, PLAN_GROUP, PLAN_KIND_COUNT), 2);
    assert_int_equal(plan_count(plan, PLAN_GROUP, PLAN_SITUATION), 1);
    assert_int_equal(plan_count(plan, PLAN_DIRECTION, PLAN_DIRECTION), 2);
}

typedef void Spoil(Plan *plan);

static void parent_behind(Plan *plan)
{
    plan->nodes.at[FACT].parent = GROUP;
}
static void parent_of_another_branch(Plan *plan)
{
    plan->nodes.at[WORDING_1].parent = SITUATION;
}
static void wrong_kind_below(Plan *plan)
{
    plan->nodes.at[FACT].kind = PLAN_POLICY;
}
static void unknown_kind(Plan *plan)
{
    plan->nodes.at[FACT].kind = PLAN_KIND_COUNT;
}
static void equal_keys(Plan *plan)
{
    plan->nodes.at[FACT].key = S("2-3-m");
}
static void key_with_a_space(Plan *plan)
{
    plan->nodes.at[FACT].key = S("2 3");
}
static void no_key(Plan *plan)
{
    plan->nodes.at[FACT].key = STR_EMPTY;
}
static void text_not_utf8(Plan *plan)
{
    plan->nodes.at[FACT].text = S("\x83\x54");
}
static void text_with_line_feed(Plan *plan)
{
    plan->nodes.at[FACT].text = S("a\nb");
}
static void number_with_nul(Plan *plan)
{
    plan->nodes.at[FACT].number = S("\0");
}

static void set_marks(Plan *plan, size_t count, const PlanMark *marks)
{
    for (size_t i = 0; i < count; i++) {
        PlanMark *mark = VEC_PUSH(plan->arena, &plan->nodes.at[FACT].marks);
        assert_non_null(mark);
        *mark = marks[i];
    }
}
static void mark_beyond_the_end(Plan *plan)
{
    set_marks(plan, 1, &(PlanMark){PLAN_MARK_INSERTION, 0, 10}); /* nine characters */
}
static void empty_mark(Plan *plan)
{
    set_marks(plan, 1, &(PlanMark){PLAN_MARK_INSERTION, 3, 3});
}
static void marks_overlap(Plan *plan)
{
    set_marks(plan, 2, (const PlanMark[]){{PLAN_MARK_INSERTION, 0, 4}, {PLAN_MARK_DELETION, 3, 5}});
}

static void annotate(Plan *plan, PlanAnnotation note)
{
    PlanAnnotation *added = VEC_PUSH(plan->arena, &plan->annotations);
    assert_non_null(added);
    *added = note;
}
static void annotation_on_no_node(Plan *plan)
{
    annotate(plan, (PlanAnnotation){.node = NODES, .text = S("注")});
}
static void annotation_beyond_the_end(Plan *plan)
{
    annotate(plan, (PlanAnnotation){.node = FACT, .from = 3, .to = 10, .text = S("注")});
}
static void annotation_backwards(Plan *plan)
{
    annotate(plan, (PlanAnnotation){.node = FACT, .from = 3, .to = 2, .text = S("注")});
}

static void warn_with(Plan *plan, PlanWarning warning)
{
    PlanWarning *added = VEC_PUSH(plan->arena, &plan->warnings);
    assert_non_null(added);
    *added = warning;
}
static void warning_without_number(Plan *plan)
{
    warn_with(plan, (PlanWarning){.code = "number_gap", .node = FACT});
}
static void warning_taken_without_fix(Plan *plan)
{
    warn_with(plan, (PlanWarning){.number = 1, .code = "number_gap", .node = FACT, .taken = true});
}

static void repair_with(Plan *plan, size_t from, size_t to, const char *piece)
{
    PlanRepair *repair = VEC_PUSH(plan->arena, &plan->repairs);
    assert_non_null(repair);
    *repair = (PlanRepair){.node = FACT, .from = from, .to = to};
    PlanSegment *segment = VEC_PUSH(plan->arena, &repair->segments);
    assert_non_null(segment);
    *segment = (PlanSegment){'=', str_of(piece)};
}
static void repair_of_other_words(Plan *plan)
{
    repair_with(plan, 0, 2, "水が");
}
static void repair_of_too_few_words(Plan *plan)
{
    repair_with(plan, 0, 2, "水");
}

static void what_breaks_the_rules_is_found(void **state)
{
    (void)state;
    static const struct {
        Spoil *spoil;
        const char *message;
    } cases[] = {{parent_behind, "document order"}, {parent_of_another_branch, "document order"},
        {wrong_kind_below, "cannot hold"}, {unknown_kind, "kind"}, {equal_keys, "two nodes have the key"},
        {key_with_a_space, "a key is"}, {no_key, "a key is"}, {text_not_utf8, "UTF-8"},
        {text_with_line_feed, "control"}, {number_with_nul, "control"}, {mark_beyond_the_end, "within"},
        {empty_mark, "within"}, {marks_overlap, "overlap"}, {annotation_on_no_node, "no node"},
        {annotation_beyond_the_end, "within"}, {annotation_backwards, "within"},
        {warning_without_number, "numbered"}, {warning_taken_without_fix, "numbered"},
        {repair_of_other_words, "repair 1"}, {repair_of_too_few_words, "repair 1"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(ROOM);
        Plan *plan = small_plan(arena);
        give_keys(plan);
        cases[i].spoil(plan);
        Error error = {0};
        assert_false(plan_validate(plan, &error));
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, error.message, cases[i].message);
        }
    }
}

static void marks_and_notes_up_to_the_end_are_valid(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    give_keys(plan);
    set_marks(plan, 2, (const PlanMark[]){{PLAN_MARK_INSERTION, 0, 4}, {PLAN_MARK_DELETION, 4, 9}});
    annotate(plan, (PlanAnnotation){.node = FACT, .from = 9, .to = 9, .text = S("一行目\n二行目")});
    repair_with(plan, 0, 2, "水は");
    Error error = {0};
    if (!plan_validate(plan, &error)) {
        fail_msg("%s", error.message);
    }
}

static void comparison_says_what_differs(void **state)
{
    (void)state;
    static const struct {
        Spoil *spoil;
        const char *message;
    } cases[] = {{text_with_line_feed, "text"}, {equal_keys, "key"}, {wrong_kind_below, "kind"},
        {parent_of_another_branch, "parent"}, {number_with_nul, "number"}, {mark_beyond_the_end, "marks"},
        {annotation_on_no_node, "annotations"}};
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *a = small_plan(arena);
    give_keys(a);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Plan *b = small_plan(arena);
        give_keys(b);
        Error error = {0};
        assert_true(plan_same(a, b, &error));
        cases[i].spoil(b);
        assert_false(plan_same(a, b, &error));
        assert_false(plan_same(b, a, &error));
        if (strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu: \"%s\" does not say \"%s\"", i, error.message, cases[i].message);
        }
    }
}

static void names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < PLAN_KIND_COUNT; i++) {
        PlanKind kind = PLAN_KIND_COUNT;
        assert_true(plan_kind_from_name(str_of(plan_kind_name((PlanKind)i)), &kind));
        assert_int_equal(kind, i);
        assert_true(strlen(plan_kind_title(kind)) > 0);
    }
    for (int i = 0; i < PLAN_ANNOTATION_COUNT; i++) {
        PlanAnnotationKind kind = PLAN_ANNOTATION_COUNT;
        assert_true(plan_annotation_from_name(str_of(plan_annotation_name((PlanAnnotationKind)i)), &kind));
        assert_int_equal(kind, i);
    }
    PlanKind kind = PLAN_FACT;
    assert_false(plan_kind_from_name(S("Policy"), &kind));
    assert_string_equal(plan_mark_name(PLAN_MARK_DELETION), "deletion");
}

static void numbers_before_titles(void **state)
{
    (void)state;
    static const struct {
        const char *title, *number, *rest;
        uint32_t value;
    } cases[] = {
        {"2 水と緑", "2", "水と緑", 2},
        {"１０　水と緑", "１０", "水と緑", 10},
        {"(1) 川", "(1)", "川", 1},
        {"（１２）川", "（１２）", "川", 12},
        {"①川", "①", "川", 1},
        {"⑳ 川", "⑳", "川", 20},
        {"㉑川", "㉑", "川", 21},
        {"㊿川", "㊿", "川", 50},
        {"⑴川", "⑴", "川", 1},
        {"⒛川", "⒛", "川", 20},
        {"❸川", "❸", "川", 3},
        {"1. 川", "1.", "川", 1},
        {"３．川", "３．", "川", 3},
        {"4)川", "4)", "川", 4},
        {"Ⅲ 川", "Ⅲ", "川", 3},
        {"第3 川", "第3", "川", 3},
        {"7", "7", "", 7},
        {"2020年の川", "", "2020年の川", 0},
        {"1.5倍の川", "", "1.5倍の川", 0},
        {"(仮称)川", "", "(仮称)川", 0},
        {"(1川", "", "(1川", 0},
        {"川 1", "", "川 1", 0},
        {"", "", "", 0},
        {"第川", "", "第川", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str number, rest;
        uint32_t value = 0;
        const bool found = number_split(str_of(cases[i].title), &number, &rest);
        const bool same = found == (cases[i].value > 0) && str_equal(number, str_of(cases[i].number)) &&
                          str_equal(rest, str_of(cases[i].rest));
        if (!same || (found && (!number_value(number, &value) || value != cases[i].value))) {
            fail_msg("\"%s\": number \"%.*s\" (%u), rest \"%.*s\"", cases[i].title, STR_ARGS(number), value,
                STR_ARGS(rest));
        }
    }
    uint32_t value = 0;
    assert_false(number_value(S("ア"), &value));
    assert_false(number_value(S("0"), &value));
    assert_false(number_value(S("99999999999999999999"), &value));
}

static void a_full_arena_is_told(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ROOM);
    Plan *plan = small_plan(arena);
    for (size_t n = 1; n < 40; n++) {
        Error error = {0};
        for (int32_t i = 0; i < NODES; i++) {
            plan->nodes.at[i].key = STR_EMPTY;
        }
        arena_fail_after(n);
        const bool given = plan_give_keys(plan, &error);
        arena_fail_after(0);
        if (given) {
            assert_true(n > 3);
            return;
        }
        assert_int_equal(error.code, ERROR_MEMORY);
        arena_clear(arena);
        plan = small_plan(arena);
    }
    fail_msg("keys were never given");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_come_from_numbers_and_places),
        cmocka_unit_test(equal_numbers_are_refused_with_both_places),
        cmocka_unit_test(a_key_that_was_given_stays_and_is_not_given_again),
        cmocka_unit_test(a_missing_number_never_takes_a_siblings),
        cmocka_unit_test(subtrees_and_counts),
        cmocka_unit_test(what_breaks_the_rules_is_found),
        cmocka_unit_test(marks_and_notes_up_to_the_end_are_valid),
        cmocka_unit_test(comparison_says_what_differs),
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(numbers_before_titles),
        cmocka_unit_test(a_full_arena_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
