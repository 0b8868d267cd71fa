/* What this site is: a page of fixed words, and two small files that browsers and robots ask for by name. */
#include "web/page_about.h"

#include "web/asset.h"
#include "web/page.h"
#include "web/templates.h"

bool page_about(Request *request, Response *response, Error *error)
{
    AboutPage page = {
        .layout = layout_of(request, message_text(request->language, MESSAGE_about_title), MENU_ABOUT)};
    Html html = page_begin(request, response);
    about_page(&html, &page);
    return page_end(&html, error);
}

/* The plan may be indexed; pages that are only for signed-in staff, and endless variants of searches, need
 * not be. */
bool page_robots(Request *request, Response *response, Error *error)
{
    (void)request, (void)error;
    response->content_type = S("text/plain; charset=utf-8");
    response->fixed = S("User-agent: *\nDisallow: /imports\nDisallow: /sign-in\nDisallow: /search\n");
    return true;
}

bool page_favicon(Request *request, Response *response, Error *error)
{
    (void)request, (void)error;
    const Asset *icon = asset_get(ASSET_favicon_svg);
    response->content_type = icon->content_type;
    response->fixed = icon->bytes;
    response->fixed_gzip = icon->gzip;
    return true;
}
