/* plan/operation.c: operations by themselves: their names, the nodes they name, and whether each makes sense.
 *
 * A node is found by walking from its name to the operation that brings it, and from a part to the node that
 * was split, until a node of the base or an inserted one is reached. Walks are bounded, as names come from
 * outside and may run in a circle.
 */
#include "plan/operation_internal.h"

#include <inttypes.h>

#include "base/utf8.h"

static const char *const names[PLAN_OPERATION_KIND_COUNT] = {
    [PLAN_EDIT] = "edit",
    [PLAN_RENAME] = "rename",
    [PLAN_RENUMBER] = "renumber",
    [PLAN_INSERT] = "insert",
    [PLAN_DELETE] = "delete",
    [PLAN_MOVE] = "move",
    [PLAN_SPLIT] = "split",
    [PLAN_MERGE] = "merge",
};

const char *plan_operation_name(PlanOperationKind kind)
{
    assert(kind < PLAN_OPERATION_KIND_COUNT);
    return names[kind];
}

bool plan_operation_from_name(Str name, PlanOperationKind *out)
{
    for (size_t i = 0; i < PLAN_OPERATION_KIND_COUNT; i++) {
        if (str_equal(name, str_of(names[i]))) {
            *out = (PlanOperationKind)i;
            return true;
        }
    }
    return false;
}

bool operation_ids_have(const PlanChangeIds *ids, int64_t id)
{
    for (size_t i = 0; i < ids->len; i++) {
        if (ids->at[i] == id) {
            return true;
        }
    }
    return false;
}

bool operation_refuse(PlanConflict *conflict, int64_t a, int64_t b, Error *error, const char *why)
{
    const PlanConflict found = a < b ? (PlanConflict){a, b} : (PlanConflict){b, a};
    if (conflict != NULL) {
        *conflict = found;
    }
    return error_set(error, ERROR_CONFLICT, "changes %" PRId64 " and %" PRId64 " cannot both take effect: %s",
        found.a, found.b, why);
}

/* --- names --- */

const PlanOperation *operation_of_name(const PlanOperations *operations, Str key)
{
    int64_t id = 0;
    if (!str_starts(key, S("+")) || !str_to_int(key, &id)) {
        return NULL;
    }
    size_t low = 0, high = operations->len;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (operations->at[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < operations->len && operations->at[low].id == id ? &operations->at[low] : NULL;
}

static bool missing(Str key, Error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(key));
}

bool operation_find(
    const Plan *base, const PlanOperations *operations, Str key, OperationNode *out, Error *error)
{
    *out = (OperationNode){.base = -1};
    Str name = key;
    for (size_t step = 0; step <= operations->len; step++) {
        const PlanOperation *bring = operation_of_name(operations, name);
        if (bring == NULL) {
            const int32_t index = plan_find(base, name);
            if (index < 0) {
                break;
            }
            const PlanNode *node = &base->nodes.at[index];
            out->base = index;
            out->root = node->key;
            out->text = node->text;
            out->kind = node->kind;
            return true;
        }
        if (bring->kind == PLAN_INSERT) {
            out->insert = bring;
            out->root = name;
            out->text = bring->text;
            out->kind = bring->node_kind;
            return true;
        }
        if (bring->kind != PLAN_SPLIT || __builtin_add_overflow(out->offset, bring->from, &out->offset)) {
            break;
        }
        out->split = step == 0 ? bring : out->split;
        name = bring->key;
    }
    return missing(key, error);
}

Str plan_operation_place(Arena *arena, const PlanOperations *operations, Str key)
{
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        if (operation->kind == PLAN_MOVE && operation->accepted && str_equal(operation->key, key)) {
            return arena_printf(arena, "+%" PRId64, operation->id);
        }
    }
    return key;
}

/* --- places in the tree --- */

/* Bounded by `steps`, as merges may run in a circle. */
static bool owns_within(const PlanOperations *operations, Str owner, Str parent, size_t steps)
{
    if (str_equal(owner, parent)) {
        return true;
    }
    for (size_t i = 0; steps > 0 && i < operations->len; i++) {
        const PlanOperation *merge = &operations->at[i];
        if (merge->kind == PLAN_MERGE && str_equal(merge->after, owner) &&
            owns_within(operations, merge->key, parent, steps - 1)) {
            return true;
        }
    }
    return false;
}

bool operation_owns(const PlanOperations *operations, Str owner, Str parent)
{
    enum { MERGES_MAX = 8 }; /* nodes taken in one by the other; a bound on what several branches cost */
    return owns_within(operations, owner, parent, MERGES_MAX);
}

static Str base_parent(const Plan *base, int32_t index)
{
    const int32_t parent = base->nodes.at[index].parent;
    return parent == PLAN_NO_PARENT ? STR_EMPTY : base->nodes.at[parent].key;
}

/* Whether the node stands, stood or would stand directly below the parent. */
static bool is_child(const Plan *base, const PlanOperations *operations, Str key, Str parent)
{
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *move = &operations->at[i];
        if (move->kind == PLAN_MOVE && str_equal(move->key, key) &&
            operation_owns(operations, move->parent, parent)) {
            return true;
        }
    }
    for (size_t step = 0; step <= operations->len; step++) {
        const PlanOperation *bring = operation_of_name(operations, key);
        if (bring == NULL) {
            const int32_t index = plan_find(base, key);
            return index >= 0 && operation_owns(operations, base_parent(base, index), parent);
        }
        if (bring->kind != PLAN_SPLIT) {
            const bool placed = bring->kind == PLAN_INSERT || bring->kind == PLAN_MOVE;
            return placed && operation_owns(operations, bring->parent, parent);
        }
        key = bring->key;
    }
    return false;
}

static bool check_place(const Plan *base, const PlanOperations *operations, const PlanOperation *operation,
    PlanKind kind, Error *error)
{
    OperationNode parent;
    if (operation->parent.len > 0) {
        if (!operation_find(base, operations, operation->parent, &parent, error)) {
            return false;
        }
        if (!plan_may_hold(parent.kind, kind)) {
            return error_set(error, ERROR_INPUT, "a node of kind %s cannot stand below one of kind %s",
                plan_kind_name(kind), plan_kind_name(parent.kind));
        }
    }
    if (operation->after.len == 0 || is_child(base, operations, operation->after, operation->parent)) {
        return true;
    }
    const PlanOperation *named = operation_of_name(operations, operation->after);
    if (named == NULL && plan_find(base, operation->after) < 0) {
        return missing(operation->after, error);
    }
    return error_set(error, ERROR_INPUT, "%.*s does not stand directly below %.*s, so nothing goes behind it",
        STR_ARGS(operation->after), STR_ARGS(operation->parent.len > 0 ? operation->parent : S("the plan")));
}

/* --- each kind --- */

static bool check_line(Str text, Error *error)
{
    return plan_is_line(text) ||
           error_set(error, ERROR_INPUT, "a text is one line of UTF-8 without control characters");
}

static bool check_range(const OperationNode *node, const PlanOperation *operation, Error *error)
{
    const size_t all = operation_length(node->text);
    const size_t length = all > node->offset ? all - node->offset : 0;
    if (operation->from > operation->to || operation->to > length) {
        return error_set(error, ERROR_INPUT, "%zu to %zu does not lie in the text of %.*s, which has %zu",
            operation->from, operation->to, STR_ARGS(operation->key), length);
    }
    if (operation->kind == PLAN_SPLIT && operation->from != operation->to) {
        return error_set(error, ERROR_INPUT, "a node is split at one place: from and to are the same");
    }
    if (operation->kind == PLAN_SPLIT && (operation->from == 0 || operation->from == length)) {
        return error_set(error, ERROR_INPUT, "a node is split between two characters of its text");
    }
    return true;
}

static bool check_merge(const Plan *base, const PlanOperations *operations, const OperationNode *node,
    const PlanOperation *operation, Error *error)
{
    OperationNode taken;
    if (!operation_find(base, operations, operation->after, &taken, error)) {
        return false;
    }
    if (str_equal(operation->key, operation->after)) {
        return error_set(error, ERROR_INPUT, "a node cannot take itself in");
    }
    if (taken.kind != node->kind) {
        return error_set(error, ERROR_INPUT, "a node of kind %s takes in only its like, not one of kind %s",
            plan_kind_name(node->kind), plan_kind_name(taken.kind));
    }
    return check_line(operation->text, error);
}

bool operation_check_alone(
    const Plan *base, const PlanOperations *operations, const PlanOperation *operation, Error *error)
{
    OperationNode node = {0};
    if ((unsigned)operation->kind >= PLAN_OPERATION_KIND_COUNT) {
        return error_set(error, ERROR_INPUT, "an operation of an unknown kind");
    }
    if (operation->kind != PLAN_INSERT && !operation_find(base, operations, operation->key, &node, error)) {
        return false;
    }
    switch (operation->kind) {
    case PLAN_EDIT:
    case PLAN_RENAME:
        return check_range(&node, operation, error) && check_line(operation->text, error);
    case PLAN_RENUMBER:
        return check_line(operation->text, error);
    case PLAN_INSERT:
        if ((unsigned)operation->node_kind >= PLAN_KIND_COUNT) {
            return error_set(error, ERROR_INPUT, "a new node of an unknown kind");
        }
        return check_line(operation->text, error) && check_line(operation->number, error) &&
               check_place(base, operations, operation, operation->node_kind, error);
    case PLAN_MOVE:
        return check_place(base, operations, operation, node.kind, error);
    case PLAN_SPLIT:
        return check_range(&node, operation, error) && check_line(operation->number, error);
    case PLAN_MERGE:
        return check_merge(base, operations, &node, operation, error);
    case PLAN_DELETE:
    case PLAN_OPERATION_KIND_COUNT:
        break;
    }
    return true;
}

/* --- nothing below itself --- */

/* The node that this one stands in, below or behind after the accepted moves and merges; empty at the top. */
static Str node_above(const Plan *base, const PlanOperations *operations, Str key)
{
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *other = &operations->at[i];
        if (other->accepted && other->kind == PLAN_MOVE && str_equal(other->key, key)) {
            return other->parent;
        }
        if (other->accepted && other->kind == PLAN_MERGE && str_equal(other->after, key)) {
            return other->key;
        }
    }
    const PlanOperation *bring = operation_of_name(operations, key);
    if (bring != NULL) {
        return bring->kind == PLAN_INSERT ? bring->parent : bring->key;
    }
    const int32_t index = plan_find(base, key);
    return index < 0 ? STR_EMPTY : base_parent(base, index);
}

static bool is_within(const Plan *base, const PlanOperations *operations, Str key, Str above)
{
    const size_t steps = base->nodes.len + operations->len;
    for (size_t step = 0; key.len > 0 && step <= steps; step++) {
        if (str_equal(key, above)) {
            return true;
        }
        key = node_above(base, operations, key);
    }
    return false;
}

bool plan_operation_check(
    const Plan *base, const PlanOperations *others, const PlanOperation *operation, Error *error)
{
    if (!operation_check_alone(base, others, operation, error)) {
        return false;
    }
    if (operation->kind == PLAN_MOVE && is_within(base, others, operation->parent, operation->key)) {
        return error_set(error, ERROR_INPUT, "%.*s would stand below itself", STR_ARGS(operation->key));
    }
    if (operation->kind == PLAN_MERGE && is_within(base, others, operation->key, operation->after)) {
        return error_set(error, ERROR_INPUT, "%.*s stands below %.*s, which it cannot take in",
            STR_ARGS(operation->key), STR_ARGS(operation->after));
    }
    return true;
}
