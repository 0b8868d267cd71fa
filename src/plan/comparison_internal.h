/* plan/comparison_internal.h: what making a comparison table and rebuilding from it share: lines as printed,
 * and the places of lines told in print. */
#ifndef PLAN_COMPARISON_INTERNAL_H
#define PLAN_COMPARISON_INTERNAL_H

#include "plan/comparison.h"

/* head + text + what closes it, without the line end. In the arena unless a slice will do. */
Str comparison_line(Arena *arena, const RedlineNode *node);
/* A cell as text. */
Str comparison_cell_text(Arena *arena, const RedlinePieces *cell);
bool comparison_path_equal(const ComparisonPath *a, const ComparisonPath *b);

#endif
