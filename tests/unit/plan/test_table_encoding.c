/* Bytes to text: what is accepted, what is refused, with which words and where. Bytes of the other encodings
 * are written out by hand; the long ones are made by the C library's iconv from UTF-8. */
#include "plan/encoding.h"

#include <iconv.h>

#include "table_reading.h"

static Str encode(Arena *arena, Str utf8, const char *encoding)
{
    const iconv_t converter = iconv_open(encoding, "UTF-8");
    assert_true(converter != (iconv_t)-1);
    const size_t room = utf8.len * 4 + 16;
    char *out = arena_alloc(arena, room), *at = out, *in = (char *)(uintptr_t)utf8.at;
    size_t in_left = utf8.len, out_left = room;
    assert_int_equal(iconv(converter, &in, &in_left, &at, &out_left), 0);
    assert_int_equal(iconv(converter, NULL, NULL, &at, &out_left), 0);
    assert_int_equal(iconv_close(converter), 0);
    return (Str){out, (size_t)(at - out)};
}

static void utf8_is_taken_as_it_is(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Str texts[] = {S("川"), S("a\tb\r\nc\fd\ve"),
        S("葛\xF3\xA0\x84\x81城 𠮷 \xEE\x80\x80 か\xE3\x82\x99"), S("\xC2\x85")};
    static const char *const names[] = {"", "utf-8", "UTF8"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        for (size_t j = 0; j < COUNT_OF(names); j++) {
            Error error = {0};
            Str out = STR_EMPTY;
            assert_true(text_to_utf8(arena, texts[i], str_of(names[j]), &out, &error));
            assert_slice(out, texts[i]);
            assert_ptr_equal(out.at, texts[i].at);
        }
    }
    Error error = {0};
    Str out = STR_EMPTY;
    assert_true(text_to_utf8(arena, S("\xEF\xBB\xBF川"), STR_EMPTY, &out, &error));
    assert_text(out, "川");
}

static void other_encodings_are_converted_when_named(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Str text = S("川の再生①～㈱髙橋 ｶﾜ\r\n基本方向\tABC\n");
    static const struct {
        const char *name, *iconv;
    } encodings[] = {{"shift_jis", "CP932"}, {"Shift-JIS", "CP932"}, {"sjis", "CP932"}, {"CP932", "CP932"},
        {"Windows-31J", "CP932"}, {"utf-16", "UTF-16"}, {"utf-16le", "UTF-16LE"}, {"UTF-16BE", "UTF-16BE"}};
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        Error error = {0};
        Str out = STR_EMPTY;
        if (!text_to_utf8(
                arena, encode(arena, text, encodings[i].iconv), str_of(encodings[i].name), &out, &error)) {
            fail_msg("%s: %s", encodings[i].name, error.message);
        }
        assert_slice(out, text);
    }
    const Str plain = S("川の再生\n");
    Error error = {0};
    Str out = STR_EMPTY;
    assert_true(text_to_utf8(arena, encode(arena, plain, "EUC-JP"), S("euc-jp"), &out, &error));
    assert_slice(out, plain);
    assert_true(text_to_utf8(arena, encode(arena, plain, "ISO-2022-JP"), S("iso-2022-jp"), &out, &error));
    assert_slice(out, plain);
    /* JIS X 0208 by hand: 川 is 0x90EC, の is 0x82CC */
    assert_true(text_to_utf8(arena, S("\x90\xEC\x82\xCC"), S("shift_jis"), &out, &error));
    assert_text(out, "川の");
}

static void long_texts_are_converted_whole(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Str text = S("水辺の町で魚を数える。abc\n");
    for (int i = 0; i < 14; i++) {
        text = arena_join(arena, text, text);
    }
    Error error = {0};
    Str out = STR_EMPTY;
    assert_true(text_to_utf8(arena, encode(arena, text, "CP932"), S("cp932"), &out, &error));
    assert_slice(out, text);
}

typedef struct Refusal {
    Str bytes;
    const char *encoding;
    ErrorCode code;
    long line, column;
    const char *words[2];
} Refusal;

static void what_is_no_text_is_refused_with_its_place(void **state)
{
    (void)state;
    static const Refusal cases[] = {
        {STR_LITERAL(""), "", ERROR_INPUT, 0, 0, {"empty", ""}},
        {STR_LITERAL(" \n\t\r\n"), "", ERROR_INPUT, 0, 0, {"empty", ""}},
        {STR_LITERAL("\xEF\xBB\xBF"), "", ERROR_INPUT, 0, 0, {"empty", ""}},
        {STR_LITERAL("川\n水\x83\x54\x81\x5B"), "", ERROR_INPUT, 2, 2, {"0x83", "not UTF-8"}},
        {STR_LITERAL("abc\n\x90\xEC\x82\xCC\x8D\xC4\n"), "", ERROR_INPUT, 2, 1,
            {"Shift_JIS", "--encoding shift_jis"}},
        {STR_LITERAL("\xC0\xEE\xA4\xCE\xBA\xC6"), "", ERROR_INPUT, 1, 1, {"EUC-JP", "--encoding euc-jp"}},
        {STR_LITERAL("\xFF\xFE\x41\x00"), "", ERROR_INPUT, 1, 1, {"UTF-16", "--encoding utf-16"}},
        {STR_LITERAL("\xFE\xFF\x00\x41"), "", ERROR_INPUT, 1, 1, {"UTF-16", "--encoding utf-16"}},
        {STR_LITERAL("a\0b\0"), "", ERROR_INPUT, 1, 2, {"NUL", "utf-16le"}},
        {STR_LITERAL("\0a\0b"), "", ERROR_INPUT, 1, 1, {"NUL", "utf-16be"}},
        {STR_LITERAL("川は\x1B$B"), "", ERROR_INPUT, 1, 3, {"ISO-2022-JP", "--encoding iso-2022-jp"}},
        {STR_LITERAL("川の\n町\0水"), "", ERROR_INPUT, 2, 2, {"NUL", "no text file"}},
        {STR_LITERAL("川\x01"), "", ERROR_INPUT, 1, 2, {"0x01", "control"}},
        {STR_LITERAL("川\x7F"), "", ERROR_INPUT, 1, 2, {"0x7F", "control"}},
        {STR_LITERAL("\xC0\xAF"), "", ERROR_INPUT, 1, 1, {"0xC0", ""}},
        {STR_LITERAL("a\xED\xA0\x80"), "", ERROR_INPUT, 1, 2, {"0xED", ""}},
        {STR_LITERAL("\x89PNG\r\n\x1A\n\xFF\xFF"), "", ERROR_INPUT, 1, 1, {"0x89", "damaged"}},
        {STR_LITERAL("\x90\xEC\n\x82"), "shift_jis", ERROR_INPUT, 2, 1, {"0x82", "encoding that was named"}},
        {STR_LITERAL("川"), "shift-jisx", ERROR_INPUT, 0, 0, {"unknown encoding", "shift_jis"}},
        {STR_LITERAL("\x90\xEC\0"), "shift_jis", ERROR_INPUT, 1, 2, {"NUL", ""}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        Error error = {0};
        Str out = STR_EMPTY;
        assert_false(text_to_utf8(arena, cases[i].bytes, str_of(cases[i].encoding), &out, &error));
        const bool said = strstr(error.message, cases[i].words[0]) != NULL &&
                          strstr(error.message, cases[i].words[1]) != NULL;
        if (error.code != cases[i].code || error.line != cases[i].line || error.column != cases[i].column ||
            !said) {
            fail_msg(
                "case %zu: %d at %ld:%ld: %s", i, (int)error.code, error.line, error.column, error.message);
        }
    }
}

static void texts_above_the_limit_are_refused_with_their_size(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const size_t size = PLAN_TEXT_MAX + 1;
    char *bytes = arena_alloc(arena, size);
    assert_non_null(bytes);
    memset(bytes, 'a', size);
    static const char *const encodings[] = {"", "shift_jis", "utf-16le"};
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        Error error = {0};
        Str out = STR_EMPTY;
        assert_false(text_to_utf8(arena, (Str){bytes, size}, str_of(encodings[i]), &out, &error));
        assert_int_equal(error.code, ERROR_LIMIT);
        assert_non_null(strstr(error.message, "64 MiB"));
    }
    Error error = {0};
    Str out = STR_EMPTY;
    assert_true(text_to_utf8(arena, (Str){bytes, size - 1}, STR_EMPTY, &out, &error));
    /* 33 Mi characters of three bytes each grow above the limit on the way */
    for (size_t i = 0; i + 1 < size; i += 2) {
        bytes[i] = (char)0x90;
        bytes[i + 1] = (char)0xEC;
    }
    assert_false(text_to_utf8(arena, (Str){bytes, size - 1}, S("shift_jis"), &out, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

/* A process that seals itself opens the converter before and decodes behind. */
static void decoding_in_two_steps(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Error error = {0};
    Str out = STR_EMPTY;
    AUTO_TEXT_DECODER decoder = {0};
    assert_true(text_decoder_open(&decoder, S("sjis"), &error));
    assert_non_null(decoder.converter);
    for (int i = 0; i < 2; i++) {
        assert_true(text_decode(&decoder, arena, S("\x90\xEC"), &out, &error));
        assert_text(out, "川");
        assert_false(text_decode(&decoder, arena, S("\x90"), &out, &error));
    }
    text_decoder_close(&decoder);
    assert_null(decoder.converter);
}

static void places_count_code_points(void **state)
{
    (void)state;
    long line = 0, column = 0;
    text_place(S("川\n水と緑"), strlen("川\n水と"), &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 3);
    text_place(S("川"), 0, &line, &column);
    assert_int_equal(line, 1);
    assert_int_equal(column, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_taken_as_it_is),
        cmocka_unit_test(other_encodings_are_converted_when_named),
        cmocka_unit_test(long_texts_are_converted_whole),
        cmocka_unit_test(what_is_no_text_is_refused_with_its_place),
        cmocka_unit_test(texts_above_the_limit_are_refused_with_their_size),
        cmocka_unit_test(decoding_in_two_steps),
        cmocka_unit_test(places_count_code_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
