/* A city on a database and its random changes: all chance is decided before a closure runs, as a closure may
 * run again. Rows are saved by work_save, below the rules of the door. */
#include "world.h"

#include <inttypes.h>

#include "base/date.h"
#include "record/recount.h"
#include "testdb.h"
#include "town.h"

#define MIB ((size_t)1 << 20)
#define SAVES_MAX 4

static const Clock test_clock = {.today = {2018, 6, 1}, .instant = INT64_C(1527811200000000)};

static void must(bool ok, const Error *error)
{
    if (!ok)
        fail_msg("%s:%ld:%ld: %s", error->file, error->line, error->column, error->message);
}

static Asking job_asking(Arena *arena)
{
    return (Asking){.actor = actor_of_job("test"), .clock = test_clock, .arena = arena};
}

/* --- a city on a database ------------------------------------------------------------------------------- */

static World *new_world(const char *folder, Str url, uint64_t seed)
{
    World *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    Error error = {0};
    world->seed = seed;
    world->random.state = seed;
    world->url = url;
    must(city_read(&world->city, str_of(folder), NULL, &error), &error);
    must(db_open(&world->db, url, NULL, &error), &error);
    for (size_t i = 0; i < world->city->services.len; i++) {
        const CityService *service = world->city->services.at[i];
        for (size_t k = 0; k < service->record_types.len; k++) {
            assert_true(world->type_count < WORLD_TYPES_MAX);
            world->types[world->type_count++].type = service->record_types.at[k];
        }
    }
    return world;
}

World *world_new(const char *folder, uint64_t seed)
{
    World *world = new_world(folder, test_db_url(), seed);
    Error error = {0};
    town_apply(world->city, world->db, &test_clock);
    must(door_open(&world->door, world->city, world->db, &test_clock, &error), &error);
    return world;
}

World *world_beside(const World *world, const char *folder, uint64_t seed)
{
    World *beside = new_world(folder, world->url, seed);
    Error error = {0};
    must(door_open(&beside->door, beside->city, beside->db, &test_clock, &error), &error);
    for (size_t i = 0; i < world->type_count; i++) {
        memcpy(beside->types[i].ids, world->types[i].ids, sizeof(world->types[i].ids));
        beside->types[i].count = world->types[i].count;
    }
    return beside;
}

void world_free(World *world)
{
    door_close(world->door);
    db_close(world->db);
    city_free(world->city);
    free(world);
}

void world_write(World *world, DbWrite *write, void *argument)
{
    Error error = {0};
    bool ok = false;
    for (size_t tries = 0; tries < 100 && !ok; tries++) {
        ok = db_write(world->db, write, argument, &error);
        if (!ok && error.code != ERROR_BUSY) /* others wrote the same rows: the same may be tried again */
            break;
    }
    must(ok, &error);
}

/* --- random rows ---------------------------------------------------------------------------------------- */

static bool chance(World *world, size_t one_in)
{
    return random_below(&world->random, one_in) == 0;
}

static Value random_id(World *world, const CityRecordType *type)
{
    for (size_t i = 0; i < world->type_count; i++) {
        const WorldType *at = &world->types[i];
        if (at->type == type && at->count > 0)
            return value_reference(at->ids[random_below(&world->random, at->count)]);
    }
    return value_missing();
}

/* Days around the turn of fiscal years, and of school years for births. */
static Value random_date(World *world)
{
    static const int16_t years[] = {2004, 2010, 2011, 2012, 2017, 2017, 2018, 2018, 2018, 2019};
    Date day = {.year = years[random_below(&world->random, COUNT_OF(years))],
        .month = chance(world, 3) ? (int8_t)(1 + random_below(&world->random, 12)) : 4,
        .day = (int8_t)(1 + random_below(&world->random, 3))};
    return value_date(date_to_days(date_add_days(day, -1)));
}

/* Longer than the key of a group: what follows is cut, and a hash stands for it. */
#define LONG_TEXT                                                                                                  \
    "とても長い棚の名前で、百六十バイトを超えるので鍵の中では切られて、残りは" \
    "要約になる。ここまではどちらも同じで、その先が違う："

static Value random_text(World *world)
{
    static const char *const texts[] = {
        "", "a", "b", "a|b", "0=a", "\\#", "川", "森の本", LONG_TEXT "一", LONG_TEXT "二"};
    return value_text(str_of(texts[random_below(&world->random, COUNT_OF(texts))]));
}

static Value random_field(World *world, const CityField *field)
{
    if (chance(world, 6))
        return value_missing();
    int64_t number = (int64_t)random_below(&world->random, 25) - 4;
    switch (field->type) {
    case CITY_FIELD_REFERENCE:
        return random_id(world, field->record);
    case CITY_FIELD_DATE:
        return random_date(world);
    case CITY_FIELD_CHOICE:
        return value_text(field->choices.at[random_below(&world->random, field->choices.len)].name);
    case CITY_FIELD_BOOLEAN:
        return value_boolean(!chance(world, 3));
    case CITY_FIELD_INTEGER:
        return value_integer(number);
    case CITY_FIELD_YEN:
        return value_integer(number * 50);
    case CITY_FIELD_DECIMAL:
        return value_decimal(number * 250000 + 1);
    case CITY_FIELD_TEXT:
        return random_text(world);
    default:
        return value_missing();
    }
}

static bool is_random(const CityRecordType *type, size_t column)
{
    if (column == CITY_COLUMN_STATE)
        return type->states.len > 0;
    if (column == CITY_COLUMN_ABOUT)
        return type->about != NULL;
    return column >= CITY_COLUMN_COUNT;
}

static Value random_value(World *world, const CityRecordType *type, size_t column)
{
    if (column == CITY_COLUMN_STATE)
        return value_text(type->states.at[random_below(&world->random, type->states.len)].name);
    if (column == CITY_COLUMN_ABOUT)
        return random_id(world, type->about);
    return random_field(world, city_field_of_column(type, column));
}

/* --- writing -------------------------------------------------------------------------------------------- */

/* One closure: the saves that it makes. It may run again, so all chance is decided before. */
typedef struct Save {
    WorldType *at;
    int64_t id; /* 0: a new row */
    bool *is_set;
    Value *values;
} Save;

typedef struct Saves {
    World *world;
    Arena *arena;
    Save at[SAVES_MAX];
    size_t count;
} Saves;

static bool save_row(Work *work, Save *save, Arena *arena, Error *error)
{
    const CityRecordType *type = save->at->type;
    const Row *before = save->id == 0 ? NULL : sight_row(&work->sight, type, save->id);
    if (before == NULL && save->id != 0) /* others write the same rows: the closure runs again */
        return sight_ok(&work->sight, error) && error_set(error, ERROR_DATABASE, "a row is not there");
    Row *after = ARENA_NEW(arena, Row);
    assert_non_null(after);
    *after = (Row){&type->shape, arena_array(arena, type->shape.count, sizeof(Value))};
    assert_non_null(after->values);
    for (size_t i = 0; i < type->shape.count; i++)
        after->values[i] = save->is_set[i]  ? save->values[i]
                           : before == NULL ? value_missing()
                                            : before->values[i];
    const WorkWhy why = {
        .event = before == NULL ? "create" : "change", .transition = STR_EMPTY, .reason = STR_EMPTY};
    if (!work_save(work, type, before, after, &why, error))
        return false;
    save->id = after->values[CITY_COLUMN_ID].integer;
    return true;
}

static bool save_all(DbConn *conn, void *argument, Error *error)
{
    Saves *saves = argument;
    AUTO_ARENA arena = arena_new(64 * MIB);
    Asking asking = job_asking(arena);
    Work work;
    if (!work_begin(&work, saves->world->door, conn, arena, &asking, error))
        return false;
    Saves again = *saves; /* ids of new rows are kept only when all is well */
    for (size_t i = 0; i < again.count; i++)
        if (!save_row(&work, &again.at[i], arena, error))
            return false;
    if (!work_end(&work, error))
        return false;
    for (size_t i = 0; i < again.count; i++)
        saves->at[i].id = again.at[i].id;
    return true;
}

static Save *new_save(Saves *saves, WorldType *at, int64_t id)
{
    Save *save = &saves->at[saves->count++];
    *save = (Save){.at = at,
        .id = id,
        .is_set = arena_array(saves->arena, at->type->shape.count, sizeof(bool)),
        .values = arena_array(saves->arena, at->type->shape.count, sizeof(Value))};
    assert_true(save->is_set != NULL && save->values != NULL);
    return save;
}

static void set_random(World *world, Save *save, size_t column)
{
    save->is_set[column] = true;
    save->values[column] = random_value(world, save->at->type, column);
}

static void random_save(World *world, Saves *saves)
{
    WorldType *at = &world->types[random_below(&world->random, world->type_count)];
    while (at->type->dependents.len == 0 && !chance(world, 8)) /* mostly what figures hang on */
        at = &world->types[random_below(&world->random, world->type_count)];
    const CityRecordType *type = at->type;
    bool is_new = at->count == 0 || (at->count < 40 && chance(world, 2));
    Save *save = new_save(saves, at, is_new ? 0 : at->ids[random_below(&world->random, at->count)]);
    size_t changes = is_new ? 0 : 1 + random_below(&world->random, 3);
    for (size_t i = 0; i < type->shape.count; i++)
        if (is_new && is_random(type, i))
            set_random(world, save, i);
    while (changes > 0) {
        size_t column = random_below(&world->random, type->shape.count);
        if (is_random(type, column)) {
            set_random(world, save, column);
            changes--;
        }
    }
}

void world_step(World *world)
{
    AUTO_ARENA arena = arena_new(4 * MIB);
    Saves saves = {.world = world, .arena = arena};
    bool is_new[SAVES_MAX];
    size_t count = 1 + random_below(&world->random, SAVES_MAX);
    for (size_t i = 0; i < count; i++) {
        random_save(world, &saves);
        is_new[i] = saves.at[i].id == 0;
    }
    world_write(world, save_all, &saves);
    for (size_t i = 0; i < count; i++) {
        WorldType *at = saves.at[i].at;
        assert_true(at->count < WORLD_ROWS_MAX);
        if (is_new[i])
            at->ids[at->count++] = saves.at[i].id;
    }
}

/* --- one column ----------------------------------------------------------------------------------------- */

static WorldType *world_type(World *world, const CityRecordType *type)
{
    for (size_t i = 0; i < world->type_count; i++)
        if (world->types[i].type == type)
            return &world->types[i];
    fail_msg("the city has no record type '%.*s'", STR_ARGS(type->name));
    return NULL;
}

static Value value_now(World *world, const CityRecordType *type, int64_t id, size_t column, Arena *arena)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    must(db_read_begin(world->db, &conn, &error), &error);
    Sight sight;
    sight_init(&sight, world->door, conn, arena, NULL);
    const Row *row = sight_row(&sight, type, id);
    assert_non_null(row);
    return row->values[column];
}

static void write_column(World *world, const WorldChange *change, Value value)
{
    AUTO_ARENA arena = arena_new(4 * MIB);
    Saves saves = {.world = world, .arena = arena};
    Save *save = new_save(&saves, world_type(world, change->type), change->id);
    save->is_set[change->column] = true;
    save->values[change->column] = value;
    world_write(world, save_all, &saves);
}

bool world_change(World *world, const CityRecordType *type, size_t column, Arena *arena, WorldChange *out)
{
    const WorldType *at = world_type(world, type);
    if (at->count == 0 || !is_random(type, column))
        return false;
    *out =
        (WorldChange){.type = type, .column = column, .id = at->ids[random_below(&world->random, at->count)]};
    out->before = value_now(world, type, out->id, column, arena);
    write_column(world, out, random_value(world, type, column));
    return true;
}

void world_undo(World *world, const WorldChange *change)
{
    write_column(world, change, change->before);
}

/* --- the recount ---------------------------------------------------------------------------------------- */

size_t world_differences(World *world, Arena *arena, Str *words, size_t *cells)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    RecountReport report;
    must(db_read_begin(world->db, &conn, &error), &error);
    must(recount_compare(conn, world->db, world->city, arena, &report, &error), &error);
    *words = STR_EMPTY;
    for (size_t i = 0; i < report.differences.len; i++)
        *words = arena_printf(arena, "%.*s%.*s\n", STR_ARGS(*words), STR_ARGS(report.differences.at[i]));
    if (cells != NULL)
        *cells = report.cells;
    return report.difference_count;
}

void world_agrees(World *world, size_t *cells)
{
    AUTO_ARENA arena = arena_new(64 * MIB);
    Str words;
    size_t count = world_differences(world, arena, &words, cells);
    if (count > 0)
        fail_msg("seed %" PRIu64 ": %zu figures differ from a recount:\n%.*s", world->seed, count,
            STR_ARGS(words));
}
