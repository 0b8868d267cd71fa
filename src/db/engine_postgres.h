/* db/engine_postgres.h: what the two files about PostgreSQL share. */
#ifndef DB_ENGINE_POSTGRES_H
#define DB_ENGINE_POSTGRES_H

#include "db/db_internal.h"

/* --- search_postgres.c --- */
extern const char search_table_postgres[];
extern const char search_find_postgres[];
bool search_put_postgres(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error);
bool search_remove_postgres(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error);
bool search_clear_postgres(DbConn *conn, const char *index, int64_t scope, Error *error);
void search_match_postgres(Buf *out, int64_t scope, const SearchWords *words);

#endif
