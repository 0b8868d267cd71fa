/* tests/unit/indicator/fixture.h: an invented club that keeps visits and people, and indicators over them. */
#ifndef TESTS_UNIT_INDICATOR_FIXTURE_H
#define TESTS_UNIT_INDICATOR_FIXTURE_H

#include "indicator/indicator.h"

#include <setjmp.h>

#include <cmocka.h>

/* An indicator "club/test" over visits with up to two groups (NULL: none); fails the test with the error's
 * words. */
CityIndicator *indicator_of(Arena *arena, const char *value, const char *by_first, const char *by_second);

/* A visit: INT64_MIN and NULL are missing. */
typedef struct Visit {
    const char *on; /* "2018-06-01" */
    const char *kind;
    int64_t amount, fee; /* fee in millionths */
    int attended;        /* -1: missing */
} Visit;
FormulaContext visit_context(Arena *arena, const Visit *visit);
/* A person: born, came, left. */
FormulaContext person_context(Arena *arena, const char *born, const char *from, const char *until);
extern const CityRegisters club_registers;

/* What is left, a line each: "place year group rows sum", members as "place year group <member> rows". */
const char *changes_of(const IndicatorDelta *delta);
/* The rows and the sum of a cell; nothing without one. Members are counted for distinct, and the least and
 * greatest are read. */
IndicatorCell cell_of(const IndicatorDelta *delta, const CityTerm *term, int64_t period, const char *group);

#endif
