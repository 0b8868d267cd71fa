/* The session's cookie. */
#include "web/session_cookie.h"

#include "record/session.h"

Str session_cookie_name(bool secure)
{
    return secure ? S("__Host-hitomachi") : S("hitomachi");
}

static bool is_token(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_';
        if (!good)
            return false;
    }
    return s.len == SESSION_TOKEN_LENGTH;
}

Str session_cookie_get(const Request *request)
{
    Str token = request_cookie(request, session_cookie_name(request->secure));
    return is_token(token) ? token : STR_EMPTY;
}

void session_cookie_set(const Request *request, Response *response, Str token)
{
    response_cookie(response, session_cookie_name(request->secure), token, request->secure, -1);
}

void session_cookie_forget(const Request *request, Response *response)
{
    response_cookie(response, session_cookie_name(request->secure), STR_EMPTY, request->secure, 0);
}
