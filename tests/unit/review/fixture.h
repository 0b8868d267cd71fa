/* tests/unit/review/fixture.h: a small plan in a database, a city that carries it out, and figures that a
 * test sets by hand. */
#ifndef TESTS_UNIT_REVIEW_FIXTURE_H
#define TESTS_UNIT_REVIEW_FIXTURE_H

#include "review/evaluation.h"

#define INSTANT INT64_C(1526000000000000)
#define YEAR 2026

/* What the figure source answers: of an indicator and year, or nothing. */
typedef struct FakeFigure {
    const char *indicator;
    int64_t fiscal_year;
    Value value;
    int64_t smallest_count, as_of;
} FakeFigure;

typedef struct Fixture {
    Db *db;
    Arena *arena;
    City *city;
    PlanEdition edition;
    FakeFigure figures[16];
    size_t figure_count;
    EvaluationSource source;
} Fixture;

int fixture_setup(void **state);
int fixture_teardown(void **state);
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

DbConn *fixture_reading(const Fixture *f);
/* An evaluation of 2-1-2 in YEAR, begun by "kikaku". */
int64_t fixture_begin(Fixture *f);
Evaluation fixture_get(const Fixture *f, int64_t id);
EvaluationSheet fixture_sheet(const Fixture *f, const Evaluation *evaluation);
EvaluationText fixture_text(void);
void fixture_edit(const Fixture *f, int64_t id, int64_t version, EvaluationText text);
void fixture_freeze(const Fixture *f, int64_t id);
void assert_text(Str text, const char *expected);

#endif
