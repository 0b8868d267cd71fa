/* Operations as a planning officer makes them, on a small invented plan: each kind, each way two of them
 * cannot both take effect, where passages, marks and annotations go, and wordings with their edits.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "plan/operation.h"

#define MANY ((size_t)64 << 20)

/* A harbour's plan and what somebody wants of it. Ids count from 1 in the order of `add`. */
typedef struct Desk {
    Arena *arena;
    Plan *base;
    PlanOperations operations;
    Error error;
    PlanConflict conflict;
} Desk;

static PlanNode *put(Desk *desk, int32_t parent, PlanKind kind, Str key, Str number, Str text)
{
    PlanNode *node = plan_add(desk->base, parent, kind, number, text, (PlanSource){0});
    node->key = key;
    return node;
}

static void sit_down(Desk *desk)
{
    *desk = (Desk){.arena = arena_new(MANY)};
    desk->base = plan_new(desk->arena);
    put(desk, -1, PLAN_MEASURE, S("1"), S("①"), S("港の整備"));
    put(desk, 0, PLAN_GROUP, S("1-1"), STR_EMPTY, S("漁港"));
    put(desk, 1, PLAN_INITIATIVE, S("1-1-1"), STR_EMPTY, S("桟橋を直し、灯台を守ります。"));
    put(desk, 1, PLAN_INITIATIVE, S("1-1-2"), STR_EMPTY, S("年間1,845人の釣り客を迎えます。"));
    put(desk, 1, PLAN_INITIATIVE, S("1-1-3"), STR_EMPTY, S("葛\U000E0100の浜の網を干しま\u3059\u3099。"));
    put(desk, 0, PLAN_GROUP, S("1-2"), STR_EMPTY, S("商港"));
    put(desk, 5, PLAN_INITIATIVE, S("1-2-1"), STR_EMPTY, S("倉庫を増やします。"));
    put(desk, -1, PLAN_MEASURE, S("2"), S("②"), S("海辺の公園"));
    assert_true(plan_validate(desk->base, &desk->error));
}

static void stand_up(Desk *desk)
{
    arena_free(desk->arena);
}

static void add(Desk *desk, PlanOperation operation)
{
    operation.id = (int64_t)desk->operations.len + 1;
    operation.accepted = true;
    *VEC_PUSH(desk->arena, &desk->operations) = operation;
}

static void leave_pending(Desk *desk, PlanOperation operation)
{
    add(desk, operation);
    desk->operations.at[desk->operations.len - 1].accepted = false;
}

static Plan *apply(Desk *desk)
{
    Plan *plan =
        plan_operations_apply(desk->arena, desk->base, &desk->operations, &desk->conflict, &desk->error);
    if (plan != NULL && !plan_validate(plan, &desk->error)) {
        fail_msg("%s", desk->error.message);
    }
    return plan;
}

/* One line a node: its depth in spaces, its key, its number in brackets, its text. */
static void assert_plan(Desk *desk, const char *expected)
{
    const Plan *plan = apply(desk);
    AUTO_BUF out;
    buf_init(&out, MANY);
    if (plan == NULL) {
        fail_msg("%s", desk->error.message);
        return;
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        for (int32_t above = node->parent; above >= 0; above = plan->nodes.at[above].parent) {
            buf_add(&out, S(" "));
        }
        buf_printf(&out, "%.*s %.*s%s%.*s\n", STR_ARGS(node->key), STR_ARGS(node->number),
            node->number.len > 0 ? " " : "", STR_ARGS(node->text));
    }
    if (!str_equal(buf_str(&out), str_of(expected))) {
        fail_msg("\nfound\n%.*sexpected\n%s", STR_ARGS(buf_str(&out)), expected);
    }
    stand_up(desk);
}

static void assert_refused(Desk *desk, ErrorCode code, int64_t a, int64_t b, const char *why)
{
    assert_null(apply(desk));
    if (desk->error.code != code || desk->conflict.a != a || desk->conflict.b != b ||
        !str_contains(str_of(desk->error.message), str_of(why))) {
        fail_msg("%d and %d: %s", (int)desk->conflict.a, (int)desk->conflict.b, desk->error.message);
    }
    stand_up(desk);
}

static PlanOperation edit(Str key, size_t from, size_t to, Str text)
{
    return (PlanOperation){.kind = PLAN_EDIT, .key = key, .from = from, .to = to, .text = text};
}

static PlanOperation insert(Str parent, Str after, Str text)
{
    return (PlanOperation){
        .kind = PLAN_INSERT, .parent = parent, .after = after, .node_kind = PLAN_INITIATIVE, .text = text};
}

static PlanOperation move(Str key, Str parent, Str after)
{
    return (PlanOperation){.kind = PLAN_MOVE, .key = key, .parent = parent, .after = after};
}

static PlanOperation drop(Str key)
{
    return (PlanOperation){.kind = PLAN_DELETE, .key = key};
}

static PlanOperation split(Str key, size_t at)
{
    return (PlanOperation){.kind = PLAN_SPLIT, .key = key, .from = at, .to = at};
}

static PlanOperation merge(Str key, Str taken, Str joint)
{
    return (PlanOperation){.kind = PLAN_MERGE, .key = key, .after = taken, .text = joint};
}

/* --- each kind --- */

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLAN_OPERATION_KIND_COUNT; i++) {
        PlanOperationKind kind;
        assert_true(plan_operation_from_name(str_of(plan_operation_name((PlanOperationKind)i)), &kind));
        assert_int_equal(kind, i);
    }
    PlanOperationKind kind;
    assert_false(plan_operation_from_name(S("replace"), &kind));
}

static void test_words(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, edit(S("1-1-2"), 2, 7, S("2,000")));
    add(&desk, edit(S("1-1-2"), 7, 7, S("を超える")));
    add(&desk, edit(S("1-1-3"), 0, 1, S("葛")));
    add(&desk, edit(S("1-1-3"), 9, 10, S("す")));
    add(&desk, (PlanOperation){.kind = PLAN_RENAME, .key = S("2"), .from = 3, .to = 5, .text = S("緑地")});
    add(&desk, (PlanOperation){.kind = PLAN_RENUMBER, .key = S("2"), .text = S("③")});
    leave_pending(&desk, edit(S("1-2-1"), 0, 2, S("上屋")));
    assert_plan(&desk, "1 ① 港の整備\n 1-1 漁港\n  1-1-1 桟橋を直し、灯台を守ります。\n"
                       "  1-1-2 年間2,000を超える人の釣り客を迎えます。\n  1-1-3 葛の浜の網を干します。\n"
                       " 1-2 商港\n  1-2-1 倉庫を増やします。\n2 ③ 海辺の緑地\n");
}

static void test_places(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, insert(S("1-1"), S("1-1-1"), S("あ")));
    leave_pending(&desk, insert(S("1-1"), S("1-1-1"), S("い")));
    add(&desk, insert(S("1-1"), S("+2"), S("う")));
    add(&desk, insert(S("1-1"), S("1-1-1"), S("え")));
    add(&desk, insert(S("1-1"), STR_EMPTY, S("お")));
    add(&desk, move(S("1-1-2"), S("1-2"), S("1-2-1")));
    add(&desk, insert(S("1-1"), S("1-1-2"), S("か")));
    add(&desk, insert(S("1-2"), S("1-1-2"), S("き")));
    add(&desk, move(S("1-1-3"), S("1-1"), STR_EMPTY));
    add(&desk, insert(S("1-1"), S("+9"), S("く")));
    add(&desk, insert(S("1-1"), S("1-1-3"), S("け")));
    assert_true(str_equal(plan_operation_place(desk.arena, &desk.operations, S("1-1-3")), S("+9")));
    assert_true(str_equal(plan_operation_place(desk.arena, &desk.operations, S("1-1-1")), S("1-1-1")));
    assert_plan(&desk,
        "1 ① 港の整備\n 1-1 漁港\n  +5 お\n  1-1-3 葛\U000E0100の浜の網を干しま\u3059\u3099。\n  +10 く\n"
        "  1-1-1 桟橋を直し、灯台を守ります。\n  +1 あ\n  +3 う\n  +4 え\n  +7 か\n  +11 け\n 1-2 商港\n"
        "  1-2-1 倉庫を増やします。\n  1-1-2 年間1,845人の釣り客を迎えます。\n  +8 き\n2 ② 海辺の公園\n");
}

static void test_deletion_and_rescue(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, drop(S("1-1")));
    add(&desk, move(S("1-1-2"), S("1-2"), STR_EMPTY));
    add(&desk, edit(S("1-1-2"), 0, 2, S("毎年")));
    add(&desk, merge(S("1-2-1"), S("1-1-1"), S("また、")));
    assert_plan(&desk, "1 ① 港の整備\n 1-2 商港\n  1-1-2 毎年1,845人の釣り客を迎えます。\n"
                       "  1-2-1 倉庫を増やします。また、桟橋を直し、灯台を守ります。\n2 ② 海辺の公園\n");
}

static void test_parts(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, split(S("1-1-1"), 6));
    add(&desk, edit(S("1-1-1"), 6, 6, S("（修繕）")));
    add(&desk, edit(S("+1"), 0, 0, S("古い")));
    add(&desk, edit(S("+1"), 3, 5, S("照らし")));
    add(&desk, insert(S("1-1"), S("1-1-1"), S("あ")));
    add(&desk, insert(S("1-1"), S("+1"), S("い")));
    add(&desk, split(S("+1"), 3));
    add(&desk, move(S("1-1-1"), S("1-2"), STR_EMPTY));
    add(&desk, (PlanOperation){.kind = PLAN_RENUMBER, .key = S("+7"), .text = S("(1)")});
    assert_plan(&desk, "1 ① 港の整備\n 1-1 漁港\n  +6 い\n  +5 あ\n  1-1-2 年間1,845人の釣り客を迎えます。\n"
                       "  1-1-3 葛\U000E0100の浜の網を干しま\u3059\u3099。\n 1-2 商港\n"
                       "  1-1-1 桟橋を直し、（修繕）\n  +1 古い灯台を\n  +7 (1) 照らします。\n"
                       "  1-2-1 倉庫を増やします。\n2 ② 海辺の公園\n");
}

static void test_headings_merged(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, merge(S("1-2"), S("1-1"), S("・")));
    add(&desk, insert(S("1-2"), S("1-1-1"), S("あ")));
    add(&desk, drop(S("1-1-2")));
    assert_plan(&desk, "1 ① 港の整備\n 1-2 商港・漁港\n  1-2-1 倉庫を増やします。\n"
                       "  1-1-1 桟橋を直し、灯台を守ります。\n  +2 あ\n"
                       "  1-1-3 葛\U000E0100の浜の網を干しま\u3059\u3099。\n2 ② 海辺の公園\n");
}

/* --- what cannot be --- */

static void test_conflicts(void **state)
{
    (void)state;
    const struct {
        PlanOperation first, second;
        const char *why;
    } pairs[] = {
        {edit(S("1-1-1"), 0, 3, S("岸")), edit(S("1-1-1"), 2, 4, S("へ")), "they change the same words"},
        {edit(S("1-1-1"), 0, 3, S("岸")), edit(S("1-1-1"), 1, 1, S("へ")), "they change the same words"},
        {edit(S("1-1-1"), 4, 8, S("岸")), split(S("1-1-1"), 6), "one splits the node within the words"},
        {split(S("1-1-1"), 6), split(S("1-1-1"), 6), "both split the node at the same place"},
        {move(S("1-1-1"), S("1-2"), STR_EMPTY), move(S("1-1-1"), S("1-1"), STR_EMPTY), "both move the node"},
        {{.kind = PLAN_RENUMBER, .key = S("2")}, {.kind = PLAN_RENUMBER, .key = S("2"), .text = S("③")},
            "both renumber the node"},
        {drop(S("1-1-1")), drop(S("1-1-1")), "both delete the node"},
        {drop(S("1-1")), drop(S("1-1-1")), "one stands on what the other deletes"},
        {drop(S("1-1")), edit(S("1-1-1"), 0, 1, S("岸")), "one stands on what the other deletes"},
        {insert(S("1-1"), STR_EMPTY, S("あ")), drop(S("1-1")), "one stands on what the other deletes"},
        {move(S("1-2-1"), S("1-1"), STR_EMPTY), drop(S("1")), "one stands on what the other deletes"},
        {split(S("1-1-1"), 6), drop(S("1-1-1")), "one stands on what the other deletes"},
        {merge(S("1-1-1"), S("1-1-2"), STR_EMPTY), merge(S("1-1-3"), S("1-1-2"), STR_EMPTY),
            "both take the node in"},
        {merge(S("1-1-1"), S("1-1-2"), STR_EMPTY), move(S("1-1-2"), S("1-2"), STR_EMPTY),
            "one takes in the node that the other moves, renumbers or deletes"},
        {merge(S("1-1-1"), S("1-1-2"), STR_EMPTY), merge(S("1-1-2"), S("1-1-1"), STR_EMPTY),
            "the nodes would stand below each other"},
        {{.kind = PLAN_INSERT, .parent = S("2"), .node_kind = PLAN_GROUP, .text = S("砂浜")},
            {.kind = PLAN_EDIT, .key = S("2"), .over = {(int64_t[]){1}, 1, 1}}, "one takes the place"},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        Desk desk;
        sit_down(&desk);
        add(&desk, pairs[i].first);
        add(&desk, pairs[i].second);
        assert_refused(&desk, ERROR_CONFLICT, 1, 2, pairs[i].why);
    }
}

static void test_conflicts_of_more(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    leave_pending(&desk, insert(S("1-1"), STR_EMPTY, S("浮桟橋を造ります。")));
    add(&desk, edit(S("+1"), 0, 1, S("大")));
    assert_refused(&desk, ERROR_CONFLICT, 1, 2, "one needs the node that the other would bring");
    sit_down(&desk);
    desk.base->nodes.at[7].kind = PLAN_POLICY;
    put(&desk, -1, PLAN_DIRECTION, S("3"), STR_EMPTY, S("方針"));
    put(&desk, -1, PLAN_DIRECTION, S("4"), STR_EMPTY, S("理念"));
    add(&desk, move(S("3"), S("4"), STR_EMPTY));
    leave_pending(&desk, drop(S("1")));
    add(&desk, move(S("4"), S("3"), STR_EMPTY));
    assert_refused(&desk, ERROR_CONFLICT, 1, 3, "the nodes would stand below each other");
    sit_down(&desk);
    add(&desk, insert(S("1-1"), S("+2"), S("あ")));
    add(&desk, insert(S("1-1"), S("+1"), S("い")));
    assert_refused(&desk, ERROR_INPUT, 0, 0, "would stand behind itself");
}

/* Touching is no conflict; insertions come before what is replaced at their place, older first. */
static void test_touching(void **state)
{
    (void)state;
    Desk desk;
    Str now;
    sit_down(&desk);
    add(&desk, edit(S("1-2-1"), 0, 2, S("蔵")));
    add(&desk, edit(S("1-2-1"), 2, 2, S("など")));
    add(&desk, edit(S("1-2-1"), 0, 0, S("石の")));
    add(&desk, edit(S("1-2-1"), 2, 3, S("も")));
    add(&desk, edit(S("1-2-1"), 0, 0, S("古い")));
    add(&desk, edit(S("1-2-1"), 9, 9, S("（新規）")));
    assert_true(plan_wording_now(desk.arena, desk.base, &desk.operations, S("1-2-1"), &now, &desk.error));
    assert_true(str_equal(now, S("石の古い蔵なども増やします。（新規）")));
    stand_up(&desk);
}

/* --- what makes sense --- */

static void test_checks(void **state)
{
    (void)state;
    const struct {
        PlanOperation operation;
        ErrorCode code;
        const char *why;
    } cases[] = {
        {edit(S("1-9"), 0, 0, S("あ")), ERROR_NOT_FOUND, "the plan has no node 1-9"},
        {edit(S("+7"), 0, 0, S("あ")), ERROR_NOT_FOUND, "the plan has no node +7"},
        {edit(S("1-1-3"), 0, 12, S("あ")), ERROR_INPUT,
            "0 to 12 does not lie in the text of 1-1-3, which has 11"},
        {edit(S("1-1-3"), 3, 2, S("あ")), ERROR_INPUT, "does not lie in the text"},
        {edit(S("+2"), 0, 9, S("あ")), ERROR_INPUT, "which has 8"},
        {edit(S("1-1-3"), 0, 1, S("あ\n")), ERROR_INPUT, "one line"},
        {edit(S("1-1-3"), 0, 1, S("\xE3\x81")), ERROR_INPUT, "one line"},
        {insert(S("1-1-1"), STR_EMPTY, S("あ")), ERROR_INPUT,
            "a node of kind initiative cannot stand below one of kind initiative"},
        {insert(S("1-2"), S("1-1-1"), S("あ")), ERROR_INPUT, "1-1-1 does not stand directly below 1-2"},
        {insert(STR_EMPTY, S("1-1"), S("あ")), ERROR_INPUT, "does not stand directly below the plan"},
        {insert(S("1-2"), S("1-9"), S("あ")), ERROR_NOT_FOUND, "the plan has no node 1-9"},
        {move(S("3"), S("4"), STR_EMPTY), ERROR_INPUT, "3 would stand below itself"},
        {move(S("1"), S("1-1"), STR_EMPTY), ERROR_INPUT, "kind measure cannot stand below one of kind group"},
        {split(S("1-1-1"), 0), ERROR_INPUT, "between two characters"},
        {split(S("1-1-1"), 14), ERROR_INPUT, "between two characters"},
        {{.kind = PLAN_SPLIT, .key = S("1-1-1"), .from = 2, .to = 3}, ERROR_INPUT, "at one place"},
        {merge(S("1-1-1"), S("1-1-1"), STR_EMPTY), ERROR_INPUT, "cannot take itself in"},
        {merge(S("1-1-1"), S("1-2"), STR_EMPTY), ERROR_INPUT, "kind initiative takes in only its like"},
        {merge(S("4"), S("3"), STR_EMPTY), ERROR_INPUT, "4 stands below 3, which it cannot take in"},
        {{.kind = PLAN_RENUMBER, .key = S("1"), .text = S("①\t")}, ERROR_INPUT, "one line"},
    };
    Desk desk;
    sit_down(&desk);
    put(&desk, -1, PLAN_DIRECTION, S("3"), STR_EMPTY, S("方針"));
    put(&desk, 8, PLAN_DIRECTION, S("4"), STR_EMPTY, S("理念"));
    leave_pending(&desk, insert(S("1-1"), S("1-1-1"), S("浮桟橋")));
    leave_pending(&desk, split(S("1-1-1"), 6));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        PlanOperation operation = cases[i].operation;
        operation.id = 9;
        assert_false(plan_operation_check(desk.base, &desk.operations, &operation, &desk.error));
        if (desk.error.code != cases[i].code ||
            !str_contains(str_of(desk.error.message), str_of(cases[i].why))) {
            fail_msg("%zu: %s", i, desk.error.message);
        }
    }
    const PlanOperation good[] = {edit(S("+1"), 0, 3, S("あ")), edit(S("+2"), 0, 8, STR_EMPTY),
        insert(S("1-1"), S("+1"), S("い")), insert(S("1-1"), S("+2"), S("う")),
        move(S("+1"), S("1-2"), STR_EMPTY), merge(S("1-1-1"), S("+2"), STR_EMPTY), drop(S("1")),
        split(S("+2"), 1)};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        assert_true(plan_operation_check(desk.base, &desk.operations, &good[i], &desk.error));
    }
    /* what was moved out before may take in what it stood in */
    add(&desk, move(S("4"), STR_EMPTY, STR_EMPTY));
    const PlanOperation later = move(S("3"), S("4"), STR_EMPTY);
    assert_true(plan_operation_check(desk.base, &desk.operations, &later, &desk.error));
    stand_up(&desk);
}

/* --- carried --- */

static void assert_carried(Desk *desk, PlanPassage passage, PlanPassage expected)
{
    PlanPassage carried;
    assert_true(
        plan_passage_carry(desk->arena, desk->base, &desk->operations, &passage, &carried, &desk->error));
    if (!str_equal(carried.key, expected.key) || carried.from != expected.from || carried.to != expected.to ||
        carried.whole != expected.whole || carried.lost != expected.lost) {
        fail_msg("%.*s %zu-%zu is carried to %.*s %zu-%zu%s%s", STR_ARGS(passage.key), passage.from,
            passage.to, STR_ARGS(carried.key), carried.from, carried.to, carried.whole ? " whole" : "",
            carried.lost ? " lost" : "");
    }
}

static void test_passages(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, edit(S("1-1-1"), 0, 2, S("大きな突堤")));
    add(&desk, split(S("1-1-1"), 6));
    add(&desk, merge(S("1-2-1"), S("1-1-2"), S("また、")));
    add(&desk, drop(S("1-1-3")));
    add(&desk, edit(S("1-1-2"), 2, 7, S("二千")));
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 1, 5, false, false}, (PlanPassage){S("1-1-1"), 5, 8, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 0, 2, false, false}, (PlanPassage){S("1-1-1"), 0, 0, false, true});
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 7, 9, false, false}, (PlanPassage){S("+2"), 1, 3, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 3, 9, false, false}, (PlanPassage){S("1-1-1"), 6, 9, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 6, 6, false, false}, (PlanPassage){S("+2"), 0, 0, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-1"), 0, 0, true, false}, (PlanPassage){S("1-1-1"), 0, 0, true, false});
    assert_carried(&desk, (PlanPassage){S("1-1-2"), 8, 11, false, false},
        (PlanPassage){S("1-2-1"), 17, 20, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-2"), 3, 5, false, false}, (PlanPassage){S("1-2-1"), 14, 14, false, true});
    assert_carried(
        &desk, (PlanPassage){S("1-1-2"), 0, 0, true, false}, (PlanPassage){S("1-2-1"), 12, 27, false, false});
    assert_carried(
        &desk, (PlanPassage){S("1-1-3"), 0, 3, false, false}, (PlanPassage){S("1-1"), 0, 0, true, true});
    assert_carried(
        &desk, (PlanPassage){S("1-1-3"), 0, 0, true, false}, (PlanPassage){S("1-1"), 0, 0, true, true});
    add(&desk, drop(S("2")));
    assert_carried(
        &desk, (PlanPassage){S("2"), 1, 2, false, false}, (PlanPassage){STR_EMPTY, 0, 0, true, true});
    PlanPassage carried;
    const PlanPassage outside = {S("1-1-1"), 3, 15, false, false};
    assert_false(
        plan_passage_carry(desk.arena, desk.base, &desk.operations, &outside, &carried, &desk.error));
    assert_int_equal(desk.error.code, ERROR_INPUT);
    stand_up(&desk);
}

/* Marks and annotations count code points: a kanji with its selector, a kana with its dakuten are two. */
static void test_notes(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    PlanNode *node = &desk.base->nodes.at[4];
    *VEC_PUSH(desk.arena, &node->marks) = (PlanMark){PLAN_MARK_DELETION, 0, 2};
    *VEC_PUSH(desk.arena, &node->marks) = (PlanMark){PLAN_MARK_INSERTION, 3, 8};
    const PlanAnnotation notes[] = {{PLAN_FOOTNOTE, 4, 0, 2, S("地名"), {.line = 1}},
        {PLAN_QUESTION, 4, 10, 12, S("清音か"), {.line = 1}},
        {PLAN_RATIONALE, 6, 0, 0, S("不足のため"), {.line = 1}},
        {PLAN_FOOTNOTE, 3, 2, 7, S("昨年度"), {.line = 1}}};
    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        *VEC_PUSH(desk.arena, &desk.base->annotations) = notes[i];
    }
    assert_true(plan_validate(desk.base, &desk.error));
    add(&desk, edit(S("1-1-3"), 0, 1, S("屑")));
    add(&desk, edit(S("1-1-3"), 4, 5, S("漁網")));
    add(&desk, edit(S("1-1-3"), 0, 0, S("あの")));
    add(&desk, drop(S("1-1-2")));
    const Plan *plan = apply(&desk);
    assert_non_null(plan);
    const PlanNode *after = &plan->nodes.at[plan_find(plan, S("1-1-3"))];
    assert_true(str_equal(after->text, S("あの屑の浜の漁網を干しま\u3059\u3099。")));
    assert_int_equal(after->marks.len, 1);
    assert_true(after->marks.at[0].kind == PLAN_MARK_INSERTION && after->marks.at[0].from == 4 &&
                after->marks.at[0].to == 10);
    assert_int_equal(plan->annotations.len, 3);
    assert_true(plan->annotations.at[0].from == 0 && plan->annotations.at[0].to == 0);
    assert_true(str_equal(utf8_slice(after->text, plan->annotations.at[1].from, plan->annotations.at[1].to),
        S("\u3059\u3099")));
    assert_true(str_equal(plan->annotations.at[2].text, S("不足のため")));
    stand_up(&desk);
}

/* --- wordings --- */

static void assert_wording(Desk *desk, Str key, const char *expected, size_t apart_count)
{
    PlanStretches stretches;
    PlanChangeIds apart;
    AUTO_BUF out;
    buf_init(&out, MANY);
    assert_true(
        plan_wording(desk->arena, desk->base, &desk->operations, key, &stretches, &apart, &desk->error));
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        buf_printf(&out, "%c%s%.*s@%zu ", stretch->op, stretch->change > 0 && !stretch->accepted ? "?" : "",
            STR_ARGS(stretch->text), stretch->at);
    }
    if (!str_equal(buf_str(&out), str_of(expected))) {
        fail_msg("\nfound\n%.*s\nexpected\n%s", STR_ARGS(buf_str(&out)), expected);
    }
    assert_int_equal(apart.len, apart_count);
}

static void test_wording(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    add(&desk, edit(S("1-1-2"), 2, 7, S("2,000")));
    leave_pending(&desk, edit(S("1-1-2"), 9, 11, S("来訪者")));
    leave_pending(&desk, edit(S("1-1-2"), 0, 7, S("毎年多くの")));
    leave_pending(&desk, edit(S("1-1-2"), 10, 12, S("人")));
    leave_pending(&desk, edit(S("1-1-2"), 9, 9, S("海の")));
    leave_pending(&desk, edit(S("1-1-2"), 13, 14, S("迎")));
    assert_wording(&desk, S("1-1-2"),
        "=年間@0 -1,845@2 +2,000@7 =人の@7 +?海の@9 -?釣り@9 +?来訪者@11 =客を迎えます。@11 ", 3);
    stand_up(&desk);
}

static void assert_edits(Desk *desk, Str key, Str wanted, const char *expected)
{
    PlanOperations edits;
    PlanOvers overs;
    AUTO_BUF out;
    buf_init(&out, MANY);
    assert_true(plan_wording_edits(
        desk->arena, desk->base, &desk->operations, key, wanted, &edits, &overs, &desk->error));
    for (size_t i = 0; i < edits.len; i++) {
        const PlanOperation *edit = &edits.at[i];
        buf_printf(&out, "%s %.*s %zu-%zu %.*s", plan_operation_name(edit->kind), STR_ARGS(edit->key),
            edit->from, edit->to, STR_ARGS(edit->text));
        for (size_t k = 0; k < overs.at[i].len; k++) {
            buf_printf(&out, " over %d", (int)overs.at[i].at[k]);
        }
        buf_add(&out, S("\n"));
    }
    if (!str_equal(buf_str(&out), str_of(expected))) {
        fail_msg("\nfound\n%.*sexpected\n%s", STR_ARGS(buf_str(&out)), expected);
    }
}

static void test_edits(void **state)
{
    (void)state;
    Desk desk;
    sit_down(&desk);
    assert_edits(&desk, S("1-1-2"), S("年間1,845人の釣り客を迎えます。"), "");
    assert_edits(&desk, S("1-1-2"), S("年間2,000人の釣り客を広く迎えます。"),
        "edit 1-1-2 2-7 2,000\nedit 1-1-2 13-13 広く\n");
    assert_edits(&desk, S("2"), S("海辺の緑地"), "rename 2 3-5 緑地\n");
    add(&desk, edit(S("1-1-2"), 2, 7, S("2,000")));
    add(&desk, edit(S("1-1-2"), 9, 11, STR_EMPTY));
    add(&desk, edit(S("1-1-2"), 13, 13, S("広く")));
    assert_edits(&desk, S("1-1-2"), S("年間1,845人の客を広く迎えます。"), "edit 1-1-2 2-7 1,845 over 1\n");
    assert_edits(
        &desk, S("1-1-2"), S("年間2,000人の釣り客を広く迎えます。"), "edit 1-1-2 9-11 釣り over 2\n");
    assert_edits(&desk, S("1-1-2"), S("年間2,000人の客を迎えます。"), "edit 1-1-2 13-13  over 3\n");
    assert_edits(
        &desk, S("1-1-2"), S("年間2,000人の客を、広く迎えます。"), "edit 1-1-2 13-13 、広く over 3\n");
    add(&desk, merge(S("1-1-2"), S("1-2-1"), S("また、")));
    assert_edits(&desk, S("1-1-2"), S("年間2,000人の客を広く迎えます。なお、倉庫を減らします。"),
        "merge 1-1-2 0-0 なお、 over 4\nedit 1-2-1 3-5 減ら\n");
    PlanOperations edits;
    PlanOvers overs;
    assert_false(plan_wording_edits(
        desk.arena, desk.base, &desk.operations, S("2"), S("海\n辺"), &edits, &overs, &desk.error));
    assert_int_equal(desk.error.code, ERROR_INPUT);
    assert_false(plan_wording_edits(
        desk.arena, desk.base, &desk.operations, S("9"), S("海辺"), &edits, &overs, &desk.error));
    assert_int_equal(desk.error.code, ERROR_NOT_FOUND);
    stand_up(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_deletion_and_rescue),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_headings_merged),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_conflicts_of_more),
        cmocka_unit_test(test_touching),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_passages),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_wording),
        cmocka_unit_test(test_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
