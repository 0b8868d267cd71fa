/* city/register.c: the product's own record types: person, household, guardianship, protection, facility ...
 *
 * They are declared in registers.yaml, in the same language as everything else, and compiled before a city's
 * services as the service "registers". A few of their fields are known to the product by name: who is whose
 * guardian, when a person was born and lived here.
 */
#include "city/city_internal.h"

static size_t column_of(const CityRecordType *type, const char *field)
{
    const CityField *found = city_field(type, str_of(field));
    assert(found && "registers.yaml declares the fields that the product speaks of");
    return found->column;
}

static void build_person_as_of(City *city)
{
    static const RowColumn derived[CITY_AS_OF_COUNT] = {
        [CITY_AS_OF_AGE] = {STR_LITERAL("age"), VALUE_INTEGER},
        [CITY_AS_OF_AGE_MONTHS] = {STR_LITERAL("age_months"), VALUE_INTEGER},
        [CITY_AS_OF_SCHOOL_GRADE] = {STR_LITERAL("school_grade"), VALUE_INTEGER},
    };
    const RowShape *person = &city->registers.person->shape;
    RowColumn *columns = arena_array(city->arena, person->count + CITY_AS_OF_COUNT, sizeof *columns);
    if (!columns)
        return;
    memcpy(columns, person->columns, person->count * sizeof *columns);
    memcpy(columns + person->count, derived, sizeof derived);
    city->registers.person_as_of = (RowShape){.columns = columns, .count = person->count + CITY_AS_OF_COUNT};
}

static const CityRecordType *type_of(const CityService *service, const char *name)
{
    for (size_t i = 0; i < service->record_types.len; i++)
        if (str_equal(service->record_types.at[i]->name, str_of(name)))
            return service->record_types.at[i];
    assert(!"registers.yaml declares the registers");
    return NULL;
}

static void find_protection(CityRegisters *registers, const CityService *service)
{
    registers->protection = type_of(service, "protection");
    registers->protected_with = type_of(service, "protected_with");
    registers->protected_from = type_of(service, "protected_from");
    registers->protection_person = column_of(registers->protection, "person");
    registers->protection_from = column_of(registers->protection, "from");
    registers->protection_until = column_of(registers->protection, "until");
    registers->delivery_name = column_of(registers->protection, "delivery_name");
    registers->delivery_postal_code = column_of(registers->protection, "delivery_postal_code");
    registers->delivery_address = column_of(registers->protection, "delivery_address");
    registers->protected_with_person = column_of(registers->protected_with, "person");
    registers->protected_from_person = column_of(registers->protected_from, "person");
}

/* Before the formulas of registers.yaml are compiled, which may speak of persons. */
void find_registers(City *city, const CityService *service)
{
    CityRegisters *registers = &city->registers;
    registers->person = type_of(service, "person");
    registers->household = type_of(service, "household");
    registers->guardianship = type_of(service, "guardianship");
    registers->facility = type_of(service, "facility");
    find_protection(registers, service);
    registers->person_name = column_of(registers->person, "name");
    registers->person_birth = column_of(registers->person, "birth");
    registers->person_household = column_of(registers->person, "household");
    registers->person_from = column_of(registers->person, "resident_from");
    registers->person_until = column_of(registers->person, "resident_until");
    registers->guardian = column_of(registers->guardianship, "guardian");
    registers->ward = column_of(registers->guardianship, "child");
    registers->guardian_from = column_of(registers->guardianship, "from");
    registers->guardian_until = column_of(registers->guardianship, "until");
    build_person_as_of(city);
}

void read_registers(City *city, CityProblems *problems)
{
    Reader reader;
    Error error = {0};
    reader_init(&reader, city, problems, S("registers.yaml"), city_registers_text);
    const YamlNode *root = yaml_read(city->arena, reader.text, reader.file, &error);
    if (root)
        read_service(&reader, root);
    else
        (void)refuse_error(&reader, &error);
}
