/* web/page_health.h: is the server well? */
#ifndef WEB_PAGE_HEALTH_H
#define WEB_PAGE_HEALTH_H

#include "web/router.h"

bool page_health(Request *request, Response *response, Error *error);

#endif
