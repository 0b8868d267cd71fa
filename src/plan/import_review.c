/* plan/import_review.c: decisions about an import, and its end.
 *
 * A change loads what was decided, alters it, and, when other fixes or repairs are accepted than before,
 * makes the version again from the stored bytes; then decisions and edition are written in one closure, which
 * checks that nobody has changed import or plan meanwhile (else all is done again).
 */
#include "plan/import_internal.h"

#include "plan/draft_internal.h"

#define WORK_MAX ((size_t)8 << 30)

/* What one call changes; the rest of the review stays. */
typedef struct ReviewChange {
    int64_t edition_id;
    const FixChoice *accept;      /* NULL: none */
    uint32_t number;              /* of a warning, 0: none */
    int64_t repair_id;            /* 0: none */
    PlanDecision decision;        /* of that warning or repair */
    const ImportRequest *reading; /* begin anew with this profile, encoding and fixes; NULL: no */
    const PlanActor *actor;
} ReviewChange;

/* A review being changed. */
typedef struct ReviewWork {
    const ReviewChange *change;
    ImportRow row;
    PlanReviewWarnings warnings;
    PlanReviewRepairs repairs;
    VEC_OF(uint32_t) changed_warnings; /* places in warnings */
    int64_t changed_repair;            /* id, 0 for none */
    bool rereads;                      /* other fixes or repairs are accepted than before */
    ImportVersion version;
    bool stale;
} ReviewWork;

/* --- loading --- */

static bool refuse_confirmed(const ImportRow *row, Error *error)
{
    return error_set(error, ERROR_CONFLICT,
        "the import of edition \"%.*s\" is confirmed; its fixes and repairs cannot be changed any more",
        STR_ARGS(row->edition));
}

static bool load_work(Db *db, Arena *arena, ReviewWork *work, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    const int64_t id = work->change->edition_id;
    bool found = false;
    if (!db_read_begin(db, &conn, error) || !import_load_row(conn, arena, id, &work->row, &found, error)) {
        return false;
    }
    if (!found) {
        return error_set(error, ERROR_NOT_FOUND, "this edition was not imported");
    }
    return store_load_warnings(conn, arena, id, &work->warnings, error) &&
           store_load_repairs(conn, arena, id, &work->repairs, error);
}

/* --- changing --- */

static bool change_warning(Arena *arena, ReviewWork *work, size_t index, PlanDecision decision)
{
    PlanReviewWarning *row = &work->warnings.at[index];
    if (row->decision == decision) {
        return true;
    }
    uint32_t *place = VEC_PUSH(arena, &work->changed_warnings);
    if (place == NULL) {
        return false;
    }
    *place = (uint32_t)index;
    work->rereads |= row->decision == PLAN_ACCEPTED || decision == PLAN_ACCEPTED;
    row->decision = decision;
    return true;
}

static bool find_warning(const ReviewWork *work, uint32_t number, size_t *index, Error *error)
{
    for (size_t i = 0; i < work->warnings.len; i++) {
        const PlanWarning *warning = &work->warnings.at[i].warning;
        if (warning->number == number) {
            *index = i;
            return warning->has_fix ||
                   error_set(error, ERROR_NOT_FOUND, "warning %u offers no fix", (unsigned)number);
        }
    }
    return error_set(error, ERROR_NOT_FOUND, "there is no warning %u", (unsigned)number);
}

static bool apply_to_warning(
    Arena *arena, ReviewWork *work, uint32_t number, PlanDecision decision, Error *error)
{
    size_t index = 0;
    return find_warning(work, number, &index, error) &&
           (change_warning(arena, work, index, decision) || error_memory(error));
}

/* The fixes asked for by number, or all that nobody has refused. */
static bool apply_choice(Arena *arena, ReviewWork *work, const FixChoice *choice, Error *error)
{
    for (size_t i = 0; choice->all && i < work->warnings.len; i++) {
        const PlanReviewWarning *row = &work->warnings.at[i];
        if (row->warning.has_fix && row->decision == PLAN_OPEN &&
            !change_warning(arena, work, i, PLAN_ACCEPTED)) {
            return error_memory(error);
        }
    }
    for (size_t i = 0; !choice->all && i < choice->count; i++) {
        if (!apply_to_warning(arena, work, choice->numbers[i], PLAN_ACCEPTED, error)) {
            return false;
        }
    }
    return true;
}

static bool apply_to_repair(ReviewWork *work, int64_t id, PlanDecision decision, Error *error)
{
    for (size_t i = 0; i < work->repairs.len; i++) {
        PlanReviewRepair *row = &work->repairs.at[i];
        if (row->id != id) {
            continue;
        }
        if (row->decision != decision) {
            work->changed_repair = id;
            work->rereads |= row->decision == PLAN_ACCEPTED || decision == PLAN_ACCEPTED;
            row->decision = decision;
        }
        return true;
    }
    return error_set(error, ERROR_NOT_FOUND, "there is no such repair");
}

static bool apply_change(Arena *arena, ReviewWork *work, Error *error)
{
    const ReviewChange *change = work->change;
    if (change->reading != NULL) {
        work->rereads = true;
        return true;
    }
    if (change->number > 0 && !apply_to_warning(arena, work, change->number, change->decision, error)) {
        return false;
    }
    if (change->accept != NULL && !apply_choice(arena, work, change->accept, error)) {
        return false;
    }
    if (change->repair_id != 0 && !apply_to_repair(work, change->repair_id, change->decision, error)) {
        return false;
    }
    const bool json = str_equal(work->row.format, str_of(import_format_name(IMPORT_JSON)));
    if (json && work->changed_warnings.len > 0) {
        return error_set(error, ERROR_CONFLICT,
            "this edition came as JSON; its fixes were taken where the document was read");
    }
    return true;
}

static bool is_changed(const ReviewWork *work)
{
    return work->rereads || work->changed_warnings.len > 0 || work->changed_repair != 0;
}

/* --- reading again --- */

static bool collect_fixes(Arena *arena, const ReviewWork *work, FixChoice *out, Error *error)
{
    uint32_t *numbers = arena_array(arena, work->warnings.len + 1, sizeof *numbers);
    size_t count = 0;
    if (numbers == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < work->warnings.len; i++) {
        const PlanReviewWarning *row = &work->warnings.at[i];
        if (row->warning.has_fix && row->decision == PLAN_ACCEPTED) {
            numbers[count++] = row->warning.number;
        }
    }
    *out = (FixChoice){.numbers = numbers, .count = count};
    return true;
}

static bool load_request(Db *db, Arena *arena, ReviewWork *work, ImportRequest *out, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    const ImportRequest *anew = work->change->reading;
    PlanFiles files;
    if (!db_read_begin(db, &conn, error) || !import_load_files(conn, arena, work->row.id, &files, error)) {
        return false;
    }
    if (anew != NULL) {
        *out = *anew;
        work->row.profile = anew->profile;
        work->row.encoding = anew->encoding;
    } else {
        *out = (ImportRequest){
            .profile = work->row.profile, .profile_name = S("profile"), .encoding = work->row.encoding};
        if (!collect_fixes(arena, work, &out->fixes, error)) {
            return false;
        }
    }
    out->files = files.at;
    out->file_count = files.len;
    const bool json = str_equal(work->row.format, str_of(import_format_name(IMPORT_JSON)));
    if (json) { /* what it says was taken stays as it says */
        out->fixes = (FixChoice){0};
    }
    return true;
}

static bool read_again(Db *db, Arena *arena, ReviewWork *work, Error *error)
{
    ImportRequest request;
    Map accepted;
    map_init(&accepted, arena);
    for (size_t i = 0; work->change->reading == NULL && i < work->repairs.len; i++) {
        const PlanReviewRepair *row = &work->repairs.at[i];
        if (row->decision == PLAN_ACCEPTED && !map_put(&accepted, row->identity, work)) {
            return error_memory(error);
        }
    }
    const ImportNames names = {work->row.plan, work->row.title, work->row.edition, work->row.notice};
    return load_request(db, arena, work, &request, error) &&
           import_make_version(db, arena, &request, &names, &accepted, work->row.edition_id,
               work->row.base_id, &work->version, error);
}

/* --- writing --- */

static bool is_stale(DbConn *conn, ReviewWork *work, Error *error)
{
    int64_t revision = 0, plan_revision = 0;
    const bool read = db_one_integer(conn, &revision, error, "select revision from import where id = ?1",
                          value_integer(work->row.id)) &&
                      db_one_integer(conn, &plan_revision, error, "select revision from plan where id = ?1",
                          value_integer(work->row.plan_id));
    const bool gone = !read && error->code == ERROR_NOT_FOUND;
    work->stale = gone || (read && (revision != work->row.revision ||
                                       (work->rereads && plan_revision != work->version.plan_revision)));
    return !read || work->stale;
}

static bool write_decisions(DbConn *conn, ReviewWork *work, Error *error)
{
    const PlanActor *actor = work->change->actor;
    for (size_t i = 0; i < work->changed_warnings.len; i++) {
        const PlanReviewWarning *row = &work->warnings.at[work->changed_warnings.at[i]];
        if (!import_decide_warning(conn, work->row.id, row->warning.number, row->decision, actor, error)) {
            return false;
        }
    }
    return work->changed_repair == 0 || import_decide_repair(conn, work->row.id, work->changed_repair,
                                            work->change->decision, actor, error);
}

static bool write_version(DbConn *conn, ReviewWork *work, Error *error)
{
    const StoreEdition edition = {.plan = work->version.plan,
        .hash = work->version.hash,
        .plan_id = work->row.plan_id,
        .base_id = work->row.base_id,
        .state = PLAN_EDITION_REVIEW};
    return store_replace_edition(conn, &edition, work->row.edition_id, error) &&
           import_write_review(
               conn, work->row.id, work->version.plan, &work->version.repairs, work->change->actor, error);
}

static bool write_work(DbConn *conn, void *argument, Error *error)
{
    ReviewWork *work = argument;
    work->stale = false;
    if (is_stale(conn, work, error)) {
        return work->stale ? import_refuse_stale(error) : false;
    }
    if (work->change->reading != NULL && !import_forget_decisions(conn, work->row.id, error)) {
        return false;
    }
    return write_decisions(conn, work, error) && (!work->rereads || write_version(conn, work, error)) &&
           import_touch(conn, &work->row, error);
}

static bool change_once(Db *db, ReviewWork *work, bool *changed, Error *error)
{
    AUTO_ARENA arena = arena_new(WORK_MAX);
    *changed = false;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!load_work(db, arena, work, error)) {
        return false;
    }
    if (!apply_change(arena, work, error)) {
        return false;
    }
    if (!is_changed(work)) {
        return true;
    }
    if (!work->row.under_review) {
        return refuse_confirmed(&work->row, error);
    }
    *changed = true;
    return (!work->rereads || read_again(db, arena, work, error)) && db_write(db, write_work, work, error);
}

static bool change_review(Db *db, const ReviewChange *change, bool *changed, Error *error)
{
    bool done = false, stale = true;
    for (int i = 0; i < IMPORT_TRIES && !done && stale; i++) {
        ReviewWork work = {.change = change};
        done = change_once(db, &work, changed, error);
        stale = work.stale;
    }
    return done;
}

bool import_accept_fixes(
    Db *db, int64_t edition_id, const FixChoice *fixes, const PlanActor *actor, bool *changed, Error *error)
{
    return change_review(
        db, &(ReviewChange){.edition_id = edition_id, .accept = fixes, .actor = actor}, changed, error);
}

bool import_begin_anew(
    Db *db, int64_t edition_id, const ImportRequest *reading, const PlanActor *actor, Error *error)
{
    bool changed = false;
    return change_review(
        db, &(ReviewChange){.edition_id = edition_id, .reading = reading, .actor = actor}, &changed, error);
}

bool plan_decide_warning(
    Db *db, int64_t edition_id, uint32_t number, PlanDecision decision, const PlanActor *actor, Error *error)
{
    bool changed = false;
    const ReviewChange change = {
        .edition_id = edition_id, .number = number, .decision = decision, .actor = actor};
    if (number == 0) {
        return error_set(error, ERROR_NOT_FOUND, "there is no warning 0");
    }
    return change_review(db, &change, &changed, error);
}

bool plan_decide_repair(Db *db, int64_t edition_id, int64_t repair_id, PlanDecision decision,
    const PlanActor *actor, Error *error)
{
    bool changed = false;
    const ReviewChange change = {
        .edition_id = edition_id, .repair_id = repair_id, .decision = decision, .actor = actor};
    if (repair_id == 0) {
        return error_set(error, ERROR_NOT_FOUND, "there is no such repair");
    }
    return change_review(db, &change, &changed, error);
}

/* --- the end of a review --- */

typedef struct Ending {
    int64_t edition_id;
    const PlanActor *actor; /* NULL: the import is given up */
} Ending;

static bool end_review(DbConn *conn, void *argument, Error *error)
{
    const Ending *ending = argument;
    AUTO_ARENA arena = arena_new(WORK_MAX);
    ImportRow row;
    bool found = false;
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!import_load_row(conn, arena, ending->edition_id, &row, &found, error)) {
        return false;
    }
    if (!found) {
        return error_set(error, ERROR_NOT_FOUND, "this edition was not imported");
    }
    if (!row.under_review) {
        return refuse_confirmed(&row, error);
    }
    if (ending->actor == NULL) {
        return import_remove(conn, row.id, error) &&
               store_remove_edition(conn, row.plan_id, row.edition_id, error);
    }
    return import_confirm_row(conn, row.id, ending->actor->name, ending->actor->instant, error) &&
           db_run(conn, NULL, error, "update edition set state = 'draft' where id = ?1",
               value_integer(row.edition_id)) &&
           store_settle_keys(conn, row.plan_id, row.base_id, row.edition_id, error) &&
           (row.base_id == 0 || draft_carry_foreign(conn, row.base_id, row.edition_id, error)) &&
           store_touch(conn, row.plan_id, error);
}

bool plan_confirm_import(Db *db, int64_t edition_id, const PlanActor *actor, Error *error)
{
    return db_write(db, end_review, &(Ending){.edition_id = edition_id, .actor = actor}, error);
}

bool plan_abandon_import(Db *db, int64_t edition_id, Error *error)
{
    return db_write(db, end_review, &(Ending){.edition_id = edition_id}, error);
}

bool plan_review_load(DbConn *conn, Arena *arena, int64_t edition_id, PlanReview **out, Error *error)
{
    ImportRow row;
    bool found = false;
    *out = NULL;
    if (!import_load_row(conn, arena, edition_id, &row, &found, error)) {
        return false;
    }
    if (!found) {
        return true;
    }
    PlanReview *review = ARENA_NEW(arena, PlanReview);
    if (review == NULL) {
        return error_memory(error);
    }
    *review = (PlanReview){.source_name = row.source_name,
        .sha256 = row.sha256,
        .format = row.format,
        .under_review = row.under_review,
        .created_at = row.created_at,
        .confirmed_at = row.confirmed_at,
        .created_by = row.created_by,
        .confirmed_by = row.confirmed_by};
    if (!store_load_warnings(conn, arena, edition_id, &review->warnings, error) ||
        !store_load_repairs(conn, arena, edition_id, &review->repairs, error)) {
        return false;
    }
    *out = review;
    return true;
}
