/* plan/repair_verbs.c: verbs run together: two with the same endings side by side, a finite one before
 * another, and a sentence that is nothing but a verb and so belongs to the one before.
 */
#include "plan/repair_internal.h"

enum {
    HEAD_LEAST = 4, /* code points that two sentences begin with alike */
    SENTENCE_LEAST = 10,
    SENTENCE_MAX = 50,
    TAIL_LEAST = 3, /* kana that two verb phrases side by side end with alike */
};

static bool is_verb_part(const Word *word)
{
    return word->group == GROUP_ENDING || word->group == GROUP_SURU || word->group == GROUP_AUXILIARY;
}

/* Index behind the verb that begins with word `first`, a content word; `first` when it is no verb. */
static size_t verb_end(const Finder *finder, size_t first)
{
    size_t end = first + 1;
    if (first >= finder->words.len || finder->words.at[first].group != GROUP_CONTENT)
        return first;
    while (end < finder->words.len && is_verb_part(&finder->words.at[end]))
        end++;
    return end > first + 1 ? end : first;
}

/* Index of the content word of the verb that ends before word `end`; `end` when there is none. */
static size_t verb_start(const Finder *finder, size_t end)
{
    size_t first = end;
    while (first > 0 && is_verb_part(&finder->words.at[first - 1]))
        first--;
    return first < end && first > 0 && finder->words.at[first - 1].group == GROUP_CONTENT ? first - 1 : end;
}

static bool is_stop(const Finder *finder, size_t word)
{
    return word < finder->words.len && finder->text[finder->words.at[word].from] == U'。';
}

static bool is_comma(const Finder *finder, size_t word)
{
    return word < finder->words.len && finder->text[finder->words.at[word].from] == U'、';
}

/* 活かし|生かし: two verbs with the same okurigana; one kana alike is enough when both stand elsewhere in
 * this place. */
static void find_verb_pairs(Finder *finder)
{
    for (size_t i = 0; i + 3 < finder->words.len; i++) {
        const Word *word = &finder->words.at[i];
        if (word[0].group != GROUP_CONTENT || word[1].group != GROUP_ENDING ||
            word[2].group != GROUP_CONTENT || word[3].group != GROUP_ENDING)
            continue;
        size_t size = word[1].to - word[1].from;
        if (size != word[3].to - word[3].from ||
            memcmp(finder->text + word[1].from, finder->text + word[3].from, size * sizeof(Char)) != 0)
            continue;
        size_t from = word[1].from - 1, middle = word[2].from, end = word[3].to,
               next = end + 2 < finder->len ? end + 2 : finder->len;
        if (word[2].to - middle != 1 || word[1].state != STATE_STEM ||
            finder_count(finder, middle - 1, middle + 1, 1) > 0)
            continue;
        if (size >= 2 || (finder_count_joined(finder, from, middle, end, next, 1) > 0 &&
                             finder_count(finder, middle, next, 1) > 0))
            finder_note(finder, from, middle, end, RULE_REPEAT, size >= 2 ? 64 : 52);
    }
}

/* 行う|負う: two finite verbs with the same okurigana. */
static void find_finite_pairs(Finder *finder)
{
    for (size_t i = 0; i + 3 < finder->words.len; i++) {
        const Word *word = &finder->words.at[i];
        size_t size = word[1].to - word[1].from;
        if (word[0].group != GROUP_CONTENT || word[1].state != STATE_FINITE ||
            word[1].group != GROUP_ENDING || word[2].group != GROUP_CONTENT ||
            word[3].state != STATE_FINITE || word[3].group != GROUP_ENDING ||
            word[2].to - word[2].from != 1 || size != word[3].to - word[3].from || word[0].to != word[1].from)
            continue;
        Char last = finder->text[word[1].to - 1];
        if (last == U'い' || last == U'た' || last == U'く' ||
            memcmp(finder->text + word[1].from, finder->text + word[3].from, size * sizeof(Char)) != 0)
            continue;
        size_t from = word[1].from - 1;
        if (finder->text[from] != finder->text[word[2].from])
            finder_note(finder, from, word[2].from, word[3].to, RULE_REPEAT, 52);
    }
}

/* 実施する|行うほか, 減っている|増えている: finite verbs side by side before こと or ほか, or with a long
 * ending alike. */
static void find_finite_phrases(Finder *finder)
{
    for (size_t i = 0; i < finder->words.len; i++) {
        size_t second = verb_end(finder, i), end = verb_end(finder, second);
        if (second == i || end == second || finder->words.at[second - 1].state != STATE_FINITE ||
            finder->words.at[end - 1].state != STATE_FINITE)
            continue;
        size_t from = finder->words.at[i].from, middle = finder->words.at[second].from,
               to = finder->words.at[end - 1].to, tail = 0;
        if (char_is_any(finder->text[from], U"関対"))
            continue;
        while (tail < to - middle && finder->text[middle - 1 - tail] == finder->text[to - 1 - tail] &&
               char_class(finder->text[to - 1 - tail]) == CHAR_HIRAGANA)
            tail++;
        bool alone =
            end < finder->words.len && (finder->words.at[end].group == GROUP_FORMAL ||
                                           finder->words.at[end].group == GROUP_LINK || is_stop(finder, end));
        bool plain = !char_is_any(finder->text[middle - 1], U"いたくず") &&
                     !char_is_any(finder->text[to - 1], U"いたくず");
        if ((alone && plain) || tail >= TAIL_LEAST)
            finder_note(finder, from, middle, to, RULE_REPEAT, 58);
    }
}

/* 広げます。|見直します。 and 整備します。|整備し、: a sentence that begins with a verb and nothing it is
 * about. */
static void find_bare_verbs(Finder *finder)
{
    for (size_t stop = 1; stop + 1 < finder->words.len; stop++) {
        size_t first = verb_start(finder, stop), end = verb_end(finder, stop + 1);
        if (!is_stop(finder, stop) || first == stop || end == stop + 1 || end >= finder->words.len)
            continue;
        State last = finder->words.at[end - 1].state, before = finder->words.at[first].before;
        bool whole = is_stop(finder, end) && (last == STATE_POLITE || last == STATE_FINITE);
        const Word *verb = &finder->words.at[stop + 1];
        bool joined =
            (is_comma(finder, end) && ((finder->text[verb->to] == U'し' && verb->to - verb->from >= 2) ||
                                          finder->words.at[end - 1].group == GROUP_AUXILIARY)) ||
            (finder->words.at[end].group == GROUP_LINK && last == STATE_FINITE);
        bool needs = before == STATE_WO || before == STATE_NI || before == STATE_GA ||
                     before == STATE_TOPIC || before == STATE_TO;
        if (needs && finder->words.at[stop - 1].state == STATE_POLITE && (whole || joined))
            finder_note(finder, finder->words.at[first].from, finder->words.at[stop + 1].from,
                finder->words.at[end].to, RULE_REPEAT, 72);
    }
}

/* 空き家の活用を進めます。|空き家の活用と除却を進めます。: a sentence that says the end of the one before
 * over again. */
static void find_similar_sentences(Finder *finder)
{
    for (size_t stop = 1; stop + 1 < finder->words.len; stop++) {
        if (!is_stop(finder, stop))
            continue;
        size_t middle = finder->words.at[stop].to, end = middle, tail = 0;
        while (end < finder->len && end - middle < SENTENCE_MAX && finder->text[end] != U'。')
            end++;
        if (end == finder->len || finder->text[end] != U'。')
            continue;
        end++;
        while (tail < end - middle && tail < middle &&
               finder->text[middle - 1 - tail] == finder->text[end - 1 - tail])
            tail++;
        for (size_t i = stop;
             i-- > 0 && finder->words.at[i].from + SENTENCE_MAX > middle && !is_stop(finder, i);) {
            size_t from = finder->words.at[i].from, head = 0,
                   shorter = middle - from < end - middle ? middle - from : end - middle;
            while (head < shorter && finder->text[from + head] == finder->text[middle + head])
                head++;
            if (head >= HEAD_LEAST && head < shorter && shorter >= SENTENCE_LEAST &&
                (head + tail) * 5 >= shorter * 4 && char_is_content(finder->text[from])) {
                finder_note(finder, from, middle, end, RULE_REPEAT, 68);
                break;
            }
        }
    }
}

/* 備え|ます。|、: a comma right after a full stop takes the place of the ending. */
static void find_stop_commas(Finder *finder)
{
    for (size_t stop = 1; stop + 1 < finder->words.len; stop++) {
        const Word *ending = &finder->words.at[stop - 1];
        if (is_stop(finder, stop) && is_comma(finder, stop + 1) && ending->state == STATE_POLITE &&
            (ending->before == STATE_STEM || ending->before == STATE_SURU))
            finder_note(finder, ending->from, finder->words.at[stop + 1].from, finder->words.at[stop + 1].to,
                RULE_JOIN, 80);
    }
}

void find_verbs(Finder *finder)
{
    find_verb_pairs(finder);
    find_finite_pairs(finder);
    find_finite_phrases(finder);
    find_bare_verbs(finder);
    find_similar_sentences(finder);
    find_stop_commas(finder);
}
