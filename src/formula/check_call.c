/* formula/check_call.c: what name(...) means: a function, a dated parameter, or a figure over many records.
 *
 * Functions are found in one table (and in the model's, for those of kits), which says what each argument may
 * be. min and max are both: with one argument, figures over records; with more, functions of values. An
 * aggregate is compiled apart: the value and the condition inside are formulas of their own, of one record of
 * the aggregated type.
 */
#include "formula/formula_internal.h"

typedef enum Needs { NEEDS_RECORD, NEEDS_VALUE, NEEDS_CONDITION } Needs;

static const struct {
    const char *name;
    Needs needs;
    FormulaKind result; /* FORMULA_KIND_COUNT: the value's */
    unsigned kinds;     /* of the value */
} aggregates[FORMULA_AGGREGATE_COUNT] = {
    [FORMULA_COUNT] = {"count", NEEDS_RECORD, FORMULA_INTEGER, 0},
    [FORMULA_SUM] = {"sum", NEEDS_VALUE, FORMULA_KIND_COUNT, FORMULA_IS_NUMBER},
    [FORMULA_AVERAGE] = {"average", NEEDS_VALUE, FORMULA_DECIMAL, FORMULA_IS_NUMBER},
    [FORMULA_SHARE] = {"share", NEEDS_RECORD, FORMULA_DECIMAL, 0},
    [FORMULA_DISTINCT] = {"distinct", NEEDS_VALUE, FORMULA_INTEGER, FORMULA_IS_ANY_VALUE},
    [FORMULA_MIN] = {"min", NEEDS_VALUE, FORMULA_KIND_COUNT, FORMULA_IS_ORDERED},
    [FORMULA_MAX] = {"max", NEEDS_VALUE, FORMULA_KIND_COUNT, FORMULA_IS_ORDERED},
    [FORMULA_EXPECTED] = {"expected", NEEDS_RECORD, FORMULA_INTEGER, 0},
    [FORMULA_POPULATION] = {"population", NEEDS_CONDITION, FORMULA_INTEGER, 0},
};

const char *formula_aggregate_name(FormulaAggregateKind kind)
{
    return aggregates[kind].name;
}

static Arena *arena_of(const Checker *checker)
{
    return checker->source->arena;
}

static bool refuse(Checker *checker, const FormulaNode *node, Str message)
{
    if (arena_failed(arena_of(checker)))
        return error_memory(checker->source->error);
    return source_refuse(checker->source, node->from, "%.*s", STR_ARGS(message));
}

/* --- functions
 * ----------------------------------------------------------------------------------------------------- */

const FormulaFunction *find_function(const FormulaModel *model, Str name)
{
    for (size_t i = 0; i < formula_function_count; i++)
        if (str_equal(str_of(formula_functions[i].name), name))
            return &formula_functions[i];
    for (size_t i = 0; i < model->function_count; i++)
        if (str_equal(str_of(model->functions[i].name), name))
            return &model->functions[i];
    return NULL;
}

static bool refuse_function(Checker *checker, const FormulaNode *node)
{
    const FormulaModel *model = checker->scope->model;
    size_t count = formula_function_count + model->function_count + FORMULA_AGGREGATE_COUNT, at = 0;
    const char **names = arena_array(arena_of(checker), count, sizeof(*names));
    if (names == NULL)
        return error_memory(checker->source->error);
    for (size_t i = 0; i < formula_function_count; i++)
        names[at++] = formula_functions[i].name;
    for (size_t i = 0; i < model->function_count; i++)
        names[at++] = model->functions[i].name;
    for (size_t i = 0; i < FORMULA_AGGREGATE_COUNT; i++)
        names[at++] = aggregates[i].name;
    Str name = node->names[0], remedy = suggestion(arena_of(checker), name, names, count);
    return refuse(checker, node,
        arena_printf(arena_of(checker), "unknown function '%.*s'%.*s", STR_ARGS(name), STR_ARGS(remedy)));
}

static bool check_count(Checker *checker, const FormulaNode *node, size_t min, size_t max)
{
    size_t count = node->argument_count;
    if (count >= min && count <= max)
        return true;
    Str name = node->names[0];
    Str wanted = min == max ? arena_printf(arena_of(checker), "%zu", min)
                 : max == FORMULA_ARGUMENTS_MAX
                     ? arena_printf(arena_of(checker), "%zu or more (at most %zu)", min, max)
                     : arena_printf(arena_of(checker), "%zu to %zu", min, max);
    return refuse(checker, node,
        arena_printf(arena_of(checker), "%.*s takes %.*s argument%s, not %zu", STR_ARGS(name),
            STR_ARGS(wanted), min == 1 && max == 1 ? "" : "s", count));
}

/* "a date or a text" of a set of kinds. */
static Str kinds_words(Arena *arena, unsigned kinds)
{
    Str list = STR_EMPTY;
    for (FormulaKind kind = 0; kind < FORMULA_KIND_COUNT; kind++) {
        if ((kinds & 1u << kind) == 0)
            continue;
        FormulaType type = {.kind = kind};
        bool is_named = kind == FORMULA_CHOICE || kind == FORMULA_CHOICES || kind == FORMULA_REFERENCE;
        Str word =
            is_named ? str_of(kind == FORMULA_REFERENCE ? "a record" : "a choice") : type_words(arena, &type);
        list = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(list), list.len > 0 ? ", " : "", STR_ARGS(word));
    }
    return list;
}

/* A record that has a birth: its birth stands in its place. */
static bool take_birth(Checker *checker, FormulaNode *argument)
{
    const FormulaRecord *record = find_record(checker->scope->model, argument->type.record);
    bool has_birth = record != NULL && record->birth.len > 0;
    if (!has_birth || argument->kind != NODE_PATH)
        return refuse(checker, argument,
            arena_printf(arena_of(checker), "'%.*s' has no date of birth to count from; give a date",
                STR_ARGS(argument->source)));
    for (size_t i = 0; i < record->count; i++)
        if (str_equal(record->fields[i].name, record->birth))
            return extend_path(checker, argument, &record->fields[i]);
    assert(!"a record type's birth is one of its fields");
    return false;
}

static bool check_digits(Checker *checker, const FormulaNode *argument)
{
    bool is_negative = argument->kind == NODE_NEGATE;
    const FormulaNode *number = is_negative ? argument->arguments[0] : argument;
    int64_t n =
        number->kind == NODE_LITERAL && number->value.type == VALUE_INTEGER ? number->value.integer : 100;
    if (n <= (is_negative ? 12 : 6))
        return true;
    return refuse(checker, argument,
        S("the number of digits is written out, from 6 (behind the point) to -12 (before it): round(x, 1)"));
}

static bool check_person(
    Checker *checker, const FormulaNode *argument, const FormulaFunction *function, size_t i)
{
    Str person = checker->scope->model->population;
    if (str_equal(argument->type.record, person))
        return true;
    Str found = type_words(arena_of(checker), &argument->type);
    return refuse(checker, argument,
        arena_printf(arena_of(checker), "argument %zu of %s should be a record of '%.*s'; this is %.*s",
            i + 1, function->name, STR_ARGS(person), STR_ARGS(found)));
}

static bool check_argument(Checker *checker, FormulaNode *node, const FormulaFunction *function, size_t i)
{
    FormulaNode *argument = node->arguments[i];
    size_t last = COUNT_OF(function->arguments) - 1;
    while (last > 0 && function->arguments[last].kinds == 0)
        last--;
    const FormulaArgument *rule = &function->arguments[i < last ? i : last];
    const FormulaType *near =
        i > 0 && rule->rule == FORMULA_ARGUMENT_LIKE_FIRST ? &node->arguments[0]->type : NULL;
    if (!check_node(checker, argument, near))
        return false;
    if (rule->rule == FORMULA_ARGUMENT_BIRTH && argument->type.kind == FORMULA_REFERENCE)
        return take_birth(checker, argument);
    if ((1u << argument->type.kind & rule->kinds) == 0) {
        Str found = type_words(arena_of(checker), &argument->type),
            wanted = kinds_words(arena_of(checker), rule->kinds);
        return refuse(checker, argument,
            arena_printf(arena_of(checker), "argument %zu of %s should be one of: %.*s; this is %.*s", i + 1,
                function->name, STR_ARGS(wanted), STR_ARGS(found)));
    }
    if (rule->rule == FORMULA_ARGUMENT_PERSON)
        return check_person(checker, argument, function, i);
    return rule->rule != FORMULA_ARGUMENT_DIGITS || check_digits(checker, argument);
}

/* The arguments that are to be alike, as their common type. */
static bool meet_arguments(Checker *checker, FormulaNode *node)
{
    FormulaType common = node->arguments[0]->type;
    for (size_t i = 1; i < node->argument_count; i++) {
        FormulaType type = common;
        if (types_meet(&type, &node->arguments[i]->type, &common))
            continue;
        Str a = type_words(arena_of(checker), &type),
            b = type_words(arena_of(checker), &node->arguments[i]->type);
        return refuse(checker, node->arguments[i],
            arena_printf(arena_of(checker),
                "the arguments of %.*s must be of one type, but here are %.*s and %.*s",
                STR_ARGS(node->names[0]), STR_ARGS(a), STR_ARGS(b)));
    }
    for (size_t i = 0; i < node->argument_count; i++)
        if (!convert_node(checker, node->arguments[i], &common))
            return false;
    node->type = common;
    return true;
}

static void set_rounded_type(FormulaNode *node)
{
    node->type = node->arguments[0]->type;
    const FormulaNode *digits = node->argument_count > 1 ? node->arguments[1] : NULL;
    bool is_whole = digits == NULL || digits->kind == NODE_NEGATE || digits->value.integer == 0;
    if (node->type.kind == FORMULA_DECIMAL && is_whole)
        node->type = (FormulaType){.kind = FORMULA_INTEGER};
    else if (node->type.kind == FORMULA_DECIMAL)
        node->type.digits = (int)digits->value.integer;
}

static bool check_function(Checker *checker, FormulaNode *node, const FormulaFunction *function)
{
    node->function = function;
    if (!check_count(checker, node, function->min, function->max))
        return false;
    for (size_t i = 0; i < node->argument_count; i++)
        if (!check_argument(checker, node, function, i))
            return false;
    switch (function->result_rule) {
    case FORMULA_RESULT_PLAIN:
        node->type.kind = function->result;
        return true;
    case FORMULA_RESULT_LIKE_FIRST:
        return meet_arguments(checker, node);
    case FORMULA_RESULT_ROUNDED:
        set_rounded_type(node);
        return true;
    }
    return false;
}

/* --- parameters
 * ---------------------------------------------------------------------------------------------------- */

static bool refuse_parameter(Checker *checker, const FormulaNode *name)
{
    const FormulaModel *model = checker->scope->model;
    const char **names = arena_array(arena_of(checker), model->parameter_count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < model->parameter_count; i++)
        names[i] = arena_str(arena_of(checker), model->parameters[i].name).at;
    if (names == NULL || arena_failed(arena_of(checker)))
        return error_memory(checker->source->error);
    Str remedy = suggestion(arena_of(checker), name->names[0], names, model->parameter_count);
    return refuse(checker, name,
        arena_printf(
            arena_of(checker), "unknown parameter '%.*s'%.*s", STR_ARGS(name->names[0]), STR_ARGS(remedy)));
}

static const FormulaParameter *find_parameter(const FormulaModel *model, const FormulaNode *name)
{
    for (size_t i = 0; i < model->parameter_count; i++)
        if (name->name_count == 1 && str_equal(model->parameters[i].name, name->names[0]))
            return &model->parameters[i];
    return NULL;
}

static bool check_parameter_argument(Checker *checker, FormulaNode *argument, const FormulaType *wanted)
{
    FormulaType common;
    if (!check_node(checker, argument, wanted))
        return false;
    bool fits = types_meet(wanted, &argument->type, &common) && common.kind == wanted->kind;
    if (fits)
        return convert_node(checker, argument, wanted);
    Str a = type_words(arena_of(checker), wanted), b = type_words(arena_of(checker), &argument->type);
    return refuse(checker, argument,
        arena_printf(
            arena_of(checker), "this parameter takes %.*s here, not %.*s", STR_ARGS(a), STR_ARGS(b)));
}

/* param(name, arguments ...) */
static bool check_parameter(Checker *checker, FormulaNode *node)
{
    FormulaNode *name = node->argument_count > 0 ? node->arguments[0] : NULL;
    if (name == NULL || name->kind != NODE_NAME)
        return refuse(checker, name != NULL ? name : node,
            S("param takes the name of a parameter first: param(name, ...)"));
    const FormulaParameter *parameter = find_parameter(checker->scope->model, name);
    if (parameter == NULL)
        return refuse_parameter(checker, name);
    size_t given = node->argument_count - 1;
    if (given != parameter->argument_count)
        return refuse(checker, node,
            arena_printf(arena_of(checker), "the parameter '%.*s' takes %zu value%s behind its name, not %zu",
                STR_ARGS(parameter->name), parameter->argument_count,
                parameter->argument_count == 1 ? "" : "s", given));
    node->kind = NODE_PARAMETER;
    node->parameter = parameter;
    node->type = parameter->type;
    node->arguments++;
    node->argument_count--;
    for (size_t i = 0; i < node->argument_count; i++)
        if (!check_parameter_argument(checker, node->arguments[i], &parameter->arguments[i]))
            return false;
    return true;
}

/* --- aggregates
 * ---------------------------------------------------------------------------------------------------- */

static bool refuse_record(Checker *checker, const FormulaNode *node, Str name)
{
    const FormulaModel *model = checker->scope->model;
    const char **names = arena_array(arena_of(checker), model->record_count, sizeof(*names));
    for (size_t i = 0; names != NULL && i < model->record_count; i++)
        names[i] = arena_str(arena_of(checker), model->records[i].name).at;
    if (names == NULL || arena_failed(arena_of(checker)))
        return error_memory(checker->source->error);
    Str remedy = suggestion(arena_of(checker), name, names, model->record_count);
    return refuse(checker, node,
        arena_printf(arena_of(checker), "unknown record type '%.*s'%.*s", STR_ARGS(name), STR_ARGS(remedy)));
}

/* A formula of one record of the aggregated type, and the checker for it. */
static Formula *new_inner(Checker *checker, const FormulaRecord *record, FormulaScope *scope, Checker *inner)
{
    assert(record != NULL && "an aggregate has found its record type");
    Formula *formula = ARENA_NEW(arena_of(checker), Formula);
    if (formula == NULL) {
        error_memory(checker->source->error);
        return NULL;
    }
    *scope = *checker->scope;
    scope->record = record->name;
    scope->allows_aggregates = false;
    formula->source = *checker->source;
    *inner = (Checker){.source = checker->source, .scope = scope, .record = record, .formula = formula};
    return formula;
}

static bool end_inner(Checker *checker, Formula *inner, FormulaNode *root, const Formula **out)
{
    inner->root = root;
    inner->type = root->type;
    checker->formula->uses_today |= inner->uses_today;
    checker->formula->uses_me |= inner->uses_me;
    *out = inner;
    return true;
}

static bool check_where(Checker *checker, FormulaAggregate *aggregate, FormulaNode *where)
{
    FormulaScope scope;
    Checker inner;
    Formula *formula = new_inner(checker, aggregate->record, &scope, &inner);
    return formula != NULL && check_condition(&inner, where) &&
           end_inner(checker, formula, where, &aggregate->where);
}

static bool check_value(Checker *checker, FormulaAggregate *aggregate, FormulaNode *path)
{
    FormulaScope scope;
    Checker inner;
    Formula *formula = new_inner(checker, aggregate->record, &scope, &inner);
    if (formula == NULL || !resolve_path(&inner, path, 1))
        return false;
    if ((1u << path->type.kind & aggregates[aggregate->kind].kinds) == 0) {
        Str what = type_words(arena_of(checker), &path->type);
        return refuse(checker, path,
            arena_printf(arena_of(checker), "%s cannot be made of %.*s", aggregates[aggregate->kind].name,
                STR_ARGS(what)));
    }
    return end_inner(checker, formula, path, &aggregate->value);
}

/* entry, or entry.fee, as the aggregate needs it. */
static bool check_subject(Checker *checker, FormulaNode *node, FormulaAggregate *aggregate)
{
    const char *name = aggregates[aggregate->kind].name;
    FormulaNode *subject = node->argument_count == 1 ? node->arguments[0] : NULL;
    bool has_value = aggregates[aggregate->kind].needs == NEEDS_VALUE;
    if (subject == NULL || subject->kind != NODE_NAME)
        return refuse(checker, node,
            arena_printf(arena_of(checker), "%s takes a record type%s: %s(%s where ...)", name,
                has_value ? " and its field" : "", name, has_value ? "entry.fee" : "entry"));
    aggregate->record = find_record(checker->scope->model, subject->names[0]);
    if (aggregate->record == NULL)
        return refuse_record(checker, subject, subject->names[0]);
    if (has_value && subject->name_count == 1)
        return refuse(checker, subject,
            arena_printf(arena_of(checker), "%s needs a field: %s(%.*s.field)", name, name,
                STR_ARGS(subject->names[0])));
    if (!has_value && subject->name_count > 1)
        return refuse(checker, subject,
            arena_printf(arena_of(checker),
                "%s is of records, not of a field: %s(%.*s where ...); for different values "
                "write distinct(%.*s)",
                name, name, STR_ARGS(subject->names[0]), STR_ARGS(subject->source)));
    return !has_value || check_value(checker, aggregate, subject);
}

static bool check_population(Checker *checker, FormulaNode *node, FormulaAggregate *aggregate)
{
    aggregate->record = find_record(checker->scope->model, checker->scope->model->population);
    if (aggregate->record == NULL)
        return refuse(checker, node, S("nothing counts the population here"));
    if (node->argument_count > 1 || node->where != NULL)
        return refuse(
            checker, node, S("population takes one condition: population(school_grade between 1 and 9)"));
    return node->argument_count == 0 || check_where(checker, aggregate, node->arguments[0]);
}

static bool check_aggregate(Checker *checker, FormulaNode *node, FormulaAggregateKind kind)
{
    if (!checker->scope->allows_aggregates)
        return refuse(checker, node,
            arena_printf(arena_of(checker),
                "%s(...) looks at many records, which is not allowed here; it belongs in an indicator",
                aggregates[kind].name));
    FormulaAggregate *aggregate = ARENA_NEW(arena_of(checker), FormulaAggregate);
    const FormulaAggregate **slot = VEC_PUSH(arena_of(checker), &checker->formula->aggregates);
    if (aggregate == NULL || slot == NULL)
        return error_memory(checker->source->error);
    *aggregate = (FormulaAggregate){.kind = kind, .text = node->source};
    *slot = aggregate;
    if (kind == FORMULA_POPULATION ? !check_population(checker, node, aggregate)
                                   : !check_subject(checker, node, aggregate))
        return false;
    if (kind == FORMULA_SHARE && node->where == NULL)
        return refuse(checker, node, S("share needs a condition: share(entry where ...)"));
    if (node->where != NULL && !check_where(checker, aggregate, node->where))
        return false;
    node->kind = NODE_AGGREGATE;
    node->aggregate = aggregate;
    node->type = (FormulaType){.kind = aggregates[kind].result};
    if (aggregates[kind].result == FORMULA_KIND_COUNT && aggregate->value != NULL)
        node->type = aggregate->value->type;
    else if (aggregates[kind].result == FORMULA_DECIMAL)
        node->type.digits = 6;
    aggregate->type = node->type;
    node->argument_count = 0; /* its parts are formulas of their own */
    return true;
}

bool check_call(Checker *checker, FormulaNode *node)
{
    Str name = node->names[0];
    if (str_equal(name, S("param")) && node->where == NULL)
        return check_parameter(checker, node);
    for (FormulaAggregateKind kind = 0; kind < FORMULA_AGGREGATE_COUNT; kind++) {
        bool is_of_values = (kind == FORMULA_MIN || kind == FORMULA_MAX) && node->argument_count > 1;
        if (str_equal(name, str_of(aggregates[kind].name)) && !is_of_values)
            return check_aggregate(checker, node, kind);
    }
    const FormulaFunction *function = find_function(checker->scope->model, name);
    if (function == NULL)
        return refuse_function(checker, node);
    if (node->where != NULL)
        return refuse(
            checker, node->where, arena_printf(arena_of(checker), "%.*s takes no 'where'", STR_ARGS(name)));
    return check_function(checker, node, function);
}
