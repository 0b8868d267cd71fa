/* review/figure.c: figures from the door to records, for whoever may see them as they stand now. */
#include "review/evaluation.h"

bool evaluation_door_figure(
    void *owner, DbConn *conn, const CityIndicator *indicator, int64_t fiscal_year, Figure *out, Error *error)
{
    const EvaluationDoor *from = owner;
    if (figure_get(from->door, conn, from->asking, indicator, fiscal_year, out, error))
        return true;
    if (error->code == ERROR_CONFLICT)
        error->code = ERROR_NOT_FOUND; /* declared, but not applied to this database */
    return false;
}
