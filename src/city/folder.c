/* city/folder.c: the files of a city's folder, read for the compiler.
 *
 * city.yaml must be there; import.yaml, letters/, parameters/ and services/ may be. Services lie in folders
 * of any name, a few levels deep.
 */
#include "base/file.h"
#include "city/city_internal.h"

enum { SERVICES_DEPTH_MAX = 4 };

static bool add_file(Arena *arena, Str folder, Str path, CityFiles *files, Error *error)
{
    if (files->len >= CITY_FILES_MAX)
        return error_set(error, ERROR_LIMIT, "%.*s: a city has at most %d files of declarations",
            STR_ARGS(folder), CITY_FILES_MAX);
    CityFile *file = VEC_PUSH(arena, files);
    if (!file)
        return error_memory(error);
    file->name = str_slice(path, folder.len + 1, path.len);
    return file_read(arena, path, CITY_FILE_MAX, &file->text, error);
}

static bool add_named(
    Arena *arena, Str folder, const char *name, bool is_needed, CityFiles *files, Error *error)
{
    Str path = arena_printf(arena, "%.*s/%s", STR_ARGS(folder), name);
    return (!is_needed && !file_exists(path)) || add_file(arena, folder, path, files, error);
}

static bool add_listed(
    Arena *arena, Str folder, Str below, const char *ending, CityFiles *files, Error *error)
{
    FileNames names = {0};
    if (!directory_list(arena, below, str_of(ending), &names, error))
        return false;
    for (size_t i = 0; i < names.len; i++)
        if (!add_file(arena, folder, names.at[i], files, error))
            return false;
    return true;
}

/* A service in a file of another ending would be passed over in silence. */
static bool check_endings(Arena *arena, Str folder, Error *error)
{
    FileNames names = {0};
    if (!directory_list(arena, folder, S(".yml"), &names, error))
        return false;
    return names.len == 0 ||
           error_at(error, ERROR_INPUT, names.at[0], 0, 0, "services end in .yaml; rename it");
}

static bool add_services(Arena *arena, Str folder, Str below, int depth, CityFiles *files, Error *error)
{
    FileNames folders = {0};
    if (depth == 0)
        return error_set(error, ERROR_LIMIT, "%.*s: services lie at most %d folders deep", STR_ARGS(below),
            SERVICES_DEPTH_MAX);
    if (!check_endings(arena, below, error) || !add_listed(arena, folder, below, ".yaml", files, error) ||
        !directory_list_folders(arena, below, &folders, error))
        return false;
    for (size_t i = 0; i < folders.len; i++)
        if (!add_services(arena, folder, folders.at[i], depth - 1, files, error))
            return false;
    return true;
}

bool city_read(City **out, Str folder, CityProblems *problems, Error *error)
{
    AUTO_ARENA arena = arena_new(CITY_ARENA_MAX);
    CityFiles files = {0};
    if (!arena)
        return error_memory(error);
    Str letters = arena_printf(arena, "%.*s/letters", STR_ARGS(folder));
    Str parameters = arena_printf(arena, "%.*s/parameters", STR_ARGS(folder));
    Str services = arena_printf(arena, "%.*s/services", STR_ARGS(folder));
    bool is_read =
        add_named(arena, folder, "city.yaml", true, &files, error) &&
        add_named(arena, folder, "import.yaml", false, &files, error) &&
        (!file_exists(letters) || add_listed(arena, folder, letters, ".md", &files, error)) &&
        (!file_exists(parameters) || add_listed(arena, folder, parameters, ".yaml", &files, error)) &&
        (!file_exists(services) || add_services(arena, folder, services, SERVICES_DEPTH_MAX, &files, error));
    if (is_read && arena_failed(arena))
        return error_memory(error);
    return is_read && city_compile(out, folder, &files, problems, error);
}
