/* db/print.c: printing expression trees and queries of them as SQL.
 *
 * The printer goes once through the tree: every operation is written by its database's text for it
 * (tree_sqlite.c, tree_postgres.c) or, where both read the same, by the table of tree.c. What it writes is
 * always closed in itself: a name, a cast, a call or brackets.
 *
 * Two sorts of expression exist: values (whole numbers, texts) and conditions, which PostgreSQL keeps apart.
 * The printer turns one into the other where they meet.
 *
 * What must hold: names are quoted by print_name alone; values are parameters, never text.
 */
#include "db/print_internal.h"
#include "db/table.h"

#define NAME_BYTES_MAX 63 /* PostgreSQL cuts longer names */

struct DbPrinted {
    const char *sql;
    Parameter *parameters;
    size_t count;
};

Printer *print_begin(const Db *db, Error *error)
{
    Printer *printer = calloc(1, sizeof(*printer));
    if (printer == NULL) {
        error_memory(error);
        return NULL;
    }
    printer->dialect = db->engine->dialect;
    printer->error = error;
    buf_init(&printer->text, DB_SQL_MAX);
    return printer;
}

void print_refuse(Printer *printer, ErrorCode code, const char *message)
{
    if (!printer->failed)
        error_set(printer->error, code, "%s", message);
    printer->failed = true;
}

void print_text(Printer *printer, const char *text)
{
    buf_add(&printer->text, str_of(text));
}

void print_name(Printer *printer, Str name)
{
    if (name.len == 0 || name.len > NAME_BYTES_MAX || memchr(name.at, '\0', name.len) != NULL) {
        print_refuse(printer, ERROR_INPUT, "the name of a table or a column has 1 to 63 bytes");
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

/* --- expressions ------------------------------------------------------------------------------ */

static bool same_parameter(const Parameter *a, const Parameter *b)
{
    return a->is_given == b->is_given && (a->is_given ? a->slot == b->slot : value_same(a->value, b->value));
}

/* The number of a parameter: equal ones are one. */
static size_t number_of(Printer *printer, const Parameter *parameter)
{
    size_t number = 0;
    while (number < printer->parameter_count && !same_parameter(&printer->parameters[number], parameter))
        number++;
    if (number == DB_PARAMETERS_MAX) {
        print_refuse(printer, ERROR_LIMIT, "too many different values in one query: 256 at most");
        return number;
    }
    if (number == printer->parameter_count)
        printer->parameters[printer->parameter_count++] = *parameter;
    return number + 1;
}

void print_slot(Printer *printer, size_t slot)
{
    buf_printf(&printer->text, "?%zu", number_of(printer, &(Parameter){.is_given = true, .slot = slot}));
}

/* The cast says the type where a missing value does not, and keeps a number from being read as a column's. */
static void put_parameter(Printer *printer, Parameter parameter, ValueType type)
{
    const char *name = value_type_is_integer(type) ? "bigint" : "text";
    if (!parameter.is_given && parameter.value.type == VALUE_MISSING)
        buf_printf(&printer->text, "cast(null as %s)", name);
    else
        buf_printf(&printer->text, "cast(?%zu as %s)", number_of(printer, &parameter), name);
}

static void put_tree(Printer *printer, const DbTree *tree);
static void put_value(Printer *printer, const DbTree *tree);

static void put_condition(Printer *printer, const DbTree *tree)
{
    if (tree_is_condition(tree)) {
        put_tree(printer, tree);
        return;
    }
    print_text(printer, "(");
    put_tree(printer, tree);
    print_text(printer, " <> 0)");
}

static void put_argument(Printer *printer, const DbTree *tree, size_t i)
{
    const DbTree *argument = tree->arguments[i];
    bool is_asked_for = tree->operation == DB_IS_GIVEN || tree->operation == DB_IS_MISSING;
    if (tree_takes_condition(tree->operation, tree->argument_count, i))
        put_condition(printer, argument);
    else if (is_asked_for)
        put_tree(printer, argument);
    else
        put_value(printer, argument);
    bool is_ordered = tree->operation >= DB_EQUAL && tree->operation <= DB_BETWEEN;
    if (i == 0 && is_ordered && argument->type == VALUE_TEXT)
        print_text(printer, printer->dialect->text_by_bytes);
}

static void put_arguments(Printer *printer, const DbTree *tree, size_t from, const char *between)
{
    for (size_t i = from; i < tree->argument_count; i++) {
        if (i > from)
            print_text(printer, between);
        put_argument(printer, tree, i);
    }
}

/* Writes the text with arguments for its words; the last `count` that the operation has beyond the text's own
 * are folded: {0} is the same operation on all but the last. */
static void put_text(Printer *printer, const char *text, const DbTree *tree, size_t count)
{
    size_t own = db_operation_rules[tree->operation].min;
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
        print_text(printer, "(0 = 1)");
        return;
    }
    print_text(printer, "(");
    put_argument(printer, tree, 0);
    print_text(printer, " in (");
    put_arguments(printer, tree, 1, ", ");
    print_text(printer, "))");
}

static void put_case(Printer *printer, const DbTree *tree)
{
    print_text(printer, "(case");
    for (size_t i = 0; i + 1 < tree->argument_count; i += 2) {
        print_text(printer, " when ");
        put_argument(printer, tree, i);
        print_text(printer, " then ");
        put_argument(printer, tree, i + 1);
    }
    print_text(printer, " else ");
    put_argument(printer, tree, tree->argument_count - 1);
    print_text(printer, " end)");
}

static void put_operation(Printer *printer, const DbTree *tree)
{
    const char *common = db_operation_rules[tree->operation].text,
               *own = printer->dialect->operations[tree->operation];
    if (db_operation_rules[tree->operation].between != NULL) {
        print_text(printer, "(");
        put_arguments(printer, tree, 0, db_operation_rules[tree->operation].between);
        print_text(printer, ")");
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
        print_name(printer, tree->alias);
        print_text(printer, ".");
        print_name(printer, tree->column);
        break;
    case TREE_OPERATION:
        put_operation(printer, tree);
        break;
    }
}

/* The text with the tree wherever {0} stands in it. */
static void put_around(Printer *printer, const char *text, const DbTree *tree)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] != '{') {
            buf_add_byte(&printer->text, *at);
            continue;
        }
        put_tree(printer, tree);
        at += 2;
    }
}

static void put_value(Printer *printer, const DbTree *tree)
{
    if (tree_is_condition(tree))
        put_around(printer, printer->dialect->condition_as_value, tree);
    else
        put_tree(printer, tree);
}

/* --- queries ---------------------------------------------------------------------------------- */

/* A tree of the query's own level; what it may not be is said here. */
static bool is_fit(Printer *printer, const DbTree *tree)
{
    if (tree == NULL)
        print_refuse(printer, ERROR_MEMORY, "this needs more memory than it may take");
    else if (tree->depth > DB_TREE_DEPTH_MAX)
        print_refuse(printer, ERROR_LIMIT, "nested too deeply for a query: 16 levels at most");
    return !printer->failed;
}

/* A grouped text says itself that its bytes count: the group and its order are told by its number. */
static void put_columns(Printer *printer, const DbSelect *select)
{
    size_t count = select->column_count;
    for (size_t i = 0; i < count && is_fit(printer, select->columns[i]); i++) {
        print_text(printer, i > 0 ? ", " : "");
        put_value(printer, select->columns[i]);
        if (select->grouped && select->columns[i]->type == VALUE_TEXT)
            print_text(printer, printer->dialect->text_by_bytes);
    }
    if (select->grouped)
        print_text(printer, count > 0 ? ", count(*)" : "count(*)");
    if (select->grouped && select->sum != NULL && is_fit(printer, select->sum)) {
        assert(!tree_is_condition(select->sum) && value_type_is_integer(select->sum->type) &&
               "numbers are summed");
        print_text(printer, ", ");
        put_around(printer, printer->dialect->sum, select->sum);
    }
}

static void put_from(Printer *printer, const DbSelect *select)
{
    print_text(printer, " from ");
    print_name(printer, select->table);
    print_text(printer, " as ");
    print_name(printer, select->alias.len > 0 ? select->alias : select->table);
    for (size_t i = 0; i < select->join_count && is_fit(printer, select->joins[i].on); i++) {
        print_text(printer, " left join ");
        print_name(printer, select->joins[i].table);
        print_text(printer, " as ");
        print_name(printer, select->joins[i].alias);
        print_text(printer, " on ");
        put_condition(printer, select->joins[i].on);
    }
}

static void put_groups(Printer *printer, const DbSelect *select)
{
    for (size_t i = 0; select->grouped && i < select->column_count; i++)
        buf_printf(&printer->text, "%s%zu", i == 0 ? " group by " : ", ", i + 1);
}

/* The key of the table itself: never missing. Saying where missing ones stand would keep its index unused. */
static bool is_key(const DbSelect *select, const DbTree *tree)
{
    return tree->kind == TREE_COLUMN && str_equal(tree->column, S("id")) &&
           str_equal(tree->alias, select->alias.len > 0 ? select->alias : select->table);
}

static void put_ordered(Printer *printer, const DbSelect *select, const DbTree *tree)
{
    if (!select->grouped) {
        put_value(printer, tree);
        print_text(printer, tree->type == VALUE_TEXT ? printer->dialect->text_by_bytes : "");
        return;
    }
    size_t i = 0;
    while (i < select->column_count && select->columns[i] != tree)
        i++;
    assert(i < select->column_count && "groups are ordered by their columns");
    buf_printf(&printer->text, "%zu", i + 1);
}

static void put_order(Printer *printer, const DbSelect *select)
{
    const DbDialect *dialect = printer->dialect;
    for (size_t i = 0; i < select->order_count && is_fit(printer, select->order[i]); i++) {
        print_text(printer, i == 0 ? " order by " : ", ");
        put_ordered(printer, select, select->order[i]);
        if (is_key(select, select->order[i]))
            print_text(printer, select->descending ? " desc" : "");
        else
            print_text(printer, select->descending ? dialect->descending : dialect->ascending);
    }
}

/* A limit that is missing is none, one below 0 is 0: no database raises an error. */
static void put_limit(Printer *printer, const DbSelect *select)
{
    assert((select->offset == NULL || select->limit != NULL) && "rows are left out only with a limit");
    if (select->limit != NULL && is_fit(printer, select->limit)) {
        print_text(printer, " limit (case when ");
        put_tree(printer, select->limit);
        print_text(printer, " < 0 then 0 else coalesce(");
        put_tree(printer, select->limit);
        print_text(printer, ", 4611686018427387904) end)");
    }
    if (select->offset != NULL && is_fit(printer, select->offset)) {
        print_text(printer, " offset (case when ");
        put_tree(printer, select->offset);
        print_text(printer, " > 0 then ");
        put_tree(printer, select->offset);
        print_text(printer, " else 0 end)");
    }
}

static void put_select(Printer *printer, const DbSelect *select)
{
    print_text(printer, "select ");
    put_columns(printer, select);
    put_from(printer, select);
    if (select->where != NULL && is_fit(printer, select->where)) {
        print_text(printer, " where ");
        put_condition(printer, select->where);
    }
    put_groups(printer, select);
    put_order(printer, select);
    put_limit(printer, select);
}

/* --- what was printed ------------------------------------------------------------------------- */

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

static bool is_whole(Printer *printer)
{
    if (!printer->failed && printer->text.failed)
        printer->failed =
            !error_set(printer->error, ERROR_LIMIT, "this query is longer than %zu bytes of SQL", DB_SQL_MAX);
    return !printer->failed;
}

static void print_free(Printer *printer)
{
    buf_release(&printer->text);
    free(printer);
}

bool print_finish(Printer *printer, Arena *arena, const DbPrinted **out)
{
    bool ok = is_whole(printer);
    *out = ok ? keep(printer, arena) : NULL;
    if (ok && *out == NULL)
        ok = error_memory(printer->error);
    print_free(printer);
    return ok;
}

bool print_finish_text(Printer *printer, Buf *out)
{
    assert(printer->parameter_count == 0 && "a text alone has no parameters");
    bool ok = is_whole(printer);
    buf_add(out, buf_str(&printer->text));
    buf_add_byte(out, '\0');
    if (ok && out->failed)
        ok = error_memory(printer->error);
    print_free(printer);
    return ok;
}

bool db_print_select(const Db *db, Arena *arena, const DbSelect *select, const DbPrinted **out, Error *error)
{
    assert((select->column_count > 0 || select->grouped) && "a query answers something");
    *out = NULL;
    Printer *printer = print_begin(db, error);
    if (printer == NULL)
        return false;
    put_select(printer, select);
    return print_finish(printer, arena, out);
}

/* --- running ---------------------------------------------------------------------------------- */

static void take_values(const DbPrinted *printed, const Value *given, size_t count, Value *values)
{
    for (size_t i = 0; i < printed->count; i++) {
        const Parameter *parameter = &printed->parameters[i];
        values[i] = parameter->value;
        if (parameter->is_given)
            values[i] = parameter->slot < count ? given[parameter->slot] : value_missing();
    }
}

bool db_query_printed(
    DbConn *conn, DbStmt **out, Error *error, const DbPrinted *printed, const Value *given, size_t count)
{
    Value values[DB_PARAMETERS_MAX];
    take_values(printed, given, count, values);
    return db_query_values(conn, out, error, printed->sql, printed->count, values);
}

bool db_insert_printed(
    DbConn *conn, int64_t *id, Error *error, const DbPrinted *printed, const Value *given, size_t count)
{
    Value values[DB_PARAMETERS_MAX];
    take_values(printed, given, count, values);
    return db_insert_values(conn, id, error, printed->sql, printed->count, values);
}

bool db_run_printed(
    DbConn *conn, int64_t *changed, Error *error, const DbPrinted *printed, const Value *given, size_t count)
{
    Value values[DB_PARAMETERS_MAX];
    take_values(printed, given, count, values);
    return db_run_values(conn, changed, error, printed->sql, printed->count, values);
}

Str db_printed_text(const DbPrinted *printed)
{
    return str_of(printed->sql);
}
