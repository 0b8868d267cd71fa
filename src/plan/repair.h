/* plan/repair.h: places where struck and inserted words have run together, and slips, found as proposals.
 *
 * A table with tracked changes that is saved as plain text loses its strokes: 「増えています。おり、」 was
 * 増えて, a struck います。 and an inserted おり、. The finder has no dictionary. It knows the closed
 * classes of written Japanese (particles, auxiliaries, endings: repair_lexicon.h) and takes everything else
 * from the document itself: the same words standing elsewhere, numbers with the same unit, titles that
 * return. Nothing is applied by itself.
 *
 * Time is near linear: evidence comes from blocks of some 260,000 code points, so in a very long document a
 * place is judged by its surroundings. A node longer than REPAIR_NODE_MAX code points is not looked at.
 */
#ifndef PLAN_REPAIR_H
#define PLAN_REPAIR_H

#include "base/buf.h"
#include "plan/plan.h"

#define REPAIR_NODE_MAX 65536

/* Fills plan->repairs anew, in document order; the spans of one node are ordered and do not overlap. The same
 * plan gives the same repairs. Any thread; the plan must not change meanwhile. */
MUST_USE bool plan_find_repairs(Plan *plan, Error *error);

/* The wording of the span before the change (kept and struck), after it (kept and inserted), and as it stands
 * in the text. In the arena. */
Str plan_repair_before(Arena *arena, const PlanRepair *repair);
Str plan_repair_after(Arena *arena, const PlanRepair *repair);
Str plan_repair_literal(Arena *arena, const PlanRepair *repair);

/* Takes a repair: the node's text loses what was struck. Marks, annotations and other repairs of that node
 * are moved with their words; a mark of which nothing is left goes. The repair itself leaves plan->repairs,
 * so that the ones behind it move up by one. Fails when the span is not the text the repair was found in. */
MUST_USE bool plan_apply_repair(Plan *plan, size_t repair, Error *error);

/* A list of {"key", "from" (literal text of the span), "to" (wording after), "span": [from, to) in code
 * points of the node's text, "segments": [["=" | "-" | "+", text], ...], "confidence": 0.00 to 1.00}. */
void plan_repairs_write_json(const Plan *plan, Buf *out);

#endif
