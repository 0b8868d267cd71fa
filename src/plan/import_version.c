/* plan/import_version.c: from bytes to an edition ready to be written.
 *
 * Reading, taking repairs and matching happen outside the writer, against a snapshot. The plan's revision
 * tells the writer whether that snapshot still holds; if not, the version is made again.
 */
#include "plan/import_internal.h"
#include "plan/match.h"

bool import_refuse_stale(Error *error)
{
    return error_set(error, ERROR_BUSY, "somebody else is changing this plan; try again");
}

/* --- names --- */

static bool take_name(Str given, Str *name, bool must_agree, const char *what, Error *error)
{
    if (given.len == 0) {
        return true;
    }
    if (must_agree && name->len > 0 && !str_equal(given, *name)) {
        return error_set(error, ERROR_INPUT, "the document says %s \"%.*s\", not \"%.*s\"", what,
            STR_ARGS(str_slice(*name, 0, STORE_NAME_MAX)), STR_ARGS(str_slice(given, 0, STORE_NAME_MAX)));
    }
    *name = given;
    return true;
}

static bool apply_names(Plan *plan, const ImportNames *names, Error *error)
{
    if (!take_name(names->plan, &plan->id, true, "plan", error) ||
        !take_name(names->title, &plan->title, false, "title", error) ||
        !take_name(names->edition, &plan->edition, false, "edition", error)) {
        return false;
    }
    if (plan->notice.len == 0) {
        plan->notice = names->notice;
    }
    return true;
}

/* --- what the plan has --- */

static bool load_used_keys(
    DbConn *conn, Arena *arena, int64_t plan_id, int64_t except, Map *keys, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select key from plan_key where plan_id = ?1 and edition_id <> ?2",
            value_integer(plan_id), value_integer(except))) {
        return false;
    }
    while (db_next(stmt, error)) {
        const Str key = db_text_copy(stmt, 0, arena);
        if (arena_failed(arena) || !map_put(keys, key, keys)) {
            return error_memory(error);
        }
    }
    return !db_broken(stmt);
}

/* The plan's id and revision; 0 and 0 for a plan that is not there yet. */
static bool find_plan(DbConn *conn, Str code, int64_t *plan_id, int64_t *revision, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *plan_id = *revision = 0;
    if (!db_query(conn, &stmt, error, "select id, revision from plan where code = ?1", value_text(code))) {
        return false;
    }
    if (db_next(stmt, error)) {
        *plan_id = db_integer(stmt, 0);
        *revision = db_integer(stmt, 1);
    }
    return !db_broken(stmt);
}

static bool load_base(DbConn *conn, Arena *arena, int64_t base_id, const Plan **base, Error *error)
{
    PlanEdition edition;
    *base = NULL;
    if (base_id == 0) {
        return true;
    }
    if (!plan_edition_get(conn, arena, base_id, &edition, error)) {
        return false;
    }
    *base = plan_load(conn, arena, &edition, error);
    return *base != NULL;
}

static bool match_version(Db *db, Arena *arena, int64_t edition_id, ImportVersion *version, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Map used;
    const Plan *base = NULL;
    int64_t plan_id = 0;
    map_init(&used, arena);
    if (!db_read_begin(db, &conn, error) ||
        !find_plan(conn, version->plan->id, &plan_id, &version->plan_revision, error) ||
        (edition_id == 0 && !store_find_base(conn, plan_id, &version->base_id, error)) ||
        !load_used_keys(conn, arena, plan_id, edition_id, &used, error) ||
        !load_base(conn, arena, version->base_id, &base, error)) {
        return false;
    }
    return plan_match_keys(version->plan, base, &used, &version->matched, error);
}

bool import_make_version(Db *db, Arena *arena, const ImportRequest *request, const ImportNames *names,
    const Map *accepted, int64_t edition_id, int64_t base_id, ImportVersion *out, Error *error)
{
    ImportReading reading;
    *out = (ImportVersion){.base_id = base_id};
    if (!import_read(arena, request, &reading, error)) {
        return false;
    }
    out->plan = reading.plan;
    out->format = reading.format;
    return apply_names(out->plan, names, error) &&
           import_take_repairs(out->plan, accepted, &out->repairs, error) &&
           match_version(db, arena, edition_id, out, error) && store_check_names(out->plan, error) &&
           plan_validate(out->plan, error) && plan_content_hash(out->plan, out->hash, error);
}
