/* cli/command_synth.c: an invented city written as the files that `record load` takes. */
#include "base/file.h"
#include "cli/place.h"
#include "kit/synth.h"

enum { FILE_MAX = 1 << 30 };

static bool read_number(const Call *call, const char *option, Str otherwise, int64_t *out, Error *error)
{
    Str text = call_option(call, option, otherwise);
    return (str_to_int(text, out) && *out >= 0) ||
           error_set(error, ERROR_INPUT, "--%s is a whole number, as 1000", option);
}

static bool read_request(const Call *call, SynthRequest *out, Error *error)
{
    Str today = call_option(call, "today", STR_EMPTY);
    out->today = call->clock.today;
    if (today.len > 0 && !date_parse_iso(today, &out->today))
        return error_set(error, ERROR_INPUT, "%.*s is no date; write it as 2018-06-01", STR_ARGS(today));
    return read_number(call, "people", S("1000"), &out->people, error) &&
           read_number(call, "seed", S("1"), &out->seed, error);
}

static void release(Buf files[SYNTH_FILE_COUNT])
{
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        buf_release(&files[i]);
}

static bool write_files(const Call *call, Str folder, const Buf files[SYNTH_FILE_COUNT], Error *error)
{
    if (!directory_make(folder, error))
        return false;
    for (int i = 0; i < SYNTH_FILE_COUNT; i++) {
        Str path = arena_printf(call->arena, "%.*s/%s", STR_ARGS(folder), synth_files[i].name);
        if (!file_write(path, buf_str(&files[i]), error))
            return false;
        printf("hitomachi record load %s %.*s\n", synth_files[i].type, STR_ARGS(path));
    }
    return true;
}

static bool synth(const Call *call, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    Buf files[SYNTH_FILE_COUNT];
    SynthRequest request = {0};
    if (!read_request(call, &request, error) || !place_city(call, &city, error))
        return false;
    request.municipality = city->code;
    for (int i = 0; i < SYNTH_FILE_COUNT; i++)
        buf_init(&files[i], FILE_MAX);
    bool made = synth_make(call->arena, &request, files, error) &&
                write_files(call, call_option(call, "out", S("synth")), files, error);
    release(files);
    return made;
}

const Command synth_commands[] = {
    {"synth", "", 0, 0, "writes an invented city: persons, households, residences, as files to load",
        "Nobody in it exists. The same numbers and date give the same bytes. Ages follow a published pyramid "
        "(kit/synth.h).\nPrints the commands that load the files, in their order.",
        {{"people", "N", "who live there today; 1000 when not given"},
            {"seed", "N", "another number, another city; 1 when not given"},
            {"today", "YYYY-MM-DD", "the day it is as of"},
            {"out", "FOLDER", "where the files are written; synth when not given"}, OPTION_CITY},
        synth},
    {0},
};
