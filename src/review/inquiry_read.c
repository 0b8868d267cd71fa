/* review/inquiry_read.c: inquiries and their parts as they stand, read in the snapshot of the caller. */
#include "review/inquiry.h"

/* --- inquiries --- */

#define INQUIRY_COLUMNS                                                                                \
    "select i.id, i.plan_id, i.edition_id, i.title, i.asks, i.answer_by, i.created_by, i.created_at, " \
    "i.closed_at, i.closed_by, count(*), "                                                             \
    "cast(sum(case when s.answer = 'confirmed' or s.answer = 'edited' then 1 else 0 end) as bigint), " \
    "cast(sum(case when s.answer = 'returned' then 1 else 0 end) as bigint) from inquiry i "           \
    "join inquiry_part p on p.inquiry_id = i.id join inquiry_step s on s.id = p.step_id "

static void take_inquiry(DbStmt *stmt, Arena *arena, Inquiry *out)
{
    *out = (Inquiry){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .edition_id = db_integer(stmt, 2),
        .title = db_text_copy(stmt, 3, arena),
        .asks = db_text_copy(stmt, 4, arena),
        .answer_by = date_from_days((int32_t)db_integer(stmt, 5)),
        .created_by = db_text_copy(stmt, 6, arena),
        .created_at = db_integer(stmt, 7),
        .closed_at = db_integer(stmt, 8),
        .closed_by = db_text_copy(stmt, 9, arena),
        .parts = (size_t)db_integer(stmt, 10),
        .answered = (size_t)db_integer(stmt, 11),
        .returned = (size_t)db_integer(stmt, 12)};
}

bool inquiry_list(DbConn *conn, Arena *arena, int64_t plan_id, Inquiries *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (Inquiries){0};
    if (!db_query(conn, &stmt, error,
            INQUIRY_COLUMNS "where i.plan_id = ?1 or ?1 = 0 group by i.id order by i.id desc",
            value_integer(plan_id)))
        return false;
    while (db_next(stmt, error)) {
        Inquiry *inquiry = VEC_PUSH(arena, out);
        if (!inquiry)
            return error_memory(error);
        take_inquiry(stmt, arena, inquiry);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool inquiry_get(DbConn *conn, Arena *arena, int64_t id, Inquiry *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, INQUIRY_COLUMNS "where i.id = ?1 group by i.id", value_integer(id)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such inquiry");
    take_inquiry(stmt, arena, out);
    return !arena_failed(arena) || error_memory(error);
}

/* --- parts --- */

#define PART_COLUMNS                                                                                       \
    "select p.id, p.inquiry_id, p.key, s.unit, s.answer, s.words, s.actor, s.happened_at, "                \
    "n.number, n.text, (select count(distinct c.group_id) from plan_change c where c.plan_id = i.plan_id " \
    "and c.cause = 'inquiry:' || p.id and c.state in ('pending', 'accepted', 'rejected')) "                \
    "from inquiry_part p join inquiry i on i.id = p.inquiry_id join inquiry_step s on s.id = p.step_id "   \
    "join node n on n.edition_id = i.edition_id and n.key = p.key "

static void take_part(DbStmt *stmt, Arena *arena, InquiryPart *out)
{
    *out = (InquiryPart){.id = db_integer(stmt, 0),
        .inquiry_id = db_integer(stmt, 1),
        .key = db_text_copy(stmt, 2, arena),
        .unit = db_text_copy(stmt, 3, arena),
        .number = db_text_copy(stmt, 8, arena),
        .text = db_text_copy(stmt, 9, arena),
        .changes = (size_t)db_integer(stmt, 10)};
    /* a word of a newer program is read as none */
    if (!inquiry_answer_from_name(db_text(stmt, 4), &out->answer) || out->answer == INQUIRY_OPEN)
        return;
    out->words = db_text_copy(stmt, 5, arena);
    out->answered_by = db_text_copy(stmt, 6, arena);
    out->answered_at = db_integer(stmt, 7);
}

static bool is_wanted(Str unit, const Str *units, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(units[i], unit))
            return true;
    return count == 0;
}

bool inquiry_part_list(DbConn *conn, Arena *arena, int64_t inquiry, const Str *units, size_t unit_count,
    InquiryParts *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (InquiryParts){0};
    if (!db_query(conn, &stmt, error,
            PART_COLUMNS "where p.inquiry_id = ?1 or (?1 = 0 and i.closed_at is null) "
                         "order by p.inquiry_id, n.seq, p.id",
            value_integer(inquiry)))
        return false;
    while (db_next(stmt, error)) {
        if (!is_wanted(db_text(stmt, 3), units, unit_count))
            continue;
        InquiryPart *part = VEC_PUSH(arena, out);
        if (!part)
            return error_memory(error);
        take_part(stmt, arena, part);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool inquiry_part_get(
    DbConn *conn, Arena *arena, int64_t part, Inquiry *inquiry, InquiryPart *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, PART_COLUMNS "where p.id = ?1", value_integer(part)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such part of an inquiry");
    take_part(stmt, arena, out);
    db_done(&stmt);
    return inquiry_get(conn, arena, out->inquiry_id, inquiry, error);
}

bool inquiry_unit_list(DbConn *conn, Arena *arena, int64_t plan_id, InquiryParts *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (InquiryParts){0};
    if (!db_query(conn, &stmt, error,
            "select p.key, s.unit from inquiry_part p join inquiry i on i.id = p.inquiry_id "
            "join inquiry_step s on s.id = p.step_id where i.plan_id = ?1 and s.answer <> 'returned' "
            "order by p.id desc",
            value_integer(plan_id)))
        return false;
    while (db_next(stmt, error)) {
        InquiryPart *part = VEC_PUSH(arena, out);
        if (!part)
            return error_memory(error);
        *part = (InquiryPart){.key = db_text_copy(stmt, 0, arena), .unit = db_text_copy(stmt, 1, arena)};
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- steps --- */

bool inquiry_step_list(DbConn *conn, Arena *arena, int64_t part, InquirySteps *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (InquirySteps){0};
    if (!db_query(conn, &stmt, error,
            "select unit, answer, words, actor, happened_at from inquiry_step where part_id = ?1 order by id",
            value_integer(part)))
        return false;
    while (db_next(stmt, error)) {
        InquiryStep *step = VEC_PUSH(arena, out);
        if (!step)
            return error_memory(error);
        *step = (InquiryStep){.unit = db_text_copy(stmt, 0, arena),
            .words = db_text_copy(stmt, 2, arena),
            .actor = db_text_copy(stmt, 3, arena),
            .instant = db_integer(stmt, 4)};
        if (!inquiry_answer_from_name(db_text(stmt, 1), &step->answer))
            step->answer = INQUIRY_OPEN;
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}
