/* tests/property/indicator/world.h: a city on a database, whose records change at random through the door's
 * own way of saving a row: any column may become anything of its type, whatever a form would refuse. */
#ifndef TESTS_PROPERTY_INDICATOR_WORLD_H
#define TESTS_PROPERTY_INDICATOR_WORLD_H

#include "random.h"
#include "record/record_internal.h"

#include <setjmp.h>

#include <cmocka.h>

#define WORLD_TYPES_MAX 32
#define WORLD_ROWS_MAX 512

/* The rows that were made of a record type. */
typedef struct WorldType {
    const CityRecordType *type;
    int64_t ids[WORLD_ROWS_MAX];
    size_t count;
} WorldType;

typedef struct World {
    Random random;
    City *city;
    Db *db;
    Door *door;
    WorldType types[WORLD_TYPES_MAX];
    size_t type_count;
    uint64_t seed;
    Str url;
} World;

/* Reads the folder, applies it to a new database and opens the door. Fails the test with the error's words.
 */
World *world_new(const char *folder, uint64_t seed);
/* Another server on the same database, which knows the same rows. */
World *world_beside(const World *world, const char *folder, uint64_t seed);
void world_free(World *world);

/* One closure of a few random writes. */
void world_step(World *world);
/* One closure that changes a column of a random row at random; NULL when there is no row. The id and the
 * value before, in the arena. */
typedef struct WorldChange {
    const CityRecordType *type;
    size_t column;
    int64_t id;
    Value before;
} WorldChange;
bool world_change(World *world, const CityRecordType *type, size_t column, Arena *arena, WorldChange *out);
/* Puts the value back. */
void world_undo(World *world, const WorldChange *change);

/* How many figures differ from a recount; their words in the arena, cells looked at in *cells (may be NULL).
 */
size_t world_differences(World *world, Arena *arena, Str *words, size_t *cells);
/* Fails the test unless there are none. */
void world_agrees(World *world, size_t *cells);
/* Runs one closure. */
void world_write(World *world, DbWrite *write, void *argument);

#endif
