/* city/apply.h: brings a database to what a city declares.
 *
 *     hitomachi apply --city cities/aomori      prints the steps, then takes them in one transaction
 *
 * Each record type is a table (db/table.h). New tables, columns and indexes are made. What says by `was:`
 * that it had another name is renamed, with everything in it. A field may become of a wider type
 * (apply_type.c has the table of them); another type is taken only while no record has a value. What is
 * declared no longer stays in the database, out of reach of the door, until somebody applies with `drop`:
 * then it is written to files and removed. All else that would lose data is refused in words before anything
 * is done.
 *
 *     apply_steps.c    what must be done, table by table; apply_type.c: inside one record type
 *     apply.c          does it, in one closure          apply_export.c  writes what goes to files
 *     declaration.c    the declaration as it was read, and its words; lineage.c  what was renamed when
 *
 * The database's newest declaration has the highest id: that is the epoch. The texts of its files are kept,
 * so that a running server compiles what is in force (declaration.h), and records stay readable in the words
 * they were made with.
 *
 * Indicators whose hash is new are noted as stale: record/ recounts them afterwards (record/figure.h); until
 * then they have no figure.
 *
 * The codes under which records are known outside stand in one table of module "city", written by
 * record/code.c:
 *
 *     record_code(code {text}, table_name {text}, row_id {int}, primary key (code))              all not null
 *
 * Where records have places (`seats`), module "city" has one row for each whole, kept by record/seats.c and
 * made by it with the first application; servers that write to the same whole meet in it:
 *
 *     seat_counter(type_table {text}, about_id {int}, receipts {int}, taken {int}, offered {int}, waiting
 * {int}, primary key (type_table, about_id))      all not null; taken: accepted and offered
 *
 * Figures are kept in two tables of module "city" (indicator/indicator.h), written by record/count_cell.c;
 * `indicator` is the id of declared_indicator, and both go with it:
 *
 *     indicator_cell(indicator {int}, term {int}, period {int}, part {text}, rows {int}, total {int},
 *                    changed_at {int}, primary key (indicator, term, period, part))                 all not
 * null indicator_member(indicator {int}, term {int}, period {int}, part {text}, member {text}, rows {int},
 *                      primary key (indicator, term, period, part, member))                         all not
 * null
 *
 * Every reference column has an index: what hangs on a record is found along it.
 */
#ifndef CITY_APPLY_H
#define CITY_APPLY_H

#include "base/date.h"
#include "city/city.h"
#include "db/db.h"

/* The tables of this floor. applied may be NULL. */
MUST_USE bool city_migrate(Db *db, int *applied, Error *error);

typedef enum CityStepKind {
    CITY_STEP_NEW_TABLE,
    CITY_STEP_RENAMED_TABLE,
    CITY_STEP_NEW_COLUMN,
    CITY_STEP_RENAMED_COLUMN,
    CITY_STEP_WIDENED_COLUMN,
    CITY_STEP_EMPTY_COLUMN, /* of another type; no record has a value */
    CITY_STEP_RENAMED_STATE,
    CITY_STEP_RENAMED_CHOICE,
    CITY_STEP_KEPT_TABLE, /* declared no longer; nothing is done */
    CITY_STEP_KEPT_COLUMN,
    CITY_STEP_DROPPED_TABLE,
    CITY_STEP_DROPPED_COLUMN,
    CITY_STEP_NEW_INDICATOR, /* to be counted */
    CITY_STEP_RENAMED_INDICATOR,
    CITY_STEP_CHANGED_INDICATOR, /* to be counted again */
    CITY_STEP_GONE_INDICATOR,    /* its figures are removed */
    CITY_STEP_REFUSED,           /* cannot be done; says why and what would be right */
    CITY_STEP_KIND_COUNT,
} CityStepKind;

typedef struct CityStep {
    CityStepKind kind;
    Str table, column; /* of a table or column, as it is called afterwards */
    Str indicator;     /* its id */
    Str before, after; /* what is renamed, or the types of a column; else empty */
    int64_t rows;      /* what is kept or dropped: records it has, of a column those with a value */
    Str words;         /* of a refusal, with file, line and column in front */
    const CityRecordType *type;
    const CityField *field;
} CityStep;

typedef struct CitySteps {
    VEC_OF(CityStep) at;
    size_t refused;
    size_t kept; /* what is left as it is: nothing to do */
} CitySteps;

/* What would be done, in the order of doing. Plan keys are looked for in the newest edition of each plan that
 * the database has. */
MUST_USE bool city_plan_steps(
    DbConn *conn, Arena *arena, const City *city, bool drop, CitySteps *out, Error *error);

typedef struct CityApply {
    const Clock *clock;
    Str actor;
    bool drop;  /* what is declared no longer is removed */
    Str export; /* the folder for what is removed; it is made. Needed with drop */
    /* Called in the closure before each step; false breaks the apply off, with everything as it was. NULL:
     * none. */
    bool (*may_go_on)(void *to, const CityStep *step, Error *error);
    void *to;
    /* Called last in the closure, for the tables of other floors that name tables of records; NULL: none. */
    bool (*follow)(DbConn *conn, const CitySteps *steps, Error *error);
} CityApply;

/* Does it, in one closure: everything or nothing. No connection of any server has a snapshot open meanwhile
 * that shows the tables as they were and could look again (db_change). ERROR_CONFLICT when a step is refused;
 * the first refusal is told. */
MUST_USE bool city_apply_so(
    Db *db, Arena *arena, const City *city, const CityApply *how, CitySteps *done, Error *error);
/* The same, dropping nothing and with nobody to follow. */
MUST_USE bool city_apply(
    Db *db, Arena *arena, const City *city, const Clock *clock, Str actor, CitySteps *done, Error *error);
/* The hash of the declaration the database is at; empty for none. */
MUST_USE bool city_applied_hash(DbConn *conn, Arena *arena, Str *out, Error *error);
/* Ids under which figures of indicators are kept (declared_indicator): *out is parallel to
 * city->services[..]->indicators in order; 0 for one that was not applied. */
typedef struct CityFigureKey {
    const CityIndicator *indicator;
    int64_t id;
    bool is_stale; /* not counted since it was declared so */
} CityFigureKey;
typedef VEC_OF(CityFigureKey) CityFigureKeys;
MUST_USE bool city_figure_keys(
    DbConn *conn, Arena *arena, const City *city, CityFigureKeys *out, Error *error);
/* How the database holds values of a kind (declared_column.kind): VALUE_TEXT, or one of the types that are
 * integers; and the type of a field of that kind. */
ValueType city_kind_value(Str kind);
CityFieldType city_kind_field(Str kind);
/* Whether the figures are counted by now; asks the database only when they were not before. */
MUST_USE bool city_figure_is_counted(DbConn *conn, const CityFigureKey *key, bool *out, Error *error);
/* Inside a closure: the indicator's figures are counted now. */
MUST_USE bool city_figure_counted(DbConn *conn, int64_t id, Error *error);

#endif
