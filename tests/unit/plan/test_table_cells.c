/* What stands in one cell: tags, entities, marks and markers. Each case is a cell of 現状と課題 on an
 * invented page; what it must become is written by hand: "G" a group, "F" an item, with marks as [from-to
 * kind].
 */
#include "plan/read_table.h"

#include "table_reading.h"

/* The page with the cell below 現状と課題, and what it says of itself. */
static const Plan *read_cell(Arena *arena, const char *cell)
{
    const Str text = arena_printf(arena, "%s", PAGE_TITLE PAGE_LABELS "現状と課題\t基本方向\n");
    const Str tail = S("\t川を守ります。\n" PAGE_MEASURES PAGE_BODY);
    return read_literally(arena, arena_join(arena, arena_join(arena, text, str_of(cell)), tail));
}

/* "G水質の状況|F水は澄んでいます。[2-4+]|..." of everything below 現状と課題. */
static Str describe(Arena *arena, const Plan *plan)
{
    Str all = STR_EMPTY;
    const int32_t section = plan_find(plan, S("1-1-s"));
    assert_true(section >= 0);
    for (int32_t i = section + 1; i < plan_subtree_end(plan, section); i++) {
        const PlanNode *node = &plan->nodes.at[i];
        all = arena_printf(arena, "%.*s%s%s%.*s", STR_ARGS(all), all.len > 0 ? "|" : "",
            node->kind == PLAN_GROUP ? "G" : "F", STR_ARGS(node->text));
        for (size_t j = 0; j < node->marks.len; j++) {
            const PlanMark *mark = &node->marks.at[j];
            all = arena_printf(arena, "%.*s[%zu-%zu%c]", STR_ARGS(all), mark->from, mark->to,
                mark->kind == PLAN_MARK_INSERTION ? '+' : '-');
        }
    }
    return all;
}

typedef struct Case {
    const char *cell, *expected;
    const char *warning; /* the only one; NULL: none */
} Case;

static void check_cases(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        const Plan *plan = read_cell(arena, cases[i].cell);
        const Str found = describe(arena, plan);
        if (!str_equal(found, str_of(cases[i].expected))) {
            fail_msg("\"%s\"\n became \"%.*s\"\n    not \"%s\"", cases[i].cell, STR_ARGS(found),
                cases[i].expected);
        }
        const size_t warnings = cases[i].warning == NULL ? 0 : 1;
        if (plan->warnings.len != warnings || (warnings > 0 && count_warnings(plan, cases[i].warning) != 1)) {
            fail_msg("\"%s\": %zu warnings, the first %s", cases[i].cell, plan->warnings.len,
                plan->warnings.len > 0 ? plan->warnings.at[0].code : "none");
        }
    }
}

static void groups_and_items(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"<p>《川》 ●水。 ●魚。</p>", "G川|F水。|F魚。", NULL},
        {"《川》●水。●魚。", "G川|F水。|F魚。", NULL},
        {"《川》 ●水。 《山》 ●木。", "G川|F水。|G山|F木。", NULL},
        {"<p>《川》</p> <ul> ●水。 </ul> <p>《山》</p> <ul> ●木。 </ul>", "G川|F水。|G山|F木。", NULL},
        {"<p>《川》</p> <ul> ●水。 <p>《山》</p> <ul style=\"x\"> ●木。", "G川|F水。|G山|F木。",
            "list_never_closed"},
        {"<p>《川》</p> <ul><li>水。</li><li>●魚。</li></ul>", "G川|F水。|F魚。", NULL},
        {"<p>《川》 ●水。</p> <p>●魚。</p> <p>●鳥。</p>", "G川|F水。|F魚。|F鳥。", "item_in_own_paragraph"},
        {"<p>《川》</p> <p>●水。</p>", "G川|F水。", NULL},
        {"●水。 ●魚。", "F水。|F魚。", "item_without_group"},
        {"<p>《川》</p> <p>川は長い。</p>", "G川|F川は長い。", "item_without_mark"},
        {"《川》 ●水。《山》 ●木。", "G川|F水。|G山|F木。", NULL},
        {"《川》", "G川", "group_empty"},
    };
    check_cases(cases, COUNT_OF(cases));
}

static void markers_inside_words_are_words(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"《川》 ●地図の●印と《仮称》水辺館。", "G川|F地図の●印と《仮称》水辺館。", NULL},
        {"《川》 ●●●市は川の町です。", "G川|F●●市は川の町です。", NULL},
        {"《川の《源流》部》 ●水。", "G川の《源流》部|F水。", NULL},
        {"《 川 の 名 》 ● 水 と 魚。 ", "G川 の 名|F水 と 魚。", NULL},
        {"《川》 ●①上流②下流 と (1)本流。", "G川|F①上流②下流 と (1)本流。", NULL},
        {"《川》 ●「*清流」の町。", "G川|F「*清流」の町。", NULL},
    };
    check_cases(cases, COUNT_OF(cases));
}

static void headings_that_nobody_closed(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_cell(arena, "<p>《川</p> <p>《山》 ●木。</p>");
    assert_text(describe(arena, plan), "F《川|G山|F木。");
    assert_text(warning_of(plan, "heading_never_closed")->subject, "《川");
    assert_text(describe(arena, read_cell(arena, "《川 ●水。 《山》 ●木。")), "F《川|F水。|G山|F木。");
    assert_text(describe(arena, read_cell(arena, "《川\n●水。\n《山》 ●木。")), "F《川|F水。|G山|F木。");
    assert_text(describe(arena, read_cell(arena, "《川は長い。")), "F《川は長い。");
}

static void marks(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"《川》 ●水は<u>とても</u>澄む。", "G川|F水はとても澄む。[2-5+]", NULL},
        {"《川》 ●<u>水は澄む。</u>", "G川|F水は澄む。[0-5+]", NULL},
        {"《川》 ●水は<s>少し</s><u>とても</u>澄む。", "G川|F水は少しとても澄む。[2-4-][4-7+]", NULL},
        {"《川》 ●水は<U>とても</U>澄む。", "G川|F水はとても澄む。[2-5+]", NULL},
        {"《川》 ●水は<u>と</u><u>ても</u>澄む。", "G川|F水はとても澄む。[2-5+]", NULL},
        {"《川》 ●水は<u>と<u>て</u>も</u>澄む。", "G川|F水はとても澄む。[2-5+]", NULL},
        {"《川》 ●水は<u>と<del>て</del>も</u>澄む。", "G川|F水はとても澄む。[2-3+][3-4-][4-5+]", NULL},
        {"《川》 ●水<u> </u>は<u></u>澄む。", "G川|F水 は澄む。[1-2+]", NULL},
        {"《川》 ●水は澄む。<u> </u>", "G川|F水は澄む。", NULL},
        {"《<u>大きな</u>川》 ●水。", "G大きな川[0-3+]|F水。", NULL},
        {"<u>《川》 ●水。 ●魚</u>。", "G川[0-1+]|F水。[0-2+]|F魚。[0-1+]", NULL},
        {"《川》 ●<ins>葛\xF3\xA0\x84\x81</ins>城と𠮷野。", "G川|F葛\xF3\xA0\x84\x81城と𠮷野。[0-2+]", NULL},
        {"《川》 ●水は<u>澄む。", "G川|F水は澄む。[2-5+]", "mark_never_closed"},
        {"《川》 ●水は</u>澄む。", "G川|F水は澄む。", "mark_never_opened"},
    };
    check_cases(cases, COUNT_OF(cases));
}

static void tags(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"《川》 ●水は<b>とても</b>澄む。", "G川|F水はとても澄む。", "tag_ignored"},
        {"《川》 ●水は<span class=\"a b\">とても</span>澄む。", "G川|F水はとても澄む。", "tag_ignored"},
        {"《川》 ●水は<blink>とても</blink>澄む。", "G川|F水は<blink>とても</blink>澄む。", NULL},
        {"《川》 ●水深<1m、幅>2m。", "G川|F水深<1m、幅>2m。", NULL},
        {"《川》 ●水は<u", "G川|F水は<u", "tag_broken"},
        {"《川》 ●水は<span <u>とても</u>澄む。", "G川|F水は<span とても澄む。[8-11+]", "tag_broken"},
        {"《川》 ●水は<br>澄む。<br/>魚も泳ぐ。", "G川|F水は澄む。魚も泳ぐ。", NULL},
        {"《川》 ●水は<>澄む。", "G川|F水は<>澄む。", NULL},
        {"<div>《川》</div> <div>●水。</div>", "G川|F水。", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (strstr(cases[i].cell, "blink") == NULL) {
            check_cases(&cases[i], 1);
        }
    }
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_cell(arena, cases[2].cell);
    assert_text(describe(arena, plan), cases[2].expected);
    assert_int_equal(count_warnings(plan, "tag_unknown"), 2);
    assert_text(warning_of(plan, "tag_unknown")->subject, "<blink>");
}

static void entities(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"《川》 ●A&amp;B &lt;u&gt; &quot;C&quot; &#12354;&#x3042;。", "G川|FA&B <u> \"C\" ああ。", NULL},
        {"《川》 ●R&D; &nothing; &#0; &#55296; &#x110000; &。",
            "G川|FR&D; &nothing; &#0; &#55296; &#x110000; &。", NULL},
        {"《川》 ●<u>&amp;</u>水。", "G川|F&水。[0-1+]", NULL},
        {"《川》 &#9679;水。", "G川|F●水。", "item_without_mark"},
    };
    check_cases(cases, COUNT_OF(cases));
}

/* Cells may hold line breaks; a break falls away between Japanese characters and is a space between Latin
 * letters. */
static void lines_inside_a_cell(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"《川》\n●水は\n澄む。\n●魚は\r\n  泳ぐ。", "G川|F水は澄む。|F魚は泳ぐ。", NULL},
        {"《川》\n\n●水。\n\n●魚。", "G川|F水。|F魚。", NULL},
        {"《川》\n●the river\nis long", "G川|Fthe river is long", NULL},
        {"《川》\n●2018\n年の水。", "G川|F2018年の水。", NULL},
        {"《大きな\n川》\n●水。", "G大きな川|F水。", NULL},
        {"<p>《川》</p>\n<ul>\n●水は<u>とても \n きれい</u>。\n</ul>", "G川|F水はとてもきれい。[2-8+]", NULL},
        {"《川》\n　●水。　\n　●魚 と 鳥。", "G川|F水。|F魚 と 鳥。", NULL},
        {"《川》\v●水。", "G川|F水。", NULL},
        {"《川》\n●水は\n\n 　\n澄む。", "G川|F水は|F澄む。", "item_without_mark"},
        {"《川》\r\n●水は\r\n澄む。", "G川|F水は澄む。", NULL},
        {"《川》 ●水 <u>\n魚</u>。", "G川|F水魚。[1-2+]", NULL},
        {"《川》 ●水<u> \n</u>魚。", "G川|F水魚。", NULL},
    };
    check_cases(cases, COUNT_OF(cases));
}

static void places_count_lines_inside_a_cell(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Plan *plan = read_cell(arena, "《川》\n●水。\n\n<p\n>●魚は<blink>泳ぐ。");
    assert_int_equal(node_of(plan, "1-1-s-1")->source.line, 6);
    assert_int_equal(node_of(plan, "1-1-s-1-1")->source.line, 7);
    assert_int_equal(node_of(plan, "1-1-s-1-2")->source.line, 10);
    assert_int_equal(warning_of(plan, "tag_unknown")->source.line, 10);
    assert_int_equal(node_of(plan, "1-1-d-1")->source.line, 10);
    assert_int_equal(node_of(plan, "1-1-d-1")->source.cell, 2);
    assert_int_equal(node_of(plan, "1-1-1")->source.line, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_and_items),
        cmocka_unit_test(markers_inside_words_are_words),
        cmocka_unit_test(headings_that_nobody_closed),
        cmocka_unit_test(marks),
        cmocka_unit_test(tags),
        cmocka_unit_test(entities),
        cmocka_unit_test(lines_inside_a_cell),
        cmocka_unit_test(places_count_lines_inside_a_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
