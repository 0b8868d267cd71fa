/* Dates as people write them: Japanese eras out, and every usual writing in.
 *
 * One table of eras serves both ways. Reading first makes the text plain (NFKC: full width, the one-character
 * era names, wide spaces), then takes it apart: an era or none, year, month, day, with 年月日 or one of - / .
 * between.
 */
#include "base/date.h"

#include <utf8proc.h>

#include "base/utf8.h"

#define PLAIN_MAX 64 /* bytes; the longest writing of a date is far shorter */

typedef struct Era {
    Str name;
    char letter;
    Date first;
    int16_t year_zero; /* the year before its first: 平成30年 is 1988 + 30 */
} Era;

static const Era ERAS[] = {
    {STR_LITERAL("明治"), 'M', {1873, 1, 1}, 1867},
    {STR_LITERAL("大正"), 'T', {1912, 7, 30}, 1911},
    {STR_LITERAL("昭和"), 'S', {1926, 12, 25}, 1925},
    {STR_LITERAL("平成"), 'H', {1989, 1, 8}, 1988},
    {STR_LITERAL("令和"), 'R', {2019, 5, 1}, 2018},
};

#define DATE_ROOM 64

/* The era that holds the day; NULL before 1873. */
static const Era *era_of(Date date)
{
    for (size_t i = COUNT_OF(ERAS); i-- > 0;) {
        if (date_compare(date, ERAS[i].first) >= 0)
            return &ERAS[i];
    }
    return NULL;
}

/* 平成30 / 令和元 / 1870 of a day. */
static void write_year(char out[DATE_ROOM], Date date)
{
    const Era *era = era_of(date);
    int year = era ? date.year - era->year_zero : date.year;
    if (era && year == 1)
        snprintf(out, DATE_ROOM, "%.*s元", STR_ARGS(era->name));
    else
        snprintf(out, DATE_ROOM, "%.*s%d", era ? (int)era->name.len : 0, era ? era->name.at : "", year);
}

Str date_print_japanese(Arena *arena, Date date)
{
    if (!date_is_given(date))
        return STR_EMPTY;
    char year[DATE_ROOM];
    write_year(year, date);
    return arena_printf(arena, "%s年%d月%d日", year, date.month, date.day);
}

Str fiscal_year_print(Arena *arena, int year, bool later_era)
{
    if (year < 1 || year > 9999)
        return STR_EMPTY;
    /* The later era has a number for this year only when it began within it: 昭和63年度 had no second name.
     */
    Date day = {.year = (int16_t)year, .month = later_era ? 12 : 4, .day = later_era ? 31 : 1};
    char text[DATE_ROOM];
    write_year(text, day);
    return arena_printf(arena, "%s年度", text);
}

/* Exactly `count` digits; advances. */
static bool take_fixed(Str *rest, size_t count, int *out)
{
    int64_t n;
    Str digits = str_slice(*rest, 0, count);
    if (digits.len < count || digits.at[0] == '+' || digits.at[0] == '-' || !str_to_int(digits, &n))
        return false;
    *rest = str_slice(*rest, count, rest->len);
    *out = (int)n;
    return true;
}

static bool take_text(Str *rest, Str text)
{
    if (!str_starts(*rest, text))
        return false;
    *rest = str_slice(*rest, text.len, rest->len);
    return true;
}

bool date_parse_iso(Str s, Date *out)
{
    int year, month, day;
    if (!take_fixed(&s, 4, &year) || !take_text(&s, S("-")) || !take_fixed(&s, 2, &month) ||
        !take_text(&s, S("-")) || !take_fixed(&s, 2, &day) || s.len > 0)
        return false;
    Date date = {.year = (int16_t)year, .month = (int8_t)month, .day = (int8_t)day};
    if (!date_is_valid(date))
        return false;
    *out = date;
    return true;
}

/* NFKC of a short text without an arena; false when it is not UTF-8 or too long to be a date. */
static bool make_plain(Str s, char out[PLAIN_MAX], Str *plain)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    utf8proc_int32_t points[PLAIN_MAX];
    if (s.len == 0)
        return false;
    utf8proc_ssize_t count = utf8proc_decompose(
        (const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, points, PLAIN_MAX, options);
    if (count < 0 || count > PLAIN_MAX)
        return false;
    count = utf8proc_normalize_utf32(points, count, options);
    size_t len = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        if (len + 4 > PLAIN_MAX)
            return false;
        len += utf8_put(out + len, (uint32_t)points[i]);
    }
    *plain = (Str){out, len};
    return true;
}

/* A number of 1 to 4 digits, spaces before it allowed; *digits (may be NULL) says how many. */
static bool take_number(Str *rest, int *out, size_t *digits)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    while (n < rest->len && n < 5 && rest->at[n] >= '0' && rest->at[n] <= '9')
        n++;
    if (n == 0 || n > 4)
        return false;
    if (digits)
        *digits = n;
    return take_fixed(rest, n, out);
}

static const Era *take_era(Str *rest)
{
    for (size_t i = 0; i < COUNT_OF(ERAS); i++) {
        if (take_text(rest, ERAS[i].name))
            return &ERAS[i];
        char upper = rest->len > 0 ? rest->at[0] : '\0';
        if (upper >= 'a' && upper <= 'z')
            upper = (char)(upper - 'a' + 'A');
        if (upper == ERAS[i].letter) {
            *rest = str_slice(*rest, 1, rest->len);
            return &ERAS[i];
        }
    }
    return NULL;
}

typedef struct Writing {
    const Era *era; /* NULL: Gregorian */
    int year, month, day;
} Writing;

/* Takes 年5月1日 or one of - / . with 5 and 1, to the end of the text. */
static bool take_month_and_day(Str rest, Writing *out)
{
    static const Str SEPARATORS[] = {STR_LITERAL("-"), STR_LITERAL("/"), STR_LITERAL(".")};
    rest = str_trim(rest);
    if (take_text(&rest, S("年"))) {
        if (!take_number(&rest, &out->month, NULL))
            return false;
        rest = str_trim(rest);
        if (!take_text(&rest, S("月")) || !take_number(&rest, &out->day, NULL))
            return false;
        rest = str_trim(rest);
        return take_text(&rest, S("日")) && rest.len == 0;
    }
    for (size_t i = 0; i < COUNT_OF(SEPARATORS); i++) {
        if (take_text(&rest, SEPARATORS[i]))
            return take_number(&rest, &out->month, NULL) && take_text(&rest, SEPARATORS[i]) &&
                   take_number(&rest, &out->day, NULL) && rest.len == 0;
    }
    return false;
}

static bool take_apart(Str s, Writing *out)
{
    size_t digits = 0;
    Str rest = str_trim(s);
    *out = (Writing){.era = take_era(&rest)};
    rest = str_trim(rest);
    if (out->era && take_text(&rest, S("元")))
        out->year = 1;
    else if (!take_number(&rest, &out->year, &digits))
        return false;
    /* Two digits without an era could be either calendar. */
    if (!out->era && digits != 4)
        return false;
    return take_month_and_day(rest, out);
}

/* The day exists; does the era named with it? */
static bool check_era(const Writing *writing, Date date, Str shown, Error *error)
{
    const Era *holds = era_of(date);
    if (!writing->era || holds == writing->era)
        return true;
    if (!holds)
        return error_set(error, ERROR_INPUT,
            "%.*s: before 1873-01-01 Japan counted days otherwise; write the day of today's calendar with "
            "its "
            "year, such as %d-%02d-%02d",
            STR_ARGS(shown), date.year, date.month, date.day);
    char year[DATE_ROOM];
    write_year(year, date);
    return error_set(error, ERROR_INPUT, "%.*s is not a day of %.*s; write %s年%d月%d日", STR_ARGS(shown),
        STR_ARGS(writing->era->name), year, date.month, date.day);
}

bool date_parse(Str s, Date *out, Error *error)
{
    char bytes[PLAIN_MAX];
    Str plain = STR_EMPTY;
    Writing writing;
    Str shown = utf8_check(s, NULL) ? grapheme_head(str_trim(s), 30) : S("(not UTF-8)");
    if (!make_plain(str_trim(s), bytes, &plain) || !take_apart(plain, &writing))
        return error_set(error, ERROR_INPUT,
            "%.*s is not a date; write it like 2018-05-01, 2018年5月1日 or 平成30年5月1日", STR_ARGS(shown));
    int year = writing.year + (writing.era ? writing.era->year_zero : 0);
    if (writing.year < 1 || year > 9999)
        return error_set(error, ERROR_INPUT, "%.*s: there is no such year", STR_ARGS(shown));
    bool fits = writing.month >= 1 && writing.month <= 12 && writing.day >= 1 && writing.day <= 31;
    Date date = {.year = (int16_t)year};
    if (fits) {
        date.month = (int8_t)writing.month;
        date.day = (int8_t)writing.day;
    }
    if (!date_is_valid(date))
        return error_set(error, ERROR_INPUT, "%.*s: there is no such day in the calendar", STR_ARGS(shown));
    if (!check_era(&writing, date, shown, error))
        return false;
    *out = date;
    return true;
}
