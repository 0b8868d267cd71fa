/* Forms from declarations. What each type of field becomes stands in one table; whatever a person typed comes
 * back as it was, beside what was wrong with it. */
#include "web/record_form.h"

#include <sodium.h>

#include "base/buf.h"

#define RADIOS_MAX 5   /* more choices become a <select> */
#define CHOICES_MAX 60 /* more records than this are looked for by words */
#define PERSONS_MAX 50
#define VALUES_MAX ((size_t)1 << 16)
#define WORD_LENGTH 5
#define FIND_BUTTON "find"

/* How a type of field is asked. */
typedef struct FieldShape {
    FormKind kind;
    FormLineType line;
    size_t max_length; /* 0: none, as the browser's own fields need none */
} FieldShape;

static const FieldShape SHAPES[CITY_FIELD_TYPE_COUNT] = {
    [CITY_FIELD_TEXT] = {FORM_LINE, FORM_LINE_TEXT, RECORD_TEXT_MAX},
    [CITY_FIELD_PARAGRAPH] = {FORM_PARAGRAPH, FORM_LINE_TEXT, RECORD_PARAGRAPH_MAX},
    [CITY_FIELD_INTEGER] = {FORM_LINE, FORM_LINE_WHOLE, 20},
    [CITY_FIELD_DECIMAL] = {FORM_LINE, FORM_LINE_DECIMAL, 30},
    [CITY_FIELD_YEN] = {FORM_LINE, FORM_LINE_WHOLE, 20},
    [CITY_FIELD_BOOLEAN] = {FORM_RADIOS, FORM_LINE_TEXT, 0},
    [CITY_FIELD_DATE] = {FORM_LINE, FORM_LINE_DATE, 0},
    [CITY_FIELD_TIME] = {FORM_LINE, FORM_LINE_TIME, 0},
    [CITY_FIELD_DATETIME] = {FORM_LINE, FORM_LINE_MOMENT, 0},
    [CITY_FIELD_FISCAL_YEAR] = {FORM_LINE, FORM_LINE_WHOLE, 20},
    [CITY_FIELD_CHOICE] = {FORM_RADIOS, FORM_LINE_TEXT, 0},
    [CITY_FIELD_CHOICES] = {FORM_CHECKS, FORM_LINE_TEXT, 0},
    [CITY_FIELD_REFERENCE] = {FORM_SELECT, FORM_LINE_TEXT, 0},
    [CITY_FIELD_EMAIL] = {FORM_LINE, FORM_LINE_EMAIL, 254},
    [CITY_FIELD_PHONE] = {FORM_LINE, FORM_LINE_PHONE, 30},
    [CITY_FIELD_POSTAL_CODE] = {FORM_LINE, FORM_LINE_WHOLE, 10},
};

Str form_values(const Request *request, Str name)
{
    AUTO_BUF out;
    Str value;
    bool several = false;
    buf_init(&out, VALUES_MAX);
    for (size_t at = 0; request_form_next(request, name, &at, &value); several = true) {
        if (several)
            buf_add_byte(&out, ',');
        buf_add(&out, value);
    }
    return arena_str(request->arena, buf_str(&out));
}

Str form_sent(const Request *request, const char *before, const CityField *field, Str after)
{
    Arena *arena = request->arena;
    Str name = arena_printf(arena, "%s%.*s%.*s", before, STR_ARGS(field->name), STR_ARGS(after)), value;
    size_t at = 0;
    for (size_t i = 0; i < field->was.len && !request_form_next(request, name, &at, &value); i++) {
        name = arena_printf(arena, "%s%.*s%.*s", before, STR_ARGS(field->was.at[i].name), STR_ARGS(after));
        at = 0;
    }
    return form_values(request, name);
}

bool record_form_only_looks(const Request *request)
{
    return request_form(request, S(FIND_BUTTON)).len > 0;
}

/* --- one field
 * -------------------------------------------------------------------------------------------------------- */

static void add_option(Arena *arena, FormField *out, Str value, Str title, bool chosen)
{
    FormOption *option = VEC_PUSH(arena, &out->options);
    if (option)
        *option = (FormOption){
            value, title, arena_printf(arena, "%.*s-%zu", STR_ARGS(out->id), out->options.len), chosen};
}

static void add_choices(const ServicePlace *place, FormField *out)
{
    const CityField *field = out->field;
    Arena *arena = place->asking.arena;
    for (size_t i = 0; i < field->choices.len; i++) {
        const CityChoice *choice = &field->choices.at[i];
        bool chosen = field->type == CITY_FIELD_CHOICES ? input_has_choice(out->text, choice->name)
                                                        : str_equal(out->text, choice->name);
        add_option(arena, out, choice->name, choice->title.in[place->language], chosen);
    }
    if (field->type == CITY_FIELD_CHOICE && field->choices.len > RADIOS_MAX)
        out->kind = FORM_SELECT;
}

static void add_yes_no(const ServicePlace *place, FormField *out)
{
    Arena *arena = place->asking.arena;
    add_option(arena, out, S("yes"), message_text(place->language, MESSAGE_value_yes),
        str_equal(out->text, S("yes")));
    add_option(
        arena, out, S("no"), message_text(place->language, MESSAGE_value_no), str_equal(out->text, S("no")));
}

/* What is chosen already stands among the options, also when the search does not find it. */
static bool add_chosen(const ServicePlace *place, DbConn *conn, FormField *out, Error *error)
{
    for (size_t i = 0; i < out->options.len; i++)
        if (out->options.at[i].chosen)
            return true;
    Record *record = NULL;
    if (out->text.len == 0)
        return true;
    if (!record_get(place->door, conn, &place->asking, out->text, &record, error))
        return error->code == ERROR_NOT_FOUND;
    if (record->type == out->field->record)
        add_option(place->asking.arena, out, out->text, record_title(place, record), true);
    return true;
}

static bool add_records(const ServicePlace *place, DbConn *conn, FormField *out, Error *error)
{
    RecordList found = {0};
    if (!record_choices(
            place->door, conn, &place->asking, out->field, out->words, CHOICES_MAX, &found, error))
        return false;
    for (size_t i = 0; i < found.at.len; i++) {
        const Record *record = found.at.at[i];
        Str code = record_code(record);
        add_option(place->asking.arena, out, code, record_title(place, record), str_equal(code, out->text));
    }
    out->has_more = found.total > found.at.len;
    if (out->has_more || out->words.len > 0)
        out->kind = FORM_SEARCH;
    return add_chosen(place, conn, out, error);
}

/* A name as an id: "f.child" as "f-child". */
static Str id_of(Arena *arena, Str name)
{
    AUTO_BUF out;
    buf_init(&out, 1024);
    for (size_t i = 0; i < name.len; i++)
        buf_add_byte(&out, (char)(name.at[i] == '.' ? '-' : name.at[i]));
    return arena_str(arena, buf_str(&out));
}

bool form_field(const ServicePlace *place, DbConn *conn, const CityField *field, Str name, Str text,
    FormField *out, Error *error)
{
    const FieldShape *shape = &SHAPES[field->type];
    Arena *arena = place->asking.arena;
    Str words = out->words;
    *out = (FormField){
        .field = field,
        .kind = shape->kind,
        .name = name,
        .id = id_of(arena, name),
        .title = field->title.in[place->language],
        .help = field->help.in[place->language],
        .text = text,
        .line = shape->line,
        .max_length = shape->max_length,
        .required = field->required,
        .sensitive = field->sensitive,
        .words_name = arena_join(arena, S("words."), name),
        .words = words,
    };
    if (out->help.len > 0)
        out->described = arena_join(arena, out->id, S("-help"));
    if (field->type == CITY_FIELD_BOOLEAN)
        add_yes_no(place, out);
    else if (field->type == CITY_FIELD_CHOICE || field->type == CITY_FIELD_CHOICES)
        add_choices(place, out);
    else if (field->type == CITY_FIELD_REFERENCE && !add_records(place, conn, out, error))
        return false;
    return !arena_failed(arena) || error_memory(error);
}

/* A field of the form: what was typed when the form was sent, else `otherwise`. `whose`: the person's code.
 */
static bool add_field(RecordForm *form, DbConn *conn, FormFields *fields, const CityField *field, Str whose,
    Str otherwise, Error *error)
{
    const Request *request = form->request;
    Arena *arena = request->arena;
    Str name = whose.len > 0 ? arena_printf(arena, "f.%.*s.%.*s", STR_ARGS(field->name), STR_ARGS(whose))
                             : arena_join(arena, S("f."), field->name);
    Str behind = whose.len > 0 ? arena_join(arena, S("."), whose) : STR_EMPTY;
    Str text = request->method == HTTP_POST ? form_sent(request, "f.", field, behind) : otherwise;
    FormField *out = VEC_PUSH(arena, fields);
    if (!out)
        return error_memory(error);
    out->words = str_trim(request_form(request, arena_join(arena, S("words."), name)));
    return form_field(form->place, conn, field, name, text, out, error);
}

/* --- whole forms
 * ------------------------------------------------------------------------------------------------------ */

static const CityField *together_field(const CityRecordType *type)
{
    return type->has_seats && type->seats.together >= 0 ? &type->fields.at[type->seats.together] : NULL;
}

/* Whether the field is the actor's to write in a new record. */
static bool may_fill(const ServicePlace *place, const CityRecordType *type, const CityField *field)
{
    return door_may_fill(place->door, &place->asking, type, field);
}

/* The field into which a resident puts the person she acts for: required, and entered by people. */
static const CityField *whom_field(const ServicePlace *place, const CityRecordType *type)
{
    if (!place->is_resident || place->is_staff)
        return NULL;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        if (is_person_field(place, field) && field->required && !field->value && may_fill(place, type, field))
            return field;
    }
    return NULL;
}

/* What is asked when a record is made: `when` fields belong to a later stage of it. */
static bool is_asked_at_first(const ServicePlace *place, const CityRecordType *type, const CityField *field)
{
    return !field->value && !field->when && may_fill(place, type, field);
}

static bool add_person(RecordForm *form, DbConn *conn, const Record *person, size_t of, Error *error)
{
    const ServicePlace *place = form->place;
    Arena *arena = place->asking.arena;
    Str whom = arena_join(arena, S("f."), form->whom->name);
    Str code = record_code(person);
    FormPerson *out = VEC_PUSH(arena, &form->persons);
    if (!out)
        return error_memory(error);
    *out = (FormPerson){.code = code,
        .name = record_title(place, person),
        .person = record_id(person),
        .id = id_of(arena, arena_printf(arena, "%.*s.%.*s", STR_ARGS(whom), STR_ARGS(code))),
        .checked = input_has_choice(form_sent(form->request, "f.", form->whom, STR_EMPTY), code)};
    if (of == 1 && form->request->method != HTTP_POST)
        out->checked = true;
    const CityField *together = together_field(form->type);
    for (size_t i = 0; i < form->type->fields.len; i++) {
        const CityField *field = &form->type->fields.at[i];
        if (field == form->whom || field == together || !is_asked_at_first(place, form->type, field))
            continue;
        Str initial = value_input(arena, field, field->initial);
        if (!add_field(form, conn, &out->fields, field, code, initial, error))
            return false;
    }
    return true;
}

static bool add_persons(RecordForm *form, DbConn *conn, Error *error)
{
    RecordList found = {0};
    const ServicePlace *place = form->place;
    if (!record_choices(place->door, conn, &place->asking, form->whom, STR_EMPTY, PERSONS_MAX, &found, error))
        return false;
    for (size_t i = 0; i < found.at.len; i++)
        if (!add_person(form, conn, found.at.at[i], found.at.len, error))
            return false;
    return true;
}

bool record_form_new(const ServicePlace *place, const Request *request, DbConn *conn,
    const CityRecordType *type, RecordForm *out, Error *error)
{
    *out = (RecordForm){.place = place, .request = request, .type = type, .whom = whom_field(place, type)};
    if (out->whom && !add_persons(out, conn, error))
        return false;
    const CityField *together = together_field(type);
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        if (out->whom ? field != together || !may_fill(place, type, field)
                      : !is_asked_at_first(place, type, field))
            continue;
        Str initial = value_input(request->arena, field, field->initial);
        if (!add_field(out, conn, &out->fields, field, STR_EMPTY, initial, error))
            return false;
    }
    return !arena_failed(request->arena) || error_memory(error);
}

/* Whether the field's check stands against the person; other faults only say that the form is not filled. */
static bool is_barred(const RecordForm *form, const RecordFaults *faults, Str *why)
{
    for (size_t i = 0; i < faults->len; i++)
        if (faults->at[i].field == form->whom && faults->at[i].kind == RECORD_FAULT_CHECK) {
            *why = fault_words(form->place, &faults->at[i]);
            return true;
        }
    return false;
}

bool record_form_bar(RecordForm *form, Str about, Error *error)
{
    const ServicePlace *place = form->place;
    size_t kept = 0;
    for (size_t i = 0; i < form->persons.len; i++) {
        FormPerson person = form->persons.at[i];
        RecordInput whom = {form->whom->name, person.code};
        RecordDraft draft = {.type = form->type, .about = about, .inputs = &whom, .input_count = 1};
        RecordFaults faults = {0};
        bool could = record_try(place->door, &place->asking, &draft, 1, &faults, error);
        if (!could && error->code != ERROR_INPUT && error->code != ERROR_DENIED)
            return false;
        bool is_barred_by_check = is_barred(form, &faults, &person.barred);
        bool is_denied = !could && error->code == ERROR_DENIED;
        person.checked &= !is_barred_by_check;
        /* she herself is no choice where only children are meant, and nobody is told so */
        if (is_denied || (is_barred_by_check && person.person == place->asking.actor.person))
            continue;
        form->persons.at[kept++] = person;
    }
    form->persons.len = kept;
    return true;
}

bool record_form_edit(const ServicePlace *place, const Request *request, DbConn *conn, const Record *record,
    RecordForm *out, Error *error)
{
    *out = (RecordForm){.place = place, .request = request, .type = record->type};
    for (size_t i = 0; i < record->type->fields.len; i++) {
        const CityField *field = &record->type->fields.at[i];
        if (field->value || record->hidden[field->column] || record->fixed[field->column])
            continue;
        Str now = field_input(request->arena, record, field);
        if (!add_field(out, conn, &out->fields, field, STR_EMPTY, now, error))
            return false;
    }
    return !arena_failed(request->arena) || error_memory(error);
}

/* --- what was typed
 * ---------------------------------------------------------------------------------------------------- */

static void add_inputs(Arena *arena, const FormFields *fields, RecordInputs *out)
{
    for (size_t i = 0; i < fields->len; i++) {
        RecordInput *input = VEC_PUSH(arena, out);
        if (input)
            *input = (RecordInput){fields->at[i].field->name, str_trim(fields->at[i].text)};
    }
}

bool record_form_inputs(const RecordForm *form, RecordInputs *out, Error *error)
{
    add_inputs(form->request->arena, &form->fields, out);
    return !arena_failed(form->request->arena) || error_memory(error);
}

/* A word that several applications share and nobody else is likely to: letters that are not mistaken. */
static Str make_word(const RecordForm *form)
{
    static const char letters[] = "23456789ACDEFHJKMNPRTUWXY";
    char word[WORD_LENGTH];
    for (size_t i = 0; i < WORD_LENGTH; i++)
        word[i] = letters[randombytes_uniform(sizeof letters - 1)];
    Str made = {word, WORD_LENGTH};
    return message_print(form->request->arena, form->place->language, MESSAGE_apply_word, 1, &made);
}

static void fill_together(RecordForm *form, size_t checked)
{
    const CityField *together = together_field(form->type);
    for (size_t i = 0; together && checked > 1 && i < form->fields.len; i++)
        if (form->fields.at[i].field == together && str_trim(form->fields.at[i].text).len == 0)
            form->fields.at[i].text = make_word(form);
}

static void add_draft(const RecordForm *form, Str about, const FormPerson *person, RecordDrafts *out)
{
    Arena *arena = form->request->arena;
    RecordInputs inputs = {0};
    if (form->whom) {
        RecordInput *whom = VEC_PUSH(arena, &inputs);
        if (whom)
            *whom = (RecordInput){form->whom->name, person ? person->code : STR_EMPTY};
    }
    if (person)
        add_inputs(arena, &person->fields, &inputs);
    add_inputs(arena, &form->fields, &inputs);
    RecordDraft *draft = VEC_PUSH(arena, out);
    if (draft)
        *draft = (RecordDraft){form->type, about, inputs.at, inputs.len};
}

bool record_form_drafts(RecordForm *form, Str about, RecordDrafts *out, Error *error)
{
    Arena *arena = form->request->arena;
    size_t checked = 0;
    for (size_t i = 0; i < form->persons.len; i++)
        checked += form->persons.at[i].checked;
    fill_together(form, checked);
    for (size_t i = 0; i < form->persons.len; i++) {
        if (!form->persons.at[i].checked)
            continue;
        size_t *whose = VEC_PUSH(arena, &form->draft_person);
        if (whose)
            *whose = i;
        add_draft(form, about, &form->persons.at[i], out);
    }
    if (checked == 0)
        add_draft(form, about, NULL, out);
    return !arena_failed(arena) || error_memory(error);
}

/* --- what was wrong
 * ---------------------------------------------------------------------------------------------------- */

static const MessageId FAULT_MESSAGES[RECORD_FAULT_KIND_COUNT] = {
    [RECORD_FAULT_REQUIRED] = MESSAGE_fault_required,
    [RECORD_FAULT_NOT_OF_TYPE] = MESSAGE_fault_not_of_type,
    [RECORD_FAULT_TOO_SMALL] = MESSAGE_fault_too_small,
    [RECORD_FAULT_TOO_LARGE] = MESSAGE_fault_too_large,
    [RECORD_FAULT_TOO_LONG] = MESSAGE_fault_too_long,
    [RECORD_FAULT_NO_SUCH_CHOICE] = MESSAGE_fault_no_such_choice,
    [RECORD_FAULT_NO_SUCH_RECORD] = MESSAGE_fault_no_such_record,
    [RECORD_FAULT_CHECK] = MESSAGE_fault_check,
    [RECORD_FAULT_NOT_WRITABLE] = MESSAGE_fault_not_writable,
    [RECORD_FAULT_UNKNOWN_FIELD] = MESSAGE_fault_not_writable,
    [RECORD_FAULT_FULL] = MESSAGE_fault_full,
    [RECORD_FAULT_GROUP_FULL] = MESSAGE_fault_group_full,
    [RECORD_FAULT_TWICE] = MESSAGE_fault_twice,
};

/* What a value of the type looks like, for whoever typed another one. */
static MessageId example_of(CityFieldType type)
{
    switch (type) {
    case CITY_FIELD_DATE:
        return MESSAGE_fault_no_date;
    case CITY_FIELD_INTEGER:
    case CITY_FIELD_YEN:
    case CITY_FIELD_FISCAL_YEAR:
        return MESSAGE_fault_no_integer;
    case CITY_FIELD_DECIMAL:
        return MESSAGE_fault_no_decimal;
    case CITY_FIELD_EMAIL:
        return MESSAGE_fault_no_email;
    case CITY_FIELD_PHONE:
        return MESSAGE_fault_no_phone;
    case CITY_FIELD_POSTAL_CODE:
        return MESSAGE_fault_no_postal_code;
    default:
        return MESSAGE_fault_not_of_type;
    }
}

Str fault_words(const ServicePlace *place, const RecordFault *fault)
{
    const CityField *field = fault->field;
    Arena *arena = place->asking.arena;
    MessageId id = FAULT_MESSAGES[fault->kind];
    if (fault->kind == RECORD_FAULT_CHECK && field && field->says.in[place->language].len > 0)
        return field->says.in[place->language];
    if (fault->kind == RECORD_FAULT_NOT_OF_TYPE && field)
        id = example_of(field->type);
    Str arguments[] = {
        field ? field->title.in[place->language] : fault->name,
        field ? value_words(arena, place->language, field, fault->limit) : STR_EMPTY,
    };
    return message_print(arena, place->language, id, COUNT_OF(arguments), arguments);
}

static bool mark_field(Arena *arena, FormFields *fields, const RecordFault *fault, Str words, Str *id)
{
    for (size_t i = 0; i < fields->len; i++) {
        FormField *field = &fields->at[i];
        if (field->field != fault->field)
            continue;
        bool is_list = field->kind == FORM_RADIOS || field->kind == FORM_CHECKS;
        field->wrong = words;
        field->described = arena_printf(arena, "%.*s-wrong%s%.*s", STR_ARGS(field->id),
            field->described.len > 0 ? " " : "", STR_ARGS(field->described));
        *id = is_list && field->options.len > 0 ? field->options.at[0].id : field->id;
        return true;
    }
    return false;
}

/* The person whose record the fault is of; NULL: no persons, or nobody was checked. */
static FormPerson *person_of(RecordForm *form, const RecordFault *fault)
{
    return fault->item < form->draft_person.len ? &form->persons.at[form->draft_person.at[fault->item]]
                                                : NULL;
}

static void add_fault(RecordForm *form, Str id, Str words)
{
    for (size_t i = 0; i < form->faults.len; i++)
        if (str_equal(form->faults.at[i].words, words))
            return;
    FormFault *fault = VEC_PUSH(form->request->arena, &form->faults);
    if (fault)
        *fault = (FormFault){id, words};
}

static void place_fault(RecordForm *form, const RecordFault *fault)
{
    Arena *arena = form->request->arena;
    Str words = fault_words(form->place, fault), id = STR_EMPTY;
    FormPerson *person = person_of(form, fault);
    if (form->whom && fault->field == form->whom && !person)
        words = message_text(form->place->language, MESSAGE_fault_nobody);
    if (fault->field && mark_field(arena, &form->fields, fault, words, &id)) {
        add_fault(form, id, words);
        return;
    }
    if (!person) {
        if (form->persons.len > 0)
            id = form->persons.at[0].id;
        add_fault(form, id, words);
        return;
    }
    if (!fault->field || !mark_field(arena, &person->fields, fault, words, &id)) {
        person->wrong = words;
        id = person->id;
    }
    Str both[] = {person->name, words};
    add_fault(
        form, id, message_print(arena, form->place->language, MESSAGE_fault_of_person, COUNT_OF(both), both));
}

void record_form_faults(RecordForm *form, const RecordFaults *faults)
{
    for (size_t i = 0; i < faults->len; i++)
        place_fault(form, &faults->at[i]);
}
