/* Random documents, written by our writer and read by jansson: both must say the same. */
#include "base/json.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "random.h"

/* Text of every kind of code point, in valid UTF-8. */
static Str random_text(Random *random, char *bytes, size_t points)
{
    static const uint32_t KINDS[] = {0x20, 0x80, 0x800, 0x3100, 0x10000, 0x10FFFF};
    size_t len = 0;
    for (size_t i = random_below(random, points); i > 0; i--) {
        uint32_t c = 1 + (uint32_t)random_below(random, KINDS[random_below(random, COUNT_OF(KINDS))]);
        if (c < 0xD800 || c > 0xDFFF)
            len += utf8_put(bytes + len, c);
    }
    return (Str){bytes, len};
}

/* Writes a value through the writer and answers the same value built by jansson. */
static json_t *random_value(Random *random, JsonWriter *json, int depth)
{
    char bytes[64];
    size_t kind = random_below(random, depth > 0 ? 7 : 5);
    if (kind == 0) {
        int64_t n = (int64_t)random_bits(random) >> random_below(random, 64);
        json_int(json, n);
        return json_integer(n);
    }
    if (kind == 1) {
        json_none(json);
        return json_null();
    }
    if (kind == 2) {
        bool b = random_below(random, 2) == 0;
        json_bool(json, b);
        return json_boolean(b);
    }
    if (kind <= 4) {
        Str text = random_text(random, bytes, 12);
        json_text(json, text);
        return json_stringn(text.at, text.len);
    }
    size_t count = random_below(random, 5);
    json_t *level = kind == 5 ? json_array() : json_object();
    if (kind == 5)
        json_array_begin(json);
    else
        json_object_begin(json);
    for (size_t i = 0; i < count; i++) {
        if (kind == 5) {
            json_array_append_new(level, random_value(random, json, depth - 1));
            continue;
        }
        char key[40];
        snprintf(key, sizeof key, "鍵\"%zu", i);
        json_key(json, key);
        json_object_set_new(level, key, random_value(random, json, depth - 1));
    }
    if (kind == 5)
        json_array_end(json);
    else
        json_object_end(json);
    return level;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        AUTO_BUF written;
        buf_init(&written, 1 << 20);
        JsonWriter json;
        json_writer_init(&json, &written, seed % 2 == 0);
        Random random = {seed};
        json_array_begin(&json);
        AUTO_JSON expected = json_array();
        json_array_append_new(expected, random_value(&random, &json, 6));
        json_array_end(&json);
        Error error = {0};
        AUTO_JSON read = json_read(buf_str(&written), S("random"), &error);
        if (!read)
            fail_msg("seed %d: %s", (int)seed, error.message);
        if (!json_equal(read, expected))
            fail_msg("seed %d: read otherwise than written", (int)seed);
    }
}

static void same_calls_give_the_same_bytes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        Buf written[2];
        for (size_t i = 0; i < 2; i++) {
            buf_init(&written[i], 1 << 20);
            JsonWriter json;
            json_writer_init(&json, &written[i], true);
            Random random = {seed};
            json_decref(random_value(&random, &json, 6));
        }
        assert_true(str_equal(buf_str(&written[0]), buf_str(&written[1])));
        buf_release(&written[0]);
        buf_release(&written[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(same_calls_give_the_same_bytes),
    };
    return cmocka_run_group_tests_name("json properties", tests, NULL, NULL);
}
