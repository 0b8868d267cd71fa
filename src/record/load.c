/* record/load.c: rows of a CSV file become drafts, and these records: in one closure, all or none.
 *
 * The actor is a job of the program, so no rule of access is asked; everything else that holds for people
 * holds for files: types, required, checks, places, history. The closure goes through the file in portions,
 * so that memory stays bounded; when a portion is wrong, the rest is only tried, and everything is given up.
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
    Asking asking;
    /* Of one run of the closure: */
    Arena *run_arena;
    Map numbers;     /* number -> its line */
    Map taken;       /* ids of records that stand for a row of the file */
    int64_t last_id; /* the newest record of before */
    bool failed, is_complete;
    const DbPrinted *alike; /* all columns of rows whose alike_column is ?1, up to the id ?2; NULL: none */
    size_t alike_column;
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
            arena_printf(loading->arena,
                "%zu fields, where the first row has %zu; a text or number with a comma stands in quotes",
                row->cells.len, count),
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
    [RECORD_FAULT_NO_SUCH_RECORD] =
        "there is no such record; a code is whole, a number has its leading zeros and is no other's",
    [RECORD_FAULT_CHECK] = "the field's check says no",
    [RECORD_FAULT_NOT_WRITABLE] = "this is computed, or not there for such a record: leave it empty",
    [RECORD_FAULT_UNKNOWN_FIELD] = "there is no such field",
    [RECORD_FAULT_FULL] = "there is no place left",
    [RECORD_FAULT_GROUP_FULL] = "the others of its group have places, and there is none for this one",
    [RECORD_FAULT_TWICE] = "there is such an application already",
};

/* Behind "this is no date": how it is written. */
static const char *const remedies[CITY_FIELD_TYPE_COUNT] = {
    [CITY_FIELD_TEXT] = "; without line breaks or control characters",
    [CITY_FIELD_INTEGER] = "; as 1234, or \"1,234\" in quotes",
    [CITY_FIELD_DECIMAL] = "; as 12.5, with no more digits behind the point than the field has",
    [CITY_FIELD_YEN] = "; as 1234, or \"1,234\" in quotes",
    [CITY_FIELD_BOOLEAN] = "; as yes or no, 有 or 無",
    [CITY_FIELD_DATE] = "; as 2018-06-01 or 平成30年6月1日, a day that there is",
    [CITY_FIELD_TIME] = "; as 9:30",
    [CITY_FIELD_DATETIME] = "; as 2018-06-01 9:30",
    [CITY_FIELD_FISCAL_YEAR] = "; as 2018 or 平成30年度",
    [CITY_FIELD_EMAIL] = "; as name@example.jp",
    [CITY_FIELD_PHONE] = "; ten or eleven digits that begin with 0: a leading zero may have been lost",
    [CITY_FIELD_POSTAL_CODE] = "; seven digits: a leading zero may have been lost",
};

static Str print_fault(Loading *loading, const RecordFault *fault)
{
    Arena *arena = loading->arena;
    const char *words = fault_words[fault->kind];
    const CityField *field = fault->field;
    if (fault->kind == RECORD_FAULT_NOT_OF_TYPE && field)
        return arena_printf(arena, "%s %s%s", words, city_field_type_name(field->type),
            remedies[field->type] ? remedies[field->type] : "");
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

static bool add_faults(Loading *loading, const size_t *items, const RecordFaults *faults, Error *error)
{
    for (size_t i = 0; i < faults->len; i++) {
        const RecordFault *fault = &faults->at[i];
        if (!add_problem(loading, loading->lines.at[items[fault->item]], column_of(loading, fault->field),
                print_fault(loading, fault), error))
            return false;
    }
    return true;
}

/* --- what is there already ----------------------------------------------------------------------- */

/* Once for each load: how rows without a number are found again. */
static bool print_alike(Loading *loading, Error *error)
{
    const CityRecordType *type = loading->load->type;
    Arena *arena = loading->arena;
    const CityField *label = type->label >= 0 ? &type->fields.at[type->label] : NULL;
    loading->alike_column = type->about ? CITY_COLUMN_ABOUT : label ? label->column : 0;
    for (size_t i = 0; !type->about && i < loading->header.cells.len; i++) {
        const CityField *field = loading->columns[i] >= 0 ? &type->fields.at[loading->columns[i]] : NULL;
        if (field && field->type == CITY_FIELD_REFERENCE) {
            loading->alike_column = field->column;
            break;
        }
    }
    if (loading->alike_column == 0)
        return true;
    const DbTree **columns = arena_array(arena, type->shape.count, sizeof(*columns));
    for (size_t i = 0; columns && i < type->shape.count; i++)
        columns[i] =
            db_tree_column(arena, type->table, type->shape.columns[i].name, type->shape.columns[i].type);
    if (!columns)
        return error_memory(error);
    const ValueType wanted = type->shape.columns[loading->alike_column].type;
    const DbTree *is_like =
        db_tree_call(arena, DB_EQUAL, columns[loading->alike_column], db_tree_given(arena, 0, wanted));
    const DbTree *is_old =
        db_tree_call(arena, DB_LESS_EQUAL, columns[CITY_COLUMN_ID], db_tree_given(arena, 1, VALUE_REFERENCE));
    const DbSelect select = {.table = type->table,
        .columns = columns,
        .column_count = type->shape.count,
        .where = db_tree_call(arena, DB_AND, is_like, is_old),
        .order = &columns[CITY_COLUMN_ID],
        .order_count = 1};
    return db_print_select(loading->door->db, arena, &select, &loading->alike, error);
}

/* Whether two rows have the same in all columns of the file. */
static bool is_alike(const Loading *loading, const Row *row, const Row *other)
{
    const CityRecordType *type = loading->load->type;
    for (size_t i = 0; i < loading->header.cells.len; i++) {
        size_t column = loading->columns[i] >= 0 ? type->fields.at[loading->columns[i]].column
                                                 : (size_t)CITY_COLUMN_ABOUT;
        if (!value_same(row_value(row, column), row_value(other, column)))
            return false;
    }
    return true;
}

/* Each record of before stands for one row of the file. */
static bool take(Loading *loading, int64_t id)
{
    Str key = arena_printf(loading->run_arena, "%lld", (long long)id);
    return !map_get(&loading->taken, key) && map_put(&loading->taken, key, loading);
}

/* For CreateFilter. */
static bool is_there(void *owner, Work *work, size_t item, const Row *row, bool *is, Error *error)
{
    Loading *loading = owner;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    (void)item;
    *is = false;
    Value like = loading->alike ? row_value(row, loading->alike_column) : value_missing();
    if (loading->last_id == 0 || value_is_missing(like))
        return true;
    const Value given[] = {like, value_reference(loading->last_id)};
    if (!db_query_printed(work->conn, &stmt, error, loading->alike, given, COUNT_OF(given)))
        return false;
    while (!*is && db_next(stmt, error)) {
        const Row *other = row_take(stmt, row->shape, work->arena);
        if (!other)
            return error_memory(error);
        *is = is_alike(loading, row, other) && take(loading, row_value(other, CITY_COLUMN_ID).integer);
    }
    loading->out->same += *is;
    return !db_broken(stmt);
}

/* --- writing ------------------------------------------------------------------------------------- */

/* A part of the file: rows that are there under their number, and the others; items are places in `lines`. */
typedef struct Portion {
    RecordEdit edits[RECORD_CREATE_MAX];
    RecordDraft drafts[RECORD_CREATE_MAX];
    size_t edit_items[RECORD_CREATE_MAX], draft_items[RECORD_CREATE_MAX];
    size_t edit_count, draft_count;
} Portion;

static Str number_of(const RecordDraft *draft)
{
    for (size_t i = 0; i < draft->input_count; i++)
        if (str_equal(draft->inputs[i].field, S("number")) || str_equal(draft->inputs[i].field, S("code")))
            return str_trim(draft->inputs[i].text);
    return STR_EMPTY;
}

/* The same number twice in the file: its line before; 0: it is the first. */
static long line_before(Loading *loading, Str number, size_t item)
{
    const long *line = map_get(&loading->numbers, number);
    if (!line)
        loading->failed |= !map_put(&loading->numbers, number, &loading->lines.at[item]);
    return line ? *line : 0;
}

static bool sort_row(Loading *loading, Sight *sight, size_t item, Portion *portion, Error *error)
{
    RecordDraft *draft = &loading->drafts.at[item];
    bool is_numbered = door_type(loading->door, draft->type)->by_number && !draft->type->about;
    Str number = is_numbered ? number_of(draft) : STR_EMPTY;
    long before = number.len > 0 ? line_before(loading, number, item) : 0;
    if (before > 0)
        return add_problem(loading, loading->lines.at[item], STR_EMPTY,
            arena_printf(
                loading->arena, "the number %.*s stands in line %ld already", STR_ARGS(number), before),
            error);
    const Row *row =
        number.len > 0 ? sight_row(sight, draft->type, input_number(sight, draft->type, number)) : NULL;
    if (row) {
        portion->edit_items[portion->edit_count] = item;
        portion->edits[portion->edit_count++] =
            (RecordEdit){.code = arena_str(loading->run_arena, row_value(row, CITY_COLUMN_CODE).text),
                .version = row_value(row, CITY_COLUMN_VERSION).integer,
                .inputs = draft->inputs,
                .input_count = draft->input_count,
                .reason = loading->load->file};
    } else {
        portion->draft_items[portion->draft_count] = item;
        portion->drafts[portion->draft_count++] = *draft;
    }
    return sight_ok(sight, error);
}

static bool sort_portion(
    Loading *loading, DbConn *conn, Arena *arena, size_t at, size_t count, Portion *portion, Error *error)
{
    Sight sight;
    arena_clear(arena);
    portion->edit_count = portion->draft_count = 0;
    sight_init(&sight, loading->door, conn, arena, &loading->asking);
    for (size_t i = 0; i < count; i++)
        if (!sort_row(loading, &sight, at + i, portion, error))
            return false;
    return !loading->failed || error_memory(error);
}

/* false only when something failed; what is wrong is in loading->out. */
static bool write_portion(Loading *loading, DbConn *conn, Arena *arena, const Portion *portion, Error *error)
{
    const CreateFilter filter = {.owner = loading, .is_there = is_there};
    RecordFaults faults = {0};
    size_t saved = 0, same = loading->out->same;
    bool only_tries = loading->out->problem_count > 0;
    bool done = change_within(conn, loading->door, &loading->asking, arena, portion->edits,
        portion->edit_count, &saved, &faults, error);
    if ((!done && faults.len == 0) || !add_faults(loading, portion->edit_items, &faults, error))
        return false;
    done = create_within(conn, loading->door, &loading->asking, arena, portion->drafts, portion->draft_count,
        only_tries, &filter, &faults, error);
    if ((!done && faults.len == 0) || !add_faults(loading, portion->draft_items, &faults, error))
        return false;
    loading->out->changed += saved;
    loading->out->made += portion->draft_count - (loading->out->same - same);
    loading->out->same += portion->edit_count - saved;
    return true;
}

static bool begin_run(Loading *loading, DbConn *conn, Error *error)
{
    Str table = loading->load->type->table;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    loading->out->made = loading->out->changed = loading->out->same = 0;
    loading->out->problem_count = loading->out->problems.len = 0;
    arena_clear(loading->run_arena);
    map_init(&loading->numbers, loading->run_arena);
    map_init(&loading->taken, loading->run_arena);
    const DbTree *id = db_tree_column(loading->run_arena, table, S("id"), VALUE_REFERENCE);
    const DbSelect newest = {.table = table,
        .columns = &id,
        .column_count = 1,
        .order = &id,
        .order_count = 1,
        .descending = true,
        .limit = db_tree_value(loading->run_arena, value_integer(1), VALUE_INTEGER)};
    const DbPrinted *printed = NULL;
    if (!db_print_select(loading->door->db, loading->run_arena, &newest, &printed, error) ||
        !db_query_printed(conn, &stmt, error, printed, NULL, 0))
        return false;
    loading->last_id = db_next(stmt, error) ? db_integer(stmt, 0) : 0;
    return !db_broken(stmt);
}

/* Everything or nothing: what is only tried, or is wrong, is given up by answering false. */
static bool load_closure(DbConn *conn, void *argument, Error *error)
{
    Loading *loading = argument;
    AUTO_ARENA arena = arena_new(SLICE_ARENA_MAX);
    AUTO_ARENA room = arena_new(SLICE_ARENA_MAX);
    Portion *portion = room ? ARENA_NEW(room, Portion) : NULL;
    if (!arena || !portion)
        return error_memory(error);
    if (!begin_run(loading, conn, error))
        return false;
    for (size_t at = 0; at < loading->drafts.len; at += RECORD_CREATE_MAX) {
        size_t left = loading->drafts.len - at, count = left < RECORD_CREATE_MAX ? left : RECORD_CREATE_MAX;
        if (!sort_portion(loading, conn, arena, at, count, portion, error) ||
            !write_portion(loading, conn, arena, portion, error))
            return false;
    }
    loading->is_complete = true;
    if (loading->out->problem_count > 0 || loading->load->is_trial)
        return error_set(error, ERROR_INPUT, "given up");
    return true;
}

/* --- all ----------------------------------------------------------------------------------------- */

/* UTF-16 as Windows writes it: a mark, or every other byte of the beginning a zero. */
static Str recognise(const RecordLoad *load)
{
    const char *at = load->bytes.at;
    if (load->encoding.len > 0 || load->bytes.len < 2)
        return load->encoding;
    if (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0)
        return S("utf-16");
    return at[0] && !at[1] ? S("utf-16le") : !at[0] && at[1] ? S("utf-16be") : STR_EMPTY;
}

/* UTF-8 or UTF-16, else CP932, unless somebody said what it is. What is neither is told as what it looks
 * like. */
static bool read_text(Arena *arena, const RecordLoad *load, Str *out, Error *error)
{
    Error other = {0};
    if (text_to_utf8(arena, load->bytes, recognise(load), out, error))
        return true;
    return load->encoding.len == 0 && error->code == ERROR_INPUT &&
           text_to_utf8(arena, load->bytes, S("cp932"), out, &other);
}

bool record_load(
    Door *door, const Clock *clock, Arena *arena, const RecordLoad *load, RecordLoaded *out, Error *error)
{
    AUTO_ARENA run_arena = arena_new(SLICE_ARENA_MAX);
    Loading loading = {.door = door, .arena = arena, .run_arena = run_arena, .load = load, .out = out};
    Str text;
    *out = (RecordLoaded){0};
    if (!run_arena)
        return error_memory(error);
    loading.asking = (Asking){.actor = actor_of_job("record load"), .clock = *clock, .arena = run_arena};
    if (!read_text(arena, load, &text, error) || !read_rows(&loading, text, error))
        return false;
    if (out->problem_count == 0) {
        if (!print_alike(&loading, error))
            return false;
        bool done = db_write(door->db, load_closure, &loading, error);
        if (!done && !loading.is_complete)
            return false;
        out->rows = loading.drafts.len;
        if (done || (load->is_trial && out->problem_count == 0))
            return true;
    }
    out->rows = out->made = out->changed = out->same = 0;
    return error_set(error, ERROR_INPUT, "nothing was written; wrong in the file: %zu", out->problem_count);
}
