/* A database that agrees with itself, and every kind of damage to it, planted behind the door and taken back:
 * verify names each, and nothing when it is gone. */
#include "base/base.h"

#include "check.h"
#include "circle.h"
#include "testdb.h"

typedef struct World {
    Circle circle;
    RecordMade session, first, second, pair[2], single;
} World;

static RecordMade apply(Circle *circle, Str session, const char *child, Str group)
{
    return CIRCLE_MAKE(
        circle, circle->entry, session, S("child"), circle_child(circle, child).code, S("group"), group);
}

/* Three places, all taken, two of them by a pair; one waits; then the session was held and one was there. */
static int setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    Circle *circle = &world->circle;
    *state = world;
    circle_open(circle, test_db_url());
    world->session = circle_session(circle, "森の工作", 3);
    world->first = apply(circle, world->session.code, "一郎", STR_EMPTY);
    world->pair[0] = apply(circle, world->session.code, "二葉", S("みずべ家"));
    world->pair[1] = apply(circle, world->session.code, "三郎", S("ミズベ家"));
    world->single = apply(circle, world->session.code, "四季", STR_EMPTY);
    circle_transition(circle, world->session.code, "close");
    circle_transition(circle, world->session.code, "hold");
    Record *record = circle_get(circle, world->first.code);
    const RecordInput attended = {S("attended"), S("yes")};
    const RecordEdit edit = {world->first.code, record_version(record), &attended, 1, S("出席簿")};
    RecordFaults faults = {0};
    Error error = {0};
    return record_change(circle->door, &circle->asking, &edit, 1, &faults, &error) ? 0 : -1;
}

static int teardown(void **state)
{
    World *world = *state;
    circle_close(&world->circle);
    free(world);
    return 0;
}

typedef struct Statement {
    const char *sql;
} Statement;

static bool run_statement(DbConn *conn, void *argument, Error *error)
{
    int64_t changed = 0;
    return db_run_values(conn, &changed, error, ((const Statement *)argument)->sql, 0, NULL) &&
           (changed > 0 || error_set(error, ERROR_NOT_FOUND, "nothing was touched"));
}

static void run(World *world, const char *sql)
{
    Error error = {0};
    Statement statement = {sql};
    if (!db_write(world->circle.db, run_statement, &statement, &error))
        fail_msg("%s: %s", sql, error.message);
}

static bool is_found(const VerifyReport *report, const char *part, const char *words)
{
    for (size_t i = 0; i < report->problems.len; i++)
        if (strcmp(report->problems.at[i].part, part) == 0 &&
            str_contains(report->problems.at[i].words, str_of(words)))
            return true;
    for (size_t i = 0; i < report->problems.len; i++)
        print_error("%s: %.*s\n", report->problems.at[i].part, STR_ARGS(report->problems.at[i].words));
    return false;
}

static void what_the_door_wrote_agrees(void **state)
{
    World *world = *state;
    assert_int_equal(circle_problems(&world->circle), 0);
    VerifyReport report = circle_verify(&world->circle);
    assert_int_equal(report.strands, 1);
    assert_int_equal(report.records, 1 + 4 + 4);
    assert_int_equal(report.entries, 1 + 9 + 3 + 1); /* the strand's, creations, transitions, the change */
    assert_int_equal(report.references, 4 + 4);      /* about, child */
    assert_true(report.figures > 0);
    circle_reopen_door(&world->circle);
    circle_child(&world->circle, "五月");
    assert_int_equal(circle_problems(&world->circle), 0);
    assert_int_equal(circle_verify(&world->circle).strands, 2);
}

#define ENTRY "experience_programme__entry"
#define SESSION "experience_programme__session"

typedef struct Damage {
    const char *part, *words, *plant, *undo;
} Damage;

static const Damage DAMAGES[] = {
    {"history", "the value of 'name'",
        "update history_value set after_text = '別' where after_text = '森の工作'",
        "update history_value set after_text = '森の工作' where after_text = '別'"},
    {"history", "it is not what was written", "update history set actor = 'somebody' where number = 3",
        "update history set actor = 'test' where number = 3"},
    {"history", "it says that it has", "update strand set number = number + 1",
        "update strand set number = number - 1"},
    {"record", "'name' is not what its history says", "update " SESSION " set name = '海の工作'",
        "update " SESSION " set name = '森の工作'"},
    {"record", "it is version", "update " SESSION " set row_version = row_version + 1",
        "update " SESSION " set row_version = row_version - 1"},
    {"record", "'row_receipt'", "update " ENTRY " set row_receipt = 9 where row_receipt = 4",
        "update " ENTRY " set row_receipt = 4 where row_receipt = 9"},
    {"reference", "'child' leads to person", "update " ENTRY " set child = child + 1000",
        "update " ENTRY " set child = child - 1000"},
    {"reference", "'row_about' leads to " SESSION " 77", "update " ENTRY " set row_about = 77",
        "update " ENTRY " set row_about = (select id from " SESSION ")"},
    {"reference", "its code does not lead to it",
        "update record_code set row_id = row_id + 50 where table_name = '" SESSION "'",
        "update record_code set row_id = row_id - 50 where table_name = '" SESSION "'"},
    {"rule", "'row_state' is no state", "update " SESSION " set row_state = 'lost'",
        "update " SESSION " set row_state = 'held'"},
    {"rule", "'attended' is no value of its type", "update " ENTRY " set attended = 2 where attended = 1",
        "update " ENTRY " set attended = 1 where attended = 2"},
    {"rule", "'held_on' is required", "update " SESSION " set held_on = null",
        "update " SESSION " set held_on = 17744"},
    {"rule", "'row_answer_by' is there without", "update " ENTRY " set row_answer_by = 17744",
        "update " ENTRY " set row_answer_by = null"},
    {"seats", "its counter says 4 taken", "update seat_counter set taken = 4",
        "update seat_counter set taken = 3"},
    {"seats", "receipt numbers", "update seat_counter set receipts = 3",
        "update seat_counter set receipts = 4"},
    {"seats", "receipt numbers", "update " ENTRY " set row_receipt = 3 where row_receipt = 4",
        "update " ENTRY " set row_receipt = 4 where row_state = 'waiting'"},
    {"seats", "the group of receipt 2 is split: 1 have places, 1 wait",
        "update " ENTRY " set row_state = 'waiting' where row_receipt = 3",
        "update " ENTRY " set row_state = 'accepted' where row_receipt = 3"},
    {"seats", "receipt 4 waits with 1", "update " SESSION " set capacity = 4",
        "update " SESSION " set capacity = 3"},
    {"seats", "4 places are taken, and there never were more than 3",
        "update " ENTRY " set row_state = 'accepted' where row_receipt = 4",
        "update " ENTRY " set row_state = 'waiting' where row_receipt = 4"},
    {"seats", "has no counter", "update seat_counter set about_id = about_id + 5",
        "update seat_counter set about_id = about_id - 5"},
    {"figure", "", "update indicator_cell set rows = rows + 1", "update indicator_cell set rows = rows - 1"},
    {"figure", "", "update " ENTRY " set attended = 1 where row_receipt = 2",
        "update " ENTRY " set attended = null where row_receipt = 2"},
};

static void each_damage_is_found_and_nothing_else_remains(void **state)
{
    World *world = *state;
    for (size_t i = 0; i < COUNT_OF(DAMAGES); i++) {
        const Damage *damage = &DAMAGES[i];
        run(world, damage->plant);
        VerifyReport report = circle_verify(&world->circle);
        if (!is_found(&report, damage->part, damage->words))
            fail_msg("not found: %s \"%s\" after %s", damage->part, damage->words, damage->plant);
        run(world, damage->undo);
        assert_int_equal(circle_problems(&world->circle), 0);
    }
}

static void entries_and_rows_that_are_gone_are_found(void **state)
{
    World *world = *state;
    run(world, "delete from " ENTRY " where row_receipt = 4");
    VerifyReport report = circle_verify(&world->circle);
    assert_true(is_found(&report, "record", "its history is there, the record is not"));
    run(world, "delete from history_value where history_id = (select id from history where number = 5)");
    run(world, "delete from history where number = 5");
    report = circle_verify(&world->circle);
    assert_true(is_found(&report, "history", "entry 5 is missing"));
}

static void many_problems_are_counted_and_the_first_are_named(void **state)
{
    World *world = *state;
    for (int i = 0; i < VERIFY_PROBLEMS_MAX; i++)
        circle_child(&world->circle, "六花");
    run(world, "update person set name = '誰か'");
    VerifyReport report = circle_verify(&world->circle);
    assert_int_equal(report.problems.len, VERIFY_PROBLEMS_MAX);
    assert_int_equal(report.problem_count, VERIFY_PROBLEMS_MAX + 4);
}

static void another_declaration_than_the_database_has_is_refused(void **state)
{
    World *world = *state;
    Error error = {0};
    VerifyReport report;
    run(world, "update declaration set hash = 'other'");
    assert_false(verify_run(world->circle.db, world->circle.city, world->circle.arena, &report, &error));
    assert_error(&error, ERROR_CONFLICT, "hitomachi apply");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_the_door_wrote_agrees),
        TEST(each_damage_is_found_and_nothing_else_remains),
        TEST(entries_and_rows_that_are_gone_are_found),
        TEST(many_problems_are_counted_and_the_first_are_named),
        TEST(another_declaration_than_the_database_has_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
