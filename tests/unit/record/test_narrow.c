/* Fields that fewer people read or write than the record, through the door.
 *
 * The oracle reads the table by plain SQL and decides by hand, from a small table of its own, which of four
 * roles may see what; the declaration (tests/unit/record/narrow) is not asked. Then everything the door
 * answers is compared with it: records, lists, words, what is "mine", history, letters, forms, and what may
 * be written.
 */
#include "town.h"

#include "check.h"
#include "record/history.h"

enum { VISITS = 320, INPUTS_MAX = 8 }; /* more than a list compares one by one */

typedef enum Who { RESIDENT, CLERK, NURSE, AUDITOR, WHO_COUNT } Who;

typedef struct World {
    Town *town;
    const CityRecordType *visit;
    Str mother, other; /* persons */
    int64_t mother_id;
} World;

static World world;

/* --- the oracle ---------------------------------------------------------------------------------- */

#define R (1u << RESIDENT)
#define C (1u << CLERK)
#define N (1u << NURSE)
#define A (1u << AUDITOR)

/* Who reads and writes each field, written down by hand. */
static const struct {
    const char *name;
    unsigned read, fill, change;
} hands[] = {
    {"name", R | C | N | A, R | C, C | N},
    {"day", R | C | N | A, R | C, C | N},
    {"parent", R | C | N | A, R | C, C | N},
    {"ward", R | C | N | A, R | C, C | N},
    {"phone", R | C | N | A, R | C, C | N},
    {"note", C | N, C, C | N},
    {"number", R | C | N | A, C, C},
    {"informant", N, R | C, 0},
    {"risk", N, 0, N},
    {"twice", N, 0, 0},
    {"helper", C, C, C},
    {"advice", R | C, R | C, C},
    {"seen", R | C | N | A, 0, N},
};

/* Whether the record is read: the ward is north, or her role reads them all. */
static bool reads_record(Who who, bool is_north, bool is_hers)
{
    switch (who) {
    case RESIDENT:
        return is_north && is_hers;
    case NURSE:
        return is_north;
    default:
        return true;
    }
}

/* --- who asks ------------------------------------------------------------------------------------ */

static const Str role_names[WHO_COUNT] = {
    [CLERK] = STR_LITERAL("clerk"), [NURSE] = STR_LITERAL("nurse"), [AUDITOR] = STR_LITERAL("auditor")};

static Asking asks(Who who)
{
    Asking asking = {.clock = world.town->clock, .arena = world.town->arena};
    asking.actor = (Actor){.account = 1, .name = S("x")};
    if (who == RESIDENT)
        asking.actor.person = world.mother_id;
    else
        asking.actor.roles = &role_names[who], asking.actor.role_count = 1;
    return asking;
}

static DbConn *look(void)
{
    DbConn *conn = NULL;
    Error error = {0};
    assert_true(db_read_begin(world.town->db, &conn, &error));
    return conn;
}

static const CityField *field(const char *name)
{
    const CityField *found = city_field(world.visit, str_of(name));
    assert_non_null(found);
    return found;
}

static RecordList list_of(DbConn *conn, const Asking *asking, const char *words, bool is_mine)
{
    RecordQuery query = {.type = world.visit, .words = str_of(words), .is_mine = is_mine, .limit = 500};
    RecordList list;
    Error error = {0};
    if (!record_list(world.town->door, conn, asking, &query, false, &list, &error))
        fail_msg("%s", error.message);
    return list;
}

static Record *get(DbConn *conn, const Asking *asking, Str code)
{
    Record *record = NULL;
    Error error = {0};
    if (!record_get(world.town->door, conn, asking, code, &record, &error))
        assert_int_equal(error.code, ERROR_NOT_FOUND);
    return record;
}

/* --- the world ----------------------------------------------------------------------------------- */

static void make_many(void)
{
    static RecordDraft drafts[VISITS];
    static RecordInput inputs[VISITS][INPUTS_MAX];
    static RecordMade made[VISITS];
    Asking asking = town_job(world.town);
    RecordFaults faults;
    Error error = {0};
    for (size_t i = 0; i < VISITS; i++) {
        bool is_hers = i % 4 == 0;
        const RecordInput given[] = {{S("name"), arena_printf(asking.arena, "件%zu", i)},
            {S("parent"), is_hers ? world.mother : world.other},
            {S("ward"), i % 3 == 0 ? S("south") : S("north")},
            {S("phone"), i % 5 == 0 ? S("でんわことば") : S("017")},
            {S("note"), i % 5 == 1 ? S("ひみつことば") : S("なし")},
            {S("informant"), i % 5 == 2 ? S("ないしょことば") : S("なし")}, {S("number"), S("1")},
            {S("helper"), world.mother}};
        memcpy(inputs[i], given, sizeof given);
        drafts[i] = (RecordDraft){.type = world.visit, .inputs = inputs[i], .input_count = COUNT_OF(given)};
    }
    if (!record_create(world.town->door, &asking, drafts, VISITS, made, &faults, &error))
        fail_msg("%s", error.message);
}

static int setup(void **state)
{
    (void)state;
    world.town = town_new("tests/unit/record/narrow");
    const CityService *service = world.town->city->services.at[1];
    world.visit = city_record_type(world.town->city, service, S("visit"));
    world.mother = town_person(world.town, "みずべ はは", "1985-05-01", "", "");
    world.other = town_person(world.town, "もり", "1985-05-01", "", "");
    Asking job = town_job(world.town);
    CLEANUP(db_read_end) DbConn *conn = look();
    world.mother_id = record_id(get(conn, &job, world.mother));
    db_read_end(&conn);
    make_many();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    town_free(world.town);
    return 0;
}

/* --- reading ------------------------------------------------------------------------------------- */

static void assert_shown(const Record *record, Who who)
{
    assert_int_equal(COUNT_OF(hands), world.visit->fields.len);
    for (size_t i = 0; i < COUNT_OF(hands); i++) {
        const CityField *at = field(hands[i].name);
        bool is_there = strcmp(hands[i].name, "seen") != 0 || str_equal(record_state(record), S("told"));
        bool is_shown = is_there && (hands[i].read & (1u << who));
        if (record->hidden[at->column] == is_shown)
            fail_msg("%s of %.*s is %s to %d", hands[i].name, STR_ARGS(record->label),
                is_shown ? "hidden" : "shown", (int)who);
        if (!is_shown) {
            assert_true(value_is_missing(record->row.values[at->column]));
            assert_int_equal(record->reads[at->column].len + record->codes[at->column].len, 0);
        }
    }
}

static void records_and_lists_show_what_the_hand_allows(void **state)
{
    (void)state;
    for (Who who = 0; who < WHO_COUNT; who++) {
        CLEANUP(db_read_end) DbConn *conn = look();
        CLEANUP(db_done) DbStmt *stmt = NULL;
        Asking asking = asks(who);
        Error error = {0};
        size_t readable = 0;
        assert_true(db_query(conn, &stmt, &error, "select row_code, ward, parent from visits__visit"));
        while (db_next(stmt, &error)) {
            Str code = db_text_copy(stmt, 0, asking.arena);
            bool is_north = str_equal(db_text(stmt, 1), S("north"));
            bool is_hers = db_integer(stmt, 2) == world.mother_id;
            Record *record = get(conn, &asking, code);
            assert_int_equal(record != NULL, reads_record(who, is_north, is_hers));
            readable += record != NULL;
            if (record)
                assert_shown(record, who);
        }
        assert_false(db_broken(stmt));
        RecordList list = list_of(conn, &asking, "", false);
        assert_int_equal(list.total, readable);
        for (size_t i = 0; i < list.at.len; i++)
            assert_shown(list.at.at[i], who);
    }
}

static size_t count_sql(DbConn *conn, const char *sql)
{
    int64_t count = 0;
    Error error = {0};
    assert_true(db_one_integer_values(conn, &count, &error, sql, 0, NULL));
    return (size_t)count;
}

/* Words of an open field are found by all who read the record, of a narrowed one by nobody at all. */
static void words_find_only_what_is_open(void **state)
{
    (void)state;
    static const char *const sql[WHO_COUNT] = {
        [RESIDENT] = ("select count(*) from visits__visit v join person p on p.id = v.parent "
                      "where v.ward = 'north' and v.phone = 'でんわことば' and p.name = 'みずべ はは'"),
        [CLERK] = "select count(*) from visits__visit where phone = 'でんわことば'",
        [NURSE] = "select count(*) from visits__visit where ward = 'north' and phone = 'でんわことば'",
        [AUDITOR] = "select count(*) from visits__visit where phone = 'でんわことば'",
    };
    CLEANUP(db_read_end) DbConn *conn = look();
    for (Who who = 0; who < WHO_COUNT; who++) {
        Asking asking = asks(who);
        size_t wanted = count_sql(conn, sql[who]);
        assert_true(wanted > 0);
        assert_int_equal(list_of(conn, &asking, "でんわことば", false).total, wanted);
        assert_int_equal(list_of(conn, &asking, "ひみつことば", false).total, 0);
        assert_int_equal(list_of(conn, &asking, "ないしょことば", false).total, 0);
    }
    assert_int_equal(
        count_sql(conn, "select count(*) from visits__visit where note = 'ひみつことば'"), VISITS / 5);
}

/* The helper's name finds nothing, though the helper is a person who can be found; and her own records are
 * those where she is the parent: that she helps stands in every record. */
static void a_narrowed_reference_leads_nobody(void **state)
{
    (void)state;
    CLEANUP(db_read_end) DbConn *conn = look();
    Asking nurse = asks(NURSE), resident = asks(RESIDENT);
    size_t as_parent = count_sql(conn,
        "select count(*) from visits__visit v join person p on p.id = v.parent where v.ward = 'north' and "
        "p.name = 'みずべ はは'");
    assert_int_equal(list_of(conn, &nurse, "みずべ はは", false).total, as_parent);
    assert_int_equal(list_of(conn, &resident, "", true).total, as_parent);
}

/* Who is nurse and auditor reads every record by the one role, and what nurses read only where nurses do. */
static void two_roles_do_not_lend_each_other_a_field(void **state)
{
    (void)state;
    static const Str both[] = {STR_LITERAL("nurse"), STR_LITERAL("auditor")};
    CLEANUP(db_read_end) DbConn *conn = look();
    Asking asking = asks(NURSE);
    asking.actor.roles = both;
    asking.actor.role_count = COUNT_OF(both);
    RecordList list = list_of(conn, &asking, "", false);
    assert_int_equal(list.total, VISITS);
    size_t shown = 0;
    for (size_t i = 0; i < list.at.len; i++) {
        const Record *record = list.at.at[i];
        bool is_north = str_equal(record->row.values[field("ward")->column].text, S("north"));
        assert_int_equal(record->hidden[field("risk")->column], !is_north);
        shown += is_north;
    }
    assert_true(shown > 0 && shown < list.at.len);
}

static Str first_of(const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = look();
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Error error = {0};
    assert_true(db_query(conn, &stmt, &error, sql) && db_next(stmt, &error));
    return db_text_copy(stmt, 0, world.town->arena);
}

static Str hers(void)
{
    return first_of(
        "select v.row_code from visits__visit v join person p on p.id = v.parent where v.ward = 'north' "
        "and p.name = 'みずべ はは' order by v.id");
}

static void history_hides_it_too(void **state)
{
    (void)state;
    Str code = hers();
    assert_true(town_change(world.town, code, TOWN_INPUTS({"note", "あたらしいメモ"}, {"phone", "018"})));
    for (Who who = 0; who < WHO_COUNT; who++) {
        CLEANUP(db_read_end) DbConn *conn = look();
        Asking asking = asks(who);
        HistoryEntries entries;
        Error error = {0};
        assert_true(history_of(world.town->door, conn, &asking, get(conn, &asking, code), &entries, &error));
        size_t seen = 0;
        for (size_t i = 0; i < entries.len; i++)
            for (size_t k = 0; k < entries.at[i].changes.len; k++) {
                const HistoryChange *change = &entries.at[i].changes.at[k];
                for (size_t h = 0; change->field && h < COUNT_OF(hands); h++) {
                    if (!str_equal(change->field->name, str_of(hands[h].name)))
                        continue;
                    bool is_read = hands[h].read & (1u << who);
                    bool is_told = !value_is_missing(change->before) || !value_is_missing(change->after) ||
                                   change->before_label.len + change->after_label.len > 0;
                    seen++;
                    assert_false(is_told && !is_read);
                }
            }
        assert_true(seen > COUNT_OF(hands) / 2);
    }
}

/* --- writing ------------------------------------------------------------------------------------- */

static const char *text_for(const char *name)
{
    if (strcmp(name, "helper") == 0)
        return world.mother.at;
    return strcmp(name, "ward") == 0 ? "north" : "5";
}

static bool says_not_writable(const RecordFaults *faults, const char *name)
{
    for (size_t i = 0; i < faults->len; i++)
        if (faults->at[i].kind == RECORD_FAULT_NOT_WRITABLE && faults->at[i].field == field(name))
            return true;
    return false;
}

/* Each field alone, by each role who changes records. */
static void only_who_may_changes_a_field(void **state)
{
    (void)state;
    for (Who who = CLERK; who <= NURSE; who++)
        for (size_t i = 0; i < COUNT_OF(hands); i++) {
            if (field(hands[i].name)->value || field(hands[i].name)->when)
                continue; /* computed, and not there yet: refused to all */
            Asking asking = asks(who);
            RecordFaults faults;
            Error error = {0};
            CLEANUP(db_read_end) DbConn *conn = look();
            Record *record = get(conn, &asking, hers());
            db_read_end(&conn);
            const RecordInput input = {str_of(hands[i].name), str_of(text_for(hands[i].name))};
            const RecordEdit edit = {record_code(record), record_version(record), &input, 1, STR_EMPTY};
            bool may = hands[i].change & (1u << who);
            bool done = record_change(world.town->door, &asking, &edit, 1, &faults, &error);
            if (done != may)
                fail_msg("%s by %d: %s", hands[i].name, (int)who, done ? "written" : error.message);
            assert_int_equal(says_not_writable(&faults, hands[i].name), !may);
            assert_int_equal(
                record->fixed[field(hands[i].name)->column] || record->hidden[field(hands[i].name)->column],
                !may);
        }
}

static bool try_to_make(Who who, const char *name, RecordFaults *faults)
{
    Asking asking = asks(who);
    Error error = {0};
    RecordInput inputs[4] = {{S("name"), S("あたらしい")}};
    size_t count = 1;
    if (who == CLERK)
        inputs[count++] = (RecordInput){S("number"), S("2")};
    if (who == CLERK)
        inputs[count++] = (RecordInput){S("parent"), world.mother};
    inputs[count++] = (RecordInput){str_of(name), str_of(text_for(name))};
    const RecordDraft draft = {.type = world.visit, .inputs = inputs, .input_count = count};
    return record_try(world.town->door, &asking, &draft, 1, faults, &error);
}

/* Nobody is asked for a field that is not hers to write, and what she sends is refused. */
static void only_who_may_fills_a_field_in(void **state)
{
    (void)state;
    for (Who who = RESIDENT; who <= CLERK; who++)
        for (size_t i = 0; i < COUNT_OF(hands); i++) {
            if (field(hands[i].name)->value || field(hands[i].name)->when)
                continue;
            RecordFaults faults = {0};
            Asking asking = asks(who);
            bool may = hands[i].fill & (1u << who);
            bool done = try_to_make(who, hands[i].name, &faults);
            if (done != may)
                fail_msg("%s by %d: %s", hands[i].name, (int)who, done ? "taken" : "refused");
            assert_int_equal(says_not_writable(&faults, hands[i].name), !may);
            assert_int_equal(
                door_may_fill(world.town->door, &asking, world.visit, field(hands[i].name)), may);
        }
}

static void what_was_not_hers_to_write_has_its_default(void **state)
{
    (void)state;
    Asking asking = asks(RESIDENT);
    RecordMade made;
    RecordFaults faults;
    Error error = {0};
    const RecordInput inputs[] = {{S("name"), S("住民から")}, {S("informant"), S("となりの人")}};
    const RecordDraft draft = {.type = world.visit, .inputs = inputs, .input_count = COUNT_OF(inputs)};
    if (!record_create(world.town->door, &asking, &draft, 1, &made, &faults, &error))
        fail_msg("%s", error.message);
    CLEANUP(db_read_end) DbConn *conn = look();
    assert_int_equal(
        count_sql(conn,
            "select count(*) from visits__visit where name = '住民から' and risk = 7 and twice = 14 "
            "and informant = 'となりの人' and number is null"),
        1);
    assert_true(get(conn, &asking, made.code)->hidden[field("informant")->column]);
}

/* --- letters ------------------------------------------------------------------------------------- */

static Str letter_about(Str code)
{
    CLEANUP(db_read_end) DbConn *conn = look();
    Asking asking = asks(RESIDENT);
    RecordLetters letters;
    Error error = {0};
    assert_true(record_my_letters(world.town->door, conn, &asking, 10, &letters, &error));
    for (size_t i = 0; i < letters.len; i++)
        if (str_equal(letters.at[i].record_code, code))
            return letters.at[i].body;
    fail_msg("no letter");
    return STR_EMPTY;
}

/* Residents read the advice of records in the north: a letter about one in the south does not tell it. */
static void a_letter_tells_what_its_reader_may_read(void **state)
{
    (void)state;
    Str south = first_of("select v.row_code from visits__visit v join person p on p.id = v.parent "
                         "where v.ward = 'south' and p.name = 'みずべ はは' order by v.id"),
        north = hers();
    Str codes[] = {south, north};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        assert_true(town_change(world.town, codes[i], TOWN_INPUTS({"advice", "よく休む"})));
        assert_true(town_transition(world.town, codes[i], "tell"));
    }
    assert_false(str_contains(letter_about(south), S("よく休む")));
    assert_true(str_contains(letter_about(north), S("よく休む")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_lists_show_what_the_hand_allows),
        cmocka_unit_test(words_find_only_what_is_open),
        cmocka_unit_test(a_narrowed_reference_leads_nobody),
        cmocka_unit_test(two_roles_do_not_lend_each_other_a_field),
        cmocka_unit_test(history_hides_it_too),
        cmocka_unit_test(only_who_may_changes_a_field),
        cmocka_unit_test(only_who_may_fills_a_field_in),
        cmocka_unit_test(what_was_not_hers_to_write_has_its_default),
        cmocka_unit_test(a_letter_tells_what_its_reader_may_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
