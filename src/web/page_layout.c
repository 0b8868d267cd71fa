/* What stands around every page, gathered from the request, the session and the city. */
#include "web/page_layout.h"

#include "city/city.h"
#include "record/session.h"
#include "review/evaluation.h"
#include "web/site.h"

#define URL_MAX ((size_t)16 << 10)

static Language other_than(Language language)
{
    return language == LANGUAGE_JA ? LANGUAGE_EN : LANGUAGE_JA;
}

static void add_pair(Buf *out, bool *first, Str name, Str value)
{
    buf_add_byte(out, *first ? '?' : '&');
    *first = false;
    url_encode(out, name);
    buf_add_byte(out, '=');
    url_encode(out, value);
}

Str layout_url_with(const Request *request, Str name, Str value)
{
    AUTO_BUF url;
    bool first = true;
    if (!request->arena)
        return S("/"); /* what never reached a worker */
    buf_init(&url, URL_MAX);
    url_encode_path(&url, request->path.len > 0 ? request->path : S("/"));
    for (size_t i = 0; i < request->query.len; i++)
        if (!str_equal(request->query.at[i].name, name))
            add_pair(&url, &first, request->query.at[i].name, request->query.at[i].value);
    if (value.len > 0)
        add_pair(&url, &first, name, value);
    return url.failed ? S("/") : arena_str(request->arena, buf_str(&url));
}

static void add_city(Layout *layout, const Request *request, const City *city)
{
    Language other = other_than(request->language);
    layout->city = city->name.in[request->language];
    layout->notice = city->notice.in[request->language];
    if (city->languages[other])
        layout->other_language_url = layout_url_with(request, S("lang"), language_code(other));
}

static void add_session(Layout *layout, const Request *request)
{
    if (!request->session) {
        layout->sign_in_next = layout_url_with(request, S("lang"), STR_EMPTY);
        return;
    }
    layout->user = request->session->account.display_name;
    layout->drafts = evaluation_right_of(&request->session->account) != EVALUATION_PUBLIC;
    layout->planner = account_has_role(&request->session->account, S(ROLE_PLANNER));
    Actor actor;
    actor_of_account(&actor, request->arena, &request->session->account);
    layout->is_resident = layout->has_services && actor_has_role(&actor, S(ROLE_RESIDENT));
    layout->is_staff = layout->has_services && actor_is_staff(&actor);
}

Layout layout_of(const Request *request, Str title, MenuItem here)
{
    Layout layout = {
        .title = title,
        .here = here,
        .language = language_code(request->language),
        .other_language = language_code(other_than(request->language)),
        .query = request_query(request, S("q")),
        .plan_id = request_query(request, S("plan")),
        .edition = request_query(request, S("edition")),
    };
    if (request->site && request->site->city)
        add_city(&layout, request, request->site->city);
    layout.has_services = request->site && request->site->door;
    add_session(&layout, request);
    return layout;
}
