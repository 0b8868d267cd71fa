/* web/page_mine.h: GET /mine: a resident's applications, what she should do next, and letters to her. */
#ifndef WEB_PAGE_MINE_H
#define WEB_PAGE_MINE_H

#include "web/record_view.h"

typedef struct LetterView {
    Str title, body, sent, url;
} LetterView;

typedef struct MinePage {
    Layout layout;
    Str said;            /* empty: nothing */
    RecordViews asked;   /* an answer is wanted: offers */
    RecordViews current; /* the others that are not over */
    RecordViews over;
    VEC_OF(LetterView) letters;
    bool is_resident;
} MinePage;

bool page_mine(Request *request, Response *response, Error *error);

#endif
