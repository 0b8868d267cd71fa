/* docs/formulas.md against the tables of operators and functions: every entry has its line, word for word,
 * and no line speaks of what is not there. (That the examples hold is tested with the values.) */
#include "fixture.h"

#include "base/file.h"

static Str read_reference(Arena *arena)
{
    Str text;
    Error error = {0};
    if (!file_read(arena, S("docs/formulas.md"), 1 << 20, &text, &error))
        fail_msg("%s", error.message);
    return text;
}

/* The lines of the table below a heading. */
static Str table_below(Str text, Str heading)
{
    ptrdiff_t from = str_find(text, heading, 0),
              to = from < 0 ? -1 : str_find(text, S("\n## "), (size_t)from);
    assert_true(from >= 0 && to > from);
    return str_slice(text, (size_t)from, (size_t)to);
}

static size_t count_rows(Str table)
{
    size_t rows = 0;
    for (Str line; str_line(&table, &line);)
        rows += str_starts(line, S("| `"));
    return rows;
}

static void assert_row(Arena *arena, Str table, Str row)
{
    if (!str_contains(table, arena_printf(arena, "\n%.*s\n", STR_ARGS(row))))
        fail_msg("docs/formulas.md lacks the line\n%.*s", STR_ARGS(row));
}

static void every_operator_has_its_line(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Str table = table_below(read_reference(arena), S("## 演算"));
    for (size_t i = 0; i < formula_operator_count; i++) {
        const FormulaOperatorHelp *help = &formula_operators[i];
        assert_row(arena, table,
            arena_printf(arena, "| `%s` | %s | %s | `%s` | %s |", help->written, help->summary[LANGUAGE_JA],
                help->summary[LANGUAGE_EN], help->example, help->answer));
    }
    assert_int_equal(count_rows(table), formula_operator_count);
}

static void every_function_has_its_line(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Str table = table_below(read_reference(arena), S("## 関数"));
    for (size_t i = 0; i < formula_function_count; i++) {
        const FormulaFunction *function = &formula_functions[i];
        assert_row(arena, table,
            arena_printf(arena, "| `%s` | %s (%s) | %s | %s | `%s` | %s |", function->name,
                function->title[LANGUAGE_JA], function->title[LANGUAGE_EN], function->summary[LANGUAGE_JA],
                function->summary[LANGUAGE_EN], function->example, function->answer));
    }
    assert_int_equal(count_rows(table), formula_function_count);
}

static void every_aggregate_is_told_of(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Str table = table_below(read_reference(arena), S("## 集計"));
    for (FormulaAggregateKind kind = 0; kind < FORMULA_AGGREGATE_COUNT; kind++)
        if (!str_contains(table, arena_printf(arena, "`%s(", formula_aggregate_name(kind))))
            fail_msg("docs/formulas.md does not tell of %s", formula_aggregate_name(kind));
}

/* The limits that the reference names are those of the header. */
static void limits_are_those_of_the_header(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Str text = read_reference(arena);
    assert_int_equal(FORMULA_BYTES_MAX, 16384);
    assert_int_equal(FORMULA_NODES_MAX, 2000);
    assert_true(str_contains(text, S("16,384 バイト、2,000 の部分")));
    assert_true(str_contains(text, arena_printf(arena, "%d 段の入れ子", FORMULA_DEPTH_MAX)));
    assert_true(str_contains(text, arena_printf(arena, "（%d段。", DB_TREE_DEPTH_MAX)));
    assert_true(str_contains(text, arena_printf(arena, "%d段まで", FORMULA_PATH_MAX)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_has_its_line),
        cmocka_unit_test(every_function_has_its_line),
        cmocka_unit_test(every_aggregate_is_told_of),
        cmocka_unit_test(limits_are_those_of_the_header),
    };
    return cmocka_run_group_tests_name("formula reference", tests, NULL, NULL);
}
