/* plan/encoding.h: bytes of a text file to UTF-8, or a clear word on why not. */
#ifndef PLAN_ENCODING_H
#define PLAN_ENCODING_H

#include "base/arena.h"
#include "base/error.h"

#define PLAN_TEXT_MAX ((size_t)64 << 20) /* bytes of a text that the readers take */

/* *out: the text as UTF-8 without a byte order mark, in the arena unless `bytes` is UTF-8 already (then a
 * slice of it).
 *
 * `encoding` is empty, or what the officer named: utf-8, shift_jis (also sjis, cp932, windows-31j), euc-jp,
 * iso-2022-jp, utf-16, utf-16le, utf-16be. Without one the bytes must be UTF-8. Errors name line, column and
 * byte, and say what the bytes look like: Shift_JIS, EUC-JP, UTF-16, or no text at all (NUL and other control
 * bytes). `name` is the file named in errors. A text of nothing but white space is an error, as is one above
 * PLAN_TEXT_MAX (ERROR_LIMIT). */
MUST_USE bool text_to_utf8(Arena *arena, Str bytes, Str encoding, Str name, Str *out, Error *error);

/* Line and column (code points) of a byte of a text that is valid UTF-8 before it; both from 1. */
void text_place(Str text, size_t at, long *line, long *column);

#endif
