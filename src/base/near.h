/* base/near.h: "did you mean": the known word that is nearest to a mistyped one. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include "base/str.h"

/* The first of the words with the smallest edit distance (insert, delete, replace, swap of neighbours), if
 * that is at most a third of the longer word's length, and at least 1; else NULL. Words above 40 bytes are
 * never near. */
const char *near_word(Str word, const char *const *known, size_t known_count);

#endif
