/* From a handler to a template. */
#include "web/page.h"

Html page_begin(const Request *request, Response *response)
{
    response->vary_on_visitor = true;
    return (Html){.out = &response->body, .language = request->language, .request = request};
}

bool page_end(const Html *html, Error *error)
{
    return !html->out->failed || error_memory(error);
}
