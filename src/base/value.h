/* base/value.h: one typed value, as formulas, records, indicators and the database share it. Normative.
 *
 * A Value is small and is passed by value; text and bytes are slices that somebody else owns (the arena of
 * the request, the row of a statement until it moves). VALUE_MISSING is the absence of any value and is SQL's
 * NULL; an empty text is a value and is not missing.
 *
 *     type       in `integer`                          range                              in the database
 *     INTEGER    a whole number; also yen, and the     -2^63 to 2^63 - 1                  64-bit integer
 *                year in which a fiscal year begins
 *     BOOLEAN    0 no, 1 yes                           0, 1                               64-bit integer
 *     DECIMAL    millionths: 12.5 is 12500000          +-9 223 372 036 854.775807         64-bit integer
 *     DATE       days since 1970-01-01                 VALUE_DATE_MIN to VALUE_DATE_MAX   64-bit integer
 *                (date_to_days of base/date.h)         (0001-01-01 to 9999-12-31)
 *     TIME       seconds since the day began           0 to 86399                         64-bit integer
 *     INSTANT    microseconds since                    those of years 1 to 9999           64-bit integer
 *                1970-01-01T00:00:00Z
 *     REFERENCE  id of a row (its table is known       1 to 2^63 - 1                      64-bit integer
 *                from the field's type)
 *     TEXT       `text`: UTF-8 without NUL; also the   DB_VALUE_MAX bytes                 text
 *                name of a choice, and choices
 *     BYTES      `text`: any bytes                     DB_VALUE_MAX bytes                 bytes
 *
 * Choices (several at once) are one text: each name with a comma before it, and one comma at the end, in the
 * order of the declaration: ",mon,wed,"; none chosen is ",".
 *
 * A column of a table always holds one type or NULL, so the type is not stored beside the value: whoever
 * reads a column knows it from the declaration.
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
    VALUE_DECIMAL,
    VALUE_DATE,
    VALUE_TIME,
    VALUE_INSTANT,
    VALUE_REFERENCE,
    VALUE_TYPE_COUNT,
} ValueType;

#define VALUE_DATE_MIN (-719162)
#define VALUE_DATE_MAX 2932896

typedef struct Value {
    ValueType type;
    union {
        int64_t integer; /* every type but text and bytes; boolean: 0 or 1 */
        Str text;        /* also bytes */
    };
} Value;

/* Whether values of the type are 64-bit integers, here and in the database. */
static inline bool value_type_is_integer(ValueType type)
{
    return type != VALUE_MISSING && type != VALUE_TEXT && type != VALUE_BYTES;
}

static inline Value value_missing(void)
{
    return (Value){.type = VALUE_MISSING};
}
/* A value of one of the types that are integers. */
static inline Value value_number(ValueType type, int64_t n)
{
    assert(value_type_is_integer(type) && "text and bytes are no numbers");
    return (Value){.type = type, .integer = n};
}
static inline Value value_integer(int64_t n)
{
    return (Value){.type = VALUE_INTEGER, .integer = n};
}
static inline Value value_boolean(bool b)
{
    return (Value){.type = VALUE_BOOLEAN, .integer = b};
}
static inline Value value_decimal(int64_t millionths)
{
    return (Value){.type = VALUE_DECIMAL, .integer = millionths};
}
static inline Value value_date(int64_t days)
{
    return (Value){.type = VALUE_DATE, .integer = days};
}
static inline Value value_reference(int64_t id)
{
    return (Value){.type = VALUE_REFERENCE, .integer = id};
}
static inline Value value_text(Str s)
{
    return (Value){.type = VALUE_TEXT, .text = s};
}
static inline Value value_bytes(Str s)
{
    return (Value){.type = VALUE_BYTES, .text = s};
}

static inline bool value_is_missing(Value value)
{
    return value.type == VALUE_MISSING;
}
/* The same type and the same value; two missing values are the same. */
static inline bool value_same(Value a, Value b)
{
    if (a.type != b.type)
        return false;
    return a.type == VALUE_MISSING ||
           (value_type_is_integer(a.type) ? a.integer == b.integer : str_equal(a.text, b.text));
}

#endif
