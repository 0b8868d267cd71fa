/* Why something could not be done: filling an Error, and writing it as one line.
 *
 * Messages are cut where a code point ends, so that an Error is always UTF-8 when its parts were.
 */
#include "base/error.h"

/* Here they are made; for the analyzer they are macros as well. */
#undef error_set
#undef error_at
#undef error_memory

static const char *const NAMES[] = {
    [ERROR_NONE] = "none",
    [ERROR_INPUT] = "input",
    [ERROR_NOT_FOUND] = "not_found",
    [ERROR_CONFLICT] = "conflict",
    [ERROR_DENIED] = "denied",
    [ERROR_LIMIT] = "limit",
    [ERROR_MEMORY] = "memory",
    [ERROR_SYSTEM] = "system",
    [ERROR_DATABASE] = "database",
    [ERROR_BUSY] = "busy",
    [ERROR_STALE] = "stale",
};

/* The length of the first n bytes of s without a sequence that n cuts through. */
static size_t whole_code_points(const char *s, size_t n)
{
    size_t end = n;
    while (end > 0 && ((unsigned char)s[end] & 0xC0) == 0x80)
        end--;
    return end;
}

static void set_message(Error *error, ErrorCode code, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

static void set_message(Error *error, ErrorCode code, const char *format, va_list args)
{
    char text[sizeof error->message + 4]; /* long enough to see whether the cut falls inside a code point */
    int len = vsnprintf(text, sizeof text, format, args);
    size_t n = len < 0 ? 0 : (size_t)len;
    if (n >= sizeof error->message)
        n = whole_code_points(text, sizeof error->message - 1);
    *error = (Error){.code = code};
    memcpy(error->message, text, n);
}

bool error_set(Error *error, ErrorCode code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_message(error, code, format, args);
    va_end(args);
    return false;
}

bool error_at(Error *error, ErrorCode code, Str file, long line, long column, const char *format, ...)
{
    char name[sizeof error->file] = ""; /* a copy: `file` may lie in the error itself */
    size_t n = file.len;
    if (n >= sizeof name)
        n = whole_code_points(file.at, sizeof name - 1);
    if (n > 0)
        memcpy(name, file.at, n);
    va_list args;
    va_start(args, format);
    set_message(error, code, format, args);
    va_end(args);
    memcpy(error->file, name, sizeof name);
    error->line = line;
    error->column = column;
    return false;
}

bool error_memory(Error *error)
{
    return error_set(error, ERROR_MEMORY, "this needs more memory than it may take");
}

/* Copies with line ends and other control characters as spaces. */
static void copy_as_one_line(char *to, const char *from, size_t size)
{
    size_t i = 0;
    for (; i + 1 < size && from[i] != '\0'; i++)
        to[i] = (unsigned char)from[i] < 0x20 ? ' ' : from[i];
    to[i] = '\0';
}

void error_print(FILE *out, const Error *error)
{
    char file[sizeof error->file], message[sizeof error->message];
    copy_as_one_line(file, error->file, sizeof file);
    copy_as_one_line(message, error->message, sizeof message);
    if (file[0] == '\0')
        fprintf(out, "%s\n", message);
    else if (error->line <= 0)
        fprintf(out, "%s: %s\n", file, message);
    else
        fprintf(out, "%s:%ld:%ld: %s\n", file, error->line, error->column, message);
}

const char *error_name(ErrorCode code)
{
    assert((size_t)code < COUNT_OF(NAMES) && "every error code has its name");
    return NAMES[code];
}
