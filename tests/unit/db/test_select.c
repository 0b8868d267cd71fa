/* Queries: order, limits, groups and sums, over random rows, against the same computed here. */
#include "fixture.h"

#include "db/tree.h"

#define ARENA_MAX ((size_t)64 << 20)
#define ROWS 60
#define SEEDS 12

static const char script[] = "create table sample (\n"
                             "  id {int},\n"
                             "  grade {int},\n"
                             "  name {text},\n"
                             "  fee {int}\n"
                             ") {end};\n";

typedef struct Sample {
    int64_t id;
    Value grade, name, fee;
} Sample;

typedef struct Samples {
    Sample at[ROWS];
} Samples;

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static Samples random_samples(uint64_t seed)
{
    static const char *const names[] = {"", "B", "a", "あ", "ア", "ab"};
    static const int64_t fees[] = {0, 1, -1, 500, INT64_MAX, INT64_MIN, INT64_MAX - 1, INT64_MIN + 1};
    Samples samples;
    for (size_t i = 0; i < ROWS; i++) {
        Sample *sample = &samples.at[i];
        sample->id = (int64_t)i + 1;
        sample->grade =
            next(&seed) % 4 == 0 ? value_missing() : value_integer((int64_t)(next(&seed) % 5) - 2);
        sample->name =
            next(&seed) % 4 == 0 ? value_missing() : value_text(str_of(names[next(&seed) % COUNT_OF(names)]));
        sample->fee =
            next(&seed) % 3 == 0 ? value_missing() : value_integer(fees[next(&seed) % COUNT_OF(fees)]);
    }
    return samples;
}

static bool replace_samples(DbConn *conn, void *argument, Error *error)
{
    const Samples *samples = argument;
    if (!db_run(conn, NULL, error, "delete from sample"))
        return false;
    for (size_t i = 0; i < ROWS; i++) {
        const Sample *sample = &samples->at[i];
        if (!db_run(conn, NULL, error, "insert into sample (id, grade, name, fee) values (?1, ?2, ?3, ?4)",
                value_integer(sample->id), sample->grade, sample->name, sample->fee))
            return false;
    }
    return true;
}

static void store(Db *db, Samples *samples)
{
    Error error = {0};
    ASSERT_OK(db_write(db, replace_samples, samples, &error), &error);
}

static const DbTree *column(Arena *arena, const char *name, ValueType type)
{
    return db_tree_column(arena, S("s"), str_of(name), type);
}

static int compare(Value a, Value b)
{
    if (value_is_missing(a) || value_is_missing(b))
        return (int)value_is_missing(b) - (int)value_is_missing(a);
    if (a.type == VALUE_TEXT)
        return str_compare(a.text, b.text);
    return a.integer < b.integer ? -1 : a.integer > b.integer;
}

static int compare_samples(const void *a, const void *b)
{
    const Sample *one = a, *other = b;
    int order = compare(one->grade, other->grade);
    if (order == 0)
        order = compare(one->name, other->name);
    return order != 0 ? order : (one->id > other->id) - (one->id < other->id);
}

static DbStmt *ask(DbConn *conn, const DbPrinted *printed, const Value *given, size_t count)
{
    Error error = {0};
    DbStmt *stmt = NULL;
    ASSERT_OK(db_query_printed(conn, &stmt, &error, printed, given, count), &error);
    return stmt;
}

static const DbPrinted *print(Db *db, Arena *arena, const DbSelect *select)
{
    Error error = {0};
    const DbPrinted *printed = NULL;
    ASSERT_OK(db_print_select(db, arena, select, &printed, &error), &error);
    return printed;
}

/* --- order and limits ------------------------------------------------------------------------- */

static void check_page(
    DbConn *conn, const DbPrinted *printed, const Samples *sorted, bool descending, Value limit, Value offset)
{
    int64_t most = value_is_missing(limit) ? INT64_MAX : limit.integer < 0 ? 0 : limit.integer;
    int64_t from = value_is_missing(offset) || offset.integer < 0 ? 0 : offset.integer;
    CLEANUP(db_done) DbStmt *stmt = ask(conn, printed, (Value[]){limit, offset}, 2);
    Error error = {0};
    for (int64_t i = from; i < ROWS && i - from < most; i++) {
        assert_true(db_next(stmt, &error));
        assert_int_equal(db_integer(stmt, 0), sorted->at[descending ? ROWS - 1 - i : i].id);
    }
    assert_false(db_next(stmt, &error));
    assert_false(db_broken(stmt));
}

static void rows_come_in_order_and_pages(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    Samples samples = random_samples(11);
    store(db, &samples);
    qsort(samples.at, ROWS, sizeof(Sample), compare_samples);
    const DbTree *id = column(arena, "id", VALUE_INTEGER);
    const DbTree *order[] = {column(arena, "grade", VALUE_INTEGER), column(arena, "name", VALUE_TEXT), id};
    static const int64_t limits[] = {0, 1, 7, ROWS, INT64_MAX, -1, INT64_MIN};
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    for (int descending = 0; descending < 2; descending++) {
        const DbSelect select = {.table = S("sample"),
            .alias = S("s"),
            .columns = &id,
            .column_count = 1,
            .order = order,
            .order_count = COUNT_OF(order),
            .descending = descending != 0,
            .limit = db_tree_given(arena, 0, VALUE_INTEGER),
            .offset = db_tree_given(arena, 1, VALUE_INTEGER)};
        const DbPrinted *printed = print(db, arena, &select);
        for (size_t i = 0; i <= COUNT_OF(limits); i++)
            for (size_t k = 0; k <= COUNT_OF(limits); k++)
                check_page(conn, printed, &samples, descending != 0,
                    i < COUNT_OF(limits) ? value_integer(limits[i]) : value_missing(),
                    k < COUNT_OF(limits) ? value_integer(limits[k]) : value_missing());
    }
}

/* --- groups ----------------------------------------------------------------------------------- */

typedef struct Group {
    Value name;
    bool is_adult; /* grade > 0; not known counts as a group of its own */
    bool is_known;
    int64_t rows;
    __int128 sum;
    bool is_given;
} Group;

static Value summed(const Group *group)
{
    bool fits = group->is_given && group->sum >= INT64_MIN && group->sum <= INT64_MAX;
    return fits ? value_integer((int64_t)group->sum) : value_missing();
}

static size_t group_samples(const Samples *samples, Group *groups)
{
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const Sample *sample = &samples->at[i];
        bool is_known = !value_is_missing(sample->grade), is_adult = is_known && sample->grade.integer > 0;
        size_t k = 0;
        while (k < count && (!value_same(groups[k].name, sample->name) || groups[k].is_known != is_known ||
                                groups[k].is_adult != is_adult))
            k++;
        if (k == count)
            groups[count++] = (Group){.name = sample->name, .is_known = is_known, .is_adult = is_adult};
        groups[k].rows++;
        if (!value_is_missing(sample->fee)) {
            groups[k].sum += sample->fee.integer;
            groups[k].is_given = true;
        }
    }
    return count;
}

static int compare_groups(const void *a, const void *b)
{
    const Group *one = a, *other = b;
    int order = compare(one->name, other->name);
    if (order != 0)
        return order;
    return (one->is_known ? 1 + one->is_adult : 0) - (other->is_known ? 1 + other->is_adult : 0);
}

static void check_sum(DbStmt *stmt, int place, Value expected)
{
    assert_int_equal(db_is_missing(stmt, place), value_is_missing(expected));
    if (!value_is_missing(expected))
        assert_int_equal(db_integer(stmt, place), expected.integer);
}

static void check_groups(DbStmt *stmt, const Samples *samples, size_t *overflows)
{
    Group groups[ROWS];
    Error error = {0};
    size_t count = group_samples(samples, groups);
    qsort(groups, count, sizeof(Group), compare_groups);
    for (size_t i = 0; i < count; i++) {
        assert_true(db_next(stmt, &error));
        assert_int_equal(db_is_missing(stmt, 0), value_is_missing(groups[i].name));
        if (!value_is_missing(groups[i].name))
            ASSERT_STR(db_text(stmt, 0), groups[i].name.text);
        assert_int_equal(db_is_missing(stmt, 1), !groups[i].is_known);
        assert_int_equal(db_integer(stmt, 1), groups[i].is_adult);
        assert_int_equal(db_integer(stmt, 2), groups[i].rows);
        check_sum(stmt, 3, summed(&groups[i]));
        *overflows += groups[i].is_given && value_is_missing(summed(&groups[i]));
    }
    assert_false(db_next(stmt, &error));
    assert_false(db_broken(stmt));
}

static void groups_are_counted_and_summed(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    const DbTree *adult = db_tree_call(
        arena, DB_GREATER, column(arena, "grade", VALUE_INTEGER), db_tree_given(arena, 0, VALUE_INTEGER));
    const DbTree *columns[] = {column(arena, "name", VALUE_TEXT), adult};
    const DbSelect select = {.table = S("sample"),
        .alias = S("s"),
        .columns = columns,
        .column_count = 2,
        .order = columns,
        .order_count = 2,
        .grouped = true,
        .sum = column(arena, "fee", VALUE_INTEGER)};
    const DbPrinted *printed = print(db, arena, &select);
    size_t overflows = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Samples samples = random_samples(seed);
        store(db, &samples);
        Error error = {0};
        CLEANUP(db_read_end) DbConn *conn = NULL;
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        CLEANUP(db_done) DbStmt *stmt = ask(conn, printed, (Value[]){value_integer(0)}, 1);
        check_groups(stmt, &samples, &overflows);
    }
    assert_true(overflows > 0);
}

/* Sums that leave 64 bits on their way and come back are exact; of nothing they are missing. */
static void one_row_for_all(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    const DbTree *id = column(arena, "id", VALUE_INTEGER);
    const DbSelect select = {.table = S("sample"),
        .alias = S("s"),
        .where = db_tree_call(arena, DB_LESS_EQUAL, id, db_tree_given(arena, 0, VALUE_INTEGER)),
        .grouped = true,
        .sum = column(arena, "fee", VALUE_INTEGER)};
    const DbPrinted *printed = print(db, arena, &select);
    Samples samples = random_samples(5);
    static const int64_t fees[] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, INT64_MIN, 1};
    for (size_t i = 0; i < COUNT_OF(fees); i++)
        samples.at[i].fee = value_integer(fees[i]);
    store(db, &samples);
    Error error = {0};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    __int128 sum = 0;
    for (size_t n = 0; n <= COUNT_OF(fees); n++) {
        sum += n > 0 ? fees[n - 1] : 0;
        CLEANUP(db_done) DbStmt *stmt = ask(conn, printed, (Value[]){value_integer((int64_t)n)}, 1);
        assert_true(db_next(stmt, &error));
        assert_int_equal(db_integer(stmt, 0), n);
        check_sum(stmt, 1, summed(&(Group){.sum = sum, .is_given = n > 0}));
        assert_false(db_next(stmt, &error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_in_order_and_pages),
        cmocka_unit_test(groups_are_counted_and_summed),
        cmocka_unit_test(one_row_for_all),
    };
    return cmocka_run_group_tests_name("queries", tests, NULL, NULL);
}
