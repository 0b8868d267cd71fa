/* Percent-coding and the parts of a request's target. */
#include "web/url.h"

#include "base/utf8.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte behind a '%' at s[at]; -1 when its digits are broken. */
static int percent_byte(Str s, size_t at)
{
    if (at + 2 >= s.len)
        return -1;
    int high = hex_digit(s.at[at + 1]), low = hex_digit(s.at[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

/* No empty, "." or ".." segment; one slash at the end is allowed. */
static bool segments_are_plain(Str path)
{
    Str rest = str_slice(path, 1, path.len), segment;
    while (rest.len > 0) {
        str_cut(rest, S("/"), &segment, &rest);
        if (segment.len == 0 || str_equal(segment, S(".")) || str_equal(segment, S("..")))
            return false;
    }
    return true;
}

bool url_decode_path(Str raw, char *out, size_t *len)
{
    *len = 0;
    if (raw.len == 0 || raw.at[0] != '/')
        return false;
    for (size_t i = 0; i < raw.len; i++) {
        unsigned char byte = (unsigned char)raw.at[i];
        if (byte == '%') {
            int value = percent_byte(raw, i);
            if (value < 0 || value == '/' || value == '\\')
                return false;
            byte = (unsigned char)value;
            i += 2;
        } else if (byte == '\\' || byte == '#' || byte == '?') {
            return false;
        }
        if (is_control(byte))
            return false;
        out[(*len)++] = (char)byte;
    }
    Str path = {out, *len};
    return utf8_check(path, NULL) && segments_are_plain(path);
}

/* Decodes one name or value of a query. */
static bool decode_field(Arena *arena, Str raw, Str *out)
{
    char *text = arena_alloc(arena, raw.len + 1);
    size_t len = 0;
    if (!text)
        return false;
    for (size_t i = 0; i < raw.len; i++) {
        int byte = (unsigned char)raw.at[i];
        if (byte == '+')
            byte = ' ';
        if (byte == '%') {
            byte = percent_byte(raw, i);
            i += 2;
        }
        if (byte <= 0)
            return false;
        text[len++] = (char)byte;
    }
    *out = (Str){text, len};
    return utf8_check(*out, NULL);
}

bool url_decode_query(Arena *arena, Str query, size_t max, HttpFields *fields)
{
    Str pair, rest = query, name, value;
    while (rest.len > 0) {
        str_cut(rest, S("&"), &pair, &rest);
        if (pair.len == 0)
            continue;
        str_cut(pair, S("="), &name, &value);
        if (fields->len >= max)
            return false;
        HttpField *field = VEC_PUSH(arena, fields);
        if (!field || !decode_field(arena, name, &field->name) || !decode_field(arena, value, &field->value))
            return false;
    }
    return true;
}

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void url_encode(Buf *out, Str s)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t from = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.at[i];
        if (is_unreserved(byte))
            continue;
        const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
        buf_add(out, str_slice(s, from, i));
        buf_add(out, (Str){encoded, sizeof encoded});
        from = i + 1;
    }
    buf_add(out, str_slice(s, from, s.len));
}

void url_encode_path(Buf *out, Str path)
{
    Str segment, rest = path;
    for (bool more = path.len > 0; more;) {
        more = str_cut(rest, S("/"), &segment, &rest);
        url_encode(out, segment);
        if (more)
            buf_add_byte(out, '/');
    }
}

Str url_encoded(Arena *arena, Str s)
{
    AUTO_BUF out;
    buf_init(&out, s.len * 3 + 1);
    url_encode(&out, s);
    return arena_str(arena, buf_str(&out));
}

bool url_split_absolute(Str url, Str *scheme, Str *authority, Str *path)
{
    Str rest;
    if (!str_cut(url, S("://"), scheme, &rest))
        return false;
    if (!ascii_equal_caseless(*scheme, S("http")) && !ascii_equal_caseless(*scheme, S("https")))
        return false;
    size_t end = 0;
    while (end < rest.len && rest.at[end] != '/' && rest.at[end] != '?' && rest.at[end] != '#')
        end++;
    *authority = str_slice(rest, 0, end);
    *path = str_slice(rest, end, rest.len);
    if (path->len == 0)
        *path = S("/");
    return authority->len > 0 && path->at[0] == '/';
}

bool url_is_local(Str s)
{
    if (s.len == 0 || s.at[0] != '/')
        return false;
    if (s.len > 1 && (s.at[1] == '/' || s.at[1] == '\\'))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char byte = (unsigned char)s.at[i];
        if (byte <= 0x20 || byte >= 0x7f || byte == '\\')
            return false;
    }
    return true;
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ascii_equal_caseless(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    return true;
}
