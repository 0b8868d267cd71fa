/* record/create.c: records are made: all of them or none, in one closure.
 *
 * Each draft becomes a row: what was typed, what follows from it, and what is wrong with it. Only when
 * nothing is wrong in any of them is the rule of access asked, with the whole row before it; then places are
 * given and the rows are saved. A closure may run again, so it begins by emptying what it answers.
 */
#include "record/record_internal.h"

enum { CREATE_ARENA_MAX = 256 << 20 };

typedef struct Creating {
    Door *door;
    const Asking *asking;
    Arena *arena; /* of the closure: emptied when it runs again */
    const RecordDraft *drafts;
    size_t count;
    Row **rows;
    RecordFaults faults;
    bool is_trial;              /* everything but writing */
    const CreateFilter *filter; /* NULL: all are made */
} Creating;

/* --- one draft ----------------------------------------------------------------------------------- */

static Row *new_row(Arena *arena, const CityRecordType *type)
{
    Row *row = ARENA_NEW(arena, Row);
    Value *values = arena_array(arena, type->shape.count, sizeof(Value));
    if (!row || !values)
        return NULL;
    for (size_t i = 0; i < type->shape.count; i++)
        values[i] = value_missing();
    if (type->starts.len > 0)
        values[CITY_COLUMN_STATE] = value_text(type->starts);
    *row = (Row){.shape = &type->shape, .values = values};
    return row;
}

/* What the record is about: there, of the right type, and readable. A trial and a file go on without. */
static bool set_about(Creating *creating, Work *work, size_t i, Error *error)
{
    const RecordDraft *draft = &creating->drafts[i];
    if (!draft->type->about)
        return draft->about.len == 0 || error_set(error, ERROR_INPUT, "a record of %.*s is about nothing",
                                            STR_ARGS(draft->type->name));
    const Row *about = input_reference(&work->sight, draft->type->about, draft->about);
    if (about)
        creating->rows[i]->values[CITY_COLUMN_ABOUT] = row_value(about, CITY_COLUMN_ID);
    if (about || !sight_ok(&work->sight, error))
        return about != NULL;
    if (!creating->is_trial && !creating->filter)
        return error_set(error, ERROR_NOT_FOUND, "there is no such record");
    return fault_add(creating->arena, &creating->faults,
        (RecordFault){.kind = RECORD_FAULT_NO_SUCH_RECORD, .item = i}, error);
}

static bool fill_draft(Creating *creating, Work *work, size_t i, Error *error)
{
    const RecordDraft *draft = &creating->drafts[i];
    if (!access_is_given(draft->type, &creating->asking->actor, ACCESS_CREATE))
        return error_set(error, ERROR_DENIED, "you may not make records of this kind");
    Row *row = creating->rows[i] = new_row(creating->arena, draft->type);
    if (!row)
        return error_memory(error);
    return set_about(creating, work, i, error) && fill_row(work, draft->type, row, NULL, draft->inputs,
                                                      draft->input_count, i, &creating->faults, error);
}

/* Whether a row of this go that stands before has the same value of `once` about the same record. */
static bool is_twice_here(const Creating *creating, size_t i, size_t column)
{
    for (size_t k = 0; k < i; k++)
        if (creating->drafts[k].type == creating->drafts[i].type &&
            value_same(
                creating->rows[k]->values[CITY_COLUMN_ABOUT], creating->rows[i]->values[CITY_COLUMN_ABOUT]) &&
            value_same(creating->rows[k]->values[column], creating->rows[i]->values[column]))
            return true;
    return false;
}

/* `once`: an application that is there already is a fault of the field that says who applies. */
static bool find_twice(Creating *creating, Work *work, size_t i, Error *error)
{
    const CityField *field = seats_once_field(creating->drafts[i].type);
    bool twice = false;
    if (!field || value_is_missing(creating->rows[i]->values[field->column]))
        return true;
    if (!seats_once(work, creating->drafts[i].type, creating->rows[i], &twice, error))
        return false;
    if (!twice && !is_twice_here(creating, i, field->column))
        return true;
    return fault_add(creating->arena, &creating->faults,
        (RecordFault){.kind = RECORD_FAULT_TWICE, .item = i, .field = field}, error);
}

static bool find_all_twice(Creating *creating, Work *work, Error *error)
{
    for (size_t i = 0; i < creating->count; i++)
        if (!find_twice(creating, work, i, error))
            return false;
    return creating->faults.len == 0 ||
           error_set(error, ERROR_INPUT, "%zu of the applications are there already", creating->faults.len);
}

static bool may_create_all(Creating *creating, Work *work, Error *error)
{
    for (size_t i = 0; i < creating->count; i++) {
        bool may = access_allows(&work->sight, creating->drafts[i].type, creating->rows[i], ACCESS_CREATE);
        if (!sight_ok(&work->sight, error))
            return false;
        if (!may)
            return error_set(error, ERROR_DENIED, "you may not make this record");
    }
    return true;
}

/* --- places -------------------------------------------------------------------------------------- */

/* Gives places to the rows of the type of the first draft that has none yet. */
static bool place_type(Creating *creating, Work *work, const CityRecordType *type, Error *error)
{
    Row **rows = arena_array(creating->arena, creating->count, sizeof(Row *));
    size_t *items = arena_array(creating->arena, creating->count, sizeof(size_t));
    size_t count = 0, item = 0;
    RecordFaultKind fault = RECORD_FAULT_KIND_COUNT;
    if (!rows || !items)
        return error_memory(error);
    for (size_t i = 0; i < creating->count; i++)
        if (creating->drafts[i].type == type) {
            items[count] = i;
            rows[count++] = creating->rows[i];
        }
    if (!seats_place(work, type, rows, count, &fault, &item, error))
        return false;
    if (fault == RECORD_FAULT_KIND_COUNT)
        return true;
    return fault_add(creating->arena, &creating->faults, (RecordFault){.kind = fault, .item = items[item]},
               error) &&
           error_set(error, ERROR_INPUT, "there is no place for all of them");
}

static bool place_all(Creating *creating, Work *work, Error *error)
{
    for (size_t i = 0; i < creating->count; i++) {
        const CityRecordType *type = creating->drafts[i].type;
        bool is_first = true;
        for (size_t k = 0; k < i && is_first; k++)
            is_first = creating->drafts[k].type != type;
        if (is_first && type->has_seats && !place_type(creating, work, type, error))
            return false;
    }
    return true;
}

/* --- all of them --------------------------------------------------------------------------------- */

static bool save_all(Creating *creating, Work *work, Error *error)
{
    static const WorkWhy why = {.event = "create", .transition = STR_LITERAL(""), .reason = STR_LITERAL("")};
    for (size_t i = 0; i < creating->count; i++)
        if (!work_save(work, creating->drafts[i].type, NULL, creating->rows[i], &why, error))
            return false;
    return work_end(work, error);
}

/* Leaves out what is there already; what is left keeps its order. */
static bool filter_all(Creating *creating, Work *work, Error *error)
{
    RecordDraft *drafts = arena_array(creating->arena, creating->count, sizeof(*drafts));
    size_t kept = 0;
    if (!drafts)
        return error_memory(error);
    for (size_t i = 0; i < creating->count; i++) {
        bool is_there = false;
        if (!creating->filter->is_there(
                creating->filter->owner, work, i, creating->rows[i], &is_there, error))
            return false;
        if (is_there)
            continue;
        creating->rows[kept] = creating->rows[i];
        drafts[kept++] = creating->drafts[i];
    }
    creating->drafts = drafts;
    creating->count = kept;
    return sight_ok(&work->sight, error);
}

static bool create_closure(DbConn *conn, void *argument, Error *error)
{
    Creating *creating = argument;
    Work work;
    arena_clear(creating->arena);
    creating->faults = (RecordFaults){0};
    creating->rows = arena_array(creating->arena, creating->count, sizeof(Row *));
    if (!creating->rows)
        return error_memory(error);
    if (!work_begin(&work, creating->door, conn, creating->arena, creating->asking, error))
        return false;
    for (size_t i = 0; i < creating->count; i++)
        if (!fill_draft(creating, &work, i, error))
            return false;
    if (creating->faults.len > 0)
        return error_set(error, ERROR_INPUT, "%zu of the answers are not right", creating->faults.len);
    if (creating->filter && !filter_all(creating, &work, error))
        return false;
    if (!may_create_all(creating, &work, error) || !find_all_twice(creating, &work, error))
        return false;
    return creating->is_trial || (place_all(creating, &work, error) && save_all(creating, &work, error));
}

/* Answers outlive the closure's arena. */
static bool answer(const Creating *creating, RecordMade *made, Error *error)
{
    Arena *arena = creating->asking->arena;
    for (size_t i = 0; i < creating->count; i++) {
        const Row *row = creating->rows[i];
        Value receipt = row_value(row, CITY_COLUMN_RECEIPT), state = row_value(row, CITY_COLUMN_STATE);
        made[i] = (RecordMade){.code = arena_str(arena, row_value(row, CITY_COLUMN_CODE).text),
            .id = row_value(row, CITY_COLUMN_ID).integer};
        made[i].receipt = receipt.type == VALUE_INTEGER ? receipt.integer : made[i].id;
        if (state.type == VALUE_TEXT)
            made[i].state = arena_str(arena, state.text);
    }
    return !arena_failed(arena) || error_memory(error);
}

bool record_create_or_try(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    bool is_trial, RecordMade *made, RecordFaults *faults, Error *error)
{
    *faults = (RecordFaults){0};
    if (count > RECORD_CREATE_MAX)
        return error_set(error, ERROR_LIMIT, "at most %d records are made in one go", RECORD_CREATE_MAX);
    AUTO_ARENA arena = arena_new(CREATE_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    Creating creating = {.door = door,
        .asking = asking,
        .arena = arena,
        .drafts = drafts,
        .count = count,
        .is_trial = is_trial};
    bool done = db_write(door->db, create_closure, &creating, error);
    return faults_hand_out(asking, &creating.faults, faults, error) && done &&
           (is_trial || !made || answer(&creating, made, error));
}

bool create_within(DbConn *conn, Door *door, const Asking *asking, Arena *arena, const RecordDraft *drafts,
    size_t count, bool is_trial, const CreateFilter *filter, RecordFaults *faults, Error *error)
{
    Creating creating = {.door = door,
        .asking = asking,
        .arena = arena,
        .drafts = drafts,
        .count = count,
        .is_trial = is_trial,
        .filter = filter};
    bool done = create_closure(conn, &creating, error);
    *faults = creating.faults;
    return done;
}

bool record_create(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    RecordMade *made, RecordFaults *faults, Error *error)
{
    return record_create_or_try(door, asking, drafts, count, false, made, faults, error);
}

bool record_try(Door *door, const Asking *asking, const RecordDraft *drafts, size_t count,
    RecordFaults *faults, Error *error)
{
    return record_create_or_try(door, asking, drafts, count, true, NULL, faults, error);
}

bool record_may_create(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, bool *may, Error *error)
{
    Sight sight;
    sight_init(&sight, door, conn, asking->arena, asking);
    Row *row = new_row(asking->arena, type);
    if (!row)
        return error_memory(error);
    bool fits = (about ? about->type : NULL) == type->about;
    if (fits && about)
        row->values[CITY_COLUMN_ABOUT] = row_value(&about->row, CITY_COLUMN_ID);
    *may = fits && access_may_allow(&sight, type, row, ACCESS_CREATE);
    return sight_ok(&sight, error);
}
