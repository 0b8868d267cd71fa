/* web/page_layout.h: what stands around every page: head, notice, menu, foot (templates/layout.html).
 *
 *     Layout layout = layout_of(request, title, MENU_PLAN);
 *     {{#wrap layout_page(&layout)}} ... {{/wrap}}
 */
#ifndef WEB_PAGE_LAYOUT_H
#define WEB_PAGE_LAYOUT_H

#include "web/request.h"

typedef enum MenuItem {
    MENU_NOTHING,
    MENU_PLAN,
    MENU_SERVICES,
    MENU_MINE,
    MENU_WORK,
    MENU_DRAFT,
    MENU_EVALUATIONS,
    MENU_IMPORTS,
    MENU_ABOUT,
    MENU_SIGN_IN,
} MenuItem;

typedef struct Layout {
    Str title; /* of this page alone; the city's name follows it */
    MenuItem here;
    Str language, other_language; /* codes: "ja", "en" */
    Str other_language_url;       /* this page in the other language; empty: the city has one language */
    Str city, notice;             /* empty without a city */
    Str query;                    /* what was searched for, shown in the head's field again */
    Str plan_id, edition;         /* what the search of the head looks in; empty: the edition in force */
    Str user;                     /* display name; empty: nobody is signed in */
    Str sign_in_next;             /* where to return to after signing in */
    bool planner, has_services, is_resident, is_staff;
    bool drafts; /* may read the draft of the plan */
} Layout;

/* For any request, also one that matched nothing. The slices live as long as the request. Any thread. */
Layout layout_of(const Request *request, Str title, MenuItem here);
/* The path and query of the request as a URL of this site, `name` set to `value` (or dropped when that is
 * empty). */
Str layout_url_with(const Request *request, Str name, Str value);

#endif
