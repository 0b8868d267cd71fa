/* web/page_about.h: GET /about (what this site is, its data, its accessibility), /robots.txt, /favicon.ico.
 */
#ifndef WEB_PAGE_ABOUT_H
#define WEB_PAGE_ABOUT_H

#include "web/page_layout.h"
#include "web/response.h"

typedef struct AboutPage {
    Layout layout;
} AboutPage;

bool page_about(Request *request, Response *response, Error *error);
bool page_robots(Request *request, Response *response, Error *error);
bool page_favicon(Request *request, Response *response, Error *error);

#endif
