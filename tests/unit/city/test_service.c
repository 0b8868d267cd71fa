/* The example of LANGUAGE.md and the sample city's service, compiled: what formulas of other floors rely on.
 */
#include "services.h"

enum { ARENA_MAX = 32 << 20, TEXT_MAX = 1 << 20 };

static const char *shared_folder(void)
{
    const char *folder = getenv("HITOMACHI_SHARED");
    return folder ? folder : "../shared";
}

/* The first ```yaml block of LANGUAGE.md, as it stands there; empty when the file is not at hand. */
static Str language_example(Arena *arena)
{
    Error error = {0};
    Str text, path = arena_printf(arena, "%s/LANGUAGE.md", shared_folder());
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
    Str text = language_example(arena);
    if (text.len == 0)
        skip();
    if (!compile_service(&city, arena, S("services/child/experience.yaml"), text, &problems, &error)) {
        print_problems(&problems);
        fail();
    }
    assert_int_equal(problems.errors, 0);
    /* five states of a session, four of an entry, one unit-less title: what lacks English is said, no more */
    for (size_t i = 0; i < problems.at.len; i++)
        assert_true(problems.at.at[i].is_warning);
    assert_int_equal(problems.at.len, 9);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_compiles_as_it_stands),
        cmocka_unit_test(the_sample_city_has_no_problem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
