/* The one file that knows libmicrohttpd.
 *
 * The library calls on_target when it has a request line, on_request when it has the head (stage HEAD), for
 * each piece of the body and once at its end (stage BODY), again after a worker resumed the connection (stage
 * DONE), and on_completed when the answer is out or the client gone. One Exchange lives through all of that.
 *
 *     epoll thread   head -> guard -> admit -> body ... -> suspend, queue
 *     worker         handle -> answer -> resume
 *     epoll thread   send the answer
 *
 * While a connection is suspended only the worker touches its Exchange; else only its epoll thread does.
 *
 * The guard reads the head in the library's own buffer, where line ends and the first colon of each line have
 * become NUL (see web/guard.h). That is how 0.9.75 works, so other versions are refused, when compiling and
 * when starting; later ones can be strict themselves (MHD_OPTION_CLIENT_DISCIPLINE_LVL).
 */
#include "web/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "web/guard.h"
#include "web/reaper.h"
#include "web/workers.h"

#if MHD_VERSION != 0x00097500
#error "the header guard is written for libmicrohttpd 0.9.75; read web/guard.h before using another"
#endif

#define MHD_VERSION_NAME "0.9.75"
#define POOL_SIZE ((size_t)32 * 1024) /* of one connection: head and header lines of the answer */
#define REFUSAL_ARENA ((size_t)1 << 20)
#define DRAIN_FACTOR \
    4 /* so many times the allowed body is read and thrown away, so that the client hears the 413 */
#define DRAIN_MIN ((uint64_t)1 << 20)

struct HttpServer {
    HttpOptions options;
    struct MHD_Daemon *daemon;
    Workers *workers;
    Reaper *reaper;
    uint16_t port;
    atomic_size_t running; /* exchanges between head and on_completed */
    atomic_size_t bodies;  /* bytes of bodies being held */
    atomic_bool stopping;
    char *certificate, *key; /* NUL-ended copies while serving TLS */
};

typedef enum Stage { STAGE_HEAD, STAGE_BODY, STAGE_WORK, STAGE_DONE } Stage;

typedef struct Exchange {
    HttpServer *server;
    struct MHD_Connection *connection;
    ReaperEntry *entry;
    Stage stage;
    int refuse;            /* a status to answer instead of handling */
    bool drain;            /* the body is read and thrown away */
    bool counted;          /* in server->running */
    size_t body_max, held; /* held: counted in server->bodies */
    uint64_t drained;
    Buf body;
    int64_t begun;
    struct MHD_Response *answer;
    int status;
    size_t answer_size;
    const char *target_at; /* the target in the library's buffer */
    char *paths;           /* one block: the target as sent, then the decoded path */
    Str target;
    char peer[INET6_ADDRSTRLEN];
    GuardHead head;
    Request request;
} Exchange;

HttpOptions http_options_default(void)
{
    return (HttpOptions){
        .io_threads = 2,
        .workers = 16,
        .queue = 256,
        .connections = 1000,
        .per_address = 100,
        .head_ms = 10000,
        .body_ms = 30000,
        .send_ms = 30000,
        .idle_ms = 60000,
        .tick_ms = 1000,
        .bytes_per_second = 8 * 1024,
        .target_max = 8 * 1024,
        .head_max = 16 * 1024,
        .bodies_max = (size_t)160 << 20,
        .arena_max = (size_t)64 << 20,
    };
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- answers ----------------------------------------------------------------------------------------- */

/* The response as the library's object; takes the body over. NULL without memory. */
static struct MHD_Response *make_answer(Response *response, size_t *size)
{
    struct MHD_Response *answer;
    if (response->fixed.len > 0) {
        *size = response->fixed.len;
        void *bytes = (void *)(uintptr_t)response->fixed.at;
        answer = MHD_create_response_from_buffer(response->fixed.len, bytes, MHD_RESPMEM_PERSISTENT);
    } else {
        *size = response->body.len;
        answer =
            MHD_create_response_from_buffer(response->body.len, response->body.at, MHD_RESPMEM_MUST_FREE);
        if (answer)
            buf_init(&response->body, 0);
    }
    if (!answer)
        return NULL;
    for (size_t i = 0; i < response->header_count; i++) {
        Str name = arena_str(response->arena, response->headers[i].name); /* both end in NUL now */
        Str value = arena_str(response->arena, response->headers[i].value);
        if (name.len > 0 && MHD_add_response_header(answer, name.at, value.at) == MHD_YES)
            continue;
        MHD_destroy_response(answer); /* no answer is better than one without its security headers */
        return NULL;
    }
    return answer;
}

static void log_exchange(const Exchange *x)
{
    const HttpHandlers *handlers = &x->server->options.handlers;
    log_line(LOG_INFO, "request", LOG_TEXT("method", str_of(http_method_name(x->request.method))),
        LOG_TEXT("route", str_of(handlers->name(handlers->context, &x->request))),
        LOG_INT("status", x->status), LOG_INT("bytes", (int64_t)x->answer_size),
        LOG_INT("statements", (int64_t)x->request.statements), LOG_INT("microseconds", now_us() - x->begun));
}

static void keep_answer(Exchange *x, Response *response)
{
    x->status = response->status;
    x->answer = make_answer(response, &x->answer_size);
    if (x->answer && x->server->stopping)
        MHD_add_response_header(x->answer, MHD_HTTP_HEADER_CONNECTION, "close");
    log_exchange(x);
}

/* An answer that needs no worker: on the epoll thread. */
static void make_refusal(Exchange *x, int status)
{
    const HttpHandlers *handlers = &x->server->options.handlers;
    AUTO_ARENA arena = arena_new(REFUSAL_ARENA);
    if (!arena)
        return;
    Response response;
    response_init(&response, arena);
    x->request.arena = arena;
    handlers->refuse(handlers->context, &x->request, status, &response);
    x->request.arena = NULL;
    keep_answer(x, &response);
    response_release(&response);
}

/* Hands the answer to the library. Without one the connection is closed. */
static enum MHD_Result send_answer(Exchange *x, bool and_close)
{
    if (!x->answer)
        return MHD_NO;
    if (and_close)
        MHD_add_response_header(x->answer, MHD_HTTP_HEADER_CONNECTION, "close");
    reaper_expect_taken(x->server->reaper, x->entry, x->answer_size);
    enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)x->status, x->answer);
    MHD_destroy_response(x->answer);
    x->answer = NULL;
    return queued;
}

static enum MHD_Result refuse_now(Exchange *x, int status)
{
    x->stage = STAGE_DONE;
    make_refusal(x, status);
    return send_answer(x, true);
}

/* --- the worker's part ------------------------------------------------------------------------------- */

static void handle_exchange(void *context, void *job, Arena *arena)
{
    HttpServer *server = context;
    Exchange *x = job;
    const HttpHandlers *handlers = &server->options.handlers;
    Response response;
    response_init(&response, arena);
    x->request.arena = arena;
    x->request.body = buf_str(&x->body);
    x->request.clock = clock_now();
    if (date_is_given(server->options.today))
        x->request.clock.today = server->options.today;
    handlers->handle(handlers->context, &x->request, &response);
    if (arena_failed(arena))
        make_refusal(x, 500); /* no memory: whatever stands in the response may lack a part */
    else
        keep_answer(x, &response);
    response_release(&response);
    struct MHD_Connection *connection = x->connection;
    x->stage = STAGE_DONE;
    MHD_resume_connection(connection); /* from here on the Exchange is the epoll thread's */
}

static enum MHD_Result hand_over(Exchange *x)
{
    x->stage = STAGE_WORK;
    reaper_expect_nothing(x->entry);
    MHD_suspend_connection(x->connection);
    if (workers_push(x->server->workers, x))
        return MHD_YES;
    make_refusal(x, 503);
    x->stage = STAGE_DONE;
    MHD_resume_connection(x->connection);
    return MHD_YES;
}

/* --- the head ---------------------------------------------------------------------------------------- */

/* The last address of the last X-Forwarded-For, which is what the proxy itself added; nothing when it is
 * none. */
static void take_forwarded_peer(Exchange *x)
{
    char text[INET6_ADDRSTRLEN] = "";
    unsigned char binary[sizeof(struct in6_addr)];
    Str list = STR_EMPTY, before;
    for (size_t i = 0; i < x->request.header_count; i++)
        if (ascii_equal_caseless(x->request.headers[i].name, S("X-Forwarded-For")))
            list = x->request.headers[i].value;
    while (str_contains(list, S(",")))
        str_cut(list, S(","), &before, &list);
    list = str_trim(list);
    if (list.len == 0 || list.len >= sizeof text)
        return;
    memcpy(text, list.at, list.len);
    if (inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1)
        memcpy(x->peer, text, sizeof text);
}

/* Who asks: the connection's address, or what a trusted proxy says, when that is an address. */
static void find_peer(Exchange *x)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr->sa_family == AF_INET) {
        struct sockaddr_in address;
        memcpy(&address, info->client_addr, sizeof address);
        inet_ntop(AF_INET, &address.sin_addr, x->peer, sizeof x->peer);
    } else if (info && info->client_addr->sa_family == AF_INET6) {
        struct sockaddr_in6 address;
        memcpy(&address, info->client_addr, sizeof address);
        inet_ntop(AF_INET6, &address.sin6_addr, x->peer, sizeof x->peer);
    }
    if (x->server->options.trust_proxy)
        take_forwarded_peer(x);
    x->request.peer = str_of(x->peer);
}

/* The header lines in the library's buffer; empty when the request line is not exactly "method target
 * version". */
static Str find_lines(const Exchange *x, const char *method, const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t method_len = strlen(method);
    if (!info || x->target_at != method + method_len + 1 || version != x->target_at + x->target.len + 1)
        return STR_EMPTY;
    const char *lines = version + sizeof "HTTP/1.1" + 1; /* behind its two NULs */
    size_t before = (size_t)(lines - method);
    if (info->header_size < before || version[8] != '\0' || version[9] != '\0')
        return STR_EMPTY;
    return (Str){lines, info->header_size - before};
}

/* Path and query of the target, and the authority of an absolute one. Read first, so that a refusal knows
 * what it is for. */
static bool read_target(Exchange *x, Str *authority)
{
    Str target = x->target, before, query, scheme;
    *authority = STR_EMPTY;
    if (!guard_target_is_plain(target))
        return false;
    if (target.at[0] != '/' && !url_split_absolute(target, &scheme, authority, &target))
        return false;
    str_cut(target, S("?"), &before, &query);
    size_t len;
    char *decoded = x->paths + x->target.len;
    if (!url_decode_path(before, decoded, &len))
        return false;
    x->request.path = (Str){decoded, len};
    x->request.query_text = query;
    return true;
}

static int read_head(Exchange *x, const char *method, const char *version)
{
    const HttpOptions *options = &x->server->options;
    Request *request = &x->request;
    Str authority;
    request->method_name = str_of(method);
    request->method = http_method_from_name(request->method_name);
    request->old_http = str_ends(str_of(version), S(".0"));
    request->secure = options->https || options->certificate.len > 0;
    if (x->target.len > options->target_max)
        return 414;
    bool has_target = read_target(x, &authority);
    Str lines = find_lines(x, method, version);
    if (lines.len == 0 || !guard_is_token(request->method_name))
        return 400;
    if (lines.len > options->head_max)
        return 431;
    int refused = guard_read_headers(lines, request->old_http, &x->head);
    request->headers = x->head.headers;
    request->header_count = x->head.count;
    if (refused)
        return refused;
    request->host = x->head.host;
    find_peer(x);
    if (!has_target ||
        (authority.len > 0 && request->host.len > 0 && !ascii_equal_caseless(authority, request->host)))
        return 400;
    if (authority.len > 0)
        request->host = authority;
    return 0;
}

/* A body that is too large is read and thrown away as far as that is cheap, so that the client hears why. */
static enum MHD_Result refuse_body(Exchange *x, int status)
{
    x->refuse = status;
    x->drain = true;
    uint64_t patience = (uint64_t)x->body_max * DRAIN_FACTOR;
    if (patience < DRAIN_MIN)
        patience = DRAIN_MIN;
    bool waits = ascii_equal_caseless(request_header(&x->request, S("Expect")), S("100-continue"));
    if (waits || (x->head.has_length && x->head.length > patience))
        return refuse_now(x, status);
    return MHD_YES;
}

static enum MHD_Result take_head(Exchange *x, const char *method, const char *version)
{
    HttpServer *server = x->server;
    const HttpHandlers *handlers = &server->options.handlers;
    x->stage = STAGE_BODY;
    x->counted = true;
    server->running++;
    int refused = read_head(x, method, version);
    if (refused)
        return refuse_now(x, refused);
    int status = 0;
    x->body_max = handlers->admit(handlers->context, &x->request, &status);
    buf_init(&x->body, x->body_max);
    if (status)
        return refuse_body(x, status);
    if (x->head.has_length && x->head.length > x->body_max)
        return refuse_body(x, 413);
    reaper_expect_body(server->reaper, x->entry);
    return MHD_YES;
}

/* --- the body ---------------------------------------------------------------------------------------- */

static enum MHD_Result take_body(Exchange *x, const char *bytes, size_t size)
{
    HttpServer *server = x->server;
    reaper_body_arrived(server->reaper, x->entry, size);
    if (!x->drain && size > x->body_max - x->body.len) {
        x->refuse = 413;
        x->drain = true;
    }
    if (!x->drain) {
        x->held += size;
        if (atomic_fetch_add(&server->bodies, size) + size > server->options.bodies_max) {
            x->refuse = 503;
            x->drain = true;
        } else {
            buf_add(&x->body, (Str){bytes, size});
            x->refuse = x->body.failed ? 503 : 0;
            x->drain = x->body.failed;
        }
    }
    if (!x->drain)
        return MHD_YES;
    x->drained += size;
    uint64_t patience = (uint64_t)x->body_max * DRAIN_FACTOR;
    /* the library takes no answer in the middle of a body: whoever sends without end is cut off */
    return x->drained > (patience < DRAIN_MIN ? DRAIN_MIN : patience) ? MHD_NO : MHD_YES;
}

/* --- what the library calls -------------------------------------------------------------------------- */

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    HttpServer *server = cls;
    Exchange *x = calloc(1, sizeof *x);
    size_t len = strlen(target);
    char *paths = malloc(len * 2 + 1);
    if (!x || !paths) {
        free(x);
        free(paths);
        return NULL;
    }
    memcpy(paths, target, len);
    x->server = server;
    x->connection = connection;
    x->begun = now_us();
    x->target_at = target;
    x->paths = paths;
    x->target = (Str){paths, len};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->entry = info ? info->socket_context : NULL;
    reaper_expect_head(server->reaper, x->entry);
    return x;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *bytes, size_t *size, void **context)
{
    (void)cls, (void)connection, (void)url;
    Exchange *x = *context;
    if (!x)
        return MHD_NO; /* no memory when the target came */
    if (x->stage == STAGE_HEAD)
        return take_head(x, method, version);
    if (x->stage == STAGE_DONE)
        return send_answer(x, false);
    if (*size > 0) {
        enum MHD_Result taken = take_body(x, bytes, *size);
        *size = 0;
        return taken;
    }
    return x->refuse ? refuse_now(x, x->refuse) : hand_over(x);
}

static void on_completed(
    void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
    (void)connection, (void)code;
    HttpServer *server = cls;
    Exchange *x = *context;
    if (!x)
        return;
    assert(x->stage != STAGE_WORK && "the library forgets no request while a worker has it");
    *context = NULL;
    reaper_expect_next(server->reaper, x->entry);
    server->bodies -= x->held;
    if (x->answer)
        MHD_destroy_response(x->answer);
    buf_release(&x->body);
    free(x->paths);
    if (x->counted)
        server->running--;
    free(x);
}

static void on_connection(
    void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code)
{
    HttpServer *server = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (!info)
            return;
        *context = reaper_add(server->reaper, info->connect_fd);
        if (!*context)
            shutdown(info->connect_fd, SHUT_RDWR); /* no memory to watch over it */
        return;
    }
    reaper_remove(server->reaper, *context);
    *context = NULL;
}

/* Paths are decoded by web/url.h alone. */
static size_t on_unescape(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

/* --- starting and stopping --------------------------------------------------------------------------- */

static Str address_of(const HttpOptions *options)
{
    return options->address.len > 0 ? options->address : S("127.0.0.1");
}

static bool find_address(
    const HttpOptions *options, struct sockaddr_storage *address, bool *six, Error *error)
{
    char host[256], port[8];
    struct addrinfo *found = NULL;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    Str wanted = address_of(options);
    snprintf(host, sizeof host, "%.*s", STR_ARGS(wanted));
    snprintf(port, sizeof port, "%u", options->port);
    if (wanted.len >= sizeof host || getaddrinfo(host, port, &hints, &found) != 0)
        return error_set(error, ERROR_INPUT,
            "%.*s is no address to listen on; write it as 127.0.0.1 or ::", STR_ARGS(wanted));
    memcpy(address, found->ai_addr, found->ai_addrlen);
    *six = found->ai_family == AF_INET6;
    freeaddrinfo(found);
    return true;
}

static bool start_daemon(HttpServer *server, Error *error)
{
    const HttpOptions *options = &server->options;
    struct sockaddr_storage address;
    bool six = false, tls = options->certificate.len > 0;
    if (!find_address(options, &address, &six, error))
        return false;
    struct MHD_OptionItem tls_items[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     (six ? MHD_USE_IPv6 | MHD_USE_DUAL_STACK : 0) | (tls ? MHD_USE_TLS : 0);
    server->daemon = MHD_start_daemon(flags, options->port, NULL, NULL, on_request, server, /**/
        MHD_OPTION_SOCK_ADDR, &address,                                                     /**/
        MHD_OPTION_THREAD_POOL_SIZE, options->io_threads,                                   /**/
        MHD_OPTION_CONNECTION_LIMIT, options->connections,                                  /**/
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, options->per_address,                           /**/
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_SIZE,                                      /**/
        MHD_OPTION_CONNECTION_TIMEOUT, 0u,                                                  /**/
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                                               /**/
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,                                    /**/
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server,                                     /**/
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,                                  /**/
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,                                /**/
        MHD_OPTION_ARRAY, tls ? tls_items : none,                                           /**/
        MHD_OPTION_END);
    if (!server->daemon)
        return error_set(error, ERROR_SYSTEM, "cannot listen on %.*s port %u: %s%s",
            STR_ARGS(address_of(options)), options->port, strerror(errno),
            tls ? " (or the certificate or its key is wrong)" : "");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info ? info->port : options->port;
    return true;
}

static char *copy_text(Str s)
{
    return s.len > 0 ? strndup(s.at, s.len) : NULL;
}

HttpServer *http_server_start(const HttpOptions *options, Error *error)
{
    if (strcmp(MHD_get_version(), MHD_VERSION_NAME) != 0) {
        error_set(error, ERROR_SYSTEM, "libmicrohttpd is %s here, but the header guard is written for %s",
            MHD_get_version(), MHD_VERSION_NAME);
        return NULL;
    }
    HttpServer *server = calloc(1, sizeof *server);
    if (!server) {
        error_memory(error);
        return NULL;
    }
    server->options = *options;
    server->certificate = copy_text(options->certificate);
    server->key = copy_text(options->key);
    WorkersOptions workers = {.threads = options->workers,
        .queue = options->queue,
        .arena_max = options->arena_max,
        .run = handle_exchange,
        .context = server};
    ReaperOptions reaper = {.head_ms = options->head_ms,
        .body_ms = options->body_ms,
        .send_ms = options->send_ms,
        .idle_ms = options->idle_ms,
        .tick_ms = options->tick_ms,
        .bytes_per_second = options->bytes_per_second,
        .crowd = options->connections / 4 * 3};
    server->workers = workers_start(&workers, error);
    server->reaper = server->workers ? reaper_start(&reaper, error) : NULL;
    if (server->reaper && start_daemon(server, error))
        return server;
    http_server_stop(server, 0);
    return NULL;
}

uint16_t http_server_port(const HttpServer *server)
{
    return server->port;
}

/* Waits until nothing runs any more; answers what is left when patience ends. */
static size_t wait_for_quiet(HttpServer *server, int64_t patience_ms)
{
    static const struct timespec step = {.tv_nsec = 10 * 1000000};
    for (int64_t waited = 0; server->running > 0 && waited < patience_ms; waited += 10)
        nanosleep(&step, NULL);
    return server->running;
}

size_t http_server_stop(HttpServer *server, int64_t patience_ms)
{
    size_t cut = 0;
    MHD_socket listening = MHD_INVALID_SOCKET;
    if (!server)
        return 0;
    server->stopping = true;
    if (server->daemon) {
        listening = MHD_quiesce_daemon(server->daemon);
        if (listening != MHD_INVALID_SOCKET)
            shutdown(listening,
                SHUT_RDWR); /* newcomers are told at once; closed only when no thread can be using it */
        reaper_end_idle(server->reaper);
        cut = wait_for_quiet(server, patience_ms);
    }
    workers_stop(
        server->workers); /* what a worker has is finished in any case: a handler cannot be interrupted */
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    reaper_stop(server->reaper);
    free(server->certificate);
    free(server->key);
    free(server);
    return cut;
}
