/* base/child.h: this program starts itself as the child; argv[1] names what the child then tries. */
#include "base/child.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/map.h"

#define ECHO_BYTES ((size_t)10 * 1000 * 1000)
#define MEGA ((size_t)1024 * 1024)

/* --- what the child does
 * ------------------------------------------------------------------------------------------ */

/* Each answers true when it got what it asked for. */

static bool open_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool look_at_file(void)
{
    struct stat about;
    return stat("/etc/passwd", &about) == 0;
}

static bool open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool fork_itself(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0;
}

static bool run_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
    return false;
}

static bool signal_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static bool make_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool loop_for_ever(void)
{
    for (volatile unsigned n = 0;; n++)
        continue;
    return true;
}

static bool sleep_for_ever(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) >= 0) /* at its end, again and again, then a lock nobody opens */
        continue;
    return true;
}

static bool write_for_ever(void)
{
    while (fputs("more and more\n", stdout) >= 0)
        continue;
    return true;
}

static bool complain_for_ever(void)
{
    for (int i = 0; i < 200000; i++)
        fputs("table.txt:1:1: one of very many complaints\n", stderr);
    return true;
}

static bool crash(void)
{
    raise(SIGABRT);
    return true;
}

static bool close_streams_and_loop(void)
{
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    return loop_for_ever();
}

#ifndef HITOMACHI_SANITIZED
/* Takes memory until there is no more; answers an ERROR_LIMIT as an honest reader would. */
static bool take_memory(void)
{
    for (size_t taken = 0; taken < 512 * MEGA; taken += MEGA) {
        char *volatile more = malloc(MEGA); /* kept until the end: the process leaves by _exit */
        if (!more) {
            Error error;
            error_memory(&error);
            child_leave(false, &error);
        }
        memset(more, 1, MEGA);
    }
    return true;
}
#endif

typedef struct Attempt {
    const char *name;
    bool (*run)(void);
    ErrorCode expected;
    const char *message;
} Attempt;

#define FORBIDDEN ERROR_SYSTEM, "(signal 31)" /* SIGSYS: seccomp */

static const Attempt ATTEMPTS[] = {
    {"open a file", open_file, FORBIDDEN},
    {"look at a file", look_at_file, FORBIDDEN},
    {"open a socket", open_socket, FORBIDDEN},
    {"fork", fork_itself, FORBIDDEN},
    {"run a program", run_program, FORBIDDEN},
    {"signal the parent", signal_parent, FORBIDDEN},
    {"make code", make_code, FORBIDDEN},
    {"loop", loop_for_ever, ERROR_LIMIT, "longer than 1 s"},
    {"close its streams and loop", close_streams_and_loop, ERROR_LIMIT, "longer than 1 s"},
    {"wait", sleep_for_ever, ERROR_LIMIT, "longer than 1 s"},
    {"write", write_for_ever, ERROR_LIMIT, "more than 1048576 bytes"},
    {"crash", crash, ERROR_SYSTEM, "(signal 6)"},
#ifndef HITOMACHI_SANITIZED
    {"take memory", take_memory, ERROR_LIMIT, "more memory than it may take"},
#endif
};

static const ChildLimits LIMITS = {.memory_max = 64 * MEGA, .output_max = MEGA, .seconds = 1};
static const ChildLimits ROOMY = {.memory_max = 256 * MEGA, .output_max = 2 * ECHO_BYTES, .seconds = 60};

static bool seal(const ChildLimits *limits)
{
    Error error;
    if (sandbox_seal(limits, &error))
        return true;
    child_leave(false, &error);
}

static int child_attempts(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(ATTEMPTS); i++) {
        if (strcmp(ATTEMPTS[i].name, name) == 0 && seal(&LIMITS)) {
            ATTEMPTS[i].run();
            child_leave(true, NULL); /* the parent takes this as success, and the test fails */
        }
    }
    return 99;
}

static char transformed(size_t place, int byte)
{
    return (char)(byte ^ (int)(place % 251));
}

/* Every byte changed, in a sealed process. */
static void child_echoes(void)
{
    seal(&ROOMY);
    size_t place = 0;
    for (int byte = getchar(); byte != EOF; byte = getchar())
        putchar(transformed(place++, byte));
    child_leave(true, NULL);
}

/* What a reader needs is still there when sealed: arenas, maps, JSON, sorting. */
static int compare_sizes(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void child_works(void)
{
    seal(&ROOMY);
    Error error;
    Arena *arena = arena_new(64 * MEGA);
    Map map;
    map_init(&map, arena);
    size_t *numbers = arena_array(arena, 100000, sizeof *numbers);
    for (size_t i = 0; i < 100000; i++) {
        numbers[i] = i * 7919 % 100003;
        Str key = arena_printf(arena, "%zu", numbers[i]);
        if (!map_put(&map, key, &numbers[i]))
            child_leave(false, (error_memory(&error), &error));
    }
    qsort(numbers, 100000, sizeof *numbers, compare_sizes);
    json_t *json = json_read(S("{\"a\": [1, 2, 3]}"), S("x"), &error);
    printf("%zu %zu %zu", map.len, numbers[0], json ? json_array_size(json_object_get(json, "a")) : 0);
    child_leave(true, NULL);
}

static void child_answers_error(ErrorCode code)
{
    seal(&LIMITS);
    Error error;
    if (code == ERROR_INPUT)
        error_at(
            &error, code, S("表:一.txt"), 12, 34, "見出し「%s」は知られていません: 直してください", "方向");
    else
        error_set(&error, code, "no place for this");
    fputs("first something else\n", stderr);
    child_leave(false, &error);
}

/* Shows what was inherited: descriptors above the standard ones, and the environment. */
static void child_shows_inheritance(void)
{
    int open_ones = 0;
    for (int fd = 3; fd < 256; fd++)
        open_ones += fcntl(fd, F_GETFD) >= 0;
    printf("%d %s", open_ones, getenv("HITOMACHI_SECRET") ? "told" : "untold");
    child_leave(true, NULL);
}

static int child_main(const char *what)
{
    if (strcmp(what, "echo") == 0)
        child_echoes();
    if (strcmp(what, "work") == 0)
        child_works();
    if (strcmp(what, "bad input") == 0)
        child_answers_error(ERROR_INPUT);
    if (strcmp(what, "limit") == 0)
        child_answers_error(ERROR_LIMIT);
    if (strcmp(what, "broke") == 0)
        child_answers_error(ERROR_DENIED);
    if (strcmp(what, "inheritance") == 0)
        child_shows_inheritance();
    if (strcmp(what, "deaf") == 0)
        child_leave(true, NULL);
    if (strcmp(what, "complain") == 0) {
        complain_for_ever();
        return CHILD_REFUSED_INPUT;
    }
    return child_attempts(what);
}

/* --- what the parent sees
 * ----------------------------------------------------------------------------------------- */

static void forbidden_things_end_the_child(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ATTEMPTS); i++) {
        const char *args[] = {ATTEMPTS[i].name, NULL};
        AUTO_BUF output;
        buf_init(&output, 2 * MEGA);
        buf_add(&output, S("old"));
        Error error = {0};
        if (child_run(args, STR_EMPTY, &LIMITS, &output, &error))
            fail_msg("the child could %s", ATTEMPTS[i].name);
        assert_error(&error, ATTEMPTS[i].expected, ATTEMPTS[i].message);
        assert_int_equal(output.len, 0);
    }
}

static void good_child_echoes_ten_megabytes(void **state)
{
    (void)state;
    char *bytes = malloc(ECHO_BYTES);
    assert_non_null(bytes);
    for (size_t i = 0; i < ECHO_BYTES; i++)
        bytes[i] = (char)(i * 31 >> 3);
    const char *args[] = {"echo", NULL};
    AUTO_BUF output;
    buf_init(&output, ROOMY.output_max);
    Error error = {0};
    if (!child_run(args, (Str){bytes, ECHO_BYTES}, &ROOMY, &output, &error))
        fail_msg("%s", error.message);
    assert_int_equal(output.len, ECHO_BYTES);
    for (size_t i = 0; i < ECHO_BYTES; i++) {
        if (output.at[i] != transformed(i, (unsigned char)bytes[i]))
            fail_msg("byte %zu differs", i);
    }
    free(bytes);
}

static void sealed_child_can_work(void **state)
{
    (void)state;
    const char *args[] = {"work", NULL};
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    if (!child_run(args, STR_EMPTY, &ROOMY, &output, &error))
        fail_msg("%s", error.message);
    assert_str(buf_str(&output), "100000 0 3");
}

static void errors_come_back_with_their_place(void **state)
{
    (void)state;
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    assert_false(child_run((const char *[]){"bad input", NULL}, STR_EMPTY, &LIMITS, &output, &error));
    assert_error(&error, ERROR_INPUT, "見出し「方向」は知られていません: 直してください");
    assert_string_equal(error.file, "表:一.txt");
    assert_int_equal(error.line, 12);
    assert_int_equal(error.column, 34);
    assert_false(child_run((const char *[]){"limit", NULL}, STR_EMPTY, &LIMITS, &output, &error));
    assert_error(&error, ERROR_LIMIT, "no place for this");
    assert_int_equal(error.line, 0);
    assert_false(child_run((const char *[]){"broke", NULL}, STR_EMPTY, &LIMITS, &output, &error));
    assert_error(&error, ERROR_SYSTEM, "no place for this");
    assert_false(child_run((const char *[]){"no such thing", NULL}, STR_EMPTY, &LIMITS, &output, &error));
    assert_error(&error, ERROR_SYSTEM, "without a word (exit 99)");
}

static void flood_of_complaints_is_bounded(void **state)
{
    (void)state;
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    assert_false(child_run((const char *[]){"complain", NULL}, STR_EMPTY, &ROOMY, &output, &error));
    assert_error(&error, ERROR_INPUT, "one of very many complaints");
    assert_string_equal(error.file, "table.txt");
}

static void input_unread_is_no_error(void **state)
{
    (void)state;
    char *bytes = calloc(1, 4 * MEGA);
    assert_non_null(bytes);
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    assert_true(child_run((const char *[]){"deaf", NULL}, (Str){bytes, 4 * MEGA}, &LIMITS, &output, &error));
    free(bytes);
}

static void child_inherits_nothing(void **state)
{
    (void)state;
    int leaky = open("/dev/null", O_RDONLY); /* on purpose without O_CLOEXEC */
    assert_true(leaky >= 0);
    assert_int_equal(setenv("HITOMACHI_SECRET", "x", 1), 0);
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    assert_true(child_run((const char *[]){"inheritance", NULL}, STR_EMPTY, &LIMITS, &output, &error));
    assert_str(buf_str(&output), "0 untold");
    close(leaky);
}

/* A server's descriptors 0 to 2 may be closed: the streams of the child must still not be mixed up. */
static void works_without_standard_streams(void **state)
{
    (void)state;
    int kept_in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
    close(STDIN_FILENO);
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    bool done = child_run((const char *[]){"echo", NULL}, S("abc"), &ROOMY, &output, &error);
    if (kept_in >= 0) {
        dup2(kept_in, STDIN_FILENO);
        close(kept_in);
    }
    assert_true(done);
    assert_int_equal(output.len, 3);
    assert_int_equal(output.at[1], 'b' ^ 1);
}

/* After everything above no descriptor and no child is left. */
static void nothing_is_left_behind(void **state)
{
    (void)state;
    AUTO_BUF output;
    buf_init(&output, MEGA);
    Error error = {0};
    int before = dup(STDERR_FILENO);
    close(before);
    for (int i = 0; i < 3; i++)
        assert_false(child_run((const char *[]){"crash", NULL}, S("x"), &LIMITS, &output, &error));
    int after = dup(STDERR_FILENO);
    close(after);
    assert_int_equal(after, before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

int main(int count, char **args)
{
    if (count > 1)
        return child_main(args[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forbidden_things_end_the_child),
        cmocka_unit_test(good_child_echoes_ten_megabytes),
        cmocka_unit_test(sealed_child_can_work),
        cmocka_unit_test(errors_come_back_with_their_place),
        cmocka_unit_test(flood_of_complaints_is_bounded),
        cmocka_unit_test(input_unread_is_no_error),
        cmocka_unit_test(child_inherits_nothing),
        cmocka_unit_test(works_without_standard_streams),
        cmocka_unit_test(nothing_is_left_behind),
    };
    return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
