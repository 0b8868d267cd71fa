/* What cannot be asked of a set, with its place; and compiling, evaluating, explaining and making trees when
 * each allocation fails in turn. */
#include "fixture.h"

static const DbTree *map_path(void *owner, Arena *arena, const FormulaPath *path)
{
    (void)owner;
    if (path->is_mine || path->count > 1)
        return NULL;
    return db_tree_column(
        arena, S("s"), path->fields[0]->name, formula_value_type(path->fields[0]->type.kind));
}

static bool make_tree(Arena *arena, const char *record, const char *text, Error *error)
{
    const FormulaMapping mapping = {.path = map_path};
    const DbTree *tree = NULL;
    *error = (Error){0};
    bool ok = formula_tree(&tree, arena, compile(arena, record, text), &mapping, error);
    assert_int_equal(ok, tree != NULL);
    return ok;
}

static void refused_with_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long column;
        const char *message;
    } cases[] = {
        {"fee > 0 and guardian_of(child, guardian)", 24,
            "guardian_of(child, guardian) cannot be asked of a set: this function works on one record at a "
            "time"},
        {"fee <= param(school_aid_limit, siblings)", 19,
            "param(school_aid_limit, siblings) cannot be asked of a set: parameters are looked up for one "
            "record at a "
            "time"},
        {"fee > count(entry)", 18,
            "count(entry) cannot be asked of a set: it is a figure over many records itself"},
        {"session.held_on > today", 12,
            "session.held_on cannot be asked of a set: no column of the database holds it"},
        {"2018-06-01 < today", 25, "today cannot be asked of a set: there is no today"},
        {"child in my.children", 21,
            "my.children cannot be asked of a set: this list is not known to the database"},
    };
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error;
        if (make_tree(arena, "entry", cases[i].text, &error))
            fail_msg("%s has a tree", cases[i].text);
        if (strcmp(error.message, cases[i].message) != 0 || error.column != cases[i].column ||
            error.line != 7)
            fail_msg("%s\n%ld: %s\nexpected\n%ld: %s", cases[i].text, error.column, error.message,
                cases[i].column, cases[i].message);
    }
}

static void depth_is_told_when_compiled(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Error error;
    Str deep = S("siblings");
    for (int i = 0; i < 12; i++)
        deep = arena_printf(arena, "(1 + 2 * %.*s)", STR_ARGS(deep));
    assert_false(make_tree(arena, "entry", deep.at, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message,
        "this formula is nested too deeply to be asked of a set (24 levels, at most "
        "16); give a part of it a field of its own");
    assert_int_equal(error.column, 12);
    Str wide = S("siblings > 0");
    for (int i = 0; i < 60; i++)
        wide = arena_printf(arena, "%.*s and siblings <> %d", STR_ARGS(wide), i);
    assert_true(make_tree(arena, "entry", wide.at, &error));
    Str list = S("siblings in (0");
    for (int i = 1; i < 200; i++)
        list = arena_printf(arena, "%.*s, %d", STR_ARGS(list), i);
    assert_true(make_tree(arena, "entry", arena_join(arena, list, S(")")).at, &error));
}

static const char everything[] = "if kind in (new, again) or fee * 0.5 > 100 and join('a', 'b', 'c') = 'abc' "
                                 "then round(fee / siblings, 1) else -1.5";

/* The whole work; false when it ran out of memory and said so. */
static bool work(Arena *arena)
{
    const FormulaScope scope = city_scope("entry");
    Formula *formula = NULL;
    Error error = {0};
    if (!formula_compile(&formula, arena, &scope, &city_origin, str_of(everything), NULL, &error)) {
        assert_int_equal(error.code, ERROR_MEMORY);
        return false;
    }
    RowColumn columns[8];
    for (size_t i = 0; i < 8; i++)
        columns[i].type = formula_value_type(city_model.records[1].fields[i].type.kind);
    Value values[8] = {[4] = value_integer(1000), [5] = value_integer(3)};
    const RowShape shape = {.columns = columns, .count = 8};
    const Row row = {.shape = &shape, .values = values};
    const FormulaContext context = {.arena = arena, .row = &row};
    Value value = formula_evaluate(formula, &context);
    const FormulaTrace *trace = formula_explain(formula, &context);
    const FormulaMapping mapping = {.path = map_path};
    const DbTree *tree = NULL;
    bool has_tree = formula_tree(&tree, arena, formula, &mapping, &error);
    assert_true(has_tree || error.code == ERROR_MEMORY);
    bool is_whole = !arena_failed(arena) && trace != NULL && has_tree;
    assert_true(!is_whole || (value.type == VALUE_DECIMAL && value.integer == 333300000));
    assert_true(arena_failed(arena) || is_whole);
    return is_whole;
}

static void no_memory_is_told(void **state)
{
    (void)state;
    size_t n = 0;
    bool is_done = false;
    while (!is_done) {
        AUTO_ARENA arena = arena_new((size_t)8 << 20);
        assert_non_null(arena);
        arena_fail_after(++n);
        is_done = work(arena);
        arena_fail_after(0);
    }
    assert_true(n > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_with_place),
        cmocka_unit_test(depth_is_told_when_compiled),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("formula trees", tests, NULL, NULL);
}
