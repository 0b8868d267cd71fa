/* record/verify_reference.c: every reference leads to a row, every code to its record.
 *
 * Asked of the database as a whole: a column's given values are counted, and those are listed for which the
 * table they lead to has no row.
 */
#include "record/record_internal.h"
#include "record/verify_internal.h"

#define ROW S("this")
#define TARGET S("target")

static const DbTree *column_tree(Arena *arena, const CityRecordType *type, size_t column)
{
    const RowColumn *at = &type->shape.columns[column];
    return db_tree_column(arena, ROW, at->name, at->type);
}

static bool count_given(Verification *verification, const CityRecordType *type, size_t column, Error *error)
{
    Arena *arena = verification->scratch;
    const DbPrinted *printed = NULL;
    const DbSelect select = {.table = type->table,
        .alias = ROW,
        .where = db_tree_call(arena, DB_IS_GIVEN, column_tree(arena, type, column)),
        .grouped = true};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(verification->db, arena, &select, &printed, error) ||
        !db_query_printed(verification->conn, &stmt, error, printed, NULL, 0))
        return false;
    if (db_next(stmt, error))
        verification->out->references += (size_t)db_integer(stmt, 0);
    return !db_broken(stmt);
}

static bool note_dangling(Verification *verification, const CityRecordType *type, size_t column,
    const CityRecordType *to, const DbPrinted *printed, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query_printed(verification->conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        Str name = verify_row_name(verification->scratch, type, db_integer(stmt, 0));
        Str target = verify_row_name(verification->scratch, to, db_integer(stmt, 1));
        if (!verify_problem(verification, error, VERIFY_REFERENCE,
                "%.*s: '%.*s' leads to %.*s, which is not there", STR_ARGS(name),
                STR_ARGS(type->shape.columns[column].name), STR_ARGS(target)))
            return false;
    }
    return !db_broken(stmt);
}

static bool check_column(Verification *verification, const CityRecordType *type, size_t column,
    const CityRecordType *to, Error *error)
{
    Arena *arena = verification->scratch;
    const DbPrinted *printed = NULL;
    const DbTree *reference = column_tree(arena, type, column);
    const DbTree *id = column_tree(arena, type, CITY_COLUMN_ID);
    const DbTree *target =
        db_tree_column(arena, TARGET, to->shape.columns[CITY_COLUMN_ID].name, VALUE_REFERENCE);
    const DbJoin join = {to->table, TARGET, db_tree_call(arena, DB_EQUAL, target, reference)};
    const DbTree *columns[] = {id, reference};
    const DbSelect select = {.table = type->table,
        .alias = ROW,
        .joins = &join,
        .join_count = 1,
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .where = db_tree_call(arena, DB_AND, db_tree_call(arena, DB_IS_GIVEN, reference),
            db_tree_call(arena, DB_IS_MISSING, target)),
        .order = &id,
        .order_count = 1,
        .limit = db_tree_value(arena, value_integer(VERIFY_PROBLEMS_MAX), VALUE_INTEGER)};
    return db_print_select(verification->db, arena, &select, &printed, error) &&
           count_given(verification, type, column, error) &&
           note_dangling(verification, type, column, to, printed, error);
}

/* Every code leads to a row that has it, and every row's code is known: as many of both, and none that does
 * not agree. */
static bool check_codes(Verification *verification, const CityRecordType *type, Error *error)
{
    Arena *arena = verification->scratch;
    const DbPrinted *printed = NULL;
    const DbTree *id = column_tree(arena, type, CITY_COLUMN_ID);
    const DbTree *known = db_tree_column(arena, TARGET, S("row_id"), VALUE_REFERENCE);
    const DbTree *known_table = db_tree_column(arena, TARGET, S("table_name"), VALUE_TEXT);
    const DbTree *code = db_tree_column(arena, TARGET, S("code"), VALUE_TEXT);
    const DbJoin join = {S("record_code"), TARGET,
        db_tree_call(arena, DB_EQUAL, code, column_tree(arena, type, CITY_COLUMN_CODE))};
    const DbTree *is_right = db_tree_call(arena, DB_AND, db_tree_call(arena, DB_IS_GIVEN, known),
        db_tree_call(arena, DB_EQUAL, known, id),
        db_tree_call(
            arena, DB_EQUAL, known_table, db_tree_value(arena, value_text(type->table), VALUE_TEXT)));
    const DbSelect select = {.table = type->table,
        .alias = ROW,
        .joins = &join,
        .join_count = 1,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(arena, DB_NOT, is_right),
        .order = &id,
        .order_count = 1,
        .limit = db_tree_value(arena, value_integer(VERIFY_PROBLEMS_MAX), VALUE_INTEGER)};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(verification->db, arena, &select, &printed, error) ||
        !db_query_printed(verification->conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        Str name = verify_row_name(arena, type, db_integer(stmt, 0));
        if (!verify_problem(
                verification, error, VERIFY_REFERENCE, "%.*s: its code does not lead to it", STR_ARGS(name)))
            return false;
    }
    return !db_broken(stmt);
}

static bool check_type(Verification *verification, const CityRecordType *type, Error *error)
{
    arena_clear(verification->scratch);
    for (size_t i = CITY_COLUMN_ABOUT; i < type->shape.count; i++) {
        const CityRecordType *to = column_leads_to(type, i);
        if (to && !check_column(verification, type, i, to, error))
            return false;
    }
    return check_codes(verification, type, error);
}

bool verify_references(Verification *verification, Error *error)
{
    return verify_each_type(verification, check_type, error);
}
