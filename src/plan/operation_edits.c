/* plan/operation_edits.c: from a wanted wording to edits in base coordinates.
 *
 * The present wording is a row of atoms: single graphemes of the base that stand, and whole accepted changes.
 * The redline of the present and the wanted wording gives hunks; each is widened to whole atoms, hunks that
 * share one become one. A hunk replaces the atoms it covers: their places in the base are its range, the
 * accepted changes among them are what it goes over. Several insertions at one place come in order of ids,
 * and a new one comes last: one that has to stand before them takes them in.
 */
#include "plan/operation_internal.h"

#include "base/utf8.h"
#include "plan/redline.h"

typedef struct Atom {
    Str key;             /* whose wording */
    int64_t change;      /* accepted; 0: a grapheme of the base */
    bool joint;          /* the words of a merge */
    size_t from, to;     /* graphemes of the key's wording */
    size_t begins, ends; /* bytes of the present wording */
    Str struck;          /* what the change replaced */
} Atom;
typedef VEC_OF(Atom) Atoms;

/* Atoms [first, last) become wanted[from, to), bytes. An empty range of atoms is a gap before `first`. */
typedef struct Hunk {
    size_t first, last;
    size_t left, right; /* bytes of the present wording that the redline struck */
    size_t from, to;
} Hunk;
typedef VEC_OF(Hunk) Hunks;

typedef struct Writer {
    Arena *arena;
    const Plan *base;
    const PlanOperations *operations;
    Str key, present, wanted;
    Atoms atoms;
    Hunks hunks;
    PlanOperations *out;
    PlanOvers *over;
} Writer;

/* --- atoms --- */

static bool push_graphemes(Writer *writer, const PlanStretch *stretch, size_t *begins)
{
    size_t place = stretch->at;
    for (size_t at = 0; at < stretch->text.len; place++) {
        const size_t end = grapheme_end(stretch->text, at);
        Atom *atom = VEC_PUSH(writer->arena, &writer->atoms);
        if (atom == NULL) {
            return false;
        }
        *atom = (Atom){.key = stretch->key,
            .from = place,
            .to = place + 1,
            .begins = *begins,
            .ends = *begins + (end - at)};
        *begins = atom->ends;
        at = end;
    }
    return true;
}

/* What is struck by a change, if anything, and what is put in. */
static bool push_change(Writer *writer, const PlanStretch *stretch, size_t *begins)
{
    Atoms *atoms = &writer->atoms;
    Atom *atom = atoms->len > 0 ? &atoms->at[atoms->len - 1] : NULL;
    if (atom == NULL || atom->change != stretch->change) {
        atom = VEC_PUSH(writer->arena, atoms);
        if (atom == NULL) {
            return false;
        }
        const PlanOperation *merge = NULL;
        for (size_t i = 0; i < writer->operations->len; i++) {
            const PlanOperation *operation = &writer->operations->at[i];
            merge = operation->id == stretch->change && operation->kind == PLAN_MERGE ? operation : merge;
        }
        *atom = (Atom){.key = stretch->key,
            .change = stretch->change,
            .joint = merge != NULL,
            .from = stretch->at,
            .to = stretch->at,
            .begins = *begins,
            .ends = *begins};
    }
    if (stretch->op == '-') {
        atom->struck = stretch->text;
        atom->to = stretch->at + operation_length(stretch->text);
    } else {
        atom->ends += stretch->text.len;
        *begins = atom->ends;
    }
    return true;
}

static bool make_atoms(Writer *writer, const PlanStretches *stretches, Error *error)
{
    size_t begins = 0;
    for (size_t i = 0; i < stretches->len; i++) {
        const PlanStretch *stretch = &stretches->at[i];
        if (!(stretch->op == '=' ? push_graphemes : push_change)(writer, stretch, &begins)) {
            return error_memory(error);
        }
    }
    return true;
}

/* --- gaps --- */

/* An accepted insertion; what joins merged nodes is none. */
static bool is_insertion(const Atom *atom)
{
    return atom->change != 0 && !atom->joint && atom->from == atom->to;
}

/* Whether a new insertion told in the gap before atom k comes to stand there. */
static bool gap_is_free(const Atoms *atoms, size_t k)
{
    if (k == atoms->len) {
        return k == 0 || !atoms->at[k - 1].joint;
    }
    const Atom *next = &atoms->at[k];
    const Atom *before = k > 0 ? &atoms->at[k - 1] : NULL;
    if (before != NULL && !before->joint && !str_equal(before->key, next->key)) {
        return true; /* at the end of the wording before */
    }
    if (before != NULL && before->joint && next->joint) {
        return false;
    }
    return !is_insertion(next);
}

/* The gap, or the atoms, that an insertion of `put` at a byte of the present wording is told by. */
static void place_insertion(const Writer *writer, Hunk *hunk, Str put)
{
    const Atoms *atoms = &writer->atoms;
    size_t low = 0;
    while (low < atoms->len && atoms->at[low].ends <= hunk->left && atoms->at[low].begins < hunk->left) {
        low++;
    }
    if (low < atoms->len && atoms->at[low].begins < hunk->left) {
        hunk->first = low;
        hunk->last = low + 1;
        return;
    }
    size_t high = low;
    while (high < atoms->len && atoms->at[high].ends == hunk->left) {
        if (atoms->at[high].change != 0 && str_equal(atoms->at[high].struck, put)) {
            hunk->first = high;
            hunk->last = high + 1;
            return;
        }
        high++;
    }
    for (size_t k = high + 1; k > low; k--) {
        if (gap_is_free(atoms, k - 1)) {
            hunk->first = hunk->last = k - 1;
            return;
        }
    }
    hunk->first = high < atoms->len ? high : high - 1;
    hunk->last = hunk->first + 1;
}

static void place_replacement(const Writer *writer, Hunk *hunk)
{
    const Atoms *atoms = &writer->atoms;
    assert(atoms->at != NULL && "what is replaced stands in the wording");
    hunk->first = 0;
    while (atoms->at[hunk->first].ends <= hunk->left) {
        hunk->first++;
    }
    hunk->last = hunk->first + 1;
    while (hunk->last < atoms->len && atoms->at[hunk->last].begins < hunk->right) {
        hunk->last++;
    }
}

/* --- hunks --- */

/* Insertions at the place of a hunk that replaces none of the base's words would come before it. */
static void take_insertions(const Atoms *atoms, Hunk *hunk)
{
    const bool struck_whole = hunk->first < hunk->last && hunk->from == hunk->to &&
                              hunk->left == atoms->at[hunk->first].begins &&
                              hunk->right == atoms->at[hunk->last - 1].ends;
    if (hunk->first == hunk->last || struck_whole) {
        return;
    }
    const Atom *last = &atoms->at[hunk->last - 1];
    for (size_t i = hunk->first; i < hunk->last; i++) {
        const Atom *atom = &atoms->at[i];
        if (str_equal(atom->key, last->key) && (!is_insertion(atom) || atom->joint)) {
            return;
        }
    }
    while (hunk->last < atoms->len && is_insertion(&atoms->at[hunk->last]) &&
           str_equal(atoms->at[hunk->last].key, last->key)) {
        hunk->last++;
    }
}

/* Appends the hunk, or joins it with the one before when they share an atom. */
static bool push_hunk(Writer *writer, Hunk hunk)
{
    Hunks *hunks = &writer->hunks;
    take_insertions(&writer->atoms, &hunk);
    while (hunks->len > 0 && hunks->at[hunks->len - 1].last > hunk.first) {
        const Hunk before = hunks->at[--hunks->len];
        hunk.first = before.first < hunk.first ? before.first : hunk.first;
        hunk.last = before.last > hunk.last ? before.last : hunk.last;
        hunk.left = before.left;
        hunk.from = before.from;
    }
    Hunk *new = VEC_PUSH(writer->arena, hunks);
    if (new != NULL) {
        *new = hunk;
    }
    return new != NULL;
}

static bool make_hunks(Writer *writer, Error *error)
{
    RedlinePieces pieces;
    if (!redline_text(writer->arena, writer->present, writer->wanted, REDLINE_CHARACTERS, &pieces, error)) {
        return false;
    }
    size_t in_present = 0, in_wanted = 0;
    for (size_t i = 0; i < pieces.len;) {
        Hunk hunk = {.left = in_present, .from = in_wanted};
        for (; i < pieces.len && pieces.at[i].op != REDLINE_KEPT; i++) {
            *(pieces.at[i].op == REDLINE_STRUCK ? &in_present : &in_wanted) += pieces.at[i].text.len;
        }
        hunk.right = in_present;
        hunk.to = in_wanted;
        if (hunk.left < hunk.right) {
            place_replacement(writer, &hunk);
        } else if (hunk.from < hunk.to) {
            place_insertion(writer, &hunk, str_slice(writer->wanted, hunk.from, hunk.to));
        }
        if ((hunk.left < hunk.right || hunk.from < hunk.to) && !push_hunk(writer, hunk)) {
            return error_memory(error);
        }
        for (; i < pieces.len && pieces.at[i].op == REDLINE_KEPT; i++) {
            in_present += pieces.at[i].text.len;
            in_wanted += pieces.at[i].text.len;
        }
    }
    return true;
}

/* What stands at the ends of the atoms that a hunk covers, outside of what the redline struck, stays. */
static void widen(const Writer *writer, Hunk *hunk)
{
    if (hunk->first < hunk->last) {
        hunk->from -= hunk->left - writer->atoms.at[hunk->first].begins;
        hunk->to += writer->atoms.at[hunk->last - 1].ends - hunk->right;
    }
}

/* --- operations --- */

static bool is_heading(const Writer *writer, const OperationNode *node)
{
    const Plan *plan = writer->base;
    bool below_direction = false, has_children = false;
    if (node->base >= 0) {
        const int32_t parent = plan->nodes.at[node->base].parent;
        below_direction = parent >= 0 && plan->nodes.at[parent].kind == PLAN_DIRECTION;
        has_children = plan_subtree_end(plan, node->base) > node->base + 1;
    } else {
        OperationNode parent;
        Error ignored;
        below_direction = operation_find(plan, writer->operations, node->insert->parent, &parent, &ignored) &&
                          parent.kind == PLAN_DIRECTION;
    }
    if (node->kind == PLAN_DIRECTION && below_direction) {
        return has_children;
    }
    return node->kind != PLAN_INITIATIVE && node->kind != PLAN_FACT;
}

static bool push_operation(Writer *writer, PlanOperation operation, Error *error)
{
    OperationNode node;
    if (!operation_find(writer->base, writer->operations, operation.key, &node, error)) {
        return false;
    }
    if (operation.kind == PLAN_EDIT && is_heading(writer, &node)) {
        operation.kind = PLAN_RENAME;
    }
    PlanOperation *new = VEC_PUSH(writer->arena, writer->out);
    PlanChangeIds *over = new == NULL ? NULL : VEC_PUSH(writer->arena, writer->over);
    if (over == NULL) {
        return error_memory(error);
    }
    *new = operation;
    *over = operation.over;
    return true;
}

/* The gap is the end of the wording before it, or, behind what joins two nodes, the beginning of the next. */
static bool write_insertion(Writer *writer, const Hunk *hunk, Str put, Error *error)
{
    PlanOperation operation = {.kind = PLAN_EDIT, .key = writer->key, .text = put};
    const Atoms *atoms = &writer->atoms;
    if (hunk->first > 0 && !atoms->at[hunk->first - 1].joint) {
        operation.key = atoms->at[hunk->first - 1].key;
        operation.from = atoms->at[hunk->first - 1].to;
    } else if (hunk->first < atoms->len) {
        operation.key = atoms->at[hunk->first].key;
        operation.from = atoms->at[hunk->first].from;
    }
    operation.to = operation.from;
    return push_operation(writer, operation, error);
}

/* One operation for the atoms of each wording that the hunk covers, and for what joins two; the first of them
 * gets the words. */
static bool write_replacement(Writer *writer, const Hunk *hunk, Str put, Error *error)
{
    const Atoms *atoms = &writer->atoms;
    for (size_t i = hunk->first; i < hunk->last;) {
        const Atom *first = &atoms->at[i];
        PlanOperation operation = {.kind = PLAN_EDIT, .key = first->key, .from = first->from, .text = put};
        const PlanOperation *joint = NULL;
        do {
            const Atom *atom = &atoms->at[i++];
            int64_t *id = atom->change == 0 ? NULL : VEC_PUSH(writer->arena, &operation.over);
            if (atom->change != 0 && id == NULL) {
                return error_memory(error);
            }
            if (id != NULL) {
                *id = atom->change;
            }
            operation.to = atom->to;
        } while (!first->joint && i < hunk->last && !atoms->at[i].joint &&
                 str_equal(atoms->at[i].key, first->key));
        for (size_t k = 0; first->joint && k < writer->operations->len; k++) {
            joint = writer->operations->at[k].id == first->change ? &writer->operations->at[k] : joint;
        }
        if (joint != NULL) {
            operation.kind = PLAN_MERGE;
            operation.from = operation.to = 0;
            operation.after = joint->after;
        }
        if (!push_operation(writer, operation, error)) {
            return false;
        }
        put = STR_EMPTY;
    }
    return true;
}

bool plan_wording_edits(Arena *arena, const Plan *base, const PlanOperations *operations, Str key, Str wanted,
    PlanOperations *out, PlanOvers *over, Error *error)
{
    PlanStretches stretches;
    Writer writer = {.arena = arena,
        .base = base,
        .operations = operations,
        .key = key,
        .wanted = wanted,
        .out = out,
        .over = over};
    *out = (PlanOperations){0};
    *over = (PlanOvers){0};
    if (!plan_is_line(wanted)) {
        return error_set(error, ERROR_INPUT, "a text is one line of UTF-8 without control characters");
    }
    if (!operation_stretches(arena, base, operations, key, &stretches, NULL, NULL, error) ||
        !make_atoms(&writer, &stretches, error)) {
        return false;
    }
    writer.present = operation_present(arena, &stretches);
    if (arena_failed(arena)) {
        return error_memory(error);
    }
    if (!make_hunks(&writer, error)) {
        return false;
    }
    for (size_t i = 0; i < writer.hunks.len; i++) {
        Hunk *hunk = &writer.hunks.at[i];
        widen(&writer, hunk);
        const Str put = str_slice(wanted, hunk->from, hunk->to);
        if (!(hunk->first == hunk->last ? write_insertion : write_replacement)(&writer, hunk, put, error)) {
            return false;
        }
    }
    return true;
}
