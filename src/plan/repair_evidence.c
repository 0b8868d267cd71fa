/* plan/repair_evidence.c: what else stands in the same block of a document.
 *
 * A suffix array over the block answers how often any stretch of up to EVIDENCE_DEPTH code points stands in
 * it. The caller leaves out repeated texts, so that a sentence printed ten times counts once.
 */
#include "plan/repair_internal.h"

static int compare_suffixes(const void *a, const void *b, void *block)
{
    const Evidence *evidence = block;
    uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
    for (size_t n = 0; n < EVIDENCE_DEPTH; n++) {
        Char x = evidence->text[p + n], y = evidence->text[q + n];
        if (x != y)
            return x < y ? -1 : 1;
        if (x == 0)
            break;
    }
    return p < q ? -1 : p > q;
}

bool evidence_build(Evidence *evidence, const Char *text, size_t len, Arena *arena)
{
    *evidence = (Evidence){.text = text, .len = len, .order = arena_array(arena, len, sizeof(uint32_t))};
    if (!evidence->order)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i])
            evidence->order[evidence->count++] = (uint32_t)i;
    qsort_r(evidence->order, evidence->count, sizeof *evidence->order, compare_suffixes, evidence);
    return true;
}

/* Order of the suffix at `at` against the words: <0, 0 when it begins with them, >0. */
static int compare_to_words(const Evidence *evidence, size_t at, const Char *words, size_t len)
{
    for (size_t n = 0; n < len; n++) {
        Char x = evidence->text[at + n];
        if (x != words[n])
            return x < words[n] ? -1 : 1;
    }
    return 0;
}

static size_t first_match(const Evidence *evidence, const Char *words, size_t len)
{
    size_t low = 0, high = evidence->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (compare_to_words(evidence, evidence->order[mid], words, len) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static size_t count_matches(
    const Evidence *evidence, const Char *words, size_t len, Stretch except, size_t enough, bool free_only)
{
    if (len == 0 || len > EVIDENCE_DEPTH)
        return 0;
    size_t count = 0, seen = 0;
    for (size_t i = first_match(evidence, words, len); i < evidence->count && count < enough && seen < 1000;
         i++, seen++) {
        size_t at = evidence->order[i];
        if (compare_to_words(evidence, at, words, len) != 0)
            break;
        if (at < except.to && at + len > except.from)
            continue;
        if (free_only && ((at > 0 && char_is_content(evidence->text[at - 1])) ||
                             char_is_content(evidence->text[at + len])))
            continue;
        count++;
    }
    return count;
}

size_t evidence_count(const Evidence *evidence, const Char *words, size_t len, Stretch except, size_t enough)
{
    return count_matches(evidence, words, len, except, enough, false);
}

size_t evidence_count_free(
    const Evidence *evidence, const Char *words, size_t len, Stretch except, size_t enough)
{
    return count_matches(evidence, words, len, except, enough, true);
}
