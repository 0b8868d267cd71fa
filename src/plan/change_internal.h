/* plan/change_internal.h: what making, deciding, reading and carrying changes share. All but
 * change_finish_former run inside a closure or a snapshot.
 */
#ifndef PLAN_CHANGE_INTERNAL_H
#define PLAN_CHANGE_INTERNAL_H

#include "base/utf8.h"
#include "plan/anchor.h"
#include "plan/change.h"

#define CHANGE_ARENA_MAX ((size_t)256 << 20) /* a whole edition twice, with room */

/* Rows of a former table, whose places were whole wordings: how many clusters they have is counted here,
 * once.
 */
MUST_USE bool change_finish_former(Db *db, Error *error);

bool change_state_from_name(Str name, PlanChangeState *out);
/* Pending and accepted changes told in that edition, that no edition has yet and whose words are there: all,
 * or those that stand on one node (its key, or "+ID"). */
MUST_USE bool change_open(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanChanges *out, Error *error);
/* Every operation told in that edition, as it was told there. What nobody accepted holds its place. made 0:
 * accepted are those that are so now; else those that became part of that edition. */
MUST_USE bool change_told(
    DbConn *conn, Arena *arena, int64_t edition_id, int64_t made, PlanOperations *out, Error *error);
/* The change came to that state: one row of plan_change_event; *id (may be NULL) is its own. */
typedef struct ChangeEvent {
    int64_t change;
    PlanChangeState state;
    Str actor, words;
    int64_t instant;
} ChangeEvent;
MUST_USE bool change_note(DbConn *conn, const ChangeEvent *event, int64_t *id, Error *error);
/* Notes it and sets the state; `decides`: the event is what PlanChange.decided_by answers. */
MUST_USE bool change_set(DbConn *conn, const ChangeEvent *event, bool decides, Error *error);
/* Sets what the changes have revised to what it is now: revised while one that took its place stands, else
 * what it was. Events have the actor and instant of `because`. */
MUST_USE bool change_settle_revised(DbConn *conn, int64_t change, const ChangeEvent *because, Error *error);

/* --- making --- */

/* Author, reason and cause. */
MUST_USE bool change_check_by(const PlanChangeBy *by, Error *error);
/* Whether the edition is the base of its plan. */
MUST_USE bool change_check_base(DbConn *conn, const PlanEdition *edition, Error *error);
MUST_USE bool change_check_seen(DbConn *conn, const PlanChangeBy *by, Str key, Error *error);
/* The change's own row; *id is its id. *group 0: it begins one. */
MUST_USE bool change_insert_row(DbConn *conn, const PlanChangeBy *by, const PlanOperation *operation,
    Str before, int64_t revises, int64_t *group, int64_t *id, Error *error);
/* Where it stands: the operation has its id, and every name in it is known. */
MUST_USE bool change_insert_places(DbConn *conn, const PlanChangeBy *by, const PlanOperation *operation,
    Str before, int64_t group, Error *error);

/* --- anchors --- */

/* Without a look at the node. */
MUST_USE bool anchor_insert(
    DbConn *conn, int64_t edition_id, const PlanPassage *passage, Str quote, int64_t *id, Error *error);
/* One row of plan_anchor. */
MUST_USE bool anchor_place(
    DbConn *conn, int64_t id, int64_t edition_id, const PlanPassage *passage, Error *error);

/* Graphemes [from, to), clamped. */
static inline Str grapheme_slice(Str text, size_t from, size_t to)
{
    const size_t begin = grapheme_head(text, from).len;
    return str_slice(text, begin, grapheme_head(text, to).len);
}

/* A node of an edition, or one that an open change of it brings ("+ID"). */
typedef struct ChangeNode {
    PlanKind kind;
    Str text;
} ChangeNode;
MUST_USE bool change_find_node(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, ChangeNode *out, Error *error);

#endif
