/* `once: child`: a child is entered in a session once, until the entry is withdrawn; in another session she
 * may be entered too. Through the door of the sample city as it is declared. */
#include <setjmp.h>

#include "circle.h"
#include "testdb.h"

#include <cmocka.h>

static Circle circle;

/* The fault of an entry; RECORD_FAULT_KIND_COUNT when it was made. */
static RecordFaultKind enter(Str session, const Str *children, size_t count, RecordMade *made)
{
    RecordDraft drafts[3];
    RecordFaults faults = {0};
    Error error = {0};
    for (size_t i = 0; i < count; i++)
        drafts[i] = circle_entry(&circle, circle.arena, session, children[i], STR_EMPTY);
    if (record_create(circle.door, &circle.asking, drafts, count, made, &faults, &error))
        return RECORD_FAULT_KIND_COUNT;
    assert_int_equal(error.code, ERROR_INPUT);
    assert_int_equal(faults.len, 1);
    assert_int_equal(faults.at[0].item, count - 1);
    assert_true(str_equal(faults.at[0].field->name, S("child")));
    return faults.at[0].kind;
}

static void a_child_is_entered_once(void **state)
{
    (void)state;
    RecordMade made[3];
    Str session = circle_session(&circle, "川の教室", 5).code,
        other = circle_session(&circle, "山の教室", 1).code;
    const Str children[] = {circle_child(&circle, "ひかる").code, circle_child(&circle, "みどり").code};
    assert_int_equal(enter(session, children, 1, made), RECORD_FAULT_KIND_COUNT);
    Str first = made[0].code;
    assert_int_equal(enter(session, children, 1, made), RECORD_FAULT_TWICE);
    assert_int_equal(enter(other, children, 1, made), RECORD_FAULT_KIND_COUNT);
    /* nothing is made of a go in which one is there already */
    const Str both[] = {children[1], children[0]};
    assert_int_equal(enter(session, both, 2, made), RECORD_FAULT_TWICE);
    assert_int_equal(enter(session, &children[1], 1, made), RECORD_FAULT_KIND_COUNT);
    assert_int_equal(made[0].receipt, 2);
    circle_transition(&circle, first, "withdraw");
    assert_int_equal(enter(session, children, 1, made), RECORD_FAULT_KIND_COUNT);
    assert_int_equal(circle_problems(&circle), 0);
}

static void nor_twice_in_one_go_or_by_waiting(void **state)
{
    (void)state;
    RecordMade made[3];
    Str session = circle_session(&circle, "森の教室", 1).code;
    const Str child = circle_child(&circle, "そら").code, waits = circle_child(&circle, "うみ").code;
    const Str twice[] = {child, child};
    assert_int_equal(enter(session, twice, 2, made), RECORD_FAULT_TWICE);
    assert_int_equal(enter(session, &child, 1, made), RECORD_FAULT_KIND_COUNT);
    assert_int_equal(enter(session, &waits, 1, made), RECORD_FAULT_KIND_COUNT);
    assert_true(str_equal(made[0].state, S("waiting")));
    assert_int_equal(enter(session, &waits, 1, made), RECORD_FAULT_TWICE);
}

static void nor_by_a_change(void **state)
{
    (void)state;
    RecordMade made[3];
    RecordFaults faults = {0};
    Error error = {0};
    Str session = circle_session(&circle, "海の教室", 5).code;
    const Str child = circle_child(&circle, "なつ").code, other = circle_child(&circle, "ふゆ").code;
    assert_int_equal(enter(session, &child, 1, made), RECORD_FAULT_KIND_COUNT);
    assert_int_equal(enter(session, &other, 1, made), RECORD_FAULT_KIND_COUNT);
    const RecordInput to_child[] = {{S("child"), child}}, same[] = {{S("child"), other}};
    RecordEdit edit = {.code = made[0].code, .version = 1, .inputs = to_child, .input_count = 1};
    assert_false(record_change(circle.door, &circle.asking, &edit, 1, &faults, &error));
    assert_int_equal(faults.len, 1);
    assert_int_equal(faults.at[0].kind, RECORD_FAULT_TWICE);
    edit.inputs = same;
    assert_true(record_change(circle.door, &circle.asking, &edit, 1, &faults, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_is_entered_once),
        cmocka_unit_test(nor_twice_in_one_go_or_by_waiting),
        cmocka_unit_test(nor_by_a_change),
    };
    circle_open_as_declared(&circle, test_db_url());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    circle_close(&circle);
    return failed;
}
