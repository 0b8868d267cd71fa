/* plan/redline_internal.h: what the files of the text redline share: tokens and hunks.
 *
 * A text becomes tokens; two rows of tokens are aligned into hunks; the hunks are shaped; pieces are written.
 */
#ifndef PLAN_REDLINE_INTERNAL_H
#define PLAN_REDLINE_INTERNAL_H

#include "base/map.h"
#include "plan/redline.h"

typedef enum RedlineClass {
    CLASS_OTHER,
    CLASS_DIGIT,
    CLASS_LATIN,
    CLASS_KATAKANA,
    CLASS_HIRAGANA,
    CLASS_KANJI,
    CLASS_COMMA, /* 、 and its like */
    CLASS_STOP,  /* 。, and the end of a line */
    CLASS_DOT,   /* ・ */
    CLASS_OPEN,  /* 「 ( ... */
    CLASS_CLOSE,
    CLASS_SPACE,
} RedlineClass;

/* A stretch that is kept or replaced as a whole. Two tokens are the same text exactly when their ids are
 * equal. */
typedef struct RedlineToken {
    uint32_t id;
    uint32_t from, to;   /* bytes of the text */
    uint8_t first, last; /* RedlineClass of its first and last cluster */
    uint8_t weight;      /* how many clusters, at most 16 */
} RedlineToken;

typedef VEC_OF(RedlineToken) RedlineTokens;

RedlineClass redline_class(uint32_t code_point);
/* Appends the tokens of a text. `names`, the texts of tokens that are more than one code point, is shared by
 * both texts. false when the arena is full. */
bool redline_split(Arena *arena, Map *names, Str text, RedlineView view, RedlineTokens *out);

/* Tokens [old_from, old_to) are replaced by [new_from, new_to); not both empty. Between two hunks, before the
 * first and behind the last the tokens are the same. */
typedef struct RedlineHunk {
    uint32_t old_from, old_to, new_from, new_to;
} RedlineHunk;

typedef VEC_OF(RedlineHunk) RedlineHunks;

/* Few hunks that leave as much as possible; false when the arena is full. */
bool redline_align(Arena *arena, const RedlineTokens *a, const RedlineTokens *b, RedlineHunks *out);
/* Hunks moved and widened to where a reader expects them. */
void redline_shape(
    Str old_text, const RedlineTokens *a, Str new_text, const RedlineTokens *b, RedlineHunks *hunks);

/* redline_text with memory for the way that the caller clears. */
MUST_USE bool redline_text_with(Arena *work, Arena *arena, Str old_text, Str new_text, RedlineView view,
    RedlinePieces *out, Error *error);

#endif
