/* formula/function.h: the functions of the language, in one table, and the shape of those that kits add.
 *
 * Each says what it takes, what it gives, how it computes and how a database does, with its names and an
 * example for the reference: docs/formulas.md is checked against this table.
 */
#ifndef FORMULA_FUNCTION_H
#define FORMULA_FUNCTION_H

#include "formula/formula.h"

#define FORMULA_IS(kind) (1u << FORMULA_##kind)
#define FORMULA_IS_NUMBER (FORMULA_IS(INTEGER) | FORMULA_IS(YEN) | FORMULA_IS(DECIMAL))
#define FORMULA_IS_ORDERED \
    (FORMULA_IS_NUMBER | FORMULA_IS(FISCAL_YEAR) | FORMULA_IS(DATE) | FORMULA_IS(TIME) | FORMULA_IS(DATETIME))
#define FORMULA_IS_ANY_VALUE \
    (FORMULA_IS_ORDERED | FORMULA_IS(BOOLEAN) | FORMULA_IS(TEXT) | FORMULA_IS(CHOICE) | FORMULA_IS(REFERENCE))

/* What an argument may be. */
typedef enum FormulaArgumentRule {
    FORMULA_ARGUMENT_PLAIN,
    FORMULA_ARGUMENT_BIRTH,      /* a date, or a record with a birth: its field is read in its place */
    FORMULA_ARGUMENT_DIGITS,     /* a whole number written out, -12 to 6 */
    FORMULA_ARGUMENT_PERSON,     /* a record of the model's `population` */
    FORMULA_ARGUMENT_LIKE_FIRST, /* of the first argument's type; numbers meet as decimals where one is */
} FormulaArgumentRule;

typedef struct FormulaArgument {
    unsigned kinds; /* FORMULA_IS(...) | ... */
    FormulaArgumentRule rule;
} FormulaArgument;

typedef enum FormulaResultRule {
    FORMULA_RESULT_PLAIN,      /* `result` */
    FORMULA_RESULT_LIKE_FIRST, /* the arguments' common type */
    FORMULA_RESULT_ROUNDED,    /* what rounding to so many digits makes of the first argument */
} FormulaResultRule;

/* One call. All arguments are given, unless the function `takes_missing`. */
typedef struct FormulaCall {
    Arena *arena;
    const Value *arguments;
    size_t count;
    FormulaNote note; /* set by the function when it answers missing */
} FormulaCall;

/* One call in a query. */
typedef struct FormulaTreeCall {
    Arena *arena;
    const DbTree *const *arguments; /* of the arguments' types */
    const Value *written;           /* of arguments that are written out; missing for the others */
    size_t count;
} FormulaTreeCall;

struct FormulaFunction {
    const char *name;
    FormulaArgument arguments[3]; /* the last one stands for all that follow */
    size_t min, max;
    FormulaResultRule result_rule;
    FormulaKind result;
    bool takes_missing;                                 /* else a missing argument makes the result missing */
    Value (*evaluate)(FormulaCall *call);               /* NULL: FormulaContext.call answers */
    const DbTree *(*tree)(const FormulaTreeCall *call); /* NULL: FormulaMapping.call answers */
    const char *title[LANGUAGE_COUNT];                  /* 年齢, legal age */
    const char *summary[LANGUAGE_COUNT];                /* one line for the reference */
    const char *example, *answer;                       /* a formula and its value, both of which hold */
};

/* The language's own. */
extern const FormulaFunction formula_functions[];
extern const size_t formula_function_count;

/* Operators, for the reference and its test. */
typedef struct FormulaOperatorHelp {
    const char *written; /* "+", "is given" */
    const char *summary[LANGUAGE_COUNT];
    const char *example, *answer;
} FormulaOperatorHelp;

extern const FormulaOperatorHelp formula_operators[];
extern const size_t formula_operator_count;

#endif
