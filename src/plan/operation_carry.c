/* plan/operation_carry.c: the draft as a plan with its marks and annotations, and where passages stand in it.
 *
 * For a wording that something stands on, it is worked out for every grapheme of the base in which node of
 * the draft it is, and where. A range is then carried to what is left of its graphemes. Marks and annotations
 * count code points, passages graphemes, so both are turned into bytes on the way.
 */
#include "plan/operation_internal.h"

#include "base/utf8.h"

/* Where a grapheme of the base is in the draft. */
typedef struct Landing {
    int32_t node;    /* of the draft, that has it or where it was; -1: that is deleted */
    int32_t part;    /* of the draft's nodes: whose part of the wording it is in */
    bool stands;     /* not struck */
    size_t from, to; /* bytes of that node's text; from == to when it is struck */
} Landing;

typedef struct Landings {
    TextRoot root;
    Landing *at; /* one a grapheme */
} Landings;

/* Lays one part of the wording over the text of the node that has it now. */
static bool land_part(Arena *arena, const Draft *draft, const TextPart *part, Landings *out, Error *error)
{
    const int32_t index = draft_find(draft, part->key);
    const int32_t holder = draft_holder(draft, index);
    const bool stands = draft->nodes[holder].result >= 0;
    PlanStretches stretches;
    size_t present = 0;
    if (!operation_stretches(arena, draft->base, draft->operations, draft->nodes[holder].key, &stretches,
            NULL, draft->conflict, error)) {
        return false;
    }
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        const bool ours = stretch->op != '+' && str_equal(stretch->key, part->key);
        const size_t first = part->from + stretch->at;
        const size_t count = ours ? operation_length(stretch->text) : 0;
        for (size_t k = first; k < first + count; k++) {
            const size_t *bytes = out->root.bytes;
            const bool kept = stretch->op == '=';
            const size_t from = kept ? present + bytes[k] - bytes[first] : present;
            out->at[k] = (Landing){stands ? holder : -1, index, kept && stands, from,
                kept ? from + bytes[k + 1] - bytes[k] : from};
        }
        present += stretch->op == '-' ? 0 : stretch->text.len;
    }
    return true;
}

static bool land(Arena *arena, const Draft *draft, Str key, Landings *out, OperationNode *node, Error *error)
{
    if (!operation_find(draft->base, draft->operations, key, node, error) ||
        !operation_root(arena, draft->base, draft->operations, node, &out->root, draft->conflict, error)) {
        return false;
    }
    out->at = arena_array(arena, out->root.length + 1, sizeof *out->at);
    if (out->at == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < out->root.parts.len; i++) {
        if (!land_part(arena, draft, &out->root.parts.at[i], out, error)) {
            return false;
        }
    }
    return true;
}

/* --- ranges --- */

typedef struct Range {
    int32_t node, part;
    size_t from, to; /* bytes of its text in the draft */
} Range;

/* What is left of bytes [from, to) of the root in one part of it, from the grapheme *at on, which is moved
 * behind that part. false when nothing is left. */
static bool carry_range(const Landings *landings, size_t from, size_t to, size_t *at, Range *out)
{
    const size_t *bytes = landings->root.bytes;
    const size_t length = landings->root.length;
    while (*at < length && (bytes[*at + 1] <= from || !landings->at[*at].stands)) {
        ++*at;
    }
    if (*at >= length || bytes[*at] >= to) {
        return false;
    }
    const int32_t part = landings->at[*at].part;
    *out = (Range){.node = landings->at[*at].node, .part = part};
    for (bool first = true; *at < length && bytes[*at] < to && landings->at[*at].part == part; ++*at) {
        const Landing *landing = &landings->at[*at];
        if (!landing->stands) {
            continue;
        }
        if (first) {
            out->from = landing->from + (from > bytes[*at] ? from - bytes[*at] : 0);
        }
        out->to = landing->to - (to < bytes[*at + 1] ? bytes[*at + 1] - to : 0);
        first = false;
    }
    return true;
}

/* --- marks and annotations --- */

static size_t code_points_at(Str text, size_t byte)
{
    return utf8_count(str_slice(text, 0, byte));
}

static bool carry_marks(
    Plan *plan, const Draft *draft, const Landings *landings, const PlanNode *from, Error *error)
{
    for (size_t i = 0; i < from->marks.len; i++) {
        const PlanMark *mark = &from->marks.at[i];
        const size_t first = utf8_offset(from->text, mark->from), end = utf8_offset(from->text, mark->to);
        Range range;
        for (size_t at = 0; carry_range(landings, first, end, &at, &range);) {
            PlanNode *node = &plan->nodes.at[draft->nodes[range.node].result];
            PlanMark *new = VEC_PUSH(plan->arena, &node->marks);
            if (new == NULL) {
                return error_memory(error);
            }
            *new = (PlanMark){
                mark->kind, code_points_at(node->text, range.from), code_points_at(node->text, range.to)};
        }
    }
    return true;
}

static bool push_note(
    Plan *plan, const PlanAnnotation *note, int32_t node, size_t from, size_t to, Error *error)
{
    PlanAnnotation *new = VEC_PUSH(plan->arena, &plan->annotations);
    if (new == NULL) {
        return error_memory(error);
    }
    *new = *note;
    new->node = node;
    new->from = from;
    new->to = to;
    return true;
}

/* Without words of its own it stands on the node as a whole. */
static bool carry_note(
    Plan *plan, const Draft *draft, const Landings *landings, const PlanAnnotation *note, Error *error)
{
    const PlanNode *from = &draft->base->nodes.at[note->node];
    const size_t first = utf8_offset(from->text, note->from), end = utf8_offset(from->text, note->to);
    size_t at = 0;
    Range range;
    if (note->from < note->to && carry_range(landings, first, end, &at, &range)) {
        const int32_t index = draft->nodes[range.node].result;
        const Str text = plan->nodes.at[index].text;
        return push_note(
            plan, note, index, code_points_at(text, range.from), code_points_at(text, range.to), error);
    }
    const int32_t index = draft->nodes[draft_holder(draft, note->node)].result;
    return index < 0 || push_note(plan, note, index, 0, 0, error);
}

/* A wording on which nothing stands, in a node that still has it. */
static bool is_untouched(const Draft *draft, int32_t base)
{
    return !draft->nodes[base].edited && draft->nodes[base].taken == NULL;
}

bool draft_carry_notes(const Draft *draft, Plan *plan, Error *error)
{
    const Plan *base = draft->base;
    for (size_t i = 0; i < base->nodes.len; i++) {
        const PlanNode *from = &base->nodes.at[i];
        const int32_t index = draft->nodes[i].result;
        Landings landings;
        OperationNode found;
        if (is_untouched(draft, (int32_t)i)) {
            for (size_t k = 0; index >= 0 && k < from->marks.len; k++) {
                PlanMark *mark = VEC_PUSH(plan->arena, &plan->nodes.at[index].marks);
                if (mark == NULL) {
                    return error_memory(error);
                }
                *mark = from->marks.at[k];
            }
        } else if (from->marks.len > 0 && (!land(draft->arena, draft, from->key, &landings, &found, error) ||
                                              !carry_marks(plan, draft, &landings, from, error))) {
            return false;
        }
    }
    for (size_t i = 0; i < base->annotations.len; i++) {
        const PlanAnnotation *note = &base->annotations.at[i];
        const int32_t index = draft->nodes[note->node].result;
        Landings landings;
        OperationNode found;
        if (is_untouched(draft, note->node)) {
            if (index >= 0 && !push_note(plan, note, index, note->from, note->to, error)) {
                return false;
            }
        } else if (!land(draft->arena, draft, base->nodes.at[note->node].key, &landings, &found, error) ||
                   !carry_note(plan, draft, &landings, note, error)) {
            return false;
        }
    }
    return true;
}

static int compare_marks(const void *left, const void *right)
{
    const PlanMark *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Those of a node that was taken in may come from before or behind. */
static void sort_marks(Plan *plan)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        PlanNode *node = &plan->nodes.at[i];
        if (node->marks.len > 1) {
            qsort(node->marks.at, node->marks.len, sizeof *node->marks.at, compare_marks);
        }
    }
}

/* --- the whole --- */

static Arena *new_work_arena(const Plan *base, const PlanOperations *operations)
{
    enum { WORK_FIXED = 256 << 20, WORK_FOR_NODE = 4096 };
    return arena_new(WORK_FIXED + WORK_FOR_NODE * (base->nodes.len + operations->len));
}

Plan *plan_operations_apply(
    Arena *arena, const Plan *base, const PlanOperations *operations, PlanConflict *conflict, Error *error)
{
    Draft draft;
    if (conflict != NULL) {
        *conflict = (PlanConflict){0};
    }
    AUTO_ARENA work = new_work_arena(base, operations);
    if (work == NULL) {
        error_memory(error);
        return NULL;
    }
    if (!draft_make(work, base, operations, &draft, conflict, error)) {
        return NULL;
    }
    Plan *plan = draft_write(arena, &draft, error);
    if (plan == NULL || !draft_carry_notes(&draft, plan, error)) {
        return NULL;
    }
    sort_marks(plan);
    return plan;
}

/* --- passages --- */

static size_t graphemes_to(Str text, size_t byte, bool up)
{
    size_t count = 0;
    for (size_t at = 0; at < byte; count++) {
        const size_t end = grapheme_end(text, at);
        if (end > byte && !up) {
            break;
        }
        at = end;
    }
    return count;
}

static void stand_on(const Draft *draft, const Plan *plan, Range range, bool lost, PlanPassage *out)
{
    const Str text = plan->nodes.at[draft->nodes[range.node].result].text;
    const bool point = range.from == range.to;
    *out = (PlanPassage){.key = draft->nodes[range.node].key,
        .from = graphemes_to(text, range.from, false),
        .to = graphemes_to(text, range.to, !point),
        .lost = lost};
}

/* The node is deleted: the nearest one above it that stands. */
static void stand_above(const Draft *draft, int32_t node, PlanPassage *out)
{
    *out = (PlanPassage){.whole = true, .lost = true, .key = STR_EMPTY};
    for (size_t step = 0; node >= 0 && step <= draft->count; step++) {
        node = draft_above(draft, node);
        if (node >= 0 && draft->nodes[node].result >= 0) {
            out->key = draft->nodes[node].key;
            return;
        }
    }
}

/* A point stands before the grapheme behind it, else behind the one before it, else where it was. */
static void carry_point(
    const Draft *draft, const Plan *plan, const Landings *landings, size_t place, PlanPassage *out)
{
    const size_t length = landings->root.length;
    const Landing *next = place < length ? &landings->at[place] : NULL;
    const Landing *before = place > 0 ? &landings->at[place - 1] : NULL;
    if (next != NULL && next->stands) {
        stand_on(draft, plan, (Range){next->node, next->part, next->from, next->from}, false, out);
    } else if (before != NULL && before->stands) {
        stand_on(draft, plan, (Range){before->node, before->part, before->to, before->to}, false, out);
    } else {
        const Landing *near = next != NULL ? next : before;
        stand_on(draft, plan, (Range){near->node, near->part, near->from, near->from}, true, out);
    }
}

/* The whole of a node that was taken in is what its words are now. */
static void carry_whole(
    const Draft *draft, const Plan *plan, const Landings *landings, int32_t node, PlanPassage *out)
{
    const int32_t holder = draft_holder(draft, node);
    Range range = {.part = -1};
    for (size_t at = 0; holder != node && range.part != node;) {
        if (!carry_range(landings, 0, landings->root.text.len, &at, &range)) {
            break;
        }
    }
    if (range.part == node) {
        stand_on(draft, plan, range, false, out);
    } else {
        *out = (PlanPassage){.key = draft->nodes[holder].key, .whole = true};
    }
}

static bool carry_passage(Arena *work, const Draft *draft, const Plan *plan, const PlanPassage *passage,
    PlanPassage *out, Error *error)
{
    Landings landings;
    OperationNode found;
    const int32_t node = draft_find(draft, passage->key);
    if (!land(work, draft, passage->key, &landings, &found, error)) {
        return false;
    }
    const size_t length = landings.root.length, from = found.offset + passage->from;
    const size_t to = found.offset + passage->to;
    if (!passage->whole && (passage->from > passage->to || to > length)) {
        return error_set(
            error, ERROR_INPUT, "a passage of %.*s does not lie in its text", STR_ARGS(passage->key));
    }
    const int32_t holder = draft_holder(draft, node);
    size_t at = from;
    Range range;
    if (!passage->whole && from < to &&
        carry_range(&landings, landings.root.bytes[from], landings.root.bytes[to], &at, &range)) {
        stand_on(draft, plan, range, false, out);
        return true;
    }
    const int32_t place =
        passage->whole || length == 0 ? holder : landings.at[from < length ? from : length - 1].node;
    if (place < 0 || draft->nodes[place].result < 0) {
        stand_above(draft, holder, out);
    } else if (passage->whole) {
        carry_whole(draft, plan, &landings, node, out);
    } else if (length == 0) {
        *out = (PlanPassage){.key = draft->nodes[holder].key};
    } else if (from == to) {
        carry_point(draft, plan, &landings, from, out);
    } else {
        const size_t where = landings.at[from].from;
        stand_on(draft, plan, (Range){place, -1, where, where}, true, out);
    }
    return true;
}

bool plan_passages_carry(Arena *arena, const Plan *base, const PlanOperations *operations,
    const PlanPassages *passages, PlanPassages *out, Error *error)
{
    Draft draft;
    *out = (PlanPassages){0};
    AUTO_ARENA work = new_work_arena(base, operations);
    AUTO_ARENA scratch = new_work_arena(base, operations);
    if (work == NULL || scratch == NULL) {
        return error_memory(error);
    }
    if (!draft_make(work, base, operations, &draft, NULL, error)) {
        return false;
    }
    const Plan *plan = draft_write(work, &draft, error);
    for (size_t i = 0; plan != NULL && i < passages->len; i++) {
        PlanPassage *passage = VEC_PUSH(arena, out);
        if (passage == NULL) {
            return error_memory(error);
        }
        arena_clear(scratch);
        if (!carry_passage(scratch, &draft, plan, &passages->at[i], passage, error)) {
            return false;
        }
        passage->key = arena_str(arena, passage->key);
    }
    return plan != NULL && (!arena_failed(arena) || error_memory(error));
}

bool plan_passage_carry(Arena *arena, const Plan *base, const PlanOperations *operations,
    const PlanPassage *passage, PlanPassage *out, Error *error)
{
    PlanPassage one = *passage;
    const PlanPassages passages = {&one, 1, 1};
    PlanPassages carried;
    if (!plan_passages_carry(arena, base, operations, &passages, &carried, error)) {
        return false;
    }
    *out = carried.at[0];
    return true;
}
