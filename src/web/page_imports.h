/* web/page_imports.h: GET and POST /imports: what was imported, and a form to import more. For planners. */
#ifndef WEB_PAGE_IMPORTS_H
#define WEB_PAGE_IMPORTS_H

#include "web/page_layout.h"
#include "web/response.h"

typedef enum ImportField { IMPORT_FIELD_NONE, IMPORT_FIELD_FILE, IMPORT_FIELD_EDITION } ImportField;

typedef struct ImportPlanView {
    Str id, title;
    bool here;
} ImportPlanView;

typedef struct ImportView {
    Str edition, plan_title, url, source, when, by;
    bool confirmed;
    size_t open, total; /* proposals: fixes and repairs */
} ImportView;

typedef struct ImportsPage {
    Layout layout;
    Str edition, encoding;   /* what was typed and chosen */
    Str steps;               /* names an edition may have, as an example */
    Str wrong, wrong_detail; /* why an upload failed; the detail is for whoever runs the system, in English */
    ImportField wrong_field;
    Str unchanged_url; /* the edition that an unchanged file is in */
    VEC_OF(ImportPlanView) plans;
    VEC_OF(ImportView) imports; /* newest first */
} ImportsPage;

bool page_imports(Request *request, Response *response, Error *error);
bool page_imports_post(Request *request, Response *response, Error *error);

#endif
