/* record/read.c: one record as the actor sees it.
 *
 * A row becomes a Record: what `when` says is not there and what `read_by` keeps from the actor is hidden,
 * references get the labels and codes of what they lead to where the actor may read that, and sensitive
 * values are sealed. Showing them is a step of its own that writes a note first: nobody sees what was not
 * noted, and no read connection is held while the note waits to be durable.
 */
#include "record/protect.h"

#include "base/utf8.h"

int64_t record_id(const Record *record)
{
    return row_value(&record->row, CITY_COLUMN_ID).integer;
}

Str record_code(const Record *record)
{
    return row_value(&record->row, CITY_COLUMN_CODE).text;
}

Str record_state(const Record *record)
{
    Value state = row_value(&record->row, CITY_COLUMN_STATE);
    return state.type == VALUE_TEXT ? state.text : STR_EMPTY;
}

int64_t record_version(const Record *record)
{
    return row_value(&record->row, CITY_COLUMN_VERSION).integer;
}

int64_t record_receipt(const Record *record)
{
    Value number = row_value(&record->row, CITY_COLUMN_RECEIPT);
    return number.type == VALUE_INTEGER ? number.integer : record_id(record);
}

/* --- building ------------------------------------------------------------------------------------ */

/* Label and code of what a reference leads to; empty when the actor may not read it. */
static void read_reference(
    Sight *sight, const CityRecordType *type, size_t column, Value value, Str *label, Str *code)
{
    const CityRecordType *to = column == CITY_COLUMN_ID ? NULL : column_leads_to(type, column);
    const Row *row = to && value.type == VALUE_REFERENCE ? sight_row(sight, to, value.integer) : NULL;
    if (!row || !access_allows(sight, to, row, ACCESS_READ))
        return;
    *label = sight_label(sight, to, row);
    *code = row_value(row, CITY_COLUMN_CODE).text;
}

static bool seal(Sight *sight, Record *record, struct RecordSealed **seals, size_t column)
{
    const size_t count = record->type->shape.count;
    struct RecordSealed *sealed = *seals;
    if (!sealed) {
        sealed = ARENA_NEW(sight->arena, struct RecordSealed);
        if (!sealed)
            return false;
        sealed->values = arena_array(sight->arena, count, sizeof(Value));
        sealed->reads = arena_array(sight->arena, count, sizeof(Str));
        sealed->codes = arena_array(sight->arena, count, sizeof(Str));
        sealed->columns = arena_array(sight->arena, count, sizeof(bool));
        if (!sealed->values || !sealed->reads || !sealed->codes || !sealed->columns)
            return false;
        *seals = sealed;
    }
    sealed->columns[column] = true;
    sealed->values[column] = record->row.values[column];
    sealed->reads[column] = record->reads[column];
    sealed->codes[column] = record->codes[column];
    return true;
}

static void hide(Record *record, size_t column)
{
    record->hidden[column] = true;
    record->row.values[column] = value_missing();
    record->reads[column] = record->codes[column] = STR_EMPTY;
}

static bool build_fields(Sight *sight, Record *record, const Row *row, bool with_sensitive)
{
    const CityRecordType *type = record->type;
    const bool is_masked = protection_hides(sight, type, row), may_lift = protection_may_lift(sight);
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        size_t column = field->column;
        record->fixed[column] =
            !record->may_write || !access_allows_field(sight, type, field, row, ACCESS_WRITE);
        if (!access_allows_field(sight, type, field, row, ACCESS_READ) ||
            (field->when && !formula_holds(sight_evaluate(sight, type, row, field->when)))) {
            hide(record, column);
            continue;
        }
        read_reference(
            sight, type, column, row_value(row, column), &record->reads[column], &record->codes[column]);
        bool masks = is_masked && field->locates;
        record->masked[column] = masks;
        if (!field->sensitive && !masks)
            continue;
        bool seals = with_sensitive && (!masks || may_lift);
        if (seals && !seal(sight, record, masks ? &record->protected_values : &record->sealed, column))
            return false;
        hide(record, column);
    }
    return true;
}

Record *record_build(Sight *sight, const CityRecordType *type, const Row *row, bool with_sensitive)
{
    Arena *arena = sight->arena;
    Record *record = ARENA_NEW(arena, Record);
    Row *copy = row_copy(row, arena);
    if (!record || !copy)
        return NULL;
    *record = (Record){.type = type, .row = *copy};
    record->reads = arena_array(arena, type->shape.count, sizeof(Str));
    record->codes = arena_array(arena, type->shape.count, sizeof(Str));
    record->hidden = arena_array(arena, type->shape.count, sizeof(bool));
    record->masked = arena_array(arena, type->shape.count, sizeof(bool));
    record->fixed = arena_array(arena, type->shape.count, sizeof(bool));
    if (!record->reads || !record->codes || !record->hidden || !record->masked || !record->fixed)
        return NULL;
    record->label = sight_label(sight, type, row);
    read_reference(sight, type, CITY_COLUMN_ABOUT, row_value(row, CITY_COLUMN_ABOUT),
        &record->reads[CITY_COLUMN_ABOUT], &record->codes[CITY_COLUMN_ABOUT]);
    record->may_write = access_allows(sight, type, row, ACCESS_WRITE);
    return build_fields(sight, record, row, with_sensitive) && !sight->failed ? record : NULL;
}

bool record_get(Door *door, DbConn *conn, const Asking *asking, Str code, Record **out, Error *error)
{
    Sight sight;
    const CityRecordType *type = NULL;
    *out = NULL;
    sight_init(&sight, door, conn, asking->arena, asking);
    const Row *row = sight_find(&sight, code, &type, error);
    if (!row)
        return false;
    *out = record_build(&sight, type, row, true);
    return sight_ok(&sight, error);
}

/* --- what is sensitive --------------------------------------------------------------------------- */

typedef struct Showing {
    const Door *door;
    const Asking *asking;
    Record *const *records;
    size_t count;
    bool lifts; /* what is hidden because somebody is protected, with the reason */
    Str reason;
} Showing;

static bool is_shown(const Showing *showing, const Record *record)
{
    return showing->lifts ? record->protected_values != NULL : record->sealed != NULL;
}

static bool note_read(DbConn *conn, const Showing *showing, const Record *record, Error *error)
{
    const Actor *actor = &showing->asking->actor;
    int64_t id = 0;
    if (!db_insert(conn, &id, error,
            "insert into read_log (instant, day, account_id, actor, table_name, row_id) "
            "values (?1, ?2, ?3, ?4, ?5, ?6)",
            value_integer(showing->asking->clock.instant),
            value_integer(date_to_days(showing->asking->clock.today)),
            actor->account > 0 ? value_integer(actor->account) : value_missing(), value_text(actor->name),
            value_text(record->type->table), value_integer(record_id(record))))
        return false;
    return !showing->lifts ||
           db_run(conn, NULL, error, "insert into read_reason (read_id, reason) values (?1, ?2)",
               value_integer(id), value_text(showing->reason));
}

static bool note_reads(DbConn *conn, void *argument, Error *error)
{
    const Showing *showing = argument;
    if (!door_shows(showing->door, conn, error))
        return false;
    for (size_t i = 0; i < showing->count; i++)
        if (is_shown(showing, showing->records[i]) && !note_read(conn, showing, showing->records[i], error))
            return false;
    return true;
}

static void unseal(Record *record, const struct RecordSealed *sealed)
{
    for (size_t i = 0; sealed && i < record->type->shape.count; i++) {
        if (!sealed->columns[i])
            continue;
        record->hidden[i] = false;
        record->row.values[i] = sealed->values[i];
        record->reads[i] = sealed->reads[i];
        record->codes[i] = sealed->codes[i];
        record->masked[i] = false;
    }
}

static bool show(Door *door, Showing *showing, Error *error)
{
    bool any = false;
    for (size_t i = 0; i < showing->count; i++)
        any |= is_shown(showing, showing->records[i]);
    if (!any)
        return true;
    if (!db_write(door->db, note_reads, showing, error))
        return false;
    for (size_t i = 0; i < showing->count; i++) {
        Record *record = showing->records[i];
        struct RecordSealed **seals = showing->lifts ? &record->protected_values : &record->sealed;
        unseal(record, *seals);
        *seals = NULL;
    }
    return true;
}

bool record_show_sensitive(
    Door *door, const Asking *asking, Record *const *records, size_t count, Error *error)
{
    Showing showing = {.door = door, .asking = asking, .records = records, .count = count};
    return show(door, &showing, error);
}

bool record_lift_protection(Door *door, const Asking *asking, Record *record, Str reason, Error *error)
{
    Showing showing = {.door = door,
        .asking = asking,
        .records = &record,
        .count = 1,
        .lifts = true,
        .reason = str_trim(reason)};
    if (!record->protected_values)
        return error_set(error, ERROR_DENIED, "there is nothing here that you may show");
    if (showing.reason.len == 0 || utf8_count(showing.reason) > RECORD_TEXT_MAX)
        return error_set(error, ERROR_INPUT, "a reason is needed, in at most %d characters", RECORD_TEXT_MAX);
    return show(door, &showing, error);
}
