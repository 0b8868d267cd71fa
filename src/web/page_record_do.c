/* Transitions: a page that asks first, where what is done cannot be undone or writes to somebody, and what is
 * done. Afterwards the visitor is where she came from. */
#include "web/page_record.h"

#include "web/page.h"
#include "web/templates.h"

static const CityTransition *find_transition(const Request *request, const CityRecordType *type, Error *error)
{
    const CityTransition *found = city_transition(type, request_parameter(request, S("transition")));
    if (!found)
        error_set(error, ERROR_NOT_FOUND, "there is no such transition");
    return found;
}

/* Where to go afterwards: a page of this site that asked to be returned to, else the record. */
static Str back_of(const Request *request, Str code)
{
    Str back = request_form(request, S("back"));
    if (back.len == 0)
        back = request_query(request, S("back"));
    return url_is_local(back) ? back : record_url(request->arena, code);
}

static bool may_do(const ServicePlace *place, DbConn *conn, const Record *record,
    const CityTransition *transition, Error *error)
{
    RecordTransitions now = {0};
    if (!record_transitions(place->door, conn, &place->asking, record, &now, error))
        return false;
    for (size_t i = 0; i < now.len; i++)
        if (now.at[i] == transition)
            return true;
    return error_set(error, ERROR_CONFLICT, "this cannot be done now");
}

bool page_record_do(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    DoPage page = {0};
    Record *record = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error) || !db_read_begin(request->site->db, &conn, error) ||
        !record_of_route(request, &place, conn, &record, error))
        return false;
    const CityTransition *transition = find_transition(request, record->type, error);
    if (!transition || !may_do(&place, conn, record, transition, error))
        return false;
    record_view(&place, record, &page.view);
    if (!record_view_seat(&place, conn, &page.view, error))
        return false;
    page.title = transition_title(transition, place.language);
    page.to_title = state_title(record->type, transition->to, place.language);
    page.back_url = back_of(request, record_code(record));
    page.action = layout_url_with(request, S("lang"), STR_EMPTY);
    page.is_final = state_is_final(record->type, transition->to);
    page.sends_letter = transition->letter != NULL;
    page.asks_reason = place.is_staff;
    page.gives_up_seat = page.view.seat.is_held || page.view.seat.is_offered;
    crumbs_of_record(&place, &page.view, false, &page.crumbs);
    page.layout = layout_of(request, page.title, place.is_staff ? MENU_WORK : MENU_MINE);
    Html html = page_begin(request, response);
    do_page(&html, &page);
    return page_end(&html, error);
}

bool page_record_do_post(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Record *record = NULL;
    DbConn *conn = NULL;
    int64_t version = 0;
    if (!service_ask(request, &place, error) || !db_read_begin(request->site->db, &conn, error))
        return false;
    bool read = record_of_route(request, &place, conn, &record, error);
    db_read_end(&conn); /* before the write */
    const CityTransition *transition = read ? find_transition(request, record->type, error) : NULL;
    if (!transition)
        return false;
    if (!str_to_int(request_form(request, S("version")), &version))
        version = 0;
    Str reason = str_trim(request_form(request, S("reason")));
    if (!record_transition(
            place.door, &place.asking, record_code(record), version, transition->name, reason, error))
        return false;
    service_return(
        response, back_of(request, record_code(record)), transition->takes_offer ? "accepted" : "done");
    return true;
}
