/* Service files that are accepted and files that are rejected, each with its exact messages.
 *
 * A file says what is expected in its first comment lines, one problem a line: `# 12:7: unknown key ...`;
 * without such lines nothing is wrong with it. Files are compiled as services of Mizube Town (services.h).
 */
#include "services.h"

#include "base/buf.h"

enum { ARENA_MAX = 128 << 20, TEXT_MAX = 1 << 20 };

#define FOLDER "tests/unit/city/services/"

/* What the comment lines at the top expect. */
static Str expected_of(Arena *arena, Str text)
{
    AUTO_BUF out;
    buf_init(&out, TEXT_MAX);
    Str rest = text, line;
    while (str_line(&rest, &line) && str_starts(line, S("# "))) {
        buf_add(&out, str_slice(line, 2, line.len));
        buf_add_byte(&out, '\n');
    }
    return arena_str(arena, buf_str(&out));
}

/* Problems as such lines; those of another file than the service's are named. */
static Str lines_of(Arena *arena, const CityProblems *problems, Str service)
{
    AUTO_BUF out;
    buf_init(&out, TEXT_MAX);
    for (size_t i = 0; i < problems->at.len; i++) {
        const Error *error = &problems->at.at[i].error;
        if (!str_ends(str_of(error->file), service))
            buf_printf(&out, "%s:", error->file);
        buf_printf(&out, "%ld:%ld: %s%s\n", error->line, error->column,
            problems->at.at[i].is_warning ? "warning: " : "", error->message);
    }
    return arena_str(arena, buf_str(&out));
}

/* Compiles every file of the folder; how many there were. */
static size_t compile_folder(const char *folder, bool is_accepted)
{
    AUTO_ARENA names_arena = arena_new(ARENA_MAX);
    FileNames names = {0};
    Error error = {0};
    size_t wrong = 0;
    assert_true(directory_list(names_arena, str_of(folder), S(".yaml"), &names, &error));
    for (size_t i = 0; i < names.len; i++) {
        AUTO_ARENA arena = arena_new(ARENA_MAX);
        CLEANUP(city_cleanup) City *city = NULL;
        CityProblems problems = {.arena = arena};
        Str text;
        assert_true(file_read(arena, names.at[i], TEXT_MAX, &text, &error));
        Str name =
            arena_printf(arena, "services/%.*s", STR_ARGS(str_slice(names.at[i], strlen(folder), 200)));
        bool compiled = compile_service(&city, arena, name, text, &problems, &error);
        Str expected = expected_of(arena, text), got = lines_of(arena, &problems, name);
        if (compiled == is_accepted && str_equal(expected, got))
            continue;
        wrong++;
        fprintf(stderr, "%.*s: %s with\n%.*sexpected\n%.*s\n", STR_ARGS(names.at[i]),
            compiled ? "accepted" : "rejected", STR_ARGS(got), STR_ARGS(expected));
    }
    assert_int_equal(wrong, 0);
    return names.len;
}

static void accepted_files_have_no_errors(void **state)
{
    (void)state;
    assert_true(compile_folder(FOLDER "accepted/", true) >= 5);
}

static void rejected_files_say_what_is_wrong(void **state)
{
    (void)state;
    assert_true(compile_folder(FOLDER "rejected/", false) >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_files_have_no_errors),
        cmocka_unit_test(rejected_files_say_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
