/* Persons who stand in the register twice: found, made one, and two again, with every reference, both
 * histories and everything that verify proves. */
#include "record/merge.h"

#include "check.h"
#include "families.h"
#include "record/duplicate.h"
#include "record/history.h"

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

static RecordMade person(const char *number, const char *name, const char *kana, const char *birth)
{
    return CIRCLE_MAKE(&families.circle, families.circle.person, STR_EMPTY, S("number"), str_of(number),
        S("name"), str_of(name), S("kana"), str_of(kana), S("birth"), str_of(birth), S("resident_from"),
        str_of(birth));
}

/* The pairs as "number=number" or "number~number", in one text. */
static Str pairs(Who who)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    Duplicates found;
    Str out = STR_EMPTY;
    assert_true(db_read_begin(families.circle.db, &conn, &error));
    const Asking *asking = who == WHO_COUNT ? &families.circle.asking : &families.who[who];
    if (!duplicates_find(families.circle.door, conn, asking, &found, &error))
        return str_of(error.code == ERROR_DENIED ? "denied" : "failed");
    for (size_t i = 0; i < found.len; i++)
        out = arena_printf(families.circle.arena, "%.*s%.*s%c%.*s ", STR_ARGS(out),
            STR_ARGS(found.at[i].numbers[0]), found.at[i].is_same ? '=' : '~',
            STR_ARGS(found.at[i].numbers[1]));
    return out;
}

static void the_same_day_and_a_near_reading_are_listed(void **state)
{
    (void)state;
    person("5001", "芦影 みずえ", "アシカゲ ミズエ", "1970-03-03");
    person("5002", "蘆影 瑞枝", "ｱｼｶｹﾞ ﾐｽﾞｴ", "1970-03-03"); /* half width, other letters */
    person("5003", "芦垣 みずえ", "アシガキ ミズエ", "1970-03-03");
    person("5004", "芦影 みずえ", "アシカゲ ミズエ", "1970-03-04"); /* another day */
    person("5005", "波倉 ふみこ", "ナミクラ フミコ", "1981-09-09");
    person("5006", "波倉 ふみ", "ナミクラ フミ", "1981-09-09");
    person("5007", "波倉 たろう", "", "1981-09-09");
    assert_str(pairs(WHO_COUNT), "5001=5002 5005~5006 ");
    assert_str(pairs(YOUTH_OFFICER), "denied");
    assert_str(pairs(MOTHER), "denied");
}

static int64_t leads_to(const RecordMade *entry)
{
    Record *record = circle_get(&families.circle, entry->code);
    return row_value(&record->row, city_field(families.circle.entry, S("child"))->column).integer;
}

static size_t entries_of_history(Str code)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    HistoryEntries entries;
    Record *record = circle_get(&families.circle, code);
    assert_true(db_read_begin(families.circle.db, &conn, &error));
    assert_true(history_of(families.circle.door, conn, &families.circle.asking, record, &entries, &error));
    return entries.len;
}

static bool merge_them(const RecordMade *into, const RecordMade *from, Who who, size_t *moved, Error *error)
{
    *error = (Error){0};
    const Asking *asking = who == WHO_COUNT ? &families.circle.asking : &families.who[who];
    return record_merge(families.circle.door, asking, into->code, from->code, S("同じ人"), moved, error);
}

static void a_merge_leads_everything_to_one_and_a_split_back(void **state)
{
    (void)state;
    Error error = {0};
    size_t moved = 0;
    RecordMade twin = person("6002", "水辺 ひかる", "ミズベ ヒカル", "2008-10-10");
    RecordMade session = circle_session(&families.circle, "統合の教室", 10);
    RecordMade other = circle_session(&families.circle, "ほかの教室", 10);
    RecordMade own = families_entry(&families, session.code, &families.child, &families.mother);
    RecordMade doubled = families_entry(&families, other.code, &twin, &families.mother);
    RecordMade guard = CIRCLE_MAKE(&families.circle, families.circle.guardianship, STR_EMPTY, S("guardian"),
        families.mother.code, S("child"), twin.code);
    size_t before = entries_of_history(twin.code);

    assert_false(merge_them(&families.child, &twin, YOUTH_OFFICER, &moved, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_false(record_merge(families.circle.door, &families.circle.asking, families.child.code, twin.code,
        S(" "), &moved, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_false(merge_them(&families.mother, &families.child, WHO_COUNT, &moved, &error));
    assert_int_equal(error.code, ERROR_CONFLICT); /* she guards him: a record speaks of both */
    assert_int_equal(circle_problems(&families.circle), 0);

    assert_true(merge_them(&families.child, &twin, WHO_COUNT, &moved, &error));
    assert_int_equal(moved, 2);
    assert_int_equal(leads_to(&doubled), families.child.id);
    assert_int_equal(leads_to(&own), families.child.id);
    assert_int_equal(entries_of_history(twin.code), before + 1);
    assert_int_equal(entries_of_history(guard.code), 2);
    assert_int_equal(circle_problems(&families.circle), 0);
    assert_false(merge_them(&families.neighbour, &twin, WHO_COUNT, &moved, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);

    assert_true(record_split(
        families.circle.door, &families.circle.asking, twin.code, S("別の人だった"), &moved, &error));
    assert_int_equal(moved, 2);
    assert_int_equal(leads_to(&doubled), twin.id);
    assert_int_equal(leads_to(&own), families.child.id);
    Record *back = circle_get(&families.circle, twin.code);
    assert_true(value_is_missing(row_value(&back->row, merge_column(families.circle.city))));
    assert_int_equal(row_value(&back->row, families.circle.city->registers.person_from).integer,
        date_to_days((Date){2008, 10, 10}));
    assert_int_equal(circle_problems(&families.circle), 0);
    assert_false(record_split(
        families.circle.door, &families.circle.asking, twin.code, S("もう一度"), &moved, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_day_and_a_near_reading_are_listed),
        cmocka_unit_test(a_merge_leads_everything_to_one_and_a_split_back),
    };
    return cmocka_run_group_tests_name("record merge", tests, open_families, close_families);
}
