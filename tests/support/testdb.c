/* tests/support/testdb.c: makes and removes databases for tests.
 *
 * What was made is kept in a list; the process that made it (not its forked children) removes it at its exit.
 */
#include "testdb.h"

#include <libpq-fe.h>
#include <unistd.h>

#define DATABASES_MAX 256

static struct {
    char *names[DATABASES_MAX]; /* SQLite: folders; PostgreSQL: schemas */
    char *urls[DATABASES_MAX];
    size_t count;
    pid_t maker;
} made;

const char *test_db_server(void)
{
    const char *server = getenv("HITOMACHI_TEST_DB");
    return server != NULL ? server : "";
}

bool test_db_is_postgres(void)
{
    return str_starts(str_of(test_db_server()), S("postgres"));
}

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "test database: %s: %s\n", what, why);
    abort();
}

static void remove_folder(const char *folder)
{
    static const char *const ends[] = {"/test.db", "/test.db-wal", "/test.db-shm", "/test.db-journal"};
    char path[512];
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        snprintf(path, sizeof(path), "%s%s", folder, ends[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void remove_schema(PGconn *server, const char *schema)
{
    char *name = PQescapeIdentifier(server, schema, strlen(schema));
    char sql[256];
    snprintf(sql, sizeof(sql), "set client_min_messages to warning; drop schema if exists %s cascade", name);
    PQclear(PQexec(server, sql));
    PQfreemem(name);
}

static void remove_all(void)
{
    if (getpid() != made.maker)
        return;
    PGconn *server = test_db_is_postgres() ? PQconnectdb(test_db_server()) : NULL;
    for (size_t i = 0; i < made.count; i++) {
        if (server != NULL)
            remove_schema(server, made.names[i]);
        else
            remove_folder(made.names[i]);
        free(made.names[i]);
        free(made.urls[i]);
    }
    PQfinish(server);
}

static char *print(const char *format, ...) PRINTF_LIKE(1, 2);
static char *print(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        give_up("printing", "no memory");
    return text;
}

static void make_folder(void)
{
    const char *temporary = getenv("TMPDIR");
    char *folder = print("%s/hitomachi-test-XXXXXX", temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(folder) == NULL)
        give_up(folder, "the folder cannot be made");
    made.names[made.count] = folder;
    made.urls[made.count] = print("%s/test.db", folder);
}

static void make_schema(void)
{
    const char *server = test_db_server();
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    made.names[made.count] = print("test_%lld_%lld_%zu", (long long)getpid(),
        (long long)now.tv_sec * 1000000000 + now.tv_nsec, made.count);
    made.urls[made.count] =
        print("%s%cschema=%s", server, strchr(server, '?') != NULL ? '&' : '?', made.names[made.count]);
}

Str test_db_url(void)
{
    if (made.count == DATABASES_MAX)
        give_up("too many", "raise DATABASES_MAX");
    if (made.maker == 0) {
        made.maker = getpid();
        atexit(remove_all);
    }
    if (test_db_is_postgres())
        make_schema();
    else
        make_folder();
    return str_of(made.urls[made.count++]);
}
