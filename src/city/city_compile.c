/* city/city_compile.c: the texts of a city's folder, compiled in their order into one City.
 *
 * city.yaml says which roles, units and plans there are; then come parameters, the product's registers,
 * letters and services. Problems of all of them are collected; a City is given out only without errors.
 */
#include "city/city_internal.h"

static int by_name(const void *a, const void *b)
{
    return str_compare(((const CityFile *)a)->name, ((const CityFile *)b)->name);
}

/* The city's own copy, in order of names, whatever order they came in. */
static bool copy_files(City *city, const CityFiles *files, CityFiles *out)
{
    for (size_t i = 0; i < files->len; i++) {
        CityFile *slot = VEC_PUSH(city->arena, out);
        if (!slot)
            return false;
        slot->name = arena_str(city->arena, files->at[i].name);
        slot->text = arena_str(city->arena, files->at[i].text);
    }
    if (out->len > 1)
        qsort(out->at, out->len, sizeof(CityFile), by_name);
    return !arena_failed(city->arena);
}

static bool is_below(const CityFile *file, Str folder, Str ending)
{
    return str_starts(file->name, folder) && str_ends(file->name, ending);
}

static Str path_of(const City *city, Str name)
{
    return arena_printf(city->arena, "%.*s/%.*s", STR_ARGS(city->folder), STR_ARGS(name));
}

static void read_services(City *city, CityProblems *problems, const CityFiles *files)
{
    for (size_t i = 0; i < files->len; i++) {
        Reader reader;
        Error error = {0};
        if (!is_below(&files->at[i], S("services/"), S(".yaml")))
            continue;
        reader_init(&reader, city, problems, path_of(city, files->at[i].name), files->at[i].text);
        const YamlNode *root = yaml_read(city->arena, reader.text, reader.file, &error);
        if (root)
            read_service(&reader, root);
        else
            (void)refuse_error(&reader, &error);
    }
}

/* Of every name and text, and of the product's own declarations. */
static Str hash_of_files(Arena *arena, const CityFiles *files)
{
    VEC_OF(Str) texts = {0};
    Str *slot = VEC_PUSH(arena, &texts);
    if (slot)
        *slot = city_registers_text;
    for (size_t i = 0; slot && i < files->len; i++) {
        if (str_equal(files->at[i].name, S("import.yaml")))
            continue; /* how foreign tables are read changes nothing in the database */
        slot = VEC_PUSH(arena, &texts);
        if (slot)
            *slot = files->at[i].name;
        slot = slot ? VEC_PUSH(arena, &texts) : NULL;
        if (slot)
            *slot = files->at[i].text;
    }
    return slot ? hash_texts(arena, texts.at, texts.len) : STR_EMPTY;
}

static void compile_files(City *city, CityProblems *problems, const CityFiles *files)
{
    for (size_t i = 0; i < files->len; i++) {
        const CityFile *file = &files->at[i];
        if (str_equal(file->name, S("city.yaml"))) {
            Reader reader;
            reader_init(&reader, city, problems, path_of(city, file->name), file->text);
            read_city_file(&reader);
        } else if (str_equal(file->name, S("import.yaml"))) {
            city->import_profile = file->text;
            city->import_profile_name = path_of(city, file->name);
        }
    }
    if (!city->languages[LANGUAGE_JA]) {
        Reader reader;
        reader_init(&reader, city, problems, path_of(city, S("city.yaml")), STR_EMPTY);
        (void)refuse_place(&reader, 1, 1, "the city's own file, city.yaml, is missing");
    }
    if (problems->errors > 0)
        return; /* roles and units are not known: services would be complained of for nothing */
    for (size_t i = 0; i < files->len; i++)
        if (is_below(&files->at[i], S("parameters/"), S(".yaml")))
            read_parameter_file(city, problems, &files->at[i]);
    read_registers(city, problems);
    for (size_t i = 0; i < files->len; i++)
        if (is_below(&files->at[i], S("letters/"), S(".md")))
            read_letter_file(city, problems, &files->at[i]);
    read_services(city, problems, files);
    check_was_of_services(city, problems);
    city->hash = hash_of_files(city->arena, files);
}

static bool compile_into(City *city, Str folder, const CityFiles *files, CityProblems *problems, Error *error)
{
    city->folder = arena_str(city->arena, folder);
    city->import_profile = city->import_profile_name = city->hash = city->code = STR_EMPTY;
    if (!copy_files(city, files, &city->files))
        return error_memory(error);
    compile_files(city, problems, &city->files);
    if (arena_failed(city->arena))
        return error_memory(error);
    return problems_end(problems, error);
}

bool city_compile(City **out, Str folder, const CityFiles *files, CityProblems *problems, Error *error)
{
    AUTO_ARENA own_arena = NULL;
    CityProblems own = {0};
    if (!problems) {
        own_arena = arena_new(CITY_ARENA_MAX);
        own.arena = own_arena;
        problems = &own;
        if (!own_arena)
            return error_memory(error);
    }
    Arena *arena = arena_new(CITY_ARENA_MAX);
    City *city = arena ? ARENA_NEW(arena, City) : NULL;
    if (!city) {
        arena_free(arena);
        return error_memory(error);
    }
    city->arena = arena;
    if (!compile_into(city, folder, files, problems, error)) {
        city_free(city);
        return false;
    }
    *out = city;
    return true;
}

void city_free(City *city)
{
    if (city)
        arena_free(city->arena);
}

void city_cleanup(City **city)
{
    city_free(*city);
    *city = NULL;
}
