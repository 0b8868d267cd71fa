/* city/lineage.h: what tables, columns and values were called at an earlier epoch.
 *
 * History keeps the names and values it was written with. A table has one name there for life, its first one
 * (declared_table.history_name). Columns and values are followed through the changes that were made since the
 * epoch they were written in: renamed, widened, dropped. A name that was dropped, and is declared anew later,
 * is another one.
 *
 *     declared_change(declaration_id, kind, table_name, column_name, before, after)
 *         "column"   a column was renamed; column_name is its new name
 *         "state"    a state was renamed; "choice": a choice of column_name
 *         "scale"    whole numbers of column_name became millionths
 *         "reset"    column_name was empty and is of another type now
 *         "dropped"  column_name, or with an empty one the table, was removed
 *
 * table_name is the table's name in history, everywhere.
 */
#ifndef CITY_LINEAGE_H
#define CITY_LINEAGE_H

#include "base/arena.h"
#include "base/value.h"
#include "base/vec.h"
#include "db/db.h"

typedef enum CityChangeKind {
    CITY_CHANGE_COLUMN,
    CITY_CHANGE_STATE,
    CITY_CHANGE_CHOICE,
    CITY_CHANGE_SCALE,
    CITY_CHANGE_RESET,
    CITY_CHANGE_DROPPED,
    CITY_CHANGE_KIND_COUNT,
} CityChangeKind;

typedef struct CityChange {
    CityChangeKind kind;
    int64_t epoch;
    Str table, column, before, after;
} CityChange;

/* All changes, oldest first; immutable once read. */
typedef struct CityLineage {
    VEC_OF(CityChange) at;
} CityLineage;

MUST_USE bool city_lineage_read(DbConn *conn, Arena *arena, CityLineage *out, Error *error);
/* Inside an apply. */
MUST_USE bool city_lineage_add(DbConn *conn, int64_t epoch, CityChangeKind kind, Str table, Str column,
    Str before, Str after, Error *error);

/* What a table is called in history; `table` itself when the database does not know it. */
MUST_USE bool city_history_table(DbConn *conn, Arena *arena, Str table, Str *out, Error *error);
/* A name for the history of a new table: its own, unless another one had that before. */
MUST_USE bool city_new_history_table(
    DbConn *conn, Arena *arena, Str table, int64_t epoch, Str *out, Error *error);

/* `table` is its name in history. From a column as it was called at `epoch` to its present name; empty: it is
 * gone. */
Str city_lineage_column(const CityLineage *lineage, int64_t epoch, Str table, Str column);
/* From a value kept in that column then to what the row has of it now: text or INTEGER, in the arena. */
Value city_lineage_value(
    const CityLineage *lineage, Arena *arena, int64_t epoch, Str table, Str column, Value value);

#endif
