/* web/page_draft_view.h: the changes of a draft in words, for its pages: who wants what and why, and a line
 * of redline for each. */
#ifndef WEB_PAGE_DRAFT_VIEW_H
#define WEB_PAGE_DRAFT_VIEW_H

#include "plan/change.h"
#include "plan/comment.h"
#include "plan/redline.h"
#include "web/change_cause.h"
#include "web/page_draft_place.h"

/* --- what a page reads of the draft --- */

typedef struct DraftReader {
    const Request *request;
    DbConn *conn;
    const DraftPlace *place;
    PlanChanges changes;       /* told in places of the base, and not part of an edition; oldest first */
    PlanOperations operations; /* of the pending and accepted ones */
    const Plan *base;          /* the base's tree with its wordings, without annotations */
    Map nodes;                 /* key -> PlanNode of the base */
    Map people;                /* login -> Str, the display name */
} DraftReader;

/* The place must have a base edition. A handful of SELECTs, however long the plan. */
MUST_USE bool draft_reader_begin(
    DraftReader *reader, const Request *request, DbConn *conn, const DraftPlace *place, Error *error);
/* The display name of a login. */
MUST_USE bool draft_reader_person(DraftReader *reader, Str login, Str *out, Error *error);
/* A node of the base; NULL when it has none of that key. */
const PlanNode *draft_reader_node(const DraftReader *reader, Str key);
/* The change that brings a node with the key "+12"; NULL. */
const PlanChange *draft_reader_bringer(const DraftReader *reader, Str key);
/* Its wording in the base, or as the change that brings it has it; empty when there is none. */
Str draft_reader_text(const DraftReader *reader, Str key);
/* "① 子ども支援の充実": what a node is called in sentences. */
Str draft_reader_name(const DraftReader *reader, Str key);
/* The node that an operation is shown at: its own, or the one it brings something below or behind. */
Str draft_change_key(const PlanOperation *operation);

/* --- changes in words --- */

/* One change. */
typedef struct DraftHunk {
    int64_t id;
    size_t number;      /* on its page; 0: none */
    Str words;          /* what it does to the structure; empty for edits of the text */
    RedlinePieces line; /* of the wording, shortened to its surroundings; may be empty */
    bool apart, lost;
    MessageId state;
    bool is_pending, is_accepted;
    Str decided, decision; /* "企画 太郎　令和8年11月23日"; the words of the decision */
    bool may_take_back;
} DraftHunk;

/* Changes that were made in one go, on one node, and are in the same state. */
typedef struct DraftGroup {
    int64_t id;
    PlanChangeState state;
    Str key;
    Str author, when, reason;
    ChangeCause cause;
    VEC_OF(DraftHunk) hunks;
    bool own;
    Str revise_url;  /* to word it anew; empty: not possible */
    int64_t revises; /* the change it took the place of; 0: none */
} DraftGroup;
typedef VEC_OF(DraftGroup) DraftGroups;

MessageId draft_state_message(PlanChangeState state);
/* What an operation does, in words; empty for edits. */
Str draft_operation_words(const DraftReader *reader, const PlanOperation *operation);
/* A redline of the change alone, without the words around it. */
RedlinePieces draft_change_pieces(Arena *arena, const PlanChange *change);
/* Adds the change to the last of `groups` when it belongs there, else to a new one. *hunk: the new one, until
 * the next call. */
MUST_USE bool draft_group_add(
    DraftReader *reader, const PlanChange *change, DraftGroups *groups, DraftHunk **hunk, Error *error);

/* Part of templates: <del> and <ins>. */
void redline_pieces(Html *html, const RedlinePieces *pieces);

#endif
