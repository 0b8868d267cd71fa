/* plan/operation.h: what a change does to a plan, and a plan with some of its changes carried out.
 *
 * Every operation is told in the coordinates of one edition, the base, which is never changed: nodes by key,
 * places in a text by grapheme clusters of the base's wording. So operations do not shift each other, and a
 * plan with a set of them is the same in whatever order they were decided:
 *
 *     edit      [from, to) of the node's text becomes `text` (either may be empty)
 *     rename    the same on a heading: a node that has others below it, or may have
 *     renumber  the printed number becomes `text`
 *     insert    a new node of `node_kind` with `number` and `text`, below `parent`, behind `after`
 *     delete    the node with everything below it that no accepted move or merge takes away
 *     move      the node with everything below it, to below `parent`, behind the sibling `after`
 *     split     from `from` (== to) on it becomes a node of the same kind behind this one, with
 *               `number`; what stands below the node stays with the first
 *     merge     the node `after`, of the same kind, is taken in: its text behind this one's, joined
 *               by `text` (may be empty); what stands below it behind what is below this one
 *
 * A node that an insert or a split brings is called "+ID" by the other operations, ID being the operation's.
 * The wording of an inserted node is `text`; that of a part which a split brings begins where the split cuts,
 * so that an edit of the part means the same words whether the split is accepted or not.
 *
 * Operations that are not accepted do nothing but hold their place: what stands behind a node that was not
 * inserted stands where that would have stood; what stands behind a node that was moved away stands where it
 * was. "+ID" of a move, in `after`, is the node at the place it was moved to (plan_operation_place). The
 * parts of a split node stand together, before what stands behind it. Several behind the same sibling stand
 * in the order of their ids. An accepted operation that needs a node which no accepted one brings is a
 * conflict.
 *
 * Operations stand in ascending order of ids wherever a list of them is taken, with those that were not
 * accepted among them, as others may stand behind them. Pure; any thread.
 */
#ifndef PLAN_OPERATION_H
#define PLAN_OPERATION_H

#include "plan/plan.h"

typedef enum PlanOperationKind {
    PLAN_EDIT,
    PLAN_RENAME,
    PLAN_RENUMBER,
    PLAN_INSERT,
    PLAN_DELETE,
    PLAN_MOVE,
    PLAN_SPLIT,
    PLAN_MERGE,
    PLAN_OPERATION_KIND_COUNT
} PlanOperationKind;
/* "edit" ...; and back. */
const char *plan_operation_name(PlanOperationKind kind);
bool plan_operation_from_name(Str name, PlanOperationKind *out);

typedef VEC_OF(int64_t) PlanChangeIds;

typedef struct PlanOperation {
    int64_t id; /* of the change; ascending: older first */
    PlanOperationKind kind;
    bool accepted;
    Str key;            /* the node it stands on; of an insert: empty */
    size_t from, to;    /* graphemes of the base's wording: edit, rename, split */
    Str text;           /* see above */
    PlanKind node_kind; /* insert */
    Str number;         /* insert, split */
    Str parent, after;  /* insert, move: empty parent: top level; empty after: first. merge: `after` is taken
                           in */
    PlanChangeIds over; /* accepted ones whose place it takes (plan_wording_edits): while one of them is
                           accepted this one cannot be */
} PlanOperation;
typedef VEC_OF(PlanOperation) PlanOperations;

/* Whether the operation makes sense on the base with the others there (they may bring the node it stands on):
 * its nodes exist, its range lies in the text, the kind may stand below that parent, nothing is moved below
 * itself. ERROR_NOT_FOUND, ERROR_INPUT with what would be right. */
MUST_USE bool plan_operation_check(
    const Plan *base, const PlanOperations *others, const PlanOperation *operation, Error *error);

/* Two operations that cannot both take effect: texts that overlap, two moves of one node, a move of two nodes
 * below each other, anything within a node that is deleted, or taken in twice; or an accepted one that needs
 * what an operation would bring that is not accepted. */
typedef struct PlanConflict {
    int64_t a, b; /* ids, a < b; 0: none */
} PlanConflict;

/* The base with the accepted ones carried out, in the arena. Keys stay; nodes that were brought have "+ID" as
 * key, and `draft` of the plan is set. Marks and annotations are carried along: a range keeps what is left of
 * it, one whose words are all gone falls away (an annotation then stands on the node as a whole). id, title,
 * edition, notice as the base has them; no warnings and repairs. Its texts may be slices of the base's and of
 * the operations'. ERROR_CONFLICT with *conflict (may be NULL) when they cannot all take effect; the errors
 * of plan_operation_check. */
Plan *plan_operations_apply(Arena *arena, const Plan *base, const PlanOperations *operations,
    PlanConflict *conflict, Error *error) MUST_USE;

/* What `after` has to be for "behind the node where it stands now": its key, or "+ID" of the accepted move
 * that took it there. */
Str plan_operation_place(Arena *arena, const PlanOperations *operations, Str key);

/* --- places --- */

/* A range of a node's text in graphemes; from == to: a point between two. */
typedef struct PlanPassage {
    Str key; /* empty: the plan as a whole, where nothing else is left */
    size_t from, to;
    bool whole; /* the node as a whole; from and to are 0 */
    bool lost;  /* the words it stood on are gone: it stands where they were, or on the nearest node above */
} PlanPassage;
typedef VEC_OF(PlanPassage) PlanPassages;

/* Where a passage of the base stands after the accepted operations: on what is left of its words, with what
 * was put between them; in the same node, in the part that a split brought ("+ID"; the part with its first
 * words when it was cut), in the node that took its node in, or, when its node is deleted, on the node above
 * (lost). The errors of plan_operations_apply. */
MUST_USE bool plan_passage_carry(Arena *arena, const Plan *base, const PlanOperations *operations,
    const PlanPassage *passage, PlanPassage *out, Error *error);
/* Many at once, which is cheaper; `out` parallel to `passages`. */
MUST_USE bool plan_passages_carry(Arena *arena, const Plan *base, const PlanOperations *operations,
    const PlanPassages *passages, PlanPassages *out, Error *error);

/* --- one wording --- */

/* A stretch of a node's wording as it is drafted. Kept and struck ones joined give the base's text; all but
 * those struck or put in as accepted, respectively pending, changes would have it give the present wording:
 * '=', '-' that is pending, '+' that is accepted. */
typedef struct PlanStretch {
    char op;        /* '=' stands in both, '-' struck, '+' put in */
    Str text;       /* a slice of the base's text or of the operation's */
    size_t at;      /* where in the wording of `key`, in graphemes, as operations tell it */
    int64_t change; /* whose; 0 for '=' */
    bool accepted;  /* decided already; else pending */
    Str key;        /* the node as asked for, or one that it took in */
} PlanStretch;
typedef VEC_OF(PlanStretch) PlanStretches;

/* The wording of one node (a key of the base or "+ID") with the edits among `operations` that stand on it:
 * accepted ones, and pending ones, struck before put in. It ends where an accepted split cuts it, and goes on
 * with the nodes that it took in. A pending one that overlaps an accepted one or an older pending one, or
 * restores the base's words, is left out and named in `apart` (ids): it is shown beside the text, not in it.
 * ERROR_NOT_FOUND; ERROR_CONFLICT when accepted ones overlap. */
MUST_USE bool plan_wording(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    PlanStretches *out, PlanChangeIds *apart, Error *error);
/* The present wording: base with accepted edits, without pending ones; as plan_operations_apply has it. */
MUST_USE bool plan_wording_now(
    Arena *arena, const Plan *base, const PlanOperations *operations, Str key, Str *out, Error *error);

/* The edits that make `wanted` of the present wording, as few readable hunks as the redline engine finds
 * (REDLINE_CHARACTERS), in base coordinates; what joins two merged nodes is changed by a merge with other
 * words. `over`, parallel to `out`: the accepted ones that each hunk would replace, or undo (a hunk that
 * restores the base's words); each operation's own `over` is the same. Ids are not given yet. Nothing
 * differs: none. ERROR_INPUT when `wanted` is not one line of text. */
typedef VEC_OF(PlanChangeIds) PlanOvers;
MUST_USE bool plan_wording_edits(Arena *arena, const Plan *base, const PlanOperations *operations, Str key,
    Str wanted, PlanOperations *out, PlanOvers *over, Error *error);

#endif
