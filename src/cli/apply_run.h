/* cli/apply_run.h: one apply, whoever asks for it: the command itself, or a running server on its behalf. */
#ifndef CLI_APPLY_RUN_H
#define CLI_APPLY_RUN_H

#include "base/arena.h"
#include "base/date.h"
#include "db/db.h"

typedef struct ApplyWish {
    Str folder;    /* the city's */
    Str export;    /* the folder for what is dropped */
    Str actor;     /* whose name the declaration and a plan's first edition bear */
    bool is_trial; /* --dry-run */
    bool drop;
    bool is_served; /* a server runs on this database and counts the figures by itself */
} ApplyWish;

/* A line for whoever asked, as it is known. */
typedef void ApplySay(void *to, bool is_refusal, Str line);

/* Reads the folder, says the steps and takes them. false with what is wrong and its place: nothing was done,
 * apart from first editions of plans that were loaded and said before. Any thread. */
MUST_USE bool apply_run(
    Db *db, Arena *arena, const ApplyWish *wish, const Clock *clock, ApplySay *say, void *to, Error *error);

#endif
