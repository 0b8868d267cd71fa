/* web/page_record.h: the pages of records.
 *
 *     GET  /services/{service}/{type}             list: search, state, pages            page_record_list.c
 *     GET  /services/{service}/{type}/list.csv    the same as a file, for staff
 *     GET  /services/{service}/{type}/new         the form; ?about=CODE                 page_record_new.c
 *     POST /services/{service}/{type}/new
 *     GET  /services/{service}/{type}/made        what was made: ?code=A&code=B
 *     GET  /records/{code}                        a record and those about it           page_record.c
 *     GET  /records/{code}/history                what was changed, by whom and why     page_record_history.c
 *     GET  /records/{code}/edit                                                         page_record_edit.c
 *     POST /records/{code}/edit
 *     GET  /records/{code}/do/{transition}        asks first                            page_record_do.c
 *     POST /records/{code}/do/{transition}
 *     POST /records/{code}/protection             what is hidden, with a reason page_record_protection.c POST
 * /records/{code}/rows/{service}/{type}  the roster, all rows in one go        page_record_rows.c
 *
 * What may be seen and done is the door's to say (record/door.h); a page only shows it.
 */
#ifndef WEB_PAGE_RECORD_H
#define WEB_PAGE_RECORD_H

#include "record/history.h"
#include "web/record_form.h"

#define RECORDS_PAGE_SIZE 50

/* A filter of a list: a state with how many there are. */
typedef struct StateFilter {
    Str title, url;
    size_t count;
    bool here;
} StateFilter;

typedef struct RecordsPage {
    Layout layout;
    Crumbs crumbs;
    const CityRecordType *type;
    Str title, words, state, action, new_url, csv_url;
    VEC_OF(StateFilter) states;
    VEC_OF(Str) columns;
    RecordViews records;
    size_t total, page_number, page_count;
    Str previous_url, next_url;
} RecordsPage;

/* A page with a form: a new record, a change. */
typedef struct FormPage {
    Layout layout;
    Crumbs crumbs;
    Str title, action, button, back_url;
    RecordForm form;
    const RecordView *about; /* NULL: about nothing */
    SeatsView seats;
    int64_t version; /* 0: a new record */
    Str reason;
    bool is_conflict, asks_reason;
    FactViews now; /* conflict: what stands there now and was typed otherwise */
} FormPage;

typedef struct MadePage {
    Layout layout;
    Crumbs crumbs;
    RecordViews records;
    Str about_title, about_url, together; /* together: the word they share; empty: none */
    size_t held, waiting;
} MadePage;

/* --- the roster: records about this one, as a table ---------------------------------------------------- */

typedef struct RosterCell {
    Str text, url;
    FormField field; /* writable: its form part */
    Str original;    /* what the form was filled with */
    Str other;       /* conflict: what stands there now */
    bool is_writable, is_conflict;
} RosterCell;

typedef struct RosterRow {
    RecordView view;
    Str version_name, version;
    VEC_OF(RosterCell) cells;
    bool is_conflict;
} RosterRow;

typedef struct RosterColumn {
    const CityField *field;
    Str title;
    bool is_writable; /* in one row at least */
} RosterColumn;

typedef struct Roster {
    const CityRecordType *type;
    Str id, title, action, new_url, list_url;
    VEC_OF(RosterColumn) columns;
    VEC_OF(RosterRow) rows;
    size_t total;
    Str sensitive_url; /* the same with what is sensitive; empty: nothing is, or it is shown */
    bool has_states, has_writable, has_conflict, is_wrong;
    VEC_OF(FormFault) faults;
    SeatsView seats;
    bool is_staff, asks_sign_in;
} Roster;

typedef struct RecordPage {
    Layout layout;
    Crumbs crumbs;
    RecordView view;
    Str said; /* empty: nothing */
    Str edit_url, history_url;
    bool is_masked, may_lift; /* somebody is protected: staff is told; and may be shown it with a reason */
    VEC_OF(Roster) below;
    VEC_OF(Str) notes;
    bool is_staff, is_resident;
} RecordPage;

typedef struct DoPage {
    Layout layout;
    Crumbs crumbs;
    RecordView view;
    Str title, action, back_url, to_title, reason;
    bool is_final, sends_letter, asks_reason, gives_up_seat;
} DoPage;

typedef struct ChangeView {
    Str title, before, after;
    bool is_erased, is_hidden;
} ChangeView;

typedef struct EventView {
    Str when, who, what, reason;
    VEC_OF(ChangeView) changes;
} EventView;

typedef struct HistoryPage {
    Layout layout;
    Crumbs crumbs;
    RecordView view;
    VEC_OF(EventView) events;
} HistoryPage;

bool page_records(Request *request, Response *response, Error *error);
bool page_records_csv(Request *request, Response *response, Error *error);
bool page_record_new(Request *request, Response *response, Error *error);
bool page_record_new_post(Request *request, Response *response, Error *error);
bool page_record_made(Request *request, Response *response, Error *error);
bool page_record(Request *request, Response *response, Error *error);
bool page_record_history(Request *request, Response *response, Error *error);
bool page_record_edit(Request *request, Response *response, Error *error);
bool page_record_edit_post(Request *request, Response *response, Error *error);
bool page_record_do(Request *request, Response *response, Error *error);
bool page_record_do_post(Request *request, Response *response, Error *error);
bool page_record_protection_post(Request *request, Response *response, Error *error);
bool page_record_rows_post(Request *request, Response *response, Error *error);

/* --- between the files of these pages ------------------------------------------------------------------ */

/* The record of the route's {code}. */
MUST_USE bool record_of_route(
    const Request *request, const ServicePlace *place, DbConn *conn, Record **out, Error *error);
/* The same with what is sensitive in it shown, the read noted first: begins *conn. */
MUST_USE bool record_open(
    const Request *request, const ServicePlace *place, DbConn **conn, Record **out, Error *error);
/* The way to a record: its service, for staff the list, what it is about. */
void crumbs_of_record(const ServicePlace *place, const RecordView *view, bool is_end, Crumbs *crumbs);
/* The page of a record; `edited`: a roster that was sent and could not be saved, shown in place of its
 * type's.
 */
MUST_USE bool record_page_show(const Request *request, Response *response, const ServicePlace *place,
    DbConn **conn, const Record *record, const Roster *edited, Error *error);
/* The records of a type that are about one. The rows stand as what was sent when `is_sent`. Where staff ask
 * for what is sensitive, the reads are noted: *conn is then another one afterwards. */
MUST_USE bool roster_read(const ServicePlace *place, const Request *request, DbConn **conn,
    const CityRecordType *type, const Record *about, bool is_sent, Roster *out, Error *error);

#endif
