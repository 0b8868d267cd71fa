/* plan/table_repair.c: what can be read only when the whole text is known.
 *
 * An empty measure beside one that holds several groups: the row's cells were probably joined when the draft
 * was flattened. Where to divide is judged by shared words (table_words.c): the cut that leaves each group
 * with the title it resembles more; where titles do not tell, between the two neighbours that have least in
 * common.
 *
 * A rationale speaks of the initiative of its page that shares the rarest words with it; one that is wholly
 * inserted is likelier. A footnote stands on the word that carries its mark on the same page. Where nothing
 * fits, the annotation stands on the policy, and a warning says so.
 */
#include "plan/table_internal.h"

#include <float.h>

#include "base/utf8.h"

#define TITLE_TIMES 2.0    /* a group's title weighs as much as two of its items */
#define CUT_MARGIN 0.005   /* cuts that differ by less are equally good by title */
#define SHARED_MAX 8       /* a word in more initiatives of the page than this says nothing */
#define INSERTED_TIMES 1.5 /* bonus of an initiative that is wholly inserted */
#define CERTAIN_TIMES 1.5  /* the best must be this much better than the second */
#define CERTAIN_LIKENESS 0.05
#define FOOTNOTE_WORD_MAX 40

/* --- counting --- */

static void count_group(WordCounts *counts, const TableNode *group)
{
    word_counts_begin(counts);
    word_counts_add(counts, group->text);
    for (const TableNode *item = group->first; item != NULL; item = item->next) {
        word_counts_add(counts, item->text);
    }
}

static WordCounts *count_words(TableReader *reader)
{
    WordCounts *counts = word_counts_new(reader->scratch);
    for (size_t i = 0; counts != NULL && i < reader->nodes.len; i++) {
        if (reader->nodes.at[i]->kind == PLAN_GROUP) {
            count_group(counts, reader->nodes.at[i]);
        }
    }
    return counts;
}

static WordVector vector_of(
    TableReader *reader, const WordCounts *counts, const TableNode *node, double title_times)
{
    WordVector vector = {0};
    word_vector_add(reader->scratch, &vector, node->text, title_times);
    for (const TableNode *item = node->kind == PLAN_GROUP ? node->first : NULL; item != NULL;
         item = item->next) {
        word_vector_add(reader->scratch, &vector, item->text, 1);
    }
    word_vector_finish(&vector, counts);
    return vector;
}

/* --- empty measures --- */

/* How many of the groups stay in front of the cut between measures `left` and `right`: 1 to stand->count - 1.
 */
static size_t find_cut(TableReader *reader, const WordCounts *counts, const TableStand *stand,
    const TableNode *left, const TableNode *right)
{
    const WordVector left_title = vector_of(reader, counts, left, 1);
    const WordVector right_title = vector_of(reader, counts, right, 1);
    WordVector *vectors = arena_array(reader->scratch, stand->count, sizeof *vectors);
    double *gain = arena_array(reader->scratch, stand->count + 1, sizeof *gain);
    if (vectors == NULL || gain == NULL) {
        return 1;
    }
    double best = -DBL_MAX;
    for (size_t i = 0; i < stand->count; i++) {
        vectors[i] = vector_of(reader, counts, stand->groups[i], TITLE_TIMES);
        gain[i + 1] =
            gain[i] + word_likeness(&vectors[i], &left_title) - word_likeness(&vectors[i], &right_title);
        if (i + 1 < stand->count && gain[i + 1] > best) {
            best = gain[i + 1];
        }
    }
    size_t cut = 1;
    double least = DBL_MAX;
    for (size_t i = 1; i < stand->count; i++) {
        if (gain[i] < best - CUT_MARGIN) {
            continue;
        }
        const double shared = word_likeness(&vectors[i - 1], &vectors[i]);
        if (shared < least) {
            least = shared;
            cut = i;
        }
    }
    return cut;
}

static void repair_gap(TableReader *reader, const WordCounts *counts, const TableGap *gap)
{
    if (gap->empty->first != NULL) {
        return; /* a later page filled it */
    }
    const TableStand *before = &gap->before, *after = &gap->after;
    if (before->count < 2 && after->count < 2) {
        (void)table_warn(reader, "measure_empty", gap->empty, gap->source, gap->empty->text);
        return;
    }
    TableWarning *warning =
        table_warn(reader, "measure_body_in_neighbour", gap->empty, gap->source, gap->empty->text);
    if (warning == NULL) {
        return;
    }
    if (before->count >= 2) {
        const size_t cut = find_cut(reader, counts, before, before->measure, gap->empty);
        warning->move = (TableMove){before->groups + cut, before->count - cut, gap->empty};
    } else {
        const size_t cut = find_cut(reader, counts, after, gap->empty, after->measure);
        warning->move = (TableMove){after->groups, cut, gap->empty};
    }
}

/* --- rationales --- */

/* A word of an initiative of the page. */
typedef struct Posting {
    uint32_t word, initiative;
    double weight; /* by the initiative's norm */
} Posting;

typedef struct PageIndex {
    VEC_OF(Posting) postings; /* by word */
    VEC_OF(TableNode *) initiatives;
    double *scores;
} PageIndex;

static int compare_postings(const void *left, const void *right)
{
    const Posting *a = left, *b = right;
    if (a->word != b->word) {
        return a->word < b->word ? -1 : 1;
    }
    return (a->initiative > b->initiative) - (a->initiative < b->initiative);
}

static void index_initiative(TableReader *reader, const WordCounts *counts, TableNode *node, PageIndex *index)
{
    const WordVector vector = vector_of(reader, counts, node, 1);
    TableNode **slot = VEC_PUSH(reader->scratch, &index->initiatives);
    if (slot == NULL) {
        return;
    }
    *slot = node;
    for (size_t i = 0; vector.norm > 0 && i < vector.words.len; i++) {
        Posting *posting = VEC_PUSH(reader->scratch, &index->postings);
        if (posting != NULL) {
            *posting = (Posting){vector.words.at[i].word, (uint32_t)index->initiatives.len - 1,
                vector.words.at[i].weight / vector.norm};
        }
    }
}

static void index_page(TableReader *reader, const WordCounts *counts, const TableNote *note, PageIndex *index)
{
    for (size_t i = note->nodes_from; i < note->nodes_to; i++) {
        if (reader->nodes.at[i]->kind == PLAN_INITIATIVE) {
            index_initiative(reader, counts, reader->nodes.at[i], index);
        }
    }
    if (index->postings.len > 0) {
        qsort(index->postings.at, index->postings.len, sizeof *index->postings.at, compare_postings);
    }
    index->scores = arena_array(reader->scratch, index->initiatives.len + 1, sizeof *index->scores);
}

static size_t first_posting(const PageIndex *index, uint32_t word)
{
    size_t low = 0, high = index->postings.len;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (index->postings.at[middle].word < word) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The initiatives that share the word, unless they are too many to tell anything: postings [*from, *to). */
static void find_postings(const PageIndex *index, uint32_t word, size_t *from, size_t *to)
{
    *from = *to = first_posting(index, word);
    while (*to < index->postings.len && index->postings.at[*to].word == word) {
        if (++*to - *from > SHARED_MAX) {
            *to = *from;
            return;
        }
    }
}

static bool is_wholly_inserted(const TableNode *node)
{
    return node->marks.len == 1 && node->marks.at[0].kind == PLAN_MARK_INSERTION &&
           node->marks.at[0].from == 0 && node->marks.at[0].to == utf8_count(node->text);
}

typedef struct Ranking {
    TableNode *best;
    double first, second;
} Ranking;

/* Every initiative that shares a word with the note is scored once; scores are left zero again. */
static Ranking rank_initiatives(const PageIndex *index, const WordVector *note)
{
    Ranking ranking = {0};
    if (index->postings.at == NULL || index->initiatives.at == NULL) {
        return ranking;
    }
    for (size_t i = 0; i < note->words.len; i++) {
        size_t from, to;
        find_postings(index, note->words.at[i].word, &from, &to);
        for (size_t j = from; j < to; j++) {
            const Posting *posting = &index->postings.at[j];
            index->scores[posting->initiative] += posting->weight * note->words.at[i].weight / note->norm;
        }
    }
    for (size_t i = 0; i < note->words.len; i++) {
        size_t from, to;
        find_postings(index, note->words.at[i].word, &from, &to);
        for (size_t j = from; j < to; j++) {
            const uint32_t initiative = index->postings.at[j].initiative;
            TableNode *node = index->initiatives.at[initiative];
            const double score = index->scores[initiative] * (is_wholly_inserted(node) ? INSERTED_TIMES : 1);
            index->scores[initiative] = 0;
            if (score > ranking.first) {
                ranking.second = ranking.first;
                ranking.first = score;
                ranking.best = node;
            } else if (score > ranking.second) {
                ranking.second = score;
            }
        }
    }
    return ranking;
}

static void place_rationale(
    TableReader *reader, const WordCounts *counts, const PageIndex *index, TableNote *note)
{
    WordVector vector = {0};
    word_vector_add(reader->scratch, &vector, note->text, 1);
    word_vector_finish(&vector, counts);
    const Ranking ranking = vector.norm > 0 ? rank_initiatives(index, &vector) : (Ranking){0};
    note->node = ranking.best == NULL ? note->policy : ranking.best;
    (void)table_warn(reader, "rationale_outside_table", note->node, note->source, note->text);
    if (ranking.first < CERTAIN_LIKENESS || ranking.first < CERTAIN_TIMES * ranking.second) {
        (void)table_warn(reader, "uncertain_annotation", note->node, note->source, note->text);
    }
}

/* --- footnotes --- */

/* The word that a footnote explains: between its mark and the colon. */
static Str footnote_word(const TableReader *reader, Str text)
{
    const Str behind = str_starts(text, reader->profile->footnote)
                           ? str_slice(text, reader->profile->footnote.len, text.len)
                           : text;
    const Str head = utf8_slice(behind, 0, FOOTNOTE_WORD_MAX + 1);
    const ptrdiff_t wide = str_find(head, S("："), 0), narrow = str_find(head, S(":"), 0);
    const ptrdiff_t colon = wide < 0 || (narrow >= 0 && narrow < wide) ? narrow : wide;
    return colon < 0 ? STR_EMPTY : table_trim(str_slice(head, 0, (size_t)colon));
}

/* The longest of the page's words that stands at the head of the text. */
static TableNote *find_footnote(const Map *words, Str text)
{
    TableNote *found = NULL;
    const Str head = utf8_slice(text, 0, FOOTNOTE_WORD_MAX);
    for (size_t at = 0; at < head.len;) {
        (void)utf8_next(head, &at);
        TableNote *note = map_get(words, str_slice(head, 0, at));
        found = note == NULL ? found : note;
    }
    return found;
}

static void look_for_footnotes(const TableReader *reader, const Map *words, TableNode *node)
{
    const Str mark = reader->profile->footnote;
    size_t counted = 0, points = 0;
    for (ptrdiff_t at = str_find(node->text, mark, 0); at >= 0; at = str_find(node->text, mark, counted)) {
        const size_t word = (size_t)at + mark.len;
        points += utf8_count(str_slice(node->text, counted, word));
        counted = word;
        TableNote *note = find_footnote(words, str_slice(node->text, word, node->text.len));
        if (note != NULL && note->node == NULL) {
            note->node = node;
            note->from = points;
            note->to = points + utf8_count(footnote_word(reader, note->text));
        }
    }
}

static void place_footnotes(TableReader *reader, size_t from, size_t to)
{
    Map words;
    map_init(&words, reader->scratch);
    for (size_t i = from; i < to; i++) {
        TableNote *note = &reader->notes.at[i];
        const Str word = footnote_word(reader, note->text);
        const bool wanted = note->kind == PLAN_FOOTNOTE && word.len > 0 && map_get(&words, word) == NULL;
        if (wanted && !map_put(&words, word, note)) {
            return;
        }
    }
    const TableNote *first = &reader->notes.at[from];
    for (size_t i = first->nodes_from; words.len > 0 && i < first->nodes_to; i++) {
        look_for_footnotes(reader, &words, reader->nodes.at[i]);
    }
    for (size_t i = from; i < to; i++) {
        TableNote *note = &reader->notes.at[i];
        if (note->kind != PLAN_FOOTNOTE) {
            continue;
        }
        const bool found = note->node != NULL;
        note->node = found ? note->node : note->policy;
        (void)table_warn(reader, found ? "footnote_outside_table" : "footnote_without_word", note->node,
            note->source, note->text);
    }
}

/* --- all
 * ----------------------------------------------------------------------------------------------------------
 */

/* The notes [from, to) of one page. */
static void place_notes(TableReader *reader, const WordCounts *counts, size_t from, size_t to)
{
    place_footnotes(reader, from, to);
    PageIndex index = {0};
    for (size_t i = from; i < to; i++) {
        TableNote *note = &reader->notes.at[i];
        if (note->kind != PLAN_RATIONALE) {
            continue;
        }
        if (index.scores == NULL) {
            index_page(reader, counts, note, &index);
        }
        if (index.scores == NULL) {
            return;
        }
        place_rationale(reader, counts, &index, note);
    }
}

/* Policies without a paragraph of 基本方向. */
static void warn_of_missing_directions(TableReader *reader)
{
    for (size_t i = 0; i < reader->nodes.len; i++) {
        TableNode *policy = reader->nodes.at[i];
        if (policy->kind != PLAN_POLICY) {
            continue;
        }
        TableNode *direction = policy->first;
        while (direction != NULL && direction->kind != PLAN_DIRECTION) {
            direction = direction->next;
        }
        const TableNode *wording = direction == NULL ? NULL : direction->first;
        while (wording != NULL && wording->kind != PLAN_DIRECTION) {
            wording = wording->next;
        }
        if (wording == NULL) {
            TableNode *at = direction == NULL ? policy : direction;
            (void)table_warn(reader, "direction_missing", at, at->source, policy->text);
        }
    }
}

void table_repair(TableReader *reader)
{
    warn_of_missing_directions(reader);
    if (reader->gaps.len == 0 && reader->notes.len == 0) {
        return;
    }
    const WordCounts *counts = count_words(reader);
    if (counts == NULL) {
        return;
    }
    for (size_t i = 0; i < reader->gaps.len; i++) {
        repair_gap(reader, counts, &reader->gaps.at[i]);
    }
    for (size_t from = 0, to = 0; from < reader->notes.len; from = to) {
        while (to < reader->notes.len && reader->notes.at[to].nodes_to == reader->notes.at[from].nodes_to) {
            to++;
        }
        place_notes(reader, counts, from, to);
    }
}
