/* city/city.h: what a city says of itself in its folder of declarations, read, checked and immutable.
 *
 *     cities/aomori/city.yaml     name, code, languages, units, roles, plans, notice
 *     cities/aomori/plan/         a plan's first edition, one Markdown file a policy (read by plan/)
 *     cities/aomori/services/     services, one YAML file each, in folders as the city likes (city/service.h)
 *     cities/aomori/parameters/   dated rates, limits and tables
 *     cities/aomori/letters/      texts of letters, one Markdown file each
 *     cities/aomori/import.yaml   headings and marks of the tables this city's plans come in (read by plan/)
 *
 * A City lives in its own arena and never changes; any thread may read it.
 */
#ifndef CITY_CITY_H
#define CITY_CITY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/language.h"
#include "base/vec.h"
#include "city/service.h"
#include "plan/comparison.h"

/* What can be named: a unit or a role. */
typedef struct CityName {
    Str id;
    Titled title;
    bool keeps_registers, keeps_protection; /* a role: `keeps: [registers, protection]` */
} CityName;
typedef VEC_OF(CityName) CityNames;

typedef struct CityPlan {
    Str id; /* "basic-2019" */
    Titled title;
    Str folder; /* path of its Markdown files, from the present directory; empty: none */
    Str first_edition;
    VEC_OF(Str) steps; /* 素案 → ... → 決定 */
} CityPlan;

/* A file of declarations, as it was read. */
typedef struct CityFile {
    Str name; /* from the city's folder: "city.yaml", "services/child/experience.yaml", "letters/cancelled.md"
               */
    Str text;
} CityFile;
typedef VEC_OF(CityFile) CityFiles;

struct City {
    Arena *arena;
    Str folder; /* as given */
    Titled name;
    Str code;      /* 全国地方公共団体コード, six digits, check digit correct */
    Titled notice; /* stands on every page and paper; empty: none */
    bool languages[LANGUAGE_COUNT];
    VEC_OF(CityPlan) plans;
    CityNames units, roles;
    VEC_OF(ComparisonProfile) comparison_tables; /* those it declares; see city_comparison_table */
    Str import_profile;                          /* text of import.yaml; empty: none */
    Str import_profile_name;
    VEC_OF(CityService *) services; /* in order of their files; the first is "registers", the product's own */
    CityRegisters registers;
    VEC_OF(CityLetter) letters;
    VEC_OF(CityParameter) parameters;
    VEC_OF(FormulaParameter) formula_parameters; /* parallel: as formulas know them */
    CityFiles files;                             /* all that was read, in order of names */
    Str hash; /* of everything declared, in hex: the declaration a database was applied with */
};

/* One thing wrong, or worth a word, in the declarations. */
typedef struct CityProblem {
    bool is_warning; /* a missing translation: the city is compiled all the same */
    Error error;     /* file, line, column and message */
} CityProblem;

/* All that was found in one run, in order of file and place. In an arena of the caller. */
typedef struct CityProblems {
    Arena *arena;
    VEC_OF(CityProblem) at;
    size_t errors; /* those that are not warnings */
} CityProblems;

/* Reads, checks and compiles the folder. The caller frees the City by city_free. With `problems` everything
 * that is wrong is noted there and *error is the first of it; NULL: the first error only, no warnings. */
MUST_USE bool city_read(City **out, Str folder, CityProblems *problems, Error *error);
/* The same from texts that are read already. */
MUST_USE bool city_compile(
    City **out, Str folder, const CityFiles *files, CityProblems *problems, Error *error);
/* Whether the plan keys of services and indicators stand in the folder's plan texts; for those who check a
 * folder. What a database holds is asked of it (city/apply.h). Plans without a folder are passed over. */
MUST_USE bool city_check_plan_keys(const City *city, CityProblems *problems, Error *error);
void city_free(City *city);
void city_cleanup(City **city);

/* NULL when the city has no plan of that id. */
const CityPlan *city_plan(const City *city, Str id);
const CityName *city_role(const City *city, Str id);
const CityName *city_unit(const City *city, Str id);

/* The forms of 新旧対照表: the city's own, then those that are built in and have no form of its own in their
 * place; NULL behind the last. city may be NULL: the built-in ones. The first is meant when none is named. */
const ComparisonProfile *city_comparison_table(const City *city, size_t n);
/* By id; an empty one: the first. NULL when there is none. */
const ComparisonProfile *city_find_comparison_table(const City *city, Str id);

/* The sixth digit of a 全国地方公共団体コード from its first five: weights 6 5 4 3 2, 11 minus the remainder
 * by 11, last digit of that (総務省 全国地方公共団体コード仕様). -1 when they are not five digits. */
int city_code_check_digit(Str five);

#endif
