/* plan/comparison.h: the comparison table of two editions (新旧対照表): two columns, what differs marked,
 * remarks.
 *
 * A profile says how a city prints it; offices differ in which column comes first, what the columns are
 * called, whether what is new is underlined or what went is struck, and what stands where there is nothing. A
 * table is made from a redline (plan/redline_tree.h), shows only nodes that changed, each below the headings
 * it stands under, and says enough that the new text follows from the old text and the table alone:
 * comparison_rebuild, which is checked before a table is answered.
 */
#ifndef PLAN_COMPARISON_H
#define PLAN_COMPARISON_H

#include "plan/redline_tree.h"

typedef enum ComparisonMark {
    COMPARISON_UNDERLINE,        /* differing words underlined in both columns */
    COMPARISON_STRIKE_UNDERLINE, /* struck in the old column, underlined in the new one */
} ComparisonMark;

typedef struct ComparisonProfile {
    Str id, name;             /* "ordinance", 条例の形 */
    bool new_first;           /* which column stands left: 改正案 | 現行, else 現行 | 改正案 */
    Str new_title, old_title; /* 改正案, 現行; 改正後, 改正前 */
    ComparisonMark mark;
    Str inserted, deleted; /* what stands for the missing side: （新設）, （削る） or （削除） */
    Str moved;             /* before the place a node moved to or from: （移動） */
    bool remarks;          /* a third column 備考 */
    RedlineView view;      /* REDLINE_WORDS as a rule */
} ComparisonProfile;

/* Two that need no declaration: "plan" (改正案/現行 as planning offices print it) and "ordinance". */
extern const ComparisonProfile comparison_profiles[];
extern const size_t comparison_profile_count;

/* One row. The cells are pieces of whole printed lines; the words of an empty side are the profile's. */
typedef struct ComparisonRow {
    int32_t old_node, new_node; /* REDLINE_NO_NODE when that side has none */
    RedlinePieces old_cell;     /* kept and struck */
    RedlinePieces new_cell;     /* kept and inserted */
    Str old_where, new_where; /* where it stands: the headings above it, and for what is new or moved the line
                                 it stands behind */
    bool moved, renumbered;
    Str remark; /* why; from whoever made the table */
} ComparisonRow;

typedef struct Comparison {
    ComparisonProfile profile;
    const Redline *redline;
    VEC_OF(ComparisonRow) rows;
} Comparison;

/* Why a node changed, for the remarks; empty: nothing to say. */
typedef Str ComparisonRemark(void *context, Str old_name, Str new_name);

/* The redline must be of the profile's view and outlive the table. That the rebuilt text is the new one is
 * asserted. */
MUST_USE bool comparison_make(Arena *arena, const Redline *redline, const ComparisonProfile *profile,
    ComparisonRemark *remark, void *context, Comparison *out, Error *error);
/* The new text from the old text and the table alone, line by line. */
MUST_USE bool comparison_rebuild(
    Arena *arena, const RedlineTree *old_tree, const Comparison *table, Buf *out, Error *error);

/* A page that needs nothing else, for print on A4 landscape; and the same as JSON (hitomachi-comparison/1).
 */
MUST_USE bool comparison_write_html(const Comparison *table, Language language, Buf *out, Error *error);
MUST_USE bool comparison_write_json(const Comparison *table, Buf *out, Error *error);

#endif
