/* JSON out by a small writer, JSON in by jansson.
 *
 * The writer keeps one bit of state for each open level (object or array, empty or not) and puts commas, line
 * ends and indentation before an item, so that the same calls always give the same bytes.
 */
#include "base/json.h"

void json_writer_init(JsonWriter *json, Buf *out, bool indented)
{
    *json = (JsonWriter){.out = out, .indented = indented};
}

static void new_line(JsonWriter *json)
{
    if (!json->indented)
        return;
    buf_add_byte(json->out, '\n');
    for (int i = 0; i < json->depth; i++)
        buf_add(json->out, S("  "));
}

/* What stands before an item of the open level: a comma, a new line. */
static void item_begin(JsonWriter *json)
{
    if (json->depth == 0)
        return;
    bool *has_items = &json->has_items[json->depth - 1];
    if (*has_items)
        buf_add_byte(json->out, ',');
    *has_items = true;
    new_line(json);
}

static void value_begin(JsonWriter *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    assert(
        (json->depth == 0 || !json->in_object[json->depth - 1]) && "a value inside an object follows a key");
    item_begin(json);
}

static void level_begin(JsonWriter *json, bool object)
{
    value_begin(json);
    assert(json->depth < JSON_DEPTH_MAX && "JSON is written to a fixed depth");
    json->in_object[json->depth] = object;
    json->has_items[json->depth] = false;
    json->depth += 1;
    buf_add_byte(json->out, object ? '{' : '[');
}

static void level_end(JsonWriter *json, bool object)
{
    assert(json->depth > 0 && json->in_object[json->depth - 1] == object && "what ends is what began last");
    assert(!json->after_key && "a key has a value");
    json->depth -= 1;
    if (json->has_items[json->depth])
        new_line(json);
    buf_add_byte(json->out, object ? '}' : ']');
}

void json_object_begin(JsonWriter *json)
{
    level_begin(json, true);
}

void json_object_end(JsonWriter *json)
{
    level_end(json, true);
}

void json_array_begin(JsonWriter *json)
{
    level_begin(json, false);
}

void json_array_end(JsonWriter *json)
{
    level_end(json, false);
}

static void write_escaped(Buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        buf_add(out, S("\\\""));
        break;
    case '\\':
        buf_add(out, S("\\\\"));
        break;
    case '\n':
        buf_add(out, S("\\n"));
        break;
    case '\r':
        buf_add(out, S("\\r"));
        break;
    case '\t':
        buf_add(out, S("\\t"));
        break;
    default:
        buf_printf(out, "\\u%04x", c);
    }
}

static void write_text(Buf *out, Str s)
{
    buf_add_byte(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, str_slice(s, from, i));
        write_escaped(out, c);
        from = i + 1;
    }
    buf_add(out, str_slice(s, from, s.len));
    buf_add_byte(out, '"');
}

void json_key(JsonWriter *json, const char *key)
{
    assert(json->depth > 0 && json->in_object[json->depth - 1] && !json->after_key &&
           "a key stands in an object");
    item_begin(json);
    write_text(json->out, str_of(key));
    buf_add(json->out, json->indented ? S(": ") : S(":"));
    json->after_key = true;
}

void json_text(JsonWriter *json, Str s)
{
    value_begin(json);
    write_text(json->out, s);
}

void json_int(JsonWriter *json, int64_t n)
{
    value_begin(json);
    buf_printf(json->out, "%lld", (long long)n);
}

void json_bool(JsonWriter *json, bool b)
{
    value_begin(json);
    buf_add(json->out, b ? S("true") : S("false"));
}

void json_none(JsonWriter *json)
{
    value_begin(json);
    buf_add(json->out, S("null"));
}

void json_thousandths(JsonWriter *json, int64_t n)
{
    value_begin(json);
    uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    char text[32];
    int len = snprintf(text, sizeof text, "%s%llu.%03llu", n < 0 ? "-" : "",
        (unsigned long long)(size / 1000), (unsigned long long)(size % 1000));
    Str s = {text, (size_t)len};
    while (str_ends(s, S("0")))
        s.len -= 1;
    if (str_ends(s, S(".")))
        s.len -= 1;
    buf_add(json->out, s);
}

void json_raw(JsonWriter *json, Str value)
{
    value_begin(json);
    buf_add(json->out, value);
}

void json_key_text(JsonWriter *json, const char *key, Str s)
{
    json_key(json, key);
    json_text(json, s);
}

void json_key_int(JsonWriter *json, const char *key, int64_t n)
{
    json_key(json, key);
    json_int(json, n);
}

void json_key_bool(JsonWriter *json, const char *key, bool b)
{
    json_key(json, key);
    json_bool(json, b);
}

json_t *json_read(Str s, Str name, Error *error)
{
    json_error_t problem;
    json_t *root = json_loadb(s.len > 0 ? s.at : "", s.len, JSON_REJECT_DUPLICATES, &problem);
    if (root)
        return root;
    if (json_error_code(&problem) == json_error_out_of_memory)
        error_memory(error);
    else
        error_at(error, ERROR_INPUT, name, problem.line, problem.column, "not JSON: %s", problem.text);
    return NULL;
}

void json_cleanup(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

bool json_get_text(const json_t *object, const char *key, Str *out)
{
    const json_t *member = json_object_get(object, key);
    if (!json_is_string(member))
        return false;
    *out = (Str){json_string_value(member), json_string_length(member)};
    return true;
}

bool json_get_int(const json_t *object, const char *key, int64_t *out)
{
    const json_t *member = json_object_get(object, key);
    if (!json_is_integer(member))
        return false;
    *out = json_integer_value(member);
    return true;
}
