/* The services that name a node of the plan, or something below it, as what they carry out; and for staff the
 * figures that measure it, of this fiscal year, or of the last one that has any. */
#include "web/node_service.h"

#include "web/page_service.h"

#define PARTS_MAX 20

static bool part_has_key(const Plan *part, Str key)
{
    for (size_t i = 0; i < part->nodes.len; i++)
        if (str_equal(part->nodes.at[i].key, key))
            return true;
    return false;
}

static bool is_carried_out(const CityService *service, Str plan_id, const Plan *part)
{
    for (size_t i = 0; i < service->carries_out.len; i++)
        if (str_equal(service->carries_out.at[i].plan, plan_id) &&
            part_has_key(part, service->carries_out.at[i].key))
            return true;
    return false;
}

static void add_services(const ServicePlace *place, Str plan_id, const Plan *part, NodeServices *out)
{
    for (size_t i = 0; i < place->city->services.len; i++) {
        const CityService *service = place->city->services.at[i];
        bool is_shown = place->is_staff || service_is_for_residents(service);
        if (!is_shown || !is_carried_out(service, plan_id, part))
            continue;
        NodeServiceView *view = VEC_PUSH(place->asking.arena, &out->services);
        if (view)
            *view = (NodeServiceView){.title = service->title.in[place->language],
                .summary = service->summary.in[place->language],
                .url = service_url(place->asking.arena, service),
                .unit = unit_title(place->city, service->unit, place->language)};
    }
}

static const MessageId KINDS[] = {
    [CITY_INPUT] = MESSAGE_figure_input,
    [CITY_OUTPUT] = MESSAGE_figure_output,
    [CITY_OUTCOME] = MESSAGE_figure_outcome,
};

static Str group_words(const ServicePlace *place, const FigurePart *part)
{
    Arena *arena = place->asking.arena;
    if (part->label.len > 0)
        return part->label;
    switch (part->group.type) {
    case VALUE_MISSING:
        return message_text(place->language, MESSAGE_value_none);
    case VALUE_TEXT:
        return part->group.text;
    case VALUE_BOOLEAN:
        return message_text(place->language, part->group.integer ? MESSAGE_value_yes : MESSAGE_value_no);
    case VALUE_DATE:
        return date_words(arena, place->language, part->group);
    default:
        return number_words(arena, part->group);
    }
}

static bool add_parts(
    const ServicePlace *place, DbConn *conn, const Figure *figure, NodeFigureView *view, Error *error)
{
    FigureParts parts = {0};
    int64_t most = 1;
    if (figure->indicator->by_titles.len == 0)
        return true;
    if (!figure_parts(place->door, conn, &place->asking, figure->indicator, 0, figure->period, &parts, error))
        return false;
    view->by_title = figure->indicator->by_titles.at[0].in[place->language];
    for (size_t i = 0; i < parts.len; i++)
        if (parts.at[i].rows > most)
            most = parts.at[i].rows;
    for (size_t i = 0; i < parts.len && i < PARTS_MAX; i++) {
        NodeFigurePart *part = VEC_PUSH(place->asking.arena, &view->parts);
        if (part)
            *part = (NodeFigurePart){
                group_words(place, &parts.at[i]), parts.at[i].rows, parts.at[i].rows * 1000 / most};
    }
    return true;
}

static bool add_figure(
    const ServicePlace *place, DbConn *conn, const Figure *figure, NodeServices *out, Error *error)
{
    Arena *arena = place->asking.arena;
    const CityIndicator *indicator = figure->indicator;
    NodeFigureView *view = VEC_PUSH(arena, &out->figures);
    if (!view)
        return error_memory(error);
    *view = (NodeFigureView){.id = indicator->name,
        .title = indicator->title.in[place->language],
        .value = number_words(arena, figure->value),
        .unit = indicator->unit.in[place->language],
        .year = fiscal_year_words(arena, place->language, figure->period),
        .service = indicator->service->title.in[place->language],
        .service_url = service_url(arena, indicator->service),
        .kind = KINDS[indicator->kind],
        .is_missing = value_is_missing(figure->value)};
    if (figure->as_of > 0) {
        Value day = value_date(date_to_days(date_of_instant(figure->as_of)));
        view->as_of = date_words(arena, place->language, day);
    }
    return add_parts(place, conn, figure, view, error);
}

/* This fiscal year, or the newest one with figures when this one has none yet. */
static bool choose_period(
    const ServicePlace *place, DbConn *conn, const CityIndicator *indicator, int64_t *out, Error *error)
{
    FigurePeriods periods = {0};
    *out = fiscal_year(place->asking.clock.today);
    if (!figure_periods(conn, place->asking.arena, place->door, indicator, &periods, error))
        return false;
    for (size_t i = 0; i < periods.len; i++)
        if (periods.at[i] == *out)
            return true;
    if (periods.len > 0)
        *out = periods.at[0];
    return true;
}

static bool measures(const CityIndicator *indicator, Str plan_id, const Plan *part)
{
    for (size_t i = 0; i < indicator->of.len; i++)
        if (str_equal(indicator->of.at[i].plan, plan_id) && part_has_key(part, indicator->of.at[i].key))
            return true;
    return is_carried_out(indicator->service, plan_id, part);
}

/* What measures the part, or comes from a service that carries it out. */
static bool add_figures(
    const ServicePlace *place, DbConn *conn, Str plan_id, const Plan *part, NodeServices *out, Error *error)
{
    for (size_t i = 0; i < place->city->services.len; i++)
        for (size_t k = 0; k < place->city->services.at[i]->indicators.len; k++) {
            const CityIndicator *indicator = place->city->services.at[i]->indicators.at[k];
            Figure figure = {0};
            int64_t period;
            if (!measures(indicator, plan_id, part))
                continue;
            if (!choose_period(place, conn, indicator, &period, error) ||
                !figure_get(place->door, conn, &place->asking, indicator, period, &figure, error) ||
                !add_figure(place, conn, &figure, out, error))
                return false;
        }
    return true;
}

bool node_services_read(
    const Request *request, DbConn *conn, Str plan_id, const Plan *part, NodeServices *out, Error *error)
{
    ServicePlace place;
    *out = (NodeServices){0};
    if (!request->site->door || part->nodes.len == 0)
        return true;
    if (!service_ask(request, &place, error))
        return false;
    add_services(&place, plan_id, part, out);
    return !place.is_staff || add_figures(&place, conn, plan_id, part, out, error);
}
