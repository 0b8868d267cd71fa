/* Accounts: what is accepted, who may sign in, and that the database holds no password. Argon2id is the real
 * one, so the tests make few passwords. */
#include "record/account.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/utf8.h"
#include "check.h"
#include "record/session.h"
#include "testdb.h"

#define GOOD "correct horse battery"

static const Clock NOON = {.today = {2018, 5, 1}, .instant = 1525143600000000};

static Db *open_db(void)
{
    Db *db = NULL;
    Error error = {0};
    if (!db_open(&db, test_db_url(), NULL, &error) || !record_migrate(db, NULL, &error)) {
        print_error("%s\n", error.message);
        fail();
    }
    return db;
}

static void create(Db *db, const char *login, const char *password)
{
    Error error = {0};
    const Str roles[] = {S("planner"), S("administrator"), S("planner")};
    const AccountNew account = {.login = str_of(login),
        .display_name = S("花子"),
        .password = str_of(password),
        .roles = roles,
        .role_count = COUNT_OF(roles)};
    if (!account_create(db, NULL, &account, &NOON, NULL, &error)) {
        print_error("%s\n", error.message);
        fail();
    }
}

static void an_account_is_found_and_listed(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = open_db();
    AUTO_ARENA arena = arena_new(1 << 20);
    create(db, "Hanako.K", GOOD);
    create(db, "aoi@city", GOOD);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(db, &conn, &error));
    const Account *account = account_find(conn, arena, S("HANAKO.k"), &error);
    assert_non_null(account);
    assert_str(account->login, "hanako.k");
    assert_str(account->display_name, "花子");
    assert_int_equal(account->roles.len, 2);
    assert_str(account->roles.at[0], "administrator");
    assert_true(account_has_role(account, S("planner")));
    assert_false(account_has_role(account, S("plan")));
    assert_false(account->disabled);
    assert_int_equal(account->created, NOON.instant);
    assert_non_null(account_get(conn, arena, account->id, &error));
    Accounts all;
    assert_true(account_list(conn, arena, &all, &error));
    assert_int_equal(all.len, 2);
    assert_str(all.at[0].login, "aoi@city");
    assert_null(account_find(conn, arena, S("nobody"), &error));
    assert_error(&error, ERROR_NOT_FOUND, "no such account");
    assert_null(account_find(conn, arena, S("no body' or 1=1"), &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void an_account_belongs_to_a_person_until_another_is_said(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = open_db();
    AUTO_ARENA arena = arena_new(1 << 20);
    const AccountNew account = {
        .login = S("mother"), .display_name = S("水辺 花子"), .password = S(GOOD), .person = 7};
    const Str login = S("mother");
    static const int64_t persons[] = {7, 9, 0};
    assert_true(account_create(db, NULL, &account, &NOON, NULL, &error));
    for (size_t i = 0; i < COUNT_OF(persons); i++) {
        if (i > 0)
            assert_true(account_set_person(db, login, persons[i], &error));
        CLEANUP(db_read_end) DbConn *conn = NULL;
        assert_true(db_read_begin(db, &conn, &error));
        const Account *found = account_find(conn, arena, login, &error);
        assert_non_null(found);
        assert_int_equal(found->person, persons[i]);
    }
    assert_false(account_set_person(db, S("nobody"), 7, &error));
    assert_error(&error, ERROR_NOT_FOUND, "no account 'nobody'");
}

/* The units of an account on a day, with commas. */
static const char *units_on(Db *db, Arena *arena, const char *login, Date day)
{
    Error error = {0};
    Str joined = STR_EMPTY;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(db, &conn, &error));
    Account *account = account_find(conn, arena, str_of(login), &error);
    assert_non_null(account);
    assert_int_equal(account->units.len, 0);
    assert_true(account_read_units(conn, arena, account, day, &error));
    for (size_t i = 0; i < account->units.len; i++) {
        assert_true(account_in_unit(account, account->units.at[i]));
        joined = arena_printf(
            arena, "%.*s%s%.*s", STR_ARGS(joined), i > 0 ? "," : "", STR_ARGS(account->units.at[i]));
    }
    assert_false(account_in_unit(account, S("nowhere")));
    return joined.len > 0 ? joined.at : "";
}

static void an_account_belongs_to_units_from_day_to_day(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = open_db();
    AUTO_ARENA arena = arena_new(1 << 20);
    static const Str first[] = {STR_LITERAL("youth"), STR_LITERAL("child"), STR_LITERAL("youth")};
    static const Str second[] = {STR_LITERAL("child"), STR_LITERAL("school")};
    static const Str wrong[] = {STR_LITERAL("Child!")};
    const AccountNew account = {.login = S("officer"),
        .display_name = S("係"),
        .password = S(GOOD),
        .units = first,
        .unit_count = COUNT_OF(first)};
    const Str login = S("officer");
    assert_true(account_create(db, NULL, &account, &NOON, NULL, &error));
    assert_string_equal(units_on(db, arena, "officer", (Date){2018, 4, 30}), "");
    assert_string_equal(units_on(db, arena, "officer", (Date){2018, 5, 1}), "child,youth");
    /* moved next April: until the last day of March she belongs where she was */
    assert_true(account_set_units(db, login, second, COUNT_OF(second), (Date){2019, 4, 1}, &error));
    assert_string_equal(units_on(db, arena, "officer", (Date){2019, 3, 31}), "child,youth");
    assert_string_equal(units_on(db, arena, "officer", (Date){2019, 4, 1}), "child,school");
    /* it was a mistake: the later day falls away */
    assert_true(account_set_units(db, login, first, COUNT_OF(first), (Date){2019, 2, 1}, &error));
    assert_string_equal(units_on(db, arena, "officer", (Date){2020, 1, 1}), "child,youth");
    assert_true(account_set_units(db, login, NULL, 0, (Date){2020, 4, 1}, &error));
    assert_string_equal(units_on(db, arena, "officer", (Date){2020, 3, 31}), "child,youth");
    assert_string_equal(units_on(db, arena, "officer", (Date){2020, 4, 1}), "");
    assert_false(account_set_units(db, login, wrong, 1, (Date){2020, 4, 1}, &error));
    assert_error(&error, ERROR_INPUT, "no name of a unit");
    assert_false(account_set_units(db, S("nobody"), second, 1, (Date){2020, 4, 1}, &error));
    assert_error(&error, ERROR_NOT_FOUND, "no account 'nobody'");
}

static void bad_accounts_are_refused(void **state)
{
    (void)state;
    static const Str bad_role[] = {STR_LITERAL("Planner!")};
    static char long_login[66];
    memset(long_login, 'a', 65);
    const struct {
        AccountNew account;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {{.login = S(""), .display_name = S("x"), .password = S(GOOD)}, ERROR_INPUT, "login name"},
        {{.login = S("has space"), .display_name = S("x"), .password = S(GOOD)}, ERROR_INPUT, "login name"},
        {{.login = S("花子"), .display_name = S("x"), .password = S(GOOD)}, ERROR_INPUT, "login name"},
        {{.login = str_of(long_login), .display_name = S("x"), .password = S(GOOD)}, ERROR_INPUT,
            "login name"},
        {{.login = S("a"), .display_name = S(""), .password = S(GOOD)}, ERROR_INPUT, "name that others see"},
        {{.login = S("a"), .display_name = S("x\ny"), .password = S(GOOD)}, ERROR_INPUT,
            "name that others see"},
        {{.login = S("a"), .display_name = S("x"), .password = S(GOOD), .roles = bad_role, .role_count = 1},
            ERROR_INPUT, "no name of a role"},
        {{.login = S("a"), .display_name = S("x"), .password = S("short")}, ERROR_INPUT, "at least 10"},
        {{.login = S("taken"), .display_name = S("x"), .password = S(GOOD)}, ERROR_CONFLICT,
            "'taken' already"},
    };
    CLEANUP(db_cleanup) Db *db = open_db();
    create(db, "TAKEN", GOOD);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};
        assert_false(account_create(db, NULL, &cases[i].account, &NOON, NULL, &error));
        assert_error(&error, cases[i].code, cases[i].words);
    }
}

static void trivial_passwords_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "123456789", "あいうえおかきく", "1234567890", "9876543210",
        "aaaaaaaaaaaa", "abcdefghijkl", "ABCDEFGHIJKL", "ｑｗｅｒｔｙｕｉｏｐ", "PassWord123",
        "Administrator", "hanako.k12", "12hanako.k3", "鈴木花子鈴木花子", "suzuki-hanako",
        "bad\xff\xff\xff\xff\xff\xff\xff"};
    static const char *const good[] = {
        GOOD, "雨の日に飛んだ紙ひこうき", "hanako.k hat vier Katzen", "x9!kQ2-vLp", "12345678901357"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        Error error = {0};
        if (password_acceptable(str_of(bad[i]), S("hanako.k"), S("Suzuki-Hanako"), &error)) {
            print_error("'%s' was accepted\n", bad[i]);
            fail();
        }
        assert_int_equal(error.code, ERROR_INPUT);
    }
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        Error error = {0};
        if (!password_acceptable(str_of(good[i]), S("hanako.k"), S("鈴木花子"), &error)) {
            print_error("'%s' was refused: %s\n", good[i], error.message);
            fail();
        }
    }
}

static void only_the_right_password_opens(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = open_db();
    AUTO_ARENA arena = arena_new(1 << 20);
    Account *account = NULL;
    create(db, "hanako", GOOD);
    assert_true(account_check(db, NULL, arena, S("Hanako"), S(GOOD), &account, &error));
    assert_non_null(account);
    assert_str(account->login, "hanako");
    const struct {
        Str login, password;
    } wrong[] = {{S("hanako"), S(GOOD " ")}, {S("hanako"), S("")}, {S("nobody"), S(GOOD)}, {S(""), S("")},
        {S("' or 1=1"), S(GOOD)}};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_true(account_check(db, NULL, arena, wrong[i].login, wrong[i].password, &account, &error));
        assert_null(account);
    }
    assert_true(account_set_disabled(db, S("hanako"), true, &error));
    assert_true(account_check(db, NULL, arena, S("hanako"), S(GOOD), &account, &error));
    assert_null(account);
    assert_true(account_set_disabled(db, S("hanako"), false, &error));
    assert_true(account_check(db, NULL, arena, S("hanako"), S(GOOD), &account, &error));
    assert_non_null(account);
}

static void passwords_are_stored_as_argon2id(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = open_db();
    create(db, "hanako", GOOD);
    create(db, "taro", GOOD);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    assert_true(db_read_begin(db, &conn, &error));
    assert_true(db_query(conn, &stmt, &error, "select password_hash from account order by id"));
    char first[PASSWORD_HASH_SIZE] = {0};
    assert_true(db_next(stmt, &error));
    assert_true(str_starts(db_text(stmt, 0), S("$argon2id$v=19$m=65536,t=3,p=1$")));
    memcpy(first, db_text(stmt, 0).at, db_text(stmt, 0).len);
    assert_true(db_next(stmt, &error));
    assert_false(str_equal(db_text(stmt, 0), str_of(first))); /* salted: equal passwords look different */
}

/* Unknown names take as long as wrong passwords: both compute one Argon2id. Judged by processor time, with a
 * bound far below what the computation takes and far above what leaving it out would. */
static void unknown_names_compute_as_well(void **state)
{
    (void)state;
    Error error = {0};
    bool right = true;
    struct timespec start, end;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    assert_true(password_verify(NULL, STR_EMPTY, S(GOOD), &right, &error));
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    assert_false(right);
    int64_t spent = (int64_t)(end.tv_sec - start.tv_sec) * 1000000000 + end.tv_nsec - start.tv_nsec;
    assert_true(spent > 5000000);
}

/* --- the gate
 * ----------------------------------------------------------------------------------------------------- */

typedef struct Crowd {
    PasswordGate *gate;
    atomic_int done, busy;
} Crowd;

static void *hash_one(void *argument)
{
    Crowd *crowd = argument;
    Error error = {0};
    char hash[PASSWORD_HASH_SIZE];
    if (password_hash(crowd->gate, S(GOOD), hash, &error))
        crowd->done++;
    else if (error.code == ERROR_BUSY)
        crowd->busy++;
    return NULL;
}

static void a_crowd_is_told_to_come_back(void **state)
{
    (void)state;
    pthread_t threads[40];
    Crowd crowd = {.gate = password_gate_new()};
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_one, &crowd), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.done + crowd.busy, COUNT_OF(threads));
    assert_true(crowd.done >= 10); /* two compute, eight wait */
    assert_true(crowd.busy > 0);
    password_gate_free(crowd.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_found_and_listed),
        cmocka_unit_test(an_account_belongs_to_a_person_until_another_is_said),
        cmocka_unit_test(an_account_belongs_to_units_from_day_to_day),
        cmocka_unit_test(bad_accounts_are_refused),
        cmocka_unit_test(trivial_passwords_are_refused),
        cmocka_unit_test(only_the_right_password_opens),
        cmocka_unit_test(passwords_are_stored_as_argon2id),
        cmocka_unit_test(unknown_names_compute_as_well),
        cmocka_unit_test(a_crowd_is_told_to_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
