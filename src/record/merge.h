/* record/merge.h: two rows of the register that are one person become one; and two again.
 *
 * A merge keeps both rows with their histories. Everything that led to the second leads to the first; the
 * second says so (`merged_into`) and was never resident any more. What moved is recorded, so that a split can
 * lead it back: all that still leads where the merge led it. Each change is an entry of history ("merge",
 * "split") with the reason.
 */
#ifndef RECORD_MERGE_H
#define RECORD_MERGE_H

#include "record/record.h"

/* The tables of merges (module "merge"). */
MUST_USE bool merge_migrate(Db *db, int *applied, Error *error);
/* Column of person: what it was merged into. */
size_t merge_column(const City *city);
/* A role that keeps registers, or a job. */
bool merge_is_allowed(const Door *door, const Asking *asking);

/* Persons by code or number. *moved: how many records lead elsewhere now. ERROR_DENIED; ERROR_INPUT without a
 * reason; ERROR_CONFLICT when one is merged already, when a record speaks of both, or when both have the one
 * application that a person can have. */
MUST_USE bool record_merge(
    Door *door, const Asking *asking, Str into, Str from, Str reason, size_t *moved, Error *error);
/* The last merge of the person is undone. */
MUST_USE bool record_split(
    Door *door, const Asking *asking, Str from, Str reason, size_t *moved, Error *error);

#endif
