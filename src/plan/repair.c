/* plan/repair.c: the repairs of a plan: texts into blocks, rules over each node, the best places that do not
 * overlap, and their segments.
 *
 * Must hold: the segments of a repair are together the literal text of its span; the spans of a node are
 * ordered and do not overlap. plan_find_repairs asserts neither by luck: segments are cut from the text at
 * increasing offsets.
 */
#include "plan/repair.h"

#include "base/map.h"
#include "base/utf8.h"
#include "plan/repair_internal.h"

enum {
    BLOCK_MAX = 1 << 18, /* code points whose evidence is gathered together */
    SUPPORT_MAX = 6,     /* on each side of a seam */
    PHRASE_SIDE = 12,    /* kept code points shown on each side of a change */
    MERGE_GAP = 3,       /* changes as close as this are one repair */
    SCORE_SHOWN = 50,
    SCORE_FULL = 99,
    PLAN_BREAKS = 1000, /* breaks looked at in a plan, and one more for so many bytes */
    PLAN_BREAK_DISTANCE = 300,
};
#define SCRATCH_MAX ((size_t)512 << 20)

static const char *const RULE_NAMES[RULE_COUNT] = {
    [RULE_JOIN] = "join",
    [RULE_REPEAT] = "repeat",
    [RULE_NUMBER] = "number",
    [RULE_DATE] = "date",
    [RULE_KANJI] = "kanji",
    [RULE_SLOT] = "slot",
    [RULE_PHRASE] = "phrase",
    [RULE_PARTICLE] = "particle",
    [RULE_EDGE] = "edge",
    [RULE_TITLE] = "title",
};

/* ---- what the rules ask ---- */

void finder_note(Finder *finder, size_t from, size_t middle, size_t to, RepairRule rule, int score)
{
    assert(from < middle && middle <= to && to <= finder->len && "a place strikes something");
    Place *place = VEC_PUSH(finder->scratch, &finder->places);
    if (place)
        *place = (Place){(uint32_t)from, (uint32_t)middle, (uint32_t)to, rule, score};
}

size_t finder_count_joined(
    const Finder *finder, size_t from, size_t to, size_t then, size_t end, size_t enough)
{
    Char words[EVIDENCE_DEPTH];
    size_t len = to - from + end - then;
    if (len > EVIDENCE_DEPTH || end > finder->len)
        return 0;
    memcpy(words, finder->text + from, (to - from) * sizeof(Char));
    memcpy(words + (to - from), finder->text + then, (end - then) * sizeof(Char));
    Stretch except = {finder->at + from, finder->at + end};
    return evidence_count(&finder->evidence, words, len, except, enough);
}

size_t finder_count(const Finder *finder, size_t from, size_t to, size_t enough)
{
    return finder_count_joined(finder, from, to, to, to, enough);
}

size_t finder_support(const Finder *finder, size_t left_end, size_t right_from, size_t least)
{
    size_t left = least, right = least;
    size_t left_max = left_end < SUPPORT_MAX ? left_end : SUPPORT_MAX;
    size_t right_max = finder->len - right_from < SUPPORT_MAX ? finder->len - right_from : SUPPORT_MAX;
    if (least == 2 && left == 2 && left_max > 2 && right_max > 0 &&
        finder_count_joined(
            finder, left_end - 2, left_end, right_from, right_from + (right_max > 1 ? 2 : 1), 1) == 0)
        left = 3, right = 1;
    if (left > left_max || right > right_max ||
        finder_count_joined(finder, left_end - left, left_end, right_from, right_from + right, 1) == 0)
        return 0;
    while (right < right_max &&
           finder_count_joined(finder, left_end - left, left_end, right_from, right_from + right + 1, 1) > 0)
        right++;
    while (left < left_max &&
           finder_count_joined(finder, left_end - left - 1, left_end, right_from, right_from + right, 1) > 0)
        left++;
    return left + right;
}

ptrdiff_t finder_word_at(const Finder *finder, size_t at)
{
    if (at >= finder->len)
        return -1;
    size_t index = finder->word_of[at];
    return finder->words.at[index].from == at ? (ptrdiff_t)index : -1;
}

int finder_oddity(Finder *finder, size_t from, size_t cut, size_t resume, size_t to)
{
    Char text[PARSE_MAX];
    size_t len = cut - from + to - resume;
    assert(len <= PARSE_MAX && "seams are looked at in windows");
    memcpy(text, finder->text + from, (cut - from) * sizeof(Char));
    memcpy(text + (cut - from), finder->text + resume, (to - resume) * sizeof(Char));
    bool begins = from == 0 || char_class(finder->text[from - 1]) == CHAR_STOP;
    return grammar_parse(finder->grammar, text, len, begins, NULL);
}

/* ---- reading a node ---- */

static size_t piece_end(const Finder *finder, size_t from)
{
    if (finder->len - from <= PARSE_MAX)
        return finder->len;
    size_t end = from + PARSE_MAX;
    for (size_t at = end; at > from + PARSE_MAX / 2; at--)
        if (char_class(finder->text[at - 1]) == CHAR_STOP || char_class(finder->text[at - 1]) == CHAR_COMMA)
            return at;
    return end;
}

static void read_node(Finder *finder)
{
    finder->word_of = arena_array(finder->scratch, finder->len + 1, sizeof *finder->word_of);
    for (size_t from = 0; from < finder->len && !arena_failed(finder->scratch);) {
        size_t end = piece_end(finder, from);
        grammar_parse(finder->grammar, finder->text + from, end - from, true, &finder->parse);
        for (size_t i = 0; i < finder->parse.count; i++) {
            Word *word = VEC_PUSH(finder->scratch, &finder->words);
            if (!word)
                return;
            *word = finder->parse.words[i];
            word->from += (uint32_t)from;
            word->to += (uint32_t)from;
            for (size_t at = word->from; at < word->to; at++)
                finder->word_of[at] = (uint32_t)(finder->words.len - 1);
        }
        from = end;
    }
}

/* ---- choosing ---- */

static int compare_scores(const void *a, const void *b)
{
    const Place *p = a, *q = b;
    if (p->score != q->score)
        return q->score - p->score;
    if (p->from != q->from)
        return p->from < q->from ? -1 : 1;
    return (p->to > q->to) - (p->to < q->to);
}

static int compare_places(const void *a, const void *b)
{
    const Place *p = a, *q = b;
    return (p->from > q->from) - (p->from < q->from);
}

/* Keeps the best places that do not overlap, in the order of the text. */
static void choose_places(Finder *finder)
{
    size_t kept = 0;
    if (finder->places.len == 0)
        return;
    qsort(finder->places.at, finder->places.len, sizeof(Place), compare_scores);
    for (size_t i = 0; i < finder->places.len; i++) {
        Place place = finder->places.at[i];
        bool free = place.score >= SCORE_SHOWN;
        for (size_t j = 0; j < kept && free; j++)
            free = place.from >= finder->places.at[j].to || place.to <= finder->places.at[j].from;
        if (free)
            finder->places.at[kept++] = place;
    }
    finder->places.len = kept;
    qsort(finder->places.at, kept, sizeof(Place), compare_places);
}

/* ---- segments ---- */

static bool is_mark(const Finder *finder, size_t at)
{
    CharClass class = char_class(finder->text[at]);
    return class != CHAR_HIRAGANA && !char_is_content(finder->text[at]);
}

/* Kept words shown before a change: back to the beginning of the nearest word of content. */
static size_t phrase_start(const Finder *finder, size_t from, size_t lowest)
{
    size_t at = from;
    while (at > lowest && from - at < PHRASE_SIDE && !is_mark(finder, at - 1)) {
        bool content = char_is_content(finder->text[at - 1]);
        at--;
        if (content && (at == lowest || !char_is_content(finder->text[at - 1])))
            break;
    }
    return at;
}

/* Kept words shown behind a change: to the end of the word it stands in and its kana; the next word too when
 * nothing of content was inserted. */
static size_t phrase_end(const Finder *finder, const Place *place, size_t highest)
{
    size_t at = place->to;
    bool content = false;
    for (size_t i = place->middle; i < place->to; i++)
        content = content || char_is_content(finder->text[i]);
    if (place->to > place->middle && is_mark(finder, at - 1))
        return at;
    while (at < highest && at - place->to < PHRASE_SIDE && char_is_content(finder->text[at]) &&
           (!content || char_is_content(finder->text[at - 1])))
        at++;
    while (at < highest && at - place->to < PHRASE_SIDE && char_class(finder->text[at]) == CHAR_HIRAGANA)
        at++;
    return at;
}

static bool add_segment(Plan *plan, PlanRepair *repair, const Finder *finder, char op, size_t from, size_t to)
{
    if (from == to)
        return true;
    PlanSegment *segment = VEC_PUSH(plan->arena, &repair->segments);
    if (!segment)
        return false;
    Str text = plan->nodes.at[finder->node].text;
    *segment = (PlanSegment){
        op, arena_str(plan->arena, str_slice(text, finder->offsets[from], finder->offsets[to]))};
    return true;
}

/* Thousandths: of the places that tests/unit/plan/test_repair_rates.c prints, about 0.7 of those with the
 * lowest scores are right and 0.93 of those with the highest. */
static int confidence_of(int score)
{
    int above = score < SCORE_FULL ? score - SCORE_SHOWN : SCORE_FULL - SCORE_SHOWN;
    return 600 + above * 7;
}

/* Places [first, last) of a node, close to each other, as one repair. */
static bool add_repair(
    Plan *plan, const Finder *finder, size_t first, size_t last, size_t lowest, Error *error)
{
    const Place *places = finder->places.at;
    size_t highest = last < finder->places.len ? places[last].from : finder->len;
    bool whole = places[first].rule == RULE_TITLE;
    size_t from = whole ? 0 : phrase_start(finder, places[first].from, lowest);
    size_t to = whole ? finder->len : phrase_end(finder, &places[last - 1], highest);
    PlanRepair *repair = VEC_PUSH(plan->arena, &plan->repairs);
    if (!repair)
        return error_memory(error);
    *repair = (PlanRepair){.node = finder->node,
        .from = from,
        .to = to,
        .confidence = 1000,
        .rule = RULE_NAMES[places[first].rule]};
    size_t at = from;
    bool added = true;
    for (size_t i = first; i < last; i++) {
        added = added && add_segment(plan, repair, finder, '=', at, places[i].from) &&
                add_segment(plan, repair, finder, '-', places[i].from, places[i].middle) &&
                add_segment(plan, repair, finder, '+', places[i].middle, places[i].to);
        at = places[i].to;
        int confidence = confidence_of(places[i].score);
        repair->confidence = confidence < repair->confidence ? confidence : repair->confidence;
    }
    return (added && add_segment(plan, repair, finder, '=', at, to)) || error_memory(error);
}

/* The byte offsets of the text's code points and of its end. */
static bool find_offsets(const Plan *plan, Finder *finder)
{
    Str text = plan->nodes.at[finder->node].text;
    finder->offsets = arena_array(finder->scratch, finder->len + 1, sizeof *finder->offsets);
    if (!finder->offsets)
        return false;
    for (size_t i = 0, at = 0; i <= finder->len; i++) {
        finder->offsets[i] = at;
        if (i < finder->len)
            (void)utf8_next(text, &at);
    }
    return true;
}

/* A few code points apart in the same clause. */
static bool are_near(const Finder *finder, const Place *a, const Place *b)
{
    if (b->from > a->to + MERGE_GAP)
        return false;
    for (size_t at = a->to > a->middle ? a->to - 1 : a->to; at < b->from; at++)
        if (char_class(finder->text[at]) == CHAR_COMMA || char_class(finder->text[at]) == CHAR_STOP)
            return false;
    return true;
}

static bool add_repairs(Plan *plan, Finder *finder, Error *error)
{
    if (finder->places.len == 0)
        return true;
    if (!find_offsets(plan, finder))
        return error_memory(error);
    size_t lowest = 0;
    for (size_t first = 0; first < finder->places.len;) {
        size_t last = first + 1;
        while (last < finder->places.len &&
               are_near(finder, &finder->places.at[last - 1], &finder->places.at[last]))
            last++;
        if (!add_repair(plan, finder, first, last, lowest, error))
            return false;
        lowest = plan->repairs.at[plan->repairs.len - 1].to;
        first = last;
    }
    return true;
}

/* ---- blocks ---- */

/* The different texts of some nodes, each followed by a 0, and where each node's text begins. */
typedef struct Block {
    Char *text;
    size_t len;
    size_t *at;
} Block;

static size_t node_length(const Plan *plan, size_t node)
{
    size_t len = utf8_count(plan->nodes.at[node].text);
    return len <= REPAIR_NODE_MAX ? len : 0;
}

/* The end of the block that begins with node `first`. */
static size_t block_end(const Plan *plan, size_t first, size_t *len)
{
    size_t end = first;
    *len = 0;
    while (end < plan->nodes.len) {
        size_t more = node_length(plan, end) + 1;
        if (end > first && *len + more > BLOCK_MAX)
            break;
        *len += more;
        end++;
    }
    return end;
}

static bool fill_block(const Plan *plan, size_t first, size_t end, size_t len, Block *block, Arena *arena)
{
    Map seen;
    map_init(&seen, arena);
    *block = (Block){.text = arena_array(arena, len + 1, sizeof(Char)),
        .at = arena_array(arena, end - first, sizeof(size_t))};
    if (arena_failed(arena))
        return false;
    for (size_t node = first; node < end; node++) {
        Str text = plan->nodes.at[node].text;
        size_t *place = map_get(&seen, text), count = node_length(plan, node);
        block->at[node - first] = place ? *place : block->len;
        if (place)
            continue;
        if (!map_put(&seen, text, &block->at[node - first]))
            return false;
        for (size_t at = 0, i = 0; i < count; i++)
            block->text[block->len++] = utf8_next(text, &at);
        block->len++;
    }
    return true;
}

static bool find_in_node(Plan *plan, Finder *finder, Error *error)
{
    if (finder->len < 3)
        return true;
    read_node(finder);
    if (arena_failed(finder->scratch))
        return error_memory(error);
    find_joins(finder);
    find_words(finder);
    find_verbs(finder);
    find_phrases(finder);
    find_titles(finder);
    if (arena_failed(finder->scratch))
        return error_memory(error);
    choose_places(finder);
    return add_repairs(plan, finder, error);
}

static bool find_in_block(Plan *plan, size_t first, size_t end, size_t len, size_t *breaks_left, Error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_MAX);
    Finder *finder = arena ? ARENA_NEW(arena, Finder) : NULL;
    Block block;
    if (!finder || !fill_block(plan, first, end, len, &block, arena))
        return error_memory(error);
    finder->grammar = grammar_new(arena);
    if (!finder->grammar || !evidence_build(&finder->evidence, block.text, block.len, arena))
        return error_memory(error);
    finder->scratch = arena;
    finder->plan = plan;
    finder->breaks_left = *breaks_left;
    for (size_t node = first; node < end; node++) {
        finder->node = (int32_t)node;
        finder->at = block.at[node - first];
        finder->text = block.text + finder->at;
        finder->len = node_length(plan, node);
        finder->words.len = finder->places.len = 0;
        if (!find_in_node(plan, finder, error))
            return false;
    }
    *breaks_left = finder->breaks_left;
    return true;
}

bool plan_find_repairs(Plan *plan, Error *error)
{
    plan->repairs.len = 0;
    size_t breaks_left = PLAN_BREAKS;
    for (size_t node = 0; node < plan->nodes.len; node++)
        breaks_left += plan->nodes.at[node].text.len / PLAN_BREAK_DISTANCE;
    for (size_t first = 0; first < plan->nodes.len;) {
        size_t len, end = block_end(plan, first, &len);
        if (!find_in_block(plan, first, end, len, &breaks_left, error))
            return false;
        first = end;
    }
    return true;
}
