/* plan/comment.c: comments as rows. A thread is its first comment; answers name it and have its anchor.
 * Whether a thread is settled is the last row of plan_comment_settled that names it; plan_comment.settled_id
 * points there.
 */
#include "plan/comment.h"

#include "base/utf8.h"
#include "plan/change_internal.h"

#define COMMENT_MAX_CODE_POINTS 4000

typedef struct Adding {
    const PlanCommentNew *comment;
    int64_t id;
} Adding;

/* The anchor of a thread, which a first comment begins. */
static bool find_thread(DbConn *conn, int64_t thread, int64_t *anchor, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select anchor_id from plan_comment where id = ?1 and thread is null",
            value_integer(thread))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such comment");
    }
    *anchor = db_integer(stmt, 0);
    return true;
}

static bool add(DbConn *conn, void *argument, Error *error)
{
    Adding *adding = argument;
    const PlanCommentNew *comment = adding->comment;
    int64_t anchor = 0;
    adding->id = 0;
    if (comment->thread != 0
            ? !find_thread(conn, comment->thread, &anchor, error)
            : !plan_anchor_add(conn, comment->edition_id, &comment->passage, &anchor, error)) {
        return false;
    }
    return db_insert(conn, &adding->id, error,
        "insert into plan_comment (thread, anchor_id, author, text, created_at) values (?1, ?2, ?3, ?4, ?5)",
        comment->thread == 0 ? value_missing() : value_integer(comment->thread), value_integer(anchor),
        value_text(comment->author), value_text(str_trim(comment->text)), value_integer(comment->instant));
}

bool plan_comment_add(Db *db, const PlanCommentNew *comment, int64_t *id, Error *error)
{
    Adding adding = {.comment = comment};
    const Str text = str_trim(comment->text);
    if (text.len == 0 || comment->author.len == 0) {
        return error_set(error, ERROR_INPUT, "a comment has words and an author");
    }
    if (!utf8_check(text, NULL)) {
        return error_set(error, ERROR_INPUT, "the comment is not UTF-8");
    }
    if (utf8_count(text) > COMMENT_MAX_CODE_POINTS) {
        return error_set(error, ERROR_LIMIT, "a comment has at most %d characters", COMMENT_MAX_CODE_POINTS);
    }
    if (!db_write(db, add, &adding, error)) {
        return false;
    }
    if (id != NULL) {
        *id = adding.id;
    }
    return true;
}

typedef struct Settling {
    int64_t thread, instant;
    bool settled;
    Str actor;
} Settling;

static bool settle(DbConn *conn, void *argument, Error *error)
{
    const Settling *settling = argument;
    int64_t anchor = 0, row = 0;
    return find_thread(conn, settling->thread, &anchor, error) &&
           db_insert(conn, &row, error,
               "insert into plan_comment_settled (thread, settled, actor, happened_at) "
               "values (?1, ?2, ?3, ?4)",
               value_integer(settling->thread), value_integer(settling->settled ? 1 : 0),
               value_text(settling->actor), value_integer(settling->instant)) &&
           db_run(conn, NULL, error, "update plan_comment set settled_id = ?2 where id = ?1",
               value_integer(settling->thread), settling->settled ? value_integer(row) : value_missing());
}

bool plan_comment_settle(Db *db, int64_t thread, bool settled, Str actor, int64_t instant, Error *error)
{
    Settling settling = {.thread = thread, .instant = instant, .settled = settled, .actor = actor};
    return db_write(db, settle, &settling, error);
}

static void take_comment(DbStmt *stmt, Arena *arena, int64_t edition_id, PlanComment *out)
{
    *out = (PlanComment){.id = db_integer(stmt, 0),
        .thread = db_integer(stmt, 1),
        .author = db_text_copy(stmt, 2, arena),
        .text = db_text_copy(stmt, 3, arena),
        .created_at = db_integer(stmt, 4),
        .settled_by = db_text_copy(stmt, 5, arena),
        .settled_at = db_integer(stmt, 6),
        .anchor = {.id = db_integer(stmt, 7),
            .edition_id = edition_id,
            .passage = {.key = db_text_copy(stmt, 8, arena),
                .from = (size_t)db_integer(stmt, 9),
                .to = (size_t)db_integer(stmt, 10),
                .whole = db_integer(stmt, 11) != 0,
                .lost = db_integer(stmt, 12) != 0},
            .quote = db_text_copy(stmt, 13, arena)}};
}

bool plan_comment_list(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanComments *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanComments){0};
    if (!db_query(conn, &stmt, error,
            "select c.id, coalesce(c.thread, c.id), c.author, c.text, c.created_at, s.actor, s.happened_at, "
            "a.anchor_id, a.key, a.from_at, a.to_at, a.whole, a.lost, m.quote from plan_comment c "
            "join plan_anchor a on a.anchor_id = c.anchor_id and a.edition_id = ?1 "
            "join plan_anchor_made m on m.id = a.anchor_id "
            "left join plan_comment_settled s on s.id = c.settled_id "
            "left join node n on n.edition_id = a.edition_id and n.key = a.key "
            "where (a.key = ?2 or ?2 = '') "
            "order by case when n.seq is null then 1 else 0 end, n.seq, a.key, a.from_at, "
            "coalesce(c.thread, c.id), c.id",
            value_integer(edition_id), value_text(key))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanComment *comment = VEC_PUSH(arena, out);
        if (comment == NULL) {
            return error_memory(error);
        }
        take_comment(stmt, arena, edition_id, comment);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}
