/* cli/place.c: --city, $HITOMACHI_CITY, ./cities/X; --db, $HITOMACHI_DB, ./hitomachi.db. */
#include "cli/place.h"

#include "base/file.h"
#include "city/apply.h"
#include "plan/store.h"
#include "record/account.h"
#include "review/evaluation.h"
#include "review/inquiry.h"
#include "review/opinion.h"

static Str option_or_environment(const Call *call, const char *option, const char *variable)
{
    const char *outside = getenv(variable);
    return call_option(call, option, str_of(outside));
}

bool place_city_folder(const Call *call, Str *out, Error *error)
{
    *out = option_or_environment(call, "city", "HITOMACHI_CITY");
    if (out->len > 0)
        return true;
    FileNames names = {0};
    Error ignored = {0};
    if (!directory_list(call->arena, S("cities"), STR_EMPTY, &names, &ignored))
        names.len = 0;
    size_t found = 0;
    for (size_t i = 0; i < names.len; i++) {
        if (!file_exists(arena_printf(call->arena, "%.*s/city.yaml", STR_ARGS(names.at[i]))))
            continue;
        *out = names.at[i];
        found++;
    }
    return found == 1 ||
           error_set(error, ERROR_INPUT, "which city? Give its folder with --city DIR or HITOMACHI_CITY");
}

bool place_city(const Call *call, City **out, Error *error)
{
    Str folder;
    return place_city_folder(call, &folder, error) && city_read(out, folder, NULL, error);
}

bool place_city_if_any(const Call *call, City **out, Error *error)
{
    Str folder;
    Error none = {0};
    bool named = option_or_environment(call, "city", "HITOMACHI_CITY").len > 0;
    if (!named && !place_city_folder(call, &folder, &none)) {
        *out = NULL;
        return true;
    }
    return place_city(call, out, error);
}

Str place_db_url(const Call *call)
{
    Str url = option_or_environment(call, "db", "HITOMACHI_DB");
    return url.len > 0 ? url : S("hitomachi.db");
}

bool place_db(const Call *call, bool must_exist, Db **out, Error *error)
{
    Str url = place_db_url(call);
    bool is_file = !str_starts(url, S("postgresql:")) && !str_starts(url, S("postgres:")) &&
                   !str_starts(url, S("file:"));
    if (must_exist && is_file && !file_exists(url))
        return error_set(error, ERROR_NOT_FOUND,
            "there is no database %.*s yet; begin with `hitomachi plan import FILE` or `hitomachi apply`, "
            "or name another with --db",
            STR_ARGS(url));
    Db *db = NULL;
    if (!db_open(&db, url, &(DbOptions){0}, error))
        return false;
    if (!plan_store_migrate(db, NULL, error) || !city_migrate(db, NULL, error) ||
        !record_migrate(db, NULL, error) || !evaluation_migrate(db, NULL, error) ||
        !opinion_migrate(db, NULL, error) || !inquiry_migrate(db, NULL, error)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}
