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
 * one value for each way of `by` alone and all of them together when there are several. Terms that need to
 * know single values (distinct, min, max) keep members as well: (cell, value) -> rows; a distinct count is
 * the number of members.
 *
 *     aggregate          rows                     sum                  members
 *     count              that meet `where`        0                    -
 *     share              that meet `where`        all rows             -
 *     sum, average       with a value             of values            -
 *     distinct           members                  0                    each value
 *     min, max           with a value             0                    each value
 *     population         people                   0                    -
 *
 * A cell of no rows and no sum, and a member of no rows, are not kept.
 *
 * A population is kept for a period as long as some other term of the same indicator has a cell in it: the
 * first record that counts in a period opens it, the last that leaves it closes it. It is the people who are
 * resident on the first day of the period (came on that day or before, or since always; leave on it or later,
 * or never) and meet the condition as they are on that day.
 *
 * The tables, made by city/apply.h, where `indicator` is CityFigureKey.id, `term` CityTerm.place, and `part`
 * the group as it is written:
 *
 *     indicator_cell     indicator, term, period, part, rows, total, changed_at;  key: the first four
 *     indicator_member   indicator, term, period, part, member, rows;             key: the first five
 */
#ifndef INDICATOR_INDICATOR_H
#define INDICATOR_INDICATOR_H

#include "base/arena.h"
#include "base/map.h"
#include "city/city.h"

/* How a cell's group is written: "" the total; "0=3" the first `by` alone being 3; "*=3|17" all of them.
 * Values: whole numbers in digits, text with '|', '=' and '\' behind a '\', missing as nothing. A text of
 * more than INDICATOR_TEXT_MAX bytes is cut, and "\#" and a hash of the whole stand behind it. Members of min
 * and max are written in sixteen digits of base 16, the least number of 64 bits as zero, so that their order
 * as texts is their order as numbers. */
#define INDICATOR_TEXT_MAX 160
#define INDICATOR_BY_MAX 8

typedef struct IndicatorChange {
    const CityTerm *term;
    int64_t period; /* the fiscal year it begins in */
    Str group;
    Str member; /* the value as it is written; is_member false: the cell itself */
    bool is_member;
    int64_t rows, sum; /* what is added. The rows of distinct's cells are not here: its members are */
} IndicatorChange;

typedef struct IndicatorDelta {
    Arena *arena;
    Map at; /* from the written key of a change to the change */
} IndicatorDelta;

void indicator_delta_init(IndicatorDelta *delta, Arena *arena);
/* Adds (sign 1) or takes away (-1) what one record contributes. Not for population. ERROR_LIMIT for a sum
 * beyond 64 bits, ERROR_MEMORY. */
MUST_USE bool indicator_add(
    IndicatorDelta *delta, const CityTerm *term, const FormulaContext *context, int sign, Error *error);
/* The period a record counts in: false when it counts in none. */
bool indicator_period(const CityTerm *term, const FormulaContext *context, int64_t *period);
/* For a population term: adds one person in one period. The context's row is a person's; it is read as of the
 * first day of the period. */
MUST_USE bool indicator_add_person(IndicatorDelta *delta, const CityRegisters *registers,
    const CityTerm *term, const FormulaContext *context, int64_t period, int sign, Error *error);
bool indicator_is_population(const CityTerm *term);
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
/* A value of a group again, for showing: `type` says what it was; false when it is none. A text that was cut
 * ends in "…". In the arena. */
MUST_USE bool indicator_read_value(Str written, const FormulaType *type, Arena *arena, Value *out);
/* A member of min or max again; the value is of the aggregate's type. */
MUST_USE bool indicator_read_member(const CityTerm *term, Str written, Value *out);

/* --- recount, by another way ---------------------------------------------------------------------------- */

/* What to ask a database so that a term's cells can be made without a single record being evaluated in C.
 * ERROR_INPUT when a formula has no form for sets.
 *
 * The periods that have records of the term: one column, and how many they are. */
MUST_USE bool indicator_periods_select(
    Arena *arena, const City *city, const CityTerm *term, DbSelect *out, Error *error);
/* One period, which is slot 0: grouped; the columns are each `by`, then share: 1 where the condition is met,
 * else 0; distinct, min, max: the value; behind them how many rows, and for sum and average the sum of
 * values. */
MUST_USE bool indicator_recount_select(
    Arena *arena, const City *city, const CityTerm *term, DbSelect *out, Error *error);
/* Adds one row of its answer: `values` are its columns, `sum` missing where there is none. */
MUST_USE bool indicator_add_counted(IndicatorDelta *delta, const CityTerm *term, int64_t period,
    const Value *values, int64_t rows, Value sum, Error *error);
/* A population: people in one period, as a grouped select without columns. The period is part of it. */
MUST_USE bool indicator_population_select(
    Arena *arena, const City *city, const CityTerm *term, int64_t period, DbSelect *out, Error *error);
MUST_USE bool indicator_add_population(
    IndicatorDelta *delta, const CityTerm *term, int64_t period, int64_t people, int sign, Error *error);

#endif
