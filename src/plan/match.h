/* plan/match.h: which node of an older edition each node of a reading is. */
#ifndef PLAN_MATCH_H
#define PLAN_MATCH_H

#include "base/map.h"
#include "plan/plan.h"

/* Gives every node of the plan its key. A node that has one keeps it. The others are matched to nodes of
 * `base` (an older edition, NULL for none) that no key has claimed, always of the same kind:
 *
 *     1. the same text, when no other node of that kind has it in either edition;
 *     2. the node that most of its children's matches lie under;
 *     3. below a matched parent, the most similar text (Dice's coefficient of bigrams), at least 0.5, or 0.3
 * when only one of that kind is left on both sides; a section (現状と課題 ...) needs no similarity.
 *
 * What is left is new and gets a key that is neither in the plan nor in `used` (every key the plan has ever
 * had -> anything). *matched: how many nodes are nodes of the base. Time is near linear: a node is compared
 * with a few hundred others at most, and after two million comparisons only equal texts are alike. */
MUST_USE bool plan_match_keys(Plan *plan, const Plan *base, const Map *used, size_t *matched, Error *error);

/* Dice's coefficient of the bigrams of two texts in thousandths: 0 (nothing in common) to 1000 (the same).
 * Texts of fewer than two code points are alike only when equal; very long ones count by their first 4096
 * bigrams. */
int text_similarity(Str a, Str b);

#endif
