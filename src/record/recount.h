/* record/recount.h: are the kept figures what a recount by the database finds?
 *
 * For verify and for `apply`. Everything is asked of the tables of records as grouped queries, none of the
 * code that keeps figures by deltas taking part. Reads in the caller's snapshot.
 */
#ifndef RECORD_RECOUNT_H
#define RECORD_RECOUNT_H

#include "city/apply.h"

#define RECOUNT_DIFFERENCES_MAX 100

typedef struct RecountReport {
    VEC_OF(Str) differences; /* in words, the first RECOUNT_DIFFERENCES_MAX of them; in the arena */
    size_t difference_count; /* all */
    size_t cells;            /* cells and members looked at */
} RecountReport;

/* Compares every cell and every member. An indicator that waits to be counted is a difference too. `db` is
 * that of the connection. false: could not be carried out; differences are no error. */
MUST_USE bool recount_compare(
    DbConn *conn, const Db *db, const City *city, Arena *arena, RecountReport *out, Error *error);

#endif
