/* city/parameter.c: dated rates, limits and tables that a city decides, and what they are on a day.
 *
 *     school_aid_limit:
 *       title: {ja: 就学援助の所得限度額, en: Income limit of school aid}
 *       type: yen
 *       arguments: {members: integer}
 *       values:
 *         - from: 2018-04-01
 *           source: 就学援助要綱 別表
 *           rows: [{members: 1-2, value: 1500000}, {members: 3+, value: 2000000}]
 *
 * Without arguments a period has one `value` instead of rows. Periods stand in the order of their days; rows
 * of a period do not overlap, so a lookup finds at most one.
 */
#include "city/city_internal.h"

#include "base/decimal.h"

/* --- looking up --------------------------------------------------------------------------------- */

static const CityParameterPeriod *period_of(const CityParameter *parameter, Value date)
{
    const CityParameterPeriod *found = NULL;
    for (size_t i = 0; date.type == VALUE_DATE && i < parameter->periods.len; i++)
        if (parameter->periods.at[i].from.integer <= date.integer)
            found = &parameter->periods.at[i];
    return found;
}

static bool fits(const CityParameterRow *row, const Value *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (arguments[i].type == VALUE_MISSING || arguments[i].integer < row->low[i] ||
            arguments[i].integer > row->high[i])
            return false;
    return true;
}

FormulaLookup city_look_up(
    const City *city, const FormulaParameter *parameter, const Value *arguments, Value date)
{
    FormulaLookup lookup = {.value = value_missing(), .from = value_missing(), .source = STR_EMPTY};
    for (size_t i = 0; i < city->parameters.len; i++) {
        if (!str_equal(city->parameters.at[i].name, parameter->name))
            continue;
        const CityParameterPeriod *period = period_of(&city->parameters.at[i], date);
        if (!period)
            return lookup;
        lookup.from = period->from;
        lookup.source = period->source;
        for (size_t k = 0; k < period->rows.len; k++)
            if (fits(&period->rows.at[k], arguments, parameter->argument_count))
                lookup.value = period->rows.at[k].value;
    }
    return lookup;
}

/* --- reading ------------------------------------------------------------------------------------ */

typedef struct ParameterDraft {
    Reader *reader;
    CityParameter parameter;
    FormulaParameter formula;
    Str argument_names[FORMULA_ARGUMENTS_MAX];
} ParameterDraft;

static bool read_type_name(Reader *reader, const YamlNode *node, FormulaType *out)
{
    return expect_scalar(reader, node, "the name of a type") &&
           (plain_type(node->text, out) ||
               refuse_node(reader, node, "a parameter cannot be of type '%.*s'", STR_ARGS(node->text)));
}

static void read_arguments(ParameterDraft *draft, const YamlNode *node)
{
    Reader *reader = draft->reader;
    if (!expect_names(reader, node, "arguments", FORMULA_ARGUMENTS_MAX))
        return;
    for (size_t i = 0; i < node->pairs.len; i++) {
        const YamlPair *pair = &node->pairs.at[i];
        FormulaType type;
        if (!check_name(reader, pair, "argument") || !read_type_name(reader, pair->value, &type))
            continue;
        if (!value_type_is_integer(formula_value_type(type.kind)) || type.kind == FORMULA_BOOLEAN) {
            refuse_node(reader, pair->value, "an argument is a number or a date; '%.*s' is not",
                STR_ARGS(pair->value->text));
            continue;
        }
        draft->argument_names[draft->formula.argument_count] = pair->key;
        draft->formula.arguments[draft->formula.argument_count++] = type;
    }
}

/* "3", "3-5", "6+": from where to where; dates: "2018-04-01". */
static bool read_range(ParameterDraft *draft, const YamlNode *node, size_t argument, CityParameterRow *row)
{
    Reader *reader = draft->reader;
    const FormulaType *type = &draft->formula.arguments[argument];
    if (!expect_scalar(reader, node, "a value or a range, as 3, 3-5 or 6+"))
        return false;
    Str low = node->text, high = node->text;
    bool is_open = str_ends(low, S("+"));
    if (is_open)
        low = high = str_slice(low, 0, low.len - 1);
    else if (type->kind != FORMULA_DATE && low.len > 1 && str_find(low, S("-"), 1) > 0)
        (void)str_cut(node->text, S("-"), &low, &high);
    YamlNode ends[] = {*node, *node};
    Value values[COUNT_OF(ends)];
    ends[0].text = str_trim(low), ends[1].text = str_trim(high);
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (!read_literal(reader, &ends[i], type, &values[i]))
            return false;
    row->low[argument] = values[0].integer;
    row->high[argument] = is_open ? INT64_MAX : values[1].integer;
    return row->low[argument] <= row->high[argument] ||
           refuse_node(reader, node, "the range '%.*s' is turned round", STR_ARGS(node->text));
}

static bool overlap(const CityParameterRow *a, const CityParameterRow *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a->high[i] < b->low[i] || b->high[i] < a->low[i])
            return false;
    return true;
}

static void read_row(ParameterDraft *draft, const YamlNode *node, CityParameterPeriod *period)
{
    Reader *reader = draft->reader;
    const char *known[FORMULA_ARGUMENTS_MAX + 1] = {"value"};
    const size_t count = draft->formula.argument_count;
    CityParameterRow row = {0};
    for (size_t i = 0; i < count; i++)
        known[i + 1] = arena_str(reader->arena, draft->argument_names[i]).at;
    if (arena_failed(reader->arena) ||
        !expect_keys(reader, node, (Keys){known, count + 1, NULL, 0}, S("a row")))
        return;
    for (size_t i = 0; i < count; i++) {
        const YamlNode *argument = yaml_get(node, draft->argument_names[i]);
        if (!argument) {
            refuse_node(reader, node, "'%.*s' is missing in this row", STR_ARGS(draft->argument_names[i]));
            return;
        }
        if (!read_range(draft, argument, i, &row))
            return;
    }
    const YamlNode *value = yaml_get(node, S("value"));
    if (!value)
        refuse_node(reader, node, "'value' is missing in this row");
    if (!value || !read_literal(reader, value, &draft->parameter.type, &row.value))
        return;
    for (size_t i = 0; i < period->rows.len; i++)
        if (overlap(&period->rows.at[i], &row, count)) {
            refuse_node(reader, node, "this row says something else for what row %zu says already", i + 1);
            return;
        }
    CityParameterRow *slot = VEC_PUSH(reader->arena, &period->rows);
    if (slot)
        *slot = row;
}

static void read_rows(ParameterDraft *draft, const YamlNode *node, CityParameterPeriod *period)
{
    Reader *reader = draft->reader;
    const YamlNode *rows = yaml_get(node, S("rows")), *value = yaml_get(node, S("value"));
    bool has_arguments = draft->formula.argument_count > 0;
    if (has_arguments ? !rows || value : !value || rows) {
        refuse_node(reader, node,
            has_arguments ? "a parameter with arguments has 'rows', one for each case"
                          : "a parameter without arguments has one 'value' here");
        return;
    }
    if (!has_arguments) {
        CityParameterRow row = {0};
        CityParameterRow *slot = read_literal(reader, value, &draft->parameter.type, &row.value)
                                     ? VEC_PUSH(reader->arena, &period->rows)
                                     : NULL;
        if (slot)
            *slot = row;
        return;
    }
    if (!expect_list(reader, rows))
        return;
    if (rows->items.len > CITY_ROWS_MAX)
        refuse_node(reader, rows, "a table has at most %d rows", CITY_ROWS_MAX);
    for (size_t i = 0; i < rows->items.len && i < CITY_ROWS_MAX; i++)
        read_row(draft, rows->items.at[i], period);
}

static void read_period(ParameterDraft *draft, const YamlNode *node)
{
    static const char *const known[] = {"from", "source", "value", "rows"};
    static const FormulaType date = {.kind = FORMULA_DATE};
    Reader *reader = draft->reader;
    CityParameterPeriod period = {.source = STR_EMPTY};
    if (!expect_keys(reader, node, KEYS_ONLY(known), S("a value")))
        return;
    const YamlNode *from = yaml_get(node, S("from")), *source = yaml_get(node, S("source"));
    if (!from)
        refuse_node(reader, node, "'from' is missing: the day since which this is in force");
    if (!source)
        refuse_node(reader, node, "'source' is missing: the article or document that says so");
    if (!from || !source || !expect_scalar(reader, source, "an article or document") ||
        !read_literal(reader, from, &date, &period.from))
        return;
    period.source = source->text;
    size_t count = draft->parameter.periods.len;
    if (count > 0 && draft->parameter.periods.at[count - 1].from.integer >= period.from.integer) {
        refuse_node(reader, from, "values stand in the order of their days, each day once");
        return;
    }
    read_rows(draft, node, &period);
    CityParameterPeriod *slot = VEC_PUSH(reader->arena, &draft->parameter.periods);
    if (slot)
        *slot = period;
}

static bool is_known(const City *city, Str name)
{
    for (size_t i = 0; i < city->parameters.len; i++)
        if (str_equal(city->parameters.at[i].name, name))
            return true;
    return false;
}

static bool read_parameter_head(ParameterDraft *draft, const YamlPair *pair)
{
    static const char *const known[] = {"title", "type", "digits", "arguments", "values"};
    Reader *reader = draft->reader;
    Str what = arena_printf(reader->arena, "parameter '%.*s'", STR_ARGS(pair->key));
    if (!check_name(reader, pair, "parameter") || !expect_keys(reader, pair->value, KEYS_ONLY(known), what))
        return false;
    if (is_known(reader->city, pair->key))
        return refuse_place(
            reader, pair->line, pair->column, "there is a parameter '%.*s' already", STR_ARGS(pair->key));
    const YamlNode *type = yaml_get(pair->value, S("type")), *digits = yaml_get(pair->value, S("digits")),
                   *arguments = yaml_get(pair->value, S("arguments"));
    int64_t behind_point = DECIMAL_DIGITS;
    if (!type)
        return refuse_node(reader, pair->value, "a 'type' is missing in %.*s", STR_ARGS(what));
    if (!read_title_of(reader, pair->value, what, &draft->parameter.title) ||
        !read_type_name(reader, type, &draft->parameter.type))
        return false;
    if (digits && !read_count(reader, digits, 1, DECIMAL_DIGITS, &behind_point))
        return false;
    if (draft->parameter.type.kind == FORMULA_DECIMAL)
        draft->parameter.type.digits = (int)behind_point;
    if (arguments)
        read_arguments(draft, arguments);
    return true;
}

static void read_parameter(Reader *reader, const YamlPair *pair)
{
    ParameterDraft draft = {.reader = reader,
        .parameter = {.name = pair->key, .origin = origin_of(reader, pair->line, pair->column)}};
    if (!read_parameter_head(&draft, pair))
        return;
    const YamlNode *values = yaml_get(pair->value, S("values"));
    if (!values || (values->kind == YAML_LIST && values->items.len == 0))
        refuse_node(reader, pair->value, "'values' are missing in parameter '%.*s'", STR_ARGS(pair->key));
    else if (expect_list(reader, values))
        for (size_t i = 0; i < values->items.len && i < CITY_PERIODS_MAX; i++)
            read_period(&draft, values->items.at[i]);
    if (values && values->items.len > CITY_PERIODS_MAX)
        refuse_node(reader, values, "a parameter has at most %d values", CITY_PERIODS_MAX);
    draft.formula.name = pair->key;
    draft.formula.type = draft.parameter.type;
    CityParameter *parameter = VEC_PUSH(reader->arena, &reader->city->parameters);
    FormulaParameter *formula = VEC_PUSH(reader->arena, &reader->city->formula_parameters);
    if (!parameter || !formula)
        return;
    *parameter = draft.parameter;
    *formula = draft.formula;
}

void read_parameter_file(City *city, CityProblems *problems, const CityFile *file)
{
    Reader reader;
    Error error = {0};
    Str path = arena_printf(city->arena, "%.*s/%.*s", STR_ARGS(city->folder), STR_ARGS(file->name));
    reader_init(&reader, city, problems, path, file->text);
    const YamlNode *root = yaml_read(city->arena, file->text, path, &error);
    if (!root) {
        refuse_error(&reader, &error);
        return;
    }
    if (!expect_names(&reader, root, "parameters", CITY_PARAMETERS_MAX))
        return;
    for (size_t i = 0; i < root->pairs.len; i++)
        read_parameter(&reader, &root->pairs.at[i]);
}
