/* GET /inquiries: open and closed ones; and what all pages of inquiries share: who may, what was done. */
#include "web/page_inquiry.h"

#include "web/page.h"
#include "web/site.h"
#include "web/templates.h"

/* --- shared by the pages --- */

typedef struct Said {
    const char *name;
    MessageId message;
} Said;

static const Said SAID[] = {
    [INQUIRY_SAID_SENT] = {"sent", MESSAGE_inquiry_said_sent},
    [INQUIRY_SAID_RESENT] = {"resent", MESSAGE_inquiry_said_resent},
    [INQUIRY_SAID_CLOSED] = {"closed", MESSAGE_inquiry_said_closed},
    [INQUIRY_SAID_ANSWERED] = {"answered", MESSAGE_inquiry_said_answered},
};

MessageId inquiry_said(const Request *request)
{
    for (size_t i = 0; i < COUNT_OF(SAID); i++)
        if (str_equal(request_query(request, S("said")), str_of(SAID[i].name)))
            return SAID[i].message;
    return MESSAGE_COUNT;
}

void inquiry_return(const Request *request, Response *response, Str url, InquirySaid said)
{
    response_redirect(
        response, 303, arena_printf(request->arena, "%.*s?said=%s", STR_ARGS(url), SAID[said].name));
}

bool inquiry_may_read(const Request *request, Error *error)
{
    return draft_may_read(request) || error_set(error, ERROR_DENIED, "inquiries are for staff");
}

bool inquiry_may_manage(const Request *request, Error *error)
{
    return draft_is_owner(request) ||
           error_set(error, ERROR_DENIED, "only planning sends and closes inquiries");
}

bool inquiry_parameter(const Request *request, Str name, int64_t *out, Error *error)
{
    return (str_to_int(request_parameter(request, name), out) && *out > 0) ||
           error_set(error, ERROR_NOT_FOUND, "there is no such inquiry");
}

bool inquiry_units(const Request *request, InquiryUnits *out, Error *error)
{
    const City *city = request->site->city;
    *out = (InquiryUnits){0};
    for (size_t i = 0; city && i < city->units.len; i++) {
        InquiryUnit *unit = VEC_PUSH(request->arena, out);
        if (!unit)
            return error_memory(error);
        *unit = (InquiryUnit){city->units.at[i].id, city->units.at[i].title.in[request->language]};
    }
    return true;
}

/* --- the list --- */

bool page_inquiries(Request *request, Response *response, Error *error)
{
    InquiryListPage page = {.may_send = draft_is_owner(request)};
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!inquiry_may_read(request, error) || !db_read_begin(request->site->db, &conn, error) ||
        !inquiry_lines_read(request, conn, 0, true, &page.open, error) ||
        !inquiry_lines_read(request, conn, 0, false, &page.closed, error))
        return false;
    page.layout = layout_of(request, message_text(request->language, MESSAGE_inquiries_title), MENU_WORK);
    Html html = page_begin(request, response);
    inquiry_list_page(&html, &page);
    return page_end(&html, error);
}
