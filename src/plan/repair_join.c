/* plan/repair_join.c: places where closed-class words cannot stand side by side.
 *
 * The reading of a text breaks where a word cannot follow what stands before it: を before は, ます before a
 * verb, 。 before おり. There the struck wording ends and the inserted one begins, as a deletion is printed
 * before its insertion. Where the struck wording began is found by leaving out more and more before the
 * break: the rest must read well, best begin with a word of the same group (both particles, both forms of
 * する), and stand elsewhere in the document. Where the inserted wording ends is found by leaving out more
 * and more behind the break, until the old wording reads well.
 */
#include "plan/repair_internal.h"

enum {
    STRUCK_MAX = 40, /* code points */
    INSERTED_MAX = 45,
    WINDOW = 24, /* read on both sides of a seam */
    TAIL_MAX = 6,
    GAIN_MAX = 6, /* one break: a second one near by is another place */
    SCORE_LOWEST = 50,
    TEXT_BREAKS = 2, /* breaks looked at in a text, and one more for so many code points; one that breaks more
                        is no prose */
    TEXT_BREAK_DISTANCE = 20,
};

static size_t window_start(const Finder *finder, size_t at)
{
    for (size_t n = 0; n < WINDOW && at > 0; n++, at--)
        if (char_class(finder->text[at - 1]) == CHAR_STOP)
            break;
    return at;
}

static size_t window_end(const Finder *finder, size_t at)
{
    return at + WINDOW < finder->len ? at + WINDOW : finder->len;
}

/* Words that make a noun part of a clause, between two places: struck and inserted wordings have about as
 * many. */
static int count_particles(const Finder *finder, size_t from, size_t to)
{
    int count = 0;
    for (size_t i = finder->word_of[from]; i < finder->words.len && finder->words.at[i].to <= to; i++)
        count += finder->words.at[i].from >= from && finder->words.at[i].group == GROUP_CASE;
    return count;
}

/* The end of the inserted wording: the nearest word's end after which the old wording reads without the
 * break; the break itself when there is none (a slip: nothing was inserted). */
static size_t inserted_end(Finder *finder, size_t middle)
{
    size_t left = window_start(finder, middle), right = window_end(finder, middle);
    int literal = finder_oddity(finder, left, middle, middle, right);
    for (size_t i = finder->word_of[middle]; i < finder->words.len; i++) {
        size_t end = finder->words.at[i].to;
        if (end > middle + INSERTED_MAX)
            break;
        if (finder_oddity(finder, left, middle, end, window_end(finder, end)) <=
            literal - ODDITY_BREAK + ODDITY_MILD / 2)
            return end;
        if (char_class(finder->text[end - 1]) == CHAR_STOP && end > middle + 1)
            break;
    }
    return middle;
}

/* をを: the struck wording comes again, so that nothing new was inserted. */
static bool doubles(const Finder *finder, size_t from, size_t middle)
{
    size_t size = middle - from;
    return middle + size <= finder->len &&
           memcmp(finder->text + from, finder->text + middle, size * sizeof(Char)) == 0;
}

/* Whether the reading breaks inside the struck wording too, so that it is none. */
static bool breaks_within(const Finder *finder, size_t first, size_t broken)
{
    for (size_t i = first + 1; i < broken; i++)
        if (finder->words.at[i].oddity >= ODDITY_BREAK)
            return true;
    return false;
}

/* Whether a verb begins here: content with okurigana or a form of する. */
static bool is_verb(const Finder *finder, size_t word)
{
    if (finder->words.at[word].group == GROUP_SURU || word + 1 >= finder->words.len)
        return finder->words.at[word].group == GROUP_SURU;
    WordGroup next = finder->words.at[word + 1].group;
    return finder->words.at[word].group == GROUP_CONTENT && (next == GROUP_ENDING || next == GROUP_SURU);
}

/* Kana that the struck and the inserted wording end with alike, from three on: 〜ていきます, 〜ていきます. */
static int common_tail(const Finder *finder, size_t from, size_t middle, size_t end)
{
    size_t tail = 0;
    while (tail < TAIL_MAX && tail < middle - from && tail < end - middle &&
           finder->text[middle - 1 - tail] == finder->text[end - 1 - tail] &&
           char_class(finder->text[end - 1 - tail]) == CHAR_HIRAGANA)
        tail++;
    return tail >= 3 ? (int)tail : 0;
}

/* How well the struck wording begins with word `first`, when it ends before word `broken` and the inserted
 * one ends at `end`. */
static int score_start(Finder *finder, size_t first_index, size_t broken_index, size_t end, int gain)
{
    const Word *first = &finder->words.at[first_index], *broken = &finder->words.at[broken_index];
    size_t from = first->from, middle = broken->from;
    int score = 2 + gain * 8;
    size_t support = finder_support(finder, from, middle, 2);
    score += support > 8 ? 32 : (int)support * 4;
    if (from > 0 && char_is_content(finder->text[from - 1]))
        score += 4;
    if (first->group == broken->group)
        score += 25;
    if (finder->text[from] == finder->text[middle])
        score += 8;
    if (from == 0 || char_class(finder->text[from - 1]) == CHAR_COMMA)
        score += 4;
    score -= (int)(middle - from) * (end > middle ? 1 : 3);
    int difference = count_particles(finder, from, middle) - count_particles(finder, middle, end);
    if (end > middle)
        score += 3 * common_tail(finder, from, middle, end);
    if (end > middle)
        score -= 6 * (difference < 0 ? -difference : difference);
    if (from > 0 && char_class(finder->text[from - 1]) == CHAR_DOT)
        score -= 15; /* 収集・保存 is one word */
    if (first->group == GROUP_CONTENT && first->before == STATE_STEM)
        score -= 15; /* 取り組む too */
    if (breaks_within(finder, first_index, broken_index))
        score -= 40;
    if (is_verb(finder, broken_index) && (first->before == STATE_FINITE || first->before == STATE_NO))
        score -= 20;
    if (first->group == GROUP_SURU && broken->group != GROUP_SURU && broken->group != GROUP_CASE)
        score -= 15; /* what する was said of would be left alone */
    if (doubles(finder, from, middle))
        score += 25;
    return score + (end > middle ? 12 : 0);
}

static void find_join_at(Finder *finder, size_t broken_index)
{
    const Word *broken = &finder->words.at[broken_index];
    size_t middle = broken->from, right = window_end(finder, middle);
    size_t inserted = broken->group == GROUP_MARK ? middle : inserted_end(finder, middle);
    Place best = {.score = SCORE_LOWEST - 1};
    for (size_t i = broken_index; i-- > 0;) {
        size_t from = finder->words.at[i].from;
        if (from + STRUCK_MAX < middle)
            break;
        size_t left = window_start(finder, from);
        int literal = finder_oddity(finder, left, middle, middle, right);
        int rest = finder_oddity(finder, left, from, middle, right);
        if (literal - rest < ODDITY_BREAK - 1)
            continue;
        size_t end = doubles(finder, from, middle) ? middle : inserted;
        if (end > middle && end < finder->len && char_class(finder->text[middle - 1]) == CHAR_STOP &&
            char_class(finder->text[end]) == CHAR_COMMA)
            end++; /* います。|おり、 */
        int gain = literal - rest < GAIN_MAX ? literal - rest : GAIN_MAX;
        int score = score_start(finder, i, broken_index, end, gain);
        if (score > best.score)
            best = (Place){(uint32_t)from, (uint32_t)middle, (uint32_t)end, RULE_JOIN, score};
    }
    if (best.score >= SCORE_LOWEST)
        finder_note(finder, best.from, best.middle, best.to, RULE_JOIN, best.score);
}

void find_joins(Finder *finder)
{
    size_t left = TEXT_BREAKS + finder->len / TEXT_BREAK_DISTANCE;
    for (size_t i = 0; i < finder->words.len && left > 0 && finder->breaks_left > 0; i++) {
        const Word *word = &finder->words.at[i];
        if (word->oddity < ODDITY_BREAK || word->group == GROUP_UNKNOWN)
            continue;
        find_join_at(finder, i);
        left--;
        finder->breaks_left--;
    }
}
