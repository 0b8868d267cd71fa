/* plan/store_review.c: warnings and repairs of an import, as rows and as parts of a plan.
 *
 * A warning's code is kept as a word; its sentences are made anew from plan/warning.h. The pieces of a repair
 * are kept as JSON: [["=", "kept"], ["-", "struck"]].
 */
#include "plan/store_review_internal.h"

#include "base/json.h"
#include "plan/warning.h"

#define SEGMENTS_MAX ((size_t)1 << 24)

static const char *const state_names[PLAN_DECISION_COUNT] = {"open", "accepted", "refused"};

const char *plan_decision_name(PlanDecision decision)
{
    assert(decision < PLAN_DECISION_COUNT);
    return state_names[decision];
}

static bool read_decision(Str name, PlanDecision *out, Error *error)
{
    for (size_t i = 0; i < PLAN_DECISION_COUNT; i++) {
        if (str_equal(name, str_of(state_names[i]))) {
            *out = (PlanDecision)i;
            return true;
        }
    }
    return error_set(
        error, ERROR_DATABASE, "the database holds an unknown decision \"%.*s\"", STR_ARGS(name));
}

/* --- segments --- */

bool store_print_segments(const PlanRepair *repair, Buf *out, Error *error)
{
    JsonWriter json;
    buf_clear(out);
    json_writer_init(&json, out, false);
    json_array_begin(&json);
    for (size_t i = 0; i < repair->segments.len; i++) {
        json_array_begin(&json);
        json_text(&json, (Str){&repair->segments.at[i].op, 1});
        json_text(&json, repair->segments.at[i].text);
        json_array_end(&json);
    }
    json_array_end(&json);
    return !out->failed || error_memory(error);
}

static bool read_segments(Arena *arena, Str text, PlanRepair *repair, Error *error)
{
    AUTO_JSON list = json_read(text, S("import_repair.segments"), error);
    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        const char *op = json_string_value(json_array_get(pair, 0));
        const json_t *piece = json_array_get(pair, 1);
        PlanSegment *segment = VEC_PUSH(arena, &repair->segments);
        if (segment == NULL) {
            return error_memory(error);
        }
        if (op == NULL || !json_is_string(piece)) {
            return error_set(error, ERROR_DATABASE, "a repair in the database has no pieces");
        }
        *segment = (PlanSegment){
            op[0], arena_str(arena, (Str){json_string_value(piece), json_string_length(piece)})};
    }
    return true;
}

/* --- rows --- */

#define WARNING_COLUMNS                                                                                \
    "select w.number, w.code, w.node_seq, w.subject, w.fix, w.has_fix, w.source_file, w.source_line, " \
    "w.source_table, w.source_row, w.source_cell, w.state, w.decided_at, w.decided_by "                \
    "from import i join import_warning w on w.import_id = i.id where i.edition_id = ?1 order by w.number"

static bool take_warning(DbStmt *stmt, Arena *arena, PlanReviewWarning *out, Error *error)
{
    const PlanWarningText *known = plan_warning_text(db_text_copy(stmt, 1, arena).at);
    PlanWarning *warning = &out->warning;
    *warning = (PlanWarning){.number = (uint32_t)db_integer(stmt, 0),
        .code = known == NULL ? NULL : known->code,
        .node = (int32_t)db_integer(stmt, 2),
        .subject = db_text_copy(stmt, 3, arena),
        .fix = db_text_copy(stmt, 4, arena),
        .has_fix = db_integer(stmt, 5) != 0,
        .source = {.file = db_text_copy(stmt, 6, arena),
            .line = (uint32_t)db_integer(stmt, 7),
            .table = (uint32_t)db_integer(stmt, 8),
            .row = (uint32_t)db_integer(stmt, 9),
            .cell = (uint32_t)db_integer(stmt, 10)}};
    out->decided_at = db_integer(stmt, 12);
    out->decided_by = db_text_copy(stmt, 13, arena);
    if (known == NULL) {
        const Str code = db_text(stmt, 1);
        return error_set(
            error, ERROR_DATABASE, "the database holds an unknown warning \"%.*s\"", STR_ARGS(code));
    }
    if (!read_decision(db_text(stmt, 11), &out->decision, error)) {
        return false;
    }
    warning->taken = warning->has_fix && out->decision == PLAN_ACCEPTED;
    return true;
}

bool store_load_warnings(
    DbConn *conn, Arena *arena, int64_t edition_id, PlanReviewWarnings *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanReviewWarnings){0};
    if (!db_query(conn, &stmt, error, WARNING_COLUMNS, value_integer(edition_id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanReviewWarning *row = VEC_PUSH(arena, out);
        if (row == NULL) {
            return error_memory(error);
        }
        if (!take_warning(stmt, arena, row, error)) {
            return false;
        }
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

static bool take_repair(DbStmt *stmt, Arena *arena, PlanReviewRepair *out, Error *error)
{
    *out = (PlanReviewRepair){.id = db_integer(stmt, 0),
        .identity = db_text_copy(stmt, 1, arena),
        .decided_at = db_integer(stmt, 9),
        .decided_by = db_text_copy(stmt, 10, arena),
        .repair = {.node = (int32_t)db_integer(stmt, 2),
            .from = (size_t)db_integer(stmt, 3),
            .to = (size_t)db_integer(stmt, 4),
            .confidence = (int)db_integer(stmt, 6),
            .rule = db_text_copy(stmt, 7, arena).at}};
    return read_decision(db_text(stmt, 8), &out->decision, error) &&
           read_segments(arena, db_text(stmt, 5), &out->repair, error);
}

bool store_load_repairs(DbConn *conn, Arena *arena, int64_t edition_id, PlanReviewRepairs *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanReviewRepairs){0};
    if (!db_query(conn, &stmt, error,
            "select r.id, r.identity, r.node_seq, r.from_at, r.to_at, r.segments, r.confidence, r.rule, "
            "r.state, "
            "r.decided_at, r.decided_by from import i join import_repair r on r.import_id = i.id "
            "where i.edition_id = ?1 order by r.place",
            value_integer(edition_id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanReviewRepair *row = VEC_PUSH(arena, out);
        if (row == NULL) {
            return error_memory(error);
        }
        if (!take_repair(stmt, arena, row, error)) {
            return false;
        }
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool store_load_review(DbConn *conn, int64_t edition_id, Plan *plan, Error *error)
{
    PlanReviewWarnings warnings;
    PlanReviewRepairs repairs;
    if (!store_load_warnings(conn, plan->arena, edition_id, &warnings, error) ||
        !store_load_repairs(conn, plan->arena, edition_id, &repairs, error)) {
        return false;
    }
    for (size_t i = 0; i < warnings.len; i++) {
        PlanWarning *warning = VEC_PUSH(plan->arena, &plan->warnings);
        if (warning == NULL) {
            return error_memory(error);
        }
        *warning = warnings.at[i].warning;
    }
    for (size_t i = 0; i < repairs.len; i++) {
        if (repairs.at[i].decision != PLAN_OPEN) {
            continue;
        }
        PlanRepair *repair = VEC_PUSH(plan->arena, &plan->repairs);
        if (repair == NULL) {
            return error_memory(error);
        }
        *repair = repairs.at[i].repair;
    }
    return true;
}
