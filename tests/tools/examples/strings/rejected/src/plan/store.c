#define TABLE table_name()
#define NODE "node"

bool read(DbConn *conn, Arena *arena, Str key, Error *error)
{
    Str sql = arena_printf(arena, "select text from %.*s", STR_ARGS(key));
    if (!db_query(conn, &stmt, error, sql.at))
        return false;
    if (!db_run(conn, NULL, error, "delete from " TABLE))
        return false;
    if (!db_one_integer(conn, &count, error, key.len > 0 ? "select 1" : other))
        return false;
    if (!db_query_values(conn, &stmt, error,
            sql_of(f(a, b), "select"),
            0, NULL))
        return false;
    buf_add(&out, S(" ORDER BY key"));
    snprintf(line, sizeof(line), "Update node " "set text = '%s'", key.at);
    buf_printf(&out, "%s WHERE key = 1", sql.at);
    return db_search(conn, index_name, scope, query, 0, 10, arena, &ids, &count, &total, error);
}
