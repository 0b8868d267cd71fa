/* city/model.c: what formulas of a service may speak of: the registers' record types, then its own.
 *
 * A record is seen with its state, what it is about, itself (under the name of its type), and its fields. A
 * person has besides what she is on a day (CityAsOf); only population(...) may name that.
 */
#include "city/city_internal.h"

static const Str derived_names[CITY_AS_OF_COUNT] = {
    [CITY_AS_OF_AGE] = STR_LITERAL("age"),
    [CITY_AS_OF_AGE_MONTHS] = STR_LITERAL("age_months"),
    [CITY_AS_OF_SCHOOL_GRADE] = STR_LITERAL("school_grade"),
};

enum { OWN_FIELDS = 3 }; /* state, about, itself */

bool is_derived(const City *city, const FormulaPath *path)
{
    const CityRecordType *person = city->registers.person;
    for (size_t i = 0; person && i < path->count; i++)
        for (size_t k = 0; k < CITY_AS_OF_COUNT; k++)
            if (path->fields[i]->column == person->shape.count + k &&
                str_equal(path->fields[i]->name, derived_names[k]))
                return true;
    return false;
}

static FormulaType reference_to(const CityRecordType *type)
{
    return (FormulaType){.kind = FORMULA_REFERENCE, .record = type->name};
}

static bool is_person(const CityRecordType *type)
{
    return type->is_register && str_equal(type->name, S("person"));
}

static bool build_record(Reader *reader, const CityRecordType *type, FormulaRecord *out)
{
    FormulaField *fields =
        arena_array(reader->arena, type->fields.len + OWN_FIELDS + CITY_AS_OF_COUNT, sizeof *fields);
    size_t count = 0;
    if (!fields)
        return false;
    for (size_t i = 0; i < type->fields.len; i++)
        fields[count++] = (FormulaField){.name = type->fields.at[i].name,
            .type = type->fields.at[i].formula,
            .column = type->fields.at[i].column};
    if (type->states.len > 0)
        fields[count++] = (FormulaField){.name = S("state"),
            .type = {.kind = FORMULA_CHOICE, .choices = &type->state_names},
            .column = CITY_COLUMN_STATE};
    if (type->about)
        fields[count++] = (FormulaField){
            .name = type->about->name, .type = reference_to(type->about), .column = CITY_COLUMN_ABOUT};
    if (!city_field(type, type->name))
        fields[count++] =
            (FormulaField){.name = type->name, .type = reference_to(type), .column = CITY_COLUMN_ID};
    for (size_t i = 0; is_person(type) && i < CITY_AS_OF_COUNT; i++)
        fields[count++] = (FormulaField){
            .name = derived_names[i], .type = {.kind = FORMULA_INTEGER}, .column = type->shape.count + i};
    *out = (FormulaRecord){.name = type->name,
        .fields = fields,
        .count = count,
        .birth = is_person(type) ? S("birth") : STR_EMPTY};
    return true;
}

static const FormulaField *build_mine(Reader *reader)
{
    FormulaField *mine = arena_array(reader->arena, 2, sizeof *mine);
    if (!mine)
        return NULL;
    mine[0] = (FormulaField){
        .name = S("children"), .type = {.kind = FORMULA_REFERENCES, .record = S("person")}, .column = 0};
    mine[1] = (FormulaField){.name = S("unit"), .type = {.kind = FORMULA_TEXT}, .column = 1};
    return mine;
}

bool build_model(Reader *reader, CityService *service)
{
    const City *city = reader->city;
    const CityService *registers = city->services.len > 0 ? city->services.at[0] : service;
    size_t count = service->record_types.len + (registers == service ? 0 : registers->record_types.len);
    FormulaModel *model = ARENA_NEW(reader->arena, FormulaModel);
    FormulaRecord *records = arena_array(reader->arena, count, sizeof *records);
    const FormulaField *mine = build_mine(reader);
    if (!model || !records || !mine)
        return false;
    size_t at = 0;
    if (registers != service)
        for (; at < registers->record_types.len; at++)
            records[at] = registers->model->records[at];
    for (size_t i = 0; i < service->record_types.len; i++)
        if (!build_record(reader, service->record_types.at[i], &records[at++]))
            return false;
    *model = (FormulaModel){.records = records,
        .record_count = count,
        .parameters = city->formula_parameters.at,
        .parameter_count = city->formula_parameters.len,
        .me = {.kind = FORMULA_REFERENCE, .record = S("person")},
        .mine = mine,
        .mine_count = 2,
        .population = S("person"),
        .functions = city_functions,
        .function_count = city_function_count};
    service->model = model;
    return true;
}
