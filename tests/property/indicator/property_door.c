/* The sample programme as people use it, at random, through the door with its rules, places and letters:
 * figures equal a recount after every few steps. What the door refuses changes nothing and is part of it. */
#include "random.h"
#include "town.h"

#include <inttypes.h>

#include "record/recount.h"

#define MIB ((size_t)1 << 20)
#define CODES_MAX 200

typedef struct Codes {
    Str at[CODES_MAX];
    size_t count;
} Codes;

typedef struct Programme {
    Town *town;
    Random random;
    Codes places, people, sessions, entries;
    size_t done, refused;
} Programme;

static size_t below(Programme *programme, size_t n)
{
    return random_below(&programme->random, n);
}

static Str any(Programme *programme, const Codes *codes)
{
    return codes->count == 0 ? STR_EMPTY : codes->at[below(programme, codes->count)];
}

static const char *one_of(Programme *programme, const char *const *texts, size_t count)
{
    return texts[below(programme, count)];
}

#define ONE_OF(programme, ...)                              \
    one_of((programme), (const char *const[]){__VA_ARGS__}, \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void keep(Programme *programme, Codes *codes, Str code)
{
    *(code.len > 0 ? &programme->done : &programme->refused) += 1;
    if (code.len > 0 && codes->count < CODES_MAX)
        codes->at[codes->count++] = code;
}

static void note(Programme *programme, bool ok)
{
    *(ok ? &programme->done : &programme->refused) += 1;
}

static const char *random_birth(Programme *programme)
{
    return ONE_OF(programme, "2002-04-01", "2003-04-02", "2009-04-01", "2010-04-02", "2011-12-31",
        "2012-04-01", "2012-04-02", "2018-01-01", "");
}

static const char *random_day(Programme *programme)
{
    return ONE_OF(
        programme, "2018-03-31", "2018-04-01", "2018-06-01", "2019-03-31", "2019-04-01", "2020-01-01");
}

/* --- steps ---------------------------------------------------------------------------------------------- */

static void add_person(Programme *programme)
{
    keep(programme, &programme->people,
        town_person(programme->town, "みずべ", random_birth(programme),
            ONE_OF(programme, "", "2010-01-01", "2018-04-01", "2018-04-02", "2019-04-01"),
            ONE_OF(programme, "", "", "", "2019-03-31", "2019-04-01")));
}

static void change_person(Programme *programme)
{
    Str code = any(programme, &programme->people);
    TownInput change = {"birth", random_birth(programme)};
    if (below(programme, 2) == 0)
        change =
            (TownInput){"resident_until", ONE_OF(programme, "", "2019-03-31", "2019-04-01", "2030-01-01")};
    if (code.len > 0)
        note(programme, town_change(programme->town, code, TOWN_INPUTS(change)));
}

static void add_session(Programme *programme)
{
    Str code = town_create(programme->town, "session", STR_EMPTY,
        TOWN_INPUTS({"name", "川の教室"}, {"held_on", random_day(programme)},
            {"place", any(programme, &programme->places).at},
            {"capacity", ONE_OF(programme, "2", "5", "20")}));
    keep(programme, &programme->sessions, code);
    if (code.len > 0)
        note(programme, town_transition(programme->town, code, "publish"));
}

static void move_session(Programme *programme)
{
    Str code = any(programme, &programme->sessions);
    TownInput change = {"held_on", random_day(programme)};
    if (below(programme, 3) == 0)
        change = (TownInput){"capacity", ONE_OF(programme, "1", "2", "8")};
    else if (below(programme, 2) == 0)
        change = (TownInput){"place", any(programme, &programme->places).at};
    if (code.len > 0)
        note(programme, town_change(programme->town, code, TOWN_INPUTS(change)));
}

static void step_session(Programme *programme)
{
    Str code = any(programme, &programme->sessions);
    if (code.len > 0)
        note(programme, town_transition(programme->town, code,
                            ONE_OF(programme, "close", "hold", "hold", "close", "hold", "close", "cancel")));
}

static void add_entry(Programme *programme)
{
    Str session = any(programme, &programme->sessions), child = any(programme, &programme->people);
    if (session.len > 0 && child.len > 0)
        keep(programme, &programme->entries,
            town_create(programme->town, "entry", session,
                TOWN_INPUTS({"child", child.at}, {"group", ONE_OF(programme, "", "", "みずべ家")})));
}

static void withdraw_entry(Programme *programme)
{
    Str code = any(programme, &programme->entries);
    if (code.len > 0)
        note(programme, town_transition(programme->town, code, "withdraw"));
}

static void note_attendance(Programme *programme)
{
    Str code = any(programme, &programme->entries);
    if (code.len > 0)
        note(programme, town_change(programme->town, code,
                            TOWN_INPUTS({"attended", ONE_OF(programme, "yes", "yes", "yes", "no", "")})));
}

static void days_pass(Programme *programme)
{
    Error error = {0};
    size_t done;
    Town *town = programme->town;
    town->clock.today = date_add_days(town->clock.today, 1);
    town->clock.instant += INT64_C(86400000000);
    if (!door_do_what_is_due(town->door, &town->clock, &done, &error))
        fail_msg("%s", error.message);
    programme->done++;
}

/* Each as often as it stands here. */
static void (*const steps[])(Programme *) = {add_person, change_person, add_session, move_session,
    step_session, step_session, add_entry, add_entry, add_entry, add_entry, withdraw_entry, note_attendance,
    note_attendance, note_attendance, note_attendance, note_attendance, note_attendance, days_pass};

/* --- the property --------------------------------------------------------------------------------------- */

static size_t assert_agrees(Programme *programme)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    AUTO_ARENA arena = arena_new(16 * MIB);
    Error error = {0};
    RecountReport report;
    const Town *town = programme->town;
    assert_true(db_read_begin(town->db, &conn, &error));
    if (!recount_compare(conn, town->db, town->city, arena, &report, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < report.differences.len; i++)
        print_message("# %.*s\n", STR_ARGS(report.differences.at[i]));
    assert_int_equal(report.difference_count, 0);
    return report.cells;
}

static void as_people_use_it(void **state)
{
    (void)state;
    Programme programme = {.town = town_new("cities/aomori"), .random = {11}};
    size_t most = 0;
    static const char *const places[] = {"水辺のホール", "森の家"};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        keep(&programme, &programme.places,
            town_create(programme.town, "facility", STR_EMPTY, TOWN_INPUTS({"name", places[i]})));
    for (size_t i = 0; i < 8; i++)
        add_person(&programme);
    for (size_t i = 1; i <= 1500; i++) {
        steps[below(&programme, COUNT_OF(steps))](&programme);
        size_t cells = i % 8 == 0 ? assert_agrees(&programme) : 0;
        most = cells > most ? cells : most;
    }
    print_message(
        "# %zu steps, %zu refused, at most %zu cells and members\n", programme.done, programme.refused, most);
    assert_true(most > 20 && programme.done > 200);
    town_free(programme.town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_people_use_it)};
    return cmocka_run_group_tests_name("figures through the door", tests, NULL, NULL);
}
