/* The table of routes, checked once; a request is compared segment by segment. */
#include "web/router.h"

struct Router {
    const Route *routes;
    size_t count;
};

static bool is_rest(Str segment)
{
    return str_starts(segment, S("{")) && str_ends(segment, S("*}"));
}

static bool pattern_is_good(Str pattern)
{
    Str rest = pattern, segment;
    size_t parameters = 0;
    if (!str_starts(pattern, S("/")))
        return false;
    rest = str_slice(rest, 1, rest.len);
    while (rest.len > 0) {
        bool more = str_cut(rest, S("/"), &segment, &rest);
        if (segment.len == 0 || (more && rest.len == 0) || (is_rest(segment) && more))
            return false;
        if (str_starts(segment, S("{"))) {
            if (!str_ends(segment, S("}")) || segment.len < 3)
                return false;
            parameters++;
        }
    }
    return parameters <= ROUTE_PARAMETERS_MAX;
}

static bool route_is_good(const Route *route, Error *error)
{
    const char *name = route->name ? route->name : "(without a name)";
    if (!route->name || !route->pattern || !pattern_is_good(str_of(route->pattern)))
        return error_set(error, ERROR_INPUT, "route %s: the pattern is wrong", name);
    if (!route->handle || route->method == HTTP_OTHER || route->method == HTTP_HEAD ||
        route->method == HTTP_OPTIONS)
        return error_set(
            error, ERROR_INPUT, "route %s: no handler, or a method that is answered by itself", name);
    if (route->who == WHO_UNSAID || (route->who == WHO_ROLE) != (route->role != NULL))
        return error_set(error, ERROR_INPUT, "route %s does not say who may use it", name);
    if (route->method == HTTP_GET && route->body != BODY_NONE)
        return error_set(error, ERROR_INPUT, "route %s: a GET has no body", name);
    return true;
}

Router *router_new(const Route *routes, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!route_is_good(&routes[i], error))
            return NULL;
        for (size_t k = 0; k < i; k++)
            if (routes[k].method == routes[i].method && strcmp(routes[k].pattern, routes[i].pattern) == 0) {
                error_set(
                    error, ERROR_INPUT, "routes %s and %s are the same", routes[k].name, routes[i].name);
                return NULL;
            }
    }
    Router *router = malloc(sizeof *router);
    if (router)
        *router = (Router){routes, count};
    else
        error_memory(error);
    return router;
}

void router_free(Router *router)
{
    free(router);
}

/* Whether the pattern matches the path; parameters become slices of the path. */
static bool matches(Str pattern, Str path, Str parameters[ROUTE_PARAMETERS_MAX])
{
    Str wanted, found;
    size_t number = 0;
    memset(parameters, 0, ROUTE_PARAMETERS_MAX * sizeof *parameters);
    pattern = str_slice(pattern, 1, pattern.len);
    path = str_slice(path, 1, path.len);
    while (pattern.len > 0) {
        bool more_pattern = str_cut(pattern, S("/"), &wanted, &pattern);
        if (is_rest(wanted)) {
            parameters[number] = path;
            return path.len > 0;
        }
        bool more_path = str_cut(path, S("/"), &found, &path);
        if (found.len == 0 || more_path != more_pattern)
            return false;
        if (str_starts(wanted, S("{")))
            parameters[number++] = found;
        else if (!str_equal(wanted, found))
            return false;
        if (more_path && path.len == 0)
            return false; /* a slash at the end */
    }
    return path.len == 0;
}

static bool serves(HttpMethod route, HttpMethod asked)
{
    return route == asked || (route == HTTP_GET && asked == HTTP_HEAD);
}

/* A route of plain words goes before one with parameters, wherever they stand in the table. */
static bool is_plain(const Route *route)
{
    return strchr(route->pattern, '{') == NULL;
}

RouteMatch router_match(const Router *router, Request *request)
{
    bool elsewhere = false;
    const Route *found = NULL;
    Str parameters[ROUTE_PARAMETERS_MAX];
    for (size_t i = 0; i < router->count; i++) {
        const Route *route = &router->routes[i];
        if (found && !is_plain(route))
            continue;
        if (!matches(str_of(route->pattern), request->path, parameters))
            continue;
        if (!serves(route->method, request->method)) {
            elsewhere = true;
            continue;
        }
        found = route;
        memcpy(request->parameters, parameters, sizeof parameters);
        if (is_plain(route))
            break;
    }
    request->route = found;
    return found ? ROUTE_FOUND : elsewhere ? ROUTE_OTHER_METHOD : ROUTE_UNKNOWN;
}

Str router_allow(const Router *router, Str path, Arena *arena)
{
    static const HttpMethod order[] = {HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE};
    Str parameters[ROUTE_PARAMETERS_MAX], allow = STR_EMPTY;
    for (size_t m = 0; m < COUNT_OF(order); m++)
        for (size_t i = 0; i < router->count; i++) {
            const Route *route = &router->routes[i];
            if (!serves(route->method, order[m]) || !matches(str_of(route->pattern), path, parameters))
                continue;
            allow = arena_printf(
                arena, "%.*s%s%s", STR_ARGS(allow), allow.len > 0 ? ", " : "", http_method_name(order[m]));
            break;
        }
    return allow;
}

const Route *router_routes(const Router *router, size_t *count)
{
    *count = router->count;
    return router->routes;
}
