/* record/follow.c: what names tables of records by their names, brought to their new ones. Inside the apply's
 * closure, so that it is done with it or not at all. History keeps the name it was written with
 * (city/lineage.h). */
#include "record/follow.h"

#include "record/record_internal.h"

static bool follow_rename(DbConn *conn, const CityStep *step, Error *error)
{
    Value before = value_text(step->before), after = value_text(step->after);
    return db_run(conn, NULL, error, "update record_scope set table_name = ?2 where table_name = ?1", before,
               after) &&
           db_run(
               conn, NULL, error, "update letter set table_name = ?2 where table_name = ?1", before, after) &&
           db_run(
               conn, NULL, error, "update read_log set table_name = ?2 where table_name = ?1", before, after);
}

static bool follow_drop(DbConn *conn, const CityStep *step, Error *error)
{
    int64_t scope = 0;
    Value table = value_text(step->table);
    if (!db_one_integer(conn, &scope, error,
            "select coalesce(max(id), 0) from record_scope where table_name = ?1", table))
        return false;
    return scope == 0 ||
           (db_search_clear(conn, RECORD_SEARCH_INDEX, scope, error) &&
               db_run(conn, NULL, error, "delete from record_scope where table_name = ?1", table));
}

bool record_follow(DbConn *conn, const CitySteps *steps, Error *error)
{
    for (size_t i = 0; i < steps->at.len; i++) {
        const CityStep *step = &steps->at.at[i];
        if (step->kind == CITY_STEP_RENAMED_TABLE && !follow_rename(conn, step, error))
            return false;
        if (step->kind == CITY_STEP_DROPPED_TABLE && !follow_drop(conn, step, error))
            return false;
    }
    return true;
}
