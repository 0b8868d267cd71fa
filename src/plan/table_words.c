/* plan/table_words.c: how alike two wordings are, by the words they share.
 *
 * Words are bigrams of neighbouring characters other than hiragana, spaces and punctuation: in Japanese these
 * are most of the nouns, without a dictionary. A bigram that occurs n times in a text weighs (1 + log n) *
 * log((units + 1) / units that have it), so what the whole plan repeats (支援, 推進) counts little; likeness
 * is the cosine of two such vectors. Bigrams are hashed by a fixed function into 2^18 slots: memory does not
 * grow with the text, and the answer is the same in every process.
 */
#include "plan/table_internal.h"

#include <math.h>

#include "base/utf8.h"

#define SLOT_BITS 18
#define SLOT_COUNT ((size_t)1 << SLOT_BITS)

typedef struct WordSlot {
    uint32_t units; /* that have the word */
    uint32_t last;  /* the unit that was counted last */
} WordSlot;

struct WordCounts {
    WordSlot *slots;
    uint32_t units;
};

/* Characters that are not part of a word: up to the Latin letters, general punctuation, CJK punctuation,
 * hiragana, the middle dot and the signs among the full-width forms. */
static bool is_word_character(uint32_t c)
{
    if (c < 0x80) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    if (c < 0xC0 || (c >= 0x2000 && c < 0x2C00)) {
        return false;
    }
    if (c >= 0x3000 && c < 0x30A0) {
        return c == 0x3005; /* 々 */
    }
    if (c >= 0xFF00 && c < 0xFFF0) {
        return (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A) ||
               (c >= 0xFF66 && c <= 0xFF9D);
    }
    return c != 0x30FB; /* ・ */
}

static uint32_t hash_bigram(uint32_t a, uint32_t b)
{
    const uint64_t both = ((uint64_t)a << 21 | b) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(both >> (64 - SLOT_BITS));
}

/* Walks the words of a text: the next one from *at on; false at the end. *before is the character before, 0
 * at first. */
static bool next_word(Str text, size_t *at, uint32_t *before, uint32_t *word)
{
    while (*at < text.len) {
        const uint32_t previous = *before;
        const uint32_t c = utf8_next(text, at);
        *before = is_word_character(c) ? c : 0;
        if (previous != 0 && *before != 0) {
            *word = hash_bigram(previous, c);
            return true;
        }
    }
    return false;
}

WordCounts *word_counts_new(Arena *arena)
{
    WordCounts *counts = ARENA_NEW(arena, WordCounts);
    WordSlot *slots = arena_array(arena, SLOT_COUNT, sizeof *slots);
    if (counts == NULL || slots == NULL) {
        return NULL;
    }
    counts->slots = slots;
    return counts;
}

void word_counts_begin(WordCounts *counts)
{
    counts->units++;
}

void word_counts_add(WordCounts *counts, Str text)
{
    uint32_t word = 0, before = 0;
    for (size_t at = 0; next_word(text, &at, &before, &word);) {
        WordSlot *slot = &counts->slots[word];
        slot->units += slot->last != counts->units;
        slot->last = counts->units;
    }
}

static double rarity(const WordCounts *counts, uint32_t word)
{
    const uint32_t units = counts->slots[word].units;
    return log((double)(counts->units + 1) / (units == 0 ? 1 : units));
}

void word_vector_add(Arena *arena, WordVector *vector, Str text, double times)
{
    uint32_t word = 0, before = 0;
    for (size_t at = 0; next_word(text, &at, &before, &word);) {
        WordWeight *weight = VEC_PUSH(arena, &vector->words);
        if (weight != NULL) {
            *weight = (WordWeight){word, times};
        }
    }
}

static int compare_words(const void *left, const void *right)
{
    const WordWeight *a = left, *b = right;
    return (a->word > b->word) - (a->word < b->word);
}

void word_vector_finish(WordVector *vector, const WordCounts *counts)
{
    WordWeight *words = vector->words.at;
    size_t kept = 0;
    if (vector->words.len > 0) {
        qsort(words, vector->words.len, sizeof *words, compare_words);
    }
    for (size_t i = 0; i < vector->words.len; i++) {
        if (kept > 0 && words[kept - 1].word == words[i].word) {
            words[kept - 1].weight += words[i].weight;
        } else {
            words[kept++] = words[i];
        }
    }
    vector->words.len = kept;
    double sum = 0;
    for (size_t i = 0; i < kept; i++) {
        words[i].weight = (1 + log(words[i].weight)) * rarity(counts, words[i].word);
        sum += words[i].weight * words[i].weight;
    }
    vector->norm = sqrt(sum);
}

double word_likeness(const WordVector *a, const WordVector *b)
{
    double sum = 0;
    for (size_t i = 0, j = 0; i < a->words.len && j < b->words.len;) {
        const WordWeight *x = &a->words.at[i], *y = &b->words.at[j];
        sum += x->word == y->word ? x->weight * y->weight : 0;
        i += x->word <= y->word;
        j += y->word <= x->word;
    }
    return a->norm > 0 && b->norm > 0 ? sum / (a->norm * b->norm) : 0;
}
