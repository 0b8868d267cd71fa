/* The HTML tokenizer of the template compiler: the states of a document that matter for escaping, and no
 * more.
 *
 * It is stricter than a browser: what a browser would repair is refused, so that both always agree on where a
 * value stands. Tag and attribute names must be literal; names are kept in lower case. White space between
 * tags is one line end where the source had a line end (none between two characters beyond ASCII, as Japanese
 * has no spaces), else one space; inside <pre>, <textarea> and attribute values it is kept.
 */
#include "tools/template_html.h"

static const char *const REFUSED_ELEMENTS[] = {
    "style",
    "iframe",
    "object",
    "embed",
    "base",
    "applet",
    "frame",
    "frameset",
    "plaintext",
    "xmp",
    "noembed",
    "noframes",
    "noscript",
    "template",
    "listing",
};
/* Attributes that would run or style something, or whose value is a document. */
static const char *const REFUSED_ATTRIBUTES[] = {"style", "srcdoc", "formmethod", "background", "ping"};
static const char *const URL_ATTRIBUTES[] = {
    "href", "src", "action", "formaction", "cite", "poster", "xlink:href"};
/* Attributes that may stand in a template but only with a literal value. */
static const char *const LITERAL_ATTRIBUTES[] = {
    "method",
    "http-equiv",
    "srcset",
    "imagesrcset",
    "attributename",
    "to",
    "from",
    "by",
    "values",
    "type",
    "rel",
    "target",
    "enctype",
    "sandbox",
    "integrity",
    "charset",
};
static const char *const URL_SCHEMES[] = {"http:", "https:", "mailto:", "tel:"};

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}
#define IS_AMONG(name, names) is_among((name), (names), COUNT_OF(names))

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_byte(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '.';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool name_add(char *name, char c)
{
    size_t len = strlen(name);
    if (len + 1 >= HTML_NAME_MAX)
        return false;
    name[len] = lower(c);
    name[len + 1] = '\0';
    return true;
}

static void write_byte(HtmlReader *reader, char c)
{
    buf_add_byte(reader->out, c);
    reader->state.last_wide = (unsigned char)c >= 0x80;
    reader->state.last_line = c == '\n';
}

static void flush_space(HtmlReader *reader)
{
    HtmlState *state = &reader->state;
    if (state->space && !state->last_line)
        write_byte(reader, state->space_has_line ? '\n' : ' ');
    state->space = state->space_has_line = false;
}

static void hold_space(HtmlState *state, char c)
{
    state->space = true;
    state->space_has_line = state->space_has_line || c == '\n';
}

static bool keeps_space(const HtmlState *state)
{
    return state->pre > 0 || strcmp(state->raw_text, "textarea") == 0;
}

/* The start tag is complete. */
static bool end_start_tag(HtmlReader *reader, Error *error)
{
    HtmlState *state = &reader->state;
    const char *element = state->element;
    state->where = HTML_TEXT;
    write_byte(reader, '>');
    if (strcmp(element, "script") == 0) {
        if (!state->has_source)
            return error_set(error, ERROR_INPUT, "no inline script: give <script> a src");
        state->where = HTML_SCRIPT;
        state->value[0] = '\0';
    } else if (strcmp(element, "textarea") == 0 || strcmp(element, "title") == 0) {
        memcpy(state->raw_text, state->element, sizeof state->raw_text);
        if (strcmp(element, "textarea") == 0)
            write_byte(
                reader, '\n'); /* a browser drops the first line end of a textarea; this one may be dropped */
    } else if (strcmp(element, "pre") == 0) {
        state->pre++;
    } else if (strcmp(element, "form") == 0) {
        if (state->form != FORM_NONE)
            return error_set(error, ERROR_INPUT, "a form inside a form");
        state->form = state->method_post ? FORM_POST : FORM_GET;
    }
    return true;
}

static bool end_end_tag(HtmlReader *reader, Error *error)
{
    HtmlState *state = &reader->state;
    state->where = HTML_TEXT;
    write_byte(reader, '>');
    if (state->raw_text[0]) {
        if (strcmp(state->raw_text, state->element) != 0)
            return error_set(error, ERROR_INPUT, "</%s> inside <%s>", state->element, state->raw_text);
        state->raw_text[0] = '\0';
    } else if (strcmp(state->element, "pre") == 0 && state->pre > 0) {
        state->pre--;
    } else if (strcmp(state->element, "form") == 0) {
        if (state->form == FORM_NONE)
            return error_set(error, ERROR_INPUT, "</form> without <form>");
        if (state->form == FORM_POST)
            return error_set(error, ERROR_INPUT, "a form that posts needs {{csrf}} inside");
        state->form = FORM_NONE;
    }
    return true;
}

static bool begin_attribute(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (!is_letter(c) && c != '_' && c != ':')
        return error_set(error, ERROR_INPUT, "unexpected '%c' in <%s>", c, state->element);
    flush_space(reader);
    state->where = HTML_ATTRIBUTE_NAME;
    state->gap = false;
    state->attribute[0] = '\0';
    state->value[0] = '\0';
    state->value_begun = false;
    write_byte(reader, c);
    return name_add(state->attribute, c);
}

static bool end_attribute_name(HtmlState *state, Error *error)
{
    const char *name = state->attribute;
    if (strncmp(name, "on", 2) == 0)
        return error_set(error, ERROR_INPUT, "no event attribute: %s", name);
    if (IS_AMONG(name, REFUSED_ATTRIBUTES))
        return error_set(error, ERROR_INPUT, "attribute %s is not allowed in templates", name);
    if (strcmp(name, "src") == 0)
        state->has_source = true;
    return true;
}

static bool url_literal_is_safe(const char *value)
{
    const char *colon = strchr(value, ':');
    const char *other = strpbrk(value, "/?#");
    if (!colon || (other && other < colon))
        return true;
    for (size_t i = 0; i < COUNT_OF(URL_SCHEMES); i++)
        if (strncmp(value, URL_SCHEMES[i], strlen(URL_SCHEMES[i])) == 0)
            return true;
    return false;
}

static bool end_value(HtmlState *state, Error *error)
{
    const char *name = state->attribute;
    if (strcmp(name, "method") == 0 && strcmp(state->element, "form") == 0)
        state->method_post = strcmp(state->value, "post") == 0;
    if (strcmp(name, "http-equiv") == 0 && strcmp(state->value, "refresh") == 0)
        return error_set(error, ERROR_INPUT, "no refreshing pages");
    if (IS_AMONG(name, URL_ATTRIBUTES) && !url_literal_is_safe(state->value))
        return error_set(error, ERROR_INPUT, "attribute %s may not begin with \"%s\"", name, state->value);
    state->where = HTML_BETWEEN;
    return true;
}

static bool feed_text(HtmlReader *reader, char c)
{
    HtmlState *state = &reader->state;
    if (is_space(c) && !keeps_space(state)) {
        hold_space(state, c);
        return true;
    }
    if (state->space && state->space_has_line && state->last_wide && (unsigned char)c >= 0x80)
        state->space = state->space_has_line = false;
    flush_space(reader);
    write_byte(reader, c);
    if (c == '<')
        state->where = HTML_TAG_OPEN;
    return true;
}

static bool feed_tag_open(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    state->element[0] = '\0';
    state->attribute[0] = '\0';
    state->value[0] = '\0';
    state->has_source = state->method_post = state->gap = state->value_begun = false;
    write_byte(reader, c);
    if (c == '/') {
        state->where = HTML_END_TAG;
        return true;
    }
    if (state->raw_text[0])
        return error_set(error, ERROR_INPUT, "no tags inside <%s>: write &lt;", state->raw_text);
    if (c == '!') {
        state->where = HTML_DECLARATION;
        return true;
    }
    if (!is_letter(c))
        return error_set(error, ERROR_INPUT, "'<' begins no tag here: write &lt;");
    state->where = HTML_TAG_NAME;
    return name_add(state->element, c);
}

static bool end_tag_name(HtmlState *state, Error *error)
{
    if (IS_AMONG(state->element, REFUSED_ELEMENTS))
        return error_set(error, ERROR_INPUT, "<%s> is not allowed in templates", state->element);
    state->where = HTML_BETWEEN;
    return true;
}

static bool feed_tag_name(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (is_name_byte(c)) {
        write_byte(reader, c);
        if (!name_add(state->element, c))
            return error_set(error, ERROR_INPUT, "the name of a tag is too long");
        return true;
    }
    return end_tag_name(state, error) && html_feed(reader, c, error);
}

static bool feed_end_tag(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (c == '>')
        return end_end_tag(reader, error);
    if (is_space(c))
        return true;
    if (!is_name_byte(c) || !name_add(state->element, c))
        return error_set(error, ERROR_INPUT, "unexpected '%c' in an end tag", c);
    write_byte(reader, c);
    return true;
}

static bool feed_between(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (is_space(c)) {
        state->space = state->gap = true; /* one space, whatever it was */
        return true;
    }
    if (c == '>') {
        state->space = false;
        return end_start_tag(reader, error);
    }
    if (c == '/') {
        state->space = false;
        write_byte(reader, c);
        return true;
    }
    if (!state->gap)
        return error_set(
            error, ERROR_INPUT, "white space is missing before an attribute of <%s>", state->element);
    return begin_attribute(reader, c, error);
}

static bool feed_attribute_name(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (is_name_byte(c)) {
        write_byte(reader, c);
        if (!name_add(state->attribute, c))
            return error_set(error, ERROR_INPUT, "the name of an attribute is too long");
        return true;
    }
    if (!end_attribute_name(state, error))
        return false;
    if (c == '=') {
        write_byte(reader, c);
        state->where = HTML_BEFORE_VALUE;
        return true;
    }
    state->where = HTML_BETWEEN;
    return html_feed(reader, c, error);
}

static bool feed_before_value(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (c == '"' || c == '\'') {
        state->quote = c;
        state->where = HTML_VALUE;
        write_byte(reader, c);
        return true;
    }
    if (!is_name_byte(c))
        return error_set(error, ERROR_INPUT, "put the value of %s in quotes", state->attribute);
    state->where = HTML_BARE_VALUE;
    return html_feed(reader, c, error);
}

static bool feed_value(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (c == state->quote) {
        write_byte(reader, c);
        return end_value(state, error);
    }
    if (c == '<')
        return error_set(
            error, ERROR_INPUT, "'<' inside the value of %s: is a quote missing?", state->attribute);
    state->value_begun = true;
    size_t len = strlen(state->value);
    if (len + 1 < sizeof state->value) {
        state->value[len] = lower(c);
        state->value[len + 1] = '\0';
    }
    write_byte(reader, c);
    return true;
}

static bool feed_bare_value(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (is_name_byte(c)) {
        state->value_begun = true;
        write_byte(reader, c);
        if (!name_add(state->value, c))
            return error_set(error, ERROR_INPUT, "put the value of %s in quotes", state->attribute);
        return true;
    }
    if (!is_space(c) && c != '>' && c != '/')
        return error_set(error, ERROR_INPUT, "put the value of %s in quotes", state->attribute);
    if (!end_value(state, error))
        return false;
    return html_feed(reader, c, error);
}

static bool feed_declaration(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    if (c == '-')
        return error_set(error, ERROR_INPUT, "no HTML comments: write {{! ... }}");
    write_byte(reader, c);
    if (c == '>')
        state->where = HTML_TEXT;
    return true;
}

static bool feed_script(HtmlReader *reader, char c, Error *error)
{
    HtmlState *state = &reader->state;
    static const char end[] = "</script>";
    if (!name_add(state->value, c) || strncmp(end, state->value, strlen(state->value)) != 0)
        return error_set(error, ERROR_INPUT, "no inline script: </script> must follow at once");
    write_byte(reader, c);
    if (strcmp(end, state->value) == 0) {
        state->where = HTML_TEXT;
        state->value[0] = '\0';
    }
    return true;
}

bool html_feed(HtmlReader *reader, char byte, Error *error)
{
    switch (reader->state.where) {
    case HTML_TEXT:
        return feed_text(reader, byte);
    case HTML_TAG_OPEN:
        return feed_tag_open(reader, byte, error);
    case HTML_TAG_NAME:
        return feed_tag_name(reader, byte, error);
    case HTML_END_TAG:
        return feed_end_tag(reader, byte, error);
    case HTML_BETWEEN:
        return feed_between(reader, byte, error);
    case HTML_ATTRIBUTE_NAME:
        return feed_attribute_name(reader, byte, error);
    case HTML_BEFORE_VALUE:
        return feed_before_value(reader, byte, error);
    case HTML_VALUE:
        return feed_value(reader, byte, error);
    case HTML_BARE_VALUE:
        return feed_bare_value(reader, byte, error);
    case HTML_DECLARATION:
        return feed_declaration(reader, byte, error);
    case HTML_SCRIPT:
        return feed_script(reader, byte, error);
    }
    return true;
}

bool html_boundary(HtmlReader *reader, Error *error)
{
    HtmlState *state = &reader->state;
    flush_space(reader);
    if (state->where == HTML_TAG_NAME)
        return end_tag_name(state, error);
    if (state->where == HTML_ATTRIBUTE_NAME) {
        state->where = HTML_BETWEEN;
        return end_attribute_name(state, error);
    }
    return state->where != HTML_BARE_VALUE || end_value(state, error);
}

bool html_context(const HtmlReader *reader, HtmlContext *context, Error *error)
{
    const HtmlState *state = &reader->state;
    if (state->where == HTML_TEXT) {
        *context = CONTEXT_TEXT;
        return true;
    }
    char place[128];
    html_describe(state, place, sizeof place);
    if (state->where != HTML_VALUE)
        return error_set(error, ERROR_INPUT, "no value may stand %s", place);
    if (IS_AMONG(state->attribute, LITERAL_ATTRIBUTES))
        return error_set(error, ERROR_INPUT, "attribute %s must be literal", state->attribute);
    if (!IS_AMONG(state->attribute, URL_ATTRIBUTES)) {
        *context = CONTEXT_ATTRIBUTE;
        return true;
    }
    *context = state->value_begun ? CONTEXT_URL_PART : CONTEXT_URL;
    return true;
}

void html_value_written(HtmlReader *reader)
{
    reader->state.value_begun = reader->state.where == HTML_VALUE;
    reader->state.last_wide = reader->state.last_line = false;
}

bool html_token_written(HtmlReader *reader, Error *error)
{
    HtmlState *state = &reader->state;
    if (state->where != HTML_TEXT || (state->form != FORM_POST && state->form != FORM_POST_WITH_TOKEN))
        return error_set(error, ERROR_INPUT, "{{csrf}} belongs inside <form method=\"post\">");
    if (state->form == FORM_POST_WITH_TOKEN)
        return error_set(error, ERROR_INPUT, "this form has its {{csrf}} already");
    state->form = FORM_POST_WITH_TOKEN;
    state->last_wide = state->last_line = false;
    return true;
}

/* Whether a URL's literal beginning says already that it is no script, whatever follows. */
static bool url_is_decided(const char *value)
{
    return strpbrk(value, "/?#:") && url_literal_is_safe(value);
}

static bool same_value(const HtmlState *a, const HtmlState *b)
{
    if (a->quote != b->quote || strcmp(a->attribute, b->attribute) != 0)
        return false;
    if (!IS_AMONG(a->attribute, URL_ATTRIBUTES))
        return true;
    return a->value_begun == b->value_begun &&
           (strcmp(a->value, b->value) == 0 || (url_is_decided(a->value) && url_is_decided(b->value)));
}

bool html_join(HtmlState *a, const HtmlState *b)
{
    if (a->where != b->where || a->form != b->form || a->pre != b->pre ||
        strcmp(a->raw_text, b->raw_text) != 0)
        return false;
    a->last_wide = a->last_wide && b->last_wide;
    a->last_line = a->last_line && b->last_line;
    a->gap = a->gap && b->gap;
    if (a->where == HTML_TEXT)
        return true;
    if (strcmp(a->element, b->element) != 0 || a->has_source != b->has_source ||
        a->method_post != b->method_post)
        return false;
    return a->where == HTML_BETWEEN || (a->where == HTML_VALUE && same_value(a, b));
}

bool html_is_between_tags(const HtmlState *state)
{
    return state->where == HTML_TEXT && !state->raw_text[0] && state->form == FORM_NONE && state->pre == 0;
}

void html_describe(const HtmlState *state, char *out, size_t size)
{
    switch (state->where) {
    case HTML_TEXT:
        snprintf(out, size, state->raw_text[0] ? "inside <%s>" : "in text%s", state->raw_text);
        return;
    case HTML_TAG_OPEN:
    case HTML_TAG_NAME:
        snprintf(out, size, "in the name of a tag");
        return;
    case HTML_END_TAG:
        snprintf(out, size, "in an end tag");
        return;
    case HTML_BETWEEN:
        snprintf(out, size, "in the tag <%s> outside an attribute's value", state->element);
        return;
    case HTML_ATTRIBUTE_NAME:
        snprintf(out, size, "in the name of an attribute");
        return;
    case HTML_BEFORE_VALUE:
    case HTML_BARE_VALUE:
        snprintf(out, size, "in an attribute's value without quotes");
        return;
    case HTML_VALUE:
        snprintf(out, size, "in attribute %s of <%s>", state->attribute, state->element);
        return;
    case HTML_DECLARATION:
        snprintf(out, size, "in a declaration");
        return;
    case HTML_SCRIPT:
        snprintf(out, size, "in <script>");
        return;
    }
}
