/* db/tree_internal.h: what builders of trees, their printer and the tables of the databases share. */
#ifndef DB_TREE_INTERNAL_H
#define DB_TREE_INTERNAL_H

#include "db/tree.h"

typedef enum TreeKind { TREE_VALUE, TREE_GIVEN, TREE_COLUMN, TREE_OPERATION } TreeKind;

struct DbTree {
    TreeKind kind;
    ValueType type;
    DbOperation operation;
    size_t depth;
    Value value;
    size_t slot;
    Str alias, column;
    const DbTree **arguments;
    size_t argument_count;
};

typedef enum Joins { JOINS_NONE, JOINS_FIRST, JOINS_LAST, JOINS_ALL } Joins;

/* What holds for an operation on every database. */
typedef struct DbOperationRule {
    const char *text;    /* as in DbDialect; NULL: the dialect's, or written by hand */
    const char *between; /* stands between any number of arguments */
    ValueType type;      /* of the result; VALUE_MISSING: that of the first argument */
    bool is_condition, takes_conditions;
    size_t min, max; /* arguments */
    Joins joins;     /* which argument of the same operation is taken in */
} DbOperationRule;

extern const DbOperationRule db_operation_rules[DB_OPERATION_COUNT];

bool tree_is_condition(const DbTree *tree);
/* Whether the `i`-th argument is read as a condition. */
bool tree_takes_condition(DbOperation operation, size_t count, size_t i);

/* How one database writes an operation: {0} {1} {2} are the arguments, {*} all of them with a comma between.
 * Where an operation has more arguments than its text names, it is written again with itself as {0}, from the
 * left. */
typedef struct DbDialect {
    const char *operations[DB_OPERATION_COUNT]; /* NULL: written by print.c, as both databases read it */
    const char *condition_as_value;             /* around {0}: a condition becomes 1, 0 or NULL */
    const char *text_by_bytes;                  /* behind a text that is ordered: its bytes decide */
    const char *ascending, *descending; /* behind what rows are ordered by: missing ones count as the least */
    const char *index_order;            /* behind a column of an index, so that it gives that order */
    const char *sum; /* of {0} over the rows of a group; NULL when it leaves 64 bits or none is given */
} DbDialect;

extern const DbDialect db_dialect_sqlite;
extern const DbDialect db_dialect_postgres;

#endif
