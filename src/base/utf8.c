/* UTF-8, code points and grapheme clusters, by utf8proc.
 *
 * Only utf8_check and utf8_next_lossy meet foreign bytes; the others assert that what they are given has
 * passed it.
 */
#include "base/utf8.h"

#include <utf8proc.h>

/* The code point at `at` and its length; a length below 1 when the bytes there are not UTF-8. */
static ptrdiff_t decode(Str s, size_t at, int32_t *code_point)
{
    unsigned char first = (unsigned char)s.at[at];
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }
    return utf8proc_iterate((const utf8proc_uint8_t *)s.at + at, (utf8proc_ssize_t)(s.len - at), code_point);
}

bool utf8_check(Str s, size_t *bad)
{
    int32_t code_point;
    for (size_t at = 0; at < s.len;) {
        ptrdiff_t n = decode(s, at, &code_point);
        if (n < 1) {
            if (bad)
                *bad = at;
            return false;
        }
        at += (size_t)n;
    }
    return true;
}

uint32_t utf8_next(Str s, size_t *at)
{
    assert(*at < s.len && "there is a code point to read");
    int32_t code_point;
    ptrdiff_t n = decode(s, *at, &code_point);
    assert(n > 0 && "text was checked to be UTF-8");
    *at += (size_t)n;
    return (uint32_t)code_point;
}

uint32_t utf8_next_lossy(Str s, size_t *at)
{
    assert(*at < s.len && "there is a byte to read");
    int32_t code_point;
    ptrdiff_t n = decode(s, *at, &code_point);
    *at += n > 0 ? (size_t)n : 1;
    return n > 0 ? (uint32_t)code_point : 0xFFFD;
}

size_t utf8_put(char out[4], uint32_t code_point)
{
    assert(utf8proc_codepoint_valid((utf8proc_int32_t)code_point) && "a code point, not a surrogate");
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code_point, (utf8proc_uint8_t *)out);
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t utf8_count(Str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += !is_continuation(s.at[i]);
    return count;
}

size_t utf8_offset(Str s, size_t n)
{
    size_t seen = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (is_continuation(s.at[i]))
            continue;
        if (seen == n)
            return i;
        seen++;
    }
    return s.len;
}

Str utf8_slice(Str s, size_t from, size_t to)
{
    if (from >= to)
        return STR_EMPTY;
    size_t start = utf8_offset(s, from);
    Str rest = str_slice(s, start, s.len);
    return str_slice(rest, 0, utf8_offset(rest, to - from));
}

/* Printable ASCII, kana, common ideographs: nothing joins two of these, so that the tables need not be asked.
 */
static bool never_joins(uint32_t c)
{
    return (c >= 0x20 && c <= 0x7E) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FE) ||
           (c >= 0x4E00 && c <= 0x9FFF);
}

size_t grapheme_end(Str s, size_t at)
{
    int32_t state = 0;
    uint32_t before = utf8_next(s, &at);
    while (at < s.len) {
        size_t end = at;
        uint32_t after = utf8_next(s, &end);
        if (never_joins(before) && never_joins(after))
            break;
        if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after, &state))
            break;
        before = after;
        at = end;
    }
    return at;
}

Str grapheme_head(Str s, size_t n)
{
    size_t end = 0;
    for (; n > 0 && end < s.len; n--)
        end = grapheme_end(s, end);
    return str_slice(s, 0, end);
}

size_t grapheme_count(Str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.len; at = grapheme_end(s, at))
        count++;
    return count;
}
