/* Making records: the form, what becomes of it, and the page that says under which numbers they were
 * received.
 *
 * A resident makes one for each of the persons she checks, all or none. What was wrong stands beside its
 * field and on top; what was typed stays. */
#include "web/page_record.h"

#include "web/page.h"
#include "web/templates.h"

/* What a form of a new record is about, read anew for each request. */
typedef struct Making {
    ServicePlace place;
    Str about_code;
    Record *about;
    RecordView about_view;
} Making;

/* A type that hangs under another needs its record in the address. */
static bool begin(const Request *request, DbConn *conn, Making *out, Error *error)
{
    const ServicePlace *place = &out->place;
    bool may = false;
    out->about_code = request_query(request, S("about"));
    if (!place->type->about && out->about_code.len > 0)
        return error_set(error, ERROR_NOT_FOUND, "these records are about nothing");
    if (place->type->about &&
        !record_get(place->door, conn, &place->asking, out->about_code, &out->about, error))
        return false;
    if (out->about && out->about->type != place->type->about)
        return error_set(error, ERROR_NOT_FOUND, "it is about something else");
    if (!record_may_create(place->door, conn, &place->asking, place->type, out->about, &may, error))
        return false;
    if (out->about)
        record_view(place, out->about, &out->about_view);
    return may || error_set(error, ERROR_DENIED, "you may not make such a record");
}

static bool show(const Request *request, Response *response, DbConn *conn, const Making *making,
    const RecordForm *form, Error *error)
{
    const ServicePlace *place = &making->place;
    Arena *arena = request->arena;
    FormPage page = {.form = *form, .about = making->about ? &making->about_view : NULL};
    if (making->about && !seats_view(place, conn, place->type, making->about, &page.seats, error))
        return false;
    Str title = place->type->title.in[place->language];
    Str both[] = {title, making->about ? making->about_view.title : STR_EMPTY};
    bool is_for = !place->is_staff && making->about;
    page.title = message_print(
        arena, place->language, is_for ? MESSAGE_apply_title : MESSAGE_new_title, is_for ? 2 : 1, both);
    page.action = layout_url_with(request, S("lang"), STR_EMPTY);
    page.button = message_text(place->language, place->is_staff ? MESSAGE_new_button : MESSAGE_apply_button);
    page.back_url = making->about ? making->about_view.url
                                  : (place->is_staff ? record_type_url(arena, place->type)
                                                     : service_url(arena, place->service));
    crumbs_of_type(place, place->type, &page.crumbs);
    if (making->about)
        crumb_add(arena, &page.crumbs, making->about_view.title, making->about_view.url);
    Str wrong[] = {page.title};
    Str shown = form->faults.len > 0
                    ? message_print(arena, place->language, MESSAGE_form_title_wrong, 1, wrong)
                    : page.title;
    page.layout = layout_of(request, shown, place->is_staff ? MENU_WORK : MENU_SERVICES);
    Html html = page_begin(request, response);
    form_page(&html, &page);
    return page_end(&html, error);
}

/* The form, and for whom nothing can be made; no connection is held afterwards. */
static bool make_form(const Request *request, Making *making, RecordForm *form, Error *error)
{
    DbConn *conn = NULL;
    if (!db_read_begin(request->site->db, &conn, error))
        return false;
    bool made = begin(request, conn, making, error) &&
                record_form_new(&making->place, request, conn, making->place.type, form, error);
    db_read_end(&conn);
    return made && record_form_bar(form, making->about_code, error);
}

static bool show_form(
    const Request *request, Response *response, const Making *making, const RecordForm *form, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(request->site->db, &conn, error) &&
           show(request, response, conn, making, form, error);
}

bool page_record_new(Request *request, Response *response, Error *error)
{
    Making making = {0};
    RecordForm form;
    if (!service_find_type(request, &making.place, error))
        return false;
    if (!make_form(request, &making, &form, error))
        return service_lead_to_sign_in(request, response, error);
    return show_form(request, response, &making, &form, error);
}

/* --- sent
 * --------------------------------------------------------------------------------------------------------------
 */

static void return_to_made(
    Response *response, const ServicePlace *place, const RecordMade *made, size_t count)
{
    Arena *arena = response->arena;
    if (place->is_staff && count == 1) {
        service_return(response, record_url(arena, made[0].code), "made");
        return;
    }
    Str url = arena_join(arena, record_type_url(arena, place->type), S("/made"));
    for (size_t i = 0; i < count; i++)
        url = arena_printf(arena, "%.*s%scode=%.*s", STR_ARGS(url), i > 0 ? "&" : "?",
            STR_ARGS(url_encoded(arena, made[i].code)));
    response_redirect(response, 303, url);
}

bool page_record_new_post(Request *request, Response *response, Error *error)
{
    Making making = {0};
    RecordForm form = {0};
    RecordDrafts drafts = {0};
    RecordFaults faults = {0};
    if (!service_find_type(request, &making.place, error) || !make_form(request, &making, &form, error))
        return false;
    if (record_form_only_looks(request))
        return show_form(request, response, &making, &form, error);
    if (!record_form_drafts(&form, making.about_code, &drafts, error))
        return false;
    RecordMade *made = arena_array(request->arena, drafts.len, sizeof *made);
    if (!made)
        return error_memory(error);
    if (record_create(making.place.door, &making.place.asking, drafts.at, drafts.len, made, &faults, error)) {
        return_to_made(response, &making.place, made, drafts.len);
        return true;
    }
    if (error->code != ERROR_INPUT || faults.len == 0)
        return false;
    record_form_faults(&form, &faults);
    response->status = 422;
    return show_form(request, response, &making, &form, error);
}

/* --- received
 * ----------------------------------------------------------------------------------------------------------
 */

static Str shared_word(const Record *record)
{
    const CityRecordType *type = record->type;
    if (!type->has_seats || type->seats.together < 0)
        return STR_EMPTY;
    size_t column = type->fields.at[type->seats.together].column;
    Value word = record->hidden[column] ? value_missing() : row_value(&record->row, column);
    return value_is_missing(word) ? STR_EMPTY : word.text;
}

static bool add_made(const ServicePlace *place, DbConn *conn, Str code, MadePage *page, Error *error)
{
    Record *record = NULL;
    if (!record_get(place->door, conn, &place->asking, code, &record, error))
        return false;
    if (record->type != place->type)
        return error_set(error, ERROR_NOT_FOUND, "it is another kind of record");
    RecordView *view = VEC_PUSH(place->asking.arena, &page->records);
    if (!view)
        return error_memory(error);
    record_view(place, record, view);
    if (!record_view_seat(place, conn, view, error))
        return false;
    page->held += view->seat.is_held;
    page->waiting += view->seat.is_waiting;
    page->about_title = view->about_title;
    page->about_url = view->about_url;
    page->together = shared_word(record);
    return true;
}

bool page_record_made(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    MadePage page = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Str code;
    if (!service_find_type(request, &place, error) || !db_read_begin(request->site->db, &conn, error))
        return false;
    for (size_t at = 0; request_query_next(request, S("code"), &at, &code);)
        if (!add_made(&place, conn, code, &page, error))
            return service_lead_to_sign_in(request, response, error);
    if (page.records.len == 0)
        return error_set(error, ERROR_NOT_FOUND, "no record is named");
    crumbs_of_type(&place, place.type, &page.crumbs);
    page.layout = layout_of(
        request, message_text(place.language, MESSAGE_made_title), place.is_staff ? MENU_WORK : MENU_MINE);
    Html html = page_begin(request, response);
    made_page(&html, &page);
    return page_end(&html, error);
}
