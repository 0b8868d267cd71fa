/* Exact products and quotients against Python's fractions; reading and writing decimals. */
#include "base/decimal.h"

#include "check.h"

typedef struct Expected {
    bool fits;
    int64_t n;
} Expected;

static const struct {
    int64_t a, b, c;
    Expected results[ROUNDING_COUNT];
} vectors[] = {
/* clang-format off */
#include "decimal_vectors.inc"
    /* clang-format on */
};

static void quotients_are_exact(void **state)
{
    (void)state;
    assert_true(COUNT_OF(vectors) > 120);
    size_t overflows = 0;
    for (size_t i = 0; i < COUNT_OF(vectors); i++)
        for (Rounding rounding = 0; rounding < ROUNDING_COUNT; rounding++) {
            Expected expected = vectors[i].results[rounding];
            int64_t n = 0;
            bool fits = multiply_divide(vectors[i].a, vectors[i].b, vectors[i].c, rounding, &n);
            overflows += !fits;
            if (fits != expected.fits || (fits && n != expected.n))
                fail_msg("%lld * %lld / %lld, way %d: %lld, not %lld", (long long)vectors[i].a,
                    (long long)vectors[i].b, (long long)vectors[i].c, (int)rounding, (long long)n,
                    (long long)expected.n);
        }
    assert_true(overflows > 50);
}

static void by_zero_is_nothing(void **state)
{
    (void)state;
    int64_t n = 7;
    assert_false(multiply_divide(1, 1, 0, ROUND_HALF_UP, &n));
    assert_false(multiply_divide(0, 0, 0, ROUND_DOWN, &n));
    assert_int_equal(n, 7);
}

static void decimals_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        bool is_decimal;
        int64_t millionths;
    } cases[] = {
        {"0", true, 0},
        {"12.5", true, 12500000},
        {"-0.000001", true, -1},
        {"-12", true, -12000000},
        {"007.10", true, 7100000},
        {"9223372036854.775807", true, INT64_MAX},
        {"-9223372036854.775808", true, INT64_MIN},
        {"9223372036854.775808", false, 0},
        {"9223372036855", false, 0},
        {"1.1234567", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {".5", false, 0},
        {"5.", false, 0},
        {"1,5", false, 0},
        {"1.-5", false, 0},
        {"+1", false, 0},
        {"1e3", false, 0},
        {" 1", false, 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t n = 0;
        if (decimal_parse(str_of(cases[i].written), &n) != cases[i].is_decimal || n != cases[i].millionths)
            fail_msg("'%s' is %lld", cases[i].written, (long long)n);
    }
}

static void decimals_are_written_shortest(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    static const struct {
        int64_t millionths;
        const char *written;
    } cases[] = {
        {0, "0"},
        {12500000, "12.5"},
        {300000000, "300"},
        {-1, "-0.000001"},
        {-1000000, "-1"},
        {INT64_MAX, "9223372036854.775807"},
        {INT64_MIN, "-9223372036854.775808"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t n = 0;
        assert_str(decimal_print(arena, cases[i].millionths), cases[i].written);
        assert_true(decimal_parse(str_of(cases[i].written), &n));
        assert_int_equal(n, cases[i].millionths);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotients_are_exact),
        cmocka_unit_test(by_zero_is_nothing),
        cmocka_unit_test(decimals_are_read),
        cmocka_unit_test(decimals_are_written_shortest),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
