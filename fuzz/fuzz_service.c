/* fuzz/fuzz_service.c: any bytes as a service of a small city.
 *
 * What must hold: a City without errors, or errors with words and places; in a City every name that a
 * declaration gives has been found.
 */
#include "fuzz.h"

#include "../tests/unit/city/mizube.h"

#define ROOM ((size_t)16 << 20)

static void check_transitions(const CityRecordType *type)
{
    FUZZ_CHECK((type->states.len == 0) == (type->starts.len == 0));
    FUZZ_CHECK(type->states.len == 0 || city_state(type, type->starts));
    for (size_t i = 0; i < type->transitions.len; i++) {
        const CityTransition *transition = &type->transitions.at[i];
        FUZZ_CHECK(city_state(type, transition->to) && transition->from.len > 0);
        for (size_t k = 0; k < transition->from.len; k++)
            FUZZ_CHECK(city_state(type, transition->from.at[k]));
        FUZZ_CHECK(transition->automatic || transition->by.len > 0);
        FUZZ_CHECK(!transition->letter || (transition->letter_record && transition->letter_to));
    }
}

static void check_type(const City *city, const CityRecordType *type)
{
    FUZZ_CHECK(type->table.len > 0 && type->table.len <= 63);
    FUZZ_CHECK(city_record_type_of_table(city, type->table) == type);
    FUZZ_CHECK(type->shape.count == CITY_COLUMN_COUNT + type->fields.len);
    for (size_t i = 0; i < type->fields.len; i++) {
        const CityField *field = &type->fields.at[i];
        FUZZ_CHECK(city_field_of_column(type, field->column) == field);
        FUZZ_CHECK((field->type == CITY_FIELD_REFERENCE) == (field->record != NULL));
    }
    FUZZ_CHECK(!type->has_seats || (type->about && type->seats.capacity));
    check_transitions(type);
}

static void check_indicator(const CityIndicator *indicator)
{
    FUZZ_CHECK(indicator->value && indicator->terms.len > 0);
    for (size_t i = 0; i < indicator->terms.len; i++) {
        const CityTerm *term = &indicator->terms.at[i];
        FUZZ_CHECK(term->record && term->indicator == indicator);
        FUZZ_CHECK(term->date || term->aggregate->kind == FORMULA_POPULATION);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(ROOM);
    FUZZ_CHECK(arena != NULL);
    CLEANUP(city_cleanup) City *city = NULL;
    CityProblems problems = {.arena = arena};
    Error error = {0};
    const Str text = {(const char *)data, size};
    bool compiled = compile_service(&city, arena, S("services/fuzz.yaml"), text, &problems, &error);
    FUZZ_CHECK(compiled == (city != NULL));
    if (!compiled) {
        FUZZ_CHECK(error.message[0] != '\0');
        FUZZ_CHECK(error.code == ERROR_MEMORY || problems.errors > 0);
        return 0;
    }
    FUZZ_CHECK(problems.errors == 0);
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *service = city->services.at[i];
        for (size_t k = 0; k < service->record_types.len; k++)
            check_type(city, service->record_types.at[k]);
        for (size_t k = 0; k < service->indicators.len; k++)
            check_indicator(service->indicators.at[k]);
    }
    return 0;
}
