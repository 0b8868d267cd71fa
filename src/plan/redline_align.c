/* plan/redline_align.c: two rows of tokens aligned with few hunks.
 *
 * What is best: the sum of the weights of kept tokens less HUNK_COST for every hunk is as large as can be, so
 * that a single letter which two phrases happen to share does not tear a hunk in two. Equal ends are taken
 * off first. A window that is small enough is solved exactly (Gotoh's affine gaps, one state for "kept", one
 * for "inside a hunk"). A larger one is cut at runs of tokens that stand once on each side, in the same order
 * on both; what has no such runs is solved within a band around its diagonal, or replaced as a whole.
 */
#include "plan/redline_internal.h"

#define KEPT_WEIGHT 10                  /* for one cluster */
#define HUNK_COST 16                    /* 1.6 clusters */
#define CELLS_EXACT ((uint64_t)1 << 21) /* of a window that is solved exactly */
#define CELLS_BAND ((uint64_t)1 << 23)  /* of a band */
#define NEVER (-(1 << 29))              /* no path leads here */
#define ROWS_BAND ((uint32_t)1 << 20)   /* keeps scores far above NEVER */
#define SCRATCH_MAX ((size_t)256 << 20)
#define CUTS 4 /* kinds of runs that a window is cut at */

typedef struct Window {
    uint32_t old_from, old_to, new_from, new_to;
} Window;

typedef struct Aligner {
    Arena *arena;
    Arena *scratch; /* of one window, for as long as it is solved */
    const RedlineToken *a, *b;
    RedlineHunks *out;
} Aligner;

static bool push_hunk(Aligner *aligner, Window w)
{
    if (w.old_from == w.old_to && w.new_from == w.new_to) {
        return true;
    }
    RedlineHunk *last = aligner->out->len > 0 ? &aligner->out->at[aligner->out->len - 1] : NULL;
    if (last != NULL && last->old_to == w.old_from && last->new_to == w.new_from) {
        last->old_to = w.old_to;
        last->new_to = w.new_to;
        return true;
    }
    RedlineHunk *hunk = VEC_PUSH(aligner->arena, aligner->out);
    if (hunk != NULL) {
        *hunk = (RedlineHunk){w.old_from, w.old_to, w.new_from, w.new_to};
    }
    return hunk != NULL;
}

/* --- exact, within a band --- */

/* How a cell was reached, two bits for "inside a hunk" and one for "kept". */
enum {
    HUNK_FROM_OLD = 0,  /* the old token was struck, inside the hunk */
    HUNK_FROM_NEW = 1,  /* the new token was inserted, inside the hunk */
    HUNK_OPENS_OLD = 2, /* the same, and the hunk begins with it */
    HUNK_OPENS_NEW = 3,
    HUNK_BITS = 3,
    KEPT_AFTER_HUNK = 4,
};

/* Cells of row i are columns [low, low + width). */
typedef struct Band {
    uint32_t rows, columns; /* tokens of the window on each side */
    uint32_t width;
    uint8_t *trace; /* (rows + 1) * width */
} Band;

static uint32_t band_low(const Band *band, uint32_t row)
{
    const uint64_t middle = band->rows == 0 ? 0 : (uint64_t)row * band->columns / band->rows;
    const uint32_t half = band->width / 2, last = band->columns + 1 - band->width;
    const uint64_t low = middle > half ? middle - half : 0;
    return low < last ? (uint32_t)low : last;
}

typedef struct Scores {
    int32_t *kept, *hunk; /* of one row, by column, of the whole window */
} Scores;

/* The first row: whatever comes first is inserted. */
static void fill_first_row(const Band *band, Scores here)
{
    here.kept[0] = 0;
    for (uint32_t column = 1; column < band->width; column++) {
        here.hunk[column] = -HUNK_COST;
        band->trace[column] = column == 1 ? HUNK_OPENS_NEW : HUNK_FROM_NEW;
    }
}

/* One row from the one above it. Columns outside a row's band hold NEVER; sums that begin with NEVER stay far
 * below all others. */
static void fill_row(
    const Band *band, const RedlineToken *a, const RedlineToken *b, uint32_t row, Scores above, Scores here)
{
    const uint32_t low = band_low(band, row), id = a[row - 1].id;
    const int32_t worth = KEPT_WEIGHT * a[row - 1].weight;
    uint8_t *restrict trace = band->trace + (size_t)row * band->width;
    int32_t left_kept = NEVER, left_hunk = NEVER;
    for (uint32_t k = 0; k < band->width; k++) {
        const uint32_t column = low + k;
        int32_t kept = NEVER;
        uint8_t bits = 0;
        if (column > 0 && b[column - 1].id == id) {
            const bool after_hunk = above.hunk[column - 1] > above.kept[column - 1];
            kept = (after_hunk ? above.hunk : above.kept)[column - 1] + worth;
            bits = after_hunk ? KEPT_AFTER_HUNK : 0;
        }
        const int32_t old_opens = above.kept[column] - HUNK_COST, new_opens = left_kept - HUNK_COST;
        const int32_t by_old = old_opens > above.hunk[column] ? old_opens : above.hunk[column];
        const int32_t by_new = new_opens > left_hunk ? new_opens : left_hunk;
        if (by_new > by_old) {
            bits |= new_opens > left_hunk ? HUNK_OPENS_NEW : HUNK_FROM_NEW;
        } else {
            bits |= old_opens > above.hunk[column] ? HUNK_OPENS_OLD : HUNK_FROM_OLD;
        }
        here.kept[column] = left_kept = kept > NEVER ? kept : NEVER;
        left_hunk = by_new > by_old ? by_new : by_old;
        here.hunk[column] = left_hunk = left_hunk > NEVER ? left_hunk : NEVER;
        trace[k] = bits;
    }
}

/* Columns outside this row's band that the next row looks at must not hold values of older rows. */
static void clear_outside(const Band *band, uint32_t row, Scores scores)
{
    const uint32_t low = band_low(band, row), next = row < band->rows ? band_low(band, row + 1) : low;
    if (low > 0) {
        scores.kept[low - 1] = scores.hunk[low - 1] = NEVER;
    }
    for (uint32_t column = low + band->width; column < next + band->width; column++) {
        scores.kept[column] = scores.hunk[column] = NEVER;
    }
}

/* From the last cell back; hunks come out last first. */
static bool trace_back(Aligner *aligner, Window w, const Band *band, bool in_hunk)
{
    const size_t first = aligner->out->len;
    uint32_t i = band->rows, j = band->columns, end_i = i, end_j = j;
    while (i > 0 || j > 0) {
        const uint8_t bits = band->trace[(size_t)i * band->width + (j - band_low(band, i))];
        if (!in_hunk) {
            i--;
            j--;
            in_hunk = (bits & KEPT_AFTER_HUNK) != 0;
            end_i = i;
            end_j = j;
            continue;
        }
        const uint8_t step = bits & HUNK_BITS;
        const bool from_new = step == HUNK_FROM_NEW || step == HUNK_OPENS_NEW;
        i -= !from_new;
        j -= from_new;
        if (step == HUNK_OPENS_OLD || step == HUNK_OPENS_NEW) {
            RedlineHunk *hunk = VEC_PUSH(aligner->arena, aligner->out);
            if (hunk == NULL) {
                return false;
            }
            *hunk = (RedlineHunk){w.old_from + i, w.old_from + end_i, w.new_from + j, w.new_from + end_j};
            in_hunk = false;
        }
    }
    RedlineHunk *hunks = aligner->out->at;
    for (size_t low = first, high = aligner->out->len; low + 1 < high; low++) {
        high--;
        const RedlineHunk swapped = hunks[low];
        hunks[low] = hunks[high];
        hunks[high] = swapped;
    }
    return true;
}

static bool align_in_band(Aligner *aligner, Window w, uint32_t width)
{
    Band band = {.rows = w.old_to - w.old_from, .columns = w.new_to - w.new_from, .width = width};
    const size_t columns = (size_t)band.columns + 1;
    arena_clear(aligner->scratch);
    int32_t *scores = arena_array(aligner->scratch, 4 * columns, sizeof *scores);
    band.trace = arena_array(aligner->scratch, (size_t)band.rows + 1, width);
    if (scores == NULL || band.trace == NULL) {
        return false;
    }
    for (size_t i = 0; i < 4 * columns; i++) {
        scores[i] = NEVER;
    }
    Scores above = {scores, scores + columns}, here = {scores + 2 * columns, scores + 3 * columns};
    fill_first_row(&band, above);
    clear_outside(&band, 0, above);
    for (uint32_t row = 1; row <= band.rows; row++) {
        fill_row(&band, aligner->a + w.old_from, aligner->b + w.new_from, row, above, here);
        clear_outside(&band, row, here);
        const Scores swapped = above;
        above = here;
        here = swapped;
    }
    return trace_back(aligner, w, &band, above.hunk[band.columns] > above.kept[band.columns]);
}

/* --- cutting a large window --- */

/* A run of tokens that stands once on each side. */
typedef struct Anchor {
    uint32_t old_at, new_at;
} Anchor;

typedef VEC_OF(Anchor) Anchors;

/* Where a run of tokens with some hash was seen first. */
typedef struct RunUse {
    uint64_t hash;
    uint32_t old_at, new_at;
    uint8_t old_count, new_count; /* 0, 1, 2: more than once */
} RunUse;

static const uint32_t cut_lengths[CUTS] = {24, 12, 6, 3};

static uint64_t hash_run(const RedlineToken *tokens, uint32_t length)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
    for (uint32_t i = 0; i < length; i++) {
        hash = (hash ^ tokens[i].id) * UINT64_C(0xBF58476D1CE4E5B9);
        hash ^= hash >> 29;
    }
    return hash == 0 ? 1 : hash;
}

typedef struct RunTable {
    RunUse *at;
    size_t mask;
} RunTable;

static RunUse *find_run(const RunTable *table, uint64_t hash)
{
    size_t slot = (size_t)hash & table->mask;
    while (table->at[slot].hash != 0 && table->at[slot].hash != hash) {
        slot = (slot + 1) & table->mask;
    }
    table->at[slot].hash = hash;
    return &table->at[slot];
}

static bool same_run(const Aligner *aligner, Anchor anchor, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        if (aligner->a[anchor.old_at + i].id != aligner->b[anchor.new_at + i].id) {
            return false;
        }
    }
    return true;
}

/* Runs that stand once on each side, in the order of the new text. */
static bool find_anchors(Aligner *aligner, Arena *work, Window w, uint32_t length, Anchors *out)
{
    const size_t uses = (size_t)(w.old_to - w.old_from) + (w.new_to - w.new_from);
    size_t slots = 16;
    while (slots < 2 * uses) {
        slots *= 2;
    }
    const RunTable table = {arena_array(work, slots, sizeof(RunUse)), slots - 1};
    if (table.at == NULL) {
        return false;
    }
    for (uint32_t i = w.old_from; i + length <= w.old_to; i++) {
        RunUse *use = find_run(&table, hash_run(aligner->a + i, length));
        use->old_at = i;
        use->old_count += use->old_count < 2;
    }
    for (uint32_t i = w.new_from; i + length <= w.new_to; i++) {
        RunUse *use = find_run(&table, hash_run(aligner->b + i, length));
        use->new_at = i;
        use->new_count += use->new_count < 2;
    }
    for (uint32_t i = w.new_from; i + length <= w.new_to; i++) {
        const RunUse *use = find_run(&table, hash_run(aligner->b + i, length));
        const Anchor found = {use->old_at, use->new_at};
        if (use->old_count == 1 && use->new_count == 1 && same_run(aligner, found, length)) {
            Anchor *anchor = VEC_PUSH(work, out);
            if (anchor == NULL) {
                return false;
            }
            *anchor = found;
        }
    }
    return true;
}

/* Leaves the longest row of anchors that is in order on the old side too; false when the arena is full. */
static bool keep_in_order(Arena *work, Anchors *anchors)
{
    const size_t count = anchors->len;
    uint32_t *tails = arena_array(work, count + 1, sizeof *tails), *before = arena_array(work, count + 1, 4);
    if (tails == NULL || before == NULL) {
        return false;
    }
    uint32_t length = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t low = 0, high = length;
        while (low < high) {
            const uint32_t middle = (low + high) / 2;
            if (anchors->at[tails[middle]].old_at < anchors->at[i].old_at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        before[i] = low > 0 ? tails[low - 1] : 0;
        tails[low] = i;
        length += low == length;
    }
    Anchor *kept = arena_array(work, (size_t)length + 1, sizeof *kept);
    if (kept == NULL) {
        return false;
    }
    for (uint32_t k = length, i = length > 0 ? tails[length - 1] : 0; k > 0; k--, i = before[i]) {
        kept[k - 1] = anchors->at[i];
    }
    anchors->at = kept;
    anchors->len = length;
    return true;
}

/* --- a window, by whatever way fits --- */

static bool align_window(Aligner *aligner, Window w, int cut);

static bool align_large(Aligner *aligner, Window w)
{
    const uint32_t rows = w.old_to - w.old_from, columns = w.new_to - w.new_from;
    const uint64_t width = CELLS_BAND / rows;
    if (rows > ROWS_BAND || columns > ROWS_BAND || width < 2 * ((uint64_t)columns / rows + 2)) {
        return push_hunk(aligner, w);
    }
    return align_in_band(aligner, w, width > columns ? columns + 1 : (uint32_t)width);
}

/* Aligns what lies between anchors; an anchor itself is kept, and its neighbourhood by the ends taken off. */
static bool align_between(Aligner *aligner, Window w, int cut, const Anchors *anchors, uint32_t length)
{
    uint32_t old_at = w.old_from, new_at = w.new_from;
    for (size_t i = 0; i < anchors->len; i++) {
        const Anchor anchor = anchors->at[i];
        if (anchor.old_at < old_at || anchor.new_at < new_at) {
            continue; /* overlaps the one before it */
        }
        if (!align_window(aligner, (Window){old_at, anchor.old_at, new_at, anchor.new_at}, cut + 1)) {
            return false;
        }
        old_at = anchor.old_at + length;
        new_at = anchor.new_at + length;
    }
    return align_window(aligner, (Window){old_at, w.old_to, new_at, w.new_to}, cut + 1);
}

static bool align_cut(Aligner *aligner, Window w, int cut)
{
    for (; cut < CUTS; cut++) {
        AUTO_ARENA work = arena_new((size_t)1 << 36);
        Anchors anchors = {0};
        if (work == NULL || !find_anchors(aligner, work, w, cut_lengths[cut], &anchors) ||
            !keep_in_order(work, &anchors)) {
            return false;
        }
        if (anchors.len > 0) {
            return align_between(aligner, w, cut, &anchors, cut_lengths[cut]);
        }
    }
    return align_large(aligner, w);
}

/* Equal ends are taken off. Each level of the recursion cuts at shorter runs, so it is CUTS deep at most. */
static bool align_window(Aligner *aligner, Window w, int cut)
{
    while (w.old_from < w.old_to && w.new_from < w.new_to &&
           aligner->a[w.old_from].id == aligner->b[w.new_from].id) {
        w.old_from++;
        w.new_from++;
    }
    while (w.old_from < w.old_to && w.new_from < w.new_to &&
           aligner->a[w.old_to - 1].id == aligner->b[w.new_to - 1].id) {
        w.old_to--;
        w.new_to--;
    }
    const uint32_t rows = w.old_to - w.old_from, columns = w.new_to - w.new_from;
    if (rows == 0 || columns == 0) {
        return push_hunk(aligner, w);
    }
    if ((uint64_t)(rows + 1) * (columns + 1) <= CELLS_EXACT) {
        return align_in_band(aligner, w, columns + 1);
    }
    return align_cut(aligner, w, cut);
}

bool redline_align(Arena *arena, const RedlineTokens *a, const RedlineTokens *b, RedlineHunks *out)
{
    AUTO_ARENA scratch = arena_new(SCRATCH_MAX);
    Aligner aligner = {.arena = arena, .scratch = scratch, .a = a->at, .b = b->at, .out = out};
    return scratch != NULL && align_window(&aligner, (Window){0, (uint32_t)a->len, 0, (uint32_t)b->len}, 0);
}
