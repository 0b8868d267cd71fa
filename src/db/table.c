/* db/table.c: tables made from declarations, and the statements that write their rows.
 *
 * A change of a schema is printed, run at once and belongs to the closure's transaction; when that commits,
 * every connection makes its prepared statements anew (writer.c, statement.c). Statements for rows are
 * printed once, like queries: their values are the slots, in order.
 *
 * What must hold: what one database refuses as a name, or takes for another name, is refused on both.
 */
#include "db/table.h"

#include "db/print_internal.h"

/* An index is called by its table's name, up to this length, and a number that follows from all it stands on.
 */
#define INDEX_TABLE_BYTES_MAX 40

/* --- names ------------------------------------------------------------------------------------ */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* As SQLite compares names: ASCII capitals are small letters. */
static bool same_name(Str a, Str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

/* Columns that PostgreSQL has in every table. */
static bool is_taken(Str column)
{
    static const char *const taken[] = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};
    for (size_t i = 0; i < COUNT_OF(taken); i++)
        if (same_name(column, str_of(taken[i])))
            return true;
    return false;
}

static bool check_columns(const RowShape *shape, Error *error)
{
    assert(shape->count > 0 && str_equal(shape->columns[0].name, S("id")) &&
           value_type_is_integer(shape->columns[0].type) && "a table's first column is its key, called id");
    for (size_t i = 0; i < shape->count; i++) {
        Str name = shape->columns[i].name;
        if (is_taken(name))
            return error_set(error, ERROR_INPUT, "a column cannot be called '%.*s'", STR_ARGS(name));
        for (size_t k = 0; k < i; k++)
            if (same_name(name, shape->columns[k].name))
                return error_set(
                    error, ERROR_INPUT, "two columns of one table are called '%.*s'", STR_ARGS(name));
    }
    return true;
}

/* --- changing the schema ---------------------------------------------------------------------- */

/* Runs what was printed; frees the printer. A failure ends the closure's transaction. */
static bool run_printed(DbConn *conn, Printer *printer, Error *error)
{
    assert(conn->is_writer && pthread_equal(conn->user, pthread_self()) &&
           "schemas change in closures given to db_write");
    assert(conn->running == 0 && "no statement runs while a schema changes");
    AUTO_BUF sql;
    buf_init(&sql, DB_SQL_MAX);
    if (!print_finish_text(printer, &sql) || !conn->engine->execute(conn, sql.at, error))
        return conn_fail(conn, error);
    conn->schema_changed = true;
    return true;
}

/* Begins a change, unless the transaction has failed already. */
static Printer *begin_change(DbConn *conn, Error *error)
{
    if (conn->failed) {
        *error = conn->failure;
        return NULL;
    }
    Printer *printer = print_begin(conn->db, error);
    if (printer == NULL)
        conn_fail(conn, error);
    return printer;
}

static const char *word_of(const DbConn *conn, ValueType type)
{
    assert(type != VALUE_MISSING && "a column has a type");
    if (type == VALUE_TEXT)
        return conn->engine->words[DB_WORD_TEXT];
    return conn->engine->words[type == VALUE_BYTES ? DB_WORD_BYTES : DB_WORD_INT];
}

static void print_column(Printer *printer, Str name, const char *word)
{
    print_name(printer, name);
    print_text(printer, " ");
    print_text(printer, word);
}

bool db_table_create(DbConn *conn, Str table, const RowShape *columns, Error *error)
{
    if (!check_columns(columns, error))
        return conn_fail(conn, error);
    if (table.len >= 7 && same_name(str_slice(table, 0, 7), S("sqlite_"))) {
        error_set(error, ERROR_INPUT, "a table's name does not begin with sqlite_");
        return conn_fail(conn, error);
    }
    bool exists = false;
    if (!db_table_exists(conn, table, &exists, error))
        return false;
    if (exists) {
        error_set(error, ERROR_CONFLICT, "there is a table '%.*s' already", STR_ARGS(table));
        return conn_fail(conn, error);
    }
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, "create table ");
    print_name(printer, table);
    print_text(printer, " (");
    print_column(printer, columns->columns[0].name, conn->engine->words[DB_WORD_ID]);
    for (size_t i = 1; i < columns->count; i++) {
        print_text(printer, ", ");
        print_column(printer, columns->columns[i].name, word_of(conn, columns->columns[i].type));
    }
    print_text(printer, ")");
    print_text(printer, conn->engine->words[DB_WORD_END]);
    return run_printed(conn, printer, error);
}

bool db_table_add_column(DbConn *conn, Str table, const RowColumn *column, Error *error)
{
    if (is_taken(column->name)) {
        error_set(error, ERROR_INPUT, "a column cannot be called '%.*s'", STR_ARGS(column->name));
        return conn_fail(conn, error);
    }
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, "alter table ");
    print_name(printer, table);
    print_text(printer, " add column ");
    print_column(printer, column->name, word_of(conn, column->type));
    return run_printed(conn, printer, error);
}

/* FNV-1a, 64 bits: the same everywhere and always. */
static uint64_t mix(uint64_t hash, Str text)
{
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * UINT64_C(1099511628211);
    return (hash ^ 0xff) * UINT64_C(1099511628211);
}

static void print_index_name(Printer *printer, Str table, const Str *columns, size_t count)
{
    uint64_t hash = mix(UINT64_C(14695981039346656037), table);
    for (size_t i = 0; i < count; i++)
        hash = mix(hash, columns[i]);
    AUTO_BUF name;
    buf_init(&name, 64);
    buf_add(&name, table.len <= INDEX_TABLE_BYTES_MAX ? table : S("table"));
    buf_printf(&name, "_ix_%016llx", (unsigned long long)hash);
    if (name.failed)
        print_refuse(printer, ERROR_MEMORY, "no memory is left for an index's name");
    else
        print_name(printer, buf_str(&name));
}

bool db_table_add_index(DbConn *conn, Str table, const Str *columns, size_t count, bool unique, Error *error)
{
    assert(count > 0 && "an index has columns");
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, unique ? "create unique index " : "create index ");
    print_index_name(printer, table, columns, count);
    print_text(printer, " on ");
    print_name(printer, table);
    for (size_t i = 0; i < count; i++) {
        print_text(printer, i == 0 ? " (" : ", ");
        print_name(printer, columns[i]);
        print_text(printer, printer->dialect->index_order);
    }
    print_text(printer, ")");
    return run_printed(conn, printer, error);
}

bool db_table_drop_index(DbConn *conn, Str table, const Str *columns, size_t count, Error *error)
{
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, "drop index ");
    print_index_name(printer, table, columns, count);
    return run_printed(conn, printer, error);
}

/* alter table TABLE WORDS "first" [BETWEEN "second"] */
static bool alter(
    DbConn *conn, Str table, const char *words, Str first, const char *between, Str second, Error *error)
{
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, "alter table ");
    print_name(printer, table);
    print_text(printer, words);
    print_name(printer, first);
    if (between) {
        print_text(printer, between);
        print_name(printer, second);
    }
    return run_printed(conn, printer, error);
}

bool db_table_rename(DbConn *conn, Str table, Str name, Error *error)
{
    return alter(conn, table, " rename to ", name, NULL, STR_EMPTY, error);
}

bool db_table_rename_column(DbConn *conn, Str table, Str column, Str name, Error *error)
{
    if (is_taken(name)) {
        error_set(error, ERROR_INPUT, "a column cannot be called '%.*s'", STR_ARGS(name));
        return conn_fail(conn, error);
    }
    return alter(conn, table, " rename column ", column, " to ", name, error);
}

bool db_table_drop_column(DbConn *conn, Str table, Str column, Error *error)
{
    return alter(conn, table, " drop column ", column, NULL, STR_EMPTY, error);
}

bool db_table_drop(DbConn *conn, Str table, Error *error)
{
    Printer *printer = begin_change(conn, error);
    if (printer == NULL)
        return false;
    print_text(printer, "drop table ");
    print_name(printer, table);
    return run_printed(conn, printer, error);
}

bool db_table_exists(DbConn *conn, Str table, bool *exists, Error *error)
{
    int64_t count = 0;
    bool ok = db_one_integer(conn, &count, error, conn->engine->table_count, value_text(table));
    *exists = count > 0;
    return ok;
}

const Db *db_of(const DbConn *conn)
{
    return conn->db;
}

/* --- writing rows ----------------------------------------------------------------------------- */

static void print_pairs(
    Printer *printer, const RowColumn *columns, size_t count, size_t first_slot, const char *between)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            print_text(printer, between);
        print_name(printer, columns[i].name);
        print_text(printer, " = ");
        print_slot(printer, first_slot + i);
    }
}

bool db_print_insert(const Db *db, Arena *arena, Str table, const RowColumn *columns, size_t count,
    const DbPrinted **out, Error *error)
{
    assert(count > 0 && "a row that is written has values");
    *out = NULL;
    Printer *printer = print_begin(db, error);
    if (printer == NULL)
        return false;
    print_text(printer, "insert into ");
    print_name(printer, table);
    for (size_t i = 0; i < count; i++) {
        print_text(printer, i == 0 ? " (" : ", ");
        print_name(printer, columns[i].name);
    }
    for (size_t i = 0; i < count; i++) {
        print_text(printer, i == 0 ? ") values (" : ", ");
        print_slot(printer, i);
    }
    print_text(printer, ")");
    return print_finish(printer, arena, out);
}

bool db_print_update(const Db *db, Arena *arena, Str table, const RowColumn *columns, size_t count,
    const RowColumn *keys, size_t key_count, const DbPrinted **out, Error *error)
{
    assert(count > 0 && key_count > 0 && "an update says what it writes, and to which row");
    *out = NULL;
    Printer *printer = print_begin(db, error);
    if (printer == NULL)
        return false;
    print_text(printer, "update ");
    print_name(printer, table);
    print_text(printer, " set ");
    print_pairs(printer, columns, count, 0, ", ");
    print_text(printer, " where ");
    print_pairs(printer, keys, key_count, count, " and ");
    return print_finish(printer, arena, out);
}

/* --- changing a whole column ------------------------------------------------------------------ */

static Printer *begin_update(DbConn *conn, Str table, Str column, Error *error)
{
    Printer *printer = print_begin(conn->db, error);
    if (printer == NULL)
        return NULL;
    print_text(printer, "update ");
    print_name(printer, table);
    print_text(printer, " set ");
    print_name(printer, column);
    print_text(printer, " = ");
    return printer;
}

static bool run_update(
    DbConn *conn, Printer *printer, const Value *values, size_t count, int64_t *changed, Error *error)
{
    AUTO_ARENA arena = arena_new(4 * DB_SQL_MAX);
    const DbPrinted *printed = NULL;
    if (!arena)
        return error_memory(error);
    return print_finish(printer, arena, &printed) &&
           db_run_printed(conn, changed, error, printed, values, count);
}

bool db_table_multiply(DbConn *conn, Str table, Str column, int64_t factor, Error *error)
{
    const Value value = value_integer(factor);
    Printer *printer = begin_update(conn, table, column, error);
    if (printer == NULL)
        return false;
    print_name(printer, column);
    print_text(printer, " * ");
    print_slot(printer, 0);
    return run_update(conn, printer, &value, 1, NULL, error);
}

bool db_table_replace_text(
    DbConn *conn, Str table, Str column, Str old, Str now, int64_t *changed, Error *error)
{
    const Value values[] = {value_text(old), value_text(now)};
    Printer *printer = begin_update(conn, table, column, error);
    if (printer == NULL)
        return false;
    print_text(printer, "replace(");
    print_name(printer, column);
    print_text(printer, ", ");
    print_slot(printer, 0);
    print_text(printer, ", ");
    print_slot(printer, 1);
    print_text(printer, ") where replace(");
    print_name(printer, column);
    print_text(printer, ", ");
    print_slot(printer, 0);
    print_text(printer, ", '') <> ");
    print_name(printer, column);
    return run_update(conn, printer, values, COUNT_OF(values), changed, error);
}

bool db_print_delete(const Db *db, Arena *arena, Str table, const RowColumn *keys, size_t key_count,
    const DbPrinted **out, Error *error)
{
    assert(key_count > 0 && "a deletion says which row");
    *out = NULL;
    Printer *printer = print_begin(db, error);
    if (printer == NULL)
        return false;
    print_text(printer, "delete from ");
    print_name(printer, table);
    print_text(printer, " where ");
    print_pairs(printer, keys, key_count, 0, " and ");
    return print_finish(printer, arena, out);
}
