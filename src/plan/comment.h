/* plan/comment.h: what people who draft say to each other about a passage (コメント): a thread on an anchor.
 *
 * Not public. Nothing is deleted: a thread is settled (済) by whoever owns the draft or began it, and opened
 * again.
 */
#ifndef PLAN_COMMENT_H
#define PLAN_COMMENT_H

#include "plan/anchor.h"
#include "plan/store.h"

typedef struct PlanComment {
    int64_t id, thread; /* thread: id of the comment that began it */
    PlanAnchor anchor;  /* of the thread, in the edition asked for */
    Str author, text;
    int64_t created_at;
    Str settled_by; /* of the first of a thread; empty: open */
    int64_t settled_at;
} PlanComment;
typedef VEC_OF(PlanComment) PlanComments;

typedef struct PlanCommentNew {
    int64_t edition_id;
    PlanPassage passage; /* of a new thread */
    int64_t thread;      /* an answer to this one; 0: a new thread */
    Str author, text;
    int64_t instant;
} PlanCommentNew;

/* ERROR_INPUT without words, ERROR_LIMIT above 4,000 characters, ERROR_NOT_FOUND. id may be NULL. */
MUST_USE bool plan_comment_add(Db *db, const PlanCommentNew *comment, int64_t *id, Error *error);
MUST_USE bool plan_comment_settle(
    Db *db, int64_t thread, bool settled, Str actor, int64_t instant, Error *error);
/* Threads on a node (an empty key: of the edition), in order of place, each with its answers behind it. */
MUST_USE bool plan_comment_list(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanComments *out, Error *error);

#endif
