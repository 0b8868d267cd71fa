/* web_serve from start to end: it says when it listens, answers, ends at a signal, and refuses what cannot
 * work. */
#include "web/web.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "record/account.h"
#include "testdb.h"

static void say_port(void *argument, uint16_t port)
{
    const int *pipe_end = argument;
    if (write(*pipe_end, &port, sizeof port) != sizeof port)
        _exit(3);
}

/* In a child: serves until a signal. Its exit code says how it ended. */
static int serve_in_child(Str url, int pipe_end)
{
    Error error = {0};
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!db_open(&db, url, NULL, &error) || !record_migrate(db, NULL, &error))
        return 4;
    const WebOptions options = {
        .db = db, .on_ready = say_port, .on_ready_argument = &pipe_end, .stop_seconds = 5};
    if (web_serve(&options, &error))
        return 0;
    error_print(stderr, &error);
    return 5;
}

static void ask(uint16_t port, const char *path, char *answer, size_t size)
{
    char request[256];
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(s, (const struct sockaddr *)&address, sizeof address), 0);
    int len = snprintf(
        request, sizeof request, "GET %s HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n", path);
    assert_int_equal(write(s, request, (size_t)len), len);
    size_t got = 0;
    for (ssize_t more; got + 1 < size && (more = read(s, answer + got, size - got - 1)) > 0;)
        got += (size_t)more;
    answer[got] = '\0';
    close(s);
}

static void it_serves_until_a_signal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        int ends[2], status = 0;
        uint16_t port = 0;
        char answer[4096];
        Str url = test_db_url();
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            _exit(serve_in_child(url, ends[1]));
        close(ends[1]);
        assert_int_equal(read(ends[0], &port, sizeof port), sizeof port);
        close(ends[0]);
        ask(port, "/healthz", answer, sizeof answer);
        assert_int_equal(strncmp(answer, "HTTP/1.1 200", 12), 0);
        assert_non_null(strstr(answer, "\r\n\r\nok\n"));
        assert_non_null(strstr(answer, "Cache-Control: no-store"));
        assert_int_equal(kill(child, signals[i]), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void what_cannot_work_is_said(void **state)
{
    (void)state;
    int taken = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    assert_int_equal(bind(taken, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(taken, 1), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &len), 0);
    const struct {
        WebOptions options;
        ErrorCode code;
        const char *words;
    } cases[] = {
        {{.port = ntohs(address.sin_port)}, ERROR_SYSTEM, "cannot listen on 127.0.0.1 port"},
        {{.address = S("city.example")}, ERROR_INPUT, "city.example is no address to listen on"},
        {{.today = S("2018-13-01")}, ERROR_INPUT, "2018-13-01 is no date"},
        {{.certificate_file = S("c.pem")}, ERROR_INPUT, "both a certificate and its key"},
        {{.certificate_file = S("no/such.pem"), .key_file = S("no/such.pem")}, ERROR_SYSTEM, "no/such.pem"},
        {{.certificate_file = S("meson.build"), .key_file = S("meson.build")}, ERROR_SYSTEM,
            "certificate or its key"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Error error = {0};
        assert_false(web_serve(&cases[i].options, &error));
        if (error.code != ERROR_NOT_FOUND) /* a file that is not there may be said either way */
            assert_int_equal(error.code, cases[i].code);
        if (!strstr(error.message, cases[i].words) && !strstr(error.file, cases[i].words)) {
            print_error("%s\n", error.message);
            fail();
        }
    }
    close(taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_serves_until_a_signal),
        cmocka_unit_test(what_cannot_work_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
