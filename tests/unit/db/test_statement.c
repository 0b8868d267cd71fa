/* Statements: rows, counts, errors and their codes, the rule that nothing is run after a failure, and misuse.
 */
#include "fixture.h"

static const char script[] = "create table town (\n"
                             "  id {id},\n"
                             "  name {text} not null unique,\n"
                             "  people {int}\n"
                             "){end};\n"
                             "create table street (\n"
                             "  id {id},\n"
                             "  town_id {int} not null references town (id) on delete cascade\n"
                             "){end};\n";

#define INSERT_TOWN "insert into town (name, people) values (?1, ?2)"

static bool insert_three(DbConn *conn, void *argument, Error *error)
{
    int64_t *ids = argument;
    const char *const names[] = {"東町", "西町", "南町"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!db_insert(
                conn, &ids[i], error, INSERT_TOWN, value_text(str_of(names[i])), value_integer((int64_t)i)))
            return false;
    return true;
}

static Db *open_with_towns(int64_t ids[3])
{
    Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    Error error = {0};
    ASSERT_OK(db_write(db, insert_three, ids, &error), &error);
    return db;
}

static bool remove_all(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error, "delete from town");
}

static void ids_rise_and_are_not_used_again(void **state)
{
    (void)state;
    int64_t ids[3], later[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    assert_true(ids[0] > 0 && ids[1] > ids[0] && ids[2] > ids[1]);
    assert_int_equal(fixture_integer(db, "select people from town where id = ?1", value_integer(ids[1])), 1);
    Error error = {0};
    ASSERT_OK(db_write(db, remove_all, NULL, &error), &error);
    ASSERT_OK(db_write(db, insert_three, later, &error), &error);
    assert_true(later[0] > ids[2]);
}

static bool count_changes(DbConn *conn, void *argument, Error *error)
{
    int64_t *counts = argument, town = 0;
    return db_one_integer(conn, &town, error, "select min(id) from town") &&
           db_run(conn, &counts[0], error, "insert into street (town_id) select id from town") &&
           db_run(conn, &counts[1], error, "update town set people = people + ?1", value_integer(10)) &&
           db_run(conn, &counts[2], error, "update town set people = 0 where name = ?1",
               value_text(S("none"))) &&
           db_run(conn, &counts[3], error, "delete from town where id = ?1", value_integer(town)) &&
           db_run(conn, &counts[4], error, "create table more (n bigint)") &&
           db_run(conn, &counts[5], error, INSERT_TOWN " on conflict do nothing", value_text(S("西町")),
               value_missing());
}

static void changed_rows_are_counted(void **state)
{
    (void)state;
    int64_t ids[3], counts[6] = {-1, -1, -1, -1, -1, -1};
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    ASSERT_OK(db_write(db, count_changes, counts, &error), &error);
    const int64_t expected[] = {3, 3, 0, 1, 0, 0};
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_int_equal(counts[i], expected[i]);
    assert_int_equal(fixture_integer(db, "select count(*) from street"), 2);
}

static void statements_may_be_nested(void **state)
{
    (void)state;
    int64_t ids[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    static const char sql[] = "select people from town order by id";
    int64_t sum = 0;
    for (int round = 0; round < 3; round++) {
        CLEANUP(db_done) DbStmt *outer = NULL;
        ASSERT_OK(db_query(conn, &outer, &error, sql), &error);
        while (db_next(outer, &error)) {
            CLEANUP(db_done) DbStmt *inner = NULL;
            ASSERT_OK(db_query(conn, &inner, &error, sql), &error);
            while (db_next(inner, &error))
                sum += db_integer(outer, 0) * 10 + db_integer(inner, 0);
        }
    }
    assert_int_equal(sum, 3 * (3 * 30 + 3 * 3));
    assert_int_equal(conn->cached, 2);
}

/* A loop that breaks off early, and a statement that is used again without db_done after its end. */
static void statements_are_reused(void **state)
{
    (void)state;
    int64_t ids[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    for (int i = 0; i < 3; i++) {
        ASSERT_OK(db_query(conn, &stmt, &error, "select id from town where id = ?1", value_integer(ids[i])),
            &error);
        assert_true(db_next(stmt, &error));
        assert_int_equal(db_integer(stmt, 0), ids[i]);
        assert_false(db_next(stmt, &error));
        assert_false(db_next(stmt, &error));
        assert_false(db_broken(stmt));
    }
    db_done(&stmt);
    for (int i = 0; i < 3; i++) {
        ASSERT_OK(db_query(conn, &stmt, &error, "select id from town order by id"), &error);
        assert_true(db_next(stmt, &error));
        assert_int_equal(db_integer(stmt, 0), ids[0]);
        db_done(&stmt);
    }
    assert_int_equal(conn->cached, 2);
}

/* Statements under one address with other texts, as generated SQL would be: the text decides. */
static void the_text_decides_not_the_address(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error = {0};
    char sql[32];
    for (int n = 1; n < 700; n++) {
        CLEANUP(db_read_end) DbConn *conn = NULL;
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        int64_t answer = 0;
        snprintf(sql, sizeof(sql), "select %d", n);
        ASSERT_OK(db_one_integer(conn, &answer, &error, sql), &error);
        assert_int_equal(answer, n);
        assert_true(conn->cached <= 401);
    }
}

static bool fail_with(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error, argument);
}

static void errors_have_codes(void **state)
{
    (void)state;
    int64_t ids[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    static const struct {
        const char *sql;
        ErrorCode code;
    } cases[] = {
        {"insert into town (name) values ('東町')", ERROR_CONFLICT},
        {"insert into street (town_id) values (999999)", ERROR_CONFLICT},
        {"insert into town (name) values (null)", ERROR_DATABASE},
        {"insert into nowhere (name) values ('a')", ERROR_DATABASE},
        {"insert into town (people) values ('many')", ERROR_DATABASE}, {"this is not SQL", ERROR_DATABASE},
        {"update town set people = ?", ERROR_DATABASE},
        {"update town set people = \"East\"", ERROR_DATABASE}, /* a name, in both */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};
        union {
            const char *constant;
            void *argument;
        } sql = {.constant = cases[i].sql};
        assert_false(db_write(db, fail_with, sql.argument, &error));
        if (error.code != cases[i].code)
            print_error("%s: %s\n", cases[i].sql, error.message);
        assert_int_equal(error.code, cases[i].code);
        assert_true(error.message[0] != '\0');
    }
    assert_int_equal(fixture_integer(db, "select count(*) from town"), 3);
}

static bool go_on_after_failure(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    Error ignored;
    int64_t count = 0;
    assert_true(db_run(conn, NULL, error, "update town set people = 77"));
    assert_false(db_run(conn, NULL, &ignored, "insert into town (name) values ('東町')"));
    assert_int_equal(ignored.code, ERROR_CONFLICT);
    assert_false(db_one_integer(conn, &count, &ignored, "select count(*) from town"));
    assert_int_equal(ignored.code, ERROR_CONFLICT);
    return true;
}

static void a_failed_statement_ends_its_write(void **state)
{
    (void)state;
    int64_t ids[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    assert_false(db_write(db, go_on_after_failure, NULL, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_int_equal(fixture_integer(db, "select count(*) from town where people = 77"), 0);
}

static bool conflict_without_failure(DbConn *conn, void *argument, Error *error)
{
    int64_t *answers = argument;
    Error why;
    bool inserted = db_insert(conn, &answers[0], &why, INSERT_TOWN " on conflict do nothing",
        value_text(S("東町")), value_missing());
    answers[1] = inserted ? ERROR_NONE : (int64_t)why.code;
    bool found =
        db_one_integer(conn, &answers[0], &why, "select id from town where name = ?1", value_text(S("無町")));
    answers[2] = found ? ERROR_NONE : (int64_t)why.code;
    return db_run(conn, NULL, error, "update town set people = 5");
}

static void no_row_is_not_a_failed_statement(void **state)
{
    (void)state;
    int64_t ids[3], answers[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    ASSERT_OK(db_write(db, conflict_without_failure, answers, &error), &error);
    assert_int_equal(answers[1], ERROR_CONFLICT);
    assert_int_equal(answers[2], ERROR_NOT_FOUND);
    assert_int_equal(fixture_integer(db, "select count(*) from town where people = 5"), 3);
}

static void readers_cannot_write(void **state)
{
    (void)state;
    int64_t ids[3];
    CLEANUP(db_cleanup) Db *db = open_with_towns(ids);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    assert_false(db_query(conn, &stmt, &error, "delete from town returning id"));
    assert_int_equal(error.code, ERROR_DATABASE);
    assert_null(stmt);
    db_read_end(&conn);
    assert_int_equal(fixture_integer(db, "select count(*) from town"), 3);
}

/* --- misuse ----------------------------------------------------------------------------------- */

typedef enum Misuse {
    WRITE_ON_A_READER,
    COLUMN_BEFORE_ROW,
    COLUMN_OUT_OF_RANGE,
    COLUMN_OF_ANOTHER_TYPE,
    TEXT_OF_AN_INTEGER,
    TOO_FEW_VALUES,
    TOO_MANY_VALUES,
    UNFINISHED_AT_THE_END,
    QUERY_OVER_A_RUNNING_ONE,
    RUN_THAT_ANSWERS,
    OTHER_THREAD,
    LENT_TWICE,
    WRITE_INSIDE_A_CLOSURE,
    READ_INSIDE_A_CLOSURE,
} Misuse;

static bool write_inside(DbConn *conn, void *argument, Error *error)
{
    (void)conn;
    return db_write(argument, remove_all, NULL, error);
}

static bool read_inside(DbConn *conn, void *argument, Error *error)
{
    (void)conn;
    DbConn *other = NULL;
    return db_read_begin(argument, &other, error);
}

static bool run_that_answers(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error, "select 1");
}

static void *use_from_another_thread(void *argument)
{
    DbConn *conn = argument;
    Error error;
    int64_t n;
    if (db_one_integer(conn, &n, &error, "select 1"))
        return NULL;
    return NULL;
}

static void misuse_a_statement(Misuse misuse, DbConn *conn, Error *error)
{
    DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select 1, 'a' union all select 2, 'b' order by 1"))
        return;
    if (misuse != COLUMN_BEFORE_ROW && !db_next(stmt, error))
        return;
    if (misuse == COLUMN_OUT_OF_RANGE)
        (void)db_integer(stmt, 2);
    else if (misuse == TEXT_OF_AN_INTEGER)
        (void)db_text(stmt, 0);
    else if (misuse == QUERY_OVER_A_RUNNING_ONE)
        (void)!db_query(conn, &stmt, error, "select 3");
    else if (misuse == UNFINISHED_AT_THE_END)
        db_read_end(&conn);
    else
        (void)db_integer(stmt, misuse == COLUMN_OF_ANOTHER_TYPE ? 1 : 0);
}

typedef struct MisuseCase {
    Misuse misuse;
    const char *words;
    Str url;
} MisuseCase;

/* In a child: the database's URL comes from the parent, which removes it. */
static void misuse_db(void *argument)
{
    const MisuseCase *which = argument;
    Misuse misuse = which->misuse;
    Db *db = fixture_open_at(which->url, NULL);
    Error error = {0};
    DbConn *conn = NULL;
    int64_t n;
    pthread_t thread;
    if (misuse == WRITE_INSIDE_A_CLOSURE)
        (void)!db_write(db, write_inside, db, &error);
    if (misuse == READ_INSIDE_A_CLOSURE)
        (void)!db_write(db, read_inside, db, &error);
    if (misuse == RUN_THAT_ANSWERS)
        (void)!db_write(db, run_that_answers, NULL, &error);
    if (!db_read_begin(db, &conn, &error))
        return;
    if (misuse == WRITE_ON_A_READER)
        (void)!db_run(conn, NULL, &error, "create table x (n bigint)");
    else if (misuse == TOO_FEW_VALUES)
        (void)!db_one_integer(conn, &n, &error, "select 1 where 1 = ?1 and 2 = ?2", value_integer(1));
    else if (misuse == TOO_MANY_VALUES)
        (void)!db_one_integer(conn, &n, &error, "select 1", value_integer(1));
    else if (misuse == LENT_TWICE)
        (void)!db_read_begin(db, &conn, &error);
    else if (misuse == OTHER_THREAD && pthread_create(&thread, NULL, use_from_another_thread, conn) == 0)
        pthread_join(thread, NULL);
    else
        misuse_a_statement(misuse, conn, &error);
}

static void misuse_is_asserted(void **state)
{
    (void)state;
    static const MisuseCase cases[] = {
        {.misuse = WRITE_ON_A_READER, .words = "writes happen in closures"},
        {.misuse = COLUMN_BEFORE_ROW, .words = "after db_next answered true"},
        {.misuse = COLUMN_OUT_OF_RANGE, .words = "the column exists"},
        {.misuse = COLUMN_OF_ANOTHER_TYPE, .words = "the column is an integer"},
        {.misuse = TEXT_OF_AN_INTEGER, .words = "the column is text"},
        {.misuse = TOO_FEW_VALUES, .words = "as many values as parameters"},
        {.misuse = TOO_MANY_VALUES, .words = "as many values as parameters"},
        {.misuse = UNFINISHED_AT_THE_END, .words = "statements are finished before"},
        {.misuse = QUERY_OVER_A_RUNNING_ONE, .words = "NULL or finished"},
        {.misuse = RUN_THAT_ANSWERS, .words = "answer no rows"},
        {.misuse = OTHER_THREAD, .words = "used by the thread it was lent to"},
        {.misuse = LENT_TWICE, .words = "given back before another is taken"},
        {.misuse = WRITE_INSIDE_A_CLOSURE, .words = "not called from inside a closure"},
        {.misuse = READ_INSIDE_A_CLOSURE, .words = "reads through the conn it was given"},
    };
    Str url = test_db_url();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        MisuseCase which = cases[i];
        which.url = url;
        assert_true(fixture_dies(misuse_db, &which, which.words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_rise_and_are_not_used_again),
        cmocka_unit_test(changed_rows_are_counted),
        cmocka_unit_test(statements_may_be_nested),
        cmocka_unit_test(statements_are_reused),
        cmocka_unit_test(the_text_decides_not_the_address),
        cmocka_unit_test(errors_have_codes),
        cmocka_unit_test(a_failed_statement_ends_its_write),
        cmocka_unit_test(no_row_is_not_a_failed_statement),
        cmocka_unit_test(readers_cannot_write),
        cmocka_unit_test(misuse_is_asserted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
