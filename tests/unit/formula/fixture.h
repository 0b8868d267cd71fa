/* tests/unit/formula/fixture.h: a small invented city that the tests of formulas speak of.
 *
 * Records: session (held_on, closes_on, state, capacity, fee, rate, starts_at, opens_at, year, days, indoor,
 * name, leader), entry (session, child, guardian, attended, fee, siblings, kind), person (name, birth_date,
 * school_grade), unit (name). Parameters: school_aid_limit(members) in yen, fee_rate. Mine: my.unit,
 * my.children. */
#ifndef TESTS_UNIT_FORMULA_FIXTURE_H
#define TESTS_UNIT_FORMULA_FIXTURE_H

#include "formula/function.h"

#include <setjmp.h>

#include <cmocka.h>

extern const FormulaModel city_model;
extern const FormulaOrigin city_origin; /* city.yaml, line 7, column 12 */

/* Everything is allowed; `record` may be empty. */
FormulaScope city_scope(const char *record);
/* The formula; fails the test with the error's words. */
Formula *compile(Arena *arena, const char *record, const char *text);
/* The value of a formula that needs no record, or of one over the row of the given record type, all of whose
 * values are missing but for `count` of them. */
typedef struct Given {
    const char *field;
    Value value;
} Given;
Value value_of(Arena *arena, const char *record, const char *text, size_t count, const Given *given);
/* The row for a context, in the arena. */
const Row *row_of(Arena *arena, const char *record, size_t count, const Given *given);
/* "missing", "yes", "12", "1.5", "2018-06-01", 'text': for tables of expectations. */
const char *show(Arena *arena, Value value);

#endif
