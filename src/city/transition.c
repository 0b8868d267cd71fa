/* city/transition.c: how a record moves from state to state: by whom, when, and what follows. */
#include "city/city_internal.h"

static bool read_state_name(Reader *reader, const YamlNode *node, const CityRecordType *type, Str *out)
{
    if (!expect_scalar(reader, node, "the name of a state"))
        return false;
    *out = node->text;
    if (city_state(type, node->text))
        return true;
    if (speaks_of_broken(reader, node->text))
        return false;
    Str remedy = remedy_of(reader, node->text, type->state_names.names, type->state_names.count);
    return refuse_node(reader, node, "%.*s has no state '%.*s'%.*s", STR_ARGS(type->name),
        STR_ARGS(node->text), STR_ARGS(remedy));
}

static void read_from(Reader *reader, const YamlNode *from, const CityRecordType *type, CityTransition *out)
{
    const size_t count = count_items(reader, from);
    for (size_t i = 0; i < count; i++) {
        Str name;
        const YamlNode *item = item_at(from, i);
        if (!read_state_name(reader, item, type, &name))
            continue;
        Str *slot = VEC_PUSH(reader->arena, &out->from);
        if (slot)
            *slot = name;
    }
    if (from->kind == YAML_LIST && from->items.len == 0)
        refuse_node(reader, from, "a transition comes from at least one state");
}

static void read_ends(
    Reader *reader, const YamlPair *pair, Str what, const CityRecordType *type, CityTransition *out)
{
    const YamlNode *from = yaml_get(pair->value, S("from")), *to = yaml_get(pair->value, S("to"));
    if (!from)
        refuse_node(
            reader, pair->value, "'from' is missing in %.*s: the states it may begin in", STR_ARGS(what));
    else
        read_from(reader, from, type, out);
    if (!to)
        refuse_node(reader, pair->value, "'to' is missing in %.*s: the state it leads to", STR_ARGS(what));
    else
        (void)read_state_name(reader, to, type, &out->to);
}

/* by, auto, needs: who may, and when. */
static void read_conditions(
    ServiceDraft *draft, const YamlPair *pair, Str what, const CityRecordType *type, CityTransition *out)
{
    static const FormulaType condition = {.kind = FORMULA_BOOLEAN};
    Reader *reader = draft->reader;
    const YamlNode *by = yaml_get(pair->value, S("by")), *automatic = yaml_get(pair->value, S("auto")),
                   *needs = yaml_get(pair->value, S("needs"));
    FormulaScope scope = {.model = draft->service->model, .record = type->name, .allows_today = true};
    bool has_roles = by && (by->kind != YAML_LIST || by->items.len > 0);
    if (by)
        read_roles(reader, by, &out->by);
    if (automatic)
        out->automatic = read_formula(reader, &scope, automatic, &condition);
    if (!has_roles && !automatic)
        refuse_place(reader, pair->line, pair->column,
            "nobody may take %.*s: it has neither 'by' (roles) nor 'auto' (a condition)", STR_ARGS(what));
    scope.allows_me = true;
    if (needs)
        out->needs = read_formula(reader, &scope, needs, &condition);
}

static bool read_transition(
    ServiceDraft *draft, CityRecordType *type, const YamlPair *pair, CityTransition *out)
{
    static const char *const known[] = {"from", "to", "by", "needs", "auto", "then", "title"};
    static const char *const later[] = {"asks", "sets", "many", "decision", "was"};
    Reader *reader = draft->reader;
    Str what = part_words(reader, "transition", pair->key, type);
    *out = (CityTransition){.name = pair->key,
        .title = titled_empty(),
        .to = STR_EMPTY,
        .origin = origin_of(reader, pair->line, pair->column)};
    if (!check_name(reader, pair, "transition") ||
        !expect_keys(reader, pair->value, KEYS(known, later), what))
        return false;
    const YamlNode *title = yaml_get(pair->value, S("title")), *then = yaml_get(pair->value, S("then"));
    read_ends(reader, pair, what, type, out);
    read_conditions(draft, pair, what, type, out);
    if (title)
        (void)read_titled(reader, title, &out->title);
    else if (city_state(type, out->to))
        out->title = city_state(type, out->to)->title;
    if (then)
        read_then(draft, type, then, out);
    return true;
}

void read_transitions(ServiceDraft *draft, TypeDraft *type)
{
    Reader *reader = draft->reader;
    const YamlNode *transitions = yaml_get(type->node, S("transitions"));
    if (!transitions || type->type->states.len == 0 ||
        !expect_names(reader, transitions, "transitions", CITY_TRANSITIONS_MAX))
        return;
    for (size_t i = 0; i < transitions->pairs.len; i++) {
        CityTransition transition;
        if (!read_transition(draft, type->type, &transitions->pairs.at[i], &transition))
            continue;
        CityTransition *slot = VEC_PUSH(reader->arena, &type->type->transitions);
        if (slot)
            *slot = transition;
    }
}

void check_transition_roles(Reader *reader, const CityRecordType *type)
{
    for (size_t i = 0; i < type->transitions.len; i++) {
        const CityTransition *transition = &type->transitions.at[i];
        for (size_t k = 0; k < transition->by.len; k++)
            if (!may_read(type, transition->by.at[k]))
                warn_origin(reader, &transition->origin,
                    "%.*s may take '%.*s' but may read no record of %.*s; add a line to its 'access'",
                    STR_ARGS(transition->by.at[k]), STR_ARGS(transition->name), STR_ARGS(type->name));
    }
}
