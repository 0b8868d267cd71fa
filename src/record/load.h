/* record/load.h: records from a CSV file: a register taken over from another system, a list kept elsewhere.
 *
 * The first row names the fields, by name or title; `about`, or the name or title of what the records are
 * about, holds its code. References are codes, or numbers of rows of registers (their field `number` or
 * `code`).
 *
 * All or nothing, however many rows: everything is written in one closure, which is given up when anything is
 * wrong. What is wrong comes back by line and column, all of it in one go. Somebody else who writes waits
 * until it is done.
 *
 * A row that is there already is not made again, so the same file loaded twice changes nothing. A row of a
 * register with a number is the row with that number: what differs is changed. Any other row is there when a
 * record from before this load has the same values in all columns of the file.
 */
#ifndef RECORD_LOAD_H
#define RECORD_LOAD_H

#include "record/record.h"

#define RECORD_LOAD_PROBLEMS_MAX 100

typedef struct RecordLoad {
    const CityRecordType *type;
    Str bytes; /* UTF-8 or UTF-16 (a byte order mark is passed over), or CP932, tried where it is neither */
    Str file;  /* its name, for errors */
    Str encoding; /* as plan/encoding.h names them; empty: find out */
    bool is_trial;
} RecordLoad;

typedef struct RecordLoadProblem {
    long line;
    Str column; /* as the file calls it; empty: the row as a whole */
    Str words;  /* in English */
} RecordLoadProblem;

typedef struct RecordLoaded {
    size_t rows;                        /* of the file */
    size_t made, changed, same;         /* together all rows, when nothing is wrong */
    VEC_OF(RecordLoadProblem) problems; /* the first RECORD_LOAD_PROBLEMS_MAX of them */
    size_t problem_count;
} RecordLoaded;

/* false with problems: ERROR_INPUT. Not while holding a read connection. */
MUST_USE bool record_load(
    Door *door, const Clock *clock, Arena *arena, const RecordLoad *load, RecordLoaded *out, Error *error);

#endif
