/* Templates, compiled from templates/sample.html and run: what is written for hostile values in each context,
 * how white space and blocks come out, and which templates the compiler refuses, with its exact words. */
#include "base/base.h"

#include "check.h"
#include "sample.h"
#include "sample_templates.h"
#include "tools/template_compile.h"
#include "web/csrf.h"

typedef struct Written {
    Buf out;
    Html html;
} Written;

static Html *begin(Written *written)
{
    buf_init(&written->out, 1 << 16);
    written->html = (Html){.out = &written->out, .language = LANGUAGE_EN};
    return &written->html;
}

static void ends(Written *written, const char *expected, int line)
{
    check_str(buf_str(&written->out), expected, __FILE__, line);
    buf_release(&written->out);
}

#define WRITES(call, expected)              \
    do {                                    \
        Written written;                    \
        Html *html = begin(&written);       \
        call;                               \
        ends(&written, expected, __LINE__); \
    } while (0)

static void text_cannot_become_markup(void **state)
{
    (void)state;
    WRITES(sample_text(html, S("<script>alert('x')</script>&amp;\"")),
        "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;&quot;</p>\n");
    WRITES(sample_text(html, S("a\x01\x08\x0b\x7f\tb\n計")), "<p>a\tb\n計</p>\n");
    WRITES(sample_title(html, S("</title><script>")), "<title>&lt;/title&gt;&lt;script&gt;</title>\n");
    WRITES(
        sample_area(html, S("\n</textarea>x")), "<textarea name=\"x\">\n\n&lt;/textarea&gt;x</textarea>\n");
}

static void attributes_cannot_be_left(void **state)
{
    (void)state;
    WRITES(sample_attribute(html, S("\" onclick=\"x' onload='y `<>")),
        "<p title=\"&quot; onclick=&quot;x&#39; onload=&#39;y `&lt;&gt;\" lang='&quot; onclick=&quot;x&#39; "
        "onload=&#39;y `&lt;&gt;'>x</p>\n");
}

static void urls_cannot_run_script(void **state)
{
    (void)state;
    static const char *const harmless[] = {"/plan", "#a", "?q=1", "plan/2-1:x", "/a:b", "http://a.example/",
        "HTTPS://a.example", "mailto:a@b.example", "tel:017", "./javascript:x", ""};
    static const char *const harmful[] = {"javascript:alert(1)", "JaVaScRiPt:alert(1)",
        " javascript:alert(1)", "java\nscript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", ":x",
        "javascript&colon;alert(1):", "\\\\evil.example", "//a\\b", "/a b"};
    for (size_t i = 0; i < COUNT_OF(harmless); i++) {
        char expected[128];
        snprintf(expected, sizeof expected, "<a href=\"%s\">x</a>\n", harmless[i]);
        WRITES(sample_url(html, str_of(harmless[i])), expected);
    }
    for (size_t i = 0; i < COUNT_OF(harmful); i++)
        WRITES(sample_url(html, str_of(harmful[i])), "<a href=\"#\">x</a>\n");
    WRITES(sample_url(html, S("/a?b&c\"'<")), "<a href=\"/a?b&amp;c&quot;&#39;&lt;\">x</a>\n");
}

static void parts_of_urls_stay_parts(void **state)
{
    (void)state;
    WRITES(sample_url_part(html, S("../a?b&c=d#e\"<計")),
        "<a "
        "href=\"/plan/"
        "..%2Fa%3Fb%26c%3Dd%23e%22%3C%E8%A8%88?q=..%2Fa%3Fb%26c%3Dd%23e%22%3C%E8%A8%88#..%2Fa%3Fb%26c%3Dd"
        "%23e%22%3C%E8%A8%88\">x</a>\n");
}

static void messages_escape_their_arguments(void **state)
{
    (void)state;
    WRITES(sample_message(html, S("\"><b>{1}")),
        "<p title=\"When you ask us about this, please give the number &quot;&gt;&lt;b&gt;{1}.\">When you "
        "ask us about this, "
        "please give the number &quot;&gt;&lt;b&gt;{1}.</p>\n");
}

static void numbers_are_written_whole(void **state)
{
    (void)state;
    WRITES(html_int_(html, 0), "0");
    WRITES(html_int_(html, -7), "-7");
    WRITES(html_int_(html, 1234567890123), "1234567890123");
    WRITES(html_int_(html, INT64_MAX), "9223372036854775807");
    WRITES(html_int_(html, INT64_MIN), "-9223372036854775808");
}

static void safe_html_is_written_unchanged(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    Written inner;
    Html *part = begin(&inner);
    html_element(part, "mark", S("<"));
    SafeHtml safe = html_take(part, arena);
    buf_release(&inner.out);
    WRITES(sample_safe(html, safe), "<p><mark>&lt;</mark></p>\n");
}

static void blocks_and_white_space(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    SampleList list = {.depth = 2};
    WRITES(sample_list(html, &list),
        "<section data-depth=\"2\">\n<p>none</p>\n<ul>\n<li>empty</li>\n</ul>\n<pre>\n a\n  b</pre>\n"
        "<p>日本語の文章と\nEnglish</p>\n<p>part</p>\n\n</section>\n");
    SampleItem *one = VEC_PUSH(arena, &list.items);
    *one = (SampleItem){.name = S("a&b"), .count = 2};
    *VEC_PUSH(arena, &one->words) = S("x");
    *VEC_PUSH(arena, &one->words) = S("yy");
    *VEC_PUSH(arena, &list.items) = (SampleItem){.name = S("c")};
    WRITES(sample_list(html, &list), "<section data-depth=\"2\">\n<p>some</p>\n<ul>\n<li class=\"first\">0 "
                                     "a&amp;b\n<input value=\"2\" checked>\n"
                                     "<select><option selected>x</option><option "
                                     ">yy</option></select>\n</li>\n<li>1 c\n<input value=\"0\" >\n"
                                     "<select></select>\n</li>\n</ul>\n<pre>\n a\n  "
                                     "b</pre>\n<p>日本語の文章と\nEnglish</p>\n<p>part</p>\n\n</section>\n");
    for (int i = 0; i < 2; i++)
        *VEC_PUSH(arena, &list.items) = (SampleItem){.name = S("d")};
    Written written;
    sample_list(begin(&written), &list);
    assert_true(str_contains(buf_str(&written.out), S("<p>many</p>")));
    buf_release(&written.out);
}

static void forms_get_their_token(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 16);
    CsrfState csrf = {.cookie = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")};
    const Request request = {.arena = arena, .csrf = &csrf};
    Written written;
    Html *html = begin(&written);
    html->request = &request;
    sample_form(html);
    assert_true(str_starts(buf_str(&written.out),
        S("<form method=\"post\" action=\"/x\">\n<input type=\"hidden\" name=\"csrf\" value=\"")));
    assert_true(str_ends(buf_str(&written.out), S("\">\n<button>ok</button>\n</form>\n")));
    assert_true(csrf.asked);
    buf_release(&written.out);
}

/* --- what the compiler refuses ----------------------------------------------------------------------- */

#define HEAD "{{template t (Str a)}}\n"

static const struct {
    const char *source, *error;
} REFUSED[] = {
    {"<p>", "t.html:1:1: text outside a template: begin with {{template name (parameters)}}"},
    {"{{= a}}", "t.html:1:1: begin with {{template name (parameters)}}"},
    {"{{template 1x (Str a)}}\n", "t.html:1:1: write {{template name (parameters)}}"},
    {HEAD "{{a}}", "t.html:2:1: no such directive; a value is written {{= expression}}"},
    {HEAD "<p>{{= a", "t.html:2:4: }} is missing"},
    {HEAD "<p>{{= }}</p>", "t.html:2:4: an expression is missing"},
    {HEAD "<p {{= a}}>", "t.html:2:4: no value may stand in the tag <p> outside an attribute's value"},
    {HEAD "<{{= a}}>", "t.html:2:2: no value may stand in the name of a tag"},
    {HEAD "<p{{= a}}>", "t.html:2:3: no value may stand in the name of a tag"},
    {HEAD "</{{= a}}>", "t.html:2:3: no value may stand in an end tag"},
    {HEAD "<p t{{= a}}=\"\">", "t.html:2:5: no value may stand in the name of an attribute"},
    {HEAD "<p title={{= a}}>", "t.html:2:10: no value may stand in an attribute's value without quotes"},
    {HEAD "<p title=x{{= a}}>", "t.html:2:11: no value may stand in an attribute's value without quotes"},
    {HEAD "<!doctype {{= a}}>", "t.html:2:11: no value may stand in a declaration"},
    {HEAD "<p style=\"x\">", "t.html:2:9: attribute style is not allowed in templates"},
    {HEAD "<p STYLE=\"x\">", "t.html:2:9: attribute style is not allowed in templates"},
    {HEAD "<p onclick=\"x\">", "t.html:2:11: no event attribute: onclick"},
    {HEAD "<body OnLoad>", "t.html:2:13: no event attribute: onload"},
    {HEAD "<iframe srcdoc=\"\">", "t.html:2:8: <iframe> is not allowed in templates"},
    {HEAD "<p srcdoc=\"\">", "t.html:2:10: attribute srcdoc is not allowed in templates"},
    {HEAD "<style>p{}</style>", "t.html:2:7: <style> is not allowed in templates"},
    {HEAD "<script>x</script>", "t.html:2:8: no inline script: give <script> a src"},
    {HEAD "<script src=\"/a\">x</script>", "t.html:2:18: no inline script: </script> must follow at once"},
    {HEAD "<script src=\"/a\">{{= a}}</script>", "t.html:2:18: no value may stand in <script>"},
    {HEAD "<base href=\"/\">", "t.html:2:6: <base> is not allowed in templates"},
    {HEAD "<a href=\"javascript:x\">", "t.html:2:22: attribute href may not begin with \"javascript:x\""},
    {HEAD "<a href=\"JAVASCRIPT:{{= a}}\">",
        "t.html:2:28: attribute href may not begin with \"javascript:\""},
    {HEAD "<a href=\"{{= a}}:x\">", "t.html:2:19: attribute href may not begin with \":x\""},
    {HEAD "<form method=\"{{= a}}\">", "t.html:2:15: attribute method must be literal"},
    {HEAD "<img srcset=\"{{= a}}\">", "t.html:2:14: attribute srcset must be literal"},
    {HEAD "<meta http-equiv=\"refresh\">", "t.html:2:26: no refreshing pages"},
    {HEAD "<!-- x -->", "t.html:2:3: no HTML comments: write {{! ... }}"},
    {HEAD "<p>1 < 2</p>", "t.html:2:7: '<' begins no tag here: write &lt;"},
    {HEAD "<title><b></title>", "t.html:2:9: no tags inside <title>: write &lt;"},
    {HEAD "<textarea>", "t.html:2:11: the template ends inside <textarea>"},
    {HEAD "<p title=\"x", "t.html:2:12: the template ends in attribute title of <p>"},
    {HEAD "<p title=\"x\"class=\"y\">", "t.html:2:13: white space is missing before an attribute of <p>"},
    {HEAD "<p title=\"<\">", "t.html:2:11: '<' inside the value of title: is a quote missing?"},
    {HEAD "<p title=a,b>", "t.html:2:11: put the value of title in quotes"},
    {HEAD "<p \"x\">", "t.html:2:4: unexpected '\"' in <p>"},
    {HEAD "<form method=\"post\"></form>", "t.html:2:27: a form that posts needs {{csrf}} inside"},
    {HEAD "<form method=\"POST\"></form>", "t.html:2:27: a form that posts needs {{csrf}} inside"},
    {HEAD "<form>{{csrf}}</form>", "t.html:2:7: {{csrf}} belongs inside <form method=\"post\">"},
    {HEAD "{{csrf}}", "t.html:2:1: {{csrf}} belongs inside <form method=\"post\">"},
    {HEAD "<form method=\"post\">{{csrf}}{{csrf}}</form>", "t.html:2:29: this form has its {{csrf}} already"},
    {HEAD "<form method=\"post\">{{#if a.len}}{{csrf}}{{/if}}</form>",
        "t.html:2:42: this block ends in another place of the HTML than it begins"},
    {HEAD "<form><form>", "t.html:2:12: a form inside a form"},
    {HEAD "<form>", "t.html:2:7: the template ends inside a form"},
    {HEAD "</form>", "t.html:2:7: </form> without <form>"},
    {HEAD "{{#if a.len}}\n<p>", "t.html:2:1: this block is not closed"},
    {HEAD "{{/if}}", "t.html:2:1: {{/if}} closes nothing here"},
    {HEAD "{{#if a.len}}{{/each}}", "t.html:2:14: {{/each}} closes nothing here; {{/if}} is expected"},
    {HEAD "{{else}}", "t.html:2:1: {{else}} without {{#if}} or {{#each}}"},
    {HEAD "{{#if a.len}}{{else}}{{else}}{{/if}}", "t.html:2:22: {{else}} without {{#if}} or {{#each}}"},
    {HEAD "{{#if a.len}}<p title=\"{{else}}<p lang=\"{{/if}}\">",
        "t.html:2:41: the branches of this block end in different places of the HTML"},
    {HEAD "<p {{#if a.len}}title=\"{{/if}}\">",
        "t.html:2:24: this block ends in another place of the HTML than it begins"},
    {HEAD "<a href=\"{{#if a.len}}javascript{{else}}/a{{/if}}:x\">",
        "t.html:2:43: the branches of this block end in different places of the HTML"},
    {HEAD "{{#each x of a}}", "t.html:2:1: write {{#each item in list}} or {{#each item, n in list}}"},
    {HEAD "<p {{> part}}>", "t.html:2:4: no value may stand in the tag <p> outside an attribute's value"},
    {HEAD "<p title=\"{{> part}}\">", "t.html:2:11: a part may only stand between tags"},
    {HEAD "<a href=\"{{t home}}\">", "t.html:2:10: a message is no URL"},
    {HEAD "<p>{{asset a.css}}</p>", "t.html:2:4: {{asset name}} stands alone in href or src"},
    {HEAD "{{#if a.len}}{{slot}}{{/if}}",
        "t.html:2:14: {{slot}} stands once in a template, between tags, in no block"},
    {HEAD "{{slot}}{{slot}}", "t.html:2:9: {{slot}} stands once in a template, between tags, in no block"},
    {HEAD "{{let a}}", "t.html:2:1: write {{let name = expression}}"},
    {HEAD "{{include \"x.h\"}}", "t.html:2:1: write {{include \"folder/name.h\"}} before the first template"},
    {HEAD "\xff", "t.html:2:1: not UTF-8"},
};

static bool compile(const char *source, TemplateOutput *out, Error *error)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    buf_init(&out->includes, 1 << 16);
    buf_init(&out->prototypes, 1 << 16);
    buf_init(&out->code, 1 << 16);
    return template_compile(arena, S("t.html"), str_of(source), out, error);
}

static void release(TemplateOutput *out)
{
    buf_release(&out->includes);
    buf_release(&out->prototypes);
    buf_release(&out->code);
}

static void unsafe_templates_are_refused(void **state)
{
    (void)state;
    bool good = true;
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        Error error = {0};
        TemplateOutput out;
        char said[sizeof error.message + sizeof error.file + 32] = "nothing";
        if (!compile(REFUSED[i].source, &out, &error))
            snprintf(
                said, sizeof said, "%s:%ld:%ld: %s", error.file, error.line, error.column, error.message);
        release(&out);
        if (strcmp(said, REFUSED[i].error) == 0)
            continue;
        print_error("%s\n  said     %s\n  expected %s\n", REFUSED[i].source, said, REFUSED[i].error);
        good = false;
    }
    assert_true(good);
}

/* The whole of what is made from a small template. */
static void code_points_back_to_the_template(void **state)
{
    (void)state;
    Error error = {0};
    TemplateOutput out;
    assert_true(
        compile("{{include \"a.h\"}}\n{{template t (Str a)}}\n<p>?\"\\\n{{= a}}</p>\n", &out, &error));
    assert_str(buf_str(&out.includes), "#include \"a.h\"\n");
    assert_str(buf_str(&out.prototypes), "void t(Html *html, Str a);\n");
    assert_str(buf_str(&out.code),
        "#line 2 \"t.html\"\nvoid t(Html *html, Str a)\n{\nhtml_literal(html, \"<p>\\077\\\"\\\\\\012\");\n"
        "#line 4 \"t.html\"\nHTML_PUT_TEXT(html, (a));\nhtml_literal(html, \"</p>\\012\");\n}\n\n");
    release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_cannot_become_markup),
        cmocka_unit_test(attributes_cannot_be_left),
        cmocka_unit_test(urls_cannot_run_script),
        cmocka_unit_test(parts_of_urls_stay_parts),
        cmocka_unit_test(messages_escape_their_arguments),
        cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(safe_html_is_written_unchanged),
        cmocka_unit_test(blocks_and_white_space),
        cmocka_unit_test(forms_get_their_token),
        cmocka_unit_test(unsafe_templates_are_refused),
        cmocka_unit_test(code_points_back_to_the_template),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
