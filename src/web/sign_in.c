/* Signing in: first the limits, then the password, then a new session in place of any old one. */
#include "web/sign_in.h"

#include "base/log.h"
#include "web/session_cookie.h"
#include "web/site.h"

bool sign_in(Request *request, Response *response, Str login, Str password, SignInOutcome *outcome,
    int64_t *wait, Error *error)
{
    const Site *site = request->site;
    Account *account = NULL;
    Str token;
    *outcome = SIGN_IN_WRONG;
    *wait = limit_wait(site->limit, login, request->peer, request->clock.instant);
    if (*wait > 0) {
        *outcome = SIGN_IN_WAIT;
        response_header(response, S("Retry-After"), arena_printf(response->arena, "%lld", (long long)*wait));
        return true;
    }
    if (!account_check(site->db, site->gate, request->arena, login, password, &account, error))
        return false;
    if (!account) {
        limit_failed(site->limit, login, request->peer, request->clock.instant);
        log_line(LOG_WARNING, "sign_in_failed", LOG_TEXT("route", str_of(request->route->name)));
        return true;
    }
    limit_succeeded(site->limit, login, request->peer);
    if (!session_begin(site->db, request->arena, account->id, session_cookie_get(request), &request->clock,
            &token, error))
        return false;
    session_cookie_set(request, response, token);
    *outcome = SIGN_IN_DONE;
    return true;
}

bool sign_out(Request *request, Response *response, Error *error)
{
    Str token = session_cookie_get(request);
    if (token.len == 0)
        return true;
    session_cookie_forget(request, response);
    request->session = NULL;
    return session_end(request->site->db, token, error);
}

Str sign_in_next(const Request *request)
{
    Str next = request_form(request, S("next"));
    if (next.len == 0)
        next = request_query(request, S("next"));
    return url_is_local(next) ? next : S("/");
}
