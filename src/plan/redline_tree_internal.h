/* plan/redline_tree_internal.h: what the files of the tree redline share: building trees, matching them. */
#ifndef PLAN_REDLINE_TREE_INTERNAL_H
#define PLAN_REDLINE_TREE_INTERNAL_H

#include "plan/redline_internal.h"
#include "plan/redline_tree.h"

/* --- building --- */

/* A tree with its node 0. */
MUST_USE bool redline_tree_begin(Arena *arena, RedlineTree *tree);
/* Appends a node below `parent`; NULL when the arena is full. */
RedlineNode *redline_tree_add(Arena *arena, RedlineTree *tree, int32_t parent, RedlineKind kind);
/* What a line of that kind is printed with: "政策 (1) " and "\n", "《" and "》\n". */
void redline_frame(Arena *arena, RedlineKind kind, Str number, Str *head, Str *tail);
bool redline_kind_from_name(Str name, RedlineKind *out);

/* --- matching --- */

/* Fills to_new and to_old of trees whose nodes 0 belong together. */
MUST_USE bool redline_match(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    RedlineMatching matching, int32_t *to_new, int32_t *to_old);

/* --- moves --- */

/* Whether each matched node of the old tree left its place: another parent, or not in the heaviest row of
 * siblings that are still in order. */
MUST_USE bool redline_find_moves(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    const int32_t *to_new, const int32_t *to_old, bool *moved);

/* --- rows --- */

/* Notes on rows which other row has the rest of a split or merged node. */
void redline_find_splits(Redline *redline);

/* Whether the pieces of one side, kept and struck or kept and inserted, are the text. */
bool redline_pieces_walk(const RedlinePieces *pieces, char side, Str text);

/* --- writers --- */

/* The tail of a line without its line end: "》". */
Str redline_line_close(const RedlineNode *node);

#endif
