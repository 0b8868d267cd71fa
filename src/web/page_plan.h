/* web/page_plan.h: GET / (a plan at a glance), GET /plan/{key} (a policy, or any other node).
 *
 * Both take ?plan=ID and ?edition=NAME; without them they show the city's first plan in its current edition.
 * A policy is laid out as the city's table, or, with ?view=item, as any other node.
 */
#ifndef WEB_PAGE_PLAN_H
#define WEB_PAGE_PLAN_H

#include "web/node_service.h"
#include "web/node_changes.h"
#include "web/page_layout.h"
#include "web/page_opinion_view.h"
#include "web/plan_frame.h"
#include "web/response.h"

/* A policy on the home page. */
typedef struct CardView {
    const PlanNode *node;
    Str url;
    VEC_OF(PlanLink) measures; /* number and title, to their anchors on the policy's page */
    size_t facts, initiatives;
} CardView;

typedef struct ChapterView {
    const PlanNode *node;
    Str url;
    VEC_OF(CardView) cards;
} ChapterView;

/* An edition or a plan to choose. */
typedef struct ChoiceView {
    Str name, date, url;
    Str redline_url; /* of an edition: what changed from the one before; empty for the first */
    bool here, under_review;
} ChoiceView;

typedef struct DownloadView {
    Str url, name, says;
} DownloadView;

typedef struct HomePage {
    Layout layout;
    PlanFrame frame;
    Language language;
    bool foreign; /* the interface is not in the plan's language */
    size_t policies, measures, groups, initiatives;
    VEC_OF(ChapterView) chapters;
    VEC_OF(ChoiceView) editions, plans;
    Str editions_url;
    VEC_OF(DownloadView) downloads;
    OpinionInvite invite;
} HomePage;

/* A policy laid out as the city's table. Its sections may be NULL. */
typedef struct PolicyPage {
    Layout layout;
    PlanFrame frame;
    PlanView view;
    const NodeView *policy, *situation, *direction, *measures;
    NodeView loose_measures; /* what stands under 主な取組 outside its measures */
    NodeView others;         /* what stands under the policy outside the three sections */
    size_t column_count;     /* measures side by side on a wide screen, 1 to 6 */
    size_t facts, initiatives;
    Str item_url; /* the policy's own page as an item, with its record */
    NodeServices carried;
    OpinionInvite invite;
} PolicyPage;

typedef struct NodePage {
    Layout layout;
    PlanFrame frame;
    PlanView view;
    const NodeView *node;
    bool is_wording;     /* its text is a wording, not a title */
    size_t place_number; /* which one of its kind among its siblings, from 1 */
    Str in_policy_url;   /* where it stands on its policy's page; empty: in no policy */
    NodeServices carried;
    NodeChanges changes;
    OpinionInvite invite;
    NodeRecord record;
} NodePage;

/* A key that the edition does not have. */
typedef struct MissingPage {
    Layout layout;
    PlanFrame frame;
    Str key, home_url;
    WordingVersions elsewhere; /* editions that have it */
} MissingPage;

bool page_home(Request *request, Response *response, Error *error);
bool page_node(Request *request, Response *response, Error *error);

#endif
