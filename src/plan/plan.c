/* plan/plan.c: the plan as a tree: nodes added in document order, found, counted, keyed, checked and
 * compared.
 *
 * The tree is an array in document order (preorder) with each node's parent, so that a subtree is a stretch
 * of the array and no link can be wrong. Whole-plan passes use one map of keys in an arena of their own and
 * take time linear in the plan.
 */
#include "plan/plan.h"

#include <inttypes.h>

#include "base/map.h"
#include "base/utf8.h"
#include "plan/number.h"

typedef struct KindRow {
    const char *name, *title;
    int depth; /* a child's depth is greater than its parent's */
} KindRow;

static const KindRow kinds[PLAN_KIND_COUNT] = {
    [PLAN_BASIC_POLICY] = {"basic_policy", "基本政策", 0},
    [PLAN_POLICY] = {"policy", "政策", 1},
    [PLAN_SITUATION] = {"situation", "現状と課題", 2},
    [PLAN_DIRECTION] = {"direction", "基本方向", 2},
    [PLAN_MEASURES] = {"measures", "主な取組", 2},
    [PLAN_MEASURE] = {"measure", "取組の柱", 3},
    [PLAN_GROUP] = {"group", "見出し", 4},
    [PLAN_INITIATIVE] = {"initiative", "取組", 5},
    [PLAN_FACT] = {"fact", "現状", 5},
};
static const char *const mark_names[PLAN_MARK_COUNT] = {"insertion", "deletion"};
static const char *const annotation_names[PLAN_ANNOTATION_COUNT] = {
    "rationale", "footnote", "question", "repair"};

const char *plan_kind_name(PlanKind kind)
{
    assert(kind < PLAN_KIND_COUNT);
    return kinds[kind].name;
}

bool plan_kind_from_name(Str name, PlanKind *out)
{
    for (size_t i = 0; i < PLAN_KIND_COUNT; i++) {
        if (str_equal(name, str_of(kinds[i].name))) {
            *out = (PlanKind)i;
            return true;
        }
    }
    return false;
}

const char *plan_kind_title(PlanKind kind)
{
    assert(kind < PLAN_KIND_COUNT);
    return kinds[kind].title;
}

const char *plan_mark_name(PlanMarkKind kind)
{
    assert(kind < PLAN_MARK_COUNT);
    return mark_names[kind];
}

const char *plan_annotation_name(PlanAnnotationKind kind)
{
    assert(kind < PLAN_ANNOTATION_COUNT);
    return annotation_names[kind];
}

bool plan_annotation_from_name(Str name, PlanAnnotationKind *out)
{
    for (size_t i = 0; i < PLAN_ANNOTATION_COUNT; i++) {
        if (str_equal(name, str_of(annotation_names[i]))) {
            *out = (PlanAnnotationKind)i;
            return true;
        }
    }
    return false;
}

Plan *plan_new(Arena *arena)
{
    Plan *plan = ARENA_NEW(arena, Plan);
    if (plan != NULL) {
        plan->arena = arena;
    }
    return plan;
}

PlanNode *plan_add(Plan *plan, int32_t parent, PlanKind kind, Str number, Str text, PlanSource source)
{
    assert(parent >= PLAN_NO_PARENT && parent < (int64_t)plan->nodes.len);
    if (plan->nodes.len >= INT32_MAX) {
        return NULL;
    }
    PlanNode *node = VEC_PUSH(plan->arena, &plan->nodes);
    if (node != NULL) {
        node->parent = parent;
        node->kind = kind;
        node->number = number;
        node->text = text;
        node->source = source;
    }
    return node;
}

int32_t plan_find(const Plan *plan, Str key)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (str_equal(plan->nodes.at[i].key, key)) {
            return (int32_t)i;
        }
    }
    return -1;
}

int32_t plan_subtree_end(const Plan *plan, int32_t index)
{
    assert(index >= 0 && (size_t)index < plan->nodes.len);
    size_t end = (size_t)index + 1;
    while (end < plan->nodes.len && plan->nodes.at[end].parent >= index) {
        end++;
    }
    return (int32_t)end;
}

int32_t plan_ancestor(const Plan *plan, int32_t index, PlanKind kind)
{
    while (index != PLAN_NO_PARENT && plan->nodes.at[index].kind != kind) {
        index = plan->nodes.at[index].parent;
    }
    return index;
}

size_t plan_count(const Plan *plan, PlanKind kind, PlanKind under)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        const bool placed =
            under == PLAN_KIND_COUNT || plan_ancestor(plan, node->parent, under) != PLAN_NO_PARENT;
        count += node->kind == kind && placed;
    }
    return count;
}

/* --- keys --- */

/* Room for a map of all keys and a counter for each node. */
static Arena *new_pass_arena(const Plan *plan)
{
    return arena_new(((size_t)1 << 20) + plan->nodes.len * 512);
}

/* "s", "d", "m" for a policy's three sections, NULL for everything else: a paragraph below 基本方向 has a
 * place. */
static const char *section_letter(const Plan *plan, const PlanNode *node)
{
    const bool inside_direction =
        node->parent != PLAN_NO_PARENT && plan->nodes.at[node->parent].kind == PLAN_DIRECTION;
    switch (node->kind) {
    case PLAN_SITUATION:
        return "s";
    case PLAN_DIRECTION:
        return inside_direction ? NULL : "d";
    case PLAN_MEASURES:
        return "m";
    default:
        return NULL;
    }
}

/* The key that a node's own is built on: its parent's, but a measure's is the policy's, as 主な取組 is only a
 * heading. */
static Str key_stem(const Plan *plan, const PlanNode *node)
{
    int32_t above = node->parent;
    if (node->kind == PLAN_MEASURE && above != PLAN_NO_PARENT &&
        plan->nodes.at[above].kind == PLAN_MEASURES) {
        above = plan->nodes.at[above].parent;
    }
    return above == PLAN_NO_PARENT ? STR_EMPTY : plan->nodes.at[above].key;
}

static Str key_below(Arena *arena, Str stem, const char *last)
{
    return arena_printf(arena, "%.*s%s%s", STR_ARGS(stem), stem.len > 0 ? "-" : "", last);
}

static Str key_of_place(Arena *arena, Str stem, uint32_t place)
{
    char last[16];
    (void)snprintf(last, sizeof last, "%" PRIu32, place);
    return key_below(arena, stem, last);
}

static bool refuse_equal_keys(const PlanNode *first, const PlanNode *second, Str key, Error *error)
{
    return error_at(error, ERROR_INPUT, second->source.file, (long)second->source.line, 0,
        "two nodes have the key %.*s: \"%.*s\" (line %" PRIu32 ") and \"%.*s\" (line %" PRIu32 ")",
        STR_ARGS(key), STR_ARGS(utf8_slice(first->text, 0, 20)), first->source.line,
        STR_ARGS(utf8_slice(second->text, 0, 20)), second->source.line);
}

static bool take_key(Map *keys, PlanNode *node, Str key, Error *error)
{
    if (key.len == 0) {
        return error_memory(error); /* the arena could not print it */
    }
    const PlanNode *holder = map_get(keys, key);
    if (holder != NULL) {
        return refuse_equal_keys(holder, node, key, error);
    }
    node->key = key;
    return map_put(keys, key, node) || error_memory(error);
}

/* What is known of a node's children before they get their keys. */
typedef struct ChildCount {
    uint32_t children, given;
    uint32_t highest;   /* printed number; 0 when none has one */
    uint32_t next_free; /* behind every place and number */
} ChildCount;

/* The node's place among its parent's children. Among numbered siblings, or where an older node holds that
 * key, it is the next free place behind them all. */
static Str free_place_key(Plan *plan, const Map *keys, Str stem, uint32_t place, ChildCount *siblings)
{
    const uint32_t first = siblings->highest > 0 ? siblings->next_free++ : place;
    Str key = key_of_place(plan->arena, stem, first);
    while (key.len > 0 && map_get(keys, key) != NULL) {
        key = key_of_place(plan->arena, stem, siblings->next_free++);
    }
    return key;
}

/* `taken` (may be NULL): keys that are no longer free although no node of this plan has them. */
static bool give_key(
    Plan *plan, Map *keys, const Map *taken, PlanNode *node, ChildCount *siblings, Error *error)
{
    const uint32_t place = ++siblings->given;
    if (node->key.len > 0) {
        return true;
    }
    const Str stem = key_stem(plan, node);
    const char *letter = section_letter(plan, node);
    uint32_t value = 0;
    Str key;
    if (letter != NULL) {
        key = key_below(plan->arena, stem, letter);
    } else if (number_value(node->number, &value)) {
        key = key_of_place(plan->arena, stem, value);
    } else {
        key = free_place_key(plan, keys, stem, place, siblings);
    }
    while (taken != NULL && key.len > 0 && (map_get(keys, key) != NULL || map_get(taken, key) != NULL)) {
        key = key_of_place(plan->arena, stem, siblings->next_free++);
    }
    return take_key(keys, node, key, error);
}

bool plan_give_keys(Plan *plan, Error *error)
{
    return plan_give_new_keys(plan, NULL, error);
}

bool plan_give_new_keys(Plan *plan, const Map *taken, Error *error)
{
    AUTO_ARENA arena = new_pass_arena(plan);
    if (arena == NULL) {
        return error_memory(error);
    }
    Map keys;
    map_init(&keys, arena);
    ChildCount *counts = arena_array(arena, plan->nodes.len + 1, sizeof *counts);
    if (counts == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        PlanNode *node = &plan->nodes.at[i];
        ChildCount *siblings = &counts[node->parent + 1];
        siblings->children++;
        uint32_t value = 0;
        if (number_value(node->number, &value) && value > siblings->highest) {
            siblings->highest = value;
        }
        if (node->key.len > 0 && !take_key(&keys, node, node->key, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->nodes.len + 1; i++) {
        const uint32_t children = counts[i].children, highest = counts[i].highest;
        counts[i].next_free = (children > highest ? children : highest) + 1;
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        PlanNode *node = &plan->nodes.at[i];
        if (!give_key(plan, &keys, taken, node, &counts[node->parent + 1], error)) {
            return false;
        }
    }
    return !arena_failed(plan->arena) || error_memory(error);
}

/* --- checks --- */

static bool node_error(const PlanNode *node, Error *error, const char *what)
{
    return error_at(error, ERROR_INPUT, node->source.file, (long)node->source.line, 0, "node %.*s: %s",
        STR_ARGS(node->key), what);
}

/* UTF-8 on one line: no control characters, with line feeds where `lines` says so. */
static bool is_clean_text(Str s, bool lines)
{
    if (!utf8_check(s, NULL)) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char byte = (unsigned char)s.at[i];
        if ((byte < 0x20 && !(lines && byte == '\n')) || byte == 0x7F) {
            return false;
        }
    }
    return true;
}

bool plan_is_line(Str text)
{
    return is_clean_text(text, false);
}

/* A key stands in addresses and in {#...}: letters, digits, '-', '_' and '.'. A draft's new nodes: "+12". */
static bool is_key(Str key, bool draft)
{
    if (draft && str_starts(key, S("+"))) {
        int64_t id = 0;
        return str_to_int(key, &id) && id > 0;
    }
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.at[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') {
            return false;
        }
    }
    return key.len > 0;
}

/* In document order the parent is the node before or one of its ancestors. */
static bool is_in_order(const Plan *plan, int32_t index)
{
    const int32_t parent = plan->nodes.at[index].parent;
    if (parent < PLAN_NO_PARENT || parent >= index) {
        return false;
    }
    int32_t above = index - 1;
    while (above > parent) {
        above = plan->nodes.at[above].parent;
    }
    return above == parent;
}

bool plan_may_hold(PlanKind parent, PlanKind child)
{
    const bool paragraph = parent == PLAN_DIRECTION && child == PLAN_DIRECTION;
    return paragraph || kinds[child].depth > kinds[parent].depth;
}

static bool check_marks(const PlanNode *node, Error *error)
{
    const size_t length = utf8_count(node->text);
    size_t behind = 0;
    for (size_t i = 0; i < node->marks.len; i++) {
        const PlanMark *mark = &node->marks.at[i];
        if ((unsigned)mark->kind >= PLAN_MARK_COUNT || mark->from >= mark->to || mark->to > length) {
            return node_error(node, error, "a mark does not lie within the text");
        }
        if (mark->from < behind) {
            return node_error(node, error, "marks overlap or are out of order");
        }
        behind = mark->to;
    }
    return true;
}

static bool check_node(const Plan *plan, int32_t index, Map *keys, Error *error)
{
    PlanNode *node = &plan->nodes.at[index];
    if ((unsigned)node->kind >= PLAN_KIND_COUNT) {
        return node_error(node, error, "its kind is unknown");
    }
    if (!is_key(node->key, plan->draft)) {
        return node_error(node, error, "a key is letters, digits, '-', '_' and '.'");
    }
    const PlanNode *holder = map_get(keys, node->key);
    if (holder != NULL) {
        return refuse_equal_keys(holder, node, node->key, error);
    }
    if (!map_put(keys, node->key, node)) {
        return error_memory(error);
    }
    if (!is_in_order(plan, index)) {
        return node_error(node, error, "it does not stand behind its parent in document order");
    }
    if (node->parent != PLAN_NO_PARENT && !plan_may_hold(plan->nodes.at[node->parent].kind, node->kind)) {
        return node_error(node, error, "its parent's kind cannot hold it");
    }
    if (!plan_is_line(node->text) || !plan_is_line(node->number)) {
        return node_error(node, error, "its text is not one line of UTF-8 without control characters");
    }
    return check_marks(node, error);
}

static bool check_annotations(const Plan *plan, Error *error)
{
    for (size_t i = 0; i < plan->annotations.len; i++) {
        const PlanAnnotation *note = &plan->annotations.at[i];
        if ((unsigned)note->kind >= PLAN_ANNOTATION_COUNT || note->node < 0 ||
            (size_t)note->node >= plan->nodes.len) {
            return error_set(error, ERROR_INPUT, "annotation %zu stands on no node", i + 1);
        }
        const PlanNode *node = &plan->nodes.at[note->node];
        if (note->from > note->to || note->to > utf8_count(node->text)) {
            return node_error(node, error, "an annotation does not lie within the text");
        }
        if (!is_clean_text(note->text, true)) {
            return node_error(node, error, "an annotation is not UTF-8 without control characters");
        }
    }
    return true;
}

static bool check_warnings(const Plan *plan, Error *error)
{
    for (size_t i = 0; i < plan->warnings.len; i++) {
        const PlanWarning *warning = &plan->warnings.at[i];
        const bool placed = warning->node >= PLAN_NO_PARENT && warning->node < (int64_t)plan->nodes.len;
        const bool ordered = i == 0 || plan->warnings.at[i - 1].number < warning->number;
        if (warning->number == 0 || !ordered || warning->code == NULL || !placed ||
            (warning->taken && !warning->has_fix)) {
            return error_set(error, ERROR_INPUT, "warning %zu is not numbered, named or placed", i + 1);
        }
    }
    return true;
}

/* The pieces of a repair, one after the other, are the span's own text. */
static bool check_repair(const Plan *plan, const PlanRepair *repair)
{
    if (repair->node < 0 || (size_t)repair->node >= plan->nodes.len || repair->from > repair->to) {
        return false;
    }
    const Str text = plan->nodes.at[repair->node].text;
    if (repair->to > utf8_count(text)) {
        return false;
    }
    Str span = utf8_slice(text, repair->from, repair->to);
    for (size_t i = 0; i < repair->segments.len; i++) {
        const PlanSegment *segment = &repair->segments.at[i];
        const bool known = segment->op == '=' || segment->op == '-' || segment->op == '+';
        if (!known || !str_starts(span, segment->text)) {
            return false;
        }
        span = str_slice(span, segment->text.len, span.len);
    }
    return span.len == 0;
}

static bool check_repairs(const Plan *plan, Error *error)
{
    for (size_t i = 0; i < plan->repairs.len; i++) {
        if (!check_repair(plan, &plan->repairs.at[i])) {
            return error_set(error, ERROR_INPUT, "repair %zu does not cover the text of its span", i + 1);
        }
    }
    return true;
}

bool plan_validate(const Plan *plan, Error *error)
{
    AUTO_ARENA arena = new_pass_arena(plan);
    if (arena == NULL) {
        return error_memory(error);
    }
    Map keys;
    map_init(&keys, arena);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (!check_node(plan, (int32_t)i, &keys, error)) {
            return false;
        }
    }
    return check_annotations(plan, error) && check_warnings(plan, error) && check_repairs(plan, error);
}

/* --- comparison --- */

static bool differ(const PlanNode *a, const PlanNode *b, const char *in, Error *error)
{
    return error_set(error, ERROR_CONFLICT, "%.*s and %.*s differ in %s: \"%.*s\", \"%.*s\"",
        STR_ARGS(a->key), STR_ARGS(b->key), in, STR_ARGS(utf8_slice(a->text, 0, 40)),
        STR_ARGS(utf8_slice(b->text, 0, 40)));
}

static bool same_node(const PlanNode *a, const PlanNode *b, Error *error)
{
    if (!str_equal(a->key, b->key)) {
        return differ(a, b, "key", error);
    }
    if (a->parent != b->parent) {
        return differ(a, b, "parent", error);
    }
    if (a->kind != b->kind) {
        return differ(a, b, "kind", error);
    }
    if (!str_equal(a->number, b->number)) {
        return differ(a, b, "number", error);
    }
    if (!str_equal(a->text, b->text)) {
        return differ(a, b, "text", error);
    }
    bool same = a->marks.len == b->marks.len;
    for (size_t i = 0; same && i < a->marks.len; i++) {
        const PlanMark *x = &a->marks.at[i], *y = &b->marks.at[i];
        same = x->kind == y->kind && x->from == y->from && x->to == y->to;
    }
    return same || differ(a, b, "marks", error);
}

static bool same_annotation(const PlanAnnotation *a, const PlanAnnotation *b)
{
    return a->kind == b->kind && a->node == b->node && a->from == b->from && a->to == b->to &&
           str_equal(a->text, b->text);
}

bool plan_same(const Plan *a, const Plan *b, Error *error)
{
    for (size_t i = 0; i < a->nodes.len && i < b->nodes.len; i++) {
        if (!same_node(&a->nodes.at[i], &b->nodes.at[i], error)) {
            return false;
        }
    }
    if (a->nodes.len != b->nodes.len) {
        return error_set(error, ERROR_CONFLICT, "%zu nodes and %zu nodes", a->nodes.len, b->nodes.len);
    }
    for (size_t i = 0; i < a->annotations.len && i < b->annotations.len; i++) {
        if (!same_annotation(&a->annotations.at[i], &b->annotations.at[i])) {
            return error_set(error, ERROR_CONFLICT, "annotation %zu differs", i + 1);
        }
    }
    if (a->annotations.len != b->annotations.len) {
        return error_set(error, ERROR_CONFLICT, "%zu annotations and %zu annotations", a->annotations.len,
            b->annotations.len);
    }
    return true;
}
