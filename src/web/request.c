/* Looking things up in a request, and reading its parameters. */
#include "web/request.h"

#include "web/multipart.h"
#include "web/router.h"

static const struct {
    Str name;
    HttpMethod method;
} METHODS[] = {
    {STR_LITERAL("GET"), HTTP_GET},
    {STR_LITERAL("HEAD"), HTTP_HEAD},
    {STR_LITERAL("POST"), HTTP_POST},
    {STR_LITERAL("PUT"), HTTP_PUT},
    {STR_LITERAL("PATCH"), HTTP_PATCH},
    {STR_LITERAL("DELETE"), HTTP_DELETE},
    {STR_LITERAL("OPTIONS"), HTTP_OPTIONS},
};

HttpMethod http_method_from_name(Str name)
{
    for (size_t i = 0; i < COUNT_OF(METHODS); i++)
        if (str_equal(METHODS[i].name, name))
            return METHODS[i].method;
    return HTTP_OTHER;
}

const char *http_method_name(HttpMethod method)
{
    for (size_t i = 0; i < COUNT_OF(METHODS); i++)
        if (METHODS[i].method == method)
            return METHODS[i].name.at;
    return "OTHER";
}

static const HttpField *find_header(const Request *request, Str name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (ascii_equal_caseless(request->headers[i].name, name))
            return &request->headers[i];
    return NULL;
}

Str request_header(const Request *request, Str name)
{
    const HttpField *header = find_header(request, name);
    return header ? header->value : STR_EMPTY;
}

bool request_has_header(const Request *request, Str name)
{
    return find_header(request, name) != NULL;
}

static bool next_field(const HttpFields *fields, Str name, size_t *at, Str *value)
{
    for (; *at < fields->len; (*at)++)
        if (str_equal(fields->at[*at].name, name)) {
            *value = fields->at[(*at)++].value;
            return true;
        }
    return false;
}

static Str first_field(const HttpFields *fields, Str name)
{
    size_t at = 0;
    Str value = STR_EMPTY;
    next_field(fields, name, &at, &value);
    return value;
}

Str request_query(const Request *request, Str name)
{
    return first_field(&request->query, name);
}

Str request_form(const Request *request, Str name)
{
    return first_field(&request->form, name);
}

bool request_query_next(const Request *request, Str name, size_t *at, Str *value)
{
    return next_field(&request->query, name, at, value);
}

bool request_form_next(const Request *request, Str name, size_t *at, Str *value)
{
    return next_field(&request->form, name, at, value);
}

int64_t request_query_int(const Request *request, Str name, int64_t low, int64_t high, int64_t otherwise)
{
    int64_t value;
    if (!str_to_int(request_query(request, name), &value) || value < low || value > high)
        return otherwise;
    return value;
}

Str request_cookie(const Request *request, Str name)
{
    return first_field(&request->cookies, name);
}

const HttpFile *request_file(const Request *request, Str field)
{
    for (size_t i = 0; i < request->files.len; i++)
        if (str_equal(request->files.at[i].field, field))
            return &request->files.at[i];
    return NULL;
}

Str request_parameter(const Request *request, Str name)
{
    Str rest = str_of(request->route->pattern), segment;
    size_t number = 0;
    while (rest.len > 0) {
        str_cut(rest, S("/"), &segment, &rest);
        if (!str_starts(segment, S("{")))
            continue;
        Str inner = str_slice(segment, 1, segment.len - 1);
        if (str_ends(inner, S("*")))
            inner = str_slice(inner, 0, inner.len - 1);
        if (str_equal(inner, name))
            return request->parameters[number];
        number++;
    }
    assert(!"the route's pattern has a parameter of this name");
    return STR_EMPTY;
}

bool request_wants_json(const Request *request)
{
    Str accept = request_header(request, S("Accept"));
    return str_contains(accept, S("json")) && !str_contains(accept, S("text/html"));
}

/* "a=1; b=2": values as sent. Anything unreadable is skipped: foreign cookies of the same host may be
 * anything. */
static bool read_cookies(Request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (!ascii_equal_caseless(request->headers[i].name, S("Cookie")))
            continue;
        Str rest = request->headers[i].value, pair, name, value;
        while (rest.len > 0) {
            str_cut(rest, S(";"), &pair, &rest);
            if (!str_cut(str_trim(pair), S("="), &name, &value))
                continue;
            HttpField *cookie = VEC_PUSH(request->arena, &request->cookies);
            if (!cookie)
                return false;
            *cookie = (HttpField){name, value};
        }
    }
    return true;
}

static bool read_form(Request *request, Error *error)
{
    Str content_type = request_header(request, S("Content-Type")), type, rest;
    str_cut(content_type, S(";"), &type, &rest);
    if (ascii_equal_caseless(str_trim(type), S("application/x-www-form-urlencoded"))) {
        if (url_decode_query(request->arena, request->body, REQUEST_FIELDS_MAX, &request->form))
            return true;
        return error_set(error, ERROR_INPUT, "the form that was sent cannot be decoded");
    }
    Str boundary = multipart_boundary(content_type);
    return boundary.len == 0 || multipart_read(request, boundary, error);
}

bool request_read_parameters(Request *request, Error *error)
{
    if (!read_cookies(request))
        return error_memory(error);
    if (!url_decode_query(request->arena, request->query_text, REQUEST_FIELDS_MAX, &request->query))
        return error_set(error, ERROR_INPUT, "what stands behind the '?' of the address cannot be decoded");
    return request->body.len == 0 || read_form(request, error);
}
