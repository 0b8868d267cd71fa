/* plan/import_internal.h: what the parts of importing share: import_read.c (bytes to a reading),
 * import_rows.c (rows of an import), import.c (import and review) and reader_main.c (the child).
 */
#ifndef PLAN_IMPORT_INTERNAL_H
#define PLAN_IMPORT_INTERNAL_H

#include "base/child.h"
#include "plan/import.h"
#include "plan/store_review_internal.h"

/* What the child may take; the same on both sides. */
ChildLimits import_child_limits(void);

/* --- the request on the child's stdin --- */

#define IMPORT_REQUEST_MAX \
    (PLAN_IMPORT_MAX + ((size_t)4 << 20)) /* files, profile and the lines around them */
#define IMPORT_FILES_MAX 10000

/* What is to be read. */
typedef struct ImportRequest {
    const PlanFile *files;
    size_t file_count;
    Str profile, profile_name, encoding;
    FixChoice fixes;
} ImportRequest;

MUST_USE bool import_print_request(const ImportRequest *request, Buf *out, Error *error);
/* All but the encoding, which the child is told as an argument. Slices of `text`; lists in the arena. */
MUST_USE bool import_parse_request(Arena *arena, Str text, ImportRequest *out, Error *error);

/* --- readings --- */

typedef enum ImportFormat { IMPORT_TABLE, IMPORT_MARKDOWN, IMPORT_JSON, IMPORT_FORMAT_COUNT } ImportFormat;
const char *import_format_name(ImportFormat format);

/* A document read: nodes that do not name their key have none. */
typedef struct ImportReading {
    Plan *plan;
    ImportFormat format;
} ImportReading;

/* Reads in the child (JSON: here). Any thread. */
MUST_USE bool import_read(Arena *arena, const ImportRequest *request, ImportReading *out, Error *error);

/* SHA-256 of the file's bytes in lower-case hexadecimal; of several files, of their names and bytes. */
void import_hash(const PlanFile *files, size_t count, char hash[PLAN_HASH_LENGTH + 1]);

/* --- repairs --- */

/* A repair and what makes it the same in every reading of the same bytes: where its node was read, its words,
 * and how many like it come before. */
typedef struct ImportRepair {
    char identity[PLAN_HASH_LENGTH + 1];
    PlanDecision decision;
    bool placed;       /* it was found in this reading */
    PlanRepair repair; /* of an accepted one: where its words stand after it was taken */
} ImportRepair;
typedef VEC_OF(ImportRepair) ImportRepairs;

/* Lists the repairs found in the reading in document order, takes those that `accepted` holds (identities ->
 * anything; may be NULL), and leaves an annotation (校正) with the former words on each. plan->repairs are
 * then those not taken. */
MUST_USE bool import_take_repairs(Plan *plan, const Map *accepted, ImportRepairs *out, Error *error);

/* --- versions --- */

/* What the edition is called, whatever the document says; empty: as it says. */
typedef struct ImportNames {
    Str plan, title, edition, notice;
} ImportNames;

/* An edition ready to be written: read, repaired, matched. */
typedef struct ImportVersion {
    Plan *plan;
    ImportFormat format;
    ImportRepairs repairs;
    int64_t base_id, plan_revision; /* what it was matched to; another revision now makes it stale */
    size_t matched;
    char hash[PLAN_HASH_LENGTH + 1];
} ImportVersion;

/* `edition_id`: the edition that is read anew, matched to `base_id` as before; 0 for a new one, matched to
 * the newest confirmed edition. `accepted`: identities of repairs to take, NULL for none. */
MUST_USE bool import_make_version(Db *db, Arena *arena, const ImportRequest *request,
    const ImportNames *names, const Map *accepted, int64_t edition_id, int64_t base_id, ImportVersion *out,
    Error *error);

#define IMPORT_TRIES 4 /* how often a version is made again when the plan has changed meanwhile */
bool import_refuse_stale(Error *error);

/* --- rows --- */

/* An import as it is stored, without what was decided. */
typedef struct ImportRow {
    int64_t id, plan_id, edition_id, base_id, revision, plan_revision;
    bool under_review;
    Str edition; /* its name */
    Str source_name, sha256, format, encoding, profile;
    Str plan, title, notice;
    int64_t created_at, confirmed_at;
    Str created_by, confirmed_by;
} ImportRow;

/* By edition; *found says whether the edition was imported. */
MUST_USE bool import_load_row(
    DbConn *conn, Arena *arena, int64_t edition_id, ImportRow *out, bool *found, Error *error);
/* The edition made from these bytes, 0 for none. An empty plan: in any plan. */
MUST_USE bool import_find_bytes(DbConn *conn, Str plan, Str sha256, int64_t *edition_id, Error *error);
MUST_USE bool import_load_files(DbConn *conn, Arena *arena, int64_t import_id, PlanFiles *out, Error *error);

MUST_USE bool import_insert(DbConn *conn, const ImportRow *row, const PlanFile *files, size_t file_count,
    int64_t *import_id, Error *error);
/* Brings the rows of warnings and repairs to this reading; decisions that are there stay. A warning that is
 * new and taken was accepted by the actor. */
MUST_USE bool import_write_review(DbConn *conn, int64_t import_id, const Plan *plan,
    const ImportRepairs *repairs, const PlanActor *actor, Error *error);
/* Set a decision that is another than before. */
MUST_USE bool import_decide_warning(DbConn *conn, int64_t import_id, uint32_t number, PlanDecision decision,
    const PlanActor *actor, Error *error);
MUST_USE bool import_decide_repair(DbConn *conn, int64_t import_id, int64_t repair_id, PlanDecision decision,
    const PlanActor *actor, Error *error);
/* Notes a change of the review, with the row's encoding and profile. */
MUST_USE bool import_touch(DbConn *conn, const ImportRow *row, Error *error);
MUST_USE bool import_forget_decisions(DbConn *conn, int64_t import_id, Error *error);
MUST_USE bool import_confirm_row(DbConn *conn, int64_t import_id, Str actor, int64_t instant, Error *error);
MUST_USE bool import_remove(DbConn *conn, int64_t import_id, Error *error);

/* --- changes of a review (import_review.c) --- */

/* Accepts fixes of an import; *changed says whether any was not accepted before. */
MUST_USE bool import_accept_fixes(
    Db *db, int64_t edition_id, const FixChoice *fixes, const PlanActor *actor, bool *changed, Error *error);
/* Reads the stored bytes with this profile, encoding and fixes; what was decided is forgotten. */
MUST_USE bool import_begin_anew(
    Db *db, int64_t edition_id, const ImportRequest *reading, const PlanActor *actor, Error *error);

#endif
