/* Writing through the door: everything wrong is said in one go and nothing is kept; what somebody else
 * changed is not overwritten; closures that run again leave one trace; what is sensitive is shown only after
 * a note; letters go to those whom it concerns; what is due happens on its day. */
#include "base/base.h"

#include <pthread.h>

#include "check.h"
#include "families.h"

static Families families;

static int open_families(void **state)
{
    (void)state;
    families_open(&families);
    return 0;
}

static int close_families(void **state)
{
    (void)state;
    families_close(&families);
    return 0;
}

static bool create(Who who, const CityRecordType *type, Str about, const RecordInput *inputs, size_t count,
    RecordMade *made, RecordFaults *faults, Error *error)
{
    const RecordDraft draft = {type, about, inputs, count};
    *error = (Error){0};
    return record_create(families.circle.door, &families.who[who], &draft, 1, made, faults, error);
}

static bool change(Who who, const Record *record, Str field, Str text, RecordFaults *faults, Error *error)
{
    const RecordInput input = {field, text};
    const RecordEdit edit = {record_code(record), record_version(record), &input, 1, S("訂正")};
    *error = (Error){0};
    return record_change(families.circle.door, &families.who[who], &edit, 1, faults, error);
}

static void expect_fault(const RecordFaults *faults, RecordFaultKind kind, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < faults->len; i++) {
        const RecordFault *fault = &faults->at[i];
        found +=
            fault->kind == kind && str_equal(fault->field ? fault->field->name : fault->name, str_of(name));
    }
    if (found != 1)
        print_error("fault %d of %s: found %zu times, expected once\n", kind, name, found);
    assert_int_equal(found, 1);
}

/* --- faults -------------------------------------------------------------------------------------- */

static void everything_wrong_is_said_at_once(void **state)
{
    (void)state;
    RecordFaults faults;
    RecordMade made;
    Error error;
    int64_t before = families_number(&families, "select count(*) from record_code");
    const RecordInput inputs[] = {{S("name"), S("  ")}, {S("place"), S("no such place")},
        {S("held_on"), S("平成31年5月1日")}, {S("capacity"), S("０")}, {S("closes_on"), S("2018-13-01")},
        {S("colour"), S("red")}};
    assert_false(create(
        YOUTH_OFFICER, families.circle.session, STR_EMPTY, inputs, COUNT_OF(inputs), &made, &faults, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_int_equal(faults.len, 6);
    expect_fault(&faults, RECORD_FAULT_REQUIRED, "name");
    expect_fault(&faults, RECORD_FAULT_NO_SUCH_RECORD, "place");
    expect_fault(&faults, RECORD_FAULT_NOT_OF_TYPE, "held_on");
    expect_fault(&faults, RECORD_FAULT_TOO_SMALL, "capacity");
    expect_fault(&faults, RECORD_FAULT_NOT_OF_TYPE, "closes_on");
    expect_fault(&faults, RECORD_FAULT_UNKNOWN_FIELD, "colour");
    assert_int_equal(families_number(&families, "select count(*) from record_code"), before);
}

static void checks_look_at_what_changes(void **state)
{
    (void)state;
    RecordFaults faults;
    RecordMade made;
    Error error;
    const RecordInput late[] = {
        {S("name"), S("たこあげ")}, {S("held_on"), S("2018-08-01")}, {S("closes_on"), S("2018-08-02")}};
    assert_false(create(YOUTH_OFFICER, families.circle.session, STR_EMPTY, late, 3, &made, &faults, &error));
    expect_fault(&faults, RECORD_FAULT_CHECK, "closes_on");
    const RecordInput good[] = {
        {S("name"), S("たこあげ")}, {S("held_on"), S("平成30年8月1日")}, {S("closes_on"), S("H30.7.20")}};
    assert_true(create(YOUTH_OFFICER, families.circle.session, STR_EMPTY, good, 3, &made, &faults, &error));
    const Record *session = circle_get(&families.circle, made.code);
    assert_int_equal(session->row.values[city_field(session->type, S("held_on"))->column].integer,
        date_to_days((Date){2018, 8, 1}));
    /* The day it is held moves before the day entries close: the other field's check says so. */
    assert_false(change(YOUTH_OFFICER, session, S("held_on"), S("2018-07-01"), &faults, &error));
    assert_int_equal(faults.len, 1);
    expect_fault(&faults, RECORD_FAULT_CHECK, "closes_on");
    assert_true(change(YOUTH_OFFICER, session, S("closes_on"), S(""), &faults, &error));
}

static void what_is_computed_or_not_there_cannot_be_typed(void **state)
{
    (void)state;
    RecordFaults faults;
    RecordMade made;
    Error error;
    RecordMade session = circle_session(&families.circle, "カヌー", 10);
    const RecordInput inputs[] = {
        {S("child"), families.child.code}, {S("guardian"), families.child.code}, {S("attended"), S("yes")}};
    assert_false(create(MOTHER, families.circle.entry, session.code, inputs, 3, &made, &faults, &error));
    assert_int_equal(faults.len, 2);
    expect_fault(&faults, RECORD_FAULT_NOT_WRITABLE, "guardian");
    expect_fault(&faults, RECORD_FAULT_NOT_WRITABLE, "attended");
    assert_true(create(MOTHER, families.circle.entry, session.code, inputs, 1, &made, &faults, &error));
    const Record *entry = families_get(&families, MOTHER, made.code);
    size_t guardian = city_field(entry->type, S("guardian"))->column;
    size_t attended = city_field(entry->type, S("attended"))->column;
    assert_str(entry->reads[guardian], "水辺 花子");
    assert_true(entry->hidden[attended]);
    assert_false(change(YOUTH_OFFICER, entry, S("attended"), S("yes"), &faults, &error));
    expect_fault(&faults, RECORD_FAULT_NOT_WRITABLE, "attended");
    circle_transition(&families.circle, session.code, "close");
    circle_transition(&families.circle, session.code, "hold");
    assert_true(change(YOUTH_OFFICER, entry, S("attended"), S("はい"), &faults, &error));
    entry = families_get(&families, MOTHER, made.code);
    assert_false(entry->hidden[attended]);
    assert_int_equal(entry->row.values[attended].integer, 1);
}

static void siblings_are_entered_together_or_not_at_all(void **state)
{
    (void)state;
    RecordFaults faults;
    RecordMade made[2];
    Error error = {0};
    RecordMade session = circle_session(&families.circle, "陶芸", 10);
    const RecordInput own = {S("child"), families.child.code},
                      other = {S("child"), families.neighbours_child.code};
    const RecordDraft drafts[] = {
        {families.circle.entry, session.code, &own, 1}, {families.circle.entry, session.code, &other, 1}};
    int64_t before = families_number(&families, "select count(*) from record_code");
    assert_false(
        record_create(families.circle.door, &families.who[MOTHER], drafts, 2, made, &faults, &error));
    assert_int_equal(faults.len, 1);
    assert_int_equal(faults.at[0].item, 1);
    assert_int_equal(families_number(&families, "select count(*) from record_code"), before);
    assert_true(
        record_create(families.circle.door, &families.who[YOUTH_OFFICER], drafts, 2, made, &faults, &error));
    assert_int_equal(made[0].receipt, 1);
    assert_int_equal(made[1].receipt, 2);
    assert_str(made[1].state, "accepted");
}

/* --- others at work ------------------------------------------------------------------------------ */

static void what_somebody_else_changed_is_not_overwritten(void **state)
{
    (void)state;
    RecordFaults faults;
    Error error;
    RecordMade session = circle_session(&families.circle, "昆虫採集", 10);
    const Record *read = circle_get(&families.circle, session.code);
    assert_true(change(YOUTH_OFFICER, read, S("name"), S("昆虫観察"), &faults, &error));
    assert_false(change(YOUTH_OFFICER, read, S("name"), S("昆虫図鑑"), &faults, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_str(circle_get(&families.circle, session.code)->label, "昆虫観察");
    assert_false(record_transition(families.circle.door, &families.who[YOUTH_OFFICER], session.code,
        record_version(read), S("close"), STR_EMPTY, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    /* Of two edits in one go none is kept when one of them comes too late. */
    const Record *now = circle_get(&families.circle, session.code);
    const RecordInput name = {S("name"), S("虫めがね")};
    const RecordEdit edits[] = {{session.code, record_version(now), &name, 1, STR_EMPTY},
        {families.child.code, 7, &name, 1, STR_EMPTY}};
    assert_false(record_change(families.circle.door, &families.circle.asking, edits, 2, &faults, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_str(circle_get(&families.circle, session.code)->label, "昆虫観察");
    /* Nothing changed: no new version. */
    assert_true(change(YOUTH_OFFICER, now, S("name"), S("昆虫観察"), &faults, &error));
    assert_int_equal(record_version(circle_get(&families.circle, session.code)), record_version(now));
}

enum { SERVERS = 2, RACERS = 6, TURNS = 4 };

typedef struct Racer {
    Circle circle; /* of its server */
    Str session, child;
    size_t made, refused, faults;
} Racer;

/* Enters a child, and tries to enter nobody: each goes through or is refused whole, however often it ran. */
static void *race(void *argument)
{
    Racer *racer = argument;
    const RecordInput child = {S("child"), racer->child}, nobody = {S("child"), STR_EMPTY};
    for (size_t turn = 0; turn < TURNS; turn++) {
        const RecordDraft good = {racer->circle.entry, racer->session, &child, 1};
        const RecordDraft bad = {racer->circle.entry, racer->session, &nobody, 1};
        RecordFaults faults;
        RecordMade made;
        Error error = {0};
        while (!record_create(racer->circle.door, &racer->circle.asking, &good, 1, &made, &faults, &error))
            if (error.code != ERROR_BUSY)
                return NULL;
        racer->made++;
        while (!record_create(racer->circle.door, &racer->circle.asking, &bad, 1, &made, &faults, &error) &&
               error.code == ERROR_BUSY)
            ;
        racer->refused += error.code == ERROR_INPUT;
        racer->faults += faults.len;
    }
    return NULL;
}

/* Two servers on one database: closures conflict and run again, and leave what they would have left alone. */
static void closures_that_run_again_leave_one_trace(void **state)
{
    (void)state;
    static Racer racers[RACERS];
    pthread_t threads[RACERS];
    Circle servers[SERVERS];
    RecordMade session = circle_session(&families.circle, "満員", 5);
    int64_t entries = families_number(&families, "select count(*) from history where event = 'create'");
    for (size_t i = 0; i < SERVERS; i++)
        circle_open(&servers[i], families.url);
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] =
            (Racer){.circle = servers[i % SERVERS], .session = session.code, .child = families.child.code};
        racers[i].circle.asking.arena = arena_new(64 << 20);
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        arena_free(racers[i].circle.asking.arena);
    }
    for (size_t i = 0; i < SERVERS; i++)
        circle_close(&servers[i]);
    for (size_t i = 0; i < RACERS; i++) {
        assert_int_equal(racers[i].made, TURNS);
        assert_int_equal(racers[i].refused, TURNS);
        assert_int_equal(racers[i].faults, TURNS);
    }
    const RecordQuery all = {.type = families.circle.entry, .about = session.code, .limit = 100};
    const RecordQuery accepted = {
        .type = families.circle.entry, .about = session.code, .state = S("accepted"), .limit = 100};
    assert_int_equal(families_count(&families, YOUTH_OFFICER, &all), RACERS * TURNS);
    assert_int_equal(families_count(&families, YOUTH_OFFICER, &accepted), 5);
    assert_int_equal(families_number(&families, "select count(*) from history where event = 'create'"),
        entries + RACERS * TURNS);
    assert_int_equal(families_number(&families,
                         "select count(*) - count(distinct row_receipt) from experience_programme__entry "
                         "where row_about = (select max(row_about) from experience_programme__entry)"),
        0);
    assert_int_equal(circle_problems(&families.circle), 0);
}

/* --- what is sensitive --------------------------------------------------------------------------- */

static void what_is_sensitive_is_shown_after_a_note(void **state)
{
    (void)state;
    Error error = {0};
    RecordMade session = circle_session(&families.circle, "料理", 10);
    RecordMade made = families_entry(&families, session.code, &families.child, &families.mother);
    const size_t allergy = city_field(families.circle.entry, S("allergy"))->column;
    int64_t noted = families_number(&families, "select count(*) from read_log");
    Record *entry = families_get(&families, YOUTH_OFFICER, made.code);
    assert_true(entry->hidden[allergy]);
    assert_int_equal(entry->row.values[allergy].type, VALUE_MISSING);
    assert_int_equal(families_number(&families, "select count(*) from read_log"), noted);
    assert_true(record_show_sensitive(
        families.circle.door, &families.who[YOUTH_OFFICER], (Record *const[]){entry}, 1, &error));
    assert_false(entry->hidden[allergy]);
    assert_str(entry->row.values[allergy].text, "そば");
    assert_int_equal(families_number(&families, "select count(*) from read_log"), noted + 1);
    assert_int_equal(families_number(&families,
                         "select row_id from read_log where actor = 'aoi' order by id desc limit 1"),
        record_id(entry));
    /* A list hides it for good. */
    const RecordQuery query = {.type = families.circle.entry, .about = session.code, .limit = 10};
    RecordList list;
    assert_true(record_list(families.circle.door, families_read(&families), &families.who[YOUTH_OFFICER],
        &query, false, &list, &error));
    families_read_end(&families);
    assert_int_equal(list.at.len, 1);
    assert_null(list.at.at[0]->sealed);
    assert_int_equal(list.at.at[0]->row.values[allergy].type, VALUE_MISSING);
}

/* --- memory -------------------------------------------------------------------------------------- */

static bool fail_in_the_writer(DbConn *conn, void *argument, Error *error)
{
    (void)conn;
    (void)error;
    arena_fail_after(*(const size_t *)argument);
    return true;
}

/* Whatever allocation of the closure fails, either everything was written or nothing. */
static void memory_may_end_anywhere_while_writing(void **state)
{
    (void)state;
    size_t never = 0;
    Error error = {0};
    RecordMade session = circle_session(&families.circle, "記憶", 500);
    const RecordInput inputs[] = {{S("child"), families.child.code}, {S("group"), S("みずべ家")}};
    bool done = false;
    for (size_t n = 1; !done; n++) {
        RecordFaults faults;
        RecordMade made;
        size_t after = n;
        int64_t before = families_number(&families, "select count(*) from record_code");
        assert_true(db_write(families.circle.db, fail_in_the_writer, &after, &error));
        done = create(MOTHER, families.circle.entry, session.code, inputs, 2, &made, &faults, &error);
        Error none = {0};
        assert_true(db_write(families.circle.db, fail_in_the_writer, &never, &none));
        assert_true(done || error.code == ERROR_MEMORY);
        assert_int_equal(families_number(&families, "select count(*) from record_code"), before + done);
        assert_true(n < 100000);
    }
    assert_int_equal(circle_problems(&families.circle), 0);
}

/* --- letters and what is due --------------------------------------------------------------------- */

static size_t letters_to(Who who, RecordLetters *letters)
{
    Error error = {0};
    assert_true(record_my_letters(
        families.circle.door, families_read(&families), &families.who[who], 10, letters, &error));
    families_read_end(&families);
    return letters->len;
}

static void a_cancelled_session_writes_to_those_who_wait_or_come(void **state)
{
    (void)state;
    RecordLetters letters;
    RecordMade session = circle_session(&families.circle, "スキー教室", 1);
    families_entry(&families, session.code, &families.child, &families.mother); /* has the place */
    RecordMade gone =
        families_entry(&families, session.code, &families.neighbours_child, &families.neighbour);
    circle_transition(&families.circle, gone.code, "withdraw");
    size_t mother = letters_to(MOTHER, &letters), neighbour = letters_to(NEIGHBOUR, &letters);
    circle_transition(&families.circle, session.code, "cancel");
    assert_int_equal(letters_to(NEIGHBOUR, &letters), neighbour);
    assert_int_equal(letters_to(ANYONE, &letters), 0);
    assert_int_equal(letters_to(MOTHER, &letters), mother + 1);
    assert_str(letters.at[0].title, "スキー教室の中止について（お知らせ）");
    assert_true(str_contains(letters.at[0].body, S("水辺 花子 様")));
    assert_true(str_contains(letters.at[0].body, S("水辺 ひかる さん")));
    assert_true(str_contains(letters.at[0].body, S("2018年8月1日")) ||
                str_contains(letters.at[0].body, S("平成30年8月1日")));
    assert_false(str_contains(letters.at[0].body, S("{")));
    assert_int_equal(letters.at[0].sent_on.integer, date_to_days((Date){2018, 6, 1}));
}

static void what_is_due_happens_on_its_day_and_once(void **state)
{
    (void)state;
    Circle *circle = &families.circle;
    size_t done = 0;
    Error error = {0};
    Clock clock = circle->asking.clock;
    RecordMade session = CIRCLE_MAKE(circle, circle->session, STR_EMPTY, S("name"), S("ほたる"), S("held_on"),
        S("2018-07-10"), S("closes_on"), S("2018-07-01"), S("capacity"), S("1"));
    circle_transition(circle, session.code, "publish");
    RecordMade first = families_entry(&families, session.code, &families.child, &families.mother);
    RecordMade second =
        families_entry(&families, session.code, &families.neighbours_child, &families.neighbour);
    circle_transition(circle, first.code, "withdraw"); /* the second is offered the place until 4 June */
    assert_str(circle_state(circle, second.code), "offered");
    clock.today = (Date){2018, 6, 4};
    assert_true(door_do_what_is_due(circle->door, &clock, &done, &error));
    assert_str(circle_state(circle, second.code), "offered");
    clock.today = (Date){2018, 6, 5};
    assert_true(door_do_what_is_due(circle->door, &clock, &done, &error));
    assert_str(circle_state(circle, second.code), "withdrawn");
    clock.today = (Date){2018, 7, 1};
    assert_true(door_do_what_is_due(circle->door, &clock, &done, &error));
    assert_str(circle_state(circle, session.code), "open");
    clock.today = (Date){2018, 7, 2};
    assert_true(door_do_what_is_due(circle->door, &clock, &done, &error));
    assert_true(done > 0);
    assert_str(circle_state(circle, session.code), "closed");
    assert_true(door_do_what_is_due(circle->door, &clock, &done, &error));
    assert_int_equal(done, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_wrong_is_said_at_once),
        cmocka_unit_test(checks_look_at_what_changes),
        cmocka_unit_test(what_is_computed_or_not_there_cannot_be_typed),
        cmocka_unit_test(siblings_are_entered_together_or_not_at_all),
        cmocka_unit_test(what_somebody_else_changed_is_not_overwritten),
        cmocka_unit_test(closures_that_run_again_leave_one_trace),
        cmocka_unit_test(memory_may_end_anywhere_while_writing),
        cmocka_unit_test(what_is_sensitive_is_shown_after_a_note),
        cmocka_unit_test(a_cancelled_session_writes_to_those_who_wait_or_come),
        cmocka_unit_test(what_is_due_happens_on_its_day_and_once),
    };
    return cmocka_run_group_tests_name("record door writes", tests, open_families, close_families);
}
