/* plan/anchor.h: places in a plan that outlive its editions.
 *
 * An anchor is a node, an edition and a range of graphemes. It is made in one edition and carried into each
 * that is made from it (plan/draft.h), so a comment or an opinion is found on the words it was written for,
 * in every edition that has them. Changes, comments and opinions hold the anchor's id; one row an edition.
 */
#ifndef PLAN_ANCHOR_H
#define PLAN_ANCHOR_H

#include "db/db.h"
#include "plan/operation.h"

typedef struct PlanAnchor {
    int64_t id, edition_id;
    PlanPassage passage;
    Str quote; /* the words it stood on where it was made */
} PlanAnchor;
typedef VEC_OF(PlanAnchor) PlanAnchors;

/* Inside a closure. The passage must lie in the node's text. ERROR_NOT_FOUND, ERROR_INPUT. */
MUST_USE bool plan_anchor_add(
    DbConn *conn, int64_t edition_id, const PlanPassage *passage, int64_t *id, Error *error);
/* Where it stands in that edition; ERROR_NOT_FOUND when it was never carried there. */
MUST_USE bool plan_anchor_get(
    DbConn *conn, Arena *arena, int64_t id, int64_t edition_id, PlanAnchor *out, Error *error);
/* All on one node of an edition, in order of place (an empty key: of the whole edition, by id). */
MUST_USE bool plan_anchor_list(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanAnchors *out, Error *error);

#endif
