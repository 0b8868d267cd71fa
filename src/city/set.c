/* city/set.c: formulas over all rows of a record type, as trees with the joins that their paths want.
 *
 * The table itself is called "r". A reference on the way of a path is followed by a join whose alias is made
 * of the columns followed, "r_7_10", so that two paths with a common beginning share it. What is known when
 * the query is made (today, who acts, whose guardian she is) becomes values.
 *
 * What must hold: a tree answers for each row what formula_evaluate answers for it.
 */
#include "city/set.h"

#define ROOT S("r")

/* Of one formula: the tree of `me` is recognised again when it is given to a function. */
typedef struct Mapping {
    CitySet *set;
    const DbTree *me;
} Mapping;

void city_set_init(CitySet *set, Arena *arena, const City *city, const CityRecordType *type)
{
    *set = (CitySet){.arena = arena, .city = city, .type = type};
}

const DbTree *city_set_column(CitySet *set, size_t column)
{
    const RowColumn *of = &set->type->shape.columns[column];
    return db_tree_column(set->arena, ROOT, of->name, of->type);
}

void city_set_select(const CitySet *set, DbSelect *select)
{
    select->table = set->type->table;
    select->alias = ROOT;
    select->joins = set->joins.at;
    select->join_count = set->joins.len;
}

/* --- paths ------------------------------------------------------------------------------------ */

/* What a reference column leads to; NULL when it is none. */
static const CityRecordType *target_of(const CityRecordType *type, size_t column)
{
    if (column == CITY_COLUMN_ID)
        return type;
    if (column == CITY_COLUMN_ABOUT)
        return type->about;
    const CityField *field = city_field_of_column(type, column);
    return field == NULL ? NULL : field->record;
}

static bool is_joined(const CitySet *set, Str alias)
{
    for (size_t i = 0; i < set->joins.len; i++)
        if (str_equal(set->joins.at[i].alias, alias))
            return true;
    return false;
}

/* The alias of what the column of `alias` leads to, joined when it is not yet; empty without memory. A record
 * leads to itself by its key. */
static Str follow(CitySet *set, Str alias, const CityRecordType *type, size_t column)
{
    if (column == CITY_COLUMN_ID)
        return alias;
    Str there = arena_printf(set->arena, "%.*s_%zu", STR_ARGS(alias), column);
    if (is_joined(set, there))
        return there;
    const RowColumn *from = &type->shape.columns[column];
    DbJoin *join = VEC_PUSH(set->arena, &set->joins);
    if (join == NULL)
        return STR_EMPTY;
    *join = (DbJoin){.table = target_of(type, column)->table,
        .alias = there,
        .on = db_tree_call(set->arena, DB_EQUAL, db_tree_column(set->arena, there, S("id"), VALUE_REFERENCE),
            db_tree_column(set->arena, alias, from->name, from->type))};
    return there;
}

const DbTree *city_set_path(CitySet *set, const size_t *columns, size_t count)
{
    const CityRecordType *type = set->type;
    Str alias = ROOT;
    for (size_t i = 0; i + 1 < count && alias.len > 0; i++) {
        alias = follow(set, alias, type, columns[i]);
        type = target_of(type, columns[i]);
    }
    const RowColumn *last = &type->shape.columns[columns[count - 1]];
    return alias.len > 0 ? db_tree_column(set->arena, alias, last->name, last->type) : NULL;
}

/* What a person is on the day of the set: her age and its kin, from her birth. */
static const DbTree *as_of_column(CitySet *set, Str alias, size_t which)
{
    const CityRegisters *registers = &set->city->registers;
    const RowColumn *birth = &registers->person->shape.columns[registers->person_birth];
    if (set->as_of.type != VALUE_DATE)
        return NULL;
    const DbTree *born = db_tree_column(set->arena, alias, birth->name, birth->type);
    const DbTree *day = db_tree_value(set->arena, set->as_of, VALUE_DATE);
    if (which == CITY_AS_OF_SCHOOL_GRADE)
        return db_tree_call(set->arena, DB_SCHOOL_GRADE, born, day);
    const DbTree *months = db_tree_call(set->arena, DB_AGE_MONTHS, born, day);
    if (which == CITY_AS_OF_AGE_MONTHS)
        return months;
    return db_tree_call(set->arena, DB_MULTIPLY_DIVIDE_DOWN, months,
        db_tree_value(set->arena, value_integer(1), VALUE_INTEGER),
        db_tree_value(set->arena, value_integer(12), VALUE_INTEGER));
}

static const DbTree *map_path(void *owner, Arena *arena, const FormulaPath *path)
{
    const Mapping *mapping = owner;
    CitySet *set = mapping->set;
    (void)arena; /* the set's own */
    if (path->is_mine)
        return path->count == 0 ? mapping->me : NULL;
    const CityRecordType *type = set->type;
    Str alias = ROOT;
    for (size_t i = 0; i + 1 < path->count && alias.len > 0; i++) {
        size_t column = path->fields[i]->column;
        alias = follow(set, alias, type, column);
        type = target_of(type, column);
    }
    size_t last = path->fields[path->count - 1]->column;
    if (alias.len == 0)
        return NULL;
    if (last >= type->shape.count)
        return as_of_column(set, alias, last - type->shape.count);
    return db_tree_column(set->arena, alias, type->shape.columns[last].name, type->shape.columns[last].type);
}

/* --- who acts, and when ------------------------------------------------------------------------ */

static const DbTree *map_today(void *owner, Arena *arena)
{
    const CitySet *set = ((const Mapping *)owner)->set;
    return set->today.type == VALUE_DATE ? db_tree_value(arena, set->today, VALUE_DATE) : NULL;
}

/* my.children: nobody's when nobody acts. A list that is not known is one missing id. */
static bool map_path_all(
    void *owner, Arena *arena, const FormulaPath *path, const DbTree *const **ids, size_t *count)
{
    const CitySet *set = ((const Mapping *)owner)->set;
    if (!path->is_mine || path->count != 1 || !str_equal(path->fields[0]->name, S("children")))
        return false;
    *count = set->me == 0 ? 1 : set->mine_count;
    const DbTree **trees = arena_array(arena, *count, sizeof(*trees));
    for (size_t i = 0; trees != NULL && i < *count; i++)
        trees[i] = db_tree_value(
            arena, set->me == 0 ? value_missing() : value_reference(set->mine[i]), VALUE_REFERENCE);
    *ids = trees;
    return trees != NULL;
}

/* Whether the person is one of mine: not known of a person that is missing. */
static const DbTree *is_mine(const CitySet *set, Arena *arena, const DbTree *person)
{
    const DbTree *found = db_tree_call(arena, DB_NOT_EQUAL, person, person), *group[DB_TREE_ARGUMENTS_MAX];
    for (size_t at = 0; at < set->mine_count;) {
        size_t count = 1;
        group[0] = person;
        while (at < set->mine_count && count < COUNT_OF(group))
            group[count++] = db_tree_value(arena, value_reference(set->mine[at++]), VALUE_REFERENCE);
        found = db_tree_call(arena, DB_OR, found, db_tree_operation(arena, DB_IN, count, group));
    }
    return found;
}

static const DbTree *map_call(
    void *owner, Arena *arena, const FormulaFunction *function, const DbTree *const *arguments, size_t count)
{
    const Mapping *mapping = owner;
    bool is_asked_of_me = count == 2 && arguments[0] == mapping->me &&
                          str_equal(str_of(function->name), S(CITY_FUNCTION_GUARDIAN_OF));
    if (!is_asked_of_me)
        return NULL;
    if (mapping->set->me == 0)
        return db_tree_value(arena, value_missing(), VALUE_BOOLEAN);
    return is_mine(mapping->set, arena, arguments[1]);
}

bool city_set_tree(CitySet *set, const Formula *formula, const DbTree **out, Error *error)
{
    Mapping owner = {.set = set,
        .me = db_tree_value(
            set->arena, set->me == 0 ? value_missing() : value_reference(set->me), VALUE_REFERENCE)};
    const FormulaMapping mapping = {
        .owner = &owner, .path = map_path, .path_all = map_path_all, .today = map_today, .call = map_call};
    return formula_tree(out, set->arena, formula, &mapping, error);
}

/* --- functions -------------------------------------------------------------------------------- */

const FormulaFunction city_functions[] = {
    {.name = CITY_FUNCTION_GUARDIAN_OF,
        .arguments = {{FORMULA_IS(REFERENCE), FORMULA_ARGUMENT_PERSON}},
        .min = 2,
        .max = 2,
        .result = FORMULA_BOOLEAN,
        .title = {"保護者である", "guardian of"},
        .summary = {"一人目が、その日に二人目の保護者か（保護者の台帳による）",
            "whether the first person is a guardian of the second that day, by the register of "
            "guardianship"}},
};
const size_t city_function_count = COUNT_OF(city_functions);
