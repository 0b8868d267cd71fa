/* Building an answer. */
#include "web/response.h"

static const struct {
    int status;
    const char *name;
} STATUSES[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *http_status_name(int status)
{
    for (size_t i = 0; i < COUNT_OF(STATUSES); i++)
        if (STATUSES[i].status == status)
            return STATUSES[i].name;
    return "Unknown";
}

void response_init(Response *response, Arena *arena)
{
    *response = (Response){.status = 200, .content_type = S("text/html; charset=utf-8"), .arena = arena};
    buf_init(&response->body, RESPONSE_BODY_MAX);
}

void response_release(Response *response)
{
    buf_release(&response->body);
}

void response_reset(Response *response)
{
    size_t kept = 0;
    for (size_t i = 0; i < response->header_count; i++)
        if (str_equal(response->headers[i].name, S("Set-Cookie")))
            response->headers[kept++] = response->headers[i];
    response->header_count = kept;
    buf_clear(&response->body);
    response->status = 200;
    response->content_type = S("text/html; charset=utf-8");
    response->fixed = response->fixed_gzip = response->etag = (Str){0};
}

void response_header(Response *response, Str name, Str value)
{
    assert(response->header_count < RESPONSE_HEADERS_MAX && "headers of one answer are few");
    for (size_t i = 0; i < value.len; i++)
        assert((unsigned char)value.at[i] >= 0x20 && value.at[i] != 0x7f &&
               "a header's value has no control bytes");
    if (response->header_count < RESPONSE_HEADERS_MAX)
        response->headers[response->header_count++] = (HttpField){name, value};
}

void response_redirect(Response *response, int status, Str path)
{
    assert(url_is_local(path) && "redirects stay on this site");
    response_reset(response);
    response->status = status;
    response_header(response, S("Location"), arena_str(response->arena, path));
}

void response_download(Response *response, Str file_name)
{
    AUTO_BUF plain;
    buf_init(&plain, file_name.len + 1);
    for (size_t i = 0; i < file_name.len; i++) {
        unsigned char byte = (unsigned char)file_name.at[i];
        buf_add_byte(&plain, byte <= 0x20 || byte >= 0x7f || strchr("\"\\/%;'", byte) ? '_' : (char)byte);
    }
    Str value = arena_printf(response->arena, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s",
        STR_ARGS(buf_str(&plain)), STR_ARGS(url_encoded(response->arena, file_name)));
    response_header(response, S("Content-Disposition"), value);
}

void response_cookie(Response *response, Str name, Str value, bool secure, int64_t seconds)
{
    Str age = seconds < 0 ? STR_EMPTY : arena_printf(response->arena, "; Max-Age=%lld", (long long)seconds);
    Str cookie = arena_printf(response->arena, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s",
        STR_ARGS(name), STR_ARGS(value), secure ? "; Secure" : "", STR_ARGS(age));
    response_header(response, S("Set-Cookie"), cookie);
}
