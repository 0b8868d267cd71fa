/* Places by a draw, through the door of the sample city's sports classes. What the draw should be is computed
 * here a second time, from what everybody may know afterwards: the secret, the words, and who took part.
 */
#include <setjmp.h>
#include <sodium.h>

#include "circle.h"
#include "testdb.h"

#include <cmocka.h>

static Circle circle;
static const CityRecordType *course, *application;

static void open_circle(void)
{
    circle_open_as_declared(&circle, test_db_url());
    course = city_record_type(circle.city, city_service(circle.city, S("sports-class")), S("course"));
    application = city_record_type(circle.city, course->service, S("application"));
}

/* The circle begins on 2018-06-01. */
static void set_day(int month, int day)
{
    circle.asking.clock.today = (Date){2018, month, day};
    circle.asking.clock.instant += 60 * INT64_C(1000000);
}

static Str make_course(const char *name, const char *capacity)
{
    RecordMade made = CIRCLE_MAKE(&circle, course, STR_EMPTY, S("name"), str_of(name), S("starts_on"),
        S("2018-07-01"), S("capacity"), str_of(capacity), S("closes_on"), S("2018-06-20"));
    circle_transition(&circle, made.code, "publish");
    return made.code;
}

static Str apply(Str about, const char *name, const char *group)
{
    Str child = circle_child(&circle, name).code;
    return CIRCLE_MAKE(&circle, application, about, S("participant"), child, S("group"), str_of(group)).code;
}

static void set_words(Str code, const char *words)
{
    const RecordInput input = {S("draw_number"), str_of(words)};
    const RecordEdit edit = {.code = code,
        .version = row_value(&circle_get(&circle, code)->row, CITY_COLUMN_VERSION).integer,
        .inputs = &input,
        .input_count = 1};
    RecordFaults faults;
    Error error = {0};
    assert_true(record_change(circle.door, &circle.asking, &edit, 1, &faults, &error));
}

static void do_what_is_due(void)
{
    Error error = {0};
    size_t done;
    assert_true(door_do_what_is_due(circle.door, &circle.asking.clock, &done, &error));
}

static void assert_state(Str code, const char *state)
{
    assert_string_equal(arena_str(circle.arena, circle_state(&circle, code)).at, state);
}

/* The secret of a draw as it is kept, and 32 bytes for a ticket by HKDF, written out. */
static void ticket_of(int64_t about, const char *words, const char *name, unsigned char out[32])
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Error error = {0};
    unsigned char secret[32], key[32];
    size_t length = 0;
    crypto_auth_hmacsha256_state state;
    assert_true(db_read_begin(circle.db, &conn, &error));
    assert_true(db_query(
        conn, &stmt, &error, "select secret from seat_draw where about_id = ?1", value_integer(about)));
    assert_true(db_next(stmt, &error));
    Str hex = db_text(stmt, 0);
    assert_int_equal(sodium_hex2bin(secret, 32, hex.at, hex.len, NULL, &length, NULL), 0);
    crypto_auth_hmacsha256(key, (const unsigned char *)words, strlen(words), secret);
    crypto_auth_hmacsha256_init(&state, key, 32);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)name, strlen(name));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)"\1", 1);
    crypto_auth_hmacsha256_final(&state, out);
}

static bool comes_before(int64_t about, const char *words, const char *a, const char *b)
{
    unsigned char left[32], right[32];
    ticket_of(about, words, a, left);
    ticket_of(about, words, b, right);
    return memcmp(left, right, 32) < 0;
}

static int64_t id_of(Str code)
{
    return row_value(&circle_get(&circle, code)->row, CITY_COLUMN_ID).integer;
}

static void nobody_has_a_place_before_the_draw_and_it_waits_for_its_words(void **state)
{
    (void)state;
    Str about = make_course("卓球", "1"), first = apply(about, "あい", ""), second = apply(about, "いく", "");
    assert_state(first, "drawing");
    assert_state(second, "drawing");
    set_day(6, 20);
    do_what_is_due();
    assert_state(first, "drawing");
    set_day(6, 21);
    do_what_is_due();
    assert_state(first, "drawing"); /* the public number is not there yet */
    Str late = apply(about, "うた", "");
    assert_state(late, "waiting"); /* too late for the draw, and places are those of the draw */
    assert_int_equal(circle_problems(&circle), 0);
    set_words(about, "38915");
    do_what_is_due();
    bool first_wins = comes_before(id_of(about), "38915", "1", "2");
    assert_state(first, first_wins ? "accepted" : "waiting");
    assert_state(second, first_wins ? "waiting" : "accepted");
    assert_state(late, "waiting");
    assert_int_equal(circle_problems(&circle), 0);
    do_what_is_due();
    assert_state(first, first_wins ? "accepted" : "waiting"); /* it is made once */

    /* A place that gets free goes to whom the draw put next, not to whoever applied first; then to the late
     * one. */
    circle_transition(&circle, first_wins ? first : second, "withdraw");
    assert_state(first_wins ? second : first, "offered");
    circle_transition(&circle, first_wins ? second : first, "withdraw");
    assert_state(late, "offered");
    assert_int_equal(circle_problems(&circle), 0);
}

static void a_group_is_one_ticket_and_has_places_together(void **state)
{
    (void)state;
    enum { ALONE = 6 };
    Str codes[ALONE], about = make_course("水泳", "3");
    set_day(6, 1);
    Str pair[] = {apply(about, "かい", "ふたり"), apply(about, "きい", "ふたり")};
    for (size_t i = 0; i < ALONE; i++)
        codes[i] = apply(about, "くみ", "");
    set_words(about, "7");
    set_day(6, 21);
    do_what_is_due();
    /* The same by hand: tickets 1 (the pair), 3 to 8; three places; what does not fit is passed over. */
    char names[ALONE + 1][4] = {"1"};
    bool has[ALONE + 1] = {false}, is_taken[ALONE + 1] = {false};
    int free = 3;
    for (int i = 0; i < ALONE; i++)
        snprintf(names[i + 1], sizeof(names[i + 1]), "%d", i + 3);
    for (int turn = 0; turn <= ALONE; turn++) {
        int next = -1;
        for (int i = 0; i <= ALONE; i++)
            if (!is_taken[i] && (next < 0 || comes_before(id_of(about), "7", names[i], names[next])))
                next = i;
        is_taken[next] = true;
        has[next] = (next == 0 ? 2 : 1) <= free;
        free -= has[next] ? (next == 0 ? 2 : 1) : 0;
    }
    for (size_t i = 0; i < 2; i++)
        assert_state(pair[i], has[0] ? "accepted" : "waiting");
    for (size_t i = 0; i < ALONE; i++)
        assert_state(codes[i], has[i + 1] ? "accepted" : "waiting");
    assert_int_equal(circle_problems(&circle), 0);
}

static void who_withdraws_before_takes_no_part_and_nobody_is_drawn_where_all_fit(void **state)
{
    (void)state;
    Str about = make_course("弓道", "2");
    set_day(6, 1);
    Str gone = apply(about, "さき", ""), one = apply(about, "しん", ""), two = apply(about, "すず", "");
    circle_transition(&circle, gone, "withdraw");
    set_words(about, "12");
    set_day(6, 21);
    do_what_is_due();
    assert_state(gone, "withdrawn");
    assert_state(one, "accepted");
    assert_state(two, "accepted");
    Str late = apply(about, "せな", "");
    assert_state(late, "waiting");
    assert_int_equal(circle_problems(&circle), 0);
}

static bool run_sql(DbConn *conn, void *argument, Error *error)
{
    return db_run_values(conn, NULL, error, argument, 0, NULL);
}

static void a_draw_that_was_tampered_with_is_noticed(void **state)
{
    (void)state;
    Error error = {0};
    static const char *const damages[] = {
        "update seat_draw set words = 'another'",
        "update seat_turn set turn = 3 - turn where turn in (1, 2)",
        "update seat_turn set ticket = 99 where turn = 1",
        "delete from seat_turn where turn = 1",
        "update seat_draw set drawn_at = null",
    };
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        circle_close(&circle);
        open_circle();
        Str about = make_course("柔道", "1");
        for (size_t k = 0; k < 12; k++) /* that another order is the same by chance is out of the question */
            (void)apply(about, "たい", "");
        set_words(about, "5");
        set_day(6, 21);
        do_what_is_due();
        assert_int_equal(circle_problems(&circle), 0);
        char sql[200];
        snprintf(sql, sizeof(sql), "%s", damages[i]);
        assert_true(db_write(circle.db, run_sql, sql, &error));
        assert_true(circle_verify(&circle).problems.len > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_has_a_place_before_the_draw_and_it_waits_for_its_words),
        cmocka_unit_test(a_group_is_one_ticket_and_has_places_together),
        cmocka_unit_test(who_withdraws_before_takes_no_part_and_nobody_is_drawn_where_all_fit),
        cmocka_unit_test(a_draw_that_was_tampered_with_is_noticed),
    };
    open_circle();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    circle_close(&circle);
    return failed;
}
