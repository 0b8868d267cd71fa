/* record/code.c: the names that records have outside: random, never given twice, telling nothing.
 *
 * A code is twenty letters of 32 that cannot be mistaken for each other. One table knows them all
 * (record_code of module "city"), so an address needs no type of record in it.
 */
#include "record/record_internal.h"

#include <sodium.h>

static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

Str code_new(Arena *arena)
{
    char code[RECORD_CODE_LETTERS];
    unsigned char random[RECORD_CODE_LETTERS];
    randombytes_buf(random, sizeof(random));
    for (size_t i = 0; i < sizeof(code); i++)
        code[i] = letters[random[i] % 32];
    return arena_str(arena, (Str){code, sizeof(code)});
}

bool code_keep(DbConn *conn, Str code, const CityRecordType *type, int64_t id, Error *error)
{
    return db_run(conn, NULL, error, "insert into record_code (code, table_name, row_id) values (?1, ?2, ?3)",
        value_text(code), value_text(type->table), value_integer(id));
}

/* Whether it can be a code at all: what else people type is not asked of the database. */
static bool is_code(Str code)
{
    for (size_t i = 0; i < code.len; i++)
        if (!code.at[i] || !strchr(letters, code.at[i]))
            return false;
    return code.len == RECORD_CODE_LETTERS;
}

bool code_find(DbConn *conn, Arena *arena, Str code, Str *table, int64_t *id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *table = STR_EMPTY;
    *id = 0;
    if (!is_code(code))
        return true;
    if (!db_query(conn, &stmt, error, "select table_name, row_id from record_code where code = ?1",
            value_text(code)))
        return false;
    if (!db_next(stmt, error))
        return !db_broken(stmt);
    *table = db_text_copy(stmt, 0, arena);
    *id = db_integer(stmt, 1);
    return !arena_failed(arena) || error_memory(error);
}

/* The one person of the register with that number; *id 0 when there is none, or several. */
static bool find_number(DbConn *conn, Str number, int64_t *id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *id = 0;
    if (!db_query(conn, &stmt, error, "select id from person where number = ?1 limit 2", value_text(number)))
        return false;
    if (db_next(stmt, error))
        *id = db_integer(stmt, 0);
    if (*id > 0 && db_next(stmt, error))
        *id = 0;
    return !db_broken(stmt);
}

bool account_find_person(DbConn *conn, Str code_or_number, int64_t *id, Error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    bool is_there = false;
    Str table;
    if (!arena)
        return error_memory(error);
    if (!db_table_exists(conn, S("person"), &is_there, error))
        return false;
    if (!is_there)
        return error_set(
            error, ERROR_NOT_FOUND, "there is no register of persons yet; run `hitomachi apply`");
    if (!code_find(conn, arena, code_or_number, &table, id, error))
        return false;
    if (*id > 0 && str_equal(table, S("person")))
        return true;
    if (!find_number(conn, code_or_number, id, error))
        return false;
    return *id > 0 || error_set(error, ERROR_NOT_FOUND, "the register has no person, or several, with '%.*s'",
                          STR_ARGS(code_or_number));
}
