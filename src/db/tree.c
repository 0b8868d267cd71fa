/* db/tree.c: building expression trees; print.c prints them.
 *
 * Builders join what may stand side by side (a and (b and c), (a + b) + c, else-if) into one operation,
 * because the databases' parsers allow few levels. The table says what each operation takes and gives.
 */
#include "db/tree.h"

#include "db/tree_internal.h"

const DbOperationRule db_operation_rules[DB_OPERATION_COUNT] = {
    [DB_AND] = {NULL, " and ", VALUE_BOOLEAN, true, true, 1, DB_TREE_ARGUMENTS_MAX, JOINS_ALL},
    [DB_OR] = {NULL, " or ", VALUE_BOOLEAN, true, true, 1, DB_TREE_ARGUMENTS_MAX, JOINS_ALL},
    [DB_NOT] = {"(not {0})", NULL, VALUE_BOOLEAN, true, true, 1, 1, JOINS_NONE},
    [DB_EQUAL] = {"({0} = {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_NOT_EQUAL] = {"({0} <> {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_LESS] = {"({0} < {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_LESS_EQUAL] = {"({0} <= {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_GREATER] = {"({0} > {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_GREATER_EQUAL] = {"({0} >= {1})", NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_BETWEEN] = {"({0} between {1} and {2})", NULL, VALUE_BOOLEAN, true, false, 3, 3, JOINS_NONE},
    [DB_IN] = {NULL, NULL, VALUE_BOOLEAN, true, false, 1, DB_TREE_ARGUMENTS_MAX, JOINS_NONE},
    [DB_IS_GIVEN] = {"({0} is not null)", NULL, VALUE_BOOLEAN, true, false, 1, 1, JOINS_NONE},
    [DB_IS_MISSING] = {"({0} is null)", NULL, VALUE_BOOLEAN, true, false, 1, 1, JOINS_NONE},
    [DB_CASE] = {NULL, NULL, VALUE_MISSING, false, false, 3, DB_TREE_ARGUMENTS_MAX, JOINS_LAST},
    [DB_FIRST_GIVEN] = {"coalesce({*})", NULL, VALUE_MISSING, false, false, 1, DB_TREE_ARGUMENTS_MAX,
        JOINS_ALL},
    [DB_ADD] = {NULL, NULL, VALUE_MISSING, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_FIRST},
    [DB_SUBTRACT] = {NULL, NULL, VALUE_MISSING, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_FIRST},
    [DB_MULTIPLY] = {NULL, NULL, VALUE_MISSING, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_FIRST},
    [DB_MULTIPLY_DIVIDE] = {NULL, NULL, VALUE_MISSING, false, false, 3, 3, JOINS_NONE},
    [DB_MULTIPLY_DIVIDE_DOWN] = {NULL, NULL, VALUE_MISSING, false, false, 3, 3, JOINS_NONE},
    [DB_MULTIPLY_DIVIDE_UP] = {NULL, NULL, VALUE_MISSING, false, false, 3, 3, JOINS_NONE},
    [DB_WITHIN] = {NULL, NULL, VALUE_MISSING, false, false, 3, 3, JOINS_NONE},
    [DB_LEAST] = {NULL, NULL, VALUE_MISSING, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_ALL},
    [DB_GREATEST] = {NULL, NULL, VALUE_MISSING, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_ALL},
    [DB_YEAR] = {NULL, NULL, VALUE_INTEGER, false, false, 1, 1, JOINS_NONE},
    [DB_MONTH] = {NULL, NULL, VALUE_INTEGER, false, false, 1, 1, JOINS_NONE},
    [DB_DAY] = {NULL, NULL, VALUE_INTEGER, false, false, 1, 1, JOINS_NONE},
    [DB_FISCAL_YEAR] = {NULL, NULL, VALUE_INTEGER, false, false, 1, 1, JOINS_NONE},
    [DB_ADD_MONTHS] = {NULL, NULL, VALUE_DATE, false, false, 2, 2, JOINS_NONE},
    [DB_AGE_MONTHS] = {NULL, NULL, VALUE_INTEGER, false, false, 2, 2, JOINS_NONE},
    [DB_SCHOOL_GRADE] = {NULL, NULL, VALUE_INTEGER, false, false, 2, 2, JOINS_NONE},
    [DB_DAY_IN_JAPAN] = {NULL, NULL, VALUE_DATE, false, false, 1, 1, JOINS_NONE},
    [DB_LENGTH] = {NULL, NULL, VALUE_INTEGER, false, false, 1, 1, JOINS_NONE},
    [DB_CONTAINS] = {NULL, NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_STARTS] = {NULL, NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_ENDS] = {NULL, NULL, VALUE_BOOLEAN, true, false, 2, 2, JOINS_NONE},
    [DB_JOIN] = {NULL, " || ", VALUE_TEXT, false, false, 2, DB_TREE_ARGUMENTS_MAX, JOINS_ALL},
};

/* --- building --------------------------------------------------------------------------------- */

bool tree_is_condition(const DbTree *tree)
{
    return tree->kind == TREE_OPERATION && db_operation_rules[tree->operation].is_condition;
}

const DbTree *db_tree_value(Arena *arena, Value value, ValueType type)
{
    assert(value.type != VALUE_BYTES && (value.type == VALUE_MISSING || value.type == type) &&
           "a value of the tree is of the type that is said");
    DbTree *tree = ARENA_NEW(arena, DbTree);
    if (tree != NULL)
        *tree = (DbTree){.kind = TREE_VALUE, .type = type, .value = value};
    return tree;
}

const DbTree *db_tree_given(Arena *arena, size_t slot, ValueType type)
{
    DbTree *tree = ARENA_NEW(arena, DbTree);
    if (tree != NULL)
        *tree = (DbTree){.kind = TREE_GIVEN, .type = type, .slot = slot};
    return tree;
}

const DbTree *db_tree_column(Arena *arena, Str alias, Str column, ValueType type)
{
    DbTree *tree = ARENA_NEW(arena, DbTree);
    if (tree != NULL)
        *tree = (DbTree){.kind = TREE_COLUMN,
            .type = type,
            .alias = arena_str(arena, alias),
            .column = arena_str(arena, column)};
    return tree;
}

const DbTree *db_tree_as(Arena *arena, const DbTree *tree, ValueType type)
{
    DbTree *copy = tree == NULL ? NULL : ARENA_NEW(arena, DbTree);
    if (copy == NULL)
        return NULL;
    assert(value_type_is_integer(type) && value_type_is_integer(tree->type) &&
           "only integers change their name");
    *copy = *tree;
    copy->type = type;
    if (tree->kind == TREE_VALUE && tree->value.type != VALUE_MISSING)
        copy->value.type = type;
    return copy;
}

ValueType db_tree_type(const DbTree *tree)
{
    return tree->type;
}

size_t db_tree_depth(const DbTree *tree)
{
    return tree->depth;
}

bool tree_takes_condition(DbOperation operation, size_t count, size_t i)
{
    if (operation == DB_CASE)
        return i % 2 == 0 && i + 1 < count;
    return db_operation_rules[operation].takes_conditions;
}

/* Whether the `i`-th argument's own arguments can stand in its place. */
static bool is_taken_in(
    DbOperation operation, size_t count, const DbTree *const *arguments, size_t i, size_t total)
{
    const DbTree *argument = arguments[i];
    if (argument->kind != TREE_OPERATION || argument->operation != operation ||
        total + argument->argument_count - 1 > DB_TREE_ARGUMENTS_MAX)
        return false;
    switch (db_operation_rules[operation].joins) {
    case JOINS_NONE:
        return false;
    case JOINS_FIRST:
        return i == 0;
    case JOINS_LAST:
        return i + 1 == count;
    case JOINS_ALL:
        return true;
    }
    return false;
}

static void take_arguments(DbTree *tree, size_t count, const DbTree *const *arguments)
{
    size_t total = count;
    for (size_t i = 0; i < count; i++) {
        if (!is_taken_in(tree->operation, count, arguments, i, total)) {
            tree->arguments[tree->argument_count++] = arguments[i];
            continue;
        }
        total += arguments[i]->argument_count - 1;
        for (size_t k = 0; k < arguments[i]->argument_count; k++)
            tree->arguments[tree->argument_count++] = arguments[i]->arguments[k];
    }
}

static void set_depth(DbTree *tree)
{
    for (size_t i = 0; i < tree->argument_count; i++) {
        const DbTree *argument = tree->arguments[i];
        bool is_turned =
            tree_takes_condition(tree->operation, tree->argument_count, i) && !tree_is_condition(argument);
        size_t depth = argument->depth + 1 + is_turned;
        if (depth > tree->depth)
            tree->depth = depth;
    }
}

const DbTree *db_tree_operation(
    Arena *arena, DbOperation operation, size_t count, const DbTree *const *arguments)
{
    assert(count >= db_operation_rules[operation].min && count <= db_operation_rules[operation].max &&
           "an operation has as many arguments as it takes");
    size_t room = 0; /* for the arguments of arguments too */
    for (size_t i = 0; i < count; i++) {
        if (arguments[i] == NULL)
            return NULL;
        room += arguments[i]->argument_count + 1;
    }
    DbTree *tree = ARENA_NEW(arena, DbTree);
    if (tree == NULL)
        return NULL;
    *tree = (DbTree){.kind = TREE_OPERATION, .operation = operation};
    tree->arguments = arena_array(arena, room, sizeof(*tree->arguments));
    if (tree->arguments == NULL)
        return NULL;
    take_arguments(tree, count, arguments);
    set_depth(tree);
    tree->type = db_operation_rules[operation].type;
    if (tree->type == VALUE_MISSING)
        tree->type = tree->arguments[operation == DB_CASE ? 1 : 0]->type;
    return tree;
}
