/* web/html.h: the only way bytes become HTML.
 *
 * Templates (templates/ *.html, compiled by tools/template) and hand-written parts write through an Html, and
 * every value passes one of the functions below, which escape for the place it stands in. Text that is HTML
 * already has its own type, SafeHtml, and only html_take makes one.
 *
 * Failure is the buffer's (sticky): whoever owns it asks once at the end. An Html is for one thread.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include "base/arena.h"
#include "base/buf.h"
#include "web/message.h"
#include "web/request.h"

typedef struct Html {
    Buf *out;
    Language language;
    const Request *request; /* NULL in tests of single parts */
} Html;

typedef struct SafeHtml {
    Str html; /* escaped already; never made outside html.c */
} SafeHtml;

/* What was written into `html` so far, copied into the arena, as a value that {{= }} writes unchanged. */
SafeHtml html_take(const Html *html, Arena *arena);

/* Markup of the program itself: html_literal(html, "<mark>"). */
#define html_literal(html, literal) html_raw_((html), S(literal))
/* Text between tags or inside a quoted attribute: & < > " ' escaped, control bytes that HTML does not allow
 * left out. */
void html_text(Html *html, Str s);
/* A whole URL at the start of href, src, action: a path, #fragment, ?query, or http, https, mailto, tel;
 * anything else (javascript:, data:, ...) becomes "#". */
void html_url(Html *html, Str s);
/* A part of a URL behind something literal: percent-encoded. */
void html_url_part(Html *html, Str s);
/* <tag>text</tag>; tag is a literal of the program. */
#define html_element(html, tag, s) \
    (html_raw_((html), S("<" tag ">")), html_text((html), (s)), html_raw_((html), S("</" tag ">")))
/* An argument-less or argument-bearing message as text or inside an attribute. */
typedef struct HtmlArgument {
    bool is_int;
    int64_t integer;
    Str text;
} HtmlArgument;
void html_message(Html *html, MessageId id, size_t count, const HtmlArgument *arguments);
/* The hidden field with this visitor's form token; templates write {{csrf}} inside <form method="post">. */
void html_csrf_field(Html *html);

/* --- what compiled templates call -------------------------------------------------------------------- */

void html_raw_(Html *html, Str s);
void html_safe_(Html *html, SafeHtml s);
void html_int_(Html *html, int64_t n);
void html_text_c_(Html *html, const char *s);
void html_url_c_(Html *html, const char *s);
void html_url_part_c_(Html *html, const char *s);
HtmlArgument html_argument_int_(int64_t n);
HtmlArgument html_argument_str_(Str s);
HtmlArgument html_argument_c_(const char *s);

/* clang-format off */
#define HTML_INTS_(function)                                                                                           \
    signed char: function, unsigned char: function, short: function, unsigned short: function, int: function,          \
    unsigned: function, long: function, unsigned long: function, long long: function, unsigned long long: function
/* A value of another type than Str, SafeHtml, char * or an integer does not compile, nor does SafeHtml in an
 * attribute. */
#define HTML_PUT_TEXT(html, value)                                                                                     \
    _Generic((value), Str: html_text, SafeHtml: html_safe_, char *: html_text_c_, const char *: html_text_c_,          \
        HTML_INTS_(html_int_))((html), (value))
#define HTML_PUT_ATTRIBUTE(html, value)                                                                                \
    _Generic((value), Str: html_text, char *: html_text_c_, const char *: html_text_c_,                                \
        HTML_INTS_(html_int_))((html), (value))
#define HTML_PUT_URL(html, value)                                                                                      \
    _Generic((value), Str: html_url, char *: html_url_c_, const char *: html_url_c_)((html), (value))
#define HTML_PUT_URL_PART(html, value)                                                                                 \
    _Generic((value), Str: html_url_part, char *: html_url_part_c_, const char *: html_url_part_c_,                    \
        HTML_INTS_(html_int_))((html), (value))
#define HTML_ARGUMENT(value)                                                                                           \
    _Generic((value), Str: html_argument_str_, char *: html_argument_c_, const char *: html_argument_c_,               \
        HTML_INTS_(html_argument_int_))(value)
/* clang-format on */

#endif
