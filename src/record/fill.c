/* record/fill.c: the fields of a row set from what was typed, and everything wrong with it said in one go.
 *
 * In this order: what was typed, where the actor may write it; defaults; values that are computed; `when` (a
 * field that is not there has no value); then required, and the checks that look at something that changed. A
 * change leaves alone what it does not touch, so a record that was in order under an older declaration can
 * still be changed.
 */
#include "record/protect.h"

typedef struct Filling {
    Work *work;
    const CityRecordType *type;
    Row *row;
    const Row *before; /* NULL: new */
    size_t item;
    RecordFaults *faults;
    bool *typed, *wrong, *changed; /* for each field */
    bool failed;
} Filling;

static void add_fault(Filling *filling, RecordFault fault)
{
    Error full;
    fault.item = filling->item;
    if (!fault_add(filling->work->arena, filling->faults, fault, &full))
        filling->failed = true;
}

static void refuse_field(Filling *filling, size_t i, RecordFaultKind kind, Value limit)
{
    if (filling->wrong[i])
        return;
    filling->wrong[i] = true;
    add_fault(filling, (RecordFault){.kind = kind, .field = &filling->type->fields.at[i], .limit = limit});
}

static bool may_type_computed(const Filling *filling)
{
    const Actor *actor = &filling->work->asking->actor;
    return actor->is_job || actor_is_staff(actor);
}

/* What somebody may not see she does not change: whether a change was one would tell what stands there. */
static bool is_masked(const Filling *filling, const CityField *field)
{
    Sight *sight = &filling->work->sight;
    return field->locates && filling->before && !protection_may_lift(sight) &&
           protection_hides(sight, filling->type, filling->before);
}

/* Whether the actor may write the field at all: of a record that is there also what she may not read stays as
 * it is, as a change would tell whether it was one. A new row is asked again when it is whole. */
static bool is_open(const Filling *filling, const CityField *field)
{
    Sight *sight = &filling->work->sight;
    if (!filling->before)
        return access_field_is_given(filling->type, field, &sight->asking->actor, ACCESS_CREATE);
    return access_allows_field(sight, filling->type, field, filling->before, ACCESS_WRITE) &&
           access_allows_field(sight, filling->type, field, filling->before, ACCESS_READ);
}

static void take_input(Filling *filling, const RecordInput *input)
{
    const CityField *field = city_field_or_former(filling->type, input->field);
    InputProblem problem;
    Value value;
    if (!field) {
        add_fault(filling, (RecordFault){.kind = RECORD_FAULT_UNKNOWN_FIELD, .name = input->field});
        return;
    }
    size_t i = (size_t)(field - filling->type->fields.at);
    filling->typed[i] = true;
    if (is_masked(filling, field) || !is_open(filling, field)) {
        refuse_field(filling, i, RECORD_FAULT_NOT_WRITABLE, value_missing());
        return;
    }
    if (input_value(&filling->work->sight, field, input->text, &value, &problem))
        filling->row->values[field->column] = value;
    else
        refuse_field(filling, i, problem.kind, problem.limit);
}

static void set_defaults(Filling *filling)
{
    for (size_t i = 0; i < filling->type->fields.len; i++) {
        const CityField *field = &filling->type->fields.at[i];
        if (!filling->before && !filling->typed[i] && field->initial.type != VALUE_MISSING)
            filling->row->values[field->column] = field->initial;
    }
}

/* A computed value stands when there is one; where there is none, the city's people may type it. */
static void set_computed(Filling *filling, size_t i)
{
    const CityField *field = &filling->type->fields.at[i];
    Value typed = filling->row->values[field->column];
    bool is_typed = filling->typed[i] && typed.type != VALUE_MISSING;
    if (filling->before && !filling->typed[i])
        return; /* computed when the record was made */
    Value computed = sight_evaluate(&filling->work->sight, filling->type, filling->row, field->value);
    bool stands = computed.type != VALUE_MISSING || !may_type_computed(filling);
    if (!stands)
        return;
    Value kept = filling->before ? row_value(filling->before, field->column) : computed;
    filling->row->values[field->column] = kept;
    if (filling->wrong[i] || (is_typed && !value_same(typed, kept)))
        refuse_field(filling, i, RECORD_FAULT_NOT_WRITABLE, value_missing());
}

static bool is_there(Filling *filling, const CityField *field)
{
    return !field->when ||
           formula_holds(sight_evaluate(&filling->work->sight, filling->type, filling->row, field->when));
}

/* What is not there now cannot be written; a new record has no value in it. */
static void apply_when(Filling *filling, size_t i)
{
    const CityField *field = &filling->type->fields.at[i];
    if (is_there(filling, field))
        return;
    bool is_given = filling->row->values[field->column].type != VALUE_MISSING;
    Value before = filling->before ? row_value(filling->before, field->column) : value_missing();
    if (filling->typed[i] && is_given && !value_same(before, filling->row->values[field->column]))
        refuse_field(filling, i, RECORD_FAULT_NOT_WRITABLE, value_missing());
    filling->row->values[field->column] = before;
}

static void note_changes(Filling *filling)
{
    for (size_t i = 0; i < filling->type->fields.len; i++) {
        size_t column = filling->type->fields.at[i].column;
        filling->changed[i] = !filling->before || !value_same(row_value(filling->before, column),
                                                      row_value(filling->row, column));
    }
}

/* Whether a formula of the record looks at a field that changed. */
static bool depends_on_change(const Filling *filling, const Formula *formula)
{
    const FormulaPath *const *paths = NULL;
    size_t count = formula ? formula_paths(formula, &paths) : 0;
    for (size_t p = 0; p < count; p++) {
        if (paths[p]->is_mine || paths[p]->count == 0)
            continue;
        const CityField *field = city_field_of_column(filling->type, paths[p]->fields[0]->column);
        if (field && filling->changed[field - filling->type->fields.at])
            return true;
    }
    return false;
}

/* Of whoever may not write a field it is not asked. */
static bool is_asked(const Filling *filling, const CityField *field)
{
    Sight *sight = &filling->work->sight;
    if (!is_open(filling, field))
        return false;
    if (filling->before || field->write_by.len == 0)
        return true;
    /* a record that she may not make at all is refused as such, not for a field */
    return access_allows_field(sight, filling->type, field, filling->row, ACCESS_CREATE) ||
           !access_allows(sight, filling->type, filling->row, ACCESS_CREATE);
}

/* What was typed into a new record by a role whose line of access does not make this one. */
static void refuse_closed(Filling *filling)
{
    for (size_t i = 0; i < filling->type->fields.len; i++)
        if (filling->typed[i] && !is_asked(filling, &filling->type->fields.at[i]))
            refuse_field(filling, i, RECORD_FAULT_NOT_WRITABLE, value_missing());
}

static void check_field(Filling *filling, size_t i)
{
    const CityField *field = &filling->type->fields.at[i];
    bool touched = filling->changed[i] || filling->typed[i];
    if (filling->wrong[i] || !is_there(filling, field))
        return;
    bool is_missing = row_value(filling->row, field->column).type == VALUE_MISSING;
    if (field->required && is_missing && is_asked(filling, field) &&
        (touched || depends_on_change(filling, field->when)))
        refuse_field(filling, i, RECORD_FAULT_REQUIRED, value_missing());
    else if (field->check && !is_missing && (touched || depends_on_change(filling, field->check)) &&
             !formula_passes(
                 sight_evaluate(&filling->work->sight, filling->type, filling->row, field->check)))
        refuse_field(filling, i, RECORD_FAULT_CHECK, value_missing());
}

bool fill_row(Work *work, const CityRecordType *type, Row *row, const Row *before, const RecordInput *inputs,
    size_t input_count, size_t item, RecordFaults *faults, Error *error)
{
    Filling filling = {
        .work = work, .type = type, .row = row, .before = before, .item = item, .faults = faults};
    filling.typed = arena_array(work->arena, type->fields.len, sizeof(bool));
    filling.wrong = arena_array(work->arena, type->fields.len, sizeof(bool));
    filling.changed = arena_array(work->arena, type->fields.len, sizeof(bool));
    if (!filling.typed || !filling.wrong || !filling.changed)
        return error_memory(error);
    for (size_t i = 0; i < input_count; i++)
        take_input(&filling, &inputs[i]);
    set_defaults(&filling);
    for (size_t i = 0; i < type->fields.len; i++)
        if (type->fields.at[i].value)
            set_computed(&filling, i);
    for (size_t i = 0; i < type->fields.len; i++)
        if (type->fields.at[i].when)
            apply_when(&filling, i);
    note_changes(&filling);
    refuse_closed(&filling);
    for (size_t i = 0; i < type->fields.len; i++)
        check_field(&filling, i);
    return !filling.failed ? sight_ok(&work->sight, error) : error_memory(error);
}
