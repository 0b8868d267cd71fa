/* city/behaviour.c: the second pass over a record type: what holds formulas. Fields (value, when, check),
 * open data, and, in files of their own, transitions, access and places.
 *
 *     formula            sees `today`   sees `me`   not known counts as
 *     value              yes            yes         missing
 *     when, auto         yes            no          no
 *     check              yes            no          passed
 *     needs, access      yes            yes         no (anyone has no `me`)
 *     publishes.where    yes            no          no
 */
#include "city/city_internal.h"

/* The datasets of 自治体標準オープンデータセット that records can be published as; numbers and names are the
 * standard's. */
const CityDataset city_datasets[] = {
    {STR_LITERAL("ods/01_public_facilities"),
        {{STR_LITERAL("公共施設一覧"), STR_LITERAL("Public facilities")}, STR_LITERAL("")}},
    {STR_LITERAL("ods/05_child_care_facilities"),
        {{STR_LITERAL("子育て施設一覧"), STR_LITERAL("Child care facilities")}, STR_LITERAL("")}},
    {STR_LITERAL("ods/12_events"), {{STR_LITERAL("イベント一覧"), STR_LITERAL("Events")}, STR_LITERAL("")}},
    {STR_LITERAL("ods/22_support_programmes"),
        {{STR_LITERAL("支援制度一覧"), STR_LITERAL("Support programmes")}, STR_LITERAL("")}},
};
const size_t city_dataset_count = COUNT_OF(city_datasets);

static const FormulaType condition = {.kind = FORMULA_BOOLEAN};

static void read_field_formulas(
    ServiceDraft *draft, const CityRecordType *type, CityField *field, const YamlNode *node)
{
    Reader *reader = draft->reader;
    const YamlNode *value = yaml_get(node, S("value")), *when = yaml_get(node, S("when")),
                   *check = yaml_get(node, S("check")), *says = yaml_get(node, S("says"));
    FormulaScope scope = {.model = draft->service->model, .record = type->name, .allows_today = true};
    if (when)
        field->when = read_formula(reader, &scope, when, &condition);
    if (check)
        field->check = read_formula(reader, &scope, check, &condition);
    if (says && !check)
        refuse_node(reader, says, "'says' is what people read when 'check' fails, but '%.*s' has no 'check'",
            STR_ARGS(field->name));
    else if (says)
        (void)read_titled(reader, says, &field->says);
    scope.allows_me = true;
    if (value)
        field->value = read_formula(reader, &scope, value, &field->formula);
}

/* What is computed from something that locates, locates. */
static void infer_locating(ServiceDraft *draft, CityRecordType *type)
{
    const City *city = draft->reader->city;
    for (size_t i = 0; i < type->fields.len; i++) {
        CityField *field = &type->fields.at[i];
        const FormulaPath *const *paths = NULL;
        size_t count = field->value ? formula_paths(field->value, &paths) : 0;
        for (size_t p = 0; p < count; p++) {
            const CityRecordType *at = paths[p]->is_mine ? city->registers.person : type;
            for (size_t k = 0; at && k < paths[p]->count; k++) {
                const CityField *step = city_field_of_column(at, paths[p]->fields[k]->column);
                field->locates |= step && step->locates;
                at = step ? step->record : paths[p]->fields[k]->column == CITY_COLUMN_ABOUT ? at->about : at;
            }
        }
        type->has_locating |= field->locates;
    }
}

static void read_publishes(ServiceDraft *draft, TypeDraft *type)
{
    static const char *const known[] = {"as", "where"};
    Reader *reader = draft->reader;
    const YamlNode *publishes = yaml_get(type->node, S("publishes"));
    if (!publishes || !expect_keys(reader, publishes, KEYS_ONLY(known), S("'publishes'")))
        return;
    const char *names[COUNT_OF(city_datasets)];
    for (size_t i = 0; i < COUNT_OF(city_datasets); i++)
        names[i] = city_datasets[i].name.at;
    const YamlNode *as = yaml_get(publishes, S("as")), *where = yaml_get(publishes, S("where"));
    if (!as)
        refuse_node(reader, publishes, "'as' is missing: which dataset, as in as: ods/12_events");
    ptrdiff_t at = as ? read_word(reader, as, names, COUNT_OF(names), "a known dataset") : -1;
    if (at >= 0)
        type->type->publishes = &city_datasets[at];
    FormulaScope scope = {.model = draft->service->model, .record = type->type->name, .allows_today = true};
    if (where)
        type->type->publishes_where = read_formula(reader, &scope, where, &condition);
    check_set_form(reader, type->type, type->type->publishes_where);
}

/* `dated_by`, or the first field that is a date. */
static void read_dated_by(ServiceDraft *draft, TypeDraft *type)
{
    static const FormulaType date = {.kind = FORMULA_DATE};
    Reader *reader = draft->reader;
    const YamlNode *node = yaml_get(type->node, S("dated_by"));
    const FormulaScope scope = {.model = draft->service->model, .record = type->type->name};
    if (node)
        type->type->dated_by = read_formula(reader, &scope, node, &date);
    for (size_t i = 0; !node && !type->type->dated_by && i < type->type->fields.len; i++) {
        const CityField *field = &type->type->fields.at[i];
        const FormulaOrigin origin = {
            .file = field->origin.file, .line = field->origin.line, .column = field->origin.column};
        if (field->type == CITY_FIELD_DATE)
            type->type->dated_by = compile_text(reader, &scope, &origin, field->name, &date);
    }
}

void read_behaviour(ServiceDraft *draft, TypeDraft *type)
{
    read_dated_by(draft, type);
    for (size_t i = 0; i < type->type->fields.len; i++)
        read_field_formulas(draft, type->type, &type->type->fields.at[i], type->fields.at[i]);
    infer_locating(draft, type->type);
    read_transitions(draft, type);
    size_t before = draft->reader->problems->errors;
    read_access(draft, type);
    if (draft->reader->problems->errors == before)
        read_narrowing(draft, type);
    read_seats(draft, type);
    read_publishes(draft, type);
    check_reach(draft->reader, type);
}
