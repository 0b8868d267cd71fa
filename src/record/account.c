/* Accounts in the database.
 *
 * Names are checked before anything is written. Each change of an account is one closure, which ends its
 * sessions. Belonging to a unit is a row from a day up to another; at most one of a unit has no end.
 */
#include "record/account.h"

#include "base/utf8.h"
#include "record/session.h"

#define LOGIN_MAX 64
#define NAME_MAX_CODE_POINTS 100
#define WORD_MAX 64 /* of a role, a unit */

static bool is_among(const Str *words, size_t count, Str word)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(words[i], word))
            return true;
    return false;
}

bool account_has_role(const Account *account, Str role)
{
    return is_among(account->roles.at, account->roles.len, role);
}

bool account_in_unit(const Account *account, Str unit)
{
    return is_among(account->units.at, account->units.len, unit);
}

/* --- names ------------------------------------------------------------------------------------------- */

/* The login in lower case; false when it is not one. */
static bool clean_login(Str login, char out[LOGIN_MAX], Str *clean)
{
    if (login.len == 0 || login.len > LOGIN_MAX)
        return false;
    for (size_t i = 0; i < login.len; i++) {
        char c = login.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("._-@", c));
        if (!good)
            return false;
        out[i] = c;
    }
    *clean = (Str){out, login.len};
    return true;
}

/* A name that a city declares. */
static bool word_is_good(Str word)
{
    for (size_t i = 0; i < word.len; i++) {
        char c = word.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return word.len > 0 && word.len <= WORD_MAX;
}

/* what: "role", "unit". */
static bool words_are_good(const char *what, const Str *words, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!word_is_good(words[i]))
            return error_set(
                error, ERROR_INPUT, "'%.*s' is no name of a %s: a-z, 0-9, _ and -", STR_ARGS(words[i]), what);
    return true;
}

static bool display_name_is_good(Str name, Error *error)
{
    bool good = name.len > 0 && utf8_check(name, NULL) && utf8_count(name) <= NAME_MAX_CODE_POINTS;
    for (size_t i = 0; good && i < name.len; i++)
        good = (unsigned char)name.at[i] >= 0x20 && name.at[i] != 0x7f;
    return good || error_set(error, ERROR_INPUT, "a name that others see has 1 to %d characters",
                       NAME_MAX_CODE_POINTS);
}

static bool login_is_bad(Error *error)
{
    return error_set(error, ERROR_INPUT, "a login name has 1 to %d characters: a-z, 0-9, . _ - @", LOGIN_MAX);
}

/* --- reading ----------------------------------------------------------------------------------------- */

static bool read_roles(DbConn *conn, Arena *arena, Account *account, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select role from account_role where account_id = ?1 order by role",
            value_integer(account->id)))
        return false;
    while (db_next(stmt, error)) {
        Str *role = VEC_PUSH(arena, &account->roles);
        if (!role)
            return error_memory(error);
        *role = db_text_copy(stmt, 0, arena);
    }
    return !db_broken(stmt);
}

bool account_read_units(DbConn *conn, Arena *arena, Account *account, Date on, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    account->units.len = 0;
    if (!db_query(conn, &stmt, error,
            "select distinct unit from account_unit where account_id = ?1 and from_day <= ?2 and "
            "(to_day is null or to_day > ?2) order by unit",
            value_integer(account->id), value_integer(date_to_days(on))))
        return false;
    while (db_next(stmt, error)) {
        Str *unit = VEC_PUSH(arena, &account->units);
        if (!unit)
            return error_memory(error);
        *unit = db_text_copy(stmt, 0, arena);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* Columns: id, login, display_name, disabled, created, person_id. */
static void take_row(DbStmt *stmt, Arena *arena, Account *account)
{
    *account = (Account){
        .id = db_integer(stmt, 0),
        .login = db_text_copy(stmt, 1, arena),
        .display_name = db_text_copy(stmt, 2, arena),
        .disabled = db_integer(stmt, 3) != 0,
        .created = db_integer(stmt, 4),
        .person = db_integer(stmt, 5),
    };
}

/* The one row of a statement, with its roles. */
static Account *take_one(DbConn *conn, DbStmt **stmt, Arena *arena, Error *error)
{
    Account *account = ARENA_NEW(arena, Account);
    if (!account) {
        error_memory(error);
        return NULL;
    }
    if (!db_next(*stmt, error)) {
        if (!db_broken(*stmt))
            error_set(error, ERROR_NOT_FOUND, "there is no such account");
        return NULL;
    }
    take_row(*stmt, arena, account);
    db_done(stmt);
    if (!read_roles(conn, arena, account, error))
        return NULL;
    if (!arena_failed(arena))
        return account;
    error_memory(error);
    return NULL;
}

Account *account_find(DbConn *conn, Arena *arena, Str login, Error *error)
{
    char room[LOGIN_MAX];
    Str clean;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!clean_login(login, room, &clean)) {
        error_set(error, ERROR_NOT_FOUND, "there is no such account");
        return NULL;
    }
    if (!db_query(conn, &stmt, error,
            "select id, login, display_name, disabled, created, person_id from account where login = ?1",
            value_text(clean)))
        return NULL;
    return take_one(conn, &stmt, arena, error);
}

Account *account_get(DbConn *conn, Arena *arena, int64_t id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select id, login, display_name, disabled, created, person_id from account where id = ?1",
            value_integer(id)))
        return NULL;
    return take_one(conn, &stmt, arena, error);
}

bool account_list(DbConn *conn, Arena *arena, Accounts *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (Accounts){0};
    if (!db_query(conn, &stmt, error,
            "select id, login, display_name, disabled, created, person_id from account order by login"))
        return false;
    while (db_next(stmt, error)) {
        Account *account = VEC_PUSH(arena, out);
        if (!account)
            return error_memory(error);
        take_row(stmt, arena, account);
    }
    if (db_broken(stmt))
        return false;
    db_done(&stmt);
    for (size_t i = 0; i < out->len; i++)
        if (!read_roles(conn, arena, &out->at[i], error))
            return false;
    return !arena_failed(arena) || error_memory(error);
}

/* --- writing ----------------------------------------------------------------------------------------- */

static bool write_roles(DbConn *conn, int64_t id, const Str *roles, size_t count, Error *error)
{
    if (!db_run(conn, NULL, error, "delete from account_role where account_id = ?1", value_integer(id)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!db_run(conn, NULL, error,
                "insert into account_role (account_id, role) values (?1, ?2) on conflict (account_id, role) "
                "do nothing",
                value_integer(id), value_text(roles[i])))
            return false;
    return true;
}

/* Belonging that would have begun that day or later is no more; what holds that day ends with the day before,
 * unless the unit is named again. */
static bool end_units(DbConn *conn, int64_t id, const Str *units, size_t count, int64_t day, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 16);
    Account now = {.id = id};
    if (!arena)
        return error_memory(error);
    if (!db_run(conn, NULL, error, "delete from account_unit where account_id = ?1 and from_day >= ?2",
            value_integer(id), value_integer(day)) ||
        !account_read_units(conn, arena, &now, date_from_days((int32_t)day), error))
        return false;
    for (size_t i = 0; i < now.units.len; i++) {
        Value to = is_among(units, count, now.units.at[i]) ? value_missing() : value_integer(day);
        if (!db_run(conn, NULL, error,
                "update account_unit set to_day = ?4 where account_id = ?1 and unit = ?2 and from_day < ?3 "
                "and (to_day is null or to_day > ?3)",
                value_integer(id), value_text(now.units.at[i]), value_integer(day), to))
            return false;
    }
    return true;
}

static bool write_units(DbConn *conn, int64_t id, const Str *units, size_t count, Date from, Error *error)
{
    int64_t day = date_to_days(from);
    if (!end_units(conn, id, units, count, day, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t open = 0;
        if (!db_one_integer(conn, &open, error,
                "select count(*) from account_unit where account_id = ?1 and unit = ?2 and to_day is null",
                value_integer(id), value_text(units[i])))
            return false;
        if (open == 0 && !db_run(conn, NULL, error,
                             "insert into account_unit (account_id, unit, from_day) values (?1, ?2, ?3)",
                             value_integer(id), value_text(units[i]), value_integer(day)))
            return false;
    }
    return true;
}

static Value person_value(int64_t person)
{
    return person > 0 ? value_integer(person) : value_missing();
}

typedef struct Creation {
    const AccountNew *account;
    Str login;
    const char *hash;
    const Clock *clock;
    int64_t id;
} Creation;

static bool write_account(DbConn *conn, void *argument, Error *error)
{
    Creation *creation = argument;
    const AccountNew *account = creation->account;
    int64_t same = 0;
    creation->id = 0;
    if (!db_one_integer(
            conn, &same, error, "select count(*) from account where login = ?1", value_text(creation->login)))
        return false;
    if (same > 0)
        return error_set(
            error, ERROR_CONFLICT, "there is an account '%.*s' already", STR_ARGS(creation->login));
    if (!db_insert(conn, &creation->id, error,
            "insert into account (login, display_name, password_hash, disabled, created, person_id) "
            "values (?1, ?2, ?3, 0, ?4, ?5)",
            value_text(creation->login), value_text(account->display_name),
            value_text(str_of(creation->hash)), value_integer(creation->clock->instant),
            person_value(account->person)))
        return false;
    return write_roles(conn, creation->id, account->roles, account->role_count, error) &&
           write_units(
               conn, creation->id, account->units, account->unit_count, creation->clock->today, error);
}

bool account_create(
    Db *db, PasswordGate *gate, const AccountNew *account, const Clock *clock, int64_t *id, Error *error)
{
    char room[LOGIN_MAX], hash[PASSWORD_HASH_SIZE];
    Creation creation = {.account = account, .hash = hash, .clock = clock};
    if (!clean_login(account->login, room, &creation.login))
        return login_is_bad(error);
    if (!display_name_is_good(account->display_name, error) ||
        !words_are_good("role", account->roles, account->role_count, error) ||
        !words_are_good("unit", account->units, account->unit_count, error) ||
        !password_acceptable(account->password, account->login, account->display_name, error) ||
        !password_hash(gate, account->password, hash, error) ||
        !db_write(db, write_account, &creation, error))
        return false;
    if (id)
        *id = creation.id;
    return true;
}

/* One change of an account found by its login; every session of it ends with the change. */
typedef struct Change {
    Str login;
    const char *hash; /* NULL: the password stays */
    const Str *roles; /* with set_roles */
    size_t role_count;
    const Str *units; /* with set_units */
    size_t unit_count;
    Date from;
    bool set_roles, set_units, set_disabled, disabled, set_person;
    int64_t person;
} Change;

static bool write_change(DbConn *conn, void *argument, Error *error)
{
    const Change *change = argument;
    int64_t id = 0;
    if (!db_one_integer(
            conn, &id, error, "select id from account where login = ?1", value_text(change->login))) {
        if (error->code == ERROR_NOT_FOUND)
            error_set(error, ERROR_NOT_FOUND, "there is no account '%.*s'", STR_ARGS(change->login));
        return false;
    }
    if (change->hash && !db_run(conn, NULL, error, "update account set password_hash = ?2 where id = ?1",
                            value_integer(id), value_text(str_of(change->hash))))
        return false;
    if (change->set_roles && !write_roles(conn, id, change->roles, change->role_count, error))
        return false;
    if (change->set_units && !write_units(conn, id, change->units, change->unit_count, change->from, error))
        return false;
    if (change->set_disabled && !db_run(conn, NULL, error, "update account set disabled = ?2 where id = ?1",
                                    value_integer(id), value_integer(change->disabled)))
        return false;
    if (change->set_person && !db_run(conn, NULL, error, "update account set person_id = ?2 where id = ?1",
                                  value_integer(id), person_value(change->person)))
        return false;
    return db_run(conn, NULL, error, "delete from session where account_id = ?1", value_integer(id));
}

static bool change_account(Db *db, Str login, Change *change, Error *error)
{
    char room[LOGIN_MAX];
    if (!clean_login(login, room, &change->login))
        return error_set(error, ERROR_NOT_FOUND, "there is no account '%.*s'", STR_ARGS(login));
    return db_write(db, write_change, change, error);
}

static bool find_display_name(Db *db, Arena *arena, Str login, Str *name, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(db, &conn, error))
        return false;
    const Account *account = account_find(conn, arena, login, error);
    if (!account)
        return false;
    *name = account->display_name;
    return true;
}

bool account_set_password(Db *db, PasswordGate *gate, Str login, Str password, Error *error)
{
    char hash[PASSWORD_HASH_SIZE];
    Str name;
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    if (!arena)
        return error_memory(error);
    if (!find_display_name(db, arena, login, &name, error) ||
        !password_acceptable(password, login, name, error) || !password_hash(gate, password, hash, error))
        return false;
    return change_account(db, login, &(Change){.hash = hash}, error);
}

bool account_set_roles(Db *db, Str login, const Str *roles, size_t count, Error *error)
{
    if (!words_are_good("role", roles, count, error))
        return false;
    return change_account(
        db, login, &(Change){.set_roles = true, .roles = roles, .role_count = count}, error);
}

bool account_set_units(Db *db, Str login, const Str *units, size_t count, Date from, Error *error)
{
    if (!words_are_good("unit", units, count, error))
        return false;
    return change_account(
        db, login, &(Change){.set_units = true, .units = units, .unit_count = count, .from = from}, error);
}

bool account_set_person(Db *db, Str login, int64_t person, Error *error)
{
    return change_account(db, login, &(Change){.set_person = true, .person = person}, error);
}

bool account_set_disabled(Db *db, Str login, bool disabled, Error *error)
{
    return change_account(db, login, &(Change){.set_disabled = true, .disabled = disabled}, error);
}

/* --- checking ---------------------------------------------------------------------------------------- */

/* The stored hash of a login that is not disabled; empty when there is none. */
static bool find_hash(DbConn *conn, Arena *arena, Str login, Str *hash, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *hash = STR_EMPTY;
    if (!db_query(conn, &stmt, error, "select password_hash from account where login = ?1 and disabled = 0",
            value_text(login)))
        return false;
    if (db_next(stmt, error))
        *hash = db_text_copy(stmt, 0, arena);
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool account_check(
    Db *db, PasswordGate *gate, Arena *arena, Str login, Str password, Account **out, Error *error)
{
    char room[LOGIN_MAX];
    Str clean = STR_EMPTY, hash;
    bool right = false;
    *out = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!clean_login(login, room, &clean) || password.len > PASSWORD_BYTES_MAX)
        clean = STR_EMPTY; /* no account has this name */
    if (!db_read_begin(db, &conn, error) || !find_hash(conn, arena, clean, &hash, error))
        return false;
    db_read_end(&conn); /* not held while Argon2id takes its time */
    if (password.len > PASSWORD_BYTES_MAX)
        password = STR_EMPTY;
    if (!password_verify(gate, hash, password, &right, error))
        return false;
    if (!right)
        return true;
    if (!db_read_begin(db, &conn, error))
        return false;
    *out = account_find(conn, arena, clean, error);
    return *out != NULL;
}
