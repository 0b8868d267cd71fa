/* What is hidden because somebody is protected, shown to whoever may, once she has said why: the reason and
 * the read are noted before the page is made. The page is of this answer only; nothing stays lifted. */
#include "web/page_record.h"

#include "web/page.h"

bool page_record_protection_post(Request *request, Response *response, Error *error)
{
    ServicePlace place;
    Record *record = NULL;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!service_ask(request, &place, error) || !record_open(request, &place, &conn, &record, error))
        return false;
    db_read_end(&conn); /* before the write of the note */
    return record_lift_protection(
               place.door, &place.asking, record, request_form(request, S("reason")), error) &&
           db_read_begin(request->site->db, &conn, error) &&
           record_page_show(request, response, &place, &conn, record, NULL, error);
}
