/* A declaration brought into a database: what is made, what a second time changes, what is refused, and that
 * a step that fails leaves everything as it was. */
#include "services.h"

#include "city/apply.h"
#include "db/table.h"
#include "plan/store.h"
#include "testdb.h"

enum { ARENA_MAX = 64 << 20 };

#define HEAD                                          \
    "service: desk\n"                                 \
    "title: {ja: 窓口, en: Desk}\n"                 \
    "unit: youth-section\n"                           \
    "record_types:\n"                                 \
    "  ticket:\n"                                     \
    "    title: {ja: 受付票, en: Ticket}\n"        \
    "    access: {clerk: {create: yes, read: yes}}\n" \
    "    fields:\n"                                   \
    "      subject: {type: text, title: {ja: 件名, en: Subject}}\n"
#define FIGURES                                                                                        \
    "indicators:\n"                                                                                    \
    "  tickets: {title: {ja: 件数, en: Tickets}, kind: output, unit: {ja: 件, en: tickets}, date: " \
    "given_on, "                                                                                       \
    "per: fiscal_year, value: "

static const char first[] =
    HEAD "      given_on: {type: date, title: {ja: 受付日, en: Given on}}\n" FIGURES "count(ticket)}\n";
static const char longer[] = HEAD "      given_on: {type: date, title: {ja: 受付日, en: Given on}}\n"
                                  "      person: {type: person, title: {ja: 申出人, en: Person}}\n" FIGURES
                                  "count(ticket where person is given)}\n";
static const char changed[] = HEAD "      given_on: {type: integer, title: {ja: 受付日, en: Given on}}\n";
static const char shorter[] = HEAD;

typedef struct Place {
    Db *db;
    Arena *arena;
    Error error;
} Place;

static Place new_place(void)
{
    Place place = {.arena = arena_new(ARENA_MAX)};
    assert_true(db_open(&place.db, test_db_url(), NULL, &place.error));
    assert_true(plan_store_migrate(place.db, NULL, &place.error));
    assert_true(city_migrate(place.db, NULL, &place.error));
    return place;
}

static void leave(Place *place)
{
    db_close(place->db);
    arena_free(place->arena);
}

static bool apply(Place *place, const char *service, CitySteps *done)
{
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    CLEANUP(city_cleanup) City *city = NULL;
    assert_true(
        compile_service(&city, place->arena, S("services/desk.yaml"), str_of(service), NULL, &place->error));
    return city_apply(place->db, place->arena, city, &clock, S("tester"), done, &place->error);
}

static int64_t one(Place *place, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t n = -1;
    assert_true(db_read_begin(place->db, &conn, &place->error));
    assert_true(db_one_integer(conn, &n, &place->error, sql));
    return n;
}

static bool add_ticket(DbConn *conn, void *argument, Error *error)
{
    int64_t id;
    (void)argument;
    return db_insert(conn, &id, error,
        "insert into desk__ticket (row_code, row_version, row_created_at, row_changed_at, subject, given_on) "
        "values ('a', 1, 0, 0, '机', 17000)");
}

static void twice_changes_nothing(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    assert_true(apply(&place, first, &done));
    assert_true(done.at.len > 1);
    assert_true(db_write(place.db, add_ticket, NULL, &place.error));
    assert_true(apply(&place, first, &done));
    assert_int_equal(done.at.len, 0);
    assert_int_equal(one(&place, "select count(*) from declaration"), 1);
    assert_int_equal(one(&place, "select count(*) from desk__ticket"), 1);
    leave(&place);
}

static void a_new_field_is_a_column(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    assert_true(apply(&place, first, &done));
    assert_true(db_write(place.db, add_ticket, NULL, &place.error));
    assert_true(apply(&place, longer, &done));
    assert_int_equal(done.at.len, 2);
    assert_int_equal(done.at.at[0].kind, CITY_STEP_NEW_COLUMN);
    assert_int_equal(done.at.at[1].kind, CITY_STEP_CHANGED_INDICATOR);
    assert_true(str_equal(done.at.at[1].indicator, S("desk/tickets")));
    assert_int_equal(one(&place, "select given_on from desk__ticket where person is null"), 17000);
    assert_int_equal(one(&place, "select count(*) from declared_indicator where counted = 0"), 1);
    assert_int_equal(one(&place, "select count(*) from declaration"), 2);
    leave(&place);
}

static void what_would_lose_data_is_refused(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    assert_true(apply(&place, first, &done));
    assert_true(db_write(place.db, add_ticket, NULL, &place.error));
    assert_false(apply(&place, changed, &done));
    assert_int_equal(place.error.code, ERROR_CONFLICT);
    assert_string_equal(place.error.message,
        "mizube/services/desk.yaml:10:7: 'given_on' was date and cannot become integer: 1 records of "
        "'ticket' have "
        "a value there that would be lost; declare a new field beside it");
    assert_int_equal(one(&place, "select count(*) from declaration"), 1);
    leave(&place);
}

static void what_is_declared_no_longer_stays(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    assert_true(apply(&place, first, &done));
    assert_true(db_write(place.db, add_ticket, NULL, &place.error));
    assert_true(apply(&place, shorter, &done));
    assert_int_equal(done.at.at[0].kind, CITY_STEP_KEPT_COLUMN);
    assert_true(str_equal(done.at.at[0].column, S("given_on")));
    assert_int_equal(done.at.at[0].rows, 1);
    assert_int_equal(one(&place, "select given_on from desk__ticket"), 17000);
    assert_true(apply(&place, first, &done)); /* it comes back as it was */
    assert_int_equal(one(&place, "select given_on from desk__ticket"), 17000);
    leave(&place);
}

static bool take_name(DbConn *conn, void *argument, Error *error)
{
    const RowColumn id = {S("id"), VALUE_REFERENCE};
    (void)argument;
    return db_table_create(conn, S("desk__ticket"), &(RowShape){&id, 1}, error);
}

static void a_step_that_fails_leaves_nothing(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    bool exists = true;
    assert_true(db_write(place.db, take_name, NULL, &place.error)); /* somebody's table stands in the way */
    assert_false(apply(&place, first, &done));
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(place.db, &conn, &place.error));
    assert_true(db_table_exists(conn, S("person"), &exists, &place.error));
    assert_false(exists);
    db_read_end(&conn);
    assert_int_equal(one(&place, "select count(*) from declared_table"), 0);
    leave(&place);
}

static void what_is_gone_loses_its_figures(void **state)
{
    (void)state;
    Place place = new_place();
    CitySteps done;
    assert_true(apply(&place, first, &done));
    assert_true(
        apply(&place, HEAD "      given_on: {type: date, title: {ja: 受付日, en: Given on}}\n", &done));
    assert_int_equal(done.at.len, 1);
    assert_int_equal(done.at.at[0].kind, CITY_STEP_GONE_INDICATOR);
    assert_int_equal(one(&place, "select count(*) from declared_indicator"), 0);
    leave(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_changes_nothing),
        cmocka_unit_test(a_new_field_is_a_column),
        cmocka_unit_test(what_would_lose_data_is_refused),
        cmocka_unit_test(what_is_declared_no_longer_stays),
        cmocka_unit_test(a_step_that_fails_leaves_nothing),
        cmocka_unit_test(what_is_gone_loses_its_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
