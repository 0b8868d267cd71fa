/* review/opinion_similar.c: which opinions are alike, and where words that somebody typed stand in a text.
 *
 * Both compare folded text (base/fold.h), so that width, kana and case do not matter; the similarity itself
 * is the one that matches nodes of plans.
 */
#include "review/opinion.h"

#include "base/fold.h"
#include "base/utf8.h"
#include "plan/match.h"

int opinion_similarity(Arena *arena, Str a, Str b)
{
    const Str folded_a = text_fold(arena, a), folded_b = text_fold(arena, b);
    return arena_failed(arena) ? 0 : text_similarity(folded_a, folded_b);
}

/* Graphemes before the byte; SIZE_MAX when it lies inside one. */
static size_t graphemes_before(Str text, size_t byte)
{
    size_t at = 0, count = 0;
    while (at < byte) {
        at = grapheme_end(text, at);
        count++;
    }
    return at == byte ? count : SIZE_MAX;
}

typedef struct Search {
    PlanPassage *out;
    Str text;
    size_t wanted, found;
} Search;

/* Counts a place, and keeps it when it is the one that is wanted. */
static void take_place(Search *search, size_t from_byte, size_t to_byte)
{
    const size_t from = graphemes_before(search->text, from_byte);
    const size_t to = graphemes_before(search->text, to_byte);
    if (from == SIZE_MAX || to == SIZE_MAX)
        return;
    search->found++;
    if (search->found != search->wanted && !(search->wanted == 0 && search->found == 1))
        return;
    search->out->from = from;
    search->out->to = to;
    search->out->whole = from_byte == 0 && to_byte == search->text.len;
}

bool opinion_find_words(
    Arena *arena, Str key, Str text, Str words, size_t wanted, PlanPassage *out, size_t *found)
{
    Search search = {.out = out, .text = text, .wanted = wanted};
    FoldMatch *matches = NULL;
    words = str_trim(words);
    *out = (PlanPassage){.key = key};
    *found = 0;
    if (words.len == 0)
        return false;
    for (ptrdiff_t at = str_find(text, words, 0); at >= 0; at = str_find(text, words, (size_t)at + words.len))
        take_place(&search, (size_t)at, (size_t)at + words.len);
    /* a space would divide the words, and each would be found alone */
    if (search.found == 0 && !str_contains(text_fold(arena, words), S(" "))) {
        const size_t count = text_find_folded(arena, text, words, &matches);
        for (size_t i = 0; i < count; i++)
            take_place(&search, matches[i].from, matches[i].to);
    }
    *found = search.found;
    if (wanted == 0)
        return search.found == 1;
    return wanted <= search.found;
}
