/* Every wording of a node. Editions that the visitor may not see are passed over, and each wording is
 * compared with the last one that was shown. */
#include "web/page_timeline.h"

#include "plan/draft.h"
#include "web/page.h"
#include "web/page_compare.h"
#include "web/page_evaluation_view.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

#define TITLE_GRAPHEMES 40

static Str plan_query(Arena *arena, const EditionChoice *choice)
{
    return choice->default_plan
               ? STR_EMPTY
               : arena_printf(arena, "?plan=%.*s", STR_ARGS(url_encoded(arena, choice->plan)));
}

Str timeline_url(Arena *arena, const EditionChoice *choice, Str key)
{
    return arena_printf(arena, "/plan/%.*s/timeline%.*s", STR_ARGS(url_encoded(arena, key)),
        STR_ARGS(plan_query(arena, choice)));
}

static const PlanEdition *find_edition(const EditionChoice *choice, int64_t id)
{
    for (size_t i = 0; i < choice->editions.len; i++)
        if (choice->editions.at[i].id == id)
            return &choice->editions.at[i];
    return NULL;
}

static Str line_of(Arena *arena, const PlanVersion *version)
{
    return version->number.len > 0
               ? arena_printf(arena, "%.*s %.*s", STR_ARGS(version->number), STR_ARGS(version->text))
               : version->text;
}

/* What the page is made of while it is read. */
typedef struct Reading {
    const Request *request;
    DbConn *conn;
    const EditionChoice *choice;
    const PlanMoment *before; /* the last one that was shown */
    TimelinePage *page;
} Reading;

static bool add_moment(Reading *reading, const PlanMoment *moment, const PlanEdition *edition, Error *error)
{
    const PlanMoment *before = reading->before;
    Arena *arena = reading->request->arena;
    TimelineMoment *view = VEC_PUSH(arena, &reading->page->moments);
    if (!view)
        return error_memory(error);
    PlanPlace place = edition_place(reading->request, reading->choice, edition);
    Str line = line_of(arena, &moment->version);
    *view = (TimelineMoment){
        .edition = edition->name,
        .url = node_url(arena, reading->page->key, &place),
        .date = day_print(arena, reading->request->language, moment->version.created_at),
        .first = before == NULL,
        .draft = edition->state != PLAN_EDITION_FROZEN,
    };
    reading->before = moment;
    if (before) {
        view->moved = !str_equal(before->version.parent_key, moment->version.parent_key);
        view->same = !view->moved && str_equal(line_of(arena, &before->version), line) && moment->same;
        view->compare_url = compare_url(arena, reading->choice, before->version.edition, edition->name, true);
    }
    return redline_text(arena, before ? line_of(arena, &before->version) : line, line, REDLINE_CHARACTERS,
               &view->pieces, error) &&
           change_whys(reading->request, reading->conn, &moment->changes, &view->whys, error);
}

static void turn_around(TimelinePage *page)
{
    for (size_t i = 0; i + 1 < page->moments.len - i; i++) {
        TimelineMoment *a = &page->moments.at[i], *b = &page->moments.at[page->moments.len - 1 - i];
        TimelineMoment kept = *a;
        *a = *b;
        *b = kept;
    }
}

static bool read_timeline(
    const Request *request, DbConn *conn, const EditionChoice *choice, TimelinePage *page, Error *error)
{
    PlanTimeline timeline;
    Reading reading = {.request = request, .conn = conn, .choice = choice, .page = page};
    if (!plan_timeline(conn, request->arena, choice->edition->plan_id, page->key, &timeline, error))
        return false;
    for (size_t i = 0; i < timeline.len; i++) {
        const PlanEdition *edition = find_edition(choice, timeline.at[i].version.edition_id);
        if (edition && !add_moment(&reading, &timeline.at[i], edition, error))
            return false;
    }
    if (!reading.before)
        return error_set(error, ERROR_NOT_FOUND, "no edition has an item with this key");
    page->title =
        text_head(request->arena, line_of(request->arena, &reading.before->version), TITLE_GRAPHEMES);
    turn_around(page);
    page->node_url = page->moments.at[0].url;
    return true;
}

bool page_timeline(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    TimelinePage *page = ARENA_NEW(request->arena, TimelinePage);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!page)
        return error_memory(error);
    page->key = request_parameter(request, S("key"));
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")), STR_EMPTY, &choice, error))
        return false;
    if (!choice.edition)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no edition yet");
    page->frame = edition_frame(request, &choice);
    if (!read_timeline(request, conn, &choice, page, error))
        return false;
    if (request_evaluation_right(request) != EVALUATION_PUBLIC)
        page->draft_url = arena_printf(request->arena, "/draft/%.*s%.*s",
            STR_ARGS(url_encoded(request->arena, page->key)), STR_ARGS(plan_query(request->arena, &choice)));
    Str title = message_print(request->arena, request->language, MESSAGE_timeline_title_of, 2,
        (const Str[]){page->key, page->title});
    if (arena_failed(request->arena))
        return error_memory(error);
    page->layout = layout_of(request, title, MENU_PLAN);
    Html html = page_begin(request, response);
    timeline_page(&html, page);
    return page_end(&html, error);
}
