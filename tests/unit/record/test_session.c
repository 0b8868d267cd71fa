/* Sessions begin, are used, and end in every way they can. */
#include "record/session.h"

#include "check.h"
#include "testdb.h"

#define SECOND ((int64_t)1000000)
#define GOOD "correct horse battery"

static const Clock START = {.today = {2018, 5, 1}, .instant = 1525143600000000};

typedef struct Fixture {
    Db *db;
    Arena *arena;
    int64_t account;
    Error error;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    const Str role = S(ROLE_PLANNER);
    const AccountNew account = {.login = S("hanako"),
        .display_name = S("花子"),
        .password = S(GOOD),
        .roles = &role,
        .role_count = 1};
    fixture->arena = arena_new(1 << 20);
    *state = fixture;
    bool good = db_open(&fixture->db, test_db_url(), NULL, &fixture->error) &&
                record_migrate(fixture->db, NULL, &fixture->error) &&
                account_create(fixture->db, NULL, &account, &START, &fixture->account, &fixture->error);
    if (!good)
        print_error("%s\n", fixture->error.message);
    return good ? 0 : -1;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    db_close(fixture->db);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static Clock after(int64_t seconds)
{
    return (Clock){.today = START.today, .instant = START.instant + seconds * SECOND};
}

static Str begin(Fixture *fixture, Str old_token, Clock clock)
{
    Str token = STR_EMPTY;
    assert_true(session_begin(
        fixture->db, fixture->arena, fixture->account, old_token, &clock, &token, &fixture->error));
    return token;
}

static Session *find(Fixture *fixture, Str token, Clock clock)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Session *session = NULL;
    assert_true(db_read_begin(fixture->db, &conn, &fixture->error));
    assert_true(session_find(conn, fixture->arena, token, &clock, &session, &fixture->error));
    return session;
}

static int64_t count(Fixture *fixture)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t found = -1;
    assert_true(db_read_begin(fixture->db, &conn, &fixture->error));
    assert_true(db_one_integer(conn, &found, &fixture->error, "select count(*) from session"));
    return found;
}

static void a_token_opens_its_session(void **state)
{
    Fixture *fixture = *state;
    Str token = begin(fixture, STR_EMPTY, START), other = begin(fixture, STR_EMPTY, START);
    assert_int_equal(token.len, SESSION_TOKEN_LENGTH);
    assert_false(str_equal(token, other));
    const Session *session = find(fixture, token, after(60));
    assert_non_null(session);
    assert_str(session->account.login, "hanako");
    assert_true(account_has_role(&session->account, S(ROLE_PLANNER)));
    assert_null(find(fixture, S(""), START));
    assert_null(find(fixture, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), START));
    assert_null(find(fixture, str_slice(token, 0, 42), START));
}

/* Somebody who is moved on 1 April belongs to her new unit from that day's first request on. */
static void a_session_knows_the_units_of_its_day(void **state)
{
    Fixture *fixture = *state;
    const Str unit = S("youth");
    const Date tomorrow = date_add_days(START.today, 1);
    assert_true(account_set_units(fixture->db, S("hanako"), &unit, 1, tomorrow, &fixture->error));
    Str token = begin(fixture, STR_EMPTY, START);
    assert_false(account_in_unit(&find(fixture, token, START)->account, unit));
    Clock next = after(60);
    next.today = tomorrow;
    assert_true(account_in_unit(&find(fixture, token, next)->account, unit));
}

/* Whoever reads the database, or a backup of it, cannot use what stands there as a token. */
static void the_database_holds_no_token(void **state)
{
    Fixture *fixture = *state;
    Str token = begin(fixture, STR_EMPTY, START);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    assert_true(db_read_begin(fixture->db, &conn, &fixture->error));
    assert_true(db_query(conn, &stmt, &fixture->error, "select token_hash from session"));
    assert_true(db_next(stmt, &fixture->error));
    Str stored = db_bytes(stmt, 0);
    assert_int_equal(stored.len, 32);
    assert_false(str_contains(stored, str_slice(token, 0, 8)));
    assert_null(memmem(token.at, token.len, stored.at, 8));
}

static void unused_sessions_end(void **state)
{
    Fixture *fixture = *state;
    Str token = begin(fixture, STR_EMPTY, START);
    assert_non_null(find(fixture, token, after(SESSION_IDLE_SECONDS - 1)));
    assert_null(find(fixture, token, after(SESSION_IDLE_SECONDS)));
}

static void used_sessions_go_on_until_their_last_hour(void **state)
{
    Fixture *fixture = *state;
    Str token = begin(fixture, STR_EMPTY, START);
    int64_t at = 0;
    while (at + 1200 < SESSION_SECONDS) {
        at += 1200;
        Clock clock = after(at);
        const Session *session = find(fixture, token, clock);
        assert_non_null(session);
        assert_true(session_touch(fixture->db, session, &clock, &fixture->error));
    }
    assert_non_null(find(fixture, token, after(SESSION_SECONDS - 1)));
    assert_null(find(fixture, token, after(SESSION_SECONDS)));
}

static void use_is_noted_seldom(void **state)
{
    Fixture *fixture = *state;
    Str token = begin(fixture, STR_EMPTY, START);
    Clock soon = after(60), later = after(301);
    assert_true(session_touch(fixture->db, find(fixture, token, soon), &soon, &fixture->error));
    assert_int_equal(find(fixture, token, soon)->last_used, START.instant);
    assert_true(session_touch(fixture->db, find(fixture, token, later), &later, &fixture->error));
    assert_int_equal(find(fixture, token, later)->last_used, later.instant);
}

static void signing_in_again_ends_the_old_session(void **state)
{
    Fixture *fixture = *state;
    Str old = begin(fixture, STR_EMPTY, START);
    Str new = begin(fixture, old, after(10));
    assert_null(find(fixture, old, after(10)));
    assert_non_null(find(fixture, new, after(10)));
    assert_true(session_end(fixture->db, new, &fixture->error));
    assert_null(find(fixture, new, after(10)));
    assert_true(session_end(fixture->db, new, &fixture->error)); /* again: nothing */
    assert_int_equal(count(fixture), 0);
}

static void changes_of_the_account_end_all_sessions(void **state)
{
    Fixture *fixture = *state;
    const Str none = STR_EMPTY, unit = S("youth");
    for (int change = 0; change < 5; change++) {
        Str one = begin(fixture, STR_EMPTY, START), two = begin(fixture, STR_EMPTY, START);
        assert_int_equal(count(fixture), 2);
        bool changed = change == 0   ? account_set_password(fixture->db, NULL, S("hanako"),
                                           S("another good phrase"), &fixture->error)
                       : change == 1 ? account_set_roles(fixture->db, S("hanako"), &none, 0, &fixture->error)
                       : change == 2 ? session_end_all(fixture->db, fixture->account, &fixture->error)
                       : change == 3 ? account_set_units(
                                           fixture->db, S("hanako"), &unit, 1, START.today, &fixture->error)
                                     : account_set_disabled(fixture->db, S("hanako"), true, &fixture->error);
        assert_true(changed);
        assert_null(find(fixture, one, START));
        assert_null(find(fixture, two, START));
        assert_int_equal(count(fixture), 0);
    }
    Str token = begin(fixture, STR_EMPTY, START); /* a session of a disabled account opens nothing */
    assert_null(find(fixture, token, START));
}

static void changes_of_unknown_accounts_are_errors(void **state)
{
    Fixture *fixture = *state;
    assert_false(account_set_password(fixture->db, NULL, S("nobody"), S(GOOD), &fixture->error));
    assert_int_equal(fixture->error.code, ERROR_NOT_FOUND);
    assert_false(account_set_roles(fixture->db, S("nobody"), NULL, 0, &fixture->error));
    assert_error(&fixture->error, ERROR_NOT_FOUND, "'nobody'");
    assert_false(account_set_disabled(fixture->db, S("no body"), true, &fixture->error));
    assert_error(&fixture->error, ERROR_NOT_FOUND, "'no body'");
}

static void what_expired_is_deleted(void **state)
{
    Fixture *fixture = *state;
    begin(fixture, STR_EMPTY, START);
    Str young = begin(fixture, STR_EMPTY, after(SESSION_IDLE_SECONDS - 5));
    assert_int_equal(count(fixture), 2);
    begin(fixture, STR_EMPTY, after(SESSION_IDLE_SECONDS));
    assert_int_equal(count(fixture), 2);
    assert_non_null(find(fixture, young, after(SESSION_IDLE_SECONDS)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_opens_its_session),
        TEST(a_session_knows_the_units_of_its_day),
        TEST(the_database_holds_no_token),
        TEST(unused_sessions_end),
        TEST(used_sessions_go_on_until_their_last_hour),
        TEST(use_is_noted_seldom),
        TEST(signing_in_again_ends_the_old_session),
        TEST(changes_of_the_account_end_all_sessions),
        TEST(changes_of_unknown_accounts_are_errors),
        TEST(what_expired_is_deleted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
