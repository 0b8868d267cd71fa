/* The alignment of two rows of tokens against a plain search for the best one: as much is kept, in as few
 * hunks, as the costs ask for.
 *
 * The oracle tries, from the ends backwards, every way to keep, strike and insert, and knows only what a kept
 * cluster is worth and what a hunk costs.
 */
#include "base/base.h"

#include <setjmp.h>
#include <cmocka.h>

#include "plan/redline_internal.h"
#include "property/random.h"

#define MANY ((size_t)64 << 20)
#define LONGEST 24
#define KEPT 10
#define HUNK 16

static Str random_row(Random *random, Arena *arena, size_t longest, size_t letters)
{
    static const char *const all[] = {"港", "海", "山", "川", "12", "の"};
    Str text = STR_EMPTY;
    for (size_t n = random_below(random, longest + 1); n > 0; n--) {
        text = arena_join(arena, text, str_of(all[random_below(random, letters)]));
    }
    return text;
}

/* The best sum for what is behind a[i] and b[j], inside a hunk or not. */
typedef struct Search {
    int best[LONGEST + 1][LONGEST + 1][2];
} Search;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int search(const RedlineTokens *a, const RedlineTokens *b)
{
    Search all;
    int(*best)[LONGEST + 1][2] = all.best;
    for (size_t i = a->len + 1; i-- > 0;) {
        for (size_t j = b->len + 1; j-- > 0;) {
            for (int inside = 0; inside < 2; inside++) {
                int most = i == a->len && j == b->len ? 0 : -1000000;
                const int cost = inside ? 0 : HUNK;
                if (i < a->len && j < b->len && a->at[i].id == b->at[j].id) {
                    most = larger(most, best[i + 1][j + 1][0] + KEPT * a->at[i].weight);
                }
                if (i < a->len) {
                    most = larger(most, best[i + 1][j][1] - cost);
                }
                if (j < b->len) {
                    most = larger(most, best[i][j + 1][1] - cost);
                }
                best[i][j][inside] = most;
            }
        }
    }
    return best[0][0][0];
}

static int worth(const RedlineTokens *a, const RedlineTokens *b, const RedlineHunks *hunks)
{
    int sum = 0;
    size_t at = 0, to = 0;
    for (size_t i = 0; i <= hunks->len; i++) {
        const bool last = i == hunks->len;
        const size_t from = last ? a->len : hunks->at[i].old_from,
                     new_from = last ? b->len : hunks->at[i].new_from;
        assert_int_equal(from - at, new_from - to);
        for (; at < from; at++, to++) {
            assert_int_equal(a->at[at].id, b->at[to].id);
            sum += KEPT * a->at[at].weight;
        }
        if (!last) {
            assert_true(hunks->at[i].old_to > from || hunks->at[i].new_to > new_from);
            at = hunks->at[i].old_to;
            to = hunks->at[i].new_to;
            sum -= HUNK;
        }
    }
    return sum;
}

static void split_both(Arena *arena, Str old_text, Str new_text, RedlineTokens *a, RedlineTokens *b)
{
    Map names;
    map_init(&names, arena);
    assert_true(redline_split(arena, &names, old_text, REDLINE_CHARACTERS, a));
    assert_true(redline_split(arena, &names, new_text, REDLINE_CHARACTERS, b));
}

static void small_windows_are_best(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 4000; seed++) {
        AUTO_ARENA arena = arena_new(MANY);
        Random random = {seed};
        RedlineTokens a = {0}, b = {0};
        RedlineHunks hunks = {0};
        const size_t letters = 2 + seed % 5;
        split_both(arena, random_row(&random, arena, LONGEST, letters),
            random_row(&random, arena, LONGEST, letters), &a, &b);
        assert_true(redline_align(arena, &a, &b, &hunks));
        const int found = worth(&a, &b, &hunks), possible = search(&a, &b);
        if (found != possible) {
            fail_msg("seed %d: %d, and %d is possible", (int)seed, found, possible);
        }
    }
}

/* Windows too large to be solved as a whole: just the changes that were made are found. */
static void large_windows_find_what_was_changed(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        AUTO_ARENA arena = arena_new(MANY * 4);
        Random random = {seed};
        /* of two letters few runs of tokens stand once, of four some do */
        const Str letters[] = {S("港"), S("海"), S("山"), S("川")};
        const size_t kinds = seed % 2 == 0 ? 2 : 4, count = 4000, changes = 20;
        char *both[] = {arena_alloc(arena, 3 * count), arena_alloc(arena, 3 * count)};
        for (size_t i = 0; i < count; i++) {
            const Str letter = letters[random_below(&random, kinds)];
            const Str other = i % (count / changes) == 7 ? S("橋") : letter;
            memcpy(both[0] + 3 * i, letter.at, 3);
            memcpy(both[1] + 3 * i, other.at, 3);
        }
        RedlineTokens a = {0}, b = {0};
        RedlineHunks hunks = {0};
        split_both(arena, (Str){both[0], 3 * count}, (Str){both[1], 3 * count}, &a, &b);
        assert_true(redline_align(arena, &a, &b, &hunks));
        assert_int_equal(worth(&a, &b, &hunks), (int)(count - changes) * KEPT - (int)changes * HUNK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_windows_are_best),
        cmocka_unit_test(large_windows_find_what_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
