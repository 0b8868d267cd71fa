/* web/page_work.h: GET /work: what somebody of the staff may make and see, and what is to be done next. */
#ifndef WEB_PAGE_WORK_H
#define WEB_PAGE_WORK_H

#include "web/page_inquiry_view.h"
#include "web/record_view.h"

typedef struct WorkState {
    Str title, url;
    StateTone tone;
    size_t count;
} WorkState;

typedef struct WorkType {
    Str title, url, new_url;
    size_t total;
    VEC_OF(WorkState) states;
} WorkType;

typedef struct WorkService {
    Str id, title, url; /* url: empty for the registers */
    VEC_OF(WorkType) types;
    bool has_states, has_new;
    RecordViews next; /* records that are not over, with what can be done with them */
} WorkService;

typedef struct WorkPage {
    Layout layout;
    Str said; /* empty: nothing */
    InquiryDuties inquiries;
    VEC_OF(WorkService) services;
} WorkPage;

bool page_work(Request *request, Response *response, Error *error);

#endif
