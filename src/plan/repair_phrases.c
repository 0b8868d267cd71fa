/* plan/repair_phrases.c: places that show in the phrase around them: a particle too many, two noun phrases
 * before one continuation, a character too many at the edge of an insertion mark.
 */
#include "plan/repair_internal.h"

enum {
    PHRASE_MAX = 40,
    EDGE_MAX = 4,
    EDGE_SUPPORT = 3,
    MEND_WINDOW = 12,
};

static bool text_has(const Finder *finder, size_t at, const Char *words)
{
    for (; *words; words++, at++)
        if (at >= finder->len || finder->text[at] != *words)
            return false;
    return true;
}

/* Whether a form of する stands here, not the し of 見直し. */
static bool is_suru(const Finder *finder, size_t at)
{
    static const Char *const FORMS[] = {
        U"した", U"して", U"し、", U"しま", U"しつつ", U"しなが", U"する", U"され", U"させ", U"すべ"};
    for (size_t i = 0; i < COUNT_OF(FORMS); i++)
        if (text_has(finder, at, FORMS[i]))
            return true;
    return false;
}

/* 大学との協力した: 〜との makes the next word a noun, した a verb. */
static void find_genitive_verbs(Finder *finder)
{
    static const Char *const PARTICLES[] = {U"との", U"への", U"での", U"からの"};
    for (size_t i = 0; i + 2 < finder->words.len; i++) {
        const Word *particle = &finder->words.at[i], *noun = particle + 1;
        if (particle->state != STATE_NO || noun->group != GROUP_CONTENT || noun->to - noun->from < 2 ||
            !is_suru(finder, noun->to))
            continue;
        for (size_t j = 0; j < COUNT_OF(PARTICLES); j++) {
            size_t last = particle->to - 1;
            if (!text_has(finder, particle->from, PARTICLES[j]) || particle->from == 0 ||
                !(char_is_content(finder->text[particle->from - 1]) ||
                    char_class(finder->text[particle->from - 1]) == CHAR_CLOSE))
                continue;
            int support = (int)finder_support(finder, last, particle->to, 1);
            finder_note(finder, last, particle->to, particle->to, RULE_PARTICLE, 64 + 3 * support);
        }
    }
}

/* 実施がされる where the document says 実施される. */
static void find_subject_passives(Finder *finder)
{
    for (size_t i = 1; i + 1 < finder->words.len; i++) {
        const Word *particle = &finder->words.at[i], *noun = particle - 1;
        if (particle->state != STATE_GA || particle->to - particle->from != 1 ||
            noun->group != GROUP_CONTENT || noun->to - noun->from < 2 ||
            !text_has(finder, particle->to, U"され"))
            continue;
        if (finder_count_joined(finder, noun->to - 2, noun->to, particle->to, particle->to + 2, 1) > 0)
            finder_note(finder, particle->from, particle->to, particle->to, RULE_PARTICLE, 58);
    }
}

/* ---- two noun phrases ---- */

static size_t clause_start(const Finder *finder, size_t at)
{
    size_t from = at;
    while (from > 0 && at - from < PHRASE_MAX) {
        CharClass class = char_class(finder->text[from - 1]);
        if (class == CHAR_COMMA || class == CHAR_STOP)
            break;
        from--;
    }
    return at - from < PHRASE_MAX ? from : at;
}

/* The end of 〜の〜 that begins at `at`, both sides content; `at` when there is none. */
static size_t noun_phrase_end(const Finder *finder, size_t at)
{
    size_t end = at;
    while (end < finder->len && end - at < PHRASE_MAX && char_is_content(finder->text[end]))
        end++;
    if (end == at || end >= finder->len || finder->text[end] != U'の')
        return at;
    size_t second = end + 1;
    end = second;
    while (end < finder->len && end - second < PHRASE_MAX && char_is_content(finder->text[end]))
        end++;
    return end > second ? end : at;
}

/* 設備の老朽化|利用者の減少などにより: what follows stands elsewhere after the end of either phrase. */
static void find_noun_phrases(Finder *finder)
{
    for (size_t middle = 4; middle + 6 < finder->len; middle++) {
        if (char_class(finder->text[middle - 1]) != CHAR_KANJI ||
            char_class(finder->text[middle - 2]) != CHAR_KANJI || !char_is_content(finder->text[middle]))
            continue;
        size_t end = noun_phrase_end(finder, middle), head = middle;
        if (end < middle + 5 || end + 4 > finder->len || char_class(finder->text[end]) != CHAR_HIRAGANA ||
            char_class(finder->text[end + 1]) != CHAR_HIRAGANA ||
            char_class(finder->text[end + 2]) != CHAR_HIRAGANA)
            continue;
        while (char_is_content(finder->text[head]))
            head++;
        if (head - middle < 2 || finder_count(finder, middle - 1, middle + 1, 1) > 0)
            continue;
        size_t from = clause_start(finder, middle);
        bool has_no = false;
        for (size_t i = from; i < middle; i++)
            has_no = has_no || finder->text[i] == U'の';
        if (!has_no || finder_count_joined(finder, middle - 2, middle, end, end + 3, 1) == 0 ||
            finder_count(finder, end - 2, end + 2, 1) == 0)
            continue;
        Stretch except = {finder->at + from, finder->at + end};
        if (head - middle > EVIDENCE_DEPTH ||
            evidence_count_free(&finder->evidence, finder->text + middle, head - middle, except, 2) < 2)
            continue;
        finder_note(finder, from, middle, end, RULE_PHRASE, 56);
    }
}

/* ---- a character too many ---- */

/* A particle that is missing elsewhere says nothing: 環境の整備, 環境整備. */
static bool is_particle(Char c)
{
    return char_is_any(c, U"のがをにはとでもやへ");
}

static bool note_edge(Finder *finder, size_t from, size_t to, int base)
{
    if (from >= to || to >= finder->len || from == 0 || (to == from + 1 && is_particle(finder->text[from])))
        return false;
    size_t support = finder_support(finder, from, to, EDGE_SUPPORT);
    if (support == 0 || finder_count(finder, from - 1, to + 1, 1) > 0)
        return false;
    finder_note(finder, from, to, to, RULE_EDGE, base + 2 * (int)support);
    return true;
}

/* Whether leaving out text[from, to) mends a break around it. */
static bool mends(Finder *finder, size_t from, size_t to)
{
    size_t left = from > MEND_WINDOW ? from - MEND_WINDOW : 0;
    size_t right = to + MEND_WINDOW < finder->len ? to + MEND_WINDOW : finder->len;
    return finder_oddity(finder, left, to, to, right) - finder_oddity(finder, left, from, to, right) >=
           ODDITY_BREAK - 1;
}

/* What stands right before an insertion mark, or first in it, and would not be missed: the words around it
 * stand together elsewhere. */
static void find_mark_edges(Finder *finder)
{
    const PlanNode *node = &finder->plan->nodes.at[finder->node];
    for (size_t i = 0; i < node->marks.len; i++) {
        const PlanMark *mark = &node->marks.at[i];
        if (mark->kind != PLAN_MARK_INSERTION || mark->to > finder->len)
            continue;
        bool found = false;
        for (size_t n = 1; n <= EDGE_MAX && !found; n++) {
            if (mark->from > n && mends(finder, mark->from - n, mark->from)) {
                finder_note(finder, mark->from - n, mark->from, mark->to, RULE_EDGE, 66);
                found = true;
            }
        }
        for (size_t n = 1; n <= EDGE_MAX && !found; n++)
            found =
                (mark->from > n && note_edge(finder, mark->from - n, mark->from, 50)) ||
                (n <= 2 && mark->from + n < mark->to && note_edge(finder, mark->from, mark->from + n, 50));
    }
}

/* A kana too many in hiragana that is no word. */
static void find_word_edges(Finder *finder)
{
    for (size_t i = 0; i < finder->words.len; i++) {
        const Word *word = &finder->words.at[i];
        if (word->group != GROUP_UNKNOWN)
            continue;
        bool found = false;
        for (size_t at = word->from; at < word->to && !found; at++)
            found = note_edge(finder, at, at + 1, 42);
    }
}

void find_phrases(Finder *finder)
{
    find_genitive_verbs(finder);
    find_subject_passives(finder);
    find_noun_phrases(finder);
    find_mark_edges(finder);
    find_word_edges(finder);
}
