/* plan/encoding.h: bytes of a text file to UTF-8, or a clear word on why not. */
#ifndef PLAN_ENCODING_H
#define PLAN_ENCODING_H

#include "base/arena.h"
#include "base/error.h"

#define PLAN_TEXT_MAX ((size_t)64 << 20) /* bytes of a text that the readers take */

/* *out: the text as UTF-8 without a byte order mark; a slice of `bytes` when these are UTF-8 already, else in
 * the arena.
 *
 * `encoding` is empty, or what the officer named: utf-8, shift_jis (also sjis, cp932, windows-31j), euc-jp,
 * iso-2022-jp, utf-16, utf-16le, utf-16be; letters of either case. Without one the bytes must be UTF-8.
 * Errors have line and column, name the byte, and say what the bytes look like: Shift_JIS, EUC-JP, UTF-16, or
 * no text at all (NUL and other control bytes). A text of nothing but white space is an error, as is one
 * above PLAN_TEXT_MAX (ERROR_LIMIT). Errors name no file: the caller knows it. Any thread. */
MUST_USE bool text_to_utf8(Arena *arena, Str bytes, Str encoding, Str *out, Error *error);

/* The same in two steps, for a process that seals itself in between: opening loads the C library's converter,
 * which needs files; decoding needs none. */
typedef struct TextDecoder {
    void *converter; /* NULL: the bytes must be UTF-8 */
} TextDecoder;

MUST_USE bool text_decoder_open(TextDecoder *decoder, Str encoding, Error *error);
void text_decoder_close(TextDecoder *decoder);
#define AUTO_TEXT_DECODER CLEANUP(text_decoder_close) TextDecoder
MUST_USE bool text_decode(const TextDecoder *decoder, Arena *arena, Str bytes, Str *out, Error *error);

/* Whether UTF-8 bytes are a text within PLAN_TEXT_MAX that a reader can take: the errors of text_to_utf8,
 * with `name` as the file. */
MUST_USE bool text_check(Str text, Str name, Error *error);

/* Line and column (code points) of byte `at` of a text that is valid UTF-8 before it; both from 1. */
void text_place(Str text, size_t at, long *line, long *column);

#endif
