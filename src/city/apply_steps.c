/* city/apply_steps.c: what must be done to a database so that it is what the city declares.
 *
 * What was declared before stands in declared_table, declared_column and declared_indicator; each record type
 * and indicator of the city is held against it. What would lose data is a step that is refused, with the
 * place in the declaration and what can be done instead. Plan keys are looked for in the newest edition that
 * the database has of their plan.
 */
#include "city/apply_internal.h"
#include "plan/store.h"

typedef struct Planning {
    DbConn *conn;
    Arena *arena;
    const City *city;
    CitySteps *steps;
    Error *error;
} Planning;

/* The columns of a declared table. */
typedef struct Declared {
    Str name, kind;
} Declared;
typedef VEC_OF(Declared) DeclaredList;

static bool add_step(Planning *planning, CityStep step)
{
    CityStep *at = VEC_PUSH(planning->arena, &planning->steps->at);
    if (!at)
        return error_memory(planning->error);
    *at = step;
    planning->steps->refused += step.kind == CITY_STEP_REFUSED;
    return true;
}

static bool refuse(Planning *planning, const CityOrigin *origin, Str words)
{
    if (origin)
        words = arena_printf(planning->arena, "%.*s:%ld:%ld: %.*s", STR_ARGS(origin->file), origin->line,
            origin->column, STR_ARGS(words));
    return add_step(planning, (CityStep){.kind = CITY_STEP_REFUSED, .words = words});
}

/* --- record types --------------------------------------------------------------------------------------- */

static bool read_columns(Planning *planning, Str table, DeclaredList *out)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (DeclaredList){0};
    if (!db_query(planning->conn, &stmt, planning->error,
            "select name, kind from declared_column where table_name = ?1 order by name", value_text(table)))
        return false;
    while (db_next(stmt, planning->error)) {
        Declared *at = VEC_PUSH(planning->arena, out);
        if (!at)
            return error_memory(planning->error);
        *at = (Declared){
            .name = db_text_copy(stmt, 0, planning->arena), .kind = db_text_copy(stmt, 1, planning->arena)};
    }
    return !db_broken(stmt);
}

Str city_column_kind(const CityField *field)
{
    return field->type == CITY_FIELD_REFERENCE ? field->record->table
                                               : str_of(city_field_type_name(field->type));
}

static bool is_text_kind(Str kind)
{
    static const CityFieldType texts[] = {
        CITY_FIELD_TEXT, CITY_FIELD_PARAGRAPH, CITY_FIELD_EMAIL, CITY_FIELD_PHONE, CITY_FIELD_POSTAL_CODE};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (str_equal(kind, str_of(city_field_type_name(texts[i]))))
            return true;
    return false;
}

/* What was typed as one kind of text stays readable as another; any other change of type is refused. */
static bool kinds_agree(Str before, Str after)
{
    return str_equal(before, after) || (is_text_kind(before) && is_text_kind(after));
}

static bool plan_field(
    Planning *planning, const CityRecordType *type, const CityField *field, const DeclaredList *declared)
{
    for (size_t i = 0; i < declared->len; i++) {
        if (!str_equal(declared->at[i].name, field->name))
            continue;
        if (kinds_agree(declared->at[i].kind, city_column_kind(field)))
            return true;
        return refuse(planning, &field->origin,
            arena_printf(planning->arena,
                "'%.*s' was %.*s and cannot become %.*s, as there may be values; declare a new field beside "
                "it",
                STR_ARGS(field->name), STR_ARGS(declared->at[i].kind), STR_ARGS(city_column_kind(field))));
    }
    return add_step(planning, (CityStep){.kind = CITY_STEP_NEW_COLUMN,
                                  .table = type->table,
                                  .column = field->name,
                                  .type = type,
                                  .field = field});
}

static bool plan_type(Planning *planning, const CityRecordType *type)
{
    DeclaredList declared;
    if (!read_columns(planning, type->table, &declared))
        return false;
    int64_t is_there = 0;
    if (!db_one_integer(planning->conn, &is_there, planning->error,
            "select count(*) from declared_table where name = ?1", value_text(type->table)))
        return false;
    if (is_there == 0)
        return add_step(
            planning, (CityStep){.kind = CITY_STEP_NEW_TABLE, .table = type->table, .type = type});
    for (size_t i = 0; i < type->fields.len; i++)
        if (!plan_field(planning, type, &type->fields.at[i], &declared))
            return false;
    for (size_t i = 0; i < declared.len; i++)
        if (!city_field(type, declared.at[i].name) &&
            !refuse(planning, &type->origin,
                arena_printf(planning->arena,
                    "the field '%.*s' is gone, and the table %.*s may hold values of it; keep it in the "
                    "declaration",
                    STR_ARGS(declared.at[i].name), STR_ARGS(type->table))))
            return false;
    return true;
}

static bool plan_gone_tables(Planning *planning)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(
            planning->conn, &stmt, planning->error, "select name, file from declared_table order by name"))
        return false;
    while (db_next(stmt, planning->error))
        if (!city_record_type_of_table(planning->city, db_text(stmt, 0)) &&
            !refuse(planning, NULL,
                arena_printf(planning->arena,
                    "%.*s: its table %.*s is declared no longer, and may hold records; bring the declaration "
                    "back",
                    STR_ARGS(db_text(stmt, 1)), STR_ARGS(db_text(stmt, 0)))))
            return false;
    return !db_broken(stmt);
}

/* --- indicators -------------------------------------------------------------------------------------------
 */

static bool plan_indicator(Planning *planning, const CityIndicator *indicator)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    CityStep step = {.kind = CITY_STEP_NEW_INDICATOR, .indicator = indicator->id};
    if (!db_query(planning->conn, &stmt, planning->error,
            "select hash from declared_indicator where name = ?1", value_text(indicator->id)))
        return false;
    if (db_next(stmt, planning->error)) {
        if (str_equal(db_text(stmt, 0), indicator->hash))
            return true;
        step.kind = CITY_STEP_CHANGED_INDICATOR;
    }
    return !db_broken(stmt) && add_step(planning, step);
}

static bool plan_gone_indicators(Planning *planning)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(
            planning->conn, &stmt, planning->error, "select name from declared_indicator order by name"))
        return false;
    while (db_next(stmt, planning->error))
        if (!city_indicator(planning->city, db_text(stmt, 0)) &&
            !add_step(planning, (CityStep){.kind = CITY_STEP_GONE_INDICATOR,
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
        return refuse(planning, &key->origin,
            arena_printf(
                planning->arena, "the database has no edition of the plan '%.*s' yet", STR_ARGS(key->plan)));
    }
    if (!plan_node_history(
            planning->conn, planning->arena, edition.plan_id, key->key, &versions, planning->error))
        return false;
    if (versions.len > 0 && versions.at[versions.len - 1].edition_id == edition.id)
        return true;
    return refuse(planning, &key->origin,
        arena_printf(planning->arena, "the newest edition of '%.*s' (%.*s) has no node %.*s",
            STR_ARGS(key->plan), STR_ARGS(edition.name), STR_ARGS(key->key)));
}

static bool plan_service(Planning *planning, const CityService *service)
{
    for (size_t i = 0; i < service->record_types.len; i++)
        if (!plan_type(planning, service->record_types.at[i]))
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

bool city_plan_steps(DbConn *conn, Arena *arena, const City *city, CitySteps *out, Error *error)
{
    Planning planning = {.conn = conn, .arena = arena, .city = city, .steps = out, .error = error};
    *out = (CitySteps){0};
    for (size_t i = 0; i < city->services.len; i++)
        if (!plan_service(&planning, city->services.at[i]))
            return false;
    return plan_gone_tables(&planning) && plan_gone_indicators(&planning) &&
           (!arena_failed(arena) || error_memory(error));
}
