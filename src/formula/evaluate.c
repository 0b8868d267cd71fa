/* formula/evaluate.c: the value of a formula for one record, with or without the trace of how it came about.
 *
 * One walk over the nodes. A part that cannot change the result is not looked at: the branch not taken, what
 * stands behind a "no" in `and` and behind a "yes" in `or` and in a list. Every step may leave a note; when a
 * trace is wanted, the step and its parts are kept.
 *
 * What must hold: the walk ends (nodes are a tree of limited depth) and is total: what cannot be computed is
 * missing.
 */
#include "formula/formula_internal.h"

#include "base/decimal.h"

/* One evaluation. */
typedef struct Evaluation {
    const FormulaContext *context;
    bool traces;
    bool failed; /* no memory for the trace */
} Evaluation;

/* What is noted of the node at hand. */
typedef struct Step {
    FormulaNote note;
    FormulaLookup lookup;
    VEC_OF(const FormulaTrace *) parts;
} Step;

static Value compute(Evaluation *evaluation, const FormulaNode *node, Step *step);

static FormulaTrace *keep_step(Evaluation *evaluation, const FormulaNode *node, Value value, const Step *step)
{
    FormulaTrace *trace = ARENA_NEW(evaluation->context->arena, FormulaTrace);
    if (trace != NULL)
        *trace = (FormulaTrace){.node = node,
            .value = value,
            .note = step->note,
            .lookup = step->lookup,
            .parts = step->parts.at,
            .part_count = step->parts.len};
    else
        evaluation->failed = true;
    return trace;
}

/* The value of the `i`-th part of a node. */
static Value part(Evaluation *evaluation, Step *whole, const FormulaNode *node, size_t i)
{
    Step step = {0};
    Value value = compute(evaluation, node->arguments[i], &step);
    if (!evaluation->traces)
        return value;
    const FormulaTrace *trace = keep_step(evaluation, node->arguments[i], value, &step);
    const FormulaTrace **slot = VEC_PUSH(evaluation->context->arena, &whole->parts);
    if (slot == NULL)
        evaluation->failed = true;
    else
        *slot = trace;
    return value;
}

static Value missing_for(Step *step, FormulaNote note)
{
    step->note = note;
    return value_missing();
}

/* --- three-valued logic
 * -------------------------------------------------------------------------------------------- */

static bool is_yes(Value value)
{
    return value.type == VALUE_BOOLEAN && value.integer != 0;
}

static bool is_no(Value value)
{
    return value.type == VALUE_BOOLEAN && value.integer == 0;
}

static Value both(Value a, Value b)
{
    if (is_no(a) || is_no(b))
        return value_boolean(false);
    return is_yes(a) && is_yes(b) ? value_boolean(true) : value_missing();
}

static Value either(Value a, Value b)
{
    if (is_yes(a) || is_yes(b))
        return value_boolean(true);
    return is_no(a) && is_no(b) ? value_boolean(false) : value_missing();
}

static Value opposite(Value a)
{
    return a.type == VALUE_MISSING ? a : value_boolean(is_no(a));
}

static int order(Value a, Value b)
{
    assert(
        value_type_is_integer(a.type) == value_type_is_integer(b.type) && "compared values are of one type");
    if (!value_type_is_integer(a.type))
        return str_compare(a.text, b.text);
    return (a.integer > b.integer) - (a.integer < b.integer);
}

static Value compare(NodeKind kind, Value a, Value b)
{
    if (a.type == VALUE_MISSING || b.type == VALUE_MISSING)
        return value_missing();
    int sign = order(a, b);
    switch (kind) {
    case NODE_EQUAL:
        return value_boolean(sign == 0);
    case NODE_NOT_EQUAL:
        return value_boolean(sign != 0);
    case NODE_LESS:
        return value_boolean(sign < 0);
    case NODE_LESS_EQUAL:
        return value_boolean(sign <= 0);
    case NODE_GREATER:
        return value_boolean(sign > 0);
    default:
        return value_boolean(sign >= 0);
    }
}

static Value compute_in(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value value = part(evaluation, step, node, 0), found = value_boolean(false);
    for (size_t i = 1; i < node->argument_count && !is_yes(found); i++)
        found = either(found, compare(NODE_EQUAL, value, part(evaluation, step, node, i)));
    return found;
}

static Value in_choices(Evaluation *evaluation, Value name, Value choices)
{
    if (name.type == VALUE_MISSING || choices.type == VALUE_MISSING)
        return value_missing();
    Arena *arena = evaluation->context->arena;
    Str item = arena_printf(arena, ",%.*s,", STR_ARGS(name.text));
    return arena_failed(arena) ? value_missing() : value_boolean(str_contains(choices.text, item));
}

static Value in_references(Evaluation *evaluation, Value id, const FormulaPath *path)
{
    const FormulaContext *context = evaluation->context;
    FormulaIds all = {0};
    if (context->follow_all != NULL)
        all = context->follow_all(context->owner, path);
    if (!all.is_known)
        return value_missing();
    Value found = value_boolean(false);
    for (size_t i = 0; i < all.count && !is_yes(found); i++)
        found = either(found, compare(NODE_EQUAL, id, value_reference(all.ids[i])));
    return found;
}

static Value compute_in_all(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value value = part(evaluation, step, node, 0);
    const FormulaNode *list = node->arguments[1];
    if (list->type.kind == FORMULA_REFERENCES)
        return in_references(evaluation, value, list->path);
    return in_choices(evaluation, value, part(evaluation, step, node, 1));
}

static Value compute_between(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value value = part(evaluation, step, node, 0);
    Value low = part(evaluation, step, node, 1), high = part(evaluation, step, node, 2);
    return both(compare(NODE_GREATER_EQUAL, value, low), compare(NODE_LESS_EQUAL, value, high));
}

static Value compute_if(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value condition = part(evaluation, step, node, 0);
    if (condition.type == VALUE_MISSING)
        step->note = FORMULA_NOTE_UNKNOWN_CONDITION;
    return part(evaluation, step, node, is_yes(condition) ? 1 : 2);
}

static Value compute_logic(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value left = part(evaluation, step, node, 0);
    if (node->kind == NODE_AND)
        return is_no(left) ? left : both(left, part(evaluation, step, node, 1));
    if (node->kind == NODE_OR)
        return is_yes(left) ? left : either(left, part(evaluation, step, node, 1));
    return opposite(left);
}

/* --- arithmetic
 * ---------------------------------------------------------------------------------------------------- */

static bool calculate(const FormulaNode *node, int64_t a, int64_t b, int64_t *out, Step *step)
{
    switch (node->kind) {
    case NODE_ADD:
        return !__builtin_add_overflow(a, b, out);
    case NODE_SUBTRACT:
        return !__builtin_sub_overflow(a, b, out);
    case NODE_MULTIPLY:
        if (node->type.kind == FORMULA_DECIMAL)
            return multiply_divide(a, b, DECIMAL_ONE, ROUND_HALF_UP, out);
        return !__builtin_mul_overflow(a, b, out);
    default:
        if (b == 0)
            step->note = FORMULA_NOTE_ZERO;
        return multiply_divide(a, DECIMAL_ONE, b, ROUND_HALF_UP, out);
    }
}

/* Two numbers of one representation, or a date and days. */
static Value compute_arithmetic(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value a = part(evaluation, step, node, 0), b = part(evaluation, step, node, 1);
    int64_t n = 0;
    if (a.type == VALUE_MISSING || b.type == VALUE_MISSING)
        return value_missing();
    bool is_date = node->type.kind == FORMULA_DATE;
    if (!calculate(node, a.integer, b.integer, &n, step))
        return missing_for(step, step->note != FORMULA_NOTE_NONE ? step->note
                                 : is_date                       ? FORMULA_NOTE_NO_DATE
                                                                 : FORMULA_NOTE_OVERFLOW);
    if (is_date && (n < VALUE_DATE_MIN || n > VALUE_DATE_MAX))
        return missing_for(step, FORMULA_NOTE_NO_DATE);
    return value_number(formula_value_type(node->type.kind), n);
}

static Value compute_negation(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value a = part(evaluation, step, node, 0);
    if (a.type == VALUE_MISSING)
        return a;
    if (__builtin_sub_overflow(INT64_C(0), a.integer, &a.integer))
        return missing_for(step, FORMULA_NOTE_OVERFLOW);
    return a;
}

/* A step that people do not see: it adds nothing to the trace but its part, and a note. */
static Value compute_to_decimal(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value a = part(evaluation, step, node, 0);
    int64_t n = 0;
    if (a.type == VALUE_MISSING)
        return a;
    if (__builtin_mul_overflow(a.integer, DECIMAL_ONE, &n))
        return missing_for(step, FORMULA_NOTE_OVERFLOW);
    return value_decimal(n);
}

/* --- what comes from outside
 * --------------------------------------------------------------------------------------- */

static Value checked(Value value, const FormulaType *type)
{
    assert((value.type == VALUE_MISSING || value.type == formula_value_type(type->kind)) &&
           "values come as the types that the model says");
    return value;
}

static Value compute_path(Evaluation *evaluation, const FormulaNode *node)
{
    const FormulaContext *context = evaluation->context;
    const FormulaPath *path = node->path;
    bool is_in_row = path->count == 1 && !path->is_mine && context->row != NULL;
    if (is_in_row)
        return checked(row_value(context->row, path->fields[0]->column), &node->type);
    return context->follow == NULL ? value_missing()
                                   : checked(context->follow(context->owner, path), &node->type);
}

static Value compute_call(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    Value values[FORMULA_ARGUMENTS_MAX];
    bool is_missing = false;
    for (size_t i = 0; i < node->argument_count; i++) {
        values[i] = part(evaluation, step, node, i);
        is_missing |= values[i].type == VALUE_MISSING;
    }
    if (is_missing && !node->function->takes_missing)
        return value_missing();
    const FormulaContext *context = evaluation->context;
    if (node->function->evaluate == NULL && context->call == NULL)
        return value_missing();
    if (node->function->evaluate == NULL)
        return checked(
            context->call(context->owner, node->function, values, node->argument_count), &node->type);
    FormulaCall call = {.arena = context->arena, .arguments = values, .count = node->argument_count};
    Value value = checked(node->function->evaluate(&call), &node->type);
    step->note = call.note;
    /* cppcheck-suppress returnDanglingLifetime ; a function answers an argument or what lies in the arena */
    return value;
}

static Value compute_parameter(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    const FormulaContext *context = evaluation->context;
    Value values[FORMULA_ARGUMENTS_MAX];
    bool is_missing = false;
    for (size_t i = 0; i < node->argument_count; i++) {
        values[i] = part(evaluation, step, node, i);
        is_missing |= values[i].type == VALUE_MISSING;
    }
    if (is_missing)
        return value_missing();
    if (context->fact_date.type != VALUE_DATE)
        return missing_for(step, FORMULA_NOTE_NO_FACT_DATE);
    if (context->parameter != NULL)
        step->lookup = context->parameter(context->owner, node->parameter, values, context->fact_date);
    if (step->lookup.value.type == VALUE_MISSING)
        step->note = FORMULA_NOTE_NO_PARAMETER;
    return checked(step->lookup.value, &node->type);
}

static Value compute(Evaluation *evaluation, const FormulaNode *node, Step *step)
{
    const FormulaContext *context = evaluation->context;
    switch (node->kind) {
    case NODE_LITERAL:
        return node->value;
    case NODE_PATH:
        return compute_path(evaluation, node);
    case NODE_TODAY:
        return checked(context->today, &node->type);
    case NODE_OR:
    case NODE_AND:
    case NODE_NOT:
        return compute_logic(evaluation, node, step);
    case NODE_BETWEEN:
        return compute_between(evaluation, node, step);
    case NODE_IN:
        return compute_in(evaluation, node, step);
    case NODE_IN_ALL:
        return compute_in_all(evaluation, node, step);
    case NODE_IS_GIVEN:
        return value_boolean(part(evaluation, step, node, 0).type != VALUE_MISSING);
    case NODE_IS_MISSING:
        return value_boolean(part(evaluation, step, node, 0).type == VALUE_MISSING);
    case NODE_IF:
        return compute_if(evaluation, node, step);
    case NODE_NEGATE:
        return compute_negation(evaluation, node, step);
    case NODE_ADD:
    case NODE_SUBTRACT:
    case NODE_MULTIPLY:
    case NODE_DIVIDE:
        return compute_arithmetic(evaluation, node, step);
    case NODE_TO_DECIMAL:
        return compute_to_decimal(evaluation, node, step);
    case NODE_CALL:
        return compute_call(evaluation, node, step);
    case NODE_PARAMETER:
        return compute_parameter(evaluation, node, step);
    case NODE_AGGREGATE:
        return context->aggregate == NULL
                   ? value_missing()
                   : checked(context->aggregate(context->owner, node->aggregate), &node->type);
    default: {
        Value left = part(evaluation, step, node, 0);
        return compare(node->kind, left, part(evaluation, step, node, 1));
    }
    }
}

Value formula_evaluate(const Formula *formula, const FormulaContext *context)
{
    Evaluation evaluation = {.context = context};
    Step step = {0};
    return compute(&evaluation, formula->root, &step);
}

const FormulaTrace *formula_explain(const Formula *formula, const FormulaContext *context)
{
    Evaluation evaluation = {.context = context, .traces = true};
    Step step = {0};
    Value value = compute(&evaluation, formula->root, &step);
    const FormulaTrace *trace = keep_step(&evaluation, formula->root, value, &step);
    return evaluation.failed ? NULL : trace;
}
