/* Which route answers, and which tables are refused. */
#include "web/router.h"

#include "check.h"

static bool handle(Request *request, Response *response, Error *error)
{
    (void)request, (void)response, (void)error;
    return true;
}

#define ROUTE(name_, method_, pattern_)                                                                  \
    {                                                                                                    \
        .name = (name_), .method = (method_), .pattern = (pattern_), .handle = handle, .who = WHO_ANYONE \
    }

static const Route ROUTES[] = {
    ROUTE("home", HTTP_GET, "/"),
    ROUTE("plan", HTTP_GET, "/plan/{key}"),
    ROUTE("plan.search", HTTP_GET, "/plan/search"),
    ROUTE("plan.change", HTTP_POST, "/plan/{key}"),
    ROUTE("part", HTTP_GET, "/plan/{key}/part/{number}"),
    ROUTE("rest", HTTP_GET, "/files/{path*}"),
};

static const char *found_of(const Router *router, HttpMethod method, const char *path, Request *request)
{
    *request = (Request){.method = method, .path = str_of(path)};
    switch (router_match(router, request)) {
    case ROUTE_FOUND:
        return request->route->name;
    case ROUTE_OTHER_METHOD:
        return "other method";
    case ROUTE_UNKNOWN:
        return "unknown";
    }
    return NULL;
}

static void routes_are_found(void **state)
{
    (void)state;
    static const struct {
        HttpMethod method;
        const char *path, *expected, *first, *second;
    } cases[] = {
        {HTTP_GET, "/", "home", "", ""},
        {HTTP_HEAD, "/", "home", "", ""},
        {HTTP_POST, "/", "other method", "", ""},
        {HTTP_GET, "/plan", "unknown", "", ""},
        {HTTP_GET, "/plan/", "unknown", "", ""},
        {HTTP_GET, "/plan/2-1", "plan", "2-1", ""},
        {HTTP_GET, "/plan/2-1/", "unknown", "", ""},
        {HTTP_GET, "/plan/search", "plan.search", "", ""},
        {HTTP_POST, "/plan/search", "plan.change", "search", ""},
        {HTTP_POST, "/plan/2-1", "plan.change", "2-1", ""},
        {HTTP_DELETE, "/plan/2-1", "other method", "", ""},
        {HTTP_GET, "/plan/2-1/part/7", "part", "2-1", "7"},
        {HTTP_GET, "/plan/2-1/part", "unknown", "", ""},
        {HTTP_GET, "/plan/2-1/parts/7", "unknown", "", ""},
        {HTTP_GET, "/files/a/b/c", "rest", "a/b/c", ""},
        {HTTP_GET, "/files/", "unknown", "", ""},
        {HTTP_GET, "/Plan/2-1", "unknown", "", ""},
        {HTTP_GET, "/{key}", "unknown", "", ""},
    };
    Error error;
    Router *router = router_new(ROUTES, COUNT_OF(ROUTES), &error);
    assert_non_null(router);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Request request;
        assert_string_equal(found_of(router, cases[i].method, cases[i].path, &request), cases[i].expected);
        if (!request.route)
            continue;
        assert_str(request.parameters[0], cases[i].first);
        assert_str(request.parameters[1], cases[i].second);
    }
    router_free(router);
}

static void allowed_methods_are_named(void **state)
{
    (void)state;
    Error error;
    AUTO_ARENA arena = arena_new(1 << 16);
    Router *router = router_new(ROUTES, COUNT_OF(ROUTES), &error);
    assert_str(router_allow(router, S("/"), arena), "GET, HEAD");
    assert_str(router_allow(router, S("/plan/x"), arena), "GET, HEAD, POST");
    assert_str(router_allow(router, S("/none"), arena), "");
    router_free(router);
}

static void refused(const Route *routes, size_t count, const char *words)
{
    Error error = {0};
    assert_null(router_new(routes, count, &error));
    assert_error(&error, ERROR_INPUT, words);
}

static void careless_tables_are_refused(void **state)
{
    (void)state;
    const Route unsaid[] = {{.name = "open", .method = HTTP_GET, .pattern = "/", .handle = handle}};
    refused(unsaid, 1, "route open does not say who may use it");
    const Route roleless[] = {
        {.name = "x", .method = HTTP_GET, .pattern = "/", .handle = handle, .who = WHO_ROLE}};
    refused(roleless, 1, "who may");
    const Route twice[] = {ROUTE("a", HTTP_GET, "/x"), ROUTE("b", HTTP_GET, "/x")};
    refused(twice, 2, "routes a and b are the same");
    static const char *const patterns[] = {
        "", "x", "/a//b", "/a/", "/{a*}/b", "/{a", "/{}", "/{a}/{b}/{c}/{d}/{e}"};
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        const Route bad[] = {ROUTE("x", HTTP_GET, patterns[i])};
        refused(bad, 1, "the pattern is wrong");
    }
    const Route with_body[] = {{.name = "x",
        .method = HTTP_GET,
        .pattern = "/",
        .handle = handle,
        .who = WHO_ANYONE,
        .body = BODY_FORM}};
    refused(with_body, 1, "a GET has no body");
    const Route head[] = {ROUTE("x", HTTP_HEAD, "/")};
    refused(head, 1, "answered by itself");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_found),
        cmocka_unit_test(allowed_methods_are_named),
        cmocka_unit_test(careless_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
