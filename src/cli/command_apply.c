/* cli/command_apply.c: a city's folder brought into its database: each plan's first edition, and a table for
 * each record type.
 *
 * The steps are printed before they are taken; when one is refused, all that are refused are printed and
 * nothing is done. Figures of indicators that are new or count otherwise than before are counted at the end;
 * until that is done, no server opens the database.
 */
#include "base/file.h"
#include "city/apply.h"
#include "cli/place.h"
#include "cli/plan_place.h"
#include "record/figure.h"

/* Whether the plan has an edition already; the folder is then only where it began. */
static bool plan_is_there(const Call *call, Db *db, Str plan, bool *there, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanEditions editions = {0};
    if (!db_read_begin(db, &conn, error))
        return false;
    Error unknown = {0};
    *there = plan_edition_list(conn, call->arena, plan, &editions, &unknown) && editions.len > 0;
    return *there || unknown.code == ERROR_NONE || unknown.code == ERROR_NOT_FOUND ||
           ((*error = unknown), false);
}

static bool load_first_edition(const Call *call, Db *db, const City *city, const CityPlan *plan, Error *error)
{
    FileNames names = {0};
    PlanFiles files = {0};
    PlanActor actor = {.name = call_actor(), .instant = call->clock.instant};
    if (!directory_list(call->arena, plan->folder, S(".md"), &names, error) ||
        !plan_files_read(call->arena, &names, &files, error))
        return false;
    PlanImport request = {.files = files.at,
        .file_count = files.len,
        .edition = plan->first_edition,
        .actor = actor.name,
        .instant = actor.instant};
    PlanImportResult result = {0};
    if (!plan_import_for_city(&request, city, plan->id, error) || !plan_import(db, &request, &result, error))
        return false;
    /* The folder is what the city declares, so there is nothing to ask about it. */
    if (result.under_review && !plan_confirm_import(db, result.edition_id, &actor, error))
        return false;
    printf("plan %.*s: edition %s, %zu nodes\n", STR_ARGS(plan->id), result.edition, result.node_count);
    return true;
}

static bool load_plans(const Call *call, Db *db, const City *city, bool is_trial, Error *error)
{
    for (size_t i = 0; i < city->plans.len; i++) {
        const CityPlan *plan = &city->plans.at[i];
        bool there;
        if (!plan_is_there(call, db, plan->id, &there, error))
            return false;
        if (there)
            printf("plan %.*s: in the database already; a changed folder comes in as a new edition: plan "
                   "import %.*s "
                   "--edition NAME\n",
                STR_ARGS(plan->id), STR_ARGS(plan->folder));
        else if (is_trial)
            printf("plan %.*s: its first edition would be loaded\n", STR_ARGS(plan->id));
        else if (plan->folder.len > 0 && !load_first_edition(call, db, city, plan, error))
            return false;
    }
    return true;
}

static void print_step(const CityStep *step)
{
    static const char *const words[CITY_STEP_KIND_COUNT] = {
        [CITY_STEP_NEW_TABLE] = "new table",
        [CITY_STEP_NEW_COLUMN] = "new column",
        [CITY_STEP_NEW_INDICATOR] = "new indicator",
        [CITY_STEP_CHANGED_INDICATOR] = "indicator counted anew",
        [CITY_STEP_GONE_INDICATOR] = "indicator removed",
        [CITY_STEP_REFUSED] = "refused",
    };
    const char *dot = step->column.len > 0 ? "." : "";
    fprintf(step->kind == CITY_STEP_REFUSED ? stderr : stdout, "%s: %.*s%s%.*s%.*s%.*s\n", words[step->kind],
        STR_ARGS(step->table), dot, STR_ARGS(step->column), STR_ARGS(step->indicator), STR_ARGS(step->words));
}

/* What is declared and not carried out as it stands, with its place. */
static void print_notes(const City *city)
{
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        bool is_other_zone = service->record_types.len > 0 && service->zone != CITY_ZONE_PUBLIC &&
                             !service->record_types.at[0]->is_register;
        if (is_other_zone)
            printf(
                "note: %.*s: its zone is not public, and one process serves all zones as yet; access still "
                "holds\n",
                STR_ARGS(service->file));
        for (size_t k = 0; k < service->record_types.len; k++) {
            const CityRecordType *type = service->record_types.at[k];
            if (type->publishes)
                printf("note: %.*s:%ld:%ld: '%.*s' publishes %.*s; no open data file is written yet\n",
                    STR_ARGS(type->origin.file), type->origin.line, type->origin.column, STR_ARGS(type->name),
                    STR_ARGS(type->publishes->name));
        }
    }
}

/* Prints the steps; false when some are refused. */
static bool print_steps(const Call *call, Db *db, const City *city, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CitySteps steps;
    if (!db_read_begin(db, &conn, error) || !city_plan_steps(conn, call->arena, city, false, &steps, error))
        return false;
    for (size_t i = 0; i < steps.at.len; i++)
        print_step(&steps.at.at[i]);
    if (steps.refused > 0)
        return error_set(error, ERROR_CONFLICT, "nothing was done, as %zu of %zu steps cannot be taken",
            steps.refused, steps.at.len);
    if (steps.at.len == 0)
        printf("services: the database is as declared\n");
    else
        print_notes(city);
    return true;
}

static bool apply(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    CitySteps done;
    size_t counted = 0;
    bool is_trial = call_has(call, "dry-run");
    if (!place_city(call, &city, error) || !place_db(call, false, &db, error) ||
        !load_plans(call, db, city, is_trial, error) || !print_steps(call, db, city, error))
        return false;
    if (is_trial)
        return true;
    if (!city_apply(db, call->arena, city, &call->clock, call_actor(), &done, error) ||
        !figures_recount_stale(db, city, &counted, error))
        return false;
    if (counted > 0)
        printf("indicators counted: %zu\n", counted);
    return true;
}

const Command apply_commands[] = {
    {"apply", "", 0, 0,
        "brings the city's folder into the database: each plan's first edition, a table for each record type",
        "The steps are printed first. When one of them is refused (a column that changes its type, a field "
        "or "
        "a record type that is gone), nothing is done.",
        {OPTION_CITY, OPTION_DB, {"dry-run", NULL, "prints the steps and takes none"}}, apply},
    {0},
};
