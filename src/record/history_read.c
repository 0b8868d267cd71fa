/* record/history_read.c: the history of one record, as somebody who may read the record sees it.
 *
 * What the record hides from the actor, its history hides: the change is told, the values are not. Of
 * references the label is shown only where the actor may read what they lead to. An entry is read with the
 * names of the declaration it was made under: they are followed to those of today (city/lineage.h), and what
 * has no name today keeps its words of then.
 */
#include "city/declaration.h"
#include "record/history_internal.h"
#include "record/record_internal.h"

/* A value as history keeps it, with the type of its column; missing when it is of another kind. */
static Value typed_value(Value kept, ValueType type)
{
    if (kept.type == VALUE_TEXT && !value_type_is_integer(type))
        return (Value){.type = type, .text = kept.text};
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

/* An entry's id, and the epoch it was made in. */
typedef struct EntryId {
    int64_t id, epoch;
} EntryId;
typedef VEC_OF(EntryId) EntryIds;

/* A change whose field, or a value of it, is called otherwise now: its words are read afterwards. */
typedef struct OldWord {
    size_t entry, change;
    Str column;   /* as it was called then */
    bool is_gone; /* the column: the values are of that column's kind */
    Value before, after;
} OldWord;

typedef struct Reading {
    Sight *sight;
    const Record *record;
    const DoorType *at;
    HistoryEntries *entries;
    EntryIds ids;
    VEC_OF(OldWord) old;
} Reading;

static bool has_value(const CityRecordType *type, const CityField *field, Value value)
{
    if (value.type != VALUE_TEXT)
        return true;
    if (!field)
        return city_state(type, value.text) != NULL;
    for (size_t i = 0; i < field->choices.len; i++)
        if (str_equal(field->choices.at[i].name, value.text))
            return true;
    return field->type != CITY_FIELD_CHOICE;
}

static Value copy_value(Arena *arena, Value value)
{
    return value.type == VALUE_TEXT ? value_text(arena_str(arena, value.text)) : value;
}

static bool note_old(Reading *reading, size_t entry, OldWord old, Error *error)
{
    OldWord *slot = VEC_PUSH(reading->sight->arena, &reading->old);
    if (!slot)
        return error_memory(error);
    *slot = old;
    slot->entry = entry;
    slot->change = reading->entries->at[entry].changes.len - 1;
    slot->column = arena_str(reading->sight->arena, old.column);
    return true;
}

/* What there is of one entry's values: history_id, field, before (2), after (2), salt. */
static bool take_change(Reading *reading, size_t at, DbStmt *stmt, Error *error)
{
    const Door *door = reading->sight->door;
    Arena *arena = reading->sight->arena;
    const CityRecordType *type = reading->record->type;
    HistoryEntry *entry = &reading->entries->at[at];
    int64_t epoch = reading->ids.at[at].epoch;
    Str name = db_text(stmt, 1);
    if (name.len == 0)
        entry->reason = db_text_copy(stmt, 5, arena);
    Str now =
        name.len > 0 ? city_lineage_column(&door->lineage, epoch, reading->at->history, name) : STR_EMPTY;
    ptrdiff_t column = now.len > 0 ? row_column(&type->shape, now) : -1;
    bool is_gone = column < 0 && name.len > 0;
    if (!is_gone && column != CITY_COLUMN_STATE && column < CITY_COLUMN_COUNT)
        return true;
    HistoryChange *change = VEC_PUSH(arena, &entry->changes);
    if (!change)
        return error_memory(error);
    OldWord old = {.column = name,
        .is_gone = is_gone,
        .before = copy_value(arena, history_read_value(stmt, 2)),
        .after = copy_value(arena, history_read_value(stmt, 4))};
    change->is_erased = db_is_missing(stmt, 6);
    change->is_hidden = is_gone || reading->record->hidden[column];
    if (is_gone)
        return note_old(reading, at, old, error);
    change->field = city_field_of_column(type, (size_t)column);
    if (change->is_hidden)
        return true;
    ValueType value_type = type->shape.columns[column].type;
    change->before = typed_value(
        city_lineage_value(&door->lineage, arena, epoch, reading->at->history, name, old.before), value_type);
    change->after = typed_value(
        city_lineage_value(&door->lineage, arena, epoch, reading->at->history, name, old.after), value_type);
    return (has_value(type, change->field, old.before) && has_value(type, change->field, old.after)) ||
           note_old(reading, at, old, error);
}

/* --- words of then --- */

static bool read_words(const Reading *reading, const OldWord *old, Value value, Titled *out, Error *error)
{
    CityWord word;
    bool found = false;
    *out = (Titled){.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY};
    if (value.type != VALUE_TEXT)
        return true;
    if (!city_word_of(reading->sight->conn, reading->sight->arena, reading->at->history, old->column,
            value.text, reading->ids.at[old->entry].epoch, &word, &found, error))
        return false;
    if (found)
        *out = word.title;
    return true;
}

/* Of a protected person what is gone may have told where she is: nobody knows any more. */
static bool is_masked(const Record *record)
{
    for (size_t i = 0; i < record->type->shape.count; i++)
        if (record->masked[i])
            return true;
    return false;
}

/* The field as it was declared; without a word of it (an older program wrote none) it stays hidden. */
static bool make_field(const Reading *reading, const OldWord *old, HistoryChange *change, Error *error)
{
    Arena *arena = reading->sight->arena;
    CityWord word;
    bool found = false;
    CityField *field = ARENA_NEW(arena, CityField);
    if (!field)
        return error_memory(error);
    if (!city_word_of(reading->sight->conn, arena, reading->at->history, old->column, STR_EMPTY,
            reading->ids.at[old->entry].epoch, &word, &found, error))
        return false;
    *field = (CityField){.name = old->column,
        .title = found ? word.title : (Titled){.in = {old->column, old->column}, .easy = STR_EMPTY},
        .help = {.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY},
        .unit = {.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY},
        .says = {.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY},
        .type = found ? city_kind_field(word.kind) : CITY_FIELD_TEXT};
    change->field = field;
    change->is_hidden = !found || word.sensitive || is_masked(reading->record);
    if (change->is_hidden)
        return true;
    ValueType type = city_kind_value(word.kind);
    change->before = typed_value(old->before, type);
    change->after = typed_value(old->after, type);
    return true;
}

static bool add_old_words(const Reading *reading, Error *error)
{
    for (size_t i = 0; i < reading->old.len; i++) {
        const OldWord *old = &reading->old.at[i];
        HistoryChange *change = &reading->entries->at[old->entry].changes.at[old->change];
        if (old->is_gone && !make_field(reading, old, change, error))
            return false;
        if (!change->is_hidden && (!read_words(reading, old, old->before, &change->before_words, error) ||
                                      !read_words(reading, old, old->after, &change->after_words, error)))
            return false;
    }
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

static bool read_entries(Reading *reading, Error *error)
{
    Arena *arena = reading->sight->arena;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(reading->sight->conn, &stmt, error,
            "select id, event, transition, actor, instant, day, row_version, coalesce(declaration_id, 0) "
            "from "
            "history where table_name = ?1 and row_id = ?2 order by row_version desc, id desc",
            value_text(reading->at->history), value_integer(record_id(reading->record))))
        return false;
    while (db_next(stmt, error)) {
        HistoryEntry *entry = VEC_PUSH(arena, reading->entries);
        EntryId *id = VEC_PUSH(arena, &reading->ids);
        if (!entry || !id)
            return error_memory(error);
        *id = (EntryId){db_integer(stmt, 0), db_integer(stmt, 7)};
        entry->event = db_text_copy(stmt, 1, arena);
        entry->transition = db_text_copy(stmt, 2, arena);
        entry->actor = db_text_copy(stmt, 3, arena);
        entry->instant = db_integer(stmt, 4);
        entry->day = value_date(db_integer(stmt, 5));
        entry->version = db_integer(stmt, 6);
    }
    return !db_broken(stmt);
}

static bool read_changes(Reading *reading, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (reading->entries->len == 0)
        return true;
    assert(reading->ids.at && reading->ids.len == reading->entries->len && "each entry was read with its id");
    if (!db_query(reading->sight->conn, &stmt, error,
            "select h.id, v.field, v.before_number, v.before_text, v.after_number, v.after_text, v.salt "
            "from history h join history_value v on v.history_id = h.id "
            "where h.table_name = ?1 and h.row_id = ?2 order by h.row_version desc, h.id desc, v.field",
            value_text(reading->at->history), value_integer(record_id(reading->record))))
        return false;
    size_t at = 0;
    while (db_next(stmt, error)) {
        while (at < reading->entries->len && reading->ids.at[at].id != db_integer(stmt, 0))
            at++;
        assert(at < reading->entries->len && "values are those of the entries that were read");
        if (!take_change(reading, at, stmt, error))
            return false;
    }
    return !db_broken(stmt);
}

bool history_of(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, HistoryEntries *out, Error *error)
{
    Sight sight;
    *out = (HistoryEntries){0};
    sight_init(&sight, door, conn, asking->arena, asking);
    if (!sight_ok(&sight, error))
        return false;
    Reading reading = {
        .sight = &sight, .record = record, .at = door_type(door, record->type), .entries = out};
    if (!read_entries(&reading, error) || !read_changes(&reading, error) || !add_old_words(&reading, error))
        return false;
    add_labels(&sight, out);
    return sight_ok(&sight, error);
}
