/* tests/unit/record/hand_made.h: one record type made by hand, for tests of history below the door: a lesson
 * with a name, places, a day and a room. Rows are saved as the door does it, without its rules.
 */
#ifndef TESTS_UNIT_RECORD_HAND_MADE_H
#define TESTS_UNIT_RECORD_HAND_MADE_H

#include "base/base.h"

#include "check.h"
#include "record/record_internal.h"
#include "record/verify_internal.h"
#include "testdb.h"

enum { LESSON_NAME = CITY_COLUMN_COUNT, LESSON_PLACES, LESSON_DAY, LESSON_ROOM, LESSON_COLUMNS };

typedef struct HandMade {
    Str url;
    Db *db;
    Arena *arena, *closures;
    City city;
    CityService service;
    CityRecordType lesson;
    CityRecordType *types[1];
    CityService *services[1];
    DoorType at;
    Door door;
    Asking asking;
    Error error;
} HandMade;

int hand_made_setup(void **state);
int hand_made_teardown(void **state);

/* A row's values, all missing. */
Value *hand_made_values(HandMade *made);
/* Saves in one closure: a new row (before NULL), or the change of one. Sets id, version, times. */
void hand_made_save(HandMade *made, const Value *before, Value *after, const WorkWhy *why);
/* A lesson made, and changed once with a reason: version 2. Answers its values. */
Value *hand_made_lesson(HandMade *made, const char *name);
/* Another server's door on the same database begins its strand and takes over. */
void hand_made_next_strand(HandMade *made);

/* Runs one statement behind the door. */
#define hand_made_damage(made, sql, ...) \
    hand_made_damage_values((made), (sql), DB_COUNT(__VA_ARGS__), DB_ARRAY(__VA_ARGS__))
void hand_made_damage_values(HandMade *made, const char *sql, size_t count, const Value *values);

/* What the parts of verify that look at history and records find. */
VerifyReport hand_made_verify(HandMade *made);
/* One of the problems is of this part and holds these words. */
void hand_made_expect(HandMade *made, const char *part, const char *words);
/* Asks the other program (verify_history.py) whether history is whole; false where it cannot look: it reads
 * SQLite. */
bool hand_made_other_program(const HandMade *made, bool *whole);

#endif
