/* Records from CSV files: by names and titles, in UTF-8 and CP932, all or nothing, with line and column for
 * what is wrong. */
#include "record/load.h"

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

static bool load(const CityRecordType *type, Str text, bool is_trial, RecordLoaded *out, Error *error)
{
    const RecordLoad request = {.type = type, .bytes = text, .file = S("rows.csv"), .is_trial = is_trial};
    *error = (Error){0};
    return record_load(
        families.circle.door, &families.circle.asking.clock, families.circle.arena, &request, out, error);
}

static size_t people_called(Str words)
{
    const RecordQuery query = {.type = families.circle.person, .words = words, .limit = 1};
    return families_count(&families, YOUTH_OFFICER, &query);
}

static void expect_problem(const RecordLoaded *loaded, long line, const char *column, const char *words)
{
    for (size_t i = 0; i < loaded->problems.len; i++) {
        const RecordLoadProblem *problem = &loaded->problems.at[i];
        if (problem->line == line && str_equal(problem->column, str_of(column)) &&
            str_contains(problem->words, str_of(words)))
            return;
    }
    for (size_t i = 0; i < loaded->problems.len; i++)
        print_error("%ld: %.*s: %.*s\n", loaded->problems.at[i].line, STR_ARGS(loaded->problems.at[i].column),
            STR_ARGS(loaded->problems.at[i].words));
    print_error("expected %ld: %s: %s\n", line, column, words);
    fail();
}

static void a_register_is_loaded_by_names_or_titles(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    assert_true(load(families.circle.person,
        S("\xef\xbb\xbf宛名番号,name,生年月日\r\n3001,\"鈴木, 一郎\",平成20年1月5日\r\n3002,鈴木 "
          "二郎,2010/2/3\r\n"),
        false, &loaded, &error));
    assert_int_equal(loaded.rows, 2);
    assert_int_equal(people_called(S("鈴木")), 2);
    /* Its rows are found by their numbers. */
    assert_true(load(families.circle.guardianship, S("guardian,child,from\n3001,3002,2012-01-01\n"), false,
        &loaded, &error));
    assert_int_equal(loaded.rows, 1);
}

static void a_person_is_found_by_code_or_number(void **state)
{
    (void)state;
    DbConn *conn = families_read(&families);
    Error error = {0};
    int64_t id = 0;
    assert_true(account_find_person(conn, families.child.code, &id, &error));
    assert_int_equal(id, families.child.id);
    assert_true(account_find_person(conn, S("1002"), &id, &error));
    assert_int_equal(id, families.child.id);
    assert_false(account_find_person(conn, S("9999"), &id, &error));
    assert_error(&error, ERROR_NOT_FOUND, "9999");
    assert_false(account_find_person(conn, families.guardianships[0].code, &id, &error));
    families_read_end(&families);
}

static void cp932_is_recognised(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    /* name \n 高橋 */
    assert_true(load(families.circle.person, S("name\n\x8d\x82\x8b\xb4\n"), false, &loaded, &error));
    assert_int_equal(people_called(S("高橋")), 1);
}

static void a_trial_writes_nothing(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    assert_true(load(families.circle.person, S("name\n伊藤\n"), true, &loaded, &error));
    assert_int_equal(loaded.rows, 1);
    assert_int_equal(people_called(S("伊藤")), 0);
}

static void everything_wrong_is_told_and_nothing_kept(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    assert_false(load(families.circle.person,
        S("氏名,生年月日,email\n渡辺,2010-02-30,a@b.jp\n,2010-02-03,nothing\n渡辺 花,2010-02-03\n"), false,
        &loaded, &error));
    assert_error(&error, ERROR_INPUT, "nothing was written");
    expect_problem(&loaded, 4, "", "2 fields, where the first row has 3");
    assert_false(load(families.circle.person,
        S("氏名,生年月日,email\n渡辺,2010-02-30,a@b.jp\n,2010-02-03,nothing\n"), false, &loaded, &error));
    assert_int_equal(loaded.problem_count, 3);
    expect_problem(&loaded, 2, "生年月日", "this is no date");
    expect_problem(&loaded, 3, "氏名", "a value is needed");
    expect_problem(&loaded, 3, "email", "this is no email");
    assert_int_equal(people_called(S("渡辺")), 0);
    assert_false(load(families.circle.person, S("nmae,氏名,name\nx,y,z\n"), false, &loaded, &error));
    expect_problem(&loaded, 1, "nmae", "did you mean 'name'?");
    expect_problem(&loaded, 1, "name", "twice");
}

static void entries_hang_under_their_session(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    Arena *arena = families.circle.arena;
    RecordMade session = circle_session(&families.circle, "書き初め", 10);
    assert_true(load(families.circle.entry,
        arena_printf(arena, "教室,参加する子,guardian\n%.*s,1002,1001\n", STR_ARGS(session.code)), false,
        &loaded, &error));
    const RecordQuery all = {.type = families.circle.entry, .about = session.code, .limit = 1};
    assert_int_equal(families_count(&families, MOTHER, &all), 1);
    assert_false(load(families.circle.entry, S("about,child\nnowhere,1002\n"), false, &loaded, &error));
    expect_problem(&loaded, 2, "", "there is no such record");
}

static void more_rows_than_one_write_takes_are_tried_first(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    buf_add(&text, S("name,birth\n"));
    for (int i = 0; i <= RECORD_CREATE_MAX; i++)
        buf_add(&text, S("大人数,2010-02-03\n"));
    size_t good = text.len;
    buf_add(&text, S("大人数,someday\n"));
    int64_t before = families_number(&families, "select count(*) from person");
    assert_false(load(families.circle.person, buf_str(&text), false, &loaded, &error));
    expect_problem(&loaded, RECORD_CREATE_MAX + 3, "birth", "this is no date");
    assert_int_equal(families_number(&families, "select count(*) from person"), before);
    assert_true(load(families.circle.person, str_slice(buf_str(&text), 0, good), false, &loaded, &error));
    assert_int_equal(loaded.rows, RECORD_CREATE_MAX + 1);
    assert_int_equal(
        families_number(&families, "select count(*) from person"), before + RECORD_CREATE_MAX + 1);
    /* Among many rows words are found as among few, and a mother finds her own as before. */
    assert_int_equal(people_called(S("大人数")), RECORD_CREATE_MAX + 1);
    assert_int_equal(people_called(S("鈴木")), 2);
    const RecordQuery own = {.type = families.circle.person, .words = S("水辺"), .limit = 10};
    assert_int_equal(families_count(&families, MOTHER, &own), 2);
    const RecordQuery others = {.type = families.circle.person, .words = S("大人数"), .limit = 10};
    assert_int_equal(families_count(&families, MOTHER, &others), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_register_is_loaded_by_names_or_titles),
        cmocka_unit_test(a_person_is_found_by_code_or_number),
        cmocka_unit_test(cp932_is_recognised),
        cmocka_unit_test(a_trial_writes_nothing),
        cmocka_unit_test(everything_wrong_is_told_and_nothing_kept),
        cmocka_unit_test(entries_hang_under_their_session),
        cmocka_unit_test(more_rows_than_one_write_takes_are_tried_first),
    };
    return cmocka_run_group_tests_name("record load", tests, open_families, close_families);
}
