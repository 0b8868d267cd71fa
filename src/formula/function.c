/* formula/function.c: the table of the language's own functions, and how each computes.
 *
 * A function is called with all its arguments given (but for those that take missing ones) and of the types
 * that the checker made sure of; it answers a value, or missing with a note that says why. Dates and ages are
 * base/date.h's, rounding is base/decimal.h's. Beside each stands its form for sets.
 */
#include "formula/function.h"

#include "base/date.h"
#include "base/decimal.h"
#include "base/utf8.h"

static Value missing_for(FormulaCall *call, FormulaNote note)
{
    call->note = note;
    return value_missing();
}

static int64_t number(const FormulaCall *call, size_t i)
{
    return call->arguments[i].integer;
}

static const DbTree *constant(Arena *arena, int64_t n)
{
    return db_tree_value(arena, value_integer(n), VALUE_INTEGER);
}

/* --- dates and ages
 * ------------------------------------------------------------------------------------------------ */

static Date date_of_days(int64_t days)
{
    return days < VALUE_DATE_MIN || days > VALUE_DATE_MAX ? (Date){0} : date_from_days((int32_t)days);
}

static Date date_argument(const FormulaCall *call, size_t i)
{
    return date_of_days(number(call, i));
}

static Value days_of(FormulaCall *call, Date date)
{
    return date_is_given(date) ? value_date(date_to_days(date)) : missing_for(call, FORMULA_NOTE_NO_DATE);
}

static Value evaluate_year(FormulaCall *call)
{
    Date date = date_argument(call, 0);
    return date_is_given(date) ? value_integer(date.year) : missing_for(call, FORMULA_NOTE_NO_DATE);
}

static Value evaluate_month(FormulaCall *call)
{
    Date date = date_argument(call, 0);
    return date_is_given(date) ? value_integer(date.month) : missing_for(call, FORMULA_NOTE_NO_DATE);
}

static Value evaluate_day(FormulaCall *call)
{
    Date date = date_argument(call, 0);
    return date_is_given(date) ? value_integer(date.day) : missing_for(call, FORMULA_NOTE_NO_DATE);
}

static Value evaluate_fiscal_year(FormulaCall *call)
{
    Date date = date_argument(call, 0);
    return date_is_given(date) ? value_integer(fiscal_year(date)) : missing_for(call, FORMULA_NOTE_NO_DATE);
}

static Value evaluate_date_of(FormulaCall *call)
{
    return days_of(call, date_of_instant(number(call, 0)));
}

static Value evaluate_add_months(FormulaCall *call)
{
    int64_t months = number(call, 1);
    if (months < INT32_MIN || months > INT32_MAX)
        return missing_for(call, FORMULA_NOTE_NO_DATE);
    return days_of(call, date_add_months(date_argument(call, 0), (int32_t)months));
}

static Value evaluate_age_months(FormulaCall *call)
{
    int months = age_months(date_argument(call, 0), date_argument(call, 1));
    return months < 0 ? missing_for(call, FORMULA_NOTE_BEFORE_BIRTH) : value_integer(months);
}

static Value evaluate_age(FormulaCall *call)
{
    int years = age_years(date_argument(call, 0), date_argument(call, 1));
    return years < 0 ? missing_for(call, FORMULA_NOTE_BEFORE_BIRTH) : value_integer(years);
}

static Value evaluate_age_days(FormulaCall *call)
{
    int64_t days = number(call, 1) - number(call, 0);
    return days < 0 ? missing_for(call, FORMULA_NOTE_BEFORE_BIRTH) : value_integer(days);
}

static Value evaluate_school_grade(FormulaCall *call)
{
    Date birth = date_argument(call, 0), on = date_argument(call, 1);
    if (!date_is_given(birth) || !date_is_given(on))
        return missing_for(call, FORMULA_NOTE_NO_DATE);
    if (date_compare(on, birth) < 0)
        return missing_for(call, FORMULA_NOTE_BEFORE_BIRTH);
    Date entry = school_entry(birth);
    if (!date_is_given(entry))
        return missing_for(call, FORMULA_NOTE_NO_DATE);
    return value_integer(fiscal_year(on) - entry.year + 1);
}

static const DbTree *tree_year(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_YEAR, 1, call->arguments);
}

static const DbTree *tree_month(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_MONTH, 1, call->arguments);
}

static const DbTree *tree_day(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_DAY, 1, call->arguments);
}

static const DbTree *tree_fiscal_year(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_FISCAL_YEAR, 1, call->arguments);
}

static const DbTree *tree_date_of(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_DAY_IN_JAPAN, 1, call->arguments);
}

static const DbTree *tree_add_months(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_ADD_MONTHS, 2, call->arguments);
}

static const DbTree *tree_age_months(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_AGE_MONTHS, 2, call->arguments);
}

static const DbTree *tree_age(const FormulaTreeCall *call)
{
    return db_tree_call(call->arena, DB_MULTIPLY_DIVIDE_DOWN, tree_age_months(call), constant(call->arena, 1),
        constant(call->arena, 12));
}

static const DbTree *tree_age_days(const FormulaTreeCall *call)
{
    const DbTree *days = db_tree_call(call->arena, DB_SUBTRACT, call->arguments[1], call->arguments[0]);
    const DbTree *within = db_tree_call(call->arena, DB_WITHIN, days, constant(call->arena, 0),
        constant(call->arena, VALUE_DATE_MAX - VALUE_DATE_MIN));
    return within == NULL ? NULL : db_tree_as(call->arena, within, VALUE_INTEGER);
}

static const DbTree *tree_school_grade(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_SCHOOL_GRADE, 2, call->arguments);
}

/* --- rounding
 * ------------------------------------------------------------------------------------------------------ */

static int64_t power_of_ten(int64_t n)
{
    int64_t power = 1;
    for (; n > 0; n--)
        power *= 10;
    return power;
}

/* To what multiples, in the unit of the value (millionths, or whole numbers), and in which unit the result is
 * told. */
typedef struct Step {
    int64_t divide, multiply; /* divide by this and round, then multiply by that */
} Step;

static Step step_of(bool is_decimal, int64_t digits)
{
    if (is_decimal && digits > 0)
        return (Step){power_of_ten(DECIMAL_DIGITS - digits), power_of_ten(DECIMAL_DIGITS - digits)};
    if (is_decimal)
        return (Step){power_of_ten(DECIMAL_DIGITS - digits), power_of_ten(-digits)};
    return digits < 0 ? (Step){power_of_ten(-digits), power_of_ten(-digits)} : (Step){1, 1};
}

static Value evaluate_rounding(FormulaCall *call, Rounding rounding)
{
    bool is_decimal = call->arguments[0].type == VALUE_DECIMAL;
    int64_t digits = call->count > 1 ? number(call, 1) : 0, n;
    Step step = step_of(is_decimal, digits);
    bool fits = multiply_divide(number(call, 0), 1, step.divide, rounding, &n) &&
                !__builtin_mul_overflow(n, step.multiply, &n);
    if (!fits)
        return missing_for(call, FORMULA_NOTE_OVERFLOW);
    return is_decimal && digits > 0 ? value_decimal(n) : value_integer(n);
}

static Value evaluate_round(FormulaCall *call)
{
    return evaluate_rounding(call, ROUND_HALF_UP);
}

static Value evaluate_round_down(FormulaCall *call)
{
    return evaluate_rounding(call, ROUND_DOWN);
}

static Value evaluate_round_up(FormulaCall *call)
{
    return evaluate_rounding(call, ROUND_UP);
}

static const DbTree *tree_rounding(const FormulaTreeCall *call, DbOperation operation)
{
    if (call->arguments[0] == NULL)
        return NULL;
    bool is_decimal = db_tree_type(call->arguments[0]) == VALUE_DECIMAL;
    int64_t digits = call->count > 1 ? call->written[1].integer : 0;
    Step step = step_of(is_decimal, digits);
    const DbTree *divided = db_tree_call(call->arena, operation, call->arguments[0], constant(call->arena, 1),
        constant(call->arena, step.divide));
    const DbTree *rounded = step.multiply == 1 ? divided
                                               : db_tree_call(call->arena, DB_MULTIPLY, divided,
                                                     constant(call->arena, step.multiply));
    return db_tree_as(call->arena, rounded, is_decimal && digits > 0 ? VALUE_DECIMAL : VALUE_INTEGER);
}

static const DbTree *tree_round(const FormulaTreeCall *call)
{
    return tree_rounding(call, DB_MULTIPLY_DIVIDE);
}

static const DbTree *tree_round_down(const FormulaTreeCall *call)
{
    return tree_rounding(call, DB_MULTIPLY_DIVIDE_DOWN);
}

static const DbTree *tree_round_up(const FormulaTreeCall *call)
{
    return tree_rounding(call, DB_MULTIPLY_DIVIDE_UP);
}

/* --- choosing
 * ------------------------------------------------------------------------------------------------------ */

static Value evaluate_min(FormulaCall *call)
{
    Value least = call->arguments[0];
    for (size_t i = 1; i < call->count; i++)
        if (number(call, i) < least.integer)
            least = call->arguments[i];
    return least;
}

static Value evaluate_max(FormulaCall *call)
{
    Value greatest = call->arguments[0];
    for (size_t i = 1; i < call->count; i++)
        if (number(call, i) > greatest.integer)
            greatest = call->arguments[i];
    return greatest;
}

static Value evaluate_first_given(FormulaCall *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (call->arguments[i].type != VALUE_MISSING)
            return call->arguments[i];
    return value_missing();
}

static const DbTree *tree_min(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_LEAST, call->count, call->arguments);
}

static const DbTree *tree_max(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_GREATEST, call->count, call->arguments);
}

static const DbTree *tree_first_given(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_FIRST_GIVEN, call->count, call->arguments);
}

/* --- text
 * ----------------------------------------------------------------------------------------------------------
 */

static Value evaluate_length(FormulaCall *call)
{
    return value_integer((int64_t)utf8_count(call->arguments[0].text));
}

static Value evaluate_contains(FormulaCall *call)
{
    return value_boolean(str_contains(call->arguments[0].text, call->arguments[1].text));
}

static Value evaluate_starts_with(FormulaCall *call)
{
    return value_boolean(str_starts(call->arguments[0].text, call->arguments[1].text));
}

static Value evaluate_ends_with(FormulaCall *call)
{
    return value_boolean(str_ends(call->arguments[0].text, call->arguments[1].text));
}

static Value evaluate_join(FormulaCall *call)
{
    Str joined = call->arguments[0].text;
    for (size_t i = 1; i < call->count; i++)
        joined = arena_join(call->arena, joined, call->arguments[i].text);
    return arena_failed(call->arena) ? missing_for(call, FORMULA_NOTE_NO_MEMORY) : value_text(joined);
}

static const DbTree *tree_length(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_LENGTH, 1, call->arguments);
}

static const DbTree *tree_contains(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_CONTAINS, 2, call->arguments);
}

static const DbTree *tree_starts_with(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_STARTS, 2, call->arguments);
}

static const DbTree *tree_ends_with(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_ENDS, 2, call->arguments);
}

static const DbTree *tree_join(const FormulaTreeCall *call)
{
    return db_tree_operation(call->arena, DB_JOIN, call->count, call->arguments);
}

/* --- the table
 * ----------------------------------------------------------------------------------------------------- */

#define DATE_ARGUMENT                            \
    {                                            \
        FORMULA_IS(DATE), FORMULA_ARGUMENT_PLAIN \
    }
#define TEXT_ARGUMENT                            \
    {                                            \
        FORMULA_IS(TEXT), FORMULA_ARGUMENT_PLAIN \
    }
#define BIRTH_AND_DAY \
    .arguments = {{FORMULA_IS(DATE), FORMULA_ARGUMENT_BIRTH}, DATE_ARGUMENT}, .min = 2, .max = 2
#define NUMBER_AND_DIGITS                                      \
    .arguments = {{FORMULA_IS_NUMBER, FORMULA_ARGUMENT_PLAIN}, \
        {FORMULA_IS(INTEGER), FORMULA_ARGUMENT_DIGITS}},       \
    .min = 1, .max = 2, .result_rule = FORMULA_RESULT_ROUNDED
#define TWO_TEXTS .arguments = {TEXT_ARGUMENT, TEXT_ARGUMENT}, .min = 2, .max = 2, .result = FORMULA_BOOLEAN
#define ALIKE(kinds, least)                                                                   \
    .arguments = {{(kinds), FORMULA_ARGUMENT_PLAIN}, {(kinds), FORMULA_ARGUMENT_LIKE_FIRST}}, \
    .min = (least), .max = FORMULA_ARGUMENTS_MAX, .result_rule = FORMULA_RESULT_LIKE_FIRST

const FormulaFunction formula_functions[] = {
    {.name = "age",
        BIRTH_AND_DAY,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_age,
        .tree = tree_age,
        .title = {"満年齢", "legal age"},
        .summary = {"その日の満年齢。誕生日の前日に一つ増えます。生まれる前は不明です",
            "Age in law on a day; it is reached on the eve of the birthday. Missing before birth"},
        .example = "age(2010-05-02, 2018-05-01)",
        .answer = "8"},
    {.name = "age_months",
        BIRTH_AND_DAY,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_age_months,
        .tree = tree_age_months,
        .title = {"満月齢", "legal age in months"},
        .summary = {"その日の満月齢。数え方は age と同じです",
            "Age in law in completed months, counted like age"},
        .example = "age_months(2018-01-31, 2018-02-28)",
        .answer = "1"},
    {.name = "age_days",
        BIRTH_AND_DAY,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_age_days,
        .tree = tree_age_days,
        .title = {"生後日数", "days since birth"},
        .summary = {"生まれた日を0とした日数", "Days since the day of birth, which is 0"},
        .example = "age_days(2018-06-01, 2018-06-29)",
        .answer = "28"},
    {.name = "school_grade",
        BIRTH_AND_DAY,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_school_grade,
        .tree = tree_school_grade,
        .title = {"学年", "school grade"},
        .summary = {"小学1年生が1、中学3年生が9。就学前は0以下、義務教育の後は10以上です",
            "1 is the first year of elementary school, 9 the last of junior high; 0 and less before, 10 and "
            "more after"},
        .example = "school_grade(2012-04-01, 2018-04-01)",
        .answer = "1"},
    {.name = "fiscal_year",
        .arguments = {DATE_ARGUMENT},
        .min = 1,
        .max = 1,
        .result = FORMULA_FISCAL_YEAR,
        .evaluate = evaluate_fiscal_year,
        .tree = tree_fiscal_year,
        .title = {"年度", "fiscal year"},
        .summary = {"日付の属する年度（4月から翌年3月まで）",
            "The fiscal year, April to March, that a date lies in"},
        .example = "fiscal_year(2019-03-31)",
        .answer = "2018"},
    {.name = "year",
        .arguments = {DATE_ARGUMENT},
        .min = 1,
        .max = 1,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_year,
        .tree = tree_year,
        .title = {"年", "year"},
        .summary = {"日付の年（西暦）", "The year of a date"},
        .example = "year(2018-06-01)",
        .answer = "2018"},
    {.name = "month",
        .arguments = {DATE_ARGUMENT},
        .min = 1,
        .max = 1,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_month,
        .tree = tree_month,
        .title = {"月", "month"},
        .summary = {"日付の月（1から12）", "The month of a date, 1 to 12"},
        .example = "month(2018-06-01)",
        .answer = "6"},
    {.name = "day",
        .arguments = {DATE_ARGUMENT},
        .min = 1,
        .max = 1,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_day,
        .tree = tree_day,
        .title = {"日", "day"},
        .summary = {"日付の日（1から31）", "The day of a date, 1 to 31"},
        .example = "day(2018-06-01)",
        .answer = "1"},
    {.name = "date_of",
        .arguments = {{FORMULA_IS(DATETIME), FORMULA_ARGUMENT_PLAIN}},
        .min = 1,
        .max = 1,
        .result = FORMULA_DATE,
        .evaluate = evaluate_date_of,
        .tree = tree_date_of,
        .title = {"日時の日付", "date of"},
        .summary = {"日時の、日本での日付", "The date in Japan of a date with a time"},
        .example = "date_of(2018-06-01T23:30)",
        .answer = "2018-06-01"},
    {.name = "add_months",
        .arguments = {DATE_ARGUMENT, {FORMULA_IS(INTEGER), FORMULA_ARGUMENT_PLAIN}},
        .min = 2,
        .max = 2,
        .result = FORMULA_DATE,
        .evaluate = evaluate_add_months,
        .tree = tree_add_months,
        .title = {"何か月後", "months later"},
        .summary = {"その月数だけ後（負なら前）の日。その日がない月は末日です",
            "So many months later (or earlier); the last day of the month where there is no such day"},
        .example = "add_months(2018-01-31, 1)",
        .answer = "2018-02-28"},
    {.name = "round",
        NUMBER_AND_DIGITS,
        .evaluate = evaluate_round,
        .tree = tree_round,
        .title = {"四捨五入", "round"},
        .summary = {"四捨五入。桁数を書かなければ整数に、1なら小数第1位まで、-2なら100の位まで",
            "Rounds half up: to a whole number, or to so many digits behind (1) or before (-2) the point"},
        .example = "round(12.345, 1)",
        .answer = "12.3"},
    {.name = "round_down",
        NUMBER_AND_DIGITS,
        .evaluate = evaluate_round_down,
        .tree = tree_round_down,
        .title = {"切捨て", "round down"},
        .summary = {"切捨て（0に近い方へ）。桁数は round と同じ", "Toward zero; digits as in round"},
        .example = "round_down(12380, -2)",
        .answer = "12300"},
    {.name = "round_up",
        NUMBER_AND_DIGITS,
        .evaluate = evaluate_round_up,
        .tree = tree_round_up,
        .title = {"切上げ", "round up"},
        .summary = {"切上げ（0から遠い方へ）。桁数は round と同じ", "Away from zero; digits as in round"},
        .example = "round_up(12.1)",
        .answer = "13"},
    {.name = "min",
        ALIKE(FORMULA_IS_ORDERED, 2),
        .evaluate = evaluate_min,
        .tree = tree_min,
        .title = {"最小", "least"},
        .summary = {"一番小さい値、早い日付。一つでも不明なら不明です",
            "The least or earliest; missing when one is"},
        .example = "min(3, 1.5)",
        .answer = "1.5"},
    {.name = "max",
        ALIKE(FORMULA_IS_ORDERED, 2),
        .evaluate = evaluate_max,
        .tree = tree_max,
        .title = {"最大", "greatest"},
        .summary = {"一番大きい値、遅い日付。一つでも不明なら不明です",
            "The greatest or latest; missing when one is"},
        .example = "max(0, 5 - 8)",
        .answer = "0"},
    {.name = "first_given",
        ALIKE(FORMULA_IS_ANY_VALUE, 2),
        .takes_missing = true,
        .evaluate = evaluate_first_given,
        .tree = tree_first_given,
        .title = {"最初にある値", "first given"},
        .summary = {"並べた値のうち、不明でない最初の値", "The first of the values that is not missing"},
        .example = "first_given(1 / 0, 2)",
        .answer = "2"},
    {.name = "length",
        .arguments = {TEXT_ARGUMENT},
        .min = 1,
        .max = 1,
        .result = FORMULA_INTEGER,
        .evaluate = evaluate_length,
        .tree = tree_length,
        .title = {"文字数", "length"},
        .summary = {"文字数", "How many characters"},
        .example = "length('青空')",
        .answer = "2"},
    {.name = "contains",
        TWO_TEXTS,
        .evaluate = evaluate_contains,
        .tree = tree_contains,
        .title = {"含む", "contains"},
        .summary = {"一つ目の文に、二つ目の文が含まれるか",
            "Whether the second text stands somewhere in the first"},
        .example = "contains('夏の教室', '教室')",
        .answer = "yes"},
    {.name = "starts_with",
        TWO_TEXTS,
        .evaluate = evaluate_starts_with,
        .tree = tree_starts_with,
        .title = {"で始まる", "starts with"},
        .summary = {"一つ目の文が、二つ目の文で始まるか", "Whether the first text begins with the second"},
        .example = "starts_with('A-12', 'A')",
        .answer = "yes"},
    {.name = "ends_with",
        TWO_TEXTS,
        .evaluate = evaluate_ends_with,
        .tree = tree_ends_with,
        .title = {"で終わる", "ends with"},
        .summary = {"一つ目の文が、二つ目の文で終わるか", "Whether the first text ends with the second"},
        .example = "ends_with('A-12', 'B')",
        .answer = "no"},
    {.name = "join",
        .arguments = {TEXT_ARGUMENT},
        .min = 2,
        .max = FORMULA_ARGUMENTS_MAX,
        .result = FORMULA_TEXT,
        .evaluate = evaluate_join,
        .tree = tree_join,
        .title = {"つなぐ", "join"},
        .summary = {"文をつなぐ", "The texts one behind the other"},
        .example = "join('夏', 'の', '教室')",
        .answer = "夏の教室"},
};

const size_t formula_function_count = COUNT_OF(formula_functions);
