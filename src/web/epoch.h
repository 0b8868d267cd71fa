/* web/epoch.h: the city that the server runs at present, held by each request, exchanged while they run.
 *
 * An Epoch is a City with the Door to its records, of one declaration (city/declaration.h). A request holds
 * one from beginning to end. When the database shows a newer one, the server compiles that from the files the
 * database keeps and opens a Door to it; whoever holds the old one ends with it, or is told ERROR_STALE by
 * its Door and begins again with the new one (site.c). The last holder releases the old one.
 *
 * Nothing tells the server: it looks each second (jobs.c), when a request failed, and when this process
 * changed the tables itself. So several servers on one PostgreSQL notice what one of them, or a command,
 * applied.
 */
#ifndef WEB_EPOCH_H
#define WEB_EPOCH_H

#include "record/door.h"

typedef struct Epoch {
    const City *city; /* NULL: none was given */
    Door *door;       /* NULL: the city has no services */
    int64_t number;
} Epoch;

typedef struct Epochs Epochs;

/* `city` as read from its folder, of the declaration the database was applied with (else ERROR_CONFLICT); it
 * must outlive the Epochs. db or city NULL: an epoch of nothing, for tests of the machinery. `today`: given,
 * the civil date. */
MUST_USE bool epochs_open(Epochs **out, Db *db, const City *city, Date today, Error *error);
/* When nobody holds any. NULL is allowed. */
void epochs_close(Epochs *epochs);

/* The present one; never NULL. Any thread; each hold is let go once. */
const Epoch *epochs_hold(Epochs *epochs);
void epochs_let_go(Epochs *epochs, const Epoch *epoch);

/* Whether the database is at a newer epoch than this one, which then is the present one when it returns. Not
 * while the caller holds a connection. false also when it could not be found out: *error says why. */
MUST_USE bool epochs_renew(Epochs *epochs, const Epoch *than, Error *error);
/* Without asking the database: whether this process has changed tables since the present one was opened. */
bool epochs_look_old(const Epochs *epochs);

#endif
