/* The redline of two documents: what moved, was renumbered, split, merged, inserted and deleted.
 *
 * Documents are lines of invented text; what is expected is what the text writer prints.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/json.h"
#include "plan/redline_tree.h"

#define MANY ((size_t)256 << 20)

/* Two documents and their redline, in one arena. */
typedef struct Pair {
    Arena *arena;
    RedlineTree old_tree, new_tree;
    Redline redline;
} Pair;

static void begin(Pair *pair, const char *old_text, const char *new_text)
{
    Error error = {0};
    *pair = (Pair){.arena = arena_new(MANY)};
    assert_true(redline_tree_of_lines(pair->arena, str_of(old_text), S("old.txt"), &pair->old_tree, &error));
    assert_true(redline_tree_of_lines(pair->arena, str_of(new_text), S("new.txt"), &pair->new_tree, &error));
    assert_true(redline_trees(pair->arena, &pair->old_tree, &pair->new_tree, REDLINE_BLIND,
        REDLINE_CHARACTERS, &pair->redline, &error));
    assert_true(redline_rows_hold(&pair->redline));
}

static void end(Pair *pair)
{
    arena_free(pair->arena);
}

/* The text writer's lines without the counts and the titles. */
static void assert_changes(const char *old_text, const char *new_text, const char *expected)
{
    Pair pair;
    AUTO_BUF out, found;
    Error error = {0};
    buf_init(&out, MANY);
    buf_init(&found, MANY);
    begin(&pair, old_text, new_text);
    assert_true(redline_write_text(&pair.redline, LANGUAGE_JA, &out, &error));
    Str rest = buf_str(&out), line;
    while (str_line(&rest, &line)) {
        if (str_starts(line, S("  "))) {
            buf_add(&found, str_slice(line, 2, line.len));
            buf_add_byte(&found, '\n');
        }
    }
    if (!str_equal(buf_str(&found), str_of(expected))) {
        fail_msg("\nfound\n%.*sexpected\n%s", STR_ARGS(buf_str(&found)), expected);
    }
    end(&pair);
}

/* --- trees --- */

static void test_lines(void **state)
{
    (void)state;
    static const char text[] =
        "海の計画\r\n基本政策 2 海辺\n政策 (1) 港の充実\n現状と課題\n《港》\n●港は古い。\n●波が高い。\n"
        "主な取組\n①整備\n《船》\n●船を直す。\nまた、網を直す。\n※網は大きい。\n\n政策 (2) 灯台\n《》";
    static const RedlineKind kinds[] = {REDLINE_ROOT, REDLINE_PARAGRAPH, REDLINE_BASIC, REDLINE_POLICY,
        REDLINE_SECTION, REDLINE_HEADING, REDLINE_ITEM, REDLINE_ITEM, REDLINE_SECTION, REDLINE_MEASURE,
        REDLINE_HEADING, REDLINE_ITEM, REDLINE_PARAGRAPH, REDLINE_NOTE, REDLINE_PARAGRAPH, REDLINE_POLICY,
        REDLINE_HEADING};
    static const int parents[] = {-1, 0, 0, 2, 3, 4, 5, 5, 3, 8, 9, 10, 10, 3, 3, 2, 15};
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF joined;
    Error error = {0};
    RedlineTree tree;
    buf_init(&joined, MANY);
    assert_true(redline_tree_of_lines(arena, str_of(text), S("plan.txt"), &tree, &error));
    assert_int_equal(tree.nodes.len, COUNT_OF(kinds));
    for (size_t i = 0; i < tree.nodes.len; i++) {
        const RedlineNode *node = &tree.nodes.at[i];
        assert_int_equal(node->kind, kinds[i]);
        assert_int_equal(node->parent, parents[i]);
        assert_int_equal(node->depth, i == 0 ? 0 : tree.nodes.at[node->parent].depth + 1);
        buf_add(&joined, node->head);
        buf_add(&joined, node->text);
        buf_add(&joined, node->tail);
    }
    assert_true(str_equal(buf_str(&joined), str_of(text)));
    assert_true(str_equal(tree.nodes.at[1].tail, S("\r\n")));
    assert_true(str_equal(tree.nodes.at[3].head, S("政策 (1) ")));
    assert_true(str_equal(tree.nodes.at[5].text, S("港")));
    assert_true(str_equal(tree.nodes.at[9].head, S("①")));
    char room[REDLINE_NAME_ROOM];
    assert_true(str_equal(redline_node_name(&tree, 3, room), S("n000002")));
    assert_false(redline_tree_of_lines(arena, S("甲\n港\xFF"), S("plan.txt"), &tree, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 2);
    assert_string_equal(error.file, "plan.txt");
}

static const char list[] =
    "[{\"id\":\"a\",\"parent\":null,\"kind\":\"root\",\"num\":\"\",\"text\":\"海の計画\"},"
    "{\"id\":\"b\",\"parent\":\"a\",\"kind\":\"policy\",\"num\":\"(1)\",\"text\":\"港\"},"
    "{\"id\":\"c\",\"parent\":\"b\",\"kind\":\"item\",\"num\":\"\",\"text\":\"港は古い。\"}]";

static void test_list(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    RedlineTree tree;
    assert_true(redline_tree_of_list(arena, str_of(list), S("list.json"), &tree, &error));
    assert_int_equal(tree.nodes.len, 4);
    assert_int_equal(tree.nodes.at[3].parent, 2);
    assert_true(str_equal(tree.nodes.at[2].head, S("政策 (1) ")));
    assert_true(str_equal(tree.nodes.at[3].head, S("●")));
    char room[REDLINE_NAME_ROOM];
    assert_true(str_equal(redline_node_name(&tree, 3, room), S("c")));
    static const char *const wrong[] = {"{}", "[1]", "[{\"id\":\"a\"}]",
        "[{\"id\":\"a\",\"parent\":\"z\",\"kind\":\"item\",\"text\":\"\"}]",
        "[{\"id\":\"a\",\"parent\":null,\"kind\":\"castle\",\"text\":\"\"}]", "["};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        error = (Error){0};
        assert_false(redline_tree_of_list(arena, str_of(wrong[i]), S("list.json"), &tree, &error));
        assert_int_equal(error.code, ERROR_INPUT);
        assert_string_not_equal(error.message, "");
    }
}

/* --- what was done --- */

#define HEAD "政策 (1) 港\n主な取組\n"

static void test_edits(void **state)
{
    (void)state;
    assert_changes(HEAD "●古い港を直す。\n", HEAD "●古い港を直す。\n", "");
    assert_changes(HEAD "●古い港を直す。\n", HEAD "●古い橋を直す。\n", "~ ●古い[-港-]{+橋+}を直す。\n");
    assert_changes(HEAD "●古い港を直す。\n", HEAD "●古い港を直す。\n●魚を守る。\n", "+ ●魚を守る。\n");
    assert_changes(HEAD "●魚を守る。\n●古い港を直す。\n", HEAD "●古い港を直す。\n", "- ●魚を守る。\n");
    assert_changes(
        HEAD "《港の状況》\n●古い。\n", HEAD "《橋の状況》\n●古い。\n", "~ 《[-港-]{+橋+}の状況》\n");
}

static void test_moves(void **state)
{
    (void)state;
    /* the shorter of two that were swapped has moved */
    assert_changes(HEAD "●魚を守る。\n●古い港を広く直す。\n", HEAD "●古い港を広く直す。\n●魚を守る。\n",
        "< ●魚を守る。\n> ●魚を守る。\n");
    /* to another heading, and reworded on the way */
    assert_changes(HEAD "《港》\n●浜の魚を皆で守る。\n●古い港を直す。\n《浜》\n●砂を運ぶ。\n",
        HEAD "《港》\n●古い港を直す。\n《浜》\n●砂を運ぶ。\n●浜の魚を町で守る。\n",
        "< ●浜の魚を皆で守る。\n> ●浜の魚を[-皆-]{+町+}で守る。\n");
    /* with everything below it, and only its root is said to have moved */
    assert_changes(HEAD "①港\n《船》\n●船を直す。\n●網を直す。\n②浜\n《砂》\n●砂を運ぶ。\n",
        HEAD "①港\n②浜\n《砂》\n●砂を運ぶ。\n《船》\n●船を直す。\n●網を直す。\n", "< 《船》\n> 《船》\n");
}

static void test_renumbering(void **state)
{
    (void)state;
    assert_changes(HEAD "①港\n●船を直す。\n②浜\n●砂を運ぶ。\n",
        HEAD "①丘\n●木を植える。\n②港\n●船を直す。\n③浜\n●砂を運ぶ。\n",
        "+ ①丘\n+ ●木を植える。\n~ [-①-]{+②+}港\n~ [-②-]{+③+}浜\n");
    Pair pair;
    begin(&pair, "政策 (1) 港\n●船。\n", "政策 (2) 港\n●船。\n");
    assert_int_equal(pair.redline.counts.renumbered, 1);
    assert_int_equal(pair.redline.counts.edited, 0);
    end(&pair);
}

static void test_split_and_merge(void **state)
{
    (void)state;
    static const char one[] = HEAD "●古い港を広く深く直して船を守る。また、浜の砂を町で運ぶ。\n●魚を守る。\n";
    static const char two[] =
        HEAD "●古い港を広く深く直して船を守る。\n●また、浜の砂を町で運ぶ。\n●魚を守る。\n";
    Pair pair;
    begin(&pair, one, two);
    assert_int_equal(pair.redline.counts.split, 1);
    assert_int_equal(pair.redline.counts.inserted, 0);
    assert_int_equal(pair.redline.rows.at[pair.redline.rows.at[3].other].op, REDLINE_KEPT);
    end(&pair);
    begin(&pair, two, one);
    assert_int_equal(pair.redline.counts.merged, 1);
    assert_int_equal(pair.redline.counts.deleted, 0);
    end(&pair);
}

/* Lines that stand in the text many times over stay where they are. */
static void test_repeated_lines(void **state)
{
    (void)state;
    assert_changes("甲\n\n乙\n\n丙\n", "甲\n\n新しい行\n\n乙\n\n丙\n", "+ 新しい行\n+ \n");
    assert_changes(HEAD "《港》\n●前の年と同じ。\n《浜》\n●前の年と同じ。\n《丘》\n●前の年と同じ。\n",
        HEAD "《港》\n●前の年と同じ。\n《浜》\n●前の年と違う。\n《丘》\n●前の年と同じ。\n",
        "~ ●前の年と[-同じ-]{+違う+}。\n");
}

/* Two headings swap their names: their children say which is which. */
static void test_names_that_changed_places(void **state)
{
    (void)state;
    assert_changes(HEAD "《港》\n●船を直す。\n●網を直す。\n《浜》\n●砂を運ぶ。\n●貝を拾う。\n",
        HEAD "《浜》\n●船を直す。\n●網を直す。\n《港》\n●砂を運ぶ。\n●貝を拾う。\n",
        "~ 《[-港-]{+浜+}》\n~ 《[-浜-]{+港+}》\n");
}

static void test_line_ends(void **state)
{
    (void)state;
    Pair pair;
    AUTO_BUF script;
    Error error = {0};
    buf_init(&script, MANY);
    begin(&pair, "甲\r\n乙", "甲\n乙\n");
    assert_true(redline_write_script(&pair.redline, &script, &error));
    assert_true(
        str_equal(buf_str(&script), S("{\"script\":[[\"=\",1],[\"-\",2],[\"+\",1],[\"=\",1],[\"+\",1]],"
                                      "\"moves\":[]}\n")));
    end(&pair);
}

/* --- by name --- */

static Plan *small_plan(Arena *arena, const char *first_key, const char *second_key)
{
    Plan *plan = plan_new(arena);
    plan->id = S("sea-2030");
    const PlanSource nowhere = {0};
    plan_add(plan, PLAN_NO_PARENT, PLAN_GROUP, STR_EMPTY, S("港"), nowhere)->key = S("g");
    plan_add(plan, 0, PLAN_INITIATIVE, STR_EMPTY, S("船を直す。"), nowhere)->key = str_of(first_key);
    plan_add(plan, 0, PLAN_INITIATIVE, STR_EMPTY, S("網を直す。"), nowhere)->key = str_of(second_key);
    return plan;
}

/* Keys decide against the texts in one history, and say nothing between foreign texts. */
static void test_matching(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    RedlineTree old_tree, new_tree;
    Redline redline;
    assert_true(redline_tree_of_plan(arena, small_plan(arena, "a", "b"), &old_tree, &error));
    assert_true(redline_tree_of_plan(arena, small_plan(arena, "b", "c"), &new_tree, &error));
    assert_int_equal(redline_matching_for(&old_tree, &new_tree), REDLINE_BY_NAME);
    assert_true(
        redline_trees(arena, &old_tree, &new_tree, REDLINE_BY_NAME, REDLINE_CHARACTERS, &redline, &error));
    assert_int_equal(redline.to_new[2], REDLINE_NO_NODE);
    assert_int_equal(redline.to_new[3], 2);
    assert_int_equal(redline.counts.edited, 1);
    assert_int_equal(redline.counts.inserted, 1);
    assert_int_equal(redline.counts.deleted, 1);
    assert_true(
        redline_trees(arena, &old_tree, &new_tree, REDLINE_BLIND, REDLINE_CHARACTERS, &redline, &error));
    assert_int_equal(redline.to_new[2], 2);
    assert_int_equal(redline.counts.edited + redline.counts.inserted + redline.counts.deleted, 0);
    new_tree.history = S("hill-2030");
    assert_int_equal(redline_matching_for(&old_tree, &new_tree), REDLINE_BLIND);
    new_tree.history = old_tree.history = STR_EMPTY;
    assert_int_equal(redline_matching_for(&old_tree, &new_tree), REDLINE_BLIND);
}

/* A plan as a tree: frames of kinds, annotations as notes, paragraphs below 基本方向. */
static void test_tree_of_plan(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    Plan *plan = plan_new(arena);
    const PlanSource nowhere = {0};
    plan->title = S("海の計画");
    plan_add(plan, PLAN_NO_PARENT, PLAN_BASIC_POLICY, S("2"), S("海辺"), nowhere);
    plan_add(plan, 0, PLAN_POLICY, S("(1)"), S("港"), nowhere);
    plan_add(plan, 1, PLAN_DIRECTION, STR_EMPTY, S("基本方向"), nowhere);
    plan_add(plan, 2, PLAN_DIRECTION, STR_EMPTY, S("港を守る。"), nowhere);
    plan_add(plan, 1, PLAN_MEASURES, STR_EMPTY, S("主な取組"), nowhere);
    plan_add(plan, 4, PLAN_MEASURE, S("①"), S("整備"), nowhere);
    PlanAnnotation *note = VEC_PUSH(arena, &plan->annotations);
    *note = (PlanAnnotation){.kind = PLAN_FOOTNOTE, .node = 1, .text = S("港は二つある。")};
    RedlineTree tree;
    AUTO_BUF lines;
    buf_init(&lines, MANY);
    assert_true(redline_tree_of_plan(arena, plan, &tree, &error));
    for (size_t i = 0; i < tree.nodes.len; i++) {
        buf_add(&lines, tree.nodes.at[i].head);
        buf_add(&lines, tree.nodes.at[i].text);
        buf_add(&lines, tree.nodes.at[i].tail);
    }
    assert_true(
        str_equal(buf_str(&lines), S("海の計画\n基本政策 2 海辺\n政策 (1) 港\n※港は二つある。\n基本方向\n"
                                     "港を守る。\n主な取組\n①整備\n")));
    assert_int_equal(tree.nodes.at[6].kind, REDLINE_PARAGRAPH);
    assert_int_equal(tree.nodes.at[5].kind, REDLINE_SECTION);
    assert_int_equal(tree.nodes.at[4].parent, 3);
}

/* --- writers --- */

static void test_html(void **state)
{
    (void)state;
    Pair pair;
    AUTO_BUF page;
    Error error = {0};
    buf_init(&page, MANY);
    begin(&pair, HEAD "《港》\n●<b>船</b>を直す。\n●網を&直す。\n《浜》\n●砂。\n",
        HEAD "《港》\n●<b>橋</b>を直す。\n《浜》\n●砂。\n●網を&直す。\n");
    assert_true(redline_write_html(&pair.redline, LANGUAGE_JA, &page, &error));
    const Str html = buf_str(&page);
    assert_true(str_contains(html, S("&lt;b&gt;<del>船</del><ins>橋</ins>&lt;/b&gt;を直す。")));
    assert_false(str_contains(html, S("<b>")));
    assert_true(str_contains(html, S("<del>網を&amp;直す。</del>")));
    assert_true(str_contains(html, S("移動した")) && str_contains(html, S("移動してきた")));
    assert_false(str_contains(html, S("<script")));
    end(&pair);
}

static void test_json(void **state)
{
    (void)state;
    Pair pair;
    AUTO_BUF out;
    Error error = {0};
    buf_init(&out, MANY);
    begin(&pair, HEAD "●古い港を直す。\n", HEAD "●古い橋を直す。\n●魚。\n");
    assert_true(redline_write_json(&pair.redline, &out, &error));
    AUTO_JSON json = json_read(buf_str(&out), S("redline"), &error);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "format")), "hitomachi-redline/1");
    const json_t *rows = json_object_get(json, "rows"), *edited = json_array_get(rows, 2);
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(json_string_value(json_object_get(edited, "op")), "=");
    assert_int_equal(json_array_size(json_object_get(edited, "text")), 4);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "counts"), "inserted")), 1);
    end(&pair);
}

static void test_limits(void **state)
{
    (void)state;
    Pair pair;
    Error error = {0};
    begin(&pair, HEAD "●古い港を直す。\n", HEAD "●古い橋を直す。\n●魚。\n");
    bool (*const writers[])(const Redline *, Buf *, Error *) = {redline_write_json, redline_write_script};
    for (size_t i = 0; i < COUNT_OF(writers); i++) {
        AUTO_BUF out;
        buf_init(&out, 20);
        assert_false(writers[i](&pair.redline, &out, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
    }
    end(&pair);
}

/* Each allocation fails once: an error every time, and never a redline that does not hold. */
static void test_without_memory(void **state)
{
    (void)state;
    static const char old_text[] = HEAD "①港\n●古い港を直す。\n●魚を守る。\n《浜》\n●砂を運ぶ。\n";
    static const char new_text[] =
        HEAD "①港\n●魚を守る。\n●古い橋を直す。\n《浜辺》\n●砂を皆で運ぶ。\n●貝。\n";
    size_t failures = 0;
    for (size_t n = 1; n < 1000; n++) {
        AUTO_ARENA arena = arena_new(MANY);
        Error error = {0};
        RedlineTree old_tree, new_tree;
        Redline redline;
        arena_fail_after(n);
        const bool done =
            redline_tree_of_lines(arena, str_of(old_text), S("old.txt"), &old_tree, &error) &&
            redline_tree_of_lines(arena, str_of(new_text), S("new.txt"), &new_tree, &error) &&
            redline_trees(arena, &old_tree, &new_tree, REDLINE_BLIND, REDLINE_CHARACTERS, &redline, &error);
        arena_fail_after(0);
        if (done) {
            break;
        }
        assert_int_equal(error.code, ERROR_MEMORY);
        failures++;
    }
    assert_in_range(failures, 50, 998);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_edits),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_renumbering),
        cmocka_unit_test(test_split_and_merge),
        cmocka_unit_test(test_repeated_lines),
        cmocka_unit_test(test_names_that_changed_places),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_matching),
        cmocka_unit_test(test_tree_of_plan),
        cmocka_unit_test(test_html),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
