/* cli/command_duty.c: reports that a city's declarations answer (review/duty.h).
 */
#include "base/file.h"
#include "cli/plan_place.h"
#include "review/duty.h"

enum { REPORT_MAX = 16 << 20 };

#define OPTION_FORMAT                                                    \
    {                                                                    \
        "format", "FORMAT", "text, csv or markdown; text when not given" \
    }

static bool choose_format(const Call *call, GridFormat *out, Error *error)
{
    Str given = call_option(call, "format", S("text"));
    for (size_t i = 0; i < GRID_FORMAT_COUNT; i++)
        if (str_equal(given, str_of(grid_format_names[i]))) {
            *out = (GridFormat)i;
            return true;
        }
    return error_set(error, ERROR_INPUT, "the format is text, csv or markdown");
}

static bool print_grid(const Call *call, const Grid *grid, Error *error)
{
    AUTO_BUF out;
    GridFormat format = GRID_TEXT;
    buf_init(&out, REPORT_MAX);
    if (!choose_format(call, &format, error))
        return false;
    grid_write(grid, format, &out);
    return out.failed ? error_memory(error) : file_write(S("-"), buf_str(&out), error);
}

/* --- the commands -------------------------------------------------------------------------------- */

static bool access_report(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    Grid grid;
    Str service = call_option(call, "service", STR_EMPTY), role = call_option(call, "role", STR_EMPTY);
    if (!place_city(call, &city, error))
        return false;
    bool done = call_has(call, "fields")
                    ? duty_fields(city, call->arena, call_language(), service, &grid, error)
                    : duty_access(city, call->arena, call_language(), service, role, &grid, error);
    return done && print_grid(call, &grid, error);
}

static bool personal_files(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    Grid grid;
    return place_city(call, &city, error) &&
           duty_personal_files(city, call->arena, call_language(), &grid, error) &&
           print_grid(call, &grid, error);
}

static bool retention(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    Grid grid;
    return place_city(call, &city, error) &&
           duty_retention(city, call->arena, call_language(), &grid, error) && print_grid(call, &grid, error);
}

static bool coverage(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(plan_place_end) PlanPlace place = {0};
    Grid grid;
    size_t uncovered = 0;
    if (!place_city(call, &city, error) ||
        !plan_place_begin(call, call_option(call, "edition", STR_EMPTY), &place, error))
        return false;
    const Plan *plan = plan_load(place.conn, call->arena, &place.edition, error);
    return plan &&
           duty_coverage(city, plan, call->arena, call_language(), call_has(call, "uncovered"), &grid,
               &uncovered, error) &&
           print_grid(call, &grid, error);
}

const Command duty_commands[] = {
    {"access", "", 0, 0, "who may create, read and write what, and do what with it",
        "A line for each kind of record, role and right, with its condition, as the declarations say.",
        {OPTION_CITY, {"service", "ID", "only of this service"}, {"role", "ID", "only of this role"},
            {"fields", NULL, "how each field is handled, and who reads it"}, OPTION_FORMAT},
        access_report},
    {"personal-files", "", 0, 0, "the register of personal information files (個人情報ファイル簿)",
        "One entry for each service whose records speak of people. What a declaration does not say in\n"
        "personal_information stands there as not said.",
        {OPTION_CITY, OPTION_FORMAT}, personal_files},
    {"retention", "", 0, 0, "for how long each kind of record is kept", NULL, {OPTION_CITY, OPTION_FORMAT},
        retention},
    {"coverage", "", 0, 0, "which services carry out each initiative of the plan",
        "A service carries out an initiative when it names it, or a node above it.",
        {OPTION_CITY, OPTION_DB, OPTION_PLAN, OPTION_EDITION,
            {"uncovered", NULL, "only initiatives that nothing carries out"}, OPTION_FORMAT},
        coverage},
    {0},
};
