/* plan/redline.h: what became of a text or a plan, as a redline (見え消し).
 *
 * A redline is a row of pieces that walks the old and the new text together: kept and struck pieces joined
 * give the old text, kept and inserted pieces the new one. That is checked before anything is answered; a
 * redline that does not hold is a broken invariant. The same two texts always give the same pieces.
 *
 * No piece begins or ends inside a grapheme cluster (a kanji with its variation selector, a kana with its
 * dakuten), nor inside a run of digits, Latin letters or katakana: a number is kept or replaced as a whole.
 *
 * Any thread. Texts are valid UTF-8.
 */
#ifndef PLAN_REDLINE_H
#define PLAN_REDLINE_H

#include "base/error.h"
#include "base/str.h"
#include "base/vec.h"

#define REDLINE_KEPT '='
#define REDLINE_STRUCK '-'
#define REDLINE_INSERTED '+'

/* A piece is never empty, no two neighbours have the same op, and what is struck stands before what is
 * inserted in its place. */
typedef struct RedlinePiece {
    char op;  /* '=' kept, '-' struck, '+' inserted */
    Str text; /* a slice of the old text, of the new one when inserted */
} RedlinePiece;

typedef VEC_OF(RedlinePiece) RedlinePieces;

typedef enum RedlineView {
    REDLINE_CHARACTERS, /* 字: for 見え消し, as little as possible is struck */
    REDLINE_WORDS,      /* 語: for comparison tables, whole words are struck */
} RedlineView;

/* The redline of two texts; its pieces are slices of them, the array is in the arena. Time is near linear in
 * the length apart from windows of a thousand characters without anything in common. ERROR_LIMIT above 1 GiB,
 * ERROR_MEMORY. */
MUST_USE bool redline_text(
    Arena *arena, Str old_text, Str new_text, RedlineView view, RedlinePieces *out, Error *error);

/* Whether the pieces are well formed and give both texts. */
bool redline_holds(const RedlinePieces *pieces, Str old_text, Str new_text);

#endif
