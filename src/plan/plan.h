/* plan/plan.h: a comprehensive plan as a tree, in memory.
 *
 * A Plan is one reading or one edition: nodes in document order, annotations on nodes, and the importer's
 * warnings. Every text is UTF-8 in the plan's arena. Offsets (marks, annotations, spans) count Unicode code
 * points of the node's text.
 *
 *     basic_policy 2 ひと創り
 *       policy (1) 子ども・子育て支援の充実                 2-1
 *         situation 現状と課題                              2-1-s
 *           group 出生数の状況                              2-1-s-1
 *             fact ...                                      2-1-s-1-1
 *         direction 基本方向                                2-1-d
 *           direction ... (its wording, a paragraph)        2-1-d-1
 *         measures 主な取組                                 2-1-m
 *           measure ① ...                                   2-1-1
 *             group ...                                     2-1-1-1
 *               initiative ...                              2-1-1-1-1
 *
 * A key is where the node stood in the plan's first edition: the printed number where there is one, else its
 * place.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/vec.h"

typedef enum PlanKind {
    PLAN_BASIC_POLICY,
    PLAN_POLICY,
    PLAN_SITUATION,
    PLAN_DIRECTION,
    PLAN_MEASURES,
    PLAN_MEASURE,
    PLAN_GROUP,
    PLAN_INITIATIVE,
    PLAN_FACT,
    PLAN_KIND_COUNT,
} PlanKind;

/* "basic_policy" ...; and back. */
const char *plan_kind_name(PlanKind kind);
bool plan_kind_from_name(Str name, PlanKind *out);
/* 基本政策 ..., as a page prints it. */
const char *plan_kind_title(PlanKind kind);

typedef enum PlanMarkKind { PLAN_MARK_INSERTION, PLAN_MARK_DELETION, PLAN_MARK_COUNT } PlanMarkKind;
const char *plan_mark_name(PlanMarkKind kind);

/* A stretch of a node's text that the source shows as inserted (underlined) or struck. */
typedef struct PlanMark {
    PlanMarkKind kind;
    size_t from, to; /* code points, from < to */
} PlanMark;

/* Where a text was read. table and cell are printed by a table source: "table 2, row 5, cell 1" counts
 * from 1. */
typedef struct PlanSource {
    Str file;
    uint32_t line;             /* from 1; 0 = not from a file */
    uint32_t table, row, cell; /* 0 where the source has no tables */
} PlanSource;

#define PLAN_NO_PARENT (-1)

typedef struct PlanNode {
    Str key;
    int32_t parent; /* index into the plan's nodes, PLAN_NO_PARENT at the top; always below the node's own
                       index */
    PlanKind kind;
    Str number;             /* as printed: "2", "(1)", "①"; empty without one */
    Str text;               /* title or wording without its markers */
    VEC_OF(PlanMark) marks; /* ordered, not overlapping */
    PlanSource source;
} PlanNode;

typedef enum PlanAnnotationKind {
    PLAN_RATIONALE,
    PLAN_FOOTNOTE,
    PLAN_QUESTION,
    PLAN_REPAIR,
    PLAN_ANNOTATION_COUNT
} PlanAnnotationKind;
const char *plan_annotation_name(PlanAnnotationKind kind);
bool plan_annotation_from_name(Str name, PlanAnnotationKind *out);

/* Something that stands on a node and a range of its text, not in the tree. */
typedef struct PlanAnnotation {
    PlanAnnotationKind kind;
    int32_t node;    /* index of the node it stands on */
    size_t from, to; /* code points of that node's text; from == to: the node as a whole */
    Str text;
    PlanSource source;
} PlanAnnotation;

/* One piece of a repair: kept '=', struck '-' or inserted '+'. All three kinds are pieces of the literal
 * text: kept and struck give the wording before, kept and inserted the wording after. */
typedef struct PlanSegment {
    char op;
    Str text;
} PlanSegment;

/* A place where struck and inserted words seem to have run together, or a slip. A proposal: nothing applies
 * it by itself. */
typedef struct PlanRepair {
    int32_t node;
    size_t from, to;              /* the span in code points of the node's text */
    VEC_OF(PlanSegment) segments; /* together: the literal text of the span */
    int confidence;               /* thousandths */
    const char *rule;             /* name of the rule that found it, for reviewers and measurements */
} PlanRepair;

/* An oddity of the source. What it says in Japanese and English comes from its code (plan/warning.h). */
typedef struct PlanWarning {
    uint32_t number; /* from 1, in document order; the same for every reading of the same bytes */
    const char *code;
    int32_t node; /* the node it concerns, PLAN_NO_PARENT when none */
    PlanSource source;
    Str subject; /* the words of the source it is about */
    Str fix; /* what the offered fix does, as data for the message: e.g. the key it would move under; empty:
                none */
    bool has_fix;
    bool taken; /* the fix was asked for and is part of this reading */
} PlanWarning;

typedef struct Plan {
    Arena *arena;
    Str id; /* "basic-2019"; may be empty in a reading */
    Str title;
    Str edition; /* "素案" */
    Str notice;  /* 見本 ..., empty for none */
    VEC_OF(PlanNode) nodes;
    VEC_OF(PlanAnnotation) annotations;
    VEC_OF(PlanWarning) warnings;
    VEC_OF(PlanRepair) repairs;
    bool draft; /* an edition with changes carried out (plan/operation.h): its new nodes have keys like "+12"
                 */
} Plan;

/* Whether a node of that kind may stand directly below one of the other. */
bool plan_may_hold(PlanKind parent, PlanKind child);
/* One line of UTF-8 without control characters, as every text and number of a node is. */
bool plan_is_line(Str text);

/* An empty plan in the arena; NULL when it is full. */
Plan *plan_new(Arena *arena);
/* Appends a node below `parent`; keys are given later. NULL when the arena is full. */
PlanNode *plan_add(Plan *plan, int32_t parent, PlanKind kind, Str number, Str text, PlanSource source);
/* Index of the node with that key, -1 when there is none. */
int32_t plan_find(const Plan *plan, Str key);
/* One past the last descendant of a node: its subtree is [index, plan_subtree_end). */
int32_t plan_subtree_end(const Plan *plan, int32_t index);
/* The nearest ancestor-or-self of that kind, -1 when there is none. */
int32_t plan_ancestor(const Plan *plan, int32_t index, PlanKind kind);
/* How many nodes of a kind; the groups under situations and under measures are told apart by `under`
 * (PLAN_KIND_COUNT: anywhere). */
size_t plan_count(const Plan *plan, PlanKind kind, PlanKind under);
/* Gives every node without a key the key of its number or place. Fails on two equal keys, naming both places.
 */
MUST_USE bool plan_give_keys(Plan *plan, Error *error);
/* The same for a later edition: a key that an older node has, here or in `taken` (keys to anything), is not
 * given again; the node gets the next free place. `taken` may be NULL: then as plan_give_keys. */
MUST_USE bool plan_give_new_keys(Plan *plan, const Map *taken, Error *error);
/* The invariants above, for tests and for everything read from outside. */
MUST_USE bool plan_validate(const Plan *plan, Error *error);
/* Same tree, texts, numbers, keys, marks and annotations; else *error says where they differ first. Sources,
 * warnings and repairs are not compared. */
MUST_USE bool plan_same(const Plan *a, const Plan *b, Error *error);

#endif
