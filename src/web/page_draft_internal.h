/* web/page_draft_internal.h: what the files of the drafting room share. */
#ifndef WEB_PAGE_DRAFT_INTERNAL_H
#define WEB_PAGE_DRAFT_INTERNAL_H

#include "web/page_draft.h"

/* Where a node stands in the base. */
typedef struct DraftSpot {
    DraftReader *reader;
    int32_t index;  /* of the node; -1: a change brings it */
    int32_t parent; /* -1: the top */
    PlanKind kind;
} DraftSpot;

/* --- parts of a node's page (page_draft_parts.c) --- */

/* The wording with its changes and the marks of comments, and the present wording; after draft_threads. */
MUST_USE bool draft_pieces(DraftReader *reader, DraftNodePage *page, Error *error);
/* Groups of changes, numbered as in the wording; after draft_pieces. */
MUST_USE bool draft_changes(DraftReader *reader, DraftNodePage *page, Error *error);
MUST_USE bool draft_threads(DraftReader *reader, DraftNodePage *page, Error *error);
/* When the form words a change anew: what that change would make of the node, and whose it is. */
MUST_USE bool draft_revision(DraftReader *reader, DraftNodePage *page, Error *error);

/* --- its place in the tree (page_draft_tree.c) --- */

void draft_children(const DraftSpot *spot, DraftNodePage *page);
/* What the forms for the structure offer. */
MUST_USE bool draft_structure(const DraftSpot *spot, DraftNodePage *page, Error *error);
/* The last one directly below a node in the base; -1: none. parent -1: at the top. */
int32_t draft_last_below(const Plan *base, int32_t parent);

/* --- wordings --- */

/* The wording with the accepted changes and those of one group: what its author wants. group 0: of all
 * pending ones as well. */
MUST_USE bool draft_wanted(const DraftReader *reader, Str key, int64_t group, Str *out, Error *error);
/* A typed text as one line. */
Str draft_one_line(Arena *arena, Str text);

/* --- what was sent --- */

/* An error of the plan's floor as words for the form; false when it is none of the author's. */
bool draft_form_wrong(const Request *request, DraftForm *form, const Error *error);

#endif
