/* tools/c_tokens.c: cuts C text into tokens.
 *
 * One pass, one function for each kind of thing. A preprocessor line with its continuations is skipped whole,
 * so the body of a macro is not seen; text that does not end (a string without its quote) ends at its line.
 */
#include "tools/c_tokens.h"

#include <ctype.h>

typedef struct Cursor {
    const char *at;
    long line;
    bool at_line_start; /* only white space so far on this line */
} Cursor;

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

static void step(Cursor *cursor)
{
    if (*cursor->at == '\n') {
        cursor->line++;
        cursor->at_line_start = true;
    }
    cursor->at++;
}

static void skip_to(Cursor *cursor, const char *end)
{
    while (*cursor->at != '\0' && !text_starts(cursor->at, end))
        step(cursor);
    for (size_t i = strlen(end); i > 0 && *cursor->at != '\0'; i--)
        step(cursor);
}

/* Up to the line end that no backslash continues; a comment in it may go on. */
static void skip_directive(Cursor *cursor)
{
    while (*cursor->at != '\0' && *cursor->at != '\n') {
        if (text_starts(cursor->at, "/*")) {
            skip_to(cursor, "*/");
            continue;
        }
        if (text_starts(cursor->at, "\\\n"))
            step(cursor);
        step(cursor);
    }
}

/* Passes what is no token; false at the end of the text. */
static bool skip_space(Cursor *cursor)
{
    for (;;) {
        if (*cursor->at == '\0')
            return false;
        if (isspace((unsigned char)*cursor->at))
            step(cursor);
        else if (text_starts(cursor->at, "/*"))
            skip_to(cursor, "*/");
        else if (text_starts(cursor->at, "//"))
            skip_to(cursor, "\n");
        else if (*cursor->at == '#' && cursor->at_line_start)
            skip_directive(cursor);
        else
            return true;
    }
}

/* The length of a literal that starts with `quote` at `at`. */
static size_t quoted_len(const char *at, char quote)
{
    size_t len = 1;
    while (at[len] != '\0' && at[len] != '\n' && at[len] != quote)
        len += at[len] == '\\' && at[len + 1] != '\0' ? 2 : 1;
    return at[len] == quote ? len + 1 : len;
}

static Token read_token(const Cursor *cursor)
{
    Token token = {.at = cursor->at, .line = cursor->line, .kind = TOKEN_MARK, .len = 1};
    char c = *cursor->at;
    if (c == '"' || c == '\'') {
        token.kind = c == '"' ? TOKEN_STRING : TOKEN_CHARACTER;
        token.len = quoted_len(cursor->at, c);
    } else if (is_name_byte(c)) {
        token.kind = isdigit((unsigned char)c) ? TOKEN_NUMBER : TOKEN_NAME;
        while (is_name_byte(cursor->at[token.len]) ||
               (token.kind == TOKEN_NUMBER && cursor->at[token.len] == '.'))
            token.len++;
        bool is_prefix = token.len <= 2 && strchr("uUL", c) != NULL && cursor->at[token.len] == '"';
        if (is_prefix) {
            token.kind = TOKEN_STRING;
            token.len += quoted_len(cursor->at + token.len, '"');
        }
    }
    return token;
}

void tokens_read(Tokens *tokens, const SourceFile *file)
{
    Cursor cursor = {.at = file->text, .line = 1, .at_line_start = true};
    while (skip_space(&cursor)) {
        if (tokens->count == tokens->room) {
            tokens->room = tokens->room * 2 + 1024;
            tokens->at = reallocarray(tokens->at, tokens->room, sizeof(*tokens->at));
            if (tokens->at == NULL) {
                fputs("no memory\n", stderr);
                exit(2);
            }
        }
        Token token = read_token(&cursor);
        tokens->at[tokens->count++] = token;
        cursor.at_line_start = false;
        for (size_t i = 0; i < token.len; i++)
            step(&cursor);
    }
}

void tokens_release(Tokens *tokens)
{
    free(tokens->at);
    *tokens = (Tokens){0};
}

bool token_is(const Token *token, const char *text)
{
    return strlen(text) == token->len && memcmp(token->at, text, token->len) == 0;
}

static void note_argument(CallTokens *call, size_t from, size_t to)
{
    if (call->argument_count == CALL_ARGUMENTS_MAX || from == to)
        return;
    call->arguments[call->argument_count] = from;
    call->ends[call->argument_count++] = to;
}

bool call_read(CallTokens *call, const Tokens *tokens, size_t index)
{
    if (tokens->at[index].kind != TOKEN_NAME || index + 1 >= tokens->count ||
        !token_is(&tokens->at[index + 1], "("))
        return false;
    *call = (CallTokens){.name = &tokens->at[index]};
    size_t depth = 0, from = index + 2;
    for (size_t i = index + 1; i < tokens->count; i++) {
        const Token *token = &tokens->at[i];
        if (token->kind != TOKEN_MARK)
            continue;
        if (strchr("([{", *token->at) != NULL)
            depth++;
        else if (strchr(")]}", *token->at) != NULL)
            depth--;
        else if (*token->at == ',' && depth == 1) {
            note_argument(call, from, i);
            from = i + 1;
        }
        if (depth == 0) {
            note_argument(call, from, i);
            call->end = i + 1;
            return true;
        }
    }
    return false;
}
