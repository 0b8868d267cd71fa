/* record/session.h: signed-in sessions.
 *
 * A session is known by a token of 32 random bytes that only the browser holds; the database holds its hash.
 * It ends 30 minutes after it was last used, 12 hours after it began, at sign-out, and when its account's
 * password, roles or standing change. Last use is written at most every few minutes, so that reading a page
 * writes nothing.
 */
#ifndef RECORD_SESSION_H
#define RECORD_SESSION_H

#include "base/date.h"
#include "record/account.h"

#define SESSION_TOKEN_LENGTH 43 /* 32 bytes in base64url without padding */
#define SESSION_IDLE_SECONDS (30 * 60)
#define SESSION_SECONDS (12 * 3600)

typedef struct Session {
    int64_t id;
    Account account;
    int64_t begun, last_used; /* instants */
} Session;

/* Begins a session: *token, in the arena, is what the browser gets and nobody else keeps. An `old_token` (may
 * be empty) ends in the same transaction: rotation. Whatever has expired is deleted with it. */
MUST_USE bool session_begin(
    Db *db, Arena *arena, int64_t account, Str old_token, const Clock *clock, Str *token, Error *error);
/* The live session of a token; NULL without an error when there is none. Reads only. */
MUST_USE bool session_find(
    DbConn *conn, Arena *arena, Str token, const Clock *clock, Session **out, Error *error);
/* Notes the use when the last note is older than a few minutes; else does nothing. */
MUST_USE bool session_touch(Db *db, const Session *session, const Clock *clock, Error *error);
MUST_USE bool session_end(Db *db, Str token, Error *error);
MUST_USE bool session_end_all(Db *db, int64_t account, Error *error);

#endif
