/* Dates against second methods: a calendar that only knows how to go to the next day, and legal age by
 * waiting. */
#include "base/date.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/arena.h"
#include "random.h"

/* The day after, by the rule of the calendar alone. */
static Date next_day(Date date)
{
    bool leap = date.year % 400 == 0 || (date.year % 4 == 0 && date.year % 100 != 0);
    int last = date.month == 2                                                             ? 28 + leap
               : date.month == 4 || date.month == 6 || date.month == 9 || date.month == 11 ? 30
                                                                                           : 31;
    if (date.day < last)
        return (Date){date.year, date.month, (int8_t)(date.day + 1)};
    if (date.month < 12)
        return (Date){date.year, (int8_t)(date.month + 1), 1};
    return (Date){(int16_t)(date.year + 1), 1, 1};
}

static bool same(Date a, Date b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

#define SHOW(date) (date).year, (date).month, (date).day

static void every_day_has_its_number(void **state)
{
    (void)state;
    Date date = {1, 1, 1};
    int32_t days = -719162; /* of 0001-01-01, as other programs count it */
    for (; date.year <= 9999; date = next_day(date), days++) {
        if (!date_is_valid(date) || date_to_days(date) != days || !same(date_from_days(days), date))
            fail_msg("%d-%d-%d and %d", SHOW(date), days);
    }
    assert_int_equal(days, 2932897);
}

/* 西暦 less this is the year of the era; a second table, by the year and day at which each era ends. */
static const char *era_by_end(Date date, int *year)
{
    static const struct {
        Date last;
        const char *name;
        int less;
    } ENDS[] = {
        {{1912, 7, 29}, "明治", 1867},
        {{1926, 12, 24}, "大正", 1911},
        {{1989, 1, 7}, "昭和", 1925},
        {{2019, 4, 30}, "平成", 1988},
        {{9999, 12, 31}, "令和", 2018},
    };
    size_t i = 0;
    while (date_to_days(date) > date_to_days(ENDS[i].last))
        i++;
    *year = date.year - ENDS[i].less;
    return ENDS[i].name;
}

static void assert_reads_as(Str written, Date date)
{
    Date read = {0};
    Error error = {0};
    if (!date_parse(written, &read, &error))
        fail_msg("%s", error.message);
    if (!same(read, date))
        fail_msg("%.*s was read as %d-%d-%d", STR_ARGS(written), SHOW(read));
}

static void japanese_years_there_and_back(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (Date date = {1873, 1, 1}; date.year <= 2100; date = next_day(date)) {
        arena_clear(arena);
        int year;
        const char *era = era_by_end(date, &year);
        Str expected = year == 1 ? arena_printf(arena, "%s元年%d月%d日", era, date.month, date.day)
                                 : arena_printf(arena, "%s%d年%d月%d日", era, year, date.month, date.day);
        Str printed = date_print_japanese(arena, date);
        if (!str_equal(printed, expected))
            fail_msg("%.*s, expected %.*s", STR_ARGS(printed), STR_ARGS(expected));
        assert_reads_as(printed, date);
        assert_reads_as(arena_printf(arena, "%s%d/%02d/%02d", era, year, date.month, date.day), date);
        assert_reads_as(date_print_iso(arena, date), date);
    }
}

/* A day written in the years of a neighbouring era is refused, and the error tells the right writing. */
static void wrong_eras_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int less;
    } ERAS[] = {{"明治", 1867}, {"大正", 1911}, {"昭和", 1925}, {"平成", 1988}, {"令和", 2018}};
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (Date date = {1900, 1, 1}; date.year <= 2030; date = next_day(date)) {
        arena_clear(arena);
        int right;
        const char *era = era_by_end(date, &right);
        for (size_t i = 0; i < COUNT_OF(ERAS); i++) {
            int year = date.year - ERAS[i].less;
            if (strcmp(ERAS[i].name, era) == 0 || year < 1)
                continue;
            Date read = {0};
            Error error = {0};
            Str written = arena_printf(arena, "%s%d年%d月%d日", ERAS[i].name, year, date.month, date.day);
            if (date_parse(written, &read, &error))
                fail_msg("%.*s was read", STR_ARGS(written));
            if (!str_contains(str_of(error.message), date_print_japanese(arena, date)))
                fail_msg("%s", error.message);
        }
    }
}

static void months_add_up(void **state)
{
    (void)state;
    Random random = {20180401};
    for (int i = 0; i < 200000; i++) {
        Date date = date_from_days((int32_t)random_below(&random, 3652059) - 719162);
        int32_t months = (int32_t)random_below(&random, 2400) - 1200;
        Date there = date_add_months(date, months);
        int64_t sum = (int64_t)date.year * 12 + date.month - 1 + months;
        if (sum < 12 || sum >= 120000) {
            assert_false(date_is_given(there));
            continue;
        }
        assert_true(date_is_valid(there));
        assert_int_equal((int64_t)there.year * 12 + there.month - 1, sum);
        /* The same day, or the last of a month that is too short for it. */
        assert_true(there.day == date.day || (there.day < date.day && next_day(there).day == 1));
    }
}

/* Lives day by day and counts the months that the law counts: one more on each eve of the birthday's number,
 * or on the last day of a month that has no such number. */
static void live(Date birth, int32_t days_max)
{
    int months = 0;
    Date today = birth;
    if (age_months(birth, date_add_days(birth, -1)) != -1 || age_months(birth, birth) != 0)
        fail_msg("born %d-%d-%d: wrong at birth", SHOW(birth));
    for (int32_t lived = 1; lived < days_max; lived++) {
        today = next_day(today);
        Date tomorrow = next_day(today);
        bool eve = tomorrow.day == birth.day || (tomorrow.day == 1 && birth.day > today.day);
        months += eve;
        if (age_months(birth, today) != months || age_years(birth, today) != months / 12)
            fail_msg("born %d-%d-%d: on %d-%d-%d %d months, not %d", SHOW(birth), SHOW(today),
                age_months(birth, today), months);
        if (eve && !same(age_reached_on(birth, months), today))
            fail_msg("born %d-%d-%d: %d months not reached on %d-%d-%d", SHOW(birth), months, SHOW(today));
    }
}

static void legal_age_is_what_living_counts(void **state)
{
    (void)state;
    Random random = {1902};
    for (int i = 0; i < 60; i++)
        live(date_from_days((int32_t)random_below(&random, 60000) - 25000), 366 * 8);
    for (Date birth = {2016, 1, 25}; birth.year < 2017; birth = next_day(birth)) {
        if (birth.day >= 28 || birth.day <= 2) /* the ends of the months, in a leap year */
            live(birth, 366 * 9);
    }
}

/* 1 April and before: with those born in the year before; the others a year later. */
static void school_entry_divides_at_1_april(void **state)
{
    (void)state;
    for (Date birth = {1947, 1, 1}; birth.year <= 2100; birth = next_day(birth)) {
        bool early = birth.month < 4 || (birth.month == 4 && birth.day == 1);
        Date expected = {(int16_t)(birth.year + (early ? 6 : 7)), 4, 1};
        if (!same(school_entry(birth), expected))
            fail_msg("born %d-%d-%d", SHOW(birth));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_number),
        cmocka_unit_test(japanese_years_there_and_back),
        cmocka_unit_test(wrong_eras_are_refused),
        cmocka_unit_test(months_add_up),
        cmocka_unit_test(legal_age_is_what_living_counts),
        cmocka_unit_test(school_entry_divides_at_1_april),
    };
    return cmocka_run_group_tests_name("date properties", tests, NULL, NULL);
}
