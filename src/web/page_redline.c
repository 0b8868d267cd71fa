/* The redline of two editions. Both are read whole in one snapshot; nodes are matched by their keys, which
 * they keep for life. */
#include "web/page_redline.h"

#include "plan/redline_tree.h"
#include "web/site.h"

const PlanEdition *edition_before(const EditionChoice *choice, const PlanEdition *edition)
{
    const PlanEdition *before = NULL;
    for (size_t i = 0; i < choice->editions.len; i++) {
        const PlanEdition *at = &choice->editions.at[i];
        if (at->id == edition->parent_id)
            return at;
        if (at->id < edition->id)
            before = at;
    }
    return before;
}

static const PlanEdition *edition_from(const Request *request, const EditionChoice *choice, Error *error)
{
    Str name = request_query(request, S("from"));
    const PlanEdition *from = name.len == 0 ? edition_before(choice, choice->edition) : NULL;
    for (size_t i = 0; name.len > 0 && i < choice->editions.len; i++)
        if (str_equal(choice->editions.at[i].name, name))
            from = &choice->editions.at[i];
    if (!from)
        error_set(error, ERROR_NOT_FOUND, "there is no edition to compare with");
    return from;
}

/* Both editions, the older first. */
static bool load(const Request *request, EditionChoice *choice, const PlanEdition **from,
    const Plan *plans[2], Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) ||
        !edition_choose(request, conn, request_query(request, S("plan")),
            request_query(request, S("edition")), choice, error))
        return false;
    if (!choice->edition)
        return error_set(error, ERROR_NOT_FOUND, "the plan has no edition yet");
    *from = edition_from(request, choice, error);
    if (!*from)
        return false;
    plans[0] = plan_load(conn, request->arena, *from, error);
    plans[1] = plans[0] ? plan_load(conn, request->arena, choice->edition, error) : NULL;
    return plans[1] != NULL;
}

bool page_redline(Request *request, Response *response, Error *error)
{
    EditionChoice choice;
    const PlanEdition *from = NULL;
    const Plan *plans[2] = {NULL, NULL};
    RedlineTree trees[2];
    Redline redline;
    if (!load(request, &choice, &from, plans, error) ||
        !redline_tree_of_plan(request->arena, plans[0], &trees[0], error) ||
        !redline_tree_of_plan(request->arena, plans[1], &trees[1], error) ||
        !redline_trees(
            request->arena, &trees[0], &trees[1], REDLINE_BY_NAME, REDLINE_CHARACTERS, &redline, error) ||
        !redline_write_html(&redline, request->language, &response->body, error))
        return false;
    response->content_type = S("text/html; charset=utf-8");
    response_download(response, arena_printf(request->arena, "%.*s-%.*s-%.*s.html", STR_ARGS(choice.plan),
                                    STR_ARGS(from->name), STR_ARGS(choice.edition->name)));
    return !arena_failed(request->arena) || error_memory(error);
}
