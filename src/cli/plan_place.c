/* cli/plan_place.c: finding the edition, reading files and lists of numbers, for commands about plans. */
#include "cli/plan_place.h"

bool plan_place_begin(const Call *call, Str edition, PlanPlace *place, Error *error)
{
    return place_db(call, true, &place->db, error) && db_read_begin(place->db, &place->conn, error) &&
           plan_edition_find(place->conn, call->arena, call_option(call, "plan", STR_EMPTY), edition,
               &place->edition, error);
}

void plan_place_end(PlanPlace *place)
{
    db_read_end(&place->conn);
    db_close(place->db);
    place->db = NULL;
}

bool number_choice_read(Arena *arena, Str list, NumberChoice *out, Error *error)
{
    if (str_equal(list, S("all"))) {
        out->all = true;
        return true;
    }
    out->numbers = arena_array(arena, list.len + 1, sizeof *out->numbers);
    if (!out->numbers)
        return error_memory(error);
    for (Str rest = list, word; rest.len > 0;) {
        int64_t number;
        str_cut(rest, S(","), &word, &rest);
        if (!str_to_int(str_trim(word), &number) || number < 1 || number > UINT32_MAX)
            return error_set(
                error, ERROR_INPUT, "'%.*s' is no list of numbers; write 3,5 or all", STR_ARGS(list));
        out->numbers[out->count++] = (uint32_t)number;
    }
    return true;
}

bool number_choice_has(const NumberChoice *choice, int64_t number)
{
    for (size_t i = 0; i < choice->count; i++)
        if (choice->numbers[i] == number)
            return true;
    return choice->all;
}

static Str last_part(Str path)
{
    size_t from = path.len;
    while (from > 0 && path.at[from - 1] != '/')
        from--;
    return str_slice(path, from, path.len);
}

bool plan_files_read(Arena *arena, const FileNames *paths, PlanFiles *out, Error *error)
{
    for (size_t i = 0; i < paths->len; i++) {
        PlanFile *file = VEC_PUSH(arena, out);
        if (!file)
            return error_memory(error);
        file->name = last_part(paths->at[i]);
        if (!file_read(arena, paths->at[i], PLAN_IMPORT_MAX, &file->text, error))
            return false;
    }
    return true;
}

bool plan_import_for_city(PlanImport *request, const City *city, Str plan, Error *error)
{
    request->plan = plan;
    if (!city)
        return true;
    const CityPlan *known = plan.len > 0          ? city_plan(city, plan)
                            : city->plans.len > 0 ? &city->plans.at[0]
                                                  : NULL;
    if (plan.len > 0 && !known)
        return error_set(
            error, ERROR_NOT_FOUND, "the city has no plan '%.*s'; city.yaml names its plans", STR_ARGS(plan));
    request->profile = city->import_profile;
    request->profile_name = city->import_profile_name;
    if (!known)
        return true;
    request->plan = known->id;
    request->title = known->title.in[LANGUAGE_JA];
    if (request->edition.len == 0)
        request->edition = known->first_edition;
    return true;
}

Str call_actor(void)
{
    const char *name = getenv("LOGNAME");
    return name && *name ? str_of(name) : S("command line");
}

Language call_language(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT_OF(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return str_starts(str_of(value), S("ja")) ? LANGUAGE_JA : LANGUAGE_EN;
    }
    return LANGUAGE_EN;
}
