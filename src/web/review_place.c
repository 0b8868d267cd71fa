/* Addresses within a review. What was done travels in the address as a word of a fixed table and a short
 * text, so that a page that is loaded again says the same and nothing is kept on the server. */
#include "web/review_place.h"

#include "base/utf8.h"
#include "web/url.h"

#define ABOUT_MAX 40 /* code points */

static const char *const SHOW_NAMES[REVIEW_SHOW_COUNT] = {
    [REVIEW_OPEN] = "open",
    [REVIEW_DECIDED] = "decided",
    [REVIEW_ALL] = "all",
};

typedef struct Said {
    const char *name;
    MessageId message;
    bool went_wrong;
} Said;

static const Said SAID[] = {
    {"accepted", MESSAGE_review_said_accepted, false},
    {"refused", MESSAGE_review_said_refused, false},
    {"reopened", MESSAGE_review_said_reopened, false},
    {"many", MESSAGE_review_said_many, false},
    {"confirmed", MESSAGE_review_said_confirmed, false},
    {"open-left", MESSAGE_review_said_open_left, true},
};

Str review_url(Arena *arena, int64_t edition_id)
{
    return arena_printf(arena, "/imports/%lld", (long long)edition_id);
}

bool review_edition(const Request *request, DbConn *conn, PlanEdition *out, Error *error)
{
    int64_t id;
    if (!str_to_int(request_parameter(request, S("edition")), &id))
        return error_set(error, ERROR_NOT_FOUND, "there is no such import");
    return plan_edition_get(conn, request->arena, id, out, error);
}

const char *review_show_name(ReviewShow show)
{
    return SHOW_NAMES[show];
}

ReviewShow review_show_of(Str name)
{
    for (size_t i = 0; i < REVIEW_SHOW_COUNT; i++)
        if (str_equal(name, str_of(SHOW_NAMES[i])))
            return (ReviewShow)i;
    return REVIEW_OPEN;
}

bool review_said(const Request *request, MessageId *said, Str *about)
{
    Str name = request_query(request, S("said"));
    *said = MESSAGE_COUNT;
    *about = utf8_slice(request_query(request, S("about")), 0, ABOUT_MAX);
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(name, str_of(SAID[i].name))) {
            *said = SAID[i].message;
            return SAID[i].went_wrong;
        }
    return false;
}

void review_return(
    const Request *request, Response *response, int64_t edition_id, Str id, MessageId said, Str about)
{
    Arena *arena = request->arena;
    const char *name = "";
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (SAID[i].message == said)
            name = SAID[i].name;
    Str base = review_url(arena, edition_id), words = url_encoded(arena, about);
    const char *show = review_show_name(review_show_of(request_form(request, S("show"))));
    Str url =
        arena_printf(arena, "%.*s?show=%s&said=%s&about=%.*s", STR_ARGS(base), show, name, STR_ARGS(words));
    if (id.len > 0)
        url = arena_printf(arena, "%.*s&last=%.*s#%.*s", STR_ARGS(url), STR_ARGS(id), STR_ARGS(id));
    response_redirect(response, 303, url);
}
