/* web/page_export.h: GET /export/{file}: an edition as a file, and GET /export/sjis: what Shift_JIS cannot
 * write of it.
 *
 * plan.json, plan.md, plan.csv (UTF-8 with a byte order mark), plan-sjis.csv (CP932), plan.html; ?plan= and
 * ?edition= as on every page of a plan.
 */
#ifndef WEB_PAGE_EXPORT_H
#define WEB_PAGE_EXPORT_H

#include "plan/format.h"
#include "web/page_layout.h"
#include "web/plan_frame.h"
#include "web/response.h"

typedef struct ReplacedView {
    Str character, code, replacement, key, url;
    size_t count;
} ReplacedView;

typedef struct ReplacedPage {
    Layout layout;
    PlanFrame frame;
    Str file_url;
    VEC_OF(ReplacedView) replaced;
} ReplacedPage;

bool page_export(Request *request, Response *response, Error *error);
bool page_export_sjis(Request *request, Response *response, Error *error);

#endif
