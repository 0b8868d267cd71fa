/* The site's one table of routes. */
#include "web/routes.h"

#include "web/asset.h"
#include "web/page_health.h"
#include "web/page_home.h"

const Route site_routes[] = {
    {.name = "home", .method = HTTP_GET, .pattern = "/", .handle = page_home, .who = WHO_ANYONE},
    {.name = "asset", .method = HTTP_GET, .pattern = "/assets/{file}", .handle = asset_page, .who = WHO_ANYONE,
        .cache = CACHE_FOREVER},
    {.name = "health", .method = HTTP_GET, .pattern = "/healthz", .handle = page_health, .who = WHO_ANYONE,
        .cache = CACHE_NEVER},
};
const size_t site_route_count = COUNT_OF(site_routes);
