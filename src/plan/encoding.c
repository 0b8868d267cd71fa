/* plan/encoding.c: from the bytes of a file to text that the readers take.
 *
 * A text is UTF-8 without control bytes other than tab, line ends, form feed and the vertical tab that word
 * processors write for a line break. What is not is refused with its place and a guess at what it is. The
 * guess looks at the bytes only (which bytes may follow which in Shift_JIS and EUC-JP), so that it works in a
 * sealed process too. Converting is the C library's iconv; for Shift_JIS it is CP932, which is what Windows
 * writes under that name.
 */
#include "plan/encoding.h"

#include <errno.h>
#include <iconv.h>

#include "base/buf.h"
#include "base/utf8.h"

typedef struct EncodingName {
    const char *name;  /* as an officer may write it, in lower case */
    const char *iconv; /* NULL: UTF-8, nothing to convert */
} EncodingName;

static const EncodingName encoding_names[] = {
    {"utf-8", NULL},
    {"utf8", NULL},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"cp932", "CP932"},
    {"ms932", "CP932"},
    {"windows-31j", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"eucjp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"utf-16", "UTF-16"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
};

static const Str BYTE_ORDER_MARK = STR_LITERAL("\xEF\xBB\xBF");

static bool equal_ignoring_case(Str s, const char *lower)
{
    size_t i = 0;
    for (; i < s.len && lower[i] != '\0'; i++) {
        const char c = s.at[i] >= 'A' && s.at[i] <= 'Z' ? (char)(s.at[i] - 'A' + 'a') : s.at[i];
        if (c != lower[i]) {
            return false;
        }
    }
    return i == s.len && lower[i] == '\0';
}

static const EncodingName *find_encoding(Str name)
{
    for (size_t i = 0; i < COUNT_OF(encoding_names); i++) {
        if (equal_ignoring_case(name, encoding_names[i].name)) {
            return &encoding_names[i];
        }
    }
    return NULL;
}

bool text_decoder_open(TextDecoder *decoder, Str encoding, Error *error)
{
    decoder->converter = NULL;
    if (encoding.len == 0) {
        return true;
    }
    const EncodingName *row = find_encoding(encoding);
    if (row == NULL) {
        return error_set(error, ERROR_INPUT,
            "unknown encoding \"%.*s\"; known are utf-8, shift_jis, euc-jp, iso-2022-jp and utf-16",
            STR_ARGS(encoding));
    }
    if (row->iconv == NULL) {
        return true;
    }
    const iconv_t converter = iconv_open("UTF-8", row->iconv);
    if (converter == (iconv_t)-1) {
        return error_set(error, ERROR_SYSTEM, "this machine cannot convert from %s: %s", row->iconv,
            strerrordesc_np(errno));
    }
    decoder->converter = converter;
    return true;
}

void text_decoder_close(TextDecoder *decoder)
{
    if (decoder->converter != NULL) {
        (void)iconv_close((iconv_t)decoder->converter);
        decoder->converter = NULL;
    }
}

void text_place(Str text, size_t at, long *line, long *column)
{
    const Str before = str_slice(text, 0, at);
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < before.len; i++) {
        if (before.at[i] == '\n') {
            *line += 1;
            start = i + 1;
        }
    }
    *column = (long)utf8_count(str_slice(before, start, before.len)) + 1;
}

/* --- guesses --- */

static unsigned byte_at(Str s, size_t i)
{
    return i < s.len ? (unsigned char)s.at[i] : 0;
}

static bool is_within(unsigned byte, unsigned low, unsigned high)
{
    return byte >= low && byte <= high;
}

/* Length of the Shift_JIS character at i; 0 when the bytes are none. *kana counts hiragana, which every text
 * has. */
static size_t shift_jis_length(Str s, size_t i, size_t *kana)
{
    const unsigned lead = byte_at(s, i), trail = byte_at(s, i + 1);
    if (lead < 0x80 || is_within(lead, 0xA1, 0xDF)) {
        return 1;
    }
    if (!is_within(lead, 0x81, 0xFC) || !is_within(trail, 0x40, 0xFC) || trail == 0x7F) {
        return 0;
    }
    *kana += lead == 0x82 && is_within(trail, 0x9F, 0xF1);
    return 2;
}

static size_t euc_jp_length(Str s, size_t i, size_t *kana)
{
    const unsigned lead = byte_at(s, i), trail = byte_at(s, i + 1);
    if (lead < 0x80) {
        return 1;
    }
    if (lead == 0x8F) {
        return is_within(trail, 0xA1, 0xFE) && is_within(byte_at(s, i + 2), 0xA1, 0xFE) ? 3 : 0;
    }
    if (!(lead == 0x8E || is_within(lead, 0xA1, 0xFE)) || !is_within(trail, 0xA1, 0xFE)) {
        return 0;
    }
    *kana += lead == 0xA4;
    return 2;
}

/* Whether every byte of s fits the encoding; *kana counts its hiragana. */
static bool is_made_of(Str s, size_t (*length)(Str, size_t, size_t *), size_t *kana)
{
    *kana = 0;
    for (size_t i = 0; i < s.len;) {
        const size_t n = length(s, i, kana);
        if (n == 0) {
            return false;
        }
        i += n;
    }
    return true;
}

static bool has_utf16_mark(Str s)
{
    return str_starts(s, S("\xFF\xFE")) || str_starts(s, S("\xFE\xFF"));
}

/* What bytes that are no UTF-8 seem to be, as --encoding takes it; NULL when they look like nothing known. */
static const char *guess_encoding(Str bytes)
{
    if (has_utf16_mark(bytes)) {
        return "utf-16";
    }
    size_t shift_jis_kana = 0, euc_jp_kana = 0;
    const bool shift_jis = is_made_of(bytes, shift_jis_length, &shift_jis_kana);
    const bool euc_jp = is_made_of(bytes, euc_jp_length, &euc_jp_kana);
    if (euc_jp && (!shift_jis || euc_jp_kana > shift_jis_kana)) {
        return "euc-jp";
    }
    return shift_jis ? "shift_jis" : NULL;
}

/* --- checks --- */

/* Error messages name an encoding as its documents do, beside the word that --encoding takes. */
static const char *spoken_name(const char *encoding)
{
    static const EncodingName spoken[] = {{"shift_jis", "Shift_JIS"}, {"euc-jp", "EUC-JP"},
        {"utf-16", "UTF-16"}, {"iso-2022-jp", "ISO-2022-JP"}};
    for (size_t i = 0; i < COUNT_OF(spoken); i++) {
        if (strcmp(spoken[i].name, encoding) == 0) {
            return spoken[i].iconv;
        }
    }
    return encoding;
}

static bool refuse_looking_like(
    Str text, size_t at, Str name, const char *what, const char *encoding, Error *error)
{
    long line = 0, column = 0;
    text_place(text, at, &line, &column);
    return error_at(error, ERROR_INPUT, name, line, column,
        "%s (byte 0x%02X); this looks like %s: convert it to UTF-8 or give --encoding %s", what,
        byte_at(text, at), spoken_name(encoding), encoding);
}

static bool refuse_not_utf8(Str text, size_t at, Str name, Error *error)
{
    const char *encoding = guess_encoding(text);
    if (encoding != NULL) {
        return refuse_looking_like(text, at, name, "not UTF-8", encoding, error);
    }
    long line = 0, column = 0;
    text_place(text, at, &line, &column);
    return error_at(error, ERROR_INPUT, name, line, column,
        "not UTF-8 (byte 0x%02X), nor Shift_JIS, EUC-JP or UTF-16: this is no text file, or a damaged one",
        byte_at(text, at));
}

static bool is_control(unsigned char byte)
{
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != '\v') ||
           byte == 0x7F;
}

static bool refuse_control(Str text, size_t at, Str name, Error *error)
{
    const unsigned byte = byte_at(text, at);
    if (byte == 0x1B && (byte_at(text, at + 1) == '$' || byte_at(text, at + 1) == '(')) {
        return refuse_looking_like(text, at, name, "an escape sequence", "iso-2022-jp", error);
    }
    if (byte == 0 && at < 2 && text.len % 2 == 0) {
        return refuse_looking_like(text, at, name, "a NUL byte", at == 0 ? "utf-16be" : "utf-16le", error);
    }
    long line = 0, column = 0;
    text_place(text, at, &line, &column);
    return error_at(error, ERROR_INPUT, name, line, column, "%s (byte 0x%02X): this is no text file",
        byte == 0 ? "a NUL byte" : "a control byte", byte);
}

bool text_check(Str text, Str name, Error *error)
{
    if (text.len > PLAN_TEXT_MAX) {
        return error_at(error, ERROR_LIMIT, name, 0, 0,
            "the text has %zu bytes; at most %zu (%zu MiB) are read", text.len, PLAN_TEXT_MAX,
            PLAN_TEXT_MAX >> 20);
    }
    size_t bad = 0;
    if (!utf8_check(text, &bad)) {
        return refuse_not_utf8(text, bad, name, error);
    }
    bool blank = true;
    for (size_t i = 0; i < text.len; i++) {
        if (is_control((unsigned char)text.at[i])) {
            return refuse_control(text, i, name, error);
        }
        blank = blank && (text.at[i] <= ' ' && text.at[i] >= 0);
    }
    if (blank) {
        return error_at(error, ERROR_INPUT, name, 0, 0, "the text is empty");
    }
    return true;
}

/* --- conversion --- */

static bool convert(const TextDecoder *decoder, Str bytes, Buf *utf8, Error *error)
{
    const iconv_t converter = (iconv_t)decoder->converter;
    (void)iconv(converter, NULL, NULL, NULL, NULL);
    char *in = (char *)(uintptr_t)bytes.at; /* iconv's face lacks the const; it only reads */
    size_t in_left = bytes.len;
    while (in_left > 0) {
        const size_t want = in_left < 65536 ? in_left * 4 : 65536;
        char *out = buf_reserve(utf8, want);
        if (out == NULL) {
            return error_set(error, ERROR_LIMIT, "the text has more than %zu MiB", PLAN_TEXT_MAX >> 20);
        }
        size_t out_left = want;
        const size_t result = iconv(converter, &in, &in_left, &out, &out_left);
        utf8->len += want - out_left;
        if (result == (size_t)-1 && errno != E2BIG) {
            long line = 0, column = 0;
            text_place(buf_str(utf8), utf8->len, &line, &column);
            return error_at(error, ERROR_INPUT, STR_EMPTY, line, column,
                "byte 0x%02X is not in the encoding that was named", byte_at(bytes, bytes.len - in_left));
        }
    }
    return true;
}

bool text_decode(const TextDecoder *decoder, Arena *arena, Str bytes, Str *out, Error *error)
{
    if (bytes.len > PLAN_TEXT_MAX) {
        return text_check(bytes, STR_EMPTY, error);
    }
    Str text = bytes;
    if (decoder->converter != NULL) {
        AUTO_BUF utf8;
        buf_init(&utf8, PLAN_TEXT_MAX + 65536);
        if (!convert(decoder, bytes, &utf8, error)) {
            return false;
        }
        text = arena_str(arena, buf_str(&utf8));
        if (arena_failed(arena)) {
            return error_memory(error);
        }
    }
    if (str_starts(text, BYTE_ORDER_MARK)) {
        text = str_slice(text, BYTE_ORDER_MARK.len, text.len);
    }
    *out = text;
    return text_check(text, STR_EMPTY, error);
}

bool text_to_utf8(Arena *arena, Str bytes, Str encoding, Str *out, Error *error)
{
    AUTO_TEXT_DECODER decoder = {0};
    return text_decoder_open(&decoder, encoding, error) && text_decode(&decoder, arena, bytes, out, error);
}
