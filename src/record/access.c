/* record/access.c: who may create, read and write what: the lines of `access`, for one record and for a list.
 *
 * Default deny: without a line for one of the actor's roles nothing is allowed, and "not known" is no.
 * Several roles add up. A field with `read_by` or `write_by` is read or written only through the lines of
 * those roles: a line of another role that opens the record does not open the field.
 * The same rules are asked of one row in C and of a table as a condition; both must
 * agree (tests/unit/record/test_door_list.c).
 */
#include "record/protect.h"

static const CityRule *rule_of(const CityAccess *access, AccessKind kind)
{
    switch (kind) {
    case ACCESS_CREATE:
        return &access->create;
    case ACCESS_READ:
        return &access->read;
    case ACCESS_WRITE:
        return &access->write;
    }
    return &access->write;
}

/* The lines that count: every one, or for a field those of the roles it is narrowed to. */
static const CityWords *roles_of(const CityField *field, AccessKind kind)
{
    static const CityWords every = {0};
    if (!field)
        return &every;
    return kind == ACCESS_READ ? &field->read_by : &field->write_by;
}

/* The next rule that speaks of the actor, from the *at-th line on; NULL at the end. */
static const CityRule *next_rule(
    const CityRecordType *type, const CityField *field, const Actor *actor, AccessKind kind, size_t *at)
{
    const CityWords *roles = roles_of(field, kind);
    while (*at < type->access.len) {
        const CityAccess *access = &type->access.at[(*at)++];
        if (rule_of(access, kind)->is_given && city_narrows_to(roles, access->role) &&
            actor_has_role(actor, access->role))
            return rule_of(access, kind);
    }
    return NULL;
}

bool access_is_given(const CityRecordType *type, const Actor *actor, AccessKind kind)
{
    size_t at = 0;
    return actor->is_job || next_rule(type, NULL, actor, kind, &at);
}

bool access_field_is_given(
    const CityRecordType *type, const CityField *field, const Actor *actor, AccessKind kind)
{
    size_t at = 0;
    return actor->is_job || next_rule(type, field, actor, kind, &at);
}

/* field NULL: the record. */
static bool allows(
    Sight *sight, const CityRecordType *type, const CityField *field, const Row *row, AccessKind kind)
{
    const Actor *actor = &sight->asking->actor;
    if (actor->is_job)
        return true;
    if (!access_is_given(type, actor, kind) || protection_bars(sight, type, row))
        return false;
    size_t at = 0;
    for (const CityRule *rule; (rule = next_rule(type, field, actor, kind, &at));)
        if (!rule->when || formula_holds(sight_evaluate(sight, type, row, rule->when)))
            return !sight->failed;
    return false;
}

bool access_allows(Sight *sight, const CityRecordType *type, const Row *row, AccessKind kind)
{
    return allows(sight, type, NULL, row, kind);
}

bool access_allows_field(
    Sight *sight, const CityRecordType *type, const CityField *field, const Row *row, AccessKind kind)
{
    return roles_of(field, kind)->len == 0 || allows(sight, type, field, row, kind);
}

bool access_may_allow(Sight *sight, const CityRecordType *type, const Row *row, AccessKind kind)
{
    const Actor *actor = &sight->asking->actor;
    if (actor->is_job)
        return true;
    if (!access_is_given(type, actor, kind) || protection_bars(sight, type, row))
        return false;
    size_t at = 0;
    for (const CityRule *rule; (rule = next_rule(type, NULL, actor, kind, &at));)
        if (!rule->when || formula_passes(sight_evaluate(sight, type, row, rule->when)))
            return !sight->failed;
    return false;
}

void access_set_init(CitySet *set, Sight *sight, const CityRecordType *type, Arena *arena)
{
    FormulaIds mine = sight_mine(sight);
    city_set_init(set, arena, sight->door->city, type);
    set->today = value_date(date_to_days(sight->asking->clock.today));
    set->me = sight->asking->actor.person;
    set->mine = mine.ids;
    set->mine_count = mine.count;
}

bool access_tree(
    CitySet *set, const Asking *asking, AccessKind kind, const DbTree **out, bool *none, Error *error)
{
    const DbTree *parts[DB_TREE_ARGUMENTS_MAX];
    size_t count = 0, at = 0;
    *out = NULL;
    *none = false;
    if (asking->actor.is_job)
        return true;
    for (const CityRule *rule; (rule = next_rule(set->type, NULL, &asking->actor, kind, &at));) {
        if (!rule->when)
            return true;
        if (count == COUNT_OF(parts))
            return error_set(error, ERROR_LIMIT, "more than %zu rules of access at once", COUNT_OF(parts));
        if (!city_set_tree(set, rule->when, &parts[count++], error))
            return false;
    }
    *none = count == 0;
    if (count > 0)
        *out = db_tree_operation(set->arena, DB_OR, count, parts);
    return *none || *out || error_memory(error);
}
