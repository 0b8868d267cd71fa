/* plan/operation_tree.c: the tree of a draft: which nodes there are, what stands on each, and what cannot be.
 *
 * The nodes are those of the base and those that operations bring, accepted or not. Every accepted operation
 * is put on its node; two that want the same place or the same node are refused, then whatever needs a node
 * that is not there, then nodes that would stand below each other, then whatever stands on a deleted node.
 * Texts are compared where they are written (operation_text.c).
 */
#include "plan/operation_internal.h"

int32_t draft_find(const Draft *draft, Str key)
{
    const DraftNode *node = map_get(&draft->names, key);
    return node == NULL ? -1 : (int32_t)(node - draft->nodes);
}

int32_t draft_holder(const Draft *draft, int32_t node)
{
    for (size_t step = 0; step <= draft->count && draft->nodes[node].taken != NULL; step++) {
        node = draft_find(draft, draft->nodes[node].taken->key);
    }
    return node;
}

/* The node whose list a slot is in: the one of the slot it stands behind, and so on. */
static int32_t slot_owner(const Draft *draft, int32_t slot)
{
    for (size_t step = 0; step <= draft->slots.len && draft->slots.at[slot].anchor >= 0; step++) {
        slot = draft->slots.at[slot].anchor;
    }
    return draft->slots.at[slot].owner;
}

int32_t draft_above(const Draft *draft, int32_t node)
{
    const int32_t owner = slot_owner(draft, draft->nodes[draft_holder(draft, node)].slot);
    return owner < 0 ? -1 : draft_holder(draft, owner);
}

const PlanOperation *draft_removal(const Draft *draft, int32_t node)
{
    for (size_t step = 0; node >= 0 && step <= draft->count; step++) {
        node = draft_holder(draft, node);
        if (draft->nodes[node].removal != NULL) {
            return draft->nodes[node].removal;
        }
        node = draft_above(draft, node);
    }
    return NULL;
}

/* --- nodes --- */

static DraftNode *add_node(Draft *draft, Str key)
{
    DraftNode *node = &draft->nodes[draft->count++];
    *node = (DraftNode){.key = key,
        .base = -1,
        .split_of = -1,
        .slot = -1,
        .first_child = -1,
        .next_child = -1,
        .first_slot = -1,
        .result = -1};
    return map_put(&draft->names, key, node) ? node : NULL;
}

static bool add_base(Draft *draft, Error *error)
{
    for (size_t i = 0; i < draft->base->nodes.len; i++) {
        const PlanNode *from = &draft->base->nodes.at[i];
        DraftNode *node = add_node(draft, from->key);
        if (node == NULL) {
            return error_memory(error);
        }
        node->kind = from->kind;
        node->base = (int32_t)i;
        node->exists = true;
        if (from->parent >= 0) {
            node->next_child = draft->nodes[from->parent].first_child;
            draft->nodes[from->parent].first_child = (int32_t)i;
        }
    }
    return true;
}

/* One that is not accepted and makes no sense brings nothing. */
static bool add_brought(Draft *draft, const PlanOperation *operation, Error *error)
{
    Error ignored;
    OperationNode found;
    if (!operation_check_alone(draft->base, draft->operations, operation, &ignored)) {
        return true;
    }
    const Str key = arena_printf(draft->arena, "+%lld", (long long)operation->id);
    DraftNode *node = key.len == 0 ? NULL : add_node(draft, key);
    if (node == NULL) {
        return error_memory(error);
    }
    node->brought = operation;
    node->exists = operation->accepted;
    node->kind = operation->node_kind;
    if (operation->kind == PLAN_SPLIT) {
        if (!operation_find(draft->base, draft->operations, key, &found, error)) {
            return false;
        }
        node->kind = found.kind;
        node->cut = found.offset;
    }
    return true;
}

static bool add_nodes(Draft *draft, Error *error)
{
    const PlanOperations *operations = draft->operations;
    size_t brought = 0;
    for (size_t i = 0; i < operations->len; i++) {
        brought += operations->at[i].kind == PLAN_INSERT || operations->at[i].kind == PLAN_SPLIT;
    }
    if (draft->base->nodes.len + brought > INT32_MAX / 4) {
        return error_set(error, ERROR_LIMIT, "a plan of too many nodes");
    }
    map_init(&draft->names, draft->arena);
    draft->nodes = arena_array(draft->arena, draft->base->nodes.len + brought + 1, sizeof *draft->nodes);
    if (draft->nodes == NULL) {
        return error_memory(error);
    }
    if (!add_base(draft, error)) {
        return false;
    }
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        const bool brings = operation->kind == PLAN_INSERT || operation->kind == PLAN_SPLIT;
        if (brings && !add_brought(draft, operation, error)) {
            return false;
        }
    }
    for (size_t i = draft->base->nodes.len; i < draft->count; i++) {
        DraftNode *node = &draft->nodes[i];
        node->split_of =
            node->brought->kind == PLAN_SPLIT ? draft_find(draft, node->brought->key) : node->split_of;
    }
    return true;
}

/* --- what stands on each --- */

/* Whether the accepted operation's node is there; else the operation that would bring it is named. */
static bool need_node(Draft *draft, const PlanOperation *operation, int32_t index, Error *error)
{
    const DraftNode *node = &draft->nodes[index];
    return node->exists || operation_refuse(draft->conflict, node->brought->id, operation->id, error,
                               "one needs the node that the other would bring, which is not accepted");
}

/* An edit needs the wording it stands on, which is that of the node that was split. */
static bool need_wording(Draft *draft, const PlanOperation *edit, int32_t index, Error *error)
{
    size_t steps = draft->count;
    while (draft->nodes[index].split_of >= 0 && steps-- > 0) {
        index = draft->nodes[index].split_of;
    }
    draft->nodes[index].edited = true;
    return need_node(draft, edit, index, error);
}

static bool put_on(
    Draft *draft, const PlanOperation **place, const PlanOperation *operation, const char *why, Error *error)
{
    if (*place != NULL) {
        return operation_refuse(draft->conflict, (*place)->id, operation->id, error, why);
    }
    *place = operation;
    return true;
}

static bool put_merge(Draft *draft, DraftNode *node, const PlanOperation *merge, Error *error)
{
    const int32_t index = draft_find(draft, merge->after);
    node->edited = true;
    if (index < 0) {
        return error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(merge->after));
    }
    return need_node(draft, merge, index, error) &&
           put_on(draft, &draft->nodes[index].taken, merge, "both take the node in", error);
}

static bool put_operation(Draft *draft, const PlanOperation *operation, Error *error)
{
    if (!operation_check_alone(draft->base, draft->operations, operation, error)) {
        return false;
    }
    if (operation->kind == PLAN_INSERT) {
        return true;
    }
    const int32_t index = draft_find(draft, operation->key);
    DraftNode *node = index < 0 ? NULL : &draft->nodes[index];
    if (node == NULL) {
        return error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(operation->key));
    }
    if (operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME) {
        return need_wording(draft, operation, index, error);
    }
    if (!need_node(draft, operation, index, error)) {
        return false;
    }
    switch (operation->kind) {
    case PLAN_RENUMBER:
        return put_on(draft, &node->renumber, operation, "both renumber the node", error);
    case PLAN_DELETE:
        return put_on(draft, &node->removal, operation, "both delete the node", error);
    case PLAN_MOVE:
        return put_on(draft, &node->move, operation, "both move the node", error);
    case PLAN_MERGE:
        return put_merge(draft, node, operation, error);
    case PLAN_SPLIT:
        return need_wording(draft, operation, index, error);
    default:
        return true;
    }
}

/* A node that is taken in has no place, number or end of its own any more. */
static bool check_taken(Draft *draft, Error *error)
{
    for (size_t i = 0; i < draft->count; i++) {
        const DraftNode *node = &draft->nodes[i];
        const PlanOperation *others[] = {node->move, node->renumber, node->removal};
        for (size_t k = 0; node->taken != NULL && k < COUNT_OF(others); k++) {
            if (others[k] != NULL) {
                return operation_refuse(draft->conflict, node->taken->id, others[k]->id, error,
                    "one takes in the node that the other moves, renumbers or deletes");
            }
        }
    }
    return true;
}

static bool check_over(Draft *draft, Error *error)
{
    const PlanOperations *operations = draft->operations;
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        for (size_t k = 0; operation->accepted && operation->over.len > 0 && k < operations->len; k++) {
            if (operations->at[k].accepted && operation_ids_have(&operation->over, operations->at[k].id)) {
                return operation_refuse(draft->conflict, operations->at[k].id, operation->id, error,
                    "one takes the place of the other");
            }
        }
    }
    return true;
}

/* --- places --- */

/* The owners of accepted places are there. */
static bool check_owners(Draft *draft, Error *error)
{
    for (size_t i = 0; i < draft->slots.len; i++) {
        const PlanOperation *operation = draft->slots.at[i].operation;
        const bool placed = operation != NULL && operation->accepted && operation->kind != PLAN_SPLIT;
        size_t steps = draft->slots.len;
        int32_t slot = (int32_t)i;
        while (placed && steps > 0 && draft->slots.at[slot].anchor >= 0) {
            slot = draft->slots.at[slot].anchor;
            steps--;
        }
        if (placed && steps == 0) {
            return error_set(
                error, ERROR_INPUT, "%.*s would stand behind itself", STR_ARGS(operation->after));
        }
        const int32_t owner = draft->slots.at[slot].owner;
        if (placed && owner >= 0 && !need_node(draft, operation, owner, error)) {
            return false;
        }
    }
    return true;
}

static void note_step(
    const PlanOperation *operation, const PlanOperation **first, const PlanOperation **second)
{
    if (operation == NULL || !operation->accepted || operation == *first || operation == *second) {
        return;
    }
    if (*first == NULL || operation->id < (*first)->id) {
        *second = *first;
        *first = operation;
    } else if (*second == NULL || operation->id < (*second)->id) {
        *second = operation;
    }
}

/* The node is on a circle: the two oldest operations on it. */
static bool refuse_circle(Draft *draft, int32_t start, Error *error)
{
    const PlanOperation *first = NULL, *second = NULL;
    int32_t node = start;
    size_t steps = 2 * draft->count + 2;
    do {
        if (draft->nodes[node].taken != NULL) {
            note_step(draft->nodes[node].taken, &first, &second);
            node = draft_find(draft, draft->nodes[node].taken->key);
        } else {
            note_step(draft->slots.at[draft->nodes[node].slot].operation, &first, &second);
            node = slot_owner(draft, draft->nodes[node].slot);
        }
    } while (node >= 0 && node != start && --steps > 0);
    if (second == NULL) {
        return error_set(
            error, ERROR_INPUT, "%.*s would stand below itself", STR_ARGS(draft->nodes[start].key));
    }
    return operation_refuse(
        draft->conflict, first->id, second->id, error, "the nodes would stand below each other");
}

static bool check_circles(Draft *draft, Error *error)
{
    for (size_t i = 0; i < draft->count; i++) {
        int32_t node = draft->nodes[i].exists ? (int32_t)i : -1;
        for (size_t step = 0; node >= 0; step++) {
            if (step > 2 * draft->count) {
                return refuse_circle(draft, node, error);
            }
            node = draft->nodes[node].taken != NULL ? draft_find(draft, draft->nodes[node].taken->key)
                                                    : slot_owner(draft, draft->nodes[node].slot);
        }
    }
    return true;
}

/* --- what is deleted --- */

int32_t draft_node_of_edit(const Draft *draft, const PlanOperation *edit)
{
    OperationNode found;
    Error ignored;
    if (!operation_find(draft->base, draft->operations, edit->key, &found, &ignored)) {
        return -1;
    }
    const int32_t root = draft_find(draft, found.root);
    const size_t from = found.offset + edit->from;
    const bool before = edit->from == edit->to && (edit->from > 0 || found.offset == 0);
    int32_t best = root;
    size_t best_cut = 0;
    for (size_t i = draft->base->nodes.len; i < draft->count; i++) {
        const DraftNode *part = &draft->nodes[i];
        int32_t of = (int32_t)i;
        for (size_t step = 0; step <= draft->count && draft->nodes[of].split_of >= 0; step++) {
            of = draft->nodes[of].split_of;
        }
        const bool begins = part->cut < from || (part->cut == from && !before);
        if (part->split_of >= 0 && of == root && part->exists && begins && part->cut > best_cut) {
            best = (int32_t)i;
            best_cut = part->cut;
        }
    }
    return best;
}

/* The node that an accepted operation stands on; for a second one `second`, else -1. */
static int32_t stands_on(const Draft *draft, const PlanOperation *operation, int32_t *second)
{
    *second = -1;
    switch (operation->kind) {
    case PLAN_EDIT:
    case PLAN_RENAME:
        return draft_node_of_edit(draft, operation);
    case PLAN_MERGE:
        *second = draft_find(draft, operation->after);
        return draft_find(draft, operation->key);
    case PLAN_INSERT:
        break;
    default:
        return draft_find(draft, operation->key);
    }
    for (size_t i = draft->base->nodes.len; i < draft->count; i++) {
        if (draft->nodes[i].brought == operation) {
            return draft_above(draft, (int32_t)i);
        }
    }
    return -1;
}

static bool check_removals(Draft *draft, Error *error)
{
    const PlanOperations *operations = draft->operations;
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        int32_t nodes[2] = {-1, -1};
        if (operation->accepted) {
            nodes[0] = stands_on(draft, operation, &nodes[1]);
        }
        for (size_t k = 0; k < COUNT_OF(nodes); k++) {
            int32_t node = nodes[k];
            if (operation->kind == PLAN_DELETE && node >= 0) {
                node = draft_above(draft, node);
            }
            const PlanOperation *removal = node < 0 ? NULL : draft_removal(draft, node);
            if (removal != NULL) {
                return operation_refuse(draft->conflict, removal->id, operation->id, error,
                    "one stands on what the other deletes");
            }
        }
    }
    return true;
}

bool draft_make(Arena *arena, const Plan *base, const PlanOperations *operations, Draft *out,
    PlanConflict *conflict, Error *error)
{
    *out =
        (Draft){.arena = arena, .base = base, .operations = operations, .top_slot = -1, .conflict = conflict};
    for (size_t i = 1; i < operations->len; i++) {
        assert(operations->at[i - 1].id < operations->at[i].id && "operations stand in order of ids");
    }
    if (!add_nodes(out, error)) {
        return false;
    }
    for (size_t i = 0; i < operations->len; i++) {
        if (operations->at[i].accepted && !put_operation(out, &operations->at[i], error)) {
            return false;
        }
    }
    return check_over(out, error) && check_taken(out, error) && draft_place(out, error) &&
           check_owners(out, error) && check_circles(out, error) && check_removals(out, error);
}
