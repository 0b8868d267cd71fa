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

bool code_find_in(DbConn *conn, Str code, Str table, int64_t *id, Error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    Str found;
    if (!arena)
        return error_memory(error);
    if (!code_find(conn, arena, code, &found, id, error))
        return false;
    return (*id > 0 && str_equal(found, table)) ||
           error_set(error, ERROR_NOT_FOUND, "no %.*s has the code '%.*s'", STR_ARGS(table), STR_ARGS(code));
}
