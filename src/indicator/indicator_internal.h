/* indicator/indicator_internal.h: what the files of indicator/ share.
 *
 * delta.c     what records contribute, gathered as changes of cells and members
 * written.c   how values of groups and members are written, and read again
 * value.c     cells -> the value of an indicator
 * recount.c   what to ask a database, and what its answers contribute
 */
#ifndef INDICATOR_INTERNAL_H
#define INDICATOR_INTERNAL_H

#include "indicator/indicator.h"

/* What one record, or many alike, put into a term: in the total and in each group. */
typedef struct Contribution {
    const CityTerm *term;
    int64_t period, rows, sum;
    const Value *by; /* as many as the term has */
    Value member;    /* missing: the term keeps none */
} Contribution;

MUST_USE bool delta_contribute(IndicatorDelta *delta, const Contribution *contribution, Error *error);

/* As groups and members show it. Empty when the arena is full, which it remembers. */
Str write_group_value(Arena *arena, Value value);
Str write_member(Arena *arena, const CityTerm *term, Value value);

#endif
