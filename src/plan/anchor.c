/* plan/anchor.c: anchors as rows: plan_anchor_made has what an anchor was made for, plan_anchor where it
 * stands, one row an edition. Rows are added, never changed; who makes an edition adds those of the new one
 * (draft_freeze.c).
 */
#include "plan/anchor.h"

#include "base/utf8.h"
#include "plan/change_internal.h"

bool anchor_place(DbConn *conn, int64_t id, int64_t edition_id, const PlanPassage *passage, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into plan_anchor (anchor_id, edition_id, key, from_at, to_at, whole, lost) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        value_integer(id), value_integer(edition_id), value_text(passage->key),
        value_integer((int64_t)passage->from), value_integer((int64_t)passage->to),
        value_integer(passage->whole ? 1 : 0), value_integer(passage->lost ? 1 : 0));
}

bool anchor_insert(
    DbConn *conn, int64_t edition_id, const PlanPassage *passage, Str quote, int64_t *id, Error *error)
{
    return db_insert(conn, id, error, "insert into plan_anchor_made (edition_id, quote) values (?1, ?2)",
               value_integer(edition_id), value_text(quote)) &&
           anchor_place(conn, *id, edition_id, passage, error);
}

bool plan_anchor_add(DbConn *conn, int64_t edition_id, const PlanPassage *passage, int64_t *id, Error *error)
{
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    ChangeNode node;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!change_find_node(conn, arena, edition_id, passage->key, &node, error)) {
        return false;
    }
    if (passage->whole) {
        const PlanPassage whole = {.key = passage->key, .whole = true};
        return anchor_insert(conn, edition_id, &whole, node.text, id, error);
    }
    const size_t length = grapheme_count(node.text);
    if (passage->from >= passage->to || passage->to > length) {
        return error_set(error, ERROR_INPUT,
            "a passage of %.*s lies within its %zu characters and has at least one", STR_ARGS(passage->key),
            length);
    }
    const PlanPassage placed = {.key = passage->key, .from = passage->from, .to = passage->to};
    return anchor_insert(
        conn, edition_id, &placed, grapheme_slice(node.text, passage->from, passage->to), id, error);
}

#define ANCHOR_COLUMNS                                                                       \
    "select a.anchor_id, a.edition_id, a.key, a.from_at, a.to_at, a.whole, a.lost, m.quote " \
    "from plan_anchor a join plan_anchor_made m on m.id = a.anchor_id "

static void take_anchor(DbStmt *stmt, Arena *arena, PlanAnchor *out)
{
    *out = (PlanAnchor){.id = db_integer(stmt, 0),
        .edition_id = db_integer(stmt, 1),
        .passage = {.key = db_text_copy(stmt, 2, arena),
            .from = (size_t)db_integer(stmt, 3),
            .to = (size_t)db_integer(stmt, 4),
            .whole = db_integer(stmt, 5) != 0,
            .lost = db_integer(stmt, 6) != 0},
        .quote = db_text_copy(stmt, 7, arena)};
}

bool plan_anchor_get(
    DbConn *conn, Arena *arena, int64_t id, int64_t edition_id, PlanAnchor *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, ANCHOR_COLUMNS "where a.anchor_id = ?1 and a.edition_id = ?2",
            value_integer(id), value_integer(edition_id))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) &&
               error_set(error, ERROR_NOT_FOUND, "the passage was not carried into that edition");
    }
    take_anchor(stmt, arena, out);
    return !arena_failed(arena) || error_memory(error);
}

bool plan_anchor_list(DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanAnchors *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanAnchors){0};
    if (!db_query(conn, &stmt, error,
            ANCHOR_COLUMNS "where a.edition_id = ?1 and (a.key = ?2 or ?2 = '') "
                           "order by case when ?2 = '' then 0 else a.from_at end, a.anchor_id",
            value_integer(edition_id), value_text(key))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanAnchor *anchor = VEC_PUSH(arena, out);
        if (anchor == NULL) {
            return error_memory(error);
        }
        take_anchor(stmt, arena, anchor);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}
