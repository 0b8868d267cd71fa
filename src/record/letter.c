/* record/letter.c: letters to persons that a transition sends, filled in when it is made.
 *
 * A letter is kept as it was sent: what a record says later does not change it. Where its addressees are
 * records about the one that moved, each of them gets its own; of applications for places only those that
 * have one or wait for one.
 */
#include "record/seats_internal.h"

#include "base/buf.h"
#include "record/protect.h"

enum { LETTER_MAX = 1 << 20 };

/* --- words --------------------------------------------------------------------------------------- */

static Str choice_title(
    const CityRecordType *type, const FormulaChoices *choices, Str name, Language language)
{
    if (choices == &type->state_names) {
        const CityState *state = city_state(type, name);
        return state ? state->title.in[language] : STR_EMPTY;
    }
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        for (size_t k = 0; field->formula.choices == choices && k < field->choices.len; k++)
            if (str_equal(field->choices.at[k].name, name))
                return field->choices.at[k].title.in[language];
    }
    return STR_EMPTY;
}

static Str word_of_choice(void *owner, const FormulaChoices *choices, Str name, Language language)
{
    const Sight *sight = owner;
    for (size_t i = 0; i < sight->door->type_count; i++) {
        Str title = choice_title(sight->door->types[i].type, choices, name, language);
        if (title.len > 0)
            return title;
    }
    return STR_EMPTY;
}

static Str word_of_record(void *owner, Str name, int64_t id, Language language)
{
    (void)language;
    Sight *sight = owner;
    for (size_t i = 0; i < sight->door->type_count; i++) {
        const CityRecordType *type = sight->door->types[i].type;
        const Row *row = str_equal(type->name, name) ? sight_row(sight, type, id) : NULL;
        if (row)
            return sight_label(sight, type, row);
    }
    return STR_EMPTY;
}

/* --- one letter ---------------------------------------------------------------------------------- */

typedef struct LetterText {
    Work *work;
    const CityTransition *transition;
    const Row *row; /* of letter_record */
    int64_t to;     /* id of the person */
} LetterText;

/* Whether a field on the hole's way has `read_by` that keeps it from the person, who reads as a resident. */
static bool is_kept_from_her(const LetterText *letter, const CityHole *hole)
{
    Work *work = letter->work;
    const CityRecordType *type = letter->transition->letter_record;
    const FormulaPath *const *paths = NULL;
    const Row *row = letter->row;
    const Asking asking = {.actor = {.name = STR_EMPTY, .person = letter->to},
        .clock = work->asking->clock,
        .arena = work->arena};
    Sight hers;
    sight_init(&hers, work->door, work->conn, work->arena, &asking);
    size_t count = formula_paths(hole->formula, &paths);
    for (size_t i = 0; count == 1 && row && i < paths[0]->count; i++) {
        size_t column = paths[0]->fields[i]->column;
        const CityField *field = city_field_of_column(type, column);
        if (field && !access_allows_field(&hers, type, field, row, ACCESS_READ))
            return true;
        Value value = row_value(row, column);
        type = column_leads_to(type, column);
        row = type && value.type == VALUE_REFERENCE ? sight_row(&work->sight, type, value.integer) : NULL;
    }
    return hers.failed;
}

/* A hole that would say where somebody protected can be found: her delivery address stands there, or nothing.
 * false: it says nothing of the kind. */
static bool print_protected(const LetterText *letter, const CityHole *hole, Str *out)
{
    Sight *sight = &letter->work->sight;
    const CityRegisters *registers = &sight->door->city->registers;
    const CityRecordType *type = letter->transition->letter_record;
    const FormulaPath *const *paths = NULL;
    const Row *row = letter->row;
    size_t count = formula_paths(hole->formula, &paths);
    *out = STR_EMPTY;
    for (size_t i = 0; count == 1 && row && i < paths[0]->count; i++) {
        size_t column = paths[0]->fields[i]->column;
        const CityField *field = city_field_of_column(type, column);
        if (field && field->locates && protection_stands(sight, type, row)) {
            ProtectionDelivery delivery = {0};
            bool is_person = type == registers->person && i + 1 == paths[0]->count &&
                             protection_delivery(sight, row_value(row, CITY_COLUMN_ID).integer, &delivery);
            if (is_person && str_equal(field->name, S("address")))
                *out = delivery.address;
            if (is_person && str_equal(field->name, S("postal_code")))
                *out = delivery.postal_code;
            return true;
        }
        Value value = row_value(row, column);
        type = column_leads_to(type, column);
        row = type && value.type == VALUE_REFERENCE ? sight_row(sight, type, value.integer) : NULL;
    }
    return false;
}

static Str print_hole(const LetterText *letter, const CityHole *hole)
{
    Sight *sight = &letter->work->sight;
    const FormulaType type = formula_type(hole->formula);
    Str instead;
    if (is_kept_from_her(letter, hole))
        return STR_EMPTY;
    if (print_protected(letter, hole, &instead))
        return instead;
    const FormulaWords words = {.owner = sight, .choice = word_of_choice, .record = word_of_record};
    Value value = sight_evaluate(sight, letter->transition->letter_record, letter->row, hole->formula);
    if (value.type == VALUE_MISSING)
        return STR_EMPTY;
    if (type.kind == FORMULA_TEXT)
        return value.text;
    return formula_value_print(letter->work->arena, value, &type, &words, LANGUAGE_JA);
}

/* The text with each {path} filled in. */
static bool fill_text(const LetterText *letter, Str text, Str *out, Error *error)
{
    AUTO_BUF buf;
    buf_init(&buf, LETTER_MAX);
    while (text.len > 0) {
        ptrdiff_t open = str_find(text, S("{"), 0),
                  close = open < 0 ? -1 : str_find(text, S("}"), (size_t)open);
        if (close < 0)
            break;
        Str path = str_slice(text, (size_t)open + 1, (size_t)close);
        buf_add(&buf, str_slice(text, 0, (size_t)open));
        for (size_t i = 0; i < letter->transition->letter_holes.len; i++)
            if (str_equal(letter->transition->letter_holes.at[i].path, path))
                buf_add(&buf, print_hole(letter, &letter->transition->letter_holes.at[i]));
        text = str_slice(text, (size_t)close + 1, text.len);
    }
    buf_add(&buf, text);
    if (buf.failed)
        return error_memory(error);
    *out = arena_str(letter->work->arena, buf_str(&buf));
    return sight_ok(&letter->work->sight, error);
}

static bool send_letter(Work *work, const CityTransition *transition, const Row *row, Error *error)
{
    const CityRecordType *type = transition->letter_record;
    Value to = sight_evaluate(&work->sight, type, row, transition->letter_to);
    const LetterText letter = {.work = work, .transition = transition, .row = row, .to = to.integer};
    Str title, body;
    if (to.type != VALUE_REFERENCE || protection_bars_letter(&work->sight, type, row, to.integer))
        return sight_ok(&work->sight, error);
    return fill_text(&letter, transition->letter->title, &title, error) &&
           fill_text(&letter, transition->letter->body, &body, error) &&
           db_run(work->conn, NULL, error,
               "insert into letter (person_id, table_name, row_id, row_code, name, title, body, sent_on) "
               "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
               value_integer(to.integer), value_text(type->table),
               value_integer(row_value(row, CITY_COLUMN_ID).integer), row_value(row, CITY_COLUMN_CODE),
               value_text(transition->letter->name), value_text(title), value_text(body),
               value_integer(date_to_days(work->asking->clock.today)));
}

/* --- all of them --------------------------------------------------------------------------------- */

/* Applications for a place that are over get no letter about it any more. */
static bool is_meant(const CityRecordType *type, const Row *row)
{
    SeatStanding standing;
    return !type->has_seats || seat_standing(type, row_value(row, CITY_COLUMN_STATE).text, &standing);
}

typedef VEC_OF(int64_t) Ids;

static bool read_ids_about(Work *work, const CityRecordType *type, int64_t about, Ids *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value given = value_reference(about);
    if (!db_query_printed(work->conn, &stmt, error, door_type(work->door, type)->ids_about, &given, 1))
        return false;
    while (db_next(stmt, error)) {
        int64_t *id = VEC_PUSH(work->arena, out);
        if (!id)
            return error_memory(error);
        *id = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

bool letters_send(
    Work *work, const CityRecordType *type, const CityTransition *transition, const Row *row, Error *error)
{
    Ids ids = {0};
    const CityRecordType *to = transition->letter_record;
    if (!transition->letter)
        return true;
    if (to == type)
        return send_letter(work, transition, row, error);
    if (!read_ids_about(work, to, row_value(row, CITY_COLUMN_ID).integer, &ids, error))
        return false;
    for (size_t i = 0; i < ids.len; i++) {
        const Row *other = sight_row(&work->sight, to, ids.at[i]);
        if (other && is_meant(to, other) && !send_letter(work, transition, other, error))
            return false;
    }
    return sight_ok(&work->sight, error);
}

/* --- reading them -------------------------------------------------------------------------------- */

/* Of what concerns somebody who is protected from her, she is shown no letter any more. */
static bool is_barred(Sight *sight, Str table, int64_t id)
{
    const CityRecordType *type = city_record_type_of_table(sight->door->city, table);
    const Row *row = type ? sight_row(sight, type, id) : NULL;
    return row && protection_bars(sight, type, row);
}

typedef struct KeptLetter {
    RecordLetter letter;
    Str table;
    int64_t row;
} KeptLetter;
typedef VEC_OF(KeptLetter) KeptLetters;

static bool read_letters(DbConn *conn, const Asking *asking, size_t limit, KeptLetters *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Arena *arena = asking->arena;
    if (!db_query(conn, &stmt, error,
            "select id, title, body, sent_on, row_code, table_name, row_id from letter where person_id = ?1 "
            "order by id desc limit ?2",
            value_integer(asking->actor.person), value_integer((int64_t)limit)))
        return false;
    while (db_next(stmt, error)) {
        KeptLetter *kept = VEC_PUSH(arena, out);
        if (!kept)
            return error_memory(error);
        *kept = (KeptLetter){.table = db_text_copy(stmt, 5, arena), .row = db_integer(stmt, 6)};
        kept->letter = (RecordLetter){.id = db_integer(stmt, 0),
            .title = db_text_copy(stmt, 1, arena),
            .body = db_text_copy(stmt, 2, arena),
            .sent_on = value_date(db_integer(stmt, 3)),
            .record_code = db_text_copy(stmt, 4, arena)};
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool record_my_letters(
    Door *door, DbConn *conn, const Asking *asking, size_t limit, RecordLetters *out, Error *error)
{
    Sight sight;
    KeptLetters kept = {0};
    *out = (RecordLetters){0};
    sight_init(&sight, door, conn, asking->arena, asking);
    if (asking->actor.person == 0)
        return true;
    if (!read_letters(conn, asking, limit, &kept, error))
        return false;
    for (size_t i = 0; i < kept.len; i++) {
        if (is_barred(&sight, kept.at[i].table, kept.at[i].row))
            continue;
        RecordLetter *letter = VEC_PUSH(asking->arena, out);
        if (!letter)
            return error_memory(error);
        *letter = kept.at[i].letter;
    }
    return sight_ok(&sight, error);
}
