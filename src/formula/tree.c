/* formula/tree.c: a compiled formula -> a neutral tree that the database prints (db/tree.h).
 *
 * The same walk as evaluate.c, node by node, each with the operation that computes the same. Fields,
 * parameters and what else comes from outside are asked of the caller, who knows the query's tables. What has
 * no form for sets is refused with its place: it must be known when the declaration is checked, not when
 * somebody asks.
 */
#include "formula/formula_internal.h"

#include "base/decimal.h"

typedef struct Builder {
    Arena *arena;
    const Source *source;
    const FormulaMapping *mapping;
    bool is_refused;
} Builder;

static const DbTree *build(Builder *builder, const FormulaNode *node);

static const DbTree *refuse(Builder *builder, const FormulaNode *node, const char *why)
{
    if (!builder->is_refused && !arena_failed(builder->arena))
        source_refuse(builder->source, node->from, "%.*s%s cannot be asked of a set: %s",
            node->source.len > 60 ? 0 : (int)node->source.len, node->source.at,
            node->source.len > 60 ? "this" : "", why);
    builder->is_refused = true;
    return NULL;
}

static const DbTree *constant(Builder *builder, int64_t n)
{
    return db_tree_value(builder->arena, value_integer(n), VALUE_INTEGER);
}

/* What the caller answered: NULL is a refusal unless there is no memory. */
static const DbTree *answered(Builder *builder, const FormulaNode *node, const DbTree *tree, const char *why)
{
    return tree != NULL || arena_failed(builder->arena) ? tree : refuse(builder, node, why);
}

static const DbTree *build_operation(Builder *builder, const FormulaNode *node, DbOperation operation)
{
    const DbTree *parts[3];
    assert(node->argument_count <= COUNT_OF(parts) && "operators have one to three parts");
    for (size_t i = 0; i < node->argument_count; i++)
        if ((parts[i] = build(builder, node->arguments[i])) == NULL)
            return NULL;
    return db_tree_operation(builder->arena, operation, node->argument_count, parts);
}

/* value in items: as many operations as their limit of arguments asks for. */
static const DbTree *build_list(
    Builder *builder, const DbTree *value, size_t count, const DbTree *const *items)
{
    const DbTree *parts[DB_TREE_ARGUMENTS_MAX], *group[DB_TREE_ARGUMENTS_MAX];
    size_t part_count = 0, at = 0;
    do {
        size_t length = 1;
        group[0] = value;
        while (at < count && length < COUNT_OF(group))
            group[length++] = items[at++];
        if (part_count == COUNT_OF(parts))
            return NULL;
        parts[part_count++] = db_tree_operation(builder->arena, DB_IN, length, group);
    } while (at < count);
    return db_tree_operation(builder->arena, DB_OR, part_count, parts);
}

static const DbTree *build_in(Builder *builder, const FormulaNode *node)
{
    const DbTree **parts = arena_array(builder->arena, node->argument_count, sizeof(*parts));
    for (size_t i = 0; parts != NULL && i < node->argument_count; i++)
        if ((parts[i] = build(builder, node->arguments[i])) == NULL)
            return NULL;
    return parts == NULL ? NULL : build_list(builder, parts[0], node->argument_count - 1, parts + 1);
}

static const DbTree *build_in_all(Builder *builder, const FormulaNode *node)
{
    const FormulaNode *list = node->arguments[1];
    const FormulaMapping *mapping = builder->mapping;
    const DbTree *value = build(builder, node->arguments[0]);
    if (value == NULL)
        return NULL;
    if (list->type.kind == FORMULA_CHOICES) {
        const DbTree *comma = db_tree_value(builder->arena, value_text(S(",")), VALUE_TEXT);
        const DbTree *item = db_tree_call(builder->arena, DB_JOIN, comma, value, comma);
        const DbTree *choices = build(builder, list);
        return choices == NULL ? NULL : db_tree_call(builder->arena, DB_CONTAINS, choices, item);
    }
    const DbTree *const *ids = NULL;
    size_t count = 0;
    if (mapping->path_all == NULL ||
        !mapping->path_all(mapping->owner, builder->arena, list->path, &ids, &count))
        return refuse(builder, list, "this list is not known to the database");
    const DbTree *tree = build_list(builder, value, count, ids);
    return tree != NULL || arena_failed(builder->arena) ? tree : refuse(builder, list, "it is too long");
}

/* --- arithmetic
 * ---------------------------------------------------------------------------------------------------- */

static const DbTree *build_sum(Builder *builder, const FormulaNode *node)
{
    const DbTree *sum = build_operation(builder, node, node->kind == NODE_ADD ? DB_ADD : DB_SUBTRACT);
    if (sum == NULL)
        return NULL;
    if (node->type.kind == FORMULA_DATE)
        sum = db_tree_call(builder->arena, DB_WITHIN, sum, constant(builder, VALUE_DATE_MIN),
            constant(builder, VALUE_DATE_MAX));
    return sum == NULL ? NULL : db_tree_as(builder->arena, sum, formula_value_type(node->type.kind));
}

static const DbTree *build_product(Builder *builder, const FormulaNode *node)
{
    const DbTree *a = build(builder, node->arguments[0]),
                 *b = a == NULL ? NULL : build(builder, node->arguments[1]);
    if (a == NULL || b == NULL)
        return NULL;
    if (node->kind == NODE_DIVIDE) {
        const DbTree *quotient =
            db_tree_call(builder->arena, DB_MULTIPLY_DIVIDE, a, constant(builder, DECIMAL_ONE), b);
        return quotient == NULL ? NULL : db_tree_as(builder->arena, quotient, VALUE_DECIMAL);
    }
    if (node->type.kind == FORMULA_DECIMAL)
        return db_tree_call(builder->arena, DB_MULTIPLY_DIVIDE, a, b, constant(builder, DECIMAL_ONE));
    return db_tree_call(builder->arena, DB_MULTIPLY, a, b);
}

static const DbTree *build_negation(Builder *builder, const FormulaNode *node)
{
    const DbTree *a = build(builder, node->arguments[0]);
    const DbTree *opposite =
        a == NULL ? NULL : db_tree_call(builder->arena, DB_SUBTRACT, constant(builder, 0), a);
    return opposite == NULL ? NULL : db_tree_as(builder->arena, opposite, db_tree_type(a));
}

static const DbTree *build_to_decimal(Builder *builder, const FormulaNode *node)
{
    const DbTree *a = build(builder, node->arguments[0]);
    const DbTree *product =
        a == NULL ? NULL : db_tree_call(builder->arena, DB_MULTIPLY, a, constant(builder, DECIMAL_ONE));
    return product == NULL ? NULL : db_tree_as(builder->arena, product, VALUE_DECIMAL);
}

/* --- what comes from outside
 * --------------------------------------------------------------------------------------- */

static const DbTree *build_path(Builder *builder, const FormulaNode *node)
{
    const FormulaMapping *mapping = builder->mapping;
    const DbTree *tree =
        mapping->path == NULL ? NULL : mapping->path(mapping->owner, builder->arena, node->path);
    return answered(builder, node, tree, "no column of the database holds it");
}

static const DbTree *build_today(Builder *builder, const FormulaNode *node)
{
    const FormulaMapping *mapping = builder->mapping;
    const DbTree *tree = mapping->today == NULL ? NULL : mapping->today(mapping->owner, builder->arena);
    return answered(builder, node, tree, "there is no today");
}

static const DbTree *build_call(Builder *builder, const FormulaNode *node)
{
    const DbTree *arguments[FORMULA_ARGUMENTS_MAX];
    Value written[FORMULA_ARGUMENTS_MAX];
    const FormulaMapping *mapping = builder->mapping;
    const char *why = "this function works on one record at a time";
    if (node->function->tree == NULL && mapping->call == NULL)
        return refuse(builder, node, why);
    for (size_t i = 0; i < node->argument_count; i++) {
        const FormulaNode *argument = node->arguments[i];
        bool is_negative = argument->kind == NODE_NEGATE && argument->arguments[0]->kind == NODE_LITERAL;
        written[i] = is_negative                      ? argument->arguments[0]->value
                     : argument->kind == NODE_LITERAL ? argument->value
                                                      : value_missing();
        if (is_negative)
            written[i].integer = -written[i].integer;
        if ((arguments[i] = build(builder, argument)) == NULL)
            return NULL;
    }
    if (node->function->tree == NULL)
        return answered(builder, node,
            mapping->call(mapping->owner, builder->arena, node->function, arguments, node->argument_count),
            why);
    FormulaTreeCall call = {
        .arena = builder->arena, .arguments = arguments, .written = written, .count = node->argument_count};
    /* cppcheck-suppress returnDanglingLifetime ; a tree lies in the arena */
    return node->function->tree(&call);
}

static const DbTree *build_parameter(Builder *builder, const FormulaNode *node)
{
    const FormulaMapping *mapping = builder->mapping;
    const DbTree *arguments[FORMULA_ARGUMENTS_MAX];
    for (size_t i = 0; i < node->argument_count; i++)
        if ((arguments[i] = build(builder, node->arguments[i])) == NULL)
            return NULL;
    const DbTree *tree = mapping->parameter == NULL
                             ? NULL
                             : mapping->parameter(mapping->owner, builder->arena, node->parameter, arguments);
    return answered(builder, node, tree, "parameters are looked up for one record at a time");
}

static const DbTree *build_aggregate(Builder *builder, const FormulaNode *node)
{
    const FormulaMapping *mapping = builder->mapping;
    const DbTree *tree = mapping->aggregate == NULL
                             ? NULL
                             : mapping->aggregate(mapping->owner, builder->arena, node->aggregate);
    return answered(builder, node, tree, "it is a figure over many records itself");
}

static const DbTree *build(Builder *builder, const FormulaNode *node)
{
    static const DbOperation operations[NODE_KIND_COUNT] = {
        [NODE_OR] = DB_OR,
        [NODE_AND] = DB_AND,
        [NODE_NOT] = DB_NOT,
        [NODE_EQUAL] = DB_EQUAL,
        [NODE_NOT_EQUAL] = DB_NOT_EQUAL,
        [NODE_LESS] = DB_LESS,
        [NODE_LESS_EQUAL] = DB_LESS_EQUAL,
        [NODE_GREATER] = DB_GREATER,
        [NODE_GREATER_EQUAL] = DB_GREATER_EQUAL,
        [NODE_BETWEEN] = DB_BETWEEN,
        [NODE_IS_GIVEN] = DB_IS_GIVEN,
        [NODE_IS_MISSING] = DB_IS_MISSING,
        [NODE_IF] = DB_CASE,
    };
    switch (node->kind) {
    case NODE_LITERAL:
        return db_tree_value(builder->arena, node->value, formula_value_type(node->type.kind));
    case NODE_PATH:
        return build_path(builder, node);
    case NODE_TODAY:
        return build_today(builder, node);
    case NODE_IN:
        return build_in(builder, node);
    case NODE_IN_ALL:
        return build_in_all(builder, node);
    case NODE_NEGATE:
        return build_negation(builder, node);
    case NODE_ADD:
    case NODE_SUBTRACT:
        return build_sum(builder, node);
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return build_product(builder, node);
    case NODE_TO_DECIMAL:
        return build_to_decimal(builder, node);
    case NODE_CALL:
        return build_call(builder, node);
    case NODE_PARAMETER:
        return build_parameter(builder, node);
    case NODE_AGGREGATE:
        return build_aggregate(builder, node);
    default:
        return build_operation(builder, node, operations[node->kind]);
    }
}

bool formula_tree(
    const DbTree **out, Arena *arena, const Formula *formula, const FormulaMapping *mapping, Error *error)
{
    Source source = formula->source;
    source.error = error;
    Builder builder = {.arena = arena, .source = &source, .mapping = mapping};
    *out = NULL;
    const DbTree *tree = build(&builder, formula->root);
    if (builder.is_refused)
        return false;
    if (tree == NULL)
        return error_memory(error);
    if (db_tree_depth(tree) > DB_TREE_DEPTH_MAX)
        return source_refuse_limit(&source, formula->root->from,
            "this formula is nested too deeply to be asked of a set (%zu levels, at most %d); give a part of "
            "it a "
            "field of its own",
            db_tree_depth(tree), DB_TREE_DEPTH_MAX);
    *out = tree;
    return true;
}
