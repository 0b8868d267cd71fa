/* plan/operation_place.c: where the nodes of a draft stand, and the draft written as a plan.
 *
 * Every node holds a slot in each list of siblings where it stands, stood or would stand: its place in the
 * base, that of the insert, and that of every move of it, accepted or not. The parts of a split node hold
 * slots behind each slot of the node. What an operation places stands behind a slot, so that slots form trees
 * whose roots are the base's children and the heads of lists; written in that order, a node appears at the
 * one of its slots where it stands.
 */
#include "plan/operation_internal.h"

/* --- slots --- */

static DraftSlot *add_slot(Draft *draft, int32_t node, int32_t owner, const PlanOperation *operation)
{
    DraftSlot *slot = VEC_PUSH(draft->arena, &draft->slots);
    if (slot != NULL) {
        *slot = (DraftSlot){node, owner, -1, operation, -1, -1};
    }
    return slot;
}

static bool add_base_slots(Draft *draft, Error *error)
{
    for (size_t i = 0; i < draft->base->nodes.len; i++) {
        if (add_slot(draft, (int32_t)i, draft->base->nodes.at[i].parent, NULL) == NULL) {
            return error_memory(error);
        }
        draft->nodes[i].slot = (int32_t)i;
    }
    return true;
}

static bool add_operation_slot(Draft *draft, const PlanOperation *operation, Error *error)
{
    Error ignored;
    const bool moves = operation->kind == PLAN_MOVE;
    if ((!moves && operation->kind != PLAN_INSERT) ||
        !operation_check_alone(draft->base, draft->operations, operation, &ignored)) {
        return true;
    }
    const Str brought =
        moves ? operation->key : arena_printf(draft->arena, "+%lld", (long long)operation->id);
    const int32_t node = draft_find(draft, brought);
    const int32_t owner = operation->parent.len == 0 ? -1 : draft_find(draft, operation->parent);
    if (node < 0 || (operation->parent.len > 0 && owner < 0)) {
        return !operation->accepted || error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s",
                                           STR_ARGS(node < 0 ? operation->key : operation->parent));
    }
    if (add_slot(draft, node, owner, operation) == NULL) {
        return error_memory(error);
    }
    if (!moves || operation->accepted) {
        const bool moved_before = !moves && draft->nodes[node].slot >= 0;
        draft->nodes[node].slot = moved_before ? draft->nodes[node].slot : (int32_t)draft->slots.len - 1;
    }
    return true;
}

/* --- parts --- */

typedef VEC_OF(int32_t) NodeList;

static int compare_cuts(const void *left, const void *right, void *context)
{
    const Draft *draft = context;
    const DraftNode *a = &draft->nodes[*(const int32_t *)left], *b = &draft->nodes[*(const int32_t *)right];
    if (a->cut != b->cut) {
        return a->cut < b->cut ? -1 : 1;
    }
    return a->brought->id < b->brought->id ? -1 : 1;
}

static bool is_part_of(const Draft *draft, int32_t part, int32_t node)
{
    for (size_t step = 0; step <= draft->count && part >= 0; step++) {
        part = draft->nodes[part].split_of;
        if (part == node) {
            return true;
        }
    }
    return false;
}

static void link_behind(Draft *draft, int32_t slot, int32_t anchor)
{
    draft->slots.at[slot].anchor = anchor;
    draft->slots.at[slot].next = draft->slots.at[anchor].first_behind;
    draft->slots.at[anchor].first_behind = slot;
}

/* Behind each slot of a node, its parts in the order of the text. */
static bool add_part_slots(Draft *draft, Error *error)
{
    NodeList parts = {0};
    for (size_t i = draft->base->nodes.len; i < draft->count; i++) {
        if (draft->nodes[i].split_of >= 0) {
            int32_t *part = VEC_PUSH(draft->arena, &parts);
            if (part == NULL) {
                return error_memory(error);
            }
            *part = (int32_t)i;
        }
    }
    if (parts.len > 1) {
        qsort_r(parts.at, parts.len, sizeof *parts.at, compare_cuts, draft);
    }
    const size_t count = draft->slots.len;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < parts.len; k++) {
            const DraftSlot carrier = draft->slots.at[i];
            if (!is_part_of(draft, parts.at[k], carrier.node)) {
                continue;
            }
            if (add_slot(draft, parts.at[k], carrier.owner, carrier.operation) == NULL) {
                return error_memory(error);
            }
            link_behind(draft, (int32_t)draft->slots.len - 1, (int32_t)i);
        }
    }
    return true;
}

/* A part that was not moved stands behind the node it was split from, or the one that was split from. */
static bool place_part(Draft *draft, DraftNode *part)
{
    int32_t carrier = part->split_of;
    for (size_t step = 0; step <= draft->count; step++) {
        const DraftNode *node = &draft->nodes[carrier];
        if (node->move != NULL || node->split_of < 0) {
            break;
        }
        carrier = node->split_of;
    }
    for (size_t i = 0; i < draft->slots.len; i++) {
        const DraftSlot *slot = &draft->slots.at[i];
        if (slot->node == (int32_t)(part - draft->nodes) && slot->anchor >= 0 &&
            slot->anchor == draft->nodes[carrier].slot) {
            part->slot = (int32_t)i;
            return true;
        }
    }
    return false;
}

/* --- what stands behind what --- */

/* Before the places it was or would be moved to. */
static bool is_first_place(const DraftSlot *slot)
{
    return slot->operation == NULL || slot->operation->kind == PLAN_INSERT;
}

/* The slot that `after` of a placing operation means, -1. */
static int32_t find_anchor(const Draft *draft, const PlanOperation *operation)
{
    const PlanOperation *named = operation_of_name(draft->operations, operation->after);
    const bool of_move = named != NULL && named->kind == PLAN_MOVE;
    const int32_t node = draft_find(draft, of_move ? named->key : operation->after);
    int32_t best = -1;
    for (size_t i = 0; node >= 0 && i < draft->slots.len; i++) {
        const DraftSlot *slot = &draft->slots.at[i];
        if (slot->node != node || (of_move && slot->operation != named)) {
            continue;
        }
        const Str owner = slot->owner < 0 ? STR_EMPTY : draft->nodes[slot->owner].key;
        const bool better = best < 0 || (is_first_place(slot) && !is_first_place(&draft->slots.at[best]));
        if (better && operation_owns(draft->operations, owner, operation->parent)) {
            best = (int32_t)i;
        }
    }
    return best;
}

static bool link_operation_slots(Draft *draft, size_t count, Error *error)
{
    for (size_t i = draft->base->nodes.len; i < count; i++) {
        DraftSlot *slot = &draft->slots.at[i];
        if (slot->operation->after.len == 0) {
            int32_t *head = slot->owner < 0 ? &draft->top_slot : &draft->nodes[slot->owner].first_slot;
            slot->next = *head;
            *head = (int32_t)i;
            continue;
        }
        const int32_t anchor = find_anchor(draft, slot->operation);
        if (anchor >= 0) {
            link_behind(draft, (int32_t)i, anchor);
        } else if (slot->operation->accepted) {
            return error_set(
                error, ERROR_NOT_FOUND, "nothing called %.*s stands there", STR_ARGS(slot->operation->after));
        }
    }
    return true;
}

bool draft_place(Draft *draft, Error *error)
{
    if (!add_base_slots(draft, error)) {
        return false;
    }
    for (size_t i = 0; i < draft->operations->len; i++) {
        if (!add_operation_slot(draft, &draft->operations->at[i], error)) {
            return false;
        }
    }
    const size_t placed = draft->slots.len;
    if (!add_part_slots(draft, error) || !link_operation_slots(draft, placed, error)) {
        return false;
    }
    for (size_t i = draft->base->nodes.len; i < draft->count; i++) {
        DraftNode *node = &draft->nodes[i];
        const bool needs_slot = node->exists && node->move == NULL && node->split_of >= 0;
        if (needs_slot && !place_part(draft, node)) {
            return error_set(
                error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(node->brought->key));
        }
    }
    return true;
}

/* --- writing --- */

typedef struct Waiting {
    int32_t slot;
    int32_t parent; /* in the plan written */
} Waiting;

typedef struct PlanWriter {
    Draft *draft;
    Arena *scratch;
    Plan *plan;
    VEC_OF(Waiting) stack; /* what comes next is last */
    Error *error;
} PlanWriter;

static bool push_chain(PlanWriter *writer, int32_t slot, int32_t parent)
{
    for (; slot >= 0; slot = writer->draft->slots.at[slot].next) {
        Waiting *waiting = VEC_PUSH(writer->draft->arena, &writer->stack);
        if (waiting == NULL) {
            return error_memory(writer->error);
        }
        *waiting = (Waiting){slot, parent};
    }
    return true;
}

/* What stands below a node, last first: below those it took in, its own children, what was put at the head.
 */
static bool push_below(PlanWriter *writer, int32_t index, int32_t parent)
{
    Draft *draft = writer->draft;
    const DraftNode *node = &draft->nodes[index];
    for (size_t i = draft->operations->len; node->edited && i > 0; i--) {
        const PlanOperation *merge = &draft->operations->at[i - 1];
        if (merge->accepted && merge->kind == PLAN_MERGE && str_equal(merge->key, node->key) &&
            !push_below(writer, draft_find(draft, merge->after), parent)) {
            return false;
        }
    }
    for (int32_t child = node->first_child; child >= 0; child = draft->nodes[child].next_child) {
        Waiting *waiting = VEC_PUSH(draft->arena, &writer->stack);
        if (waiting == NULL) {
            return error_memory(writer->error);
        }
        *waiting = (Waiting){child, parent};
    }
    return push_chain(writer, node->first_slot, parent);
}

static bool write_text(PlanWriter *writer, const DraftNode *node, Str *text)
{
    const Draft *draft = writer->draft;
    PlanStretches stretches;
    if (!node->edited && node->split_of < 0) {
        assert((node->base < 0 || draft->base->nodes.at != NULL) && "a node of the base stands there");
        assert((node->base >= 0 || node->brought != NULL) && "another one was brought");
        *text = node->base >= 0 ? draft->base->nodes.at[node->base].text : node->brought->text;
        return true;
    }
    arena_clear(writer->scratch);
    if (!operation_stretches(writer->scratch, draft->base, draft->operations, node->key, &stretches, NULL,
            draft->conflict, writer->error)) {
        return false;
    }
    *text = operation_present(writer->plan->arena, &stretches);
    return !arena_failed(writer->plan->arena) || error_memory(writer->error);
}

static bool write_node(PlanWriter *writer, DraftNode *node, int32_t parent)
{
    const PlanNode *from = node->base >= 0 ? &writer->draft->base->nodes.at[node->base] : NULL;
    Str number = from != NULL ? from->number : node->brought->number, text;
    number = node->renumber != NULL ? node->renumber->text : number;
    if (!write_text(writer, node, &text)) {
        return false;
    }
    PlanNode *new = plan_add(
        writer->plan, parent, node->kind, number, text, from != NULL ? from->source : (PlanSource){0});
    if (new == NULL) {
        return error_memory(writer->error);
    }
    new->key = from != NULL ? from->key : arena_str(writer->plan->arena, node->key);
    node->result = (int32_t)writer->plan->nodes.len - 1;
    return true;
}

/* A slot where no node stands is only passed by. */
static bool write_slot(PlanWriter *writer, Waiting next)
{
    Draft *draft = writer->draft;
    DraftNode *node = &draft->nodes[draft->slots.at[next.slot].node];
    if (!push_chain(writer, draft->slots.at[next.slot].first_behind, next.parent)) {
        return false;
    }
    if (!node->exists || node->slot != next.slot || node->taken != NULL || node->removal != NULL) {
        return true;
    }
    return write_node(writer, node, next.parent) &&
           push_below(writer, (int32_t)(node - draft->nodes), node->result);
}

Plan *draft_write(Arena *arena, Draft *draft, Error *error)
{
    enum { SCRATCH_FOR_BYTE = 256, SCRATCH_FIXED = 64 << 20 };
    size_t bytes = 0;
    for (size_t i = 0; i < draft->base->nodes.len; i++) {
        bytes += draft->base->nodes.at[i].text.len;
    }
    AUTO_ARENA scratch = arena_new(SCRATCH_FIXED + SCRATCH_FOR_BYTE * bytes);
    PlanWriter writer = {.draft = draft, .scratch = scratch, .plan = plan_new(arena), .error = error};
    if (scratch == NULL || writer.plan == NULL) {
        error_memory(error);
        return NULL;
    }
    writer.plan->id = draft->base->id;
    writer.plan->title = draft->base->title;
    writer.plan->edition = draft->base->edition;
    writer.plan->notice = draft->base->notice;
    writer.plan->draft = true;
    for (size_t i = draft->base->nodes.len; i > 0; i--) {
        if (draft->base->nodes.at[i - 1].parent < 0) {
            Waiting *waiting = VEC_PUSH(draft->arena, &writer.stack);
            if (waiting == NULL) {
                error_memory(error);
                return NULL;
            }
            *waiting = (Waiting){(int32_t)i - 1, -1};
        }
    }
    if (!push_chain(&writer, draft->top_slot, -1)) {
        return NULL;
    }
    while (writer.stack.len > 0) {
        if (!write_slot(&writer, writer.stack.at[--writer.stack.len])) {
            return NULL;
        }
    }
    return writer.plan;
}
