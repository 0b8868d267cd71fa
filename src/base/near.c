/* base/near.c: optimal string alignment distance on short words, in a table on the stack. */
#include "base/near.h"

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(Str a, Str b)
{
    unsigned char rows[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= a.len; i++)
        rows[i][0] = (unsigned char)i;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (unsigned char)j;
    for (size_t i = 1; i <= a.len; i++) {
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = rows[i - 1][j - 1] + (a.at[i - 1] != b.at[j - 1]);
            size_t best = least(replaced, least(rows[i - 1][j], rows[i][j - 1]) + 1u);
            bool swapped = i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1];
            if (swapped)
                best = least(best, rows[i - 2][j - 2] + 1u);
            rows[i][j] = (unsigned char)best;
        }
    }
    return rows[a.len][b.len];
}

const char *near_word(Str word, const char *const *known, size_t known_count)
{
    const char *nearest = NULL;
    size_t best = SIZE_MAX;
    if (word.len > LONGEST)
        return NULL;
    for (size_t i = 0; i < known_count; i++) {
        Str candidate = str_of(known[i]);
        if (candidate.len > LONGEST)
            continue;
        size_t longer = word.len > candidate.len ? word.len : candidate.len;
        size_t d = distance(word, candidate), allowed = longer / 3 > 0 ? longer / 3 : 1;
        if (d <= allowed && d < best) {
            best = d;
            nearest = known[i];
        }
    }
    return nearest;
}
