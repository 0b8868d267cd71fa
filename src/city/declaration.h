/* city/declaration.h: the declarations that a database was applied with: which one is in force, its files,
 * and the words that fields, choices and states had.
 *
 * A declaration's id is its epoch: the newest is in force. Functions that take a DbConn read in its snapshot.
 */
#ifndef CITY_DECLARATION_H
#define CITY_DECLARATION_H

#include "city/city.h"
#include "db/db.h"

/* The epoch that the snapshot (or the closure's transaction) shows; 0: nothing was applied yet. Asked of the
 * database once for each snapshot. */
MUST_USE bool city_epoch(DbConn *conn, int64_t *out, Error *error);

/* Compiles the declaration in force from the files the database keeps; NULL with epoch 0 when there is none,
 * or its files were not kept (it was applied by an older program). */
MUST_USE bool city_of_database(DbConn *conn, City **out, int64_t *epoch, Error *error);

/* What a field, or one of its choices, or a state was called at an epoch. */
typedef struct CityWord {
    Titled title;
    Str kind; /* of a field: its type's name, or the table a reference leads to; of a value empty */
    bool sensitive;
} CityWord;

/* `table` is its name in history (lineage.h), `column` as it was called then, `value` empty for the column
 * itself; CITY_STATE_COLUMN for states. *found says whether there is such a word. */
#define CITY_STATE_COLUMN "row_state"
MUST_USE bool city_word_of(DbConn *conn, Arena *arena, Str table, Str column, Str value, int64_t epoch,
    CityWord *out, bool *found, Error *error);

/* --- inside an apply --- */

/* Keeps the declaration and its files. *id becomes its epoch; one that is in force already is not kept a
 * second time. */
MUST_USE bool declaration_keep(
    DbConn *conn, const City *city, int64_t instant, Str actor, int64_t *id, Error *error);
/* Last: keeps the words that are new or other than before. */
MUST_USE bool declaration_keep_words(DbConn *conn, Arena *arena, const City *city, int64_t id, Error *error);
/* Whether the column had such a value in a declaration before. */
MUST_USE bool declaration_had_value(DbConn *conn, Str table, Str column, Str value, bool *had, Error *error);

#endif
