/* web/node_changes.h: what is to become of a node of the plan: its draft changes, struck and underlined, with
 * reason, author and cause, and the evaluations they come out of. Changes are for staff alone, as a draft is
 * not public.
 */
#ifndef WEB_NODE_CHANGES_H
#define WEB_NODE_CHANGES_H

#include "plan/change.h"
#include "plan/redline.h"
#include "web/edition_choice.h"

typedef struct NodeChange {
    int64_t id;
    Str node, node_url; /* which node it changes, for lists over several */
    RedlinePieces pieces;
    Str reason, author, when;
    Str cause, cause_url; /* "令和8年度 施策評価"; empty: none */
    Str withdraw_url;     /* empty: not the visitor's own, or withdrawn already */
    bool is_pending;
    bool is_stale; /* the edition shown says something else by now */
} NodeChange;

/* An evaluation of the node, where it is a measure. */
typedef struct NodeEvaluation {
    Str year, url, judgement;
    bool is_frozen;
} NodeEvaluation;

typedef struct NodeChanges {
    VEC_OF(NodeEvaluation) evaluations; /* newest first; those the visitor may see */
    bool shown;                         /* whether changes are, to this visitor */
    VEC_OF(NodeChange) at;
    Str propose_url; /* empty: the visitor may not */
    MessageId said;  /* what was just done; MESSAGE_COUNT: nothing */
} NodeChanges;

/* The pending changes of the node and, where it is a measure, its evaluations. Reads nothing for visitors who
 * see none of them. */
MUST_USE bool node_changes_read(const Request *request, DbConn *conn, const EditionChoice *choice,
    const PlanNode *node, NodeChanges *out, Error *error);
/* All that came out of one evaluation, withdrawn ones among them. */
MUST_USE bool node_changes_of_evaluation(const Request *request, DbConn *conn, int64_t plan_id,
    int64_t evaluation_id, NodeChanges *out, Error *error);

/* Whether the visitor sees drafts of changes, and whether she may propose one. */
bool may_see_changes(const Request *request);
bool may_propose_changes(const Request *request);
/* "/plan/2-1-1-1-1/change/new?evaluation=12"; evaluation 0: none. */
Str change_new_url(Arena *arena, Str key, int64_t evaluation, const PlanPlace *place);

/* Part of templates: <del> and <ins>. */
void redline_pieces(Html *html, const RedlinePieces *pieces);

#endif
