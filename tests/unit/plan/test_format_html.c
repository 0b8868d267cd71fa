/* Plans as a page of HTML: every text is there and none becomes markup; tags are closed in order. */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/format.h"
#include "random_plan.h"

#define MANY ((size_t)64 << 20)
#define DEPTH_MAX 64

/* The five characters that HTML gives a meaning to. */
static Str escaped(Arena *arena, Str s)
{
    Str out = STR_EMPTY;
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.at[i];
        const char *as = c == '&'    ? "&amp;"
                         : c == '<'  ? "&lt;"
                         : c == '>'  ? "&gt;"
                         : c == '"'  ? "&quot;"
                         : c == '\'' ? "&#39;"
                                     : NULL;
        out = arena_join(arena, out, as != NULL ? str_of(as) : str_slice(s, i, i + 1));
    }
    return out;
}

/* Every tag that opens is closed by the next one that is not opened inside it. */
static void assert_well_formed(Str html)
{
    Str open[DEPTH_MAX];
    size_t depth = 0;
    for (size_t at = 0; at < html.len; at++) {
        if (html.at[at] != '<' || html.at[at + 1] == '!') {
            continue;
        }
        size_t end = at + 1;
        while (html.at[end] != '>') {
            end++;
        }
        const bool closes = html.at[at + 1] == '/';
        size_t name_end = at + 1 + closes;
        while (html.at[name_end] != '>' && html.at[name_end] != ' ') {
            name_end++;
        }
        const Str name = str_slice(html, at + 1 + closes, name_end);
        if (closes) {
            assert_true(depth > 0 && str_equal(open[depth - 1], name));
            depth--;
        } else if (!str_equal(name, S("meta"))) {
            assert_true(depth < DEPTH_MAX);
            open[depth++] = name;
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

static void test_random_plans(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        AUTO_BUF out;
        buf_init(&out, MANY);
        Error error = {0};
        Plan *plan = random_plan(seed, arena, 30);
        if (!plan_give_keys(plan, &error)) {
            continue;
        }
        assert_true(plan_write_html(plan, &out, &error));
        assert_well_formed(buf_str(&out));
        plan->annotations.len = 0;
        for (size_t i = 0; i < plan->nodes.len; i++) {
            plan->nodes.at[i].marks.len = 0;
        }
        buf_clear(&out);
        assert_true(plan_write_html(plan, &out, &error));
        for (size_t i = 0; i < plan->nodes.len; i++) {
            const PlanNode *node = &plan->nodes.at[i];
            const Str element = arena_printf(arena, " id=\"n-%.*s\">%.*s%s%.*s</", STR_ARGS(node->key),
                STR_ARGS(escaped(arena, node->number)), node->number.len > 0 ? " " : "",
                STR_ARGS(escaped(arena, node->text)));
            if (!str_contains(buf_str(&out), element)) {
                fail_msg("seed %llu: node %.*s is missing", (unsigned long long)seed, STR_ARGS(node->key));
            }
        }
    }
}

/* Marks and references stand where they belong. */
static void test_marks_and_notes(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    Plan *plan = plan_new(arena);
    plan->notice = S("見本 <1>");
    PlanNode *node = plan_add(plan, PLAN_NO_PARENT, PLAN_POLICY, S("(1)"), S("あい<え"), (PlanSource){0});
    node->key = S("1");
    *VEC_PUSH(arena, &node->marks) = (PlanMark){PLAN_MARK_DELETION, 0, 1};
    *VEC_PUSH(arena, &node->marks) = (PlanMark){PLAN_MARK_INSERTION, 1, 3};
    *VEC_PUSH(arena, &plan->annotations) =
        (PlanAnnotation){.kind = PLAN_FOOTNOTE, .node = 0, .from = 1, .to = 4, .text = S("<b>")};
    *VEC_PUSH(arena, &plan->annotations) =
        (PlanAnnotation){.kind = PLAN_RATIONALE, .node = 0, .text = S("全体")};
    assert_true(plan_write_html(plan, &out, &error));
    const Str html = buf_str(&out);
    assert_true(str_contains(
        html, S("(1) <del>あ</del><ins>い&lt;</ins>え<sup><a href=\"#note-1\" id=\"ref-1\">注1</a>"
                "</sup><sup><a href=\"#note-2\" id=\"ref-2\">理由2</a></sup></h2>")));
    assert_true(
        str_contains(html, S("<li id=\"note-1\"><a href=\"#ref-1\">注1</a> 「い&lt;え」 &lt;b&gt;</li>")));
    assert_true(str_contains(html, S("<li id=\"note-2\"><a href=\"#ref-2\">理由2</a> 全体</li>")));
    assert_true(str_contains(html, S("<p class=\"notice\">見本 &lt;1&gt;</p>")));
    assert_well_formed(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_plans),
        cmocka_unit_test(test_marks_and_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
