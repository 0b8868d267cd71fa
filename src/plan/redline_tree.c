/* plan/redline_tree.c: plans and lines of text as neutral trees.
 *
 * Every line of a document is a node with what it is printed with (head, tail) and its text, so that the
 * lines joined are the document. In lines of text a node stands below the nearest line of a higher level; in
 * a plan it stands where the plan has it.
 */
#include "plan/redline_tree_internal.h"

#include "base/utf8.h"
#include "plan/encoding.h"
#include "plan/number.h"

typedef struct KindRow {
    const char *name;
    int level;             /* of lines: one stands below the nearest line before it with a smaller level */
    Str open, close, tail; /* tail: what closes it and the line end */
    bool numbered;         /* the head holds the number */
} KindRow;

/* A note stands below the policy; a paragraph below whatever is open, but not below an item. */
static const KindRow kinds[REDLINE_KIND_COUNT] = {
    [REDLINE_ROOT] = {"root", 0, STR_LITERAL(""), STR_LITERAL(""), STR_LITERAL("\n"), false},
    [REDLINE_BASIC] = {"basic", 1, STR_LITERAL("基本政策 "), STR_LITERAL(""), STR_LITERAL("\n"), true},
    [REDLINE_POLICY] = {"policy", 2, STR_LITERAL("政策 "), STR_LITERAL(""), STR_LITERAL("\n"), true},
    [REDLINE_SECTION] = {"section", 3, STR_LITERAL(""), STR_LITERAL(""), STR_LITERAL("\n"), false},
    [REDLINE_NOTE] = {"note", 3, STR_LITERAL("※"), STR_LITERAL(""), STR_LITERAL("\n"), false},
    [REDLINE_MEASURE] = {"measure", 4, STR_LITERAL(""), STR_LITERAL(""), STR_LITERAL("\n"), true},
    [REDLINE_HEADING] = {"heading", 5, STR_LITERAL("《"), STR_LITERAL("》"), STR_LITERAL("》\n"), false},
    [REDLINE_ITEM] = {"item", 6, STR_LITERAL("●"), STR_LITERAL(""), STR_LITERAL("\n"), false},
    [REDLINE_PARAGRAPH] = {"paragraph", 6, STR_LITERAL(""), STR_LITERAL(""), STR_LITERAL("\n"), false},
};

const char *redline_kind_name(RedlineKind kind)
{
    assert(kind < REDLINE_KIND_COUNT);
    return kinds[kind].name;
}

bool redline_kind_from_name(Str name, RedlineKind *out)
{
    if (str_equal(name, S("para"))) {
        *out = REDLINE_PARAGRAPH;
        return true;
    }
    for (size_t i = 0; i < REDLINE_KIND_COUNT; i++) {
        if (str_equal(name, str_of(kinds[i].name))) {
            *out = (RedlineKind)i;
            return true;
        }
    }
    return false;
}

Str redline_node_name(const RedlineTree *tree, int32_t node, char room[REDLINE_NAME_ROOM])
{
    if (tree->named) {
        return tree->nodes.at[node].name;
    }
    const int length = snprintf(room, REDLINE_NAME_ROOM, "n%06d", (int)node - 1);
    return (Str){room, (size_t)length};
}

/* --- building --- */

RedlineNode *redline_tree_add(Arena *arena, RedlineTree *tree, int32_t parent, RedlineKind kind)
{
    if (tree->nodes.len >= INT32_MAX) {
        return NULL;
    }
    RedlineNode *node = VEC_PUSH(arena, &tree->nodes);
    if (node != NULL) {
        node->parent = parent;
        node->depth = parent < 0 ? 0 : tree->nodes.at[parent].depth + 1;
        node->kind = kind;
        node->name = node->head = node->text = node->tail = STR_EMPTY;
    }
    return node;
}

bool redline_tree_begin(Arena *arena, RedlineTree *tree)
{
    *tree = (RedlineTree){.history = STR_EMPTY, .title = STR_EMPTY};
    return redline_tree_add(arena, tree, -1, REDLINE_ROOT) != NULL;
}

void redline_frame(Arena *arena, RedlineKind kind, Str number, Str *head, Str *tail)
{
    const KindRow *row = &kinds[kind];
    *head = row->open;
    *tail = row->tail;
    if (!row->numbered || number.len == 0) {
        return;
    }
    const bool spaced = kind != REDLINE_MEASURE;
    *head = arena_printf(arena, "%.*s%.*s%s", STR_ARGS(row->open), STR_ARGS(number), spaced ? " " : "");
}

/* --- plans --- */

static RedlineKind kind_of(const PlanNode *node, bool is_section)
{
    static const RedlineKind of_plan[PLAN_KIND_COUNT] = {
        [PLAN_BASIC_POLICY] = REDLINE_BASIC,
        [PLAN_POLICY] = REDLINE_POLICY,
        [PLAN_SITUATION] = REDLINE_SECTION,
        [PLAN_DIRECTION] = REDLINE_SECTION,
        [PLAN_MEASURES] = REDLINE_SECTION,
        [PLAN_MEASURE] = REDLINE_MEASURE,
        [PLAN_GROUP] = REDLINE_HEADING,
        [PLAN_INITIATIVE] = REDLINE_ITEM,
        [PLAN_FACT] = REDLINE_ITEM,
    };
    return node->kind == PLAN_DIRECTION && !is_section ? REDLINE_PARAGRAPH : of_plan[node->kind];
}

static bool add_plan_node(
    Arena *arena, RedlineTree *tree, const Plan *plan, const PlanNode *from, int32_t parent)
{
    const bool is_section =
        from->parent != PLAN_NO_PARENT && plan->nodes.at[from->parent].kind != PLAN_DIRECTION;
    RedlineNode *node = redline_tree_add(arena, tree, parent, kind_of(from, is_section));
    if (node == NULL) {
        return false;
    }
    redline_frame(arena, node->kind, from->number, &node->head, &node->tail);
    node->name = from->key;
    node->text = from->text;
    return true;
}

static bool add_note(Arena *arena, RedlineTree *tree, const PlanAnnotation *from, int32_t parent)
{
    RedlineNode *node = redline_tree_add(arena, tree, parent, REDLINE_NOTE);
    if (node == NULL) {
        return false;
    }
    redline_frame(arena, REDLINE_NOTE, STR_EMPTY, &node->head, &node->tail);
    node->text = from->text;
    return true;
}

/* Annotations by node: first_note of each node, next_note of each annotation, one above the index, 0 none. */
static bool list_notes(Arena *work, const Plan *plan, uint32_t **first_note, uint32_t **next_note)
{
    *first_note = arena_array(work, plan->nodes.len + 1, sizeof **first_note);
    *next_note = arena_array(work, plan->annotations.len + 1, sizeof **next_note);
    if (*first_note == NULL || *next_note == NULL) {
        return false;
    }
    for (size_t i = plan->annotations.len; i > 0; i--) {
        uint32_t *first = &(*first_note)[plan->annotations.at[i - 1].node];
        (*next_note)[i] = *first;
        *first = (uint32_t)i;
    }
    return true;
}

static bool add_title(Arena *arena, RedlineTree *tree, const Plan *plan)
{
    if (plan->title.len == 0) {
        return true;
    }
    RedlineNode *node = redline_tree_add(arena, tree, 0, REDLINE_PARAGRAPH);
    if (node == NULL) {
        return false;
    }
    redline_frame(arena, node->kind, STR_EMPTY, &node->head, &node->tail);
    node->text = plan->title;
    return true;
}

bool redline_tree_of_plan(Arena *arena, const Plan *plan, RedlineTree *out, Error *error)
{
    AUTO_ARENA work = arena_new(((size_t)1 << 20) + 16 * (plan->nodes.len + plan->annotations.len));
    uint32_t *first_note = NULL, *next_note = NULL;
    int32_t *places = work == NULL ? NULL : arena_array(work, plan->nodes.len + 1, sizeof *places);
    if (places == NULL || !list_notes(work, plan, &first_note, &next_note) ||
        !redline_tree_begin(arena, out) || !add_title(arena, out, plan)) {
        return error_memory(error);
    }
    out->history = plan->id;
    out->named = true;
    out->title = plan->edition.len > 0 ? plan->edition : plan->title;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        places[i] = (int32_t)out->nodes.len;
        if (!add_plan_node(arena, out, plan, node, node->parent < 0 ? 0 : places[node->parent])) {
            return error_memory(error);
        }
        for (uint32_t note = first_note[i]; note > 0; note = next_note[note]) {
            if (!add_note(arena, out, &plan->annotations.at[note - 1], places[i])) {
                return error_memory(error);
            }
        }
    }
    return !arena_failed(arena) || error_memory(error);
}

/* --- lines --- */

static bool is_section_line(Str text)
{
    return str_equal(text, S("現状と課題")) || str_equal(text, S("基本方向")) ||
           str_equal(text, S("主な取組"));
}

/* ① to ⑳ and ㉑ to ㊿: how many bytes the number at the start of a line takes. */
static size_t circled_number(Str line)
{
    size_t at = 0;
    const uint32_t first = line.len > 0 ? utf8_next(line, &at) : 0;
    const bool circled = (first >= 0x2460 && first <= 0x2473) || (first >= 0x3251 && first <= 0x325F) ||
                         (first >= 0x32B1 && first <= 0x32BF);
    return circled ? at : 0;
}

/* A line that opens with a word and a number: how many bytes both take with the space behind. */
static size_t numbered_head(Str line, Str word)
{
    Str number = STR_EMPTY, rest = STR_EMPTY;
    const bool numbered =
        str_starts(line, word) && number_split(str_slice(line, word.len, line.len), &number, &rest);
    return numbered ? line.len - rest.len : 0;
}

/* What kind of line it is, and how many bytes its head and its closing mark take. */
static RedlineKind judge_line(Str line, size_t *head, size_t *close)
{
    *close = 0;
    *head = circled_number(line);
    if (*head > 0) {
        return REDLINE_MEASURE;
    }
    for (RedlineKind kind = REDLINE_BASIC; kind <= REDLINE_POLICY; kind++) {
        *head = numbered_head(line, kinds[kind].open);
        if (*head > 0) {
            return kind;
        }
    }
    static const RedlineKind marked[] = {REDLINE_HEADING, REDLINE_ITEM, REDLINE_NOTE};
    for (size_t i = 0; i < COUNT_OF(marked); i++) {
        const KindRow *row = &kinds[marked[i]];
        if (str_starts(line, row->open) && line.len >= row->open.len + row->close.len &&
            str_ends(line, row->close)) {
            *head = row->open.len;
            *close = row->close.len;
            return marked[i];
        }
    }
    return is_section_line(line) ? REDLINE_SECTION : REDLINE_PARAGRAPH;
}

/* The nearest open line that is above this kind. */
static int32_t parent_for(const RedlineTree *tree, RedlineKind kind)
{
    int32_t at = (int32_t)tree->nodes.len - 1;
    while (at > 0 && (kinds[tree->nodes.at[at].kind].level >= kinds[kind].level ||
                         tree->nodes.at[at].kind == REDLINE_NOTE)) {
        at = tree->nodes.at[at].parent;
    }
    return at;
}

static bool add_line(Arena *arena, RedlineTree *tree, Str line, Str line_end)
{
    size_t head = 0, close = 0;
    const RedlineKind kind = judge_line(line, &head, &close);
    RedlineNode *node = redline_tree_add(arena, tree, parent_for(tree, kind), kind);
    if (node == NULL) {
        return false;
    }
    node->head = str_slice(line, 0, head);
    node->text = str_slice(line, head, line.len - close);
    node->tail = close == 0 ? line_end : (Str){line.at + line.len - close, close + line_end.len};
    return true;
}

/* utf8_check, with the way short for what Japanese text is made of; *bad is the first wrong byte. */
static bool check_text(Str text, size_t *bad)
{
    const unsigned char *at = (const unsigned char *)text.at, *const end = at + text.len;
    while (at < end) {
        if (*at < 0x80) {
            at++;
        } else if (end - at >= 3 && *at > 0xE0 && *at < 0xED && (at[1] & 0xC0) == 0x80 &&
                   (at[2] & 0xC0) == 0x80) {
            at += 3;
        } else {
            const size_t from = (size_t)(at - (const unsigned char *)text.at);
            const size_t length = *at >= 0xF0 ? 4 : *at >= 0xE0 ? 3 : 2;
            if (!utf8_check(str_slice(text, from, from + length), bad)) {
                *bad += from;
                return false;
            }
            at += length;
        }
    }
    return true;
}

static size_t count_lines(Str text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; count++) {
        const ptrdiff_t found = str_find(text, S("\n"), at);
        at = found < 0 ? text.len : (size_t)found + 1;
    }
    return count;
}

bool redline_tree_of_lines(Arena *arena, Str text, Str name, RedlineTree *out, Error *error)
{
    size_t bad = 0;
    if (!check_text(text, &bad)) {
        long line = 0, column = 0;
        text_place(text, bad, &line, &column);
        return error_at(error, ERROR_INPUT, name, line, column, "this is not UTF-8 (byte %zu)", bad + 1);
    }
    const size_t lines = count_lines(text);
    *out = (RedlineTree){.history = STR_EMPTY, .title = STR_EMPTY};
    out->nodes.at = arena_array(arena, lines + 1, sizeof(RedlineNode));
    out->nodes.room = lines + 1;
    if (out->nodes.at == NULL || redline_tree_add(arena, out, -1, REDLINE_ROOT) == NULL) {
        return error_memory(error);
    }
    for (size_t at = 0; at < text.len;) {
        const ptrdiff_t found = str_find(text, S("\n"), at);
        const size_t end = found < 0 ? text.len : (size_t)found + 1;
        size_t bare = found < 0 ? end : end - 1;
        bare -= bare > at && text.at[bare - 1] == '\r';
        if (!add_line(arena, out, str_slice(text, at, bare), str_slice(text, bare, end))) {
            return error_memory(error);
        }
        at = end;
    }
    return !arena_failed(arena) || error_memory(error);
}
