/* plan/redline_write.c: a redline for programs: every row with its pieces, and the script that walks both
 * texts.
 */
#include "plan/redline_tree_internal.h"

#include "base/json.h"
#include "base/utf8.h"

static bool written(const Buf *out, Error *error)
{
    return !out->failed || error_set(error, ERROR_LIMIT, "the redline is larger than %zu bytes", out->max);
}

static const RedlineNode *old_node_of(const Redline *redline, const RedlineRow *row)
{
    return row->old_node < 0 ? NULL : &redline->old_tree->nodes.at[row->old_node];
}

static const RedlineNode *new_node_of(const Redline *redline, const RedlineRow *row)
{
    return row->new_node < 0 ? NULL : &redline->new_tree->nodes.at[row->new_node];
}

/* --- hitomachi-redline/1 --- */

static void write_pieces(JsonWriter *json, const char *key, const RedlinePieces *pieces)
{
    if (pieces->len == 0) {
        return;
    }
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < pieces->len; i++) {
        json_array_begin(json);
        json_text(json, (Str){&pieces->at[i].op, 1});
        json_text(json, pieces->at[i].text);
        json_array_end(json);
    }
    json_array_end(json);
}

static void write_row(JsonWriter *json, const Redline *redline, const RedlineRow *row)
{
    const RedlineNode *old_node = old_node_of(redline, row), *new_node = new_node_of(redline, row);
    const RedlineNode *shown = row->op == REDLINE_STRUCK ? old_node : new_node;
    json_object_begin(json);
    json_key_text(json, "op", (Str){&row->op, 1});
    json_key_text(json, "kind", str_of(redline_kind_name(shown->kind)));
    json_key_int(json, "depth", shown->depth);
    char room[REDLINE_NAME_ROOM];
    if (old_node != NULL) {
        json_key_text(json, "old", redline_node_name(redline->old_tree, row->old_node, room));
    }
    if (new_node != NULL) {
        json_key_text(json, "new", redline_node_name(redline->new_tree, row->new_node, room));
    }
    if (row->moved) {
        json_key_bool(json, "moved", true);
    }
    if (row->carried) {
        json_key_bool(json, "carried", true);
    }
    if (row->other >= 0) {
        json_key_int(json, "other", row->other);
    }
    write_pieces(json, "head", &row->head);
    write_pieces(json, "text", &row->text);
    write_pieces(json, "tail", &row->tail);
    json_object_end(json);
}

static void write_counts(JsonWriter *json, const RedlineCounts *counts)
{
    json_key(json, "counts");
    json_object_begin(json);
    json_key_int(json, "inserted", (int64_t)counts->inserted);
    json_key_int(json, "deleted", (int64_t)counts->deleted);
    json_key_int(json, "edited", (int64_t)counts->edited);
    json_key_int(json, "moved", (int64_t)counts->moved);
    json_key_int(json, "renumbered", (int64_t)counts->renumbered);
    json_key_int(json, "split", (int64_t)counts->split);
    json_key_int(json, "merged", (int64_t)counts->merged);
    json_object_end(json);
}

bool redline_write_json(const Redline *redline, Buf *out, Error *error)
{
    JsonWriter json;
    json_writer_init(&json, out, false);
    json_object_begin(&json);
    json_key_text(&json, "format", S("hitomachi-redline/1"));
    json_key_text(&json, "old", redline->old_tree->title);
    json_key_text(&json, "new", redline->new_tree->title);
    write_counts(&json, &redline->counts);
    json_key(&json, "rows");
    json_array_begin(&json);
    for (size_t i = 0; i < redline->rows.len; i++) {
        write_row(&json, redline, &redline->rows.at[i]);
    }
    json_array_end(&json);
    json_object_end(&json);
    buf_add_byte(out, '\n');
    return written(out, error);
}

/* --- script --- */

typedef struct ScriptWriter {
    JsonWriter json;
    char op; /* of the run that is being counted */
    size_t count;
} ScriptWriter;

static void end_run(ScriptWriter *writer)
{
    if (writer->count > 0) {
        json_array_begin(&writer->json);
        json_text(&writer->json, (Str){&writer->op, 1});
        json_int(&writer->json, (int64_t)writer->count);
        json_array_end(&writer->json);
    }
    writer->count = 0;
}

static void add_run(ScriptWriter *writer, char op, Str text)
{
    const size_t count = utf8_count(text);
    if (count == 0) {
        return;
    }
    if (writer->op != op) {
        end_run(writer);
        writer->op = op;
    }
    writer->count += count;
}

static void add_pieces(ScriptWriter *writer, const RedlinePieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        add_run(writer, pieces->at[i].op, pieces->at[i].text);
    }
}

static void write_script(ScriptWriter *writer, const Redline *redline)
{
    for (size_t i = 0; i < redline->rows.len; i++) {
        const RedlineRow *row = &redline->rows.at[i];
        if (row->op == REDLINE_KEPT) {
            add_pieces(writer, &row->head);
            add_pieces(writer, &row->text);
            add_pieces(writer, &row->tail);
            continue;
        }
        const RedlineNode *node =
            row->op == REDLINE_STRUCK ? old_node_of(redline, row) : new_node_of(redline, row);
        add_run(writer, row->op, node->head);
        add_run(writer, row->op, node->text);
        add_run(writer, row->op, node->tail);
    }
    end_run(writer);
}

/* A line has no name of its own that lasts: what survives goes by its old one. */
static void write_moves(JsonWriter *json, const Redline *redline)
{
    char room[REDLINE_NAME_ROOM];
    for (size_t i = 0; i < redline->rows.len; i++) {
        const RedlineRow *row = &redline->rows.at[i];
        if (row->op == REDLINE_INSERTED && row->moved) {
            const Str name = redline_node_name(redline->old_tree, row->old_node, room);
            json_array_begin(json);
            json_text(json, name);
            json_text(json, redline->new_tree->named ? new_node_of(redline, row)->name : name);
            json_array_end(json);
        }
    }
}

/* Keys of an object are C strings; names with a NUL inside are not written. */
static void write_map(JsonWriter *json, const Redline *redline)
{
    json_key(json, "map");
    json_object_begin(json);
    for (size_t i = 1; i < redline->old_tree->nodes.len; i++) {
        const Str name = redline->old_tree->nodes.at[i].name;
        if (redline->to_new[i] < 0 || name.len == 0 || memchr(name.at, '\0', name.len) != NULL) {
            continue;
        }
        char key[256];
        if (name.len < sizeof key) {
            memcpy(key, name.at, name.len);
            key[name.len] = '\0';
            json_key_text(json, key, redline->new_tree->nodes.at[redline->to_new[i]].name);
        }
    }
    json_object_end(json);
}

bool redline_write_script(const Redline *redline, Buf *out, Error *error)
{
    ScriptWriter writer = {.op = REDLINE_KEPT};
    json_writer_init(&writer.json, out, false);
    json_object_begin(&writer.json);
    json_key(&writer.json, "script");
    json_array_begin(&writer.json);
    write_script(&writer, redline);
    json_array_end(&writer.json);
    json_key(&writer.json, "moves");
    json_array_begin(&writer.json);
    write_moves(&writer.json, redline);
    json_array_end(&writer.json);
    if (redline->old_tree->named && redline->new_tree->named) {
        write_map(&writer.json, redline);
    }
    json_object_end(&writer.json);
    buf_add_byte(out, '\n');
    return written(out, error);
}
