/* tests/unit/record/families.h: people at the door of the sample city: two mothers with a child each,
 * officers, and whoever is not signed in. What goes wrong while it is made ends the program.
 */
#ifndef TESTS_UNIT_RECORD_FAMILIES_H
#define TESTS_UNIT_RECORD_FAMILIES_H

#include "circle.h"

typedef enum Who { ANYONE, MOTHER, NEIGHBOUR, YOUTH_OFFICER, PLANNER, WHO_COUNT } Who;
extern const char *const who_names[WHO_COUNT];

typedef struct Families {
    Str url; /* of the database */
    Circle circle;
    RecordMade mother, child, neighbour, neighbours_child;
    RecordMade guardianships[2]; /* of the two */
    Asking who[WHO_COUNT];
    DbConn *conn; /* lent by families_read: a failed test leaves it to families_close */
} Families;

/* On a new database, 2018-06-01. */
void families_open(Families *families);
void families_close(Families *families);
/* An entry by a job: the child's guardian is `guardian`. Answers it. */
RecordMade families_entry(
    Families *families, Str session, const RecordMade *child, const RecordMade *guardian);
/* The same on another day. */
Asking families_on(const Asking *asking, int year, int month, int day);

/* A snapshot as things stand now; ends the one before. End it before anything is written. */
DbConn *families_read(Families *families);
void families_read_end(Families *families);

/* What one look at the door finds: each begins and ends its own read. */
bool families_can_read(Families *families, Who who, Str code);
Record *families_get(Families *families, Who who, Str code);
size_t families_count(Families *families, Who who, const RecordQuery *query);
/* One number of the database. */
int64_t families_number(Families *families, const char *sql);

#endif
