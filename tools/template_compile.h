/* tools/template_compile.h: one .html template file to C.
 *
 * The language, in short:
 *
 *     {{include "web/page_policy.h"}}                     a header the generated C needs
 *     {{template policy_page (const PolicyPage *page)}}   begins void policy_page(Html *html, ...)
 *     {{= page->title}}      a C expression (Str, char *, integer, SafeHtml), escaped for where it stands
 *     {{t home_title}}       a message of messages.def in the page's language
 *     {{t found(total, page->word)}}                      the same with arguments
 *     {{#if page->count > 0}} ... {{else if c}} ... {{else}} ... {{/if}}
 *     {{#each fact in page->facts}} ... {{else}} ... {{/each}}
 *                            over a VEC_OF or anything with .at and .len; fact is a pointer to the item;
 *                            {{#each fact, n in ...}} also gives its index
 *     {{let name = expression}}   a constant until the end of the surrounding block
 *     {{> part(arguments)}}  another template, or any C function void part(Html *html, ...)
 *     {{#wrap frame(arguments)}} ... {{/wrap}}
 *                            puts what is inside where the template `frame` has its {{slot}}
 *     {{asset app.css}}      the URL of an embedded asset, in href or src
 *     {{csrf}}               the hidden token field, once in every form that posts
 *     {{! a remark}}
 *
 * A line that holds nothing but one directive (not = t asset > csrf) leaves no line behind.
 */
#ifndef TOOLS_TEMPLATE_COMPILE_H
#define TOOLS_TEMPLATE_COMPILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

typedef struct TemplateOutput {
    Buf includes;   /* #include lines */
    Buf prototypes; /* for the header */
    Buf code;       /* functions */
} TemplateOutput;

/* `name` is the path that stands in errors and #line directives. *error has file, line and column. */
MUST_USE bool template_compile(Arena *arena, Str name, Str source, TemplateOutput *out, Error *error);

#endif
