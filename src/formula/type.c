/* formula/type.c: the kinds of values: their names, how they are stored, and which of them may meet.
 *
 * Numbers meet: an integer becomes what it meets (yen, a decimal, a fiscal year); yen and a decimal meet as
 * decimals. Everything else meets its own kind only: choices of one set, references of one record type.
 */
#include "formula/formula_internal.h"

#include "base/near.h"

static const struct {
    const char *name, *words;
    ValueType value;
} kinds[FORMULA_KIND_COUNT] = {
    [FORMULA_BOOLEAN] = {"boolean", "yes or no", VALUE_BOOLEAN},
    [FORMULA_INTEGER] = {"integer", "an integer", VALUE_INTEGER},
    [FORMULA_YEN] = {"yen", "an amount of yen", VALUE_INTEGER},
    [FORMULA_DECIMAL] = {"decimal", "a decimal", VALUE_DECIMAL},
    [FORMULA_TEXT] = {"text", "a text", VALUE_TEXT},
    [FORMULA_DATE] = {"date", "a date", VALUE_DATE},
    [FORMULA_TIME] = {"time", "a time", VALUE_TIME},
    [FORMULA_DATETIME] = {"datetime", "a date with a time", VALUE_INSTANT},
    [FORMULA_FISCAL_YEAR] = {"fiscal_year", "a fiscal year", VALUE_INTEGER},
    [FORMULA_CHOICE] = {"choice", "a choice", VALUE_TEXT},
    [FORMULA_CHOICES] = {"choices", "choices", VALUE_TEXT},
    [FORMULA_REFERENCE] = {"reference", "a record", VALUE_REFERENCE},
    [FORMULA_REFERENCES] = {"references", "several records", VALUE_REFERENCE},
};

const char *formula_kind_name(FormulaKind kind)
{
    return kinds[kind].name;
}

ValueType formula_value_type(FormulaKind kind)
{
    return kinds[kind].value;
}

Str type_words(Arena *arena, const FormulaType *type)
{
    switch (type->kind) {
    case FORMULA_CHOICE:
        return arena_printf(arena, "a value of '%.*s'", STR_ARGS(type->choices->name));
    case FORMULA_CHOICES:
        return arena_printf(arena, "values of '%.*s'", STR_ARGS(type->choices->name));
    case FORMULA_REFERENCE:
        return arena_printf(arena, "a record of '%.*s'", STR_ARGS(type->record));
    case FORMULA_REFERENCES:
        return arena_printf(arena, "several records of '%.*s'", STR_ARGS(type->record));
    default:
        return str_of(kinds[type->kind].words);
    }
}

Str suggestion(Arena *arena, Str word, const char *const *known, size_t count)
{
    const size_t listed_max = 10;
    const char *near = near_word(word, known, count);
    if (near != NULL)
        return arena_printf(arena, "; did you mean '%s'?", near);
    if (count == 0 || count > listed_max)
        return STR_EMPTY;
    Str list = S("; known are ");
    for (size_t i = 0; i < count; i++)
        list = arena_printf(arena, "%.*s%s%s", STR_ARGS(list), i > 0 ? ", " : "", known[i]);
    return list;
}

static bool is_number(FormulaKind kind)
{
    return kind == FORMULA_INTEGER || kind == FORMULA_YEN || kind == FORMULA_DECIMAL ||
           kind == FORMULA_FISCAL_YEAR;
}

static bool numbers_meet(const FormulaType *a, const FormulaType *b, FormulaType *common)
{
    if (a->kind == FORMULA_INTEGER || b->kind == FORMULA_INTEGER) {
        *common = a->kind == FORMULA_INTEGER ? *b : *a;
        return true;
    }
    *common = (FormulaType){.kind = FORMULA_DECIMAL, .digits = a->digits > b->digits ? a->digits : b->digits};
    return a->kind != FORMULA_FISCAL_YEAR && b->kind != FORMULA_FISCAL_YEAR;
}

bool types_meet(const FormulaType *a, const FormulaType *b, FormulaType *common)
{
    *common = *a;
    if (a->kind != b->kind)
        return is_number(a->kind) && is_number(b->kind) && numbers_meet(a, b, common);
    if (b->digits > common->digits)
        common->digits = b->digits;
    if (a->kind == FORMULA_CHOICE || a->kind == FORMULA_CHOICES)
        return a->choices == b->choices;
    return str_equal(a->record, b->record);
}
