/* city/reach.c: states that nothing leads to. A record begins in `starts`, or with a waiting list in
 * `waiting`; a place that becomes free leads from there to `offered`; transitions lead on from every state
 * reached.
 */
#include "city/city_internal.h"

typedef struct Reach {
    const CityRecordType *type;
    bool *reached; /* parallel to the states */
    bool grew;
} Reach;

static ptrdiff_t index_of(const CityRecordType *type, Str name)
{
    for (size_t i = 0; i < type->states.len; i++)
        if (str_equal(type->states.at[i].name, name))
            return (ptrdiff_t)i;
    return -1;
}

static void reach(Reach *reach, Str name)
{
    ptrdiff_t at = index_of(reach->type, name);
    if (at < 0 || reach->reached[at])
        return;
    reach->reached[at] = true;
    reach->grew = true;
}

static bool is_reached(const Reach *reach, Str name)
{
    ptrdiff_t at = index_of(reach->type, name);
    return at >= 0 && reach->reached[at];
}

static void follow_transitions(Reach *at)
{
    for (size_t i = 0; i < at->type->transitions.len; i++) {
        const CityTransition *transition = &at->type->transitions.at[i];
        for (size_t k = 0; k < transition->from.len; k++)
            if (is_reached(at, transition->from.at[k]))
                reach(at, transition->to);
    }
}

/* Where the state is declared. */
static CityOrigin origin_of_state(const Reader *reader, const YamlNode *states, Str name)
{
    CityOrigin origin = origin_of(reader, states->line, states->column);
    for (size_t i = 0; i < states->pairs.len; i++)
        if (str_equal(states->pairs.at[i].key, name))
            origin = origin_of(reader, states->pairs.at[i].line, states->pairs.at[i].column);
    return origin;
}

void check_reach(Reader *reader, const TypeDraft *draft)
{
    const CityRecordType *type = draft->type;
    Reach at = {.type = type, .reached = arena_array(reader->arena, type->states.len, sizeof(bool))};
    if (!at.reached || index_of(type, type->starts) < 0 || reader->broken.len > 0)
        return;
    reach(&at, type->starts);
    reach(&at, type->seats.waiting);
    reach(&at, type->seats.offered);
    reach(&at, type->seats.drawing);
    reach(&at, type->seats.not_drawn);
    do {
        at.grew = false;
        follow_transitions(&at);
    } while (at.grew);
    for (size_t i = 0; i < type->states.len; i++)
        if (!at.reached[i]) {
            CityOrigin origin =
                origin_of_state(reader, yaml_get(draft->node, S("states")), type->states.at[i].name);
            refuse_origin(reader, &origin,
                "nothing leads to the state '%.*s' of %.*s; add a transition to it or remove it",
                STR_ARGS(type->states.at[i].name), STR_ARGS(type->name));
        }
}
