/* review/show.c: what is left of a sheet for the public, and what has moved since it was frozen. */
#include "review/evaluation.h"

/* A figure that rests on fewer people than the threshold says nothing but that. */
static void withhold(const EvaluationIndicator *indicator, EvaluationFigure *figure)
{
    if (figure->gap != EVALUATION_GAP_NONE || figure->smallest_count >= indicator->threshold)
        return;
    *figure = (EvaluationFigure){.fiscal_year = figure->fiscal_year, .gap = EVALUATION_GAP_WITHHELD};
}

void evaluation_for_public(EvaluationSheet *sheet)
{
    size_t kept = 0;
    for (size_t i = 0; i < sheet->indicators.len; i++) {
        EvaluationIndicator indicator = sheet->indicators.at[i];
        if (!indicator.is_public)
            continue;
        for (size_t n = 0; n < EVALUATION_YEARS; n++) {
            withhold(&indicator, &indicator.years[n]);
            indicator.years[n].smallest_count = 0;
        }
        sheet->indicators.at[kept++] = indicator;
    }
    sheet->indicators.len = kept;
}

static const EvaluationIndicator *find_indicator(const EvaluationSheet *sheet, Str id)
{
    for (size_t i = 0; i < sheet->indicators.len; i++)
        if (str_equal(sheet->indicators.at[i].id, id))
            return &sheet->indicators.at[i];
    return NULL;
}

bool evaluation_differences(Arena *arena, const EvaluationSheet *frozen, const EvaluationSheet *now,
    EvaluationDifferences *out, Error *error)
{
    *out = (EvaluationDifferences){0};
    for (size_t i = 0; i < frozen->indicators.len; i++) {
        const EvaluationIndicator *before = &frozen->indicators.at[i];
        const EvaluationIndicator *after = find_indicator(now, before->id);
        for (size_t n = 0; after && n < EVALUATION_YEARS; n++) {
            if (before->years[n].gap == after->years[n].gap &&
                value_same(before->years[n].value, after->years[n].value))
                continue;
            EvaluationDifference *difference = VEC_PUSH(arena, out);
            if (!difference)
                return error_memory(error);
            *difference = (EvaluationDifference){.frozen = before, .year = n, .now = after->years[n]};
        }
    }
    return true;
}
