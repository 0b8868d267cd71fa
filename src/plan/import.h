/* plan/import.h: a city's document becomes an edition, and what is odd in it is decided by people.
 *
 *     bytes -> child process -> reading (tree, warnings, repairs) -> matched to the plan's keys -> edition
 * under review
 *
 * While an import is under review, its edition is a function of the stored bytes, the profile, the fixes
 * accepted and the repairs accepted, and of the edition it was matched to: every decision reads the bytes
 * anew and replaces the edition's nodes in one transaction. Decisions stay. When the review is confirmed, its
 * keys are the plan's for good. An import with nothing to decide is confirmed at once.
 *
 * The bytes are JSON (hitomachi-plan/1), Markdown (plan text, one file or several) or tables as text; which,
 * they say themselves. Tables and Markdown are read in a sandboxed child (child_run, the command
 * "read-plan"), so the program that calls this must run plan_reader_main for that command.
 *
 * Keys: a node that names its key is the plan's node with that key. A node without one (all nodes of tables)
 * is matched to the newest confirmed edition (plan/match.h) or gets a key the plan has never used.
 */
#ifndef PLAN_IMPORT_H
#define PLAN_IMPORT_H

#include "plan/format.h"
#include "plan/encoding.h"
#include "plan/read_table.h"
#include "plan/store.h"

#define PLAN_IMPORT_MAX PLAN_TEXT_MAX /* bytes of all files together */

typedef struct PlanImport {
    const PlanFile *files; /* one; several only for Markdown */
    size_t file_count;
    Str profile;      /* YAML of plan/profile.h; empty for the usual tables */
    Str profile_name; /* in errors */
    Str encoding;     /* as plan/encoding.h takes it; empty: UTF-8 */
    Str plan, title;  /* empty: as the document says; a document that says another plan is an error */
    Str edition;      /* likewise; a given name wins over the document's */
    Str notice;       /* for documents that have none */
    FixChoice fixes;  /* fixes to accept at once */
    Str actor;
    int64_t instant;
} PlanImport;

typedef enum PlanImportChange {
    PLAN_IMPORT_NEW,       /* an edition was made */
    PLAN_IMPORT_UNCHANGED, /* these bytes are in the plan already; nothing was written */
    PLAN_IMPORT_FIXED,     /* these bytes are under review already; fixes were accepted */
    PLAN_IMPORT_REREAD,    /* these bytes are under review already and were read with another profile or
                              encoding; the    review begins anew */
} PlanImportChange;

typedef struct PlanImportResult {
    PlanImportChange change;
    int64_t edition_id;
    char edition[256]; /* its name */
    bool under_review;
    size_t node_count, matched_count; /* nodes; those that are nodes of the edition before */
    size_t warning_count, fix_count;  /* warnings; those with a fix that nobody has decided */
    size_t repair_count;              /* repairs that nobody has decided */
} PlanImportResult;

/* ERROR_INPUT with a place in the document; ERROR_CONFLICT when the edition's name is taken by other bytes, a
 * key is taken, or the plan's only edition is still under review. On any error the database is as it was. */
MUST_USE bool plan_import(Db *db, const PlanImport *request, PlanImportResult *result, Error *error);

/* --- review --- */

typedef enum PlanDecision { PLAN_OPEN, PLAN_ACCEPTED, PLAN_REFUSED, PLAN_DECISION_COUNT } PlanDecision;
/* "open", "accepted", "refused". */
const char *plan_decision_name(PlanDecision decision);

typedef struct PlanReviewWarning {
    PlanWarning warning; /* node: place in the edition; taken: the fix was accepted */
    PlanDecision decision;
    int64_t decided_at;
    Str decided_by;
} PlanReviewWarning;
typedef VEC_OF(PlanReviewWarning) PlanReviewWarnings;

typedef struct PlanReviewRepair {
    int64_t id;
    PlanRepair repair; /* node: place in the edition, or PLAN_NO_PARENT for a decision whose place is not
                          there in this reading; from, to: in the node's present text (of an accepted one:
                          where its words stand now) */
    PlanDecision decision;
    int64_t decided_at;
    Str decided_by;
    Str identity; /* what makes it the same in every reading */
} PlanReviewRepair;
typedef VEC_OF(PlanReviewRepair) PlanReviewRepairs;

typedef struct PlanReview {
    Str source_name, sha256, format; /* "table", "markdown", "json" */
    bool under_review;
    int64_t created_at, confirmed_at;
    Str created_by, confirmed_by;
    PlanReviewWarnings warnings; /* in document order */
    PlanReviewRepairs repairs;
} PlanReview;

/* The import of an edition; *out is NULL when the edition was not imported. */
MUST_USE bool plan_review_load(
    DbConn *conn, Arena *arena, int64_t edition_id, PlanReview **out, Error *error);

typedef struct PlanActor {
    Str name;
    int64_t instant;
} PlanActor;

/* Accepts or refuses the fix of a warning, or a repair, or takes a decision back (PLAN_OPEN). Doing again
 * what was decided changes nothing. ERROR_NOT_FOUND for a warning without a fix or a repair that is not
 * there, ERROR_CONFLICT when the import is confirmed. */
MUST_USE bool plan_decide_warning(
    Db *db, int64_t edition_id, uint32_t number, PlanDecision decision, const PlanActor *actor, Error *error);
MUST_USE bool plan_decide_repair(Db *db, int64_t edition_id, int64_t repair_id, PlanDecision decision,
    const PlanActor *actor, Error *error);
/* Ends the review: what is still open stays undone, keys are permanent, the edition is a draft. */
MUST_USE bool plan_confirm_import(Db *db, int64_t edition_id, const PlanActor *actor, Error *error);
/* Gives an import up that is still under review: the edition is as if it had never been. */
MUST_USE bool plan_abandon_import(Db *db, int64_t edition_id, Error *error);

/* --- the child --- */

#define PLAN_READER_COMMAND "read-plan"

/* The command "read-plan": seals itself, reads a request from stdin, writes the reading as hitomachi-plan/1
 * on stdout. argv[1..] may hold --encoding NAME, which is opened before the seal. Does not return to the
 * caller's work: leaves through child_leave. */
int plan_reader_main(int argc, char **argv);

#endif
