/* plan/change_make.c: changes as their authors make them: a node worded anew, and the way back. Operations as
 * they are: change_operate.c.
 *
 * Everything is looked at inside the closure, where nobody else writes: whether the edition is still the
 * base, whether somebody changed the node since the author saw it, what the node says by now. Whoever words a
 * pending change anew takes the place of all of its group on the node; the former ones stay as they were
 * written.
 */
#include "plan/change_internal.h"

#include "base/utf8.h"
#include "plan/store_internal.h"

#define TEXT_MAX_CODE_POINTS 20000

/* --- what may be written at all --- */

static bool check_text(Str text, const char *what, bool one_line, Error *error)
{
    if (!utf8_check(text, NULL)) {
        return error_set(error, ERROR_INPUT, "%s is not UTF-8", what);
    }
    if (utf8_count(text) > TEXT_MAX_CODE_POINTS) {
        return error_set(error, ERROR_INPUT, "%s has at most %d characters", what, TEXT_MAX_CODE_POINTS);
    }
    return !one_line || plan_is_line(text) ||
           error_set(error, ERROR_INPUT, "%s is one line without control characters", what);
}

bool change_check_by(const PlanChangeBy *by, Error *error)
{
    if (by->author.len == 0) {
        return error_set(error, ERROR_INPUT, "a change has an author");
    }
    if (str_trim(by->reason).len == 0) {
        return error_set(error, ERROR_INPUT, "say why the wording should change");
    }
    return check_text(by->reason, "a reason", false, error) && check_text(by->cause, "a cause", true, error);
}

bool change_check_base(DbConn *conn, const PlanEdition *edition, Error *error)
{
    int64_t base = 0;
    return store_find_base(conn, edition->plan_id, &base, error) &&
           (base == edition->id ||
               error_set(error, ERROR_CONFLICT, "a newer edition than \"%.*s\" was made meanwhile",
                   STR_ARGS(edition->name)));
}

bool change_check_seen(DbConn *conn, const PlanChangeBy *by, Str key, Error *error)
{
    int64_t newest = 0;
    if (by->seen < 0) {
        return true;
    }
    return plan_change_newest(conn, by->edition->id, key, &newest, error) &&
           (newest <= by->seen ||
               error_set(error, ERROR_CONFLICT, "%.*s was changed meanwhile", STR_ARGS(key)));
}

/* --- rows --- */

/* Where a change stands: its own node, or for an insert the node above. */
static PlanPassage passage_of(const PlanOperation *operation)
{
    switch (operation->kind) {
    case PLAN_INSERT:
        return (PlanPassage){.key = operation->parent, .whole = true};
    case PLAN_EDIT:
    case PLAN_RENAME:
    case PLAN_SPLIT:
        return (PlanPassage){.key = operation->key, .from = operation->from, .to = operation->to};
    default:
        return (PlanPassage){.key = operation->key, .whole = true};
    }
}

bool change_insert_row(DbConn *conn, const PlanChangeBy *by, const PlanOperation *operation, Str before,
    int64_t revises, int64_t *group, int64_t *id, Error *error)
{
    const bool brings = operation->kind == PLAN_INSERT;
    if (!db_insert(conn, id, error,
            "insert into plan_change (plan_id, edition_id, before_text, text, author, reason, cause, state, "
            "created_at, kind, node_kind, number, revises, group_id) "
            "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?8, ?9, ?10, ?11, ?12, ?13)",
            value_integer(by->edition->plan_id), value_integer(by->edition->id), value_text(before),
            value_text(operation->text), value_text(by->author), value_text(str_trim(by->reason)),
            value_text(by->cause), value_integer(by->instant),
            value_text(str_of(plan_operation_name(operation->kind))),
            value_text(brings ? str_of(plan_kind_name(operation->node_kind)) : STR_EMPTY),
            value_text(operation->number), revises == 0 ? value_missing() : value_integer(revises),
            value_integer(*group))) {
        return false;
    }
    if (*group == 0) {
        *group = *id;
    }
    const ChangeEvent made = {*id, PLAN_CHANGE_PENDING, by->author, STR_EMPTY, by->instant};
    return change_note(conn, &made, NULL, error);
}

bool change_insert_places(DbConn *conn, const PlanChangeBy *by, const PlanOperation *operation, Str before,
    int64_t group, Error *error)
{
    const PlanPassage passage = passage_of(operation);
    int64_t anchor = 0;
    return anchor_insert(conn, by->edition->id, &passage, before, &anchor, error) &&
           db_run(conn, NULL, error, "update plan_change set anchor_id = ?2, group_id = ?3 where id = ?1",
               value_integer(operation->id), value_integer(anchor), value_integer(group)) &&
           db_run(conn, NULL, error,
               "insert into plan_change_place (change_id, edition_id, parent_key, after_key, lost) "
               "values (?1, ?2, ?3, ?4, 0)",
               value_integer(operation->id), value_integer(by->edition->id), value_text(operation->parent),
               value_text(operation->after));
}

static bool insert_over(DbConn *conn, int64_t id, int64_t over, PlanChangeState was, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into plan_change_over (change_id, over_id, was) values (?1, ?2, ?3)", value_integer(id),
        value_integer(over), value_text(str_of(plan_change_state_name(was))));
}

/* --- a node worded anew --- */

typedef struct Rewording {
    const PlanChangeBy *by;
    Str key, after;
    int64_t revises, group;
} Rewording;

/* The pending changes of the group of `revises` on the node. */
static bool find_revised(
    DbConn *conn, Arena *arena, const Rewording *rewording, PlanChangeIds *out, Error *error)
{
    PlanChange named;
    PlanChanges open;
    *out = (PlanChangeIds){0};
    if (rewording->revises == 0) {
        return true;
    }
    if (!plan_change_get(conn, arena, rewording->revises, &named, error) ||
        !change_open(conn, arena, rewording->by->edition->id, rewording->key, &open, error)) {
        return false;
    }
    for (size_t i = 0; i < open.len; i++) {
        if (open.at[i].group == named.group && open.at[i].state == PLAN_CHANGE_PENDING) {
            int64_t *id = VEC_PUSH(arena, out);
            if (id == NULL) {
                return error_memory(error);
            }
            *id = open.at[i].id;
        }
    }
    return out->len > 0 ||
           error_set(error, ERROR_CONFLICT, "the change that this one words anew is not pending any more");
}

/* What holds other nodes has a heading; what never does is worded. */
static PlanOperationKind wording_kind(PlanKind kind)
{
    return kind == PLAN_INITIATIVE || kind == PLAN_FACT ? PLAN_EDIT : PLAN_RENAME;
}

/* Whether the node's wording depends on others: it is brought by a change, cut, or takes another in. */
static bool stands_alone(const PlanOperations *operations, Str key)
{
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        const bool joins = operation->kind == PLAN_SPLIT || operation->kind == PLAN_MERGE;
        if (joins && operation->accepted &&
            (str_equal(operation->key, key) || str_equal(operation->after, key))) {
            return false;
        }
    }
    return !str_starts(key, S("+"));
}

/* Enough of the edition to know how the node reads. */
static Plan *load_for_wording(DbConn *conn, Arena *arena, const PlanEdition *edition,
    const PlanOperations *operations, Str key, Error *error)
{
    const PlanSource none = {.file = STR_EMPTY};
    ChangeNode found;
    if (!stands_alone(operations, key)) {
        return plan_load(conn, arena, edition, error);
    }
    Plan *plan = plan_new(arena);
    if (!change_find_node(conn, arena, edition->id, key, &found, error)) {
        return NULL;
    }
    PlanNode *node =
        plan == NULL ? NULL : plan_add(plan, PLAN_NO_PARENT, found.kind, STR_EMPTY, found.text, none);
    if (node == NULL) {
        error_memory(error);
        return NULL;
    }
    node->key = key;
    return plan;
}

static bool find_edits(DbConn *conn, Arena *arena, const Rewording *rewording, PlanOperations *edits,
    PlanOvers *overs, Error *error)
{
    PlanOperations operations;
    const PlanEdition *edition = rewording->by->edition;
    if (!change_told(conn, arena, edition->id, 0, &operations, error)) {
        return false;
    }
    const Plan *base = load_for_wording(conn, arena, edition, &operations, rewording->key, error);
    if (base == NULL || !plan_wording_edits(arena, base, &operations, rewording->key, rewording->after, edits,
                            overs, error)) {
        return false;
    }
    return edits->len > 0 || error_set(error, ERROR_INPUT, "the new wording is the present one");
}

/* The words it would replace; of a merge, the node's. */
static bool find_before(
    DbConn *conn, Arena *arena, int64_t edition_id, PlanOperation *edit, Str *before, Error *error)
{
    ChangeNode node;
    if (!change_find_node(conn, arena, edition_id, edit->key, &node, error)) {
        return false;
    }
    if (edit->kind != PLAN_EDIT) {
        *before = node.text;
        return true;
    }
    edit->kind = wording_kind(node.kind);
    *before = grapheme_slice(node.text, edit->from, edit->to);
    return true;
}

static bool insert_edit(DbConn *conn, Arena *arena, Rewording *rewording, PlanOperation *edit,
    const PlanChangeIds *over, const PlanChangeIds *revised, Error *error)
{
    Str before;
    if (!find_before(conn, arena, rewording->by->edition->id, edit, &before, error) ||
        !change_insert_row(
            conn, rewording->by, edit, before, rewording->revises, &rewording->group, &edit->id, error) ||
        !change_insert_places(conn, rewording->by, edit, before, rewording->group, error)) {
        return false;
    }
    for (size_t i = 0; i < over->len; i++) {
        if (!insert_over(conn, edit->id, over->at[i], PLAN_CHANGE_ACCEPTED, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < revised->len; i++) {
        if (!insert_over(conn, edit->id, revised->at[i], PLAN_CHANGE_PENDING, error)) {
            return false;
        }
    }
    const ChangeEvent because = {.actor = rewording->by->author, .instant = rewording->by->instant};
    return change_settle_revised(conn, edit->id, &because, error);
}

static bool reword(DbConn *conn, void *argument, Error *error)
{
    Rewording *rewording = argument;
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    PlanChangeIds revised;
    PlanOperations edits;
    PlanOvers overs;
    rewording->group = 0;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!change_check_base(conn, rewording->by->edition, error) ||
        !change_check_seen(conn, rewording->by, rewording->key, error) ||
        !find_revised(conn, arena, rewording, &revised, error) ||
        !find_edits(conn, arena, rewording, &edits, &overs, error)) {
        return false;
    }
    for (size_t i = 0; i < edits.len; i++) {
        if (!insert_edit(conn, arena, rewording, &edits.at[i], &overs.at[i], &revised, error)) {
            return false;
        }
    }
    return true;
}

bool plan_change_reword(
    Db *db, const PlanChangeBy *by, Str key, Str after, int64_t revises, int64_t *group, Error *error)
{
    Rewording rewording = {.by = by, .key = key, .after = str_trim(after), .revises = revises};
    if (!change_check_by(by, error) || !check_text(rewording.after, "a wording", true, error)) {
        return false;
    }
    if (rewording.after.len == 0) {
        return error_set(error, ERROR_INPUT, "the new wording is empty; delete the node instead");
    }
    if (!db_write(db, reword, &rewording, error)) {
        return false;
    }
    if (group != NULL) {
        *group = rewording.group;
    }
    return true;
}

/* --- withdrawing --- */

typedef struct Withdrawal {
    int64_t group, instant;
    Str author;
} Withdrawal;

/* One change of the group; the pending ones in `ids`. */
static bool check_withdrawn(
    DbStmt *stmt, Arena *arena, const Withdrawal *withdrawal, PlanChangeIds *ids, Error *error)
{
    if (!str_equal(db_text(stmt, 1), withdrawal->author)) {
        return error_set(error, ERROR_DENIED, "only its author may withdraw a change");
    }
    if (!str_equal(db_text(stmt, 2), S("pending"))) {
        return error_set(error, ERROR_CONFLICT, "the change is not pending any more");
    }
    int64_t *id = VEC_PUSH(arena, ids);
    if (id == NULL) {
        return error_memory(error);
    }
    *id = db_integer(stmt, 0);
    return true;
}

static bool find_withdrawn(
    DbConn *conn, Arena *arena, const Withdrawal *withdrawal, PlanChangeIds *ids, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select id, author, state from plan_change where group_id = ?1 order by id",
            value_integer(withdrawal->group))) {
        return false;
    }
    while (db_next(stmt, error)) {
        if (!check_withdrawn(stmt, arena, withdrawal, ids, error)) {
            return false;
        }
    }
    return !db_broken(stmt) && (ids->len > 0 || error_set(error, ERROR_NOT_FOUND, "there is no such change"));
}

static bool withdraw(DbConn *conn, void *argument, Error *error)
{
    const Withdrawal *withdrawal = argument;
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    PlanChangeIds ids = {0};
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!find_withdrawn(conn, arena, withdrawal, &ids, error)) {
        return false;
    }
    for (size_t i = 0; i < ids.len; i++) {
        const ChangeEvent event = {
            ids.at[i], PLAN_CHANGE_WITHDRAWN, withdrawal->author, STR_EMPTY, withdrawal->instant};
        if (!change_set(conn, &event, true, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < ids.len; i++) {
        const ChangeEvent because = {.actor = withdrawal->author, .instant = withdrawal->instant};
        if (!change_settle_revised(conn, ids.at[i], &because, error)) {
            return false;
        }
    }
    return true;
}

bool plan_change_withdraw(Db *db, int64_t group, Str author, int64_t instant, Error *error)
{
    Withdrawal withdrawal = {.group = group, .instant = instant, .author = author};
    return db_write(db, withdraw, &withdrawal, error);
}
