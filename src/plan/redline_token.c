/* plan/redline_token.c: a text cut into what a redline keeps or replaces as a whole.
 *
 * The smallest part is a grapheme cluster. Runs of digits (with the commas and points inside a number), of
 * Latin letters and of katakana are one token. For the view of words, kanji with the kana they are inflected
 * by are one token too, and particles, する behind a noun and 等 are tokens of their own.
 *
 * A token of one code point has it as its id; others get ids above all code points from a map of their
 * texts.
 */
#include "plan/redline_internal.h"

#include "base/utf8.h"

#define NAMED 0x40000000U
#define WEIGHT_MAX 16

typedef struct ClassRange {
    uint32_t from, to;
    RedlineClass class;
} ClassRange;

/* Sorted; what is in none of them is CLASS_OTHER. */
static const ClassRange class_ranges[] = {
    {'\t', '\t', CLASS_SPACE},
    {'\n', '\r', CLASS_STOP},
    {' ', ' ', CLASS_SPACE},
    {'!', '!', CLASS_STOP},
    {'(', '(', CLASS_OPEN},
    {')', ')', CLASS_CLOSE},
    {',', ',', CLASS_COMMA},
    {'0', '9', CLASS_DIGIT},
    {'?', '?', CLASS_STOP},
    {'A', 'Z', CLASS_LATIN},
    {'[', '[', CLASS_OPEN},
    {']', ']', CLASS_CLOSE},
    {'a', 'z', CLASS_LATIN},
    {0x00C0, 0x024F, CLASS_LATIN},
    {0x2460, 0x249B, CLASS_DIGIT},
    {0x3000, 0x3000, CLASS_SPACE},
    {0x3001, 0x3001, CLASS_COMMA},
    {0x3002, 0x3002, CLASS_STOP},
    {0x3005, 0x3007, CLASS_KANJI},
    {0x3008, 0x3008, CLASS_OPEN},
    {0x3009, 0x3009, CLASS_CLOSE},
    {0x300A, 0x300A, CLASS_OPEN},
    {0x300B, 0x300B, CLASS_CLOSE},
    {0x300C, 0x300C, CLASS_OPEN},
    {0x300D, 0x300D, CLASS_CLOSE},
    {0x300E, 0x300E, CLASS_OPEN},
    {0x300F, 0x300F, CLASS_CLOSE},
    {0x3010, 0x3010, CLASS_OPEN},
    {0x3011, 0x3011, CLASS_CLOSE},
    {0x3014, 0x3014, CLASS_OPEN},
    {0x3015, 0x3015, CLASS_CLOSE},
    {0x3041, 0x309F, CLASS_HIRAGANA},
    {0x30A1, 0x30FA, CLASS_KATAKANA},
    {0x30FB, 0x30FB, CLASS_DOT},
    {0x30FC, 0x30FF, CLASS_KATAKANA},
    {0x31F0, 0x31FF, CLASS_KATAKANA},
    {0x3400, 0x4DBF, CLASS_KANJI},
    {0x4E00, 0x9FFF, CLASS_KANJI},
    {0xF900, 0xFAFF, CLASS_KANJI},
    {0xFF01, 0xFF01, CLASS_STOP},
    {0xFF08, 0xFF08, CLASS_OPEN},
    {0xFF09, 0xFF09, CLASS_CLOSE},
    {0xFF0C, 0xFF0C, CLASS_COMMA},
    {0xFF10, 0xFF19, CLASS_DIGIT},
    {0xFF1F, 0xFF1F, CLASS_STOP},
    {0xFF21, 0xFF3A, CLASS_LATIN},
    {0xFF3B, 0xFF3B, CLASS_OPEN},
    {0xFF3D, 0xFF3D, CLASS_CLOSE},
    {0xFF41, 0xFF5A, CLASS_LATIN},
    {0xFF61, 0xFF61, CLASS_STOP},
    {0xFF62, 0xFF62, CLASS_OPEN},
    {0xFF63, 0xFF63, CLASS_CLOSE},
    {0xFF64, 0xFF64, CLASS_COMMA},
    {0xFF65, 0xFF65, CLASS_DOT},
    {0xFF66, 0xFF9F, CLASS_KATAKANA},
    {0x20000, 0x3FFFF, CLASS_KANJI},
};

RedlineClass redline_class(uint32_t code_point)
{
    if (code_point >= 0x4E00 && code_point <= 0x9FFF) {
        return CLASS_KANJI;
    }
    size_t low = 0, high = COUNT_OF(class_ranges);
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (class_ranges[middle].to < code_point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool within = low < COUNT_OF(class_ranges) && class_ranges[low].from <= code_point;
    return within ? class_ranges[low].class : CLASS_OTHER;
}

/* --- clusters --- */

/* utf8_next, with the way short for the characters that Japanese text is made of. */
static inline uint32_t next_code_point(Str text, size_t *at)
{
    const unsigned char *byte = (const unsigned char *)text.at + *at;
    if (byte[0] < 0x80) {
        *at += 1;
        return byte[0];
    }
    if ((byte[0] & 0xF0) == 0xE0) {
        *at += 3;
        return (uint32_t)(byte[0] & 0x0F) << 12 | (uint32_t)(byte[1] & 0x3F) << 6 | (byte[2] & 0x3F);
    }
    return utf8_next(text, at);
}

/* Nothing joins two of these, so that the tables of grapheme_end need not be asked. */
static inline bool stands_alone(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FE) ||
           (c >= 0x3001 && c <= 0x3020) || (c >= 0x20 && c <= 0x7E);
}

/* A cluster and the code point it begins with. */
typedef struct Cluster {
    uint32_t first;
    size_t to;
} Cluster;

static Cluster cluster_at(Str text, size_t at)
{
    Cluster cluster = {.to = at};
    cluster.first = next_code_point(text, &cluster.to);
    if (cluster.to < text.len) {
        size_t next = cluster.to;
        if (!stands_alone(cluster.first) || !stands_alone(next_code_point(text, &next))) {
            cluster.to = grapheme_end(text, at);
        }
    }
    return cluster;
}

static RedlineClass class_at(Str text, size_t at)
{
    return redline_class(next_code_point(text, &at));
}

/* A comma or point, half or full width, as it stands inside 1,845 or 1.40. */
static bool separates_digits(Str text, size_t from, size_t to)
{
    static const Str separators[] = {
        STR_LITERAL(","), STR_LITERAL("."), STR_LITERAL("，"), STR_LITERAL("．")};
    const Str cluster = str_slice(text, from, to);
    for (size_t i = 0; i < COUNT_OF(separators); i++) {
        if (str_equal(cluster, separators[i])) {
            return true;
        }
    }
    return false;
}

static bool is_unsplittable(RedlineClass class)
{
    return class == CLASS_DIGIT || class == CLASS_LATIN || class == CLASS_KATAKANA;
}

/* Whether the token that ends at `at` with `class` goes on with the cluster there. */
static bool goes_on(Str text, size_t at, RedlineClass class)
{
    if (at >= text.len || !is_unsplittable(class)) {
        return false;
    }
    if (class_at(text, at) == class) {
        return true;
    }
    if (class != CLASS_DIGIT) {
        return false;
    }
    const size_t end = grapheme_end(text, at);
    return end < text.len && separates_digits(text, at, end) && class_at(text, end) == CLASS_DIGIT;
}

/* The token's id is the code point it begins with until name_token knows better. */
static RedlineToken next_run(Str text, size_t at)
{
    Cluster cluster = cluster_at(text, at);
    const RedlineClass class = redline_class(cluster.first);
    RedlineToken token = {.id = cluster.first,
        .from = (uint32_t)at,
        .first = (uint8_t) class,
        .last = (uint8_t) class,
        .weight = 1};
    while (goes_on(text, cluster.to, class)) {
        cluster = cluster_at(text, cluster.to);
        token.weight += token.weight < WEIGHT_MAX;
    }
    token.to = (uint32_t)cluster.to;
    return token;
}

/* --- words --- */

/* Particles that stand behind a word: longer ones first where one begins another. */
static const Str particles[] = {STR_LITERAL("とともに"), STR_LITERAL("について"), STR_LITERAL("における"),
    STR_LITERAL("により"), STR_LITERAL("による"), STR_LITERAL("から"), STR_LITERAL("まで"),
    STR_LITERAL("など"), STR_LITERAL("より"), STR_LITERAL("ほか"), STR_LITERAL("では"), STR_LITERAL("には"),
    STR_LITERAL("とは"), STR_LITERAL("への"), STR_LITERAL("での"), STR_LITERAL("との"), STR_LITERAL("を"),
    STR_LITERAL("は"), STR_LITERAL("が"), STR_LITERAL("の"), STR_LITERAL("に"), STR_LITERAL("で"),
    STR_LITERAL("と"), STR_LITERAL("も"), STR_LITERAL("へ"), STR_LITERAL("や")};

/* Length of the particle at `at`, 0 for none. */
static size_t particle_at(Str text, size_t at)
{
    const Str rest = str_slice(text, at, text.len);
    for (size_t i = 0; i < COUNT_OF(particles); i++) {
        if (str_starts(rest, particles[i])) {
            return particles[i].len;
        }
    }
    return 0;
}

static void take_run(RedlineToken *word, Str text)
{
    const RedlineToken run = next_run(text, word->to);
    word->to = run.to;
    word->last = run.last;
    const unsigned weight = (unsigned)word->weight + run.weight;
    word->weight = (uint8_t)(weight < WEIGHT_MAX ? weight : WEIGHT_MAX);
}

static bool continues_class(const RedlineToken *word, Str text, RedlineClass class)
{
    return word->to < text.len && class_at(text, word->to) == class;
}

/* Whether the rest begins with 等 behind a noun (道路等の), not with a word such as 等級. */
static bool is_suffix(Str rest)
{
    const Str suffix = S("等");
    return str_starts(rest, suffix) && (rest.len == suffix.len || class_at(rest, suffix.len) != CLASS_KANJI);
}

/* Whether the rest begins with a form of する, which a noun of two kanji or more has behind it: 整備|します.
 */
static bool is_verb_behind_noun(Str rest)
{
    static const Str forms[] = {STR_LITERAL("し"), STR_LITERAL("す"), STR_LITERAL("さ"), STR_LITERAL("せ")};
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (str_starts(rest, forms[i])) {
            return true;
        }
    }
    return false;
}

static Str rest_behind(const RedlineToken *word, Str text)
{
    return str_slice(text, word->to, text.len);
}

/* A particle, or a run of kana up to を, which never stands inside a word. */
static void take_kana(RedlineToken *word, Str text)
{
    const size_t end = word->from + particle_at(text, word->from);
    const bool is_particle = end > word->from;
    while (is_particle ? word->to < end
                       : continues_class(word, text, CLASS_HIRAGANA) &&
                             !str_starts(rest_behind(word, text), S("を"))) {
        take_run(word, text);
    }
}

/* A run of kanji, and the kana it is inflected by as far as no particle begins. */
static void take_kanji(RedlineToken *word, Str text)
{
    while (continues_class(word, text, CLASS_KANJI) && !is_suffix(rest_behind(word, text))) {
        take_run(word, text);
    }
    if (word->weight > 1 && is_verb_behind_noun(rest_behind(word, text))) {
        return;
    }
    while (continues_class(word, text, CLASS_HIRAGANA) && particle_at(text, word->to) == 0) {
        take_run(word, text);
    }
}

static RedlineToken next_word(Str text, size_t at)
{
    RedlineToken word = next_run(text, at);
    if (word.first == CLASS_HIRAGANA) {
        take_kana(&word, text);
    } else if (word.first == CLASS_KANJI) {
        take_kanji(&word, text);
    }
    return word;
}

/* --- tokens --- */

static bool name_token(Map *names, Str text, RedlineToken *token)
{
    size_t at = token->from;
    (void)next_code_point(text, &at);
    if (at == token->to) {
        return true;
    }
    const Str name = str_slice(text, token->from, token->to);
    uintptr_t number = (uintptr_t)map_get(names, name);
    if (number == 0) {
        number = names->len + 1;
        if (!map_put(names, name, (void *)number)) {
            return false;
        }
    }
    token->id = NAMED + (uint32_t)number;
    return true;
}

bool redline_split(Arena *arena, Map *names, Str text, RedlineView view, RedlineTokens *out)
{
    for (size_t at = 0; at < text.len;) {
        RedlineToken *token = VEC_PUSH(arena, out);
        if (token == NULL) {
            return false;
        }
        *token = view == REDLINE_WORDS ? next_word(text, at) : next_run(text, at);
        if (!name_token(names, text, token)) {
            return false;
        }
        at = token->to;
    }
    return true;
}
