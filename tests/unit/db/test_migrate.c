/* Migrations: steps run once and in order, a failed one leaves nothing, a newer database is refused, two
 * programs at once do not disturb each other. */
#include "fixture.h"

static const DbMigration steps[] = {
    {.version = 1,
        .name = "towns",
        .script = "create table town (\n  id {id},\n  name {text} not null, -- as it is written;\n"
                  "  seal {bytes}\n){end};\ncreate index town_name on town (name);\n"},
    {.version = 2, .name = "people", .script = "alter table town add column people {int};\n"},
    {.version = 3, .name = "searching", .script = "{search town_search};\n"},
};

static int64_t version_of(Db *db, const char *module)
{
    return fixture_integer(db, "select coalesce(max(version), 0) from schema_version where module = ?1",
        value_text(str_of(module)));
}

static void steps_run_once(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error = {0};
    int applied = -1;
    ASSERT_OK(db_migrate(db, "town", 1, steps, &applied, &error), &error);
    assert_int_equal(applied, 1);
    ASSERT_OK(db_migrate(db, "town", 3, steps, &applied, &error), &error);
    assert_int_equal(applied, 2);
    ASSERT_OK(db_migrate(db, "town", 3, steps, &applied, &error), &error);
    assert_int_equal(applied, 0);
    ASSERT_OK(db_migrate(db, "none", 0, NULL, NULL, &error), &error);
    assert_int_equal(version_of(db, "town"), 3);
    assert_int_equal(fixture_integer(db,
                         "select count(*) from schema_version where applied_at > 1500000000 and name <> ''"),
        3);
    assert_int_equal(fixture_integer(db, "select count(people) from town"), 0);
}

static void modules_have_versions_of_their_own(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error = {0};
    const DbMigration other = {
        .version = 1, .name = "roads", .script = "create table road (n {int}){end};\n"};
    ASSERT_OK(db_migrate(db, "town", 3, steps, NULL, &error), &error);
    ASSERT_OK(db_migrate(db, "road", 1, &other, NULL, &error), &error);
    assert_int_equal(version_of(db, "town"), 3);
    assert_int_equal(version_of(db, "road"), 1);
}

static void a_failed_step_leaves_everything_as_it_was(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error = {0};
    ASSERT_OK(db_migrate(db, "town", 1, steps, NULL, &error), &error);
    const char *const bad_scripts[] = {
        "create table extra (n {int}){end};\ncreate table town (n {int}){end};\n",
        "create table extra (n {int}){end};\ninsert into town (name) values (null);\n",
        "create table extra (n {int}){end};\nthis is not SQL;\n", "create table extra (n {number}){end};\n"};
    for (size_t i = 0; i < COUNT_OF(bad_scripts); i++) {
        const DbMigration bad[] = {
            steps[0], steps[1], {.version = 3, .name = "bad", .script = bad_scripts[i]}};
        int applied = -1;
        assert_false(db_migrate(db, "town", 3, bad, &applied, &error));
        assert_int_equal(error.code, ERROR_DATABASE);
        assert_non_null(strstr(error.message, "town"));
        assert_non_null(strstr(error.message, "version 3 (bad)"));
        assert_int_equal(applied, 0);
        assert_int_equal(version_of(db, "town"), 1);
    }
    ASSERT_OK(db_migrate(db, "town", 3, steps, NULL, &error), &error);
    const DbMigration extra = {
        .version = 1, .name = "extra", .script = "create table extra (n {int}){end};\n"};
    ASSERT_OK(db_migrate(db, "extra", 1, &extra, NULL, &error), &error);
}

static void a_newer_database_is_refused(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error = {0};
    ASSERT_OK(db_migrate(db, "town", 3, steps, NULL, &error), &error);
    int applied = -1;
    assert_false(db_migrate(db, "town", 2, steps, &applied, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "newer program"));
    assert_int_equal(applied, 0);
    assert_int_equal(version_of(db, "town"), 3);
}

static void migrate_disorderly(void *argument)
{
    static const DbMigration wrong[] = {{.version = 2, .name = "two", .script = ""}};
    Db *db = fixture_open_at(*(Str *)argument, NULL);
    Error error;
    (void)!db_migrate(db, "town", 1, wrong, NULL, &error);
}

static void versions_out_of_order_are_asserted(void **state)
{
    (void)state;
    Str url = test_db_url();
    assert_true(fixture_dies(migrate_disorderly, &url, "versions of a schema are 1, 2, 3"));
}

typedef struct Starting {
    Str url;
    int applied;
} Starting;

static void *open_and_migrate(void *argument)
{
    Starting *starting = argument;
    Error error = {0};
    Db *db = NULL;
    if (!db_open(&db, starting->url, NULL, &error) ||
        !db_migrate(db, "town", COUNT_OF(steps), steps, &starting->applied, &error)) {
        print_error("%s\n", error.message);
        abort();
    }
    db_close(db);
    return NULL;
}

/* Servers that start at the same moment on an empty database: one of them migrates. */
static void programs_may_start_together(void **state)
{
    (void)state;
    Starting starting[4];
    pthread_t threads[COUNT_OF(starting)];
    Str url = test_db_url();
    for (size_t i = 0; i < COUNT_OF(starting); i++) {
        starting[i] = (Starting){.url = url};
        assert_int_equal(pthread_create(&threads[i], NULL, open_and_migrate, &starting[i]), 0);
    }
    int applied = 0;
    for (size_t i = 0; i < COUNT_OF(starting); i++) {
        pthread_join(threads[i], NULL);
        applied += starting[i].applied;
    }
    assert_int_equal(applied, COUNT_OF(steps));
}

static void read_all(Db *db, int columns)
{
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "select * from thing"), &error);
    assert_true(db_next(stmt, &error));
    assert_false(db_is_missing(stmt, columns - 1));
}

/* Statements prepared before a migration are prepared again after it. */
static void prepared_statements_follow_the_tables(void **state)
{
    (void)state;
    const DbOptions one = {.readers = 1};
    CLEANUP(db_cleanup) Db *db = fixture_open(&one);
    Error error = {0};
    const DbMigration grow[] = {
        {.version = 1,
            .name = "thing",
            .script = "create table thing (a {int}){end};\ninsert into thing values (1);\n"},
        {.version = 2,
            .name = "more",
            .script = "alter table thing add column b {text};\nupdate thing set b = 'x';\n"},
    };
    ASSERT_OK(db_migrate(db, "thing", 1, grow, NULL, &error), &error);
    read_all(db, 1);
    ASSERT_OK(db_migrate(db, "thing", 2, grow, NULL, &error), &error);
    read_all(db, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_run_once),
        cmocka_unit_test(modules_have_versions_of_their_own),
        cmocka_unit_test(a_failed_step_leaves_everything_as_it_was),
        cmocka_unit_test(a_newer_database_is_refused),
        cmocka_unit_test(versions_out_of_order_are_asserted),
        cmocka_unit_test(programs_may_start_together),
        cmocka_unit_test(prepared_statements_follow_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
