/* plan/import_rows.c: the rows of an import: its bytes, its warnings, its repairs and what was decided about
 * them.
 *
 * Every reading of the same bytes numbers its warnings the same and gives its repairs the same identities, so
 * rows are brought up to date in place: ids and decisions stay. A decided repair that a reading does not have
 * keeps its row, with node_seq -1; an open one that is gone is removed.
 */
#include "plan/import_internal.h"

#define STATUS_REVIEW "reviewing"
#define STATUS_CONFIRMED "confirmed"

#define SEGMENTS_MAX ((size_t)1 << 26)

/* --- imports --- */

bool import_load_row(
    DbConn *conn, Arena *arena, int64_t edition_id, ImportRow *out, bool *found, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select i.id, i.plan_id, i.edition_id, e.parent_id, i.revision, p.revision, i.status, "
            "i.source_name, "
            "i.sha256, i.format, i.encoding, i.profile, p.code, e.title, e.notice, e.name, i.created_at, "
            "i.confirmed_at, i.created_by, i.confirmed_by "
            "from import i join edition e on e.id = i.edition_id join plan p on p.id = i.plan_id "
            "where i.edition_id = ?1",
            value_integer(edition_id))) {
        return false;
    }
    *found = db_next(stmt, error);
    if (!*found) {
        return !db_broken(stmt);
    }
    *out = (ImportRow){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .edition_id = db_integer(stmt, 2),
        .base_id = db_integer(stmt, 3),
        .revision = db_integer(stmt, 4),
        .plan_revision = db_integer(stmt, 5),
        .under_review = str_equal(db_text(stmt, 6), S(STATUS_REVIEW)),
        .source_name = db_text_copy(stmt, 7, arena),
        .sha256 = db_text_copy(stmt, 8, arena),
        .format = db_text_copy(stmt, 9, arena),
        .encoding = db_text_copy(stmt, 10, arena),
        .profile = db_text_copy(stmt, 11, arena),
        .plan = db_text_copy(stmt, 12, arena),
        .title = db_text_copy(stmt, 13, arena),
        .notice = db_text_copy(stmt, 14, arena),
        .edition = db_text_copy(stmt, 15, arena),
        .created_at = db_integer(stmt, 16),
        .confirmed_at = db_integer(stmt, 17),
        .created_by = db_text_copy(stmt, 18, arena),
        .confirmed_by = db_text_copy(stmt, 19, arena)};
    return !arena_failed(arena) || error_memory(error);
}

bool import_find_bytes(DbConn *conn, Str plan, Str sha256, int64_t *edition_id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *edition_id = 0;
    if (!db_query(conn, &stmt, error,
            "select i.edition_id from import i join plan p on p.id = i.plan_id "
            "where i.sha256 = ?2 and (p.code = ?1 or ?1 = '') order by i.id limit 1",
            value_text(plan), value_text(sha256))) {
        return false;
    }
    if (db_next(stmt, error)) {
        *edition_id = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

bool import_load_files(DbConn *conn, Arena *arena, int64_t import_id, PlanFiles *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanFiles){0};
    if (!db_query(conn, &stmt, error, "select name, bytes from import_file where import_id = ?1 order by seq",
            value_integer(import_id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanFile *file = VEC_PUSH(arena, out);
        if (file == NULL) {
            return error_memory(error);
        }
        file->name = db_text_copy(stmt, 0, arena);
        file->text = arena_str(arena, db_bytes(stmt, 1));
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool import_insert(DbConn *conn, const ImportRow *row, const PlanFile *files, size_t file_count,
    int64_t *import_id, Error *error)
{
    if (!db_insert(conn, import_id, error,
            "insert into import (plan_id, edition_id, source_name, sha256, format, encoding, profile, "
            "status, "
            "revision, created_at, created_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?10)",
            value_integer(row->plan_id), value_integer(row->edition_id), value_text(row->source_name),
            value_text(row->sha256), value_text(row->format), value_text(row->encoding),
            value_text(row->profile), value_text(row->under_review ? S(STATUS_REVIEW) : S(STATUS_CONFIRMED)),
            value_integer(row->created_at), value_text(row->created_by))) {
        return false;
    }
    for (size_t i = 0; i < file_count; i++) {
        if (!db_run(conn, NULL, error,
                "insert into import_file (import_id, seq, name, bytes) values (?1, ?2, ?3, ?4)",
                value_integer(*import_id), value_integer((int64_t)i), value_text(files[i].name),
                value_bytes(files[i].text))) {
            return false;
        }
    }
    return true;
}

bool import_confirm_row(DbConn *conn, int64_t import_id, Str actor, int64_t instant, Error *error)
{
    return db_run(conn, NULL, error,
        "update import set status = '" STATUS_CONFIRMED "', confirmed_at = ?2, confirmed_by = ?3, "
        "revision = revision + 1 where id = ?1",
        value_integer(import_id), value_integer(instant), value_text(actor));
}

bool import_touch(DbConn *conn, const ImportRow *row, Error *error)
{
    return db_run(conn, NULL, error,
        "update import set revision = revision + 1, encoding = ?2, profile = ?3 where id = ?1",
        value_integer(row->id), value_text(row->encoding), value_text(row->profile));
}

bool import_forget_decisions(DbConn *conn, int64_t import_id, Error *error)
{
    const Value id = value_integer(import_id);
    return db_run(conn, NULL, error, "delete from import_warning where import_id = ?1", id) &&
           db_run(conn, NULL, error, "delete from import_repair where import_id = ?1", id);
}

bool import_remove(DbConn *conn, int64_t import_id, Error *error)
{
    const Value id = value_integer(import_id);
    return import_forget_decisions(conn, import_id, error) &&
           db_run(conn, NULL, error, "delete from import_file where import_id = ?1", id) &&
           db_run(conn, NULL, error, "delete from import where id = ?1", id);
}

/* --- decisions --- */

static Value decided_at(PlanDecision decision, const PlanActor *actor)
{
    return decision == PLAN_OPEN ? value_missing() : value_integer(actor->instant);
}

static Value decided_by(PlanDecision decision, const PlanActor *actor)
{
    return decision == PLAN_OPEN ? value_missing() : value_text(actor->name);
}

bool import_decide_warning(DbConn *conn, int64_t import_id, uint32_t number, PlanDecision decision,
    const PlanActor *actor, Error *error)
{
    return db_run(conn, NULL, error,
        "update import_warning set state = ?3, decided_at = ?4, decided_by = ?5 "
        "where import_id = ?1 and number = ?2 and state <> ?3",
        value_integer(import_id), value_integer(number), value_text(str_of(plan_decision_name(decision))),
        decided_at(decision, actor), decided_by(decision, actor));
}

bool import_decide_repair(DbConn *conn, int64_t import_id, int64_t repair_id, PlanDecision decision,
    const PlanActor *actor, Error *error)
{
    return db_run(conn, NULL, error,
        "update import_repair set state = ?3, decided_at = ?4, decided_by = ?5 "
        "where import_id = ?1 and id = ?2 and state <> ?3",
        value_integer(import_id), value_integer(repair_id), value_text(str_of(plan_decision_name(decision))),
        decided_at(decision, actor), decided_by(decision, actor));
}

/* --- the rows of a reading --- */

static bool insert_warning(
    DbConn *conn, int64_t import_id, const PlanWarning *warning, const PlanActor *actor, Error *error)
{
    const PlanDecision decision = warning->taken ? PLAN_ACCEPTED : PLAN_OPEN;
    return db_run(conn, NULL, error,
        "insert into import_warning (import_id, number, code, node_seq, subject, fix, has_fix, state, "
        "decided_at, "
        "decided_by, source_file, source_line, source_table, source_row, source_cell) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        value_integer(import_id), value_integer(warning->number), value_text(str_of(warning->code)),
        value_integer(warning->node), value_text(warning->subject), value_text(warning->fix),
        value_integer(warning->has_fix), value_text(str_of(plan_decision_name(decision))),
        decided_at(decision, actor), decided_by(decision, actor), value_text(warning->source.file),
        value_integer(warning->source.line), value_integer(warning->source.table),
        value_integer(warning->source.row), value_integer(warning->source.cell));
}

static bool write_warnings(
    DbConn *conn, int64_t import_id, const Plan *plan, const PlanActor *actor, Error *error)
{
    if (!db_run(conn, NULL, error, "update import_warning set node_seq = -2 where import_id = ?1",
            value_integer(import_id))) {
        return false;
    }
    for (size_t i = 0; i < plan->warnings.len; i++) {
        const PlanWarning *warning = &plan->warnings.at[i];
        int64_t changed = 0;
        if (!db_run(conn, &changed, error,
                "update import_warning set node_seq = ?3, subject = ?4, fix = ?5 where import_id = ?1 and "
                "number = ?2",
                value_integer(import_id), value_integer(warning->number), value_integer(warning->node),
                value_text(warning->subject), value_text(warning->fix)) ||
            (changed == 0 && !insert_warning(conn, import_id, warning, actor, error))) {
            return false;
        }
    }
    return db_run(conn, NULL, error, "delete from import_warning where import_id = ?1 and node_seq = -2",
        value_integer(import_id));
}

static bool write_repair(
    DbConn *conn, int64_t import_id, int64_t place, const ImportRepair *item, Buf *segments, Error *error)
{
    const PlanRepair *repair = &item->repair;
    int64_t changed = 0, id = 0;
    if (!store_print_segments(repair, segments, error) ||
        !db_run(conn, &changed, error,
            "update import_repair set place = ?3, node_seq = ?4, from_at = ?5, to_at = ?6, segments = ?7, "
            "confidence = ?8, rule = ?9 where import_id = ?1 and identity = ?2",
            value_integer(import_id), value_text(str_of(item->identity)), value_integer(place),
            value_integer(repair->node), value_integer((int64_t)repair->from),
            value_integer((int64_t)repair->to), value_text(buf_str(segments)),
            value_integer(repair->confidence), value_text(str_of(repair->rule)))) {
        return false;
    }
    return changed > 0 ||
           db_insert(conn, &id, error,
               "insert into import_repair (import_id, identity, place, node_seq, from_at, to_at, segments, "
               "confidence, "
               "rule, state) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open')",
               value_integer(import_id), value_text(str_of(item->identity)), value_integer(place),
               value_integer(repair->node), value_integer((int64_t)repair->from),
               value_integer((int64_t)repair->to), value_text(buf_str(segments)),
               value_integer(repair->confidence), value_text(str_of(repair->rule)));
}

static bool write_repairs(DbConn *conn, int64_t import_id, const ImportRepairs *repairs, Error *error)
{
    AUTO_BUF segments;
    buf_init(&segments, SEGMENTS_MAX);
    if (!db_run(conn, NULL, error, "update import_repair set node_seq = -1 where import_id = ?1",
            value_integer(import_id))) {
        return false;
    }
    for (size_t i = 0; i < repairs->len; i++) {
        if (!write_repair(conn, import_id, (int64_t)i, &repairs->at[i], &segments, error)) {
            return false;
        }
    }
    return db_run(conn, NULL, error,
        "delete from import_repair where import_id = ?1 and node_seq = -1 and state = 'open'",
        value_integer(import_id));
}

bool import_write_review(DbConn *conn, int64_t import_id, const Plan *plan, const ImportRepairs *repairs,
    const PlanActor *actor, Error *error)
{
    return write_warnings(conn, import_id, plan, actor, error) &&
           write_repairs(conn, import_id, repairs, error);
}
