/* Neutral SQL is printed for each database; parameters are found only where they are parameters. */
#include "fixture.h"

static void assert_printed(const DbEngine *engine, const char *sql, const char *index, const char *expected)
{
    AUTO_BUF out;
    buf_init(&out, 1 << 16);
    Error error = {0};
    ASSERT_OK(sql_print(&out, engine, sql, index, &error), &error);
    ASSERT_STR(buf_str(&out), str_of(expected));
}

static void words_are_printed(void **state)
{
    (void)state;
    const char *sql = "create table t (id {id}, n {int}, w {text}, b {bytes}){end};";
    assert_printed(&db_engine_sqlite, sql, NULL,
        "create table t (id integer primary key autoincrement, n integer, w text, b blob) strict;");
    assert_printed(&db_engine_postgres, sql, NULL,
        "create table t (id bigint primary key generated always as identity, n bigint, w text collate \"C\", "
        "b bytea);");
    assert_printed(&db_engine_sqlite, "select '{}', '{ int}', '{1}' from {index}", "node_search",
        "select '{}', '{ int}', '{1}' from node_search");
    assert_printed(&db_engine_sqlite, "", NULL, "");
    assert_printed(&db_engine_sqlite, "{", NULL, "{");
    assert_printed(&db_engine_sqlite, "{int", NULL, "{int");
}

static void search_word_makes_a_table(void **state)
{
    (void)state;
    AUTO_BUF out;
    buf_init(&out, 1 << 16);
    Error error = {0};
    const DbEngine *engines[] = {&db_engine_sqlite, &db_engine_postgres};
    for (size_t i = 0; i < COUNT_OF(engines); i++) {
        buf_clear(&out);
        ASSERT_OK(sql_print(&out, engines[i], "a;\n{search  node_search };\nb;\n", NULL, &error), &error);
        assert_true(str_starts(buf_str(&out), S("a;\ncreate table node_search_text (")));
        assert_true(str_ends(buf_str(&out), S(";\n;\nb;\n")));
        assert_false(str_contains(buf_str(&out), S("{")));
    }
}

static void unknown_words_and_names_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {"{number}", "{integer}", "{index}", "{search Node}", "{search }",
        "{search a b}", "{search a;b}", "{search x\"y}",
        "{search abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO_BUF out;
        buf_init(&out, 1 << 16);
        Error error = {0};
        assert_false(sql_print(&out, &db_engine_sqlite, bad[i], NULL, &error));
        assert_int_equal(error.code, ERROR_DATABASE);
    }
}

static void parameters_are_found_outside_quotes(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *expected;
        size_t count;
    } cases[] = {
        {"select 1", "select 1", 0},
        {"select ?1", "select $1", 1},
        {"select ?2, ?1, ?2", "select $2, $1, $2", 2},
        {"select ?12", "select $12", 12},
        {"select '?1', ?1", "select '?1', $1", 1},
        {"select 'it''s ?3', ?1", "select 'it''s ?3', $1", 1},
        {"select \"a?2\", ?1", "select \"a?2\", $1", 1},
        {"select ?1 -- ?2\n, ?3", "select $1 -- ?2\n, $3", 3},
        {"select /* ?2 ' */ ?1 /* ' */", "select /* ?2 ' */ $1 /* ' */", 1},
        {"select ?1 -- ends", "select $1 -- ends", 1},
        {"select 'open ?1", "select 'open ?1", 0},
        {"select 5-?1", "select 5-$1", 1},
        {"", "", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_BUF out;
        buf_init(&out, 1 << 16);
        Error error = {0};
        size_t count = 99, count_only = 99;
        ASSERT_OK(sql_parameters(str_of(cases[i].sql), &out, &count, &error), &error);
        ASSERT_STR(buf_str(&out), str_of(cases[i].expected));
        assert_int_equal(count, cases[i].count);
        ASSERT_OK(sql_parameters(str_of(cases[i].sql), NULL, &count_only, &error), &error);
        assert_int_equal(count_only, cases[i].count);
    }
}

static void other_parameters_are_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "select ?", "select ?0", "select ?a", "select ?257", "select ?99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        size_t count = 0;
        Error error = {0};
        assert_false(sql_parameters(str_of(bad[i]), NULL, &count, &error));
        assert_int_equal(error.code, ERROR_DATABASE);
    }
}

static void scripts_end_statements_at_line_ends(void **state)
{
    (void)state;
    Str script = S("create table a (x text default ';');\n"
                   "\n  create table b (\n    y text -- one;\n  );  \n;\n"
                   "insert into a values ('a;\n--'); insert into a values (2);\r\n"
                   "select 1"),
        statement;
    const char *const expected[] = {"create table a (x text default ';')",
        "create table b (\n    y text -- one;\n  )",
        "insert into a values ('a;\n--'); insert into a values (2)", "select 1"};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_true(sql_statement(&script, &statement));
        ASSERT_STR(statement, str_of(expected[i]));
    }
    assert_false(sql_statement(&script, &statement));
    Str blank = S("\n ;\n\n;");
    assert_false(sql_statement(&blank, &statement));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_printed),
        cmocka_unit_test(search_word_makes_a_table),
        cmocka_unit_test(unknown_words_and_names_are_refused),
        cmocka_unit_test(parameters_are_found_outside_quotes),
        cmocka_unit_test(other_parameters_are_refused),
        cmocka_unit_test(scripts_end_statements_at_line_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
