/* cli/control.c: both ends of the socket beside the database.
 *
 * The server's end is one thread with every signal blocked: it accepts, reads one line, carries out the wish
 * and answers, one after the other, so that two applies never run at once in one server. Whoever connects is
 * the server's own user or root: the socket is made with no rights for anybody else.
 *
 * What must hold: a wish that was taken is carried out whole, also when the one who asked is gone meanwhile.
 */
#include "cli/control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/log.h"

enum { WISH_MAX = 64 << 10, ANSWER_MAX = 1 << 20, CONTROL_ARENA_MAX = 256 << 20, WISH_PATIENCE_MS = 10000 };

struct Control {
    Db *db;
    Date today;
    int listener;
    int wake[2]; /* written to when it is to end */
    struct sockaddr_un address;
    pthread_t thread;
};

/* --- what both ends do -------------------------------------------------------------------------- */

Str control_path(Arena *arena, Str database)
{
    static const char *const elsewhere[] = {"postgresql:", "postgres:"};
    for (size_t i = 0; i < COUNT_OF(elsewhere); i++)
        if (str_starts(database, str_of(elsewhere[i])))
            return STR_EMPTY;
    if (str_starts(database, S("file:")))
        database = str_slice(database, S("file:").len, database.len);
    Str path = arena_printf(arena, "%.*s.sock", STR_ARGS(database));
    return path.len < sizeof(((struct sockaddr_un *)0)->sun_path) ? path : STR_EMPTY;
}

static struct sockaddr_un address_of(Str path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert(path.len < sizeof(address.sun_path) && "control_path gives no longer one");
    memcpy(address.sun_path, path.at, path.len);
    return address;
}

static bool send_all(int fd, Str text)
{
    while (text.len > 0) {
        ssize_t sent = send(fd, text.at, text.len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        text = str_slice(text, (size_t)sent, text.len);
    }
    return true;
}

/* Bytes up to a line end, which is taken away; false at the end, or when it is too long or too late. */
static bool receive_line(int fd, Buf *line, int patience_ms)
{
    for (;;) {
        char byte;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (patience_ms >= 0 && poll(&wait, 1, patience_ms) <= 0)
            return false;
        ssize_t got = recv(fd, &byte, 1, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || line->failed)
            return false;
        if (byte == '\n')
            return true;
        buf_add_byte(line, byte);
    }
}

/* --- the server's end --------------------------------------------------------------------------- */

static void answer(int fd, const Buf *json)
{
    AUTO_BUF line;
    buf_init(&line, ANSWER_MAX);
    buf_add(&line, buf_str(json));
    buf_add_byte(&line, '\n');
    if (!line.failed)
        (void)send_all(fd, buf_str(&line)); /* who is gone hears nothing */
}

static void answer_line(void *to, bool is_refusal, Str text)
{
    AUTO_BUF out;
    JsonWriter json;
    buf_init(&out, ANSWER_MAX);
    json_writer_init(&json, &out, false);
    json_object_begin(&json);
    json_key_text(&json, "line", text);
    json_key_bool(&json, "refused", is_refusal);
    json_object_end(&json);
    answer(*(int *)to, &out);
}

static void answer_end(int fd, bool done, const Error *error)
{
    AUTO_BUF out;
    JsonWriter json;
    buf_init(&out, ANSWER_MAX);
    json_writer_init(&json, &out, false);
    json_object_begin(&json);
    if (done) {
        json_key_bool(&json, "done", true);
    } else {
        json_key_int(&json, "code", (int64_t)error->code);
        json_key_text(&json, "message", str_of(error->message));
        json_key_text(&json, "file", str_of(error->file));
        json_key_int(&json, "at", error->line);
        json_key_int(&json, "column", error->column);
    }
    json_object_end(&json);
    answer(fd, &out);
}

static bool read_wish(Str text, ApplyWish *out, json_t **root, Error *error)
{
    *root = json_read(text, S("wish"), error);
    if (!*root)
        return false;
    *out = (ApplyWish){.drop = json_is_true(json_object_get(*root, "drop")),
        .is_trial = json_is_true(json_object_get(*root, "trial")),
        .is_served = true};
    return (json_get_text(*root, "folder", &out->folder) && json_get_text(*root, "export", &out->export) &&
               json_get_text(*root, "actor", &out->actor)) ||
           error_set(error, ERROR_INPUT, "this is no wish of `hitomachi apply`; are both of one version?");
}

static void serve_one(const Control *control, int fd)
{
    AUTO_ARENA arena = arena_new(CONTROL_ARENA_MAX);
    AUTO_BUF line;
    CLEANUP(json_cleanup) json_t *root = NULL;
    ApplyWish wish;
    Error error = {0};
    Clock clock = clock_now();
    if (date_is_given(control->today))
        clock.today = control->today;
    buf_init(&line, WISH_MAX);
    if (!arena || !receive_line(fd, &line, WISH_PATIENCE_MS))
        return;
    bool done = read_wish(buf_str(&line), &wish, &root, &error) &&
                apply_run(control->db, arena, &wish, &clock, answer_line, &fd, &error);
    log_line(done ? LOG_INFO : LOG_WARNING, done ? "applied" : "not_applied",
        LOG_TEXT("message", str_of(done ? "" : error.message)));
    answer_end(fd, done, &error);
}

static void *run(void *argument)
{
    const Control *control = argument;
    struct pollfd wait[] = {
        {.fd = control->listener, .events = POLLIN}, {.fd = control->wake[0], .events = POLLIN}};
    for (;;) {
        if (poll(wait, COUNT_OF(wait), -1) < 0 && errno != EINTR)
            break;
        if (wait[1].revents != 0)
            break;
        int fd = wait[0].revents != 0 ? accept4(control->listener, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd < 0)
            continue;
        serve_one(control, fd);
        close(fd);
    }
    return NULL;
}

static bool listen_at(Control *control, Error *error)
{
    const struct sockaddr *address = (const struct sockaddr *)&control->address;
    control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control->listener < 0 || pipe2(control->wake, O_CLOEXEC) != 0)
        return error_set(error, ERROR_SYSTEM, "no socket beside the database: %s", strerror(errno));
    unlink(control->address.sun_path);
    /* made with the rights it is to have; fchmod before bind is what Linux honours */
    fchmod(control->listener, S_IRUSR | S_IWUSR);
    if (bind(control->listener, address, sizeof(control->address)) != 0 ||
        chmod(control->address.sun_path, S_IRUSR | S_IWUSR) != 0 || listen(control->listener, 4) != 0)
        return error_set(
            error, ERROR_SYSTEM, "%s cannot be made: %s", control->address.sun_path, strerror(errno));
    return true;
}

static void release(Control *control)
{
    int all[] = {control->listener, control->wake[0], control->wake[1]};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (all[i] >= 0)
            close(all[i]);
    free(control);
}

/* Whether a server listens at the address already. */
static int connect_to(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

bool control_start(Control **out, Db *db, Str path, Date today, Error *error)
{
    Control *control = calloc(1, sizeof(*control));
    sigset_t all, before;
    *out = NULL;
    if (!control)
        return error_memory(error);
    *control =
        (Control){.db = db, .today = today, .listener = -1, .wake = {-1, -1}, .address = address_of(path)};
    int other = connect_to(&control->address);
    if (other >= 0) {
        close(other);
        release(control);
        return error_set(
            error, ERROR_CONFLICT, "a server runs on this database already (%.*s answers)", STR_ARGS(path));
    }
    if (!listen_at(control, error)) {
        release(control);
        return false;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&control->thread, NULL, run, control);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) {
        release(control);
        return error_set(
            error, ERROR_SYSTEM, "no thread for the socket beside the database: %s", strerror(failed));
    }
    *out = control;
    return true;
}

void control_stop(Control *control)
{
    if (!control)
        return;
    (void)!write(control->wake[1], "", 1);
    pthread_join(control->thread, NULL);
    unlink(control->address.sun_path);
    release(control);
}

void control_cleanup(Control **control)
{
    control_stop(*control);
    *control = NULL;
}

/* --- the command's end -------------------------------------------------------------------------- */

static bool send_wish(int fd, const ApplyWish *wish, Error *error)
{
    AUTO_BUF out;
    JsonWriter json;
    buf_init(&out, WISH_MAX);
    json_writer_init(&json, &out, false);
    json_object_begin(&json);
    json_key_text(&json, "folder", wish->folder);
    json_key_text(&json, "export", wish->export);
    json_key_text(&json, "actor", wish->actor);
    json_key_bool(&json, "drop", wish->drop);
    json_key_bool(&json, "trial", wish->is_trial);
    json_object_end(&json);
    buf_add_byte(&out, '\n');
    return (!out.failed && send_all(fd, buf_str(&out))) ||
           error_set(error, ERROR_SYSTEM, "the server does not take the wish: %s", strerror(errno));
}

/* The last line: it was done, or why not. */
static bool read_end(const json_t *root, Error *error)
{
    int64_t code = 0, line = 0, column = 0;
    Str message, file;
    if (json_is_true(json_object_get(root, "done")))
        return true;
    if (!json_get_int(root, "code", &code) || !json_get_text(root, "message", &message) ||
        !json_get_text(root, "file", &file) || !json_get_int(root, "at", &line) ||
        !json_get_int(root, "column", &column))
        return error_set(error, ERROR_SYSTEM, "the server answers what this program does not know");
    return error_at(error, (ErrorCode)code, file, (long)line, (long)column, "%.*s", STR_ARGS(message));
}

static bool read_answers(int fd, ApplySay *say, void *to, Error *error)
{
    for (;;) {
        AUTO_BUF line;
        CLEANUP(json_cleanup) json_t *root = NULL;
        Str text;
        buf_init(&line, ANSWER_MAX);
        if (!receive_line(fd, &line, -1))
            return error_set(error, ERROR_SYSTEM,
                "the server ended before it answered; look at what the database is at by `hitomachi apply "
                "--dry-run`");
        root = json_read(buf_str(&line), S("answer"), error);
        if (!root)
            return false;
        if (!json_get_text(root, "line", &text))
            return read_end(root, error);
        say(to, json_is_true(json_object_get(root, "refused")), text);
    }
}

bool control_ask(Str path, const ApplyWish *wish, ApplySay *say, void *to, bool *answered, Error *error)
{
    const struct sockaddr_un address = address_of(path);
    int fd = connect_to(&address);
    *answered = fd >= 0;
    if (!*answered)
        return true;
    bool done = send_wish(fd, wish, error) && read_answers(fd, say, to, error);
    close(fd);
    return done;
}
