/* Figures of the sample programme, counted by hand: who took part, which share of the pupils, by school grade
 * and place; who may read them, and what reading costs. */
#include "town.h"

#include "record/figure.h"

typedef struct Story {
    Town *town;
    Str hall, river; /* sessions: 2018 in the hall, 2019 nowhere */
    Str children[4], entries[3];
} Story;

static const CityIndicator *indicator(const Story *story, const char *id)
{
    const CityIndicator *found = city_indicator(story->town->city, str_of(id));
    assert_non_null(found);
    return found;
}

static Str held_session(Town *town, const char *name, const char *held_on, const char *place)
{
    Str code = town_create(town, "session", STR_EMPTY,
        TOWN_INPUTS({"name", name}, {"held_on", held_on}, {"place", place}, {"capacity", "30"}));
    assert_true(code.len > 0 && town_transition(town, code, "publish"));
    return code;
}

/* Two took part in 2018, in the first and the third grade; one did not come. Nobody in 2019. */
static int story_begins(void **state)
{
    Story *story = calloc(1, sizeof(*story));
    assert_non_null(story);
    Town *town = story->town = town_new("cities/aomori");
    Str place = town_create(town, "facility", STR_EMPTY, TOWN_INPUTS({"name", "水辺のホール"}));
    static const char *const births[] = {"2011-10-01", "2009-10-01", "2009-11-01", "2018-05-01"};
    for (size_t i = 0; i < COUNT_OF(births); i++)
        story->children[i] = town_person(town, "みずべ", births[i], "2015-04-01", "");
    story->hall = held_session(town, "川の生きもの", "2018-06-01", place.at);
    story->river = held_session(town, "木の船", "2019-06-01", "");
    for (size_t i = 0; i < COUNT_OF(story->entries); i++) {
        story->entries[i] =
            town_create(town, "entry", story->hall, TOWN_INPUTS({"child", story->children[i].at}));
        assert_true(story->entries[i].len > 0);
    }
    assert_true(town_transition(town, story->hall, "close") && town_transition(town, story->hall, "hold"));
    for (size_t i = 0; i < COUNT_OF(story->entries); i++)
        assert_true(town_change(town, story->entries[i], TOWN_INPUTS({"attended", i < 2 ? "yes" : "no"})));
    *state = story;
    return 0;
}

static int story_ends(void **state)
{
    Story *story = *state;
    town_free(story->town);
    free(story);
    return 0;
}

/* --- reading -------------------------------------------------------------------------------------------- */

static Figure figure(Story *story, const char *id, int64_t period)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Asking asking = town_job(story->town);
    Error error = {0};
    Figure out;
    assert_true(db_read_begin(story->town->db, &conn, &error));
    if (!figure_get(story->town->door, conn, &asking, indicator(story, id), period, &out, &error))
        fail_msg("%s", error.message);
    return out;
}

static void assert_figure(Story *story, const char *id, int64_t period, Value expected)
{
    Figure found = figure(story, id, period);
    if (!value_same(found.value, expected))
        fail_msg("%s in %lld is %d:%lld", id, (long long)period, (int)found.value.type,
            (long long)found.value.integer);
}

#define PARTICIPANTS "experience-programme/participants"
#define REACHED "experience-programme/children_reached"

static void values(void **state)
{
    Story *story = *state;
    assert_figure(story, PARTICIPANTS, 2018, value_integer(2));
    /* Three of the four are in grades 1 to 9 on 1 April 2018. */
    assert_figure(story, REACHED, 2018, value_decimal(66700000));
    assert_figure(story, PARTICIPANTS, 2019, value_integer(0));
    assert_figure(story, REACHED, 2019, value_missing());
    assert_int_equal(figure(story, REACHED, 2018).smallest_count, 2);
    assert_true(figure(story, REACHED, 2018).as_of == story->town->clock.instant);
    assert_true(figure(story, REACHED, 2017).as_of == 0);
}

/* A date that moves takes its figures along, and what nobody counts in any more is closed. */
static void moved_date(void **state)
{
    Story *story = *state;
    assert_true(town_change(story->town, story->hall, TOWN_INPUTS({"held_on", "2019-03-31"})));
    assert_figure(story, PARTICIPANTS, 2018, value_integer(2));
    assert_true(town_change(story->town, story->hall, TOWN_INPUTS({"held_on", "2019-04-01"})));
    assert_figure(story, PARTICIPANTS, 2018, value_integer(0));
    assert_figure(story, PARTICIPANTS, 2019, value_integer(2));
    assert_figure(story, REACHED, 2018, value_missing());
    assert_figure(story, REACHED, 2019, value_decimal(66700000));
    assert_true(town_change(story->town, story->hall, TOWN_INPUTS({"held_on", "2018-06-01"})));
    assert_figure(story, REACHED, 2018, value_decimal(66700000));
}

/* Registers: who moved away before the year, or was born otherwise, is not among the pupils. */
static void registers(void **state)
{
    Story *story = *state;
    Town *town = story->town;
    assert_true(town_change(town, story->children[2], TOWN_INPUTS({"resident_until", "2018-03-31"})));
    assert_figure(story, REACHED, 2018, value_decimal(100000000));
    assert_true(town_change(town, story->children[2], TOWN_INPUTS({"resident_until", "2018-04-01"})));
    assert_figure(story, REACHED, 2018, value_decimal(66700000));
    assert_true(town_change(town, story->children[3], TOWN_INPUTS({"birth", "2012-04-01"})));
    assert_figure(story, REACHED, 2018, value_decimal(50000000));
    assert_true(town_change(town, story->children[3], TOWN_INPUTS({"birth", "2012-04-02"})));
    assert_figure(story, REACHED, 2018, value_decimal(66700000));
    Str newcomer = town_person(town, "のはら", "2008-01-01", "2018-04-01", "");
    assert_figure(story, REACHED, 2018, value_decimal(50000000));
    assert_true(town_change(town, newcomer, TOWN_INPUTS({"resident_from", "2018-04-02"})));
    assert_figure(story, REACHED, 2018, value_decimal(66700000));
}

static void withdrawn_attendance(void **state)
{
    Story *story = *state;
    assert_true(town_change(story->town, story->entries[1], TOWN_INPUTS({"attended", ""})));
    assert_figure(story, PARTICIPANTS, 2018, value_integer(1));
    assert_figure(story, REACHED, 2018, value_decimal(33300000));
    assert_true(town_change(story->town, story->entries[1], TOWN_INPUTS({"attended", "yes"})));
    assert_figure(story, PARTICIPANTS, 2018, value_integer(2));
}

static void parts(void **state)
{
    Story *story = *state;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Asking asking = town_job(story->town);
    Error error = {0};
    FigureParts grades, places;
    const CityIndicator *participants = indicator(story, PARTICIPANTS);
    Door *door = story->town->door;
    assert_true(db_read_begin(story->town->db, &conn, &error));
    assert_true(figure_parts(door, conn, &asking, participants, 0, 2018, &grades, &error));
    assert_int_equal(grades.len, 2);
    assert_true(value_same(grades.at[0].group, value_integer(1)) && grades.at[0].rows == 1);
    assert_true(value_same(grades.at[1].group, value_integer(3)) && grades.at[1].rows == 1);
    assert_int_equal(grades.at[0].label.len, 0);
    assert_true(figure_parts(door, conn, &asking, participants, 1, 2018, &places, &error));
    assert_int_equal(places.len, 1);
    assert_int_equal(places.at[0].rows, 2);
    assert_true(str_equal(places.at[0].label, S("水辺のホール")));
    assert_true(figure_parts(door, conn, &asking, participants, 1, 2017, &places, &error));
    assert_int_equal(places.len, 0);
}

static void periods(void **state)
{
    Story *story = *state;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    FigurePeriods found;
    assert_true(db_read_begin(story->town->db, &conn, &error));
    assert_true(figure_periods(
        conn, story->town->arena, story->town->door, indicator(story, REACHED), &found, &error));
    assert_int_equal(found.len, 1);
    assert_int_equal(found.at[0], 2018);
}

static size_t figures_of(Story *story, const char *key, bool below)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Asking asking = town_job(story->town);
    Error error = {0};
    Figures found;
    assert_true(db_read_begin(story->town->db, &conn, &error));
    assert_true(figures_of_node(
        story->town->door, conn, &asking, S("basic-2019"), str_of(key), below, 2018, &found, &error));
    return found.len;
}

static void of_nodes(void **state)
{
    Story *story = *state;
    assert_int_equal(figures_of(story, "2-1-2-2", false), 2);
    assert_int_equal(figures_of(story, "2-1-2", false), 0);
    assert_int_equal(figures_of(story, "2-1-2", true), 2);
    assert_int_equal(figures_of(story, "2-3", true), 1);
    assert_int_equal(figures_of(story, "2", true), 3);
    assert_int_equal(figures_of(story, "2-1-2-2-1", true), 0);
    assert_int_equal(figures_of(story, "2-1-2-", true), 0);
}

static void only_staff(void **state)
{
    Story *story = *state;
    static const Str resident[] = {STR_LITERAL(ROLE_RESIDENT), STR_LITERAL(ROLE_ANYONE)};
    static const Str officer[] = {STR_LITERAL("youth_officer"), STR_LITERAL(ROLE_ANYONE)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Asking asking = town_job(story->town);
    Error error = {0};
    Figure out;
    FigureParts of_groups;
    Door *door = story->town->door;
    const CityIndicator *participants = indicator(story, PARTICIPANTS);
    assert_true(db_read_begin(story->town->db, &conn, &error));
    asking.actor = (Actor){.account = 1, .name = S("r"), .roles = resident, .role_count = 2};
    assert_false(figure_get(door, conn, &asking, participants, 2018, &out, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_false(figure_parts(door, conn, &asking, participants, 0, 2018, &of_groups, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    asking.actor = (Actor){.account = 2, .name = S("o"), .roles = officer, .role_count = 2};
    assert_true(figure_get(door, conn, &asking, participants, 2018, &out, &error));
    assert_true(value_same(out.value, value_integer(2)));
}

/* As many statements as there are terms, however many records there are. */
static void cost_of_reading(void **state)
{
    Story *story = *state;
    uint64_t before = db_statement_count();
    (void)figure(story, REACHED, 2018);
    uint64_t few = db_statement_count() - before;
    for (size_t i = 0; i < 20; i++)
        (void)town_person(story->town, "もり", "2010-05-01", "2016-01-01", "");
    before = db_statement_count();
    (void)figure(story, REACHED, 2018);
    assert_int_equal(db_statement_count() - before, few);
    assert_in_range(few, 1, 3);
    assert_figure(story, REACHED, 2018, value_decimal(8700000)); /* 2 of 23 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(moved_date),
        cmocka_unit_test(registers),
        cmocka_unit_test(withdrawn_attendance),
        cmocka_unit_test(parts),
        cmocka_unit_test(periods),
        cmocka_unit_test(of_nodes),
        cmocka_unit_test(only_staff),
        cmocka_unit_test(cost_of_reading),
    };
    return cmocka_run_group_tests_name("figure", tests, story_begins, story_ends);
}
