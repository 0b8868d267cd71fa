/* record/write.c: the one way a row is saved: figures, table, code, search, history, all in one closure.
 *
 * The order matters. What the row contributes to figures is taken away while it and what it leads to are as
 * they were; then it is written and the sight forgets it; then its contribution is added again. The history
 * entry comes last, as it is of what was really written.
 *
 * What must hold: nobody writes a record's table but work_save.
 */
#include "record/record_internal.h"

bool work_begin(Work *work, Door *door, DbConn *conn, Arena *arena, const Asking *asking, Error *error)
{
    *work = (Work){.door = door, .conn = conn, .arena = arena, .asking = asking};
    sight_init(&work->sight, door, conn, arena, asking);
    indicator_delta_init(&work->delta, arena);
    if (!door_shows(door, conn, error))
        return false;
    return !arena_failed(arena) || error_memory(error);
}

bool work_end(Work *work, Error *error)
{
    return sight_ok(&work->sight, error) && count_write(work, error);
}

/* --- saving -------------------------------------------------------------------------------------- */

static bool insert_row(Work *work, const DoorType *at, Row *row, Error *error)
{
    int64_t id = 0;
    row->values[CITY_COLUMN_CODE] = value_text(code_new(work->arena));
    row->values[CITY_COLUMN_VERSION] = value_integer(1);
    row->values[CITY_COLUMN_CREATED_AT] = row->values[CITY_COLUMN_CHANGED_AT];
    if (arena_failed(work->arena))
        return error_memory(error);
    if (!db_insert_printed(work->conn, &id, error, at->insert, row->values + 1, row->shape->count - 1))
        return false;
    row->values[CITY_COLUMN_ID] = value_reference(id);
    return code_keep(work->conn, row->values[CITY_COLUMN_CODE].text, at->type, id, error);
}

static bool update_row(Work *work, const DoorType *at, const Row *before, Row *row, Error *error)
{
    const size_t count = row->shape->count;
    const Value id = row_value(before, CITY_COLUMN_ID), version = row_value(before, CITY_COLUMN_VERSION);
    Value *values = arena_array(work->arena, count + 1, sizeof(Value));
    int64_t changed = 0;
    if (!values)
        return error_memory(error);
    row->values[CITY_COLUMN_ID] = id;
    row->values[CITY_COLUMN_CODE] = row_value(before, CITY_COLUMN_CODE);
    row->values[CITY_COLUMN_CREATED_AT] = row_value(before, CITY_COLUMN_CREATED_AT);
    row->values[CITY_COLUMN_VERSION] = value_integer(version.integer + 1);
    memcpy(values, row->values + 1, (count - 1) * sizeof(Value));
    values[count - 1] = id;
    values[count] = version;
    if (!db_run_printed(work->conn, &changed, error, at->update, values, count + 1))
        return false;
    return changed == 1 || error_set(error, ERROR_CONFLICT, "somebody changed this record meanwhile");
}

bool work_save(
    Work *work, const CityRecordType *type, const Row *before, Row *after, const WorkWhy *why, Error *error)
{
    const DoorType *at = door_type(work->door, type);
    after->values[CITY_COLUMN_CHANGED_AT] = value_number(VALUE_INSTANT, work->asking->clock.instant);
    if (!count_before(work, type, before, after, error))
        return false;
    if (!(before ? update_row(work, at, before, after, error) : insert_row(work, at, after, error)))
        return false;
    sight_forget(&work->sight, type, row_value(after, CITY_COLUMN_ID).integer);
    return search_keep(work, type, before, after, error) && count_after(work, type, before, after, error) &&
           history_append(work, type, before, after, why, error) && sight_ok(&work->sight, error);
}

bool work_settle(Work *work, const CityRecordType *type, const Row *row, Error *error)
{
    Value about = row_value(row, CITY_COLUMN_ABOUT), id = row_value(row, CITY_COLUMN_ID);
    if (type->has_seats && about.type == VALUE_REFERENCE && !seats_settle(work, type, about.integer, error))
        return false;
    for (size_t i = 0; i < type->below.len; i++)
        if (type->below.at[i]->has_seats && !seats_settle(work, type->below.at[i], id.integer, error))
            return false;
    return sight_ok(&work->sight, error);
}
