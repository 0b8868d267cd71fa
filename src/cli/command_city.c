/* cli/command_city.c: a city's folder checked: everything that is wrong in it, in one run. */
#include "base/file.h"
#include "base/json.h"
#include "cli/place.h"
#include "cli/plan_place.h"

enum { CHECK_JSON_MAX = 4 << 20 };

static void print_problems(FILE *out, const CityProblems *problems)
{
    for (size_t i = 0; i < problems->at.len; i++) {
        const Error *error = &problems->at.at[i].error;
        const char *warning = problems->at.at[i].is_warning ? "warning: " : "";
        fprintf(out, "%s:%ld:%ld: %s%s\n", error->file, error->line, error->column, warning, error->message);
    }
}

/* For editors: one object with every problem and its place. */
static bool print_problems_json(const CityProblems *problems, Str folder, Error *error)
{
    AUTO_BUF out;
    JsonWriter json;
    buf_init(&out, CHECK_JSON_MAX);
    json_writer_init(&json, &out, true);
    json_object_begin(&json);
    json_key_text(&json, "folder", folder);
    json_key_int(&json, "errors", (int64_t)problems->errors);
    json_key(&json, "problems");
    json_array_begin(&json);
    for (size_t i = 0; i < problems->at.len; i++) {
        const Error *at = &problems->at.at[i].error;
        json_object_begin(&json);
        json_key_text(&json, "file", str_of(at->file));
        json_key_int(&json, "line", at->line);
        json_key_int(&json, "column", at->column);
        json_key_text(&json, "severity", problems->at.at[i].is_warning ? S("warning") : S("error"));
        json_key_text(&json, "message", str_of(at->message));
        json_object_end(&json);
    }
    json_array_end(&json);
    json_object_end(&json);
    buf_add_byte(&out, '\n');
    return out.failed ? error_memory(error) : file_write(S("-"), buf_str(&out), error);
}

static bool check(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CityProblems problems = {.arena = call->arena};
    Str folder = call->argument_count > 0 ? call->arguments[0] : STR_EMPTY;
    Str format = call_option(call, "format", S("text"));
    bool is_json = str_equal(format, S("json"));
    if (!is_json && !str_equal(format, S("text")))
        return error_set(error, ERROR_INPUT, "the format is text or json");
    if (folder.len == 0 && !place_city_folder(call, &folder, error))
        return false;
    bool is_fine = city_read(&city, folder, &problems, error) && city_check_plan_keys(city, &problems, error);
    if (!is_fine && problems.errors == 0)
        return false; /* not the declarations' fault: a folder that is not there, no memory */
    if (is_json && !print_problems_json(&problems, folder, error))
        return false;
    if (!is_json)
        print_problems(is_fine ? stdout : stderr, &problems);
    if (!is_fine)
        return error_set(error, ERROR_INPUT, "%.*s: %zu error%s", STR_ARGS(folder), problems.errors,
            problems.errors == 1 ? "" : "s");
    if (!is_json)
        printf("%.*s is in order (services: %zu)\n", STR_ARGS(folder), city->services.len - 1);
    return true;
}

const Command city_commands[] = {
    {"check", "[DIR]", 0, 1, "reads a city's folder and says what is wrong in it",
        "Everything that is wrong is said in one run, each with file, line and column.",
        {OPTION_CITY, {"format", "FORMAT", "text or json (for editors); text when not given"}}, check},
    {0},
};
