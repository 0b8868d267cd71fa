/* record/door.h: the one door to data: a city being run on a database, who asks, and what they may do.
 *
 * Everything that reads or writes records goes through a Door: pages, commands, jobs, exports. It adds
 * access, notes reads of what is sensitive, writes history, and keeps figures. Default deny: what no rule of
 * `access` allows, nobody can do, and what one may not read is not found either.
 *
 *     door.c       opening: the statements of each record type, printed once
 *     access.c     who may create, read and write what; the same rules for one record and for a list
 *     context.c    what formulas see: rows, references, me, guardianship, functions of registers
 *     code.c       the random names that records have outside
 *     read.c       one record as the actor sees it; what is sensitive only after a note
 *     list.c       lists; search.c: words; choices.c: what a reference may be set to
 *     fill.c       what was typed and what follows from it; input_value.c: each type of field
 *     create.c     change.c, transition.c, letter.c, due.c: what may happen to records
 *     write.c      the one way a row is saved
 *     load.c       records from CSV files
 *     protect.c    protected persons: what is hidden, and who finds nothing of them
 *     duplicate.c  persons who may stand in the register twice; merge.c: one of two, and back
 *     seats.c      places, waiting lists, groups, offers
 *     history.c    what was changed, by whom and why, chained in a strand
 *     count.c      figures: deltas in the write, recount
 *     verify.c     is everything as history and records say
 *
 * A Door may be used by any thread. Functions that take a DbConn read in its snapshot and answer in the arena
 * of the Asking. Functions without one write, each in one closure; they may not be called while the caller
 * holds a read connection.
 */
#ifndef RECORD_DOOR_H
#define RECORD_DOOR_H

#include "base/date.h"
#include "city/city.h"
#include "db/db.h"
#include "record/account.h"

#define ROLE_RESIDENT "resident"
#define ROLE_ANYONE "anyone"

typedef struct Door Door;

/* The database must have been applied with this very declaration: else ERROR_CONFLICT says to run `hitomachi
 * apply`. When it is applied with another one afterwards, whatever is asked of this Door with a snapshot that
 * shows the newer epoch is ERROR_STALE, and nothing is written: the caller opens a Door to the new City and
 * begins again. Begins a strand of history. City and Db must outlive the Door. */
MUST_USE bool door_open(Door **out, const City *city, Db *db, const Clock *clock, Error *error);
void door_close(Door *door);
const City *door_city(const Door *door);
Db *door_db(const Door *door);
int64_t door_epoch(const Door *door);

/* Who acts. */
typedef struct Actor {
    int64_t account; /* 0: nobody is signed in, or a job of the program */
    Str name;        /* as history keeps it: the login; "" for anyone; the job's name */
    const Str *roles;
    size_t role_count;
    int64_t person; /* id of the person the account belongs to; 0: none */
    bool is_job;    /* the program itself, for what is due: no rule of access is asked */
} Actor;

/* anyone, whoever signed in (NULL: nobody did), or a job. An account with a person is a resident, whatever
 * its roles. The texts are the account's. */
void actor_of_account(Actor *out, Arena *arena, const Account *account);
Actor actor_of_job(const char *name);
/* A resident who is nobody in particular: what could somebody do who is not signed in, if she were? */
Actor actor_of_some_resident(void);
/* Whether one of the actor's roles is neither resident nor anyone. */
bool actor_is_staff(const Actor *actor);
bool actor_has_role(const Actor *actor, Str role);

/* One question to the door: who, when, and where answers live. */
typedef struct Asking {
    Actor actor;
    Clock clock;
    Arena *arena;
} Asking;

/* Whether the actor may create records of the type at all (with some record to be about), and read some:
 * for menus. The record itself decides in the end. */
bool door_may_create(const Door *door, const Asking *asking, const CityRecordType *type);
bool door_may_read(const Door *door, const Asking *asking, const CityRecordType *type);
/* The same of a field of such records: whether it is ever shown to the actor, and asked of her in a new one.
 */
bool door_may_read_field(
    const Door *door, const Asking *asking, const CityRecordType *type, const CityField *field);
bool door_may_fill(
    const Door *door, const Asking *asking, const CityRecordType *type, const CityField *field);

/* What is due is done: transitions with `auto:`, offers of places that nobody answered. Any number of times;
 * *done says how many records moved. */
MUST_USE bool door_do_what_is_due(Door *door, const Clock *clock, size_t *done, Error *error);

#endif
