/* web/page_mine.h: GET /mine: a resident's applications, what she should do next, letters to her, and
 * opinions she gave on the plan. */
#ifndef WEB_PAGE_MINE_H
#define WEB_PAGE_MINE_H

#include "web/page_opinion_view.h"
#include "web/record_view.h"

typedef struct LetterView {
    Str title, body, sent, url;
} LetterView;

/* An opinion that she gave while signed in. */
typedef struct MineOpinion {
    Str period, text, received, url;
    bool is_published; /* the answer is there */
} MineOpinion;

typedef struct MinePage {
    Layout layout;
    Str said;            /* empty: nothing */
    RecordViews asked;   /* an answer is wanted: offers */
    RecordViews current; /* the others that are not over */
    RecordViews over;
    VEC_OF(LetterView) letters;
    VEC_OF(MineOpinion) opinions;
    bool is_resident;
} MinePage;

bool page_mine(Request *request, Response *response, Error *error);

#endif
