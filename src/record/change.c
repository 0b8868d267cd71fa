/* record/change.c: fields of records are changed: all or none, in one closure, and only as they were read.
 */
#include "record/record_internal.h"

enum { CHANGE_ARENA_MAX = 256 << 20 };

typedef struct Changing {
    Door *door;
    const Asking *asking;
    Arena *arena; /* of the closure: emptied when it runs again */
    const RecordEdit *edits;
    size_t count, saved;
    RecordFaults faults;
} Changing;

typedef struct Changed {
    const CityRecordType *type;
    const Row *before;
    Row *after;
    bool is_saved;
} Changed;

static bool denied(Error *error)
{
    return error_set(error, ERROR_DENIED, "you may not change this record");
}

/* `once`: a live application that becomes another's is a fault of the field that says who applies. */
static bool find_twice(Changing *changing, Work *work, size_t i, const Changed *changed, Error *error)
{
    const CityField *field = seats_once_field(changed->type);
    bool twice = false;
    if (!field ||
        value_same(row_value(changed->before, field->column), row_value(changed->after, field->column)))
        return true;
    if (!seats_once(work, changed->type, changed->after, &twice, error) || !twice)
        return !twice && sight_ok(&work->sight, error);
    return fault_add(changing->arena, &changing->faults,
        (RecordFault){.kind = RECORD_FAULT_TWICE, .item = i, .field = field}, error);
}

static bool fill_edit(Changing *changing, Work *work, size_t i, Changed *out, Error *error)
{
    const RecordEdit *edit = &changing->edits[i];
    out->before = sight_find(&work->sight, edit->code, &out->type, error);
    if (!out->before)
        return false;
    if (!access_allows(&work->sight, out->type, out->before, ACCESS_WRITE))
        return sight_ok(&work->sight, error) && denied(error);
    if (row_value(out->before, CITY_COLUMN_VERSION).integer != edit->version)
        return error_set(error, ERROR_CONFLICT, "somebody changed this record meanwhile");
    out->after = row_copy(out->before, changing->arena);
    if (!out->after)
        return error_memory(error);
    return fill_row(work, out->type, out->after, out->before, edit->inputs, edit->input_count, i,
               &changing->faults, error) &&
           find_twice(changing, work, i, out, error);
}

static bool differs(const Row *before, const Row *after)
{
    for (size_t i = CITY_COLUMN_COUNT; i < before->shape->count; i++)
        if (!value_same(row_value(before, i), row_value(after, i)))
            return true;
    return false;
}

static bool save_edit(Changing *changing, Work *work, size_t i, Changed *changed, Error *error)
{
    const WorkWhy why = {.event = "change", .transition = STR_EMPTY, .reason = changing->edits[i].reason};
    if (!differs(changed->before, changed->after))
        return true;
    /* Nobody hands a record to others than she might have written it for. */
    if (!access_allows(&work->sight, changed->type, changed->after, ACCESS_WRITE))
        return sight_ok(&work->sight, error) && denied(error);
    changed->is_saved = true;
    changing->saved++;
    return work_save(work, changed->type, changed->before, changed->after, &why, error);
}

/* Places are settled once for all that is about the same record, after everything is saved. */
static bool settle_all(Work *work, const Changed *changed, size_t count, Error *error)
{
    const Changed *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!changed[i].is_saved)
            continue;
        bool is_same = last && last->type == changed[i].type && last->type->below.len == 0 &&
                       value_same(row_value(last->after, CITY_COLUMN_ABOUT),
                           row_value(changed[i].after, CITY_COLUMN_ABOUT));
        last = &changed[i];
        if (!is_same && !work_settle(work, last->type, last->after, error))
            return false;
    }
    return true;
}

static bool change_closure(DbConn *conn, void *argument, Error *error)
{
    Changing *changing = argument;
    Work work;
    arena_clear(changing->arena);
    changing->faults = (RecordFaults){0};
    changing->saved = 0;
    Changed *changed = arena_array(changing->arena, changing->count, sizeof(*changed));
    if (!changed)
        return error_memory(error);
    if (!work_begin(&work, changing->door, conn, changing->arena, changing->asking, error))
        return false;
    for (size_t i = 0; i < changing->count; i++)
        if (!fill_edit(changing, &work, i, &changed[i], error))
            return false;
    if (changing->faults.len > 0)
        return error_set(error, ERROR_INPUT, "%zu of the answers are not right", changing->faults.len);
    for (size_t i = 0; i < changing->count; i++)
        if (!save_edit(changing, &work, i, &changed[i], error))
            return false;
    return settle_all(&work, changed, changing->count, error) && work_end(&work, error);
}

bool change_within(DbConn *conn, Door *door, const Asking *asking, Arena *arena, const RecordEdit *edits,
    size_t count, size_t *saved, RecordFaults *faults, Error *error)
{
    Changing changing = {.door = door, .asking = asking, .arena = arena, .edits = edits, .count = count};
    bool done = change_closure(conn, &changing, error);
    *faults = changing.faults;
    *saved = changing.saved;
    return done;
}

bool record_change(Door *door, const Asking *asking, const RecordEdit *edits, size_t count,
    RecordFaults *faults, Error *error)
{
    *faults = (RecordFaults){0};
    if (count > RECORD_CREATE_MAX)
        return error_set(error, ERROR_LIMIT, "at most %d records are changed in one go", RECORD_CREATE_MAX);
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    Changing changing = {.door = door, .asking = asking, .arena = arena, .edits = edits, .count = count};
    bool done = db_write(door->db, change_closure, &changing, error);
    return faults_hand_out(asking, &changing.faults, faults, error) && done;
}
