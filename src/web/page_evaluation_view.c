/* An evaluation in words: what the pages, the form and the confirmation share.
 *
 * What the visitor may see is decided here once: the public gets the frozen document with published figures;
 * staff get figures of the present beside it where they differ. */
#include "web/page_evaluation_view.h"

#include "web/plan_frame.h"
#include "web/record_words.h"
#include "web/site.h"

static const MessageId GAPS[EVALUATION_GAP_COUNT] = {
    [EVALUATION_GAP_NO_RECORDS] = MESSAGE_evaluation_gap_no_records,
    [EVALUATION_GAP_UNDEFINED] = MESSAGE_evaluation_gap_undefined,
    [EVALUATION_GAP_UNCOUNTED] = MESSAGE_evaluation_gap_uncounted,
    [EVALUATION_GAP_WITHHELD] = MESSAGE_evaluation_gap_withheld,
};

static const MessageId KINDS[] = {
    [CITY_INPUT] = MESSAGE_evaluation_kind_input,
    [CITY_OUTPUT] = MESSAGE_evaluation_kind_output,
    [CITY_OUTCOME] = MESSAGE_evaluation_kind_outcome,
};

static const MessageId TEXT_LABELS[EVALUATION_TEXTS] = {
    [EVALUATION_TEXT_ACHIEVED] = MESSAGE_evaluation_achieved,
    [EVALUATION_TEXT_LEFT] = MESSAGE_evaluation_left,
    [EVALUATION_TEXT_JUDGEMENT] = MESSAGE_evaluation_judgement,
    [EVALUATION_TEXT_DIRECTION] = MESSAGE_evaluation_direction,
    [EVALUATION_TEXT_SECOND] = MESSAGE_evaluation_second,
};

/* --- from a request --- */

EvaluationRight request_evaluation_right(const Request *request)
{
    return evaluation_right_of(request->session ? &request->session->account : NULL);
}

bool request_may_evaluate(const Request *request, Error *error)
{
    return request_evaluation_right(request) == EVALUATION_WRITE ||
           error_set(error, ERROR_DENIED, "only planning writes evaluations");
}

bool request_evaluation(const Request *request, DbConn *conn, Evaluation *out, Error *error)
{
    int64_t id;
    if (!str_to_int(request_parameter(request, S("id")), &id) || id < 1)
        return error_set(error, ERROR_NOT_FOUND, "there is no such evaluation");
    return evaluation_get(conn, request->arena, id, request_evaluation_right(request), out, error);
}

Str evaluation_url(Arena *arena, int64_t id)
{
    return arena_printf(arena, "/evaluations/%lld", (long long)id);
}

bool evaluation_known(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationSheet *out, Error *error)
{
    Asking asking = {.clock = request->clock, .arena = request->arena};
    EvaluationDoor from = {.door = request->site->door, .asking = &asking};
    EvaluationSource source = {.city = request->site->city, .owner = &from};
    actor_of_account(&asking.actor, request->arena, request->session ? &request->session->account : NULL);
    if (from.door)
        source.read = evaluation_door_figure;
    return evaluation_sheet(conn, request->arena, &source, evaluation, out, error);
}

PlanPlace plan_place(const Request *request, Str plan)
{
    const City *city = request->site->city;
    if (city && city->plans.len > 0 && str_equal(city->plans.at[0].id, plan))
        return (PlanPlace){STR_EMPTY};
    return (PlanPlace){
        arena_printf(request->arena, "?plan=%.*s", STR_ARGS(url_encoded(request->arena, plan)))};
}

/* --- words --- */

bool person_print(DbConn *conn, Arena *arena, Str login, Str *out, Error *error)
{
    Error missing = {0};
    *out = login;
    if (login.len == 0)
        return true;
    const Account *account = account_find(conn, arena, login, &missing);
    if (account)
        *out = account->display_name;
    else if (missing.code != ERROR_NOT_FOUND)
        *error = missing;
    return account || missing.code == ERROR_NOT_FOUND;
}

static Str value_print(Arena *arena, Language language, Value value)
{
    if (value.type == VALUE_TEXT)
        return value.text;
    return value.type == VALUE_DATE ? date_words(arena, language, value) : number_words(arena, value);
}

static Str figure_words(const Request *request, const EvaluationFigure *figure)
{
    return figure->gap == EVALUATION_GAP_NONE ? value_print(request->arena, request->language, figure->value)
                                              : message_text(request->language, GAPS[figure->gap]);
}

void evaluation_view_texts(Language language, const EvaluationText *text, EvaluationTextView *out)
{
    const Str words[EVALUATION_TEXTS] = {
        [EVALUATION_TEXT_ACHIEVED] = text->achieved,
        [EVALUATION_TEXT_LEFT] = text->left,
        [EVALUATION_TEXT_JUDGEMENT] = evaluation_judgement_title(text->judgement, language),
        [EVALUATION_TEXT_DIRECTION] = evaluation_direction_title(text->direction, language),
        [EVALUATION_TEXT_SECOND] = text->second,
    };
    for (size_t i = 0; i < EVALUATION_TEXTS; i++)
        out[i] = (EvaluationTextView){.label = TEXT_LABELS[i], .text = words[i]};
}

/* --- parts of the view --- */

static Str service_words(Arena *arena, Language language, const EvaluationService *service)
{
    Str title = service->title.in[language], unit = service->unit.in[language];
    if (unit.len == 0)
        return title;
    return language == LANGUAGE_JA ? arena_printf(arena, "%.*s（%.*s）", STR_ARGS(title), STR_ARGS(unit))
                                   : arena_printf(arena, "%.*s (%.*s)", STR_ARGS(title), STR_ARGS(unit));
}

static bool carries_out(const EvaluationService *service, Str key)
{
    for (size_t i = 0; i < service->keys.len; i++)
        if (str_equal(service->keys.at[i], key))
            return true;
    return false;
}

static void add_items(
    const Request *request, const EvaluationSheet *sheet, const PlanPlace *place, EvaluationView *out)
{
    Arena *arena = request->arena;
    for (size_t i = 1; i < sheet->nodes.len; i++) {
        const EvaluationNode *node = &sheet->nodes.at[i];
        EvaluationItemView *item = VEC_PUSH(arena, &out->items);
        if (!item)
            return;
        *item = (EvaluationItemView){.number = node->number,
            .text = node->text,
            .url = node_url(arena, node->key, place),
            .kind = node->kind};
        for (size_t n = 0; n < sheet->services.len; n++) {
            const EvaluationService *service = &sheet->services.at[n];
            Str *words = carries_out(service, node->key) ? VEC_PUSH(arena, &item->services) : NULL;
            if (words)
                *words = service_words(arena, request->language, service);
        }
    }
}

static void add_services(const Request *request, const EvaluationSheet *sheet, EvaluationView *out)
{
    for (size_t i = 0; i < sheet->services.len; i++) {
        const EvaluationService *service = &sheet->services.at[i];
        EvaluationServiceView *view = VEC_PUSH(request->arena, &out->services);
        if (view)
            *view = (EvaluationServiceView){.title = service->title.in[request->language],
                .unit = service->unit.in[request->language],
                .legal_basis = service->legal_basis.in[request->language]};
    }
}

static void add_indicators(const Request *request, const EvaluationSheet *sheet, EvaluationView *out)
{
    for (size_t i = 0; i < sheet->indicators.len; i++) {
        const EvaluationIndicator *indicator = &sheet->indicators.at[i];
        EvaluationIndicatorView *view = VEC_PUSH(request->arena, &out->indicators);
        if (!view)
            return;
        *view = (EvaluationIndicatorView){.title = indicator->title.in[request->language],
            .unit = indicator->unit.in[request->language],
            .kind = KINDS[indicator->kind]};
        for (size_t n = 0; n < EVALUATION_YEARS; n++)
            view->years[n] = (EvaluationFigureView){.text = figure_words(request, &indicator->years[n]),
                .is_gap = indicator->years[n].gap != EVALUATION_GAP_NONE};
    }
}

/* What has moved since, into the views of the same order as the sheet. */
static bool add_differences(const Request *request, DbConn *conn, const Evaluation *evaluation,
    const EvaluationSheet *frozen, EvaluationView *out, Error *error)
{
    EvaluationSheet now;
    EvaluationDifferences differences;
    if (!evaluation_known(request, conn, evaluation, &now, error) ||
        !evaluation_differences(request->arena, frozen, &now, &differences, error))
        return false;
    for (size_t i = 0; i < differences.len; i++) {
        const EvaluationDifference *difference = &differences.at[i];
        size_t row = (size_t)(difference->frozen - frozen->indicators.at);
        if (row >= out->indicators.len)
            continue;
        out->indicators.at[row].years[difference->year].now = figure_words(request, &difference->now);
        out->has_difference = true;
    }
    return true;
}

static void add_corrections(const Request *request, const Evaluation *evaluation, EvaluationView *out)
{
    EvaluationTextView now[EVALUATION_TEXTS];
    evaluation_view_texts(request->language, &evaluation->text, now);
    for (size_t i = 0; i < EVALUATION_TEXTS; i++) {
        if (str_equal(now[i].text, out->texts[i].text))
            continue;
        out->texts[i].is_corrected = true;
        out->texts[i].now = now[i].text;
        out->has_difference = true;
    }
}

static bool add_head(const Request *request, DbConn *conn, const Evaluation *evaluation,
    const EvaluationNode *measure, const PlanPlace *place, EvaluationView *out, Error *error)
{
    Arena *arena = request->arena;
    const City *city = request->site->city;
    const CityPlan *plan = city ? city_plan(city, evaluation->plan) : NULL;
    bool is_staff = request_evaluation_right(request) != EVALUATION_PUBLIC;
    out->number = measure->number;
    out->title = measure->text;
    out->node_url = node_url(arena, measure->key, place);
    out->year = fiscal_year_words(arena, request->language, evaluation->fiscal_year);
    out->year_is_running = evaluation->fiscal_year >= fiscal_year(request->clock.today);
    out->plan_title = plan ? plan->title.in[request->language] : evaluation->plan;
    out->edition = evaluation->edition;
    out->is_frozen = evaluation->is_frozen;
    if (evaluation->is_frozen)
        out->frozen_on = day_print(arena, request->language, evaluation->frozen_at);
    out->edited_on = day_print(arena, request->language, evaluation->edited_at);
    for (size_t n = 0; n < EVALUATION_YEARS; n++)
        out->year_labels[n] = fiscal_year_words(
            arena, request->language, evaluation->fiscal_year - (EVALUATION_YEARS - 1) + (int64_t)n);
    if (!is_staff)
        return true;
    out->hash = evaluation->hash;
    return person_print(conn, arena, evaluation->edited_by, &out->edited_by, error) &&
           person_print(conn, arena, evaluation->frozen_by, &out->frozen_by, error);
}

bool evaluation_view(
    const Request *request, DbConn *conn, const Evaluation *evaluation, EvaluationView *out, Error *error)
{
    EvaluationSheet sheet;
    EvaluationText text = evaluation->text;
    bool is_public = request_evaluation_right(request) == EVALUATION_PUBLIC;
    bool read = evaluation->is_frozen
                    ? evaluation_read_content(request->arena, evaluation, &sheet, &text, error)
                    : evaluation_known(request, conn, evaluation, &sheet, error);
    if (!read)
        return false;
    if (is_public)
        evaluation_for_public(&sheet);
    const PlanPlace place = plan_place(request, evaluation->plan);
    *out = (EvaluationView){0};
    if (sheet.nodes.len == 0)
        return error_set(error, ERROR_DATABASE, "the evaluation has no measure");
    if (!add_head(request, conn, evaluation, &sheet.nodes.at[0], &place, out, error))
        return false;
    add_items(request, &sheet, &place, out);
    add_services(request, &sheet, out);
    add_indicators(request, &sheet, out);
    evaluation_view_texts(request->language, &text, out->texts);
    if (evaluation->is_frozen)
        add_corrections(request, evaluation, out);
    if (evaluation->is_frozen && !is_public &&
        !add_differences(request, conn, evaluation, &sheet, out, error))
        return false;
    return !arena_failed(request->arena) || error_memory(error);
}
