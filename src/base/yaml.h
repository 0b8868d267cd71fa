/* base/yaml.h: YAML 1.2 as a small tree whose every part knows its line and column (libfyaml underneath).
 *
 * What declarations do not need is refused: anchors, aliases, tags, duplicate keys, several documents, keys
 * that are not scalars, more than YAML_KEYS_MAX keys in a map, and nesting deeper than YAML_DEPTH_MAX. A
 * scalar is text; whoever reads it gives it a type.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

#define YAML_DEPTH_MAX 32
#define YAML_KEYS_MAX 5000

typedef enum YamlKind { YAML_SCALAR, YAML_LIST, YAML_MAP } YamlKind;

typedef struct YamlNode YamlNode;

typedef struct YamlPair {
    Str key;
    long line, column; /* of the key */
    YamlNode *value;
} YamlPair;

struct YamlNode {
    YamlKind kind;
    long line, column;        /* from 1; columns count code points */
    Str text;                 /* scalar */
    bool quoted;              /* scalar in quotes or a block: never read as null */
    VEC_OF(YamlNode *) items; /* list */
    VEC_OF(YamlPair) pairs;   /* map, in order */
};

/* Reads one document. `name` is the file named in errors. The tree and its texts are in the arena; NULL on
 * error. An empty file is an empty map. */
YamlNode *yaml_read(Arena *arena, Str text, Str name, Error *error) MUST_USE;

/* The value under a key of a map; NULL when absent (or `map` is no map). */
const YamlNode *yaml_get(const YamlNode *map, Str key);
/* A scalar's text under a key; false when absent or no scalar. */
bool yaml_get_text(const YamlNode *map, Str key, Str *out);
/* Whether the node is an unquoted empty scalar, ~ or null. */
bool yaml_is_null(const YamlNode *node);

/* Checks that `node` is a map whose keys all stand in `known`; the error names place, the unknown key and,
 * where one is near, the key that was probably meant. `what` is what the map describes ("a plan"). */
MUST_USE bool yaml_expect_map(const YamlNode *node, Str name, const char *what, const char *const *known,
    size_t known_count, Error *error);

#endif
