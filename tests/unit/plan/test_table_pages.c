/* Pages of tables: labels, headings, measures, rows over several lines, what stands outside. All texts are
 * invented. */
#include "plan/read_table.h"

#include "table_reading.h"

static void a_clean_page_has_no_warnings(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena, S(PAGE));
    assert_no_warnings(plan);
    static const struct {
        const char *key, *number, *text;
        PlanKind kind;
    } nodes[] = {
        {"1", "1", "水と緑", PLAN_BASIC_POLICY},
        {"1-1", "(1)", "川の再生", PLAN_POLICY},
        {"1-1-s", "", "現状と課題", PLAN_SITUATION},
        {"1-1-s-1", "", "水質の状況", PLAN_GROUP},
        {"1-1-s-1-1", "", "水は澄んでいます。", PLAN_FACT},
        {"1-1-d", "", "基本方向", PLAN_DIRECTION},
        {"1-1-d-1", "", "川を守ります。", PLAN_DIRECTION},
        {"1-1-m", "", "主な取組", PLAN_MEASURES},
        {"1-1-1", "①", "水を守る", PLAN_MEASURE},
        {"1-1-1-1", "", "監視", PLAN_GROUP},
        {"1-1-1-1-1", "", "月に一度測ります。", PLAN_INITIATIVE},
        {"1-1-2", "②", "魚を増やす", PLAN_MEASURE},
        {"1-1-2-1", "", "放流", PLAN_GROUP},
        {"1-1-2-1-1", "", "稚魚を放します。", PLAN_INITIATIVE},
    };
    assert_int_equal(plan->nodes.len, COUNT_OF(nodes));
    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        const PlanNode *node = &plan->nodes.at[i];
        assert_text(node->key, nodes[i].key);
        assert_text(node->number, nodes[i].number);
        assert_text(node->text, nodes[i].text);
        assert_int_equal(node->kind, nodes[i].kind);
    }
    const PlanSource *source = &node_of(plan, "1-1-2-1-1")->source;
    assert_text(source->file, "draft.txt");
    assert_int_equal(source->line, 10);
    assert_int_equal(source->table, 1);
    assert_int_equal(source->row, 6);
    assert_int_equal(source->cell, 2);
}

/* The same page in other dress: CRLF, a byte order mark, the last line open, trailing tabs, spaces around
 * labels. */
static void dress_does_not_matter(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plain = read_literally(arena, S(PAGE));
    Str crlf = STR_EMPTY, spaced = STR_EMPTY, rest = S(PAGE), line;
    while (str_line(&rest, &line)) {
        crlf = arena_printf(arena, "%.*s%.*s\r\n", STR_ARGS(crlf), STR_ARGS(line));
        spaced = arena_printf(arena, "%.*s　%.*s \t\n", STR_ARGS(spaced), STR_ARGS(line));
    }
    const Str others[] = {crlf, arena_join(arena, S("\xEF\xBB\xBF"), S(PAGE)),
        str_slice(S(PAGE), 0, S(PAGE).len - 1), spaced, arena_join(arena, S("\n\n\n"), S(PAGE))};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        Error error = {0};
        const Plan *other = read_literally(arena, others[i]);
        if (!plan_same(plain, other, &error)) {
            fail_msg("text %zu: %s", i, error.message);
        }
        assert_int_equal(count_warnings(other, "text_not_understood"), 0);
    }
}

static void numbers_in_any_writing(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE_TITLE "基本政策名\t１０　水と緑\t政策名\t（３）川の再生\n\n" PAGE_SECTIONS
                            "主な取組\t\t\t\n⑴水を守る\t２．魚を増やす\t3) 森を育てる\t④　鳥を守る\n"
                            "●測ります。\t●放します。\t●植えます。\t●数えます。\n"));
    static const struct {
        const char *key, *number, *text;
    } nodes[] = {{"10", "１０", "水と緑"}, {"10-3", "（３）", "川の再生"}, {"10-3-1", "⑴", "水を守る"},
        {"10-3-2", "２．", "魚を増やす"}, {"10-3-3", "3)", "森を育てる"}, {"10-3-4", "④", "鳥を守る"}};
    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        assert_text(node_of(plan, nodes[i].key)->number, nodes[i].number);
        assert_text(text_of(plan, nodes[i].key), nodes[i].text);
    }
    assert_int_equal(plan->warnings.len, 1); /* items without groups */
}

static void titles_keep_their_spaces_and_marks(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE_TITLE "基本政策名\t1 水と緑\t政策名\t(1) <u>川</u>の再生\n" PAGE_SECTIONS
                            "主な取組\t\n<p>①水の保全 <u>水を守る</u></p>\t② <s>魚</s> 稚魚\n" PAGE_BODY));
    assert_text(text_of(plan, "1-1-1"), "水の保全 水を守る");
    assert_text(text_of(plan, "1-1-2"), "魚 稚魚");
    const PlanNode *first = node_of(plan, "1-1-1"), *second = node_of(plan, "1-1-2"),
                   *policy = node_of(plan, "1-1");
    assert_int_equal(first->marks.len, 1);
    assert_int_equal(first->marks.at[0].from, 5);
    assert_int_equal(first->marks.at[0].to, 9);
    assert_int_equal(second->marks.at[0].kind, PLAN_MARK_DELETION);
    assert_int_equal(second->marks.at[0].from, 0);
    assert_int_equal(second->marks.at[0].to, 1);
    assert_int_equal(policy->marks.at[0].from, 0);
    assert_int_equal(policy->marks.at[0].to, 1);
}

static void a_policy_on_two_pages_goes_on(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE PAGE_TITLE PAGE_LABELS
                   "現状と課題\n<p>《魚の状況》 ●鮎がいます。</p>\n主な取組\t\n②魚を増やす\t③森を育てる\n"
                   "<p>《産卵》 ●産卵床を作ります。</p>\t<p>《植林》 ●木を植えます。</p>\n"));
    assert_int_equal(plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT), 1);
    assert_int_equal(plan_count(plan, PLAN_SITUATION, PLAN_KIND_COUNT), 1);
    assert_text(text_of(plan, "1-1-s-2"), "魚の状況");
    assert_text(text_of(plan, "1-1-2-2"), "産卵");
    assert_text(text_of(plan, "1-1-3-1-1"), "木を植えます。");
    assert_int_equal(plan->warnings.len, 1);
    assert_string_equal(plan->warnings.at[0].code, "policy_continued");
    assert_int_equal(node_of(plan, "1-1-2-2")->source.table, 2);
}

static void an_earlier_basic_policy_may_come_back(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan =
        read_literally(arena, S(PAGE_TITLE "基本政策名\t1 水\t政策名\t(1) 川\n" PAGE_SECTIONS PAGE_TITLE
                                           "基本政策名\t2 人\t政策名\t(1) 祭り\n" PAGE_SECTIONS PAGE_TITLE
                                           "基本政策名\t1 水\t政策名\t(2) 湖\n" PAGE_SECTIONS));
    assert_text(plan->nodes.at[plan_find(plan, S("1-2"))].text, "湖");
    assert_true(plan_find(plan, S("1-2")) < plan_find(plan, S("2")));
    assert_int_equal(plan->warnings.len, 1);
    assert_string_equal(plan->warnings.at[0].code, "order_changed");
    assert_int_equal(plan->warnings.at[0].source.line, 10);
}

static void numbers_that_do_not_add_up(void **state)
{
    (void)state;
    static const struct {
        const char *titles, *code, *subject;
        const char *keys[3];
    } cases[] = {
        {"②い\t①ろ\t③は", "columns_renumbered", "②①③", {"1-1-2", "1-1-1", "1-1-3"}},
        {"①い\t②ろ\t④は", "number_gap", "①②④", {"1-1-1", "1-1-2", "1-1-4"}},
        {"①い\t①ろ\t②は", "number_repeated", "①", {"1-1-1", "1-1-4", "1-1-2"}},
        {"①い\tろ\t②は", "number_missing", "ろ", {"1-1-1", "1-1-4", "1-1-2"}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        const Plan *plan = read_literally(
            arena, arena_printf(arena, "%s%s\n《あ》●イ。\t《い》●ロ。\t《う》●ハ。\n",
                       PAGE_TITLE PAGE_LABELS PAGE_SECTIONS "主な取組\t\t\n", cases[i].titles));
        assert_text(warning_of(plan, cases[i].code)->subject, cases[i].subject);
        assert_int_equal(plan->warnings.len, 1);
        size_t found = 0;
        for (size_t j = 0; j < plan->nodes.len; j++) {
            if (plan->nodes.at[j].kind == PLAN_MEASURE) {
                assert_text(plan->nodes.at[j].key, cases[i].keys[found++]);
            }
        }
        assert_int_equal(found, 3);
    }
}

static void a_repeated_number_keeps_its_print(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan =
        read_literally(arena, S(PAGE_TITLE "基本政策名\t1 水\t政策名\t(1) 川\n" PAGE_SECTIONS PAGE_TITLE
                                           "基本政策名\t1 水\t政策名\t(1) 湖\n" PAGE_SECTIONS));
    assert_text(node_of(plan, "1-1")->number, "(1)");
    assert_text(node_of(plan, "1-3")->number, "(1)");
    assert_text(text_of(plan, "1-3"), "湖");
    assert_int_equal(count_warnings(plan, "number_repeated"), 1);
}

/* --- rows --- */

static void rows_may_run_over_lines(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t基本方向\n<p>《水質の状況》\n\n●水は澄んで\nいます。\n\n●匂いません。\t川を\n守り"
            "ます。\n主な取組\t\n①水を守る\t②魚を増やす\n《監視》\n●月に一度\n測ります。\t《放流》\n\n●稚魚を"
            "放します。\n\n●秋にも放します。\n\n前の案では春だけでした。\n"));
    assert_text(text_of(plan, "1-1-s-1-1"), "水は澄んでいます。");
    assert_text(text_of(plan, "1-1-s-1-2"), "匂いません。");
    assert_text(text_of(plan, "1-1-d-1"), "川を守ります。");
    assert_text(text_of(plan, "1-1-1-1-1"), "月に一度測ります。");
    assert_text(text_of(plan, "1-1-2-1-2"), "秋にも放します。");
    assert_int_equal(plan->annotations.len, 1);
    assert_text(plan->annotations.at[0].text, "前の案では春だけでした。");
    assert_int_equal(plan->nodes.len, 16);
}

static void each_table_is_looked_ahead_in(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t基本方向\n《水質の状況》\n\n水は澄んでいます。\n\n匂いもありません。\t川を守ります"
            "。\n主な取組\t\n①水を守る\t②魚を増やす\n《監視》\n\n月に一度測ります。\n\n結果を公表します"
            "。\t《放流》●放します。\n\n前の案では春だけでした。\n"));
    assert_text(text_of(plan, "1-1-s-1-1"), "水は澄んでいます。");
    assert_text(text_of(plan, "1-1-s-1-2"), "匂いもありません。");
    assert_text(text_of(plan, "1-1-1-1-1"), "月に一度測ります。");
    assert_text(text_of(plan, "1-1-1-1-2"), "結果を公表します。");
    assert_text(text_of(plan, "1-1-2-1-1"), "放します。");
    assert_int_equal(plan->annotations.len, 1);
}

static void several_rows_below_one_heading(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t基本方向\n《水質の状況》●澄んでいます。\t川を守ります。\n●匂いません。\t魚を増やしま"
            "す。\n《魚の状況》●鮎がいます。\t\n" PAGE_MEASURES PAGE_BODY
            "③森を育てる\t④鳥を守る\n《植林》●植えます。\t《観察》●数えます。\n"));
    assert_no_warnings(plan);
    assert_text(text_of(plan, "1-1-s-1-2"), "匂いません。");
    assert_text(text_of(plan, "1-1-s-2-1"), "鮎がいます。");
    assert_text(text_of(plan, "1-1-d-2"), "魚を増やします。");
    assert_text(text_of(plan, "1-1-4-1-1"), "数えます。");
    assert_int_equal(plan->nodes.len, 24);
}

static void trailing_tabs_may_be_gone(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE_TITLE PAGE_LABELS
                   "現状と課題\t基本方向\n《水質の状況》●澄んでいます。\n\n主な取組\n①水を守る\t②魚を増やす\n"
                   "《監視》●測ります。\n\n当該取組は測り方を改めたものです。\n"));
    assert_text(text_of(plan, "1-1-1-1-1"), "測ります。");
    assert_int_equal(count_warnings(plan, "direction_missing"), 1);
    assert_text(warning_of(plan, "measure_empty")->subject, "魚を増やす");
    assert_int_equal(plan->annotations.len, 1);
}

static void one_column_and_all_in_one_table(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *one = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\n《水質の状況》●澄んでいます。\n基本方向\n川を守ります。\n主な取組\n①水を守る\n《監視"
            "》●測ります。\n②魚を増やす\n《放流》●放します。\n"));
    const Plan *all = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t基本方向\t主な取組\n《水質の状況》●澄んでいます。\t川を守ります。\t<p>①水を守る</"
            "p><p>《監視》●測ります。</p><p>②魚を増やす</p><p>《放流》●放します。</p>\n"));
    Error error = {0};
    assert_no_warnings(one);
    assert_no_warnings(all);
    if (!plan_same(one, all, &error)) {
        fail_msg("%s", error.message);
    }
    assert_text(text_of(one, "1-1-2-1-1"), "放します。");
}

/* --- oddities --- */

static void blank_headings_and_cells_beyond(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t\t基本方向\n《水質の状況》●澄んでいます。\t《魚の状況》●鮎がいます。\t川を守ります"
            "。\t森も守ります。\n" PAGE_MEASURES PAGE_BODY));
    assert_int_equal(plan->warnings.len, 3);
    assert_int_equal(count_warnings(plan, "heading_blank"), 1);
    assert_int_equal(count_warnings(plan, "cell_without_heading"), 2);
    assert_text(text_of(plan, "1-1-s-2-1"), "鮎がいます。");
    assert_text(text_of(plan, "1-1-d-2"), "森も守ります。");
}

static void unknown_headings_and_labels(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE_TITLE "基本政策名\t1 水と緑\t政策名\t(1) "
                            "川の再生\t担当\t河川課\n\n現状と課題\t財源\n《水質の状況》●澄んでいます"
                            "。\t県の補助金を使います。\n" PAGE_MEASURES PAGE_BODY
                            "\n成果指標\t目標値\n水質\t澄んだ日が年に三百日あること。\n"));
    assert_text(warning_of(plan, "label_unknown")->subject, "担当 河川課");
    assert_int_equal(count_warnings(plan, "heading_unknown"), 3);
    assert_text(warning_of(plan, "heading_unknown")->subject, "財源");
    assert_int_equal(count_warnings(plan, "text_not_understood"), 3);
    assert_text(warning_of(plan, "text_not_understood")->subject, "県の補助金を使います。");
    assert_int_equal(warning_of(plan, "text_not_understood")->source.cell, 2);
    assert_int_equal(count_warnings(plan, "direction_missing"), 1);
    assert_int_equal(plan->warnings.len, 8);
    assert_int_equal(plan->annotations.len, 0);
}

static void words_before_the_first_page_are_kept_in_a_warning(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena, S("水辺市総合計画\n（素案）\n\n目次\t頁\n" PAGE));
    assert_int_equal(plan->warnings.len, 2);
    assert_text(plan->warnings.at[0].subject, "水辺市総合計画\n（素案）");
    assert_text(plan->warnings.at[1].subject, "目次\t頁");
    assert_int_equal(plan->warnings.at[0].source.line, 1);
    assert_int_equal(plan->warnings.at[0].node, PLAN_NO_PARENT);
}

static void pages_without_title_or_policy(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena, S(PAGE_LABELS PAGE_SECTIONS PAGE_TITLE "\n" PAGE_SECTIONS));
    assert_int_equal(count_warnings(plan, "page_without_title"), 1);
    assert_int_equal(count_warnings(plan, "policy_missing"), 1);
    assert_int_equal(plan->warnings.len, 2);
    assert_int_equal(plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT), 2);
    assert_int_equal(plan_count(plan, PLAN_FACT, PLAN_KIND_COUNT), 2);
}

/* --- 基本方向 --- */

#define MISPLACED                                                                                        \
    PAGE_TITLE PAGE_LABELS                                                                               \
        "現状と課題\t基本方向\n《水質の状況》●澄んでいます。\t《魚の状況》●鮎がいます。\n" PAGE_MEASURES \
            PAGE_BODY

static void situations_below_the_direction(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *literal = read_literally(arena, S(MISPLACED));
    assert_text(text_of(literal, "1-1-d-1"), "魚の状況");
    assert_int_equal(node_of(literal, "1-1-d-1-1")->kind, PLAN_FACT);
    const PlanWarning *warning = warning_of(literal, "direction_holds_situations");
    assert_true(warning->has_fix);
    assert_false(warning->taken);
    assert_text(warning->fix, "1-1-s-2");
    const Plan *fixed = read_fixed(arena, S(MISPLACED));
    assert_text(text_of(fixed, "1-1-s-2-1"), "鮎がいます。");
    assert_int_equal(plan_find(fixed, S("1-1-d-1")), -1);
    assert_true(warning_of(fixed, "direction_holds_situations")->taken);
    assert_text(warning_of(fixed, "direction_holds_situations")->fix, "1-1-s-2");
}

static void groups_that_belong_to_the_direction(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_fixed(arena,
        S(PAGE_TITLE PAGE_LABELS
            "現状と課題\t基本方向\n《水質の状況》●澄んでいます。\t<p>川を守ります。</p> <p>《守り方》●皆"
            "で守ります。</p> <p>魚も増やします。</p>\n" PAGE_MEASURES PAGE_BODY));
    assert_int_equal(plan->warnings.len, 1);
    assert_string_equal(plan->warnings.at[0].code, "direction_holds_groups");
    assert_false(plan->warnings.at[0].has_fix);
    assert_text(text_of(plan, "1-1-d-1"), "川を守ります。");
    assert_text(text_of(plan, "1-1-d-2"), "守り方");
    assert_text(text_of(plan, "1-1-d-3"), "魚も増やします。");
}

static void items_of_the_direction_are_its_paragraphs(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(
        arena, S(PAGE_TITLE PAGE_LABELS "現状と課題\t基本方向\n《水質の状況》●澄んでいます。\t●川を守ります。"
                                        " ●魚を増やします。\n" PAGE_MEASURES PAGE_BODY));
    assert_no_warnings(plan);
    assert_int_equal(node_of(plan, "1-1-d-2")->kind, PLAN_DIRECTION);
    assert_text(text_of(plan, "1-1-d-2"), "魚を増やします。");
}

/* --- empty measures --- */

#define JOINED_LEFT "《河川の水質監視》●河川の水質を測ります。 《河川の清掃》●河川敷の清掃をします。"
#define JOINED_RIGHT "《森林の間伐》●森林の間伐を進めます。 《苗木の植樹》●森林に苗木を植樹します。"

static const Plan *read_measures(Arena *arena, const char *titles, const char *cells, bool fixed)
{
    const Str text = arena_printf(
        arena, "%s%s\n%s\n", PAGE_TITLE PAGE_LABELS PAGE_SECTIONS "主な取組\t\t\n", titles, cells);
    return fixed ? read_fixed(arena, text) : read_literally(arena, text);
}

static void a_body_in_the_left_neighbour_can_be_parted(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const char *cells = JOINED_LEFT " " JOINED_RIGHT "\t";
    const Plan *literal = read_measures(arena, "①河川の水質を守る\t②森林の植樹を進める", cells, false);
    assert_text(warning_of(literal, "measure_body_in_neighbour")->fix, "1-1-2-1..1-1-2-2");
    assert_text(warning_of(literal, "measure_body_in_neighbour")->subject, "森林の植樹を進める");
    assert_int_equal(warning_of(literal, "measure_body_in_neighbour")->source.cell, 2);
    assert_text(text_of(literal, "1-1-1-4"), "苗木の植樹");
    const Plan *fixed = read_measures(arena, "①河川の水質を守る\t②森林の植樹を進める", cells, true);
    assert_text(text_of(fixed, "1-1-1-2"), "河川の清掃");
    assert_int_equal(plan_find(fixed, S("1-1-1-3")), -1);
    assert_text(text_of(fixed, "1-1-2-1"), "森林の間伐");
    assert_text(text_of(fixed, "1-1-2-2-1"), "森林に苗木を植樹します。");
}

static void a_body_in_the_right_neighbour_can_be_parted(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *fixed = read_measures(
        arena, "①河川の水質を守る\t②森林の植樹を進める", "\t" JOINED_LEFT " " JOINED_RIGHT, true);
    assert_text(text_of(fixed, "1-1-1-2"), "河川の清掃");
    assert_text(text_of(fixed, "1-1-2-1"), "森林の間伐");
    assert_text(warning_of(fixed, "measure_body_in_neighbour")->fix, "1-1-1-1..1-1-1-2");
}

static void an_empty_measure_without_a_full_neighbour_is_only_told(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_measures(arena, "①水\t②魚\t③森", "《監視》●測ります。\t\t", false);
    assert_int_equal(count_warnings(plan, "measure_empty"), 2);
    assert_int_equal(plan->warnings.len, 2);
}

static void two_empty_measures_share_one_full_neighbour(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_measures(arena, "①河川の水質を守る\t②森林の植樹を進める\t③水質の監視",
        "\t" JOINED_LEFT " " JOINED_RIGHT "\t", true);
    assert_int_equal(count_warnings(plan, "measure_body_in_neighbour"), 2);
    assert_int_equal(plan_count(plan, PLAN_GROUP, PLAN_MEASURES), 4);
}

static void a_measure_filled_on_the_next_page_is_not_empty(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS PAGE_SECTIONS PAGE_MEASURES "《監視》●測ります。\t\n" PAGE_TITLE PAGE_LABELS
                                                             "主な取組\n②魚を増やす\n《放流》●放します。\n"));
    assert_int_equal(count_warnings(plan, "measure_empty"), 0);
    assert_text(text_of(plan, "1-1-2-1-1"), "放します。");
}

/* --- outside the tables --- */

static void a_rationale_finds_its_initiative(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan =
        read_literally(arena, S(PAGE_TITLE PAGE_LABELS PAGE_SECTIONS PAGE_MEASURES
                                  "《監視》●河川の水質を月に一度測定します。 "
                                  "●<u>堰堤の魚道を改修します。</u>\t《放流》●鮎の稚魚を放流します。\n"
                                  "\n当該取組は、県の鮎稚魚放流計画に合わせて\n時期を改めた。\n\n<p>"
                                  "魚道の改修は、堰堤の管理者と協議したもの。</p>\n"));
    assert_int_equal(plan->annotations.len, 2);
    assert_text(plan->nodes.at[plan->annotations.at[0].node].key, "1-1-2-1-1");
    assert_text(plan->annotations.at[0].text, "当該取組は、県の鮎稚魚放流計画に合わせて時期を改めた。");
    assert_text(plan->nodes.at[plan->annotations.at[1].node].key, "1-1-1-1-2");
    assert_text(plan->annotations.at[1].text, "魚道の改修は、堰堤の管理者と協議したもの。");
    assert_int_equal(count_warnings(plan, "rationale_outside_table"), 2);
    assert_int_equal(count_warnings(plan, "uncertain_annotation"), 0);
}

static void a_rationale_of_nothing_in_particular_stands_on_the_policy(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena, S(PAGE "\nこのたび、みなさまからいただいたごいけんによる。\n"));
    assert_int_equal(plan->annotations.len, 1);
    assert_text(plan->nodes.at[plan->annotations.at[0].node].key, "1-1");
    assert_int_equal(count_warnings(plan, "uncertain_annotation"), 1);
}

static void footnotes_find_their_words(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE_TITLE PAGE_LABELS PAGE_SECTIONS PAGE_MEASURES
            "《監視》●川辺で*水生昆虫調査と*水生昆虫を数えます。\t《放流》●「*稚魚」と*稚魚を放します。\n"
            "*稚魚：卵からかえって\n間もない魚。\n*水生昆虫: "
            "水に住む虫。\n\n*水生昆虫調査：虫を数えること。\n*魚道：魚の通り道。\n"));
    assert_int_equal(plan->annotations.len, 4);
    static const struct {
        const char *key, *word, *text;
    } notes[] = {{"1-1-2-1-1", "稚魚", "*稚魚：卵からかえって間もない魚。"},
        {"1-1-1-1-1", "水生昆虫", "*水生昆虫: 水に住む虫。"},
        {"1-1-1-1-1", "水生昆虫調査", "*水生昆虫調査：虫を数えること。"}, {"1-1", "", "*魚道：魚の通り道。"}};
    for (size_t i = 0; i < COUNT_OF(notes); i++) {
        const PlanAnnotation *note = &plan->annotations.at[i];
        const PlanNode *node = &plan->nodes.at[note->node];
        assert_int_equal(note->kind, PLAN_FOOTNOTE);
        assert_text(node->key, notes[i].key);
        assert_text(utf8_slice(node->text, note->from, note->to), notes[i].word);
        assert_text(note->text, notes[i].text);
    }
    assert_int_equal(plan->annotations.at[2].from, 4);
    assert_int_equal(plan->annotations.at[1].from, 12);
    assert_int_equal(count_warnings(plan, "footnote_outside_table"), 3);
    assert_int_equal(count_warnings(plan, "footnote_without_word"), 1);
}

static void notes_look_at_their_own_page_only(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_literally(arena,
        S(PAGE PAGE_TITLE
            "基本政策名\t1 水と緑\t政策名\t(2) 湖\n" PAGE_SECTIONS PAGE_MEASURES
            "《監視》●湖の水を測ります。\t《放流》●鱒を放します。\n\n稚魚の放流を月に一度測ります。\n"));
    assert_int_equal(plan->annotations.len, 1);
    const int32_t node = plan->annotations.at[0].node;
    assert_slice(plan->nodes.at[plan_ancestor(plan, node, PLAN_POLICY)].key, S("1-2"));
}

/* --- profiles and fixes --- */

static void another_citys_profile(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Error error = {0};
    const PlanProfile *profile = NULL;
    assert_true(plan_profile_read(arena,
        S("page_title: 施策一覧\nlabels: {basic_policy: 柱, policy: 施策, situation: 現状, direction: 方針, "
          "measures: 事業}\n"
          "marks: {group: 【】, item: ・, footnote: ※, insertion_tag: ins, deletion_tag: del}\n"
          "separators: {cell: \"|\", rule: \"=\"}\n"),
        S("import.yaml"), &profile, &error));
    const Str text =
        S("施策一覧\n柱|1 水|施策|(1) "
          "川\n====|====\n現状|方針\n【水質】・澄んで<ins>います</ins>。|守ります。\n事業|\n"
          "①水|②魚\n【監視】・※水質計で測ります。|【放流】・<u>放します</u>。\n※水質計：水質を測る道具。\n");
    assert_true(plan_text_is_table(text, profile));
    assert_false(plan_text_is_table(text, plan_profile_default()));
    const Plan *plan = plan_read_table(arena, text, S("a"), profile, NULL, &error);
    assert_non_null(plan);
    assert_text(text_of(plan, "1-1-s-1-1"), "澄んでいます。");
    assert_int_equal(node_of(plan, "1-1-s-1-1")->marks.len, 1);
    assert_text(text_of(plan, "1-1-2-1-1"), "放します。");
    assert_int_equal(node_of(plan, "1-1-2-1-1")->marks.len, 0);
    assert_int_equal(plan->annotations.at[0].kind, PLAN_FOOTNOTE);
    assert_int_equal(plan->annotations.at[0].from, 1);
    assert_int_equal(plan->annotations.at[0].to, 4);
}

static void fixes_that_are_not_offered(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Str text = S(MISPLACED);
    const Plan *literal = read_literally(arena, text);
    const uint32_t missing = warning_of(literal, "direction_missing")->number;
    const uint32_t wrong[] = {missing, 0, 99};
    static const char *const messages[] = {"direction_missing", "no warning 0", "no warning 99"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        Error error = {0};
        const FixChoice fixes = {.numbers = &wrong[i], .count = 1};
        assert_null(plan_read_table(arena, text, S("a"), plan_profile_default(), &fixes, &error));
        assert_int_equal(error.code, ERROR_INPUT);
        assert_non_null(strstr(error.message, messages[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_page_has_no_warnings),
        cmocka_unit_test(dress_does_not_matter),
        cmocka_unit_test(numbers_in_any_writing),
        cmocka_unit_test(titles_keep_their_spaces_and_marks),
        cmocka_unit_test(a_policy_on_two_pages_goes_on),
        cmocka_unit_test(an_earlier_basic_policy_may_come_back),
        cmocka_unit_test(numbers_that_do_not_add_up),
        cmocka_unit_test(a_repeated_number_keeps_its_print),
        cmocka_unit_test(rows_may_run_over_lines),
        cmocka_unit_test(each_table_is_looked_ahead_in),
        cmocka_unit_test(several_rows_below_one_heading),
        cmocka_unit_test(trailing_tabs_may_be_gone),
        cmocka_unit_test(one_column_and_all_in_one_table),
        cmocka_unit_test(blank_headings_and_cells_beyond),
        cmocka_unit_test(unknown_headings_and_labels),
        cmocka_unit_test(words_before_the_first_page_are_kept_in_a_warning),
        cmocka_unit_test(pages_without_title_or_policy),
        cmocka_unit_test(situations_below_the_direction),
        cmocka_unit_test(groups_that_belong_to_the_direction),
        cmocka_unit_test(items_of_the_direction_are_its_paragraphs),
        cmocka_unit_test(a_body_in_the_left_neighbour_can_be_parted),
        cmocka_unit_test(a_body_in_the_right_neighbour_can_be_parted),
        cmocka_unit_test(an_empty_measure_without_a_full_neighbour_is_only_told),
        cmocka_unit_test(two_empty_measures_share_one_full_neighbour),
        cmocka_unit_test(a_measure_filled_on_the_next_page_is_not_empty),
        cmocka_unit_test(a_rationale_finds_its_initiative),
        cmocka_unit_test(a_rationale_of_nothing_in_particular_stands_on_the_policy),
        cmocka_unit_test(footnotes_find_their_words),
        cmocka_unit_test(notes_look_at_their_own_page_only),
        cmocka_unit_test(another_citys_profile),
        cmocka_unit_test(fixes_that_are_not_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
