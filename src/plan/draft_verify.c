/* plan/draft_verify.c: frozen editions proved from their rows: the content hash computed anew, and for an
 * edition that changes have made, its base with these changes carried out once more. One edition in memory at
 * a time.
 */
#include "plan/change_internal.h"
#include "plan/draft.h"

#include "plan/format.h"

typedef struct Proof {
    DbConn *conn;
    Arena *arena; /* of one edition */
    const PlanEdition *edition;
    Arena *answers;
    PlanVerifyReport *report;
} Proof;

static bool add_problem(const Proof *proof, const char *what, Error *error)
{
    Str *words = VEC_PUSH(proof->answers, &proof->report->problems);
    if (words == NULL) {
        return error_memory(error);
    }
    *words = arena_printf(proof->answers, "edition \"%.*s\" of %.*s: %s", STR_ARGS(proof->edition->name),
        STR_ARGS(proof->edition->plan), what);
    return true;
}

static bool check_hash(const Proof *proof, const Plan *plan, const char *what, Error *error)
{
    char hash[PLAN_HASH_LENGTH + 1];
    return plan_content_hash(plan, hash, error) &&
           (str_equal(str_of(hash), proof->edition->content_hash) || add_problem(proof, what, error));
}

/* Gives the nodes that changes brought the keys that they got for life. */
static bool name_brought(const Proof *proof, Plan *plan, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(proof->conn, &stmt, error,
            "select id, brought_key from plan_change where made_id = ?1 and brought_key <> '' order by id",
            value_integer(proof->edition->id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        const int32_t index =
            plan_find(plan, arena_printf(proof->arena, "+%lld", (long long)db_integer(stmt, 0)));
        if (index >= 0) {
            plan->nodes.at[index].key = db_text_copy(stmt, 1, proof->arena);
        }
    }
    plan->edition = proof->edition->name;
    plan->draft = false;
    return !db_broken(stmt);
}

static bool replay(const Proof *proof, Error *error)
{
    PlanEdition base;
    PlanOperations told;
    size_t made = 0;
    if (!plan_edition_get(proof->conn, proof->arena, proof->edition->parent_id, &base, error) ||
        !change_told(proof->conn, proof->arena, base.id, proof->edition->id, &told, error)) {
        return false;
    }
    for (size_t i = 0; i < told.len; i++) {
        made += told.at[i].accepted ? 1 : 0;
    }
    if (made == 0) {
        return true; /* it was imported, or frozen as it was */
    }
    proof->report->replayed++;
    const Plan *old = plan_load(proof->conn, proof->arena, &base, error);
    if (old == NULL) {
        return false;
    }
    Error why = {0};
    Plan *plan = plan_operations_apply(proof->arena, old, &told, NULL, &why);
    if (plan == NULL && why.code != ERROR_MEMORY) {
        return add_problem(proof, why.message, error);
    }
    if (plan == NULL) {
        return error_memory(error);
    }
    return name_brought(proof, plan, error) &&
           check_hash(proof, plan, "its base with the changes that made it is another text", error);
}

static bool prove(
    DbConn *conn, Arena *answers, const PlanEdition *edition, PlanVerifyReport *report, Error *error)
{
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    const Proof proof = {conn, arena, edition, answers, report};
    if (arena == NULL) {
        return error_memory(error);
    }
    const Plan *plan = plan_load(conn, arena, edition, error);
    report->editions++;
    return plan != NULL && check_hash(&proof, plan, "its nodes are not what its hash was made of", error) &&
           (edition->parent_id == 0 || replay(&proof, error));
}

bool plan_verify(DbConn *conn, Arena *arena, PlanVerifyReport *out, Error *error)
{
    PlanEditions editions;
    *out = (PlanVerifyReport){0};
    if (!plan_edition_list(conn, arena, STR_EMPTY, &editions, error)) {
        return false;
    }
    for (size_t i = 0; i < editions.len; i++) {
        if (editions.at[i].state == PLAN_EDITION_FROZEN && !prove(conn, arena, &editions.at[i], out, error)) {
            return false;
        }
    }
    return !arena_failed(arena) || error_memory(error);
}
