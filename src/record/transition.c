/* record/transition.c: records move from state to state: by people who may, by places, and by themselves.
 *
 * Who may read a record and stands behind `by` may make a transition out of its present state whose `needs`
 * are met; that the actor may write the record's fields is not asked. Everything is asked again inside the
 * closure.
 */
#include "record/record_internal.h"

enum { TRANSITION_ARENA_MAX = 64 << 20 };

static bool leads_from(const CityTransition *transition, const Row *row)
{
    Value state = row_value(row, CITY_COLUMN_STATE);
    for (size_t i = 0; state.type == VALUE_TEXT && i < transition->from.len; i++)
        if (str_equal(transition->from.at[i], state.text))
            return true;
    return false;
}

static bool is_by(const CityTransition *transition, const Actor *actor)
{
    for (size_t i = 0; i < transition->by.len; i++)
        if (actor_has_role(actor, transition->by.at[i]))
            return true;
    return actor->is_job;
}

/* An offer can be taken until its day is over. */
static bool offer_stands(const Sight *sight, const Row *row)
{
    Value until = row_value(row, CITY_COLUMN_ANSWER_BY);
    return until.type != VALUE_DATE || until.integer >= date_to_days(sight->asking->clock.today);
}

bool transition_is_open(
    Sight *sight, const CityRecordType *type, const Row *row, const CityTransition *transition)
{
    return leads_from(transition, row) && is_by(transition, &sight->asking->actor) &&
           (!transition->takes_offer || offer_stands(sight, row)) &&
           (!transition->needs || formula_holds(sight_evaluate(sight, type, row, transition->needs)));
}

bool record_transitions(Door *door, DbConn *conn, const Asking *asking, const Record *record,
    RecordTransitions *out, Error *error)
{
    Sight sight;
    *out = (RecordTransitions){0};
    sight_init(&sight, door, conn, asking->arena, asking);
    const Row *row = sight_row(&sight, record->type, record_id(record));
    for (size_t i = 0; row && i < record->type->transitions.len; i++) {
        const CityTransition *transition = &record->type->transitions.at[i];
        if (!transition_is_open(&sight, record->type, row, transition))
            continue;
        const CityTransition **at = VEC_PUSH(asking->arena, out);
        if (!at)
            return error_memory(error);
        *at = transition;
    }
    return sight_ok(&sight, error);
}

/* An offered place is kept until a day; every other standing has none. */
static Value answer_by(const Work *work, const CityRecordType *type, Str state)
{
    bool is_offer = type->has_seats && type->seats.offered.len > 0 && str_equal(state, type->seats.offered);
    if (!is_offer)
        return value_missing();
    return value_date(date_to_days(work->asking->clock.today) + type->seats.offer_days);
}

bool transition_make(Work *work, const CityRecordType *type, const Row *before,
    const CityTransition *transition, const WorkWhy *why, Error *error)
{
    Row *after = row_copy(before, work->arena);
    if (!after)
        return error_memory(error);
    after->values[CITY_COLUMN_STATE] = value_text(transition->to);
    after->values[CITY_COLUMN_ANSWER_BY] = answer_by(work, type, transition->to);
    return work_save(work, type, before, after, why, error) && work_settle(work, type, after, error) &&
           letters_send(work, type, transition, after, error);
}

typedef struct Moving {
    Door *door;
    const Asking *asking;
    Arena *arena;
    Str code, transition, reason;
    int64_t version;
} Moving;

static bool move_closure(DbConn *conn, void *argument, Error *error)
{
    const Moving *moving = argument;
    const CityRecordType *type = NULL;
    Work work;
    arena_clear(moving->arena);
    if (!work_begin(&work, moving->door, conn, moving->arena, moving->asking, error))
        return false;
    const Row *row = sight_find(&work.sight, moving->code, &type, error);
    if (!row)
        return false;
    const CityTransition *transition = city_transition(type, moving->transition);
    if (!transition)
        return error_set(error, ERROR_INPUT, "a record of %.*s has no transition '%.*s'",
            STR_ARGS(type->name), STR_ARGS(moving->transition));
    if (moving->version != 0 && moving->version != row_value(row, CITY_COLUMN_VERSION).integer)
        return error_set(error, ERROR_CONFLICT, "somebody changed this record meanwhile");
    bool is_open = transition_is_open(&work.sight, type, row, transition);
    if (!sight_ok(&work.sight, error))
        return false;
    if (!is_open)
        return error_set(
            error, ERROR_DENIED, "this cannot be done with the record as it stands, or not by you");
    const WorkWhy why = {.event = "transition", .transition = transition->name, .reason = moving->reason};
    return transition_make(&work, type, row, transition, &why, error) && work_end(&work, error);
}

bool record_transition(
    Door *door, const Asking *asking, Str code, int64_t version, Str transition, Str reason, Error *error)
{
    AUTO_ARENA arena = arena_new(TRANSITION_ARENA_MAX);
    if (!arena)
        return error_memory(error);
    Moving moving = {.door = door,
        .asking = asking,
        .arena = arena,
        .code = code,
        .transition = transition,
        .reason = reason,
        .version = version};
    return db_write(door->db, move_closure, &moving, error);
}
