/* db/fts_bigram.c: the tokenizer that lets FTS5 find any run of characters in text without spaces.
 *
 * It takes "SCOPE TEXT": the scope's number, a space, and folded text (base/fold.h). Every run of TEXT
 * between spaces gives its overlapping pairs of characters and, last, its last character alone; each token
 * begins with "SCOPE:", so that a search touches nothing of other scopes.
 *
 *     "7 保育園 a"  ->  7:保育 7:育園 7:園 7:a
 *
 * A word of two characters or more is then a phrase of its pairs ("7 保育園" asks for 7:保育 7:育園, one
 * after the other; in a query the last character alone is left out), and a word of one character is a prefix
 * ("7 園" * asks for all that begins with 7:園). A phrase never reaches over a space, since the lone last
 * character stands between.
 *
 * Also here: holds_words(text, words), which compares the rest of a query that is too long for the index.
 */
#include "base/utf8.h"
#include "db/engine_sqlite.h"

/* "-9223372036854775808:" and two characters of four bytes. */
#define TOKEN_MAX 32

typedef int TokenSink(void *context, int flags, const char *token, int len, int from, int to);

static int create(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
    static const char only = 0; /* the tokenizer has no state; FTS5 wants a pointer */
    (void)context;
    (void)arguments;
    (void)count;
    union {
        const char *constant;
        Fts5Tokenizer *tokenizer;
    } state = {.constant = &only};
    *out = state.tokenizer;
    return SQLITE_OK;
}

static void delete (Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

/* The tokens of one run of characters, which starts at byte `from` of s. */
static int tokenize_run(
    Str s, size_t from, size_t to, Str scope, bool is_query, void *context, TokenSink *sink)
{
    char token[TOKEN_MAX];
    memcpy(token, scope.at, scope.len);
    token[scope.len] = ':';
    size_t head = scope.len + 1, at = from;
    while (at < to) {
        size_t second = at, end;
        utf8_next(s, &second);
        end = second;
        if (second < to)
            utf8_next(s, &end);
        else if (is_query && at > from)
            break;
        memcpy(token + head, s.at + at, end - at);
        int result = sink(context, 0, token, (int)(head + end - at), (int)at, (int)end);
        if (result != SQLITE_OK)
            return result;
        at = second;
    }
    return SQLITE_OK;
}

static int tokenize(
    Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int len, TokenSink *sink)
{
    (void)tokenizer;
    Str s = {text == NULL ? "" : text, len < 0 ? 0 : (size_t)len}, scope, rest;
    str_cut(s, S(" "), &scope, &rest);
    if (scope.len == 0 || scope.len + 1 + 8 > TOKEN_MAX || !utf8_check(s, NULL))
        return SQLITE_ERROR;
    size_t at = s.len - rest.len;
    while (at < s.len) {
        ptrdiff_t space = str_find(s, S(" "), at);
        size_t end = space < 0 ? s.len : (size_t)space;
        int result = tokenize_run(s, at, end, scope, (flags & FTS5_TOKENIZE_QUERY) != 0, context, sink);
        if (result != SQLITE_OK)
            return result;
        at = end + 1;
    }
    return SQLITE_OK;
}

static Str value_of(sqlite3_value *value)
{
    const void *at = sqlite3_value_blob(value);
    int len = sqlite3_value_bytes(value);
    return at == NULL ? STR_EMPTY : (Str){at, (size_t)len};
}

/* holds_words(text, words): whether every word, divided by single spaces, occurs in the text. */
static void holds_words(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    Str text = value_of(values[0]), rest = value_of(values[1]), word;
    bool holds = true;
    while (holds && rest.len > 0) {
        str_cut(rest, S(" "), &word, &rest);
        holds = str_contains(text, word);
    }
    sqlite3_result_int(context, holds);
}

static fts5_api *fts5_of(sqlite3 *sqlite)
{
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(sqlite, "select fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
    return api;
}

bool fts_bigram_register(sqlite3 *sqlite, Error *error)
{
    fts5_tokenizer bigram = {.xCreate = create, .xDelete = delete, .xTokenize = tokenize};
    fts5_api *api = fts5_of(sqlite);
    if (api == NULL || api->xCreateTokenizer(api, "bigram", NULL, &bigram, NULL) != SQLITE_OK)
        return error_set(error, ERROR_DATABASE, "this SQLite has no full-text search (FTS5)");
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    if (sqlite3_create_function_v2(sqlite, "holds_words", 2, flags, NULL, holds_words, NULL, NULL, NULL) !=
        SQLITE_OK)
        return error_set(error, ERROR_MEMORY, "a function could not be added to SQLite");
    return true;
}
