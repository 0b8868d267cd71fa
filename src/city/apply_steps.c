/* city/apply_steps.c: what must be done to a database so that it is what the city declares.
 *
 * What was declared before stands in declared_table, declared_column and declared_indicator; each record type
 * and indicator of the city is held against it. What would lose data, or leave records behind that the
 * declaration does not know (in a state that is gone, say), is a step that is refused, with the place in the
 * declaration and what can be done instead. Plan keys are looked for in the newest edition that
 * the database has of their plan.
 */
#include "city/apply_internal.h"
#include "db/table.h"
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

/* --- records that are there already --- */

/* How many records there are in each group of a text column; without one, how many there are. */
static bool count_records(Planning *planning, const CityRecordType *type, const size_t *column, DbStmt **out)
{
    const DbTree *tree =
        column ? db_tree_column(planning->arena, type->table, type->shape.columns[*column].name, VALUE_TEXT)
               : NULL;
    const DbSelect select = {.table = type->table,
        .columns = &tree,
        .column_count = column ? 1 : 0,
        .order = &tree,
        .order_count = column ? 1 : 0,
        .grouped = true};
    const DbPrinted *printed = NULL;
    return db_print_select(db_of(planning->conn), planning->arena, &select, &printed, planning->error) &&
           db_query_printed(planning->conn, out, planning->error, printed, NULL, 0);
}

/* Every record is in a state that is declared. */
static bool plan_states(Planning *planning, const CityRecordType *type)
{
    static const size_t column = CITY_COLUMN_STATE;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!count_records(planning, type, &column, &stmt))
        return false;
    while (db_next(stmt, planning->error)) {
        Str state = db_text(stmt, 0);
        long long records = (long long)db_integer(stmt, 1);
        if (db_is_missing(stmt, 0) ? type->states.len == 0 : city_state(type, state) != NULL)
            continue;
        Str words = db_is_missing(stmt, 0)
                        ? arena_printf(planning->arena,
                              "%lld records of '%.*s' were made without a state; declare a new record type "
                              "beside it",
                              records, STR_ARGS(type->name))
                        : arena_printf(planning->arena,
                              "%lld records of '%.*s' are in the state '%.*s', which is gone; keep it in "
                              "the declaration, or move them first",
                              records, STR_ARGS(type->name), STR_ARGS(state));
        if (!refuse(planning, &type->origin, words))
            return false;
    }
    return !db_broken(stmt);
}

static bool has_choice(const CityField *field, Str name)
{
    for (size_t i = 0; i < field->choices.len; i++)
        if (str_equal(field->choices.at[i].name, name))
            return true;
    return false;
}

/* Every choice that was made is still one. */
static bool plan_choices(Planning *planning, const CityRecordType *type, const CityField *field)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!count_records(planning, type, &field->column, &stmt))
        return false;
    while (db_next(stmt, planning->error))
        if (!db_is_missing(stmt, 0) && !has_choice(field, db_text(stmt, 0)) &&
            !refuse(planning, &field->origin,
                arena_printf(planning->arena,
                    "%lld records have '%.*s' as '%.*s', a choice that is gone; keep it in the declaration",
                    (long long)db_integer(stmt, 1), STR_ARGS(db_text(stmt, 0)), STR_ARGS(field->name))))
            return false;
    return !db_broken(stmt);
}

static bool plan_about(Planning *planning, const CityRecordType *type, Str before)
{
    Str now = type->about ? type->about->table : S("nothing");
    if (str_equal(before, now))
        return true;
    return refuse(planning, &type->origin,
        arena_printf(planning->arena,
            "records of '%.*s' are about %.*s and cannot be about %.*s; declare a new record type beside it",
            STR_ARGS(type->name), STR_ARGS(before), STR_ARGS(now)));
}

/* Places are counted from the first record on. */
static bool plan_seats(Planning *planning, const CityRecordType *type, bool had_seats)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!type->has_seats || had_seats)
        return true;
    if (!count_records(planning, type, NULL, &stmt))
        return false;
    if (!db_next(stmt, planning->error) || db_integer(stmt, 0) == 0)
        return !db_broken(stmt);
    return refuse(planning, &type->origin,
        arena_printf(planning->arena,
            "'%.*s' has %lld records that were made before it had places (seats); declare a new record type "
            "beside it",
            STR_ARGS(type->name), (long long)db_integer(stmt, 0)));
}

static bool plan_records(
    Planning *planning, const CityRecordType *type, const DeclaredList *declared, bool had_seats)
{
    if (!plan_states(planning, type) || !plan_seats(planning, type, had_seats))
        return false;
    for (size_t i = 0; i < declared->len; i++) {
        const CityField *field = city_field(type, declared->at[i].name);
        bool is_choice = field && field->type == CITY_FIELD_CHOICE &&
                         str_equal(declared->at[i].kind, city_column_kind(field));
        if (is_choice && !plan_choices(planning, type, field))
            return false;
        if (str_equal(declared->at[i].name, DECLARED_ABOUT) &&
            !plan_about(planning, type, declared->at[i].kind))
            return false;
    }
    return true;
}

static bool plan_type(Planning *planning, const CityRecordType *type)
{
    DeclaredList declared;
    if (!read_columns(planning, type->table, &declared))
        return false;
    int64_t seats = 0;
    if (!db_one_integer(planning->conn, &seats, planning->error,
            "select coalesce(max(seats), -1) from declared_table where name = ?1", value_text(type->table)))
        return false;
    if (seats < 0)
        return add_step(
            planning, (CityStep){.kind = CITY_STEP_NEW_TABLE, .table = type->table, .type = type});
    for (size_t i = 0; i < type->fields.len; i++)
        if (!plan_field(planning, type, &type->fields.at[i], &declared))
            return false;
    for (size_t i = 0; i < declared.len; i++)
        if (!city_field(type, declared.at[i].name) && !str_equal(declared.at[i].name, DECLARED_ABOUT) &&
            !refuse(planning, &type->origin,
                arena_printf(planning->arena,
                    "the field '%.*s' is gone, and the table %.*s may hold values of it; keep it in the "
                    "declaration",
                    STR_ARGS(declared.at[i].name), STR_ARGS(type->table))))
            return false;
    return plan_records(planning, type, &declared, seats != 0);
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
