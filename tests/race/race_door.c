/* tests/race/race_door.c: two hundred families press the button at the same moment.
 *
 * Each is a thread that applies as a resident through the door. Whatever order the program takes them in, the
 * receipt numbers say it: taken in that order, the slow way of tests/unit/record/seat_oracle.h must come to
 * the same places. On PostgreSQL two servers share the work.
 */
#include <pthread.h>

#include "base/base.h"

#include "check.h"
#include "circle.h"
#include "seat_oracle.h"
#include "testdb.h"

enum { CLIENTS = 200, TAKEN_BEFORE = 4, PLACES = 5, GROUP_PLACES = 90, GROUP_MAX = 3 };

typedef struct World {
    Circle circle, other; /* other: a second server, on PostgreSQL */
    CircleFamily *families;
    pthread_barrier_t start;
} World;

/* One client: applies for its child, or for several in one go with the words of a group. */
typedef struct Client {
    World *world;
    size_t number;
    Str session;
    const char *group;
    size_t count; /* entries in one go */
    RecordMade made[GROUP_MAX];
    Str codes[GROUP_MAX]; /* made[..].code, kept */
    char code_room[GROUP_MAX][32];
    bool done;
    RecordFaultKind fault;
} Client;

static int setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    Str url = test_db_url();
    *state = world;
    circle_open(&world->circle, url);
    if (test_db_is_postgres())
        circle_open(&world->other, url);
    world->families = circle_families(&world->circle, CLIENTS);
    return pthread_barrier_init(&world->start, NULL, CLIENTS);
}

static int teardown(void **state)
{
    World *world = *state;
    if (world->other.db)
        circle_close(&world->other);
    circle_close(&world->circle);
    pthread_barrier_destroy(&world->start);
    free(world);
    return 0;
}

/* --- clients ------------------------------------------------------------------------------------- */

static void keep_codes(Client *client)
{
    for (size_t i = 0; i < client->count; i++) {
        assert(client->made[i].code.len <= sizeof(client->code_room[i]));
        memcpy(client->code_room[i], client->made[i].code.at, client->made[i].code.len);
        client->codes[i] = (Str){client->code_room[i], client->made[i].code.len};
        client->made[i].code = client->codes[i];
    }
}

/* On PostgreSQL two servers share the clients. */
static const Circle *server_of(const Client *client)
{
    const World *world = client->world;
    return world->other.door && client->number % 2 ? &world->other : &world->circle;
}

/* Applies; tries again for as long as the database says that others were in the way. */
static void *run_client(void *argument)
{
    Client *client = argument;
    World *world = client->world;
    const Circle *circle = server_of(client);
    const CircleFamily *family = &world->families[client->number];
    AUTO_ARENA arena = arena_new(4 << 20);
    Asking asking = circle_resident(circle, family, arena);
    RecordDraft drafts[GROUP_MAX];
    RecordFaults faults = {0};
    Error error = {0};
    for (size_t i = 0; i < client->count; i++)
        drafts[i] = circle_entry(circle, arena, client->session, family->child, str_of(client->group));
    pthread_barrier_wait(&world->start);
    do
        client->done =
            record_create(circle->door, &asking, drafts, client->count, client->made, &faults, &error);
    while (!client->done && error.code == ERROR_BUSY);
    if (!client->done && (error.code != ERROR_INPUT || faults.len == 0)) {
        error_print(stderr, &error);
        abort();
    }
    client->fault = client->done ? RECORD_FAULT_KIND_COUNT : faults.at[0].kind;
    if (client->done)
        keep_codes(client);
    return NULL;
}

static void run_all(World *world, Client *clients)
{
    pthread_t threads[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i].world = world;
        clients[i].number = i;
        assert_int_equal(pthread_create(&threads[i], NULL, run_client, &clients[i]), 0);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
}

/* --- the last place ------------------------------------------------------------------------------ */

static void wait_in_order(World *world, const Client *by_receipt[])
{
    Circle *circle = &world->circle;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(circle->db, &conn, &error));
    for (size_t i = 0; i < CLIENTS; i++) {
        Record *record = NULL;
        SeatPlace place;
        assert_non_null(by_receipt[i]);
        assert_true(
            record_get(circle->door, conn, &circle->asking, by_receipt[i]->codes[0], &record, &error));
        assert_str(record_state(record), i == 0 ? "accepted" : "waiting");
        assert_int_equal(record_receipt(record), TAKEN_BEFORE + 1 + i);
        assert_true(record_seat(circle->door, conn, &circle->asking, record, &place, &error));
        assert_int_equal(place.ahead, i == 0 ? 0 : i - 1);
        assert_int_equal(place.taken, PLACES);
        assert_int_equal(place.waiting, CLIENTS - 1);
    }
}

static void one_gets_the_last_place_and_the_others_wait_in_order(void **state)
{
    World *world = *state;
    Circle *circle = &world->circle;
    Str session = circle_session(circle, "最後の一席", PLACES).code;
    Str early[TAKEN_BEFORE];
    for (size_t i = 0; i < TAKEN_BEFORE; i++)
        early[i] = CIRCLE_MAKE(circle, circle->entry, session, S("child"), world->families[i].child).code;
    static Client clients[CLIENTS];
    const Client *by_receipt[CLIENTS] = {NULL};
    for (size_t i = 0; i < CLIENTS; i++)
        clients[i] = (Client){.session = session, .group = "", .count = 1};
    run_all(world, clients);
    for (size_t i = 0; i < CLIENTS; i++) {
        int64_t receipt = clients[i].made[0].receipt;
        assert_true(clients[i].done && receipt > TAKEN_BEFORE && receipt <= TAKEN_BEFORE + CLIENTS);
        assert_null(by_receipt[receipt - TAKEN_BEFORE - 1]);
        by_receipt[receipt - TAKEN_BEFORE - 1] = &clients[i];
    }
    wait_in_order(world, by_receipt);
    for (size_t i = 0; i < TAKEN_BEFORE; i++) {
        circle_transition(circle, early[i], "withdraw");
        assert_str(circle_state(circle, by_receipt[i + 1]->codes[0]), "offered");
        assert_str(circle_state(circle, by_receipt[i + 2]->codes[0]), "waiting");
    }
    assert_int_equal(circle_problems(circle), 0);
}

/* --- groups -------------------------------------------------------------------------------------- */

/* Of each ten clients: four alone, two that apply for a pair in one go, one for three, and three that write
 * the same words and race each other. */
static void make_groups(Client *clients, char rooms[CLIENTS][32], Str session)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        size_t kind = i % 10;
        size_t number = kind < 7 ? i : i - kind; /* the last three of ten share theirs */
        snprintf(rooms[i], sizeof(rooms[i]), "組%zu%s", number, kind < 7 ? "" : "の三人");
        clients[i] = (Client){.session = session,
            .group = kind < 4 ? "" : rooms[i],
            .count = kind < 4 || kind > 6 ? 1
                     : kind == 6          ? 3
                                          : 2};
    }
}

static int group_number(size_t client)
{
    size_t kind = client % 10;
    return kind < 4 ? 0 : (int)(kind < 7 ? client : client - kind + 1000);
}

static int compare_receipts(const void *a, const void *b)
{
    int64_t x = (*(const Client *const *)a)->made[0].receipt,
            y = (*(const Client *const *)b)->made[0].receipt;
    return (x > y) - (x < y);
}

/* What the slow way comes to, the clients taken in order of their receipts. */
static void compare_with_the_slow_way(World *world, Client *clients)
{
    static SeatOracle oracle;
    static const char *const names[] = {"withdrawn", "accepted", "offered", "waiting"};
    const Client *in_order[CLIENTS];
    size_t count = 0;
    oracle = (SeatOracle){.capacity = GROUP_PLACES};
    for (size_t i = 0; i < CLIENTS; i++) {
        if (clients[i].done)
            in_order[count++] = &clients[i];
        else
            assert_int_equal(clients[i].fault, RECORD_FAULT_GROUP_FULL);
    }
    qsort(in_order, count, sizeof(in_order[0]), compare_receipts);
    for (size_t i = 0; i < count; i++) {
        const Client *client = in_order[i];
        int group = group_number(client->number);
        const int groups[GROUP_MAX] = {group, group, group};
        size_t first = oracle.count;
        assert_int_equal(client->made[0].receipt, first + 1);
        assert_true(oracle_apply(&oracle, groups, client->count));
        for (size_t k = 0; k < client->count; k++)
            assert_str(circle_state(&world->circle, client->codes[k]), names[oracle.seats[first + k].state]);
    }
    assert_int_equal(oracle_taken(&oracle), GROUP_PLACES);
}

static void a_group_is_never_split(void **state)
{
    World *world = *state;
    Circle *circle = &world->circle;
    static Client clients[CLIENTS];
    static char rooms[CLIENTS][32];
    make_groups(clients, rooms, circle_session(circle, "なかよし教室", GROUP_PLACES).code);
    run_all(world, clients);
    compare_with_the_slow_way(world, clients);
    assert_int_equal(circle_problems(circle), 0);
}

/* --- coming and going ---------------------------------------------------------------------------- */

static void *run_withdrawal(void *argument)
{
    Client *client = argument;
    World *world = client->world;
    const Circle *circle = server_of(client);
    AUTO_ARENA arena = arena_new(4 << 20);
    Error error = {0};
    Asking asking = circle_resident(circle, &world->families[client->number], arena);
    pthread_barrier_wait(&world->start);
    if (!client->done || client->number % 3 == 0)
        return NULL;
    bool done = false;
    do
        done = record_transition(
            circle->door, &asking, client->codes[0], 0, S("withdraw"), S("都合により"), &error);
    while (!done && error.code == ERROR_BUSY);
    if (!done) {
        error_print(stderr, &error);
        abort();
    }
    return NULL;
}

static void places_stay_right_while_all_withdraw_at_once(void **state)
{
    World *world = *state;
    Circle *circle = &world->circle;
    static Client clients[CLIENTS];
    static char rooms[CLIENTS][32];
    pthread_t threads[CLIENTS];
    make_groups(clients, rooms, circle_session(circle, "入れかわり教室", GROUP_PLACES).code);
    run_all(world, clients);
    for (size_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_withdrawal, &clients[i]), 0);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(circle_problems(circle), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_gets_the_last_place_and_the_others_wait_in_order),
        TEST(a_group_is_never_split),
        TEST(places_stay_right_while_all_withdraw_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
