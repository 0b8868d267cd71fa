/* record/count_internal.h: what the files that keep figures share.
 *
 * count.c          before and after a write: what it changes
 * count_cell.c     changes -> the tables of cells and members
 * count_recount.c  a count by the database, for a new declaration
 * recount.c        the same, held against what is kept, for verify (record/recount.h)
 * figure.c         reading
 */
#ifndef RECORD_COUNT_INTERNAL_H
#define RECORD_COUNT_INTERNAL_H

#include "city/apply.h"
#include "indicator/indicator.h"

/* The key of an indicator's figures; NULL when it was not applied. */
const CityFigureKey *figure_key(const CityFigureKeys *keys, const CityIndicator *indicator);

/* Whoever writes cells, inside a closure. */
typedef struct CellWriter {
    DbConn *conn;
    const Db *db;
    const City *city;
    const CityFigureKeys *keys;
    Arena *arena;
    int64_t instant;
} CellWriter;

/* Adds changes, as indicator_changes orders them, to cells and members; opens and closes periods of
 * populations. */
MUST_USE bool cells_write(CellWriter *writer, const IndicatorChange *changes, size_t count, Error *error);

/* Memory for one period of one term: distinct values take some 300 bytes each. */
#define COUNT_TERM_BYTES ((size_t)2 << 30)

/* The periods that have records of a term that is no population, in any order, each once. */
typedef VEC_OF(int64_t) CountPeriods;
MUST_USE bool recount_periods(DbConn *conn, const Db *db, const City *city, Arena *arena,
    const CityTerm *term, CountPeriods *out, Error *error);
/* Adds what the database counts of a term that is no population, in one period. */
MUST_USE bool recount_term(DbConn *conn, const Db *db, const City *city, const CityTerm *term, int64_t period,
    IndicatorDelta *delta, Error *error);
/* The people of a population term on the first day of a period. */
MUST_USE bool recount_population(DbConn *conn, const Db *db, const City *city, Arena *arena,
    const CityTerm *term, int64_t period, int64_t *people, Error *error);

#endif
