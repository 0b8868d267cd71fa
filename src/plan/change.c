/* plan/change.c: draft changes as rows of plan_change.
 *
 * A row is written once; only its state ever changes, from pending to withdrawn. The wording before is kept
 * beside the one after, so that a change can be shown as its author saw it, whatever later editions say.
 */
#include "plan/change.h"

#include "base/utf8.h"
#include "plan/store_internal.h"

#define TEXT_MAX_CODE_POINTS 20000

static const char *const state_names[PLAN_CHANGE_STATE_COUNT] = {"pending", "withdrawn"};

const char *plan_change_state_name(PlanChangeState state)
{
    assert(state < PLAN_CHANGE_STATE_COUNT);
    return state_names[state];
}

/* --- proposing --- */

static bool check_new(const PlanChangeNew *change, Error *error)
{
    if (change->author.len == 0) {
        return error_set(error, ERROR_INPUT, "a change has an author");
    }
    if (str_trim(change->reason).len == 0) {
        return error_set(error, ERROR_INPUT, "say why the wording should change");
    }
    if (str_trim(change->after).len == 0) {
        return error_set(error, ERROR_INPUT, "the new wording is empty");
    }
    if (!utf8_check(change->after, NULL) || !utf8_check(change->reason, NULL)) {
        return error_set(error, ERROR_INPUT, "the new wording or the reason is not UTF-8");
    }
    if (utf8_count(change->after) > TEXT_MAX_CODE_POINTS ||
        utf8_count(change->reason) > TEXT_MAX_CODE_POINTS) {
        return error_set(error, ERROR_LIMIT, "a wording and a reason have at most %d characters each",
            TEXT_MAX_CODE_POINTS);
    }
    if (str_equal(str_trim(change->after), str_trim(change->before))) {
        return error_set(error, ERROR_INPUT, "the new wording is the present one");
    }
    return true;
}

typedef struct Proposal {
    const PlanChangeNew *change;
    int64_t id;
} Proposal;

/* Whether the node still says what the author saw. */
static bool check_before(DbConn *conn, const PlanChangeNew *change, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select text from node where edition_id = ?1 and key = ?2",
            value_integer(change->edition->id), value_text(change->key))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "edition %.*s has no node %.*s",
                                       STR_ARGS(change->edition->name), STR_ARGS(change->key));
    }
    return str_equal(db_text(stmt, 0), change->before) ||
           error_set(
               error, ERROR_CONFLICT, "the wording of %.*s was changed meanwhile", STR_ARGS(change->key));
}

static bool propose(DbConn *conn, void *argument, Error *error)
{
    Proposal *proposal = argument;
    const PlanChangeNew *change = proposal->change;
    proposal->id = 0;
    return check_before(conn, change, error) &&
           db_insert(conn, &proposal->id, error,
               "insert into plan_change (plan_id, edition_id, key, before_text, after_text, author, reason, "
               "cause, state, created_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'pending', ?9)",
               value_integer(change->edition->plan_id), value_integer(change->edition->id),
               value_text(change->key), value_text(change->before), value_text(str_trim(change->after)),
               value_text(change->author), value_text(str_trim(change->reason)), value_text(change->cause),
               value_integer(change->instant));
}

bool plan_change_propose(Db *db, const PlanChangeNew *change, int64_t *id, Error *error)
{
    Proposal proposal = {.change = change};
    if (!check_new(change, error) || !db_write(db, propose, &proposal, error)) {
        return false;
    }
    if (id != NULL) {
        *id = proposal.id;
    }
    return true;
}

/* --- withdrawing --- */

typedef struct Withdrawal {
    int64_t id, instant;
    Str author;
} Withdrawal;

static bool check_author(DbConn *conn, const Withdrawal *withdrawal, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select author, state from plan_change where id = ?1",
            value_integer(withdrawal->id))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such change");
    }
    if (!str_equal(db_text(stmt, 0), withdrawal->author)) {
        return error_set(error, ERROR_DENIED, "only its author may withdraw a change");
    }
    return str_equal(db_text(stmt, 1), str_of(state_names[PLAN_CHANGE_PENDING])) ||
           error_set(error, ERROR_CONFLICT, "the change is not pending any more");
}

static bool withdraw(DbConn *conn, void *argument, Error *error)
{
    const Withdrawal *withdrawal = argument;
    return check_author(conn, withdrawal, error) &&
           db_run(conn, NULL, error,
               "update plan_change set state = 'withdrawn', withdrawn_at = ?2 where id = ?1",
               value_integer(withdrawal->id), value_integer(withdrawal->instant));
}

bool plan_change_withdraw(Db *db, int64_t id, Str author, int64_t instant, Error *error)
{
    Withdrawal withdrawal = {.id = id, .instant = instant, .author = author};
    return db_write(db, withdraw, &withdrawal, error);
}

/* --- reading --- */

#define CHANGE_COLUMNS                                                                                  \
    "select id, plan_id, edition_id, key, before_text, after_text, author, reason, created_at, state, " \
    "cause from plan_change "

static void take_row(DbStmt *stmt, Arena *arena, PlanChange *out)
{
    const bool pending = str_equal(db_text(stmt, 9), str_of(state_names[PLAN_CHANGE_PENDING]));
    *out = (PlanChange){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .edition_id = db_integer(stmt, 2),
        .key = db_text_copy(stmt, 3, arena),
        .before = db_text_copy(stmt, 4, arena),
        .after = db_text_copy(stmt, 5, arena),
        .author = db_text_copy(stmt, 6, arena),
        .reason = db_text_copy(stmt, 7, arena),
        .created_at = db_integer(stmt, 8),
        .state = pending ? PLAN_CHANGE_PENDING : PLAN_CHANGE_WITHDRAWN,
        .cause = db_text_copy(stmt, 10, arena)};
}

bool plan_change_list(DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanChanges *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanChanges){0};
    if (!db_query(conn, &stmt, error,
            CHANGE_COLUMNS "where plan_id = ?1 and (key = ?2 or ?2 = '') order by id", value_integer(plan_id),
            value_text(key))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanChange *change = VEC_PUSH(arena, out);
        if (change == NULL) {
            return error_memory(error);
        }
        take_row(stmt, arena, change);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool plan_change_get(DbConn *conn, Arena *arena, int64_t id, PlanChange *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, CHANGE_COLUMNS "where id = ?1", value_integer(id))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "there is no such change");
    }
    take_row(stmt, arena, out);
    return !arena_failed(arena) || error_memory(error);
}
