/* Random formulas over random records: C, and the database of the run, give the same.
 *
 * First every production alone (every operator and function with every combination of types that the checker
 * takes), over rows in which every pattern of missing parts occurs; then deeper ones. What the database
 * answers is kept, so that the program built with FORMULA_MUTANTS (mutate.py) can ask each faulty evaluator
 * for the same.
 */
#include "random_formulas.h"

#include <setjmp.h>

#include <cmocka.h>

#include "formula/function.h"
#include "testdb.h"

#ifdef FORMULA_MUTANTS
#include "mutants.h" /* formula_mutant, formula_mutant_count, formula_mutant_text */
#endif

#define ROWS 64
#define OTHERS 3
#define PATTERNS 8
#define DEEP_FORMULAS 1500
#define DEEP_LEVELS 3

static const char tables[] = "create table other (\n  id {int},\n  number {int},\n  day {int}\n) {end};\n"
                             "create table sample (\n  id {int},\n"
                             "  a_boolean {int}, b_boolean {int}, c_boolean {int},\n"
                             "  a_integer {int}, b_integer {int}, c_integer {int},\n"
                             "  a_yen {int}, b_yen {int}, c_yen {int},\n"
                             "  a_decimal {int}, b_decimal {int}, c_decimal {int},\n"
                             "  a_text {text}, b_text {text}, c_text {text},\n"
                             "  a_date {int}, b_date {int}, c_date {int},\n"
                             "  a_time {int}, b_time {int}, c_time {int},\n"
                             "  a_datetime {int}, b_datetime {int}, c_datetime {int},\n"
                             "  a_fiscal_year {int}, b_fiscal_year {int}, c_fiscal_year {int},\n"
                             "  a_choice {text}, b_choice {text}, c_choice {text},\n"
                             "  a_choices {text}, b_choices {text}, c_choices {text},\n"
                             "  a_reference {int}, b_reference {int}, c_reference {int}\n"
                             ") {end};\n";

#define INSERT                                                                                  \
    "insert into sample ("                                                                      \
    "a_boolean, b_boolean, c_boolean, a_integer, b_integer, c_integer, "                        \
    "a_yen, b_yen, c_yen, a_decimal, b_decimal, c_decimal, "                                    \
    "a_text, b_text, c_text, a_date, b_date, c_date, "                                          \
    "a_time, b_time, c_time, a_datetime, b_datetime, c_datetime, "                              \
    "a_fiscal_year, b_fiscal_year, c_fiscal_year, a_choice, b_choice, c_choice, "               \
    "a_choices, b_choices, c_choices, a_reference, b_reference, c_reference) "                  \
    "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, " \
    "?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36)"

/* A formula and what the database says of it, row by row. */
typedef struct Case {
    const Production *production; /* NULL: a deep one */
    Formula *formula;
    Value answers[ROWS];
} Case;

typedef struct World {
    Arena *arena;
    Db *db;
    Productions productions;
    Value rows[ROWS][FIELD_COUNT];
    Value others[OTHERS][2];
    Case *cases;
    size_t count;
} World;

static World world;

/* --- the records
 * --------------------------------------------------------------------------------------------------- */

static const Value day_of_test = {.type = VALUE_DATE, .integer = 17683}; /* 2018-06-01 */
static const int64_t own_id = 1, own_ids[] = {1, 3};

/* Rows 0 to 15: every pattern of missing a, b, c, twice; then nothing missing; then by chance. */
static bool is_to_miss(Random *random, size_t row, size_t part)
{
    if (row < 2 * PATTERNS)
        return (row >> part & 1) != 0;
    return row >= 48 && random_below(random, 4) == 0;
}

static void make_rows(Random *random)
{
    for (size_t row = 0; row < ROWS; row++)
        for (size_t field = 0; field < FIELD_COUNT; field++)
            world.rows[row][field] = is_to_miss(random, row, field % PARTS_MAX)
                                         ? value_missing()
                                         : random_value(random, (FormulaKind)(field / PARTS_MAX));
    for (size_t i = 0; i < OTHERS; i++) {
        world.others[i][0] = i == 2 ? value_missing() : random_value(random, FORMULA_INTEGER);
        world.others[i][1] = i == 1 ? value_missing() : random_value(random, FORMULA_DATE);
    }
}

static bool insert_rows(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    for (size_t i = 0; i < OTHERS; i++)
        if (!db_run(conn, NULL, error, "insert into other (id, number, day) values (?1, ?2, ?3)",
                value_integer((int64_t)i + 1), world.others[i][0], world.others[i][1]))
            return false;
    for (size_t row = 0; row < ROWS; row++) {
        if (!db_run_values(conn, NULL, error, INSERT, FIELD_COUNT, world.rows[row]) ||
            !db_run(
                conn, NULL, error, "update sample set id = ?1 where id is null", value_integer((int64_t)row)))
            return false;
    }
    return true;
}

/* --- one record, in C
 * ---------------------------------------------------------------------------------------------- */

/* a_reference.number and the like, and me. */
static Value follow(void *owner, const FormulaPath *path)
{
    const Row *row = owner;
    if (path->is_mine)
        return path->count == 0 ? value_reference(own_id) : world.others[own_id - 1][path->fields[0]->column];
    Value id = row_value(row, path->fields[0]->column);
    bool is_there = id.type == VALUE_REFERENCE && id.integer <= OTHERS;
    return is_there ? world.others[id.integer - 1][path->fields[1]->column] : value_missing();
}

static FormulaIds follow_all(void *owner, const FormulaPath *path)
{
    (void)owner;
    (void)path;
    return (FormulaIds){.ids = own_ids, .count = COUNT_OF(own_ids), .is_known = true};
}

static Value evaluate(const Formula *formula, size_t row, Arena *scratch, bool explains)
{
    static RowColumn columns[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++)
        columns[i].type = formula_value_type((FormulaKind)(i / PARTS_MAX));
    const RowShape shape = {.columns = columns, .count = FIELD_COUNT};
    Row record = {.shape = &shape, .values = world.rows[row]};
    const FormulaContext context = {.arena = scratch,
        .row = &record,
        .owner = &record,
        .today = day_of_test,
        .follow = follow,
        .follow_all = follow_all};
    arena_clear(scratch);
    if (!explains)
        return formula_evaluate(formula, &context);
    const FormulaTrace *trace = formula_explain(formula, &context);
    assert_non_null(trace);
    return trace->value;
}

/* --- all records, in the database
 * ---------------------------------------------------------------------------------- */

static const DbTree *map_path(void *owner, Arena *arena, const FormulaPath *path)
{
    (void)owner;
    if (path->is_mine && path->count == 0)
        return db_tree_given(arena, 1, VALUE_REFERENCE);
    Str alias = path->is_mine ? S("me") : path->count == 1 ? S("s") : path->fields[0]->name;
    const FormulaField *field = path->fields[path->count - 1];
    return db_tree_column(arena, alias, field->name, formula_value_type(field->type.kind));
}

static bool map_path_all(
    void *owner, Arena *arena, const FormulaPath *path, const DbTree *const **ids, size_t *count)
{
    (void)owner;
    (void)path;
    const DbTree **list = arena_array(arena, COUNT_OF(own_ids), sizeof(*list));
    for (size_t i = 0; list != NULL && i < COUNT_OF(own_ids); i++)
        list[i] = db_tree_value(arena, value_reference(own_ids[i]), VALUE_REFERENCE);
    *ids = list;
    *count = COUNT_OF(own_ids);
    return list != NULL;
}

static const DbTree *map_today(void *owner, Arena *arena)
{
    (void)owner;
    return db_tree_given(arena, 0, VALUE_DATE);
}

/* A join for each reference, under the reference's name, and one for me. */
static void make_joins(Arena *arena, DbJoin joins[PARTS_MAX + 1])
{
    static const char *const names[PARTS_MAX + 1] = {"a_reference", "b_reference", "c_reference", "me"};
    for (size_t i = 0; i <= PARTS_MAX; i++) {
        const DbTree *id = db_tree_column(arena, str_of(names[i]), S("id"), VALUE_REFERENCE);
        const DbTree *wanted = i == PARTS_MAX
                                   ? db_tree_given(arena, 1, VALUE_REFERENCE)
                                   : db_tree_column(arena, S("s"), str_of(names[i]), VALUE_REFERENCE);
        joins[i] = (DbJoin){
            .table = S("other"), .alias = str_of(names[i]), .on = db_tree_call(arena, DB_EQUAL, id, wanted)};
    }
}

static const DbPrinted *print_query(Arena *arena, const DbTree *tree)
{
    Error error = {0};
    DbJoin joins[PARTS_MAX + 1];
    make_joins(arena, joins);
    const DbTree *id = db_tree_column(arena, S("s"), S("id"), VALUE_INTEGER);
    const DbSelect select = {.table = S("sample"),
        .alias = S("s"),
        .joins = joins,
        .join_count = PARTS_MAX + 1,
        .columns = (const DbTree *[]){tree},
        .column_count = 1,
        .order = &id,
        .order_count = 1};
    const DbPrinted *printed = NULL;
    if (!db_print_select(world.db, arena, &select, &printed, &error))
        fail_msg("%s", error.message);
    return printed;
}

static Value read_answer(DbStmt *stmt, ValueType type)
{
    if (db_is_missing(stmt, 0))
        return value_missing();
    if (value_type_is_integer(type))
        return value_number(type, db_integer(stmt, 0));
    return value_text(db_text_copy(stmt, 0, world.arena));
}

/* Asks the database; false when the formula is too deep for it. */
static bool ask(Case *one, Arena *scratch)
{
    const FormulaMapping mapping = {.path = map_path, .path_all = map_path_all, .today = map_today};
    const Value given[] = {day_of_test, value_reference(own_id)};
    const DbTree *tree = NULL;
    Error error = {0};
    arena_clear(scratch);
    if (!formula_tree(&tree, scratch, one->formula, &mapping, &error)) {
        assert_int_equal(error.code, ERROR_LIMIT);
        return false;
    }
    const DbPrinted *printed = print_query(scratch, tree);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(world.db, &conn, &error));
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Str text = formula_text(one->formula), sql = db_printed_text(printed);
    if (!db_query_printed(conn, &stmt, &error, printed, given, COUNT_OF(given)))
        fail_msg("%.*s\n%s\n%.*s", STR_ARGS(text), error.message, STR_ARGS(sql));
    for (size_t row = 0; row < ROWS; row++) {
        if (!db_next(stmt, &error))
            fail_msg("%.*s\nrow %zu: %s\n%.*s", STR_ARGS(text), row, error.message, STR_ARGS(sql));
        one->answers[row] = read_answer(stmt, formula_value_type(formula_type(one->formula).kind));
    }
    return true;
}

/* --- the world
 * ----------------------------------------------------------------------------------------------------- */

static void add_case(Str text, const Production *production, Arena *scratch)
{
    const FormulaScope scope = sample_scope();
    const FormulaOrigin origin = {.file = S("sample"), .line = 1, .column = 1};
    Case *one = &world.cases[world.count];
    Error error = {0};
    *one = (Case){.production = production};
    if (!formula_compile(&one->formula, world.arena, &scope, &origin, text, NULL, &error))
        fail_msg("%.*s\n%s", STR_ARGS(text), error.message);
    if (ask(one, scratch))
        world.count++;
    else
        assert_null(production);
}

static int make_world(void **state)
{
    (void)state;
    Error error = {0};
    Random random = {20180601};
    world.arena = arena_new((size_t)1 << 30);
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    const DbMigration step = {.version = 1, .name = "samples", .script = tables};
    if (world.arena == NULL || scratch == NULL || !db_open(&world.db, test_db_url(), NULL, &error) ||
        !db_migrate(world.db, "sample", 1, &step, NULL, &error))
        return -1;
    make_rows(&random);
    if (!db_write(world.db, insert_rows, NULL, &error))
        fail_msg("%s", error.message);
    world.productions = find_productions(world.arena);
    world.cases = arena_array(world.arena, world.productions.len + DEEP_FORMULAS, sizeof(Case));
    assert_non_null(world.cases);
    for (size_t i = 0; i < world.productions.len; i++)
        add_case(plain_formula(world.arena, &world.productions.at[i]), &world.productions.at[i], scratch);
    for (size_t i = 0; i < DEEP_FORMULAS; i++) {
        FormulaKind kind = (FormulaKind)random_below(&random, KINDS);
        add_case(random_formula(world.arena, &random, &world.productions, kind, DEEP_LEVELS), NULL, scratch);
    }
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    db_close(world.db);
    arena_free(world.arena);
    return 0;
}

/* The first row on which C and the database differ; ROWS when they never do. */
static size_t find_difference(const Case *one, Arena *scratch)
{
    for (size_t row = 0; row < ROWS; row++)
        if (!value_same(evaluate(one->formula, row, scratch, false), one->answers[row]))
            return row;
    return ROWS;
}

#ifndef FORMULA_MUTANTS
static Str show(Arena *arena, Value value)
{
    if (value.type == VALUE_MISSING)
        return S("missing");
    if (value_type_is_integer(value.type))
        return arena_printf(arena, "%lld", (long long)value.integer);
    return arena_printf(arena, "'%.*s'", STR_ARGS(value.text));
}

static void both_agree(void **state)
{
    (void)state;
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    AUTO_ARENA words = arena_new((size_t)1 << 20);
    size_t differences = 0;
    for (size_t i = 0; i < world.count; i++) {
        const Case *one = &world.cases[i];
        size_t row = find_difference(one, scratch);
        if (row == ROWS)
            continue;
        Str text = formula_text(one->formula);
        Str found = show(words, evaluate(one->formula, row, scratch, false));
        Str expected = show(words, one->answers[row]);
        print_error("%.*s\nrow %zu: %.*s in C, %.*s in the database\n", STR_ARGS(text), row, STR_ARGS(found),
            STR_ARGS(expected));
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            const FormulaField *named = &sample_record.fields[field];
            if (str_contains(text, named->name)) {
                Str value = show(words, world.rows[row][field]);
                print_error("  %.*s = %.*s\n", STR_ARGS(named->name), STR_ARGS(value));
            }
        }
        if (++differences == 10)
            break;
    }
    assert_int_equal(differences, 0);
}

static void explaining_changes_nothing(void **state)
{
    (void)state;
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    for (size_t i = 0; i < world.count; i++)
        for (size_t row = 0; row < ROWS; row += 7) {
            Value value = evaluate(world.cases[i].formula, row, scratch, true);
            assert_true(value_same(value, world.cases[i].answers[row]));
        }
}

/* Every operator and function of the language has a production. */
static void every_operator_is_tried(void **state)
{
    (void)state;
    for (size_t i = 0; i < formula_operator_count; i++) {
        Str words = str_of(formula_operators[i].written), first, rest;
        str_cut(words, S(" "), &first, &rest);
        size_t found = 0;
        for (size_t k = 0; k < world.productions.len; k++)
            found +=
                str_contains(str_of(world.productions.at[k].shape), first) &&
                (rest.len == 0 || str_contains(str_of(world.productions.at[k].shape), str_slice(rest, 0, 4)));
        if (found == 0)
            fail_msg("%s is never tried", formula_operators[i].written);
    }
    for (size_t i = 0; i < formula_function_count; i++) {
        Str name = str_of(formula_functions[i].name);
        size_t found = 0;
        for (size_t k = 0; k < world.productions.len; k++) {
            Str shape = str_of(world.productions.at[k].shape);
            found += str_starts(shape, name) && shape.at[name.len] == '(';
        }
        if (found == 0)
            fail_msg("%s is never tried", formula_functions[i].name);
    }
}

/* Every production meets every pattern of missing parts. */
static void every_pattern_is_met(void **state)
{
    (void)state;
    for (size_t i = 0; i < world.productions.len; i++) {
        const Production *production = world.cases[i].production;
        size_t seen[PATTERNS] = {0};
        assert_ptr_equal(production, &world.productions.at[i]);
        for (size_t row = 0; row < ROWS; row++) {
            size_t pattern = 0;
            for (size_t part = 0; part < production->part_count; part++) {
                size_t field = (size_t)production->parts[part] * PARTS_MAX + part;
                pattern |= (size_t)(world.rows[row][field].type == VALUE_MISSING) << part;
            }
            seen[pattern]++;
        }
        for (size_t pattern = 0; pattern < (size_t)1 << production->part_count; pattern++)
            if (seen[pattern] == 0)
                fail_msg("%s never meets the pattern %zu", production->shape, pattern);
    }
}

/* Every shape gives a value somewhere; a condition gives both; what can be missing is. */
static void every_outcome_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < world.productions.len;) {
        const char *shape = world.productions.at[i].shape;
        bool is_condition = world.productions.at[i].result == FORMULA_BOOLEAN;
        size_t given = 0, missing = 0, positive = 0;
        for (; i < world.productions.len && world.productions.at[i].shape == shape; i++)
            for (size_t row = 0; row < ROWS; row++) {
                Value value = world.cases[i].answers[row];
                missing += value.type == VALUE_MISSING;
                given += value.type != VALUE_MISSING;
                positive += formula_holds(value);
            }
        if (given == 0 || (is_condition && (positive == 0 || positive == given)))
            fail_msg("%s gives always the same", shape);
        if (missing == 0 && strstr(shape, " is ") == NULL)
            fail_msg("%s is never missing", shape);
    }
}

/* Deep formulas say something, and few are too deep for the database. */
static void deep_formulas_say_something(void **state)
{
    (void)state;
    size_t deep = world.count - world.productions.len, given = 0;
    for (size_t i = world.productions.len; i < world.count; i++)
        for (size_t row = 0; row < ROWS; row++)
            given += world.cases[i].answers[row].type != VALUE_MISSING;
    print_message("# %zu productions, %zu deep formulas, %zu of %zu values given\n", world.productions.len,
        deep, given, deep * ROWS);
    assert_true(deep > DEEP_FORMULAS * 3 / 4);
    assert_true(given > deep * ROWS / 4);
}
#else
static size_t count_caught(Arena *scratch)
{
    for (size_t i = 0; i < world.count; i++)
        if (find_difference(&world.cases[i], scratch) != ROWS)
            return i + 1;
    return 0;
}

static void every_fault_is_caught(void **state)
{
    (void)state;
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    size_t missed = 0;
    formula_mutant = 0;
    assert_int_equal(count_caught(scratch), 0);
    for (formula_mutant = 1; formula_mutant <= formula_mutant_count; formula_mutant++) {
        if (count_caught(scratch) != 0)
            continue;
        print_error("not caught: %s\n", formula_mutant_text[formula_mutant]);
        missed++;
    }
    assert_int_equal(missed, 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef FORMULA_MUTANTS
        cmocka_unit_test(both_agree),
        cmocka_unit_test(explaining_changes_nothing),
        cmocka_unit_test(every_operator_is_tried),
        cmocka_unit_test(every_pattern_is_met),
        cmocka_unit_test(every_outcome_is_seen),
        cmocka_unit_test(deep_formulas_say_something),
#else
        cmocka_unit_test(every_fault_is_caught),
#endif
    };
    return cmocka_run_group_tests_name("formula properties", tests, make_world, end_world);
}
