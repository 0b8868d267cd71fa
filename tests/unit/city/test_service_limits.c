/* Services that are too large, too deep or endless: a clear error, bounded memory; and every allocation that
 * fails is an error and leaves nothing behind. */
#include "services.h"

#include "base/buf.h"

enum { ARENA_MAX = 128 << 20, TEXT_MAX = 64 << 20, PROBLEMS_ARENA_MAX = 8 << 20 };

static const char head[] = "service: desk\n"
                           "title: {ja: 窓口, en: Desk}\n"
                           "unit: youth-section\n"
                           "record_types:\n"
                           "  ticket:\n"
                           "    title: {ja: 受付票, en: Ticket}\n"
                           "    access: {clerk: {create: yes, read: yes}}\n"
                           "    fields:\n";

/* Compiles the text and gives its first error; problems have little room of their own. */
static Error refuse(const Buf *text)
{
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    AUTO_ARENA problems_arena = arena_new(PROBLEMS_ARENA_MAX);
    CityProblems problems = {.arena = problems_arena};
    City *city = NULL;
    Error error = {0};
    assert_false(text->failed);
    assert_false(compile_service(&city, arena, S("services/desk.yaml"), buf_str(text), &problems, &error));
    assert_null(city);
    return error;
}

static void add_fields(Buf *text, size_t count, const char *options)
{
    buf_add(text, str_of(head));
    for (size_t i = 0; i < count; i++)
        buf_printf(text, "      f%zu: {type: text, title: t%s}\n", i, options);
}

static void many_fields(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    add_fields(&text, 201, "");
    Error error = refuse(&text);
    assert_int_equal(error.code, ERROR_INPUT);
    assert_string_equal(error.message, "there are 201 fields here; at most 200 can be");
}

static void a_million_fields(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    add_fields(&text, 1000000, "");
    Error error = refuse(&text);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "more than 5000 keys stand together here");
    assert_int_equal(error.line, 9 + 5000);
}

/* Only some of the problems are kept; the others are counted. */
static void thousands_of_problems(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    AUTO_ARENA problems_arena = arena_new(PROBLEMS_ARENA_MAX);
    CityProblems problems = {.arena = problems_arena};
    AUTO_BUF text;
    City *city = NULL;
    Error error = {0};
    buf_init(&text, TEXT_MAX);
    buf_add(&text, S("service: desk\ntitle: {ja: 窓口, en: Desk}\nunit: youth-section\n"));
    for (int i = 0; i < 3000; i++)
        buf_printf(&text, "wrong%d: 1\n", i);
    assert_false(compile_service(&city, arena, S("services/desk.yaml"), buf_str(&text), &problems, &error));
    assert_int_equal(problems.errors, 3000);
    assert_int_equal(problems.at.len, 500);
    assert_string_equal(error.message, "unknown key 'wrong0' in a service");
}

static void deep_nesting(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, S("service: "));
    for (int i = 0; i < 10000; i++)
        buf_add(&text, S("["));
    Error error = refuse(&text);
    assert_string_equal(error.message, "this is nested too deeply");
}

static void a_formula_thousands_deep(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    add_fields(&text, 1, ", check: \"not not");
    text.len -= 2; /* the closing brace comes behind the formula */
    for (int i = 0; i < 4000; i++)
        buf_add(&text, S(" not"));
    buf_add(&text, S(" true\"}\n"));
    Error error = refuse(&text);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_non_null(strstr(error.message, "nested more than 200 deep"));
    assert_int_equal(error.line, 9);
}

static void a_formula_without_end(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    add_fields(&text, 1, ", check: \"1 = 1");
    text.len -= 2;
    for (int i = 0; i < 10000; i++)
        buf_add(&text, S(" or 1 = 1"));
    buf_add(&text, S("\"}\n"));
    Error error = refuse(&text);
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_non_null(strstr(error.message, "a formula has at most 16384 bytes"));
}

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, (Str){"service: \xff\xfe\x00\x01", 13});
    Error error = refuse(&text);
    assert_int_equal(error.code, ERROR_INPUT);
}

static void a_tab_is_no_indentation(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, TEXT_MAX);
    buf_add(&text, S("service: desk\nrecord_types:\n\tticket: {}\n"));
    Error error = refuse(&text);
    assert_string_equal(error.message, "this is not YAML: tab character may not be used as indentation");
    assert_int_equal(error.line, 3);
}

/* Every allocation of the sample city fails once: an error of memory, and nothing leaks. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    size_t failures = 0;
    for (size_t n = 1; n < 100000; n = n < 40 ? n + 1 : n + n / 7) {
        Error error = {0};
        City *city = NULL;
        AUTO_ARENA arena = arena_new(ARENA_MAX);
        CityProblems problems = {.arena = arena};
        arena_fail_after(n);
        bool compiled = city_read(&city, S("cities/aomori"), &problems, &error);
        arena_fail_after(0);
        city_free(city);
        if (compiled)
            break;
        failures++;
        assert_int_equal(error.code, ERROR_MEMORY);
    }
    assert_true(failures > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_fields),
        cmocka_unit_test(a_million_fields),
        cmocka_unit_test(thousands_of_problems),
        cmocka_unit_test(deep_nesting),
        cmocka_unit_test(a_formula_thousands_deep),
        cmocka_unit_test(a_formula_without_end),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(a_tab_is_no_indentation),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
