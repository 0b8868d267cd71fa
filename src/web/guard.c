/* The guard: a strict second reading of the head, behind the library's lenient first one. */
#include "web/guard.h"

/* RFC 9110 5.6.2 */
static bool is_token_byte(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool guard_is_token(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_byte((unsigned char)s.at[i]))
            return false;
    return s.len > 0;
}

bool guard_target_is_plain(Str target)
{
    for (size_t i = 0; i < target.len; i++)
        if ((unsigned char)target.at[i] <= 0x20 || (unsigned char)target.at[i] >= 0x7f)
            return false;
    return target.len > 0;
}

static bool value_is_plain(Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

/* Takes what stands before the next NUL; false without one. */
static bool take_to_nul(Str *rest, Str *out)
{
    const char *nul = memchr(rest->at, '\0', rest->len);
    if (!nul)
        return false;
    size_t len = (size_t)(nul - rest->at);
    *out = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len + 1, rest->len);
    return true;
}

static bool take_nul(Str *rest)
{
    if (rest->len == 0 || rest->at[0] != '\0')
        return false;
    *rest = str_slice(*rest, 1, rest->len);
    return true;
}

static Str trim_blanks(Str s)
{
    while (s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t'))
        s = str_slice(s, 1, s.len);
    while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
        s = str_slice(s, 0, s.len - 1);
    return s;
}

static bool read_length(Str value, uint64_t *length)
{
    *length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9' || __builtin_mul_overflow(*length, 10, length) ||
            __builtin_add_overflow(*length, (uint64_t)(value.at[i] - '0'), length))
            return false;
    }
    return value.len > 0;
}

/* RFC 3986 reg-name or IP-literal, with a port; not empty. */
static bool host_is_plain(Str host)
{
    for (size_t i = 0; i < host.len; i++) {
        unsigned char c = (unsigned char)host.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (c && strchr(".-_~:[]", c));
        if (!plain)
            return false;
    }
    return host.len > 0 && host.len <= 255;
}

static bool weigh_header(GuardHead *head, const HttpField *header, size_t *hosts)
{
    if (ascii_equal_caseless(header->name, S("Content-Length"))) {
        if (head->has_length || !read_length(header->value, &head->length))
            return false;
        head->has_length = true;
    } else if (ascii_equal_caseless(header->name, S("Transfer-Encoding"))) {
        if (head->is_chunked || !ascii_equal_caseless(header->value, S("chunked")))
            return false;
        head->is_chunked = true;
    } else if (ascii_equal_caseless(header->name, S("Host"))) {
        head->host = header->value;
        (*hosts)++;
        return host_is_plain(header->value);
    }
    return true;
}

int guard_read_headers(Str lines, bool old_http, GuardHead *head)
{
    Str rest = lines;
    size_t hosts = 0;
    head->count = 0;
    head->host = STR_EMPTY;
    head->has_length = head->is_chunked = false;
    while (!take_nul(&rest)) {
        HttpField header;
        if (!take_to_nul(&rest, &header.name) || !guard_is_token(header.name))
            return 400;
        if (!take_to_nul(&rest, &header.value) || !take_nul(&rest) || !value_is_plain(header.value))
            return 400;
        if (head->count == REQUEST_HEADERS_MAX)
            return 431;
        header.value = trim_blanks(header.value);
        head->headers[head->count++] = header;
        if (!weigh_header(head, &header, &hosts))
            return 400;
    }
    if (!take_nul(&rest) || rest.len > 0)
        return 400;
    if (head->has_length && head->is_chunked)
        return 400;
    if (old_http ? hosts > 1 || head->is_chunked : hosts != 1)
        return 400;
    return 0;
}
