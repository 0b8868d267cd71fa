/* review/evaluation.h: the yearly evaluation (施策評価) of one measure of a plan.
 *
 * An evaluation is of one measure (①, by its key for life) in one fiscal year. Half of its sheet is known
 * already and is never typed: the measure's wording with its groups and initiatives, the services that carry
 * them out, the indicators with the figures of the year and of the two before. People write the other half:
 * what was achieved, what is left, a judgement, where it should go, and the second evaluation by planning.
 *
 *     draft    what is known is read anew each time it is shown
 *     frozen   what was shown when it was confirmed is kept as one document (content, SHA-256). Figures that
 *              move and texts that are corrected afterwards stand beside it: evaluation_differences
 *
 * Nothing that was written is overwritten: each edit is another row (evaluation_history).
 *
 *     evaluation.c   making, editing, freezing, finding: tables of module "review"
 *     sheet.c        what is known already
 *     content.c      the frozen document, written and read
 *     show.c         what the public is shown; what differs from the frozen document
 *     word.c         the words of judgements and directions; who may
 *     figure.c       figures from the door to records
 *
 * Functions that take a DbConn read in its snapshot and answer in the arena given; those that take a Db write
 * in one closure each. Any thread. Each asks for the right of whoever acts: default deny.
 */
#ifndef REVIEW_EVALUATION_H
#define REVIEW_EVALUATION_H

#include "city/city.h"
#include "plan/store.h"
#include "record/figure.h"

/* The tables of this floor. After plan_store_migrate. applied may be NULL. */
MUST_USE bool evaluation_migrate(Db *db, int *applied, Error *error);

/* --- who may ------------------------------------------------------------------------------------ */

#define ROLE_PLANNING_MANAGER "planning_manager"

typedef enum EvaluationRight {
    EVALUATION_PUBLIC, /* sees frozen ones, with figures that are published */
    EVALUATION_READ,   /* staff: sees all of them */
    EVALUATION_WRITE,  /* planner, planning_manager */
} EvaluationRight;
/* NULL: nobody is signed in. */
EvaluationRight evaluation_right_of(const Account *account);

/* --- words -------------------------------------------------------------------------------------- */

typedef enum EvaluationJudgement {
    EVALUATION_UNJUDGED,
    EVALUATION_A, /* 順調 */
    EVALUATION_B, /* おおむね順調 */
    EVALUATION_C, /* やや遅れ */
    EVALUATION_D, /* 遅れ */
    EVALUATION_JUDGEMENT_COUNT,
} EvaluationJudgement;

typedef enum EvaluationDirection {
    EVALUATION_UNDIRECTED,
    EVALUATION_EXTEND,  /* 拡充 */
    EVALUATION_KEEP,    /* 継続 */
    EVALUATION_IMPROVE, /* 改善 */
    EVALUATION_REDUCE,  /* 縮小 */
    EVALUATION_END,     /* 休廃止 */
    EVALUATION_DIRECTION_COUNT,
} EvaluationDirection;

/* As kept and sent by forms: "a", "improve"; empty for none yet. */
const char *evaluation_judgement_name(EvaluationJudgement judgement);
const char *evaluation_direction_name(EvaluationDirection direction);
MUST_USE bool evaluation_judgement_from_name(Str name, EvaluationJudgement *out);
MUST_USE bool evaluation_direction_from_name(Str name, EvaluationDirection *out);
/* As people read it: "B おおむね順調", "改善"; empty for none yet. */
Str evaluation_judgement_title(EvaluationJudgement judgement, Language language);
Str evaluation_direction_title(EvaluationDirection direction, Language language);

/* --- what people write -------------------------------------------------------------------------- */

#define EVALUATION_TEXT_MAX 4000 /* code points of each text */

typedef struct EvaluationText {
    Str achieved, left; /* 成果, 課題 */
    EvaluationJudgement judgement;
    EvaluationDirection direction;
    Str second; /* 二次評価: comment of planning; may be empty for ever */
} EvaluationText;

typedef struct Evaluation {
    int64_t id, plan_id, edition_id; /* the edition that was in force when it was begun */
    Str plan, edition;               /* "basic-2019", 素案 */
    Str key;                         /* of the measure */
    int64_t fiscal_year;
    int64_t version; /* 1 when begun, one more at each edit */
    EvaluationText text;
    int64_t edited_at;
    Str edited_by;
    bool is_frozen;
    int64_t frozen_at;
    Str frozen_by;
    Str content, hash; /* the frozen document and its SHA-256 in hex; content: by evaluation_get alone */
} Evaluation;
typedef VEC_OF(Evaluation) Evaluations;

typedef struct EvaluationNew {
    const PlanEdition *edition;
    Str key;
    int64_t fiscal_year;
    EvaluationRight right;
    Str actor;
    int64_t instant;
} EvaluationNew;

/* Begins one. ERROR_CONFLICT when the measure has one of that year (*id is then that one's), ERROR_NOT_FOUND
 * without such a node, ERROR_INPUT when it is no measure or no year, ERROR_DENIED. */
MUST_USE bool evaluation_begin(Db *db, const EvaluationNew *begun, int64_t *id, Error *error);

typedef struct EvaluationEdit {
    int64_t id, version; /* the version its author saw; another one now is ERROR_CONFLICT */
    EvaluationText text;
    EvaluationRight right;
    Str actor;
    int64_t instant;
} EvaluationEdit;

/* Keeps another version; nothing when the texts are the same. After freezing, this is a correction. */
MUST_USE bool evaluation_edit(Db *db, const EvaluationEdit *edit, Error *error);

/* ERROR_NOT_FOUND also for a draft when the right is EVALUATION_PUBLIC. */
MUST_USE bool evaluation_get(
    DbConn *conn, Arena *arena, int64_t id, EvaluationRight right, Evaluation *out, Error *error);
/* Of the plan in the fiscal year (0: all), by year and key, drafts left out for the public. */
MUST_USE bool evaluation_list(DbConn *conn, Arena *arena, int64_t plan_id, int64_t fiscal_year,
    EvaluationRight right, Evaluations *out, Error *error);

typedef struct EvaluationVersion {
    int64_t version;
    EvaluationText text;
    int64_t edited_at;
    Str edited_by;
} EvaluationVersion;
typedef VEC_OF(EvaluationVersion) EvaluationVersions;

/* Newest first. */
MUST_USE bool evaluation_history(
    DbConn *conn, Arena *arena, int64_t id, EvaluationVersions *out, Error *error);

/* --- what is known already ---------------------------------------------------------------------- */

#define EVALUATION_YEARS 3 /* the two years before and the year itself, in this order */

typedef struct EvaluationNode {
    Str key;
    PlanKind kind;
    Str number, text;
    int64_t depth; /* 0: the measure */
} EvaluationNode;

typedef struct EvaluationService {
    Str id;
    Titled title, unit, legal_basis; /* legal_basis: empty when not said */
    VEC_OF(Str) keys;                /* the nodes of this sheet that it carries out */
} EvaluationService;

/* Why there is no figure. */
typedef enum EvaluationGap {
    EVALUATION_GAP_NONE,
    EVALUATION_GAP_NO_RECORDS, /* nothing was ever counted in this year */
    EVALUATION_GAP_UNDEFINED,  /* it was counted, but the formula has no value: a share of nobody */
    EVALUATION_GAP_UNCOUNTED,  /* the indicator is declared, but not applied to this database yet */
    EVALUATION_GAP_WITHHELD,   /* for the public: rests on too few */
    EVALUATION_GAP_COUNT,
} EvaluationGap;

typedef struct EvaluationFigure {
    int64_t fiscal_year;
    Value value;            /* missing with a gap */
    int64_t smallest_count; /* 0 where withheld */
    EvaluationGap gap;
} EvaluationFigure;

typedef struct EvaluationIndicator {
    Str id, key; /* key: the node it measures */
    Titled title, unit;
    CityIndicatorKind kind;
    CityBetter better;
    bool is_public;
    int64_t threshold;
    EvaluationFigure years[EVALUATION_YEARS];
} EvaluationIndicator;

typedef struct EvaluationSheet {
    VEC_OF(EvaluationNode) nodes; /* the measure, then everything below it in document order */
    VEC_OF(EvaluationService) services;
    VEC_OF(EvaluationIndicator) indicators;
} EvaluationSheet;

/* Where figures come from. ERROR_NOT_FOUND: the indicator is not counted here yet. */
typedef bool EvaluationReadFigure(void *owner, DbConn *conn, const CityIndicator *indicator,
    int64_t fiscal_year, Figure *out, Error *error);
typedef struct EvaluationSource {
    const City *city;           /* NULL: no services, no indicators */
    EvaluationReadFigure *read; /* NULL: no figures */
    void *owner;
} EvaluationSource;

/* Figures as they stand now behind the door: read is evaluation_door_figure, owner an EvaluationDoor. The
 * actor must be staff. */
typedef struct EvaluationDoor {
    Door *door;
    const Asking *asking;
} EvaluationDoor;
EvaluationReadFigure evaluation_door_figure;

/* What is known of the evaluation's measure at present. */
MUST_USE bool evaluation_sheet(DbConn *conn, Arena *arena, const EvaluationSource *source,
    const Evaluation *evaluation, EvaluationSheet *out, Error *error);

/* --- freezing ----------------------------------------------------------------------------------- */

#define EVALUATION_HASH_LENGTH 64

/* The document that freezing keeps, as compact JSON, always the same bytes for the same sheet and texts, and
 * its hash. Both in the arena. */
MUST_USE bool evaluation_content(Arena *arena, const Evaluation *evaluation, const EvaluationSheet *sheet,
    Str *content, Str *hash, Error *error);
/* What a frozen document says. ERROR_DATABASE when it is none or its hash is another. */
MUST_USE bool evaluation_read_content(
    Arena *arena, const Evaluation *evaluation, EvaluationSheet *sheet, EvaluationText *text, Error *error);

typedef struct EvaluationFreeze {
    const Evaluation *evaluation; /* as it was shown */
    Str content, hash;            /* of evaluation_content */
    EvaluationRight right;
    Str actor;
    int64_t instant;
} EvaluationFreeze;

/* Which of the texts that a frozen evaluation must have is missing. */
typedef struct EvaluationMissing {
    bool achieved, left, judgement, direction;
} EvaluationMissing;
/* Whether any is. */
bool evaluation_missing(const EvaluationText *text, EvaluationMissing *out);

/* ERROR_CONFLICT when it was edited or frozen meanwhile, ERROR_INPUT when texts are missing, ERROR_DENIED. */
MUST_USE bool evaluation_freeze(Db *db, const EvaluationFreeze *freeze, Error *error);

/* --- showing ------------------------------------------------------------------------------------ */

/* Leaves what the public may see: indicators that are published; figures that rest on fewer than their
 * threshold are withheld. */
void evaluation_for_public(EvaluationSheet *sheet);

/* A figure that has another value now than in the frozen document. */
typedef struct EvaluationDifference {
    const EvaluationIndicator *frozen;
    size_t year;          /* index into years */
    EvaluationFigure now; /* what it is at present */
} EvaluationDifference;
typedef VEC_OF(EvaluationDifference) EvaluationDifferences;
/* Of the indicators that both sheets have. */
MUST_USE bool evaluation_differences(Arena *arena, const EvaluationSheet *frozen, const EvaluationSheet *now,
    EvaluationDifferences *out, Error *error);

/* "evaluation:12": how a change of the plan names what caused it; and back, 0 when it is another cause. */
Str evaluation_cause(Arena *arena, int64_t id);
int64_t evaluation_of_cause(Str cause);

#endif
