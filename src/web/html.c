/* What templates write: text through base/html.h, addresses and attributes by their own rules. */
#include "web/html.h"

#include "base/html.h"
#include "web/csrf.h"

void html_raw_(Html *html, Str s)
{
    buf_add(html->out, s);
}

void html_safe_(Html *html, SafeHtml s)
{
    buf_add(html->out, s.html);
}

SafeHtml html_take(const Html *html, Arena *arena)
{
    return (SafeHtml){arena_str(arena, buf_str(html->out))};
}

void html_text(Html *html, Str s)
{
    buf_add_html(html->out, s);
}

void html_int_(Html *html, int64_t n)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (n < 0)
        digits[--at] = '-';
    buf_add(html->out, (Str){digits + at, sizeof digits - at});
}

void html_text_c_(Html *html, const char *s)
{
    html_text(html, str_of(s));
}

/* Whether a browser would read s as an address that is harmless to follow. A scheme ends at the first ':'
 * that stands before any '/', '?' or '#'; browsers skip leading blanks and line ends inside, so control bytes
 * and spaces refuse. */
static bool url_is_harmless(Str s)
{
    static const Str schemes[] = {
        STR_LITERAL("http:"), STR_LITERAL("https:"), STR_LITERAL("mailto:"), STR_LITERAL("tel:")};
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] <= 0x20 || s.at[i] == 0x7f || s.at[i] == '\\')
            return false;
    for (size_t i = 0; i < s.len && !strchr("/?#", s.at[i]); i++) {
        if (s.at[i] != ':')
            continue;
        for (size_t k = 0; k < COUNT_OF(schemes); k++)
            if (ascii_equal_caseless(str_slice(s, 0, i + 1), schemes[k]))
                return true;
        return false;
    }
    return true;
}

void html_url(Html *html, Str s)
{
    html_text(html, url_is_harmless(s) ? s : S("#"));
}

void html_url_c_(Html *html, const char *s)
{
    html_url(html, str_of(s));
}

void html_url_part(Html *html, Str s)
{
    url_encode(html->out, s);
}

void html_url_part_c_(Html *html, const char *s)
{
    html_url_part(html, str_of(s));
}

HtmlArgument html_argument_int_(int64_t n)
{
    return (HtmlArgument){.is_int = true, .integer = n};
}

HtmlArgument html_argument_str_(Str s)
{
    return (HtmlArgument){.text = s};
}

HtmlArgument html_argument_c_(const char *s)
{
    return html_argument_str_(str_of(s));
}

void html_message(Html *html, MessageId id, size_t count, const HtmlArgument *arguments)
{
    Str text = message_text(html->language, id), literal;
    for (size_t at = 0;;) {
        size_t number = message_part(text, at, &literal);
        html_text(html, literal);
        if (number == 0)
            return;
        at += literal.len + 3;
        if (number > count)
            continue;
        const HtmlArgument *argument = &arguments[number - 1];
        if (argument->is_int)
            html_int_(html, argument->integer);
        else
            html_text(html, argument->text);
    }
}

void html_csrf_field(Html *html)
{
    assert(html->request && "a form is part of an answer to a request");
    html_literal(html, "<input type=\"hidden\" name=\"" CSRF_FIELD "\" value=\"");
    html_text(html, csrf_token(html->request));
    html_literal(html, "\">");
}
