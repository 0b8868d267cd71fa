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

/* Two that need no declaration: "plan" (現行 | 改正案, struck and underlined, as planning offices print it)
 * and "ordinance" (改正後 | 改正前, underlined). */
extern const ComparisonProfile comparison_profiles[];
extern const size_t comparison_profile_count;
/* One of them; NULL when there is none of that id. */
const ComparisonProfile *comparison_profile(Str id);

/* --- places, as they are printed --- */

/* A heading by its line; any other line by its place, so that long wordings are not repeated. */
typedef struct ComparisonStep {
    Str line;    /* as printed: 《港》; empty: not a heading */
    int32_t nth; /* of a heading: which of those that read the same there; else: which line there; from 1 */
} ComparisonStep;

/* The lines above, from the top; empty: nothing stands above. */
typedef VEC_OF(ComparisonStep) ComparisonPath;

typedef enum ComparisonSort {
    COMPARISON_EDITED,     /* at its place, or below something that moved */
    COMPARISON_INSERTED,   /* the old side is empty */
    COMPARISON_DELETED,    /* the new side is empty */
    COMPARISON_MOVED_AWAY, /* where it stood; what stands below it goes along */
    COMPARISON_MOVED_HERE, /* where it stands; both sides are full */
    COMPARISON_SORT_COUNT
} ComparisonSort;
/* "edited" ... */
const char *comparison_sort_name(ComparisonSort sort);

/* One row, of one node. */
typedef struct ComparisonRow {
    ComparisonSort sort;
    RedlinePieces old_cell;              /* kept and struck: the whole printed line; empty when inserted */
    RedlinePieces new_cell;              /* kept and inserted; empty when deleted or moved away */
    bool old_headed, new_headed;         /* whether that column has these headings; where old_nth or new_nth
                                            is told it has */
    ComparisonPath old_above, new_above; /* the headings that the row is printed below, in each column */
    int32_t old_nth; /* which of the lines there that read the same; 0: it is the only one, or inserted or
                        moved here */
    int32_t new_nth; /* inserted, moved here: which line there it is, from 1; else 0 */
    ComparisonPath other_above; /* moved away: where it stands now, moved here: where it stood */
    int32_t other_nth;          /* as new_nth of the first, old_nth of the second */
    bool renumbered, split, merged;
    Str remark; /* why; from whoever made the table */
    /* For links; REDLINE_NO_NODE when that side has none. */
    int32_t old_node, new_node;
} ComparisonRow;

typedef struct Comparison {
    ComparisonProfile profile;
    Str old_title, new_title; /* of the documents */
    VEC_OF(ComparisonRow) rows;
} Comparison;

/* Why a node changed, for the remarks; empty: nothing to say. The names are empty where that side has no
 * such node. */
typedef Str ComparisonRemark(void *context, Str old_name, Str new_name);

/* The redline must be of the profile's view and outlive the table; `remark` may be NULL. That the rebuilt
 * text is the new one is asserted. */
MUST_USE bool comparison_make(Arena *arena, const Redline *redline, const ComparisonProfile *profile,
    ComparisonRemark *remark, void *context, Comparison *out, Error *error);
/* The new text from the old text and what the table prints alone: cells, headings and places. One printed
 * line a node, each with a line end. ERROR_CONFLICT with the number of the row that does not fit the old
 * text. */
MUST_USE bool comparison_rebuild(
    const RedlineTree *old_tree, const Comparison *table, Buf *out, Error *error);
/* What comparison_rebuild must give: the lines of a tree as printed. */
void comparison_print_lines(const RedlineTree *tree, Buf *out);

/* The table alone, for a page that has its own style: table, thead, a tbody for each run of rows below the
 * same headings. */
void comparison_write_table(const Comparison *table, Buf *out);
/* A page that needs nothing else, for print on A4 landscape; and the same as JSON (hitomachi-comparison/1).
 * The words of a table are Japanese, as the plan's are. */
MUST_USE bool comparison_write_html(const Comparison *table, Buf *out, Error *error);
MUST_USE bool comparison_write_json(const Comparison *table, Buf *out, Error *error);

#endif
