/* base/buf.h: a growing run of bytes with a maximum.
 *
 * Failure is sticky: past the maximum, or without memory, additions do nothing and `failed` is set; the
 * writer of a long text asks once at its end. The bytes are malloc's and are released by buf_release.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"
#include "base/str.h"

typedef struct Buf {
    char *at;
    size_t len, room, max;
    bool failed;
} Buf;

void buf_init(Buf *buf, size_t max);
void buf_release(Buf *buf);
#define AUTO_BUF CLEANUP(buf_release) Buf
/* Empties it and forgets a failure; keeps the room. */
void buf_clear(Buf *buf);

void buf_add(Buf *buf, Str s);
void buf_add_byte(Buf *buf, char byte);
void buf_printf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Room for n more bytes, to be filled by the caller, who then adds to len; NULL on failure. */
char *buf_reserve(Buf *buf, size_t n);
/* What is in it; valid until the next addition. */
Str buf_str(const Buf *buf);

#endif
