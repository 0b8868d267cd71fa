/* cli/command_serve.c: the command that opens the other door. */
#include "cli/control.h"
#include "cli/place.h"
#include "web/web.h"

static bool read_listen(Str listen, WebOptions *options, Error *error)
{
    size_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':')
        colon--;
    int64_t port = 0;
    if (colon == 0 || !str_to_int(str_slice(listen, colon, listen.len), &port) || port < 0 || port > 65535)
        return error_set(
            error, ERROR_INPUT, "--listen takes an address and a port: 127.0.0.1:8080, [::]:8080");
    options->address = str_slice(listen, 0, colon - 1);
    if (str_starts(options->address, S("[")) && str_ends(options->address, S("]")))
        options->address = str_slice(options->address, 1, options->address.len - 1);
    options->port = (uint16_t)port;
    return true;
}

static void say_ready(void *argument, uint16_t port)
{
    const WebOptions *options = argument;
    printf(
        "http%s://%.*s:%u\n", options->certificate_file.len > 0 ? "s" : "", STR_ARGS(options->address), port);
    fflush(stdout);
}

/* So that `hitomachi apply` finds the server; a database on PostgreSQL is reached by both. */
static bool start_control(const Call *call, Db *db, const WebOptions *options, Control **out, Error *error)
{
    Date today = {0};
    Str path = control_path(call->arena, place_db_url(call));
    if (options->today.len > 0 && !date_parse_iso(options->today, &today))
        today = (Date){0}; /* refused, with its words, by web_serve */
    return path.len == 0 || control_start(out, db, path, today, error);
}

static bool serve(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(control_cleanup) Control *control = NULL;
    WebOptions options = {
        .https = call_has(call, "https"),
        .trust_proxy = call_has(call, "trust-proxy"),
        .certificate_file = call_option(call, "certificate", STR_EMPTY),
        .key_file = call_option(call, "key", STR_EMPTY),
        .today = call_option(call, "today", STR_EMPTY),
        .on_ready = say_ready,
        .on_ready_argument = &options,
    };
    if (!read_listen(call_option(call, "listen", S("127.0.0.1:8080")), &options, error) ||
        !place_city(call, &city, error) || !place_db(call, false, &db, error))
        return false;
    options.city = city;
    options.db = db;
    return start_control(call, db, &options, &control, error) && web_serve(&options, error);
}

const Command serve_commands[] = {
    {"serve", "", 0, 0, "serves the city's pages until it is told to stop", NULL,
        {{"listen", "ADDRESS:PORT", "where to listen; 127.0.0.1:8080 when not given"},
            {"https", NULL, "a proxy in front speaks TLS: cookies are Secure"},
            {"trust-proxy", NULL, "believe the proxy's X-Forwarded-For; only when nobody can go round it"},
            {"certificate", "FILE", "PEM certificate: TLS without a proxy"}, {"key", "FILE", "its key"},
            {"today", "YYYY-MM-DD", "work as if this were the date"}, OPTION_CITY, OPTION_DB},
        serve},
    {0},
};
