/* record/record_internal.h: what the files of record/ share: the door's insides, how formulas see records,
 * and the one way a row is saved.
 *
 * Every change of a record, whoever causes it, is one work_save() inside one write closure:
 *
 *     work_begin
 *       work_save (create, change, transition; places that move because of it)     write.c
 *         count_before -> insert or update -> search -> count_after -> history      count.c, history.c
 *     work_end: what the counters changed is written in one order
 */
#ifndef RECORD_RECORD_INTERNAL_H
#define RECORD_RECORD_INTERNAL_H

#include "base/map.h"
#include "city/apply.h"
#include "city/set.h"
#include "db/table.h"
#include "indicator/indicator.h"
#include "record/door.h"
#include "record/history.h"
#include "record/record.h"

/* A record type with its statements, printed when the door opens. */
typedef struct DoorType {
    const CityRecordType *type;
    const DbPrinted *by_id, *by_code; /* all columns of one row */
    const DbPrinted *insert;          /* every column but the id */
    const DbPrinted *update;          /* every column but the id, where id and version are */
    const DbPrinted *ids_about;       /* ids of rows about ?1, by receipt; NULL without `about` */
} DoorType;

struct Door {
    const City *city;
    Db *db;
    Arena *arena; /* of the door's life; not written to after opening */
    DoorType *types;
    size_t type_count;
    CityFigureKeys figure_keys;
    int64_t strand; /* this door's strand of history */
};

const DoorType *door_type(const Door *door, const CityRecordType *type);
/* "row_code" begins with which record type? Codes are looked up through table code(code, table, id). */

/* --- context.c: what formulas see --- */

/* Somebody looking at records through one connection: follows references, keeps what it has read. */
typedef struct Sight {
    const Door *door;
    DbConn *conn;
    Arena *arena;
    const Asking *asking; /* NULL: nobody acts (counting): `me` and `today` are missing */
    Map rows;             /* "table:id" -> Row */
    FormulaIds mine;      /* whom the actor is guardian of today; read once */
    bool failed;          /* a statement failed: *error has it, results are missing */
    Error error;
} Sight;

void sight_init(Sight *sight, const Door *door, DbConn *conn, Arena *arena, const Asking *asking);
/* A row by its id; NULL without one, or when it failed (then sight->failed). */
const Row *sight_row(Sight *sight, const CityRecordType *type, int64_t id);
/* After a row was written: what was kept of it is forgotten. */
void sight_forget(Sight *sight, const CityRecordType *type, int64_t id);
/* Persons the actor is guardian of today. */
FormulaIds sight_mine(Sight *sight);
/* The context in which formulas of `type` see `row`. Lives as long as the sight and the row. */
FormulaContext sight_context(Sight *sight, const CityRecordType *type, const Row *row);
/* Evaluates; missing for NULL. */
Value sight_evaluate(Sight *sight, const CityRecordType *type, const Row *row, const Formula *formula);

/* --- access.c --- */

typedef enum AccessKind { ACCESS_CREATE, ACCESS_READ, ACCESS_WRITE } AccessKind;
bool access_allows(Sight *sight, const CityRecordType *type, const Row *row, AccessKind kind);
/* The rows the actor may read, as a condition: NULL in *out means all, and *none that there can be none. */
MUST_USE bool access_tree(
    CitySet *set, const Asking *asking, AccessKind kind, const DbTree **out, bool *none, Error *error);

/* --- write.c: one closure at work --- */

typedef struct Work {
    Door *door;
    DbConn *conn;
    Arena *arena; /* emptied when the closure runs again */
    const Asking *asking;
    Sight sight;
    IndicatorDelta delta;
    int64_t history_head_number; /* read when the first entry is written; 0: not yet */
    unsigned char history_head[32];
} Work;

typedef struct WorkWhy {
    const char *event; /* as HistoryEntry.event */
    Str transition, reason;
} WorkWhy;

MUST_USE bool work_begin(
    Work *work, Door *door, DbConn *conn, Arena *arena, const Asking *asking, Error *error);
/* Writes `after` (before: NULL for a new row, else as it is in the database now). Sets id, code, version and
 * times in after->values. Does not ask for access: its callers have. */
MUST_USE bool work_save(
    Work *work, const CityRecordType *type, const Row *before, Row *after, const WorkWhy *why, Error *error);
MUST_USE bool work_end(Work *work, Error *error);

/* --- seats.c --- */

/* For a new row, before it is saved: its receipt number, and the state it begins in (starts or waiting). The
 * rows made in the same go stand behind it in `others` when they are of its group: all have places or all
 * wait. *fault says when there is no place at all. */
MUST_USE bool seats_place(
    Work *work, const CityRecordType *type, Row *rows, size_t count, RecordFaultKind *fault, Error *error);
/* After rows about `about` changed, or what they are about: free places are offered to those who wait, in
 * order of receipt, a group together or not at all. */
MUST_USE bool seats_settle(Work *work, const CityRecordType *type, int64_t about, Error *error);
/* Offers whose day to answer is over lapse. */
MUST_USE bool seats_lapse(Work *work, const CityRecordType *type, size_t *done, Error *error);

/* --- history.c --- */

MUST_USE bool history_begin_strand(Door *door, const Clock *clock, Error *error);
MUST_USE bool history_append(Work *work, const CityRecordType *type, const Row *before, const Row *after,
    const WorkWhy *why, Error *error);

/* --- count.c --- */

/* Before a row is written: what it and all that hang on it contribute is taken away. `after` says which
 * columns will change; a new row has no before. */
MUST_USE bool count_before(
    Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error);
MUST_USE bool count_after(
    Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error);
/* Writes the changes to the cells. */
MUST_USE bool count_write(Work *work, Error *error);

#endif
