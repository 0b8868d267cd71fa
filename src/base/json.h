/* base/json.h: JSON out by a small writer whose bytes are always the same for the same calls, JSON in by
 * jansson.
 *
 * The writer puts commas and escapes; it is compact or indented by two spaces. A wrong order of calls (a
 * value without a key inside an object) is a broken invariant and asserts.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define JSON_DEPTH_MAX 32

typedef struct JsonWriter {
    Buf *out;
    bool indented;
    int depth;
    bool in_object[JSON_DEPTH_MAX];
    bool has_items[JSON_DEPTH_MAX];
    bool after_key;
} JsonWriter;

void json_writer_init(JsonWriter *json, Buf *out, bool indented);
void json_object_begin(JsonWriter *json);
void json_object_end(JsonWriter *json);
void json_array_begin(JsonWriter *json);
void json_array_end(JsonWriter *json);
void json_key(JsonWriter *json, const char *key);
/* The text must be UTF-8; control characters are escaped, everything else is written as it is. */
void json_text(JsonWriter *json, Str s);
void json_int(JsonWriter *json, int64_t n);
void json_bool(JsonWriter *json, bool b);
/* null; jansson has the name json_null already. */
void json_none(JsonWriter *json);
/* A ratio such as a confidence, in thousandths: 950 is written 0.95. */
void json_thousandths(JsonWriter *json, int64_t n);
/* A value that is JSON already, written as it stands. */
void json_raw(JsonWriter *json, Str value);
/* key and value at once */
void json_key_text(JsonWriter *json, const char *key, Str s);
void json_key_int(JsonWriter *json, const char *key, int64_t n);
void json_key_bool(JsonWriter *json, const char *key, bool b);

/* Reads a whole document: strict, no duplicate keys, depth as jansson allows. The caller owns the answer
 * (json_decref, or AUTO_JSON). NULL with line and column in *error when it is not JSON. `name` is the file
 * named in errors. */
json_t *json_read(Str s, Str name, Error *error) MUST_USE;
void json_cleanup(json_t **json);
#define AUTO_JSON CLEANUP(json_cleanup) json_t *
/* Members of an object, typed; false when absent or of another type. The Str lives as long as the document.
 */
bool json_get_text(const json_t *object, const char *key, Str *out);
bool json_get_int(const json_t *object, const char *key, int64_t *out);

#endif
