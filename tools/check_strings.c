/* tools/check_strings.c: refuses text pasted into SQL or HTML, in every C file below src/.
 *
 * SQL: what is handed to the functions of db/ that take SQL, or the name of a search index, is made of string
 * literals (or of macros that are nothing else); and no function that builds text is given words of an SQL
 * statement. Only db/ itself, which prints SQL for two databases, is free of this.
 *
 * HTML: a format that holds a tag never has a conversion for text, anywhere; other calls that build text hold
 * no tags but in files whose names say html or markdown, the builders; and what marks text as safe is used in
 * those alone.
 */
#include "tools/c_tokens.h"
#include "tools/source_check.h"

#include <ctype.h>

/* Functions of db/db.h with the argument, from 0, that must be literal. */
static const struct {
    const char *name;
    size_t argument;
} literal_arguments[] = {
    {"db_query", 3},
    {"db_query_values", 3},
    {"db_run", 3},
    {"db_run_values", 3},
    {"db_insert", 3},
    {"db_insert_values", 3},
    {"db_one_integer", 3},
    {"db_one_integer_values", 3},
    {"db_one_text", 3},
    {"db_search_put", 1},
    {"db_search_remove", 1},
    {"db_search_clear", 1},
    {"db_search", 1},
};

/* Functions that make text out of parts. */
static const char *const text_builders[] = {"printf", "fprintf", "dprintf", "snprintf", "vsnprintf",
    "asprintf", "arena_printf", "arena_join", "buf_printf", "buf_add"};

/* Each is found as whole words, the second anywhere behind the first (or empty). */
static const struct {
    const char *first, *second;
} sql_words[] = {{"select", "from"}, {"insert into", ""}, {"delete from", ""}, {"update", "set"},
    {"create table", ""}, {"create index", ""}, {"create view", ""}, {"drop table", ""}, {"alter table", ""},
    {"order by", ""}, {"group by", ""}, {"where", "="}};

static const char *const html_tags[] = {"a", "abbr", "article", "aside", "b", "body", "br", "button",
    "caption", "circle", "cite", "code", "col", "dd", "del", "details", "div", "dl", "dt", "em", "fieldset",
    "figure", "footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i",
    "img", "input", "ins", "label", "legend", "li", "link", "main", "mark", "meta", "nav", "ol", "option",
    "p", "path", "pre", "rect", "rt", "ruby", "s", "script", "section", "select", "small", "span", "strong",
    "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "text", "textarea", "tfoot", "th",
    "thead", "title", "tr", "u", "ul"};

/* Names that turn text into HTML without escaping it. */
static const char *const raw_html_names[] = {"html_raw_", "html_safe_", "SafeHtml"};
enum { RAW_HTML_CALLS = 2 }; /* the first so many are functions, the rest types */

static bool is_one_of(const Token *token, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (token_is(token, names[i]))
            return true;
    return false;
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where `word` stands in [at, end), letters of either case, not as a part of a longer word; NULL when it does
 * not. */
static const char *find_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);
    bool needs_edges = len > 0 && is_letter(word[0]);
    for (const char *start = at; start + len <= end; start++) {
        bool has_edges = !needs_edges || ((start == at || !is_letter(start[-1])) &&
                                             (start + len == end || !is_letter(start[len])));
        if (has_edges && strncasecmp(start, word, len) == 0)
            return start + len;
    }
    return NULL;
}

/* Whether the text looks like a part of an SQL statement. */
static bool has_sql(const char *at, size_t len)
{
    const char *end = at + len;
    for (size_t i = 0; i < COUNT_OF(sql_words); i++) {
        const char *behind = find_word(at, end, sql_words[i].first);
        if (behind != NULL && find_word(behind, end, sql_words[i].second) != NULL)
            return true;
    }
    return false;
}

static bool is_tag(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(html_tags); i++)
        if (strlen(html_tags[i]) == len && strncasecmp(html_tags[i], name, len) == 0)
            return true;
    return false;
}

/* Whether a tag of HTML, or one whose name is filled in, begins or ends somewhere in the text. */
static bool has_html(const char *at, size_t len)
{
    const char *end = at + len;
    for (const char *open = at; open < end; open++) {
        if (*open != '<')
            continue;
        const char *name = open + 1;
        name += name < end && *name == '/';
        size_t name_len = 0;
        while (name + name_len < end && isalnum((unsigned char)name[name_len]))
            name_len++;
        if (is_tag(name, name_len) || (name + 1 < end && name[0] == '%' && name[1] != '%'))
            return true;
    }
    return false;
}

/* Whether a printf format asks for text (%s, %c and their kin), which nothing escapes. */
static bool has_text_conversion(const char *at, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        if (at[i] != '%')
            continue;
        if (at[i + 1] == '%') {
            i++;
            continue;
        }
        size_t letter = i + 1;
        while (letter < len && strchr("-+ #0123456789.*hlzjt", at[letter]) != NULL)
            letter++;
        if (letter < len && strchr("scm", at[letter]) != NULL)
            return true;
    }
    return false;
}

/* Names of macros that are string literals and nothing else. */
typedef struct Literals {
    Token *names;
    size_t count, room;
} Literals;

/* Notes `#define NAME "..."` (several literals and line ends with a backslash between them are fine). */
static void note_literal(Literals *literals, const char *line)
{
    line += strspn(line, " \t");
    if (!text_starts(line, "#define "))
        return;
    const char *name = line + strlen("#define ");
    size_t name_len = 0;
    while (is_letter(name[name_len]))
        name_len++;
    const char *at = name + name_len;
    size_t strings = 0;
    for (;;) {
        at += strspn(at, " \t");
        if (text_starts(at, "\\\n")) {
            at += 2;
        } else if (*at == '"') {
            for (at++; *at != '"' && *at != '\n' && *at != '\0'; at++)
                at += *at == '\\' && at[1] != '\0';
            at += *at == '"';
            strings++;
        } else {
            break;
        }
    }
    if (strings == 0 || (*at != '\n' && *at != '\0'))
        return;
    if (literals->count == literals->room) {
        literals->room = literals->room * 2 + 64;
        literals->names = reallocarray(literals->names, literals->room, sizeof(*literals->names));
        if (literals->names == NULL)
            exit(2);
    }
    literals->names[literals->count++] = (Token){.at = name, .len = name_len};
}

static void literals_collect(Literals *literals, const SourceTree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        for (const char *at = tree->files[i].text; at != NULL; at = strchr(at, '\n')) {
            at += *at == '\n';
            note_literal(literals, at);
        }
    }
}

static bool is_literal(const Literals *literals, const Token *token)
{
    if (token->kind == TOKEN_STRING)
        return true;
    for (size_t i = 0; i < literals->count; i++)
        if (literals->names[i].len == token->len && memcmp(literals->names[i].at, token->at, token->len) == 0)
            return true;
    return false;
}

/* What the checks of one file share. */
typedef struct StringCheck {
    const SourceFile *file;
    const Tokens *tokens;
    const Literals *literals;
    bool is_html_builder;
    Report *problems;
} StringCheck;

static void check_literal_argument(const StringCheck *check, const CallTokens *call)
{
    for (size_t i = 0; i < COUNT_OF(literal_arguments); i++) {
        size_t argument = literal_arguments[i].argument;
        if (!token_is(call->name, literal_arguments[i].name) || argument >= call->argument_count)
            continue;
        for (size_t at = call->arguments[argument]; at < call->ends[argument]; at++) {
            if (is_literal(check->literals, &check->tokens->at[at]))
                continue;
            report(check->problems, check->file, check->tokens->at[at].line,
                "%s is given text that is not a string literal: write the SQL or the name out, and give "
                "values as parameters",
                literal_arguments[i].name);
            return;
        }
    }
}

/* String literals that stand one behind the other, as the one text they are: without quotes, and with every
 * escape and run of white space as one space. */
typedef struct JoinedText {
    char at[4096]; /* what is longer is judged by its beginning */
    size_t len;
} JoinedText;

static void join_byte(JoinedText *text, char c)
{
    bool is_second_space = c == ' ' && text->len > 0 && text->at[text->len - 1] == ' ';
    if (!is_second_space && text->len < sizeof(text->at))
        text->at[text->len++] = c;
}

static void join_literal(JoinedText *text, const Token *token)
{
    const char *end = token->at + token->len - 1;
    for (const char *at = strchr(token->at, '"') + 1; at < end; at++) {
        if (*at == '\\') {
            join_byte(text, ' ');
            at++;
        } else {
            join_byte(text, *at);
        }
    }
}

static void check_text(const StringCheck *check, const Token *builder, const JoinedText *text, long line)
{
    int len = (int)builder->len;
    if (has_sql(text->at, text->len))
        report(check->problems, check->file, line,
            "SQL is built with %.*s: hand a literal with ?1, ?2 to db_query or db_run", len, builder->at);
    if (!has_html(text->at, text->len))
        return;
    if (has_text_conversion(text->at, text->len))
        report(check->problems, check->file, line,
            "text is pasted into HTML with %.*s: write the tag as a literal and the text through the "
            "escaping builder",
            len, builder->at);
    else if (!check->is_html_builder)
        report(check->problems, check->file, line,
            "HTML is built with %.*s: use a template or the functions of a file whose name says html", len,
            builder->at);
}

static void check_built_text(const StringCheck *check, const CallTokens *call)
{
    if (!is_one_of(call->name, COUNT_OF(text_builders), text_builders) || call->argument_count == 0)
        return;
    const Token *tokens = check->tokens->at;
    for (size_t at = call->arguments[0]; at < call->end;) {
        JoinedText text = {.len = 0};
        long line = tokens[at].line;
        size_t next = at;
        while (tokens[next].kind == TOKEN_STRING)
            join_literal(&text, &tokens[next++]);
        if (next > at)
            check_text(check, call->name, &text, line);
        at = next > at ? next : at + 1;
    }
}

static void check_raw_html(const StringCheck *check, size_t index)
{
    const Token *token = &check->tokens->at[index];
    if (check->is_html_builder || token->kind != TOKEN_NAME)
        return;
    bool is_call = is_one_of(token, RAW_HTML_CALLS, raw_html_names);
    /* `(SafeHtml){...}` makes safe text by itself; `SafeHtml part = ...` only carries it */
    bool is_made =
        is_one_of(token, COUNT_OF(raw_html_names) - RAW_HTML_CALLS, raw_html_names + RAW_HTML_CALLS) &&
        index > 0 && index + 2 < check->tokens->count && token_is(&check->tokens->at[index - 1], "(") &&
        token_is(&check->tokens->at[index + 1], ")") && token_is(&check->tokens->at[index + 2], "{");
    if (is_call || is_made)
        report(check->problems, check->file, token->line,
            "%.*s goes round the escaping: use html_literal for markup and html_text or html_take for the "
            "rest",
            (int)token->len, token->at);
}

/* Files that write markup of their own, and are read by people as such. */
static bool is_html_builder(const SourceFile *file)
{
    const char *name = strrchr(file->path, '/');
    return name != NULL && (strstr(name, "html") != NULL || strstr(name, "markdown") != NULL);
}

static void check_file(const SourceFile *file, const Literals *literals, Report *problems)
{
    Tokens tokens = {0};
    tokens_read(&tokens, file);
    StringCheck check = {.file = file,
        .tokens = &tokens,
        .literals = literals,
        .is_html_builder = is_html_builder(file),
        .problems = problems};
    for (size_t i = 0; i < tokens.count; i++) {
        CallTokens call;
        check_raw_html(&check, i);
        if (!call_read(&call, &tokens, i))
            continue;
        check_literal_argument(&check, &call);
        check_built_text(&check, &call);
    }
    tokens_release(&tokens);
}

void check_strings(const SourceTree *tree, Report *problems)
{
    Literals literals = {0};
    literals_collect(&literals, tree);
    for (size_t i = 0; i < tree->count; i++) {
        const SourceFile *file = &tree->files[i];
        bool is_c = text_ends(file->path, ".c") || text_ends(file->path, ".h");
        if (is_c && path_is_below(file->path, "src") && !path_is_below(file->path, "src/db"))
            check_file(file, &literals, problems);
    }
    free(literals.names);
}
