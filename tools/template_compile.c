/* The template compiler: directives to C, text through the HTML tokenizer to string literals.
 *
 * One pass. Open blocks stand on a stack with the HTML state they began in, so that every way through a
 * template ends in the same state: then the context of each value is known when it is compiled. C expressions
 * are copied as they are; #line directives point the C compiler back to the template.
 */
#include "tools/template_compile.h"

#include "base/utf8.h"
#include "tools/template_html.h"

#define BLOCKS_MAX 32
#define OUT_MAX ((size_t)16 << 20)

typedef enum BlockKind { BLOCK_IF, BLOCK_EACH, BLOCK_WRAP } BlockKind;

typedef struct Block {
    BlockKind kind;
    size_t at;            /* where its directive stands, for messages */
    HtmlState begin, end; /* the state at its start, and after its first branch */
    bool has_end, has_else;
    int number;
    Str wrapped; /* BLOCK_WRAP: what to call at the end */
    Str arguments;
} Block;

typedef struct Compiler {
    Arena *arena;
    Str name, source;
    TemplateOutput *out;
    Error *error;
    HtmlReader html;
    Buf text; /* literal text not yet written */
    Block blocks[BLOCKS_MAX];
    size_t depth;
    bool in_template, has_slot;
    Str function, parameters;
    int number;
} Compiler;

/* --- places and errors ------------------------------------------------------------------------------- */

static long line_of(const Compiler *c, size_t at, long *column)
{
    long line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at && i < c->source.len; i++)
        if (c->source.at[i] == '\n') {
            line++;
            start = i + 1;
        }
    *column = (long)utf8_count(str_slice(c->source, start, at)) + 1;
    return line;
}

static bool fail(Compiler *c, size_t at, const char *message)
{
    long column;
    long line = line_of(c, at, &column);
    return error_at(c->error, ERROR_INPUT, c->name, line, column, "%s", message);
}

/* Gives an error of the HTML tokenizer its place. */
static bool fail_here(Compiler *c, size_t at)
{
    char message[sizeof c->error->message];
    snprintf(message, sizeof message, "%s", c->error->message);
    return fail(c, at, message);
}

/* --- writing C --------------------------------------------------------------------------------------- */

static void write_line_directive(Compiler *c, size_t at)
{
    long column;
    buf_printf(&c->out->code, "#line %ld \"%.*s\"\n", line_of(c, at, &column), STR_ARGS(c->name));
}

static void write_literal(Buf *code, Str text)
{
    buf_add_byte(code, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '"' || byte == '\\')
            buf_printf(code, "\\%c", byte);
        else if (byte < 0x20 || byte >= 0x7f || byte == '?')
            buf_printf(code, "\\%03o", byte);
        else
            buf_add_byte(code, (char)byte);
    }
    buf_add_byte(code, '"');
}

static void flush_text(Compiler *c)
{
    if (c->text.len == 0)
        return;
    buf_add(&c->out->code, S("html_literal(html, "));
    write_literal(&c->out->code, buf_str(&c->text));
    buf_add(&c->out->code, S(");\n"));
    buf_clear(&c->text);
}

/* Before the C of a directive: pending text, then its place. */
static bool begin_code(Compiler *c, size_t at)
{
    if (!html_boundary(&c->html, c->error))
        return fail_here(c, at);
    flush_text(c);
    write_line_directive(c, at);
    return true;
}

/* --- taking directives apart ------------------------------------------------------------------------- */

static bool is_word_byte(char b)
{
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
}

static bool is_word(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_word_byte(s.at[i]))
            return false;
    return s.len > 0 && !(s.at[0] >= '0' && s.at[0] <= '9');
}

/* "name (a, b)" or "name": *arguments without its parentheses. */
static bool take_call(Str s, Str *name, Str *arguments)
{
    size_t i = 0;
    while (i < s.len && is_word_byte(s.at[i]))
        i++;
    *name = str_slice(s, 0, i);
    *arguments = str_trim(str_slice(s, i, s.len));
    if (!is_word(*name))
        return false;
    if (arguments->len == 0)
        return true;
    if (arguments->len < 2 || !str_starts(*arguments, S("(")) || !str_ends(*arguments, S(")")))
        return false;
    *arguments = str_trim(str_slice(*arguments, 1, arguments->len - 1));
    return true;
}

/* The next argument of a list, divided by commas outside brackets and quotes. */
static bool next_argument(Str *rest, Str *argument)
{
    if (rest->len == 0)
        return false;
    int depth = 0;
    char quote = '\0';
    size_t i = 0;
    for (; i < rest->len; i++) {
        char b = rest->at[i];
        if (quote) {
            if (b == '\\')
                i++;
            else if (b == quote)
                quote = '\0';
        } else if (b == '"' || b == '\'') {
            quote = b;
        } else if (b == '(' || b == '[' || b == '{') {
            depth++;
        } else if (b == ')' || b == ']' || b == '}') {
            depth--;
        } else if (b == ',' && depth == 0) {
            break;
        }
    }
    *argument = str_trim(str_slice(*rest, 0, i));
    *rest = str_slice(*rest, i + 1, rest->len);
    return true;
}

/* --- directives -------------------------------------------------------------------------------------- */

static void end_template(Compiler *c)
{
    if (!c->in_template)
        return;
    flush_text(c);
    buf_add(&c->out->code, S("}\n\n"));
    c->in_template = false;
}

static void write_prototype(Buf *out, Str name, const char *suffix, Str parameters, const char *end)
{
    buf_printf(out, "void %.*s%s(Html *html%s%.*s)%s\n", STR_ARGS(name), suffix,
        parameters.len > 0 ? ", " : "", STR_ARGS(parameters), end);
}

static bool check_end_of_template(Compiler *c, size_t at)
{
    if (!c->in_template)
        return true;
    if (c->depth > 0)
        return fail(c, c->blocks[c->depth - 1].at, "this block is not closed");
    if (!html_boundary(&c->html, c->error))
        return fail_here(c, at);
    if (!html_is_between_tags(&c->html.state)) {
        char place[96], message[160];
        html_describe(&c->html.state, place, sizeof place);
        snprintf(
            message, sizeof message, "the template ends %s", c->html.state.form ? "inside a form" : place);
        return fail(c, at, message);
    }
    return true;
}

/* Whether the template that begins at `from` has a slot before the next one begins. */
static bool has_slot(Str source, size_t from)
{
    ptrdiff_t slot = str_find(source, S("{{slot}}"), from);
    ptrdiff_t next = str_find(source, S("{{template "), from);
    return slot >= 0 && (next < 0 || slot < next);
}

static bool do_template(Compiler *c, size_t at, Str rest)
{
    if (!check_end_of_template(c, at))
        return false;
    end_template(c);
    if (!take_call(rest, &c->function, &c->parameters))
        return fail(c, at, "write {{template name (parameters)}}");
    c->in_template = true;
    c->has_slot = has_slot(c->source, at + 1);
    c->html.state = (HtmlState){.where = HTML_TEXT, .last_line = true};
    const char *suffix = c->has_slot ? "_begin" : "";
    write_prototype(&c->out->prototypes, c->function, suffix, c->parameters, ";");
    write_line_directive(c, at);
    write_prototype(&c->out->code, c->function, suffix, c->parameters, "\n{");
    return true;
}

static bool do_slot(Compiler *c, size_t at, Str rest)
{
    if (rest.len > 0 || !c->has_slot || c->depth > 0 || c->html.state.where != HTML_TEXT ||
        c->html.state.form)
        return fail(c, at, "{{slot}} stands once in a template, between tags, in no block");
    c->has_slot = false;
    if (!begin_code(c, at))
        return false;
    buf_add(&c->out->code, S("}\n\n"));
    write_prototype(&c->out->prototypes, c->function, "_end", c->parameters, ";");
    write_line_directive(c, at);
    write_prototype(&c->out->code, c->function, "_end", c->parameters, "\n{");
    return true;
}

static bool do_include(Compiler *c, size_t at, Str rest)
{
    if (c->in_template || rest.len < 3 || rest.at[0] != '"' || rest.at[rest.len - 1] != '"')
        return fail(c, at, "write {{include \"folder/name.h\"}} before the first template");
    buf_printf(&c->out->includes, "#include %.*s\n", STR_ARGS(rest));
    return true;
}

static bool value_context(Compiler *c, size_t at, HtmlContext *context)
{
    if (c->html.state.where == HTML_TEXT && !html_boundary(&c->html, c->error))
        return fail_here(c, at);
    if (!html_context(&c->html, context, c->error))
        return fail_here(c, at);
    flush_text(c);
    write_line_directive(c, at);
    html_value_written(&c->html);
    return true;
}

static bool do_value(Compiler *c, size_t at, Str rest)
{
    static const char *const PUT[] = {
        [CONTEXT_TEXT] = "HTML_PUT_TEXT",
        [CONTEXT_ATTRIBUTE] = "HTML_PUT_ATTRIBUTE",
        [CONTEXT_URL] = "HTML_PUT_URL",
        [CONTEXT_URL_PART] = "HTML_PUT_URL_PART",
    };
    HtmlContext context;
    if (rest.len == 0)
        return fail(c, at, "an expression is missing");
    if (!value_context(c, at, &context))
        return false;
    buf_printf(&c->out->code, "%s(html, (%.*s));\n", PUT[context], STR_ARGS(rest));
    return true;
}

static bool do_message(Compiler *c, size_t at, Str rest)
{
    HtmlContext context;
    Str name, arguments, argument;
    if (!take_call(rest, &name, &arguments))
        return fail(c, at, "write {{t message}} or {{t message(argument, ...)}}");
    if (!value_context(c, at, &context))
        return false;
    if (context == CONTEXT_URL || context == CONTEXT_URL_PART)
        return fail(c, at, "a message is no URL");
    size_t count = 0;
    Buf *code = &c->out->code;
    AUTO_BUF list;
    buf_init(&list, OUT_MAX);
    while (next_argument(&arguments, &argument)) {
        buf_printf(&list, "%sHTML_ARGUMENT(%.*s)", count > 0 ? ", " : "", STR_ARGS(argument));
        count++;
    }
    if (count == 0)
        buf_printf(code, "html_message(html, MESSAGE_%.*s, 0, NULL);\n", STR_ARGS(name));
    else
        buf_printf(code, "html_message(html, MESSAGE_%.*s, %zu, (const HtmlArgument[]){%.*s});\n",
            STR_ARGS(name), count, STR_ARGS(buf_str(&list)));
    return true;
}

static bool do_asset(Compiler *c, size_t at, Str rest)
{
    HtmlContext context;
    if (!value_context(c, at, &context))
        return false;
    if (context != CONTEXT_URL)
        return fail(c, at, "{{asset name}} stands alone in href or src");
    buf_add(&c->out->code, S("html_url(html, asset_url(ASSET_"));
    for (size_t i = 0; i < rest.len; i++)
        buf_add_byte(&c->out->code, is_word_byte(rest.at[i]) ? rest.at[i] : '_');
    buf_add(&c->out->code, S("));\n"));
    return true;
}

static bool do_token(Compiler *c, size_t at, Str rest)
{
    if (rest.len > 0)
        return fail(c, at, "write {{csrf}}");
    if (!begin_code(c, at))
        return false;
    if (!html_token_written(&c->html, c->error))
        return fail_here(c, at);
    buf_add(&c->out->code, S("html_csrf_field(html);\n"));
    return true;
}

static bool do_part(Compiler *c, size_t at, Str rest)
{
    HtmlContext context;
    Str name, arguments;
    if (!take_call(rest, &name, &arguments))
        return fail(c, at, "write {{> name(arguments)}}");
    if (!value_context(c, at, &context))
        return false;
    if (context != CONTEXT_TEXT || c->html.state.raw_text[0])
        return fail(c, at, "a part may only stand between tags");
    buf_printf(&c->out->code, "%.*s(html%s%.*s);\n", STR_ARGS(name), arguments.len > 0 ? ", " : "",
        STR_ARGS(arguments));
    return true;
}

static bool do_let(Compiler *c, size_t at, Str rest)
{
    Str name, expression;
    if (!str_cut(rest, S("="), &name, &expression) || !is_word(str_trim(name)))
        return fail(c, at, "write {{let name = expression}}");
    if (!begin_code(c, at))
        return false;
    buf_printf(&c->out->code, "const __auto_type %.*s = (%.*s);\n", STR_ARGS(str_trim(name)),
        STR_ARGS(str_trim(expression)));
    return true;
}

static Block *push_block(Compiler *c, BlockKind kind, size_t at)
{
    if (c->depth == BLOCKS_MAX) {
        fail(c, at, "blocks too deep");
        return NULL;
    }
    Block *block = &c->blocks[c->depth];
    if (!begin_code(c, at))
        return NULL;
    c->depth++;
    *block = (Block){.kind = kind, .at = at, .begin = c->html.state, .number = ++c->number};
    return block;
}

static bool do_if(Compiler *c, size_t at, Str rest)
{
    if (rest.len == 0)
        return fail(c, at, "{{#if}} needs a condition");
    if (!push_block(c, BLOCK_IF, at))
        return false;
    buf_printf(&c->out->code, "if (%.*s) {\n", STR_ARGS(rest));
    return true;
}

static bool do_each(Compiler *c, size_t at, Str rest)
{
    Str names, list, item, index;
    bool has_in = str_cut(rest, S(" in "), &names, &list);
    bool has_index = str_cut(names, S(","), &item, &index);
    item = str_trim(item);
    index = str_trim(index);
    list = str_trim(list);
    if (!has_in || !is_word(item) || list.len == 0 || (has_index && !is_word(index)))
        return fail(c, at, "write {{#each item in list}} or {{#each item, n in list}}");
    Block *block = push_block(c, BLOCK_EACH, at);
    if (!block)
        return false;
    Buf *code = &c->out->code;
    int n = block->number;
    buf_printf(code, "{ const __auto_type list_%d = &(%.*s);\n", n, STR_ARGS(list));
    buf_printf(code, "for (size_t at_%d = 0; at_%d < list_%d->len; at_%d++) {\n", n, n, n, n);
    buf_printf(code, "const __auto_type %.*s = &list_%d->at[at_%d];\n", STR_ARGS(item), n, n);
    if (has_index)
        buf_printf(code, "const size_t %.*s = at_%d;\n", STR_ARGS(index), n);
    return true;
}

static bool do_wrap(Compiler *c, size_t at, Str rest)
{
    Str name, arguments;
    if (!take_call(rest, &name, &arguments))
        return fail(c, at, "write {{#wrap name(arguments)}}");
    if (!html_is_between_tags(&c->html.state))
        return fail(c, at, "a wrap may only stand between tags");
    Block *block = push_block(c, BLOCK_WRAP, at);
    if (!block)
        return false;
    block->wrapped = name;
    block->arguments = arguments;
    buf_printf(&c->out->code, "{ %.*s_begin(html%s%.*s);\n", STR_ARGS(name), arguments.len > 0 ? ", " : "",
        STR_ARGS(arguments));
    return true;
}

/* The present way through the block has ended: it must end as the ways before it. */
static bool end_branch(Compiler *c, Block *block, size_t at)
{
    if (!begin_code(c, at))
        return false;
    if (block->has_end && !html_join(&block->end, &c->html.state))
        return fail(c, at, "the branches of this block end in different places of the HTML");
    if (!block->has_end)
        block->end = c->html.state;
    block->has_end = true;
    return true;
}

static bool do_else(Compiler *c, size_t at, Str rest)
{
    Block *block = c->depth > 0 ? &c->blocks[c->depth - 1] : NULL;
    if (!block || block->kind == BLOCK_WRAP || block->has_else)
        return fail(c, at, "{{else}} without {{#if}} or {{#each}}");
    if (!end_branch(c, block, at))
        return false;
    c->html.state = block->begin;
    Buf *code = &c->out->code;
    if (str_starts(rest, S("if ")) && block->kind == BLOCK_IF) {
        buf_printf(code, "} else if (%.*s) {\n", STR_ARGS(str_trim(str_slice(rest, 3, rest.len))));
        return true;
    }
    if (rest.len > 0)
        return fail(c, at, "write {{else}} or {{else if condition}}");
    block->has_else = true;
    if (block->kind == BLOCK_IF)
        buf_add(code, S("} else {\n"));
    else
        buf_printf(code, "} if (list_%d->len == 0) {\n", block->number);
    return true;
}

static bool do_close(Compiler *c, size_t at, Str rest)
{
    static const char *const NAMES[] = {[BLOCK_IF] = "if", [BLOCK_EACH] = "each", [BLOCK_WRAP] = "wrap"};
    Block *block = c->depth > 0 ? &c->blocks[c->depth - 1] : NULL;
    if (!block || !str_equal(rest, str_of(NAMES[block->kind]))) {
        char message[160];
        snprintf(message, sizeof message, "{{/%.*s}} closes nothing here%s%s%s", STR_ARGS(rest),
            block ? "; {{/" : "", block ? NAMES[block->kind] : "", block ? "}} is expected" : "");
        return fail(c, at, message);
    }
    if (!end_branch(c, block, at))
        return false;
    Buf *code = &c->out->code;
    if (block->kind == BLOCK_WRAP) {
        if (!html_is_between_tags(&c->html.state))
            return fail(c, at, "what is wrapped must end between tags");
        buf_printf(code, "%.*s_end(html%s%.*s); }\n", STR_ARGS(block->wrapped),
            block->arguments.len > 0 ? ", " : "", STR_ARGS(block->arguments));
    } else {
        /* a loop may run any number of times, a condition may be false: then the state is the one before */
        if ((block->kind == BLOCK_EACH || !block->has_else) && !html_join(&block->end, &block->begin))
            return fail(c, at, "this block ends in another place of the HTML than it begins");
        buf_add(code, block->kind == BLOCK_IF ? S("}\n") : S("}\n}\n"));
    }
    c->html.state = block->end;
    c->depth--;
    return true;
}

static bool do_remark(Compiler *c, size_t at, Str rest)
{
    (void)c, (void)at, (void)rest;
    return true;
}

typedef struct Directive {
    Str word;
    bool outside; /* may stand outside a template */
    bool inline_; /* writes something where it stands, so its line stays */
    bool (*compile)(Compiler *c, size_t at, Str rest);
} Directive;

static const Directive DIRECTIVES[] = {
    {STR_LITERAL("!"), true, false, do_remark},
    {STR_LITERAL("include "), true, false, do_include},
    {STR_LITERAL("template "), true, false, do_template},
    {STR_LITERAL("="), false, true, do_value},
    {STR_LITERAL("t "), false, true, do_message},
    {STR_LITERAL("asset "), false, true, do_asset},
    {STR_LITERAL(">"), false, true, do_part},
    {STR_LITERAL("csrf"), false, true, do_token},
    {STR_LITERAL("slot"), false, false, do_slot},
    {STR_LITERAL("let "), false, false, do_let},
    {STR_LITERAL("#if "), false, false, do_if},
    {STR_LITERAL("#each "), false, false, do_each},
    {STR_LITERAL("#wrap "), false, false, do_wrap},
    {STR_LITERAL("else"), false, false, do_else},
    {STR_LITERAL("/"), false, false, do_close},
};

static const Directive *find_directive(Str body)
{
    for (size_t i = 0; i < COUNT_OF(DIRECTIVES); i++)
        if (str_starts(body, DIRECTIVES[i].word))
            return &DIRECTIVES[i];
    return NULL;
}

/* --- the walk ---------------------------------------------------------------------------------------- */

static bool take_text(Compiler *c, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        char b = c->source.at[i];
        if (!c->in_template) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t')
                return fail(c, i, "text outside a template: begin with {{template name (parameters)}}");
            continue;
        }
        if (!html_feed(&c->html, b, c->error))
            return fail_here(c, i);
    }
    return true;
}

/* A directive alone on its line takes the line with it: moves *from back to the line's start and *to behind
 * its end. */
static void take_line(Str source, size_t *from, size_t *to, size_t text_start)
{
    size_t start = *from, end = *to;
    while (start > text_start && (source.at[start - 1] == ' ' || source.at[start - 1] == '\t'))
        start--;
    if (start > 0 && source.at[start - 1] != '\n')
        return;
    while (end < source.len && (source.at[end] == ' ' || source.at[end] == '\t' || source.at[end] == '\r'))
        end++;
    if (end < source.len && source.at[end] != '\n')
        return;
    *from = start;
    *to = end < source.len ? end + 1 : end;
}

static bool compile_all(Compiler *c)
{
    size_t at = 0;
    for (;;) {
        ptrdiff_t open = str_find(c->source, S("{{"), at);
        if (open < 0)
            break;
        ptrdiff_t close = str_find(c->source, S("}}"), (size_t)open + 2);
        if (close < 0)
            return fail(c, (size_t)open, "}} is missing");
        Str body = str_trim(str_slice(c->source, (size_t)open + 2, (size_t)close));
        const Directive *directive = find_directive(body);
        if (!directive)
            return fail(c, (size_t)open, "no such directive; a value is written {{= expression}}");
        size_t from = (size_t)open, to = (size_t)close + 2;
        if (!directive->inline_)
            take_line(c->source, &from, &to, at);
        if (!take_text(c, at, from))
            return false;
        if (!c->in_template && !directive->outside)
            return fail(c, (size_t)open, "begin with {{template name (parameters)}}");
        Str rest = str_trim(str_slice(body, directive->word.len, body.len));
        if (!directive->compile(c, (size_t)open, rest))
            return false;
        at = to;
    }
    if (!take_text(c, at, c->source.len) || !check_end_of_template(c, c->source.len))
        return false;
    end_template(c);
    return true;
}

bool template_compile(Arena *arena, Str name, Str source, TemplateOutput *out, Error *error)
{
    size_t bad;
    Compiler *c = ARENA_NEW(arena, Compiler);
    if (!c)
        return error_memory(error);
    *c = (Compiler){.arena = arena, .name = name, .source = source, .out = out, .error = error};
    if (!utf8_check(source, &bad))
        return fail(c, bad, "not UTF-8");
    buf_init(&c->text, OUT_MAX);
    c->html.out = &c->text;
    bool done = compile_all(c);
    buf_release(&c->text);
    if (done && (out->code.failed || out->prototypes.failed || out->includes.failed))
        return error_memory(error);
    return done;
}
