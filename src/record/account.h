/* record/account.h: who may sign in, and in which roles.
 *
 * A login name is 1 to 64 characters of a-z 0-9 . _ - @, compared without case (stored in lower case). Roles
 * are names: "administrator" (accounts), "planner" (drafts and imports), and whatever a city declares.
 * Accounts are never deleted, only disabled, as history names them.
 *
 * Units (所属) are those a city declares. Belonging is dated, from a day up to the day before another, and
 * somebody may belong to several at once.
 */
#ifndef RECORD_ACCOUNT_H
#define RECORD_ACCOUNT_H

#include "base/arena.h"
#include "base/date.h"
#include "base/error.h"
#include "base/vec.h"
#include "db/db.h"
#include "record/password.h"

#define ROLE_ADMINISTRATOR "administrator"
#define ROLE_PLANNER "planner"

/* The tables of this floor (module "record", migrate.c): accounts, sessions, notes of reads, letters,
 * search; and those of history (module "history"). *applied counts steps of the first. */
MUST_USE bool record_migrate(Db *db, int *applied, Error *error);

typedef struct Account {
    int64_t id;
    Str login, display_name;
    VEC_OF(Str) roles; /* sorted */
    VEC_OF(Str) units; /* sorted; those of the day that account_read_units was given, none before it */
    bool disabled;
    int64_t created; /* instant */
    int64_t person;  /* id of the person of the register whose account it is; 0: none */
} Account;

bool account_has_role(const Account *account, Str role);
bool account_in_unit(const Account *account, Str unit);

typedef struct AccountNew {
    Str login, display_name, password;
    const Str *roles;
    size_t role_count;
    int64_t person; /* 0: none */
    const Str *units;
    size_t unit_count; /* from the day of the clock on */
} AccountNew;

/* ERROR_INPUT for a bad name, role, unit or password, ERROR_CONFLICT when the login exists. id may be NULL.
 * Any thread. */
MUST_USE bool account_create(
    Db *db, PasswordGate *gate, const AccountNew *account, const Clock *clock, int64_t *id, Error *error);
/* A new password; ends every session of the account. ERROR_NOT_FOUND without such a login. */
MUST_USE bool account_set_password(Db *db, PasswordGate *gate, Str login, Str password, Error *error);
/* Replaces the roles; ends every session of the account, as what they may do has changed. */
MUST_USE bool account_set_roles(Db *db, Str login, const Str *roles, size_t count, Error *error);
/* The units it belongs to from that day on: those not named any more end the day before, the others go on.
 * Ends every session, as what it may do has changed. */
MUST_USE bool account_set_units(Db *db, Str login, const Str *units, size_t count, Date from, Error *error);
/* Whose account it is, by the id of her row in the register of persons; 0: nobody's. Ends every session, as
 * what it may see has changed. */
MUST_USE bool account_set_person(Db *db, Str login, int64_t person, Error *error);
/* The id of the person of the register with that code, or that number; ERROR_NOT_FOUND when there is none, or
 * several have the number. The city's declaration must have been applied. */
MUST_USE bool account_find_person(DbConn *conn, Str code_or_number, int64_t *id, Error *error);
/* Disabled accounts cannot sign in; disabling ends every session. */
MUST_USE bool account_set_disabled(Db *db, Str login, bool disabled, Error *error);

/* NULL with ERROR_NOT_FOUND when there is none. The answer lives in the arena. */
Account *account_find(DbConn *conn, Arena *arena, Str login, Error *error) MUST_USE;
Account *account_get(DbConn *conn, Arena *arena, int64_t id, Error *error) MUST_USE;
/* Fills account->units with those it belongs to on the day. */
MUST_USE bool account_read_units(DbConn *conn, Arena *arena, Account *account, Date on, Error *error);
/* In order of login. */
typedef VEC_OF(Account) Accounts;
MUST_USE bool account_list(DbConn *conn, Arena *arena, Accounts *out, Error *error);

/* Signs nobody in; says whether name and password are right and the account not disabled: *out is then the
 * account, else NULL. An unknown name takes as long as a wrong password. */
MUST_USE bool account_check(
    Db *db, PasswordGate *gate, Arena *arena, Str login, Str password, Account **out, Error *error);

#endif
