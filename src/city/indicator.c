/* city/indicator.c: an indicator: its value over terms, and for each term its date and its breakdowns.
 *
 * `date` and `by` are of the records a term counts, so they are compiled once for each of those record types.
 * Neither `today` nor `me` is known here: a figure does not change by itself, nor with who looks at it.
 */
#include "city/city_internal.h"

static void read_choice_of(Reader *reader, const YamlNode *node, const char *const *words, size_t count,
    const char *what, size_t first, int *out)
{
    ptrdiff_t at = node ? read_word(reader, node, words, count, what) : -1;
    if (at >= 0)
        *out = (int)((size_t)at + first);
}

static void read_publish(Reader *reader, const YamlNode *node, CityIndicator *indicator)
{
    static const char *const known[] = {"threshold"};
    if (!node)
        return;
    if (node->kind == YAML_SCALAR) {
        (void)read_yes_no(reader, node, &indicator->is_public);
        return;
    }
    indicator->is_public = true;
    const YamlNode *threshold = yaml_get(node, S("threshold"));
    if (expect_keys(reader, node, KEYS_ONLY(known), S("'publish'")) && threshold)
        (void)read_count(reader, threshold, 1, 1000000, &indicator->threshold);
}

static void read_words_of(Reader *reader, const YamlPair *pair, Str what, CityIndicator *indicator)
{
    static const char *const kinds[] = {
        [CITY_INPUT] = "input", [CITY_OUTPUT] = "output", [CITY_OUTCOME] = "outcome"};
    static const char *const directions[] = {"up", "down"};
    static const char *const periods[] = {"fiscal_year"};
    const YamlNode *unit = yaml_get(pair->value, S("unit")), *of = yaml_get(pair->value, S("of")),
                   *kind = yaml_get(pair->value, S("kind"));
    int ignored = 0, value = 0;
    (void)read_title_of(reader, pair->value, what, &indicator->title);
    if (unit)
        (void)read_titled(reader, unit, &indicator->unit);
    if (of)
        read_plan_keys(reader, of, &indicator->of);
    if (!kind)
        refuse_node(
            reader, pair->value, "'kind' is missing in %.*s: input, output or outcome", STR_ARGS(what));
    read_choice_of(reader, kind, kinds, COUNT_OF(kinds), "a kind of indicator", 0, &value);
    indicator->kind = (CityIndicatorKind)value;
    value = CITY_BETTER_UNSAID;
    read_choice_of(reader, yaml_get(pair->value, S("better")), directions, COUNT_OF(directions),
        "a direction", CITY_BETTER_UP, &value);
    indicator->better = (CityBetter)value;
    read_choice_of(
        reader, yaml_get(pair->value, S("per")), periods, COUNT_OF(periods), "a period", 0, &ignored);
    read_publish(reader, yaml_get(pair->value, S("publish")), indicator);
}

/* --- terms -------------------------------------------------------------------------------------- */

typedef struct TermDraft {
    ServiceDraft *draft;
    Str what;
    const YamlPair *pair;
    FormulaTexts by;
    const FormulaText *date;
} TermDraft;

static void read_term_formulas(TermDraft *at, CityTerm *term)
{
    static const FormulaType date = {.kind = FORMULA_DATE};
    Reader *reader = at->draft->reader;
    const FormulaScope scope = {.model = at->draft->service->model, .record = term->record->name};
    if (at->date)
        term->date = compile_text(reader, &scope, &at->date->origin, at->date->text, &date);
    for (size_t i = 0; i < at->by.len; i++) {
        const Formula **slot = VEC_PUSH(reader->arena, &term->by);
        if (slot)
            *slot = compile_text(reader, &scope, &at->by.at[i].origin, at->by.at[i].text, NULL);
    }
}

static void read_term(TermDraft *at, CityIndicator *indicator, const FormulaAggregate *aggregate)
{
    Reader *reader = at->draft->reader;
    CityTerm *term = VEC_PUSH(reader->arena, &indicator->terms);
    if (!term)
        return;
    *term = (CityTerm){.indicator = indicator,
        .place = indicator->terms.len - 1,
        .aggregate = aggregate,
        .record = city_record_type(reader->city, at->draft->service, aggregate->record->name)};
    if (aggregate->kind == FORMULA_EXPECTED)
        refuse_place(reader, at->pair->line, at->pair->column,
            "'%.*s' needs 'expects', which this version does not carry out yet", STR_ARGS(aggregate->text));
    if (aggregate->kind == FORMULA_POPULATION)
        return;
    if (!at->date)
        refuse_node(reader, at->pair->value, "'date' is missing in %.*s: the day on which '%.*s' counts",
            STR_ARGS(at->what), STR_ARGS(aggregate->text));
    for (size_t i = 0; i + 1 < indicator->terms.len; i++) {
        const CityTerm *like = &indicator->terms.at[i];
        if (like->record == term->record && like->aggregate->kind != FORMULA_POPULATION) {
            term->date = like->date;
            term->by.at = like->by.at, term->by.len = like->by.len, term->by.room = like->by.len;
            return;
        }
    }
    read_term_formulas(at, term);
}

/* --- breakdowns --------------------------------------------------------------------------------- */

/* What people call it: the field's title, that of what a reference leads to, or the function's. */
static Titled title_of_by(const CityTerm *term, const Formula *by)
{
    const FormulaPath *const *paths;
    const CityRecordType *type = term->record;
    Str text = formula_text(by);
    Titled title = {{text, text}, STR_EMPTY};
    bool is_path = formula_paths(by, &paths) == 1 && str_equal(paths[0]->text, text);
    for (size_t i = 0; is_path && i < paths[0]->count && type; i++) {
        const CityField *field = city_field_of_column(type, paths[0]->fields[i]->column);
        size_t column = paths[0]->fields[i]->column;
        if (field)
            title = field->title;
        else if (column == CITY_COLUMN_STATE)
            title = (Titled){{S("状態"), S("State")}, STR_EMPTY};
        type = field ? field->record : column == CITY_COLUMN_ABOUT ? type->about : type;
        if (!field && column == CITY_COLUMN_ABOUT)
            title = type->title;
    }
    for (size_t i = 0; !is_path && i < formula_function_count; i++) {
        const FormulaFunction *function = &formula_functions[i];
        Str name = str_of(function->name);
        if (str_starts(text, name) && text.len > name.len && text.at[name.len] == '(')
            title = (Titled){
                {str_of(function->title[LANGUAGE_JA]), str_of(function->title[LANGUAGE_EN])}, STR_EMPTY};
    }
    return title;
}

static void name_breakdowns(Reader *reader, CityIndicator *indicator)
{
    const CityTerm *term = NULL;
    for (size_t i = 0; i < indicator->terms.len && !term; i++)
        if (indicator->terms.at[i].aggregate->kind != FORMULA_POPULATION)
            term = &indicator->terms.at[i];
    for (size_t i = 0; term && i < term->by.len; i++) {
        FormulaType *type = ARENA_NEW(reader->arena, FormulaType);
        Titled *title = VEC_PUSH(reader->arena, &indicator->by_titles);
        const FormulaType **slot = VEC_PUSH(reader->arena, &indicator->by_types);
        if (!type || !title || !slot || !term->by.at[i])
            return;
        *title = title_of_by(term, term->by.at[i]);
        *type = formula_type(term->by.at[i]);
        *slot = type;
    }
}

/* Formulas that could not be compiled stay out: nothing is asked of a city with errors. */
static bool is_whole(const CityIndicator *indicator)
{
    bool whole = indicator->value != NULL;
    for (size_t i = 0; i < indicator->terms.len; i++) {
        const CityTerm *term = &indicator->terms.at[i];
        whole &= term->date != NULL || term->aggregate->kind == FORMULA_POPULATION;
        for (size_t k = 0; k < term->by.len; k++)
            whole &= term->by.at[k] != NULL;
    }
    return whole;
}

/* --- sets --------------------------------------------------------------------------------------- */

/* A recount asks the database: what has no form for sets cannot be counted. */
static void check_sets(Reader *reader, const CityIndicator *indicator)
{
    for (size_t i = 0; i < indicator->terms.len; i++) {
        const CityTerm *term = &indicator->terms.at[i];
        check_set_form(reader, term->record, term->aggregate->value);
        check_set_form(reader, term->record, term->aggregate->where);
        bool is_first = true;
        for (size_t k = 0; k < i; k++)
            is_first &= indicator->terms.at[k].record != term->record;
        if (!is_first)
            continue;
        check_set_form(reader, term->record, term->date);
        for (size_t k = 0; k < term->by.len; k++)
            check_set_form(reader, term->record, term->by.at[k]);
    }
}

/* --- the whole ---------------------------------------------------------------------------------- */

/* Of all that its figures follow from. */
static Str hash_of(
    Reader *reader, const CityIndicator *indicator, const FormulaTexts *by, const FormulaText *date)
{
    VEC_OF(Str) texts = {0};
    Str *slot = VEC_PUSH(reader->arena, &texts);
    if (slot)
        *slot = formula_text(indicator->value);
    slot = slot ? VEC_PUSH(reader->arena, &texts) : NULL;
    if (slot)
        *slot = date ? date->text : STR_EMPTY;
    for (size_t i = 0; slot && i < by->len; i++)
        if ((slot = VEC_PUSH(reader->arena, &texts)))
            *slot = by->at[i].text;
    for (size_t i = 0; slot && i < indicator->terms.len; i++)
        if ((slot = VEC_PUSH(reader->arena, &texts)))
            *slot = indicator->terms.at[i].record->table;
    return slot ? hash_texts(reader->arena, texts.at, texts.len) : STR_EMPTY;
}

static bool is_figure(FormulaKind kind)
{
    return kind == FORMULA_INTEGER || kind == FORMULA_YEN || kind == FORMULA_DECIMAL;
}

static void read_value(TermDraft *at, CityIndicator *indicator)
{
    Reader *reader = at->draft->reader;
    const YamlNode *value = yaml_get(at->pair->value, S("value"));
    const FormulaScope scope = {
        .model = at->draft->service->model, .record = STR_EMPTY, .allows_aggregates = true};
    if (!value) {
        refuse_node(reader, at->pair->value, "'value' is missing in %.*s, as in value: count(entry)",
            STR_ARGS(at->what));
        return;
    }
    indicator->value = read_formula(reader, &scope, value, NULL);
    const FormulaAggregate *const *aggregates;
    size_t count = indicator->value ? formula_aggregates(indicator->value, &aggregates) : 0;
    if (indicator->value && !is_figure(formula_type(indicator->value).kind))
        refuse_node(reader, value, "the value of an indicator is a number");
    if (indicator->value && count == 0)
        refuse_node(reader, value, "the value of an indicator counts something, as in count(entry)");
    if (count > CITY_TERMS_MAX) {
        refuse_node(reader, value, "an indicator has at most %d figures over records", CITY_TERMS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++)
        read_term(at, indicator, aggregates[i]);
}

void read_indicator(ServiceDraft *draft, const YamlPair *pair)
{
    static const char *const known[] = {
        "title", "of", "kind", "unit", "value", "date", "per", "by", "better", "publish", "was"};
    static const char *const later[] = {"target"};
    Reader *reader = draft->reader;
    TermDraft at = {.draft = draft, .pair = pair};
    FormulaTexts date = {0};
    at.what = arena_printf(reader->arena, "indicator '%.*s'", STR_ARGS(pair->key));
    CityIndicator *indicator = ARENA_NEW(reader->arena, CityIndicator);
    if (!indicator || !check_name(reader, pair, "indicator") ||
        !expect_keys(reader, pair->value, KEYS(known, later), at.what))
        return;
    *indicator = (CityIndicator){.name = pair->key,
        .id = arena_printf(reader->arena, "%.*s/%.*s", STR_ARGS(draft->service->id), STR_ARGS(pair->key)),
        .service = draft->service,
        .title = titled_empty(),
        .unit = titled_empty(),
        .hash = STR_EMPTY,
        .origin = origin_of(reader, pair->line, pair->column)};
    read_words_of(reader, pair, at.what, indicator);
    (void)read_was(reader, pair->value, indicator->name, "indicator", &indicator->was);
    const YamlNode *by = yaml_get(pair->value, S("by")), *date_node = yaml_get(pair->value, S("date"));
    if (by && read_formula_texts(reader, by, &at.by) && at.by.len > CITY_BY_MAX)
        refuse_node(reader, by, "there are at most %d breakdowns", CITY_BY_MAX);
    if (date_node && expect_scalar(reader, date_node, "a formula") &&
        read_formula_texts(reader, date_node, &date))
        at.date = &date.at[0];
    read_value(&at, indicator);
    if (!is_whole(indicator))
        return;
    name_breakdowns(reader, indicator);
    check_sets(reader, indicator);
    indicator->hash = hash_of(reader, indicator, &at.by, at.date);
    for (size_t i = 0; i < indicator->terms.len; i++)
        note_dependents(reader, &indicator->terms.at[i]);
    CityIndicator **slot = VEC_PUSH(reader->arena, &draft->service->indicators);
    if (slot)
        *slot = indicator;
}
