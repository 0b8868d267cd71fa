/* /healthz: for whoever watches over the server: says "ok" when the database answers a read. */
#include "web/page_health.h"

#include "web/site.h"

bool page_health(Request *request, Response *response, Error *error)
{
    int64_t one = 0;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    response->content_type = S("text/plain; charset=utf-8");
    if (!request->site->db)
        return error_set(error, ERROR_DATABASE, "there is no database");
    if (!db_read_begin(request->site->db, &conn, error) || !db_one_integer(conn, &one, error, "select 1"))
        return false;
    buf_add(&response->body, S("ok\n"));
    return true;
}
