/* Random formulas that the checker accepts, and random records for them.
 *
 * Which parts go together is not written here: every operator and function is tried with every combination of
 * types, and what the checker accepts becomes a production. So the generator reaches whatever the language
 * has. */
#ifndef TESTS_PROPERTY_RANDOM_FORMULAS_H
#define TESTS_PROPERTY_RANDOM_FORMULAS_H

#include "formula/formula.h"
#include "random.h"

/* Kinds that a field of the sample has: all but references. */
#define KINDS FORMULA_REFERENCES
#define PARTS_MAX 3
#define FIELD_COUNT ((size_t)KINDS * PARTS_MAX)

/* A shape with kinds for its parts: "(% + %)" of two integers gives an integer. */
typedef struct Production {
    const char *shape;
    size_t part_count;
    FormulaKind parts[PARTS_MAX], result;
} Production;

typedef struct Productions {
    Production *at;
    size_t len, room;
} Productions;

/* The record type "sample": for each kind three fields, a_integer, b_integer, c_integer ..., and the record
 * "other" that its references lead to (number, day); parameters rate and ceiling(integer). */
extern const FormulaModel sample_model;
extern const FormulaRecord sample_record, other_record;
FormulaScope sample_scope(void);

/* Finds all productions. Shapes are made in the arena. */
Productions find_productions(Arena *arena);
/* A formula of a kind, its operators nested at most so deep. */
Str random_formula(Arena *arena, Random *random, const Productions *productions, FormulaKind kind, int depth);
/* A production's shape with fields for its parts: a_..., b_..., c_... */
Str plain_formula(Arena *arena, const Production *production);
/* A value of a kind, often an extreme one. */
Value random_value(Random *random, FormulaKind kind);

#endif
