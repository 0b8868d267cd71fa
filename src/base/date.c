/* Civil dates: the calendar, legal age, fiscal years, and their writing. Reading them is in date_parse.c.
 *
 * Days are counted in eras of 400 years that begin in March, so that the leap day is the last of its year.
 * All arithmetic that leaves the years 1 to 9999 answers the missing date.
 */
#include "base/date.h"

#include "base/date_internal.h"

#define DAYS_OF_400_YEARS 146097
#define DAYS_TO_1970 719468 /* from 0000-03-01 */
#define SECONDS_OF_DAY 86400
#define JAPAN_OFFSET ((int64_t)9 * 3600)

bool date_is_given(Date date)
{
    return date.year != 0;
}

static int days_of_month(int year, int month)
{
    static const int8_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

bool date_is_valid(Date date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_of_month(date.year, date.month);
}

int date_compare(Date a, Date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

int32_t date_to_days(Date date)
{
    assert(date_is_valid(date) && "a missing or impossible date has no number");
    int32_t year = date.month > 2 ? date.year : date.year - 1; /* the year that began in March */
    int32_t month = (date.month + 9) % 12;                     /* 0 = March */
    int32_t era = year / 400, year_of_era = year % 400;
    int32_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_400_YEARS + day_of_era - DAYS_TO_1970;
}

Date date_from_days(int32_t days)
{
    int64_t since = (int64_t)days + DAYS_TO_1970;
    if (since < 0 || since >= (int64_t)DAYS_OF_400_YEARS * 25)
        return (Date){0};
    int32_t era = (int32_t)(since / DAYS_OF_400_YEARS), day_of_era = (int32_t)(since % DAYS_OF_400_YEARS);
    int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int32_t month = (5 * day_of_year + 2) / 153;
    int32_t year = era * 400 + year_of_era + (month >= 10);
    if (year < 1 || year > 9999)
        return (Date){0};
    return (Date){
        .year = (int16_t)year,
        .month = (int8_t)(month < 10 ? month + 3 : month - 9),
        .day = (int8_t)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

Date date_add_days(Date date, int32_t days)
{
    int32_t sum;
    if (!date_is_valid(date) || __builtin_add_overflow(date_to_days(date), days, &sum))
        return (Date){0};
    return date_from_days(sum);
}

/* The month n months on, with the day as it was, even if the month has no such day. */
static Date same_day_of_month(Date date, int32_t months)
{
    if (!date_is_valid(date))
        return (Date){0};
    int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;
    if (month < 12 || month >= (int64_t)10000 * 12)
        return (Date){0};
    return (Date){.year = (int16_t)(month / 12), .month = (int8_t)(month % 12 + 1), .day = date.day};
}

static Date last_of_month(Date date)
{
    date.day = (int8_t)days_of_month(date.year, date.month);
    return date;
}

Date date_add_months(Date date, int32_t months)
{
    Date there = same_day_of_month(date, months);
    if (!date_is_given(there) || date_is_valid(there))
        return there;
    return last_of_month(there);
}

int fiscal_year(Date date)
{
    return date.month >= 4 ? date.year : date.year - 1;
}

Date age_reached_on(Date birth, int32_t months)
{
    if (months <= 0)
        return months == 0 ? birth : (Date){0};
    Date there = same_day_of_month(birth, months);
    if (!date_is_given(there))
        return there;
    return date_is_valid(there) ? date_add_days(there, -1) : last_of_month(there);
}

int age_months(Date birth, Date on)
{
    if (!date_is_valid(birth) || !date_is_valid(on) || date_compare(on, birth) < 0)
        return -1;
    /* An age is reached in the month of the birthday, or on the last day of the month before it. */
    int32_t months = (on.year - birth.year) * 12 + on.month - birth.month + 1;
    while (months > 0) {
        Date reached = age_reached_on(birth, months);
        if (date_is_given(reached) && date_compare(reached, on) <= 0)
            break;
        months--;
    }
    return months;
}

int age_years(Date birth, Date on)
{
    int months = age_months(birth, on);
    return months < 0 ? -1 : months / 12;
}

Date school_entry(Date birth)
{
    Date day_after = date_add_days(age_reached_on(birth, 6 * 12), 1);
    if (!date_is_given(day_after))
        return day_after;
    Date april = {.year = day_after.year, .month = 4, .day = 1};
    return date_compare(day_after, april) <= 0 ? april : date_add_months(april, 12);
}

/* 86399 -> 0, -1 -> -1: the day that holds a second. */
static int64_t divide_down(int64_t n, int64_t by)
{
    return n / by - (n % by < 0);
}

static Date day_in_japan(int64_t second, int64_t *second_of_day)
{
    int64_t local = second + JAPAN_OFFSET, day = divide_down(local, SECONDS_OF_DAY);
    *second_of_day = local - day * SECONDS_OF_DAY;
    if (day < INT32_MIN || day > INT32_MAX)
        return (Date){0};
    return date_from_days((int32_t)day);
}

Date date_of_instant(int64_t instant)
{
    int64_t second_of_day;
    return day_in_japan(divide_down(instant, 1000000), &second_of_day);
}

Clock clock_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    assert(failed == 0 && "the system has a clock");
    (void)failed;
    int64_t second_of_day;
    return (Clock){
        .today = day_in_japan(now.tv_sec, &second_of_day),
        .instant = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000,
    };
}

void instant_write(char out[INSTANT_ROOM], int64_t instant)
{
    int64_t second;
    Date date = day_in_japan(divide_down(instant, 1000000), &second);
    out[0] = '\0';
    if (!date_is_given(date))
        return;
    snprintf(out, INSTANT_ROOM, "%04d-%02d-%02dT%02d:%02d:%02d+09:00", date.year, date.month, date.day,
        (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

Str instant_print(Arena *arena, int64_t instant)
{
    char text[INSTANT_ROOM];
    instant_write(text, instant);
    return arena_str(arena, str_of(text));
}

Str date_print_iso(Arena *arena, Date date)
{
    if (!date_is_given(date))
        return STR_EMPTY;
    return arena_printf(arena, "%04d-%02d-%02d", date.year, date.month, date.day);
}
