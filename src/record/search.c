/* record/search.c: which texts of a record words are looked for in, and whether they hold them.
 *
 * Only fields that everybody who reads the record reads too: not what is sensitive or has `read_by`, nor what
 * is there at times only. The texts stand in one search index, a scope for each record type; a few rows are
 * compared here by the same rule (db/db.h): every word, after folding. The index holds what locates too: what
 * is found of protected persons is compared here again without it (list.c).
 */
#include "record/record_internal.h"

#include "base/buf.h"
#include "base/fold.h"

enum { SEARCH_TEXT_MAX = 4 << 20 };

static bool is_searched(const CityField *field)
{
    switch (field->type) {
    case CITY_FIELD_TEXT:
    case CITY_FIELD_PARAGRAPH:
    case CITY_FIELD_EMAIL:
    case CITY_FIELD_PHONE:
    case CITY_FIELD_POSTAL_CODE:
        return !field->sensitive && !field->when && field->read_by.len == 0;
    default:
        return false;
    }
}

static bool texts_changed(const CityRecordType *type, const Row *before, const Row *after)
{
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        Value old = before ? row_value(before, field->column) : value_missing();
        if (is_searched(field) && !value_same(old, row_value(after, field->column)))
            return true;
    }
    return false;
}

/* The texts, a line each. */
static bool print_texts(Buf *out, const CityRecordType *type, const Row *row, bool is_hidden, Error *error)
{
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        Value value = row_value(row, field->column);
        if (!is_searched(field) || value.type != VALUE_TEXT || (is_hidden && field->locates))
            continue;
        buf_add(out, value.text);
        buf_add_byte(out, '\n');
    }
    return !out->failed || error_memory(error);
}

bool search_keep(Work *work, const CityRecordType *type, const Row *before, const Row *after, Error *error)
{
    AUTO_BUF text;
    buf_init(&text, SEARCH_TEXT_MAX);
    if (!texts_changed(type, before, after))
        return true;
    return print_texts(&text, type, after, false, error) &&
           db_search_put(work->conn, RECORD_SEARCH_INDEX, door_type(work->door, type)->scope,
               row_value(after, CITY_COLUMN_ID).integer, buf_str(&text), error);
}

bool search_holds(
    const CityRecordType *type, const Row *row, bool is_hidden, Str words, bool *holds, Error *error)
{
    AUTO_BUF text;
    AUTO_ARENA arena = arena_new((size_t)256 << 20);
    *holds = false;
    buf_init(&text, SEARCH_TEXT_MAX);
    if (!arena)
        return error_memory(error);
    if (!print_texts(&text, type, row, is_hidden, error))
        return false;
    Str folded = text_fold(arena, buf_str(&text)), rest = text_fold(arena, words), word;
    bool all = rest.len > 0;
    while (rest.len > 0) {
        str_cut(rest, S(" "), &word, &rest);
        all &= str_contains(folded, word);
    }
    *holds = all;
    return !arena_failed(arena) || error_memory(error);
}
