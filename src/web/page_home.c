/* The first page. */
#include "web/page_home.h"

#include "web/page.h"
#include "web/templates.h"

bool page_home(Request *request, Response *response, Error *error)
{
    HomePage page = {.title = S("hitomachi")};
    Html html = page_begin(request, response);
    home_template(&html, &page);
    return page_end(&html, error);
}
