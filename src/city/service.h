/* city/service.h: the services a city declares, compiled: record types, states, access, indicators.
 *
 *     cities/aomori/services/<policy>/<service>.yaml   -> CityService
 *     the registers (person, facility ...)              -> record types of the service "registers", declared
 * by the product in the same language (registers.yaml)
 *
 * Everything is immutable and lives in the City's arena; pointers lead anywhere inside it. What a formula
 * names has been found, what a name refers to exists, and each key of the declaration is either carried out
 * or was refused with its place. Any thread may read it.
 *
 * A record type is one table. Its row begins with the columns every record has (CityColumn), then come its
 * fields; shape.columns[i] is what row.values[i] holds, in memory and in the table alike.
 */
#ifndef CITY_SERVICE_H
#define CITY_SERVICE_H

#include "base/language.h"
#include "base/row.h"
#include "base/vec.h"
#include "formula/formula.h"

typedef struct City City;
typedef struct CityService CityService;
typedef struct CityRecordType CityRecordType;
typedef struct CityIndicator CityIndicator;
typedef struct CityDependent CityDependent;

/* A text in each language; a language that was not given holds the Japanese. */
typedef struct Titled {
    Str in[LANGUAGE_COUNT];
    Str easy; /* やさしい日本語; empty: none */
} Titled;

typedef VEC_OF(Str) CityWords;

/* Where something was declared. */
typedef struct CityOrigin {
    Str file;
    long line, column; /* from 1 */
} CityOrigin;

/* A name that something had before (`was:`), with the place where it says so. */
typedef struct CityFormerName {
    Str name;
    CityOrigin origin;
} CityFormerName;
typedef VEC_OF(CityFormerName) CityFormerNames;
bool city_was(const CityFormerNames *was, Str name);

/* --- fields ------------------------------------------------------------------------------------- */

typedef enum CityFieldType {
    CITY_FIELD_TEXT,
    CITY_FIELD_PARAGRAPH,
    CITY_FIELD_INTEGER,
    CITY_FIELD_DECIMAL,
    CITY_FIELD_YEN,
    CITY_FIELD_BOOLEAN,
    CITY_FIELD_DATE,
    CITY_FIELD_TIME,
    CITY_FIELD_DATETIME,
    CITY_FIELD_FISCAL_YEAR,
    CITY_FIELD_CHOICE,
    CITY_FIELD_CHOICES,
    CITY_FIELD_REFERENCE, /* person, household, organisation, facility, record(type) */
    CITY_FIELD_EMAIL,
    CITY_FIELD_PHONE,
    CITY_FIELD_POSTAL_CODE,
    CITY_FIELD_TYPE_COUNT,
} CityFieldType;

/* As declarations write it: "text", "fiscal_year" ...; a reference writes its record type's name. */
const char *city_field_type_name(CityFieldType type);

/* A named value with titles: a choice or a state. */
typedef struct CityChoice {
    Str name;
    Titled title;
    CityFormerNames was;
} CityChoice;

typedef struct CityField {
    Str name;
    Titled title, help; /* help: empty without one */
    Titled unit;        /* what stands behind a number: 人; empty without one */
    CityFieldType type;
    FormulaType formula;          /* how formulas see it */
    const CityRecordType *record; /* reference: what it leads to */
    VEC_OF(CityChoice) choices;
    size_t column; /* its place in the row */
    bool required, sensitive;
    bool locates; /* it says where the persons of the record can be found: hidden while one is protected */
    /* Roles through whose lines of `access` it is read, and written; empty: through every line. Written by
     * those of write_by alone; without that list by those who read it. */
    CityWords read_by, write_by;
    bool has_min, has_max;
    Value min, max;       /* of the field's value type */
    Value initial;        /* `default:`; missing without one */
    const Formula *value; /* `value:` computed when the record is made; NULL: entered by people */
    const Formula *when;  /* `when:` the field is there only while this holds; NULL: always */
    const Formula *check; /* `check:`; NULL: none */
    Titled says;          /* what people read when the check fails; empty: a general sentence */
    CityFormerNames was;
    CityOrigin origin;
} CityField;

/* The columns every record has, in this order; in formulas only `state` and the record type of `about` (by
 * its own name) can be named, and the record at hand by the name of its record type (column id). Names of
 * fields never begin with "row_". */
typedef enum CityColumn {
    CITY_COLUMN_ID,         /* id, REFERENCE: the key inside */
    CITY_COLUMN_CODE,       /* row_code, TEXT: random, what the outside sees */
    CITY_COLUMN_VERSION,    /* row_version, INTEGER: 1 when made, one more at each change */
    CITY_COLUMN_RECEIPT,    /* row_receipt, INTEGER: the number of the application, counted from 1 within what
                               it is about (seats), else the id */
    CITY_COLUMN_CREATED_AT, /* row_created_at, INSTANT */
    CITY_COLUMN_CHANGED_AT, /* row_changed_at, INSTANT */
    CITY_COLUMN_STATE,      /* row_state, TEXT: name of the state; missing without states */
    CITY_COLUMN_ABOUT,      /* row_about, REFERENCE: id of what it is about; missing without `about` */
    CITY_COLUMN_ANSWER_BY,  /* row_answer_by, DATE: until when an offered place is kept; else missing */
    CITY_COLUMN_COUNT,      /* fields follow */
} CityColumn;

/* --- what may be done --------------------------------------------------------------------------- */

/* A rule of access: absent denies; without a formula it is `yes`. */
typedef struct CityRule {
    bool is_given;
    const Formula *when; /* boolean, of the record at hand; NULL: always */
} CityRule;

typedef struct CityAccess {
    Str role; /* a role of the city, "resident" or "anyone"; a line for "staff" became one for each role */
    CityRule create, read, write;
} CityAccess;

typedef CityChoice CityState;

typedef struct CityLetter {
    Str name;        /* letters/<name>.md */
    Str title, body; /* with {placeholders}: paths of the record the letter is about */
    Str text;        /* the file as it is */
} CityLetter;

/* A {placeholder} of a letter's title and body: the path as written, and what it reads. */
typedef struct CityHole {
    Str path;
    const Formula *formula;
} CityHole;

typedef struct CityTransition {
    Str name;
    Titled title; /* that of the state it leads to, without its own */
    CityWords from;
    Str to;
    CityWords by;             /* roles */
    const Formula *needs;     /* NULL: nothing */
    const Formula *automatic; /* `auto:` done by itself when this holds; NULL: by people only */
    bool takes_offer;         /* made by the compiler for `seats`: an offered place is taken */
    /* then: {letter: name, to: path}: the letter goes to the person the path leads to. Where the path begins
     * with the name of a record type that is about this one, it goes to that of each of its records. */
    const CityLetter *letter;            /* NULL: none */
    const CityRecordType *letter_record; /* whose path: this record type or one about it */
    const Formula *letter_to;            /* reference to a person, of letter_record */
    VEC_OF(CityHole) letter_holes;       /* of letter_record, each path once */
    CityOrigin origin;
} CityTransition;

typedef enum CityWhenFull { CITY_WHEN_FULL_REFUSE, CITY_WHEN_FULL_WAITING_LIST } CityWhenFull;

/* Limited places within what the record is about. A record in the state `starts` or `offered` takes one. */
typedef struct CitySeats {
    const Formula *capacity; /* integer, of this record (session.capacity); missing: no limit */
    ptrdiff_t together;      /* index of the text field whose equal words keep records together; -1: none */
    ptrdiff_t once; /* index of the field whose value only one live application has, as the child: -1: none */
    CityWhenFull when_full;
    Str waiting, offered; /* names of the states, "waiting" and "offered"; empty where not used */
    int64_t offer_days;   /* days to answer an offer, the day of the offer not counted */
    Str lapses_to;        /* where an offer goes that nobody answers: the first declared way out of offered */
    /* A draw: who applies until that day takes part in it, whoever comes later is first come, first served.
     */
    const Formula
        *draw_after; /* DATE, of this record (session.closes_on); NULL: no draws. Missing: none here */
    const Formula
        *draw_with; /* TEXT, of this record: public words, without which no draw is made; NULL: none */
    Str drawing, not_drawn; /* names of the states, "drawing" and "not_drawn"; empty where not used */
} CitySeats;

/* Open data that a record type gives. */
typedef struct CityDataset {
    Str name;     /* "ods/12_events" */
    Titled title; /* イベント一覧 */
} CityDataset;

/* The standard datasets that `publishes` may name. */
extern const CityDataset city_datasets[];
extern const size_t city_dataset_count;

/* --- record types ------------------------------------------------------------------------------- */

struct CityRecordType {
    Str name;  /* "entry" */
    Str table; /* its table: "experience_programme__entry"; registers: "person" */
    Titled title;
    const CityService *service;
    const CityRecordType *about;          /* NULL: none */
    VEC_OF(const CityRecordType *) below; /* those that are about this one */
    bool is_register;
    RowShape shape; /* columns as CityColumn, then the fields */
    VEC_OF(CityField) fields;
    ptrdiff_t label; /* index of the field that names a record to people; -1: its receipt number */
    VEC_OF(CityState) states;
    FormulaChoices state_names;
    Str starts; /* empty without states */
    VEC_OF(CityTransition) transitions;
    VEC_OF(CityAccess) access;
    bool has_seats;
    CitySeats seats;
    bool has_sensitive;      /* a field is sensitive: reading it is logged */
    bool has_locating;       /* a field locates */
    bool has_narrowed;       /* a field has read_by */
    const Formula *dated_by; /* DATE on which parameters are looked up: `dated_by`, else the first field that
                                is a date; NULL: none */
    const CityDataset *publishes;     /* NULL: nothing */
    const Formula *publishes_where;   /* NULL: every record */
    VEC_OF(CityDependent) dependents; /* what hangs on changes of its records */
    CityFormerNames was;
    CityFormerNames former_tables; /* under which names of tables its records may stand: the record type's or
                                      the service's earlier names */
    CityOrigin origin;
};

const CityField *city_field(const CityRecordType *type, Str name);
/* By its name, or by one it had before: forms and addresses outlive a rename. */
const CityField *city_field_or_former(const CityRecordType *type, Str name);
const CityField *city_field_of_column(const CityRecordType *type, size_t column); /* NULL: a CityColumn */
const CityState *city_state(const CityRecordType *type, Str name);
const CityTransition *city_transition(const CityRecordType *type, Str name);
/* Whether a list of roles that narrows access keeps the lines of this one: an empty list keeps every line. */
bool city_narrows_to(const CityWords *roles, Str role);

/* --- indicators --------------------------------------------------------------------------------- */

/* A node of a plan, by its key for life. */
typedef struct CityPlanKey {
    Str plan, key; /* "basic-2019", "2-1-2-2-1" */
    CityOrigin origin;
} CityPlanKey;
typedef VEC_OF(CityPlanKey) CityPlanKeys;

/* One figure over many records inside an indicator's value: count(entry where attended). */
typedef struct CityTerm {
    const CityIndicator *indicator;
    size_t place; /* among the indicator's terms */
    const FormulaAggregate *aggregate;
    const CityRecordType *record; /* whose records it counts; person for population */
    const Formula *date;          /* DATE of a record; NULL for population: the first day of the period */
    VEC_OF(const Formula *) by;   /* of the same record, in order; none for population */
} CityTerm;

/* A change of `columns` of the record type it hangs on may change what records of `term` contribute: those
 * that reach the changed row by following `steps` reference columns (none: the row itself). */
struct CityDependent {
    const CityTerm *term;
    bool *columns;                  /* of the record type it hangs on: shape.count of them */
    size_t steps[FORMULA_PATH_MAX]; /* columns, beginning at a record of the term */
    size_t step_count;
};

typedef enum CityIndicatorKind { CITY_INPUT, CITY_OUTPUT, CITY_OUTCOME } CityIndicatorKind;
typedef enum CityBetter { CITY_BETTER_UNSAID, CITY_BETTER_UP, CITY_BETTER_DOWN } CityBetter;

struct CityIndicator {
    Str name; /* "participants" */
    Str id;   /* "experience-programme/participants" */
    const CityService *service;
    Titled title, unit;
    CityPlanKeys of; /* the nodes it measures */
    CityIndicatorKind kind;
    CityBetter better;
    const Formula *value; /* over its terms */
    VEC_OF(CityTerm) terms;
    VEC_OF(Titled) by_titles; /* how its breakdowns are called, one for each `by` */
    VEC_OF(const FormulaType *) by_types;
    bool is_public;    /* `publish:` is given */
    int64_t threshold; /* smaller counts are withheld from the public; 0: none */
    Str hash;          /* of what its figures depend on in the declaration: another hash wants a recount */
    CityFormerNames was;
    CityFormerNames former_ids; /* "experience-programme/visitors": as former_tables */
    CityOrigin origin;
};

/* --- services ----------------------------------------------------------------------------------- */

typedef enum CityZone { CITY_ZONE_PUBLIC, CITY_ZONE_STAFF, CITY_ZONE_RESTRICTED } CityZone;

/* What a service says of the personal information it keeps, for 個人情報ファイル簿
 * (個人情報の保護に関する法律 第75条第1項、第74条第1項各号). Nothing is given where the service does not
 * say.
 */
typedef struct CityPersonal {
    Titled whose;                 /* 記録範囲 */
    Titled collected;             /* 収集方法 */
    VEC_OF(Titled) given_to;      /* 経常的提供先 */
    bool says_care, special_care; /* 要配慮個人情報: whether it is said, and whether there is some */
    Str requests_to;              /* unit that takes requests for disclosure; empty: the service's own */
} CityPersonal;

struct CityService {
    Str id; /* "experience-programme" */
    Titled title, summary;
    Str summary_easy; /* やさしい日本語; empty: none */
    CityPlanKeys carries_out;
    Str unit; /* id of a unit */
    VEC_OF(Str) life_situations;
    Titled legal_basis, purpose; /* empty: not said */
    Str retention, document_class;
    CityPersonal personal;
    CityZone zone;
    VEC_OF(CityRecordType *) record_types;
    VEC_OF(CityIndicator *) indicators;
    const FormulaModel *model; /* what formulas of this service may speak of */
    CityFormerNames was;
    Str file;
};

/* --- parameters --------------------------------------------------------------------------------- */

/* One row of a table: the value where each argument lies between low and high, both included. */
typedef struct CityParameterRow {
    int64_t low[FORMULA_ARGUMENTS_MAX], high[FORMULA_ARGUMENTS_MAX];
    Value value;
} CityParameterRow;

/* What a parameter is from a day on. */
typedef struct CityParameterPeriod {
    Value from; /* DATE */
    Str source; /* article or document */
    VEC_OF(CityParameterRow) rows;
} CityParameterPeriod;

/* A rate, limit or table that a city decides, dated: parameters/<any>.yaml. Formulas write param(name, ...).
 */
typedef struct CityParameter {
    Str name;
    Titled title;
    FormulaType type;
    VEC_OF(CityParameterPeriod) periods; /* in order of `from` */
    CityOrigin origin;
} CityParameter;

/* The value on a day: missing before the first period, and where no row fits. For FormulaContext.parameter.
 */
FormulaLookup city_look_up(
    const City *city, const FormulaParameter *parameter, const Value *arguments, Value date);

/* --- finding ------------------------------------------------------------------------------------ */

const CityService *city_service(const City *city, Str id);
/* By its name, or by one it had before. */
const CityService *city_service_or_former(const City *city, Str id);
const CityRecordType *city_record_type_or_former(const CityService *service, Str name);
/* "entry" of a service; the registers' types are found with any service or NULL. */
const CityRecordType *city_record_type(const City *city, const CityService *service, Str name);
const CityRecordType *city_record_type_of_table(const City *city, Str table);
const CityIndicator *city_indicator(const City *city, Str id);
/* What hangs on changes of a record type. */
size_t city_dependents(const City *city, const CityRecordType *type, const CityDependent **out);

/* The registers' record types and the fields that rules of the product speak of. */
typedef struct CityRegisters {
    const CityRecordType *person, *guardianship, *facility, *household;
    const CityRecordType *protection, *protected_with, *protected_from; /* the last two are about the first */
    size_t person_household;
    size_t protection_person, protection_from, protection_until;
    size_t delivery_name, delivery_postal_code, delivery_address; /* of protection: 送付先 */
    size_t protected_with_person, protected_from_person;
    size_t person_name, person_birth, person_from, person_until; /* columns: resident from, until */
    size_t guardian, ward, guardian_from, guardian_until;        /* columns of guardianship */
    /* A person read as of a day: person's columns, then those of CityAsOf. Only population(...) speaks of
     * them by name (age, age_months, school_grade); elsewhere a day is said: school_grade(child, day). */
    RowShape person_as_of;
} CityRegisters;

typedef enum CityAsOf {
    CITY_AS_OF_AGE,
    CITY_AS_OF_AGE_MONTHS,
    CITY_AS_OF_SCHOOL_GRADE,
    CITY_AS_OF_COUNT
} CityAsOf;

#endif
