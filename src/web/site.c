/* The walk of a request: parameters, language, session, who may, form token, handler, and the finish. */
#include "web/site.h"

#include <sodium.h>

#include "base/log.h"
#include "city/city.h"
#include "web/csrf.h"
#include "web/error_page.h"
#include "web/finish.h"
#include "web/routes.h"
#include "web/session_cookie.h"

#define NEXT_MAX \
    2048 /* bytes of an address to come back to after signing in; from longer ones one comes home */
#define LANGUAGE_COOKIE "language"
#define LANGUAGE_COOKIE_SECONDS (365 * 24 * 3600)

static const size_t BODY_LIMITS[] = {
    [BODY_NONE] = 0,
    [BODY_FORM] = (size_t)1 << 20,
    [BODY_JSON] = (size_t)1 << 20,
    [BODY_UPLOAD] = (size_t)64 << 20,
};

static const Str CACHE_NAMES[] = {
    [CACHE_CHECK] = STR_LITERAL("private, no-cache"),
    [CACHE_NEVER] = STR_LITERAL("no-store"),
    [CACHE_FOREVER] = STR_LITERAL("public, max-age=31536000, immutable"),
};

bool site_init(Site *site, const WebOptions *options, Error *error)
{
    Date today = {0};
    *site = (Site){.db = options->db, .options = options};
    if (options->today.len > 0 && !date_parse_iso(options->today, &today))
        today = (Date){0}; /* refused, with its words, where the server reads its options */
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "libsodium cannot start");
    const Route *routes = options->routes ? options->routes : site_routes;
    size_t count = options->routes ? options->route_count : site_route_count;
    site->router = router_new(routes, count, error);
    site->limit = limit_new();
    site->opinions = limit_new();
    site->gate = password_gate_new();
    bool made = site->router && site->limit && site->opinions && site->gate;
    if (made && epochs_open(&site->epochs, options->db, options->city, today, error))
        return true;
    bool says_why = !site->router || made;
    site_release(site);
    return says_why ? false : error_memory(error);
}

void site_release(Site *site)
{
    epochs_close(site->epochs);
    router_free(site->router);
    limit_free(site->limit);
    limit_free(site->opinions);
    password_gate_free(site->gate);
    *site = (Site){0};
}

/* ?language=en chooses, and is kept in a cookie; else the cookie; else what the browser prefers; else
 * Japanese. */
static void choose_language(Request *request, Response *response)
{
    Language language;
    if (language_from_code(request_query(request, S("lang")), &language)) {
        if (!str_equal(request_cookie(request, S(LANGUAGE_COOKIE)), language_code(language)) &&
            request->route && !request->route->api)
            response_cookie(response, S(LANGUAGE_COOKIE), language_code(language), request->secure,
                LANGUAGE_COOKIE_SECONDS);
        request->language = language;
    } else if (language_from_code(request_cookie(request, S(LANGUAGE_COOKIE)), &language)) {
        request->language = language;
    } else {
        request->language = language_from_accept(request_header(request, S("Accept-Language")), LANGUAGE_JA);
    }
}

static bool find_session(Request *request, Error *error)
{
    const Site *site = request->site;
    Str token = session_cookie_get(request);
    if (token.len == 0 || !site->db)
        return true;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(site->db, &conn, error) ||
        !session_find(conn, request->arena, token, &request->clock, &request->session, error))
        return false;
    db_read_end(&conn); /* before the write: one connection at a time */
    return !request->session || session_touch(site->db, request->session, &request->clock, error);
}

static bool may(const Request *request, Error *error)
{
    const Route *route = request->route;
    const Session *session = request->session;
    switch (route->who) {
    case WHO_ANYONE:
        return true;
    case WHO_SIGNED_IN:
        if (session)
            return true;
        break;
    case WHO_ROLE:
        if (session && account_has_role(&session->account, str_of(route->role)))
            return true;
        break;
    case WHO_UNSAID:
        break;
    }
    return error_set(error, ERROR_DENIED, "%s",
        session ? "your account does not have the role for this" : "sign in first");
}

static bool is_change(const Request *request)
{
    return request->method != HTTP_GET && request->method != HTTP_HEAD;
}

bool site_lead_to_sign_in(const Request *request, Response *response)
{
    if (request->session || request->route->api || is_change(request) || request_wants_json(request))
        return false;
    AUTO_BUF path;
    buf_init(&path, 64 * 1024);
    buf_add(&path, S("/sign-in?next="));
    AUTO_BUF next;
    buf_init(&next, 16 * 1024);
    url_encode_path(&next, request->path);
    if (request->query_text.len > 0) {
        buf_add_byte(&next, '?');
        buf_add(&next, request->query_text);
    }
    if (next.len <= NEXT_MAX)
        url_encode(&path, buf_str(&next));
    if (path.failed || next.failed)
        return false;
    response_redirect(response, 303, buf_str(&path));
    return true;
}

static bool answer_refused(const Request *request, Response *response, const Error *error, MessageId says)
{
    ErrorPage page = {.status = 403,
        .code = error_name(error->code),
        .detail = str_of(error->message),
        .says = message_text(request->language, says)};
    response_reset(response);
    error_page_write(request, response, &page);
    return true;
}

static bool answer_denied(const Request *request, Response *response, const Error *error)
{
    return !request->session && answer_refused(request, response, error, MESSAGE_error_sign_in_first);
}

/* A form that was open for too long, or was never shown by this site. */
static bool answer_expired(const Request *request, Response *response, const Error *error)
{
    return answer_refused(request, response, error, MESSAGE_error_form_expired);
}

static bool run_route(Request *request, Response *response, CsrfState *csrf, Error *error)
{
    const Route *route = request->route;
    bool asked = find_session(request, error);
    csrf_begin(request, csrf); /* in any case: error pages have forms too */
    if (!asked)
        return false;
    response->cache = CACHE_NAMES[route->cache];
    if (request->session && route->cache == CACHE_CHECK)
        response->cache = CACHE_NAMES[CACHE_NEVER];
    if (!may(request, error))
        return site_lead_to_sign_in(request, response) || answer_denied(request, response, error);
    if (is_change(request) && !route->open && !csrf_check(request, error))
        return answer_expired(request, response, error);
    if (!route->handle(request, response, error))
        return false;
    return (!response->body.failed && !arena_failed(request->arena)) || error_memory(error);
}

static void handle_unrouted(const Site *site, Request *request, Response *response)
{
    Str allow = router_allow(site->router, request->path, request->arena);
    if (allow.len == 0) {
        site_answer_status(request, response, 404);
        return;
    }
    if (request->method == HTTP_OPTIONS) {
        response_reset(response);
        response->status = 204;
    } else {
        site_answer_status(request, response, 405);
    }
    response_header(response, S("Allow"), allow);
}

/* How often a request begins again because the city was renewed under it. */
#define BEGINNINGS_MAX 5

/* A request with the city it holds. */
typedef struct Holding {
    Site site; /* what handlers see */
    const Epoch *epoch;
} Holding;

static void hold(const Site *root, Request *request, Holding *holding)
{
    holding->epoch = epochs_hold(root->epochs);
    holding->site = *root;
    holding->site.city = holding->epoch->city;
    holding->site.door = holding->epoch->door;
    request->site = &holding->site;
}

static void hold_another(const Site *root, Request *request, Holding *holding)
{
    epochs_let_go(root->epochs, holding->epoch);
    hold(root, request, holding);
}

/* Whether what failed is known to have left nothing behind. */
static bool may_begin_again(const Error *error)
{
    return error->code != ERROR_DATABASE && error->code != ERROR_SYSTEM && error->code != ERROR_MEMORY;
}

/* Handlers write last, so one that failed has changed nothing (a read that was noted is noted twice): when
 * the city is another one by now, it begins again with that. */
static bool run_held(
    const Site *root, Request *request, Response *response, CsrfState *csrf, Holding *holding, Error *error)
{
    for (int beginning = 1; !run_route(request, response, csrf, error); beginning++) {
        Error unknown = {0};
        if (beginning == BEGINNINGS_MAX || !may_begin_again(error) ||
            !epochs_renew(root->epochs, holding->epoch, &unknown))
            return false;
        hold_another(root, request, holding);
        response_reset(response);
        *error = (Error){0};
    }
    return true;
}

static void handle(void *context, Request *request, Response *response)
{
    const Site *root = context;
    Error error = {0};
    CsrfState csrf;
    Holding holding;
    uint64_t statements_before = db_statement_count();
    Error unknown = {0};
    hold(root, request, &holding);
    if (epochs_look_old(root->epochs) && epochs_renew(root->epochs, holding.epoch, &unknown))
        hold_another(root, request, &holding);
    response->cache = CACHE_NAMES[CACHE_NEVER];
    bool readable = request_read_parameters(request, &error);
    choose_language(request, response);
    if (!readable)
        site_answer_error(request, response, &error);
    else if (!request->route)
        handle_unrouted(root, request, response);
    else if (!run_held(root, request, response, &csrf, &holding, &error))
        site_answer_error(request, response, &error);
    csrf_finish(request, response);
    response_finish(request, response);
    request->csrf = NULL;
    request->site = root;
    epochs_let_go(root->epochs, holding.epoch);
    request->statements = db_statement_count() - statements_before;
}

/* Whether anything like a session's cookie came: the database is not asked on an epoll thread. */
static bool has_session_cookie(const Request *request)
{
    Str name = session_cookie_name(request->secure);
    for (size_t i = 0; i < request->header_count; i++)
        if (ascii_equal_caseless(request->headers[i].name, S("Cookie")) &&
            str_contains(request->headers[i].value, name))
            return true;
    return false;
}

/* A body for a route that asks who is there is not taken from somebody who cannot be signed in. */
static size_t admit(void *context, Request *request, int *refuse)
{
    const Site *site = context;
    request->site = site;
    if (router_match(site->router, request) != ROUTE_FOUND)
        return 0;
    const Route *route = request->route;
    if (route->body != BODY_NONE && route->who != WHO_ANYONE && !has_session_cookie(request))
        *refuse = 403;
    return BODY_LIMITS[route->body];
}

static void refuse(void *context, Request *request, int status, Response *response)
{
    Holding holding;
    hold(context, request, &holding);
    request->language = language_from_accept(request_header(request, S("Accept-Language")), LANGUAGE_JA);
    site_answer_status(request, response, status);
    if (status == 503)
        response_header(response, S("Retry-After"), S("2"));
    response_finish(request, response);
    request->site = context;
    epochs_let_go(request->site->epochs, holding.epoch);
}

static const char *name(void *context, const Request *request)
{
    (void)context;
    return request->route ? request->route->name : "none";
}

HttpHandlers site_handlers(Site *site)
{
    return (HttpHandlers){.context = site, .admit = admit, .handle = handle, .refuse = refuse, .name = name};
}

static int status_of(ErrorCode code)
{
    switch (code) {
    case ERROR_INPUT:
        return 400;
    case ERROR_NOT_FOUND:
        return 404;
    case ERROR_CONFLICT:
        return 409;
    case ERROR_DENIED:
        return 403;
    case ERROR_LIMIT:
        return 413;
    case ERROR_BUSY:
    case ERROR_STALE: /* the city was renewed again and again meanwhile */
        return 503;
    case ERROR_NONE:
    case ERROR_MEMORY:
    case ERROR_SYSTEM:
    case ERROR_DATABASE:
        break;
    }
    return 500;
}

void site_answer_error(const Request *request, Response *response, const Error *error)
{
    ErrorPage page = {
        .status = status_of(error->code), .detail = str_of(error->message), .code = error_name(error->code)};
    if (page.status == 500) {
        /* what broke is for whoever runs the server, not for the visitor: both get the same number */
        page.reference = arena_printf(response->arena, "%08x", (unsigned)randombytes_random());
        page.detail = STR_EMPTY;
        log_line(LOG_FAULT, "failed", LOG_TEXT("reference", page.reference),
            LOG_TEXT("route", str_of(request->route ? request->route->name : "none")),
            LOG_TEXT("code", str_of(page.code)), LOG_TEXT("message", str_of(error->message)));
    }
    response_reset(response);
    if (page.status == 503)
        response_header(response, S("Retry-After"), S("2"));
    error_page_write(request, response, &page);
}

void site_answer_status(const Request *request, Response *response, int status)
{
    ErrorPage page = {.status = status, .code = "status"};
    response_reset(response);
    error_page_write(request, response, &page);
}
