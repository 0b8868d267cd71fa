/* Figures kept by deltas equal a recount by the database, whatever happens to records and registers, in what
 * order, and in how large closures; and a recount notices what is wrong: figures that somebody changed,
 * records that somebody changed behind the door's back, and each single entry that the reverse index could
 * lack. */
#include "world.h"

#include <inttypes.h>
#include <pthread.h>

#include "record/figure.h"

#define MIB ((size_t)1 << 20)

static const char sample[] = "cities/aomori", library[] = "tests/property/indicator/city";

/* --- agreement ------------------------------------------------------------------------------------------ */

static void assert_agrees(const char *folder, uint64_t seed, size_t steps, size_t each)
{
    World *world = world_new(folder, seed);
    size_t cells = 0, most = 0;
    for (size_t i = 1; i <= steps; i++) {
        world_step(world);
        if (i % each != 0)
            continue;
        world_agrees(world, &cells);
        most = cells > most ? cells : most;
    }
    print_message("# %s, seed %" PRIu64 ": at most %zu cells and members\n", folder, seed, most);
    assert_true(most > 20);
    world_free(world);
}

static void programme_agrees(void **state)
{
    (void)state;
    assert_agrees(sample, 1, 300, 10);
    assert_agrees(sample, 2, 60, 1);
}

static void library_agrees(void **state)
{
    (void)state;
    assert_agrees(library, 3, 300, 10);
    assert_agrees(library, 4, 60, 1);
}

/* --- several servers ------------------------------------------------------------------------------------ */

static void *serve(void *argument)
{
    World *world = argument;
    for (size_t i = 0; i < 20; i++)
        world_step(world);
    return NULL;
}

/* Servers write to the same rows and the same cells at once. */
static void servers_agree(void **state)
{
    (void)state;
    enum { SERVERS = 3 };
    World *first = world_new(library, 9), *servers[SERVERS];
    pthread_t threads[SERVERS];
    for (size_t i = 0; i < 20; i++)
        world_step(first);
    for (size_t i = 0; i < SERVERS; i++)
        servers[i] = world_beside(first, library, 100 + i);
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, serve, servers[i]), 0);
    for (size_t i = 0; i < SERVERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    world_agrees(first, NULL);
    for (size_t i = 0; i < SERVERS; i++)
        world_free(servers[i]);
    world_free(first);
}

/* --- what is wrong is noticed --------------------------------------------------------------------------- */

static World *grown(const char *folder, uint64_t seed, size_t steps)
{
    World *world = world_new(folder, seed);
    for (size_t i = 0; i < steps; i++)
        world_step(world);
    world_agrees(world, NULL);
    return world;
}

static size_t differences(World *world)
{
    AUTO_ARENA arena = arena_new(64 * MIB);
    Str words;
    size_t count = world_differences(world, arena, &words, NULL);
    assert_true((count > 0) == str_contains(words, S("a recount finds")));
    return count;
}

/* A change behind the door's back, and the one that takes it back. */
typedef struct Tampering {
    DbWrite *wrong, *right;
} Tampering;

#define TAMPER(name, sql)                                         \
    static bool name(DbConn *conn, void *argument, Error *error)  \
    {                                                             \
        int64_t changed = 0;                                      \
        (void)argument;                                           \
        return db_run(conn, &changed, error, sql) && changed > 0; \
    }

TAMPER(more_rows, "update indicator_cell set rows = rows + 1 where part = ''")
TAMPER(fewer_rows, "update indicator_cell set rows = rows - 1 where part = ''")
TAMPER(larger_sums, "update indicator_cell set total = total + 1 where part like '*=%'")
TAMPER(smaller_sums, "update indicator_cell set total = total - 1 where part like '*=%'")
TAMPER(other_members, "update indicator_member set rows = rows + 1 where part = ''")
TAMPER(same_members, "update indicator_member set rows = rows - 1 where part = ''")
TAMPER(other_term, "update indicator_cell set term = term + 100 where part = ''")
TAMPER(same_term, "update indicator_cell set term = term - 100 where part = ''")
TAMPER(other_year, "update indicator_cell set period = period + 1000")
TAMPER(same_year, "update indicator_cell set period = period - 1000")
TAMPER(new_member, "insert into indicator_member (indicator, term, period, part, member, rows) "
                   "select indicator, term, period, part, '?', 1 from indicator_cell where part = ''")
TAMPER(no_new_member, "delete from indicator_member where member = '?'")

static void changed_figures(void **state)
{
    (void)state;
    static const Tampering tamperings[] = {
        {more_rows, fewer_rows},
        {larger_sums, smaller_sums},
        {other_members, same_members},
        {other_term, same_term},
        {other_year, same_year},
        {new_member, no_new_member},
    };
    World *world = grown(library, 5, 60);
    for (size_t i = 0; i < COUNT_OF(tamperings); i++) {
        world_write(world, tamperings[i].wrong, NULL);
        if (differences(world) == 0)
            fail_msg("tampering %zu was not noticed", i);
        world_write(world, tamperings[i].right, NULL);
        world_agrees(world, NULL);
    }
    world_free(world);
}

TAMPER(turn_returned, "update library__loan set returned = 1 - returned where returned is not null")
TAMPER(move_people, "update person set birth = birth - 3660 where birth is not null")
TAMPER(move_people_back, "update person set birth = birth + 3660 where birth is not null")

static void changed_records(void **state)
{
    (void)state;
    static const Tampering tamperings[] = {{turn_returned, turn_returned}, {move_people, move_people_back}};
    World *world = grown(library, 6, 60);
    for (size_t i = 0; i < COUNT_OF(tamperings); i++) {
        world_write(world, tamperings[i].wrong, NULL);
        if (differences(world) == 0)
            fail_msg("tampering %zu was not noticed", i);
        world_write(world, tamperings[i].right, NULL);
        world_agrees(world, NULL);
    }
    world_free(world);
}

/* --- each entry of the reverse index is needed ---------------------------------------------------------- */

/* Changes the column until a figure is wrong, and takes each change back. */
static bool is_noticed(World *world, const CityRecordType *type, size_t column)
{
    for (size_t tries = 0; tries < 300; tries++) {
        AUTO_ARENA arena = arena_new(8 * MIB);
        WorldChange change;
        if (!world_change(world, type, column, arena, &change))
            return false;
        bool is_wrong = differences(world) > 0;
        world_undo(world, &change);
        if (is_wrong)
            return true;
    }
    return false;
}

static void entries_are_needed(World *world, const CityRecordType *type, size_t *faults)
{
    for (size_t i = 0; i < type->dependents.len; i++) {
        const CityDependent *dependent = &type->dependents.at[i];
        for (size_t column = 0; column < type->shape.count; column++) {
            if (!dependent->columns[column])
                continue;
            bool *entry = (bool *)(uintptr_t)&dependent->columns[column];
            *entry = false;
            if (!is_noticed(world, type, column))
                fail_msg("%.*s.%.*s, %zu steps, is not needed by %.*s", STR_ARGS(type->name),
                    STR_ARGS(type->shape.columns[column].name), dependent->step_count,
                    STR_ARGS(dependent->term->aggregate->text));
            *entry = true;
            ++*faults;
        }
    }
}

static void forgotten_dependents(void **state)
{
    (void)state;
    World *world = grown(library, 7, 150);
    size_t faults = 0;
    for (size_t i = 0; i < world->type_count; i++)
        entries_are_needed(world, world->types[i].type, &faults);
    world_agrees(world, NULL);
    print_message("# %zu faults planted in the reverse index, all noticed\n", faults);
    assert_true(faults > 20);
    world_free(world);
}

/* --- counting anew -------------------------------------------------------------------------------------- */

TAMPER(forget_all, "update declared_indicator set counted = 0")

/* After the declaration changed, all is counted anew, over whatever stands there. */
static void counted_anew(void **state)
{
    (void)state;
    World *world = grown(library, 8, 60);
    world_write(world, more_rows, NULL);
    world_write(world, new_member, NULL);
    world_write(world, forget_all, NULL);
    Error error = {0};
    size_t counted = 0;
    assert_true(figures_recount_stale(world->db, world->city, &counted, &error));
    assert_int_equal(counted, 9);
    world_agrees(world, NULL);
    for (size_t i = 0; i < 20; i++)
        world_step(world);
    world_agrees(world, NULL);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programme_agrees),
        cmocka_unit_test(library_agrees),
        cmocka_unit_test(servers_agree),
        cmocka_unit_test(changed_figures),
        cmocka_unit_test(changed_records),
        cmocka_unit_test(forgotten_dependents),
        cmocka_unit_test(counted_anew),
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
