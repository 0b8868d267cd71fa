/* bench/bare_server.c: the ceiling that pages are measured against.
 *
 *     bare_server --port N --db FILE --selects N --bytes M [--table NAME]
 *
 * Answers every request on 127.0.0.1 with M bytes, after running N SELECTs of one random row by primary key
 * from the table of the SQLite file, or from the largest one that has an integer key (or from what `select 1`
 * gives, when there is none). It is what the same library can do at the least: libmicrohttpd with two epoll
 * threads, as hitomachi starts it, the handler running in these threads, one read-only SQLite connection and
 * one prepared statement a thread; no routes, no sessions, no templates, no log, no limits, no queue to
 * workers. Statements are stepped to their end and every column is read.
 */
#include <microhttpd.h>
#include <sqlite3.h>

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>

#include "base/base.h"
#include "base/str.h"

#define IO_THREADS 2
#define SQL_MAX 512

typedef struct Bare {
    char *db, *table; /* table: NULL for the largest */
    int64_t selects, bytes, rows;
    char sql[SQL_MAX];
    char *body;
} Bare;

/* What one epoll thread uses; made at its first request, lives as long as the program. */
typedef struct Reader {
    sqlite3 *db;
    sqlite3_stmt *stmt, *begin, *commit;
    int64_t next;
} Reader;

static _Thread_local Reader reader;

static bool open_reader(const Bare *bare)
{
    if (reader.stmt)
        return true;
    const unsigned flags = SQLITE_PREPARE_PERSISTENT;
    return sqlite3_open_v2(bare->db, &reader.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
               SQLITE_OK &&
           sqlite3_prepare_v3(reader.db, "begin", -1, flags, &reader.begin, NULL) == SQLITE_OK &&
           sqlite3_prepare_v3(reader.db, "commit", -1, flags, &reader.commit, NULL) == SQLITE_OK &&
           sqlite3_prepare_v3(reader.db, bare->sql, -1, flags, &reader.stmt, NULL) == SQLITE_OK;
}

/* One SELECT of one row; answers how many bytes its columns have, so that reading them cannot be left out. */
static int64_t select_one(const Bare *bare)
{
    int64_t seen = 0;
    reader.next = (reader.next * 6364136223846793005 + 1442695040888963407) & INT64_MAX;
    sqlite3_bind_int64(reader.stmt, 1, reader.next % bare->rows + 1);
    while (sqlite3_step(reader.stmt) == SQLITE_ROW)
        for (int column = 0; column < sqlite3_column_count(reader.stmt); column++)
            seen += sqlite3_column_bytes(reader.stmt, column);
    sqlite3_reset(reader.stmt);
    return seen;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *size, void **context)
{
    const Bare *bare = cls;
    (void)url, (void)method, (void)version, (void)upload, (void)size;
    if (!*context) { /* the head; an answer now would close the connection */
        *context = connection;
        return MHD_YES;
    }
    if (!open_reader(bare))
        return MHD_NO;
    int64_t seen = 0;
    sqlite3_step(reader.begin);
    for (int64_t i = 0; i < bare->selects; i++)
        seen += select_one(bare);
    sqlite3_step(reader.commit);
    sqlite3_reset(reader.begin);
    sqlite3_reset(reader.commit);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        (size_t)bare->bytes, bare->body, seen >= 0 ? MHD_RESPMEM_MUST_COPY : MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/html; charset=utf-8");
    enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return queued;
}

/* Chooses the table with the most rows among those that are reached by rowid. */
static bool choose_table(Bare *bare)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    bare->rows = 1;
    snprintf(bare->sql, sizeof bare->sql, "select ?1");
    bool good = sqlite3_open_v2(bare->db, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db,
                    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' "
                    "and sql not like '%without rowid%' and sql not like 'create virtual%'",
                    -1, &tables, NULL) == SQLITE_OK;
    while (good && sqlite3_step(tables) == SQLITE_ROW) {
        char sql[SQL_MAX];
        sqlite3_stmt *count = NULL;
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        if (strchr(name, '"') || (bare->table && strcmp(bare->table, name) != 0))
            continue;
        snprintf(sql, sizeof sql, "select count(*) from \"%s\"", name);
        if (sqlite3_prepare_v2(db, sql, -1, &count, NULL) == SQLITE_OK && sqlite3_step(count) == SQLITE_ROW &&
            sqlite3_column_int64(count, 0) > bare->rows) {
            bare->rows = sqlite3_column_int64(count, 0);
            snprintf(bare->sql, sizeof bare->sql, "select * from \"%s\" where rowid = ?1", name);
        }
        sqlite3_finalize(count);
    }
    sqlite3_finalize(tables);
    sqlite3_close(db);
    return good;
}

static int serve(Bare *bare, int64_t port)
{
    sigset_t signals;
    int taken;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)port, NULL, NULL,
        answer, bare, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)IO_THREADS,
        MHD_OPTION_END);
    if (!daemon) {
        fprintf(stderr, "bare_server: cannot listen on port %d\n", (int)port);
        return 1;
    }
    sigwait(&signals, &taken);
    MHD_stop_daemon(daemon);
    return 0;
}

int main(int argc, char **argv)
{
    Bare bare = {0};
    int64_t port = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        Str name = str_of(argv[i]), value = str_of(argv[i + 1]);
        int64_t *number = str_equal(name, S("--port"))      ? &port
                          : str_equal(name, S("--selects")) ? &bare.selects
                          : str_equal(name, S("--bytes"))   ? &bare.bytes
                                                            : NULL;
        if (str_equal(name, S("--db")))
            bare.db = argv[i + 1];
        else if (str_equal(name, S("--table")))
            bare.table = argv[i + 1];
        else if (!number || !str_to_int(value, number))
            bare.db = NULL, argc = 0;
    }
    if (!bare.db || port <= 0 || port > 65535 || bare.selects < 0 || bare.bytes < 0) {
        fputs("usage: bare_server --port N --db FILE --selects N --bytes M [--table NAME]\n", stderr);
        return 2;
    }
    if (!choose_table(&bare)) {
        fprintf(stderr, "bare_server: cannot read %s\n", bare.db);
        return 1;
    }
    bare.body = malloc((size_t)bare.bytes + 1);
    if (!bare.body)
        return 1;
    memset(bare.body, 'x', (size_t)bare.bytes);
    int status = serve(&bare, port);
    free(bare.body);
    return status;
}
