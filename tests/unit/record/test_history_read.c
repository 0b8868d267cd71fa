/* The history of a record as people see it: newest first, in words where there are some, and nothing of what
 * the record itself hides from them. */
#include "base/base.h"

#include "check.h"
#include "circle.h"
#include "record/history.h"
#include "testdb.h"

typedef struct World {
    Circle circle;
    CircleFamily *families;
    Asking resident;
    RecordMade entry;
} World;

static void change(World *world, const char *field, const char *text, const char *reason)
{
    Circle *circle = &world->circle;
    RecordFaults faults = {0};
    Error error = {0};
    const RecordInput input = {str_of(field), str_of(text)};
    const RecordEdit edit = {
        world->entry.code, record_version(circle_get(circle, world->entry.code)), &input, 1, str_of(reason)};
    if (!record_change(circle->door, &circle->asking, &edit, 1, &faults, &error))
        fail_msg("%s", error.message);
}

/* A resident applies for her child; staff note an allergy and correct the group; she withdraws. */
static int setup(void **state)
{
    World *world = calloc(1, sizeof(*world));
    Circle *circle = &world->circle;
    RecordFaults faults = {0};
    Error error = {0};
    *state = world;
    circle_open(circle, test_db_url());
    world->families = circle_families(circle, 2);
    world->resident = circle_resident(circle, &world->families[0], circle->arena);
    Str session = circle_session(circle, "森の工作", 5).code;
    const RecordDraft draft =
        circle_entry(circle, circle->arena, session, world->families[0].child, S("みずべ"));
    if (!record_create(circle->door, &world->resident, &draft, 1, &world->entry, &faults, &error))
        return -1;
    change(world, "allergy", "卵", "電話で確認");
    change(world, "group", "みずべ家", "");
    world->resident.clock.today.day = 9;
    return record_transition(
               circle->door, &world->resident, world->entry.code, 0, S("withdraw"), S("都合により"), &error)
               ? 0
               : -1;
}

static int teardown(void **state)
{
    World *world = *state;
    circle_close(&world->circle);
    free(world);
    return 0;
}

static HistoryEntries look(World *world, const Asking *asking, Record *record)
{
    HistoryEntries entries = {0};
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(world->circle.db, &conn, &error));
    assert_true(history_of(world->circle.door, conn, asking, record, &entries, &error));
    return entries;
}

static Record *get(World *world, const Asking *asking)
{
    Record *record = NULL;
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(world->circle.db, &conn, &error));
    assert_true(record_get(world->circle.door, conn, asking, world->entry.code, &record, &error));
    return record;
}

static const HistoryChange *change_of(const HistoryEntry *entry, const char *field)
{
    for (size_t i = 0; i < entry->changes.len; i++) {
        const CityField *of = entry->changes.at[i].field;
        if (of ? str_equal(of->name, str_of(field)) : strcmp(field, "state") == 0)
            return &entry->changes.at[i];
    }
    fail_msg("no change of %s", field);
    return NULL;
}

static void everything_stands_there_newest_first(void **state)
{
    World *world = *state;
    HistoryEntries entries = look(world, &world->resident, get(world, &world->resident));
    assert_int_equal(entries.len, 4);
    assert_str(entries.at[0].event, "transition");
    assert_str(entries.at[0].transition, "withdraw");
    assert_str(entries.at[0].reason, "都合により");
    assert_str(entries.at[0].actor, "resident");
    assert_int_equal(entries.at[0].day.integer, date_to_days((Date){2018, 6, 9}));
    assert_str(change_of(&entries.at[0], "state")->before.text, "accepted");
    assert_str(change_of(&entries.at[0], "state")->after.text, "withdrawn");
    assert_str(entries.at[1].event, "change");
    assert_str(entries.at[1].reason, "");
    assert_str(change_of(&entries.at[1], "group")->before.text, "みずべ");
    assert_str(change_of(&entries.at[1], "group")->after.text, "みずべ家");
    assert_str(entries.at[2].reason, "電話で確認");
    assert_str(entries.at[2].actor, "test");
    assert_str(entries.at[3].event, "create");
    assert_true(value_is_missing(change_of(&entries.at[3], "state")->before));
    for (size_t i = 0; i < entries.len; i++)
        assert_int_equal(entries.at[i].version, 4 - i);
}

static void references_are_told_by_the_name_of_what_they_lead_to(void **state)
{
    World *world = *state;
    HistoryEntries entries = look(world, &world->resident, get(world, &world->resident));
    const HistoryChange *child = change_of(&entries.at[3], "child");
    assert_str(child->after_label, "児童1");
    assert_str(child->before_label, "");
    assert_str(change_of(&entries.at[3], "guardian")->after_label, "保護者1");
}

static void what_the_record_hides_its_history_hides(void **state)
{
    World *world = *state;
    Circle *circle = &world->circle;
    Error error = {0};
    Record *record = get(world, &world->resident);
    HistoryEntries entries = look(world, &world->resident, record);
    const HistoryChange *allergy = change_of(&entries.at[2], "allergy");
    assert_true(allergy->is_hidden);
    assert_true(value_is_missing(allergy->after));
    assert_true(record_show_sensitive(circle->door, &world->resident, &record, 1, &error));
    entries = look(world, &world->resident, record);
    allergy = change_of(&entries.at[2], "allergy");
    assert_false(allergy->is_hidden);
    assert_str(allergy->after.text, "卵");
}

static bool erase(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error,
        "update history_value set before_text = null, after_text = null, salt = null where field = 'group'");
}

static void what_was_erased_is_told_as_erased(void **state)
{
    World *world = *state;
    Error error = {0};
    assert_true(db_write(world->circle.db, erase, NULL, &error));
    HistoryEntries entries = look(world, &world->resident, get(world, &world->resident));
    assert_true(change_of(&entries.at[1], "group")->is_erased);
    assert_true(value_is_missing(change_of(&entries.at[1], "group")->after));
    assert_false(change_of(&entries.at[0], "state")->is_erased);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_stands_there_newest_first),
        TEST(references_are_told_by_the_name_of_what_they_lead_to),
        TEST(what_the_record_hides_its_history_hides),
        TEST(what_was_erased_is_told_as_erased),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
