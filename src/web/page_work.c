/* The desk of somebody of the staff, made from what her roles may do: for each service its kinds of records
 * with how many are in which state, and those that can be taken a step further now. */
#include "web/page_work.h"

#include "web/page.h"
#include "web/templates.h"

#define NEXT_MAX 20 /* records with something to do, of each type */
#define LOOKED_AT 100

static bool count(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, Str state, size_t *out, Error *error)
{
    RecordQuery query = {.type = type, .state = state, .limit = 1};
    RecordList list = {0};
    if (!record_list(place->door, conn, &place->asking, &query, false, &list, error))
        return false;
    *out = list.total;
    return true;
}

static bool add_states(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, WorkType *out, Error *error)
{
    Arena *arena = place->asking.arena;
    for (size_t i = 0; i < type->states.len; i++) {
        const CityState *state = &type->states.at[i];
        size_t found = 0;
        if (!count(place, conn, type, state->name, &found, error))
            return false;
        out->total += found;
        WorkState *view = found > 0 ? VEC_PUSH(arena, &out->states) : NULL;
        if (view)
            *view = (WorkState){.title = state->title.in[place->language],
                .url = arena_printf(
                    arena, "%.*s?state=%.*s", STR_ARGS(out->url), STR_ARGS(url_encoded(arena, state->name))),
                .tone = state_tone(type, state->name),
                .count = found};
    }
    return type->states.len > 0 || count(place, conn, type, STR_EMPTY, &out->total, error);
}

/* Records that stand for themselves and can be taken further. */
static bool add_next(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, WorkService *out, Error *error)
{
    RecordQuery query = {.type = type, .newest_first = true, .limit = LOOKED_AT};
    RecordList list = {0};
    if (type->about || type->states.len == 0)
        return true;
    if (!record_list(place->door, conn, &place->asking, &query, false, &list, error))
        return false;
    for (size_t i = 0, added = 0; i < list.at.len && added < NEXT_MAX; i++) {
        RecordView view;
        if (state_is_final(type, record_state(list.at.at[i])))
            continue;
        record_view(place, list.at.at[i], &view);
        if (!record_view_actions(place, conn, S("/work"), &view, error) ||
            !record_view_seats(place, conn, &view, error))
            return false;
        RecordView *kept = VEC_PUSH(place->asking.arena, &out->next);
        if (!kept)
            return error_memory(error);
        *kept = view;
        added++;
    }
    return true;
}

static bool add_type(
    const ServicePlace *place, DbConn *conn, const CityRecordType *type, WorkService *out, Error *error)
{
    Arena *arena = place->asking.arena;
    bool may_read = door_may_read(place->door, &place->asking, type);
    bool may_create = door_may_create(place->door, &place->asking, type);
    if (!may_read && !may_create)
        return true;
    WorkType *view = VEC_PUSH(arena, &out->types);
    if (!view)
        return error_memory(error);
    *view = (WorkType){.title = type->title.in[place->language], .url = record_type_url(arena, type)};
    if (may_create && !type->about)
        view->new_url = arena_join(arena, view->url, S("/new"));
    out->has_new |= view->new_url.len > 0;
    out->has_states |= type->states.len > 0;
    return !may_read ||
           (add_states(place, conn, type, view, error) && add_next(place, conn, type, out, error));
}

static bool add_service(
    const ServicePlace *place, DbConn *conn, const CityService *service, WorkPage *page, Error *error)
{
    WorkService out = {.id = service->id, .title = service->title.in[place->language]};
    if (service != place->city->services.at[0])
        out.url = service_url(place->asking.arena, service);
    for (size_t i = 0; i < service->record_types.len; i++)
        if (!add_type(place, conn, service->record_types.at[i], &out, error))
            return false;
    WorkService *kept = out.types.len > 0 ? VEC_PUSH(place->asking.arena, &page->services) : NULL;
    if (kept)
        *kept = out;
    return !arena_failed(place->asking.arena) || error_memory(error);
}

bool page_work(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    WorkPage page = {.said = service_said(request, STR_EMPTY)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error) || !db_read_begin(request->site->db, &conn, error))
        return false;
    if (!place.is_staff)
        return error_set(error, ERROR_DENIED, "this page is for staff");
    if (!inquiry_duties_read(request, conn, &page.inquiries, error))
        return false;
    /* the registers, which come first in the city, stand last on the page */
    for (size_t i = 1; i <= place.city->services.len; i++)
        if (!add_service(&place, conn, place.city->services.at[i % place.city->services.len], &page, error))
            return false;
    page.layout = layout_of(request, message_text(request->language, MESSAGE_work_title), MENU_WORK);
    Html html = page_begin(request, response);
    work_page(&html, &page);
    return page_end(&html, error);
}
