/* city/narrow.c: fields that fewer people read or write than the record: `read_by`, `write_by`.
 *
 *     read_by    roles through whose lines of `access` the field is read; nobody else is shown it
 *     write_by   roles through whose lines it is written; without it, those of read_by
 *
 * The lists only take away: a role that `access` lets in nowhere is refused here. What is computed from a
 * field, or there only depending on it, is read by the same roles, unless it says so itself. What names a
 * record is read by all who read the record, so it is never narrowed. At the end an empty list means that
 * nothing was narrowed: reading lists without a role are errors.
 */
#include "city/city_internal.h"

typedef enum Narrowing { NARROWS_READING, NARROWS_WRITING } Narrowing;

static const char *const keys[] = {[NARROWS_READING] = "read_by", [NARROWS_WRITING] = "write_by"};

static bool gives(const CityAccess *access, Narrowing narrowing)
{
    return narrowing == NARROWS_READING ? access->read.is_given
                                        : access->create.is_given || access->write.is_given;
}

static bool is_let_in(const CityRecordType *type, Str role, Narrowing narrowing)
{
    for (size_t i = 0; i < type->access.len; i++)
        if (str_equal(type->access.at[i].role, role) && gives(&type->access.at[i], narrowing))
            return true;
    return false;
}

static bool names_role(const CityWords *roles, Str role)
{
    for (size_t i = 0; i < roles->len; i++)
        if (str_equal(roles->at[i], role))
            return true;
    return false;
}

bool city_narrows_to(const CityWords *roles, Str role)
{
    return roles->len == 0 || names_role(roles, role);
}

/* One word of the list: a role, or a group, of which those are meant whom `access` lets in. */
static void read_word_of_list(Reader *reader, const YamlNode *node, const CityRecordType *type,
    const CityField *field, Narrowing narrowing, CityWords *out)
{
    CityWords named = {0};
    size_t before = out->len;
    read_roles(reader, node, &named);
    for (size_t i = 0; i < named.len; i++)
        if (is_let_in(type, named.at[i], narrowing))
            add_role(reader, named.at[i], out);
    bool was_named = named.len > 0 && names_role(out, named.at[0]);
    if (out->len == before && !was_named && named.len > 0)
        refuse_node(reader, node,
            "'%.*s' may not %s records of %.*s at all, and '%s' of '%.*s' only takes away; take it out of "
            "the "
            "list, or add a line to 'access'",
            STR_ARGS(node->text), narrowing == NARROWS_READING ? "read" : "create or write",
            STR_ARGS(type->name), keys[narrowing], STR_ARGS(field->name));
}

static void read_list(
    Reader *reader, const YamlNode *fields, const CityRecordType *type, CityField *field, Narrowing narrowing)
{
    const YamlNode *list = yaml_get(fields, str_of(keys[narrowing]));
    CityWords *out = narrowing == NARROWS_READING ? &field->read_by : &field->write_by;
    if (!list)
        return;
    const size_t count = count_items(reader, list);
    for (size_t i = 0; i < count; i++)
        read_word_of_list(reader, item_at(list, i), type, field, narrowing, out);
    if (list->kind == YAML_LIST && list->items.len == 0)
        refuse_node(reader, list, "'%s' of '%.*s' names nobody; name a role, or leave it away",
            keys[narrowing], STR_ARGS(field->name));
}

void read_narrowing(ServiceDraft *draft, TypeDraft *type)
{
    for (size_t i = 0; i < type->type->fields.len; i++) {
        CityField *field = &type->type->fields.at[i];
        read_list(draft->reader, type->fields.at[i], type->type, field, NARROWS_READING);
        read_list(draft->reader, type->fields.at[i], type->type, field, NARROWS_WRITING);
    }
}

/* --- what follows from it ------------------------------------------------------------------------ */

/* The roles that read the first narrowed field which the formula looks at; NULL: none. */
static const CityWords *readers_of(const City *city, const CityRecordType *type, const Formula *formula)
{
    const FormulaPath *const *paths = NULL;
    size_t count = formula ? formula_paths(formula, &paths) : 0;
    for (size_t p = 0; p < count; p++) {
        const CityRecordType *at = paths[p]->is_mine ? city->registers.person : type;
        for (size_t k = 0; at && k < paths[p]->count; k++) {
            size_t column = paths[p]->fields[k]->column;
            const CityField *step = city_field_of_column(at, column);
            if (step && step->read_by.len > 0)
                return &step->read_by;
            at = step ? step->record : column == CITY_COLUMN_ABOUT ? at->about : at;
        }
    }
    return NULL;
}

/* Whether something was narrowed that was not. */
static bool inherit(const City *city, const CityRecordType *type, CityField *field)
{
    if (field->read_by.len > 0)
        return false;
    const CityWords *readers = readers_of(city, type, field->value);
    if (!readers)
        readers = readers_of(city, type, field->when);
    if (readers)
        field->read_by = *readers;
    return readers != NULL;
}

static bool may_be_made_with(const CityRecordType *type, const CityField *field)
{
    bool may = field->write_by.len == 0;
    for (size_t i = 0; i < type->access.len && !may; i++)
        may =
            type->access.at[i].create.is_given && city_narrows_to(&field->write_by, type->access.at[i].role);
    return may;
}

static void check_narrowing(Reader *reader, CityRecordType *type)
{
    for (size_t i = 0; i < type->fields.len; i++) {
        CityField *field = &type->fields.at[i];
        if (field->write_by.len == 0)
            field->write_by = field->read_by;
        type->has_narrowed |= field->read_by.len > 0;
        if (field->read_by.len > 0 && type->label == (ptrdiff_t)i)
            refuse_origin(reader, &field->origin,
                "'%.*s' names the records of %.*s to all who read them, so it cannot have 'read_by'; name "
                "another field by 'label'",
                STR_ARGS(field->name), STR_ARGS(type->name));
        bool is_filled = field->value || field->initial.type != VALUE_MISSING;
        if (field->required && !is_filled && !may_be_made_with(type, field))
            refuse_origin(reader, &field->origin,
                "'%.*s' of %.*s is required, and nobody who may create a record may write it; add such a "
                "role to '%s', or give the field a 'default'",
                STR_ARGS(field->name), STR_ARGS(type->name), keys[NARROWS_WRITING]);
    }
}

/* A letter goes to a person, who reads it as a resident. */
static void check_letter(Reader *reader, const CityTransition *transition)
{
    for (size_t i = 0; i < transition->letter_holes.len; i++) {
        const CityHole *hole = &transition->letter_holes.at[i];
        const CityWords *readers = readers_of(reader->city, transition->letter_record, hole->formula);
        if (readers && !names_role(readers, S("resident")) && !names_role(readers, S("anyone")))
            refuse_origin(reader, &transition->origin,
                "the letter '%.*s' would tell a resident {%.*s}, which 'read_by' keeps from residents; take "
                "it "
                "out of the letter, or add resident to 'read_by'",
                STR_ARGS(transition->letter->name), STR_ARGS(hole->path));
    }
}

void settle_narrowing(ServiceDraft *draft)
{
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < draft->types.len; i++) {
            CityRecordType *type = draft->types.at[i].type;
            for (size_t k = 0; k < type->fields.len; k++)
                again |= inherit(draft->reader->city, type, &type->fields.at[k]);
        }
    }
    for (size_t i = 0; i < draft->types.len; i++) {
        CityRecordType *type = draft->types.at[i].type;
        check_narrowing(draft->reader, type);
        for (size_t k = 0; k < type->transitions.len; k++)
            check_letter(draft->reader, &type->transitions.at[k]);
    }
}
