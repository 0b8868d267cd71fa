/* web/plan_view.h: a plan, or a part of one, as the templates walk it: nodes with their children, addresses
 * and notes.
 *
 * Everything is in the arena given and points into the Plan, which must live as long.
 */
#ifndef WEB_PLAN_VIEW_H
#define WEB_PLAN_VIEW_H

#include "plan/plan.h"
#include "web/html.h"
#include "web/url.h"

/* Which edition the addresses of a page lead to: "?plan=...&edition=..." or nothing for the edition in force.
 */
typedef struct PlanPlace {
    Str query;
} PlanPlace;

/* A note as it is listed at the end of a page. */
typedef struct NoteView {
    const PlanAnnotation *note;
    size_t number; /* from 1 in document order */
    Str passage;   /* the words it stands on; empty: the item as a whole */
    Str node_url;
    bool here;       /* the wording it stands on is on this page, with a reference to it */
    MessageId label; /* "注{1}", "理由{1}" */
} NoteView;

/* Where a wording has a reference to a note: behind the code point `at`. */
typedef struct NoteReference {
    size_t at, number;
    MessageId label;
} NoteReference;

typedef struct NodeView NodeView;
typedef VEC_OF(NodeView) NodeViews;

struct NodeView {
    const PlanNode *node;
    int32_t index;
    Str url;
    NodeViews children;
    VEC_OF(NoteReference) references; /* ordered by `at` */
};

typedef struct PlanView {
    const Plan *plan;
    NodeViews tops;
    VEC_OF(NoteView) notes;
    bool has_marks;
} PlanView;

/* The whole of `plan`. false when the arena is full. */
MUST_USE bool plan_view(Arena *arena, const Plan *plan, const PlanPlace *place, PlanView *out, Error *error);
/* The first child of that kind; NULL when there is none. */
const NodeView *view_child(const NodeView *parent, PlanKind kind);
/* How many nodes of a kind are below (the node itself not counted). */
size_t view_count(const NodeView *view, PlanKind kind);

/* The address of a node's page: "/plan/2-1-s-1?edition=..." in the arena. */
Str node_url(Arena *arena, Str key, const PlanPlace *place);
/* The address of a node where it stands: its policy's page, at its anchor. `policy_key` empty: its own page.
 */
Str node_anchor_url(Arena *arena, Str policy_key, Str key, const PlanPlace *place);
/* The kind in the language of the interface. */
MessageId kind_message(PlanKind kind);
/* The first words of a text, with an ellipsis when it is longer. */
Str text_head(Arena *arena, Str text, size_t graphemes);

/* --- parts of templates
 * ------------------------------------------------------------------------------------------- */

/* A node's text with <ins> and <del> where it has marks, and references to its notes. */
void wording(Html *html, const NodeView *view);
/* A text of a node with marks alone, without references. */
void marked_text(Html *html, const PlanNode *node);
/* The pieces of a repair: kept, struck <del>, inserted <ins>. */
void redline(Html *html, const PlanRepair *repair);
/* A text with <mark> around what a search found. */
void found_text(Html *html, Str text, Str query);

#endif
