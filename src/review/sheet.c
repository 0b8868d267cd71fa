/* review/sheet.c: what is known of a measure without anybody typing it.
 *
 * The nodes come from the edition the evaluation was begun with; services and indicators from what the city
 * declares of these nodes; figures from whoever counts them. The order is that of the plan and of the
 * declarations, so that the same state always gives the same sheet.
 */
#include "review/evaluation.h"

static bool add_nodes(
    DbConn *conn, Arena *arena, const Evaluation *evaluation, EvaluationSheet *out, Error *error)
{
    PlanEdition edition;
    if (!plan_edition_get(conn, arena, evaluation->edition_id, &edition, error))
        return false;
    const PlanPart *part = plan_load_part(conn, arena, &edition, evaluation->key, error);
    if (!part)
        return false;
    const Plan *plan = part->plan;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        int64_t depth = node->parent < 0 ? 0 : out->nodes.at[node->parent].depth + 1;
        EvaluationNode *made = VEC_PUSH(arena, &out->nodes);
        if (!made)
            return error_memory(error);
        *made = (EvaluationNode){
            .key = node->key, .kind = node->kind, .number = node->number, .text = node->text, .depth = depth};
    }
    return true;
}

static bool is_on_sheet(const EvaluationSheet *sheet, const Evaluation *evaluation, const CityPlanKey *key)
{
    if (!str_equal(key->plan, evaluation->plan))
        return false;
    for (size_t i = 0; i < sheet->nodes.len; i++)
        if (str_equal(sheet->nodes.at[i].key, key->key))
            return true;
    return false;
}

static Titled unit_title(const City *city, Str id)
{
    const CityName *unit = city_unit(city, id);
    return unit ? unit->title : (Titled){0};
}

static bool add_service(Arena *arena, const City *city, const CityService *service,
    const Evaluation *evaluation, EvaluationSheet *out, Error *error)
{
    EvaluationService made = {.id = service->id,
        .title = service->title,
        .unit = unit_title(city, service->unit),
        .legal_basis = service->legal_basis};
    for (size_t i = 0; i < service->carries_out.len; i++) {
        if (!is_on_sheet(out, evaluation, &service->carries_out.at[i]))
            continue;
        Str *key = VEC_PUSH(arena, &made.keys);
        if (!key)
            return error_memory(error);
        *key = service->carries_out.at[i].key;
    }
    if (made.keys.len == 0)
        return true;
    EvaluationService *place = VEC_PUSH(arena, &out->services);
    if (!place)
        return error_memory(error);
    *place = made;
    return true;
}

static bool read_figure(DbConn *conn, const EvaluationSource *source, const CityIndicator *indicator,
    EvaluationFigure *out, Error *error)
{
    Figure figure = {0};
    Error why = {0};
    out->gap = EVALUATION_GAP_UNCOUNTED;
    if (!source->read)
        return true;
    if (!source->read(source->owner, conn, indicator, out->fiscal_year, &figure, &why)) {
        if (why.code == ERROR_NOT_FOUND)
            return true;
        *error = why;
        return false;
    }
    out->gap = EVALUATION_GAP_NONE;
    out->value = figure.value;
    out->smallest_count = figure.smallest_count;
    if (figure.as_of == 0)
        *out = (EvaluationFigure){.fiscal_year = out->fiscal_year, .gap = EVALUATION_GAP_NO_RECORDS};
    else if (value_is_missing(figure.value))
        out->gap = EVALUATION_GAP_UNDEFINED;
    return true;
}

static bool add_indicator(DbConn *conn, Arena *arena, const EvaluationSource *source,
    const CityIndicator *indicator, const Evaluation *evaluation, EvaluationSheet *out, Error *error)
{
    for (size_t i = 0; i < indicator->of.len; i++) {
        if (!is_on_sheet(out, evaluation, &indicator->of.at[i]))
            continue;
        EvaluationIndicator *made = VEC_PUSH(arena, &out->indicators);
        if (!made)
            return error_memory(error);
        *made = (EvaluationIndicator){.id = indicator->id,
            .key = indicator->of.at[i].key,
            .title = indicator->title,
            .unit = indicator->unit,
            .kind = indicator->kind,
            .better = indicator->better,
            .is_public = indicator->is_public,
            .threshold = indicator->threshold};
        for (size_t n = 0; n < EVALUATION_YEARS; n++) {
            made->years[n].fiscal_year = evaluation->fiscal_year - (EVALUATION_YEARS - 1) + (int64_t)n;
            if (!read_figure(conn, source, indicator, &made->years[n], error))
                return false;
        }
        return true; /* once, at the first of its nodes that is on the sheet */
    }
    return true;
}

bool evaluation_sheet(DbConn *conn, Arena *arena, const EvaluationSource *source,
    const Evaluation *evaluation, EvaluationSheet *out, Error *error)
{
    const City *city = source->city;
    *out = (EvaluationSheet){0};
    if (!add_nodes(conn, arena, evaluation, out, error))
        return false;
    for (size_t i = 0; city && i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        if (!add_service(arena, city, service, evaluation, out, error))
            return false;
        for (size_t n = 0; n < service->indicators.len; n++)
            if (!add_indicator(conn, arena, source, service->indicators.at[n], evaluation, out, error))
                return false;
    }
    return !arena_failed(arena) || error_memory(error);
}
