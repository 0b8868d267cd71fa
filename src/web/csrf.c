/* Form tokens: BLAKE2b of the visitor's cookie, keyed by purpose, under a one-time mask. */
#include "web/csrf.h"

#include <sodium.h>

#include "web/session_cookie.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define VISIT_BYTES 32
#define VISIT_LENGTH 43
#define MASKED_BYTES (2 * CSRF_SECRET_BYTES)

static Str visit_cookie_name(bool secure)
{
    return secure ? S("__Host-visit") : S("visit");
}

static Str print_base64(Arena *arena, const unsigned char *bytes, size_t len)
{
    char *text = arena_alloc(arena, sodium_base64_ENCODED_LEN(len, VARIANT));
    if (!text)
        return STR_EMPTY;
    sodium_bin2base64(text, sodium_base64_ENCODED_LEN(len, VARIANT), bytes, len, VARIANT);
    return str_of(text);
}

static void derive(Str cookie, unsigned char secret[CSRF_SECRET_BYTES])
{
    static const unsigned char purpose[] = "hitomachi form token, v1";
    crypto_generichash(
        secret, CSRF_SECRET_BYTES, (const unsigned char *)cookie.at, cookie.len, purpose, sizeof purpose - 1);
}

void csrf_begin(Request *request, CsrfState *state)
{
    *state = (CsrfState){.cookie = request->session ? session_cookie_get(request) : STR_EMPTY};
    if (state->cookie.len == 0)
        state->cookie = request_cookie(request, visit_cookie_name(request->secure));
    if (state->cookie.len != VISIT_LENGTH)
        state->cookie = STR_EMPTY;
    request->csrf = state;
}

void csrf_finish(const Request *request, Response *response)
{
    const CsrfState *state = request->csrf;
    if (!state || !state->asked)
        return;
    response->cache = S("no-store");
    if (state->new_visit.len > 0)
        response_cookie(response, visit_cookie_name(request->secure), state->new_visit, request->secure, -1);
}

static Str new_visit(Arena *arena)
{
    unsigned char random[VISIT_BYTES];
    randombytes_buf(random, sizeof random);
    return print_base64(arena, random, sizeof random);
}

Str csrf_token(const Request *request)
{
    unsigned char masked[MASKED_BYTES], secret[CSRF_SECRET_BYTES];
    CsrfState *state = request->csrf;
    if (!state)
        return STR_EMPTY;
    if (state->cookie.len == 0 && state->new_visit.len == 0)
        state->new_visit = new_visit(request->arena);
    state->asked = true;
    derive(state->cookie.len > 0 ? state->cookie : state->new_visit, secret);
    randombytes_buf(masked, CSRF_SECRET_BYTES);
    for (size_t i = 0; i < CSRF_SECRET_BYTES; i++)
        masked[CSRF_SECRET_BYTES + i] = masked[i] ^ secret[i];
    return print_base64(request->arena, masked, sizeof masked);
}

static bool token_is_right(const CsrfState *state, Str token)
{
    unsigned char masked[MASKED_BYTES], sent[CSRF_SECRET_BYTES], secret[CSRF_SECRET_BYTES];
    size_t len = 0;
    if (!state || state->cookie.len == 0)
        return false; /* whoever sends no cookie was shown no form */
    if (sodium_base642bin(masked, sizeof masked, token.at, token.len, NULL, &len, NULL, VARIANT) != 0 ||
        len != sizeof masked)
        return false;
    for (size_t i = 0; i < CSRF_SECRET_BYTES; i++)
        sent[i] = masked[i] ^ masked[CSRF_SECRET_BYTES + i];
    derive(state->cookie, secret);
    return sodium_memcmp(sent, secret, sizeof secret) == 0;
}

/* What browsers say of where the request came from. Old browsers and programs say nothing: then the token
 * decides. */
static bool origin_is_ours(const Request *request)
{
    Str site = request_header(request, S("Sec-Fetch-Site")), scheme, authority, path;
    if (site.len > 0 && !str_equal(site, S("same-origin")) && !str_equal(site, S("none")))
        return false;
    if (!request_has_header(request, S("Origin")))
        return true;
    if (!url_split_absolute(request_header(request, S("Origin")), &scheme, &authority, &path))
        return false;
    if (request->secure && !ascii_equal_caseless(scheme, S("https")))
        return false;
    return ascii_equal_caseless(authority, request->host);
}

bool csrf_check(const Request *request, Error *error)
{
    if (!origin_is_ours(request))
        return error_set(error, ERROR_DENIED, "this request came from another site");
    Str token = request_form(request, S(CSRF_FIELD));
    if (token.len == 0)
        token = request_header(request, S(CSRF_HEADER));
    if (token_is_right(request->csrf, token))
        return true;
    return error_set(error, ERROR_DENIED, "the form's token is missing or has expired");
}
