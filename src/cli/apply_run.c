/* cli/apply_run.c: a city's folder brought into its database: each plan's first edition, and a table for
 * each record type.
 *
 * The steps are said before they are taken; when one is refused, all that are refused are said and nothing is
 * done. Figures of indicators that are new or count otherwise than before are counted at the end, by the
 * server where one runs; until then they are shown as not there yet.
 */
#include "cli/apply_run.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/file.h"
#include "city/apply.h"
#include "cli/plan_place.h"
#include "record/figure.h"
#include "record/follow.h"

enum { LINE_MAX_BYTES = 64 << 10 };

typedef struct Applying {
    Db *db;
    Arena *arena;
    const City *city;
    const ApplyWish *wish;
    const Clock *clock;
    ApplySay *say;
    void *to;
} Applying;

static void PRINTF_LIKE(2, 3) say(const Applying *applying, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    applying->say(applying->to, false, str_of(line));
}

/* Whether the plan has an edition already; the folder is then only where it began. */
static bool plan_is_there(const Applying *applying, Str plan, bool *there, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanEditions editions = {0};
    if (!db_read_begin(applying->db, &conn, error))
        return false;
    Error unknown = {0};
    *there = plan_edition_list(conn, applying->arena, plan, &editions, &unknown) && editions.len > 0;
    return *there || unknown.code == ERROR_NONE || unknown.code == ERROR_NOT_FOUND ||
           ((*error = unknown), false);
}

static bool load_first_edition(const Applying *applying, const CityPlan *plan, Error *error)
{
    FileNames names = {0};
    PlanFiles files = {0};
    PlanActor actor = {.name = applying->wish->actor, .instant = applying->clock->instant};
    if (!directory_list(applying->arena, plan->folder, S(".md"), &names, error) ||
        !plan_files_read(applying->arena, &names, &files, error))
        return false;
    PlanImport request = {.files = files.at,
        .file_count = files.len,
        .edition = plan->first_edition,
        .actor = actor.name,
        .instant = actor.instant};
    PlanImportResult result = {0};
    if (!plan_import_for_city(&request, applying->city, plan->id, error) ||
        !plan_import(applying->db, &request, &result, error))
        return false;
    /* The folder is what the city declares, so there is nothing to ask about it. */
    if (result.under_review && !plan_confirm_import(applying->db, result.edition_id, &actor, error))
        return false;
    say(applying, "plan %.*s: edition %s, %zu nodes", STR_ARGS(plan->id), result.edition, result.node_count);
    return true;
}

static bool load_plans(const Applying *applying, Error *error)
{
    const City *city = applying->city;
    for (size_t i = 0; i < city->plans.len; i++) {
        const CityPlan *plan = &city->plans.at[i];
        bool there;
        if (!plan_is_there(applying, plan->id, &there, error))
            return false;
        if (there)
            say(applying,
                "plan %.*s: in the database already; a changed folder comes in as a new edition: plan "
                "import %.*s "
                "--edition NAME",
                STR_ARGS(plan->id), STR_ARGS(plan->folder));
        else if (applying->wish->is_trial)
            say(applying, "plan %.*s: its first edition would be loaded", STR_ARGS(plan->id));
        else if (plan->folder.len > 0 && !load_first_edition(applying, plan, error))
            return false;
    }
    return true;
}

static void say_step(const Applying *applying, const CityStep *step)
{
    static const char *const words[CITY_STEP_KIND_COUNT] = {
        [CITY_STEP_NEW_TABLE] = "new table",
        [CITY_STEP_RENAMED_TABLE] = "table renamed",
        [CITY_STEP_NEW_COLUMN] = "new column",
        [CITY_STEP_RENAMED_COLUMN] = "column renamed",
        [CITY_STEP_WIDENED_COLUMN] = "column widened",
        [CITY_STEP_EMPTY_COLUMN] = "empty column of another type",
        [CITY_STEP_RENAMED_STATE] = "state renamed",
        [CITY_STEP_RENAMED_CHOICE] = "choice renamed",
        [CITY_STEP_KEPT_TABLE] = "declared no longer, kept out of reach (--drop removes it)",
        [CITY_STEP_KEPT_COLUMN] = "declared no longer, kept out of reach (--drop removes it)",
        [CITY_STEP_DROPPED_TABLE] = "table dropped",
        [CITY_STEP_DROPPED_COLUMN] = "column dropped",
        [CITY_STEP_NEW_INDICATOR] = "new indicator",
        [CITY_STEP_RENAMED_INDICATOR] = "indicator renamed",
        [CITY_STEP_CHANGED_INDICATOR] = "indicator counted anew",
        [CITY_STEP_GONE_INDICATOR] = "indicator removed",
        [CITY_STEP_REFUSED] = "refused",
    };
    bool has_rows = step->kind == CITY_STEP_KEPT_TABLE || step->kind == CITY_STEP_KEPT_COLUMN ||
                    step->kind == CITY_STEP_DROPPED_TABLE || step->kind == CITY_STEP_DROPPED_COLUMN;
    const char *dot = step->column.len > 0 ? "." : "";
    AUTO_BUF line;
    buf_init(&line, LINE_MAX_BYTES);
    buf_printf(&line, "%s: %.*s%s%.*s%.*s%.*s", words[step->kind], STR_ARGS(step->table), dot,
        STR_ARGS(step->column), STR_ARGS(step->indicator), STR_ARGS(step->words));
    if (step->after.len > 0)
        buf_printf(&line, " (%.*s -> %.*s)", STR_ARGS(step->before), STR_ARGS(step->after));
    if (has_rows)
        buf_printf(&line, " (%lld records)", (long long)step->rows);
    applying->say(applying->to, step->kind == CITY_STEP_REFUSED, buf_str(&line));
}

/* What is declared and not carried out as it stands, with its place. */
static void say_notes(const Applying *applying)
{
    const City *city = applying->city;
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        bool is_other_zone = service->record_types.len > 0 && service->zone != CITY_ZONE_PUBLIC &&
                             !service->record_types.at[0]->is_register;
        if (is_other_zone)
            say(applying,
                "note: %.*s: its zone is not public, and one process serves all zones as yet; access still "
                "holds",
                STR_ARGS(service->file));
        for (size_t k = 0; k < service->record_types.len; k++) {
            const CityRecordType *type = service->record_types.at[k];
            if (type->publishes)
                say(applying, "note: %.*s:%ld:%ld: '%.*s' publishes %.*s; no open data file is written yet",
                    STR_ARGS(type->origin.file), type->origin.line, type->origin.column, STR_ARGS(type->name),
                    STR_ARGS(type->publishes->name));
        }
    }
}

/* Says the steps; false when some are refused. */
static bool say_steps(const Applying *applying, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CitySteps steps;
    if (!db_read_begin(applying->db, &conn, error) ||
        !city_plan_steps(conn, applying->arena, applying->city, applying->wish->drop, &steps, error))
        return false;
    for (size_t i = 0; i < steps.at.len; i++)
        say_step(applying, &steps.at.at[i]);
    if (steps.refused > 0)
        return error_set(error, ERROR_CONFLICT, "nothing was done, as %zu of %zu steps cannot be taken",
            steps.refused, steps.at.len);
    if (steps.at.len == steps.kept)
        say(applying, "services: the database is as declared");
    else
        say_notes(applying);
    return true;
}

static bool take_steps(const Applying *applying, Error *error)
{
    const ApplyWish *wish = applying->wish;
    const CityApply how = {.clock = applying->clock,
        .actor = wish->actor,
        .drop = wish->drop,
        .export = wish->export,
        .follow = record_follow};
    CitySteps done;
    size_t counted = 0;
    if (!city_apply_so(applying->db, applying->arena, applying->city, &how, &done, error) ||
        (!wish->is_served && !figures_recount_stale(applying->db, applying->city, &counted, error)))
        return false;
    if (counted > 0)
        say(applying, "indicators counted: %zu", counted);
    for (size_t i = 0; i < done.at.len; i++)
        if (done.at.at[i].kind == CITY_STEP_DROPPED_TABLE || done.at.at[i].kind == CITY_STEP_DROPPED_COLUMN) {
            say(applying, "what was dropped is written in %.*s", STR_ARGS(wish->export));
            break;
        }
    return true;
}

bool apply_run(Db *db, Arena *arena, const ApplyWish *wish, const Clock *clock, ApplySay *say_line, void *to,
    Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    if (!city_read(&city, wish->folder, NULL, error))
        return false;
    const Applying applying = {
        .db = db, .arena = arena, .city = city, .wish = wish, .clock = clock, .say = say_line, .to = to};
    return load_plans(&applying, error) && say_steps(&applying, error) &&
           (wish->is_trial || take_steps(&applying, error));
}
