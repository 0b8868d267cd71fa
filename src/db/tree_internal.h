/* db/tree_internal.h: what the printer of trees and the tables of the databases share. */
#ifndef DB_TREE_INTERNAL_H
#define DB_TREE_INTERNAL_H

#include "db/tree.h"

/* How one database writes an operation: {0} {1} {2} are the arguments, {*} all of them with a comma between.
 * Where an operation has more arguments than its text names, it is written again with itself as {0}, from the
 * left. */
typedef struct DbDialect {
    const char *operations[DB_OPERATION_COUNT]; /* NULL: written by tree.c, as both databases read it */
    const char *condition_as_value;             /* around {0}: a condition becomes 1, 0 or NULL */
    const char *text_by_bytes;                  /* behind a text that is ordered: its bytes decide */
} DbDialect;

extern const DbDialect db_dialect_sqlite;
extern const DbDialect db_dialect_postgres;

#endif
