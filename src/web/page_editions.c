/* GET /editions: which editions there are, at which step each stands, and what made it. */
#include "web/page_editions_internal.h"

#include "city/city.h"
#include "plan/change.h"
#include "web/page.h"
#include "web/page_evaluation_view.h"
#include "web/page_redline.h"
#include "web/review_place.h"
#include "web/site.h"
#include "web/templates.h"

static const CityPlan *plan_declared(const Request *request, const EditionChoice *choice)
{
    return request->site->city ? city_plan(request->site->city, choice->plan) : NULL;
}

Str edition_step(const Request *request, const EditionChoice *choice, const PlanEdition *edition)
{
    const CityPlan *plan = plan_declared(request, choice);
    if (edition->step.len > 0)
        return edition->step;
    for (size_t i = 0; plan && i < plan->steps.len; i++)
        if (str_equal(plan->steps.at[i], edition->name))
            return edition->name;
    return STR_EMPTY;
}

bool editions_begin(
    const Request *request, DbConn *conn, Str plan, EditionChoice *choice, EditionsPage *page, Error *error)
{
    Arena *arena = request->arena;
    if (!edition_choose(request, conn, plan, STR_EMPTY, choice, error))
        return false;
    Str query = choice->default_plan
                    ? STR_EMPTY
                    : arena_printf(arena, "?plan=%.*s", STR_ARGS(url_encoded(arena, choice->plan)));
    page->frame = edition_frame(request, choice);
    page->plan_field = choice->default_plan ? STR_EMPTY : choice->plan;
    page->home_url = arena_join(arena, S("/"), query);
    page->editions_url = arena_join(arena, S("/editions"), query);
    page->freeze_url = S("/editions/freeze");
    page->is_staff = request_evaluation_right(request) != EVALUATION_PUBLIC;
    page->said = page->freeze.wrong = MESSAGE_COUNT;
    return true;
}

/* --- steps --- */

static void add_steps(const Request *request, const EditionChoice *choice, EditionsPage *page)
{
    const CityPlan *plan = plan_declared(request, choice);
    ptrdiff_t last = -1;
    for (size_t i = 0; plan && i < plan->steps.len; i++) {
        StepView *step = VEC_PUSH(request->arena, &page->steps);
        if (!step)
            return;
        *step = (StepView){.name = plan->steps.at[i]};
        for (size_t j = 0; j < choice->editions.len; j++) {
            const PlanEdition *edition = &choice->editions.at[j];
            PlanPlace place = edition_place(request, choice, edition);
            PlanLink *link = str_equal(edition_step(request, choice, edition), step->name)
                                 ? VEC_PUSH(request->arena, &step->editions)
                                 : NULL;
            if (link)
                *link = (PlanLink){
                    .title = edition->name, .url = arena_join(request->arena, S("/"), place.query)};
        }
        if (step->editions.len > 0)
            last = (ptrdiff_t)i;
    }
    for (size_t i = 0; i < page->steps.len; i++) {
        page->steps.at[i].reached = (ptrdiff_t)i <= last;
        page->steps.at[i].current = (ptrdiff_t)i == last;
    }
}

/* --- editions --- */

static bool add_edition(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanEdition *edition, EditionsPage *page, Error *error)
{
    Arena *arena = request->arena;
    PlanChanges changes;
    const PlanChangeQuery query = {.plan_id = edition->plan_id, .made = edition->id};
    EditionRow *row = VEC_PUSH(arena, &page->rows);
    if (!row)
        return error_memory(error);
    PlanPlace place = edition_place(request, choice, edition);
    *row = (EditionRow){
        .name = edition->name,
        .url = arena_join(arena, S("/"), place.query),
        .step = edition_step(request, choice, edition),
        .date = day_print(arena, request->language, edition->created_at),
        .hash = edition->content_hash,
        .frozen = edition->state == PLAN_EDITION_FROZEN,
        .under_review = edition->state == PLAN_EDITION_REVIEW,
        .current = edition == choice->current,
    };
    const PlanEdition *before = edition_before(choice, edition);
    if (before) {
        row->before = before->name;
        row->redline_url = compare_url(arena, choice, before->name, edition->name, false);
        row->table_url = compare_url(arena, choice, before->name, edition->name, true);
    }
    if (row->under_review)
        row->review_url = review_url(arena, edition->id);
    if (!plan_change_list(conn, arena, &query, &changes, error))
        return false;
    row->changes = changes.len;
    return !page->is_staff || person_print(conn, arena, edition->created_by, &row->author, error);
}

static void add_choices(const Request *request, const EditionChoice *choice, EditionsPage *page)
{
    const PlanEdition *before = choice->current ? edition_before(choice, choice->current) : NULL;
    compare_add_editions(request->arena, choice, before ? before->name : STR_EMPTY, &page->from_options);
    compare_add_editions(
        request->arena, choice, choice->current ? choice->current->name : STR_EMPTY, &page->to_options);
}

bool page_editions(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    EditionsPage *page = ARENA_NEW(request->arena, EditionsPage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!page)
        return error_memory(error);
    if (!db_read_begin(request->site->db, &conn, error) ||
        !editions_begin(request, conn, request_query(request, S("plan")), &choice, page, error))
        return false;
    for (size_t i = choice.editions.len; i-- > 0;)
        if (!add_edition(request, conn, &choice, &choice.editions.at[i], page, error))
            return false;
    add_steps(request, &choice, page);
    add_choices(request, &choice, page);
    if (editions_may_freeze(request) &&
        !editions_read_draft(request, conn, &choice, STR_EMPTY, STR_EMPTY, &page->freeze, error))
        return false;
    if (str_equal(request_query(request, S("said")), S("frozen")))
        page->said = MESSAGE_editions_said_frozen;
    if (arena_failed(request->arena))
        return error_memory(error);
    page->layout = layout_of(request, message_text(request->language, MESSAGE_editions_of_plan), MENU_PLAN);
    Html html = page_begin(request, response);
    editions_page(&html, page);
    return page_end(&html, error);
}
