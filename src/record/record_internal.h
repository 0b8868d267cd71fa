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
#include "city/lineage.h"
#include "city/set.h"
#include "db/table.h"
#include "indicator/indicator.h"
#include "record/door.h"
#include "record/history.h"
#include "record/record.h"

typedef struct Work Work;
typedef struct WorkWhy WorkWhy;

/* A record type with its statements, printed when the door opens. */
typedef struct DoorType {
    const CityRecordType *type;
    const DbPrinted *by_id, *by_code; /* all columns of one row */
    const DbPrinted *insert;          /* every column but the id */
    const DbPrinted *update;          /* every column but the id, where id and version are */
    const DbPrinted *ids_about;       /* ids of rows about ?1, by receipt; NULL without `about` */
    const DbPrinted
        *by_number; /* registers with a text field `number` or `code`: ids of rows with it, two at most */
    int64_t scope;  /* in the search index */
    Str history;    /* the table's name in history */
    const DbPrinted *seats; /* with places: live rows about ?1 (seats.c); else NULL */
    const DbPrinted *once;  /* with `once`: live rows about ?1 with the value ?2, two at most; else NULL */
} DoorType;

/* Of a record type whose rows an indicator reaches others by. */
typedef struct DoorReach {
    const CityRecordType *type;
    size_t column;
    const DbPrinted *ids; /* ids of rows whose column leads to ?1, in order */
} DoorReach;

struct Door {
    const City *city;
    Db *db;
    Arena *arena;        /* of the door's life; not written to after opening */
    int64_t epoch;       /* of the declaration it was opened with (city/declaration.h) */
    CityLineage lineage; /* of history's names up to that epoch */
    DoorType *types;
    size_t type_count;
    CityFigureKeys figure_keys;
    VEC_OF(DoorReach) reaches; /* count_open */
    int64_t strand;            /* this door's strand of history */
    const DbPrinted *wards;    /* ids of whom ?1 is guardian of on the day ?2, in order */
    /* protect.c, in force on the day ?1: whom measures protect (person, household, delivery), who is
     * protected along (person, household), and whom the counterpart ?2 finds nothing of (measure). */
    const DbPrinted *protected_persons, *protected_along, *protected_from;
};

#define RECORD_SEARCH_INDEX "record_search"

const DoorType *door_type(const Door *door, const CityRecordType *type);
/* Whether the snapshot or closure is of the door's epoch; else ERROR_STALE. Everything that reads or writes
 * records asks, before it looks at a table. */
MUST_USE bool door_shows(const Door *door, DbConn *conn, Error *error);

/* --- code.c: the names that records have outside --- */

#define RECORD_CODE_LETTERS 20 /* of 32 different ones: 100 bits */
/* A new one, random. */
Str code_new(Arena *arena);
MUST_USE bool code_keep(DbConn *conn, Str code, const CityRecordType *type, int64_t id, Error *error);
/* The table and id; id 0: there is no such code. */
MUST_USE bool code_find(DbConn *conn, Arena *arena, Str code, Str *table, int64_t *id, Error *error);

/* --- context.c: what formulas see --- */

/* Somebody looking at records through one connection: follows references, keeps what it has read. */
typedef struct Sight {
    const Door *door;
    DbConn *conn;
    Arena *arena;
    const Asking *asking;          /* NULL: nobody acts (counting): `me` and `today` are missing */
    Map rows;                      /* "table:id" -> Row */
    FormulaIds mine;               /* whom the actor is guardian of today; read once, is_known says so */
    struct Protection *protection; /* who is protected today; NULL: not read yet */
    bool failed;                   /* a statement failed: *error has it, results are missing */
    Error error;
} Sight;

void sight_init(Sight *sight, const Door *door, DbConn *conn, Arena *arena, const Asking *asking);
/* A row by its id; NULL without one, or when it failed (then sight->failed). */
const Row *sight_row(Sight *sight, const CityRecordType *type, int64_t id);
/* After a row was written: what was kept of it is forgotten. */
void sight_forget(Sight *sight, const CityRecordType *type, int64_t id);
/* The row a code names; NULL with ERROR_NOT_FOUND when there is none, or the actor may not read it. */
const Row *sight_find(Sight *sight, Str code, const CityRecordType **type, Error *error);
/* *error, when a statement failed since sight_init. */
MUST_USE bool sight_ok(const Sight *sight, Error *error);
/* What people call a row; whether the actor may read it is the caller's question. */
Str sight_label(Sight *sight, const CityRecordType *type, const Row *row);
/* What a reference column leads to; NULL for one that leads nowhere. */
const CityRecordType *column_leads_to(const CityRecordType *type, size_t column);
/* The present row of a statement whose columns begin with those of the shape. Texts are copied. */
Row *row_take(DbStmt *stmt, const RowShape *shape, Arena *arena);
Row *row_copy(const Row *row, Arena *arena);
/* Persons the actor is guardian of today. */
FormulaIds sight_mine(Sight *sight);
/* The context in which formulas of `type` see `row`. Lives as long as the sight and the row. */
FormulaContext sight_context(Sight *sight, const CityRecordType *type, const Row *row);
/* Evaluates; missing for NULL. */
Value sight_evaluate(Sight *sight, const CityRecordType *type, const Row *row, const Formula *formula);

/* --- access.c --- */

typedef enum AccessKind { ACCESS_CREATE, ACCESS_READ, ACCESS_WRITE } AccessKind;
bool access_allows(Sight *sight, const CityRecordType *type, const Row *row, AccessKind kind);
/* Whether some rule might allow it, whatever the record. */
bool access_is_given(const CityRecordType *type, const Actor *actor, AccessKind kind);
/* Of a field of a record that access allows: whether the roles it is narrowed to allow it too. */
bool access_allows_field(
    Sight *sight, const CityRecordType *type, const CityField *field, const Row *row, AccessKind kind);
/* Whether some rule might, whatever the record. */
bool access_field_is_given(
    const CityRecordType *type, const CityField *field, const Actor *actor, AccessKind kind);
/* Allowed, as far as it can be said while fields of the row are not known. */
bool access_may_allow(Sight *sight, const CityRecordType *type, const Row *row, AccessKind kind);
/* Makes the set one that the actor looks at: her, those she is guardian of, today. */
void access_set_init(CitySet *set, Sight *sight, const CityRecordType *type, Arena *arena);
/* The rows the actor may read, as a condition: NULL in *out means all, and *none that there can be none. */
MUST_USE bool access_tree(
    CitySet *set, const Asking *asking, AccessKind kind, const DbTree **out, bool *none, Error *error);

/* --- read.c --- */

/* Sensitive values that were read and are not shown yet, for each column that has one. */
struct RecordSealed {
    bool *columns;
    Value *values;
    Str *reads, *codes;
};
/* The row as the actor sees it; NULL when the arena is full or a statement failed. */
Record *record_build(Sight *sight, const CityRecordType *type, const Row *row, bool with_sensitive);

/* --- input_value.c, fill.c --- */

typedef struct InputProblem {
    RecordFaultKind kind;
    Value limit;
} InputProblem;
/* What was typed, by the field's type: false with the problem. Empty: missing. */
bool input_value(Sight *sight, const CityField *field, Str text, Value *out, InputProblem *problem);
/* The one row of a register with that number; 0 when there is none, or several. */
int64_t input_number(Sight *sight, const CityRecordType *type, Str text);
/* The row of the type that a code, or for registers a number, names; NULL when there is none that the actor
 * may read. */
const Row *input_reference(Sight *sight, const CityRecordType *type, Str text);
/* Sets the fields of a row from what was typed, and what follows from it: defaults, values, `when`. `before`
 * NULL: a new row. What is wrong is added to the faults, which live in the work's arena. */
MUST_USE bool fill_row(Work *work, const CityRecordType *type, Row *row, const Row *before,
    const RecordInput *inputs, size_t input_count, size_t item, RecordFaults *faults, Error *error);

/* --- faults.c: what is wrong with what was typed, noted and handed out --- */

MUST_USE bool fault_add(Arena *arena, RecordFaults *faults, RecordFault fault, Error *error);
/* Those of a closure's arena, for whoever asked. */
MUST_USE bool faults_hand_out(
    const Asking *asking, const RecordFaults *found, RecordFaults *out, Error *error);

/* --- create.c, change.c: inside a closure of somebody else's, which empties no arena but the given one ---
 */

/* Asked of each row when nothing is wrong with any: whether it is there already and is not made. */
typedef struct CreateFilter {
    void *owner;
    bool (*is_there)(void *owner, Work *work, size_t item, const Row *row, bool *is_there, Error *error);
} CreateFilter;
/* record_create of at most RECORD_CREATE_MAX. The arena is emptied first; faults live in it. */
MUST_USE bool create_within(DbConn *conn, Door *door, const Asking *asking, Arena *arena,
    const RecordDraft *drafts, size_t count, bool is_trial, const CreateFilter *filter, RecordFaults *faults,
    Error *error);
/* record_change, likewise; *saved: how many were others than before. */
MUST_USE bool change_within(DbConn *conn, Door *door, const Asking *asking, Arena *arena,
    const RecordEdit *edits, size_t count, size_t *saved, RecordFaults *faults, Error *error);

/* --- create.c --- */

/* record_create; a trial does everything but writing. */
MUST_USE bool record_create_or_try(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    bool is_trial, RecordMade *made, RecordFaults *faults, Error *error);

/* --- transition.c, letter.c --- */

/* Whether the actor may make the transition now, the row being as it is. */
bool transition_is_open(
    Sight *sight, const CityRecordType *type, const Row *row, const CityTransition *transition);
/* Makes it: state, letters, places. Nothing is asked. */
MUST_USE bool transition_make(Work *work, const CityRecordType *type, const Row *before,
    const CityTransition *transition, const WorkWhy *why, Error *error);
MUST_USE bool letters_send(
    Work *work, const CityRecordType *type, const CityTransition *transition, const Row *row, Error *error);

/* --- write.c: one closure at work --- */

typedef struct WorkSaved {
    const CityRecordType *type;
    int64_t id;
} WorkSaved;

struct Work {
    Door *door;
    DbConn *conn;
    Arena *arena; /* emptied when the closure runs again */
    const Asking *asking;
    Sight sight;
    IndicatorDelta delta;
    int64_t history_head_number; /* read when the first entry is written; 0: not yet */
    unsigned char history_head[32];
    VEC_OF(WorkSaved) saved; /* rows that have an entry by now */
};

struct WorkWhy {
    const char *event; /* as HistoryEntry.event */
    Str transition, reason;
};

MUST_USE bool work_begin(
    Work *work, Door *door, DbConn *conn, Arena *arena, const Asking *asking, Error *error);
/* Writes `after` (before: NULL for a new row, else as it is in the database now). Sets id, code, version and
 * times in after->values. Does not ask for access: its callers have. */
MUST_USE bool work_save(
    Work *work, const CityRecordType *type, const Row *before, Row *after, const WorkWhy *why, Error *error);
MUST_USE bool work_end(Work *work, Error *error);
/* Places about the row, and about what it is about, are settled after it changed. */
MUST_USE bool work_settle(Work *work, const CityRecordType *type, const Row *row, Error *error);

/* --- search.c --- */

/* Keeps the row's texts in the search index, where they changed. */
MUST_USE bool search_keep(
    Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error);
/* Whether the row's own texts hold every word; without those that locate, when they are hidden. */
MUST_USE bool search_holds(
    const CityRecordType *type, const Row *row, bool is_hidden, Str words, bool *holds, Error *error);

/* --- seats.c --- */

/* While the door opens: prints what is asked of record types with places, into the door's arena. */
MUST_USE bool seats_open(Door *door, Error *error);
/* Whether the row is a live application and another one about the same record has its value of `once`. false
 * for types without. */
MUST_USE bool seats_once(Work *work, const CityRecordType *type, const Row *row, bool *twice, Error *error);
/* The field of `once`; NULL for types without. */
const CityField *seats_once_field(const CityRecordType *type);
/* New rows of a type with places, made in one go, before they are saved: their receipt numbers, and the
 * states they begin in (starts or waiting). Rows about the same record that share the words of `together`,
 * and rows that join a group that is there, all have places or all wait. *fault becomes what is wrong (FULL,
 * GROUP_FULL) with the row *item, or RECORD_FAULT_KIND_COUNT: then every row has its standing. */
MUST_USE bool seats_place(Work *work, const CityRecordType *type, Row *const *rows, size_t count,
    RecordFaultKind *fault, size_t *item, Error *error);
/* After rows about `about` changed, or what they are about: free places are offered to those who wait, in
 * order of receipt, a group together or not at all. ERROR_DENIED when the change took a place that is not
 * there, or tore a group apart: then nothing of the closure may stay. */
MUST_USE bool seats_settle(Work *work, const CityRecordType *type, int64_t about, Error *error);
/* Draws that are due are made. *done is added to. */
MUST_USE bool seats_draw(Work *work, const CityRecordType *type, size_t *done, Error *error);
/* Offers whose day to answer is over lapse, and whoever fits by now is offered places. *done is added to. */
MUST_USE bool seats_lapse(Work *work, const CityRecordType *type, size_t *done, Error *error);

/* --- history.c --- */

MUST_USE bool history_begin_strand(Door *door, const Clock *clock, Error *error);
MUST_USE bool history_append(Work *work, const CityRecordType *type, const Row *before, const Row *after,
    const WorkWhy *why, Error *error);

/* --- count.c --- */

/* While the door opens: prints what the counting of its city asks, into the door's arena. */
MUST_USE bool count_open(Door *door, Error *error);
/* Before a row is written: what it and all that hang on it contribute is taken away. `after` says which
 * columns will change; a new row has no before. */
MUST_USE bool count_before(
    Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error);
MUST_USE bool count_after(
    Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error);
/* Writes the changes to the cells. */
MUST_USE bool count_write(Work *work, Error *error);

#endif
