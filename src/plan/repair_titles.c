/* plan/repair_titles.c: two titles in one.
 *
 * Japanese titles hold no space, so that a space between two wordings parts a struck title from the inserted
 * one. Where the inserted one had its beginning in common with the struck one, that beginning is found by the
 * whole title standing elsewhere in the document. Without a space, 〜の〜状況 among titles that all end in
 * の状況 shows a struck beginning.
 */
#include "plan/repair_internal.h"

enum {
    PART_LEAST = 3,
    TITLE_MAX = 60,
    PARALLELS_LEAST = 5,
};

static bool is_title(PlanKind kind)
{
    return kind == PLAN_MEASURE || kind == PLAN_GROUP || kind == PLAN_POLICY || kind == PLAN_BASIC_POLICY;
}

/* Both parts name something in common: two adjacent content characters. */
static bool share_words(const Finder *finder, size_t left_end, size_t right_from)
{
    for (size_t i = 0; i + 1 < left_end; i++)
        for (size_t j = right_from; j + 1 < finder->len; j++)
            if (char_is_content(finder->text[i]) && char_is_content(finder->text[i + 1]) &&
                finder->text[i] == finder->text[j] && finder->text[i + 1] == finder->text[j + 1])
                return true;
    return false;
}

/* How much of the left title the right one begins with: the longest beginning with which the right one stands
 * elsewhere, while it never stands elsewhere without. */
static size_t common_beginning(const Finder *finder, size_t left_end, size_t right_from)
{
    size_t size = finder->len - right_from;
    if (size > EVIDENCE_DEPTH - 4)
        return 0;
    Stretch except = {finder->at, finder->at + finder->len};
    size_t all = evidence_count(&finder->evidence, finder->text + right_from, size, except, 100);
    size_t alone = evidence_count_free(&finder->evidence, finder->text + right_from, size, except, 100);
    for (size_t n = left_end - 1; n >= 2; n--) {
        if (n + size > EVIDENCE_DEPTH)
            continue;
        size_t together = finder_count_joined(finder, 0, n, right_from, finder->len, 100);
        if (together > 0 && (alone == 0 || together == all))
            return n;
    }
    return 0;
}

/* Where the right title says only what becomes of the left one's subject (農業の振興 担い手育成): behind its
 * last の. */
static size_t subject_end(const Finder *finder, size_t left_end, size_t right_from)
{
    for (size_t i = right_from; i < finder->len; i++)
        if (finder->text[i] == U'の' || finder->text[i] == U'に' || finder->text[i] == U'を')
            return 0;
    for (size_t i = left_end; i > 0; i--)
        if (finder->text[i - 1] == U'の')
            return i;
    return 0;
}

static bool is_japanese(Char c)
{
    CharClass class = char_class(c);
    return class == CHAR_KANJI || class == CHAR_HIRAGANA || class == CHAR_KATAKANA;
}

static void find_spaced(Finder *finder)
{
    for (size_t space = PART_LEAST; space + PART_LEAST < finder->len; space++) {
        if (char_class(finder->text[space]) != CHAR_SPACE)
            continue;
        size_t left_end = space, right_from = space;
        while (left_end > 0 && char_class(finder->text[left_end - 1]) == CHAR_SPACE)
            left_end--;
        while (right_from < finder->len && char_class(finder->text[right_from]) == CHAR_SPACE)
            right_from++;
        if (left_end < PART_LEAST || finder->len - right_from < PART_LEAST ||
            !is_japanese(finder->text[left_end - 1]) || !is_japanese(finder->text[right_from]) ||
            char_class(finder->text[0]) == CHAR_DIGIT || finder->text[0] == U'第')
            return;
        size_t shared = common_beginning(finder, left_end, right_from);
        bool alike = share_words(finder, left_end, right_from);
        int score = shared ? 84 : alike ? 82 : 55;
        if (!shared && !alike)
            shared = subject_end(finder, left_end, right_from);
        finder_note(finder, shared, right_from, finder->len, RULE_TITLE, score);
        return;
    }
}

/* 農地の|担い手が置かれている状況 */
static void find_parallels(Finder *finder)
{
    size_t tail = finder->len;
    while (tail > 0 && char_is_content(finder->text[tail - 1]))
        tail--;
    size_t size = finder->len - tail;
    if (size < 2 || tail < 2 || finder->text[tail - 1] == U'の' ||
        char_class(finder->text[tail - 1]) != CHAR_HIRAGANA || size + 2 > EVIDENCE_DEPTH)
        return;
    size_t first = 0;
    bool has_subject = false;
    while (first < tail && finder->text[first] != U'の')
        first++;
    for (size_t i = 0; i < first; i++)
        if (char_class(finder->text[i]) == CHAR_HIRAGANA)
            return;
    for (size_t i = first + 1; i < tail; i++)
        has_subject = has_subject || finder->text[i] == U'が';
    if (first < 2 || first + 1 >= tail || !has_subject)
        return;
    Char ending[EVIDENCE_DEPTH] = {U'の'};
    memcpy(ending + 1, finder->text + tail, size * sizeof(Char)); /* and the 0 behind it */
    Stretch except = {finder->at, finder->at + finder->len};
    size_t parallel = evidence_count(&finder->evidence, ending, size + 2, except, 100);
    size_t all = evidence_count(&finder->evidence, ending + 1, size + 1, except, 100);
    if (parallel >= PARALLELS_LEAST && parallel * 5 >= all * 4 && finder_count(finder, 0, first, 1) > 0)
        finder_note(finder, 0, first + 1, finder->len, RULE_TITLE, 62);
}

void find_titles(Finder *finder)
{
    if (!is_title(finder->plan->nodes.at[finder->node].kind) || finder->len > TITLE_MAX)
        return;
    find_spaced(finder);
    find_parallels(finder);
}
