/* base/value.h: one typed value, as formulas, records, indicators and the database share it.
 *
 * A Value is small and is passed by value; text and bytes are slices that somebody else owns (the arena of
 * the request, the row of a statement until it moves). VALUE_MISSING is the absence of any value and is SQL's
 * NULL.
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/str.h"

typedef enum ValueType {
    VALUE_MISSING,
    VALUE_INTEGER,
    VALUE_BOOLEAN,
    VALUE_TEXT,
    VALUE_BYTES,
} ValueType;

typedef struct Value {
    ValueType type;
    union {
        int64_t integer; /* also boolean: 0 or 1 */
        Str text;        /* also bytes */
    };
} Value;

static inline Value value_missing(void)
{
    return (Value){.type = VALUE_MISSING};
}
static inline Value value_integer(int64_t n)
{
    return (Value){.type = VALUE_INTEGER, .integer = n};
}
static inline Value value_boolean(bool b)
{
    return (Value){.type = VALUE_BOOLEAN, .integer = b};
}
static inline Value value_text(Str s)
{
    return (Value){.type = VALUE_TEXT, .text = s};
}
static inline Value value_bytes(Str s)
{
    return (Value){.type = VALUE_BYTES, .text = s};
}

#endif
