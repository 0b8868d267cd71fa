/* city/record_type.c: the first pass over a record type: its names, fields, states and columns; then what it
 * is about. No formula is looked at before every type of the service is known.
 */
#include "city/city_internal.h"

static const struct {
    Str name;
    ValueType type;
} common_columns[CITY_COLUMN_COUNT] = {
    [CITY_COLUMN_ID] = {STR_LITERAL("id"), VALUE_REFERENCE},
    [CITY_COLUMN_CODE] = {STR_LITERAL("row_code"), VALUE_TEXT},
    [CITY_COLUMN_VERSION] = {STR_LITERAL("row_version"), VALUE_INTEGER},
    [CITY_COLUMN_RECEIPT] = {STR_LITERAL("row_receipt"), VALUE_INTEGER},
    [CITY_COLUMN_CREATED_AT] = {STR_LITERAL("row_created_at"), VALUE_INSTANT},
    [CITY_COLUMN_CHANGED_AT] = {STR_LITERAL("row_changed_at"), VALUE_INSTANT},
    [CITY_COLUMN_STATE] = {STR_LITERAL("row_state"), VALUE_TEXT},
    [CITY_COLUMN_ABOUT] = {STR_LITERAL("row_about"), VALUE_REFERENCE},
    [CITY_COLUMN_ANSWER_BY] = {STR_LITERAL("row_answer_by"), VALUE_DATE},
};

Str part_words(const Reader *reader, const char *what, Str name, const CityRecordType *type)
{
    return arena_printf(reader->arena, "%s '%.*s' of %.*s", what, STR_ARGS(name), STR_ARGS(type->name));
}

/* --- finding ------------------------------------------------------------------------------------ */

const CityField *city_field(const CityRecordType *type, Str name)
{
    for (size_t i = 0; i < type->fields.len; i++)
        if (str_equal(type->fields.at[i].name, name))
            return &type->fields.at[i];
    return NULL;
}

const CityField *city_field_of_column(const CityRecordType *type, size_t column)
{
    bool is_field = column >= CITY_COLUMN_COUNT && column - CITY_COLUMN_COUNT < type->fields.len;
    return is_field ? &type->fields.at[column - CITY_COLUMN_COUNT] : NULL;
}

const CityState *city_state(const CityRecordType *type, Str name)
{
    for (size_t i = 0; i < type->states.len; i++)
        if (str_equal(type->states.at[i].name, name))
            return &type->states.at[i];
    return NULL;
}

const CityTransition *city_transition(const CityRecordType *type, Str name)
{
    for (size_t i = 0; i < type->transitions.len; i++)
        if (str_equal(type->transitions.at[i].name, name))
            return &type->transitions.at[i];
    return NULL;
}

/* --- first pass --------------------------------------------------------------------------------- */

static void read_fields(ServiceDraft *draft, TypeDraft *type)
{
    Reader *reader = draft->reader;
    const YamlNode *fields = yaml_get(type->node, S("fields"));
    if (!fields)
        return;
    if (!expect_names(reader, fields, "fields", CITY_FIELDS_MAX))
        return;
    for (size_t i = 0; i < fields->pairs.len; i++) {
        CityField field;
        if (!read_field(reader, type->type, &fields->pairs.at[i], &field)) {
            mark_broken(reader, fields->pairs.at[i].key);
            continue;
        }
        CityField *slot = VEC_PUSH(reader->arena, &type->type->fields);
        const YamlNode **node = VEC_PUSH(reader->arena, &type->fields);
        if (!slot || !node)
            return;
        *slot = field;
        *node = fields->pairs.at[i].value;
        type->type->has_sensitive |= field.sensitive;
    }
}

static bool read_state_names(Reader *reader, CityRecordType *type)
{
    const char **names = arena_array(reader->arena, type->states.len, sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < type->states.len; i++)
        names[i] = arena_str(reader->arena, type->states.at[i].name).at;
    type->state_names = (FormulaChoices){.name = S("state"), .names = names, .count = type->states.len};
    return true;
}

static void read_starts(Reader *reader, const YamlNode *node, CityRecordType *type)
{
    const YamlNode *starts = yaml_get(node, S("starts"));
    if (!starts)
        refuse_node(
            reader, node, "'starts' is missing in %.*s: the state a new record has", STR_ARGS(type->name));
    else if (expect_scalar(reader, starts, "the name of a state")) {
        type->starts = starts->text;
        if (city_state(type, starts->text) || speaks_of_broken(reader, starts->text))
            return;
        Str remedy = remedy_of(reader, starts->text, type->state_names.names, type->state_names.count);
        refuse_node(reader, starts, "%.*s has no state '%.*s'%.*s", STR_ARGS(type->name),
            STR_ARGS(starts->text), STR_ARGS(remedy));
    }
}

static void read_states(Reader *reader, const YamlNode *node, CityRecordType *type)
{
    static const char *const need_states[] = {"starts", "transitions"};
    const YamlNode *states = yaml_get(node, S("states"));
    for (size_t i = 0; !states && i < COUNT_OF(need_states); i++)
        if (yaml_get(node, str_of(need_states[i])))
            refuse_node(reader, yaml_get(node, str_of(need_states[i])),
                "'%s' without 'states': declare the states of %.*s first", need_states[i],
                STR_ARGS(type->name));
    if (!states || !expect_names(reader, states, "states", CITY_STATES_MAX))
        return;
    if (states->pairs.len == 0)
        refuse_node(reader, states, "there is no state here; leave 'states' away or name one");
    for (size_t i = 0; i < states->pairs.len; i++) {
        const YamlPair *pair = &states->pairs.at[i];
        CityState state;
        if (!read_named_value(reader, pair, "state", &state)) {
            mark_broken(reader, pair->key);
            continue;
        }
        CityState *slot = VEC_PUSH(reader->arena, &type->states);
        if (slot)
            *slot = state;
    }
    if (type->states.len > 0 && read_state_names(reader, type))
        read_starts(reader, node, type);
}

static bool check_type_name(ServiceDraft *draft, const YamlPair *pair, Str table)
{
    Reader *reader = draft->reader;
    if (!check_name(reader, pair, "record type"))
        return false;
    bool is_own = str_equal(pair->key, S("id")) || str_equal(pair->key, S("state"));
    if (is_own || str_starts(pair->key, S("row_")))
        return refuse_place(reader, pair->line, pair->column,
            "every record has '%.*s' already; give the record type another name", STR_ARGS(pair->key));
    const CityRecordType *other = city_record_type(reader->city, draft->service, pair->key);
    if (other)
        return refuse_place(reader, pair->line, pair->column,
            "'%.*s' is a record type of the product; give this one another name", STR_ARGS(pair->key));
    if (table.len > CITY_TABLE_NAME_MAX)
        return refuse_place(reader, pair->line, pair->column,
            "the table '%.*s' would have a name of %zu letters; at most %d can be: shorten the name of the "
            "service or of the record type",
            STR_ARGS(table), table.len, CITY_TABLE_NAME_MAX);
    other = city_record_type_of_table(reader->city, table);
    return !other || refuse_place(reader, pair->line, pair->column,
                         "the table '%.*s' belongs to %.*s of the service '%.*s' already", STR_ARGS(table),
                         STR_ARGS(other->name), STR_ARGS(other->service->id));
}

static void read_label(Reader *reader, const TypeDraft *draft)
{
    CityRecordType *type = draft->type;
    const YamlNode *label = yaml_get(draft->node, S("label"));
    type->label = -1;
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        bool is_narrowed = yaml_get(draft->fields.at[i], S("read_by")) != NULL;
        bool is_first = !label && field->type == CITY_FIELD_TEXT && field->required && !is_narrowed;
        bool is_named = label && label->kind == YAML_SCALAR && str_equal(label->text, field->name);
        if (is_named && field->formula.kind != FORMULA_TEXT)
            refuse_node(reader, label, "the label is a field of text; '%.*s' is of type %s",
                STR_ARGS(field->name), city_field_type_name(field->type));
        if ((is_first && type->label < 0) || is_named)
            type->label = (ptrdiff_t)i;
    }
    if (label && type->label < 0 && expect_scalar(reader, label, "the name of a field") &&
        !speaks_of_broken(reader, label->text))
        refuse_node(reader, label, "%.*s has no field '%.*s'", STR_ARGS(type->name), STR_ARGS(label->text));
}

void read_record_type(ServiceDraft *draft, const YamlPair *pair)
{
    static const char *const known[] = {"title", "about", "label", "fields", "states", "starts",
        "transitions", "access", "seats", "publishes", "dated_by", "was"};
    static const char *const later[] = {
        "decision", "clock", "expects", "books", "pays", "bills", "grants", "team", "letters", "milestones"};
    Reader *reader = draft->reader;
    Str what = arena_printf(reader->arena, "record type '%.*s'", STR_ARGS(pair->key));
    Str table = table_of_names(reader->arena, draft->service->id, pair->key);
    CityRecordType *type = ARENA_NEW(reader->arena, CityRecordType);
    if (!type || !check_type_name(draft, pair, table) ||
        !expect_keys(reader, pair->value, KEYS(known, later), what)) {
        mark_broken(reader, pair->key);
        return;
    }
    type->name = pair->key;
    type->table = table;
    type->service = draft->service;
    type->starts = STR_EMPTY;
    type->title = titled_empty();
    type->is_register = str_equal(draft->service->id, S(REGISTERS_SERVICE));
    type->origin = origin_of(reader, pair->line, pair->column);
    (void)read_title_of(reader, pair->value, what, &type->title);
    (void)read_was(reader, pair->value, type->name, "record type", &type->was);
    CityRecordType **slot = VEC_PUSH(reader->arena, &draft->service->record_types);
    TypeDraft *type_draft = VEC_PUSH(reader->arena, &draft->types);
    if (!slot || !type_draft)
        return;
    *slot = type;
    *type_draft = (TypeDraft){.type = type, .node = pair->value};
    read_fields(draft, type_draft);
    read_states(reader, pair->value, type);
    read_label(reader, type_draft);
}

/* --- links -------------------------------------------------------------------------------------- */

static void link_about(ServiceDraft *draft, TypeDraft *type)
{
    Reader *reader = draft->reader;
    const YamlNode *about = yaml_get(type->node, S("about"));
    if (!about || !expect_scalar(reader, about, "the name of a record type"))
        return;
    CityRecordType *target = NULL;
    for (size_t i = 0; i < draft->types.len; i++)
        if (str_equal(draft->types.at[i].type->name, about->text))
            target = draft->types.at[i].type;
    type->type->about = target ? target : city_record_type(reader->city, NULL, about->text);
    if (target) {
        const CityRecordType **below = VEC_PUSH(reader->arena, &target->below);
        if (below)
            *below = type->type;
    }
    if (!type->type->about) {
        mark_broken(reader, about->text);
        refuse_node(reader, about, "there is no record type '%.*s' that %.*s could be about",
            STR_ARGS(about->text), STR_ARGS(type->type->name));
        return;
    }
    const CityField *field = city_field(type->type, about->text);
    if (field)
        refuse_origin(reader, &field->origin,
            "'%.*s' is what the record is about; give the field another name", STR_ARGS(about->text));
}

/* about: a, which is about: b, which is about: a. */
static void check_circle(ServiceDraft *draft, const TypeDraft *type)
{
    const CityRecordType *at = type->type->about;
    for (size_t steps = 0; at && steps <= draft->types.len; steps++, at = at->about)
        if (at == type->type) {
            refuse_node(draft->reader, yaml_get(type->node, S("about")),
                "%.*s would be about itself; 'about' leads upwards and ends", STR_ARGS(type->type->name));
            type->type->about = NULL;
            return;
        }
}

static void build_shape(Reader *reader, CityRecordType *type)
{
    size_t count = CITY_COLUMN_COUNT + type->fields.len;
    RowColumn *columns = arena_array(reader->arena, count, sizeof *columns);
    if (!columns)
        return;
    for (size_t i = 0; i < CITY_COLUMN_COUNT; i++)
        columns[i] = (RowColumn){.name = common_columns[i].name, .type = common_columns[i].type};
    for (size_t i = 0; i < type->fields.len; i++) {
        CityField *field = &type->fields.at[i];
        field->column = CITY_COLUMN_COUNT + i;
        columns[field->column] =
            (RowColumn){.name = field->name, .type = formula_value_type(field->formula.kind)};
    }
    type->shape = (RowShape){.columns = columns, .count = count};
}

static bool is_of_persons(const CityRecordType *type)
{
    bool is = type->about != NULL;
    for (size_t i = 0; i < type->fields.len; i++)
        is |= type->fields.at[i].record && str_equal(type->fields.at[i].record->table, S("person"));
    return is;
}

/* `locates`: said by the declaration; a facility in a record that speaks of persons does so unless it says
 * no. The household of a person is one of the registers' fields and says it there. */
static void link_locating(TypeDraft *draft)
{
    CityRecordType *type = draft->type;
    for (size_t i = 0; i < type->fields.len; i++) {
        CityField *field = &type->fields.at[i];
        bool is_facility = field->record && str_equal(field->record->table, S("facility"));
        if (is_facility && is_of_persons(type) && !yaml_get(draft->fields.at[i], S("locates")))
            field->locates = true;
        type->has_locating |= field->locates;
    }
}

void link_record_type(ServiceDraft *draft, TypeDraft *type)
{
    if (arena_failed(draft->reader->arena))
        return; /* not every field may be there */
    link_about(draft, type);
    check_circle(draft, type);
    for (size_t i = 0; i < type->type->fields.len; i++)
        link_field(draft, type->type, &type->type->fields.at[i], type->fields.at[i]);
    link_locating(type);
    build_shape(draft->reader, type->type);
}
