/* tests/unit/formula/fixture.c: see fixture.h. */
#include "fixture.h"

#include "base/date.h"
#include "base/decimal.h"

#define FIELD(index, name_, kind_, ...)                                                               \
    {                                                                                                 \
        .name = STR_LITERAL(name_), .type = {.kind = FORMULA_##kind_, __VA_ARGS__}, .column = (index) \
    }
#define RECORD(name_, fields_, ...)                                                            \
    {                                                                                          \
        .name = STR_LITERAL(name_), .fields = fields_, .count = COUNT_OF(fields_), __VA_ARGS__ \
    }

static const char *const state_names[] = {"draft", "open", "closed", "held"};
static const char *const kind_names[] = {"new", "again", "no", "fee"};
static const char *const day_names[] = {"mon", "wed", "sat", "sun"};
static const FormulaChoices states = {STR_LITERAL("state"), state_names, COUNT_OF(state_names)};
static const FormulaChoices entry_kinds = {STR_LITERAL("kind"), kind_names, COUNT_OF(kind_names)};
static const FormulaChoices days = {STR_LITERAL("days"), day_names, COUNT_OF(day_names)};

static const FormulaField session_fields[] = {
    FIELD(0, "name", TEXT, .digits = 0),
    FIELD(1, "held_on", DATE, .digits = 0),
    FIELD(2, "closes_on", DATE, .digits = 0),
    FIELD(3, "state", CHOICE, .choices = &states),
    FIELD(4, "capacity", INTEGER, .digits = 0),
    FIELD(5, "fee", YEN, .digits = 0),
    FIELD(6, "rate", DECIMAL, .digits = 2),
    FIELD(7, "starts_at", TIME, .digits = 0),
    FIELD(8, "opens_at", DATETIME, .digits = 0),
    FIELD(9, "year", FISCAL_YEAR, .digits = 0),
    FIELD(10, "days", CHOICES, .choices = &days),
    FIELD(11, "indoor", BOOLEAN, .digits = 0),
    FIELD(12, "leader", REFERENCE, .record = STR_LITERAL("person")),
};

static const FormulaField entry_fields[] = {
    FIELD(0, "session", REFERENCE, .record = STR_LITERAL("session")),
    FIELD(1, "child", REFERENCE, .record = STR_LITERAL("person")),
    FIELD(2, "guardian", REFERENCE, .record = STR_LITERAL("person")),
    FIELD(3, "attended", BOOLEAN, .digits = 0),
    FIELD(4, "fee", YEN, .digits = 0),
    FIELD(5, "siblings", INTEGER, .digits = 0),
    FIELD(6, "kind", CHOICE, .choices = &entry_kinds),
    FIELD(7, "before", CHOICE, .choices = &entry_kinds),
};

static const FormulaField person_fields[] = {
    FIELD(0, "name", TEXT, .digits = 0),
    FIELD(1, "birth_date", DATE, .digits = 0),
    FIELD(2, "school_grade", INTEGER, .digits = 0),
};

static const FormulaField unit_fields[] = {FIELD(0, "name", TEXT, .digits = 0)};

static const FormulaRecord records[] = {
    RECORD("session", session_fields, .birth = STR_LITERAL("")),
    RECORD("entry", entry_fields, .birth = STR_LITERAL("")),
    RECORD("person", person_fields, .birth = STR_LITERAL("birth_date")),
    RECORD("unit", unit_fields, .birth = STR_LITERAL("")),
};

static const FormulaParameter parameters[] = {
    {.name = STR_LITERAL("school_aid_limit"),
        .type = {.kind = FORMULA_YEN},
        .arguments = {{.kind = FORMULA_INTEGER}},
        .argument_count = 1},
    {.name = STR_LITERAL("fee_rate"), .type = {.kind = FORMULA_DECIMAL, .digits = 3}},
};

static const FormulaField mine[] = {
    FIELD(0, "unit", REFERENCE, .record = STR_LITERAL("unit")),
    FIELD(1, "children", REFERENCES, .record = STR_LITERAL("person")),
};

static Value guardian_of(FormulaCall *call)
{
    return value_boolean(call->arguments[0].integer == 1 && call->arguments[1].integer == 2);
}

static const FormulaFunction functions[] = {
    {.name = "guardian_of",
        .arguments = {{FORMULA_IS(REFERENCE), FORMULA_ARGUMENT_PLAIN},
            {FORMULA_IS(REFERENCE), FORMULA_ARGUMENT_PLAIN}},
        .min = 2,
        .max = 2,
        .result = FORMULA_BOOLEAN,
        .evaluate = guardian_of},
};

const FormulaModel city_model = {
    .records = records,
    .record_count = COUNT_OF(records),
    .parameters = parameters,
    .parameter_count = COUNT_OF(parameters),
    .me = {.kind = FORMULA_REFERENCE, .record = STR_LITERAL("person")},
    .mine = mine,
    .mine_count = COUNT_OF(mine),
    .population = STR_LITERAL("person"),
    .functions = functions,
    .function_count = COUNT_OF(functions),
};

const FormulaOrigin city_origin = {
    .file = STR_LITERAL("city.yaml"), .line = 7, .column = 12, .next_lines_column = 5};

FormulaScope city_scope(const char *record)
{
    return (FormulaScope){.model = &city_model,
        .record = str_of(record),
        .allows_today = true,
        .allows_me = true,
        .allows_aggregates = true};
}

Formula *compile(Arena *arena, const char *record, const char *text)
{
    const FormulaScope scope = city_scope(record);
    Formula *formula = NULL;
    Error error = {0};
    if (!formula_compile(&formula, arena, &scope, &city_origin, str_of(text), NULL, &error))
        fail_msg("%s\n%ld:%ld: %s", text, error.line, error.column, error.message);
    return formula;
}

static const FormulaRecord *find(const char *record)
{
    for (size_t i = 0; i < COUNT_OF(records); i++)
        if (str_equal(records[i].name, str_of(record)))
            return &records[i];
    fail_msg("no record type %s", record);
    return NULL;
}

const Row *row_of(Arena *arena, const char *record, size_t count, const Given *given)
{
    const FormulaRecord *type = find(record);
    RowColumn *columns = arena_array(arena, type->count, sizeof(*columns));
    RowShape *shape = ARENA_NEW(arena, RowShape);
    Row *row = ARENA_NEW(arena, Row);
    assert_non_null(row);
    for (size_t i = 0; i < type->count; i++)
        columns[i] =
            (RowColumn){.name = type->fields[i].name, .type = formula_value_type(type->fields[i].type.kind)};
    *shape = (RowShape){.columns = columns, .count = type->count};
    *row = (Row){.shape = shape, .values = arena_array(arena, type->count, sizeof(Value))};
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t column = row_column(shape, str_of(given[i].field));
        assert_true(column >= 0);
        row->values[column] = given[i].value;
    }
    return row;
}

Value value_of(Arena *arena, const char *record, const char *text, size_t count, const Given *given)
{
    const FormulaContext context = {.arena = arena,
        .row = record[0] != '\0' ? row_of(arena, record, count, given) : NULL,
        .today = value_date(date_to_days((Date){2018, 6, 1}))};
    return formula_evaluate(compile(arena, record, text), &context);
}

const char *show(Arena *arena, Value value)
{
    switch (value.type) {
    case VALUE_MISSING:
        return "missing";
    case VALUE_BOOLEAN:
        return value.integer != 0 ? "yes" : "no";
    case VALUE_DECIMAL:
        return arena_str(arena, decimal_print(arena, value.integer)).at;
    case VALUE_DATE:
        return date_print_iso(arena, date_from_days((int32_t)value.integer)).at;
    case VALUE_TEXT:
        return arena_str(arena, value.text).at;
    default:
        return arena_printf(arena, "%lld", (long long)value.integer).at;
    }
}
