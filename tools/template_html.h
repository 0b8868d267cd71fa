/* tools/template_html.h: where in an HTML document a template stands, byte by byte.
 *
 * The compiler feeds it the literal text of a template; it answers the context a value would stand in, writes
 * the text tidied (white space), and refuses what could never be safe: inline script and style, event
 * attributes, unquoted values with expressions, comments, forms without a token.
 */
#ifndef TOOLS_TEMPLATE_HTML_H
#define TOOLS_TEMPLATE_HTML_H

#include "base/buf.h"
#include "base/error.h"

typedef enum HtmlWhere {
    HTML_TEXT,
    HTML_TAG_OPEN, /* behind '<' */
    HTML_TAG_NAME, /* in the name of a start tag */
    HTML_END_TAG,  /* behind "</", up to '>' */
    HTML_BETWEEN,  /* in a start tag, where an attribute may begin */
    HTML_ATTRIBUTE_NAME,
    HTML_BEFORE_VALUE, /* behind '=' */
    HTML_VALUE,        /* in a quoted value */
    HTML_BARE_VALUE,   /* in an unquoted value: literal only */
    HTML_DECLARATION,  /* <!doctype ...> */
    HTML_SCRIPT,       /* behind <script src=...>: only </script> may follow */
} HtmlWhere;

typedef enum HtmlContext { CONTEXT_TEXT, CONTEXT_ATTRIBUTE, CONTEXT_URL, CONTEXT_URL_PART } HtmlContext;

typedef enum HtmlForm { FORM_NONE, FORM_GET, FORM_POST, FORM_POST_WITH_TOKEN } HtmlForm;

#define HTML_NAME_MAX 32

/* Plain data without padding tricks: two states are compared member by member by html_same. */
typedef struct HtmlState {
    HtmlWhere where;
    char quote;
    char element[HTML_NAME_MAX], attribute[HTML_NAME_MAX];
    char value[HTML_NAME_MAX];    /* the first bytes of the literal value, in lower case */
    bool value_begun;             /* something stands in the value already */
    bool has_source;              /* the tag has a src attribute */
    bool method_post;             /* the tag has method=post */
    bool gap;                     /* white space stands before the next attribute */
    char raw_text[HTML_NAME_MAX]; /* "title" or "textarea" while inside; else empty */
    int pre;                      /* depth of <pre> */
    HtmlForm form;
    bool space, space_has_line; /* white space seen, not written yet */
    bool last_wide,
        last_line; /* the last byte written was part of a character beyond ASCII; was a line end */
} HtmlState;

typedef struct HtmlReader {
    HtmlState state;
    Buf *out;
} HtmlReader;

/* Takes one byte; false with a message in *error (the caller knows the place). */
MUST_USE bool html_feed(HtmlReader *reader, char byte, Error *error);
/* A directive stands here: white space that was held back is written, the name of a tag and a bare attribute
 * end. */
MUST_USE bool html_boundary(HtmlReader *reader, Error *error);
/* The context of a value here; false with a message where no value may stand. */
MUST_USE bool html_context(const HtmlReader *reader, HtmlContext *context, Error *error);
/* A value or message was written here. */
void html_value_written(HtmlReader *reader);
/* The form token is written here. */
MUST_USE bool html_token_written(HtmlReader *reader, Error *error);
/* Whether two ways to a place end alike; *a becomes what may be said of both. */
bool html_join(HtmlState *a, const HtmlState *b);
/* Whether the document may end or be cut here: between tags, no form open. */
bool html_is_between_tags(const HtmlState *state);
/* "in the value of attribute href of <a>": for messages. */
void html_describe(const HtmlState *state, char *out, size_t size);

#endif
