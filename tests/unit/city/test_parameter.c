/* Parameters: what they are on a day, how formulas find them, and files that are refused. */
#include "services.h"

#include "base/date.h"

enum { ARENA_MAX = 32 << 20 };

static const char fees[] = "class_fee:\n"
                           "  title: {ja: 教材費, en: Cost of material}\n"
                           "  type: yen\n"
                           "  values:\n"
                           "    - {from: 2018-04-01, source: 要綱 第5条, value: 300}\n"
                           "    - {from: 2019-10-01, source: 要綱 第5条（改正）, value: 320}\n"
                           "aid_limit:\n"
                           "  title: {ja: 所得限度額, en: Income limit}\n"
                           "  type: yen\n"
                           "  arguments: {members: integer, year: fiscal_year}\n"
                           "  values:\n"
                           "    - from: 2018-04-01\n"
                           "      source: 別表\n"
                           "      rows:\n"
                           "        - {members: 1, year: 2018+, value: 1500000}\n"
                           "        - {members: 2-4, year: 2018+, value: 2000000}\n"
                           "        - {members: 5+, year: 2018-2019, value: 2500000}\n";

static const char desk[] =
    "service: desk\n"
    "title: {ja: 窓口, en: Desk}\n"
    "unit: youth-section\n"
    "record_types:\n"
    "  ticket:\n"
    "    title: {ja: 受付票, en: Ticket}\n"
    "    fields:\n"
    "      members: {type: integer, title: {ja: 人数, en: Members}}\n"
    "      applied_on: {type: date, title: {ja: 申請日, en: Applied on}}\n"
    "      fee: {type: yen, value: members * param(class_fee), title: {ja: 料金, en: Fee}}\n"
    "      limit: {type: yen, value: \"param(aid_limit, members, fiscal_year(applied_on))\", title: {ja: 額, "
    "en: Limit}}\n"
    "    access: {clerk: {create: yes, read: yes}}\n";

static bool compile_with(City **out, Arena *arena, const char *parameters, const char *service, Error *error)
{
    CityFiles files = {0};
    const CityFile all[] = {{S("city.yaml"), str_of(test_city_yaml)},
        {S("parameters/fees.yaml"), str_of(parameters)}, {S("services/desk.yaml"), str_of(service)}};
    for (size_t i = 0; i < COUNT_OF(all); i++) {
        CityFile *file = VEC_PUSH(arena, &files);
        assert_non_null(file);
        *file = all[i];
    }
    return city_compile(out, S("mizube"), &files, NULL, error);
}

static Value day(const char *text)
{
    Date date;
    assert_true(date_parse_iso(str_of(text), &date));
    return value_date(date_to_days(date));
}

static FormulaLookup look_up(
    void *owner, const FormulaParameter *parameter, const Value *arguments, Value date)
{
    return city_look_up(owner, parameter, arguments, date);
}

/* A computed field of a ticket of so many members, applied for on the day. */
static Value computed(City *city, Arena *arena, const char *field, int64_t members, const char *on)
{
    const CityRecordType *ticket = city_record_type(city, city_service(city, S("desk")), S("ticket"));
    Value values[CITY_COLUMN_COUNT + 4] = {0};
    const Row row = {.shape = &ticket->shape, .values = values};
    FormulaContext context = {.arena = arena, .row = &row, .owner = city, .parameter = look_up};
    values[city_field(ticket, S("members"))->column] = value_integer(members);
    values[city_field(ticket, S("applied_on"))->column] = day(on);
    context.fact_date = formula_evaluate(ticket->dated_by, &context);
    return formula_evaluate(city_field(ticket, str_of(field))->value, &context);
}

static void formulas_read_them_on_the_day_of_the_fact(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    assert_true(compile_with(&city, arena, fees, desk, &error));
    assert_int_equal(computed(city, arena, "fee", 2, "2018-04-01").integer, 600);
    assert_int_equal(computed(city, arena, "fee", 2, "2019-09-30").integer, 600);
    assert_int_equal(computed(city, arena, "fee", 2, "2019-10-01").integer, 640);
    assert_true(value_is_missing(computed(city, arena, "fee", 2, "2018-03-31")));
    assert_int_equal(computed(city, arena, "limit", 1, "2018-06-01").integer, 1500000);
    assert_int_equal(computed(city, arena, "limit", 4, "2018-06-01").integer, 2000000);
    assert_int_equal(computed(city, arena, "limit", 9, "2020-03-31").integer, 2500000);
    assert_true(value_is_missing(computed(city, arena, "limit", 9, "2020-04-01")));
    assert_true(value_is_missing(computed(city, arena, "limit", 0, "2018-06-01")));
}

static void a_lookup_names_its_source(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    assert_true(compile_with(&city, arena, fees, desk, &error));
    assert_int_equal(city->parameters.len, 2);
    FormulaLookup lookup = city_look_up(city, &city->formula_parameters.at[0], NULL, day("2024-01-01"));
    assert_int_equal(lookup.value.integer, 320);
    assert_int_equal(lookup.from.integer, day("2019-10-01").integer);
    assert_true(str_equal(lookup.source, S("要綱 第5条（改正）")));
    lookup = city_look_up(city, &city->formula_parameters.at[0], NULL, value_missing());
    assert_true(value_is_missing(lookup.value));
}

/* The second example of docs/language.md. */
static void the_reference_shows_parameters(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    Str text;
    assert_true(file_read(arena, S("docs/language.md"), 1 << 20, &text, &error));
    ptrdiff_t from = str_find(text, S("```yaml\n"), 0);
    from = str_find(text, S("```yaml\n"), (size_t)from + 1);
    assert_true(from > 0);
    ptrdiff_t to = str_find(text, S("\n```"), (size_t)from);
    Str example = arena_str(arena, str_slice(text, (size_t)from + 8, (size_t)to + 1));
    assert_true(
        compile_with(&city, arena, example.at, "service: desk\ntitle: 窓口\nunit: youth-section\n", &error));
    const Value members = value_integer(4);
    assert_int_equal(
        city_look_up(city, &city->formula_parameters.at[1], &members, day("2020-04-01")).value.integer,
        2000000);
}

#define HEAD "fee:\n  title: {ja: 料金, en: Fee}\n  type: yen\n"
#define TABLE HEAD "  arguments: {members: integer}\n  values:\n    - from: 2018-04-01\n      source: 別表\n"

static void wrong_files_are_refused(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"- fee\n", "1:1: parameters are written as 'name: {...}' lines"},
        {HEAD, "2:3: 'values' are missing in parameter 'fee'"},
        {"fee: {title: {ja: 料金, en: Fee}, type: person, values: []}\n",
            "1:39: a parameter cannot be of type 'person'"},
        {HEAD "  values: [{from: 2018-04-01, source: 別表, value: 3}]\n  digts: 1\n",
            "5:3: unknown key 'digts' in parameter 'fee'; did you mean 'digits'?"},
        {HEAD "  values: []\n", "2:3: 'values' are missing in parameter 'fee'"},
        {HEAD "  values: [{from: 2018-04-01, value: 3}]\n",
            "4:12: 'source' is missing: the article or document that says so"},
        {HEAD "  values: [{source: 別表, value: 3}]\n",
            "4:12: 'from' is missing: the day since which this is in force"},
        {HEAD "  values: [{from: 2018-13-01, source: 別表, value: 3}]\n", NULL},
        {HEAD "  values: [{from: 2018-04-01, source: 別表, value: cheap}]\n", NULL},
        {HEAD "  values: [{from: 2018-04-01, source: 別表, rows: []}]\n",
            "4:12: a parameter without arguments has one 'value' here"},
        {HEAD "  values:\n    - {from: 2018-04-01, source: 一, value: 1}\n    - {from: 2018-04-01, source: "
              "二, value: 2}\n",
            "6:14: values stand in the order of their days, each day once"},
        {TABLE "      value: 3\n", "6:7: a parameter with arguments has 'rows', one for each case"},
        {TABLE "      rows: [{members: 1-3, value: 1}, {members: 3+, value: 2}]\n",
            "8:40: this row says something else for what row 1 says already"},
        {TABLE "      rows: [{members: 5-3, value: 1}]\n", "8:24: the range '5-3' is turned round"},
        {TABLE "      rows: [{value: 1}]\n", "8:14: 'members' is missing in this row"},
        {TABLE "      rows: [{members: 1}]\n", "8:14: 'value' is missing in this row"},
        {HEAD "  arguments: {name: text}\n  values: [{from: 2018-04-01, source: 別表, value: 3}]\n",
            "4:21: an argument is a number or a date; 'text' is not"},
        {"if: {title: {ja: 料金, en: Fee}, type: yen, values: []}\n",
            "1:1: 'if' is a word of the language and cannot name a parameter"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(ARENA_MAX);
        City *city = NULL;
        Error error = {0};
        char got[800];
        assert_false(compile_with(&city, arena, cases[i].text, "", &error));
        assert_string_equal(error.file, "mizube/parameters/fees.yaml");
        snprintf(got, sizeof got, "%ld:%ld: %s", error.line, error.column, error.message);
        if (cases[i].expected)
            assert_string_equal(got, cases[i].expected);
        else
            assert_int_equal(error.line, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_read_them_on_the_day_of_the_fact),
        cmocka_unit_test(a_lookup_names_its_source),
        cmocka_unit_test(the_reference_shows_parameters),
        cmocka_unit_test(wrong_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
