/* db/tree.c: building expression trees, and printing them and queries of them as SQL.
 *
 * Builders join what may stand side by side (a and (b and c), (a + b) + c, else-if) into one operation,
 * because the databases' parsers allow few levels. The printer goes once through the tree: every operation is
 * written by its database's text for it (tree_sqlite.c, tree_postgres.c) or, where both read the same, by the
 * table here. What it writes is always closed in itself: a name, a cast, a call or brackets.
 *
 * Two sorts of expression exist: values (whole numbers, texts) and conditions, which PostgreSQL keeps apart.
 * The table says what each operation takes and gives; the printer turns one into the other where they meet.
 *
 * What must hold: names are quoted by put_name alone; values are parameters, never text.
 */
#include "db/tree.h"

#include "db/db_internal.h"
#include "db/tree_internal.h"

#define NAME_BYTES_MAX 63 /* PostgreSQL cuts longer names */

typedef enum TreeKind { TREE_VALUE, TREE_GIVEN, TREE_COLUMN, TREE_OPERATION } TreeKind;

struct DbTree {
    TreeKind kind;
    ValueType type;
    DbOperation operation;
    size_t depth;
    Value value;
    size_t slot;
    Str alias, column;
    const DbTree **arguments;
    size_t argument_count;
};

typedef enum Joins { JOINS_NONE, JOINS_FIRST, JOINS_LAST, JOINS_ALL } Joins;

/* What holds for an operation on every database. */
static const struct {
    const char *text;    /* as in DbDialect; NULL: the dialect's, or written by hand */
    const char *between; /* stands between any number of arguments */
    ValueType type;      /* of the result; VALUE_MISSING: that of the first argument */
    bool is_condition, takes_conditions;
    size_t min, max; /* arguments */
    Joins joins;     /* which argument of the same operation is taken in */
} operations[DB_OPERATION_COUNT] = {
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

static bool is_condition(const DbTree *tree)
{
    return tree->kind == TREE_OPERATION && operations[tree->operation].is_condition;
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

/* Whether the `i`-th argument is read as a condition. */
static bool takes_condition(DbOperation operation, size_t count, size_t i)
{
    if (operation == DB_CASE)
        return i % 2 == 0 && i + 1 < count;
    return operations[operation].takes_conditions;
}

/* Whether the `i`-th argument's own arguments can stand in its place. */
static bool is_taken_in(
    DbOperation operation, size_t count, const DbTree *const *arguments, size_t i, size_t total)
{
    const DbTree *argument = arguments[i];
    if (argument->kind != TREE_OPERATION || argument->operation != operation ||
        total + argument->argument_count - 1 > DB_TREE_ARGUMENTS_MAX)
        return false;
    switch (operations[operation].joins) {
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
        bool is_turned = takes_condition(tree->operation, tree->argument_count, i) && !is_condition(argument);
        size_t depth = argument->depth + 1 + is_turned;
        if (depth > tree->depth)
            tree->depth = depth;
    }
}

const DbTree *db_tree_operation(
    Arena *arena, DbOperation operation, size_t count, const DbTree *const *arguments)
{
    assert(count >= operations[operation].min && count <= operations[operation].max &&
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
    tree->type = operations[operation].type;
    if (tree->type == VALUE_MISSING)
        tree->type = tree->arguments[operation == DB_CASE ? 1 : 0]->type;
    return tree;
}

/* --- printing --------------------------------------------------------------------------------- */

/* What stands for ?1, ?2 ... */
typedef struct Parameter {
    bool is_given;
    size_t slot;
    Value value;
} Parameter;

struct DbPrinted {
    const char *sql;
    Parameter *parameters;
    size_t count;
};

typedef struct Printer {
    const DbDialect *dialect;
    Buf text;
    Parameter parameters[DB_PARAMETERS_MAX];
    size_t parameter_count;
    Error *error;
    bool failed;
} Printer;

static void refuse(Printer *printer, ErrorCode code, const char *message)
{
    if (!printer->failed)
        error_set(printer->error, code, "%s", message);
    printer->failed = true;
}

static void put(Printer *printer, const char *text)
{
    buf_add(&printer->text, str_of(text));
}

/* The one place where a name becomes part of SQL. */
static void put_name(Printer *printer, Str name)
{
    if (name.len == 0 || name.len > NAME_BYTES_MAX || memchr(name.at, '\0', name.len) != NULL) {
        refuse(printer, ERROR_INPUT, "the name of a table or a column has 1 to 63 bytes");
        return;
    }
    buf_add_byte(&printer->text, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '"')
            buf_add_byte(&printer->text, '"');
        buf_add_byte(&printer->text, name.at[i]);
    }
    buf_add_byte(&printer->text, '"');
}

static bool same_parameter(const Parameter *a, const Parameter *b)
{
    return a->is_given == b->is_given && (a->is_given ? a->slot == b->slot : value_same(a->value, b->value));
}

/* The cast says the type where a missing value does not, and keeps a number from being read as a column's. */
static void put_parameter(Printer *printer, Parameter parameter, ValueType type)
{
    const char *name = value_type_is_integer(type) ? "bigint" : "text";
    if (!parameter.is_given && parameter.value.type == VALUE_MISSING) {
        buf_printf(&printer->text, "cast(null as %s)", name);
        return;
    }
    size_t number = 0;
    while (number < printer->parameter_count && !same_parameter(&printer->parameters[number], &parameter))
        number++;
    if (number == DB_PARAMETERS_MAX) {
        refuse(printer, ERROR_LIMIT, "too many different values in one query: 256 at most");
        return;
    }
    if (number == printer->parameter_count)
        printer->parameters[printer->parameter_count++] = parameter;
    buf_printf(&printer->text, "cast(?%zu as %s)", number + 1, name);
}

static void put_tree(Printer *printer, const DbTree *tree);
static void put_value(Printer *printer, const DbTree *tree);

static void put_condition(Printer *printer, const DbTree *tree)
{
    if (is_condition(tree)) {
        put_tree(printer, tree);
        return;
    }
    put(printer, "(");
    put_tree(printer, tree);
    put(printer, " <> 0)");
}

static void put_argument(Printer *printer, const DbTree *tree, size_t i)
{
    const DbTree *argument = tree->arguments[i];
    bool is_asked_for = tree->operation == DB_IS_GIVEN || tree->operation == DB_IS_MISSING;
    if (takes_condition(tree->operation, tree->argument_count, i))
        put_condition(printer, argument);
    else if (is_asked_for)
        put_tree(printer, argument);
    else
        put_value(printer, argument);
    bool is_ordered = tree->operation >= DB_EQUAL && tree->operation <= DB_BETWEEN;
    if (i == 0 && is_ordered && argument->type == VALUE_TEXT)
        put(printer, printer->dialect->text_by_bytes);
}

static void put_arguments(Printer *printer, const DbTree *tree, size_t from, const char *between)
{
    for (size_t i = from; i < tree->argument_count; i++) {
        if (i > from)
            put(printer, between);
        put_argument(printer, tree, i);
    }
}

/* Writes the text with arguments for its words; the last `count` that the operation has beyond the text's own
 * are folded: {0} is the same operation on all but the last. */
static void put_text(Printer *printer, const char *text, const DbTree *tree, size_t count)
{
    size_t own = operations[tree->operation].min;
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] != '{') {
            buf_add_byte(&printer->text, *at);
            continue;
        }
        size_t i = (size_t)(at[1] - '0');
        if (at[1] == '*')
            put_arguments(printer, tree, 0, ", ");
        else if (i == 0 && count > own)
            put_text(printer, text, tree, count - 1);
        else
            put_argument(printer, tree, i == 0 ? 0 : i + count - own);
        at += 2;
    }
}

static void put_in(Printer *printer, const DbTree *tree)
{
    if (tree->argument_count == 1) {
        put(printer, "(0 = 1)");
        return;
    }
    put(printer, "(");
    put_argument(printer, tree, 0);
    put(printer, " in (");
    put_arguments(printer, tree, 1, ", ");
    put(printer, "))");
}

static void put_case(Printer *printer, const DbTree *tree)
{
    put(printer, "(case");
    for (size_t i = 0; i + 1 < tree->argument_count; i += 2) {
        put(printer, " when ");
        put_argument(printer, tree, i);
        put(printer, " then ");
        put_argument(printer, tree, i + 1);
    }
    put(printer, " else ");
    put_argument(printer, tree, tree->argument_count - 1);
    put(printer, " end)");
}

static void put_operation(Printer *printer, const DbTree *tree)
{
    const char *common = operations[tree->operation].text,
               *own = printer->dialect->operations[tree->operation];
    if (operations[tree->operation].between != NULL) {
        put(printer, "(");
        put_arguments(printer, tree, 0, operations[tree->operation].between);
        put(printer, ")");
    } else if (tree->operation == DB_IN) {
        put_in(printer, tree);
    } else if (tree->operation == DB_CASE) {
        put_case(printer, tree);
    } else {
        put_text(printer, common != NULL ? common : own, tree, tree->argument_count);
    }
}

/* As it is: conditions as conditions. */
static void put_tree(Printer *printer, const DbTree *tree)
{
    switch (tree->kind) {
    case TREE_VALUE:
        put_parameter(printer, (Parameter){.value = tree->value}, tree->type);
        break;
    case TREE_GIVEN:
        put_parameter(printer, (Parameter){.is_given = true, .slot = tree->slot}, tree->type);
        break;
    case TREE_COLUMN:
        put_name(printer, tree->alias);
        put(printer, ".");
        put_name(printer, tree->column);
        break;
    case TREE_OPERATION:
        put_operation(printer, tree);
        break;
    }
}

static void put_value(Printer *printer, const DbTree *tree)
{
    if (!is_condition(tree)) {
        put_tree(printer, tree);
        return;
    }
    for (const char *at = printer->dialect->condition_as_value; *at != '\0'; at++) {
        if (at[0] != '{') {
            buf_add_byte(&printer->text, *at);
            continue;
        }
        put_tree(printer, tree);
        at += 2;
    }
}

/* A tree of the query's own level; what it may not be is said here. */
static bool is_fit(Printer *printer, const DbTree *tree)
{
    if (tree == NULL)
        refuse(printer, ERROR_MEMORY, "this needs more memory than it may take");
    else if (tree->depth > DB_TREE_DEPTH_MAX)
        refuse(printer, ERROR_LIMIT, "nested too deeply for a query: 16 levels at most");
    return !printer->failed;
}

static void put_values(Printer *printer, size_t count, const DbTree *const *trees, bool is_order)
{
    for (size_t i = 0; i < count && is_fit(printer, trees[i]); i++) {
        if (i > 0)
            put(printer, ", ");
        put_value(printer, trees[i]);
        if (is_order && trees[i]->type == VALUE_TEXT)
            put(printer, printer->dialect->text_by_bytes);
    }
}

static void put_select(Printer *printer, const DbSelect *select)
{
    put(printer, "select ");
    put_values(printer, select->column_count, select->columns, false);
    put(printer, " from ");
    put_name(printer, select->table);
    put(printer, " as ");
    put_name(printer, select->alias.len > 0 ? select->alias : select->table);
    for (size_t i = 0; i < select->join_count && is_fit(printer, select->joins[i].on); i++) {
        put(printer, " left join ");
        put_name(printer, select->joins[i].table);
        put(printer, " as ");
        put_name(printer, select->joins[i].alias);
        put(printer, " on ");
        put_condition(printer, select->joins[i].on);
    }
    if (select->where != NULL && is_fit(printer, select->where)) {
        put(printer, " where ");
        put_condition(printer, select->where);
    }
    if (select->order_count > 0)
        put(printer, " order by ");
    put_values(printer, select->order_count, select->order, true);
}

/* Texts of the values are copied: the tree's arena may be another. */
static const DbPrinted *keep(Printer *printer, Arena *arena)
{
    DbPrinted *printed = ARENA_NEW(arena, DbPrinted);
    Parameter *parameters = arena_array(arena, printer->parameter_count, sizeof(Parameter));
    if (printed == NULL || parameters == NULL)
        return NULL;
    for (size_t i = 0; i < printer->parameter_count; i++) {
        parameters[i] = printer->parameters[i];
        if (parameters[i].value.type == VALUE_TEXT)
            parameters[i].value.text = arena_str(arena, parameters[i].value.text);
    }
    *printed = (DbPrinted){.sql = arena_str(arena, buf_str(&printer->text)).at,
        .parameters = parameters,
        .count = printer->parameter_count};
    return arena_failed(arena) ? NULL : printed;
}

bool db_print_select(const Db *db, Arena *arena, const DbSelect *select, const DbPrinted **out, Error *error)
{
    assert(select->column_count > 0 && "a query answers something");
    Printer *printer = calloc(1, sizeof(*printer));
    if (printer == NULL)
        return error_memory(error);
    printer->dialect = db->engine->dialect;
    printer->error = error;
    buf_init(&printer->text, DB_SQL_MAX);
    put_select(printer, select);
    bool ok = !printer->failed;
    if (ok && printer->text.failed)
        ok = error_set(error, ERROR_LIMIT, "this query is longer than %zu bytes of SQL", DB_SQL_MAX);
    *out = ok ? keep(printer, arena) : NULL;
    if (ok && *out == NULL)
        ok = error_memory(error);
    buf_release(&printer->text);
    free(printer);
    return ok;
}

bool db_query_printed(
    DbConn *conn, DbStmt **out, Error *error, const DbPrinted *printed, const Value *given, size_t count)
{
    Value values[DB_PARAMETERS_MAX];
    for (size_t i = 0; i < printed->count; i++) {
        const Parameter *parameter = &printed->parameters[i];
        values[i] = parameter->value;
        if (parameter->is_given)
            values[i] = parameter->slot < count ? given[parameter->slot] : value_missing();
    }
    return db_query_values(conn, out, error, printed->sql, printed->count, values);
}

Str db_printed_text(const DbPrinted *printed)
{
    return str_of(printed->sql);
}
