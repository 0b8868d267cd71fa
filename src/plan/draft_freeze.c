/* plan/draft_freeze.c: a draft becomes the next edition, in one closure.
 *
 * The accepted operations are carried out on the base; new nodes get keys for life that no node of the plan
 * ever had; the edition is written with its hash and frozen; each operation notes the edition it made; and
 * everything that stands on the base is carried along (draft_carry.c). A base that was still a draft is
 * frozen as it is.
 */
#include "plan/draft_internal.h"

#include "plan/format.h"
#include "plan/store_internal.h"

typedef struct Freezing {
    const PlanFreeze *freeze;
    int64_t edition_id;
} Freezing;

/* The base is the newest edition of its plan, whatever its state; then it cannot be under review. */
static bool check_base(DbConn *conn, const PlanEdition *base, Error *error)
{
    int64_t newest = 0;
    if (!db_one_integer(conn, &newest, error, "select max(id) from edition where plan_id = ?1",
            value_integer(base->plan_id))) {
        return false;
    }
    if (newest != base->id) {
        return error_set(
            error, ERROR_CONFLICT, "a newer edition than \"%.*s\" was made meanwhile", STR_ARGS(base->name));
    }
    return base->state != PLAN_EDITION_REVIEW ||
           error_set(error, ERROR_CONFLICT, "edition \"%.*s\" is still under review", STR_ARGS(base->name));
}

static bool load(DraftStep *step, int64_t base, Error *error)
{
    return plan_edition_get(step->conn, step->arena, base, &step->base, error) &&
           check_base(step->conn, &step->base, error) &&
           (step->old = plan_load(step->conn, step->arena, &step->base, error)) != NULL &&
           change_told(step->conn, step->arena, base, 0, &step->told, error) &&
           (step->next = plan_operations_apply(step->arena, step->old, &step->told, NULL, error)) != NULL;
}

/* --- keys for life --- */

static bool load_taken(const DraftStep *step, Map *taken, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    map_init(taken, step->arena);
    if (!db_query(step->conn, &stmt, error, "select key from plan_key where plan_id = ?1 order by key",
            value_integer(step->base.plan_id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        if (!map_put(taken, db_text_copy(stmt, 0, step->arena), step->arena)) {
            return error_memory(error);
        }
    }
    return !db_broken(stmt);
}

static bool give_keys(DraftStep *step, Error *error)
{
    Map taken;
    map_init(&step->names, step->arena);
    map_init(&step->keys, step->arena);
    if (!load_taken(step, &taken, error)) {
        return false;
    }
    for (size_t i = 0; i < step->next->nodes.len; i++) {
        PlanNode *node = &step->next->nodes.at[i];
        if (str_starts(node->key, S("+"))) {
            if (!map_put(&step->names, node->key, node)) {
                return error_memory(error);
            }
            node->key = STR_EMPTY;
        }
    }
    if (!plan_give_new_keys(step->next, &taken, error)) {
        return false;
    }
    step->next->draft = false;
    for (size_t i = 0; i < step->next->nodes.len; i++) {
        if (!map_put(&step->keys, step->next->nodes.at[i].key, &step->next->nodes.at[i])) {
            return error_memory(error);
        }
    }
    return true;
}

/* --- writing --- */

static bool write_edition(DraftStep *step, const PlanFreeze *freeze, Error *error)
{
    char hash[PLAN_HASH_LENGTH + 1];
    step->next->edition = freeze->name;
    if (!store_check_names(step->next, error) || !plan_validate(step->next, error) ||
        !plan_content_hash(step->next, hash, error)) {
        return false;
    }
    const StoreEdition edition = {.plan = step->next,
        .hash = hash,
        .plan_id = step->base.plan_id,
        .base_id = step->base.id,
        .state = PLAN_EDITION_FROZEN,
        .actor = freeze->actor,
        .instant = freeze->instant,
        .drafted = true};
    return db_run(step->conn, NULL, error,
               "update edition set state = 'frozen' where id = ?1 and state = 'draft'",
               value_integer(step->base.id)) &&
           store_add_edition(step->conn, &edition, &step->edition_id, error) &&
           db_run(step->conn, NULL, error, "update edition set step = ?2 where id = ?1",
               value_integer(step->edition_id), value_text(freeze->step));
}

/* Which changes made the edition, and which node each of them brought. */
static bool note_made(const DraftStep *step, Error *error)
{
    for (size_t i = 0; i < step->told.len; i++) {
        const PlanOperation *operation = &step->told.at[i];
        if (!operation->accepted) {
            continue;
        }
        const Str name = arena_printf(step->arena, "+%lld", (long long)operation->id);
        const PlanNode *brought = map_get(&step->names, name);
        if (!db_run(step->conn, NULL, error,
                "update plan_change set made_id = ?2, brought_key = ?3 where id = ?1",
                value_integer(operation->id), value_integer(step->edition_id),
                value_text(brought == NULL ? STR_EMPTY : brought->key))) {
            return false;
        }
    }
    return !arena_failed(step->arena) || error_memory(error);
}

static bool freeze_draft(DbConn *conn, void *argument, Error *error)
{
    Freezing *freezing = argument;
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    DraftStep step = {.conn = conn, .arena = arena};
    freezing->edition_id = 0;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!load(&step, freezing->freeze->base, error) || !give_keys(&step, error) ||
        !write_edition(&step, freezing->freeze, error) || !note_made(&step, error) ||
        !draft_carry(&step, error)) {
        return false;
    }
    freezing->edition_id = step.edition_id;
    return true;
}

bool plan_draft_freeze(Db *db, const PlanFreeze *freeze, int64_t *edition_id, Error *error)
{
    Freezing freezing = {.freeze = freeze};
    if (str_trim(freeze->name).len == 0 || !plan_is_line(freeze->name) || !plan_is_line(freeze->step)) {
        return error_set(error, ERROR_INPUT, "an edition has a name of one line");
    }
    if (!db_write(db, freeze_draft, &freezing, error)) {
        return false;
    }
    if (edition_id != NULL) {
        *edition_id = freezing.edition_id;
    }
    return true;
}
