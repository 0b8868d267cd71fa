/* Changing a record: the form with what is there, and what becomes of it. When somebody else saved it
 * meanwhile, nothing is written: both values are shown, and sending again is a decision. */
#include "web/page_record.h"

#include "web/page.h"
#include "web/templates.h"

static bool show(const Request *request, Response *response, const ServicePlace *place, const Record *record,
    FormPage *page, Error *error)
{
    Arena *arena = request->arena;
    RecordView view;
    record_view(place, record, &view);
    page->title = message_print(arena, place->language, MESSAGE_edit_title, 1, &view.title);
    page->action = arena_join(arena, view.url, S("/edit"));
    page->button = message_text(place->language, MESSAGE_save_button);
    page->back_url = view.url;
    page->version = record_version(record);
    page->asks_reason = place->is_staff;
    page->reason = request_form(request, S("reason"));
    crumbs_of_record(place, &view, false, &page->crumbs);
    Str shown = page->form.faults.len > 0 || page->is_conflict
                    ? message_print(arena, place->language, MESSAGE_form_title_wrong, 1, &page->title)
                    : page->title;
    page->layout = layout_of(request, shown, place->is_staff ? MENU_WORK : MENU_MINE);
    Html html = page_begin(request, response);
    form_page(&html, page);
    return page_end(&html, error);
}

/* The record of the address, when it may be changed, and its form. */
static bool begin(const Request *request, ServicePlace *place, DbConn **conn, Record **record,
    RecordForm *form, Error *error)
{
    if (!record_open(request, place, conn, record, error))
        return false;
    if (!(*record)->may_write)
        return error_set(error, ERROR_DENIED, "you may not change this record");
    place->type = (*record)->type;
    return record_form_edit(place, request, *conn, *record, form, error);
}

bool page_record_edit(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Record *record = NULL;
    FormPage page = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return service_ask(request, &place, error) && begin(request, &place, &conn, &record, &page.form, error) &&
           show(request, response, &place, record, &page, error);
}

/* What stands there now, where something else was typed. */
static void add_now(const ServicePlace *place, const Record *record, FormPage *page)
{
    Arena *arena = place->asking.arena;
    for (size_t i = 0; i < page->form.fields.len; i++) {
        const FormField *field = &page->form.fields.at[i];
        if (str_equal(str_trim(field->text), field_input(arena, record, field->field)))
            continue;
        Str now = field_words(arena, place->language, record, field->field);
        FactView *fact = VEC_PUSH(arena, &page->now);
        if (fact)
            *fact = (FactView){.field = field->field,
                .title = field->title,
                .text = now.len > 0 ? now : message_text(place->language, MESSAGE_value_none)};
    }
}

static bool answer_conflict(const Request *request, Response *response, ServicePlace *place, Error *error)
{
    FormPage page = {.is_conflict = true};
    Record *record = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!begin(request, place, &conn, &record, &page.form, error))
        return false;
    add_now(place, record, &page);
    response->status = 409;
    return show(request, response, place, record, &page, error);
}

bool page_record_edit_post(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Record *record = NULL;
    FormPage page = {0};
    RecordInputs inputs = {0};
    RecordFaults faults = {0};
    RecordEdit edit = {.reason = str_trim(request_form(request, S("reason")))};
    DbConn *conn = NULL;
    if (!service_ask(request, &place, error))
        return false;
    bool read = begin(request, &place, &conn, &record, &page.form, error);
    db_read_end(&conn); /* before the write */
    if (!read)
        return false;
    if (record_form_only_looks(request))
        return show(request, response, &place, record, &page, error);
    if (!str_to_int(request_form(request, S("version")), &edit.version))
        return error_set(error, ERROR_INPUT, "the form does not say which version it is of");
    if (!record_form_inputs(&page.form, &inputs, error))
        return false;
    edit.code = record_code(record);
    edit.inputs = inputs.at;
    edit.input_count = inputs.len;
    if (record_change(place.door, &place.asking, &edit, 1, &faults, error)) {
        service_return(response, record_url(request->arena, edit.code), "changed");
        return true;
    }
    if (error->code == ERROR_CONFLICT)
        return answer_conflict(request, response, &place, error);
    if (error->code != ERROR_INPUT || faults.len == 0)
        return false;
    record_form_faults(&page.form, &faults);
    response->status = 422;
    return show(request, response, &place, record, &page, error);
}
