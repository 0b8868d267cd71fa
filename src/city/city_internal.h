/* city/city_internal.h: what the files of city/ share while declarations are read and compiled.
 *
 * problem.c      what is wrong, noted with its place, and put in order
 * part.c         the parts that every file has: keys, titles, names, lists, numbers of days
 * city.c         city.yaml; folder.c the folder's files; city_compile.c the order of everything
 * service.c      the head of a service: its record types and indicators in two passes
 * field.c        a field's type and options
 * record_type.c  fields, states and links of a record type: the first pass, no formula is looked at
 * model.c        what formulas of a service may speak of
 * formula_part.c a formula in a declaration, with its place
 * behaviour.c    the second pass over a record type: formulas of its fields, open data
 * transition.c   how it moves between states; reach.c states that nothing leads to
 * was.c          names that something had before
 * access.c       who may; narrow.c fields that fewer may; seats.c limited places; letter.c texts of letters
 * indicator.c    indicators and their terms; dependent.c the reverse index
 * comparison_table.c how the city prints 新旧対照表
 * parameter.c    dated rates, limits and tables
 * register.c     the product's own record types; plan_key.c nodes of plans
 *
 * A reader notes what is wrong and goes on with what is left, so that one run says everything. Whatever was
 * wrong, no City comes of it.
 */
#ifndef CITY_INTERNAL_H
#define CITY_INTERNAL_H

#include "base/map.h"
#include "base/yaml.h"
#include "city/city.h"
#include "city/set.h"

/* Limits; beyond them it is an error with its place. */
enum {
    CITY_ARENA_MAX = 64 << 20,
    CITY_FILE_MAX = 1 << 20,
    CITY_FILES_MAX = 2000,
    CITY_PROBLEMS_MAX = 500, /* noted in full; further ones are counted */
    CITY_NAME_MAX = 40,
    CITY_TABLE_NAME_MAX = 63, /* what PostgreSQL takes */
    CITY_RECORD_TYPES_MAX = 50,
    CITY_FIELDS_MAX = 200,
    CITY_STATES_MAX = 50,
    CITY_TRANSITIONS_MAX = 100,
    CITY_CHOICES_MAX = 500,
    CITY_INDICATORS_MAX = 100,
    CITY_TERMS_MAX = 20,
    CITY_BY_MAX = 4,
    CITY_LIST_MAX = 100,
    CITY_PARAMETERS_MAX = 500,
    CITY_PERIODS_MAX = 200,
    CITY_ROWS_MAX = 500,
};

/* One file being read. */
typedef struct Reader {
    City *city;
    Arena *arena; /* the city's */
    CityProblems *problems;
    Str file;             /* as messages name it */
    Str text;             /* its bytes */
    VEC_OF(size_t) lines; /* where each line begins; for places of formulas */
    VEC_OF(Str)
    broken; /* names whose declaration is wrong: formulas that speak of them are not complained of */
} Reader;

void reader_init(Reader *reader, City *city, CityProblems *problems, Str file, Str text);

/* --- problem.c --- */

/* Notes what is wrong; answers false. */
bool refuse_place(Reader *reader, long line, long column, const char *format, ...) PRINTF_LIKE(4, 5);
bool refuse_node(Reader *reader, const YamlNode *at, const char *format, ...) PRINTF_LIKE(3, 4);
bool refuse_origin(Reader *reader, const CityOrigin *at, const char *format, ...) PRINTF_LIKE(3, 4);
void warn_node(Reader *reader, const YamlNode *at, const char *format, ...) PRINTF_LIKE(3, 4);
void warn_origin(Reader *reader, const CityOrigin *at, const char *format, ...) PRINTF_LIKE(3, 4);
bool refuse_error(Reader *reader, const Error *error);
/* Puts everything in order; false with the first error when there is one. */
MUST_USE bool problems_end(CityProblems *problems, Error *error);

/* --- part.c --- */

/* What a map may hold, and which parts of the language are known but not carried out yet. */
typedef struct Keys {
    const char *const *known;
    size_t known_count;
    const char *const *later;
    size_t later_count;
} Keys;
#define KEYS(known_table, later_table) \
    ((Keys){(known_table), COUNT_OF(known_table), (later_table), COUNT_OF(later_table)})
#define KEYS_ONLY(known_table) ((Keys){(known_table), COUNT_OF(known_table), NULL, 0})

/* Whether the node is a map; each key that is not known is refused. `what` is what the map describes. */
bool expect_keys(Reader *reader, const YamlNode *node, Keys keys, Str what);
bool expect_list(Reader *reader, const YamlNode *node);
/* A list, or one item without one: how many (0 after a note) and each of them. */
size_t count_items(Reader *reader, const YamlNode *node);
const YamlNode *item_at(const YamlNode *node, size_t i);
bool expect_scalar(Reader *reader, const YamlNode *node, const char *what);
/* A map whose keys are names that the officer gives: record types, fields, states ... */
bool expect_names(Reader *reader, const YamlNode *node, const char *what, size_t max);
/* A name formulas can speak of: lower-case letters, digits and _, not a word of the language. */
bool check_name(Reader *reader, const YamlPair *pair, const char *what);
/* The name of a choice or a state, which may be yes and no as well. */
bool check_value_name(Reader *reader, const YamlPair *pair, const char *what);
/* "; did you mean 'open'?", or the list of what is known when that is short, or nothing. */
Str remedy_of(Reader *reader, Str word, const char *const *known, size_t count);
/* {ja: ..., en: ...} or a plain word. Missing English is a warning when the city speaks it. */
bool read_titled(Reader *reader, const YamlNode *node, Titled *out);
/* The same for what only officers read: no warning. */
bool read_words(Reader *reader, const YamlNode *node, Titled *out);
/* `title:` of a map; an item without one is an error. */
bool read_title_of(Reader *reader, const YamlNode *map, Str what, Titled *out);
/* yes, no, true, false. */
bool read_yes_no(Reader *reader, const YamlNode *node, bool *out);
bool read_count(Reader *reader, const YamlNode *node, int64_t min, int64_t max, int64_t *out);
/* One of a list of words: its index, or -1 noted. */
ptrdiff_t read_word(
    Reader *reader, const YamlNode *node, const char *const *words, size_t count, const char *what);
CityOrigin origin_of(const Reader *reader, long line, long column);
void mark_broken(Reader *reader, Str name);
/* Whether the text has one of the broken names as a word. */
bool speaks_of_broken(const Reader *reader, Str text);
bool titled_is_given(const Titled *titled);
static inline Titled titled_empty(void)
{
    return (Titled){.in = {STR_EMPTY, STR_EMPTY}, .easy = STR_EMPTY};
}

/* --- was.c --- */

/* `was:` of a map: a name or several. */
bool read_was(Reader *reader, const YamlNode *map, Str own, const char *what, CityFormerNames *out);
/* A choice or state: its titles, and what it was called before: {ja: 小, was: tiny}. */
bool read_named_value(Reader *reader, const YamlPair *pair, const char *what, CityChoice *out);
/* When all services are known: the same for their names. */
void check_was_of_services(City *city, CityProblems *problems);
/* "experience_programme__entry"; a register's table is its name. */
Str table_of_names(Arena *arena, Str service, Str type);

/* --- drafts: a service between its two passes --- */

typedef struct TypeDraft {
    CityRecordType *type;
    const YamlNode *node;
    VEC_OF(const YamlNode *) fields; /* parallel to type->fields */
} TypeDraft;

typedef struct ServiceDraft {
    Reader *reader;
    CityService *service;
    const YamlNode *root;
    VEC_OF(TypeDraft) types;
} ServiceDraft;

/* --- was.c --- */
/* When all record types, fields, states, choices and indicators of the service are known: none of their
 * earlier names is declared still, or belongs to two. Sets former_tables and former_ids. */
void settle_was(Reader *reader, const CityService *service);

/* --- city.c --- */
void read_city_file(Reader *reader);
/* `id:` of an item: lower-case letters, digits, - and _. */
bool read_id_of(Reader *reader, const YamlNode *item, Str *out);

/* --- comparison_table.c --- */
void read_comparison_table(Reader *reader, const YamlNode *item);

/* --- service.c --- */
/* Both passes over one service; adds it to the city. */
void read_service(Reader *reader, const YamlNode *root);

/* --- field.c --- */
bool read_field(Reader *reader, const CityRecordType *type, const YamlPair *pair, CityField *field);
/* Names that references of the field's type lead to become record types. */
void link_field(ServiceDraft *draft, CityRecordType *type, CityField *field, const YamlNode *node);

/* --- record_type.c --- */
void read_record_type(ServiceDraft *draft, const YamlPair *pair);
/* When all types of the service are known: about, references, columns. */
void link_record_type(ServiceDraft *draft, TypeDraft *type);
/* "field 'place' of session" */
Str part_words(const Reader *reader, const char *what, Str name, const CityRecordType *type);

/* --- model.c --- */
/* The service's model: the registers' record types and its own. */
bool build_model(Reader *reader, CityService *service);
/* Whether a field of the model is what a person is on a day (age ...). */
bool is_derived(const City *city, const FormulaPath *path);

/* --- formula_part.c --- */

const Formula *read_formula(
    Reader *reader, const FormulaScope *scope, const YamlNode *node, const FormulaType *wanted);
const Formula *compile_text(Reader *reader, const FormulaScope *scope, const FormulaOrigin *origin, Str text,
    const FormulaType *wanted);
/* Formulas of a list. [f(a, b), c] is read as YAML reads it, three pieces; pieces belong together until
 * their brackets close. */
typedef struct FormulaText {
    Str text;
    FormulaOrigin origin;
} FormulaText;
typedef VEC_OF(FormulaText) FormulaTexts;
bool read_formula_texts(Reader *reader, const YamlNode *list, FormulaTexts *out);
/* Lists, open data and recounts ask the database: a formula of theirs without a form for sets is refused. */
void check_set_form(Reader *reader, const CityRecordType *type, const Formula *formula);
/* A field's or parameter's type by its name, among those that are plain values; false: none is called so. */
bool plain_type(Str name, FormulaType *out);
/* A value written out, of the type: 10, 2018-06-01, yes, the name of a choice. */
bool read_literal(Reader *reader, const YamlNode *node, const FormulaType *type, Value *out);

/* --- behaviour.c, seats.c, letter.c, reach.c --- */
void read_behaviour(ServiceDraft *draft, TypeDraft *type);
void read_seats(ServiceDraft *draft, TypeDraft *type);
void read_transitions(ServiceDraft *draft, TypeDraft *type);
/* When access is read: roles that may take a transition of records they cannot read. */
void check_transition_roles(Reader *reader, const CityRecordType *type);
void read_access(ServiceDraft *draft, TypeDraft *type);
/* narrow.c: the lists of a type's fields, once its access is read; what follows from those of all types. */
void read_narrowing(ServiceDraft *draft, TypeDraft *type);
void settle_narrowing(ServiceDraft *draft);
/* Roles of a list or a single word; `staff` becomes every role of the city. */
/* Unless it is there. */
void add_role(Reader *reader, Str role, CityWords *out);
void read_roles(Reader *reader, const YamlNode *node, CityWords *out);
/* Whether some record of the type may be read by the role. */
bool may_read(const CityRecordType *type, Str role);
void read_letter_file(City *city, CityProblems *problems, const CityFile *file);
void read_then(ServiceDraft *draft, CityRecordType *type, const YamlNode *node, CityTransition *transition);
void check_reach(Reader *reader, const TypeDraft *draft);

/* --- indicator.c, dependent.c, plan_key.c --- */
void read_indicator(ServiceDraft *draft, const YamlPair *pair);
void note_dependents(Reader *reader, const CityTerm *term);
void read_plan_keys(Reader *reader, const YamlNode *node, CityPlanKeys *out);

/* --- parameter.c --- */
void read_parameter_file(City *city, CityProblems *problems, const CityFile *file);

/* --- register.c --- */
#define REGISTERS_SERVICE "registers"
void read_registers(City *city, CityProblems *problems);
/* The record types and columns that the product speaks of. */
void find_registers(City *city, const CityService *service);
/* registers.yaml, put into the program when it is built. */
extern const Str city_registers_text;

/* --- hash.c --- */
/* In hex: of texts in their order, each with its length. Empty when the arena is full. */
Str hash_texts(Arena *arena, const Str *texts, size_t count);

#endif
