/* record/verify_figure.c: every figure is what the database finds when it counts the records anew. */
#include "record/recount.h"
#include "record/verify_internal.h"

bool verify_figures(Verification *verification, Error *error)
{
    RecountReport report = {0};
    if (!recount_compare(
            verification->conn, verification->db, verification->city, verification->scratch, &report, error))
        return false;
    verification->out->figures = report.cells;
    for (size_t i = 0; i < report.differences.len; i++)
        if (!verify_problem(verification, error, VERIFY_FIGURE, "%.*s", STR_ARGS(report.differences.at[i])))
            return false;
    verification->out->problem_count += report.difference_count - report.differences.len;
    return true;
}
