/* review/evaluation.c: evaluations as rows.
 *
 * evaluation has one row for each measure and year; what people wrote is in evaluation_text, one row for each
 * version, never changed. Freezing writes the document beside them. The present version is the greatest one
 * and stands in evaluation.version too, so that two editors find out about each other.
 */
#include "review/evaluation.h"

#include "base/utf8.h"

#define YEAR_MIN 1990
#define YEAR_MAX 2200

static const DbMigration STEPS[] = {
    {1, "evaluations of measures",
        "create table evaluation (\n"
        "  id {id},\n"
        "  plan_id {int} not null references plan (id),\n"
        "  edition_id {int} not null references edition (id),\n"
        "  key {text} not null,\n"
        "  fiscal_year {int} not null,\n"
        "  version {int} not null,\n"
        "  frozen_at {int},\n"
        "  frozen_by {text},\n"
        "  content {text},\n"
        "  content_hash {text},\n"
        "  unique (plan_id, fiscal_year, key)\n"
        "){end};\n"
        "create table evaluation_text (\n"
        "  evaluation_id {int} not null references evaluation (id),\n"
        "  version {int} not null,\n"
        "  achieved {text} not null,\n"
        "  remaining {text} not null,\n"
        "  judgement {text} not null,\n"
        "  direction {text} not null,\n"
        "  second_comment {text} not null,\n"
        "  edited_at {int} not null,\n"
        "  edited_by {text} not null,\n"
        "  primary key (evaluation_id, version)\n"
        "){end};\n"},
};

bool evaluation_migrate(Db *db, int *applied, Error *error)
{
    return db_migrate(db, "review", COUNT_OF(STEPS), STEPS, applied, error);
}

static bool may_write(EvaluationRight right, Str actor, Error *error)
{
    return (right == EVALUATION_WRITE && actor.len > 0) ||
           error_set(error, ERROR_DENIED, "only planning writes evaluations");
}

/* --- texts --- */

static bool check_text(Str text, Error *error)
{
    if (!utf8_check(text, NULL))
        return error_set(error, ERROR_INPUT, "the text is not UTF-8");
    return utf8_count(text) <= EVALUATION_TEXT_MAX ||
           error_set(error, ERROR_LIMIT, "a text has at most %d characters", EVALUATION_TEXT_MAX);
}

static bool texts_are_same(const EvaluationText *a, const EvaluationText *b)
{
    return str_equal(a->achieved, b->achieved) && str_equal(a->left, b->left) &&
           a->judgement == b->judgement && a->direction == b->direction && str_equal(a->second, b->second);
}

static bool insert_text(DbConn *conn, const EvaluationEdit *edit, int64_t version, Error *error)
{
    const EvaluationText *text = &edit->text;
    return db_run(conn, NULL, error,
        "insert into evaluation_text (evaluation_id, version, achieved, remaining, judgement, direction, "
        "second_comment, edited_at, edited_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        value_integer(edit->id), value_integer(version), value_text(text->achieved), value_text(text->left),
        value_text(str_of(evaluation_judgement_name(text->judgement))),
        value_text(str_of(evaluation_direction_name(text->direction))), value_text(text->second),
        value_integer(edit->instant), value_text(edit->actor));
}

/* Seven columns from `first` on, as insert_text wrote them. */
static void take_text(DbStmt *stmt, Arena *arena, int first, EvaluationVersion *out)
{
    EvaluationText *text = &out->text;
    *text = (EvaluationText){.achieved = db_text_copy(stmt, first, arena),
        .left = db_text_copy(stmt, first + 1, arena),
        .second = db_text_copy(stmt, first + 4, arena)};
    /* a word of a newer program is read as none */
    if (!evaluation_judgement_from_name(db_text(stmt, first + 2), &text->judgement))
        text->judgement = EVALUATION_UNJUDGED;
    if (!evaluation_direction_from_name(db_text(stmt, first + 3), &text->direction))
        text->direction = EVALUATION_UNDIRECTED;
    out->edited_at = db_integer(stmt, first + 5);
    out->edited_by = db_text_copy(stmt, first + 6, arena);
}

bool evaluation_missing(const EvaluationText *text, EvaluationMissing *out)
{
    *out = (EvaluationMissing){.achieved = str_trim(text->achieved).len == 0,
        .left = str_trim(text->left).len == 0,
        .judgement = text->judgement == EVALUATION_UNJUDGED,
        .direction = text->direction == EVALUATION_UNDIRECTED};
    return out->achieved || out->left || out->judgement || out->direction;
}

/* --- reading --- */

#define EVALUATION_COLUMNS                                                                                 \
    "select v.id, v.plan_id, v.edition_id, p.code, e.name, v.key, v.fiscal_year, v.version, v.frozen_at, " \
    "v.frozen_by, v.content_hash, t.achieved, t.remaining, t.judgement, t.direction, t.second_comment, "   \
    "t.edited_at, t.edited_by, "

#define EVALUATION_TABLES                                                                       \
    " from evaluation v join plan p on p.id = v.plan_id join edition e on e.id = v.edition_id " \
    "join evaluation_text t on t.evaluation_id = v.id and t.version = v.version "

static void take_row(DbStmt *stmt, Arena *arena, Evaluation *out)
{
    EvaluationVersion version;
    take_text(stmt, arena, 11, &version);
    *out = (Evaluation){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .edition_id = db_integer(stmt, 2),
        .plan = db_text_copy(stmt, 3, arena),
        .edition = db_text_copy(stmt, 4, arena),
        .key = db_text_copy(stmt, 5, arena),
        .fiscal_year = db_integer(stmt, 6),
        .version = db_integer(stmt, 7),
        .is_frozen = !db_is_missing(stmt, 8),
        .frozen_at = db_integer(stmt, 8),
        .frozen_by = db_text_copy(stmt, 9, arena),
        .hash = db_text_copy(stmt, 10, arena),
        .text = version.text,
        .edited_at = version.edited_at,
        .edited_by = version.edited_by,
        .content = db_text_copy(stmt, 18, arena)};
}

static bool none(Error *error)
{
    return error_set(error, ERROR_NOT_FOUND, "there is no such evaluation");
}

bool evaluation_get(
    DbConn *conn, Arena *arena, int64_t id, EvaluationRight right, Evaluation *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, EVALUATION_COLUMNS "v.content" EVALUATION_TABLES "where v.id = ?1",
            value_integer(id)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) && none(error);
    take_row(stmt, arena, out);
    if (arena_failed(arena))
        return error_memory(error);
    return right != EVALUATION_PUBLIC || out->is_frozen || none(error);
}

bool evaluation_list(DbConn *conn, Arena *arena, int64_t plan_id, int64_t fiscal_year, EvaluationRight right,
    Evaluations *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (Evaluations){0};
    if (!db_query(conn, &stmt, error,
            EVALUATION_COLUMNS "''" EVALUATION_TABLES
                               "where v.plan_id = ?1 and (v.fiscal_year = ?2 or ?2 = 0) and "
                               "(?3 = 1 or v.frozen_at is not null) order by v.fiscal_year, v.key",
            value_integer(plan_id), value_integer(fiscal_year), value_integer(right != EVALUATION_PUBLIC)))
        return false;
    while (db_next(stmt, error)) {
        Evaluation *evaluation = VEC_PUSH(arena, out);
        if (!evaluation)
            return error_memory(error);
        take_row(stmt, arena, evaluation);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool evaluation_history(DbConn *conn, Arena *arena, int64_t id, EvaluationVersions *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (EvaluationVersions){0};
    if (!db_query(conn, &stmt, error,
            "select version, achieved, remaining, judgement, direction, second_comment, edited_at, edited_by "
            "from evaluation_text where evaluation_id = ?1 order by version desc",
            value_integer(id)))
        return false;
    while (db_next(stmt, error)) {
        EvaluationVersion *version = VEC_PUSH(arena, out);
        if (!version)
            return error_memory(error);
        version->version = db_integer(stmt, 0);
        take_text(stmt, arena, 1, version);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- beginning --- */

typedef struct Beginning {
    const EvaluationNew *begun;
    int64_t id;
} Beginning;

static bool check_measure(DbConn *conn, const EvaluationNew *begun, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select kind from node where edition_id = ?1 and key = ?2",
            value_integer(begun->edition->id), value_text(begun->key)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt) &&
               error_set(error, ERROR_NOT_FOUND, "the plan has no node %.*s", STR_ARGS(begun->key));
    return str_equal(db_text(stmt, 0), str_of(plan_kind_name(PLAN_MEASURE))) ||
           error_set(
               error, ERROR_INPUT, "%.*s is no measure; an evaluation is of a measure", STR_ARGS(begun->key));
}

/* The id of the one there is already, 0 for none. */
static bool find_same(DbConn *conn, const EvaluationNew *begun, int64_t *id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *id = 0;
    if (!db_query(conn, &stmt, error,
            "select id from evaluation where plan_id = ?1 and fiscal_year = ?2 and key = ?3",
            value_integer(begun->edition->plan_id), value_integer(begun->fiscal_year),
            value_text(begun->key)))
        return false;
    if (db_next(stmt, error))
        *id = db_integer(stmt, 0);
    return !db_broken(stmt);
}

static bool begin(DbConn *conn, void *argument, Error *error)
{
    Beginning *beginning = argument;
    const EvaluationNew *begun = beginning->begun;
    EvaluationEdit edit = {.actor = begun->actor, .instant = begun->instant};
    if (!check_measure(conn, begun, error) || !find_same(conn, begun, &beginning->id, error))
        return false;
    if (beginning->id != 0)
        return error_set(error, ERROR_CONFLICT, "the measure has an evaluation of this year already");
    if (!db_insert(conn, &edit.id, error,
            "insert into evaluation (plan_id, edition_id, key, fiscal_year, version) values (?1, ?2, ?3, ?4, "
            "1)",
            value_integer(begun->edition->plan_id), value_integer(begun->edition->id), value_text(begun->key),
            value_integer(begun->fiscal_year)))
        return false;
    beginning->id = edit.id;
    return insert_text(conn, &edit, 1, error);
}

bool evaluation_begin(Db *db, const EvaluationNew *begun, int64_t *id, Error *error)
{
    Beginning beginning = {.begun = begun};
    if (!may_write(begun->right, begun->actor, error))
        return false;
    if (begun->fiscal_year < YEAR_MIN || begun->fiscal_year > YEAR_MAX)
        return error_set(error, ERROR_INPUT, "%lld is no fiscal year", (long long)begun->fiscal_year);
    bool done = db_write(db, begin, &beginning, error);
    *id = beginning.id;
    return done;
}

/* --- editing --- */

/* The row at the version that was seen, counted on by one; nothing else may have changed it meanwhile. */
static bool count_on(DbConn *conn, int64_t id, int64_t version, Error *error)
{
    int64_t changed = 0, there = 0;
    if (!db_run(conn, &changed, error,
            "update evaluation set version = version + 1 where id = ?1 and version = ?2", value_integer(id),
            value_integer(version)))
        return false;
    if (changed == 1)
        return true;
    if (!db_one_integer(
            conn, &there, error, "select count(*) from evaluation where id = ?1", value_integer(id)))
        return false;
    return there == 0 ? none(error)
                      : error_set(error, ERROR_CONFLICT, "somebody edited the evaluation meanwhile");
}

static bool is_unchanged(DbConn *conn, const EvaluationEdit *edit, bool *unchanged, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    EvaluationVersion now = {0};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *unchanged = false;
    if (!arena)
        return error_memory(error);
    if (!db_query(conn, &stmt, error,
            "select achieved, remaining, judgement, direction, second_comment, edited_at, edited_by "
            "from evaluation_text where evaluation_id = ?1 and version = ?2",
            value_integer(edit->id), value_integer(edit->version)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt);
    take_text(stmt, arena, 0, &now);
    *unchanged = texts_are_same(&now.text, &edit->text);
    return !arena_failed(arena) || error_memory(error);
}

static bool edit_text(DbConn *conn, void *argument, Error *error)
{
    const EvaluationEdit *edit = argument;
    bool unchanged;
    if (!is_unchanged(conn, edit, &unchanged, error))
        return false;
    return unchanged || (count_on(conn, edit->id, edit->version, error) &&
                            insert_text(conn, edit, edit->version + 1, error));
}

bool evaluation_edit(Db *db, const EvaluationEdit *edit, Error *error)
{
    EvaluationEdit trimmed = *edit;
    trimmed.text.achieved = str_trim(edit->text.achieved);
    trimmed.text.left = str_trim(edit->text.left);
    trimmed.text.second = str_trim(edit->text.second);
    return may_write(edit->right, edit->actor, error) && check_text(trimmed.text.achieved, error) &&
           check_text(trimmed.text.left, error) && check_text(trimmed.text.second, error) &&
           db_write(db, edit_text, &trimmed, error);
}

/* --- freezing --- */

static bool freeze_row(DbConn *conn, void *argument, Error *error)
{
    const EvaluationFreeze *freeze = argument;
    int64_t changed = 0;
    if (!db_run(conn, &changed, error,
            "update evaluation set frozen_at = ?3, frozen_by = ?4, content = ?5, content_hash = ?6 "
            "where id = ?1 and version = ?2 and frozen_at is null",
            value_integer(freeze->evaluation->id), value_integer(freeze->evaluation->version),
            value_integer(freeze->instant), value_text(freeze->actor), value_text(freeze->content),
            value_text(freeze->hash)))
        return false;
    return changed == 1 || error_set(error, ERROR_CONFLICT, "the evaluation was edited or frozen meanwhile");
}

bool evaluation_freeze(Db *db, const EvaluationFreeze *freeze, Error *error)
{
    EvaluationMissing missing;
    EvaluationFreeze asked = *freeze;
    if (!may_write(freeze->right, freeze->actor, error))
        return false;
    if (evaluation_missing(&freeze->evaluation->text, &missing))
        return error_set(error, ERROR_INPUT, "a text or a judgement is missing");
    return db_write(db, freeze_row, &asked, error);
}
