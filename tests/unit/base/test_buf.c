/* base/buf.h. */
#include "base/buf.h"

#include "check.h"

static void what_is_added_is_there(void **state)
{
    (void)state;
    AUTO_BUF buf;
    buf_init(&buf, 100000);
    assert_str(buf_str(&buf), "");
    buf_add(&buf, S("青森"));
    buf_add(&buf, STR_EMPTY);
    buf_add_byte(&buf, '-');
    buf_printf(&buf, "%03d%s", 7, "件");
    assert_str(buf_str(&buf), "青森-007件");
    for (int i = 0; i < 9000; i++)
        buf_add(&buf, S("0123456789"));
    assert_false(buf.failed);
    assert_int_equal(buf.len, strlen("青森-007件") + 90000);
    assert_memory_equal(buf.at + buf.len - 10, "0123456789", 10);
    buf_clear(&buf);
    assert_str(buf_str(&buf), "");
    buf_add(&buf, S("again"));
    assert_str(buf_str(&buf), "again");
}

static void maximum_is_exact_and_failure_stays(void **state)
{
    (void)state;
    AUTO_BUF buf;
    buf_init(&buf, 5);
    buf_add(&buf, S("abcde"));
    assert_false(buf.failed);
    buf_add_byte(&buf, 'f');
    assert_true(buf.failed);
    assert_str(buf_str(&buf), "abcde");
    buf_clear(&buf);
    buf_add(&buf, S("abc"));
    buf_add(&buf, S("defg"));
    buf_add(&buf, S("h")); /* would fit, but something is missing before it */
    assert_true(buf.failed);
    assert_str(buf_str(&buf), "abc");
}

static void printing_may_fill_the_last_byte(void **state)
{
    (void)state;
    AUTO_BUF buf;
    buf_init(&buf, 4);
    buf_printf(&buf, "%d", 1234);
    assert_false(buf.failed);
    assert_str(buf_str(&buf), "1234");
    buf_clear(&buf);
    buf_printf(&buf, "%d", 12345);
    assert_true(buf.failed);
}

static void long_prints_are_whole(void **state)
{
    (void)state;
    AUTO_BUF buf;
    buf_init(&buf, 1 << 20);
    for (int length = 250; length < 262; length++) { /* around the length that is printed without memory */
        buf_clear(&buf);
        buf_printf(&buf, "%0*d|", length, 5);
        assert_int_equal(buf.len, length + 1);
        assert_memory_equal(buf.at + buf.len - 3, "05|", 3);
    }
}

static void reserved_room_is_filled_by_the_caller(void **state)
{
    (void)state;
    AUTO_BUF buf;
    buf_init(&buf, 1000);
    char *at = buf_reserve(&buf, 3);
    assert_non_null(at);
    memcpy(at, "xyz", 3);
    buf.len += 3;
    assert_str(buf_str(&buf), "xyz");
    assert_non_null(buf_reserve(&buf, 0));
    assert_non_null(buf_reserve(&buf, 997));
    assert_null(buf_reserve(&buf, 998));
    assert_true(buf.failed);
    assert_null(buf_reserve(&buf, 1));
    buf_clear(&buf);
    assert_null(buf_reserve(&buf, SIZE_MAX));
}

static void buffer_without_a_maximum_takes_nothing(void **state)
{
    (void)state;
    AUTO_BUF buf = {0};
    buf_add(&buf, S("x"));
    assert_true(buf.failed);
    assert_str(buf_str(&buf), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_there),
        cmocka_unit_test(maximum_is_exact_and_failure_stays),
        cmocka_unit_test(printing_may_fill_the_last_byte),
        cmocka_unit_test(long_prints_are_whole),
        cmocka_unit_test(reserved_room_is_filled_by_the_caller),
        cmocka_unit_test(buffer_without_a_maximum_takes_nothing),
    };
    return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
