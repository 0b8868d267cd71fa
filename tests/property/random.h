/* Numbers that look random and are the same in every run (splitmix64): a failure names its seed and comes
 * again. */
#ifndef TESTS_PROPERTY_RANDOM_H
#define TESTS_PROPERTY_RANDOM_H

#include "base/base.h"

typedef struct Random {
    uint64_t state;
} Random;

static inline uint64_t random_bits(Random *random)
{
    uint64_t n = random->state += UINT64_C(0x9E3779B97F4A7C15);
    n = (n ^ (n >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94D049BB133111EB);
    return n ^ (n >> 31);
}

/* 0 to n - 1; n above 0. */
static inline size_t random_below(Random *random, size_t n)
{
    return (size_t)(random_bits(random) % n);
}

#endif
