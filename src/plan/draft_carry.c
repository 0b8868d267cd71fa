/* plan/draft_carry.c: what stands on a base is carried into the edition that was made of it.
 *
 * Anchors: a node that reads as it did keeps its passages; on all others plan_passage_carry says where the
 * words went. Changes that still wait (and those they have revised, which may come back) are told anew in the
 * new edition's coordinates: names of nodes that were brought become their keys, a sibling that is gone gives
 * way to what stands before it, and a change whose words or nodes are gone is `lost`. Rows are added beside
 * those of the base; what the base was told stays.
 */
#include "plan/draft_internal.h"

#include "base/utf8.h"

/* --- names --- */

const PlanOperation *draft_operation(const DraftStep *step, Str name)
{
    int64_t id = 0;
    if (!str_starts(name, S("+")) || !str_to_int(str_slice(name, 1, name.len), &id)) {
        return NULL;
    }
    for (size_t i = 0; i < step->told.len; i++) {
        if (step->told.at[i].id == id) {
            return &step->told.at[i];
        }
    }
    return NULL;
}

const Str *draft_name(const DraftStep *step, Str name)
{
    const PlanNode *node = map_get(&step->names, name);
    if (node == NULL) {
        node = map_get(&step->keys, name);
    }
    return node == NULL ? NULL : &node->key;
}

/* --- changes that wait --- */

typedef struct Waiting {
    PlanChange change;
    int64_t anchor;
    PlanPassage passage; /* in the new edition */
    Str parent, after;   /* so too */
    bool lost;
} Waiting;
typedef VEC_OF(Waiting) WaitingList;

static Waiting *find_waiting(const WaitingList *list, int64_t id)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i].change.id == id) {
            return &list->at[i];
        }
    }
    return NULL;
}

/* Pending changes of the base, and revised ones that a pending one may give their place back to. */
static bool load_waiting(const DraftStep *step, WaitingList *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(step->conn, &stmt, error,
            "with recursive w (id) as ("
            "select c.id from plan_change c where c.edition_id = ?1 and (c.state = 'pending' "
            "or (?2 = 1 and c.state = 'accepted' and c.made_id is null)) "
            "union select o.over_id from w join plan_change_over o on o.change_id = w.id "
            "join plan_change r on r.id = o.over_id "
            "where r.edition_id = ?1 and r.state = 'revised' and r.made_id is null and o.was = 'pending') "
            "select c.id, c.anchor_id from w join plan_change c on c.id = w.id order by c.id",
            value_integer(step->base.id), value_integer(step->foreign ? 1 : 0))) {
        return false;
    }
    while (db_next(stmt, error)) {
        Waiting *waiting = VEC_PUSH(step->arena, out);
        if (waiting == NULL) {
            return error_memory(error);
        }
        waiting->change.id = db_integer(stmt, 0);
        waiting->anchor = db_integer(stmt, 1);
    }
    if (db_broken(stmt)) {
        return false;
    }
    db_done(&stmt);
    for (size_t i = 0; i < out->len; i++) {
        if (!plan_change_get(step->conn, step->arena, out->at[i].change.id, &out->at[i].change, error)) {
            return false;
        }
        out->at[i].lost = out->at[i].change.lost;
    }
    return true;
}

/* What the name means in the new edition: a key, "+ID" of a change that still waits, NULL when it is gone. */
static const Str *waiting_name(const DraftStep *step, const WaitingList *list, const Str *name)
{
    const PlanOperation *brings = draft_operation(step, *name);
    if (brings != NULL && !brings->accepted) {
        const Waiting *waiting = find_waiting(list, brings->id);
        return waiting == NULL || waiting->lost ? NULL : name;
    }
    return draft_name(step, *name);
}

/* --- places among siblings --- */

static Str parent_of(const Plan *plan, int32_t index)
{
    const int32_t parent = plan->nodes.at[index].parent;
    return parent == PLAN_NO_PARENT ? STR_EMPTY : plan->nodes.at[parent].key;
}

/* The sibling before a node of the base; empty for the first. */
static Str sibling_before(const Plan *base, Str key)
{
    const int32_t index = plan_find(base, key);
    for (int32_t i = index - 1; index >= 0 && i >= 0; i--) {
        if (base->nodes.at[i].parent == base->nodes.at[index].parent) {
            return base->nodes.at[i].key;
        }
    }
    return STR_EMPTY;
}

static bool is_moved(const DraftStep *step, Str key)
{
    for (size_t i = 0; i < step->told.len; i++) {
        const PlanOperation *operation = &step->told.at[i];
        if (operation->accepted && operation->kind == PLAN_MOVE && str_equal(operation->key, key)) {
            return true;
        }
    }
    return false;
}

/* Whether a node of the new edition stands directly below that parent. */
static bool stands_below(const DraftStep *step, Str key, Str parent)
{
    const PlanNode *node = map_get(&step->keys, key);
    return node != NULL && str_equal(parent_of(step->next, (int32_t)(node - step->next->nodes.at)), parent);
}

/* The last node of the new edition that an accepted operation put behind `after` before its turn came; else
 * `found`. */
static Str last_behind(const DraftStep *step, Str after, Str parent, int64_t before, Str found)
{
    for (size_t i = 0; i < step->told.len && step->told.at[i].id < before; i++) {
        const PlanOperation *operation = &step->told.at[i];
        const bool behind = operation->kind == PLAN_INSERT || operation->kind == PLAN_MOVE
                                ? str_equal(operation->after, after)
                                : operation->kind == PLAN_SPLIT && str_equal(operation->key, after);
        if (!operation->accepted || !behind) {
            continue;
        }
        const Str name = operation->kind == PLAN_MOVE
                             ? operation->key
                             : arena_printf(step->arena, "+%lld", (long long)operation->id);
        const Str *key = draft_name(step, name);
        if (key != NULL && stands_below(step, *key, parent)) {
            found = *key;
        }
    }
    return found;
}

/* Where something behind `after` stands now. */
static Str place_behind(
    const DraftStep *step, const WaitingList *list, const PlanOperation *operation, Str parent)
{
    const Str none = {NULL, 0};
    Str name = operation->after;
    int64_t before = operation->id;
    for (size_t i = 0; i <= step->old->nodes.len + step->told.len; i++) {
        const PlanOperation *brings = draft_operation(step, name);
        const Waiting *waiting = brings == NULL ? NULL : find_waiting(list, brings->id);
        if (waiting != NULL && !waiting->lost && !brings->accepted) {
            return name;
        }
        const bool moved = brings != NULL && brings->kind == PLAN_MOVE && brings->accepted;
        const Str *key = draft_name(step, moved ? brings->key : name);
        const bool stays =
            key != NULL && stands_below(step, *key, parent) && (moved || !is_moved(step, name));
        const Str found = last_behind(step, name, parent, before, stays ? *key : none);
        if (found.at != NULL || name.len == 0) {
            return found.at == NULL ? STR_EMPTY : found;
        }
        if (brings != NULL) {
            name = brings->kind == PLAN_SPLIT ? brings->key : brings->after;
        } else {
            name = sibling_before(step->old, name);
        }
        before = INT64_MAX;
    }
    return STR_EMPTY;
}

/* --- passages --- */

static const PlanNode *node_of(const Plan *plan, Str key)
{
    const int32_t index = plan_find(plan, key);
    return index < 0 ? NULL : &plan->nodes.at[index];
}

/* What stood on a node that a change was to bring which is gone: on the node above, as lost. */
static PlanPassage above_gone(const DraftStep *step, Str name)
{
    for (size_t i = 0; i <= step->told.len; i++) {
        const PlanOperation *brings = draft_operation(step, name);
        const Str *key = draft_name(step, name);
        if (key != NULL || brings == NULL) {
            return (PlanPassage){.key = key == NULL ? STR_EMPTY : *key, .whole = true, .lost = true};
        }
        name = brings->kind == PLAN_INSERT ? brings->parent : brings->key;
    }
    return (PlanPassage){.whole = true, .lost = true};
}

/* Passages whose words did not move, or that stand on what is not there yet, need no look at the operations;
 * answers false for all others. */
static bool stays(
    const DraftStep *step, const WaitingList *list, const PlanPassage *passage, PlanPassage *out)
{
    *out = *passage;
    if (passage->key.len == 0) {
        return true;
    }
    const PlanOperation *brings = draft_operation(step, passage->key);
    if (brings != NULL && !brings->accepted) {
        if (waiting_name(step, list, &passage->key) == NULL) {
            *out = above_gone(step, passage->key);
        }
        return true;
    }
    const PlanNode *before = brings == NULL ? node_of(step->old, passage->key) : NULL;
    const PlanNode *now = map_get(&step->keys, passage->key);
    return before != NULL && now != NULL && str_equal(before->text, now->text);
}

/* What was carried, with keys for life. */
static void name_carried(const DraftStep *step, const PlanPassage *before, PlanPassage *carried)
{
    const Str *key = draft_name(step, carried->key);
    carried->lost = carried->lost || before->lost;
    if (key != NULL) {
        carried->key = *key;
    }
}

/* In an edition from outside, words stand where they are found once; else the passage stands on the node, or
 * on the nearest one above that is still there, as lost. */
static void find_passage(const DraftStep *step, const PlanPassage *passage, PlanPassage *out)
{
    int32_t index = plan_find(step->old, passage->key);
    const PlanNode *before = index < 0 ? NULL : &step->old->nodes.at[index];
    const PlanNode *now = map_get(&step->keys, passage->key);
    *out = (PlanPassage){.whole = true, .lost = true, .key = passage->key};
    if (now != NULL && passage->whole) {
        out->lost = passage->lost;
        return;
    }
    while (index >= 0 && map_get(&step->keys, step->old->nodes.at[index].key) == NULL) {
        index = step->old->nodes.at[index].parent;
    }
    out->key = index < 0 ? STR_EMPTY : step->old->nodes.at[index].key;
    if (now == NULL || before == NULL || passage->from == passage->to) {
        return;
    }
    const Str words = grapheme_slice(before->text, passage->from, passage->to);
    const ptrdiff_t at = str_find(now->text, words, 0);
    if (words.len == 0 || at < 0 || str_find(now->text, words, (size_t)at + 1) >= 0) {
        return;
    }
    const size_t from = grapheme_count(str_slice(now->text, 0, (size_t)at));
    *out = (PlanPassage){
        .key = now->key, .from = from, .to = from + grapheme_count(words), .lost = passage->lost};
}

static bool carry_passage(const DraftStep *step, const WaitingList *list, const PlanPassage *passage,
    PlanPassage *out, Error *error)
{
    if (stays(step, list, passage, out)) {
        return true;
    }
    if (step->foreign) {
        find_passage(step, passage, out);
        return true;
    }
    if (!plan_passage_carry(step->arena, step->old, &step->told, passage, out, error)) {
        return false;
    }
    name_carried(step, passage, out);
    return true;
}

/* The words of a passage; of what a change brings, none. */
static Str words_of(const Plan *plan, const PlanPassage *passage)
{
    const PlanNode *node = node_of(plan, passage->key);
    return node == NULL ? STR_EMPTY : grapheme_slice(node->text, passage->from, passage->to);
}

static bool is_over(const PlanOperation *operation, int64_t id)
{
    for (size_t i = 0; i < operation->over.len; i++) {
        if (operation->over.at[i] == id) {
            return true;
        }
    }
    return false;
}

/* Edits that this one was to take the place of have been made: it stands on the words that they put there.
 * They lie within it, so without them its words stay as they were, and with them its end moves by what they
 * added. */
static bool carry_over(const DraftStep *step, Waiting *waiting, const PlanPassage *passage, Error *error)
{
    PlanOperations without = {0};
    const PlanOperation *own = &waiting->change.operation;
    int64_t added = 0;
    for (size_t i = 0; i < step->told.len; i++) {
        PlanOperation *operation = VEC_PUSH(step->arena, &without);
        if (operation == NULL) {
            return error_memory(error);
        }
        *operation = step->told.at[i];
        if (operation->accepted && is_over(own, operation->id)) {
            const bool edit = operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME;
            waiting->lost = waiting->lost || !edit || !str_equal(operation->key, own->key);
            added += (int64_t)grapheme_count(operation->text) - (int64_t)(operation->to - operation->from);
            operation->accepted = false;
        }
    }
    Str words;
    PlanPassage *out = &waiting->passage;
    if (waiting->lost) {
        return true;
    }
    if (!plan_passage_carry(step->arena, step->old, &without, passage, out, error) ||
        !plan_wording_now(step->arena, step->old, &without, out->key, &words, error)) {
        return false;
    }
    waiting->lost =
        out->lost || !str_equal(grapheme_slice(words, out->from, out->to), waiting->change.before);
    const int64_t to = (int64_t)out->to + added;
    out->to = to < (int64_t)out->from ? out->from : (size_t)to;
    name_carried(step, passage, out);
    return true;
}

static bool has_made_over(const DraftStep *step, const PlanOperation *own)
{
    for (size_t i = 0; i < step->told.len; i++) {
        if (step->told.at[i].accepted && is_over(own, step->told.at[i].id)) {
            return true;
        }
    }
    return false;
}

/* The place of one change; false in *lost once its words or its node are gone. */
static bool carry_place(const DraftStep *step, const WaitingList *list, Waiting *waiting, Error *error)
{
    const PlanOperation *own = &waiting->change.operation;
    const bool range = own->kind == PLAN_EDIT || own->kind == PLAN_RENAME || own->kind == PLAN_SPLIT;
    const PlanPassage passage = {.key = own->kind == PLAN_INSERT ? own->parent : own->key,
        .from = range ? own->from : 0,
        .to = range ? own->to : 0,
        .whole = !range};
    if (range && has_made_over(step, own)) {
        return carry_over(step, waiting, &passage, error);
    }
    if (!carry_passage(step, list, &passage, &waiting->passage, error)) {
        return false;
    }
    const Str *same = own->key.len == 0 ? &own->key : waiting_name(step, list, &own->key);
    waiting->lost = waiting->lost || waiting->passage.lost || same == NULL ||
                    (!range && own->kind != PLAN_INSERT && !str_equal(waiting->passage.key, *same)) ||
                    (range && !str_starts(passage.key, S("+")) &&
                        !str_equal(words_of(step->old, &passage), words_of(step->next, &waiting->passage)));
    return true;
}

/* The names in one change. */
static void carry_names(const DraftStep *step, const WaitingList *list, Waiting *waiting)
{
    const PlanOperation *own = &waiting->change.operation;
    const bool placed = own->kind == PLAN_INSERT || own->kind == PLAN_MOVE;
    waiting->parent = own->parent;
    waiting->after = own->after;
    if (placed && own->parent.len > 0) {
        const Str *parent = waiting_name(step, list, &own->parent);
        waiting->lost = waiting->lost || parent == NULL;
        waiting->parent = parent == NULL ? own->parent : *parent;
    }
    if (own->kind == PLAN_MERGE) {
        const Str *taken = waiting_name(step, list, &own->after);
        waiting->lost = waiting->lost || taken == NULL;
        waiting->after = taken == NULL ? own->after : *taken;
    }
    if (placed && !waiting->lost) {
        waiting->after = place_behind(step, list, own, waiting->parent);
    }
}

/* What is lost may be what others stand on, so it is looked at until nothing more is. */
static bool carry_waiting(const DraftStep *step, WaitingList *list, Error *error)
{
    size_t lost = SIZE_MAX, before;
    do {
        before = lost;
        lost = 0;
        for (size_t i = 0; i < list->len; i++) {
            if (!carry_place(step, list, &list->at[i], error)) {
                return false;
            }
            carry_names(step, list, &list->at[i]);
            lost += list->at[i].lost ? 1 : 0;
        }
    } while (lost != before);
    return !arena_failed(step->arena) || error_memory(error);
}

static bool write_waiting(const DraftStep *step, const Waiting *waiting, Error *error)
{
    const Value change = value_integer(waiting->change.id), edition = value_integer(step->edition_id);
    return db_run(step->conn, NULL, error,
               "insert into plan_change_place (change_id, edition_id, parent_key, after_key, lost) "
               "values (?1, ?2, ?3, ?4, ?5)",
               change, edition, value_text(waiting->parent), value_text(waiting->after),
               value_integer(waiting->lost ? 1 : 0)) &&
           db_run(step->conn, NULL, error, "update plan_change set edition_id = ?2 where id = ?1", change,
               edition);
}

/* --- anchors --- */

/* The anchor's place if it is known without a look at the operations. */
static bool place_known(
    const DraftStep *step, const WaitingList *list, const PlanAnchor *anchor, PlanPassage *out)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i].anchor == anchor->id) {
            *out = list->at[i].passage;
            out->lost = list->at[i].lost;
            return true;
        }
    }
    if (stays(step, list, &anchor->passage, out)) {
        return true;
    }
    if (step->foreign) {
        find_passage(step, &anchor->passage, out);
    }
    return step->foreign;
}

static bool carry_anchors(const DraftStep *step, const WaitingList *list, Error *error)
{
    PlanAnchors anchors;
    PlanPassages moving = {0}, moved;
    if (!plan_anchor_list(step->conn, step->arena, step->base.id, STR_EMPTY, &anchors, error)) {
        return false;
    }
    for (size_t i = 0; i < anchors.len; i++) {
        PlanPassage known;
        PlanPassage *passage =
            place_known(step, list, &anchors.at[i], &known) ? NULL : VEC_PUSH(step->arena, &moving);
        if (passage != NULL) {
            *passage = anchors.at[i].passage;
        }
    }
    if (arena_failed(step->arena)) {
        return error_memory(error);
    }
    if (!plan_passages_carry(step->arena, step->old, &step->told, &moving, &moved, error)) {
        return false;
    }
    for (size_t i = 0, next = 0; i < anchors.len; i++) {
        PlanPassage passage;
        if (!place_known(step, list, &anchors.at[i], &passage)) {
            passage = moved.at[next++];
            name_carried(step, &anchors.at[i].passage, &passage);
        }
        if (!anchor_place(step->conn, anchors.at[i].id, step->edition_id, &passage, error)) {
            return false;
        }
    }
    return true;
}

bool draft_carry(DraftStep *step, Error *error)
{
    WaitingList list = {0};
    if (!load_waiting(step, &list, error) || !carry_waiting(step, &list, error)) {
        return false;
    }
    for (size_t i = 0; i < list.len; i++) {
        if (!write_waiting(step, &list.at[i], error)) {
            return false;
        }
    }
    return carry_anchors(step, &list, error);
}

bool draft_carry_foreign(DbConn *conn, int64_t base_id, int64_t edition_id, Error *error)
{
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    DraftStep step = {.conn = conn, .arena = arena, .edition_id = edition_id, .foreign = true};
    PlanEdition edition;
    int64_t standing = 0;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!db_one_integer(conn, &standing, error, "select count(*) from plan_anchor where edition_id = ?1",
            value_integer(base_id))) {
        return false;
    }
    if (standing == 0) {
        return true;
    }
    if (!plan_edition_get(conn, arena, base_id, &step.base, error) ||
        !plan_edition_get(conn, arena, edition_id, &edition, error) ||
        (step.old = plan_load(conn, arena, &step.base, error)) == NULL ||
        (step.next = plan_load(conn, arena, &edition, error)) == NULL ||
        !change_told(conn, arena, base_id, 0, &step.told, error)) {
        return false;
    }
    map_init(&step.names, arena);
    map_init(&step.keys, arena);
    for (size_t i = 0; i < step.told.len; i++) {
        step.told.at[i].accepted = false;
    }
    for (size_t i = 0; i < step.next->nodes.len; i++) {
        if (!map_put(&step.keys, step.next->nodes.at[i].key, &step.next->nodes.at[i])) {
            return error_memory(error);
        }
    }
    return draft_carry(&step, error);
}
