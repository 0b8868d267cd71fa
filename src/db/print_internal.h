/* db/print_internal.h: writing SQL, for those who print trees (print.c) and tables (table.c).
 *
 * A printer gathers text and the parameters in it; the first thing that is wrong stops it. Names become part
 * of SQL by print_name alone, values never do.
 */
#ifndef DB_PRINT_INTERNAL_H
#define DB_PRINT_INTERNAL_H

#include "db/db_internal.h"
#include "db/tree_internal.h"

/* What stands for ?1, ?2 ... */
typedef struct Parameter {
    bool is_given;
    size_t slot;
    Value value;
} Parameter;

typedef struct Printer {
    const DbDialect *dialect;
    Buf text;
    Parameter parameters[DB_PARAMETERS_MAX];
    size_t parameter_count;
    Error *error;
    bool failed;
} Printer;

/* NULL without memory. print_finish frees it. */
Printer *print_begin(const Db *db, Error *error);
void print_text(Printer *printer, const char *text);
/* In double quotes. Refuses what no database takes as a name. */
void print_name(Printer *printer, Str name);
/* ?n for the given slot, without a cast: where a column says the type. */
void print_slot(Printer *printer, size_t slot);
/* Notes what is wrong; the first one counts. */
void print_refuse(Printer *printer, ErrorCode code, const char *message);
/* The statement, in the arena; false when something was refused. Frees the printer. */
bool print_finish(Printer *printer, Arena *arena, const DbPrinted **out) MUST_USE;
/* The text alone, with a NUL that is not counted, in a Buf of the caller's. Frees the printer. */
bool print_finish_text(Printer *printer, Buf *out) MUST_USE;

#endif
