/* The walk of a request through the door, without sockets: signing in, what sessions open, and what they do
 * not. */
#include "web/site.h"

#include "check.h"
#include "testdb.h"
#include "web/csrf.h"
#include "web/html.h"
#include "web/page.h"
#include "web/session_cookie.h"
#include "web/sign_in.h"

#define PASSWORD "correct horse battery"
#define SECOND ((int64_t)1000000)
#define START 1525143600000000

static bool page_form(Request *request, Response *response, Error *error)
{
    Html html = page_begin(request, response);
    html_csrf_field(&html);
    return page_end(&html, error);
}

static bool page_sign_in_now(Request *request, Response *response, Error *error)
{
    SignInOutcome outcome;
    int64_t wait = 0;
    if (!sign_in(request, response, request_form(request, S("login")), request_form(request, S("password")),
            &outcome, &wait, error))
        return false;
    if (outcome == SIGN_IN_DONE)
        response_redirect(response, 303, sign_in_next(request));
    else
        response->status = outcome == SIGN_IN_WAIT ? 429 : 400;
    return true;
}

static bool page_sign_out_now(Request *request, Response *response, Error *error)
{
    return sign_out(request, response, error);
}

static bool page_who(Request *request, Response *response, Error *error)
{
    (void)error;
    buf_add(&response->body, request->session ? request->session->account.login : S("nobody"));
    return true;
}

static const Route ROUTES[] = {
    {.name = "form", .method = HTTP_GET, .pattern = "/form", .handle = page_form, .who = WHO_ANYONE},
    {.name = "sign_in",
        .method = HTTP_POST,
        .pattern = "/in",
        .handle = page_sign_in_now,
        .who = WHO_ANYONE,
        .body = BODY_FORM},
    {.name = "sign_out",
        .method = HTTP_POST,
        .pattern = "/out",
        .handle = page_sign_out_now,
        .who = WHO_ANYONE,
        .body = BODY_FORM},
    {.name = "who", .method = HTTP_GET, .pattern = "/who", .handle = page_who, .who = WHO_ANYONE},
    {.name = "own", .method = HTTP_GET, .pattern = "/own", .handle = page_who, .who = WHO_SIGNED_IN},
    {.name = "plan",
        .method = HTTP_GET,
        .pattern = "/drafts",
        .handle = page_who,
        .who = WHO_ROLE,
        .role = ROLE_PLANNER},
    {.name = "admin",
        .method = HTTP_GET,
        .pattern = "/accounts",
        .handle = page_who,
        .who = WHO_ROLE,
        .role = ROLE_ADMINISTRATOR},
};

/* A browser: it keeps cookies and the token of the last form. */
typedef struct Browser {
    Db *db;
    Site site;
    WebOptions options;
    HttpHandlers handlers;
    int64_t instant;
    size_t fail_after; /* this allocation of the next request fails; 0: none */
    char cookies[256], token[128], body[1024], location[128], cache[64];
    int status;
    bool lacked_memory;
} Browser;

static int setup(void **state)
{
    Browser *browser = calloc(1, sizeof *browser);
    Error error = {0};
    const Str role = S(ROLE_PLANNER);
    const AccountNew account = {.login = S("hanako"),
        .display_name = S("花子"),
        .password = S(PASSWORD),
        .roles = &role,
        .role_count = 1};
    const Clock clock = {.today = {2018, 5, 1}, .instant = START};
    *state = browser;
    bool good = db_open(&browser->db, test_db_url(), NULL, &error) &&
                record_migrate(browser->db, NULL, &error) &&
                account_create(browser->db, NULL, &account, &clock, NULL, &error);
    browser->options = (WebOptions){.db = browser->db, .routes = ROUTES, .route_count = COUNT_OF(ROUTES)};
    good = good && site_init(&browser->site, &browser->options, &error);
    browser->handlers = site_handlers(&browser->site);
    browser->instant = START;
    if (!good)
        print_error("%s\n", error.message);
    return good ? 0 : -1;
}

static int teardown(void **state)
{
    Browser *browser = *state;
    site_release(&browser->site);
    db_close(browser->db);
    free(browser);
    return 0;
}

static void copy(char *to, size_t size, Str s)
{
    snprintf(to, size, "%.*s", STR_ARGS(s));
}

/* Keeps the cookies of a response: those of one name replace each other. */
static void take_cookies(Browser *browser, const Response *response)
{
    for (size_t i = 0; i < response->header_count; i++) {
        Str name, value, rest;
        if (!str_equal(response->headers[i].name, S("Set-Cookie")))
            continue;
        str_cut(response->headers[i].value, S("="), &name, &value);
        str_cut(value, S(";"), &value, &rest);
        char kept[sizeof browser->cookies] = "";
        Str old = str_of(browser->cookies), cookie, cookie_name, cookie_value;
        while (old.len > 0) {
            str_cut(old, S("; "), &cookie, &old);
            str_cut(cookie, S("="), &cookie_name, &cookie_value);
            size_t used = strlen(kept);
            if (!str_equal(cookie_name, name))
                snprintf(kept + used, sizeof kept - used, "%.*s; ", STR_ARGS(cookie));
        }
        snprintf(
            browser->cookies, sizeof browser->cookies, "%s%.*s=%.*s", kept, STR_ARGS(name), STR_ARGS(value));
    }
}

static void take_answer(Browser *browser, const Response *response)
{
    browser->status = response->status;
    copy(browser->body, sizeof browser->body, buf_str(&response->body));
    browser->location[0] = browser->cache[0] = '\0';
    for (size_t i = 0; i < response->header_count; i++) {
        if (str_equal(response->headers[i].name, S("Location")))
            copy(browser->location, sizeof browser->location, response->headers[i].value);
        if (str_equal(response->headers[i].name, S("Cache-Control")))
            copy(browser->cache, sizeof browser->cache, response->headers[i].value);
    }
    take_cookies(browser, response);
    const char *token = strstr(browser->body, "name=\"csrf\" value=\"");
    if (token) {
        token += sizeof "name=\"csrf\" value=\"" - 1;
        copy(browser->token, sizeof browser->token, (Str){token, strcspn(token, "\"")});
    }
}

/* Asks; `form` NULL is a GET. */
static int ask(Browser *browser, const char *path, const char *form)
{
    int refuse = 0;
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const HttpField headers[] = {{S("Host"), S("test.example")}, {S("Cookie"), str_of(browser->cookies)},
        {S("Content-Type"), S("application/x-www-form-urlencoded")}};
    Str before, query;
    str_cut(str_of(path), S("?"), &before, &query);
    Str body = form ? arena_printf(arena, "csrf=%s&%s", browser->token, form) : STR_EMPTY;
    Request request = {.method = form ? HTTP_POST : HTTP_GET,
        .path = before,
        .query_text = query,
        .host = S("test.example"),
        .peer = S("192.0.2.1"),
        .headers = headers,
        .header_count = COUNT_OF(headers),
        .body = body,
        .arena = arena,
        .clock = {.today = {2018, 5, 1}, .instant = browser->instant}};
    Response response;
    response_init(&response, arena);
    browser->handlers.admit(browser->handlers.context, &request, &refuse);
    arena_fail_after(browser->fail_after);
    browser->handlers.handle(browser->handlers.context, &request, &response);
    arena_fail_after(0);
    browser->lacked_memory = arena_failed(arena) || response.body.failed;
    take_answer(browser, &response);
    response_release(&response);
    return browser->status;
}

static void sign_in_as_hanako(Browser *browser)
{
    assert_int_equal(ask(browser, "/form", NULL), 200);
    assert_int_equal(ask(browser, "/in", "login=Hanako&password=correct+horse+battery"), 303);
}

static void a_session_opens_what_its_roles_may(void **state)
{
    Browser *browser = *state;
    assert_int_equal(ask(browser, "/own?a=1", NULL), 303);
    assert_string_equal(browser->location, "/sign-in?next=%2Fown%3Fa%3D1");
    assert_int_equal(ask(browser, "/who", NULL), 200);
    assert_string_equal(browser->body, "nobody");
    assert_string_equal(browser->cache, "private, no-cache");
    sign_in_as_hanako(browser);
    assert_int_equal(ask(browser, "/who", NULL), 200);
    assert_string_equal(browser->body, "hanako");
    assert_string_equal(browser->cache, "no-store");
    assert_int_equal(ask(browser, "/own", NULL), 200);
    assert_int_equal(ask(browser, "/drafts", NULL), 200);
    assert_int_equal(ask(browser, "/accounts", NULL), 403);
    assert_string_equal(browser->location, "");
}

static void signing_out_ends_it(void **state)
{
    Browser *browser = *state;
    sign_in_as_hanako(browser);
    char stolen[sizeof browser->cookies];
    memcpy(stolen, browser->cookies, sizeof stolen);
    assert_int_equal(ask(browser, "/form", NULL), 200);
    assert_int_equal(ask(browser, "/out", ""), 200);
    assert_int_equal(ask(browser, "/own", NULL), 303);
    memcpy(browser->cookies, stolen, sizeof stolen);
    assert_int_equal(ask(browser, "/own", NULL), 303);
}

static void the_token_of_a_visit_ends_with_signing_in(void **state)
{
    Browser *browser = *state;
    char token[sizeof browser->token];
    sign_in_as_hanako(browser);
    memcpy(token, browser->token, sizeof token); /* of the form before signing in */
    assert_int_equal(ask(browser, "/out", ""), 403);
    assert_int_equal(ask(browser, "/form", NULL), 200);
    assert_string_not_equal(browser->token, token);
    assert_int_equal(ask(browser, "/out", ""), 200);
}

static void signing_in_changes_the_cookie(void **state)
{
    Browser *browser = *state;
    sign_in_as_hanako(browser);
    char first[sizeof browser->cookies];
    memcpy(first, browser->cookies, sizeof first);
    assert_int_equal(ask(browser, "/form", NULL), 200);
    assert_int_equal(ask(browser, "/in", "login=hanako&password=correct+horse+battery"), 303);
    assert_string_not_equal(browser->cookies, first);
    memcpy(browser->cookies, first, sizeof first);
    assert_int_equal(ask(browser, "/own", NULL), 303);
}

static void sessions_expire(void **state)
{
    Browser *browser = *state;
    sign_in_as_hanako(browser);
    browser->instant += 1700 * SECOND;
    assert_int_equal(ask(browser, "/own", NULL), 200);
    browser->instant += 1700 * SECOND; /* used in between */
    assert_int_equal(ask(browser, "/own", NULL), 200);
    browser->instant += 1801 * SECOND;
    assert_int_equal(ask(browser, "/own", NULL), 303);
}

static void changed_roles_end_it(void **state)
{
    Browser *browser = *state;
    Error error;
    sign_in_as_hanako(browser);
    const Str role = S(ROLE_ADMINISTRATOR);
    assert_true(account_set_roles(browser->db, S("hanako"), &role, 1, &error));
    assert_int_equal(ask(browser, "/drafts", NULL), 303);
}

static void guessing_is_slowed_down(void **state)
{
    Browser *browser = *state;
    assert_int_equal(ask(browser, "/form", NULL), 200);
    for (int i = 0; i < 5; i++)
        assert_int_equal(ask(browser, "/in", "login=hanako&password=wrong"), 400);
    assert_int_equal(ask(browser, "/in", "login=HANAKO&password=correct+horse+battery"), 429);
    browser->instant += 2 * SECOND;
    assert_int_equal(ask(browser, "/in", "login=hanako&password=correct+horse+battery"), 303);
}

static void an_unknown_name_is_answered_alike(void **state)
{
    Browser *browser = *state;
    char wrong[sizeof browser->body];
    assert_int_equal(ask(browser, "/form", NULL), 200);
    assert_int_equal(ask(browser, "/in", "login=hanako&password=wrong"), 400);
    memcpy(wrong, browser->body, sizeof wrong);
    assert_int_equal(ask(browser, "/in", "login=nobody&password=wrong"), 400);
    assert_string_equal(browser->body, wrong);
}

static void next_stays_on_this_site(void **state)
{
    Browser *browser = *state;
    static const char *const cases[][2] = {{"next=%2Fplan%3Fa%3D1", "/plan?a=1"},
        {"next=%2F%2Fevil.example", "/"}, {"next=http%3A%2F%2Fevil.example", "/"},
        {"next=%2F%5Cevil.example", "/"}, {"next=", "/"}, {"x=", "/"}, {"next=%2Fa%0d%0ab", "/"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char form[128];
        snprintf(form, sizeof form, "login=hanako&password=correct+horse+battery&%s", cases[i][0]);
        assert_int_equal(ask(browser, "/form", NULL), 200);
        assert_int_equal(ask(browser, "/in", form), 303);
        assert_string_equal(browser->location, cases[i][1]);
    }
}

/* Each allocation of a request fails in turn: whatever lacks something is not answered as if it were whole.
 */
static void lack_of_memory_is_said(void **state)
{
    Browser *browser = *state;
    static const char *const paths[] = {"/who?a=%41&b=2", "/form", "/own", "/nowhere", "/drafts"};
    int failures = 0;
    sign_in_as_hanako(browser);
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        browser->fail_after = 0;
        int wanted = ask(browser, paths[i], NULL);
        for (size_t n = 1; n < 2000; n++) {
            browser->fail_after = n;
            int status = ask(browser, paths[i], NULL);
            if (status == wanted && !browser->lacked_memory)
                break;
            failures++;
            assert_true(browser->lacked_memory || status == 500 || status == 503);
        }
    }
    assert_true(failures > 20);
}

static void broken_sites_do_not_start(void **state)
{
    (void)state;
    Error error = {0};
    Site site;
    const Route unsaid = {.name = "open", .method = HTTP_GET, .pattern = "/", .handle = page_who};
    const WebOptions options = {.routes = &unsaid, .route_count = 1};
    assert_false(site_init(&site, &options, &error));
    assert_error(&error, ERROR_INPUT, "does not say who may use it");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_opens_what_its_roles_may),
        TEST(signing_out_ends_it),
        TEST(the_token_of_a_visit_ends_with_signing_in),
        TEST(signing_in_changes_the_cookie),
        TEST(sessions_expire),
        TEST(changed_roles_end_it),
        TEST(guessing_is_slowed_down),
        TEST(an_unknown_name_is_answered_alike),
        TEST(next_stays_on_this_site),
        TEST(lack_of_memory_is_said),
        cmocka_unit_test(broken_sites_do_not_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
