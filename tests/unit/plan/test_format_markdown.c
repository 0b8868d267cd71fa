/* Plans as Markdown: the exact text of a small plan, the sample city byte for byte, and any tree through any
 * text. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "plan/format.h"
#include "random_plan.h"

#define MANY ((size_t)256 << 20)

static const char small_text[] = "---\n"
                                 "plan: basic-2019\n"
                                 "title: 基本計画\n"
                                 "edition: 素案\n"
                                 "notice: \"見本 (練習用)\"\n"
                                 "---\n"
                                 "\n"
                                 "# 2 ひと創り / (1) 子ども {#2-1}\n"
                                 "\n"
                                 "## 現状と課題 {#2-1-s}\n"
                                 "\n"
                                 "### 出生数 {#2-1-s-1}\n"
                                 "- 2017年は<ins>1.40</ins>です。 {#2-1-s-1-1}\n"
                                 "- \\*印は*推計* {#2-1-s-1-2}\n"
                                 "\n"
                                 "## 基本方向 {#2-1-d}\n"
                                 "\n"
                                 "支えます。 {#2-1-d-1}\n"
                                 "\n"
                                 "1\\. 次に {#2-1-d-2}\n"
                                 "\n"
                                 "## 主な取組 {#2-1-m}\n"
                                 "\n"
                                 "### ① 切れ目のない支援 {#2-1-1}\n"
                                 "\n"
                                 "#### 妊娠・出産 {#2-1-1-1}\n"
                                 "- 相談に応じ、相談を記録します。 {#2-1-1-1-1}\n"
                                 "\n"
                                 "## 注記\n"
                                 "- [理由] 2-1: 全体の理由\n"
                                 "- [注] 2-1-1-1-1 「相談」#2: 電話も含む\n"
                                 "- [校正] 2-1-1-1-1 「記録」: 「記入」を直した\n"
                                 "\n"
                                 "# 2 ひと創り / (2) 教育 {#2-2}\n";

static Plan *read_one(Arena *arena, Str text, PlanErrors *errors)
{
    const PlanFile file = {S("plan.md"), text};
    return plan_read_markdown(arena, 1, &file, errors);
}

static void assert_text(Str actual, const char *expected)
{
    AUTO_ARENA arena = arena_new(MANY);
    assert_string_equal(arena_str(arena, actual).at, expected);
}

static const PlanNode *node_of(const Plan *plan, const char *key)
{
    const int32_t index = plan_find(plan, str_of(key));
    assert_true(index >= 0);
    return &plan->nodes.at[index];
}

/* "*推計*" in small_text is emphasis for Markdown: refused. */
static void test_emphasis_is_refused(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    PlanErrors errors = {0};
    assert_null(read_one(arena, str_of(small_text), &errors));
    assert_int_equal(errors.total, 1);
    assert_int_equal(errors.at[0].line, 14);
    assert_string_equal(
        errors.at[0].message, "emphasis is not plan text; write \\* or \\_ for the character");
}

static Str clean_small_text(Arena *arena)
{
    Str before = STR_EMPTY, after = STR_EMPTY;
    assert_true(str_cut(str_of(small_text), S("*推計*"), &before, &after));
    return arena_printf(arena, "%.*s\\*推計%.*s", STR_ARGS(before), STR_ARGS(after));
}

static void test_reading(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    PlanErrors errors = {0};
    const Plan *plan = read_one(arena, clean_small_text(arena), &errors);
    assert_non_null(plan);
    assert_text(plan->id, "basic-2019");
    assert_text(plan->title, "基本計画");
    assert_text(plan->edition, "素案");
    assert_text(plan->notice, "見本 (練習用)");
    assert_int_equal(plan->nodes.len, 14);
    assert_int_equal(plan->nodes.at[0].kind, PLAN_BASIC_POLICY);
    assert_text(plan->nodes.at[0].key, "2");
    assert_text(plan->nodes.at[0].number, "2");
    assert_text(plan->nodes.at[0].text, "ひと創り");
    assert_text(node_of(plan, "2-1")->number, "(1)");
    assert_text(node_of(plan, "2-1")->text, "子ども");
    assert_int_equal(node_of(plan, "2-2")->parent, 0);
    const PlanNode *fact = node_of(plan, "2-1-s-1-1");
    assert_int_equal(fact->kind, PLAN_FACT);
    assert_text(fact->text, "2017年は1.40です。");
    assert_int_equal(fact->marks.len, 1);
    assert_int_equal(fact->marks.at[0].kind, PLAN_MARK_INSERTION);
    assert_int_equal(fact->marks.at[0].from, 6);
    assert_int_equal(fact->marks.at[0].to, 10);
    assert_int_equal(fact->source.line, 13);
    assert_text(fact->source.file, "plan.md");
    assert_text(node_of(plan, "2-1-s-1-2")->text, "*印は*推計");
    assert_int_equal(node_of(plan, "2-1-d-1")->kind, PLAN_DIRECTION);
    assert_text(node_of(plan, "2-1-d-2")->text, "1. 次に");
    assert_int_equal(node_of(plan, "2-1-1")->kind, PLAN_MEASURE);
    assert_text(node_of(plan, "2-1-1")->number, "①");
    assert_int_equal(node_of(plan, "2-1-1-1")->kind, PLAN_GROUP);
    assert_int_equal(node_of(plan, "2-1-1-1-1")->kind, PLAN_INITIATIVE);
}

static void test_annotations(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    PlanErrors errors = {0};
    const Plan *plan = read_one(arena, clean_small_text(arena), &errors);
    assert_non_null(plan);
    assert_int_equal(plan->annotations.len, 3);
    const PlanAnnotation *notes = plan->annotations.at;
    assert_int_equal(notes[0].kind, PLAN_RATIONALE);
    assert_int_equal(notes[0].node, plan_find(plan, S("2-1")));
    assert_int_equal(notes[0].from, 0);
    assert_int_equal(notes[0].to, 0);
    assert_text(notes[0].text, "全体の理由");
    assert_int_equal(notes[1].kind, PLAN_FOOTNOTE);
    assert_int_equal(notes[1].from, 6); /* the second 相談 of 相談に応じ、相談を */
    assert_int_equal(notes[1].to, 8);
    assert_int_equal(notes[2].kind, PLAN_REPAIR);
    assert_text(notes[2].text, "「記入」を直した");
}

static void test_writing(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    PlanErrors errors = {0};
    Error error = {0};
    const Str text = clean_small_text(arena);
    const Plan *plan = read_one(arena, text, &errors);
    assert_non_null(plan);
    assert_true(plan_write_markdown(plan, &out, &error));
    /* all the small text leaves to the writer: the second * is escaped too */
    Str before = STR_EMPTY, after = STR_EMPTY;
    assert_true(str_cut(text, S("*推計"), &before, &after));
    assert_text(buf_str(&out), text.at);
}

static void assert_same_plan(const Plan *plan, const Plan *read, const char *what, uint64_t seed)
{
    Error error = {0};
    if (!plan_same(plan, read, &error)) {
        fail_msg("%s, seed %llu: %s", what, (unsigned long long)seed, error.message);
    }
    assert_true(str_equal(plan->title, read->title));
    assert_true(str_equal(plan->edition, read->edition));
    assert_true(str_equal(plan->notice, read->notice));
}

/* Any tree with any text comes back from one file and from a folder given in any order. */
static void test_random_round_trip(void **state)
{
    (void)state;
    size_t tried = 0;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        AUTO_BUF out;
        buf_init(&out, MANY);
        PlanErrors errors = {0};
        Error error = {0};
        Plan *plan = random_plan(seed, arena, seed % 3 ? 8 : 60);
        if (!plan_give_keys(plan, &error)) {
            continue;
        }
        tried++;
        assert_true(plan_write_markdown(plan, &out, &error));
        const Plan *read = read_one(arena, buf_str(&out), &errors);
        if (read == NULL) {
            fail_msg("seed %llu, line %ld: %s\n%.*s", (unsigned long long)seed, errors.at[0].line,
                errors.at[0].message, (int)out.len, out.at);
        }
        assert_same_plan(plan, read, "one file", seed);
        PlanFiles files = {0};
        assert_true(plan_write_markdown_files(plan, arena, MANY, &files, &error));
        for (size_t i = 0; i < files.len / 2; i++) {
            const PlanFile file = files.at[i];
            files.at[i] = files.at[files.len - 1 - i];
            files.at[files.len - 1 - i] = file;
        }
        read = plan_read_markdown(arena, files.len, files.at, &errors);
        if (read == NULL) {
            fail_msg("files, seed %llu: %s: %s", (unsigned long long)seed, errors.at[0].file,
                errors.at[0].message);
        }
        assert_same_plan(plan, read, "files", seed);
    }
    assert_in_range(tried, 700, 1500);
}

/* The sample city is written as the writer would write it. */
static void test_sample_city(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    FileNames names = {0};
    PlanFiles files = {0}, written = {0};
    assert_true(directory_list(arena, S("cities/aomori/plan"), S(".md"), &names, &error));
    assert_int_equal(names.len, 5);
    for (size_t i = 0; i < names.len; i++) {
        PlanFile *file = VEC_PUSH(arena, &files);
        file->name = names.at[i];
        assert_true(file_read(arena, names.at[i], MANY, &file->text, &error));
    }
    PlanErrors errors = {0};
    const Plan *plan = plan_read_markdown(arena, files.len, files.at, &errors);
    if (plan == NULL) {
        fail_msg("%s:%ld: %s", errors.at[0].file, errors.at[0].line, errors.at[0].message);
    }
    assert_int_equal(plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT), 5);
    assert_int_equal(plan_count(plan, PLAN_FACT, PLAN_SITUATION), 31);
    assert_int_equal(plan_count(plan, PLAN_INITIATIVE, PLAN_MEASURES), 63);
    assert_int_equal(plan_count(plan, PLAN_MEASURE, PLAN_KIND_COUNT), 15);
    assert_int_equal(plan->annotations.len, 2);
    assert_true(plan_write_markdown_files(plan, arena, MANY, &written, &error));
    assert_int_equal(written.len, files.len);
    for (size_t i = 0; i < written.len; i++) {
        assert_true(str_ends(files.at[i].name, written.at[i].name));
        assert_string_equal(written.at[i].text.at, files.at[i].text.at);
    }
}

/* A hand-written file: no keys, no front matter, lines broken, one basic policy in files that are not
 * neighbours. */
static void test_hand_written(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    PlanErrors errors = {0};
    const PlanFile files[] = {
        {S("plan/10.md"),
            S("# 2 ひと / (2) 教育\n\n## 主な取組\n### ② 学校\n* 行の途中で\n  折る\n* two\n  words\n")},
        {S("plan/9.md"), S("# 3 まち / (1) 連携\r\n")},
        {S("plan/8.md"), S("\xEF\xBB\xBF# 2 ひと / (1) 子ども\n")},
    };
    const Plan *plan = plan_read_markdown(arena, COUNT_OF(files), files, &errors);
    if (plan == NULL) {
        fail_msg("%s:%ld: %s", errors.at[0].file, errors.at[0].line, errors.at[0].message);
    }
    static const struct {
        const char *key, *text;
    } expected[] = {{"2", "ひと"}, {"2-1", "子ども"}, {"2-2", "教育"}, {"2-2-m", "主な取組"},
        {"2-2-2", "学校"}, {"2-2-2-1", "行の途中で折る"}, {"2-2-2-2", "two words"}, {"3", "まち"},
        {"3-1", "連携"}};
    assert_int_equal(plan->nodes.len, COUNT_OF(expected));
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_text(plan->nodes.at[i].key, expected[i].key);
        assert_text(plan->nodes.at[i].text, expected[i].text);
    }
}

/* Without memory there is an error, never a plan that lacks something. */
static void test_memory(void **state)
{
    (void)state;
    AUTO_ARENA full = arena_new(MANY);
    PlanErrors errors = {0};
    const Str text = clean_small_text(full);
    const Plan *whole = read_one(full, text, &errors);
    const Plan *read = NULL;
    size_t n = 0;
    while (read == NULL && ++n < 2000) {
        AUTO_ARENA arena = arena_new(MANY);
        arena_fail_after(n);
        read = read_one(arena, text, &errors);
        arena_fail_after(0);
        if (read != NULL) {
            assert_same_plan(whole, read, "memory", n);
        } else {
            if (errors.at[0].code != ERROR_MEMORY)
                fail_msg("n %zu %s", n, errors.at[0].message);
        }
    }
    assert_in_range(n, 20, 1999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_emphasis_is_refused),
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_annotations),
        cmocka_unit_test(test_writing),
        cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_sample_city),
        cmocka_unit_test(test_hand_written),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
