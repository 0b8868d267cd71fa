/* Errors, said to people and to programs. */
#include "web/error_page.h"

#include "base/json.h"
#include "web/page.h"
#include "web/router.h"
#include "web/templates.h"

static const struct {
    int status;
    MessageId title;
} TITLES[] = {
    {400, MESSAGE_error_bad_request},
    {403, MESSAGE_error_denied},
    {404, MESSAGE_error_not_found},
    {405, MESSAGE_error_method},
    {409, MESSAGE_error_conflict},
    {413, MESSAGE_error_too_large},
    {414, MESSAGE_error_address_too_long},
    {429, MESSAGE_error_too_often},
    {431, MESSAGE_error_headers_too_large},
    {503, MESSAGE_error_busy},
};

MessageId error_page_title(int status)
{
    for (size_t i = 0; i < COUNT_OF(TITLES); i++)
        if (TITLES[i].status == status)
            return TITLES[i].title;
    return status < 500 ? MESSAGE_error_bad_request : MESSAGE_error_internal;
}

static bool is_for_program(const Request *request)
{
    if (request->route)
        return request->route->api || request_wants_json(request);
    return str_starts(request->path, S("/api/")) || request_wants_json(request);
}

static void write_problem(const Request *request, Response *response, const ErrorPage *page)
{
    JsonWriter json;
    response->content_type = S("application/problem+json");
    json_writer_init(&json, &response->body, false);
    json_object_begin(&json);
    json_key_text(&json, "type", S("about:blank"));
    json_key_text(&json, "title", str_of(http_status_name(page->status)));
    json_key_int(&json, "status", page->status);
    json_key_text(&json, "code", str_of(page->code));
    json_key_text(&json, "detail",
        page->detail.len > 0 ? page->detail
                             : message_text(request->language, error_page_title(page->status)));
    if (page->reference.len > 0)
        json_key_text(&json, "reference", page->reference);
    json_object_end(&json);
}

void error_page_write(const Request *request, Response *response, const ErrorPage *page)
{
    response->status = page->status;
    response->cache = S("no-store");
    if (is_for_program(request)) {
        write_problem(request, response, page);
        return;
    }
    Html html = page_begin(request, response);
    error_template(&html, page);
    Error full;
    if (!page_end(&html, &full))
        buf_clear(&response->body);
}
