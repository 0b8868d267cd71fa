/* web_serve: reads the options, starts the server, waits for a signal, ends it.
 *
 * SIGTERM and SIGINT are blocked in every thread and taken by sigwait here, so that no handler runs anywhere;
 * SIGPIPE is ignored, as a client that went away is no reason to end.
 */
#include "web/web.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include "base/file.h"
#include "base/log.h"
#include "web/jobs.h"
#include "web/site.h"

#define PEM_MAX ((size_t)1 << 20)

static bool read_pem(Arena *arena, const WebOptions *options, HttpOptions *http, Error *error)
{
    if (options->certificate_file.len == 0 && options->key_file.len == 0)
        return true;
    if (options->certificate_file.len == 0 || options->key_file.len == 0)
        return error_set(error, ERROR_INPUT, "TLS needs both a certificate and its key");
    return file_read(arena, options->certificate_file, PEM_MAX, &http->certificate, error) &&
           file_read(arena, options->key_file, PEM_MAX, &http->key, error);
}

static void set_seconds(int64_t *ms, unsigned seconds)
{
    if (seconds > 0)
        *ms = (int64_t)seconds * 1000;
}

static void set_count(unsigned *count, unsigned wanted)
{
    if (wanted > 0)
        *count = wanted;
}

static bool read_options(Arena *arena, const WebOptions *options, HttpOptions *http, Error *error)
{
    *http = http_options_default();
    http->address = options->address;
    http->port = options->port;
    http->trust_proxy = options->trust_proxy;
    http->https = options->https;
    set_count(&http->workers, options->workers);
    set_count(&http->queue, options->queue);
    set_count(&http->connections, options->connections);
    set_count(&http->per_address, options->per_address);
    if (options->trust_proxy && options->per_address == 0)
        http->per_address = http->connections; /* they all come from the proxy */
    set_seconds(&http->head_ms, options->head_seconds);
    set_seconds(&http->body_ms, options->body_seconds);
    set_seconds(&http->send_ms, options->body_seconds);
    set_seconds(&http->idle_ms, options->idle_seconds);
    if (options->today.len > 0 && !date_parse_iso(options->today, &http->today))
        return error_set(
            error, ERROR_INPUT, "%.*s is no date; write it as 2018-06-01", STR_ARGS(options->today));
    return read_pem(arena, options, http, error);
}

static bool serve_until(const sigset_t *signals, Site *site, const WebOptions *options, Error *error)
{
    AUTO_ARENA arena = arena_new(4 * PEM_MAX);
    HttpOptions http;
    int signal_number = 0;
    if (!arena)
        return error_memory(error);
    if (!read_options(arena, options, &http, error))
        return false;
    http.handlers = site_handlers(site);
    CLEANUP(jobs_cleanup) Jobs *jobs = NULL;
    if (site->db && !jobs_start(&jobs, site->epochs, site->db, http.today, error))
        return false;
    HttpServer *server = http_server_start(&http, error);
    if (!server)
        return false;
    log_line(
        LOG_INFO, "serving", LOG_TEXT("address", http.address), LOG_INT("port", http_server_port(server)));
    if (options->on_ready)
        options->on_ready(options->on_ready_argument, http_server_port(server));
    sigwait(signals, &signal_number);
    log_line(LOG_INFO, "stopping", LOG_INT("signal", signal_number));
    int64_t patience = options->stop_seconds > 0 ? options->stop_seconds : 10;
    size_t cut = http_server_stop(server, patience * 1000);
    log_line(LOG_INFO, "stopped", LOG_INT("requests_cut", (int64_t)cut));
    return true;
}

bool web_serve(const WebOptions *options, Error *error)
{
    Site site;
    sigset_t signals, before;
    if (!site_init(&site, options, error))
        return false;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    struct sigaction ignore = {.sa_handler = SIG_IGN}, pipe_before;
    sigaction(SIGPIPE, &ignore, &pipe_before);
    bool served = serve_until(&signals, &site, options, error);
    sigaction(SIGPIPE, &pipe_before, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    site_release(&site);
    return served;
}
