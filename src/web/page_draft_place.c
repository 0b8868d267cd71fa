/* Where drafting happens. The base is the newest edition, whatever the public sees of the plan. */
#include "web/page_draft_place.h"

#include "web/page_evaluation_view.h"
#include "web/review_place.h"
#include "web/site.h"

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[DRAFT_SAID_COUNT] = {
    [DRAFT_SAID_PROPOSED] = {"proposed", MESSAGE_draft_said_proposed},
    [DRAFT_SAID_REVISED] = {"revised", MESSAGE_draft_said_revised},
    [DRAFT_SAID_ACCEPTED] = {"accepted", MESSAGE_draft_said_accepted},
    [DRAFT_SAID_REJECTED] = {"rejected", MESSAGE_draft_said_rejected},
    [DRAFT_SAID_PENDING] = {"pending", MESSAGE_draft_said_pending},
    [DRAFT_SAID_WITHDRAWN] = {"withdrawn", MESSAGE_draft_said_withdrawn},
    [DRAFT_SAID_COMMENTED] = {"commented", MESSAGE_draft_said_commented},
    [DRAFT_SAID_SETTLED] = {"settled", MESSAGE_draft_said_settled},
    [DRAFT_SAID_OPENED] = {"opened", MESSAGE_draft_said_opened},
};

bool draft_may_read(const Request *request)
{
    return request_evaluation_right(request) != EVALUATION_PUBLIC;
}

bool draft_is_owner(const Request *request)
{
    return request_evaluation_right(request) == EVALUATION_WRITE;
}

bool draft_place_read(const Request *request, DbConn *conn, DraftPlace *out, Error *error)
{
    *out = (DraftPlace){.is_owner = draft_is_owner(request)};
    if (!draft_may_read(request))
        return error_set(error, ERROR_DENIED, "the draft of the plan is for staff");
    out->user = request->session->account.login;
    Str plan =
        request->method == HTTP_POST ? request_form(request, S("plan")) : request_query(request, S("plan"));
    if (!edition_choose(request, conn, plan, STR_EMPTY, &out->choice, error))
        return false;
    const PlanEditions *editions = &out->choice.editions;
    for (size_t i = 0; i < editions->len; i++)
        if (editions->at[i].state != PLAN_EDITION_REVIEW)
            out->base = &editions->at[i];
    if (editions->len > 0 && editions->at[editions->len - 1].state == PLAN_EDITION_REVIEW)
        out->review_url = review_url(request->arena, editions->at[editions->len - 1].id);
    if (!out->choice.default_plan) {
        out->plan_field = out->choice.plan;
        out->draft.query = url_with(request->arena, STR_EMPTY, "plan", out->choice.plan);
    }
    out->plan = edition_place(request, &out->choice, out->base);
    return !arena_failed(request->arena) || error_memory(error);
}

Str drafting_url(Arena *arena, Str key, const PlanPlace *place)
{
    if (key.len == 0)
        return arena_join(arena, S("/draft"), place->query);
    return arena_printf(arena, "/draft/%.*s%.*s", STR_ARGS(url_encoded(arena, key)), STR_ARGS(place->query));
}

Str url_with(Arena *arena, Str url, const char *name, Str value)
{
    return arena_printf(arena, "%.*s%c%s=%.*s", STR_ARGS(url), str_contains(url, S("?")) ? '&' : '?', name,
        STR_ARGS(url_encoded(arena, value)));
}

MessageId draft_said(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(request_query(request, S("said")), str_of(SAID[i].name)))
            return SAID[i].message;
    return MESSAGE_COUNT;
}

bool draft_said_of_comments(MessageId said)
{
    return said == MESSAGE_draft_said_commented || said == MESSAGE_draft_said_settled ||
           said == MESSAGE_draft_said_opened;
}

void draft_return(const Request *request, Response *response, Str key, DraftSaid said, const char *anchor)
{
    Arena *arena = request->arena;
    Str plan = request_form(request, S("plan"));
    PlanPlace place = {plan.len > 0 ? url_with(arena, STR_EMPTY, "plan", plan) : STR_EMPTY};
    Str url = url_with(arena, drafting_url(arena, key, &place), "said", str_of(SAID[said].name));
    response_redirect(response, 303, arena_printf(arena, "%.*s#%s", STR_ARGS(url), anchor));
}
