/* A record: what it is, where it stands, what may be done now, and the records about it.
 *
 * For staff the records below are a table that can be filled in as a whole (page_record_rows.c); for anybody
 * else the page says whether and how one can apply, and lists what is her own. */
#include "web/page_record.h"

#include "web/page.h"
#include "web/templates.h"

bool record_of_route(
    const Request *request, const ServicePlace *place, DbConn *conn, Record **out, Error *error)
{
    return record_get(place->door, conn, &place->asking, request_parameter(request, S("code")), out, error);
}

bool record_open(const Request *request, const ServicePlace *place, DbConn **conn, Record **out, Error *error)
{
    if (!db_read_begin(request->site->db, conn, error) || !record_of_route(request, place, *conn, out, error))
        return false;
    if (!(*out)->sealed)
        return true;
    db_read_end(conn); /* before the write of the note */
    return record_show_sensitive(place->door, &place->asking, out, 1, error) &&
           db_read_begin(request->site->db, conn, error);
}

void crumbs_of_record(const ServicePlace *place, const RecordView *view, bool is_end, Crumbs *crumbs)
{
    crumbs_of_type(place, view->type, crumbs);
    if (view->about_url.len > 0)
        crumb_add(place->asking.arena, crumbs, view->about_title, view->about_url);
    if (!is_end)
        crumb_add(place->asking.arena, crumbs, view->title, view->url);
}

static bool add_below(const ServicePlace *place, const Request *request, DbConn **conn, const Record *record,
    const Roster *edited, RecordPage *page, Error *error)
{
    for (size_t i = 0; i < record->type->below.len; i++) {
        const CityRecordType *type = record->type->below.at[i];
        Roster roster = {0};
        if (edited && edited->type == type)
            roster = *edited;
        else if (!roster_read(place, request, conn, type, record, false, &roster, error))
            return false;
        bool has_something = roster.rows.len > 0 || roster.new_url.len > 0 || roster.seats.type ||
                             (place->is_staff && roster.list_url.len > 0);
        Roster *out = has_something ? VEC_PUSH(request->arena, &page->below) : NULL;
        if (out)
            *out = roster;
    }
    return !arena_failed(request->arena) || error_memory(error);
}

bool record_page_show(const Request *request, Response *response, const ServicePlace *place, DbConn **conn,
    const Record *record, const Roster *edited, Error *error)
{
    Arena *arena = request->arena;
    RecordPage page = {.is_staff = place->is_staff, .is_resident = place->is_resident};
    record_view(place, record, &page.view);
    page.said = service_said(request, page.view.state_title);
    if (!record_view_actions(place, *conn, STR_EMPTY, &page.view, error) ||
        !record_view_seat(place, *conn, &page.view, error) ||
        !add_below(place, request, conn, record, edited, &page, error))
        return false;
    if (record->may_write)
        page.edit_url = arena_join(arena, page.view.url, S("/edit"));
    if (place->is_staff || (place->is_resident && record->type->about))
        page.history_url = arena_join(arena, page.view.url, S("/history"));
    for (size_t i = 0; place->is_staff && i < record->type->shape.count; i++)
        page.is_masked |= record->masked[i];
    page.may_lift = record->protected_values != NULL;
    crumbs_of_record(place, &page.view, true, &page.crumbs);
    bool is_own = place->is_resident && !place->is_staff && record->type->about;
    MenuItem here = place->is_staff ? MENU_WORK : is_own ? MENU_MINE : MENU_SERVICES;
    page.layout = layout_of(request, page.view.title, here);
    Html html = page_begin(request, response);
    record_page(&html, &page);
    return page_end(&html, error);
}

bool page_record(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Record *record = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error))
        return false;
    if (!record_open(request, &place, &conn, &record, error))
        return service_lead_to_sign_in(request, response, error);
    return record_page_show(request, response, &place, &conn, record, NULL, error);
}
