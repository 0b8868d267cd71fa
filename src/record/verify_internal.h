/* record/verify_internal.h: what the parts of verify share. */
#ifndef RECORD_VERIFY_INTERNAL_H
#define RECORD_VERIFY_INTERNAL_H

#include "city/lineage.h"
#include "record/history_internal.h"
#include "record/verify.h"

#define VERIFY_HISTORY "history"
#define VERIFY_RECORD "record"
#define VERIFY_REFERENCE "reference"
#define VERIFY_RULE "rule"
#define VERIFY_SEATS "seats"
#define VERIFY_FIGURE "figure"

/* Rows read at once: databases hand over whole answers, so long tables are read in slices. */
#define VERIFY_SLICE 500

typedef struct Verification {
    Db *db;
    DbConn *conn; /* one snapshot for all parts */
    const City *city;
    Arena *arena;   /* problems live here */
    Arena *scratch; /* emptied between slices */
    VerifyReport *out;
    CityLineage lineage; /* what history's names are called now */
} Verification;

/* Notes a problem; answers false only without memory. */
MUST_USE bool verify_problem(
    Verification *verification, Error *error, const char *part, const char *format, ...) PRINTF_LIKE(4, 5);
/* "session 12", as problems name a row. */
Str verify_row_name(Arena *arena, const CityRecordType *type, int64_t id);
/* Calls `check` for each record type of the city. */
typedef bool VerifyType(Verification *verification, const CityRecordType *type, Error *error);
MUST_USE bool verify_each_type(Verification *verification, VerifyType *check, Error *error);

/* --- the parts: false when they could not be carried out --- */
MUST_USE bool verify_history(Verification *verification, Error *error);
MUST_USE bool verify_records(Verification *verification, Error *error);
MUST_USE bool verify_references(Verification *verification, Error *error);
MUST_USE bool verify_rules(Verification *verification, Error *error);
MUST_USE bool verify_seats(Verification *verification, Error *error);
MUST_USE bool verify_figures(Verification *verification, Error *error);

#endif
