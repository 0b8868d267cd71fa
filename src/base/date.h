/* base/date.h: civil dates, Japanese years, fiscal years and legal age.
 *
 * A Date is a day of the proleptic Gregorian calendar, years 1 to 9999; {0} means none. Japanese eras are
 * known from 明治6年 (1873-01-01), when the calendar became Gregorian: 明治, 大正 (1912-07-30), 昭和
 * (1926-12-25), 平成 (1989-01-08), 令和 (2019-05-01).
 *
 * Legal age: 年齢計算ニ関スル法律 and 民法143条: an age is reached at the end of the day before the birthday,
 * so in law on that day; a month without such a day ends on its last day.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/arena.h"
#include "base/error.h"

typedef struct Date {
    int16_t year;
    int8_t month, day;
} Date;

/* The one clock of the program: made at a door, passed down as an argument. */
typedef struct Clock {
    Date today;      /* civil date in Japan; --today shifts this only */
    int64_t instant; /* microseconds since 1970-01-01T00:00:00Z */
} Clock;

/* The present, in Asia/Tokyo (UTC+9, no summer time). Only doors call it. */
Clock clock_now(void);

bool date_is_given(Date date);
bool date_is_valid(Date date);
int date_compare(Date a, Date b);
/* Days since 1970-01-01. */
int32_t date_to_days(Date date);
Date date_from_days(int32_t days);
Date date_add_days(Date date, int32_t days);
/* n months on (n may be negative); the last day of the month where there is no such day. */
Date date_add_months(Date date, int32_t months);

/* "2018-05-01", nothing else. */
MUST_USE bool date_parse_iso(Str s, Date *out);
/* What an officer writes: 2018-05-01, 2018/5/1, 2018年5月1日, 平成30年5月1日, 令和元年5月1日, H30.5.1,
 * 昭和64年1月7日; digits and letters of either width. A day that the era does not have (平成31年5月1日,
 * 昭和64年1月8日) is an error that names the right writing. */
MUST_USE bool date_parse(Str s, Date *out, Error *error);
Str date_print_iso(Arena *arena, Date date);
/* 平成30年5月1日, 令和元年5月1日; before 1873 the Gregorian year: 1870年5月1日. */
Str date_print_japanese(Arena *arena, Date date);
/* The civil date in Japan at an instant; none outside of the years 1 to 9999. */
Date date_of_instant(int64_t instant);
/* "2018-05-01T09:30:00+09:00" of an instant. */
Str instant_print(Arena *arena, int64_t instant);

/* 年度: the fiscal year, April to March, that holds the date. */
int fiscal_year(Date date);
/* 平成30年度 of 2018; the era is that of 1 April (2019 is 平成31年度, as documents made in that April print
 * it), or 令和元年度 when `later_era` asks for the era the year ended in. */
Str fiscal_year_print(Arena *arena, int year, bool later_era);

/* The day on which somebody born on `birth` reaches an age of so many months (years * 12); the birthday
 * itself for 0, none for less. */
Date age_reached_on(Date birth, int32_t months);
/* Completed years and months of age in law on a day; -1 before birth or without a date. */
int age_years(Date birth, Date on);
int age_months(Date birth, Date on);
/* The 1 April on which somebody enters elementary school (学校教育法17条: the first school year after
 * reaching 6). */
Date school_entry(Date birth);

#endif
