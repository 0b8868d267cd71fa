/* The example of LANGUAGE.md and the sample city's service, compiled: what formulas of other floors rely on.
 */
#include "services.h"

enum { ARENA_MAX = 32 << 20, TEXT_MAX = 1 << 20 };

static const char *shared_folder(void)
{
    const char *folder = getenv("HITOMACHI_SHARED");
    return folder ? folder : "../shared";
}

/* The first ```yaml block of a page, as it stands there; empty when the page is not at hand. */
static Str first_example(Arena *arena, Str path)
{
    Error error = {0};
    Str text;
    if (!file_exists(path))
        return STR_EMPTY;
    assert_true(file_read(arena, path, TEXT_MAX, &text, &error));
    ptrdiff_t from = str_find(text, S("```yaml\n"), 0);
    assert_true(from >= 0);
    ptrdiff_t to = str_find(text, S("\n```"), (size_t)from + 8);
    assert_true(to > from);
    return str_slice(text, (size_t)from + 8, (size_t)to + 1);
}

static void print_problems(const CityProblems *problems)
{
    for (size_t i = 0; i < problems->at.len; i++)
        error_print(stderr, &problems->at.at[i].error);
}

static void the_example_compiles_as_it_stands(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    Str text = first_example(arena, arena_printf(arena, "%s/LANGUAGE.md", shared_folder()));
    if (text.len == 0)
        skip();
    if (!compile_service(&city, arena, S("services/child/experience.yaml"), text, &problems, &error)) {
        print_problems(&problems);
        fail();
    }
    assert_int_equal(problems.errors, 0);
    /* Five states of a session and four of an entry lack their English; nothing else does. */
    for (size_t i = 0; i < problems.at.len; i++)
        assert_true(problems.at.at[i].is_warning);
    assert_int_equal(problems.at.len, 9);
}

static void the_reference_shows_a_service_without_problems(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    Str text = first_example(arena, S("docs/language.md"));
    bool ok = compile_service(&city, arena, S("services/cooking.yaml"), text, &problems, &error);
    print_problems(&problems);
    assert_true(ok);
    assert_int_equal(problems.at.len, 0);
}

static void the_sample_city_has_no_problem(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    bool ok = city_read(&city, S("cities/aomori"), &problems, &error) &&
              city_check_plan_keys(city, &problems, &error);
    print_problems(&problems);
    assert_true(ok);
    assert_int_equal(problems.at.len, 0);
}

/* --- what the example means --------------------------------------------------------------------- */

typedef struct Example {
    Arena *arena;
    City *city;
    const CityService *service;
    const CityRecordType *session, *entry;
} Example;

static int example_setup(void **state)
{
    Example *example = calloc(1, sizeof *example);
    Error error = {0};
    assert_non_null(example);
    example->arena = arena_new(ARENA_MAX);
    assert_true(city_read(&example->city, S("cities/aomori"), NULL, &error));
    example->service = city_service(example->city, S("experience-programme"));
    assert_non_null(example->service);
    example->session = city_record_type(example->city, example->service, S("session"));
    example->entry = city_record_type(example->city, example->service, S("entry"));
    assert_non_null(example->session);
    assert_non_null(example->entry);
    *state = example;
    return 0;
}

static int example_teardown(void **state)
{
    Example *example = *state;
    city_free(example->city);
    arena_free(example->arena);
    free(example);
    return 0;
}

static void tables_begin_with_the_columns_of_every_record(void **state)
{
    static const char *const columns[] = {"id", "row_code", "row_version", "row_receipt", "row_created_at",
        "row_changed_at", "row_state", "row_about", "row_answer_by", "child", "guardian", "group", "allergy",
        "attended"};
    static const ValueType types[] = {VALUE_REFERENCE, VALUE_TEXT, VALUE_INTEGER, VALUE_INTEGER,
        VALUE_INSTANT, VALUE_INSTANT, VALUE_TEXT, VALUE_REFERENCE, VALUE_DATE, VALUE_REFERENCE,
        VALUE_REFERENCE, VALUE_TEXT, VALUE_TEXT, VALUE_BOOLEAN};
    const Example *example = *state;
    const CityRecordType *entry = example->entry;
    assert_true(str_equal(entry->table, S("experience_programme__entry")));
    assert_ptr_equal(city_record_type_of_table(example->city, entry->table), entry);
    assert_int_equal(entry->shape.count, COUNT_OF(columns));
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        assert_true(str_equal(entry->shape.columns[i].name, str_of(columns[i])));
        assert_int_equal(entry->shape.columns[i].type, types[i]);
    }
    assert_int_equal(city_field(entry, S("child"))->column, CITY_COLUMN_COUNT);
    assert_ptr_equal(city_field_of_column(entry, CITY_COLUMN_COUNT), city_field(entry, S("child")));
    assert_null(city_field_of_column(entry, CITY_COLUMN_STATE));
}

static void references_lead_to_record_types(void **state)
{
    const Example *example = *state;
    const CityRegisters *registers = &example->city->registers;
    assert_ptr_equal(example->entry->about, example->session);
    assert_int_equal(example->session->below.len, 1);
    assert_ptr_equal(example->session->below.at[0], example->entry);
    assert_ptr_equal(city_field(example->session, S("place"))->record, registers->facility);
    assert_ptr_equal(city_field(example->entry, S("child"))->record, registers->person);
    assert_true(str_equal(registers->person->table, S("person")));
    assert_true(registers->person->is_register && !example->entry->is_register);
    assert_int_equal(registers->person_as_of.count, registers->person->shape.count + CITY_AS_OF_COUNT);
    assert_ptr_equal(
        city_field_of_column(registers->guardianship, registers->ward)->record, registers->person);
    assert_int_equal(example->session->label, 0);
    assert_int_equal(example->entry->label, -1);
    assert_true(example->entry->has_sensitive && !example->session->has_sensitive);
}

static void places_bring_the_way_to_take_an_offer(void **state)
{
    const Example *example = *state;
    const CitySeats *seats = &example->entry->seats;
    assert_true(example->entry->has_seats && !example->session->has_seats);
    assert_int_equal(seats->when_full, CITY_WHEN_FULL_WAITING_LIST);
    assert_int_equal(seats->offer_days, 3);
    assert_true(str_equal(seats->waiting, S("waiting")) && str_equal(seats->offered, S("offered")));
    assert_true(str_equal(seats->lapses_to, S("withdrawn")));
    assert_int_equal(seats->together, 2);
    const CityTransition *accept = city_transition(example->entry, S("accept"));
    assert_non_null(accept);
    assert_true(accept->takes_offer && str_equal(accept->to, S("accepted")));
    assert_int_equal(accept->from.len, 1);
    assert_true(str_equal(accept->from.at[0], S("offered")));
    assert_int_equal(accept->by.len, 2);
    assert_true(str_equal(accept->by.at[0], S("resident")));
    assert_true(str_equal(accept->by.at[1], S("youth_officer")));
    assert_false(city_transition(example->entry, S("withdraw"))->takes_offer);
}

/* Two ways out of an offer by the same people: each of them once. */
static void whoever_may_answer_an_offer_may_take_it(void **state)
{
    const Example *example = *state;
    CLEANUP(city_cleanup) City *city = NULL;
    Error error = {0};
    Str text;
    assert_true(file_read(
        example->arena, S("tests/unit/city/services/accepted/waiting-list.yaml"), TEXT_MAX, &text, &error));
    ptrdiff_t at = str_find(text, S("    access:\n      resident"), 0);
    assert_true(at > 0);
    text = arena_printf(example->arena,
        "%.*s      refuse: {from: offered, to: waiting, by: [clerk, resident]}\n%.*s", (int)at, text.at,
        (int)(text.len - (size_t)at), text.at + at);
    assert_true(compile_service(&city, example->arena, S("services/desk.yaml"), text, NULL, &error));
    const CityRecordType *entry = city_record_type(city, city_service(city, S("desk")), S("entry"));
    const CityTransition *accept = city_transition(entry, S("accept"));
    assert_int_equal(accept->by.len, 2);
    assert_true(str_equal(entry->seats.lapses_to, S("withdrawn")));
}

static void a_letter_goes_to_each_guardian(void **state)
{
    const Example *example = *state;
    const CityTransition *cancel = city_transition(example->session, S("cancel"));
    assert_non_null(cancel->letter);
    assert_true(str_equal(cancel->letter->name, S("cancelled")));
    assert_ptr_equal(cancel->letter_record, example->entry);
    assert_true(str_equal(formula_text(cancel->letter_to), S("guardian")));
    assert_int_equal(cancel->letter_holes.len, 5);
    for (size_t i = 0; i < cancel->letter_holes.len; i++)
        assert_true(str_contains(cancel->letter->text,
            arena_printf(example->arena, "{%.*s}", STR_ARGS(cancel->letter_holes.at[i].path))));
}

/* The state by its own name, a formula as a rule, yes, and nothing. */
static void access_is_what_its_lines_say(void **state)
{
    const Example *example = *state;
    assert_int_equal(example->session->access.len, 3);
    const CityAccess *anyone = &example->session->access.at[0], *officer = &example->session->access.at[2];
    assert_true(str_equal(anyone->role, S("anyone")));
    assert_true(anyone->read.is_given && !anyone->create.is_given && !anyone->write.is_given);
    Value values[CITY_COLUMN_COUNT + 5] = {0};
    const Row row = {.shape = &example->session->shape, .values = values};
    const FormulaContext context = {.arena = example->arena, .row = &row};
    values[CITY_COLUMN_STATE] = value_text(S("draft"));
    assert_false(formula_holds(formula_evaluate(anyone->read.when, &context)));
    values[CITY_COLUMN_STATE] = value_text(S("held"));
    assert_true(formula_holds(formula_evaluate(anyone->read.when, &context)));
    assert_true(officer->create.is_given && !officer->create.when);
    assert_false(formula_holds(formula_evaluate(officer->write.when, &context)));
}

static void staff_is_every_role_of_the_city(void **state)
{
    const Example *example = *state;
    const CityRecordType *person = example->city->registers.person;
    assert_int_equal(person->access.len, 2 + example->city->roles.len);
    assert_true(str_equal(person->access.at[0].role, S("resident")));
    assert_true(str_equal(person->access.at[person->access.len - 1].role, S("registrar")));
    for (size_t i = 0; i < example->city->roles.len; i++)
        assert_true(str_equal(person->access.at[1 + i].role, example->city->roles.at[i].id));
}

static Value me_is(void *owner, const FormulaPath *path)
{
    return path->is_mine && path->count == 0 ? value_reference(*(const int64_t *)owner) : value_missing();
}

static FormulaIds my_children(void *owner, const FormulaPath *path)
{
    static const int64_t children[] = {31, 32};
    (void)owner, (void)path;
    return (FormulaIds){.ids = children, .count = COUNT_OF(children), .is_known = true};
}

static void residents_read_themselves_and_their_children(void **state)
{
    static const struct {
        int64_t person;
        bool may;
    } persons[] = {{7, true}, {31, true}, {32, true}, {8, false}};
    const Example *example = *state;
    const CityRecordType *person = example->city->registers.person;
    Value *values = arena_array(example->arena, person->shape.count, sizeof *values);
    const Row row = {.shape = &person->shape, .values = values};
    int64_t me = 7;
    const FormulaContext context = {
        .arena = example->arena, .row = &row, .owner = &me, .follow = me_is, .follow_all = my_children};
    for (size_t i = 0; i < COUNT_OF(persons); i++) {
        values[CITY_COLUMN_ID] = value_reference(persons[i].person);
        assert_int_equal(
            formula_holds(formula_evaluate(person->access.at[0].read.when, &context)), persons[i].may);
    }
    values[CITY_COLUMN_ID] = value_missing();
    assert_false(formula_holds(formula_evaluate(person->access.at[0].read.when, &context)));
}

static void indicators_have_terms_and_breakdowns(void **state)
{
    const Example *example = *state;
    const CityIndicator *participants = city_indicator(example->city, S("experience-programme/participants"));
    const CityIndicator *reached = city_indicator(example->city, S("experience-programme/children_reached"));
    assert_non_null(participants);
    assert_non_null(reached);
    assert_int_equal(participants->terms.len, 1);
    assert_int_equal(participants->terms.at[0].by.len, 2);
    assert_ptr_equal(participants->terms.at[0].record, example->entry);
    assert_true(str_equal(participants->by_titles.at[0].in[LANGUAGE_JA], S("学年")));
    assert_true(str_equal(participants->by_titles.at[1].in[LANGUAGE_EN], S("Place")));
    assert_int_equal(participants->by_types.at[0]->kind, FORMULA_INTEGER);
    assert_int_equal(participants->by_types.at[1]->kind, FORMULA_REFERENCE);
    assert_int_equal(participants->better, CITY_BETTER_UP);
    assert_false(participants->is_public);
    assert_int_equal(reached->terms.len, 2);
    assert_int_equal(reached->terms.at[1].aggregate->kind, FORMULA_POPULATION);
    assert_null(reached->terms.at[1].date);
    assert_ptr_equal(reached->terms.at[1].record, example->city->registers.person);
    assert_true(reached->is_public);
    assert_int_equal(reached->threshold, 10);
    assert_int_equal(formula_type(reached->value).kind, FORMULA_DECIMAL);
    assert_false(str_equal(participants->hash, reached->hash));
    assert_int_equal(participants->of.len, 1);
    assert_true(str_equal(participants->of.at[0].key, S("2-1-2-2")));
}

/* The columns of `type` on which the term hangs along the steps, as their names in order. */
static Str columns_of(
    const Example *example, const CityRecordType *type, const CityTerm *term, size_t step_count)
{
    const CityDependent *dependents;
    size_t count = city_dependents(example->city, type, &dependents);
    Str names = STR_EMPTY;
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < type->shape.count; c++)
            if (dependents[i].term == term && dependents[i].step_count == step_count &&
                dependents[i].columns[c])
                names = arena_printf(
                    example->arena, "%.*s %.*s", STR_ARGS(names), STR_ARGS(type->shape.columns[c].name));
    return names;
}

/* participants: count(entry where attended), on session.held_on, by school_grade(child, session.held_on) and
 * session.place. */
static void figures_hang_on_what_their_formulas_read(void **state)
{
    const Example *example = *state;
    const CityIndicator *participants = city_indicator(example->city, S("experience-programme/participants"));
    const CityIndicator *reached = city_indicator(example->city, S("experience-programme/children_reached"));
    const CityTerm *entries = &participants->terms.at[0], *people = &reached->terms.at[1];
    const CityRecordType *person = example->city->registers.person;
    assert_true(str_equal(columns_of(example, example->entry, entries, 0), S(" row_about child attended")));
    assert_true(str_equal(columns_of(example, example->session, entries, 1), S(" place held_on")));
    assert_true(str_equal(columns_of(example, person, entries, 1), S(" birth")));
    assert_true(str_equal(columns_of(example, person, people, 0), S(" birth resident_from resident_until")));
    assert_true(str_equal(columns_of(example, example->city->registers.facility, entries, 2), S("")));
}

/* The same texts give the same hashes; one more letter in them another one. */
static void hashes_follow_the_declaration(void **state)
{
    const Example *example = *state;
    Error error = {0};
    CLEANUP(city_cleanup) City *again = NULL, *plain = NULL, *changed = NULL;
    assert_true(city_read(&again, S("cities/aomori"), NULL, &error));
    assert_true(str_equal(again->hash, example->city->hash));
    Str text = S("service: desk\ntitle: {ja: 窓口, en: Desk}\nunit: youth-section\n");
    assert_true(compile_service(&plain, example->arena, S("services/a.yaml"), text, NULL, &error));
    assert_true(compile_service(&changed, example->arena, S("services/b.yaml"), text, NULL, &error));
    assert_false(str_equal(plain->hash, changed->hash));
    assert_false(str_equal(plain->hash, example->city->hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_compiles_as_it_stands),
        cmocka_unit_test(the_reference_shows_a_service_without_problems),
        cmocka_unit_test(the_sample_city_has_no_problem),
        cmocka_unit_test(tables_begin_with_the_columns_of_every_record),
        cmocka_unit_test(references_lead_to_record_types),
        cmocka_unit_test(places_bring_the_way_to_take_an_offer),
        cmocka_unit_test(whoever_may_answer_an_offer_may_take_it),
        cmocka_unit_test(a_letter_goes_to_each_guardian),
        cmocka_unit_test(access_is_what_its_lines_say),
        cmocka_unit_test(staff_is_every_role_of_the_city),
        cmocka_unit_test(residents_read_themselves_and_their_children),
        cmocka_unit_test(indicators_have_terms_and_breakdowns),
        cmocka_unit_test(figures_hang_on_what_their_formulas_read),
        cmocka_unit_test(hashes_follow_the_declaration),
    };
    return cmocka_run_group_tests(tests, example_setup, example_teardown);
}
