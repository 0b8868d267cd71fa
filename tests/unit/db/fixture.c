/* tests/unit/db/fixture.c: what the tests of db/ share. */
#include "fixture.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void assert_str(Str actual, Str expected, const char *file, int line)
{
    if (str_equal(actual, expected))
        return;
    print_error("\"%.*s\" (%zu bytes) is not \"%.*s\" (%zu bytes)\n", STR_ARGS(actual), actual.len,
        STR_ARGS(expected), expected.len);
    _fail(file, line);
}

Db *fixture_open(const DbOptions *options)
{
    return fixture_open_at(test_db_url(), options);
}

Db *fixture_open_at(Str url, const DbOptions *options)
{
    Db *db = NULL;
    Error error = {0};
    ASSERT_OK(db_open(&db, url, options, &error), &error);
    return db;
}

void fixture_await_queue(Db *db, size_t count)
{
    for (size_t waiting = 0; waiting < count;) {
        const struct timespec pause = {.tv_nsec = 200000};
        nanosleep(&pause, NULL);
        waiting = 0;
        pthread_mutex_lock(&db->lock);
        for (DbWriteRequest *request = db->queue_head; request != NULL; request = request->next)
            waiting++;
        pthread_mutex_unlock(&db->lock);
    }
}

void fixture_tables(Db *db, const char *script)
{
    Error error = {0};
    const DbMigration step = {.version = 1, .name = "tables of the test", .script = script};
    ASSERT_OK(db_migrate(db, "test", 1, &step, NULL, &error), &error);
}

int64_t fixture_integer_values(Db *db, const char *sql, size_t count, const Value *values)
{
    Error error = {0};
    int64_t answer = 0;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_one_integer_values(conn, &answer, &error, sql, count, values), &error);
    return answer;
}

static void run_and_exit(void (*function)(void *argument), void *argument, int err)
{
    struct rlimit none = {0};
    setrlimit(RLIMIT_CORE, &none);
    dup2(err, STDERR_FILENO);
    function(argument);
    _exit(0);
}

bool fixture_dies(void (*function)(void *argument), void *argument, const char *words)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        run_and_exit(function, argument, ends[1]);
    close(ends[1]);
    char said[8192];
    size_t length = 0;
    for (ssize_t n; (n = read(ends[0], said + length, sizeof(said) - length)) > 0;)
        length += (size_t)n;
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    bool aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
    bool told = str_contains((Str){said, length}, str_of(words));
    if (!aborted || !told)
        print_error(
            "expected to die of \"%s\": status %x, said: %.*s\n", words, (unsigned)status, (int)length, said);
    return aborted && told;
}
