/* What counting keeps and how it writes: nothing is left of what is gone, a population is counted once for
 * each period, many records move at once, a record that is reached twice counts once. */
#include "town.h"

#include "record/recount.h"

static const char sample[] = "cities/aomori", library[] = "tests/property/indicator/city";

static int64_t number(Town *town, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    int64_t found = 0;
    assert_true(db_read_begin(town->db, &conn, &error));
    if (!db_one_integer_values(conn, &found, &error, sql, 0, NULL))
        fail_msg("%s", error.message);
    return found;
}

static void assert_agrees(Town *town)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    RecountReport report;
    assert_true(db_read_begin(town->db, &conn, &error));
    if (!recount_compare(conn, town->db, town->city, town->arena, &report, &error))
        fail_msg("%s", error.message);
    if (report.difference_count > 0)
        fail_msg("%.*s", STR_ARGS(report.differences.at[0]));
}

#define CELLS "select count(*) from indicator_cell"
#define MEMBERS "select count(*) from indicator_member"

static Str held_session(Town *town, const char *held_on)
{
    Str code = town_create(town, "session", STR_EMPTY, TOWN_INPUTS({"name", "川"}, {"held_on", held_on}));
    assert_true(town_transition(town, code, "publish"));
    return code;
}

static Str entry(Town *town, Str session, Str child)
{
    Str code = town_create(town, "entry", session, TOWN_INPUTS({"child", child.at}));
    assert_true(code.len > 0);
    return code;
}

static void hold(Town *town, Str session)
{
    assert_true(town_transition(town, session, "close") && town_transition(town, session, "hold"));
}

static void nothing_is_left(void **state)
{
    (void)state;
    Town *town = town_new(sample);
    Str child = town_person(town, "みずべ", "2010-05-01", "", "");
    Str session = held_session(town, "2018-06-01"), taken = entry(town, session, child);
    hold(town, session);
    assert_int_equal(number(town, CELLS), 0);
    assert_true(town_change(town, taken, TOWN_INPUTS({"attended", "yes"})));
    /* participants: in all, by grade, by place, both; children reached: in all, and the population. */
    assert_int_equal(number(town, CELLS), 6);
    assert_int_equal(number(town, MEMBERS), 1);
    assert_agrees(town);
    assert_true(town_change(town, taken, TOWN_INPUTS({"attended", "no"})));
    assert_int_equal(number(town, CELLS), 0);
    assert_int_equal(number(town, MEMBERS), 0);
    assert_agrees(town);
    town_free(town);
}

#define PEOPLE "select cast(coalesce(sum(rows), -1) as bigint) from indicator_cell where term = 1"

static void population_opens_and_follows(void **state)
{
    (void)state;
    Town *town = town_new(sample);
    Str child = town_person(town, "みずべ", "2010-05-01", "", "");
    (void)town_person(town, "もり", "2009-05-01", "2018-04-02", "");
    Str session = held_session(town, "2018-06-01"), taken = entry(town, session, child);
    hold(town, session);
    assert_int_equal(number(town, PEOPLE), -1);
    assert_true(town_change(town, taken, TOWN_INPUTS({"attended", "yes"})));
    assert_int_equal(number(town, PEOPLE), 1);
    Str other = town_person(town, "のはら", "2008-05-01", "", "");
    assert_int_equal(number(town, PEOPLE), 2);
    assert_true(town_change(town, other, TOWN_INPUTS({"resident_until", "2018-03-31"})));
    assert_int_equal(number(town, PEOPLE), 1);
    /* The last of them leaves; the period stays open, as a record still counts in it. */
    assert_true(town_change(town, child, TOWN_INPUTS({"resident_until", "2018-03-30"})));
    assert_int_equal(number(town, PEOPLE), 0);
    assert_agrees(town);
    town_free(town);
}

/* More than a slice of them. */
static void many_move_at_once(void **state)
{
    (void)state;
    enum { MANY = 300 };
    Town *town = town_new(library);
    Str item = town_create(town, "item", STR_EMPTY, TOWN_INPUTS({"shelf", "a"}, {"day", "2018-06-01"}));
    RecordInput inputs[] = {{S("day"), S("2018-06-01")}, {S("days"), S("3")}};
    RecordDraft drafts[MANY];
    RecordMade made[MANY];
    const CityService *service = town->city->services.at[1];
    for (size_t i = 0; i < MANY; i++)
        drafts[i] = (RecordDraft){.type = city_record_type(town->city, service, S("loan")),
            .about = item,
            .inputs = inputs,
            .input_count = COUNT_OF(inputs)};
    Asking asking = town_job(town);
    RecordFaults faults;
    Error error = {0};
    if (!record_create(town->door, &asking, drafts, MANY, made, &faults, &error))
        fail_msg("%s", error.message);
#define ON_SHELF(shelf) \
    "select cast(coalesce(sum(rows), 0) as bigint) from indicator_cell where part = '0=" shelf "'"
    assert_int_equal(number(town, ON_SHELF("a")), MANY);
    assert_true(town_change(town, item, TOWN_INPUTS({"shelf", "b"})));
    assert_int_equal(number(town, ON_SHELF("a")), 0);
    assert_int_equal(number(town, ON_SHELF("b")), MANY);
    assert_agrees(town);
    town_free(town);
}

/* Reader and payer are one person: her loans are counted once, whichever way leads to them. */
static void reached_twice(void **state)
{
    (void)state;
    Town *town = town_new(library);
    Str reader = town_person(town, "みずべ", "2008-06-01", "", "");
    Str item = town_create(town, "item", STR_EMPTY, TOWN_INPUTS({"shelf", "a"}, {"day", "2018-06-01"}));
    Str loan = town_create(town, "loan", item,
        TOWN_INPUTS({"reader", reader.at}, {"payer", reader.at}, {"day", "2018-06-01"}, {"days", "3"}));
    assert_true(loan.len > 0);
    assert_agrees(town);
    assert_true(town_change(town, reader, TOWN_INPUTS({"birth", "2000-06-01"})));
    assert_agrees(town);
    /* An item of its own series leads to itself. */
    assert_true(town_change(town, item, TOWN_INPUTS({"series", item.at}, {"price", "300"})));
    assert_agrees(town);
    assert_true(town_change(town, item, TOWN_INPUTS({"price", "500"}, {"shelf", "b"})));
    assert_agrees(town);
    assert_true(town_change(town, item, TOWN_INPUTS({"series", ""})));
    assert_agrees(town);
    town_free(town);
}

/* A sum that leaves 64 bits is refused with the write that would make it, and nothing is kept of that. */
static void too_large_a_sum(void **state)
{
    (void)state;
    Town *town = town_new(library);
    Str item = town_create(
        town, "item", STR_EMPTY, TOWN_INPUTS({"day", "2018-06-01"}, {"price", "9000000000000000000"}));
    assert_true(item.len > 0);
    Str loan = town_create(town, "loan", item, TOWN_INPUTS({"day", "2018-06-01"}));
    assert_true(loan.len > 0);
    int64_t loans = number(town, "select count(*) from library__loan");
    RecordInput inputs[] = {{S("day"), S("2018-06-02")}};
    RecordDraft draft = {.about = item, .inputs = inputs, .input_count = 1};
    draft.type = city_record_type(town->city, town->city->services.at[1], S("loan"));
    Asking asking = town_job(town);
    RecordMade made;
    RecordFaults faults;
    Error error = {0};
    assert_false(record_create(town->door, &asking, &draft, 1, &made, &faults, &error));
    assert_int_equal(number(town, "select count(*) from library__loan"), loans);
    assert_agrees(town);
    town_free(town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_left),
        cmocka_unit_test(population_opens_and_follows),
        cmocka_unit_test(many_move_at_once),
        cmocka_unit_test(reached_twice),
        cmocka_unit_test(too_large_a_sum),
    };
    return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
