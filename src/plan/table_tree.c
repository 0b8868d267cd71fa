/* plan/table_tree.c: the tree while it grows, its warnings, and the plan that is laid out of it in the end.
 *
 * Policies, sections and measures are found again by what identifies them, so that a policy printed on two
 * pages is one node. A fix is a move of groups between two nodes; the tree is laid out after all chosen
 * moves, so that document order and keys come out as if the groups had stood there. Warnings are sorted by
 * place and numbered before any fix is taken: their numbers depend on the source alone.
 */
#include "plan/table_internal.h"

#include <inttypes.h>

#include "plan/number.h"

TableNode *table_add(
    TableReader *reader, TableNode *parent, PlanKind kind, const TableTitle *title, PlanSource source)
{
    TableNode *node = ARENA_NEW(reader->scratch, TableNode);
    TableNode **listed = VEC_PUSH(reader->scratch, &reader->nodes);
    if (node == NULL || listed == NULL) {
        return NULL;
    }
    *listed = node;
    node->kind = kind;
    node->number = title->number;
    node->text = title->text;
    node->marks = title->marks;
    node->source = source;
    node->serial = (uint32_t)reader->nodes.len;
    node->parent = parent;
    node->previous = parent->last;
    *(parent->last == NULL ? &parent->first : &parent->last->next) = node;
    parent->last = node;
    parent->child_count++;
    if (!number_value(title->number, &node->value)) {
        node->value = 0;
    }
    return node;
}

static bool is_section(PlanKind kind)
{
    return kind == PLAN_SITUATION || kind == PLAN_DIRECTION || kind == PLAN_MEASURES;
}

TableNode *table_open(TableReader *reader, TableNode *parent, PlanKind kind, const TableTitle *title,
    PlanSource source, bool *made)
{
    *made = false;
    const Str number = is_section(kind) ? STR_EMPTY : title->number;
    const Str text = is_section(kind) ? STR_EMPTY : title->text;
    const Str identity = arena_printf(reader->scratch, "%" PRIu32 " %d %.*s\n%.*s", parent->serial, (int)kind,
        STR_ARGS(number), STR_ARGS(text));
    TableNode *node = map_get(&reader->containers, identity);
    if (node != NULL || arena_failed(reader->scratch)) {
        return node;
    }
    node = table_add(reader, parent, kind, title, source);
    if (node == NULL || !map_put(&reader->containers, identity, node)) {
        return NULL;
    }
    *made = true;
    if (node->value > 0) {
        const Str numbered =
            arena_printf(reader->scratch, "%" PRIu32 " %d #%" PRIu32, parent->serial, (int)kind, node->value);
        node->number_repeated = map_get(&reader->containers, numbered) != NULL;
        if (!node->number_repeated && !map_put(&reader->containers, numbered, node)) {
            return NULL;
        }
    }
    return node;
}

TableWarning *table_warn(
    TableReader *reader, const char *code, TableNode *node, PlanSource source, Str subject)
{
    TableWarning *warning = VEC_PUSH(reader->scratch, &reader->warnings);
    if (warning != NULL) {
        *warning = (TableWarning){.code = code,
            .node = node,
            .source = source,
            .subject = arena_str(reader->arena, subject),
            .order = reader->warnings.len};
    }
    return warning;
}

/* --- fixes --- */

static int compare_warnings(const void *left, const void *right)
{
    const TableWarning *a = left, *b = right;
    const uint64_t keys[][2] = {{a->source.line, b->source.line}, {a->source.row, b->source.row},
        {a->source.cell, b->source.cell}, {a->order, b->order}};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        if (keys[i][0] != keys[i][1]) {
            return keys[i][0] < keys[i][1] ? -1 : 1;
        }
    }
    return 0;
}

/* taken[i]: the fix of warning i was asked for. NULL with *error when a number has no fix. */
static bool *choose_fixes(TableReader *reader, const FixChoice *fixes)
{
    bool *taken = arena_array(reader->scratch, reader->warnings.len + 1, sizeof *taken);
    if (taken == NULL) {
        (void)error_memory(reader->error);
        return NULL;
    }
    for (size_t i = 0; fixes != NULL && fixes->all && i < reader->warnings.len; i++) {
        taken[i] = reader->warnings.at[i].move.target != NULL;
    }
    for (size_t i = 0; fixes != NULL && i < fixes->count; i++) {
        const uint32_t number = fixes->numbers[i];
        if (number == 0 || number > reader->warnings.len) {
            (void)error_set(reader->error, ERROR_INPUT, "there is no warning %" PRIu32 ": the text has %zu",
                number, reader->warnings.len);
            return NULL;
        }
        const TableWarning *warning = &reader->warnings.at[number - 1];
        if (warning->move.target == NULL) {
            (void)error_set(
                reader->error, ERROR_INPUT, "warning %" PRIu32 " (%s) offers no fix", number, warning->code);
            return NULL;
        }
        taken[number - 1] = true;
    }
    return taken;
}

static void unlink_node(TableNode *node)
{
    TableNode *parent = node->parent;
    *(node->previous == NULL ? &parent->first : &node->previous->next) = node->next;
    *(node->next == NULL ? &parent->last : &node->next->previous) = node->previous;
    parent->child_count--;
}

static void append_node(TableNode *parent, TableNode *node)
{
    node->parent = parent;
    node->previous = parent->last;
    node->next = NULL;
    *(parent->last == NULL ? &parent->first : &parent->last->next) = node;
    parent->last = node;
    parent->child_count++;
}

static void take_move(const TableMove *move)
{
    for (size_t i = 0; i < move->count; i++) {
        unlink_node(move->groups[i]);
        append_node(move->target, move->groups[i]);
    }
}

/* --- the plan --- */

static bool lay_out_node(TableReader *reader, Plan *plan, TableNode *node)
{
    const int32_t parent = node->parent == &reader->root ? PLAN_NO_PARENT : node->parent->index;
    node->index = (int32_t)plan->nodes.len;
    /* A repeated number stays hidden until keys are given, so that the node's key is one of its place. */
    const Str number = node->number_repeated ? STR_EMPTY : node->number;
    PlanNode *laid = plan_add(plan, parent, node->kind, number, node->text, node->source);
    if (laid == NULL) {
        return error_memory(reader->error);
    }
    laid->marks.at = node->marks.at;
    laid->marks.len = node->marks.len;
    laid->marks.room = node->marks.room;
    return true;
}

/* The node behind this one in document order, NULL behind the last. */
static TableNode *next_in_order(const TableReader *reader, TableNode *node)
{
    if (node->first != NULL) {
        return node->first;
    }
    while (node != &reader->root && node->next == NULL) {
        node = node->parent;
    }
    return node == &reader->root ? NULL : node->next;
}

static bool lay_out_nodes(TableReader *reader, Plan *plan)
{
    plan->nodes.at = arena_array(plan->arena, reader->nodes.len, sizeof *plan->nodes.at);
    plan->nodes.room = plan->nodes.at == NULL ? 0 : reader->nodes.len;
    for (TableNode *node = reader->root.first; node != NULL; node = next_in_order(reader, node)) {
        if (!lay_out_node(reader, plan, node)) {
            return false;
        }
    }
    if (!plan_give_keys(plan, reader->error)) {
        return false;
    }
    for (size_t i = 0; i < reader->nodes.len; i++) {
        const TableNode *node = reader->nodes.at[i];
        plan->nodes.at[node->index].number = node->number;
    }
    return true;
}

static bool lay_out_notes(TableReader *reader, Plan *plan)
{
    for (size_t i = 0; i < reader->notes.len; i++) {
        const TableNote *note = &reader->notes.at[i];
        PlanAnnotation *annotation = VEC_PUSH(plan->arena, &plan->annotations);
        if (annotation == NULL) {
            return error_memory(reader->error);
        }
        *annotation = (PlanAnnotation){.kind = note->kind,
            .node = note->node->index,
            .from = note->from,
            .to = note->to,
            .text = note->text,
            .source = note->source};
    }
    return true;
}

/* "2-2-s-4..2-2-s-6": the keys that the groups have after the move, or would have. */
static Str moved_keys(const Plan *plan, const TableMove *move, bool taken)
{
    Str first = plan->nodes.at[move->groups[0]->index].key;
    Str last = plan->nodes.at[move->groups[move->count - 1]->index].key;
    if (!taken) {
        const Str stem = plan->nodes.at[move->target->index].key;
        const size_t place = move->target->child_count;
        first = arena_printf(plan->arena, "%.*s-%zu", STR_ARGS(stem), place + 1);
        last = arena_printf(plan->arena, "%.*s-%zu", STR_ARGS(stem), place + move->count);
    }
    return move->count == 1 ? first
                            : arena_printf(plan->arena, "%.*s..%.*s", STR_ARGS(first), STR_ARGS(last));
}

static bool lay_out_warnings(TableReader *reader, Plan *plan, const bool *taken)
{
    for (size_t i = 0; i < reader->warnings.len; i++) {
        const TableWarning *warning = &reader->warnings.at[i];
        PlanWarning *laid = VEC_PUSH(plan->arena, &plan->warnings);
        if (laid == NULL) {
            return error_memory(reader->error);
        }
        *laid = (PlanWarning){.number = (uint32_t)i + 1,
            .code = warning->code,
            .node = warning->node == NULL ? PLAN_NO_PARENT : warning->node->index,
            .source = warning->source,
            .subject = warning->subject,
            .has_fix = warning->move.target != NULL,
            .taken = taken[i]};
        if (warning->move.target != NULL) {
            laid->fix = moved_keys(plan, &warning->move, taken[i]);
        }
    }
    return true;
}

Plan *table_lay_out(TableReader *reader, const FixChoice *fixes)
{
    if (reader->warnings.len > 0) {
        qsort(reader->warnings.at, reader->warnings.len, sizeof *reader->warnings.at, compare_warnings);
    }
    const bool *taken = choose_fixes(reader, fixes);
    Plan *plan = plan_new(reader->arena);
    if (taken == NULL || plan == NULL) {
        (void)(taken != NULL && error_memory(reader->error));
        return NULL;
    }
    for (size_t i = 0; i < reader->warnings.len; i++) {
        if (taken[i]) {
            take_move(&reader->warnings.at[i].move);
        }
    }
    if (!lay_out_nodes(reader, plan) || !lay_out_notes(reader, plan) ||
        !lay_out_warnings(reader, plan, taken)) {
        return NULL;
    }
    if (arena_failed(reader->arena)) {
        (void)error_memory(reader->error);
        return NULL;
    }
    return plan_validate(plan, reader->error) ? plan : NULL;
}
