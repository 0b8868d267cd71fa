/* The sign-in form and what becomes of it. Name and password are judged by sign_in(); this file only says the
 * outcome.
 *
 * One answer for a wrong name, a wrong password and a disabled account; the name that was typed stays in its
 * field, the password never does. Afterwards a redirect leads to the page that was asked for, which must be
 * one of this site. */
#include "web/page_sign_in.h"

#include "web/page.h"
#include "web/sign_in.h"
#include "web/templates.h"

static bool show(const Request *request, Response *response, SignInPage *page, Error *error)
{
    MessageId title =
        page->wrong || page->wait_minutes > 0 ? MESSAGE_sign_in_title_wrong : MESSAGE_sign_in_title;
    page->layout = layout_of(request, message_text(request->language, title), MENU_SIGN_IN);
    page->next = sign_in_next(request);
    page->layout.sign_in_next = page->next;
    page->asked = !str_equal(page->next, S("/"));
    Html html = page_begin(request, response);
    sign_in_page(&html, page);
    return page_end(&html, error);
}

bool page_sign_in(Request *request, Response *response, Error *error)
{
    SignInPage page = {0};
    return show(request, response, &page, error);
}

bool page_sign_in_post(Request *request, Response *response, Error *error)
{
    SignInPage page = {.login = str_trim(request_form(request, S("login")))};
    SignInOutcome outcome;
    int64_t seconds = 0;
    if (!sign_in(
            request, response, page.login, request_form(request, S("password")), &outcome, &seconds, error))
        return false;
    if (outcome == SIGN_IN_DONE) {
        response_redirect(response, 303, sign_in_next(request));
        return true;
    }
    page.wrong = outcome == SIGN_IN_WRONG;
    if (outcome == SIGN_IN_WAIT)
        page.wait_minutes = (seconds + 59) / 60;
    response->status = page.wrong ? 422 : 429;
    return show(request, response, &page, error);
}

bool page_sign_out_post(Request *request, Response *response, Error *error)
{
    if (!sign_out(request, response, error))
        return false;
    response_redirect(response, 303, S("/"));
    return true;
}
