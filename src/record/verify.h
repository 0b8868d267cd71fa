/* record/verify.h: proves that history, records, references and figures agree.
 *
 * - Every strand is whole: numbers without a gap, each hash covers the one before, each commitment opens.
 * - Every record is what its history says: the last value of each field, the state, the version.
 * - Every reference leads to a row; rules that the door holds (required, states, checks of type) hold.
 * - Places: no more taken than there are, no group split, nobody waits who would fit.
 * - Every figure equals a recount by the database.
 */
#ifndef RECORD_VERIFY_H
#define RECORD_VERIFY_H

#include "city/city.h"
#include "db/db.h"

typedef struct VerifyProblem {
    const char *part; /* "history", "record", "reference", "rule", "seats", "figure" */
    Str words;        /* which row, what is, what should be */
} VerifyProblem;

typedef struct VerifyReport {
    VEC_OF(VerifyProblem) problems;                                       /* at most VERIFY_PROBLEMS_MAX */
    size_t problem_count, strands, entries, records, references, figures; /* looked at */
} VerifyReport;

#define VERIFY_PROBLEMS_MAX 100

/* Reads only, in one snapshot. false: could not be carried out; problems are no error. */
MUST_USE bool verify_run(Db *db, const City *city, Arena *arena, VerifyReport *out, Error *error);

#endif
