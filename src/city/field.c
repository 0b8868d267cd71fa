/* city/field.c: one field of a record type: its type, its choices, and the options that hold no formula.
 *
 * The table of types says how a field is written, what formulas see and which options it takes. A field that
 * is wrong is left out of its record type, and formulas that name it are not complained of a second time.
 */
#include "city/city_internal.h"

typedef struct FieldTypeRow {
    const char *name;
    FormulaKind formula;
    bool has_range; /* min and max */
    bool has_unit;
} FieldTypeRow;

static const FieldTypeRow types[CITY_FIELD_TYPE_COUNT] = {
    [CITY_FIELD_TEXT] = {"text", FORMULA_TEXT, false, false},
    [CITY_FIELD_PARAGRAPH] = {"paragraph", FORMULA_TEXT, false, false},
    [CITY_FIELD_INTEGER] = {"integer", FORMULA_INTEGER, true, true},
    [CITY_FIELD_DECIMAL] = {"decimal", FORMULA_DECIMAL, true, true},
    [CITY_FIELD_YEN] = {"yen", FORMULA_YEN, true, false},
    [CITY_FIELD_BOOLEAN] = {"boolean", FORMULA_BOOLEAN, false, false},
    [CITY_FIELD_DATE] = {"date", FORMULA_DATE, true, false},
    [CITY_FIELD_TIME] = {"time", FORMULA_TIME, true, false},
    [CITY_FIELD_DATETIME] = {"datetime", FORMULA_DATETIME, true, false},
    [CITY_FIELD_FISCAL_YEAR] = {"fiscal_year", FORMULA_FISCAL_YEAR, true, false},
    [CITY_FIELD_CHOICE] = {"choice", FORMULA_CHOICE, false, false},
    [CITY_FIELD_CHOICES] = {"choices", FORMULA_CHOICES, false, false},
    [CITY_FIELD_REFERENCE] = {"record", FORMULA_REFERENCE, false, false},
    [CITY_FIELD_EMAIL] = {"email", FORMULA_TEXT, false, false},
    [CITY_FIELD_PHONE] = {"phone", FORMULA_TEXT, false, false},
    [CITY_FIELD_POSTAL_CODE] = {"postal_code", FORMULA_TEXT, false, false},
};

static const char *const later_types[] = {"file", "point", "area"};

const char *city_field_type_name(CityFieldType type)
{
    return types[type].name;
}

bool plain_type(Str name, FormulaType *out)
{
    for (size_t i = 0; i < CITY_FIELD_TYPE_COUNT; i++) {
        FormulaKind kind = types[i].formula;
        bool is_plain = kind != FORMULA_CHOICE && kind != FORMULA_CHOICES && kind != FORMULA_REFERENCE;
        if (is_plain && str_equal(name, str_of(types[i].name))) {
            *out = (FormulaType){.kind = kind};
            return true;
        }
    }
    return false;
}

/* What may stand behind `type:`, for "did you mean". */
static Str remedy_of_type(Reader *reader, Str word)
{
    static const char *const references[] = {
        "person", "household", "organisation", "facility", "record(...)"};
    const char *known[CITY_FIELD_TYPE_COUNT + COUNT_OF(references)];
    size_t count = 0;
    for (size_t i = 0; i < CITY_FIELD_TYPE_COUNT; i++)
        if (i != CITY_FIELD_REFERENCE)
            known[count++] = types[i].name;
    for (size_t i = 0; i < COUNT_OF(references); i++)
        known[count++] = references[i];
    return remedy_of(reader, word, known, count);
}

/* "person" or record(session): the name of the record type; empty when it is neither. */
static Str reference_name(const City *city, Str text)
{
    if (str_starts(text, S("record(")) && str_ends(text, S(")")))
        return str_trim(str_slice(text, S("record(").len, text.len - 1));
    bool is_register = city->services.len > 0 && city_record_type(city, NULL, text) != NULL;
    static const char *const own[] = {"person", "household", "organisation", "facility"};
    for (size_t i = 0; i < COUNT_OF(own); i++)
        is_register |= str_equal(text, str_of(own[i]));
    return is_register ? text : STR_EMPTY;
}

static bool read_type(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    const YamlNode *type = yaml_get(node, S("type"));
    if (!type)
        return refuse_node(reader, node, "a 'type' is missing in %.*s", STR_ARGS(what));
    if (!expect_scalar(reader, type, "the name of a type"))
        return false;
    for (size_t i = 0; i < CITY_FIELD_TYPE_COUNT; i++)
        if (i != CITY_FIELD_REFERENCE && str_equal(type->text, str_of(types[i].name))) {
            field->type = (CityFieldType)i;
            field->formula.kind = types[i].formula;
            return true;
        }
    field->type = CITY_FIELD_REFERENCE;
    field->formula =
        (FormulaType){.kind = FORMULA_REFERENCE, .record = reference_name(reader->city, type->text)};
    if (field->formula.record.len > 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(later_types); i++)
        if (str_equal(type->text, str_of(later_types[i])))
            return refuse_node(reader, type,
                "the type '%s' belongs to the language, but this version does not carry it out yet",
                later_types[i]);
    Str remedy = remedy_of_type(reader, type->text);
    return refuse_node(reader, type, "unknown type '%.*s' of %.*s%.*s", STR_ARGS(type->text), STR_ARGS(what),
        STR_ARGS(remedy));
}

static bool read_choice(Reader *reader, const YamlPair *pair, CityField *field)
{
    CityChoice choice;
    if (!read_named_value(reader, pair, "choice", &choice))
        return false;
    CityChoice *slot = VEC_PUSH(reader->arena, &field->choices);
    if (slot)
        *slot = choice;
    return slot != NULL;
}

/* The names as formulas know them. */
static const FormulaChoices *formula_choices(Reader *reader, const CityField *field)
{
    FormulaChoices *choices = ARENA_NEW(reader->arena, FormulaChoices);
    const char **names = arena_array(reader->arena, field->choices.len, sizeof *names);
    if (!choices || !names)
        return NULL;
    for (size_t i = 0; i < field->choices.len; i++)
        names[i] = arena_str(reader->arena, field->choices.at[i].name).at;
    *choices = (FormulaChoices){.name = field->name, .names = names, .count = field->choices.len};
    return choices;
}

static bool read_choices(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    bool has = field->type == CITY_FIELD_CHOICE || field->type == CITY_FIELD_CHOICES, ok = true;
    const YamlNode *choices = yaml_get(node, S("choices"));
    if (!has)
        return !choices || refuse_node(reader, choices, "only a choice has 'choices'; %.*s is of type %s",
                               STR_ARGS(what), types[field->type].name);
    if (!choices)
        return refuse_node(reader, node,
            "'choices' are missing in %.*s, as in choices: {small: {ja: 小}, large: {ja: 大}}",
            STR_ARGS(what));
    if (!expect_names(reader, choices, "choices", CITY_CHOICES_MAX))
        return false;
    for (size_t i = 0; i < choices->pairs.len; i++)
        ok &= read_choice(reader, &choices->pairs.at[i], field);
    if (choices->pairs.len == 0)
        return refuse_node(reader, choices, "there is nothing to choose in %.*s", STR_ARGS(what));
    field->formula.choices = formula_choices(reader, field);
    return ok && field->formula.choices != NULL;
}

static bool read_digits(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    const YamlNode *digits = yaml_get(node, S("digits"));
    int64_t count = 0;
    if (field->type == CITY_FIELD_DECIMAL && !digits)
        return refuse_node(reader, node,
            "'digits' is missing in %.*s: how many stand behind the point, 1 to 6", STR_ARGS(what));
    if (!digits)
        return true;
    if (field->type != CITY_FIELD_DECIMAL)
        return refuse_node(reader, digits, "only a decimal has 'digits'; %.*s is of type %s", STR_ARGS(what),
            types[field->type].name);
    if (!read_count(reader, digits, 1, 6, &count))
        return false;
    field->formula.digits = (int)count;
    return true;
}

static bool read_range(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    const YamlNode *min = yaml_get(node, S("min")), *max = yaml_get(node, S("max"));
    if ((min || max) && !types[field->type].has_range)
        return refuse_node(reader, min ? min : max,
            "min and max are for numbers and dates; %.*s is of type %s", STR_ARGS(what),
            types[field->type].name);
    bool ok = true;
    if (min)
        ok &= field->has_min = read_literal(reader, min, &field->formula, &field->min);
    if (max)
        ok &= field->has_max = read_literal(reader, max, &field->formula, &field->max);
    if (ok && min && max && field->min.integer > field->max.integer)
        return refuse_node(reader, max, "max is below min in %.*s", STR_ARGS(what));
    return ok;
}

static bool read_default(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    const YamlNode *initial = yaml_get(node, S("default"));
    field->initial = value_missing();
    if (!initial)
        return true;
    if (yaml_get(node, S("value")))
        return refuse_node(
            reader, initial, "%.*s has a 'value', so it needs no 'default'; remove one", STR_ARGS(what));
    if (field->type == CITY_FIELD_REFERENCE || field->type == CITY_FIELD_CHOICES)
        return refuse_node(reader, initial, "%.*s can have no 'default'", STR_ARGS(what));
    if (field->formula.kind != FORMULA_TEXT)
        return read_literal(reader, initial, &field->formula, &field->initial);
    if (!expect_scalar(reader, initial, "a text"))
        return false;
    field->initial = value_text(initial->text);
    return true;
}

static bool read_options(Reader *reader, const YamlNode *node, Str what, CityField *field)
{
    const YamlNode *help = yaml_get(node, S("help")), *unit = yaml_get(node, S("unit")),
                   *required = yaml_get(node, S("required")), *sensitive = yaml_get(node, S("sensitive")),
                   *locates = yaml_get(node, S("locates"));
    bool ok = read_title_of(reader, node, what, &field->title);
    ok &= read_was(reader, node, field->name, "field", &field->was);
    if (help)
        ok &= read_titled(reader, help, &field->help);
    if (unit && !types[field->type].has_unit)
        ok = refuse_node(reader, unit, "only integers and decimals have a 'unit'; %.*s is of type %s",
            STR_ARGS(what), types[field->type].name);
    else if (unit)
        ok &= read_titled(reader, unit, &field->unit);
    if (required)
        ok &= read_yes_no(reader, required, &field->required);
    if (sensitive)
        ok &= read_yes_no(reader, sensitive, &field->sensitive);
    if (locates)
        ok &= read_yes_no(reader, locates, &field->locates);
    return ok;
}

/* Names that the columns of every record, its state and what it is about have already. */
static bool check_field_name(Reader *reader, const CityRecordType *type, const YamlPair *pair)
{
    if (!check_name(reader, pair, "field"))
        return false;
    bool is_own =
        str_equal(pair->key, S("id")) || str_equal(pair->key, S("state")) || str_starts(pair->key, S("row_"));
    return !is_own || refuse_place(reader, pair->line, pair->column,
                          "every record has '%.*s' already; give the field of %.*s another name",
                          STR_ARGS(pair->key), STR_ARGS(type->name));
}

bool read_field(Reader *reader, const CityRecordType *type, const YamlPair *pair, CityField *field)
{
    static const char *const known[] = {"type", "title", "help", "required", "default", "value", "when",
        "check", "says", "min", "max", "unit", "digits", "choices", "sensitive", "locates", "was", "read_by",
        "write_by"};
    static const char *const later[] = {"pattern", "chart", "repeat"};
    *field = (CityField){.name = pair->key,
        .help = titled_empty(),
        .unit = titled_empty(),
        .says = titled_empty(),
        .origin = origin_of(reader, pair->line, pair->column)};
    Str what = part_words(reader, "field", pair->key, type);
    const YamlNode *node = pair->value;
    if (!check_field_name(reader, type, pair) || !expect_keys(reader, node, KEYS(known, later), what) ||
        !read_type(reader, node, what, field))
        return false;
    bool ok = read_options(reader, node, what, field);
    ok &= read_choices(reader, node, what, field);
    ok = ok && read_digits(reader, node, what, field);
    ok = ok && read_range(reader, node, what, field);
    return ok && read_default(reader, node, what, field);
}

void link_field(ServiceDraft *draft, CityRecordType *type, CityField *field, const YamlNode *node)
{
    if (field->type != CITY_FIELD_REFERENCE)
        return;
    Reader *reader = draft->reader;
    field->record = city_record_type(reader->city, draft->service, field->formula.record);
    if (field->record)
        return;
    Str name = field->formula.record;
    if (!speaks_of_broken(reader, name))
        refuse_node(reader, yaml_get(node, S("type")),
            "there is no record type '%.*s' for the field '%.*s' of %.*s", STR_ARGS(name),
            STR_ARGS(field->name), STR_ARGS(type->name));
    mark_broken(reader, field->name);
    field->type = CITY_FIELD_TEXT; /* so that the rest can be checked */
    field->formula = (FormulaType){.kind = FORMULA_TEXT};
}
