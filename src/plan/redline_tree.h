/* plan/redline_tree.h: the redline of two whole plans: which node became which, and what was inserted,
 * deleted, reworded, renumbered, moved, split and merged.
 *
 *     document -> RedlineTree --\
 *                                > matching -> moves -> rows with pieces -> check -> writers
 *     document -> RedlineTree --/
 *
 * A RedlineTree is a plan, or any text of one node a line, in one neutral shape. Rows walk both trees in
 * document order. Accepting every row gives the new tree and rejecting every row the old one; that is checked
 * before a redline is answered. The same two trees always give the same rows. Any thread.
 */
#ifndef PLAN_REDLINE_TREE_H
#define PLAN_REDLINE_TREE_H

#include "base/buf.h"
#include "base/language.h"
#include "plan/format.h"
#include "plan/redline.h"

/* --- trees --- */

typedef enum RedlineKind {
    REDLINE_ROOT, /* node 0 of every tree: above everything, without a line */
    REDLINE_BASIC,
    REDLINE_POLICY,
    REDLINE_SECTION,
    REDLINE_MEASURE,
    REDLINE_HEADING,
    REDLINE_ITEM,
    REDLINE_PARAGRAPH,
    REDLINE_NOTE,
    REDLINE_KIND_COUNT,
} RedlineKind;
/* "basic", "policy" ... */
const char *redline_kind_name(RedlineKind kind);

/* One line. head + text + tail is the line as it is printed, with its line end. */
typedef struct RedlineNode {
    int32_t parent; /* -1 for node 0; always below the node's own index */
    int32_t depth;  /* 0 for node 0 */
    RedlineKind kind;
    Str name; /* key or id in its own document; empty without one */
    Str head; /* "●", "《", "①", "政策 (1) " */
    Str text;
    Str tail; /* "》\n", "\n" */
} RedlineNode;

typedef struct RedlineTree {
    Str history; /* id of the plan whose keys the names are; empty: unknown */
    Str title;   /* what to call the document */
    bool named;  /* the nodes have names of their own; else their lines number them */
    VEC_OF(RedlineNode) nodes;
} RedlineTree;

/* A plan: its nodes, and its annotations as notes below theirs. Texts stay the plan's. */
MUST_USE bool redline_tree_of_plan(Arena *arena, const Plan *plan, RedlineTree *out, Error *error);
/* Text of one node a line with the markers 基本政策, 政策, 《》, ●, ①, ※; a line without one is a paragraph.
 * Every byte is in some node. The text must be UTF-8 and outlive the tree; `name` is the file in
 * errors. */
MUST_USE bool redline_tree_of_lines(Arena *arena, Str text, Str name, RedlineTree *out, Error *error);
/* A list of nodes in JSON: [{"id", "parent", "kind", "num", "text"}, ...] in document order. */
MUST_USE bool redline_tree_of_list(Arena *arena, Str json, Str name, RedlineTree *out, Error *error);
/* Files as the command takes them: a plan in JSON, Markdown (also several files) or table text, which are
 * read in a sealed child (plan/import.h), a list of nodes in JSON, or lines. */
MUST_USE bool redline_tree_of_files(
    Arena *arena, const PlanFile *files, size_t count, RedlineTree *out, Error *error);

#define REDLINE_NAME_ROOM 16
/* The name of a node; in a document without names its line: n000000, n000001 ... */
Str redline_node_name(const RedlineTree *tree, int32_t node, char room[REDLINE_NAME_ROOM]);

/* --- the redline --- */

typedef enum RedlineMatching {
    REDLINE_BY_NAME, /* nodes of one history: same name, same node; only nodes without a name are matched
                        blind */
    REDLINE_BLIND,   /* foreign texts: names are not looked at */
} RedlineMatching;

#define REDLINE_NO_NODE (-1)

/* A line of both trees, of the old one, or of the new one. A node that moved has two rows: REDLINE_STRUCK
 * where it was and REDLINE_INSERTED where it is, each with both nodes and the redline of their texts. */
typedef struct RedlineRow {
    char op; /* '=' in both at its place, '-' only in the old tree, '+' only in the new one */
    int32_t old_node, new_node; /* REDLINE_NO_NODE when the other tree has no such node */
    bool moved;                 /* the node itself has another parent or another place among its siblings */
    bool carried;               /* it stands below a node that moved */
    int32_t other;              /* of a split or merged row: the row that has the rest, else -1 */
    RedlinePieces head, text, tail; /* of a row with one node: one piece at most */
} RedlineRow;

typedef struct RedlineCounts {
    size_t inserted, deleted, edited, moved, renumbered, split, merged; /* nodes */
} RedlineCounts;

typedef struct Redline {
    const RedlineTree *old_tree, *new_tree;
    VEC_OF(RedlineRow) rows;
    int32_t *to_new, *to_old; /* the other tree's node of each node; REDLINE_NO_NODE */
    RedlineCounts counts;
} Redline;

/* The trees must outlive the redline. ERROR_MEMORY, ERROR_LIMIT. */
MUST_USE bool redline_trees(Arena *arena, const RedlineTree *old_tree, const RedlineTree *new_tree,
    RedlineMatching matching, RedlineView view, Redline *out, Error *error);
/* By name when both are of the same plan, else blind. */
RedlineMatching redline_matching_for(const RedlineTree *old_tree, const RedlineTree *new_tree);
/* Whether accepting every row gives the new tree and rejecting every row the old one. */
bool redline_rows_hold(const Redline *redline);

/* What was done to a row's node, for readers. */
bool redline_row_edited(const RedlineRow *row);
bool redline_row_renumbered(const RedlineRow *row);

/* --- writers: the same redline gives the same bytes --- */

/* What changed, a line each, and what it stands below. */
MUST_USE bool redline_write_text(const Redline *redline, Language language, Buf *out, Error *error);
/* A page that needs nothing else. */
MUST_USE bool redline_write_html(const Redline *redline, Language language, Buf *out, Error *error);
/* The lines of that page alone, for a page that has its own style. */
void redline_write_rows(const Redline *redline, Language language, Buf *out);
/* One line of words: how many nodes were edited, inserted ... */
void redline_add_counts(const Redline *redline, Language language, Buf *out);
/* hitomachi-redline/1: every row with its pieces. */
MUST_USE bool redline_write_json(const Redline *redline, Buf *out, Error *error);
/* {"script": [["=" | "-" | "+", code points], ...], "moves": [[old name, new name], ...], "map": {...}}:
 * walks both texts from beginning to end. */
MUST_USE bool redline_write_script(const Redline *redline, Buf *out, Error *error);

#endif
