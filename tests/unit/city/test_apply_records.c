/* Applying where there are records already: what would leave them behind is refused, with the place and the
 * number of records; what leaves nobody behind is done. */
#include "services.h"

#include "city/apply.h"
#include "plan/store.h"
#include "testdb.h"

enum { ARENA_MAX = 64 << 20 };

/* A club with lessons and entries: what entries are about, further parts of them, choices of how, states. */
#define FORM                                                                           \
    "service: club\n"                                                                  \
    "title: {ja: 教室, en: Club}\n"                                                  \
    "unit: youth-section\n"                                                            \
    "record_types:\n"                                                                  \
    "  lesson:\n"                                                                      \
    "    title: {ja: 教室, en: Lesson}\n"                                            \
    "    fields: {places: {type: integer, title: {ja: 定員, en: Places}}}\n"         \
    "    access: {clerk: {create: yes, read: yes}}\n"                                  \
    "  course:\n"                                                                      \
    "    title: {ja: 講座, en: Course}\n"                                            \
    "    fields: {places: {type: integer, title: {ja: 定員, en: Places}}}\n"         \
    "    access: {clerk: {create: yes, read: yes}}\n"                                  \
    "  entry:\n"                                                                       \
    "    title: {ja: 申込, en: Entry}\n"                                             \
    "    about: %s\n"                                                                  \
    "%s"                                                                               \
    "    fields: {how: {type: choice, title: {ja: 方法, en: How}, choices: {%s}}}\n" \
    "    states: {%s}\n"                                                               \
    "    starts: taken\n"                                                              \
    "    transitions: {leave: {from: [taken], to: left, by: [clerk]}}\n"               \
    "    access: {clerk: {create: yes, read: yes, write: yes}}\n"

#define STATES "taken: {ja: 受付, en: Taken}, left: {ja: 取下げ, en: Left}"
#define OTHER_TITLES "taken: {ja: 受付, en: Taken}, left: {ja: 辞退, en: Withdrawn}"
#define CHOICES "desk: {ja: 窓口, en: Desk}, mail: {ja: 郵便, en: Mail}"
#define SEATS "    seats: {capacity: lesson.places, when_full: refuse}\n"

typedef struct Place {
    Db *db;
    Arena *arena;
    Error error;
    CitySteps done;
} Place;

static int enter(void **state)
{
    Place *place = calloc(1, sizeof(*place));
    *state = place;
    assert_non_null(place);
    place->arena = arena_new(ARENA_MAX);
    if (!db_open(&place->db, test_db_url(), NULL, &place->error) ||
        !plan_store_migrate(place->db, NULL, &place->error) || !city_migrate(place->db, NULL, &place->error))
        fail_msg("%s", place->error.message);
    return 0;
}

static int leave(void **state)
{
    Place *place = *state;
    db_close(place->db);
    arena_free(place->arena);
    free(place);
    return 0;
}

static bool apply(Place *place, const char *about, const char *parts, const char *choices, const char *states)
{
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    CLEANUP(city_cleanup) City *city = NULL;
    char text[4096];
    snprintf(text, sizeof(text), FORM, about, parts, choices, states);
    if (!compile_service(&city, place->arena, S("services/club.yaml"), str_of(text), NULL, &place->error))
        fail_msg("%ld:%ld: %s", place->error.line, place->error.column, place->error.message);
    return city_apply(place->db, place->arena, city, &clock, S("tester"), &place->done, &place->error);
}

static void is_applied(
    Place *place, const char *about, const char *parts, const char *choices, const char *states)
{
    if (!apply(place, about, parts, choices, states))
        fail_msg("%s", place->error.message);
}

static void is_refused(Place *place, const char *about, const char *parts, const char *choices,
    const char *states, const char *words)
{
    assert_false(apply(place, about, parts, choices, states));
    assert_int_equal(place->error.code, ERROR_CONFLICT);
    assert_string_equal(place->error.message, words);
}

static bool add_entry(DbConn *conn, void *argument, Error *error)
{
    int64_t id;
    (void)argument;
    return db_insert(conn, &id, error,
        "insert into club__entry (row_code, row_version, row_created_at, row_changed_at, row_state, how) "
        "values ('a', 1, 0, 0, 'left', 'mail')");
}

static int64_t one(Place *place, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t n = -1;
    if (!db_read_begin(place->db, &conn, &place->error) || !db_one_integer(conn, &n, &place->error, sql))
        fail_msg("%s", place->error.message);
    return n;
}

static void states_in_use_stay(void **state)
{
    Place *place = *state;
    is_applied(place, "lesson", "", CHOICES, STATES);
    assert_true(db_write(place->db, add_entry, NULL, &place->error));
    is_applied(place, "lesson", "", CHOICES, OTHER_TITLES);
    assert_int_equal(one(place, "select count(*) from declaration"), 2);
}

static bool move_entry(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error, "update club__entry set row_state = ?1", *(const Value *)argument);
}

static void records_left_in_no_state_are_told(void **state)
{
    Place *place = *state;
    Value gone = value_text(S("gone")), none = value_missing();
    is_applied(place, "lesson", "", CHOICES, STATES);
    assert_true(db_write(place->db, add_entry, NULL, &place->error));
    assert_true(db_write(place->db, move_entry, &gone, &place->error));
    is_refused(place, "lesson", "", CHOICES, OTHER_TITLES,
        "mizube/services/club.yaml:13:3: 1 records of 'entry' are in the state 'gone', which is gone; keep "
        "it in the declaration, say by 'was' what it is now, or move them first");
    assert_true(db_write(place->db, move_entry, &none, &place->error));
    is_refused(place, "lesson", "", CHOICES, OTHER_TITLES,
        "mizube/services/club.yaml:13:3: 1 records of 'entry' were made without a state; declare a new "
        "record type beside it");
    assert_int_equal(one(place, "select count(*) from declaration"), 1);
}

static void choices_that_were_made_stay(void **state)
{
    Place *place = *state;
    is_applied(place, "lesson", "", CHOICES, STATES);
    is_applied(place, "lesson", "", "desk: {ja: 窓口, en: Desk}", STATES); /* nobody chose it */
    is_applied(place, "lesson", "", CHOICES, STATES);
    assert_true(db_write(place->db, add_entry, NULL, &place->error));
    is_refused(place, "lesson", "", "desk: {ja: 窓口, en: Desk}", STATES,
        "mizube/services/club.yaml:16:14: 1 records have 'mail' as 'how', a choice that is gone; keep it in "
        "the declaration, or say by 'was' what it is now");
}

static void what_records_are_about_stays(void **state)
{
    Place *place = *state;
    is_applied(place, "lesson", "", CHOICES, STATES);
    is_refused(place, "course", "", CHOICES, STATES,
        "mizube/services/club.yaml:13:3: records of 'entry' are about club__lesson and cannot be about "
        "club__course; declare a new record type beside it");
}

static void places_are_counted_from_the_first_record_on(void **state)
{
    Place *place = *state;
    is_applied(place, "lesson", "", CHOICES, STATES);
    is_applied(place, "lesson", SEATS, CHOICES, STATES); /* no record yet */
    assert_int_equal(one(place, "select seats from declared_table where name = 'club__entry'"), 1);
    is_applied(place, "lesson", "", CHOICES, STATES);
    assert_true(db_write(place->db, add_entry, NULL, &place->error));
    is_refused(place, "lesson", SEATS, CHOICES, STATES,
        "mizube/services/club.yaml:13:3: 'entry' has 1 records that were made before it had places (seats); "
        "declare a new record type beside it");
    assert_int_equal(one(place, "select seats from declared_table where name = 'club__entry'"), 0);
}

/* Code, about with receipt, state; each once, however often the declaration changes. */
static void indexes_follow_from_what_is_declared(void **state)
{
    Place *place = *state;
    static const char count[] = "select count(*) from declared_index where table_name = 'club__entry'";
    is_applied(place, "lesson", "", CHOICES, STATES);
    assert_int_equal(one(place, count), 3);
    is_applied(place, "lesson", SEATS, CHOICES, STATES);
    assert_int_equal(one(place, count), 3);
    assert_int_equal(one(place, "select count(*) from declared_index where table_name = 'guardianship'"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(states_in_use_stay, enter, leave),
        cmocka_unit_test_setup_teardown(records_left_in_no_state_are_told, enter, leave),
        cmocka_unit_test_setup_teardown(choices_that_were_made_stay, enter, leave),
        cmocka_unit_test_setup_teardown(what_records_are_about_stays, enter, leave),
        cmocka_unit_test_setup_teardown(places_are_counted_from_the_first_record_on, enter, leave),
        cmocka_unit_test_setup_teardown(indexes_follow_from_what_is_declared, enter, leave),
    };
    return cmocka_run_group_tests_name("apply where there are records", tests, NULL, NULL);
}
