/* Trees: what is printed, and that both databases take and answer it: quoting, parameters, depth, missing
 * values. That operations compute what the house's C computes is the property test of formulas. */
#include "fixture.h"

#include "db/tree.h"

#define ARENA_MAX ((size_t)64 << 20)

static const char script[] = "create table sample (\n"
                             "  id {int},\n"
                             "  \"order\" {int},\n"
                             "  words {text}\n"
                             ") {end};\n";

static bool insert_samples(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    static const char insert[] = "insert into sample (id, \"order\", words) values (?1, ?2, ?3)";
    return db_run(conn, NULL, error, insert, value_integer(1), value_integer(30), value_text(S("b"))) &&
           db_run(conn, NULL, error, insert, value_integer(2), value_integer(10), value_text(S("A"))) &&
           db_run(conn, NULL, error, insert, value_integer(3), value_missing(), value_text(S("青")));
}

static Db *open_samples(void)
{
    Db *db = fixture_open(NULL);
    Error error = {0};
    fixture_tables(db, script);
    ASSERT_OK(db_write(db, insert_samples, NULL, &error), &error);
    return db;
}

static const DbTree *column(Arena *arena, const char *name, ValueType type)
{
    return db_tree_column(arena, S("s"), str_of(name), type);
}

static const DbTree *number(Arena *arena, int64_t n)
{
    return db_tree_value(arena, value_integer(n), VALUE_INTEGER);
}

/* The ids of the rows that a query finds, as decimal digits one behind the other. */
static int64_t find_ids(
    Db *db, Arena *arena, const DbTree *where, const DbTree *order, size_t count, const Value *given)
{
    const DbTree *id = column(arena, "id", VALUE_INTEGER);
    const DbSelect select = {.table = S("sample"),
        .alias = S("s"),
        .columns = &id,
        .column_count = 1,
        .where = where,
        .order = order != NULL ? &order : &id,
        .order_count = 1};
    const DbPrinted *printed = NULL;
    Error error = {0};
    ASSERT_OK(db_print_select(db, arena, &select, &printed, &error), &error);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    ASSERT_OK(db_query_printed(conn, &stmt, &error, printed, given, count), &error);
    int64_t ids = 0;
    while (db_next(stmt, &error))
        ids = ids * 10 + db_integer(stmt, 0);
    assert_false(db_broken(stmt));
    return ids;
}

static void rows_are_found(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = open_samples();
    const DbTree *order = column(arena, "order", VALUE_INTEGER), *words = column(arena, "words", VALUE_TEXT);
    const DbTree *large = db_tree_call(arena, DB_GREATER, order, db_tree_given(arena, 0, VALUE_INTEGER));
    assert_int_equal(find_ids(db, arena, large, NULL, 1, &(Value){.type = VALUE_INTEGER, .integer = 5}), 12);
    assert_int_equal(find_ids(db, arena, large, NULL, 1, &(Value){.type = VALUE_INTEGER, .integer = 10}), 1);
    /* a slot beyond those given is missing, and nothing is larger than that */
    assert_int_equal(find_ids(db, arena, large, NULL, 0, NULL), 0);
    assert_int_equal(find_ids(db, arena, db_tree_call(arena, DB_NOT, large), NULL, 0, NULL), 0);
    assert_int_equal(find_ids(db, arena, db_tree_call(arena, DB_IS_MISSING, order), NULL, 0, NULL), 3);
    assert_int_equal(find_ids(db, arena, db_tree_call(arena, DB_IS_MISSING, large), NULL, 0, NULL), 123);
    /* text is ordered by its bytes, capitals first */
    assert_int_equal(find_ids(db, arena, NULL, words, 0, NULL), 213);
    assert_int_equal(find_ids(db, arena, db_tree_call(arena, DB_IN, order), NULL, 0, NULL), 0);
    assert_int_equal(
        find_ids(
            db, arena, db_tree_call(arena, DB_IN, order, number(arena, 10), number(arena, 7)), NULL, 0, NULL),
        2);
}

static const DbPrinted *print_where(Db *db, Arena *arena, Str table, const DbTree *where, Error *error)
{
    const DbTree *one = number(arena, 1);
    const DbSelect select = {
        .table = table, .alias = S("s"), .columns = &one, .column_count = 1, .where = where};
    const DbPrinted *printed = NULL;
    *error = (Error){0};
    bool ok = db_print_select(db, arena, &select, &printed, error);
    assert_int_equal(ok, printed != NULL);
    return printed;
}

/* Values are parameters, equal ones once; names are quoted. */
static void nothing_is_pasted(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error;
    const DbTree *name = db_tree_column(arena, S("s"), S("a\"b"), VALUE_INTEGER);
    const DbTree *sum = db_tree_call(arena, DB_EQUAL, name, number(arena, 987654));
    const DbTree *both =
        db_tree_call(arena, DB_AND, sum, db_tree_call(arena, DB_LESS, number(arena, 987654), name));
    const DbPrinted *printed = print_where(db, arena, S("t;--"), both, &error);
    ASSERT_STR(db_printed_text(printed), S("select cast(?1 as bigint) from \"t;--\" as \"s\" where "
                                           "((\"s\".\"a\"\"b\" = cast(?2 as bigint)) and "
                                           "(cast(?2 as bigint) < \"s\".\"a\"\"b\"))"));
    assert_null(print_where(db, arena, S(""), NULL, &error));
    assert_string_equal(error.message, "the name of a table or a column has 1 to 63 bytes");
    assert_null(print_where(db, arena, (Str){"a\0b", 3}, NULL, &error));
    char long_name[65];
    memset(long_name, 'x', sizeof(long_name));
    assert_null(print_where(db, arena, (Str){long_name, 64}, NULL, &error));
    assert_non_null(print_where(db, arena, (Str){long_name, 63}, NULL, &error));
}

/* Neighbours of one operation stand side by side, so that a long chain is not deep. */
static void chains_are_flat(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    const DbTree *sum = number(arena, 1), *otherwise = number(arena, 2), *condition = NULL;
    for (int i = 0; i < 30; i++) {
        sum = db_tree_call(arena, DB_ADD, sum, number(arena, i));
        condition = db_tree_call(arena, DB_EQUAL, sum, number(arena, i));
        otherwise = db_tree_call(arena, DB_CASE, condition, number(arena, i), otherwise);
    }
    assert_int_equal(db_tree_depth(sum), 1);
    assert_int_equal(db_tree_depth(otherwise), 3);
}

/* An operation of numbers (and conditions), `deep` as its `place`-th argument. */
static const DbTree *wrap(Arena *arena, DbOperation operation, size_t count, size_t place, const DbTree *deep)
{
    const DbTree *arguments[3];
    for (size_t i = 0; i < count; i++)
        arguments[i] = i == place ? deep : number(arena, 1);
    return db_tree_operation(arena, operation, count, arguments);
}

/* A number of days that is no date makes everything that looks at it missing, and no error. */
static void what_is_no_date_is_missing(void **state)
{
    (void)state;
    static const DbOperation operations[] = {
        DB_YEAR, DB_MONTH, DB_DAY, DB_FISCAL_YEAR, DB_ADD_MONTHS, DB_AGE_MONTHS, DB_SCHOOL_GRADE};
    static const int64_t days[] = {VALUE_DATE_MIN - 1, VALUE_DATE_MAX + 1, INT64_MAX, INT64_MIN};
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = open_samples();
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        for (size_t k = 0; k < COUNT_OF(days); k++)
            for (size_t place = 0; place < (operations[i] >= DB_ADD_MONTHS ? 2 : 1); place++) {
                bool is_months = operations[i] == DB_ADD_MONTHS && place == 1;
                const DbTree *arguments[] = {number(arena, 100), number(arena, 100)};
                arguments[place] = number(arena, is_months ? days[k] / 2 + 8000000 : days[k]);
                size_t count = operations[i] >= DB_ADD_MONTHS ? 2 : 1;
                const DbTree *tree = db_tree_operation(arena, operations[i], count, arguments);
                assert_int_equal(
                    find_ids(db, arena, db_tree_call(arena, DB_IS_MISSING, tree), NULL, 0, NULL), 123);
            }
}

/* Every operation on numbers, nested in itself at every place as deep as is allowed: both databases take it.
 */
static void the_deepest_trees_are_taken(void **state)
{
    (void)state;
    static const struct {
        DbOperation operation;
        size_t count;
    } operations[] = {{DB_NOT, 1}, {DB_EQUAL, 2}, {DB_LESS, 2}, {DB_BETWEEN, 3}, {DB_IN, 3}, {DB_IS_GIVEN, 1},
        {DB_CASE, 3}, {DB_FIRST_GIVEN, 2}, {DB_ADD, 2}, {DB_SUBTRACT, 2}, {DB_MULTIPLY, 2},
        {DB_MULTIPLY_DIVIDE, 3}, {DB_MULTIPLY_DIVIDE_DOWN, 3}, {DB_MULTIPLY_DIVIDE_UP, 3}, {DB_WITHIN, 3},
        {DB_LEAST, 2}, {DB_GREATEST, 2}, {DB_YEAR, 1}, {DB_MONTH, 1}, {DB_DAY, 1}, {DB_FISCAL_YEAR, 1},
        {DB_ADD_MONTHS, 2}, {DB_AGE_MONTHS, 2}, {DB_SCHOOL_GRADE, 2}, {DB_DAY_IN_JAPAN, 1}};
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = open_samples();
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        for (size_t place = 0; place < operations[i].count; place++) {
            arena_clear(arena);
            const DbTree *deep = column(arena, "id", VALUE_INTEGER), *next = deep;
            /* every second level is another operation, so that nothing is joined */
            for (size_t level = 0; next != NULL && db_tree_depth(next) <= DB_TREE_DEPTH_MAX; level++) {
                deep = next;
                next = level % 2 == 0 ? wrap(arena, operations[i].operation, operations[i].count, place, deep)
                                      : wrap(arena, DB_MULTIPLY_DIVIDE, 3, 2, deep);
            }
            assert_in_range(db_tree_depth(deep), DB_TREE_DEPTH_MAX - 1, DB_TREE_DEPTH_MAX);
            const DbTree *where = db_tree_call(arena, DB_IS_MISSING, deep);
            if (db_tree_depth(where) > DB_TREE_DEPTH_MAX)
                where = deep;
            (void)find_ids(db, arena, where, NULL, 0, NULL);
        }
}

static void too_much_is_told(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(ARENA_MAX);
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    Error error;
    const DbTree *deep = number(arena, 1);
    for (size_t i = 0; i <= DB_TREE_DEPTH_MAX; i++)
        deep = db_tree_call(arena, DB_YEAR, deep);
    assert_null(print_where(db, arena, S("t"), deep, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "nested too deeply for a query: 16 levels at most");

    const DbTree *lists[5], *list[DB_TREE_ARGUMENTS_MAX];
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        for (size_t k = 0; k < COUNT_OF(list); k++)
            list[k] = number(arena, (int64_t)(i * 100 + k));
        lists[i] = db_tree_operation(arena, DB_IN, COUNT_OF(list), list);
    }
    assert_null(
        print_where(db, arena, S("t"), db_tree_operation(arena, DB_OR, COUNT_OF(lists), lists), &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "too many different values in one query: 256 at most");
    assert_non_null(print_where(db, arena, S("t"), db_tree_operation(arena, DB_OR, 3, lists), &error));
}

/* Each allocation fails in turn: an error, never half a query. */
static void no_memory_is_told(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    bool is_printed = false;
    for (size_t n = 1; !is_printed; n++) {
        AUTO_ARENA arena = arena_new(ARENA_MAX);
        Error error = {0};
        const DbPrinted *printed = NULL;
        arena_fail_after(n);
        const DbTree *words = db_tree_value(arena, value_text(S("a")), VALUE_TEXT);
        const DbTree *joined = db_tree_call(arena, DB_JOIN, words, words);
        const DbTree *where =
            db_tree_call(arena, DB_EQUAL, joined, db_tree_column(arena, S("s"), S("w"), VALUE_TEXT));
        const DbSelect select = {.table = S("t"), .columns = &joined, .column_count = 1, .where = where};
        is_printed = db_print_select(db, arena, &select, &printed, &error);
        arena_fail_after(0);
        assert_int_equal(is_printed, printed != NULL);
        assert_true(is_printed || error.code == ERROR_MEMORY || error.code == ERROR_LIMIT);
        assert_true(n < 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_found),
        cmocka_unit_test(nothing_is_pasted),
        cmocka_unit_test(chains_are_flat),
        cmocka_unit_test(what_is_no_date_is_missing),
        cmocka_unit_test(the_deepest_trees_are_taken),
        cmocka_unit_test(too_much_is_told),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("trees", tests, NULL, NULL);
}
