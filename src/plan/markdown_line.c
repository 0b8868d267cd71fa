/* plan/markdown_line.c: the inlines of one heading, item or paragraph: text, marks and attributes.
 *
 * Plan text has no emphasis, links or code: such markup is refused with the way to write the character
 * itself, so that nothing a writer meant as text is lost. A line break in the source joins Japanese text and
 * is a space elsewhere.
 */
#include "plan/markdown_internal.h"

#include <cmark.h>

#include "base/near.h"
#include "base/utf8.h"

#define JAPANESE_FROM 0x2E80 /* CJK radicals: from here on no spaces stand between words */

typedef struct LineReader {
    Arena *arena;
    const MarkdownFile *file;
    MarkdownLine *line;
    Buf *text;
    size_t length; /* code points in text */
    uint32_t last; /* code point */
    bool plain, join;
    bool mark_open;
    PlanMark mark;
} LineReader;

Error *markdown_next_error(PlanErrors *errors)
{
    errors->total++;
    if (errors->len < PLAN_ERRORS_MAX) {
        return &errors->at[errors->len++];
    }
    return &errors->rest;
}

Str markdown_source_line(const MarkdownFile *file, long line)
{
    if (line < 1 || (size_t)line > file->lines.len) {
        return STR_EMPTY;
    }
    Str rest = str_slice(file->text, file->lines.at[line - 1], file->text.len), text = STR_EMPTY;
    (void)str_line(&rest, &text);
    return text;
}

#define COMPLAIN(reader, ...)                                                                \
    error_at(markdown_next_error((reader)->file->errors), ERROR_INPUT, (reader)->file->name, \
        (reader)->line->line, (reader)->line->column, __VA_ARGS__)

static void add_text(LineReader *reader, Str text)
{
    if (text.len == 0) {
        return;
    }
    size_t at = 0;
    const uint32_t first = utf8_next(text, &at);
    if (reader->join && reader->length > 0 && first < JAPANESE_FROM && reader->last < JAPANESE_FROM) {
        buf_add_byte(reader->text, ' ');
        reader->length++;
    }
    reader->join = false;
    for (at = 0; at < text.len; reader->length++) {
        reader->last = utf8_next(text, &at);
    }
    buf_add(reader->text, text);
}

static bool open_mark(LineReader *reader, PlanMarkKind kind)
{
    if (reader->plain) {
        return COMPLAIN(reader, "an annotation has no <ins> or <del>; write \\<ins> for the characters");
    }
    if (reader->mark_open) {
        return COMPLAIN(reader, "<ins> and <del> cannot stand inside each other");
    }
    reader->mark_open = true;
    reader->mark = (PlanMark){.kind = kind, .from = reader->length};
    return true;
}

static bool close_mark(LineReader *reader, PlanMarkKind kind)
{
    const char *name = kind == PLAN_MARK_INSERTION ? "ins" : "del";
    if (!reader->mark_open || reader->mark.kind != kind) {
        return COMPLAIN(reader, "</%s> has no <%s> before it", name, name);
    }
    reader->mark_open = false;
    reader->mark.to = reader->length;
    if (reader->mark.from == reader->mark.to) {
        return COMPLAIN(reader, "<%s> holds no text", name);
    }
    PlanMark *mark = VEC_PUSH(reader->arena, &reader->line->marks);
    if (mark != NULL) {
        *mark = reader->mark;
    }
    return true;
}

static bool read_tag(LineReader *reader, Str tag)
{
    if (str_equal(tag, S("<ins>"))) {
        return open_mark(reader, PLAN_MARK_INSERTION);
    }
    if (str_equal(tag, S("<del>"))) {
        return open_mark(reader, PLAN_MARK_DELETION);
    }
    if (str_equal(tag, S("</ins>"))) {
        return close_mark(reader, PLAN_MARK_INSERTION);
    }
    if (str_equal(tag, S("</del>"))) {
        return close_mark(reader, PLAN_MARK_DELETION);
    }
    return COMPLAIN(reader,
        "%.*s is not plan text: the only tags are <ins> and <del>; write \\< for the character",
        STR_ARGS(utf8_slice(tag, 0, 40)));
}

/* Byte at which the attributes begin; the text's length when there are none. */
static size_t find_attributes(Str text)
{
    if (!str_ends(text, S("}"))) {
        return text.len;
    }
    size_t at = text.len;
    while (at > 0 && text.at[at - 1] != '{') {
        at--;
    }
    const bool found = at > 0 && (text.at[at] == '#' || text.at[at] == '.');
    return found ? at - 1 : text.len;
}

static bool read_inline(LineReader *reader, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        add_text(reader, str_of(cmark_node_get_literal(node)));
        return true;
    case CMARK_NODE_SOFTBREAK:
        reader->join = true;
        return reader->plain || find_attributes(buf_str(reader->text)) == reader->text->len ||
               COMPLAIN(reader, "the text goes on behind its key; a blank line divides two paragraphs");
    case CMARK_NODE_LINEBREAK:
        if (!reader->plain) {
            return COMPLAIN(reader, "a text is one line; take the two spaces or the backslash off its end");
        }
        add_text(reader, S("\n"));
        return true;
    case CMARK_NODE_HTML_INLINE:
        return read_tag(reader, str_of(cmark_node_get_literal(node)));
    case CMARK_NODE_EMPH:
    case CMARK_NODE_STRONG:
        return COMPLAIN(reader, "emphasis is not plan text; write \\* or \\_ for the character");
    case CMARK_NODE_CODE:
        return COMPLAIN(reader, "code is not plan text; write \\` for the character");
    default:
        return COMPLAIN(reader, "links and images are not plan text; write \\[ for the character");
    }
}

/* --- attributes --- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool decode_value(LineReader *reader, Str value, Str *out)
{
    char *decoded = arena_alloc(reader->arena, value.len + 1);
    if (decoded == NULL) {
        return true; /* the arena remembers; asked at the end */
    }
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        decoded[len++] = value.at[i];
        if (value.at[i] == '%') {
            const bool whole = i + 2 < value.len;
            const int high = whole ? hex_value(value.at[i + 1]) : -1,
                      low = whole ? hex_value(value.at[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return COMPLAIN(reader, "%% in an attribute is written %%25");
            }
            decoded[len - 1] = (char)(high * 16 + low);
            i += 2;
        }
    }
    *out = (Str){decoded, len};
    return utf8_check(*out, NULL) || COMPLAIN(reader, "the %%-codes of an attribute are not UTF-8");
}

static bool read_class(LineReader *reader, Str name)
{
    const char *names[PLAN_KIND_COUNT + 1];
    MarkdownLine *line = reader->line;
    if (str_equal(name, S(MARKDOWN_MOVED))) {
        line->moved = true;
        return true;
    }
    if (plan_kind_from_name(name, &line->kind)) {
        line->has_kind = true;
        return true;
    }
    for (size_t i = 0; i < PLAN_KIND_COUNT; i++) {
        names[i] = plan_kind_name((PlanKind)i);
    }
    names[PLAN_KIND_COUNT] = MARKDOWN_MOVED;
    const char *near = near_word(name, names, COUNT_OF(names));
    if (near != NULL) {
        return COMPLAIN(reader, "unknown kind .%.*s; did you mean .%s?", STR_ARGS(name), near);
    }
    return COMPLAIN(reader, "unknown kind .%.*s", STR_ARGS(utf8_slice(name, 0, 40)));
}

static bool read_key(LineReader *reader, Str key)
{
    for (size_t i = 0; i < key.len; i++) {
        const char c = key.at[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.') {
            return COMPLAIN(reader, "the key %.*s is not of letters, digits, '-', '_' and '.'",
                STR_ARGS(utf8_slice(key, 0, 40)));
        }
    }
    reader->line->key = key;
    return true;
}

static bool read_attribute(LineReader *reader, Str token)
{
    MarkdownLine *line = reader->line;
    if (str_starts(token, S("#")) && token.len > 1) {
        return read_key(reader, str_slice(token, 1, token.len));
    }
    if (str_starts(token, S("."))) {
        return read_class(reader, str_slice(token, 1, token.len));
    }
    if (str_starts(token, S("number="))) {
        line->has_number = true;
        return decode_value(reader, str_slice(token, 7, token.len), &line->number);
    }
    if (str_starts(token, S("under="))) {
        line->has_under = true;
        return decode_value(reader, str_slice(token, 6, token.len), &line->under);
    }
    return COMPLAIN(
        reader, "unknown attribute \"%.*s\"; a key is written {#2-1-1}", STR_ARGS(utf8_slice(token, 0, 40)));
}

/* Cuts ` {#...}` off the end of the text. */
static bool read_attributes(LineReader *reader)
{
    MarkdownLine *line = reader->line;
    const size_t at = find_attributes(line->text);
    if (at == line->text.len) {
        return true;
    }
    Str rest = str_slice(line->text, at + 1, line->text.len - 1), token = STR_EMPTY;
    line->has_attributes = true;
    line->text = str_slice(line->text, 0, at > 0 && line->text.at[at - 1] == ' ' ? at - 1 : at);
    for (bool more = true; more;) {
        more = str_cut(rest, S(" "), &token, &rest);
        if (token.len > 0 && !read_attribute(reader, token)) {
            return false;
        }
    }
    const size_t length = utf8_count(line->text);
    if (line->marks.len > 0 && line->marks.at[line->marks.len - 1].to > length) {
        return COMPLAIN(reader, "<ins> and <del> must end before the key");
    }
    return true;
}

bool markdown_read_line(
    Arena *arena, const MarkdownFile *file, struct cmark_node *block, bool plain, MarkdownLine *out)
{
    const long line = cmark_node_get_start_line(block) + file->front_lines;
    const Str source = markdown_source_line(file, line);
    const long bytes = cmark_node_get_start_column(block) - 1;
    *out = (MarkdownLine){.text = STR_EMPTY, .line = line, .key = STR_EMPTY};
    out->column = 1 + (long)utf8_count(str_slice(source, 0, bytes < 0 ? 0 : (size_t)bytes));
    LineReader reader = {.arena = arena, .file = file, .line = out, .plain = plain};
    AUTO_BUF text;
    buf_init(&text, 2 * file->text.len + 16); /* some entities grow */
    reader.text = &text;
    bool read = true;
    for (cmark_node *node = cmark_node_first_child(block); node != NULL && read;
         node = cmark_node_next(node)) {
        read = read_inline(&reader, node);
    }
    if (!read) {
        return false;
    }
    if (reader.mark_open) {
        return COMPLAIN(
            &reader, "<%s> is not closed", reader.mark.kind == PLAN_MARK_INSERTION ? "ins" : "del");
    }
    if (text.failed) {
        return error_memory(markdown_next_error(file->errors));
    }
    out->text = arena_str(arena, buf_str(&text));
    return plain || read_attributes(&reader);
}
