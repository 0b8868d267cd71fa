/* Random formulas and records: see random_formulas.h. */
#include "random_formulas.h"

#include "base/vec.h"
#include "formula/function.h"

static const char *const colours[] = {"red", "green", "blue"};
static const FormulaChoices colour = {STR_LITERAL("colour"), colours, 3};

#define FIELDS(kind_, index, name_, ...)                                                 \
    {.name = STR_LITERAL("a_" name_),                                                    \
        .type = {.kind = FORMULA_##kind_, __VA_ARGS__},                                  \
        .column = 3 * (index)},                                                          \
        {.name = STR_LITERAL("b_" name_),                                                \
            .type = {.kind = FORMULA_##kind_, __VA_ARGS__},                              \
            .column = 3 * (index) + 1},                                                  \
    {                                                                                    \
        .name = STR_LITERAL("c_" name_), .type = {.kind = FORMULA_##kind_, __VA_ARGS__}, \
        .column = 3 * (index) + 2                                                        \
    }

static const FormulaField sample_fields[] = {
    FIELDS(BOOLEAN, 0, "boolean", .digits = 0),
    FIELDS(INTEGER, 1, "integer", .digits = 0),
    FIELDS(YEN, 2, "yen", .digits = 0),
    FIELDS(DECIMAL, 3, "decimal", .digits = 6),
    FIELDS(TEXT, 4, "text", .digits = 0),
    FIELDS(DATE, 5, "date", .digits = 0),
    FIELDS(TIME, 6, "time", .digits = 0),
    FIELDS(DATETIME, 7, "datetime", .digits = 0),
    FIELDS(FISCAL_YEAR, 8, "fiscal_year", .digits = 0),
    FIELDS(CHOICE, 9, "choice", .choices = &colour),
    FIELDS(CHOICES, 10, "choices", .choices = &colour),
    FIELDS(REFERENCE, 11, "reference", .record = STR_LITERAL("other")),
};

static const FormulaField other_fields[] = {
    {.name = STR_LITERAL("number"), .type = {.kind = FORMULA_INTEGER}, .column = 0},
    {.name = STR_LITERAL("day"), .type = {.kind = FORMULA_DATE}, .column = 1},
};

static const FormulaField mine[] = {
    {.name = STR_LITERAL("others"), .type = {.kind = FORMULA_REFERENCES, .record = STR_LITERAL("other")}},
};

#define SAMPLE                                                                                   \
    {                                                                                            \
        .name = STR_LITERAL("sample"), .fields = sample_fields, .count = COUNT_OF(sample_fields) \
    }
#define OTHER                                                                                  \
    {                                                                                          \
        .name = STR_LITERAL("other"), .fields = other_fields, .count = COUNT_OF(other_fields), \
        .birth = STR_LITERAL("day")                                                            \
    }

static const FormulaRecord records[] = {SAMPLE, OTHER};
const FormulaRecord sample_record = SAMPLE, other_record = OTHER;

static const FormulaParameter parameters[] = {
    {.name = STR_LITERAL("rate"), .type = {.kind = FORMULA_DECIMAL, .digits = 2}},
    {.name = STR_LITERAL("ceiling"),
        .type = {.kind = FORMULA_YEN},
        .arguments = {{.kind = FORMULA_INTEGER}},
        .argument_count = 1},
};

const FormulaModel sample_model = {
    .parameters = parameters,
    .parameter_count = COUNT_OF(parameters),
    .population = STR_LITERAL("other"),
    .records = records,
    .record_count = COUNT_OF(records),
    .me = {.kind = FORMULA_REFERENCE, .record = STR_LITERAL("other")},
    .mine = mine,
    .mine_count = COUNT_OF(mine),
};

FormulaScope sample_scope(void)
{
    return (FormulaScope){
        .model = &sample_model, .record = S("sample"), .allows_today = true, .allows_me = true};
}

/* --- productions
 * --------------------------------------------------------------------------------------------------- */

static Str field_of(Arena *arena, FormulaKind kind, size_t i)
{
    return arena_printf(arena, "%c_%s", "abc"[i], formula_kind_name(kind));
}

static Str fill(Arena *arena, const char *shape, const Str *parts)
{
    Str text = STR_EMPTY;
    for (const char *at = shape; *at != '\0'; at++)
        text = *at == '%' ? arena_join(arena, text, *parts++) : arena_join(arena, text, (Str){at, 1});
    return text;
}

Str plain_formula(Arena *arena, const Production *production)
{
    Str parts[PARTS_MAX];
    for (size_t i = 0; i < production->part_count; i++)
        parts[i] = field_of(arena, production->parts[i], i);
    return fill(arena, production->shape, parts);
}

/* Tries the shape with every combination of kinds. */
static void try_shape(Arena *arena, Productions *productions, const char *shape)
{
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    Production production = {.shape = shape};
    for (const char *at = shape; *at != '\0'; at++)
        production.part_count += *at == '%';
    size_t combinations = 1;
    for (size_t i = 0; i < production.part_count; i++)
        combinations *= KINDS;
    const FormulaScope scope = sample_scope();
    const FormulaOrigin origin = {.file = S("sample"), .line = 1, .column = 1};
    for (size_t n = 0; n < combinations; n++) {
        Str parts[PARTS_MAX];
        arena_clear(scratch);
        for (size_t i = 0, rest = n; i < production.part_count; i++, rest /= KINDS) {
            production.parts[i] = (FormulaKind)(rest % KINDS);
            parts[i] = field_of(scratch, production.parts[i], i);
        }
        Formula *formula = NULL;
        Error error = {0};
        if (!formula_compile(&formula, scratch, &scope, &origin, fill(scratch, shape, parts), NULL, &error))
            continue;
        production.result = formula_type(formula).kind;
        Production *slot = VEC_PUSH(arena, productions);
        if (slot == NULL)
            abort();
        *slot = production;
    }
}

static void try_function(Arena *arena, Productions *productions, const FormulaFunction *function)
{
    static const char *const digits[] = {"%, -3)", "%, 0)", "%, 2)"};
    for (size_t count = function->min; count <= function->max && count <= PARTS_MAX; count++) {
        Str call = arena_printf(arena, "%s(", function->name);
        if (count == 2 && function->arguments[1].rule == FORMULA_ARGUMENT_DIGITS) {
            for (size_t i = 0; i < COUNT_OF(digits); i++)
                try_shape(arena, productions, arena_join(arena, call, str_of(digits[i])).at);
            continue;
        }
        for (size_t i = 0; i < count; i++)
            call = arena_join(arena, call, i > 0 ? S(", %") : S("%"));
        try_shape(arena, productions, arena_join(arena, call, S(")")).at);
    }
}

Productions find_productions(Arena *arena)
{
    static const char *const shapes[] = {"(not %)", "(-%)", "(% is given)", "(% is missing)", "(% = %)",
        "(% <> %)", "(% < %)", "(% <= %)", "(% > %)", "(% >= %)", "(% + %)", "(% - %)", "(% * %)", "(% / %)",
        "(% and %)", "(% or %)", "(% between % and %)", "(% in (%))", "(% in (%, %))", "(% not in (%, %))",
        "(if % then % else %)", "(% in my.others)"};
    Productions productions = {0};
    for (size_t i = 0; i < COUNT_OF(shapes); i++)
        try_shape(arena, &productions, shapes[i]);
    for (size_t i = 0; i < formula_function_count; i++)
        try_function(arena, &productions, &formula_functions[i]);
    return productions;
}

/* --- formulas
 * ------------------------------------------------------------------------------------------------------ */

static Str random_leaf(Arena *arena, Random *random, FormulaKind kind)
{
    static const char *const literals[KINDS][8] = {
        [FORMULA_BOOLEAN] = {"yes", "no", "true", "false"},
        [FORMULA_INTEGER] = {"0", "1", "7", "100", "9223372036854775807", "a_reference.number", "1000000"},
        [FORMULA_YEN] = {"b_yen"},
        [FORMULA_DECIMAL] = {"0.5", "1.000001", "0.000001", "9223372036854.775807", "3.0"},
        [FORMULA_TEXT] = {"''", "'a'", "'青空'", "'''\"?1'", "'空'"},
        [FORMULA_DATE] = {"2018-06-01", "0001-01-01", "9999-12-31", "today", "b_reference.day", "2020-02-29"},
        [FORMULA_TIME] = {"00:00", "09:30", "23:59"},
        [FORMULA_DATETIME] = {"2018-06-01T09:30", "0001-01-02T00:00", "9999-12-31T23:59"},
        [FORMULA_FISCAL_YEAR] = {"fiscal_year(2018-03-31)"},
        [FORMULA_CHOICE] = {"a_choice"},
        [FORMULA_CHOICES] = {"a_choices"},
        [FORMULA_REFERENCE] = {"me"},
    };
    size_t count = 0;
    while (count < 8 && literals[kind][count] != NULL)
        count++;
    if (random_below(random, 3) == 0)
        return str_of(literals[kind][random_below(random, count)]);
    return field_of(arena, kind, random_below(random, PARTS_MAX));
}

/* Any production of that result; productions of one shape stand together, so shapes are chosen first. */
static const Production *random_production(Random *random, const Productions *productions, FormulaKind kind)
{
    size_t shapes = 0, chosen = 0;
    const char *last = NULL, *shape = NULL;
    for (size_t i = 0; i < productions->len; i++) {
        const Production *production = &productions->at[i];
        if (production->result != kind || production->shape == last)
            continue;
        last = production->shape;
        if (random_below(random, ++shapes) == 0)
            shape = last;
    }
    const Production *found = NULL;
    for (size_t i = 0; i < productions->len; i++) {
        const Production *production = &productions->at[i];
        if (production->result == kind && production->shape == shape && random_below(random, ++chosen) == 0)
            found = production;
    }
    return found;
}

Str random_formula(Arena *arena, Random *random, const Productions *productions, FormulaKind kind, int depth)
{
    /* age() takes a record by its path only */
    bool is_leaf = depth == 0 || kind == FORMULA_REFERENCE || random_below(random, 6) == 0;
    const Production *production = is_leaf ? NULL : random_production(random, productions, kind);
    if (production == NULL)
        return random_leaf(arena, random, kind);
    Str parts[PARTS_MAX];
    for (size_t i = 0; i < production->part_count; i++)
        parts[i] = random_formula(arena, random, productions, production->parts[i], depth - 1);
    return fill(arena, production->shape, parts);
}

/* --- values
 * -------------------------------------------------------------------------------------------------------- */

static int64_t random_integer(Random *random)
{
    static const int64_t extremes[] = {0, 1, -1, 2, 3, -7, 10, 12, 100, 2018, 999999, 1000000, -1500000,
        2500000, INT64_C(3037000500), INT64_C(-3037000500), INT64_MAX, INT64_MIN, INT64_MAX - 1,
        INT64_MIN + 1, INT64_MAX / 1000000, INT64_MIN / 1000000, INT64_MAX / 2 + 1};
    if (random_below(random, 3) != 0)
        return extremes[random_below(random, COUNT_OF(extremes))];
    return (int64_t)(random_bits(random) >> (1 + random_below(random, 60))) *
           (random_below(random, 2) != 0 ? 1 : -1);
}

static Value random_date(Random *random)
{
    static const int extremes[] = {VALUE_DATE_MIN, VALUE_DATE_MIN + 1, VALUE_DATE_MAX, VALUE_DATE_MAX - 1, 0,
        -1, 17652 /* 2018-05-01 */, 17622 /* 2018-04-01 */, 17621, 18321 /* 2020-02-29 */,
        17590 /* 2018-02-28 */, 15430 /* 2012-03-31 */, 15431, 15432};
    if (random_below(random, 3) == 0)
        return value_date(extremes[random_below(random, COUNT_OF(extremes))]);
    if (random_below(random, 3) != 0)
        return value_date(10000 + (int64_t)random_below(random, 9000));
    return value_date((int64_t)random_below(random, VALUE_DATE_MAX - VALUE_DATE_MIN + 1) + VALUE_DATE_MIN);
}

static Value random_instant(Random *random)
{
    const int64_t day = INT64_C(86400000000), japan = INT64_C(32400000000);
    int64_t n =
        (VALUE_DATE_MIN + (int64_t)random_below(random, VALUE_DATE_MAX - VALUE_DATE_MIN)) * day - japan;
    static const int64_t steps[] = {0, -1, 1, INT64_C(86399999999)};
    n = random_below(random, 2) == 0 ? (int64_t)random_below(random, 20000) * day - japan : n + day;
    return value_number(VALUE_INSTANT, n + steps[random_below(random, COUNT_OF(steps))]);
}

static Value random_text(Random *random)
{
    static const char *const texts[] = {
        "", "a", "ab", "b", "B", "A", "青空", "空", "𠮷野", "が", "a青", "' or 1=1 --", "%", "_", " ", "Z"};
    return value_text(str_of(texts[random_below(random, COUNT_OF(texts))]));
}

static Value random_choices(Random *random)
{
    static const char *const sets[] = {",", ",red,", ",red,blue,", ",green,", ",red,green,blue,"};
    return value_text(str_of(sets[random_below(random, COUNT_OF(sets))]));
}

Value random_value(Random *random, FormulaKind kind)
{
    switch (kind) {
    case FORMULA_BOOLEAN:
        return value_boolean(random_below(random, 2) != 0);
    case FORMULA_DECIMAL:
        return value_decimal(random_integer(random));
    case FORMULA_TEXT:
        return random_text(random);
    case FORMULA_DATE:
        return random_date(random);
    case FORMULA_TIME:
        return value_number(VALUE_TIME, (int64_t)random_below(random, 86400));
    case FORMULA_DATETIME:
        return random_instant(random);
    case FORMULA_CHOICE:
        return value_text(str_of(colours[random_below(random, COUNT_OF(colours))]));
    case FORMULA_CHOICES:
        return random_choices(random);
    case FORMULA_REFERENCE:
        return value_reference(1 + (int64_t)random_below(random, 4));
    default:
        return value_integer(random_integer(random));
    }
}
