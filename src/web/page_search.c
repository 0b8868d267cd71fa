/* Search in one edition: hits in document order under the policy they stand in, found words marked. */
#include "web/page_search.h"

#include "base/utf8.h"
#include "web/edition_choice.h"
#include "web/page.h"
#include "web/page_plan_internal.h"
#include "web/site.h"
#include "web/templates.h"

#define PAGES_MAX 100000

/* The policy above a hit, or the hit itself; NULL for what stands above the policies. */
static const PlanNode *policy_of(const PlanHit *hit)
{
    for (size_t i = 0; i < hit->above_count; i++)
        if (hit->above[i].kind == PLAN_POLICY)
            return &hit->above[i];
    return hit->node.kind == PLAN_POLICY ? &hit->node : NULL;
}

static Str path_of(Arena *arena, const PlanHit *hit)
{
    Str path = STR_EMPTY;
    bool below = false;
    for (size_t i = 0; i < hit->above_count; i++) {
        if (below)
            path = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(path), path.len > 0 ? " › " : "",
                STR_ARGS(node_title(arena, &hit->above[i])));
        below = below || hit->above[i].kind == PLAN_POLICY;
    }
    return path;
}

static HitGroup *take_group(Arena *arena, SearchPage *page, const PlanHit *hit)
{
    const PlanNode *policy = policy_of(hit);
    PlanLink link = node_link(arena, policy, &page->frame.place);
    if (policy)
        link.title = node_title(arena, policy);
    HitGroup *last = page->groups.len > 0 ? &page->groups.at[page->groups.len - 1] : NULL;
    if (last && str_equal(last->url, link.url))
        return last;
    HitGroup *group = VEC_PUSH(arena, &page->groups);
    if (group)
        *group = (HitGroup){.title = link.title, .url = link.url};
    return group;
}

static void add_hits(Arena *arena, SearchPage *page, const PlanHits *hits)
{
    for (size_t i = 0; i < hits->len; i++) {
        const PlanHit *hit = &hits->at[i];
        HitGroup *group = take_group(arena, page, hit);
        HitView *view = group ? VEC_PUSH(arena, &group->hits) : NULL;
        if (!view)
            return;
        *view = (HitView){hit, path_of(arena, hit), node_url(arena, hit->node.key, &page->frame.place)};
    }
}

static void add_pages(const Request *request, SearchPage *page, size_t shown)
{
    Arena *arena = request->arena;
    page->page_count = (page->total + SEARCH_PAGE_SIZE - 1) / SEARCH_PAGE_SIZE;
    page->first = (page->page_number - 1) * SEARCH_PAGE_SIZE + 1;
    page->last = page->first + shown - 1;
    if (page->page_number > 1)
        page->previous_url =
            layout_url_with(request, S("page"), arena_printf(arena, "%zu", page->page_number - 1));
    if (page->page_number < page->page_count)
        page->next_url =
            layout_url_with(request, S("page"), arena_printf(arena, "%zu", page->page_number + 1));
}

static bool find(
    const Request *request, DbConn *conn, const PlanEdition *edition, SearchPage *page, Error *error)
{
    PlanHits *hits = ARENA_NEW(request->arena, PlanHits);
    if (!hits)
        return error_memory(error);
    size_t offset = (page->page_number - 1) * SEARCH_PAGE_SIZE;
    if (!plan_search(
            conn, request->arena, edition, page->query, offset, SEARCH_PAGE_SIZE, hits, &page->total, error))
        return false;
    if (hits->len == 0 && page->total > 0 &&
        page->page_number > 1) { /* behind the last page: the last page */
        page->page_number = (page->total + SEARCH_PAGE_SIZE - 1) / SEARCH_PAGE_SIZE;
        return find(request, conn, edition, page, error);
    }
    add_hits(request->arena, page, hits);
    add_pages(request, page, hits->len);
    return !arena_failed(request->arena) || error_memory(error);
}

static Str title_of(const Request *request, const SearchPage *page)
{
    if (page->query.len == 0)
        return message_text(request->language, MESSAGE_search_title);
    Str title = message_print(request->arena, request->language, MESSAGE_search_title_of, 1, &page->query);
    if (page->page_number == 1)
        return title;
    return arena_printf(request->arena, "%.*s (%zu)", STR_ARGS(title), page->page_number);
}

bool page_search(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")),
            request_query(request, S("edition")), &choice, error))
        return false;
    SearchPage page = {
        .frame = edition_frame(request, &choice),
        .query = utf8_slice(str_trim(request_query(request, S("q"))), 0, SEARCH_QUERY_MAX),
        .page_number = (size_t)request_query_int(request, S("page"), 1, PAGES_MAX, 1),
    };
    if (page.query.len > 0 && choice.edition && !find(request, conn, choice.edition, &page, error))
        return false;
    page.layout = layout_of(request, title_of(request, &page), MENU_NOTHING);
    Html html = page_begin(request, response);
    search_page(&html, &page);
    return page_end(&html, error);
}
