/* city/apply_internal.h: what planning and doing of an apply share. */
#ifndef CITY_APPLY_INTERNAL_H
#define CITY_APPLY_INTERNAL_H

#include "city/apply.h"
#include "db/tree.h"

/* The declared_column that says what a table's records are about: its kind is that table. */
#define DECLARED_ABOUT S("row_about")

/* What declared_column.kind says of a field: its type, or the table a reference leads to. */
Str city_column_kind(const CityField *field);

/* --- planning: apply_steps.c, apply_type.c --- */

/* A table that is called otherwise in the database as yet. */
typedef struct TableMove {
    Str before, after;
} TableMove;

typedef struct Planning {
    DbConn *conn;
    Arena *arena;
    const City *city;
    bool drop;
    VEC_OF(TableMove) moves;
    CitySteps *steps;
    Error *error;
} Planning;

/* These answer false when the plan cannot be made (no memory, a statement that failed), with *error. */
bool step_add(Planning *planning, CityStep step);
/* A step that cannot be taken, with its place; origin NULL: none. */
bool step_refuse(Planning *planning, const CityOrigin *origin, Str words);
/* What the database calls the table now. */
Str steps_table_now(const Planning *planning, Str table);
/* A record type whose table stands in the database. */
bool steps_of_type(Planning *planning, const CityRecordType *type, bool had_seats);
/* How many rows a table has; with a column: how many have a value there. */
bool step_count_rows(Planning *planning, Str table, Str column, ValueType type, int64_t *out);

/* --- apply_export.c --- */

/* Writes what the steps drop to files of the folder, and syncs them. Inside the closure that drops it, so
 * that nothing can be written in between; run again, it writes the same files again. */
bool apply_export(DbConn *conn, const CitySteps *steps, int64_t epoch, Str folder, Error *error) MUST_USE;

#endif
