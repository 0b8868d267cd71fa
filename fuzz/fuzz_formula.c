/* fuzz/fuzz_formula.c: any bytes as a formula: parsed, checked, evaluated, explained, made a tree for both
 * languages.
 *
 * What must hold: a formula, or an error with words and its place; a value of the formula's type or none; the
 * explanation has the same value as the evaluation and can be written; a tree, or an error with its place.
 * The last byte's bits switch what the place allows.
 */
#include "fuzz.h"

#include "random_formulas.h"

#define ROOM ((size_t)64 << 20)

static const DbTree *map_path(void *owner, Arena *arena, const FormulaPath *path)
{
    (void)owner;
    if (path->count == 0)
        return db_tree_given(arena, 0, VALUE_REFERENCE);
    const FormulaField *field = path->fields[path->count - 1];
    return db_tree_column(arena, S("s"), field->name, formula_value_type(field->type.kind));
}

static void ask_of_a_set(Arena *arena, const Formula *formula)
{
    const FormulaMapping mapping = {.path = map_path};
    const DbTree *tree = NULL;
    Error error = {0};
    bool ok = formula_tree(&tree, arena, formula, &mapping, &error);
    FUZZ_CHECK(ok ? tree != NULL && db_tree_depth(tree) <= DB_TREE_DEPTH_MAX
                  : error.line > 0 && error.message[0] != '\0');
    FUZZ_CHECK(!ok || db_tree_type(tree) == formula_value_type(formula_type(formula).kind));
}

static void ask_of_one(Arena *arena, const Formula *formula, uint64_t seed)
{
    static RowColumn columns[FIELD_COUNT];
    Value values[FIELD_COUNT];
    Random random = {seed};
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        columns[i].type = formula_value_type((FormulaKind)(i / PARTS_MAX));
        values[i] = random_below(&random, 4) == 0 ? value_missing()
                                                  : random_value(&random, (FormulaKind)(i / PARTS_MAX));
    }
    const RowShape shape = {.columns = columns, .count = FIELD_COUNT};
    const Row row = {.shape = &shape, .values = values};
    const FormulaContext context = {
        .arena = arena, .row = &row, .today = value_date(17683), .fact_date = value_date(17683)};
    const FormulaType type = formula_type(formula);
    Value value = formula_evaluate(formula, &context);
    FUZZ_CHECK(value.type == VALUE_MISSING || value.type == formula_value_type(type.kind));
    const FormulaTrace *trace = formula_explain(formula, &context);
    FUZZ_CHECK(trace != NULL && value_same(trace->value, value));
    AUTO_BUF words;
    buf_init(&words, ROOM);
    formula_trace_print(&words, arena, trace, &(FormulaWords){0}, seed % 2 == 0 ? LANGUAGE_JA : LANGUAGE_EN);
    FUZZ_CHECK(!words.failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    uint8_t allowed = size > 0 ? data[size - 1] : 0;
    FormulaScope scope = sample_scope();
    scope.allows_today = (allowed & 1) == 0;
    scope.allows_me = (allowed & 2) == 0;
    scope.allows_aggregates = (allowed & 4) == 0;
    if ((allowed & 24) == 24)
        scope.record = STR_EMPTY;
    const FormulaOrigin origin = {.file = S("fuzz"), .line = 3, .column = 5};
    Formula *formula = NULL;
    Error error = {0};
    if (!formula_compile(&formula, arena, &scope, &origin, (Str){(const char *)data, size}, NULL, &error)) {
        FUZZ_CHECK(formula == NULL && error.message[0] != '\0');
        FUZZ_CHECK(error.line >= 3 && error.column >= 1);
        return 0;
    }
    ask_of_one(arena, formula, size);
    ask_of_a_set(arena, formula);
    return 0;
}
