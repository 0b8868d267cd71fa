/* record/protect.c: who is protected today, and what that hides from whom.
 *
 * A Sight reads the measures in force once, when it first looks at a record that could tell something: a few
 * hundred in a large city. Then every question is a search in two sorted lists, persons and households. Whom
 * the actor is barred from is a list of its own, empty for nearly everybody.
 *
 * What must hold: protection_bars and protection_bar_tree answer the same for every row.
 */
#include "record/protect.h"

typedef struct Covered {
    int64_t id;      /* of a person or a household */
    int64_t measure; /* of the register `protection` */
    const ProtectionDelivery *delivery;
} Covered;
typedef VEC_OF(Covered) CoveredList;
typedef VEC_OF(int64_t) Ids;

/* Persons and households, each sorted by id. */
typedef struct Covers {
    CoveredList persons, households;
} Covers;

struct Protection {
    Covers all, barred; /* barred: whom the actor is barred from */
    bool is_read, knows_barred;
};

/* --- the door's statements ----------------------------------------------------------------------- */

enum { GIVEN_DAY, GIVEN_PERSON };
#define MEASURE S("m")
#define MEMBER S("p")

static const DbTree *column_of(Arena *arena, Str alias, const CityRecordType *type, size_t column)
{
    const RowColumn *at = &type->shape.columns[column];
    return db_tree_column(arena, alias, at->name, at->type);
}

static const DbTree *is_in_force(Door *door)
{
    Arena *arena = door->arena;
    const CityRegisters *registers = &door->city->registers;
    const CityRecordType *type = registers->protection;
    const DbTree *day = db_tree_given(arena, GIVEN_DAY, VALUE_DATE);
    const DbTree *from = column_of(arena, MEASURE, type, registers->protection_from);
    const DbTree *until = column_of(arena, MEASURE, type, registers->protection_until);
    return db_tree_call(arena, DB_AND, db_tree_call(arena, DB_LESS_EQUAL, from, day),
        db_tree_call(arena, DB_OR, db_tree_call(arena, DB_IS_MISSING, until),
            db_tree_call(arena, DB_GREATER_EQUAL, until, day)));
}

static DbJoin join_by_id(Door *door, const CityRecordType *type, Str alias, const DbTree *reference)
{
    const DbTree *id = column_of(door->arena, alias, type, CITY_COLUMN_ID);
    return (DbJoin){
        .table = type->table, .alias = alias, .on = db_tree_call(door->arena, DB_EQUAL, id, reference)};
}

static bool print_persons(Door *door, Error *error)
{
    Arena *arena = door->arena;
    const CityRegisters *registers = &door->city->registers;
    const CityRecordType *type = registers->protection;
    const DbTree *person = column_of(arena, MEASURE, type, registers->protection_person);
    const DbJoin join = join_by_id(door, registers->person, MEMBER, person);
    const DbTree *columns[] = {column_of(arena, MEASURE, type, CITY_COLUMN_ID), person,
        column_of(arena, MEMBER, registers->person, registers->person_household),
        column_of(arena, MEASURE, type, registers->delivery_name),
        column_of(arena, MEASURE, type, registers->delivery_postal_code),
        column_of(arena, MEASURE, type, registers->delivery_address)};
    const DbSelect select = {.table = type->table,
        .alias = MEASURE,
        .joins = &join,
        .join_count = 1,
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .where = is_in_force(door)};
    return db_print_select(door->db, arena, &select, &door->protected_persons, error);
}

static bool print_along(Door *door, Error *error)
{
    Arena *arena = door->arena;
    const CityRegisters *registers = &door->city->registers;
    const CityRecordType *type = registers->protected_with;
    const Str along = S("a");
    const DbTree *person = column_of(arena, along, type, registers->protected_with_person);
    const DbTree *about = column_of(arena, along, type, CITY_COLUMN_ABOUT);
    const DbJoin joins[] = {join_by_id(door, registers->protection, MEASURE, about),
        join_by_id(door, registers->person, MEMBER, person)};
    const DbTree *columns[] = {
        about, person, column_of(arena, MEMBER, registers->person, registers->person_household)};
    const DbSelect select = {.table = type->table,
        .alias = along,
        .joins = joins,
        .join_count = COUNT_OF(joins),
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .where = is_in_force(door)};
    return db_print_select(door->db, arena, &select, &door->protected_along, error);
}

static bool print_from(Door *door, Error *error)
{
    Arena *arena = door->arena;
    const CityRegisters *registers = &door->city->registers;
    const CityRecordType *type = registers->protected_from;
    const Str counterpart = S("c");
    const DbTree *about = column_of(arena, counterpart, type, CITY_COLUMN_ABOUT);
    const DbJoin join = join_by_id(door, registers->protection, MEASURE, about);
    const DbTree *is_her =
        db_tree_call(arena, DB_EQUAL, column_of(arena, counterpart, type, registers->protected_from_person),
            db_tree_given(arena, GIVEN_PERSON, VALUE_REFERENCE));
    const DbSelect select = {.table = type->table,
        .alias = counterpart,
        .joins = &join,
        .join_count = 1,
        .columns = &about,
        .column_count = 1,
        .where = db_tree_call(arena, DB_AND, is_her, is_in_force(door))};
    return db_print_select(door->db, arena, &select, &door->protected_from, error);
}

bool protection_open(Door *door, Error *error)
{
    return print_persons(door, error) && print_along(door, error) && print_from(door, error);
}

bool protection_migrate(Db *db, int *applied, Error *error)
{
    static const DbMigration steps[] = {
        {1, "why somebody protected was looked for",
            "create table read_reason (\n"
            "  read_id {int} not null primary key,\n" /* of read_log */
            "  reason {text} not null\n"
            "){end};\n"},
    };
    return db_migrate(db, "protection", COUNT_OF(steps), steps, applied, error);
}

/* --- reading ------------------------------------------------------------------------------------- */

static void fail(Sight *sight)
{
    if (!sight->failed && sight->error.code == ERROR_NONE)
        error_memory(&sight->error);
    sight->failed = true;
}

static bool cover(Arena *arena, Covers *covers, const Covered *person, int64_t household)
{
    Covered *at = VEC_PUSH(arena, &covers->persons);
    if (!at)
        return false;
    *at = *person;
    if (household == 0)
        return true;
    at = VEC_PUSH(arena, &covers->households);
    if (!at)
        return false;
    *at = *person;
    at->id = household;
    return true;
}

static Str text_of(DbStmt *stmt, int column, Arena *arena)
{
    return db_is_missing(stmt, column) ? STR_EMPTY : db_text_copy(stmt, column, arena);
}

static int64_t id_of(DbStmt *stmt, int column)
{
    return db_is_missing(stmt, column) ? 0 : db_integer(stmt, column);
}

static bool read_persons(Sight *sight, Covers *covers, Value day)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query_printed(sight->conn, &stmt, &sight->error, sight->door->protected_persons, &day, 1))
        return false;
    while (db_next(stmt, &sight->error)) {
        ProtectionDelivery *delivery = ARENA_NEW(sight->arena, ProtectionDelivery);
        if (!delivery)
            return false;
        *delivery = (ProtectionDelivery){.name = text_of(stmt, 3, sight->arena),
            .postal_code = text_of(stmt, 4, sight->arena),
            .address = text_of(stmt, 5, sight->arena)};
        const Covered person = {.id = id_of(stmt, 1), .measure = db_integer(stmt, 0), .delivery = delivery};
        if (!cover(sight->arena, covers, &person, id_of(stmt, 2)))
            return false;
    }
    return !db_broken(stmt);
}

static const ProtectionDelivery *delivery_of(const Covers *covers, size_t count, int64_t measure)
{
    for (size_t i = 0; i < count; i++)
        if (covers->persons.at[i].measure == measure)
            return covers->persons.at[i].delivery;
    return NULL;
}

static bool read_along(Sight *sight, Covers *covers, Value day)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const size_t count = covers->persons.len;
    if (!db_query_printed(sight->conn, &stmt, &sight->error, sight->door->protected_along, &day, 1))
        return false;
    while (db_next(stmt, &sight->error)) {
        const int64_t measure = db_integer(stmt, 0);
        const Covered person = {
            .id = id_of(stmt, 1), .measure = measure, .delivery = delivery_of(covers, count, measure)};
        if (!cover(sight->arena, covers, &person, id_of(stmt, 2)))
            return false;
    }
    return !db_broken(stmt);
}

static int by_id(const void *a, const void *b)
{
    const Covered *left = a, *right = b;
    return (left->id > right->id) - (left->id < right->id);
}

static void sort(CoveredList *list)
{
    if (list->len > 0)
        qsort(list->at, list->len, sizeof(Covered), by_id);
}

static Value today_of(const Sight *sight)
{
    return value_date(date_to_days(sight->asking->clock.today));
}

static struct Protection *protection_of(Sight *sight)
{
    if (!sight->protection)
        sight->protection = ARENA_NEW(sight->arena, struct Protection);
    if (!sight->protection)
        fail(sight);
    return sight->protection;
}

/* Everybody who is protected; NULL when it failed. */
static const Covers *read_all(Sight *sight)
{
    struct Protection *protection = protection_of(sight);
    if (!protection || sight->failed)
        return NULL;
    if (protection->is_read)
        return &protection->all;
    protection->all = (Covers){0};
    if (!read_persons(sight, &protection->all, today_of(sight)) ||
        !read_along(sight, &protection->all, today_of(sight))) {
        fail(sight);
        return NULL;
    }
    sort(&protection->all.persons);
    sort(&protection->all.households);
    protection->is_read = true;
    return &protection->all;
}

static bool read_measures(Sight *sight, int64_t counterpart, Ids *out)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value given[] = {[GIVEN_DAY] = today_of(sight), [GIVEN_PERSON] = value_reference(counterpart)};
    if (!db_query_printed(
            sight->conn, &stmt, &sight->error, sight->door->protected_from, given, COUNT_OF(given)))
        return false;
    while (db_next(stmt, &sight->error)) {
        int64_t *id = VEC_PUSH(sight->arena, out);
        if (!id)
            return false;
        *id = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

/* Those of the measures, in their order, but `own`. */
static bool keep_measures(
    Arena *arena, const CoveredList *from, const Ids *measures, int64_t own, CoveredList *out)
{
    for (size_t i = 0; i < from->len; i++)
        for (size_t k = 0; k < measures->len; k++)
            if (from->at[i].measure == measures->at[k] && from->at[i].id != own) {
                Covered *at = VEC_PUSH(arena, out);
                if (!at)
                    return false;
                *at = from->at[i];
            }
    return true;
}

/* Whom measures protect from the person, and their households; not that person's own, which she knows. */
static bool read_barred(Sight *sight, int64_t counterpart, Covers *out)
{
    Ids measures = {0};
    *out = (Covers){0};
    if (!read_measures(sight, counterpart, &measures))
        return false;
    if (measures.len == 0)
        return true;
    const Covers *all = read_all(sight);
    const CityRegisters *registers = &sight->door->city->registers;
    const Row *her = sight_row(sight, registers->person, counterpart);
    const Value own = her ? row_value(her, registers->person_household) : value_missing();
    return all && keep_measures(sight->arena, &all->persons, &measures, counterpart, &out->persons) &&
           keep_measures(sight->arena, &all->households, &measures,
               own.type == VALUE_REFERENCE ? own.integer : 0, &out->households);
}

/* NULL when it failed. */
static const Covers *barred_of_actor(Sight *sight)
{
    struct Protection *protection = protection_of(sight);
    if (!protection || sight->failed)
        return NULL;
    if (!protection->knows_barred && !read_barred(sight, sight->asking->actor.person, &protection->barred)) {
        fail(sight);
        return NULL;
    }
    protection->knows_barred = true;
    return &protection->barred;
}

void protection_forget(Sight *sight, const CityRecordType *type)
{
    const CityRegisters *registers = &sight->door->city->registers;
    bool is_part = type == registers->protection || type == registers->protected_with ||
                   type == registers->protected_from || type == registers->person;
    if (!is_part)
        return;
    sight->protection = NULL;
    sight->mine = (FormulaIds){0};
}

/* --- one row ------------------------------------------------------------------------------------- */

static const Covered *find(const CoveredList *list, int64_t id)
{
    const Covered key = {.id = id};
    return list->len > 0 ? bsearch(&key, list->at, list->len, sizeof(Covered), by_id) : NULL;
}

/* Whether the id of a row of `type` is among them. */
static bool is_covered(const Sight *sight, const CityRecordType *type, Value id, const Covers *covers)
{
    const CityRegisters *registers = &sight->door->city->registers;
    if (id.type != VALUE_REFERENCE)
        return false;
    return (type == registers->person && find(&covers->persons, id.integer)) ||
           (type == registers->household && find(&covers->households, id.integer));
}

static bool is_register_of_people(const Sight *sight, const CityRecordType *type)
{
    const CityRegisters *registers = &sight->door->city->registers;
    return type == registers->person || type == registers->household;
}

/* A person's row concerns herself; a household's its members; any other whom it names and what it is about.
 */
static bool concerns(Sight *sight, const CityRecordType *type, const Row *row, const Covers *covers)
{
    if (covers->persons.len == 0)
        return false;
    while (row && !is_register_of_people(sight, type)) {
        for (size_t i = 0; i < type->fields.len; i++) {
            const CityField *field = &type->fields.at[i];
            if (field->record && is_covered(sight, field->record, row_value(row, field->column), covers))
                return true;
        }
        Value about = row_value(row, CITY_COLUMN_ABOUT);
        type = type->about;
        row = type && about.type == VALUE_REFERENCE ? sight_row(sight, type, about.integer) : NULL;
    }
    return row && is_covered(sight, type, row_value(row, CITY_COLUMN_ID), covers);
}

bool protection_stands(Sight *sight, const CityRecordType *type, const Row *row)
{
    if (!sight->asking || !type->has_locating)
        return false;
    const Covers *all = read_all(sight);
    return !all || concerns(sight, type, row, all);
}

bool protection_hides(Sight *sight, const CityRecordType *type, const Row *row)
{
    return sight->asking && !sight->asking->actor.is_job && protection_stands(sight, type, row);
}

bool protection_may_lift(const Sight *sight)
{
    const Actor *actor = &sight->asking->actor;
    for (size_t i = 0; i < actor->role_count; i++) {
        const CityName *role = city_role(sight->door->city, actor->roles[i]);
        if (role && role->keeps_protection)
            return true;
    }
    return actor->is_job;
}

bool protection_bars(Sight *sight, const CityRecordType *type, const Row *row)
{
    if (!sight->asking || sight->asking->actor.is_job || sight->asking->actor.person == 0)
        return false;
    const Covers *barred = barred_of_actor(sight);
    return !barred || concerns(sight, type, row, barred);
}

bool protection_bars_person(Sight *sight, int64_t person)
{
    if (!sight->asking || sight->asking->actor.person == 0)
        return false;
    const Covers *barred = barred_of_actor(sight);
    return !barred || find(&barred->persons, person);
}

bool protection_bars_letter(Sight *sight, const CityRecordType *type, const Row *row, int64_t person)
{
    Covers covers;
    if (!sight->asking || sight->failed)
        return true;
    if (!read_barred(sight, person, &covers)) {
        fail(sight);
        return true;
    }
    return concerns(sight, type, row, &covers);
}

bool protection_delivery(Sight *sight, int64_t person, ProtectionDelivery *out)
{
    const Covers *all = sight->asking ? read_all(sight) : NULL;
    const Covered *found = all ? find(&all->persons, person) : NULL;
    if (found && found->delivery)
        *out = *found->delivery;
    return found != NULL;
}

/* --- a list -------------------------------------------------------------------------------------- */

/* The value is missing, or none of them. */
static const DbTree *is_none_of(Arena *arena, const DbTree *value, const CoveredList *list)
{
    const DbTree *group[DB_TREE_ARGUMENTS_MAX], *found = NULL;
    for (size_t at = 0; at < list->len;) {
        size_t count = 1;
        group[0] = value;
        while (at < list->len && count < COUNT_OF(group))
            group[count++] = db_tree_value(arena, value_reference(list->at[at++].id), VALUE_REFERENCE);
        const DbTree *in = db_tree_operation(arena, DB_IN, count, group);
        found = found ? db_tree_call(arena, DB_OR, found, in) : in;
    }
    return db_tree_call(
        arena, DB_OR, db_tree_call(arena, DB_IS_MISSING, value), db_tree_call(arena, DB_NOT, found));
}

static void add_column(CitySet *set, const DbTree **all, const size_t *path, size_t length,
    const CityRecordType *to, const Covers *covers, const CityRegisters *registers)
{
    const CoveredList *list = to == registers->person      ? &covers->persons
                              : to == registers->household ? &covers->households
                                                           : NULL;
    if (!list || list->len == 0)
        return;
    const DbTree *is_not = is_none_of(set->arena, city_set_path(set, path, length), list);
    *all = *all ? db_tree_call(set->arena, DB_AND, *all, is_not) : is_not;
}

bool protection_bar_tree(CitySet *set, Sight *sight, const DbTree **out, Error *error)
{
    const CityRegisters *registers = &sight->door->city->registers;
    const CityRecordType *type = set->type;
    size_t path[FORMULA_PATH_MAX + 1], length = 0;
    *out = NULL;
    if (sight->asking->actor.is_job || sight->asking->actor.person == 0)
        return true;
    const Covers *barred = barred_of_actor(sight);
    if (!barred)
        return sight_ok(sight, error);
    if (barred->persons.len == 0)
        return true;
    while (type && length < FORMULA_PATH_MAX) {
        if (is_register_of_people(sight, type)) {
            path[length] = CITY_COLUMN_ID;
            add_column(set, out, path, length + 1, type, barred, registers);
            break;
        }
        for (size_t i = 0; i < type->fields.len; i++) {
            path[length] = type->fields.at[i].column;
            add_column(set, out, path, length + 1, type->fields.at[i].record, barred, registers);
        }
        path[length++] = CITY_COLUMN_ABOUT;
        type = type->about;
    }
    if (type && length == FORMULA_PATH_MAX)
        return error_set(error, ERROR_LIMIT, "records lie too deep below each other to be listed");
    return !arena_failed(set->arena) || error_memory(error);
}
