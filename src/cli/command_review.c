/* cli/command_review.c: what an import found odd, and what people decide about it, from the command line. */
#include "cli/command.h"
#include "cli/plan_place.h"
#include "plan/repair.h"
#include "plan/warning.h"

enum { LISTING_MAX = 256 << 20 };

/* --- listing
 * ------------------------------------------------------------------------------------------------------- */

static bool wants_json(const Call *call, bool *json, Error *error)
{
    Str format = call_option(call, "format", S("text"));
    *json = str_equal(format, S("json"));
    return *json || str_equal(format, S("text")) ||
           error_set(error, ERROR_INPUT, "--format takes text or json");
}

static bool load_review(const Call *call, PlanPlace *place, PlanReview **review, Error *error)
{
    Str name = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY;
    if (!plan_place_begin(call, name, place, error) ||
        !plan_review_load(place->conn, call->arena, place->edition.id, review, error))
        return false;
    return *review ||
           error_set(error, ERROR_NOT_FOUND, "edition %.*s was not imported", STR_ARGS(place->edition.name));
}

static void print_warning(const PlanReviewWarning *item, Arena *arena, Language language)
{
    const PlanWarning *warning = &item->warning;
    Str place = plan_warning_place(arena, &warning->source, language);
    Str message = plan_warning_message(arena, warning, language),
        fix = plan_warning_fix(arena, warning, language);
    printf("%3u  %.*s\n     %.*s\n", warning->number, STR_ARGS(place), STR_ARGS(message));
    if (warning->has_fix)
        printf("     %s %.*s [%s]\n",
            language == LANGUAGE_JA ? "直し方の案：" : "fix on offer:", STR_ARGS(fix),
            plan_decision_name(item->decision));
}

static bool warnings(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    PlanReview *review = NULL;
    if (!load_review(call, &place, &review, error))
        return false;
    for (size_t i = 0; i < review->warnings.len; i++)
        print_warning(&review->warnings.at[i], call->arena, call_language());
    return true;
}

static void print_repair(const PlanReviewRepair *item, const Plan *plan)
{
    Str key = item->repair.node == PLAN_NO_PARENT ? S("-") : plan->nodes.at[item->repair.node].key;
    printf("%3lld  %.*s  %d.%d %%  %s\n     ", (long long)item->id, STR_ARGS(key),
        item->repair.confidence / 10, item->repair.confidence % 10, plan_decision_name(item->decision));
    for (size_t i = 0; i < item->repair.segments.len; i++) {
        const PlanSegment *segment = &item->repair.segments.at[i];
        const char *open = segment->op == '-' ? "[-" : segment->op == '+' ? "{+" : "";
        const char *close = segment->op == '-' ? "-]" : segment->op == '+' ? "+}" : "";
        printf("%s%.*s%s", open, STR_ARGS(segment->text), close);
    }
    printf("\n");
}

static bool repairs(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    Str name = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY;
    bool json;
    if (!wants_json(call, &json, error) || !plan_place_begin(call, name, &place, error))
        return false;
    Plan *plan = plan_load(place.conn, call->arena, &place.edition, error);
    if (!plan)
        return false;
    if (json) {
        AUTO_BUF out;
        buf_init(&out, LISTING_MAX);
        plan_repairs_write_json(plan, &out);
        return out.failed ? error_memory(error) : file_write(S("-"), buf_str(&out), error);
    }
    PlanReview *review = NULL;
    if (!plan_review_load(place.conn, call->arena, place.edition.id, &review, error))
        return false;
    for (size_t i = 0; review && i < review->repairs.len; i++)
        print_repair(&review->repairs.at[i], plan);
    return true;
}

/* --- deciding
 * ------------------------------------------------------------------------------------------------------ */

/* An option: numbers of warnings or ids of repairs, and what is decided about them. */
typedef struct Decision {
    const char *option;
    PlanDecision decision;
    bool of_repair;
} Decision;

static const Decision decisions[] = {
    {"accept-fix", PLAN_ACCEPTED, false},
    {"refuse-fix", PLAN_REFUSED, false},
    {"accept-repair", PLAN_ACCEPTED, true},
    {"refuse-repair", PLAN_REFUSED, true},
};

static bool decide_warnings(Db *db, int64_t edition, const PlanReview *review, const NumberChoice *choice,
    PlanDecision decision, const PlanActor *actor, size_t *done, Error *error)
{
    for (size_t i = 0; i < review->warnings.len; i++) {
        const PlanWarning *warning = &review->warnings.at[i].warning;
        if (!warning->has_fix || !number_choice_has(choice, warning->number))
            continue;
        if (!plan_decide_warning(db, edition, warning->number, decision, actor, error))
            return false;
        (*done)++;
    }
    return true;
}

static bool decide_repairs(Db *db, int64_t edition, const PlanReview *review, const NumberChoice *choice,
    PlanDecision decision, const PlanActor *actor, size_t *done, Error *error)
{
    for (size_t i = 0; i < review->repairs.len; i++) {
        int64_t id = review->repairs.at[i].id;
        if (!number_choice_has(choice, id))
            continue;
        if (!plan_decide_repair(db, edition, id, decision, actor, error))
            return false;
        (*done)++;
    }
    return true;
}

static bool decide_one(const Call *call, Db *db, int64_t edition, const PlanReview *review,
    const Decision *which, size_t *done, Error *error)
{
    NumberChoice choice = {0};
    PlanActor actor = {.name = call_actor(), .instant = call->clock.instant};
    if (!number_choice_read(call->arena, call_option(call, which->option, STR_EMPTY), &choice, error))
        return false;
    return which->of_repair
               ? decide_repairs(db, edition, review, &choice, which->decision, &actor, done, error)
               : decide_warnings(db, edition, review, &choice, which->decision, &actor, done, error);
}

static bool decide(const Call *call, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    PlanReview *review = NULL;
    if (!load_review(call, &place, &review, error))
        return false;
    db_read_end(&place.conn); /* decisions write, and a writer may not hold a read connection */
    size_t done = 0;
    for (size_t i = 0; i < COUNT_OF(decisions); i++)
        if (!decide_one(call, place.db, place.edition.id, review, &decisions[i], &done, error))
            return false;
    printf(call_language() == LANGUAGE_JA ? "%zu件を決めました。\n" : "%zu decided\n", done);
    return true;
}

static bool end_review(const Call *call, bool confirm, Error *error)
{
    CLEANUP(plan_place_end) PlanPlace place = {0};
    PlanActor actor = {.name = call_actor(), .instant = call->clock.instant};
    if (!plan_place_begin(call, call->arguments[0], &place, error))
        return false;
    db_read_end(&place.conn);
    if (!(confirm ? plan_confirm_import(place.db, place.edition.id, &actor, error)
                  : plan_abandon_import(place.db, place.edition.id, error)))
        return false;
    printf("%.*s: %s\n", STR_ARGS(place.edition.name),
        confirm ? "confirmed; its keys are permanent" : "given up");
    return true;
}

static bool confirm(const Call *call, Error *error)
{
    return end_review(call, true, error);
}

static bool abandon(const Call *call, Error *error)
{
    return end_review(call, false, error);
}

const Command review_commands[] = {
    {"plan warnings", "[EDITION]", 0, 1, "what the importer found odd: number, place, words, fix on offer",
        NULL, {OPTION_PLAN, OPTION_DB}, warnings},
    {"plan repairs", "[EDITION]", 0, 1, "places where struck and inserted words seem to have run together",
        NULL, {{"format", "FORMAT", "text, or json: those nobody has decided"}, OPTION_PLAN, OPTION_DB},
        repairs},
    {"plan decide", "EDITION", 1, 1, "takes or refuses fixes and repairs of an import under review",
        "  LIST is numbers as `plan warnings` and `plan repairs` print them, 3,5, or all.",
        {{"accept-fix", "LIST", "warnings whose fix is taken"},
            {"refuse-fix", "LIST", "warnings whose fix is not wanted"},
            {"accept-repair", "LIST", "repairs that are taken"},
            {"refuse-repair", "LIST", "repairs that are not wanted"}, OPTION_PLAN, OPTION_DB},
        decide},
    {"plan confirm", "EDITION", 1, 1, "ends the review of an import; its keys become permanent", NULL,
        {OPTION_PLAN, OPTION_DB}, confirm},
    {"plan abandon", "EDITION", 1, 1, "gives up an import that is under review, as if it had never been",
        NULL, {OPTION_PLAN, OPTION_DB}, abandon},
    {0},
};
