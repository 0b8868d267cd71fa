/* web/plan_frame.h: what the pages of a plan share: which edition, the way up, neighbours, and the record of
 * a node. */
#ifndef WEB_PLAN_FRAME_H
#define WEB_PLAN_FRAME_H

#include "web/plan_view.h"

/* A link; an empty url: none. */
typedef struct PlanLink {
    Str number, title, url;
    bool japanese; /* the title is the plan's own words */
} PlanLink;

typedef struct PlanFrame {
    Str plan_id, plan_title;
    Str edition;
    bool under_review;
    Str review_url;  /* where its import is reviewed; empty unless under_review */
    bool current;    /* the edition that is shown when none is asked for */
    Str current_url; /* this page in that edition */
    PlanPlace place; /* for addresses that stay in this edition */
    VEC_OF(PlanLink) crumbs;
    PlanLink previous, next;
} PlanFrame;

typedef struct MarkView {
    Str words;
    bool deletion;
} MarkView;

/* A node in one edition. */
typedef struct WordingVersion {
    Str edition, url, date, number, text;
    bool unchanged; /* as in the edition before */
} WordingVersion;

typedef VEC_OF(WordingVersion) WordingVersions;

typedef struct NodeRecord {
    const PlanNode *node;
    Str source; /* file and place in words; empty: unknown */
    Str json_url;
    VEC_OF(MarkView) marks;
    Str timeline_url; /* its wording in every edition, and why it changed */
} NodeRecord;

/* The civil date of an instant, as the language writes it: 平成30年5月1日, 2018-05-01. */
Str day_print(Arena *arena, Language language, int64_t instant);

/* The kind's name in the interface's language, for templates. */
void kind_name(Html *html, PlanKind kind);
/* "注1" ... of a note. */
void note_label(Html *html, const NoteView *note);

#endif
