/* One inquiry: what was handed back, who has not answered, who answered what, and the changes that came in.
 *
 * The planner copies the words that remind the units, sends on what was handed back, and closes it.
 */
#include "web/page_inquiry.h"

#include "base/buf.h"
#include "web/page.h"
#include "web/page_draft_view.h"
#include "web/page_evaluation_view.h"
#include "web/record_words.h"
#include "web/site.h"
#include "web/templates.h"

#define REMIND_MAX ((size_t)64 << 10)

/* --- parts --- */

static bool part_view(const Request *request, DbConn *conn, const InquiryPage *page, const InquiryPart *part,
    InquiryPartView *out, Error *error)
{
    Arena *arena = request->arena;
    *out = (InquiryPartView){.id = part->id,
        .name = inquiry_part_name(arena, part),
        .url = inquiry_part_url(arena, part),
        .unit = inquiry_unit_title(request, part->unit),
        .unit_id = part->unit,
        .answer = part->answer,
        .words = part->words,
        .changes = part->changes};
    if (part->answered_at > 0)
        out->when = day_print(arena, request->language, part->answered_at);
    if (page->may_manage && page->inquiry.closed_at == 0 && part->answer == INQUIRY_RETURNED)
        out->resend_url = arena_join(arena, out->url, S("/resend"));
    return person_print(conn, arena, part->answered_by, &out->who, error);
}

/* The list of a unit that has not answered, made when it is not there yet. */
static InquiryPartViews *late_list(Arena *arena, InquiryPage *page, Str unit)
{
    for (size_t i = 0; i < page->late.len; i++)
        if (str_equal(page->late.at[i].unit, unit))
            return &page->late.at[i].parts;
    InquiryLate *late = VEC_PUSH(arena, &page->late);
    if (!late)
        return NULL;
    late->unit = unit;
    return &late->parts;
}

static bool add_parts(
    const Request *request, DbConn *conn, const InquiryParts *parts, InquiryPage *page, Error *error)
{
    for (size_t i = 0; i < parts->len; i++) {
        InquiryPartView view;
        if (!part_view(request, conn, page, &parts->at[i], &view, error))
            return false;
        InquiryPartViews *list = view.answer == INQUIRY_OPEN ? late_list(request->arena, page, view.unit)
                                 : view.answer == INQUIRY_RETURNED ? &page->returned
                                                                   : &page->answered;
        InquiryPartView *kept = list ? VEC_PUSH(request->arena, list) : NULL;
        if (!kept)
            return error_memory(error);
        *kept = view;
        page->waiting += view.answer == INQUIRY_OPEN;
    }
    return true;
}

/* --- changes --- */

static const InquiryPart *part_of(const InquiryParts *parts, Str cause)
{
    int64_t id = inquiry_of_cause(cause);
    for (size_t i = 0; i < parts->len; i++)
        if (parts->at[i].id == id)
            return &parts->at[i];
    return NULL;
}

/* One view for each group of changes: hunks of one rewording stand in one line. */
static bool add_change(const DraftReader *reader, const PlanChange *change, const InquiryPart *part,
    int64_t *group, InquiryPage *page, Error *error)
{
    Arena *arena = reader->request->arena;
    RedlinePieces pieces = draft_change_pieces(arena, change);
    InquiryChangeView *view =
        *group == change->group ? &page->changes.at[page->changes.len - 1] : VEC_PUSH(arena, &page->changes);
    if (!view)
        return error_memory(error);
    if (*group != change->group) {
        Str key = draft_change_key(&change->operation);
        *group = change->group;
        *view = (InquiryChangeView){.node = draft_reader_name(reader, key),
            .url = drafting_url(arena, key, &reader->place->draft),
            .unit = inquiry_unit_title(reader->request, part->unit),
            .reason = change->reason,
            .state = draft_state_message(change->state),
            .is_pending = change->state == PLAN_CHANGE_PENDING,
            .pieces = pieces};
        return person_print(reader->conn, arena, change->author, &view->author, error);
    }
    for (size_t i = 0; i <= pieces.len; i++) {
        RedlinePiece *piece = VEC_PUSH(arena, &view->pieces);
        if (!piece)
            return error_memory(error);
        *piece = i == 0 ? (RedlinePiece){'=', S(" … ")} : pieces.at[i - 1];
    }
    return true;
}

/* Those that no edition has yet, in the places of the draft's base. */
static bool add_changes(
    const Request *request, DbConn *conn, const InquiryParts *parts, InquiryPage *page, Error *error)
{
    DraftPlace place;
    DraftReader reader;
    int64_t group = 0;
    if (!draft_place_read(request, conn, &place, error))
        return false;
    if (!place.base || place.base->plan_id != page->inquiry.plan_id)
        return true;
    if (!draft_reader_begin(&reader, request, conn, &place, error))
        return false;
    for (size_t i = 0; i < reader.changes.len; i++) {
        const PlanChange *change = &reader.changes.at[i];
        const InquiryPart *part = part_of(parts, change->cause);
        bool shown = part && change->state != PLAN_CHANGE_WITHDRAWN && change->state != PLAN_CHANGE_REVISED;
        if (shown && !add_change(&reader, change, part, &group, page, error))
            return false;
    }
    return true;
}

/* --- words that remind --- */

static void add_line(Buf *out, const Request *request, MessageId id, size_t count, const Str *arguments)
{
    buf_add(out, message_print(request->arena, request->language, id, count, arguments));
    buf_add_byte(out, '\n');
}

static bool add_remind(const Request *request, InquiryPage *page, Error *error)
{
    AUTO_BUF out;
    buf_init(&out, REMIND_MAX);
    const Str arguments[] = {page->inquiry.title, page->due.day};
    add_line(&out, request, MESSAGE_inquiry_remind_subject, COUNT_OF(arguments), arguments);
    buf_add_byte(&out, '\n');
    add_line(&out, request, page->due.is_over ? MESSAGE_inquiry_remind_over : MESSAGE_inquiry_remind_soon,
        COUNT_OF(arguments), arguments);
    for (size_t i = 0; i < page->late.len; i++) {
        buf_add_byte(&out, '\n');
        add_line(&out, request, MESSAGE_inquiry_remind_unit, 1, &page->late.at[i].unit);
        for (size_t j = 0; j < page->late.at[i].parts.len; j++)
            add_line(&out, request, MESSAGE_inquiry_remind_part, 1, &page->late.at[i].parts.at[j].name);
    }
    buf_add_byte(&out, '\n');
    add_line(&out, request, MESSAGE_inquiry_remind_how, 0, NULL);
    page->remind = arena_str(request->arena, buf_str(&out));
    return !out.failed || error_memory(error);
}

/* --- the page --- */

static bool load(const Request *request, DbConn *conn, int64_t id, InquiryPage *page, Error *error)
{
    Arena *arena = request->arena;
    PlanEdition edition;
    InquiryParts parts;
    if (!inquiry_get(conn, arena, id, &page->inquiry, error) ||
        !plan_edition_get(conn, arena, page->inquiry.edition_id, &edition, error) ||
        !inquiry_part_list(conn, arena, id, NULL, 0, &parts, error) ||
        !person_print(conn, arena, page->inquiry.created_by, &page->sent_by, error) ||
        !person_print(conn, arena, page->inquiry.closed_by, &page->closed_by, error))
        return false;
    page->may_manage = draft_is_owner(request);
    page->due = inquiry_due(request, &page->inquiry);
    page->edition = edition.name;
    page->sent_on = day_print(arena, request->language, page->inquiry.created_at);
    page->close_url = arena_join(arena, inquiry_url(arena, id), S("/close"));
    if (page->inquiry.closed_at > 0)
        page->closed_on = day_print(arena, request->language, page->inquiry.closed_at);
    if (!inquiry_units(request, &page->units, error) || !add_parts(request, conn, &parts, page, error) ||
        !add_changes(request, conn, &parts, page, error))
        return false;
    return page->late.len == 0 || add_remind(request, page, error);
}

/* wrong: why what was sent was not done; empty: nothing was sent. */
static bool show(Request *request, Response *response, int64_t id, Str wrong, Error *error)
{
    InquiryPage page = {.said = inquiry_said(request), .wrong = wrong};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !load(request, conn, id, &page, error))
        return false;
    if (arena_failed(request->arena))
        return error_memory(error);
    if (wrong.len > 0)
        response->status = 422;
    page.layout = layout_of(request, page.inquiry.title, MENU_WORK);
    Html html = page_begin(request, response);
    inquiry_page(&html, &page);
    return page_end(&html, error);
}

bool page_inquiry(Request *request, Response *response, Error *error)
{
    int64_t id;
    return inquiry_may_read(request, error) && inquiry_parameter(request, S("id"), &id, error) &&
           show(request, response, id, STR_EMPTY, error);
}

/* --- what the planner does --- */

bool page_inquiry_close(Request *request, Response *response, Error *error)
{
    int64_t id;
    if (!inquiry_may_manage(request, error) || !inquiry_parameter(request, S("id"), &id, error) ||
        !inquiry_close(request->site->db, id, request->session->account.login, request->clock.instant, error))
        return false;
    inquiry_return(request, response, inquiry_url(request->arena, id), INQUIRY_SAID_CLOSED);
    return true;
}

/* The part must be one of the inquiry's that the address names. */
static bool check_part(const Request *request, int64_t id, int64_t part_id, Error *error)
{
    Inquiry inquiry;
    InquiryPart part;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(request->site->db, &conn, error) &&
           inquiry_part_get(conn, request->arena, part_id, &inquiry, &part, error) &&
           (inquiry.id == id || error_set(error, ERROR_NOT_FOUND, "the inquiry has no such part"));
}

bool page_inquiry_resend(Request *request, Response *response, Error *error)
{
    int64_t id, part;
    Str unit = request_form(request, S("unit"));
    if (!inquiry_may_manage(request, error) || !inquiry_parameter(request, S("id"), &id, error) ||
        !inquiry_parameter(request, S("part"), &part, error) || !check_part(request, id, part, error))
        return false;
    if (!request->site->city || !city_unit(request->site->city, unit))
        return show(
            request, response, id, message_text(request->language, MESSAGE_inquiry_wrong_resend), error);
    if (inquiry_resend(
            request->site->db, part, unit, request->session->account.login, request->clock.instant, error)) {
        inquiry_return(request, response, inquiry_url(request->arena, id), INQUIRY_SAID_RESENT);
        return true;
    }
    if (error->code != ERROR_INPUT && error->code != ERROR_CONFLICT)
        return false;
    return show(request, response, id, message_text(request->language, MESSAGE_inquiry_wrong_resent), error);
}
