bool begin(DbConn *conn, const char *schema, Buf *sql)
{
    buf_printf(sql, "create table %s.node (id integer)", schema);
    return db_run(conn, NULL, error, sql->at);
}
