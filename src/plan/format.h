/* plan/format.h: a plan as JSON, Markdown, CSV and a page of HTML: readers and writers.
 *
 * Every writer is deterministic: the same plan gives the same bytes. Writers append to a Buf made with its
 * maximum; a Buf that fails is an ERROR_LIMIT. Texts that are read are in the arena given, and so is the
 * plan. Any thread.
 *
 * JSON and Markdown are lossless: what is written reads back as the same plan (plan_same). JSON also keeps
 * sources, warnings and repairs; in Markdown the source of a node is its place in the Markdown file,
 * annotations come back sorted by node, and warnings and repairs are not written.
 */
#ifndef PLAN_FORMAT_H
#define PLAN_FORMAT_H

#include "base/buf.h"
#include "plan/plan.h"

#define PLAN_JSON_FORMAT "hitomachi-plan/1"

/* A text and the name it has in errors and sources. */
typedef struct PlanFile {
    Str name;
    Str text;
} PlanFile;

typedef VEC_OF(PlanFile) PlanFiles;

/* What is wrong with a text, in the order found. After PLAN_ERRORS_MAX only `total` goes on. */
#define PLAN_ERRORS_MAX 20
typedef struct PlanErrors {
    Error at[PLAN_ERRORS_MAX];
    size_t len;
    size_t total;
    Error rest; /* the last one of those that found no place */
} PlanErrors;

/* --- JSON: docs/plan.schema.json describes it --- */

/* Every node must have its key. "repairs" is written when there are any. */
MUST_USE bool plan_write_json(const Plan *plan, bool indented, Buf *out, Error *error);
/* Strict: unknown members are errors, as they would be lost. The answer is valid (plan_validate). */
Plan *plan_read_json(Arena *arena, Str text, Str name, Error *error) MUST_USE;

#define PLAN_HASH_LENGTH 64
/* SHA-256, in lower-case hexadecimal, of nodes and annotations alone: equal for two plans exactly when
 * plan_same holds apart from the order of annotations. */
MUST_USE bool plan_content_hash(const Plan *plan, char hash[PLAN_HASH_LENGTH + 1], Error *error);

/* --- Markdown: docs/plan-text.md describes it --- */

/* The whole plan in one text. */
MUST_USE bool plan_write_markdown(const Plan *plan, Buf *out, Error *error);
/* One file a policy, named by its key ("2-1.md"); names and texts in the arena. `max` bounds each text. */
MUST_USE bool plan_write_markdown_files(
    const Plan *plan, Arena *arena, size_t max, PlanFiles *files, Error *error);
/* One plan from one file or many; the order of the files given does not matter. Nodes without a key get one
 * (plan_give_keys). NULL on error, with everything that is wrong in *errors (at least one). */
Plan *plan_read_markdown(Arena *arena, size_t count, const PlanFile *files, PlanErrors *errors) MUST_USE;

/* --- CSV --- */

typedef enum PlanCsvEncoding {
    PLAN_CSV_UTF8,  /* with a byte order mark */
    PLAN_CSV_CP932, /* Shift_JIS as Windows writes it */
} PlanCsvEncoding;

/* A character that the encoding does not have. */
typedef struct PlanReplaced {
    uint32_t code_point;
    Str replacement; /* what stands in its place: a twin that looks the same, 〓, or nothing for a variation
                        selector */
    size_t count;
    Str key; /* the first node it was met in */
} PlanReplaced;

typedef VEC_OF(PlanReplaced) PlanReplacements;

/* One node a row under a row of column names: edition, key, parent, kind, kind_ja, number, text, path (the
 * titles above it, divided by " / "). RFC 4180 with CRLF. A cell that a spreadsheet would take for a formula
 * (it begins with = + - @, a tab, a carriage return, or the full-width forms of these), or that begins with
 * ', gets one ' before it; a reader takes that one off again. *replaced lists what the encoding could not
 * write, by code point; with UTF-8 it stays empty. */
MUST_USE bool plan_write_csv(const Plan *plan, PlanCsvEncoding encoding, Arena *arena,
    PlanReplacements *replaced, Buf *out, Error *error);

/* --- HTML --- */

/* A page that stands alone: for each policy 現状と課題 beside 基本方向, then the measures as columns, as the
 * city lays them out. For paper and for the archive. */
MUST_USE bool plan_write_html(const Plan *plan, Buf *out, Error *error);

#endif
