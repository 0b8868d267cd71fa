/* record/duplicate.h: persons who may stand in the register twice.
 *
 * Two rows are listed when they have the same day of birth and their readings (where one has none, their
 * names) are the same after folding, or differ by one letter, two in readings of ten and more. Rows that were
 * merged are left out. Nobody is merged by this: somebody looks at both first (record/merge.h).
 */
#ifndef RECORD_DUPLICATE_H
#define RECORD_DUPLICATE_H

#include "record/record.h"

#define DUPLICATES_MAX 10000

typedef struct Duplicate {
    Str codes[2], numbers[2], names[2]; /* the row that was there first, first */
    Value birth;
    bool is_same; /* the readings are the same; else they are near */
} Duplicate;
typedef VEC_OF(Duplicate) Duplicates;

/* In order of birth. For a role that keeps registers, or a job; ERROR_DENIED for anybody else. ERROR_LIMIT
 * above DUPLICATES_MAX. */
MUST_USE bool duplicates_find(Door *door, DbConn *conn, const Asking *asking, Duplicates *out, Error *error);

#endif
