/* Percent-coding, against RFC 3986 and the attacks that have been made on it. */
#include "web/url.h"

#include "check.h"

static void decodes_to(const char *raw, const char *expected)
{
    char out[256];
    size_t len;
    bool good = url_decode_path(str_of(raw), out, &len);
    if (good != (expected != NULL)) {
        print_error("%s: %s\n", raw, good ? "was decoded" : "was refused");
        fail();
    }
    if (good)
        assert_str(((Str){out, len}), expected);
}

static void paths_are_decoded_once(void **state)
{
    (void)state;
    decodes_to("/", "/");
    decodes_to("/plan/2-1", "/plan/2-1");
    decodes_to("/plan/", "/plan/");
    decodes_to("/%E8%A8%88%E7%94%BB", "/計画");
    decodes_to("/a%20b+c", "/a b+c");
    decodes_to("/%252e%252e", "/%2e%2e");
    decodes_to("/...", "/...");
    decodes_to("/.well-known/x", "/.well-known/x");
}

static void strange_paths_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "a",
        "//",
        "/a//b",
        "/.",
        "/..",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/.%2E",
        "/%2f",
        "/a%5Cb",
        "/a\\b",
        "/%00",
        "/a%0Ab",
        "/%7f",
        "/%",
        "/%4",
        "/%4g",
        "/%g4",
        "/%ff",
        "/%c0%af",
        "/%ed%a0%80",
        "/%f4%90%80%80",
        "/a\tb",
        "/a?b",
        "/a#b",
        "*",
        "http://a/b",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        decodes_to(bad[i], NULL);
}

static void queries_keep_order_and_repetition(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    HttpFields fields = {0};
    assert_true(url_decode_query(arena, S("q=%E5%B8%82+%2B&fix=3&fix=5&&empty=&bare&=x"), 10, &fields));
    static const char *const expected[][2] = {
        {"q", "市 +"}, {"fix", "3"}, {"fix", "5"}, {"empty", ""}, {"bare", ""}, {"", "x"}};
    assert_int_equal(fields.len, COUNT_OF(expected));
    for (size_t i = 0; i < fields.len; i++) {
        assert_str(fields.at[i].name, expected[i][0]);
        assert_str(fields.at[i].value, expected[i][1]);
    }
}

static void strange_queries_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"a=%", "a=%1", "%zz=1", "a=%00", "a=%ff", "a=1&b=%c3%28"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        AUTO_ARENA arena = arena_new(1 << 16);
        HttpFields fields = {0};
        assert_false(url_decode_query(arena, str_of(bad[i]), 10, &fields));
    }
    AUTO_ARENA arena = arena_new(1 << 16);
    HttpFields fields = {0};
    assert_false(url_decode_query(arena, S("a&b&c"), 2, &fields));
    AUTO_ARENA small = arena_new(64);
    HttpFields more = {0};
    assert_false(url_decode_query(small, S("a=12345678901234567890&b=12345678901234567890"), 10, &more));
}

/* Every byte encoded and decoded again is the same. */
static void what_is_encoded_decodes_back(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    assert_str(url_encoded(arena, S("a b/計?&=%+~-._")), "a%20b%2F%E8%A8%88%3F%26%3D%25%2B~-._");
    for (uint32_t c = 1; c < 0x3000; c += 7) {
        char text[4];
        Str s = {text, c < 0x80 ? 1 : c < 0x800 ? 2 : 3};
        if (s.len == 1)
            text[0] = (char)c;
        else if (s.len == 2)
            text[0] = (char)(0xC0 | c >> 6), text[1] = (char)(0x80 | (c & 63));
        else
            text[0] = (char)(0xE0 | c >> 12), text[1] = (char)(0x80 | (c >> 6 & 63)),
            text[2] = (char)(0x80 | (c & 63));
        HttpFields fields = {0};
        arena_clear(arena);
        assert_true(url_decode_query(arena, arena_join(arena, S("x="), url_encoded(arena, s)), 1, &fields));
        assert_true(str_equal(fields.at[0].value, s));
    }
    AUTO_BUF out;
    buf_init(&out, 100);
    url_encode_path(&out, S("/plan/a b/"));
    assert_str(buf_str(&out), "/plan/a%20b/");
}

static void only_paths_of_this_site_are_local(void **state)
{
    (void)state;
    static const char *const good[] = {"/", "/a", "/a?b=//c", "/a/b#c"};
    static const char *const bad[] = {"", "a", "//evil.example", "/\\evil.example", "/a\\b",
        "http://evil.example", "/a b", "/a\r\nSet-Cookie: x", "/計", "javascript:alert(1)", " /a"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(url_is_local(str_of(good[i])));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(url_is_local(str_of(bad[i])));
}

static void absolute_urls_fall_apart(void **state)
{
    (void)state;
    Str scheme, authority, path;
    assert_true(url_split_absolute(S("HTTPS://a.example:8080/b?c"), &scheme, &authority, &path));
    assert_str(scheme, "HTTPS");
    assert_str(authority, "a.example:8080");
    assert_str(path, "/b?c");
    assert_true(url_split_absolute(S("http://a"), &scheme, &authority, &path));
    assert_str(path, "/");
    assert_false(url_split_absolute(S("ftp://a/"), &scheme, &authority, &path));
    assert_false(url_split_absolute(S("http:///a"), &scheme, &authority, &path));
    assert_false(url_split_absolute(S("http://a?b"), &scheme, &authority, &path));
    assert_false(url_split_absolute(S("null"), &scheme, &authority, &path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_decoded_once),
        cmocka_unit_test(strange_paths_are_refused),
        cmocka_unit_test(queries_keep_order_and_repetition),
        cmocka_unit_test(strange_queries_are_refused),
        cmocka_unit_test(what_is_encoded_decodes_back),
        cmocka_unit_test(only_paths_of_this_site_are_local),
        cmocka_unit_test(absolute_urls_fall_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
