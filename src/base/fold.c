/* Text made alike for searching, and where a folded search hits the text as it stands.
 *
 * Text is folded one grapheme cluster at a time: Unicode's NFKC_Casefold (which also drops variation
 * selectors and other invisible characters), then katakana to hiragana. Runs of white space become one space.
 * While folding, a piece is noted for every stretch of folded bytes: which bytes of the original it came
 * from. A hit in the folded bytes is widened to the pieces it touches, so that it always covers whole
 * clusters of the original.
 */
#include "base/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "base/vec.h"

#define FOLD_OPTIONS \
    (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)
#define CLUSTER_USUAL 64 /* code points that a cluster has after folding, nearly always */

typedef struct Piece {
    size_t folded;   /* where its folded bytes begin */
    size_t from, to; /* bytes of the original */
} Piece;

typedef struct Fold {
    Arena *arena;
    VEC_OF(char) text;
    VEC_OF(Piece) pieces; /* only when wanted */
    bool wants_pieces;
    bool after_space;
} Fold;

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x1680 || c == 0x2028 || c == 0x2029;
}

static void fold_put(Fold *fold, uint32_t c)
{
    char bytes[4];
    size_t n = utf8_put(bytes, c);
    for (size_t i = 0; i < n; i++) {
        char *at = VEC_PUSH(fold->arena, &fold->text);
        if (!at)
            return;
        *at = bytes[i];
    }
}

/* Adds one normalised code point; white space only when the text before it does not end in some. */
static void fold_add(Fold *fold, uint32_t c)
{
    if (is_space(c)) {
        if (!fold->after_space)
            fold_put(fold, ' ');
        fold->after_space = true;
        return;
    }
    fold->after_space = false;
    if ((c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE) {
        fold_put(fold, c - 0x60);
    } else if (c >= 0x30F7 && c <= 0x30FA) { /* voiced wa wi we wo, which hiragana writes with a mark */
        fold_put(fold, c - 0x30F7 + 0x308F);
        fold_put(fold, 0x3099);
    } else {
        fold_put(fold, c);
    }
}

/* What nearly all Japanese text consists of and NFKC_Casefold leaves as it is: kana and the common
 * ideographs. */
static bool folds_to_itself(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FE) || (c >= 0x4E00 && c <= 0x9FFF);
}

/* Folds one grapheme cluster. */
static void fold_cluster(Fold *fold, Str cluster)
{
    size_t end = 0;
    uint32_t first = utf8_next(cluster, &end);
    if (end == cluster.len && folds_to_itself(first)) {
        fold_add(fold, first);
        return;
    }
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)cluster.at;
    utf8proc_ssize_t len = (utf8proc_ssize_t)cluster.len;
    utf8proc_int32_t usual[CLUSTER_USUAL], *points = usual;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, len, points, CLUSTER_USUAL, FOLD_OPTIONS);
    assert(count >= 0 && "text was checked to be UTF-8");
    if (count > CLUSTER_USUAL) {
        points = arena_array(fold->arena, (size_t)count + 1, sizeof *points);
        if (!points)
            return;
        count = utf8proc_decompose(bytes, len, points, count, FOLD_OPTIONS);
    }
    count = utf8proc_normalize_utf32(points, count, FOLD_OPTIONS);
    for (utf8proc_ssize_t i = 0; i < count; i++)
        fold_add(fold, (uint32_t)points[i]);
}

/* The bytes [from, to) of the original gave what stands in the folded text since `folded`. */
static void fold_note(Fold *fold, size_t folded, size_t from, size_t to)
{
    if (!fold->wants_pieces)
        return;
    if (folded == fold->text.len) { /* nothing: an invisible character, or more white space */
        if (fold->after_space && fold->pieces.len > 0)
            fold->pieces.at[fold->pieces.len - 1].to = to;
        return;
    }
    Piece *piece = VEC_PUSH(fold->arena, &fold->pieces);
    if (piece)
        *piece = (Piece){folded, from, to};
}

static void fold_run(Fold *fold, Str s)
{
    for (size_t at = 0; at < s.len && !arena_failed(fold->arena);) {
        size_t end = grapheme_end(s, at);
        size_t folded = fold->text.len;
        fold_cluster(fold, str_slice(s, at, end));
        fold_note(fold, folded, at, end);
        at = end;
    }
}

Str text_fold(Arena *arena, Str s)
{
    Fold fold = {.arena = arena};
    fold_run(&fold, s);
    if (arena_failed(arena) || fold.text.len == 0)
        return STR_EMPTY;
    return (Str){fold.text.at, fold.text.len};
}

/* The piece that holds byte `at` of the folded text. */
static const Piece *piece_at(const Fold *fold, size_t at)
{
    size_t low = 0, high = fold->pieces.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (fold->pieces.at[middle].folded <= at)
            low = middle;
        else
            high = middle;
    }
    return &fold->pieces.at[low];
}

typedef VEC_OF(FoldMatch) FoldMatches;

static void find_word(const Fold *fold, Str word, FoldMatches *matches)
{
    Str text = {fold->text.at, fold->text.len};
    for (ptrdiff_t at = 0; (at = str_find(text, word, (size_t)at)) >= 0; at += (ptrdiff_t)word.len) {
        FoldMatch *match = VEC_PUSH(fold->arena, matches);
        if (!match)
            return;
        match->from = piece_at(fold, (size_t)at)->from;
        match->to = piece_at(fold, (size_t)at + word.len - 1)->to;
    }
}

static int compare_matches(const void *a, const void *b)
{
    const FoldMatch *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Sorts; what overlaps becomes one. Answers how many are left. */
static size_t merge_matches(FoldMatch *matches, size_t count)
{
    if (count == 0)
        return 0;
    qsort(matches, count, sizeof *matches, compare_matches);
    size_t last = 0;
    for (size_t i = 1; i < count; i++) {
        if (matches[i].from >= matches[last].to)
            matches[++last] = matches[i];
        else if (matches[i].to > matches[last].to)
            matches[last].to = matches[i].to;
    }
    return last + 1;
}

size_t text_find_folded(Arena *arena, Str s, Str query, FoldMatch **out)
{
    *out = NULL;
    Fold fold = {.arena = arena, .wants_pieces = true};
    fold_run(&fold, s);
    Str words = text_fold(arena, query);
    if (arena_failed(arena) || fold.text.len == 0)
        return 0;
    FoldMatches matches = {0};
    while (words.len > 0) {
        Str word;
        str_cut(words, S(" "), &word, &words);
        if (word.len > 0)
            find_word(&fold, word, &matches);
    }
    if (arena_failed(arena))
        return 0;
    *out = matches.at;
    return merge_matches(matches.at, matches.len);
}
