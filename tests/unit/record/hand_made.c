/* tests/unit/record/hand_made.c: one record type made by hand, and a door without rules. */
#include "hand_made.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static const DbMigration LESSONS[] = {{1, "lessons",
    "create table lesson (id {id}, row_code {text}, row_version {int}, row_receipt {int}, row_created_at "
    "{int}, row_changed_at {int}, row_state {text}, row_about {int}, row_answer_by {int}, name {text}, "
    "places {int}, day {int}, room {int}){end};\n"}};

static const RowColumn COLUMNS[LESSON_COLUMNS] = {
    {STR_LITERAL("id"), VALUE_REFERENCE},
    {STR_LITERAL("row_code"), VALUE_TEXT},
    {STR_LITERAL("row_version"), VALUE_INTEGER},
    {STR_LITERAL("row_receipt"), VALUE_INTEGER},
    {STR_LITERAL("row_created_at"), VALUE_INSTANT},
    {STR_LITERAL("row_changed_at"), VALUE_INSTANT},
    {STR_LITERAL("row_state"), VALUE_TEXT},
    {STR_LITERAL("row_about"), VALUE_REFERENCE},
    {STR_LITERAL("row_answer_by"), VALUE_DATE},
    {STR_LITERAL("name"), VALUE_TEXT},
    {STR_LITERAL("places"), VALUE_INTEGER},
    {STR_LITERAL("day"), VALUE_DATE},
    {STR_LITERAL("room"), VALUE_REFERENCE},
};

static void declare(HandMade *made)
{
    made->lesson = (CityRecordType){.name = S("lesson"),
        .table = S("lesson"),
        .service = &made->service,
        .shape = {COLUMNS, LESSON_COLUMNS},
        .label = -1};
    made->types[0] = &made->lesson;
    made->service.id = S("lessons");
    made->service.record_types.at = made->types;
    made->service.record_types.len = 1;
    made->services[0] = &made->service;
    made->city.services.at = made->services;
    made->city.services.len = 1;
}

int hand_made_setup(void **state)
{
    HandMade *made = calloc(1, sizeof(*made));
    *state = made;
    declare(made);
    made->url = test_db_url();
    made->arena = arena_new((size_t)64 << 20);
    made->closures = arena_new((size_t)64 << 20);
    bool good = db_open(&made->db, made->url, NULL, &made->error) &&
                db_migrate(made->db, "test", COUNT_OF(LESSONS), LESSONS, NULL, &made->error) &&
                city_migrate(made->db, NULL, &made->error) && history_migrate(made->db, NULL, &made->error);
    made->asking = (Asking){
        .actor = {.name = S("hanako")}, .clock = {{2018, 5, 1}, 1525143600000000}, .arena = made->arena};
    made->at = (DoorType){.type = &made->lesson, .history = made->lesson.table};
    made->door = (Door){
        .city = &made->city, .db = made->db, .arena = made->arena, .types = &made->at, .type_count = 1};
    good = good && history_begin_strand(&made->door, &made->asking.clock, &made->error);
    if (!good)
        print_error("%s\n", made->error.message);
    return good ? 0 : -1;
}

int hand_made_teardown(void **state)
{
    HandMade *made = *state;
    db_close(made->db);
    arena_free(made->arena);
    arena_free(made->closures);
    free(made);
    return 0;
}

void hand_made_next_strand(HandMade *made)
{
    made->asking.clock.instant += 1000000;
    assert_true(history_begin_strand(&made->door, &made->asking.clock, &made->error));
}

/* --- saving -------------------------------------------------------------------------------------- */

Value *hand_made_values(HandMade *made)
{
    Value *values = arena_array(made->arena, LESSON_COLUMNS, sizeof(*values));
    assert_non_null(values);
    return values;
}

typedef struct Saving {
    HandMade *made;
    const Value *before;
    Value *after;
    const WorkWhy *why;
} Saving;

static bool write_row(DbConn *conn, const Value *before, Value *after, Error *error)
{
    if (!before) {
        int64_t id = 0;
        bool ok = db_insert_values(conn, &id, error,
            "insert into lesson (row_code, row_version, row_receipt, row_created_at, row_changed_at, "
            "row_state, "
            "row_about, row_answer_by, name, places, day, room) values "
            "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            LESSON_COLUMNS - 1, after + 1);
        after[CITY_COLUMN_ID] = value_reference(id);
        return ok;
    }
    return db_run_values(conn, NULL, error,
        "update lesson set row_code = ?2, row_version = ?3, row_receipt = ?4, row_created_at = ?5, "
        "row_changed_at = ?6, row_state = ?7, row_about = ?8, row_answer_by = ?9, name = ?10, places = ?11, "
        "day = ?12, room = ?13 where id = ?1",
        LESSON_COLUMNS, after);
}

static bool save(DbConn *conn, void *argument, Error *error)
{
    const Saving *saving = argument;
    HandMade *made = saving->made;
    const CityRecordType *type = &made->lesson;
    arena_clear(made->closures);
    Work work = {.door = &made->door, .conn = conn, .arena = made->closures, .asking = &made->asking};
    Value before_room[LESSON_COLUMNS];
    if (saving->before)
        memcpy(before_room, saving->before, sizeof(before_room));
    const Row before = {&type->shape, before_room}, after = {&type->shape, saving->after};
    return write_row(conn, saving->before, saving->after, error) &&
           history_append(&work, type, saving->before ? &before : NULL, &after, saving->why, error);
}

void hand_made_save(HandMade *made, const Value *before, Value *after, const WorkWhy *why)
{
    made->asking.clock.instant += 1000;
    const Value now = value_number(VALUE_INSTANT, made->asking.clock.instant);
    after[CITY_COLUMN_CREATED_AT] = before ? before[CITY_COLUMN_CREATED_AT] : now;
    after[CITY_COLUMN_CHANGED_AT] = now;
    after[CITY_COLUMN_VERSION] = value_integer(before ? before[CITY_COLUMN_VERSION].integer + 1 : 1);
    Saving saving = {made, before, after, why};
    if (!db_write(made->db, save, &saving, &made->error))
        fail_msg("%s", made->error.message);
}

Value *hand_made_lesson(HandMade *made, const char *name)
{
    static const WorkWhy creates = {"create", STR_LITERAL(""), STR_LITERAL("")};
    static const WorkWhy changes = {"change", STR_LITERAL(""), STR_LITERAL("会場の都合")};
    Value *first = hand_made_values(made), *second = hand_made_values(made);
    first[CITY_COLUMN_CODE] = value_text(arena_printf(made->arena, "code-%s", name));
    first[CITY_COLUMN_STATE] = value_text(S("open"));
    first[LESSON_NAME] = value_text(str_of(name));
    first[LESSON_PLACES] = value_integer(-20);
    first[LESSON_DAY] = value_date(17700);
    hand_made_save(made, NULL, first, &creates);
    memcpy(second, first, LESSON_COLUMNS * sizeof(*second));
    second[LESSON_PLACES] = value_missing();
    second[LESSON_NAME] = value_text(S("森の工作 𠮷"));
    second[CITY_COLUMN_STATE] = value_text(S("closed"));
    hand_made_save(made, first, second, &changes);
    return second;
}

/* --- damage, and who finds it -------------------------------------------------------------------- */

typedef struct Statement {
    const char *sql;
    size_t count;
    const Value *values;
} Statement;

static bool run_statement(DbConn *conn, void *argument, Error *error)
{
    const Statement *statement = argument;
    int64_t changed = 0;
    return db_run_values(conn, &changed, error, statement->sql, statement->count, statement->values) &&
           (changed > 0 || error_set(error, ERROR_NOT_FOUND, "nothing was damaged: %s", statement->sql));
}

void hand_made_damage_values(HandMade *made, const char *sql, size_t count, const Value *values)
{
    Statement statement = {sql, count, values};
    if (!db_write(made->db, run_statement, &statement, &made->error))
        fail_msg("%s", made->error.message);
}

VerifyReport hand_made_verify(HandMade *made)
{
    VerifyReport report = {0};
    AUTO_ARENA scratch = arena_new((size_t)64 << 20);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    assert_true(db_read_begin(made->db, &conn, &made->error));
    Verification verification = {.db = made->db,
        .conn = conn,
        .city = &made->city,
        .arena = made->arena,
        .scratch = scratch,
        .out = &report};
    if (!verify_history(&verification, &made->error) || !verify_records(&verification, &made->error))
        fail_msg("%s", made->error.message);
    return report;
}

void hand_made_expect(HandMade *made, const char *part, const char *words)
{
    VerifyReport report = hand_made_verify(made);
    for (size_t i = 0; i < report.problems.len; i++) {
        const VerifyProblem *problem = &report.problems.at[i];
        if (strcmp(problem->part, part) == 0 && str_contains(problem->words, str_of(words)))
            return;
    }
    for (size_t i = 0; i < report.problems.len; i++)
        print_error("%s: %.*s\n", report.problems.at[i].part, STR_ARGS(report.problems.at[i].words));
    fail_msg("%zu problems, none of them of part %s with \"%s\"", report.problem_count, part, words);
}

bool hand_made_other_program(const HandMade *made, bool *whole)
{
    static char python[] = "python3", program[] = "tests/unit/record/verify_history.py";
    char file[512];
    char *const words[] = {python, program, file, NULL};
    pid_t child = 0;
    int status = 0;
    if (test_db_is_postgres())
        return false;
    snprintf(file, sizeof(file), "%.*s", STR_ARGS(made->url));
    assert_int_equal(posix_spawnp(&child, python, NULL, NULL, words, environ), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
    *whole = WEXITSTATUS(status) == 0;
    return true;
}
