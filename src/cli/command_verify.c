/* cli/command_verify.c: proves that history, records, references, places and figures of a database agree. */
#include "cli/place.h"
#include "record/verify.h"

static bool verify(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    VerifyReport report;
    if (!place_city(call, &city, error) || !place_db(call, true, &db, error) ||
        !verify_run(db, city, call->arena, &report, error))
        return false;
    printf("strands %zu, entries of history %zu, records %zu, references %zu, figures %zu\n", report.strands,
        report.entries, report.records, report.references, report.figures);
    for (size_t i = 0; i < report.problems.len; i++) {
        const VerifyProblem *problem = &report.problems.at[i];
        printf("%s: %.*s\n", problem->part, STR_ARGS(problem->words));
    }
    if (report.problem_count > report.problems.len)
        printf("and %zu more\n", report.problem_count - report.problems.len);
    if (report.problem_count > 0)
        return error_set(error, ERROR_CONFLICT, "%zu problems were found", report.problem_count);
    printf("everything agrees\n");
    return true;
}

const Command verify_commands[] = {
    {"verify", "", 0, 0, "proves that history, records, references, places and figures agree",
        "It reads only, in one snapshot, and may be run beside a running server. Each problem is one line: "
        "the\n"
        "part (history, record, reference, rule, seats, figure), which row, what is, what should be. It ends "
        "with 1\nwhen there is one.",
        {OPTION_CITY, OPTION_DB}, verify},
    {0},
};
