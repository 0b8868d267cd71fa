/* The last step of every answer, whether a page, an asset or an error. */
#include "web/finish.h"

#include "web/etag.h"
#include "web/gzip.h"

/* No inline script or style, nothing from elsewhere, in no frame of others. */
static const HttpField SECURITY_HEADERS[] = {
    {STR_LITERAL("Content-Security-Policy"),
        STR_LITERAL(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")},
    {STR_LITERAL("X-Content-Type-Options"), STR_LITERAL("nosniff")},
    {STR_LITERAL("Referrer-Policy"), STR_LITERAL("same-origin")},
    {STR_LITERAL("Permissions-Policy"),
        STR_LITERAL("camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")},
    {STR_LITERAL("Cross-Origin-Opener-Policy"), STR_LITERAL("same-origin")},
    {STR_LITERAL("Cross-Origin-Resource-Policy"), STR_LITERAL("same-origin")},
    {STR_LITERAL("Cross-Origin-Embedder-Policy"), STR_LITERAL("require-corp")},
};

static Str content_of(const Response *response)
{
    return response->fixed.len > 0 ? response->fixed : buf_str(&response->body);
}

/* Puts the compressed form in the place of the body when that is asked for and worth it. */
static bool compress(const Request *request, Response *response)
{
    if (!gzip_accepted(request_header(request, S("Accept-Encoding"))))
        return false;
    if (response->fixed.len > 0) {
        if (response->fixed_gzip.len == 0)
            return false;
        response->fixed = response->fixed_gzip;
        return true;
    }
    if (response->body.len < GZIP_WORTH_BYTES || !gzip_suits(response->content_type))
        return false;
    Buf small;
    buf_init(&small, RESPONSE_BODY_MAX);
    if (!gzip_compress(buf_str(&response->body), &small)) {
        buf_release(&small);
        return false;
    }
    buf_release(&response->body);
    response->body = small;
    return true;
}

static void drop_body(Response *response)
{
    buf_release(&response->body);
    buf_init(&response->body, 0);
    response->fixed = response->fixed_gzip = (Str){0};
}

static void add_security(const Request *request, Response *response)
{
    for (size_t i = 0; i < COUNT_OF(SECURITY_HEADERS); i++)
        response_header(response, SECURITY_HEADERS[i].name, SECURITY_HEADERS[i].value);
    if (request->secure)
        response_header(response, S("Strict-Transport-Security"), S("max-age=31536000"));
}

/* ETag and If-None-Match. Answers whether the visitor has the page already. */
static bool tag(const Request *request, Response *response, bool is_small)
{
    if (response->etag.len == 0)
        return false;
    Str suffix = is_small ? S("-gz") : STR_EMPTY;
    response_header(response, S("ETag"),
        arena_printf(response->arena, "\"%.*s%.*s\"", STR_ARGS(response->etag), STR_ARGS(suffix)));
    return request_has_header(request, S("If-None-Match")) &&
           etag_matches(request_header(request, S("If-None-Match")), response->etag);
}

void response_finish(const Request *request, Response *response)
{
    bool is_read = request->method == HTTP_GET || request->method == HTTP_HEAD;
    bool may_tag = is_read && response->status == 200 && !str_equal(response->cache, S("no-store"));
    if (may_tag && response->etag.len == 0)
        response->etag = etag_of(response->arena, content_of(response));
    if (!may_tag)
        response->etag = STR_EMPTY;
    bool has_body = content_of(response).len > 0;
    bool is_small = compress(request, response);
    bool known = tag(request, response, is_small);
    if (known) {
        response->status = 304;
        drop_body(response);
    } else {
        if (has_body)
            response_header(response, S("Content-Type"), response->content_type);
        if (is_small)
            response_header(response, S("Content-Encoding"), S("gzip"));
    }
    if (response->cache.len > 0)
        response_header(response, S("Cache-Control"), response->cache);
    response_header(response, S("Vary"),
        response->vary_on_visitor ? S("Accept-Encoding, Accept-Language, Cookie") : S("Accept-Encoding"));
    add_security(request, response);
}
