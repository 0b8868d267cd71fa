/* What was there under another name or type: renamed by `was:` with everything in it, widened, dropped after
 * it was written to a file; and a step that fails leaves everything as it was. */
#include "services.h"

#include <sys/stat.h>
#include <unistd.h>

#include "city/apply.h"
#include "city/declaration.h"
#include "city/lineage.h"
#include "db/table.h"
#include "plan/store.h"
#include "testdb.h"

enum { ARENA_MAX = 64 << 20 };

#define FORM                                                                                        \
    "service: %s\n"                                                                                 \
    "%s"                                                                                            \
    "title: {ja: 教室, en: Club}\n"                                                               \
    "unit: youth-section\n"                                                                         \
    "record_types:\n"                                                                               \
    "  %s:\n"                                                                                       \
    "    title: {ja: 申込, en: Entry}\n"                                                          \
    "    fields:\n"                                                                                 \
    "%s"                                                                                            \
    "    states: {%s}\n"                                                                            \
    "    starts: %s\n"                                                                              \
    "    access: {clerk: {create: yes, read: yes}}\n"                                               \
    "indicators:\n"                                                                                 \
    "  %s: {title: {ja: 件数, en: Count}, kind: output, unit: {ja: 件, en: n}, date: day, per: " \
    "fiscal_year, "                                                                                 \
    "value: count(%s)}\n"

#define DAY "      day: {type: date, title: {ja: 日, en: Day}}\n"
#define HOW                                                                                            \
    "      how: {type: choice, title: {ja: 方法, en: How}, choices: {desk: {ja: 窓口, en: Desk}, " \
    "mail: {ja: 郵便, en: Mail}}}\n"
#define DAYS                                                                                         \
    "      days: {type: choices, title: {ja: 曜日, en: Days}, choices: {mon: {ja: 月, en: Mon}, " \
    "monday: {ja: 月曜, en: Monday}}}\n"
#define SIZE "      size: {type: integer, title: {ja: 数, en: Size}}\n"
#define WORDS "      words: {type: text, title: {ja: 文, en: Words}}\n"
#define STATES "taken: {ja: 受付, en: Taken}"

typedef struct Form {
    const char *service, *service_was, *type, *fields, *states, *starts, *figure, *counts;
} Form;

static const Form first = {"club", "", "entry", DAY HOW DAYS SIZE WORDS, STATES, "taken", "entries", "entry"};

typedef struct Place {
    Db *db;
    Arena *arena;
    Error error;
    CitySteps done;
} Place;

static int enter(void **state)
{
    Place *place = calloc(1, sizeof(*place));
    *state = place;
    assert_non_null(place);
    place->arena = arena_new(ARENA_MAX);
    if (!db_open(&place->db, test_db_url(), NULL, &place->error) ||
        !plan_store_migrate(place->db, NULL, &place->error) || !city_migrate(place->db, NULL, &place->error))
        fail_msg("%s", place->error.message);
    return 0;
}

static int leave(void **state)
{
    Place *place = *state;
    db_close(place->db);
    arena_free(place->arena);
    free(place);
    return 0;
}

static bool apply_so(Place *place, const Form *form, const CityApply *how)
{
    CLEANUP(city_cleanup) City *city = NULL;
    char text[8192];
    snprintf(text, sizeof(text), FORM, form->service, form->service_was, form->type, form->fields,
        form->states, form->starts, form->figure, form->counts);
    if (!compile_service(&city, place->arena, S("services/club.yaml"), str_of(text), NULL, &place->error))
        fail_msg("%ld:%ld: %s", place->error.line, place->error.column, place->error.message);
    return city_apply_so(place->db, place->arena, city, how, &place->done, &place->error);
}

static bool apply(Place *place, const Form *form)
{
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    return apply_so(place, form, &(CityApply){.clock = &clock, .actor = S("tester")});
}

static void is_applied(Place *place, const Form *form)
{
    if (!apply(place, form))
        fail_msg("%s", place->error.message);
}

static void is_refused(Place *place, const Form *form, const char *words)
{
    assert_false(apply(place, form));
    assert_int_equal(place->error.code, ERROR_CONFLICT);
    assert_string_equal(place->error.message, words);
}

static bool run_sql(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(conn, NULL, error,
        "insert into club__entry (row_code, row_version, row_receipt, row_created_at, row_changed_at, "
        "row_state, day, "
        "how, days, size, words) values ('a', 1, 1, 0, 0, 'taken', 17000, 'mail', ',mon,monday,', 7, 'x')");
}

static int64_t one(Place *place, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t n = -1;
    if (!db_read_begin(place->db, &conn, &place->error) || !db_one_integer(conn, &n, &place->error, sql))
        fail_msg("%s: %s", sql, place->error.message);
    return n;
}

static Form changed(const char *fields)
{
    Form form = first;
    form.fields = fields;
    return form;
}

static void begin(Place *place)
{
    is_applied(place, &first);
    assert_true(db_write(place->db, run_sql, NULL, &place->error));
}

/* --- renamed ------------------------------------------------------------------------------------- */

static const Form renamed = {"circle", "was: club\n", "application",
    DAY
    "      way: {type: choice, was: how, title: {ja: 方法, en: How}, choices: {desk: {ja: 窓口, en: Desk}, "
    "post: {ja: 郵便, en: Post, was: mail}}}\n"
    "      weekdays: {type: choices, was: [days_long_ago, days], title: {ja: 曜日, en: Days}, choices: "
    "{first: "
    "{ja: 月, en: Mon, was: mon}, monday: {ja: 月曜, en: Monday}}}\n" SIZE WORDS,
    "received: {ja: 受理, en: Received, was: taken}", "received", "applications", "application"};

static void everything_that_was_something_else_is_renamed(void **state)
{
    Place *place = *state;
    Form form = renamed;
    begin(place);
    form.type = "entry"; /* the service's name first: its tables go with it */
    form.counts = "entry";
    form.figure = "entries";
    is_applied(place, &form);
    assert_int_equal(
        one(place, "select count(*) from circle__entry where row_state = 'received' and way = 'post' and "
                   "weekdays = ',first,monday,' and size = 7"),
        1);
    assert_int_equal(one(place, "select count(*) from declared_table where name = 'club__entry'"), 0);
    assert_int_equal(one(place, "select count(*) from declared_indicator where name = 'circle/entries'"), 1);
    size_t steps = place->done.at.len;
    assert_true(steps >= 6);
    is_applied(place, &form); /* files keep their was */
    assert_int_equal(place->done.at.len, 0);
}

static void history_follows_names_and_values(void **state)
{
    Place *place = *state;
    Form form = renamed;
    CityLineage lineage;
    Str table;
    form.type = form.counts = "entry";
    begin(place);
    is_applied(place, &form);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(place->db, &conn, &place->error));
    assert_true(city_lineage_read(conn, place->arena, &lineage, &place->error));
    assert_true(city_history_table(conn, place->arena, S("circle__entry"), &table, &place->error));
    assert_true(str_equal(table, S("club__entry")));
    assert_true(str_equal(city_lineage_column(&lineage, 1, table, S("how")), S("way")));
    assert_true(str_equal(city_lineage_column(&lineage, 2, table, S("way")), S("way")));
    Value then =
        city_lineage_value(&lineage, place->arena, 1, table, S("days"), value_text(S(",mon,monday,")));
    assert_true(str_equal(then.text, S(",first,monday,")));
    then = city_lineage_value(&lineage, place->arena, 1, table, S("row_state"), value_text(S("taken")));
    assert_true(str_equal(then.text, S("received")));
    CityWord word;
    bool found;
    assert_true(
        city_word_of(conn, place->arena, table, S("how"), S("mail"), 1, &word, &found, &place->error));
    assert_true(found && str_equal(word.title.in[LANGUAGE_EN], S("Mail")));
}

static void a_name_that_was_never_there_is_told(void **state)
{
    Place *place = *state;
    Form form =
        changed(DAY HOW DAYS SIZE "      text: {type: text, was: wrods, title: {ja: 文, en: Words}}\n");
    begin(place);
    is_refused(place, &form,
        "mizube/services/club.yaml:12:31: the database never had the field 'wrods' here; remove it from "
        "'was'");
    form = first;
    form.states = "gone: {ja: 済, en: Gone, was: leaving}";
    form.starts = "gone";
    assert_false(apply(place, &form));
    assert_non_null(strstr(place->error.message, "never had 'leaving' here"));
    form = first;
    form.service = "circle";
    form.service_was = "was: clubb\n";
    assert_false(apply(place, &form));
    assert_non_null(
        strstr(place->error.message, "club.yaml:2:6: the database never had the service 'clubb'"));
    assert_int_equal(one(place, "select count(*) from declaration"), 1);
}

/* --- widened ------------------------------------------------------------------------------------- */

static void types_become_wider_without_a_loss(void **state)
{
    Place *place = *state;
    const Form form =
        changed(DAY HOW DAYS "      size: {type: decimal, digits: 1, title: {ja: 数, en: Size}}\n"
                             "      words: {type: paragraph, title: {ja: 文, en: Words}}\n");
    begin(place);
    is_applied(place, &form);
    assert_int_equal(one(place, "select size from club__entry"), 7000000);
    is_refused(place, &first,
        "mizube/services/club.yaml:11:7: 'size' was decimal and cannot become integer: 1 records of 'entry' "
        "have a "
        "value there that would be lost; declare a new field beside it");
}

static bool lengthen(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error, "update club__entry set words = ?1, size = ?2", value_text(S("a\nb")),
        *(const Value *)argument);
}

static void what_would_not_fit_is_counted(void **state)
{
    Place *place = *state;
    Value size = value_integer(INT64_C(9223372036855));
    const Form longer =
        changed(DAY HOW DAYS SIZE "      words: {type: paragraph, title: {ja: 文, en: Words}}\n");
    const Form finer =
        changed(DAY HOW DAYS "      size: {type: decimal, digits: 1, title: {ja: 数, en: Size}}\n" WORDS);
    begin(place);
    is_applied(place, &longer);
    assert_true(db_write(place->db, lengthen, &size, &place->error));
    is_refused(place, &first,
        "mizube/services/club.yaml:12:7: 'words' was paragraph and cannot become text: 1 records of 'entry' "
        "have "
        "several lines or more than 2000 letters there; declare a new field beside it");
    assert_false(apply(place, &finer));
    assert_non_null(strstr(place->error.message, "too large"));
    assert_int_equal(one(place, "select size from club__entry"), 9223372036855);
}

static void a_column_without_values_takes_any_type(void **state)
{
    Place *place = *state;
    const Form form = changed("      day: {type: date, title: {ja: 日, en: Day}}\n" HOW DAYS
                              "      size: {type: text, title: {ja: 数, en: Size}}\n" WORDS);
    is_applied(place, &first);
    is_applied(place, &form);
    assert_int_equal(place->done.at.at[0].kind, CITY_STEP_EMPTY_COLUMN);
    assert_int_equal(one(place, "select count(*) from club__entry where size = 'x'"), 0);
}

/* --- dropped ------------------------------------------------------------------------------------- */

static void what_is_dropped_is_written_first(void **state)
{
    Place *place = *state;
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    char folder[] = "/tmp/hitomachi-dropXXXXXX";
    const Form form = changed(DAY HOW DAYS SIZE);
    assert_non_null(mkdtemp(folder));
    begin(place);
    assert_true(apply_so(place, &form,
        &(CityApply){.clock = &clock, .actor = S("tester"), .drop = true, .export = str_of(folder)}));
    assert_int_equal(place->done.at.at[0].kind, CITY_STEP_DROPPED_COLUMN);
    Str text;
    Str path = arena_printf(place->arena, "%s/declaration-2/club__entry.words.csv", folder);
    assert_true(file_read(place->arena, path, 1 << 20, &text, &place->error));
    assert_true(str_equal(text, S("\"id\",\"row_code\",\"words\"\r\n\"1\",\"a\",\"x\"\r\n")));
    is_applied(place, &first); /* declared anew: another column */
    assert_int_equal(one(place, "select count(*) from club__entry where words is null"), 1);
    unlink(path.at);
    rmdir(arena_printf(place->arena, "%s/declaration-2", folder).at);
    rmdir(folder);
}

static void without_a_place_to_write_nothing_is_dropped(void **state)
{
    Place *place = *state;
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    const Form form = changed(DAY HOW DAYS SIZE);
    begin(place);
    assert_false(apply_so(place, &form,
        &(CityApply){.clock = &clock, .actor = S("tester"), .drop = true, .export = S("/nowhere/at/all")}));
    assert_int_equal(one(place, "select count(*) from club__entry where words = 'x'"), 1);
    assert_int_equal(one(place, "select count(*) from declaration"), 1);
}

/* --- failing ------------------------------------------------------------------------------------- */

static bool fails(DbConn *conn, const CitySteps *steps, Error *error)
{
    (void)conn;
    (void)steps;
    return error_set(error, ERROR_SYSTEM, "the last thing fails");
}

static void a_failure_at_the_end_leaves_everything_as_it_was(void **state)
{
    Place *place = *state;
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    Form form = renamed;
    form.type = form.counts = "entry";
    begin(place);
    assert_false(
        apply_so(place, &form, &(CityApply){.clock = &clock, .actor = S("tester"), .follow = fails}));
    assert_string_equal(place->error.message, "the last thing fails");
    assert_int_equal(
        one(place, "select count(*) from club__entry where row_state = 'taken' and how = 'mail' and days = "
                   "',mon,monday,'"),
        1);
    assert_int_equal(one(place, "select count(*) from declaration"), 1);
    assert_int_equal(one(place, "select count(*) from declared_change"), 0);
    is_applied(place, &form);
}

/* Counts down, and breaks off at 0. */
static bool break_off(void *to, const CityStep *step, Error *error)
{
    size_t *left = to;
    (void)step;
    return (*left)-- > 0 || error_set(error, ERROR_SYSTEM, "broken off");
}

static void broken_off_before_any_step_everything_is_as_it_was(void **state)
{
    Place *place = *state;
    const Clock clock = {.today = {2018, 6, 1}, .instant = 1};
    Form form = renamed;
    size_t broken = 0;
    form.type = form.counts = "entry";
    form.fields =
        DAY "      way: {type: choice, was: how, title: {ja: 方法, en: How}, choices: {desk: {ja: 窓口, en: "
            "Desk}, post: {ja: 郵便, en: Post, was: mail}}}\n"
            "      size: {type: decimal, digits: 1, title: {ja: 数, en: Size}}\n"
            "      more: {type: text, title: {ja: 他, en: More}}\n";
    begin(place);
    for (size_t last = 0;; last++) {
        size_t left = last;
        const CityApply how = {.clock = &clock, .actor = S("tester"), .may_go_on = break_off, .to = &left};
        if (apply_so(place, &form, &how))
            break;
        broken++;
        assert_string_equal(place->error.message, "broken off");
        assert_int_equal(
            one(place,
                "select count(*) from club__entry where row_state = 'taken' and how = 'mail' and days = "
                "',mon,monday,' and size = 7 and words = 'x'"),
            1);
        assert_int_equal(one(place, "select count(*) from declared_table where name = 'club__entry'"), 1);
        assert_int_equal(
            one(place, "select count(*) from declared_index where table_name = 'club__entry'"), 2);
        assert_int_equal(one(place, "select count(*) from declaration"), 1);
    }
    assert_true(broken >= 8);
    assert_int_equal(
        one(place, "select count(*) from circle__entry where way = 'post' and size = 7000000"), 1);
}

static void the_city_in_force_comes_out_of_the_database(void **state)
{
    Place *place = *state;
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Str hash;
    int64_t epoch = 0;
    begin(place);
    assert_true(db_read_begin(place->db, &conn, &place->error));
    assert_true(city_of_database(conn, &city, &epoch, &place->error));
    assert_true(city_applied_hash(conn, place->arena, &hash, &place->error));
    assert_int_equal(epoch, 1);
    assert_true(str_equal(city->hash, hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_that_was_something_else_is_renamed, enter, leave),
        cmocka_unit_test_setup_teardown(history_follows_names_and_values, enter, leave),
        cmocka_unit_test_setup_teardown(a_name_that_was_never_there_is_told, enter, leave),
        cmocka_unit_test_setup_teardown(types_become_wider_without_a_loss, enter, leave),
        cmocka_unit_test_setup_teardown(what_would_not_fit_is_counted, enter, leave),
        cmocka_unit_test_setup_teardown(a_column_without_values_takes_any_type, enter, leave),
        cmocka_unit_test_setup_teardown(what_is_dropped_is_written_first, enter, leave),
        cmocka_unit_test_setup_teardown(without_a_place_to_write_nothing_is_dropped, enter, leave),
        cmocka_unit_test_setup_teardown(a_failure_at_the_end_leaves_everything_as_it_was, enter, leave),
        cmocka_unit_test_setup_teardown(broken_off_before_any_step_everything_is_as_it_was, enter, leave),
        cmocka_unit_test_setup_teardown(the_city_in_force_comes_out_of_the_database, enter, leave),
    };
    return cmocka_run_group_tests_name("apply where names and types change", tests, NULL, NULL);
}
