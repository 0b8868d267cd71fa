/* Places through the door: random families apply, withdraw, answer and let offers lapse, beside the slow way;
 * and what a change of a record may not do to places. */
#include "../../property/random.h"
#include "check.h"
#include "circle.h"
#include "record/record_internal.h"
#include "seat_oracle.h"
#include "testdb.h"

enum { CHILDREN = 12, GROUPS = 5, STEPS = 45, SEEDS = 4 };

typedef struct World {
    Circle circle;
    Str children[CHILDREN];
    Str session;
    RecordMade entries[ORACLE_SEATS_MAX];
    SeatOracle oracle;
    Random random;
} World;

/* The same words, as different hands write them. */
static const char *const GROUP_WORDS[GROUPS + 1][3] = {
    {"", "", ""},
    {"みずべ家", "ミズベ家", " みずべ家 "},
    {"A組", "Ａ組", "a組"},
    {"いとこ", "イトコ", "ｲﾄｺ"},
    {"さくら 二班", "サクラ　二班", "さくら  二班"},
    {"双子", "双子", "双子"},
};

static int setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    *state = world;
    circle_open(&world->circle, test_db_url());
    for (size_t i = 0; i < CHILDREN; i++) {
        char name[32];
        snprintf(name, sizeof(name), "子%zu", i + 1);
        world->children[i] = circle_child(&world->circle, name).code;
    }
    return 0;
}

static int teardown(void **state)
{
    World *world = *state;
    circle_close(&world->circle);
    free(world);
    return 0;
}

static void begin(World *world, int capacity)
{
    world->session = circle_session(&world->circle, "教室", capacity).code;
    world->oracle = (SeatOracle){.capacity = capacity, .offer_days = 3};
    world->oracle.today = date_to_days(world->circle.asking.clock.today);
}

/* Children of the groups apply in one go. */
static bool apply(World *world, const int *groups, size_t count, RecordFaultKind *fault)
{
    Circle *circle = &world->circle;
    RecordDraft drafts[8];
    RecordFaults faults = {0};
    Error error = {0};
    for (size_t i = 0; i < count; i++) {
        const char *words = GROUP_WORDS[groups[i]][random_below(&world->random, 3)];
        Str child = world->children[random_below(&world->random, CHILDREN)];
        drafts[i] = circle_entry(circle, circle->arena, world->session, child, str_of(words));
    }
    circle->asking.clock.instant += 1000;
    bool done = record_create(
        circle->door, &circle->asking, drafts, count, &world->entries[world->oracle.count], &faults, &error);
    if (!done) {
        assert_int_equal(error.code, ERROR_INPUT);
        assert_int_equal(faults.len, 1);
        *fault = faults.at[0].kind;
    }
    return done;
}

static void set_capacity(World *world, int capacity)
{
    Circle *circle = &world->circle;
    RecordFaults faults = {0};
    Error error = {0};
    const RecordInput input = {
        S("capacity"), capacity == ORACLE_NO_LIMIT ? STR_EMPTY : arena_printf(circle->arena, "%d", capacity)};
    const RecordEdit edit = {
        world->session, record_version(circle_get(circle, world->session)), &input, 1, STR_EMPTY};
    if (!record_change(circle->door, &circle->asking, &edit, 1, &faults, &error))
        fail_msg("%s", error.message);
}

static void set_today(World *world, int today)
{
    Error error = {0};
    size_t done = 0;
    world->circle.asking.clock.today = date_from_days(today);
    assert_true(door_do_what_is_due(world->circle.door, &world->circle.asking.clock, &done, &error));
}

static const char *state_name(OracleState state)
{
    static const char *const names[] = {[ORACLE_GONE] = "withdrawn",
        [ORACLE_ACCEPTED] = "accepted",
        [ORACLE_OFFERED] = "offered",
        [ORACLE_WAITING] = "waiting"};
    return names[state];
}

/* Every entry stands where the slow way says, with the receipt and the day to answer that it says. */
static void compare(World *world)
{
    for (size_t i = 0; i < world->oracle.count; i++) {
        const OracleSeat *seat = &world->oracle.seats[i];
        const Record *record = circle_get(&world->circle, world->entries[i].code);
        assert_str(record_state(record), state_name(seat->state));
        assert_int_equal(record_receipt(record), i + 1);
        Value answer_by = row_value(&record->row, CITY_COLUMN_ANSWER_BY);
        assert_int_equal(answer_by.type == VALUE_DATE, seat->state == ORACLE_OFFERED);
        if (seat->state == ORACLE_OFFERED)
            assert_int_equal(answer_by.integer, seat->answer_by);
    }
}

static void step_apply(World *world)
{
    Random *random = &world->random;
    int groups[4];
    size_t count = 1 + random_below(random, 4);
    bool is_one_group = random_below(random, 2);
    for (size_t i = 0; i < count; i++)
        groups[i] = i > 0 && is_one_group ? groups[0] : (int)random_below(random, GROUPS + 1);
    RecordFaultKind fault = RECORD_FAULT_KIND_COUNT;
    bool done = apply(world, groups, count, &fault);
    assert_int_equal(oracle_apply(&world->oracle, groups, count), done);
    if (!done)
        assert_int_equal(fault, RECORD_FAULT_GROUP_FULL);
}

static void step_other(World *world)
{
    Random *random = &world->random;
    SeatOracle *oracle = &world->oracle;
    size_t seat = random_below(random, oracle->count);
    switch (random_below(random, 8)) {
    case 0: {
        int capacity = random_below(random, 6) == 0 ? ORACLE_NO_LIMIT : 1 + (int)random_below(random, 9);
        set_capacity(world, capacity);
        oracle_set_capacity(oracle, capacity);
        break;
    }
    case 1: {
        int today = oracle->today + 1 + (int)random_below(random, 2);
        set_today(world, today);
        oracle_set_today(oracle, today);
        break;
    }
    case 2:
    case 3:
        if (oracle->seats[seat].state != ORACLE_OFFERED)
            break;
        circle_transition(&world->circle, world->entries[seat].code, "accept");
        oracle_accept(oracle, seat);
        break;
    default:
        if (oracle->seats[seat].state == ORACLE_GONE)
            break;
        circle_transition(&world->circle, world->entries[seat].code, "withdraw");
        oracle_withdraw(oracle, seat);
    }
}

static void random_families_agree_with_the_slow_way(void **state)
{
    World *world = *state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        world->random = (Random){seed};
        begin(world, 1 + (int)random_below(&world->random, 8));
        for (int step = 0; step < STEPS; step++) {
            if (world->oracle.count == 0 || random_below(&world->random, 5) < 2)
                step_apply(world);
            else
                step_other(world);
            compare(world);
        }
        assert_int_equal(circle_problems(&world->circle), 0);
    }
}

/* --- what people are told ------------------------------------------------------------------------ */

static SeatPlace seat_of(World *world, size_t entry)
{
    SeatPlace place = {0};
    Error error = {0};
    Circle *circle = &world->circle;
    const Record *record = circle_get(circle, world->entries[entry].code);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(circle->db, &conn, &error));
    assert_true(record_seat(circle->door, conn, &circle->asking, record, &place, &error));
    return place;
}

static void apply_one_by_one(World *world, const int *groups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        RecordFaultKind fault;
        assert_true(apply(world, &groups[i], 1, &fault));
        assert_true(oracle_apply(&world->oracle, &groups[i], 1));
    }
}

static void the_number_of_those_ahead_is_honest(void **state)
{
    World *world = *state;
    static const int groups[] = {0, 0, 1, 0, 1, 0};
    begin(world, 2);
    apply_one_by_one(world, groups, COUNT_OF(groups));
    SeatPlace first = seat_of(world, 0), pair = seat_of(world, 4), last = seat_of(world, 5);
    assert_true(first.has_capacity);
    assert_int_equal(first.capacity, 2);
    assert_int_equal(first.taken, 2);
    assert_int_equal(first.waiting, 4);
    assert_int_equal(first.ahead, 0);
    assert_int_equal(pair.together, 2);
    assert_int_equal(pair.ahead, 0); /* its turn is that of its first receipt */
    assert_int_equal(last.together, 1);
    assert_int_equal(last.ahead, 3);
    circle_transition(&world->circle, world->entries[0].code, "withdraw");
    assert_str(circle_state(&world->circle, world->entries[3].code), "offered"); /* the pair does not fit */
    assert_int_equal(seat_of(world, 3).answer_by.integer, world->oracle.today + 3);
    assert_int_equal(seat_of(world, 5).ahead, 2);
}

static void a_session_tells_its_places_before_anybody_applies(void **state)
{
    World *world = *state;
    Circle *circle = &world->circle;
    SeatPlace place = {0};
    Error error = {0};
    begin(world, 7);
    const Record *session = circle_get(circle, world->session);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(circle->db, &conn, &error));
    assert_true(record_seats_of(circle->door, conn, &circle->asking, circle->entry, session, &place, &error));
    assert_true(place.has_capacity && place.capacity == 7 && place.taken == 0 && place.waiting == 0);
}

/* --- what may not be done ------------------------------------------------------------------------ */

static bool change_group(World *world, size_t entry, const char *words, Error *error)
{
    Circle *circle = &world->circle;
    RecordFaults faults = {0};
    Str code = world->entries[entry].code;
    const RecordInput input = {S("group"), str_of(words)};
    const RecordEdit edit = {code, record_version(circle_get(circle, code)), &input, 1, STR_EMPTY};
    return record_change(circle->door, &circle->asking, &edit, 1, &faults, error);
}

static void other_words_may_not_tear_a_group_apart(void **state)
{
    World *world = *state;
    static const int groups[] = {1, 0, 2, 2};
    Error error = {0};
    begin(world, 2);
    apply_one_by_one(world, groups, COUNT_OF(groups)); /* the first two have places, the pair waits */
    assert_false(change_group(world, 2, "みずべ家", &error));
    assert_error(&error, ERROR_DENIED, "tear a group apart");
    assert_false(change_group(world, 0, "Ａ組", &error));
    assert_true(change_group(world, 1, "みずべ家", &error)); /* both have places */
    assert_true(change_group(world, 3, "", &error));
    compare(world);
    assert_int_equal(circle_problems(&world->circle), 0);
}

/* A member who leaves a group that was too large lets the others in. */
static void a_group_that_gets_smaller_may_fit(void **state)
{
    World *world = *state;
    static const int groups[] = {0, 1, 1};
    Error error = {0};
    begin(world, 3);
    RecordFaultKind fault;
    apply_one_by_one(world, groups, 1);
    static const int trio[] = {1, 1, 1};
    assert_true(apply(world, trio, 3, &fault) && oracle_apply(&world->oracle, trio, 3));
    assert_str(circle_state(&world->circle, world->entries[1].code), "waiting");
    assert_true(change_group(world, 2, "", &error));
    assert_str(circle_state(&world->circle, world->entries[1].code), "offered");
    assert_str(circle_state(&world->circle, world->entries[2].code), "waiting");
    assert_str(circle_state(&world->circle, world->entries[3].code), "offered");
    assert_int_equal(circle_problems(&world->circle), 0);
}

static bool split_behind_the_door(DbConn *conn, void *argument, Error *error)
{
    const World *world = argument;
    return db_run(conn, NULL, error,
        "update experience_programme__entry set \"group\" = 'みずべ家' where id = ?1",
        value_integer(world->entries[2].id));
}

/* Another declaration of what is together may find groups that are split: others go on all the same. */
static void a_group_split_before_keeps_nobody_else_from_anything(void **state)
{
    World *world = *state;
    static const int groups[] = {1, 0, 0, 0};
    Error error = {0};
    begin(world, 2);
    apply_one_by_one(world, groups, COUNT_OF(groups));
    assert_true(db_write(world->circle.db, split_behind_the_door, world, &error));
    circle_transition(&world->circle, world->entries[1].code, "withdraw");
    assert_str(circle_state(&world->circle, world->entries[2].code), "offered");
    circle_transition(&world->circle, world->entries[2].code, "withdraw");
    assert_str(circle_state(&world->circle, world->entries[3].code), "offered");
}

typedef struct Restoring {
    World *world;
    int64_t id;
} Restoring;

/* What a transition from withdrawn back to accepted would do, were it declared. */
static bool restore(DbConn *conn, void *argument, Error *error)
{
    static const WorkWhy why = {"transition", STR_LITERAL("restore"), STR_LITERAL("")};
    const Restoring *restoring = argument;
    Circle *circle = &restoring->world->circle;
    Work work;
    if (!work_begin(&work, circle->door, conn, circle->arena, &circle->asking, error))
        return false;
    const Row *before = sight_row(&work.sight, circle->entry, restoring->id);
    Row *after = row_copy(before, circle->arena);
    after->values[CITY_COLUMN_STATE] = value_text(S("accepted"));
    return work_save(&work, circle->entry, before, after, &why, error) &&
           work_settle(&work, circle->entry, after, error) && work_end(&work, error);
}

static void no_change_takes_a_place_that_is_not_there(void **state)
{
    World *world = *state;
    static const int groups[] = {0, 0, 0};
    Error error = {0};
    begin(world, 2);
    apply_one_by_one(world, groups, COUNT_OF(groups));
    circle_transition(&world->circle, world->entries[0].code, "withdraw"); /* offered to the third at once */
    Restoring restoring = {world, world->entries[0].id};
    assert_false(db_write(world->circle.db, restore, &restoring, &error));
    assert_error(&error, ERROR_DENIED, "there is no place left: 2 of 2 are taken");
    assert_str(circle_state(&world->circle, world->entries[0].code), "withdrawn");
    circle_transition(&world->circle, world->entries[1].code, "withdraw");
    assert_true(db_write(world->circle.db, restore, &restoring, &error));
    assert_str(circle_state(&world->circle, world->entries[0].code), "accepted");
    /* A capacity lowered below what is taken takes nothing from anybody. */
    set_capacity(world, 1);
    assert_str(circle_state(&world->circle, world->entries[0].code), "accepted");
    assert_str(circle_state(&world->circle, world->entries[2].code), "offered");
    assert_int_equal(circle_problems(&world->circle), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_families_agree_with_the_slow_way),
        TEST(the_number_of_those_ahead_is_honest),
        TEST(a_session_tells_its_places_before_anybody_applies),
        TEST(other_words_may_not_tear_a_group_apart),
        TEST(no_change_takes_a_place_that_is_not_there),
        TEST(a_group_split_before_keeps_nobody_else_from_anything),
        TEST(a_group_that_gets_smaller_may_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
