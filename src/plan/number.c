/* plan/number.c: numbers before titles, read by the code points they are written with.
 *
 * Every enclosed or spelled numeral is one row of a table of runs (first code point, how many, value of the
 * first); digits of both widths build decimal numbers. What encloses digits (brackets, a stop, 第) belongs to
 * the number as printed but not to its value.
 */
#include "plan/number.h"

#include "base/utf8.h"

#define NUMBER_MAX 9999999u

typedef struct NumeralRun {
    uint32_t first, count, value;
} NumeralRun;

/* Unicode: Enclosed Alphanumerics, Enclosed CJK Letters, Dingbats, Number Forms. */
static const NumeralRun enclosed_runs[] = {
    {0x2460, 20, 1},  /* ① to ⑳ */
    {0x2474, 20, 1},  /* ⑴ to ⒇ */
    {0x2488, 20, 1},  /* ⒈ to ⒛ */
    {0x24EB, 10, 11}, /* ⓫ to ⓴ */
    {0x24F5, 10, 1},  /* ⓵ to ⓾ */
    {0x2776, 10, 1},  /* ❶ to ❿ */
    {0x2780, 10, 1},  /* ➀ to ➉ */
    {0x278A, 10, 1},  /* ➊ to ➓ */
    {0x3251, 15, 21}, /* ㉑ to ㉟ */
    {0x32B1, 15, 36}, /* ㊱ to ㊿ */
};
static const NumeralRun roman_runs[] = {
    {0x2160, 12, 1}, /* Ⅰ to Ⅻ */
    {0x2170, 12, 1}, /* ⅰ to ⅻ */
};
static const NumeralRun digit_runs[] = {
    {0x0030, 10, 0}, /* 0 to 9 */
    {0xFF10, 10, 0}, /* ０ to ９ */
};

static bool find_in_runs(const NumeralRun *runs, size_t count, uint32_t code_point, uint32_t *value)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= runs[i].first && code_point - runs[i].first < runs[i].count) {
            *value = runs[i].value + (code_point - runs[i].first);
            return true;
        }
    }
    return false;
}

static bool is_space(uint32_t code_point)
{
    return code_point == ' ' || code_point == '\t' || code_point == 0xA0 || code_point == 0x3000;
}

static bool is_opening(uint32_t code_point)
{
    return code_point == '(' || code_point == 0xFF08;
}

static bool is_closing(uint32_t code_point)
{
    return code_point == ')' || code_point == 0xFF09;
}

static bool is_stop(uint32_t code_point)
{
    return code_point == '.' || code_point == 0xFF0E || is_closing(code_point);
}

/* Behind the digits or the Roman numeral at `at`; `at` itself when there is none. */
static size_t skip_bare_number(Str s, size_t at)
{
    uint32_t value = 0;
    size_t next = at;
    if (at < s.len && find_in_runs(roman_runs, COUNT_OF(roman_runs), utf8_next(s, &next), &value)) {
        return next;
    }
    for (next = at; next < s.len;) {
        size_t behind = next;
        if (!find_in_runs(digit_runs, COUNT_OF(digit_runs), utf8_next(s, &behind), &value)) {
            break;
        }
        next = behind;
    }
    return next;
}

/* Bytes of the number at the start of s with what encloses it; 0 when there is none. */
static size_t number_length(Str s)
{
    if (s.len == 0) {
        return 0;
    }
    uint32_t value = 0;
    size_t at = 0;
    const uint32_t first = utf8_next(s, &at);
    if (find_in_runs(enclosed_runs, COUNT_OF(enclosed_runs), first, &value)) {
        return at;
    }
    const bool opened = is_opening(first);
    const size_t start = opened || first == 0x7B2C /* 第 */ ? at : 0;
    const size_t end = skip_bare_number(s, start);
    if (end == start) {
        return 0;
    }
    if (end == s.len) {
        return opened ? 0 : end;
    }
    size_t behind = end;
    const uint32_t follows = utf8_next(s, &behind);
    if (opened) {
        return is_closing(follows) ? behind : 0;
    }
    if (is_stop(follows) && start == 0) {
        size_t after = behind;
        const bool decimal = behind < s.len && skip_bare_number(s, behind) != behind;
        const bool spaced = behind == s.len || is_space(utf8_next(s, &after));
        return decimal || !(spaced || follows != '.') ? 0 : behind;
    }
    return is_space(follows) ? end : 0;
}

bool number_split(Str s, Str *number, Str *rest)
{
    const size_t length = number_length(s);
    size_t title = length;
    while (length > 0 && title < s.len) {
        size_t next = title;
        if (!is_space(utf8_next(s, &next))) {
            break;
        }
        title = next;
    }
    *number = str_slice(s, 0, length);
    *rest = str_slice(s, title, s.len);
    return length > 0;
}

bool number_value(Str number, uint32_t *out)
{
    uint32_t sum = 0;
    bool found = false;
    for (size_t at = 0; at < number.len;) {
        const uint32_t code_point = utf8_next(number, &at);
        uint32_t value = 0;
        if (find_in_runs(digit_runs, COUNT_OF(digit_runs), code_point, &value)) {
            sum = sum * 10 + value;
            found = true;
        } else if (find_in_runs(enclosed_runs, COUNT_OF(enclosed_runs), code_point, &value) ||
                   find_in_runs(roman_runs, COUNT_OF(roman_runs), code_point, &value)) {
            sum = value;
            found = true;
        } else if (found) {
            break;
        }
        if (sum > NUMBER_MAX) {
            return false;
        }
    }
    *out = sum;
    return found && sum > 0;
}
