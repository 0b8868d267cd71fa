/* indicator/indicator.h: the rows before and after a write -> changes of counts; and the full recount that
 * proves them. Pure: no database, no clock; whoever holds the data follows references for it.
 *
 * An indicator's value is a formula over terms (city/service.h): count(entry where attended) is one. What a
 * record adds to a term is decided by the record alone: its period (the fiscal year of the term's date; no
 * date, no contribution), its groups (the values of `by`), and its value. So a write is told by
 *
 *     indicator_add(&delta, term, context of the record before, -1)
 *     ... the write ...
 *     indicator_add(&delta, term, context of the record after, +1)
 *
 * for each (term, record) it may touch, and what is left after both cancel are the changes to be written.
 *
 * Figures are kept as cells: (term, period, group) -> rows, sum. The group is empty for the total, and holds
 * one value for each way of `by` alone and all of them together when there are several (indicator_groups).
 * Terms that need to know single values (distinct, min, max) keep members as well: (cell, value) -> rows; a
 * distinct count is the number of members.
 *
 *     aggregate          rows                     sum                  members
 *     count, share       that meet `where`        share: all rows      -
 *     sum, average       with a value             of values            -
 *     distinct           with a value             members              each value
 *     min, max           with a value             -                    each value
 *     population         people                   -                    -
 */
#ifndef INDICATOR_INDICATOR_H
#define INDICATOR_INDICATOR_H

#include "base/arena.h"
#include "base/map.h"
#include "city/city.h"

/* How a cell's group is written: "" the total; "0=3" the first `by` alone being 3; "*=3|17" all of them.
 * Values: whole numbers in digits, text as it is with '|', '=' and '\' behind a '\', missing as nothing. */
typedef struct IndicatorChange {
    const CityTerm *term;
    int64_t period; /* the fiscal year it begins in */
    Str group;
    Str member; /* a value written like those of groups; empty and is_member false for the cell itself */
    bool is_member;
    int64_t rows, sum; /* what is added */
} IndicatorChange;

typedef struct IndicatorDelta {
    Arena *arena;
    Map at; /* from the written key of a change to the change */
    bool overflow;
} IndicatorDelta;

void indicator_delta_init(IndicatorDelta *delta, Arena *arena);
/* Adds (sign 1) or takes away (-1) what one record contributes. For population, `context` is a person's and
 * `periods` are those that are kept (its row as of the first day of each is asked by `person_as_of`).
 * ERROR_LIMIT for a sum beyond 64 bits, ERROR_MEMORY. */
MUST_USE bool indicator_add(
    IndicatorDelta *delta, const CityTerm *term, const FormulaContext *context, int sign, Error *error);
/* The period a record counts in: false when it counts in none. */
bool indicator_period(const CityTerm *term, const FormulaContext *context, int64_t *period);
/* For a population term: adds one person in one period; the context's row is a person's and is read as of
 * the first day of the period. */
MUST_USE bool indicator_add_person(IndicatorDelta *delta, const CityTerm *term, const FormulaContext *context,
    int64_t period, int sign, Error *error);
/* First day of a period: 1 April of the year. DATE. */
Value indicator_period_begins(int64_t period);
/* What is left, ordered by term (indicator id, place), period, group, member: the order in which counters
 * are written, everywhere the same. Changes of nothing are not among them. In the delta's arena. */
MUST_USE bool indicator_changes(
    const IndicatorDelta *delta, const IndicatorChange **out, size_t *count, Error *error);

/* A kept cell, and for min and max its least or greatest member. */
typedef struct IndicatorCell {
    int64_t rows, sum;
    Value least, greatest;
} IndicatorCell;

/* The value of one term's aggregate from its cell. */
Value indicator_term_value(const CityTerm *term, const IndicatorCell *cell);
/* The indicator's value in a period; `cell` answers for each term. Missing when the formula is. */
Value indicator_value(const CityIndicator *indicator, Arena *arena, void *owner,
    IndicatorCell (*cell)(void *owner, const CityTerm *term));
/* The smallest count that a figure rests on, for thresholds: the least of the rows (members for distinct) of
 * its terms without populations. */
int64_t indicator_smallest_count(
    const CityIndicator *indicator, void *owner, IndicatorCell (*cell)(void *owner, const CityTerm *term));

/* Whether a term keeps members. */
bool indicator_keeps_members(const CityTerm *term);
/* A group's or member's value again, for showing: `type` says what it was. */
bool indicator_read_value(Str written, const FormulaType *type, Arena *arena, Value *out);

/* --- recount, by another way ---------------------------------------------------------------------------- */

/* What to ask a database so that the term's cells can be made without a single record being evaluated in C:
 * a grouped select whose columns are date, by ..., value, then rows (and sum). `joins` and paths come from
 * the record types. ERROR_INPUT when the formula has no form for sets. */
MUST_USE bool indicator_recount_select(Arena *arena, const CityTerm *term, DbSelect *out, Error *error);
/* Adds one row of its answer. `values`: date, by ..., value. */
MUST_USE bool indicator_add_counted(IndicatorDelta *delta, const CityTerm *term, const Value *values,
    size_t count, int64_t rows, Value sum, Error *error);
/* The same for a population: people in one period, as a grouped select without columns. */
MUST_USE bool indicator_population_select(
    Arena *arena, const CityTerm *term, int64_t period, DbSelect *out, Error *error);

#endif
