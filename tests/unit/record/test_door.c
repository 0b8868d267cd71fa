/* The door: who may do what, by role, action and state. The tables here were written by hand from the lines
 * of `access` and `by` of the sample's children's experience programme, not made by the code they judge. */
#include "base/base.h"

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

static void expect(bool found, bool expected, const char *what, const char *where, Who who)
{
    if (found == expected)
        return;
    print_error("%s of %s by %s: found %d, expected %d\n", what, where, who_names[who], found, expected);
    fail();
}

/* Each letter stands for who may: a anyone, m mother, n neighbour, y youth officer, p planner. */
static bool is_among(const char *letters, Who who)
{
    return strchr(letters, "amnyp"[who]) != NULL;
}

/* Whether an edit of one field goes through; nothing is kept of the question when it does not. */
static bool can_write(Who who, Str code, Str field, Str text)
{
    Error error = {0};
    RecordFaults faults;
    const RecordInput input = {field, text};
    const Record *now = circle_get(&families.circle, code);
    const RecordEdit edit = {
        .code = code, .version = record_version(now), .inputs = &input, .input_count = 1};
    if (record_change(families.circle.door, &families.who[who], &edit, 1, &faults, &error))
        return true;
    assert_true(error.code == ERROR_DENIED || error.code == ERROR_NOT_FOUND);
    return false;
}

/* Names of the transitions that are offered, with a space behind each. */
static Str transitions_of(Who who, const Record *record)
{
    DbConn *conn = families_read(&families);
    Error error = {0};
    RecordTransitions transitions;
    Str names = STR_EMPTY;
    assert_true(
        record_transitions(families.circle.door, conn, &families.who[who], record, &transitions, &error));
    families_read_end(&families);
    for (size_t i = 0; i < transitions.len; i++)
        names = arena_printf(
            families.circle.arena, "%.*s%.*s ", STR_ARGS(names), STR_ARGS(transitions.at[i]->name));
    return names;
}

static RecordMade session_in(const char *const *steps, size_t count)
{
    Circle *circle = &families.circle;
    RecordMade session = CIRCLE_MAKE(circle, circle->session, STR_EMPTY, S("name"), S("星を見る会"),
        S("held_on"), S("2018-08-01"), S("capacity"), S("20"));
    for (size_t i = 0; i < count; i++)
        circle_transition(circle, session.code, steps[i]);
    return session;
}

static const struct {
    const char *state, *steps[3];
    const char *read, *write, *transitions;
} sessions[] = {
    {"draft", {NULL}, "y", "y", "publish cancel "},
    {"open", {"publish"}, "amnyp", "y", "close cancel "},
    {"closed", {"publish", "close"}, "amnyp", "y", "hold cancel "},
    {"held", {"publish", "close", "hold"}, "amnyp", "", ""},
    {"cancelled", {"publish", "cancel"}, "mny", "y", ""},
};

static size_t step_count(const char *const *steps)
{
    size_t count = 0;
    while (count < 3 && steps[count])
        count++;
    return count;
}

static void sessions_are_denied_but_to_whom_the_lines_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sessions); i++) {
        RecordMade session = session_in(sessions[i].steps, step_count(sessions[i].steps));
        const char *where = sessions[i].state;
        assert_str(circle_state(&families.circle, session.code), where);
        for (Who who = 0; who < WHO_COUNT; who++) {
            const Record *record = families_get(&families, who, session.code);
            expect(record != NULL, is_among(sessions[i].read, who), "reading", where, who);
            expect(can_write(who, session.code, S("name"), S("星空教室")), is_among(sessions[i].write, who),
                "writing", where, who);
            if (record && who == YOUTH_OFFICER)
                assert_str(transitions_of(who, record), sessions[i].transitions);
            else if (record)
                assert_str(transitions_of(who, record), "");
            if (record)
                expect(record->may_write, is_among(sessions[i].write, who), "may_write", where, who);
        }
    }
}

static void only_those_named_make_sessions(void **state)
{
    (void)state;
    for (Who who = 0; who < WHO_COUNT; who++) {
        const RecordInput inputs[] = {{S("name"), S("川の生きもの")}, {S("held_on"), S("2018-08-01")}};
        const RecordDraft draft = {families.circle.session, STR_EMPTY, inputs, COUNT_OF(inputs)};
        Error error = {0};
        RecordFaults faults;
        RecordMade made;
        bool done =
            record_create(families.circle.door, &families.who[who], &draft, 1, &made, &faults, &error);
        expect(done, is_among("y", who), "creating", "session", who);
        expect(door_may_create(families.circle.door, &families.who[who], families.circle.session),
            is_among("y", who), "menu", "session", who);
        if (!done)
            assert_int_equal(error.code, ERROR_DENIED);
    }
}

/* --- entries ------------------------------------------------------------------------------------- */

/* The child's entry, brought to a state the way families get there. */
static RecordMade entry_in(const char *state)
{
    Circle *circle = &families.circle;
    bool is_full = strcmp(state, "waiting") == 0 || strcmp(state, "offered") == 0;
    RecordMade session = circle_session(circle, "木工教室", is_full ? 1 : 20), other = {0};
    if (is_full)
        other = families_entry(&families, session.code, &families.neighbours_child, &families.neighbour);
    RecordMade entry = families_entry(&families, session.code, &families.child, &families.mother);
    if (strcmp(state, "offered") == 0)
        circle_transition(circle, other.code, "withdraw");
    if (strcmp(state, "withdrawn") == 0)
        circle_transition(circle, entry.code, "withdraw");
    assert_str(circle_state(circle, entry.code), state);
    return entry;
}

static bool offers(Who who, const Record *record, const char *transition)
{
    Str name = arena_printf(families.circle.arena, "%s ", transition);
    return str_contains(transitions_of(who, record), name);
}

static void entries_are_denied_but_to_whom_the_lines_name(void **state)
{
    (void)state;
    static const struct {
        const char *state;
        bool can_withdraw, can_accept;
    } entries[] = {{"accepted", true, false}, {"waiting", true, false}, {"offered", true, true},
        {"withdrawn", false, false}};
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const char *where = entries[i].state;
        RecordMade entry = entry_in(where);
        for (Who who = 0; who < WHO_COUNT; who++) {
            const Record *record = families_get(&families, who, entry.code);
            expect(record != NULL, is_among("my", who), "reading", where, who);
            if (!record)
                continue;
            expect(offers(who, record, "withdraw"), entries[i].can_withdraw, "withdrawing", where, who);
            bool accepts = false;
            for (size_t t = 0; t < families.circle.entry->transitions.len; t++) {
                const CityTransition *transition = &families.circle.entry->transitions.at[t];
                accepts |= transition->takes_offer &&
                           offers(who, record, arena_str(families.circle.arena, transition->name).at);
            }
            expect(accepts, entries[i].can_accept, "taking the place", where, who);
            expect(record->may_write, is_among("y", who), "may_write", where, who);
        }
        for (Who who = 0; who < WHO_COUNT; who++)
            expect(can_write(who, entry.code, S("allergy"), S("えび")), is_among("y", who), "writing", where,
                who);
        for (Who who = 0; who < WHO_COUNT; who++) {
            Error error = {0};
            bool done = record_transition(
                families.circle.door, &families.who[who], entry.code, 0, S("withdraw"), STR_EMPTY, &error);
            /* The mother comes before the officer, for whom nothing is left to withdraw. */
            expect(done, entries[i].can_withdraw && who == MOTHER, "withdrawing", where, who);
            if (!done)
                assert_int_equal(error.code, is_among("my", who) ? ERROR_DENIED : ERROR_NOT_FOUND);
        }
    }
}

/* What trying to enter a child answers: "made", "denied", "not found", or "no child" where only the child is
 * not found. */
static const char *try_entry(Who who, Str session, Str child)
{
    const RecordInput inputs[] = {{S("child"), child}};
    const RecordDraft draft = {families.circle.entry, session, inputs, COUNT_OF(inputs)};
    Error error = {0};
    RecordFaults faults;
    RecordMade made;
    if (record_create(families.circle.door, &families.who[who], &draft, 1, &made, &faults, &error))
        return "made";
    if (error.code == ERROR_INPUT) {
        assert_int_equal(faults.len, 1);
        assert_int_equal(faults.at[0].kind, RECORD_FAULT_NO_SUCH_RECORD);
        assert_str(faults.at[0].field->name, "child");
        return "no child";
    }
    return error.code == ERROR_DENIED ? "denied" : error.code == ERROR_NOT_FOUND ? "not found" : "?";
}

static void families_enter_their_own_children_while_entries_are_open(void **state)
{
    (void)state;
    static const struct {
        const char *session;
        const char *answers[WHO_COUNT]; /* for the mother's child */
        const char *neighbours_child;   /* by the mother */
    } cases[] = {
        {"draft", {"denied", "not found", "not found", "made", "denied"}, "not found"},
        {"open", {"denied", "made", "no child", "made", "denied"}, "no child"},
        {"closed", {"denied", "denied", "no child", "made", "denied"}, "no child"},
        {"held", {"denied", "denied", "no child", "made", "denied"}, "no child"},
        {"cancelled", {"denied", "denied", "no child", "made", "denied"}, "no child"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RecordMade session = session_in(sessions[i].steps, step_count(sessions[i].steps));
        assert_string_equal(cases[i].session, sessions[i].state);
        for (Who who = 0; who < WHO_COUNT; who++)
            assert_string_equal(try_entry(who, session.code, families.child.code), cases[i].answers[who]);
        assert_string_equal(
            try_entry(MOTHER, session.code, families.neighbours_child.code), cases[i].neighbours_child);
    }
}

/* --- people -------------------------------------------------------------------------------------- */

static void another_family_is_not_found(void **state)
{
    (void)state;
    assert_true(families_can_read(&families, MOTHER, families.mother.code));
    assert_true(families_can_read(&families, MOTHER, families.child.code));
    assert_false(families_can_read(&families, MOTHER, families.neighbour.code));
    assert_false(families_can_read(&families, MOTHER, families.neighbours_child.code));
    assert_false(families_can_read(&families, ANYONE, families.child.code));
    assert_true(families_can_read(&families, PLANNER, families.child.code));
    assert_false(families_can_read(&families, PLANNER, S("00000000000000000000")));
    assert_false(families_can_read(&families, PLANNER, S("x' or 1 = 1 --")));
    const RecordQuery all = {.type = families.circle.person, .limit = 10};
    assert_int_equal(families_count(&families, MOTHER, &all), 2);
    assert_int_equal(families_count(&families, ANYONE, &all), 0);
    assert_int_equal(families_count(&families, YOUTH_OFFICER, &all), 4);
}

static void guardianship_holds_on_its_days_only(void **state)
{
    (void)state;
    Circle *circle = &families.circle;
    RecordMade child = circle_child(circle, "水辺 そら");
    CIRCLE_MAKE(circle, circle->guardianship, STR_EMPTY, S("guardian"), families.mother.code, S("child"),
        child.code, S("from"), S("2018-05-01"), S("until"), S("2018-05-31"));
    static const struct {
        int month, day;
        bool can;
    } days[] = {{4, 30, false}, {5, 1, true}, {5, 31, true}, {6, 1, false}};
    const Asking now = families.who[MOTHER];
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        families.who[MOTHER] = families_on(&now, 2018, days[i].month, days[i].day);
        assert_int_equal(families_can_read(&families, MOTHER, child.code), days[i].can);
    }
    families.who[MOTHER] = now;
}

static void she_acts_for_herself_and_her_children(void **state)
{
    (void)state;
    DbConn *conn = families_read(&families);
    Error error = {0};
    RecordList list;
    assert_true(record_my_persons(families.circle.door, conn, &families.who[MOTHER], &list, &error));
    assert_int_equal(list.at.len, 2);
    assert_str(list.at.at[0]->label, "水辺 花子");
    assert_str(list.at.at[1]->label, "水辺 ひかる");
    const CityField *child = city_field(families.circle.entry, S("child"));
    assert_true(record_choices(
        families.circle.door, conn, &families.who[MOTHER], child, S("野原"), 10, &list, &error));
    assert_int_equal(list.at.len, 2);
    assert_true(record_choices(
        families.circle.door, conn, &families.who[YOUTH_OFFICER], child, S("野原"), 10, &list, &error));
    assert_int_equal(list.at.len, 2);
    assert_str(list.at.at[0]->label, "野原 太郎");
    assert_true(record_my_persons(families.circle.door, conn, &families.who[PLANNER], &list, &error));
    assert_int_equal(list.at.len, 0);
    families_read_end(&families);
}

/* --- opening ------------------------------------------------------------------------------------- */

static void a_door_opens_only_on_what_was_applied(void **state)
{
    (void)state;
    Error error = {0};
    City other = *families.circle.city;
    Door *door = NULL;
    other.hash = S("0123");
    assert_false(door_open(&door, &other, families.circle.db, &families.circle.asking.clock, &error));
    assert_error(&error, ERROR_CONFLICT, "run `hitomachi apply`");
    assert_null(door);
}

static void an_account_acts_in_its_roles(void **state)
{
    (void)state;
    const Actor *mother = &families.who[MOTHER].actor, *officer = &families.who[YOUTH_OFFICER].actor;
    const Actor *anyone = &families.who[ANYONE].actor;
    assert_true(actor_has_role(mother, S(ROLE_RESIDENT)));
    assert_false(actor_is_staff(mother));
    assert_true(actor_is_staff(officer));
    assert_false(actor_has_role(officer, S(ROLE_RESIDENT)));
    assert_false(actor_is_staff(anyone));
    for (Who who = 0; who < WHO_COUNT; who++)
        assert_true(actor_has_role(&families.who[who].actor, S(ROLE_ANYONE)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_door_opens_only_on_what_was_applied),
        cmocka_unit_test(an_account_acts_in_its_roles),
        cmocka_unit_test(another_family_is_not_found),
        cmocka_unit_test(she_acts_for_herself_and_her_children),
        cmocka_unit_test(only_those_named_make_sessions),
        cmocka_unit_test(sessions_are_denied_but_to_whom_the_lines_name),
        cmocka_unit_test(entries_are_denied_but_to_whom_the_lines_name),
        cmocka_unit_test(families_enter_their_own_children_while_entries_are_open),
        cmocka_unit_test(guardianship_holds_on_its_days_only),
    };
    return cmocka_run_group_tests_name("record door", tests, open_families, close_families);
}
