/* plan/redline_text.c: the redline of two texts: tokens, alignment, shape, pieces, and the check.
 */
#include "plan/redline_internal.h"

#define TEXT_MAX ((size_t)1 << 30)
#define WORK_FIXED ((size_t)64 << 20)
#define WORK_FOR_BYTE 512

static bool push_piece(Arena *arena, RedlinePieces *out, char op, Str text)
{
    if (text.len == 0) {
        return true;
    }
    RedlinePiece *piece = VEC_PUSH(arena, out);
    if (piece != NULL) {
        *piece = (RedlinePiece){op, text};
    }
    return piece != NULL;
}

static size_t offset_of(const RedlineTokens *tokens, uint32_t index, Str text)
{
    return index < tokens->len ? tokens->at[index].from : text.len;
}

static bool write_pieces(Arena *arena, Str old_text, const RedlineTokens *a, Str new_text,
    const RedlineTokens *b, const RedlineHunks *hunks, RedlinePieces *out)
{
    size_t at = 0;
    for (size_t i = 0; i < hunks->len; i++) {
        const RedlineHunk *hunk = &hunks->at[i];
        const size_t from = offset_of(a, hunk->old_from, old_text), to = offset_of(a, hunk->old_to, old_text);
        const size_t new_from = offset_of(b, hunk->new_from, new_text);
        const size_t new_to = offset_of(b, hunk->new_to, new_text);
        if (!push_piece(arena, out, REDLINE_KEPT, str_slice(old_text, at, from)) ||
            !push_piece(arena, out, REDLINE_STRUCK, str_slice(old_text, from, to)) ||
            !push_piece(arena, out, REDLINE_INSERTED, str_slice(new_text, new_from, new_to))) {
            return false;
        }
        at = to;
    }
    return push_piece(arena, out, REDLINE_KEPT, str_slice(old_text, at, old_text.len));
}

/* --- the check --- */

/* Whether the text goes on with the piece, and moves on behind it. */
static bool walk(Str text, size_t *at, Str piece)
{
    const bool same = str_equal(str_slice(text, *at, *at + piece.len), piece);
    *at += piece.len;
    return same;
}

bool redline_holds(const RedlinePieces *pieces, Str old_text, Str new_text)
{
    size_t in_old = 0, in_new = 0;
    char before = 0;
    for (size_t i = 0; i < pieces->len; i++) {
        const RedlinePiece piece = pieces->at[i];
        const bool ordered =
            piece.op != before && !(before == REDLINE_INSERTED && piece.op == REDLINE_STRUCK);
        const bool old_holds = piece.op == REDLINE_INSERTED || walk(old_text, &in_old, piece.text);
        const bool new_holds = piece.op == REDLINE_STRUCK || walk(new_text, &in_new, piece.text);
        if (piece.text.len == 0 || !ordered || !old_holds || !new_holds) {
            return false;
        }
        before = piece.op;
    }
    return in_old == old_text.len && in_new == new_text.len;
}

/* --- all together --- */

bool redline_text_with(
    Arena *work, Arena *arena, Str old_text, Str new_text, RedlineView view, RedlinePieces *out, Error *error)
{
    if (old_text.len > TEXT_MAX || new_text.len > TEXT_MAX) {
        return error_set(error, ERROR_LIMIT, "a text of more than 1 GiB cannot be compared");
    }
    *out = (RedlinePieces){0};
    if (str_equal(old_text, new_text)) {
        return push_piece(arena, out, REDLINE_KEPT, old_text) || error_memory(error);
    }
    RedlineTokens a = {0}, b = {0};
    RedlineHunks hunks = {0};
    Map names;
    map_init(&names, work);
    if (!redline_split(work, &names, old_text, view, &a) ||
        !redline_split(work, &names, new_text, view, &b) || !redline_align(work, &a, &b, &hunks)) {
        return error_memory(error);
    }
    redline_shape(old_text, &a, new_text, &b, &hunks);
    if (!write_pieces(arena, old_text, &a, new_text, &b, &hunks, out)) {
        return error_memory(error);
    }
    assert(redline_holds(out, old_text, new_text) && "a redline gives back both texts");
    return true;
}

bool redline_text(
    Arena *arena, Str old_text, Str new_text, RedlineView view, RedlinePieces *out, Error *error)
{
    AUTO_ARENA work = arena_new(WORK_FIXED + WORK_FOR_BYTE * (old_text.len + new_text.len));
    if (work == NULL) {
        return error_memory(error);
    }
    return redline_text_with(work, arena, old_text, new_text, view, out, error);
}
