/* record/load.h: records from a CSV file: a register taken over from another system, a list kept elsewhere.
 *
 * The first row names the fields, by name or title; `about`, or the name or title of what the records are
 * about, holds its code. References are codes, or numbers of rows of registers (their field `number` or
 * `code`). Every row is tried before any is written: what is wrong comes back by line and column, and nothing
 * is kept. Up to RECORD_CREATE_MAX rows are one write; more are written in portions after all of them were
 * tried, so only a machine that stops in between, or somebody who changes what they refer to meanwhile, can
 * leave the first portions alone.
 */
#ifndef RECORD_LOAD_H
#define RECORD_LOAD_H

#include "record/record.h"

#define RECORD_LOAD_PROBLEMS_MAX 100

typedef struct RecordLoad {
    const CityRecordType *type;
    Str bytes; /* UTF-8 (a byte order mark is passed over), or CP932, which is tried where it is no UTF-8 */
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
    size_t rows;                        /* tried, or written */
    VEC_OF(RecordLoadProblem) problems; /* the first RECORD_LOAD_PROBLEMS_MAX of them */
    size_t problem_count;
} RecordLoaded;

/* false with problems: ERROR_INPUT. Not while holding a read connection. */
MUST_USE bool record_load(
    Door *door, const Clock *clock, Arena *arena, const RecordLoad *load, RecordLoaded *out, Error *error);

#endif
