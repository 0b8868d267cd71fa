/* web/page_compare.h: GET /editions/compare: any two editions of a plan beside each other, as a redline of
 * the whole text (as=redline, 見え消し) or as a comparison table (as=table, 新旧対照表).
 *
 * ?plan= as on every page of a plan; ?from= and ?to= name editions, without them the edition in force and the
 * one before it; ?profile= a form of the table (city/city.h); ?format=html or json: the table as a file.
 */
#ifndef WEB_PAGE_COMPARE_H
#define WEB_PAGE_COMPARE_H

#include "plan/comparison.h"
#include "web/edition_choice.h"
#include "web/page_layout.h"
#include "web/response.h"

/* Something to choose in a form. */
typedef struct CompareOption {
    Str value, title;
    bool chosen;
} CompareOption;
typedef VEC_OF(CompareOption) CompareOptions;

typedef struct ComparePage {
    Layout layout;
    PlanFrame frame;
    Str plan_field; /* value of the field `plan`; empty: the default plan */
    Str from, to;
    CompareOptions from_options, to_options, profiles;
    bool as_table;
    const Redline *redline;
    const Comparison *table; /* as_table */
    Str other_url;           /* the same two in the other way */
    Str html_url, json_url;  /* as files; json_url is empty for a redline */
    Str home_url, editions_url;
    Str counts; /* in words */
} ComparePage;

/* Names of editions; empty: left to the page. */
Str compare_url(Arena *arena, const EditionChoice *choice, Str from, Str to, bool as_table);
/* Every edition that may be compared, newest first. */
void compare_add_editions(Arena *arena, const EditionChoice *choice, Str chosen, CompareOptions *out);

/* Parts of templates. */
void compare_redline(Html *html, const Redline *redline);
void compare_table(Html *html, const Comparison *table);

bool page_compare(Request *request, Response *response, Error *error);

#endif
