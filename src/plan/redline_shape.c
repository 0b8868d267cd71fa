/* plan/redline_shape.c: hunks put where a reader expects them.
 *
 * An insertion or deletion that may stand in several places (地域で[地域で]支える) goes where both its ends
 * are boundaries of phrases. A replaced predicate is struck to the end of its sentence (図り[-]ます becomes
 * 図ります[-]), an ending and a word of two kanji as a whole. A short text without a sentence, a heading,
 * that is mostly rewritten is struck whole.
 *
 * What must hold before and after: hunks are in order, do not overlap, and what lies between them is the same
 * on both sides.
 */
#include "plan/redline_internal.h"

#define HEADING_MAX 24  /* clusters */
#define PREDICATE_MAX 8 /* clusters behind the hunk */

typedef struct Shaper {
    Str old_text, new_text;
    const RedlineTokens *a, *b;
    RedlineHunks *hunks;
} Shaper;

/* --- sliding --- */

/* How good a boundary of phrases lies before token `at`. */
static int boundary(const RedlineTokens *tokens, uint32_t at)
{
    if (at == 0 || at == tokens->len) {
        return 6;
    }
    const RedlineClass left = tokens->at[at - 1].last, right = tokens->at[at].first;
    if (left == CLASS_STOP) {
        return 6;
    }
    if (left == CLASS_OPEN || right == CLASS_CLOSE || right == CLASS_STOP) {
        return 1;
    }
    if (left == CLASS_COMMA) {
        return 5;
    }
    if (left == CLASS_CLOSE || right == CLASS_OPEN) {
        return 4;
    }
    if (left == CLASS_DOT || left == CLASS_SPACE || (left == CLASS_HIRAGANA && right != CLASS_HIRAGANA)) {
        return 3;
    }
    return left == right ? 1 : 2;
}

/* A hunk of one side: [from, to) of `tokens`; it may move while it stays within [low, high). */
static int32_t best_slide(
    const RedlineTokens *tokens, uint32_t from, uint32_t to, uint32_t low, uint32_t high)
{
    const RedlineToken *at = tokens->at;
    uint32_t left = 0;
    while (from - left > low && at[from - left - 1].id == at[to - left - 1].id) {
        left++;
    }
    int32_t best = 0;
    int most = -1;
    for (uint32_t start = from - left, end = to - left;; start++, end++) {
        const int found = boundary(tokens, start) + boundary(tokens, end);
        if (found >= most) {
            most = found;
            best = (int32_t)((int64_t)start - from);
        }
        if (end >= high || at[start].id != at[end].id) {
            return best;
        }
    }
}

static void slide(const Shaper *shaper, size_t index)
{
    RedlineHunk *hunk = &shaper->hunks->at[index];
    const RedlineHunk *before = index > 0 ? hunk - 1 : NULL;
    const RedlineHunk *after = index + 1 < shaper->hunks->len ? hunk + 1 : NULL;
    int32_t shift = 0;
    if (hunk->old_from == hunk->old_to) {
        shift = best_slide(shaper->b, hunk->new_from, hunk->new_to, before != NULL ? before->new_to : 0,
            after != NULL ? after->new_from : (uint32_t)shaper->b->len);
    } else if (hunk->new_from == hunk->new_to) {
        shift = best_slide(shaper->a, hunk->old_from, hunk->old_to, before != NULL ? before->old_to : 0,
            after != NULL ? after->old_from : (uint32_t)shaper->a->len);
    }
    hunk->old_from += (uint32_t)shift;
    hunk->old_to += (uint32_t)shift;
    hunk->new_from += (uint32_t)shift;
    hunk->new_to += (uint32_t)shift;
}

/* Neighbours with nothing between them become one. */
static void join_touching(RedlineHunks *hunks)
{
    size_t kept = 0;
    for (size_t i = 0; i < hunks->len; i++) {
        RedlineHunk *last = kept > 0 ? &hunks->at[kept - 1] : NULL;
        if (last != NULL && last->old_to == hunks->at[i].old_from) {
            last->old_to = hunks->at[i].old_to;
            last->new_to = hunks->at[i].new_to;
        } else {
            hunks->at[kept++] = hunks->at[i];
        }
    }
    hunks->len = kept;
}

/* --- predicates --- */

/* What may follow the stem of a verb up to the end of the sentence. */
static const Str endings[] = {STR_LITERAL("ます"), STR_LITERAL("ました"), STR_LITERAL("ません"),
    STR_LITERAL("ませんでした"), STR_LITERAL("ています"), STR_LITERAL("ていきます"), STR_LITERAL("る"),
    STR_LITERAL("た"), STR_LITERAL("ている"), STR_LITERAL("ていく")};
/* The kana between a stem and its ending; し is not among them, as 〜します stands behind a noun of its own.
 */
static const Str stem_kana[] = {STR_LITERAL("い"), STR_LITERAL("え"), STR_LITERAL("き"), STR_LITERAL("け"),
    STR_LITERAL("ぎ"), STR_LITERAL("げ"), STR_LITERAL("ち"), STR_LITERAL("て"), STR_LITERAL("ね"),
    STR_LITERAL("び"), STR_LITERAL("べ"), STR_LITERAL("み"), STR_LITERAL("め"), STR_LITERAL("り"),
    STR_LITERAL("れ")};

static bool is_ending(Str s)
{
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        if (str_equal(s, endings[i])) {
            return true;
        }
    }
    return false;
}

static bool is_inflection(Str s)
{
    for (size_t i = 0; i < COUNT_OF(stem_kana); i++) {
        if (str_starts(s, stem_kana[i]) && is_ending(str_slice(s, stem_kana[i].len, s.len))) {
            return true;
        }
    }
    return is_ending(s);
}

/* How many kept tokens behind the hunk belong to its predicate. */
static uint32_t predicate_tail(const Shaper *shaper, size_t index)
{
    const RedlineHunk *hunk = &shaper->hunks->at[index];
    const RedlineTokens *a = shaper->a;
    const uint32_t end = index + 1 < shaper->hunks->len ? hunk[1].old_from : (uint32_t)a->len;
    uint32_t at = hunk->old_to;
    while (at < end && at - hunk->old_to < PREDICATE_MAX && a->at[at].first == CLASS_HIRAGANA) {
        at++;
    }
    const bool ends = at == a->len || (at < end && a->at[at].first == CLASS_STOP);
    if (!ends || at == hunk->old_to || hunk->old_from == hunk->old_to || hunk->new_from == hunk->new_to) {
        return 0;
    }
    const Str tail = str_slice(shaper->old_text, a->at[hunk->old_to].from, a->at[at - 1].to);
    return is_inflection(tail) ? at - hunk->old_to : 0;
}

static void strike_predicate(const Shaper *shaper, size_t index)
{
    const uint32_t more = predicate_tail(shaper, index);
    shaper->hunks->at[index].old_to += more;
    shaper->hunks->at[index].new_to += more;
}

static bool is_token(Str text, const RedlineToken *token, Str expected)
{
    return str_equal(str_slice(text, token->from, token->to), expected);
}

/* Where ます becomes ました, or です でした, the whole ending is struck. */
static void strike_ending(const Shaper *shaper, size_t index)
{
    RedlineHunk *hunk = &shaper->hunks->at[index];
    const RedlineTokens *a = shaper->a, *b = shaper->b;
    if (hunk->old_from == hunk->old_to || hunk->new_from == hunk->new_to || hunk->old_from == 0 ||
        hunk->new_from == 0 || (index > 0 && hunk[-1].old_to == hunk->old_from)) {
        return;
    }
    const RedlineToken *before = &a->at[hunk->old_from - 1];
    const Str old_part = str_slice(shaper->old_text, a->at[hunk->old_from].from, a->at[hunk->old_to - 1].to);
    const Str new_part = str_slice(shaper->new_text, b->at[hunk->new_from].from, b->at[hunk->new_to - 1].to);
    static const Str rests[] = {
        STR_LITERAL("す"), STR_LITERAL("した"), STR_LITERAL("せん"), STR_LITERAL("せんでした")};
    size_t found = 0;
    for (size_t i = 0; i < COUNT_OF(rests); i++) {
        found += str_equal(old_part, rests[i]);
        found += str_equal(new_part, rests[i]);
    }
    if (found == 2 &&
        (is_token(shaper->old_text, before, S("ま")) || is_token(shaper->old_text, before, S("で")))) {
        hunk->old_from--;
        hunk->new_from--;
    }
}

/* --- words of two kanji --- */

static bool is_kanji(const RedlineTokens *tokens, uint32_t at)
{
    return at < tokens->len && tokens->at[at].first == CLASS_KANJI && tokens->at[at].weight == 1;
}

/* How many kanji stand in a row around token `at`, with it, and how many of them before it; about long rows
 * no more than that they are longer than two. */
static uint32_t count_kanji(const RedlineTokens *tokens, uint32_t at, uint32_t *before)
{
    uint32_t from = at, to = at;
    while (from > 0 && at - from < 2 && is_kanji(tokens, from - 1)) {
        from--;
    }
    while (to - at < 3 && is_kanji(tokens, to)) {
        to++;
    }
    *before = at - from;
    return to - from;
}

/* 地域 that becomes 地区 is struck whole: where one kanji of a word of two is replaced by another. Longer
 * rows of kanji are several words, and nobody says here where one ends. */
static void strike_pair(const Shaper *shaper, size_t index)
{
    RedlineHunk *hunk = &shaper->hunks->at[index];
    uint32_t old_before = 0, new_before = 0;
    if (hunk->old_to - hunk->old_from != 1 || hunk->new_to - hunk->new_from != 1 ||
        count_kanji(shaper->a, hunk->old_from, &old_before) != 2 ||
        count_kanji(shaper->b, hunk->new_from, &new_before) != 2 || old_before != new_before) {
        return;
    }
    const bool is_last = index + 1 == shaper->hunks->len;
    if (old_before == 1 && (index == 0 || hunk[-1].old_to < hunk->old_from)) {
        hunk->old_from--;
        hunk->new_from--;
    } else if (old_before == 0 && (is_last || hunk[1].old_from > hunk->old_to)) {
        hunk->old_to++;
        hunk->new_to++;
    }
}

/* --- headings --- */

/* In clusters; a number counts as one. */
static uint32_t weigh(const RedlineTokens *tokens, uint32_t from, uint32_t to)
{
    uint32_t sum = 0;
    for (uint32_t i = from; i < to; i++) {
        sum += tokens->at[i].first == CLASS_DIGIT ? 1 : tokens->at[i].weight;
    }
    return sum;
}

static bool has_sentence(const RedlineTokens *tokens)
{
    for (size_t i = 0; i < tokens->len; i++) {
        if (tokens->at[i].first == CLASS_STOP) {
            return true;
        }
    }
    return false;
}

/* A heading of which less than three tenths are left is struck whole. */
static void strike_heading(const Shaper *shaper)
{
    const RedlineTokens *a = shaper->a, *b = shaper->b;
    if (shaper->hunks->len == 0 || a->len == 0 || b->len == 0 || a->len > HEADING_MAX ||
        b->len > HEADING_MAX || has_sentence(a) || has_sentence(b)) {
        return;
    }
    uint32_t struck = 0, inserted = 0;
    for (size_t i = 0; i < shaper->hunks->len; i++) {
        const RedlineHunk *hunk = &shaper->hunks->at[i];
        struck += weigh(a, hunk->old_from, hunk->old_to);
        inserted += weigh(b, hunk->new_from, hunk->new_to);
    }
    const uint32_t old_all = weigh(a, 0, (uint32_t)a->len), new_all = weigh(b, 0, (uint32_t)b->len);
    const bool replaced = struck > 0 && inserted > 0;
    if (replaced && 10 * (old_all - struck + new_all - inserted) < 3 * (old_all + new_all)) {
        shaper->hunks->at[0] = (RedlineHunk){0, (uint32_t)a->len, 0, (uint32_t)b->len};
        shaper->hunks->len = 1;
    }
}

void redline_shape(
    Str old_text, const RedlineTokens *a, Str new_text, const RedlineTokens *b, RedlineHunks *hunks)
{
    const Shaper shaper = {old_text, new_text, a, b, hunks};
    for (size_t i = 0; i < hunks->len; i++) {
        slide(&shaper, i);
    }
    join_touching(hunks);
    for (size_t i = 0; i < hunks->len; i++) {
        strike_predicate(&shaper, i);
        strike_ending(&shaper, i);
        strike_pair(&shaper, i);
    }
    join_touching(hunks);
    strike_heading(&shaper);
}
