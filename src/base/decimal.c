/* Exact arithmetic on 64-bit integers and on decimals of millionths.
 *
 * A product of two 64-bit integers fits 127 bits, so it is made in __int128 and divided there; C's division
 * goes toward zero, and what is left over decides on the one step away from it.
 */
#include "base/decimal.h"

/* How far the quotient moves from C's own (toward zero): -1, 0 or 1. */
static int rounding_step(__int128 product, int64_t divisor, Rounding rounding)
{
    __int128 rest = product % divisor;
    if (rest == 0)
        return 0;
    int away = (product < 0) == (divisor < 0) ? 1 : -1;
    __int128 rest_size = rest < 0 ? -rest : rest, divisor_size = divisor < 0 ? -(__int128)divisor : divisor;
    switch (rounding) {
    case ROUND_HALF_UP:
        return rest_size * 2 >= divisor_size ? away : 0;
    case ROUND_UP:
        return away;
    case ROUND_FLOOR:
        return away < 0 ? away : 0;
    case ROUND_DOWN:
    case ROUNDING_COUNT:
        break;
    }
    return 0;
}

bool multiply_divide(int64_t a, int64_t b, int64_t c, Rounding rounding, int64_t *out)
{
    if (c == 0)
        return false;
    __int128 product = (__int128)a * b;
    __int128 quotient = product / c + rounding_step(product, c, rounding);
    if (quotient < INT64_MIN || quotient > INT64_MAX)
        return false;
    *out = (int64_t)quotient;
    return true;
}

static bool all_digits(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.len > 0;
}

bool decimal_parse(Str s, int64_t *millionths)
{
    bool is_negative = str_starts(s, S("-"));
    Str whole, fraction;
    bool has_point = str_cut(str_slice(s, is_negative, s.len), S("."), &whole, &fraction);
    if (!all_digits(whole) || (has_point && (!all_digits(fraction) || fraction.len > DECIMAL_DIGITS)))
        return false;
    int64_t n = 0;
    for (size_t i = 0; i < whole.len + DECIMAL_DIGITS; i++) {
        size_t behind = i - whole.len;
        int digit = i < whole.len ? whole.at[i] - '0' : behind < fraction.len ? fraction.at[behind] - '0' : 0;
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, is_negative ? -digit : digit, &n))
            return false;
    }
    *millionths = n;
    return true;
}

Str decimal_print(Arena *arena, int64_t millionths)
{
    uint64_t size = millionths < 0 ? -(uint64_t)millionths : (uint64_t)millionths;
    Str s = arena_printf(arena, "%s%llu.%06llu", millionths < 0 ? "-" : "",
        (unsigned long long)(size / DECIMAL_ONE), (unsigned long long)(size % DECIMAL_ONE));
    while (str_ends(s, S("0")))
        s.len--;
    if (str_ends(s, S(".")))
        s.len--;
    return s;
}
