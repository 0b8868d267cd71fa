/* base/decimal.h: exact arithmetic on 64-bit integers and on decimals, which are integers of millionths.
 *
 * The one place where products are divided and rounded; formulas and the SQLite connections share it. Nothing
 * here is floating point.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/arena.h"

#define DECIMAL_DIGITS 6
#define DECIMAL_ONE INT64_C(1000000)

typedef enum Rounding {
    ROUND_HALF_UP, /* to the nearest; a half goes away from zero: 2.5 -> 3, -2.5 -> -3 (四捨五入) */
    ROUND_DOWN,    /* toward zero: 2.9 -> 2, -2.9 -> -2 (切捨て) */
    ROUND_UP,      /* away from zero: 2.1 -> 3, -2.1 -> -3 (切上げ) */
    ROUND_FLOOR,   /* to the integer below: 2.9 -> 2, -2.1 -> -3 */
    ROUNDING_COUNT,
} Rounding;

/* a * b / c, the product exact in 128 bits, the quotient rounded once; false when c is 0 or the result does
 * not fit. */
MUST_USE bool multiply_divide(int64_t a, int64_t b, int64_t c, Rounding rounding, int64_t *out);

/* "12.5", "-0.000001", "300"; at most six digits behind the point, nothing else; false otherwise and on
 * overflow. */
MUST_USE bool decimal_parse(Str s, int64_t *millionths);
/* The shortest writing: 12500000 -> "12.5", 300000000 -> "300". */
Str decimal_print(Arena *arena, int64_t millionths);

#endif
