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

static void utf16_is_recognised(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    /* name \n 高橋 次郎, with a mark; 高 is U+9AD8, 橋 U+6A4B, 次 U+6B21, 郎 U+90CE */
    static const char marked[] = "\xff\xfen\0a\0m\0e\0\n\0\xd8\x9a\x4b\x6a \0\x21\x6b\xce\x90\n";
    assert_true(load(families.circle.person, (Str){marked, sizeof(marked)}, false, &loaded, &error));
    assert_int_equal(people_called(S("次郎")), 1);
    static const char bare[] = "\0n\0a\0m\0e\0\n\x4e\x09\x90\xce\0\n";
    assert_true(load(families.circle.person, (Str){bare, sizeof(bare) - 1}, false, &loaded, &error));
    assert_int_equal(people_called(S("三郎")), 1);
}

static int64_t entries_of_history(void)
{
    return families_number(&families, "select count(*) from history");
}

static void the_same_file_again_changes_nothing(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    const Str people = S("number,name,birth\n7001,再読 一,2010-02-03\n7002,再読 二,2011-04-05\n");
    const Str guards = S("guardian,child,from\n7001,7002,2012-01-01\n");
    assert_true(load(families.circle.person, people, false, &loaded, &error));
    assert_int_equal(loaded.made, 2);
    assert_true(load(families.circle.guardianship, guards, false, &loaded, &error));
    assert_int_equal(loaded.made, 1);
    int64_t entries = entries_of_history();
    assert_true(load(families.circle.person, people, false, &loaded, &error));
    assert_int_equal(loaded.made + loaded.changed, 0);
    assert_int_equal(loaded.same, 2);
    assert_true(load(families.circle.guardianship, guards, false, &loaded, &error));
    assert_int_equal(loaded.made + loaded.changed, 0);
    assert_int_equal(loaded.same, 1);
    assert_int_equal(entries_of_history(), entries);
    /* One other value is one change, under the same number; a dry run says so and makes none. */
    const Str other = S("number,name,birth\n7001,再読 一,2010-02-03\n7002,再読 弐,2011-04-05\n");
    assert_true(load(families.circle.person, other, true, &loaded, &error));
    assert_int_equal(loaded.changed, 1);
    assert_int_equal(entries_of_history(), entries);
    assert_true(load(families.circle.person, other, false, &loaded, &error));
    assert_int_equal(loaded.changed, 1);
    assert_int_equal(loaded.same, 1);
    assert_int_equal(entries_of_history(), entries + 1);
    assert_int_equal(circle_problems(&families.circle), 0);
}

static void rows_that_are_alike_are_as_many_as_the_file_says(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    const Str twins = S("name,birth\n双子 某,2010-02-03\n双子 某,2010-02-03\n");
    assert_true(load(families.circle.person, twins, false, &loaded, &error));
    assert_int_equal(loaded.made, 2);
    assert_true(load(families.circle.person, twins, false, &loaded, &error));
    assert_int_equal(loaded.same, 2);
    assert_true(load(families.circle.person,
        S("name,birth\n双子 某,2010-02-03\n双子 某,2010-02-03\n双子 "
          "某,2010-02-03\n"),
        false, &loaded, &error));
    assert_int_equal(loaded.made, 1);
    assert_int_equal(loaded.same, 2);
    assert_int_equal(people_called(S("双子")), 3);
}

static void what_spreadsheets_do_to_numbers_is_told_with_its_remedy(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    const CityRecordType *facility = city_record_type(families.circle.city, NULL, S("facility"));
    assert_false(load(facility,
        S("name,latitude,longitude,municipality,town,postal_code\n"
          "入れ替わり,140.747,40.823,022012,0010000,030-0801\n"
          "零の落ちた町,40.823,140.747,22012,10000,300801\n"
          "正しい町,40.823,140.747,022012,0010000,0300801\n"),
        false, &loaded, &error));
    assert_int_equal(loaded.problem_count, 5);
    expect_problem(&loaded, 2, "latitude", "changed places with the longitude");
    expect_problem(&loaded, 2, "longitude", "changed places with the latitude");
    expect_problem(&loaded, 3, "municipality", "a leading zero or the check digit may have been lost");
    expect_problem(&loaded, 3, "town", "leading zeros may have been lost");
    expect_problem(&loaded, 3, "postal_code", "a leading zero may have been lost");
    assert_false(load(families.circle.person, S("number,name\n1,甲\n2,乙\n1,丙\n"), false, &loaded, &error));
    expect_problem(&loaded, 4, "", "the number 1 stands in line 2 already");
    assert_false(load(families.circle.session, S("name,held_on,capacity\n本の会,2018-08-01,1,200\n"), false,
        &loaded, &error));
    expect_problem(&loaded, 2, "", "with a comma stands in quotes");
}

static void names_keep_every_byte(void **state)
{
    (void)state;
    RecordLoaded loaded;
    Error error;
    /* 葛 with an ideographic variation selector (U+845B U+E0100), and a letter of the private use area. */
    const Str name = S("葛\xf3\xa0\x84\x80城 \xee\x80\x80子");
    Arena *arena = families.circle.arena;
    assert_true(load(families.circle.person,
        arena_printf(arena,
            "number,name,standing,expected_birth\n8001,%.*s,outside,\n,葛城 胎児,unborn,2018-12-24\n",
            STR_ARGS(name)),
        false, &loaded, &error));
    const RecordQuery query = {.type = families.circle.person, .words = S("葛城"), .limit = 10};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    RecordList list;
    assert_true(db_read_begin(families.circle.db, &conn, &error));
    assert_true(
        record_list(families.circle.door, conn, &families.who[YOUTH_OFFICER], &query, false, &list, &error));
    bool found = false;
    for (size_t i = 0; i < list.at.len; i++)
        found |= str_equal(list.at.at[i]->label, name);
    assert_true(found);
    assert_int_equal(people_called(S("胎児")), 1);
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
    assert_int_equal(loaded.made, RECORD_CREATE_MAX + 1);
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
        cmocka_unit_test(utf16_is_recognised),
        cmocka_unit_test(the_same_file_again_changes_nothing),
        cmocka_unit_test(rows_that_are_alike_are_as_many_as_the_file_says),
        cmocka_unit_test(what_spreadsheets_do_to_numbers_is_told_with_its_remedy),
        cmocka_unit_test(names_keep_every_byte),
        cmocka_unit_test(more_rows_than_one_write_takes_are_tried_first),
    };
    return cmocka_run_group_tests_name("record load", tests, open_families, close_families);
}
