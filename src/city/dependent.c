/* city/dependent.c: the reverse index: which figures a change of a record may change.
 *
 * A term reads paths of its record: attended, session.held_on. The first step is a column of the record
 * itself; each further one is a column of the record that the steps before it lead to, and hangs the term on
 * that record type. What a person is on a day hangs on her birth, and who belongs to the population on the
 * days she lived here.
 */
#include "city/city_internal.h"

static bool same_steps(
    const CityDependent *dependent, const CityTerm *term, const size_t *steps, size_t count)
{
    return dependent->term == term && dependent->step_count == count &&
           memcmp(dependent->steps, steps, count * sizeof *steps) == 0;
}

/* Record types are read-only outside of this floor; while they are made, they are not. */
static CityRecordType *open_type(const City *city, const CityService *service, const CityRecordType *type)
{
    const CityService *owner = type->is_register && city->services.len > 0 ? city->services.at[0] : service;
    for (size_t i = 0; i < owner->record_types.len; i++)
        if (owner->record_types.at[i] == type)
            return owner->record_types.at[i];
    assert(!"a term reads record types of its service and of the registers");
    return NULL;
}

static void note_column(Reader *reader, const CityTerm *term, const CityRecordType *read_only,
    const size_t *steps, size_t step_count, size_t column)
{
    CityRecordType *type = open_type(reader->city, term->indicator->service, read_only);
    for (size_t i = 0; i < type->dependents.len; i++)
        if (same_steps(&type->dependents.at[i], term, steps, step_count)) {
            type->dependents.at[i].columns[column] = true;
            return;
        }
    bool *columns = arena_array(reader->arena, type->shape.count, sizeof(bool));
    CityDependent *slot = columns ? VEC_PUSH(reader->arena, &type->dependents) : NULL;
    if (!slot)
        return;
    columns[column] = true;
    *slot = (CityDependent){.term = term, .columns = columns, .step_count = step_count};
    memcpy(slot->steps, steps, step_count * sizeof *steps);
}

static const CityRecordType *type_behind(Reader *reader, const CityTerm *term, const FormulaField *field)
{
    if (field->type.kind != FORMULA_REFERENCE)
        return NULL;
    return city_record_type(reader->city, term->indicator->service, field->type.record);
}

static void note_path(Reader *reader, const CityTerm *term, const FormulaPath *path)
{
    const CityRegisters *registers = &reader->city->registers;
    const CityRecordType *type = term->record;
    size_t steps[FORMULA_PATH_MAX], step_count = 0;
    for (size_t i = 0; i < path->count && type; i++) {
        size_t column = path->fields[i]->column;
        bool is_of_day = column >= type->shape.count;
        note_column(reader, term, type, steps, step_count, is_of_day ? registers->person_birth : column);
        steps[step_count++] = column;
        type = type_behind(reader, term, path->fields[i]);
    }
}

static void note_formula(Reader *reader, const CityTerm *term, const Formula *formula)
{
    const FormulaPath *const *paths = NULL;
    size_t count = formula ? formula_paths(formula, &paths) : 0;
    for (size_t i = 0; i < count; i++)
        note_path(reader, term, paths[i]);
}

void note_dependents(Reader *reader, const CityTerm *term)
{
    const CityRegisters *registers = &reader->city->registers;
    size_t none[FORMULA_PATH_MAX] = {0};
    note_formula(reader, term, term->aggregate->value);
    note_formula(reader, term, term->aggregate->where);
    note_formula(reader, term, term->date);
    for (size_t i = 0; i < term->by.len; i++)
        note_formula(reader, term, term->by.at[i]);
    if (term->aggregate->kind != FORMULA_POPULATION)
        return;
    note_column(reader, term, term->record, none, 0, registers->person_from);
    note_column(reader, term, term->record, none, 0, registers->person_until);
}
