/* city/apply_type.c: what must be done inside one record type whose table is there: its columns, and the
 * records that are in it already.
 *
 * A field is looked for under its name, then under its earlier ones. Its type may become a wider one (the
 * table `ways`); any other type is taken only while no record has a value. States and choices are renamed by
 * `was:`, in the records and for whoever reads their history; those that records are in, and that are neither
 * declared nor renamed, are refused with their number.
 */
#include "city/apply_internal.h"
#include "city/declaration.h"
#include "city/lineage.h"
#include "db/table.h"

enum { TEXT_CHARACTERS_MAX = 2000 }; /* what a text takes, and a paragraph may exceed */

/* A column of the table, as the database has it. */
typedef struct Declared {
    Str name, kind;
    bool is_taken; /* a field of the declaration is this column */
} Declared;
typedef VEC_OF(Declared) DeclaredList;

typedef struct TypePlan {
    Planning *planning;
    const CityRecordType *type;
    Str table, history; /* as the database calls it now, and in history */
    DeclaredList declared;
} TypePlan;

/* --- kinds ---------------------------------------------------------------------------------------------- */

Str city_column_kind(const CityField *field)
{
    return field->type == CITY_FIELD_REFERENCE ? field->record->table
                                               : str_of(city_field_type_name(field->type));
}

CityFieldType city_kind_field(Str kind)
{
    for (size_t i = 0; i < CITY_FIELD_TYPE_COUNT; i++)
        if (str_equal(kind, str_of(city_field_type_name((CityFieldType)i))))
            return (CityFieldType)i;
    return CITY_FIELD_REFERENCE; /* the name of a table */
}

ValueType city_kind_value(Str kind)
{
    static const ValueType values[CITY_FIELD_TYPE_COUNT] = {[CITY_FIELD_TEXT] = VALUE_TEXT,
        [CITY_FIELD_PARAGRAPH] = VALUE_TEXT,
        [CITY_FIELD_INTEGER] = VALUE_INTEGER,
        [CITY_FIELD_DECIMAL] = VALUE_DECIMAL,
        [CITY_FIELD_YEN] = VALUE_INTEGER,
        [CITY_FIELD_BOOLEAN] = VALUE_BOOLEAN,
        [CITY_FIELD_DATE] = VALUE_DATE,
        [CITY_FIELD_TIME] = VALUE_TIME,
        [CITY_FIELD_DATETIME] = VALUE_INSTANT,
        [CITY_FIELD_FISCAL_YEAR] = VALUE_INTEGER,
        [CITY_FIELD_CHOICE] = VALUE_TEXT,
        [CITY_FIELD_CHOICES] = VALUE_TEXT,
        [CITY_FIELD_REFERENCE] = VALUE_REFERENCE,
        [CITY_FIELD_EMAIL] = VALUE_TEXT,
        [CITY_FIELD_PHONE] = VALUE_TEXT,
        [CITY_FIELD_POSTAL_CODE] = VALUE_TEXT};
    return values[city_kind_field(kind)];
}

/* From one type to another without a loss. Whole numbers become millionths when they become decimals. */
static const struct {
    CityFieldType before, after;
} ways[] = {
    {CITY_FIELD_TEXT, CITY_FIELD_PARAGRAPH},
    {CITY_FIELD_EMAIL, CITY_FIELD_TEXT},
    {CITY_FIELD_EMAIL, CITY_FIELD_PARAGRAPH},
    {CITY_FIELD_PHONE, CITY_FIELD_TEXT},
    {CITY_FIELD_PHONE, CITY_FIELD_PARAGRAPH},
    {CITY_FIELD_POSTAL_CODE, CITY_FIELD_TEXT},
    {CITY_FIELD_POSTAL_CODE, CITY_FIELD_PARAGRAPH},
    {CITY_FIELD_CHOICE, CITY_FIELD_TEXT},
    {CITY_FIELD_CHOICE, CITY_FIELD_PARAGRAPH},
    {CITY_FIELD_INTEGER, CITY_FIELD_YEN},
    {CITY_FIELD_INTEGER, CITY_FIELD_DECIMAL},
    {CITY_FIELD_YEN, CITY_FIELD_INTEGER},
    {CITY_FIELD_YEN, CITY_FIELD_DECIMAL},
    {CITY_FIELD_FISCAL_YEAR, CITY_FIELD_INTEGER},
};

static bool is_wider(Str before, Str after)
{
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (str_equal(before, str_of(city_field_type_name(ways[i].before))) &&
            str_equal(after, str_of(city_field_type_name(ways[i].after))))
            return true;
    return false;
}

static bool is_kind(Str kind, CityFieldType type)
{
    return str_equal(kind, str_of(city_field_type_name(type)));
}

/* --- counting ------------------------------------------------------------------------------------------- */

static bool count_where(Planning *planning, Str table, const DbTree *where, int64_t *out)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const DbSelect select = {.table = table, .where = where, .grouped = true};
    const DbPrinted *printed = NULL;
    if (!db_print_select(db_of(planning->conn), planning->arena, &select, &printed, planning->error) ||
        !db_query_printed(planning->conn, &stmt, planning->error, printed, NULL, 0))
        return false;
    *out = db_next(stmt, planning->error) ? db_integer(stmt, 0) : 0;
    return !db_broken(stmt);
}

bool step_count_rows(Planning *planning, Str table, Str column, ValueType type, int64_t *out)
{
    const DbTree *where = column.len == 0 ? NULL
                                          : db_tree_call(planning->arena, DB_IS_GIVEN,
                                                db_tree_column(planning->arena, table, column, type));
    return count_where(planning, table, where, out);
}

/* Numbers that have no room as millionths; texts of several lines, or too long for one. */
static bool count_too_large(const TypePlan *plan, const Declared *column, Str after, int64_t *out)
{
    Arena *arena = plan->planning->arena;
    ValueType value = city_kind_value(column->kind);
    const DbTree *at = db_tree_column(arena, plan->table, column->name, value), *where = NULL;
    if (value == VALUE_TEXT && is_kind(after, CITY_FIELD_TEXT) && is_kind(column->kind, CITY_FIELD_PARAGRAPH))
        where = db_tree_call(arena, DB_OR,
            db_tree_call(arena, DB_GREATER, db_tree_call(arena, DB_LENGTH, at),
                db_tree_value(arena, value_integer(TEXT_CHARACTERS_MAX), VALUE_INTEGER)),
            db_tree_call(arena, DB_CONTAINS, at, db_tree_value(arena, value_text(S("\n")), VALUE_TEXT)));
    else if (is_kind(after, CITY_FIELD_DECIMAL))
        where = db_tree_call(arena, DB_NOT,
            db_tree_call(arena, DB_BETWEEN, at,
                db_tree_value(arena, value_integer(INT64_MIN / 1000000), VALUE_INTEGER),
                db_tree_value(arena, value_integer(INT64_MAX / 1000000), VALUE_INTEGER)));
    *out = 0;
    return !where || count_where(plan->planning, plan->table, where, out);
}

/* --- columns -------------------------------------------------------------------------------------------- */

/* Kinds of references are names of tables: by their present ones. */
static Str kind_now(const Planning *planning, Str kind)
{
    for (size_t i = 0; i < planning->moves.len; i++)
        if (str_equal(planning->moves.at[i].before, kind))
            return planning->moves.at[i].after;
    return kind;
}

static bool read_columns(TypePlan *plan)
{
    const Planning *planning = plan->planning;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(planning->conn, &stmt, planning->error,
            "select name, kind from declared_column where table_name = ?1 order by name",
            value_text(plan->table)))
        return false;
    while (db_next(stmt, planning->error)) {
        Declared *at = VEC_PUSH(planning->arena, &plan->declared);
        if (!at)
            return error_memory(planning->error);
        *at = (Declared){.name = db_text_copy(stmt, 0, planning->arena),
            .kind = kind_now(planning, db_text_copy(stmt, 1, planning->arena))};
    }
    return !db_broken(stmt);
}

static Declared *find_column(TypePlan *plan, Str name)
{
    for (size_t i = 0; i < plan->declared.len; i++)
        if (str_equal(plan->declared.at[i].name, name))
            return &plan->declared.at[i];
    return NULL;
}

/* The column the field has in the database, under its name or an earlier one; NULL: none. */
static bool find_field(TypePlan *plan, const CityField *field, Declared **out)
{
    Declared *own = find_column(plan, field->name);
    *out = own;
    for (size_t i = 0; i < field->was.len; i++) {
        Declared *former = find_column(plan, field->was.at[i].name);
        if (former && *out)
            return step_refuse(plan->planning, &field->was.at[i].origin,
                arena_printf(plan->planning->arena,
                    "the database has both columns, '%.*s' and '%.*s'; only one can become '%.*s'",
                    STR_ARGS((*out)->name), STR_ARGS(former->name), STR_ARGS(field->name)));
        *out = former ? former : *out;
    }
    if (*out || field->was.len == 0)
        return true;
    return step_refuse(plan->planning, &field->was.at[0].origin,
        arena_printf(plan->planning->arena,
            "the database never had the field '%.*s' here; remove it from 'was'",
            STR_ARGS(field->was.at[0].name)));
}

static bool refuse_kind(
    const TypePlan *plan, const CityField *field, Str before, int64_t rows, const char *why)
{
    Str now = field->type == CITY_FIELD_REFERENCE ? field->record->name : city_column_kind(field);
    return step_refuse(plan->planning, &field->origin,
        arena_printf(plan->planning->arena,
            "'%.*s' was %.*s and cannot become %.*s: %lld records of '%.*s' %s; declare a new field beside "
            "it",
            STR_ARGS(field->name), STR_ARGS(before), STR_ARGS(now), (long long)rows,
            STR_ARGS(plan->type->name), why));
}

static bool plan_kind(const TypePlan *plan, const CityField *field, const Declared *column)
{
    Str after = city_column_kind(field);
    int64_t rows = 0;
    CityStep step = {.kind = CITY_STEP_WIDENED_COLUMN,
        .table = plan->type->table,
        .column = field->name,
        .before = column->kind,
        .after = after,
        .type = plan->type,
        .field = field};
    if (str_equal(column->kind, after))
        return true;
    bool is_shorter = is_kind(column->kind, CITY_FIELD_PARAGRAPH) && is_kind(after, CITY_FIELD_TEXT);
    if (is_shorter || is_wider(column->kind, after)) {
        if (!count_too_large(plan, column, after, &rows))
            return false;
        return rows == 0 ? step_add(plan->planning, step)
                         : refuse_kind(plan, field, column->kind, rows,
                               is_shorter ? "have several lines or more than 2000 letters there"
                                          : "have a number there that is too large for it");
    }
    if (!step_count_rows(plan->planning, plan->table, column->name, city_kind_value(column->kind), &rows))
        return false;
    if (rows > 0)
        return refuse_kind(plan, field, column->kind, rows, "have a value there that would be lost");
    step.kind = CITY_STEP_EMPTY_COLUMN;
    return step_add(plan->planning, step);
}

static bool plan_field(TypePlan *plan, const CityField *field)
{
    Declared *column = NULL;
    if (!find_field(plan, field, &column))
        return false;
    CityStep step = {.kind = CITY_STEP_NEW_COLUMN,
        .table = plan->type->table,
        .column = field->name,
        .type = plan->type,
        .field = field};
    if (!column)
        return step_add(plan->planning, step);
    column->is_taken = true;
    if (!str_equal(column->name, field->name)) {
        step.kind = CITY_STEP_RENAMED_COLUMN;
        step.before = column->name;
        step.after = field->name;
        if (!step_add(plan->planning, step))
            return false;
    }
    return plan_kind(plan, field, column);
}

static bool plan_gone_columns(const TypePlan *plan)
{
    for (size_t i = 0; i < plan->declared.len; i++) {
        const Declared *column = &plan->declared.at[i];
        CityStep step = {.kind = plan->planning->drop ? CITY_STEP_DROPPED_COLUMN : CITY_STEP_KEPT_COLUMN,
            .table = plan->type->table,
            .column = column->name,
            .before = column->kind,
            .type = plan->type};
        if (column->is_taken || str_equal(column->name, DECLARED_ABOUT))
            continue;
        if (!step_count_rows(
                plan->planning, plan->table, column->name, city_kind_value(column->kind), &step.rows) ||
            !step_add(plan->planning, step))
            return false;
    }
    return true;
}

/* --- states and choices that records have ----------------------------------------------------------------
 */

/* A value that records have in a column, and how many. */
typedef struct Held {
    Str value;
    bool is_missing;
    int64_t rows;
} Held;
typedef VEC_OF(Held) HeldList;

static bool read_held(const TypePlan *plan, Str column, HeldList *out)
{
    Planning *planning = plan->planning;
    const DbTree *tree = db_tree_column(planning->arena, plan->table, column, VALUE_TEXT);
    const DbSelect select = {.table = plan->table,
        .columns = &tree,
        .column_count = 1,
        .order = &tree,
        .order_count = 1,
        .grouped = true};
    const DbPrinted *printed = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(db_of(planning->conn), planning->arena, &select, &printed, planning->error) ||
        !db_query_printed(planning->conn, &stmt, planning->error, printed, NULL, 0))
        return false;
    while (db_next(stmt, planning->error)) {
        Held *held = VEC_PUSH(planning->arena, out);
        if (!held)
            return error_memory(planning->error);
        *held = (Held){db_text_copy(stmt, 0, planning->arena), db_is_missing(stmt, 0), db_integer(stmt, 1)};
    }
    return !db_broken(stmt);
}

static int64_t rows_with(const HeldList *held, Str value)
{
    for (size_t i = 0; i < held->len; i++)
        if (!held->at[i].is_missing && str_equal(held->at[i].value, value))
            return held->at[i].rows;
    return 0;
}

/* Whether records or an earlier declaration had the value. */
static bool was_value(const TypePlan *plan, Str column, const HeldList *held, Str value, bool *out)
{
    *out = true;
    return rows_with(held, value) > 0 || declaration_had_value(plan->planning->conn, plan->history, column,
                                             value, out, plan->planning->error);
}

/* One value that says what it was; *renamed: the name it has now in the database, when that is to change. */
static bool plan_value(const TypePlan *plan, const CityStep *like, Str column, const HeldList *held,
    const CityChoice *value, Str *renamed)
{
    bool is_there = false, knows_any = false;
    *renamed = STR_EMPTY;
    if (value->was.len == 0)
        return true;
    if (!was_value(plan, column, held, value->name, &is_there))
        return false;
    for (size_t i = 0; i < value->was.len && !is_there; i++) {
        bool was_there = false;
        if (!was_value(plan, column, held, value->was.at[i].name, &was_there))
            return false;
        knows_any |= was_there;
        if (was_there && (renamed->len == 0 || rows_with(held, value->was.at[i].name) > 0))
            *renamed = value->was.at[i].name;
    }
    if (is_there)
        return true;
    if (!knows_any)
        return step_refuse(plan->planning, &value->was.at[0].origin,
            arena_printf(plan->planning->arena, "the database never had '%.*s' here; remove it from 'was'",
                STR_ARGS(value->was.at[0].name)));
    CityStep step = *like;
    step.before = *renamed;
    step.after = value->name;
    step.rows = rows_with(held, *renamed);
    return step_add(plan->planning, step);
}

/* The values of one column; false in *stays: a value that records have is declared no longer. */
static bool plan_values(const TypePlan *plan, const CityStep *like, Str column, const HeldList *held,
    const CityChoice *values, size_t count, bool *stays)
{
    for (size_t i = 0; i < held->len; i++)
        stays[i] = false;
    for (size_t i = 0; i < count; i++) {
        Str renamed;
        if (!plan_value(plan, like, column, held, &values[i], &renamed))
            return false;
        for (size_t k = 0; k < held->len; k++)
            stays[k] |=
                !held->at[k].is_missing && (str_equal(held->at[k].value, values[i].name) ||
                                               (renamed.len > 0 && str_equal(held->at[k].value, renamed)));
    }
    return true;
}

static bool plan_states(const TypePlan *plan)
{
    Planning *planning = plan->planning;
    const CityRecordType *type = plan->type;
    const CityStep like = {.kind = CITY_STEP_RENAMED_STATE, .table = type->table, .type = type};
    HeldList held = {0};
    if (!read_held(plan, S(CITY_STATE_COLUMN), &held))
        return false;
    bool *stays = arena_array(planning->arena, held.len, sizeof *stays);
    if (!stays)
        return error_memory(planning->error);
    if (!plan_values(plan, &like, S(CITY_STATE_COLUMN), &held, type->states.at, type->states.len, stays))
        return false;
    for (size_t i = 0; i < held.len; i++) {
        if (held.at[i].is_missing ? type->states.len == 0 : stays[i])
            continue;
        Str words = held.at[i].is_missing
                        ? arena_printf(planning->arena,
                              "%lld records of '%.*s' were made without a state; declare a new record type "
                              "beside it",
                              (long long)held.at[i].rows, STR_ARGS(type->name))
                        : arena_printf(planning->arena,
                              "%lld records of '%.*s' are in the state '%.*s', which is gone; keep it in "
                              "the declaration, say by 'was' what it is now, or move them first",
                              (long long)held.at[i].rows, STR_ARGS(type->name), STR_ARGS(held.at[i].value));
        if (!step_refuse(planning, &type->origin, words))
            return false;
    }
    return true;
}

/* Every choice that was made is still one. */
static bool plan_choices(const TypePlan *plan, const CityField *field, const Declared *column)
{
    Planning *planning = plan->planning;
    const CityStep like = {.kind = CITY_STEP_RENAMED_CHOICE,
        .table = plan->type->table,
        .column = field->name,
        .type = plan->type,
        .field = field};
    HeldList held = {0};
    if (!read_held(plan, column->name, &held))
        return false;
    bool *stays = arena_array(planning->arena, held.len, sizeof *stays);
    if (!stays)
        return error_memory(planning->error);
    if (!plan_values(plan, &like, column->name, &held, field->choices.at, field->choices.len, stays))
        return false;
    for (size_t i = 0; i < held.len && field->type == CITY_FIELD_CHOICE; i++)
        if (!held.at[i].is_missing && !stays[i] &&
            !step_refuse(planning, &field->origin,
                arena_printf(planning->arena,
                    "%lld records have '%.*s' as '%.*s', a choice that is gone; keep it in the declaration, "
                    "or "
                    "say by 'was' what it is now",
                    (long long)held.at[i].rows, STR_ARGS(held.at[i].value), STR_ARGS(field->name))))
            return false;
    return true;
}

static bool plan_all_choices(TypePlan *plan)
{
    for (size_t i = 0; i < plan->type->fields.len; i++) {
        const CityField *field = &plan->type->fields.at[i];
        const Declared *column = find_column(plan, field->name);
        for (size_t k = 0; k < field->was.len && !column; k++)
            column = find_column(plan, field->was.at[k].name);
        if (column && field->choices.len > 0 && str_equal(column->kind, city_column_kind(field)) &&
            !plan_choices(plan, field, column))
            return false;
    }
    return true;
}

/* --- what records hang on ---------------------------------------------------------------------------------
 */

static bool plan_about(TypePlan *plan)
{
    const CityRecordType *type = plan->type;
    const Declared *before = find_column(plan, DECLARED_ABOUT);
    Str now = type->about ? type->about->table : S("nothing");
    if (!before || str_equal(before->kind, now))
        return true;
    return step_refuse(plan->planning, &type->origin,
        arena_printf(plan->planning->arena,
            "records of '%.*s' are about %.*s and cannot be about %.*s; declare a new record type beside it",
            STR_ARGS(type->name), STR_ARGS(before->kind), STR_ARGS(now)));
}

/* Places are counted from the first record on. */
static bool plan_seats(const TypePlan *plan, bool had_seats)
{
    int64_t rows = 0;
    if (!plan->type->has_seats || had_seats)
        return true;
    if (!step_count_rows(plan->planning, plan->table, STR_EMPTY, VALUE_MISSING, &rows))
        return false;
    return rows == 0 || step_refuse(plan->planning, &plan->type->origin,
                            arena_printf(plan->planning->arena,
                                "'%.*s' has %lld records that were made before it had places (seats); "
                                "declare a new record type "
                                "beside it",
                                STR_ARGS(plan->type->name), (long long)rows));
}

bool steps_of_type(Planning *planning, const CityRecordType *type, bool had_seats)
{
    TypePlan plan = {.planning = planning, .type = type, .table = steps_table_now(planning, type->table)};
    if (!city_history_table(planning->conn, planning->arena, plan.table, &plan.history, planning->error) ||
        !read_columns(&plan))
        return false;
    for (size_t i = 0; i < type->fields.len; i++)
        if (!plan_field(&plan, &type->fields.at[i]))
            return false;
    return plan_states(&plan) && plan_seats(&plan, had_seats) && plan_all_choices(&plan) &&
           plan_about(&plan) && plan_gone_columns(&plan);
}
