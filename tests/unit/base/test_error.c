/* base/error.h. */
#include "base/error.h"

#include "check.h"

#include "base/utf8.h"

/* What error_print writes. */
static void assert_printed(const Error *error, const char *expected)
{
    char text[2048] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    error_print(out, error);
    fclose(out);
    assert_string_equal(text, expected);
}

static void setters_fill_everything_and_answer_false(void **state)
{
    (void)state;
    Error error;
    memset(&error, 0x55, sizeof error);
    assert_false(error_set(&error, ERROR_CONFLICT, "版「%s」はもうあります", "素案"));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_string_equal(error.message, "版「素案」はもうあります");
    assert_string_equal(error.file, "");
    assert_int_equal(error.line, 0);
    assert_int_equal(error.column, 0);
    assert_false(error_at(&error, ERROR_INPUT, S("plan/2-1.md"), 31, 14, "unknown %s", "heading"));
    assert_string_equal(error.file, "plan/2-1.md");
    assert_int_equal(error.line, 31);
    assert_int_equal(error.column, 14);
    assert_false(error_memory(&error));
    assert_int_equal(error.code, ERROR_MEMORY);
}

static void error_may_quote_itself(void **state)
{
    (void)state;
    Error error;
    error_at(&error, ERROR_INPUT, S("a.yaml"), 3, 4, "bad value");
    error_at(&error, error.code, str_of(error.file), error.line, error.column, "in 事業: %s", error.message);
    assert_printed(&error, "a.yaml:3:4: in 事業: bad value\n");
}

static void long_texts_are_cut_between_code_points(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 4; lead++) { /* every way the limit may fall into a sequence */
        char text[1024] = "";
        memset(text, 'a', lead);
        for (size_t at = lead; at + 4 < sizeof text; at += 4)
            memcpy(text + at, "𠮷", 4);
        Error error;
        error_at(&error, ERROR_INPUT, str_of(text), 1, 1, "%s", text);
        size_t len = strlen(error.message);
        assert_true(len > sizeof error.message - 5 && len < sizeof error.message);
        assert_true(utf8_check(str_of(error.message), NULL));
        assert_memory_equal(error.message, text, len);
        len = strlen(error.file);
        assert_true(len > sizeof error.file - 5 && len < sizeof error.file);
        assert_true(utf8_check(str_of(error.file), NULL));
    }
}

static void exact_fit_is_not_cut(void **state)
{
    (void)state;
    Error error;
    error_set(&error, ERROR_INPUT, "%0*d", (int)sizeof error.message - 1, 7);
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
    assert_int_equal(error.message[sizeof error.message - 2], '7');
}

static void printing_is_one_line(void **state)
{
    (void)state;
    Error error;
    error_set(&error, ERROR_INPUT, "two\nlines\tand\ra bell\a");
    assert_printed(&error, "two lines and a bell \n");
    error_at(&error, ERROR_INPUT, S("計画\n.md"), 2, 5, "見出しがありません");
    assert_printed(&error, "計画 .md:2:5: 見出しがありません\n");
    error_at(&error, ERROR_SYSTEM, S("city.db"), 0, 0, "cannot open");
    assert_printed(&error, "city.db: cannot open\n");
}

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    for (int a = ERROR_NONE; a <= ERROR_BUSY; a++) {
        assert_non_null(error_name((ErrorCode)a));
        for (int b = ERROR_NONE; b < a; b++)
            assert_string_not_equal(error_name((ErrorCode)a), error_name((ErrorCode)b));
    }
    assert_string_equal(error_name(ERROR_NOT_FOUND), "not_found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setters_fill_everything_and_answer_false),
        cmocka_unit_test(error_may_quote_itself),
        cmocka_unit_test(long_texts_are_cut_between_code_points),
        cmocka_unit_test(exact_fit_is_not_cut),
        cmocka_unit_test(printing_is_one_line),
        cmocka_unit_test(every_code_has_its_own_name),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
