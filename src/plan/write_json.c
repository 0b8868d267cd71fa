/* plan/write_json.c: a plan as hitomachi-plan/1, flat and in document order.
 *
 * A node names its parent by key, everything else names its node by key; offsets count code points. The
 * sentences of warnings are written for readers without our table and are not read back. The content hash is
 * that of the same nodes and annotations in compact form without sources, annotations sorted.
 */
#include "plan/format.h"

#include <sodium.h>

#include "base/json.h"
#include "plan/warning.h"

#define HASH_TEXT_MAX ((size_t)1 << 30)

static void write_source(JsonWriter *json, const PlanSource *source)
{
    if (source->file.len == 0 && source->line == 0) {
        return;
    }
    json_key(json, "source");
    json_object_begin(json);
    json_key_text(json, "file", source->file);
    json_key_int(json, "line", source->line);
    if (source->table > 0) {
        json_key_int(json, "table", source->table);
        json_key_int(json, "row", source->row);
        json_key_int(json, "cell", source->cell);
    }
    json_object_end(json);
}

/* The key of a node by index, null for PLAN_NO_PARENT. */
static void write_key_of(JsonWriter *json, const char *name, const Plan *plan, int32_t node)
{
    json_key(json, name);
    if (node == PLAN_NO_PARENT) {
        json_none(json);
    } else {
        json_text(json, plan->nodes.at[node].key);
    }
}

static void write_range(JsonWriter *json, size_t from, size_t to)
{
    json_key_int(json, "from", (int64_t)from);
    json_key_int(json, "to", (int64_t)to);
}

static void write_node(JsonWriter *json, const Plan *plan, const PlanNode *node, bool with_source)
{
    json_object_begin(json);
    json_key_text(json, "key", node->key);
    write_key_of(json, "parent", plan, node->parent);
    json_key_text(json, "kind", str_of(plan_kind_name(node->kind)));
    json_key_text(json, "number", node->number);
    json_key_text(json, "text", node->text);
    json_key(json, "marks");
    json_array_begin(json);
    for (size_t i = 0; i < node->marks.len; i++) {
        json_object_begin(json);
        json_key_text(json, "kind", str_of(plan_mark_name(node->marks.at[i].kind)));
        write_range(json, node->marks.at[i].from, node->marks.at[i].to);
        json_object_end(json);
    }
    json_array_end(json);
    if (with_source) {
        write_source(json, &node->source);
    }
    json_object_end(json);
}

static void write_annotation(JsonWriter *json, const Plan *plan, const PlanAnnotation *note, bool with_source)
{
    json_object_begin(json);
    json_key_text(json, "kind", str_of(plan_annotation_name(note->kind)));
    write_key_of(json, "node", plan, note->node);
    write_range(json, note->from, note->to);
    json_key_text(json, "text", note->text);
    if (with_source) {
        write_source(json, &note->source);
    }
    json_object_end(json);
}

static bool write_warning(JsonWriter *json, const Plan *plan, const PlanWarning *warning, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    if (arena == NULL) {
        return error_memory(error);
    }
    const Str japanese = plan_warning_message(arena, warning, LANGUAGE_JA);
    const Str english = plan_warning_message(arena, warning, LANGUAGE_EN);
    if (arena_failed(arena)) {
        return error_memory(error);
    }
    json_object_begin(json);
    json_key_int(json, "number", warning->number);
    json_key_text(json, "code", str_of(warning->code));
    write_key_of(json, "node", plan, warning->node);
    json_key_text(json, "subject", warning->subject);
    json_key_text(json, "fix", warning->fix);
    json_key_bool(json, "has_fix", warning->has_fix);
    json_key_bool(json, "taken", warning->taken);
    json_key(json, "message");
    json_object_begin(json);
    json_key_text(json, "ja", japanese);
    json_key_text(json, "en", english);
    json_object_end(json);
    write_source(json, &warning->source);
    json_object_end(json);
    return true;
}

static void write_repair(JsonWriter *json, const Plan *plan, const PlanRepair *repair)
{
    json_object_begin(json);
    write_key_of(json, "node", plan, repair->node);
    write_range(json, repair->from, repair->to);
    json_key(json, "segments");
    json_array_begin(json);
    for (size_t i = 0; i < repair->segments.len; i++) {
        json_array_begin(json);
        json_text(json, (Str){&repair->segments.at[i].op, 1});
        json_text(json, repair->segments.at[i].text);
        json_array_end(json);
    }
    json_array_end(json);
    json_key(json, "confidence");
    json_thousandths(json, repair->confidence);
    json_key_text(json, "rule", str_of(repair->rule));
    json_object_end(json);
}

static void write_head(JsonWriter *json, const Plan *plan)
{
    json_key_text(json, "format", S(PLAN_JSON_FORMAT));
    json_key(json, "plan");
    json_object_begin(json);
    json_key_text(json, "id", plan->id);
    json_key_text(json, "title", plan->title);
    json_object_end(json);
    json_key_text(json, "edition", plan->edition);
    json_key_text(json, "notice", plan->notice);
}

static bool check_keys(const Plan *plan, Error *error)
{
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (plan->nodes.at[i].key.len == 0) {
            return error_set(error, ERROR_INPUT, "node %zu has no key", i + 1);
        }
    }
    return true;
}

static bool check_written(const Buf *out, Error *error)
{
    return !out->failed ||
           error_set(error, ERROR_LIMIT, "the plan is larger than the %zu bytes allowed", out->max);
}

bool plan_write_json(const Plan *plan, bool indented, Buf *out, Error *error)
{
    if (!check_keys(plan, error)) {
        return false;
    }
    JsonWriter json;
    json_writer_init(&json, out, indented);
    json_object_begin(&json);
    write_head(&json, plan);
    json_key(&json, "nodes");
    json_array_begin(&json);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        write_node(&json, plan, &plan->nodes.at[i], true);
    }
    json_array_end(&json);
    json_key(&json, "annotations");
    json_array_begin(&json);
    for (size_t i = 0; i < plan->annotations.len; i++) {
        write_annotation(&json, plan, &plan->annotations.at[i], true);
    }
    json_array_end(&json);
    json_key(&json, "warnings");
    json_array_begin(&json);
    for (size_t i = 0; i < plan->warnings.len; i++) {
        if (!write_warning(&json, plan, &plan->warnings.at[i], error)) {
            return false;
        }
    }
    json_array_end(&json);
    if (plan->repairs.len > 0) {
        json_key(&json, "repairs");
        json_array_begin(&json);
        for (size_t i = 0; i < plan->repairs.len; i++) {
            write_repair(&json, plan, &plan->repairs.at[i]);
        }
        json_array_end(&json);
    }
    json_object_end(&json);
    return check_written(out, error);
}

/* --- content hash --- */

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_annotations(const void *left, const void *right)
{
    const PlanAnnotation *a = *(const PlanAnnotation *const *)left,
                         *b = *(const PlanAnnotation *const *)right;
    if (a->node != b->node) {
        return a->node < b->node ? -1 : 1;
    }
    int order = compare_sizes(a->from, b->from);
    order = order != 0 ? order : compare_sizes(a->to, b->to);
    order = order != 0 ? order : (int)a->kind - (int)b->kind;
    return order != 0 ? order : str_compare(a->text, b->text);
}

static bool write_canonical(const Plan *plan, Buf *out, Error *error)
{
    AUTO_ARENA arena = arena_new((plan->annotations.len + 1) * sizeof(void *) + 4096);
    const PlanAnnotation **notes =
        arena == NULL ? NULL : arena_array(arena, plan->annotations.len + 1, sizeof(PlanAnnotation *));
    if (notes == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        notes[i] = &plan->annotations.at[i];
    }
    qsort(notes, plan->annotations.len, sizeof(PlanAnnotation *), compare_annotations);
    JsonWriter json;
    json_writer_init(&json, out, false);
    json_array_begin(&json);
    for (size_t i = 0; i < plan->nodes.len; i++) {
        write_node(&json, plan, &plan->nodes.at[i], false);
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        write_annotation(&json, plan, notes[i], false);
    }
    json_array_end(&json);
    return check_written(out, error);
}

bool plan_content_hash(const Plan *plan, char hash[PLAN_HASH_LENGTH + 1], Error *error)
{
    AUTO_BUF text;
    buf_init(&text, HASH_TEXT_MAX);
    if (!check_keys(plan, error) || !write_canonical(plan, &text, error)) {
        return false;
    }
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)text.at, text.len);
    sodium_bin2hex(hash, PLAN_HASH_LENGTH + 1, digest, sizeof digest);
    return true;
}
