/* plan/redline_similar.c: pairs of similar texts among two lists of nodes.
 *
 * Small lists are compared all with all. For large ones, every run of three characters of the old texts is
 * noted with the nodes that hold it; runs that many nodes hold say nothing and are left out. A new text is
 * compared with the few old ones it shares most runs with, so that time grows with the length of the texts
 * and not with the product of the lists.
 */
#include "plan/redline_match_internal.h"

#include "base/utf8.h"
#include "plan/match.h"

#define ALL_WITH_ALL 256 /* product of the lists' lengths */
#define RUN 3            /* code points */
#define HOLDERS_MAX 24   /* of a run that is looked at */
#define CANDIDATES 5     /* texts that one text is compared with */
#define RUNS_MAX 4096    /* of one text */

typedef struct Posting {
    uint64_t run;
    uint32_t place; /* in the old list */
} Posting;

typedef VEC_OF(Posting) Postings;

typedef struct Finder {
    const RedlineSimilar *similar;
    const RedlineList *old_list, *new_list;
    Postings postings; /* sorted by run */
    uint32_t *shared;  /* for each place in the old list: runs shared with the text that is looked at */
    RedlinePairs *out;
} Finder;

/* --- comparing two --- */

/* The similarity that texts of these lengths can have at most. */
static int most_possible(size_t a, size_t b)
{
    const size_t less = a < b ? a : b;
    return a + b == 0 ? 1000 : (int)(2000 * less / (a + b));
}

static bool compare_pair(Finder *finder, size_t old_place, size_t new_place)
{
    const int32_t old_node = finder->old_list->at[old_place], new_node = finder->new_list->at[new_place];
    const RedlineNode *a = &finder->similar->old_tree->nodes.at[old_node];
    const RedlineNode *b = &finder->similar->new_tree->nodes.at[new_node];
    const int slack = 100; /* bytes and bigrams do not grow quite alike */
    if (a->kind != b->kind || most_possible(a->text.len, b->text.len) + slack < finder->similar->least) {
        return true;
    }
    const int similarity = text_similarity(a->text, b->text);
    if (similarity < finder->similar->least) {
        return true;
    }
    RedlinePair *pair = VEC_PUSH(finder->similar->work, finder->out);
    if (pair == NULL) {
        return false;
    }
    const int64_t distance = (int64_t)old_place - (int64_t)new_place;
    *pair = (RedlinePair){similarity, (int32_t)(distance < 0 ? -distance : distance), old_node, new_node};
    return true;
}

/* --- runs --- */

/* The next run of a text; false at its end. `window` begins as zero. */
static bool next_run(Str text, size_t *at, uint64_t *window, size_t *seen)
{
    while (*at < text.len && *seen < RUNS_MAX) {
        *window = (*window << 21 | utf8_next(text, at)) & ((UINT64_C(1) << 63) - 1);
        (*seen)++;
        if (*seen >= RUN) {
            return true;
        }
    }
    return false;
}

static int compare_postings(const void *left, const void *right)
{
    const Posting *a = left, *b = right;
    const int by_run = (a->run > b->run) - (a->run < b->run);
    return by_run != 0 ? by_run : (a->place > b->place) - (a->place < b->place);
}

static bool list_postings(Finder *finder)
{
    for (uint32_t place = 0; place < finder->old_list->len; place++) {
        const Str text = finder->similar->old_tree->nodes.at[finder->old_list->at[place]].text;
        uint64_t run = 0;
        for (size_t at = 0, seen = 0; next_run(text, &at, &run, &seen);) {
            Posting *posting = VEC_PUSH(finder->similar->work, &finder->postings);
            if (posting == NULL) {
                return false;
            }
            *posting = (Posting){run, place};
        }
    }
    if (finder->postings.len > 0) {
        qsort(finder->postings.at, finder->postings.len, sizeof(Posting), compare_postings);
    }
    return true;
}

static size_t first_posting(const Postings *postings, uint64_t run)
{
    size_t low = 0, high = postings->len;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (postings->at[middle].run < run) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* --- candidates --- */

typedef struct Candidates {
    uint32_t places[CANDIDATES];
    size_t count;
} Candidates;

/* Keeps the places that share most, most first. */
static void consider(Candidates *best, const uint32_t *shared, uint32_t place)
{
    size_t at = 0;
    while (at < best->count && best->places[at] != place && shared[best->places[at]] >= shared[place]) {
        at++;
    }
    if (at < best->count && best->places[at] == place) {
        return;
    }
    size_t last = at;
    while (last < best->count && best->places[last] != place) {
        last++;
    }
    best->count += last == best->count && best->count < CANDIDATES;
    for (size_t i = last < CANDIDATES ? last : CANDIDATES - 1; i > at; i--) {
        best->places[i] = best->places[i - 1];
    }
    if (at < CANDIDATES) {
        best->places[at] = place;
    }
}

/* Counts for one text what it shares with which old text; without `best`, takes the counts off again. */
static void count_shared(Finder *finder, Str text, Candidates *best)
{
    const Postings *postings = &finder->postings;
    uint64_t run = 0;
    for (size_t at = 0, seen = 0; next_run(text, &at, &run, &seen);) {
        const size_t first = first_posting(postings, run);
        size_t end = first;
        while (end < postings->len && postings->at[end].run == run && end - first <= HOLDERS_MAX) {
            end++;
        }
        for (size_t i = first; i < end && end - first <= HOLDERS_MAX; i++) {
            const uint32_t place = postings->at[i].place;
            if (best == NULL) {
                finder->shared[place] = 0;
            } else {
                finder->shared[place]++;
                consider(best, finder->shared, place);
            }
        }
    }
}

static bool find_by_runs(Finder *finder)
{
    finder->shared = arena_array(finder->similar->work, finder->old_list->len + 1, sizeof *finder->shared);
    if (finder->shared == NULL || !list_postings(finder)) {
        return false;
    }
    for (size_t i = 0; i < finder->new_list->len; i++) {
        const Str text = finder->similar->new_tree->nodes.at[finder->new_list->at[i]].text;
        Candidates best = {.count = 0};
        count_shared(finder, text, &best);
        count_shared(finder, text, NULL);
        for (size_t c = 0; c < best.count; c++) {
            if (!compare_pair(finder, best.places[c], i)) {
                return false;
            }
        }
    }
    return true;
}

static bool find_all_with_all(Finder *finder)
{
    for (size_t i = 0; i < finder->old_list->len; i++) {
        for (size_t j = 0; j < finder->new_list->len; j++) {
            if (!compare_pair(finder, i, j)) {
                return false;
            }
        }
    }
    return true;
}

static int compare_pairs(const void *left, const void *right)
{
    const RedlinePair *a = left, *b = right;
    if (a->similarity != b->similarity) {
        return b->similarity - a->similarity;
    }
    if (a->distance != b->distance) {
        return (a->distance > b->distance) - (a->distance < b->distance);
    }
    if (a->new_node != b->new_node) {
        return (a->new_node > b->new_node) - (a->new_node < b->new_node);
    }
    return (a->old_node > b->old_node) - (a->old_node < b->old_node);
}

bool redline_similar(const RedlineSimilar *similar, const RedlineList *old_list, const RedlineList *new_list,
    RedlinePairs *out)
{
    Finder finder = {.similar = similar, .old_list = old_list, .new_list = new_list, .out = out};
    if (old_list->len == 0 || new_list->len == 0) {
        return true;
    }
    const bool small = old_list->len <= ALL_WITH_ALL && old_list->len * new_list->len <= ALL_WITH_ALL;
    if (!(small ? find_all_with_all(&finder) : find_by_runs(&finder))) {
        return false;
    }
    if (out->len > 0) {
        qsort(out->at, out->len, sizeof *out->at, compare_pairs);
    }
    return true;
}
