/* A city on a fresh database: its plans stored, its declaration applied, its door open. What a declaration
 * refuses is an answer; everything else that fails is the test's failure. */
#include "town.h"

#include "base/file.h"
#include "city/apply.h"
#include "plan/format.h"
#include "plan/store.h"
#include "record/figure.h"
#include "testdb.h"

#define MIB ((size_t)1 << 20)
#define INPUTS_MAX 16

static void must(bool ok, const Error *error)
{
    if (!ok)
        fail_msg("%s:%ld:%ld: %s", error->file, error->line, error->column, error->message);
}

/* The plan as it stands in the folder, as its first edition. */
static void store_plan(const CityPlan *declared, Db *db, Arena *arena)
{
    FileNames names = {0};
    PlanFiles files = {0};
    PlanErrors wrong = {0};
    Error error = {0};
    must(directory_list(arena, declared->folder, S(".md"), &names, &error), &error);
    for (size_t i = 0; i < names.len; i++) {
        PlanFile *file = VEC_PUSH(arena, &files);
        assert_non_null(file);
        file->name = names.at[i];
        must(file_read(arena, names.at[i], 4 * MIB, &file->text, &error), &error);
    }
    Plan *plan = plan_read_markdown(arena, files.len, files.at, &wrong);
    must(plan != NULL, &wrong.at[0]);
    plan->id = declared->id;
    plan->title = declared->title.in[LANGUAGE_JA];
    plan->edition = declared->first_edition;
    const PlanSave save = {.plan = plan, .actor = S("test"), .state = PLAN_EDITION_DRAFT};
    int64_t id;
    must(plan_store_save(db, &save, &id, &error), &error);
}

void town_apply(const City *city, Db *db, const Clock *clock)
{
    AUTO_ARENA arena = arena_new(256 * MIB);
    Error error = {0};
    CitySteps steps;
    size_t counted;
    must(plan_store_migrate(db, NULL, &error), &error);
    must(city_migrate(db, NULL, &error), &error);
    must(record_migrate(db, NULL, &error), &error);
    for (size_t i = 0; i < city->plans.len; i++)
        if (city->plans.at[i].folder.len > 0)
            store_plan(&city->plans.at[i], db, arena);
    bool ok = city_apply(db, arena, city, clock, S("test"), &steps, &error);
    for (size_t i = 0; !ok && i < steps.at.len; i++)
        print_message("# %.*s\n", STR_ARGS(steps.at.at[i].words));
    must(ok, &error);
    must(figures_recount_stale(db, city, &counted, &error), &error);
    assert_true(counted > 0);
}

Town *town_new(const char *folder)
{
    Town *town = calloc(1, sizeof(*town));
    assert_non_null(town);
    Error error = {0};
    town->arena = arena_new(256 * MIB);
    assert_non_null(town->arena);
    town->clock = (Clock){.today = {2018, 6, 1}, .instant = INT64_C(1527811200000000)};
    must(city_read(&town->city, str_of(folder), NULL, &error), &error);
    must(db_open(&town->db, test_db_url(), NULL, &error), &error);
    town_apply(town->city, town->db, &town->clock);
    must(door_open(&town->door, town->city, town->db, &town->clock, &error), &error);
    return town;
}

void town_free(Town *town)
{
    door_close(town->door);
    db_close(town->db);
    city_free(town->city);
    arena_free(town->arena);
    free(town);
}

Asking town_job(const Town *town)
{
    return (Asking){.actor = actor_of_job("test"), .clock = town->clock, .arena = town->arena};
}

static size_t take_inputs(const TownInput *from, RecordInput to[INPUTS_MAX])
{
    size_t count = 0;
    for (; from[count].field != NULL; count++) {
        assert_true(count < INPUTS_MAX);
        to[count] = (RecordInput){str_of(from[count].field), str_of(from[count].text)};
    }
    return count;
}

/* Refused by the rules of the declaration, which is no failure of the test. */
static bool is_refused(const Error *error)
{
    return error->code == ERROR_INPUT || error->code == ERROR_DENIED;
}

/* Of the first service that has one, the registers among them. */
static const CityRecordType *type_of(const Town *town, const char *name)
{
    const CityRecordType *type = NULL;
    for (size_t i = 0; i < town->city->services.len && !type; i++)
        type = city_record_type(town->city, town->city->services.at[i], str_of(name));
    assert_non_null(type);
    return type;
}

Str town_create(Town *town, const char *type, Str about, const TownInput *inputs)
{
    RecordInput given[INPUTS_MAX];
    RecordDraft draft = {.type = type_of(town, type), .about = about, .inputs = given};
    draft.input_count = take_inputs(inputs, given);
    Asking asking = town_job(town);
    RecordMade made;
    RecordFaults faults;
    Error error = {0};
    if (record_create(town->door, &asking, &draft, 1, &made, &faults, &error))
        return made.code;
    must(is_refused(&error), &error);
    return STR_EMPTY;
}

static Record *read_record(Town *town, Str code)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Asking asking = town_job(town);
    Error error = {0};
    Record *record = NULL;
    must(db_read_begin(town->db, &conn, &error), &error);
    must(record_get(town->door, conn, &asking, code, &record, &error), &error);
    return record;
}

bool town_change(Town *town, Str code, const TownInput *inputs)
{
    RecordInput given[INPUTS_MAX];
    RecordEdit edit = {.code = code, .version = record_version(read_record(town, code)), .inputs = given};
    edit.input_count = take_inputs(inputs, given);
    edit.reason = STR_EMPTY;
    Asking asking = town_job(town);
    RecordFaults faults;
    Error error = {0};
    bool ok = record_change(town->door, &asking, &edit, 1, &faults, &error);
    must(ok || is_refused(&error), &error);
    return ok;
}

bool town_transition(Town *town, Str code, const char *transition)
{
    Asking asking = town_job(town);
    Error error = {0};
    bool ok = record_transition(town->door, &asking, code, 0, str_of(transition), STR_EMPTY, &error);
    must(ok || is_refused(&error), &error);
    return ok;
}

Str town_person(Town *town, const char *name, const char *birth, const char *from, const char *until)
{
    return town_create(town, "person", STR_EMPTY,
        TOWN_INPUTS({"name", name}, {"birth", birth}, {"resident_from", from}, {"resident_until", until}));
}
