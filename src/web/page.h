/* web/page.h: from a handler to a template.
 *
 *     bool page_home(Request *request, Response *response, Error *error)
 *     {
 *         HomePage page = {...};
 *         Html html = page_begin(request, response);
 *         home_page(&html, &page);                       // templates/home.html
 *         return page_end(&html, error);
 *     }
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "web/html.h"
#include "web/response.h"

/* Writes into response->body in the request's language. */
Html page_begin(const Request *request, Response *response);
/* false with ERROR_MEMORY when the page did not fit. */
MUST_USE bool page_end(const Html *html, Error *error);

#endif
