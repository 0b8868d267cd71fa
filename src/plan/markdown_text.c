/* plan/markdown_text.c: texts written so that Markdown reads every character as itself.
 *
 * ASCII that begins markup is escaped with a backslash; what Markdown strips or takes for a line end is
 * written as an entity; values of attributes are percent-encoded first, values of the front matter quoted as
 * in JSON.
 */
#include "plan/markdown_internal.h"

#include <inttypes.h>

#include "base/utf8.h"

static bool must_be_entity(uint32_t code_point, bool first, bool last)
{
    return code_point < 0x20 || code_point == 0x7F || (code_point >= 0x80 && code_point < 0xA0) ||
           code_point == 0x2028 || code_point == 0x2029 || (code_point == ' ' && (first || last));
}

static bool is_markup(uint32_t code_point, bool first)
{
    const char *everywhere = "\\*_[]<&`", *at_start = "#>+-~";
    return code_point != 0 && code_point < 0x80 &&
           (strchr(everywhere, (int)code_point) != NULL ||
               (first && strchr(at_start, (int)code_point) != NULL));
}

/* Digits at the start before '.' or ')', which would make a numbered list: how many, 0 when there is none. */
static size_t list_digits(Str text)
{
    size_t digits = 0;
    while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9') {
        digits++;
    }
    const bool marker = digits > 0 && digits < text.len && (text.at[digits] == '.' || text.at[digits] == ')');
    return marker ? digits : 0;
}

/* The text with its marks as tags, and with everything that Markdown would take for markup escaped. */
void markdown_add_marked(Buf *out, Str text, const PlanMark *marks, size_t mark_count)
{
    const size_t digits = list_digits(text);
    size_t mark = 0, index = 0;
    for (size_t at = 0; at < text.len; index++) {
        const size_t start = at;
        const uint32_t code_point = utf8_next(text, &at);
        if (mark < mark_count && marks[mark].from == index) {
            buf_add(out, marks[mark].kind == PLAN_MARK_INSERTION ? S("<ins>") : S("<del>"));
        }
        if (must_be_entity(code_point, start == 0, at == text.len)) {
            buf_printf(out, "&#%" PRIu32 ";", code_point);
        } else {
            if (is_markup(code_point, start == 0) || (digits > 0 && start == digits)) {
                buf_add_byte(out, '\\');
            }
            buf_add(out, str_slice(text, start, at));
        }
        if (mark < mark_count && marks[mark].to == index + 1) {
            buf_add(out, marks[mark].kind == PLAN_MARK_INSERTION ? S("</ins>") : S("</del>"));
            mark++;
        }
    }
}

void markdown_add_text(Buf *out, Str text)
{
    markdown_add_marked(out, text, NULL, 0);
}

/* A value between the spaces of an attribute: percent-encoded, then escaped. */
void markdown_add_value(Buf *out, Str value)
{
    for (size_t at = 0; at < value.len;) {
        const size_t start = at;
        const uint32_t code_point = utf8_next(value, &at);
        if (code_point <= ' ' || code_point == '%' || code_point == '{' || code_point == '}') {
            buf_printf(out, "%%%02" PRIX32, code_point);
            continue;
        }
        if (is_markup(code_point, false)) {
            buf_add_byte(out, '\\');
        }
        buf_add(out, str_slice(value, start, at));
    }
}

static bool is_plain_scalar(Str value)
{
    for (size_t at = 0; at < value.len;) {
        const size_t start = at;
        const uint32_t c = utf8_next(value, &at);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0x3041 && c < 0xD800) ||
                            (c >= '0' && c <= '9' && start > 0) || (c == '-' && start > 0);
        if (!letter) {
            return false;
        }
    }
    return value.len > 0 && !str_equal(value, S("null"));
}

/* `name: value`, quoted as in JSON when it is not a plain word. */
void markdown_add_front(Buf *out, const char *name, Str value)
{
    if (value.len == 0) {
        return;
    }
    if (is_plain_scalar(value)) {
        buf_printf(out, "%s: %.*s\n", name, STR_ARGS(value));
        return;
    }
    buf_printf(out, "%s: \"", name);
    for (size_t at = 0; at < value.len;) {
        const size_t start = at;
        const uint32_t c = utf8_next(value, &at);
        if (c == '"' || c == '\\') {
            buf_add_byte(out, '\\');
            buf_add_byte(out, (char)c);
        } else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
                   c == 0xFFFE || c == 0xFFFF) {
            buf_printf(out, "\\u%04" PRIX32, c);
        } else {
            buf_add(out, str_slice(value, start, at));
        }
    }
    buf_add(out, S("\"\n"));
}
