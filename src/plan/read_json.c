/* plan/read_json.c: hitomachi-plan/1 read back, strictly.
 *
 * Each object's members are checked against the list of those it may have, so that nothing foreign is lost in
 * silence; what is wrong is named by its path ("nodes[3].kind"). What the words must mean together is left to
 * plan_validate.
 */
#include "plan/format.h"

#include <math.h>

#include "base/json.h"
#include "base/map.h"
#include "base/near.h"
#include "base/utf8.h"
#include "plan/warning.h"

#define DEPTH_MAX 32 /* levels of nodes; only directions in directions could have more than six */

typedef struct JsonReader {
    Plan *plan;
    Str name; /* of the file */
    Map keys; /* key -> index + 1, of the nodes read so far */
    Error *error;
    char path[64]; /* of the object being read: "nodes[3]" */
} JsonReader;

static bool refuse(JsonReader *reader, const char *member, const char *what)
{
    const char *dot = reader->path[0] != '\0' && member[0] != '\0' ? "." : "";
    return error_at(
        reader->error, ERROR_INPUT, reader->name, 0, 0, "%s%s%s %s", reader->path, dot, member, what);
}

static bool check_members(JsonReader *reader, const json_t *object, const char *const *known, size_t count)
{
    if (!json_is_object(object)) {
        return refuse(reader, "", "must be an object");
    }
    const char *member = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)object, member, value)
    {
        bool found = false;
        for (size_t i = 0; i < count && !found; i++) {
            found = strcmp(member, known[i]) == 0;
        }
        if (!found) {
            char what[160];
            const char *near = near_word(str_of(member), known, count);
            (void)snprintf(what, sizeof what,
                near != NULL ? "is no member of this format; did you mean \"%s\"?"
                             : "is no member of this format",
                near);
            return refuse(reader, (int)strlen(member) > 60 ? "a long name" : member, what);
        }
    }
    return true;
}

/* A text member into the arena; `needed` or left empty when absent. */
static bool read_text(JsonReader *reader, const json_t *object, const char *member, bool needed, Str *out)
{
    const json_t *value = json_object_get(object, member);
    *out = STR_EMPTY;
    if (value == NULL && !needed) {
        return true;
    }
    if (!json_is_string(value)) {
        return refuse(reader, member, "must be a text");
    }
    *out = arena_str(reader->plan->arena, (Str){json_string_value(value), json_string_length(value)});
    return !arena_failed(reader->plan->arena) || error_memory(reader->error);
}

static bool read_count(
    JsonReader *reader, const json_t *object, const char *member, bool needed, uint32_t max, uint32_t *out)
{
    const json_t *value = json_object_get(object, member);
    *out = 0;
    if (value == NULL && !needed) {
        return true;
    }
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > max) {
        return refuse(reader, member, "must be a whole number, 0 or more");
    }
    *out = (uint32_t)json_integer_value(value);
    return true;
}

static bool read_bool(JsonReader *reader, const json_t *object, const char *member, bool *out)
{
    const json_t *value = json_object_get(object, member);
    *out = json_is_true(value);
    return json_is_boolean(value) || refuse(reader, member, "must be true or false");
}

static bool read_range(JsonReader *reader, const json_t *object, size_t *from, size_t *to)
{
    uint32_t first = 0, end = 0;
    if (!read_count(reader, object, "from", true, INT32_MAX, &first) ||
        !read_count(reader, object, "to", true, INT32_MAX, &end)) {
        return false;
    }
    *from = first;
    *to = end;
    return true;
}

static bool read_source(JsonReader *reader, const json_t *object, PlanSource *out)
{
    static const char *const members[] = {"file", "line", "table", "row", "cell"};
    const json_t *source = json_object_get(object, "source");
    *out = (PlanSource){.file = STR_EMPTY};
    if (source == NULL) {
        return true;
    }
    return check_members(reader, source, members, COUNT_OF(members)) &&
           read_text(reader, source, "file", true, &out->file) &&
           read_count(reader, source, "line", true, UINT32_MAX, &out->line) &&
           read_count(reader, source, "table", false, UINT32_MAX, &out->table) &&
           read_count(reader, source, "row", false, UINT32_MAX, &out->row) &&
           read_count(reader, source, "cell", false, UINT32_MAX, &out->cell);
}

/* The node that a member names by its key; null is PLAN_NO_PARENT where it may be. */
static bool read_key_of(
    JsonReader *reader, const json_t *object, const char *member, bool may_be_null, int32_t *out)
{
    const json_t *value = json_object_get(object, member);
    *out = PLAN_NO_PARENT;
    if (json_is_null(value) && may_be_null) {
        return true;
    }
    if (!json_is_string(value)) {
        return refuse(reader, member, may_be_null ? "must be a key or null" : "must be a key");
    }
    const Str key = {json_string_value(value), json_string_length(value)};
    const uintptr_t found = (uintptr_t)map_get(&reader->keys, key);
    if (found == 0) {
        char what[160];
        (void)snprintf(what, sizeof what, "names the key \"%.*s\", which no node before it has",
            STR_ARGS(utf8_slice(key, 0, 24)));
        return refuse(reader, member, what);
    }
    *out = (int32_t)(found - 1);
    return true;
}

static bool read_mark_kind(JsonReader *reader, const json_t *object, PlanMarkKind *out)
{
    Str name = STR_EMPTY;
    if (!json_get_text(object, "kind", &name)) {
        return refuse(reader, "kind", "must be a text");
    }
    for (size_t i = 0; i < PLAN_MARK_COUNT; i++) {
        if (str_equal(name, str_of(plan_mark_name((PlanMarkKind)i)))) {
            *out = (PlanMarkKind)i;
            return true;
        }
    }
    return refuse(reader, "kind", "must be \"insertion\" or \"deletion\"");
}

static bool read_marks(JsonReader *reader, const json_t *object, PlanNode *node)
{
    static const char *const members[] = {"kind", "from", "to"};
    const json_t *marks = json_object_get(object, "marks");
    if (!json_is_array(marks)) {
        return refuse(reader, "marks", "must be a list");
    }
    const size_t path_length = strlen(reader->path);
    for (size_t i = 0; i < json_array_size(marks); i++) {
        const json_t *item = json_array_get(marks, i);
        (void)snprintf(reader->path + path_length, sizeof reader->path - path_length, ".marks[%zu]", i);
        PlanMark mark = {0};
        if (!check_members(reader, item, members, COUNT_OF(members)) ||
            !read_mark_kind(reader, item, &mark.kind) || !read_range(reader, item, &mark.from, &mark.to)) {
            return false;
        }
        PlanMark *place = VEC_PUSH(reader->plan->arena, &node->marks);
        if (place == NULL) {
            return error_memory(reader->error);
        }
        *place = mark;
    }
    reader->path[path_length] = '\0';
    return true;
}

static bool read_kind(JsonReader *reader, const json_t *object, PlanKind *out)
{
    const char *names[PLAN_KIND_COUNT];
    Str name = STR_EMPTY;
    if (!json_get_text(object, "kind", &name)) {
        return refuse(reader, "kind", "must be a text");
    }
    if (plan_kind_from_name(name, out)) {
        return true;
    }
    for (size_t i = 0; i < PLAN_KIND_COUNT; i++) {
        names[i] = plan_kind_name((PlanKind)i);
    }
    char what[160];
    const char *near = near_word(name, names, PLAN_KIND_COUNT);
    (void)snprintf(what, sizeof what,
        near != NULL ? "is \"%.*s\", which is no kind of node; did you mean \"%s\"?"
                     : "is \"%.*s\", which is no kind of node",
        STR_ARGS(utf8_slice(name, 0, 20)), near);
    return refuse(reader, "kind", what);
}

static int levels_above(const Plan *plan, int32_t parent)
{
    int levels = 0;
    for (; parent != PLAN_NO_PARENT && levels < DEPTH_MAX; levels++) {
        parent = plan->nodes.at[parent].parent;
    }
    return levels;
}

static bool read_node(JsonReader *reader, const json_t *object)
{
    static const char *const members[] = {"key", "parent", "kind", "number", "text", "marks", "source"};
    Plan *plan = reader->plan;
    PlanNode read = {0};
    int32_t parent = PLAN_NO_PARENT;
    if (!check_members(reader, object, members, COUNT_OF(members)) ||
        !read_text(reader, object, "key", true, &read.key) ||
        !read_key_of(reader, object, "parent", true, &parent) || !read_kind(reader, object, &read.kind) ||
        !read_text(reader, object, "number", true, &read.number) ||
        !read_text(reader, object, "text", true, &read.text) || !read_marks(reader, object, &read) ||
        !read_source(reader, object, &read.source)) {
        return false;
    }
    if (levels_above(plan, parent) >= DEPTH_MAX) {
        return refuse(reader, "parent", "lies too deep in the tree");
    }
    if (map_get(&reader->keys, read.key) != NULL) {
        return refuse(reader, "key", "is the key of an earlier node");
    }
    PlanNode *node = plan_add(plan, parent, read.kind, read.number, read.text, read.source);
    if (node == NULL || !map_put(&reader->keys, read.key, (void *)(uintptr_t)plan->nodes.len)) {
        return error_memory(reader->error);
    }
    node->key = read.key;
    node->marks.at = read.marks.at;
    node->marks.len = read.marks.len;
    node->marks.room = read.marks.room;
    return true;
}

static bool read_annotation(JsonReader *reader, const json_t *object)
{
    static const char *const members[] = {"kind", "node", "from", "to", "text", "source"};
    PlanAnnotation read = {0};
    Str kind = STR_EMPTY;
    if (!check_members(reader, object, members, COUNT_OF(members)) ||
        !read_text(reader, object, "kind", true, &kind) ||
        !read_key_of(reader, object, "node", false, &read.node) ||
        !read_range(reader, object, &read.from, &read.to) ||
        !read_text(reader, object, "text", true, &read.text) || !read_source(reader, object, &read.source)) {
        return false;
    }
    if (!plan_annotation_from_name(kind, &read.kind)) {
        return refuse(reader, "kind", "must be rationale, footnote, question or repair");
    }
    PlanAnnotation *note = VEC_PUSH(reader->plan->arena, &reader->plan->annotations);
    if (note == NULL) {
        return error_memory(reader->error);
    }
    *note = read;
    return true;
}

static bool read_warning(JsonReader *reader, const json_t *object)
{
    static const char *const members[] = {
        "number", "code", "node", "subject", "fix", "has_fix", "taken", "message", "source"};
    PlanWarning read = {0};
    Str code = STR_EMPTY;
    if (!check_members(reader, object, members, COUNT_OF(members)) ||
        !read_count(reader, object, "number", true, UINT32_MAX, &read.number) ||
        !read_text(reader, object, "code", true, &code) ||
        !read_key_of(reader, object, "node", true, &read.node) ||
        !read_text(reader, object, "subject", true, &read.subject) ||
        !read_text(reader, object, "fix", true, &read.fix) ||
        !read_bool(reader, object, "has_fix", &read.has_fix) ||
        !read_bool(reader, object, "taken", &read.taken) || !read_source(reader, object, &read.source)) {
        return false;
    }
    const PlanWarningText *known = plan_warning_text(code.at);
    if (known == NULL) {
        return refuse(reader, "code", "is no code of a warning");
    }
    read.code = known->code;
    PlanWarning *warning = VEC_PUSH(reader->plan->arena, &reader->plan->warnings);
    if (warning == NULL) {
        return error_memory(reader->error);
    }
    *warning = read;
    return true;
}

static bool read_segments(JsonReader *reader, const json_t *object, PlanRepair *repair)
{
    const json_t *segments = json_object_get(object, "segments");
    if (!json_is_array(segments)) {
        return refuse(reader, "segments", "must be a list");
    }
    for (size_t i = 0; i < json_array_size(segments); i++) {
        const json_t *pair = json_array_get(segments, i);
        const json_t *op = json_array_get(pair, 0), *text = json_array_get(pair, 1);
        if (json_array_size(pair) != 2 || !json_is_string(op) || json_string_length(op) != 1 ||
            !json_is_string(text)) {
            return refuse(reader, "segments", "must hold pairs such as [\"=\", \"text\"]");
        }
        PlanSegment *segment = VEC_PUSH(reader->plan->arena, &repair->segments);
        if (segment == NULL) {
            return error_memory(reader->error);
        }
        segment->op = json_string_value(op)[0];
        segment->text =
            arena_str(reader->plan->arena, (Str){json_string_value(text), json_string_length(text)});
    }
    return !arena_failed(reader->plan->arena) || error_memory(reader->error);
}

static bool read_repair(JsonReader *reader, const json_t *object)
{
    static const char *const members[] = {"node", "from", "to", "segments", "confidence", "rule"};
    PlanRepair read = {0};
    Str rule = STR_EMPTY;
    if (!check_members(reader, object, members, COUNT_OF(members)) ||
        !read_key_of(reader, object, "node", false, &read.node) ||
        !read_range(reader, object, &read.from, &read.to) || !read_segments(reader, object, &read) ||
        !read_text(reader, object, "rule", true, &rule)) {
        return false;
    }
    const json_t *confidence = json_object_get(object, "confidence");
    const double value = json_number_value(confidence);
    if (!json_is_number(confidence) || !(value >= 0 && value <= 1)) {
        return refuse(reader, "confidence", "must be a number from 0 to 1");
    }
    read.confidence = (int)lround(value * 1000);
    read.rule = rule.at;
    PlanRepair *repair = VEC_PUSH(reader->plan->arena, &reader->plan->repairs);
    if (repair == NULL) {
        return error_memory(reader->error);
    }
    *repair = read;
    return true;
}

typedef bool ReadItem(JsonReader *reader, const json_t *object);

static bool read_list(
    JsonReader *reader, const json_t *document, const char *member, bool needed, ReadItem *read_item)
{
    const json_t *list = json_object_get(document, member);
    reader->path[0] = '\0';
    if (list == NULL && !needed) {
        return true;
    }
    if (!json_is_array(list)) {
        return refuse(reader, member, "must be a list");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        (void)snprintf(reader->path, sizeof reader->path, "%s[%zu]", member, i);
        if (!read_item(reader, json_array_get(list, i))) {
            return false;
        }
    }
    return true;
}

static bool read_head(JsonReader *reader, const json_t *document)
{
    static const char *const members[] = {
        "format", "plan", "edition", "notice", "nodes", "annotations", "warnings", "repairs"};
    static const char *const plan_members[] = {"id", "title"};
    Plan *plan = reader->plan;
    Str format = STR_EMPTY;
    if (!json_is_object(document) || !json_get_text(document, "format", &format) ||
        !str_equal(format, S(PLAN_JSON_FORMAT))) {
        return refuse(reader, "format", "must be \"" PLAN_JSON_FORMAT "\"");
    }
    if (!check_members(reader, document, members, COUNT_OF(members)) ||
        !read_text(reader, document, "edition", false, &plan->edition) ||
        !read_text(reader, document, "notice", false, &plan->notice)) {
        return false;
    }
    const json_t *about = json_object_get(document, "plan");
    if (about == NULL) {
        return true;
    }
    (void)snprintf(reader->path, sizeof reader->path, "plan");
    return check_members(reader, about, plan_members, COUNT_OF(plan_members)) &&
           read_text(reader, about, "id", false, &plan->id) &&
           read_text(reader, about, "title", false, &plan->title);
}

Plan *plan_read_json(Arena *arena, Str text, Str name, Error *error)
{
    AUTO_JSON document = json_read(text, name, error);
    if (document == NULL) {
        return NULL;
    }
    JsonReader reader = {.plan = plan_new(arena), .name = name, .error = error};
    if (reader.plan == NULL) {
        error_memory(error);
        return NULL;
    }
    map_init(&reader.keys, arena);
    const bool read =
        read_head(&reader, document) && read_list(&reader, document, "nodes", true, read_node) &&
        read_list(&reader, document, "annotations", false, read_annotation) &&
        read_list(&reader, document, "warnings", false, read_warning) &&
        read_list(&reader, document, "repairs", false, read_repair) && plan_validate(reader.plan, error);
    return read ? reader.plan : NULL;
}
