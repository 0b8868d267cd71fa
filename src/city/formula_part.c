/* city/formula_part.c: formulas where they stand in a declaration: their place, their text, their checks.
 *
 * The place of a formula is where its first character stands: behind a quote, or in the line after the sign
 * of a block. A formula that speaks of something that was wrong already is passed over in silence.
 */
#include "city/city_internal.h"

/* --- places ------------------------------------------------------------------------------------- */

static void find_lines(Reader *reader)
{
    for (size_t i = 0; i <= reader->text.len; i++)
        if (i == 0 || reader->text.at[i - 1] == '\n') {
            size_t *slot = VEC_PUSH(reader->arena, &reader->lines);
            if (!slot)
                return;
            *slot = i;
        }
}

static Str line_at(Reader *reader, long line)
{
    if (reader->lines.len == 0)
        find_lines(reader);
    if (line < 1 || (size_t)line > reader->lines.len)
        return STR_EMPTY;
    Str rest = str_slice(reader->text, reader->lines.at[line - 1], reader->text.len), text = STR_EMPTY;
    (void)str_line(&rest, &text);
    return text;
}

/* The byte at a column, which counts code points. */
static char byte_at(Str line, long column)
{
    for (size_t i = 0; i < line.len; i++) {
        bool begins = ((unsigned char)line.at[i] & 0xC0) != 0x80;
        if (begins && --column == 0)
            return line.at[i];
    }
    return 0;
}

static long indentation(Str line)
{
    size_t spaces = 0;
    while (spaces < line.len && line.at[spaces] == ' ')
        spaces++;
    return (long)spaces;
}

static FormulaOrigin place_of(Reader *reader, const YamlNode *node)
{
    FormulaOrigin origin = {.file = reader->file, .line = node->line, .column = node->column};
    char sign = node->quoted ? byte_at(line_at(reader, node->line), node->column) : 0;
    if (sign == '"' || sign == '\'')
        origin.column++;
    else if (node->quoted) /* a block: its mark is where its first line begins */
        origin.column = origin.next_lines_column = indentation(line_at(reader, node->line)) + 1;
    return origin;
}

/* --- what a formula may not speak of ------------------------------------------------------------ */

/* Where a path of the formula stands, when the formula is one line. */
static CityOrigin place_of_path(const Formula *formula, const FormulaOrigin *origin, const FormulaPath *path)
{
    Str text = formula_text(formula);
    CityOrigin place = {.file = origin->file, .line = origin->line, .column = origin->column};
    ptrdiff_t at = str_find(text, path->text, 0);
    for (ptrdiff_t i = 0; i < at; i++) {
        if (text.at[i] == '\n')
            place.line++, place.column = origin->next_lines_column > 0 ? origin->next_lines_column : 1;
        else
            place.column += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    }
    return place;
}

static bool check_derived(Reader *reader, const Formula *formula, const FormulaOrigin *origin)
{
    const FormulaPath *const *paths;
    size_t count = formula_paths(formula, &paths);
    for (size_t i = 0; i < count; i++) {
        if (!is_derived(reader->city, paths[i]))
            continue;
        CityOrigin place = place_of_path(formula, origin, paths[i]);
        Str name = paths[i]->fields[paths[i]->count - 1]->name;
        return refuse_origin(reader, &place,
            "'%.*s' of a person depends on the day and is known in population(...) only; write %.*s(child, "
            "day)",
            STR_ARGS(name), STR_ARGS(name));
    }
    return true;
}

static bool check_all_derived(Reader *reader, const Formula *formula, const FormulaOrigin *origin)
{
    const FormulaAggregate *const *aggregates;
    size_t count = formula_aggregates(formula, &aggregates);
    bool ok = check_derived(reader, formula, origin);
    for (size_t i = 0; i < count; i++) {
        const FormulaAggregate *aggregate = aggregates[i];
        if (aggregate->value)
            ok = ok && check_derived(reader, aggregate->value, origin);
        if (aggregate->where && aggregate->kind != FORMULA_POPULATION)
            ok = ok && check_derived(reader, aggregate->where, origin);
    }
    return ok;
}

/* --- compiling ---------------------------------------------------------------------------------- */

const Formula *compile_text(Reader *reader, const FormulaScope *scope, const FormulaOrigin *origin, Str text,
    const FormulaType *wanted)
{
    Formula *formula = NULL;
    Error error = {0};
    if (speaks_of_broken(reader, text))
        return NULL;
    if (formula_compile(&formula, reader->arena, scope, origin, text, wanted, &error))
        return check_all_derived(reader, formula, origin) ? formula : NULL;
    refuse_error(reader, &error);
    return NULL;
}

const Formula *read_formula(
    Reader *reader, const FormulaScope *scope, const YamlNode *node, const FormulaType *wanted)
{
    if (!expect_scalar(reader, node, "a formula"))
        return NULL;
    FormulaOrigin origin = place_of(reader, node);
    return compile_text(reader, scope, &origin, node->text, wanted);
}

/* How many brackets are open at the end of the text, outside of quotes. */
static int open_brackets(Str text)
{
    int open = 0;
    char quote = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else
            open += (c == '(') - (c == ')');
    }
    return open;
}

bool read_formula_texts(Reader *reader, const YamlNode *node, FormulaTexts *out)
{
    if (node->kind == YAML_SCALAR) {
        FormulaText *slot = expect_scalar(reader, node, "a formula") ? VEC_PUSH(reader->arena, out) : NULL;
        if (slot)
            *slot = (FormulaText){.text = node->text, .origin = place_of(reader, node)};
        return slot != NULL;
    }
    if (!expect_list(reader, node))
        return false;
    bool is_open = false;
    for (size_t i = 0; i < node->items.len; i++) {
        const YamlNode *item = node->items.at[i];
        if (!expect_scalar(reader, item, "a formula"))
            return false;
        FormulaText *slot = is_open ? &out->at[out->len - 1] : VEC_PUSH(reader->arena, out);
        if (!slot)
            return false;
        if (is_open)
            slot->text =
                arena_printf(reader->arena, "%.*s, %.*s", STR_ARGS(slot->text), STR_ARGS(item->text));
        else
            *slot = (FormulaText){.text = item->text, .origin = place_of(reader, item)};
        is_open = open_brackets(slot->text) > 0;
    }
    return true;
}

void check_set_form(Reader *reader, const CityRecordType *type, const Formula *formula)
{
    CitySet set;
    const DbTree *tree;
    Error error = {0};
    if (!formula)
        return;
    city_set_init(&set, reader->arena, reader->city, type);
    set.today = set.as_of = value_date(0);
    set.me = 1;
    if (!city_set_tree(&set, formula, &tree, &error))
        (void)refuse_error(reader, &error);
}

bool read_literal(Reader *reader, const YamlNode *node, const FormulaType *type, Value *out)
{
    static const FormulaModel nothing = {.population = {"", 0}};
    const FormulaScope scope = {.model = &nothing, .record = STR_EMPTY};
    const FormulaContext context = {.arena = reader->arena};
    const Formula *formula = read_formula(reader, &scope, node, type);
    if (!formula)
        return false;
    *out = formula_evaluate(formula, &context);
    return !value_is_missing(*out) || refuse_node(reader, node, "a value should stand here");
}
