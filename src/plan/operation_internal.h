/* plan/operation_internal.h: what the files of the operations share: names resolved, the wording of a node,
 * and the conflict that is answered.
 */
#ifndef PLAN_OPERATION_INTERNAL_H
#define PLAN_OPERATION_INTERNAL_H

#include "plan/operation.h"

/* A node as operations name it. A part that a split brings has the wording of the node that was split, its
 * root, from `offset` on; every other node is its own root. */
typedef struct OperationNode {
    int32_t base;                /* index of the root among the base's nodes; -1: an insert brings it */
    const PlanOperation *insert; /* that brings the root; NULL: the base has it */
    const PlanOperation *split;  /* that brings this node; NULL: none */
    Str root;                    /* its key */
    Str text;                    /* the root's whole wording */
    size_t offset;               /* graphemes */
    PlanKind kind;
} OperationNode;

/* ERROR_NOT_FOUND. */
MUST_USE bool operation_find(
    const Plan *base, const PlanOperations *operations, Str key, OperationNode *out, Error *error);
/* The operation that "+ID" names; NULL when there is none, or the key is not of that form. */
const PlanOperation *operation_of_name(const PlanOperations *operations, Str key);
/* Whether a list of nodes below `owner` counts as below `parent`: they are the same, or `parent` takes in
 * `owner` by any of the operations. */
bool operation_owns(const PlanOperations *operations, Str owner, Str parent);
/* plan_operation_check without what depends on moves that are accepted: that nothing is below itself. */
MUST_USE bool operation_check_alone(
    const Plan *base, const PlanOperations *operations, const PlanOperation *operation, Error *error);

bool operation_ids_have(const PlanChangeIds *ids, int64_t id);
/* Fills *conflict (may be NULL) with both ids and *error with ERROR_CONFLICT; answers false. */
bool operation_refuse(PlanConflict *conflict, int64_t a, int64_t b, Error *error, const char *why);

/* --- wording --- */

/* An edit in the coordinates of the root. */
typedef struct TextEdit {
    size_t from, to;
    bool behind; /* an insertion that was told on the part which begins there */
    const PlanOperation *operation;
} TextEdit;
typedef VEC_OF(TextEdit) TextEdits;

/* A part of a root's wording, from a cut to the next one. */
typedef struct TextPart {
    size_t from, to; /* graphemes of the root */
    Str key;         /* of the node that has it: the root's own, or that of an accepted split */
    bool last;
} TextPart;

/* A root's wording with all that stands on it. */
typedef struct TextRoot {
    Str key, text;
    size_t *bytes;      /* where each grapheme begins; bytes[length] is the end */
    size_t length;      /* graphemes */
    TextEdits accepted; /* in the order of the text; those that restore the base's words are not among them */
    TextEdits pending;  /* by id; all */
    VEC_OF(TextPart) parts; /* at least one, in the order of the text */
} TextRoot;

/* ERROR_CONFLICT when accepted ones cannot all take effect. */
MUST_USE bool operation_root(Arena *arena, const Plan *base, const PlanOperations *operations,
    const OperationNode *node, TextRoot *out, PlanConflict *conflict, Error *error);
/* Whether an edit belongs to the part; one that an accepted split cuts belongs to none. */
bool operation_in_part(const TextPart *part, const TextEdit *edit);
/* plan_wording, with or without pending ones (`apart` is NULL without). */
MUST_USE bool operation_stretches(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    PlanStretches *out, PlanChangeIds *apart, PlanConflict *conflict, Error *error);
/* What they join to when pending ones are not among them. */
Str operation_present(Arena *arena, const PlanStretches *stretches);
/* Where each grapheme begins, and the end; the count of graphemes. NULL when the arena is full. */
size_t *operation_graphemes(Arena *arena, Str text, size_t *count);
size_t operation_length(Str text); /* graphemes */

/* --- tree --- */

/* A node of the base or one that an operation brings. */
typedef struct DraftNode {
    Str key;
    PlanKind kind;
    int32_t base;                 /* index in the base, -1 */
    const PlanOperation *brought; /* NULL: the base has it */
    bool exists;                  /* in the base, or brought by an accepted operation */
    int32_t split_of;             /* a part: the node it was split from; else -1 */
    size_t cut;                   /* a part: where it begins in its root's wording */
    const PlanOperation *move, *renumber, *removal,
        *taken;                      /* accepted; `taken`: the merge that takes it in */
    int32_t slot;                    /* where it stands */
    int32_t first_child, next_child; /* the base's, last first; -1 ends */
    int32_t first_slot;              /* at the head of what is below it, last first */
    bool edited;                     /* something accepted stands on its wording */
    int32_t result;                  /* in the plan made; -1: does not stand there */
} DraftNode;

/* A place in a list of siblings, held by a node whether it stands there or not. */
typedef struct DraftSlot {
    int32_t node;
    int32_t owner;  /* the node whose list it is told in; -1: the top */
    int32_t anchor; /* the slot it stands behind; -1: at the head, or at its place in the base */
    const PlanOperation *operation; /* NULL: the base's place */
    int32_t first_behind, next;     /* slots behind this one, last first; -1 ends */
} DraftSlot;

typedef struct Draft {
    Arena *arena;
    const Plan *base;
    const PlanOperations *operations;
    DraftNode *nodes; /* the base's, then the brought ones in order of ids */
    size_t count;
    VEC_OF(DraftSlot) slots; /* the base's have the indices of their nodes */
    Map names;
    int32_t top_slot; /* first_slot of the top */
    PlanConflict *conflict;
} Draft;

/* The node with that name, -1. */
int32_t draft_find(const Draft *draft, Str key);
/* The node that has its words: itself, or what took it in. */
int32_t draft_holder(const Draft *draft, int32_t node);
/* The node that it stands below after all accepted operations; -1 at the top. */
int32_t draft_above(const Draft *draft, int32_t node);
/* The deletion that takes the node away, NULL when it stands (or stands in another's words). */
const PlanOperation *draft_removal(const Draft *draft, int32_t node);
/* The node in whose part the edit stands. */
int32_t draft_node_of_edit(const Draft *draft, const PlanOperation *edit);

/* Nodes and their operations, refused when they cannot all take effect. Lives in the arena. */
MUST_USE bool draft_make(Arena *arena, const Plan *base, const PlanOperations *operations, Draft *out,
    PlanConflict *conflict, Error *error);
/* Gives every node its slots. */
MUST_USE bool draft_place(Draft *draft, Error *error);
/* The draft as a plan, without marks and annotations; sets `result` of the nodes. */
Plan *draft_write(Arena *arena, Draft *draft, Error *error) MUST_USE;
/* Marks and annotations of the base, carried into the plan that draft_write made. */
MUST_USE bool draft_carry_notes(const Draft *draft, Plan *plan, Error *error);

#endif
