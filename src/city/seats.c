/* city/seats.c: limited places of a record type, and the transition that takes an offered one.
 *
 * With a waiting list a record that finds no place begins in `waiting`; a place that becomes free is offered,
 * and the offer is taken by the transition `accept`, which is made here. Whoever may do something else with
 * an offer (refuse it, withdraw) may take it. With a draw a record begins in `drawing`.
 */
#include "city/city_internal.h"

#define STATE_WAITING "waiting"
#define STATE_OFFERED "offered"
#define STATE_DRAWING "drawing"
#define STATE_NOT_DRAWN "not_drawn"
#define TRANSITION_ACCEPT "accept"

enum { OFFER_DAYS_DEFAULT = 7, OFFER_DAYS_MAX = 365 };

/* A formula about what is applied for: the same for all who apply. */
static const Formula *read_of_whole(
    ServiceDraft *draft, const YamlNode *node, const CityRecordType *type, const char *what, FormulaKind kind)
{
    const FormulaType wanted = {.kind = kind};
    Reader *reader = draft->reader;
    const FormulaScope scope = {.model = draft->service->model, .record = type->name};
    const Formula *formula = read_formula(reader, &scope, node, &wanted);
    const FormulaPath *const *paths = NULL;
    size_t count = formula ? formula_paths(formula, &paths) : 0;
    for (size_t i = 0; i < count; i++)
        if (paths[i]->fields[0]->column != CITY_COLUMN_ABOUT)
            refuse_node(reader, node, "%s is the same for all who apply: it may speak of %.*s only", what,
                STR_ARGS(type->about->name));
    return formula;
}

static void read_capacity(
    ServiceDraft *draft, const YamlNode *node, const CityRecordType *type, CitySeats *seats)
{
    const YamlNode *capacity = yaml_get(node, S("capacity"));
    if (!capacity)
        refuse_node(draft->reader, node,
            "'capacity' is missing in 'seats': how many places there are, as in %.*s.capacity",
            STR_ARGS(type->about->name));
    else
        seats->capacity = read_of_whole(draft, capacity, type, "the capacity", FORMULA_INTEGER);
}

/* The field that `key` of `seats` names: its index, -1 without one. */
static ptrdiff_t named_field(
    Reader *reader, const YamlNode *node, const CityRecordType *type, const char *key)
{
    const YamlNode *name = yaml_get(node, str_of(key));
    if (!name || !expect_scalar(reader, name, "the name of a field"))
        return -1;
    const CityField *field = city_field(type, name->text);
    if (field)
        return field - type->fields.at;
    if (!speaks_of_broken(reader, name->text))
        refuse_node(reader, name, "%.*s has no field '%.*s'", STR_ARGS(type->name), STR_ARGS(name->text));
    return -1;
}

static void read_together(Reader *reader, const YamlNode *node, const CityRecordType *type, CitySeats *seats)
{
    seats->together = named_field(reader, node, type, "together");
    if (seats->together < 0 || type->fields.at[seats->together].type == CITY_FIELD_TEXT)
        return;
    refuse_node(reader, yaml_get(node, S("together")), "'together' is a field of type text; '%.*s' is not",
        STR_ARGS(type->fields.at[seats->together].name));
    seats->together = -1;
}

static void read_once(Reader *reader, const YamlNode *node, const CityRecordType *type, CitySeats *seats)
{
    seats->once = named_field(reader, node, type, "once");
    if (seats->once < 0)
        return;
    const CityField *field = &type->fields.at[seats->once];
    if (field->type == CITY_FIELD_REFERENCE || field->type == CITY_FIELD_TEXT)
        return;
    refuse_node(reader, yaml_get(node, S("once")),
        "'once' is a field that says who applies: a person or another reference, or a text; '%.*s' is not",
        STR_ARGS(field->name));
    seats->once = -1;
}

static Str need_state(
    Reader *reader, const YamlNode *node, const CityRecordType *type, const char *what, const char *name)
{
    const CityState *state = city_state(type, str_of(name));
    if (state)
        return state->name;
    if (!speaks_of_broken(reader, str_of(name)))
        refuse_node(reader, node, "%s needs the state '%s' among the states of %.*s", what, name,
            STR_ARGS(type->name));
    return STR_EMPTY;
}

static bool comes_from(const CityTransition *transition, Str state)
{
    for (size_t i = 0; i < transition->from.len; i++)
        if (str_equal(transition->from.at[i], state))
            return true;
    return false;
}

/* The transition `accept`; lapses_to is where the first declared way out of an offer leads. */
static void add_accept(Reader *reader, const YamlNode *node, CityRecordType *type)
{
    CityTransition accept = {.name = S(TRANSITION_ACCEPT),
        .title = {{S("繰上げを受ける"), S("Accept the place")}, STR_EMPTY},
        .to = type->starts,
        .takes_offer = true,
        .origin = type->origin};
    for (size_t i = 0; i < type->transitions.len; i++) {
        const CityTransition *transition = &type->transitions.at[i];
        if (str_equal(transition->name, accept.name))
            refuse_origin(reader, &transition->origin,
                "the transition 'accept' of %.*s is made by 'seats'; give this one another name",
                STR_ARGS(type->name));
        if (!comes_from(transition, type->seats.offered))
            continue;
        if (type->seats.lapses_to.len == 0)
            type->seats.lapses_to = transition->to;
        for (size_t k = 0; k < transition->by.len; k++)
            add_role(reader, transition->by.at[k], &accept.by);
    }
    if (type->seats.lapses_to.len == 0)
        refuse_node(reader, node,
            "an offer that nobody answers must lead somewhere: add a transition from 'offered', as withdraw");
    Str *from = VEC_PUSH(reader->arena, &accept.from);
    CityTransition *slot = VEC_PUSH(reader->arena, &type->transitions);
    if (!from || !slot)
        return;
    *from = type->seats.offered;
    *slot = accept;
}

static void read_waiting_list(Reader *reader, const YamlNode *node, CityRecordType *type)
{
    static const char *const ways[] = {"refuse", "waiting_list"};
    CitySeats *seats = &type->seats;
    const YamlNode *when_full = yaml_get(node, S("when_full")), *days = yaml_get(node, S("offer_days"));
    ptrdiff_t way = when_full ? read_word(reader, when_full, ways, COUNT_OF(ways),
                                    "what happens when all places are taken")
                              : 0;
    if (way < 0)
        return;
    seats->when_full = way == 1 ? CITY_WHEN_FULL_WAITING_LIST : CITY_WHEN_FULL_REFUSE;
    if (way == 0) {
        if (days)
            refuse_node(reader, days, "places are offered to those who wait: add when_full: waiting_list");
        return;
    }
    seats->offer_days = OFFER_DAYS_DEFAULT;
    if (days)
        (void)read_count(reader, days, 1, OFFER_DAYS_MAX, &seats->offer_days);
    seats->waiting = need_state(reader, when_full, type, "a waiting list", STATE_WAITING);
    seats->offered = need_state(reader, when_full, type, "a waiting list", STATE_OFFERED);
    if (seats->offered.len > 0)
        add_accept(reader, node, type);
}

/* Whoever finds no place in a draw waits where there is a waiting list, and has not been drawn where there is
 * none.
 */
static void read_draw(ServiceDraft *draft, const YamlNode *node, const CityRecordType *type, CitySeats *seats)
{
    static const char *const known[] = {"after", "with"};
    Reader *reader = draft->reader;
    if (!expect_keys(reader, node, KEYS_ONLY(known), S("'draw'")))
        return;
    const YamlNode *after = yaml_get(node, S("after")), *with = yaml_get(node, S("with"));
    if (!after)
        refuse_node(reader, node, "'after' is missing in 'draw': the last day to apply, as in %.*s.closes_on",
            STR_ARGS(type->about->name));
    else
        seats->draw_after = read_of_whole(draft, after, type, "the last day to apply", FORMULA_DATE);
    if (with)
        seats->draw_with = read_of_whole(draft, with, type, "what the draw is made with", FORMULA_TEXT);
    seats->drawing = need_state(reader, node, type, "a draw", STATE_DRAWING);
    if (seats->when_full == CITY_WHEN_FULL_REFUSE)
        seats->not_drawn = need_state(reader, node, type, "a draw without a waiting list", STATE_NOT_DRAWN);
}

void read_seats(ServiceDraft *draft, TypeDraft *type)
{
    static const char *const known[] = {"capacity", "together", "once", "when_full", "offer_days", "draw"};
    Reader *reader = draft->reader;
    CityRecordType *record = type->type;
    const YamlNode *node = yaml_get(type->node, S("seats"));
    record->seats.waiting = record->seats.offered = record->seats.lapses_to = STR_EMPTY;
    record->seats.drawing = record->seats.not_drawn = STR_EMPTY;
    record->seats.together = record->seats.once = -1;
    if (!node || !expect_keys(reader, node, KEYS_ONLY(known), S("'seats'")))
        return;
    if (!record->about) {
        if (reader->broken.len == 0)
            refuse_node(
                reader, node, "'seats' are places within something: add 'about', as in about: session");
        return;
    }
    if (record->states.len == 0) {
        refuse_node(reader, node, "'seats' need states: those who have a place are in the state 'starts'");
        return;
    }
    record->has_seats = true;
    read_capacity(draft, node, record, &record->seats);
    read_together(reader, node, record, &record->seats);
    read_once(reader, node, record, &record->seats);
    read_waiting_list(reader, node, record);
    if (yaml_get(node, S("draw")))
        read_draw(draft, yaml_get(node, S("draw")), record, &record->seats);
}
