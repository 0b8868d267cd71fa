/* base/json.h. */
#include "base/json.h"

#include "check.h"

static void write_sample(JsonWriter *json)
{
    json_object_begin(json);
    json_key_text(json, "名", S("ひと\"まち\\"));
    json_key_int(json, "least", INT64_MIN);
    json_key_bool(json, "yes", true);
    json_key(json, "none");
    json_none(json);
    json_key(json, "list");
    json_array_begin(json);
    json_int(json, 1);
    json_array_begin(json);
    json_array_end(json);
    json_object_begin(json);
    json_object_end(json);
    json_bool(json, false);
    json_array_end(json);
    json_object_end(json);
}

static void compact_has_no_white_space(void **state)
{
    (void)state;
    AUTO_BUF out;
    buf_init(&out, 10000);
    JsonWriter json;
    json_writer_init(&json, &out, false);
    write_sample(&json);
    assert_str(buf_str(&out), "{\"名\":\"ひと\\\"まち\\\\\",\"least\":-9223372036854775808,\"yes\":true,"
                              "\"none\":null,\"list\":[1,[],{},false]}");
}

static void indented_is_by_two(void **state)
{
    (void)state;
    AUTO_BUF out;
    buf_init(&out, 10000);
    JsonWriter json;
    json_writer_init(&json, &out, true);
    write_sample(&json);
    assert_str(buf_str(&out), "{\n"
                              "  \"名\": \"ひと\\\"まち\\\\\",\n"
                              "  \"least\": -9223372036854775808,\n"
                              "  \"yes\": true,\n"
                              "  \"none\": null,\n"
                              "  \"list\": [\n"
                              "    1,\n"
                              "    [],\n"
                              "    {},\n"
                              "    false\n"
                              "  ]\n"
                              "}");
}

/* jansson reads back every control character and what stands between. */
static void every_low_character_comes_back(void **state)
{
    (void)state;
    char text[0x81];
    for (int i = 0; i < 0x80; i++)
        text[i] = (char)(i + 1);
    AUTO_BUF out;
    buf_init(&out, 10000);
    JsonWriter json;
    json_writer_init(&json, &out, false);
    json_array_begin(&json);
    json_text(&json, (Str){text, 0x7F});
    json_text(&json, S("\u2028</script>𠮷"));
    json_array_end(&json);
    Error error = {0};
    AUTO_JSON read = json_read(buf_str(&out), S("x"), &error);
    assert_non_null(read);
    assert_int_equal(json_string_length(json_array_get(read, 0)), 0x7F);
    assert_memory_equal(json_string_value(json_array_get(read, 0)), text, 0x7F);
    assert_string_equal(json_string_value(json_array_get(read, 1)), "\u2028</script>𠮷");
    assert_true(str_contains(buf_str(&out), S("\\u0001")));
}

static void thousandths_are_short(void **state)
{
    (void)state;
    static const struct {
        int64_t n;
        const char *written;
    } CASES[] = {
        {950, "0.95"},
        {1000, "1"},
        {0, "0"},
        {5, "0.005"},
        {-5, "-0.005"},
        {-1500, "-1.5"},
        {10000, "10"},
        {INT64_MIN, "-9223372036854775.808"},
        {INT64_MAX, "9223372036854775.807"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        AUTO_BUF out;
        buf_init(&out, 100);
        JsonWriter json;
        json_writer_init(&json, &out, false);
        json_thousandths(&json, CASES[i].n);
        assert_str(buf_str(&out), CASES[i].written);
    }
}

static void members_are_typed(void **state)
{
    (void)state;
    Error error = {0};
    AUTO_JSON json = json_read(S("{\"t\": \"a\", \"n\": 5, \"r\": 1.5}"), S("x"), &error);
    assert_non_null(json);
    Str text = STR_EMPTY;
    int64_t n = 0;
    assert_true(json_get_text(json, "t", &text));
    assert_str(text, "a");
    assert_true(json_get_int(json, "n", &n));
    assert_int_equal(n, 5);
    assert_false(json_get_text(json, "n", &text));
    assert_false(json_get_int(json, "t", &n));
    assert_false(json_get_int(json, "r", &n));
    assert_false(json_get_int(json, "absent", &n));
    assert_false(json_get_text(NULL, "t", &text));
}

static void bad_documents_are_refused_with_a_place(void **state)
{
    (void)state;
    static const struct {
        Str text;
        long line, column;
    } BAD[] = {
        {STR_LITERAL(""), 1, 0}, {STR_LITERAL("{\n  \"a\": 1,\n  \"a\": 2}"), 3, 5}, /* the same key twice */
        {STR_LITERAL("{\n  \"見出し\": だめ}"), 2, 10}, /* columns are code points */
        {STR_LITERAL("[1] [2]"), 1, 5},                 /* something after the end */
        {STR_LITERAL("[1"), 1, 2}, {STR_LITERAL("[99999999999999999999]"), 1, 21},
        {STR_LITERAL("[\"\xFF\"]"), 1, 2}, {STR_LITERAL("[\"a\0b\"]"), 1, 3},
        {STR_LITERAL("3"), 1, 1}, /* a document is an object or a list */
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Error error = {0};
        assert_null(json_read(BAD[i].text, S("in.json"), &error));
        assert_error(&error, ERROR_INPUT, "not JSON: ");
        assert_string_equal(error.file, "in.json");
        if (error.line != BAD[i].line || error.column != BAD[i].column)
            fail_msg("%zu: at %ld:%ld: %s", i, error.line, error.column, error.message);
    }
}

static void writing_beyond_the_buffer_fails_quietly(void **state)
{
    (void)state;
    AUTO_BUF out;
    buf_init(&out, 20);
    JsonWriter json;
    json_writer_init(&json, &out, false);
    write_sample(&json);
    assert_true(out.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_has_no_white_space),
        cmocka_unit_test(indented_is_by_two),
        cmocka_unit_test(every_low_character_comes_back),
        cmocka_unit_test(thousandths_are_short),
        cmocka_unit_test(members_are_typed),
        cmocka_unit_test(bad_documents_are_refused_with_a_place),
        cmocka_unit_test(writing_beyond_the_buffer_fails_quietly),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
