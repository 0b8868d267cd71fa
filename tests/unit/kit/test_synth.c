/* An invented city against what is true by itself: the same bytes, the published pyramid, persons who exist,
 * children with somebody who guards them, and stays that follow each other day by day. */
#include "kit/synth.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/map.h"

#define MIB ((size_t)1 << 20)

enum { PEOPLE = 6000, BANDS = 19 };

typedef struct Made {
    Arena *arena;
    Buf files[SYNTH_FILE_COUNT];
    CsvRows rows[SYNTH_FILE_COUNT];
    Map persons; /* number -> its row */
} Made;

static const Date TODAY = {2026, 4, 1};
static Made city;

static void make(Made *made, int64_t people, int64_t seed)
{
    Error error = {0};
    const SynthRequest request = {
        .people = people, .seed = seed, .today = TODAY, .municipality = STR_LITERAL("022012")};
    *made = (Made){.arena = arena_new(512 * MIB)};
    assert_non_null(made->arena);
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        buf_init(&made->files[i], 64 * MIB);
    assert_true(synth_make(made->arena, &request, made->files, &error));
}

static void unmake(Made *made)
{
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        buf_release(&made->files[i]);
    arena_free(made->arena);
}

static int make_city(void **state)
{
    Error error = {0};
    (void)state;
    make(&city, PEOPLE, 1);
    map_init(&city.persons, city.arena);
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        assert_true(csv_read(
            city.arena, buf_str(&city.files[i]), str_of(synth_files[i].name), &city.rows[i], &error));
    for (size_t i = 1; i < city.rows[SYNTH_PERSON].len; i++)
        assert_true(map_put(
            &city.persons, city.rows[SYNTH_PERSON].at[i].cells.at[0], &city.rows[SYNTH_PERSON].at[i]));
    return 0;
}

static int unmake_city(void **state)
{
    (void)state;
    unmake(&city);
    return 0;
}

static Str cell(SynthFileKind file, const CsvRow *row, const char *name)
{
    const CsvRow *head = &city.rows[file].at[0];
    for (size_t i = 0; i < head->cells.len; i++)
        if (str_equal(head->cells.at[i], str_of(name)))
            return row->cells.at[i];
    fail_msg("no column %s", name);
    return STR_EMPTY;
}

static int32_t day(Str text)
{
    Date date;
    assert_true(date_parse_iso(text, &date));
    return date_to_days(date);
}

/* Of each sex and band of five years, as the published table has them; 0 when there is none to read. */
static int64_t read_pyramid(int64_t out[2][BANDS])
{
    const char *shared = getenv("HITOMACHI_SHARED");
    Error error = {0};
    CsvRows rows = {0};
    Str text;
    int64_t total = 0;
    Str path = arena_printf(
        city.arena, "%s/data/population/aomori02201_ipss2018.csv", shared ? shared : "../shared");
    if (!file_exists(path))
        return 0;
    assert_true(file_read(city.arena, path, MIB, &text, &error));
    assert_true(csv_read(city.arena, text, path, &rows, &error));
    int at[2] = {0, 0};
    for (size_t i = 1; i < rows.len; i++) {
        Str sex = rows.at[i].cells.at[0];
        int which = str_equal(sex, S("M")) ? 0 : str_equal(sex, S("F")) ? 1 : 2;
        if (which == 2 || str_equal(rows.at[i].cells.at[1], S("総数")))
            continue;
        assert_true(at[which] < BANDS);
        assert_true(str_to_int(rows.at[i].cells.at[4], &out[which][at[which]]));
        total += out[which][at[which]++];
    }
    assert_true(at[0] == BANDS && at[1] == BANDS);
    return total;
}

static void ages_follow_the_published_pyramid(void **state)
{
    (void)state;
    int64_t published[2][BANDS] = {{0}}, here[2][BANDS] = {{0}}, present = 0;
    int64_t total = read_pyramid(published);
    for (size_t i = 1; i < city.rows[SYNTH_PERSON].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_PERSON].at[i];
        if (cell(SYNTH_PERSON, row, "resident_until").len > 0)
            continue;
        Date birth = date_from_days(day(cell(SYNTH_PERSON, row, "birth")));
        int age = TODAY.year - birth.year -
                  (birth.month > TODAY.month || (birth.month == TODAY.month && birth.day > TODAY.day));
        here[str_equal(cell(SYNTH_PERSON, row, "sex"), S("female"))][age >= 90 ? BANDS - 1 : age / 5]++;
        present++;
    }
    assert_int_equal(present, PEOPLE);
    if (total == 0)
        skip();
    for (int sex = 0; sex < 2; sex++)
        for (int band = 0; band < BANDS; band++) {
            int64_t low = PEOPLE * published[sex][band] / total;
            assert_true(here[sex][band] == low || here[sex][band] == low + 1);
        }
}

static void the_same_numbers_make_the_same_bytes(void **state)
{
    (void)state;
    Made again, other;
    make(&again, PEOPLE, 1);
    make(&other, PEOPLE, 2);
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        assert_true(str_equal(buf_str(&again.files[i]), buf_str(&city.files[i])));
    assert_false(str_equal(buf_str(&other.files[SYNTH_PERSON]), buf_str(&city.files[SYNTH_PERSON])));
    unmake(&again);
    unmake(&other);
}

static void households_are_as_large_as_households_are(void **state)
{
    (void)state;
    /* 令和2年国勢調査, 一般世帯, 全国: in a hundred, of one, two, three, four, five and more. */
    static const int census[] = {38, 28, 17, 12, 5};
    int64_t sizes[5] = {0}, homes = (int64_t)city.rows[SYNTH_HOUSEHOLD].len - 1;
    Map members;
    map_init(&members, city.arena);
    for (size_t i = 1; i < city.rows[SYNTH_MEMBER].len; i++) {
        Str home = cell(SYNTH_MEMBER, &city.rows[SYNTH_MEMBER].at[i], "about");
        int64_t *count = map_get(&members, home);
        if (!count) {
            count = ARENA_NEW(city.arena, int64_t);
            assert_true(count && map_put(&members, home, count));
        }
        (*count)++;
    }
    for (size_t i = 1; i < city.rows[SYNTH_HOUSEHOLD].len; i++) {
        const int64_t *count =
            map_get(&members, cell(SYNTH_HOUSEHOLD, &city.rows[SYNTH_HOUSEHOLD].at[i], "number"));
        assert_non_null(count);
        sizes[*count > 5 ? 4 : *count - 1]++;
    }
    for (int i = 0; i < 5; i++)
        assert_in_range(100 * sizes[i] / homes + 10, census[i], census[i] + 20);
}

static void every_child_has_a_guardian_a_generation_older(void **state)
{
    (void)state;
    Map guarded;
    size_t children = 0;
    map_init(&guarded, city.arena);
    for (size_t i = 1; i < city.rows[SYNTH_GUARDIANSHIP].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_GUARDIANSHIP].at[i];
        const CsvRow *guardian = map_get(&city.persons, cell(SYNTH_GUARDIANSHIP, row, "guardian"));
        CsvRow *child = map_get(&city.persons, cell(SYNTH_GUARDIANSHIP, row, "child"));
        assert_true(guardian && child);
        int32_t older = day(cell(SYNTH_PERSON, child, "birth")) - day(cell(SYNTH_PERSON, guardian, "birth"));
        assert_in_range(older, 14 * 365, 60 * 366);
        assert_true(
            str_equal(cell(SYNTH_PERSON, child, "household"), cell(SYNTH_PERSON, guardian, "household")));
        assert_true(map_put(&guarded, child->cells.at[0], child));
    }
    for (size_t i = 1; i < city.rows[SYNTH_PERSON].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_PERSON].at[i];
        bool is_gone = cell(SYNTH_PERSON, row, "resident_until").len > 0;
        if (is_gone || day(cell(SYNTH_PERSON, row, "birth")) <= date_to_days((Date){2008, 4, 1}))
            continue;
        children++;
        assert_non_null(map_get(&guarded, row->cells.at[0]));
    }
    assert_true(children > PEOPLE / 20);
}

/* One stay begins the day after the one before, and the last one ends with the residence. */
static void stays_follow_each_other(void **state)
{
    (void)state;
    Str who = STR_EMPTY;
    int32_t expected = 0;
    for (size_t i = 1; i < city.rows[SYNTH_RESIDENCE].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_RESIDENCE].at[i];
        Str person = cell(SYNTH_RESIDENCE, row, "about"), until = cell(SYNTH_RESIDENCE, row, "until");
        const CsvRow *of = map_get(&city.persons, person);
        assert_non_null(of);
        int32_t from = day(cell(SYNTH_RESIDENCE, row, "from"));
        bool is_first = !str_equal(person, who);
        assert_int_equal(from, is_first ? day(cell(SYNTH_PERSON, of, "resident_from")) : expected);
        assert_true(from >= day(cell(SYNTH_PERSON, of, "birth")));
        expected = until.len > 0 ? day(until) + 1 : 0;
        assert_true(until.len == 0 || day(until) >= from);
        assert_true(from <= date_to_days(TODAY));
        who = person;
    }
}

static void births_and_deaths_are_those_of_the_last_year(void **state)
{
    (void)state;
    int32_t today = date_to_days(TODAY);
    assert_true(city.rows[SYNTH_BIRTH].len > 10 && city.rows[SYNTH_DEATH].len > 40);
    for (size_t i = 1; i < city.rows[SYNTH_BIRTH].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_BIRTH].at[i];
        const CsvRow *child = map_get(&city.persons, cell(SYNTH_BIRTH, row, "child"));
        assert_non_null(child);
        assert_true(str_equal(cell(SYNTH_BIRTH, row, "on"), cell(SYNTH_PERSON, child, "birth")));
        assert_in_range(today - day(cell(SYNTH_BIRTH, row, "on")), 0, 365);
    }
    for (size_t i = 1; i < city.rows[SYNTH_DEATH].len; i++) {
        const CsvRow *row = &city.rows[SYNTH_DEATH].at[i];
        const CsvRow *person = map_get(&city.persons, cell(SYNTH_DEATH, row, "person"));
        assert_non_null(person);
        assert_true(str_equal(cell(SYNTH_DEATH, row, "on"), cell(SYNTH_PERSON, person, "resident_until")));
    }
}

static void the_smallest_city_is_one_person_and_none_is_refused(void **state)
{
    (void)state;
    Made one;
    Error error = {0};
    make(&one, 1, 7);
    unmake(&one);
    const SynthRequest none = {.people = 0, .seed = 1, .today = TODAY, .municipality = STR_LITERAL("022012")};
    assert_false(synth_make(city.arena, &none, city.files, &error));
    assert_int_equal(error.code, ERROR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ages_follow_the_published_pyramid),
        cmocka_unit_test(the_same_numbers_make_the_same_bytes),
        cmocka_unit_test(households_are_as_large_as_households_are),
        cmocka_unit_test(every_child_has_a_guardian_a_generation_older),
        cmocka_unit_test(stays_follow_each_other),
        cmocka_unit_test(births_and_deaths_are_those_of_the_last_year),
        cmocka_unit_test(the_smallest_city_is_one_person_and_none_is_refused),
    };
    return cmocka_run_group_tests_name("kit synth", tests, make_city, unmake_city);
}
