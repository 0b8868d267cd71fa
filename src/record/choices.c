/* record/choices.c: whom somebody may act for, and what a reference field may be set to.
 */
#include "record/record_internal.h"

static bool add_person(Sight *sight, int64_t id, RecordList *out, Error *error)
{
    const CityRecordType *person = sight->door->city->registers.person;
    const Row *row = sight_row(sight, person, id);
    if (!row || !access_allows(sight, person, row, ACCESS_READ))
        return sight_ok(sight, error);
    Record *record = record_build(sight, person, row, false);
    Record **at = record ? VEC_PUSH(sight->arena, &out->at) : NULL;
    if (!at)
        return sight_ok(sight, error) && error_memory(error);
    *at = record;
    out->total++;
    return true;
}

bool record_my_persons(Door *door, DbConn *conn, const Asking *asking, RecordList *out, Error *error)
{
    Sight sight;
    *out = (RecordList){0};
    if (asking->actor.person == 0)
        return true;
    sight_init(&sight, door, conn, asking->arena, asking);
    FormulaIds wards = sight_mine(&sight);
    if (!add_person(&sight, asking->actor.person, out, error))
        return false;
    for (size_t i = 0; i < wards.count; i++)
        if (wards.ids[i] != asking->actor.person && !add_person(&sight, wards.ids[i], out, error))
            return false;
    return sight_ok(&sight, error);
}

bool record_choices(Door *door, DbConn *conn, const Asking *asking, const CityField *field, Str words,
    size_t limit, RecordList *out, Error *error)
{
    assert(field->type == CITY_FIELD_REFERENCE && "only references have records to choose from");
    bool is_mine = field->record == door->city->registers.person && !asking->actor.is_job &&
                   !actor_is_staff(&asking->actor);
    if (is_mine)
        return record_my_persons(door, conn, asking, out, error);
    const RecordQuery query = {.type = field->record, .words = words, .limit = limit};
    return record_list(door, conn, asking, &query, false, out, error);
}
