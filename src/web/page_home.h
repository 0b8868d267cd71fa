/* web/page_home.h: the first page. */
#ifndef WEB_PAGE_HOME_H
#define WEB_PAGE_HOME_H

#include "web/router.h"

typedef struct HomePage {
    Str title;
} HomePage;

bool page_home(Request *request, Response *response, Error *error);

#endif
