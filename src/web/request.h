/* web/request.h: one request as a handler sees it.
 *
 * A Request belongs to the worker that runs its handler, from the handler's first line to its last; every
 * slice in it lives exactly as long. What a handler needs beyond that it copies. `arena` dies with the
 * request as well.
 *
 * Names of headers are compared without case; parameters, cookies and files by bytes.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "web/message.h"
#include "web/url.h"

typedef enum HttpMethod {
    HTTP_OTHER,
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
} HttpMethod;

HttpMethod http_method_from_name(Str name);
/* "GET" ...; "OTHER" for the rest. */
const char *http_method_name(HttpMethod method);

/* A file that came with a form (multipart/form-data). The name is what the browser claims: for display only.
 */
typedef struct HttpFile {
    Str field, file_name, content_type, bytes;
} HttpFile;

struct Site;
struct Route;
struct Session;
struct CsrfState;

#define REQUEST_HEADERS_MAX 64
#define REQUEST_FIELDS_MAX 1000 /* query or form parameters */
#define REQUEST_FILES_MAX 16
#define ROUTE_PARAMETERS_MAX 4

typedef struct Request {
    HttpMethod method;
    Str method_name; /* as sent */
    Str path;        /* decoded: "/plan/2-1" */
    Str query_text;  /* as sent, behind the '?' */
    Str host;        /* of the Host header or an absolute target: "example.jp:8080" */
    Str peer;      /* address of whoever asks: "192.0.2.1"; with trust_proxy the last X-Forwarded-For entry */
    bool secure;   /* came by TLS, or a trusted proxy in front speaks TLS */
    bool old_http; /* HTTP/1.0 */

    const HttpField *headers;
    size_t header_count;
    HttpFields query, form, cookies;
    VEC_OF(HttpFile) files;
    Str body; /* as sent; forms and files are slices of it or of the arena */

    Arena *arena;
    Clock clock;
    Language language;

    const struct Site *site;              /* see web/site.h */
    const struct Route *route;            /* NULL when nothing matched */
    Str parameters[ROUTE_PARAMETERS_MAX]; /* what {..} of the route's pattern matched, in order */
    struct Session *session;              /* who is signed in (record/session.h); NULL = nobody */
    uint64_t statements;                  /* how many the database was asked for this: for the log */
    struct CsrfState *csrf;               /* this visitor's secret behind the form tokens; see web/csrf.h */
} Request;

/* The value of the first such header; empty when there is none. Ask request_has_header to tell empty from
 * absent. */
Str request_header(const Request *request, Str name);
bool request_has_header(const Request *request, Str name);
/* The first parameter of that name in the query (?name=) or in the form; empty when there is none. */
Str request_query(const Request *request, Str name);
Str request_form(const Request *request, Str name);
/* All values of a repeated name, in order: `for (size_t at = 0; request_form_next(request, S("fix"), &at,
 * &value);)`. */
bool request_query_next(const Request *request, Str name, size_t *at, Str *value);
bool request_form_next(const Request *request, Str name, size_t *at, Str *value);
/* A whole number of the query within [low, high]; `otherwise` when it is absent or something else. */
int64_t request_query_int(const Request *request, Str name, int64_t low, int64_t high, int64_t otherwise);
Str request_cookie(const Request *request, Str name);
/* The first file of that form field; NULL when there is none. */
const HttpFile *request_file(const Request *request, Str field);
/* What {name} of the route's pattern matched; asserts that the pattern has it. */
Str request_parameter(const Request *request, Str name);
/* Whether an Accept header asks for JSON rather than a page. */
bool request_wants_json(const Request *request);

/* For the server: fills query, cookies and (by the body's content type) form and files. false with
 * ERROR_INPUT. */
MUST_USE bool request_read_parameters(Request *request, Error *error);

#endif
