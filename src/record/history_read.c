/* record/history_read.c: the history of one record, as somebody who may read the record sees it.
 *
 * What the record hides from the actor, its history hides: the change is told, the values are not. Of
 * references the label is shown only where the actor may read what they lead to.
 */
#include "record/history_internal.h"
#include "record/record_internal.h"

/* A value as history keeps it, with the type its column has by now; missing when it is of another kind. */
static Value typed_value(DbStmt *stmt, int column, ValueType type, Arena *arena)
{
    Value kept = history_read_value(stmt, column);
    if (kept.type == VALUE_TEXT && !value_type_is_integer(type))
        return (Value){.type = type, .text = arena_str(arena, kept.text)};
    if (kept.type == VALUE_INTEGER && value_type_is_integer(type))
        return value_number(type, kept.integer);
    return value_missing();
}

static Str label_of(Sight *sight, const CityRecordType *type, Value value)
{
    const Row *row = type && value.type == VALUE_REFERENCE ? sight_row(sight, type, value.integer) : NULL;
    if (!row || !access_allows(sight, type, row, ACCESS_READ))
        return STR_EMPTY;
    return sight_label(sight, type, row);
}

/* What there is of one entry's values: history_id, field, before (2), after (2), salt. */
static bool take_change(Sight *sight, const Record *record, HistoryEntry *entry, DbStmt *stmt, Error *error)
{
    const CityRecordType *type = record->type;
    Str name = db_text(stmt, 1);
    ptrdiff_t column = row_column(&type->shape, name);
    if (name.len == 0)
        entry->reason = db_text_copy(stmt, 5, sight->arena);
    bool is_shown = column == CITY_COLUMN_STATE || column >= CITY_COLUMN_COUNT;
    if (!is_shown)
        return true;
    HistoryChange *change = VEC_PUSH(sight->arena, &entry->changes);
    if (!change)
        return error_memory(error);
    ValueType value_type = type->shape.columns[column].type;
    change->field = city_field_of_column(type, (size_t)column);
    change->is_erased = db_is_missing(stmt, 6);
    change->is_hidden = record->hidden[column];
    if (change->is_hidden)
        return true;
    change->before = typed_value(stmt, 2, value_type, sight->arena);
    change->after = typed_value(stmt, 4, value_type, sight->arena);
    return true;
}

/* After the statement is done: labels are read by other ones. */
static void add_labels(Sight *sight, const HistoryEntries *entries)
{
    for (size_t i = 0; i < entries->len; i++)
        for (size_t k = 0; k < entries->at[i].changes.len; k++) {
            HistoryChange *change = &entries->at[i].changes.at[k];
            const CityRecordType *to = change->field ? change->field->record : NULL;
            change->before_label = label_of(sight, to, change->before);
            change->after_label = label_of(sight, to, change->after);
        }
}

typedef VEC_OF(int64_t) EntryIds;

static bool read_entries(Sight *sight, const Record *record, HistoryEntries *out, EntryIds *ids, Error *error)
{
    Arena *arena = sight->arena;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(sight->conn, &stmt, error,
            "select id, event, transition, actor, instant, day, row_version from history "
            "where table_name = ?1 and row_id = ?2 order by row_version desc, id desc",
            value_text(record->type->table), value_integer(record_id(record))))
        return false;
    while (db_next(stmt, error)) {
        HistoryEntry *entry = VEC_PUSH(arena, out);
        int64_t *id = VEC_PUSH(arena, ids);
        if (!entry || !id)
            return error_memory(error);
        *id = db_integer(stmt, 0);
        entry->event = db_text_copy(stmt, 1, arena);
        entry->transition = db_text_copy(stmt, 2, arena);
        entry->actor = db_text_copy(stmt, 3, arena);
        entry->instant = db_integer(stmt, 4);
        entry->day = value_date(db_integer(stmt, 5));
        entry->version = db_integer(stmt, 6);
    }
    return !db_broken(stmt);
}

static bool read_changes(
    Sight *sight, const Record *record, HistoryEntries *entries, const EntryIds *ids, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (entries->len == 0)
        return true;
    assert(ids->at && ids->len == entries->len && "each entry was read with its id");
    if (!db_query(sight->conn, &stmt, error,
            "select h.id, v.field, v.before_number, v.before_text, v.after_number, v.after_text, v.salt "
            "from history h join history_value v on v.history_id = h.id "
            "where h.table_name = ?1 and h.row_id = ?2 order by h.row_version desc, h.id desc, v.field",
            value_text(record->type->table), value_integer(record_id(record))))
        return false;
    size_t at = 0;
    while (db_next(stmt, error)) {
        while (at < entries->len && ids->at[at] != db_integer(stmt, 0))
            at++;
        assert(at < entries->len && "values are those of the entries that were read");
        if (!take_change(sight, record, &entries->at[at], stmt, error))
            return false;
    }
    return !db_broken(stmt);
}

bool history_of(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, HistoryEntries *out, Error *error)
{
    Sight sight;
    EntryIds ids = {0};
    *out = (HistoryEntries){0};
    sight_init(&sight, door, conn, asking->arena, asking);
    if (!read_entries(&sight, record, out, &ids, error) || !read_changes(&sight, record, out, &ids, error))
        return false;
    add_labels(&sight, out);
    return sight_ok(&sight, error);
}
