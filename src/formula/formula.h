/* formula/formula.h: the one language of conditions and calculations in a city's declarations.
 *
 * A formula is text in a declaration. It is compiled once, against the record types, parameters and functions
 * that the declaration knows, and then asked in two ways that always agree: of one record, in C
 * (formula_evaluate), and of a whole table, as a tree that the database prints (formula_tree).
 * docs/formulas.md is its reference.
 *
 *     compile:   text -> tokens -> nodes (parse.c) -> names and types (check.c) -> an immutable Formula
 *     evaluate:  nodes + a record -> Value, and on request the trace that explains it (evaluate.c, trace.c)
 *     tree:      nodes + columns -> DbTree (tree.c)
 *
 * What holds everywhere:
 * - Conditions are three-valued, as in SQL: yes, no, not known (missing). `if` takes "not known" as no.
 * - Arithmetic with a missing value is missing. So is a result that leaves 64 bits, a division by zero, and a
 * date outside of the years 1 to 9999; the trace says which.
 * - Decimals are integers of millionths; products and quotients are exact and then rounded half up, a half
 * going away from zero.
 * - An integer that meets a decimal is taken as one; above 9 223 372 036 854 it does not fit there and is
 * missing.
 * - Evaluation is total: it always ends, and answers a value or "missing".
 *
 * Formulas, models and everything they name are immutable and live in the arenas they were made in. Any
 * thread may evaluate; a FormulaContext belongs to one.
 */
#ifndef FORMULA_FORMULA_H
#define FORMULA_FORMULA_H

#include "base/buf.h"
#include "base/error.h"
#include "base/language.h"
#include "base/row.h"
#include "db/tree.h"

/* Limits of one formula; beyond them it is an error with its place. */
#define FORMULA_BYTES_MAX 16384
#define FORMULA_NODES_MAX 2000
#define FORMULA_DEPTH_MAX 200
#define FORMULA_ARGUMENTS_MAX 8
#define FORMULA_PATH_MAX 8

/* --- types
 * ---------------------------------------------------------------------------------------------------------
 */

typedef enum FormulaKind {
    FORMULA_BOOLEAN,
    FORMULA_INTEGER,
    FORMULA_YEN,
    FORMULA_DECIMAL,
    FORMULA_TEXT,
    FORMULA_DATE,
    FORMULA_TIME,
    FORMULA_DATETIME,
    FORMULA_FISCAL_YEAR,
    FORMULA_CHOICE,     /* one of a set of names */
    FORMULA_CHOICES,    /* any number of them */
    FORMULA_REFERENCE,  /* a record of a named type */
    FORMULA_REFERENCES, /* several of them: my.children */
    FORMULA_KIND_COUNT,
} FormulaKind;

/* The names that a choice may have. Two sets are the same when they are the same object. */
typedef struct FormulaChoices {
    Str name; /* of the field that declares them, for messages */
    const char *const *names;
    size_t count;
} FormulaChoices;

typedef struct FormulaType {
    FormulaKind kind;
    int digits;                    /* decimal: behind the point, 0 to 6 */
    const FormulaChoices *choices; /* choice, choices */
    Str record;                    /* reference, references: name of the record type */
} FormulaType;

/* "boolean", "integer" ...: as declarations write it. */
const char *formula_kind_name(FormulaKind kind);
/* How a value of the kind is represented (base/value.h). References have no value of their own. */
ValueType formula_value_type(FormulaKind kind);
/* Words that cannot be the name of a field, a record type or a choice's field: and, or, if, today ... */
bool formula_is_reserved(Str name);

/* --- what a formula may speak of
 * ----------------------------------------------------------------------------------- */

typedef struct FormulaField {
    Str name;
    FormulaType type;
    size_t column; /* the place of its value in the record's Row */
} FormulaField;

/* A record type or a register. */
typedef struct FormulaRecord {
    Str name;
    const FormulaField *fields;
    size_t count;
    Str birth; /* the field that age() and its kin look at, given one of these; empty: none */
} FormulaRecord;

typedef struct FormulaParameter {
    Str name;
    FormulaType type;
    FormulaType arguments[FORMULA_ARGUMENTS_MAX];
    size_t argument_count;
} FormulaParameter;

typedef struct FormulaFunction FormulaFunction; /* formula/function.h */

/* Everything that formulas of a city may speak of. Every record type that a reference names is among the
 * records, and every `birth` among its fields; names are not reserved words. The caller has checked that. */
typedef struct FormulaModel {
    const FormulaRecord *records;
    size_t record_count;
    const FormulaParameter *parameters;
    size_t parameter_count;
    FormulaType me;           /* kind REFERENCE: who acts */
    const FormulaField *mine; /* my.unit, my.children ... */
    size_t mine_count;
    Str population;                   /* the record type that population() counts; empty: none */
    const FormulaFunction *functions; /* of kits and registers, beside the language's own */
    size_t function_count;
} FormulaModel;

/* Where a formula stands and what it may use there. */
typedef struct FormulaScope {
    const FormulaModel *model;
    Str record;             /* the record at hand; empty: none */
    bool allows_today;      /* never in an indicator */
    bool allows_me;         /* me, my.unit ...: where somebody acts */
    bool allows_aggregates; /* count(...) and its kin */
} FormulaScope;

/* Where the text was read: errors name the place in the declaration. */
typedef struct FormulaOrigin {
    Str file;
    long line, column;      /* of the text's first character, from 1 */
    long next_lines_column; /* where further lines of the text begin, from 1; 0 = 1 */
} FormulaOrigin;

/* --- compiling
 * ----------------------------------------------------------------------------------------------------- */

typedef struct Formula Formula;

/* Compiles a text. `wanted` is the type that is needed (an integer becomes a decimal, and yen, by itself);
 * NULL: any. Text and messages need not outlive the call. Errors: ERROR_INPUT and ERROR_LIMIT at
 * file:line:column, the first one found, in plain words with the remedy; ERROR_MEMORY. */
MUST_USE bool formula_compile(Formula **out, Arena *arena, const FormulaScope *scope,
    const FormulaOrigin *origin, Str text, const FormulaType *wanted, Error *error);

FormulaType formula_type(const Formula *formula);
Str formula_text(const Formula *formula);
bool formula_uses_today(const Formula *formula);
bool formula_uses_me(const Formula *formula);

/* A field of the record at hand, or of what references lead to: session.held_on is two fields. */
typedef struct FormulaPath {
    bool is_mine;                                 /* begins at whoever acts: me.name, my.unit */
    const FormulaField *fields[FORMULA_PATH_MAX]; /* me itself: is_mine and count 0 */
    size_t count;
    Str text; /* as written */
} FormulaPath;

/* Every path the formula reads, each once, without those of its aggregates: what its value depends on. */
size_t formula_paths(const Formula *formula, const FormulaPath *const **out);

typedef enum FormulaAggregateKind {
    FORMULA_COUNT,    /* count(entry where attended): how many records; integer */
    FORMULA_SUM,      /* sum(entry.fee where attended): without missing values, 0 of none; the field's type */
    FORMULA_AVERAGE,  /* of the values that are given, missing without one; decimal */
    FORMULA_SHARE,    /* share(entry where attended): count(... where ...) / count(...), 0 to 1; decimal */
    FORMULA_DISTINCT, /* how many different values are given; integer */
    FORMULA_MIN,      /* min(entry.fee); the field's type */
    FORMULA_MAX,
    FORMULA_EXPECTED,   /* expected(entry where ...): how many ought to exist (`expects`); integer */
    FORMULA_POPULATION, /* population(school_grade between 1 and 9): how many people; integer */
    FORMULA_AGGREGATE_COUNT,
} FormulaAggregateKind;

const char *formula_aggregate_name(FormulaAggregateKind kind);

/* A figure over all records of a type. The formula keeps it typed; who holds the figures computes it. */
typedef struct FormulaAggregate {
    FormulaAggregateKind kind;
    const FormulaRecord *record;
    const Formula *value; /* of one record: entry.fee; NULL for what counts records */
    const Formula *where; /* of one record, boolean; NULL: every record */
    FormulaType type;
    Str text; /* as written */
} FormulaAggregate;

size_t formula_aggregates(const Formula *formula, const FormulaAggregate *const **out);

/* --- one record
 * ---------------------------------------------------------------------------------------------------- */

/* What a dated parameter is on a day. */
typedef struct FormulaLookup {
    Value value;
    Value from; /* DATE since which it is in force; missing: unknown */
    Str source; /* article or document; empty: none */
} FormulaLookup;

typedef struct FormulaIds {
    const int64_t *ids;
    size_t count;
    bool is_known; /* false: missing */
} FormulaIds;

/* The record at hand and where everything else comes from. A callback that is NULL answers missing. Values
 * must be of the type the model says, or missing. */
typedef struct FormulaContext {
    Arena *arena;    /* for texts that functions make; when it is full, results are missing */
    const Row *row;  /* fields of the record at hand */
    Value today;     /* DATE */
    Value fact_date; /* DATE on which parameters are looked up: the declaration's dated_by */
    void *owner;     /* handed to the callbacks */
    /* A path that leaves the row: along a reference, or from me. */
    Value (*follow)(void *owner, const FormulaPath *path);
    /* A path of kind REFERENCES. */
    FormulaIds (*follow_all)(void *owner, const FormulaPath *path);
    FormulaLookup (*parameter)(
        void *owner, const FormulaParameter *parameter, const Value *arguments, Value date);
    Value (*aggregate)(void *owner, const FormulaAggregate *aggregate);
    /* A function without an `evaluate` of its own: one that whoever holds the data answers. */
    Value (*call)(void *owner, const FormulaFunction *function, const Value *arguments, size_t count);
} FormulaContext;

Value formula_evaluate(const Formula *formula, const FormulaContext *context);

/* How unknown is taken: access, where, when, needs, auto ... */
static inline bool formula_holds(Value condition)
{
    return condition.type == VALUE_BOOLEAN && condition.integer != 0;
}
/* ... and check. */
static inline bool formula_passes(Value condition)
{
    return condition.type != VALUE_BOOLEAN || condition.integer != 0;
}

/* --- why
 * -----------------------------------------------------------------------------------------------------------
 */

/* Why a value is missing, or what else is to be said of it. */
typedef enum FormulaNote {
    FORMULA_NOTE_NONE,
    FORMULA_NOTE_OVERFLOW, /* left 64 bits */
    FORMULA_NOTE_ZERO,     /* divided by zero */
    FORMULA_NOTE_NO_DATE,  /* no date of the years 1 to 9999 */
    FORMULA_NOTE_BEFORE_BIRTH,
    FORMULA_NOTE_NO_PARAMETER, /* none is in force on that day */
    FORMULA_NOTE_NO_FACT_DATE, /* the day for parameters is missing */
    FORMULA_NOTE_NO_MEMORY,
    FORMULA_NOTE_UNKNOWN_CONDITION, /* `if` took the else side for want of knowledge */
    FORMULA_NOTE_COUNT,
} FormulaNote;

typedef struct FormulaNode FormulaNode;

/* One step of an evaluation: a part of the formula, its value, and the steps that led to it. What was not
 * needed (the other branch, the second half of a settled `and`) is not there. */
typedef struct FormulaTrace {
    const FormulaNode *node;
    Value value;
    FormulaNote note;
    FormulaLookup lookup; /* parameters */
    const struct FormulaTrace **parts;
    size_t part_count;
} FormulaTrace;

/* The same value as formula_evaluate, and how it came about, in the context's arena; NULL when that is full.
 */
const FormulaTrace *formula_explain(const Formula *formula, const FormulaContext *context);

/* The officer's words. A callback that is NULL, or answers an empty Str, leaves the name as it is written. */
typedef struct FormulaWords {
    void *owner;
    Str (*field)(void *owner, const FormulaField *field, Language language);
    Str (*choice)(void *owner, const FormulaChoices *choices, Str name, Language language);
    Str (*parameter)(void *owner, const FormulaParameter *parameter, Language language);
    Str (*record)(void *owner, Str type, int64_t id, Language language);
} FormulaWords;

/* Appends the trace, one line a step, parts indented below what they led to. */
void formula_trace_print(
    Buf *out, Arena *arena, const FormulaTrace *trace, const FormulaWords *words, Language language);
/* A value as people read it: 10,000円, 平成30年6月1日, はい. */
Str formula_value_print(
    Arena *arena, Value value, const FormulaType *type, const FormulaWords *words, Language language);

/* --- sets
 * ----------------------------------------------------------------------------------------------------------
 */

/* Where the parts of a formula are found in a query. A callback that is NULL, or answers NULL, means that
 * this cannot be asked of a set: formula_tree refuses with the place. Trees are made in the given arena. */
typedef struct FormulaMapping {
    void *owner;
    const DbTree *(*path)(void *owner, Arena *arena, const FormulaPath *path);
    /* A path of kind REFERENCES: ids to stand behind `in`; false: cannot. */
    bool (*path_all)(
        void *owner, Arena *arena, const FormulaPath *path, const DbTree *const **ids, size_t *count);
    const DbTree *(*today)(void *owner, Arena *arena);
    const DbTree *(*parameter)(
        void *owner, Arena *arena, const FormulaParameter *parameter, const DbTree *const *arguments);
    const DbTree *(*aggregate)(void *owner, Arena *arena, const FormulaAggregate *aggregate);
    /* A function without a `tree` of its own. */
    const DbTree *(*call)(void *owner, Arena *arena, const FormulaFunction *function,
        const DbTree *const *arguments, size_t count);
} FormulaMapping;

/* The formula as a tree for a query. Errors: ERROR_INPUT for what has no form for sets, ERROR_LIMIT when it
 * is nested too deeply for a database, both with the place in the declaration; ERROR_MEMORY. */
MUST_USE bool formula_tree(
    const DbTree **out, Arena *arena, const Formula *formula, const FormulaMapping *mapping, Error *error);

#endif
