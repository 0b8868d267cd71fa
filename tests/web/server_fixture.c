/* A server for the attack tests: the real machinery with a few routes of its own and short deadlines.
 *
 *     server_fixture [--NAME VALUE]...      prints "port N" and serves until its standard input ends
 *
 * Names are those of OPTIONS below. Routes: see ROUTES.
 */
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "base/file.h"
#include "web/html.h"
#include "web/http.h"
#include "web/page.h"
#include "web/site.h"

static bool page_hello(Request *request, Response *response, Error *error)
{
    (void)request, (void)error;
    response->content_type = S("text/plain; charset=utf-8");
    buf_add(&response->body, S("hello\n"));
    return true;
}

/* Says what it was sent, a line each, so that a test sees whether bytes of one request became part of
 * another. */
static bool page_echo(Request *request, Response *response, Error *error)
{
    (void)error;
    response->content_type = S("text/plain; charset=utf-8");
    buf_printf(&response->body, "method %.*s\npath %.*s\nbody %zu\n", STR_ARGS(request->method_name),
        STR_ARGS(request->path), request->body.len);
    for (size_t i = 0; i < request->query.len; i++)
        buf_printf(&response->body, "query %.*s=%.*s\n", STR_ARGS(request->query.at[i].name),
            STR_ARGS(request->query.at[i].value));
    for (size_t i = 0; i < request->form.len; i++)
        buf_printf(&response->body, "form %.*s=%.*s\n", STR_ARGS(request->form.at[i].name),
            STR_ARGS(request->form.at[i].value));
    for (size_t i = 0; i < request->files.len; i++)
        buf_printf(&response->body, "file %.*s %.*s %zu\n", STR_ARGS(request->files.at[i].field),
            STR_ARGS(request->files.at[i].file_name), request->files.at[i].bytes.len);
    return true;
}

/* /bytes/N: N bytes. */
static bool page_bytes(Request *request, Response *response, Error *error)
{
    int64_t count = 0;
    if (!str_to_int(request_parameter(request, S("count")), &count) || count < 0 || count > (64 << 20))
        return error_set(error, ERROR_INPUT, "give a number of bytes");
    char *room = buf_reserve(&response->body, (size_t)count);
    if (!room)
        return error_memory(error);
    memset(room, 'x', (size_t)count);
    response->body.len = (size_t)count;
    response->content_type = S("application/octet-stream");
    return true;
}

/* /sleep/N: holds its worker for N milliseconds. */
static bool page_sleep(Request *request, Response *response, Error *error)
{
    int64_t ms = 0;
    if (!str_to_int(request_parameter(request, S("ms")), &ms) || ms < 0 || ms > 60000)
        return error_set(error, ERROR_INPUT, "give milliseconds");
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&time, NULL);
    return page_hello(request, response, error);
}

static bool page_fail(Request *request, Response *response, Error *error)
{
    (void)request;
    buf_add(&response->body, S("half a page"));
    return error_set(error, ERROR_DATABASE, "the secret inside of the database");
}

/* A page with a form: its token, alone on a line. */
static bool page_form(Request *request, Response *response, Error *error)
{
    Html html = page_begin(request, response);
    html_literal(&html, "<form method=\"post\" action=\"/echo\">\n");
    html_csrf_field(&html);
    html_literal(&html, "\n</form>\n");
    return page_end(&html, error);
}

static bool page_peer(Request *request, Response *response, Error *error)
{
    (void)error;
    response->content_type = S("text/plain; charset=utf-8");
    buf_printf(&response->body, "%.*s %s\n", STR_ARGS(request->peer), language_code(request->language).at);
    return true;
}

static const Route ROUTES[] = {
    {.name = "hello", .method = HTTP_GET, .pattern = "/hello", .handle = page_hello, .who = WHO_ANYONE},
    {.name = "echo.get",
        .method = HTTP_GET,
        .pattern = "/echo/{rest*}",
        .handle = page_echo,
        .who = WHO_ANYONE},
    {.name = "echo.post",
        .method = HTTP_POST,
        .pattern = "/echo",
        .handle = page_echo,
        .who = WHO_ANYONE,
        .body = BODY_FORM,
        .open = true},
    {.name = "guarded",
        .method = HTTP_POST,
        .pattern = "/guarded",
        .handle = page_echo,
        .who = WHO_ANYONE,
        .body = BODY_FORM},
    {.name = "upload",
        .method = HTTP_POST,
        .pattern = "/upload",
        .handle = page_echo,
        .who = WHO_ANYONE,
        .body = BODY_UPLOAD,
        .open = true},
    {.name = "bytes",
        .method = HTTP_GET,
        .pattern = "/bytes/{count}",
        .handle = page_bytes,
        .who = WHO_ANYONE,
        .cache = CACHE_NEVER},
    {.name = "sleep", .method = HTTP_GET, .pattern = "/sleep/{ms}", .handle = page_sleep, .who = WHO_ANYONE},
    {.name = "fail", .method = HTTP_GET, .pattern = "/fail", .handle = page_fail, .who = WHO_ANYONE},
    {.name = "form", .method = HTTP_GET, .pattern = "/form", .handle = page_form, .who = WHO_ANYONE},
    {.name = "peer", .method = HTTP_GET, .pattern = "/peer", .handle = page_peer, .who = WHO_ANYONE},
    {.name = "secret", .method = HTTP_GET, .pattern = "/secret", .handle = page_hello, .who = WHO_SIGNED_IN},
    {.name = "secret.upload",
        .method = HTTP_POST,
        .pattern = "/secret/upload",
        .handle = page_echo,
        .who = WHO_SIGNED_IN,
        .body = BODY_UPLOAD},
    {.name = "api.hello",
        .method = HTTP_GET,
        .pattern = "/api/hello",
        .handle = page_hello,
        .who = WHO_ANYONE,
        .api = true},
    {.name = "api.secret",
        .method = HTTP_GET,
        .pattern = "/api/secret",
        .handle = page_hello,
        .who = WHO_ROLE,
        .role = "planner",
        .api = true},
};

typedef struct Setting {
    const char *name;
    size_t offset;
    enum { SETTING_UNSIGNED, SETTING_MS, SETTING_SIZE, SETTING_FLAG, SETTING_TEXT, SETTING_FILE } kind;
} Setting;

#define SETTING(name, member, kind)               \
    {                                             \
        name, offsetof(HttpOptions, member), kind \
    }
static const Setting OPTIONS[] = {
    SETTING("workers", workers, SETTING_UNSIGNED),
    SETTING("queue", queue, SETTING_UNSIGNED),
    SETTING("connections", connections, SETTING_UNSIGNED),
    SETTING("per-address", per_address, SETTING_UNSIGNED),
    SETTING("head-ms", head_ms, SETTING_MS),
    SETTING("body-ms", body_ms, SETTING_MS),
    SETTING("send-ms", send_ms, SETTING_MS),
    SETTING("idle-ms", idle_ms, SETTING_MS),
    SETTING("tick-ms", tick_ms, SETTING_MS),
    SETTING("rate", bytes_per_second, SETTING_MS),
    SETTING("bodies-max", bodies_max, SETTING_SIZE),
    SETTING("trust-proxy", trust_proxy, SETTING_FLAG),
    SETTING("https", https, SETTING_FLAG),
    SETTING("address", address, SETTING_TEXT),
    SETTING("certificate", certificate, SETTING_FILE),
    SETTING("key", key, SETTING_FILE),
};

static bool set_member(Arena *arena, const Setting *setting, char *member, const char *value)
{
    Error error = {0};
    int64_t number = 0;
    if (setting->kind == SETTING_TEXT) {
        *(Str *)(void *)member = str_of(value);
        return true;
    }
    if (setting->kind == SETTING_FILE)
        return file_read(arena, str_of(value), 1 << 20, (Str *)(void *)member, &error);
    if (!str_to_int(str_of(value), &number))
        return false;
    if (setting->kind == SETTING_UNSIGNED)
        *(unsigned *)(void *)member = (unsigned)number;
    else if (setting->kind == SETTING_MS)
        *(int64_t *)(void *)member = number;
    else if (setting->kind == SETTING_SIZE)
        *(size_t *)(void *)member = (size_t)number;
    else
        *(bool *)member = number != 0;
    return true;
}

static bool set_option(Arena *arena, HttpOptions *options, const char *name, const char *value)
{
    for (size_t i = 0; i < COUNT_OF(OPTIONS); i++)
        if (strcmp(OPTIONS[i].name, name) == 0)
            return set_member(arena, &OPTIONS[i], (char *)options + OPTIONS[i].offset, value);
    return false;
}

/* The address sanitizer keeps what was freed for a while; a test that counts memory is not what this is for.
 */
static int serve(const HttpOptions *options, Site *site)
{
    Error error = {0};
    char byte;
    HttpOptions with_site = *options;
    with_site.handlers = site_handlers(site);
    HttpServer *server = http_server_start(&with_site, &error);
    if (!server) {
        error_print(stderr, &error);
        return 1;
    }
    printf("port %u\n", http_server_port(server));
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    printf("cut %zu\n", http_server_stop(server, 3000));
    return 0;
}

int main(int argc, char **argv)
{
    Error error = {0};
    Site site;
    AUTO_ARENA arena = arena_new(4 << 20);
    HttpOptions options = http_options_default();
    WebOptions web = {.routes = ROUTES, .route_count = COUNT_OF(ROUTES)};
    for (int i = 1; i + 1 < argc; i += 2)
        if (strncmp(argv[i], "--", 2) != 0 || !set_option(arena, &options, argv[i] + 2, argv[i + 1])) {
            fprintf(stderr, "server_fixture: no option %s\n", argv[i]);
            return 2;
        }
    signal(SIGPIPE, SIG_IGN);
    if (!site_init(&site, &web, &error)) {
        error_print(stderr, &error);
        return 1;
    }
    int status = serve(&options, &site);
    site_release(&site);
    return status;
}
