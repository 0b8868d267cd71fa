/* db/table.h: tables made from declarations, and the statements that write their rows, without a word of SQL.
 *
 * Names come from declarations; they are checked and quoted in the one place that quotes (print.c). Printed
 * statements are kept as long as the declaration lives and run with values, like those of
 * db/tree.h. Everything that changes a schema runs inside a write closure and belongs to its transaction.
 */
#ifndef DB_TABLE_H
#define DB_TABLE_H

#include "base/row.h"
#include "db/tree.h"

/* A table's columns, as in base/row.h. The first one is its key, called "id": an integer that the database
 * gives out. Every other column may be NULL: rules are the door's. STRICT in SQLite. Errors: ERROR_INPUT for
 * a name that one of the databases does not take, or that differs from another column's in capitals only;
 * ERROR_CONFLICT when there is such a table. */
MUST_USE bool db_table_create(DbConn *conn, Str table, const RowShape *columns, Error *error);
MUST_USE bool db_table_add_column(DbConn *conn, Str table, const RowColumn *column, Error *error);
/* An index over columns, in their order; unique: rows may not agree in all of them, missing ones apart. Its
 * name follows from table and columns. */
MUST_USE bool db_table_add_index(
    DbConn *conn, Str table, const Str *columns, size_t count, bool unique, Error *error);
/* Removes the index that db_table_add_index made over these columns of a table of this name. */
MUST_USE bool db_table_drop_index(DbConn *conn, Str table, const Str *columns, size_t count, Error *error);
/* A rename keeps every row and value. Indexes keep the names they were made under: drop them before. */
MUST_USE bool db_table_rename(DbConn *conn, Str table, Str name, Error *error);
MUST_USE bool db_table_rename_column(DbConn *conn, Str table, Str column, Str name, Error *error);
/* With all that is in it. A column must not be part of an index. */
MUST_USE bool db_table_drop(DbConn *conn, Str table, Error *error);
MUST_USE bool db_table_drop_column(DbConn *conn, Str table, Str column, Error *error);
/* Every value of a column of whole numbers becomes its `factor`-fold; missing ones stay missing. None may
 * leave the range: the caller has looked. */
MUST_USE bool db_table_multiply(DbConn *conn, Str table, Str column, int64_t factor, Error *error);
/* In every text of the column, `old` becomes `now` wherever it stands. *changed (may be NULL): rows that had
 * it. */
MUST_USE bool db_table_replace_text(
    DbConn *conn, Str table, Str column, Str old, Str now, int64_t *changed, Error *error);
/* Whether there is such a table. */
MUST_USE bool db_table_exists(DbConn *conn, Str table, bool *exists, Error *error);

/* insert into table (columns) values (?1, ?2 ...). Run by db_insert_printed. */
MUST_USE bool db_print_insert(const Db *db, Arena *arena, Str table, const RowColumn *columns, size_t count,
    const DbPrinted **out, Error *error);
/* update table set columns = ?1, ?2 ... where keys = ?n+1 ...; run by db_run_printed, which says how many
 * rows there were: a key that is not there, or another version, is no row. */
MUST_USE bool db_print_update(const Db *db, Arena *arena, Str table, const RowColumn *columns, size_t count,
    const RowColumn *keys, size_t key_count, const DbPrinted **out, Error *error);
/* delete from table where keys = ?1 ... */
MUST_USE bool db_print_delete(const Db *db, Arena *arena, Str table, const RowColumn *keys, size_t key_count,
    const DbPrinted **out, Error *error);

/* The database of a connection: for printing what is asked inside a closure. */
const Db *db_of(const DbConn *conn);

MUST_USE bool db_insert_printed(
    DbConn *conn, int64_t *id, Error *error, const DbPrinted *printed, const Value *values, size_t count);
MUST_USE bool db_run_printed(DbConn *conn, int64_t *changed, Error *error, const DbPrinted *printed,
    const Value *values, size_t count);

#endif
