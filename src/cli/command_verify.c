/* cli/command_verify.c: proves that history, records, references, places and figures of a database agree, and
 * that frozen editions of the plan are what they were. */
#include "cli/place.h"
#include "plan/draft.h"
#include "record/verify.h"

/* Frozen editions; adds what it found to *problems. */
static bool verify_plans(const Call *call, Db *db, size_t *problems, Error *error)
{
    PlanVerifyReport report;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(db, &conn, error) || !plan_verify(conn, call->arena, &report, error))
        return false;
    printf("frozen editions %zu, made by changes %zu\n", report.editions, report.replayed);
    for (size_t i = 0; i < report.problems.len; i++)
        printf("plan: %.*s\n", STR_ARGS(report.problems.at[i]));
    *problems += report.problems.len;
    return true;
}

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
    size_t problems = report.problem_count;
    if (!verify_plans(call, db, &problems, error))
        return false;
    if (problems > 0)
        return error_set(error, ERROR_CONFLICT, "%zu problems were found", problems);
    printf("everything agrees\n");
    return true;
}

const Command verify_commands[] = {
    {"verify", "", 0, 0,
        "proves that history, records, references, places, figures and frozen editions agree",
        "It reads only and may be run beside a running server. Each problem is one line: the part (history,\n"
        "record, reference, rule, seats, figure, plan), which row, what is, what should be. It ends with 1 "
        "when\n"
        "there is one.",
        {OPTION_CITY, OPTION_DB}, verify},
    {0},
};
