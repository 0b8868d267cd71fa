/* record/list.c: lists of records: only what the actor may read is found, counted and paged.
 *
 * Access and filters become one condition, so total and page come from the same rows. Words are looked for in
 * the type's own texts and in those of what its records refer to: in few rows one by one, so that what others
 * may read makes no difference to it; else in the search index, and what was found is asked in portions under
 * the same condition, as a query takes a limited number of values.
 */
#include "record/protect.h"

#include "base/utf8.h"

enum {
    FEW = 300,         /* rows that are compared one by one */
    PORTION = 100,     /* ids in one query */
    REFERRED_MAX = 500 /* found records that others refer to */
};

typedef struct Listing {
    Door *door;
    DbConn *conn;
    Arena *arena;
    const RecordQuery *query;
    Sight sight;
    CitySet set;
    const DbTree *where; /* NULL: all */
    bool none;           /* there can be none */
} Listing;

/* --- the condition ------------------------------------------------------------------------------- */

static bool add_condition(Listing *listing, const DbTree *tree, Error *error)
{
    if (!tree)
        return error_memory(error);
    listing->where = listing->where ? db_tree_call(listing->arena, DB_AND, listing->where, tree) : tree;
    return listing->where || error_memory(error);
}

static const DbTree *column_is(Listing *listing, size_t column, Value value)
{
    const DbTree *constant = db_tree_value(listing->arena, value, value.type);
    return db_tree_call(listing->arena, DB_EQUAL, city_set_column(&listing->set, column), constant);
}

/* column in (ids), as many operations as it takes. */
static const DbTree *column_in(Listing *listing, size_t column, const int64_t *ids, size_t count)
{
    const DbTree *parts[DB_TREE_ARGUMENTS_MAX], *group[DB_TREE_ARGUMENTS_MAX];
    size_t part_count = 0, at = 0;
    do {
        size_t length = 1;
        group[0] = city_set_column(&listing->set, column);
        while (at < count && length < COUNT_OF(group))
            group[length++] = db_tree_value(listing->arena, value_reference(ids[at++]), VALUE_REFERENCE);
        assert(part_count < COUNT_OF(parts) && "a portion of ids fits a query");
        parts[part_count++] = db_tree_operation(listing->arena, DB_IN, length, group);
    } while (at < count);
    return db_tree_operation(listing->arena, DB_OR, part_count, parts);
}

/* What belongs to the actor's own persons: records about them or that name them; she herself and they, in the
 * register. */
static bool add_mine(Listing *listing, Error *error)
{
    const CityRecordType *type = listing->query->type, *person = listing->door->city->registers.person;
    int64_t me = listing->sight.asking->actor.person;
    FormulaIds wards = sight_mine(&listing->sight);
    int64_t *ids = arena_array(listing->arena, wards.count + 1, sizeof(int64_t));
    const DbTree *any = NULL;
    if (!ids)
        return error_memory(error);
    if (wards.count >= PORTION)
        return error_set(error, ERROR_LIMIT, "somebody is guardian of at most %d persons", PORTION - 1);
    ids[0] = me;
    for (size_t i = 0; i < wards.count; i++)
        ids[i + 1] = wards.ids[i];
    for (size_t column = 0; me > 0 && column < type->shape.count; column++) {
        const CityField *field = city_field_of_column(type, column);
        if (column_leads_to(type, column) != person ||
            (field && !access_field_is_given(type, field, &listing->sight.asking->actor, ACCESS_READ)))
            continue;
        const DbTree *tree = column_in(listing, column, ids, wards.count + 1);
        any = any ? db_tree_call(listing->arena, DB_OR, any, tree) : tree;
    }
    listing->none |= any == NULL;
    return !any || add_condition(listing, any, error);
}

static bool add_about(Listing *listing, Error *error)
{
    const CityRecordType *type = NULL;
    const Row *row = sight_find(&listing->sight, listing->query->about, &type, error);
    if (!row)
        return false;
    if (type != listing->query->type->about)
        return error_set(error, ERROR_NOT_FOUND, "there is no such record");
    return add_condition(
        listing, column_is(listing, CITY_COLUMN_ABOUT, row_value(row, CITY_COLUMN_ID)), error);
}

static bool make_condition(Listing *listing, Error *error)
{
    const RecordQuery *query = listing->query;
    const Asking *asking = listing->sight.asking;
    access_set_init(&listing->set, &listing->sight, query->type, listing->arena);
    const DbTree *barred = NULL;
    if (!access_tree(&listing->set, asking, ACCESS_READ, &listing->where, &listing->none, error) ||
        !protection_bar_tree(&listing->set, &listing->sight, &barred, error) ||
        (barred && !add_condition(listing, barred, error)))
        return false;
    if (query->about.len > 0 && !add_about(listing, error))
        return false;
    if (query->state.len > 0 &&
        !add_condition(listing, column_is(listing, CITY_COLUMN_STATE, value_text(query->state)), error))
        return false;
    return (!query->is_mine || add_mine(listing, error)) && sight_ok(&listing->sight, error);
}

/* --- asking -------------------------------------------------------------------------------------- */

static const DbTree *and_where(Listing *listing, const DbTree *more)
{
    if (!more || !listing->where)
        return more ? more : listing->where;
    return db_tree_call(listing->arena, DB_AND, listing->where, more);
}

static bool ask(
    Listing *listing, DbSelect *select, const Value *given, size_t count, DbStmt **stmt, Error *error)
{
    const DbPrinted *printed = NULL;
    city_set_select(&listing->set, select);
    if (arena_failed(listing->arena))
        return error_memory(error); /* names of the tree may be cut short */
    return db_print_select(listing->door->db, listing->arena, select, &printed, error) &&
           db_query_printed(listing->conn, stmt, error, printed, given, count);
}

static bool count_rows(Listing *listing, size_t *total, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    DbSelect select = {.where = listing->where, .grouped = true};
    if (!ask(listing, &select, NULL, 0, &stmt, error))
        return false;
    if (db_next(stmt, error))
        *total = (size_t)db_integer(stmt, 0);
    return !db_broken(stmt);
}

typedef VEC_OF(Row *) Rows;

/* All columns of the rows that meet the condition and `more`, added to `rows`. limit 0: no limit. */
static bool read_rows(
    Listing *listing, const DbTree *more, size_t offset, size_t limit, Rows *rows, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const RowShape *shape = &listing->query->type->shape;
    const DbTree **columns = arena_array(listing->arena, shape->count, sizeof(*columns));
    for (size_t i = 0; columns && i < shape->count; i++)
        columns[i] = city_set_column(&listing->set, i);
    if (!columns)
        return error_memory(error);
    const DbTree *by_receipt[] = {columns[CITY_COLUMN_RECEIPT], columns[CITY_COLUMN_ID]};
    bool newest = listing->query->newest_first;
    DbSelect select = {.columns = columns,
        .column_count = shape->count,
        .where = and_where(listing, more),
        .order = newest ? &columns[CITY_COLUMN_ID] : by_receipt,
        .order_count = newest ? 1 : COUNT_OF(by_receipt),
        .descending = newest};
    if (limit > 0) {
        select.limit = db_tree_given(listing->arena, 0, VALUE_INTEGER);
        select.offset = db_tree_given(listing->arena, 1, VALUE_INTEGER);
    }
    const Value given[] = {value_integer((int64_t)limit), value_integer((int64_t)offset)};
    if (!ask(listing, &select, given, limit > 0 ? COUNT_OF(given) : 0, &stmt, error))
        return false;
    while (db_next(stmt, error)) {
        Row *row = row_take(stmt, shape, listing->arena), **at = VEC_PUSH(listing->arena, rows);
        if (!row || !at)
            return error_memory(error);
        *at = row;
    }
    return !db_broken(stmt);
}

/* --- words --------------------------------------------------------------------------------------- */

typedef VEC_OF(int64_t) Ids;

static bool add_ids(Arena *arena, Ids *ids, const int64_t *more, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t *at = VEC_PUSH(arena, ids);
        if (!at)
            return false;
        *at = more[i];
    }
    return true;
}

static bool too_many(Error *error)
{
    return error_set(
        error, ERROR_LIMIT, "more than %d records hold these words; write one more word", RECORD_SEARCH_MAX);
}

/* Ids of the type whose texts hold the words. */
static bool search_type(
    Listing *listing, const CityRecordType *type, size_t limit, Ids *out, bool *more, Error *error)
{
    int64_t *ids = NULL;
    size_t count = 0, total = 0;
    if (!db_search(listing->conn, RECORD_SEARCH_INDEX, door_type(listing->door, type)->scope,
            listing->query->words, 0, limit, listing->arena, &ids, &count, &total, error))
        return false;
    *more = total > count;
    return add_ids(listing->arena, out, ids, count) || error_memory(error);
}

/* Whether the index may hold texts of the row that the actor is not shown: what locates somebody protected,
 * and what stood there before a field was narrowed. */
static bool is_doubtful(Listing *listing, const CityRecordType *type, const Row *row)
{
    return type->has_narrowed || protection_hides(&listing->sight, type, row);
}

/* Of what the index found by texts that are hidden, nothing was found. */
static bool is_found(Listing *listing, const CityRecordType *type, const Row *row, bool *found, Error *error)
{
    *found = true;
    return !is_doubtful(listing, type, row) ||
           search_holds(
               type, row, protection_hides(&listing->sight, type, row), listing->query->words, found, error);
}

/* Ids of records whose `column` leads to one that holds the words and that the actor may read. */
static bool search_referred(Listing *listing, size_t column, Ids *out, Error *error)
{
    const CityRecordType *to = column_leads_to(listing->query->type, column);
    Ids found = {0}, readable = {0};
    bool more = false;
    if (!search_type(listing, to, REFERRED_MAX, &found, &more, error))
        return false;
    if (more)
        return too_many(error);
    for (size_t i = 0; i < found.len; i++) {
        const Row *row = sight_row(&listing->sight, to, found.at[i]);
        bool is = row && access_allows(&listing->sight, to, row, ACCESS_READ);
        if (is && !is_found(listing, to, row, &is, error))
            return false;
        if (is && !add_ids(listing->arena, &readable, &found.at[i], 1))
            return error_memory(error);
    }
    for (size_t at = 0; at < readable.len; at += PORTION) {
        size_t count = readable.len - at < PORTION ? readable.len - at : PORTION;
        Rows rows = {0};
        if (!read_rows(listing, column_in(listing, column, readable.at + at, count), 0, RECORD_SEARCH_MAX + 1,
                &rows, error))
            return false;
        for (size_t i = 0; i < rows.len; i++)
            if (!add_ids(listing->arena, out, &rows.at[i]->values[CITY_COLUMN_ID].integer, 1))
                return error_memory(error);
    }
    return sight_ok(&listing->sight, error);
}

/* Whoever reads a record sees where it leads. */
static bool is_shown_reference(const CityField *field)
{
    return field->type == CITY_FIELD_REFERENCE && !field->sensitive && !field->when &&
           field->read_by.len == 0;
}

static int by_id(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Ids of all records that hold the words, or refer to one that does, each once. */
static bool find_words(Listing *listing, Ids *ids, Error *error)
{
    const CityRecordType *type = listing->query->type;
    bool more = false;
    if (!search_type(listing, type, RECORD_SEARCH_MAX, ids, &more, error))
        return false;
    if (more)
        return too_many(error);
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        if (is_shown_reference(field) &&
            access_is_given(field->record, &listing->sight.asking->actor, ACCESS_READ) &&
            !search_referred(listing, field->column, ids, error))
            return false;
    }
    if (ids->len == 0)
        return true;
    qsort(ids->at, ids->len, sizeof(int64_t), by_id);
    size_t kept = 1;
    for (size_t i = 1; i < ids->len; i++)
        if (ids->at[i] != ids->at[kept - 1])
            ids->at[kept++] = ids->at[i];
    ids->len = kept;
    return kept <= RECORD_SEARCH_MAX || too_many(error);
}

static int by_receipt(const void *a, const void *b)
{
    const Row *left = *(Row *const *)a, *right = *(Row *const *)b;
    int64_t l = left->values[CITY_COLUMN_RECEIPT].integer, r = right->values[CITY_COLUMN_RECEIPT].integer;
    if (l != r)
        return (l > r) - (l < r);
    return by_id(&left->values[CITY_COLUMN_ID].integer, &right->values[CITY_COLUMN_ID].integer);
}

static int newest_first(const void *a, const void *b)
{
    return by_id(&(*(Row *const *)b)->values[CITY_COLUMN_ID].integer,
        &(*(Row *const *)a)->values[CITY_COLUMN_ID].integer);
}

/* Whether the row holds the words, or refers to a record that does and that the actor may read. */
static bool row_holds(Listing *listing, const Row *row, bool *holds, Error *error)
{
    const CityRecordType *type = listing->query->type;
    bool is_hidden = protection_hides(&listing->sight, type, row);
    if (!search_holds(type, row, is_hidden, listing->query->words, holds, error))
        return false;
    for (size_t i = 0; i < type->fields.len && !*holds; i++) {
        const CityField *field = &type->fields.at[i];
        Value value = row_value(row, field->column);
        if (!is_shown_reference(field) || value.type != VALUE_REFERENCE || (is_hidden && field->locates))
            continue;
        const Row *other = sight_row(&listing->sight, field->record, value.integer);
        if (other && access_allows(&listing->sight, field->record, other, ACCESS_READ) &&
            !search_holds(field->record, other, protection_hides(&listing->sight, field->record, other),
                listing->query->words, holds, error))
            return false;
    }
    return sight_ok(&listing->sight, error);
}

/* Rows that hold the words only where they are hidden are not found. */
static bool drop_hidden(Listing *listing, Rows *rows, Error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->len; i++) {
        bool holds = true;
        if (is_doubtful(listing, listing->query->type, rows->at[i]) &&
            !row_holds(listing, rows->at[i], &holds, error))
            return false;
        if (holds)
            rows->at[kept++] = rows->at[i];
    }
    rows->len = kept;
    return sight_ok(&listing->sight, error);
}

static bool read_few(Listing *listing, Rows *rows, Error *error)
{
    Rows all = {0};
    if (!read_rows(listing, NULL, 0, 0, &all, error))
        return false;
    for (size_t i = 0; i < all.len; i++) {
        bool holds = false;
        if (!row_holds(listing, all.at[i], &holds, error))
            return false;
        Row **at = holds ? VEC_PUSH(listing->arena, rows) : NULL;
        if (at)
            *at = all.at[i];
        else if (holds)
            return error_memory(error);
    }
    return true;
}

static bool read_indexed(Listing *listing, Rows *rows, Error *error)
{
    Ids ids = {0};
    if (!find_words(listing, &ids, error))
        return false;
    for (size_t at = 0; at < ids.len; at += PORTION) {
        size_t count = ids.len - at < PORTION ? ids.len - at : PORTION;
        if (!read_rows(listing, column_in(listing, CITY_COLUMN_ID, ids.at + at, count), 0, 0, rows, error))
            return false;
    }
    return drop_hidden(listing, rows, error);
}

/* The page of the rows that hold the words. */
static bool read_found(Listing *listing, Rows *page, size_t *total, Error *error)
{
    const RecordQuery *query = listing->query;
    Rows rows = {0};
    size_t readable = 0;
    if (!count_rows(listing, &readable, error))
        return false;
    if (!(readable <= FEW ? read_few(listing, &rows, error) : read_indexed(listing, &rows, error)))
        return false;
    if (rows.len > 0)
        qsort(rows.at, rows.len, sizeof(Row *), query->newest_first ? newest_first : by_receipt);
    *total = rows.len;
    for (size_t i = query->offset; i < rows.len && page->len < query->limit; i++) {
        Row **at = VEC_PUSH(listing->arena, page);
        if (!at)
            return error_memory(error);
        *at = rows.at[i];
    }
    return true;
}

/* --- lists --------------------------------------------------------------------------------------- */

static bool build_list(Listing *listing, const Rows *rows, bool with_sensitive, RecordList *out, Error *error)
{
    for (size_t i = 0; i < rows->len; i++) {
        Record *record = record_build(&listing->sight, listing->query->type, rows->at[i], with_sensitive);
        Record **at = record ? VEC_PUSH(listing->arena, &out->at) : NULL;
        if (!at)
            return sight_ok(&listing->sight, error) && error_memory(error);
        *at = record;
    }
    return sight_ok(&listing->sight, error);
}

bool record_list(Door *door, DbConn *conn, const Asking *asking, const RecordQuery *query,
    bool with_sensitive, RecordList *out, Error *error)
{
    RecordQuery bounded = *query;
    Listing listing = {.door = door, .conn = conn, .arena = asking->arena, .query = &bounded};
    Rows rows = {0};
    *out = (RecordList){0};
    if (bounded.limit > RECORD_LIST_MAX)
        bounded.limit = RECORD_LIST_MAX;
    bounded.words = str_trim(query->words);
    sight_init(&listing.sight, door, conn, asking->arena, asking);
    if (!make_condition(&listing, error))
        return false;
    if (listing.none)
        return true;
    bool read = bounded.words.len > 0
                    ? read_found(&listing, &rows, &out->total, error)
                    : count_rows(&listing, &out->total, error) &&
                          (bounded.limit == 0 || bounded.offset >= out->total ||
                              read_rows(&listing, NULL, bounded.offset, bounded.limit, &rows, error));
    return read && build_list(&listing, &rows, with_sensitive, out, error);
}
