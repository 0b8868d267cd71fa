/* record/load.c: rows of a CSV file become drafts, and these records: tried first, then written.
 *
 * The actor is a job of the program, so no rule of access is asked; everything else that holds for people
 * holds for files: types, required, checks, places, history.
 */
#include "record/load.h"

#include "base/csv.h"
#include "base/near.h"
#include "plan/encoding.h"
#include "record/record_internal.h"

enum { SLICE_ARENA_MAX = 256 << 20, COLUMN_IS_ABOUT = -1 };

typedef struct Loading {
    Door *door;
    Arena *arena;
    const RecordLoad *load;
    RecordLoaded *out;
    CsvRow header;
    ptrdiff_t *columns; /* for each column of the file: the field's index, or COLUMN_IS_ABOUT */
    VEC_OF(RecordDraft) drafts;
    VEC_OF(long) lines; /* of each draft */
} Loading;

static bool add_problem(Loading *loading, long line, Str column, Str words, Error *error)
{
    RecordLoaded *out = loading->out;
    if (out->problem_count++ >= RECORD_LOAD_PROBLEMS_MAX)
        return true;
    RecordLoadProblem *problem = VEC_PUSH(loading->arena, &out->problems);
    if (!problem)
        return error_memory(error);
    *problem = (RecordLoadProblem){.line = line, .column = column, .words = words};
    return true;
}

/* --- the header ---------------------------------------------------------------------------------- */

static bool is_called(Str text, Str name, const Titled *title)
{
    bool is = str_equal(text, name);
    for (int language = 0; language < LANGUAGE_COUNT; language++)
        is |= title->in[language].len > 0 && str_equal(text, title->in[language]);
    return is;
}

/* The field's index, COLUMN_IS_ABOUT, or -2 for a name that says nothing. */
static ptrdiff_t find_column(const CityRecordType *type, Str name)
{
    for (size_t i = 0; i < type->fields.len; i++)
        if (is_called(name, type->fields.at[i].name, &type->fields.at[i].title))
            return (ptrdiff_t)i;
    bool is_about = type->about &&
                    (str_equal(name, S("about")) || is_called(name, type->about->name, &type->about->title));
    return is_about ? COLUMN_IS_ABOUT : -2;
}

static Str unknown_column(Loading *loading, Str name)
{
    const CityRecordType *type = loading->load->type;
    const char **known = arena_array(loading->arena, type->fields.len + 1, sizeof(char *));
    for (size_t i = 0; known && i < type->fields.len; i++)
        known[i] = arena_str(loading->arena, type->fields.at[i].name).at;
    const char *near = known ? near_word(name, known, type->fields.len) : NULL;
    return arena_printf(loading->arena, "%.*s has no such field%s%s%s", STR_ARGS(type->name),
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool read_header(Loading *loading, Error *error)
{
    const size_t count = loading->header.cells.len;
    loading->columns = arena_array(loading->arena, count, sizeof(ptrdiff_t));
    if (!loading->columns)
        return error_memory(error);
    for (size_t i = 0; i < count; i++) {
        Str name = loading->header.cells.at[i] = str_trim(loading->header.cells.at[i]);
        loading->columns[i] = find_column(loading->load->type, name);
        if (loading->columns[i] < COLUMN_IS_ABOUT &&
            !add_problem(loading, loading->header.line, name, unknown_column(loading, name), error))
            return false;
        for (size_t k = 0; k < i; k++)
            if (loading->columns[k] == loading->columns[i] && loading->columns[i] >= COLUMN_IS_ABOUT &&
                !add_problem(loading, loading->header.line, name, S("the file has this field twice"), error))
                return false;
    }
    return true;
}

/* --- rows ---------------------------------------------------------------------------------------- */

static bool add_draft(Loading *loading, const CsvRow *row, Error *error)
{
    const size_t count = loading->header.cells.len;
    RecordDraft *draft = VEC_PUSH(loading->arena, &loading->drafts);
    long *line = VEC_PUSH(loading->arena, &loading->lines);
    RecordInput *inputs = arena_array(loading->arena, count, sizeof(RecordInput));
    if (!draft || !line || !inputs)
        return error_memory(error);
    *line = row->line;
    *draft = (RecordDraft){.type = loading->load->type, .inputs = inputs};
    if (row->cells.len != count)
        return add_problem(loading, row->line, STR_EMPTY,
            arena_printf(loading->arena, "%zu fields, where the first row has %zu", row->cells.len, count),
            error);
    for (size_t i = 0; i < count; i++) {
        if (loading->columns[i] == COLUMN_IS_ABOUT)
            draft->about = str_trim(row->cells.at[i]);
        else if (loading->columns[i] >= 0)
            inputs[draft->input_count++] = (RecordInput){
                .field = loading->load->type->fields.at[loading->columns[i]].name, .text = row->cells.at[i]};
    }
    return true;
}

static bool read_rows(Loading *loading, Str text, Error *error)
{
    CsvRows rows = {0};
    if (!csv_read(loading->arena, text, loading->load->file, &rows, error))
        return false;
    if (rows.len == 0)
        return error_set(error, ERROR_INPUT, "the file is empty; its first row names the fields");
    loading->header = rows.at[0];
    if (!read_header(loading, error))
        return false;
    for (size_t i = 1; i < rows.len; i++)
        if (!add_draft(loading, &rows.at[i], error))
            return false;
    return true;
}

/* --- what was wrong ------------------------------------------------------------------------------ */

static const char *const fault_words[RECORD_FAULT_KIND_COUNT] = {
    [RECORD_FAULT_REQUIRED] = "a value is needed",
    [RECORD_FAULT_NOT_OF_TYPE] = "this is no",
    [RECORD_FAULT_TOO_SMALL] = "this is too small; the least is",
    [RECORD_FAULT_TOO_LARGE] = "this is too large; the greatest is",
    [RECORD_FAULT_TOO_LONG] = "this is too long; characters at most:",
    [RECORD_FAULT_NO_SUCH_CHOICE] = "this is none of the choices",
    [RECORD_FAULT_NO_SUCH_RECORD] = "there is no such record",
    [RECORD_FAULT_CHECK] = "the field's check says no",
    [RECORD_FAULT_NOT_WRITABLE] = "this is computed, or not there for such a record: leave it empty",
    [RECORD_FAULT_UNKNOWN_FIELD] = "there is no such field",
    [RECORD_FAULT_FULL] = "there is no place left",
    [RECORD_FAULT_GROUP_FULL] = "the others of its group have places, and there is none for this one",
    [RECORD_FAULT_TWICE] = "there is such an application already",
};

static Str print_fault(Loading *loading, const RecordFault *fault)
{
    Arena *arena = loading->arena;
    const char *words = fault_words[fault->kind];
    const CityField *field = fault->field;
    if (fault->kind == RECORD_FAULT_NOT_OF_TYPE && field)
        return arena_printf(arena, "%s %s", words, city_field_type_name(field->type));
    if (fault->kind == RECORD_FAULT_CHECK && field && field->says.in[LANGUAGE_EN].len > 0)
        return field->says.in[LANGUAGE_EN];
    if (fault->limit.type == VALUE_MISSING || !field)
        return str_of(words);
    FormulaType type =
        fault->kind == RECORD_FAULT_TOO_LONG ? (FormulaType){.kind = FORMULA_INTEGER} : field->formula;
    Str limit = formula_value_print(arena, fault->limit, &type, NULL, LANGUAGE_EN);
    return arena_printf(arena, "%s %.*s", words, STR_ARGS(limit));
}

/* The file's own name for the column a field came from. */
static Str column_of(const Loading *loading, const CityField *field)
{
    for (size_t i = 0; field && i < loading->header.cells.len; i++)
        if (loading->columns[i] == field - loading->load->type->fields.at)
            return loading->header.cells.at[i];
    return field ? field->name : STR_EMPTY;
}

static bool add_faults(Loading *loading, size_t first, const RecordFaults *faults, Error *error)
{
    for (size_t i = 0; i < faults->len; i++) {
        const RecordFault *fault = &faults->at[i];
        if (!add_problem(loading, loading->lines.at[first + fault->item], column_of(loading, fault->field),
                print_fault(loading, fault), error))
            return false;
    }
    return true;
}

/* --- trying and writing -------------------------------------------------------------------------- */

/* All drafts, portion by portion; a trial goes on behind what is wrong. */
static bool run(Loading *loading, const Clock *clock, bool is_trial, Error *error)
{
    AUTO_ARENA arena = arena_new(SLICE_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    const Asking asking = {.actor = actor_of_job("record load"), .clock = *clock, .arena = arena};
    for (size_t at = 0; at < loading->drafts.len; at += RECORD_CREATE_MAX) {
        size_t left = loading->drafts.len - at, count = left < RECORD_CREATE_MAX ? left : RECORD_CREATE_MAX;
        RecordFaults faults = {0};
        arena_clear(arena);
        RecordMade *made = arena_array(arena, count, sizeof(RecordMade));
        if (!made)
            return error_memory(error);
        bool done = record_create_or_try(
            loading->door, &asking, loading->drafts.at + at, count, is_trial, made, &faults, error);
        if (!done && faults.len == 0)
            return false;
        if (!add_faults(loading, at, &faults, error))
            return false;
        if (!done && !is_trial)
            return error_set(error, ERROR_INPUT, "written: the first %zu rows; then something was wrong", at);
        loading->out->rows = at + count;
    }
    return true;
}

/* UTF-8, else CP932, unless somebody said what it is. What is neither is told as what it looks like. */
static bool read_text(Arena *arena, const RecordLoad *load, Str *out, Error *error)
{
    Error other = {0};
    if (text_to_utf8(arena, load->bytes, load->encoding, out, error))
        return true;
    return load->encoding.len == 0 && error->code == ERROR_INPUT &&
           text_to_utf8(arena, load->bytes, S("cp932"), out, &other);
}

bool record_load(
    Door *door, const Clock *clock, Arena *arena, const RecordLoad *load, RecordLoaded *out, Error *error)
{
    Loading loading = {.door = door, .arena = arena, .load = load, .out = out};
    Str text;
    *out = (RecordLoaded){0};
    if (!read_text(arena, load, &text, error) || !read_rows(&loading, text, error))
        return false;
    if (out->problem_count == 0 && !run(&loading, clock, true, error))
        return false;
    if (out->problem_count > 0) {
        out->rows = 0;
        return error_set(
            error, ERROR_INPUT, "nothing was written; wrong in the file: %zu", out->problem_count);
    }
    return load->is_trial || run(&loading, clock, false, error);
}
