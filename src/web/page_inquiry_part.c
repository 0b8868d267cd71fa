/* A unit's part of an inquiry: its wordings as they are drafted, the way to change each, and the answer.
 *
 * An answer that does not fit the changes that came in is asked about once: 修正あり without any, 異議なし
 * with some.
 */
#include "web/page_inquiry.h"

#include "web/page.h"
#include "web/page_draft_view.h"
#include "web/page_evaluation_view.h"
#include "web/plan_view.h"
#include "web/site.h"
#include "web/templates.h"

/* --- wordings --- */

static bool is_edit_of(const PlanChange *change, Str key)
{
    const PlanOperation *operation = &change->operation;
    return (operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME) && str_equal(operation->key, key);
}

/* How many groups of changes wait at the node; *edits: whether one of them is of its text. */
static size_t count_pending(const DraftReader *reader, Str key, bool *edits)
{
    size_t count = 0;
    int64_t group = 0;
    *edits = false;
    for (size_t i = 0; i < reader->changes.len; i++) {
        const PlanChange *change = &reader->changes.at[i];
        if (change->state != PLAN_CHANGE_PENDING || !str_equal(draft_change_key(&change->operation), key))
            continue;
        *edits |= is_edit_of(change, key);
        count += change->group != group;
        group = change->group;
    }
    return count;
}

/* The present wording with pending edits struck and put in; what is decided already is as it was decided. */
static bool add_wording(const DraftReader *reader, Str key, RedlinePieces *out, Error *error)
{
    Arena *arena = reader->request->arena;
    PlanStretches stretches = {0};
    PlanChangeIds apart = {0};
    if (!plan_wording(arena, reader->base, &reader->operations, key, &stretches, &apart, error))
        return false;
    for (size_t i = 0; i < stretches.len; i++) {
        const PlanStretch *stretch = &stretches.at[i];
        if (stretch->accepted && stretch->op == '-')
            continue;
        RedlinePiece *piece = VEC_PUSH(arena, out);
        if (!piece)
            return error_memory(error);
        *piece = (RedlinePiece){stretch->accepted ? '=' : stretch->op, stretch->text};
    }
    return true;
}

static bool add_node(
    const DraftReader *reader, const PlanNode *node, int depth, InquiryPartPage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    bool edits;
    InquiryNodeView *view = VEC_PUSH(arena, &page->nodes);
    if (!view)
        return error_memory(error);
    *view = (InquiryNodeView){.kind = kind_message(node->kind),
        .number = node->number,
        .depth = depth < 4 ? depth : 4,
        .is_title = node->kind != PLAN_INITIATIVE && node->kind != PLAN_FACT,
        .pending = count_pending(reader, node->key, &edits)};
    view->url = url_with(arena, drafting_url(arena, node->key, &reader->place->draft), "inquiry",
        arena_printf(arena, "%lld", (long long)page->part.id));
    if (edits)
        return add_wording(reader, node->key, &view->pieces, error);
    RedlinePiece *piece = node->text.len > 0 ? VEC_PUSH(arena, &view->pieces) : NULL;
    if (piece)
        *piece = (RedlinePiece){'=', node->text};
    return true;
}

/* The part's node in the present draft and everything below it. */
static bool add_nodes(const DraftReader *reader, InquiryPartPage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    const Plan *draft = plan_operations_apply(arena, reader->base, &reader->operations, NULL, error);
    if (!draft)
        return false;
    int *depths = arena_array(arena, draft->nodes.len, sizeof *depths); /* from 1 within the part, else 0 */
    if (!depths)
        return error_memory(error);
    for (size_t i = 0; i < draft->nodes.len; i++) {
        const PlanNode *node = &draft->nodes.at[i];
        int above = node->parent < 0 ? 0 : depths[node->parent];
        if (above == 0 && !str_equal(node->key, page->part.key))
            continue;
        depths[i] = above + 1;
        if (!add_node(reader, node, above, page, error))
            return false;
    }
    return true;
}

static bool add_draft(const Request *request, DbConn *conn, InquiryPartPage *page, Error *error)
{
    DraftPlace place;
    DraftReader reader;
    if (!draft_place_read(request, conn, &place, error))
        return false;
    if (place.base && place.base->plan_id == page->inquiry.plan_id &&
        (!draft_reader_begin(&reader, request, conn, &place, error) || !add_nodes(&reader, page, error)))
        return false;
    page->is_gone = page->nodes.len == 0;
    return true;
}

/* --- the page --- */

static bool add_steps(const Request *request, DbConn *conn, InquiryPartPage *page, Error *error)
{
    InquirySteps steps;
    if (!inquiry_step_list(conn, request->arena, page->part.id, &steps, error))
        return false;
    for (size_t i = 0; i < steps.len; i++) {
        InquiryStepView *view = VEC_PUSH(request->arena, &page->steps);
        if (!view)
            return error_memory(error);
        *view = (InquiryStepView){.unit = inquiry_unit_title(request, steps.at[i].unit),
            .when = day_print(request->arena, request->language, steps.at[i].instant),
            .words = steps.at[i].words,
            .answer = steps.at[i].answer};
        if (!person_print(conn, request->arena, steps.at[i].actor, &view->who, error))
            return false;
    }
    return true;
}

/* The part that the address names. */
static bool load(const Request *request, DbConn *conn, InquiryPartPage *page, Error *error)
{
    int64_t id, part;
    Arena *arena = request->arena;
    if (!inquiry_may_read(request, error) || !inquiry_parameter(request, S("id"), &id, error) ||
        !inquiry_parameter(request, S("part"), &part, error) ||
        !inquiry_part_get(conn, arena, part, &page->inquiry, &page->part, error))
        return false;
    if (page->inquiry.id != id)
        return error_set(error, ERROR_NOT_FOUND, "the inquiry has no such part");
    page->is_closed = page->inquiry.closed_at > 0;
    page->may_answer = !page->is_closed && inquiry_is_own(request, page->part.unit);
    page->name = inquiry_part_name(arena, &page->part);
    page->unit = inquiry_unit_title(request, page->part.unit);
    page->url = inquiry_part_url(arena, &page->part);
    page->inquiry_url = inquiry_url(arena, id);
    page->due = inquiry_due(request, &page->inquiry);
    return true;
}

static bool show(
    const Request *request, Response *response, DbConn *conn, InquiryPartPage *page, Error *error)
{
    if (!add_draft(request, conn, page, error) || !add_steps(request, conn, page, error))
        return false;
    if (arena_failed(request->arena))
        return error_memory(error);
    if (page->wrong.len > 0)
        response->status = 422;
    const Str arguments[] = {page->name, page->inquiry.title};
    Str title = message_print(
        request->arena, request->language, MESSAGE_inquiry_part_title, COUNT_OF(arguments), arguments);
    page->layout = layout_of(request, title, MENU_WORK);
    Html html = page_begin(request, response);
    inquiry_part_page(&html, page);
    return page_end(&html, error);
}

bool page_inquiry_part(Request *request, Response *response, Error *error)
{
    InquiryPartPage page = {.said = inquiry_said(request)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &page, error))
        return false;
    page.answer = page.part.answer;
    page.words = page.part.words;
    return show(request, response, conn, &page, error);
}

/* --- answering --- */

/* Why the answer is not kept as it was sent; MESSAGE_COUNT: nothing is wrong. */
static MessageId check(const Request *request, InquiryPartPage *page)
{
    bool sure = request_form(request, S("sure")).len > 0;
    if (page->answer == INQUIRY_OPEN)
        return MESSAGE_inquiry_wrong_answer;
    if (page->answer == INQUIRY_RETURNED && str_trim(page->words).len == 0)
        return MESSAGE_inquiry_wrong_returned;
    if (page->answer == INQUIRY_EDITED && page->part.changes == 0 && !sure) {
        page->asks = true;
        return MESSAGE_inquiry_asks_edited;
    }
    if (page->answer == INQUIRY_CONFIRMED && page->part.changes > 0 && !sure) {
        page->asks = true;
        return MESSAGE_inquiry_asks_confirmed;
    }
    return MESSAGE_COUNT;
}

bool page_inquiry_part_post(Request *request, Response *response, Error *error)
{
    InquiryPartPage page = {.said = MESSAGE_COUNT, .words = request_form(request, S("words"))};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, &page, error))
        return false;
    if (!inquiry_is_own(request, page.part.unit))
        return error_set(error, ERROR_DENIED, "only the unit it was sent to answers");
    if (!inquiry_answer_from_name(request_form(request, S("answer")), &page.answer))
        page.answer = INQUIRY_OPEN;
    MessageId wrong = check(request, &page);
    if (wrong != MESSAGE_COUNT) {
        page.wrong = message_text(request->language, wrong);
        return show(request, response, conn, &page, error);
    }
    db_read_end(&conn); /* before the write: one connection at a time */
    const Account *account = &request->session->account;
    const InquiryReply reply = {.part = page.part.id,
        .answer = page.answer,
        .words = page.words,
        .actor = account->login,
        .units = account->units.at,
        .unit_count = account->units.len,
        .instant = request->clock.instant};
    if (inquiry_answer(request->site->db, &reply, error)) {
        inquiry_return(request, response, page.url, INQUIRY_SAID_ANSWERED);
        return true;
    }
    if (error->code != ERROR_INPUT) /* else a text that is too long */
        return false;
    page.wrong = message_text(request->language, MESSAGE_inquiry_wrong_words);
    return db_read_begin(request->site->db, &conn, error) && show(request, response, conn, &page, error);
}
