/* What every answer gets: headers, tags, 304, compression. zlib's inflate is the judge of what gzip_compress
 * made. */
#include "web/finish.h"

#include <zlib.h>

#include "check.h"
#include "web/etag.h"
#include "web/gzip.h"

static Str header_of(const Response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (str_equal(response->headers[i].name, str_of(name)))
            return response->headers[i].value;
    return STR_EMPTY;
}

typedef struct Fixture {
    Arena *arena;
    HttpField headers[2];
    Request request;
    Response response;
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    fixture->arena = arena_new(1 << 20);
    fixture->request = (Request){.method = HTTP_GET, .arena = fixture->arena, .headers = fixture->headers};
    response_init(&fixture->response, fixture->arena);
    fixture->response.cache = S("private, no-cache");
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    response_release(&fixture->response);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static void ask(Fixture *fixture, Str name, Str value)
{
    fixture->headers[fixture->request.header_count++] = (HttpField){name, value};
}

static void fill(Fixture *fixture, size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        buf_printf(&fixture->response.body, "line %zu of a page that shrinks well\n", i);
}

static void short_pages_are_sent_as_they_are(void **state)
{
    Fixture *fixture = *state;
    ask(fixture, S("Accept-Encoding"), S("gzip"));
    buf_add(&fixture->response.body, S("short"));
    response_finish(&fixture->request, &fixture->response);
    assert_str(header_of(&fixture->response, "Content-Encoding"), "");
    assert_str(buf_str(&fixture->response.body), "short");
    assert_str(header_of(&fixture->response, "Vary"), "Accept-Encoding");
    assert_str(header_of(&fixture->response, "Content-Type"), "text/html; charset=utf-8");
}

static void long_pages_shrink_and_unfold(void **state)
{
    Fixture *fixture = *state;
    AUTO_BUF before;
    ask(fixture, S("Accept-Encoding"), S("gzip"));
    fill(fixture, 200);
    buf_init(&before, 1 << 20);
    buf_add(&before, buf_str(&fixture->response.body));
    fixture->response.vary_on_visitor = true;
    response_finish(&fixture->request, &fixture->response);
    assert_str(header_of(&fixture->response, "Content-Encoding"), "gzip");
    assert_str(header_of(&fixture->response, "Vary"), "Accept-Encoding, Accept-Language, Cookie");
    assert_true(str_ends(header_of(&fixture->response, "ETag"), S("-gz\"")));
    assert_true(fixture->response.body.len < before.len / 4);
    char *unfolded = malloc(before.len + 1);
    z_stream stream = {0};
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (Bytef *)fixture->response.body.at;
    stream.avail_in = (uInt)fixture->response.body.len;
    stream.next_out = (Bytef *)unfolded;
    stream.avail_out = (uInt)before.len + 1;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, before.len);
    assert_memory_equal(unfolded, before.at, before.len);
    inflateEnd(&stream);
    free(unfolded);
}

static void what_does_not_shrink_is_left_alone(void **state)
{
    Fixture *fixture = *state;
    ask(fixture, S("Accept-Encoding"), S("gzip"));
    fill(fixture, 200);
    fixture->response.content_type = S("image/png");
    response_finish(&fixture->request, &fixture->response);
    assert_str(header_of(&fixture->response, "Content-Encoding"), "");
}

static void known_pages_are_304(void **state)
{
    Fixture *fixture = *state;
    buf_add(&fixture->response.body, S("page"));
    Str tag = etag_of(fixture->arena, S("page"));
    ask(fixture, S("If-None-Match"), arena_printf(fixture->arena, "\"%.*s-gz\"", STR_ARGS(tag)));
    response_finish(&fixture->request, &fixture->response);
    assert_int_equal(fixture->response.status, 304);
    assert_int_equal(fixture->response.body.len, 0);
    assert_str(header_of(&fixture->response, "Content-Type"), "");
    assert_str(header_of(&fixture->response, "Cache-Control"), "private, no-cache");
    assert_true(header_of(&fixture->response, "Content-Security-Policy").len > 0);
}

static void private_pages_and_errors_have_no_tag(void **state)
{
    Fixture *fixture = *state;
    ask(fixture, S("If-None-Match"), S("*"));
    buf_add(&fixture->response.body, S("page"));
    fixture->response.cache = S("no-store");
    response_finish(&fixture->request, &fixture->response);
    assert_int_equal(fixture->response.status, 200);
    assert_str(header_of(&fixture->response, "ETag"), "");
    response_reset(&fixture->response);
    fixture->response.cache = S("private, no-cache");
    fixture->response.status = 404;
    response_finish(&fixture->request, &fixture->response);
    assert_int_equal(fixture->response.status, 404);
    assert_str(header_of(&fixture->response, "ETag"), "");
}

static void security_headers_stand_on_everything(void **state)
{
    Fixture *fixture = *state;
    response_finish(&fixture->request, &fixture->response);
    Str policy = header_of(&fixture->response, "Content-Security-Policy");
    assert_true(
        str_contains(policy, S("default-src 'none'")) && str_contains(policy, S("frame-ancestors 'none'")));
    assert_false(str_contains(policy, S("unsafe")));
    assert_str(header_of(&fixture->response, "X-Content-Type-Options"), "nosniff");
    assert_str(header_of(&fixture->response, "Strict-Transport-Security"), "");
    response_reset(&fixture->response);
    fixture->request.secure = true;
    response_finish(&fixture->request, &fixture->response);
    assert_true(header_of(&fixture->response, "Strict-Transport-Security").len > 0);
}

static void tags_follow_the_content(void **state)
{
    Fixture *fixture = *state;
    Str one = etag_of(fixture->arena, S("a")), same = etag_of(fixture->arena, S("a"));
    assert_true(str_equal(one, same));
    assert_false(str_equal(one, etag_of(fixture->arena, S("b"))));
    assert_int_equal(one.len, 22);
    assert_true(etag_matches(S("*"), S("x")));
    assert_true(etag_matches(S("\"y\", W/\"x\""), S("x")));
    assert_true(etag_matches(S("\"x-gz\""), S("x")));
    assert_false(etag_matches(S("x"), S("x")));
    assert_false(etag_matches(S("\"xy\""), S("x")));
    assert_false(etag_matches(S("\"\",\""), S("x")));
    assert_false(etag_matches(S(""), S("")));
}

static void gzip_is_asked_for(void **state)
{
    (void)state;
    static const char *const yes[] = {"gzip", "br, gzip", "deflate,GZIP;q=0.5", "gzip;q=0.001", "gzip;q=1"};
    static const char *const no[] = {"", "br", "gzip;q=0", "gzip;q=0.0", "x-gzip", "*", "identity"};
    for (size_t i = 0; i < COUNT_OF(yes); i++)
        assert_true(gzip_accepted(str_of(yes[i])));
    for (size_t i = 0; i < COUNT_OF(no); i++)
        assert_false(gzip_accepted(str_of(no[i])));
}

static void redirects_downloads_and_cookies(void **state)
{
    Fixture *fixture = *state;
    Response *response = &fixture->response;
    response_cookie(response, S("a"), S("1"), true, 60);
    buf_add(&response->body, S("half"));
    response_redirect(response, 303, S("/plan?a=1"));
    assert_int_equal(response->body.len, 0);
    assert_str(header_of(response, "Location"), "/plan?a=1");
    assert_str(header_of(response, "Set-Cookie"), "a=1; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
    response_reset(response);
    assert_str(header_of(response, "Location"), "");
    response_download(response, S("素案 \"1\"/x.csv"));
    assert_str(header_of(response, "Content-Disposition"),
        "attachment; filename=\"________1__x.csv\"; filename*=UTF-8''%E7%B4%A0%E6%A1%88%20%221%22%2Fx.csv");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(short_pages_are_sent_as_they_are),
        TEST(long_pages_shrink_and_unfold),
        TEST(what_does_not_shrink_is_left_alone),
        TEST(known_pages_are_304),
        TEST(private_pages_and_errors_have_no_tag),
        TEST(security_headers_stand_on_everything),
        TEST(tags_follow_the_content),
        TEST(gzip_is_asked_for),
        TEST(redirects_downloads_and_cookies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
