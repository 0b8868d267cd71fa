/* Lists against the rule for one record: whatever the actor, the day and the filter, a list holds exactly the
 * records that she can read one by one and that fit, and says how many they are. The world is random, from a
 * fixed seed; the rule for one record runs in C, that of lists in the database. */
#include "base/base.h"

#include "check.h"
#include "families.h"

enum { PERSONS = 8, SESSIONS = 6, ENTRIES = 24, RECORDS_MAX = 100, ROUNDS = 30 };

typedef struct World {
    Families families;
    RecordMade persons[PERSONS + 4];
    size_t person_count;
    Str codes[RECORDS_MAX];
    size_t count;
    uint32_t chance;
} World;

static World world;

static size_t draw(size_t below)
{
    world.chance = world.chance * 1664525u + 1013904223u;
    return (world.chance >> 8) % below;
}

static void keep(Str code)
{
    assert_true(world.count < RECORDS_MAX);
    world.codes[world.count++] = code;
}

static void make_guardians(Circle *circle)
{
    static const char *const days[] = {"2017-01-01", "2018-05-20", "2018-06-10", ""};
    for (size_t i = 0; i < 2 * PERSONS; i++) {
        const RecordMade *guardian = &world.persons[draw(3)], *child = &world.persons[3 + draw(PERSONS - 3)];
        Str from = str_of(days[draw(4)]), until = draw(3) == 0 ? S("2018-06-20") : STR_EMPTY;
        keep(CIRCLE_MAKE(circle, circle->guardianship, STR_EMPTY, S("guardian"), guardian->code, S("child"),
            child->code, S("from"), from, S("until"), until)
                 .code);
    }
}

static void make_entries(Circle *circle, const RecordMade *sessions)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        const RecordMade *child = &world.persons[3 + draw(PERSONS - 3)], *guardian = &world.persons[draw(3)];
        RecordMade entry = families_entry(&world.families, sessions[draw(SESSIONS)].code, child, guardian);
        if (draw(4) == 0)
            circle_transition(circle, entry.code, "withdraw");
        keep(entry.code);
    }
}

static int make_world(void **state)
{
    (void)state;
    static const char *const steps[] = {"publish", "close", "hold"};
    Circle *circle = &world.families.circle;
    RecordMade sessions[SESSIONS];
    world.chance = 20180601;
    families_open(&world.families);
    const Families *families = &world.families;
    const RecordMade *there[] = {&families->mother, &families->child, &families->neighbour,
        &families->neighbours_child, &families->guardianships[0], &families->guardianships[1]};
    for (size_t i = 0; i < COUNT_OF(there); i++)
        keep(there[i]->code);
    for (size_t i = 0; i < PERSONS; i++) {
        world.persons[i] = circle_child(circle, arena_printf(circle->arena, "住民 %zu", i).at);
        keep(world.persons[i].code);
    }
    make_guardians(circle);
    for (size_t i = 0; i < SESSIONS; i++) {
        Str places = arena_printf(circle->arena, "%zu", 1 + draw(4));
        sessions[i] = CIRCLE_MAKE(circle, circle->session, STR_EMPTY, S("name"), S("教室"), S("held_on"),
            S("2018-08-01"), S("capacity"), places);
        keep(sessions[i].code);
    }
    make_entries(circle, sessions);
    for (size_t i = 0; i < SESSIONS; i++)
        for (size_t step = 0; step < i % 4; step++)
            circle_transition(circle, sessions[i].code, steps[step]);
    circle_transition(circle, sessions[SESSIONS - 2].code, "cancel");
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    families_close(&world.families);
    return 0;
}

/* --- one by one ---------------------------------------------------------------------------------- */

static bool leads_to_any(const Record *record, size_t column, const int64_t *ids, size_t count)
{
    Value value = record->row.values[column];
    for (size_t i = 0; i < count; i++)
        if (value.type == VALUE_REFERENCE && value.integer == ids[i])
            return true;
    return false;
}

/* Whether the record is about, names, or is one of the persons. */
static bool belongs_to(const Record *record, const int64_t *ids, size_t count)
{
    const CityRecordType *person = world.families.circle.person;
    if (record->type == person)
        return leads_to_any(record, CITY_COLUMN_ID, ids, count);
    for (size_t i = 0; i < record->type->fields.len; i++)
        if (record->type->fields.at[i].record == person &&
            leads_to_any(record, record->type->fields.at[i].column, ids, count))
            return true;
    return false;
}

static bool fits(const Record *record, const RecordQuery *query, const int64_t *mine, size_t mine_count)
{
    if (record->type != query->type)
        return false;
    if (query->about.len > 0 && !str_equal(record->codes[CITY_COLUMN_ABOUT], query->about))
        return false;
    if (query->state.len > 0 && !str_equal(record_state(record), query->state))
        return false;
    return !query->is_mine || belongs_to(record, mine, mine_count);
}

/* Codes of what can be read one by one and fits. */
static size_t filter(DbConn *conn, const Asking *asking, const RecordQuery *query, Str *out)
{
    Door *door = world.families.circle.door;
    Error error = {0};
    RecordList persons;
    int64_t mine[PERSONS + 1];
    size_t count = 0, mine_count = 0;
    assert_true(record_my_persons(door, conn, asking, &persons, &error));
    for (size_t i = 0; i < persons.at.len; i++)
        mine[mine_count++] = record_id(persons.at.at[i]);
    for (size_t i = 0; i < world.count; i++) {
        Record *record = NULL;
        if (record_get(door, conn, asking, world.codes[i], &record, &error) &&
            fits(record, query, mine, mine_count))
            out[count++] = world.codes[i];
        else
            assert_true(record || error.code == ERROR_NOT_FOUND);
    }
    return count;
}

static bool holds(const Str *codes, size_t count, Str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(codes[i], code))
            return true;
    return false;
}

/* Reads the list in pages of a random size. */
static void compare(DbConn *conn, const Asking *asking, const RecordQuery *query)
{
    Str expected[RECORDS_MAX];
    size_t count = filter(conn, asking, query, expected), seen = 0, page = 1 + draw(7);
    int64_t last = 0;
    for (size_t offset = 0; offset <= seen; offset += page) {
        RecordQuery part = *query;
        RecordList list;
        Error error = {0};
        part.offset = offset;
        part.limit = page;
        if (!record_list(world.families.circle.door, conn, asking, &part, false, &list, &error)) {
            assert_int_equal(error.code, ERROR_NOT_FOUND); /* what it is about cannot be read */
            assert_int_equal(count, 0);
            return;
        }
        assert_int_equal(list.total, count);
        for (size_t i = 0; i < list.at.len; i++, seen++) {
            const Record *record = list.at.at[i];
            assert_true(holds(expected, count, record_code(record)));
            if (query->newest_first && last > 0)
                assert_true(record_id(record) < last);
            last = record_id(record);
        }
    }
    assert_int_equal(seen, count);
}

static Asking random_asking(Arena *arena)
{
    static const Str roles[] = {STR_LITERAL("youth_officer"), STR_LITERAL("planner"), STR_LITERAL("nurse")};
    static const int days[] = {1, 10, 20, 21};
    Asking asking = world.families.who[ANYONE];
    asking.arena = arena;
    if (draw(5) != 0)
        asking.actor.person = world.persons[draw(PERSONS)].id;
    if (draw(3) == 0) {
        asking.actor.roles = &roles[draw(3)];
        asking.actor.role_count = 1;
    }
    return families_on(&asking, 2018, 6, days[draw(4)]);
}

static void a_list_is_what_can_be_read_one_by_one(void **state)
{
    (void)state;
    const Circle *circle = &world.families.circle;
    const CityRecordType *types[] = {circle->person, circle->guardianship, circle->session, circle->entry};
    static const char *const states[] = {"accepted", "waiting", "withdrawn", "open", "cancelled"};
    AUTO_ARENA arena = arena_new(64 << 20);
    for (size_t round = 0; round < ROUNDS; round++) {
        DbConn *conn = families_read(&world.families);
        arena_clear(arena);
        const Asking asking = random_asking(arena);
        for (size_t i = 0; i < COUNT_OF(types); i++) {
            RecordQuery query = {.type = types[i], .is_mine = draw(2) == 0, .newest_first = draw(2) == 0};
            if (types[i]->states.len > 0 && draw(2) == 0)
                query.state = str_of(states[draw(COUNT_OF(states))]);
            if (types[i] == circle->entry && draw(2) == 0)
                query.about = world.codes[draw(world.count)];
            compare(conn, &asking, &query);
        }
    }
    families_read_end(&world.families);
}

/* --- words --------------------------------------------------------------------------------------- */

static void words_find_only_what_may_be_read(void **state)
{
    (void)state;
    Circle *circle = &world.families.circle;
    RecordMade session = CIRCLE_MAKE(
        circle, circle->session, STR_EMPTY, S("name"), S("化石さがし"), S("held_on"), S("2018-08-01"));
    RecordQuery query = {.type = circle->session, .words = S("化石"), .limit = 10};
    assert_int_equal(families_count(&world.families, YOUTH_OFFICER, &query), 1);
    assert_int_equal(families_count(&world.families, ANYONE, &query), 0);
    circle_transition(circle, session.code, "publish");
    assert_int_equal(families_count(&world.families, ANYONE, &query), 1);
    query.state = S("closed");
    assert_int_equal(families_count(&world.families, ANYONE, &query), 0);
    query.state = STR_EMPTY;

    families_entry(&world.families, session.code, &world.families.child, &world.families.mother);
    query = (RecordQuery){.type = circle->entry, .words = S("水辺 ひかる"), .limit = 10};
    assert_int_equal(families_count(&world.families, YOUTH_OFFICER, &query), 1);
    assert_int_equal(families_count(&world.families, MOTHER, &query), 1);
    assert_int_equal(families_count(&world.families, NEIGHBOUR, &query), 0);
    query.words = S("そば"); /* stands in a sensitive field only */
    assert_int_equal(families_count(&world.families, YOUTH_OFFICER, &query), 0);
}

/* --- memory -------------------------------------------------------------------------------------- */

/* Whatever allocation fails, reading says so and nothing else happens. */
static void memory_may_end_anywhere_while_reading(void **state)
{
    (void)state;
    const Circle *circle = &world.families.circle;
    const RecordQuery query = {.type = circle->entry, .words = S("住民"), .limit = 5, .is_mine = true};
    Asking asking = world.families.who[ANYONE];
    AUTO_ARENA arena = arena_new(64 << 20);
    asking.arena = arena;
    asking.actor.person = world.persons[0].id;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        DbConn *conn = families_read(&world.families);
        RecordList list;
        Error error = {0};
        arena_clear(arena);
        arena_fail_after(n);
        done = record_list(circle->door, conn, &asking, &query, true, &list, &error);
        arena_fail_after(0);
        /* The buffer of a query says that it is too long. */
        assert_true(done || error.code == ERROR_MEMORY || error.code == ERROR_LIMIT);
        assert_true(n < 100000);
    }
    families_read_end(&world.families);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_what_can_be_read_one_by_one),
        cmocka_unit_test(memory_may_end_anywhere_while_reading),
        cmocka_unit_test(words_find_only_what_may_be_read),
    };
    return cmocka_run_group_tests_name("record door lists", tests, make_world, end_world);
}
