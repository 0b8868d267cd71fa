/* POST /draft/{key}/reword: another wording of a node, or a look at its redline first.
 *
 * The form carries what its author saw (`seen`, and the wording `began`). When somebody was faster, a page
 * shows both texts with the redline between them, and the author either proposes hers beside the other's or
 * goes on from the other's, with hers kept below the text area. */
#include "web/page_draft_internal.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

#define PART "reword"

typedef struct Wrong {
    ErrorCode code;
    MessageId message;
} Wrong;

static const Wrong WRONGS[] = {
    {ERROR_INPUT, MESSAGE_draft_wrong_input},
    {ERROR_LIMIT, MESSAGE_draft_wrong_long},
    {ERROR_CONFLICT, MESSAGE_draft_wrong_conflict},
    {ERROR_NOT_FOUND, MESSAGE_draft_wrong_gone},
};

bool draft_form_wrong(const Request *request, DraftForm *form, const Error *error)
{
    for (size_t i = 0; i < COUNT_OF(WRONGS); i++)
        if (error->code == WRONGS[i].code) {
            form->wrong = message_text(request->language, WRONGS[i].message);
            form->detail = str_of(error->message);
            form->status = error->code == ERROR_CONFLICT ? 409 : 422;
            return true;
        }
    return false;
}

static DraftForm read_form(const Request *request)
{
    DraftForm form = {.part = S(PART),
        .after = draft_one_line(request->arena, request_form(request, S("after"))),
        .reason = request_form(request, S("reason")),
        .cause = request_form(request, S("cause")),
        .began = request_form(request, S("began")),
        .kept = request_form(request, S("kept")),
        .preview = request_form(request, S("preview")).len > 0};
    if (!change_cause_is_known(form.cause))
        form.cause = STR_EMPTY;
    if (!str_to_int(request_form(request, S("revises")), &form.revises))
        form.revises = 0;
    return form;
}

/* --- somebody was faster --- */

/* What the node's newest change by now is: a pending one is another proposal, else the present wording moved.
 */
static const PlanChange *newest_of(const DraftReader *reader, Str key)
{
    const PlanChange *newest = NULL;
    for (size_t i = 0; i < reader->changes.len; i++) {
        const PlanChange *change = &reader->changes.at[i];
        bool edits = change->operation.kind == PLAN_EDIT || change->operation.kind == PLAN_RENAME;
        bool is_live = change->state == PLAN_CHANGE_PENDING || change->state == PLAN_CHANGE_ACCEPTED;
        if (edits && is_live && str_equal(change->operation.key, key))
            newest = change;
    }
    return newest;
}

static bool fill_conflict(
    DraftReader *reader, Str key, const DraftForm *form, DraftConflictPage *page, Error *error)
{
    const Request *request = reader->request;
    Arena *arena = request->arena;
    const PlanChange *newest = newest_of(reader, key);
    page->form = *form;
    page->hers = form->after;
    page->began = form->began;
    page->name = draft_reader_name(reader, key);
    page->key_path = url_encoded(arena, key);
    page->node_url = drafting_url(arena, key, &reader->place->draft);
    page->other_is_pending = newest && newest->state == PLAN_CHANGE_PENDING;
    page->other_change = page->other_is_pending ? newest->id : 0;
    if (!plan_change_newest(reader->conn, reader->place->base->id, key, &page->form.seen, error) ||
        !plan_wording_now(arena, reader->base, &reader->operations, key, &page->form.began, error))
        return false;
    page->other = page->form.began;
    if (page->other_is_pending && !draft_wanted(reader, key, newest->group, &page->other, error))
        return false;
    if (newest && !draft_reader_person(reader, newest->author, &page->who, error))
        return false;
    if (newest)
        page->when = day_print(arena, request->language, newest->created_at);
    page->began_differs = !str_equal(page->began, page->other);
    return redline_text(arena, page->other, page->hers, REDLINE_CHARACTERS, &page->between, error);
}

static bool read_conflict(const Request *request, DraftPlace *place, Str key, const DraftForm *form,
    DraftConflictPage *page, Error *error)
{
    DraftReader reader;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    return draft_reader_begin(&reader, request, conn, place, error) &&
           fill_conflict(&reader, key, form, page, error);
}

static bool show_conflict(Request *request, Response *response, Str key, const DraftForm *form, Error *error)
{
    DraftPlace place;
    DraftConflictPage *page = ARENA_NEW(request->arena, DraftConflictPage);
    if (!page)
        return error_memory(error);
    *page = (DraftConflictPage){.place = &place};
    if (!read_conflict(request, &place, key, form, page, error))
        return false;
    response->status = 409;
    page->layout =
        layout_of(request, message_text(request->language, MESSAGE_draft_conflict_title), MENU_DRAFT);
    Html html = page_begin(request, response);
    draft_conflict_page(&html, page);
    return page_end(&html, error);
}

/* --- sending --- */

/* What can be said in the author's own language before anything is tried. */
static void check(const Request *request, DraftForm *form)
{
    MessageId why = MESSAGE_COUNT;
    if (form->after.len == 0)
        why = MESSAGE_draft_wrong_empty;
    else if (str_equal(form->after, form->began) && form->revises == 0)
        why = MESSAGE_draft_wrong_same;
    else if (!form->preview && str_trim(form->reason).len == 0)
        why = MESSAGE_draft_wrong_reason;
    if (why == MESSAGE_COUNT)
        return;
    form->wrong = message_text(request->language, why);
    form->status = 422;
}

/* The edition that drafting stands on, and what is newest on the node. */
static bool read_base(const Request *request, Str key, DraftPlace *place, int64_t *newest, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error) || !draft_place_read(request, conn, place, error))
        return false;
    if (!place->base)
        return error_set(error, ERROR_NOT_FOUND, "there is no plan yet");
    return plan_change_newest(conn, place->base->id, key, newest, error);
}

/* From the text of another: hers is kept beside it. */
static void go_on_from_other(const Request *request, DraftForm *form)
{
    form->kept = form->after;
    form->after = draft_one_line(request->arena, request_form(request, S("other")));
    if (!str_to_int(request_form(request, S("other_change")), &form->revises))
        form->revises = 0;
}

bool page_draft_reword(Request *request, Response *response, Error *error)
{
    DraftPlace place;
    int64_t newest;
    Str key = request_parameter(request, S("key"));
    DraftForm form = read_form(request);
    if (!str_to_int(request_form(request, S("seen")), &form.seen) || form.seen < 0)
        return error_set(error, ERROR_INPUT, "the form says what its author saw");
    if (!read_base(request, key, &place, &newest, error))
        return false;
    if (request_form(request, S("continue")).len > 0) {
        go_on_from_other(request, &form);
        return draft_node_show(request, response, key, &form, error);
    }
    check(request, &form);
    if (form.wrong.len > 0 || form.preview)
        return draft_node_show(request, response, key, &form, error);
    const PlanChangeBy by = {.edition = place.base,
        .author = place.user,
        .reason = str_trim(form.reason),
        .cause = form.cause,
        .instant = request->clock.instant,
        .seen = form.seen};
    int64_t group;
    if (plan_change_reword(request->site->db, &by, key, form.after, form.revises, &group, error)) {
        draft_return(
            request, response, key, form.revises > 0 ? DRAFT_SAID_REVISED : DRAFT_SAID_PROPOSED, "changes");
        return true;
    }
    if (error->code == ERROR_CONFLICT && newest != form.seen)
        return show_conflict(request, response, key, &form, error);
    return draft_form_wrong(request, &form, error) && draft_node_show(request, response, key, &form, error);
}
