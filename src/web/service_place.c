/* Addresses of services and records. What was done travels in the address as a word of a fixed table, so that
 * a page that is loaded again says the same and nothing is kept on the server. */
#include "web/service_place.h"

#include "record/session.h"

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[] = {
    {"made", MESSAGE_said_made},
    {"changed", MESSAGE_said_changed},
    {"done", MESSAGE_said_done},
    {"accepted", MESSAGE_said_accepted},
    {"rows", MESSAGE_said_rows},
    {"nothing", MESSAGE_said_nothing},
};

bool service_ask(const Request *request, ServicePlace *out, Error *error)
{
    *out = (ServicePlace){.door = request->site->door,
        .city = request->site->city,
        .language = request->language,
        .asking = {.clock = request->clock, .arena = request->arena}};
    if (!out->door)
        return error_set(error, ERROR_NOT_FOUND, "this city has no services");
    const Account *account = request->session ? &request->session->account : NULL;
    actor_of_account(&out->asking.actor, request->arena, account);
    out->is_staff = actor_is_staff(&out->asking.actor);
    out->is_resident = actor_has_role(&out->asking.actor, S(ROLE_RESIDENT));
    return !arena_failed(request->arena) || error_memory(error);
}

bool service_find(const Request *request, ServicePlace *out, Error *error)
{
    if (!service_ask(request, out, error))
        return false;
    out->service = city_service_or_former(out->city, request_parameter(request, S("service")));
    return out->service || error_set(error, ERROR_NOT_FOUND, "there is no such service");
}

bool service_find_type(const Request *request, ServicePlace *out, Error *error)
{
    if (!service_find(request, out, error))
        return false;
    Str name = request_parameter(request, S("type"));
    out->type = city_record_type_or_former(out->service, name);
    return out->type || error_set(error, ERROR_NOT_FOUND, "the service has no such records");
}

Str service_url(Arena *arena, const CityService *service)
{
    return arena_printf(arena, "/services/%.*s", STR_ARGS(url_encoded(arena, service->id)));
}

Str record_type_url(Arena *arena, const CityRecordType *type)
{
    Str service = service_url(arena, type->service), name = url_encoded(arena, type->name);
    return arena_printf(arena, "%.*s/%.*s", STR_ARGS(service), STR_ARGS(name));
}

Str record_url(Arena *arena, Str code)
{
    return arena_printf(arena, "/records/%.*s", STR_ARGS(url_encoded(arena, code)));
}

bool is_of_service(const CityRecordType *type)
{
    return !type->is_register;
}

bool state_is_final(const CityRecordType *type, Str state)
{
    for (size_t i = 0; i < type->transitions.len; i++)
        for (size_t k = 0; k < type->transitions.at[i].from.len; k++)
            if (str_equal(type->transitions.at[i].from.at[k], state))
                return false;
    return true;
}

bool service_lead_to_sign_in(const Request *request, Response *response, const Error *error)
{
    bool nothing_there = error->code == ERROR_NOT_FOUND || error->code == ERROR_DENIED;
    return nothing_there && request->site->door && site_lead_to_sign_in(request, response);
}

Str service_said(const Request *request, Str state)
{
    Str name = request_query(request, S("said"));
    for (size_t i = 0; i < COUNT_OF(SAID); i++) {
        if (!str_equal(name, str_of(SAID[i].name)))
            continue;
        if (SAID[i].message == MESSAGE_said_done && state.len > 0)
            return message_print(request->arena, request->language, MESSAGE_said_state, 1, &state);
        return message_text(request->language, SAID[i].message);
    }
    return STR_EMPTY;
}

void service_return(Response *response, Str url, const char *said)
{
    const char *mark = str_contains(url, S("?")) ? "&" : "?";
    response_redirect(
        response, 303, arena_printf(response->arena, "%.*s%ssaid=%s", STR_ARGS(url), mark, said));
}

void crumb_add(Arena *arena, Crumbs *crumbs, Str title, Str url)
{
    Crumb *crumb = VEC_PUSH(arena, crumbs);
    if (crumb)
        *crumb = (Crumb){title, url};
}

void crumbs_of_type(const ServicePlace *place, const CityRecordType *type, Crumbs *crumbs)
{
    Arena *arena = place->asking.arena;
    Language language = place->language;
    if (place->is_staff)
        crumb_add(arena, crumbs, message_text(language, MESSAGE_menu_work), S("/work"));
    else
        crumb_add(arena, crumbs, message_text(language, MESSAGE_menu_services), S("/services"));
    if (is_of_service(type))
        crumb_add(arena, crumbs, type->service->title.in[language], service_url(arena, type->service));
    if (place->is_staff)
        crumb_add(arena, crumbs, type->title.in[language], record_type_url(arena, type));
}
