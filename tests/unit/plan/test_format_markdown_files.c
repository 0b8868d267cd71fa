/* Files of plan text that must be read, beside what they are as the writer writes them, and files that must
 * be refused, beside exactly what is said about them: tests/cli/markdown/accepted/NAME.md and
 * NAME.expected.md, rejected/NAME.md and NAME.txt.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "plan/format.h"

#define MANY ((size_t)64 << 20)
#define FOLDER "tests/cli/markdown/"

/* The path with another ending. */
static Str beside(Arena *arena, Str path, const char *ending)
{
    return arena_printf(arena, "%.*s%s", (int)path.len - 3, path.at, ending);
}

static Plan *read_file(Arena *arena, Str path, PlanErrors *errors)
{
    Error error = {0};
    const Str folder = str_contains(path, S("rejected")) ? S(FOLDER "rejected/") : S(FOLDER "accepted/");
    PlanFile file = {.name = str_slice(path, folder.len, path.len)};
    assert_true(file_read(arena, path, MANY, &file.text, &error));
    return plan_read_markdown(arena, 1, &file, errors);
}

static void test_accepted(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    FileNames names = {0};
    assert_true(directory_list(arena, S(FOLDER "accepted"), S(".md"), &names, &error));
    size_t tried = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (str_ends(names.at[i], S(".expected.md"))) {
            continue;
        }
        PlanErrors errors = {0};
        const Plan *plan = read_file(arena, names.at[i], &errors);
        if (plan == NULL) {
            fail_msg("%.*s:%ld: %s", STR_ARGS(names.at[i]), errors.at[0].line, errors.at[0].message);
        }
        AUTO_BUF out;
        buf_init(&out, MANY);
        Str expected = STR_EMPTY;
        assert_true(plan_write_markdown(plan, &out, &error));
        assert_true(file_read(arena, beside(arena, names.at[i], ".expected.md"), MANY, &expected, &error));
        assert_string_equal(arena_str(arena, buf_str(&out)).at, arena_str(arena, expected).at);
        tried++;
    }
    assert_in_range(tried, 3, 1000);
}

/* What error_print would print, in one text. */
static Str said(Arena *arena, const PlanErrors *errors)
{
    Str all = STR_EMPTY;
    for (size_t i = 0; i < errors->len; i++) {
        const Error *error = &errors->at[i];
        assert_int_equal(error->code, ERROR_INPUT);
        all = arena_printf(arena, "%.*s%s:%ld:%ld: %s\n", STR_ARGS(all), error->file, error->line,
            error->column, error->message);
    }
    return all;
}

static void test_rejected(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    Error error = {0};
    FileNames names = {0};
    assert_true(directory_list(arena, S(FOLDER "rejected"), S(".md"), &names, &error));
    assert_in_range(names.len, 15, 1000);
    for (size_t i = 0; i < names.len; i++) {
        PlanErrors errors = {0};
        Str expected = STR_EMPTY;
        assert_null(read_file(arena, names.at[i], &errors));
        assert_true(file_read(arena, beside(arena, names.at[i], ".txt"), MANY, &expected, &error));
        assert_string_equal(said(arena, &errors).at, arena_str(arena, expected).at);
    }
}

/* A folder says everything that is wrong in one go, up to a limit, and says how much there is. */
static void test_many_errors(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    PlanErrors errors = {0};
    Str text = S("# 2 ひと / (1) 子ども\n\n## 主な取組\n");
    for (size_t i = 0; i < 30; i++) {
        text = arena_join(arena, text, S("- *強調*\n"));
    }
    const PlanFile files[] = {{S("a.md"), text}, {S("b.md"), S("# 2 ひと / (2) 教育\n\n段落\n")}};
    assert_null(plan_read_markdown(arena, 2, files, &errors));
    assert_int_equal(errors.len, PLAN_ERRORS_MAX);
    assert_int_equal(errors.total, 31);
    assert_int_equal(errors.rest.line, 3);
    assert_string_equal(errors.rest.file, "b.md");
}

/* The example of docs/plan-text.md is plan text, as the writer would write it. */
static void test_documentation(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(MANY);
    AUTO_BUF out;
    buf_init(&out, MANY);
    Error error = {0};
    PlanErrors errors = {0};
    Str text = STR_EMPTY, before = STR_EMPTY, example = STR_EMPTY, after = STR_EMPTY;
    assert_true(file_read(arena, S("docs/plan-text.md"), MANY, &text, &error));
    assert_true(str_cut(text, S("```markdown\n"), &before, &text));
    assert_true(str_cut(text, S("```\n"), &example, &after));
    const PlanFile file = {S("example.md"), example};
    const Plan *plan = plan_read_markdown(arena, 1, &file, &errors);
    if (plan == NULL) {
        fail_msg("line %ld: %s", errors.at[0].line, errors.at[0].message);
    }
    assert_true(plan_write_markdown(plan, &out, &error));
    assert_string_equal(arena_str(arena, buf_str(&out)).at, arena_str(arena, example).at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_rejected),
        cmocka_unit_test(test_many_errors),
        cmocka_unit_test(test_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
