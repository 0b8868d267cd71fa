/* record/door.c: the door is opened: is the database what the city declares, and the statements of each
 * record type, printed once.
 *
 * After opening the Door is not written to, so any thread may use it. Who acts is made here too: an account's
 * roles, and those of people without one.
 */
#include "city/declaration.h"
#include "record/protect.h"

#include <sodium.h>

enum { DOOR_ARENA_MAX = 64 << 20 };

/* --- statements ---------------------------------------------------------------------------------- */

static const DbTree *type_column(Arena *arena, const CityRecordType *type, size_t column)
{
    const RowColumn *at = &type->shape.columns[column];
    return db_tree_column(arena, type->table, at->name, at->type);
}

/* select all columns where the column is ?1 */
static bool print_by(
    Door *door, const CityRecordType *type, size_t column, const DbPrinted **out, Error *error)
{
    Arena *arena = door->arena;
    const DbTree **columns = arena_array(arena, type->shape.count, sizeof(*columns));
    for (size_t i = 0; columns && i < type->shape.count; i++)
        columns[i] = type_column(arena, type, i);
    const DbTree *given = db_tree_given(arena, 0, type->shape.columns[column].type);
    const DbSelect select = {.table = type->table,
        .columns = columns,
        .column_count = type->shape.count,
        .where = db_tree_call(arena, DB_EQUAL, type_column(arena, type, column), given)};
    return columns ? db_print_select(door->db, arena, &select, out, error) : error_memory(error);
}

static bool print_ids_about(Door *door, DoorType *at, Error *error)
{
    Arena *arena = door->arena;
    const CityRecordType *type = at->type;
    if (!type->about)
        return true;
    const DbTree *id = type_column(arena, type, CITY_COLUMN_ID);
    const DbTree *order[] = {type_column(arena, type, CITY_COLUMN_RECEIPT), id};
    const DbTree *given = db_tree_given(arena, 0, VALUE_REFERENCE);
    const DbSelect select = {.table = type->table,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(arena, DB_EQUAL, type_column(arena, type, CITY_COLUMN_ABOUT), given),
        .order = order,
        .order_count = COUNT_OF(order)};
    return db_print_select(door->db, arena, &select, &at->ids_about, error);
}

/* Registers whose rows have numbers of their own, given by other systems. */
static bool print_by_number(Door *door, DoorType *at, Error *error)
{
    Arena *arena = door->arena;
    const CityField *field = city_field(at->type, S("number"));
    if (!field)
        field = city_field(at->type, S("code"));
    if (!at->type->is_register || !field || field->formula.kind != FORMULA_TEXT)
        return true;
    const DbTree *id = type_column(arena, at->type, CITY_COLUMN_ID);
    const DbTree *given = db_tree_given(arena, 0, VALUE_TEXT);
    const DbSelect select = {.table = at->type->table,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(arena, DB_EQUAL, type_column(arena, at->type, field->column), given),
        .limit = db_tree_value(arena, value_integer(2), VALUE_INTEGER)};
    return db_print_select(door->db, arena, &select, &at->by_number, error);
}

static bool print_type(Door *door, DoorType *at, Error *error)
{
    const CityRecordType *type = at->type;
    const RowColumn *columns = type->shape.columns;
    const RowColumn keys[] = {columns[CITY_COLUMN_ID], columns[CITY_COLUMN_VERSION]};
    return print_by(door, type, CITY_COLUMN_ID, &at->by_id, error) &&
           print_by(door, type, CITY_COLUMN_CODE, &at->by_code, error) &&
           db_print_insert(
               door->db, door->arena, type->table, columns + 1, type->shape.count - 1, &at->insert, error) &&
           db_print_update(door->db, door->arena, type->table, columns + 1, type->shape.count - 1, keys,
               COUNT_OF(keys), &at->update, error) &&
           print_ids_about(door, at, error) && print_by_number(door, at, error);
}

/* Whom ?1 is guardian of on the day ?2. */
static bool print_wards(Door *door, Error *error)
{
    Arena *arena = door->arena;
    const CityRegisters *registers = &door->city->registers;
    const CityRecordType *type = registers->guardianship;
    if (!type)
        return true;
    const DbTree *day = db_tree_given(arena, 1, VALUE_DATE),
                 *ward = type_column(arena, type, registers->ward);
    const DbTree *from = type_column(arena, type, registers->guardian_from);
    const DbTree *until = type_column(arena, type, registers->guardian_until);
    const DbTree *is_guardian = db_tree_call(arena, DB_EQUAL, type_column(arena, type, registers->guardian),
        db_tree_given(arena, 0, VALUE_REFERENCE));
    const DbTree *has_begun = db_tree_call(arena, DB_OR, db_tree_call(arena, DB_IS_MISSING, from),
        db_tree_call(arena, DB_LESS_EQUAL, from, day));
    const DbTree *has_not_ended = db_tree_call(arena, DB_OR, db_tree_call(arena, DB_IS_MISSING, until),
        db_tree_call(arena, DB_GREATER_EQUAL, until, day));
    const DbSelect select = {.table = type->table,
        .columns = &ward,
        .column_count = 1,
        .where = db_tree_call(
            arena, DB_AND, is_guardian, has_begun, has_not_ended, db_tree_call(arena, DB_IS_GIVEN, ward)),
        .order = &ward,
        .order_count = 1};
    return db_print_select(door->db, arena, &select, &door->wards, error);
}

static bool print_statements(Door *door, Error *error)
{
    const City *city = door->city;
    size_t count = 0;
    for (size_t i = 0; i < city->services.len; i++)
        count += city->services.at[i]->record_types.len;
    door->types = arena_array(door->arena, count, sizeof(DoorType));
    if (!door->types)
        return error_memory(error);
    for (size_t i = 0; i < city->services.len; i++)
        for (size_t k = 0; k < city->services.at[i]->record_types.len; k++) {
            DoorType *at = &door->types[door->type_count++];
            at->type = city->services.at[i]->record_types.at[k];
            if (!print_type(door, at, error))
                return false;
        }
    return print_wards(door, error) && protection_open(door, error) && seats_open(door, error) &&
           count_open(door, error);
}

/* --- opening ------------------------------------------------------------------------------------- */

static bool read_applied(Door *door, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Str hash;
    if (!db_read_begin(door->db, &conn, error) || !city_applied_hash(conn, door->arena, &hash, error))
        return false;
    if (!str_equal(hash, door->city->hash))
        return error_set(error, ERROR_CONFLICT, "the database %s; run `hitomachi apply`",
            hash.len == 0 ? "holds no declaration of a city yet"
                          : "is at another declaration than the city's folder");
    return city_epoch(conn, &door->epoch, error) &&
           city_lineage_read(conn, door->arena, &door->lineage, error) &&
           city_figure_keys(conn, door->arena, door->city, &door->figure_keys, error);
}

/* Each table's name in history. */
static bool read_history_names(Door *door, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(door->db, &conn, error) || !door_shows(door, conn, error))
        return false;
    for (size_t i = 0; i < door->type_count; i++)
        if (!city_history_table(
                conn, door->arena, door->types[i].type->table, &door->types[i].history, error))
            return false;
    return true;
}

/* Each record type has a number of its own in the search index. */
static bool write_scopes(DbConn *conn, void *argument, Error *error)
{
    Door *door = argument;
    if (!door_shows(door, conn, error))
        return false;
    for (size_t i = 0; i < door->type_count; i++) {
        Value table = value_text(door->types[i].type->table);
        if (!db_run(conn, NULL, error,
                "insert into record_scope (table_name) values (?1) on conflict (table_name) do nothing",
                table) ||
            !db_one_integer(conn, &door->types[i].scope, error,
                "select id from record_scope where table_name = ?1", table))
            return false;
    }
    return true;
}

bool door_open(Door **out, const City *city, Db *db, const Clock *clock, Error *error)
{
    *out = NULL;
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "this machine has no source of random numbers");
    Arena *arena = arena_new(DOOR_ARENA_MAX);
    Door *door = arena ? ARENA_NEW(arena, Door) : NULL;
    if (!door) {
        arena_free(arena);
        return error_memory(error);
    }
    *door = (Door){.city = city, .db = db, .arena = arena};
    if (!read_applied(door, error) || !print_statements(door, error) || !read_history_names(door, error) ||
        !db_write(db, write_scopes, door, error) || !history_begin_strand(door, clock, error)) {
        door_close(door);
        return false;
    }
    *out = door;
    return true;
}

void door_close(Door *door)
{
    if (door)
        arena_free(door->arena);
}

const City *door_city(const Door *door)
{
    return door->city;
}

Db *door_db(const Door *door)
{
    return door->db;
}

int64_t door_epoch(const Door *door)
{
    return door->epoch;
}

bool door_shows(const Door *door, DbConn *conn, Error *error)
{
    int64_t epoch;
    if (!city_epoch(conn, &epoch, error))
        return false;
    return epoch == door->epoch ||
           error_set(error, ERROR_STALE, "the city's declaration was changed meanwhile; try again");
}

const DoorType *door_type(const Door *door, const CityRecordType *type)
{
    for (size_t i = 0; i < door->type_count; i++)
        if (door->types[i].type == type)
            return &door->types[i];
    assert(false && "a record type is one of the door's city");
    return NULL;
}

/* --- who acts ------------------------------------------------------------------------------------ */

void actor_of_account(Actor *out, Arena *arena, const Account *account)
{
    size_t count = account ? account->roles.len : 0;
    Str *roles = arena_array(arena, count + 2, sizeof(Str));
    *out = (Actor){.roles = roles};
    if (account) {
        out->account = account->id;
        out->name = account->login;
        out->person = account->person;
    }
    if (!roles)
        return; /* without memory nobody has a role */
    for (size_t i = 0; i < count; i++)
        roles[out->role_count++] = account->roles.at[i];
    if (out->person > 0)
        roles[out->role_count++] = S(ROLE_RESIDENT);
    roles[out->role_count++] = S(ROLE_ANYONE);
}

Actor actor_of_job(const char *name)
{
    return (Actor){.name = str_of(name), .is_job = true};
}

Actor actor_of_some_resident(void)
{
    return (Actor){.person = INT64_MAX}; /* no row has this id */
}

bool actor_has_role(const Actor *actor, Str role)
{
    if (str_equal(role, S(ROLE_ANYONE)))
        return true;
    if (str_equal(role, S(ROLE_RESIDENT)))
        return actor->person > 0;
    for (size_t i = 0; i < actor->role_count; i++)
        if (str_equal(actor->roles[i], role))
            return true;
    return false;
}

bool actor_is_staff(const Actor *actor)
{
    for (size_t i = 0; i < actor->role_count; i++)
        if (!str_equal(actor->roles[i], S(ROLE_RESIDENT)) && !str_equal(actor->roles[i], S(ROLE_ANYONE)))
            return true;
    return false;
}

bool door_may_create(const Door *door, const Asking *asking, const CityRecordType *type)
{
    (void)door;
    return access_is_given(type, &asking->actor, ACCESS_CREATE);
}

bool door_may_read(const Door *door, const Asking *asking, const CityRecordType *type)
{
    (void)door;
    return access_is_given(type, &asking->actor, ACCESS_READ);
}

bool door_may_read_field(
    const Door *door, const Asking *asking, const CityRecordType *type, const CityField *field)
{
    (void)door;
    return access_field_is_given(type, field, &asking->actor, ACCESS_READ);
}

bool door_may_fill(const Door *door, const Asking *asking, const CityRecordType *type, const CityField *field)
{
    (void)door;
    return access_field_is_given(type, field, &asking->actor, ACCESS_CREATE);
}
