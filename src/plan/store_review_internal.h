/* plan/store_review_internal.h: rows of an import's warnings and repairs. */
#ifndef PLAN_STORE_REVIEW_INTERNAL_H
#define PLAN_STORE_REVIEW_INTERNAL_H

#include "plan/import.h"
#include "plan/store_internal.h"

/* Pieces of a repair as import_repair.segments keeps them; empties the buffer first. */
MUST_USE bool store_print_segments(const PlanRepair *repair, Buf *out, Error *error);

/* In order of number, and of place; empty for an edition that was not imported. */
MUST_USE bool store_load_warnings(
    DbConn *conn, Arena *arena, int64_t edition_id, PlanReviewWarnings *out, Error *error);
MUST_USE bool store_load_repairs(
    DbConn *conn, Arena *arena, int64_t edition_id, PlanReviewRepairs *out, Error *error);

#endif
