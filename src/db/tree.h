/* db/tree.h: expressions over the rows of a table, without a word of SQL, and queries made of them.
 *
 * A floor above builds a tree once (a formula's form for sets, a list's filter), prints it once for a
 * database, keeps what was printed as long as the declaration lives, and runs it with the values of the
 * moment:
 *
 *     const DbTree *held = db_tree_column(arena, S("session"), S("held_on"), VALUE_DATE);
 *     const DbTree *late = db_tree_call(arena, DB_LESS, held, db_tree_given(arena, 0, VALUE_DATE));
 *     DbSelect select = {.table = S("session"), .columns = (const DbTree *[]){id}, .column_count = 1, .where
 * = late}; if (!db_print_select(db, arena, &select, &printed, error)) return false;
 *     ... db_query_printed(conn, &stmt, error, printed, (Value[]){today}, 1) ...
 *
 * No value ever becomes text of SQL: constants of the tree and values given later are parameters. Names of
 * tables and columns are quoted in one place (print.c). Every operation answers the same on SQLite and on
 * PostgreSQL and has the same three-valued logic: NULL is "not known". Numbers that leave 64 bits, a division
 * by zero, and dates outside of the years 1 to 9999 are NULL; nothing raises an error.
 *
 * Trees are immutable and live in the arena they were made in; any thread may read them. The arena's failure
 * is sticky: builders answer NULL and take NULL, and printing says that there was no memory.
 */
#ifndef DB_TREE_H
#define DB_TREE_H

#include "db/db.h"

typedef enum DbOperation {
    DB_AND, /* 1 or more */
    DB_OR,  /* 1 or more */
    DB_NOT,
    DB_EQUAL, /* both sides of one type; text by bytes */
    DB_NOT_EQUAL,
    DB_LESS,
    DB_LESS_EQUAL,
    DB_GREATER,
    DB_GREATER_EQUAL,
    DB_BETWEEN, /* value, low, high: both ends belong to it */
    DB_IN,      /* value, then what it may be: none makes it false */
    DB_IS_GIVEN,
    DB_IS_MISSING,
    DB_CASE,        /* condition, value, condition, value ..., else; an unknown condition is not met */
    DB_FIRST_GIVEN, /* 1 or more: the first that is not missing */

    DB_ADD,                  /* 2 or more, from the left */
    DB_SUBTRACT,             /* 2 or more, from the left */
    DB_MULTIPLY,             /* 2 or more, from the left */
    DB_MULTIPLY_DIVIDE,      /* a * b / c, the product exact, rounded half up (away from zero) */
    DB_MULTIPLY_DIVIDE_DOWN, /* ... toward zero */
    DB_MULTIPLY_DIVIDE_UP,   /* ... away from zero */
    DB_WITHIN,               /* value, low, high: the value, or NULL when it lies outside */
    DB_LEAST,                /* 2 or more; missing when one is */
    DB_GREATEST,

    /* Dates are days since 1970-01-01 (base/value.h). */
    DB_YEAR,
    DB_MONTH,
    DB_DAY,
    DB_FISCAL_YEAR,
    DB_ADD_MONTHS,   /* date, months: date_add_months of base/date.h */
    DB_AGE_MONTHS,   /* birth, day: age_months of base/date.h; missing before birth */
    DB_SCHOOL_GRADE, /* birth, day: 1 in the school year that begins at school_entry; missing before birth */
    DB_DAY_IN_JAPAN, /* the civil date of an instant */

    DB_LENGTH, /* characters: code points */
    DB_CONTAINS,
    DB_STARTS,
    DB_ENDS,
    DB_JOIN, /* 2 or more */
    DB_OPERATION_COUNT,
} DbOperation;

typedef struct DbTree DbTree;

/* Arguments of one operation, and how deep operations may stand in each other: the databases' parsers set it.
 */
#define DB_TREE_ARGUMENTS_MAX 64
#define DB_TREE_DEPTH_MAX 16

/* A value that is known when the tree is made. `type` is wanted for a missing one. */
const DbTree *db_tree_value(Arena *arena, Value value, ValueType type);
/* The `slot`-th of the values given when the query runs. */
const DbTree *db_tree_given(Arena *arena, size_t slot, ValueType type);
/* A column of the table, or of the join, with that alias. The names are copied. */
const DbTree *db_tree_column(Arena *arena, Str alias, Str column, ValueType type);
/* An operation. The type of the result follows from the operation and its arguments. */
const DbTree *db_tree_operation(
    Arena *arena, DbOperation operation, size_t count, const DbTree *const *arguments);
#define db_tree_call(arena, operation, ...)                                                             \
    db_tree_operation((arena), (operation), sizeof((const DbTree *[]){__VA_ARGS__}) / sizeof(DbTree *), \
        (const DbTree *[]){__VA_ARGS__})
/* The same result under another integer type (yen counted as millionths, days as a number): no computing. */
const DbTree *db_tree_as(Arena *arena, const DbTree *tree, ValueType type);

ValueType db_tree_type(const DbTree *tree);
/* How deep operations stand in each other; 0 for a column or a value. */
size_t db_tree_depth(const DbTree *tree);

/* A table that is there at most once for each row: left join `table` as `alias` on `on`. */
typedef struct DbJoin {
    Str table, alias;
    const DbTree *on;
} DbJoin;

typedef struct DbSelect {
    Str table;
    Str alias; /* empty: the table's name */
    const DbJoin *joins;
    size_t join_count;
    const DbTree *const *columns;
    size_t column_count; /* 1 or more; 0 when grouped: one row for all */
    const DbTree *where; /* NULL: every row */
    const DbTree *const *order;
    size_t order_count;   /* missing values come first. Groups are ordered by columns: the very same trees */
    bool descending;      /* the whole order is turned round: missing values last */
    const DbTree *limit;  /* INTEGER: how many rows at most; missing or NULL: all; below 0: none */
    const DbTree *offset; /* INTEGER: how many rows are left out first; only with a limit */
    bool grouped;         /* rows with equal columns are one; a last column says how many they are. Without
                             columns: one row, the number of all */
    const DbTree *sum;    /* grouped: behind the number of rows stands the sum of this; NULL when it does not
                             fit 64 bits or nothing is given */
} DbSelect;

/* A query as one kind of database reads it. Lives in the arena; may be kept and run any number of times, by
 * any thread. */
typedef struct DbPrinted DbPrinted;

/* Errors: ERROR_LIMIT when the tree is too deep or has too many values for a query, ERROR_INPUT for a name
 * that no database takes (empty, above 63 bytes, with a NUL). */
MUST_USE bool db_print_select(
    const Db *db, Arena *arena, const DbSelect *select, const DbPrinted **out, Error *error);
/* Like db_query. `given` are the values of the slots; a slot beyond `count` is missing. */
MUST_USE bool db_query_printed(
    DbConn *conn, DbStmt **out, Error *error, const DbPrinted *printed, const Value *given, size_t count);
/* The text, for tests and for those who want to see what is asked. */
Str db_printed_text(const DbPrinted *printed);

#endif
