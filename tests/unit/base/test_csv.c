/* Rows and cells as RFC 4180 has them, and what is refused, with its place. */
#include "base/csv.h"

#include "check.h"

static CsvRows read_rows(Arena *arena, const char *text)
{
    CsvRows rows;
    Error error = {0};
    if (!csv_read(arena, str_of(text), S("t.csv"), &rows, &error))
        fail_msg("%s", error.message);
    return rows;
}

static void cells_are_divided_by_commas(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    CsvRows rows = read_rows(arena, "\xEF\xBB\xBFnumber,name\r\n1,雪子\n\n2,\n");
    assert_int_equal(rows.len, 3);
    assert_true(str_equal(rows.at[0].cells.at[0], S("number")));
    assert_true(str_equal(rows.at[1].cells.at[1], S("雪子")));
    assert_int_equal(rows.at[2].cells.len, 2);
    assert_int_equal(rows.at[2].cells.at[1].len, 0);
    assert_int_equal(rows.at[2].line, 4);
}

static void a_quoted_cell_holds_commas_lines_and_quotes(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    CsvRows rows = read_rows(arena, "\"a,b\",\"x\ny\",\"say \"\"hm\"\"\"\nnext,\"\",z");
    assert_int_equal(rows.len, 2);
    assert_true(str_equal(rows.at[0].cells.at[0], S("a,b")));
    assert_true(str_equal(rows.at[0].cells.at[1], S("x\ny")));
    assert_true(str_equal(rows.at[0].cells.at[2], S("say \"hm\"")));
    assert_int_equal(rows.at[1].line, 3);
    assert_int_equal(rows.at[1].cells.at[1].len, 0);
    assert_true(str_equal(rows.at[1].cells.at[2], S("z")));
}

static void check_refused(const char *text, long line, long column)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    CsvRows rows;
    Error error = {0};
    assert_false(csv_read(arena, str_of(text), S("t.csv"), &rows, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void quotes_in_wrong_places_are_refused_with_their_place(void **state)
{
    (void)state;
    check_refused("a,b\nc,d\"e\n", 2, 4);
    check_refused("\"a\"b,c\n", 1, 4);
    check_refused("a\n\"open\n", 3, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_divided_by_commas),
        cmocka_unit_test(a_quoted_cell_holds_commas_lines_and_quotes),
        cmocka_unit_test(quotes_in_wrong_places_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
