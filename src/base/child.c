/* Starting a child of this binary, feeding it, listening to it, ending it.
 *
 * The child gets three descriptors and a short environment, nothing else. Its stdin is one end of a socket
 * pair, as a socket can be written without SIGPIPE when the child has gone. One poll loop serves stdin,
 * stdout, stderr and a pidfd, so that a child that closes its streams and goes on is seen too. Whatever
 * happens, the child is dead and waited for when child_run answers.
 */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"

#define ARGS_MAX 64
#define COMPLAINT_MAX ((size_t)64 * 1024) /* of stderr the last part is kept */
#define READ_SIZE ((size_t)64 * 1024)

/* What a child may know of our environment: how to speak, and how sanitizers behave. No addresses, no
 * secrets. */
static const char *const ENVIRONMENT_KEPT[] = {"LANG=", "LC_ALL=", "ASAN_OPTIONS=", "UBSAN_OPTIONS="};

enum Stream { STREAM_IN, STREAM_OUT, STREAM_ERR, STREAM_COUNT };

typedef struct Child {
    pid_t pid; /* 0: not started, or waited for */
    int pidfd;
    int ours[STREAM_COUNT], theirs[STREAM_COUNT]; /* descriptors, -1 when closed */
    Str input;                                    /* what is still to be written */
    Buf complaint;
    bool ended;
    int status; /* of waitpid */
} Child;

static void close_one(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static void child_init(Child *child, Str input)
{
    *child = (Child){.pidfd = -1, .input = input};
    for (int i = 0; i < STREAM_COUNT; i++)
        child->ours[i] = child->theirs[i] = -1;
    buf_init(&child->complaint, COMPLAINT_MAX);
}

/* Ends the child if it lives, waits for it, closes everything. */
static void child_release(Child *child)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        close_one(&child->ours[i]);
        close_one(&child->theirs[i]);
    }
    if (child->pid > 0) {
        kill(child->pid, SIGKILL);
        while (waitpid(child->pid, &child->status, 0) < 0 && errno == EINTR)
            continue;
    }
    close_one(&child->pidfd);
    buf_release(&child->complaint);
}

static bool system_error(Error *error, const char *what)
{
    return error_set(error, ERROR_SYSTEM, "cannot %s: %s", what, strerrordesc_np(errno));
}

/* Moves a descriptor above the three standard ones, which the child's side is about to be copied onto. */
static bool lift(int *descriptor)
{
    if (*descriptor > STDERR_FILENO)
        return true;
    int lifted = fcntl(*descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close_one(descriptor);
    *descriptor = lifted;
    return lifted >= 0;
}

static bool open_streams(Child *child, Error *error)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        int pair[2];
        bool made = i == STREAM_IN ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0
                                   : pipe2(pair, O_CLOEXEC) == 0;
        if (!made)
            return system_error(error, "open a pipe");
        child->ours[i] = pair[0];
        child->theirs[i] = pair[1];
        if (!lift(&child->ours[i]) || !lift(&child->theirs[i]))
            return system_error(error, "open a pipe");
        if (fcntl(child->ours[i], F_SETFL, O_NONBLOCK) < 0)
            return system_error(error, "set up a pipe");
    }
    return true;
}

static void keep_environment(char *kept[COUNT_OF(ENVIRONMENT_KEPT) + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(ENVIRONMENT_KEPT); i++) {
        for (char **variable = environ; *variable; variable++) {
            if (strncmp(*variable, ENVIRONMENT_KEPT[i], strlen(ENVIRONMENT_KEPT[i])) == 0) {
                kept[count++] = *variable;
                break;
            }
        }
    }
    kept[count] = NULL;
}

static int spawn(Child *child, char *const *args)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *kept[COUNT_OF(ENVIRONMENT_KEPT) + 1];
    keep_environment(kept);
    sigemptyset(&none);
    sigfillset(&all);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        for (int i = 0; i < STREAM_COUNT && !failed; i++)
            failed = posix_spawn_file_actions_adddup2(&actions, child->theirs[i], i);
        if (!failed)
            failed = posix_spawn_file_actions_addclosefrom_np(&actions, STREAM_COUNT);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        if (!failed)
            failed = posix_spawn(&child->pid, "/proc/self/exe", &actions, &attributes, args, kept);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        child->pid = 0;
    return failed;
}

static bool child_start(Child *child, const char *const *args, Error *error)
{
    char *all_args[ARGS_MAX + 2] = {(char[]){"hitomachi"}};
    size_t count = 0;
    while (args[count])
        count++;
    assert(count <= ARGS_MAX && "a child has few arguments");
    memcpy(&all_args[1], args, count * sizeof *args); /* posix_spawn does not write to them */
    if (!open_streams(child, error))
        return false;
    int failed = spawn(child, all_args);
    if (failed)
        return error_set(error, ERROR_SYSTEM, "cannot start the reader: %s", strerrordesc_np(failed));
    for (int i = 0; i < STREAM_COUNT; i++)
        close_one(&child->theirs[i]);
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0)
        return system_error(error, "watch the reader");
    return true;
}

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Writes what the child takes. A child that has stopped listening is no error by itself. */
static void feed(Child *child)
{
    ssize_t n = 0;
    if (child->input.len > 0)
        n = send(child->ours[STREAM_IN], child->input.at, child->input.len, MSG_NOSIGNAL);
    if (n > 0)
        child->input = str_slice(child->input, (size_t)n, child->input.len);
    if ((n < 0 && !would_block()) || child->input.len == 0)
        close_one(&child->ours[STREAM_IN]);
}

/* Reads once; an empty answer means nothing now, or the end (then the descriptor is closed). */
static Str hear(Child *child, enum Stream stream, char bytes[READ_SIZE])
{
    ssize_t n = read(child->ours[stream], bytes, READ_SIZE);
    if (n > 0)
        return (Str){bytes, (size_t)n};
    if (n == 0 || !would_block())
        close_one(&child->ours[stream]);
    return STR_EMPTY;
}

static bool hear_output(
    Child *child, const ChildLimits *limits, Buf *output, char bytes[READ_SIZE], Error *error)
{
    Str heard = hear(child, STREAM_OUT, bytes);
    size_t most = limits->output_max < output->max ? limits->output_max : output->max;
    if (heard.len > most - output->len)
        return error_set(error, ERROR_LIMIT, "the reader gave more than %zu bytes and was stopped", most);
    buf_add(output, heard);
    return !output->failed || error_memory(error);
}

/* Keeps the end of what is said, where the last line is. */
static void hear_complaint(Child *child, char bytes[READ_SIZE])
{
    Buf *kept = &child->complaint;
    Str heard = hear(child, STREAM_ERR, bytes);
    heard = str_slice(heard, heard.len > COMPLAINT_MAX / 2 ? heard.len - COMPLAINT_MAX / 2 : 0, heard.len);
    if (heard.len > COMPLAINT_MAX - kept->len) {
        kept->len -= COMPLAINT_MAX / 2;
        memmove(kept->at, kept->at + COMPLAINT_MAX / 2, kept->len);
    }
    buf_add(kept, heard);
}

static int64_t milliseconds_now(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void reap(Child *child)
{
    pid_t reaped = waitpid(child->pid, &child->status, WNOHANG);
    if (reaped != child->pid)
        return;
    child->ended = true;
    child->pid = 0;
}

/* Serves the child until it has ended and all it said has been heard; false when it was late or said too
 * much. */
static bool converse(Child *child, const ChildLimits *limits, Buf *output, Error *error)
{
    char bytes[READ_SIZE];
    int64_t deadline = milliseconds_now() + (int64_t)limits->seconds * 1000;
    while (!child->ended || child->ours[STREAM_OUT] >= 0 || child->ours[STREAM_ERR] >= 0) {
        int64_t left = deadline - milliseconds_now();
        if (left <= 0)
            return error_set(
                error, ERROR_LIMIT, "the reader took longer than %u s and was stopped", limits->seconds);
        struct pollfd polled[] = {
            {.fd = child->ours[STREAM_IN], .events = POLLOUT},
            {.fd = child->ours[STREAM_OUT], .events = POLLIN},
            {.fd = child->ours[STREAM_ERR], .events = POLLIN},
            {.fd = child->ended ? -1 : child->pidfd, .events = POLLIN},
        };
        if (poll(polled, COUNT_OF(polled), left > 60000 ? 60000 : (int)left) < 0 && errno != EINTR)
            return system_error(error, "wait for the reader");
        if (polled[STREAM_IN].revents)
            feed(child);
        if (polled[STREAM_OUT].revents && !hear_output(child, limits, output, bytes, error))
            return false;
        if (polled[STREAM_ERR].revents)
            hear_complaint(child, bytes);
        if (polled[STREAM_COUNT].revents)
            reap(child);
    }
    return true;
}

/* The last line that says something. */
static Str last_line(Str text)
{
    Str line, last = STR_EMPTY;
    while (str_line(&text, &line)) {
        line = str_trim(line);
        if (line.len > 0)
            last = line;
    }
    return last;
}

static bool is_number(Str s, int64_t *out)
{
    return s.len > 0 && s.at[0] >= '0' && s.at[0] <= '9' && str_to_int(s, out);
}

/* file:line:column: message, taken apart at the first two numbers that stand so; a file's name may hold
 * colons. */
static bool error_from_line(Error *error, ErrorCode code, Str line)
{
    for (ptrdiff_t at = str_find(line, S(":"), 0); at > 0; at = str_find(line, S(":"), (size_t)at + 1)) {
        Str first, second, message;
        int64_t row, column;
        Str rest = str_slice(line, (size_t)at + 1, line.len);
        if (str_cut(rest, S(":"), &first, &rest) && is_number(first, &row) &&
            str_cut(rest, S(": "), &second, &message) && is_number(second, &column))
            return error_at(error, code, str_slice(line, 0, (size_t)at), (long)row, (long)column, "%.*s",
                STR_ARGS(message));
    }
    return error_set(error, code, "%.*s", STR_ARGS(line));
}

static bool judge(const Child *child, const ChildLimits *limits, Error *error)
{
    if (WIFSIGNALED(child->status)) {
        int number = WTERMSIG(child->status);
        if (number == SIGXCPU)
            return error_set(
                error, ERROR_LIMIT, "the reader took longer than %u s and was stopped", limits->seconds);
        return error_set(error, ERROR_SYSTEM, "the reader was stopped (signal %d)", number);
    }
    int left_with = WEXITSTATUS(child->status);
    if (left_with == CHILD_DONE)
        return true;
    ErrorCode code = left_with == CHILD_REFUSED_INPUT   ? ERROR_INPUT
                     : left_with == CHILD_REACHED_LIMIT ? ERROR_LIMIT
                                                        : ERROR_SYSTEM;
    Str said = last_line(buf_str(&child->complaint));
    if (said.len == 0 || !utf8_check(said, NULL))
        return error_set(error, code, "the reader failed without a word (exit %d)", left_with);
    return error_from_line(error, code, said);
}

bool child_run(const char *const *args, Str input, const ChildLimits *limits, Buf *output, Error *error)
{
    buf_clear(output);
    CLEANUP(child_release) Child child;
    child_init(&child, input);
    if (child_start(&child, args, error) && converse(&child, limits, output, error) &&
        judge(&child, limits, error))
        return true;
    buf_clear(output);
    return false;
}

void child_leave(bool done, const Error *error)
{
    ChildExit how = CHILD_DONE;
    if (!done) {
        error_print(stderr, error);
        how = error->code == ERROR_INPUT                                  ? CHILD_REFUSED_INPUT
              : error->code == ERROR_LIMIT || error->code == ERROR_MEMORY ? CHILD_REACHED_LIMIT
                                                                          : CHILD_BROKE;
    }
    if (fflush(stdout) != 0 && done)
        how = CHILD_BROKE;
    _exit(how);
}
