/* plan/operation_text.c: the wording of one node with the edits that stand on it.
 *
 * All edits of a wording, those told on parts of it too, are brought into the coordinates of its root, the
 * node that was split or stands whole. In the order of the text (place, insertions before what is replaced
 * there, then ids) they are laid over it; accepted splits cut it into parts; a node has its own part and
 * those of the nodes it took in. Accepted edits must not overlap; pending ones that do are set apart.
 */
#include "plan/operation_internal.h"

#include "base/utf8.h"

size_t *operation_graphemes(Arena *arena, Str text, size_t *count)
{
    size_t *places = arena_array(arena, text.len + 1, sizeof *places);
    if (places == NULL) {
        return NULL;
    }
    size_t n = 0, at = 0;
    while (at < text.len) {
        places[n++] = at;
        at = grapheme_end(text, at);
    }
    places[n] = text.len;
    *count = n;
    return places;
}

size_t operation_length(Str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        at = grapheme_end(text, at);
    }
    return count;
}

static Str root_slice(const TextRoot *root, size_t from, size_t to)
{
    return str_slice(root->text, root->bytes[from], root->bytes[to]);
}

/* --- what stands on a root --- */

static bool is_insertion(const TextEdit *edit)
{
    return edit->from == edit->to;
}

static bool overlap(const TextEdit *a, const TextEdit *b)
{
    if (is_insertion(a) && is_insertion(b)) {
        return false;
    }
    if (is_insertion(a)) {
        return b->from < a->from && a->from < b->to;
    }
    if (is_insertion(b)) {
        return a->from < b->from && b->from < a->to;
    }
    return a->from < b->to && b->from < a->to;
}

static bool restores(const TextRoot *root, const TextEdit *edit)
{
    return str_equal(root_slice(root, edit->from, edit->to), edit->operation->text);
}

static int compare_edits(const void *left, const void *right)
{
    const TextEdit *a = left, *b = right;
    if (a->from != b->from) {
        return a->from < b->from ? -1 : 1;
    }
    if (is_insertion(a) != is_insertion(b)) {
        return is_insertion(a) ? -1 : 1;
    }
    return a->operation->id < b->operation->id ? -1 : 1;
}

static void sort_edits(TextEdits *edits)
{
    if (edits->len > 1) {
        qsort(edits->at, edits->len, sizeof *edits->at, compare_edits);
    }
}

/* Whether the operation stands on the root's wording; then *offset is where the node it names begins. */
static bool stands_on(const Plan *base, const PlanOperations *operations, const PlanOperation *operation,
    Str root, size_t *offset)
{
    *offset = 0;
    if (operation->kind != PLAN_EDIT && operation->kind != PLAN_RENAME && operation->kind != PLAN_SPLIT) {
        return false;
    }
    if (str_equal(operation->key, root)) {
        return true;
    }
    OperationNode node;
    Error ignored;
    if (!str_starts(operation->key, S("+")) ||
        !operation_find(base, operations, operation->key, &node, &ignored)) {
        return false;
    }
    *offset = node.offset;
    return str_equal(node.root, root);
}

/* A pending one that does not lie in the wording cannot be shown and is passed over. */
static bool add_operation(Arena *arena, TextRoot *root, const PlanOperation *operation, size_t offset,
    TextEdits *cuts, Error *error)
{
    const size_t room = offset < root->length ? root->length - offset : 0;
    if (operation->from > operation->to || operation->to > room) {
        return !operation->accepted || error_set(error, ERROR_INPUT,
                                           "a change of %.*s does not lie in its text", STR_ARGS(root->key));
    }
    const TextEdit edit = {offset + operation->from, offset + operation->to,
        offset > 0 && operation->from == 0 && operation->to == 0, operation};
    TextEdits *list = &root->pending;
    if (operation->kind == PLAN_SPLIT) {
        list = cuts;
    } else if (operation->accepted) {
        list = &root->accepted;
    }
    if ((operation->kind == PLAN_SPLIT && !operation->accepted) ||
        (operation->accepted && list == &root->accepted && restores(root, &edit))) {
        return true;
    }
    TextEdit *new = VEC_PUSH(arena, list);
    if (new != NULL) {
        *new = edit;
    }
    return new != NULL || error_memory(error);
}

static bool check_accepted(const TextRoot *root, const TextEdits *cuts, PlanConflict *conflict, Error *error)
{
    const TextEdits *edits = &root->accepted;
    for (size_t i = 0; i < edits->len; i++) {
        const TextEdit *edit = &edits->at[i];
        for (size_t j = i + 1; j < edits->len && edits->at[j].from < edit->to; j++) {
            if (overlap(edit, &edits->at[j])) {
                return operation_refuse(conflict, edit->operation->id, edits->at[j].operation->id, error,
                    "they change the same words");
            }
        }
        for (size_t j = 0; j < cuts->len; j++) {
            if (edit->from < cuts->at[j].from && cuts->at[j].from < edit->to) {
                return operation_refuse(conflict, edit->operation->id, cuts->at[j].operation->id, error,
                    "one splits the node within the words that the other changes");
            }
        }
    }
    for (size_t j = 1; j < cuts->len; j++) {
        if (cuts->at[j].from == cuts->at[j - 1].from) {
            return operation_refuse(conflict, cuts->at[j].operation->id, cuts->at[j - 1].operation->id, error,
                "both split the node at the same place");
        }
    }
    return true;
}

static bool cut_into_parts(Arena *arena, TextRoot *root, const TextEdits *cuts, Error *error)
{
    size_t from = 0;
    Str key = root->key;
    for (size_t i = 0; i <= cuts->len; i++) {
        const bool last = i == cuts->len;
        TextPart *part = VEC_PUSH(arena, &root->parts);
        if (part == NULL) {
            return error_memory(error);
        }
        *part = (TextPart){from, last ? root->length : cuts->at[i].from, key, last};
        if (!last) {
            from = cuts->at[i].from;
            key = arena_printf(arena, "+%lld", (long long)cuts->at[i].operation->id);
        }
    }
    return true;
}

bool operation_root(Arena *arena, const Plan *base, const PlanOperations *operations,
    const OperationNode *node, TextRoot *out, PlanConflict *conflict, Error *error)
{
    TextEdits cuts = {0};
    *out = (TextRoot){.key = node->root, .text = node->text};
    out->bytes = operation_graphemes(arena, out->text, &out->length);
    if (out->bytes == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < operations->len; i++) {
        size_t offset;
        if (stands_on(base, operations, &operations->at[i], out->key, &offset) &&
            !add_operation(arena, out, &operations->at[i], offset, &cuts, error)) {
            return false;
        }
    }
    sort_edits(&out->accepted);
    sort_edits(&cuts);
    return check_accepted(out, &cuts, conflict, error) && cut_into_parts(arena, out, &cuts, error);
}

bool operation_in_part(const TextPart *part, const TextEdit *edit)
{
    if (!is_insertion(edit)) {
        return part->from <= edit->from && edit->to <= part->to;
    }
    const bool begins =
        edit->from > part->from || (edit->from == part->from && (part->from == 0 || edit->behind));
    return begins && (edit->from < part->to || (edit->from == part->to && (part->last || !edit->behind)));
}

/* --- which are shown --- */

static bool takes_place(const PlanOperation *a, const PlanOperation *b)
{
    return operation_ids_have(&a->over, b->id) || operation_ids_have(&b->over, a->id);
}

/* An accepted edit that a pending one would overlap or replace, an older pending one, or a cut through it. */
static bool is_apart(const TextRoot *root, const PlanOperations *operations, const TextPart *part,
    const TextEdits *shown, const TextEdit *edit)
{
    if (restores(root, edit) || !operation_in_part(part, edit)) {
        return true;
    }
    for (size_t i = 0; i < shown->len; i++) {
        const TextEdit *other = &shown->at[i];
        if (overlap(edit, other) || takes_place(edit->operation, other->operation)) {
            return true;
        }
    }
    for (size_t i = 0; i < operations->len; i++) {
        if (operations->at[i].accepted && takes_place(edit->operation, &operations->at[i])) {
            return true;
        }
    }
    return false;
}

static bool touches_part(const TextPart *part, const TextEdit *edit)
{
    return operation_in_part(part, edit) || (edit->from < part->to && part->from < edit->to);
}

static bool choose_shown(Arena *arena, const TextRoot *root, const PlanOperations *operations,
    const TextPart *part, TextEdits *shown, PlanChangeIds *apart, Error *error)
{
    for (size_t i = 0; i < root->accepted.len; i++) {
        if (operation_in_part(part, &root->accepted.at[i])) {
            TextEdit *edit = VEC_PUSH(arena, shown);
            if (edit == NULL) {
                return error_memory(error);
            }
            *edit = root->accepted.at[i];
        }
    }
    for (size_t i = 0; apart != NULL && i < root->pending.len; i++) {
        const TextEdit *edit = &root->pending.at[i];
        if (!touches_part(part, edit)) {
            continue;
        }
        if (is_apart(root, operations, part, shown, edit)) {
            int64_t *id = VEC_PUSH(arena, apart);
            if (id == NULL) {
                return error_memory(error);
            }
            *id = edit->operation->id;
            continue;
        }
        TextEdit *new = VEC_PUSH(arena, shown);
        if (new == NULL) {
            return error_memory(error);
        }
        *new = *edit;
    }
    sort_edits(shown);
    return true;
}

/* --- stretches --- */

static bool push_stretch(Arena *arena, PlanStretches *out, PlanStretch stretch, Error *error)
{
    if (stretch.text.len == 0) {
        return true;
    }
    PlanStretch *new = VEC_PUSH(arena, out);
    if (new != NULL) {
        *new = stretch;
    }
    return new != NULL || error_memory(error);
}

static bool write_part(Arena *arena, const TextRoot *root, const TextPart *part, const TextEdits *shown,
    PlanStretches *out, Error *error)
{
    size_t at = part->from;
    for (size_t i = 0; i < shown->len; i++) {
        const TextEdit *edit = &shown->at[i];
        const PlanOperation *operation = edit->operation;
        const PlanStretch kept = {
            '=', root_slice(root, at, edit->from), at - part->from, 0, false, part->key};
        const PlanStretch struck = {'-', root_slice(root, edit->from, edit->to), edit->from - part->from,
            operation->id, operation->accepted, part->key};
        const PlanStretch put = {
            '+', operation->text, edit->to - part->from, operation->id, operation->accepted, part->key};
        if (!push_stretch(arena, out, kept, error) || !push_stretch(arena, out, struck, error) ||
            !push_stretch(arena, out, put, error)) {
            return false;
        }
        at = edit->to;
    }
    const PlanStretch rest = {'=', root_slice(root, at, part->to), at - part->from, 0, false, part->key};
    return push_stretch(arena, out, rest, error);
}

/* A part that no accepted split brings has its words from its beginning to the next cut. */
static TextPart part_of(const TextRoot *root, Str key, size_t offset)
{
    TextPart part = {offset, root->length, key, true};
    for (size_t i = 0; i < root->parts.len; i++) {
        if (str_equal(root->parts.at[i].key, key)) {
            return root->parts.at[i];
        }
        if (root->parts.at[i].from > offset) {
            part.to = root->parts.at[i].from;
            part.last = false;
            break;
        }
    }
    part.from = part.from < part.to ? part.from : part.to;
    return part;
}

static bool own_stretches(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    PlanStretches *out, PlanChangeIds *apart, PlanConflict *conflict, Error *error)
{
    OperationNode node;
    TextRoot root;
    TextEdits shown = {0};
    if (!operation_find(base, operations, key, &node, error) ||
        !operation_root(arena, base, operations, &node, &root, conflict, error)) {
        return false;
    }
    const TextPart part = part_of(&root, key, node.offset);
    return choose_shown(arena, &root, operations, &part, &shown, apart, error) &&
           write_part(arena, &root, &part, &shown, out, error);
}

static size_t count_in(const PlanStretches *stretches, size_t from)
{
    size_t count = 0;
    for (size_t i = from; i < stretches->len; i++) {
        count += stretches->at[i].op == '+' ? 0 : operation_length(stretches->at[i].text);
    }
    return count;
}

/* The node's own words, then for each merge, by id, what joins and the words of the node taken in. */
static bool write_node(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    size_t merges, PlanStretches *out, PlanChangeIds *apart, PlanConflict *conflict, Error *error)
{
    const size_t first = out->len;
    if (!own_stretches(arena, base, operations, key, out, apart, conflict, error)) {
        return false;
    }
    const size_t length = count_in(out, first);
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *merge = &operations->at[i];
        if (!merge->accepted || merge->kind != PLAN_MERGE || !str_equal(merge->key, key)) {
            continue;
        }
        if (merges == 0) {
            return error_set(error, ERROR_INPUT, "nodes that take each other in");
        }
        const PlanStretch joint = {'+', merge->text, length, merge->id, true, key};
        if (!push_stretch(arena, out, joint, error) ||
            !write_node(arena, base, operations, merge->after, merges - 1, out, apart, conflict, error)) {
            return false;
        }
    }
    return true;
}

bool operation_stretches(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    PlanStretches *out, PlanChangeIds *apart, PlanConflict *conflict, Error *error)
{
    enum { MERGES_MAX = 64 }; /* one within the other; deeper is taken as a circle */
    *out = (PlanStretches){0};
    return write_node(arena, base, operations, key, MERGES_MAX, out, apart, conflict, error);
}

Str operation_present(Arena *arena, const PlanStretches *stretches)
{
    size_t length = 0, at = 0;
    for (size_t i = 0; i < stretches->len; i++) {
        length += stretches->at[i].op == '-' ? 0 : stretches->at[i].text.len;
    }
    char *text = arena_alloc(arena, length + 1);
    for (size_t i = 0; text != NULL && i < stretches->len; i++) {
        const Str piece = stretches->at[i].text;
        if (stretches->at[i].op != '-') {
            memcpy(text + at, piece.at, piece.len);
            at += piece.len;
        }
    }
    return text == NULL ? STR_EMPTY : (Str){text, length};
}

bool plan_wording(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    PlanStretches *out, PlanChangeIds *apart, Error *error)
{
    *apart = (PlanChangeIds){0};
    return operation_stretches(arena, base, operations, key, out, apart, NULL, error);
}

bool plan_wording_now(
    Arena *arena, const Plan *base, const PlanOperations *operations, Str key, Str *out, Error *error)
{
    PlanStretches stretches;
    if (!operation_stretches(arena, base, operations, key, &stretches, NULL, NULL, error)) {
        return false;
    }
    *out = operation_present(arena, &stretches);
    return !arena_failed(arena) || error_memory(error);
}
