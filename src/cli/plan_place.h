/* cli/plan_place.h: the edition a command works on, and what commands about plans share. */
#ifndef CLI_PLAN_PLACE_H
#define CLI_PLAN_PLACE_H

#include "base/file.h"
#include "cli/place.h"
#include "plan/import.h"

#define OPTION_EDITION                                              \
    {                                                               \
        "edition", "NAME", "the edition; the newest when not given" \
    }
#define OPTION_PLAN                                       \
    {                                                     \
        "plan", "ID", "the plan, where there are several" \
    }

/* A database, a snapshot of it, and an edition in it. */
typedef struct PlanPlace {
    Db *db;
    DbConn *conn;
    PlanEdition edition;
} PlanPlace;

/* The edition of that name (empty: the newest) of --plan. End it also after a failure. */
MUST_USE bool plan_place_begin(const Call *call, Str edition, PlanPlace *place, Error *error);
void plan_place_end(PlanPlace *place);

/* "3,5" or "all"; empty is none. */
typedef struct NumberChoice {
    bool all;
    uint32_t *numbers;
    size_t count;
} NumberChoice;
MUST_USE bool number_choice_read(Arena *arena, Str list, NumberChoice *out, Error *error);
bool number_choice_has(const NumberChoice *choice, int64_t number);

/* The files whole; each is named by the last part of its path. */
MUST_USE bool plan_files_read(Arena *arena, const FileNames *paths, PlanFiles *out, Error *error);
/* What the city adds to an import: plan id (that of `plan`, or the city's first), title, notice, first
 * edition's name, profile. city may be NULL: the document says all of it. */
MUST_USE bool plan_import_for_city(PlanImport *request, const City *city, Str plan, Error *error);

/* Who runs the command: the name of the operating system's account. */
Str call_actor(void);
/* The language of LC_ALL, LC_MESSAGES or LANG. */
Language call_language(void);

#endif
