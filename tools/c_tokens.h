/* tools/c_tokens.h: C text as tokens, as far as the checks need it: comments and preprocessor lines are left
 * out. */
#ifndef TOOLS_C_TOKENS_H
#define TOOLS_C_TOKENS_H

#include "tools/source_tree.h"

typedef enum TokenKind {
    TOKEN_NAME,
    TOKEN_STRING, /* with its quotes and prefix */
    TOKEN_CHARACTER,
    TOKEN_NUMBER,
    TOKEN_MARK, /* one character of punctuation */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    const char *at;
    size_t len;
    long line;
} Token;

typedef struct Tokens {
    Token *at;
    size_t count, room;
} Tokens;

/* The tokens point into the file's text. */
void tokens_read(Tokens *tokens, const SourceFile *file);
void tokens_release(Tokens *tokens);
bool token_is(const Token *token, const char *text);

/* A call: name ( arguments ). Tokens of argument i are [arguments[i], ends[i]). */
enum { CALL_ARGUMENTS_MAX = 16 };
typedef struct CallTokens {
    const Token *name;
    size_t arguments[CALL_ARGUMENTS_MAX], ends[CALL_ARGUMENTS_MAX];
    size_t argument_count; /* as many as fit are noted */
    size_t end;            /* behind the closing parenthesis */
} CallTokens;

/* Reads the call whose name is the token at `index`; false when this is no name before a parenthesis. */
bool call_read(CallTokens *call, const Tokens *tokens, size_t index);

#endif
