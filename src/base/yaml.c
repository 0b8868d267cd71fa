/* base/yaml.c: libfyaml's events made into a tree with places.
 *
 * The event parser is used, not its documents, so that nothing is resolved or expanded: an alias is refused
 * when it is met. Recursion is bounded by YAML_DEPTH_MAX, memory by the arena.
 */
#include "base/yaml.h"

#include <libfyaml.h>

#include "base/near.h"

typedef struct YamlReader {
    Arena *arena;
    struct fy_parser *parser;
    Str name;
    Error *error;
} YamlReader;

static void drop_message(struct fy_diag *diag, void *user, const char *text, size_t len)
{
    (void)diag, (void)user, (void)text, (void)len;
}

static bool refuse(YamlReader *reader, const struct fy_mark *mark, const char *message)
{
    long line = mark ? mark->line + 1 : 0, column = mark ? mark->column + 1 : 0;
    return error_at(reader->error, ERROR_INPUT, reader->name, line, column, "%s", message);
}

/* The parser stopped: what its own diagnostics say, with their place. */
static bool refuse_syntax(YamlReader *reader)
{
    struct fy_diag *diag = fy_parser_get_diag(reader->parser);
    void *previous = NULL;
    const struct fy_diag_error *found = diag ? fy_diag_errors_iterate(diag, &previous) : NULL;
    if (!found)
        error_at(reader->error, ERROR_INPUT, reader->name, 0, 0, "this is not YAML");
    else
        error_at(reader->error, ERROR_INPUT, reader->name, found->line, found->column, "this is not YAML: %s",
            found->msg ? found->msg : "wrong syntax");
    fy_diag_unref(diag);
    return false;
}

static struct fy_event *next_event(YamlReader *reader)
{
    struct fy_event *event = fy_parser_parse(reader->parser);
    if (!event)
        refuse_syntax(reader);
    return event;
}

static YamlNode *new_node(YamlReader *reader, YamlKind kind, const struct fy_mark *mark)
{
    YamlNode *node = ARENA_NEW(reader->arena, YamlNode);
    if (!node) {
        error_memory(reader->error);
        return NULL;
    }
    node->kind = kind;
    node->line = mark ? mark->line + 1 : 0;
    node->column = mark ? mark->column + 1 : 0;
    node->text = STR_EMPTY;
    return node;
}

static YamlNode *read_scalar(YamlReader *reader, struct fy_event *event)
{
    YamlNode *node = new_node(reader, YAML_SCALAR, fy_event_start_mark(event));
    if (!node)
        return NULL;
    size_t len = 0;
    const char *at = event->scalar.value ? fy_token_get_text(event->scalar.value, &len) : NULL;
    node->text = arena_str(reader->arena, at ? (Str){at, len} : STR_EMPTY);
    node->quoted = event->scalar.value && fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN;
    return node;
}

static YamlNode *read_node(YamlReader *reader, struct fy_event *event, int depth);

static YamlNode *read_list(YamlReader *reader, struct fy_event *start, int depth)
{
    YamlNode *list = new_node(reader, YAML_LIST, fy_event_start_mark(start));
    while (list) {
        struct fy_event *event = next_event(reader);
        if (!event)
            return NULL;
        bool end = event->type == FYET_SEQUENCE_END;
        YamlNode *item = end ? NULL : read_node(reader, event, depth);
        fy_parser_event_free(reader->parser, event);
        if (end)
            return list;
        YamlNode **slot = item ? VEC_PUSH(reader->arena, &list->items) : NULL;
        if (item && !slot)
            error_memory(reader->error);
        if (!slot)
            return NULL;
        *slot = item;
    }
    return NULL;
}

static bool read_pair(YamlReader *reader, YamlNode *map, struct fy_event *key_event, int depth)
{
    YamlNode *key = read_node(reader, key_event, depth);
    if (!key)
        return false;
    if (key->kind != YAML_SCALAR)
        return refuse(reader, fy_event_start_mark(key_event), "a key must be a plain word");
    if (map->pairs.len == YAML_KEYS_MAX)
        return error_at(reader->error, ERROR_LIMIT, reader->name, key->line, key->column,
            "more than %d keys stand together here", YAML_KEYS_MAX);
    if (yaml_get(map, key->text))
        return error_at(reader->error, ERROR_INPUT, reader->name, key->line, key->column,
            "the key '%.*s' stands here a second time; remove one", STR_ARGS(key->text));
    struct fy_event *event = next_event(reader);
    if (!event)
        return false;
    YamlNode *value = read_node(reader, event, depth);
    fy_parser_event_free(reader->parser, event);
    YamlPair *pair = value ? VEC_PUSH(reader->arena, &map->pairs) : NULL;
    if (!value)
        return false;
    if (!pair)
        return error_memory(reader->error);
    *pair = (YamlPair){.key = key->text, .line = key->line, .column = key->column, .value = value};
    return true;
}

static YamlNode *read_map(YamlReader *reader, struct fy_event *start, int depth)
{
    YamlNode *map = new_node(reader, YAML_MAP, fy_event_start_mark(start));
    while (map) {
        struct fy_event *event = next_event(reader);
        if (!event)
            return NULL;
        bool end = event->type == FYET_MAPPING_END;
        bool read = end || read_pair(reader, map, event, depth);
        fy_parser_event_free(reader->parser, event);
        if (end)
            return map;
        if (!read)
            return NULL;
    }
    return NULL;
}

/* The node that begins with this event; the caller frees the event. */
static YamlNode *read_node(YamlReader *reader, struct fy_event *event, int depth)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (depth >= YAML_DEPTH_MAX) {
        refuse(reader, mark, "this is nested too deeply");
        return NULL;
    }
    bool anchored = false, tagged = false;
    switch (event->type) {
    case FYET_ALIAS:
        refuse(reader, mark, "aliases (*name) are not used here; write the value out");
        return NULL;
    case FYET_SCALAR:
        anchored = event->scalar.anchor != NULL, tagged = event->scalar.tag != NULL;
        break;
    case FYET_SEQUENCE_START:
        anchored = event->sequence_start.anchor != NULL, tagged = event->sequence_start.tag != NULL;
        break;
    case FYET_MAPPING_START:
        anchored = event->mapping_start.anchor != NULL, tagged = event->mapping_start.tag != NULL;
        break;
    default:
        refuse(reader, mark, "a value is missing here");
        return NULL;
    }
    if (anchored || tagged) {
        refuse(reader, mark, "anchors (&name) and tags (!name) are not used here; write the value out");
        return NULL;
    }
    if (event->type == FYET_SCALAR)
        return read_scalar(reader, event);
    return event->type == FYET_SEQUENCE_START ? read_list(reader, event, depth + 1)
                                              : read_map(reader, event, depth + 1);
}

/* Stream start, document start, the one value, and then nothing more. */
static YamlNode *read_stream(YamlReader *reader)
{
    YamlNode *root = NULL;
    int documents = 0;
    for (;;) {
        struct fy_event *event = next_event(reader);
        if (!event)
            return NULL;
        enum fy_event_type type = event->type;
        bool wrong = false;
        if (type == FYET_DOCUMENT_START && ++documents > 1)
            wrong =
                !refuse(reader, fy_event_start_mark(event), "only one document (---) may stand in a file");
        else if (type != FYET_STREAM_START && type != FYET_STREAM_END && type != FYET_DOCUMENT_START &&
                 type != FYET_DOCUMENT_END)
            wrong = !(root = read_node(reader, event, 0));
        fy_parser_event_free(reader->parser, event);
        if (wrong)
            return NULL;
        if (type == FYET_STREAM_END)
            return root ? root : new_node(reader, YAML_MAP, NULL);
    }
}

YamlNode *yaml_read(Arena *arena, Str text, Str name, Error *error)
{
    YamlReader reader = {.arena = arena, .name = name, .error = error};
    if (str_trim(text).len == 0)
        return new_node(&reader, YAML_MAP, NULL);
    /* Filled by hand: fy_diag_cfg_default asks whether stderr is a terminal, which a sealed process may not.
     */
    const struct fy_diag_cfg diag_config = {
        .output_fn = drop_message, .level = FYET_ERROR, .module_mask = (1u << FYEM_MAX) - 1};
    struct fy_diag *diag = fy_diag_create(&diag_config);
    if (!diag) {
        error_memory(error);
        return NULL;
    }
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg config = {
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE | FYPCF_COLLECT_DIAG,
        .diag = diag};
    reader.parser = fy_parser_create(&config);
    YamlNode *root = NULL;
    if (!reader.parser || fy_parser_set_string(reader.parser, text.at, text.len) != 0)
        error_memory(error);
    else
        root = read_stream(&reader);
    if (reader.parser)
        fy_parser_destroy(reader.parser);
    fy_diag_destroy(diag);
    if (root && arena_failed(arena)) {
        error_memory(error);
        return NULL;
    }
    return root;
}

const YamlNode *yaml_get(const YamlNode *map, Str key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->pairs.len; i++)
        if (str_equal(map->pairs.at[i].key, key))
            return map->pairs.at[i].value;
    return NULL;
}

bool yaml_get_text(const YamlNode *map, Str key, Str *out)
{
    const YamlNode *value = yaml_get(map, key);
    if (!value || value->kind != YAML_SCALAR || yaml_is_null(value))
        return false;
    *out = value->text;
    return true;
}

bool yaml_is_null(const YamlNode *node)
{
    return node->kind == YAML_SCALAR && !node->quoted &&
           (node->text.len == 0 || str_equal(node->text, S("~")) || str_equal(node->text, S("null")));
}

bool yaml_expect_map(const YamlNode *node, Str name, const char *what, const char *const *known,
    size_t known_count, Error *error)
{
    if (node->kind != YAML_MAP)
        return error_at(
            error, ERROR_INPUT, name, node->line, node->column, "%s is written as 'key: value' lines", what);
    for (size_t i = 0; i < node->pairs.len; i++) {
        const YamlPair *pair = &node->pairs.at[i];
        size_t at = 0;
        while (at < known_count && !str_equal(pair->key, str_of(known[at])))
            at++;
        if (at < known_count)
            continue;
        const char *near = near_word(pair->key, known, known_count);
        return error_at(error, ERROR_INPUT, name, pair->line, pair->column, "unknown key '%.*s' in %s%s%s%s",
            STR_ARGS(pair->key), what, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return true;
}
