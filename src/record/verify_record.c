/* record/verify_record.c: every record is what its history says.
 *
 * Each table is read in slices beside the history of its rows. The values of a row's entries are folded in
 * order of version: what is left is what the row must hold, column by column. Versions are 1, 2, 3 ... up to
 * the row's, and each `before` is what the entries before it left. Times follow from the first entry and the
 * last one. Where the last value was erased, the row must hold none either.
 */
#include "record/record_internal.h"
#include "record/verify_internal.h"

/* What the entries of one row say. */
typedef struct Folded {
    Value *values; /* for each column; text or INTEGER */
    bool *is_erased;
    int64_t id, version, created, changed;
    size_t entries;
    bool has_gap;
} Folded;

typedef struct Slice {
    Verification *verification;
    const CityRecordType *type;
    Str history;           /* the table's name there */
    VEC_OF(Row) rows;      /* in order of id */
    VEC_OF(Folded) folded; /* in order of id */
    int64_t above, to;     /* ids in (above, to] */
} Slice;

/* --- reading ------------------------------------------------------------------------------------- */

/* All columns of the rows above an id. */
static const DbPrinted *print_rows(Verification *verification, const CityRecordType *type, Error *error)
{
    Arena *arena = verification->scratch;
    const DbTree **columns = arena_array(arena, type->shape.count, sizeof(*columns));
    if (!columns) {
        error_memory(error);
        return NULL;
    }
    for (size_t i = 0; i < type->shape.count; i++)
        columns[i] =
            db_tree_column(arena, type->table, type->shape.columns[i].name, type->shape.columns[i].type);
    const DbTree *id = columns[CITY_COLUMN_ID];
    const DbSelect select = {.table = type->table,
        .columns = columns,
        .column_count = type->shape.count,
        .where = db_tree_call(arena, DB_GREATER, id, db_tree_given(arena, 0, VALUE_REFERENCE)),
        .order = &id,
        .order_count = 1,
        .limit = db_tree_value(arena, value_integer(VERIFY_SLICE), VALUE_INTEGER)};
    const DbPrinted *printed = NULL;
    return db_print_select(verification->db, verification->arena, &select, &printed, error) ? printed : NULL;
}

static bool read_rows(Slice *slice, const DbPrinted *printed, Error *error)
{
    Arena *arena = slice->verification->scratch;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value above = value_reference(slice->above);
    if (!db_query_printed(slice->verification->conn, &stmt, error, printed, &above, 1))
        return false;
    while (db_next(stmt, error)) {
        const Row *row = row_take(stmt, &slice->type->shape, arena);
        Row *at = VEC_PUSH(arena, &slice->rows);
        if (!row || !at)
            return error_memory(error);
        *at = *row;
    }
    if (db_broken(stmt))
        return false;
    bool is_last = slice->rows.len < VERIFY_SLICE;
    slice->to = is_last ? INT64_MAX : row_value(&slice->rows.at[slice->rows.len - 1], CITY_COLUMN_ID).integer;
    return true;
}

static Folded *folded_of(Slice *slice, int64_t id, Error *error)
{
    Arena *arena = slice->verification->scratch;
    if (slice->folded.len > 0 && slice->folded.at[slice->folded.len - 1].id == id)
        return &slice->folded.at[slice->folded.len - 1];
    Folded *folded = VEC_PUSH(arena, &slice->folded);
    if (!folded) {
        error_memory(error);
        return NULL;
    }
    folded->id = id;
    folded->values = arena_array(arena, slice->type->shape.count, sizeof(*folded->values));
    folded->is_erased = arena_array(arena, slice->type->shape.count, sizeof(*folded->is_erased));
    if (arena_failed(arena)) {
        error_memory(error);
        return NULL;
    }
    return folded;
}

/* Versions and times of the rows in the slice, as entries give them. */
static bool fold_entries(Slice *slice, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(slice->verification->conn, &stmt, error,
            "select row_id, row_version, instant from history where table_name = ?1 and row_id > ?2 "
            "and row_id <= ?3 order by row_id, row_version, id",
            value_text(slice->history), value_integer(slice->above), value_integer(slice->to)))
        return false;
    while (db_next(stmt, error)) {
        Folded *folded = folded_of(slice, db_integer(stmt, 0), error);
        if (!folded)
            return false;
        folded->has_gap = folded->has_gap || db_integer(stmt, 1) != folded->version + 1;
        folded->version = db_integer(stmt, 1);
        folded->changed = db_integer(stmt, 2);
        if (folded->entries++ == 0)
            folded->created = folded->changed;
    }
    return !db_broken(stmt);
}

/* Whether a value as history keeps it is that value of a column. */
static bool is_same(Value kept, Value value)
{
    if (value_is_missing(kept) || value_is_missing(value))
        return value_is_missing(kept) && value_is_missing(value);
    if (kept.type == VALUE_TEXT)
        return !value_type_is_integer(value.type) && str_equal(kept.text, value.text);
    return value_type_is_integer(value.type) && kept.integer == value.integer;
}

/* The present row of the statement: version, field, before, after, whether a salt is kept. */
static bool fold_value(Slice *slice, Folded *folded, DbStmt *stmt, Error *error)
{
    Verification *verification = slice->verification;
    const CityLineage *lineage = &verification->lineage;
    int64_t epoch = db_integer(stmt, 8);
    Str then = db_text(stmt, 2), now_called = city_lineage_column(lineage, epoch, slice->history, then);
    ptrdiff_t column = now_called.len > 0 ? row_column(&slice->type->shape, now_called) : -1;
    if (column < 0) /* the reason, or a field that the declaration has no more */
        return true;
    Arena *arena = verification->scratch;
    Value before =
        city_lineage_value(lineage, arena, epoch, slice->history, then, history_read_value(stmt, 3));
    Value after =
        city_lineage_value(lineage, arena, epoch, slice->history, then, history_read_value(stmt, 5));
    Value *now = &folded->values[column];
    bool is_erased = db_is_missing(stmt, 7), was_erased = folded->is_erased[column];
    bool follows = is_erased || was_erased || is_same(*now, before);
    *now = after.type == VALUE_TEXT ? value_text(arena_str(verification->scratch, after.text)) : after;
    folded->is_erased[column] = is_erased;
    if (follows)
        return true;
    return verify_problem(verification, error, VERIFY_RECORD,
        "%.*s: version %lld of its history changes '%.*s' from something that it was not",
        STR_ARGS(verify_row_name(verification->scratch, slice->type, folded->id)),
        (long long)db_integer(stmt, 1), STR_ARGS(db_text(stmt, 2)));
}

static bool fold_values(Slice *slice, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(slice->verification->conn, &stmt, error,
            "select h.row_id, h.row_version, v.field, v.before_number, v.before_text, v.after_number, "
            "v.after_text, v.salt, coalesce(h.declaration_id, 0) from history h join history_value v on "
            "v.history_id = h.id "
            "where h.table_name = ?1 and h.row_id > ?2 and h.row_id <= ?3 "
            "order by h.row_id, h.row_version, h.id, v.field",
            value_text(slice->history), value_integer(slice->above), value_integer(slice->to)))
        return false;
    size_t at = 0;
    while (db_next(stmt, error)) {
        while (at < slice->folded.len && slice->folded.at[at].id != db_integer(stmt, 0))
            at++;
        assert(at < slice->folded.len && "values are read of the rows whose entries were read");
        if (!fold_value(slice, &slice->folded.at[at], stmt, error))
            return false;
    }
    return !db_broken(stmt) && (!arena_failed(slice->verification->scratch) || error_memory(error));
}

/* --- comparing ----------------------------------------------------------------------------------- */

static bool compare_times(
    Verification *verification, Str name, const Row *row, const Folded *folded, Error *error)
{
    int64_t version = row_value(row, CITY_COLUMN_VERSION).integer;
    if ((folded->has_gap || version != folded->version) &&
        !verify_problem(verification, error, VERIFY_RECORD,
            "%.*s: it is version %lld, and its history has %zu entries up to version %lld", STR_ARGS(name),
            (long long)version, folded->entries, (long long)folded->version))
        return false;
    if (row_value(row, CITY_COLUMN_CREATED_AT).integer == folded->created &&
        row_value(row, CITY_COLUMN_CHANGED_AT).integer == folded->changed)
        return true;
    return verify_problem(verification, error, VERIFY_RECORD,
        "%.*s: when it was made and changed is not what its history says", STR_ARGS(name));
}

static bool compare_row(Slice *slice, const Row *row, const Folded *folded, Error *error)
{
    Verification *verification = slice->verification;
    Str name = verify_row_name(verification->scratch, slice->type, folded->id);
    if (!compare_times(verification, name, row, folded, error))
        return false;
    for (size_t i = 0; i < row->shape->count; i++) {
        Value expected = folded->is_erased[i] ? value_missing() : folded->values[i];
        if (history_covers_column(i) && !is_same(expected, row_value(row, i)) &&
            !verify_problem(verification, error, VERIFY_RECORD, "%.*s: '%.*s' is not what its history says",
                STR_ARGS(name), STR_ARGS(row->shape->columns[i].name)))
            return false;
    }
    return true;
}

static bool note_alone(Slice *slice, int64_t id, const char *words, Error *error)
{
    Str name = verify_row_name(slice->verification->scratch, slice->type, id);
    return verify_problem(slice->verification, error, VERIFY_RECORD, "%.*s: %s", STR_ARGS(name), words);
}

/* Both are in order of id: a merge. */
static bool compare_slice(Slice *slice, Error *error)
{
    size_t f = 0;
    for (size_t r = 0; r < slice->rows.len || f < slice->folded.len;) {
        const Folded *folded = f < slice->folded.len ? &slice->folded.at[f] : NULL;
        const Row *row = r < slice->rows.len ? &slice->rows.at[r] : NULL;
        int64_t id = row ? row_value(row, CITY_COLUMN_ID).integer : INT64_MAX;
        if (folded && (!row || folded->id < id)) {
            if (!note_alone(slice, folded->id, "its history is there, the record is not", error))
                return false;
            f++;
        } else if (!folded || id < folded->id) {
            if (!note_alone(slice, id, "the record is there without any history", error))
                return false;
            r++;
        } else {
            if (!compare_row(slice, row, folded, error))
                return false;
            f++, r++;
        }
    }
    slice->verification->out->records += slice->rows.len;
    return true;
}

static bool verify_type(Verification *verification, const CityRecordType *type, Error *error)
{
    arena_clear(verification->scratch);
    const DbPrinted *printed = print_rows(verification, type, error);
    int64_t above = 0;
    if (!printed)
        return false;
    while (above < INT64_MAX) {
        arena_clear(verification->scratch);
        Slice slice = {.verification = verification, .type = type, .above = above};
        if (!city_history_table(
                verification->conn, verification->scratch, type->table, &slice.history, error))
            return false;
        if (!read_rows(&slice, printed, error) || !fold_entries(&slice, error) ||
            !fold_values(&slice, error) || !compare_slice(&slice, error))
            return false;
        above = slice.to;
    }
    return true;
}

bool verify_records(Verification *verification, Error *error)
{
    return verify_each_type(verification, verify_type, error);
}
