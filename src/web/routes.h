/* web/routes.h: the site's one table of routes. */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/router.h"

extern const Route site_routes[];
extern const size_t site_route_count;

#endif
