/* db/engine_sqlite.h: what the two files about SQLite share. */
#ifndef DB_ENGINE_SQLITE_H
#define DB_ENGINE_SQLITE_H

#include <sqlite3.h>

#include "db/db_internal.h"

/* --- fts_bigram.c --- */
/* Makes the tokenizer "bigram" and the function holds_words known to a connection. */
bool fts_bigram_register(sqlite3 *sqlite, Error *error) MUST_USE;

/* --- tree_sqlite.c --- */
/* Makes the functions known that trees are printed with. */
bool tree_functions_register(sqlite3 *sqlite, Error *error) MUST_USE;

/* --- search_sqlite.c --- */
extern const char search_table_sqlite[];
extern const char search_find_sqlite[];
bool search_put_sqlite(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error);
bool search_remove_sqlite(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error);
bool search_clear_sqlite(DbConn *conn, const char *index, int64_t scope, Error *error);
void search_match_sqlite(Buf *out, int64_t scope, const SearchWords *words);

#endif
