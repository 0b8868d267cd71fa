/* UTF-8 against iconv, numbers against strtoll, folding against what it promises. */
#include "base/fold.h"

#include <setjmp.h>

#include <cmocka.h>

#include <errno.h>
#include <iconv.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "random.h"

/* --- UTF-8
 * -------------------------------------------------------------------------------------------------------- */

/* Bytes that are nearly UTF-8: pieces of good sequences, and some that never are. */
static size_t random_bytes(Random *random, char *out)
{
    static const char *const PIECES[] = {"a", "é", "青", "𠮷", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80",
        "\x80", "\xFF", "\xE9\x9D", "\xF0\xA0\xAE", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF",
        "\xE0\x9F\xBF"};
    size_t len = 0;
    for (size_t i = random_below(random, 8); i > 0; i--) {
        const char *piece = PIECES[random_below(random, random_below(random, 2) ? 4 : COUNT_OF(PIECES))];
        memcpy(out + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return len;
}

static void utf8_is_what_iconv_takes(void **state)
{
    (void)state;
    iconv_t to_utf32 = iconv_open("UTF-32LE", "UTF-8");
    assert_true(to_utf32 != (iconv_t)-1);
    size_t good = 0, bad = 0;
    for (uint64_t seed = 0; seed < 50000; seed++) {
        Random random = {seed};
        char bytes[64], points[256];
        Str s = {bytes, random_bytes(&random, bytes)};
        char *in = bytes, *out = points;
        size_t in_left = s.len, out_left = sizeof points, wrong = SIZE_MAX;
        iconv(to_utf32, NULL, NULL, NULL, NULL);
        bool taken = iconv(to_utf32, &in, &in_left, &out, &out_left) != (size_t)-1;
        if (utf8_check(s, &wrong) != taken || (!taken && wrong != (size_t)(in - bytes)))
            fail_msg(
                "seed %d: iconv stopped at %zu, utf8_check at %zu", (int)seed, (size_t)(in - bytes), wrong);
        size_t count = (sizeof points - out_left) / 4, at = 0;
        for (size_t i = 0; i < count; i++) {
            uint32_t point;
            memcpy(&point, points + i * 4, 4);
            assert_int_equal(utf8_next_lossy(s, &at), point);
        }
        if (taken) {
            assert_int_equal(utf8_count(s), count);
            good++;
        } else {
            bad++;
        }
    }
    iconv_close(to_utf32);
    assert_true(good > 5000 && bad > 5000);
}

/* --- whole numbers
 * ------------------------------------------------------------------------------------------------ */

static void numbers_are_what_strtoll_reads(void **state)
{
    (void)state;
    static const char DIGITS[] = "0123456789990-+ ";
    for (uint64_t seed = 0; seed < 50000; seed++) {
        Random random = {seed};
        char text[24];
        size_t len = random_below(&random, sizeof text);
        for (size_t i = 0; i < len; i++)
            text[i] = DIGITS[random_below(&random, i == 0 ? 16 : random_below(&random, 20) ? 13 : 16)];
        text[len] = '\0';
        char *end;
        errno = 0;
        long long expected = strtoll(text, &end, 10);
        bool whole = len > 0 && text[0] != ' ' && end == text + len && errno == 0;
        int64_t found = 0;
        if (str_to_int((Str){text, len}, &found) != whole || (whole && found != expected))
            fail_msg("\"%s\"", text);
    }
}

/* --- folding
 * ------------------------------------------------------------------------------------------------------ */

static const char *const LETTERS[] = {"あ", "カ", "が", "ガ", "ｶ", "ﾞ", "゙", "ー", "ｰ", "ッ", "市", "㈱", "㌔",
    "Ａ", "b", "ß", "１", " ", "　", "\t", "葛\U000E0100", "\uFE00", "\uE000", "\u00AD", "é", "e\u0301", "𠮷",
    "\U0001F1EF\U0001F1F5", "ヷ", "・", "、"};

static Str random_text(Random *random, Arena *arena, size_t letters_max)
{
    Str text = STR_EMPTY;
    for (size_t i = random_below(random, letters_max + 1); i > 0; i--)
        text = arena_join(arena, text, str_of(LETTERS[random_below(random, COUNT_OF(LETTERS))]));
    return text;
}

/* One to three clusters from somewhere in the text. */
static Str random_part(Random *random, Str text)
{
    size_t from = 0, count = 0;
    for (size_t at = 0; at < text.len; at = grapheme_end(text, at))
        count++;
    for (size_t i = count > 0 ? random_below(random, count) : 0; i > 0; i--)
        from = grapheme_end(text, from);
    return grapheme_head(str_slice(text, from, text.len), 1 + random_below(random, 3));
}

static bool is_boundary(Str s, size_t at)
{
    size_t end = 0;
    while (end < at)
        end = grapheme_end(s, end);
    return end == at;
}

/* Boundaries, taken one by one, are those that utf8proc finds over the whole text. */
static void clusters_are_those_of_utf8proc(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (uint64_t seed = 0; seed < 20000; seed++) {
        Random random = {seed};
        arena_clear(arena);
        Str text = random_text(&random, arena, 12);
        int32_t breaks = 0;
        size_t end = text.len > 0 ? grapheme_end(text, 0) : 0;
        for (size_t at = 0; at < text.len;) {
            int32_t before = (int32_t)utf8_next(text, &at);
            size_t next = at;
            if (at == text.len) {
                assert_int_equal(end, at);
                break;
            }
            int32_t after = (int32_t)utf8_next(text, &next);
            if (utf8proc_grapheme_break_stateful(before, after, &breaks) != (at == end))
                fail_msg("seed %d: at byte %zu", (int)seed, at);
            if (at == end)
                end = grapheme_end(text, at);
        }
    }
}

/* What folding takes for unchanged is unchanged by Unicode's own folding, for every character of the first
 * planes. */
static void single_characters_fold_as_unicode_says(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (uint32_t c = 0x21; c < 0x30000; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[5] = "";
        Str s = {bytes, utf8_put(bytes, c)};
        arena_clear(arena);
        utf8proc_uint8_t *expected = utf8proc_NFKC_Casefold((const utf8proc_uint8_t *)bytes);
        assert_non_null(expected);
        /* Folding the result again changes katakana and white space alone. */
        Str once = text_fold(arena, s), twice = text_fold(arena, str_of((const char *)expected));
        if (!str_equal(once, twice))
            fail_msg("U+%04X: %.*s", (unsigned)c, STR_ARGS(once));
        free(expected);
    }
}

static void folded_text_is_folded(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    for (uint64_t seed = 0; seed < 20000; seed++) {
        Random random = {seed};
        arena_clear(arena);
        Str folded = text_fold(arena, random_text(&random, arena, 12));
        assert_true(utf8_check(folded, NULL));
        assert_false(str_contains(folded, S("  ")));
        for (size_t at = 0; at < folded.len;) {
            uint32_t c = utf8_next(folded, &at);
            bool katakana = (c >= 0x30A1 && c <= 0x30FA) || (c >= 0xFF66 && c <= 0xFF9D);
            bool variation = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
            bool wide = (c >= 0xFF01 && c <= 0xFF5E) || c == 0x3000;
            if (katakana || variation || wide || (c >= 'A' && c <= 'Z') || c == '\t')
                fail_msg("seed %d: U+%04X is left", (int)seed, (unsigned)c);
        }
    }
}

/* A text's hits are there exactly when its folded copy holds the folded word, and each covers whole clusters.
 */
static void hits_are_where_the_words_are(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    assert_non_null(arena);
    size_t found = 0, absent = 0;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        Random random = {seed};
        arena_clear(arena);
        Str text = random_text(&random, arena, 16);
        Str word = seed % 2 ? random_text(&random, arena, 2) : random_part(&random, text);
        Str folded = text_fold(arena, text), folded_word = text_fold(arena, word);
        if (str_contains(folded_word, S(" ")))
            continue;
        FoldMatch *matches = NULL;
        size_t count = text_find_folded(arena, text, word, &matches);
        assert_false(arena_failed(arena));
        bool expected = folded_word.len > 0 && str_contains(folded, folded_word);
        if (expected != (count > 0))
            fail_msg("seed %d: %.*s in %.*s", (int)seed, STR_ARGS(word), STR_ARGS(text));
        size_t before = 0;
        for (size_t i = 0; i < count; i++) {
            assert_true(matches[i].from >= before && matches[i].from < matches[i].to);
            assert_true(is_boundary(text, matches[i].from) && is_boundary(text, matches[i].to));
            Str hit = text_fold(arena, str_slice(text, matches[i].from, matches[i].to));
            if (!str_contains(hit, folded_word))
                fail_msg("seed %d: hit %.*s", (int)seed, STR_ARGS(hit));
            before = matches[i].to;
        }
        found += expected;
        absent += !expected;
    }
    assert_true(found > 2000 && absent > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_iconv_takes),
        cmocka_unit_test(numbers_are_what_strtoll_reads),
        cmocka_unit_test(clusters_are_those_of_utf8proc),
        cmocka_unit_test(single_characters_fold_as_unicode_says),
        cmocka_unit_test(folded_text_is_folded),
        cmocka_unit_test(hits_are_where_the_words_are),
    };
    return cmocka_run_group_tests_name("text properties", tests, NULL, NULL);
}
