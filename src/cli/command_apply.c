/* cli/command_apply.c: the command that brings a city's folder into its database (cli/apply_run.h): by
 * itself, or through the server that runs on it (cli/control.h).
 */
#include "cli/command.h"

#include <limits.h>
#include <stdlib.h>

#include "cli/apply_run.h"
#include "cli/control.h"
#include "cli/place.h"
#include "cli/plan_place.h"

static void print_line(void *to, bool is_refusal, Str line)
{
    (void)to;
    fprintf(is_refusal ? stderr : stdout, "%.*s\n", STR_ARGS(line));
    fflush(is_refusal ? stderr : stdout);
}

/* From the root on: a server may run in another folder. */
static bool whole_path(const Call *call, Str path, Str *out, Error *error)
{
    char whole[PATH_MAX];
    if (!realpath(arena_printf(call->arena, "%.*s", STR_ARGS(path)).at, whole))
        return error_set(error, ERROR_NOT_FOUND, "%.*s: there is no such folder", STR_ARGS(path));
    *out = arena_str(call->arena, str_of(whole));
    return true;
}

/* Beside the database when nothing is said; a PostgreSQL database lies nowhere. */
static bool read_export(const Call *call, Str database, Str *out, Error *error)
{
    bool is_elsewhere = str_starts(database, S("postgres"));
    *out = call_option(call, "export", STR_EMPTY);
    if (out->len == 0 && is_elsewhere && call_has(call, "drop"))
        return error_set(
            error, ERROR_INPUT, "where is what goes to be written? Give a folder with --export DIR");
    if (out->len == 0)
        *out = arena_printf(call->arena, "%.*s.dropped", STR_ARGS(database));
    return true;
}

/* Through the server, when one listens beside the database. */
static bool apply_by_server(const Call *call, ApplyWish wish, Str database, bool *answered, Error *error)
{
    Str path = control_path(call->arena, database);
    Str export = wish.export, above, here;
    *answered = false;
    if (path.len == 0)
        return true;
    if (!whole_path(call, wish.folder, &wish.folder, error) || !whole_path(call, S("."), &here, error))
        return false;
    above = str_starts(export, S("/")) ? STR_EMPTY : arena_printf(call->arena, "%.*s/", STR_ARGS(here));
    wish.export = arena_printf(call->arena, "%.*s%.*s", STR_ARGS(above), STR_ARGS(export));
    return control_ask(path, &wish, print_line, NULL, answered, error);
}

static bool apply(const Call *call, Error *error)
{
    CLEANUP(db_cleanup) Db *db = NULL;
    Str database = place_db_url(call);
    ApplyWish wish = {
        .is_trial = call_has(call, "dry-run"), .drop = call_has(call, "drop"), .actor = call_actor()};
    bool answered = false;
    if (!place_city_folder(call, &wish.folder, error) || !read_export(call, database, &wish.export, error) ||
        !apply_by_server(call, wish, database, &answered, error))
        return false;
    return answered || (place_db(call, false, &db, error) &&
                           apply_run(db, call->arena, &wish, &call->clock, print_line, NULL, error));
}

const Command apply_commands[] = {
    {"apply", "", 0, 0,
        "brings the city's folder into the database: each plan's first edition, a table for each record type",
        "The steps are printed first; when one of them is refused, nothing is done. What says `was:` is "
        "renamed. "
        "What is declared no longer stays in the database, out of everybody's reach, until --drop writes it "
        "to "
        "files and removes it. A server that runs on the database goes over to the new declaration by "
        "itself.",
        {OPTION_CITY, OPTION_DB, {"dry-run", NULL, "prints the steps and takes none"},
            {"drop", NULL, "writes what is declared no longer to files and removes it"},
            {"export", "DIR", "where --drop writes; FILE.dropped beside the database when not given"}},
        apply},
    {0},
};
