/* tests/support/circle.c: the sample city running on a test database, through the door. */
#include "circle.h"

#include "city/apply.h"
#include "town.h"

enum { ARENA_MAX = 512 << 20 };

/* 2018-06-01, 09:00 in Japan. */
static const Clock START = {.today = {2018, 6, 1}, .instant = 1527811200000000};

static void need(bool good, const Error *error, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "circle: %s: ", what);
    error_print(stderr, error);
    abort();
}

static bool is_applied(Circle *circle)
{
    Error error = {0};
    Str applied = STR_EMPTY;
    DbConn *conn = NULL;
    need(db_read_begin(circle->db, &conn, &error), &error, "reading");
    need(city_applied_hash(conn, circle->arena, &applied, &error), &error, "what is applied");
    db_read_end(&conn);
    return str_equal(applied, circle->city->hash);
}

/* The sample city, but a child may be entered any number of times. */
static void read_without_once(Circle *circle)
{
    Error error = {0};
    CLEANUP(city_cleanup) City *sample = NULL;
    CityFiles files = {0};
    const Str once = S(" once: child,");
    need(city_read(&sample, S("cities/aomori"), NULL, &error), &error, "the city's folder");
    for (size_t i = 0; i < sample->files.len; i++) {
        CityFile *file = VEC_PUSH(circle->arena, &files);
        need(file != NULL, &(Error){.code = ERROR_MEMORY}, "memory");
        *file = sample->files.at[i];
        ptrdiff_t at = str_find(file->text, once, 0);
        if (at >= 0)
            file->text = arena_join(circle->arena, str_slice(file->text, 0, (size_t)at),
                str_slice(file->text, (size_t)at + once.len, file->text.len));
    }
    need(city_compile(&circle->city, S("cities/aomori"), &files, NULL, &error), &error, "the city");
}

static void open_circle(Circle *circle, Str url, bool as_declared)
{
    Error error = {0};
    *circle = (Circle){.arena = arena_new(ARENA_MAX)};
    need(circle->arena != NULL, &(Error){.code = ERROR_MEMORY}, "memory");
    circle->asking = (Asking){.actor = actor_of_job("test"), .clock = START, .arena = circle->arena};
    need(db_open(&circle->db, url, NULL, &error), &error, "database");
    need(city_migrate(circle->db, NULL, &error), &error, "tables of the city");
    if (as_declared)
        need(city_read(&circle->city, S("cities/aomori"), NULL, &error), &error, "the city's folder");
    else
        read_without_once(circle);
    if (!is_applied(circle))
        town_apply(circle->city, circle->db, &circle->asking.clock);
    need(door_open(&circle->door, circle->city, circle->db, &circle->asking.clock, &error), &error, "door");
    const CityService *service = city_service(circle->city, S("experience-programme"));
    need(service != NULL, &(Error){.message = "not there"}, "experience-programme");
    circle->person = city_record_type(circle->city, NULL, S("person"));
    circle->guardianship = city_record_type(circle->city, NULL, S("guardianship"));
    circle->session = city_record_type(circle->city, service, S("session"));
    circle->entry = city_record_type(circle->city, service, S("entry"));
}

void circle_open(Circle *circle, Str url)
{
    open_circle(circle, url, false);
}

void circle_open_as_declared(Circle *circle, Str url)
{
    open_circle(circle, url, true);
}

void circle_close(Circle *circle)
{
    door_close(circle->door);
    db_close(circle->db);
    city_free(circle->city);
    arena_free(circle->arena);
    *circle = (Circle){0};
}

void circle_reopen_door(Circle *circle)
{
    Error error = {0};
    door_close(circle->door);
    circle->door = NULL;
    circle->asking.clock.instant += 1000000;
    need(door_open(&circle->door, circle->city, circle->db, &circle->asking.clock, &error), &error, "door");
}

/* --- making -------------------------------------------------------------------------------------- */

RecordMade circle_make(
    Circle *circle, const CityRecordType *type, Str about, const Str *inputs, size_t input_count)
{
    Error error = {0};
    RecordFaults faults = {0};
    RecordMade made = {0};
    RecordInput *read = arena_array(circle->arena, input_count / 2, sizeof(*read));
    for (size_t i = 0; read && i < input_count / 2; i++)
        read[i] = (RecordInput){inputs[2 * i], inputs[2 * i + 1]};
    const RecordDraft draft = {type, about, read, input_count / 2};
    bool good = record_create(circle->door, &circle->asking, &draft, 1, &made, &faults, &error);
    if (faults.len > 0 && faults.at[0].field)
        fprintf(
            stderr, "circle: field %.*s: fault %d\n", STR_ARGS(faults.at[0].field->name), faults.at[0].kind);
    need(good, &error, "a record");
    return made;
}

RecordMade circle_child(Circle *circle, const char *name)
{
    return CIRCLE_MAKE(circle, circle->person, STR_EMPTY, S("name"), str_of(name), S("birth"),
        S("2008-10-10"), S("resident_from"), S("2008-10-10"));
}

RecordMade circle_session(Circle *circle, const char *name, int capacity)
{
    Str places = capacity > 0 ? arena_printf(circle->arena, "%d", capacity) : STR_EMPTY;
    RecordMade session = CIRCLE_MAKE(circle, circle->session, STR_EMPTY, S("name"), str_of(name),
        S("held_on"), S("2018-08-01"), S("capacity"), places);
    circle_transition(circle, session.code, "publish");
    return session;
}

RecordDraft circle_entry(const Circle *circle, Arena *arena, Str session, Str child, Str group)
{
    RecordInput *inputs = arena_array(arena, 2, sizeof(*inputs));
    need(inputs != NULL, &(Error){.code = ERROR_MEMORY}, "memory");
    inputs[0] = (RecordInput){S("child"), child};
    inputs[1] = (RecordInput){S("group"), group};
    return (RecordDraft){circle->entry, session, inputs, 2};
}

void circle_transition(Circle *circle, Str code, const char *transition)
{
    Error error = {0};
    need(record_transition(circle->door, &circle->asking, code, 0, str_of(transition), STR_EMPTY, &error),
        &error, transition);
}

/* --- families ------------------------------------------------------------------------------------ */

static RecordMade *make_many(Circle *circle, const RecordDraft *drafts, size_t count)
{
    Error error = {0};
    RecordFaults faults = {0};
    RecordMade *made = arena_array(circle->arena, count, sizeof(*made));
    need(made != NULL, &(Error){.code = ERROR_MEMORY}, "memory");
    need(record_create(circle->door, &circle->asking, drafts, count, made, &faults, &error), &error,
        "records");
    return made;
}

static RecordDraft draft_of(Circle *circle, const CityRecordType *type, Str a, Str a_text, Str b, Str b_text)
{
    RecordInput *inputs = arena_array(circle->arena, 2, sizeof(*inputs));
    need(inputs != NULL, &(Error){.code = ERROR_MEMORY}, "memory");
    inputs[0] = (RecordInput){a, a_text};
    inputs[1] = (RecordInput){b, b_text};
    return (RecordDraft){type, STR_EMPTY, inputs, 2};
}

CircleFamily *circle_families(Circle *circle, size_t count)
{
    Arena *arena = circle->arena;
    RecordDraft *drafts = arena_array(arena, count, sizeof(*drafts));
    CircleFamily *families = arena_array(arena, count, sizeof(*families));
    need(drafts && families, &(Error){.code = ERROR_MEMORY}, "memory");
    for (size_t i = 0; i < count; i++)
        drafts[i] = draft_of(circle, circle->person, S("name"), arena_printf(arena, "保護者%zu", i + 1),
            S("birth"), S("1980-02-29"));
    const RecordMade *guardians = make_many(circle, drafts, count);
    for (size_t i = 0; i < count; i++)
        drafts[i] = draft_of(circle, circle->person, S("name"), arena_printf(arena, "児童%zu", i + 1),
            S("birth"), S("2008-10-10"));
    const RecordMade *children = make_many(circle, drafts, count);
    for (size_t i = 0; i < count; i++)
        drafts[i] = draft_of(
            circle, circle->guardianship, S("guardian"), guardians[i].code, S("child"), children[i].code);
    make_many(circle, drafts, count);
    for (size_t i = 0; i < count; i++)
        families[i] = (CircleFamily){guardians[i].id, children[i].code};
    return families;
}

Asking circle_resident(const Circle *circle, const CircleFamily *family, Arena *arena)
{
    static const Str roles[] = {STR_LITERAL(ROLE_RESIDENT), STR_LITERAL(ROLE_ANYONE)};
    return (Asking){.actor = {.account = family->guardian,
                        .name = S("resident"),
                        .roles = roles,
                        .role_count = COUNT_OF(roles),
                        .person = family->guardian},
        .clock = circle->asking.clock,
        .arena = arena};
}

/* --- looking ------------------------------------------------------------------------------------- */

Record *circle_get(Circle *circle, Str code)
{
    Error error = {0};
    Record *record = NULL;
    DbConn *conn = NULL;
    need(db_read_begin(circle->db, &conn, &error), &error, "reading");
    need(record_get(circle->door, conn, &circle->asking, code, &record, &error), &error, "a record");
    db_read_end(&conn);
    return record;
}

Str circle_state(Circle *circle, Str code)
{
    return record_state(circle_get(circle, code));
}

VerifyReport circle_verify(Circle *circle)
{
    Error error = {0};
    VerifyReport report = {0};
    need(verify_run(circle->db, circle->city, circle->arena, &report, &error), &error, "verify");
    return report;
}

size_t circle_problems(Circle *circle)
{
    VerifyReport report = circle_verify(circle);
    for (size_t i = 0; i < report.problems.len; i++)
        fprintf(stderr, "%s: %.*s\n", report.problems.at[i].part, STR_ARGS(report.problems.at[i].words));
    return report.problem_count;
}
