/* base/log.h: what arrives on stderr, read back by jansson. */
#include "base/log.h"

#include "check.h"

#include <pthread.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

typedef struct Capture {
    FILE *file;
    int kept;
} Capture;

static Capture capture_begin(void)
{
    Capture capture = {.file = tmpfile(), .kept = dup(STDERR_FILENO)};
    assert_non_null(capture.file);
    assert_true(capture.kept >= 0 && dup2(fileno(capture.file), STDERR_FILENO) >= 0);
    return capture;
}

static Str capture_end(Capture *capture, Buf *text)
{
    dup2(capture->kept, STDERR_FILENO);
    close(capture->kept);
    rewind(capture->file);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, capture->file)) > 0;)
        buf_add(text, (Str){part, n});
    fclose(capture->file);
    return buf_str(text);
}

static void line_is_json_with_its_fields(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    Capture capture = capture_begin();
    log_line(LOG_WARNING, "request", LOG_TEXT("path", S("/計画/2-1\n")), LOG_INT("status", -404));
    Str line = capture_end(&capture, &text);
    assert_true(str_ends(line, S("}\n")));
    assert_int_equal(str_find(line, S("\n"), 0), line.len - 1);
    Error error = {0};
    AUTO_JSON json = json_read(line, S("log"), &error);
    assert_non_null(json);
    Str value = STR_EMPTY;
    int64_t status = 0;
    assert_true(json_get_text(json, "level", &value));
    assert_str(value, "warning");
    assert_true(json_get_text(json, "event", &value));
    assert_str(value, "request");
    assert_true(json_get_text(json, "path", &value));
    assert_str(value, "/計画/2-1\n");
    assert_true(json_get_int(json, "status", &status));
    assert_int_equal(status, -404);
    assert_true(json_get_text(json, "time", &value));
    assert_int_equal(value.len, strlen("2018-05-01T09:30:00+09:00"));
}

static void foreign_bytes_and_long_texts_are_tamed(void **state)
{
    (void)state;
    char endless[9001];
    for (size_t i = 0; i < 9000; i += 3)
        memcpy(endless + i, "青", 3);
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    Capture capture = capture_begin();
    log_line(LOG_INFO, "odd", LOG_TEXT("bytes", S("a\xFFz")), LOG_TEXT("long", ((Str){endless, 9000})));
    Str line = capture_end(&capture, &text);
    Error error = {0};
    AUTO_JSON json = json_read(line, S("log"), &error);
    assert_non_null(json);
    Str value = STR_EMPTY;
    assert_true(json_get_text(json, "bytes", &value));
    assert_str(value, "a\uFFFDz");
    assert_true(json_get_text(json, "long", &value));
    assert_in_range(value.len, 1000, 4096);
    assert_int_equal(value.len % 3, 0);
    assert_true(utf8_check(value, NULL));
}

static void levels_below_are_dropped(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    Capture capture = capture_begin();
    log_line(LOG_DEBUG, "unseen", LOG_INT("n", 1));
    log_set_level(LOG_FAULT);
    log_line(LOG_WARNING, "unseen", LOG_INT("n", 2));
    log_line(LOG_FAULT, "seen", LOG_INT("n", 3));
    log_set_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "seen", LOG_INT("n", 4));
    log_set_level(LOG_INFO);
    Str lines = capture_end(&capture, &text), line;
    size_t count = 0;
    for (; str_line(&lines, &line); count++)
        assert_true(str_contains(line, S("\"event\":\"seen\"")));
    assert_int_equal(count, 2);
}

static void lost_memory_is_said(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    Capture capture = capture_begin();
    arena_fail_after(1);
    log_line(LOG_INFO, "request", LOG_INT("n", 1));
    arena_fail_after(0);
    assert_str(capture_end(&capture, &text), "{\"level\":\"fault\",\"event\":\"log_line_lost\"}\n");
}

static void *write_hundred(void *argument)
{
    (void)argument;
    for (int i = 0; i < 100; i++)
        log_line(LOG_INFO, "one of many", LOG_INT("n", i),
            LOG_TEXT("filling", S("................................")));
    return NULL;
}

static void threads_do_not_mix_their_lines(void **state)
{
    (void)state;
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    Capture capture = capture_begin();
    pthread_t threads[4];
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_hundred, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    Str lines = capture_end(&capture, &text), line;
    size_t count = 0;
    for (; str_line(&lines, &line); count++) {
        Error error = {0};
        AUTO_JSON json = json_read(line, S("log"), &error);
        assert_non_null(json);
    }
    assert_int_equal(count, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_is_json_with_its_fields),
        cmocka_unit_test(foreign_bytes_and_long_texts_are_tamed),
        cmocka_unit_test(levels_below_are_dropped),
        cmocka_unit_test(lost_memory_is_said),
        cmocka_unit_test(threads_do_not_mix_their_lines),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
