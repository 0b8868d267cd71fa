/* plan/markdown_blocks.c: headings, items and paragraphs of plan text made into entries and notes.
 *
 * A chain of open headings gives each block its parent, the shared rules of markdown.c its kind. After an
 * error reading goes on, but what stands below a refused heading is skipped, so that one mistake is one
 * complaint.
 */
#include "plan/markdown_reader_internal.h"

#include <cmark.h>
#include <inttypes.h>

#include "base/near.h"
#include "base/utf8.h"
#include "plan/number.h"

/* --- headings --- */

void markdown_open_heading(MarkdownReader *reader, int32_t index, int level)
{
    for (int i = level; i <= MARKDOWN_LEVEL_MAX; i++) {
        reader->at_level[i] = NOTHING;
    }
    reader->at_level[level] = index;
    reader->open = index;
}

static int deepest_level(const MarkdownReader *reader)
{
    int level = MARKDOWN_LEVEL_MAX;
    while (level > 0 && reader->at_level[level] == NOTHING) {
        level--;
    }
    return level;
}

static PlanKind section_above(const MarkdownReader *reader, int32_t index)
{
    while (index >= 0 && !markdown_is_section(reader->entries.at[index].node.kind)) {
        index = reader->entries.at[index].node.parent;
    }
    return index < 0 ? PLAN_KIND_COUNT : reader->entries.at[index].node.kind;
}

/* The open heading (or basic policy) that "under" names. */
static bool find_under(const MarkdownReader *reader, const MarkdownLine *line, int32_t *out)
{
    *out = NOTHING;
    if (line->under.len == 0) {
        return true;
    }
    int32_t above = reader->open;
    while (above >= 0 && !str_equal(reader->entries.at[above].node.key, line->under)) {
        above = reader->entries.at[above].node.parent;
    }
    if (above < 0 && reader->root >= 0 && str_equal(reader->entries.at[reader->root].node.key, line->under)) {
        above = reader->root;
    }
    *out = above;
    return above >= 0 || COMPLAIN(reader, line->line, line->column,
                             "under=%.*s names no heading that is open here", STR_ARGS(line->under));
}

static bool find_heading_parent(MarkdownReader *reader, const MarkdownLine *line, int level, int32_t *out)
{
    if (line->has_under) {
        return find_under(reader, line, out);
    }
    if (level == 1) {
        *out = line->has_kind && line->kind != PLAN_BASIC_POLICY ? reader->root : NOTHING;
        return true;
    }
    *out = reader->at_level[level - 1];
    const int deepest = deepest_level(reader);
    if (*out != NOTHING) {
        return *out != REFUSED;
    }
    if (deepest < level - 1 && reader->at_level[deepest] == REFUSED) {
        return false;
    }
    return COMPLAIN(reader, line->line, line->column,
        "a heading of level %d stands here below one of level %d; right would be level %d (%.*s)", level,
        deepest, deepest + 1, deepest + 1, "######");
}

static bool refuse_kind(const MarkdownReader *reader, const MarkdownLine *line, MarkdownBlock block)
{
    if (block == MARKDOWN_ITEM) {
        return COMPLAIN(reader, line->line, line->column,
            "an item (- ) stands here below no section; it belongs below 現状と課題 or 主な取組");
    }
    if (block == MARKDOWN_PARAGRAPH) {
        return COMPLAIN(reader, line->line, line->column,
            "a paragraph stands only below 基本方向; right would be an item, which begins with \"- \"");
    }
    const char *sections[] = {"現状と課題", "基本方向", "主な取組", MARKDOWN_NOTES_TITLE};
    const char *near = near_word(line->text, sections, COUNT_OF(sections));
    if (near != NULL) {
        return COMPLAIN(reader, line->line, line->column, "unknown section \"%.*s\"; did you mean %s?",
            STR_ARGS(utf8_slice(line->text, 0, 40)), near);
    }
    return COMPLAIN(reader, line->line, line->column,
        "unknown heading \"%.*s\"; a policy has 現状と課題, 基本方向, 主な取組 and 注記, and any other "
        "heading names its "
        "kind: {#2-1-x .situation}",
        STR_ARGS(utf8_slice(line->text, 0, 40)));
}

static bool find_kind(const MarkdownReader *reader, MarkdownLine *line, MarkdownBlock block, int32_t parent)
{
    const PlanKind *above = parent < 0 ? NULL : &reader->entries.at[parent].node.kind;
    return line->has_kind ||
           markdown_plain_kind(block, above, section_above(reader, parent), line->text, &line->kind) ||
           refuse_kind(reader, line, block);
}

/* --- entries --- */

static bool check_key(MarkdownReader *reader, const MarkdownLine *line, int32_t parent)
{
    const uintptr_t found = (uintptr_t)map_get(&reader->keys, line->key);
    if (found != 0) {
        const PlanSource *first = &reader->entries.at[found - 1].node.source;
        return COMPLAIN(reader, line->line, line->column, "the key %.*s was given before, in %.*s:%u",
            STR_ARGS(line->key), STR_ARGS(first->file), first->line);
    }
    if (parent < 0 || line->moved) {
        return true;
    }
    const PlanNode *above = &reader->entries.at[parent].node;
    uint32_t value = 0;
    const Str stem = above->key.len > 0 || !number_value(above->number, &value)
                         ? above->key
                         : arena_printf(reader->arena, "%" PRIu32, value);
    return markdown_key_fits(line->key, above->kind, stem) ||
           COMPLAIN(reader, line->line, line->column,
               "the key %.*s stands below %.*s; if the node was moved here, write {#%.*s ." MARKDOWN_MOVED
               "}",
               STR_ARGS(line->key), STR_ARGS(stem), STR_ARGS(line->key));
}

/* Takes the printed number off the title; marks count from behind it. */
static bool split_number(MarkdownReader *reader, MarkdownLine *line)
{
    if (line->has_number || !markdown_shows_number(line->kind)) {
        return true;
    }
    Str rest = STR_EMPTY;
    (void)number_split(line->text, &line->number, &rest);
    const size_t cut = utf8_count(line->text) - utf8_count(rest);
    for (size_t i = 0; i < line->marks.len; i++) {
        if (line->marks.at[i].from < cut) {
            return COMPLAIN(reader, line->line, line->column, "<ins> and <del> must begin behind the number");
        }
        line->marks.at[i].from -= cut;
        line->marks.at[i].to -= cut;
    }
    line->text = rest;
    return true;
}

static int32_t add_entry(MarkdownReader *reader, MarkdownLine *line, int32_t parent)
{
    if (!split_number(reader, line) || (line->key.len > 0 && !check_key(reader, line, parent))) {
        return REFUSED;
    }
    Entry *entry = reader->entries.len < INT32_MAX ? VEC_PUSH(reader->arena, &reader->entries) : NULL;
    if (entry == NULL) {
        return REFUSED; /* the arena remembers */
    }
    const int32_t index = (int32_t)reader->entries.len - 1;
    PlanNode *node = &entry->node;
    *node = (PlanNode){.key = line->key,
        .parent = parent,
        .kind = line->kind,
        .number = line->number,
        .text = line->text,
        .source = {.file = reader->file->name, .line = (uint32_t)line->line}};
    node->marks.at = line->marks.at;
    node->marks.len = line->marks.len;
    node->marks.room = line->marks.room;
    entry->root = parent < 0 ? index : reader->entries.at[parent].root;
    if (line->key.len > 0 && !map_put(&reader->keys, line->key, (void *)((uintptr_t)index + 1))) {
        return REFUSED;
    }
    return index;
}

/* --- basic policies --- */

static Str basic_name(const MarkdownLine *line)
{
    return line->number.len > 0 ? line->number : line->text;
}

static void note_basic(MarkdownReader *reader, const MarkdownLine *line, int32_t index)
{
    if (index < 0 || map_get(&reader->basics, basic_name(line)))
        return;
    bool noted = map_put(&reader->basics, basic_name(line), (void *)((uintptr_t)index + 1));
    assert(noted == !arena_failed(reader->arena)); /* a full arena ends the reading, later */
    (void)noted;
}

static bool is_same_title(const PlanNode *node, const MarkdownLine *line)
{
    bool same = str_equal(node->number, line->number) && str_equal(node->text, line->text) &&
                node->marks.len == line->marks.len;
    for (size_t i = 0; same && i < line->marks.len; i++) {
        const PlanMark *a = &node->marks.at[i], *b = &line->marks.at[i];
        same = a->kind == b->kind && a->from == b->from && a->to == b->to;
    }
    return same;
}

/* The basic policy before " / ": the one read before, or a new one. */
static int32_t open_basic(MarkdownReader *reader, MarkdownLine *line)
{
    line->kind = PLAN_BASIC_POLICY;
    if (!split_number(reader, line)) {
        return REFUSED;
    }
    line->has_number = true;
    const uintptr_t found = (uintptr_t)map_get(&reader->basics, basic_name(line));
    if (found == 0) {
        const int32_t index = add_entry(reader, line, NOTHING);
        note_basic(reader, line, index);
        return index;
    }
    const PlanNode *node = &reader->entries.at[found - 1].node;
    if (!is_same_title(node, line)) {
        COMPLAIN(reader, line->line, line->column,
            "basic policy %.*s is \"%.*s\" here, but \"%.*s\" in %.*s:%u", STR_ARGS(line->number),
            STR_ARGS(utf8_slice(line->text, 0, 30)), STR_ARGS(utf8_slice(node->text, 0, 30)),
            STR_ARGS(node->source.file), node->source.line);
        return REFUSED;
    }
    return (int32_t)(found - 1);
}

/* The part of a line in bytes [from, to) of its text, with the marks that lie in it. */
static bool cut_line(
    MarkdownReader *reader, const MarkdownLine *line, size_t from, size_t to, MarkdownLine *out)
{
    const size_t first = utf8_count(str_slice(line->text, 0, from));
    const size_t end = first + utf8_count(str_slice(line->text, from, to));
    *out = (MarkdownLine){.text = str_slice(line->text, from, to),
        .line = line->line,
        .column = line->column,
        .key = STR_EMPTY,
        .number = STR_EMPTY};
    for (size_t i = 0; i < line->marks.len; i++) {
        const PlanMark mark = line->marks.at[i];
        if (mark.to <= first || mark.from >= end) {
            continue;
        }
        if (mark.from < first || mark.to > end) {
            return COMPLAIN(reader, line->line, line->column,
                "<ins> and <del> cannot reach over the \"/\" between basic policy and policy");
        }
        PlanMark *copy = VEC_PUSH(reader->arena, &out->marks);
        if (copy != NULL) {
            *copy = (PlanMark){mark.kind, mark.from - first, mark.to - first};
        }
    }
    return true;
}

/* `# 2 ひと創り / (1) 子ども... {#2-1}` */
static int32_t add_pair(MarkdownReader *reader, MarkdownLine *line, size_t separator)
{
    MarkdownLine basic, policy;
    const size_t behind = separator + strlen(MARKDOWN_PAIR_SEPARATOR);
    if (!cut_line(reader, line, 0, separator, &basic) ||
        !cut_line(reader, line, behind, line->text.len, &policy)) {
        return REFUSED;
    }
    const int32_t root = open_basic(reader, &basic);
    if (root < 0) {
        return REFUSED;
    }
    reader->root = root;
    policy.kind = PLAN_POLICY;
    policy.key = line->key;
    policy.moved = line->moved;
    return add_entry(reader, &policy, root);
}

/* --- blocks --- */

static bool is_notes_title(const MarkdownLine *line, int level)
{
    return level == 2 && !line->has_attributes && str_equal(line->text, S(MARKDOWN_NOTES_TITLE));
}

static int32_t add_heading(MarkdownReader *reader, MarkdownLine *line, int level)
{
    const ptrdiff_t separator = str_find(line->text, S(MARKDOWN_PAIR_SEPARATOR), 0);
    if (level == 1 && separator >= 0 && !line->has_kind) {
        return add_pair(reader, line, (size_t)separator);
    }
    int32_t parent = NOTHING;
    if (!find_heading_parent(reader, line, level, &parent) ||
        !find_kind(reader, line, MARKDOWN_HEADING, parent)) {
        return REFUSED;
    }
    const int32_t index = add_entry(reader, line, parent);
    if (line->kind == PLAN_BASIC_POLICY && index >= 0) {
        reader->root = index;
        note_basic(reader, line, index);
    }
    return index;
}

static void read_heading(MarkdownReader *reader, cmark_node *block)
{
    MarkdownLine line;
    const int level = cmark_node_get_heading_level(block);
    const bool read = markdown_read_line(reader->arena, reader->file, block, false, &line);
    const Str source = str_trim(markdown_source_line(reader->file, line.line));
    if (!str_starts(source, S("#"))) {
        COMPLAIN(reader, line.line, line.column,
            "a text underlined with --- or === ; a heading is written with #");
        return;
    }
    if (read && is_notes_title(&line, level)) {
        reader->in_notes = true;
        return;
    }
    if (reader->in_notes && level > 1) {
        COMPLAIN(reader, line.line, line.column,
            "after " MARKDOWN_NOTES_TITLE " only annotations or another policy (# ...) can stand");
        return;
    }
    reader->in_notes = false;
    markdown_open_heading(reader, read ? add_heading(reader, &line, level) : REFUSED, level);
}

/* An item or a paragraph. */
static void read_leaf(MarkdownReader *reader, cmark_node *block, MarkdownBlock form)
{
    MarkdownLine line;
    int32_t parent = reader->open;
    if (!markdown_read_line(reader->arena, reader->file, block, false, &line) ||
        (parent == REFUSED && !line.has_under) || (line.has_under && !find_under(reader, &line, &parent)) ||
        !find_kind(reader, &line, form, parent)) {
        return;
    }
    (void)add_entry(reader, &line, parent);
    if (line.has_under) {
        for (int level = MARKDOWN_LEVEL_MAX; level > 0 && reader->at_level[level] != parent; level--) {
            reader->at_level[level] = NOTHING;
        }
        reader->open = parent;
    }
}

/* `[注] 2-1-1 「...」: ...` up to the key; the rest waits for the node's text. */
static void read_note(MarkdownReader *reader, cmark_node *block)
{
    MarkdownLine line;
    if (!markdown_read_line(reader->arena, reader->file, block, true, &line)) {
        return;
    }
    Note read = {.file = reader->file->name, .line = line.line, .column = line.column};
    Str label = STR_EMPTY, rest = STR_EMPTY;
    const bool labelled = str_starts(line.text, S("[")) && str_cut(line.text, S("] "), &label, &rest);
    if (!labelled || !markdown_note_from_label(str_slice(label, 1, label.len), &read.kind)) {
        COMPLAIN(reader, line.line, line.column,
            "an annotation begins with [理由], [注], [照会] or [校正], then a key: - [注] 2-1-1 「...」: "
            "...");
        return;
    }
    size_t end = 0;
    while (end < rest.len && rest.at[end] != ' ' && rest.at[end] != ':') {
        end++;
    }
    read.key = str_slice(rest, 0, end);
    read.rest = str_slice(rest, end, rest.len);
    Note *note = VEC_PUSH(reader->arena, &reader->notes);
    if (note != NULL) {
        *note = read;
    }
}

/* An item holds one paragraph, or nothing. */
static void read_item(MarkdownReader *reader, cmark_node *item)
{
    cmark_node *block = cmark_node_first_child(item);
    const bool single =
        block != NULL && cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH && cmark_node_next(block) == NULL;
    if (!single) {
        COMPLAIN(reader, cmark_node_get_start_line(item) + reader->file->front_lines, 1,
            block == NULL ? "an item (- ) without text" : "an item (- ) holds one text and nothing below it");
    } else if (reader->in_notes) {
        read_note(reader, block);
    } else {
        read_leaf(reader, block, MARKDOWN_ITEM);
    }
}

static const char *foreign_block(cmark_node *block)
{
    switch (cmark_node_get_type(block)) {
    case CMARK_NODE_BLOCK_QUOTE:
        return "a quotation (>)";
    case CMARK_NODE_CODE_BLOCK:
        return "a block of code (indented, or between ```)";
    case CMARK_NODE_THEMATIC_BREAK:
        return "a rule (---)";
    default:
        return "a block of HTML";
    }
}

void markdown_read_block(MarkdownReader *reader, struct cmark_node *block)
{
    const long line = cmark_node_get_start_line(block) + reader->file->front_lines;
    switch (cmark_node_get_type(block)) {
    case CMARK_NODE_HEADING:
        read_heading(reader, block);
        return;
    case CMARK_NODE_PARAGRAPH:
        if (reader->in_notes) {
            COMPLAIN(reader, line, 1, "an annotation begins with \"- [\"");
        } else {
            read_leaf(reader, block, MARKDOWN_PARAGRAPH);
        }
        return;
    case CMARK_NODE_LIST:
        if (cmark_node_get_list_type(block) == CMARK_ORDERED_LIST) {
            COMPLAIN(reader, line, 1, "a numbered list is not plan text; an item begins with \"- \"");
            return;
        }
        for (cmark_node *item = cmark_node_first_child(block); item != NULL; item = cmark_node_next(item)) {
            read_item(reader, item);
        }
        return;
    default:
        COMPLAIN(reader, line, 1, "only headings (#), items (- ) and paragraphs are plan text; this is %s",
            foreign_block(block));
        return;
    }
}
