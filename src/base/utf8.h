/* base/utf8.h: UTF-8, code points and grapheme clusters (utf8proc).
 *
 * Offsets into text that leave the program (marks, annotations, spans) count code points; inside, bytes.
 * Functions other than utf8_check and utf8_next_lossy take valid UTF-8.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

/* Whether s is UTF-8 (no surrogates, no overlong forms, nothing above U+10FFFF); else *bad is the offset of
 * the first wrong byte. bad may be NULL. */
bool utf8_check(Str s, size_t *bad);
/* The code point at byte *at, and moves *at behind it. *at must be below s.len. */
uint32_t utf8_next(Str s, size_t *at);
/* The same on any bytes: U+FFFD, and one byte on, where they are not UTF-8. */
uint32_t utf8_next_lossy(Str s, size_t *at);
/* Writes the code point; answers its length, 1 to 4. */
size_t utf8_put(char out[4], uint32_t code_point);
/* How many code points. */
size_t utf8_count(Str s);
/* Byte offset of the n-th code point (0 = start); s.len when there are fewer. */
size_t utf8_offset(Str s, size_t n);
/* Code points [from, to), clamped. */
Str utf8_slice(Str s, size_t from, size_t to);
/* End of the grapheme cluster that starts at byte `at` (< s.len): a base with its marks, variation selectors,
 * joiners. */
size_t grapheme_end(Str s, size_t at);
/* How many grapheme clusters. The byte where the n-th begins is grapheme_head(s, n).len. */
size_t grapheme_count(Str s);
/* At most n grapheme clusters, for display; never cut inside one. */
Str grapheme_head(Str s, size_t n);

#endif
