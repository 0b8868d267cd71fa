/* web/node_changes.h: what is to become of a node of the plan, as its page and the evaluation of a measure
 * say it: how many changes of it are pending, with the way to drafting, and the changes that came out of an
 * evaluation. For staff alone, as a draft is not public; the evaluations of a measure are for everybody who
 * may see them.
 */
#ifndef WEB_NODE_CHANGES_H
#define WEB_NODE_CHANGES_H

#include "plan/change.h"
#include "plan/redline.h"
#include "web/edition_choice.h"

/* A change that came out of an evaluation. */
typedef struct NodeChange {
    int64_t id;
    Str node, node_url; /* which node it changes, and where it is drafted */
    RedlinePieces pieces;
    Str reason, author, when;
    PlanChangeState state;
} NodeChange;

/* An evaluation of the node, where it is a measure. */
typedef struct NodeEvaluation {
    Str year, url, judgement;
    bool is_frozen;
} NodeEvaluation;

typedef struct NodeChanges {
    VEC_OF(NodeEvaluation) evaluations; /* newest first; those the visitor may see */
    bool shown;                         /* whether changes are, to this visitor */
    VEC_OF(NodeChange) at;              /* of an evaluation */
    size_t pending, accepted;           /* of a node */
    Str draft_url;                      /* where the node is drafted; empty: it is not */
} NodeChanges;

/* How many changes of the node are pending or accepted and, where it is a measure, its evaluations. Reads
 * nothing for visitors who see none of them. */
MUST_USE bool node_changes_read(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanNode *node, NodeChanges *out, Error *error);
/* All that came out of one evaluation, withdrawn ones among them. */
MUST_USE bool node_changes_of_evaluation(const Request *request, DbConn *conn, int64_t plan_id,
    int64_t evaluation_id, const PlanPlace *place, NodeChanges *out, Error *error);

/* "/draft/2-1-1-1-1?evaluation=12" */
Str change_new_url(Arena *arena, Str key, int64_t evaluation, const PlanPlace *place);

#endif
