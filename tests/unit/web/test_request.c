/* Looking things up in a request; forms and files; cookies. */
#include "web/request.h"

#include "check.h"
#include "web/multipart.h"
#include "web/router.h"

#define CRLF "\r\n"

typedef struct Fixture {
    Arena *arena;
    Request request;
    HttpField headers[4];
} Fixture;

static int setup(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    fixture->arena = arena_new((size_t)4 << 20);
    fixture->request.arena = fixture->arena;
    fixture->request.headers = fixture->headers;
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

static Request *with_header(void **state, Str name, Str value)
{
    Fixture *fixture = *state;
    fixture->headers[fixture->request.header_count++] = (HttpField){name, value};
    return &fixture->request;
}

static void headers_are_found_in_any_case(void **state)
{
    with_header(state, S("accept-LANGUAGE"), S("en"));
    const Request *request = with_header(state, S("Accept"), S("application/json"));
    assert_str(request_header(request, S("Accept-Language")), "en");
    assert_false(request_has_header(request, S("Cookie")));
    assert_str(request_header(request, S("Cookie")), "");
    assert_true(request_wants_json(request));
}

static void browsers_want_pages(void **state)
{
    assert_false(
        request_wants_json(with_header(state, S("Accept"), S("text/html,application/json;q=0.9,*/*;q=0.8"))));
}

static void cookies_are_divided(void **state)
{
    Error error;
    with_header(state, S("Cookie"), S("a=1; hitomachi=x=y;b= ; junk; =z"));
    Request *request = with_header(state, S("cookie"), S("c=3"));
    assert_true(request_read_parameters(request, &error));
    assert_str(request_cookie(request, S("a")), "1");
    assert_str(request_cookie(request, S("hitomachi")), "x=y");
    assert_str(request_cookie(request, S("b")), "");
    assert_str(request_cookie(request, S("c")), "3");
    assert_str(request_cookie(request, S("junk")), "");
}

static void urlencoded_forms(void **state)
{
    Error error;
    Request *request =
        with_header(state, S("Content-Type"), S("application/x-www-form-urlencoded; charset=UTF-8"));
    request->body = S("fix=3&fix=5&name=%E9%9D%92");
    request->query_text = S("page=2&big=99999999999999999999&word=x");
    assert_true(request_read_parameters(request, &error));
    Str value, all[2];
    size_t count = 0;
    for (size_t at = 0; request_form_next(request, S("fix"), &at, &value);)
        all[count++] = value;
    assert_int_equal(count, 2);
    assert_str(all[0], "3");
    assert_str(all[1], "5");
    assert_str(request_form(request, S("name")), "青");
    assert_str(request_query(request, S("name")), "");
    assert_int_equal(request_query_int(request, S("page"), 1, 10, 1), 2);
    assert_int_equal(request_query_int(request, S("page"), 3, 10, 7), 7);
    assert_int_equal(request_query_int(request, S("big"), 1, 10, 7), 7);
    assert_int_equal(request_query_int(request, S("word"), 1, 10, 7), 7);
    assert_int_equal(request_query_int(request, S("none"), 1, 10, 7), 7);
}

static void broken_parameters_are_input_errors(void **state)
{
    Error error = {0};
    Request *request = with_header(state, S("Content-Type"), S("application/x-www-form-urlencoded"));
    request->body = S("a=%ff");
    assert_false(request_read_parameters(request, &error));
    assert_error(&error, ERROR_INPUT, "form");
    request->body = STR_EMPTY;
    request->query_text = S("a=%0");
    assert_false(request_read_parameters(request, &error));
    assert_error(&error, ERROR_INPUT, "address");
}

static void route_parameters_have_names(void **state)
{
    Fixture *fixture = *state;
    const Route route = {.pattern = "/plan/{edition}/x/{key*}"};
    fixture->request.route = &route;
    fixture->request.parameters[0] = S("1");
    fixture->request.parameters[1] = S("2/3");
    assert_str(request_parameter(&fixture->request, S("edition")), "1");
    assert_str(request_parameter(&fixture->request, S("key")), "2/3");
}

/* --- multipart --------------------------------------------------------------------------------------- */

static void boundaries_are_taken_from_the_type(void **state)
{
    (void)state;
    assert_str(multipart_boundary(S("multipart/form-data; boundary=abc")), "abc");
    assert_str(multipart_boundary(S("Multipart/Form-Data; charset=x; Boundary=\"a;b\"")), "a;b");
    assert_str(multipart_boundary(S("multipart/form-data")), "");
    assert_str(multipart_boundary(S("multipart/form-data; boundary=")), "");
    assert_str(multipart_boundary(S("multipart/form-data; boundary=\"a b\"")), "");
    assert_str(multipart_boundary(S("multipart/mixed; boundary=abc")), "");
    assert_str(multipart_boundary(S("boundary=abc")), "");
}

static bool read_parts(void **state, Str body, Error *error)
{
    Fixture *fixture = *state;
    Request *request = &fixture->request;
    request->form.len = 0;
    request->files.len = 0;
    request->body = body;
    return multipart_read(request, S("B"), error);
}

static void parts_become_fields_and_files(void **state)
{
    Error error;
    Fixture *fixture = *state;
    const Str body =
        S("preamble" CRLF "--B" CRLF "Content-Disposition: form-data; name=\"a\"" CRLF CRLF "one" CRLF
          "two" CRLF "--B" CRLF
          "content-disposition: form-data; name=\"f\"; filename=\"計画 \\\"x\\\".txt\"" CRLF
          "Content-Type: text/plain" CRLF CRLF "x--B inside" CRLF "--b" CRLF CRLF "--B" CRLF
          "Content-Disposition: form-data; filename=\"\"; name=g" CRLF CRLF CRLF "--B--" CRLF "epilogue");
    assert_true(read_parts(state, body, &error));
    const Request *request = &fixture->request;
    assert_int_equal(request->form.len, 1);
    assert_str(request_form(request, S("a")), "one\r\ntwo");
    assert_int_equal(request->files.len, 2);
    const HttpFile *file = request_file(request, S("f"));
    assert_str(file->file_name, "計画 \\\"x\\\".txt");
    assert_str(file->content_type, "text/plain");
    assert_str(file->bytes, "x--B inside\r\n--b\r\n");
    assert_int_equal(request_file(request, S("g"))->bytes.len, 0);
    assert_null(request_file(request, S("h")));
}

static void a_file_may_hold_any_bytes(void **state)
{
    Error error;
    Fixture *fixture = *state;
    const Str body = S("--B" CRLF "Content-Disposition: form-data; name=f; filename=x" CRLF CRLF
                       "\0\xff\r\n\r\n\x1a" CRLF "--B--");
    assert_true(read_parts(state, body, &error));
    const HttpFile *file = request_file(&fixture->request, S("f"));
    assert_int_equal(file->bytes.len, 7);
    assert_memory_equal(file->bytes.at, "\0\xff\r\n\r\n\x1a", 7);
}

/* Cut at every byte before its last boundary is complete, the body is refused and nothing outside it is read.
 */
static void cut_bodies_are_refused(void **state)
{
    const Str body = S("--B" CRLF "Content-Disposition: form-data; name=\"a\"" CRLF CRLF "1" CRLF "--B--");
    for (size_t cut = 0; cut < body.len; cut++) {
        Error error = {0};
        char *block = malloc(cut + 1);
        memcpy(block, body.at, cut);
        bool good = read_parts(state, (Str){block, cut}, &error);
        free(block);
        assert_false(good);
        assert_int_equal(error.code, ERROR_INPUT);
    }
}

static void too_many_files(void **state)
{
    Error error = {0};
    AUTO_BUF body;
    buf_init(&body, 1 << 16);
    for (int i = 0; i <= REQUEST_FILES_MAX; i++)
        buf_add(&body, S("--B" CRLF "Content-Disposition: form-data; name=f; filename=x" CRLF CRLF "1" CRLF));
    buf_add(&body, S("--B--"));
    assert_false(read_parts(state, buf_str(&body), &error));
    assert_error(&error, ERROR_LIMIT, "files");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headers_are_found_in_any_case),
        TEST(browsers_want_pages),
        TEST(cookies_are_divided),
        TEST(urlencoded_forms),
        TEST(broken_parameters_are_input_errors),
        TEST(route_parameters_have_names),
        TEST(boundaries_are_taken_from_the_type),
        TEST(parts_become_fields_and_files),
        TEST(a_file_may_hold_any_bytes),
        TEST(cut_bodies_are_refused),
        TEST(too_many_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
