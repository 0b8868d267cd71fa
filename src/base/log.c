/* One line of JSON on stderr, by one write(2), so that lines of several threads do not mix.
 *
 * The line is built in memory with a maximum; a text that is too long is cut, bytes that are not UTF-8 are
 * replaced. The level is the one setting; a door sets it once. The log takes the time itself, as it is no
 * part of any result.
 */
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/date_internal.h"
#include "base/json.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES ((size_t)64 * 1024)
#define TEXT_MAX_BYTES 2048

static _Atomic LogLevel level_now = LOG_INFO;

static const char *const LEVEL_NAMES[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_FAULT] = "fault",
};

void log_set_level(LogLevel level)
{
    level_now = level;
}

/* Text from anywhere as UTF-8 of a bounded length. */
static void write_foreign_text(JsonWriter *json, Str text)
{
    char clean[TEXT_MAX_BYTES];
    size_t len = 0;
    for (size_t at = 0; at < text.len && len + 4 <= sizeof clean;)
        len += utf8_put(clean + len, utf8_next_lossy(text, &at));
    json_text(json, (Str){clean, len});
}

static void write_line(Str line)
{
    ssize_t written;
    do
        written = write(STDERR_FILENO, line.at, line.len);
    while (written < 0 && errno == EINTR);
}

static void write_now(JsonWriter *json)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    char text[INSTANT_ROOM];
    instant_write(text, (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    json_key_text(json, "time", str_of(text));
}

void log_write(LogLevel level, const char *event, size_t count, const LogField *fields)
{
    if (level < level_now)
        return;
    AUTO_BUF line;
    buf_init(&line, LINE_MAX_BYTES);
    JsonWriter json;
    json_writer_init(&json, &line, false);
    json_object_begin(&json);
    write_now(&json);
    json_key_text(&json, "level", str_of(LEVEL_NAMES[level]));
    json_key_text(&json, "event", str_of(event));
    for (size_t i = 0; i < count; i++) {
        json_key(&json, fields[i].key);
        if (fields[i].is_int)
            json_int(&json, fields[i].integer);
        else
            write_foreign_text(&json, fields[i].text);
    }
    json_object_end(&json);
    buf_add_byte(&line, '\n');
    write_line(line.failed ? S("{\"level\":\"fault\",\"event\":\"log_line_lost\"}\n") : buf_str(&line));
}
