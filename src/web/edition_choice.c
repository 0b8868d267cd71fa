/* Which plan and edition a request is about. The rows are few, so that one list answers every question. */
#include "web/edition_choice.h"

#include "city/city.h"
#include "web/page_layout.h"
#include "web/review_place.h"
#include "web/site.h"

bool may_see_reviews(const Request *request)
{
    return request->session && account_has_role(&request->session->account, S(ROLE_PLANNER));
}

/* The plan's name: the city's, in the request's language, else what the edition says. */
static bool choose_plan(const Request *request, Str plan, EditionChoice *out, Error *error)
{
    const City *city = request->site->city;
    if (!city || city->plans.len == 0) {
        out->plan = plan;
        out->default_plan = plan.len == 0;
        return true;
    }
    const CityPlan *declared = plan.len > 0 ? city_plan(city, plan) : &city->plans.at[0];
    if (!declared)
        return error_set(error, ERROR_NOT_FOUND, "the city has no plan of this name");
    out->plan = declared->id;
    out->title = declared->title.in[request->language];
    out->default_plan = declared == &city->plans.at[0];
    return true;
}

/* Drops what the visitor may not see and, when no plan was named and the city names none, other plans than
 * the first. */
static void keep_visible(const Request *request, EditionChoice *out)
{
    bool reviews = may_see_reviews(request);
    size_t kept = 0;
    for (size_t i = 0; i < out->editions.len; i++) {
        const PlanEdition edition = out->editions.at[i];
        bool other = kept > 0 && edition.plan_id != out->editions.at[0].plan_id;
        if (!other && (reviews || edition.state != PLAN_EDITION_REVIEW))
            out->editions.at[kept++] = edition;
    }
    out->editions.len = kept;
}

static const PlanEdition *find_current(const PlanEditions *editions)
{
    const PlanEdition *draft = NULL;
    for (size_t i = editions->len; i-- > 0;) {
        const PlanEdition *edition = &editions->at[i];
        if (edition->state == PLAN_EDITION_FROZEN)
            return edition;
        if (edition->state == PLAN_EDITION_DRAFT && !draft)
            draft = edition;
    }
    return draft;
}

static const PlanEdition *find_named(const PlanEditions *editions, Str name)
{
    for (size_t i = 0; i < editions->len; i++)
        if (str_equal(editions->at[i].name, name))
            return &editions->at[i];
    return NULL;
}

bool edition_choose(
    const Request *request, DbConn *conn, Str plan, Str edition, EditionChoice *out, Error *error)
{
    *out = (EditionChoice){0};
    if (!choose_plan(request, plan, out, error) ||
        !plan_edition_list(conn, request->arena, out->plan, &out->editions, error))
        return false;
    keep_visible(request, out);
    out->current = find_current(&out->editions);
    out->edition = edition.len > 0 ? find_named(&out->editions, edition) : out->current;
    if (edition.len > 0 && !out->edition)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no edition of this name");
    if (out->edition) {
        out->plan = out->edition->plan;
        if (out->title.len == 0)
            out->title = out->edition->title;
    }
    return true;
}

PlanPlace edition_place(const Request *request, const EditionChoice *choice, const PlanEdition *edition)
{
    Arena *arena = request->arena;
    bool is_current = !edition || edition == choice->current;
    Str plan = url_encoded(arena, choice->plan);
    Str name = is_current ? STR_EMPTY : url_encoded(arena, edition->name);
    if (choice->default_plan)
        return (PlanPlace){is_current ? STR_EMPTY : arena_printf(arena, "?edition=%.*s", STR_ARGS(name))};
    return (PlanPlace){arena_printf(
        arena, "?plan=%.*s%s%.*s", STR_ARGS(plan), is_current ? "" : "&edition=", STR_ARGS(name))};
}

PlanFrame edition_frame(const Request *request, const EditionChoice *choice)
{
    PlanFrame frame = {.plan_id = choice->plan, .plan_title = choice->title};
    frame.place = edition_place(request, choice, choice->edition);
    frame.current = choice->edition == choice->current;
    if (choice->edition) {
        frame.edition = choice->edition->name;
        frame.under_review = choice->edition->state == PLAN_EDITION_REVIEW;
        if (frame.under_review)
            frame.review_url = review_url(request->arena, choice->edition->id);
    }
    if (!frame.current && choice->current)
        frame.current_url = layout_url_with(request, S("edition"), STR_EMPTY);
    return frame;
}
