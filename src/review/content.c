/* review/content.c: the document that a frozen evaluation is.
 *
 * Compact JSON with its members in a fixed order, so that the same sheet and texts give the same bytes and
 * the same hash. It names everything in both languages and needs nothing else to be shown: neither the plan
 * nor the declarations nor the records of that time.
 */
#include "review/evaluation.h"

#include <sodium.h>

#include "base/json.h"

#define CONTENT_MAX ((size_t)4 << 20)
#define FORMAT "hitomachi-evaluation/1"

static const char *const language_names[LANGUAGE_COUNT] = {"ja", "en"};
static const char *const value_names[VALUE_TYPE_COUNT] = {[VALUE_MISSING] = "missing",
    [VALUE_INTEGER] = "integer",
    [VALUE_BOOLEAN] = "boolean",
    [VALUE_TEXT] = "text",
    [VALUE_BYTES] = "bytes",
    [VALUE_DECIMAL] = "decimal",
    [VALUE_DATE] = "date",
    [VALUE_TIME] = "time",
    [VALUE_INSTANT] = "instant",
    [VALUE_REFERENCE] = "reference"};
static const char *const gap_names[EVALUATION_GAP_COUNT] = {
    "", "no_records", "undefined", "uncounted", "withheld"};
static const char *const kind_names[] = {"input", "output", "outcome"};
static const char *const better_names[] = {"", "up", "down"};

/* --- writing --- */

static void write_titled(JsonWriter *json, const char *key, const Titled *titled)
{
    json_key(json, key);
    json_object_begin(json);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        json_key_text(json, language_names[i], titled->in[i]);
    json_object_end(json);
}

static void write_text(JsonWriter *json, const EvaluationText *text)
{
    json_key(json, "text");
    json_object_begin(json);
    json_key_text(json, "achieved", text->achieved);
    json_key_text(json, "left", text->left);
    json_key_text(json, "judgement", str_of(evaluation_judgement_name(text->judgement)));
    json_key_text(json, "direction", str_of(evaluation_direction_name(text->direction)));
    json_key_text(json, "second", text->second);
    json_object_end(json);
}

static void write_node(JsonWriter *json, const EvaluationNode *node)
{
    json_object_begin(json);
    json_key_text(json, "key", node->key);
    json_key_text(json, "kind", str_of(plan_kind_name(node->kind)));
    json_key_text(json, "number", node->number);
    json_key_text(json, "text", node->text);
    json_key_int(json, "depth", node->depth);
    json_object_end(json);
}

static void write_service(JsonWriter *json, const EvaluationService *service)
{
    json_object_begin(json);
    json_key_text(json, "id", service->id);
    write_titled(json, "title", &service->title);
    write_titled(json, "unit", &service->unit);
    write_titled(json, "legal_basis", &service->legal_basis);
    json_key(json, "keys");
    json_array_begin(json);
    for (size_t i = 0; i < service->keys.len; i++)
        json_text(json, service->keys.at[i]);
    json_array_end(json);
    json_object_end(json);
}

static void write_figure(JsonWriter *json, const EvaluationFigure *figure)
{
    json_object_begin(json);
    json_key_int(json, "fiscal_year", figure->fiscal_year);
    json_key_text(json, "type", str_of(value_names[figure->value.type]));
    if (value_type_is_integer(figure->value.type))
        json_key_int(json, "value", figure->value.integer);
    else if (figure->value.type == VALUE_TEXT)
        json_key_text(json, "value", figure->value.text);
    json_key_int(json, "smallest_count", figure->smallest_count);
    json_key_text(json, "gap", str_of(gap_names[figure->gap]));
    json_object_end(json);
}

static void write_indicator(JsonWriter *json, const EvaluationIndicator *indicator)
{
    json_object_begin(json);
    json_key_text(json, "id", indicator->id);
    json_key_text(json, "key", indicator->key);
    write_titled(json, "title", &indicator->title);
    write_titled(json, "unit", &indicator->unit);
    json_key_text(json, "kind", str_of(kind_names[indicator->kind]));
    json_key_text(json, "better", str_of(better_names[indicator->better]));
    json_key_bool(json, "public", indicator->is_public);
    json_key_int(json, "threshold", indicator->threshold);
    json_key(json, "years");
    json_array_begin(json);
    for (size_t i = 0; i < EVALUATION_YEARS; i++)
        write_figure(json, &indicator->years[i]);
    json_array_end(json);
    json_object_end(json);
}

static void write_sheet(JsonWriter *json, const EvaluationSheet *sheet)
{
    json_key(json, "nodes");
    json_array_begin(json);
    for (size_t i = 0; i < sheet->nodes.len; i++)
        write_node(json, &sheet->nodes.at[i]);
    json_array_end(json);
    json_key(json, "services");
    json_array_begin(json);
    for (size_t i = 0; i < sheet->services.len; i++)
        write_service(json, &sheet->services.at[i]);
    json_array_end(json);
    json_key(json, "indicators");
    json_array_begin(json);
    for (size_t i = 0; i < sheet->indicators.len; i++)
        write_indicator(json, &sheet->indicators.at[i]);
    json_array_end(json);
}

static Str hash_of(Arena *arena, Str content)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[EVALUATION_HASH_LENGTH + 1];
    crypto_hash_sha256(digest, (const unsigned char *)content.at, content.len);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    return arena_str(arena, str_of(hex));
}

bool evaluation_content(Arena *arena, const Evaluation *evaluation, const EvaluationSheet *sheet,
    Str *content, Str *hash, Error *error)
{
    AUTO_BUF out;
    JsonWriter json;
    buf_init(&out, CONTENT_MAX);
    json_writer_init(&json, &out, false);
    json_object_begin(&json);
    json_key_text(&json, "format", S(FORMAT));
    json_key_text(&json, "plan", evaluation->plan);
    json_key_text(&json, "edition", evaluation->edition);
    json_key_text(&json, "key", evaluation->key);
    json_key_int(&json, "fiscal_year", evaluation->fiscal_year);
    write_text(&json, &evaluation->text);
    write_sheet(&json, sheet);
    json_object_end(&json);
    if (out.failed)
        return error_memory(error);
    *content = arena_str(arena, buf_str(&out));
    *hash = hash_of(arena, *content);
    return !arena_failed(arena) || error_memory(error);
}

/* --- reading --- */

/* A reader goes on after what it cannot read and says so once, at the end. */
typedef struct Reader {
    Arena *arena;
    bool bad;
} Reader;

static Str read_text(Reader *reader, const json_t *object, const char *key)
{
    Str text = STR_EMPTY;
    if (!json_get_text(object, key, &text))
        reader->bad = true;
    return arena_str(reader->arena, text);
}

static int64_t read_int(Reader *reader, const json_t *object, const char *key)
{
    int64_t n = 0;
    if (!json_get_int(object, key, &n))
        reader->bad = true;
    return n;
}

/* The place of a member's word among names. */
static size_t read_word(
    Reader *reader, const json_t *object, const char *key, const char *const *names, size_t count)
{
    Str word = STR_EMPTY;
    if (!json_get_text(object, key, &word))
        reader->bad = true;
    for (size_t i = 0; i < count; i++)
        if (str_equal(word, str_of(names[i])))
            return i;
    reader->bad = true;
    return 0;
}

static Titled read_titled(Reader *reader, const json_t *object, const char *key)
{
    Titled titled = {0};
    const json_t *texts = json_object_get(object, key);
    for (size_t i = 0; i < LANGUAGE_COUNT; i++)
        titled.in[i] = read_text(reader, texts, language_names[i]);
    return titled;
}

static void read_texts(Reader *reader, const json_t *object, EvaluationText *out)
{
    *out = (EvaluationText){.achieved = read_text(reader, object, "achieved"),
        .left = read_text(reader, object, "left"),
        .second = read_text(reader, object, "second")};
    if (!evaluation_judgement_from_name(read_text(reader, object, "judgement"), &out->judgement) ||
        !evaluation_direction_from_name(read_text(reader, object, "direction"), &out->direction))
        reader->bad = true;
}

static void read_node(Reader *reader, const json_t *object, EvaluationNode *out)
{
    *out = (EvaluationNode){.key = read_text(reader, object, "key"),
        .number = read_text(reader, object, "number"),
        .text = read_text(reader, object, "text"),
        .depth = read_int(reader, object, "depth")};
    if (!plan_kind_from_name(read_text(reader, object, "kind"), &out->kind))
        reader->bad = true;
}

static void read_service(Reader *reader, const json_t *object, EvaluationService *out)
{
    const json_t *keys = json_object_get(object, "keys");
    *out = (EvaluationService){.id = read_text(reader, object, "id"),
        .title = read_titled(reader, object, "title"),
        .unit = read_titled(reader, object, "unit"),
        .legal_basis = read_titled(reader, object, "legal_basis")};
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const json_t *key = json_array_get(keys, i);
        Str *place = VEC_PUSH(reader->arena, &out->keys);
        if (place && json_is_string(key))
            *place = arena_str(reader->arena, str_of(json_string_value(key)));
    }
}

static void read_figure(Reader *reader, const json_t *object, EvaluationFigure *out)
{
    ValueType type = (ValueType)read_word(reader, object, "type", value_names, VALUE_TYPE_COUNT);
    *out = (EvaluationFigure){.fiscal_year = read_int(reader, object, "fiscal_year"),
        .smallest_count = read_int(reader, object, "smallest_count"),
        .gap = (EvaluationGap)read_word(reader, object, "gap", gap_names, EVALUATION_GAP_COUNT)};
    if (value_type_is_integer(type))
        out->value = value_number(type, read_int(reader, object, "value"));
    else if (type == VALUE_TEXT)
        out->value = value_text(read_text(reader, object, "value"));
}

static void read_indicator(Reader *reader, const json_t *object, EvaluationIndicator *out)
{
    const json_t *years = json_object_get(object, "years");
    *out = (EvaluationIndicator){.id = read_text(reader, object, "id"),
        .key = read_text(reader, object, "key"),
        .title = read_titled(reader, object, "title"),
        .unit = read_titled(reader, object, "unit"),
        .kind = (CityIndicatorKind)read_word(reader, object, "kind", kind_names, COUNT_OF(kind_names)),
        .better = (CityBetter)read_word(reader, object, "better", better_names, COUNT_OF(better_names)),
        .is_public = json_is_true(json_object_get(object, "public")),
        .threshold = read_int(reader, object, "threshold")};
    if (json_array_size(years) != EVALUATION_YEARS)
        reader->bad = true;
    for (size_t i = 0; i < EVALUATION_YEARS; i++)
        read_figure(reader, json_array_get(years, i), &out->years[i]);
}

/* Each item of an array member by its own function, into a vector of the sheet. */
#define READ_ITEMS(reader, document, name, vec, read_item)                  \
    do {                                                                    \
        const json_t *items_ = json_object_get((document), (name));         \
        (reader)->bad = (reader)->bad || !json_is_array(items_);            \
        for (size_t i_ = 0; i_ < json_array_size(items_); i_++) {           \
            __typeof__((vec)->at) made_ = VEC_PUSH((reader)->arena, (vec)); \
            if (made_)                                                      \
                read_item((reader), json_array_get(items_, i_), made_);     \
        }                                                                   \
    } while (0)

bool evaluation_read_content(
    Arena *arena, const Evaluation *evaluation, EvaluationSheet *sheet, EvaluationText *text, Error *error)
{
    Reader reader = {.arena = arena};
    *sheet = (EvaluationSheet){0};
    Str hash = hash_of(arena, evaluation->content);
    if (arena_failed(arena))
        return error_memory(error);
    if (!str_equal(hash, evaluation->hash))
        return error_set(error, ERROR_DATABASE, "the frozen evaluation %lld is not what its hash says",
            (long long)evaluation->id);
    AUTO_JSON document = json_read(evaluation->content, S("evaluation.content"), error);
    if (!document)
        return false;
    Str format = STR_EMPTY;
    if (!json_get_text(document, "format", &format) || !str_equal(format, S(FORMAT)))
        return error_set(error, ERROR_DATABASE, "the frozen evaluation %lld has another format",
            (long long)evaluation->id);
    read_texts(&reader, json_object_get(document, "text"), text);
    READ_ITEMS(&reader, document, "nodes", &sheet->nodes, read_node);
    READ_ITEMS(&reader, document, "services", &sheet->services, read_service);
    READ_ITEMS(&reader, document, "indicators", &sheet->indicators, read_indicator);
    if (arena_failed(arena))
        return error_memory(error);
    return !reader.bad || error_set(error, ERROR_DATABASE, "the frozen evaluation %lld cannot be read",
                              (long long)evaluation->id);
}
