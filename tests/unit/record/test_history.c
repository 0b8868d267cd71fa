/* What is written into history, how it is chained, and that each damage to it is found: by verify, and by
 * another program that knows nothing but history.h. */
#include "hand_made.h"

static void expect_other_program(HandMade *made, bool expected)
{
    bool whole = expected;
    if (hand_made_other_program(made, &whole))
        assert_int_equal(whole, expected);
}

/* Damage to the chain is seen by both programs. */
static void expect_damage(HandMade *made, const char *words)
{
    hand_made_expect(made, "history", words);
    expect_other_program(made, false);
}

static void expect_whole(HandMade *made)
{
    VerifyReport report = hand_made_verify(made);
    if (report.problem_count > 0)
        print_error("%.*s\n", STR_ARGS(report.problems.at[0].words));
    assert_int_equal(report.problem_count, 0);
    expect_other_program(made, true);
}

static int64_t ask(HandMade *made, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t answer = 0;
    assert_true(db_read_begin(made->db, &conn, &made->error));
    assert_true(db_one_integer(conn, &answer, &made->error, sql));
    return answer;
}

static void every_changed_column_stands_in_its_entry(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "川の観察");
    /* The strand's own entry, the creation (code, state, name, places, day), the change (reason, state, name,
     * places). */
    assert_int_equal(ask(made, "select count(*) from history"), 3);
    assert_int_equal(ask(made, "select count(*) from history_value"), 5 + 4);
    assert_int_equal(ask(made, "select count(*) from history_value v join history h on h.id = v.history_id "
                               "where h.row_version = 2 and v.field = 'places' and v.before_number = -20 and "
                               "v.after_number is null and v.after_text is null"),
        1);
    assert_int_equal(ask(made, "select count(*) from history_value where field = '' and after_text = "
                               "'会場の都合'"),
        1);
    assert_int_equal(ask(made, "select count(distinct salt) from history_value"), 9);
    assert_int_equal(ask(made, "select number from strand"), 3);
    expect_whole(made);
    VerifyReport report = hand_made_verify(made);
    assert_int_equal(report.strands, 1);
    assert_int_equal(report.entries, 3);
    assert_int_equal(report.records, 1);
}

static void a_long_strand_and_many_rows_are_whole(void **state)
{
    HandMade *made = *state;
    for (int i = 0; i < VERIFY_SLICE + 30; i++) {
        char name[32];
        snprintf(name, sizeof(name), "教室%d", i);
        hand_made_lesson(made, name);
    }
    VerifyReport report = hand_made_verify(made);
    assert_int_equal(report.problem_count, 0);
    assert_int_equal(report.entries, 1 + 2 * (VERIFY_SLICE + 30));
    assert_int_equal(report.records, VERIFY_SLICE + 30);
    expect_other_program(made, true);
    hand_made_damage(made, "update history set actor = 'taro' where number = 1007");
    expect_damage(made, "entry 1007");
    hand_made_damage(made, "update lesson set name = 'x' where id = (select max(id) from lesson)");
    hand_made_expect(made, "record", "'name'");
}

static void a_new_strand_records_the_heads_of_the_others(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_next_strand(made);
    hand_made_lesson(made, "二");
    hand_made_next_strand(made);
    /* The third strand records the second's head only: the first's stands in the second. */
    assert_int_equal(ask(made, "select count(*) from history_value v join history h on h.id = v.history_id "
                               "where h.event = 'strand'"),
        2);
    expect_whole(made);
    HistoryHeads heads = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(made->db, &conn, &made->error));
    assert_true(history_heads(conn, made->arena, &heads, &made->error));
    assert_int_equal(heads.len, 3);
    Str strand, rest, number = STR_EMPTY, hex = STR_EMPTY;
    assert_true(str_cut(heads.at[1], S(":"), &strand, &rest) && str_cut(rest, S(":"), &number, &hex));
    assert_str(number, "3");
    assert_int_equal(hex.len, 64);
}

/* Somebody who writes a whole strand anew, with hashes that fit, is betrayed by the head another recorded. */
static void a_strand_cut_short_is_found_by_the_one_that_recorded_it(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_next_strand(made);
    hand_made_damage(
        made, "delete from history_value where history_id = (select id from history where number = 3)");
    hand_made_damage(made, "delete from history where number = 3");
    hand_made_damage(made, "update strand set number = 2, hash = (select hash from history where strand_id = "
                           "strand.id and number = 2) where number = 3");
    expect_damage(made, "is not the one that strand");
}

static void a_value_that_was_changed_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(
        made, "update history_value set after_text = '二' where field = 'name' and after_text = '一'");
    expect_damage(made, "the value of 'name'");
}

static void a_value_that_lost_its_salt_alone_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "update history_value set salt = null where field = 'day'");
    expect_damage(made, "the value of 'day'");
}

static void a_reason_that_was_changed_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "update history_value set after_text = '本人の希望' where field = ''");
    expect_damage(made, "the value of ''");
}

static void a_value_that_was_removed_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "delete from history_value where field = 'places' and after_number is null");
    expect_damage(made, "entry 3");
}

static void an_entry_that_was_removed_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(
        made, "delete from history_value where history_id = (select id from history where number = 2)");
    hand_made_damage(made, "delete from history where number = 2");
    expect_damage(made, "entry 2 is missing");
    hand_made_expect(made, "record", "its history has 1 entries");
}

static void the_last_entry_that_was_removed_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(
        made, "delete from history_value where history_id = (select id from history where number = 3)");
    hand_made_damage(made, "delete from history where number = 3");
    expect_damage(made, "it says that it has 3 entries");
}

static void entries_that_changed_places_are_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "update history set number = -2 where number = 2");
    hand_made_damage(made, "update history set number = 2 where number = 3");
    hand_made_damage(made, "update history set number = 3 where number = -2");
    expect_damage(made, "entry 2");
    expect_damage(made, "entry 3");
}

static void who_and_when_cannot_be_changed(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "update history set instant = instant + 1 where number = 3");
    expect_damage(made, "entry 3");
    hand_made_damage(made, "update history set instant = instant - 1, day = day - 1 where number = 3");
    expect_damage(made, "entry 3");
    hand_made_damage(made, "update history set day = day + 1, transition = 'close' where number = 3");
    expect_damage(made, "entry 3");
    hand_made_damage(made, "update history set transition = '' where number = 3");
    expect_whole(made);
}

static void an_erased_value_leaves_the_chain_whole(void **state)
{
    HandMade *made = *state;
    Value *lesson = hand_made_lesson(made, "一");
    hand_made_damage(made,
        "update history_value set before_text = null, before_number = null, after_text = null, "
        "after_number = null, salt = null where field in ('name', '', 'day')");
    expect_other_program(made, true);
    hand_made_expect(made, "record", "'name' is not what its history says");
    hand_made_damage(made, "update lesson set name = null, day = null where id = ?1", lesson[CITY_COLUMN_ID]);
    expect_whole(made);
    hand_made_damage(made, "update history_value set commitment = ?1 where field = 'name'",
        value_bytes(S("0123456789abcdef0123456789abcdef")));
    expect_damage(made, "it is not what was written");
}

static void a_record_changed_behind_the_door_is_found(void **state)
{
    static const struct {
        const char *sql, *words;
    } damages[] = {
        {"update lesson set name = '別'", "'name' is not"},
        {"update lesson set name = null", "'name' is not"},
        {"update lesson set places = 0", "'places' is not"},
        {"update lesson set room = 1", "'room' is not"},
        {"update lesson set row_state = 'open'", "'row_state' is not"},
        {"update lesson set row_code = 'other'", "'row_code' is not"},
        {"update lesson set row_answer_by = 17000", "'row_answer_by' is not"},
        {"update lesson set row_version = 3", "it is version 3"},
        {"update lesson set row_created_at = row_created_at - 1", "when it was made and changed"},
        {"update lesson set row_changed_at = row_changed_at + 1", "when it was made and changed"},
        {"delete from lesson", "its history is there, the record is not"},
    };
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        hand_made_teardown(state);
        assert_int_equal(hand_made_setup(state), 0);
        HandMade *made = *state;
        hand_made_lesson(made, "一");
        expect_whole(made);
        hand_made_damage_values(made, damages[i].sql, 0, NULL);
        hand_made_expect(made, "record", damages[i].words);
        assert_int_equal(hand_made_verify(made).problem_count, 1);
    }
}

static void a_record_slipped_in_is_found(void **state)
{
    HandMade *made = *state;
    hand_made_lesson(made, "一");
    hand_made_damage(made, "insert into lesson (row_code, row_version) values ('x', 1)");
    hand_made_expect(made, "record", "without any history");
}

static bool save_twice_and_fail(DbConn *conn, void *argument, Error *error)
{
    HandMade *made = argument;
    arena_clear(made->closures);
    Work work = {.door = &made->door, .conn = conn, .arena = made->closures, .asking = &made->asking};
    static const WorkWhy why = {"change", STR_LITERAL(""), STR_LITERAL("")};
    Value values[LESSON_COLUMNS] = {[CITY_COLUMN_ID] = value_reference(1),
        [CITY_COLUMN_VERSION] = value_integer(7),
        [LESSON_NAME] = value_text(S("誰も見ない"))};
    const Row row = {&made->lesson.shape, values};
    return history_append(&work, &made->lesson, NULL, &row, &why, error) &&
           history_append(&work, &made->lesson, NULL, &row, &why, error) &&
           error_set(error, ERROR_DENIED, "meant to fail");
}

static void a_closure_that_fails_leaves_no_trace_in_the_strand(void **state)
{
    HandMade *made = *state;
    assert_false(db_write(made->db, save_twice_and_fail, made, &made->error));
    assert_int_equal(made->error.code, ERROR_DENIED);
    hand_made_lesson(made, "一");
    assert_int_equal(ask(made, "select number from strand"), 3);
    expect_whole(made);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hand_made_setup, hand_made_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_changed_column_stands_in_its_entry),
        TEST(a_long_strand_and_many_rows_are_whole),
        TEST(a_new_strand_records_the_heads_of_the_others),
        TEST(a_strand_cut_short_is_found_by_the_one_that_recorded_it),
        TEST(a_value_that_was_changed_is_found),
        TEST(a_value_that_lost_its_salt_alone_is_found),
        TEST(a_reason_that_was_changed_is_found),
        TEST(a_value_that_was_removed_is_found),
        TEST(an_entry_that_was_removed_is_found),
        TEST(the_last_entry_that_was_removed_is_found),
        TEST(entries_that_changed_places_are_found),
        TEST(who_and_when_cannot_be_changed),
        TEST(an_erased_value_leaves_the_chain_whole),
        TEST(a_record_changed_behind_the_door_is_found),
        TEST(a_record_slipped_in_is_found),
        TEST(a_closure_that_fails_leaves_no_trace_in_the_strand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
