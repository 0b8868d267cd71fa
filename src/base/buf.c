/* A growing run of bytes: room doubles by realloc and never passes what was allowed; failure is sticky. */
#include "base/buf.h"

#include "base/arena_internal.h"

#define ROOM_FIRST 256

void buf_init(Buf *buf, size_t max)
{
    *buf = (Buf){.max = max};
}

void buf_release(Buf *buf)
{
    free(buf->at);
    *buf = (Buf){.max = buf->max};
}

void buf_clear(Buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

static char *buf_fail(Buf *buf)
{
    buf->failed = true;
    return NULL;
}

char *buf_reserve(Buf *buf, size_t n)
{
    if (buf->failed || n > buf->max - buf->len)
        return buf_fail(buf);
    size_t need = buf->len + n;
    if (buf->at && need <= buf->room)
        return buf->at + buf->len;
    size_t room = buf->room > 0 ? buf->room : ROOM_FIRST;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    if (room > buf->max)
        room = buf->max > 0 ? buf->max : 1;
    char *at = allocation_is_to_fail() ? NULL : realloc(buf->at, room);
    if (!at)
        return buf_fail(buf);
    buf->at = at;
    buf->room = room;
    return at + buf->len;
}

void buf_add(Buf *buf, Str s)
{
    if (s.len == 0)
        return;
    char *at = buf_reserve(buf, s.len);
    if (!at)
        return;
    memcpy(at, s.at, s.len);
    buf->len += s.len;
}

void buf_add_byte(Buf *buf, char byte)
{
    buf_add(buf, (Str){&byte, 1});
}

void buf_printf(Buf *buf, const char *format, ...)
{
    char brief[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(brief, sizeof brief, format, args);
    va_end(args);
    if (len < 0) {
        buf_fail(buf);
        return;
    }
    size_t n = (size_t)len;
    if (n < sizeof brief) {
        buf_add(buf, (Str){brief, n});
        return;
    }
    /* vsnprintf ends with a NUL: its text goes into an exact copy, as the last byte allowed may be part of
     * the text. */
    char *at = allocation_is_to_fail() ? NULL : malloc(n + 1);
    if (!at) {
        buf_fail(buf);
        return;
    }
    va_start(args, format);
    vsnprintf(at, n + 1, format, args);
    va_end(args);
    buf_add(buf, (Str){at, n});
    free(at);
}

Str buf_str(const Buf *buf)
{
    return buf->at ? (Str){buf->at, buf->len} : STR_EMPTY;
}
