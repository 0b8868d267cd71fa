/* Slices of bytes: comparing, finding, cutting. Nothing here allocates or changes bytes.
 *
 * An empty slice may have any pointer, NULL too, so that no function hands it to the C library.
 */
#include "base/str.h"

static const Str IDEOGRAPHIC_SPACE = STR_LITERAL("\xE3\x80\x80"); /* U+3000 */

Str str_of(const char *c_string)
{
    return c_string ? (Str){c_string, strlen(c_string)} : STR_EMPTY;
}

bool str_equal(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

int str_compare(Str a, Str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common > 0 ? memcmp(a.at, b.at, common) : 0;
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(Str s, Str prefix)
{
    return s.len >= prefix.len && str_equal(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.len >= suffix.len && str_equal(str_slice(s, s.len - suffix.len, s.len), suffix);
}

ptrdiff_t str_find(Str s, Str needle, size_t from)
{
    if (from > s.len || needle.len > s.len - from)
        return -1;
    if (needle.len == 0)
        return (ptrdiff_t)from;
    const char *found = memmem(s.at + from, s.len - from, needle.at, needle.len);
    return found ? found - s.at : -1;
}

bool str_contains(Str s, Str needle)
{
    return str_find(s, needle, 0) >= 0;
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return STR_EMPTY;
    return (Str){s.at + from, to - from};
}

static bool is_ascii_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

Str str_trim(Str s)
{
    for (;;) {
        if (s.len > 0 && is_ascii_space(s.at[0]))
            s = str_slice(s, 1, s.len);
        else if (str_starts(s, IDEOGRAPHIC_SPACE))
            s = str_slice(s, IDEOGRAPHIC_SPACE.len, s.len);
        else
            break;
    }
    for (;;) {
        if (s.len > 0 && is_ascii_space(s.at[s.len - 1]))
            s.len -= 1;
        else if (str_ends(s, IDEOGRAPHIC_SPACE))
            s.len -= IDEOGRAPHIC_SPACE.len;
        else
            break;
    }
    return s;
}

bool str_cut(Str s, Str separator, Str *before, Str *after)
{
    ptrdiff_t at = str_find(s, separator, 0);
    if (at < 0) {
        *before = s;
        *after = STR_EMPTY;
        return false;
    }
    *before = str_slice(s, 0, (size_t)at);
    *after = str_slice(s, (size_t)at + separator.len, s.len);
    return true;
}

bool str_line(Str *rest, Str *line)
{
    if (rest->len == 0)
        return false;
    Str found;
    bool ended = str_cut(*rest, S("\n"), &found, rest);
    if (ended && str_ends(found, S("\r")))
        found.len -= 1;
    *line = found;
    return true;
}

bool str_to_int(Str s, int64_t *out)
{
    bool negative = str_starts(s, S("-"));
    size_t at = negative || str_starts(s, S("+")) ? 1 : 0;
    if (at == s.len)
        return false;
    int64_t n = 0;
    for (; at < s.len; at++) {
        if (s.at[at] < '0' || s.at[at] > '9')
            return false;
        int64_t digit = s.at[at] - '0';
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, negative ? -digit : digit, &n))
            return false;
    }
    *out = n;
    return true;
}
