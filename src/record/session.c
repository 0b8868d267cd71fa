/* Sessions in the database, found by the hash of their token. */
#include "record/session.h"

#include <sodium.h>

#define TOKEN_BYTES 32
#define HASH_BYTES 32
#define SECOND ((int64_t)1000000)
#define TOUCH_SECONDS (5 * 60)
#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void hash_token(Str token, unsigned char hash[HASH_BYTES])
{
    crypto_generichash(hash, HASH_BYTES, (const unsigned char *)token.at, token.len, NULL, 0);
}

static Value value_hash(const unsigned char hash[HASH_BYTES])
{
    return value_bytes((Str){(const char *)hash, HASH_BYTES});
}

/* --- beginning --------------------------------------------------------------------------------------- */

typedef struct Beginning {
    int64_t account, instant;
    unsigned char hash[HASH_BYTES], old_hash[HASH_BYTES];
    bool has_old;
} Beginning;

static bool write_beginning(DbConn *conn, void *argument, Error *error)
{
    const Beginning *beginning = argument;
    int64_t id = 0;
    if (!db_run(conn, NULL, error, "delete from session where last_used <= ?1 or begun <= ?2",
            value_integer(beginning->instant - SESSION_IDLE_SECONDS * SECOND),
            value_integer(beginning->instant - SESSION_SECONDS * SECOND)))
        return false;
    if (beginning->has_old && !db_run(conn, NULL, error, "delete from session where token_hash = ?1",
                                  value_hash(beginning->old_hash)))
        return false;
    return db_insert(conn, &id, error,
        "insert into session (token_hash, account_id, begun, last_used) values (?1, ?2, ?3, ?3)",
        value_hash(beginning->hash), value_integer(beginning->account), value_integer(beginning->instant));
}

bool session_begin(
    Db *db, Arena *arena, int64_t account, Str old_token, const Clock *clock, Str *token, Error *error)
{
    unsigned char random[TOKEN_BYTES];
    Beginning beginning = {.account = account, .instant = clock->instant, .has_old = old_token.len > 0};
    char *text = arena_alloc(arena, SESSION_TOKEN_LENGTH + 1);
    if (!text)
        return error_memory(error);
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(text, SESSION_TOKEN_LENGTH + 1, random, sizeof random, VARIANT);
    sodium_memzero(random, sizeof random);
    *token = (Str){text, SESSION_TOKEN_LENGTH};
    hash_token(*token, beginning.hash);
    if (beginning.has_old)
        hash_token(old_token, beginning.old_hash);
    return db_write(db, write_beginning, &beginning, error);
}

/* --- finding and using ------------------------------------------------------------------------------- */

static bool is_live(const Session *session, const Clock *clock)
{
    return clock->instant - session->last_used < SESSION_IDLE_SECONDS * SECOND &&
           clock->instant - session->begun < SESSION_SECONDS * SECOND;
}

bool session_find(DbConn *conn, Arena *arena, Str token, const Clock *clock, Session **out, Error *error)
{
    unsigned char hash[HASH_BYTES];
    *out = NULL;
    if (token.len != SESSION_TOKEN_LENGTH)
        return true;
    hash_token(token, hash);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select id, account_id, begun, last_used from session where token_hash = ?1", value_hash(hash)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt);
    Session session = {
        .id = db_integer(stmt, 0), .begun = db_integer(stmt, 2), .last_used = db_integer(stmt, 3)};
    int64_t account = db_integer(stmt, 1);
    db_done(&stmt);
    if (!is_live(&session, clock))
        return true;
    Account *found = account_get(conn, arena, account, error);
    if (!found || !account_read_units(conn, arena, found, clock->today, error))
        return false;
    if (found->disabled)
        return true;
    session.account = *found;
    Session *kept = ARENA_NEW(arena, Session);
    if (!kept)
        return error_memory(error);
    *kept = session;
    *out = kept;
    return true;
}

typedef struct Touch {
    int64_t id, instant;
} Touch;

static bool write_touch(DbConn *conn, void *argument, Error *error)
{
    const Touch *touch = argument;
    return db_run(conn, NULL, error, "update session set last_used = ?2 where id = ?1 and last_used < ?2",
        value_integer(touch->id), value_integer(touch->instant));
}

bool session_touch(Db *db, const Session *session, const Clock *clock, Error *error)
{
    if (clock->instant - session->last_used < TOUCH_SECONDS * SECOND)
        return true;
    Touch touch = {session->id, clock->instant};
    return db_write(db, write_touch, &touch, error);
}

/* --- ending ------------------------------------------------------------------------------------------ */

static bool write_end(DbConn *conn, void *argument, Error *error)
{
    return db_run(conn, NULL, error, "delete from session where token_hash = ?1", value_hash(argument));
}

bool session_end(Db *db, Str token, Error *error)
{
    unsigned char hash[HASH_BYTES];
    hash_token(token, hash);
    return db_write(db, write_end, hash, error);
}

static bool write_end_all(DbConn *conn, void *argument, Error *error)
{
    const int64_t *account = argument;
    return db_run(conn, NULL, error, "delete from session where account_id = ?1", value_integer(*account));
}

bool session_end_all(Db *db, int64_t account, Error *error)
{
    return db_write(db, write_end_all, &account, error);
}
