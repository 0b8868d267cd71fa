/* Functions that whoever holds the data answers: of one record, in an explanation, and of a set. */
#include "fixture.h"

static const FormulaFunction functions[] = {
    {.name = "guardian_of",
        .arguments = {{FORMULA_IS(REFERENCE), FORMULA_ARGUMENT_PLAIN}},
        .min = 2,
        .max = 2,
        .result = FORMULA_BOOLEAN,
        .title = {"保護者である", "guardian of"}},
    {.name = "places_left",
        .arguments = {{FORMULA_IS(REFERENCE), FORMULA_ARGUMENT_PLAIN}},
        .min = 1,
        .max = 1,
        .takes_missing = true,
        .result = FORMULA_INTEGER},
};

/* What was asked, and what is answered. */
typedef struct Holder {
    const char *name;
    Value arguments[2];
    size_t asked;
    bool knows_sets;
} Holder;

static Value answer(void *owner, const FormulaFunction *function, const Value *arguments, size_t count)
{
    Holder *holder = owner;
    holder->asked++;
    holder->name = function->name;
    assert_int_equal(count, function->min);
    memcpy(holder->arguments, arguments, count * sizeof(Value));
    if (count == 1)
        return value_is_missing(arguments[0]) ? value_integer(-1) : value_missing();
    return value_boolean(arguments[0].integer == 1 && arguments[1].integer == 2);
}

static Formula *compile_with_functions(Arena *arena, const char *text)
{
    static FormulaModel model;
    model = city_model;
    model.functions = functions;
    model.function_count = COUNT_OF(functions);
    const FormulaScope scope = {.model = &model, .record = S("entry"), .allows_me = true};
    Formula *formula = NULL;
    Error error = {0};
    if (!formula_compile(&formula, arena, &scope, &city_origin, str_of(text), NULL, &error))
        fail_msg("%s\n%ld:%ld: %s", text, error.line, error.column, error.message);
    return formula;
}

static FormulaContext context_of(Arena *arena, Holder *holder, Value child)
{
    const Given given[] = {{"guardian", value_reference(1)}, {"child", child}};
    return (FormulaContext){
        .arena = arena, .row = row_of(arena, "entry", 2, given), .owner = holder, .call = answer};
}

static void the_holder_answers_one_record(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    const Formula *formula = compile_with_functions(arena, "guardian_of(guardian, child)");
    Holder holder = {0};
    FormulaContext context = context_of(arena, &holder, value_reference(2));
    assert_string_equal(show(arena, formula_evaluate(formula, &context)), "yes");
    assert_string_equal(holder.name, "guardian_of");
    assert_true(value_same(holder.arguments[0], value_reference(1)));
    assert_true(value_same(holder.arguments[1], value_reference(2)));
    context = context_of(arena, &holder, value_reference(3));
    assert_string_equal(show(arena, formula_evaluate(formula, &context)), "no");
    assert_int_equal(holder.asked, 2);
    /* a missing argument makes it missing: nobody is asked */
    context = context_of(arena, &holder, value_missing());
    assert_string_equal(show(arena, formula_evaluate(formula, &context)), "missing");
    assert_int_equal(holder.asked, 2);
    const Formula *places = compile_with_functions(arena, "places_left(child) + 10");
    assert_string_equal(show(arena, formula_evaluate(places, &context)), "9");
    context = context_of(arena, &holder, value_reference(2));
    assert_string_equal(show(arena, formula_evaluate(places, &context)), "missing");
    /* nobody to ask */
    context.call = NULL;
    assert_string_equal(show(arena, formula_evaluate(formula, &context)), "missing");
}

static void the_answer_is_explained(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    const Formula *formula =
        compile_with_functions(arena, "not guardian_of(guardian, child) or siblings is missing");
    Holder holder = {0};
    const FormulaContext context = context_of(arena, &holder, value_reference(2));
    const FormulaTrace *trace = formula_explain(formula, &context);
    assert_non_null(trace);
    assert_true(value_same(trace->value, formula_evaluate(formula, &context)));
    AUTO_BUF out;
    buf_init(&out, 4096);
    formula_trace_print(&out, arena, trace, &(FormulaWords){0}, LANGUAGE_JA);
    buf_add_byte(&out, '\0');
    assert_false(out.failed);
    assert_string_equal(out.at, "not guardian_of(guardian, child) or siblings is missing → はい\n"
                                "  not guardian_of(guardian, child) → いいえ\n"
                                "    保護者である: guardian_of(guardian, child) → はい\n"
                                "      guardian → person 1\n"
                                "      child → person 2\n"
                                "  siblings is missing → はい\n"
                                "    siblings → 不明\n");
}

/* --- sets ------------------------------------------------------------------------------------- */

static const DbTree *map_path(void *owner, Arena *arena, const FormulaPath *path)
{
    (void)owner;
    return db_tree_column(
        arena, S("s"), path->fields[0]->name, formula_value_type(path->fields[0]->type.kind));
}

/* guardian_of(a, b) as a = b, places_left not at all. */
static const DbTree *map_call(
    void *owner, Arena *arena, const FormulaFunction *function, const DbTree *const *arguments, size_t count)
{
    const Holder *holder = owner;
    assert_int_equal(count, function->min);
    return count == 2 && holder->knows_sets ? db_tree_operation(arena, DB_EQUAL, 2, arguments) : NULL;
}

static void the_holder_answers_a_set(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Holder holder = {.knows_sets = true};
    FormulaMapping mapping = {.owner = &holder, .path = map_path, .call = map_call};
    const DbTree *tree = NULL;
    Error error = {0};
    const Formula *formula = compile_with_functions(arena, "attended and guardian_of(guardian, child)");
    assert_true(formula_tree(&tree, arena, formula, &mapping, &error));
    assert_int_equal(db_tree_type(tree), VALUE_BOOLEAN);
    holder.knows_sets = false;
    for (int i = 0; i < 2; i++) {
        assert_false(formula_tree(&tree, arena, formula, &mapping, &error));
        assert_null(tree);
        assert_int_equal(error.code, ERROR_INPUT);
        assert_int_equal(error.column, 25);
        assert_string_equal(error.message,
            "guardian_of(guardian, child) cannot be asked of a set: this function works on one record at a "
            "time");
        mapping.call = NULL;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_holder_answers_one_record),
        cmocka_unit_test(the_answer_is_explained),
        cmocka_unit_test(the_holder_answers_a_set),
    };
    return cmocka_run_group_tests_name("functions answered from outside", tests, NULL, NULL);
}
