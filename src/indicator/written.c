/* indicator/written.c: values of groups and members as texts that can be keys, and back.
 *
 * A group is several values in one text, so their texts keep clear of the signs between them. Keys of a
 * database have a limit (PostgreSQL: some 2,700 bytes), so long texts end in a hash. Members of min and max
 * are put in order by the database, as texts.
 */
#include "indicator/indicator_internal.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/utf8.h"

#define HASH_BYTES 16
#define MEMBER_DIGITS 16
static const char cut_sign[] = "\\#";
static const char ellipsis[] = "…";

static bool wants_escape(char c)
{
    return c == '|' || c == '=' || c == '\\';
}

static Str escape(Arena *arena, Str text)
{
    size_t extra = 0;
    for (size_t i = 0; i < text.len; i++)
        extra += wants_escape(text.at[i]);
    if (extra == 0)
        return text;
    char *out = arena_alloc(arena, text.len + extra);
    if (out == NULL)
        return STR_EMPTY;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (wants_escape(text.at[i]))
            out[len++] = '\\';
        out[len++] = text.at[i];
    }
    return (Str){out, len};
}

static Str hash_of(Arena *arena, Str text)
{
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)text.at, text.len, NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return arena_str(arena, str_of(hex));
}

/* The text cut between two code points, the sign, and a hash of the whole. */
static Str cut(Arena *arena, Str text)
{
    size_t end = INDICATOR_TEXT_MAX;
    while (end > 0 && ((unsigned char)text.at[end] & 0xC0) == 0x80)
        end--;
    Str start = escape(arena, str_slice(text, 0, end)), hash = hash_of(arena, text);
    return arena_printf(arena, "%.*s%s%.*s", STR_ARGS(start), cut_sign, STR_ARGS(hash));
}

Str write_group_value(Arena *arena, Value value)
{
    if (value_is_missing(value))
        return STR_EMPTY;
    if (value_type_is_integer(value.type))
        return arena_printf(arena, "%" PRId64, value.integer);
    return value.text.len > INDICATOR_TEXT_MAX ? cut(arena, value.text) : escape(arena, value.text);
}

static bool is_ordered(const CityTerm *term)
{
    FormulaAggregateKind kind = term->aggregate->kind;
    return kind == FORMULA_MIN || kind == FORMULA_MAX;
}

Str write_member(Arena *arena, const CityTerm *term, Value value)
{
    if (!is_ordered(term))
        return write_group_value(arena, value);
    assert(value_type_is_integer(value.type) && "what has a least and a greatest is kept as a number");
    return arena_printf(arena, "%0*" PRIx64, MEMBER_DIGITS, (uint64_t)value.integer ^ UINT64_C(1) << 63);
}

bool indicator_read_member(const CityTerm *term, Str written, Value *out)
{
    assert(is_ordered(term) && "only members of min and max are read again");
    if (written.len != MEMBER_DIGITS)
        return false;
    uint64_t number = 0;
    for (size_t i = 0; i < written.len; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = memchr(digits, written.at[i], sizeof(digits) - 1);
        if (digit == NULL)
            return false;
        number = number << 4 | (uint64_t)(digit - digits);
    }
    ValueType type = formula_value_type(term->aggregate->type.kind);
    *out = value_number(type, (int64_t)(number ^ UINT64_C(1) << 63));
    return true;
}

/* A text as it was before escape() and cut(). */
static bool read_text(Str written, Arena *arena, Value *out)
{
    char *text = arena_alloc(arena, written.len + sizeof(ellipsis));
    if (text == NULL)
        return false;
    size_t len = 0;
    for (size_t i = 0; i < written.len; i++) {
        bool is_escaped = written.at[i] == '\\' && ++i < written.len;
        if (i == written.len)
            return false;
        if (is_escaped && written.at[i] == '#') {
            memcpy(text + len, ellipsis, sizeof(ellipsis) - 1);
            len += sizeof(ellipsis) - 1;
            break;
        }
        text[len++] = written.at[i];
    }
    *out = value_text((Str){text, len});
    return true;
}

bool indicator_read_value(Str written, const FormulaType *type, Arena *arena, Value *out)
{
    *out = value_missing();
    if (written.len == 0)
        return true;
    ValueType value_type = formula_value_type(type->kind);
    if (!value_type_is_integer(value_type))
        return read_text(written, arena, out);
    int64_t number;
    if (!str_to_int(written, &number))
        return false;
    *out = value_number(value_type, number);
    return true;
}
