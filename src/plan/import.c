/* plan/import.c: a document becomes an edition.
 *
 * New bytes: a version is made outside the writer, then edition, bytes, warnings and repairs are written in
 * one closure. Bytes that the plan has already: nothing is written, or, while they are under review, the
 * fixes asked for are accepted, or they are read again with another profile.
 */
#include "plan/import_internal.h"

#define WORK_MAX ((size_t)8 << 30) /* arenas grow as needed; this only stops what has gone wrong */

/* --- results --- */

static void count_open(const PlanReview *review, PlanImportResult *result)
{
    result->warning_count = review->warnings.len;
    for (size_t i = 0; i < review->warnings.len; i++) {
        const PlanReviewWarning *row = &review->warnings.at[i];
        result->fix_count += row->warning.has_fix && row->decision == PLAN_OPEN;
    }
    for (size_t i = 0; i < review->repairs.len; i++) {
        result->repair_count += review->repairs.at[i].decision == PLAN_OPEN;
    }
}

/* What is now in the database. */
static bool fill_result(
    Db *db, int64_t edition_id, PlanImportChange change, PlanImportResult *result, Error *error)
{
    AUTO_ARENA arena = arena_new(WORK_MAX);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    PlanEdition edition;
    PlanReview *review = NULL;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!db_read_begin(db, &conn, error) || !plan_edition_get(conn, arena, edition_id, &edition, error) ||
        !plan_review_load(conn, arena, edition_id, &review, error)) {
        return false;
    }
    result->change = change;
    result->edition_id = edition_id;
    result->under_review = edition.state == PLAN_EDITION_REVIEW;
    result->node_count = edition.node_count;
    (void)snprintf(result->edition, sizeof result->edition, "%.*s", STR_ARGS(edition.name));
    if (review != NULL) {
        count_open(review, result);
    }
    return true;
}

/* --- a new edition --- */

typedef struct NewImport {
    const PlanImport *request;
    const ImportVersion *version;
    Str sha256;
    int64_t edition_id;
    bool stale;
} NewImport;

/* Whether there is anything for people to decide. */
static bool needs_review(const ImportVersion *version)
{
    for (size_t i = 0; i < version->plan->warnings.len; i++) {
        const PlanWarning *warning = &version->plan->warnings.at[i];
        if (warning->has_fix && !warning->taken) {
            return true;
        }
    }
    return version->plan->repairs.len > 0;
}

static bool is_stale(DbConn *conn, NewImport *import, int64_t revision, Error *error)
{
    int64_t same = 0;
    if (!import_find_bytes(conn, import->version->plan->id, import->sha256, &same, error)) {
        return true;
    }
    import->stale = revision != import->version->plan_revision || same != 0;
    return import->stale;
}

static bool write_import(DbConn *conn, void *argument, Error *error)
{
    NewImport *import = argument;
    const PlanImport *request = import->request;
    const ImportVersion *version = import->version;
    const bool review = needs_review(version);
    StoreEdition edition = {.plan = version->plan,
        .hash = version->hash,
        .base_id = version->base_id,
        .state = review ? PLAN_EDITION_REVIEW : PLAN_EDITION_DRAFT,
        .actor = request->actor,
        .instant = request->instant};
    int64_t revision = 0, import_id = 0;
    import->edition_id = 0;
    import->stale = false;
    if (!store_take_plan(conn, version->plan->id, request->instant, &edition.plan_id, &revision, error)) {
        return false;
    }
    if (is_stale(conn, import, revision, error)) {
        return import->stale ? import_refuse_stale(error) : false;
    }
    if (!store_add_edition(conn, &edition, &import->edition_id, error)) {
        return false;
    }
    const ImportRow row = {.plan_id = edition.plan_id,
        .edition_id = import->edition_id,
        .under_review = review,
        .source_name = request->files[0].name,
        .sha256 = import->sha256,
        .format = str_of(import_format_name(version->format)),
        .encoding = request->encoding,
        .profile = request->profile,
        .created_at = request->instant,
        .created_by = request->actor};
    const PlanActor actor = {request->actor, request->instant};
    return import_insert(conn, &row, request->files, request->file_count, &import_id, error) &&
           import_write_review(conn, import_id, version->plan, &version->repairs, &actor, error);
}

static bool import_new(
    Db *db, const PlanImport *request, Str sha256, PlanImportResult *result, bool *stale, Error *error)
{
    AUTO_ARENA arena = arena_new(WORK_MAX);
    const ImportRequest reading = {.files = request->files,
        .file_count = request->file_count,
        .profile = request->profile,
        .profile_name = request->profile_name,
        .encoding = request->encoding,
        .fixes = request->fixes};
    const ImportNames names = {request->plan, request->title, request->edition, request->notice};
    ImportVersion version;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!import_make_version(db, arena, &reading, &names, NULL, 0, 0, &version, error)) {
        return false;
    }
    NewImport import = {.request = request, .version = &version, .sha256 = sha256};
    const bool written = db_write(db, write_import, &import, error);
    *stale = !written && import.stale;
    result->matched_count = version.matched;
    return written && fill_result(db, import.edition_id, PLAN_IMPORT_NEW, result, error);
}

/* --- the same bytes again --- */

/* Whether another reading is asked for than the one that is stored. */
static bool reads_otherwise(const PlanImport *request, const ImportRow *row)
{
    return (request->profile.len > 0 && !str_equal(request->profile, row->profile)) ||
           (request->encoding.len > 0 && !str_equal(request->encoding, row->encoding));
}

static bool load_row(Db *db, Arena *arena, int64_t edition_id, ImportRow *row, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    bool found = false;
    return db_read_begin(db, &conn, error) && import_load_row(conn, arena, edition_id, row, &found, error) &&
           (found || error_set(error, ERROR_NOT_FOUND, "this edition was not imported"));
}

static bool import_again(
    Db *db, const PlanImport *request, int64_t edition_id, PlanImportResult *result, Error *error)
{
    AUTO_ARENA arena = arena_new(WORK_MAX);
    ImportRow row;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!load_row(db, arena, edition_id, &row, error)) {
        return false;
    }
    const PlanActor actor = {request->actor, request->instant};
    PlanImportChange change = PLAN_IMPORT_UNCHANGED;
    if (reads_otherwise(request, &row)) {
        const ImportRequest reading = {.profile = request->profile.len > 0 ? request->profile : row.profile,
            .profile_name = request->profile_name,
            .encoding = request->encoding.len > 0 ? request->encoding : row.encoding,
            .fixes = request->fixes};
        change = PLAN_IMPORT_REREAD;
        if (!import_begin_anew(db, edition_id, &reading, &actor, error)) {
            return false;
        }
    } else if (request->fixes.all || request->fixes.count > 0) {
        bool changed = false;
        if (!import_accept_fixes(db, edition_id, &request->fixes, &actor, &changed, error)) {
            return false;
        }
        change = changed ? PLAN_IMPORT_FIXED : PLAN_IMPORT_UNCHANGED;
    }
    return fill_result(db, edition_id, change, result, error);
}

/* --- the door --- */

static bool check_request(const PlanImport *request, Error *error)
{
    size_t size = 0;
    if (request->file_count == 0 || request->file_count > IMPORT_FILES_MAX) {
        return error_set(error, ERROR_INPUT, "an import takes 1 to %d files, not %zu", IMPORT_FILES_MAX,
            request->file_count);
    }
    for (size_t i = 0; i < request->file_count; i++) {
        size += request->files[i].text.len;
        if (size > PLAN_IMPORT_MAX) {
            return error_at(error, ERROR_LIMIT, request->files[i].name, 0, 0,
                "the document is larger than %zu MB", PLAN_IMPORT_MAX >> 20);
        }
    }
    return true;
}

static bool find_bytes(Db *db, Str plan, Str sha256, int64_t *edition_id, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    return db_read_begin(db, &conn, error) && import_find_bytes(conn, plan, sha256, edition_id, error);
}

bool plan_import(Db *db, const PlanImport *request, PlanImportResult *result, Error *error)
{
    char hash[PLAN_HASH_LENGTH + 1];
    *result = (PlanImportResult){0};
    if (!check_request(request, error)) {
        return false;
    }
    import_hash(request->files, request->file_count, hash);
    bool stale = true, done = false;
    for (int i = 0; i < IMPORT_TRIES && stale; i++) {
        int64_t edition_id = 0;
        stale = false;
        if (!find_bytes(db, request->plan, str_of(hash), &edition_id, error)) {
            return false;
        }
        if (edition_id != 0) {
            return import_again(db, request, edition_id, result, error);
        }
        done = import_new(db, request, str_of(hash), result, &stale, error);
    }
    return done;
}
