/* Values go in and come out unchanged, on both databases; what cannot be stored is refused in words. */
#include "fixture.h"

static const char script[] = "create table sample (\n"
                             "  id {id},\n"
                             "  number {int},\n"
                             "  words {text},\n"
                             "  body {bytes}\n"
                             ") {end};\n";

typedef struct Sample {
    Value number, words, body;
    int64_t id;
} Sample;

static bool insert_sample(DbConn *conn, void *argument, Error *error)
{
    Sample *sample = argument;
    return db_insert(conn, &sample->id, error, "insert into sample (number, words, body) values (?1, ?2, ?3)",
        sample->number, sample->words, sample->body);
}

static void assert_value(DbStmt *stmt, int column, Value expected)
{
    assert_int_equal(db_is_missing(stmt, column), expected.type == VALUE_MISSING);
    if (expected.type == VALUE_INTEGER || expected.type == VALUE_BOOLEAN)
        assert_int_equal(db_integer(stmt, column), expected.integer);
    if (expected.type == VALUE_TEXT)
        ASSERT_STR(db_text(stmt, column), expected.text);
    if (expected.type == VALUE_BYTES)
        ASSERT_STR(db_bytes(stmt, column), expected.text);
}

static void round_trip(Db *db, Sample sample)
{
    Error error = {0};
    ASSERT_OK(db_write(db, insert_sample, &sample, &error), &error);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "select number, words, body from sample where id = ?1",
                  value_integer(sample.id)),
        &error);
    assert_true(db_next(stmt, &error));
    assert_value(stmt, 0, sample.number);
    assert_value(stmt, 1, sample.words);
    assert_value(stmt, 2, sample.body);
    assert_false(db_next(stmt, &error));
    assert_false(db_broken(stmt));
}

static void every_type_round_trips(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    const Value integers[] = {value_missing(), value_integer(0), value_integer(-1), value_integer(INT64_MAX),
        value_integer(INT64_MIN), value_integer(INT32_MAX), value_integer(INT32_MIN), value_boolean(true),
        value_boolean(false), value_integer(255), value_integer(-256), value_integer(32768)};
    const Value texts[] = {value_missing(), value_text(STR_EMPTY), value_text((Str){NULL, 0}),
        value_text(S("a")), value_text(S("ひとまち")),
        value_text(S("葛\xF3\xA0\x84\x80城市 葛城市")) /* IVS */,
        value_text(S("\xEE\x80\x80\xF3\xB0\x80\x80")) /* private use */, value_text(S("𠮷野家")),
        value_text(S("'; drop table sample; --")), value_text(S("\"?1\" $1 :a @b \\ % _ {id}")),
        value_text(S("か\xE3\x82\x99 が")) /* not normalised */, value_text(S("\t\n\r"))};
    const Value bytes[] = {value_missing(), value_bytes(STR_EMPTY), value_bytes((Str){NULL, 0}),
        value_bytes((Str){all, sizeof(all)}), value_bytes((Str){"\0", 1}), value_bytes((Str){"a\0b", 3}),
        value_bytes(S("\xFF\xFE")), value_bytes(S("\\x00")), value_bytes(S("text"))};
    for (size_t i = 0; i < COUNT_OF(integers); i++)
        round_trip(db, (Sample){.number = integers[i]});
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        round_trip(db, (Sample){.words = texts[i]});
    for (size_t i = 0; i < COUNT_OF(bytes); i++)
        round_trip(db, (Sample){.body = bytes[i]});
    round_trip(db, (Sample){.number = integers[3], .words = texts[5], .body = bytes[3]});
}

static void large_values_round_trip(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    size_t size = 3 << 20;
    char *at = malloc(size);
    assert_non_null(at);
    memset(at, 'a', size);
    round_trip(db, (Sample){.words = value_text((Str){at, size})});
    memset(at, 0, size);
    round_trip(db, (Sample){.body = value_bytes((Str){at, size})});
    free(at);
}

/* Empty text is a value; missing is none. Both databases must see the difference in SQL as well. */
static void empty_is_not_missing(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    round_trip(db, (Sample){.words = value_text(STR_EMPTY), .body = value_bytes(STR_EMPTY)});
    round_trip(db, (Sample){.words = value_missing()});
    assert_int_equal(
        fixture_integer(db, "select count(*) from sample where words is null and body is null"), 1);
    assert_int_equal(
        fixture_integer(db, "select count(*) from sample where words = ?1", value_text(STR_EMPTY)), 1);
    assert_int_equal(
        fixture_integer(db, "select count(*) from sample where body = ?1", value_bytes(STR_EMPTY)), 1);
}

static void text_with_nul_is_refused(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    Error error = {0};
    Sample sample = {.words = value_text((Str){"a\0b", 3})};
    assert_false(db_write(db, insert_sample, &sample, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_non_null(strstr(error.message, "NUL"));
    assert_int_equal(fixture_integer(db, "select count(*) from sample"), 0);
}

/* The same statement with values of other types, one after the other and back: what PostgreSQL prepared for
 * one type must not be used for another. */
static void one_statement_takes_missing_and_given(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    for (int round = 0; round < 3; round++) {
        round_trip(db, (Sample){.number = value_missing(), .words = value_text(S("x"))});
        round_trip(db, (Sample){.number = value_integer(INT64_MAX - round)});
        round_trip(db, (Sample){.number = value_boolean(true), .body = value_bytes(S("y"))});
    }
    const Value numbers[] = {value_missing(), value_integer(1), value_integer(INT64_C(1) << 40)};
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        assert_int_equal(fixture_integer(db, "select coalesce(?1 + 1, 0)", numbers[i]),
            numbers[i].type == VALUE_MISSING ? 0 : numbers[i].integer + 1);
}

static void booleans_and_small_integers_are_integers(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    round_trip(db, (Sample){.number = value_integer(5), .words = value_text(S("五月"))});
    assert_int_equal(fixture_integer(db, "select exists (select 1 from sample where number = 5)"), 1);
    assert_int_equal(fixture_integer(db, "select number = 6 from sample"), 0);
    assert_int_equal(fixture_integer(db, "select length(words) from sample"), 2);
    assert_int_equal(fixture_integer(db, "select -7"), -7);
    assert_int_equal(fixture_integer(db, "select cast(sum(number) as bigint) from sample"), 5);
}

/* By code point, whatever the server's locale says. */
static void text_is_ordered_by_code_point(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    const char *const words[] = {"b", "A", "あ", "a", "B", "ア", "é", "𠮷", "-", "\xEE\x80\x80"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        round_trip(db, (Sample){.words = value_text(str_of(words[i]))});
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "select words from sample order by words"), &error);
    const char *const expected[] = {"-", "A", "B", "a", "b", "é", "あ", "ア", "\xEE\x80\x80", "𠮷"};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_true(db_next(stmt, &error));
        ASSERT_STR(db_text(stmt, 0), str_of(expected[i]));
    }
    assert_false(db_next(stmt, &error));
}

static void copies_outlive_the_row(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    AUTO_ARENA arena = arena_new(1 << 20);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query(conn, &stmt, &error, "select 'first' union all select 'second' order by 1"), &error);
    assert_true(db_next(stmt, &error));
    Str first = db_text_copy(stmt, 0, arena);
    assert_true(db_next(stmt, &error));
    db_done(&stmt);
    assert_null(stmt);
    ASSERT_STR(first, S("first"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_round_trips),
        cmocka_unit_test(large_values_round_trip),
        cmocka_unit_test(empty_is_not_missing),
        cmocka_unit_test(text_with_nul_is_refused),
        cmocka_unit_test(one_statement_takes_missing_and_given),
        cmocka_unit_test(booleans_and_small_integers_are_integers),
        cmocka_unit_test(text_is_ordered_by_code_point),
        cmocka_unit_test(copies_outlive_the_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
