/* cli/command_record.c: records from files, and what is due, from the command line. */
#include "base/file.h"
#include "cli/place.h"
#include "plan/encoding.h"
#include "record/duplicate.h"
#include "record/load.h"
#include "record/merge.h"

static void cleanup_door(Door **door)
{
    door_close(*door);
}

static bool read_today(Call *call, Error *error)
{
    Str today = call_option(call, "today", STR_EMPTY);
    return today.len == 0 || date_parse_iso(today, &call->clock.today) ||
           error_set(error, ERROR_INPUT, "%.*s is no date; write it as 2018-06-01", STR_ARGS(today));
}

/* "person", "experience-programme/entry"; "entry" where only one service has it. */
static bool find_type(const City *city, Str name, const CityRecordType **out, Error *error)
{
    Str service, rest;
    bool is_exact = str_cut(name, S("/"), &service, &rest);
    *out = NULL;
    for (size_t i = 0; i < city->services.len; i++) {
        const CityService *at = city->services.at[i];
        for (size_t k = 0; k < at->record_types.len; k++) {
            const CityRecordType *type = at->record_types.at[k];
            bool is = is_exact ? str_equal(at->id, service) && str_equal(type->name, rest)
                               : str_equal(type->name, name);
            if (is && *out)
                return error_set(error, ERROR_INPUT, "several services have '%.*s'; write SERVICE/%.*s",
                    STR_ARGS(name), STR_ARGS(name));
            if (is)
                *out = type;
        }
    }
    return *out || error_set(error, ERROR_INPUT, "the city has no record type '%.*s'", STR_ARGS(name));
}

static void print_problems(Str file, const RecordLoaded *loaded)
{
    for (size_t i = 0; i < loaded->problems.len; i++) {
        const RecordLoadProblem *problem = &loaded->problems.at[i];
        fprintf(stderr, "%.*s:%ld: %.*s%s%.*s\n", STR_ARGS(file), problem->line, STR_ARGS(problem->column),
            problem->column.len > 0 ? ": " : "", STR_ARGS(problem->words));
    }
    if (loaded->problem_count > loaded->problems.len)
        fprintf(stderr, "... and %zu more\n", loaded->problem_count - loaded->problems.len);
}

static bool load(const Call *given, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(cleanup_door) Door *door = NULL;
    Call call = *given;
    RecordLoad request = {
        .is_trial = call_has(&call, "dry-run"), .encoding = call_option(&call, "encoding", STR_EMPTY)};
    RecordLoaded loaded = {0};
    Str file = request.file = call.arguments[1];
    if (!read_today(&call, error) || !place_city(&call, &city, error) ||
        !find_type(city, call.arguments[0], &request.type, error) ||
        !file_read(call.arena, file, PLAN_TEXT_MAX, &request.bytes, error) ||
        !place_db(&call, true, &db, error) || !door_open(&door, city, db, &call.clock, error))
        return false;
    bool done = record_load(door, &call.clock, call.arena, &request, &loaded, error);
    print_problems(file, &loaded);
    if (done)
        printf("%.*s: rows %s: %zu (new %zu, changed %zu, there already %zu)\n", STR_ARGS(request.type->name),
            request.is_trial ? "in order, nothing was written" : "written", loaded.rows, loaded.made,
            loaded.changed, loaded.same);
    return done;
}

static bool due(const Call *given, Error *error)
{
    CLEANUP(city_cleanup) City *city = NULL;
    CLEANUP(db_cleanup) Db *db = NULL;
    CLEANUP(cleanup_door) Door *door = NULL;
    Call call = *given;
    size_t done = 0;
    if (!read_today(&call, error) || !place_city(&call, &city, error) || !place_db(&call, true, &db, error) ||
        !door_open(&door, city, db, &call.clock, error) ||
        !door_do_what_is_due(door, &call.clock, &done, error))
        return false;
    printf("records moved: %zu\n", done);
    return true;
}

/* --- persons who stand in the register twice ----------------------------------------------------- */

typedef struct Opened {
    City *city;
    Db *db;
    Door *door;
    Asking asking;
} Opened;

static void cleanup_opened(Opened *opened)
{
    door_close(opened->door);
    db_cleanup(&opened->db);
    city_cleanup(&opened->city);
}

static bool open_door(Call *call, Opened *out, Error *error)
{
    if (!read_today(call, error) || !place_city(call, &out->city, error) ||
        !place_db(call, true, &out->db, error) ||
        !door_open(&out->door, out->city, out->db, &call->clock, error))
        return false;
    out->asking =
        (Asking){.actor = actor_of_job(call->command->words), .clock = call->clock, .arena = call->arena};
    return true;
}

static bool duplicates(const Call *given, Error *error)
{
    CLEANUP(cleanup_opened) Opened opened = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Call call = *given;
    Duplicates found;
    if (!open_door(&call, &opened, error) || !db_read_begin(opened.db, &conn, error) ||
        !duplicates_find(opened.door, conn, &opened.asking, &found, error))
        return false;
    for (size_t i = 0; i < found.len; i++) {
        const Duplicate *pair = &found.at[i];
        Str birth = date_print_iso(call.arena, date_from_days((int32_t)pair->birth.integer));
        printf("%.*s\t%s", STR_ARGS(birth), pair->is_same ? "same" : "near");
        for (int k = 0; k < 2; k++)
            printf("\t%.*s\t%.*s\t%.*s", STR_ARGS(pair->codes[k]), STR_ARGS(pair->numbers[k]),
                STR_ARGS(pair->names[k]));
        putchar('\n');
    }
    return true;
}

static bool merge(const Call *given, Error *error)
{
    CLEANUP(cleanup_opened) Opened opened = {0};
    Call call = *given;
    size_t moved = 0;
    if (!open_door(&call, &opened, error) ||
        !record_merge(opened.door, &opened.asking, call.arguments[0], call.arguments[1],
            call_option(&call, "reason", STR_EMPTY), &moved, error))
        return false;
    printf("references that lead elsewhere now: %zu\n", moved);
    return true;
}

static bool split(const Call *given, Error *error)
{
    CLEANUP(cleanup_opened) Opened opened = {0};
    Call call = *given;
    size_t moved = 0;
    if (!open_door(&call, &opened, error) || !record_split(opened.door, &opened.asking, call.arguments[0],
                                                 call_option(&call, "reason", STR_EMPTY), &moved, error))
        return false;
    printf("references that lead elsewhere now: %zu\n", moved);
    return true;
}

#define OPTION_REASON                              \
    {                                              \
        "reason", "WORDS", "why; history keeps it" \
    }
#define OPTION_TODAY                                           \
    {                                                          \
        "today", "YYYY-MM-DD", "work as if this were the date" \
    }

const Command record_commands[] = {
    {"record load", "TYPE FILE.csv", 2, 2,
        "makes records from a CSV file, or says by line what is wrong in it",
        "TYPE is a record type: person, or SERVICE/TYPE. The first row names the fields, by name or title; "
        "`about`, or the\nname of what the records are about, holds its code. References are codes, or for "
        "registers the number of a row.\nAll rows are written "
        "or none. What is there already is not made again: a register's row is known by its number "
        "and\nchanged "
        "where it differs, any other by all its values.",
        {{"dry-run", NULL, "tries every row and writes nothing"},
            {"encoding", "NAME", "of the file; UTF-8, UTF-16 and CP932 are recognised"}, OPTION_TODAY,
            OPTION_CITY, OPTION_DB},
        load},
    {"record duplicates", "", 0, 0, "lists persons who may stand in the register twice",
        "The same day of birth and the same or a near reading. A line each: birth, same or near, then code, "
        "number "
        "and\nname of both.",
        {OPTION_TODAY, OPTION_CITY, OPTION_DB}, duplicates},
    {"record merge", "INTO FROM", 2, 2, "makes two rows of one person one; both keep their history",
        "Codes or numbers of persons. What led to FROM leads to INTO.",
        {OPTION_REASON, OPTION_TODAY, OPTION_CITY, OPTION_DB}, merge},
    {"record split", "FROM", 1, 1, "undoes the merge of a person into another", NULL,
        {OPTION_REASON, OPTION_TODAY, OPTION_CITY, OPTION_DB}, split},
    {"due", "", 0, 0, "does what is due: transitions that happen by themselves, offers that nobody answered",
        "A running server does this once a minute.", {OPTION_TODAY, OPTION_CITY, OPTION_DB}, due},
    {0},
};
