/* A city's folder as a whole: files in any order, problems of all of them in one run, plan keys in its texts.
 */
#include "services.h"

enum { ARENA_MAX = 32 << 20 };

#define DESK "service: desk\ntitle: {ja: 窓口, en: Desk}\nunit: youth-section\n"
#define CITY                                                                          \
    "name: {ja: 水辺町, en: Mizube Town}\ncode: \"131016\"\nlanguages: [ja, en]\n" \
    "units: [{id: youth-section, title: {ja: 青少年係, en: Youth section}}]\n"    \
    "plans: [{id: basic-2019, title: {ja: 計画, en: Plan}, folder: plan}]\n"

static void add(Arena *arena, CityFiles *files, const char *name, const char *text)
{
    CityFile *file = VEC_PUSH(arena, files);
    assert_non_null(file);
    *file = (CityFile){str_of(name), str_of(text)};
}

static void problem_is(const CityProblems *problems, size_t i, const char *expected)
{
    const Error *error = &problems->at.at[i].error;
    char got[800];
    snprintf(got, sizeof got, "%s:%ld:%ld: %s", error->file, error->line, error->column, error->message);
    assert_string_equal(got, expected);
}

static void problems_of_all_files_come_in_one_run(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CityFiles files = {0};
    City *city = NULL;
    Error error = {0};
    add(arena, &files, "services/b.yaml", DESK "zone: moon\n");
    add(arena, &files, "services/a.yaml", DESK "retention: long\nfor: school\n");
    add(arena, &files, "letters/empty.md", "\n\nno title\n");
    add(arena, &files, "city.yaml", CITY);
    assert_false(city_compile(&city, S("mizube"), &files, &problems, &error));
    assert_int_equal(problems.errors, 4);
    problem_is(&problems, 0,
        "mizube/letters/empty.md:1:1: a letter begins with its title: a line '# 中止のお知らせ'");
    problem_is(&problems, 1,
        "mizube/services/a.yaml:4:12: retention is written as '3 fiscal years', '5 years' or 'permanent'");
    problem_is(&problems, 2, "mizube/services/a.yaml:5:6: a list is written as lines that begin with '- '");
    problem_is(&problems, 3,
        "mizube/services/b.yaml:1:10: there is a service 'desk' already, in mizube/services/a.yaml");
    assert_string_equal(error.message, "a letter begins with its title: a line '# 中止のお知らせ'");
}

static void problems_of_the_city_come_first(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CityFiles files = {0};
    City *city = NULL;
    Error error = {0};
    add(arena, &files, "city.yaml",
        "name: 水辺町\ncode: 131010\nroles:\n  - {id: staff, title: 職員}\nunits:\n  - {title: 係}\n");
    add(arena, &files, "services/a.yaml", DESK);
    assert_false(city_compile(&city, S("mizube"), &files, &problems, &error));
    assert_int_equal(problems.errors, 3);
    problem_is(&problems, 0, "mizube/city.yaml:2:7: the check digit of 131010 is wrong; it would be 131016");
    problem_is(&problems, 1, "mizube/city.yaml:4:5: the role 'staff' is built in and is not declared");
    problem_is(&problems, 2, "mizube/city.yaml:6:5: an 'id' is missing here");
}

static void a_city_has_its_own_file(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityFiles files = {0};
    City *city = NULL;
    Error error = {0};
    add(arena, &files, "services/a.yaml", DESK);
    assert_false(city_compile(&city, S("mizube"), &files, NULL, &error));
    assert_string_equal(error.message, "the city's own file, city.yaml, is missing");
}

static City *compile(Arena *arena, bool is_turned, const char *import)
{
    static const char *const names[] = {"city.yaml", "services/a.yaml", "services/c/b.yaml"};
    static const char *const texts[] = {
        CITY, DESK, "service: office\ntitle: {ja: 係, en: Office}\nunit: youth-section\n"};
    CityFiles files = {0};
    City *city = NULL;
    Error error = {0};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        size_t at = is_turned ? COUNT_OF(names) - 1 - i : i;
        add(arena, &files, names[at], texts[at]);
    }
    add(arena, &files, "import.yaml", import);
    assert_true(city_compile(&city, S("mizube"), &files, NULL, &error));
    return city;
}

static void the_order_of_files_does_not_matter(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(city_cleanup) City *a = compile(arena, false, "page_title: 一覧\n");
    CLEANUP(city_cleanup) City *b = compile(arena, true, "page_title: 表\n");
    assert_int_equal(a->services.len, 3);
    assert_true(str_equal(a->services.at[0]->id, S("registers")));
    for (size_t i = 0; i < a->services.len; i++)
        assert_true(str_equal(a->services.at[i]->id, b->services.at[i]->id));
    assert_true(str_equal(a->hash, b->hash)); /* how foreign tables are read does not belong to it */
    assert_true(str_equal(a->import_profile, S("page_title: 一覧\n")));
}

/* The sample city's folder has the plan; one key of the service stands in it and one does not. */
static void plan_keys_are_looked_for_in_the_plan(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CityProblems problems = {.arena = arena};
    CLEANUP(city_cleanup) City *city = NULL;
    CityFiles files = {0};
    Error error = {0};
    add(arena, &files, "city.yaml", CITY);
    add(arena, &files, "services/a.yaml",
        DESK "carries_out: [basic-2019/2-1-2-2-1, basic-2019/2-1-2-2-99]\n");
    assert_true(city_compile(&city, S("cities/aomori"), &files, &problems, &error));
    assert_false(city_check_plan_keys(city, &problems, &error));
    assert_int_equal(problems.errors, 1);
    problem_is(&problems, 0,
        "cities/aomori/services/a.yaml:4:37: the plan 'basic-2019' has no node '2-1-2-2-99' in "
        "cities/aomori/plan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(problems_of_all_files_come_in_one_run),
        cmocka_unit_test(problems_of_the_city_come_first),
        cmocka_unit_test(a_city_has_its_own_file),
        cmocka_unit_test(the_order_of_files_does_not_matter),
        cmocka_unit_test(plan_keys_are_looked_for_in_the_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
