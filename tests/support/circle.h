/* tests/support/circle.h: the sample city running on a test database, through the door: its children's
 * experience programme, with families who apply.
 *
 * Whatever goes wrong here ends the program with its words: these are the beginnings of tests, not what they
 * test. Texts live in the circle's arena, which is for one thread.
 */
#ifndef TESTS_SUPPORT_CIRCLE_H
#define TESTS_SUPPORT_CIRCLE_H

#include "record/record.h"
#include "record/verify.h"

typedef struct Circle {
    City *city;
    Db *db;
    Door *door;
    Arena *arena;
    Asking asking; /* of a job: it may do everything. Its clock is the circle's. */
    const CityRecordType *person, *guardianship, *session, *entry;
} Circle;

/* Opens a database, applying the city where it was not, and the door. Here a child may be entered any number
 * of times in one session, so that places can be tried with few children. */
void circle_open(Circle *circle, Str url);
/* The sample city to the letter: a child is entered once. */
void circle_open_as_declared(Circle *circle, Str url);
void circle_close(Circle *circle);
/* The door is closed and opened again: another strand. */
void circle_reopen_door(Circle *circle);

/* Makes a record of the type about another (empty: nothing). Inputs: name, text, name, text ... */
RecordMade circle_make(
    Circle *circle, const CityRecordType *type, Str about, const Str *inputs, size_t input_count);
#define CIRCLE_MAKE(circle, type, about, ...)                          \
    circle_make((circle), (type), (about), (const Str[]){__VA_ARGS__}, \
        sizeof((const Str[]){__VA_ARGS__}) / sizeof(Str))

/* A pupil of the elementary school. */
RecordMade circle_child(Circle *circle, const char *name);
/* A resident and a child she is guardian of. */
typedef struct CircleFamily {
    int64_t guardian; /* the person's id */
    Str child;        /* code */
} CircleFamily;
/* So many of them, at most 1000, made in few writes. */
CircleFamily *circle_families(Circle *circle, size_t count);
/* The guardian asks, with an arena of her own: for a thread of hers. */
Asking circle_resident(const Circle *circle, const CircleFamily *family, Arena *arena);
/* A session, open for entries. capacity 0: without one. */
RecordMade circle_session(Circle *circle, const char *name, int capacity);
/* What an entry is given: the child and the words of its group (empty: none). The inputs live in the arena.
 */
RecordDraft circle_entry(const Circle *circle, Arena *arena, Str session, Str child, Str group);

void circle_transition(Circle *circle, Str code, const char *transition);
/* As it is now. */
Record *circle_get(Circle *circle, Str code);
Str circle_state(Circle *circle, Str code);

/* What verify finds; ends the program when it cannot be carried out. */
VerifyReport circle_verify(Circle *circle);
/* How many problems, printed to standard error. */
size_t circle_problems(Circle *circle);

#endif
