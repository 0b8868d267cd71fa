/* web/page_sign_in.h: GET and POST /sign-in, POST /sign-out. */
#ifndef WEB_PAGE_SIGN_IN_H
#define WEB_PAGE_SIGN_IN_H

#include "web/page_layout.h"
#include "web/response.h"

typedef struct SignInPage {
    Layout layout;
    Str login, next;
    bool asked; /* came from a page that needs somebody signed in */
    bool wrong;
    int64_t wait_minutes; /* 0: no need to wait */
} SignInPage;

bool page_sign_in(Request *request, Response *response, Error *error);
bool page_sign_in_post(Request *request, Response *response, Error *error);
bool page_sign_out_post(Request *request, Response *response, Error *error);

#endif
