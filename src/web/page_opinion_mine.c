/* GET /opinions/mine?code=: one's own opinion by its code: the receipt, and later the answer and the sentence
 * that it changed. Nothing of it names who gave it. */
#include "web/page_opinion.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

/* The answer of its topic, once results are published. */
static bool add_answer(const Request *request, DbConn *conn, const OpinionPlace *place,
    const Opinion *opinion, OpinionMineView *mine, Error *error)
{
    OpinionTopicViews views = {0};
    OpinionTopics topics = {0};
    if (opinion->topic_id == 0 || place->period.published_at == 0)
        return true;
    OpinionTopic *topic = VEC_PUSH(request->arena, &topics);
    if (!topic)
        return error_memory(error);
    if (!opinion_topic_get(conn, request->arena, opinion->topic_id, OPINION_PUBLIC, topic, error) ||
        !opinion_topic_views(request, conn, place, &topics, true, &views, error))
        return false;
    mine->topic = views.at[0];
    mine->is_answered = topic->kind != OPINION_UNANSWERED;
    return true;
}

static bool load(const Request *request, DbConn *conn, OpinionMinePage *page, Error *error)
{
    OpinionPlace *place = ARENA_NEW(request->arena, OpinionPlace);
    Opinion *opinion = ARENA_NEW(request->arena, Opinion);
    Error missing = {0};
    if (!place || !opinion)
        return error_memory(error);
    if (!opinion_find(conn, request->arena, page->code, opinion, &missing)) {
        page->is_unknown = missing.code == ERROR_NOT_FOUND;
        if (!page->is_unknown)
            *error = missing;
        return page->is_unknown;
    }
    if (!opinion_place_of(request, conn, opinion->period_id, place, error))
        return false;
    page->has_opinion = true;
    opinion_view(request, place, opinion, &page->mine.view);
    page->mine.period = place->view;
    page->mine.code = opinion->code;
    page->url = arena_printf(request->arena, "/opinions/mine?code=%.*s", STR_ARGS(opinion->code));
    if (place->view.is_open && opinion->way == OPINION_BY_PAGE)
        page->again_url = arena_printf(request->arena, "/opinions/%lld/new?with=%.*s",
            (long long)place->period.id, STR_ARGS(opinion->code));
    return add_answer(request, conn, place, opinion, &page->mine, error);
}

bool page_opinion_mine(Request *request, Response *response, Error *error)
{
    OpinionMinePage page = {.code = request_query(request, S("code")),
        .is_receipt = str_equal(request_query(request, S("said")), S("received"))};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error))
        return false;
    if (str_trim(page.code).len > 0 && !load(request, conn, &page, error))
        return false;
    if (page.is_unknown)
        response->status = 404;
    const MessageId title =
        page.has_opinion && page.is_receipt ? MESSAGE_opinion_receipt_title : MESSAGE_opinion_mine_title;
    page.layout = layout_of(request, message_text(request->language, title), MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_mine_page(&html, &page);
    return page_end(&html, error);
}
