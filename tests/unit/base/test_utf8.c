/* base/utf8.h. */
#include "base/utf8.h"

#include "check.h"

static void good_text_passes(void **state)
{
    (void)state;
    static const char *const GOOD[] = {
        "",
        "ascii",
        "青森市",
        "𠮷野家",
        "\x7F",
        "\xC2\x80",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
    };
    for (size_t i = 0; i < COUNT_OF(GOOD); i++)
        assert_true(utf8_check(str_of(GOOD[i]), NULL));
    assert_true(utf8_check((Str){NULL, 0}, NULL));
    assert_true(utf8_check(S("a\0b"), NULL)); /* NUL is a code point; who forbids it says so himself */
}

static void bad_bytes_are_found_where_they_stand(void **state)
{
    (void)state;
    static const struct {
        Str text;
        size_t bad;
    } BAD[] = {
        {STR_LITERAL("\x80"), 0},                     /* continuation alone */
        {STR_LITERAL("ab\xFF"), 2},                   /* never a byte of UTF-8 */
        {STR_LITERAL("青\xE6\xA3"), 3},               /* cut off */
        {STR_LITERAL("\xC0\xAF"), 0},                 /* overlong slash */
        {STR_LITERAL("\xE0\x9F\xBF"), 0},             /* overlong */
        {STR_LITERAL("\xF0\x8F\xBF\xBF"), 0},         /* overlong */
        {STR_LITERAL("x\xED\xA0\x80"), 1},            /* surrogate */
        {STR_LITERAL("\xF4\x90\x80\x80"), 0},         /* above U+10FFFF */
        {STR_LITERAL("\xF8\x88\x80\x80\x80"), 0},     /* five bytes */
        {STR_LITERAL("\xE6\x41\x42"), 0},             /* continued by letters */
        {STR_LITERAL("\x8E\x73\x92\xAC\x91\xBA"), 0}, /* Shift_JIS */
    };
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        size_t bad = 99;
        assert_false(utf8_check(BAD[i].text, &bad));
        assert_int_equal(bad, BAD[i].bad);
        assert_false(utf8_check(BAD[i].text, NULL));
    }
}

static void every_code_point_there_and_back(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[4];
        Str s = {bytes, utf8_put(bytes, c)};
        size_t at = 0;
        if (s.len != (c < 0x80         ? 1U
                         : c < 0x800   ? 2U
                         : c < 0x10000 ? 3U
                                       : 4U) ||
            !utf8_check(s, NULL) || utf8_next(s, &at) != c || at != s.len)
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void lossy_reading_goes_on(void **state)
{
    (void)state;
    Str s = S("a\xFF\xE9\x9D\x92\xE6");
    static const uint32_t EXPECTED[] = {'a', 0xFFFD, 0x9752, 0xFFFD};
    size_t at = 0;
    for (size_t i = 0; i < COUNT_OF(EXPECTED); i++)
        assert_int_equal(utf8_next_lossy(s, &at), EXPECTED[i]);
    assert_int_equal(at, s.len);
}

static void counting_and_slicing_by_code_points(void **state)
{
    (void)state;
    Str s = S("a𠮷é青森"); /* 1, 4, 2, 3, 3 bytes */
    assert_int_equal(utf8_count(s), 5);
    assert_int_equal(utf8_count(STR_EMPTY), 0);
    static const size_t OFFSETS[] = {0, 1, 5, 7, 10, 13, 13};
    for (size_t n = 0; n < COUNT_OF(OFFSETS); n++)
        assert_int_equal(utf8_offset(s, n), OFFSETS[n]);
    assert_str(utf8_slice(s, 1, 3), "𠮷é");
    assert_str(utf8_slice(s, 0, 100), "a𠮷é青森");
    assert_str(utf8_slice(s, 4, 100), "森");
    assert_str(utf8_slice(s, 3, 2), "");
    assert_str(utf8_slice(s, 9, 12), "");
}

static void clusters_stay_whole(void **state)
{
    (void)state;
    static const char *const CLUSTERS[] = {
        "葛\U000E0100",                               /* ideograph with variation selector */
        "か\u3099",                                   /* kana with combining mark */
        "ｶﾞ",                                         /* half width kana with its mark */
        "辻\uFE00",                                   /* standardised variation */
        "\U0001F468\u200D\U0001F469\u200D\U0001F467", /* family, joined */
        "\U0001F1EF\U0001F1F5",                       /* flag */
        "\r\n",
        "\uE000", /* private use: a gaiji */
        "\uE000\U000E0101",
        "e\u0301\u0323",
        "青",
    };
    AUTO_ARENA arena = arena_new(1 << 20);
    for (size_t a = 0; a < COUNT_OF(CLUSTERS); a++) {
        Str cluster = str_of(CLUSTERS[a]);
        assert_int_equal(grapheme_end(cluster, 0), cluster.len);
        for (size_t b = 0; b < COUNT_OF(CLUSTERS); b++) {
            if (a == b && a == 5)
                continue; /* two flags are four letters, still in pairs: below */
            Str both = arena_join(arena, cluster, str_of(CLUSTERS[b]));
            assert_int_equal(grapheme_end(both, 0), cluster.len);
            assert_int_equal(grapheme_end(both, cluster.len), both.len);
        }
    }
    assert_int_equal(grapheme_end(S("\U0001F1EF\U0001F1F5\U0001F1EF\U0001F1F5"), 0), 8);
}

static void heads_are_never_cut_inside(void **state)
{
    (void)state;
    Str s = S("葛\U000E0100城ｶﾞ丘");
    assert_str(grapheme_head(s, 0), "");
    assert_str(grapheme_head(s, 1), "葛\U000E0100");
    assert_str(grapheme_head(s, 3), "葛\U000E0100城ｶﾞ");
    assert_str(grapheme_head(s, 4), "葛\U000E0100城ｶﾞ丘");
    assert_str(grapheme_head(s, 400), "葛\U000E0100城ｶﾞ丘");
    assert_str(grapheme_head(STR_EMPTY, 3), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_text_passes),
        cmocka_unit_test(bad_bytes_are_found_where_they_stand),
        cmocka_unit_test(every_code_point_there_and_back),
        cmocka_unit_test(lossy_reading_goes_on),
        cmocka_unit_test(counting_and_slicing_by_code_points),
        cmocka_unit_test(clusters_stay_whole),
        cmocka_unit_test(heads_are_never_cut_inside),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
