/* base/html.c: text escaped for HTML, run by run. */
#include "base/html.h"

/* What stands for a byte; NULL: the byte itself. */
static const char *reference(unsigned char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default:
        return byte < 0x20 || byte == 0x7F ? "" : NULL;
    }
}

void buf_add_html(Buf *buf, Str s)
{
    size_t done = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *instead = reference((unsigned char)s.at[i]);
        if (instead) {
            buf_add(buf, str_slice(s, done, i));
            buf_add(buf, str_of(instead));
            done = i + 1;
        }
    }
    buf_add(buf, str_slice(s, done, s.len));
}
