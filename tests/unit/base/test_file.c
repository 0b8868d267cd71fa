/* base/file.h: in a folder made for each test. */
#include "base/file.h"

#include "check.h"

#include <fcntl.h>
#include <unistd.h>

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s", "/tmp/hitomachi-file-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    FileNames names = {0};
    Error error;
    if (!directory_list(arena, str_of(folder), S(""), &names, &error))
        return -1;
    for (size_t i = 0; i < names.len; i++)
        unlink(names.at[i].at);
    return rmdir(folder);
}

static void write_file(Arena *arena, const char *name, Str text, Str *path)
{
    Error error = {0};
    *path = arena_printf(arena, "%s/%s", folder, name);
    if (!file_write(*path, text, &error))
        fail_msg("%s", error.message);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(8 << 20);
    static char large[200001];
    for (size_t i = 0; i < sizeof large; i++)
        large[i] = (char)(i * 7);
    static const size_t SIZES[] = {0, 1, 65535, 65536, 65537, sizeof large};
    for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
        Str path, text = STR_EMPTY;
        Error error = {0};
        write_file(arena, "計画.md", (Str){large, SIZES[i]}, &path);
        assert_true(file_exists(path));
        assert_true(file_read(arena, path, sizeof large, &text, &error));
        assert_int_equal(text.len, SIZES[i]);
        assert_memory_equal(text.at, large, SIZES[i]);
    }
}

static void largest_is_exact(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Str path, text = STR_EMPTY;
    Error error = {0};
    write_file(arena, "ten", S("0123456789"), &path);
    assert_true(file_read(arena, path, 10, &text, &error));
    assert_str(text, "0123456789");
    assert_false(file_read(arena, path, 9, &text, &error));
    assert_error(&error, ERROR_LIMIT, "the most that is read is 9");
}

/* A pipe tells no size beforehand. */
static void largest_is_exact_for_standard_input(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    static const struct {
        size_t max;
        bool read;
    } CASES[] = {{10, true}, {9, false}, {100, true}};
    int kept = dup(STDIN_FILENO);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], "0123456789", 10), 10);
        close(ends[1]);
        assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
        close(ends[0]);
        Str text = STR_EMPTY;
        Error error = {0};
        assert_int_equal(file_read(arena, S("-"), CASES[i].max, &text, &error), CASES[i].read);
        if (CASES[i].read)
            assert_str(text, "0123456789");
        else
            assert_error(&error, ERROR_LIMIT, "larger than 9 bytes");
    }
    dup2(kept, STDIN_FILENO);
    close(kept);
}

/* Longer than what is read at once. */
static void standard_input_may_be_long(void **state)
{
    (void)state;
    enum { LENGTH = 300000 };
    AUTO_ARENA arena = arena_new(4 << 20);
    char *bytes = arena_alloc(arena, LENGTH);
    assert_non_null(bytes);
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (char)(i * 13 >> 2);
    int ends[2], kept = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) >= LENGTH);
    assert_int_equal(write(ends[1], bytes, LENGTH), LENGTH);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    Str text = STR_EMPTY;
    Error error = {0};
    bool read = file_read(arena, S("-"), LENGTH, &text, &error);
    dup2(kept, STDIN_FILENO);
    close(kept);
    assert_true(read);
    assert_int_equal(text.len, LENGTH);
    assert_memory_equal(text.at, bytes, LENGTH);
}

static void writing_replaces_whole_and_leaves_nothing_beside(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Str path, text = STR_EMPTY;
    Error error = {0};
    write_file(arena, "a", S("a long first text"), &path);
    write_file(arena, "a", S("short"), &path);
    assert_true(file_read(arena, path, 1000, &text, &error));
    assert_str(text, "short");
    FileNames names = {0};
    assert_true(directory_list(arena, str_of(folder), S(""), &names, &error));
    assert_int_equal(names.len, 1);
}

static void refusals_name_the_path(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Str text = STR_EMPTY;
    Error error = {0};
    Str nowhere = arena_printf(arena, "%s/ない/計画.md", folder);
    assert_false(file_exists(nowhere));
    assert_false(file_read(arena, nowhere, 10, &text, &error));
    assert_error(&error, ERROR_NOT_FOUND, "ない/計画.md");
    assert_false(file_write(nowhere, S("x"), &error));
    assert_error(&error, ERROR_NOT_FOUND, "ない/計画.md");
    assert_false(file_read(arena, str_of(folder), 10, &text, &error));
    assert_int_equal(error.code, ERROR_SYSTEM);
    assert_false(file_exists(S("/tmp\0/x")));
    assert_false(file_read(arena, S("/tmp\0/x"), 10, &text, &error));
    assert_error(&error, ERROR_INPUT, "is not a path");
    assert_false(file_write(STR_EMPTY, S("x"), &error));
    assert_error(&error, ERROR_INPUT, "is not a path");
}

static void folders_are_listed_in_order(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Str path;
    static const char *const NAMES[] = {"b.md", "a.md", "c.txt", ".hidden.md", "ab.md"};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++)
        write_file(arena, NAMES[i], S("x"), &path);
    FileNames names = {0};
    Error error = {0};
    assert_true(directory_list(arena, str_of(folder), S(".md"), &names, &error));
    static const char *const EXPECTED[] = {"a.md", "ab.md", "b.md"};
    assert_int_equal(names.len, COUNT_OF(EXPECTED));
    for (size_t i = 0; i < names.len; i++)
        assert_true(str_ends(names.at[i], str_of(EXPECTED[i])) && str_starts(names.at[i], str_of(folder)));
    unlink(arena_printf(arena, "%s/.hidden.md", folder).at);
    Str made = arena_printf(arena, "%s/new", folder);
    assert_true(directory_make(made, &error));
    assert_true(directory_make(made, &error));
    FileNames folders = {0};
    assert_true(directory_list_folders(arena, str_of(folder), &folders, &error));
    assert_int_equal(folders.len, 1);
    assert_true(str_equal(folders.at[0], made));
    assert_int_equal(rmdir(made.at), 0);
    assert_false(directory_list(arena, made, S(""), &names, &error));
    assert_error(&error, ERROR_NOT_FOUND, "/new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(largest_is_exact, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(largest_is_exact_for_standard_input, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(standard_input_may_be_long, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            writing_replaces_whole_and_leaves_nothing_beside, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(refusals_name_the_path, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(folders_are_listed_in_order, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
