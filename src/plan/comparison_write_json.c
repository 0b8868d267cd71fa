/* plan/comparison_write_json.c: a comparison table for programs: hitomachi-comparison/1. What is not told of
 * a row (no number, no remark) is left out. */
#include "plan/comparison_internal.h"

#include "base/json.h"

static void write_cell(JsonWriter *json, const char *key, const RedlinePieces *cell)
{
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < cell->len; i++) {
        json_array_begin(json);
        json_text(json, (Str){&cell->at[i].op, 1});
        json_text(json, cell->at[i].text);
        json_array_end(json);
    }
    json_array_end(json);
}

static void write_path(JsonWriter *json, const char *key, const ComparisonPath *path)
{
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < path->len; i++) {
        json_object_begin(json);
        if (path->at[i].line.len > 0) {
            json_key_text(json, "line", path->at[i].line);
        }
        json_key_int(json, "nth", path->at[i].nth);
        json_object_end(json);
    }
    json_array_end(json);
}

static void write_nth(JsonWriter *json, const char *key, int32_t nth)
{
    if (nth > 0) {
        json_key_int(json, key, nth);
    }
}

static void write_sign(JsonWriter *json, const char *key, bool is_so)
{
    if (is_so) {
        json_key_bool(json, key, true);
    }
}

static void write_row(JsonWriter *json, const ComparisonRow *row)
{
    json_object_begin(json);
    json_key_text(json, "sort", str_of(comparison_sort_name(row->sort)));
    if (row->old_headed) {
        write_path(json, "old_above", &row->old_above);
    }
    if (row->new_headed) {
        write_path(json, "new_above", &row->new_above);
    }
    if (row->sort != COMPARISON_INSERTED) {
        write_cell(json, "old", &row->old_cell);
        write_nth(json, "old_nth", row->old_nth);
    }
    if (row->sort != COMPARISON_DELETED && row->sort != COMPARISON_MOVED_AWAY) {
        write_cell(json, "new", &row->new_cell);
        write_nth(json, "new_nth", row->new_nth);
    }
    if (row->sort == COMPARISON_MOVED_AWAY || row->sort == COMPARISON_MOVED_HERE) {
        write_path(json, "other_above", &row->other_above);
        write_nth(json, "other_nth", row->other_nth);
    }
    write_sign(json, "renumbered", row->renumbered);
    write_sign(json, "split", row->split);
    write_sign(json, "merged", row->merged);
    if (row->remark.len > 0) {
        json_key_text(json, "remark", row->remark);
    }
    json_object_end(json);
}

static void write_profile(JsonWriter *json, const ComparisonProfile *profile)
{
    json_key(json, "profile");
    json_object_begin(json);
    json_key_text(json, "id", profile->id);
    json_key_text(json, "name", profile->name);
    json_key_text(json, "first", profile->new_first ? S("new") : S("old"));
    json_key_text(json, "old_title", profile->old_title);
    json_key_text(json, "new_title", profile->new_title);
    json_key_text(
        json, "mark", profile->mark == COMPARISON_UNDERLINE ? S("underline") : S("strike_underline"));
    json_key_text(json, "inserted", profile->inserted);
    json_key_text(json, "deleted", profile->deleted);
    json_key_text(json, "moved", profile->moved);
    json_key_bool(json, "remarks", profile->remarks);
    json_object_end(json);
}

bool comparison_write_json(const Comparison *table, Buf *out, Error *error)
{
    JsonWriter json;
    json_writer_init(&json, out, false);
    json_object_begin(&json);
    json_key_text(&json, "format", S("hitomachi-comparison/1"));
    json_key_text(&json, "old", table->old_title);
    json_key_text(&json, "new", table->new_title);
    write_profile(&json, &table->profile);
    json_key(&json, "rows");
    json_array_begin(&json);
    for (size_t i = 0; i < table->rows.len; i++) {
        write_row(&json, &table->rows.at[i]);
    }
    json_array_end(&json);
    json_object_end(&json);
    buf_add_byte(out, '\n');
    return !out->failed ||
           error_set(error, ERROR_LIMIT, "the comparison table is larger than %zu bytes", out->max);
}
