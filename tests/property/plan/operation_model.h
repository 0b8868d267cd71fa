/* A second way to carry out operations, as slow and plain as can be: graphemes that are struck stay as
 * tombstones, nodes that went stay in linked lists of places, and each accepted operation is carried out by
 * itself in the order in which it was decided. Shares no code with src/plan/operation*.c.
 */
#ifndef TEST_OPERATION_MODEL_H
#define TEST_OPERATION_MODEL_H

#include <inttypes.h>

#include "base/utf8.h"
#include "plan/operation.h"

typedef struct ModelNode ModelNode;
typedef struct ModelPlace ModelPlace;

struct ModelPlace {
    ModelNode *node, *list; /* list: whose children; the model's `top` for the top */
    ModelPlace *next, *anchor;
    const PlanOperation *operation;
    bool of_part;
};

struct ModelNode {
    Str key, number, text; /* text: of a root */
    PlanKind kind;
    const PlanOperation *brought;
    bool exists, deleted;
    ModelNode *merged, *split_of, *root;
    size_t cut;
    const PlanOperation *move, *renumber;
    ModelPlace *home, head;
    size_t length, *bytes; /* of a root: where its graphemes begin */
    int64_t *struck;       /* by grapheme */
};

typedef struct Model {
    Arena *arena;
    const PlanOperations *operations;
    ModelNode nodes[128], top;
    size_t count;
    VEC_OF(ModelPlace *) places;
    const PlanOperation *done[64]; /* in the order of decisions */
    size_t done_count;
} Model;

/* A code point as it stands in the end. A struck one has no width. */
typedef struct ModelItem {
    const ModelNode *root, *part; /* root NULL: put in */
    size_t code_point;            /* of the root's text */
    bool dead;
    Str text;
} ModelItem;
typedef VEC_OF(ModelItem) ModelItems;

static inline ModelNode *model_find(Model *model, Str key)
{
    for (size_t i = 0; i < model->count; i++) {
        if (str_equal(model->nodes[i].key, key)) {
            return &model->nodes[i];
        }
    }
    return NULL;
}

static inline const PlanOperation *model_named(const Model *model, Str key)
{
    int64_t id = 0;
    for (size_t i = 0; str_starts(key, S("+")) && str_to_int(key, &id) && i < model->operations->len; i++) {
        if (model->operations->at[i].id == id) {
            return &model->operations->at[i];
        }
    }
    return NULL;
}

/* --- places --- */

static inline bool model_hangs_on(const ModelPlace *place, const ModelPlace *above)
{
    while (place != NULL && place != above) {
        place = place->anchor;
    }
    return place != NULL;
}

static inline ModelPlace *model_last_on(ModelPlace *place)
{
    ModelPlace *last = place;
    while (last->next != NULL && model_hangs_on(last->next, place)) {
        last = last->next;
    }
    return last;
}

static inline ModelPlace *model_new_place(
    Model *model, ModelNode *node, ModelPlace *before, ModelPlace *anchor, const PlanOperation *operation)
{
    ModelPlace *place = ARENA_NEW(model->arena, ModelPlace);
    *place = (ModelPlace){node, before->list, before->next, anchor, operation, false};
    before->next = place;
    *VEC_PUSH(model->arena, &model->places) = place;
    return place;
}

static inline void model_add_part_place(Model *model, ModelNode *part, ModelPlace *carrier)
{
    ModelPlace *before = carrier;
    for (ModelPlace *next = before->next; next != NULL && next->of_part && next->anchor == carrier;
         next = before->next) {
        if (next->node->cut > part->cut) {
            break;
        }
        before = model_last_on(next);
    }
    model_new_place(model, part, before, carrier, carrier->operation)->of_part = true;
}

static inline bool model_is_part_of(const ModelNode *part, const ModelNode *node)
{
    for (part = part->split_of; part != NULL && part != node; part = part->split_of) {
    }
    return part != NULL;
}

static inline bool model_owned(const Model *model, Str owner, Str parent, int steps)
{
    bool owned = str_equal(owner, parent);
    for (size_t i = 0; !owned && steps > 0 && i < model->operations->len; i++) {
        const PlanOperation *merge = &model->operations->at[i];
        owned = merge->kind == PLAN_MERGE && str_equal(merge->after, owner) &&
                model_owned(model, merge->key, parent, steps - 1);
    }
    return owned;
}

static inline ModelPlace *model_anchor(Model *model, const PlanOperation *operation)
{
    const PlanOperation *move = model_named(model, operation->after);
    move = move != NULL && move->kind == PLAN_MOVE ? move : NULL;
    const ModelNode *node = model_find(model, move != NULL ? move->key : operation->after);
    ModelPlace *moved = NULL;
    for (size_t i = 0; i < model->places.len; i++) {
        ModelPlace *place = model->places.at[i];
        const bool first = place->operation == NULL || place->operation->kind == PLAN_INSERT;
        if (place->node != node || !model_owned(model, place->list->key, operation->parent, 8)) {
            continue;
        }
        if (move != NULL && place->operation == move) {
            return place;
        }
        if (move == NULL && first) {
            return place;
        }
        if (move == NULL && (moved == NULL || place->operation->id < moved->operation->id)) {
            moved = place;
        }
    }
    return moved;
}

static inline ModelPlace *model_place(Model *model, ModelNode *node, const PlanOperation *operation)
{
    ModelNode *list = operation->parent.len > 0 ? model_find(model, operation->parent) : &model->top;
    ModelPlace *anchor = operation->after.len > 0 ? model_anchor(model, operation) : NULL;
    ModelPlace *before = &list->head;
    if (anchor != NULL) {
        before = model_last_on(anchor);
    } else {
        while (before->next != NULL && (before->next->anchor != NULL || before->next->operation != NULL)) {
            before = before->next;
        }
    }
    ModelPlace *place = model_new_place(model, node, before, anchor, operation);
    for (size_t i = 0; i < model->count; i++) {
        if (model_is_part_of(&model->nodes[i], node)) {
            model_add_part_place(model, &model->nodes[i], place);
        }
    }
    return place;
}

/* --- nodes --- */

static inline ModelNode *model_add(Model *model, Str key, PlanKind kind, Str number, Str text)
{
    ModelNode *node = &model->nodes[model->count++];
    *node = (ModelNode){.key = key, .kind = kind, .number = number, .text = text, .root = node};
    node->head.list = node;
    node->bytes = arena_array(model->arena, text.len + 1, sizeof(size_t));
    node->struck = arena_array(model->arena, text.len + 1, sizeof(int64_t));
    for (size_t at = 0; at < text.len; at = grapheme_end(text, at)) {
        node->bytes[node->length++] = at;
    }
    node->bytes[node->length] = text.len;
    return node;
}

static inline void model_hold_place(Model *model, const PlanOperation *operation)
{
    const Str name = arena_printf(model->arena, "+%" PRId64, operation->id);
    if (operation->kind == PLAN_MOVE) {
        model_place(model, model_find(model, operation->key), operation);
    } else if (operation->kind == PLAN_INSERT) {
        ModelNode *node = model_add(model, name, operation->node_kind, operation->number, operation->text);
        node->brought = operation;
        node->home = model_place(model, node, operation);
    } else if (operation->kind == PLAN_SPLIT) {
        ModelNode *from = model_find(model, operation->key);
        ModelNode *node = model_add(model, name, from->kind, operation->number, STR_EMPTY);
        node->brought = operation;
        node->split_of = from;
        node->root = from->root;
        node->cut = from->cut + operation->from;
        const size_t places = model->places.len;
        for (size_t i = 0; i < places; i++) {
            ModelPlace *place = model->places.at[i];
            if (!place->of_part && model_is_part_of(node, place->node)) {
                model_add_part_place(model, node, place);
            }
        }
    }
}

static inline void model_begin(Model *model, Arena *arena, const Plan *base, const PlanOperations *operations)
{
    *model = (Model){.arena = arena, .operations = operations};
    model->top.head.list = &model->top;
    model->top.key = STR_EMPTY;
    for (size_t i = 0; i < base->nodes.len; i++) {
        const PlanNode *from = &base->nodes.at[i];
        ModelNode *node = model_add(model, from->key, from->kind, from->number, from->text);
        ModelNode *list = from->parent < 0 ? &model->top : &model->nodes[from->parent];
        ModelPlace *last = &list->head;
        while (last->next != NULL) {
            last = last->next;
        }
        node->exists = true;
        node->home = model_new_place(model, node, last, NULL, NULL);
    }
    for (size_t i = 0; i < operations->len; i++) {
        model_hold_place(model, &operations->at[i]);
    }
}

/* --- where a node is --- */

static inline ModelPlace *model_live_place(Model *model, ModelNode *node)
{
    ModelNode *carrier = node;
    while (carrier->move == NULL && carrier->split_of != NULL) {
        carrier = carrier->split_of;
    }
    ModelPlace *at = carrier->home;
    for (size_t i = 0; carrier->move != NULL && i < model->places.len; i++) {
        ModelPlace *place = model->places.at[i];
        at = place->operation == carrier->move && place->node == carrier ? place : at;
    }
    for (size_t i = 0; carrier != node && i < model->places.len; i++) {
        if (model->places.at[i]->node == node && model->places.at[i]->anchor == at) {
            return model->places.at[i];
        }
    }
    return at;
}

/* The node above, after merges; NULL at the top, or when the way up is endless: then *endless. */
static inline ModelNode *model_holder(ModelNode *node, bool *endless)
{
    for (int steps = 0; node->merged != NULL; steps++) {
        if (steps > 200) {
            *endless = true;
            return NULL;
        }
        node = node->merged;
    }
    return node;
}

static inline bool model_stands(Model *model, ModelNode *node, bool *endless)
{
    for (int steps = 0; node != &model->top; steps++) {
        if (steps > 400) {
            *endless = true;
            return false;
        }
        node = model_holder(node, endless);
        if (node == NULL || node->deleted || !node->exists) {
            return false;
        }
        node = model_live_place(model, node)->list;
    }
    return true;
}

/* --- texts --- */

static inline bool model_is_edit(const PlanOperation *operation)
{
    return operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME;
}

static inline const PlanOperation *model_split_at(const Model *model, const ModelNode *root, size_t place)
{
    for (size_t i = 0; i < model->count; i++) {
        const ModelNode *node = &model->nodes[i];
        if (node->root == root && node->exists && node->split_of != NULL && node->cut == place) {
            return node->brought;
        }
    }
    return NULL;
}

/* Whether words may be put, or the text be cut, before the grapheme: not within what one change struck. */
static inline bool model_is_open(const ModelNode *root, size_t place)
{
    return place == 0 || place == root->length || root->struck[place] == 0 ||
           root->struck[place - 1] != root->struck[place];
}

static inline bool model_is_told_behind(Model *model, const PlanOperation *edit, size_t place)
{
    const ModelNode *node = model_find(model, edit->key);
    return node->split_of != NULL && edit->from == 0 && edit->to == 0 &&
           model_split_at(model, node->root, place) != NULL;
}

static inline ModelNode *model_part_at(Model *model, ModelNode *root, size_t place, bool before)
{
    ModelNode *part = root;
    for (size_t i = 0; i < model->count; i++) {
        ModelNode *node = &model->nodes[i];
        const bool begins = node->cut < place || (node->cut == place && !before);
        if (node->root == root && node->split_of != NULL && node->exists && begins && node->cut > part->cut) {
            part = node;
        }
    }
    return part;
}

static inline ModelNode *model_node_of(Model *model, const PlanOperation *operation)
{
    if (operation->kind == PLAN_INSERT) {
        return NULL;
    }
    ModelNode *node = model_find(model, operation->key);
    if (!model_is_edit(operation)) {
        return node;
    }
    const size_t from = node->cut + operation->from;
    const bool insertion = operation->from == operation->to;
    return model_part_at(model, node->root, from, insertion && !model_is_told_behind(model, operation, from));
}

static inline bool model_edit(Model *model, const PlanOperation *edit)
{
    ModelNode *node = model_find(model, edit->key), *root = node->root;
    const size_t from = node->cut + edit->from, to = node->cut + edit->to;
    if (!root->exists) {
        return false;
    }
    if (str_equal(str_slice(root->text, root->bytes[from], root->bytes[to]), edit->text)) {
        return true; /* what stands there already */
    }
    if (from == to) {
        return model_is_open(root, from);
    }
    for (size_t i = from; i < to; i++) {
        if (root->struck[i] != 0 || (i > from && model_split_at(model, root, i) != NULL)) {
            return false;
        }
    }
    for (size_t i = 0; i < model->done_count; i++) {
        const PlanOperation *other = model->done[i];
        const ModelNode *on = model_is_edit(other) ? model_find(model, other->key) : NULL;
        const size_t place = on == NULL ? 0 : on->cut + other->from;
        if (on != NULL && on->root == root && other->from == other->to && other->text.len > 0 &&
            place > from && place < to) {
            return false;
        }
    }
    for (size_t i = from; i < to; i++) {
        root->struck[i] = edit->id;
    }
    return true;
}

/* --- carrying out --- */

static inline bool model_clashes(const Model *model, const PlanOperation *operation)
{
    for (size_t i = 0; i < model->done_count; i++) {
        for (size_t k = 0; k < operation->over.len; k++) {
            if (operation->over.at[k] == model->done[i]->id) {
                return true;
            }
        }
        for (size_t k = 0; k < model->done[i]->over.len; k++) {
            if (model->done[i]->over.at[k] == operation->id) {
                return true;
            }
        }
    }
    return false;
}

static inline bool model_on_node(Model *model, const PlanOperation *operation, ModelNode *node)
{
    ModelNode *other = operation->kind == PLAN_MERGE ? model_find(model, operation->after) : NULL;
    const bool free_to_go = node->merged == NULL;
    switch (operation->kind) {
    case PLAN_RENUMBER:
        if (!node->exists || !free_to_go || node->renumber != NULL) {
            return false;
        }
        node->renumber = operation;
        return true;
    case PLAN_MOVE:
        if (!node->exists || !free_to_go || node->move != NULL) {
            return false;
        }
        node->move = operation;
        return true;
    case PLAN_DELETE:
        if (!node->exists || !free_to_go || node->deleted) {
            return false;
        }
        node->deleted = true;
        return true;
    case PLAN_MERGE:
        if (!node->exists || !other->exists || other->merged != NULL || other->deleted ||
            other->move != NULL || other->renumber != NULL) {
            return false;
        }
        other->merged = node;
        return true;
    default:
        return false;
    }
}

/* Whether everything that was carried out is still there. */
static inline bool model_holds(Model *model)
{
    bool endless = false;
    for (size_t i = 0; i < model->count && !endless; i++) {
        (void)(model->nodes[i].exists && model_stands(model, &model->nodes[i], &endless));
    }
    for (size_t i = 0; i < model->done_count && !endless; i++) {
        const PlanOperation *operation = model->done[i];
        ModelNode *node = model_node_of(model, operation);
        if (operation->kind == PLAN_INSERT || operation->kind == PLAN_DELETE) {
            const Str name = arena_printf(model->arena, "+%" PRId64, operation->id);
            node = model_find(model, operation->kind == PLAN_INSERT ? name : operation->key);
            node = model_holder(node, &endless);
            node = endless ? NULL : model_live_place(model, node)->list;
        }
        if (node == NULL || !model_stands(model, node, &endless)) {
            return false;
        }
        /* the place an operation is told in has to be there, moved on or not */
        for (size_t k = 0; k < model->places.len; k++) {
            const ModelPlace *place = model->places.at[k];
            if (place->operation == operation && place->list != &model->top && !place->list->exists) {
                return false;
            }
        }
    }
    return !endless;
}

static inline bool model_carry_out(Model *model, const PlanOperation *operation)
{
    const Str name = arena_printf(model->arena, "+%" PRId64, operation->id);
    ModelNode *node = operation->kind == PLAN_INSERT ? NULL : model_find(model, operation->key);
    bool done = !model_clashes(model, operation);
    if (operation->kind == PLAN_INSERT) {
        model_find(model, name)->exists = true;
    } else if (operation->kind == PLAN_SPLIT) {
        const size_t place = node->cut + operation->from;
        done = done && node->exists && model_is_open(node->root, place) &&
               model_split_at(model, node->root, place) == NULL;
        model_find(model, name)->exists = done;
    } else {
        done = done && (model_is_edit(operation) ? model_edit(model, operation)
                                                 : model_on_node(model, operation, node));
    }
    model->done[model->done_count++] = operation;
    return done && model_holds(model);
}

/* The decisions one after the other; false when the last cannot be carried out. */
static inline bool model_replay(Model *model, Arena *arena, const Plan *base,
    const PlanOperations *operations, const size_t *order, size_t count)
{
    model_begin(model, arena, base, operations);
    bool done = true;
    for (size_t i = 0; i < count && done; i++) {
        done = model_carry_out(model, &operations->at[order[i]]);
    }
    return done;
}

/* --- what is written --- */

static inline void model_push(Model *model, ModelItems *out, ModelItem item, Str text)
{
    for (size_t at = 0; at < text.len; item.code_point++) {
        size_t end = at;
        (void)utf8_next(text, &end);
        item.text = str_slice(text, at, end);
        *VEC_PUSH(model->arena, out) = item;
        at = end;
    }
}

/* What was put in at a place, oldest first: insertions told before, or behind, the beginning of a part. */
static inline void model_put(
    Model *model, ModelItems *out, const ModelNode *root, const ModelNode *part, size_t place, bool behind)
{
    for (size_t i = 0; i < model->operations->len; i++) {
        const PlanOperation *edit = &model->operations->at[i];
        bool done = false;
        for (size_t k = 0; k < model->done_count; k++) {
            done = done || model->done[k] == edit;
        }
        const ModelNode *node = done && model_is_edit(edit) ? model_find(model, edit->key) : NULL;
        if (node != NULL && node->root == root && edit->from == edit->to && node->cut + edit->from == place &&
            model_is_told_behind(model, edit, place) == behind) {
            model_push(model, out, (ModelItem){.part = part}, edit->text);
        }
    }
}

static inline void model_words(Model *model, ModelNode *node, ModelItems *out)
{
    ModelNode *const root = node->root;
    const ModelNode *part = root;
    for (size_t place = 0; place <= root->length; place++) {
        ModelItems here = {0};
        model_put(model, &here, root, part, place, false);
        for (size_t i = 0; i < here.len && part == node; i++) {
            *VEC_PUSH(model->arena, out) = here.at[i];
        }
        part = model_part_at(model, root, place, false);
        if (part != node) {
            continue;
        }
        model_put(model, out, root, part, place, true);
        if (place == root->length) {
            break;
        }
        const int64_t struck = root->struck[place];
        model_push(model, out,
            (ModelItem){.root = root,
                .part = part,
                .code_point = utf8_count(str_slice(root->text, 0, root->bytes[place])),
                .dead = struck != 0},
            str_slice(root->text, root->bytes[place], root->bytes[place + 1]));
        const bool ends = place + 1 == root->length || root->struck[place + 1] != struck;
        for (size_t i = 0; struck != 0 && ends && i < model->operations->len; i++) {
            if (model->operations->at[i].id == struck) {
                model_push(model, out, (ModelItem){.part = part}, model->operations->at[i].text);
            }
        }
    }
    for (size_t i = 0; i < model->operations->len; i++) {
        const PlanOperation *merge = &model->operations->at[i];
        ModelNode *taken = merge->kind == PLAN_MERGE ? model_find(model, merge->after) : NULL;
        bool done = false;
        for (size_t k = 0; k < model->done_count; k++) {
            done = done || model->done[k] == merge;
        }
        if (taken != NULL && done && str_equal(merge->key, node->key)) {
            model_push(model, out, (ModelItem){0}, merge->text);
            model_words(model, taken, out);
        }
    }
}

static inline Str model_text(Model *model, const ModelItems *items)
{
    Str text = STR_EMPTY;
    for (size_t i = 0; i < items->len; i++) {
        text = items->at[i].dead ? text : arena_join(model->arena, text, items->at[i].text);
    }
    return text;
}

#endif
