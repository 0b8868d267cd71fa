/* web/page_inquiry_view.h: inquiries in words, for their own pages, for the draft's page and for the desk of
 * whoever has to answer. */
#ifndef WEB_PAGE_INQUIRY_VIEW_H
#define WEB_PAGE_INQUIRY_VIEW_H

#include "review/inquiry.h"
#include "web/html.h"

/* How long there is to answer. */
typedef struct InquiryDue {
    Str day;  /* 令和8年12月4日（金） */
    Str left; /* あと5日; 3日過ぎています; empty when nothing waits any more */
    bool is_over;
} InquiryDue;

/* An inquiry in a list. */
typedef struct InquiryLine {
    Str title, url;
    InquiryDue due;
    Str closed_on; /* empty: open */
    size_t parts, answered, waiting, returned;
} InquiryLine;
typedef VEC_OF(InquiryLine) InquiryLines;

/* A part that waits for the visitor. */
typedef struct InquiryDuty {
    Str name, url, unit; /* name: of the node */
} InquiryDuty;

/* What waits of one inquiry. */
typedef struct InquiryDutyList {
    Str title;
    InquiryDue due;
    VEC_OF(InquiryDuty) at;
} InquiryDutyList;

typedef struct InquiryDuties {
    bool shown; /* the visitor belongs to a unit */
    VEC_OF(InquiryDutyList) at;
} InquiryDuties;

/* "/inquiries/3", "/inquiries/3/parts/12" */
Str inquiry_url(Arena *arena, int64_t id);
Str inquiry_part_url(Arena *arena, const InquiryPart *part);
/* "① 子ども支援の充実", cut when it is a long wording. */
Str inquiry_part_name(Arena *arena, const InquiryPart *part);
/* 青少年課; the id when the city has no such unit any more. */
Str inquiry_unit_title(const Request *request, Str unit);
InquiryDue inquiry_due(const Request *request, const Inquiry *inquiry);
/* Whether the visitor belongs to the unit on this day. */
bool inquiry_is_own(const Request *request, Str unit);

/* Of the plan (0: every plan), newest first; open ones or closed ones. For staff: the caller asks. */
MUST_USE bool inquiry_lines_read(
    const Request *request, DbConn *conn, int64_t plan_id, bool open, InquiryLines *out, Error *error);
/* What waits for the visitor's units; nothing for who belongs to none. */
MUST_USE bool inquiry_duties_read(const Request *request, DbConn *conn, InquiryDuties *out, Error *error);

#endif
