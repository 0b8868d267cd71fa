/* web/session_cookie.h: the cookie that carries a session's token.
 *
 * "hitomachi", or "__Host-hitomachi" with Secure behind TLS; HttpOnly, SameSite=Lax, until the browser
 * closes.
 */
#ifndef WEB_SESSION_COOKIE_H
#define WEB_SESSION_COOKIE_H

#include "web/request.h"
#include "web/response.h"

Str session_cookie_name(bool secure);
/* The token of the request; empty when there is none or it is not of the right form. */
Str session_cookie_get(const Request *request);
void session_cookie_set(const Request *request, Response *response, Str token);
void session_cookie_forget(const Request *request, Response *response);

#endif
