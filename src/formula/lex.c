/* formula/lex.c: the text of a formula -> tokens; and the place of a byte, for errors.
 *
 * Letters of the language are ASCII. What people type instead (full-width signs, ==, !=, ≦) is refused with
 * what to write. The text is valid UTF-8 without control characters when it comes here; formula_compile has
 * seen to that.
 */
#include "formula/formula_internal.h"

#include "base/date.h"
#include "base/decimal.h"
#include "base/utf8.h"

static const char *const words[TOKEN_KIND_COUNT] = {
    [TOKEN_END] = "the end",
    [TOKEN_OPEN] = "(",
    [TOKEN_CLOSE] = ")",
    [TOKEN_COMMA] = ",",
    [TOKEN_DOT] = ".",
    [TOKEN_PLUS] = "+",
    [TOKEN_MINUS] = "-",
    [TOKEN_TIMES] = "*",
    [TOKEN_DIVIDE] = "/",
    [TOKEN_NOT_EQUAL] = "<>",
    [TOKEN_LESS_EQUAL] = "<=",
    [TOKEN_GREATER_EQUAL] = ">=",
    [TOKEN_EQUAL] = "=",
    [TOKEN_LESS] = "<",
    [TOKEN_GREATER] = ">",
    [TOKEN_AND] = "and",
    [TOKEN_OR] = "or",
    [TOKEN_NOT] = "not",
    [TOKEN_IN] = "in",
    [TOKEN_BETWEEN] = "between",
    [TOKEN_IS] = "is",
    [TOKEN_GIVEN] = "given",
    [TOKEN_MISSING] = "missing",
    [TOKEN_IF] = "if",
    [TOKEN_THEN] = "then",
    [TOKEN_ELSE] = "else",
    [TOKEN_WHERE] = "where",
    [TOKEN_TRUE] = "true",
    [TOKEN_FALSE] = "false",
    [TOKEN_YES] = "yes",
    [TOKEN_NO] = "no",
    [TOKEN_TODAY] = "today",
    [TOKEN_ME] = "me",
    [TOKEN_MY] = "my",
};

/* What stands in other languages or on a Japanese keyboard, and what is meant. */
static const struct {
    const char *wrong, *right;
} slips[] = {
    {"==", "="},
    {"!=", "<>"},
    {"&&", "and"},
    {"||", "or"},
    {"≠", "<>"},
    {"≦", "<="},
    {"≧", ">="},
    {"≤", "<="},
    {"≥", ">="},
    {"×", "*"},
    {"÷", "/"},
    {"、", ","},
    {"。", "."},
    {"「", "'"},
    {"」", "'"},
    {"“", "\""},
    {"”", "\""},
    {"‘", "'"},
    {"’", "'"},
};

const char *token_text(TokenKind kind)
{
    return words[kind];
}

bool formula_is_reserved(Str name)
{
    for (size_t i = TOKEN_AND; i < TOKEN_KIND_COUNT; i++)
        if (str_equal(name, str_of(words[i])))
            return true;
    return false;
}

/* --- places
 * -------------------------------------------------------------------------------------------------------- */

static bool refuse_at(const Source *source, ErrorCode code, size_t at, const char *message)
{
    long line = source->origin.line, column = source->origin.column;
    size_t line_start = 0;
    for (size_t i = 0; i < at && i < source->text.len; i++) {
        if (source->text.at[i] != '\n')
            continue;
        line += line > 0;
        line_start = i + 1;
        column = source->origin.next_lines_column > 0 ? source->origin.next_lines_column : 1;
    }
    column += (long)utf8_count(str_slice(source->text, line_start, at));
    return error_at(source->error, code, source->origin.file, line, column, "%s", message);
}

bool source_refuse(const Source *source, size_t at, const char *format, ...)
{
    char message[sizeof(source->error->message) * 2];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return refuse_at(source, ERROR_INPUT, at, message);
}

bool source_refuse_limit(const Source *source, size_t at, const char *format, ...)
{
    char message[sizeof(source->error->message)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    return refuse_at(source, ERROR_LIMIT, at, message);
}

/* --- tokens
 * -------------------------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Whether the text begins with this picture: 9 stands for a digit. */
static bool looks_like(Str text, const char *picture)
{
    size_t len = strlen(picture);
    if (text.len < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (picture[i] == '9' ? !is_digit(text.at[i]) : text.at[i] != picture[i])
            return false;
    return text.len == len || !(is_digit(text.at[len]) || is_letter(text.at[len]));
}

static bool lex_clock(const Source *source, size_t at, Str text, int64_t *seconds)
{
    int64_t hours = (text.at[0] - '0') * 10 + text.at[1] - '0',
            minutes = (text.at[3] - '0') * 10 + text.at[4] - '0';
    if (hours > 23 || minutes > 59)
        return source_refuse(
            source, at, "there is no time %.*s; times go from 00:00 to 23:59", STR_ARGS(text));
    *seconds = hours * 3600 + minutes * 60;
    return true;
}

static bool lex_date(const Source *source, size_t at, Str text, int64_t *days)
{
    Date date;
    if (!date_parse_iso(text, &date))
        return source_refuse(source, at, "there is no day %.*s", STR_ARGS(text));
    *days = date_to_days(date);
    return true;
}

static bool lex_moment(const Source *source, size_t *at, Token *token)
{
    Str rest = str_slice(source->text, *at, source->text.len);
    int64_t days = 0, seconds = 0;
    if (looks_like(rest, "9999-99-99T99:99")) {
        if (!lex_date(source, *at, str_slice(rest, 0, 10), &days) ||
            !lex_clock(source, *at + 11, str_slice(rest, 11, 16), &seconds))
            return false;
        const int64_t japan = 9 * 3600;
        token->kind = TOKEN_DATETIME;
        token->value = value_number(VALUE_INSTANT, (days * 86400 + seconds - japan) * 1000000);
        *at += 16;
    } else if (looks_like(rest, "9999-99-99")) {
        if (!lex_date(source, *at, str_slice(rest, 0, 10), &days))
            return false;
        token->kind = TOKEN_DATE;
        token->value = value_date(days);
        *at += 10;
    } else {
        if (!lex_clock(source, *at, str_slice(rest, 0, 5), &seconds))
            return false;
        token->kind = TOKEN_TIME;
        token->value = value_number(VALUE_TIME, seconds);
        *at += 5;
    }
    return true;
}

static bool lex_number(const Source *source, size_t *at, Token *token)
{
    Str rest = str_slice(source->text, *at, source->text.len);
    if (looks_like(rest, "9999-99-99T99:99") || looks_like(rest, "9999-99-99") || looks_like(rest, "99:99"))
        return lex_moment(source, at, token);
    size_t len = 0;
    while (len < rest.len && is_digit(rest.at[len]))
        len++;
    bool has_point = len + 1 < rest.len && rest.at[len] == '.' && is_digit(rest.at[len + 1]);
    size_t whole = len;
    if (has_point)
        for (len++; len < rest.len && is_digit(rest.at[len]);)
            len++;
    if (len < rest.len && is_letter(rest.at[len]))
        return source_refuse(source, *at, "a name begins with a letter, and a number ends with a digit");
    Str written = str_slice(rest, 0, len);
    if (has_point && len - whole - 1 > DECIMAL_DIGITS)
        return source_refuse(source, *at, "a decimal has at most six digits behind the point");
    int64_t n = 0;
    if (has_point ? !decimal_parse(written, &n) : !str_to_int(written, &n))
        return source_refuse(source, *at, "this number is too large");
    token->kind = has_point ? TOKEN_DECIMAL : TOKEN_INTEGER;
    token->value = has_point ? value_decimal(n) : value_integer(n);
    *at += len;
    return true;
}

/* 'it''s': a quote inside is written twice. */
static bool lex_text(const Source *source, size_t *at, Token *token)
{
    Str text = source->text;
    char quote = text.at[*at];
    char *copy = arena_alloc(source->arena, text.len - *at);
    size_t len = 0, i = *at + 1;
    for (; copy != NULL && i < text.len; i++) {
        if (text.at[i] == quote && (i + 1 == text.len || text.at[i + 1] != quote))
            break;
        i += text.at[i] == quote;
        copy[len++] = text.at[i];
    }
    if (copy == NULL)
        return error_memory(source->error);
    if (i == text.len)
        return source_refuse(source, *at, "the text that begins here does not end; close it with %c", quote);
    token->kind = TOKEN_TEXT;
    token->value = value_text((Str){copy, len});
    *at = i + 1;
    return true;
}

static void lex_name(const Source *source, size_t *at, Token *token)
{
    size_t from = *at;
    while (*at < source->text.len && (is_letter(source->text.at[*at]) || is_digit(source->text.at[*at])))
        ++*at;
    Str name = str_slice(source->text, from, *at);
    token->kind = TOKEN_NAME;
    for (TokenKind kind = TOKEN_AND; kind < TOKEN_KIND_COUNT; kind++)
        if (str_equal(name, str_of(words[kind])))
            token->kind = kind;
}

/* What nobody should have written, with what is meant where that can be told. */
static bool refuse_sign(const Source *source, size_t at)
{
    Str rest = str_slice(source->text, at, source->text.len);
    for (size_t i = 0; i < COUNT_OF(slips); i++)
        if (str_starts(rest, str_of(slips[i].wrong)))
            return source_refuse(source, at, "'%s' is written '%s' here", slips[i].wrong, slips[i].right);
    size_t next = at;
    uint32_t c = utf8_next(source->text, &next);
    Str sign = str_slice(source->text, at, next);
    if (c > 0xFF00 && c <= 0xFF5E)
        return source_refuse(
            source, at, "'%.*s' is full-width; write '%c'", STR_ARGS(sign), (char)(c - 0xFEE0));
    if (c == '%')
        return source_refuse(source, at, "a percentage is written as a number: 10%% is 0.1");
    if (c >= 0x80)
        return source_refuse(source, at,
            "'%.*s' means nothing here; names are written in letters a to z, texts in quotes",
            STR_ARGS(sign));
    return source_refuse(source, at, "'%.*s' means nothing here", STR_ARGS(sign));
}

static bool lex_sign(const Source *source, size_t *at, Token *token)
{
    Str rest = str_slice(source->text, *at, source->text.len);
    bool is_slip = str_starts(rest, S("=="));
    for (TokenKind kind = TOKEN_OPEN; !is_slip && kind <= TOKEN_GREATER_EQUAL; kind++) {
        Str sign = str_of(words[kind]);
        bool is_longer = token->kind != TOKEN_END && sign.len <= (size_t)(token->to - token->from);
        if (!str_starts(rest, sign) || is_longer)
            continue;
        token->kind = kind;
        token->to = token->from + (uint32_t)sign.len;
    }
    if (token->kind == TOKEN_END)
        return refuse_sign(source, *at);
    *at = token->to;
    return true;
}

static size_t skip_space(Str text, size_t at)
{
    Str wide = S("　");
    for (;;) {
        if (at < text.len &&
            (text.at[at] == ' ' || text.at[at] == '\t' || text.at[at] == '\n' || text.at[at] == '\r'))
            at++;
        else if (str_starts(str_slice(text, at, text.len), wide))
            at += wide.len;
        else
            return at;
    }
}

bool lex_next(const Source *source, size_t *at, Token *token)
{
    *at = skip_space(source->text, *at);
    *token = (Token){.kind = TOKEN_END, .from = (uint32_t)*at, .to = (uint32_t)*at};
    if (*at == source->text.len)
        return true;
    char c = source->text.at[*at];
    bool ok = true;
    if (is_digit(c))
        ok = lex_number(source, at, token);
    else if (c == '\'' || c == '"')
        ok = lex_text(source, at, token);
    else if (is_letter(c))
        lex_name(source, at, token);
    else
        ok = lex_sign(source, at, token);
    token->to = (uint32_t)*at;
    return ok;
}
