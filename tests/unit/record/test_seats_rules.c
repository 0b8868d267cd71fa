/* The rules of places, without a database: examples, and random applications beside the slow way. */
#include "record/seat_queue_internal.h"

#include "../../property/random.h"
#include "check.h"
#include "seat_oracle.h"

typedef struct Example {
    SeatRow rows[16];
    size_t count;
    Arena *arena;
    SeatQueue queue;
} Example;

/* "A" accepted, "o" offered, "w" waiting; behind each a letter for its group or '.': "A.AxAxw." */
static void make(Example *example, const char *words)
{
    Error error = {0};
    example->arena = arena_new(1 << 20);
    for (size_t i = 0; words[2 * i] != '\0'; i++) {
        static const char kinds[] = "Aow";
        example->rows[i] = (SeatRow){.id = (int64_t)i + 100,
            .receipt = (int64_t)i + 1,
            .turn = (int64_t)i + 1,
            .standing = (SeatStanding)(strchr(kinds, words[2 * i]) - kinds),
            .group = words[2 * i + 1] == '.' ? STR_EMPTY : (Str){&words[2 * i + 1], 1}};
        example->count++;
    }
    assert_true(seat_queue_init(&example->queue, example->arena, example->rows, example->count, &error));
}

static void expect_answer(
    const char *words, int capacity, const char *group, size_t newcomers, SeatAnswer answer)
{
    Example example = {0};
    make(&example, words);
    Value places = capacity == ORACLE_NO_LIMIT ? value_missing() : value_integer(capacity);
    assert_int_equal(seat_queue_ask(&example.queue, places, str_of(group), newcomers), answer);
    arena_free(example.arena);
}

static void newcomers_have_places_or_wait_together(void **state)
{
    (void)state;
    expect_answer("", 1, "", 1, SEAT_ANSWER_PLACE);
    expect_answer("", 0, "", 1, SEAT_ANSWER_WAIT);
    expect_answer("A.A.", 3, "", 1, SEAT_ANSWER_PLACE);
    expect_answer("A.A.", 3, "x", 2, SEAT_ANSWER_WAIT);
    expect_answer("A.A.", 4, "x", 2, SEAT_ANSWER_PLACE);
    expect_answer("A.o.", 2, "", 1, SEAT_ANSWER_WAIT);        /* an offered place is taken */
    expect_answer("A.A.wxwxwx", 4, "", 1, SEAT_ANSWER_PLACE); /* a group of three is passed */
    expect_answer("A.A.A.", 2, "", 1, SEAT_ANSWER_WAIT);      /* more taken than there are by now */
    expect_answer("A.A.A.", ORACLE_NO_LIMIT, "x", 9, SEAT_ANSWER_PLACE);
}

static void who_joins_a_group_shares_its_lot(void **state)
{
    (void)state;
    expect_answer("AxA.", 3, "x", 1, SEAT_ANSWER_PLACE);
    expect_answer("AxA.", 3, "x", 2, SEAT_ANSWER_GROUP_FULL);
    expect_answer("oxA.", 2, "x", 1, SEAT_ANSWER_GROUP_FULL);
    expect_answer("A.wxwx", 2, "x", 1, SEAT_ANSWER_WAIT); /* though one place is free */
    expect_answer("A.wxwx", 2, "y", 1, SEAT_ANSWER_PLACE);
}

static void expect_offers(const char *words, int capacity, const char *expected)
{
    Example example = {0};
    Error error = {0};
    const bool *offered;
    make(&example, words);
    Value places = capacity == ORACLE_NO_LIMIT ? value_missing() : value_integer(capacity);
    assert_true(seat_queue_offer(&example.queue, places, &offered, &error));
    for (size_t i = 0; i < example.count; i++)
        assert_int_equal(offered[i], expected[i] == '!');
    arena_free(example.arena);
}

static void free_places_go_to_the_first_who_fit(void **state)
{
    (void)state;
    expect_offers("A.w.w.", 2, " ! ");
    expect_offers("A.wxwxw.", 2, "   !"); /* the pair is passed over */
    expect_offers("A.wxw.wx", 3, " ! !"); /* the pair's turn is that of its first receipt */
    expect_offers("A.wxw.wx", 4, " !!!");
    expect_offers("w.wxwxwxw.w.", 3, "!   !!");
    expect_offers("A.A.A.w.", 2, "    "); /* fewer places than are taken */
    expect_offers("A.w.w.", ORACLE_NO_LIMIT, " !!");
    expect_offers("oxwy", 1, "  ");
}

static void what_must_not_be_is_seen(void **state)
{
    (void)state;
    Example split = {0}, forgotten = {0};
    make(&split, "A.AxA.wx");
    assert_non_null(seat_queue_split(&split.queue));
    assert_int_equal(seat_queue_split(&split.queue)->first, 2);
    make(&forgotten, "A.wxwxw.");
    assert_null(seat_queue_split(&forgotten.queue));
    assert_null(seat_queue_forgotten(&forgotten.queue, value_integer(1)));
    assert_int_equal(seat_queue_forgotten(&forgotten.queue, value_integer(2))->first, 4);
    assert_int_equal(seat_queue_forgotten(&forgotten.queue, value_integer(3))->first, 2);
    arena_free(split.arena);
    arena_free(forgotten.arena);
}

/* --- beside the slow way ------------------------------------------------------------------------- */

enum { ROUNDS = 300, STEPS = 60, GROUPS = 6 };

static Value capacity_of(const SeatOracle *oracle)
{
    return oracle->capacity == ORACLE_NO_LIMIT ? value_missing() : value_integer(oracle->capacity);
}

/* The oracle's live applications, as the rules see them. */
static void look(const SeatOracle *oracle, Arena *arena, SeatQueue *queue)
{
    static const char names[] = " abcdef";
    static const SeatStanding standings[] = {
        [ORACLE_ACCEPTED] = SEAT_ACCEPTED, [ORACLE_OFFERED] = SEAT_OFFERED, [ORACLE_WAITING] = SEAT_WAITING};
    Error error = {0};
    SeatRow *rows = arena_array(arena, oracle->count, sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < oracle->count; i++)
        if (oracle->seats[i].state != ORACLE_GONE)
            rows[count++] = (SeatRow){.id = (int64_t)i,
                .receipt = (int64_t)i + 1,
                .turn = (int64_t)i + 1,
                .standing = standings[oracle->seats[i].state],
                .group = oracle->seats[i].group == 0 ? STR_EMPTY : (Str){&names[oracle->seats[i].group], 1}};
    assert_true(seat_queue_init(queue, arena, rows, count, &error));
}

static void check_invariants(const SeatOracle *oracle, Arena *arena)
{
    SeatQueue queue;
    look(oracle, arena, &queue);
    assert_int_equal(queue.taken, oracle_taken(oracle));
    assert_null(seat_queue_split(&queue));
    assert_null(seat_queue_forgotten(&queue, capacity_of(oracle)));
}

/* Newcomers of one group: the rules answer what the oracle does. */
static void step_apply(SeatOracle *oracle, Arena *arena, Random *random)
{
    int group = random_below(random, 2) ? 0 : 1 + (int)random_below(random, GROUPS);
    size_t count = group == 0 ? 1 : 1 + random_below(random, 3);
    const int groups[3] = {group, group, group};
    static const char names[] = " abcdef";
    Str name = group == 0 ? STR_EMPTY : (Str){&names[group], 1};
    SeatQueue queue;
    look(oracle, arena, &queue);
    SeatAnswer answer = seat_queue_ask(&queue, capacity_of(oracle), name, count);
    bool applied = oracle_apply(oracle, groups, count);
    assert_int_equal(applied, answer != SEAT_ANSWER_GROUP_FULL);
    for (size_t i = oracle->count - (applied ? count : 0); i < oracle->count; i++)
        assert_int_equal(oracle->seats[i].state == ORACLE_WAITING, answer == SEAT_ANSWER_WAIT);
}

/* Something makes places free: the rules offer them to those the oracle offers them to. */
static void step_free(SeatOracle *oracle, Arena *arena, Random *random)
{
    SeatOracle before = *oracle;
    size_t seat = random_below(random, oracle->count);
    int capacity = random_below(random, 8) == 0 ? ORACLE_NO_LIMIT : (int)random_below(random, 12);
    switch (random_below(random, 4)) {
    case 0:
        oracle_set_capacity(oracle, capacity);
        before.capacity = capacity;
        break;
    case 1:
        if (oracle->seats[seat].state == ORACLE_OFFERED)
            oracle_accept(oracle, seat), oracle_accept(&before, seat);
        break;
    case 2:
        oracle_set_today(oracle, oracle->today + 2);
        for (size_t i = 0; i < before.count; i++)
            if (before.seats[i].state == ORACLE_OFFERED && before.seats[i].answer_by < oracle->today)
                before.seats[i].state = ORACLE_GONE;
        break;
    default:
        oracle_withdraw(oracle, seat);
        before.seats[seat].state = ORACLE_GONE;
    }
    SeatQueue queue;
    Error error = {0};
    const bool *offered;
    look(&before, arena, &queue);
    assert_true(seat_queue_offer(&queue, capacity_of(&before), &offered, &error));
    for (size_t i = 0; i < queue.row_count; i++) {
        size_t at = (size_t)queue.rows[i].id;
        bool was = before.seats[at].state == ORACLE_WAITING && oracle->seats[at].state == ORACLE_OFFERED;
        assert_int_equal(offered[i], was);
    }
}

static void random_applications_agree_with_the_slow_way(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)64 << 20);
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
        Random random = {seed};
        SeatOracle oracle = {.capacity = (int)random_below(&random, 10), .offer_days = 3, .today = 100};
        for (int step = 0; step < STEPS; step++) {
            arena_clear(arena);
            if (oracle.count == 0 || random_below(&random, 2))
                step_apply(&oracle, arena, &random);
            else
                step_free(&oracle, arena, &random);
            check_invariants(&oracle, arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newcomers_have_places_or_wait_together),
        cmocka_unit_test(who_joins_a_group_shares_its_lot),
        cmocka_unit_test(free_places_go_to_the_first_who_fit),
        cmocka_unit_test(what_must_not_be_is_seen),
        cmocka_unit_test(random_applications_agree_with_the_slow_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
