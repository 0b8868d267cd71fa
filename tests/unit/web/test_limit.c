/* Guessing passwords gets slower and slower; others are left alone. */
#include "web/limit.h"

#include "check.h"

#define SECOND ((int64_t)1000000)
#define HOUR (3600 * SECOND)

static void waits_double(void **state)
{
    (void)state;
    SignInLimit *limit = limit_new();
    int64_t now = 1000 * HOUR;
    for (int i = 0; i < 4; i++) {
        limit_failed(limit, S("hanako"), S("192.0.2.1"), now);
        assert_int_equal(limit_wait(limit, S("hanako"), S("192.0.2.1"), now), 0);
    }
    int64_t last = 0;
    for (int i = 0; i < 12; i++) {
        limit_failed(limit, S("hanako"), S("192.0.2.1"), now);
        int64_t wait = limit_wait(limit, S("HANAKO"), S("192.0.2.2"), now);
        assert_true(wait > 0 && (wait == 900 || wait == (last ? last * 2 : 1)));
        assert_int_equal(limit_wait(limit, S("hanako"), S("192.0.2.2"), now + (wait - 1) * SECOND), 1);
        assert_int_equal(limit_wait(limit, S("hanako"), S("192.0.2.2"), now + wait * SECOND), 0);
        last = wait;
    }
    assert_int_equal(last, 900);
    assert_int_equal(limit_wait(limit, S("taro"), S("192.0.2.2"), now), 0);
    limit_free(limit);
}

static void success_forgives_a_name(void **state)
{
    (void)state;
    SignInLimit *limit = limit_new();
    int64_t now = HOUR;
    for (int i = 0; i < 6; i++)
        limit_failed(limit, S("hanako"), S("a"), now);
    assert_true(limit_wait(limit, S("hanako"), S("b"), now) > 0);
    limit_succeeded(limit, S("hanako"), S("b"));
    assert_int_equal(limit_wait(limit, S("hanako"), S("b"), now), 0);
    limit_free(limit);
}

static void one_address_with_many_names(void **state)
{
    (void)state;
    SignInLimit *limit = limit_new();
    int64_t now = HOUR;
    char name[16];
    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof name, "user%d", i);
        limit_failed(limit, str_of(name), S("192.0.2.1"), now);
    }
    assert_true(limit_wait(limit, S("nobody-yet"), S("192.0.2.1"), now) > 0);
    limit_succeeded(limit, S("own-account"), S("192.0.2.1"));
    assert_true(limit_wait(limit, S("nobody-yet"), S("192.0.2.1"), now) > 0);
    assert_int_equal(limit_wait(limit, S("nobody-yet"), S("192.0.2.2"), now), 0);
    limit_free(limit);
}

static void failures_fade(void **state)
{
    (void)state;
    SignInLimit *limit = limit_new();
    for (int i = 0; i < 8; i++)
        limit_failed(limit, S("hanako"), S("a"), HOUR);
    limit_failed(limit, S("hanako"), S("a"), 3 * HOUR);
    assert_int_equal(limit_wait(limit, S("hanako"), S("b"), 3 * HOUR), 0);
    limit_free(limit);
}

/* A flood of names takes no more memory and does not make the table wrong for a name that goes on failing. */
static void floods_are_bounded(void **state)
{
    (void)state;
    SignInLimit *limit = limit_new();
    char name[16];
    for (int i = 0; i < 50000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        limit_failed(limit, str_of(name), S("a"), HOUR + i);
    }
    for (int i = 0; i < 6; i++)
        limit_failed(limit, S("hanako"), S("b"), 2 * HOUR);
    assert_true(limit_wait(limit, S("hanako"), S("c"), 2 * HOUR) > 0);
    limit_free(limit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double),
        cmocka_unit_test(success_forgives_a_name),
        cmocka_unit_test(one_address_with_many_names),
        cmocka_unit_test(failures_fade),
        cmocka_unit_test(floods_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
