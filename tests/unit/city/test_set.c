/* Formulas over all rows: for each row the database answers what the evaluator answers for it; joins are
 * shared; what has no form for sets is refused. */
#include "services.h"

#include "base/date.h"
#include "city/set.h"
#include "db/table.h"
#include "testdb.h"

enum { ARENA_MAX = 64 << 20, PEOPLE = 9, LESSONS = 6, ENTRIES = 40, TODAY = 17700 };

static const char service[] = "service: club\n"
                              "title: {ja: 教室, en: Club}\n"
                              "unit: youth-section\n"
                              "record_types:\n"
                              "  lesson:\n"
                              "    title: {ja: 教室, en: Lesson}\n"
                              "    fields:\n"
                              "      held_on: {type: date, title: {ja: 開催日, en: Held on}}\n"
                              "      places: {type: integer, title: {ja: 定員, en: Places}}\n"
                              "      leader: {type: person, title: {ja: 講師, en: Leader}}\n"
                              "    access: {clerk: {create: yes, read: yes}}\n"
                              "  entry:\n"
                              "    title: {ja: 申込, en: Entry}\n"
                              "    about: lesson\n"
                              "    fields:\n"
                              "      child: {type: person, title: {ja: 子, en: Child}}\n"
                              "      guardian: {type: person, title: {ja: 保護者, en: Guardian}}\n"
                              "      fee: {type: yen, title: {ja: 参加費, en: Fee}}\n"
                              "    access: {clerk: {create: yes, read: yes}}\n";

/* The rows of each type, by id from 1; the texts of nothing are looked at. */
typedef struct World {
    Arena *arena;
    City *city;
    Db *db;
    const CityRecordType *types[3];
    Value *rows[3][ENTRIES + 1];
    size_t counts[3];
    int64_t me, mine[100];
    size_t mine_count;
    uint64_t seed;
    Error error;
} World;

static uint64_t next(World *world)
{
    world->seed = world->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return world->seed >> 33;
}

static const CityRecordType *type_of(const World *world, Str table)
{
    const CityRecordType *type = city_record_type_of_table(world->city, table);
    assert_non_null(type);
    return type;
}

/* --- rows, in memory and in the database ------------------------------------------------------- */

static Value random_value(World *world, const CityRecordType *type, size_t column)
{
    const CityField *field = city_field_of_column(type, column);
    const CityRecordType *target = column == CITY_COLUMN_ABOUT ? type->about : field ? field->record : NULL;
    if ((column < CITY_COLUMN_COUNT && column != CITY_COLUMN_ABOUT) || next(world) % 4 == 0)
        return value_missing();
    if (target != NULL)
        return str_equal(target->table, S("person"))  ? value_reference(1 + (int64_t)(next(world) % PEOPLE))
               : str_equal(target->name, S("lesson")) ? value_reference(1 + (int64_t)(next(world) % LESSONS))
                                                      : value_missing();
    if (type->shape.columns[column].type == VALUE_DATE)
        return value_date(TODAY - (int64_t)(next(world) % 6000) + 200);
    if (type->shape.columns[column].type == VALUE_INTEGER)
        return value_integer((int64_t)(next(world) % 20) - 5);
    return value_missing();
}

static bool fill(DbConn *conn, void *argument, Error *error)
{
    World *world = argument;
    for (size_t t = 0; t < COUNT_OF(world->types); t++) {
        const CityRecordType *type = world->types[t];
        const RowShape *shape = &type->shape;
        const DbPrinted *insert = NULL;
        if (!db_table_create(conn, type->table, shape, error) ||
            !db_print_insert(
                world->db, world->arena, type->table, shape->columns + 1, shape->count - 1, &insert, error))
            return false;
        for (size_t i = 1; i <= world->counts[t]; i++) {
            Value *values = world->rows[t][i] = arena_array(world->arena, shape->count, sizeof(Value));
            assert_non_null(values);
            for (size_t c = 1; c < shape->count; c++)
                values[c] = random_value(world, type, c);
            int64_t id = 0;
            if (!db_insert_printed(conn, &id, error, insert, values + 1, shape->count - 1))
                return false;
            assert_int_equal(id, i);
            values[0] = value_reference(id);
        }
    }
    return true;
}

static int open_world(void **state)
{
    World *world = calloc(1, sizeof(*world));
    *state = world;
    assert_non_null(world);
    world->arena = arena_new(ARENA_MAX);
    world->seed = 2018;
    if (!compile_service(
            &world->city, world->arena, S("services/club.yaml"), str_of(service), NULL, &world->error) ||
        !db_open(&world->db, test_db_url(), NULL, &world->error))
        fail_msg("%s", world->error.message);
    world->types[0] = type_of(world, S("person"));
    world->types[1] = type_of(world, S("club__lesson"));
    world->types[2] = type_of(world, S("club__entry"));
    world->counts[0] = PEOPLE;
    world->counts[1] = LESSONS;
    world->counts[2] = ENTRIES;
    if (!db_write(world->db, fill, world, &world->error))
        fail_msg("%s", world->error.message);
    return 0;
}

static int close_world(void **state)
{
    World *world = *state;
    db_close(world->db);
    city_free(world->city);
    arena_free(world->arena);
    free(world);
    return 0;
}

/* --- the evaluator's side ---------------------------------------------------------------------- */

typedef struct AtRow {
    World *world;
    const CityRecordType *type;
    Row row;
} AtRow;

/* One reference after the other, in memory. */
static Value follow(void *owner, const FormulaPath *path)
{
    const AtRow *at = owner;
    World *world = at->world;
    if (path->is_mine)
        return path->count == 0 && world->me != 0 ? value_reference(world->me) : value_missing();
    const Value *values = at->row.values;
    for (size_t i = 0; i + 1 < path->count; i++) {
        Value id = values[path->fields[i]->column];
        if (value_is_missing(id))
            return value_missing();
        size_t t = 0;
        while (!str_equal(world->types[t]->name, path->fields[i]->type.record))
            t++;
        values = world->rows[t][id.integer];
    }
    return values[path->fields[path->count - 1]->column];
}

static FormulaIds follow_all(void *owner, const FormulaPath *path)
{
    const World *world = ((const AtRow *)owner)->world;
    (void)path;
    return (FormulaIds){world->mine, world->mine_count, world->me != 0};
}

static Value call(void *owner, const FormulaFunction *function, const Value *arguments, size_t count)
{
    const World *world = ((const AtRow *)owner)->world;
    assert_int_equal(count, 2);
    assert_string_equal(function->name, CITY_FUNCTION_GUARDIAN_OF);
    for (size_t i = 0; i < world->mine_count; i++)
        if (arguments[0].integer == world->me && world->mine[i] == arguments[1].integer)
            return value_boolean(true);
    return value_boolean(false);
}

static Value evaluate(World *world, const CityRecordType *type, const Formula *formula, Value *values)
{
    AtRow at = {world, type, {&type->shape, values}};
    const FormulaContext context = {.arena = world->arena,
        .row = &at.row,
        .today = value_date(TODAY),
        .owner = &at,
        .follow = follow,
        .follow_all = follow_all,
        .call = call};
    return formula_evaluate(formula, &context);
}

/* --- the database's side ----------------------------------------------------------------------- */

static const Formula *compile(World *world, const CityRecordType *type, const char *text)
{
    const FormulaScope scope = {
        .model = type->service->model, .record = type->name, .allows_today = true, .allows_me = true};
    const FormulaOrigin origin = {.file = S("services/club.yaml"), .line = 3, .column = 9};
    Formula *formula = NULL;
    if (!formula_compile(&formula, world->arena, &scope, &origin, str_of(text), NULL, &world->error))
        fail_msg("%s: %s", text, world->error.message);
    return formula;
}

static CitySet set_of(World *world, const CityRecordType *type)
{
    CitySet set;
    city_set_init(&set, world->arena, world->city, type);
    set.today = value_date(TODAY);
    set.me = world->me;
    set.mine = world->mine;
    set.mine_count = world->mine_count;
    return set;
}

static Value read(DbStmt *stmt, ValueType type)
{
    if (db_is_missing(stmt, 1))
        return value_missing();
    return value_number(type, db_integer(stmt, 1));
}

/* Asks for the id and the tree of each row; `answer` says what is expected of the i-th. */
static void check_tree(
    World *world, CitySet *set, const DbTree *tree, const char *text, const Value *expected)
{
    const DbTree *columns[] = {city_set_column(set, CITY_COLUMN_ID), tree};
    DbSelect select = {.columns = columns, .column_count = 2, .order = columns, .order_count = 1};
    const DbPrinted *printed = NULL;
    city_set_select(set, &select);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(world->db, world->arena, &select, &printed, &world->error) ||
        !db_read_begin(world->db, &conn, &world->error) ||
        !db_query_printed(conn, &stmt, &world->error, printed, NULL, 0))
        fail_msg("%s: %s", text, world->error.message);
    int64_t id = 0;
    while (db_next(stmt, &world->error)) {
        id++;
        assert_int_equal(db_integer(stmt, 0), id);
        if (!value_same(read(stmt, db_tree_type(tree)), expected[id]))
            fail_msg("%s, row %lld, me %lld, %zu mine: %s%lld in the database, %s%lld here", text,
                (long long)id, (long long)world->me, world->mine_count,
                db_is_missing(stmt, 1) ? "missing " : "", (long long)db_integer(stmt, 1),
                value_is_missing(expected[id]) ? "missing " : "", (long long)expected[id].integer);
    }
    assert_false(db_broken(stmt));
    assert_int_equal(id, set->type == world->types[0] ? PEOPLE : ENTRIES);
}

static void check_formula(World *world, const char *text)
{
    const CityRecordType *entry = world->types[2];
    const Formula *formula = compile(world, entry, text);
    Value expected[ENTRIES + 1];
    for (size_t i = 1; i <= ENTRIES; i++)
        expected[i] = evaluate(world, entry, formula, world->rows[2][i]);
    CitySet set = set_of(world, entry);
    const DbTree *tree = NULL;
    if (!city_set_tree(&set, formula, &tree, &world->error))
        fail_msg("%s: %s", text, world->error.message);
    check_tree(world, &set, tree, text, expected);
}

static void rows_are_answered_as_one_record_is(void **state)
{
    World *world = *state;
    static const char *const texts[] = {"fee > 3", "lesson.held_on > today", "lesson.places * 2 - fee",
        "lesson.leader = child", "lesson.leader.birth < child.birth", "age(child, lesson.held_on)",
        "school_grade(child, lesson.held_on) between 1 and 9", "entry.lesson.held_on is missing",
        "child = me", "not (child = me)", "guardian_of(me, child)", "not guardian_of(me, child)",
        "guardian_of(me, lesson.leader) or child in my.children", "child in my.children",
        "if lesson.leader in my.children then fee else lesson.places", "me is given"};
    static const size_t mine_counts[] = {0, 1, 3, 100};
    for (size_t m = 0; m < COUNT_OF(mine_counts) + 1; m++) {
        world->me = m < COUNT_OF(mine_counts) ? 4 : 0;
        world->mine_count = m < COUNT_OF(mine_counts) ? mine_counts[m] : 0;
        for (size_t i = 0; i < world->mine_count; i++)
            world->mine[i] = (int64_t)(world->mine_count - i) + (world->mine_count == 100 ? 3 : 0);
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            check_formula(world, texts[i]);
    }
}

static void people_are_seen_as_of_a_day(void **state)
{
    World *world = *state;
    const CityRecordType *person = world->types[0];
    static const char *const texts[] = {"age", "age_months", "school_grade"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        Value expected[ENTRIES + 1] = {0};
        const Formula *formula = compile(world, person, texts[i]);
        Date day = date_from_days(TODAY - 3000);
        for (size_t p = 1; p <= PEOPLE; p++) {
            Value birth = world->rows[0][p][world->city->registers.person_birth];
            Date born = value_is_missing(birth) ? (Date){0} : date_from_days((int32_t)birth.integer);
            if (value_is_missing(birth) || date_compare(day, born) < 0)
                continue;
            expected[p] = value_integer(i == 0   ? age_years(born, day)
                                        : i == 1 ? age_months(born, day)
                                                 : fiscal_year(day) - school_entry(born).year + 1);
        }
        CitySet set = set_of(world, person);
        const DbTree *tree = NULL;
        assert_false(city_set_tree(&set, formula, &tree, &world->error));
        set.as_of = value_date(TODAY - 3000);
        assert_true(city_set_tree(&set, formula, &tree, &world->error));
        check_tree(world, &set, tree, texts[i], expected);
    }
}

static void paths_share_their_joins(void **state)
{
    World *world = *state;
    CitySet set = set_of(world, world->types[2]);
    const DbTree *tree = NULL;
    assert_true(city_set_tree(&set,
        compile(world, world->types[2], "lesson.held_on > today and lesson.places > 3 and fee > 0"), &tree,
        &world->error));
    assert_int_equal(set.joins.len, 1);
    assert_true(city_set_tree(
        &set, compile(world, world->types[2], "lesson.leader.birth < today"), &tree, &world->error));
    assert_int_equal(set.joins.len, 2);
    assert_true(
        city_set_tree(&set, compile(world, world->types[2], "child.birth < today"), &tree, &world->error));
    assert_int_equal(set.joins.len, 3);
    assert_true(str_equal(set.joins.at[2].table, S("person")));
}

static void what_no_set_knows_is_refused(void **state)
{
    World *world = *state;
    static const struct {
        const char *text, *message;
        long column;
    } cases[] = {
        {"fee > 0 and guardian_of(guardian, child)",
            "guardian_of(guardian, child) cannot be asked of a set: this function works on one record at a "
            "time",
            21},
        {"me.birth < 2000-01-01", "me.birth cannot be asked of a set: no column of the database holds it", 9},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CitySet set = set_of(world, world->types[2]);
        const DbTree *tree = NULL;
        assert_false(
            city_set_tree(&set, compile(world, world->types[2], cases[i].text), &tree, &world->error));
        assert_int_equal(world->error.code, ERROR_INPUT);
        assert_string_equal(world->error.message, cases[i].message);
        assert_int_equal(world->error.column, cases[i].column);
    }
    CitySet set = set_of(world, world->types[2]);
    const DbTree *tree = NULL;
    set.today = value_missing();
    assert_false(
        city_set_tree(&set, compile(world, world->types[2], "today > 2000-01-01"), &tree, &world->error));
}

static void guardians_are_people(void **state)
{
    World *world = *state;
    const FormulaScope scope = {
        .model = world->types[2]->service->model, .record = S("entry"), .allows_me = true};
    const FormulaOrigin origin = {.file = S("services/club.yaml"), .line = 3, .column = 9};
    Formula *formula = NULL;
    assert_false(formula_compile(
        &formula, world->arena, &scope, &origin, S("guardian_of(me, lesson)"), NULL, &world->error));
    assert_int_equal(world->error.column, 25);
    assert_non_null(strstr(world->error.message, "argument 2 of guardian_of should be a record of 'person'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_answered_as_one_record_is, open_world, close_world),
        cmocka_unit_test_setup_teardown(people_are_seen_as_of_a_day, open_world, close_world),
        cmocka_unit_test_setup_teardown(paths_share_their_joins, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_no_set_knows_is_refused, open_world, close_world),
        cmocka_unit_test_setup_teardown(guardians_are_people, open_world, close_world),
    };
    return cmocka_run_group_tests_name("formulas over sets", tests, NULL, NULL);
}
