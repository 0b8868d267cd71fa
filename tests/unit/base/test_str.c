/* base/str.h. */
#include "base/str.h"

#include "check.h"

static const Str NOTHING = {NULL, 0}; /* as a zeroed struct holds it */

static void c_strings_become_slices(void **state)
{
    (void)state;
    assert_int_equal(str_of(NULL).len, 0);
    assert_non_null(str_of(NULL).at);
    assert_int_equal(str_of("青森").len, 6);
    static const Str FIXED = STR_LITERAL("ab");
    assert_str(FIXED, "ab");
}

static void comparing_is_by_bytes(void **state)
{
    (void)state;
    assert_true(str_equal(S("ab"), S("ab")));
    assert_false(str_equal(S("ab"), S("abc")));
    assert_true(str_equal(NOTHING, S("")));
    assert_true(str_compare(S("a"), S("b")) < 0);
    assert_true(str_compare(S("ab"), S("a")) > 0);
    assert_true(str_compare(S("\x7F"), S("\xE3")) < 0); /* bytes are not signed */
    assert_int_equal(str_compare(NOTHING, S("")), 0);
    assert_true(str_compare(NOTHING, S("a")) < 0);
}

static void starts_ends_and_finds(void **state)
{
    (void)state;
    assert_true(str_starts(S("取組①"), S("取組")));
    assert_false(str_starts(S("取"), S("取組")));
    assert_true(str_starts(NOTHING, NOTHING));
    assert_true(str_ends(S("一覧表"), S("表")));
    assert_false(str_ends(S("表"), S("一覧表")));
    assert_int_equal(str_find(S("abcabc"), S("bc"), 0), 1);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 2), 4);
    assert_int_equal(str_find(S("abcabc"), S("bc"), 5), -1);
    assert_int_equal(str_find(S("abc"), S("c"), 100), -1);
    assert_int_equal(str_find(S("abc"), S(""), 3), 3);
    assert_int_equal(str_find(NOTHING, S("a"), 0), -1);
    assert_true(str_contains(S("子ども・子育て"), S("子育て")));
    assert_false(str_contains(S("子ども・子育て"), S("子育ち")));
}

static void slices_are_clamped(void **state)
{
    (void)state;
    assert_str(str_slice(S("abcdef"), 2, 4), "cd");
    assert_str(str_slice(S("abcdef"), 4, 100), "ef");
    assert_str(str_slice(S("abcdef"), 4, 2), "");
    assert_str(str_slice(S("abcdef"), 50, 60), "");
    assert_str(str_slice(NOTHING, 0, 5), "");
}

static void trimming_knows_the_wide_space(void **state)
{
    (void)state;
    assert_str(str_trim(S(" \t\r\n　平成 30年　\n")), "平成 30年");
    assert_str(str_trim(S("　 　")), "");
    assert_str(str_trim(NOTHING), "");
    assert_str(str_trim(S("、a")), "、a"); /* U+3001 shares two bytes with U+3000 */
}

static void cutting_is_at_the_first_separator(void **state)
{
    (void)state;
    Str before, after;
    assert_true(str_cut(S("a=b=c"), S("="), &before, &after));
    assert_str(before, "a");
    assert_str(after, "b=c");
    assert_false(str_cut(S("abc"), S("="), &before, &after));
    assert_str(before, "abc");
    assert_str(after, "");
    Str rest = S("x::y"); /* the answer may go where the question was */
    assert_true(str_cut(rest, S("::"), &before, &rest));
    assert_str(rest, "y");
}

static void lines_lose_their_ends(void **state)
{
    (void)state;
    Str rest = S("一\r\n\n二\r三\nend"), line;
    static const char *const EXPECTED[] = {"一", "", "二\r三", "end"};
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++) {
        assert_true(str_line(&rest, &line));
        assert_str(line, EXPECTED[i]);
    }
    assert_false(str_line(&rest, &line));
    rest = S("a\n"); /* a line end ends a line, and begins none */
    assert_true(str_line(&rest, &line));
    assert_false(str_line(&rest, &line));
}

static void whole_numbers_only(void **state)
{
    (void)state;
    static const struct {
        Str text;
        int64_t number;
    } GOOD[] = {
        {STR_LITERAL("0"), 0},
        {STR_LITERAL("+7"), 7},
        {STR_LITERAL("-0"), 0},
        {STR_LITERAL("007"), 7},
        {STR_LITERAL("9223372036854775807"), INT64_MAX},
        {STR_LITERAL("-9223372036854775808"), INT64_MIN},
    };
    int64_t n = 99;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        assert_true(str_to_int(GOOD[i].text, &n));
        assert_true(n == GOOD[i].number);
    }
    static const char *const BAD[] = {"", "+", "-", " 1", "1 ", "1a", "0x10", "1.5", "--1",
        "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "１"};
    n = 99;
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        if (str_to_int(str_of(BAD[i]), &n))
            fail_msg("\"%s\" was read as a number", BAD[i]);
    }
    assert_int_equal(n, 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c_strings_become_slices),
        cmocka_unit_test(comparing_is_by_bytes),
        cmocka_unit_test(starts_ends_and_finds),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(trimming_knows_the_wide_space),
        cmocka_unit_test(cutting_is_at_the_first_separator),
        cmocka_unit_test(lines_lose_their_ends),
        cmocka_unit_test(whole_numbers_only),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
