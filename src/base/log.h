/* base/log.h: one line of JSON on stderr for each thing worth knowing later; safe from any thread.
 *
 *     log_line(LOG_INFO, "request", LOG_TEXT("path", path), LOG_INT("status", 200));
 *
 * Never personal data, never secrets: paths without queries, counts, durations, error messages.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

typedef enum LogLevel { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_FAULT } LogLevel;

typedef struct LogField {
    const char *key;
    bool is_int;
    int64_t integer;
    Str text;
} LogField;

#define LOG_INT(name, n) ((LogField){.key = (name), .is_int = true, .integer = (n)})
#define LOG_TEXT(name, s) ((LogField){.key = (name), .text = (s)})

/* Lines below this level are dropped; LOG_INFO at the start. Set once by a door before threads start. */
void log_set_level(LogLevel level);
void log_write(LogLevel level, const char *event, size_t count, const LogField *fields);
#define log_line(level, event, ...) \
    log_write((level), (event), COUNT_OF(((LogField[]){__VA_ARGS__})), (LogField[]){__VA_ARGS__})

#endif
