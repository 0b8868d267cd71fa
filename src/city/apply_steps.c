/* city/apply_steps.c: what must be done to a database so that it is what the city declares.
 *
 * What was declared before stands in declared_table, declared_column and declared_indicator; each record type
 * and indicator of the city is held against it. First it is found which tables have another name as yet, as
 * everything else is looked for in them. What would lose data, or leave records behind that the declaration
 * does not know (in a state that is gone, say), is a step that is refused, with the place in the declaration
 * and what can be done instead. Plan keys are looked for in the newest edition that the database has of their
 * plan.
 */
#include "city/apply_internal.h"
#include "db/table.h"
#include "plan/store.h"

bool step_add(Planning *planning, CityStep step)
{
    CityStep *at = VEC_PUSH(planning->arena, &planning->steps->at);
    if (!at)
        return error_memory(planning->error);
    *at = step;
    planning->steps->refused += step.kind == CITY_STEP_REFUSED;
    planning->steps->kept += step.kind == CITY_STEP_KEPT_TABLE || step.kind == CITY_STEP_KEPT_COLUMN;
    return true;
}

bool step_refuse(Planning *planning, const CityOrigin *origin, Str words)
{
    if (origin)
        words = arena_printf(planning->arena, "%.*s:%ld:%ld: %.*s", STR_ARGS(origin->file), origin->line,
            origin->column, STR_ARGS(words));
    return step_add(planning, (CityStep){.kind = CITY_STEP_REFUSED, .words = words});
}

/* --- tables --------------------------------------------------------------------------------------------- */

/* -1: no such table; else whether it had places. */
static bool read_table(Planning *planning, Str table, int64_t *seats)
{
    return db_one_integer(planning->conn, seats, planning->error,
        "select coalesce(max(seats), -1) from declared_table where name = ?1", value_text(table));
}

Str steps_table_now(const Planning *planning, Str table)
{
    for (size_t i = 0; i < planning->moves.len; i++)
        if (str_equal(planning->moves.at[i].after, table))
            return planning->moves.at[i].before;
    return table;
}

static bool plan_move(Planning *planning, const CityRecordType *type, Str before)
{
    TableMove *move = VEC_PUSH(planning->arena, &planning->moves);
    if (!move)
        return error_memory(planning->error);
    *move = (TableMove){before, type->table};
    return step_add(planning, (CityStep){.kind = CITY_STEP_RENAMED_TABLE,
                                  .table = type->table,
                                  .before = before,
                                  .after = type->table,
                                  .type = type});
}

/* Whether the record type's table has an earlier name as yet. */
static bool find_move(Planning *planning, const CityRecordType *type)
{
    int64_t own = -1;
    Str found = STR_EMPTY;
    if (!read_table(planning, type->table, &own))
        return false;
    for (size_t i = 0; i < type->former_tables.len; i++) {
        const CityFormerName *former = &type->former_tables.at[i];
        int64_t seats = -1;
        if (!read_table(planning, former->name, &seats))
            return false;
        if (seats < 0 || str_equal(former->name, found) ||
            city_record_type_of_table(planning->city, former->name))
            continue;
        if (own >= 0 || found.len > 0)
            return step_refuse(planning, &former->origin,
                arena_printf(planning->arena,
                    "the database has both tables, %.*s and %.*s; only one can become %.*s",
                    STR_ARGS(own >= 0 ? type->table : found), STR_ARGS(former->name), STR_ARGS(type->table)));
        found = former->name;
    }
    return found.len == 0 || plan_move(planning, type, found);
}

/* How many of the service's tables stand in the database, under whatever name. */
static bool count_standing(Planning *planning, const CityService *service, size_t *out)
{
    *out = 0;
    for (size_t i = 0; i < service->record_types.len; i++) {
        int64_t seats = -1;
        if (!read_table(planning, steps_table_now(planning, service->record_types.at[i]->table), &seats))
            return false;
        *out += seats >= 0;
    }
    return true;
}

static bool refuse_never(Planning *planning, const char *what, const CityFormerName *former)
{
    return step_refuse(planning, &former->origin,
        arena_printf(planning->arena, "the database never had the %s '%.*s' here; remove it from 'was'", what,
            STR_ARGS(former->name)));
}

/* A `was` of a service, or of a new record type, that the database knows nothing of; a service that is new as
 * a whole may have had its names elsewhere. */
static bool plan_never_there(Planning *planning, const CityService *service)
{
    size_t standing = 0;
    int64_t declarations = 0;
    if (!count_standing(planning, service, &standing) ||
        !db_one_integer(planning->conn, &declarations, planning->error, "select count(*) from declaration"))
        return false;
    if (standing == 0 && declarations > 0 && service->was.len > 0)
        return refuse_never(planning, "service", &service->was.at[0]);
    for (size_t i = 0; standing > 0 && i < service->record_types.len; i++) {
        const CityRecordType *type = service->record_types.at[i];
        int64_t seats = -1;
        if (!read_table(planning, steps_table_now(planning, type->table), &seats))
            return false;
        if (seats < 0 && type->was.len > 0 && !refuse_never(planning, "record type", &type->was.at[0]))
            return false;
    }
    return true;
}

static bool plan_table(Planning *planning, const CityRecordType *type)
{
    int64_t seats = -1;
    if (!read_table(planning, steps_table_now(planning, type->table), &seats))
        return false;
    if (seats < 0)
        return step_add(
            planning, (CityStep){.kind = CITY_STEP_NEW_TABLE, .table = type->table, .type = type});
    return steps_of_type(planning, type, seats != 0);
}

static bool is_moved(const Planning *planning, Str before)
{
    for (size_t i = 0; i < planning->moves.len; i++)
        if (str_equal(planning->moves.at[i].before, before))
            return true;
    return false;
}

typedef VEC_OF(Str) TableNames;

static bool read_gone_tables(Planning *planning, TableNames *out)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(planning->conn, &stmt, planning->error, "select name from declared_table order by name"))
        return false;
    while (db_next(stmt, planning->error)) {
        Str table = db_text(stmt, 0);
        if (city_record_type_of_table(planning->city, table) || is_moved(planning, table))
            continue;
        Str *slot = VEC_PUSH(planning->arena, out);
        if (!slot)
            return error_memory(planning->error);
        *slot = arena_str(planning->arena, table);
    }
    return !db_broken(stmt);
}

static bool plan_gone_tables(Planning *planning)
{
    TableNames gone = {0};
    if (!read_gone_tables(planning, &gone))
        return false;
    for (size_t i = 0; i < gone.len; i++) {
        CityStep step = {
            .kind = planning->drop ? CITY_STEP_DROPPED_TABLE : CITY_STEP_KEPT_TABLE, .table = gone.at[i]};
        if (!step_count_rows(planning, gone.at[i], STR_EMPTY, VALUE_MISSING, &step.rows) ||
            !step_add(planning, step))
            return false;
    }
    return true;
}

/* --- indicators -------------------------------------------------------------------------------------------
 */

static bool read_indicator(Planning *planning, Str id, Str *hash)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *hash = STR_EMPTY;
    if (!db_query(planning->conn, &stmt, planning->error,
            "select hash from declared_indicator where name = ?1", value_text(id)))
        return false;
    if (db_next(stmt, planning->error))
        *hash = db_text_copy(stmt, 0, planning->arena);
    return !db_broken(stmt);
}

/* Figures that stand under an earlier name go with the new one. */
static bool plan_former_indicator(Planning *planning, const CityIndicator *indicator, Str *hash)
{
    size_t standing = 0;
    for (size_t i = 0; i < indicator->former_ids.len && hash->len == 0; i++) {
        Str former = indicator->former_ids.at[i].name;
        if (city_indicator(planning->city, former))
            continue;
        if (!read_indicator(planning, former, hash))
            return false;
        if (hash->len > 0)
            return step_add(planning, (CityStep){.kind = CITY_STEP_RENAMED_INDICATOR,
                                          .indicator = indicator->id,
                                          .before = former,
                                          .after = indicator->id});
    }
    if (indicator->was.len == 0)
        return true;
    return count_standing(planning, indicator->service, &standing) &&
           (standing == 0 || refuse_never(planning, "indicator", &indicator->was.at[0]));
}

/* Whether names or values that the indicator's records have are changed: its groups are then called
 * otherwise. */
static bool is_touched(const Planning *planning, const CityIndicator *indicator)
{
    for (size_t i = 0; i < planning->steps->at.len; i++) {
        const CityStep *step = &planning->steps->at.at[i];
        bool changes_values = step->kind == CITY_STEP_RENAMED_STATE ||
                              step->kind == CITY_STEP_RENAMED_CHOICE ||
                              step->kind == CITY_STEP_WIDENED_COLUMN || step->kind == CITY_STEP_EMPTY_COLUMN;
        if (changes_values && step->type->service == indicator->service)
            return true;
    }
    return false;
}

static bool plan_indicator(Planning *planning, const CityIndicator *indicator)
{
    Str hash;
    if (!read_indicator(planning, indicator->id, &hash) ||
        (hash.len == 0 && !plan_former_indicator(planning, indicator, &hash)))
        return false;
    if (hash.len == 0)
        return step_add(planning, (CityStep){.kind = CITY_STEP_NEW_INDICATOR, .indicator = indicator->id});
    return (str_equal(hash, indicator->hash) && !is_touched(planning, indicator)) ||
           step_add(planning, (CityStep){.kind = CITY_STEP_CHANGED_INDICATOR, .indicator = indicator->id});
}

static bool is_renamed_indicator(const Planning *planning, Str id)
{
    for (size_t i = 0; i < planning->steps->at.len; i++)
        if (planning->steps->at.at[i].kind == CITY_STEP_RENAMED_INDICATOR &&
            str_equal(planning->steps->at.at[i].before, id))
            return true;
    return false;
}

static bool plan_gone_indicators(Planning *planning)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(
            planning->conn, &stmt, planning->error, "select name from declared_indicator order by name"))
        return false;
    while (db_next(stmt, planning->error))
        if (!city_indicator(planning->city, db_text(stmt, 0)) &&
            !is_renamed_indicator(planning, db_text(stmt, 0)) &&
            !step_add(planning, (CityStep){.kind = CITY_STEP_GONE_INDICATOR,
                                    .indicator = db_text_copy(stmt, 0, planning->arena)}))
            return false;
    return !db_broken(stmt);
}

/* --- plan keys --------------------------------------------------------------------------------------------
 */

static bool plan_key(Planning *planning, const CityPlanKey *key)
{
    PlanEdition edition;
    PlanVersions versions;
    Error missing = {0};
    if (!plan_edition_find(planning->conn, planning->arena, key->plan, STR_EMPTY, &edition, &missing)) {
        if (missing.code != ERROR_NOT_FOUND) {
            *planning->error = missing;
            return false;
        }
        const CityPlan *plan = city_plan(planning->city, key->plan);
        if (plan && plan->folder.len > 0)
            return true; /* the folder becomes its first edition, and was checked */
        return step_refuse(planning, &key->origin,
            arena_printf(
                planning->arena, "the database has no edition of the plan '%.*s' yet", STR_ARGS(key->plan)));
    }
    if (!plan_node_history(
            planning->conn, planning->arena, edition.plan_id, key->key, &versions, planning->error))
        return false;
    if (versions.len > 0 && versions.at[versions.len - 1].edition_id == edition.id)
        return true;
    return step_refuse(planning, &key->origin,
        arena_printf(planning->arena, "the newest edition of '%.*s' (%.*s) has no node %.*s",
            STR_ARGS(key->plan), STR_ARGS(edition.name), STR_ARGS(key->key)));
}

static bool find_moves(Planning *planning)
{
    for (size_t i = 0; i < planning->city->services.len; i++)
        for (size_t k = 0; k < planning->city->services.at[i]->record_types.len; k++)
            if (!find_move(planning, planning->city->services.at[i]->record_types.at[k]))
                return false;
    for (size_t i = 0; i < planning->city->services.len; i++)
        if (!plan_never_there(planning, planning->city->services.at[i]))
            return false;
    return true;
}

static bool plan_service(Planning *planning, const CityService *service)
{
    for (size_t i = 0; i < service->record_types.len; i++)
        if (!plan_table(planning, service->record_types.at[i]))
            return false;
    for (size_t i = 0; i < service->carries_out.len; i++)
        if (!plan_key(planning, &service->carries_out.at[i]))
            return false;
    for (size_t i = 0; i < service->indicators.len; i++) {
        const CityIndicator *indicator = service->indicators.at[i];
        if (!plan_indicator(planning, indicator))
            return false;
        for (size_t n = 0; n < indicator->of.len; n++)
            if (!plan_key(planning, &indicator->of.at[n]))
                return false;
    }
    return true;
}

bool city_plan_steps(DbConn *conn, Arena *arena, const City *city, bool drop, CitySteps *out, Error *error)
{
    Planning planning = {
        .conn = conn, .arena = arena, .city = city, .drop = drop, .steps = out, .error = error};
    *out = (CitySteps){0};
    if (!find_moves(&planning))
        return false;
    for (size_t i = 0; i < city->services.len; i++)
        if (!plan_service(&planning, city->services.at[i]))
            return false;
    return plan_gone_tables(&planning) && plan_gone_indicators(&planning) &&
           (!arena_failed(arena) || error_memory(error));
}
