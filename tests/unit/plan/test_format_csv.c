/* Plans as CSV: the exact bytes of a small plan, every cell read back by a reader of RFC 4180, and the
 * characters that CP932 does not have.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>
#include <iconv.h>

#include "plan/format.h"
#include "random_plan.h"

#define MANY ((size_t)64 << 20)

static Plan *one_node(Arena *arena, const char *text)
{
    Plan *plan = plan_new(arena);
    plan->edition = S("案");
    plan_add(plan, PLAN_NO_PARENT, PLAN_BASIC_POLICY, S("2"), S("ひと"), (PlanSource){0})->key = S("2");
    plan_add(plan, 0, PLAN_POLICY, S("(1)"), str_of(text), (PlanSource){0})->key = S("2-1");
    return plan;
}

static void test_exact_bytes(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    PlanReplacements replaced;
    assert_true(plan_write_csv(one_node(arena, "a,\"b\""), PLAN_CSV_UTF8, arena, &replaced, &out, &error));
    assert_int_equal(replaced.len, 0);
    assert_string_equal(arena_str(arena, buf_str(&out)).at,
        "\xEF\xBB\xBF"
        "edition,key,parent,kind,kind_ja,number,text,path\r\n"
        "案,2,,basic_policy,基本政策,2,ひと,\r\n"
        "案,2-1,2,policy,政策,(1),\"a,\"\"b\"\"\",2 ひと\r\n");
}

/* Cells that a spreadsheet would calculate get one ' and lose it again. */
static void test_formulas(void **state)
{
    (void)state;
    static const char *const texts[] = {"=1+1", "+1", "-1", "@a", "'x", "＝1", "＋", "－", "＠"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        AUTO_ARENA arena = arena_new(MANY);
        AUTO_BUF out;
        buf_init(&out, MANY);
        Error error = {0};
        PlanReplacements replaced;
        assert_true(plan_write_csv(one_node(arena, texts[i]), PLAN_CSV_UTF8, arena, &replaced, &out, &error));
        const Str cell = arena_printf(arena, ",(1),'%s,2 ひと\r\n", texts[i]);
        assert_true(str_contains(buf_str(&out), cell));
    }
}

/* The next cell of RFC 4180 text, without its guard; *end says whether it ended the row. */
static Str next_cell(Arena *arena, Str *rest, bool *end)
{
    Str cell = STR_EMPTY;
    size_t at = 0;
    if (str_starts(*rest, S("\""))) {
        for (at = 1; !(rest->at[at] == '"' && rest->at[at + 1] != '"'); at++) {
            at += rest->at[at] == '"';
            cell = arena_join(arena, cell, str_slice(*rest, at, at + 1));
        }
        at++;
    } else {
        while (rest->at[at] != ',' && rest->at[at] != '\r') {
            at++;
        }
        cell = str_slice(*rest, 0, at);
        assert_false(str_contains(cell, S("\"")));
    }
    *end = rest->at[at] == '\r';
    if (*end) {
        assert_int_equal(rest->at[at + 1], '\n');
    } else {
        assert_int_equal(rest->at[at], ',');
    }
    *rest = str_slice(*rest, at + (*end ? 2 : 1), rest->len);
    return str_starts(cell, S("'")) ? str_slice(cell, 1, cell.len) : cell;
}

static void assert_cell(Arena *arena, Str *rest, Str expected, bool last)
{
    bool end = false;
    const Str cell = next_cell(arena, rest, &end);
    if (!str_equal(cell, expected)) {
        fail_msg("cell \"%.*s\", expected \"%.*s\"", STR_ARGS(cell), STR_ARGS(expected));
    }
    assert_int_equal(end, last);
}

static Str path_of(Arena *arena, const Plan *plan, int32_t index)
{
    Str path = STR_EMPTY;
    for (bool first = true; index != PLAN_NO_PARENT; index = plan->nodes.at[index].parent, first = false) {
        const PlanNode *node = &plan->nodes.at[index];
        Str title = node->text;
        if (node->number.len > 0) {
            title = arena_printf(arena, "%.*s %.*s", STR_ARGS(node->number), STR_ARGS(node->text));
        }
        path = first ? title : arena_printf(arena, "%.*s / %.*s", STR_ARGS(title), STR_ARGS(path));
    }
    return path;
}

static void test_random_plans(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        AUTO_BUF out;
        buf_init(&out, MANY);
        Error error = {0};
        PlanReplacements replaced;
        Plan *plan = random_plan(seed, arena, 30);
        if (!plan_give_keys(plan, &error)) {
            continue;
        }
        assert_true(plan_write_csv(plan, PLAN_CSV_UTF8, arena, &replaced, &out, &error));
        Str rest = str_slice(buf_str(&out), 3, out.len), header = STR_EMPTY;
        assert_true(str_line(&rest, &header));
        for (size_t i = 0; i < plan->nodes.len; i++) {
            const PlanNode *node = &plan->nodes.at[i];
            const Str parent = node->parent < 0 ? STR_EMPTY : plan->nodes.at[node->parent].key;
            assert_cell(arena, &rest, plan->edition, false);
            assert_cell(arena, &rest, node->key, false);
            assert_cell(arena, &rest, parent, false);
            assert_cell(arena, &rest, str_of(plan_kind_name(node->kind)), false);
            assert_cell(arena, &rest, str_of(plan_kind_title(node->kind)), false);
            assert_cell(arena, &rest, node->number, false);
            assert_cell(arena, &rest, node->text, false);
            assert_cell(arena, &rest, path_of(arena, plan, node->parent), true);
        }
        assert_int_equal(rest.len, 0);
    }
}

static void assert_replaced(const PlanReplaced *replaced, uint32_t code_point, const char *by, size_t count)
{
    assert_int_equal(replaced->code_point, code_point);
    assert_true(str_equal(replaced->replacement, str_of(by)));
    assert_int_equal(replaced->count, count);
    assert_true(str_equal(replaced->key, S("2-1")));
}

/* 﨑, 髙 and ① are in CP932; 𠮷, é and an IVS are not; 〜 has a twin there. */
static void test_cp932(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    PlanReplacements replaced;
    const Plan *plan =
        one_node(arena, "﨑髙①ｶ\xF0\xA0\xAE\xB7\xE8\x91\x9B\xF3\xA0\x84\x81〜é\xF0\xA0\xAE\xB7");
    assert_true(plan_write_csv(plan, PLAN_CSV_CP932, arena, &replaced, &out, &error));
    assert_int_equal(replaced.len, 4);
    assert_replaced(&replaced.at[0], 0xE9, "〓", 1);
    assert_replaced(&replaced.at[1], 0x301C, "～", 1);
    assert_replaced(&replaced.at[2], 0x20BB7, "〓", 2);
    assert_replaced(&replaced.at[3], 0xE0101, "", 1);
    char decoded[512];
    char *from = out.at, *to = decoded;
    size_t left = out.len, room = sizeof decoded - 1;
    iconv_t converter = iconv_open("UTF-8", "CP932");
    assert_int_equal(iconv(converter, &from, &left, &to, &room), 0);
    (void)iconv_close(converter);
    *to = '\0';
    assert_non_null(strstr(decoded, "案,2-1,2,policy,政策,(1),﨑髙①ｶ〓葛～〓〓,2 ひと\r\n"));
}

static void test_limit(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, 60);
    Error error = {0};
    PlanReplacements replaced;
    assert_false(plan_write_csv(one_node(arena, "a"), PLAN_CSV_UTF8, arena, &replaced, &out, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_bytes),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_random_plans),
        cmocka_unit_test(test_cp932),
        cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
