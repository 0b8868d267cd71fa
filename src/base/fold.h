/* base/fold.h: text made alike for searching: NFKC, letters in lower case, katakana read as hiragana, half
 * and full width as one, variation selectors and other invisible characters dropped, runs of white space as
 * one space. Stored text is never changed by it.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"

/* Folded copy. An empty Str when the arena is full (ask arena_failed). */
Str text_fold(Arena *arena, Str s);

typedef struct FoldMatch {
    size_t from, to; /* bytes of the original text */
} FoldMatch;

/* Where the words of `query` (divided by white space) occur in s after folding both: ordered, not
 * overlapping, on grapheme boundaries of the original. Answers how many; *out is in the arena. For
 * highlighting. */
size_t text_find_folded(Arena *arena, Str s, Str query, FoldMatch **out);

#endif
