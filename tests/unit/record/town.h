/* tests/unit/record/town.h: a city run on a fresh database, for tests that go through the door: declarations
 * applied, the door open, and short ways to make and change records as a job of the program. */
#ifndef TESTS_UNIT_RECORD_TOWN_H
#define TESTS_UNIT_RECORD_TOWN_H

#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

#include "record/record.h"

typedef struct Town {
    City *city;
    Db *db;
    Door *door;
    Arena *arena; /* of the test's whole life */
    Clock clock;
} Town;

/* Fails the test with the error's words. */
Town *town_new(const char *folder);
/* The tables of every floor, the plans of the city's folder as first editions, and the declaration. */
void town_apply(const City *city, Db *db, const Clock *clock);
void town_free(Town *town);
Asking town_job(const Town *town);

/* A field and its text; a list ends with {NULL}. */
typedef struct TownInput {
    const char *field, *text;
} TownInput;
#define TOWN_INPUTS(...) ((const TownInput[]){__VA_ARGS__, {NULL, NULL}})

/* Answers the code; empty when the door refuses what was typed. `about` may be empty. */
Str town_create(Town *town, const char *type, Str about, const TownInput *inputs);
/* false when the door refuses. */
bool town_change(Town *town, Str code, const TownInput *inputs);
bool town_transition(Town *town, Str code, const char *transition);

Str town_person(Town *town, const char *name, const char *birth, const char *from, const char *until);

#endif
