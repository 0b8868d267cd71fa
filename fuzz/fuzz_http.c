/* Fuzzes what reads the bytes of strangers before anybody is signed in: the head, the target, the query,
 * forms and files, the small lists in headers; and the template compiler, whose input is ours but whose state
 * machine guards escaping.
 *
 * The first byte chooses what the rest is. What must hold: nothing outside the input is read (the sanitizers
 * see that), what is let through obeys the rules of the header that promises them, and slices lie inside the
 * input.
 */
#include "fuzz.h"

#include "base/utf8.h"
#include "tools/template_compile.h"
#include "web/etag.h"
#include "web/guard.h"
#include "web/gzip.h"
#include "web/message.h"
#include "web/multipart.h"
#include "web/url.h"

#define ROOM ((size_t)16 << 20)

static bool lies_inside(Str part, Str whole)
{
    return part.len == 0 || (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

static void fuzz_head(Arena *arena, Str input)
{
    (void)arena;
    GuardHead head;
    int status = guard_read_headers(input, false, &head);
    FUZZ_CHECK(status == 0 || status == 400 || status == 431);
    FUZZ_CHECK(head.count <= REQUEST_HEADERS_MAX);
    size_t nuls = 0;
    for (size_t i = 0; i < input.len; i++)
        nuls += input.at[i] == '\0';
    if (status)
        return;
    FUZZ_CHECK(nuls == 3 * head.count + 2 && head.host.len > 0 && !(head.has_length && head.is_chunked));
    FUZZ_CHECK(!memchr(input.at, '\n', input.len) && !memchr(input.at, '\r', input.len));
    for (size_t i = 0; i < head.count; i++)
        FUZZ_CHECK(guard_is_token(head.headers[i].name) && lies_inside(head.headers[i].value, input));
}

static void fuzz_path(Arena *arena, Str input)
{
    size_t len = 0;
    char *out = arena_alloc(arena, input.len + 1);
    if (!url_decode_path(input, out, &len))
        return;
    Str path = {out, len};
    FUZZ_CHECK(len <= input.len && len > 0 && out[0] == '/' && utf8_check(path, NULL));
    FUZZ_CHECK(
        !str_contains(path, S("//")) && !str_contains(path, S("/../")) && !str_contains(path, S("/./")));
    FUZZ_CHECK(!str_ends(path, S("/..")) && !memchr(out, '\\', len) && !memchr(out, '\0', len));
    /* what is encoded again decodes to the same */
    AUTO_BUF encoded;
    buf_init(&encoded, len * 3 + 1);
    url_encode_path(&encoded, path);
    char *again = arena_alloc(arena, encoded.len + 1);
    size_t again_len = 0;
    FUZZ_CHECK(url_decode_path(buf_str(&encoded), again, &again_len));
    FUZZ_CHECK(str_equal(path, (Str){again, again_len}));
}

static void fuzz_query(Arena *arena, Str input)
{
    HttpFields fields = {0};
    if (!url_decode_query(arena, input, 100, &fields))
        return;
    FUZZ_CHECK(fields.len <= 100);
    for (size_t i = 0; i < fields.len; i++)
        FUZZ_CHECK(utf8_check(fields.at[i].name, NULL) && utf8_check(fields.at[i].value, NULL) &&
                   !memchr(fields.at[i].value.at, '\0', fields.at[i].value.len));
}

/* The first line is the Content-Type, the rest the body. */
static void fuzz_form(Arena *arena, Str input)
{
    Str type, body;
    Error error = {0};
    str_cut(input, S("\n"), &type, &body);
    const HttpField headers[] = {{S("Content-Type"), type}, {S("Cookie"), type}};
    Request request = {.arena = arena, .headers = headers, .header_count = COUNT_OF(headers), .body = body};
    if (!request_read_parameters(&request, &error)) {
        FUZZ_CHECK(error.message[0] != '\0');
        return;
    }
    for (size_t i = 0; i < request.files.len; i++)
        FUZZ_CHECK(
            lies_inside(request.files.at[i].bytes, body) && utf8_check(request.files.at[i].file_name, NULL));
    for (size_t i = 0; i < request.form.len; i++)
        FUZZ_CHECK(utf8_check(request.form.at[i].name, NULL) && utf8_check(request.form.at[i].value, NULL));
}

static void fuzz_lists(Arena *arena, Str input)
{
    (void)arena;
    Str scheme, authority, path;
    Language language = language_from_accept(input, LANGUAGE_JA);
    FUZZ_CHECK(language < LANGUAGE_COUNT);
    (void)gzip_accepted(input);
    FUZZ_CHECK(
        !etag_matches(input, S("\"")) || str_contains(input, S("*")) || str_contains(input, S("\"\"\"")));
    if (url_split_absolute(input, &scheme, &authority, &path))
        FUZZ_CHECK(lies_inside(authority, input) && authority.len > 0 && path.at[0] == '/');
    if (url_is_local(input))
        FUZZ_CHECK(input.at[0] == '/' && (input.len == 1 || (input.at[1] != '/' && input.at[1] != '\\')));
}

static void fuzz_template(Arena *arena, Str input)
{
    Error error = {0};
    TemplateOutput out;
    buf_init(&out.includes, ROOM);
    buf_init(&out.prototypes, ROOM);
    buf_init(&out.code, ROOM);
    bool good = template_compile(arena, S("t.html"), input, &out, &error);
    FUZZ_CHECK(good || (error.message[0] != '\0' && (error.line > 0 || error.code == ERROR_MEMORY)));
    buf_release(&out.includes);
    buf_release(&out.prototypes);
    buf_release(&out.code);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(Arena *, Str) = {
        fuzz_head, fuzz_path, fuzz_query, fuzz_form, fuzz_lists, fuzz_template};
    if (size == 0)
        return 0;
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    readers[data[0] % COUNT_OF(readers)](arena, (Str){(const char *)data + 1, size - 1});
    return 0;
}
