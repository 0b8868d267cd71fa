/* record/verify_rule.c: what the door holds of single records: states, choices, required fields, values that
 * are of their types.
 *
 * Each rule is a condition that finds rows that break it, asked of the whole table. What people may have
 * declared otherwise since is not asked of what was made before: that a field is required holds for records
 * made under the declaration in force; limits and checks are not asked at all.
 */
#include "record/verify_internal.h"

#include "base/date.h"
#include "city/set.h"

typedef struct Rules {
    Verification *verification;
    const CityRecordType *type;
    CitySet set;
    Value in_force; /* INSTANT since which the declaration holds */
} Rules;

static const DbTree *call(const Rules *rules, DbOperation operation, const DbTree *a, const DbTree *b)
{
    const DbTree *both[] = {a, b};
    return db_tree_operation(rules->set.arena, operation, b ? 2 : 1, both);
}

/* Lists rows for which the condition holds. */
static bool find_broken(Rules *rules, const DbTree *broken, const char *what, Str name, Error *error)
{
    Verification *verification = rules->verification;
    Arena *arena = rules->set.arena;
    const DbPrinted *printed = NULL;
    const DbTree *id = city_set_column(&rules->set, CITY_COLUMN_ID);
    DbSelect select = {.columns = &id,
        .column_count = 1,
        .where = broken,
        .order = &id,
        .order_count = 1,
        .limit = db_tree_value(arena, value_integer(VERIFY_PROBLEMS_MAX), VALUE_INTEGER)};
    city_set_select(&rules->set, &select);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(verification->db, arena, &select, &printed, error) ||
        !db_query_printed(verification->conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        Str row = verify_row_name(arena, rules->type, db_integer(stmt, 0));
        if (!verify_problem(
                verification, error, VERIFY_RULE, "%.*s: '%.*s' %s", STR_ARGS(row), STR_ARGS(name), what))
            return false;
    }
    return !db_broken(stmt);
}

/* --- states -------------------------------------------------------------------------------------- */

/* Whether the column's text is none of the names. A missing one is not. */
static const DbTree *is_none_of(
    const Rules *rules, const DbTree *column, const CityChoice *choices, size_t count)
{
    enum { GROUP = DB_TREE_ARGUMENTS_MAX - 1 };
    Arena *arena = rules->set.arena;
    const DbTree *found = NULL;
    for (size_t from = 0; from < count; from += GROUP) {
        const DbTree *in[DB_TREE_ARGUMENTS_MAX] = {column};
        size_t len = 1;
        for (size_t i = from; i < count && len < COUNT_OF(in); i++)
            in[len++] = db_tree_value(arena, value_text(choices[i].name), VALUE_TEXT);
        const DbTree *group = db_tree_operation(arena, DB_IN, len, in);
        found = found ? call(rules, DB_OR, found, group) : group;
    }
    return found ? call(rules, DB_NOT, found, NULL) : call(rules, DB_IS_GIVEN, column, NULL);
}

static_assert(
    sizeof(CityChoice) == sizeof(CityState), "a state is a named value with titles, as a choice is");

static bool check_state(Rules *rules, Error *error)
{
    const CityRecordType *type = rules->type;
    const DbTree *state = city_set_column(&rules->set, CITY_COLUMN_STATE);
    Str name = type->shape.columns[CITY_COLUMN_STATE].name;
    if (type->states.len == 0)
        return find_broken(
            rules, call(rules, DB_IS_GIVEN, state, NULL), "is given, there are no states", name, error);
    const DbTree *unknown = is_none_of(rules, state, (const CityChoice *)type->states.at, type->states.len);
    return find_broken(rules, call(rules, DB_OR, unknown, call(rules, DB_IS_MISSING, state, NULL)),
        "is no state of its record type", name, error);
}

/* An offer has a day to answer by, and nothing else has. */
static bool check_answer_by(Rules *rules, Error *error)
{
    const CityRecordType *type = rules->type;
    const DbTree *answer_by = city_set_column(&rules->set, CITY_COLUMN_ANSWER_BY);
    const DbTree *is_given = call(rules, DB_IS_GIVEN, answer_by, NULL), *broken = is_given;
    if (type->has_seats) {
        const DbTree *offered = db_tree_value(rules->set.arena, value_text(type->seats.offered), VALUE_TEXT);
        const DbTree *is_offered =
            call(rules, DB_EQUAL, city_set_column(&rules->set, CITY_COLUMN_STATE), offered);
        broken = call(rules, DB_NOT_EQUAL, is_given, is_offered);
    }
    return find_broken(rules, broken, "is there without an offer, or is not there with one",
        type->shape.columns[CITY_COLUMN_ANSWER_BY].name, error);
}

/* --- fields -------------------------------------------------------------------------------------- */

/* Whether the field is there, as a condition: NULL in *out for always. false: it cannot be said of a set. */
static bool is_there(Rules *rules, const CityField *field, const DbTree **out)
{
    Error refused;
    *out = NULL;
    if (!field->when)
        return true;
    return !formula_uses_today(field->when) && !formula_uses_me(field->when) &&
           city_set_tree(&rules->set, field->when, out, &refused);
}

static bool check_required(Rules *rules, const CityField *field, Error *error)
{
    const DbTree *there;
    /* where only some may write it, whoever else made the record was not asked */
    if (!field->required || field->write_by.len > 0 || !is_there(rules, field, &there))
        return true;
    const DbTree *is_missing = call(rules, DB_IS_MISSING, city_set_column(&rules->set, field->column), NULL);
    const DbTree *is_under_it =
        call(rules, DB_GREATER_EQUAL, city_set_column(&rules->set, CITY_COLUMN_CREATED_AT),
            db_tree_value(rules->set.arena, rules->in_force, VALUE_INSTANT));
    const DbTree *broken = call(rules, DB_AND, is_under_it, is_missing);
    return find_broken(rules, there ? call(rules, DB_AND, there, broken) : broken,
        "is required and has no value", field->name, error);
}

/* The range of whole numbers that a type has (base/value.h); false for one that has all. */
static bool type_range(ValueType type, int64_t *low, int64_t *high)
{
    static const int64_t ranges[VALUE_TYPE_COUNT][2] = {
        [VALUE_BOOLEAN] = {0, 1},
        [VALUE_DATE] = {VALUE_DATE_MIN, VALUE_DATE_MAX},
        [VALUE_TIME] = {0, 86399},
        [VALUE_REFERENCE] = {1, INT64_MAX},
    };
    *low = ranges[type][0];
    *high = ranges[type][1];
    return *low != *high;
}

static bool check_range(Rules *rules, const CityField *field, Error *error)
{
    Arena *arena = rules->set.arena;
    ValueType type = rules->type->shape.columns[field->column].type;
    int64_t low, high;
    if (!type_range(type, &low, &high))
        return true;
    const DbTree *number = db_tree_as(arena, city_set_column(&rules->set, field->column), VALUE_INTEGER);
    const DbTree *is_within =
        db_tree_call(arena, DB_BETWEEN, number, db_tree_value(arena, value_integer(low), VALUE_INTEGER),
            db_tree_value(arena, value_integer(high), VALUE_INTEGER));
    return find_broken(
        rules, call(rules, DB_NOT, is_within, NULL), "is no value of its type", field->name, error);
}

static bool check_choice(Rules *rules, const CityField *field, Error *error)
{
    if (field->type != CITY_FIELD_CHOICE)
        return true;
    const DbTree *column = city_set_column(&rules->set, field->column);
    return find_broken(rules, is_none_of(rules, column, field->choices.at, field->choices.len),
        "is none of its choices", field->name, error);
}

static bool read_in_force(Rules *rules, Error *error)
{
    int64_t since = 0;
    if (!db_one_integer(rules->verification->conn, &since, error,
            "select applied_at from declaration order by id desc limit 1"))
        return false;
    rules->in_force = value_number(VALUE_INSTANT, since);
    return true;
}

typedef bool FieldRule(Rules *rules, const CityField *field, Error *error);

static bool check_type(Verification *verification, const CityRecordType *type, Error *error)
{
    static FieldRule *const field_rules[] = {check_required, check_range, check_choice};
    Rules rules = {.verification = verification, .type = type};
    arena_clear(verification->scratch);
    city_set_init(&rules.set, verification->scratch, verification->city, type);
    if (!read_in_force(&rules, error) || !check_state(&rules, error) || !check_answer_by(&rules, error))
        return false;
    for (size_t i = 0; i < type->fields.len; i++)
        for (size_t k = 0; k < COUNT_OF(field_rules); k++)
            if (!field_rules[k](&rules, &type->fields.at[i], error))
                return false;
    return true;
}

bool verify_rules(Verification *verification, Error *error)
{
    return verify_each_type(verification, check_type, error);
}
