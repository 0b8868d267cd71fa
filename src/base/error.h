/* base/error.h: why something could not be done, in plain words, and where.
 *
 * A function that can fail answers bool (or a pointer) and fills the Error its caller gave, which may not be
 * NULL. `return error_set(error, ERROR_INPUT, "...")` is the usual line, as both setters answer false.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/base.h"
#include "base/str.h"

typedef enum ErrorCode {
    ERROR_NONE,
    ERROR_INPUT,     /* what was given is wrong; the message says what would be right */
    ERROR_NOT_FOUND, /* what was named does not exist */
    ERROR_CONFLICT,  /* it exists already, or somebody changed it meanwhile */
    ERROR_DENIED,    /* not allowed */
    ERROR_LIMIT,     /* larger, longer or slower than a stated limit */
    ERROR_MEMORY,    /* no memory left within the cap */
    ERROR_SYSTEM,    /* the operating system refused */
    ERROR_DATABASE,  /* the database refused */
    ERROR_BUSY,      /* try again */
    ERROR_STALE,     /* what was asked with is older than the database: take the new one and begin again */
} ErrorCode;

typedef struct Error {
    ErrorCode code;
    char message[512]; /* cut at a code point when longer */
    char file[192];    /* empty when there is no place */
    long line, column; /* from 1; 0 when unknown. Columns count code points. */
} Error;

/* The arguments of both may lie in *error itself, to say more about what is known already. */
bool error_set(Error *error, ErrorCode code, const char *format, ...) PRINTF_LIKE(3, 4);
/* With a place. */
bool error_at(Error *error, ErrorCode code, Str file, long line, long column, const char *format, ...)
    PRINTF_LIKE(6, 7);
/* The arena or a buffer is full: one message for it everywhere. */
bool error_memory(Error *error);
/* The analyzer of clang sees one file at a time: this tells it that the setters always answer false. */
#ifdef __clang_analyzer__
#define error_set(...) ((void)error_set(__VA_ARGS__), false)
#define error_at(...) ((void)error_at(__VA_ARGS__), false)
#define error_memory(error) ((void)error_memory(error), false)
#endif
/* `file:line:column: message` or just the message, one line. */
void error_print(FILE *out, const Error *error);
/* "input", "not_found" ...: for logs and JSON. */
const char *error_name(ErrorCode code);

#endif
