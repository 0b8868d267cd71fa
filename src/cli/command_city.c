/* cli/command_city.c: a city's folder checked, and brought into its database. */
#include "base/file.h"
#include "cli/place.h"
#include "cli/plan_place.h"

static bool check(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    Str folder = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY;
    if (folder.len == 0 && !place_city_folder(call, &folder, error))
        return false;
    if (!city_read(&city, folder, NULL, error))
        return false;
    for (size_t i = 0; i < city->plans.len; i++) {
        FileNames names = {0};
        PlanFiles files = {0};
        PlanErrors wrong = {0};
        if (city->plans.at[i].folder.len == 0)
            continue;
        if (!directory_list(call->arena, city->plans.at[i].folder, S(".md"), &names, error) ||
            !plan_files_read(call->arena, &names, &files, error))
            return false;
        Plan *plan = plan_read_markdown(call->arena, files.len, files.at, &wrong);
        for (size_t e = 0; e < wrong.len; e++)
            error_print(stderr, &wrong.at[e]);
        if (!plan)
            return error_set(
                error, ERROR_INPUT, "%.*s: %zu errors", STR_ARGS(city->plans.at[i].folder), wrong.total);
        printf("%.*s: %zu nodes\n", STR_ARGS(city->plans.at[i].id), plan->nodes.len);
    }
    printf("%.*s is in order\n", STR_ARGS(folder));
    return true;
}

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

static bool apply(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!place_city(call, &city, error) || !place_db(call, false, &db, error))
        return false;
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
        else if (plan->folder.len > 0 && !load_first_edition(call, db, city, plan, error))
            return false;
    }
    return true;
}

const Command city_commands[] = {
    {"check", "[DIR]", 0, 1, "reads a city's folder and says what is wrong in it", NULL, {OPTION_CITY},
        check},
    {"apply", "", 0, 0, "brings the city's folder into the database: tables, and each plan's first edition",
        NULL, {OPTION_CITY, OPTION_DB}, apply},
    {0},
};
