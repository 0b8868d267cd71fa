/* plan/markdown_layout.c: entries and notes laid out as a plan.
 *
 * The policies of one basic policy may stand in files that are not neighbours; they are brought together
 * here, in the order of their first lines. Keys come next, then annotations, which name their node by key and
 * their passage by its words.
 */
#include "plan/markdown_reader_internal.h"

#include "base/utf8.h"

/* Lays the entries out, each basic policy with everything below it, in the order of their first lines. */
static bool lay_out_nodes(MarkdownReader *reader)
{
    const size_t count = reader->entries.len;
    int32_t *place = arena_array(reader->arena, count + 1, sizeof *place);
    int32_t *size = arena_array(reader->arena, count + 1, sizeof *size);
    int32_t *order = arena_array(reader->arena, count + 1, sizeof *order);
    if (place == NULL || size == NULL || order == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size[reader->entries.at[i].root]++;
    }
    int32_t begin = 0;
    for (size_t i = 0; i < count; i++) { /* only roots have a size */
        const int32_t end = begin + size[i];
        size[i] = begin;
        begin = end;
    }
    for (size_t i = 0; i < count; i++) {
        place[i] = size[reader->entries.at[i].root]++;
        order[place[i]] = (int32_t)i;
    }
    for (size_t i = 0; i < count; i++) {
        const PlanNode *from = &reader->entries.at[order[i]].node;
        const int32_t parent = from->parent < 0 ? PLAN_NO_PARENT : place[from->parent];
        PlanNode *node = plan_add(reader->plan, parent, from->kind, from->number, from->text, from->source);
        if (node == NULL) {
            return false;
        }
        node->key = from->key;
        node->marks.at = from->marks.at;
        node->marks.len = from->marks.len;
        node->marks.room = from->marks.room;
    }
    return true;
}

static void resolve_note(MarkdownReader *reader, const Map *keys, const Note *note)
{
    const uintptr_t found = (uintptr_t)map_get(keys, note->key);
    reader->file->name = note->file;
    if (found == 0) {
        COMPLAIN(reader, note->line, note->column, "no node has the key %.*s",
            STR_ARGS(utf8_slice(note->key, 0, 40)));
        return;
    }
    PlanAnnotation read = {.kind = note->kind,
        .node = (int32_t)(found - 1),
        .source = {.file = note->file, .line = (uint32_t)note->line}};
    const Str text = reader->plan->nodes.at[read.node].text;
    switch (markdown_read_note(note->rest, text, &read.from, &read.to, &read.text)) {
    case MARKDOWN_NOTE_FINE: {
        PlanAnnotation *place = VEC_PUSH(reader->arena, &reader->plan->annotations);
        if (place != NULL) {
            *place = read;
        }
        return;
    }
    case MARKDOWN_NOTE_PASSAGE: {
        const ptrdiff_t end = str_find(note->rest, S(":"), 0);
        COMPLAIN(reader, note->line, note->column, "the text of %.*s does not have the passage %.*s",
            STR_ARGS(note->key), STR_ARGS(utf8_slice(str_slice(note->rest, 1, (size_t)end), 0, 40)));
        return;
    }
    case MARKDOWN_NOTE_RANGE:
        COMPLAIN(reader, note->line, note->column, "the text of %.*s has only %zu characters",
            STR_ARGS(note->key), utf8_count(text));
        return;
    case MARKDOWN_NOTE_SHAPE:
        COMPLAIN(reader, note->line, note->column,
            "behind the key of an annotation stands a colon, or 「a passage」 and a colon");
        return;
    }
}

static int compare_annotations(const void *left, const void *right)
{
    const PlanAnnotation *a = *(const PlanAnnotation *const *)left,
                         *b = *(const PlanAnnotation *const *)right;
    return a->node != b->node ? (a->node > b->node) - (a->node < b->node) : (a > b) - (a < b);
}

/* By node; those of one node stay in the order in which they were read. */
static void sort_annotations(Arena *arena, PlanAnnotation *notes, size_t count)
{
    const PlanAnnotation **order = arena_array(arena, count + 1, sizeof(PlanAnnotation *));
    PlanAnnotation *copy = arena_array(arena, count + 1, sizeof *copy);
    if (order == NULL || copy == NULL || count == 0) {
        return;
    }
    memcpy(copy, notes, count * sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        order[i] = &copy[i];
    }
    qsort(order, count, sizeof(PlanAnnotation *), compare_annotations);
    for (size_t i = 0; i < count; i++) {
        notes[i] = *order[i];
    }
}

static void resolve_notes(MarkdownReader *reader)
{
    Map keys;
    map_init(&keys, reader->arena);
    for (size_t i = 0; i < reader->plan->nodes.len; i++) {
        if (!map_put(&keys, reader->plan->nodes.at[i].key, (void *)(uintptr_t)(i + 1))) {
            return;
        }
    }
    for (size_t i = 0; i < reader->notes.len; i++) {
        resolve_note(reader, &keys, &reader->notes.at[i]);
    }
    sort_annotations(reader->arena, reader->plan->annotations.at, reader->plan->annotations.len);
}

static size_t leading_underscores(Str key)
{
    size_t count = 0;
    while (count < key.len && key.at[count] == '_') {
        count++;
    }
    return count;
}

/* Keys for nodes that have none: more underscores than any other key begins with, and a number. Answers the
 * underscores. */
static Str give_stand_ins(Plan *plan)
{
    size_t most = 0;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const size_t count = leading_underscores(plan->nodes.at[i].key);
        most = count > most ? count : most;
    }
    char *prefix = arena_alloc(plan->arena, most + 1);
    if (prefix == NULL) {
        return STR_EMPTY; /* the arena remembers */
    }
    memset(prefix, '_', most + 1);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (plan->nodes.at[i].key.len == 0) {
            plan->nodes.at[i].key = arena_printf(plan->arena, "%.*s%zu", (int)most + 1, prefix, i + 1);
        }
    }
    return (Str){prefix, most + 1};
}

bool markdown_lay_out(MarkdownReader *reader, Error *error)
{
    if (reader->entries.len == 0 && !arena_failed(reader->arena)) {
        return error_at(error, ERROR_INPUT, reader->file->name, 1, 1,
            "there is no policy in this text; one begins with a line like \"# 2 ひと創り / (1) 子ども "
            "{#2-1}\"");
    }
    if (!lay_out_nodes(reader)) {
        return error_memory(error);
    }
    if (reader->stand_in != NULL) {
        *reader->stand_in = give_stand_ins(reader->plan);
    } else if (!plan_give_keys(reader->plan, error)) {
        return false;
    }
    resolve_notes(reader);
    return arena_failed(reader->arena) ? error_memory(error) : plan_validate(reader->plan, error);
}
