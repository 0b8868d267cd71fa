/* db/tree_postgres.c: how PostgreSQL writes the operations of a tree.
 *
 * Whole numbers are bigint. Where a result may leave 64 bits it is made as numeric, which is exact, and comes
 * back as bigint when it fits, else as NULL: a bigint that overflows would raise an error. A sub-select gives
 * a name to what is used twice; `offset 0` keeps the planner from writing it out at each use, which would
 * double the text with every level. Nothing is created in the database for this.
 *
 * numeric's div() cuts toward zero and is exact; so is a product. A half goes away from zero, as in
 * base/decimal.h.
 */
#include "db/db_internal.h"
#include "db/tree_internal.h"

/* bigint of the numeric expression, or NULL. */
#define FIT(expression)                                                                             \
    ("(select case when n between -9223372036854775808 and 9223372036854775807 then n::bigint end " \
     "from (select " expression " as n offset 0) as fit)")

/* p = {0} * {1}, d = {2} or NULL when that is 0. */
#define QUOTIENT(expression)                                                                                \
    ("(select case when n between -9223372036854775808 and 9223372036854775807 then n::bigint end "         \
     "from (select " expression " as n from (select {0}::numeric * {1} as p, nullif({2}, 0)::numeric as d " \
     "offset 0) as whole offset 0) as fit)")

#define IS_DATE(n) n " between -719162 and 2932896"

/* d is the date {0}; no row, so NULL, where that is none. */
#define OF_DATE(expression)                                                                \
    ("(select (" expression ")::bigint from (select date '1970-01-01' + n::int as d from " \
     "(select {0} as n offset 0) as days where " IS_DATE("n") " offset 0) as day)")

/* b is the date {0}, t the date {1}. */
#define TWO_DATES                                                                       \
    "(select date '1970-01-01' + m::int as b, date '1970-01-01' + n::int as t from "    \
    "(select {0} as m, {1} as n offset 0) as days where " IS_DATE("m") " and " IS_DATE( \
        "n") " offset 0) as life"

/* Missing before birth. */
#define SINCE_BIRTH(expression) \
    ("(select case when t >= b then (" expression ")::bigint end from " TWO_DATES ")")

/* An age is reached on the day before its day (base/date.h), so what counts is the day after t. */
#define NEXT "least(t + 1, date '9999-12-31')"
#define FISCAL_YEAR_OF(date) \
    "extract(year from " date ") - case when extract(month from " date ") < 4 then 1 else 0 end"

const DbDialect db_dialect_postgres = {
    .condition_as_value = "{0}::int::bigint",
    .text_by_bytes = " collate \"C\"",
    .ascending = " nulls first",
    .descending = " desc nulls last",
    .index_order = " nulls first",
    .sum =
        "case when sum({0}) between -9223372036854775808 and 9223372036854775807 then sum({0})::bigint end",
    .operations =
        {
            [DB_ADD] = FIT("{0}::numeric + {1}"),
            [DB_SUBTRACT] = FIT("{0}::numeric - {1}"),
            [DB_MULTIPLY] = FIT("{0}::numeric * {1}"),
            [DB_MULTIPLY_DIVIDE] = QUOTIENT("sign(p) * sign(d) * div(abs(p) * 2 + abs(d), abs(d) * 2)"),
            [DB_MULTIPLY_DIVIDE_DOWN] = QUOTIENT("div(p, d)"),
            [DB_MULTIPLY_DIVIDE_UP] = QUOTIENT("sign(p) * sign(d) * div(abs(p) + abs(d) - 1, abs(d))"),
            [DB_WITHIN] = ("(select case when n between low and high then n end from "
                           "(select {0} as n, {1} as low, {2} as high offset 0) as span)"),
            [DB_LEAST] = ("(select case when a <= b then a when a > b then b end from "
                          "(select {0} as a, {1} as b offset 0) as pair)"),
            [DB_GREATEST] = ("(select case when a >= b then a when a < b then b end from "
                             "(select {0} as a, {1} as b offset 0) as pair)"),
            [DB_YEAR] = OF_DATE("extract(year from d)"),
            [DB_MONTH] = OF_DATE("extract(month from d)"),
            [DB_DAY] = OF_DATE("extract(day from d)"),
            [DB_FISCAL_YEAR] = OF_DATE(FISCAL_YEAR_OF("d")),
            [DB_ADD_MONTHS] =
                ("(select case when extract(year from d) * 12 + extract(month from d) - 1 + n between 12 and "
                 "119999 "
                 "then ((d + n::int * interval '1 month')::date - date '1970-01-01')::bigint end from "
                 "(select date '1970-01-01' + m::int as d, n from (select {0} as m, {1} as n offset 0) as "
                 "days "
                 "where " IS_DATE("m") " offset 0) as step)"),
            [DB_AGE_MONTHS] = SINCE_BIRTH(
                "(extract(year from " NEXT ") - extract(year from b)) * 12 + extract(month from " NEXT
                ") - extract(month from b) - "
                "case when extract(day from " NEXT ") < extract(day from b) then 1 else 0 end"),
            [DB_SCHOOL_GRADE] = ("(select case when t >= b and entry <= 9999 then (" FISCAL_YEAR_OF(
                "t") " - entry + 1)::bigint end "
                     "from (select b, t, extract(year from b) + 6 + "
                     "case when extract(month from b) * 100 + extract(day from b) > 401 then 1 else 0 end as "
                     "entry "
                     "from " TWO_DATES " offset 0) as school)"),
            [DB_DAY_IN_JAPAN] =
                ("(select case when n between -719162 and 2932896 then n::bigint end from "
                 "(select div(i - mod(mod(i, 86400000000) + 86400000000, 86400000000), 86400000000) as n "
                 "from (select {0}::numeric + 32400000000 as i offset 0) as moment offset 0) as day)"),
            [DB_LENGTH] = "char_length({0})::bigint",
            [DB_CONTAINS] = "(strpos({0}, {1}) > 0)",
            [DB_STARTS] = "starts_with({0}, {1})",
            [DB_ENDS] = "starts_with(reverse({0}), reverse({1}))",
            [DB_JOIN] = "({0} || {1})",
        },
};
