/* cli/command_account.c: accounts from the command line, for whoever runs the machine.
 *
 * Passwords come on the standard input, one line, never as an argument that others on the machine could see.
 */
#include "cli/place.h"

#include <unistd.h>

#include "base/file.h"
#include "record/account.h"

enum { NAMES_MAX = 32, PASSWORD_INPUT_MAX = 4096 };

#define OPTION_PASSWORD                                                                \
    {                                                                                  \
        "password-stdin", NULL, "read the password, one line, from the standard input" \
    }
#define OPTION_PERSON                                                                 \
    {                                                                                 \
        "person", "CODE-or-NUMBER", "whose account it is, by the register of persons" \
    }
#define OPTION_ROLE                                                                                  \
    {                                                                                                \
        "role", "ROLE,...", "what the account may do: planner, administrator, or a role of the city" \
    }

#define OPTION_UNIT                                                    \
    {                                                                  \
        "unit", "UNIT,...", "the units of the city that it belongs to" \
    }

static bool read_password(const Call *call, Str *out, Error *error)
{
    if (!call_has(call, "password-stdin"))
        return error_set(
            error, ERROR_INPUT, "give the password on the standard input, with --password-stdin");
    if (isatty(STDIN_FILENO))
        fprintf(stderr, "password: ");
    Str text;
    if (!file_read(call->arena, S("-"), PASSWORD_INPUT_MAX, &text, error))
        return false;
    return str_line(&text, out) || error_set(error, ERROR_INPUT, "no password came on the standard input");
}

/* Names divided by commas. */
typedef struct Names {
    Str at[NAMES_MAX];
    size_t count;
} Names;

static bool read_names(Str list, Names *out, Error *error)
{
    *out = (Names){.count = 0};
    for (Str rest = list; rest.len > 0;) {
        if (out->count == NAMES_MAX)
            return error_set(error, ERROR_LIMIT, "more than %d names", NAMES_MAX);
        str_cut(rest, S(","), &out->at[out->count++], &rest);
    }
    return true;
}

/* The city where one is named or found; without it names are not compared with what it declares. */
static City *city_if_any(const Call *call)
{
    City *city = NULL;
    Error ignored = {0};
    return place_city(call, &city, &ignored) ? city : NULL;
}

/* Every one must be built in or declared by the city. */
static bool read_roles(const Call *call, Names *out, Error *error)
{
    CLEANUP(city_cleanup) City *city = city_if_any(call);
    if (!read_names(call_option(call, "role", STR_EMPTY), out, error))
        return false;
    for (size_t i = 0; i < out->count; i++) {
        Str role = out->at[i];
        if (!str_equal(role, S(ROLE_PLANNER)) && !str_equal(role, S(ROLE_ADMINISTRATOR)) && city &&
            !city_role(city, role))
            return error_set(error, ERROR_INPUT, "the city has no role '%.*s'", STR_ARGS(role));
    }
    return true;
}

/* Every one must be declared by the city. */
static bool read_units(const Call *call, Names *out, Error *error)
{
    CLEANUP(city_cleanup) City *city = city_if_any(call);
    if (!read_names(call_option(call, "unit", STR_EMPTY), out, error))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (city && !city_unit(city, out->at[i]))
            return error_set(error, ERROR_INPUT, "the city has no unit '%.*s'", STR_ARGS(out->at[i]));
    return true;
}

/* The id of the person with that code; empty: nobody. */
static bool find_person(Db *db, Str code, int64_t *id, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    *id = 0;
    return code.len == 0 || (db_read_begin(db, &conn, error) && account_find_person(conn, code, id, error));
}

static bool add(const Call *call, Error *error)
{
    Names roles, units;
    AccountNew account = {.login = call->arguments[0], .roles = roles.at, .units = units.at};
    account.display_name = call_option(call, "name", account.login);
    if (!read_roles(call, &roles, error) || !read_units(call, &units, error) ||
        !read_password(call, &account.password, error))
        return false;
    account.role_count = roles.count;
    account.unit_count = units.count;
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!place_db(call, false, &db, error) ||
        !find_person(db, call_option(call, "person", STR_EMPTY), &account.person, error) ||
        !account_create(db, NULL, &account, &call->clock, NULL, error))
        return false;
    printf("account %.*s made\n", STR_ARGS(account.login));
    return true;
}

static bool set_password(const Call *call, Error *error)
{
    Str password;
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!read_password(call, &password, error) || !place_db(call, true, &db, error) ||
        !account_set_password(db, NULL, call->arguments[0], password, error))
        return false;
    printf("password of %.*s set; its sessions have ended\n", STR_ARGS(call->arguments[0]));
    return true;
}

static bool set_roles(const Call *call, Error *error)
{
    Names roles;
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!read_roles(call, &roles, error) || !place_db(call, true, &db, error) ||
        !account_set_roles(db, call->arguments[0], roles.at, roles.count, error))
        return false;
    printf("roles of %.*s set; its sessions have ended\n", STR_ARGS(call->arguments[0]));
    return true;
}

static bool set_units(const Call *call, Error *error)
{
    Names units;
    Date from = call->clock.today;
    Str day = call_option(call, "from", STR_EMPTY);
    CLEANUP(db_cleanup) Db *db = NULL;
    if ((day.len > 0 && !date_parse(day, &from, error)) || !read_units(call, &units, error) ||
        !place_db(call, true, &db, error) ||
        !account_set_units(db, call->arguments[0], units.at, units.count, from, error))
        return false;
    printf("units of %.*s set from %.*s on; its sessions have ended\n", STR_ARGS(call->arguments[0]),
        STR_ARGS(date_print_iso(call->arena, from)));
    return true;
}

static bool set_person(const Call *call, Error *error)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    Str login = call->arguments[0], code = call->argument_count > 1 ? call->arguments[1] : STR_EMPTY;
    int64_t person = 0;
    if (!place_db(call, true, &db, error) || !find_person(db, code, &person, error) ||
        !account_set_person(db, login, person, error))
        return false;
    printf("account %.*s belongs to %s%.*s now; its sessions have ended\n", STR_ARGS(login),
        person > 0 ? "person " : "nobody", STR_ARGS(code));
    return true;
}

static bool set_disabled(const Call *call, bool disabled, Error *error)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    if (!place_db(call, true, &db, error) || !account_set_disabled(db, call->arguments[0], disabled, error))
        return false;
    printf("account %.*s %s\n", STR_ARGS(call->arguments[0]), disabled ? "disabled" : "enabled");
    return true;
}

static bool disable(const Call *call, Error *error)
{
    return set_disabled(call, true, error);
}

static bool enable(const Call *call, Error *error)
{
    return set_disabled(call, false, error);
}

static void print_names(const Str *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s%.*s", i > 0 ? "," : "", STR_ARGS(names[i]));
}

static bool list(const Call *call, Error *error)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Accounts accounts = {0};
    if (!place_db(call, true, &db, error) || !db_read_begin(db, &conn, error) ||
        !account_list(conn, call->arena, &accounts, error))
        return false;
    for (size_t i = 0; i < accounts.len; i++) {
        Account *account = &accounts.at[i];
        if (!account_read_units(conn, call->arena, account, call->clock.today, error))
            return false;
        printf("%.*s\t%.*s\t%s\t", STR_ARGS(account->login), STR_ARGS(account->display_name),
            account->disabled ? "disabled" : "enabled");
        print_names(account->roles.at, account->roles.len);
        printf("\t");
        print_names(account->units.at, account->units.len);
        printf("\n");
    }
    return true;
}

const Command account_commands[] = {
    {"account add", "LOGIN", 1, 1, "makes an account that can sign in", NULL,
        {{"name", "NAME", "name that others see"}, OPTION_ROLE, OPTION_UNIT, OPTION_PERSON, OPTION_PASSWORD,
            OPTION_CITY, OPTION_DB},
        add},
    {"account person", "LOGIN [CODE-or-NUMBER]", 1, 2, "says whose account it is; without that, nobody's",
        "By the code or the number of her row in the register of persons. Who has one acts as a resident.",
        {OPTION_DB}, set_person},
    {"account password", "LOGIN", 1, 1, "sets a password and ends the account's sessions", NULL,
        {OPTION_PASSWORD, OPTION_DB}, set_password},
    {"account roles", "LOGIN", 1, 1, "replaces what an account may do", NULL,
        {OPTION_ROLE, OPTION_CITY, OPTION_DB}, set_roles},
    {"account units", "LOGIN", 1, 1, "replaces the units an account belongs to",
        "Without --unit: none any more.",
        {OPTION_UNIT, {"from", "DATE", "the first day on which it is so; today without it"}, OPTION_CITY,
            OPTION_DB},
        set_units},
    {"account disable", "LOGIN", 1, 1, "forbids an account to sign in; nothing of it is deleted", NULL,
        {OPTION_DB}, disable},
    {"account enable", "LOGIN", 1, 1, "allows it again", NULL, {OPTION_DB}, enable},
    {"account list", "", 0, 0, "login, name, standing, roles and units, a line each", NULL, {OPTION_DB},
        list},
    {0},
};
