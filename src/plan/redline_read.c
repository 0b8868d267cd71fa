/* plan/redline_read.c: files as trees to compare: plans, lists of nodes in JSON, lines of text.
 *
 * What a file is, it says itself: JSON by its first bracket, Markdown by its name, tables by their labels;
 * any other text is lines. Documents go through the importer's sealed child; lines and lists are read here.
 */
#include "plan/redline_tree_internal.h"

#include "base/json.h"
#include "base/utf8.h"
#include "plan/import_internal.h"

/* --- a list of nodes in JSON --- */

static bool read_list_node(Arena *arena, const json_t *item, const Map *places, RedlineTree *tree)
{
    Str id = STR_EMPTY, kind_name = STR_EMPTY, number = STR_EMPTY, text = STR_EMPTY, parent = STR_EMPTY;
    RedlineKind kind = REDLINE_PARAGRAPH;
    if (!json_get_text(item, "id", &id) || !json_get_text(item, "kind", &kind_name) ||
        !json_get_text(item, "text", &text)) {
        return false;
    }
    (void)json_get_text(item, "num", &number);
    const bool below = json_get_text(item, "parent", &parent);
    const uintptr_t place = below ? (uintptr_t)map_get(places, parent) : 0;
    if ((below && place == 0) || (!redline_kind_from_name(kind_name, &kind) && !below)) {
        return false;
    }
    RedlineNode *node =
        redline_tree_add(arena, tree, (int32_t)place, kind == REDLINE_ROOT ? REDLINE_PARAGRAPH : kind);
    if (node == NULL) {
        return false;
    }
    redline_frame(arena, node->kind, number, &node->head, &node->tail);
    node->name = arena_str(arena, id);
    node->text = arena_str(arena, text);
    return true;
}

bool redline_tree_of_list(Arena *arena, Str json, Str name, RedlineTree *out, Error *error)
{
    AUTO_JSON list = json_read(json, name, error);
    if (list == NULL) {
        return false;
    }
    if (!json_is_array(list)) {
        return error_at(error, ERROR_INPUT, name, 1, 1, "expected a list of nodes");
    }
    if (!redline_tree_begin(arena, out)) {
        return error_memory(error);
    }
    Map places;
    map_init(&places, arena);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_list_node(arena, json_array_get(list, i), &places, out)) {
            return arena_failed(arena) ? error_memory(error)
                                       : error_at(error, ERROR_INPUT, name, 0, 0,
                                             "entry %zu is no node: it needs id, kind, text, and a parent "
                                             "that stands before it, or null",
                                             i + 1);
        }
        const uintptr_t place = out->nodes.len - 1;
        if (!map_put(&places, out->nodes.at[place].name, (void *)place)) {
            return error_memory(error);
        }
    }
    out->named = true;
    return !arena_failed(arena) || error_memory(error);
}

/* --- files --- */

static Str without_mark(Str text)
{
    return str_starts(text, S("\xEF\xBB\xBF")) ? str_slice(text, 3, text.len) : text;
}

static bool is_document(const PlanFile *files, size_t count, Str text)
{
    return count > 1 || str_ends(files[0].name, S(".md")) || str_starts(text, S("{")) ||
           (memchr(text.at, '\t', text.len) != NULL && utf8_check(text, NULL) &&
               plan_text_is_table(text, plan_profile_default()));
}

bool redline_tree_of_files(Arena *arena, const PlanFile *files, size_t count, RedlineTree *out, Error *error)
{
    assert(count > 0);
    const Str text = str_trim(without_mark(files[0].text));
    if (is_document(files, count, text)) {
        const ImportRequest request = {.files = files, .file_count = count};
        ImportReading reading = {0};
        if (!import_read(arena, &request, &reading, error) ||
            !redline_tree_of_plan(arena, reading.plan, out, error)) {
            return false;
        }
        out->title = files[0].name;
        return true;
    }
    const bool read =
        str_starts(text, S("["))
            ? redline_tree_of_list(arena, without_mark(files[0].text), files[0].name, out, error)
            : redline_tree_of_lines(arena, files[0].text, files[0].name, out, error);
    out->title = files[0].name;
    return read;
}
