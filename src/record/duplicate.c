/* record/duplicate.c: the register of persons once through, in order of birth; those of one day are compared
 * pair by pair.
 *
 * What must hold: memory is that of one day's persons and of what was found, not of the register.
 */
#include "record/duplicate.h"

#include "base/fold.h"
#include "base/utf8.h"
#include "record/merge.h"
#include "record/protect.h"

enum { LETTERS_MAX = 60, DAY_ARENA_MAX = 64 << 20, LONG_READING = 10 };

typedef struct Candidate {
    int64_t id;
    Str code, number, name;
    uint32_t letters[LETTERS_MAX]; /* of the reading, folded, without spaces */
    size_t length;
    uint32_t name_letters[LETTERS_MAX];
    size_t name_length;
} Candidate;

typedef struct Finding {
    Door *door;
    const Asking *asking;
    Sight *sight;
    Arena *day; /* emptied at each day */
    VEC_OF(Candidate) candidates;
    int64_t birth;
    Duplicates *out;
} Finding;

/* --- near ---------------------------------------------------------------------------------------- */

static size_t take_letters(Arena *arena, Str text, uint32_t out[LETTERS_MAX])
{
    Str folded = text_fold(arena, text);
    size_t count = 0;
    for (size_t at = 0; at < folded.len && count < LETTERS_MAX;) {
        uint32_t letter = utf8_next(folded, &at);
        if (letter != ' ')
            out[count++] = letter;
    }
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters put in, left out, or replaced (Levenshtein). */
static size_t distance(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
    size_t row[LETTERS_MAX + 1];
    for (size_t k = 0; k <= b_count; k++)
        row[k] = k;
    for (size_t i = 1; i <= a_count; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b_count; k++) {
            size_t replaced = corner + (a[i - 1] != b[k - 1]);
            corner = row[k];
            row[k] = least(replaced, least(row[k], row[k - 1]) + 1);
        }
    }
    return row[b_count];
}

/* false: they are others. */
static bool are_near(const Candidate *a, const Candidate *b, bool *same)
{
    bool have_readings = a->length > 0 && b->length > 0;
    const uint32_t *left = have_readings ? a->letters : a->name_letters,
                   *right = have_readings ? b->letters : b->name_letters;
    size_t left_count = have_readings ? a->length : a->name_length,
           right_count = have_readings ? b->length : b->name_length;
    size_t longer = left_count > right_count ? left_count : right_count;
    if (longer < 3 || longer - least(left_count, right_count) > 2)
        return false;
    size_t apart = distance(left, left_count, right, right_count);
    *same = apart == 0;
    return apart <= (longer >= LONG_READING ? 2 : 1);
}

/* --- one day ------------------------------------------------------------------------------------- */

static bool add_pair(Finding *finding, const Candidate *a, const Candidate *b, bool same, Error *error)
{
    Arena *arena = finding->asking->arena;
    const Candidate *first = a->id < b->id ? a : b, *second = first == a ? b : a;
    if (finding->out->len == DUPLICATES_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d pairs are alike", DUPLICATES_MAX);
    Duplicate *pair = VEC_PUSH(arena, finding->out);
    if (!pair)
        return error_memory(error);
    *pair = (Duplicate){.codes = {arena_str(arena, first->code), arena_str(arena, second->code)},
        .numbers = {arena_str(arena, first->number), arena_str(arena, second->number)},
        .names = {arena_str(arena, first->name), arena_str(arena, second->name)},
        .birth = value_date(finding->birth),
        .is_same = same};
    return !arena_failed(arena) || error_memory(error);
}

static bool end_day(Finding *finding, Error *error)
{
    for (size_t i = 0; i < finding->candidates.len; i++)
        for (size_t k = i + 1; k < finding->candidates.len; k++) {
            bool same = false;
            if (are_near(&finding->candidates.at[i], &finding->candidates.at[k], &same) &&
                !add_pair(finding, &finding->candidates.at[i], &finding->candidates.at[k], same, error))
                return false;
        }
    arena_clear(finding->day);
    finding->candidates.len = finding->candidates.room = 0;
    finding->candidates.at = NULL;
    return true;
}

static Str text_of(const Row *row, size_t column)
{
    Value value = row_value(row, column);
    return value.type == VALUE_TEXT ? value.text : STR_EMPTY;
}

static bool add_candidate(Finding *finding, const Row *row, Error *error)
{
    const CityRecordType *person = finding->door->city->registers.person;
    Candidate *candidate = VEC_PUSH(finding->day, &finding->candidates);
    if (!candidate)
        return error_memory(error);
    Str kana = text_of(row, city_field(person, S("kana"))->column);
    *candidate = (Candidate){.id = row_value(row, CITY_COLUMN_ID).integer,
        .code = text_of(row, CITY_COLUMN_CODE),
        .number = text_of(row, city_field(person, S("number"))->column),
        .name = text_of(row, finding->door->city->registers.person_name)};
    candidate->length = take_letters(finding->day, kana, candidate->letters);
    candidate->name_length = take_letters(finding->day, candidate->name, candidate->name_letters);
    return !arena_failed(finding->day) || error_memory(error);
}

/* --- the register -------------------------------------------------------------------------------- */

static bool query(Finding *finding, DbConn *conn, DbStmt **stmt, Error *error)
{
    Arena *arena = finding->asking->arena;
    const CityRecordType *person = finding->door->city->registers.person;
    const DbPrinted *printed = NULL;
    const DbTree **columns = arena_array(arena, person->shape.count, sizeof(*columns));
    for (size_t i = 0; columns && i < person->shape.count; i++)
        columns[i] = db_tree_column(
            arena, person->table, person->shape.columns[i].name, person->shape.columns[i].type);
    if (!columns)
        return error_memory(error);
    const DbTree *birth = columns[finding->door->city->registers.person_birth],
                 *merged = columns[merge_column(finding->door->city)];
    const DbTree *order[] = {birth, columns[CITY_COLUMN_ID]};
    const DbSelect select = {.table = person->table,
        .columns = columns,
        .column_count = person->shape.count,
        .where = db_tree_call(arena, DB_AND, db_tree_call(arena, DB_IS_GIVEN, birth),
            db_tree_call(arena, DB_IS_MISSING, merged)),
        .order = order,
        .order_count = COUNT_OF(order)};
    return db_print_select(finding->door->db, arena, &select, &printed, error) &&
           db_query_printed(conn, stmt, error, printed, NULL, 0);
}

bool duplicates_find(Door *door, DbConn *conn, const Asking *asking, Duplicates *out, Error *error)
{
    Sight sight;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    AUTO_ARENA day = arena_new(DAY_ARENA_MAX);
    *out = (Duplicates){0};
    if (!day)
        return error_memory(error);
    if (!merge_is_allowed(door, asking))
        return error_set(error, ERROR_DENIED, "only who keeps the registers sees this");
    sight_init(&sight, door, conn, asking->arena, asking);
    Finding finding = {.door = door, .asking = asking, .sight = &sight, .day = day, .out = out};
    if (!query(&finding, conn, &stmt, error))
        return false;
    while (db_next(stmt, error)) {
        const Row *row = row_take(stmt, &door->city->registers.person->shape, day);
        if (!row)
            return error_memory(error);
        int64_t birth = row_value(row, door->city->registers.person_birth).integer;
        if (birth != finding.birth) {
            if (!end_day(&finding, error))
                return false;
            row = row_take(stmt, &door->city->registers.person->shape, day);
            finding.birth = birth;
        }
        if (!row || !add_candidate(&finding, row, error))
            return row ? false : error_memory(error);
    }
    return !db_broken(stmt) && end_day(&finding, error);
}
