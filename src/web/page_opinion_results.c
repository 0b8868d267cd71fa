/* GET /opinions/{period}/results and results.csv: opinions and answers by their place in the plan. Public
 * once they are published; before that a preview for staff. Neither has a name or an address. */
#include "web/page_opinion.h"

#include "base/csv.h"
#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

static bool load(
    const Request *request, DbConn *conn, OpinionPlace *place, OpinionResultsPage *page, Error *error)
{
    OpinionTopics topics;
    if (!request_opinion_place(request, conn, place, error) ||
        !opinion_topic_list(conn, request->arena, place->period.id, place->right, &topics, error))
        return false;
    page->place = place;
    page->view = &place->view;
    page->is_preview = !place->view.is_published;
    page->topic_count = topics.len;
    return opinion_topic_views(request, conn, place, &topics, !page->is_preview, &page->topics, error);
}

static void count_kinds(const Request *request, OpinionResultsPage *page)
{
    for (int i = 0; i < OPINION_ANSWER_KIND_COUNT; i++)
        page->kinds[i] =
            (OpinionCount){.title = opinion_answer_title((OpinionAnswerKind)i, request->language),
                .says = opinion_answer_says((OpinionAnswerKind)i, request->language)};
    for (size_t i = 0; i < page->topics.len; i++) {
        OpinionCount *count = &page->kinds[page->topics.at[i].topic->kind];
        count->topics++;
        count->opinions += page->topics.at[i].count;
    }
}

/* How many came in which way. */
static bool count_ways(const Request *request, DbConn *conn, OpinionResultsPage *page, Error *error)
{
    Opinions opinions;
    size_t counts[OPINION_WAY_COUNT] = {0};
    if (!opinion_list(conn, request->arena, page->place->period.id, OPINION_STAFF, &opinions, error))
        return false;
    for (size_t i = 0; i < opinions.len; i++)
        counts[opinions.at[i].way]++;
    for (int i = 0; i < OPINION_WAY_COUNT; i++) {
        OpinionCount *count = counts[i] > 0 ? VEC_PUSH(request->arena, &page->ways) : NULL;
        if (count)
            *count = (OpinionCount){
                .title = opinion_way_title((OpinionWay)i, request->language), .opinions = counts[i]};
    }
    return true;
}

bool page_opinion_results(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    OpinionResultsPage page = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &place, &page, error) ||
        !count_ways(request, conn, &page, error))
        return false;
    count_kinds(request, &page);
    page.csv_url = opinion_period_url(request->arena, place.period.id, "/results.csv");
    if (place.right != OPINION_PUBLIC)
        page.work_url = opinion_period_url(request->arena, place.period.id, "/work");
    if (arena_failed(request->arena))
        return error_memory(error);
    page.layout =
        layout_of(request, message_text(request->language, MESSAGE_opinion_results_title), MENU_PLAN);
    Html html = page_begin(request, response);
    opinion_results_page(&html, &page);
    return page_end(&html, error);
}

/* --- as a file --- */

static const MessageId HEADINGS[] = {MESSAGE_opinion_results_number, MESSAGE_opinion_results_place,
    MESSAGE_opinion_results_summary, MESSAGE_opinion_results_count, MESSAGE_opinion_results_answer,
    MESSAGE_opinion_results_kind, MESSAGE_opinion_results_changed};

/* 見え消し as text: ［削除：…］［追加：…］. */
static Str change_words(const Request *request, const OpinionChangeView *view)
{
    Arena *arena = request->arena;
    Str words = view->says;
    for (size_t i = 0; i < view->pieces.len; i++) {
        const RedlinePiece *piece = &view->pieces.at[i];
        Str text = piece->text;
        if (piece->op != REDLINE_KEPT)
            text = message_print(arena, request->language,
                piece->op == REDLINE_STRUCK ? MESSAGE_opinion_csv_struck : MESSAGE_opinion_csv_inserted, 1,
                &piece->text);
        words = arena_join(arena, words, text);
    }
    return words;
}

static void add_line(const Request *request, const OpinionTopicView *view, size_t number, Buf *out)
{
    Arena *arena = request->arena;
    bool first = true;
    Str changed = STR_EMPTY;
    for (size_t i = 0; i < view->changes.len; i++)
        changed = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(changed), i > 0 ? "\n" : "",
            STR_ARGS(change_words(request, &view->changes.at[i])));
    csv_cell(out, &first, arena_printf(arena, "%zu", number));
    csv_cell(out, &first, view->place);
    csv_cell(out, &first, view->topic->summary);
    csv_cell(out, &first, arena_printf(arena, "%zu", view->count));
    csv_cell(out, &first, view->topic->answer);
    csv_cell(out, &first, view->kind);
    csv_cell(out, &first, changed);
    csv_row_end(out);
}

bool page_opinion_results_csv(Request *request, Response *response, Error *error)
{
    OpinionPlace place;
    OpinionResultsPage page = {0};
    bool first = true;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &place, &page, error))
        return false;
    buf_add(&response->body, S("\xEF\xBB\xBF"));
    for (size_t i = 0; i < COUNT_OF(HEADINGS); i++)
        csv_cell(&response->body, &first, message_text(request->language, HEADINGS[i]));
    csv_row_end(&response->body);
    for (size_t i = 0; i < page.topics.len; i++)
        add_line(request, &page.topics.at[i], i + 1, &response->body);
    if (arena_failed(request->arena))
        return error_memory(error);
    response->content_type = S("text/csv; charset=utf-8");
    response_download(
        response, arena_printf(request->arena, "意見募集の結果-%lld.csv", (long long)place.period.id));
    return !response->body.failed || error_memory(error);
}
