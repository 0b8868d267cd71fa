#define NODE_COLUMNS "key, kind, " \
    "text"
#define WHERE_EDITION " where edition_id = ?1"

bool read(DbConn *conn, Str key, Error *error)
{
    // db_query(conn, &stmt, error, built) in a comment is nothing
    if (!db_query(conn, &stmt, error, "select " NODE_COLUMNS " from node" WHERE_EDITION " and key = ?2",
            value_integer(f(1, 2)), value_text(key)))
        return false;
    if (!db_run(conn, NULL, error,
            "delete from node"
            " where key = ?1",
            value_text(key)))
        return false;
    if (!db_search(conn, "node", scope, query, 0, 10, arena, &ids, &count, &total, error))
        return false;
    printf("Select an edition: it was updated. %d nodes <FILE> a < b, where they stand\n", 3);
    return str_equal(tag, S("<p>")) || error_set(error, ERROR_INPUT, "<ul> is never closed");
}
