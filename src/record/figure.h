/* record/figure.h: figures of indicators, as they stand now.
 *
 * Kept in cells by every write (indicator/indicator.h), so that reading costs the same however many records
 * there are. Live figures are for staff; the public sees what was released (review/).
 */
#ifndef RECORD_FIGURE_H
#define RECORD_FIGURE_H

#include "record/door.h"

typedef struct Figure {
    const CityIndicator *indicator;
    int64_t period;         /* fiscal year */
    Value value;            /* of the indicator's formula; missing: nothing to say */
    int64_t smallest_count; /* see indicator_smallest_count */
    int64_t as_of;          /* instant of the last change, 0: none */
} Figure;

/* ERROR_DENIED unless the actor is staff or a job. */
MUST_USE bool figure_get(Door *door, DbConn *conn, const Asking *asking, const CityIndicator *indicator,
    int64_t period, Figure *out, Error *error);
/* Of each indicator that measures the node, or something below it when `below`: a key that begins with the
 * node's and a '-'. */
typedef VEC_OF(Figure) Figures;
MUST_USE bool figures_of_node(Door *door, DbConn *conn, const Asking *asking, Str plan, Str key, bool below,
    int64_t period, Figures *out, Error *error);
/* Fiscal years the indicator has figures of, newest first. */
typedef VEC_OF(int64_t) FigurePeriods;
MUST_USE bool figure_periods(
    DbConn *conn, Arena *arena, Door *door, const CityIndicator *indicator, FigurePeriods *out, Error *error);

/* One part of a breakdown by the indicator's `which`-th `by`, for its first term that is no population.
 * In order of the values, missing last. */
typedef struct FigurePart {
    Value group;
    Str label; /* of a reference the actor may read; else empty */
    int64_t rows, sum;
} FigurePart;
typedef VEC_OF(FigurePart) FigureParts;
MUST_USE bool figure_parts(Door *door, DbConn *conn, const Asking *asking, const CityIndicator *indicator,
    size_t which, int64_t period, FigureParts *out, Error *error);

/* Counts the indicators anew that were declared otherwise since they were counted (city/apply.h). Before the
 * door is opened: after city_apply. */
MUST_USE bool figures_recount_stale(Db *db, const City *city, size_t *counted, Error *error);

#endif
