/* plan/write_markdown.c: a plan as the Markdown a person would write, which reads back as the same plan.
 *
 * The plan is written in document order, cut into units: a policy with its basic policy before it. While
 * writing, the writer keeps what the reader would have open (innermost heading, the heading of each level,
 * the basic policy) and prints an attribute wherever the reader would otherwise take another kind, number or
 * parent.
 */
#include "plan/format.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "plan/markdown_internal.h"
#include "plan/number.h"

#define NOTHING (-1)

typedef struct NodeForm {
    MarkdownBlock block;
    int level;       /* of a heading, 1 to 6 */
    bool plain_pair; /* a basic policy that stands only in the headings of its policies */
} NodeForm;

typedef struct MarkdownWriter {
    const Plan *plan;
    Buf *out;
    size_t start;                 /* of the file in out */
    NodeForm *forms;              /* one a node */
    const PlanAnnotation **notes; /* by node, and in the plan's order on one node */
    size_t notes_done;
    int32_t root;                             /* basic policy the reader has open */
    int32_t open;                             /* innermost heading */
    int32_t at_level[MARKDOWN_LEVEL_MAX + 1]; /* heading open at each level */
    bool after_paragraph;
    Error *error;
} MarkdownWriter;

/* --- attributes --- */

typedef struct Attributes {
    bool kind, number, under, moved;
} Attributes;

static void add_attributes(MarkdownWriter *writer, const PlanNode *node, Attributes wanted)
{
    Buf *out = writer->out;
    buf_add(out, S("{#"));
    markdown_add_value(out, node->key);
    if (wanted.kind) {
        buf_printf(out, " .%s", plan_kind_name(node->kind));
    }
    if (wanted.number) {
        buf_add(out, S(" number="));
        markdown_add_value(out, node->number);
    }
    if (wanted.under) {
        buf_add(out, S(" under="));
        if (node->parent != PLAN_NO_PARENT) {
            markdown_add_value(out, writer->plan->nodes.at[node->parent].key);
        }
    }
    if (wanted.moved) {
        buf_add(out, S(" ." MARKDOWN_MOVED));
    }
    buf_add(out, S("}\n"));
}

static Str joined_title(Arena *arena, const PlanNode *node)
{
    return node->number.len == 0
               ? node->text
               : arena_printf(arena, "%.*s %.*s", STR_ARGS(node->number), STR_ARGS(node->text));
}

/* Whether the number printed before the title is read back as the number, and the rest as the text. */
static bool number_shows(Arena *arena, const PlanNode *node)
{
    Str number, rest;
    (void)number_split(joined_title(arena, node), &number, &rest);
    return str_equal(number, node->number) && str_equal(rest, node->text);
}

static bool needs_number(Arena *arena, const PlanNode *node)
{
    return markdown_shows_number(node->kind) ? !number_shows(arena, node) : node->number.len > 0;
}

static bool is_moved(const Plan *plan, const PlanNode *node)
{
    const PlanNode *parent = node->parent == PLAN_NO_PARENT ? NULL : &plan->nodes.at[node->parent];
    return parent != NULL && !markdown_key_fits(node->key, parent->kind, parent->key);
}

static PlanKind section_above(const Plan *plan, int32_t index)
{
    while (index != NOTHING && !markdown_is_section(plan->nodes.at[index].kind)) {
        index = plan->nodes.at[index].parent;
    }
    return index == NOTHING ? PLAN_KIND_COUNT : plan->nodes.at[index].kind;
}

/* --- the form of each node --- */

/* Whether the title of a basic policy is what stands before the first " / " of a heading. */
static bool ends_at_separator(Arena *arena, const PlanNode *node)
{
    const Str title = joined_title(arena, node);
    const Str separator = S(MARKDOWN_PAIR_SEPARATOR);
    return str_find(arena_join(arena, title, separator), separator, 0) == (ptrdiff_t)title.len;
}

/* Policies say their basic policy in their own heading when that reads back as this very node. */
static bool is_plain_pair(const Plan *plan, Arena *arena, int32_t index)
{
    const PlanNode *node = &plan->nodes.at[index];
    const int32_t end = plan_subtree_end(plan, index);
    uint32_t value = 0;
    char key[16];
    if (node->parent != PLAN_NO_PARENT || end == index + 1 || !number_value(node->number, &value)) {
        return false;
    }
    (void)snprintf(key, sizeof key, "%" PRIu32, value);
    if (!str_equal(node->key, str_of(key)) || !number_shows(arena, node) || !ends_at_separator(arena, node)) {
        return false;
    }
    for (int32_t child = index + 1; child < end; child = plan_subtree_end(plan, child)) {
        const PlanNode *policy = &plan->nodes.at[child];
        if (policy->kind != PLAN_POLICY || needs_number(arena, policy) || is_moved(plan, policy) ||
            policy->number.len + policy->text.len == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *other = &plan->nodes.at[i];
        if (other->kind == PLAN_BASIC_POLICY && other != node && str_equal(other->number, node->number)) {
            return false;
        }
    }
    return true;
}

static bool has_children(const Plan *plan, int32_t index)
{
    return (size_t)index + 1 < plan->nodes.len && plan->nodes.at[index + 1].parent == index;
}

static bool is_leaf(const Plan *plan, int32_t index)
{
    const PlanNode *node = &plan->nodes.at[index];
    if (node->kind == PLAN_FACT || node->kind == PLAN_INITIATIVE) {
        return true;
    }
    const bool below_direction =
        node->parent != PLAN_NO_PARENT && plan->nodes.at[node->parent].kind == PLAN_DIRECTION;
    return node->kind == PLAN_DIRECTION && below_direction && !has_children(plan, index);
}

static int level_below(const Plan *plan, const NodeForm *forms, const PlanNode *node)
{
    if (node->parent == PLAN_NO_PARENT) {
        return 1;
    }
    const bool own_page = node->kind == PLAN_POLICY && plan->nodes.at[node->parent].kind == PLAN_BASIC_POLICY;
    return own_page ? 1 : forms[node->parent].level + 1;
}

static bool choose_forms(MarkdownWriter *writer, Arena *arena)
{
    const Plan *plan = writer->plan;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        NodeForm *form = &writer->forms[i];
        if (is_leaf(plan, (int32_t)i)) {
            form->block = node->kind == PLAN_DIRECTION ? MARKDOWN_PARAGRAPH : MARKDOWN_ITEM;
            continue;
        }
        form->block = MARKDOWN_HEADING;
        form->level = level_below(plan, writer->forms, node);
        if (form->level > MARKDOWN_LEVEL_MAX) {
            return error_set(writer->error, ERROR_INPUT,
                "node %.*s is too deep: Markdown has %d levels of headings", STR_ARGS(node->key),
                MARKDOWN_LEVEL_MAX);
        }
        form->plain_pair = node->kind == PLAN_BASIC_POLICY && is_plain_pair(plan, arena, (int32_t)i);
    }
    return true;
}

/* --- blocks --- */

/* What the reader takes for the parent of a block without "under". */
static int32_t plain_parent(
    const MarkdownWriter *writer, const PlanNode *node, const NodeForm *form, bool says_kind)
{
    if (form->block != MARKDOWN_HEADING) {
        return writer->open;
    }
    if (form->level > 1) {
        return writer->at_level[form->level - 1];
    }
    return says_kind && node->kind != PLAN_BASIC_POLICY ? writer->root : NOTHING;
}

static bool needs_kind(const MarkdownWriter *writer, Arena *arena, const PlanNode *node, const NodeForm *form)
{
    const Plan *plan = writer->plan;
    if (form->block == MARKDOWN_HEADING && form->level == 1) {
        return node->kind != PLAN_POLICY || node->parent != PLAN_NO_PARENT ||
               str_contains(joined_title(arena, node), S(MARKDOWN_PAIR_SEPARATOR));
    }
    PlanKind plain = PLAN_KIND_COUNT;
    const bool known =
        node->parent != PLAN_NO_PARENT && markdown_plain_kind(form->block, &plan->nodes.at[node->parent].kind,
                                              section_above(plan, node->parent), node->text, &plain);
    return !known || plain != node->kind;
}

/* A blank line, but not at the head of a file. */
static void add_gap(MarkdownWriter *writer)
{
    if (writer->out->len > writer->start) {
        buf_add_byte(writer->out, '\n');
    }
}

static void begin_block(MarkdownWriter *writer, const NodeForm *form)
{
    if (form->block == MARKDOWN_ITEM) {
        if (writer->after_paragraph) {
            buf_add_byte(writer->out, '\n');
        }
        buf_add(writer->out, S("- "));
    } else {
        add_gap(writer);
    }
    writer->after_paragraph = form->block == MARKDOWN_PARAGRAPH;
    for (int i = 0; form->block == MARKDOWN_HEADING && i <= form->level; i++) {
        buf_add_byte(writer->out, i < form->level ? '#' : ' ');
    }
}

static void open_heading(MarkdownWriter *writer, int32_t index, int level)
{
    for (int i = level; i <= MARKDOWN_LEVEL_MAX; i++) {
        writer->at_level[i] = NOTHING;
    }
    writer->at_level[level] = index;
    writer->open = index;
}

/* A leaf that says "under" closes every heading below that one. */
static void close_below(MarkdownWriter *writer, int32_t index)
{
    const int level = index == NOTHING ? 0 : writer->forms[index].level;
    for (int i = level + 1; i <= MARKDOWN_LEVEL_MAX; i++) {
        writer->at_level[i] = NOTHING;
    }
    writer->open = index;
}

static void add_number(Buf *out, const PlanNode *node)
{
    if (node->number.len > 0) {
        markdown_add_text(out, node->number);
        buf_add_byte(out, ' ');
    }
}

static void add_content(Buf *out, const PlanNode *node)
{
    markdown_add_marked(out, node->text, node->marks.at, node->marks.len);
    if (node->text.len > 0) {
        buf_add_byte(out, ' ');
    }
}

/* `# 2 ひと創り / (1) 子ども... {#2-1}` */
static void write_pair(MarkdownWriter *writer, const PlanNode *node, int32_t index)
{
    Buf *out = writer->out;
    const PlanNode *basic = &writer->plan->nodes.at[node->parent];
    add_gap(writer);
    buf_add(out, S("# "));
    writer->after_paragraph = false;
    add_number(out, basic);
    markdown_add_marked(out, basic->text, basic->marks.at, basic->marks.len);
    buf_add(out, S(MARKDOWN_PAIR_SEPARATOR));
    add_number(out, node);
    add_content(out, node);
    add_attributes(writer, node, (Attributes){0});
    open_heading(writer, index, 1);
    writer->root = node->parent;
}

static void write_node(MarkdownWriter *writer, Arena *arena, int32_t index)
{
    const Plan *plan = writer->plan;
    const PlanNode *node = &plan->nodes.at[index];
    const NodeForm *form = &writer->forms[index];
    if (form->plain_pair) {
        return;
    }
    if (node->parent != PLAN_NO_PARENT && writer->forms[node->parent].plain_pair) {
        write_pair(writer, node, index);
        return;
    }
    Attributes wanted = {.kind = needs_kind(writer, arena, node, form),
        .number = needs_number(arena, node),
        .moved = is_moved(plan, node)};
    wanted.under = plain_parent(writer, node, form, wanted.kind) != node->parent;
    begin_block(writer, form);
    if (!wanted.number) {
        add_number(writer->out, node);
    }
    add_content(writer->out, node);
    add_attributes(writer, node, wanted);
    if (form->block == MARKDOWN_HEADING) {
        open_heading(writer, index, form->level);
        writer->root = node->kind == PLAN_BASIC_POLICY ? index : writer->root;
    } else if (wanted.under) {
        close_below(writer, node->parent);
    }
}

/* --- annotations --- */

static int compare_notes(const void *left, const void *right)
{
    const PlanAnnotation *a = *(const PlanAnnotation *const *)left,
                         *b = *(const PlanAnnotation *const *)right;
    if (a->node != b->node) {
        return a->node < b->node ? -1 : 1;
    }
    return (a > b) - (a < b);
}

/* Which occurrence of the passage (from 1) begins at byte `at`. */
static size_t occurrence_at(Str text, Str passage, size_t at)
{
    size_t n = 1;
    for (size_t from = 0; passage.len > 0 && from < at; n++) {
        const ptrdiff_t found = str_find(text, passage, from);
        if (found < 0 || (size_t)found >= at) {
            break;
        }
        from = (size_t)found + 1;
    }
    return n;
}

/* ` 「passage」`, ` 「passage」#2` or, where neither reads back as this range, ` @from-to`. */
static void add_range(Buf *out, Arena *arena, const PlanAnnotation *note, Str node_text)
{
    if (note->from == 0 && note->to == 0) {
        return;
    }
    const Str passage = utf8_slice(node_text, note->from, note->to);
    const size_t n = occurrence_at(node_text, passage, utf8_offset(node_text, note->from));
    char count[24] = "";
    if (n > 1) {
        (void)snprintf(count, sizeof count, "#%zu", n);
    }
    const Str plain =
        arena_printf(arena, " 「%.*s」%s: %.*s", STR_ARGS(passage), count, STR_ARGS(note->text));
    size_t from = 0, to = 0;
    Str text = STR_EMPTY;
    const bool fine = passage.len > 0 &&
                      markdown_read_note(plain, node_text, &from, &to, &text) == MARKDOWN_NOTE_FINE &&
                      from == note->from && to == note->to && str_equal(text, note->text);
    if (fine) {
        buf_add(out, S(" 「"));
        markdown_add_text(out, passage);
        buf_printf(out, "」%s", count);
    } else {
        buf_printf(out, " @%zu-%zu", note->from, note->to);
    }
}

static void write_notes(MarkdownWriter *writer, Arena *arena, int32_t end)
{
    const Plan *plan = writer->plan;
    bool first = true;
    for (; writer->notes_done < plan->annotations.len; writer->notes_done++) {
        const PlanAnnotation *note = writer->notes[writer->notes_done];
        if (note->node >= end) {
            break;
        }
        if (first) {
            buf_add(writer->out, S("\n## " MARKDOWN_NOTES_TITLE "\n"));
            first = false;
        }
        const PlanNode *node = &plan->nodes.at[note->node];
        buf_printf(writer->out, "- [%s] ", markdown_note_label(note->kind));
        markdown_add_value(writer->out, node->key);
        add_range(writer->out, arena, note, node->text);
        buf_add_byte(writer->out, ':');
        if (note->text.len > 0) {
            buf_add_byte(writer->out, ' ');
            markdown_add_text(writer->out, note->text);
        }
        buf_add_byte(writer->out, '\n');
    }
    writer->after_paragraph = false;
}

/* --- front matter, units, files --- */

static void write_front(MarkdownWriter *writer, size_t order)
{
    const Plan *plan = writer->plan;
    Buf *out = writer->out;
    if (plan->id.len + plan->title.len + plan->edition.len + plan->notice.len + order == 0) {
        return;
    }
    buf_add(out, S("---\n"));
    markdown_add_front(out, "plan", plan->id);
    markdown_add_front(out, "title", plan->title);
    markdown_add_front(out, "edition", plan->edition);
    markdown_add_front(out, "notice", plan->notice);
    if (order > 0) {
        buf_printf(out, "order: %zu\n", order);
    }
    buf_add(out, S("---\n"));
}

static bool starts_unit(const MarkdownWriter *writer, int32_t index)
{
    const PlanNode *node = &writer->plan->nodes.at[index];
    const bool after_pair =
        node->parent != PLAN_NO_PARENT && writer->forms[node->parent].plain_pair && index == node->parent + 1;
    return index == 0 || (writer->forms[index].level == 1 && !after_pair);
}

/* Writes the nodes from `index` on to the next unit with their annotations, and answers where that begins. */
static int32_t write_unit(MarkdownWriter *writer, Arena *arena, int32_t index)
{
    do {
        write_node(writer, arena, index++);
    } while ((size_t)index < writer->plan->nodes.len && !starts_unit(writer, index));
    write_notes(writer, arena, index);
    return index;
}

static bool begin_writing(MarkdownWriter *writer, Arena *arena)
{
    const Plan *plan = writer->plan;
    writer->root = writer->open = NOTHING;
    for (int i = 0; i <= MARKDOWN_LEVEL_MAX; i++) {
        writer->at_level[i] = NOTHING;
    }
    writer->forms = arena_array(arena, plan->nodes.len + 1, sizeof *writer->forms);
    writer->notes = arena_array(arena, plan->annotations.len + 1, sizeof(PlanAnnotation *));
    if (writer->forms == NULL || writer->notes == NULL) {
        return error_memory(writer->error);
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        writer->notes[i] = &plan->annotations.at[i];
    }
    qsort(writer->notes, plan->annotations.len, sizeof(PlanAnnotation *), compare_notes);
    return choose_forms(writer, arena);
}

static bool check_written(const MarkdownWriter *writer, Arena *arena)
{
    if (arena_failed(arena)) {
        return error_memory(writer->error);
    }
    return !writer->out->failed || error_set(writer->error, ERROR_LIMIT,
                                       "the plan is larger than the %zu bytes allowed", writer->out->max);
}

/* Titles joined with their numbers, forms and sorted annotations. */
static Arena *new_work_arena(const Plan *plan)
{
    size_t room = (size_t)1 << 20;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        room += 512 + 4 * (plan->nodes.at[i].text.len + plan->nodes.at[i].number.len);
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        const PlanAnnotation *note = &plan->annotations.at[i];
        room += 512 + note->text.len + plan->nodes.at[note->node].text.len;
    }
    return arena_new(room);
}

bool plan_write_markdown(const Plan *plan, Buf *out, Error *error)
{
    AUTO_ARENA arena = new_work_arena(plan);
    MarkdownWriter writer = {.plan = plan, .out = out, .start = out->len, .error = error};
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!begin_writing(&writer, arena)) {
        return false;
    }
    write_front(&writer, 0);
    for (int32_t index = 0; (size_t)index < plan->nodes.len;) {
        index = write_unit(&writer, arena, index);
    }
    return check_written(&writer, arena);
}

/* The unit's file is named by its policy's key, or by the key of its first node when it has no policy of its
 * own. */
static Str unit_key(const MarkdownWriter *writer, int32_t first)
{
    const bool pair = writer->forms[first].plain_pair;
    return writer->plan->nodes.at[first + (pair ? 1 : 0)].key;
}

/* Whether files named by their units' keys would be read in another order than they are written. */
static bool needs_order(const MarkdownWriter *writer)
{
    Str previous = STR_EMPTY;
    for (size_t i = 0; i < writer->plan->nodes.len; i++) {
        if (starts_unit(writer, (int32_t)i)) {
            const Str key = unit_key(writer, (int32_t)i);
            if (previous.len > 0 && markdown_compare_names(previous, key) >= 0) {
                return true;
            }
            previous = key;
        }
    }
    return false;
}

bool plan_write_markdown_files(const Plan *plan, Arena *arena, size_t max, PlanFiles *files, Error *error)
{
    AUTO_ARENA work = new_work_arena(plan);
    AUTO_BUF text;
    buf_init(&text, max);
    MarkdownWriter writer = {.plan = plan, .out = &text, .error = error};
    if (work == NULL) {
        return error_memory(error);
    }
    if (!begin_writing(&writer, work)) {
        return false;
    }
    const bool ordered = needs_order(&writer);
    for (int32_t index = 0; (size_t)index < plan->nodes.len;) {
        const Str key = unit_key(&writer, index);
        buf_clear(&text);
        write_front(&writer, ordered ? files->len + 1 : 0);
        index = write_unit(&writer, work, index);
        if (!check_written(&writer, work)) {
            return false;
        }
        PlanFile *file = VEC_PUSH(arena, files);
        if (file == NULL) {
            return error_memory(error);
        }
        file->name = arena_printf(arena, "%.*s.md", STR_ARGS(key));
        file->text = arena_str(arena, buf_str(&text));
    }
    return !arena_failed(arena) || error_memory(error);
}
