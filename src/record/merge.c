/* record/merge.c: references of one person are led to another, row by row, through the one way a row is
 * saved.
 *
 * What must hold: person_merge_moved has exactly the records that the merge changed, so that a split changes
 * no other.
 */
#include "record/merge.h"

#include "base/utf8.h"
#include "record/protect.h"

enum { MERGE_ARENA_MAX = 256 << 20 };

/* Resident on this day only: on no day that anybody asks about. */
static const Date NEVER = {1, 1, 1};

typedef struct Merging {
    Door *door;
    const Asking *asking;
    Arena *arena;
    Str into, from, reason;
    bool splits;
    int64_t merge; /* id of person_merge */
    int64_t to;    /* where references lead afterwards */
    size_t moved;
} Merging;

bool merge_migrate(Db *db, int *applied, Error *error)
{
    static const DbMigration steps[] = {
        {1, "persons that were merged, and what moved",
            "create table person_merge (\n"
            "  id {id},\n"
            "  from_id {int} not null,\n"
            "  into_id {int} not null,\n"
            "  resident_from {int},\n" /* of the row from_id, as it was */
            "  resident_until {int},\n"
            "  is_split {int} not null\n"
            "){end};\n"
            "create index person_merge_from on person_merge (from_id, id);\n"
            "create table person_merge_moved (\n"
            "  merge_id {int} not null references person_merge (id),\n"
            "  table_name {text} not null,\n"
            "  row_id {int} not null,\n"
            "  field {text} not null,\n"
            "  primary key (merge_id, table_name, row_id, field)\n"
            "){end};\n"},
    };
    return db_migrate(db, "merge", COUNT_OF(steps), steps, applied, error);
}

size_t merge_column(const City *city)
{
    const CityField *field = city_field(city->registers.person, S("merged_into"));
    assert(field && "registers.yaml declares what a person was merged into");
    return field->column;
}

bool merge_is_allowed(const Door *door, const Asking *asking)
{
    for (size_t i = 0; i < asking->actor.role_count; i++) {
        const CityName *role = city_role(door->city, asking->actor.roles[i]);
        if (role && role->keeps_registers)
            return true;
    }
    return asking->actor.is_job;
}

/* --- one reference ------------------------------------------------------------------------------- */

static bool names_twice(const Merging *merging, const CityRecordType *type, const Row *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->shape->count; i++) {
        Value value = row_value(row, i);
        count += i != CITY_COLUMN_ID && column_leads_to(type, i) == merging->door->city->registers.person &&
                 value.type == VALUE_REFERENCE && value.integer == merging->to;
    }
    return count > 1;
}

static bool lead(
    Merging *merging, Work *work, const CityRecordType *type, size_t column, int64_t id, Error *error)
{
    const WorkWhy why = {.event = merging->splits ? "split" : "merge", .reason = merging->reason};
    const Row *before = sight_row(&work->sight, type, id);
    Row *after = before ? row_copy(before, merging->arena) : NULL;
    bool twice = false;
    if (!after)
        return sight_ok(&work->sight, error) && error_memory(error);
    after->values[column] = value_reference(merging->to);
    if (names_twice(merging, type, after))
        return error_set(error, ERROR_CONFLICT, "a record of %.*s speaks of both: %.*s", STR_ARGS(type->name),
            STR_ARGS(row_value(after, CITY_COLUMN_CODE).text));
    if (!merging->splits && !seats_once(work, type, after, &twice, error))
        return false;
    if (twice)
        return error_set(error, ERROR_CONFLICT, "both have an application where one person has one: %.*s",
            STR_ARGS(row_value(after, CITY_COLUMN_CODE).text));
    merging->moved++;
    return work_save(work, type, before, after, &why, error);
}

/* --- all that leads to one ----------------------------------------------------------------------- */

typedef VEC_OF(int64_t) Ids;

static bool read_ids(Merging *merging, Work *work, const CityRecordType *type, size_t column, int64_t person,
    Ids *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Arena *arena = merging->arena;
    const DbPrinted *printed = NULL;
    const RowColumn *at = &type->shape.columns[column];
    const DbTree *id = db_tree_column(arena, type->table, S("id"), VALUE_REFERENCE);
    const DbTree *reference = db_tree_column(arena, type->table, at->name, at->type);
    const DbSelect select = {.table = type->table,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(
            arena, DB_EQUAL, reference, db_tree_value(arena, value_reference(person), VALUE_REFERENCE)),
        .order = &id,
        .order_count = 1};
    if (!db_print_select(merging->door->db, arena, &select, &printed, error) ||
        !db_query_printed(work->conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        int64_t *slot = VEC_PUSH(arena, out);
        if (!slot)
            return error_memory(error);
        *slot = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

static bool move_column(
    Merging *merging, Work *work, const CityRecordType *type, size_t column, int64_t person, Error *error)
{
    Ids ids = {0};
    if (!read_ids(merging, work, type, column, person, &ids, error))
        return false;
    for (size_t i = 0; i < ids.len; i++)
        if (!lead(merging, work, type, column, ids.at[i], error) ||
            !db_run(work->conn, NULL, error,
                "insert into person_merge_moved (merge_id, table_name, row_id, field) values (?1, ?2, ?3, "
                "?4)",
                value_integer(merging->merge), value_text(type->table), value_integer(ids.at[i]),
                value_text(type->shape.columns[column].name)))
            return false;
    return true;
}

static bool move_all(Merging *merging, Work *work, int64_t person, Error *error)
{
    const Door *door = merging->door;
    const size_t merged = merge_column(door->city);
    for (size_t i = 0; i < door->type_count; i++) {
        const CityRecordType *type = door->types[i].type;
        for (size_t column = CITY_COLUMN_ABOUT; column < type->shape.count; column++) {
            bool is_mark = type == door->city->registers.person && column == merged;
            if (!is_mark && column_leads_to(type, column) == door->city->registers.person &&
                !move_column(merging, work, type, column, person, error))
                return false;
        }
    }
    return true;
}

/* --- a merge ------------------------------------------------------------------------------------- */

static bool mark(
    Merging *merging, Work *work, const Row *row, Value into, Value from, Value until, Error *error)
{
    const CityRegisters *registers = &merging->door->city->registers;
    const WorkWhy why = {.event = merging->splits ? "split" : "merge", .reason = merging->reason};
    Row *after = row_copy(row, merging->arena);
    if (!after)
        return error_memory(error);
    after->values[merge_column(merging->door->city)] = into;
    after->values[registers->person_from] = from;
    after->values[registers->person_until] = until;
    return work_save(work, registers->person, row, after, &why, error);
}

static const Row *find_person(Merging *merging, Work *work, Str text, Error *error)
{
    const CityRecordType *person = merging->door->city->registers.person;
    const Row *row = input_reference(&work->sight, person, text);
    if (!row && sight_ok(&work->sight, error))
        error_set(error, ERROR_NOT_FOUND, "there is no person '%.*s'", STR_ARGS(text));
    return row;
}

static Value number_or_missing(Value value)
{
    return value_is_missing(value) ? value : value_integer(value.integer);
}

static bool merge(Merging *merging, Work *work, Error *error)
{
    const CityRegisters *registers = &merging->door->city->registers;
    const size_t merged = merge_column(merging->door->city);
    const Row *into = find_person(merging, work, merging->into, error);
    const Row *from = into ? find_person(merging, work, merging->from, error) : NULL;
    if (!from)
        return false;
    if (into == from || row_value(into, CITY_COLUMN_ID).integer == row_value(from, CITY_COLUMN_ID).integer)
        return error_set(error, ERROR_INPUT, "both are the same row");
    if (!value_is_missing(row_value(into, merged)) || !value_is_missing(row_value(from, merged)))
        return error_set(error, ERROR_CONFLICT, "one of the two is merged already");
    merging->to = row_value(into, CITY_COLUMN_ID).integer;
    const int64_t id = row_value(from, CITY_COLUMN_ID).integer;
    const Value never = value_date(date_to_days(NEVER));
    return db_insert(work->conn, &merging->merge, error,
               "insert into person_merge (from_id, into_id, resident_from, resident_until, is_split) "
               "values (?1, ?2, ?3, ?4, 0)",
               value_integer(id), value_integer(merging->to),
               number_or_missing(row_value(from, registers->person_from)),
               number_or_missing(row_value(from, registers->person_until))) &&
           move_all(merging, work, id, error) &&
           mark(merging, work, from, value_reference(merging->to), never, never, error);
}

/* --- a split ------------------------------------------------------------------------------------- */

typedef struct Moved {
    Str table, field;
    int64_t row;
} Moved;
typedef VEC_OF(Moved) MovedList;

static bool read_moved(Merging *merging, DbConn *conn, MovedList *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select table_name, field, row_id from person_merge_moved where merge_id = ?1 "
            "order by table_name, row_id, field",
            value_integer(merging->merge)))
        return false;
    while (db_next(stmt, error)) {
        Moved *moved = VEC_PUSH(merging->arena, out);
        if (!moved)
            return error_memory(error);
        *moved = (Moved){db_text_copy(stmt, 0, merging->arena), db_text_copy(stmt, 1, merging->arena),
            db_integer(stmt, 2)};
    }
    return !db_broken(stmt);
}

/* What leads elsewhere by now, or is declared no more, stays as it is. */
static bool lead_back(Merging *merging, Work *work, const Moved *moved, int64_t into, Error *error)
{
    const CityRecordType *type = city_record_type_of_table(merging->door->city, moved->table);
    ptrdiff_t column = type ? row_column(&type->shape, moved->field) : -1;
    const Row *row = column >= 0 ? sight_row(&work->sight, type, moved->row) : NULL;
    Value value = row ? row_value(row, (size_t)column) : value_missing();
    if (value.type != VALUE_REFERENCE || value.integer != into)
        return sight_ok(&work->sight, error);
    return lead(merging, work, type, (size_t)column, moved->row, error);
}

typedef struct Kept {
    int64_t into;
    Value from, until;
} Kept;

static Value kept_day(DbStmt *stmt, int column)
{
    return db_is_missing(stmt, column) ? value_missing() : value_date(db_integer(stmt, column));
}

static bool read_merge(Merging *merging, DbConn *conn, int64_t person, Kept *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select id, into_id, resident_from, resident_until from person_merge "
            "where from_id = ?1 and is_split = 0 order by id desc",
            value_integer(person)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_CONFLICT, "this person is not merged");
    merging->merge = db_integer(stmt, 0);
    *out = (Kept){db_integer(stmt, 1), kept_day(stmt, 2), kept_day(stmt, 3)};
    return true;
}

static bool split(Merging *merging, Work *work, Error *error)
{
    MovedList moved = {0};
    Kept kept = {0};
    const Row *from = find_person(merging, work, merging->from, error);
    if (!from)
        return false;
    merging->to = row_value(from, CITY_COLUMN_ID).integer;
    if (!read_merge(merging, work->conn, merging->to, &kept, error) ||
        !read_moved(merging, work->conn, &moved, error))
        return false;
    for (size_t i = 0; i < moved.len; i++)
        if (!lead_back(merging, work, &moved.at[i], kept.into, error))
            return false;
    from = sight_row(&work->sight, merging->door->city->registers.person, merging->to);
    return from && mark(merging, work, from, value_missing(), kept.from, kept.until, error) &&
           db_run(work->conn, NULL, error, "update person_merge set is_split = 1 where id = ?1",
               value_integer(merging->merge));
}

/* --- all ----------------------------------------------------------------------------------------- */

static bool closure(DbConn *conn, void *argument, Error *error)
{
    Merging *merging = argument;
    Work work;
    arena_clear(merging->arena);
    merging->moved = 0;
    return work_begin(&work, merging->door, conn, merging->arena, merging->asking, error) &&
           (merging->splits ? split(merging, &work, error) : merge(merging, &work, error)) &&
           work_end(&work, error);
}

static bool run(Merging *merging, size_t *moved, Error *error)
{
    AUTO_ARENA arena = arena_new(MERGE_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    if (!merge_is_allowed(merging->door, merging->asking))
        return error_set(error, ERROR_DENIED, "only who keeps the registers may do this");
    merging->reason = str_trim(merging->reason);
    if (merging->reason.len == 0 || utf8_count(merging->reason) > RECORD_TEXT_MAX)
        return error_set(error, ERROR_INPUT, "a reason is needed, in at most %d characters", RECORD_TEXT_MAX);
    merging->arena = arena;
    bool done = db_write(merging->door->db, closure, merging, error);
    *moved = done ? merging->moved : 0;
    return done;
}

bool record_merge(
    Door *door, const Asking *asking, Str into, Str from, Str reason, size_t *moved, Error *error)
{
    Merging merging = {.door = door, .asking = asking, .into = into, .from = from, .reason = reason};
    return run(&merging, moved, error);
}

bool record_split(Door *door, const Asking *asking, Str from, Str reason, size_t *moved, Error *error)
{
    Merging merging = {.door = door, .asking = asking, .from = from, .reason = reason, .splits = true};
    return run(&merging, moved, error);
}
