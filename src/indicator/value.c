/* indicator/value.c: from cells to the value of an indicator.
 *
 * A term's value follows from its one cell; the indicator's formula is then evaluated with the values of its
 * terms, as any formula is. No cell is a cell of nothing: a count of nothing is 0, an average of nothing is
 * missing.
 */
#include "indicator/indicator_internal.h"

#include "base/decimal.h"

/* a / b in millionths; a counts `unit` millionths. */
static Value quotient(int64_t a, int64_t unit, int64_t b)
{
    int64_t millionths;
    return multiply_divide(a, unit, b, ROUND_HALF_UP, &millionths) ? value_decimal(millionths)
                                                                   : value_missing();
}

static Value average(const CityTerm *term, const IndicatorCell *cell)
{
    bool is_decimal = formula_type(term->aggregate->value).kind == FORMULA_DECIMAL;
    return quotient(cell->sum, is_decimal ? 1 : DECIMAL_ONE, cell->rows);
}

Value indicator_term_value(const CityTerm *term, const IndicatorCell *cell)
{
    switch (term->aggregate->kind) {
    case FORMULA_SUM:
        return value_number(formula_value_type(term->aggregate->type.kind), cell->sum);
    case FORMULA_AVERAGE:
        return average(term, cell);
    case FORMULA_SHARE:
        return quotient(cell->rows, DECIMAL_ONE, cell->sum);
    case FORMULA_MIN:
        return cell->least;
    case FORMULA_MAX:
        return cell->greatest;
    default:
        return value_integer(cell->rows);
    }
}

typedef struct Valuing {
    const CityIndicator *indicator;
    void *owner;
    IndicatorCell (*cell)(void *owner, const CityTerm *term);
} Valuing;

static Value aggregate_value(void *owner, const FormulaAggregate *aggregate)
{
    const Valuing *valuing = owner;
    for (size_t i = 0; i < valuing->indicator->terms.len; i++) {
        const CityTerm *term = &valuing->indicator->terms.at[i];
        if (term->aggregate != aggregate)
            continue;
        IndicatorCell cell = valuing->cell(valuing->owner, term);
        return indicator_term_value(term, &cell);
    }
    assert(!"every aggregate of an indicator's value is one of its terms");
    return value_missing();
}

Value indicator_value(const CityIndicator *indicator, Arena *arena, void *owner,
    IndicatorCell (*cell)(void *owner, const CityTerm *term))
{
    Valuing valuing = {indicator, owner, cell};
    FormulaContext context = {.arena = arena, .owner = &valuing, .aggregate = aggregate_value};
    return formula_evaluate(indicator->value, &context);
}

int64_t indicator_smallest_count(
    const CityIndicator *indicator, void *owner, IndicatorCell (*cell)(void *owner, const CityTerm *term))
{
    int64_t smallest = -1;
    for (size_t i = 0; i < indicator->terms.len; i++) {
        const CityTerm *term = &indicator->terms.at[i];
        if (indicator_is_population(term))
            continue;
        int64_t rows = cell(owner, term).rows;
        if (smallest < 0 || rows < smallest)
            smallest = rows;
    }
    return smallest < 0 ? 0 : smallest;
}
