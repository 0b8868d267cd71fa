/* db/tree_sqlite.c: how SQLite writes the operations of a tree, and the functions it lacks for them.
 *
 * SQLite's own sum of integers that overflows is a floating number, and it knows no law of ages, so these are
 * functions of ours, made known to each connection: deterministic, harmless, and the same C that everybody
 * else in the house calls (base/decimal.h, base/date.h). Each is given integers (or texts, in two cases) or
 * NULL, and answers NULL as soon as one is missing.
 *
 * Functions take any number of terms where an operation does: SQLite's parser has room for few open brackets.
 */
#include "base/date.h"
#include "base/decimal.h"
#include "db/engine_sqlite.h"
#include "db/tree_internal.h"

const DbDialect db_dialect_sqlite = {
    .condition_as_value = "{0}",
    .text_by_bytes = "",
    .ascending = "",
    .descending = " desc",
    .index_order = "",
    .sum = "checked_sum({0})",
    .operations =
        {
            [DB_ADD] = "checked_add({*})",
            [DB_SUBTRACT] = "checked_subtract({*})",
            [DB_MULTIPLY] = "checked_multiply({*})",
            [DB_MULTIPLY_DIVIDE] = "multiply_divide({*})",
            [DB_MULTIPLY_DIVIDE_DOWN] = "multiply_divide_down({*})",
            [DB_MULTIPLY_DIVIDE_UP] = "multiply_divide_up({*})",
            [DB_WITHIN] = "within({*})",
            [DB_LEAST] = "min({*})",
            [DB_GREATEST] = "max({*})",
            [DB_YEAR] = "date_year({0})",
            [DB_MONTH] = "date_month({0})",
            [DB_DAY] = "date_day({0})",
            [DB_FISCAL_YEAR] = "date_fiscal_year({0})",
            [DB_ADD_MONTHS] = "date_add_months({*})",
            [DB_AGE_MONTHS] = "date_age_months({*})",
            [DB_SCHOOL_GRADE] = "date_school_grade({*})",
            [DB_DAY_IN_JAPAN] = "day_in_japan({0})",
            [DB_LENGTH] = "length({0})",
            [DB_CONTAINS] = "(instr({0}, {1}) > 0)",
            [DB_STARTS] = "text_starts({*})",
            [DB_ENDS] = "text_ends({*})",
            [DB_JOIN] = "({0} || {1})",
        },
};

/* Computes from `count` integers, none of them missing; false: missing. */
typedef bool Compute(size_t count, const int64_t *n, int64_t *out);

static bool add(size_t count, const int64_t *n, int64_t *out)
{
    *out = n[0];
    for (size_t i = 1; i < count; i++)
        if (__builtin_add_overflow(*out, n[i], out))
            return false;
    return true;
}

static bool subtract(size_t count, const int64_t *n, int64_t *out)
{
    *out = n[0];
    for (size_t i = 1; i < count; i++)
        if (__builtin_sub_overflow(*out, n[i], out))
            return false;
    return true;
}

static bool multiply(size_t count, const int64_t *n, int64_t *out)
{
    *out = n[0];
    for (size_t i = 1; i < count; i++)
        if (__builtin_mul_overflow(*out, n[i], out))
            return false;
    return true;
}

static bool divide_half_up(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    return multiply_divide(n[0], n[1], n[2], ROUND_HALF_UP, out);
}

static bool divide_down(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    return multiply_divide(n[0], n[1], n[2], ROUND_DOWN, out);
}

static bool divide_up(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    return multiply_divide(n[0], n[1], n[2], ROUND_UP, out);
}

static bool within(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    *out = n[0];
    return n[0] >= n[1] && n[0] <= n[2];
}

/* The date of a number of days; none when it is no date. */
static Date to_date(int64_t days)
{
    return days < VALUE_DATE_MIN || days > VALUE_DATE_MAX ? (Date){0} : date_from_days((int32_t)days);
}

static bool year(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    *out = to_date(n[0]).year;
    return *out != 0;
}

static bool month(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    *out = (uint8_t)to_date(n[0]).month;
    return *out != 0;
}

static bool day(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    *out = (uint8_t)to_date(n[0]).day;
    return *out != 0;
}

static bool year_of_april(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    Date date = to_date(n[0]);
    *out = fiscal_year(date);
    return date_is_given(date);
}

static bool add_months(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    Date date = to_date(n[0]);
    if (!date_is_given(date) || n[1] < INT32_MIN || n[1] > INT32_MAX)
        return false;
    Date there = date_add_months(date, (int32_t)n[1]);
    if (!date_is_given(there))
        return false;
    *out = date_to_days(there);
    return true;
}

static bool months_of_age(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    *out = age_months(to_date(n[0]), to_date(n[1]));
    return *out >= 0;
}

static bool school_grade(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    Date birth = to_date(n[0]), on = to_date(n[1]);
    if (!date_is_given(birth) || !date_is_given(on) || date_compare(on, birth) < 0)
        return false;
    Date entry = school_entry(birth);
    *out = fiscal_year(on) - entry.year + 1;
    return date_is_given(entry);
}

static bool civil_day(size_t count, const int64_t *n, int64_t *out)
{
    (void)count;
    Date date = date_of_instant(n[0]);
    if (!date_is_given(date))
        return false;
    *out = date_to_days(date);
    return true;
}

static void compute(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    int64_t n[DB_TREE_ARGUMENTS_MAX], answer;
    bool is_known = count > 0 && (size_t)count <= COUNT_OF(n);
    for (int i = 0; is_known && i < count; i++) {
        is_known = sqlite3_value_type(arguments[i]) == SQLITE_INTEGER;
        n[i] = sqlite3_value_int64(arguments[i]);
    }
    union {
        void *data;
        Compute *function;
    } user = {.data = sqlite3_user_data(context)};
    if (is_known && user.function((size_t)count, n, &answer))
        sqlite3_result_int64(context, answer);
    else
        sqlite3_result_null(context);
}

static Str text_of(sqlite3_value *value)
{
    const void *at = sqlite3_value_blob(value);
    return at == NULL ? STR_EMPTY : (Str){at, (size_t)sqlite3_value_bytes(value)};
}

static bool is_missing(sqlite3_value **pair)
{
    return sqlite3_value_type(pair[0]) == SQLITE_NULL || sqlite3_value_type(pair[1]) == SQLITE_NULL;
}

static void text_starts(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (is_missing(arguments))
        sqlite3_result_null(context);
    else
        sqlite3_result_int(context, str_starts(text_of(arguments[0]), text_of(arguments[1])));
}

static void text_ends(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (is_missing(arguments))
        sqlite3_result_null(context);
    else
        sqlite3_result_int(context, str_ends(text_of(arguments[0]), text_of(arguments[1])));
}

/* The sum of integers that are given, exact however far it strays on its way: high and low halves apart. */
typedef struct Sum {
    int64_t high, low;
    bool is_given;
} Sum;

static void sum_step(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    (void)count;
    if (sqlite3_value_type(arguments[0]) != SQLITE_INTEGER)
        return;
    Sum *sum = sqlite3_aggregate_context(context, sizeof(*sum));
    if (sum == NULL) {
        sqlite3_result_error_nomem(context);
        return;
    }
    int64_t n = sqlite3_value_int64(arguments[0]);
    sum->high += n >> 32;
    sum->low += n & 0xffffffff;
    sum->is_given = true;
}

static void sum_end(sqlite3_context *context)
{
    const Sum *sum = sqlite3_aggregate_context(context, 0);
    __int128 total = sum == NULL ? 0 : (__int128)sum->high * ((int64_t)1 << 32) + sum->low;
    if (sum != NULL && sum->is_given && total >= INT64_MIN && total <= INT64_MAX)
        sqlite3_result_int64(context, (int64_t)total);
    else
        sqlite3_result_null(context);
}

bool tree_functions_register(sqlite3 *sqlite, Error *error)
{
    static const struct {
        const char *name;
        int count; /* -1: any */
        Compute *compute;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **arguments);
    } functions[] = {
        {"checked_add", -1, add, compute},
        {"checked_subtract", -1, subtract, compute},
        {"checked_multiply", -1, multiply, compute},
        {"multiply_divide", 3, divide_half_up, compute},
        {"multiply_divide_down", 3, divide_down, compute},
        {"multiply_divide_up", 3, divide_up, compute},
        {"within", 3, within, compute},
        {"date_year", 1, year, compute},
        {"date_month", 1, month, compute},
        {"date_day", 1, day, compute},
        {"date_fiscal_year", 1, year_of_april, compute},
        {"date_add_months", 2, add_months, compute},
        {"date_age_months", 2, months_of_age, compute},
        {"date_school_grade", 2, school_grade, compute},
        {"day_in_japan", 1, civil_day, compute},
        {"text_starts", 2, NULL, text_starts},
        {"text_ends", 2, NULL, text_ends},
    };
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        union {
            Compute *function;
            void *data;
        } user = {.function = functions[i].compute};
        if (sqlite3_create_function_v2(sqlite, functions[i].name, functions[i].count, flags, user.data,
                functions[i].function, NULL, NULL, NULL) != SQLITE_OK)
            return error_memory(error);
    }
    if (sqlite3_create_function_v2(sqlite, "checked_sum", 1, flags, NULL, NULL, sum_step, sum_end, NULL) !=
        SQLITE_OK)
        return error_memory(error);
    return true;
}
